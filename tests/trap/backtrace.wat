;; SPDX-License-Identifier: Apache-2.0
;; Each frame once, innermost first, nothing of the host's (K23-14).
;; run f 0 => trap unreachable func=h trace=h,g,f
;; run f 1 => trap integer-divide-by-zero func=leaf trace=leaf,h,g,f
;; run f 2 => trap memory-out-of-bounds func=load trace=load,h,g,f addr=0x10000 size=0x10000
;; run f 3 => trap memory-out-of-bounds func=load trace=load,h,g,f addr=0x10000 size=0x10000
;; run f 4 => trap integer-divide-by-zero func=hungry trace=hungry,h,g,f
;; run recurse 5 => trap unreachable trace=recurse,recurse,recurse,recurse,recurse,recurse
;; run recurse 62 => trap unreachable frames=63
;; run recurse 63 => trap unreachable frames=64
;; run recurse 64 => trap unreachable frames=64+
;; run recurse 1000 => trap unreachable frames=64+
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\07\00\00\00\18\00\00\00\06\00\00\00"
    "before\n\00after\n")
  (func $say (param i32)
    (drop (call $fd_write (i32.const 1) (local.get 0) (i32.const 1)
      (i32.const 64))))
  (func $before (call $say (i32.const 0)))
  (func $after (call $say (i32.const 8)))

  (func $load (param i32) (result i32) (i32.load (local.get 0)))
  (func $leaf (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  ;; A leaf that needs more registers than there are.
  (func $hungry (param i32) (result i32)
    i32.const 1
    (i32.load offset=256 (local.get 0)) (i32.load offset=260 (local.get 0))
    (i32.load offset=264 (local.get 0)) (i32.load offset=268 (local.get 0))
    (i32.load offset=272 (local.get 0)) (i32.load offset=276 (local.get 0))
    (i32.load offset=280 (local.get 0)) (i32.load offset=284 (local.get 0))
    (i32.load offset=288 (local.get 0)) (i32.load offset=292 (local.get 0))
    (i32.load offset=296 (local.get 0)) (i32.load offset=300 (local.get 0))
    (i32.load offset=304 (local.get 0)) (i32.load offset=308 (local.get 0))
    (i32.load offset=312 (local.get 0)) (i32.load offset=316 (local.get 0))
    (i32.load offset=320 (local.get 0)) (i32.load offset=324 (local.get 0))
    (i32.load offset=328 (local.get 0)) (i32.load offset=332 (local.get 0))
    (i32.load offset=336 (local.get 0)) (i32.load offset=340 (local.get 0))
    (i32.load offset=344 (local.get 0)) (i32.load offset=348 (local.get 0))
    (i32.load offset=352 (local.get 0)) (i32.load offset=356 (local.get 0))
    (i32.load offset=360 (local.get 0)) (i32.load offset=364 (local.get 0))
    (i32.load offset=368 (local.get 0)) (i32.load offset=372 (local.get 0))
    (i32.load offset=376 (local.get 0)) (i32.load offset=380 (local.get 0))
    (i32.load offset=384 (local.get 0)) (i32.load offset=388 (local.get 0))
    (i32.load offset=392 (local.get 0)) (i32.load offset=396 (local.get 0))
    (i32.load offset=400 (local.get 0)) (i32.load offset=404 (local.get 0))
    (i32.load offset=408 (local.get 0)) (i32.load offset=412 (local.get 0))
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    i32.div_u)
  (func $h (param i32) (result i32)
    (call $before)
    (if (i32.eq (local.get 0) (i32.const 4))
      (then (return (call $hungry (i32.const 0)))))
    (if (i32.eqz (local.get 0)) (then unreachable))
    (if (i32.eq (local.get 0) (i32.const 1))
      (then (drop (call $leaf (i32.const 0)))))
    (drop (call $load (i32.const 0x10000)))
    (call $after)
    (i32.const 1))
  (func $g (param i32) (result i64)
    (i64.extend_i32_u (call $h (local.get 0))))
  (func $f (export "f") (param i32) (result i32)
    (i32.add (i32.const 1) (i32.wrap_i64 (call $g (local.get 0)))))
  (func $recurse (export "recurse") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (call $before) unreachable))
    (i32.mul (local.get 0)
      (call $recurse (i32.sub (local.get 0) (i32.const 1))))))
