;; SPDX-License-Identifier: Apache-2.0
;; Recursion without end is a trap like any other (SLG-01).  "before" is said
;; at depth 1000: so deep that the stack, not something else, ran out.
;; run direct => trap stack-exhausted func=direct|count
;; run mutual => trap stack-exhausted func=ping|pong|count
;; run indirect => trap stack-exhausted func=indirect|count
;; run calling_out => trap stack-exhausted func=calling_out|count
;; run filling => trap stack-exhausted func=filling|count
;; run growing => trap stack-exhausted func=growing|count
;; run deep 1000 => value 1000
;; run deep 1000000 => trap stack-exhausted func=deep out=
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

  (global $depth (mut i32) (i32.const 0))
  (table funcref (elem $indirect))
  (func $count
    (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
    (if (i32.eq (global.get $depth) (i32.const 1000)) (then (call $before))))

  (func $direct (export "direct")
    (call $count)
    (call $direct)
    (call $after))
  (func $mutual (export "mutual")
    (call $ping (i32.const 1))
    (call $after))
  (func $ping (param i32)
    (call $count)
    (call $pong (i64.extend_i32_u (local.get 0)))
    (call $after))
  (func $pong (param i64)
    (call $count)
    (call $ping (i32.wrap_i64 (local.get 0)))
    (call $after))
  (func $indirect (export "indirect")
    (call $count)
    (call_indirect (i32.const 0))
    (call $after))
  ;; Each level calls the host: it may only be entered with its reserve free.
  (func $calling_out (export "calling_out")
    (call $count)
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0)
      (i32.const 64)))
    (call $calling_out)
    (call $after))
  ;; memset() needs stack too, and is no wasm function.
  (func $filling (export "filling")
    (call $count)
    (memory.fill (i32.const 128) (i32.const 1) (i32.const 100))
    (call $filling)
    (call $after))
  ;; So does the runtime.
  (func $growing (export "growing")
    (call $count)
    (drop (memory.grow (i32.const 0)))
    (call $growing)
    (call $after))
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1)
        (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0)))))
