;; SPDX-License-Identifier: Apache-2.0
;; Waits for an hour, and for a byte that does not come.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; subscription: clock 1, 3600 s from now
  (data (i32.const 16) "\01")
  (data (i32.const 24) "\00\a0\b8\30\46\03\00\00")
  ;; iovec: 16 bytes at 256
  (data (i32.const 128) "\00\01\00\00\10\00\00\00")
  (func (export "sleep") (result i32)
    (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 192)))
  (func (export "read") (result i32)
    (call $read (i32.const 0) (i32.const 128) (i32.const 1) (i32.const 192))))
