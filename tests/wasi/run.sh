#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The host test of the WASI archive, then each guest program on each board in
# each memory mode.  README.md says what the lines at their start mean.
. "$(dirname "$0")/../lib.sh"
. tests/wasi/back.sh

# The archive alone, sanitized; it counts its own checks.
host_test() {
	temp host
	# shellcheck disable=SC2046	# file names without spaces
	if ! "${CC:-cc}" -std=gnu11 -g -O1 -Wall -Wextra -Werror \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-Irt/include -Irt/wasi -Itests/wasi tests/wasi/*_test.c \
		tests/wasi/*_fake.c rt/wasi/*.c -o "$dir/test" \
		>"$dir/log" 2>&1; then
		fail "$suite/host" "does not compile"
		show "$dir/log"
		return
	fi
	status=0
	"$dir/test" >"$dir/out" 2>&1 || status=$?
	last=$(tail -n 1 "$dir/out")
	case $last in
	[1-9]*' passed, 0 failed, 0 skipped')
		[ "$status" != 0 ] || {
			ok "$suite/host: ${last%%,*}"
			return
		} ;;
	esac
	fail "$suite/host" "status $status: $last"
	grep -v ' passed' "$dir/out" >"$dir/log" || :
	show "$dir/log"
}

# lines KEY: what the lines of $source with that key say.
lines() {
	sed -n "s#^\\(//\\|;;\\) $1: \\{0,1\\}##p" "$source"
}

# All options of one run, an option a line, in $dir/options.
options() {
	# args: and arg: add up in the order of their lines.
	sed -n -e 's#^\(//\|;;\) args: *#args #p' \
		-e 's#^\(//\|;;\) arg: \{0,1\}#one #p' "$source" |
		while IFS= read -r line; do
			case $line in
			'args '*) printf '%s\n' "${line#args }" | tr -s ' ' '\n' ;;
			*) printf '%s\n' "${line#one }" ;;
			esac
		done | sed 's/^/--arg\n/'
	lines env | sed 's/^/--env\n/'
	lines dir | sed "s,^in,$dir/in,; s/^/--dir\n/"
}

# furnish DIR: a folder for guests, with all kinds of things in it.
furnish() {
	rm -rf "$1"
	mkdir -p "$1/sub"
	echo hello >"$1/hello.txt"
	echo deep >"$1/sub/deep.txt"
	ln -s sub/deep.txt "$1/link"
}

# guest SOURCE
guest() {
	source=$1
	name=$(basename "${source%.*}")
	temp "$name"
	case $source in
	*.c)
		$wasi_cc -Wall -Wextra -Werror "$source" \
			-o "$dir/$name.wasm" 2>"$dir/log" ;;
	*)
		assemble "$source" "$dir/$name.wasm" 2>"$dir/log" ;;
	esac || {
		fail "$suite/$name" "does not compile"
		show "$dir/log"
		return
	}
	wanted=$(lines expect-status)
	for stream in out err; do
		cp "tests/wasi/$name.$stream" "$dir/want.$stream" 2>/dev/null ||
			: >"$dir/want.$stream"
	done
	printf '%b' "$(lines stdin)" >"$dir/stdin"
	options >"$dir/options"
	furnish "$dir/in"
	for board in $BOARDS; do
		memory=guard
		run_guest
		fully "$board" || continue
		memory=checked
		run_guest
	done
}

run_guest() {
	case="$suite/$name $board $memory"
	# The arguments of run, one a line: into "$@".
	set --
	while IFS= read -r line; do
		set -- "$@" "$line"
	done <"$dir/options"
	status=0
	"$catchpit" run "$dir/$name.wasm" --board "$board" --memory "$memory" \
		--timeout "$hang" "$@" <"$dir/stdin" >"$dir/out" \
		2>"$dir/err" || status=$?
	if [ "$status" != "$wanted" ]; then
		fail "$case" "status $status, not $wanted"
	elif ! compare "$dir/want.out" "$dir/out"; then
		fail "$case" "its stdout is not as expected"
		show "$dir/out.diff"
	elif ! compare "$dir/want.err" "$dir/err"; then
		fail "$case" "its stderr is not as expected"
		show "$dir/err.diff"
	else
		ok "$case"
		return
	fi
	show "$dir/err"
}

# File system calls of chance come to what they come to on Linux.
like_linux() {
	temp linux
	if ! gcc -O1 -Wall -Wextra -Werror -D_GNU_SOURCE \
		tests/wasi/linux/calls.c -o "$dir/calls" 2>"$dir/log" ||
		! $wasi_cc -Wall -Wextra -Werror -D_GNU_SOURCE \
			tests/wasi/linux/calls.c -o "$dir/calls.wasm" \
			2>"$dir/log"; then
		fail "$suite/linux" "does not compile"
		show "$dir/log"
		return
	fi
	for board in $BOARDS; do
		"$catchpit" build "$dir/calls.wasm" --board "$board" \
			-o "$dir/$board.elf" 2>"$dir/log"
	done
	for seed in 1 2 3; do
		[ -z "$QUICK" ] || [ $seed = 1 ] || continue
		rm -rf "$dir/in"
		mkdir "$dir/in"
		status=0
		(cd "$dir/in" && "$dir/calls" $seed 20000) >"$dir/want" ||
			status=$?
		if [ $status = 3 ]; then
			skip "$suite/linux" "no openat2 here to say what is outside"
			return
		fi
		for board in $BOARDS; do
			calls_of "$board" $seed
		done
	done
}

# calls_of BOARD SEED
calls_of() {
	case="$suite/linux $1 seed $2"
	if ! "$catchpit" run "$dir/$1.elf" --board "$1" --dir =. \
		--timeout "$hang" -- "$2" 20000 >"$dir/out" 2>"$dir/log"; then
		fail "$case" "does not end well"
		show "$dir/log"
	elif ! compare "$dir/want" "$dir/out"; then
		fail "$case" "not as on Linux"
		show "$dir/out.diff"
	else
		ok "$case"
	fi
}

# On a terminal of the host's the streams say that they are one.
terminal() {
	temp terminal
	command -v script >/dev/null || {
		skip "$suite/terminal" "no script(1) here to make one"
		return
	}
	$wasi_cc tests/wasi/fdstat.c \
		-o "$dir/fdstat.wasm" 2>"$dir/log"
	sed 's/^\([012]: 0\) type 0 \(.*\) type 0 \(.*\) tty 0$/\1 type 2 \2 type 2 \3 tty 1/' \
		tests/wasi/fdstat.err | sort >"$dir/want"
	for board in $BOARDS; do
		"$catchpit" build "$dir/fdstat.wasm" -o "$dir/fdstat.elf" \
			--board "$board" 2>"$dir/log"
		script -q -c "$catchpit run $dir/fdstat.elf --board $board \
			--timeout $hang" /dev/null </dev/null 2>"$dir/log" |
			tr -d '\r' | grep -v '^x$' | sort >"$dir/out"
		if compare "$dir/want" "$dir/out"; then
			ok "$suite/terminal $board"
		else
			fail "$suite/terminal $board" "not as expected"
			show "$dir/out.diff"
		fi
	done
}

# A machine whose time stands still while the CPU works and jumps while it is
# idle (-icount with sleep=off, an instruction a nanosecond) sleeps an hour at
# once; one that asks over and over takes all of it, and more than anybody
# waits.  A process that sleeps for 3 s may use 1 s of CPU time.
idle() {
	temp idle
	$wasi_cc tests/wasi/sleep.c \
		-o "$dir/sleep.wasm" 2>"$dir/log"
	for board in $BOARDS; do
		"$catchpit" build "$dir/sleep.wasm" --board "$board" \
			-o "$dir/sleep.elf" 2>"$dir/log"
		if [ "$board" = host ]; then
			cpu=1
			sleeps "sleep" 0 3000
			sleeps "sleep with a tick" 0 3000 --tick 1000
			sleeps "no sleep" 125 "50000 spin"
			continue
		fi
		cpu=unlimited
		set -- --qemu -icount --qemu shift=0,sleep=off
		sleeps "sleep" 0 3600000 "$@"
		sleeps "sleep with a tick" 0 10000 --tick 1000 "$@"
		fully "$board" || continue
		sleeps "no sleep" 125 "3600000 spin" --timeout 5 "$@"
	done
}

# sleeps NAME STATUS ARGUMENTS OPTION...
sleeps() {
	case="$suite/idle: $1 $board" wanted=$2 arguments=$3 status=0
	shift 3
	(
		ulimit -t "$cpu"
		# shellcheck disable=SC2086	# split at spaces
		exec "$catchpit" run "$dir/sleep.elf" --board "$board" \
			--timeout "$hang" "$@" -- $arguments
	) >"$dir/out" 2>"$dir/log" || status=$?
	if [ "$status" != "$wanted" ]; then
		fail "$case" "status $status, not $wanted"
		show "$dir/log"
	elif [ "$status" = 0 ] && ! compare tests/wasi/sleep.out "$dir/out"; then
		fail "$case" "too short"
	else
		ok "$case"
	fi
}

# virt's random numbers are those of its device, of both kinds: one that has
# nothing but zeros tells.  Without it there is the seed of the firmware.
entropy() {
	temp entropy
	case " $BOARDS " in
	*' virt '*) ;;
	*)
		skip "$suite/entropy" "no virt among the boards"
		return ;;
	esac
	$wasi_cc tests/wasi/random.c \
		-o "$dir/random.wasm" 2>"$dir/log"
	"$catchpit" build "$dir/random.wasm" -o "$dir/random.elf" 2>"$dir/log"
	sed -e 's/differ/the same/' -e 's/ok/has holes/' \
		tests/wasi/random.out >"$dir/zeros"
	set -- --qemu -object --qemu rng-random,id=zeros,filename=/dev/zero \
		--qemu -set --qemu device.rng.rng=zeros
	source_of "a legacy device" "$dir/zeros" "$@"
	source_of "a modern device" "$dir/zeros" "$@" \
		--qemu -global --qemu virtio-mmio.force-legacy=off
	# Another kind of device in its slot.
	source_of "no device" tests/wasi/random.out \
		--qemu -set --qemu device.rng.driver=virtio-serial-device
}

# A machine's stdin: every byte of it, in pieces of any size, by its virtio console
# of both kinds, and where no firmware has set that up; by hand by its UART.
input() {
	temp input
	$wasi_cc tests/sched/input.c -o "$dir/cat.wasm"
	for n in 1 2 3 4 5 6 7 8; do
		[ -z "$QUICK" ] || [ $n -le 2 ] || continue
		cat "$dir/cat.wasm"
	done >"$dir/want"
	for board in $BOARDS; do
		unreadable "$board"
		[ "$board" != host ] || continue
		"$catchpit" build "$dir/cat.wasm" --board "$board" \
			-o "$dir/$board.elf" 2>"$dir/log"
		copied "$board" "$dir/$board.elf"
		copied "$board from flash" "$dir/$board.bin"
		[ "$board" = q35 ] ||
			copied "$board by a modern device" "$dir/$board.elf" \
				--qemu -global \
				--qemu virtio-mmio.force-legacy=off
		serial=virtio-serial-device
		[ "$board" != q35 ] || serial=virtio-serial-pci
		copied "$board beside another device" "$dir/$board.elf" \
			--qemu -device --qemu $serial
		typed "$board"
	done
}

# Its end to the guest, and one line that says why.
unreadable() {
	case="$suite/input: a directory $1" status=0
	"$catchpit" run "$dir/cat.wasm" --board "$1" --timeout "$hang" \
		<"$dir" >"$dir/out" 2>"$dir/log" || status=$?
	echo 'catchpit: stdin: Is a directory' | cmp - "$dir/log" \
		>"$dir/differ" 2>&1 && [ "$status" = 0 ] &&
		[ ! -s "$dir/out" ] && ok "$case" || {
		fail "$case" "status $status, or another message"
		show "$dir/log"
	}
}

# copied NAME FILE OPTION...
copied() {
	case="$suite/input: $1" file=$2
	shift 2
	if "$catchpit" run "$file" --board "$board" --timeout "$hang" "$@" \
		<"$dir/want" >"$dir/out" 2>"$dir/log" &&
		cmp "$dir/want" "$dir/out" >>"$dir/log" 2>&1; then
		ok "$case"
	else
		fail "$case" "not what was sent"
		show "$dir/log"
	fi
}

# by_hand BOARD OPTION...: $dir/BOARD.elf in QEMU, as one types it.
by_hand() {
	kernel=$dir/$1.elf machine=$1
	shift
	case $machine in
	virt) set -- qemu-system-riscv64 -M virt -bios none "$@" ;;
	*) set -- qemu-system-x86_64 -M "$machine" -cpu max \
		-device isa-debug-exit,iobase=0xf4,iosize=4 "$@" ;;
	esac
	timeout "$hang" "$@" -m 256M -nodefaults -display none -no-reboot \
		-serial stdio -kernel "$kernel"
}

# typed BOARD: by hand it ends with ^D, and a line with what a terminal sends.
# What comes before the UART is set up is lost: some of the dots.
typed() {
	case="$suite/input: $1 by hand"
	printf '................one\rtwo\n\020E\004three' | by_hand "$1" \
		2>"$dir/log" | sed '1s/^\.*//' >"$dir/out" || :
	printf 'one\r\ntwo\r\n\020E' >"$dir/typed"
	if cmp "$dir/typed" "$dir/out" >>"$dir/log" 2>&1; then
		ok "$case"
	else
		fail "$case" "not what was typed"
		show "$dir/log"
	fi
}

