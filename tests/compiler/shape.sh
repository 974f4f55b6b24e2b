# SPDX-License-Identifier: Apache-2.0
#
# The shape of riscv64 code: one instruction for an access, a call for bulk.
# A part of run.sh, which has the checks.

# loads_of FUNCTION: the mnemonics of its memory accesses, but for those of its
# own frame.
accesses_of() {
	awk -v name="<$1>:" '
		$2 == name { on = 1; next }
		/^[0-9a-f]+ <[^.]/ { on = 0 }
		on {
			split($0, f, "\t")
			op = f[3]
			arg = f[4]
			sub(/ .*/, "", op)
			if (op ~ /^(l[bhwd]u?|fl[wd]|s[bhwd]|fs[wd])$/ &&
			    arg !~ /\((sp|s0)\)/)
				printf "%s%s", n++ ? " " : "", op
		}' "$dir/$2.dis"
}

# instructions_of FUNCTION DIS: how many it has.
instructions_of() {
	awk -v name="<$1>:" '
		$2 == name { on = 1; next }
		/^[0-9a-f]+ <[^.]/ { on = 0 }
		on && /^ *[0-9a-f]+:\t/ { n++ }
		END { print n + 0 }' "$dir/$2.dis"
}

# A guest access is one instruction, after the one that gets the memory's base;
# with none of that where it is zero.  Checked mode reads the memory's size as
# well; the stack's limit is no matter of a function that calls nobody.
group_code() {
	i=0
	{
		echo '(module (memory 1)'
		while read -r op type want; do
			case $op in
			*load*)
				for offset in '' ' offset=2000' ' offset=100000'; do
					echo "(func (export \"x$i\") (param i32)
						(result $type)
						($op$offset (local.get 0)))"
					echo "$i $op$offset ld $want" >&3
					i=$((i + 1))
				done ;;
			*)
				for offset in '' ' offset=2000' ' offset=100000'; do
					echo "(func (export \"x$i\")
						(param i32 $type)
						($op$offset (local.get 0)
						(local.get 1)))"
					echo "$i $op$offset ld $want" >&3
					i=$((i + 1))
				done ;;
			esac
		done
		echo ')'
	} 3>"$dir/cases" >"$dir/shape.wat" <<'E'
i32.load i32 lw
i64.load i64 ld
f32.load f32 flw
f64.load f64 fld
i32.load8_s i32 lb
i32.load8_u i32 lbu
i32.load16_s i32 lh
i32.load16_u i32 lhu
i64.load8_s i64 lb
i64.load8_u i64 lbu
i64.load16_s i64 lh
i64.load16_u i64 lhu
i64.load32_s i64 lw
i64.load32_u i64 lwu
i32.store i32 sw
i64.store i64 sd
f32.store f32 fsw
f64.store f64 fsd
i32.store8 i32 sb
i32.store16 i32 sh
i64.store8 i64 sb
i64.store16 i64 sh
i64.store32 i64 sw
E
	wat2wasm "$dir/shape.wat" "$dir/shape.wasm"
	for cc in $compilers; do
		for memory in $memories; do
			code_shape $cc $memory
		done
	done
}

code_shape() {
	tool compile "$dir/shape.wasm" -o "$dir/shape.o" --arch riscv64 --cc "$1" \
		--memory "$2"
	succeeded "code, $1 $2" || return 0
	riscv64-unknown-elf-objdump -d "$dir/shape.o" >"$dir/shape.dis"
	while read -r n what; do
		op=${what%% ld *} want="ld ${what##* }"
		case="$op, $1 $2"
		accesses=$(accesses_of "w2c_m_f$n" shape)
		count=$(instructions_of "w2c_m_f$n" shape)
		[ "$2" != checked ] || want="ld $want"
		[ "$2" != zero ] || want=${what##* }
		# Frame, address, access, return; a byte-wise access has more.
		case $2:$op in
		guard:*=100000) most=16 ;;
		guard:*) most=14 ;;
		zero:*=100000) most=14 ;;
		zero:*) most=12 ;;
		*) most=40 ;;
		esac
		if [ "$accesses" != "$want" ]; then
			fail "$case" "'$accesses' in place of '$want'"
		elif [ "$count" = 0 ] || [ "$count" -gt $most ]; then
			fail "$case" "$count instructions, not 1 to $most"
		else
			ok "$case"
			continue
		fi
		sed -n "/<w2c_m_f$n>:/,/^\$/p" "$dir/shape.dis" >"$dir/stdout"
		show "$dir/stdout"
	done <"$dir/cases"
}

