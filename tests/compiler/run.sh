#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The command line: what it refuses and how it says so, what it leaves behind
# (nothing), what inspect and compile give, and the shape of the code.  Each
# group is a function of its own; a case is a call of one of the checks.
. "$(dirname "$0")/../lib.sh"

groups='refuse features truncated usage values tools inspect compile header
	code bulk image throws'

compilers='gcc clang' memories='guard checked'
[ -z "$QUICK" ] || compilers=gcc memories=guard

# ------------------------------------------------------------------ checks

# Runs catchpit with these arguments, as nothing else must see or keep it:
# $dir/stdout, $dir/stderr and $got.  TMPDIR is empty before, and has to be
# empty afterwards.
tool_path=$PATH
tool() {
	rm -rf "$dir/tmp"
	mkdir "$dir/tmp"
	got=0
	PATH=$tool_path TMPDIR=$dir/tmp "$catchpit" "$@" </dev/null >"$dir/stdout" \
		2>"$dir/stderr" || got=$?
}

# failure NAME REASON: with what the tool said.
failure() {
	fail "$1" "$2"
	show "$dir/stdout"
	show "$dir/stderr"
}

# complaint NAME STATUS PATTERN: the last run ended with STATUS, one line on
# stderr that has PATTERN, nothing on stdout, and left no temporary file.
complaint() {
	lines=$(wc -l <"$dir/stderr")
	if [ "$got" != "$2" ]; then
		failure "$1" "status $got, not $2"
	elif [ "$lines" != 1 ] || ! grep -q '^catchpit: ' "$dir/stderr"; then
		failure "$1" "not one line of catchpit's on stderr"
	elif grep -q '[^ -~]' "$dir/stderr"; then
		failure "$1" "its message is not plain text"
	elif ! grep -q -e "$3" "$dir/stderr"; then
		failure "$1" "its message does not say '$3'"
	elif [ -s "$dir/stdout" ]; then
		failure "$1" "it has something to say on stdout"
	elif [ -n "$(ls -A "$dir/tmp")" ]; then
		failure "$1" "it leaves something in TMPDIR"
	else
		return 0
	fi
	return 1
}

# no_output NAME: neither the output nor the header of the last run is there,
# and the one that was there before is as it was.
no_output() {
	[ "$(cd "$dir/to" && echo *)" = 'old.elf old.h old.o' ] &&
		[ "$(cat "$dir/to/old.elf" "$dir/to/old.h" "$dir/to/old.o")" = \
			"$(printf 'old\nold\nold')" ] && return
	failure "$1" "it leaves an output file, or has changed one"
	return 1
}

# refused NAME STATUS FILE PATTERN: by every command, without any output.
refused() {
	rm -rf "$dir/to"
	mkdir "$dir/to"
	for old in elf h o; do
		echo old >"$dir/to/old.$old"
	done
	for to in "build -o to/new.elf" "build -o to/old.elf" \
		"compile --arch riscv64 -o to/new.o" \
		"compile --arch riscv64 -o to/old.o" "run --timeout $hang" \
		inspect; do
		# A path is told as it was given, so it is given as it is short.
		cd "$dir"
		# shellcheck disable=SC2086	# into words
		tool $to "$3"
		cd "$top"
		complaint "$1 (${to%% *})" "$2" "^catchpit: $3: .*$4" || return 0
		no_output "$1 (${to%% *})" || return 0
	done
	ok "$1"
}

# succeeded NAME: the last run did, silently.
succeeded() {
	[ "$got" = 0 ] && [ ! -s "$dir/stderr" ] && return
	failure "$1" "status $got"
	return 1
}

# says NAME STATUS TEXT [COMMAND...]: the run ends so, with TEXT on stdout and
# nothing on stderr.
says() {
	case=$1 status=$2
	printf '%b' "$3" >"$dir/want"
	shift 3
	tool "$@"
	if [ "$got" != "$status" ]; then
		failure "$case" "status $got, not $status"
	elif ! cmp -s "$dir/want" "$dir/stdout"; then
		failure "$case" "its stdout is not as expected"
	elif [ -s "$dir/stderr" ]; then
		failure "$case" "it has something to say on stderr"
	else
		ok "$case"
	fi
}

# ------------------------------------------------------- how modules are made

# bytes HEX...: those bytes.
bytes() {
	for byte; do
		# shellcheck disable=SC2059	# the escape is the format
		printf "\\$(printf %o "0x$byte")"
	done
}

header='00 61 73 6d 01 00 00 00'

# leb N: as two bytes of LEB128.
leb() {
	printf '%x %x' $(($1 % 128 + 128)) $(($1 / 128))
}

