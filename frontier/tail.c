/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A piece:
 *
 *	0   8  tail_ref of the next one in its chain, 0 = the last
 *	8   2  records in it
 *	10  .  for each: a byte that says where its parent is (PARENT_*), its length and text if it stands here, and the record
 *	       (rec_save())
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "frontier/inside.h"

#define TAIL_HEAD_BYTES  10
/* A piece that has this much is closed; and what is read at a time. */
#define TAIL_PIECE_BYTES 4096
/* Records that a refill brings, at most; at least; and what one takes, about. */
#define TAIL_REFILL       16u
#define TAIL_REFILL_LEAST 4u
#define TAIL_RECORD_BYTES 96
#define TAIL_LEN_BITS (64 - BACKEND_ADDRESS_BITS)
/* Hosts that a pass looks ahead to at a time. */
#define SPILL_AHEAD 32u
/* Records of a host, too few to be worth a pass (T5). */
#define TAIL_FEW 4
/* Near the ceiling; and how much queues must hold so that a pass is worth its while. */
#define TAIL_NEAR(max)  ((max) / 4 * 3)
#define TAIL_WORTH(max) ((max) / 16)

enum { PARENT_NONE, PARENT_SAME, PARENT_TEXT, PARENT_ON_HOST };

_Static_assert(BACKEND_PIECE_MAX_BYTES < (1u << TAIL_LEN_BITS), "a length fits beside an address");
_Static_assert(TAIL_PIECE_BYTES + 3 + 2 * URL_MAX_BYTES + 8 * REC_MAX_REDIRECTS + 64 < BACKEND_PIECE_MAX_BYTES,
	"a piece that is not closed has room for one more record");
/* The shortest record has 9 bytes. */
_Static_assert(BACKEND_PIECE_MAX_BYTES / 9 < UINT16_MAX, "records are counted in 16 bits");

int
tails_init(struct frontier *f, const struct frontier_backend *backend)
{
	struct tails *t = &f->tails;

	for (unsigned i = 0; i < TAIL_OPEN; i++)
		buf_init(&t->open[i].piece, BACKEND_PIECE_MAX_BYTES);
	buf_init(&t->read, BACKEND_PIECE_MAX_BYTES);
	if (backend == NULL)
		return 0;
	t->backend = *backend;
	t->on = true;
	pool_keep(&f->pool, TAIL_WORTH(f->config->queue_max_bytes) / f->config->n_loops);
	t->merge = malloc(BACKEND_PIECE_MAX_BYTES);
	/* What is needed to make room is there before room is short. */
	if (t->merge == NULL || buf_reserve(&t->read, BACKEND_PIECE_MAX_BYTES) < 0)
		return -ENOMEM;
	for (unsigned i = 0; i < TAIL_OPEN; i++)
		if (buf_reserve(&t->open[i].piece, BACKEND_PIECE_MAX_BYTES) < 0)
			return -ENOMEM;
	return 0;
}

void
tails_release(struct frontier *f)
{
	struct tails *t = &f->tails;

	for (unsigned i = 0; i < TAIL_OPEN; i++) {
		rec_parent_unref(&f->mem, t->open[i].parent);
		buf_release(&t->open[i].piece);
	}
	buf_release(&t->read);
	free(t->merge);
	atomic_fetch_sub_explicit(&f->shared->bytes, t->resident_cap * sizeof(t->resident[0]), memory_order_relaxed);
	free(t->resident);
	*t = (struct tails){ 0 };
}

/* T4. */
static int
tails_fail(struct frontier *f, int r)
{
	if (r < 0) {
		f->tails.failed = true;
		frontier_full(f, r == -ENOMEM ? OUTCOME_NO_MEMORY : OUTCOME_WRITE_FAILED);
	}
	return r;
}

/* --- pieces ----------------------------------------------------------------------------------------------------- */

static uint64_t
ref_address(tail_ref ref)
{
	return ref >> TAIL_LEN_BITS;
}

static size_t
ref_len(tail_ref ref)
{
	return (size_t)(ref & ((UINT64_C(1) << TAIL_LEN_BITS) - 1));
}

struct piece {
	tail_ref next;
	uint16_t n;
	struct str records;
};

static void
piece_set_head(char *piece, tail_ref next, uint16_t n)
{
	memcpy(piece, &next, sizeof(next));
	memcpy(piece + sizeof(next), &n, sizeof(n));
}

