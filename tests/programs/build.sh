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
# CLANG, CC and RUSTC override the compilers, NATIVE the level of the native build.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${CLANG:=clang}" "${CC:=gcc}" "${RUSTC:=/usr/bin/rustc}" "${NATIVE:=-O2}"

# Their warnings are not ours to fix.
flags="-O2 -w"

# With all that wasi-libc emulates, and the rest from shim.h.  Not plain -O2: by
# that clang has wasm-opt, where it is installed, go over the module.
wasi() {
	for lib in signal getpid process-clocks mman; do
		set -- "$@" "-lwasi-emulated-$lib"
	done
	$CLANG --target=wasm32-wasi -Xclang -O2 -w -isystem "$here/shim" \
		-include "$here/shim.h" -D_WASI_EMULATED_SIGNAL \
		-D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS \
		-D_WASI_EMULATED_MMAN "$@" -o "$tmp/wasm"
}

native() {
	# shellcheck disable=SC2086
	$CC $flags $NATIVE "$@" -lm -o "$tmp/native"
}

both() {
	wasi "$@" &
	native "$@"
	wait $!
}

# For those that use setjmp.
wasi_sjlj() {
	wasi -mexception-handling -mllvm -wasm-enable-sjlj \
		"$here/shim/sjlj.c" "$@"
}

build_minigzip() {
	set -- -DZ_HAVE_UNISTD_H
	for f in adler32 crc32 deflate trees inflate inffast inftrees zutil \
		gzlib gzread gzwrite gzclose test/minigzip; do
		set -- "$@" "$f.c"
	done
	both -I. "$@"
}

build_bzip2() {
	set -- blocksort.c bzlib.c compress.c crctable.c decompress.c \
		huffman.c randtable.c bzip2.c
	both "$@"
}

build_lz4() {
	set -- -Ilib programs/lz4cli.c programs/lz4io.c programs/bench.c \
		programs/datagen.c lib/lz4.c lib/lz4hc.c lib/lz4frame.c \
		lib/xxhash.c
	both "$@"
}

build_cjson() {
	both cJSON.c test.c
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
	both "$@"
	mkdir "$tmp/files"		# what -d . writes
}

# With zlib's sources beside it.
build_pngtest() {
	zlib=../minigzip
	cp scripts/pnglibconf.h.prebuilt "$tmp/pnglibconf.h"
	set -- -I"$tmp" -I"$zlib" -I. png*.c
	for f in adler32 crc32 deflate trees inflate inffast inftrees zutil \
		compress uncompr; do
		set -- "$@" "$zlib/$f.c"
	done
	wasi_sjlj "$@"
	native "$@"
	mkdir "$tmp/files"
	cp pngtest.png "$tmp/files"
}