# body HEX...: a module with one function () -> () of these instructions.
body() {
	# shellcheck disable=SC2046,SC2086	# into bytes
	bytes $header 01 04 01 60 00 00 03 02 01 00 \
		0a $(leb $(($# + 5))) 01 $(leb $(($# + 2))) 00 "$@" 0b
}

# wat FLAGS TEXT: assembles TEXT as $dir/m.wasm, invalid or not.
wat() {
	echo "$2" >"$dir/m.wat"
	# shellcheck disable=SC2086	# options, split at spaces
	"$wabt/wat2wasm" --no-check $1 "$dir/m.wat" -o "$dir/m.wasm"
}

# ----------------------------------------------------------------- refusals

group_refuse() {
	: >"$dir/empty.wasm"
	refused "empty file" 126 empty.wasm 'empty file'
	bytes 00 61 73 6d 01 00 00 >"$dir/seven.wasm"
	refused "seven bytes" 126 seven.wasm '7 bytes'
	bytes 00 61 73 >"$dir/three.wasm"
	refused "three bytes" 126 three.wasm '3 bytes'
	cp "$catchpit" "$dir/elf.wasm"
	refused "ELF file" 126 elf.wasm 'ELF file'
	printf '#!/bin/sh\nexit 0\n' >"$dir/script"
	refused "script" 126 script 'a script'
	printf ';; a comment\n(module)\n' >"$dir/text.wat"
	refused "text format" 126 text.wat 'WebAssembly text'
	bytes 00 61 73 6d 02 00 00 00 >"$dir/version.wasm"
	refused "wrong version" 126 version.wasm 'version 2'
	bytes 00 61 73 6d 0d 00 01 00 >"$dir/component.wasm"
	refused "component" 126 component.wasm 'component'
	printf 'anything else' >"$dir/else"
	refused "something else" 126 else 'not WebAssembly'
	mkdir "$dir/folder"
	refused "folder" 126 folder 'directory'
	# No more than a hole of that size.
	dd if=/dev/null of="$dir/large.wasm" bs=1 seek=268435457 2>"$dir/log"
	refused "too large a file" 126 large.wasm '256 MiB'
	# shellcheck disable=SC2086	# into bytes
	bytes $header 0e 00 >"$dir/section.wasm"
	refused "unknown section" 126 section.wasm 'unknown section id 14'
	# shellcheck disable=SC2086
	bytes $header 03 02 01 00 01 04 01 60 00 00 >"$dir/order.wasm"
	refused "sections out of order" 126 order.wasm 'type section: .*order'
	# shellcheck disable=SC2086
	bytes $header 01 04 01 60 00 00 03 02 01 00 >"$dir/bodies.wasm"
	refused "no code section" 126 bodies.wasm 'code section'
	wat '' '(module (func (result i32) (i64.const 1)))'
	mv "$dir/m.wasm" "$dir/type.wasm"
	refused "wrong type of a result" 126 type.wasm \
		'not valid: type mismatch .*i32.*i64'
	wat '' '(module (func i32.add))'
	mv "$dir/m.wasm" "$dir/operand.wasm"
	refused "missing operand" 126 operand.wasm 'not valid: type mismatch'
	body ff >"$dir/opcode.wasm"
	refused "unknown opcode" 126 opcode.wasm 'opcode 0xff in function 0'
	refused "missing file" 127 nowhere.wasm 'No such file'
	refused "file below a file" 127 else/m.wasm 'Not a directory'
	ln -s nowhere "$dir/link.wasm"
	refused "link to nothing" 127 link.wasm 'No such file'
	# In a list of files each is looked at before the first is compiled.
	wat '' '(module)'
	cd "$dir"
	tool build m.wasm version.wasm -o new.elf
	cd "$top"
	complaint "second of two files" 126 '^catchpit: version.wasm: ' &&
		ok "second of two files"
}

# nest N: as many blocks, as bytes.
nest() {
	printf '02 40 %.0s' $(seq "$1")
	printf '0b %.0s' $(seq "$1")
}

# What wasm2c 1.0.39 would get wrong or abort on (wasm2c.md 2.7, 2.9).
group_features() {
	while IFS='|' read -r name flags pattern text; do
		if ! wat "$flags" "$text" 2>"$dir/stderr"; then
			fail "$name" "wat2wasm refuses it"
			show "$dir/stderr"
			continue
		fi
		refused "$name" 126 m.wasm "$pattern"
	done <<'E'
memory64|--enable-memory64|memory64 .*memory 0|(module (memory i64 1))
memory64, imported|--enable-memory64|memory64|(module (import "m" "m" (memory i64 1)))
table64|--enable-memory64|64-bit table .*table 0|(module (table i64 1 funcref))
return_call|--enable-tail-call|tail call .*function 0|(module (func $f (return_call $f)))
return_call_indirect|--enable-tail-call|tail call|(module (table 1 funcref) (func (return_call_indirect (i32.const 0))))
wait32|--enable-threads|wait or notify .*function 0|(module (memory 1 1 shared) (func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0)))))
wait64|--enable-threads|wait or notify|(module (memory 1 1 shared) (func (drop (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i64.const 0)))))
notify|--enable-threads|wait or notify|(module (memory 1 1 shared) (func (drop (memory.atomic.notify (i32.const 0) (i32.const 0)))))
GC struct|--enable-gc|garbage collection .*type section|(module (type (struct (field i32))))
GC array|--enable-gc|garbage collection .*type section|(module (type (array i32)))
relaxed SIMD|--enable-relaxed-simd|relaxed SIMD .*function 0|(module (func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1))))
global.get of own global|--enable-extended-const|own globals .*global section|(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)))
table of exnref|--enable-exceptions|table of exnref .*table 0|(module (table 1 exnref))
exported function of exnref|--enable-exceptions|exnref .*export 0|(module (func (export "x") (param exnref)))
imported function of exnref|--enable-exceptions|exnref .*import 0|(module (import "m" "f" (func (result exnref))))
exception of exnref|--enable-exceptions|exnref .*tag 0|(module (tag (param exnref)))
E
	# What wat2wasm cannot write, or writes in an old form.
	while IFS='|' read -r name pattern code; do
		# shellcheck disable=SC2086	# into bytes
		body $code >"$dir/m.wasm"
		refused "$name" 126 m.wasm "$pattern"
	done <<'E'
