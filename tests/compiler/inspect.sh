# SPDX-License-Identifier: Apache-2.0
#
# inspect; compile: the object and its header.
# A part of run.sh, which has the checks.

# What does not depend on the C compiler's version.
stable_facts() {
	grep -v -e '^text ' -e '^frame ' -e '^stack' -e '^sites ' "$1"
}

# A thunk with 1000 references in its frame, 32 bytes each, looks at no limit, and
# may call a function with as many: the stack has to leave room for both.
two_frames() {
	refs=$(seq 1000 | sed 's/.*/funcref/')
	# shellcheck disable=SC2086	# one word each
	{
		echo "(module (func \$f (export \"f\") (result" $refs ")"
		seq 1000 | sed 's/.*/(ref.null func)/'
		echo ") (func (export \"g\") (call \$f)"
		seq 1000 | sed 's/.*/drop/'
		echo '))'
	} >"$dir/frames.wat"
	wat2wasm "$dir/frames.wat" "$dir/frames.wasm"
	tool inspect "$dir/frames.wasm"
	frame=$(sed -n 's/^frame \([0-9]*\) .*/\1/p' "$dir/stdout")
	if [ "${frame:-0}" -ge 64000 ]; then
		ok "inspect: frame has a thunk's and a function's"
	else
		failure "inspect: frame has a thunk's and a function's" "'$frame'"
	fi
}

group_inspect() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	cd "$dir"
	tool inspect rich.wasm
	succeeded "inspect rich.wasm" || return 0
	mv stdout rich.text
	tool build rich.wasm -o rich.elf
	tool inspect rich.elf
	succeeded "inspect rich.elf" && cmp -s stdout rich.text &&
		ok "inspect says the same of module and image" ||
		failure "inspect says the same of module and image" "it does not"
	cd "$top"
	[ -n "$QUICK" ] || two_frames
	stable_facts "$dir/rich.text" >"$dir/facts"
	if compare tests/compiler/rich.info "$dir/facts"; then
		ok "inspect says what is in rich.wat"
	else
		fail "inspect says what is in rich.wat" "it does not"
		show "$dir/facts.diff"
	fi
	for fact in '^text [1-9][0-9]*$' '^frame [1-9][0-9]* ' \
		'^sites memory-out-of-bounds [1-9][0-9]*$' \
		'^sites integer-divide-by-zero 1$'; do
		if grep -q "$fact" "$dir/rich.text"; then
			ok "inspect: $fact"
		else
			fail "inspect: $fact" "no such line"
			show "$dir/rich.text"
		fi
	done
	tool inspect "$dir/rich.wasm" --memory checked --cc clang -O0
	if grep -q '^memory-mode checked$' "$dir/stdout" &&
		! cmp -s "$dir/stdout" "$dir/rich.text"; then
		ok "inspect with other options"
	else
		failure "inspect with other options" "they make no difference"
	fi
	tool inspect "$dir/rich.wasm" --memory zero
	if grep -q '^memory-mode zero$' "$dir/stdout"; then
		ok "inspect in mode zero"
	else
		failure "inspect in mode zero" "it does not say so"
	fi
	inspect_json rich.wasm
	inspect_json rich.elf
	inspect_two
}

# The words of each fact in JSON are those of the text.
inspect_json() {
	cd "$dir"
	tool inspect "$1" --json
	cd "$top"
	succeeded "inspect --json $1" || return 0
	if node -e '
		const text = require("fs").readFileSync(0, "utf8");
		for (const module of JSON.parse(text))
			for (const fact of module)
				console.log(fact.join(" "));
		' <"$dir/stdout" >"$dir/json" 2>"$dir/stderr" &&
		cmp -s "$dir/json" "$dir/rich.text"; then
		ok "inspect --json $1"
	else
		failure "inspect --json $1" "not the JSON of what it says in text"
	fi
}

