;; SPDX-License-Identifier: Apache-2.0
;; What a module may import.
(module (table (export "table") 10 12 funcref))
