# SPDX-License-Identifier: Apache-2.0
#
# Images: several modules, settings, imports; what throws leave behind.
# A part of run.sh, which has the checks.

group_image() {
	sed -e '/(start /d' -e 's/(func $starting/& (export "_start")/' \
		tests/trap/start-only.wat >"$dir/says.wat"
	assemble "$dir/says.wat" "$dir/says.wasm"
	wat '' '(module (memory 1) (start $f) (func $f
		(drop (i32.load (i32.const 0x10000)))))'
	mv "$dir/m.wasm" "$dir/traps.wasm"
	$wasi_cc -o "$dir/echo.wasm" \
		tests/compiler/echo.c 2>"$dir/stderr" || {
		failure "echo.c" "does not compile"
		return 0
	}
	wat '' '(module
		(func (export "a") (param i32) (result i32) local.get 0)
		(func (export "b") (param f64) (result f64) local.get 0))'
	mv "$dir/m.wasm" "$dir/twice.wasm"
	wat '' '(module (func (export "_start")))'
	mv "$dir/m.wasm" "$dir/n.wasm"
	for board in $BOARDS; do
		image_order
		# The same code on all boards.
		[ -z "$QUICK" ] || [ "$board" = "${BOARDS%% *}" ] || continue
		image_streams
		image_settings
		image_imports
		image_reactor
		[ -n "$QUICK" ] || image_start
		[ -n "$QUICK" ] || image_values
		[ -n "$QUICK" ] || image_limit
		[ -n "$QUICK" ] || [ "$board" = host ] || image_grow
		[ "$board" != virt ] || image_cpu
		[ "$board" != virt ] || image_misaligned
		[ "$board" != host ] || image_direct
	done
}

# streams COMMAND...: with what the caller makes of the streams.
streams() {
	got=0
	rm -rf "$dir/tmp"
	mkdir "$dir/tmp"
	TMPDIR=$dir/tmp CATCHPIT_CACHE=$tool_cache "$catchpit" "$@" \
		--board "$board" --timeout "$hang" || got=$?
}

