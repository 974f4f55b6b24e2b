#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# build.sh NAME SRCDIR OUTDIR
#
# Builds program NAME, whose source fetch.sh put in SRCDIR, as OUTDIR/NAME.wasm
# (WASI preview1) and, for comparison, as OUTDIR/NAME.native; what it has in its
# folder when it runs, as OUTDIR/NAME.files, if it uses files.  The name section
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

build_lz4() {
	set -- -Ilib programs/lz4cli.c programs/lz4io.c programs/bench.c \
		programs/datagen.c lib/lz4.c lib/lz4hc.c lib/lz4frame.c \
		lib/xxhash.c
	# shellcheck disable=SC2086
	$CLANG --target=wasm32-wasi $both -include "$here/shim.h" \
		-D_WASI_EMULATED_PROCESS_CLOCKS "$@" \
		-lwasi-emulated-process-clocks -o "$tmp/wasm"
	# shellcheck disable=SC2086
	$CC $both "$@" -o "$tmp/native"
}

build_cjson() {
	# shellcheck disable=SC2086
	$CLANG --target=wasm32-wasi $both cJSON.c test.c -o "$tmp/wasm"
	# shellcheck disable=SC2086
	$CC $both cJSON.c test.c -lm -o "$tmp/native"
}

# Its configuration, which a script writes otherwise.
build_xmlwf() {
	cd expat
	: >"$tmp/expat_config.h"
	set -- -I"$tmp" -Ilib -DXML_NS -DXML_DTD -DXML_GE=1 \
		-DXML_CONTEXT_BYTES=1024 -DXML_POOR_ENTROPY -DBYTEORDER=1234 \
		'-DPACKAGE="expat"' '-DVERSION="2.5.0"' lib/xmlparse.c \
		lib/xmlrole.c lib/xmltok.c xmlwf/xmlwf.c xmlwf/xmlfile.c \
		xmlwf/codepage.c xmlwf/readfilemap.c
	# shellcheck disable=SC2086
	$CLANG --target=wasm32-wasi $both -D_WASI_EMULATED_GETPID "$@" \
		-lwasi-emulated-getpid -o "$tmp/wasm"
	# shellcheck disable=SC2086
	$CC $both "$@" -o "$tmp/native"
	mkdir "$tmp/files"		# what -d . writes
}

# Without setjmp, hence without the simplified interface, which pngtest does
# not use; with zlib's sources beside it.
build_pngtest() {
	zlib=../minigzip
	grep -vE 'SETJMP_SUPPORTED|SIMPLIFIED_' scripts/pnglibconf.h.prebuilt \
		>"$tmp/pnglibconf.h"
	set -- -I"$tmp" -I"$zlib" -I. png*.c
	for f in adler32 crc32 deflate trees inflate inffast inftrees zutil \
		compress uncompr; do
		set -- "$@" "$zlib/$f.c"
	done
	# shellcheck disable=SC2086
	$CLANG --target=wasm32-wasi $both -D_WASI_EMULATED_PROCESS_CLOCKS \
		"$@" -lwasi-emulated-process-clocks -o "$tmp/wasm"
	# shellcheck disable=SC2086
	$CC $both "$@" -lm -o "$tmp/native"
	mkdir "$tmp/files"
	cp pngtest.png "$tmp/files"
}

if [ $# -ne 3 ]; then
	echo "usage: build.sh NAME SRCDIR OUTDIR" >&2
	exit 2
fi
name=$1
case $name in
minigzip | bzip2 | lz4 | cjson | xmlwf | pngtest) ;;
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
if [ -d "$tmp/files" ]; then
	rm -rf "${out:?}/$name.files"
	mv "$tmp/files" "$out/$name.files"
fi
