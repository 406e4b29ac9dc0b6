/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pipeline.h: the journey of URLs through one loop: frontier -> fetch -> parse -> offers -> store.
 *
 * Order of calls: pipeline_new(), pipeline_seed(), pipeline_attach() in the main thread; pipeline_start() has the thread "loop/N" begin, to
 * which everything then belongs; pipeline_join() when the run has ended; pipeline_free().
 */
#ifndef CRAWLER_PIPELINE_H
#define CRAWLER_PIPELINE_H

#include "crawler/run.h"
#include "fetch/fetch.h"

struct order;
struct crew;
struct pipeline;

struct pipeline_config {
	unsigned index;
	struct fetch_config fetch;
	const char *update_dir, *update_from; /* as for previous_open(); NULL: this is no update */
	size_t inbox_parcels; /* bound of the queue of offers from other loops */
};

/* run is borrowed for its life; its frontier, visited sets, scope and store must be there, parsers by pipeline_attach(). */
MUST_CHECK int pipeline_new(struct run *run, const struct pipeline_config *config, struct pipeline **ret_pipeline);
void pipeline_free(struct pipeline *p);

/* The descriptor of the body region, for the parsers; borrowed. */
int pipeline_region_fd(const struct pipeline *p);
uint64_t pipeline_region_bytes(const struct pipeline *p);
/* The largest page whose links are read. */
uint64_t pipeline_page_max_bytes(const struct pipeline *p);
/* Where the store sends written jobs. */
struct chan *pipeline_returns(struct pipeline *p);
const struct metrics *pipeline_metrics(const struct pipeline *p);

/* Before pipeline_start(): u, canonical, is a seed of this kind (PAGE, SITEMAP) that belongs to this loop. */
enum frontier_offer_result pipeline_seed(struct pipeline *p, const struct url *u, enum link_kind kind);
/*
 * Before pipeline_start(): what a run before this one has left, as store_resume.pending() has it; those of other loops are passed over,
 * *n is raised by those that are not. 0, -EBADMSG, -EMSGSIZE: there is no room.
 */
MUST_CHECK int pipeline_restore(struct pipeline *p, struct str entries, uint64_t *n);
/* Before pipeline_start(), in all loops: more comes by store_rest_to(), to the first loop's channel; nothing less deep than this. */
void pipeline_await_rest(struct pipeline *p, uint32_t depth);
struct chan *pipeline_rest(struct pipeline *p);
/* Before pipeline_start(): this loop's host of that URL asked to be left alone until then. */
MUST_CHECK int pipeline_restore_pause(struct pipeline *p, const struct url *u, int64_t due_wall_us);
/* Before pipeline_restore(): what was learned of traps by the loops of the run before. */
MUST_CHECK int pipeline_restore_traps(struct pipeline *p, struct str packed);
/* Before pipeline_start(): a cookie of this loop's hosts; known: the job has it already. */
MUST_CHECK int pipeline_put_cookie(struct pipeline *p, const struct cookie *c, bool known);
/* When the loop does not run: all cookies, as lines of cookies.txt. The failure stays in out. */
void pipeline_cookies(struct pipeline *p, bool session, struct buf *out);
/* The same of hosts of HSTS. */
MUST_CHECK int pipeline_put_hsts(struct pipeline *p, const struct hsts_host *h, bool known);
void pipeline_hsts(struct pipeline *p, struct buf *out);
/* After these, before store_start(): what they let in goes to the store. */
void pipeline_flush(struct pipeline *p);
/* The parsers are there: after all that may fail. 0 or negative errno. */
MUST_CHECK int pipeline_attach(struct pipeline *p);
/* After pipeline_attach(): with a thread of the crew. */
void pipeline_start(struct pipeline *p, struct crew *crew);
/* Any thread: have a look at run->stop. */
void pipeline_wake(struct pipeline *p);
/* Takes the parcel; any thread. -EAGAIN: the inbox is full, the caller keeps it. */
MUST_CHECK int pipeline_send(struct pipeline *p, struct frontier_parcel *parcel);
/* Any thread: to be done in the loop's next turn (crawler/order.h). Takes a reference. -EAGAIN: it stays the caller's. */
MUST_CHECK int pipeline_order(struct pipeline *p, struct order *o);
/* Main thread, which alone gives orders: would it take one now? */
bool pipeline_has_room_for_order(const struct pipeline *p);
/* Any thread: the loop ends after this turn, whatever is pending. For a start that failed. */
void pipeline_stop(struct pipeline *p);
/* Any thread: run->division, and nothing is under way any more; it stays so. */
bool pipeline_is_quiet(const struct pipeline *p);
/* After pipeline_join(), for all pipelines until nothing comes any more: what other loops have sent, and the main thread. True: there was something. */
bool pipeline_settle(struct pipeline *p);
/* After all that: the loop goes on. */
void pipeline_go_on(struct pipeline *p, struct crew *crew);
/* After all that, main thread: the new pipelines, none of which has begun, take over what the old ones have; those are good for pipeline_free() then. */
void pipeline_move(struct pipeline *const *from, unsigned n_from, struct pipeline *const *to, unsigned n_to);
/* 0, or the error that ended the loop. */
MUST_CHECK int pipeline_join(struct pipeline *p);
/* After pipeline_join(): lets go of the parsers, so that they can be ended before the rest. */
void pipeline_detach(struct pipeline *p);
/* After the store was closed: takes back what the writer returned last. */
void pipeline_drain(struct pipeline *p);

#endif
