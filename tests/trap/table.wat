;; SPDX-License-Identifier: Apache-2.0
;; Tables out of bounds are a kind of their own, for both kinds of reference.
;; run get 2 => trap table-out-of-bounds
;; run get -1 => trap table-out-of-bounds
;; run get 1 => says before\nafter\n
;; run set 2 => trap table-out-of-bounds
;; run fill 1 2 => trap table-out-of-bounds
;; run fill 3 0 => trap table-out-of-bounds
;; run fill 2 0 => says before\nafter\n
;; run copy 1 0 2 => trap table-out-of-bounds
;; run copy 0 1 2 => trap table-out-of-bounds
;; run copy 0 -1 1 => trap table-out-of-bounds
;; run init 1 0 2 => trap table-out-of-bounds
;; run init 0 1 2 => trap table-out-of-bounds
;; run init 0 2 0 => says before\nafter\n
;; run init 0 3 0 => trap table-out-of-bounds
;; run init_dropped 1 => trap table-out-of-bounds
;; run init_dropped 0 => says before\nafter\n
;; run extern_get 3 => trap table-out-of-bounds
;; run extern_set 3 => trap table-out-of-bounds
;; run extern_fill 2 2 => trap table-out-of-bounds
;; run extern_copy 2 2 => trap table-out-of-bounds
;; run extern_init 2 2 => trap table-out-of-bounds
;; run extern_init 1 2 => says before\nafter\n
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

  (table $t 2 funcref)
  (table $x 3 externref)
  (elem $e func $f $f)
  (elem $n externref (ref.null extern) (ref.null extern))
  (func $f)
  (func $get (export "get") (param i32)
    (call $before)
    (drop (table.get $t (local.get 0)))
    (call $after))
  (func $set (export "set") (param i32)
    (call $before)
    (table.set $t (local.get 0) (ref.null func))
    (call $after))
  (func $fill (export "fill") (param i32 i32)
    (call $before)
    (table.fill $t (local.get 0) (ref.null func) (local.get 1))
    (call $after))
  (func $copy (export "copy") (param i32 i32 i32)
    (call $before)
    (table.copy $t $t (local.get 0) (local.get 1) (local.get 2))
    (call $after))
  (func $init (export "init") (param i32 i32 i32)
    (call $before)
    (table.init $t $e (local.get 0) (local.get 1) (local.get 2))
    (call $after))
  (func $init_dropped (export "init_dropped") (param i32)
    (call $before)
    (elem.drop $e)
    (table.init $t $e (i32.const 0) (i32.const 0) (local.get 0))
    (call $after))
  (func $extern_get (export "extern_get") (param i32)
    (call $before)
    (drop (table.get $x (local.get 0)))
    (call $after))
  (func $extern_set (export "extern_set") (param i32)
    (call $before)
    (table.set $x (local.get 0) (ref.null extern))
    (call $after))
  (func $extern_fill (export "extern_fill") (param i32 i32)
    (call $before)
    (table.fill $x (local.get 0) (ref.null extern) (local.get 1))
    (call $after))
  (func $extern_copy (export "extern_copy") (param i32 i32)
    (call $before)
    (table.copy $x $x (i32.const 0) (local.get 0) (local.get 1))
    (call $after))
  (func $extern_init (export "extern_init") (param i32 i32)
    (call $before)
    (table.init $x $n (local.get 0) (i32.const 0) (local.get 1))
    (call $after)))