call_ref|typed function reference .*function 0|d0 70 14 00
return_call_ref|typed function reference|d0 70 15 00
ref.as_non_null|typed function reference|d0 70 d4 1a
br_on_null|typed function reference|d0 70 d5 00 1a
i64.add128|wide arithmetic .*function 0|42 00 42 00 42 00 42 00 fc 13 1a 1a
i64.mul_wide_u|wide arithmetic|42 00 42 00 fc 16 1a 1a
struct.new|garbage collection .*function 0|fb 01 00 1a
ref.eq|garbage collection|d0 6e d0 6e d3 1a
suspend|stack switching .*function 0|e2 00
E
	# (func (param (ref 0))) and (func (param (ref null 0)))
	for type in 64 63; do
		# shellcheck disable=SC2086	# into bytes
		bytes $header 01 09 02 60 00 00 60 01 $type 00 00 >"$dir/m.wasm"
		refused "typed reference 0x$type" 126 m.wasm \
			'typed function reference .*type section'
	done
	# shellcheck disable=SC2046	# into bytes
	body $(nest 300) >"$dir/m.wasm"
	refused "deep nesting" 126 m.wasm 'nesting .*function 0'
	# shellcheck disable=SC2046
	body $(nest 150) >"$dir/m.wasm"
	tool build "$dir/m.wasm" -o "$dir/deep.elf"
	succeeded "nesting that is not too deep" &&
		ok "nesting that is not too deep"
}

# A module of every section, cut in each.
group_truncated() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	"$wabt/wasm-objdump" -h "$dir/rich.wasm" |
		sed -n 's/^ *\([A-Za-z]*\) start=\(0x[0-9a-f]*\) end=\(0x[0-9a-f]*\) .*/\1 \2 \3/p' \
		>"$dir/sections"
	count=$(wc -l <"$dir/sections")
	[ "$count" = 14 ] || fail "sections of rich.wat" "$count, not 14"
	while read -r name start end; do
		case $name in
		Elem) section='element section' ;;
		DataCount) section='data count section' ;;
		*) section="$(echo "$name" | tr A-Z a-z) section" ;;
		esac
		start=$((start)) end=$((end))
		# Its id alone, half of it, all but a byte.
		for size in $((start - 1)) $(((start + end) / 2)) $((end - 1)); do
			head -c "$size" "$dir/rich.wasm" >"$dir/cut.wasm"
			refused "$section cut at $size of $start to $end" 126 \
				cut.wasm "$section: "
		done
	done <"$dir/sections"
}

# -------------------------------------------------------------------- usage

group_usage() {
	wat '' '(module (func (export "f")))'
	cp "$dir/m.wasm" "$dir/n.wasm"
	mkdir "$dir/sub"
	cp "$dir/m.wasm" "$dir/sub/m.wasm"
	cd "$dir"
	while IFS='|' read -r pattern arguments; do
		# shellcheck disable=SC2086	# into words
		tool $arguments
		complaint "catchpit $arguments" 2 "$pattern" &&
			ok "catchpit $arguments"
	done <<'E'
no command|
no such command: bild|bild m.wasm
no file|build -o x.elf
no file|run
-o FILE|build m.wasm
-o FILE|compile m.wasm --arch riscv64
value is missing after -o|build m.wasm -o
no such option: --fast|build m.wasm -o x.elf --fast
no such option: -O9|build m.wasm -o x.elf -O9
no such option: -O|build m.wasm -o x.elf -O
no such board: pdp11|build m.wasm -o x.elf --board pdp11
no such ISA: vax|compile m.wasm -o x.o --arch vax
no such memory mode: huge|build m.wasm -o x.elf --memory huge
no such compiler: tcc|build m.wasm -o x.elf --cc tcc
bad size 1K|build m.wasm -o x.elf --stack 1K
bad size 2G|build m.wasm -o x.elf --stack 2G
bad size -1|build m.wasm -o x.elf --stack -1
bad size 64KK|build m.wasm -o x.elf --stack 64KK
bad number for --cpus|run m.wasm --cpus 0
bad number for --cpus|run m.wasm --cpus 5
bad number for --timeout|run m.wasm --timeout never
bad number for --timeout|run m.wasm --timeout 0
bad number for --tick|run m.wasm --tick -5
bad number for --order|build m.wasm -o x.elf --order 0,x
--order|build m.wasm -o x.elf --order 1
--order|run m.wasm n.wasm --order 0,2
not NAME=VALUE: A|run m.wasm --env A
not NAME=VALUE: =1|run m.wasm --env =1
not an option of this command: --arch|build m.wasm -o x.elf --arch riscv64
not an option of this command: --invoke|build m.wasm -o x.elf --invoke f
not an option of this command: -o|run m.wasm -o x.elf
not an option of this command: --stack|compile m.wasm -o x.o --stack 64K
no such option: --json|run m.wasm --json
no such option: --stats|build m.wasm -o x.elf --stats
after --|build m.wasm -o x.elf -- a
end in .o|compile m.wasm -o x.obj --arch riscv64
one module|compile m.wasm n.wasm -o x.o --arch riscv64
both be module 'm'|build m.wasm sub/m.wasm -o x.elf
no exported function 'g'|run m.wasm --invoke g
E
	for help in help --help; do
		tool $help
		cp stdout text
		for word in usage: $(sed -n 's/^	{ "\(-[^"]*\)".*/\1/p' \
			"$top/compiler/main.c"); do
			grep -q -e "$word" stdout || echo "no $word" >>stderr
		done
		succeeded "catchpit $help" && ok "catchpit $help"
	done
	tool build m.wasm -o nowhere/x.elf
	complaint "output in no folder" 125 'nowhere/x.elf: No such file' &&
		ok "output in no folder"
	if [ -e x.elf ] || [ -e x.o ] || [ -e x.h ]; then
		fail "no output of bad usage" "there is one"
	else
		ok "no output of bad usage"
	fi
	cd "$top"
}

