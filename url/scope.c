/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules are immutable; scope_change() publishes others (S1, S2 hold for them too). The hosts in scope are a hash table that only grows:
 *
 *  S1  readers take no lock. A table, a host and a directory are complete before they are published (release), and
 *      neither moved nor freed before scope_free(); rules that were replaced go with scope_forget(), whose caller knows that all
 *      readers have come by since.
 *  S2  writers hold s->lock. A full table is replaced by one of twice the size; the old ones stay for readers that are
 *      still inside (together they are as large as the newest).
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <regex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "url/host.h"
#include "url/scope.h"
#include "url/scope_rules.h"

#define SCOPE_MAGIC       0x53434f50u
#define HOSTS_FIRST_SLOTS 64

/* A seed's directory on a host, "/docs/". Immutable. */
struct scope_dir {
	struct scope_dir *next;
	size_t len;
	char path[];
};

/* A host and port in scope, under http and https. Immutable but for the head of dirs. */
struct scope_host {
	uint64_t hash;
	uint32_t port; /* URL_NO_PORT: each scheme's default */
	_Atomic(struct scope_dir *) dirs; /* none: --no-parent does not hold here */
	size_t len;
	char name[];
};

struct host_table {
	struct host_table *older;
	size_t mask;
	_Atomic(struct scope_host *) slots[];
};

/* The rules in force, with the texts of the regular expressions for those who explain. Immutable, but for older. */
struct rule_set {
	struct rule_set *older; /* guarded by lock */
	struct scope_rules rules;
	const char *const *accept_regex, *const *reject_regex;
};

struct scope {
	uint32_t magic;
	struct scope_config config; /* the lists in it: what scope_new() was given */
	_Atomic(struct rule_set *) rules;
	struct hash_key key;
	_Atomic(struct host_table *) hosts;
	pthread_mutex_t lock; /* of writers */
	size_t host_count;    /* guarded by lock */
};

/* --- hosts --- */

static uint64_t
host_hash(const struct scope *s, struct str name, uint32_t port)
{
	return hash_mix(hash_fingerprint(&s->key, name.p, name.len), port);
}

static struct scope_host *
host_find(const struct scope *s, struct str name, uint32_t port)
{
	struct host_table *t = atomic_load_explicit(&s->hosts, memory_order_acquire);
	uint64_t hash = host_hash(s, name, port);
	size_t i;

	for (i = hash & t->mask;; i = (i + 1) & t->mask) {
		struct scope_host *h = atomic_load_explicit(&t->slots[i], memory_order_acquire);

		if (h == NULL)
			return NULL;
		if (h->hash == hash && h->port == port && str_eq(str_n(h->name, h->len), name))
			return h;
	}
}

static void
table_put(struct host_table *t, struct scope_host *h)
{
	size_t i = h->hash & t->mask;

	while (atomic_load_explicit(&t->slots[i], memory_order_relaxed) != NULL)
		i = (i + 1) & t->mask;
	atomic_store_explicit(&t->slots[i], h, memory_order_release);
}

static struct host_table *
table_new(size_t slots)
{
	struct host_table *t = calloc(1, sizeof(*t) + slots * sizeof(t->slots[0]));

	if (t != NULL)
		t->mask = slots - 1;
	return t;
}

/* Called with s->lock held. */
static int
table_grow(struct scope *s)
{
	struct host_table *old = atomic_load_explicit(&s->hosts, memory_order_relaxed), *t;
	size_t i;

	t = table_new((old->mask + 1) * 2);
	if (t == NULL)
		return -ENOMEM;
	for (i = 0; i <= old->mask; i++) {
		struct scope_host *h = atomic_load_explicit(&old->slots[i], memory_order_relaxed);

		if (h != NULL)
			table_put(t, h);
	}
	t->older = old;
	atomic_store_explicit(&s->hosts, t, memory_order_release);
	return 0;
}

