/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scope.h: which URLs belong to the crawl.
 *
 * Order of calls: scope_new() from the user's rules; scope_add_seed() for each seed, before loops run; scope_check() by
 * any thread; scope_add_host() by any thread when a seed turned out to live elsewhere; scope_free().
 *
 * A rule says no with an outcome: REFUSED ones are final for the URL; those of class WAY hold for this way of meeting it
 * only (kind, depth, nofollow), and the same URL may be let in by another way.
 *
 * A host in scope is a name and a port; http and https with their default ports are one. exclude_domains hold for
 * everything, seeds and requisites too; accept and reject for everything but seeds. Directories ("/" at the end) are
 * always let in, for their links if they match no rule.
 *
 * scope_check() takes no lock: hosts and rules are published once and stay until scope_free(), but for scope_forget(). What it costs,
 * and scope_add_seed(), does not depend on how many seeds there are.
 */
#ifndef URL_SCOPE_H
#define URL_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "url/link.h"
#include "url/outcome.h"
#include "url/url.h"

#define SCOPE_NO_LEVEL UINT32_MAX

/* How far below max_level the chain of requisites may lead with -p (a frame's style sheet's imports' pictures): frames
 * within frames must not be a way around the limit. */
#define SCOPE_REQUISITE_LEVELS 5

struct scope_config {
	uint32_t max_level; /* deepest depth fetched; SCOPE_NO_LEVEL = any */
	bool span_hosts;    /* -H: any host (within domains, if given) */
	bool https_only;    /* no http but for seeds */
	bool no_parent;     /* -np: not above the directory of a seed of the same host */
	bool page_requisites; /* -p: requisites are exempt from host, parent and level limits */
	bool nofollow;        /* obey rel=nofollow */
	/* NULL-terminated lists, or NULL. Borrowed for the life of the scope. */
	const char *const *domains, *const *exclude_domains; /* domains: besides the seeds' hosts, also without -H */
	/* wget's -A, -R: suffixes, or patterns if they hold *, ? or [; on the path's last component, percent-encoded or
	 * not; "index.html" for a directory. */
	const char *const *accept, *const *reject;
	const char *const *accept_regex, *const *reject_regex; /* POSIX extended, on the whole URL; any accept, no reject */
};

struct scope_way {
	enum link_kind kind;
	uint32_t depth;
	unsigned flags;     /* LINK_* */
	bool is_seed;       /* a seed, or a redirect target of one: host and parent limits do not hold */
	bool redirected;    /* somebody redirected to it: a seed that was asked for by name may be http all the same */
};

struct scope;

/* 0, -ENOMEM, or -EINVAL with *ret_error (malloc'd text naming the bad rule and why). */
MUST_CHECK int scope_new(const struct scope_config *config, struct scope **ret_scope, char **ret_error);
void scope_free(struct scope *s);

/* One of the rules that scope_check() asks, for those who want to know which one decided. */
struct scope_step {
	const char *rule;     /* the option's name, or in words; static */
	struct str with;      /* the item of the user's list that decided, the host, ...; STR_NONE; lives as long as scope and url */
	enum outcome outcome; /* OK, or why not */
};
#define SCOPE_STEPS_MAX 10
/* The rules that concern this URL, in the order of scope_check(), also behind the first that says no. Returns how many. */
unsigned scope_explain(const struct scope *s, const struct url *url, const struct scope_way *way,
	struct scope_step steps[SCOPE_STEPS_MAX]);

/*
 * Other rules from now on: domains, exclude_domains, accept, reject and the regular expressions; of config nothing else is looked
 * at. Any thread, while others check: what it replaces stays until scope_forget() or scope_free(), and so must its lists. As
 * scope_new(); on failure nothing has changed.
 */
MUST_CHECK int scope_change(struct scope *s, const struct scope_config *config, char **ret_error);
/* Frees what scope_change() has replaced: nobody may be inside of a check that began before the last change. */
void scope_forget(struct scope *s);

/* The seed's host joins the scope (with its http and https forms), and for -np its directory. */
MUST_CHECK int scope_add_seed(struct scope *s, const struct url *seed);
/* The host of url and its www twin join the scope, under http and https, and for -np, where they are new to it, url's
 * directory on them. *ret_new (may be NULL): it was not in it. */
MUST_CHECK int scope_add_host(struct scope *s, const struct url *url, bool *ret_new);

/*
 * OUTCOME_OK, or the reason why not. *ret_links_only: let in for its links though it does not match -A/-R (an HTML-looking
 * name above the last level, as wget does). url is canonical.
 */
enum outcome scope_check(const struct scope *s, const struct url *url, const struct scope_way *way,
	bool *ret_links_only);

#endif
