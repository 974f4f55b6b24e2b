;; SPDX-License-Identifier: Apache-2.0
;;
;; Touches 144 MiB, then has a table grow: in the runtime's heap.
(module
  (memory 0x900)
  (table 0 funcref)
  (func (export "_start")
    (local $at i32)
    (loop $next
      (i32.store (local.get $at) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 4096)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 0x9000000))))
    (if (i32.eq (table.grow (ref.null func) (i32.const 1000000))
                (i32.const -1))
      (then unreachable))))
