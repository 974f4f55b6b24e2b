;; SPDX-License-Identifier: Apache-2.0
;; exit(139) is an exit, though its status is that of a SIGSEGV (KAN-08).
;; run exit 0 => exit 0
;; run exit 139 => exit 139
;; run exit 132 => exit 132
;; run exit 255 => exit 255
;; run exit 256 => exit 0
;; run exit -1 => exit 255
;; run trap => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run from_below 139 => exit 139
;; run through_try 3 => exit 3
;; wat2wasm: --enable-exceptions
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $exit (export "exit") (param i32)
    (call $proc_exit (local.get 0))
    unreachable)
  (func $trap (export "trap")
    (drop (i32.load (i32.const 0x10000))))
  (func $sum (param i32 i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (call $exit (local.get 1))))
    (i32.add (i32.const 1)
      (call $sum (i32.sub (local.get 0) (i32.const 1)) (local.get 1))))
  (func (export "from_below") (param i32)
    (drop (call $sum (i32.const 50) (local.get 0))))
  ;; An exit is no exception.
  (func (export "through_try") (param i32)
    (try
      (do (call $exit (local.get 0)))
      (catch_all (call $proc_exit (i32.const 99))))))
