;; SPDX-License-Identifier: Apache-2.0
;; An active data segment beyond the memory: instantiation traps (SLG-08).
;; run => trap memory-out-of-bounds func=- out=
;; run never => trap memory-out-of-bounds func=- out=
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "fits")
  (data (i32.const 65534) "too long")
  (start $never)
  (func $never (export "never") unreachable))
