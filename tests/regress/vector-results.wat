;; SPDX-License-Identifier: Apache-2.0
;; A vector among several results, and nowhere else in the module's interface:
;; wasm2c's header did not know its type.
;; run call => value 9
;; run indirect => value 9
;; run block => value 15
(module
  (type $vi (func (result v128 i32)))
  (table funcref (elem $two))
  (func $two (type $vi) (v128.const i32x4 1 2 3 4) (i32.const 7))
  (func $sum (param v128 i32) (result i32)
    (i32.add (local.get 1) (i32x4.extract_lane 1 (local.get 0))))
  (func (export "call") (result i32) (call $sum (call $two)))
  (func (export "indirect") (result i32)
    (call $sum (call_indirect (type $vi) (i32.const 0))))
  (func (export "block") (result i32)
    (block (result v128 i32)
      (v128.const i32x4 5 6 7 8) (i32.const 9))
    (call $sum)))