/* path up to and with its last '/'. */
static struct str
directory_of(struct str path)
{
	while (path.len > 0 && path.p[path.len - 1] != '/')
		path.len--;
	return path;
}

/* Called with s->lock held. Who asks for no directories has none: a list of seeds may have as many as URLs. */
static int
host_add_dir(const struct scope *s, struct scope_host *h, struct str dir)
{
	struct scope_dir *head = atomic_load_explicit(&h->dirs, memory_order_relaxed), *d;

	if (!s->config.no_parent)
		return 0;
	for (d = head; d != NULL; d = d->next)
		if (str_starts(dir, str_n(d->path, d->len)))
			return 0; /* lies inside one that is known */
	d = malloc(sizeof(*d) + dir.len);
	if (d == NULL)
		return -ENOMEM;
	d->next = head;
	d->len = dir.len;
	memcpy(d->path, dir.p, dir.len);
	atomic_store_explicit(&h->dirs, d, memory_order_release);
	return 0;
}

static void
host_free(struct scope_host *h)
{
	struct scope_dir *d, *next;

	if (h == NULL)
		return;
	for (d = atomic_load_explicit(&h->dirs, memory_order_relaxed); d != NULL; d = next) {
		next = d->next;
		free(d);
	}
	free(h);
}

/* A host that is not in the table yet, with its first directory. Called with s->lock held. */
static int
host_add(struct scope *s, struct str name, uint32_t port, struct str dir)
{
	struct host_table *t = atomic_load_explicit(&s->hosts, memory_order_relaxed);
	struct scope_host *h;
	int r;

	if ((s->host_count + 1) * 2 > t->mask + 1) {
		r = table_grow(s);
		if (r < 0)
			return r;
		t = atomic_load_explicit(&s->hosts, memory_order_relaxed);
	}
	h = calloc(1, sizeof(*h) + name.len);
	if (h == NULL)
		return -ENOMEM;
	h->hash = host_hash(s, name, port);
	h->port = port;
	h->len = name.len;
	memcpy(h->name, name.p, name.len);
	r = host_add_dir(s, h, dir);
	if (r < 0) {
		host_free(h);
		return r;
	}
	table_put(t, h);
	s->host_count++;
	return 0;
}

/* Called with s->lock held. A host that is known gets dir only if it is a seed's. */
static int
host_join(struct scope *s, struct str name, uint32_t port, struct str dir, bool is_seed, bool *ret_new)
{
	struct scope_host *h = host_find(s, name, port);

	*ret_new = h == NULL;
	if (h == NULL)
		return host_add(s, name, port, dir);
	return is_seed ? host_add_dir(s, h, dir) : 0;
}

/* The twin of h joins with h's directories, if it is not known. Called with s->lock held. */
static int
twin_join(struct scope *s, const struct scope_host *h, struct str name)
{
	const struct scope_dir *d = atomic_load_explicit(&h->dirs, memory_order_relaxed);
	bool is_new;
	int r = 0;

	if (host_find(s, name, h->port) != NULL)
		return 0;
	if (d == NULL)
		return host_join(s, name, h->port, STR(""), true, &is_new);
	for (; d != NULL && r == 0; d = d->next)
		r = host_join(s, name, h->port, str_n(d->path, d->len), true, &is_new);
	return r;
}

int
scope_add_seed(struct scope *s, const struct url *seed)
{
	bool is_new;
	int r;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	pthread_mutex_lock(&s->lock);
	r = host_join(s, url_hostname(seed), seed->port, directory_of(url_pathname(seed)), true, &is_new);
	pthread_mutex_unlock(&s->lock);
	return r;
}

