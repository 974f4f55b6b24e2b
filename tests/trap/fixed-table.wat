;; SPDX-License-Identifier: Apache-2.0
;; Tables that nobody can change are constants (tables.c): the same three kinds
;; in the same order.  And once more as tables that somebody could change.
;; also: exported s/(table \$t /(table $t (export "t") /; s/(table \$u /(table $u (export "u") /
;; also: read s/^  (func \$good)/  (func $good (drop (table.size $t)))/
;; run call 0 => says before\nafter\n
;; run call 1 => says before\nafter\n
;; run call 2 => trap indirect-call-type-mismatch
;; run call 3 => trap uninitialized-element
;; run call 4 => trap indirect-call-type-mismatch
;; run call 5 => trap uninitialized-element
;; run call 6 => trap undefined-element
;; run call -1 => trap undefined-element
;; run other 0 => trap uninitialized-element
;; run other 1 => value 8
;; run other 2 => value -7
;; run other 3 => trap undefined-element
;; run other 0x10000000 => trap undefined-element
;; run through 2 => trap unreachable func=bad trace=bad,u,through
;; run through 1 => value 9
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
  (type $also_v (func))
  (type $i (func (param i32) (result i32)))
  (type $l (func (param i32) (result i64)))
  (table $t 6 funcref)
  (table $u 3 funcref)
  (table $w 3 funcref)
  ;; The second segment has the last word on the third element.
  (elem (table $t) (i32.const 0) func $good $also_good $good)
  (elem (table $t) (i32.const 2) func $inc)
  (elem (table $t) (i32.const 4) func $neg)
  (elem (table $u) (i32.const 1) func $inc $dec)
  (elem (table $w) (i32.const 0) func $neg $inc $bad)
  (func $good)
  (func $also_good (type $also_v))
  (func $inc (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1)))
  (func $dec (param i32) (result i32)
    (i32.sub (i32.const 0) (local.get 0)))
  (func $neg (param i32) (result i64)
    (i64.sub (i64.const 0) (i64.extend_i32_u (local.get 0))))
  (func $bad (param i32) (result i32)
    (call $before)
    unreachable)
  (func $call (export "call") (param i32)
    (call $before)
    (call_indirect $t (type $v) (local.get 0))
    (call $after))
  (func $other (export "other") (param i32) (result i32)
    (if (i32.lt_u (i32.sub (local.get 0) (i32.const 1)) (i32.const 2))
      (then (return (call_indirect $u (type $i) (i32.const 7) (local.get 0)))))
    (call $before)
    (call_indirect $u (type $i) (i32.const 7) (local.get 0)))
  ;; One table leads to a function that goes through another.
  (func $u (param i32 i32) (result i32)
    (call_indirect $w (type $i) (local.get 1) (local.get 0)))
  (func $through (export "through") (param i32) (result i32)
    (call $u (local.get 0) (i32.const 8))))
