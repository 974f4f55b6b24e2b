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
		clang --target=wasm32-wasi -O2 -Wall -Wextra -Werror "$source" \
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

# On a terminal of the host's the streams say that they are one.
terminal() {
	temp terminal
	command -v script >/dev/null || {
		skip "$suite/terminal" "no script(1) here to make one"
		return
	}
	clang --target=wasm32-wasi -O2 tests/wasi/fdstat.c \
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
	clang --target=wasm32-wasi -O2 tests/wasi/sleep.c \
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
	clang --target=wasm32-wasi -O2 tests/wasi/random.c \
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
	clang --target=wasm32-wasi -O2 tests/sched/input.c -o "$dir/cat.wasm"
	for _ in 1 2 3 4 5 6 7 8; do
		cat "$dir/cat.wasm"
	done >"$dir/want"
	for board in $BOARDS; do
		[ "$board" != host ] || continue
		"$catchpit" build "$dir/cat.wasm" --board "$board" \
			-o "$dir/$board.elf" 2>"$dir/log"
		copied "$board" "$dir/$board.elf"
		copied "$board from flash" "$dir/$board.bin"
		[ "$board" = q35 ] ||
			copied "$board by a modern device" "$dir/$board.elf" \
				--qemu -global \
				--qemu virtio-mmio.force-legacy=off
		typed "$board"
	done
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

# typed BOARD: by hand it ends with ^D, and a line with what a terminal sends.
# What comes before the UART is set up is lost: some of the dots.
typed() {
	case="$suite/input: $1 by hand"
	case $1 in
	virt) set -- qemu-system-riscv64 -M virt -bios none ;;
	*) set -- qemu-system-x86_64 -M "$1" -cpu max \
		-device isa-debug-exit,iobase=0xf4,iosize=4 ;;
	esac
	printf '................one\rtwo\n\020E\004three' |
		timeout "$hang" "$@" -m 256M -nodefaults -display none \
			-no-reboot -serial stdio -kernel "$dir/$board.elf" \
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

# state DIR: what is in it, a line each.
state() {
	(cd "$1" && find . | sort | while IFS= read -r f; do
		if [ -L "$f" ]; then
			echo "$f -> $(readlink "$f")"
		elif [ -f "$f" ]; then
			echo "$f: $(cksum <"$f")"
		else
			echo "$f"
		fi
	done)
}

# --dir and --writeback: what changes, what stays, and what is refused.
writeback() {
	temp writeback
	clang --target=wasm32-wasi -O2 -Wall -Wextra -Werror \
		tests/wasi/files.c -o "$dir/files.wasm" 2>"$dir/log"
	for board in $BOARDS; do
		furnish "$dir/in"
		chmod 666 "$dir/in/hello.txt"	# more than umask leaves a new one
		mkdir -p "$dir/tmp"
		rm -rf "$dir/tmp/large" "$dir/tmp/s"
		state "$dir/in" >"$dir/before"
		"$catchpit" build "$dir/files.wasm" --board "$board" \
			--dir "$dir/in=/data" --dir "$dir/tmp=tmp" \
			-o "$dir/files.elf" 2>"$dir/log"
		case="$suite/dir in the image $board"
		"$catchpit" run "$dir/files.elf" --board "$board" \
			--timeout "$hang" >"$dir/out" 2>"$dir/log" || :
		state "$dir/in" >"$dir/after"
		if ! compare tests/wasi/files.out "$dir/out"; then
			fail "$case" "its stdout is not as expected"
			show "$dir/out.diff"
			show "$dir/log"
		elif ! compare "$dir/before" "$dir/after"; then
			fail "$case" "the host's folder has changed"
		else
			ok "$case"
		fi
		# Settings at run time; the guest's links lead out: refused.
		case="$suite/writeback $board"
		status=0
		(
			umask 027
			exec "$catchpit" run "$dir/files.wasm" --board "$board" \
				--dir "$dir/in=/data" --dir "$dir/tmp=tmp" \
				--writeback --timeout "$hang"
		) >"$dir/out" 2>"$dir/log" || status=$?
		{
			echo .
			echo "./hello.txt: $(printf 'hello\nappended\n' | cksum)"
			echo './link -> sub/deep.txt'
			echo ./sub
			echo "./sub/y: $(echo moved | cksum)"
			echo "./z: $(echo moved | cksum)"
		} >"$dir/want"
		state "$dir/in" >"$dir/after"
		if ! compare "$dir/want" "$dir/after"; then
			fail "$case" "the folder is not as the guest left it"
			show "$dir/after.diff"
		elif [ "$(cd "$dir/in" && stat -c %a hello.txt z | xargs)" != \
			'666 640' ]; then
			fail "$case" "not the permissions that files had, or get"
		elif [ "$(wc -c <"$dir/tmp/large")" != 10 ]; then
			fail "$case" "the second folder was not written"
		elif [ "$status" != 125 ] || [ -L "$dir/tmp/s" ] ||
			! grep -q 'tmp/s: a symlink that may lead out' "$dir/log"; then
			fail "$case" "a symlink out of the folder was written"
		else
			ok "$case"
		fi
	done
}

