/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/huge.h"
#include "store/disposition.h"
#include "store/mediatype.h"
#include "store/path.h"
#include "store/place.h"
#include "store/saved.h"
#include "store/site.h"

/* Of URLs that pages refer to again and again: what store_path() has said. Pages of 4 KiB, a few entries each, were touched one by one. */
#define KNOWN_MAX   4096
#define KNOWN_BYTES ((KNOWN_MAX * sizeof(struct known) + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES)
struct known {
	uint64_t key; /* saved_key(); 0 = free */
	uint8_t len;
	char path[STORE_PATH_MAX_BYTES];
};

struct place {
	const struct store_mirror *config;
	struct hash_key key;
	struct saved *saved;
	struct saved *taken; /* paths that some URL has; NULL: no two can have one */
	struct saved *before; /* as saved, of the generation before; NULL: none, or as with taken */
	struct known *known; /* KNOWN_MAX, in KNOWN_BYTES */
	struct url url;      /* to compute with */
	struct buf name;
};

_Static_assert(STORE_PATH_MAX_BYTES <= UINT8_MAX, "known.len");

int
place_new(const struct store_mirror *config, const struct hash_key *key, struct place **ret_place)
{
	struct place *p = calloc(1, sizeof(*p));
	int r = p == NULL ? -ENOMEM : 0;

	if (r == 0) {
		p->config = config;
		p->key = *key;
		url_init(&p->url);
		buf_init(&p->name, 4 * DISPOSITION_NAME_MAX_BYTES);
		p->known = huge_map(KNOWN_BYTES);
		r = p->known == NULL ? -ENOMEM : saved_new(key, &p->saved);
		if (p->known != NULL) {
			huge_want(p->known, KNOWN_BYTES, true);
			p->known[0].key = 0; /* memory that is read before it is written is had from the kernel twice */
		}
	}
	if (r == 0 && (path_may_meet(&config->names) || config->by_disposition))
		r = saved_new(key, &p->taken);
	if (r < 0) {
		place_free(p);
		return r;
	}
	*ret_place = p;
	return 0;
}

void
place_free(struct place *p)
{
	if (p == NULL)
		return;
	saved_free(p->saved);
	saved_free(p->taken);
	saved_free(p->before);
	huge_unmap(p->known, KNOWN_BYTES);
	url_release(&p->url);
	buf_release(&p->name);
	free(p);
}

static struct known *
known_of(const struct place *p, uint64_t key)
{
	return &p->known[key % KNOWN_MAX];
}

static void
know(struct place *p, uint64_t key, struct str path)
{
	struct known *known = known_of(p, key);

	known->key = key;
	known->len = (uint8_t)path.len;
	memcpy(known->path, path.p, path.len);
}

/* In `map`, as it is only where the function does not give it. */
static int
note(struct place *p, struct saved *map, const struct url *u, struct str type, struct str path, bool as_usual)
{
	uint64_t key = saved_key(map, url_href(u));
	int r = p->taken != NULL ? saved_put(p->taken, saved_key(p->taken, path), STR("")) : 0;

	if (r == 0)
		r = as_usual && !saved_needs_path(map, key) ? saved_put(map, key, type) : saved_put_path(map, key, path);
	if (r == 0 && map == p->saved)
		know(p, key, path);
	return r;
}

/* Is that what the function gives it? */
static bool
is_usual(const struct place *p, const struct url *u, struct str type, struct str path)
{
	char usual[STORE_PATH_MAX_BYTES];
	size_t len = store_path(&p->config->names, u, type, usual);

	return str_eq(str_n(usual, len), path);
}

/* A row of url, type, saved: the file, if it is one of a mirror. */
static int
note_row(struct place *p, struct saved *map, struct str url, struct str type, struct str saved)
{
	struct str prefix = STR(SITE_NAME "/"), path;
	int r;

	if (!str_starts(saved, prefix))
		return 0;
	path = str_n(saved.p + prefix.len, saved.len - prefix.len);
	r = url_parse(&p->url, url, NULL);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || !url_is_http(&p->url) || !site_is_path(path))
		return -EBADMSG;
	return note(p, map, &p->url, type, path, is_usual(p, &p->url, type, path));
}

int
place_restore(struct place *p, struct db *db)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_query(db, "SELECT url, type, redirect_to, saved FROM urls WHERE redirect_to IS NOT NULL OR saved IS NOT NULL "
			     "ORDER BY id", 0, &q);

	while (r == 0 && (r = db_step(db, q)) == 1) {
		struct str url = db_bytes(q, 0), to = db_bytes(q, 2);

		r = note_row(p, p->saved, url, db_bytes(q, 1), db_bytes(q, 3));
		/* Where a page has moved to counts, not the file that it had (store/update.h). */
		if (r == 0 && to.len > 0)
			r = place_redirect(p, url, to);
	}
	db_query_end(q);
	return r;
}

