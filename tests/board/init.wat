;; SPDX-License-Identifier: Apache-2.0
;; Instantiation that ends as its imported globals say (SLG-08).  Constant
;; expressions, which globals start from, have no instruction that could trap.
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (import "env" "data_at" (global $data_at i32))
  (import "env" "elem_at" (global $elem_at i32))
  (import "env" "how" (global $how i32))
  (memory (export "memory") 1 10)
  (table 4 funcref)
  (global $g (mut i32) (global.get $how))
  (data (global.get $data_at) "data")
  (elem (global.get $elem_at) $deep $deep)
  (func $deep (param i64) (result i64)
    (i64.add (local.get 0)
      (call $deep (i64.add (local.get 0) (i64.const 1)))))
  (func $start
    (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 (global.get $g)))
      return)
      unreachable)
      (drop (i32.div_u (i32.const 1) (i32.const 0))) return)
      (drop (call $deep (i64.const 0))) return)
      (drop (call $host (i32.const 3))) return)
    (i32.store (i32.const 65533) (i32.const 1)))
  (start $start))