# Streams that are closed, full or not blocking; another machine's image.
image_streams() {
	rm -f "$dir/echo.bin"
	tool build "$dir/echo.wasm" -o "$dir/echo.elf" --board "$board"
	succeeded "$board: echo" || return 0
	: >"$dir/stderr"
	streams run "$dir/echo.elf" <&- >"$dir/stdout"
	if [ "$got" = 1 ] && [ "$(cat "$dir/stdout")" = '[echo]' ]; then
		ok "$board: stdin closed"
	else
		failure "$board: stdin closed" "status $got"
	fi
	streams run "$dir/echo.elf" <&- >&- 2>"$dir/stderr"
	if [ "$got" = 1 ] && [ ! -s "$dir/stderr" ]; then
		ok "$board: stdin and stdout closed"
	else
		failure "$board: stdin and stdout closed" "status $got"
	fi
	: >"$dir/stdout"
	streams run "$dir/echo.elf" >/dev/full 2>"$dir/stderr"
	complaint "$board: stdout full" 125 'stdout: No space left' &&
		ok "$board: stdout full"
	# Nobody reads any more: as by SIGPIPE, unless something else is awaited.
	rm -f "$dir/pipe"
	mkfifo "$dir/pipe"
	for more in '' "--coredump $dir/none.core"; do
		want=141
		[ -z "$more" ] || want=1
		exec 8<>"$dir/pipe" 9>"$dir/pipe" 8<&-
		# shellcheck disable=SC2086	# words
		streams run "$dir/echo.elf" $more >&9 9>&- 2>"$dir/stderr"
		exec 9>&-
		if [ "$got" = $want ] && [ ! -s "$dir/stderr" ]; then
			ok "$board: stdout to nobody${more:+, with more to do}"
		else
			failure "$board: stdout to nobody" "status $got, not $want"
		fi
	done
	# An address in a program header that is far from all others.
	[ "$board" = host ] || (
		ulimit -v 2000000
		cp "$dir/echo.elf" "$dir/flipped.elf"
		for byte in 149 205; do		# of the second and the third
			printf '\001' | dd of="$dir/flipped.elf" bs=1 conv=notrunc \
				seek=$byte 2>/dev/null
		done
		tool flash "$dir/flipped.elf" --board "$board"
		complaint "$board: an ELF file with a hole" 125 'no image' ||
			exit 1
	) && ok "$board: an ELF file with a hole"
	case $board in
	virt) others='q35 host' ;;
	host) others=virt ;;
	*) others='virt host' ;;
	esac
	for image in elf bin; do
		[ -e "$dir/echo.$image" ] || continue
		cp "$dir/echo.$image" "$dir/fat:echo.$image"
		(
			cd "$dir"
			says "$board: an .$image with a colon" 1 '[echo]\n' \
				run "fat:echo.$image" --board "$board" \
				--timeout "$hang"
			exit "$failed"
		) || failed=1
		says "$board: an .$image without --board" 1 '[echo]\n' \
			run "$dir/echo.$image" --timeout "$hang"
	done
	if [ "$board" != host ]; then
		cp "$dir/echo.elf" "$dir/other.elf"
		tool flash "$dir/other.elf" --board "${others% *}"
		complaint "$board's image to be flashed on ${others% *}" 2 \
			"not an image for board ${others% *}, but for $board," &&
			[ ! -e "$dir/other.bin" ] &&
			ok "$board's image to be flashed on ${others% *}"
		tool flash "$dir/other.elf"
		succeeded "$board: flash without --board" &&
			cmp -s "$dir/other.bin" "$dir/echo.bin" &&
			ok "$board: flash without --board" ||
			failure "$board: flash without --board" "another .bin"
		tool flash "$dir/other.bin"
		complaint "$board: flash of a .bin" 126 'not an ELF file of' &&
			ok "$board: flash of a .bin"
	else
		tool flash "$dir/echo.elf"
		complaint "host: flash" 2 'nothing to flash on board host' &&
			ok "host: flash"
		tool flash "$dir/echo.elf" --board virt
		complaint "host: flash for virt" 2 'virt, but for host,' &&
			ok "host: flash for virt"
	fi
	for other in $others; do
		[ $other != host ] || [ "$(uname -m)" = x86_64 ] || continue
		for image in elf bin; do
			[ -e "$dir/echo.$image" ] || continue
			[ $image$other != binhost ] || continue
			tool run "$dir/echo.$image" --board $other
			complaint "$board's .$image on $other" 2 \
				"not an image for board $other, but for $board," &&
				ok "$board's .$image on $other"
		done
	done
}

# A trap leaves the machine as it was: the next module runs.
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
	tool run "$dir/two.elf" --board "$board" --order 0,2
	complaint "$board: an order of what is not there" 2 \
		'a module that is not in' &&
		ok "$board: an order of what is not there"
	# The order of a run goes before the image's own; the last one's status.
	tool run "$dir/two.elf" --board "$board" --timeout "$hang" --order 0,1
	if [ "$got" = 139 ] && [ "$(grep -c before "$dir/stdout")" = 1 ]; then
		ok "$board: an order at run time"
	else
		failure "$board: an order at run time" "status $got"
	fi
}

# How far a memory grows: to 4 GiB, where its pages are only promised; on riscv64
# to 2 GiB, unless it declares a maximum above (compiler/repair.c).  A process has
# a limit of its own (boards/host/start.c).
image_grow() {
	all=1
	[ "$board" != virt ] || all=-1
	while read -r memory max pages want; do
		wat '' "(module (memory 1 ${max#-}) (func (export \"f\") (param i32)
			(result i32) (memory.grow (local.get 0))))"
		says "$board: $memory memory, maximum $max, by $pages pages" 0 \
			"$want\n" run "$dir/m.wasm" --board "$board" \
			--memory "$memory" --timeout "$hang" --invoke f -- "$pages"
	done <<-E
		guard - 32767 1
		guard - 65535 $all
		guard 65536 65535 1
		guard 65536 65536 -1
		checked 65536 65535 -1
	E
}

