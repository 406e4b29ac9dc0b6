/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_wacz.c: a WACZ file of anybody's: the ZIP file and the checksum of each entry, every record of its WARC files, and
 * what datapackage.json says of each entry, itself included (datapackage-digest.json).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "store/digest.h"
#include "store/verify_private.h"
#include "store/zip.h"

#define DESCRIPTOR           "datapackage.json"
#define DESCRIPTOR_DIGEST    "datapackage-digest.json"
/* Read whole, some hundred bytes of memory for each "{}": what it has to say of each entry, and no more than it may be at all. */
#define DESCRIPTOR_BYTES     ((size_t)1024 * 1024)
#define DESCRIPTOR_PER_ENTRY ((size_t)1024)
#define DESCRIPTOR_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define TEXT_MAX_BYTES       4096

struct wacz_check {
	struct verify_one *j;
	int fd;
	struct zip_entry *entries;
	size_t n;
	struct name *names; /* of the entries, sorted */
	bool *hashed;       /* an entry whose digest was looked at: once is enough, however often it is named */
};

struct name {
	const char *name;
	size_t i;
};

static void
tell(const struct wacz_check *c, size_t i, const char *text)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	buf_add_escaped(&b, str_of(c->entries[i].name));
	buf_add_str(&b, STR(": "));
	buf_add_str(&b, str_of(text));
	verify_tell(c->j, c->entries[i].at, "entry", i + 1, buf_str(&b));
}

static int
by_name(const void *pa, const void *pb)
{
	return strcmp(((const struct name *)pa)->name, ((const struct name *)pb)->name);
}

/* c->n: there is none. */
static size_t
find(const struct wacz_check *c, const char *name)
{
	struct name key = { .name = name };
	const struct name *found = c->n > 0 ? bsearch(&key, c->names, c->n, sizeof(key), by_name) : NULL;

	return found != NULL ? found->i : c->n;
}

/* --- entries --- */

static int
pass(void *arg, const void *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
	return 0;
}

/* 0: its bytes are right; 1: they are not, and that was told; negative errno: the machine's. */
static int
check_bytes(const struct wacz_check *c, size_t i)
{
	int r = zip_each_piece(c->fd, &c->entries[i], pass, NULL);

	if (r == -EBADMSG)
		tell(c, i, "its bytes do not match its checksum or its sizes");
	else if (r == -EOPNOTSUPP)
		tell(c, i, "it is neither stored nor deflated");
	else
		return r;
	return 1;
}

static bool
is_warc(const char *name)
{
	struct str s = str_of(name);

	return str_starts(s, STR("archive/")) && (str_ends(s, STR(".warc")) || str_ends(s, STR(".warc.gz")) ||
							 str_ends(s, STR(".warc.zst")));
}

static int
check_entry(const struct wacz_check *c, size_t i)
{
	const struct zip_entry *e = &c->entries[i];
	uint64_t at;
	int r = check_bytes(c, i);

	if (r < 0 || !is_warc(e->name))
		return r < 0 ? r : 0;
	if (e->method != ZIP_STORED) {
		tell(c, i, "a WARC file must be stored, so that its records can be found by their offsets");
		return 0;
	}
	r = zip_data_at(c->fd, e, &at);
	if (r == -EBADMSG)
		return 0; /* told */
	return r == 0 ? verify_warc(c->j, c->fd, at, at + e->bytes) : r;
}

/* --- the descriptor --- */

static int
keep(void *arg, const void *p, size_t n)
{
	return buf_add(arg, p, n);
}

/* NULL: it is not there, not JSON, or too long; that was told unless r < 0. */
static json_t *
load(const struct wacz_check *c, const char *name, int *ret_r)
{
	size_t max = DESCRIPTOR_BYTES + (c->n < DESCRIPTOR_MAX_BYTES / DESCRIPTOR_PER_ENTRY ? c->n * DESCRIPTOR_PER_ENTRY : DESCRIPTOR_MAX_BYTES);
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(max < DESCRIPTOR_MAX_BYTES ? max : DESCRIPTOR_MAX_BYTES);
	size_t i = find(c, name);
	json_t *object;
	int r;

	*ret_r = 0;
	if (i == c->n) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(TEXT_MAX_BYTES);

		buf_addf(&b, "there is no %s: it is no WACZ file, or not a whole one", name);
		verify_tell(c->j, 0, "entry", c->n, buf_str(&b));
		return NULL;
	}
	r = zip_each_piece(c->fd, &c->entries[i], keep, &text);
	object = r == 0 ? json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (r == -ENOMEM || (r < 0 && r != -EBADMSG && r != -EMSGSIZE && r != -EOPNOTSUPP))
		*ret_r = r;
	else if (object == NULL)
		tell(c, i, "it cannot be read as JSON");
	return object;
}

