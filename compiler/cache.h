/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What wasm2c and the C compiler made of a module, kept from one run to the
 * next (README.md).  All that the stages after native read of it is an entry:
 * its files and their names are listed in cache.c.
 */
#ifndef CPIT_COMPILER_CACHE_H
#define CPIT_COMPILER_CACHE_H

#include "stages.h"

/* There is a folder for it; who keeps the work directory wants it filled. */
bool cache_wanted(void);

/* 64 hex digits: the hash of all that the files of an entry depend on. */
char *cache_key(const struct job *j);

/* Puts the files in the job's folder; false when there is no whole entry. */
bool cache_fetch(const struct job *j, const char *key);
/* Says nothing if it cannot: the build does not depend on it. */
void cache_store(const struct job *j, const char *key);

#endif
