;; SPDX-License-Identifier: Apache-2.0
;; A table that nobody can change is filled before its instance starts, or not at
;; all, where a segment before its own traps.
(module $x (table (export "t") 2 funcref)
  (type $r (func (result i32)))
  (func (export "call") (param i32) (result i32)
    (call_indirect (type $r) (local.get 0))))
(register "x" $x)
(assert_trap
  (module
    (import "x" "t" (table $x 2 funcref))
    (table $own 1 funcref)
    (type $r (func (result i32)))
    (func $seven (result i32) (i32.const 7))
    (func $f (result i32) (call_indirect $own (type $r) (i32.const 0)))
    (elem (table $x) (i32.const 0) func $f)
    (elem (table $x) (i32.const 2) func $f)
    (elem (table $own) (i32.const 0) func $seven))
  "out of bounds table access")
(assert_trap (invoke $x "call" (i32.const 0)) "uninitialized element")
(assert_trap
  (module
    (import "x" "t" (table $x 2 funcref))
    (table $own 1 funcref)
    (type $r (func (result i32)))
    (func $seven (result i32) (i32.const 7))
    (func $f (result i32) (call_indirect $own (type $r) (i32.const 0)))
    (elem (table $x) (i32.const 0) func $f)
    (elem (table $own) (i32.const 0) func $seven)
    (elem (table $x) (i32.const 2) func $f))
  "out of bounds table access")
(assert_return (invoke $x "call" (i32.const 0)) (i32.const 7))
(module
  (import "x" "t" (table $x 2 funcref))
  (table $own 1 funcref)
  (type $r (func (result i32)))
  (func $eight (result i32) (i32.const 8))
  (func $f (result i32) (call_indirect $own (type $r) (i32.const 0)))
  (elem (table $own) (i32.const 0) func $eight)
  (elem (table $x) (i32.const 1) func $f)
  (func $start (drop (call $f)))
  (start $start))
(assert_return (invoke $x "call" (i32.const 1)) (i32.const 8))
