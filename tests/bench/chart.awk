# SPDX-License-Identifier: Apache-2.0
# A small SVG of bench.csv: a bar for each kernel, mode and board, as a ratio to
# native code.  awk -F, -f chart.awk bench.csv >bench.svg.  Modules with vectors are
# left out: there would be no room.
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

NR == 1 {
	for (i = 1; i <= NF; i++)
		if (sub(/_ratio$/, "", $i)) {
			mode[modes] = $i
			at[modes++] = i
		}
	next
}
$1 ~ / simd$/ {
	next
}
{
	if (!($2 in column)) {
		column[$2] = kernels
		kernel[kernels++] = $2
	}
	if (!($1 in row)) {
		row[$1] = boards
		board[boards++] = $1
	}
	for (m = 0; m < modes; m++)
		ratio[$1, $2, m] = $at[m]
}

# A bar for each mode that board b has, from x on; returns what is behind them.
function bars(b, k, x,    m, r)
{
	for (m = 0; m < modes; m++) {
		r = ratio[board[b], kernel[k], m]
		if (r == "")
			continue
		rect(x, up(r), bar, base - up(r), colour[modes * b + m + 1])
		if (r > top)
			text(x + bar / 2, up(r) - 2, "middle", sprintf("%.1f", r))
		x += bar
	}
	return x + 3
}

# The same as squares with names, on the line y.
function legend(b, x, y,    m, names)
{
	for (m = 0; m < modes; m++) {
		if (ratio[board[b], kernel[0], m] == "")
			continue
		rect(x, y - bar, bar, bar, colour[modes * b + m + 1])
		names = names (names == "" ? ": " : ", ") mode[m]
		x += bar
	}
	text(x + 4, y, "start", board[b] names)
	return x + 150
}

END {
	left = 34
	base = 168
	top = 3
	scale = 48
	bar = 6
	step = boards * (modes * bar + 3) + 6
	right = left + kernels * step + 8
	split("#1f5f8b #a9cce3 #0b2f49 #2e7d4f #a9dfbf #123f26 " \
		"#8e5a12 #f0d19c #4d2f05", colour, " ")
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
		for (b = 0; b < boards; b++)
			x = bars(b, k, x)
		text(left + 8 + (k + 0.5) * step - 4, base + 13, "middle",
			kernel[k])
	}
	x = left + 8
	for (b = 0; b < boards; b++)
		x = legend(b, x, base + 29)
	print "</svg>"
}
