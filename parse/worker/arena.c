/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "parse/worker/arena.h"

#define CHUNK_BYTES (64 * 1024)

struct arena_chunk {
	struct arena_chunk *next;
	size_t bytes; /* of data */
	_Alignas(8) char data[];
};

static struct arena_chunk *
chunk_new(size_t bytes)
{
	struct arena_chunk *c;

	if (bytes < CHUNK_BYTES)
		bytes = CHUNK_BYTES;
	if (bytes > SIZE_MAX - sizeof(*c))
		return NULL;
	c = malloc(sizeof(*c) + bytes);
	if (c != NULL) {
		c->next = NULL;
		c->bytes = bytes;
	}
	return c;
}

/* The next chunk that has room, after a->now; made if there is none. */
static struct arena_chunk *
chunk_next(struct arena *a, size_t bytes)
{
	struct arena_chunk **link = a->now != NULL ? &a->now->next : &a->first, *c;

	if (*link != NULL && (*link)->bytes >= bytes)
		return *link;
	c = chunk_new(bytes);
	if (c == NULL)
		return NULL;
	c->next = *link;
	*link = c;
	return c;
}

void *
arena_take(struct arena *a, size_t bytes)
{
	void *p;

	if (bytes > SIZE_MAX - 7)
		return NULL;
	bytes = (bytes + 7) & ~(size_t)7;
	if (a->now == NULL || bytes > a->now->bytes - a->used) {
		struct arena_chunk *c = chunk_next(a, bytes);

		if (c == NULL)
			return NULL;
		a->now = c;
		a->used = 0;
	}
	p = a->now->data + a->used;
	a->used += bytes;
	return p;
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.len);

	if (p == NULL)
		return STR_NONE;
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return str_n(p, s.len);
}

void
arena_reset(struct arena *a, size_t keep_bytes)
{
	struct arena_chunk **link = &a->first, *c;
	size_t kept = 0;

	while ((c = *link) != NULL) {
		if (c->bytes <= keep_bytes - kept) {
			kept += c->bytes;
			link = &c->next;
			continue;
		}
		*link = c->next;
		free(c);
	}
	a->now = NULL;
	a->used = 0;
}

void
arena_release(struct arena *a)
{
	arena_reset(a, 0);
}
