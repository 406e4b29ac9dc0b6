/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules are immutable; scope_change() publishes others, complete, and those that were replaced go with scope_forget(), whose caller
 * knows that all readers have come by since. What else readers look at is in scope_places.c (S1-S3).
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <regex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "url/host.h"
#include "url/scope.h"
#include "url/scope_places.h"
#include "url/scope_rules.h"

#define SCOPE_MAGIC 0x53434f50u

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
	pthread_mutex_t lock; /* of writers */
	struct scope_places places;
};

/* --- places --- */

int
scope_add_seed(struct scope *s, const struct url *seed)
{
	int r;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	pthread_mutex_lock(&s->lock);
	r = scope_places_add_seed(&s->places, url_hostname(seed), seed->port, url_pathname(seed));
	pthread_mutex_unlock(&s->lock);
	return r;
}

int
scope_add_host(struct scope *s, const struct url *url, bool *ret_new)
{
	CLEANUP(buf_releasep) struct buf twin = BUF_INIT(URL_MAX_BYTES);
	bool is_new = false, has_twin;
	int r;

	CHECK_MAGIC(s, SCOPE_MAGIC);
	has_twin = host_www_twin(url_hostname(url), &twin);
	r = buf_err(&twin);
	if (r < 0)
		return r;
	pthread_mutex_lock(&s->lock);
	r = scope_places_add_host(&s->places, url_hostname(url), url->port, url_pathname(url),
		has_twin ? buf_str(&twin) : STR_NONE, &is_new);
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
	int r;

	*ret_error = NULL;
	if (s == NULL)
		return -ENOMEM;
	s->magic = SCOPE_MAGIC;
	s->config = *config;
	pthread_mutex_init(&s->lock, NULL);
	r = scope_places_init(&s->places, config->no_parent);
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
	if (s == NULL)
		return;
	CHECK_MAGIC(s, SCOPE_MAGIC);
	scope_places_release(&s->places);
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

/* Host and parent limits. */
static enum outcome
check_place(const struct scope *s, const struct url *url)
{
	const struct scope_rules *rules = &rules_now(s)->rules;
	const struct scope_host *h;

	if (s->config.span_hosts && rules->domains.n == 0 && !s->config.no_parent)
		return OUTCOME_OK;
	h = scope_places_find(&s->places, url_hostname(url), url->port);
	/* --domains alone says where else to go; -H alone: anywhere; both: anywhere within. */
	if (h == NULL)
		return (s->config.span_hosts || rules->domains.n > 0) &&
			scope_rules_domain(rules, url_hostname(url)) ? OUTCOME_OK : OUTCOME_OUT_OF_SCOPE_HOST;
	if (s->config.no_parent && !scope_places_has_below(&s->places, h, url_pathname(url)))
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
