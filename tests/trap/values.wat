;; SPDX-License-Identifier: Apache-2.0
;; What goes in at --invoke and comes out: all types, all edges, unchanged.
;; run i32 0 => value 0
;; run i32 -1 => value -1
;; run i32 +1 => value 1
;; run i32 2147483647 => value 2147483647
;; run i32 -2147483648 => value -2147483648
;; run i32 2147483648 => value -2147483648
;; run i32 4294967295 => value -1
;; run i32 0x80000000 => value -2147483648
;; run i32 -0x1 => value -1
;; run i32 0010 => value 10
;; run i64 9223372036854775807 => value 9223372036854775807
;; run i64 -9223372036854775808 => value -9223372036854775808
;; run i64 18446744073709551615 => value -1
;; run i64 0x8000000000000000 => value -9223372036854775808
;; run i64 0xfedcba9876543210 => value -81985529216486896
;; run f32 0 => value 0
;; run f32 -0 => value -0
;; run f32 0.1 => value 0.1
;; run f32 16777217 => value 16777216
;; run f32 3.4028235e38 => value 3.4028235e+38
;; run f32 1e-45 => value 1e-45
;; run f32 0x1.8p3 => value 12
;; run f32 inf => value inf
;; run f32 -inf => value -inf
;; run f32 nan => value nan:0x400000
;; run f32 -nan => value -nan:0x400000
;; run f32 nan:0x1 => value nan:0x1
;; run f32 -nan:0x7fffff => value -nan:0x7fffff
;; run f64 -0.0 => value -0
;; run f64 0.1 => value 0.1
;; run f64 0.30000000000000004 => value 0.30000000000000004
;; run f64 1.7976931348623157e308 => value 1.7976931348623157e+308
;; run f64 5e-324 => value 5e-324
;; run f64 2.2250738585072011e-308 => value 2.225073858507201e-308
;; run f64 123456789012345678 => value 1.2345678901234568e+17
;; run f64 inf => value inf
;; run f64 nan => value nan:0x8000000000000
;; run f64 nan:0x1 => value nan:0x1
;; run f64 -nan:0xfffffffffffff => value -nan:0xfffffffffffff
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
  (func (export "i32") (param i32) (result i32) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
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
