;; SPDX-License-Identifier: Apache-2.0
;; Addresses from 2 GiB on, which riscv64 keeps as negative numbers: beyond the
;; memory, never around its ends (wasm-rt-memory.h, CPIT_ADDRESS).
;; also: unsigned s/(memory 1)/(memory 1 65536)/
;; control: gcc -DCPIT_TEST_SIGNED
;; run load 0 => value 7
;; run load 65532 => value 0
;; run load 0x7fffffff => trap memory-out-of-bounds addr=0x7fffffff size=0x10000 out=
;; run load 0x80000000 => trap memory-out-of-bounds addr=0x80000000 size=0x10000 out=
;; run load 0xffff0000 => trap memory-out-of-bounds addr=0xffff0000 size=0x10000 out=
;; run load 0xfffffffc => trap memory-out-of-bounds addr=0xfffffffc size=0x10000 out=
;; run load 0xffffffff => trap memory-out-of-bounds addr=0xffffffff size=0x10000 out=
;; run store 0x80000000 => trap memory-out-of-bounds addr=0x80000000 size=0x10000 out=
;; run store 0xfffffff8 => trap memory-out-of-bounds addr=0xfffffff8 size=0x10000 out=
;; run float 0xfffffffc => trap memory-out-of-bounds addr=0xfffffffc size=0x10000 out=
;; run byte 0xffffffff => trap memory-out-of-bounds addr=0xffffffff size=0x10000 out=
;; run offset 0 => value 9
;; run offset 0xfffffffc => trap memory-out-of-bounds addr=0x100000004 size=0x10000 out=
;; run offset 0xfffffff8 => trap memory-out-of-bounds addr=0x100000000 size=0x10000 out=
;; run offset 0x80000000 => trap memory-out-of-bounds addr=0x80000008 size=0x10000 out=
;; run store_offset 0xffffff00 => trap memory-out-of-bounds addr=0x100000000 size=0x10000 out=
;; run far 65535 => trap memory-out-of-bounds addr=0x1fff7 size=0x10000 out=
;; run far 0 => value 0
;; run far 0xffff0008 => trap memory-out-of-bounds addr=0x100000000 size=0x10000 out=
;; run sum 0xfffffff8 16 => value 9
;; run sum 0xfffffff8 4 => trap memory-out-of-bounds addr=0xfffffffc size=0x10000 out=
;; run walk 16 => trap memory-out-of-bounds addr=0xfffffffc size=0x10000 out=
(module
  (memory 1)
  (data (i32.const 0) "\07\00\00\00\00\00\00\00\09\00\00\00")
  (func $load (export "load") (param i32) (result i32)
    (i32.load (local.get 0)))
  (func $byte (export "byte") (param i32) (result i64)
    (i64.load8_s (local.get 0)))
  (func $float (export "float") (param i32) (result f32)
    (f32.load (local.get 0)))
  (func $store (export "store") (param i32)
    (i64.store (local.get 0) (i64.const -1)))
  (func $offset (export "offset") (param i32) (result i32)
    (i32.load offset=8 (local.get 0)))
  (func $store_offset (export "store_offset") (param i32)
    (i32.store16 offset=256 (local.get 0) (i32.const 1)))
  (func $far (export "far") (param i32) (result i64)
    (i64.load offset=65528 (local.get 0)))
  ;; Address arithmetic wraps; the result is an address like any other.
  (func $sum (export "sum") (param i32 i32) (result i32)
    (i32.load (i32.add (local.get 0) (local.get 1))))
  ;; Down from 16, through 0, to where an address is negative.
  (func $walk (export "walk") (param i32)
    (loop
      (i32.store (local.get 0) (i32.const 3))
      (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
      (br 0))))
