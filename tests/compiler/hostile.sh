# SPDX-License-Identifier: Apache-2.0
#
# Valid modules with too much of something (hostile.c): refused, or compiled
# within a minute of CPU time.  A part of run.sh, which has the checks.

# hostile KIND N: as $dir/KIND-N.wasm.
hostile() {
	"$dir/hostile" "$1" "$2" >"$dir/$1-$2.wasm"
}

# endured KIND N
endured() {
	hostile "$1" "$2"
	tool compile "$dir/$1-$2.wasm" --arch "$arch" -o "$dir/$1.o"
	succeeded "$2 $1" && ok "$2 $1"
}

# told KIND N PATTERN [ARGUMENT...]: refused with that, when it is compiled.
told() {
	kind=$1 n=$2 pattern=$3
	shift 3
	hostile "$kind" "$n"
	tool compile "$dir/$kind-$n.wasm" --arch riscv64 -o "$dir/$kind.o" "$@"
	complaint "$n $kind" 126 "$pattern" && ok "$n $kind"
	rm "$dir/$kind-$n.wasm"
}

group_hostile() {
	gcc -std=c11 -O1 -Wall -Wextra -Werror tests/compiler/hostile.c \
		-o "$dir/hostile"
	arch=$(arch_of "${BOARDS%% *}")
	ulimit -t 60
	hostile blocks 65536
	refused "65536 blocks" 126 blocks-65536.wasm 'nesting of more than 4000'
	hostile table 1000000
	refused "1000000 targets" 126 table-1000000.wasm 'at most 65520'
	hostile functions 1000001
	refused "1000001 functions" 126 functions-1000001.wasm 'more than 1000000'
	hostile locals 50001
	refused "50001 locals" 126 locals-50001.wasm 'at most 50000'
	for n in 'blocks 1000' 'loops 1000' 'ifs 1000' 'targets 1000' \
		'locals 10000' 'stack 20000' 'table 20000' 'functions 5000' \
		'code 2000' 'imports 20000' 'types 10000' 'segments 25000'; do
		# shellcheck disable=SC2086	# two words
		endured $n
	done
	# More than 1 GiB of wasm2c's heap, and more than there is.
	told nops 30000000 'not valid: type mismatch in i32.add'
	told nops 60000000 'too large for wasm2c'
	told far 60000 'jumps reach (1 MiB)' -O0
	hostile far 60000
	tool compile "$dir/far-60000.wasm" --arch riscv64 -o "$dir/far.o" -O0 \
		--cc clang
	succeeded "far by clang" && ok "far by clang"
	(
		ulimit -t 6	# gcc alone takes 10 s for it as a list of numbers
		endured data 8000000
		exit "$failed"
	) || failed=1
}
