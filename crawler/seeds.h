/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seeds.h: where a crawl begins: URLs from the command line and from a file.
 *
 * Order of calls: seeds_init(); seeds_add() and seeds_read_file(); seeds_next() over all of them; seeds_release().
 * Seeds are kept packed, canonical, in the order given; their memory is bounded by max_bytes.
 *
 * What a person may write: "https://example.org/a", or "example.org/a" for http. Anything after '#' is dropped. A login
 * ("https://me:secret@example.org/") is dropped too, after it was added to the logins, if these are set; no message has it.
 */
#ifndef CRAWLER_SEEDS_H
#define CRAWLER_SEEDS_H

#include "base/buf.h"
#include "url/homes.h"
#include "url/url.h"

struct logins;

struct seeds {
	struct buf text; /* one canonical URL a line */
	size_t n;
	size_t n_bad; /* lines of a file that are not URLs; each was logged */
	struct url url;
	struct logins *logins; /* borrowed; NULL: they are not wanted. crawler/logins.h */
};

void seeds_init(struct seeds *s, size_t max_bytes);
void seeds_release(struct seeds *s);

/* 0; -EINVAL with *ret_error (malloc'd text) when text is no http or https URL, or its login cannot be; -EMSGSIZE, -ENOMEM. */
MUST_CHECK int seeds_add(struct seeds *s, struct str text, char **ret_error);
/* Would it be taken? Adds nothing, says nothing. As seeds_add(). */
MUST_CHECK int seeds_check(struct seeds *s, struct str text, char **ret_error);
/*
 * One URL a line; blank lines and lines that begin with '#' are passed over, bad ones logged with their number and
 * counted. path "-" is standard input. 0 or negative errno with *ret_error; -E2BIG: a line is too long for a list (base/lines.h).
 */
MUST_CHECK int seeds_read_file(struct seeds *s, const char *path, char **ret_error);
/* Steps through: *pos is 0 at first; false at the end. */
bool seeds_next(const struct seeds *s, size_t *pos, struct str *ret_url);
/* The origins of all of them into home. 0 or -ENOMEM. */
MUST_CHECK int seeds_put_homes(struct seeds *s, struct homes *home);

#endif
