;; SPDX-License-Identifier: Apache-2.0
;; Of an exnref that is a result the host sees that it is null.

(module
  (tag $t)
  (func (export "null") (result exnref) (ref.null exn))
  (func $some (export "some") (result i32 exnref)
    (i32.const 7)
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught) (throw $t))
      (unreachable)))
  (func (export "thrown") (result i32) (call $some) (throw_ref))
)
(assert_return (invoke "null") (ref.null exn))
(assert_return (invoke "some") (i32.const 7) (ref.exn))
(assert_exception (invoke "thrown"))
(assert_return (invoke "null") (ref.null exn))
