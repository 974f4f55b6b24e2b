;; SPDX-License-Identifier: Apache-2.0
;; Dies while it is instantiated (SLG-08): no frame, but its memory
;; is there already.
(module
  (memory 1)
  (global i32 (i32.const 3))
  (data (i32.const 1) "one")
  (data (i32.const 0xffff) "two"))
