;; SPDX-License-Identifier: Apache-2.0
;; What base.c runs: by segment where there is one.  Its memory has to be its own
;; from its start function on, and behind each call of the host.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $begin (i32.store (i32.const 8) (i32.const 334375)))
  (start $begin)
  (func (export "begun") (result i32) (i32.load (i32.const 8)))
  ;; in a word of its own for each level
  (func (export "keep") (param $mark i32) (param $n i32) (result i32)
    (i32.store offset=256 (i32.shl (local.get $n) (i32.const 2)) (local.get $mark))
    (drop (call $host (local.get $n)))
    (i32.load offset=256 (i32.shl (local.get $n) (i32.const 2))))
  (func (export "beyond") (param $at i32)
    (i32.store (local.get $at) (i32.const 0))))
