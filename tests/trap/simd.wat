;; SPDX-License-Identifier: Apache-2.0
;; SIMD accesses fault as all others do, also when the result is not used, which
;; wasm2c 1.0.39 gets wrong.  Which byte of a load faults first is
;; up to simde and the compiler; a store is told as all others are.
;; run load 65536 => trap memory-out-of-bounds addr=* size=*
;; run load8x8_s 65536 => trap memory-out-of-bounds addr=* size=*
;; run load16x4_u 65536 => trap memory-out-of-bounds addr=* size=*
;; run load32x2_s 65536 => trap memory-out-of-bounds addr=* size=*
;; run load8_splat 65536 => trap memory-out-of-bounds addr=* size=*
;; run load16_splat 65536 => trap memory-out-of-bounds addr=* size=*
;; run load32_splat 65536 => trap memory-out-of-bounds addr=* size=*
;; run load64_splat 65536 => trap memory-out-of-bounds addr=* size=*
;; run load32_zero 65536 => trap memory-out-of-bounds addr=* size=*
;; run load64_zero 65536 => trap memory-out-of-bounds addr=* size=*
;; run load8_lane 65536 => trap memory-out-of-bounds addr=* size=*
;; run load64_lane 65536 => trap memory-out-of-bounds addr=* size=*
;; run store 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store8_lane 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store64_lane 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; Across the end:
;; run load 65521 => trap memory-out-of-bounds addr=* size=*
;; run load8x8_s 65529 => trap memory-out-of-bounds addr=* size=*
;; run load64_zero 65529 => trap memory-out-of-bounds addr=* size=*
;; run load64_lane 65529 => trap memory-out-of-bounds addr=* size=*
;; run store 65521 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store 65528 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store64_lane 65529 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; Inside:
;; run load 65520 => says before\nafter\n
;; run load8x8_s 65528 => says before\nafter\n
;; run store 65520 => says before\nafter\n
;; run store8_lane 65535 => says before\nafter\n
;; 16 bytes at 2^33 - 2 are the last that can be named:
;; run last -1 => trap memory-out-of-bounds addr=* size=*
;; run last_store -1 => trap memory-out-of-bounds addr=0x1fffffffe size=0x10000
;; And it computes:
;; run add => value 0x0000002c00000021000000160000000b
;; run narrow => value 0xff80ff80ff80ff80ff80ff80ff80ff80
;; run shuffle => value 0x000102030405060708090a0b0c0d0e0f
;; run lanes 7 => value 7 -1 1.5
;; run floats => value 0x7fc000003f8000007f80000080000000
;; run load_lanes => value 0x04030201000000000807060504030201 0x00000000000000000000000004030201 0x02010201020102010201020102010201 0xfff8fff70006000500040003fff2fff1 0x000000000000000000000000000000f3
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

  (func $load (export "load") (param i32)
    (call $before)
    (drop (v128.load (local.get 0)))
    (call $after))
  (func $load8x8_s (export "load8x8_s") (param i32)
    (call $before)
    (drop (v128.load8x8_s (local.get 0)))
    (call $after))
  (func $load16x4_u (export "load16x4_u") (param i32)
    (call $before)
    (drop (v128.load16x4_u (local.get 0)))
    (call $after))
  (func $load32x2_s (export "load32x2_s") (param i32)
    (call $before)
    (drop (v128.load32x2_s (local.get 0)))
    (call $after))
  (func $load8_splat (export "load8_splat") (param i32)
    (call $before)
    (drop (v128.load8_splat (local.get 0)))
    (call $after))
  (func $load16_splat (export "load16_splat") (param i32)
    (call $before)
    (drop (v128.load16_splat (local.get 0)))
    (call $after))
  (func $load32_splat (export "load32_splat") (param i32)
    (call $before)
    (drop (v128.load32_splat (local.get 0)))
    (call $after))
  (func $load64_splat (export "load64_splat") (param i32)
    (call $before)
    (drop (v128.load64_splat (local.get 0)))
    (call $after))
  (func $load32_zero (export "load32_zero") (param i32)
    (call $before)
    (drop (v128.load32_zero (local.get 0)))
    (call $after))
  (func $load64_zero (export "load64_zero") (param i32)
    (call $before)
    (drop (v128.load64_zero (local.get 0)))
    (call $after))
  (func $load8_lane (export "load8_lane") (param i32)
    (call $before)
    (drop (v128.load8_lane 1 (local.get 0) (v128.const i64x2 0 0)))
    (call $after))
  (func $load64_lane (export "load64_lane") (param i32)
    (call $before)
    (drop (v128.load64_lane 1 (local.get 0) (v128.const i64x2 0 0)))
    (call $after))
  (func $store (export "store") (param i32)
    (call $before)
    (v128.store (local.get 0) (v128.const i64x2 1 2))
    (call $after))
  (func $store8_lane (export "store8_lane") (param i32)
    (call $before)
    (v128.store8_lane 1 (local.get 0) (v128.const i64x2 1 2))
    (call $after))
  (func $store64_lane (export "store64_lane") (param i32)
    (call $before)
    (v128.store64_lane 1 (local.get 0) (v128.const i64x2 1 2))
    (call $after))
  (func $last (export "last") (param i32)
    (call $before)
    (drop (v128.load offset=0xffffffff (local.get 0)))
    (call $after))
  (func $last_store (export "last_store") (param i32)
    (call $before)
    (v128.store offset=0xffffffff (local.get 0) (v128.const i64x2 1 2))
    (call $after))

  (func (export "add") (result v128)
    (v128.store (i32.const 128) (v128.const i32x4 1 2 3 4))
    (i32x4.add (v128.load (i32.const 128)) (v128.const i32x4 10 20 30 40)))
  (func (export "narrow") (result v128)
    (i16x8.splat (i32.const -30000))
    (i8x16.narrow_i16x8_s (v128.const i16x8 -1 -1 -1 -1 -1 -1 -1 -1))
    (v128.const i8x16 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1)
    (i8x16.shuffle 0 8 0 8 0 8 0 8 0 8 0 8 0 8 0 8))
  (func (export "shuffle") (result v128)
    (i8x16.swizzle
      (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
      (v128.const i8x16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0)))
  (func (export "lanes") (param i32) (result i32 i64 f32)
    (i8x16.extract_lane_s 15 (i8x16.splat (local.get 0)))
    (i64x2.extract_lane 1 (i64x2.ne (v128.const i64x2 1 2)
      (v128.const i64x2 1 3)))
    (f32x4.extract_lane 2 (f32x4.mul (v128.const f32x4 1 2 3 4)
      (v128.const f32x4 0.5 0.5 0.5 0.5))))
  (data (i32.const 256) "\01\02\03\04\05\06\07\08")
  (data (i32.const 264) "\f1\f2\03\04\05\06\f7\f8")
  (func (export "load_lanes") (result v128 v128 v128 v128 v128)
    (v128.load32_lane 3 (i32.const 256)
      (v128.load64_zero (i32.const 256)))
    (v128.load32_zero (i32.const 256))
    (v128.load16_splat (i32.const 256))
    (v128.load8x8_s (i32.const 264))
    (v128.store8_lane 1 (i32.const 300) (v128.const i8x16
      1 0xf3 2 2 2 2 2 2 2 2 2 2 2 2 2 2))
    (v128.load (i32.const 300)))
  (func (export "floats") (result v128)
    (f32x4.max (v128.const f32x4 -0 inf 1 nan)
      (v128.const f32x4 -0 0 -1 1))))
