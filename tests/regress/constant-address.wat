;; SPDX-License-Identifier: Apache-2.0
;; A load at an address of 2 GiB or more that gcc knows: by segment (--base gs) it
;; was one without its segment, of whatever the machine has at that address.
;; run i32_load 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run f32_load 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run f64_load 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i32_load8_s 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i32_load8_u 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i32_load16_s 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i32_load16_u 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load8_s 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load8_u 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load16_s 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load16_u 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load32_s 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
;; run i64_load32_u 0 => trap memory-out-of-bounds addr=0xf0000008 size=0x10000 out=
(module
  (memory 1)
  (func (export "i32_load") (param i32) (result i32)
    (drop (i32.load (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load") (param i32) (result i32)
    (drop (i64.load (i32.const 0xf0000008))) (i32.const 0))
  (func (export "f32_load") (param i32) (result i32)
    (drop (f32.load (i32.const 0xf0000008))) (i32.const 0))
  (func (export "f64_load") (param i32) (result i32)
    (drop (f64.load (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i32_load8_s") (param i32) (result i32)
    (drop (i32.load8_s (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i32_load8_u") (param i32) (result i32)
    (drop (i32.load8_u (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i32_load16_s") (param i32) (result i32)
    (drop (i32.load16_s (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i32_load16_u") (param i32) (result i32)
    (drop (i32.load16_u (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load8_s") (param i32) (result i32)
    (drop (i64.load8_s (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load8_u") (param i32) (result i32)
    (drop (i64.load8_u (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load16_s") (param i32) (result i32)
    (drop (i64.load16_s (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load16_u") (param i32) (result i32)
    (drop (i64.load16_u (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load32_s") (param i32) (result i32)
    (drop (i64.load32_s (i32.const 0xf0000008))) (i32.const 0))
  (func (export "i64_load32_u") (param i32) (result i32)
    (drop (i64.load32_u (i32.const 0xf0000008))) (i32.const 0)))