# Arguments of --invoke that are none.
group_values() {
	for board in $BOARDS; do
		assemble tests/trap/values.wat "$dir/values.wasm"
		echo '(module (func (export "v") (param v128))
			(func (export "r") (param externref))
			(memory (export "m") 1))' >"$dir/m.wat"
		"$wabt/wat2wasm" "$dir/m.wat" -o "$dir/m.wasm"
		tool build "$dir/values.wasm" -o "$dir/values.elf" --board "$board"
		succeeded "values" || continue
		values_refused
		values_back
	done
}

values_refused() {
	while IFS='|' read -r pattern call; do
		eval "set -- $call"
		function=$1
		shift
		tool run "$dir/values.elf" --board "$board" --invoke "$function" \
			-- "$@"
		complaint "$board: $call" 2 "$pattern" && ok "$board: $call"
	done <<'E'
takes 1 argument, 0 given|i32
takes 1 argument, 2 given|i32 1 2
takes 0 arguments, 1 given|none 1
takes 4 arguments, 3 given|all 1 2 3
'' is not an i32|i32 ''
'1x' is not an i32|i32 1x
'one' is not an i32|i32 one
'1.5' is not an i32|i32 1.5
' 1' is not an i32|i32 ' 1'
'--1' is not an i32|i32 --1
'- 1' is not an i32|i32 '- 1'
'0x' is not an i32|i32 0x
'4294967296' is not an i32|i32 4294967296
'-2147483649' is not an i32|i32 -2147483649
'18446744073709551616' is not an i64|i64 18446744073709551616
'-9223372036854775809' is not an i64|i64 -9223372036854775809
' -1' is not an i64|i64 ' -1'
'x' is not an f32|f32 x
'1.5.2' is not an f32|f32 1.5.2
'1e39' is not an f32|f32 1e39
' 1' is not an f64|f64 ' 1'
'1e400' is not an f64|f64 1e400
'nan:0x' is not an f32|f32 nan:0x
'nan:0x0' is not an f32|f32 nan:0x0
'nan:0x800000' is not an f32|f32 nan:0x800000
'nan:0x10000000000000' is not an f64|f64 nan:0x10000000000000
no exported function 'i33'|i33 1
no exported function ''|''
E
	for function in v r; do
		tool run "$dir/m.wasm" --board "$board" --invoke $function -- 1
		complaint "$board: argument of type $function" 2 'this type' &&
			ok "$board: argument of type $function"
	done
	tool run "$dir/m.wasm" --board "$board" --invoke m
	complaint "$board: invoke of a memory" 2 "no exported function 'm'" &&
		ok "$board: invoke of a memory"
}

# Whatever bits a float has, what is printed reads back as those bits.
values_back() {
	for type in f32 f64; do
		bits=32
		[ $type = f32 ] || bits=64
		cat >"$dir/back.wat" <<E
(module
  (global \$seed (mut i64) (i64.const 88172645463325252))
  (func \$next (result i64)	;; Marsaglia's xorshift
    (global.set \$seed (i64.xor (global.get \$seed)
      (i64.shl (global.get \$seed) (i64.const 13))))
    (global.set \$seed (i64.xor (global.get \$seed)
      (i64.shr_u (global.get \$seed) (i64.const 7))))
    (global.set \$seed (i64.xor (global.get \$seed)
      (i64.shl (global.get \$seed) (i64.const 17))))
    (global.get \$seed))
  (func \$i32 (result i32) (i32.wrap_i64 (call \$next)))
  (func \$i64 (result i64) (call \$next))
  (func (export "floats") (result$(printf " $type%.0s" $(seq 60)))
    $(printf "($type.reinterpret_i$bits (call \$i$bits))%.0s " $(seq 60)))
  (func (export "bits") (result$(printf " i$bits%.0s" $(seq 60)))
    $(printf "(call \$i$bits)%.0s " $(seq 60)))
  (func (export "back") (param$(printf " $type%.0s" $(seq 60)))
    (result$(printf " i$bits%.0s" $(seq 60)))
    $(for i in $(seq 0 59); do
		echo "(i$bits.reinterpret_$type (local.get $i))"
	done)))
E
		"$wabt/wat2wasm" "$dir/back.wat" -o "$dir/back.wasm"
		tool build "$dir/back.wasm" -o "$dir/back.elf" --board "$board"
		succeeded "$board: $type" || continue
		tool run "$dir/back.elf" --board "$board" --invoke bits
		succeeded "$board: $type bits" || continue
		mv "$dir/stdout" "$dir/want"
		tool run "$dir/back.elf" --board "$board" --invoke floats
		succeeded "$board: $type floats" || continue
		# shellcheck disable=SC2046	# one argument a line
		tool run "$dir/back.elf" --board "$board" --invoke back -- \
			$(cat "$dir/stdout")
		if [ "$(wc -l <"$dir/want")" = 60 ] &&
			cmp -s "$dir/want" "$dir/stdout"; then
			ok "$board: 60 $type read back as the same bits"
		else
			failure "$board: 60 $type read back as the same bits" \
				"they do not"
		fi
	done
}

# -------------------------------------------------------------------- tools

# failing_tool NAME PATTERN COMMAND...: 125, one line, no output.
failing_tool() {
	name=$1 pattern=$2
	shift 2
	rm -rf "$dir/to"
	mkdir "$dir/to"
	for old in elf h o; do
		echo old >"$dir/to/old.$old"
	done
	for target in new.elf old.elf; do
		tool "$@" -o "$dir/to/$target"
		complaint "$name" 125 "$pattern" || return 0
		no_output "$name" || return 0
	done
	ok "$name"
}

