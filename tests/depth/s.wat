;; SPDX-License-Identifier: Apache-2.0
;; wat2wasm: --enable-exceptions
;; What a table that others may write to leads to counts as an import does.
(module
  WAY
  (type $v (func))
  (func $a (export "a") (call $b))
  (func $b (call $c))
  (func $c (call $d))
  (func $d (call $e))
  (func $e (call $f))
  (func $f (call_indirect (type $v) (i32.const 0))))
