/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offers on their way to another loop. What one page offers to a loop goes in one parcel; the URLs in it were let in by the sender
 * (they are in the visited set and accounted for), the receiver only queues them.
 *
 * A parcel is its header and entries, each struct parcel_entry, the chain's fingerprints, the parent (unless it is the one of the
 * entry before), the URL. An empty parcel is a nudge: look again, a level is done or an address
 * has a slot.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frontier/inside.h"

#define PARCEL_MAGIC     0x7061726bu
#define PARCEL_MIN_BYTES 1024
#define PARCEL_MAX_BYTES (64 * 1024) /* then it is sent, and another one begun */

struct frontier_parcel {
	uint32_t magic;
	uint32_t used, cap;    /* bytes of data */
	uint32_t n;            /* entries */
	uint32_t parent_off, parent_len; /* in data, of the last entry; len 0: none */
	char data[];
};

struct parcel_entry {
	uint32_t depth, queued_ms;
	uint32_t parent_len; /* PARCEL_SAME_PARENT: as the one before */
	uint32_t lastmod_s;
	uint16_t url_len;
	uint8_t kind, flags, redirects;
	bool is_seed, links_only, again;
	uint8_t from;
};

#define PARCEL_SAME_PARENT UINT32_MAX

static struct frontier_parcel *
parcel_room(struct frontier_parcel *p, size_t need)
{
	size_t used = p != NULL ? p->used : 0, cap = p != NULL ? p->cap : PARCEL_MIN_BYTES;
	struct frontier_parcel *grown;

	if (p != NULL && p->cap - p->used >= need)
		return p;
	while (cap < used + need)
		cap *= 2;
	if (cap > UINT32_MAX)
		return NULL;
	grown = realloc(p, sizeof(*p) + cap);
	if (grown == NULL)
		return NULL;
	if (p == NULL)
		*grown = (struct frontier_parcel){ .magic = PARCEL_MAGIC };
	grown->cap = (uint32_t)cap;
	return grown;
}

static void
parcel_put(struct frontier_parcel *p, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(p->data + p->used, bytes, len);
	p->used += (uint32_t)len;
}

int
parcel_add(struct frontier *f, unsigned loop, struct str url, uint32_t depth, const struct rec *r, struct str parent)
{
	struct frontier_parcel *p = f->parcels[loop];
	bool same = p != NULL && p->n > 0 && str_eq(str_n(p->data + p->parent_off, p->parent_len), parent);
	struct parcel_entry e = {
		.depth = depth,
		.queued_ms = r->queued_ms,
		.parent_len = same ? PARCEL_SAME_PARENT : (uint32_t)parent.len,
		.lastmod_s = r->lastmod_s,
		.url_len = (uint16_t)url.len,
		.kind = (uint8_t)r->kind,
		.flags = (uint8_t)r->flags,
		.redirects = (uint8_t)r->redirects,
		.is_seed = r->is_seed,
		.links_only = r->links_only,
		.again = r->again,
		.from = (uint8_t)r->from,
	};

	p = parcel_room(p, sizeof(e) + 8 * (size_t)r->redirects + (same ? 0 : parent.len) + url.len);
	if (p == NULL)
		return -ENOMEM;
	f->parcels[loop] = p;
	parcel_put(p, &e, sizeof(e));
	parcel_put(p, r->chain, 8 * (size_t)r->redirects);
	if (!same) {
		p->parent_off = p->used;
		p->parent_len = (uint32_t)parent.len;
		parcel_put(p, parent.p, parent.len);
	}
	parcel_put(p, url.p, url.len);
	p->n++;
	if (p->used >= PARCEL_MAX_BYTES) {
		f->parcels[loop] = NULL;
		f->ops.forward(f->ops.arg, loop, p);
	}
	return 0;
}

void
parcels_send(struct frontier *f)
{
	unsigned i;

	for (i = 0; i < f->config->n_loops; i++) {
		struct frontier_parcel *p = f->parcels[i];

		if (p == NULL)
			continue;
		f->parcels[i] = NULL;
		f->ops.forward(f->ops.arg, i, p);
	}
}

