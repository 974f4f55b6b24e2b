# SPDX-License-Identifier: Apache-2.0
#
# symbolize: reports with names and lines of the source.
# A part of run.sh, which has the checks.

# Two files, each with a function of the same name.  In a.c it is the longer
# one, and the trap is at its end.
symbolize_sources() {
	cat >"$dir/a.c" <<'E'
static int same(volatile int *p)
{
	volatile int n = 1;

	n += 3; n *= 5; n += 7; n *= 9; n += 11; n *= 13; n += 15; n *= 17;
	n += 3; n *= 5; n += 7; n *= 9; n += 11; n *= 13; n += 15; n *= 17;
	return n + *p;
}

int first(int *p)
{
	return same(p);
}

int other(int *p);

__attribute__((export_name("_start"))) void start(void)
{
	other((int *)0x10000000);
}
E
	cat >"$dir/b.c" <<'E'
int first(int *p);

static int same(int *p)
{
	return first(p);
}

int other(int *p)
{
	return same(p);
}
E
	(cd "$dir" && clang --target=wasm32-wasi -O0 -g -nostdlib \
		-fdebug-compilation-dir=src -Wl,--no-entry -o app.wasm a.c b.c)
	"$wabt/wasm-strip" "$dir/app.wasm" -o "$dir/bare.wasm"
	# What the functions' indices are is the linker's to say.
	"$wabt/wasm-objdump" -x "$dir/app.wasm" |
		sed -n 's/^ - func\[\([0-9]*\)\] sig=.* <\(.*\)>.*/\1 \2/p' \
			>"$dir/names"
}

symbolize_wanted() {
	cat >"$dir/want" <<'E'
  #0 same +N   in same at src/a.c:2
  #1 first +N   in first at src/a.c:11
  #2 same +N   in same at src/a.c:2 or in same at src/b.c:4
  #3 other +N   in other at src/b.c:9
  #4 start +N   in start at src/a.c:18
catchpit: trap=memory-out-of-bounds signal=SIGSEGV status=139 module=app func=same
E
	# Without names each frame but an export's has an index, which is no other
	# function's.
	sed -e 's/start/_start/g' -e 's/^\(  #[0-3]\) [a-z]*/\1 #N/' \
		-e 's/in same at .*or //' -e 's/module=app.*/module=bare func=#N/' "$dir/want" \
		>"$dir/want.bare"
}

# said NAME STATUS WANTED: what it printed, but for what is native code's.
said() {
	sed -e 's/+0x[0-9a-f]*/+N/' -e 's/ pc=.*//' -e 's/#[0-9]* +/#N +/' \
		-e 's/func=#.*/func=#N/' "$dir/stdout" >"$dir/said"
	if [ "$got" != "$2" ]; then
		failure "$1" "status $got, not $2"
	elif [ -s "$dir/stderr" ]; then
		failure "$1" "it has something to say on stderr"
	elif ! compare "$dir/$3" "$dir/said"; then
		fail "$1" "not what was wanted"
		show "$dir/said.diff"
	else
		ok "$1"
	fi
}

# report_of NAME: its image and the report of a run, as $dir/NAME.report.
report_of() {
	tool build "$dir/$1.wasm" -o "$dir/$1.elf" --board "$board"
	succeeded "$board: image of $1" || return
	tool run "$dir/$1.elf" --board "$board" --timeout "$hang"
	cp "$dir/stderr" "$dir/$1.report"
	[ "$got" = 139 ] && return
	failure "$board: report of $1" "status $got"
	return 1
}

# symbolized REPORT [ARGUMENTS...]
symbolized() {
	tool_stdin=$dir/$1
	shift
	tool symbolize "$@"
	tool_stdin=
}

