# SPDX-License-Identifier: Apache-2.0
# A small SVG of bench.csv: a bar for each kernel, mode and board, as a ratio to
# native code.  awk -F, -f chart.awk bench.csv >bench.svg
function rect(x, y, w, h, colour)
{
	printf "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"%s\"/>\n",
		x, y, w, h, colour
}
function text(x, y, anchor, s)
{
	printf "<text x=\"%g\" y=\"%g\" text-anchor=\"%s\">%s</text>\n",
		x, y, anchor, s
}
function line(y, colour)
{
	printf "<path d=\"M%g %gH%g\" stroke=\"%s\"/>\n", left, y, right, colour
}
function up(ratio)
{
	return base - (ratio < top ? ratio : top) * scale
}

NR > 1 {
	if (!($2 in column)) {
		column[$2] = kernels
		kernel[kernels++] = $2
	}
	if (!($1 in row)) {
		row[$1] = boards
		board[boards++] = $1
	}
	guard[$1, $2] = $6
	checked[$1, $2] = $8
}

END {
	left = 34
	base = 168
	top = 3
	scale = 48
	bar = 7
	step = boards * (2 * bar + 3) + 12
	right = left + kernels * step + 8
	split("#1f5f8b #a9cce3 #2e7d4f #a9dfbf #8e5a12 #f0d19c", colour, " ")
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" " \
		"height=\"%d\" font-family=\"sans-serif\" font-size=\"10\" " \
		"fill=\"#444\">\n", right, base + 36
	print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
	for (r = 0; r <= top; r++) {
		line(up(r), r == 1 ? "#444" : "#ddd")
		text(left - 6, up(r) + 3, "end", r)
	}
	for (k = 0; k < kernels; k++) {
		x = left + 8 + k * step
		for (b = 0; b < boards; b++) {
			g = guard[board[b], kernel[k]]
			c = checked[board[b], kernel[k]]
			rect(x, up(g), bar, base - up(g), colour[2 * b + 1])
			rect(x + bar, up(c), bar, base - up(c), colour[2 * b + 2])
			if (c > top)
				text(x + bar, up(c) - 2, "middle", sprintf("%.1f", c))
			x += 2 * bar + 3
		}
		text(left + 8 + k * step + (step - 15) / 2, base + 13, "middle",
			kernel[k])
	}
	x = left + 8
	for (b = 0; b < boards; b++) {
		rect(x, base + 22, bar, bar, colour[2 * b + 1])
		rect(x + bar, base + 22, bar, bar, colour[2 * b + 2])
		text(x + 2 * bar + 4, base + 29, "start",
			board[b] ": guard, checked")
		x += 120
	}
	print "</svg>"
}
