;; SPDX-License-Identifier: Apache-2.0
;; wat2wasm: --enable-multi-memory --enable-custom-page-sizes
;; What a core dump has to carry: memories of every form, globals of every
;; type, frames.  The byte 0x10 is the one that the console escapes.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory $first (export "memory") 2 200)
  (memory $bytes 4099 5000 (pagesize 1))
  (memory $empty 0)
  (memory $zeros 3)
  (data (memory $first) (i32.const 4090) "across two pages")
  (data (memory $bytes) (i32.const 4098) "\10")
  (global $int (mut i32) (i32.const 5))
  (global (mut i64) (i64.const -0x8000000000000000))
  (global f32 (f32.const -1.5))
  (global (mut f64) (f64.const nan:0x4000000000001))
  (global (mut v128) (v128.const i64x2 0x1011121314151617 -2))
  (global (mut funcref) (ref.func $h))
  (global (mut externref) (ref.null extern))
  (global i32 (i32.const -1))

  (func $h (param $ps i32) (result i32)
    (global.set $int (i32.const -64))
    (drop (memory.grow $first (local.get $ps)))
    (memory.fill $first (i32.const 0x20000) (i32.const 0x10)
      (i32.mul (local.get $ps) (i32.const 0x10000)))
    unreachable)
  (func $g (param i32) (result i32)
    (i32.add (call $h (local.get 0)) (i32.const 1)))
  (func (export "trap") (param i32) (result i32)
    (i32.add (call $g (local.get 0)) (i32.const 1)))

  (func $deep (export "deep") (param i32) (result i32)
    (if (i32.eqz (local.get 0))
      (then (drop (i32.load (i32.const 0x1fffd)))))
    (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1)))
      (i32.const 1)))
  (func (export "exit") (call $exit (i32.const 7)))
  (func (export "fine")))
