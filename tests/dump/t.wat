;; SPDX-License-Identifier: Apache-2.0
;; Traps inside, and lends its memory and a global to u.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory (export "memory") 1 100)
  (global (export "depth") (mut i32) (i32.const 9))
  (data (i32.const 16) "\2a")
  (func $leaf (param i32) (result i32)
    (i32.div_u (i32.const 7) (local.get 0)))
  (func $h (param i32) (result i32)
    (i32.add (call $leaf (local.get 0)) (i32.const 1)))
  (func (export "f") (param i32) (result i32)
    (i32.add (call $h (local.get 0)) (i32.const 1))))
