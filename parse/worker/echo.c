/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/buf.h"
#include "base/hash.h"
#include "parse/worker/echo.h"
#include "url/percent.h"
#include "url/url.h"

/* FNV-1a: words are short, and there is no key to choose. */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static bool
is_word(unsigned char c)
{
	return ascii_is_alnum(c) || c > 0x7f;
}

/* The next word of *s, which moves on behind it. */
static bool
next_word(struct str *s, uint64_t *ret_hash)
{
	uint64_t h = FNV_BASIS;
	size_t i = 0, from;

	while (i < s->len && !is_word((unsigned char)s->p[i]))
		i++;
	for (from = i; i < s->len && is_word((unsigned char)s->p[i]); i++)
		h = (h ^ ascii_lower((unsigned char)s->p[i])) * FNV_PRIME;
	*s = str_n(s->p + i, s->len - i);
	*ret_hash = h;
	return i > from;
}

static unsigned
find(const struct echo *e, uint64_t word)
{
	unsigned i = 0;

	while (i < e->n_words && e->words[i] != word)
		i++;
	return i;
}

static void
add_words(struct echo *e, struct str s)
{
	uint64_t word;

	while (next_word(&s, &word)) {
		if (find(e, word) < e->n_words)
			continue;
		if (e->n_words == ECHO_WORDS_MAX) {
			e->too_many = true;
			return;
		}
		e->words[e->n_words++] = word;
	}
}

/* As it stands there, and as it is meant. */
static void
add_part(struct echo *e, struct str part)
{
	char bytes[URL_MAX_BYTES];
	struct buf meant = buf_over(bytes, sizeof(bytes), sizeof(bytes));

	add_words(e, part);
	if (part.len == 0 || memchr(part.p, '%', part.len) == NULL)
		return;
	percent_decode(&meant, part);
	if (buf_err(&meant) == 0)
		add_words(e, buf_str(&meant));
	else
		e->too_many = true;
}

/* Path and query. */
static struct str
behind_host(struct str url)
{
	struct str scheme, rest;

	if (!str_cut(url, ':', &scheme, &rest))
		return STR_NONE;
	for (size_t i = 2; i < rest.len; i++)
		if (rest.p[i] == '/' || rest.p[i] == '?')
			return str_n(rest.p + i, rest.len - i);
	return STR_NONE;
}

static struct str
name_of(struct str path)
{
	size_t from, point;

	while (path.len > 0 && path.p[path.len - 1] == '/')
		path.len--;
	for (from = path.len; from > 0 && path.p[from - 1] != '/';)
		from--;
	path = str_n(path.p + from, path.len - from);
	for (point = path.len; point > 0 && path.p[point - 1] != '.';)
		point--;
	return point > 1 ? str_n(path.p, point - 1) : path;
}

void
echo_init(struct echo *e, struct str url)
{
	struct str all, path, query;

	*e = (struct echo){ .n_words = 0 };
	if (str_cut(url, '#', &all, &query))
		url = all;
	all = path = behind_host(url);
	(void)str_cut(all, '?', &path, &query);
	add_part(e, name_of(path));
	e->n_name = e->n_words;
	add_part(e, all);
	echo_begin(e);
}

void
echo_begin(struct echo *e)
{
	e->is_named = false;
	e->hash = 0;
	e->n_rest = 0;
}

void
echo_add(struct echo *e, const char *p, const char *to)
{
	struct str s = str_n(p, (size_t)(to - p));
	uint64_t word;
	unsigned i;

	if (e->too_many)
		return;
	while (next_word(&s, &word)) {
		i = find(e, word);
		if (i < e->n_name)
			e->is_named = true;
		if (i < e->n_words)
			continue;
		e->hash = hash_mix(e->hash, word);
		e->n_rest++;
	}
}

uint64_t
echo_hash(const struct echo *e)
{
	return e->is_named && e->n_rest >= ECHO_REST_MIN ? e->hash : 0;
}
