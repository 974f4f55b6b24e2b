;; SPDX-License-Identifier: Apache-2.0
;; The start function runs under the catch, before anything is called (SLG-08).
;; run => trap integer-divide-by-zero func=dividing trace=dividing,starting
;; run never => trap integer-divide-by-zero func=dividing
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\07\00\00\00\18\00\00\00\06\00\00\00"
    "before\n\00after\n")
  (func $say (param i32)
    (drop (call $fd_write (i32.const 1) (local.get 0) (i32.const 1)
      (i32.const 64))))
  (func $before (call $say (i32.const 0)))
  (func $after (call $say (i32.const 8)))

  (start $starting)
  (func $dividing (param i32) (result i32)
    (call $before)
    (i32.div_u (i32.const 1) (local.get 0)))
  (func $starting
    (drop (call $dividing (i32.const 0)))
    (call $after))
  (func (export "never") (call $after)))
