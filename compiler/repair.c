/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repairs in the text of wasm2c's output, where no hook reaches: the defects
 * of 1.0.39, and what makes the state after a trap exact.
 */
#include "stages.h"
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------ the prelude */

/*
 * A textual repair of the prelude: `was' must follow `after', else the version
 * is not the one we know and nothing is guessed.
 */
struct repair {
	const char *used;	/* in preludes that need it */
	const char *after, *was, *now;
};

static const struct repair repairs[] = {
	/* A type's address is a constant, in all C files. */
	{ "#include", "#define FUNC_TYPE_DECL_EXTERN_T(x)", "const char* const x",
	  "const char x[] __attribute__((aligned(8)))" },
	{ "#include", "#define FUNC_TYPE_EXTERN_T(x)", "const char* const x",
	  "const char x[] __attribute__((aligned(8)))" },
	/* Read-modify-write on unshared memory returns the old value. */
	{ "i32_atomic_rmw_add", "#define DEFINE_ATOMIC_RMW(",
	  "ret = ret op wrapped;",
	  "wrapped = ret op wrapped;" },
	{ "i32_atomic_rmw_add", "wrapped = ret op wrapped;", "&ret, sizeof(t1))",
	  "&wrapped, sizeof(t1))" },
	{ "i32_atomic_rmw_cmpxchg", "#define DEFINE_ATOMIC_CMP_XCHG(",
	  "return (t1)expected_wrapped;",
	  "return (t1)ret;" },
	/*
	 * An atomic access faults at its own address: a plain load comes first,
	 * since QEMU's riscv64 reports an AMO's last byte.
	 */
	{ "i32_atomic_load", "#define ATOMIC_ALIGNMENT_CHECK(",
	  "if (UNLIKELY(addr % sizeof(t1))) {",
	  "__asm__ volatile(\"\" : : \"r\"(UNLIKELY(addr % sizeof(t1)) ? (t1)0 :"
	  " *(volatile t1*)&mem->data[addr]) : \"memory\"); "
	  "if (UNLIKELY(addr % sizeof(t1))) {" },
	/* Alignment comes before bounds, checked or not. */
	{ "i32_atomic_load", "#define ATOMIC_ALIGNMENT_CHECK(",
	  "#define DEFINE_ATOMIC_LOAD(",
	  "#pragma push_macro(\"RANGE_CHECK\")\n"
	  "#pragma push_macro(\"MEMCHECK_DEFAULT32\")\n"
	  "#undef RANGE_CHECK\n#undef MEMCHECK_DEFAULT32\n"
	  "#define RANGE_CHECK(mem, a, n) \\\n"
	  "  if (UNLIKELY((a) % (n))) TRAP(UNALIGNED); \\\n"
	  "  if (UNLIKELY((a) > (mem)->size || (n) > (mem)->size - (a))) "
	  "TRAP(OOB);\n"
	  "#if WASM_RT_MEMCHECK_GUARD_PAGES\n"
	  "#define MEMCHECK_DEFAULT32(mem, a, t)\n#else\n"
	  "#define MEMCHECK_DEFAULT32(mem, a, t) RANGE_CHECK(mem, a, sizeof(t))\n"
	  "#endif\n#define DEFINE_ATOMIC_LOAD(" },
	{ "i32_atomic_load", "DEFINE_ATOMIC_CMP_XCHG(i64_atomic_rmw_cmpxchg,",
	  "#define atomic_fence()",
	  "#pragma pop_macro(\"RANGE_CHECK\")\n"
	  "#pragma pop_macro(\"MEMCHECK_DEFAULT32\")\n"
	  "#define atomic_fence()" },
	{ "i32_atomic_load", "#pragma push_macro(\"MEMCHECK_DEFAULT32\")",
	  "#define DEFINE_ATOMIC_LOAD(",
	  "#pragma push_macro(\"wasm_rt_memcpy\")\n#undef wasm_rt_memcpy\n"
	  "#define wasm_rt_memcpy(to, from, n) \\\n"
	  "  (CPIT_ORDER(), __builtin_memcpy(to, from, n), CPIT_ORDER())\n"
	  "#define DEFINE_ATOMIC_LOAD(" },
	{ "i32_atomic_load", "#pragma pop_macro(\"RANGE_CHECK\")",
	  "#define atomic_fence()",
	  "#pragma pop_macro(\"wasm_rt_memcpy\")\n#define atomic_fence()" },
	/* A vector store stays where it is among what may trap, and is whole. */
	{ "DEFINE_SIMD_STORE(", "#define DEFINE_SIMD_STORE(",
	  "simde_wasm_v128_store(MEM_ADDR(mem, addr, sizeof(t)), value);",
	  "CPIT_ORDER(); CPIT_STORE_V128(MEM_ADDR(mem, addr, sizeof(t)), value);"
	  " CPIT_ORDER();" },
	{ "DEFINE_SIMD_STORE(", "#define DEFINE_SIMD_STORE_LANE(",
	  "func(MEM_ADDR(mem, addr, sizeof(t)), value, lane);",
	  "CPIT_ORDER(); CPIT_STORE_LANE(t, func, MEM_ADDR(mem, addr, sizeof(t)),"
	  " value, lane); CPIT_ORDER();" },
	/* A dead SIMD load must fault on every ISA, a watched one each time. */
	{ "DEFINE_SIMD_LOAD_FUNC(", "defined(__x86_64__)",
	  "#define SIMD_FORCE_READ(var) __asm__(\"\" ::\"x\"(var));",
	  "#define SIMD_FORCE_READ(var) CPIT_SEEN(\"x\", var);" },
	{ "DEFINE_SIMD_LOAD_FUNC(",
	  "#define SIMD_FORCE_READ(var) __asm__(\"\" ::\"d\"(var));",
	  "#define SIMD_FORCE_READ(var)\n",
	  "#define SIMD_FORCE_READ(var) CPIT_SEEN(\"m\", var);\n" },
};