inspect_two() {
	wat '' '(module)'
	tool inspect "$dir/rich.wasm" "$dir/m.wasm" --json
	if [ "$(node -e 'console.log(JSON.parse(require("fs")
		.readFileSync(0)).map((m) => m[0][1]).join())' \
		<"$dir/stdout")" = rich,m ]; then
		ok "inspect of two modules"
	else
		failure "inspect of two modules" "not two modules"
	fi
}

group_compile() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	cp "$dir/rich.wasm" "$dir/2 rich-er.wasm"
	mkdir "$dir/other"
	cp "$dir/rich.wasm" "$dir/other"
	for arch in $(for board in $BOARDS; do
		arch_of "$board"
	done | sort -u); do
		for cc in $compilers; do
			for memory in $memories; do
				compile_one rich "$dir/rich.wasm" $cc $memory
			done
			compile_again $cc
		done
		compile_one 2_rich_er "$dir/2 rich-er.wasm" gcc guard
	done
}

# The same input gives the same object, wherever it is compiled.
compile_again() {
	case="compile is reproducible, $arch $1"
	for where in "$dir" "$dir/other"; do
		(cd "$where" && dir=$where &&
			tool compile rich.wasm -o a.o --arch "$arch" --cc "$1")
	done
	if [ -s "$dir/a.o" ] && cmp -s "$dir/a.o" "$dir/other/a.o" &&
		cmp -s "$dir/a.h" "$dir/other/a.h"; then
		ok "$case"
	else
		fail "$case" "the objects differ"
	fi
}

# compile_one NAME FILE CC MEMORY
compile_one() {
	case="compile $1, $arch $3 $4"
	tool compile "$2" -o "$dir/$1.o" --arch "$arch" --cc "$3" --memory "$4"
	succeeded "$case" || return 0
	if [ -n "$(ls -A "$dir/tmp")" ]; then
		fail "$case" "it leaves something in TMPDIR"
		return
	fi
	nm -g --defined-only "$dir/$1.o" |
		sed 's/^[0-9a-f]* //' >"$dir/stdout"
	if [ "$(cat "$dir/stdout")" != "R cpit_module_$1" ]; then
		failure "$case" "not just cpit_module_$1 is global"
		return
	fi
	# All it needs is the runtime: nobody's libc (rt/README.md).
	nm -u "$dir/$1.o" | sed 's/^ *U //' |
		grep -v '^cpit_rt_' >"$dir/stdout" || :
	if [ -s "$dir/stdout" ]; then
		failure "$case" "it needs more than the runtime"
		return
	fi
	for section in .cpit_sites .rela.cpit_sites .eh_frame; do
		if objdump -h "$dir/$1.o" | grep -q " $section "; then
			failure "$case" "$section is still there"
			return
		fi
	done
	ok "$case"
}

