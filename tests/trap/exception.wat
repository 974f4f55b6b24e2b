;; SPDX-License-Identifier: Apache-2.0
;; Exceptions: one that nobody catches is a trap; a trap is no exception.
;; wat2wasm: --enable-exceptions
;; run uncaught => trap uncaught-exception
;; run uncaught_deep => trap uncaught-exception func=thrower trace=thrower,between,uncaught_deep
;; run wrong_tag => trap uncaught-exception func=thrower|wrong_tag
;; run caught => value 7 -8 1.5 2.5
;; run from_callee => value 42
;; run innermost => value 12
;; run all => value 1
;; run trap_inside => trap unreachable
;; run oob_inside => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run table_form => value 7
;; Nothing is left behind by a throw: no stack, no count of calls.
;; run many 10 => value 10
;; run many 1000 => value 1000
;; run many 200000 => value 200000
;; run exhaust => trap stack-exhausted func=exhaust|deeper out=
;; run catch_then_exhaust => trap stack-exhausted func=deeper out=
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

  (tag $e (param i32))
  (tag $f)
  (tag $many (param i32 i64 f32 f64))
  (func $thrower
    (call $before)
    (throw $e (i32.const 42)))
  (func $between (call $thrower) (call $after))
  (func $uncaught (export "uncaught")
    (call $before)
    (throw $f)
    (call $after))
  (func $uncaught_deep (export "uncaught_deep")
    (call $between))
  (func $wrong_tag (export "wrong_tag")
    (try (do (call $thrower)) (catch $f (call $after))))
  (func (export "caught") (result i32 i64 f32 f64)
    (try (result i32 i64 f32 f64)
      (do (throw $many (i32.const 7) (i64.const -8) (f32.const 1.5)
        (f64.const 2.5)))
      (catch $many)))
  (func $quiet (throw $e (i32.const 42)))
  (func (export "from_callee") (result i32)
    (try (result i32)
      (do (call $quiet) (i32.const 0))
      (catch $e)))
  (func (export "innermost") (result i32)
    (try (result i32)
      (do
        (try (result i32)
          (do (throw $e (i32.const 1)))
          (catch $e (drop) (throw $e (i32.const 12)))
          (catch_all (i32.const 13))))
      (catch $e)))
  (func (export "all") (result i32)
    (try (result i32)
      (do (call $quiet) (i32.const 0))
      (catch_all (i32.const 1))))
  (func $trap_inside (export "trap_inside")
    (call $before)
    (try (do unreachable) (catch_all (call $after))))
  (func $oob_inside (export "oob_inside")
    (call $before)
    (try
      (do (drop (i32.load (i32.const 0x10000))))
      (catch_all (call $after))))
  (func (export "table_form") (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $e $h) (throw $e (i32.const 7)))))

  (func $three_deep (param i32)
    (if (local.get 0)
      (then (call $three_deep (i32.sub (local.get 0) (i32.const 1))))
      (else (throw $f))))
  (func (export "many") (param i32) (result i32)
    (local $n i32)
    (loop $again
      (try
        (do (call $three_deep (i32.const 3)))
        (catch $f (local.set $n (i32.add (local.get $n) (i32.const 1)))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $n))
  (func $deeper (param i32)
    (call $deeper (local.get 0))
    (call $after))
  ;; A stack that ran out is not caught either.
  (func $exhaust (export "exhaust")
    (try
      (do (call $deeper (i32.const 0)))
      (catch_all (call $after))))
  (func $catch_then_exhaust (export "catch_then_exhaust")
    (try (do (call $quiet)) (catch_all))
    (call $deeper (i32.const 0))))
