# SPDX-License-Identifier: Apache-2.0
#
# Bad usage, and the arguments and results of --invoke.
# A part of run.sh, which has the checks.

group_usage() {
	wat '' '(module (func (export "f") (result f64) f64.const 1))'
	mv "$dir/m.wasm" "$dir/other.wasm"
	wat '' '(module (func (export "f")))'
	cp "$dir/m.wasm" "$dir/n.wasm"
	mkdir "$dir/sub"
	cp "$dir/m.wasm" "$dir/sub/m.wasm"
	for copy in bin h o; do
		cp "$dir/m.wasm" "$dir/m.$copy"
	done
	ln "$dir/m.wasm" "$dir/sub/l"
	"$catchpit" build "$dir/m.wasm" "$dir/other.wasm" -o "$dir/two.elf"
	cp "$dir/two.bin" "$dir/flash.bin"
	cd "$dir"
	while IFS='|' read -r pattern arguments; do
		# shellcheck disable=SC2086	# into words
		tool $arguments
		complaint "catchpit $arguments" 2 "$pattern" &&
			ok "catchpit $arguments"
	done <<'E'
no command|
no such command: bild|bild m.wasm
no file|build -o x.elf
no file|run
-o FILE|build m.wasm
-o FILE|compile m.wasm --arch riscv64
value is missing after -o|build m.wasm -o
no such option: --fast|build m.wasm -o x.elf --fast
no such option: -O9|build m.wasm -o x.elf -O9
no such option: -O|build m.wasm -o x.elf -O
no such board: pdp11|build m.wasm -o x.elf --board pdp11
no such ISA: vax|compile m.wasm -o x.o --arch vax
no such memory mode: huge|build m.wasm -o x.elf --memory huge
zero is for one module on board host|build m.wasm m.wasm -o x.elf --board host --memory zero
no such base: fs|build m.wasm -o x.elf --board q35 --base fs
--base gs is for x86_64 and --memory guard|build m.wasm -o x.elf --base gs
--base gs is for x86_64 and --memory guard|build m.wasm -o x.elf --board q35 --memory zero --base gs
no CPU of riscv64: z80|build m.wasm -o x.elf --cpu z80
no CPU of x86_64: rv64gc|compile m.wasm -o x.o --cpu rv64gc --arch x86_64
no such compiler: tcc|build m.wasm -o x.elf --cc tcc
bad size for --stack, 4K to 1G: 1K|build m.wasm -o x.elf --stack 1K
bad size for --stack, 4K to 1G: 2G|build m.wasm -o x.elf --stack 2G
bad size for --stack, 4K to 1G: -1|build m.wasm -o x.elf --stack -1
bad size for --stack, 4K to 1G: 1025M|build m.wasm -o x.elf --stack 1025M
bad size for --stack, 4K to 1G: 1073741824G|build m.wasm -o x.elf --stack 1073741824G
bad size for --stack, 4K to 1G: 64KK|build m.wasm -o x.elf --stack 64KK
bad number for --cpus, 1 to 4: 0|run m.wasm --cpus 0
bad number for --cpus, 1 to 4: 5|run m.wasm --cpus 5
bad number for --cpus, 1 to 4: +2|run m.wasm --cpus +2
bad size for --stack, 4K to 1G: +64K|build m.wasm -o x.elf --stack +64K
bad size for --max-memory, 64K to 4G: 60K|build m.wasm -o x.elf --max-memory 60K
bad size for --max-memory, 64K to 4G: 4097M|build m.wasm -o x.elf --max-memory 4097M
bad number for --soft-ms, 1 to 86400000: 1h|run m.wasm --soft-ms 1h
bad number for --set ram, 0 to 4294967295: 1G|run m.wasm --set ram=1G
bad number for --set ram, 0 to 4294967295: ;|run m.wasm --set ram=
bad number for --set tick, 0 to .*: 4294967296|run two.elf --set tick=4294967296
--set: no such setting: stak|run m.wasm --set stak=65536
--set: no such setting: stak|build m.wasm -o x.elf --set stak=65536
not KEY=VALUE: stack|run m.wasm --set stack
not a multiple of 1K for --max-memory: 100000|build m.wasm -o x.elf --max-memory 100000
not an option of this command: --max-memory|compile m.wasm -o x.o --max-memory 1M
bad number for --timeout, 1 to 86400: never|run m.wasm --timeout never
bad number for --timeout, 1 to 86400: 0|run m.wasm --timeout 0
bad number for --tick, 1 to 1000000: -5|run m.wasm --tick -5
bad number for --order, 0 to 1000: x|build m.wasm -o x.elf --order 0,x
bad number for --order, 0 to 1000: |build m.wasm -o x.elf --order 0,
--order|build m.wasm -o x.elf --order 1
also an input: m.wasm|build m.wasm -o m.wasm
also an input: m.bin|build m.bin -o m.elf
also an input: m.h|compile m.h -o m.o --arch riscv64
also an input: ./m.o|compile m.o -o ./m.o --arch riscv64
also an input: sub/l|run m.wasm --coredump sub/l
--order|run m.wasm n.wasm --order 0,2
not NAME=VALUE: A|run m.wasm --env A
not NAME=VALUE: =1|run m.wasm --env =1
no such accelerator: xen|run m.wasm --accel xen
nothing to accelerate|run m.wasm --board host --accel kvm
--qemu: there is none on board host|run m.wasm --board host --qemu -s
--writeback needs --dir|run m.wasm --writeback
sub and ./sub are not two folders|run m.wasm --writeback --dir sub=/x --dir ./sub=/y
sub and . are not two folders|run m.wasm --writeback --dir sub=/x --dir .=/y
two have the guest's name '/x'|run m.wasm --dir sub=/x --dir sub=/x
two have the guest's name './/x/'|build m.wasm -o x.elf --dir sub=/x --dir =.//x/
two have the guest's name '/'|run m.wasm --dir =. --dir =/
'/a/../x' cannot be the guest's name|run m.wasm --dir sub=/a/../x
'../sub/' cannot be the guest's name|run m.wasm --dir ../sub/
not an option of this command: --arch|build m.wasm -o x.elf --arch riscv64
not an option of this command: --invoke|build m.wasm -o x.elf --invoke f
not an option of this command: -o|run m.wasm -o x.elf
not an option of this command: --stack|compile m.wasm -o x.o --stack 64K
not an option of this command: --json|run m.wasm --json
not an option of this command: --stats|build m.wasm -o x.elf --stats
not an option of this command: --prefault|compile m.wasm -o x.o --prefault
not an option of this command: --loadable|build m.wasm -o x.elf --loadable
not an option of this command: --writeback|build m.wasm -o x.elf --writeback
not an option of this command: -g|flash m.elf -g
not an option of this command: -O2|symbolize m.elf -O2
not an option of this command: --names|run m.wasm --names f
no --json of a .bin|inspect flash.bin --json
after --|build m.wasm -o x.elf -- a
end in .o|compile m.wasm -o x.obj --arch riscv64
one module|compile m.wasm n.wasm -o x.o --arch riscv64
both be module 'm'|build m.wasm sub/m.wasm -o x.elf
no exported function 'g'|run m.wasm --invoke g
no exported function 'g'|run m.wasm n.wasm --invoke g
'f' is not of one type in all modules|run m.wasm n.wasm other.wasm --invoke f
'f' is not of one type in all modules|run two.elf --invoke f
E
	# What an image is made of is nothing to say when it is there.
	for more in '--memory guard' '--memory checked' -O0 -O2 '--cc clang' \
		'--boot sbi' '--boot bare' '--cpu rv64gc' '--cpu old' \
		'--base gs' '--base register' -g; do
		for command in 'run two.elf' 'run flash.bin' 'inspect two.elf'; do
			[ "${command% *}${more%% *}" != inspect--boot ] || continue
			# shellcheck disable=SC2086	# into words
			tool $command $more
			complaint "catchpit $command $more" 2 \
				"${command#* } is built: it cannot have ${more%% *}" &&
				ok "catchpit $command $more"
		done
	done
	if [ "$(uname -m)" = x86_64 ]; then
		got=0
		TMPDIR=$dir/tmp setarch i686 "$catchpit" run m.wasm --board host \
			</dev/null >stdout 2>stderr || got=$?
		complaint "board host elsewhere" 2 'x86_64 machine.* this is i686' &&
			ok "board host elsewhere"
	fi
	tool run "$(printf 'new\nline\033[31m')"
	complaint "a name with a newline" 127 'new?line?\[31m: ' &&
		ok "a name with a newline"
	"$catchpit" compile m.wasm -o obj.o --arch riscv64
	tool run obj.o
	complaint "an object to run" 126 "obj.o: an object .*'catchpit build'" &&
		ok "an object to run"
	rm obj.o obj.h
	"$catchpit" compile m.wasm -o obj.cpm --loadable --arch riscv64
	for command in run inspect 'build -o x.elf'; do
		# shellcheck disable=SC2086	# into words
		tool $command obj.cpm
		complaint "catchpit $command obj.cpm" 126 "a module for .*cpit_load" &&
			ok "catchpit $command obj.cpm"
	done
	for call in 'm.wasm --invoke f 1 2' 'two.elf 1'; do
		# shellcheck disable=SC2086	# into words
		tool run $call
		complaint "catchpit run $call" 127 '1: No such .* come after --$' &&
			ok "catchpit run $call"
	done
	says "catchpit --version" 0 "catchpit, abi $(sed -n \
		's/^#define CPIT_ABI *//p' "$top/rt/include/catchpit/module.h")\n" \
		--version
	for help in help --help -h 'build --help' 'run m.wasm -h' \
		'symbolize --help'; do
		# shellcheck disable=SC2086	# into words
		tool $help
		cp stdout text
		for word in usage: $(sed -n 's/^	{ "\(-[^"]*\)".*/\1/p' \
			"$top/compiler/options.c"); do
			grep -q -e "$word" stdout || echo "no $word" >>stderr
		done
		succeeded "catchpit $help" && ok "catchpit $help"
	done
	usage_early
	usage_settings
	if [ -e x.elf ] || [ -e x.o ] || [ -e x.h ]; then
		fail "no output of bad usage" "there is one"
	else
		ok "no output of bad usage"
	fi
	cd "$top"
}

