;; SPDX-License-Identifier: Apache-2.0
;; The deepest way is deep -> a (by the table) -> wide -> host; b is a way not
;; taken that is less deep.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (type $i (func (param i32) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) $a $b)
  (func $wide (param i32) (result i32)
    (local $x i64) (local $y i64) (local $z i64)
    (local.set $x (i64.extend_i32_u (call $host (local.get 0))))
    (local.set $y (i64.mul (local.get $x) (i64.const 3)))
    (local.set $z (i64.extend_i32_u (local.get 0)))
    (i32.wrap_i64 (i64.add (local.get $y)
      (i64.add (local.get $z)
        (i64.extend_i32_u (call $host (i32.const 1)))))))
  (func $a (type $i)
    (i32.add (call $wide (local.get 0)) (local.get 0)))
  (func $b (type $i) (i32.mul (local.get 0) (local.get 0)))
  (func (export "deep") (param i32) (result i32)
    (i32.add (call_indirect (type $i) (local.get 0) (i32.const 0))
      (local.get 0)))
  (func (export "shallow") (param i32) (result i32)
    (i32.add (call $host (local.get 0)) (local.get 0))))
