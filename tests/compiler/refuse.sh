# SPDX-License-Identifier: Apache-2.0
#
# Refusals: what is not wasm, what wasm2c 1.0.39 would get wrong, what was cut.
# A part of run.sh, which has the checks.

group_refuse() {
	: >"$dir/empty.wasm"
	refused "empty file" 126 empty.wasm 'empty file'
	bytes 00 61 73 6d 01 00 00 >"$dir/seven.wasm"
	refused "seven bytes" 126 seven.wasm '7 bytes'
	bytes 00 61 73 >"$dir/three.wasm"
	refused "three bytes" 126 three.wasm '3 bytes'
	cp "$catchpit" "$dir/elf.wasm"
	refused "ELF file" 126 elf.wasm 'ELF file'
	printf '#!/bin/sh\nexit 0\n' >"$dir/script"
	refused "script" 126 script 'a script'
	printf ';; a comment\n(module)\n' >"$dir/text.wat"
	refused "text format" 126 text.wat 'WebAssembly text'
	bytes 00 61 73 6d 02 00 00 00 >"$dir/version.wasm"
	refused "wrong version" 126 version.wasm 'version 2'
	bytes 00 61 73 6d 0d 00 01 00 >"$dir/component.wasm"
	refused "component" 126 component.wasm 'component'
	printf 'anything else' >"$dir/else"
	refused "something else" 126 else 'not WebAssembly'
	mkdir "$dir/folder"
	refused "folder" 126 folder 'directory'
	# No more than a hole of that size.
	dd if=/dev/null of="$dir/large.wasm" bs=1 seek=268435457 2>"$dir/log"
	refused "too large a file" 126 large.wasm '256 MiB'
	# shellcheck disable=SC2086	# into bytes
	bytes $header 0e 00 >"$dir/section.wasm"
	refused "unknown section" 126 section.wasm 'unknown section id 14'
	# shellcheck disable=SC2086
	bytes $header 03 02 01 00 01 04 01 60 00 00 >"$dir/order.wasm"
	refused "sections out of order" 126 order.wasm 'type section: .*order'
	# shellcheck disable=SC2086
	bytes $header 01 04 01 60 00 00 03 02 01 00 >"$dir/bodies.wasm"
	refused "no code section" 126 bodies.wasm 'code section'
	wat '' '(module (func (result i32) (i64.const 1)))'
	mv "$dir/m.wasm" "$dir/type.wasm"
	refused "wrong type of a result" 126 type.wasm \
		'not valid: type mismatch .*i32.*i64'
	wat '' '(module (func i32.add))'
	mv "$dir/m.wasm" "$dir/operand.wasm"
	refused "missing operand" 126 operand.wasm 'not valid: type mismatch'
	body ff >"$dir/opcode.wasm"
	refused "unknown opcode" 126 opcode.wasm 'opcode 0xff in function 0'
	refused "missing file" 127 nowhere.wasm 'No such file'
	refused "file below a file" 127 else/m.wasm 'Not a directory'
	ln -s nowhere "$dir/link.wasm"
	refused "link to nothing" 127 link.wasm 'No such file'
	# It is there, and cannot be read.
	ln -s loop.wasm "$dir/loop.wasm"
	refused "link to itself" 126 loop.wasm 'Too many levels'
	tool flash "$dir/loop.wasm"
	complaint "link to itself, to flash" 126 'Too many levels' &&
		ok "link to itself, to flash"
	# In a list of files each is looked at before the first is compiled.
	wat '' '(module)'
	cd "$dir"
	tool build m.wasm version.wasm -o new.elf
	cd "$top"
	complaint "second of two files" 126 '^catchpit: version.wasm: ' &&
		ok "second of two files"
}

# nest N: as many blocks, as bytes.
nest() {
	printf '02 40 %.0s' $(seq "$1")
	printf '0b %.0s' $(seq "$1")
}

# tries N: as many try blocks that catch all, one after the other, as bytes.
tries() {
	printf '06 40 10 00 19 0b %.0s' $(seq "$1")
}

# locals: 80 functions of 50000 locals, and one more of one.
locals() {
	# shellcheck disable=SC2046,SC2086	# into bytes
	bytes $header 01 04 01 60 00 00 03 52 51 $(printf '00 %.0s' $(seq 81)) \
		0a $(leb 566) 51 \
		$(printf '06 01 d0 86 03 7e 0b %.0s' $(seq 80)) 04 01 01 7e 0b
}

