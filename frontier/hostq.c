/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "frontier/hostq.h"

_Static_assert(sizeof(struct bucket) <= 128, "as POOL_LASTING has it");

void
host_list_push_first(struct host_list *l, struct hostq *h)
{
	CHECK(h->list == NULL);
	h->list = l;
	h->list_prev = NULL;
	h->list_next = l->head;
	if (l->head != NULL)
		l->head->list_prev = h;
	else
		l->tail = h;
	l->head = h;
	l->n++;
}

void
host_list_push(struct host_list *l, struct hostq *h)
{
	CHECK(h->list == NULL);
	h->list = l;
	h->list_prev = l->tail;
	h->list_next = NULL;
	if (l->tail != NULL)
		l->tail->list_next = h;
	else
		l->head = h;
	l->tail = h;
	l->n++;
}

void
host_list_remove(struct hostq *h)
{
	struct host_list *l = h->list;

	if (l == NULL)
		return;
	if (h->list_prev != NULL)
		h->list_prev->list_next = h->list_next;
	else
		l->head = h->list_next;
	if (h->list_next != NULL)
		h->list_next->list_prev = h->list_prev;
	else
		l->tail = h->list_prev;
	l->n--;
	h->list = NULL;
	h->list_prev = h->list_next = NULL;
}

/* Where the bucket of that depth is looked for from. */
static struct bucket *
bucket_before(const struct hostq *h, uint32_t depth)
{
	return h->last_bucket != NULL && h->last_bucket->depth <= depth ? h->last_bucket : h->buckets;
}

struct bucket *
hostq_find_bucket(const struct hostq *h, uint32_t depth)
{
	struct bucket *b;

	if (h->last_bucket != NULL && h->last_bucket->depth == depth)
		return h->last_bucket;
	for (b = bucket_before(h, depth); b != NULL && b->depth < depth; b = b->next)
		continue;
	return b != NULL && b->depth == depth ? b : NULL;
}

struct bucket *
hostq_bucket(struct hostq *h, struct pool *p, uint32_t depth)
{
	struct bucket *b = hostq_find_bucket(h, depth), *before, **at;

	if (b != NULL) {
		h->last_bucket = b;
		return b;
	}
	b = pool_get(p, POOL_LASTING);
	if (b == NULL)
		return NULL;
	*b = (struct bucket){ .depth = depth, .taken_us = INT64_MIN };
	before = bucket_before(h, depth);
	at = before != NULL && before->depth < depth ? &before->next : &h->buckets;
	for (; *at != NULL && (*at)->depth < depth; at = &(*at)->next)
		continue;
	b->next = *at;
	*at = b;
	h->last_bucket = b;
	return b;
}

bool
bucket_is_empty(const struct bucket *b)
{
	return b->untaken == NULL && b->queue.n == 0 && b->tail.n == 0 && b->n_retries == 0 && b->n_chain == 0 && b->n_unended == 0;
}

void
hostq_trim(struct hostq *h, struct pool *p, uint32_t depth)
{
	struct bucket **at, *b = hostq_find_bucket(h, depth);

	if (b == NULL || !bucket_is_empty(b))
		return;
	for (at = &h->buckets; *at != b; at = &(*at)->next)
		continue;
	*at = b->next;
	if (h->last_bucket == b)
		h->last_bucket = NULL;
	free(b->retries);
	pool_put(p, b);
}

static bool
retry_before(const struct hostq_retry *a, const struct hostq_retry *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us : a->seq < b->seq;
}

/* With its place in the heap. */
static uint64_t
retry_bytes_of(const struct hostq_retry *r)
{
	return sizeof(*r) + r->bytes + sizeof(void *);
}

int
bucket_add_retry(struct hostq *h, struct bucket *b, const struct rec *r, int64_t due_us, _Atomic uint64_t *bytes, uint64_t *retry_bytes)
{
	size_t need = rec_bytes(r);
	struct hostq_retry *e;
	uint32_t i;

	if (b->n_retries == b->retries_cap) {
		uint32_t cap = b->retries_cap > 0 ? b->retries_cap * 2 : 8;
		struct hostq_retry **grown = realloc(b->retries, cap * sizeof(grown[0]));

		if (grown == NULL)
			return -ENOMEM;
		b->retries = grown;
		b->retries_cap = cap;
	}
	e = malloc(sizeof(*e) + need);
	if (e == NULL)
		return -ENOMEM;
	*e = (struct hostq_retry){ .due_us = due_us, .seq = h->next_seq++, .bytes = (uint32_t)need };
	rec_pack(r, e->rec);
	atomic_fetch_add_explicit(bytes, retry_bytes_of(e), memory_order_relaxed);
	*retry_bytes += retry_bytes_of(e);
	for (i = b->n_retries++; i > 0 && retry_before(e, b->retries[(i - 1) / 2]); i = (i - 1) / 2)
		b->retries[i] = b->retries[(i - 1) / 2];
	b->retries[i] = e;
	h->n_queued++;
	return 0;
}

struct hostq_retry *
bucket_first_retry(const struct bucket *b)
{
	return b->n_retries > 0 ? b->retries[0] : NULL;
}

struct hostq_retry *
bucket_pop_retry(struct hostq *h, struct bucket *b)
{
	struct hostq_retry *first = b->retries[0], *last;
	uint32_t i = 0, child;

	CHECK(b->n_retries > 0);
	last = b->retries[--b->n_retries];
	while ((child = 2 * i + 1) < b->n_retries) {
		if (child + 1 < b->n_retries && retry_before(b->retries[child + 1], b->retries[child]))
			child++;
		if (!retry_before(b->retries[child], last))
			break;
		b->retries[i] = b->retries[child];
		i = child;
	}
	b->retries[i] = last;
	h->n_queued--;
	return first;
}

void
hostq_retry_free(struct hostq_retry *r, _Atomic uint64_t *bytes, uint64_t *retry_bytes)
{
	atomic_fetch_sub_explicit(bytes, retry_bytes_of(r), memory_order_relaxed);
	*retry_bytes -= retry_bytes_of(r);
	free(r);
}

void
bucket_chain_push(struct hostq *h, struct bucket *b, struct job *j)
{
	j->order_next = NULL;
	if (b->chain_tail != NULL)
		b->chain_tail->order_next = j;
	else
		b->chain_head = j;
	b->chain_tail = j;
	b->n_chain++;
	h->n_chain++;
}

void
bucket_chain_remove(struct hostq *h, struct bucket *b, struct job *j)
{
	struct job **at = &b->chain_head, *before = NULL;

	while (*at != j) {
		CHECK(*at != NULL);
		before = *at;
		at = &before->order_next;
	}
	*at = j->order_next;
	if (b->chain_tail == j)
		b->chain_tail = before;
	j->order_next = NULL;
	b->n_chain--;
	h->n_chain--;
}