static int
add_hash(void *arg, const void *p, size_t n)
{
	digest_add(arg, p, n);
	return 0;
}

/* What `said` says of the entry `path`; told for entry `by`. */
static int
check_hash(const struct wacz_check *c, size_t by, const json_t *said)
{
	const char *path = json_string_value(json_object_get(said, "path"));
	const char *hash = json_string_value(json_object_get(said, "hash"));
	const json_t *bytes = json_object_get(said, "bytes");
	struct digest_value want, got;
	struct digest *digest = NULL;
	size_t i;
	int r;

	if (path == NULL || hash == NULL || digest_parse(str_of(hash), &want) < 0) {
		tell(c, by, "a resource has no path, or no digest that is known");
		return 0;
	}
	i = find(c, path);
	if (i == c->n) {
		tell(c, by, "it names an entry that is not there");
		return 0;
	}
	if (c->hashed[i])
		return 0;
	c->hashed[i] = true;
	if (json_is_integer(bytes) && (uint64_t)json_integer_value(bytes) != c->entries[i].raw_bytes)
		tell(c, i, "its length is another than " DESCRIPTOR " says");
	r = digest_new(want.kind, &digest);
	if (r < 0)
		return r;
	digest_begin(digest);
	r = zip_each_piece(c->fd, &c->entries[i], add_hash, digest);
	digest_end(digest, &got);
	digest_free(digest);
	if (r == 0 && !digest_equal(&want, &got))
		tell(c, i, "its digest is another than was written down");
	return r == -EBADMSG || r == -EOPNOTSUPP ? 0 : r;
}

static int
check_package(const struct wacz_check *c)
{
	json_t *package, *digest = NULL, *resources;
	size_t i;
	int r;

	package = load(c, DESCRIPTOR, &r);
	resources = json_object_get(package, "resources");
	if (package != NULL && !json_is_array(resources))
		tell(c, find(c, DESCRIPTOR), "it lists no resources");
	for (i = 0; r == 0 && i < json_array_size(resources); i++)
		r = check_hash(c, find(c, DESCRIPTOR), json_array_get(resources, i));
	/* The specification leaves it to whoever writes one. */
	if (r == 0 && find(c, DESCRIPTOR_DIGEST) < c->n)
		digest = load(c, DESCRIPTOR_DIGEST, &r);
	if (r == 0 && digest != NULL)
		r = check_hash(c, find(c, DESCRIPTOR_DIGEST), digest);
	json_decref(digest);
	json_decref(package);
	return r;
}

static void
sort_names(struct wacz_check *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->names[i] = (struct name){ c->entries[i].name, i };
	qsort(c->names, c->n, sizeof(*c->names), by_name);
}

int
verify_wacz(struct verify_one *j, int fd)
{
	struct wacz_check c = { .j = j, .fd = fd };
	int r = zip_read_directory(fd, &c.entries, &c.n);

	if (r == -EBADMSG) {
		verify_tell(j, 0, "entry", 0, STR("it is no ZIP file, or not a whole one: a WACZ file is made whole when its crawl ends; "
						  "`lycosa resume' does that after a crash"));
		return 0;
	}
	if (r == 0) {
		c.names = calloc(c.n + 1, sizeof(*c.names));
		c.hashed = calloc(c.n + 1, sizeof(*c.hashed));
		r = c.names == NULL || c.hashed == NULL ? -ENOMEM : 0;
	}
	if (r == 0)
		sort_names(&c);
	for (size_t i = 0; r == 0 && i < c.n; i++)
		r = check_entry(&c, i);
	if (r == 0)
		r = check_package(&c);
	free(c.names);
	free(c.hashed);
	free(c.entries);
	return r;
}
