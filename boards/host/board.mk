# SPDX-License-Identifier: Apache-2.0
# A Linux x86_64 process.
ARCH	:= x86_64
PORT	:= host
BOARD_O	:= start.o board.o console.o space.o
COMMON	:= config.o embed.o files.o idle.o input.o main.o run.o smp.o tasks.o text.o \
	   tick.o tree.o wasi.o
LDS	:=
# Once more for images above a memory at zero.
ALSO_B	:= build/host-zero
ALSO	:= CONTROL=-fpie
LINK_B	:= -static -no-pie -Wl,--gc-sections -Wl,--build-id=none
