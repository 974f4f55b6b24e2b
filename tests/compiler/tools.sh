# SPDX-License-Identifier: Apache-2.0
#
# Tools that fail, and an upstream that is not the one we know.
# A part of run.sh, which has the checks.

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

# edited_wasm2c SCRIPT [END]: a wasm2c whose -impl.h, or the output that ends so,
# went through sed.
edited_wasm2c() {
	file=${2:--impl.h}
	cat >"$dir/edited" <<E
#!/bin/sh
set -e
'$wabt/wasm2c' "\$@"
while [ \$# -gt 1 ]; do
	[ "\$1" != -o ] || out=\$2
	shift
done
sed '$1' "\${out%.c}$file" >"\$out.new"
if cmp -s "\$out.new" "\${out%.c}$file"; then
	echo 'error: the test changes nothing'
	exit 3
fi
mv "\$out.new" "\${out%.c}$file"
E
	chmod +x "$dir/edited"
	WASM2C=$dir/edited
	export WASM2C
}

# A signal ends it as it ends any program, and nothing stays behind.  The fake
# wasm2c sends it to the process that waits for it.  (Others of the list may be
# ignored here, by nohup or a shell's &.)
tools_stopped() {
	printf '#!/bin/sh\nkill -TERM $PPID\nexec sleep 60\n' >"$dir/fake"
	rm -rf "$dir/to"
	mkdir "$dir/to"
	WASM2C=$dir/fake tool build "$m" -o "$dir/to/new.elf"
	if [ "$got" != 143 ]; then
		failure "SIGTERM" "status $got"
	elif [ -n "$(ls -A "$dir/tmp")$(ls -A "$dir/to")" ]; then
		failure "SIGTERM" "it leaves something behind"
	else
		ok "SIGTERM leaves nothing behind"
	fi
	# Children that were there before are no tools of ours.
	: >"$dir/stderr"
	got=0
	(
		export CATCHPIT_CACHE=off TMPDIR="$dir/tmp"
		# shellcheck disable=SC2016
		exec sh -c 'sleep 0.1 & sleep 0.2 & exec "$@"' sh \
			"$catchpit" build "$m" -o "$dir/children.elf"
	) 2>"$dir/stderr" || got=$?
	succeeded "children of another" && ok "children of another"
	# Nor what is the tool's own, which it has no time to remove.
	cat >"$dir/fake" <<'E'
#!/bin/sh
trap '' TERM
echo >"${TMPDIR:-/tmp}/cc0left.s"
kill -TERM $PPID
exec sleep 60
E
	WASM2C=$dir/fake tool build "$m" -o "$dir/to/new.elf"
	if [ "$got" != 143 ]; then
		failure "SIGTERM, and a tool's file" "status $got"
	elif [ -n "$(ls -A "$dir/tmp")" ]; then
		failure "SIGTERM, and a tool's file" "it is left behind"
	else
		ok "SIGTERM leaves no file of a tool's"
	fi
	# Nor what a tool has started, as gcc starts cc1.
	signals='TERM 143'
	status=0
	sh -c 'ulimit -c 0; kill -QUIT $$' 2>"$dir/stderr" || status=$?
	[ $status != 131 ] || signals="$signals QUIT 131"
	# shellcheck disable=SC2086	# into words
	set -- $signals
	while [ $# != 0 ]; do
		cat >"$dir/fake" <<E
#!/bin/sh
sleep 60 &
echo \$! >"$dir/child"
kill -$1 \$PPID
wait
E
		(
			ulimit -c 0
			WASM2C=$dir/fake tool build "$m" -o "$dir/to/new.elf"
			[ "$got" = "$2" ] && [ -z "$(ls -A "$dir/tmp")" ]
		) || failure "SIG$1 to a tool's child" "another status, or files"
		tries=0
		while [ -e "/proc/$(cat "$dir/child")" ] && [ $tries -lt 20 ]; do
			grep -q '^State:.*Z' "/proc/$(cat "$dir/child")/status" \
				2>/dev/null && break
			sleep 0.1
			tries=$((tries + 1))
		done
		if [ $tries -lt 20 ]; then
			ok "SIG$1 ends what a tool has started"
		else
			failure "SIG$1" "what a tool has started goes on"
			kill "$(cat "$dir/child")"
		fi
		shift 2
	done
	ln -s /proc/self/fd/1 "$dir/out"
	tool build "$m" -o "$dir/out"
	if [ "$got" = 0 ] && [ -L "$dir/out" ] && [ ! -e "$dir/out.bin" ] &&
		[ "$(head -c 4 "$dir/stdout" | tail -c 3)" = ELF ]; then
		ok "/dev/stdout as output stays one"
	else
		failure "/dev/stdout as output" "status $got"
	fi
	# A shell's ulimit is told as what it is.
	(
		ulimit -f 8
		tool build "$m" -o "$dir/to/new.elf"
		[ "$got" = 125 ] && [ -z "$(ls -A "$dir/tmp")$(ls -A "$dir/to")" ]
	) && ok "ulimit -f leaves nothing behind" ||
		fail "ulimit -f" "status $got, or it leaves something behind"
	# Nor is there a new .elf beside an old .bin, which is larger.
	for old in '' 'old.elf old.bin'; do
		for file in $old; do
			echo old >"$dir/to/$file"
		done
		(
			ulimit -f 4000
			tool build "$m" -o "$dir/to/old.elf" --board virt
			[ "$got" = 125 ] && [ -z "$(ls -A "$dir/tmp")" ] &&
				[ "$(cd "$dir/to" && cat ./* 2>/dev/null | xargs)" = \
				"${old:+old old}" ]
		) && ok "ulimit -f between both files${old:+, old ones}" ||
			failure "ulimit -f between both files" "there is one"
	done
	rm -f "$dir/to"/*
	mknod "$dir/null" c 1 3 2>/dev/null || mkfifo "$dir/null"
	[ ! -p "$dir/null" ] || cat "$dir/null" >"$dir/through" &
	tool build "$m" -o "$dir/null"
	if [ "$got" = 0 ] && [ ! -f "$dir/null" ] && [ ! -e "$dir/null.bin" ]
	then
		ok "a device as output stays one"
	else
		failure "a device as output" "status $got"
	fi
}

# Of two outputs none is made when one cannot be.
tools_directory() {
	rm -rf "$dir/to"
	mkdir -p "$dir/to/new.bin"
	tool build "$m" -o "$dir/to/new.elf"
	complaint "a directory in place of the .bin" 125 \
		'new.bin: Is a directory' || return 0
	if [ -e "$dir/to/new.elf" ]; then
		failure "a directory in place of the .bin" "an .elf alone"
	else
		ok "a directory in place of the .bin"
	fi
}

# Whatever TMPDIR is called.
tools_odd_folder() {
	odd="$dir/o\"b c\$d:f,g%h#i'j;k"
	mkdir "$odd"
	for board in $BOARDS; do
		got=0
		TMPDIR=$odd CATCHPIT_CACHE=off "$catchpit" run "$m" \
			--board "$board" --dir tests/demo=/d --timeout "$hang" \
			--invoke g >"$dir/stdout" 2>"$dir/stderr" || got=$?
		succeeded "$board: an odd TMPDIR" &&
			ok "$board: an odd TMPDIR" || :
	done
}

# Messages name what was given, not what was made of it.
tools_names() {
	echo '(module (func (export "_start") (loop (br 0))))' >"$dir/spin.wat"
	wat2wasm "$dir/spin.wat" "$dir/spin.wasm"
	for board in $BOARDS; do
		cd "$dir"
		tool run spin.wasm --board "$board" --timeout 1
		cd "$top"
		complaint "$board: --timeout of a module" 125 \
			'^catchpit: spin.wasm: no end within 1 ' &&
			ok "$board: --timeout of a module" || :
	done
}

# A catchpit that is not in its tree.
tools_elsewhere() {
	mkdir -p "$dir/away/bin"
	cp "$catchpit" "$dir/away/bin"
	catchpit=$dir/away/bin/catchpit
	for home in '' "$dir/nowhere"; do
		CATCHPIT_HOME=$home tool build "$m" -o "$dir/away/m.elf"
		complaint "a copy, and CATCHPIT_HOME='$home'" 125 \
			"${home:-$dir/away} is not .*; CATCHPIT_HOME" &&
			ok "a copy, and CATCHPIT_HOME='$home'"
	done
	CATCHPIT_HOME=$top tool build "$m" -o "$dir/away/m.elf"
	succeeded "a copy, and its tree" && ok "a copy, and its tree"
	catchpit=$top/build/catchpit
}

# Of what a linker says it is the line that says what it lacks.
tools_linker() {
	mkdir "$dir/ld"
	for cc in gcc riscv64-unknown-elf-gcc; do
		cat >"$dir/ld/$cc" <<E
#!/bin/sh
case " \$* " in
*' -lgcc '*)
	echo "ld: image.o: in function \\\`f':" >&2
	echo "image.c:(.text+0x3): undefined reference to \\\`gone'" >&2
	echo "collect2: error: ld returned 1 exit status" >&2
	exit 1 ;;
esac
exec $(command -v $cc) "\$@"
E
		chmod +x "$dir/ld/$cc"
	done
	tool_path=$dir/ld:$PATH
	failing_tool "a linker that finds something missing" \
		"undefined reference to .gone'$" build "$m"
	tool_path=$PATH
}

# What the compiler made is looked at (K23-06).  Ours adds a trap instruction, 9,
# to module text, and records {pc, kind} for it and for what is none.
tools_records() {
	mkdir "$dir/cc"
	cat >"$dir/cc/riscv64-unknown-elf-gcc" <<E
#!/bin/sh
for arg; do
	case \$arg in
	*/m_0.c) cat '$dir/more.c' >>"\$arg" ;;
	esac
done
exec $(command -v riscv64-unknown-elf-gcc) "\$@"
E
	chmod +x "$dir/cc/riscv64-unknown-elf-gcc"
	tool_path=$dir/cc:$PATH
	while IFS=: read -r records pattern; do
		cat >"$dir/more.c" <<-C
		__asm__(".data\n7:\t.8byte 0\n.text\n8:\tnop\n9:\t" CPIT_UD "\n"
			".pushsection .cpit_sites,\"\",@progbits\n"
			".8byte $records\n.popsection");
		C
		failing_tool "records $records" "$pattern" build "$m" --cc gcc
	done <<-'E'
	8b, 1:not point at a trap instruction
	9b, 0:of no kind
	9b, 255:of no kind
	9b, 1, 9b, 1:trap.* one place
	7b, 1:outside of module text
	9b, 257:of no import
	9b, 256, 9b, 256:import.* one place
	0, 1:differ in number
	1, 9b:a relocation of
	E
	cat >"$dir/more.c" <<-'C'
	__attribute__((used)) static void grown(unsigned n)
	{
		__asm__ volatile("" : : "r"(__builtin_alloca(n)));
	}
	C
	failing_tool "a frame of any size" 'grown has a stack frame of unknown' \
		build "$m" --cc gcc
	tool_path=$PATH
}

# A wasm2c whose text is another: hook names that are gone upstream stop the build.
tools_edited() {
	for gone in CALL_INDIRECT CHECK_CALL_INDIRECT FUNC_PROLOGUE RANGE_CHECK \
		MEMCHECK_DEFAULT32 MEM_ADDR LOAD_DATA UNREACHABLE; do
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
	# Nor are data segments in another form passed on.
	wat '' '(module (memory 1) (data (i32.const 0) "12345678901234567890")
		(func (export "f") (result i32) (i32.load (i32.const 0))))'
	for was in 's/^  0x31, 0x32, /  0x31, 50u, /' '/^};/s/;/ ;/'; do
		edited_wasm2c "$was" _0.c
		failing_tool "data otherwise: $was" 'unknown version of wasm2c' \
			build "$m"
	done
	# A function that changed its kind is not overridden by luck either.
	edited_wasm2c 's/^#define DO_CALL_INDIRECT/#define DONT_CALL_INDIRECT/'
	failing_tool "prelude without DO_CALL_INDIRECT" 'prelude lacks' build "$m"
	# The defects that are mended in its text have to be there.
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
	edited_wasm2c "s/ init_memories(instance);/ init_memory(instance);/" _0.c
	failing_tool "memories made elsewhere" 'unknown version of wasm2c: its mem' \
		build "$m"
}

