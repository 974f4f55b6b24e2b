;; SPDX-License-Identifier: Apache-2.0
;; memory.fill, copy and init: nothing is written unless all of it fits.
;; run fill 65535 2 => trap memory-out-of-bounds
;; run fill 65537 0 => trap memory-out-of-bounds
;; run fill -1 -1 => trap memory-out-of-bounds
;; run fill 0 0x10001 => trap memory-out-of-bounds
;; run fill 65536 0 => says before\nafter\n
;; run fill 65535 1 => says before\nafter\n
;; run copy 65535 64 2 => trap memory-out-of-bounds
;; run copy 64 65535 2 => trap memory-out-of-bounds
;; run copy 64 -1 1 => trap memory-out-of-bounds
;; run copy 65537 0 0 => trap memory-out-of-bounds
;; run copy 0 65537 0 => trap memory-out-of-bounds
;; run copy 65536 65536 0 => says before\nafter\n
;; run init 65533 0 4 => trap memory-out-of-bounds
;; run init 64 1 4 => trap memory-out-of-bounds
;; run init 64 4 1 => trap memory-out-of-bounds
;; run init 64 5 0 => trap memory-out-of-bounds
;; run init 65537 0 0 => trap memory-out-of-bounds
;; run init 65536 4 0 => says before\nafter\n
;; run init_dropped 1 => trap memory-out-of-bounds
;; run init_dropped 0 => says before\nafter\n
;; run overlap => value 67305985 67305985
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

  (data $d "\01\02\03\04")
  (func $fill (export "fill") (param i32 i32)
    (call $before)
    (memory.fill (local.get 0) (i32.const 0xee) (local.get 1))
    (call $after))
  (func $copy (export "copy") (param i32 i32 i32)
    (call $before)
    (memory.copy (local.get 0) (local.get 1) (local.get 2))
    (call $after))
  (func $init (export "init") (param i32 i32 i32)
    (call $before)
    (memory.init $d (local.get 0) (local.get 1) (local.get 2))
    (call $after))
  (func $init_dropped (export "init_dropped") (param i32)
    (call $before)
    (data.drop $d)
    (memory.init $d (i32.const 64) (i32.const 0) (local.get 0))
    (call $after))
  ;; Copies as if through a buffer, in both directions.
  (func (export "overlap") (result i32 i32)
    (memory.init $d (i32.const 100) (i32.const 0) (i32.const 4))
    (memory.copy (i32.const 102) (i32.const 100) (i32.const 4))
    (i32.load (i32.const 102))
    (memory.copy (i32.const 101) (i32.const 102) (i32.const 4))
    (i32.load (i32.const 101))))
