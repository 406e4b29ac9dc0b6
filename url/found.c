/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "url/found.h"
#include "url/url.h"

#define FOUND_SEED       0x10u
#define FOUND_REMEMBERED 0x20u
#define FOUND_PARENT     0x40u
#define FOUND_MORE       0x80u

#define FOUND_CHAIN      0x01u
#define FOUND_ATTEMPT    0x02u
#define FOUND_LASTMOD    0x04u
#define FOUND_BITS       0x07u
#define FOUND_NET_SHIFT  4

#define US_PER_MS        1000

/* What an entry has at most besides the chain, the parent, and the URL: 3 bytes of bits, and numbers: depth, queued_ms, those of chain and attempt, lastmod_s, three lengths. */
#define FOUND_NUMBERS_BYTES (3 + 5 + 8 + 1 + 1 + 8 + 5 + 3 * 3)

_Static_assert(LINK_KIND_COUNT <= 16, "a kind has four bits");
_Static_assert(LINK_FLAGS <= UINT8_MAX, "flags have a byte");
_Static_assert(NET_USER <= 0x0f, "a net has four bits");

uint64_t
found_key(uint64_t fp, struct str chain)
{
	for (size_t i = 0; i + sizeof(fp) <= chain.len; i += sizeof(fp))
		if (memcmp(chain.p + i, &fp, sizeof(fp)) == 0)
			return hash_mix(fp, chain.len / sizeof(fp));
	return fp;
}

void
found_packer_init(struct found_packer *p)
{
	*p = (struct found_packer){
		.url = BUF_INIT(URL_MAX_BYTES),
		.parent = BUF_INIT(URL_MAX_BYTES),
		.fresh = true,
	};
}

void
found_packer_release(struct found_packer *p)
{
	buf_release(&p->url);
	buf_release(&p->parent);
}

void
found_packer_fresh(struct found_packer *p)
{
	p->fresh = true;
}

/* These write at `at` and return the byte behind it: there is room for a whole entry (found_pack()). */
static char *
put_number(char *at, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*at++ = (char)(v | 0x80);
	*at++ = (char)v;
	return at;
}

static char *
put_bytes(char *at, const void *p, size_t len)
{
	if (len > 0)
		memcpy(at, p, len);
	return at + len;
}

static size_t
shared_bytes(struct str a, struct str b)
{
	size_t n = 0, max = a.len < b.len ? a.len : b.len;
	uint64_t x, y;

	for (; max - n >= sizeof(x); n += sizeof(x)) {
		memcpy(&x, a.p + n, sizeof(x));
		memcpy(&y, b.p + n, sizeof(y));
		if (x != y)
			return n + (size_t)__builtin_ctzll(le64toh(x ^ y)) / 8;
	}
	while (n < max && a.p[n] == b.p[n])
		n++;
	return n;
}

static void
keep(struct buf *b, size_t shared, struct str rest)
{
	b->len = shared;
	buf_add_str(b, rest);
}

/* What MORE stands for, but the bits themselves, before and behind the numbers that all have. */
static char *
put_chain(char *at, const struct found *f)
{
	*at++ = (char)f->redirects;
	return put_bytes(at, f->chain, 8 * (size_t)f->redirects);
}

static char *
put_more(char *at, const struct found *f, unsigned more)
{
	if (more & FOUND_ATTEMPT) {
		*at++ = (char)(f->attempt < UINT8_MAX ? f->attempt : UINT8_MAX);
		at = put_number(at, (uint64_t)f->due_wall_us / US_PER_MS);
	}
	if (more & FOUND_LASTMOD)
		at = put_number(at, f->lastmod_s);
	return at;
}

/* Most are queued in one millisecond with the one before. */
static char *
put_queued(struct found_packer *p, char *at, int64_t queued_wall_us)
{
	if (p->queued_wall_us != queued_wall_us || p->queued_len == 0) {
		p->queued_len = (size_t)(put_number(p->queued, (uint64_t)queued_wall_us / US_PER_MS) - p->queued);
		p->queued_wall_us = queued_wall_us;
	}
	memcpy(at, p->queued, sizeof(p->queued));
	return at + p->queued_len;
}

/* Everything up to the URL. */
static char *
put_head(struct found_packer *p, char *at, const struct found *f, bool has_parent)
{
	unsigned bits = f->kind, more = (unsigned)f->from << FOUND_NET_SHIFT;

	more |= f->redirects > 0 ? FOUND_CHAIN : 0;
	more |= f->attempt > 1 ? FOUND_ATTEMPT : 0;
	more |= f->lastmod_s != 0 ? FOUND_LASTMOD : 0;
	bits |= f->is_seed ? FOUND_SEED : 0;
	bits |= f->remembered ? FOUND_REMEMBERED : 0;
	bits |= has_parent ? FOUND_PARENT : 0;
	bits |= more != 0 ? FOUND_MORE : 0;
	*at++ = (char)bits;
	*at++ = (char)f->flags;
	if (more != 0)
		*at++ = (char)more;
	at = put_number(at, f->depth);
	at = put_queued(p, at, f->queued_wall_us);
	if (more & FOUND_CHAIN)
		at = put_chain(at, f);
	if (more & (FOUND_ATTEMPT | FOUND_LASTMOD))
		at = put_more(at, f, more);
	if (has_parent) {
		at = put_number(at, f->parent.len);
		at = put_bytes(at, f->parent.p, f->parent.len);
	}
	return at;
}

