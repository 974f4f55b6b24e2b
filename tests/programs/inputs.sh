#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# inputs.sh BINDIR OUTDIR
#
# Writes every input that ./cases names to OUTDIR.  The compressed ones are
# made by the native builds in BINDIR; those of a program that is not there are
# left out.  CC overrides the compiler.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: inputs.sh BINDIR OUTDIR" >&2
	exit 2
fi
here=$(dirname "$0")
bin=$(cd "$1" && pwd)
mkdir -p "$2"
"${CC:-gcc}" -O2 -o "$2/gen" "$here/gen.c"
cd "$2"

# shellcheck disable=SC2094	# text is a word to gen and a file of ours
./gen text >text
# shellcheck disable=SC2094
./gen runs >runs
: >empty

# compressed SUFFIX COMMAND...: good ones, then ones with a bit turned over in
# the header, in the data and in the last bytes, and one that stops too soon.
compressed() {
	suffix=$1
	shift
	for i in text runs empty; do
		"$@" <$i >"$i.$suffix"
	done
	last=$(($(wc -c <"text.$suffix") - 6))
	./gen flip 1 <"text.$suffix" >"bad-head.$suffix"
	./gen flip 20000 <"text.$suffix" >"bad-data.$suffix"
	./gen flip "$last" <"text.$suffix" >"bad-tail.$suffix"
	./gen head 20000 <"text.$suffix" >"short.$suffix"
}

{
	echo '<?xml version="1.0"?>'
	echo '<words lang="none">'
	sed 's,\([a-z]\{1\,\}\) \([a-z]\{1\,\}\),<w n="\1">\2 \&amp;</w>,g' text
	echo '</words>'
} >xml

test ! -x "$bin/minigzip.native" || compressed gz "$bin/minigzip.native" -9
test ! -x "$bin/lz4.native" || compressed lz4 "$bin/lz4.native" -c -9
test ! -x "$bin/bzip2.native" || compressed bz2 "$bin/bzip2.native" -c -1