void
parcels_nudge(struct frontier *f)
{
	unsigned i;

	for (i = 0; i < f->config->n_loops; i++) {
		struct frontier_parcel *p;

		if (i == f->index || !atomic_load(&f->shared->loops[i].wants_nudge) ||
			!atomic_exchange(&f->shared->loops[i].wants_nudge, false))
			continue;
		p = calloc(1, sizeof(*p));
		if (p == NULL) {
			/* It will look by itself: frontier_take() says so. */
			atomic_store(&f->shared->loops[i].wants_nudge, true);
			continue;
		}
		p->magic = PARCEL_MAGIC;
		f->ops.forward(f->ops.arg, i, p);
	}
}

bool
parcels_nudge_some(struct frontier *f, uint64_t loops)
{
	unsigned i;

	for (i = 0; i < f->config->n_loops; i++) {
		struct frontier_parcel *p;

		if (i == f->index || (loops >> i % 64 & 1) == 0)
			continue;
		p = calloc(1, sizeof(*p));
		if (p == NULL)
			return false;
		p->magic = PARCEL_MAGIC;
		f->ops.forward(f->ops.arg, i, p);
	}
	return true;
}

/* One entry of a parcel; its strings point into it. Returns where the next one is. */
static size_t
parcel_entry(const struct frontier_parcel *p, size_t at, uint32_t *ret_depth, struct rec *ret_rec, struct str *ret_url,
	struct str *parent)
{
	struct parcel_entry e;

	memcpy(&e, p->data + at, sizeof(e));
	at += sizeof(e);
	*ret_rec = (struct rec){
		.kind = (enum link_kind)e.kind,
		.flags = e.flags,
		.is_seed = e.is_seed,
		.links_only = e.links_only,
		.again = e.again,
		.from = (enum net)e.from,
		.attempt = 1,
		.redirects = e.redirects,
		.lastmod_s = e.lastmod_s,
		.chain = p->data + at,
		.queued_ms = e.queued_ms,
	};
	at += 8 * (size_t)e.redirects;
	if (e.parent_len != PARCEL_SAME_PARENT) {
		*parent = str_n(p->data + at, e.parent_len);
		at += e.parent_len;
	}
	*ret_url = str_n(p->data + at, e.url_len);
	*ret_depth = e.depth;
	return at + e.url_len;
}

void
frontier_accept(struct frontier *f, struct frontier_parcel *p)
{
	struct str parent = STR_NONE, url;
	size_t at = 0;
	uint32_t depth;
	struct rec r;

	CHECK_MAGIC(p, PARCEL_MAGIC);
	frontier_enter(f);
	if (p->used == 0)
		server_wake_all(f);
	while (at < p->used) {
		(void)tails_make_room(f);
		at = parcel_entry(p, at, &depth, &r, &url, &parent);
		/* Another loop has let it in again: parcels overtake one another. */
		if (hosts_is_stale(f, hash_fingerprint(f->config->key, url.p, url.len), depth)) {
			shared_forget(f->shared, depth, r.is_seed);
			continue;
		}
		/* Where memory is short the page it was found on is forgotten, the URL is not. */
		if (rec_parent_get(&f->mem, parent, &r.parent) < 0)
			r.parent = NULL;
		if (url_parse(&f->url, url, NULL) == 0) {
			hosts_queue(f, &f->url, NULL, depth, &r);
		} else {
			hosts_drop(f, url, depth, &r, OUTCOME_NO_MEMORY);
			rec_parent_unref(&f->mem, r.parent);
			frontier_full(f, OUTCOME_NO_MEMORY);
		}
	}
	p->magic = 0;
	free(p);
	frontier_leave(f);
}

void
frontier_parcel_free(struct frontier_shared *s, struct frontier_parcel *p)
{
	struct str parent = STR_NONE, url;
	size_t at = 0;
	uint32_t depth;
	struct rec r;

	CHECK_MAGIC(s, SHARED_MAGIC);
	if (p == NULL)
		return;
	CHECK_MAGIC(p, PARCEL_MAGIC);
	while (at < p->used) {
		at = parcel_entry(p, at, &depth, &r, &url, &parent);
		shared_leave(s, depth, r.is_seed);
	}
	p->magic = 0;
	free(p);
}
