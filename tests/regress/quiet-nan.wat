;; SPDX-License-Identifier: Apache-2.0
;; An operation whose only effect is that a signaling NaN becomes quiet: clang took
;; it away, whatever way a constant had come to be one; gcc a pair of vector ones.
;; control: clang -fno-trapping-math -fno-rounding-math
;; run scalar nan:0x1 nan:0x1 => value 1 1 1 1 1 1 1 1 1 1 1 1 1
;; run branch nan:0x1 1 => value 1
;; Operations that are one instruction, or a call; the last two only look at the sign.
;; run single nan:0x1 nan:0x1 => value 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0
;; run vector 0x7f8000017f800001 => value 1 1 1 1 1
;; run vector64 0x7ff0000000000001 => value 1 1 1 1 1
;; nearest keeps the sign of what becomes zero.
;; run nearest -0.5 => value -0 -0 -0 -0
(module
  (func $q32 (param f32) (result i32)
    (i32.and (i32.shr_u (i32.reinterpret_f32 (local.get 0)) (i32.const 22))
             (i32.const 1)))
  (func $q64 (param f64) (result i32)
    (i32.wrap_i64 (i64.and (i64.shr_u (i64.reinterpret_f64 (local.get 0))
                                      (i64.const 51))
                           (i64.const 1))))
  ;; Of lanes 0 and, for 32 bits, 1: both are to be quiet.
  (func $qv32 (param v128) (result i32)
    (i32.and (call $q32 (f32x4.extract_lane 0 (local.get 0)))
             (call $q32 (f32x4.extract_lane 1 (local.get 0)))))
  (func $qv64 (param v128) (result i32)
    (call $q64 (f64x2.extract_lane 0 (local.get 0))))

  (func (export "scalar") (param f32 f64)
    (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (local $zero f64)
    (call $q32 (f32.mul (local.get 0) (f32.const 1)))
    (call $q32 (f32.div (local.get 0) (f32.const 1)))
    (call $q32 (f32.sub (local.get 0) (f32.const 0)))
    (call $q32 (f32.add (local.get 0) (f32.const -0)))
    (call $q32 (f32.mul (local.get 0) (f32.const -1)))
    (call $q32 (f32.demote_f64 (f64.promote_f32 (local.get 0))))
    (call $q64 (f64.promote_f32 (f32.demote_f64 (local.get 1))))
    (call $q64 (f64.sub (local.get 1) (local.get $zero)))
    (call $q64 (f64.sub (local.get 1) (f64.reinterpret_i64 (i64.const 0))))
    (call $q64 (f64.mul (local.get 1) (f64.convert_i32_s (i32.const 1))))
    (call $q64 (f64.div (local.get 1) (f64.const -1)))
    (call $q64 (f64.sub (f64.const -0) (local.get 1)))
    (call $q64 (f64.sub (f64.const -0) (f64.neg (local.get 1)))))

  (func (export "single") (param f32 f64)
    (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (call $q64 (f64.promote_f32 (local.get 0)))
    (call $q32 (f32.demote_f64 (local.get 1)))
    (call $q32 (f32.demote_f64 (f64.abs (f64.promote_f32 (local.get 0)))))
    (call $q32 (f32.demote_f64 (f64.floor (f64.promote_f32 (local.get 0)))))
    (call $q32 (f32.sqrt (local.get 0)))
    (call $q64 (f64.sqrt (local.get 1)))
    (call $q32 (f32.floor (local.get 0)))
    (call $q64 (f64.floor (local.get 1)))
    (call $q32 (f32.ceil (local.get 0)))
    (call $q64 (f64.ceil (local.get 1)))
    (call $q32 (f32.trunc (local.get 0)))
    (call $q64 (f64.trunc (local.get 1)))
    (call $q32 (f32.nearest (local.get 0)))
    (call $q64 (f64.nearest (local.get 1)))
    (call $q32 (f32.abs (local.get 0)))
    (call $q64 (f64.abs (local.get 1))))

  ;; The second is 1 there, which a compiler may know.
  (func (export "branch") (param f64 f64) (result i32)
    (if (result i32) (f64.eq (local.get 1) (f64.const 1))
      (then (call $q64 (f64.mul (local.get 0) (local.get 1))))
      (else (i32.const 2))))

  (func (export "vector") (param i64) (result i32 i32 i32 i32 i32) (local v128)
    (local.set 1 (i64x2.splat (local.get 0)))
    (call $qv32 (f32x4.mul (local.get 1) (v128.const f32x4 1 1 1 1)))
    (call $qv32 (f32x4.div (local.get 1) (f32x4.splat (f32.const 1))))
    (call $qv32 (f32x4.sub (local.get 1) (v128.const f32x4 0 0 0 0)))
    (call $qv32 (f32x4.add (local.get 1) (v128.const f32x4 -0 -0 -0 -0)))
    (call $qv32 (f32x4.demote_f64x2_zero
                  (f64x2.promote_low_f32x4 (local.get 1)))))
  (func (export "vector64") (param i64) (result i32 i32 i32 i32 i32) (local v128)
    (local.set 1 (i64x2.splat (local.get 0)))
    (call $qv64 (f64x2.mul (local.get 1) (v128.const f64x2 1 1)))
    (call $qv64 (f64x2.div (local.get 1) (f64x2.splat (f64.const 1))))
    (call $qv64 (f64x2.sub (local.get 1) (v128.const f64x2 0 0)))
    (call $qv64 (f64x2.add (local.get 1) (v128.const f64x2 -0 -0)))
    (call $qv64 (f64x2.promote_low_f32x4
                  (f32x4.demote_f64x2_zero (local.get 1)))))

  (func (export "nearest") (param f32) (result f32 f64 f32 f64)
    (f32.nearest (local.get 0))
    (f64.nearest (f64.promote_f32 (local.get 0)))
    (f32x4.extract_lane 3 (f32x4.nearest (f32x4.splat (local.get 0))))
    (f64x2.extract_lane 1
      (f64x2.nearest (f64x2.splat (f64.promote_f32 (local.get 0)))))))
