/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * why.h: the command `why`: every rule that decides whether a URL is fetched, asked in order, with what decided.
 *
 *	why URL              as a seed's link would be met: the scope is URL's own host
 *	why URL SEED...      the scope of these seeds
 *	why -P DIR URL       with what that job recorded: its seeds, and how it met the URL and what became of it
 *
 * The address is looked up and robots.txt fetched now (unless --robots=off): they may have changed since the job ran. What the crawl
 * would not connect to is not connected to here.
 */
#ifndef CRAWLER_WHY_H
#define CRAWLER_WHY_H

#include "crawler/config.h"
#include "url/job.h"
#include "url/robots.h"
#include "url/url.h"

enum { EXIT_WHY_NOT = 10 }; /* asked and answered: it would not be, or was not, fetched */

/* Before any thread. Returns the exit code: 0 when the URL would be fetched (was, in the job). */
int why_main(const struct config *config);

/* What an origin's robots.txt answers today. */
struct why_robots {
	int what;          /* enum frontier_robots */
	unsigned status;   /* HTTP status, 0 = none */
	const char *error; /* when it is unreachable: why; static */
	struct buf text;
};

/* Where an origin is to be reached today. */
struct why_address {
	enum outcome outcome;
	char address[JOB_ADDRESS_BYTES]; /* "": a proxy looks it up */
	enum net net; /* of it; of the name where a proxy looks it up */
};

/* why_robots.c: asks for the robots.txt of u's origin. 0, or an exit code after a message. ret->text is to be released. */
MUST_CHECK int why_fetch_robots(const struct config *config, const struct url *u, struct why_robots *ret);
/* The same for its address. */
MUST_CHECK int why_find_address(const struct config *config, const struct url *u, struct why_address *ret);

#endif
