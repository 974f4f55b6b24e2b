;; SPDX-License-Identifier: Apache-2.0
;; All eight truncations: NaN is one kind, out of range another, one status
;; (KAN-03).  Just beyond each limit, far beyond, and infinite.
;; run i32_f32_s nan => trap invalid-conversion
;; run i32_f32_u nan => trap invalid-conversion
;; run i32_f64_s nan => trap invalid-conversion
;; run i32_f64_u nan => trap invalid-conversion
;; run i64_f32_s nan => trap invalid-conversion
;; run i64_f32_u nan => trap invalid-conversion
;; run i64_f64_s nan => trap invalid-conversion
;; run i64_f64_u nan => trap invalid-conversion
;; run i64_f64_u -nan => trap invalid-conversion
;; run i32_f32_s nan:0x1 => trap invalid-conversion
;; run i32_f32_s 2147483648 => trap integer-overflow
;; run i32_f32_s -2147483904 => trap integer-overflow
;; run i32_f32_u 4294967296 => trap integer-overflow
;; run i32_f32_u -1 => trap integer-overflow
;; run i32_f64_s 2147483648 => trap integer-overflow
;; run i32_f64_s -2147483649 => trap integer-overflow
;; run i32_f64_u 4294967296 => trap integer-overflow
;; run i32_f64_u -1 => trap integer-overflow
;; run i64_f32_s 9223372036854775808 => trap integer-overflow
;; run i64_f32_s -9223373136366403584 => trap integer-overflow
;; run i64_f32_u 18446744073709551616 => trap integer-overflow
;; run i64_f32_u -1 => trap integer-overflow
;; run i64_f64_s 9223372036854775808 => trap integer-overflow
;; run i64_f64_s -9223372036854777856 => trap integer-overflow
;; run i64_f64_u 18446744073709551616 => trap integer-overflow
;; run i64_f64_u -1 => trap integer-overflow
;; run i32_f32_s inf => trap integer-overflow
;; run i32_f32_u -inf => trap integer-overflow
;; run i32_f64_s -inf => trap integer-overflow
;; run i32_f64_u inf => trap integer-overflow
;; run i64_f32_s inf => trap integer-overflow
;; run i64_f32_u inf => trap integer-overflow
;; run i64_f64_s -1e300 => trap integer-overflow
;; run i64_f64_u 1e300 => trap integer-overflow
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

  (func $i32_f32_s (export "i32_f32_s") (param f32)
    (call $before)
    (drop (i32.trunc_f32_s (local.get 0)))
    (call $after))
  (func $i32_f32_u (export "i32_f32_u") (param f32)
    (call $before)
    (drop (i32.trunc_f32_u (local.get 0)))
    (call $after))
  (func $i32_f64_s (export "i32_f64_s") (param f64)
    (call $before)
    (drop (i32.trunc_f64_s (local.get 0)))
    (call $after))
  (func $i32_f64_u (export "i32_f64_u") (param f64)
    (call $before)
    (drop (i32.trunc_f64_u (local.get 0)))
    (call $after))
  (func $i64_f32_s (export "i64_f32_s") (param f32)
    (call $before)
    (drop (i64.trunc_f32_s (local.get 0)))
    (call $after))
  (func $i64_f32_u (export "i64_f32_u") (param f32)
    (call $before)
    (drop (i64.trunc_f32_u (local.get 0)))
    (call $after))
  (func $i64_f64_s (export "i64_f64_s") (param f64)
    (call $before)
    (drop (i64.trunc_f64_s (local.get 0)))
    (call $after))
  (func $i64_f64_u (export "i64_f64_u") (param f64)
    (call $before)
    (drop (i64.trunc_f64_u (local.get 0)))
    (call $after)))
