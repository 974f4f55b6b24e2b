;; SPDX-License-Identifier: Apache-2.0
;; Loads and stores of every width, at the end of memory, beyond and across it
;; (K23-09, K23-10).  No result is used: the access has to happen nevertheless.
;; An access across the end reports the first bad byte.
;; run i32_load 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f32_load 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f64_load 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_load8_s 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_load8_u 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_load16_s 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_load16_u 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load8_s 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load8_u 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load16_s 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load16_u 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load32_s 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load32_u 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_store 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f32_store 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f64_store 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_store8 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_store16 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store8 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store16 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; Across the end, and the last place that is inside:
;; run i32_load 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f32_load 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f64_load 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_load16_s 65535 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_load16_u 65535 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load16_s 65535 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load16_u 65535 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load32_s 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_load32_u 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_store 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f32_store 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run f64_store 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i32_store16 65535 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store16 65535 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run i64_store32 65533 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run in_bounds => says before\nafter\n
;; An address is unsigned, and never wraps:
;; run i32_load -1 => trap memory-out-of-bounds addr=0xffffffff size=0x10000
;; run i64_store -8 => trap memory-out-of-bounds addr=0xfffffff8 size=0x10000
;; run f64_load 0x7ffffffc => trap memory-out-of-bounds addr=0x7ffffffc size=0x10000
;; run f32_store 0x80000000 => trap memory-out-of-bounds addr=0x80000000 size=0x10000
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\07\00\00\00\18\00\00\00\06\00\00\00"
    "before\n\00after\n")
  (global $quiet (mut i32) (i32.const 0))
  (func $say (param i32)
    (if (global.get $quiet) (then (return)))
    (drop (call $fd_write (i32.const 1) (local.get 0) (i32.const 1)
      (i32.const 64))))
  (func $before (call $say (i32.const 0)))
  (func $after (call $say (i32.const 8)))

  (func $i32_load (export "i32_load") (param i32)
    (call $before)
    (drop (i32.load (local.get 0)))
    (call $after))
  (func $i64_load (export "i64_load") (param i32)
    (call $before)
    (drop (i64.load (local.get 0)))
    (call $after))
  (func $f32_load (export "f32_load") (param i32)
    (call $before)
    (drop (f32.load (local.get 0)))
    (call $after))
  (func $f64_load (export "f64_load") (param i32)
    (call $before)
    (drop (f64.load (local.get 0)))
    (call $after))
  (func $i32_load8_s (export "i32_load8_s") (param i32)
    (call $before)
    (drop (i32.load8_s (local.get 0)))
    (call $after))
  (func $i32_load8_u (export "i32_load8_u") (param i32)
    (call $before)
    (drop (i32.load8_u (local.get 0)))
    (call $after))
  (func $i32_load16_s (export "i32_load16_s") (param i32)
    (call $before)
    (drop (i32.load16_s (local.get 0)))
    (call $after))
  (func $i32_load16_u (export "i32_load16_u") (param i32)
    (call $before)
    (drop (i32.load16_u (local.get 0)))
    (call $after))
  (func $i64_load8_s (export "i64_load8_s") (param i32)
    (call $before)
    (drop (i64.load8_s (local.get 0)))
    (call $after))
  (func $i64_load8_u (export "i64_load8_u") (param i32)
    (call $before)
    (drop (i64.load8_u (local.get 0)))
    (call $after))
  (func $i64_load16_s (export "i64_load16_s") (param i32)
    (call $before)
    (drop (i64.load16_s (local.get 0)))
    (call $after))
  (func $i64_load16_u (export "i64_load16_u") (param i32)
    (call $before)
    (drop (i64.load16_u (local.get 0)))
    (call $after))
  (func $i64_load32_s (export "i64_load32_s") (param i32)
    (call $before)
    (drop (i64.load32_s (local.get 0)))
    (call $after))
  (func $i64_load32_u (export "i64_load32_u") (param i32)
    (call $before)
    (drop (i64.load32_u (local.get 0)))
    (call $after))
  (func $i32_store (export "i32_store") (param i32)
    (call $before)
    (i32.store (local.get 0) (i32.const 1))
    (call $after))
  (func $i64_store (export "i64_store") (param i32)
    (call $before)
    (i64.store (local.get 0) (i64.const 1))
    (call $after))
  (func $f32_store (export "f32_store") (param i32)
    (call $before)
    (f32.store (local.get 0) (f32.const 1))
    (call $after))
  (func $f64_store (export "f64_store") (param i32)
    (call $before)
    (f64.store (local.get 0) (f64.const 1))
    (call $after))
  (func $i32_store8 (export "i32_store8") (param i32)
    (call $before)
    (i32.store8 (local.get 0) (i32.const 1))
    (call $after))
  (func $i32_store16 (export "i32_store16") (param i32)
    (call $before)
    (i32.store16 (local.get 0) (i32.const 1))
    (call $after))
  (func $i64_store8 (export "i64_store8") (param i32)
    (call $before)
    (i64.store8 (local.get 0) (i64.const 1))
    (call $after))
  (func $i64_store16 (export "i64_store16") (param i32)
    (call $before)
    (i64.store16 (local.get 0) (i64.const 1))
    (call $after))
  (func $i64_store32 (export "i64_store32") (param i32)
    (call $before)
    (i64.store32 (local.get 0) (i64.const 1))
    (call $after))

  ;; Each at the last address at which it is inside.
  (func (export "in_bounds")
    (call $before)
    (global.set $quiet (i32.const 1))
    (call $i32_load (i32.const 65532))
    (call $i64_load (i32.const 65528))
    (call $f32_load (i32.const 65532))
    (call $f64_load (i32.const 65528))
    (call $i32_load8_s (i32.const 65535))
    (call $i32_load8_u (i32.const 65535))
    (call $i32_load16_s (i32.const 65534))
    (call $i32_load16_u (i32.const 65534))
    (call $i64_load8_s (i32.const 65535))
    (call $i64_load8_u (i32.const 65535))
    (call $i64_load16_s (i32.const 65534))
    (call $i64_load16_u (i32.const 65534))
    (call $i64_load32_s (i32.const 65532))
    (call $i64_load32_u (i32.const 65532))
    (call $i32_store (i32.const 65532))
    (call $i64_store (i32.const 65528))
    (call $f32_store (i32.const 65532))
    (call $f64_store (i32.const 65528))
    (call $i32_store8 (i32.const 65535))
    (call $i32_store16 (i32.const 65534))
    (call $i64_store8 (i32.const 65535))
    (call $i64_store16 (i32.const 65534))
    (call $i64_store32 (i32.const 65532))
    (global.set $quiet (i32.const 0))
    (call $after)))
