/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *  S1  readers take no lock. A table, a host and a directory are complete before they are published (release), and neither moved nor
 *      freed before scope_places_release().
 *  S2  there is one writer at a time. A full table is replaced by one of twice the size; the old ones stay for readers that are still
 *      inside (together they are as large as the newest).
 *  S3  a path is below a directory if one of the directories that it lies in itself is that one. Their hashes come out of one walk over
 *      the path, each from the one before and the next component; so a path costs its length, and not its length for each "/" in it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "url/scope_places.h"

#define SCOPE_FIRST_SLOTS 64

#ifdef SCOPE_COUNT_STEPS
_Atomic uint64_t scope_steps;
#define STEP() ((void)atomic_fetch_add_explicit(&scope_steps, 1, memory_order_relaxed))
#else
#define STEP() ((void)0)
#endif

/* What tables hold: the first member of a host and of a directory. */
struct scope_entry {
	uint64_t hash;
};

/* A host and port in scope, under http and https. Immutable but for dirs, which is the writer's. */
struct scope_host {
	struct scope_entry entry;
	struct scope_dir *dirs; /* in no order */
	uint32_t port;
	uint32_t len;
	char name[];
};

/* A seed's directory on a host, "/docs/". Immutable. */
struct scope_dir {
	struct scope_entry entry;
	const struct scope_host *host;
	struct scope_dir *next; /* of the same host */
	size_t len;
	char path[];
};

struct scope_table {
	struct scope_table *older;
	size_t mask;
	_Atomic(struct scope_entry *) slots[];
};

/* --- tables --------------------------------------------------------------------------------------------------------- */

/* The entries of one hash, one after the other. */
struct probe {
	const struct scope_table *table;
	uint64_t hash;
	size_t i;
};

static struct probe
probe_of(const struct scope_set *set, uint64_t hash)
{
	const struct scope_table *t = atomic_load_explicit(&set->table, memory_order_acquire);

	return (struct probe){ t, hash, hash & t->mask };
}

/* NULL: there are no more. */
static void *
probe_next(struct probe *p)
{
	for (;;) {
		struct scope_entry *e = atomic_load_explicit(&p->table->slots[p->i], memory_order_acquire);

		STEP();
		if (e == NULL)
			return NULL;
		p->i = (p->i + 1) & p->table->mask;
		if (e->hash == p->hash)
			return e;
	}
}

static struct scope_table *
table_new(size_t slots)
{
	struct scope_table *t = calloc(1, sizeof(*t) + slots * sizeof(t->slots[0]));

	if (t != NULL)
		t->mask = slots - 1;
	return t;
}

static void
table_put(struct scope_table *t, struct scope_entry *e)
{
	size_t i = e->hash & t->mask;

	for (; atomic_load_explicit(&t->slots[i], memory_order_relaxed) != NULL; i = (i + 1) & t->mask)
		STEP();
	atomic_store_explicit(&t->slots[i], e, memory_order_release);
}

/* Room for one more. */
static int
set_reserve(struct scope_set *set)
{
	struct scope_table *old = atomic_load_explicit(&set->table, memory_order_relaxed), *t;

	if ((set->count + 1) * 2 <= old->mask + 1)
		return 0;
	t = table_new((old->mask + 1) * 2);
	if (t == NULL)
		return -ENOMEM;
	for (size_t i = 0; i <= old->mask; i++) {
		struct scope_entry *e = atomic_load_explicit(&old->slots[i], memory_order_relaxed);

		if (e != NULL)
			table_put(t, e);
	}
	t->older = old;
	atomic_store_explicit(&set->table, t, memory_order_release);
	return 0;
}

/* Behind set_reserve(). */
static void
set_put(struct scope_set *set, struct scope_entry *e)
{
	table_put(atomic_load_explicit(&set->table, memory_order_relaxed), e);
	set->count++;
}

static void
set_release(struct scope_set *set)
{
	struct scope_table *t = atomic_load_explicit(&set->table, memory_order_relaxed), *older;

	for (size_t i = 0; t != NULL && i <= t->mask; i++)
		free(atomic_load_explicit(&t->slots[i], memory_order_relaxed));
	for (; t != NULL; t = older) {
		older = t->older;
		free(t);
	}
	atomic_store_explicit(&set->table, NULL, memory_order_relaxed);
}

/* --- directories ---------------------------------------------------------------------------------------------------- */

static bool
dir_is(const struct scope_places *p, const struct scope_host *h, uint64_t hash, struct str path)
{
	struct probe probe = probe_of(&p->dirs, hash);
	const struct scope_dir *d;

	while ((d = probe_next(&probe)) != NULL)
		if (d->host == h && str_eq(str_n(d->path, d->len), path))
			return true;
	return false;
}

/* The next component with its "/" joins the hash of those before it; false: there is none. */
static bool
dir_step(const struct scope_places *p, struct str path, size_t *len, uint64_t *hash)
{
	const char *slash = path.len > *len ? memchr(path.p + *len, '/', path.len - *len) : NULL;
	size_t from = *len;

	if (slash == NULL)
		return false;
	*len = (size_t)(slash - path.p) + 1;
	*hash = hash_mix(*hash, hash_fingerprint(&p->key, path.p + from, *len - from));
	return true;
}

