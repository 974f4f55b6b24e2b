;; SPDX-License-Identifier: Apache-2.0
;; A function that does nothing but trap ends there: what the one behind it
;; saves was taken for its own, on riscv64, and frames were lost or made up.
;; run lost 3 => trap unreachable func=abort trace=abort,panic,check,work,lost out=
;; run false 3 => trap unreachable func=abort trace=abort,panic,check,work,false out=
(module
  (global $g (mut i64) (i64.const 0))
  (func $abort unreachable)
  (func $panic (call $abort))
  (func $check (param i32)
    (if (i32.eqz (local.get 0)) (then (call $panic))))
  (func $work (param i32)
    (call $check (i32.sub (local.get 0) (i32.const 3))))
  (func $leaf (param i64) (result i64)
    (i64.add (local.get 0) (i64.const 1)))
  (func $x (param i64) (result i64) (call $leaf (local.get 0)))
  (func $y (param i64 i64 i64 i64) (result i64)
    (i64.add (call $x (local.get 0))
      (i64.add (i64.mul (local.get 1) (i64.const 7))
        (i64.add (local.get 2) (i64.add (local.get 3) (local.get 0))))))
  (func $lost (export "lost") (param i32) (call $work (local.get 0)))
  (func $false (export "false") (param i32)
    (global.set $g (call $y (i64.const 1) (i64.const 2) (i64.const 3)
      (i64.const 4)))
    (call $work (local.get 0))))