# --max-memory is of each memory, in bytes, whatever its pages are.
image_limit() {
	for memory in guard checked; do
		while read -r by want size; do
			wat --enable-custom-page-sizes "(module (memory $size)
				(func (export \"f\") (param i32) (result i32)
					(memory.grow (local.get 0))))"
			says "$board: $memory memory of $size, at most 128K, by $by" \
				0 "$want\n" run "$dir/m.wasm" --board "$board" \
				--memory "$memory" --timeout "$hang" \
				--max-memory 128K --invoke f -- "$by"
		done <<-E
			1 1 1
			2 -1 1
			131071 1 1 (pagesize 1)
			131072 -1 1 (pagesize 1)
		E
	done
	wat '' '(module (memory 3))'
	tool run "$dir/m.wasm" --board "$board" --timeout "$hang" \
		--max-memory 128K
	complaint "$board: memory above --max-memory" 126 \
		'm: out of memory, or above --max-memory' &&
		ok "$board: memory above --max-memory"
	tool build "$dir/m.wasm" -o "$dir/m.elf" --board "$board" \
		--max-memory 128K
	succeeded "$board: --max-memory of an image" || return 0
	says "$board: --max-memory of an image, raised" 0 '' \
		run "$dir/m.elf" --board "$board" --timeout "$hang" \
		--max-memory 192K
}

# A load known to be misaligned is one instruction, as gcc is told of a CPU that
# does it; with the tuning for another it is not (the control).
image_misaligned() {
	wat '' '(module (memory 1) (func (export "f") (result i32)
		(i32.load (i32.const 1021))))'
	for tune in '' -mtune=rocket; do
		CATCHPIT_CFLAGS=$tune tool compile "$dir/m.wasm" -o "$dir/m.o" \
			--arch riscv64 --memory zero
		riscv64-unknown-elf-objdump -d "$dir/m.o" |
			sed -n '/<w2c_m_f0>:/,/ret/p' |
			grep -c 'lbu' >"$dir/bytes$tune" || :
	done
	if [ "$(cat "$dir/bytes")" = 0 ] &&
		[ "$(cat "$dir/bytes-mtune=rocket")" = 4 ]; then
		ok "a misaligned load is one"
	else
		failure "a misaligned load is one" "$(cat "$dir/bytes"*)"
	fi
}

# Zba adds a zero-extended address: used where --cpu allows it, on a CPU that
# says it has it.
image_cpu() {
	wat '' '(module (memory 1 65536)	(; none that is signed, repair.c ;)
		(func (export "f") (param i32) (result i32)
			(i32.load8_u (i32.add (local.get 0) (i32.const 5)))))'
	for cc in gcc clang; do
		for cpu in rv64gc rv64gc_zba_zbb_zbs; do
			tool compile "$dir/m.wasm" -o "$dir/m.o" --arch riscv64 \
				--cpu $cpu --cc $cc
			riscv64-unknown-elf-objdump -d "$dir/m.o" |
				grep -c 'add.uw' >"$dir/$cc-$cpu" || :
		done
		if [ "$(cat "$dir/$cc-rv64gc")" = 0 ] &&
			[ "$(cat "$dir/$cc-rv64gc_zba_zbb_zbs")" != 0 ]; then
			ok "add.uw, $cc"
		else
			failure "add.uw, $cc" "$(cat "$dir/$cc"-*)"
		fi
	done
	tool run "$dir/m.wasm" --cpu rv64gc_zba_zbb_zbs --invoke f \
		--timeout "$hang" -- 65530
	if [ "$got" = 0 ] && [ "$(cat "$dir/stdout")" = 0 ]; then
		ok "virt: a CPU that has Zba"
	else
		failure "virt: a CPU that has Zba" "status $got"
	fi
	tool run "$dir/m.wasm" --cpu rv64gc_zba_zbb_zbs --invoke f \
		--timeout "$hang" --qemu -cpu --qemu rv64,zba=off -- 0
	complaint "virt: a CPU that lacks it" 125 \
		'the CPU lacks what --cpu says' &&
		ok "virt: a CPU that lacks it"
	return 0
}

