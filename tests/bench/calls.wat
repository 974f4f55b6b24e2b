;; SPDX-License-Identifier: Apache-2.0
;; The guest of calls.c: ways in and out that do nothing else.
(module
  (import "host" "mark" (func $mark))
  (import "host" "nothing" (func $nothing))
  (memory (export "memory") 1)
  (func (export "empty"))
  (func (export "first")
    call $mark)
  (func (export "one")
    call $nothing)
  (func (export "eleven")
    call $nothing call $nothing call $nothing call $nothing call $nothing
    call $nothing call $nothing call $nothing call $nothing call $nothing
    call $nothing)
  (func (export "unreachable")
    call $mark
    unreachable)
  (func (export "load")
    call $mark
    i32.const 0x10000
    i32.load
    drop))