# A wasm2c whose -impl.h went through sed SCRIPT.
edited_wasm2c() {
	cat >"$dir/edited" <<E
#!/bin/sh
set -e
'$wabt/wasm2c' "\$@"
while [ \$# -gt 1 ]; do
	[ "\$1" != -o ] || out=\$2
	shift
done
sed '$1' "\${out%.c}-impl.h" >"\$out.new"
if cmp -s "\$out.new" "\${out%.c}-impl.h"; then
	echo 'error: the test changes nothing'
	exit 3
fi
mv "\$out.new" "\${out%.c}-impl.h"
E
	chmod +x "$dir/edited"
	WASM2C=$dir/edited
	export WASM2C
}

group_tools() {
	wat '' '(module (table 1 funcref) (memory 1)
		(func $f (export "f") (result i32)
			(i32.load (call_indirect (result i32) (i32.const 0)))))'
	m=$dir/m.wasm
	for fake in 'exit 1' 'exit 0' 'kill -9 $$' 'exit 134'; do
		printf '#!/bin/sh\n%s\n' "$fake" >"$dir/fake"
		chmod +x "$dir/fake"
		WASM2C=$dir/fake failing_tool "wasm2c that does '$fake'" . \
			build "$m"
	done
	WASM2C=$dir/nowhere failing_tool "no wasm2c" \
		"$dir/nowhere: .*make deps" build "$m"
	echo 'not a program' >"$dir/text"
	WASM2C=$dir/text failing_tool "wasm2c that is no program" \
		"$dir/text: " build "$m"

	# Hook names that are gone upstream stop the build (wasm2c.md 2.2).
	for gone in CALL_INDIRECT CHECK_CALL_INDIRECT FUNC_PROLOGUE RANGE_CHECK \
		MEMCHECK_DEFAULT32 MEM_ADDR UNREACHABLE; do
		edited_wasm2c "s/\\<$gone\\>/GONE_$gone/g"
		for cc in $compilers; do
			failing_tool "prelude without $gone, $cc" \
				'prelude lacks a macro that catchpit overrides' \
				build "$m" --cc $cc
		done
	done
	for gone in i32_load f64_load i64_store32 funcref_table_init; do
		edited_wasm2c "s/\\<$gone\\>/gone/; s/\\<DEF[A-Z_]*(${gone},/&gone_/"
		for cc in $compilers; do
			failing_tool "prelude without $gone, $cc" "'$gone'" \
				build "$m" --cc $cc
		done
	done
	# A function that changed its kind is not overridden by luck either.
	edited_wasm2c 's/^#define DO_CALL_INDIRECT/#define DONT_CALL_INDIRECT/'
	failing_tool "prelude without DO_CALL_INDIRECT" 'prelude lacks' build "$m"
	# The defects that are mended in its text (wasm2c.md 2.9) have to be there.
	wat --enable-threads '(module (memory 1) (func (export "f") (result i32)
		(i32.atomic.rmw.add (i32.const 0) (i32.const 1))))'
	for was in 's/ret = ret op wrapped;/ret = (ret op wrapped);/' \
		's/DEFINE_ATOMIC_RMW/DEFINE_ATOMIC_READ_MODIFY_WRITE/'; do
		edited_wasm2c "$was"
		failing_tool "atomics otherwise: $was" 'unknown version of wasm2c' \
			build "$m"
	done
	wat '' '(module (memory 1) (func (export "f") (result v128)
		(v128.load (i32.const 0))))'
	edited_wasm2c 's/SIMD_FORCE_READ/SIMD_READ/g'
	failing_tool "SIMD loads otherwise" 'unknown version of wasm2c' build "$m"
	unset WASM2C

	# Only what is in a folder of our own: node for wasm2c, no compiler.
	mkdir "$dir/bin"
	for command in node env; do
		ln -s "$(command -v $command)" "$dir/bin/$command"
	done
	wat '' '(module (func (export "f")))'
	tool build "$m" -o "$dir/m.elf"
	tool_path=$dir/bin
	failing_tool "no gcc" gcc build "$m" --cc gcc
	failing_tool "no clang" clang build "$m" --cc clang
	tool run "$dir/m.elf"
	complaint "no QEMU" 125 'qemu.*make deps' && ok "no QEMU"
	tool_path=$PATH
}

# --------------------------------------------------------- inspect, compile

# What does not depend on the C compiler's version.
stable_facts() {
	grep -v -e '^text ' -e '^frame ' -e '^sites ' "$1"
}

group_inspect() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	cd "$dir"
	tool inspect rich.wasm
	succeeded "inspect rich.wasm" || return 0
	mv stdout rich.text
	tool build rich.wasm -o rich.elf
	tool inspect rich.elf
	succeeded "inspect rich.elf" && cmp -s stdout rich.text &&
		ok "inspect says the same of module and image" ||
		failure "inspect says the same of module and image" "it does not"
	cd "$top"
	stable_facts "$dir/rich.text" >"$dir/facts"
	if compare tests/compiler/rich.info "$dir/facts"; then
		ok "inspect says what is in rich.wat"
	else
		fail "inspect says what is in rich.wat" "it does not"
		show "$dir/facts.diff"
	fi
	for fact in '^text [1-9][0-9]*$' '^frame [1-9][0-9]* ' \
		'^sites memory-out-of-bounds [1-9][0-9]*$' \
		'^sites integer-divide-by-zero 1$'; do
		if grep -q "$fact" "$dir/rich.text"; then
			ok "inspect: $fact"
		else
			fail "inspect: $fact" "no such line"
			show "$dir/rich.text"
		fi
	done
	tool inspect "$dir/rich.wasm" --memory checked --cc clang -O0
	if grep -q '^memory-mode checked$' "$dir/stdout" &&
		! cmp -s "$dir/stdout" "$dir/rich.text"; then
		ok "inspect with other options"
	else
		failure "inspect with other options" "they make no difference"
	fi
	inspect_json rich.wasm
	inspect_json rich.elf
	inspect_two
}

