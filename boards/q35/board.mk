# SPDX-License-Identifier: Apache-2.0
# QEMU q35, x86_64.
ARCH	:= x86_64
BOARD_DIR := pc
BOARD_O	:= board.o fwcfg.o pvh.o virtio_pci.o
RESET	:= reset.bin		# the end of an image in flash
QEMU	:= qemu-system-x86_64 -M q35 -cpu max -m 256M \
	   -device isa-debug-exit,iobase=0xf4,iosize=4
