# SPDX-License-Identifier: Apache-2.0
#
# What CPUs ask of each other (requests.c).  A part of run.sh.

# K23-18: two requests of one CPU.  Control: the later one replaces the other.
requests() {
	module "$1" guard gcc -O2
	name=$1-requests
	for off in "" ONE_REQUEST; do
		image "$1" "build/$1${off:+-one-request}" requests "$module" \
			"$out/$name$off.elf" ${off:+CONTROL=-DCPIT_TEST_$off} || {
			fail "$name$off" "does not build"
			show "$out/$name$off.elf.log"
			return
		}
	done
	traps "$name" "$out/$name.elf" --board "$1" --cpus 2 --tick 2000
	"$catchpit" run "$out/$name$off.elf" --board "$1" --cpus 2 \
		--set wait=10000 >"$out/$name.control" 2>&1 || :
	if grep -q "^FAIL stop-and-flush" "$out/$name.control"; then
		ok "$1-control-one-request"
	else
		fail "$1-control-one-request" "the CPU stops all the same"
		show "$out/$name.control"
	fi
	traps "$1-sleep" "$out/$name.elf" --board "$1" --cpus 2 \
		--set test=sleep-after-wake
	[ "$(arch_of "$1")" != x86_64 ] || { send_open "$1"; hlt "$1"; }
}

# Without a tick, which would end any sleep.  Control: an NMI returns to the hlt
# that nothing will end any more.
hlt() {
	traps "$1-hlt" "$out/$1-requests.elf" --board "$1" --cpus 2 \
		--set test=nmi-before-hlt
	name=$1-control-hlt
	if ! image "$1" "build/$1-hlt" requests "$module" "$out/$name.elf" \
		CONTROL=-DCPIT_TEST_HLT; then
		fail "$name" "does not build"
		show "$out/$name.elf.log"
		return
	fi
	"$catchpit" run "$out/$name.elf" --board "$1" --cpus 2 --timeout 60 \
		--set test=nmi-before-hlt --set wait=200 >"$out/$name.control" 2>&1 || :
	if grep -q "^FAIL nmi-before-hlt" "$out/$name.control"; then
		ok "$name"
	else
		fail "$name" "the CPU wakes all the same"
		show "$out/$name.control"
	fi
}

# An interrupt of this CPU sends between the two writes of a request for another:
# its NMI comes here.
send_open() {
	name=$1-control-send-open
	if ! image "$1" "build/$1-send-open" requests "$module" \
		"$out/$name.elf" CONTROL=-DCPIT_TEST_SEND_OPEN; then
		fail "$name" "does not build"
		show "$out/$name.elf.log"
		return
	fi
	stops_at "$name" 'non-maskable interrupt' "$out/$name.elf" \
		--board "$1" --cpus 2 --tick 2000 --set test=wake-and-flush
}
