#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Guest instructions against the same C built natively: tests/bench/run.sh
# [KERNEL...], or `border' for that alone.  Counted by the board's own counter
# under QEMU's -icount, so the figures are exact and the same on every host; on
# board host, which has no such counter, timed.  `make bench' gives it BOARD, B,
# ARCH, GCC_B, MARCH, LINK_B and QEMU as the Makefile has them; N rounds of each
# kernel (default 10).  OPTIONS are for catchpit ("--cpu rv64gc_zba_zbb_zbs", then
# MARCH says the same to the native compiler; "--cc clang").  Status 1 when a
# result is not the native one.
set -u
cd "$(dirname "$0")/../.."
BOARD=${BOARD:-virt}
B=${B:-build/$BOARD}
ARCH=${ARCH:-riscv64}
GCC_B=${GCC_B:-riscv64-unknown-elf-gcc --specs=picolibc.specs --picolibc-buildtype=release}
MARCH=${MARCH--march=rv64gc -mabi=lp64d -mcmodel=medany -msmall-data-limit=0}
QEMU=${QEMU:-qemu-system-riscv64 -M virt -m 256M -bios none}
LINK_B=${LINK_B:--nostdlib -static -Wl,--no-warn-rwx-segments -Wl,--gc-sections
	-Wl,--build-id=none -Wl,-z,max-page-size=4096 -T$B/image.lds}
N=${N:-10}
OPTIONS=${OPTIONS:-}
[ -x node_modules/.bin/wat2wasm ] && PATH=$PWD/node_modules/.bin:$PATH

t=$B/bench
mkdir -p "$t"
unit=instructions
[ "$BOARD" != host ] || unit=ns
includes="-Irt/include -Iarch/include -Iarch/$ARCH/include -Iboards -I$t"
# Equal bits from floats, and a square root that is one instruction.
kernel="-O2 -ffreestanding -ffp-contract=off -fno-math-errno"

die() {
	echo "bench: $*" >&2
	exit 1
}

# Flags, sources: an image that has a cpit_board_main() of its own.
native_cc() {
	# shellcheck disable=SC2086
	$GCC_B $MARCH -std=gnu11 -fno-pic -fno-pie -fno-stack-protector \
		-fno-omit-frame-pointer -ftls-model=local-exec $includes "$@"
}
link() {
	out=$1
	shift
	# shellcheck disable=SC2086
	native_cc $LINK_B -o "$out" "$@" -Wl,--start-group "$B/libboard.a" \
		"$B/libcatchpit-wasi.a" "$B/libcatchpit.a" -lc -lgcc \
		-Wl,--end-group || die "$out cannot be linked"
}

# Boots an image that does not frame its console; its lines.
boot() {
	if [ "$BOARD" = host ]; then
		CATCHPIT_SETTINGS=$2 timeout 600 "$1" </dev/null 2>&1
		return
	fi
	# shellcheck disable=SC2086
	timeout 600 $QEMU -nodefaults -no-reboot -display none -monitor none \
		-serial stdio -icount shift=0 -append "$2" -kernel "$1" \
		</dev/null | tr -d '\r'
}

# "result insns" of one kernel in wasm.
guest() {
	# shellcheck disable=SC2086	# options
	build/catchpit run "$1" --board "$BOARD" --memory "$2" $OPTIONS --invoke kernel \
		--stats --timeout 600 --qemu -icount --qemu shift=0 -- "$N" \
		>"$t/out" 2>"$t/err" || { cat "$t/err" >&2; die "$1 ($2) failed"; }
	echo "$(cat "$t/out") $(sed -n 's/.* insns=\([0-9]*\).*/\1/p' "$t/err")"
}

# Bytes of an object's functions, those of wasm in a module's.
text_of() {
	nm -S -t d "$1" | awk -v only="$2" '
		$3 ~ /^[tT]$/ && $4 ~ only { n += $2 } END { print n + 0 }'
}
# base MODE: as images have it.
base() {
	[ "$ARCH $1" != 'x86_64 guard' ] || echo '--base gs'
}
# A kernel's text, natively and as wasm with guard pages.
texts() {
	# shellcheck disable=SC2046,SC2086	# options
	build/catchpit compile "$t/$1.wasm" --arch "$ARCH" $OPTIONS $(base guard) \
		-o "$t/text.o" || exit 1
	echo "$1 $(text_of "$t/$1.o" .) $(text_of "$t/text.o" '^w2c_m_f[0-9]+$')"
}

# module_of WASM MODE OBJECT: on board host mode zero is for any address.
module_of() {
	flags=${CATCHPIT_CFLAGS-}
	[ "$unit$2" != nszero ] ||
		flags="$flags -mcmodel=small -fPIE -fvisibility=hidden"
	# shellcheck disable=SC2046,SC2086	# options
	CATCHPIT_CFLAGS=$flags build/catchpit compile "$1" --arch "$ARCH" \
		$OPTIONS --memory "$2" $(base "$2") -o "$3" || exit 1
}

