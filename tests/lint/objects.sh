#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lint of the objects of one board: BOARD=virt objects.sh [CHECK...], by run.sh.
set -u
cd "$(dirname "$0")/../.."
. tests/lint/lib.sh
only="$*"
board_vars

libs='libcatchpit.a libcatchpit-wasi.a libcatchpit-sched.a libboard.a libguest.a'
for lib in $libs; do
	if [ ! -f "$B/$lib" ]; then
		echo "skip $BOARD-objects: $B/$lib is not built"
		exit 0
	fi
done

# ---------------------------------------------------------------- names

defined() {
	"${CROSS}nm" -g --defined-only "$B/$1" | sed -n 's/^[0-9a-f]* [A-Z] //p'
}

undefined() {
	defined "$1" | sort -u >"$work/defined"
	"${CROSS}nm" -u "$B/$1" | sed -n 's/^ *[Uwv] //p' | sort -u |
		comm -23 - "$work/defined"
}

# Archive, names it may define besides cpit_*.
exported_by() {
	"${CROSS}nm" -A -g --defined-only "$B/$1" |
		sed -n 's/^\(.*\):[0-9a-f]* [A-Z] /\1 /p' |
		grep -vE " (cpit_.*${2:+|$2})\$" | sed "s,^$B/,,; s/ / exports /"
}

# We are linked into other people's kernels: nothing may clash.
exports() {
	{
		exported_by libcatchpit.a
		exported_by libcatchpit-wasi.a
		exported_by libcatchpit-sched.a
		# reset, or a process's start; what malloc of the C library grows by
		exported_by libboard.a '_start|main|sbrk'
		# what gcc calls where the ISA has no instruction; repairs of libc
		exported_by libguest.a '__atomic_.*|(trunc|floor|ceil|nearbyint|roundeven)f?'
	} | none
}

# An update by `ar r' replaces a member of that base name, whichever it was.
duplicates() {
	for lib in $libs; do
		"${CROSS}ar" t "$B/$lib" | sort | uniq -d |
			sed "s/^/$lib: two objects named /"
	done | none
}

# A process asks its kernel besides (arch/host/check.c).
libc() {
	sed '/^#/d' tests/lint/libc.txt
	[ "$BOARD" != host ] || echo getauxval
}

hooks() {
	grep -ohE '\bcpit_embed_[a-z_]+\(' rt/include/catchpit/embed.h |
		tr -d '(' | sort -u
}

# What an embedder has to supply is what the manual says, and little.
imports() {
	hooks >"$work/hooks"
	libc | cat - "$work/hooks" | sort -u >"$work/may"
	undefined libcatchpit.a >"$work/asks"
	comm -23 "$work/asks" "$work/may" | sed 's/^/libcatchpit.a asks for /'
	n=$(grep -c . "$work/hooks")
	[ "$n" -le 10 ] || echo "embed.h has $n hooks, more than ten"
	{ libc; defined libcatchpit.a; } | sort -u >"$work/may"
	undefined libcatchpit-wasi.a >"$work/wasi"
	comm -23 "$work/wasi" "$work/may" |
		sed 's/^/libcatchpit-wasi.a asks for /'
	undefined libcatchpit-sched.a >"$work/sched"
	sort -u "$work/may" "$work/hooks" | comm -23 "$work/sched" - |
		sed 's/^/libcatchpit-sched.a asks for /'
	cat "$work/wasi" "$work/sched" | grep -h '^cpit_' | while read -r f; do
		grep -qw "$f" rt/include/catchpit/*.h ||
			grep -qw "$f" arch/include/arch/contract.h ||
			echo "an archive uses $f, which is not public"
	done
	echo "note: $n hooks; of the C library:" \
		"$(libc | sort | comm -12 - "$work/asks" | tr '\n' ' ')"
}
imports_check() {
	imports >"$work/imports"
	cat "$work/imports"
	! grep -qv '^note: ' "$work/imports"
}

# ----------------------------------------------------------- the fault path

# Nothing that can be slow, wait or fail runs between a fault and its landing.
fault_path() {
	if [ "$BOARD" = host ]; then
		echo 'its vector is the kernel of the machine'
		return 77
	fi
	stack=$(sed -n 's/.*TRAP_STACK = \([0-9]*\).*/\1/p' boards/start.c)
	"${CROSS}objdump" -t "$B/libcatchpit.a" "$B/libboard.a" >"$work/t"
	"${CROSS}objdump" -dr "$B/libcatchpit.a" "$B/libboard.a" >"$work/d"
	status=0
	# shellcheck disable=SC2046
	awk -v arch="$ARCH" -v stack="${stack:-0}" \
		-f tests/lint/faultpath.awk phase=t "$work/t" \
		phase=d "$work/d" phase=s $(find "$B/rt" "$B/arch" "$B/boards" \
		-name '*.su') >"$work/path" || status=$?
	[ $status != 3 ] || status=77
	sed '/^--$/,$s/^/note: /; /^note: --$/d' "$work/path"
	return $status
}

# ------------------------------------------------- what no emulator shows

# told FUNCTION LIBRARY REGEX WHAT: whether an instruction is in the function.
told() {
	"${CROSS}objdump" -d --disassemble="$1" "$B/$2" | tr '\t' ' ' |
		grep -qE ": +[0-9a-f]+ +$3" || echo "$1 $4"
}

unseen() {
	{
		told cpit_arch_resume libcatchpit-sched.a 'sc\.[wd]' \
			"takes along another task's reservation"
		told cpit_arch_map_seen libboard.a 'sfence\.vma *$' \
			'leaves what is remembered of a table'
	} | none
}

check "$BOARD-exports" exports
check "$BOARD-duplicates" duplicates
check "$BOARD-imports" imports_check
check "$BOARD-fault-path" fault_path
[ "$ARCH" != riscv64 ] || check "$BOARD-unseen" unseen
checks_done
