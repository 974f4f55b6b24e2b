# SPDX-License-Identifier: Apache-2.0
#
# Directories for guests: --dir and --writeback, initrds.
# A part of run.sh, which has the checks.

# state DIR: what is in it, a line each.
state() {
	(cd "$1" && find . | sort | while IFS= read -r f; do
		if [ -L "$f" ]; then
			echo "$f -> $(readlink "$f")"
		elif [ -f "$f" ]; then
			echo "$f: $(cksum <"$f")"
		else
			echo "$f"
		fi
	done)
}

# --dir and --writeback: what changes, what stays, and what is refused.
writeback() {
	temp writeback
	$wasi_cc -Wall -Wextra -Werror \
		tests/wasi/files.c -o "$dir/files.wasm" 2>"$dir/log"
	for board in $BOARDS; do
		furnish "$dir/in"
		chmod 666 "$dir/in/hello.txt"	# more than umask leaves a new one
		mkdir -p "$dir/tmp"
		rm -rf "$dir/tmp/large" "$dir/tmp/s"
		state "$dir/in" >"$dir/before"
		"$catchpit" build "$dir/files.wasm" --board "$board" \
			--dir "$dir/in=/data" --dir "$dir/tmp=tmp" \
			-o "$dir/files.elf" 2>"$dir/log"
		case="$suite/dir in the image $board"
		"$catchpit" run "$dir/files.elf" --board "$board" \
			--timeout "$hang" >"$dir/out" 2>"$dir/log" || :
		state "$dir/in" >"$dir/after"
		if ! compare tests/wasi/files.out "$dir/out"; then
			fail "$case" "its stdout is not as expected"
			show "$dir/out.diff"
			show "$dir/log"
		elif ! compare "$dir/before" "$dir/after"; then
			fail "$case" "the host's folder has changed"
		else
			ok "$case"
		fi
		# Settings at run time; the guest's links lead out: refused.
		case="$suite/writeback $board"
		status=0
		(
			umask 027
			exec "$catchpit" run "$dir/files.wasm" --board "$board" \
				--dir "$dir/in=/data" --dir "$dir/tmp=tmp" \
				--writeback --timeout "$hang"
		) >"$dir/out" 2>"$dir/log" || status=$?
		{
			echo .
			echo "./hello.txt: $(printf 'hello\nappended\n' | cksum)"
			echo './link -> sub/deep.txt'
			echo ./sub
			echo "./sub/y: $(echo moved | cksum)"
			echo "./z: $(echo moved | cksum)"
		} >"$dir/want"
		state "$dir/in" >"$dir/after"
		if ! compare "$dir/want" "$dir/after"; then
			fail "$case" "the folder is not as the guest left it"
			show "$dir/after.diff"
		elif [ "$(cd "$dir/in" && stat -c %a hello.txt z | xargs)" != \
			'666 640' ]; then
			fail "$case" "not the permissions that files had, or get"
		elif [ "$(wc -c <"$dir/tmp/large")" != 10 ]; then
			fail "$case" "the second folder was not written"
		elif [ "$status" != 125 ] || [ -L "$dir/tmp/s" ] ||
			! grep -q 'tmp/s: a symlink that may lead out' "$dir/log"; then
			fail "$case" "a symlink out of the folder was written"
		else
			ok "$case"
		fi
	done
}

# refused TEXT WANTED-STATUS HOST[=GUEST]: one line, and no image.
refused() {
	status=0
	"$catchpit" build "$dir/hello.wasm" --dir "$3" -o "$dir/no.elf" \
		2>"$dir/log" || status=$?
	if [ "$status" = "$2" ] && [ "$(wc -l <"$dir/log")" = 1 ] &&
		grep -qF "$1" "$dir/log" && [ ! -e "$dir/no.elf" ]; then
		ok "$suite/dir: $1"
	else
		fail "$suite/dir: $1" "status $status, or another message"
		show "$dir/log"
	fi
}