int
found_pack(struct found_packer *p, const struct found *f, struct buf *out)
{
	bool has_parent = p->fresh || !str_eq(buf_str(&p->parent), f->parent);
	size_t shared = p->fresh ? 0 : shared_bytes(buf_str(&p->url), f->url), rest = f->url.len - shared;
	char *at;

	CHECK(f->flags <= LINK_FLAGS && f->redirects <= FOUND_MAX_REDIRECTS);
	if (p->fresh) {
		buf_reset(&p->url, URL_MAX_BYTES);
		buf_reset(&p->parent, URL_MAX_BYTES);
	}
	keep(&p->url, shared, str_n(f->url.p + shared, rest));
	if (has_parent)
		keep(&p->parent, 0, f->parent);
	if (out->err == 0)
		out->err = p->url.err < 0 ? p->url.err : p->parent.err;
	/* Whole or not at all. */
	p->fresh = buf_reserve(out, FOUND_NUMBERS_BYTES + 8 * (size_t)f->redirects + (has_parent ? f->parent.len : 0) + rest) < 0;
	if (p->fresh)
		return buf_err(out);
	at = put_head(p, out->data + out->len, f, has_parent);
	at = put_number(at, shared);
	at = put_number(at, rest);
	at = put_bytes(at, f->url.p + shared, rest);
	out->len = (size_t)(at - out->data);
	return 0;
}

/* --- reading --- */

void
found_reader_init(struct found_reader *r, struct str packed)
{
	*r = (struct found_reader){
		.p = packed.p,
		.end = packed.len > 0 ? packed.p + packed.len : packed.p,
		.url = BUF_INIT(URL_MAX_BYTES),
		.parent = BUF_INIT(URL_MAX_BYTES),
	};
}

void
found_reader_release(struct found_reader *r)
{
	buf_release(&r->url);
	buf_release(&r->parent);
}

static bool
get_bytes(struct found_reader *r, uint64_t n, struct str *ret)
{
	if ((uint64_t)(r->end - r->p) < n)
		return false;
	*ret = str_n(r->p, (size_t)n);
	r->p += n;
	return true;
}

static bool
get_byte(struct found_reader *r, uint8_t *ret)
{
	struct str s;

	if (!get_bytes(r, 1, &s))
		return false;
	*ret = (uint8_t)s.p[0];
	return true;
}

static bool
get_number(struct found_reader *r, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	uint8_t byte;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		if (!get_byte(r, &byte))
			return false;
		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret = v;
			return v <= max;
		}
	}
	return false;
}

/* What MORE stands for, but the bits themselves. */
static bool
get_more(struct found_reader *r, uint8_t more, struct found *f)
{
	uint64_t ms, lastmod_s;
	struct str s;
	uint8_t n;

	if (more & FOUND_CHAIN) {
		if (!get_byte(r, &n) || n == 0 || !get_bytes(r, 8 * (uint64_t)n, &s))
			return false;
		f->redirects = n;
		f->chain = s.p;
	}
	if (more & FOUND_ATTEMPT) {
		if (!get_byte(r, &n) || n < 2 || !get_number(r, INT64_MAX / US_PER_MS, &ms))
			return false;
		f->attempt = n;
		f->due_wall_us = (int64_t)ms * US_PER_MS;
	}
	if (more & FOUND_LASTMOD) {
		if (!get_number(r, UINT32_MAX, &lastmod_s))
			return false;
		f->lastmod_s = (uint32_t)lastmod_s;
	}
	return true;
}

/* Everything up to the URL. */
static bool
get_head(struct found_reader *r, struct found *f)
{
	uint8_t bits, flags, more = 0;
	uint64_t depth, ms, len;
	struct str s;

	if (!get_byte(r, &bits) || !get_byte(r, &flags) || ((bits & FOUND_MORE) && !get_byte(r, &more)))
		return false;
	if ((bits & 0x0f) >= LINK_KIND_COUNT || flags > LINK_FLAGS || more >> FOUND_NET_SHIFT > NET_USER ||
		(more & 0x0f) > FOUND_BITS)
		return false;
	f->kind = (enum link_kind)(bits & 0x0f);
	f->flags = flags;
	f->from = (enum net)(more >> FOUND_NET_SHIFT);
	f->is_seed = (bits & FOUND_SEED) != 0;
	f->remembered = (bits & FOUND_REMEMBERED) != 0;
	f->attempt = 1;
	if (!get_number(r, UINT32_MAX, &depth) || !get_number(r, INT64_MAX / US_PER_MS, &ms))
		return false;
	f->depth = (uint32_t)depth;
	f->queued_wall_us = (int64_t)ms * US_PER_MS;
	if (!get_more(r, more, f))
		return false;
	if (!(bits & FOUND_PARENT))
		return true;
	if (!get_number(r, URL_MAX_BYTES, &len) || !get_bytes(r, len, &s))
		return false;
	keep(&r->parent, 0, s);
	return true;
}

int
found_next(struct found_reader *r, struct found *ret_found)
{
	uint64_t shared, len;
	struct str rest;
	struct found f = { 0 };

	if (r->p == r->end)
		return 0;
	if (!get_head(r, &f) || !get_number(r, r->url.len, &shared) ||
		!get_number(r, URL_MAX_BYTES - shared, &len) || !get_bytes(r, len, &rest))
		return -EBADMSG;
	keep(&r->url, (size_t)shared, rest);
	if (r->url.err < 0 || r->parent.err < 0)
		return r->url.err < 0 ? r->url.err : r->parent.err;
	f.url = buf_str(&r->url);
	f.parent = buf_str(&r->parent);
	*ret_found = f;
	return 1;
}

int
found_least_depth(struct str packed, uint32_t *ret_depth)
{
	struct found_reader reader;
	uint32_t least = UINT32_MAX;
	struct found f;
	int r;

	found_reader_init(&reader, packed);
	while ((r = found_next(&reader, &f)) == 1)
		least = f.depth < least ? f.depth : least;
	found_reader_release(&reader);
	if (r == 0)
		*ret_depth = packed.len > 0 ? least : 0;
	return r;
}
