/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pattern.h: URLs of which a site makes many. The pattern of a URL is its origin and path with everything folded that a program may
 * have counted up or made up; its slots are the places where a value may be put that changes nothing.
 *
 *	/archive/2026/11/page-7?sort=up     pattern /archive/#/#/page-#?     slot sort
 *	/s/8f3a90c2d1/about;id=7            pattern /s/@/about               slots: the second segment, id
 *	/a/b/a/b/a/b/c                      pattern /a/b/c                   2 repetitions
 *
 * Folded are: runs of digits, percent-encoded bytes or not; segments that look like an identifier (8 and more letters and digits that take turns, or
 * 16 and more hexadecimal digits); what follows a ';'; the query, of which only counts that there is one; runs of segments that repeat
 * what stands before them.
 *
 * Pure; any thread. u: http or https, canonical. Nothing fails: what is too long is cut.
 */
#ifndef URL_PATTERN_H
#define URL_PATTERN_H

#include "base/hash.h"
#include "url/url.h"

#define PATTERN_MAX_BYTES    512
#define PATTERN_MAX_SEGMENTS 64
#define PATTERN_MAX_SLOTS    8
#define PATTERN_MAX_PERIOD   4 /* of segments that repeat */

struct pattern {
	uint64_t key;         /* fingerprint of the pattern; the same for all that fold to it */
	uint64_t origin;      /* fingerprint of the origin */
	bool has_query;
	unsigned repetitions; /* how often segments of the path repeat those before them */
};

void pattern_of(const struct url *u, const struct hash_key *key, struct pattern *ret_pattern);

/* Words with a letter in its path and query, behind what parent begins with, too: what a page may say because it was asked for it. */
unsigned pattern_words(const struct url *u, struct str parent);

/* A place of the URL, and the URL without what stands there. */
struct pattern_slot {
	uint64_t name; /* of the origin and the parameter, or the segments before */
	uint64_t rest; /* of all else: URLs with the same one differ only here */
	uint64_t bare; /* fingerprint of the URL without it, where it stands at the end; else 0 */
};

/* Returns how many there are. */
unsigned pattern_slots(const struct url *u, const struct hash_key *key, struct pattern_slot ret[PATTERN_MAX_SLOTS]);

#endif
