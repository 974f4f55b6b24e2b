;; SPDX-License-Identifier: Apache-2.0
;; A vector on the operand stack while a try block runs: an internal error of
;; gcc 12, of most operations for riscv64 and of a conversion for x86_64.
;; wat2wasm: --enable-exceptions
;; run below 0 => value 0x00000004000000040000000400000004
;; run below 1 => value 0x00000009000000090000000900000009
;; run table 0 => value 0x00000006000000060000000600000006
;; run table 5 => value 0x00000006000000060000000600000006
;; run payload 0 => value 0x0000000b0000000b0000000b0000000b
;; run payload 7 => value 0x0000000a0000000a0000000a0000000a
;; run convert 3 => value 0x40080000000000004008000000000000
;; run loop 3 => value 0x00000008000000080000000800000008
(module
  (tag $e (param i32))
  (tag $v (param v128))
  (func $throws (param i32)
    (if (local.get 0) (then (throw $e (i32.const 5)))))
  (func $throws_vector (param i32)
    (if (local.get 0)
      (then (throw $v (i32x4.splat (local.get 0))))))
  (func (export "below") (param i32) (result v128)
    (i32x4.add (i32x4.splat (local.get 0)) (i32x4.splat (i32.const 3)))
    (try (result i32)
      (do (call $throws (local.get 0)) (i32.const 1))
      (catch $e))
    (call $throws (i32.const 0))
    (i32x4.splat)
    (i32x4.add))
  (func $square (param v128 i32) (result v128)
    (i32x4.mul (local.get 0) (local.get 0))
    (block $h (result i32)
      (try_table (catch $e $h) (call $throws (local.get 1)))
      (i32.const 5))
    (call $throws (i32.const 0))
    (i32x4.splat)
    (i32x4.add))
  (func (export "table") (param i32) (result v128)
    (call $square (i32x4.splat (i32.const 1)) (local.get 0)))
  (func (export "payload") (param i32) (result v128)
    (i32x4.splat (i32.const 3))
    (try (result v128)
      (do (call $throws_vector (local.get 0)) (i32x4.splat (i32.const 8)))
      (catch $v)
      (catch_all (i32x4.splat (i32.const 9))))
    (i32x4.add))
  (func (export "convert") (param i32) (result v128)
    (f64x2.convert_low_i32x4_s (i32x4.splat (local.get 0)))
    (try (do (call $throws (local.get 0))) (catch_all)))
  ;; Doubled in each round, each of which catches something.
  (func (export "loop") (param i32) (result v128)
    (i32x4.splat (i32.const 1))
    (loop $l (param v128) (result v128)
      (try (do (call $throws (local.get 0))) (catch_all))
      (i32x4.mul (i32x4.splat (i32.const 2)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
