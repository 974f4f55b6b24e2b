/* SPDX-License-Identifier: Apache-2.0 */
/* For jq, which has one thread and one key. */
#ifndef TESTS_PROGRAMS_PTHREAD_H
#define TESTS_PROGRAMS_PTHREAD_H

typedef const void *pthread_key_t;
typedef int pthread_once_t;
#define PTHREAD_ONCE_INIT		0
#define pthread_key_create(key, end)	(*(key) = 0)
#define pthread_setspecific(key, value)	((key) = (value), 0)
#define pthread_getspecific(key)	((void *)(key))

static inline int pthread_once(pthread_once_t *once, void (*f)(void))
{
	if (!*once) {
		*once = 1;
		f();
	}
	return 0;
}

#endif
