/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the input of the programs; the same bytes on every machine.
 *
 *	gen text		about SIZE bytes of words, frequent ones more often
 *	gen runs		about SIZE bytes of noise, runs and copies
 *	gen flip OFFSET		stdin, one bit of the byte at OFFSET changed
 *	gen head COUNT		the first COUNT bytes of stdin
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SIZE
#define SIZE	200000u
#endif
#define WORDS	800u

static unsigned char out[SIZE + 8192];
static size_t len;
static unsigned state = 0x2545f491;

static unsigned rnd(unsigned n)
{
	state ^= state << 13 & 0xffffffffu;
	state ^= state >> 17;
	state ^= state << 5 & 0xffffffffu;
	return state % n;
}

static void make_words(char words[WORDS][16])
{
	static const char *const syllable[] = {
		"ca", "tch", "pit", "ra", "sel", "o", "mi", "ent", "ur", "ba",
		"li", "ste", "no", "a", "ver", "ing", "du", "e", "tor", "shi",
	};
	const unsigned n = sizeof(syllable) / sizeof(syllable[0]);

	for (unsigned i = 0; i < WORDS; i++) {
		words[i][0] = '\0';
		for (unsigned k = 1 + rnd(4); k > 0; k--)
			strcat(words[i], syllable[rnd(n)]);
	}
}

static void gen_text(void)
{
	static char words[WORDS][16];
	size_t column = 0;

	make_words(words);
	while (len < SIZE) {
		/* The lower of three draws: a few words make most of it. */
		unsigned w = rnd(WORDS);

		for (int i = 0; i < 2; i++) {
			unsigned v = rnd(WORDS);

			w = v < w ? v : w;
		}
		len += (size_t)sprintf((char *)out + len, "%s%s", words[w],
				       rnd(12) == 0 ? ", " : " ");
		column += strlen(words[w]) + 1;
		if (column > 64) {
			out[len - 1] = '\n';
			column = 0;
		}
	}
}

static void gen_runs(void)
{
	while (len < SIZE) {
		unsigned n = 1 + rnd(rnd(8) == 0 ? 4096 : 300);
		unsigned kind = rnd(3);
		size_t from = len > 0 ? rnd((unsigned)len) : 0;
		unsigned char byte = (unsigned char)rnd(256);

		for (; n > 0; n--, len++) {
			if (kind == 0)
				out[len] = byte;
			else if (kind == 1 && from < len)
				out[len] = out[from++];
			else
				out[len] = (unsigned char)rnd(256);
		}
	}
}

static void copy_stdin(size_t most, size_t flip)
{
	int c;

	for (size_t i = 0; i < most && (c = getchar()) != EOF; i++)
		putchar(i == flip ? c ^ 0x10 : c);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t arg = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (strcmp(what, "text") == 0) {
		gen_text();
	} else if (strcmp(what, "runs") == 0) {
		gen_runs();
	} else if (strcmp(what, "flip") == 0 && argc == 3) {
		copy_stdin((size_t)-1, arg);
	} else if (strcmp(what, "head") == 0 && argc == 3) {
		copy_stdin(arg, (size_t)-1);
	} else {
		fprintf(stderr, "usage: gen text|runs|flip OFFSET|head COUNT\n");
		return 2;
	}
	fwrite(out, 1, len, stdout);
	return fflush(stdout) != 0 || ferror(stdout);
}
