/* SPDX-License-Identifier: Apache-2.0 */
/* S-expressions of a .wast script, as spans of its text. */
#ifndef CPIT_SPEC_LEX_H
#define CPIT_SPEC_LEX_H

#include "util.h"

enum node_kind { NODE_LIST, NODE_ATOM, NODE_STRING };

struct node {
	enum node_kind kind;
	const char *s;		/* in the text, quotes and parentheses too */
	size_t len;
	unsigned line;
	struct node *child;	/* first of a list */
	struct node *next;	/* beside it */
};

/*
 * The top level of `text', len bytes that end with a NUL; NULL with *line set
 * where brackets or quotes do not match.  Released by lex_free(), all at once.
 */
struct node *lex(const char *text, size_t len, unsigned *line);
void lex_free(void);

/* Whether n is this atom, or a list that begins with it. */
bool is_atom(const struct node *n, const char *s);
bool is_list(const struct node *n, const char *head);
/* "$name" */
bool is_id(const struct node *n);
/* Appends the bytes that a string stands for. */
void add_string(struct text *t, const struct node *n);
/* A NUL-terminated copy of the node's text. */
char *node_text(const struct node *n);

#endif