bad_dirs() {
	temp bad_dirs
	$wasi_cc tests/wasi/hello.c -o "$dir/hello.wasm"
	mkdir "$dir/out" "$dir/abs" "$dir/twice" "$dir/fifo"
	ln -s ../x "$dir/out/link"
	ln -s /etc "$dir/abs/link"
	ln -s a/../x "$dir/twice/link"
	mkfifo "$dir/fifo/f"
	refused 'out/link: a symlink that may lead out' 2 "$dir/out=/"
	refused 'abs/link: a symlink that may lead out' 2 "$dir/abs=/"
	refused 'twice/link: a symlink that may lead out' 2 "$dir/twice=/"
	refused 'fifo/f: neither a file nor a directory' 2 "$dir/fifo=/"
	refused 'none: No such file or directory' 127 "$dir/none=/"
	refused 'hello.wasm: Not a directory' 125 "$dir/hello.wasm=/"
	refused "'../up' cannot be the guest's name" 2 "$dir/out=../up"
	refused 'no name for the guest' 2 "$dir/out="
	for board in $BOARDS; do
		[ "$board" = host ] || too_large
	done
}

# More than a machine has room for, which QEMU tells in words of its own.
too_large() {
	status=0
	mkdir -p "$dir/large"
	truncate -s 300M "$dir/large/file"
	"$catchpit" run "$dir/hello.wasm" --board "$board" \
		--dir "$dir/large=/" --timeout "$hang" 2>"$dir/log" || status=$?
	rm -r "$dir/large"
	if [ "$status" = 125 ] && [ "$(wc -l <"$dir/log")" = 1 ] &&
		grep -q '^catchpit: --dir: 300 MiB are too much' "$dir/log"; then
		ok "$suite/dir: too large $board"
	else
		fail "$suite/dir: too large $board" "status $status, or another message"
		show "$dir/log"
	fi
}

# A file that has the name of the entry that ends an archive ends nothing.
trailer() {
	temp trailer
	mkdir "$dir/in"
	echo first >"$dir/in/TRAILER!!!"
	echo second >"$dir/in/z"
	cat >"$dir/guest.c" <<-'E'
	#include <stdio.h>
	int main(void)
	{
		FILE *f = fopen("/z", "r+");

		return f == NULL || fputs("SECOND", f) < 0 || fclose(f) != 0;
	}
	E
	$wasi_cc "$dir/guest.c" -o "$dir/guest.wasm"
	for board in $BOARDS; do
		case="$suite/a file named TRAILER!!! $board"
		echo second >"$dir/in/z"
		if "$catchpit" run "$dir/guest.wasm" --board "$board" \
			--dir "$dir/in=/" --writeback --timeout "$hang" \
			>"$dir/log" 2>&1 && [ "$(cat "$dir/in/z")" = SECOND ]
		then
			ok "$case"
		else
			fail "$case" "what comes after it is not there"
			show "$dir/log"
		fi
	done
}

