;; SPDX-License-Identifier: Apache-2.0
;; A vector's store that faults leaves nothing behind, whatever part of it is
;; within the memory (K23-10).
(module
  (memory (export "memory") 1)
  (data (i32.const 65520) "0123456789abcdef")
  (func (export "store") (param i32)
    (v128.store (local.get 0) (v128.const i64x2 -1 -1)))
  (func (export "splat") (param i32)
    (v128.store (local.get 0) (i8x16.splat (local.get 0))))
  (func (export "lane") (param i32)
    (v128.store64_lane 1 (local.get 0) (i8x16.splat (local.get 0)))))