# fixed NAME WANT MODULE: the tables in it that are constants, by number.
fixed() {
	printf "%s" "(module $3 (func \$f) (func \$g))" >"$dir/table.wat"
	wat2wasm "$dir/table.wat" "$dir/table.wasm" --enable-tail-call
	tool compile "$dir/table.wasm" -o "$dir/table.o" --arch riscv64
	succeeded "tables, $1" || return 0
	got=$(nm "$dir/table.o" | sed -n 's/.* cpit_entries//p' | sort | xargs)
	[ "$got" = "$2" ] && ok "tables, $1" && return
	failure "tables, $1" "'$got' are constants, not '$2'"
}

# A table that nobody can change is a constant, and the others are not.
group_tables() {
	one='(table 2 funcref)' elem='(elem (i32.const 1) $f)'
	fixed 'one segment' 0 "$one $elem"
	fixed 'two segments' 0 "$one $elem (elem (i32.const 0) \$g \$f)"
	fixed 'passive, dropped by nobody' 0 "$one $elem (elem func \$g)"
	fixed 'one of two' 1 "(table (export \"t\") 2 funcref) (table 1 funcref)
		$elem (elem (table 1) (i32.const 0) func \$f)"
	fixed exported '' "(table (export \"t\") 2 funcref) $elem"
	fixed imported '' \
		"(import \"m\" \"t\" (table 2 funcref)) $elem"
	fixed 'a place that is not known' '' \
		"(import \"m\" \"g\" (global i32)) $one (elem (global.get 0) \$f)"
	fixed 'beyond its end' '' "$one (elem (i32.const 2) \$f)"
	fixed 'an import in it' '' \
		"(import \"m\" \"h\" (func \$h)) $one (elem (i32.const 0) \$h)"
	fixed 'far too large' '' "(table 9 funcref) $elem"
	fixed 'expressions' '' "$one
		(elem (i32.const 0) funcref (ref.func \$f) (ref.null func))"
	fixed 'behind what may trap' '' "(table (export \"t\") 2 funcref)
		(table 2 funcref) (elem (i32.const 2) \$f)
		(elem (table 1) (i32.const 0) func \$f)"
	fixed 'before what may trap' 1 "(table (export \"t\") 2 funcref)
		(table 2 funcref) (elem (table 1) (i32.const 0) func \$f)
		(elem (i32.const 2) \$f)"
	fixed 'with room' 0 "(table 8 funcref) $elem"
	fixed empty '' "$one"
	for use in 'table.set (i32.const 0) (ref.null func)' \
		'drop (table.get (i32.const 0))' 'drop (table.size)' \
		'drop (table.grow (ref.null func) (i32.const 1))' \
		'table.fill (i32.const 0) (ref.null func) (i32.const 1)' \
		'table.copy (i32.const 0) (i32.const 0) (i32.const 1)' \
		'table.init 1 (i32.const 0) (i32.const 0) (i32.const 1)' \
		'elem.drop 1' 'return_call_indirect (i32.const 1)'; do
		fixed "${use}" '' "$one $elem (elem func \$g) (func (${use}))"
	done
}

# A function that calls nobody has no frame, if gcc is to make it fast; one that
# the C library may be called for has.
group_frames() {
	cat >"$dir/frames.wat" <<'E'
(module (memory 1)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "divide") (param i64 i64) (result i64)
    (i64.div_s (local.get 0) (local.get 1)))
  (func (export "clz") (param i32) (result i32) (i32.clz (local.get 0)))
  (func (export "floor") (param f64) (result f64) (f64.floor (local.get 0)))
  (func (export "fill") (param i32)
    (memory.fill (local.get 0) (i32.const 0) (i32.const 8)))
  (func (export "call") (param i32) (result i32) (call 0 (local.get 0))))
E
	wat2wasm "$dir/frames.wat" "$dir/frames.wasm"
	cp "$dir/frames.wasm" "$dir/called.wasm"
	for how in '-O1 gcc' '-O2 gcc' '-O3 gcc' '-Os gcc' '-O0 gcc' '-O2 clang'; do
		case $how in
		-O[123]' gcc') want=leaf,leaf,frame,frame,frame,frame, ;;
		*) want=frame,frame,frame,frame,frame,frame, ;;
		esac
		tool compile "$dir/frames.wasm" -o "$dir/frames.o" --arch riscv64 \
			"${how% *}" --cc "${how#* }"
		succeeded "frames, $how" || continue
		riscv64-unknown-elf-objdump -d "$dir/frames.o" >"$dir/frames.dis"
		got=$(for n in 0 1 2 3 4 5; do
			sed -n "/<w2c_m_f$n>:/,/^\$/p" "$dir/frames.dis" |
				grep -q '	addi*	s0,sp,' && echo frame || echo leaf
		done | tr '\n' ,)
		if [ "$got" = $want ]; then
			ok "frames, $how"
		else
			fail "frames, $how" "$got, not $want"
		fi
	done
	# A value that is cleared by a call, and no text says so.
	cat >"$dir/frames.wat" <<'E'
