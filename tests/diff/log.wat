;; SPDX-License-Identifier: Apache-2.0
;; JavaScript has no vectors: one comes to v8.js as two lanes.
(module
  (import "fuzzing-support" "lanes" (func $lanes (param i64 i64)))
  (func (export "log-v128") (param v128)
    (call $lanes (i64x2.extract_lane 0 (local.get 0))
      (i64x2.extract_lane 1 (local.get 0)))))
