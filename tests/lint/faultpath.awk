# SPDX-License-Identifier: Apache-2.0
#
# The fault path (N9, K23-14), from the objects of one board: everything that
# can run between the vector and the exception return.
#
#	awk -v arch=ISA -f faultpath.awk phase=t SYMBOLS phase=d CODE phase=s SU..
#
# SYMBOLS is `objdump -t', CODE is `objdump -dr' of the archives, SU are gcc's
# stack-usage files.  The objects are built with a section each for a function,
# so that every call, and every address that is taken, has a relocation.
#
# Prints what is wrong, one finding a line, then after a line "--" the deepest
# paths and, last, the bytes of the trap stack that can be in use (what the ends
# use of the C library is not counted).  Variable: stack= bytes of the trap
# stack.  Status 1: findings, 3: an ISA whose instructions are not known here.

BEGIN {
	FS = "\t"
	entry = arch == "x86_64" ? "cpit_trap_stubs" : "cpit_trap_entry"
	nroots = split(entry " cpit_arch_trap cpit_trap_claim cpit_tick", root,
		" ")
	# What runs there but ends the path: a stop, the tick, the landing, which
	# is where the exception return goes.
	split("cpit_embed_panic cpit_board_tick cpit_board_kick " \
		"cpit_arch_land", e, " ")
	for (i in e)
		end[e[i]] = 1
	forbidden = "^(malloc|free|calloc|realloc|memalign|aligned_alloc|sbrk" \
		"|cpit_embed_(alloc|free|reserve|commit|release)" \
		"|v?[sfd]?n?printf|f?put[cs]|puts|fwrite|write" \
		"|cpit_console_.*|cpit_board_(putc|getc)" \
		"|.*(^|_)(un)?lock(ed)?(_.*|$)|.*mutex.*)$"
	# Pages that come at their first touch: the handler takes one and puts
	# it in its place without a lock.  An exchange there that fails is tried
	# again since another CPU's has succeeded.
	split("cpit_board_page_alloc cpit_board_page_free keep_promises", f, " ")
	for (i in f)
		lock_free[f[i]] = 1
	if (arch == "riscv64") {
		is_float = "^(c\\.)?f([^e]|e[^n])"	# not fence
		is_lock = "^(amoswap|lr|sc)\\."
		grows = "^(c\\.)?addi?(16sp)?$"
		call_reg = "^(c\\.)?jalr$"
		jump_reg = "^(c\\.)?jr$"
		near = "^auipc$"
	} else if (arch == "x86_64") {
		is_float = "[%][xyz]mm|^(f[^e]|emms|ldmxcsr|stmxcsr|v[a-z]+ )"
		is_lock = "^lock (cmpxchg|bt)|^xchg .*\\("
		pushed = "^push"
		call_reg = "^(notrack )?l?call +\\*"
		jump_reg = "^(notrack )?l?jmp +\\*"
		stub = 56	# what the CPU pushes, error code and vector
	} else {
		print "no patterns for " arch
		exit
	}
}

# Two archives may have an object of one name, two objects a function of one.
/^In archive / { archive = $0 }
/:     file format / {
	obj = archive substr($0, 1, index($0, ":     file") - 1)
	current = ""
	next
}

# 0000000000000000 g     F .text.x\t0000000000000128 .hidden x
phase == "t" && /^[0-9a-f]+ / {
	flags = substr($1, 18, 7)
	name = $2
	sub(/^[0-9a-f]+ +(\.hidden )?/, "", name)
	if ($1 ~ /\*UND\*/ || substr(name, 1, 1) == ".")
		next
	if (flags !~ /F/) {
		data[name] = 1
	} else if (flags ~ /^[gw]/) {
		global[name] = obj
		home[obj, name] = name
	} else {
		home[obj, name] = obj ":" name
	}
	next
}

phase == "d" && /^Disassembly of section / { current = ""; next }
phase == "d" && /^[0-9a-f]+ <.*>:$/ {
	name = $0
	sub(/^[0-9a-f]+ </, "", name)
	sub(/>:$/, "", name)
	if ((obj, name) in home)
		current = home[obj, name]
	previous = ""
	next
}

phase == "d" && current != "" && /: R_/ {
	target = $NF
	sub(/[-+]0x[0-9a-f]+$/, "", target)
	sub(/^\.text\.(unlikely\.)?/, "", target)
	if ($0 ~ /HI20/ && target ~ /^\.L[0-9]+$/)
		table[current] = 1	# a switch as a table of places
	else if (target !~ /^(\.L|\*ABS\*|\.rodata|\.data|\.bss|\.LANCHOR)/)
		add_edge(current, target)
	next
}

phase == "d" && current != "" && /^ +[0-9a-f]+:\t/ {
	op = $3
	args = $4
	if (arch == "x86_64" && op != "")
		x86_64()
	else
		riscv64()
	next
}

function riscv64()
{
	sub(/ +$/, "", op)
	if (op ~ is_float && !(current in float))
		float[current] = op " " args
	# With no result it is a store, as gcc writes an atomic one.
	if (op ~ is_lock && args !~ /^zero,/ && !(current in exchange))
		exchange[current] = op " " args
	if (previous !~ near && op ~ call_reg)
		through[current] = "calls"
	else if (previous !~ near && op ~ jump_reg && args !~ /^ra$/)
		jumps[current] = 1
	if (op ~ grows && args ~ /^sp,(sp,)?-[0-9]+$/) {
		sub(/.*-/, "", args)
		adjust[current] += args
	}
	previous = op
}

