# SPDX-License-Identifier: Apache-2.0
#
# The commands that READMEs show: `make TARGET' and `catchpit COMMAND --option',
# in code blocks at the start of a line or after && ; or |, and in `inline' code.
#
#	awk -f commands.awk what=make MAKEFILES what=tool compiler/help.c \
#		what=text README.md...

# Targets of explicit rules; words of .PHONY.
what == "make" && /^[A-Za-z.][A-Za-z. -]*:([^=]|$)/ {
	sub(/:.*/, "")
	n = split($0, w, " ")
	for (i = 1; i <= n; i++)
		target[w[i]] = 1
}

what == "tool" {
	line = $0
	while (match(line, /--?[A-Za-z][a-z0-9-]*/)) {
		option[substr(line, RSTART, RLENGTH)] = 1
		line = substr(line, RSTART + RLENGTH)
	}
	if (match($0, /"  catchpit [a-z]+/))
		command[substr($0, RSTART + 12, RLENGTH - 12)] = 1
	command["help"] = 1
}

what != "text" { next }
FNR == 1 { block = 0 }
/^ *```/ { block = !block; next }

{
	if (block) {
		pieces($0)
	} else {
		n = split($0, inline, "`")
		for (i = 2; i <= n; i += 2)
			pieces(inline[i])
	}
}

function pieces(s,	n, p, k)
{
	gsub(/&&|;|\|\|?/, "\n", s)
	sub(/#.*/, "", s)
	n = split(s, p, "\n")
	for (k = 1; k <= n; k++)
		try(p[k])
}

function find(s)
{
	print FILENAME ":" FNR ": " s
	bad = 1
}

function try(s,	n, w, k)
{
	n = split(s, w, /[ \t]+/)
	k = 1
	while (k <= n && (w[k] == "" || w[k] == "$" || w[k] ~ /^[A-Z_]+=/))
		k++
	if (w[k] == "make") {
		count++
		while (++k <= n && w[k] !~ /[<>(]/)
			if (w[k] ~ /^[a-z]/ && w[k] !~ /[=\/.]/ &&
			    !(w[k] in target))
				find("make " w[k] ": no such target")
	} else if (w[k] ~ /^(\.\/)?(build\/)?catchpit$/ && k < n &&
		   w[k + 1] !~ /:$/) {		# "catchpit: ..." is output
		count++
		if (!(w[++k] in command))
			find("catchpit " w[k] ": no such command")
		while (++k <= n && w[k] != "--") {
			sub(/^\[/, "", w[k])
			sub(/[],].*$/, "", w[k])
			if (w[k] ~ /^--?[A-Za-z]/ && w[k] !~ /^-O/ &&
			    !(w[k] in option))
				find("catchpit " w[k] ": no such option")
		}
	}
}

END {
	print "note: " count + 0 " commands"
	exit bad
}
