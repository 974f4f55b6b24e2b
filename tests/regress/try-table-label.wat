;; SPDX-License-Identifier: Apache-2.0
;; wasm2c 1.0.39 puts a try_table's own label before its catches: a branch to it
;; ran them, with what had been caught last or with nothing.
;; wat2wasm: --enable-exceptions
;; run always => value 1
;; run value 40 => value 41
;; run some 0 => value 1
;; run some 1 => value 1
;; run some 2 => value 2
;; run outer => value 2
;; run none => trap uncaught-exception func=thrower trace=thrower,none out=
(module
  (tag $e)
  (func $thrower (throw $e))
  (func (export "always") (result i32)
    (block $h
      (try_table $t (catch_all $h) (br $t))
      (return (i32.const 1)))
    (i32.const 2))
  (func (export "value") (param i32) (result i32)
    (block $h
      (return (i32.add (i32.const 1)
        (try_table $t (result i32) (catch_all $h) (br $t (local.get 0))))))
    (i32.const 2))
  ;; out of three of them, or by a throw
  (func (export "some") (param i32) (result i32)
    (block $h
      (try_table $a (catch_all $h)
        (try_table $b (catch_all $h)
          (try_table $c (catch_all $h)
            (br_if $a (i32.eqz (local.get 0)))
            (br_if $b (i32.eq (local.get 0) (i32.const 1)))
            (call $thrower))))
      (return (i32.const 1)))
    (i32.const 2))
  ;; behind it the target is the outer one's, or none
  (func (export "outer") (result i32)
    (block $o
      (try_table (catch_all $o)
        (block $h
          (try_table $t (catch_all $h) (br $t))
          (call $thrower))
        (return (i32.const 1))))
    (i32.const 2))
  (func (export "none") (result i32)
    (block $h
      (try_table $t (catch_all $h) (br $t))
      (call $thrower))
    (i32.const 5)))
