;; SPDX-License-Identifier: Apache-2.0
;; Something to stop in: gdb.sh.
(module
  (memory (export "memory") 1)
  (func $grate (param i32)
    local.get 0
    i32.eqz
    if
      unreachable
    end)
  (func $drain (export "_start")
    i32.const 0
    call $grate))
