# SPDX-License-Identifier: Apache-2.0
#
# Who may include whom: awk -f includes.awk FILE...  Paths are those of the
# tree's root.  Prints what breaks a rule; the rules are in allowed().

BEGIN {
	n = split("float iso646 limits stdalign stdarg stdatomic stdbool stddef " \
		  "stdint stdnoreturn", w, " ")
	for (i = 1; i <= n; i++)
		freestanding["<" w[i] ".h>"] = 1
}

# "a/b/../c" without the dots.
function plain(path,	n, i, part, out, k)
{
	n = split(path, part, "/")
	k = 0
	for (i = 1; i <= n; i++) {
		if (part[i] == "..")
			k--
		else if (part[i] != ".")
			out[++k] = part[i]
	}
	path = out[1]
	for (i = 2; i <= k; i++)
		path = path "/" out[i]
	return path
}

function folder(path)
{
	return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : "."
}

# A header in quotes, from the file that names it.
function beside(file, name)
{
	return plain(folder(file) "/" substr(name, 2, length(name) - 2))
}

# <name.h> or <sys/name.h>: the C library's.
function libc(name)
{
	return name ~ /^<(sys\/)?[a-z0-9_]+\.h>$/ && name !~ /^<wasm-rt/
}

function allowed(file, name,	dir, at)
{
	dir = folder(file)
	at = name ~ /^"/ ? beside(file, name) : ""

	if (file ~ /^rt\/include\/catchpit\//)
		return (name in freestanding) || name ~ /^<catchpit\/[^\/]*>$/
	if (file ~ /^rt\/include\//)	# what generated code sees
		return (name in freestanding) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       name ~ /^<(setjmp|string|math|arch\/guest)\.h>$/ ||
		       name ~ /^<simde\// || at ~ /^rt\/include\/wasm-rt/
	if (file ~ /^rt\/sched\//)
		return (name in freestanding) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       name ~ /^<(string|arch\/contract|arch\/task)\.h>$/ ||
		       folder(at) == dir
	if (file ~ /^rt\//)
		return (name in freestanding) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       name ~ /^<(string|arch\/contract|arch\/guest|wasm-rt)\.h>$/ ||
		       folder(at) == dir
	if (file ~ /^arch\/include\//)
		return (name in freestanding) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       name ~ /^<arch\/[^\/]*>$/
	if (file ~ /^arch\/host\//)
		return libc(name) || name ~ /^<(catchpit|arch)\/[^\/]*>$/ ||
		       name == "<linux/futex.h>" || at ~ /^arch\/(host|x86_64)\//
	if (file ~ /^arch\//) {
		split(file, w, "/")
		return (name in freestanding) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       name ~ /^<(string|arch\/[^\/]*)\.h>$/ ||
		       index(at, "arch/" w[2] "/") == 1
	}
	if (file ~ /^boards\//)
		return libc(name) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       name ~ /^<arch\/(contract|cpu|layout|machine|pte)\.h>$/ ||
		       at ~ /^boards\//
	if (file ~ /^compiler\//)
		return libc(name) || name ~ /^<catchpit\/(cpio|load|module|trap|wasi_list)\.h>$/ ||
		       folder(at) == dir || at == "boards/image.h"
	if (file ~ /^linker\//)
		return folder(at) == dir || at ~ /^arch\/[^\/]*\/include\/arch\/layout\.h$/
	if (file ~ /^tests\/embed\//)
		return libc(name) || name ~ /^<catchpit\/[^\/]*>$/ ||
		       index(at, "tests/embed/") == 1 || at ~ /^build\//
	return 1
}

/^[ \t]*#[ \t]*include/ {
	name = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
	if (name ~ /^</)
		name = substr(name, 1, index(name, ">"))
	else if (name ~ /^"/)
		name = substr(name, 1, 1 + index(substr(name, 2), "\""))
	count++
	if (!allowed(FILENAME, name)) {
		print FILENAME ":" FNR ": may not include " name
		bad = 1
	}
}

END {
	print "note: " count " includes"
	exit bad
}
