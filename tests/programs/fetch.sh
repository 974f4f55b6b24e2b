#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# fetch.sh NAME OUTDIR
#
# Puts the source of program NAME (first column of ./sources) in OUTDIR/NAME.
# The tarball stays in OUTDIR, so that a second run needs no network; nothing
# is unpacked whose sha256 is not the one in ./sources.
#
# The mirror is the machine's own: apt is asked for the URIs it is configured
# with, and apt's own fetcher, with its proxy and credentials, does the rest.
# Nothing of apt's configuration or state is read by format or changed.
#
# Exit status: 0 done, 1 cannot be had (a test is to be skipped; one line on
# stderr says why), 2 bad usage or a wrong override.
set -eu

here=$(dirname "$0")
helper=/usr/lib/apt/apt-helper

die() {
	status=$1
	shift
	echo "fetch.sh: $name: $*" >&2
	exit "$status"
}

is_right() {
	test -f "$1" && echo "$sha256  $1" | sha256sum -c --status 2>/dev/null
}

# One archive root a line; a mirror list is replaced by what it lists.  Only
# sources of a release of this system: others do not have the package.
mirrors() {
	# shellcheck source=/dev/null
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}") || return 0
	apt-get --print-uris update 2>/dev/null |
		sed -n -e "s,^'\(.*\)/dists/$suite/InRelease'.*,\1,p" \
			-e "s,^'\(.*\)/dists/[old]*stable/InRelease'.*,\1,p" |
		while IFS= read -r uri; do
			case $uri in
			mirror+file:*)
				list=/${uri#mirror+file:}
				sed -n 's,^ *\([^# 	][^ 	]*\).*,\1,p' \
					"$list" || : ;;
			*)
				echo "$uri" ;;
			esac
		done
}

download() {
	test -x "$helper" ||
		die 1 "no apt here to fetch with: set $override to a tarball"
	mirrors >"$tmp/mirrors"
	test -s "$tmp/mirrors" ||
		die 1 "apt has no mirror of this release: set $override to a tarball"
	while IFS= read -r uri; do
		"$helper" -o Acquire::Retries=2 download-file \
			"${uri%/}/$path" "$tmp/new" "SHA256:$sha256" \
			</dev/null >/dev/null 2>&1 || continue
		is_right "$tmp/new" && return
	done <"$tmp/mirrors"
	die 1 "no configured mirror serves $path: set $override to a tarball"
}

unpack() {
	mkdir "$tmp/tree"
	(cd "$tmp/tree" && tar xof "$1") 2>"$tmp/log" ||
		die 1 "cannot unpack ${1##*/}: $(head -n 1 "$tmp/log")"
	echo "$sha256" >"$(echo "$tmp"/tree/*)/.sha256"
	rm -rf "${out:?}/$name"
	mv "$tmp"/tree/* "$out/$name"
}

if [ $# -ne 2 ]; then
	echo "usage: fetch.sh NAME OUTDIR" >&2
	exit 2
fi
name=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)

line=$(awk -v name="$name" '$1 == name' "$here/sources")
test -n "$line" || die 2 "not in $here/sources"
# shellcheck disable=SC2086	# four words, none with a space
set -- $line
override=$2 path=$3 sha256=$4
eval "mine=\${$override:-}"

test "$(cat "$out/$name/.sha256" 2>/dev/null)" != "$sha256" || exit 0

tmp=$(mktemp -d "$out/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

tarball=$out/${path##*/}
if [ -n "$mine" ]; then
	test -f "$mine" || die 2 "$override: no such file: $mine"
	is_right "$mine" ||
		die 2 "$override: $mine is not the pinned ${path##*/} (sha256)"
	cp "$mine" "$tmp/new"
	mv "$tmp/new" "$tarball"
elif ! is_right "$tarball"; then
	download
	mv "$tmp/new" "$tarball"
fi
unpack "$tarball"
