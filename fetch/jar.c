/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include <utlist.h>

#include "base/secret.h"
#include "fetch/jar.h"
#include "url/host.h"

#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(site_) ((site_)->hash_failed = true)
#include <uthash.h>

#define JAR_MAGIC 0x4a415221u
/* A server that renews a cookie with every answer need not be written down with every answer. */
#define JAR_EXPIRES_SHARE 16 /* of its life */
#define JAR_CHANGES_BYTES ((size_t)64 * 1024 * 1024)

struct jar_item {
	struct jar_item *prev, *next;             /* of the site, oldest first */
	struct jar_item *changed_prev, *changed_next;
	bool is_changed, is_known; /* jar_changes() is to speak, or has spoken, of it */
	struct cookie c; /* views of text */
	int64_t told_expires_s; /* as the last jar_changes() gave it, or will */
	uint64_t made, used; /* the jar's clock */
	size_t bytes;
	char text[];
};

struct jar_site {
	UT_hash_handle hh;
	struct jar_site *prev, *next; /* of the jar, least recently used first */
	struct jar_item *items;
	unsigned n;
	bool hash_failed;
	size_t name_len;
	char name[]; /* host_site() */
};

/* owner: loop thread */
struct jar {
	uint32_t magic;
	struct jar_site *by_name, *by_use;
	struct jar_item *changed;
	struct buf gone; /* lines of what is no more */
	uint64_t clock;  /* rises with each use */
	size_t n, bytes;
	struct buf room;
};

int
jar_new(struct jar **ret_jar)
{
	struct jar *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return -ENOMEM;
	j->magic = JAR_MAGIC;
	buf_init(&j->gone, JAR_CHANGES_BYTES);
	buf_init(&j->room, COOKIE_ROOM_BYTES);
	*ret_jar = j;
	return 0;
}

static void
change(struct jar *j, struct jar_item *i)
{
	i->told_expires_s = i->c.expires_s;
	if (!i->is_changed)
		DL_APPEND2(j->changed, i, changed_prev, changed_next);
	i->is_changed = true;
}

static void
unchange(struct jar *j, struct jar_item *i)
{
	if (i->is_changed)
		DL_DELETE2(j->changed, i, changed_prev, changed_next);
	i->is_changed = false;
}

static void
item_free(struct jar *j, struct jar_site *s, struct jar_item *i)
{
	unchange(j, i);
	DL_DELETE(s->items, i);
	s->n--;
	j->n--;
	j->bytes -= i->bytes;
	explicit_bzero(i->text, i->bytes - sizeof(*i));
	free(i);
}

/* It is no more, which has to be known where it is. */
static void
item_drop(struct jar *j, struct jar_site *s, struct jar_item *i)
{
	struct cookie c = i->c;

	c.value = STR("");
	c.expires_s = 1;
	if (i->is_known)
		cookie_put_line(&c, &j->gone);
	item_free(j, s, i);
}

static void
site_free(struct jar *j, struct jar_site *s)
{
	CHECK(s->items == NULL);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a site of the list is in the table too */
	HASH_DEL(j->by_name, s);
	DL_DELETE(j->by_use, s);
	j->bytes -= sizeof(*s) + s->name_len;
	free(s);
}

void
jar_free(struct jar *j)
{
	struct jar_site *s;

	if (j == NULL)
		return;
	CHECK_MAGIC(j, JAR_MAGIC);
	while ((s = j->by_use) != NULL) {
		while (s->items != NULL)
			item_free(j, s, s->items);
		site_free(j, s);
	}
	buf_release(&j->gone);
	buf_release(&j->room);
	j->magic = 0;
	free(j);
}

static struct jar_site *
site_find(const struct jar *j, struct str name)
{
	struct jar_site *s = NULL;

	HASH_FIND(hh, j->by_name, name.p, name.len, s);
	return s;
}

