#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the runtime costs: tests/size.sh [--record].  A table of the archives'
# objects, the largest symbols, the hello-world image; then the budgets of
# size.txt.  BOARD=virt chooses the board.  Status 1 above a budget.
#
#	text	code, without constants: rt-text, wasi-text
#	flash	hello-world built -Os: all of its .bin but the padding of the flash; of the
#		ELF file on board host
#	ram	the same, without stacks and guest memory
set -eu
cd "$(dirname "$0")/.."
. tests/lint/lib.sh
board_vars

# object text rodata data bss, and their sum, of an archive.
objects() {
	"${CROSS}size" -A "$1" | awk '
	function row() {
		if (name != "")
			printf "%-18s %7d %7d %7d %7d\n", name, s[1], s[2], s[3], s[4]
		for (i = 1; i <= 4; i++)
			s[i] = 0
	}
	/:$/ && / \(ex / { row(); name = $1; next }
	{ k = 0 }
	$1 ~ /^\.text/ { k = 1 }
	$1 ~ /^\.s?rodata/ || $1 ~ /^\.data\.rel\.ro/ { k = 2 }
	$1 ~ /^\.s?data/ && !k || $1 ~ /^\.tdata/ { k = 3 }
	$1 ~ /^\.s?bss/ || $1 ~ /^\.tbss/ { k = 4 }
	k { s[k] += $2; total[k] += $2 }
	END {
		row()
		printf "%-18s %7d %7d %7d %7d\n", "total", total[1], total[2],
			total[3], total[4]
	}'
}

table() {
	echo
	printf '%-18s %7s %7s %7s %7s\n' "$1" text rodata data bss
	objects "$B/$1" | tee "$work/$1"
}

# The n largest symbols of an archive.
largest() {
	"${CROSS}nm" -A -S --size-sort "$B/$1" | tr ':' ' ' |
	while read -r _ object _ size type name; do
		printf '%7d  %s %s (%s)\n' "0x$size" "$type" "$name" "$object"
	done | sort -rn | head -n "$2"
}

# Up to the last byte of data, and what runs at reset; of a process what is loaded.
flash() {
	if [ "$BOARD" = host ]; then
		"${CROSS}readelf" -lW "$work/hello.elf" |
			while read -r type _ _ _ size _; do
			[ "$type" != LOAD ] || echo $((size))
		done | awk '{ n += $1 } END { print n }'
		return
	fi
	build/catchpit inspect "$work/hello.bin" |
		sed -n 's/^part data at \(0x[0-9a-f]*\) size \([0-9]*\) .*/\1 \2/p' \
		>"$work/data"
	read -r at size <"$work/data"
	[ ! -e "$B/reset.bin" ] || size=$((size + $(wc -c <"$B/reset.bin")))
	echo $((at + size))
}

# Data, page tables to boot with and zeros, without the boot stack.
ram() {
	"${CROSS}nm" "$1" | sed -n 's/^.*\(.\{8\}\) . __data_start$/start=0x\1/p;
		s/^.*\(.\{8\}\) . __image_end$/end=0x\1/p' >"$work/ends"
	. "$work/ends"
	echo $((end - start - 4096))
}

total() {
	awk '$1 == "total" { print $2 }' "$work/$1"
}

table libcatchpit.a
table libcatchpit-wasi.a
echo
echo 'largest in libcatchpit.a'
largest libcatchpit.a 10

clang --target=wasm32-wasi -O2 -c -o "$work/hello.o" tests/wasi/hello.c
# Without -O: or clang has wasm-opt, where it is installed, go over it.
clang --target=wasm32-wasi -o "$work/hello.wasm" "$work/hello.o"
build/catchpit build "$work/hello.wasm" --board "$BOARD" -Os \
	-o "$work/hello.elf"
echo
echo 'largest in hello.elf'
"${CROSS}nm" -S --size-sort -r "$work/hello.elf" | grep -i ' [trd] ' |
	head -n 10 | while read -r _ size type name; do
	printf '%7d  %s %s\n' "0x$size" "$type" "$name"
done
echo
echo 'largest in RAM'
"${CROSS}nm" -S --size-sort -r "$work/hello.elf" | grep -i ' [bd] ' |
	head -n 10 | while read -r _ size type name; do
	printf '%7d  %s %s\n' "0x$size" "$type" "$name"
done

{
	echo "$BOARD-rt-text $(total libcatchpit.a)"
	echo "$BOARD-wasi-text $(total libcatchpit-wasi.a)"
	echo "$BOARD-hello-flash $(flash)"
	[ "$BOARD" = host ] || echo "$BOARD-hello-ram $(ram "$work/hello.elf")"
} >"$work/now"

if [ "${1-}" = --record ]; then
	awk 'NR == FNR { now[$1] = $2; next }
		$1 in now { sub(/[0-9]+$/, now[$1]) } { print }' \
		"$work/now" tests/size.txt >"$work/new"
	cat "$work/new" >tests/size.txt
fi

echo
awk 'NR == FNR { now[$1] = $2; next }
	/^#/ || NF < 2 { next }
	$1 in now {
		n = now[$1] + 0
		seen[$1] = 1
		printf "%-18s %7d of %7d bytes", $1, n, $2
		if ($3 && n > $3 * 1.01)
			printf ", was %d: %+.1f %%", $3, (n - $3) * 100 / $3
		if (n > $2 || n == 0)
			printf ": %s", n ? "ABOVE ITS BUDGET" : "not measured"
		print ""
		bad += n > $2 || n == 0
	}
	END {
		for (i in now)
			if (!(i in seen)) {
				print i ": not in tests/size.txt"
				bad++
			}
		exit bad > 0
	}' "$work/now" tests/size.txt
