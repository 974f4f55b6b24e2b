;; SPDX-License-Identifier: Apache-2.0
;; What a module may import.
(module (memory (export "memory") 1 3))
