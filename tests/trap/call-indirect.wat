;; SPDX-License-Identifier: Apache-2.0
;; One instruction, three failures, three kinds (KAN-02).
;; run call 9 => trap undefined-element
;; run call 4 => trap undefined-element
;; run call -1 => trap undefined-element
;; run call 1 => trap uninitialized-element
;; run call 2 => trap indirect-call-type-mismatch
;; run call 3 => trap indirect-call-type-mismatch
;; run call 0 => says before\nafter\n
;; run grown 6 => trap uninitialized-element
;; run grown 7 => trap undefined-element
;; run emptied => trap uninitialized-element
;; run other_table 1 => trap undefined-element
;; run other_table 0 => trap uninitialized-element
;; run through 2 => trap unreachable func=bad trace=bad,through
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

  (type $v (func))
  (table $t 4 funcref)
  (table $u 1 funcref)
  (table $w 3 funcref)
  (elem (table $t) (i32.const 0) func $good)
  (elem (table $t) (i32.const 2) func $i $r)
  (elem (table $w) (i32.const 2) func $bad)
  (func $good)
  (func $i (param i32))
  (func $r (result i32) (i32.const 1))
  (func $bad
    (call $before)
    unreachable)
  (func $call (export "call") (param i32)
    (call $before)
    (call_indirect $t (type $v) (local.get 0))
    (call $after))
  (func $grown (export "grown") (param i32)
    (drop (table.grow $t (ref.null func) (i32.const 3)))
    (call $before)
    (call_indirect $t (type $v) (local.get 0))
    (call $after))
  (func $emptied (export "emptied")
    (call_indirect $t (type $v) (i32.const 0))
    (table.set $t (i32.const 0) (ref.null func))
    (call $before)
    (call_indirect $t (type $v) (i32.const 0))
    (call $after))
  (func $other_table (export "other_table") (param i32)
    (call $before)
    (call_indirect $u (type $v) (local.get 0))
    (call $after))
  (func $through (export "through") (param i32)
    (call_indirect $w (type $v) (local.get 0))
    (call $after)))