symbolize_frames() {
	symbolized app.report "$dir/app.elf" --wasm "$dir/app.wasm"
	said "$board: symbolize a report" 0 want

	# Once more changes nothing; and without the module there is no news.
	cp "$dir/stdout" "$dir/once"
	symbolized once "$dir/app.elf" --wasm "$dir/app.wasm"
	said "$board: symbolize it again" 0 want
	symbolized app.report "$dir/app.elf"
	sed 's/   in .*//' "$dir/want" >"$dir/want.no"
	said "$board: symbolize without a module" 0 want.no

	# Which of two it was is known by the pc alone; or by the length, which
	# the other function of that name does not have.
	tail -n 1 "$dir/app.report" >"$dir/last"
	symbolized last "$dir/app.elf" --wasm "$dir/app.wasm"
	sed 2,5d "$dir/want" >"$dir/want.last"
	said "$board: symbolize the last line" 0 want.last
	{ echo 'a line' && sed 2q "$dir/app.report" && printf 'and\0more'; } \
		>"$dir/part"
	symbolized part "$dir/app.elf" --wasm "$dir/app.wasm"
	{ echo 'a line' && sed 2q "$dir/want" && printf 'and\0more'; } \
		>"$dir/want.part"
	said "$board: symbolize a part" 0 want.part

	symbolized . "$dir/app.elf"
	! complaint "$board: symbolize a directory" 125 \
		'^catchpit: stdin: Is a directory$' ||
		ok "$board: symbolize a directory"

	pc=$(sed -n 's/.* pc=0x\([0-9a-f]*\) .*/\1/p' "$dir/app.report")
	# Now a frame 0 that is as long as both allow.
	low=${pc#fffffff?} off=$(sed -n '1s/.* +//p' "$dir/app.report")
	both=$(sed -n '3s/.* +//p' "$dir/app.report")
	{
		echo "  #0 same +$both"
		sed "s/ pc=[^ ]*/ pc=0x${pc%"$low"}$(printf %08x \
			$((0x$low - off + both)))/" "$dir/last"
	} >"$dir/either"
	symbolized either "$dir/app.elf" --wasm "$dir/app.wasm"
	said "$board: symbolize what the pc tells apart" 0 want.last

	tool symbolize "$dir/app.elf" "0x$pc" "$pc" 0x10 --wasm "$dir/app.wasm"
	for as in "0x$pc" "$pc"; do
		echo "$as same +N   in same at src/a.c:2"
	done >"$dir/want.pc"
	echo '0x10 in no wasm function' >>"$dir/want.pc"
	said "$board: symbolize addresses" 0 want.pc
}

# A module without names: they come from a file, or from the module that has
# the lines.
symbolize_bare() {
	sed 's/ / my-/' "$dir/names" >"$dir/mine"
	symbolized bare.report "$dir/bare.elf" --wasm "$dir/app.wasm"
	said "$board: symbolize without names" 0 want.bare
	symbolized bare.report "$dir/bare.elf" --wasm "$dir/app.wasm" \
		--names "$dir/mine"
	sed -e 's/ in / in my-/' -e 's/my-_/my-/' "$dir/want.bare" >"$dir/want.mine"
	said "$board: symbolize with names" 0 want.mine
	symbolized bare.report "$dir/bare.elf" --names "$dir/mine"
	sed 's/ at src.*//' "$dir/want.mine" >"$dir/want.names"
	said "$board: symbolize with nothing but names" 0 want.names
}

# What comes from the guest is fit for a terminal: its names are found as reports
# show them (KAN-04), and file names are as harmless.
symbolize_odd() {
	wat '' '(module (memory 1)
		(func (export "_start") (call 1))
		(func (export "a b") (drop (i32.load (i32.const 0x10000)))))'
	echo '1 of mine' >"$dir/odd"
	report_of m || return 0
	sed 1q "$dir/m.report" >"$dir/odd.report"
	symbolized odd.report "$dir/m.elf" --names "$dir/odd"
	echo '  #0 a?b +N   in of?mine' >"$dir/want.odd"
	said "symbolize odd names" 0 want.odd
	sed 's/src/s\x1bc/g' "$dir/app.wasm" >"$dir/odd.wasm"
	tool symbolize "$dir/app.elf" "$pc" --wasm "$dir/odd.wasm"
	echo "$pc same +N   in same at s?c/a.c:2" >"$dir/want.odd"
	said "symbolize odd files" 0 want.odd
}