# The words of each fact in JSON are those of the text.
inspect_json() {
	cd "$dir"
	tool inspect "$1" --json
	cd "$top"
	succeeded "inspect --json $1" || return 0
	if node -e '
		const text = require("fs").readFileSync(0, "utf8");
		for (const module of JSON.parse(text))
			for (const fact of module)
				console.log(fact.join(" "));
		' <"$dir/stdout" >"$dir/json" 2>"$dir/stderr" &&
		cmp -s "$dir/json" "$dir/rich.text"; then
		ok "inspect --json $1"
	else
		failure "inspect --json $1" "not the JSON of what it says in text"
	fi
}

inspect_two() {
	wat '' '(module)'
	tool inspect "$dir/rich.wasm" "$dir/m.wasm" --json
	if [ "$(node -e 'console.log(JSON.parse(require("fs")
		.readFileSync(0)).map((m) => m[0][1]).join())' \
		<"$dir/stdout")" = rich,m ]; then
		ok "inspect of two modules"
	else
		failure "inspect of two modules" "not two modules"
	fi
}

group_compile() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	cp "$dir/rich.wasm" "$dir/2 rich-er.wasm"
	for cc in $compilers; do
		for memory in $memories; do
			compile_one rich "$dir/rich.wasm" $cc $memory
		done
	done
	compile_one 2_rich_er "$dir/2 rich-er.wasm" gcc guard
	# The same input gives the same object, wherever it is compiled.
	mkdir "$dir/other"
	cp "$dir/rich.wasm" "$dir/other"
	for cc in gcc clang; do
		(cd "$dir" && tool compile rich.wasm -o a.o --arch riscv64 --cc $cc)
		(cd "$dir/other" && dir=$dir/other &&
			tool compile rich.wasm -o a.o --arch riscv64 --cc $cc)
		if cmp -s "$dir/a.o" "$dir/other/a.o" &&
			cmp -s "$dir/a.h" "$dir/other/a.h"; then
			ok "compile is reproducible, $cc"
		else
			fail "compile is reproducible, $cc" "objects differ"
		fi
	done
}

# compile_one NAME FILE CC MEMORY
compile_one() {
	case="compile $1, $3 $4"
	tool compile "$2" -o "$dir/$1.o" --arch riscv64 --cc "$3" --memory "$4"
	succeeded "$case" || return 0
	if [ -n "$(ls -A "$dir/tmp")" ]; then
		fail "$case" "it leaves something in TMPDIR"
		return
	fi
	riscv64-unknown-elf-nm -g --defined-only "$dir/$1.o" |
		sed 's/^[0-9a-f]* //' >"$dir/stdout"
	if [ "$(cat "$dir/stdout")" != "R cpit_module_$1" ]; then
		failure "$case" "not just cpit_module_$1 is global"
		return
	fi
	# All it needs is the runtime: nobody's libc (DESIGN section 3).
	riscv64-unknown-elf-nm -u "$dir/$1.o" | sed 's/^ *U //' |
		grep -v '^cpit_rt_' >"$dir/stdout" || :
	if [ -s "$dir/stdout" ]; then
		failure "$case" "it needs more than the runtime"
		return
	fi
	for section in .cpit_sites .rela.cpit_sites .eh_frame; do
		if riscv64-unknown-elf-objdump -h "$dir/$1.o" |
			grep -q " $section "; then
			failure "$case" "$section is still there"
			return
		fi
	done
	ok "$case"
}

# The header is C for embedders who have nothing but ours.
group_header() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	cp "$dir/rich.wasm" "$dir/2nd.wasm"
	tool compile "$dir/rich.wasm" -o "$dir/rich.o" --arch riscv64
	succeeded "header" || return 0
	tool compile "$dir/2nd.wasm" -o "$dir/2nd.o" --arch riscv64
	succeeded "header of 2nd" || return 0
	cat >"$dir/use.c" <<'E'
#include "rich.h"
#include "2nd.h"
#include "rich.h"

int use(struct cpit_instance *i, struct cpit_outcome *o);

int use(struct cpit_instance *i, struct cpit_outcome *o)
{
	uint32_t sum, a;
	uint64_t b;
	float c;
	double d;
	struct cpit_funcref f = { 0 };
	void *e;

	if (cpit_module_rich.nexports != 11)
		return 1;
	return rich_add(i, 1, 2, &sum, o) + rich_exit(i, 1, o) +
	       rich_swap(i, 1, 2, 3.0f, 4.0, &d, &c, &b, &a, o) +
	       rich_refs(i, (void *)0, f, &e, &f, o);
}
E
	for cc in riscv64-unknown-elf-gcc "clang --target=riscv64" gcc; do
		for std in c99 c11 gnu17; do
			got=0
			# shellcheck disable=SC2086	# a command and its option
			$cc -std=$std -ffreestanding -Wall -Wextra -Werror \
				-fsyntax-only -Irt/include -I"$dir" \
				"$dir/use.c" >"$dir/stdout" 2>"$dir/stderr" ||
				got=$?
			succeeded "header, $cc -std=$std" &&
				ok "header, $cc -std=$std"
		done
	done
}

