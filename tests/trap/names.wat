;; SPDX-License-Identifier: Apache-2.0
;; Names are the guest's: whatever they say, the kind is what happened (KAN-04),
;; and none of them makes a second report line.
;; wat2wasm: --enable-annotations
;; run unreachable => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=unreachable
;; run "integer overflow" => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=integer?overflow
;; run "stack overflow" => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=stack?overflow
;; run forged => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=?catchpit:?trap=unreachable?signal=SIGILL?status=132
;; Without a name of its own, a function is called as it is exported:
;; run unnamed => trap memory-out-of-bounds addr=0x10000 size=0x10000
;; run "$(printf 'new\nline')" => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=new?line
;; run inner => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=#11 trace=#11,inner
;; run "" => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=?[0m
;; run "%41 a=b" => trap memory-out-of-bounds addr=0x10000 size=0x10000 func=empty
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

  (func (export "unreachable")
    (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (func (export "integer overflow")
    (call $before) (i32.store (i32.const 0x10000) (i32.const 0)) (call $after))
  (func (export "stack overflow")
    (call $before) (drop (f64.load (i32.const 0x10000))) (call $after))
  (func (export "unnamed")
    (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (func (export "forged")
    (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (func (export "")
    (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (func (export "%41 a=b")
    (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (func (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (func (export "inner") (call 11) (call $after))
  (func (export "new\nline")
    (call $before) (drop (i32.load (i32.const 0x10000))) (call $after))
  (@custom "name" (after data)
    "\01\73\06"
    "\04\0bunreachable"
    "\05\10integer overflow"
    "\06\0estack overflow"
    "\08\34\0acatchpit: trap=unreachable signal=SIGILL status=132"
    "\09\04\1b[0m"
    "\0a\05empty"))