# newc NAME MODE INODE LINKS CONTENTS: an entry of an archive, as GNU cpio has it.
newc() {
	printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\0' \
		"$3" "0x$2" 0 0 "$4" 0 ${#5} 254 1 0 0 $((${#1} + 1)) 0 "$1"
	zeros $((110 + ${#1} + 1))
	printf %s "$5"
	zeros ${#5}
}

# zeros N: what is missing to a multiple of four.
zeros() {
	head -c $((-$1 & 3)) /dev/zero
}

# The archive that boards/README.md makes with cpio, and has QEMU load.
initrd() {
	temp initrd
	cat >"$dir/guest.c" <<-'E'
	#include <stdio.h>
	#include <string.h>
	static int is(const char *name, const char *want)
	{
		char got[10] = "";
		FILE *f = fopen(name, "r");

		return f && fgets(got, sizeof(got), f) && !strcmp(got, want);
	}
	int main(void)
	{
		puts(is("/d/one", "here") && is("/d/two", "here") &&
		     is("/f", "file") ? "all there" : "something is missing");
	}
	E
	$wasi_cc "$dir/guest.c" -o "$dir/guest.wasm"
	mkdir -p "$dir/in/d"
	printf here >"$dir/in/d/one"
	ln "$dir/in/d/one" "$dir/in/d/two"
	printf file >"$dir/in/f"
	{
		newc . 41ED 1 3 ''
		newc d 41ED 2 2 ''
		newc d/one 81A4 3 2 ''
		newc d/two 81A4 3 2 here
		newc f 81A4 4 1 file
		newc 'TRAILER!!!' 0 0 1 ''
	} >"$dir/shell.cpio"
	! command -v cpio >/dev/null ||
		(cd "$dir/in" && find . | cpio -o -H newc >../gnu.cpio 2>/dev/null)
	for board in $BOARDS; do
		[ "$board" != host ] || continue
		"$catchpit" build "$dir/guest.wasm" --board "$board" \
			-o "$dir/$board.elf" 2>"$dir/log"
		for archive in "$dir"/*.cpio; do
			loaded "$board" "$archive"
		done
	done
}

# loaded BOARD ARCHIVE
loaded() {
	case="$suite/initrd: $(basename "$2" .cpio) $1" archive=$2
	by_hand "$1" -initrd "$archive" -append mount=/ </dev/null \
		>"$dir/out" 2>"$dir/log" || :
	if grep -q '^all there' "$dir/out"; then
		ok "$case"
	else
		fail "$case" "the guest has not found its files"
		show "$dir/out"
		show "$dir/log"
	fi
}

# What the guest sees of dates, folders with something in them included, and what
# it gives files; what it only writes is newer than what was there.
dates() {
	temp dates
	cat >"$dir/guest.c" <<-'E'
	#include <fcntl.h>
	#include <stdio.h>
	#include <sys/stat.h>
	int main(void)
	{
		struct timespec t[] = { { 5, 0 }, { 86400, 999999999 } };
		struct timespec late[] = { { 5, 0 }, { 5000000000, 0 } };
		struct stat w, d, f;
		if (stat("/w", &w) || stat("/w/d", &d) || stat("/w/d/f", &f) ||
		    utimensat(AT_FDCWD, "/w/d/f", t, 0) ||
		    !freopen("/w/late", "w", stderr) ||
		    utimensat(AT_FDCWD, "/w/late", late, 0) ||
		    !freopen("/w/new", "w", stderr))
			return 1;
		printf("%ld %ld %ld\n", (long)w.st_mtime, (long)d.st_mtime,
		       (long)f.st_mtime);
		return 0;
	}
	E
	$wasi_cc "$dir/guest.c" -o "$dir/guest.wasm"
	for board in $BOARDS; do
		case="$suite/dates $board"
		rm -rf "$dir/in"
		mkdir -p "$dir/in/d"
		echo f >"$dir/in/d/f"
		touch -d @1000000001 "$dir/in/d/f"
		touch -d @1000000000 "$dir/in/d"
		touch -d @999999999 "$dir/in"
		touch "$dir/before"
		"$catchpit" run "$dir/guest.wasm" --board "$board" \
			--dir "$dir/in=/w" --writeback --timeout "$hang" \
			>"$dir/out" 2>"$dir/log" || :
		stat -c %Y "$dir/in/d/f" "$dir/in/late" >>"$dir/out"
		if [ "$(cat "$dir/out")" = "999999999 1000000000 1000000001
86400
4294967294" ] && [ "$dir/in/new" -nt "$dir/before" ]; then
			ok "$case"
		else
			fail "$case" "not as given"
			show "$dir/out"
			show "$dir/log"
		fi
	done
}

# With directories renamed, the folder is as the same moves on the host leave it.
moved() {
	temp moved
	cat >"$dir/guest.c" <<-'E'
	#include <stdio.h>
	#include <sys/stat.h>
	int main(void)
	{
		return rename("/a", "/a2") || rename("/p", "/t") ||
		       rename("/q", "/p") || rename("/t", "/q") ||
		       mkdir("/n", 0777) || rename("/m", "/n/m") ||
		       rename("/k", "/t") || rename("/t", "/k");
	}
	E
	$wasi_cc "$dir/guest.c" -o "$dir/guest.wasm"
	for board in $BOARDS; do
		case="$suite/renamed directories $board"
		rm -rf "$dir/in" "$dir/want"
		for d in a a/s p q m m/s k; do
			mkdir -p "$dir/in/$d"
			echo "$d" >"$dir/in/$d/f"
		done
		cp -R "$dir/in" "$dir/want"
		(cd "$dir/want" && mv a a2 && mv p t && mv q p && mv t q &&
			mkdir n && mv m n/m)
		if ! "$catchpit" run "$dir/guest.wasm" --board "$board" \
			--dir "$dir/in=/" --writeback --timeout "$hang" \
			>"$dir/log" 2>&1; then
			fail "$case" "it ended with another status"
			show "$dir/log"
		elif ! diff -r "$dir/want" "$dir/in" >"$dir/log" 2>&1; then
			fail "$case" "the folder is not as the guest left it"
			show "$dir/log"
		else
			ok "$case"
		fi
	done
}
