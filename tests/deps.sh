#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing: tests/deps.sh deps|deps-tool|deps-board|deps-x86_64|
# deps-demo|deps-test.  Debian packages by apt-get, as root or by sudo; wabt by
# npm, in the version that package-lock.json pins.  Says nothing when all is
# there.
set -eu
cd "$(dirname "$0")/.."

# file-or-command:package
tool='gcc:gcc make:make /usr/include/libelf.h:libelf-dev
/usr/include/sha2.h:libmd-dev
/usr/include/string.h:libc6-dev node:nodejs npm:npm'
board='riscv64-unknown-elf-gcc:gcc-riscv64-unknown-elf
/usr/lib/picolibc/riscv64-unknown-elf/include/string.h:picolibc-riscv64-unknown-elf
/usr/include/simde/wasm/simd128.h:libsimde-dev
qemu-system-riscv64:qemu-system-misc
/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin:opensbi'
x86='gcc:gcc meson:meson ninja:ninja-build
/usr/include/simde/wasm/simd128.h:libsimde-dev
qemu-system-x86_64:qemu-system-x86'
demo='clang:clang wasm-ld:lld
/usr/include/wasm32-wasi/stdio.h:wasi-libc
/usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a:libclang-rt-14-dev-wasm32'
test='bzip2:bzip2 g++:g++ wasm-opt:binaryen tclsh:tcl xz:xz-utils
/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a:libclang-rt-14-dev
/usr/lib/wasm32-wasi/libc++.a:libc++-14-dev-wasm32
/usr/lib/wasm32-wasi/libc++abi.a:libc++abi-14-dev-wasm32
/usr/bin/rustc:rustc /usr/lib/rustlib/wasm32-wasi:libstd-rust-dev-wasm32
clang-format:clang-format gdb-multiarch:gdb-multiarch pkg-config:pkg-config'

case "$1" in
deps-tool) want="$tool" ;;
deps-board) want="$board" ;;
deps-x86_64) want="$x86" ;;
deps-demo) want="$demo" ;;
deps-test) want="$demo $test" ;;
deps) want="$tool $board $x86 $demo $test" ;;
*) echo "deps.sh: what is '$1'?" >&2; exit 2 ;;
esac

missing=
for pair in $want; do
	what=${pair%:*}
	case "$what" in
	/*) [ -e "$what" ] || missing="$missing ${pair##*:}" ;;
	*) command -v "$what" >/dev/null 2>&1 ||
		missing="$missing ${pair##*:}" ;;
	esac
done
# Debian's node brings no npm, another vendor's brings its own.
if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
	missing=$(echo "$missing" | sed 's/ nodejs//; s/ npm//')
fi

if [ -n "$missing" ]; then
	sudo=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null 2>&1 || {
			echo "deps.sh: not root and no sudo; please install:$missing" >&2
			exit 1
		}
		sudo=sudo
	fi
	echo "installing:$missing" >&2
	log=$(mktemp)
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086
	if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq \
		--no-install-recommends $missing; } >"$log" 2>&1; then
		tail -n 5 "$log" >&2
		echo "deps.sh: apt-get failed" >&2
		rm -f "$log"
		exit 1
	fi
	rm -f "$log"
fi

case "$1" in
deps-board | deps-x86_64) exit ;;
esac
if [ ! -x node_modules/wabt/bin/wasm2c ]; then
	log=$(mktemp)
	npm ci --no-audit --no-fund >"$log" 2>&1 || {
		head -n 5 "$log" >&2
		echo "deps.sh: npm could not install wabt" >&2
		rm -f "$log"
		exit 1
	}
	rm -f "$log"
fi