bool
scope_places_has_below(const struct scope_places *p, const struct scope_host *h, struct str path)
{
	uint64_t hash = h->entry.hash;
	size_t len = 0;

	while (dir_step(p, path, &len, &hash))
		if (dir_is(p, h, hash, str_n(path.p, len)))
			return true;
	return false;
}

/* Who asks for no directories has none: a list of seeds may have as many as URLs. */
static int
dir_add(struct scope_places *p, struct scope_host *h, struct str path)
{
	uint64_t hash = h->entry.hash;
	struct scope_dir *d;
	size_t len = 0;
	int r;

	if (!p->has_dirs || scope_places_has_below(p, h, path))
		return 0;
	while (dir_step(p, path, &len, &hash))
		;
	/* Only what is not http's has a path without a "/". */
	if (len == 0)
		return 0;
	r = set_reserve(&p->dirs);
	if (r < 0)
		return r;
	d = malloc(sizeof(*d) + len);
	if (d == NULL)
		return -ENOMEM;
	*d = (struct scope_dir){ .entry.hash = hash, .host = h, .next = h->dirs, .len = len };
	memcpy(d->path, path.p, len);
	h->dirs = d;
	set_put(&p->dirs, &d->entry);
	return 0;
}

/* --- hosts ---------------------------------------------------------------------------------------------------------- */

static struct scope_host *
host_find(const struct scope_places *p, struct str name, uint32_t port)
{
	struct probe probe = probe_of(&p->hosts, hash_mix(hash_fingerprint(&p->key, name.p, name.len), port));
	struct scope_host *h;

	while ((h = probe_next(&probe)) != NULL)
		if (h->port == port && str_eq(str_n(h->name, h->len), name))
			return h;
	return NULL;
}

const struct scope_host *
scope_places_find(const struct scope_places *p, struct str name, uint32_t port)
{
	return host_find(p, name, port);
}

/* Not yet in the table: it has its directories first. */
static struct scope_host *
host_new(const struct scope_places *p, struct str name, uint32_t port)
{
	struct scope_host *h = malloc(sizeof(*h) + name.len);

	if (h == NULL)
		return NULL;
	*h = (struct scope_host){
		.entry.hash = hash_mix(hash_fingerprint(&p->key, name.p, name.len), port),
		.port = port,
		.len = (uint32_t)name.len,
	};
	memcpy(h->name, name.p, name.len);
	return h;
}

/* The host, and the directory of path on it; if there is a model, all of its directories instead. Readers see it when it has them. */
static int
host_add(struct scope_places *p, struct str name, uint32_t port, struct str path, const struct scope_host *model)
{
	const struct scope_dir *d;
	struct scope_host *h;
	int r = set_reserve(&p->hosts);

	if (r < 0)
		return r;
	h = host_new(p, name, port);
	if (h == NULL)
		return -ENOMEM;
	if (model == NULL)
		r = dir_add(p, h, path);
	for (d = model != NULL ? model->dirs : NULL; r == 0 && d != NULL; d = d->next)
		r = dir_add(p, h, str_n(d->path, d->len));
	if (r < 0 && h->dirs == NULL)
		free(h);
	else
		set_put(&p->hosts, &h->entry);
	return r;
}

int
scope_places_add_seed(struct scope_places *p, struct str name, uint32_t port, struct str path)
{
	struct scope_host *h = host_find(p, name, port);

	return h == NULL ? host_add(p, name, port, path, NULL) : dir_add(p, h, path);
}

int
scope_places_add_host(struct scope_places *p, struct str name, uint32_t port, struct str path, struct str twin, bool *ret_new)
{
	bool is_new = host_find(p, name, port) == NULL;
	int r = 0;

	if (is_new)
		r = host_add(p, name, port, path, NULL);
	if (r == 0 && twin.len > 0 && host_find(p, twin, port) == NULL)
		r = host_add(p, twin, port, STR_NONE, host_find(p, name, port));
	if (r == 0)
		*ret_new = is_new;
	return r;
}

/* --- life ----------------------------------------------------------------------------------------------------------- */

int
scope_places_init(struct scope_places *p, bool has_dirs)
{
	*p = (struct scope_places){ .has_dirs = has_dirs };
	atomic_init(&p->hosts.table, table_new(SCOPE_FIRST_SLOTS));
	atomic_init(&p->dirs.table, table_new(SCOPE_FIRST_SLOTS));
	if (atomic_load(&p->hosts.table) != NULL && atomic_load(&p->dirs.table) != NULL && hash_key_random(&p->key) == 0)
		return 0;
	scope_places_release(p);
	return -ENOMEM;
}

void
scope_places_release(struct scope_places *p)
{
	set_release(&p->dirs);
	set_release(&p->hosts);
}
