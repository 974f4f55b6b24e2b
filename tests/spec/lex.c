/* SPDX-License-Identifier: Apache-2.0 */
#include "lex.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096 };

struct chunk {
	struct chunk *next;
	size_t used;
	struct node nodes[CHUNK];
};

static struct chunk *chunks;

struct lexer {
	const char *p, *end;
	unsigned line;
	bool bad;
};

static struct node *new_node(struct lexer *l, enum node_kind kind)
{
	struct node *n;

	if (!chunks || chunks->used == CHUNK) {
		struct chunk *c = xmalloc(sizeof(*c));

		c->used = 0;
		c->next = chunks;
		chunks = c;
	}
	n = &chunks->nodes[chunks->used++];
	*n = (struct node){ .kind = kind, .s = l->p, .line = l->line };
	return n;
}

void lex_free(void)
{
	while (chunks) {
		struct chunk *next = chunks->next;

		free(chunks);
		chunks = next;
	}
}

static bool at(const struct lexer *l, const char *two)
{
	return l->end - l->p >= 2 && l->p[0] == two[0] && l->p[1] == two[1];
}

/* Past a "(; ... ;)" that may hold others. */
static void skip_block(struct lexer *l)
{
	unsigned depth = 0;

	do {
		if (l->p >= l->end) {
			l->bad = true;
			return;
		}
		if (at(l, "(;"))
			depth++, l->p += 2;
		else if (at(l, ";)"))
			depth--, l->p += 2;
		else if (*l->p++ == '\n')
			l->line++;
	} while (depth);
}

static void skip_blank(struct lexer *l)
{
	while (l->p < l->end && !l->bad) {
		if (at(l, ";;")) {
			/* A line ends with CR as well as with LF. */
			while (l->p < l->end && *l->p != '\n' && *l->p != '\r')
				l->p++;
		} else if (at(l, "(;")) {
			skip_block(l);
		} else if (isspace((unsigned char)*l->p)) {
			l->line += *l->p++ == '\n';
		} else {
			return;
		}
	}
}

static struct node *string(struct lexer *l)
{
	struct node *n = new_node(l, NODE_STRING);

	for (l->p++; l->p < l->end && *l->p != '"'; l->p++) {
		if (*l->p == '\\')
			l->p++;
		else if (*l->p == '\n')
			l->line++;
	}
	if (l->p++ >= l->end)
		l->bad = true;
	n->len = (size_t)(l->p - n->s);
	return n;
}

static struct node *atom(struct lexer *l)
{
	struct node *n = new_node(l, NODE_ATOM);

	while (l->p < l->end && !isspace((unsigned char)*l->p) &&
	       !memchr("()\"", *l->p, 3) && !at(l, ";;"))
		l->p++;
	n->len = (size_t)(l->p - n->s);
	return n;
}

/* "(@name ...)": part of the text, not of what it says. */
static bool is_annotation(const struct node *n)
{
	return n->child && n->child->kind == NODE_ATOM &&
	       n->child->s[0] == '@';
}

/* Nodes up to the closing bracket, or to the end at the top. */
static struct node *list(struct lexer *l, bool top)
{
	struct node *first = NULL, **last = &first;

	for (skip_blank(l); !l->bad; skip_blank(l)) {
		if (l->p >= l->end) {
			l->bad = !top;
			break;
		}
		if (*l->p == ')') {
			l->bad = top;
			l->p++;
			break;
		}
		if (*l->p == '(') {
			*last = new_node(l, NODE_LIST);
			l->p++;
			(*last)->child = list(l, false);
			(*last)->len = (size_t)(l->p - (*last)->s);
			if (is_annotation(*last)) {
				*last = NULL;
				continue;
			}
		} else {
			*last = *l->p == '"' ? string(l) : atom(l);
		}
		last = &(*last)->next;
	}
	return first;
}

struct node *lex(const char *text, size_t len, unsigned *line)
{
	struct lexer l = { .p = text, .end = text + len, .line = 1 };
	struct node *top = list(&l, true);

	*line = l.line;
	return l.bad ? NULL : top;
}

bool is_atom(const struct node *n, const char *s)
{
	return n && n->kind == NODE_ATOM && n->len == strlen(s) &&
	       !memcmp(n->s, s, n->len);
}

bool is_list(const struct node *n, const char *head)
{
	return n && n->kind == NODE_LIST && is_atom(n->child, head);
}

bool is_id(const struct node *n)
{
	return n && n->kind == NODE_ATOM && n->s[0] == '$';
}

static void add_utf8(struct text *t, unsigned long c)
{
	char s[4];
	size_t n = 0;

	if (c < 0x80) {
		s[n++] = (char)c;
	} else if (c < 0x800) {
		s[n++] = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		s[n++] = (char)(0xe0 | c >> 12);
		s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		s[n++] = (char)(0xf0 | c >> 18);
		s[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		s[n++] = (char)(0x80 | (c & 0x3f));
	add_bytes(t, s, n);
}

/* The escape at s, behind its backslash; returns what comes after it. */
static const char *escape(struct text *t, const char *s)
{
	static const char letters[] = "tnr\"'\\", bytes[] = "\t\n\r\"'\\";
	const char *letter = memchr(letters, *s, sizeof(letters) - 1);
	char hex[3] = { s[0], s[1], '\0' }, *end;
	char byte;

	if (*s == 'u' && s[1] == '{') {
		add_utf8(t, strtoul(s + 2, &end, 16));
		return end + 1;
	}
	if (letter) {
		byte = bytes[letter - letters];
		add_bytes(t, &byte, 1);
		return s + 1;
	}
	byte = (char)strtoul(hex, NULL, 16);
	add_bytes(t, &byte, 1);
	return s + 2;
}

void add_string(struct text *t, const struct node *n)
{
	const char *s = n->s + 1, *end = n->s + n->len - 1;

	while (s < end) {
		if (*s == '\\')
			s = escape(t, s + 1);
		else
			add_bytes(t, s++, 1);
	}
}

char *node_text(const struct node *n)
{
	return format("%.*s", (int)n->len, n->s);
}