static struct jar_site *
site_get(struct jar *j, struct str name)
{
	struct jar_site *s = site_find(j, name);

	if (s != NULL)
		return s;
	s = calloc(1, sizeof(*s) + name.len);
	if (s == NULL)
		return NULL;
	memcpy(s->name, name.p, name.len);
	s->name_len = name.len;
	HASH_ADD_KEYPTR(hh, j->by_name, s->name, s->name_len, s);
	if (s->hash_failed) {
		free(s);
		return NULL;
	}
	DL_APPEND(j->by_use, s);
	j->bytes += sizeof(*s) + s->name_len;
	return s;
}

static void
site_used(struct jar *j, struct jar_site *s)
{
	if (s->next == NULL)
		return;
	DL_DELETE(j->by_use, s);
	DL_APPEND(j->by_use, s);
}

static void
drop_expired(struct jar *j, struct jar_site *s, int64_t now_s)
{
	struct jar_item *i, *next;

	DL_FOREACH_SAFE(s->items, i, next)
		if (cookie_has_expired(&i->c, now_s))
			item_drop(j, s, i);
}

/* Which of two goes first. */
static bool
is_worth_less(const struct jar_item *a, const struct jar_item *b)
{
	return a->c.secure != b->c.secure ? b->c.secure : a->used < b->used;
}

/* K2, K3. */
static void
make_room(struct jar *j, struct jar_site *s, int64_t now_s)
{
	struct jar_item *i, *least_worth;

	if (s->n > JAR_SITE_COOKIES)
		drop_expired(j, s, now_s);
	while (s->n > JAR_SITE_COOKIES) {
		least_worth = s->items;
		DL_FOREACH(s->items, i)
			if (is_worth_less(i, least_worth))
				least_worth = i;
		item_drop(j, s, least_worth);
	}
	while (j->bytes > JAR_MAX_BYTES) {
		struct jar_site *least = j->by_use;

		if (least == NULL || least == s)
			break;
		while (least->items != NULL)
			item_drop(j, least, least->items);
		site_free(j, least);
	}
}

static bool
same_key(const struct cookie *a, const struct cookie *b)
{
	return a->host_only == b->host_only && str_eq(a->name, b->name) && str_eq(a->domain, b->domain) &&
		str_eq(a->path, b->path);
}

static struct jar_item *
item_find(const struct jar_site *s, const struct cookie *c)
{
	struct jar_item *i;

	DL_FOREACH(s->items, i)
		if (same_key(&i->c, c))
			return i;
	return NULL;
}

static struct str
copy_into(char **at, struct str s)
{
	char *start = *at;

	if (s.len > 0)
		memcpy(start, s.p, s.len);
	*at += s.len;
	return str_n(start, s.len);
}

static struct jar_item *
item_new(const struct cookie *c)
{
	size_t bytes = sizeof(struct jar_item) + c->name.len + c->value.len + c->domain.len + c->path.len;
	struct jar_item *i = calloc(1, bytes);
	char *at;

	if (i == NULL)
		return NULL;
	i->c = *c;
	i->bytes = bytes;
	at = i->text;
	i->c.name = copy_into(&at, c->name);
	i->c.value = copy_into(&at, c->value);
	i->c.domain = copy_into(&at, c->domain);
	i->c.path = copy_into(&at, c->path);
	return i;
}

/* Has it changed so that it has to be known? */
static bool
differs(const struct jar_item *old, const struct cookie *c, int64_t now_s)
{
	int64_t told = old->told_expires_s, left, by;

	if (!str_eq(old->c.value, c->value) || old->c.secure != c->secure || old->c.http_only != c->http_only)
		return true;
	if (told == c->expires_s)
		return false;
	if (told == COOKIE_SESSION || c->expires_s == COOKIE_SESSION || c->expires_s < told)
		return true;
	left = told - now_s;
	by = c->expires_s - told;
	return left < 0 || by > left / JAR_EXPIRES_SHARE;
}

