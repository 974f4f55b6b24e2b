;; SPDX-License-Identifier: Apache-2.0
;; wat2wasm: --enable-multi-memory
;; The words are in memory 0, which nobody exports; what is exported, under the
;; usual name, is another memory (WRK-05).
(module
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory $own 1)
  (memory $decoy (export "memory") 1)
  (global (export "__instance_signal") i32 (i32.const 64))
  (global (export "__instance_terminated") i32 (i32.const 68))
  (data (memory $own) (i32.const 64) "\ff\ff\ff\ff\00\00\00\00")
  (func (export "load") (param i32) (result i32)
    (i32.load $own (local.get 0)))
  (func (export "spin") (loop $l (br $l))))
