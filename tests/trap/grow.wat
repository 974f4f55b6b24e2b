;; SPDX-License-Identifier: Apache-2.0
;; wat2wasm: --enable-multi-memory
;; Memory that grows: what is inside works, the first byte beyond traps; what
;; cannot grow says -1 and stays as it was (SLG-16).
;; run size => value 1
;; run grow 9 => value 1 10
;; run grow 0 => value 1 1
;; run grow 65536 => value -1 1
;; run grow -1 => value -1 1
;; run to_ten 0x10000 => value 0 10
;; run to_ten 0x9ffff => value 0 10
;; run to_ten 0xa0000 => trap memory-out-of-bounds func=load addr=0xa0000 size=0xa0000
;; run to_ten -1 => trap memory-out-of-bounds func=load addr=0xffffffff size=0xa0000
;; run in_steps 20 => value 21
;; run keeps => value 1 2
;; run capped 1 => value 1 2
;; run capped 2 => value -1 1
;; run capped_at 0x10000 => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run none_at 0 => trap memory-out-of-bounds addr=0x0 size=0x0
;; run none_grows => value 0 7
;; run tables => value 2 5 -1 5 -1 5 1
;; run extern_tables => value 0 3 -1 3 1
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

  (memory $capped 1 2)
  (memory $none 0)
  (table $t 2 10 funcref)
  (table $x 0 3 externref)
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32 i32)
    (memory.grow (local.get 0))
    (memory.size))
  (func $load (param i32) (result i32)
    (call $before)
    (i32.load8_u (local.get 0)))
  (func (export "to_ten") (param i32) (result i32 i32)
    (drop (memory.grow (i32.const 9)))
    (if (i32.ge_u (local.get 0) (i32.const 0xa0000))
      (then (drop (call $load (local.get 0)))))
    (i32.load8_u (local.get 0))
    (memory.size))
  ;; The last byte of each new page is used before the next is asked for.
  (func (export "in_steps") (param i32) (result i32)
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (i32.store8 (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1))
        (i32.const 1))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (memory.size))
  (func (export "keeps") (result i32 i32)
    (i32.store (i32.const 65532) (i32.const 1))
    (drop (memory.grow (i32.const 30)))
    (i32.store (i32.const 0x1efffc) (i32.const 2))
    (i32.load (i32.const 65532))
    (i32.load (i32.const 0x1efffc)))
  (func (export "capped") (param i32) (result i32 i32)
    (memory.grow $capped (local.get 0))
    (memory.size $capped))
  (func $capped_at (export "capped_at") (param i32)
    (call $before)
    (drop (i32.load $capped (local.get 0)))
    (call $after))
  (func $none_at (export "none_at") (param i32)
    (call $before)
    (drop (i32.load8_u $none (local.get 0)))
    (call $after))
  (func (export "none_grows") (result i32 i32)
    (memory.grow $none (i32.const 1))
    (i32.store $none (i32.const 65532) (i32.const 7))
    (i32.load $none (i32.const 65532)))
  (func (export "tables") (result i32 i32 i32 i32 i32 i32 i32)
    (table.grow $t (ref.null func) (i32.const 3))
    (table.size $t)
    (table.grow $t (ref.null func) (i32.const 6))
    (table.size $t)
    (table.grow $t (ref.null func) (i32.const -1))
    (table.size $t)
    (ref.is_null (table.get $t (i32.const 4))))
  (func (export "extern_tables") (result i32 i32 i32 i32 i32)
    (table.grow $x (ref.null extern) (i32.const 3))
    (table.size $x)
    (table.grow $x (ref.null extern) (i32.const 1))
    (table.size $x)
    (ref.is_null (table.get $x (i32.const 2)))))
