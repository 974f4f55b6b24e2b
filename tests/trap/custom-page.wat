;; SPDX-License-Identifier: Apache-2.0
;; Memories in pages of one byte have their end where they say, to the byte.
;; wat2wasm: --enable-multi-memory --enable-custom-page-sizes
;; run load 99 => value 0
;; run load 100 => trap memory-out-of-bounds func=load addr=* size=* out=
;; run load -1 => trap memory-out-of-bounds func=load addr=* size=* out=
;; run wide 92 => value 0
;; run wide 93 => trap memory-out-of-bounds func=wide addr=* size=* out=
;; run grown 149 => value 100 150 9
;; run grown 150 => trap memory-out-of-bounds func=grown addr=* size=* out=
;; run other 65536 => trap memory-out-of-bounds func=other addr=0x10000 size=0x10000 out=
(module
  (memory $small 100 200 (pagesize 1))
  (memory $large 1)
  (func $load (export "load") (param i32) (result i32)
    (i32.load8_u $small (local.get 0)))
  (func $wide (export "wide") (param i32) (result i64)
    (i64.load $small (local.get 0)))
  (func $grown (export "grown") (param i32) (result i32 i32 i32)
    (memory.grow $small (i32.const 50))
    (memory.size $small)
    (i32.store8 $small (local.get 0) (i32.const 9))
    (i32.load8_u $small (local.get 0)))
  (func $other (export "other") (param i32) (result i32)
    (i32.load $large (local.get 0))))
