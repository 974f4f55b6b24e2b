;; SPDX-License-Identifier: Apache-2.0
;; Division: no machine we run on traps there by itself (KAN-03, SLG-17).
;; run i32_div_s 1 0 => trap integer-divide-by-zero
;; run i32_div_u 1 0 => trap integer-divide-by-zero
;; run i32_rem_s 1 0 => trap integer-divide-by-zero
;; run i32_rem_u 1 0 => trap integer-divide-by-zero
;; run i64_div_s 1 0 => trap integer-divide-by-zero
;; run i64_div_u 1 0 => trap integer-divide-by-zero
;; run i64_rem_s 1 0 => trap integer-divide-by-zero
;; run i64_rem_u 1 0 => trap integer-divide-by-zero
;; run i32_div_s -2147483648 0 => trap integer-divide-by-zero
;; run i64_div_s -9223372036854775808 0 => trap integer-divide-by-zero
;; run i32_div_s -2147483648 -1 => trap integer-overflow
;; run i64_div_s -9223372036854775808 -1 => trap integer-overflow
;; The divisor is known when compiled:
;; run by_zero 5 => trap integer-divide-by-zero
;; run min_by_minus_one => trap integer-overflow
;; A result nobody uses:
;; run dropped 1 0 => trap integer-divide-by-zero
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

  (func $i32_div_s (export "i32_div_s") (param i32 i32) (result i32)
    (call $before)
    (i32.div_s (local.get 0) (local.get 1))
    (call $after))
  (func $i32_div_u (export "i32_div_u") (param i32 i32) (result i32)
    (call $before)
    (i32.div_u (local.get 0) (local.get 1))
    (call $after))
  (func $i32_rem_s (export "i32_rem_s") (param i32 i32) (result i32)
    (call $before)
    (i32.rem_s (local.get 0) (local.get 1))
    (call $after))
  (func $i32_rem_u (export "i32_rem_u") (param i32 i32) (result i32)
    (call $before)
    (i32.rem_u (local.get 0) (local.get 1))
    (call $after))
  (func $i64_div_s (export "i64_div_s") (param i64 i64) (result i64)
    (call $before)
    (i64.div_s (local.get 0) (local.get 1))
    (call $after))
  (func $i64_div_u (export "i64_div_u") (param i64 i64) (result i64)
    (call $before)
    (i64.div_u (local.get 0) (local.get 1))
    (call $after))
  (func $i64_rem_s (export "i64_rem_s") (param i64 i64) (result i64)
    (call $before)
    (i64.rem_s (local.get 0) (local.get 1))
    (call $after))
  (func $i64_rem_u (export "i64_rem_u") (param i64 i64) (result i64)
    (call $before)
    (i64.rem_u (local.get 0) (local.get 1))
    (call $after))
  (func $by_zero (export "by_zero") (param i32) (result i32)
    (call $before)
    (i32.div_u (local.get 0) (i32.const 0))
    (call $after))
  (func $min_by_minus_one (export "min_by_minus_one") (result i64)
    (call $before)
    (i64.div_s (i64.const 0x8000000000000000) (i64.const -1))
    (call $after))
  (func $dropped (export "dropped") (param i32 i32)
    (call $before)
    (drop (i32.rem_u (local.get 0) (local.get 1)))
    (call $after)))