static char *repair(char *c, const struct repair *r)
{
	char *after = strstr(c, r->after);
	char *was = after ? strstr(after, r->was) : NULL;
	struct text t = { 0 };

	if (!strstr(c, r->used))
		return c;	/* the feature is not used */
	if (!was)
		fail(EXIT_TOOL, "unknown version of wasm2c: its prelude has no "
		     "'%s' after '%s'", first_line(r->was), r->after);
	add_bytes(&t, c, (size_t)(was - c));
	add(&t, "%s%s", r->now, was + strlen(r->was));
	free(c);
	return t.s;
}

char *repair_prelude(char *c)
{
	size_t i;

	for (i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++)
		c = repair(c, &repairs[i]);
	return c;
}

/* ---------------------------------------------------------- the functions */

/*
 * A store to a global: "instance->w2c_g3 = var_i0;", or if it is imported
 * "(*instance->w2c_h_i3) = ...".  No compiler may drop or move it, as a trap can
 * come between two of them.
 */
static bool global_set(struct text *out, const char *line)
{
	const char *c = line + strspn(line, " ");

	if (!begins(c, "instance->w2c_g") &&
	    !begins(c, "(*instance->w2c_h_i"))
		return false;
	add(out, "%.*sCPIT_ORDER(); %s CPIT_ORDER();\n", (int)(c - line), line, c);
	return true;
}

/*
 * The address of an access to a 64-bit memory, "(u64)(var_j0) + 8u", may
 * wrap around.  Only those addresses are made from 64-bit variables.  The line,
 * in *t if it has one.
 */
static const char *address64(struct text *t, const char *line)
{
	static const char before[] = "(u64)(var_j", between[] = ") + ";
	const char *at;

	t->len = 0;
	while ((at = strstr(line, before))) {
		const char *n = at + strlen(before);
		size_t len = strspn(n, "0123456789");
		const char *offset = n + len + strlen(between);

		if (!begins(n + len, between)) {
			add(t, "%.*s", (int)(n - line), line);
			line = n;
			continue;
		}
		add(t, "%.*sCPIT_ADDRESS64(var_j%.*s, ", (int)(at - line), line,
		    (int)len, n);
		len = strspn(offset, "0123456789");
		add(t, "%.*sull)", (int)len, offset);
		line = offset + len + (offset[len] == 'u');
	}
	if (!t->len)
		return line;
	add(t, "%s", line);
	return t->s;
}

/*
 * The address of a plain access to a 32-bit memory: "(u64)(var_i0) + 8u" becomes
 * CPIT_ADDRESS(var_i0, 8u), its two parts.  Not of vectors (var_o0), whatever the
 * name.  The line, in *t if it has one.
 */
static const char *address32(struct text *t, const char *line)
{
	static const char before[] = "_default32(", base[] = ", (u64)(var_i";
	const char *at = strstr(line, before), *n, *end;

	if (!at || strstr(line, "_atomic_") || strstr(line, "var_o") ||
	    !(at = strstr(at, base)))
		return line;
	n = at + strlen(base);
	end = n + strspn(n, "0123456789");
	t->len = 0;
	add(t, "%.*s, CPIT_ADDRESS(var_i%.*s, ", (int)(at - line), line,
	    (int)(end - n), n);
	if (begins(end, ") + ")) {
		n = end + 4;
		end = n + strspn(n, "0123456789u");
		add(t, "%.*s)%s", (int)(end - n), n, end);
	} else {
		add(t, "0)%s", end + 1);
	}
	return t->s;
}

/*
 * wasm2c has one tag for all instances of a module.  Here an instance has its
 * own: "&w2c_m_e3", or "&w2c_m_x5_0" of one that is export 5, becomes
 * CPIT_TAG_OF_US(3) where an exception is thrown or looked at.  What exports
 * would be at link time is of no use.
 */