# What is wrong with the arguments is told before anything is compiled.
usage_early() {
	ln -s /etc sub/out
	while IFS='|' read -r status pattern arguments; do
		# shellcheck disable=SC2086	# into words
		WASM2C=/bin/false tool $arguments
		complaint "early: catchpit $arguments" "$status" "$pattern" &&
			ok "early: catchpit $arguments"
	done <<'E'
125|nodir/x.elf: No such file|build m.wasm -o nodir/x.elf
125|m.wasm/x.elf: Not a directory|build m.wasm -o m.wasm/x.elf
125|nodir/: No such file|build m.wasm -o nodir/
125|nodir/x.o: No such file|compile m.wasm -o nodir/x.o --arch riscv64
125|nodir/x.cpm: No such file|compile m.wasm -o nodir/x.cpm --loadable
125|nodir/c: No such file|run m.wasm --coredump nodir/c
125|sub: Is a directory|run m.wasm --coredump sub
127|nodir: No such file|run m.wasm --dir nodir=/d
127|nodir: No such file|build m.wasm -o x.elf --dir nodir=/d
2|sub/out: a symlink|run m.wasm --dir sub=/d
E
	WASM2C=/bin/false tool run m.wasm --env "A=$(printf '%16000s' x)"
	complaint "early: an environment that is too long" 2 \
		'too long: 480[0-9]* bytes.* the most is 16000$' &&
		ok "early: an environment that is too long"
	WASM2C=/bin/false tool build m.wasm -o ''
	complaint "early: an output without a name" 125 ': No such file' &&
		ok "early: an output without a name"
}