# -------------------------------------------------------------- code's shape

# loads_of FUNCTION: the mnemonics of its memory accesses, but for those of its
# own frame.
accesses_of() {
	awk -v name="<$1>:" '
		$2 == name { on = 1; next }
		/^$/ { on = 0 }
		on {
			split($0, f, "\t")
			op = f[3]
			arg = f[4]
			sub(/ .*/, "", op)
			if (op ~ /^(l[bhwd]u?|fl[wd]|s[bhwd]|fs[wd])$/ &&
			    arg !~ /\((sp|s0)\)/)
				printf "%s%s", n++ ? " " : "", op
		}' "$dir/$2.dis"
}

# instructions_of FUNCTION DIS: how many it has.
instructions_of() {
	awk -v name="<$1>:" '
		$2 == name { on = 1; next }
		/^$/ { on = 0 }
		on && /^ *[0-9a-f]+:\t/ { n++ }
		END { print n + 0 }' "$dir/$2.dis"
}

# A guest access is one instruction, after the one that gets the memory's base.
# Checked mode reads the stack's limit (two) and the memory's size as well.
group_code() {
	i=0
	{
		echo '(module (memory 1)'
		while read -r op type want; do
			case $op in
			*load*)
				for offset in '' ' offset=2000' ' offset=100000'; do
					echo "(func (export \"x$i\") (param i32)
						(result $type)
						($op$offset (local.get 0)))"
					echo "$i $op$offset ld $want" >&3
					i=$((i + 1))
				done ;;
			*)
				for offset in '' ' offset=2000' ' offset=100000'; do
					echo "(func (export \"x$i\")
						(param i32 $type)
						($op$offset (local.get 0)
						(local.get 1)))"
					echo "$i $op$offset ld $want" >&3
					i=$((i + 1))
				done ;;
			esac
		done
		echo ')'
	} 3>"$dir/cases" >"$dir/shape.wat" <<'E'
i32.load i32 lw
i64.load i64 ld
f32.load f32 flw
f64.load f64 fld
i32.load8_s i32 lb
i32.load8_u i32 lbu
i32.load16_s i32 lh
i32.load16_u i32 lhu
i64.load8_s i64 lb
i64.load8_u i64 lbu
i64.load16_s i64 lh
i64.load16_u i64 lhu
i64.load32_s i64 lw
i64.load32_u i64 lwu
i32.store i32 sw
i64.store i64 sd
f32.store f32 fsw
f64.store f64 fsd
i32.store8 i32 sb
i32.store16 i32 sh
i64.store8 i64 sb
i64.store16 i64 sh
i64.store32 i64 sw
E
	"$wabt/wat2wasm" "$dir/shape.wat" -o "$dir/shape.wasm"
	for cc in $compilers; do
		for memory in $memories; do
			code_shape $cc $memory
		done
	done
}

code_shape() {
	tool compile "$dir/shape.wasm" -o "$dir/shape.o" --arch riscv64 --cc "$1" \
		--memory "$2"
	succeeded "code, $1 $2" || return 0
	riscv64-unknown-elf-objdump -d "$dir/shape.o" >"$dir/shape.dis"
	while read -r n what; do
		op=${what%% ld *} want="ld ${what##* }"
		case="$op, $1 $2"
		accesses=$(accesses_of "w2c_m_f$n" shape)
		count=$(instructions_of "w2c_m_f$n" shape)
		[ "$2" = guard ] || want="ld ld ld $want"
		# Frame, address, access, return; a byte-wise access has more.
		case $2:$op in
		guard:*=100000) most=16 ;;
		guard:*) most=14 ;;
		*) most=40 ;;
		esac
		if [ "$accesses" != "$want" ]; then
			fail "$case" "'$accesses' in place of '$want'"
		elif [ "$count" = 0 ] || [ "$count" -gt $most ]; then
			fail "$case" "$count instructions, not 1 to $most"
		else
			ok "$case"
			continue
		fi
		sed -n "/<w2c_m_f$n>:/,/^\$/p" "$dir/shape.dis" >"$dir/stdout"
		show "$dir/stdout"
	done <"$dir/cases"
}

# Bulk operations go to the C library's functions, not to loops.
group_bulk() {
	cat >"$dir/bulk.wat" <<'E'
(module (memory 1)
  (func (export "x") (param i32 i32 i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "y") (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2))))
E
	"$wabt/wat2wasm" "$dir/bulk.wat" -o "$dir/bulk.wasm"
	for cc in gcc clang; do
		tool compile "$dir/bulk.wasm" -o "$dir/bulk.o" --arch riscv64 \
			--cc $cc
		succeeded "bulk, $cc" || continue
		riscv64-unknown-elf-objdump -dr "$dir/bulk.o" >"$dir/bulk.dis"
		calls memory.fill 0 memset
		calls memory.copy 1 memmove
	done
}

# calls WHAT N FUNCTION: w2c_m_fN calls it, itself or through the one helper of
# the prelude's that it calls, and neither goes byte by byte.
calls() {
	case="$1 calls $3, $cc"
	for from in "w2c_m_f$2" "${1%.*}_${1#*.}"; do
		sed -n "/<$from>:/,/^\$/p" "$dir/bulk.dis"
	done >"$dir/stdout"
	if grep -q "^[^<]*<w2c_m_f$2>:" "$dir/stdout" &&
		grep -q "\\(R_RISCV_CALL[A-Z_]*\\|R_RISCV_JAL\\)[[:space:]]*$3\$" \
			"$dir/stdout" &&
		! grep -q '	s[bhwd]	[^(]*([^s]' "$dir/stdout"; then
		ok "$case"
	else
		failure "$case" "it does not"
	fi
}

