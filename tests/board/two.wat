;; SPDX-License-Identifier: Apache-2.0
;; Two memories: the second may be too much when the first is there.
;; wat2wasm: --enable-multi-memory
(module
  (memory (export "memory") 1)
  (memory 1)
  (func (export "load") (param i32) (result i32)
    (i32.load (local.get 0))))