# As many values as a function can have: with none to spare on either side.
image_values() {
	many=$(yes i64 | head -n 1000 | tr '\n' ' ')
	wat '' "(module
		(func (export \"_start\") (export \"all\") (result $many)
			$(yes '(i64.const -1)' | head -n 1000))
		(func (export \"last\") (param $many) (result i64)
			(local.get 999)))"
	says "$board: 1000 results that nobody wants" 0 '' \
		run "$dir/m.wasm" --board "$board" --timeout "$hang"
	says "$board: 1000 results" 0 "$(yes -- -1 | head -n 1000)\n" \
		run "$dir/m.wasm" --board "$board" --timeout "$hang" \
		--invoke all
	# shellcheck disable=SC2046	# into words
	says "$board: 1000 parameters" 0 '1000\n' \
		run "$dir/m.wasm" --board "$board" --timeout "$hang" \
		--invoke last -- $(seq 1000)
	wat '' '(module (func (export "_start") (param i32) (result i32)
		(local.get 0)))'
	tool run "$dir/m.wasm" --board "$board" --timeout "$hang"
	complaint "$board: _start with a parameter" 126 \
		'm: _start has parameters' &&
		says "$board: _start with a parameter, by --invoke" 0 '7\n' \
			run "$dir/m.wasm" --board "$board" --timeout "$hang" \
			--invoke _start -- 7 || :
}