# ------------------------------------------------------------------- images

group_image() {
	assemble tests/trap/start-only.wat "$dir/says.wasm"
	wat '' '(module (memory 1) (start $f) (func $f
		(drop (i32.load (i32.const 0x10000)))))'
	mv "$dir/m.wasm" "$dir/traps.wasm"
	clang --target=wasm32-wasi -O2 -o "$dir/echo.wasm" \
		tests/compiler/echo.c 2>"$dir/stderr" || {
		failure "echo.c" "does not compile"
		return 0
	}
	for board in $BOARDS; do
		image_order
		image_settings
		image_imports
	done
}

# A trap leaves the machine as it was: the next module runs (contract 7).
image_order() {
	tool build "$dir/says.wasm" "$dir/traps.wasm" -o "$dir/two.elf" \
		--board "$board" --order 0,1,0,1,0
	succeeded "$board: image of two" || return 0
	tool run "$dir/two.elf" --board "$board" --timeout "$hang"
	printf 'before\nafter\nbefore\nafter\nbefore\nafter\n' >"$dir/want"
	reports=$(grep -c '^catchpit: trap=memory-out-of-bounds ' \
		"$dir/stderr" || :)
	if [ "$got" = 0 ] && [ "$reports" = 2 ] &&
		cmp -s "$dir/want" "$dir/stdout"; then
		ok "$board: two modules in turn, one traps"
	else
		failure "$board: two modules in turn, one traps" \
			"status $got, $reports reports"
	fi
	# The order of a run goes before the image's own; the last one's status.
	tool run "$dir/two.elf" --board "$board" --timeout "$hang" --order 0,1
	if [ "$got" = 139 ] && [ "$(grep -c before "$dir/stdout")" = 1 ]; then
		ok "$board: an order at run time"
	else
		failure "$board: an order at run time" "status $got"
	fi
}

# What goes in as argument or environment comes out unchanged.
image_settings() {
	odd='1,5 %41 "x" $y \\n'
	says "$board: arguments of run" 4 \
		"[echo]\n[a b]\n[]\n[$odd]\n{A=1 =2}\n{B=}\n" \
		run "$dir/echo.wasm" --board "$board" --timeout "$hang" \
		--arg 'a b' --env 'A=1 =2' --env B= -- '' "$(printf '%b' "$odd")"
	tool build "$dir/echo.wasm" -o "$dir/echo.elf" --board "$board" \
		--arg 'a b' --arg "$(printf 'new\nline')" --env X=Y --stack 128K
	succeeded "$board: settings of an image" || return 0
	says "$board: settings of an image" 3 \
		"[echo]\n[a b]\n[new\nline]\n{X=Y}\n" \
		run "$dir/echo.elf" --board "$board" --timeout "$hang"
}

# An import that is not there: the image says so, and which (KAN-05).
image_imports() {
	while IFS='|' read -r name pattern text; do
		wat '' "$text"
		tool build "$dir/m.wasm" -o "$dir/m.elf" --board "$board"
		succeeded "$board: $name" || continue
		tool run "$dir/m.elf" --board "$board" --timeout "$hang"
		complaint "$board: $name" 126 "$pattern" && ok "$board: $name"
	done <<'E'
import of an unknown module|m: .*import .*nothing|(module (import "env" "nothing" (func)) (func (export "_start")))
import of an unknown function|m: .*import .*fd_wrote|(module (import "wasi_snapshot_preview1" "fd_wrote" (func)) (func (export "_start")))
import of another type|m: .*import .*sched_yield|(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i64))) (func (export "_start")))
import of another kind|m: .*import .*sched_yield|(module (import "wasi_snapshot_preview1" "sched_yield" (global i32)) (func (export "_start")))
import of a memory|m: .*import .*memory|(module (import "env" "memory" (memory 1)) (func (export "_start")))
too large a memory|m: out of memory|(module (memory 65536) (func (export "_start")))
too large a table|m: out of memory|(module (table 1000000000 funcref) (func (export "_start")))
E
}

# A throw leaves nothing behind: as much heap is in use after 1000 as after 10.
group_throws() {
	assemble tests/trap/exception.wat "$dir/exception.wasm"
	for board in $BOARDS; do
		tool build "$dir/exception.wasm" -o "$dir/e.elf" --board "$board"
		succeeded "$board: throws" || continue
		for n in 10 1000; do
			tool run "$dir/e.elf" --board "$board" --timeout "$hang" \
				--stats --invoke many -- $n
			sed -n 's/.* pages=\([0-9]*\) heap=\([0-9]*\).*/\1 \2/p' \
				"$dir/stderr" >"$dir/$n"
		done
		if [ -s "$dir/10" ] && cmp -s "$dir/10" "$dir/1000"; then
			ok "$board: 1000 throws leave what 10 do"
		else
			failure "$board: 1000 throws leave what 10 do" \
				"$(cat "$dir/10"), then $(cat "$dir/1000")"
		fi
	done
}

# ---------------------------------------------------------------------------

if [ $# = 1 ]; then
	temp "$1"
	mkdir "$dir/tmp"
	prefix="$suite/$1: "
	"group_$1"
	exit "$failed"
fi

suite_begin
# shellcheck disable=SC2086	# words
printf '%s\n' $groups | in_parallel
exit "$failed"
