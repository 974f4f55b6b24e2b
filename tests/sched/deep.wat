;; SPDX-License-Identifier: Apache-2.0
(module (func $deep (export "_start") (call $deep) (call $deep)))
