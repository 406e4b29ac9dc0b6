/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay.h: pages that were met once, for origin.h to serve again: with their status, type, size, links and latency.
 *
 * Each host of then gets an address of the origin; http and https of one name are one host. In bodies, absolute references to these
 * hosts are led to the addresses; relative ones need no change. A
 * redirect to any other host is answered with 404. Where a body is not at hand one is made up: as large, with as many
 * links, among them those by which other pages were found.
 *
 * Bodies go to a file, which the origin's process maps: trials, which are forked too, do not carry them.
 *
 * Order of calls: replay_new(); replay_add() for each page; origin_listen(replay_hosts()), replay_set_port(); replay_body() for each
 * page by its number; then replay_answer() in the origin. replay_free(). One thread.
 */
#ifndef TUNE_REPLAY_H
#define TUNE_REPLAY_H

#include "tune/origin.h"

#define REPLAY_PAGES_MAX      50000
#define REPLAY_BODY_MAX_BYTES (64 * 1024 * 1024)
#define REPLAY_ALL_MAX_BYTES  (UINT64_C(2) * 1024 * 1024 * 1024)

struct replay;

struct replay_fact {
	struct str url;      /* canonical, http or https */
	struct str parent;   /* empty: a seed */
	struct str type;     /* with its charset */
	struct str location; /* URL; empty: no redirect */
	unsigned status;
	uint64_t body_bytes;
	unsigned links;
	int64_t latency_us;
};

/* dir: where the file of the bodies goes; it has no name. 0 or negative errno. */
MUST_CHECK int replay_new(const char *dir, struct replay **ret_replay);
/* NULL is fine. */
void replay_free(struct replay *r);
/*
 * 1: it is page number replay_n() - 1; 0: it is left out (there is one of that address already, too many hosts or pages, no URL of
 * ours); negative errno.
 */
MUST_CHECK int replay_add(struct replay *r, const struct replay_fact *f);
size_t replay_n(const struct replay *r);
unsigned replay_hosts(const struct replay *r);
void replay_set_port(struct replay *r, unsigned port);
/* Instead of each page's own latency: model_latency_us() of this. */
void replay_set_latency(struct replay *r, int64_t latency_us);
/* body.p NULL: make one up. 0, or -EFBIG (all bodies together), or another negative errno. */
MUST_CHECK int replay_body(struct replay *r, size_t i, struct str body);
uint64_t replay_body_bytes(const struct replay *r, size_t i);
bool replay_is_seed(const struct replay *r, size_t i);
/* Where page i stands now. Errors stay in out. */
void replay_put_url(const struct replay *r, size_t i, struct buf *out);
/* origin_answer_fn; arg: the replay. */
void replay_answer(void *replay, unsigned host, struct str path, struct origin_answer *ret);

#endif
