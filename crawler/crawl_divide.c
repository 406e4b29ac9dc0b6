/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another number of loops while the run goes on. A host's queue, politeness and connections are one thread's, which is why none of them
 * needs a lock; so its loop is not changed under way, but between:
 *
 *	manned    there are threads for the new loops, or for the old ones to go on
 *	DRAINS    nothing more is taken; what is in flight comes to its end, is read and written
 *	HURRIES   what takes longer than DIVIDE_WAIT_US is interrupted, goes back to its queue, and has not been tried
 *	quiet     in each loop; their threads end
 *	made      the new loops, with copies of cookies and hosts of HSTS; the parsers are started anew, as they have the old loops' bodies mapped.
 *	          Where any of this fails the old loops go on, with parsers again (divide_undo())
 *	moved     hosts (frontier_move()): from here on nothing fails. The new threads begin
 *
 * The job lock, the writer with its files and what it has still to commit, the visited set, budgets and counters stay as they are, and so nothing
 * has to be durable for it: who is killed here goes on as from anywhere else. Main thread.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/crew.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/pipeline.h"
#include "crawler/settings.h"

#define DIVIDE_WAIT_US (5 * CLOCK_US_PER_SEC)

_Static_assert(RUN_LOOPS_MAX <= STORE_LOOPS_MAX, "the writer knows as many loops");

bool
crawl_is_undivided(const struct crawl *c, struct buf *error)
{
	if (settings_max_level(crawl_first_config(c)) == SCOPE_NO_LEVEL)
		return false;
	if (error != NULL)
		buf_add_str(error, STR("`fetch.loops' cannot change while a job with a level limit (-l) runs: pages that were read wait for those of other "
			"hosts; stop it, and resume it with --loops"));
	return true;
}

int
crawl_divide(struct crawl *c, unsigned n_loops, struct buf *error)
{
	CHECK(n_loops >= 1 && n_loops <= RUN_LOOPS_MAX);
	if (n_loops == c->run.n_loops && c->division.to == 0)
		return 0;
	if (crawl_is_undivided(c, error))
		return -EPERM;
	c->division.to = n_loops;
	return 0;
}

static void
crew_freep(struct crew **c)
{
	crew_free(*c);
}

/* --- all is quiet -------------------------------------------------------------------------------------------------- */

/* The old loops' threads end. False: the run is over, or a loop has failed, which others see to. */
static bool
divide_halt(struct crawl *c)
{
	struct run *run = &c->run;
	bool failed = false, any;

	for (unsigned i = 0; i < run->n_loops; i++)
		pipeline_stop(run->loops[i]);
	for (unsigned i = 0; i < run->n_loops; i++)
		failed |= pipeline_join(run->loops[i]) < 0;
	if (failed)
		return false;
	/* What one takes in may have something for another. */
	do {
		any = false;
		for (unsigned i = 0; i < run->n_loops; i++)
			any |= pipeline_settle(run->loops[i]);
	} while (any);
	for (unsigned i = 0; i < run->n_loops; i++)
		pipeline_flush(run->loops[i]);
	return !atomic_load(&run->finished);
}

static void
divide_share_out(struct crawl *c, unsigned n_loops)
{
	const struct frontier_tune tune = settings_frontier_tune(c->config);
	struct frontier_config *fc = &c->run.frontier_config;

	c->run.n_loops = n_loops;
	/* As frontier_tune() has told the old ones. */
	fc->per_host = tune.per_host;
	fc->per_host_max = tune.per_host_max;
	fc->wait_us = tune.wait_us;
	fc->random_wait = tune.random_wait;
	fc->rate_bps = tune.rate_bps;
	fc->host_rate_bps = tune.host_rate_bps;
	crawl_share_out(c);
}

static void
divide_free(struct pipeline **loops)
{
	for (unsigned i = 0; i < RUN_LOOPS_MAX; i++) {
		pipeline_free(loops[i]);
		loops[i] = NULL;
	}
}

/* The parsers of the loops that there are now. */
static int
divide_parsers(struct crawl *c)
{
	int r = 0;

	if (crawl_start_parsers(c) != EXIT_OK)
		return -ECHILD;
	for (unsigned i = 0; r == 0 && i < c->run.n_loops; i++)
		r = pipeline_attach(c->run.loops[i]);
	return r;
}

static void
divide_end_parsers(struct crawl *c, struct pipeline *const *loops)
{
	for (unsigned i = 0; i < RUN_LOOPS_MAX && loops[i] != NULL; i++)
		pipeline_detach(loops[i]);
	if (c->run.parsers != NULL)
		parse_pool_stats(c->run.parsers, &c->parse_so_far);
	parse_pool_free(TAKE(c->run.parsers));
}

/* For those that were there before. Without any the run ends in order: an engine without processes is there to see to that. */
static void
divide_parsers_again(struct crawl *c)
{
	divide_end_parsers(c, c->run.loops);
	if (divide_parsers(c) == 0)
		return;
	run_stop(&c->run, OUTCOME_NO_RESOURCES);
	divide_end_parsers(c, c->run.loops);
	c->workers = 0;
	if (divide_parsers(c) < 0)
		atomic_store(&c->run.broken, true);
}

