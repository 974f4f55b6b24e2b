;; SPDX-License-Identifier: Apache-2.0
;; Fills the machine with a table, for ever, and is hardly ever in its own text.
(module
  (table $t 0 funcref)
  (func (export "_start") (local $by i32)
    (loop $ever
      (local.set $by (i32.const 0x40000000))
      (loop $less
        (loop $again
          (br_if $again (i32.ne (i32.const -1)
            (table.grow $t (ref.null func) (local.get $by)))))
        (local.set $by (i32.shr_u (local.get $by) (i32.const 1)))
        (br_if $less (local.get $by)))
      (br $ever))))
