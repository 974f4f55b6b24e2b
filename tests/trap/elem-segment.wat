;; SPDX-License-Identifier: Apache-2.0
;; An active element segment beyond the table: as table.init (SLG-08).
;; run => trap table-out-of-bounds func=- out=
;; run never => trap table-out-of-bounds func=- out=
(module
  (table 2 funcref)
  (elem (i32.const 1) $never $never)
  (start $never)
  (func $never (export "never") unreachable))
