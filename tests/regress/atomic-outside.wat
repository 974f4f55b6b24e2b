;; SPDX-License-Identifier: Apache-2.0
;; Misaligned and out of bounds: checked mode told the second, guard mode the
;; first.  Both memory modes have to tell the same.
;; wat2wasm: --enable-threads
;; also: shared s/(memory 1)/(memory 1 1 shared)/
;; run load 65535 => trap unaligned-atomic out=
;; run store 65537 => trap unaligned-atomic out=
;; run add -1 => trap unaligned-atomic out=
;; run cmpxchg 65534 => trap unaligned-atomic out=
(module
  (memory 1)
  (func $load (export "load") (param i32)
    (drop (i64.atomic.load (local.get 0))))
  (func $store (export "store") (param i32)
    (i32.atomic.store (local.get 0) (i32.const 1)))
  (func $add (export "add") (param i32) (result i32)
    (i32.atomic.rmw.add (local.get 0) (i32.const 1)))
  (func $cmpxchg (export "cmpxchg") (param i32) (result i32)
    (i32.atomic.rmw.cmpxchg (local.get 0) (i32.const 0) (i32.const 1))))
