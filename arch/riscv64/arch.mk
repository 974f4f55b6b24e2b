# SPDX-License-Identifier: Apache-2.0
# Toolchain and sources of the riscv64 port.
CROSS	:= riscv64-unknown-elf-
MARCH	:= -march=rv64gc -mabi=lp64d -mcmodel=medany -msmall-data-limit=0
# RTCC=clang builds the runtime and the board with the other compiler.
# The libraries Debian builds for speed: the others' memcpy goes by bytes.
GCC_B	:= $(CROSS)gcc --specs=picolibc.specs --picolibc-buildtype=release
CLANG_B	:= clang --target=riscv64-unknown-elf -nostdlibinc \
	   -isystem /usr/lib/picolibc/riscv64-unknown-elf/include
# No frame: a fault in a helper finds its caller in ra and fp (K23-14).
GUEST_FLAGS := -mno-relax -fomit-frame-pointer
DEPS_B	:= deps-board
ARCH_CORE := $(addprefix riscv64/,jump.o door.o check.o)
ARCH_SCHED := riscv64/task.o
ARCH_MACHINE := $(addprefix riscv64/,entry.o smode.o vectors.o fault.o \
		cpu.o mmu.o mmode.o ipi.o)
# In place of entry.o and mmode.o, under an SBI.
ARCH_SBI := $(addprefix riscv64/,payload.o sbi.o)