build_zstd() {
	set -- -Ilib -Ilib/common -Iprograms -DXXH_NAMESPACE=ZSTD_ \
		-DZSTD_LEGACY_SUPPORT=0 -DZSTD_DISABLE_ASM \
		-DBACKTRACE_ENABLE=0 lib/common/*.c lib/compress/*.c \
		lib/decompress/*.c lib/dictBuilder/*.c programs/*.c
	both "$@"
}

# As configure --disable-threads --disable-nls has it, with fewer filters.
build_xz() {
	lzma=src/liblzma
	set -- '-DPACKAGE_NAME="XZ Utils"' '-DPACKAGE_BUGREPORT=""' \
		'-DPACKAGE_URL=""' -DASSUME_RAM=128
	for have in CHECK_CRC32 CHECK_CRC64 CHECK_SHA256 DECODERS ENCODERS \
		DECODER_DELTA DECODER_LZMA1 DECODER_LZMA2 DECODER_X86 \
		ENCODER_DELTA ENCODER_LZMA1 ENCODER_LZMA2 ENCODER_X86 \
		MF_BT2 MF_BT3 MF_BT4 MF_HC3 MF_HC4 STDBOOL_H _BOOL STDINT_H \
		INTTYPES_H STRUCT_STAT_ST_ATIM_TV_NSEC; do
		set -- "$@" "-DHAVE_$have=1"
	done
	set -- "$@" -Isrc/common -I$lzma/api
	for d in common check lz rangecoder lzma delta simple; do
		set -- "$@" "-I$lzma/$d"
	done
	for f in $lzma/common/*.c $lzma/check/check.c $lzma/check/crc*_fast.c \
		$lzma/check/crc*_table.c $lzma/check/sha256.c $lzma/lz/*.c \
		$lzma/lzma/*.c $lzma/rangecoder/price_table.c $lzma/delta/*.c \
		$lzma/simple/simple_*.c $lzma/simple/x86.c \
		src/common/tuklib_*.c src/xz/*.c; do
		case $f in
		*_mt.c | *outqueue.c | *cputhreads.c | *tablegen.c) ;;
		*) set -- "$@" "$f" ;;
		esac
	done
	both "$@"
}

build_brotli() {
	set -- -Ic/include c/common/*.c c/enc/*.c c/dec/*.c c/tools/brotli.c
	both "$@"
}

# Its one large file is made by its own makefile, with tclsh.  Temporary tables
# in memory: the guest has no /tmp.
build_sqlite() {
	top=$PWD
	(cd "$tmp" && env -u MAKEFLAGS -u MAKELEVEL make -s \
		-f "$top/main.mk" "TOP=$top" "BCC=$CC -w" "TCC=$CC" NAWK=awk \
		sqlite3.c shell.c)
	set -- -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION \
		-DSQLITE_OMIT_WAL -DSQLITE_NOHAVE_SYSTEM -DSQLITE_OMIT_POPEN \
		-DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_TEMP_STORE=3 \
		"$tmp/sqlite3.c" "$tmp/shell.c"
	both "$@"
	mkdir "$tmp/files"
}

# Without regular expressions, which are another library's.
build_jq() {
	mkdir "$tmp/src"
	echo '#define JQ_VERSION "1.6"' >"$tmp/src/version.h"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' \
		src/builtin.jq >"$tmp/src/builtin.inc"
	set -- -I"$tmp" -Isrc -I. -D_GNU_SOURCE -DIEEE_8087=1 -DHAVE_MEMMEM=1 \
		-DHAVE_TIMEGM=1 -DHAVE_GMTIME_R=1 -DHAVE_STRPTIME=1 \
		-DHAVE_STRFTIME=1 -DHAVE_GETTIMEOFDAY=1 -DHAVE_TM_TM_GMT_OFF=1
	# What every libc has of them.
	for have in $(sed -n 's/^AC_CHECK_MATH_FUNC(\(.*\))$/\1/p' \
		configure.ac | grep -vxE 'drem|exp10|l?gamma(_r)?|scalb|significand' |
		tr a-z A-Z); do
		set -- "$@" "-DHAVE_$have=1"
	done
	for f in src/*.c; do
		case $f in
		*inject_errors.c) ;;
		*) set -- "$@" "$f" ;;
		esac
	done
	both "$@"
	mkdir "$tmp/files"
	cp "$here/words.jq" "$tmp/files"
}

# What its configure script would find, without pipes to other programs.
build_mawk() {
	cat >"$tmp/config.h" <<-'EOF'
	#define GCC_NORETURN __attribute__((noreturn))
	#define GCC_UNUSED
	#define GCC_PRINTFLIKE(a, b)
	#define TURN_OFF_FPE_TRAPS ((void)0)
	EOF
	for line in 'OPT_TRACE 0' 'HAVE_ERRNO_H 1' 'HAVE_FCNTL_H 1' \
		'HAVE_UNISTD_H 1' 'HAVE_ISNAN 1' 'HAVE_MKTIME 1' \
		'HAVE_STRFTIME 1' 'SIZE_T_STDDEF_H 1' 'SIZE_T_TYPES_H 1' \
		'MAX__INT 0x7fffffff' 'MAX__LONG 0x7fffffff' \
		'MAX__UINT 0xffffffffU' 'LOCALE 1' 'DECL_ENVIRON 1' \
		'NAME_RANDOM "FMrandom"' 'SYSTEM_NAME "catchpit"'; do
		echo "#define $line" >>"$tmp/config.h"
	done
	set -- -I"$tmp" -I.
	# shellcheck disable=SC2086
	$CC $flags "$@" makescan.c -o "$tmp/makescan"
	"$tmp/makescan" >"$tmp/scancode.c"
	set -- "$@" "$tmp/scancode.c"
	for f in parse array bi_funct bi_vars cast code da error execute fcall \
		field files fin hash init jmp kw main matherr memory print \
		re_cmpl regexp scan split version zmalloc; do
		set -- "$@" "$f.c"
	done
	wasi_sjlj "$@"
	native "$@"
	mkdir "$tmp/files"
	cp "$here/words.awk" "$tmp/files"
}

# Without a library for lines, and modules of its own kind.
build_lua() {
	cd src
	set -- -DLUA_TMPNAMBUFSIZE=1 '-Dlua_tmpnam(b, e)=((e) = 1)'
	for f in l*.c; do
		case $f in
		luac.c) ;;
		*) set -- "$@" "$f" ;;
		esac
	done
	native "$@"
	cat >"$tmp/none.c" <<-'EOF'	# what there is not
	FILE *tmpfile(void) { return NULL; }
	int system(const char *command) { return command ? -1 : 0; }
	EOF
	wasi_sjlj "$@" "$tmp/none.c"
	mkdir "$tmp/files"
	cp "$here/words.lua" "$tmp/files"
}

# libjpeg-turbo in C alone.  cjpeg and djpeg share nearly all of it: one program,
# whose first argument says which of the two is meant.
build_jpeg() {
	cat >"$tmp/jconfig.h" <<-'EOF'
	#define JPEG_LIB_VERSION 62
	#define LIBJPEG_TURBO_VERSION 2.1.5
	#define LIBJPEG_TURBO_VERSION_NUMBER 2001005
	#define C_ARITH_CODING_SUPPORTED 1
	#define D_ARITH_CODING_SUPPORTED 1
	#define MEM_SRCDST_SUPPORTED 1
	#define BITS_IN_JSAMPLE 8
	EOF
	cat >"$tmp/jconfigint.h" <<-'EOF'
	#define BUILD "catchpit"
	#define INLINE inline __attribute__((always_inline))
	#define THREAD_LOCAL __thread
	#define PACKAGE_NAME "libjpeg-turbo"
	#define VERSION "2.1.5"
	#define SIZEOF_SIZE_T __SIZEOF_SIZE_T__
	#define HAVE_BUILTIN_CTZL
	#define FALLTHROUGH __attribute__((fallthrough));
	EOF
	cp jversion.h.in "$tmp/jversion.h"
	for f in cjpeg djpeg; do
		cat >"$tmp/main-$f.c" <<-EOF
		#define main $f
		#define report ${f}_report
		#define strict ${f}_strict
		#include "$f.c"
		EOF
	done
	cat >"$tmp/main.c" <<-'EOF'
	int cjpeg(int argc, char **argv), djpeg(int argc, char **argv);

	int main(int argc, char **argv)
	{
		return (argv[1][0] == 'c' ? cjpeg : djpeg)(argc - 1, argv + 1);
	}
	EOF
	set -- -I"$tmp" -I. -DBMP_SUPPORTED -DGIF_SUPPORTED -DPPM_SUPPORTED \
		-DTARGA_SUPPORTED "$tmp"/main*.c cdjpeg.c rdswitch.c rdbmp.c \
		rdcolmap.c rdgif.c rdppm.c rdtarga.c wrbmp.c wrgif.c wrppm.c \
		wrtarga.c
	for f in jaricom.c jc*.c jd*.c jerror.c jf*.c ji*.c jm*.c jq*.c \
		jsimd_none.c jutils.c; do
		case $f in
		*ext.c | *565.c | *-tj.c | jcstest.c) ;;
		*) set -- "$@" "$f" ;;
		esac
	done
	both "$@"
	mkdir "$tmp/files"
	cp testimages/testorig.ppm testimages/testorig.jpg "$tmp/files"
}

# C++, with libc++ there and libstdc++ here.  No floats are contracted: it weighs
# what it finds by logarithms.
build_zopflipng() {
	set -- -ffp-contract=off src/zopfli/[a-y]*.c src/zopfli/zlib*.c \
		src/zopflipng/*.cc src/zopflipng/lodepng/*.cpp
	for f; do
		shift
		case $f in
		*zopfli_bin.c) ;;
		*) set -- "$@" "$f" ;;
		esac
	done
	wasi -fno-exceptions "$@" -lc++ -lc++abi &
	native "$@" -lstdc++
	wait $!
	mkdir "$tmp/files"
	cp ../pngtest/pngtest.png "$tmp/files"
}

# Ours, in Rust: with its standard library, by Debian's compiler.
build_tally() {
	set -- --edition 2021 -O "$here/tally.rs"
	"$RUSTC" --target wasm32-wasi "$@" -o "$tmp/wasm"
	"$RUSTC" -C panic=abort "$@" -o "$tmp/native"
	mkdir "$tmp/files"
}

# Ours: no floats are contracted, on either side.
build_kernels() {
	set -- -ffp-contract=off "$here/kernels.c"
	both "$@"
}

if [ $# -ne 3 ]; then
	echo "usage: build.sh NAME SRCDIR OUTDIR" >&2
	exit 2
fi
name=$1
case $name in
minigzip | bzip2 | lz4 | cjson | xmlwf | pngtest | zstd | xz | brotli | \
sqlite | jq | mawk | lua | jpeg | zopflipng | tally | kernels) ;;
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
