#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# build.sh NAME SRCDIR OUTDIR
#
# Builds program NAME, whose source fetch.sh put in SRCDIR, as OUTDIR/NAME.wasm
# (WASI preview1) and, for comparison, as OUTDIR/NAME.native.  The name section
# is kept: a trap in here is to have names in its backtrace.
#
# CLANG and CC override the compilers.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${CLANG:=clang}" "${CC:=gcc}"

# Their warnings are not ours to fix.
both="-O2 -w"

build_minigzip() {
	set -- -DZ_HAVE_UNISTD_H
	for f in adler32 crc32 deflate trees inflate inffast inftrees zutil \
		gzlib gzread gzwrite gzclose test/minigzip; do
		set -- "$@" "$f.c"
	done
	# shellcheck disable=SC2086	# $both is two options
	$CLANG --target=wasm32-wasi $both -I. "$@" -o "$tmp/wasm"
	# shellcheck disable=SC2086
	$CC $both -I. "$@" -o "$tmp/native"
}

build_bzip2() {
	set -- blocksort.c bzlib.c compress.c crctable.c decompress.c \
		huffman.c randtable.c bzip2.c
	# shellcheck disable=SC2086
	$CLANG --target=wasm32-wasi $both -include "$here/shim.h" \
		-D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS \
		"$@" -lwasi-emulated-signal -o "$tmp/wasm"
	# shellcheck disable=SC2086
	$CC $both "$@" -o "$tmp/native"
}

if [ $# -ne 3 ]; then
	echo "usage: build.sh NAME SRCDIR OUTDIR" >&2
	exit 2
fi
name=$1
case $name in
minigzip | bzip2) ;;
*)
	echo "build.sh: $name: no such program" >&2
	exit 2 ;;
esac
mkdir -p "$3"
out=$(cd "$3" && pwd)
tmp=$(mktemp -d "$out/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

cd "$2"
"build_$name"
mv "$tmp/wasm" "$out/$name.wasm"
mv "$tmp/native" "$out/$name.native"