/* Nothing has been taken from them yet: the old loops go on, in the place of those that were made. hurried: they cannot ask for anything any more. */
static void
divide_undo(struct crawl *c, struct pipeline **old, unsigned n_old, struct crew *crew, bool hurried)
{
	struct pipeline *made[RUN_LOOPS_MAX];

	memcpy(made, c->run.loops, sizeof(made));
	memcpy(c->run.loops, old, sizeof(made));
	divide_share_out(c, n_old);
	if (c->run.loops[0] != made[0]) {
		divide_end_parsers(c, made);
		divide_free(made);
		divide_parsers_again(c);
	}
	crawl_adapt_anew(c);
	c->auto_counts.loops.rest_us = ADAPT_LOOPS_REST_MAX_US;
	log_warning("fetch.loops: there %s still %u: what is needed for another number could not be had", n_old == 1 ? "is" : "are", n_old);
	if (hurried)
		run_stop(&c->run, OUTCOME_NO_RESOURCES);
	if (atomic_load(&c->run.broken))
		return;
	for (unsigned i = 0; i < n_old; i++)
		pipeline_go_on(c->run.loops[i], crew);
}

/*
 * All that can fail: then divide_undo(). The new loops stand in run.loops, with parsers and copies of what is not moved; they have nothing of the
 * old ones', whose parsers have ended.
 */
static int
divide_make(struct crawl *c, unsigned n, struct pipeline *const *old, unsigned n_old)
{
	struct run *run = &c->run;
	struct pipeline *made[RUN_LOOPS_MAX] = { NULL };
	int r;

	divide_share_out(c, n);
	if (crawl_new_loops(c, made) != EXIT_OK) {
		divide_free(made);
		return -EAGAIN;
	}
	memcpy(run->loops, made, sizeof(made));
	divide_end_parsers(c, old);
	r = divide_parsers(c);
	if (r == 0)
		r = crawl_move_cookies(c, old, n_old);
	if (r == 0)
		r = crawl_move_hsts(c, old, n_old);
	return r;
}

/* Nothing of this can fail. */
static void
divide_move(struct crawl *c, struct pipeline **old, unsigned n_old, struct crew *crew)
{
	struct run *run = &c->run;
	struct chan *returns[RUN_LOOPS_MAX];

	pipeline_move(old, n_old, run->loops, run->n_loops);
	for (unsigned i = 0; i < n_old; i++)
		metrics_add(&run->past, pipeline_metrics(old[i]));
	run->past.in_flight = run->past.body_resident_bytes = 0;
	for (unsigned i = 0; i < run->n_loops; i++)
		returns[i] = pipeline_returns(run->loops[i]);
	divide_free(old);
	store_divided(run->store, returns);
	for (unsigned i = 0; i < run->n_loops; i++)
		pipeline_start(run->loops[i], crew);
	crawl_adapt_anew(c);
}

static void
divide_now(struct crawl *c)
{
	struct run *run = &c->run;
	CLEANUP(crew_freep) struct crew *crew = TAKE(c->division.crew);
	struct pipeline *old[RUN_LOOPS_MAX];
	/* More may have been asked for since there are threads for it: that is the next division. */
	unsigned n_old = run->n_loops, to = c->division.to, n = to < c->division.n_crew ? to : c->division.n_crew;
	bool hurried = atomic_load(&run->division) == RUN_HURRIES;
	int64_t begun_us = c->division.begun_us;
	int r;

	c->division = (struct division){ .to = to != n ? to : 0 };
	if (!divide_halt(c))
		return;
	memcpy(old, run->loops, sizeof(old));
	r = store_divide(run->store, n);
	if (r == 0) {
		r = divide_make(c, n, old, n_old);
		if (r < 0)
			store_divided(run->store, NULL);
	}
	atomic_store(&run->division, RUN_WHOLE);
	if (r < 0) {
		c->division.to = 0;
		divide_undo(c, old, n_old, crew, hurried);
		return;
	}
	divide_move(c, old, n_old, crew);
	log_info("fetch.loops: %u from now on (%u before); nothing was asked for during %.1f s", n, n_old,
		(double)(clock_mono_us() - begun_us) / CLOCK_US_PER_SEC);
}

/* --- until then ---------------------------------------------------------------------------------------------------- */

static bool
divide_is_quiet(const struct run *run)
{
	for (unsigned i = 0; i < run->n_loops; i++)
		if (!pipeline_is_quiet(run->loops[i]))
			return false;
	return true;
}

/* What the new loops, or the old ones, will need to go on is had before these come to rest. */
static void
divide_start(struct crawl *c, int64_t now_us)
{
	struct division *d = &c->division;
	unsigned n = d->to > c->run.n_loops ? d->to : c->run.n_loops;
	int r = crew_new(n, &d->crew);

	if (r < 0) {
		(void)crawl_say_unmade("threads for other loops could not be started", r);
		log_warning("fetch.loops: there %s still %u", c->run.n_loops == 1 ? "is" : "are", c->run.n_loops);
		crawl_divide_forget(c);
		crawl_adapt_anew(c);
		c->auto_counts.loops.rest_us = ADAPT_LOOPS_REST_MAX_US;
		return;
	}
	d->n_crew = n;
	d->begun_us = now_us;
	run_divide(&c->run, RUN_DRAINS);
}

void
crawl_divide_forget(struct crawl *c)
{
	crew_free(c->division.crew);
	c->division = (struct division){ 0 };
}

void
crawl_divide_look(struct crawl *c, int64_t now_us)
{
	struct run *run = &c->run;
	struct division *d = &c->division;

	if (d->to == 0)
		return;
	if (run_state(run) != RUN_GOES_ON || atomic_load(&run->finished)) {
		crawl_divide_forget(c);
		return;
	}
	if (d->begun_us == 0) {
		if (d->to == run->n_loops)
			d->to = 0;
		/* What the runs before have left goes from loop to loop. */
		else if (atomic_load(&run->n_reading) == 0)
			divide_start(c, now_us);
		return;
	}
	if (divide_is_quiet(run))
		divide_now(c);
	else if (now_us - d->begun_us > DIVIDE_WAIT_US && atomic_load(&run->division) == RUN_DRAINS)
		run_divide(run, RUN_HURRIES);
}
