;; SPDX-License-Identifier: Apache-2.0
;; What an import may take and give: several results, references, a vector.
(module
  (import "kernel" "two" (func $two (param i32) (result i32 i64)))
  (import "kernel" "mix" (func $mix (param f32 f64) (result f32 i32)))
  (import "kernel" "five" (func $five (param i64)
    (result f64 i32 i64 f32 i32)))
  (import "kernel" "refs" (func $refs (param funcref externref i32)
    (result funcref externref)))
  (import "kernel" "same" (func $same (param funcref) (result funcref)))
  (import "kernel" "turn" (func $turn (param i32 v128) (result v128)))
  (import "kernel" "wide" (func $wide (param i32) (result v128 i32)))
  (type $ii (func (param i32) (result i32)))
  (table 1 funcref)
  (elem declare func $next)
  (func $next (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))

  (func (export "two") (param i32) (result i32 i64) (call $two (local.get 0)))
  (func (export "mix") (param f32 f64) (result f32 i32)
    (call $mix (local.get 0) (local.get 1)))
  (func (export "five") (param i64) (result f64 i32 i64 f32 i32)
    (call $five (local.get 0)))

  ;; With $next, or with a null reference, which the call then traps at.
  (func (export "refs") (param externref i32) (result i32 externref)
    (local $f funcref) (local $x externref)
    (call $refs (ref.func $next) (local.get 0) (local.get 1))
    (local.set $x)
    (local.set $f)
    (table.set (i32.const 0) (call $same (local.get $f)))
    (call_indirect (type $ii) (i32.const 41) (i32.const 0))
    (local.get $x))

  ;; The lanes of (1, 2, 3, 4) in another order, as a number of four digits.
  (func $digits (param v128) (result i32)
    (i32.add
      (i32.add (i32.mul (i32x4.extract_lane 0 (local.get 0)) (i32.const 1000))
               (i32.mul (i32x4.extract_lane 1 (local.get 0)) (i32.const 100)))
      (i32.add (i32.mul (i32x4.extract_lane 2 (local.get 0)) (i32.const 10))
               (i32x4.extract_lane 3 (local.get 0)))))
  (func (export "turn") (param i32) (result i32)
    (call $digits (call $turn (local.get 0) (v128.const i32x4 1 2 3 4))))
  (func (export "wide") (param i32) (result i32) (local $n i32)
    (call $wide (local.get 0))
    (local.set $n)
    (i32.add (call $digits) (local.get $n))))
