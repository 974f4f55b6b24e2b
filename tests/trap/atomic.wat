;; SPDX-License-Identifier: Apache-2.0
;; Atomics, on unshared memory and on shared.
;; wat2wasm: --enable-threads
;; also: shared s/"memory") 1)/"memory") 1 1 shared)/
;;
;; Misaligned is a trap of its own; bytes never are.
;; run load_i32 129 => trap unaligned-atomic
;; run load_i32 130 => trap unaligned-atomic
;; run load_i64 132 => trap unaligned-atomic
;; run load_i64 127 => trap unaligned-atomic
;; run load16 129 => trap unaligned-atomic
;; run load32 130 => trap unaligned-atomic
;; run store_i32 131 => trap unaligned-atomic
;; run store_i64 132 => trap unaligned-atomic
;; run store16 135 => trap unaligned-atomic
;; run store32 131 => trap unaligned-atomic
;; run add_i32 129 => trap unaligned-atomic
;; run add_i64 132 => trap unaligned-atomic
;; run add16 133 => trap unaligned-atomic
;; run add32 130 => trap unaligned-atomic
;; run cmpxchg_i32 129 => trap unaligned-atomic
;; run cmpxchg_i64 132 => trap unaligned-atomic
;; run cmpxchg16 131 => trap unaligned-atomic
;; Out of bounds as other accesses are:
;; run load_i32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run load_i64 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run load8 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run load16 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run load32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store_i32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store_i64 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store8 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store16 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run store32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run add_i32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run add_i64 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run add8 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run add16 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run add32 65536 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run cmpxchg_i32 65536 => trap memory-out-of-bounds addr=* size=0x10000
;; run cmpxchg_i64 65536 => trap memory-out-of-bounds addr=* size=0x10000
;; run cmpxchg8 65536 => trap memory-out-of-bounds addr=* size=0x10000
;; run cmpxchg16 65536 => trap memory-out-of-bounds addr=* size=0x10000
;; run load_i32 65532 => says before\nafter\n
;; run load8 65535 => says before\nafter\n
;; run store_i64 65528 => says before\nafter\n
;; run add8 65535 => says before\nafter\n
;; run add16 65534 => says before\nafter\n
;; run cmpxchg8 65535 => says before\nafter\n
;;
;; Read-modify-write returns the OLD value, which wasm2c 1.0.39 gets wrong on
;; unshared memory, and touches its own bytes only.  For
;; 8, 16, 32 bits of i32 and 8, 16, 32, 64 of i64: what it returned, and then
;; the eight bytes at that place.
;; run add => value 136 -9114578090645354751 34696 -9114578090645354495 -2054781048 -9114578090645354495 136 -9114578090645354751 34696 -9114578090645354495 2240186248 -9114578090645354495 -9114578090645354616 -9114578090645354495
;; run sub => value 136 -9114578090645354737 34696 -9114578090645354737 -2054781048 -9114578090645354737 136 -9114578090645354737 34696 -9114578090645354737 2240186248 -9114578090645354737 -9114578090645354616 -9114578090645354737
;; run and => value 136 -9114578090645354744 34696 -9114578090645389304 -2054781048 -9114578092885540856 136 -9114578090645354744 34696 -9114578090645389304 2240186248 -9114578092885540856 -9114578090645354616 8
;; run or => value 136 -9114578090645354503 34696 -9114578090645354503 -2054781048 -9114578090645354503 136 -9114578090645354503 34696 -9114578090645354503 2240186248 -9114578090645354503 -9114578090645354616 -9114578090645354503
;; run xor => value 136 -9114578090645354511 34696 -9114578090645354511 -2054781048 -9114578090645354511 136 -9114578090645354511 34696 -9114578090645354511 2240186248 -9114578090645354511 -9114578090645354616 -9114578090645354511
;; run xchg => value 136 -9114578090645354631 34696 -9114578090645389191 -2054781048 -9114578092885540743 136 -9114578090645354631 34696 -9114578090645389191 2240186248 -9114578092885540743 -9114578090645354616 121
;; run equal => value 136 -9114578090645354631 34696 -9114578090645389191 -2054781048 -9114578092885540743 136 -9114578090645354631 34696 -9114578090645389191 2240186248 -9114578092885540743 -9114578090645354616 121
;; run other => value 136 -9114578090645354616 34696 -9114578090645354616 -2054781048 -9114578090645354616 136 -9114578090645354616 34696 -9114578090645354616 2240186248 -9114578090645354616 -9114578090645354616 -9114578090645354616
;; run loads => value 136 34696 -2054781048 136 34696 2240186248 -9114578090645354616
;; run stores => value -9114578090645354752 -9114578090645388793 -9114578092885540345 1147797409030816545
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

  (func $load_i32 (export "load_i32") (param i32)
    (call $before)
    (drop (i32.atomic.load (local.get 0)))
    (call $after))
  (func $load_i64 (export "load_i64") (param i32)
    (call $before)
    (drop (i64.atomic.load (local.get 0)))
    (call $after))
  (func $load8 (export "load8") (param i32)
    (call $before)
    (drop (i32.atomic.load8_u (local.get 0)))
    (call $after))
  (func $load16 (export "load16") (param i32)
    (call $before)
    (drop (i64.atomic.load16_u (local.get 0)))
    (call $after))
  (func $load32 (export "load32") (param i32)
    (call $before)
    (drop (i64.atomic.load32_u (local.get 0)))
    (call $after))
  (func $store_i32 (export "store_i32") (param i32)
    (call $before)
    (i32.atomic.store (local.get 0) (i32.const 1))
    (call $after))
  (func $store_i64 (export "store_i64") (param i32)
    (call $before)
    (i64.atomic.store (local.get 0) (i64.const 1))
    (call $after))
  (func $store8 (export "store8") (param i32)
    (call $before)
    (i64.atomic.store8 (local.get 0) (i64.const 1))
    (call $after))
  (func $store16 (export "store16") (param i32)
    (call $before)
    (i32.atomic.store16 (local.get 0) (i32.const 1))
    (call $after))
  (func $store32 (export "store32") (param i32)
    (call $before)
    (i64.atomic.store32 (local.get 0) (i64.const 1))
    (call $after))
  (func $add_i32 (export "add_i32") (param i32)
    (call $before)
    (drop (i32.atomic.rmw.add (local.get 0) (i32.const 1)))
    (call $after))
  (func $add_i64 (export "add_i64") (param i32)
    (call $before)
    (drop (i64.atomic.rmw.add (local.get 0) (i64.const 1)))
    (call $after))
  (func $add8 (export "add8") (param i32)
    (call $before)
    (drop (i32.atomic.rmw8.add_u (local.get 0) (i32.const 1)))
    (call $after))
  (func $add16 (export "add16") (param i32)
    (call $before)
    (drop (i64.atomic.rmw16.add_u (local.get 0) (i64.const 1)))
    (call $after))
  (func $add32 (export "add32") (param i32)
    (call $before)
    (drop (i64.atomic.rmw32.add_u (local.get 0) (i64.const 1)))
    (call $after))
  (func $cmpxchg_i32 (export "cmpxchg_i32") (param i32)
    (call $before)
    (drop (i32.atomic.rmw.cmpxchg (local.get 0) (i32.const 0) (i32.const 1)))
    (call $after))
  (func $cmpxchg_i64 (export "cmpxchg_i64") (param i32)
    (call $before)
    (drop (i64.atomic.rmw.cmpxchg (local.get 0) (i64.const 0) (i64.const 1)))
    (call $after))
  (func $cmpxchg8 (export "cmpxchg8") (param i32)
    (call $before)
    (drop (i32.atomic.rmw8.cmpxchg_u (local.get 0) (i32.const 0) (i32.const 1)))
    (call $after))
  (func $cmpxchg16 (export "cmpxchg16") (param i32)
    (call $before)
    (drop (i64.atomic.rmw16.cmpxchg_u (local.get 0) (i64.const 0) (i64.const 1)))
    (call $after))

  (data (i32.const 256)
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81"
    "\88\87\86\85\84\83\82\81")
  (func (export "add")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.add_u (i32.const 256) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.add_u (i32.const 264) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.add (i32.const 272) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.add_u (i32.const 280) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.add_u (i32.const 288) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.add_u (i32.const 296) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.add (i32.const 304) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "sub")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.sub_u (i32.const 256) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.sub_u (i32.const 264) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.sub (i32.const 272) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.sub_u (i32.const 280) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.sub_u (i32.const 288) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.sub_u (i32.const 296) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.sub (i32.const 304) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "and")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.and_u (i32.const 256) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.and_u (i32.const 264) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.and (i32.const 272) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.and_u (i32.const 280) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.and_u (i32.const 288) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.and_u (i32.const 296) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.and (i32.const 304) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "or")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.or_u (i32.const 256) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.or_u (i32.const 264) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.or (i32.const 272) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.or_u (i32.const 280) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.or_u (i32.const 288) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.or_u (i32.const 296) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.or (i32.const 304) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "xor")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.xor_u (i32.const 256) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.xor_u (i32.const 264) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.xor (i32.const 272) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.xor_u (i32.const 280) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.xor_u (i32.const 288) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.xor_u (i32.const 296) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.xor (i32.const 304) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "xchg")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.xchg_u (i32.const 256) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.xchg_u (i32.const 264) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.xchg (i32.const 272) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.xchg_u (i32.const 280) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.xchg_u (i32.const 288) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.xchg_u (i32.const 296) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.xchg (i32.const 304) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "equal")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.cmpxchg_u (i32.const 256) (i32.const 0x88) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.cmpxchg_u (i32.const 264) (i32.const 0x8788) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.cmpxchg (i32.const 272) (i32.const 0x85868788) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.cmpxchg_u (i32.const 280) (i64.const 0x88) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.cmpxchg_u (i32.const 288) (i64.const 0x8788) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.cmpxchg_u (i32.const 296) (i64.const 0x85868788) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.cmpxchg (i32.const 304) (i64.const 0x8182838485868788) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "other")
    (result i32 i64 i32 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i32.atomic.rmw8.cmpxchg_u (i32.const 256) (i32.const 0x79) (i32.const 0x79))
    (i64.load (i32.const 256))
    (i32.atomic.rmw16.cmpxchg_u (i32.const 264) (i32.const 0x79) (i32.const 0x79))
    (i64.load (i32.const 264))
    (i32.atomic.rmw.cmpxchg (i32.const 272) (i32.const 0x79) (i32.const 0x79))
    (i64.load (i32.const 272))
    (i64.atomic.rmw8.cmpxchg_u (i32.const 280) (i64.const 0x79) (i64.const 0x79))
    (i64.load (i32.const 280))
    (i64.atomic.rmw16.cmpxchg_u (i32.const 288) (i64.const 0x79) (i64.const 0x79))
    (i64.load (i32.const 288))
    (i64.atomic.rmw32.cmpxchg_u (i32.const 296) (i64.const 0x79) (i64.const 0x79))
    (i64.load (i32.const 296))
    (i64.atomic.rmw.cmpxchg (i32.const 304) (i64.const 0x79) (i64.const 0x79))
    (i64.load (i32.const 304)))
  (func (export "loads") (result i32 i32 i32 i64 i64 i64 i64)
    (i32.atomic.load8_u (i32.const 256))
    (i32.atomic.load16_u (i32.const 256))
    (i32.atomic.load (i32.const 256))
    (i64.atomic.load8_u (i32.const 256))
    (i64.atomic.load16_u (i32.const 256))
    (i64.atomic.load32_u (i32.const 256))
    (i64.atomic.load (i32.const 256)))
  ;; With bits set that are cut off.
  (func (export "stores") (result i64 i64 i64 i64)
    (i32.atomic.store8 (i32.const 256) (i32.const 0xff00))
    (i64.load (i32.const 256))
    (i64.atomic.store16 (i32.const 264) (i64.const 0xff0207))
    (i64.load (i32.const 264))
    (i64.atomic.store32 (i32.const 272) (i64.const 0xff00000207))
    (i64.load (i32.const 272))
    (atomic.fence)
    (i64.atomic.store (i32.const 280) (i64.const 0xfedcba987654321))
    (i64.load (i32.const 280))))
