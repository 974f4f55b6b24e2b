;; SPDX-License-Identifier: Apache-2.0
;; Has no memory of its own: what zero.c links with the memory of another.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (import "env" "memory" (memory 1))
  (func (export "load") (param i32) (result i32)
    (i32.load (local.get 0)))
  (func (export "store") (param i32 i32)
    (i32.store (local.get 0) (local.get 1)))
  ;; Adds 1 to the word at 64, n times; what it is then.
  (func (export "count") (param $n i32) (result i32)
    (loop $more
      (i32.store (i32.const 64)
        (i32.add (i32.load (i32.const 64)) (i32.const 1)))
      (br_if $more
        (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.load (i32.const 64)))
  ;; Memory before and after a call of the host's; the word at 64.
  (func (export "by_host") (param i32) (result i32)
    (i32.store (i32.const 68) (local.get 0))
    (i32.store (i32.const 72) (call $host (i32.load (i32.const 68))))
    (i32.load (i32.const 64))))
