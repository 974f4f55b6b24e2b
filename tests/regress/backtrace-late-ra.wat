;; SPDX-License-Identifier: Apache-2.0
;; gcc at -O2 may save the return address behind the frame pointer; then the
;; function was taken for a leaf, its frame told twice and its callers not.
;; run top 65536 => trap memory-out-of-bounds func=low trace=low,middle,top addr=0x10000 size=0x10000 out=
(module
  (memory 1)
  (func $nothing (param i32 i64))
  (func $low (param i32 i64) (result i32)
    (call $nothing (i32.const 1) (local.get 1))
    (i32.store (local.get 0) (i32.const 5))
    (i32.load (local.get 0)))
  (func $middle (param i32) (result i32)
    (i32.add (i32.const 1) (call $low (local.get 0) (i64.const 9))))
  (func $top (export "top") (param i32) (result i32)
    (i32.mul (i32.const 3) (call $middle (local.get 0)))))
