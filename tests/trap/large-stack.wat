;; SPDX-License-Identifier: Apache-2.0
;; --stack is what the guest gets: 16 MiB hold depth 100000.
;; options: --stack 16M
;; run deep 100000 => value 100000
(module
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1)
        (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0)))))
