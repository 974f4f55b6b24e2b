;; SPDX-License-Identifier: Apache-2.0
;; A start function that does not end (WRK-06).
(module
  (global (export "__instance_signal") i32 (i32.const 64))
  (memory (export "memory") 1)
  (func $start (loop $l (br $l)))
  (start $start))
