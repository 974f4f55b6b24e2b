;; SPDX-License-Identifier: Apache-2.0
;; Tail calls, in constant stack and with wasm2c's defects mended: those that
;; compiler/trampoline.c lists.
;; wat2wasm: --enable-tail-call --enable-exceptions
;; run even 1000000 => value 44
;; run even 1000001 => value 99
;; run table_loop 1000000 => value 7
;; run above 3 => value 4
;; run above_loop 9 => value 44
;; run above_table 3 => value 4
;; run second_table 3 => value 4
;; run second_pair => value 5 6
;; run pair 10 => value 1 2
;; run imported 1 => value 0
;; run imported_table => value 0
;; run imported_above 1 => value 0
;; run caught => value 21
;; run uncaught => trap uncaught-exception func=thrower out=
;; run uncaught_plain => trap uncaught-exception func=thrower out=
;; run once => value 4
;; run void 1000000 => value 0
;; run trap_in 8 => trap unreachable func=bad trace=bad,trap_in out=
;; run null => trap uninitialized-element out=
;; run odd_type => trap indirect-call-type-mismatch out=
;; run outside => trap undefined-element out=
;; run deep 1 => trap stack-exhausted func=deep|deeper|deeper_by frames=64+ out=
;; run late 100000 => value 44
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (tag $e)
  (type $u (func (param i32) (result i32)))
  (type $v (func (result i32)))
  (type $p (func (param i32) (result i32 i64)))
  (type $l (func (param i64) (result i64)))
  (table 8 funcref)
  (elem (i32.const 1) $inc $loop $pair $yield $thrower)
  (global $count (mut i32) (i32.const 0))

  (func $even (export "even") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 44))
      (else (return_call $odd (i32.sub (local.get 0) (i32.const 1))))))
  (func $odd (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 99))
      (else (return_call $even (i32.sub (local.get 0) (i32.const 1))))))

  (func $inc (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1)))
  (func $loop (export "table_loop") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 7))
      (else (return_call_indirect (type $u)
        (i32.sub (local.get 0) (i32.const 1)) (i32.const 2)))))

  (func $above (export "above") (param i32) (result i32)
    (i32.const 1000)
    (return_call $inc (local.get 0))
    i32.add)
  (func (export "above_loop") (param i32) (result i32)
    (i32.const 1000) (i32.const 2000)
    (return_call $odd (local.get 0))
    i32.add i32.add)
  (func $above_table (export "above_table") (param i32) (result i32)
    (i32.const 1000) (i64.const 5) (i32.const 2000)
    (return_call_indirect (type $u) (local.get 0) (i32.const 1)))
  (func (export "second_table") (param i32) (result i32)
    (return_call $above_table (local.get 0)))

  (func $pair (export "pair") (param i32) (result i32 i64)
    (i64.const 77)
    (if (param i64) (result i32 i64) (i32.eqz (local.get 0))
      (then drop (i32.const 1) (i64.const 2))
      (else (i32.const 5)
        (return_call $pair (i32.sub (local.get 0) (i32.const 1))))))
  (func $five_six (param i32) (result i32 i64) (i32.const 5) (i64.const 6))
  (func $to_pair (param i32) (result i32 i64)
    (i32.const 8) (i64.const 9)
    (table.set (i32.const 7) (ref.func $five_six))
    (return_call_indirect (type $p) (local.get 0) (i32.const 7)))
  (elem declare func $five_six)
  (func (export "second_pair") (result i32 i64)
    (return_call $to_pair (i32.const 0)))

  (func (export "imported") (param i32) (result i32) (return_call $yield))
  (func $imported_table (export "imported_table") (result i32)
    (return_call_indirect (type $v) (i32.const 4)))
  (func (export "imported_above") (param i32) (result i32)
    (i32.const 1000) (return_call $imported_table))

  ;; A tail call leaves the try block it is in.
  (func $thrower (result i32) (throw $e))
  (func $leaves (result i32)
    (try (result i32)
      (do (return_call_indirect (type $v) (i32.const 5)))
      (catch $e (i32.const 1000))))
  (func (export "caught") (result i32)
    (try (result i32) (do (call $leaves)) (catch $e (i32.const 21))))
  (func (export "uncaught") (result i32)
    (try (result i32)
      (do (return_call $leaves)) (catch $e (i32.const 1000))))
  (func (export "uncaught_plain") (result i32)
    (try (result i32)
      (do (return_call $thrower)) (catch $e (i32.const 1000))))

  (func $once_more (param i32) (result i32) (return_call $inc (local.get 0)))
  (func (export "once") (result i32) (return_call $once_more (i32.const 3)))
  (func $void (param i32)
    (br_if 0 (i32.eqz (local.get 0)))
    (return_call $void (i32.sub (local.get 0) (i32.const 1))))
  (func (export "void") (param i32) (result i32)
    (call $void (local.get 0)) (global.get $count))

  (func $bad (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (return_call $bad (i32.sub (local.get 0) (i32.const 1))))
  (func $trap_in (export "trap_in") (param i32) (result i32)
    (return_call $bad (local.get 0)))
  (func (export "null") (result i32)
    (return_call_indirect (type $v) (i32.const 0)))
  (func (export "odd_type") (result i32)
    (return_call_indirect (type $v) (i32.const 1)))
  (func (export "outside") (result i32)
    (return_call_indirect (type $v) (i32.const 8)))

  ;; Second versions check the stack too: `deeper' runs as one only.
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deeper_by (local.get 0)) (i32.const 1)))
  (func $deeper_by (param i32) (result i32) (return_call $deeper (local.get 0)))
  (func $deeper (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return_call $deeper (i32.const 0))))
    (i32.add (call $deep (local.get 0)) (i32.const 1)))
  (func (export "late") (param i32) (result i32)
    (local $n i32)
    (local.set $n (call $even (local.get 0)))
    (return_call $even (i32.sub (local.get $n) (i32.const 44)))))