static uint16_t
piece_count(const char *piece)
{
	uint16_t n;

	memcpy(&n, piece + sizeof(tail_ref), sizeof(n));
	return n;
}

MUST_CHECK static int
piece_put(struct frontier *f, const char *piece, size_t len, tail_ref *ret_ref)
{
	uint64_t address;
	int r = f->tails.backend.put(f->tails.backend.arg, piece, len, &address);

	if (r < 0)
		return r;
	CHECK(address > 0 && address >> BACKEND_ADDRESS_BITS == 0);
	*ret_ref = address << TAIL_LEN_BITS | len;
	return 0;
}

/* Into tails.read; valid until the next one. */
MUST_CHECK static int
piece_get(struct frontier *f, tail_ref ref, struct piece *ret_piece)
{
	char *p = f->tails.read.data;
	size_t len = ref_len(ref);
	int r = f->tails.backend.get(f->tails.backend.arg, ref_address(ref), p, len);

	if (r < 0)
		return r;
	memcpy(&ret_piece->next, p, sizeof(ret_piece->next));
	ret_piece->n = piece_count(p);
	ret_piece->records = str_n(p + TAIL_HEAD_BYTES, len - TAIL_HEAD_BYTES);
	return 0;
}

static void
piece_drop(struct frontier *f, tail_ref ref)
{
	f->tails.backend.drop(f->tails.backend.arg, ref_address(ref), ref_len(ref));
}

/* --- adding ------------------------------------------------------------------------------------------------------- */

static void
open_forget(struct frontier *f, struct open_piece *o)
{
	o->bucket = NULL;
	rec_parent_unref(&f->mem, TAKE(o->parent));
	o->n = 0;
	o->piece.len = 0;
}

/* The piece becomes the last one of its bucket. */
MUST_CHECK static int
open_close(struct frontier *f, struct open_piece *o)
{
	int r;

	if (o->bucket == NULL)
		return 0;
	piece_set_head(o->piece.data, o->bucket->tail.recent, o->n);
	r = piece_put(f, o->piece.data, o->piece.len, &o->bucket->tail.recent);
	if (r == 0)
		open_forget(f, o);
	return r;
}

static struct open_piece *
open_of(struct frontier *f, const struct bucket *b)
{
	const struct open_piece *o = tails_open_piece(&f->tails, b);

	return o != NULL ? &f->tails.open[o - f->tails.open] : NULL;
}

/* An empty one, in the place of the one that was added to least recently. NULL: *ret_err. */
MUST_CHECK static struct open_piece *
open_new(struct frontier *f, int *ret_err)
{
	struct tails *t = &f->tails;
	struct open_piece *o = &t->open[0];

	for (unsigned i = 1; i < TAIL_OPEN; i++)
		if (t->open[i].used < o->used)
			o = &t->open[i];
	*ret_err = open_close(f, o);
	return *ret_err == 0 ? o : NULL;
}

/* These write at `at` and return the byte behind it. There is room: see the top. */
static char *
put_text(char *at, struct str text)
{
	uint16_t len = (uint16_t)text.len;

	memcpy(at, &len, sizeof(len));
	memcpy(at + sizeof(len), text.p, text.len);
	return at + sizeof(len) + text.len;
}

static char *
put_parent(char *at, const struct open_piece *o, struct str origin, const struct rec_parent *p)
{
	struct str text = rec_parent_str(p);

	if (p == NULL) {
		*at++ = PARENT_NONE;
	} else if (o->n > 0 && p == o->parent) {
		*at++ = PARENT_SAME;
	} else if (text.len > origin.len && text.p[origin.len] == '/' && str_starts(text, origin)) {
		*at++ = PARENT_ON_HOST;
		at = put_text(at, str_n(text.p + origin.len, text.len - origin.len));
	} else {
		*at++ = PARENT_TEXT;
		at = put_text(at, text);
	}
	return at;
}

