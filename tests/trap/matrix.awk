# SPDX-License-Identifier: Apache-2.0
# Lines "kind board build ok|FAIL" to a table: a row for each kind and board, a
# column for each build; how many runs, or FAIL if one of them was not ok.
{
	row = $1 " " $2
	if (!(row in rows))
		rows[row] = ++nrows
	if (!($3 in column)) {
		column[$3] = ++ncolumns
		build[ncolumns] = $3
	}
	runs[row, $3]++
	if ($4 != "ok")
		failed[row, $3] = 1
}

END {
	printf "  %-35s", ""
	for (i = 1; i <= ncolumns; i++)
		printf " %16s", build[i]
	print ""
	sort = "sort"
	for (row in rows) {
		split(row, r, " ")
		line = sprintf("  %-28s %-6s", r[1], r[2])
		for (i = 1; i <= ncolumns; i++) {
			n = runs[row, build[i]]
			if (failed[row, build[i]])
				n = "FAIL"
			line = line sprintf(" %16s", n ? n : "-")
		}
		print line | sort
	}
	close(sort)
}
