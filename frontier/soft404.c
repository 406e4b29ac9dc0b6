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

struct answer {
	uint64_t origin;
	uint64_t directory;      /* of origin and path up to its last slash, */
	uint32_t directory_bytes; /* which is so long */
	uint64_t content_hash[2];
	uint64_t text_hash;      /* 0: the text says too little */
	uint64_t echo_hash;      /* 0: the name is not in it */
	uint32_t n_references;
	uint16_t next;           /* of its bucket: index + 1; 0 = the last */
};

struct soft404 {
	struct recall asked; /* origins */
	unsigned n, next; /* next: the oldest, once all are used */
	struct answer answers[SOFT404_HOSTS];
	uint16_t buckets[SOFT404_HOSTS]; /* by origin: index + 1 of the first answer; 0 = none */
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

/* Bytes of href up to the last slash of the path, that included. */
static uint32_t
directory_bytes(const struct url *u)
{
	struct str path = url_pathname(u);
	size_t n = path.len;

	while (n > 0 && path.p[n - 1] != '/')
		n--;
	return u->pathname_start + (uint32_t)n;
}

int
soft404_name(const struct url *u, const struct hash_key *key, struct buf *out)
{
	struct str path = url_pathname(u);
	size_t start = directory_bytes(u) - u->pathname_start;
	uint64_t h = hash_mix(origin_of(u, key), 404);

	buf_add_str(out, str_n(path.p, start));
	for (unsigned i = 0; i < NAME_PAIRS; i++, h = hash_mix(h, i)) {
		buf_addc(out, (char)('1' + h % 9));
		buf_addc(out, (char)('a' + h / 9 % 26));
	}
	buf_add_str(out, extension_of(str_n(path.p + start, path.len - start)));
	return buf_err(out);
}

bool
soft404_is_name(const struct url *u)
{
	struct str path = url_pathname(u), name;
	size_t start = directory_bytes(u) - u->pathname_start, n = (size_t)2 * NAME_PAIRS;

	name = str_n(path.p + start, path.len - start);
	if (name.len < n || name.len != n + extension_of(name).len || url_search(u).len > 0)
		return false;
	for (size_t i = 0; i < n; i += 2)
		if (name.p[i] < '1' || name.p[i] > '9' || !ascii_is_lower((unsigned char)name.p[i + 1]))
			return false;
	return true;
}

static const struct answer *
find(const struct soft404 *s, uint64_t origin)
{
	uint16_t i = s->buckets[origin % SOFT404_HOSTS];

	while (i != 0 && s->answers[i - 1].origin != origin)
		i = s->answers[i - 1].next;
	return i != 0 ? &s->answers[i - 1] : NULL;
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

static void
answer_forget(struct soft404 *s, const struct answer *a)
{
	uint16_t *at = &s->buckets[a->origin % SOFT404_HOSTS];

	while (&s->answers[*at - 1] != a)
		at = &s->answers[*at - 1].next;
	*at = a->next;
}

/* In the place of the oldest, once all are used. */
static void
answer_put(struct soft404 *s, const struct answer *a)
{
	struct answer *to = &s->answers[s->next];
	uint16_t *bucket = &s->buckets[a->origin % SOFT404_HOSTS];

	if (s->n == SOFT404_HOSTS)
		answer_forget(s, to);
	else
		s->n++;
	*to = *a;
	to->next = *bucket;
	s->next = (s->next + 1) % SOFT404_HOSTS;
	*bucket = (uint16_t)(to - s->answers + 1);
}

static bool
has_text(const struct frontier_page *page)
{
	return (uint64_t)page->n_marks << page->mark_shift >= MIN_PIECES;
}

void
soft404_put(struct soft404 *s, const struct hash_key *key, const struct frontier_page *page)
{
	struct answer a = {
		.origin = origin_of(page->url, key),
		.directory_bytes = directory_bytes(page->url),
		.content_hash = { page->content_hash[0], page->content_hash[1] },
		.text_hash = has_text(page) ? page->text_hash : 0,
		.echo_hash = page->echo_hash,
		.n_references = page->n_references,
	};

	if (find(s, a.origin) != NULL)
		return;
	a.directory = hash_fingerprint(key, page->url->href, a.directory_bytes);
	answer_put(s, &a);
}

void
soft404_pack(const struct soft404 *s, struct buf *out)
{
	unsigned n = s != NULL ? s->n : 0;

	pack_number(out, n, 4);
	for (unsigned i = 0; i < n; i++) {
		const struct answer *a = &s->answers[(s->next + SOFT404_HOSTS - n + i) % SOFT404_HOSTS];

		pack_number(out, a->origin, 8);
		pack_number(out, a->directory, 8);
		pack_number(out, a->directory_bytes, 4);
		pack_number(out, a->content_hash[0], 8);
		pack_number(out, a->content_hash[1], 8);
		pack_number(out, a->text_hash, 8);
		pack_number(out, a->echo_hash, 8);
		pack_number(out, a->n_references, 4);
	}
	if (s != NULL)
		recall_pack(&s->asked, out);
	else
		pack_number(out, 0, 4);
}

static int
unpack_answer(struct str *packed, struct answer *ret)
{
	uint64_t n, n_references;
	struct answer a = { 0 };

	if (!unpack_number(packed, 8, &a.origin) || !unpack_number(packed, 8, &a.directory) || !unpack_number(packed, 4, &n) ||
		!unpack_number(packed, 8, &a.content_hash[0]) || !unpack_number(packed, 8, &a.content_hash[1]) ||
		!unpack_number(packed, 8, &a.text_hash) || !unpack_number(packed, 8, &a.echo_hash) ||
		!unpack_number(packed, 4, &n_references) || n > URL_MAX_BYTES)
		return -EBADMSG;
	a.directory_bytes = (uint32_t)n;
	a.n_references = (uint32_t)n_references;
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
			answer_put(s, &a);
	}
	return s != NULL ? recall_unpack(&s->asked, packed, NULL) : 0;
}

bool
soft404_has_echo(const struct soft404 *s, const struct hash_key *key, const struct url *u)
{
	const struct answer *a = s->n > 0 ? find(s, origin_of(u, key)) : NULL;

	return a != NULL && a->echo_hash != 0;
}

bool
soft404_is(const struct soft404 *s, const struct hash_key *key, const struct frontier_page *page)
{
	const struct answer *a = s->n > 0 ? find(s, origin_of(page->url, key)) : NULL;

	if (a == NULL || directory_bytes(page->url) < a->directory_bytes ||
		hash_fingerprint(key, page->url->href, a->directory_bytes) != a->directory)
		return false;
	if (a->content_hash[0] == page->content_hash[0] && a->content_hash[1] == page->content_hash[1])
		return true;
	if (a->text_hash != 0 && has_text(page) && a->text_hash == page->text_hash)
		return true;
	return a->echo_hash != 0 && a->echo_hash == page->echo_hash && a->n_references == page->n_references;
}