# Those that boards/main.c explains, as it does.  No module is read before.
usage_settings() {
	sed -n '/^ \* Settings/,/^ \*\//p' "$top/boards/main.c" |
		grep -o '\<[a-z]*=[A-Z1]*' >settings
	[ "$(wc -l <settings)" -gt 20 ] || fail "settings" "they are not found"
	while IFS='=' read -r key value; do
		tool run nowhere.wasm --set "$key=1"
		complaint "--set $key" 127 nowhere || continue
		tool run nowhere.wasm --set "$key=x"
		case $value in
		TEXT | NAME | PATH | TYPE)
			complaint "--set $key=x" 127 nowhere || continue ;;
		*)
			complaint "--set $key=x" 2 "bad number for --set $key" ||
				continue ;;
		esac
		ok "--set $key"
	done <settings
	tool run two.elf --set mine=1 --timeout "$hang" --order 0
	succeeded "--set of a main's own" && ok "--set of a main's own"
	for size in 1g 1024M 1073741824; do
		tool build m.wasm -o big.elf --stack $size
		cp big.elf "big$size.elf"
		succeeded "--stack $size" && cmp -s big.elf big1g.elf &&
			ok "--stack $size" || failure "--stack $size" "not 1 GiB"
	done
}

# Arguments of --invoke that are none.
group_values() {
	for board in $BOARDS; do
		echo '(module (func (export "none"))
			(func (export "i32") (param i32))
			(func (export "i64") (param i64))
			(func (export "f32") (param f32))
			(func (export "f64") (param f64))
			(func (export "all") (param i32 i64 f32 f64))
			(func (export "v") (param v128))
			(func (export "r") (param externref))
			(memory (export "m") 1))' >"$dir/values.wat"
		assemble "$dir/values.wat" "$dir/values.wasm"
		tool build "$dir/values.wasm" -o "$dir/values.elf" --board "$board"
		succeeded "values" || continue
		values_refused
		values_back
	done
}

