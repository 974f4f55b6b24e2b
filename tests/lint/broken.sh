#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves that each check can fail: breaks a copy of the tree in one place after
# the other, and wants the check of that name to find it.  Needs a built board:
# BOARD=virt BOARDS="virt q35" broken.sh.  Some forty seconds.
set -u
cd "$(dirname "$0")/../.."
. tests/lint/lib.sh
board_vars
# One of each ISA; most checks are broken on the first only.
boards=$BOARD isas=$ARCH first=$BOARD
for BOARD in ${BOARDS-}; do
	board_vars
	case " host $isas " in
	*" $BOARD "* | *" $ARCH "*) ;;
	*) boards="$boards $BOARD" isas="$isas $ARCH" ;;
	esac
done
BOARD=$first
board_vars
here=$PWD
copy=$work/tree
mkdir "$copy"
find . -mindepth 1 -maxdepth 1 ! -name .git ! -name node_modules ! -name build \
	-exec cp -a {} "$copy" \;
mkdir "$copy/build"
cp -a build/catchpit "$copy/build"
for b in $boards $isas; do
	cp -a "build/$b" "$copy/build"
done
[ ! -d node_modules ] || ln -s "$here/node_modules" "$copy/node_modules"
cd "$copy" || exit 1
unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES B
# What is wrong is the linter's to say, not the compiler's.
# The libraries of `make lib' are not looked at.
sed 's/-Werror//; s/^board: lib /board: /' Makefile >"$work/makefile"
passed=0

# Where a check of the copy is "ok", "FAIL" or "skip"; its output in $work/log.
verdict() {
	BOARDS=$BOARD tests/lint/run.sh "$1" >"$work/log" 2>&1
	sed -n "s/^\(ok\|FAIL\|skip\) $1\>.*/\1/p" "$work/log"
}

