/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers in Prometheus' text format, version 0.0.4. Names and units as `promtool check metrics` wants them: a prefix, base
 * units (seconds, bytes), "_total" behind counters.
 */
#include "config.h"

#include "crawler/status.h"

static void
head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP lycosa_%s %s\n# TYPE lycosa_%s %s\n", name, help, name, type);
}

static void
gauge(struct buf *out, const char *name, uint64_t v, const char *help)
{
	head(out, name, "gauge", help);
	buf_addf(out, "lycosa_%s %llu\n", name, (unsigned long long)v);
}

static void
counter(struct buf *out, const char *name, uint64_t v, const char *help)
{
	head(out, name, "counter", help);
	buf_addf(out, "lycosa_%s %llu\n", name, (unsigned long long)v);
}

static void
seconds(struct buf *out, const char *name, int64_t us, const char *help)
{
	head(out, name, "counter", help);
	buf_addf(out, "lycosa_%s %.6f\n", name, (double)us / 1e6);
}

static void
labelled(struct buf *out, const char *name, const char *label, const char *value, uint64_t v)
{
	buf_addf(out, "lycosa_%s{%s=\"%s\"} %llu\n", name, label, value, (unsigned long long)v);
}

static void
put_outcomes(const struct status *s, struct buf *out)
{
	unsigned i;

	head(out, "responses_total", "counter", "Records by HTTP status");
	for (i = 1; i < METRICS_STATUS_COUNT; i++)
		if (s->sum.by_status[i] > 0)
			buf_addf(out, "lycosa_responses_total{code=\"%u\"} %llu\n", i, (unsigned long long)s->sum.by_status[i]);
	head(out, "outcomes_total", "counter", "Records by how they ended");
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (s->sum.by_outcome[i] > 0)
			labelled(out, "outcomes_total", "outcome", outcome_name((enum outcome)i), s->sum.by_outcome[i]);
	head(out, "refusals_total", "counter", "URLs refused or dropped, by reason");
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (s->sum.skipped_by[i] > 0)
			labelled(out, "refusals_total", "reason", outcome_name((enum outcome)i), s->sum.skipped_by[i]);
}

static void
put_frontier(const struct status *s, struct buf *out)
{
	const struct frontier_stats *f = &s->frontier;

	gauge(out, "queued_urls", s->queued, "URLs let in and not asked for yet");
	gauge(out, "pending_urls", f->pending, "URLs let in that have not come to their end");
	gauge(out, "queue_bytes", f->queue_bytes, "Memory of the queues");
	gauge(out, "hosts", f->hosts, "Hosts met");
	gauge(out, "hosts_given_up", f->hosts_dead, "Hosts given up");
	head(out, "hosts_waiting", "gauge", "Hosts with something queued, by what they wait for");
	labelled(out, "hosts_waiting", "for", "window", f->waiting_window);
	labelled(out, "hosts_waiting", "for", "pause", f->waiting_pause);
	labelled(out, "hosts_waiting", "for", "backoff", f->waiting_backoff);
	labelled(out, "hosts_waiting", "for", "robots", f->waiting_robots);
	labelled(out, "hosts_waiting", "for", "address", f->waiting_address);
	labelled(out, "hosts_waiting", "for", "level", f->waiting_level);
}

static void
put_stages(const struct status *s, struct buf *out)
{
	unsigned i;

	gauge(out, "loops", s->loops, "Event loops");
	gauge(out, "connections", s->connections, "Requests in flight at most");
	gauge(out, "requests_in_flight", s->sum.in_flight, "Requests in flight");
	gauge(out, "body_resident_bytes", s->sum.body_resident_bytes, "Memory of bodies");
	head(out, "loop_seconds_total", "counter", "Time of the loops, by what kept them from asking for the next URL");
	for (i = 0; i < BLAME_COUNT; i++)
		buf_addf(out, "lycosa_loop_seconds_total{account=\"%s\"} %.6f\n", status_blame((enum blame)i),
			(double)s->sum.blame_us[i] / 1e6);
	gauge(out, "parsers", s->parse.workers, "Parser processes alive");
	gauge(out, "parsers_wanted", s->workers, "Parser processes that there should be");
	gauge(out, "parser_pages_waiting", s->parse.pages_waiting, "Pages given to the parsers and not read yet");
	counter(out, "parser_deaths_total", s->parse.deaths, "Parsers that died or were ended");
	seconds(out, "parser_busy_seconds_total", s->parse.busy_us, "Time parsers have read pages, of all together");
	seconds(out, "parser_wait_seconds_total", s->parse.wait_us, "Time pages have waited for a parser");
	counter(out, "written_bytes_total", s->store.bytes_written, "Bytes of results");
	seconds(out, "writer_busy_seconds_total", s->store.busy_us, "Time the writer has worked");
}

void
status_metrics(const struct status *s, struct buf *out)
{
#define STAT(name, unit, text) counter(out, #name "_total", s->sum.name, text);
#include "crawler/stat.def"
#undef STAT
	put_outcomes(s, out);
	put_frontier(s, out);
	put_stages(s, out);
	head(out, "paused", "gauge", "1 while paused by the user");
	buf_addf(out, "lycosa_paused %d\n", s->state[0] == 'p');
	head(out, "run_seconds", "gauge", "Time since the start of the run");
	buf_addf(out, "lycosa_run_seconds %.6f\n", (double)s->elapsed_us / 1e6);
}
