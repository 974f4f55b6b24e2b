;; SPDX-License-Identifier: Apache-2.0
;; Loads of 16 bits are asm on x86_64 where others are gcc's own: of two that are
;; both beyond, whatever their sizes and whether anybody wants them, the first tells.
;; run half 0x100000 0x200000 => trap memory-out-of-bounds addr=0x100000 size=0x10000 out=
;; run word 0x100000 0x200000 => trap memory-out-of-bounds addr=0x100000 size=0x10000 out=
;; run unused 0x100000 0x200000 => trap memory-out-of-bounds addr=0x100000 size=0x10000 out=
;; run loop 0x100000 0x200000 => trap memory-out-of-bounds addr=0x100000 size=0x10000 out=
;; run loop 0 0x200000 => trap memory-out-of-bounds addr=0x200000 size=0x10000 out=
(module
  (memory 1 1)
  (func (export "half") (param i32 i32) (result i32)
    (i32.add (i32.load16_u (local.get 0)) (i32.load (local.get 1))))
  (func (export "word") (param i32 i32) (result i32)
    (i32.sub (i32.load (local.get 0)) (i32.load16_s (local.get 1))))
  (func (export "unused") (param i32 i32)
    (drop (i32.load16_s (local.get 0)))
    (drop (i64.load (local.get 1))))
  (func (export "loop") (param i32 i32) (result i32)
    (local $sum i32)
    (loop
      (drop (i32.load16_u (local.get 0)))
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get 1))))
      (br_if 0 (i32.lt_u (local.get $sum) (i32.const 100))))
    (local.get $sum)))
