# SPDX-License-Identifier: Apache-2.0
# The tables of README.md, of bench.csv: awk -F, -f table.awk bench.csv >bench.md
function cells(from,    i)
{
	for (i = from; i <= last; i++)
		printf " %s |", $i
	print ""
}

FNR == 1 {
	for (i = 4; i <= NF; i++)
		title[i] = $i ~ /_ratio$/ ? "ratio" : $i
	next
}
$1 != board {
	board = $1
	last = $NF == "" ? NF - 2 : NF	# no mode zero was measured
	printf "\n%s, %s:\n\n| kernel |", board, $3
	for (i = 4; i <= last; i++)
		printf " %s |", title[i]
	printf "\n|---|"
	for (i = 4; i <= last; i++)
		printf "---|"
	print ""
}
$2 == "geo. mean" {
	printf "| geometric mean |"
	for (i = 4; i <= last; i++)
		printf $i == "" ? " |" : " %s |", $i
	print ""
	next
}
{
	printf "| `%s` |", $2
	cells(4)
}
