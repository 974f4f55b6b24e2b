/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of wasm functions in wasm2c's output: C calls, with no wrappers between; and
 * what is simpler in functions that make none.
 */
#include "stages.h"
#include <ctype.h>
#include <string.h>

/*
 * An i32 comes back as s32, not as wasm2c's u32: RISC-V's ABI has both
 * sign-extended, and only of s32 does gcc 12 know that, which saves an
 * instruction behind each call.
 */
void signed_declarations(char *prelude)
{
	static const char before[] = "\nu32 w2c_m_f";

	while ((prelude = strstr(prelude, before)))
		*++prelude = 's';
}

void signed_result(char *line)
{
	static const char type[] = ", u32 (*)(";
	char *call = strstr(line, "CALL_INDIRECT(");

	if (begins(line, "u32 w2c_m_f"))
		*line = 's';
	else if (call && (call = strstr(call, type)))
		call[2] = 's';
}

/* "static u32 wrap_w2c_m_f1(void *instance, ...) {", a line, "}". */
static bool is_wrapper(const char *line)
{
	const char *name, *end;

	if (!begins(line, "static "))
		return false;
	name = strstr(line, " wrap_w2c_");
	end = strchr(line, '\n');
	return name && end && name < end;
}

/*
 * Past wrappers, one call more for each call through a table (translate.c names
 * the function instead), and wasm2c_m_get_func_type(), which nobody calls: it
 * asks for each type, and of 10000 gcc has not had enough after ten minutes.
 */
char *behind_unused(char *line, const struct job *j)
{
	static const char types[] = "wasm_rt_func_type_t wasm2c_m_get_func_type(";
	char *end;

	for (;; line = end) {
		end = behind_fixed(line, j);
		if (!end && (is_wrapper(line) || begins(line, types)) &&
		    (end = strstr(line, "\n}\n")))
			end += strlen("\n}\n");
		if (!end)
			return line;
	}
}

/* ------------------------------------------------------- who calls nobody */

/* An imported table is "(*instance->w2c_h_i0)". */
bool may_call(const char *text, size_t n)
{
	static const char *const calls[] = {
		"(instance", "CALL_INDIRECT(", "wasm_rt_grow_",
	};
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (memmem(text, n, calls[i], strlen(calls[i])))
			return true;
	return false;
}

bool calls_nobody(const char *line)
{
	const char *end = strstr(line, "\n}");

	return end && !may_call(line, (size_t)(end - line));
}

/* What stands before a "(" is a cast, an operator, or what becomes instructions. */
static bool is_inline(const char *start, const char *at)
{
	static const char *const known[] = {
		"if", "switch", "CPIT_ADDRESS", "DIV_U", "REM_U",
		"i32_load", "i64_load", "f32_load", "f64_load",
		"i32_store", "i64_store", "f32_store", "f64_store",
		"I32_DIV", "I64_DIV", "I32_REM", "I64_REM",
		"I32_ROT", "I64_ROT",
		"wasm_quiet", "wasm_fabs", "wasm_sqrt", "copysign",
		"FMIN", "FMAX",
	};
	const char *word = at;
	size_t i;

	while (word > start && (isalnum((unsigned char)word[-1]) ||
				word[-1] == '_'))
		word--;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (begins(word, known[i]))
			return true;
	return word == at;
}

/*
 * gcc 12 has no -momit-leaf-frame-pointer for RISC-V.  Whether `line' begins a
 * function that is sure to call nobody, not even the C library, so that the return
 * address stays in its register, which gcc uses for nothing else (K23-14).
 */
bool is_frameless(const char *line, const char *next)
{
	/* Types, values without a "(": a null exnref is 288 bytes to clear. */
	static const char runtime[] = "wasm_rt_";
	const char *end, *at;

	if (!strstr(line, " w2c_m_f") || !strstr(line, "(w2c_m* instance"))
		return false;
	end = strstr(next, "\n}");
	if (!end || strstr(line, runtime) ||
	    memmem(next, (size_t)(end - next), runtime, strlen(runtime)))
		return false;
	for (at = next; (at = memchr(at, '(', (size_t)(end - at))); at++)
		if (!is_inline(next, at))
			return false;
	return true;
}
