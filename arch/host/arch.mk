# SPDX-License-Identifier: Apache-2.0
# An x86_64 Linux process: glibc for runtime and board.  Module text is what the
# x86_64 machines run, its helpers out of picolibc included.
include arch/x86_64/arch.mk
MARCH	:= -march=x86-64-v2 -mtune=generic -mno-omit-leaf-frame-pointer \
	   -fcf-protection=none -D_GNU_SOURCE -Wa,--noexecstack
GCC_B	:= gcc -no-pie
CLANG_B	:= clang
ARCH_CORE := x86_64/jump.o host/door.o host/check.o
ARCH_SCHED := x86_64/task.o
ARCH_MACHINE := x86_64/fault.o host/signal.o host/cpu.o
