/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A packed record:
 *
 *	0   1  kind (low 4 bits), REC_* bits
 *	1   1  LINK_* flags, REC_LASTMOD
 *	2   2  bytes of text
 *	4   4  queued_ms
 *	8   8  struct rec_parent *
 *	16  1 + 8 n  number of redirects and their fingerprints, with REC_CHAIN
 *	    2  attempt; enum net it was found in (low 4 bits), failed_here; with REC_RARE: not all of these are 1, public, 0
 *	    4  lastmod_s, with REC_LASTMOD
 *	    .  text
 *
 * Where it is saved, there is no parent and the rest begins at 8.
 *
 * Chunks come in four sizes, a queue's first one being the smallest: most hosts of a wide crawl have few URLs. A record
 * that fits in none of them gets a chunk of its own.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frontier/record.h"

#define REC_SEED       0x10u
#define REC_LINKS_ONLY 0x20u
#define REC_CHAIN      0x40u
#define REC_RARE       0x80u
#define REC_LASTMOD    0x80u /* beside the flags */
#define REC_HEAD_BYTES 16
#define REC_SAVED_HEAD_BYTES REC_PARENT_OFF

_Static_assert(LINK_FLAGS < REC_LASTMOD, "flags leave a bit");
_Static_assert(LINK_KIND_COUNT <= 16, "a kind has four bits");
_Static_assert(NET_USER < 16 && REC_MAX_FAILED_HERE < 16, "a net and what failed here share a byte");
_Static_assert(URL_MAX_BYTES <= UINT16_MAX, "a text's length has two bytes");

void
rec_mem_init(struct rec_mem *m, struct pool *pool)
{
	*m = (struct rec_mem){ .bytes = pool->bytes, .pool = pool };
}

void
rec_mem_release(struct rec_mem *m)
{
	rec_parent_unref(m, m->last_parent);
	m->last_parent = NULL;
}

int
rec_parent_get(struct rec_mem *m, struct str text, struct rec_parent **ret_parent)
{
	struct rec_parent *p = m->last_parent;

	if (text.len == 0) {
		*ret_parent = NULL;
		return 0;
	}
	if (p == NULL || !str_eq(rec_parent_str(p), text)) {
		if (text.len > UINT32_MAX)
			return -EMSGSIZE;
		p = malloc(sizeof(*p) + text.len);
		if (p == NULL)
			return -ENOMEM;
		p->refs = 1;
		p->len = (uint32_t)text.len;
		memcpy(p->text, text.p, text.len);
		atomic_fetch_add_explicit(m->bytes, sizeof(*p) + p->len, memory_order_relaxed);
		m->held_bytes += sizeof(*p) + p->len;
		rec_parent_unref(m, m->last_parent);
		m->last_parent = p;
	}
	p->refs++;
	*ret_parent = p;
	return 0;
}

void
rec_parent_unref(struct rec_mem *m, struct rec_parent *p)
{
	if (p == NULL || --p->refs > 0)
		return;
	atomic_fetch_sub_explicit(m->bytes, sizeof(*p) + p->len, memory_order_relaxed);
	m->held_bytes -= sizeof(*p) + p->len;
	free(p);
}

static inline bool
rec_is_rare(const struct rec *r)
{
	return r->attempt > 1 || r->from != NET_PUBLIC || r->failed_here > 0;
}

/* Has it nothing between head and text, as nearly all? */
static inline bool
rec_is_plain(const struct rec *r)
{
	return r->redirects == 0 && r->lastmod_s == 0 && !rec_is_rare(r);
}

static size_t
extra_bytes(const struct rec *r)
{
	return (r->redirects > 0 ? 1 + 8 * (size_t)r->redirects : 0) + (rec_is_rare(r) ? 2 : 0) + (r->lastmod_s != 0 ? sizeof(r->lastmod_s) : 0);
}

size_t
rec_save_bytes(const struct rec *r)
{
	return REC_SAVED_HEAD_BYTES + r->text.len + (LIKELY(rec_is_plain(r)) ? 0 : extra_bytes(r));
}

size_t
rec_bytes(const struct rec *r)
{
	return sizeof(struct rec_parent *) + rec_save_bytes(r);
}

