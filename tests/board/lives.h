/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model that lives.c keeps of its stores and instances, and what calls of them
 * have to come to (live_calls.c).
 */
#ifndef CPIT_TESTS_LIVES_H
#define CPIT_TESTS_LIVES_H

#include "harness.h"
#include "boards/board.h"

enum {
	STORES = 3, NODES = 10, DEPTH = 5,
	SLOTS = 4,			/* of a table */
	PAGES = 4,			/* of a memory, at most */
	PAGE = 65536,
	WORD = 16,			/* where in a page the word is that is used */
	SIGNAL = 32,			/* where a root has its signal word */
};

/* An instance: a root, which imports a function of the host's, or a leaf. */
struct node {
	struct cpit_instance *inst;	/* NULL: there is none, or it begins */
	unsigned store;
	bool taken, begun;		/* a leaf's segments are in their places */
	bool dead, killed;		/* its beginning has ended early; poisoned */
	struct node *base, *lender;	/* of a leaf: whose table, whose memory */
	uint32_t pages, words[PAGES], own;
	struct node *slots[SLOTS];	/* of a root's table, whose function is there */
	uint32_t elem_at, data_at, how;	/* of a leaf: its imports */
};

/* `segment' is `root' once more, by segment where there is one (--base gs). */
extern const struct cpit_module cpit_module_root, cpit_module_leaf,
	cpit_module_segment;

extern struct node another;		/* in a slot: a function of another type */

/* How a host function ends the call, and who has called it. */
enum way { RETURN, EXIT, RAISE, FAIL, WAYS };
struct plan {
	struct node *caller;
	enum way way;
	uint32_t v;
};

/* Of one CPU. */
struct life {
	struct cpit_store *stores[STORES];
	unsigned running[STORES];
	struct node nodes[NODES];
	/* By the number of activations: ... */
	unsigned depth;
	unsigned of[DEPTH + 3];		/* ... the store of the newest */
	struct plan plans[DEPTH + 1];
	struct cpit_outcome outs[DEPTH + 1];
	union cpit_value v[DEPTH + 1][2];
	unsigned doomed;		/* the oldest that is to end, from 1; 0: none */
	bool stops;			/* the host function that runs returns now */
	bool scarce;			/* memory may give out; it has, */
	bool met;			/* in what was done last */
	unsigned calls, killed, began, ended;
	/* live_hunt.c: what another CPU may kill, or at least what spins; ... */
	uint32_t lock;
	struct cpit_instance *prey[NODES], *bait;
	bool hunted, hit;		/* ... it has killed something */
	bool enough, over;		/* enough was killed; it has ended */
};

/* What the model says, which may be wrong as soon as something was hit. */
#define AGREES(l, condition) CHECK((condition) || is_hit(l))

static inline uint32_t below(uint32_t n)
{
	return random32() % n;
}

static inline struct node *root_of(struct node *n)
{
	return n->base ? n->base : n;
}

/* Any instance; NULL at times, always if there is none. */
struct node *any(struct life *l);

/* What all import. */
uint32_t lives_host(struct cpit_caller *c, uint32_t v);

/* One is made, if it comes to that. */
void come(struct life *l);
/* A leaf's segments are in their places: before its start function. */
void begin(struct node *n);

void show_prey(struct life *l, const struct node *n, struct cpit_instance *inst);
void show_bait(struct life *l, struct cpit_instance *inst);
bool is_hit(const struct life *l);
void set_hit(struct life *l, bool hit);
/* Kills of all n but the first until they are over; after so many it is enough. */
void hunt(struct life *lives, unsigned n, unsigned kills);
bool is_enough(struct life *l);
void set_over(struct life *l);

/* Around what may find that memory is out. */
void become_scarce(struct life *l);
void become_rich(struct life *l);
bool out_of_pages(const struct life *l, const struct cpit_outcome *o);

/* A call; NULL when it is refused or killed, as it has to be. */
const struct cpit_outcome *enter(struct life *l, struct node *n,
				 const char *name, uint32_t a, uint32_t b);
/*
 * Whether the newest call, of a store, was killed, as it has to be; it had been
 * doomed before it began, or not.
 */
bool was_killed(struct life *l, bool doomed, unsigned store);

void plan(struct life *l, struct node *caller);
/* Whether it ended like that; `then' is what follows if it returns. */
bool as_planned(const struct life *l, const struct cpit_outcome *o, bool then);

/* Anything of what a call can be, but of a host function. */
void call_any(struct life *l, struct node *n);
void call_host(struct life *l, struct node *n);

#endif
