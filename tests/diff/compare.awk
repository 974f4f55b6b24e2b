# SPDX-License-Identifier: Apache-2.0
#
# awk -f compare.awk V8 BOARD: a line for the first difference of each module that
# both of them ran, and one at the end: how many there were, calls and traps.  An
# old V8 does not know some: these are not compared, and counted.
# Trap kinds of V8 are those that its message may stand for.

function agrees(wanted, got,    kind) {
	if (wanted == got)
		return 1
	if (wanted !~ /\|/)
		return 0
	kind = got
	if (!sub(/^(trap|no instance:) /, "", kind))
		return 0
	sub(/^(trap|no instance:) /, "", wanted)
	return index("|" wanted "|", "|" kind "|") != 0
}

function differ(wanted, got) {
	printf "%s: after '%s': V8 '%s', here '%s'\n", name, last, wanted, got
	differs[name] = 1
	bad = 1
}

function leave() {
	if (here && !differs[here] && at < count[here])
		differ(wanted[here, at + 1], "nothing")
}

/^module / {
	if (FNR != NR) {
		leave()
		here = $2
		if (wanted[here, 1] == "unknown to this V8")
			unknown += differs[here] = 1
		else
			modules++
	}
	name = $2
	last = "begin"
	at = 0
	next
}

FNR == NR {
	wanted[name, ++count[name]] = $0
	next
}

differs[name] {
	next
}

/^call / {
	last = $0
	calls++
}

/^trap / {
	traps[$2]++
	ntraps++
}

{
	at++
	if (at > count[name])
		differ("nothing", $0)
	else if (!agrees(wanted[name, at], $0))
		differ(wanted[name, at], $0)
}

END {
	leave()
	printf "%d modules, %d calls, %d traps", modules, calls, ntraps
	for (kind in traps)
		printf " %s=%d", kind, traps[kind]
	if (unknown)
		printf ", %d unknown to this V8", unknown
	print ""
	exit bad
}
