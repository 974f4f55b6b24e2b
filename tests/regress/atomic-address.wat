;; SPDX-License-Identifier: Apache-2.0
;; Compare-and-swap on unshared memory read byte by byte, in an order of the
;; compiler's: the report named the third or seventh byte (K23-09).
;; wat2wasm: --enable-threads
;; run word 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run double 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run half 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
(module
  (memory 1)
  (func $word (export "word") (param i32) (result i32)
    (i32.atomic.rmw.cmpxchg (local.get 0) (i32.const 0) (i32.const 1)))
  (func $double (export "double") (param i32) (result i64)
    (i64.atomic.rmw.cmpxchg (local.get 0) (i64.const 0) (i64.const 1)))
  (func $half (export "half") (param i32) (result i64)
    (i64.atomic.rmw16.cmpxchg_u (local.get 0) (i64.const 0) (i64.const 1))))
