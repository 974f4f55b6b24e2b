/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wasm2c: canonical module in, C out, with hooks A and B in place
 * (rt/include/wasm-rt.h, wasm-rt-wrap.h) and its defects mended (repair.c).
 */
#include "stages.h"
#include <catchpit/module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BYTES_PER_OUTPUT = 48 << 10,	/* of code section, per C file */
	MAX_OUTPUTS = 64,
};

const char *wasm2c(void)
{
	const char *set = getenv("WASM2C");

	return set && *set ? set
			   : format("%s/node_modules/wabt/bin/wasm2c", home());
}

/*
 * wabt's npm package is a wasm2c in WebAssembly, with 64 KiB of stack that it
 * does not check: 225 nested blocks, and it writes over its own constants.  Its
 * heap begins where the stack does.  Before anything asks for memory, the one
 * word that says where is moved up by 64 MiB, and the stack with it: neither can
 * grow into the other, and a module too large for the heap's 2 GiB ends wasm2c.
 * V8 has a stack as well, as good as full at 2000 blocks: with 6 MB three times
 * what parse.h lets in have room.
 */
static const char with_a_larger_stack[] =
	"const [, path] = process.argv, init = 'wasmExports[\"p\"]();';\n"
	"const known = ok => {\n"
	"	if (!ok)\n"
	"		throw Error('no such wasm2c is known: ' + path);\n"
	"};\n"
	"const [head, tail, more] =\n"
	"	require('fs').readFileSync(path, 'utf8').split(init);\n"
	"known(tail && !more);\n"
	"const move = (at, memory, alloc, update) => {\n"
	"	const words = new Uint32Array(memory.buffer), room = 64 << 20;\n"
	"	const heap = words.indexOf(at);\n"
	"	known(heap > 0 && words.indexOf(at, heap + 1) < 0);\n"
	"	words[heap] += room;\n"
	"	memory.grow(room >> 16);\n"
	"	update();\n"
	"	alloc(-room);\n"
	"};\n"
	"const call = 'move(__emscripten_stack_alloc(0), wasmMemory,'\n"
	"	+ ' __emscripten_stack_alloc, updateMemoryViews);';\n"
	"new Function('require', 'module', '__filename', '__dirname', 'move',\n"
	"	head.replace(/^#!.*/, '') + call + init + tail)(\n"
	"	require, module, path, '.', move);\n";

/* The command, and the package's with more stack; WASM2C may be a program. */
static void push_wasm2c_itself(struct list *cmd)
{
	static const char by_node[] = "#!/usr/bin/env node\n";
	char line[sizeof(by_node)] = "";
	FILE *f = fopen(wasm2c(), "rb");

	if (f && fgets(line, sizeof(line), f) && !strcmp(line, by_node))
		push_all(cmd, (const char *const[]){
			"node", "--stack-size=6000", "-e",
			with_a_larger_stack, "--", NULL });
	if (f)
		fclose(f);
	push(cmd, "%s", wasm2c());
}

static void push_wasm2c(struct list *cmd, const struct job *j, unsigned outputs,
			const char *in, const char *out)
{
	push_wasm2c_itself(cmd);
	push_all(cmd, (const char *const[]){
		"--enable-exceptions", "--enable-threads",
		"--enable-multi-memory", "--enable-extended-const",
		"--enable-custom-page-sizes", NULL });
	if (j->mod.ntails)
		push(cmd, "--enable-tail-call");
	if (j->mod.features & FEAT_MEMORY64)
		push(cmd, "--enable-memory64");
	push(cmd, "--num-outputs=%u", outputs);
	push_all(cmd, (const char *const[]){ "-n", "m", in, "-o", out, NULL });
}

/* wasm2c validates: what it refuses is the module's fault, not ours. */
static _Noreturn void refused(const struct job *j, const char *out)
{
	const char *line = first_line(out);
	const char *error = strstr(line, "error: ");

	if (error)
		line = error + strlen("error: ");
	if (begins(line, "\033[0m"))	/* wabt's colours, as it thinks */
		line += 4;
	fail(EXIT_NOEXEC, "%s: not valid: %s", j->path, line);
}

