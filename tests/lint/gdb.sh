#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves the commands of tests/gdbinit on an image that stops in a guest function,
# in the trap handler and after the landing.  BOARD=virt gdb.sh; about a second.
set -u
cd "$(dirname "$0")/../.."
. tests/lint/lib.sh
board_vars
[ -x node_modules/.bin/wat2wasm ] && PATH=$PWD/node_modules/.bin:$PATH

if [ -z "$QEMU" ]; then
	echo "skip $BOARD-gdb: no machine to attach to"
	exit 0
fi
case $ARCH in
riscv64) argument='$a0' ;;
x86_64) argument='$rdi' ;;
esac

# hbreak: what a debugger writes into text that is not mapped yet is lost.
cat >"$work/script" <<EOT
target remote $work/socket
hbreak w2c_m_f0
continue
cpit-chain
cpit-code
hbreak cpit_arch_trap
continue
cpit-frame $argument
hbreak cpit_backtrace
continue
cpit-chain
cpit-code
kill
EOT

# In this order in what gdb prints, as expressions of awk.
cat >"$work/expect" <<'EOT'
^#0 activation 0x.*, store 0x.*, sp 0x.*, guest stack 0x
: module gdb, function #0 grate [+]0$
^ *pc .*
^at 0x.*: module gdb, function #0 grate [+]0x.*, trap site: CPIT_TRAP_UNREACHABLE$
^#0 activation
^ *stopped at 0x.*: module gdb, function #0 grate [+]0x
: no module; cpit_backtrace in section .text$
EOT

session() {
	command -v gdb-multiarch >/dev/null ||
		{ echo 'no gdb-multiarch'; return 77; }
	[ -x build/catchpit ] || { echo 'build/catchpit is not built'; return 77; }
	wat2wasm --debug-names tests/lint/gdb.wat -o "$work/gdb.wasm" &&
	build/catchpit build "$work/gdb.wasm" --board "$BOARD" \
		-o "$work/gdb.elf" || return 1
	# shellcheck disable=SC2086
	timeout 60 $QEMU -nodefaults -display none -serial null -monitor none \
		-S -chardev "socket,path=$work/socket,server=on,wait=off,id=gdb" \
		-gdb chardev:gdb -kernel "$work/gdb.elf" >"$work/qemu" 2>&1 &
	i=0
	while [ ! -S "$work/socket" ] && [ $i -lt 600 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	timeout 60 gdb-multiarch -nx -batch -x tests/gdbinit -x "$work/script" \
		"$work/gdb.elf" </dev/null >"$work/log" 2>&1
	kill $! 2>/dev/null
	wait
	awk 'NR == FNR { want[++n] = $0; next }
		k < n && $0 ~ want[k + 1] { k++ }
		END { if (k < n) print "not printed: " want[k + 1]; exit k < n }
		' "$work/expect" "$work/log" || { cat "$work/log"; return 1; }
}

check "$BOARD-gdb" session
checks_done