/* What comes before the parent. */
static inline void
save_head(const struct rec *r, char *dst)
{
	uint8_t bits = (uint8_t)r->kind;
	uint16_t len = (uint16_t)r->text.len;

	CHECK(r->text.len <= URL_MAX_BYTES && r->redirects <= REC_MAX_REDIRECTS && r->failed_here <= REC_MAX_FAILED_HERE && r->flags <= LINK_FLAGS);
	if (r->is_seed)
		bits |= REC_SEED;
	if (r->links_only)
		bits |= REC_LINKS_ONLY;
	if (r->redirects > 0)
		bits |= REC_CHAIN;
	if (rec_is_rare(r))
		bits |= REC_RARE;
	dst[0] = (char)bits;
	dst[1] = (char)(r->flags | (r->lastmod_s != 0 ? REC_LASTMOD : 0));
	memcpy(dst + 2, &len, sizeof(len));
	memcpy(dst + 4, &r->queued_ms, sizeof(r->queued_ms));
}

/* And between that and the text. Returns the byte behind it. */
static char *
save_extra(const struct rec *r, char *dst)
{
	if (r->redirects > 0) {
		*dst++ = (char)r->redirects;
		memcpy(dst, r->chain, 8 * (size_t)r->redirects);
		dst += 8 * (size_t)r->redirects;
	}
	if (rec_is_rare(r)) {
		*dst++ = (char)(r->attempt < UINT8_MAX ? r->attempt : UINT8_MAX);
		*dst++ = (char)((unsigned)r->from | r->failed_here << 4);
	}
	if (r->lastmod_s != 0) {
		memcpy(dst, &r->lastmod_s, sizeof(r->lastmod_s));
		dst += sizeof(r->lastmod_s);
	}
	return dst;
}

/* All that comes after it. */
static inline void
save_rest(const struct rec *r, char *dst)
{
	if (UNLIKELY(!rec_is_plain(r)))
		dst = save_extra(r, dst);
	if (r->text.len > 0)
		memcpy(dst, r->text.p, r->text.len);
}

void
rec_save(const struct rec *r, char *dst)
{
	save_head(r, dst);
	save_rest(r, dst + REC_SAVED_HEAD_BYTES);
}

void
rec_pack(const struct rec *r, char *dst)
{
	save_head(r, dst);
	memcpy(dst + REC_SAVED_HEAD_BYTES, &r->parent, sizeof(r->parent));
	save_rest(r, dst + REC_HEAD_BYTES);
}

/* What a plain record has not: behind it. */
static const char *
load_extra(const char *p, uint8_t bits, bool has_lastmod, struct rec *r)
{
	if (bits & REC_CHAIN) {
		r->redirects = (uint8_t)*p++;
		r->chain = p;
		p += 8 * (size_t)r->redirects;
	}
	if (bits & REC_RARE) {
		r->attempt = (uint8_t)*p++;
		r->from = (enum net)((uint8_t)*p & 0x0f);
		r->failed_here = (uint8_t)*p++ >> 4;
	}
	if (has_lastmod) {
		memcpy(&r->lastmod_s, p, sizeof(r->lastmod_s));
		p += sizeof(r->lastmod_s);
	}
	return p;
}

/* The rest begins at rest_bytes. */
static inline size_t
load(const char *p, size_t rest_bytes, struct rec *ret_rec)
{
	const char *rest = p + rest_bytes;
	uint8_t bits = (uint8_t)p[0];
	bool has_lastmod = ((uint8_t)p[1] & REC_LASTMOD) != 0;
	uint16_t len;

	memcpy(&len, p + 2, sizeof(len));
	*ret_rec = (struct rec){
		.kind = (enum link_kind)(bits & 0x0f),
		.flags = (uint8_t)p[1] & LINK_FLAGS,
		.is_seed = (bits & REC_SEED) != 0,
		.links_only = (bits & REC_LINKS_ONLY) != 0,
		.attempt = 1,
		.from = NET_PUBLIC,
	};
	memcpy(&ret_rec->queued_ms, p + 4, sizeof(ret_rec->queued_ms));
	if (UNLIKELY((bits & (REC_CHAIN | REC_RARE)) != 0 || has_lastmod))
		rest = load_extra(rest, bits, has_lastmod, ret_rec);
	ret_rec->text = str_n(rest, len);
	return (size_t)(rest + len - p);
}