static void run_wasm2c(struct job *j)
{
	struct list cmd = { 0 };
	char *in = format("%s/M.wasm", j->dir), *out;
	uint8_t *canonical;
	size_t len;
	int status;

	if (!module_canonical(&j->mod, &canonical, &len))
		fail(EXIT_TOOL, "out of memory");
	write_file(in, canonical, len);
	free(canonical);
	push_wasm2c(&cmd, j, j->outputs, in, format("%s/m.c", j->dir));
	setenv("LC_ALL", "C", 1);	/* its messages are looked at */
	status = run_command(&cmd, &out);
	if (status == 127 || status == 126)
		not_found(cmd.v[0]);
	if (status == 1 && strstr(out, "error: "))
		refused(j, out);
	if (status && strstr(out, "RuntimeError: Aborted("))
		fail(EXIT_NOEXEC, "%s: too large for wasm2c, which has 2 GiB "
		     "of memory", j->path);
	if (status)
		fail(EXIT_TOOL, "%s: wasm2c failed (status %d)%s%s", j->path,
		     status, *out ? ": " : "", error_line(out));
}

/* Hook B: our wrapper takes the name that the C files include. */
static void wrap_prelude(struct job *j)
{
	char *impl = format("%s/m-impl.h", j->dir);
	char *c = repair_prelude(read_file(impl, NULL));
	struct text t = { 0 };

	if (j->set->arch->is_signed)
		signed_declarations(c);
	write_file(format("%s/m-upstream.h", j->dir), c, strlen(c));
	if (is_at_zero(j))
		add(&t, "#define CPIT_AT_ZERO\n");
	if (is_at_zero(j) && j->mod.memories[0].imported)
		add(&t, "#define CPIT_MEMORY0 (instance->w2c_h_i%u)\n",
		    import_of_memory0(&j->mod));
	else if (keeps_memory0(j))
		add(&t, "%s#define CPIT_MEMORY0 (&instance->w2c_m0)\n"
			"#define CPIT_SIGNED %d\n"
			"#define CPIT_LEAST %lluu\n",
		    is_by_segment(j) ? "#define CPIT_SOLE_MEMORY0\n" : "",
		    signed_memory0(j), least_memory0(j));
	add(&t, "#define CPIT_SEGMENTS %u\n"
		"#include \"m-upstream.h\"\n#include <wasm-rt-wrap.h>\n",
	    j->mod.ndata);
	declare_fixed_tables(&t, j);
	add_exits(&t, &j->mod);
	write_text(impl, &t);
	free(c);
}

/*
 * ref.func and element segments name a wrapper that wasm2c makes for each
 * function: the function itself, which is called alike, takes its place, and
 * repair.c its definition (native.c includes this).
 */
static void name_wrappers(struct job *j)
{
	struct text t = { 0 };
	uint32_t i;

	/* Where only structs of several results have a vector, wasm2c forgets its type. */
	if (j->mod.features & FEAT_SIMD)
		add(&t, "#include <simde/wasm/simd128.h>\n"
			"#define WASM_RT_SIMD_TYPE_DEFINED\n"
			"typedef simde_v128_t v128;\n");
	/* Their addresses without an offset table (loadable.c). */
	add(&t, "#pragma GCC visibility push(hidden)\n");
	for (i = 0; i < j->mod.nimports; i++)
		add(&t, "#define wrap_w2c_h_i%u w2c_h_i%u\n", i, i);
	for (i = 0; i < j->mod.nfuncs; i++)
		add(&t, "#define wrap_w2c_m_f%u w2c_m_f%u\n", i, i);
	write_text(format("%s/m-refs.h", j->dir), &t);
	free(t.s);
}

unsigned output_count(const struct module *m)
{
	/* One output has no -impl.h to wrap: at least two. */
	uint64_t n = m->code_size / BYTES_PER_OUTPUT + 2;

	return n > MAX_OUTPUTS ? MAX_OUTPUTS : (unsigned)n;
}

void stage_translate(struct job *j)
{
	progress("%s: wasm2c", j->path);
	run_wasm2c(j);
	find_fixed_tables(j);
	wrap_prelude(j);
	name_wrappers(j);
	j->thunk = xmalloc(j->mod.nimports + 1);
	repair_code(j);
}