(module (tag $t (param i32)) (global $g (mut exnref) (ref.null exn))
  (func (export "set") (global.set $g (ref.null exn)))
  (func (result exnref) (local exnref) (local.get 0)))
E
	wat2wasm "$dir/frames.wat" "$dir/frames.wasm" --enable-exceptions
	tool compile "$dir/frames.wasm" -o "$dir/frames.o" --arch riscv64
	succeeded 'frames, exnref' && ok 'frames, exnref'
	# Nor does it pass where the compiler gives what calls no frame.
	CATCHPIT_CFLAGS=-fomit-frame-pointer
	export CATCHPIT_CFLAGS
	tool compile "$dir/called.wasm" -o "$dir/frames.o" --arch riscv64
	unset CATCHPIT_CFLAGS
	complaint 'frames, none by force' 125 \
		'called.wasm: function #2 calls, but the compiler gave it no frame' &&
		ok 'frames, none by force'
}

# Bulk operations go to the C library's functions, not to loops.
group_bulk() {
	cat >"$dir/bulk.wat" <<'E'
(module (memory 1)
  (func (export "x") (param i32 i32 i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "y") (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2))))
E
	wat2wasm "$dir/bulk.wat" "$dir/bulk.wasm"
	for cc in gcc clang; do
		tool compile "$dir/bulk.wasm" -o "$dir/bulk.o" --arch riscv64 \
			--cc $cc
		succeeded "bulk, $cc" || continue
		riscv64-unknown-elf-objdump -dr "$dir/bulk.o" >"$dir/bulk.dis"
		calls memory.fill 0 memset
		calls memory.copy 1 memmove
	done
}

# calls WHAT N FUNCTION: w2c_m_fN calls it, itself or through the one helper of
# the prelude's that it calls, and neither goes byte by byte.
calls() {
	case="$1 calls $3, $cc"
	for from in "w2c_m_f$2" "${1%.*}_${1#*.}"; do
		sed -n "/<$from>:/,/^\$/p" "$dir/bulk.dis"
	done >"$dir/stdout"
	if grep -q "^[^<]*<w2c_m_f$2>:" "$dir/stdout" &&
		grep -q "\\(R_RISCV_CALL[A-Z_]*\\|R_RISCV_JAL\\)[[:space:]]*$3\$" \
			"$dir/stdout" &&
		! grep -q '	s[bhwd]	[^(]*([^s]' "$dir/stdout"; then
		ok "$case"
	else
		failure "$case" "it does not"
	fi
}

# based NAME yes|no TEXT OPTION...: whether its accesses go by gs, and inspect says so.
based() {
	case=$1 want=$2 text=$3
	shift 3
	wat '--enable-memory64 --enable-threads --enable-multi-memory' \
		"(module $text (func (export \"_start\") (drop (i32.load8_u
		($address.const 70)))))"
	tool compile "$dir/m.wasm" -o "$dir/m.o" "$@"
	succeeded "base: $case" || return 0
	tool inspect "$dir/m.o"
	said_so=no by_gs=no
	! grep -q '^base gs$' "$dir/stdout" || said_so=yes
	! objdump -d "$dir/m.o" | grep -q '%gs:.*(%r\|%gs:0x46' || by_gs=yes
	if [ $said_so = "$want" ] && [ $by_gs = "$want" ]; then
		ok "base: $case"
	else
		fail "base: $case" "inspect says $said_so, the code $by_gs"
	fi
}

group_base() {
	address=i32
	for how in '-O0 gcc' '-O2 gcc' '-Os gcc' '-O2 clang' '-O0 clang'; do
		based "$how" yes '(memory 1)' --arch x86_64 --base gs \
			"${how% *}" --cc "${how#* }"
	done
	based 'not said' no '(memory 1)' --arch x86_64
	based register no '(memory 1)' --arch x86_64 --base register
	set -- --arch x86_64 --base gs
	based shared yes '(memory 1 1 shared)' "$@"
	based imported no '(import "m" "m" (memory 1))' "$@"
	based 'two memories' no '(memory 1) (memory 1)' "$@"
	address=i64
	based '64-bit addresses' no '(memory i64 1)' "$@"
	wat '' '(module (memory 1) (func (export "_start")))'
	while read -r want options; do
		# shellcheck disable=SC2086	# words
		tool inspect "$dir/m.wasm" $options
		succeeded "base: image, $options" || continue
		got=no
		! grep -q '^base gs$' "$dir/stdout" || got=yes
		if [ "$got" = "$want" ]; then
			ok "base: image, $options"
		else
			fail "base: image, $options" "$got, not $want"
		fi
	done <<'E'
yes --board q35
yes --board microvm -O0
yes --board host
no --board virt
no --board q35 --base register
no --board q35 --memory checked
no --board q35 --memory zero
E
}
