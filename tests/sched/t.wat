;; SPDX-License-Identifier: Apache-2.0
;; What the tests of the scheduler run: a guest that spins, one that fills its
;; stack, one that traps, one that computes with all kinds of registers, and
;; those that call the host.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory (export "memory") 1)
  (global (export "__instance_terminated") i32 (i32.const 64))

  (func (export "spin") (loop $l (br $l)))
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "trap") (param i32)
    (loop $l
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (i32.gt_s (local.get 0) (i32.const 0))))
    unreachable)
  (func (export "call_host") (param i32) (result i32)
    (call $host (local.get 0)))
  ;; 0 of the host ends it.
  (func (export "while_host") (param i32)
    (loop $l (br_if $l (call $host (local.get 0)))))

  ;; Integers, floats and vectors that all live across the loop, and memory.
  (func (export "work") (param i32) (result i32)
    (local $a i64) (local $b i64) (local $c i32) (local $d i32)
    (local $x f64) (local $y f64) (local $z f32) (local $w f32)
    (local $u v128) (local $v v128)
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 1024))
    (local.set $a (i64.const 88172645463325252))
    (local.set $x (f64.const 1.25))
    (local.set $y (f64.const 0.75))
    (local.set $z (f32.const 3.5))
    (local.set $u (v128.const i32x4 1 2 3 4))
    (local.set $v (v128.const f64x2 1.5 2.5))
    (loop $l
      (local.set $a (i64.xor (local.get $a)
        (i64.shl (local.get $a) (i64.const 13))))
      (local.set $a (i64.xor (local.get $a)
        (i64.shr_u (local.get $a) (i64.const 7))))
      (local.set $b (i64.add (i64.mul (local.get $b) (i64.const 31))
        (local.get $a)))
      (local.set $c (i32.add (local.get $c) (i32.wrap_i64 (local.get $b))))
      (local.set $d (i32.rotl (i32.xor (local.get $d) (local.get $c))
        (i32.const 5)))
      (local.set $x (f64.add (f64.mul (local.get $x) (f64.const 0.9999))
        (local.get $y)))
      (local.set $y (f64.sqrt (f64.add (local.get $y) (local.get $x))))
      (local.set $z (f32.sub (f32.const 7) (f32.mul (local.get $z)
        (f32.const 0.5))))
      (local.set $w (f32.add (local.get $w) (local.get $z)))
      (local.set $u (i32x4.add (local.get $u) (i32x4.mul (local.get $u)
        (v128.const i32x4 3 5 7 9))))
      (local.set $v (f64x2.add (f64x2.mul (local.get $v)
        (v128.const f64x2 0.5 0.25)) (f64x2.splat (local.get $y))))
      (i32.store (i32.and (local.get $c) (i32.const 0x3f0)) (local.get $d))
      (local.set $d (i32.xor (local.get $d)
        (i32.load (i32.and (i32.wrap_i64 (local.get $a)) (i32.const 0x3f0)))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (local.get 0)))
    (i32.xor
      (i32.xor (i32.wrap_i64 (local.get $b)) (local.get $d))
      (i32.xor
        (i32.xor (i32.wrap_i64 (i64.reinterpret_f64 (local.get $y)))
          (i32.reinterpret_f32 (local.get $w)))
        (i32.xor (i32x4.extract_lane 2 (local.get $u))
          (i32x4.extract_lane 1 (local.get $v)))))))
