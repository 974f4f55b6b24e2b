;; SPDX-License-Identifier: Apache-2.0
;; Works a while, then traps.
(module (func (export "_start") (local $i i32)
  (loop $l
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $l (i32.lt_u (local.get $i) (i32.const 1000000))))
  unreachable))