values_refused() {
	while IFS='|' read -r pattern call; do
		eval "set -- $call"
		function=$1
		shift
		tool run "$dir/values.elf" --board "$board" --invoke "$function" \
			-- "$@"
		complaint "$board: $call" 2 "$pattern" && ok "$board: $call"
	done <<'E'
takes 1 argument, 0 given|i32
takes 1 argument, 2 given|i32 1 2
takes 0 arguments, 1 given|none 1
takes 4 arguments, 3 given|all 1 2 3
'' is not an i32|i32 ''
'1x' is not an i32|i32 1x
'one' is not an i32|i32 one
'1.5' is not an i32|i32 1.5
' 1' is not an i32|i32 ' 1'
'--1' is not an i32|i32 --1
'- 1' is not an i32|i32 '- 1'
'0x' is not an i32|i32 0x
'4294967296' is not an i32|i32 4294967296
'-2147483649' is not an i32|i32 -2147483649
'18446744073709551616' is not an i64|i64 18446744073709551616
'-9223372036854775809' is not an i64|i64 -9223372036854775809
' -1' is not an i64|i64 ' -1'
'x' is not an f32|f32 x
'1.5.2' is not an f32|f32 1.5.2
'1e39' is not an f32|f32 1e39
' 1' is not an f64|f64 ' 1'
'1e400' is not an f64|f64 1e400
'nan:0x' is not an f32|f32 nan:0x
'nan:0x0' is not an f32|f32 nan:0x0
'nan:0x800000' is not an f32|f32 nan:0x800000
'nan:0x10000000000000' is not an f64|f64 nan:0x10000000000000
no exported function 'i33'|i33 1
no exported function ''|''
E
	for function in v r; do
		tool run "$dir/values.elf" --board "$board" --invoke $function -- 1
		complaint "$board: argument of type $function" 2 'this type' &&
			ok "$board: argument of type $function"
	done
	tool run "$dir/values.elf" --board "$board" --invoke m
	complaint "$board: invoke of a memory" 2 "no exported function 'm'" &&
		ok "$board: invoke of a memory" || :
}

# Whatever bits a float has, what is printed reads back as those bits.
values_back() {
	for type in f32 f64; do
		bits=32
		[ $type = f32 ] || bits=64
		cat >"$dir/back.wat" <<E
(module
  (global \$seed (mut i64) (i64.const 88172645463325252))
  (func \$next (result i64)	;; Marsaglia's xorshift
    (global.set \$seed (i64.xor (global.get \$seed)
      (i64.shl (global.get \$seed) (i64.const 13))))
    (global.set \$seed (i64.xor (global.get \$seed)
      (i64.shr_u (global.get \$seed) (i64.const 7))))
    (global.set \$seed (i64.xor (global.get \$seed)
      (i64.shl (global.get \$seed) (i64.const 17))))
    (global.get \$seed))
  (func \$i32 (result i32) (i32.wrap_i64 (call \$next)))
  (func \$i64 (result i64) (call \$next))
  (func (export "floats") (result$(printf " $type%.0s" $(seq 60)))
    $(printf "($type.reinterpret_i$bits (call \$i$bits))%.0s " $(seq 60)))
  (func (export "bits") (result$(printf " i$bits%.0s" $(seq 60)))
    $(printf "(call \$i$bits)%.0s " $(seq 60)))
  (func (export "back") (param$(printf " $type%.0s" $(seq 60)))
    (result$(printf " i$bits%.0s" $(seq 60)))
    $(for i in $(seq 0 59); do
		echo "(i$bits.reinterpret_$type (local.get $i))"
	done)))
E
		wat2wasm "$dir/back.wat" "$dir/back.wasm"
		tool build "$dir/back.wasm" -o "$dir/back.elf" --board "$board"
		succeeded "$board: $type" || continue
		tool run "$dir/back.elf" --board "$board" --invoke bits
		succeeded "$board: $type bits" || continue
		mv "$dir/stdout" "$dir/want"
		tool run "$dir/back.elf" --board "$board" --invoke floats
		succeeded "$board: $type floats" || continue
		# shellcheck disable=SC2046	# one argument a line
		tool run "$dir/back.elf" --board "$board" --invoke back -- \
			$(cat "$dir/stdout")
		if [ "$(wc -l <"$dir/want")" = 60 ] &&
			cmp -s "$dir/want" "$dir/stdout"; then
			ok "$board: 60 $type read back as the same bits"
		else
			failure "$board: 60 $type read back as the same bits" \
				"they do not"
		fi
	done
}
