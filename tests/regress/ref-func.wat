;; SPDX-License-Identifier: Apache-2.0
;; ref.func in a function did not compile: wasm2c declares its wrapper in one of
;; several files only.
;; run call_it 5 => value 6
;; run call_other 5 => value 4
;; run deep => trap unreachable func=bad trace=bad,deep out=
;; run imported => value 0
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (type $u (func (param i32) (result i32)))
  (type $v (func (result i32)))
  (table $t 3 funcref)
  (elem declare func $up $down $bad $yield)
  (func $up (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1)))
  (func $down (param i32) (result i32)
    (i32.sub (local.get 0) (i32.const 1)))
  (func $bad (result i32) unreachable)
  (func (export "call_it") (param i32) (result i32)
    (table.set $t (i32.const 1) (ref.func $up))
    (call_indirect $t (type $u) (local.get 0) (i32.const 1)))
  (func (export "call_other") (param i32) (result i32)
    (table.fill $t (i32.const 0) (ref.func $down) (i32.const 3))
    (call_indirect $t (type $u) (local.get 0) (i32.const 2)))
  (func $deep (export "deep") (result i32)
    (drop (table.grow $t (ref.func $bad) (i32.const 1)))
    (call_indirect $t (type $v) (i32.const 3)))
  (func (export "imported") (result i32)
    (table.set $t (i32.const 0) (ref.func $yield))
    (call_indirect $t (type $v) (i32.const 0))))
