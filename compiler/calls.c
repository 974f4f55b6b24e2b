/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of wasm functions in wasm2c's output: C calls, with no wrappers between. */
#include "stages.h"
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
