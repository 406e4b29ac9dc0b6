/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robots.h: robots.txt after RFC 9309: parse once per origin, match often. Pure; a parsed file is immutable.
 */
#ifndef URL_ROBOTS_H
#define URL_ROBOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* RFC 9309 §2.5: at least 500 KiB are read; what lies beyond is ignored. */
#define ROBOTS_MAX_BYTES (512 * 1024)

struct robots;

/*
 * Reads text (any bytes) for one product token (agent, "lycosa"; RFC 9309 §2.2.1: groups naming it, merged; else the groups
 * for '*'). 0 or -ENOMEM.
 */
MUST_CHECK int robots_parse(struct str text, struct str agent, struct robots **ret_robots);
/* What s begins with, of the characters of a product token (§2.2.1): the name in "name/1.0 (+https://...)"; may be empty. */
struct str robots_token(struct str s);
/* The same as robots_parse() for one who goes by another name, too: groups that name either are his. other: a token, or what begins with one; may be empty. */
MUST_CHECK int robots_parse_as(struct str text, struct str agent, struct str other, struct robots **ret_robots);
void robots_free(struct robots *r);

/* path_query: path and query of the URL, percent-encoded, beginning with '/'. Longest match wins, Allow on a tie
 * (§2.2.2); /robots.txt itself is always allowed. *ret_line (may be NULL): the deciding line, 1-based, 0 = none.
 * Bounded work: what so many rules with stars against so long a path leave undecided is disallowed. */
bool robots_allowed(const struct robots *r, struct str path_query, unsigned *ret_line);
/* Crawl-delay (or Request-rate) of the group, microseconds; -1 = none. */
int64_t robots_crawl_delay_us(const struct robots *r);
/* The i-th Sitemap line's value; STR_NONE beyond the last. */
struct str robots_sitemap(const struct robots *r, unsigned i);
/* Memory it takes, for the frontier's account. */
uint64_t robots_bytes(const struct robots *r);

#endif
