# SPDX-License-Identifier: Apache-2.0
#
# The cache: what is found in it, what is not, and what nobody may find.  A part
# of run.sh, which has the checks.  Whether a module was compiled is told by a
# wasm2c that counts how often it is run.

# cache_compile [OPTION...]: of $dir/m.wasm, into $dir/new.o.
cache_compile() {
	: >"$dir/count"
	rm -f "$dir/new.o" "$dir/new.h"
	tool compile "$dir/m.wasm" -o "$dir/new.o" "$@"
}

# made NAME TIMES [OPTION...]: succeeds, and the module was compiled so often;
# without options the object is the same as ever.
made() {
	case=$1 times=$2
	shift 2
	[ $# != 0 ] || set -- --arch riscv64
	cache_compile "$@"
	succeeded "$case" || return 0
	if [ "$(wc -l <"$dir/count")" != "$times" ]; then
		fail "$case" "compiled $(wc -l <"$dir/count") times, not $times"
	elif [ "$*" = '--arch riscv64' ] && [ -e "$dir/first.o" ] &&
		! cmp -s "$dir/first.o" "$dir/new.o"; then
		fail "$case" "the object is another one"
	else
		ok "$case"
	fi
}

# made_once NAME [OPTION...]: compiled the first time, found the second time.
made_once() {
	case=$1
	shift
	made "$case" 1 "$@"
	made "$case, again" 0 "$@"
}

counting_wasm2c() {
	cat >"$dir/wasm2c" <<-EOF
	#!/bin/sh
	# $1
	echo >>"$dir/count"
	exec "$wabt/wasm2c" "\$@"
	EOF
	chmod +x "$dir/wasm2c"
	WASM2C=$dir/wasm2c
	export WASM2C
}

the_entry() {
	set -- "$dir/cache"/*
	echo "$1"
}

# spoilt NAME COMMAND...: with the entry as its input and its new contents.
spoilt() {
	case=$1
	shift
	cp "$(the_entry)" "$dir/entry"
	"$@" <"$dir/entry" >"$(the_entry)"
	made_once "$case"
}

flip() {
	size=$(wc -c <"$dir/entry")
	head -c $((size / 2)) "$dir/entry"
	tail -c +$((size / 2 + 1)) "$dir/entry" | head -c 1 | tr '\000-\377' \
		'\001-\377\000'
	tail -c +$((size / 2 + 2)) "$dir/entry"
}

cache_inputs() {
	made "the same module" 0
	wat '' '(module (func (export "f") (result i32) i32.const 8))'
	made_once "a byte of the module" --arch riscv64 -O2 -g
	wat '' '(module (func (export "f") (result i32) i32.const 7))'
	made "the old byte" 0
	made_once "-O1" --arch riscv64 -O1
	made_once "--memory" --arch riscv64 --memory checked
	made_once "--memory zero" --arch riscv64 --memory zero
	made_once "--arch" --arch x86_64
	made_once "--cc" --arch riscv64 --cc clang
	made_once "--loadable" --arch riscv64 --loadable
	CATCHPIT_CFLAGS=-DNOTHING
	export CATCHPIT_CFLAGS
	made_once "CATCHPIT_CFLAGS"
	unset CATCHPIT_CFLAGS
	mkdir "$dir/bin"
	gcc=$(command -v riscv64-unknown-elf-gcc)
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$gcc" \
		>"$dir/bin/riscv64-unknown-elf-gcc"
	chmod +x "$dir/bin/riscv64-unknown-elf-gcc"
	tool_path=$dir/bin:$PATH
	made_once "another gcc"
	tool_path=$PATH
	counting_wasm2c "another one"
	made_once "another wasm2c"
	# A tree with a header that says a word more.
	mkdir -p "$dir/tree/rt"
	ln -s "$top/build" "$top/node_modules" "$top/arch" "$dir/tree"
	cp -r "$top/rt/include" "$dir/tree/rt"
	echo '/* more */' >>"$dir/tree/rt/include/wasm-rt.h"
	CATCHPIT_HOME=$dir/tree
	export CATCHPIT_HOME
	made_once "another header"
	unset CATCHPIT_HOME
}

cache_damage() {
	rm -rf "$dir/cache"
	made "an empty folder" 1
	spoilt "an entry cut short" head -c 1000
	spoilt "an empty entry" true
	spoilt "an entry with a byte changed" flip
	spoilt "an entry with a byte more" sh -c 'cat; echo'
	spoilt "an entry of something else" echo nothing
	entry=$(the_entry)
	rm "$entry"
	mkdir "$entry"
	made "an entry that is a folder" 1
	rmdir "$entry"
	made_once "an entry that was a folder"
	entry=$(the_entry)
	rm "$entry"
	mkfifo "$entry"
	made "an entry that is a pipe" 1
	entry=$(the_entry)
	made "another module" 1 --arch riscv64 -O0
	for other in "$dir/cache"/*; do
		[ "$other" = "$entry" ] || mv "$other" "$entry"
	done
	made_once "the entry of another"
}

cache_folder() {
	rm -rf "$dir/cache"
	: >"$dir/count"
	for i in 1 2 3; do
		TMPDIR=$dir/tmp CATCHPIT_CACHE=$dir/cache "$catchpit" compile \
			"$dir/m.wasm" -o "$dir/at-once$i.o" --arch riscv64 &
	done
	wait
	made "after three at once" 0
	for i in 1 2 3; do
		cmp -s "$dir/first.o" "$dir/at-once$i.o" ||
			fail "three at once" "object $i is another one"
	done
	[ "$(ls "$dir/cache" | wc -l)" = 1 ] || fail "three at once" \
		"the folder has more than one file"

	chmod 500 "$dir/cache"
	made "a folder that is only read" 0
	chmod 777 "$dir/cache"
	made "a folder that all can write to" 1
	made "a folder that all can write to, again" 1
	chmod 700 "$dir/cache"
	# Two entries that nobody has used for long, of 600 MiB each.
	old=$(printf '%063d' 0)
	for n in 1 2; do
		truncate -s 600M "$dir/cache/$old$n"
		touch -d "200$n-01-01" "$dir/cache/$old$n"
	done
	truncate -s 600M "$dir/cache/not-an-entry"
	made "a full folder" 1 --arch riscv64 -Os
	[ ! -e "$dir/cache/${old}1" ] && [ -e "$dir/cache/${old}2" ] &&
		[ -e "$dir/cache/not-an-entry" ] || fail "a full folder" \
		"what went is not the oldest entry alone"
	rm "$dir/cache/$old"* "$dir/cache/not-an-entry"

	tool_cache=/proc/nowhere
	made "no folder" 1
	tool_cache=off
	made "off" 1
	made "off, again" 1
}

group_cache() {
	tool_cache=$dir/cache
	counting_wasm2c "counts"
	wat '' '(module (func (export "f") (result i32) i32.const 7))'
	made "the first time" 1
	cp "$dir/new.o" "$dir/first.o"
	cache_inputs
	[ -z "$QUICK" ] || return 0
	cache_damage
	cache_folder
}
