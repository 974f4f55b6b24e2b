;; SPDX-License-Identifier: Apache-2.0
;; wat2wasm: --enable-multi-memory
;; Memory 0 is imported, and an own one is exported (WRK-05).
(module
  (import "env" "memory" (memory $theirs 1))
  (memory $decoy (export "memory") 1)
  (global (export "__instance_signal") i32 (i32.const 128))
  (global (export "__instance_terminated") i32 (i32.const 132))
  (func (export "load") (param i32) (result i32)
    (i32.load $theirs (local.get 0)))
  (func (export "spin") (loop $l (br $l))))
