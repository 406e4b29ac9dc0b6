/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.workers, fetch.connections and fetch.loops that are set to auto: measures, asks the control laws (adapt.h), does what they say. Main thread. */
#include "config.h"

#include <limits.h>

#include "base/log.h"
#include "base/machine.h"
#include "crawler/crawl_private.h"
#include "crawler/order.h"
#include "crawler/settings.h"

void
crawl_adapt_anew(struct crawl *c)
{
	const struct config *cf = c->config;
	struct auto_counts *a = &c->auto_counts;

	if (cf->fetch.connections != CONFIG_AUTO) {
		a->connections = (struct adapt_connections){ 0 };
	} else if (a->connections.max == 0) {
		adapt_connections_init(&a->connections, c->live.connections_max);
		a->connections.limit = c->connections;
	}
	if (cf->parse.workers != CONFIG_AUTO || c->workers == 0)
		a->workers = (struct adapt_workers){ 0 };
	else if (a->workers.max == 0)
		adapt_workers_init(&a->workers, c->workers, settings_workers_max(cf));
	/* A trial of `tune' measures what it was given. */
	if (cf->fetch.loops != CONFIG_AUTO || cf->fetch.engine != CONFIG_FETCH_ENGINE_EVENTS || c->report != NULL || crawl_is_undivided(c, NULL))
		a->loops = (struct adapt_loops){ 0 };
	else if (a->loops.loops != c->run.n_loops)
		adapt_loops_init(&a->loops, c->run.n_loops);
	if (a->cores == 0)
		a->cores = machine_cores();
	a->looked_us = 0;
}

/* Requests that are over. */
static uint64_t
completed(const struct metrics_sum *sum)
{
	return sum->records + sum->retries + sum->robots;
}

static void
adapt_connections(struct crawl *c, const struct metrics_sum *sum, int64_t took_us)
{
	struct auto_counts *a = &c->auto_counts;
	const struct adapt_sample s = {
		.took_us = took_us,
		.completed = completed(sum) - completed(&a->sum),
		.limited_us = (sum->crowded_us - a->sum.crowded_us) / c->run.n_loops,
	};
	struct order *o;

	if (!adapt_connections_step(&a->connections, &s) || order_new(ORDER_FETCH, &o) < 0)
		return;
	c->connections = a->connections.limit;
	o->tune = (struct order_tune){
		.connections = c->connections,
		.rate_bps = c->config->polite.limit_rate,
		.host_rate_bps = c->config->polite.limit_rate_per_host,
	};
	order_send(&c->run, o);
	order_unref(o);
	log_debug("fetch.connections=auto: %u from now on", c->connections);
}

static void
adapt_workers(struct crawl *c, const struct parse_stats *parse, int64_t took_us)
{
	struct auto_counts *a = &c->auto_counts;
	const struct adapt_parse_sample s = {
		.took_us = took_us,
		.busy_us = parse->busy_us - a->parse.busy_us,
		.wait_us = parse->wait_us - a->parse.wait_us,
		.pages = parse->pages - a->parse.pages,
	};

	if (!adapt_workers_step(&a->workers, &s))
		return;
	if (parse_pool_set_workers(c->run.parsers, a->workers.workers) < 0) {
		/* Too many are ending, or none can be had: the next look says the same if it still holds. */
		a->workers.workers = c->workers;
		return;
	}
	c->workers = a->workers.workers;
	log_debug("parse.workers=auto: %u from now on", c->workers);
}

static void
adapt_loops_now(struct crawl *c, const struct metrics_sum *sum, int64_t took_us)
{
	struct auto_counts *a = &c->auto_counts;
	unsigned connections = c->config->fetch.connections == CONFIG_AUTO ? UINT_MAX : c->config->fetch.connections;
	struct frontier_stats stats;
	struct adapt_loops_sample s = {
		.took_us = took_us,
		.completed = completed(sum) - completed(&a->sum),
		.busy_us = sum->blame_us[BLAME_CPU] - a->sum.blame_us[BLAME_CPU],
		.waited_us = sum->blame_us[BLAME_PROCESSORS] - a->sum.blame_us[BLAME_PROCESSORS],
	};

	frontier_stats(c->run.frontier, &stats);
	s.worth = adapt_loops(a->cores, stats.sites, connections);
	if (!adapt_loops_step(&a->loops, &s) || crawl_divide(c, a->loops.loops, NULL) < 0)
		return;
	log_debug("fetch.loops=auto: %u wanted", a->loops.loops);
}

void
crawl_adapt(struct crawl *c, int64_t now_us)
{
	struct auto_counts *a = &c->auto_counts;
	struct metrics_sum sum;
	struct parse_stats parse;

	if ((a->connections.max == 0 && a->workers.max == 0 && a->loops.loops == 0) || now_us - a->looked_us < ADAPT_LOOK_US)
		return;
	/* What is not being asked for says nothing of what could be. */
	if (run_state(&c->run) != RUN_GOES_ON || atomic_load(&c->run.paused) || c->division.begun_us > 0) {
		a->looked_us = 0;
		return;
	}
	run_metrics(&c->run, &sum);
	parse_pool_stats(c->run.parsers, &parse);
	if (a->looked_us > 0 && a->connections.max > 0)
		adapt_connections(c, &sum, now_us - a->looked_us);
	if (a->looked_us > 0 && a->workers.max > 0)
		adapt_workers(c, &parse, now_us - a->looked_us);
	/* Other loops may be wanted for long before it comes to that: what the runs before have left is read first. */
	if (a->looked_us > 0 && a->loops.loops > 0 && c->division.to == 0)
		adapt_loops_now(c, &sum, now_us - a->looked_us);
	a->looked_us = now_us;
	a->sum = sum;
	a->parse = parse;
}