# The header is C for embedders who have nothing but ours.
# Modules that are named as what the public headers have already: a descriptor
# each, and functions of all names at once.
names_taken() {
	cat rt/include/catchpit/*.h |
		grep -io '\<cpit_[a-z0-9_]*' | sort -u >"$dir/taken"
	{
		echo '(module (func'
		sed 's/^[^_]*_/(export "/; s/$/")/' "$dir/taken" | sort -u
		echo '))'
	} >"$dir/cpit.wat"
	assemble "$dir/cpit.wat" "$dir/cpit.wasm"
	cp "$dir/cpit.wasm" "$dir/CPIT.wasm"
	wat '' '(module (func (export "f") (export "register")))'
	cp "$dir/m.wasm" "$dir/cpit_module.wasm"
	wat '' '(module (func (export "t") (export "FILE__") (export "LINE__")))'
	cp "$dir/m.wasm" "$dir/size.wasm"
	cp "$dir/m.wasm" "$dir/_.wasm"
	for m in $(sed -n 's/^cpit_module_\(..*\)/\1/p' "$dir/taken"); do
		cp "$dir/m.wasm" "$dir/$m.wasm"
	done
	for m in cpit CPIT cpit_module size _ \
		$(sed -n 's/^cpit_module_\(..*\)/\1/p' "$dir/taken"); do
		tool compile "$dir/$m.wasm" -o "$dir/$m.o" --arch x86_64
		succeeded "module $m" || return 0
		for h in rt/include/catchpit/*.h "$dir/$m.h"; do
			echo "#include \"${h#rt/include/}\""
		done >"$dir/names.c"
		got=0
		gcc -std=c11 -ffreestanding -Wall -Wextra -Werror \
			-fsyntax-only -Irt/include "$dir/names.c" \
			>"$dir/stdout" 2>"$dir/stderr" || got=$?
		succeeded "header of $m" && ok "header of $m"
	done
}

group_header() {
	assemble tests/compiler/rich.wat "$dir/rich.wasm"
	cp "$dir/rich.wasm" "$dir/2nd.wasm"
	wat '' '(module (memory (export "only") 1))'
	mv "$dir/m.wasm" "$dir/none.wasm"
	wat '' '(module (memory (export "m") 1) (func $f (export "good"))
		(func (export "*/ #error") (export "a/*b") (export ""))
		(func (export "v") (param v128)) (func (export "a_t") (export "t")
		(export "tt")))'
	mv "$dir/m.wasm" "$dir/odd.wasm"
	for m in none odd; do
		tool compile "$dir/$m.wasm" -o "$dir/$m.o" --arch riscv64
		succeeded "header of $m" || return 0
	done
	sed -n 's/^.* No function for //p' "$dir/odd.h" >"$dir/got"
	cat >"$dir/want" <<'E'
exports[2], *%2f%20#error: cpit_call(). */
exports[3], a%2f*b: cpit_call(). */
exports[4], %: cpit_call(). */
exports[5], v: cpit_call(). */
exports[6], a_t: cpit_call(). */
exports[7], t: cpit_call(). */
E
	if compare "$dir/want" "$dir/got" && grep -q ' odd_good(' "$dir/odd.h" &&
		grep -q ' odd_tt(' "$dir/odd.h"; then
		ok "exports without a function"
	else
		failure "exports without a function" "not those that are listed"
		show "$dir/got.diff"
	fi
	tool compile "$dir/rich.wasm" -o "$dir/rich.o" --arch riscv64
	succeeded "header" || return 0
	tool compile "$dir/2nd.wasm" -o "$dir/2nd.o" --arch riscv64
	succeeded "header of 2nd" || return 0
	cat >"$dir/use.c" <<'E'
#include "rich.h"
#include "2nd.h"
#include "none.h"
#include "odd.h"
#include "rich.h"

int use(struct cpit_instance *i, struct cpit_outcome *o);

int use(struct cpit_instance *i, struct cpit_outcome *o)
{
	uint32_t sum, a;
	uint64_t b;
	float c;
	double d;
	struct cpit_funcref f = { 0 };
	void *e;

	if (cpit_module_rich.nexports != 11)
		return 1;
	return rich_add(i, 1, 2, &sum, o) + rich_exit(i, 1, o) +
	       rich_swap(i, 1, 2, 3.0f, 4.0, &d, &c, &b, &a, o) +
	       rich_refs(i, (void *)0, f, &e, &f, o);
}
E
	for cc in riscv64-unknown-elf-gcc "clang --target=riscv64" gcc; do
		for std in c99 c11 gnu17; do
			got=0
			# shellcheck disable=SC2086	# a command and its option
			$cc -std=$std -ffreestanding -Wall -Wextra -Werror \
				-fsyntax-only -Irt/include -I"$dir" \
				"$dir/use.c" >"$dir/stdout" 2>"$dir/stderr" ||
				got=$?
			succeeded "header, $cc -std=$std" &&
				ok "header, $cc -std=$std"
		done
	done
	names_taken
}
