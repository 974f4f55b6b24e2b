;; SPDX-License-Identifier: Apache-2.0
;; wasm2c puts no braces around a catch_all behind other catches: where one of
;; these was taken, all of it but its first instruction ran as well.  An empty one
;; did not compile.
;; wat2wasm: --enable-exceptions
;; run taken => value 7 0
;; run all => value 1 2
;; run empty => value 7
;; run nested => value 7 3
(module
  (tag $e (param i32))
  (tag $f)
  (memory 0 1)
  (global $a (mut i32) (i32.const 0))
  (global $b (mut i32) (i32.const 0))
  (func $try (param i32)
    (try
      (do
        (if (local.get 0) (then (throw $e (i32.const 7))))
        (throw $f))
      (catch $e (global.set $a) (drop (memory.grow (i32.const 1))))
      (catch_all
        (global.set $a (i32.const 1))
        (global.set $b (i32.const 2)))))
  (func (export "taken") (result i32 i32)
    (call $try (i32.const 1))
    (global.get $a)
    (global.get $b))
  (func (export "all") (result i32 i32)
    (call $try (i32.const 0))
    (global.get $a)
    (global.get $b))
  (func (export "empty") (result i32)
    (try
      (do (throw $e (i32.const 7)))
      (catch $e (global.set $a))
      (catch_all))
    (global.get $a))
  ;; Chains in chains, and a block at the beginning.
  (func (export "nested") (result i32 i32)
    (try
      (do (throw $f))
      (catch $e (global.set $a))
      (catch_all
        (block $out
          (try
            (do (throw $e (i32.const 7)))
            (catch $f)
            (catch $e (global.set $a))
            (catch_all
              (loop $l (br_if $out (global.get $b)))
              (global.set $a (i32.const 1))))
          (global.set $b (i32.const 3)))))
    (global.get $a)
    (global.get $b)))