# A WASI reactor: _initialize comes before anything else of it, and once.
image_reactor() {
	for end in nop unreachable; do
		wat '' "(module (global \$n (mut i32) (i32.const 41))
			(func (export \"_initialize\")
				(global.set \$n (i32.add (global.get \$n) (i32.const 1)))
				$end)
			(func (export \"get\") (result i32) (global.get \$n)))"
		if [ $end = nop ]; then
			says "$board: a reactor" 0 '42\n' run "$dir/m.wasm" \
				--board "$board" --timeout "$hang" --invoke get
			says "$board: _initialize alone" 0 '' run "$dir/m.wasm" \
				--board "$board" --timeout "$hang" \
				--invoke _initialize
		else
			initialize_traps "a reactor that traps" --invoke get
			initialize_traps "a reactor, nothing asked for"
		fi
	done
}

initialize_traps() {
	case="$board: $1"
	shift
	tool run "$dir/m.wasm" --board "$board" --timeout "$hang" "$@"
	if [ "$got" = 132 ] && [ ! -s "$dir/stdout" ] &&
		grep -q '#0 _initialize' "$dir/stderr"; then
		ok "$case"
	else
		failure "$case" "status $got"
	fi
}

# What goes in as argument or environment comes out unchanged.
image_settings() {
	odd='1,5 %41 "x" $y \\n'
	says "$board: arguments of run" 4 \
		"[echo]\n[a b]\n[]\n[$odd]\n{A=1 =2}\n{B=}\n" \
		run "$dir/echo.wasm" --board "$board" --timeout "$hang" \
		--arg 'a b' --env 'A=1 =2' --env B= -- '' "$(printf '%b' "$odd")"
	# shellcheck disable=SC2046	# into words
	says "$board: 70 arguments" 71 "$(printf '[echo]\n[%s]' "$(seq 70 |
		sed ':a; N; $!ba; s/\n/]\\n[/g')")\n" \
		run "$dir/echo.wasm" --board "$board" --timeout "$hang" \
		-- $(seq 70)
	cp "$dir/twice.wasm" "$dir/again.wasm"
	says "$board: one function of two modules" 0 '2.5\n2.5\n' \
		run "$dir/twice.wasm" "$dir/again.wasm" --board "$board" \
		--timeout "$hang" --order 0,1 --invoke b -- 2.5
	says "$board: an option twice" 0 '2.5\n' run "$dir/twice.wasm" \
		--board "$board" --timeout "$hang" --invoke a --invoke b -- 2.5
	tool run "$dir/echo.wasm" --board "$board" --arg "$(printf '%16400s' x)"
	complaint "$board: arguments that are too long" 2 'too long' &&
		ok "$board: arguments that are too long"
	tool build "$dir/echo.wasm" -o "$dir/echo.elf" --board "$board" \
		--arg 'a b' --arg "$(printf 'new\nline')" --env X=Y --stack 128K
	succeeded "$board: settings of an image" || return 0
	says "$board: settings of an image" 3 \
		"[echo]\n[a b]\n[new\nline]\n{X=Y}\n" \
		run "$dir/echo.elf" --board "$board" --timeout "$hang"
}

# direct NAME STATUS OUT ERR COMMAND...: an image as the program that it is;
# ERR is what its last line begins with.
direct() {
	case=$1 wanted=$2 err=$4
	printf '%b' "$3" >"$dir/want"
	shift 4
	got=0
	"$@" </dev/null >"$dir/stdout" 2>"$dir/stderr" || got=$?
	if [ "$got" = "$wanted" ] && cmp -s "$dir/want" "$dir/stdout" &&
		tail -n 1 "$dir/stderr" | grep -q "^$err"; then
		ok "host: $case"
	else
		failure "host: $case" "status $got"
	fi
}

# segv_after_words ELF: sends the signal once it has said something, when its
# handlers have been set for long.
segv_after_words() {
	"$1" &
	spinner=$! tries=600
	until [ -s "$dir/stdout" ] || [ $tries = 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	kill -s SEGV $spinner
	wait $spinner
}

# Without `catchpit run'.  That signal is sent, not raised: nobody's fault.
image_direct() {
	direct "its own arguments" 3 "[echo]\n[x  y]\n[50%20]\n{X=Y}\n" 'catchpit: stats' \
		env CATCHPIT_SETTINGS=stats=1 "$dir/echo.elf" 'x  y' '50%20'
	direct "it traps" 0 'before\nafter\nbefore\nafter\nbefore\nafter\n' \
		'catchpit: trap=memory-out-of-bounds' "$dir/two.elf"
	direct "arguments that are too long" 2 '' \
		'catchpit: the arguments are too long' \
		"$dir/echo.elf" "$(printf '%16400s' x)"
	sed 's/(call $after)/(loop (br 0))/' "$dir/says.wat" >"$dir/spin.wat"
	assemble "$dir/spin.wat" "$dir/spin.wasm"
	tool build "$dir/spin.wasm" --board host -o "$dir/spin.elf"
	direct "a signal from outside" 125 'before\n' \
		'catchpit: fatal: unknown interrupt' \
		segv_after_words "$dir/spin.elf"
}

# An import that is not there: the image says so, and which (KAN-05).
# What nobody can supply is refused where an image is made; a kernel supplies
# what it likes.
image_imports() {
	while IFS='|' read -r name pattern text; do
		wat '' "$text"
		rm -f "$dir"/m.elf "$dir"/m.bin
		for command in "build $dir/n.wasm $dir/m.wasm -o $dir/m.elf" \
			"run $dir/m.wasm --timeout $hang"; do
			# shellcheck disable=SC2086	# into words
			tool $command --board "$board"
			complaint "$board: ${command%% *}: $name" 126 \
				"m.wasm: import $pattern: an image" || continue 2
		done
		tool compile "$dir/m.wasm" -o "$dir/m.o" \
			--arch "$(arch_of "$board")"
		succeeded "$board: $name, for a kernel" || continue
		if [ -e "$dir/m.elf" ] || [ -e "$dir/m.bin" ]; then
			fail "$board: $name" "there is an image"
		else
			ok "$board: $name"
		fi
	done <<'E'
import of an unknown module|env nothing is missing|(module (import "env" "nothing" (func)) (func (export "_start")))
import of an unknown function|wasi_snapshot_preview1 fd_wrote is missing|(module (import "wasi_snapshot_preview1" "fd_wrote" (func)) (func (export "_start")))
import without a name|% % is missing|(module (import "" "" (func)) (func (export "_start")))
import whose name goes on|wasi_snapshot_preview1 sched_yield%00 is missing|(module (import "wasi_snapshot_preview1" "sched_yield\00" (func (result i32))) (func (export "_start")))
import of another type|wasi_snapshot_preview1 sched_yield is of another type|(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i64))) (func (export "_start")))
import of another type, the second|wasi_snapshot_preview1 args_get is of another type|(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))) (import "wasi_snapshot_preview1" "args_get" (func (param i32) (result i32))) (func (export "_start")))
import of another kind|wasi_snapshot_preview1 sched_yield is of another type|(module (import "wasi_snapshot_preview1" "sched_yield" (global i32)) (func (export "_start")))
import with a line of its own|env a%0acatchpit:%20trap=none is missing|(module (import "env" "a\u{a}catchpit: trap=none" (func)) (func (export "_start")))
import of a memory|env memory is missing|(module (import "env" "memory" (memory 1)) (func (export "_start")))
import of a table|env table is missing|(module (import "env" "table" (table 1 funcref)) (func (export "_start")))
import of a global|env global is missing|(module (import "env" "global" (global i32)) (func (export "_start")))
E
}