int
place_reserve(struct place *p, struct db *db)
{
	struct sqlite3_stmt *q = NULL;
	int r = p->taken != NULL ? saved_new(&p->key, &p->before) : 0;

	if (r < 0 || p->taken == NULL)
		return r;
	r = db_query(db, "SELECT url, type, saved FROM previous.page WHERE saved IS NOT NULL ORDER BY id", 0, &q);
	while (r == 0 && (r = db_step(db, q)) == 1)
		r = note_row(p, p->before, db_bytes(q, 0), db_bytes(q, 1), db_bytes(q, 2));
	db_query_end(q);
	return r;
}

static bool
has_name(const struct place *p, const struct saved *map, const struct url *u, struct str path)
{
	char own[STORE_PATH_MAX_BYTES];
	struct saved_file file;
	size_t len;

	if (map == NULL || !saved_own(map, saved_key(map, url_href(u)), &file))
		return false;
	if (file.path.p != NULL)
		return str_eq(file.path, path);
	len = store_path(&p->config->names, u, file.type, own);
	return str_eq(str_n(own, len), path);
}

/* Somebody else's? A URL that comes again has what it had. */
static bool
is_taken(const struct place *p, const struct url *u, struct str path)
{
	struct saved_file file;

	return p->taken != NULL && saved_find(p->taken, saved_key(p->taken, path), &file) && !has_name(p, p->saved, u, path) &&
	       !has_name(p, p->before, u, path);
}

int
place_put(struct place *p, const struct url *u, struct str content_type, struct str disposition, char path[STORE_PATH_MAX_BYTES],
	size_t *ret_len)
{
	char essence[MEDIATYPE_MAX_BYTES];
	struct str type = str_n(essence, mediatype_essence(content_type, essence));
	struct path_of what = { .how = &p->config->names, .url = u, .content_type = content_type };
	size_t len;
	int r;

	buf_reset(&p->name, SIZE_MAX);
	if (p->config->by_disposition && disposition.len > 0 && disposition_name(disposition, &p->name) == 0)
		what.name = buf_str(&p->name);
	len = path_of(&what, path);
	if (is_taken(p, u, str_n(path, len))) {
		what.apart = true;
		len = path_of(&what, path);
	}
	r = note(p, p->saved, u, type, str_n(path, len), what.name.len == 0 && !what.apart);
	if (r == 0)
		*ret_len = len;
	return r;
}

int
place_keep(struct place *p, const struct url *u, struct str type, struct str path)
{
	return site_is_path(path) ? note(p, p->saved, u, type, path, is_usual(p, u, type, path)) : -EBADMSG;
}

void
place_prefetch(const struct place *p, uint64_t fp)
{
	uint64_t key = saved_key_of(fp);

	saved_prefetch(p->saved, key);
	__builtin_prefetch(known_of(p, key));
}

struct str
place_look(struct place *p, struct str url, uint64_t fp)
{
	struct saved_file file;
	struct known *known;

	if (!saved_find(p->saved, fp != 0 ? saved_key_of(fp) : saved_key(p->saved, url), &file))
		return STR_NONE;
	known = known_of(p, file.key);
	if (known->key == file.key)
		return str_n(known->path, known->len);
	if (file.path.p != NULL)
		return file.path;
	/* What is remembered for others is not what somebody says. */
	if ((fp != 0 && saved_key(p->saved, url) != file.key) || url_parse(&p->url, url, NULL) < 0)
		return STR_NONE;
	known->key = 0;
	known->len = (uint8_t)store_path(&p->config->names, &p->url, file.type, known->path);
	known->key = file.key;
	return str_n(known->path, known->len);
}

struct str
place_guess(struct place *p, struct str url, uint64_t fp, struct str type)
{
	uint64_t key = fp != 0 ? saved_key_of(fp) : saved_key(p->saved, url);
	struct known *known = known_of(p, key);

	/* Redirects, and what they lead to, have names of others. */
	if (p->taken != NULL || saved_has(p->saved, key))
		return STR_NONE;
	if (known->key != key) {
		if ((fp != 0 && saved_key(p->saved, url) != key) || url_parse(&p->url, url, NULL) < 0)
			return STR_NONE;
		known->len = (uint8_t)store_path(&p->config->names, &p->url, type, known->path);
		known->key = key;
	}
	return str_n(known->path, known->len);
}

size_t
place_find(struct place *p, struct str url, char path[STORE_PATH_MAX_BYTES])
{
	struct str found = place_look(p, url, 0);

	if (found.len > 0)
		memcpy(path, found.p, found.len);
	return found.len;
}

/* Its path is kept, for what leads to it knows it by its fingerprint only. */
static int
keep_path(struct place *p, struct str url)
{
	uint64_t key = saved_key(p->saved, url);
	char path[STORE_PATH_MAX_BYTES];
	struct saved_file file;
	size_t len;

	if (!saved_own(p->saved, key, &file) || file.path.p != NULL)
		return 0;
	len = place_find(p, url, path);
	return saved_put_path(p->saved, key, str_n(path, len));
}

int
place_redirect(struct place *p, struct str url, struct str to)
{
	int r = keep_path(p, to);

	return r < 0 ? r : saved_redirect(p->saved, saved_key(p->saved, url), saved_key(p->saved, to));
}
