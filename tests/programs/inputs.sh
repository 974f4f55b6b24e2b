#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# inputs.sh BINDIR OUTDIR
#
# Writes every input that ./cases names to OUTDIR; ROWS is how many rows SQLite
# gets (100000), SIZE how long text and noise are (200000).  The compressed ones are
# made by the native builds in BINDIR; those of a program that is not there are
# left out.  CC overrides the compiler.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: inputs.sh BINDIR OUTDIR" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
mkdir -p "$2"
"${CC:-gcc}" -O2 "-DSIZE=${SIZE:-200000}u" -o "$2/gen" "$here/gen.c"
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

# Lines as objects with an array of words.
awk '{
	gsub(/,/, "")
	gsub(/ +$/, "")
	gsub(/ +/, "\",\"")
	printf "%s{\"n\":%d,\"words\":[\"%s\"]}\n", (NR > 1 ? "," : "["), NR, $0
} END { print "]" }' text >json

sed "s/ROWS/${ROWS:-100000}/" "$here/rows.sql" >sql

test ! -x "$bin/zstd.native" || compressed zst "$bin/zstd.native" -q -c -9
test ! -x "$bin/xz.native" || compressed xz "$bin/xz.native" -c -2
test ! -x "$bin/brotli.native" || compressed br "$bin/brotli.native" -c -q 9
test ! -x "$bin/minigzip.native" || compressed gz "$bin/minigzip.native" -9
test ! -x "$bin/lz4.native" || compressed lz4 "$bin/lz4.native" -c -9
test ! -x "$bin/bzip2.native" || compressed bz2 "$bin/bzip2.native" -c -1
