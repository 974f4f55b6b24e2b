;; SPDX-License-Identifier: Apache-2.0
;; gcc's points-to analysis has a comparison's result point to nothing, so that no
;; call could change what is there: in mode zero, and by segment, the second load
;; was the first one's value.
;; run eqz 0 => value 9
;; run eqz 1 => value 7
;; run less 2 => value 9
;; run less 3 => value 7
;; run far 1 => value 7
;; run wide 0 => value 2316
;; run store 0 => value 5
(module
  (memory 1)
  (func $change
    (i32.store8 (i32.const 0) (i32.const 7))
    (i32.store8 (i32.const 1) (i32.const 9))
    (i32.store8 (i32.const 9) (i32.const 7)))
  (func (export "eqz") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load8_u (i32.eqz (local.get 0))))
    (call $change)
    (i32.add (i32.mul (i32.const 100) (local.get 1))
      (i32.load8_u (i32.eqz (local.get 0)))))
  (func (export "less") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load8_u (i32.lt_s (local.get 0) (i32.const 3))))
    (call $change)
    (i32.add (i32.mul (i32.const 100) (local.get 1))
      (i32.load8_u (i32.lt_s (local.get 0) (i32.const 3)))))
  (func (export "far") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load8_u offset=1 (i32.shl (i32.ne (local.get 0)
      (i32.const 0)) (i32.const 3))))
    (call $change)
    (i32.add (i32.mul (i32.const 100) (local.get 1))
      (i32.load8_u offset=1 (i32.shl (i32.ne (local.get 0) (i32.const 0))
        (i32.const 3)))))
  (func (export "wide") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load16_u (i32.eqz (i32.eqz (local.get 0)))))
    (call $change)
    (i32.add (i32.const 5) (i32.add (i32.mul (i32.const 100) (local.get 1))
      (i32.load16_u (i32.eqz (i32.eqz (local.get 0)))))))
  ;; its own store before the call, and what the call leaves there
  (func $five (i32.store8 (i32.const 1) (i32.const 5)))
  (func (export "store") (param i32) (result i32)
    (i32.store8 (i32.eqz (local.get 0)) (i32.const 3))
    (call $five)
    (i32.load8_u (i32.eqz (local.get 0)))))
