/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live.h: settings that change while a run goes on: by `lycosa ctl DIR set`, and by SIGHUP from the config files.
 *
 * live_keys.c has the table of what can. A change is whole or not at all: it is checked as in a config file, done (in the loops by an
 * order, crawler/order.h), written to the job's lycosa.conf, so that a resume goes on with it, and said in the log. Configs are
 * immutable: each change makes another one, and those that the scope has borrowed from stay until every loop has begun a turn with
 * its newer rules (scope_forget()).
 *
 * Main thread only, from the start of the loops to the end of crawl_wait().
 */
#ifndef CRAWLER_LIVE_H
#define CRAWLER_LIVE_H

#include "base/buf.h"
#include "crawler/config.h"

struct crawl;
struct option;

struct live {
	/* What the config files and the command line say, without the job's: at the start (borrowed), and read last (NULL: not since). */
	const struct config *at_start;
	struct config *files;
	int argc;
	char *const *argv;
	const struct config *first; /* in force before the first change; NULL: there was none */
	struct live_kept *kept; /* what was in force before, and lent to others */
	unsigned n_kept;
	bool is_settled; /* the change that is being made: no loop looks at older rules any more */
	bool is_lent; /* what is in force is: at the start, and when the scope has its rules of it */
	unsigned connections_max; /* of all loops together */
};

/* How a value joins those that are there. */
enum live_how { LIVE_SET, LIVE_ADD };

/*
 * who: "lycosa ctl", for the log. 0, or negative errno with what is wrong, escaped, in error: -EINVAL (the value, or the key), -EPERM (it
 * cannot change while it runs).
 */
MUST_CHECK int live_set(struct crawl *c, struct str key, struct str value, enum live_how how, const char *who, struct buf *error);
/* By the key, or by the long name on the command line; NULL: there is none. */
const struct option *live_option(struct str key);
/* SIGHUP: reads the config files again, and takes over what has changed in them since. Says what it does. */
void live_reload(struct crawl *c);
void live_release(struct live *live);

/* What fetch.connections may become while a run goes on that begins with cf. Pure. */
unsigned live_connections_max(const struct config *cf);

#endif