/* The bytes of the packed record at p. */
static inline size_t
packed_bytes(const char *p)
{
	uint8_t bits = (uint8_t)p[0];
	size_t n = REC_HEAD_BYTES;
	uint16_t len;

	memcpy(&len, p + 2, sizeof(len));
	if (UNLIKELY(bits & REC_CHAIN))
		n += 1 + 8 * (size_t)(uint8_t)p[REC_HEAD_BYTES];
	n += bits & REC_RARE ? 2 : 0;
	n += (uint8_t)p[1] & REC_LASTMOD ? sizeof(uint32_t) : 0;
	return n + len;
}

size_t
rec_load(const char *p, struct rec *ret_rec)
{
	return load(p, REC_SAVED_HEAD_BYTES, ret_rec);
}

size_t
rec_unpack(const char *p, struct rec *ret_rec)
{
	size_t n = load(p, REC_HEAD_BYTES, ret_rec);

	memcpy(&ret_rec->parent, p + REC_SAVED_HEAD_BYTES, sizeof(ret_rec->parent));
	return n;
}

/* POOL_CLASSES: none of them has room. */
static enum pool_class
chunk_class(size_t need, uint32_t last_cap)
{
	enum pool_class class;

	for (class = POOL_128; class < POOL_CLASSES; class++)
		if (pool_piece_bytes(class) - sizeof(struct rec_chunk) >= need &&
			(pool_piece_bytes(class) > last_cap || class == POOL_CLASSES - 1))
			break;
	return class;
}

static struct rec_chunk *
chunk_new(struct rec_mem *m, size_t need, uint32_t last_cap)
{
	enum pool_class class = chunk_class(need, last_cap);
	struct rec_chunk *c;

	if (class < POOL_CLASSES)
		c = pool_get(m->pool, class);
	else
		c = malloc(sizeof(*c) + need);
	if (c == NULL)
		return NULL;
	*c = (struct rec_chunk){ .cap = (uint32_t)(class < POOL_CLASSES ? pool_piece_bytes(class) - sizeof(*c) : need) };
	m->held_bytes += sizeof(*c) + c->cap;
	if (class == POOL_CLASSES)
		atomic_fetch_add_explicit(m->bytes, sizeof(*c) + c->cap, memory_order_relaxed);
	return c;
}

static void
chunk_free(struct rec_mem *m, struct rec_chunk *c)
{
	size_t bytes = sizeof(*c) + c->cap;

	m->held_bytes -= bytes;
	if (bytes <= pool_piece_bytes(POOL_CLASSES - 1)) {
		pool_put(m->pool, c);
		return;
	}
	atomic_fetch_sub_explicit(m->bytes, bytes, memory_order_relaxed);
	free(c);
}

int
rec_fifo_push(struct rec_mem *m, struct rec_fifo *f, const struct rec *r)
{
	size_t need = rec_bytes(r);
	struct rec_chunk *c = f->tail;

	if (c == NULL || c->cap - c->used < need) {
		c = chunk_new(m, need, f->tail != NULL ? f->tail->cap : 0);
		if (c == NULL)
			return -ENOMEM;
		if (f->tail != NULL)
			f->tail->next = c;
		else
			f->head = c;
		f->tail = c;
	}
	rec_pack(r, c->data + c->used);
	c->used += (uint32_t)need;
	f->n++;
	return 0;
}

bool
rec_fifo_peek(const struct rec_fifo *f, struct rec *ret_rec)
{
	if (f->n == 0)
		return false;
	(void)rec_unpack(f->head->data + f->head->read, ret_rec);
	return true;
}

void
rec_fifo_pop(struct rec_mem *m, struct rec_fifo *f)
{
	struct rec_chunk *c = f->head;

	CHECK(f->n > 0);
	c->read += (uint32_t)packed_bytes(c->data + c->read);
	f->n--;
	CHECK(c->read <= c->used);
	if (c->read < c->used)
		return;
	f->head = c->next;
	if (f->head == NULL)
		f->tail = NULL;
	chunk_free(m, c);
}

void
rec_fifo_clear(struct rec_mem *m, struct rec_fifo *f)
{
	struct rec r;

	while (rec_fifo_peek(f, &r)) {
		rec_fifo_pop(m, f);
		rec_parent_unref(m, r.parent);
	}
}