/* Takes the reference to the parent. */
static void
open_add(struct frontier *f, struct open_piece *o, struct str origin, struct bucket *b, const struct rec *r)
{
	struct tails *t = &f->tails;
	char *at;

	if (o->n == 0)
		o->piece.len = TAIL_HEAD_BYTES;
	o->bucket = b;
	at = put_parent(o->piece.data + o->piece.len, o, origin, r->parent);
	rec_save(r, at);
	o->piece.len = (size_t)(at - o->piece.data) + rec_save_bytes(r);
	CHECK(o->piece.len <= BACKEND_PIECE_MAX_BYTES);
	o->n++;
	rec_parent_unref(&f->mem, o->parent);
	o->parent = r->parent;
	o->used = ++t->uses;
	b->tail.n++;
	b->tail.has_seeds |= r->is_seed;
	t->n_records++;
}

int
tail_push(struct frontier *f, struct str origin, struct bucket *b, const struct rec *r)
{
	struct tails *t = &f->tails;
	struct open_piece *o;
	int e = 0;

	CHECK(t->on);
	/* No page has a longer URL; but what cannot be kept must not be kept wrong. */
	if (t->failed || (r->parent != NULL && r->parent->len > URL_MAX_BYTES))
		return -EIO;
	o = open_of(f, b);
	if (o == NULL)
		o = open_new(f, &e);
	else if (o->piece.len >= TAIL_PIECE_BYTES)
		e = open_close(f, o);
	if (e < 0)
		return tails_fail(f, e);
	open_add(f, o, origin, b, r);
	return 0;
}

/* --- reading back --------------------------------------------------------------------------------------------------- */

/* The record at *p, its parent's text in *parent, which is that of the one before. */
static void
get_record(struct frontier *f, const struct hostq *h, const char **p, struct str *parent, struct rec *ret_rec)
{
	char where = *(*p)++;
	uint16_t len;

	if (where == PARENT_NONE) {
		*parent = STR_NONE;
	} else if (where != PARENT_SAME) {
		memcpy(&len, *p, sizeof(len));
		*p += sizeof(len);
		*parent = str_n(*p, len);
		*p += len;
	}
	if (where == PARENT_ON_HOST) {
		buf_reset(&f->text, SIZE_MAX);
		buf_add(&f->text, h->origin, h->origin_len);
		buf_add_str(&f->text, *parent);
		*parent = buf_str(&f->text);
	}
	*p += rec_load(*p, ret_rec);
}

/* What all hosts may have in memory until the next pass throws it away: of many hosts, few come to their turn again before that. */
static unsigned
refill_count(const struct frontier *f)
{
	uint64_t share = TAIL_WORTH(f->config->queue_max_bytes) / f->config->n_loops / TAIL_RECORD_BYTES / f->origins.n;

	return share > TAIL_REFILL ? TAIL_REFILL : share < TAIL_REFILL_LEAST ? TAIL_REFILL_LEAST : (unsigned)share;
}

/* Some records of its first old piece. */
MUST_CHECK static int
refill_from(struct frontier *f, struct hostq *h, struct bucket *b, const struct piece *piece)
{
	const char *p = piece->records.p, *end = p + piece->records.len;
	unsigned at, upto = b->tail.skip + refill_count(f);
	struct str parent = STR_NONE;
	struct rec r;
	int e = 0;

	for (at = 0; at < piece->n && at < upto; at++) {
		get_record(f, h, &p, &parent, &r);
		CHECK(p <= end);
		e = buf_err(&f->text) < 0 ? -ENOMEM : 0;
		if (e < 0)
			break;
		if (at < b->tail.skip)
			continue;
		e = rec_parent_get(&f->mem, parent, &r.parent);
		if (e < 0)
			break;
		e = rec_fifo_push(&f->mem, &b->queue, &r);
		if (e < 0) {
			rec_parent_unref(&f->mem, r.parent);
			break;
		}
	}
	b->tail.skip += (uint16_t)b->queue.n;
	b->tail.n -= (uint32_t)b->queue.n;
	f->tails.n_records -= b->queue.n;
	if (b->tail.skip == piece->n) {
		piece_drop(f, b->tail.old);
		b->tail.old = piece->next;
		b->tail.skip = 0;
	}
	/* Some of them will do. */
	return b->queue.n > 0 ? 0 : e;
}