int
scope_add_host(struct scope *s, const struct url *url, bool *ret_new)
{
	struct str dir = directory_of(url_pathname(url));
	CLEANUP(buf_releasep) struct buf twin = BUF_INIT(URL_MAX_BYTES);
	bool is_new = false, has_twin;
	int r;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	has_twin = host_www_twin(url_hostname(url), &twin);
	r = buf_err(&twin);
	if (r < 0)
		return r;
	pthread_mutex_lock(&s->lock);
	r = host_join(s, url_hostname(url), url->port, dir, false, &is_new);
	if (r == 0 && has_twin)
		r = twin_join(s, host_find(s, url_hostname(url), url->port), buf_str(&twin));
	pthread_mutex_unlock(&s->lock);
	if (r == 0 && ret_new != NULL)
		*ret_new = is_new;
	return r;
}

/* --- life --- */

/* Called with s->lock held, or before others know s. */
static int
rules_publish(struct scope *s, const struct scope_config *config, char **ret_error)
{
	struct rule_set *set = calloc(1, sizeof(*set));
	int r;

	if (set == NULL)
		return -ENOMEM;
	r = scope_rules_init(&set->rules, config, ret_error);
	if (r < 0) {
		free(set);
		return r;
	}
	set->accept_regex = config->accept_regex;
	set->reject_regex = config->reject_regex;
	set->older = atomic_load_explicit(&s->rules, memory_order_relaxed);
	atomic_store_explicit(&s->rules, set, memory_order_release);
	return 0;
}

int
scope_change(struct scope *s, const struct scope_config *config, char **ret_error)
{
	int r;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	*ret_error = NULL;
	pthread_mutex_lock(&s->lock);
	r = rules_publish(s, config, ret_error);
	pthread_mutex_unlock(&s->lock);
	return r;
}

static void
rules_free(struct rule_set *set)
{
	struct rule_set *older;

	for (; set != NULL; set = older) {
		older = set->older;
		scope_rules_release(&set->rules);
		free(set);
	}
}

void
scope_forget(struct scope *s)
{
	struct rule_set *now;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	pthread_mutex_lock(&s->lock);
	now = atomic_load_explicit(&s->rules, memory_order_relaxed);
	rules_free(now->older);
	now->older = NULL;
	pthread_mutex_unlock(&s->lock);
}

int
scope_new(const struct scope_config *config, struct scope **ret_scope, char **ret_error)
{
	struct scope *s = calloc(1, sizeof(*s));
	struct host_table *t;
	int r;

	*ret_error = NULL;
	if (s == NULL)
		return -ENOMEM;
	s->magic = SCOPE_MAGIC;
	s->config = *config;
	pthread_mutex_init(&s->lock, NULL);
	t = table_new(HOSTS_FIRST_SLOTS);
	atomic_init(&s->hosts, t);
	r = t != NULL ? hash_key_random(&s->key) : -ENOMEM;
	if (r == 0)
		r = rules_publish(s, config, ret_error);
	if (r < 0) {
		scope_free(s);
		return r;
	}
	*ret_scope = s;
	return 0;
}

void
scope_free(struct scope *s)
{
	struct host_table *t, *older;
	size_t i;

	if (s == NULL)
		return;
	CHECK_MAGIC(s, SCOPE_MAGIC);
	t = atomic_load_explicit(&s->hosts, memory_order_relaxed);
	for (i = 0; t != NULL && i <= t->mask; i++)
		host_free(atomic_load_explicit(&t->slots[i], memory_order_relaxed));
	for (; t != NULL; t = older) {
		older = t->older;
		free(t);
	}
	rules_free(atomic_load_explicit(&s->rules, memory_order_relaxed));
	pthread_mutex_destroy(&s->lock);
	s->magic = 0;
	free(s);
}

/* --- the check --- */

static const struct rule_set *
rules_now(const struct scope *s)
{
	return atomic_load_explicit(&s->rules, memory_order_acquire);
}

static bool
below_a_seed(const struct scope_host *h, struct str path)
{
	const struct scope_dir *d = atomic_load_explicit(&h->dirs, memory_order_acquire);

	if (d == NULL)
		return true;
	for (; d != NULL; d = d->next)
		if (str_starts(path, str_n(d->path, d->len)))
			return true;
	return false;
}

