/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robotstxt.h: an origin's robots.txt, from the frontier's job to what the frontier is told (RFC 9309 §2.3.1).
 *
 * The frontier takes the job and starts it as any other; when it comes back, this follows up to five redirects, also to
 * other hosts, and answers (in a crawl: frontier_robots()) exactly once. Owner: the loop's thread.
 *
 *	2xx               its text, up to ROBOTS_MAX_BYTES
 *	3xx               followed; after the fifth, and for a target that is no http URL: everything is allowed (§2.3.1.2)
 *	4xx but 429       everything is allowed (§2.3.1.3)
 *	429, 5xx, network unreachable: nothing is, for now (§2.3.1.4)
 */
#ifndef CRAWLER_ROBOTSTXT_H
#define CRAWLER_ROBOTSTXT_H

#include "fetch/fetch.h"
#include "frontier/frontier.h"

struct robotstxt;

/* What became of it; text lives in the job's body, and with it in j. Takes the job. */
typedef void (*robotstxt_fn)(void *arg, struct job *j, enum frontier_robots what, struct str text);

/*
 * All borrowed. allow_private: a public host's redirect may lead to a private address (url/net.h). frontier: who has the jobs, asked
 * before each request to a redirect's target (frontier_hop()); NULL: nobody.
 */
MUST_CHECK int robotstxt_new(struct fetch *fetch, struct frontier *frontier, bool allow_private, robotstxt_fn fn, void *arg,
	struct robotstxt **ret_robotstxt);
/* Requests still under way must have come back. */
void robotstxt_free(struct robotstxt *r);
/* A JOB_ROBOTS has come back from fetch. Takes the job. */
void robotstxt_fetched(struct robotstxt *r, struct job *j);
/*
 * Starts requests to redirects' targets that had to wait; to be called before others take what is free now. Returns when to call again at
 * the latest, or INT64_MAX.
 */
int64_t robotstxt_start(struct robotstxt *r);

#endif
