# SPDX-License-Identifier: Apache-2.0
#
# --writeback where something is odd or goes wrong: names, a guest that was not
# started, a disk that is full, signals.  A part of run.sh.

# The guest: each argument is a word of a small language, then what it is about.
back_guest() {
	cat >"$dir/guest.c" <<'C'
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_to(const char *path)
{
	FILE *f = fopen(path, "w");

	return !f || fputs("new\n", f) < 0 || fclose(f);
}

static int large(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0666);

	return fd < 0 || pwrite(fd, "x", 1, 1 << 18) != 1 ||
	       ftruncate(fd, 1 << 20) || close(fd);
}

static int huge(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0666);

	return fd < 0 || ftruncate(fd, 1ll << 32) || close(fd);
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc && !bad; i += 2) {
		const char *path = argv[i + 1];

		switch (argv[i][0]) {
		case 'r': bad = access(path, R_OK); break;
		case 'w': bad = write_to(path); break;
		case 'l': bad = large(path); break;
		case 'b': bad = huge(path); break;
		case 'd': bad = mkdir(path, 0777); break;
		case 'x': bad = rmdir(path); break;
		case 's': bad = symlink("t", path); break;
		case 'u': bad = unlink(path); break;
		case 'm': bad = rename(path, argv[i + 2]); i++; break;
		case 'e': exit(atoi(path));
		case 't': __builtin_trap();
		case 'h': for (;;) ;
		}
		if (bad)
			perror(path);
	}
	return bad ? 1 : 0;
}
C
	$wasi_cc "$dir/guest.c" -o "$dir/guest.wasm" \
		2>"$dir/log"
}

# back STATUS OPTION... -- ARGUMENT...: a run on $board; its status is as wanted.
back() {
	wanted=$1 status=0
	shift
	"$catchpit" run "$dir/guest.wasm" --board "$board" --timeout "$hang" \
		"$@" >"$dir/out" 2>"$dir/log" || status=$?
	[ "$status" = "$wanted" ] && return
	fail "$case" "status $status, not $wanted"
	show "$dir/log"
	return 1
}

# holds FOLDER ENTRY...: whether it has these and no others: NAME: as the guest
# writes it, NAME= as it was, or the NAME of a folder.
holds() {
	state "$1" | sed 1d >"$dir/after"
	shift
	for entry; do
		case $entry in
		*:) printf './%s %s\n' "$entry" "$(printf 'new\n' | cksum)" ;;
		*=) printf './%s: %s\n' "${entry%=}" \
			"$(printf 'old\n' | cksum)" ;;
		*) printf './%s\n' "$entry" ;;
		esac
	done >"$dir/want"
	if compare "$dir/want" "$dir/after"; then
		ok "$case"
	else
		fail "$case" "the folder is not as it should be"
		show "$dir/after.diff"
		show "$dir/log"
	fi
}

# fresh: $dir/in with a file `old', $dir/other with none.
fresh() {
	rm -rf "$dir/in" "$dir/other"
	mkdir "$dir/in" "$dir/other"
	echo old >"$dir/in/old"
}

# Whatever way a name is written, it is one place.
back_names() {
	for name in '/a//b' '/a/./b/' 'a/b//' './a//./b'; do
		case="$suite/back: --dir as $name $board"
		fresh
		! back 0 --dir "$dir/in=$name" --writeback -- \
			r /a/b/old w /a/b/new || holds "$dir/in" new: old=
	done
	fresh
	"$catchpit" build "$dir/guest.wasm" --board "$board" \
		--dir "$dir/in=/a/b" -o "$dir/guest.elf" 2>"$dir/log"
	for name in '/a//./b/' 'a/b//.'; do
		case="$suite/back: a setting as $name $board"
		status=0
		"$catchpit" run "$dir/guest.elf" --board "$board" --set \
			"dir=$name" --timeout "$hang" -- r "$name/old" \
			>"$dir/log" 2>&1 || status=$?
		if [ "$status" = 0 ]; then
			ok "$case"
		else
			fail "$case" "status $status, not 0"
			show "$dir/log"
		fi
	done
	case="$suite/back: a setting with .. $board"
	status=0
	"$catchpit" run "$dir/guest.elf" --board "$board" --set dir=/a/../b \
		--timeout "$hang" >"$dir/log" 2>&1 || status=$?
	if [ "$status" = 126 ] &&
		grep -q '/a/../b: no name for a directory' "$dir/log"; then
		ok "$case"
	else
		fail "$case" "status $status, or another message"
		show "$dir/log"
	fi
}

# How the guest ended, and what comes back then.
back_ends() {
	case="$suite/back: the folders cannot be filled $board"
	fresh
	echo old >"$dir/in/way"
	! back 126 --dir "$dir/other=/w/way" --dir "$dir/in=/w" --writeback -- \
		w /w/new || holds "$dir/in" old= way=
	case="$suite/back: they say why $board"
	if grep -q '^catchpit: initrd: a directory is in the way$' "$dir/log"
	then
		ok "$case"
	else
		fail "$case" "another message"
		show "$dir/log"
	fi
	case="$suite/back: a file too large to come back $board"
	fresh
	mkdir "$dir/in/d"
	! back 125 --dir "$dir/in=/w" --writeback -- \
		w /w/new b /w/d/big || holds "$dir/in" d old=
	case="$suite/back: it is named $board"
	if grep -q '^catchpit: w/d/big: file too large$' "$dir/log"; then
		ok "$case"
	else
		fail "$case" "another message"
		show "$dir/log"
	fi
	for end in 7/e 132/t 152/h; do
		case="$suite/back: status ${end%/*} $board"
		fresh
		set --
		[ $end != 152/h ] || set -- --hard-ms 2000
		! back ${end%/*} --dir "$dir/in=/w" --writeback "$@" -- \
			w /w/new u /w/old ${end#*/} 7 ||
			holds "$dir/in" new:
	done
}