# Operands are in `op'; a jump inside of its section has no relocation.
function x86_64()
{
	if (op ~ is_float && !(current in float))
		float[current] = op
	if (op ~ is_lock && !(current in exchange))
		exchange[current] = op
	if (op ~ call_reg)
		through[current] = "calls"
	else if (op ~ jump_reg)
		jumps[current] = 1
	if (op ~ pushed)
		adjust[current] += 8
	if (op ~ /^sub +\$0x[0-9a-f]+,%rsp/) {
		sub(/^sub +\$/, "", op)
		adjust[current] += hex(op)
	} else if (op ~ /^(call|jmp) +[0-9a-f]+ <[^+>]*>/) {
		args = op
		gsub(/^.*<|>.*$/, "", args)
		if (op ~ /^call/ || args != short(current))
			add_edge(current, args)
	}
}

# "0x28,%rsp" to 40.
function hex(s,	n, i, c)
{
	n = 0
	for (i = 3; (c = index("0123456789abcdef", substr(s, i, 1))) > 0; i++)
		n = n * 16 + c - 1
	return n
}

# rt/claim.c:54:19:cpit_trap_claim\t48\tstatic
phase == "s" {
	name = $1
	sub(/.*:/, "", name)
	if (!(name in su) || su[name] < $2)
		su[name] = $2
	if ($3 ~ /dynamic/ && $3 !~ /bounded/)
		dynamic[name] = 1
	next
}

function add_edge(from, to,	id)
{
	if ((obj, to) in home)
		id = home[obj, to]
	else
		id = to
	if (!((from, id) in edge)) {
		edge[from, id] = 1
		out[from] = out[from] (out[from] == "" ? "" : "\t") id
	}
}

function short(id)
{
	sub(/.*:/, "", id)
	return id
}

# How we came to id, from a root.
function trail(id,	s)
{
	s = short(id)
	while (came[id] != "") {
		id = came[id]
		s = short(id) " -> " s
	}
	return s
}

function find(id, what)
{
	findings++
	print trail(id) ": " what
}

# An assembly function has no .su: what it takes off its stack pointer.
function frame(id,	n)
{
	n = short(id)
	if (stub && n == entry)
		return stub	# one of them runs
	if (n in su)
		return su[n]
	sub(/\.(isra|part|constprop|cold).*/, "", n)
	return n in su ? su[n] : adjust[id] + 0
}

# Bytes from id down; `past' goes on where the path ends.
function depth(id, past,	k, n, v, d, most, which)
{
	if ((id, past) in known)
		return known[id, past]
	if (busy[id]) {
		if (!past)
			find(id, "calls itself")
		return 0
	}
	busy[id] = 1
	most = 0
	which = ""
	n = split(out[id], v, "\t")
	for (k = 1; k <= n; k++) {
		if (v[k] == "cpit_arch_land" || (!past && v[k] in end))
			continue
		d = depth(v[k], past)
		if (d > most) {
			most = d
			which = v[k]
		}
	}
	busy[id] = 0
	deepest[id, past] = which
	return known[id, past] = frame(id) + most
}

function path(id, past,	s)
{
	for (s = ""; id != ""; id = deepest[id, past])
		s = s (s == "" ? "" : " ") short(id) "(" frame(id) ")"
	return s
}

function visit(id,	k, n, v, why)
{
	seen[id] = 1
	why = short(id)
	if (why ~ forbidden)
		find(id, "must not be called on this path")
	else if (!(id in global) && id !~ /:/)
		find(id, "is neither in the runtime nor in the board")
	if (id in float)
		find(id, "uses a float register: " float[id])
	if ((id in exchange) && !(short(id) in lock_free))
		find(id, "takes a lock, or may spin: " exchange[id])
	if (id in through)
		find(id, "calls through a pointer")
	if ((id in jumps) && !(id in table))
		find(id, "jumps through a pointer")
	if (short(id) in dynamic)
		find(id, "has a frame of variable size")
	n = split(out[id], v, "\t")
	for (k = 1; k <= n; k++) {
		if (v[k] in end || v[k] in seen)
			continue
		if ((v[k] in data) && !(v[k] in global))
			continue
		came[v[k]] = id
		visit(v[k])
	}
}

END {
	if (!is_float)
		exit 3
	for (i = 1; i <= nroots; i++) {
		if (!(root[i] in global))
			find(root[i], "is not in the archives")
		else if (!(root[i] in seen))
			visit(root[i])
	}
	for (i in seen)
		count++
	used = depth(root[1], 0)
	all = depth(root[1], 1)
	panic = depth("cpit_arch_trap_nested", 1)
	if (all * 2 >= stack)
		find(root[1], all " bytes deep, half of the stack is " stack / 2)
	if (panic * 2 >= stack)	# which it begins again, at its top
		find("cpit_arch_trap_nested", panic " bytes deep, half of the " \
		     "stack is " stack / 2)
	print "--"
	print count " functions; deepest: " path(root[1], 0)
	print "with the ends: " path(root[1], 1)
	print used " bytes, " all " with the ends, of " stack \
		(panic ? "; nested " panic : "")
	exit findings > 0
}
