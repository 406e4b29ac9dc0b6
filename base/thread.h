/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thread.h: named threads that leave signals to the main thread.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

#include "base/check.h"

typedef void *(*thread_fn)(void *arg);

/*
 * Starts fn(arg) with all signals blocked and the given name (at most 15 bytes; cut if longer). The caller
 * joins with pthread_join(). 0 or negative errno.
 */
MUST_CHECK int thread_start(pthread_t *ret_thread, const char *name, thread_fn fn, void *arg);
/* Cut as above. */
void thread_name(pthread_t thread, const char *name);

#endif
