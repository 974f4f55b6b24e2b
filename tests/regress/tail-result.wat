;; SPDX-License-Identifier: Apache-2.0
;; What an indirect callee left that makes no tail call itself was lost where its
;; caller was reached by a tail call and had made another call before: wasm2c puts
;; "#if" behind a call where there is a memory, which passed for the function's end.
;; wat2wasm: --enable-tail-call
;; run f 5 => value 42
;; run pair 5 => value 42 43
(module
  (type $t (func (param i32) (result i32)))
  (type $p (func (param i32) (result i32 i32)))
  (memory 1)
  (table funcref (elem $leaf $last $leaves $lasts))
  (func $leaf (type $t) (i32.add (local.get 0) (i32.const 37)))
  (func $leaves (type $p) (i32.const 42) (i32.const 43))
  (func $last (type $t)
    (drop (call_indirect (type $t) (i32.const 1) (i32.const 0)))
    (return_call_indirect (type $t) (local.get 0) (i32.const 0)))
  (func $lasts (type $p)
    (drop (call_indirect (type $t) (i32.const 1) (i32.const 0)))
    (return_call_indirect (type $p) (local.get 0) (i32.const 2)))
  (func (export "f") (type $t) (return_call $last (local.get 0)))
  (func (export "pair") (type $p) (return_call $lasts (local.get 0))))
