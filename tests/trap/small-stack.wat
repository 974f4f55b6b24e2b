;; SPDX-License-Identifier: Apache-2.0
;; --stack is what the guest gets: 64 KiB end before depth 20000, not 100.
;; options: --stack 64K
;; run deep 100 => value 100
;; run deep 20000 => trap stack-exhausted out=
(module
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1)
        (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0)))))