# time_of KERNEL OBJECT...: "result ns" of each way.
time_of() {
	boot "$t/$1.elf" "n=$N" >"$t/$1.log"
	sed -n 's/^timed //p' "$t/$1.log" | grep . || die "$1: $(cat "$t/$1.log")"
}

# Three ways in one run, and mode zero in another.
timed() {
	for mode in guard checked zero; do
		cp "$t/$1.wasm" "$t/$mode.wasm"
		module_of "$t/$mode.wasm" $mode "$t/$mode.o"
	done
	link "$t/$1.elf" "$t/$1.o" "$t/timed.o" "$t/guard.o" "$t/checked.o"
	times=$(time_of "$1") || exit 1
	if tests/zero_here.sh; then
		(B=$B-zero LINK_B=$pie link "$t/$1.elf" "$t/timed-zero.o" \
			"$t/zero.o") ||
			exit 1
		times="$times $(time_of "$1")" || exit 1
	fi
	echo "$1 $times"
}

if [ "$unit" = ns ]; then
	count=-DBENCH_TIME pie='-static-pie -Wl,--gc-sections'
	native_cc -Os $count -c tests/bench/timed.c -o "$t/timed.o" || exit 1
	native_cc -Os $count -DBENCH_ZERO -fpie -c tests/bench/timed.c \
		-o "$t/timed-zero.o" || exit 1
else
	count='' pie=''
	native_cc -Os -c tests/bench/native.c -o "$t/native.o" || exit 1
fi
one() {
	c=tests/bench/$1.c
	# shellcheck disable=SC2086	# no features, or one
	clang --target=wasm32 $features $kernel -c "$c" -o "$t/wasm.o" || exit 1
	# Without -O: or clang has wasm-opt, where it is installed, go over it.
	clang --target=wasm32 -nostdlib -Wl,--no-entry -Wl,--export=kernel \
		"$t/wasm.o" -o "$t/$1.wasm" || exit 1
	native_cc $kernel -fomit-frame-pointer -c "$c" -o "$t/$1.o" || exit 1
	texts "$1" >>"$t/texts"
	if [ "$unit" = ns ]; then
		timed "$1"
		return
	fi
	link "$t/$1.elf" "$t/$1.o" "$t/native.o"
	boot "$t/$1.elf" "n=$N" >"$t/$1.log"
	native=$(sed -n 's/^result=\([0-9]*\) insns=\([0-9]*\)$/\1 \2/p' "$t/$1.log")
	[ -n "$native" ] || die "$1: the native image failed: $(cat "$t/$1.log")"
	echo "$1 $native $(guest "$t/$1.wasm" guard)" \
		"$(guest "$t/$1.wasm" checked) $(guest "$t/$1.wasm" zero)"
}

