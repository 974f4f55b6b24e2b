;; SPDX-License-Identifier: Apache-2.0
;; gcc at -O2 may save the return address behind the frame pointer; then the
;; function was taken for a leaf, its frame told twice and its callers not.
;; wat2wasm: --enable-exceptions
;; run thrown => trap uncaught-exception func=thrower trace=thrower,between,thrown out=
;; run wide 0x10000 => trap memory-out-of-bounds func=load addr=* size=* trace=load,wide out=
(module
  (memory 1)
  (tag $e (param i32))
  (func $nothing)
  (func $thrower
    (call $nothing)
    (throw $e (i32.const 42)))
  (func $between
    (call $thrower)
    (call $nothing))
  (func $thrown (export "thrown")
    (call $between)
    (call $nothing))
  (func $load (param i32) (result v128)
    (call $nothing)
    (v128.load8x8_s (local.get 0)))
  (func $wide (export "wide") (param i32) (result v128)
    (v128.not (call $load (local.get 0)))))
