/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "frontier/pack.h"
#include "frontier/soft404.h"
#include "frontier/trap_sets.h"

#define NAME_PAIRS    8
#define ASKED_CAP     16384
#define EXTENSION_MAX 5
#define MIN_PIECES    4  /* as in trap.c: with less a text says too little */
#define MAX_LACKING   6  /* pieces of the answer that end at the name, and in the page do not: three for each time it is said */
#define MAX_MORE      16 /* pieces of the page with a name of 40 bytes in them, twice */

struct answer {
	uint64_t origin; /* 0 = free */
	uint64_t content_hash[2], text_hash, title_hash;
	unsigned n_marks, shift;
	uint32_t marks[SKETCH_MAX];
};

struct soft404 {
	struct recall asked; /* origins */
	unsigned n, next; /* next: the oldest, once all are used */
	struct answer answers[SOFT404_HOSTS];
};

int
soft404_new(struct soft404 **ret)
{
	/* calloc() of so much is zero pages until they are used. */
	struct soft404 *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return -ENOMEM;
	if (recall_init(&s->asked, ASKED_CAP, false) < 0) {
		free(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

void
soft404_free(struct soft404 *s)
{
	if (s != NULL)
		recall_release(&s->asked);
	free(s);
}

static uint64_t
origin_of(const struct url *u, const struct hash_key *key)
{
	return hash_fingerprint(key, u->href, u->pathname_start);
}

/* ".html" of ".../page.html"; empty where there is none. */
static struct str
extension_of(struct str name)
{
	size_t i = name.len;

	while (i > 0 && name.p[i - 1] != '.')
		if (name.len - --i > EXTENSION_MAX || !ascii_is_alnum((unsigned char)name.p[i]))
			return str_n(name.p, 0);
	return i > 1 && i < name.len ? str_n(name.p + i - 1, name.len - i + 1) : str_n(name.p, 0);
}

int
soft404_name(const struct url *u, const struct hash_key *key, struct buf *out)
{
	struct str path = url_pathname(u), name;
	bool is_directory = path.len > 1 && path.p[path.len - 1] == '/';
	size_t end = path.len - is_directory, start = end;
	uint64_t h = hash_mix(origin_of(u, key), 404);

	while (start > 0 && path.p[start - 1] != '/')
		start--;
	name = str_n(path.p + start, end - start);
	buf_add_str(out, str_n(path.p, start));
	for (unsigned i = 0; i < NAME_PAIRS; i++, h = hash_mix(h, i)) {
		buf_addc(out, (char)('1' + h % 9));
		buf_addc(out, (char)('a' + h / 9 % 26));
	}
	buf_add_str(out, extension_of(name));
	if (is_directory)
		buf_addc(out, '/');
	return buf_err(out);
}

static uint64_t
title_of(struct str title)
{
	uint64_t h = 0;

	for (size_t i = 0; i < title.len; i++)
		if (!ascii_is_digit((unsigned char)title.p[i]))
			h = hash_mix(h, (unsigned char)title.p[i]);
	return h;
}

static const struct answer *
find(const struct soft404 *s, uint64_t origin)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->answers[i].origin == origin)
			return &s->answers[i];
	return NULL;
}

void
soft404_asked(struct soft404 *s, const struct hash_key *key, const struct url *u)
{
	(void)recall_put(&s->asked, origin_of(u, key));
}

bool
soft404_was_asked(const struct soft404 *s, const struct hash_key *key, const struct url *u)
{
	return recall_has(&s->asked, origin_of(u, key));
}

static struct answer *
answer_new(struct soft404 *s)
{
	struct answer *a = &s->answers[s->next];

	s->next = (s->next + 1) % SOFT404_HOSTS;
	if (s->n < SOFT404_HOSTS)
		s->n++;
	return a;
}

void
soft404_put(struct soft404 *s, const struct hash_key *key, const struct frontier_page *page)
{
	struct answer *a;

	if (find(s, origin_of(page->url, key)) != NULL)
		return;
	a = answer_new(s);
	*a = (struct answer){
		.origin = origin_of(page->url, key),
		.content_hash = { page->content_hash[0], page->content_hash[1] },
		.text_hash = page->text_hash,
		.title_hash = title_of(page->title),
		.n_marks = page->n_marks,
		.shift = page->mark_shift,
	};
	memcpy(a->marks, page->marks, page->n_marks * sizeof(a->marks[0]));
}

void
soft404_pack(const struct soft404 *s, struct buf *out)
{
	unsigned n = s != NULL ? s->n : 0;

	pack_number(out, n, 4);
	for (unsigned i = 0; i < n; i++) {
		const struct answer *a = &s->answers[(s->next + SOFT404_HOSTS - n + i) % SOFT404_HOSTS];

		pack_number(out, a->origin, 8);
		pack_number(out, a->content_hash[0], 8);
		pack_number(out, a->content_hash[1], 8);
		pack_number(out, a->text_hash, 8);
		pack_number(out, a->title_hash, 8);
		pack_number(out, a->shift, 1);
		pack_number(out, a->n_marks, 1);
		for (unsigned k = 0; k < a->n_marks; k++)
			pack_number(out, a->marks[k], 4);
	}
	if (s != NULL)
		recall_pack(&s->asked, out);
	else
		pack_number(out, 0, 4);
}

static int
unpack_answer(struct str *packed, struct answer *ret)
{
	uint64_t shift, n, mark;
	struct answer a = { 0 };

	if (!unpack_number(packed, 8, &a.origin) || !unpack_number(packed, 8, &a.content_hash[0]) || !unpack_number(packed, 8, &a.content_hash[1]) ||
		!unpack_number(packed, 8, &a.text_hash) || !unpack_number(packed, 8, &a.title_hash) || !unpack_number(packed, 1, &shift) ||
		!unpack_number(packed, 1, &n) || shift > SKETCH_SHIFT_MAX || n > SKETCH_MAX)
		return -EBADMSG;
	for (a.shift = (unsigned)shift; a.n_marks < n; a.n_marks++) {
		if (!unpack_number(packed, 4, &mark))
			return -EBADMSG;
		a.marks[a.n_marks] = (uint32_t)mark;
	}
	*ret = a;
	return 0;
}

int
soft404_unpack(struct soft404 *s, struct str *packed)
{
	struct answer a;
	uint64_t n;
	int r;

	if (!unpack_number(packed, 4, &n) || n > SOFT404_HOSTS)
		return -EBADMSG;
	for (; n > 0; n--) {
		r = unpack_answer(packed, &a);
		if (r < 0)
			return r;
		if (s != NULL && find(s, a.origin) == NULL)
			*answer_new(s) = a;
	}
	return s != NULL ? recall_unpack(&s->asked, packed) : 0;
}

/* About how many pieces of the one are not in the other. Both samples count as far as the sparser one goes. */
static uint64_t
pieces_beyond(const uint32_t *marks, unsigned n, const uint32_t *others, unsigned n_others, unsigned shift)
{
	uint64_t beyond = 0;

	for (unsigned i = 0; i < n; i++) {
		bool there = (marks[i] & ((1u << shift) - 1)) != 0;

		for (unsigned k = 0; k < n_others && !there; k++)
			there = others[k] == marks[i];
		beyond += !there;
	}
	return beyond << shift;
}

bool
soft404_is(const struct soft404 *s, const struct hash_key *key, const struct frontier_page *page)
{
	const struct answer *a = s->n > 0 ? find(s, origin_of(page->url, key)) : NULL;
	unsigned shift;

	if (a == NULL)
		return false;
	if (a->content_hash[0] == page->content_hash[0] && a->content_hash[1] == page->content_hash[1])
		return true;
	if ((uint64_t)a->n_marks << a->shift < MIN_PIECES || (uint64_t)page->n_marks << page->mark_shift < MIN_PIECES)
		return false;
	if (a->text_hash == page->text_hash)
		return true;
	shift = a->shift > page->mark_shift ? a->shift : page->mark_shift;
	return shift <= SOFT404_SHIFT_MAX && a->title_hash == title_of(page->title) &&
		pieces_beyond(a->marks, a->n_marks, page->marks, page->n_marks, shift) <= MAX_LACKING &&
		pieces_beyond(page->marks, page->n_marks, a->marks, a->n_marks, shift) <= MAX_MORE;
}