/* Host and parent limits. */
static enum outcome
check_place(const struct scope *s, const struct url *url)
{
	const struct scope_rules *rules = &rules_now(s)->rules;
	const struct scope_host *h;

	if (s->config.span_hosts && rules->domains.n == 0 && !s->config.no_parent)
		return OUTCOME_OK;
	h = host_find(s, url_hostname(url), url->port);
	/* --domains alone says where else to go; -H alone: anywhere; both: anywhere within. */
	if (h == NULL)
		return (s->config.span_hosts || rules->domains.n > 0) &&
			scope_rules_domain(rules, url_hostname(url)) ? OUTCOME_OK : OUTCOME_OUT_OF_SCOPE_HOST;
	if (s->config.no_parent && !below_a_seed(h, url_pathname(url)))
		return OUTCOME_OUT_OF_SCOPE_PATH;
	return OUTCOME_OK;
}

/* Sitemaps stand where their site wants them: only hosts count, and not even they where its robots.txt names the sitemap. */
static enum outcome
check_sitemap(const struct scope *s, const struct url *url, const struct scope_way *way, bool *ret_links_only)
{
	if (!way->is_seed && (way->flags & LINK_BY_ROBOTS) == 0 && check_place(s, url) == OUTCOME_OUT_OF_SCOPE_HOST)
		return OUTCOME_OUT_OF_SCOPE_HOST;
	*ret_links_only = !scope_rules_name(&rules_now(s)->rules, url_pathname(url));
	return OUTCOME_OK;
}

static bool
too_deep(const struct scope *s, uint32_t depth, bool exempt)
{
	uint32_t max = s->config.max_level;

	if (max == SCOPE_NO_LEVEL || depth <= max)
		return false;
	return !exempt || depth - max > SCOPE_REQUISITE_LEVELS;
}

/* -A, -R and the regular expressions. */
static enum outcome
check_name(const struct scope *s, const struct url *url, const struct scope_way *way, bool *ret_links_only)
{
	bool leaf = s->config.max_level != SCOPE_NO_LEVEL && way->depth >= s->config.max_level;

	if (!way->is_seed && !scope_rules_regex(&rules_now(s)->rules, url_identity(url)))
		return OUTCOME_REJECTED;
	if (scope_rules_name(&rules_now(s)->rules, url_pathname(url)))
		return OUTCOME_OK;
	if (!way->is_seed && !scope_name_is_directory(url_pathname(url))) {
		if (!scope_name_is_html(url_pathname(url)))
			return OUTCOME_REJECTED;
		/* Met nearer to the seeds, its links would count. */
		if (leaf && !s->config.page_requisites)
			return OUTCOME_DEPTH;
	}
	*ret_links_only = true;
	return OUTCOME_OK;
}

static bool
is_insecure(const struct scope *s, const struct url *url, const struct scope_way *way)
{
	return s->config.https_only && (!way->is_seed || way->redirected) && !str_eq(url_protocol(url), STR("https:"));
}

enum outcome
scope_check(const struct scope *s, const struct url *url, const struct scope_way *way, bool *ret_links_only)
{
	bool exempt = s->config.page_requisites && link_is_requisite(way->kind);
	bool links_only = false;
	enum outcome o;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	*ret_links_only = false;
	if (!url_is_http(url))
		return OUTCOME_SCHEME;
	if (is_insecure(s, url, way))
		return OUTCOME_INSECURE;
	if (way->kind == LINK_FORM || way->kind == LINK_HINT)
		return OUTCOME_KIND;
	if (scope_rules_excluded(&rules_now(s)->rules, url_hostname(url)))
		return OUTCOME_EXCLUDED_DOMAIN;
	if (way->kind == LINK_SITEMAP)
		return check_sitemap(s, url, way, ret_links_only);
	if (!way->is_seed && !exempt) {
		o = check_place(s, url);
		if (o != OUTCOME_OK)
			return o;
		if (s->config.nofollow && (way->flags & LINK_NOFOLLOW) != 0)
			return OUTCOME_NOFOLLOW;
	}
	if (!way->is_seed && too_deep(s, way->depth, exempt))
		return OUTCOME_DEPTH;
	o = check_name(s, url, way, &links_only);
	if (o == OUTCOME_OK)
		*ret_links_only = links_only;
	return o;
}