# As much as a function and a module may have, and one more.
much_in_one() {
	# shellcheck disable=SC2046	# into bytes
	body $(nest 4001) >"$dir/m.wasm"
	refused "deep nesting" 126 m.wasm 'nesting .*function 0'
	# shellcheck disable=SC2046
	body $(nest 4000) >"$dir/m.wasm"
	tool build "$dir/m.wasm" -o "$dir/deep.elf"
	succeeded "nesting that is not too deep" &&
		ok "nesting that is not too deep"
	# shellcheck disable=SC2046
	body $(tries 1001) >"$dir/m.wasm"
	refused "many tries" 126 m.wasm 'more than 1000 try blocks .*function 0'
	# shellcheck disable=SC2046
	body $(tries 1000) >"$dir/m.wasm"
	tool build "$dir/m.wasm" -o "$dir/tries.elf" -O0
	succeeded "not too many tries" && ok "not too many tries"
	locals >"$dir/m.wasm"
	refused "many locals" 126 m.wasm 'more than 4000000 locals .*function 80'
}

# What wasm2c 1.0.39 would get wrong or abort on.
group_features() {
	while IFS='|' read -r name flags pattern text; do
		if ! wat "$flags" "$text" 2>"$dir/stderr"; then
			fail "$name" "wat2wasm refuses it"
			show "$dir/stderr"
			continue
		fi
		refused "$name" 126 m.wasm "$pattern"
	done <<'E'
table64|--enable-memory64|64-bit table .*table 0|(module (table i64 1 funcref))
return_call of another type|--enable-tail-call --no-check|not valid: return signatures have inconsistent types|(module (func (result i32) (return_call 1)) (func))
wait32|--enable-threads|wait or notify .*function 0|(module (memory 1 1 shared) (func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0)))))
wait64|--enable-threads|wait or notify|(module (memory 1 1 shared) (func (drop (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i64.const 0)))))
notify|--enable-threads|wait or notify|(module (memory 1 1 shared) (func (drop (memory.atomic.notify (i32.const 0) (i32.const 0)))))
GC struct|--enable-gc|garbage collection .*type section|(module (type (struct (field i32))))
GC array|--enable-gc|garbage collection .*type section|(module (type (array i32)))
relaxed SIMD|--enable-relaxed-simd|relaxed SIMD .*function 0|(module (func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1))))
externref element||element segment of externref.* element section|(module (import "a" "b" (global externref)) (elem externref (item global.get 0)))
global.get of own global|--enable-extended-const|own globals .*global section|(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)))
table of exnref|--enable-exceptions|table of exnref .*table 0|(module (table 1 exnref))
exported function of exnref|--enable-exceptions|exnref .*export 0|(module (func (export "x") (param exnref)))
imported function of exnref|--enable-exceptions|exnref .*import 0|(module (import "m" "f" (func (result exnref))))
exception of exnref|--enable-exceptions|exnref .*tag 0|(module (tag (param exnref)))
E
	# What wat2wasm cannot write, or writes in an old form.
	while IFS='|' read -r name pattern code; do
		# shellcheck disable=SC2086	# into bytes
		body $code >"$dir/m.wasm"
		refused "$name" 126 m.wasm "$pattern"
	done <<'E'
call_ref|typed function reference .*function 0|d0 70 14 00
return_call_ref|typed function reference|d0 70 15 00
ref.as_non_null|typed function reference|d0 70 d4 1a
br_on_null|typed function reference|d0 70 d5 00 1a
i64.add128|wide arithmetic .*function 0|42 00 42 00 42 00 42 00 fc 13 1a 1a
i64.mul_wide_u|wide arithmetic|42 00 42 00 fc 16 1a 1a
struct.new|garbage collection .*function 0|fb 01 00 1a
ref.eq|garbage collection|d0 6e d0 6e d3 1a
suspend|stack switching .*function 0|e2 00
E
	# (func (param (ref 0))) and (func (param (ref null 0)))
	for type in 64 63; do
		# shellcheck disable=SC2086	# into bytes
		bytes $header 01 09 02 60 00 00 60 01 $type 00 00 >"$dir/m.wasm"
		refused "typed reference 0x$type" 126 m.wasm \
			'typed function reference .*type section'
	done
	[ -n "$QUICK" ] || much_in_one
}

# A module of every section, cut in each.
group_truncated() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	"$wabt/wasm-objdump" -h "$dir/rich.wasm" |
		sed -n 's/ start=/ /; s/ end=/ /
			s/^ *\([A-Za-z]*\) \(0x[0-9a-f]*\) \(0x[0-9a-f]*\) .*/\1 \2 \3/p' \
		>"$dir/sections"
	count=$(wc -l <"$dir/sections")
	[ "$count" = 14 ] || fail "sections of rich.wat" "$count, not 14"
	while read -r name start end; do
		case $name in
		Elem) section='element section' ;;
		DataCount) section='data count section' ;;
		*) section="$(echo "$name" | tr A-Z a-z) section" ;;
		esac
		start=$((start)) end=$((end))
		# Its id alone, half of it, all but a byte.
		for size in $((start - 1)) $(((start + end) / 2)) $((end - 1)); do
			head -c "$size" "$dir/rich.wasm" >"$dir/cut.wasm"
			refused "$section cut at $size of $start to $end" 126 \
				cut.wasm "$section: "
		done
	done <"$dir/sections"
}
