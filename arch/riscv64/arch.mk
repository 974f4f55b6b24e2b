# Toolchain and sources of the riscv64 port.
CROSS	:= riscv64-unknown-elf-
MARCH	:= --specs=picolibc.specs -march=rv64gc -mabi=lp64d -mcmodel=medany \
	   -msmall-data-limit=0
ARCH_CORE := jump.o
ARCH_MACHINE := entry.o vectors.o fault.o cpu.o mmu.o
