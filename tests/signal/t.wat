;; SPDX-License-Identifier: Apache-2.0
;; What the tests of budgets and signals run: guests that end, that poll their
;; signal word, that never end, and one that does all kinds of things for ever.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory (export "memory") 1 4)
  (global (export "__instance_signal") i32 (i32.const 64))
  (global (export "__instance_terminated") i32 (i32.const 68))

  (func (export "spin") (loop $l (br $l)))
  ;; Counts until it is told something.
  (func (export "poll") (result i32)
    (local $n i32)
    (loop $l
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l (i32.eqz (i32.load (i32.const 64)))))
    (local.get $n))
  ;; The same, as part of a vector.
  (func (export "poll_vector") (result i32)
    (local $n i32)
    (loop $l
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l (i32.eqz (i32x4.extract_lane 1
        (v128.load (i32.const 60))))))
    (loop $l
      (br_if $l (i32.eqz (i32x4.extract_lane 0
        (v128.load32_splat (i32.const 64))))))
    (local.get $n))
  ;; The same, and on until the word is looked at so many times more.
  (func (export "grace") (param i32) (result i32)
    (loop $l (br_if $l (i32.eqz (i32.load (i32.const 64)))))
    (loop $m
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $m (i32.and (i32.eq (i32.load (i32.const 64)) (i32.const 24))
        (i32.gt_s (local.get 0) (i32.const 0)))))
    (i32.load (i32.const 64)))
  (func (export "id") (param i32) (result i32) (local.get 0))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32 i32)
    (i32.store (local.get 0) (local.get 1)))
  (func (export "call_host") (param i32) (result i32)
    (call $host (local.get 0)))
  (func (export "host_twice") (param i32) (result i32)
    (i32.add (call $host (local.get 0)) (call $host (local.get 0))))
  (func (export "host_spin") (param i32)
    (drop (call $host (local.get 0)))
    (loop $l (br $l)))

  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  ;; One round of everything: calls, a helper, the runtime, the host.
  (func $round (param i32) (result i32)
    (memory.fill (i32.const 1024) (local.get 0) (i32.const 300))
    (memory.copy (i32.const 2048) (i32.const 1024) (i32.const 300))
    (i32.store (i32.const 4096)
      (i32.add (i32.load (i32.const 2200)) (call $fib (i32.const 3))))
    (drop (memory.grow (i32.const 0)))
    (f64.store (i32.const 5000)
      (f64.sqrt (f64.convert_i32_u (call $host (local.get 0)))))
    (i32.load (i32.const 4096)))
  (func (export "round") (param i32) (result i32)
    (call $round (local.get 0)))
  (func (export "rounds")
    (loop $l (drop (call $round (i32.const 7))) (br $l)))
  ;; So long, and then a trap.
  (func (export "divide") (param i32)
    (loop $l
      (i32.store (i32.const 128) (local.get 0))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (local.get 0)))
    (drop (i32.div_u (i32.const 1) (local.get 0))))
  (func (export "work") (param i32) (result i32)
    (local $x i32)
    (loop $l
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1103515245))
        (i32.const 12345)))
      (i32.store (i32.const 128) (local.get $x))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (local.get 0)))
    (local.get $x)))
