;; SPDX-License-Identifier: Apache-2.0
;; A compiler may make vectors of loads that cannot trap, or of those whose
;; check is done: at any address.
;; for -O2: -O3
;; run sum 0 => value 4064
;; run sum 1 => value -503316480
;; run sum 65472 => value 0
;; run sum 65473 => trap memory-out-of-bounds addr=0x10000 size=0x10000 out=
;; run fixed => value -503316480
(module
  (memory 1)
  (data (i32.const 0) "\fe\00\00\00\fe\00\00\00\fe\00\00\00\fe\00\00\00")
  (data (i32.const 16) "\fe\00\00\00\fe\00\00\00\fe\00\00\00\fe\00\00\00")
  (data (i32.const 32) "\fe\00\00\00\fe\00\00\00\fe\00\00\00\fe\00\00\00")
  (data (i32.const 48) "\fe\00\00\00\fe\00\00\00\fe\00\00\00\fe\00\00\00")
  ;; Of 16 words.
  (func $sum (export "sum") (param i32) (result i32) (local i32 i32)
    (local.set 1 (i32.add (local.get 0) (i32.const 64)))
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (br_if 0 (i32.ne (local.get 1) (local.tee 0
        (i32.add (local.get 0) (i32.const 4))))))
    (local.get 2))
  (func $fixed (export "fixed") (result i32) (local i32 i32)
    (local.set 0 (i32.const 1))
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.load (local.get 0))))
      (br_if 0 (i32.ne (i32.const 65) (local.tee 0
        (i32.add (local.get 0) (i32.const 4))))))
    (local.get 1)))
