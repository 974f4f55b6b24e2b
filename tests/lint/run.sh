#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lint: tests/lint/run.sh [--quick] [CHECK...].  The sources first, then what is
# built for each of BOARDS; what each check is for is said where it is.  One line
# a check: ok, FAIL or skip; findings below it.  Status 1 on FAIL.  Not quick:
# the sizes, the commands for gdb, and that each check can fail (broken.sh).
set -u
cd "$(dirname "$0")/../.."
. tests/lint/lib.sh
if [ "${1-}" = --quick ]; then
	QUICK=1
	shift
fi
only="$*"

# Names of files of this kind, out of the sources: any case pattern.
sources >"$work/files"
of_kind() {
	while read -r f; do
		# shellcheck disable=SC2254
		case $f in
		$1) echo "$f" ;;
		esac
	done <"$work/files"
}

# Everything that is written by hand and has comments.
written() {
	grep -E '\.([chS]|sh|awk|mk|lds?|wat|wast|py|js|ya?ml|gdb)$' "$work/files"
	grep -E '(^|/)(Makefile|gdbinit|run|\.clang-format)$' "$work/files"
	grep -E '^tests/(lint/|size).*\.txt$' "$work/files"
	while read -r f; do
		if head -c 2 "$f" | grep -q '^#!'; then echo "$f"; fi
	done <"$work/files"
}

spdx() {
	written | sort -u | while read -r f; do
		head -n 5 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
			echo "$f: no licence in its first lines"
	done | none
}

includes() {
	# shellcheck disable=SC2046
	awk -f tests/lint/includes.awk \
		$(grep -E '\.([chS]|lds)$' "$work/files")
}

# A variant is another file, chosen by the Makefile, not an #if.
conditionals() {
	{ of_kind 'rt/*.c'; of_kind 'boards/*.c'; } |
		xargs grep -nE '^[[:blank:]]*#[[:blank:]]*(el)?if' /dev/null | none
}

# The portable part names no ISA; rt/guest is text of modules.
isa_names() {
	grep -E '^rt/[^/]*\.[ch]$|^rt/(wasi|include/catchpit)/.*\.[ch]$' "$work/files" |
		xargs grep -niE 'risc-?v|rv(32|64)|x86|amd64|i386|aarch64|armv|sv(39|48)' \
		/dev/null | none
}

form() {
	# shellcheck disable=SC2046
	awk -f tests/lint/form.awk $(grep -E \
		'\.([chS]|sh|awk|mk|lds|ya?ml)$|(^|/)(Makefile|gdbinit)$' \
		"$work/files")
}

# Folders of the machine it was written on, and the mirrors it installed from.
local_names() {
	{
		echo '/[w]ork/' && echo '/[h]ome/[a-z]' && echo '/[r]oot/'
		cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
			grep -v '^#' | hosts
		npm config get registry 2>/dev/null | hosts
	} | sort -u >"$work/patterns"
	xargs grep -nIE -f "$work/patterns" /dev/null <"$work/files" | none
}

# Of addresses, the hosts that are not everybody's; dots quoted for grep.
hosts() {
	grep -oE 'https?://[^/ ]+' | sed 's,.*[/@],,; s,:.*,,' |
		grep -vE '(^|\.)(debian\.org|npmjs\.org|ubuntu\.com|llvm\.org)$' |
		sed 's/\./\\./g'
}

# Each number of the contract is cited by a test.  SLG-18 is for an embedder that
# serves HTTP.
contract() {
	grep -E '^tests/[^/]*/' "$work/files" | grep -v '^tests/lint/' |
		xargs grep -ohE '(KAN|WRK|SLG|K23)-[0-9]+' | sort -u >"$work/cited"
	for series in KAN:13 WRK:16 SLG:17 K23:20; do
		seq -f "${series%:*}-%02.0f" "${series#*:}"
	done | sort | comm -23 - "$work/cited" | sed 's/$/: no test cites it/' |
		none
}

commands() {
	readmes=$(grep -E '(^|/)README\.md$' "$work/files")
	[ -n "$readmes" ] || { echo 'no README.md'; return 77; }
	# shellcheck disable=SC2046,SC2086
	awk -f tests/lint/commands.awk \
		what=make Makefile $(of_kind '*.mk') \
		what=tool compiler/help.c what=text $readmes
}

scripts() {
	while read -r f; do
		case $(head -n 1 "$f") in
		'#!'*bash*) bash -n "$f" ;;
		'#!'*sh) sh -n "$f" ;;
		*) case $f in *.sh) sh -n "$f" ;; esac ;;
		esac 2>&1
	done <"$work/files" | none
}

check spdx spdx
check includes includes
check conditionals conditionals
check isa-names isa_names
check form form
check local-names local_names
check commands commands
check contract contract
check scripts scripts
for BOARD in ${BOARDS:-virt}; do
	export BOARD
	sh tests/lint/objects.sh "$@" || failed=1
	if [ -n "${QUICK-}" ] || [ ! -f "build/$BOARD/libboard.a" ]; then
		continue
	fi
	check "$BOARD-size" tests/size.sh
	case " ${only:-$BOARD-gdb} " in
	*" $BOARD-gdb "*) sh tests/lint/gdb.sh || failed=1 ;;
	esac
done
BOARD=${BOARDS:-virt}
BOARD=${BOARD%% *}
if [ -z "$only${QUICK-}" ] && [ -f "build/$BOARD/libboard.a" ]; then
	sh tests/lint/broken.sh || failed=1
fi
checks_done