/* What it replaces keeps its place in the order (RFC 6265 §5.3, step 11). */
static int
keep(struct jar *j, struct jar_site *s, const struct cookie *c, bool known, int64_t now_s)
{
	struct jar_item *old = item_find(s, c), *i;
	bool changed = !known && (old == NULL || old->is_changed || differs(old, c, now_s));

	i = item_new(c);
	if (i == NULL)
		return -ENOMEM;
	i->used = ++j->clock;
	i->made = old != NULL ? old->made : j->clock;
	i->told_expires_s = old != NULL ? old->told_expires_s : c->expires_s;
	i->is_known = known || (old != NULL && old->is_known);
	if (old != NULL) {
		DL_REPLACE_ELEM(s->items, old, i);
		unchange(j, old);
		j->bytes -= old->bytes;
		explicit_bzero(old->text, old->bytes - sizeof(*old));
		free(old);
	} else {
		DL_APPEND(s->items, i);
		s->n++;
		j->n++;
	}
	j->bytes += i->bytes;
	if (changed)
		change(j, i);
	return 0;
}

int
jar_put(struct jar *j, const struct cookie *c, bool known, int64_t now_s)
{
	struct jar_site *s;
	struct jar_item *old;
	int r = 0;

	CHECK_MAGIC(j, JAR_MAGIC);
	if (cookie_has_expired(c, now_s)) {
		s = site_find(j, host_site(c->domain));
		old = s != NULL ? item_find(s, c) : NULL;
		if (old != NULL)
			item_drop(j, s, old);
	} else {
		s = site_get(j, host_site(c->domain));
		if (s == NULL)
			return -ENOMEM;
		site_used(j, s);
		r = keep(j, s, c, known, now_s);
		make_room(j, s, now_s);
	}
	if (s != NULL && s->items == NULL)
		site_free(j, s);
	return r;
}

/* RFC 6265bis §5.7, step 13: what came by http does not stand before what came by https. */
static bool
would_shadow(const struct jar *j, const struct cookie *c)
{
	const struct jar_site *s = site_find(j, host_site(c->domain));
	const struct jar_item *i;

	if (s == NULL)
		return false;
	DL_FOREACH(s->items, i)
		if (i->c.secure && str_eq(i->c.name, c->name) &&
			(host_in_domain(i->c.domain, c->domain) || host_in_domain(c->domain, i->c.domain)) &&
			str_starts(c->path, i->c.path))
			return true;
	return false;
}

int
jar_set(struct jar *j, const struct url *u, struct str value, int64_t now_s)
{
	struct cookie c;

	CHECK_MAGIC(j, JAR_MAGIC);
	buf_reset(&j->room, COOKIE_ROOM_BYTES);
	if (cookie_parse(value, u, now_s, &j->room, &c) < 0)
		return 0;
	if (u->scheme != URL_SCHEME_HTTPS && would_shadow(j, &c))
		return 0;
	return jar_put(j, &c, false, now_s);
}

int
jar_set_all(struct jar *j, const struct url *u, struct str lines, int64_t now_s)
{
	struct str line;
	unsigned n;
	int r = 0;

	for (n = 0; n < JAR_SITE_COOKIES && str_cut(lines, '\n', &line, &lines); n++)
		if (jar_set(j, u, line, now_s) < 0)
			r = -ENOMEM;
	return r;
}

/* Longer paths first, then those that were made earlier. */
static int
by_rank(const void *a, const void *b)
{
	const struct jar_item *x = *(struct jar_item *const *)a, *y = *(struct jar_item *const *)b;

	if (x->c.path.len != y->c.path.len)
		return x->c.path.len > y->c.path.len ? -1 : 1;
	return x->made < y->made ? -1 : x->made > y->made;
}

