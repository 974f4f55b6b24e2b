;; SPDX-License-Identifier: Apache-2.0
;; Recursion by way of the table: there is no worst case.
(module
  (type $i (func (param i32) (result i32)))
  (type $other (func (param i64) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) $f $innocent)
  (func $innocent (type $other) (call $g (i32.const 1)))
  (func $f (type $i) (i32.add (i32.const 1) (call $g (local.get 0))))
  (func $g (type $i)
    (i32.add (i32.const 1)
      (call_indirect (type $i) (local.get 0) (i32.const 0))))
  (func (export "go") (param i32) (result i32)
    (i32.add (call $f (local.get 0)) (i32.const 1))))
