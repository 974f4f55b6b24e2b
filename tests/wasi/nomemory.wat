;; SPDX-License-Identifier: Apache-2.0
;; expect-status: 21
;; A module that exports no memory gets EFAULT (21) for every pointer, and may
;; still exit.  Its exit code is the errno of fd_write, or 100 + the line that
;; went wrong.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield"
    (func $sched_yield (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit"
    (func $proc_exit (param i32)))
  (memory 1)
  (data (i32.const 8) "\10\00\00\00\03\00\00\00no\n")
  (func (export "_start")
    (if (call $sched_yield)
      (then (call $proc_exit (i32.const 101))))
    (if (i32.ne (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 0))
                (i32.const 21))
      (then (call $proc_exit (i32.const 102))))
    (call $proc_exit (call $fd_write
      (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))
    unreachable))