void
jar_header(struct jar *j, const struct url *u, int64_t now_s, struct buf *out)
{
	struct jar_item *chosen[JAR_SITE_COOKIES], *i;
	struct jar_site *s = NULL;
	size_t n = 0, start = out->len;

	CHECK_MAGIC(j, JAR_MAGIC);
	if (j->n > 0)
		s = site_find(j, host_site(url_hostname(u)));
	if (s == NULL)
		return;
	drop_expired(j, s, now_s);
	if (s->items == NULL) {
		site_free(j, s);
		return;
	}
	DL_FOREACH(s->items, i)
		if (cookie_is_for(&i->c, u))
			chosen[n++] = i;
	if (n == 0)
		return;
	site_used(j, s);
	qsort(chosen, n, sizeof(struct jar_item *), by_rank);
	for (size_t k = 0; k < n; k++) {
		const struct cookie *c = &chosen[k]->c;

		if (out->len - start + c->name.len + c->value.len + 3 > JAR_HEADER_BYTES)
			continue;
		chosen[k]->used = ++j->clock;
		if (out->len > start)
			buf_add_str(out, STR("; "));
		buf_add_str(out, c->name);
		buf_addc(out, '=');
		buf_add_str(out, c->value);
	}
}

bool
jar_changes(struct jar *j, struct buf *out)
{
	bool any = j->gone.len > 0 || j->changed != NULL;
	struct jar_item *i;

	CHECK_MAGIC(j, JAR_MAGIC);
	if (j->gone.err < 0)
		out->err = j->gone.err;
	buf_add_str(out, buf_str(&j->gone));
	buf_reset(&j->gone, 4096);
	while ((i = j->changed) != NULL) {
		unchange(j, i);
		i->is_known = true;
		cookie_put_line(&i->c, out);
	}
	return any;
}

static int
by_age(const void *a, const void *b)
{
	const struct jar_item *x = *(struct jar_item *const *)a, *y = *(struct jar_item *const *)b;

	return x->made < y->made ? -1 : x->made > y->made;
}

void
jar_text(struct jar *j, bool session, int64_t now_s, struct buf *out)
{
	struct jar_item **all, *i;
	struct jar_site *s;
	size_t n = 0;

	CHECK_MAGIC(j, JAR_MAGIC);
	all = calloc(j->n + 1, sizeof(struct jar_item *));
	if (all == NULL) {
		out->err = -ENOMEM;
		return;
	}
	DL_FOREACH(j->by_use, s)
		DL_FOREACH(s->items, i)
			if (!cookie_has_expired(&i->c, now_s) && (session || i->c.expires_s != COOKIE_SESSION))
				all[n++] = i;
	qsort(all, n, sizeof(struct jar_item *), by_age);
	for (size_t k = 0; k < n; k++)
		cookie_put_line(&all[k]->c, out);
	free(all);
}

size_t
jar_count(const struct jar *j)
{
	return j->n;
}

void
jar_check(const struct jar *j)
{
	const struct jar_site *s;
	const struct jar_item *i, *k;
	size_t n = 0, bytes = 0, changed = 0, marked = 0;

	CHECK_MAGIC(j, JAR_MAGIC);
	DL_FOREACH(j->by_use, s) {
		unsigned of_site = 0;

		CHECK(s->items != NULL && site_find(j, str_n(s->name, s->name_len)) == s);
		bytes += sizeof(*s) + s->name_len;
		DL_FOREACH(s->items, i) {
			CHECK(str_eq(host_site(i->c.domain), str_n(s->name, s->name_len)));
			for (k = i->next; k != NULL; k = k->next)
				CHECK(!same_key(&i->c, &k->c));
			bytes += i->bytes;
			marked += i->is_changed;
			of_site++;
		}
		CHECK(of_site == s->n && s->n <= JAR_SITE_COOKIES);
		n += of_site;
	}
	for (i = j->changed; i != NULL; i = i->changed_next)
		changed++;
	CHECK(n == j->n && bytes == j->bytes && changed == marked);
	CHECK(bytes <= JAR_MAX_BYTES); /* what one site may have is less */
}
