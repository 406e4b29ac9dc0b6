/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * part_private.h: large bodies on their way, as their files share them:
 *
 *	part.c       a request, its answer, the end of a transfer: the loops and their engines
 *	part_sink.c  what is there at the start, commits, what is over: the writer
 */
#ifndef STORE_PART_PRIVATE_H
#define STORE_PART_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/download.h"
#include "store/part.h"
#include "store/sink.h"

#define PARTS_DIR       "parts"
#define PART_LISTS      1024
#define PART_NAME_BYTES 32 /* "0123456789abcdef-12" */
#define PART_SUFFIX     ".part"
#define PART_INFO       ".part.info"

/* guarded by parts->lock; what d is, but for its counts, belongs to the owner, or is immutable while there is none */
struct part {
	uint64_t fp;
	uint32_t n;
	char name[PART_NAME_BYTES];
	struct download d;       /* fd -1: not open */
	const struct job *owner; /* whose body goes to it; NULL */
	bool busy;               /* the writer syncs it: it is not to be freed */
	bool gone;               /* it is of no use any more, and freed when it is not busy */
	bool over;               /* its URL has come to its end, in this transaction */
	uint64_t whole;          /* not 0: so long is what nobody had announced the length of */
	struct part *prev, *next;
};

struct parts {
	struct sink_context *ctx;
	bool on;               /* immutable after open: what comes is kept */
	pthread_mutex_t lock;
	struct part *lists[PART_LISTS]; /* guarded by lock; by fingerprint: as many as bodies are on their way, or wait for another try */
	bool any_over;         /* guarded by lock: some of them are */
	unsigned sync_from;    /* guarded by lock: the list that is looked at first in the next commit */
	uint32_t last;         /* guarded by lock: number of the last one */
	int dir_fd;            /* -1: no part was made yet; set once, under lock */
	_Atomic uint32_t n;    /* of all lists; relaxed: nobody looks where there are none */
};

void parts_lock(struct parts *p);
void parts_unlock(struct parts *p);
/* The one that it is in, or would be. */
static inline struct part **
parts_list(struct parts *p, uint64_t fp)
{
	return &p->lists[fp % PART_LISTS];
}
/* Are there none? NULL: yes. Without the lock. */
bool parts_has_none(const struct parts *p);
/* NULL: no memory. Not in the list yet. */
struct part *part_new(uint64_t fp, uint32_t n);
/* Locked, these three: into its list; the one that is kept of a URL, or NULL; out of it, with its files, as soon as it is not busy. */
void part_add(struct parts *p, struct part *part);
struct part *part_find(struct parts *p, uint64_t fp);
void part_drop(struct parts *p, struct part *part);

#endif
