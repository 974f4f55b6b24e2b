;; SPDX-License-Identifier: Apache-2.0
;; In a start function WASI said EFAULT: the memory was looked up afterwards.
;; run errno => value 0 6
(module
  (import "wasi_snapshot_preview1" "random_get"
    (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $errno (mut i32) (i32.const -1))
  (start $starting)
  (func $starting
    (i64.store (i32.const 64) (i64.const 6))
    (global.set $errno (call $random_get (i32.const 128) (i32.const 8))))
  (func (export "errno") (result i32 i64)
    (global.get $errno)
    (i64.load (i32.const 64))))
