/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

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

/* Puts it at dst; returns its bytes, NUMBER_BYTES at most. */
#define NUMBER_BYTES 10
static size_t
put_number(char *dst, uint64_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		dst[n++] = (char)(v | 0x80);
	dst[n++] = (char)v;
	return n;
}

static size_t
shared_bytes(struct str a, struct str b)
{
	size_t n = 0, max = a.len < b.len ? a.len : b.len;

	while (max - n >= 16 && memcmp(a.p + n, b.p + n, 16) == 0)
		n += 16;
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

/* Everything up to the URL. */
static void
put_head(struct found_packer *p, const struct found *f, struct buf *out)
{
	bool has_parent = p->fresh || !str_eq(buf_str(&p->parent), f->parent);
	unsigned bits = f->kind, more = (unsigned)f->from << FOUND_NET_SHIFT;
	char head[3 + 2 * NUMBER_BYTES], rest[1 + 2 * NUMBER_BYTES];
	size_t n = 0;

	more |= f->redirects > 0 ? FOUND_CHAIN : 0;
	more |= f->attempt > 1 ? FOUND_ATTEMPT : 0;
	more |= f->lastmod_s != 0 ? FOUND_LASTMOD : 0;
	bits |= f->is_seed ? FOUND_SEED : 0;
	bits |= f->remembered ? FOUND_REMEMBERED : 0;
	bits |= has_parent ? FOUND_PARENT : 0;
	bits |= more != 0 ? FOUND_MORE : 0;
	head[n++] = (char)bits;
	head[n++] = (char)f->flags;
	if (more != 0)
		head[n++] = (char)more;
	n += put_number(head + n, f->depth);
	n += put_number(head + n, (uint64_t)f->queued_wall_us / US_PER_MS);
	buf_add(out, head, n);
	if (more & FOUND_CHAIN) {
		buf_addc(out, (char)f->redirects);
		buf_add(out, f->chain, 8 * (size_t)f->redirects);
	}
	n = 0;
	if (more & FOUND_ATTEMPT) {
		rest[n++] = (char)(f->attempt < UINT8_MAX ? f->attempt : UINT8_MAX);
		n += put_number(rest + n, (uint64_t)f->due_wall_us / US_PER_MS);
	}
	if (more & FOUND_LASTMOD)
		n += put_number(rest + n, f->lastmod_s);
	if (n > 0)
		buf_add(out, rest, n);
	if (has_parent) {
		buf_add(out, head, put_number(head, f->parent.len));
		buf_add_str(out, f->parent);
		keep(&p->parent, 0, f->parent);
	}
}

int
found_pack(struct found_packer *p, const struct found *f, struct buf *out)
{
	size_t start = out->len, shared, n;
	char lengths[2 * NUMBER_BYTES];

	CHECK(f->flags <= LINK_FLAGS && f->redirects <= FOUND_MAX_REDIRECTS);
	if (p->fresh) {
		buf_reset(&p->url, URL_MAX_BYTES);
		buf_reset(&p->parent, URL_MAX_BYTES);
	}
	put_head(p, f, out);
	shared = shared_bytes(buf_str(&p->url), f->url);
	n = put_number(lengths, shared);
	n += put_number(lengths + n, f->url.len - shared);
	buf_add(out, lengths, n);
	buf_add(out, f->url.p + shared, f->url.len - shared);
	keep(&p->url, shared, str_n(f->url.p + shared, f->url.len - shared));
	p->fresh = false;
	if (out->err == 0)
		out->err = p->url.err < 0 ? p->url.err : p->parent.err;
	if (out->err < 0) {
		out->len = start; /* whole or not at all */
		p->fresh = true;
	}
	return buf_err(out);
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
