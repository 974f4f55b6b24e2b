#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make flash-demo: the demo's program from flash on every machine, and as
# OpenSBI's payload.
set -eu
cd "$(dirname "$0")/../.."

# boot TITLE BOARD [OPTIONS of build]
boot() {
	title=$1 board=$2
	shift 2
	echo "== $title"
	build/catchpit build build/demo/mandel.wasm -Os --board "$board" \
		-o "build/flash-$board.elf" "$@"
	build/catchpit inspect "build/flash-$board.bin" | sed 's/^/   /'
	build/catchpit run "build/flash-$board.bin" --board "$board" --timeout 60
}

boot 'virt: pflash, in place at 0x20000000' virt
boot 'virt: S-mode payload of OpenSBI' virt --boot sbi
boot 'q35: firmware (-bios)' q35
boot 'microvm: firmware (-bios)' microvm
