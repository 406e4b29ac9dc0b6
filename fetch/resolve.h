/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resolve.h: names to addresses: a cache, and dns.h behind it.
 *
 * Order of calls: resolve_new(); resolve_name() as often as wanted; resolve_stop(); resolve_free(). Everything in the loop's
 * thread; no other thread is ever started. An answer always comes from a later turn of the loop, never from inside
 * resolve_name().
 *
 * What a name is asked of, in this order:
 *
 *	0. where config.only is given   its addresses; all else does not exist
 *	1. address literals             themselves
 *	2. pins of the user             "host:port:address[,address]"; host "*" matches any
 *	3. localhost, *.localhost       127.0.0.1, ::1 (RFC 6761 §6.3), never a query
 *	4. the cache                    answers for their TTL within RESOLVE_TTL_MIN_S and _MAX_S, failures RESOLVE_TTL_MIN_S
 *	5. /etc/hosts, then the name servers; names without a dot with the system's search domains
 *
 * A name has at most one query in flight; at most RESOLVE_QUERIES names are asked at a time, and RESOLVE_PARTY_QUERIES of one
 * registrable domain. The others wait in order, the domains taking turns (lanes.h). They fail when they were asked in vain, or
 * RESOLVE_PARTY_FAILURES others of their domain in a row; and for timeout_us after that unasked, which
 * the answer's expires_us says.
 */
#ifndef FETCH_RESOLVE_H
#define FETCH_RESOLVE_H

#include "fetch/fetch.h"

#define RESOLVE_TTL_MIN_S   30
#define RESOLVE_TTL_MAX_S   3600
#define RESOLVE_CACHE_NAMES 16384 /* beyond it the oldest go */
#define RESOLVE_QUERIES     64

#define RESOLVE_PARTY_QUERIES  8
#define RESOLVE_PARTY_FAILURES 16

struct resolve;

struct resolve_config {
	int64_t timeout_us; /* from asking to the answer; 0 = 20 seconds: nobody waits for ever */
	int prefer_family;    /* AF_INET, AF_INET6, or AF_UNSPEC */
	bool ipv4, ipv6;
	const char *servers;      /* NULL = the system's */
	struct fetch_net only;    /* as in struct fetch_config */
	const char *const *pins;  /* NULL-terminated, or NULL */
};

/* 0, or negative errno; -EINVAL for a bad pin or server list. */
MUST_CHECK int resolve_new(const struct resolve_config *config, struct loop *loop, struct resolve **ret_resolve);
/* Those who still wait are forgotten: resolve_stop() and a turn of the loop first. */
void resolve_free(struct resolve *r);

/* host as url_hostname() gives it ("[::1]" or "example.org"); copied. 0 or -ENOMEM. */
MUST_CHECK int resolve_name(struct resolve *r, struct str host, uint16_t port, fetch_resolved_fn fn, void *arg);
/* This address of the host did not answer: its others come first from now on, as long as the cache knows the name. */
void resolve_failed(struct resolve *r, struct str host, uint16_t port, const char *address);
/* Everybody who waits gets OUTCOME_INTERRUPTED, and so does who asks later. */
void resolve_stop(struct resolve *r);

/* Queries that went out since the start (statistics, tests). */
uint64_t resolve_queries(const struct resolve *r);

#endif
