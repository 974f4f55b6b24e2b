# SPDX-License-Identifier: Apache-2.0
# Toolchain and sources of the x86_64 port.
CROSS	:=
PICOLIBC := build/picolibc-x86_64
MARCH	:= -march=x86-64-v2 -mtune=generic -mcmodel=kernel -mno-red-zone \
	   -mno-omit-leaf-frame-pointer -fcf-protection=none \
	   -Wa,--noexecstack
GCC_B	:= gcc -nostdinc -isystem $(shell gcc -print-file-name=include) \
	   -isystem $(PICOLIBC)/include -L$(PICOLIBC)/lib -no-pie
CLANG_B	:= clang --target=x86_64-unknown-none-elf -nostdlibinc \
	   -isystem $(PICOLIBC)/include
GUEST_FLAGS := -fno-omit-frame-pointer
# gcc's own is 16; on riscv64 it is 2.
HOT_ALIGN := -falign-functions=4
# The vectors save no SSE register, and a tick returns to the guest.
NO_FLOAT := -mgeneral-regs-only
DEPS_B	:= deps-x86_64
ARCH_CORE := $(addprefix x86_64/,jump.o door.o check.o)
ARCH_SCHED := x86_64/task.o
ARCH_MACHINE := $(addprefix x86_64/,entry.o vectors.o fault.o cpu.o mmu.o ipi.o)
LIBC	:= $(PICOLIBC)/lib/libc.a
$(LIBC): arch/x86_64/picolibc.sh tests/programs/sources | deps-x86_64
	$(Q)arch/x86_64/picolibc.sh $(PICOLIBC)
