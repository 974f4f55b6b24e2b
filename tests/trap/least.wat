;; SPDX-License-Identifier: Apache-2.0
;; What a compiler can know of addresses: constants, masks, loops with an end,
;; and that a memory is not smaller than it is declared.  Right below and right
;; above that size each is what it would be for any address; and in its order.
;; also: grows s/(memory 1 1)/(memory 1)/
;; also: signed s/(memory 1 1)/(memory 1 2)/
;; also: large s/(memory 1 1)/(memory 1 65536)/
;; control: gcc -DCPIT_TEST_LEAST
;; controlled: checked
;; run constant => value 0
;; run over => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run across => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run offset_over => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run unused => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run last => value 0
;; run masked 0x1ffff => value 0
;; run masked_over 0xffff => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run masked_over 0xfffe => value 0
;; run byte 255 => value 0
;; run walk 65536 => value 65536
;; run walk 65537 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run fixed => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run fixed_within => value 65536
;; run down => trap memory-out-of-bounds addr=0xffffffff size=0x10000 out=
;; run load_first 65536 0 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run divide_first 65536 0 => trap integer-divide-by-zero out=
;; run store_first 65533 0 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run same 65528 => value 0
;; run same 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run twice 65532 1 => value 0
;; run twice 65533 1 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run twice 65533 0 => trap integer-divide-by-zero out=
(module
  (memory 1 1)
  (func $constant (export "constant") (result i32)
    (i32.load (i32.const 65532)))
  (func $over (export "over") (result i32)
    (i32.load (i32.const 65536)))
  (func $across (export "across")
    (i32.store (i32.const 65533) (i32.const 1)))
  (func $offset_over (export "offset_over") (result i32)
    (i32.load8_u offset=65535 (i32.const 1)))
  (func $unused (export "unused")
    (drop (i32.load (i32.const 65533))))
  (func $last (export "last") (result i32)
    (i32.store8 offset=65535 (i32.const 0) (i32.const 256))
    (i32.load8_u offset=65535 (i32.const 0)))
  (func $masked (export "masked") (param i32) (result i32)
    (i32.load8_u (i32.and (local.get 0) (i32.const 0xffff))))
  (func $masked_over (export "masked_over") (param i32) (result i32)
    (i32.load8_u offset=1 (i32.and (local.get 0) (i32.const 0xffff))))
  (func $byte (export "byte") (param i32) (result i64)
    (i64.load offset=65273 (i32.load8_u (local.get 0))))
  ;; Stores a byte at each address below its parameter.
  (func $walk (export "walk") (param i32) (result i32) (local i32)
    (loop
      (i32.store8 (local.get 1) (i32.const 7))
      (br_if 0 (i32.lt_u (local.tee 1
        (i32.add (local.get 1) (i32.const 1))) (local.get 0))))
    (local.get 1))
  (func $fixed (export "fixed") (local i32)
    (local.set 0 (i32.const 65520))
    (loop
      (i32.store8 (local.get 0) (i32.const 7))
      (br_if 0 (i32.ne (local.tee 0
        (i32.add (local.get 0) (i32.const 1))) (i32.const 65540)))))
  (func $fixed_within (export "fixed_within") (result i32) (local i32)
    (local.set 0 (i32.const 65520))
    (loop
      (i32.store8 (local.get 0) (i32.const 7))
      (br_if 0 (i32.ne (local.tee 0
        (i32.add (local.get 0) (i32.const 1))) (i32.const 65536))))
    (local.get 0))
  (func $down (export "down") (local i32)
    (local.set 0 (i32.const 100))
    (loop
      (i32.store8 (local.get 0) (i32.const 7))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br 0)))
  ;; A load whose result is used late, or not at all, among what traps.
  (func $load_first (export "load_first") (param i32 i32) (result i32)
    (i32.load (local.get 0))
    (i32.div_u (i32.const 1) (local.get 1))
    (i32.add))
  (func $divide_first (export "divide_first") (param i32 i32) (result i32)
    (i32.div_u (i32.const 1) (local.get 1))
    (i32.load (local.get 0))
    (i32.add))
  (func $store_first (export "store_first") (param i32 i32)
    (i32.store (local.get 0) (i32.const 7))
    (drop (i32.div_u (i32.const 1) (local.get 1))))
  (func $same (export "same") (param i32) (result i32)
    (i32.add (i32.load (local.get 0)) (i32.load offset=4 (local.get 0))))
  ;; The check of the second load may not be done before the division.
  (func $twice (export "twice") (param i32 i32) (result i32)
    (local.set 1 (i32.div_u (i32.load8_u (local.get 0)) (local.get 1)))
    (i32.add (local.get 1) (i32.load (local.get 0)))))