/* The recent pieces become old ones (T3). */
MUST_CHECK static int
tail_turn(struct frontier *f, struct bucket *b)
{
	struct tails *t = &f->tails;
	size_t at = BACKEND_PIECE_MAX_BYTES;
	tail_ref next = 0, ref;
	struct open_piece *o = open_of(f, b);
	struct piece piece = { 0 };
	uint16_t n = 0;
	int r = o != NULL ? open_close(f, o) : 0;

	while (r == 0 && (ref = b->tail.recent) != 0) {
		r = piece_get(f, ref, &piece);
		if (r < 0)
			break;
		if (n > 0 && BACKEND_PIECE_MAX_BYTES - at + piece.records.len > TAIL_PIECE_BYTES) {
			at -= TAIL_HEAD_BYTES;
			piece_set_head(t->merge + at, next, n);
			r = piece_put(f, t->merge + at, BACKEND_PIECE_MAX_BYTES - at, &next);
			if (r < 0)
				break;
			at = BACKEND_PIECE_MAX_BYTES;
			n = 0;
		}
		at -= piece.records.len;
		memcpy(t->merge + at, piece.records.p, piece.records.len);
		n += piece.n;
		piece_drop(f, ref);
		b->tail.recent = piece.next;
	}
	if (r == 0 && n > 0) {
		at -= TAIL_HEAD_BYTES;
		piece_set_head(t->merge + at, next, n);
		r = piece_put(f, t->merge + at, BACKEND_PIECE_MAX_BYTES - at, &next);
	}
	b->tail.old = next;
	b->tail.skip = 0;
	return r;
}

/* The bucket's queue is empty and its tail is not: fills the queue. -ENOMEM: later, if the tails have not failed. */
MUST_CHECK static int
tail_refill(struct frontier *f, struct hostq *h, struct bucket *b)
{
	struct piece piece = { 0 };
	int r = 0;

	CHECK(b->queue.n == 0 && b->tail.n > 0);
	if (b->tail.old == 0)
		r = tail_turn(f, b);
	if (r == 0)
		r = piece_get(f, b->tail.old, &piece);
	if (tails_fail(f, r) < 0)
		return r;
	tails_note(f, h);
	return refill_from(f, h, b, &piece);
}

bool
tail_peek(struct frontier *f, struct hostq *h, struct bucket *b, struct rec *ret_rec)
{
	if (b->queue.n == 0 && tail_is_there(f, b) && tail_refill(f, h, b) < 0)
		f->no_memory = true;
	return rec_fifo_peek(&b->queue, ret_rec);
}

void
tail_discard(struct frontier *f, struct bucket *b)
{
	struct open_piece *o = open_of(f, b);

	if (o != NULL)
		open_forget(f, o);
	f->tails.n_records -= b->tail.n;
	b->tail = (struct tail){ 0 };
}

/* --- making room ---------------------------------------------------------------------------------------------------- */

void
tails_note(struct frontier *f, struct hostq *h)
{
	if (!f->tails.on || h->is_resident)
		return;
	CHECK(f->tails.n_resident < f->tails.resident_cap);
	h->is_resident = true;
	f->tails.resident[f->tails.n_resident++] = h;
}

bool
tails_are_near(const struct frontier *f, const struct hostq *h, const struct bucket *b)
{
	return f->tails.near && !f->tails.failed && h->n_queued > 0 && b->queue.n <= 1;
}

int
tails_reserve(struct frontier *f, uint32_t n_hosts)
{
	struct tails *t = &f->tails;
	uint32_t cap = t->resident_cap > 0 ? 2 * t->resident_cap : 64;
	struct hostq **grown;

	if (!t->on || n_hosts <= t->resident_cap)
		return 0;
	grown = realloc(t->resident, cap * sizeof(grown[0]));
	if (grown == NULL)
		return -ENOMEM;
	atomic_fetch_add_explicit(&f->shared->bytes, (cap - t->resident_cap) * sizeof(grown[0]), memory_order_relaxed);
	t->resident = grown;
	t->resident_cap = cap;
	return 0;
}

/* What its queue holds becomes the first old piece. It was one, or is a single record (tails_are_near()), so it fits into one. */
MUST_CHECK static int
spill_before(struct frontier *f, const struct hostq *h, struct bucket *b)
{
	struct open_piece *o;
	struct rec r;
	int e;

	o = open_new(f, &e);
	if (o == NULL)
		return tails_fail(f, e);
	while (rec_fifo_peek(&b->queue, &r)) {
		open_add(f, o, str_n(h->origin, h->origin_len), b, &r);
		rec_fifo_pop(&f->mem, &b->queue);
	}
	piece_set_head(o->piece.data, b->tail.old, o->n);
	e = piece_put(f, o->piece.data, o->piece.len, &b->tail.old);
	open_forget(f, o);
	return tails_fail(f, e);
}