# What became of a name, and what was in the way of it.
back_types() {
	case="$suite/back: a directory for a file and a file for one $board"
	fresh
	mkdir "$dir/in/d"
	echo old >"$dir/in/d/f"
	ln -s old "$dir/in/l"
	! back 0 --dir "$dir/in=/w" --writeback -- \
		m /w/old /w/t d /w/old m /w/t /w/old/t \
		m /w/d/f /w/f x /w/d w /w/d u /w/l d /w/l w /w/l/g ||
		holds "$dir/in" d: f= l l/g: old old/t=
	case="$suite/back: a folder in another's $board"
	fresh
	! back 0 --dir "$dir/in=/" --dir "$dir/other=/sub" --dir =/a/tmp \
		--writeback -- w /sub/new w /new ||
		holds "$dir/in" new: old=
	case="$suite/back: a folder in another's, both written $board"
	! back 0 --dir "$dir/in=/" --dir "$dir/other=/sub" --writeback -- \
		d /a w /a/new w /sub/new u /old ||
		holds "$dir/in" a a/new: new:
	case="$suite/back: zeros take no room $board"
	fresh
	truncate -s 1M "$dir/other/holes"
	if [ "$(stat -c %b "$dir/other/holes")" -gt 1000 ]; then
		skip "$case" "no holes in files here"
	elif back 0 --dir "$dir/in=/w" --writeback -- l /w/large; then
		{
			head -c 262144 /dev/zero
			printf x
			head -c 786431 /dev/zero
		} | cmp - "$dir/in/large" >"$dir/log" 2>&1 &&
			[ "$(stat -c %b "$dir/in/large")" -lt 1000 ] &&
			ok "$case" || fail "$case" "they do, or it is another file"
	fi
}

# Just before a file is whole: fsync() is ours.  A disk that is full, a signal,
# or a folder that becomes a symlink.
back_fsync() {
	cat >"$dir/fsync.c" <<-'C'
	#include <errno.h>
	#include <signal.h>
	#include <stdlib.h>
	#include <unistd.h>

	int fsync(int fd)
	{
		const char *swap = getenv("SWAP");

		(void)fd;
		if (swap)
			return !rmdir(swap) && symlink("../other", swap);
		raise(atoi(getenv("SIGNAL")));
		errno = ENOSPC;
		return -1;
	}
	C
	cc -shared -fPIC "$dir/fsync.c" -o "$dir/fsync.so"
}

# Nothing is written through a symlink that was a folder a moment ago.
back_swapped() {
	case="$suite/back: a symlink for a folder $board"
	fresh
	mkdir "$dir/in/d"
	(
		SWAP=$dir/in/d LD_PRELOAD=$dir/fsync.so
		export SWAP LD_PRELOAD
		back 125 --dir "$dir/in=/w" --writeback -- \
			x /w/d w /w/a d /w/d w /w/d/f
	) || {
		failed=1
		return
	}
	if [ -L "$dir/in/d" ] && [ -s "$dir/in/a" ] &&
		grep -q 'in/d/f: Not a directory$' "$dir/log"; then
		holds "$dir/other"
	else
		fail "$case" "nobody put it there, or another message"
		show "$dir/log"
	fi
}

back_stopped() {
	for signal in 0 1 2 3 15; do
		case="$suite/back: signal $signal $board"
		wanted=125
		if [ $signal != 0 ]; then
			wanted=$((128 + signal)) status=0
			{
				sh -c "ulimit -c 0; kill -$signal \$\$"
			} 2>/dev/null || status=$?
			[ $status = $wanted ] || {
				skip "$case" "it is ignored here"
				continue
			}
		fi
		fresh
		mkdir -p "$dir/tmp"
		(
			ulimit -c 0
			TMPDIR=$dir/tmp SIGNAL=$signal
			LD_PRELOAD=$dir/fsync.so
			export TMPDIR SIGNAL LD_PRELOAD
			back $wanted --dir "$dir/in=/w" --writeback -- \
				m /w/old /w/z d /w/d w /w/d/new
		) 2>/dev/null || {
			failed=1
			continue
		}
		if [ -n "$(ls -A "$dir/tmp")" ]; then
			fail "$case" "it leaves something in TMPDIR"
		elif [ $signal = 0 ] &&
			! grep -q 'so nothing was removed$' "$dir/log"; then
			fail "$case" "it does not say that nothing was removed"
			show "$dir/log"
		else
			rmdir "$dir/in/d" 2>/dev/null || :
			holds "$dir/in" old=
		fi
	done
}

back_all() {
	temp back
	back_guest
	for board in $BOARDS; do
		back_names
		back_ends
		back_types
	done
	board=${BOARDS##* }
	back_fsync
	back_swapped
	back_stopped
}