group_tools() {
	wat '' '(module (table 1 funcref) (memory 1)
		(func $f (export "f") (result i32)
			(i32.load (call_indirect (result i32) (i32.const 0)))))'
	m=$dir/m.wasm
	for fake in 'exit 1' 'exit 0' 'kill -9 $$' 'exit 134'; do
		printf '#!/bin/sh\n%s\n' "$fake" >"$dir/fake"
		chmod +x "$dir/fake"
		WASM2C=$dir/fake failing_tool "wasm2c that does '$fake'" '[^ :]$' \
			build "$m"
	done
	WASM2C=$dir/nowhere failing_tool "no wasm2c" \
		"$dir/nowhere: .*make deps" build "$m"
	echo 'not a program' >"$dir/text"
	WASM2C=$dir/text failing_tool "wasm2c that is no program" \
		"$dir/text: " build "$m"
	# The package's, but where its memory is set up is not to be found.
	sed 's/wasmExports\["p"\]/wasmExports["P"]/' "$wabt/wasm2c" \
		>"$dir/other"
	WASM2C=$dir/other failing_tool "another package's wasm2c" \
		"no such wasm2c is known: $dir/other" build "$m"

	[ -n "$QUICK" ] || tools_edited
	unset WASM2C
	tools_directory
	tools_stopped
	wat '' '(module (import "wasi_snapshot_preview1" "fd_prestat_get"
		(func (param i32 i32) (result i32))) (memory 1)
		(func (export "g")))'
	tools_odd_folder
	tools_names
	tools_elsewhere
	tools_linker
	[ -n "$QUICK" ] || tools_records

	# Only what is in a folder of our own: node for wasm2c, no compiler.
	mkdir "$dir/bin"
	for command in node env; do
		ln -s "$(command -v $command)" "$dir/bin/$command"
	done
	wat '' '(module (func (export "f")))'
	tool build "$m" -o "$dir/m.elf"
	mkdir "$dir/empty"
	tool_path=$dir/empty
	failing_tool "no node" '^catchpit: node: .*make deps' build "$m"
	tool_path=$dir/bin
	failing_tool "no gcc" 'gcc: .*make deps' build "$m" --cc gcc
	failing_tool "no clang" 'clang: .*make deps' build "$m" --cc clang
	tool run "$dir/m.elf"
	complaint "no QEMU" 125 'qemu.*make deps' && ok "no QEMU"
	tool_path=$PATH
}
