;; SPDX-License-Identifier: Apache-2.0
;; Plain accesses may be misaligned, on shared memory too, and across pages.
;; wat2wasm: --enable-threads
;; also: shared s/(memory 2)/(memory 2 2 shared)/
;; run at 1 => value 1 287454020 -1122868 1234605616436508552 1.5 -2.25 1432778632
;; run at 4093 => value 1 287454020 -1122868 1234605616436508552 1.5 -2.25 1432778632
;; run at 65533 => value 1 287454020 -1122868 1234605616436508552 1.5 -2.25 1432778632
(module
  (memory 2)
  (func $check (param i32) (result i32) (i32.eqz (local.get 0)))
  (func (export "at") (param i32) (result i32 i32 i32 i64 f32 f64 i32)
    ;; Nothing beside it is touched.
    (i32.store16 (local.get 0) (i32.const -1))
    (call $check (i32.load8_u offset=2 (local.get 0)))
    (i32.store (local.get 0) (i32.const 0x11223344))
    (i32.load (local.get 0))
    (i32.store16 offset=1 (local.get 0) (i32.const 0xeeddcc))
    (i32.store16 offset=3 (local.get 0) (i32.const 0xffee))
    (i32.load offset=1 (local.get 0))
    (i64.store (local.get 0) (i64.const 0x1122334455667788))
    (i64.load (local.get 0))
    (f32.store (local.get 0) (f32.const 1.5))
    (f32.load (local.get 0))
    (f64.store offset=3 (local.get 0) (f64.const -2.25))
    (f64.load offset=3 (local.get 0))
    (i64.store (local.get 0) (i64.const 0x1122334455667788))
    (i32.load (local.get 0))))
