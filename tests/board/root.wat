;; SPDX-License-Identifier: Apache-2.0
;; What lives.c has: a memory, a table and a global of its own.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (type $ii (func (param i32) (result i32)))
  (type $v (func))
  (memory (export "memory") 1 4)
  (table $table (export "table") 4 4 funcref)
  (global $own (export "own") (mut i32) (i32.const 0))
  (func $other)
  (elem declare func $me $other)

  (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "poke") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "get") (result i32) (global.get $own))
  (func (export "set") (param i32) (global.set $own (local.get 0)))

  (func $me (param i32) (result i32) (i32.add (local.get 0) (global.get $own)))
  (func (export "put") (param i32)
    (table.set $table (local.get 0) (ref.func $me)))
  (func (export "put_other") (param i32)
    (table.set $table (local.get 0) (ref.func $other)))
  (func (export "clear") (param i32)
    (table.set $table (local.get 0) (ref.null func)))
  (func (export "call") (param i32 i32) (result i32)
    (call_indirect $table (type $ii) (local.get 1) (local.get 0)))

  (func (export "host") (param i32) (result i32)
    (i32.add (call $host (local.get 0)) (i32.load (i32.const 16))))
  (func (export "host_trap") (param i32) (result i32)
    (drop (call $host (local.get 0))) unreachable)
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (local.get 0))))