# source_of NAME WANTED OPTION...
source_of() {
	case="$suite/entropy: $1" wanted=$2
	shift 2
	"$catchpit" run "$dir/random.elf" --timeout "$hang" "$@" \
		>"$dir/out" 2>"$dir/log" || :
	if compare "$wanted" "$dir/out"; then
		ok "$case"
	else
		fail "$case" "not as expected"
		show "$dir/out.diff"
		show "$dir/log"
	fi
}

# shellcheck source=tests/wasi/dirs.sh
. tests/wasi/dirs.sh

case ${1-} in
writeback | dates | moved | initrd | bad_dirs | trailer | idle | entropy | input)
	"$1"
	exit "$failed" ;;
back)
	back_all
	exit "$failed" ;;
terminal)
	terminal
	exit "$failed" ;;
like_linux)
	like_linux
	exit "$failed" ;;
host)
	host_test
	exit "$failed" ;;
?*)
	guest "$1"
	exit "$failed" ;;
esac

suite_begin
{
	echo host
	echo terminal
	echo like_linux
	echo bad_dirs
	echo writeback
	echo back
	echo dates
	echo moved
	echo initrd
	echo trailer
	echo idle
	echo entropy
	echo input
	for file in tests/wasi/*.c tests/wasi/*.wat; do
		case $file in
		*_test.c | *_fake.c) ;;
		*exit[0-9].c | *exit255.c) [ -n "$QUICK" ] || echo "$file" ;;
		*) echo "$file" ;;
		esac
	done
} | in_parallel || failed=1
exit "$failed"
