/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomics on bytes and halfwords, which gcc for riscv64 leaves to a library
 * that bare-metal toolchains lack.  Linked into module text.  Each is a
 * compare-and-swap on the aligned word around it; the names are gcc's
 * (gcc.gnu.org/wiki/Atomic/GCCMM/LIbrary).
 */
#include <stdbool.h>
#include <stdint.h>

struct place {
	uint32_t *word;
	unsigned shift;
	uint32_t mask;
};

static struct place place_of(volatile void *p, unsigned bytes)
{
	uintptr_t a = (uintptr_t)p;
	unsigned shift = (unsigned)(a & 3) * 8;
	uint32_t ones = bytes == 1 ? 0xff : 0xffff;

	return (struct place){ (uint32_t *)(a & ~(uintptr_t)3), shift,
			       ones << shift };
}

static uint32_t load(const struct place *at)
{
	return __atomic_load_n(at->word, __ATOMIC_RELAXED);
}

/* Replaces our bits of *word, which was last seen as `old'. */
static bool replace(const struct place *at, uint32_t *old, uint32_t value)
{
	uint32_t new = (*old & ~at->mask) | (value << at->shift & at->mask);

	return __atomic_compare_exchange_n(at->word, old, new, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#define RMW(name, op, n, type)						\
	type cpit_##name##_##n(volatile void *p, type v, int order)	\
		__asm__("__atomic_" #name "_" #n);			\
	type cpit_##name##_##n(volatile void *p, type v, int order)	\
	{								\
		const struct place at = place_of(p, n);			\
		uint32_t old = load(&at);				\
		type was;						\
									\
		(void)order;						\
		do							\
			was = (type)((old & at.mask) >> at.shift);	\
		while (!replace(&at, &old, (type)(op)));		\
		return was;						\
	}

#define CAS(n, type)							\
	bool cpit_cas_##n(volatile void *p, void *expected, type v,	\
			  int ok, int fail)				\
		__asm__("__atomic_compare_exchange_" #n);		\
	bool cpit_cas_##n(volatile void *p, void *expected, type v,	\
			  int ok, int fail)				\
	{								\
		const struct place at = place_of(p, n);			\
		uint32_t old = load(&at);				\
		type *want = expected, was;				\
									\
		(void)ok;						\
		(void)fail;						\
		do {							\
			was = (type)((old & at.mask) >> at.shift);	\
			if (was != *want) {				\
				*want = was;				\
				return false;				\
			}						\
		} while (!replace(&at, &old, v));			\
		return true;						\
	}

#define ALL(n, type)			\
	RMW(fetch_add, was + v, n, type)	\
	RMW(fetch_sub, was - v, n, type)	\
	RMW(fetch_and, was & v, n, type)	\
	RMW(fetch_or, was | v, n, type)	\
	RMW(fetch_xor, was ^ v, n, type)	\
	RMW(exchange, v, n, type)	\
	CAS(n, type)

ALL(1, uint8_t)
ALL(2, uint16_t)