# Two modules: each file goes to the one of its name.
symbolize_two() {
	tool build "$dir/app.wasm" "$dir/m.wasm" -o "$dir/two.elf" \
		--board "$board" --order 1
	succeeded "symbolize: image of two" || return 0
	echo '  #1 start +0x1' >"$dir/two.report"
	echo '  #2 _start +0x1' >>"$dir/two.report"
	symbolized two.report "$dir/two.elf" --wasm "$dir/app.wasm" \
		--wasm "$dir/bare.wasm"
	complaint "symbolize: no such module" 2 "no module 'bare' in" &&
		ok "symbolize: no such module"
	symbolized two.report "$dir/two.elf" --names "$dir/odd"
	complaint "symbolize: names of two" 2 "for an image of one module" &&
		ok "symbolize: names of two"
	symbolized two.report "$dir/two.elf" --wasm "$dir/app.wasm"
	printf '  #%s\n' '1 start +N   in start at src/a.c:18' \
		'2 _start +N' >"$dir/want.two"
	said "symbolize two modules" 0 want.two
}

# foreign NAME REPORT IMAGE PATTERN: goes through as it is, and is told.
foreign() {
	symbolized "$2" "$dir/$3" --wasm "$dir/app.wasm"
	if [ "$got" != 2 ] || ! grep -q "^catchpit: .*$3: not the image of \
this report: $4" "$dir/stderr"; then
		failure "symbolize: $1" "status $got"
	elif ! cmp -s "$dir/$2" "$dir/stdout"; then
		failure "symbolize: $1" "it does not go through"
	else
		ok "symbolize: $1"
	fi
}

symbolize_foreign() {
	foreign 'a report of another image' app.report bare.elf \
		'0x[0-9a-f]* is in #[0-9]*, not in same'
	head -n 1 "$dir/app.report" >"$dir/head"
	foreign 'a frame of another image' head bare.elf 'no function same'
	sed 's/func=same/func=first/' "$dir/app.report" >"$dir/moved"
	foreign 'a report of another build' moved app.elf '0x[0-9a-f]* is in same'
	sed '4s/ other / another /' "$dir/app.report" >"$dir/among"
	foreign 'an unknown frame among others' among app.elf 'no function another'
	# As of what cpit_load() has brought in.
	sed 's/ pc=[^ ]*/ pc=0x10/' "$dir/app.report" >"$dir/loaded"
	foreign 'a trap in no module' loaded app.elf '0x10 is in no module'
	sed 's/ pc=[^ ]*/ pc=0x0/' "$dir/app.report" >"$dir/raised"
	sed 's/module=app/module=loaded/' "$dir/raised" >"$dir/other"
	foreign 'a trap in another module' other app.elf 'no module loaded'
	symbolized raised "$dir/app.elf" --wasm "$dir/app.wasm"
	said 'symbolize a trap without a pc' 0 want

	# One says nothing of the next.
	cat "$dir/loaded" "$dir/app.report" "$dir/moved" "$dir/app.report" \
		>"$dir/four"
	symbolized four "$dir/app.elf" --wasm "$dir/app.wasm"
	cat "$dir/want.no" "$dir/want" "$dir/want.no" "$dir/want" >"$dir/want.four"
	sed -i 's/func=first/func=same/' "$dir/stdout"
	if grep -q 'not the image of this report: 0x10 ' "$dir/stderr"; then
		: >"$dir/stderr"
	fi
	said 'symbolize ours among others' 2 want.four
}