# refused TEXT WANTED-STATUS HOST[=GUEST]: one line, and no image.
refused() {
	status=0
	"$catchpit" build "$dir/hello.wasm" --dir "$3" -o "$dir/no.elf" \
		2>"$dir/log" || status=$?
	if [ "$status" = "$2" ] && [ "$(wc -l <"$dir/log")" = 1 ] &&
		grep -qF "$1" "$dir/log" && [ ! -e "$dir/no.elf" ]; then
		ok "$suite/dir: $1"
	else
		fail "$suite/dir: $1" "status $status, or another message"
		show "$dir/log"
	fi
}

bad_dirs() {
	temp bad_dirs
	clang --target=wasm32-wasi -O2 tests/wasi/hello.c -o "$dir/hello.wasm"
	mkdir "$dir/out" "$dir/abs" "$dir/twice" "$dir/fifo"
	ln -s ../x "$dir/out/link"
	ln -s /etc "$dir/abs/link"
	ln -s a/../x "$dir/twice/link"
	mkfifo "$dir/fifo/f"
	refused 'out/link: a symlink that may lead out' 2 "$dir/out=/"
	refused 'abs/link: a symlink that may lead out' 2 "$dir/abs=/"
	refused 'twice/link: a symlink that may lead out' 2 "$dir/twice=/"
	refused 'fifo/f: neither a file nor a directory' 2 "$dir/fifo=/"
	refused 'none: No such file or directory' 127 "$dir/none=/"
	refused 'hello.wasm: Not a directory' 125 "$dir/hello.wasm=/"
	refused "'../up' cannot be the guest's name" 2 "$dir/out=../up"
	refused 'no name for the guest' 2 "$dir/out="
	for board in $BOARDS; do
		[ "$board" = host ] || too_large
	done
}

# More than a machine has room for, which QEMU tells in words of its own.
too_large() {
	status=0
	mkdir -p "$dir/large"
	truncate -s 300M "$dir/large/file"
	"$catchpit" run "$dir/hello.wasm" --board "$board" \
		--dir "$dir/large=/" --timeout "$hang" 2>"$dir/log" || status=$?
	rm -r "$dir/large"
	if [ "$status" = 125 ] && [ "$(wc -l <"$dir/log")" = 1 ] &&
		grep -q '^catchpit: --dir: 300 MiB are too much' "$dir/log"; then
		ok "$suite/dir: too large $board"
	else
		fail "$suite/dir: too large $board" "status $status, or another message"
		show "$dir/log"
	fi
}

# A file that has the name of the entry that ends an archive ends nothing.
trailer() {
	temp trailer
	mkdir "$dir/in"
	echo first >"$dir/in/TRAILER!!!"
	echo second >"$dir/in/z"
	cat >"$dir/guest.c" <<-'E'
	#include <stdio.h>
	int main(void)
	{
		FILE *f = fopen("/z", "r+");

		return f == NULL || fputs("SECOND", f) < 0 || fclose(f) != 0;
	}
	E
	clang --target=wasm32-wasi -O2 "$dir/guest.c" -o "$dir/guest.wasm"
	for board in $BOARDS; do
		case="$suite/a file named TRAILER!!! $board"
		echo second >"$dir/in/z"
		if "$catchpit" run "$dir/guest.wasm" --board "$board" \
			--dir "$dir/in=/" --writeback --timeout "$hang" \
			>"$dir/log" 2>&1 && [ "$(cat "$dir/in/z")" = SECOND ]
		then
			ok "$case"
		else
			fail "$case" "what comes after it is not there"
			show "$dir/log"
		fi
	done
}

# With directories renamed, the folder is as the same moves on the host leave it.
moved() {
	temp moved
	cat >"$dir/guest.c" <<-'E'
	#include <stdio.h>
	#include <sys/stat.h>
	int main(void)
	{
		return rename("/a", "/a2") || rename("/p", "/t") ||
		       rename("/q", "/p") || rename("/t", "/q") ||
		       mkdir("/n", 0777) || rename("/m", "/n/m") ||
		       rename("/k", "/t") || rename("/t", "/k");
	}
	E
	clang --target=wasm32-wasi -O2 "$dir/guest.c" -o "$dir/guest.wasm"
	for board in $BOARDS; do
		case="$suite/renamed directories $board"
		rm -rf "$dir/in" "$dir/want"
		for d in a a/s p q m m/s k; do
			mkdir -p "$dir/in/$d"
			echo "$d" >"$dir/in/$d/f"
		done
		cp -R "$dir/in" "$dir/want"
		(cd "$dir/want" && mv a a2 && mv p t && mv q p && mv t q &&
			mkdir n && mv m n/m)
		if ! "$catchpit" run "$dir/guest.wasm" --board "$board" \
			--dir "$dir/in=/" --writeback --timeout "$hang" \
			>"$dir/log" 2>&1; then
			fail "$case" "it ended with another status"
			show "$dir/log"
		elif ! diff -r "$dir/want" "$dir/in" >"$dir/log" 2>&1; then
			fail "$case" "the folder is not as the guest left it"
			show "$dir/log"
		else
			ok "$case"
		fi
	done
}

case ${1-} in
writeback | moved | bad_dirs | trailer | idle | entropy | input)
	"$1"
	exit "$failed" ;;
back)
	back_all
	exit "$failed" ;;
terminal)
	terminal
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
	echo bad_dirs
	echo writeback
	echo back
	echo moved
	echo trailer
	echo idle
	echo entropy
	echo input
	for file in tests/wasi/*.c tests/wasi/*.wat; do
		case $file in
		*_test.c | *_fake.c) ;;
		*) echo "$file" ;;
		esac
	done
} | in_parallel || failed=1
exit "$failed"
