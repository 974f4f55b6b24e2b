;; SPDX-License-Identifier: Apache-2.0
;; A module of one function did not compile by clang: the second C file is empty
;; then, and clang says nothing of stack usage.
;; run f 41 => value 42
(module
  (func (export "f") (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1))))