# Board host's images of mode zero are anywhere: no pc says what is theirs.
symbolize_moved() {
	case " $BOARDS " in
	*' host '*) tests/zero_here.sh || return 0 ;;
	*) return 0 ;;
	esac
	tool build "$dir/app.wasm" -o "$dir/zero.elf" --board host --memory zero
	succeeded "symbolize: image of mode zero" || return 0
	tool run "$dir/zero.elf" --timeout "$hang"
	cp "$dir/stderr" "$dir/zero.report"
	symbolized zero.report "$dir/zero.elf" --wasm "$dir/app.wasm"
	if [ "$got" = 0 ] && [ ! -s "$dir/stderr" ] &&
		grep -q ' in start at src/a.c:18$' "$dir/stdout"; then
		ok "symbolize: mode zero on board host"
	else
		failure "symbolize: mode zero on board host" "status $got"
		show "$dir/stdout"
	fi
}

# symbolize_no NAME STATUS PATTERN ARGUMENTS...
symbolize_no() {
	name=$1 status=$2 pattern=$3
	shift 3
	tool symbolize "$@"
	complaint "symbolize: $name" "$status" "$pattern" &&
		ok "symbolize: $name" || :
}

symbolize_refuses() {
	wat '' '(module (func (export "f")))'
	printf '1 one\ntwo\n' >"$dir/bad.names"
	: >"$dir/empty"
	cd "$dir"
	symbolize_no 'no file' 2 'no file given'
	symbolize_no 'no image' 127 'nowhere: No such' nowhere
	symbolize_no 'no module' 127 'nowhere: No such' app.elf --wasm nowhere
	symbolize_no 'no names' 127 'nowhere: No such' app.elf --names nowhere
	symbolize_no 'a module as image' 126 'app.wasm: not an ELF' app.wasm
	symbolize_no 'an empty image' 126 'empty: not an ELF' empty
	symbolize_no 'another ELF file' 126 'no module in it' "$catchpit"
	symbolize_no 'text as module' 126 'not WebAssembly' app.elf --wasm a.c
	symbolize_no 'another module' 126 'm.wasm: not the module' \
		app.elf --wasm m.wasm
	symbolize_no 'no address' 2 'not an address: main' app.elf main
	symbolize_no 'bad names' 2 'bad.names: not .*: two' app.elf \
		--names bad.names
	symbolize_damaged
	symbolize_tools
	cd "$top"
}

symbolize_damaged() {
	sed 's/\.debug_line/.debug_none/g' app.wasm >none.wasm
	tool symbolize app.elf 0 --wasm none.wasm
	if [ "$got" = 0 ] && grep -q 'none.wasm: no lines in it' stderr; then
		ok "symbolize: a module without lines"
	else
		failure "symbolize: a module without lines" "status $got"
	fi
	sed 's/\.debug_abbrev/.debug_abbrex/' app.wasm >damaged.wasm
	symbolize_no 'damaged DWARF' 125 'addr2line failed' app.elf \
		--wasm damaged.wasm

	size=$(wc -c <app.elf) bad=
	for part in 1 2 4 8 16 32 63 64; do
		head -c $((size * part / 65)) app.elf >cut.elf
		tool symbolize cut.elf 0
		complaint "symbolize: $part/65 of an image" 126 'cut.elf: ' ||
			bad=1
	done
	[ "$bad" ] || ok "symbolize: an image cut off"
}

symbolize_tools() {
	mkdir bin
	tool_path=$dir/bin
	symbolize_no 'no objcopy' 125 'objcopy' app.elf --wasm app.wasm
	ln -s "$(command -v objcopy)" bin
	symbolize_no 'no addr2line' 125 'addr2line' app.elf --wasm app.wasm
	tool_path=$PATH
}

group_symbolize() {
	symbolize_sources 2>"$dir/stderr" || {
		failure "symbolize" "its sources do not compile"
		return 0
	}
	symbolize_wanted
	for board in $BOARDS; do
		report_of app && symbolize_frames || return 0
		report_of bare && symbolize_bare || return 0
	done
	symbolize_odd
	symbolize_two
	symbolize_foreign
	symbolize_moved
	symbolize_refuses
}
