;; SPDX-License-Identifier: Apache-2.0
;; A handler that rethrows was refused: wasm2c keeps the exception with
;; alloca(), and the frame had no known size.  In a loop it would have grown.
;; wat2wasm: --enable-exceptions
;; run rethrown => trap uncaught-exception out=
;; run cleanup => value 1 42
;; run rounds 100000 => value 100000
(module
  (tag $e (param i32 i64 f64))
  (tag $f)
  (global $cleaned (mut i32) (i32.const 0))
  (func $throws (throw $e (i32.const 42) (i64.const 1) (f64.const 2)))
  (func $rethrown (export "rethrown")
    (try $t
      (do (throw $f))
      (catch_all (rethrow $t))))
  ;; As C++ destructors are compiled: clean up, then go on throwing.
  (func $cleans
    (try $t
      (do (call $throws))
      (catch_all
        (global.set $cleaned (i32.add (global.get $cleaned) (i32.const 1)))
        (try (do (throw $f)) (catch $f))
        (rethrow $t))))
  (func (export "cleanup") (result i32 i32)
    (local i32)
    (try
      (do (call $cleans))
      (catch $e (drop) (drop) (local.set 0)))
    (global.get $cleaned)
    (local.get 0))
  (func (export "rounds") (param i32) (result i32)
    (loop $again
      (try
        (do
          (try $t
            (do (call $cleans))
            (catch_all
              (br_if $again
                (i32.ne (local.get 0) (global.get $cleaned)))
              (rethrow $t))))
        (catch_all)))
    (global.get $cleaned)))
