/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hstsset.h: the hosts of one loop that have said they are to be asked by https only (RFC 6797).
 *
 * Our own, not libcurl's: that one would change the scheme within a transfer, and nobody would know that the URL was another one.
 * fetch.c asks before each transfer; a URL of such a host ends as a redirect to https, without a request, and what it leads to goes
 * its way through scope, robots.txt and the visited set like any other redirect.
 *
 *	hstsset_new(); hstsset_put() for those of a file or of the runs before; hstsset_covers() for each request, hstsset_learn()
 *	for each answer; hstsset_changes() for what is to be made durable; hstsset_free().
 *
 *	X1  One entry a host; a registrable domain's hosts belong to one loop, so that those above a host are here too.
 *	X2  At most HSTSSET_MAX_HOSTS: beyond it the one goes that has said it longest ago.
 *	X3  Applying each text of hstsset_changes() in order to what was put in gives what is here; only the end of a host's time may
 *	    be known up to HSTSSET_SLACK_S earlier than it is.
 *
 * The loop's thread only.
 */
#ifndef FETCH_HSTSSET_H
#define FETCH_HSTSSET_H

#include "url/hsts.h"

#define HSTSSET_MAX_HOSTS 50000
#define HSTSSET_SLACK_S   86400

struct hstsset;

MUST_CHECK int hstsset_new(struct hstsset **ret_set);
/* NULL is fine. */
void hstsset_free(struct hstsset *s);
/* What the host has said, in an answer that came by https and whose certificate was verified. 0 or -ENOMEM. */
MUST_CHECK int hstsset_learn(struct hstsset *s, struct str host, struct str value, int64_t now_s);
/* Of a file, or a run before; what was said later holds. known: it is durable already. 0 or -ENOMEM. */
MUST_CHECK int hstsset_put(struct hstsset *s, const struct hsts_host *host, bool known, int64_t now_s);
bool hstsset_covers(const struct hstsset *s, struct str host, int64_t now_s);
/* Lines (url/hsts.h) of what has changed since the last time; whether there was anything. The failure stays in out. */
bool hstsset_changes(struct hstsset *s, struct buf *out);
/* All that are so now. The failure stays in out. */
void hstsset_text(const struct hstsset *s, int64_t now_s, struct buf *out);
unsigned hstsset_count(const struct hstsset *s);

#endif
