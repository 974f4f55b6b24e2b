;; SPDX-License-Identifier: Apache-2.0
;; What a table of another's leads to counts as an import does.
(module
  (import "env" "table" (table 1 funcref))
  (type $v (func))
  (func $a (export "a") (call $b))
  (func $b (call $c))
  (func $c (call $d))
  (func $d (call $e))
  (func $e (call $f))
  (func $f (call_indirect (type $v) (i32.const 0))))