/* --- the same, rule by rule --- */

struct explained {
	struct scope_step *steps;
	unsigned n;
};

static void
explain(struct explained *e, const char *rule, struct str with, enum outcome outcome)
{
	CHECK(e->n < SCOPE_STEPS_MAX);
	e->steps[e->n++] = (struct scope_step){ rule, with, outcome };
}

/* Two lists: in the first, if there is one, and not in the second. */
static void
explain_lists(struct explained *e, const char *in, const char *out, bool has_in, struct str is_in, bool has_out, struct str is_out)
{
	if (has_in)
		explain(e, in, is_in, is_in.p != NULL ? OUTCOME_OK : OUTCOME_REJECTED);
	if (has_out)
		explain(e, out, is_out, is_out.p == NULL ? OUTCOME_OK : OUTCOME_REJECTED);
}

unsigned
scope_explain(const struct scope *s, const struct url *url, const struct scope_way *way, struct scope_step steps[SCOPE_STEPS_MAX])
{
	const struct rule_set *set = rules_now(s);
	const struct scope_rules *r = &set->rules;
	bool exempt = s->config.page_requisites && link_is_requisite(way->kind), is_sitemap = way->kind == LINK_SITEMAP;
	struct explained e = { .steps = steps };
	struct str host = url_hostname(url), excluded;
	enum outcome place;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	explain(&e, "scheme", url_protocol(url), url_is_http(url) ? OUTCOME_OK : OUTCOME_SCHEME);
	if (!url_is_http(url))
		return e.n;
	if (s->config.https_only)
		explain(&e, "--https-only", STR_NONE, is_insecure(s, url, way) ? OUTCOME_INSECURE : OUTCOME_OK);
	if (way->kind == LINK_FORM || way->kind == LINK_HINT)
		explain(&e, "kind of link", str_of(link_kind_name(way->kind)), OUTCOME_KIND);
	excluded = scope_rules_which_domain(&r->exclude_domains, host);
	if (r->exclude_domains.n > 0)
		explain(&e, "--exclude-domains", excluded, excluded.p != NULL ? OUTCOME_EXCLUDED_DOMAIN : OUTCOME_OK);
	if (!way->is_seed && !exempt) {
		place = check_place(s, url);
		explain(&e, "host", host, place == OUTCOME_OUT_OF_SCOPE_HOST ? place : OUTCOME_OK);
		if (s->config.no_parent && !is_sitemap && place != OUTCOME_OUT_OF_SCOPE_HOST)
			explain(&e, "--no-parent", url_pathname(url), place);
	}
	if (is_sitemap)
		return e.n;
	if (!way->is_seed && s->config.max_level != SCOPE_NO_LEVEL)
		explain(&e, "--level", STR_NONE, too_deep(s, way->depth, exempt) ? OUTCOME_DEPTH : OUTCOME_OK);
	if (!way->is_seed)
		explain_lists(&e, "--accept-regex", "--reject-regex", r->accept_regex.n > 0,
			scope_rules_which_regex(&r->accept_regex, set->accept_regex, url_identity(url)), r->reject_regex.n > 0,
			scope_rules_which_regex(&r->reject_regex, set->reject_regex, url_identity(url)));
	/* Directories and names of HTML are let in for their links, whatever -A and -R say. */
	if (!way->is_seed && !scope_name_is_directory(url_pathname(url)) && !scope_name_is_html(url_pathname(url)))
		explain_lists(&e, "--accept", "--reject", r->accept.n > 0, scope_rules_which_name(&r->accept, url_pathname(url)),
			r->reject.n > 0, scope_rules_which_name(&r->reject, url_pathname(url)));
	return e.n;
}
