;; SPDX-License-Identifier: Apache-2.0
;; Does not end; without words, with one, and with a name that is nearly one.
(module
  (memory (export "memory") 1)
  (global (export "__instance_signal_") i32 (i32.const 64))
  (func $spin (export "_start") (loop $l (br $l))))
