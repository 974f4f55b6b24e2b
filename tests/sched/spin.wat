;; SPDX-License-Identifier: Apache-2.0
(module (func $spin (export "_start") (loop $l (br $l))))