# Check, what it has to find, file, command that breaks that file as a filter.
broken() {
	name=$1 want=$2 file=$3
	shift 3
	[ ! -f "$file" ] || cp -p "$file" "$work/kept"
	if [ -f "$file" ]; then "$@" <"$work/kept" >"$file"
	else mkdir -p "$(dirname "$file")"; "$@" </dev/null >"$file"; fi
	was=ok
	case $file in
	rt/* | arch/* | boards/*)
		make -f "$work/makefile" "BOARD=$BOARD" board >"$work/make" 2>&1 ||
			was="$(tail -n 3 "$work/make")" ;;
	esac
	said=$(verdict "$name")
	if [ "$was" = ok ] && [ "$said" = FAIL ] &&
	   grep -q -e "$want" "$work/log"; then
		passed=$((passed + 1))
	elif [ "$said" != skip ]; then
		failed=$((failed + 1))
		echo "FAIL broken-$name: $file: not found: $want"
		{ echo "$was"; tail -n 20 "$work/log"; } | sed 's/^/	/'
	fi
	if [ -f "$work/kept" ]; then cp "$work/kept" "$file"; rm "$work/kept"
	else rm "$file"; fi
}

append() {
	cat
	printf '%s\n' "$@"
}
prepend() {
	printf '%s\n' "$@"
	cat
}
lines() {	# a function of that many
	cat
	printf 'void cpit_long(void);\nvoid cpit_long(void)\n{\n'
	yes '	;' | head -n "$1"
	echo '}'
}
# The body of function $1 begins with this, too.
into() {
	awk -v f="$1(" -v s="$2" '
		index($0, f) && !/;/ { found = 1 }
		{ print }
		found && /^{/ { print "\t" s; found = 0 }'
}

no_licence='no licence'
broken spdx "rt/claim.c: $no_licence" rt/claim.c sed 1d
broken spdx "tests/new.sh: $no_licence" tests/new.sh echo '#!/bin/sh'

not='may not include'
broken includes "$not <string.h>" rt/include/catchpit/call.h \
	prepend '#include <string.h>'
broken includes "$not .*board.h" rt/claim.c prepend '#include "../boards/board.h"'
broken includes "$not <arch/mach" rt/code.c prepend '#include <arch/machine.h>'
broken includes "$not .*cpu.h" arch/riscv64/cpu.c prepend '#include "../../rt/cpu.h"'
broken includes "$not .*store.h" boards/config.c prepend '#include "../rt/store.h"'
broken includes "$not .*embed.h" compiler/names.c \
	prepend '#include <catchpit/embed.h>'

broken conditionals 'main.c.*#ifdef X' boards/main.c append '#ifdef X' '#endif'
broken conditionals 'stack.c.*# if 1' rt/stack.c append '# if 1' '#endif'
broken isa-names riscv64 rt/stack.c append '/* as riscv64 has it */'

broken form '10[0-9] columns' rt/stack.c \
	append "/* $(yes x | head -n 100 | tr -d '\n') */"
broken form 'at the end' rt/stack.c append '/* */ '
broken form 'by blanks' rt/stack.c append '        /* */'
broken form 'cpit_long() has 101' rt/stack.c lines 101
broken form 'has 601 lines' tests/new.c awk 'BEGIN { while (n++ < 601) print "" }'

broken local-names 'README.new:1' README.new append "see /$(echo work)/main"
broken contract 'KAN-09: no test cites' tests/signal/smp.c sed 's/KAN-09//'
broken commands 'nonesuch: no such target' new/README.md \
	append 'Run `make nonesuch`.'
broken commands 'tun: no such command' new/README.md \
	append '```' 'build/catchpit tun x.wasm' '```'
broken commands '--nonesuch: no such option' new/README.md \
	append '```' 'make all && catchpit run --nonesuch' '```'
broken scripts 'deps.sh' tests/deps.sh append 'if true'

broken "$BOARD-exports" 'libcatchpit.a:stack.o exports stray' rt/stack.c \
	append 'int stray = 1;'
broken "$BOARD-exports" 'libboard.a:pages.o exports stray' boards/pages.c \
	append 'int stray = 1;'
broken "$BOARD-imports" 'libcatchpit.a asks for strtok' rt/stack.c \
	append 'char *strtok(char *, const char *); char *cpit_x(char *s);' \
	'char *cpit_x(char *s) { return strtok(s, s); }'
broken "$BOARD-imports" 'cpit_cpus_quiet, which is not public' \
	rt/wasi/wasi_sys.c append 'void cpit_cpus_quiet(void); void cpit_x(void);' \
	'void cpit_x(void) { cpit_cpus_quiet(); }'
broken "$BOARD-imports" 'more than ten' rt/include/catchpit/embed.h \
	append 'void cpit_embed_x(void); void cpit_embed_y(void);' \
	'void cpit_embed_z(void);'

# What each ISA calls them: a float register, an exchange, the vector.
fault_path() {
	BOARD=$1 p=$1-fault-path
	board_vars
	case $ARCH in
	riscv64)
		float='double d; __asm__ volatile("fmv.d.x %0, zero" : "=f"(d));'
		float_said=fmv swap=amoswap entry=cpit_trap_entry ;;
	x86_64)
		float='__asm__ volatile("pxor %xmm0, %xmm0");'
		float_said=pxor swap=xchg entry=cpit_trap_stubs ;;
	esac
	broken "$p" 'cpit_trap_claim -> cpit_embed_alloc: must not' rt/claim.c \
		into cpit_trap_claim 'cpit_embed_alloc(f->pc);'
	broken "$p" 'cpit_trap_claim -> printf: must not' rt/claim.c \
		into cpit_trap_claim 'extern int printf(const char *, ...); printf("x");'
	broken "$p" 'cpit_memory_find -> memset: is neither' rt/memory.c \
		into cpit_memory_find 'extern void *memset(void *, int, unsigned long);
		memset((void *)addr, 0, addr);'
	broken "$p" "cpit_trap_claim: uses a float register: $float_said" rt/claim.c \
		into cpit_trap_claim "$float"
	broken "$p" "cpit_code_find: takes a lock, or may spin: $swap" rt/code.c \
		into cpit_code_find 'static int l; while (__atomic_exchange_n(&l, 1, 2)) ;'
	broken "$p" 'cpit_code_find: calls through a pointer' rt/code.c \
		into cpit_code_find 'static void (*volatile call)(void); call();'
	broken "$p" 'cpit_code_site: calls itself' rt/code.c \
		into cpit_code_site 'if (cpit_code_site(m, pc / 2) + 1u == 7) return 0;'
	broken "$p" 'cpit_embed_cpu -> cpit_console_print: must not' boards/embed.c \
		into cpit_embed_cpu 'cpit_console_print(CPIT_LOG, "fault");'
	broken "$p" 'cpit_embed_cpu: has a frame of variable size' boards/embed.c \
		into cpit_embed_cpu 'static volatile int n; char b[n];
		__asm__ volatile("" : : "r"(b) : "memory");'
	broken "$p" 'half of the stack is 512' boards/start.c \
		sed 's/TRAP_STACK = [0-9]*/TRAP_STACK = 1024/'
	broken "$p" "$entry: is not in the archives" "arch/$ARCH/vectors.S" \
		sed "s/$entry/cpit_other_entry/"
}
for b in $boards; do
	fault_path "$b"
done
BOARD=$first

if [ "$BOARD" = virt ]; then
	broken virt-unseen "another task's" arch/riscv64/task.S sed '/sc\.d/d'
	broken virt-unseen 'remembered' arch/riscv64/ipi.c \
		sed '/map_seen/,/^}/s/sfence.vma/& a0/'
fi

make -f "$work/makefile" "BOARD=$BOARD" board >"$work/make" 2>&1

# An archive made by hand, with two members of one name.
lib=build/$BOARD/libboard.a
cp "$lib" "$work/lib"
ar q "$lib" "build/$BOARD/boards/main.o"
if [ "$(verdict "$BOARD-duplicates")" = FAIL ]; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "FAIL broken-duplicates: two objects named main.o"
fi
cp "$work/lib" "$lib"

broken "$BOARD-gdb" 'not printed: .*#0 activation' tests/gdbinit sed 's/top$/next/'
broken "$BOARD-gdb" 'not printed: .*grate' tests/gdbinit \
	sed 's/start <= \$cpit_off/start < $cpit_off/'
broken "$BOARD-size" 'rt-text.*ABOVE' tests/size.txt sed 's/16384/4096/'
broken "$BOARD-size" 'hello-flash.*ABOVE' tests/size.txt sed 's/65536/32768/'

if [ $failed = 0 ]; then echo "ok broken"; echo "	$passed ways to fail"; fi
exit $((failed > 0))
