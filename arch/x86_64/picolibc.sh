#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# picolibc.sh OUTDIR
#
# Puts picolibc for the kernel half of x86_64 in OUTDIR/include and OUTDIR/lib,
# built with this machine's gcc out of upstream's tarball (which one, and where
# from: tests/programs/sources; PICOLIBC_SRC= is another place for it).  Does
# nothing when what would be built is there already.  OUTDIR comes into being
# complete or not at all; what meson and ninja had to say is in OUTDIR.log, and
# the tarball stays in the folder "sources" beside OUTDIR.
#
# Exit status: 0 done, 1 cannot be had or built (one line on stderr says why),
# 2 bad usage or a wrong PICOLIBC_SRC.
set -eu

here=$(dirname "$0")
fetch=$here/../../tests/programs/fetch.sh

die() {
	echo "picolibc.sh: $*" >&2
	exit 1
}

if [ $# -ne 1 ] || [ -z "$1" ]; then
	echo "usage: picolibc.sh OUTDIR" >&2
	exit 2
fi
# meson wants absolute paths.
case $1 in
/*) out=${1%/} ;;
*) out=$PWD/${1%/} ;;
esac
beside=$(dirname "$out")

for tool in gcc ar nm objcopy meson ninja tar; do
	command -v "$tool" >/dev/null ||
		die "no $tool: 'make deps-x86_64' installs what is needed"
done

# What the image is built with, but for -g.  Linked in the top 2 GiB, run where
# an interrupt may come on the same stack, walked by frame pointers: a function
# has its frame all through, or is a leaf that leaves rsp alone (not so memcpy.S).
cflags="-march=x86-64-v2 -mtune=generic -mcmodel=kernel -mno-red-zone \
-fno-pic -fno-pie -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer \
-fno-shrink-wrap -fno-stack-protector -fcf-protection=none -ffunction-sections \
-fno-asynchronous-unwind-tables"
# The functions written in assembly are typed as such only if asked for.
cflags="$cflags -D_I386MACH_NEED_SOTYPE_FUNCTION"

# No start-up code, no semihosting, no locks: malloc is for one CPU at a time.
# errno is thread-local, at %fs.
options="-Doptimization=2 -Ddebug=false -Dmultilib=false -Dpicocrt=false \
-Dsemihost=false -Dspecsdir=none -Dsingle-thread=true \
-Dthread-local-storage=true -Dtls-model=local-exec -Dnewlib-nano-malloc=true"

# Prints 'a', 'b', 'c'
quoted() {
	printf "'%s', " "$@" | sed 's/, $//'
}

# gcc's own headers and nothing of the host's libc.  A value is one line.
cross_file() {
	own=$(gcc -print-file-name=include)
	# shellcheck disable=SC2086	# many words, none with a blank
	cat <<-END
	[binaries]
	c = [$(quoted gcc -nostdinc -isystem "$own" -nostdlib -static -no-pie)]
	ar = 'ar'
	nm = 'nm'

	[built-in options]
	c_args = [$(quoted $cflags)]

	[host_machine]
	system = 'none'
	cpu_family = 'x86_64'
	cpu = 'x86_64'
	endian = 'little'

	[properties]
	skip_sanity_check = true
	needs_exe_wrapper = true
	END
}

# All that decides what is built.
recipe() {
	awk '$1 == "picolibc" { print $NF }' "${fetch%/*}/sources"
	gcc --version | head -n 1
	echo "$options"
	cross_file
}

built() {
	[ -f "$out/lib/libc.a" ] && [ -f "$out/include/string.h" ] &&
		[ "$(cat "$out/.recipe" 2>/dev/null)" = "$want" ]
}

want=$(recipe)
! built || exit 0

case $(gcc -dumpmachine) in
x86_64-*) ;;
*) die "gcc is not for x86_64 but for $(gcc -dumpmachine)" ;;
esac

mkdir -p "$beside/sources"
tmp=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# A tree of its own: two of us may run at once.
mkdir "$tmp/sources"
cp "$beside"/sources/picolibc_*.tar.* "$tmp/sources" 2>/dev/null || :
sh "$fetch" picolibc "$tmp/sources"
mv "$tmp"/sources/picolibc_*.tar.* "$beside/sources"

run() {
	"$@" >>"$tmp/log" 2>&1 || {
		mv "$tmp/log" "$out.log"
		die "$1 failed: see $out.log"
	}
}

[ ! -t 2 ] || echo "building picolibc in $out" >&2
unset CC CFLAGS CPPFLAGS LDFLAGS DESTDIR CPATH C_INCLUDE_PATH
export LC_ALL=C
cross_file >"$tmp/cross.txt"
# shellcheck disable=SC2086	# many words, none with a blank
run meson setup "$tmp/build" "$tmp/sources/picolibc" --prefix="$tmp/new" \
	--libdir=lib --includedir=include --cross-file "$tmp/cross.txt" $options
run ninja -C "$tmp/build" install
# as asks for a GOT where a thread-local variable is named, and uses none.
run objcopy -N _GLOBAL_OFFSET_TABLE_ "$tmp/new/lib/libc.a"
echo "$want" >"$tmp/new/.recipe"
mv "$tmp/log" "$out.log"

[ ! -e "$out" ] || mv "$out" "$tmp/old"
mv -T "$tmp/new" "$out" 2>/dev/null || built || die "$out: cannot be made"