# Of these kernels, or of all; in a series of its own: BOARD, or "BOARD simd".
kernels() {
	if [ $# = 0 ]; then
		for c in tests/bench/*.c; do
			if grep -q '^unsigned kernel(unsigned n)$' "$c"; then
				set -- "$@" "$(basename "$c" .c)"
			fi
		done
	fi

	echo "$unit of $series, $N rounds; ratio to native (${GCC_B%% *} -O2)"
	: >"$t/texts"
	[ "$unit" != ns ] || tests/zero_here.sh ||
		echo "skip zero: vm.mmap_min_addr is not 0, and we are not root"
	for k; do
		one "$k" || exit 1
	done >"$t/figures" || exit 1
	# Where mode zero cannot be run the last two columns are not there.
	awk '
		function unsigned(x) { return x < 0 ? x + 4294967296 : x + 0 }
		function row(name, n,    i) {
			printf "%-10s %12s", name, n == "" ? "" : sprintf("%.0f", n)
			for (i = 5; i <= NF; i += 2)
				printf " %12s %6.3f", n == "" ? "" : sprintf("%.0f", $i),
					n == "" ? exp(log_sum[i] / NR) : $i / n
			print ""
		}
		NR == 1 {
			printf "%-10s %12s %12s %6s %12s %6s", "kernel", "native",
				"guard", "ratio", "checked", "ratio"
			if (NF > 7)
				printf " %12s %6s", "zero", "ratio"
			print ""
		}
		{
			row($1, $3)
			for (i = 4; i <= NF; i += 2) {
				log_sum[i + 1] += log($(i + 1) / $3)
				if (unsigned($2) == unsigned($i))
					continue
				print $1 ": results differ: " $0
				bad = 1
			}
		}
		END {
			row("geo. mean", "")
			exit bad
		}' "$t/figures" || exit 1

	awk '
		{ native += $2; guard += $3; mean += log($3 / $2) }
		END {
			printf "bytes of functions: %d native, %d guard, ", native, guard
			printf "ratio %.3f; geo. mean %.3f\n", guard / native,
				exp(mean / NR)
		}' "$t/texts"

	# The same to plot: ratios to three places, and the mean as a kernel.
	awk -v board="$series" -v unit="$unit" '
		BEGIN {
			if (board !~ / simd$/)
				print "board,kernel,unit,native,guard,guard_ratio," \
					"checked,checked_ratio,zero,zero_ratio"
		}
		{
			printf "%s,%s,%s,%.0f", board, $1, unit, $3
			for (i = 5; i <= 9; i += 2) {
				printf $i ? ",%.0f,%.3f" : ",,", $i, $i / $3
				log_sum[i] += $i ? log($i / $3) : 0
			}
			print ""
		}
		END {
			printf "%s,geo. mean,%s,", board, unit
			for (i = 5; i <= 9; i += 2)
				printf i <= NF ? ",,%.3f" : ",,", exp(log_sum[i] / NR)
			print ""
		}' "$t/figures" >>"$t/bench.csv"
}

# ---------------------------------------------------- crossing the border

border() {
	wat2wasm tests/bench/calls.wat -o "$t/calls.wasm" || exit 1
	modes='guard checked zero'
	[ "$unit" != ns ] || tests/zero_here.sh || modes='guard checked'
	for mode in $modes; do
		sources=calls
		[ "$unit" != ns ] || sources='calls sigsegv'
		module_of "$t/calls.wasm" "$mode" "$t/calls.o"
		objects=$t/calls.o
		for source in $sources; do
			# shellcheck disable=SC2086	# none, or one
			native_cc -Os $count ${pie:+-fpie} -c "tests/bench/$source.c" \
				-o "$t/${source}_image.o" || exit 1
			objects="$objects $t/${source}_image.o"
		done
		# shellcheck disable=SC2086	# words
		if [ "$unit$mode" = nszero ]; then
			(B=$B-zero LINK_B=$pie link "$t/calls.elf" $objects)
		else
			link "$t/calls.elf" $objects
		fi || exit 1
		boot "$t/calls.elf" '' >"$t/calls-$mode.log"
		grep -q '^load ' "$t/calls-$mode.log" ||
			die "calls ($mode): $(cat "$t/calls-$mode.log")"
	done
	echo
	echo "$unit of the border, 1000 times each"
	for mode in $modes; do
		sed "s/^/$mode /" "$t/calls-$mode.log"
	done | awk -v unit="$unit" -v modes="$modes" -v board="$BOARD" -v md="$t/border.md" '
		BEGIN {
			n = split(modes, mode, " ")
			printf "%-53s", ""
			for (i = 1; i <= n; i++)
				printf " %11s %7s", mode[i] " min", "avg"
			print ""
			text["call"] = "cpit_call of an empty export, in and out"
			text["import"] = "an empty import, out and in"
			text["unreachable"] = "unreachable, until cpit_call returns"
			text["load"] = "load out of bounds, until cpit_call returns"
			text["life"] = "an instance with a page of memory, made and destroyed"
			text["signal"] = "SIGSEGV and sigreturn(2), nothing else"
		}
		$2 in text {
			if ($1 == mode[1])
				order[++rows] = $2
			figures[$1, $2] = sprintf(" %11d %7d", $3, $4)
			cells[$2] = cells[$2] sprintf(" %d |", $3)
		}
		$2 == "boot" && unit != "ns" {
			boot = sprintf("boot: %d us of guest time from reset to the " \
				"guest; %d instructions, %d of them to main", $5, $4, $3)
		}
		END {
			for (r = 1; r <= rows; r++) {
				printf "%-53s", text[order[r]]
				for (i = 1; i <= n; i++)
					printf "%s", figures[mode[i], order[r]]
				print ""
				gsub(/cpit_call|^unreachable/, "`&`", text[order[r]])
				row[r] = "| " text[order[r]] " |" cells[order[r]]
			}
			head = modes
			gsub(/ /, " | ", head)
			printf "\n| %s, %s | %s |\n|---|%s\n", board, unit, head,
				substr("---|---|---|", 1, 4 * n) >md
			for (r = 1; r <= rows; r++)
				print row[r] >md
			if (boot)
				print "\n" boot
		}'
}

if [ "$*" != border ]; then
	rm -f "$t/bench.csv"
	series=$BOARD features=''
	kernels "$@"
	# The native compiler uses the vectors that x86-64 has; so may clang.
	if [ "$ARCH" = x86_64 ]; then
		series="$BOARD simd" features=-msimd128
		kernels "$@"
	fi
fi
border
