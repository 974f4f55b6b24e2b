;; SPDX-License-Identifier: Apache-2.0
;; The instruction of that name, wherever it may stand (KAN-06).
;; run plain => trap unreachable
;; run valued => trap unreachable
;; run branch 1 => trap unreachable
;; run branch 0 => says before\nafter\n
;; run nested => trap unreachable func=inner trace=inner,middle,nested
;; run exit_first => exit 7 says=before\n
;; run twice => trap unreachable
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\07\00\00\00\18\00\00\00\06\00\00\00"
    "before\n\00after\n")
  (func $say (param i32)
    (drop (call $fd_write (i32.const 1) (local.get 0) (i32.const 1)
      (i32.const 64))))
  (func $before (call $say (i32.const 0)))
  (func $after (call $say (i32.const 8)))

  (func $plain (export "plain")
    (call $before)
    unreachable
    (call $after))
  (func $valued (export "valued") (result i64)
    (call $before)
    (i64.add (unreachable) (i64.const 1)))
  (func $branch (export "branch") (param i32)
    (call $before)
    (if (local.get 0) (then unreachable))
    (call $after))
  (func $inner
    (call $before)
    unreachable)
  (func $middle
    (call $inner)
    (call $after))
  (func $nested (export "nested")
    (call $middle)
    (call $after))
  ;; The trap that a compiler puts behind exit() is never reached.
  (func $exit_first (export "exit_first")
    (call $before)
    (call $proc_exit (i32.const 7))
    unreachable)
  ;; Equal trap sites may be merged: the kind and function stay right.
  (func $twice (export "twice")
    (call $before)
    (if (i32.load (i32.const 0)) (then unreachable) (else unreachable))
    unreachable))
