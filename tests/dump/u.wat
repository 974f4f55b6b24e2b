;; SPDX-License-Identifier: Apache-2.0
;; Imports t's memory, has one of its own, and calls the host.
;; wat2wasm: --enable-multi-memory
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (import "t" "memory" (memory 1 100))
  (import "t" "depth" (global (mut i32)))
  (memory 1)
  (global i64 (i64.const 0x10))
  (data (memory 1) (i32.const 0) "own")
  (func $inner (param i32) (result i32)
    (i32.add (call $host (local.get 0)) (i32.const 1)))
  (func (export "outer") (param i32) (result i32)
    (i32.add (call $inner (local.get 0)) (i32.const 1))))
