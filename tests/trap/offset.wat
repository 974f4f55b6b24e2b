;; SPDX-License-Identifier: Apache-2.0
;; Static offsets: the effective address has 33 bits (K23-09, SLG-16).
;; run small 65519 => says before\nafter\n0\n
;; run small 65520 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run small -1 => trap memory-out-of-bounds addr=0x10000000f size=0x10000
;; run large 0 => says before\nafter\n0\n
;; run large 0x8000 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run large -0x8000 => trap memory-out-of-bounds addr=0x100000000 size=0x10000
;; run last_byte -1 => trap memory-out-of-bounds addr=0x1fffffffe size=0x10000
;; run last_byte 0 => trap memory-out-of-bounds addr=0xffffffff size=0x10000
;; run last_word -1 => trap memory-out-of-bounds addr=0x1fffffffe size=0x10000
;; run last_store -1 => trap memory-out-of-bounds addr=0x1fffffffe size=0x10000
;; run last_float -1 => trap memory-out-of-bounds addr=0x1fffffffe size=0x10000
;; run wrap 0xfffffffc => trap memory-out-of-bounds addr=0x100000000 size=0x10000
;; run known => trap memory-out-of-bounds addr=0x12345678 size=0x10000
;; run before_it => trap memory-out-of-bounds addr=0x10000 size=0x10000
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\07\00\00\00\18\00\00\00\06\00\00\00"
    "before\n\00after\n")
  (func $say (param i32)
    (drop (call $fd_write (i32.const 1) (local.get 0) (i32.const 1)
      (i32.const 64))))
  (func $before (call $say (i32.const 0)))
  (func $after (call $say (i32.const 8)))

  (func $small (export "small") (param i32) (result i32)
    (call $before)
    (i32.load8_u offset=16 (local.get 0))
    (call $after))
  (func $large (export "large") (param i32) (result i64)
    (call $before)
    (i64.load offset=0x8000 (local.get 0))
    (call $after))
  (func $last_byte (export "last_byte") (param i32)
    (call $before)
    (drop (i32.load8_s offset=0xffffffff (local.get 0)))
    (call $after))
  (func $last_word (export "last_word") (param i32)
    (call $before)
    (drop (i64.load offset=0xffffffff (local.get 0)))
    (call $after))
  (func $last_store (export "last_store") (param i32)
    (call $before)
    (i64.store offset=0xffffffff (local.get 0) (i64.const -1))
    (call $after))
  (func $last_float (export "last_float") (param i32)
    (call $before)
    (drop (f64.load offset=0xffffffff (local.get 0)))
    (call $after))
  (func $wrap (export "wrap") (param i32)
    (call $before)
    (i32.store offset=4 (local.get 0) (i32.const 1))
    (call $after))
  ;; No register: address and offset are constants.
  (func $known (export "known")
    (call $before)
    (drop (i32.load offset=0x12345670 (i32.const 8)))
    (call $after))
  ;; The first of several bad ones is the one that is told.
  (func $before_it (export "before_it")
    (call $before)
    (i32.store (i32.const 0x10000) (i32.const 1))
    (i32.store (i32.const 0x20000) (i32.const 2))
    (drop (i32.load (i32.const 0x30000)))
    unreachable))