static bool tag_use(struct text *out, const char *line, const struct module *m)
{
	const char *tag = strstr(line, "&w2c_m_");
	unsigned long n;
	char *end;

	if (begins(line, "const wasm_rt_tag_t w2c_m_x")) {
		add(out, "\n");
		return true;
	}
	if (!tag || (!strstr(line, "wasm_rt_exception_tag() == &") &&
		     !strstr(line, "wasm_rt_load_exception(&")))
		return false;
	n = strtoul(tag + 8, &end, 10);
	if (tag[7] == 'x' && n < m->nexports && begins(end, "_0")) {
		n = m->exports[n].index;
		end += 2;
	} else if (tag[7] != 'e') {
		fail(EXIT_TOOL, "unknown version of wasm2c: what tag is '%s'?",
		     first_line(tag));
	}
	add(out, "%.*sCPIT_TAG_OF_US(%lu)%s\n", (int)(tag - line), line, n, end);
	return true;
}

/*
 * Checked mode: who calls nobody need not look at the stack, and whoever is
 * called may have made memory 0 grow, and move.  What to put for the line, and
 * behind it; *in: within a function that has the locals of wasm-rt-wrap.h.
 */
static const char *checked(const char *line, const char *next, bool *in,
			   const char **behind)
{
	*behind = "";
	if (!strcmp(line, "  FUNC_PROLOGUE;")) {
		*in = true;
		return calls_nobody(next) ? "  CPIT_LEAF;" : line;
	}
	if (*line == '}')
		*in = false;
	else if (*in && may_call(line, strlen(line)))
		*behind = "  CPIT_AGAIN;\n";
	return line;
}

/* A C file on its way. */
struct mending {
	const struct job *j;
	bool checked, vectors, wide, vector_locals;	/* what it has */
	bool in;				/* as in checked() */
	struct tail_scan scan;
	struct bytes data;
	struct text out, memories, locals;
	struct text line32, line_vector, line64;	/* of one line each */
};

static void begin_mending(struct mending *m, const struct job *j)
{
	bool simd = j->mod.features & FEAT_SIMD;

	*m = (struct mending){
		.j = j,
		.checked = j->set->memory == MEMORY_CHECKED && keeps_memory0(j),
		.vectors = simd && keeps_plain_memory0(j),
		.wide = j->mod.features & FEAT_MEMORY64,
		.vector_locals = simd && j->mod.features & FEAT_EXCEPTIONS,
	};
}

/* `next' is the line behind it. */
static void mend_line(struct mending *m, char *line, const char *next)
{
	const char *now = line, *behind = "";

	if (bytes_line(&m->out, &m->data, line))
		return;
	vectors_shared(line);
	exit_calls(line, m->j);
	if (m->j->set->arch->is_signed)
		signed_result(line);
	fixed_call(line, m->j);
	if (m->checked)
		now = checked(now, next, &m->in, &behind);
	now = address32(&m->line32, now);
	if (m->vectors)
		now = vector_access(&m->line_vector, now);
	if (m->wide)
		now = address64(&m->line64, now);
	if (is_frameless(line, next))
		add(&m->out, "CPIT_FRAMELESS ");
	if (!global_set(&m->out, now) &&
	    !tag_use(&m->out, now, &m->j->mod) &&
	    !memory_first(&m->out, &m->memories, now) &&
	    !tail_line(&m->scan, &m->out, now))
		add(&m->out, "%s\n", now);
	add(&m->out, "%s", behind);
	if (m->vector_locals)
		vectors_in_memory(&m->locals, &m->out, line, next);
}

static void end_mending(struct mending *m, const char *path)
{
	if (m->memories.len)
		fail(EXIT_TOOL, "unknown version of wasm2c: its memories "
		     "are not made where expected");
	if (m->data.name)
		fail(EXIT_TOOL, "unknown version of wasm2c: no end of %s",
		     m->data.name);
	write_text(path, &m->out);
	free(m->out.s);
	free(m->memories.s);
	free(m->locals.s);
	free(m->line32.s);
	free(m->line_vector.s);
	free(m->line64.s);
	free(m->data.text.s);
}

void repair_code(const struct job *j)
{
	unsigned i;

	for (i = 0; i < j->outputs; i++) {
		char *path = format("%s/m_%u.c", j->dir, i), *end, *line;
		char *c = read_file(path, NULL);
		struct mending m;

		if (j->mod.features & FEAT_EXCEPTIONS)
			c = mend_tries(c);
		begin_mending(&m, j);
		for (line = c; (end = strchr(line = behind_unused(line, j), '\n'));
		     line = end + 1) {
			*end = '\0';
			mend_line(&m, line, end + 1);
		}
		end_mending(&m, path);
		free(c);
		free(path);
	}
}
