# SPDX-License-Identifier: Apache-2.0
#
# Form: awk -f form.awk FILE...  At most 100 columns, indented by tabs of 8, no
# blanks at the end.  A function over 60 lines, a file over 400 is a note, over
# 100 and 600 a finding: at some length no reason is good enough.

function columns(s,	n, i, t)
{
	n = split(s, t, "\t")
	s = 0
	for (i = 1; i < n; i++)
		s = int((s + length(t[i])) / 8) * 8 + 8
	return s + length(t[n])
}

function find(what)
{
	print FILENAME ":" FNR ": " what
	bad = 1
}

function long(what, lines, most)
{
	if (lines > most)
		bad = 1
	print (lines > most ? "" : "note: ") what " has " lines " lines"
}

function file_done()
{
	if (lines > 400)
		long(file, lines, 600)
}

FNR == 1 {
	file_done()
	file = FILENAME
	start = 0
	title = ""
	code = file ~ /\.([chS]|awk)$/
}

{
	lines = FNR
	# A module as one line of a table of modules may be longer.
	if (length($0) > 40 && columns($0) > 100 && $0 !~ /\|\(module/)
		find(columns($0) " columns")
	if (/[ \t]$/)
		find("blanks at the end of the line")
	if (/^\t* +\t/)
		find("a blank before a tab")
	if (/^\t*        /)
		find("indented by blanks")
	else if (code && /^  *[^ *]/)
		find("indented by a blank")
}

# K&R: a function's braces are the only ones at the start of a line.
code && /^[A-Za-z_].*\(/ { title = $0 }
code && /^{/ { start = FNR }
code && /^}/ && start {
	if (FNR - start - 1 > 60) {
		sub(/\(.*/, "", title)
		sub(/.*[ *]/, "", title)
		long(FILENAME ": " title "()", FNR - start - 1, 100)
	}
	start = 0
}

END {
	file_done()
	exit bad
}
