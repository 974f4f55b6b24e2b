;; SPDX-License-Identifier: Apache-2.0
;; Calls its own functions through a table of another's, t's.
(module
  (import "env" "table" (table 2 funcref))
  (type $v (func))
  (memory 1)
  (elem (i32.const 0) $grow $again)
  (func $grow (drop (memory.grow (i32.const 16))))
  (func $again (call_indirect (type $v) (i32.const 1)))
  (func (export "deep") (call $again))
  ;; The word at `at', after two stores with a growth between them.
  (func (export "store_grow_store") (param $at i32) (result i32)
    (i32.store (local.get $at) (i32.const 1))
    (call_indirect (type $v) (i32.const 0))
    (i32.store (local.get $at) (i32.const 2))
    (call $load (local.get $at)))
  (func $load (param i32) (result i32) (i32.load (local.get 0))))
