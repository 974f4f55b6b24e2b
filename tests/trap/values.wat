;; SPDX-License-Identifier: Apache-2.0
;; What goes in at --invoke and comes out: all types, all edges, unchanged.
;; run i32s 0 -1 +1 2147483647 -2147483648 => value 0 -1 1 2147483647 -2147483648
;; run i32s 2147483648 4294967295 0x80000000 -0x1 0010 => value -2147483648 -1 -2147483648 -1 10
;; run i64s 9223372036854775807 -9223372036854775808 18446744073709551615 => value 9223372036854775807 -9223372036854775808 -1
;; run i64s 0x8000000000000000 0xfedcba9876543210 -0x1 => value -9223372036854775808 -81985529216486896 -1
;; run f32s 0 -0 0.1 16777217 3.4028235e38 => value 0 -0 0.1 16777216 3.4028235e+38
;; run f32s 1e-45 1.1754944e-38 0x1.8p3 inf -inf => value 1e-45 1.1754944e-38 12 inf -inf
;; run f32s nan -nan nan:0x1 -nan:0x7fffff nan:0x400001 => value nan:0x400000 -nan:0x400000 nan:0x1 -nan:0x7fffff nan:0x400001
;; run f64s -0.0 0.1 0.30000000000000004 1.7976931348623157e308 => value -0 0.1 0.30000000000000004 1.7976931348623157e+308
;; run f64s 5e-324 2.2250738585072011e-308 123456789012345678 inf => value 5e-324 2.225073858507201e-308 1.2345678901234568e+17 inf
;; run f64s nan nan:0x1 -nan:0xfffffffffffff -nan => value nan:0x8000000000000 nan:0x1 -nan:0xfffffffffffff -nan:0x8000000000000
;; run f32_bits 0.1 => value 1036831949
;; run f32_bits nan:0x123456 => value 2140288086
;; run f32_of_bits 1 => value 1e-45
;; run f32_of_bits 0x7f7fffff => value 3.4028235e+38
;; run f64_bits 0.1 => value 4591870180066957722
;; run f64_bits 4.9e-324 => value 1
;; run f64_of_bits 0x7fefffffffffffff => value 1.7976931348623157e+308
;; run f64_of_bits 0x0010000000000000 => value 2.2250738585072014e-308
;; run none => value
;; run all 1 -2 0.5 -0.25 => value -0.25 0.5 -2 1
;; run v128 => value 0x0f0e0d0c0b0a09080706050403020100
;; run refs => value ref null null
;; run ten 1 2 3 4 5 6 7 8 9 10 => value 10 9 8 7 6 5 4 3 2 1
;; run ten_floats 1 2 3 4 5 6 7 8 9 10 => value 10 9 8 7 6 5 4 3 2 1
(module
  (func $f)
  (elem declare func $f)
  (table 1 funcref)
  (elem (i32.const 0) $f)
  (func (export "i32s") (param i32 i32 i32 i32 i32) (result i32 i32 i32 i32 i32)
    (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4))
  (func (export "i64s") (param i64 i64 i64) (result i64 i64 i64)
    (local.get 0) (local.get 1) (local.get 2))
  (func (export "f32s") (param f32 f32 f32 f32 f32) (result f32 f32 f32 f32 f32)
    (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4))
  (func (export "f64s") (param f64 f64 f64 f64) (result f64 f64 f64 f64)
    (local.get 0) (local.get 1) (local.get 2) (local.get 3))
  (func (export "f32_bits") (param f32) (result i32)
    (i32.reinterpret_f32 (local.get 0)))
  (func (export "f32_of_bits") (param i32) (result f32)
    (f32.reinterpret_i32 (local.get 0)))
  (func (export "f64_bits") (param f64) (result i64)
    (i64.reinterpret_f64 (local.get 0)))
  (func (export "f64_of_bits") (param i64) (result f64)
    (f64.reinterpret_i64 (local.get 0)))
  (func (export "none"))
  (func (export "all") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
    (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (func (export "v128") (result v128)
    (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
  (func (export "refs") (result funcref funcref externref)
    (table.get (i32.const 0)) (ref.null func) (ref.null extern))
  (func (export "ten") (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (result i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local.get 9) (local.get 8) (local.get 7) (local.get 6) (local.get 5)
    (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (func (export "ten_floats") (param f64 f32 f64 f32 f64 f32 f64 f32 f64 f32)
    (result f32 f64 f32 f64 f32 f64 f32 f64 f32 f64)
    (local.get 9) (local.get 8) (local.get 7) (local.get 6) (local.get 5)
    (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0)))