# other_imports EDIT: compilers that make it another table of imports.
other_imports() {
	mkdir -p "$dir/other"
	for cc in gcc riscv64-unknown-elf-gcc; do
		cat >"$dir/other/$cc" <<E
#!/bin/sh
for file; do
	[ "\${file##*/}" = glue.c ] || continue
	sed 's/"wasi_snapshot_preview1", "sched_yield", { 0, ":i"/$1/' \\
		"\$file" >"\$file.new"
	! cmp -s "\$file" "\$file.new" || exit 3
	mv "\$file.new" "\$file"
done
exec $(command -v $cc) "\$@"
E
		chmod +x "$dir/other/$cc"
	done
}

# The board tells what it lacks as well: an image may have been made otherwise.
image_start() {
	while IFS='|' read -r name pattern edit; do
		other_imports "$edit"
		wat '' '(module (import "wasi_snapshot_preview1" "sched_yield"
			(func (result i32))) (func (export "_start")))'
		tool_path=$dir/other:$PATH
		tool build "$dir/m.wasm" -o "$dir/m.elf" --board "$board"
		tool_path=$PATH
		succeeded "$board: $name, at boot" || continue
		tool run "$dir/m.elf" --board "$board" --timeout "$hang"
		complaint "$board: $name, at boot" 126 "m: .*import .*$pattern" &&
			ok "$board: $name, at boot"
	done <<'E'
import of an unknown module|sched_yield|"env", "sched_yield", { 0, ":i"
import of an unknown function|fd_wrote|"wasi_snapshot_preview1", "fd_wrote", { 0, ":i"
import of another type|sched_yield|"wasi_snapshot_preview1", "sched_yield", { 0, ":I"
import of another kind|sched_yield|"wasi_snapshot_preview1", "sched_yield", { 3, "i"
import with a line of its own|a.catchpit: trap=none|"env", "a\\ncatchpit: trap=none", { 0, ":i"
E
	while IFS='|' read -r name text; do
		wat '' "$text"
		# Else a memory comes page by page, as it is touched.
		tool build "$dir/m.wasm" -o "$dir/m.elf" --board "$board" \
			--prefault
		succeeded "$board: $name" || continue
		tool run "$dir/m.elf" --board "$board" --timeout "$hang"
		complaint "$board: $name" 126 'm: out of memory$' &&
			ok "$board: $name"
	done <<'E'
too large a memory|(module (memory 65536) (func (export "_start")))
too large a table|(module (table 1000000000 funcref) (func (export "_start")))
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
			sed -n 's/.* pages=\([0-9]*\) .*heap=\([0-9]*\).*/\1 \2/p' \
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
