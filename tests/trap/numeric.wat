;; SPDX-License-Identifier: Apache-2.0
;; What must not trap, and must be right (SLG-17): the edges beside the traps.
;; run rem_min => value 0 0
;; run div 7 -2 => value -3 1 3 1
;; run div -7 2 => value -3 -1 2147483644 1
;; run div -2147483648 1 => value -2147483648 0 1073741824 0
;; run trunc_f32 => value 2147483520 -2147483648 -2147483648 0 -256
;; run trunc_f64 => value 2147483647 -2147483648 0 -1 0 9223372036854774784 -9223372036854775808 -2048 0
;; run trunc_sat nan => value 0 0 0 0
;; run trunc_sat inf => value 2147483647 -1 9223372036854775807 -1
;; run trunc_sat -inf => value -2147483648 0 -9223372036854775808 0
;; run trunc_sat 1e30 => value 2147483647 -1 9223372036854775807 -1
;; run shifts 1 33 => value 2 0 0 2 -2147483648
;; run shifts -2147483648 31 => value 0 -1 1 1073741824 1
;; run counts 0 => value 32 32 0 64 64 0
;; run counts 1 => value 31 0 1 63 0 1
;; run counts -1 => value 0 0 32 0 0 64
;; run extend 0x1ff80 => value -128 -128 -128 -128 130944
;; run extend 0x8000 => value 0 -32768 0 -32768 32768
;; run rounding 0.5 => value 1 0 0 0
;; run rounding -0.5 => value -0 -1 -0 -0
;; run rounding 2.5 => value 3 2 2 2
;; run rounding 4503599627370497.5 => value 4503599627370498 4503599627370498 4503599627370498 4503599627370498
;; run rounding -1.5 => value -1 -2 -1 -2
;; run minmax 0 -0 => value -0 0
;; run minmax -0 0 => value -0 0
;; run minmax nan 1 => value nan:0x8000000000000 nan:0x8000000000000
;; run minmax inf -inf => value -inf inf
;; run floats => value nan:0x400000 nan:0x8000000000000 inf -inf 1.401298464324817e-45 -0
;; run convert -1 => value -1 4294967295 -1 1.8446744e+19
;; run convert 16777217 => value 16777216 16777217 16777217 16777216
;; Not fused: fma gives 1.0842022e-19 here.
;; run fuse 1.0000000004656613 0.9999999995343387 -1 => value 0
;; A NaN's bits pass through memory, locals and calls.
;; run nan_bits => value 2139095041 -4194303 9218868437227405313 -2251799813685247
(module
  (memory 1)
  (func (export "rem_min") (result i32 i64)
    (i32.rem_s (i32.load (i32.const 0)) (i32.load (i32.const 4)))
    (i64.rem_s (i64.load (i32.const 8)) (i64.load (i32.const 16))))
  (data (i32.const 0) "\00\00\00\80\ff\ff\ff\ff"
    "\00\00\00\00\00\00\00\80\ff\ff\ff\ff\ff\ff\ff\ff")
  (func (export "div") (param i32 i32) (result i32 i32 i32 i32)
    (i32.div_s (local.get 0) (local.get 1))
    (i32.rem_s (local.get 0) (local.get 1))
    (i32.div_u (local.get 0) (i32.const 2))
    (i32.rem_u (local.get 0) (i32.const 2)))

  ;; The last float on the right side of each limit.
  (func (export "trunc_f32") (result i32 i32 i32 i32 i32)
    (i32.trunc_f32_s (f32.const 2147483520))
    (i32.trunc_f32_s (f32.const -2147483648))
    (i32.trunc_f32_u (f32.const 2147483648))
    (i32.trunc_f32_u (f32.const -0.99999994))
    (i32.trunc_f32_u (f32.const 4294967040)))
  (func (export "trunc_f64")
    (result i32 i32 i32 i32 i32 i64 i64 i64 i64)
    (i32.trunc_f64_s (f64.const 2147483647.9999998))
    (i32.trunc_f64_s (f64.const -2147483648.9999995))
    (i32.trunc_f64_u (f64.const -0.9999999999999999))
    (i32.trunc_f64_u (f64.const 4294967295.9999995))
    (i32.trunc_f64_s (f64.const -0.5))
    (i64.trunc_f64_s (f64.const 9223372036854774784))
    (i64.trunc_f64_s (f64.const -9223372036854775808))
    (i64.trunc_f64_u (f64.const 18446744073709549568))
    (i64.trunc_f64_u (f64.const -0.9999999999999999)))
  (func (export "trunc_sat") (param f64) (result i32 i32 i64 i64)
    (i32.trunc_sat_f64_s (local.get 0))
    (i32.trunc_sat_f64_u (local.get 0))
    (i64.trunc_sat_f64_s (local.get 0))
    (i64.trunc_sat_f64_u (local.get 0)))

  (func (export "shifts") (param i32 i32) (result i32 i32 i32 i32 i32)
    (i32.shl (local.get 0) (local.get 1))
    (i32.shr_s (local.get 0) (local.get 1))
    (i32.shr_u (local.get 0) (local.get 1))
    (i32.rotl (local.get 0) (local.get 1))
    (i32.rotr (local.get 0) (local.get 1)))
  (func (export "counts") (param i64) (result i32 i32 i32 i64 i64 i64)
    (i32.clz (i32.wrap_i64 (local.get 0)))
    (i32.ctz (i32.wrap_i64 (local.get 0)))
    (i32.popcnt (i32.wrap_i64 (local.get 0)))
    (i64.clz (local.get 0))
    (i64.ctz (local.get 0))
    (i64.popcnt (local.get 0)))
  (func (export "extend") (param i32) (result i32 i32 i64 i64 i64)
    (i32.extend8_s (local.get 0))
    (i32.extend16_s (local.get 0))
    (i64.extend8_s (i64.extend_i32_u (local.get 0)))
    (i64.extend16_s (i64.extend_i32_u (local.get 0)))
    (i64.extend32_s (i64.extend_i32_u (local.get 0))))

  (func (export "rounding") (param f64) (result f64 f64 f64 f64)
    (f64.ceil (local.get 0))
    (f64.floor (local.get 0))
    (f64.trunc (local.get 0))
    (f64.nearest (local.get 0)))
  (func (export "minmax") (param f64 f64) (result f64 f64)
    (f64.min (local.get 0) (local.get 1))
    (f64.max (local.get 0) (local.get 1)))
  (func $f32 (param f32) (result f32) (local.get 0))
  (func $f64 (param f64) (result f64) (local.get 0))
  (func (export "floats") (result f32 f64 f32 f32 f64 f64)
    (f32.abs (f32.div (call $f32 (f32.const 0)) (call $f32 (f32.const 0))))
    (f64.abs (f64.sqrt (call $f64 (f64.const -1))))
    (f32.demote_f64 (call $f64 (f64.const 1e300)))
    (f32.neg (call $f32 (f32.const inf)))
    (f64.promote_f32 (call $f32 (f32.const 0x1p-149)))
    (f64.copysign (call $f64 (f64.const 0)) (call $f64 (f64.const -5))))
  (func (export "convert") (param i32) (result f32 f64 f64 f32)
    (f32.convert_i32_s (local.get 0))
    (f64.convert_i32_u (local.get 0))
    (f64.convert_i64_s (i64.extend_i32_s (local.get 0)))
    (f32.convert_i64_u (i64.extend_i32_s (local.get 0))))
  (func (export "fuse") (param f64 f64 f64) (result f64)
    (f64.add (f64.mul (local.get 0) (local.get 1)) (local.get 2)))

  (func $keep_f32 (param f32) (result f32)
    (f32.store (i32.const 64) (local.get 0))
    (f32.load (i32.const 64)))
  (func $keep_f64 (param f64) (result f64)
    (f64.store (i32.const 64) (local.get 0))
    (f64.load (i32.const 64)))
  (func (export "nan_bits") (result i32 i32 i64 i64)
    (i32.reinterpret_f32 (call $keep_f32 (f32.const nan:0x1)))
    (i32.reinterpret_f32 (call $keep_f32 (f32.const -nan:0x400001)))
    (i64.reinterpret_f64 (call $keep_f64 (f64.const nan:0x1)))
    (i64.reinterpret_f64 (call $keep_f64 (f64.const -nan:0x8000000000001)))))
