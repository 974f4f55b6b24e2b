;; SPDX-License-Identifier: Apache-2.0
;; gcc takes squares, quotients of what is not negative and the like for not
;; negative; a NaN of those may be, as x86_64's own are.  It left abs out, and
;; copysign by one was abs.
;; run abs 0 0 => value 0 0 0 0 0 0
;; run abs64 -nan => value 0 0 0
;; run abs32 -nan => value 0 0 0 0
;; run copysign 0 0 => value 1 1
;; run copysign 1 2 => value 1 1
(module
  (func $sign (param f64) (result i64)
    (i64.shr_u (i64.reinterpret_f64 (local.get 0)) (i64.const 63)))
  (func $sign32 (param f32) (result i32)
    (i32.shr_u (i32.reinterpret_f32 (local.get 0)) (i32.const 31)))

  ;; Of 0/0 and what is made of it.
  (func (export "abs") (param i32 i32) (result i64 i64 i64 i32 i32 i64)
    (local $q f64) (local $r f32)
    (local.set $q (f64.div (f64.convert_i32_u (local.get 0))
                           (f64.convert_i32_u (local.get 1))))
    (local.set $r (f32.div (f32.convert_i32_u (local.get 0))
                           (f32.convert_i32_u (local.get 1))))
    (call $sign (f64.abs (local.get $q)))
    (call $sign (f64.abs (f64.floor (local.get $q))))
    (call $sign (f64.abs (f64.add (local.get $q) (f64.abs (local.get $q)))))
    (call $sign32 (f32.abs (local.get $r)))
    (call $sign32 (f32.abs (f32.trunc (local.get $r))))
    (call $sign (f64.abs (f64.promote_f32 (local.get $r)))))

  (func (export "abs64") (param f64) (result i64 i64 i64)
    (call $sign (f64.abs (f64.mul (local.get 0) (local.get 0))))
    (call $sign (f64.abs (f64.min (f64.abs (local.get 0))
                                  (f64.mul (local.get 0) (local.get 0)))))
    (call $sign (f64.abs (f64.ceil (f64.mul (local.get 0) (local.get 0))))))
  (func (export "abs32") (param f32) (result i32 i32 i32 i64)
    (call $sign32 (f32.abs (f32.mul (local.get 0) (local.get 0))))
    (call $sign32 (f32.abs (f32.div (f32.mul (local.get 0) (local.get 0))
                                    (f32.abs (local.get 0)))))
    (call $sign32 (f32.abs (f32.nearest (f32.mul (local.get 0) (local.get 0)))))
    (call $sign (f64.abs (f64.promote_f32 (f32.mul (local.get 0)
                                                   (local.get 0))))))

  ;; Whether the sign is that of the quotient, whichever that has.
  (func (export "copysign") (param i32 i32) (result i32 i32)
    (local $q f64) (local $r f32)
    (local.set $q (f64.div (f64.convert_i32_u (local.get 0))
                           (f64.convert_i32_u (local.get 1))))
    (local.set $r (f32.div (f32.convert_i32_u (local.get 0))
                           (f32.convert_i32_u (local.get 1))))
    (i64.eq (call $sign (f64.copysign (f64.const 1) (local.get $q)))
            (call $sign (local.get $q)))
    (i32.eq (call $sign32 (f32.copysign (f32.const 1) (local.get $r)))
            (call $sign32 (local.get $r)))))
