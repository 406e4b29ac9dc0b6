/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crew.h: threads that stand by, so that what needs them cannot fail for want of one any more.
 *
 * Order of calls: crew_new(); crew_send() for as many as there are; crew_free(), by which the others end. Threads: one calls them.
 */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include "base/thread.h"

struct crew;

/* All of them or none. 0 or negative errno. */
MUST_CHECK int crew_new(unsigned n, struct crew **ret_crew);
/* One of them, which must be there, gets the name and does fn(arg). Its caller's to join. */
pthread_t crew_send(struct crew *c, const char *name, thread_fn fn, void *arg);
/* Accepts NULL. Those that were sent go on. */
void crew_free(struct crew *c);

#endif
