# SPDX-License-Identifier: Apache-2.0
# QEMU virt, riscv64.
ARCH	:= riscv64
BOARD_O	:= board.o fdt.o rng.o ../virtio_mmio.o
BOOTS	:= sbi			# `catchpit build --boot'
QEMU	:= qemu-system-riscv64 -M virt -m 256M -bios none
