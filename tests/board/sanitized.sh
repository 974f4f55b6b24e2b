# SPDX-License-Identifier: Apache-2.0
#
# The runtime and the board of host under a sanitizer, guests as they are.  A part
# of run.sh, which has the rest.

# sanitized_image asan|tsan NAME FLAG TEST-IMAGE: as $elf, of $module; complains
# itself.  A landing leaves frames without their end, whose red zones would stay on
# the stack: there are none.
sanitized_image() {
	sanitizer='-fsanitize=address,undefined --param asan-stack=0'
	[ "$1" = asan ] || sanitizer=-fsanitize=thread
	elf=$out/$2-$4.elf
	image host "build/$2" "$4" "$module" "$elf" \
		CONTROL="$sanitizer -fno-sanitize-recover=all -Wno-frame-larger-than $3" \
		LINK_B="-no-pie ${sanitizer%% *}" || {
		fail "$2" "does not build"
		show "$elf.log"
		return 1
	}
	TSAN_OPTIONS=halt_on_error=1
	export TSAN_OPTIONS
}

# What a sanitizer maps for itself counts as data, too.
sanitized_run="--board host --cpus 4 --set ram=100000000"

# sanitized asan|tsan: all of traps.c and lives.c; and what it must not miss.
sanitized() {
	module host guard gcc -O2
	sanitized_image "$1" "host-$1" '' traps || return 0
	# shellcheck disable=SC2086	# options
	traps "host-$1" "$elf" $sanitized_run
	sanitized_control "$1"
	sanitized_lives "$1"
}

sanitized_control() {
	case $1 in
	asan) off=GROW_LATE wanted='heap-buffer-overflow' ;;
	tsan) off=NO_QUIET wanted='data race' ;;
	esac
	name=host-control-$1
	sanitized_image "$1" "$name" -DCPIT_TEST_$off traps || return 0
	# shellcheck disable=SC2086
	"$catchpit" run "$elf" $sanitized_run --timeout 60 \
		--set test=registry-churn >"$elf.out" 2>&1 || :
	if grep -q "Sanitizer: $wanted" "$elf.out" &&
		grep -q ' rt/ranges.c:' "$elf.out"; then
		ok "$name"
	else
		fail "$name" "no report of a $wanted in rt/ranges.c"
		show "$elf.out"
	fi
}

sanitized_lives() {
	guests='t root leaf segment'
	modules "$out/host-$1" x86_64
	sanitized_image "$1" "host-$1" '' lives || return 0
	# shellcheck disable=SC2086
	traps "host-$1-lives" "$elf" $sanitized_run --set rounds=20000
}
