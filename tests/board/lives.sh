# SPDX-License-Identifier: Apache-2.0
#
# An embedder that does whatever it may, at random: lives.c, and what it must not
# miss.  A part of run.sh, which has the rest.

# lives_image NAME BOARD MODE BUILD-DIR [MAKE-ARGS]: as $elf; complains itself.
lives_image() {
	name=$1 board=$2 mode=$3 b=$4 elf=$out/$1.elf
	shift 4
	guests='t root leaf segment'
	modules "$out/$name" "$(arch_of "$board")" --memory "$mode" &&
		image "$board" "$b" lives "$module" "$elf" "$@" && return
	fail "$name" "does not build"
	show "$elf.log"
	return 1
}

# On one CPU and four, without a timer and with one.
lives() {
	for mode in guard checked; do
		lives_image "$1-lives-$mode" "$1" $mode "build/$1" || return 0
		traps "$1-lives-$mode" "$elf" --board "$1" --cpus 4
		traps "$1-lives-$mode-ticks" "$elf" --board "$1" --cpus 4 \
			--tick 5000 --set seed=9
	done
	lives_control "$1"
}

# A page that there is no memory for, taken for out of bounds; on host, where the
# kernel brings them, gs not put back.
lives_control() {
	off=NO_SHORTAGE
	[ "$1" != host ] || off=NO_BASE
	lives_image "$1-control-lives" "$1" guard "build/$1-$off" \
		CONTROL=-DCPIT_TEST_$off || return 0
	"$catchpit" run "$elf" --board "$1" --timeout 60 --set rounds=200000 \
		>"$elf.out" 2>&1 || :
	if grep -q "^ .*/live" "$elf.out"; then
		ok "$1-control-lives"
	else
		fail "$1-control-lives" "nothing of it was found"
		show "$elf.out"
	fi
}