/* What its queue holds goes to the tail, before what is there. */
MUST_CHECK static int
bucket_spill(struct frontier *f, const struct hostq *h, struct bucket *b)
{
	struct rec r;
	int e = 0;

	if (b->queue.n == 0)
		return 0;
	if (b->tail.skip > 0) {
		b->tail.skip -= (uint16_t)b->queue.n;
		b->tail.n += (uint32_t)b->queue.n;
		f->tails.n_records += b->queue.n;
		rec_fifo_clear(&f->mem, &b->queue);
		return 0;
	}
	if (b->tail.n > 0)
		return spill_before(f, h, b);
	while (e == 0 && rec_fifo_peek(&b->queue, &r)) {
		e = tail_push(f, str_n(h->origin, h->origin_len), b, &r);
		if (e == 0)
			rec_fifo_pop(&f->mem, &b->queue);
	}
	return e;
}

/*
 * What the last n of them will touch comes out of memory at the same time, as in frontier_look_ahead(): of a crawl of many hosts none of it
 * is in a cache, the page that a URL was found on least of all.
 */
static void
spill_look_ahead(struct hostq *const *hosts, size_t n)
{
	const struct rec_chunk *chunks[SPILL_AHEAD];
	const struct bucket *b;
	size_t i;

	CHECK(n <= SPILL_AHEAD);
	for (i = 0; i < n; i++)
		__builtin_prefetch(hosts[i]);
	for (i = 0; i < n; i++) {
		b = hosts[i]->buckets;
		__builtin_prefetch(hosts[i]->origin);
		__builtin_prefetch(b);
		if (b != NULL)
			__builtin_prefetch((const char *)b + 64);
	}
	for (i = 0; i < n; i++) {
		b = hosts[i]->buckets;
		chunks[i] = b != NULL ? b->queue.head : NULL;
		__builtin_prefetch(chunks[i]);
	}
	for (i = 0; i < n; i++)
		if (chunks[i] != NULL)
			rec_prefetch_parent(chunks[i]);
}

static void
tails_spill(struct frontier *f)
{
	struct tails *t = &f->tails;
	uint64_t before = t->n_records;
	uint32_t ahead, n_hosts = t->n_resident;
	struct bucket *b;
	struct hostq *h;

	while (!t->failed && t->n_resident > 0) {
		ahead = t->n_resident < SPILL_AHEAD ? t->n_resident : SPILL_AHEAD;
		spill_look_ahead(t->resident + t->n_resident - ahead, ahead);
		for (; !t->failed && ahead > 0; ahead--) {
			h = t->resident[--t->n_resident];
			h->is_resident = false;
			for (b = h->buckets; b != NULL; b = b->next)
				if (bucket_spill(f, h, b) < 0)
					return;
		}
	}
	t->near = t->n_records - before < n_hosts * (uint64_t)TAIL_FEW;
}

/*
 * What it holds and could move. Parents of URLs that are tried again, and what is remembered, stay: counted, they would have each
 * queue written as soon as it is read, for nothing.
 */
static uint64_t
movable_bytes(struct frontier *f)
{
	if (f->tails.stuck_bytes > f->mem.held_bytes)
		f->tails.stuck_bytes = f->mem.held_bytes;
	return f->mem.held_bytes - f->tails.stuck_bytes;
}

bool
tails_make_room(struct frontier *f)
{
	uint64_t max = f->config->queue_max_bytes, bytes = atomic_load_explicit(&f->shared->bytes, memory_order_relaxed);

	if (LIKELY(bytes < TAIL_NEAR(max)))
		return true;
	if (f->tails.on && bytes - pool_spare_bytes(&f->pool) >= TAIL_NEAR(max) && movable_bytes(f) >= TAIL_WORTH(max) / f->config->n_loops) {
		tails_spill(f);
		f->tails.stuck_bytes = f->mem.held_bytes;
		bytes = atomic_load_explicit(&f->shared->bytes, memory_order_relaxed);
	}
	if (bytes < max)
		return true;
	pool_trim(&f->pool);
	return atomic_load_explicit(&f->shared->bytes, memory_order_relaxed) < max;
}
