;; SPDX-License-Identifier: Apache-2.0
;; picolibc's floor and ceil lose a carry: the last number below 2^52 that is
;; no integer became 0x1.fffff00000000p+51, not 2^52 (rt/guest/round.c).
;; run ceil 4503599627370495.5 => value 4503599627370496
;; run floor -4503599627370495.5 => value -4503599627370496
;; run ceil -0.5 => value -0
(module
  (func $ceil (export "ceil") (param f64) (result f64)
    (f64.ceil (local.get 0)))
  (func $floor (export "floor") (param f64) (result f64)
    (f64.floor (local.get 0))))
