#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Writes the tables of results from the records, *.results, between the markers:
# of the memory modes by folder, and in this folder's README a row for each
# other combination, run or not.
# --check: says what is out of date instead.
set -eu
cd "$(dirname "$0")/../.."

# rows RECORD: a row for each folder of the suite.
rows() {
	awk '
	/^#/ || /^own\// { next }
	{
		folder = "core"
		if ($1 ~ /^simd_/)
			folder = "SIMD"
		else if (match($1, /.*\//))
			folder = substr($1, 11, RLENGTH - 11)
		if (!(folder in seen)) {
			seen[folder] = 1
			order[n++] = folder
		}
		if (!(($1) in known)) {
			known[$1] = 1
			files[folder]++
		}
		passed[folder, $2] += $3
		total[folder, $2] += $4
		passed["all", $2] += $3
		total["all", $2] += $4
	}
	function cell(f, w) {
		if (!total[f, w])
			return " - |"
		return " " passed[f, w] (passed[f, w] == total[f, w] ? "" : \
			" of " total[f, w]) " |"
	}
	END {
		order[n++] = "all"
		for (i = 0; i < n; i++) {
			f = order[i]
			if (f != "all")
				files["all"] += files[f]
			printf "| %s | %d |%s%s%s%s\n", f, files[f],
				cell(f, "tools"), cell(f, "virt"),
				cell(f, "q35"), cell(f, "microvm")
		}
	}' "$1"
}

# tables RECORD...
tables() {
	for record; do
		[ -e "$record" ] || continue
		printf '\n`%s`, last written %s:\n\n' "$(basename "$record" .results)" \
			"$(sed -n '1s/.* written by make spec //p' "$record")"
		echo '| folder | scripts | must be refused | virt | q35 | microvm |'
		echo '|---|---|---|---|---|---|'
		rows "$record"
	done
	echo
}

# others: a row for each of the other combinations of make spec-all.
others() {
	echo 'The other combinations of `make spec-all`:'
	echo
	echo '| memory, compiler, level, CPUs | last written at | virt | q35 |'
	echo '|---|---|---|---|'
	for c in gcc-O0 gcc-O2 clang-O1 gcc-O1-4-cpus; do
		for memory in guard checked; do
			record=tests/spec/$memory-$c.results
			if [ ! -e "$record" ]; then
				echo "| \`$memory-$c\` | never run | - | - |"
				continue
			fi
			awk -v c="$memory-$c" '
			NR == 1 { at = $NF }
			/^#/ || /^own\// { next }
			{ passed[$2] += $3; total[$2] += $4 }
			function cell(w) {
				return total[w] ? passed[w] " of " total[w] : "-"
			}
			END {
				printf "| `%s` | %s | %s | %s |\n", c, at,
					cell("virt"), cell("q35")
			}' "$record"
		done
	done
	echo
}

# between FILE: the text of stdin in the place of what the markers enclose.
between() {
	awk '
	FNR == NR { new = new $0 "\n"; next }
	/^<!-- end of results -->$/ { skip = 0 }
	!skip { print }
	/^<!-- results -->$/ { printf "%s", new; skip = 1 }' - "$1"
}

status=0
# update FILE COMMAND: what that prints, in that file.
update() {
	file=$1
	shift
	"$@" | between "$file" >"$file.new"
	if cmp -s "$file" "$file.new"; then
		rm -f "$file.new"
	elif [ "$check" ]; then
		echo "$file: its table of results is out of date"
		rm -f "$file.new"
		status=1
	else
		mv "$file.new" "$file"
	fi
}
check=${1:-}
modes='tests/spec/guard-gcc-O1.results tests/spec/checked-gcc-O1.results'
all() {
	# shellcheck disable=SC2086	# two
	tables $modes tests/spec/zero-gcc-O1.results
	others
}
update tests/spec/README.md all
# shellcheck disable=SC2086
update README.md tables $modes
exit "$status"
