#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The host test of the WASI archive, then each guest program on each board in
# each memory mode.  README.md says what the lines at their start mean.
. "$(dirname "$0")/../lib.sh"

# The archive alone, sanitized; it counts its own checks.
host_test() {
	temp host
	# shellcheck disable=SC2046	# file names without spaces
	if ! "${CC:-cc}" -std=gnu11 -g -O1 -Wall -Wextra -Werror \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-Irt/include -Irt/wasi -Itests/wasi tests/wasi/*_test.c \
		tests/wasi/wasi_fake.c rt/wasi/*.c -o "$dir/test" \
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

case ${1-} in
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
	for file in tests/wasi/*.c tests/wasi/*.wat; do
		case $file in
		*_test.c | *_fake.c) ;;
		*) echo "$file" ;;
		esac
	done
} | in_parallel || failed=1
exit "$failed"
