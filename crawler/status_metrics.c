/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers in Prometheus' text format, version 0.0.4, or in OpenMetrics 1.0, which differ in what a counter's TYPE and HELP call it.
 * Names and units as `promtool check metrics' wants them: a prefix, base units (seconds, bytes), "_total" behind counters. Labels'
 * values and help are our own words, and need no escaping in either.
 */
#include "config.h"

#include "crawler/status.h"

struct exposition {
	struct buf *out;
	bool open; /* OpenMetrics */
};

static void
unit(const struct exposition *x, struct str family)
{
	static const char *const units[] = { "seconds", "bytes" };

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_ends(family, str_of(units[i])))
			buf_addf(x->out, "# UNIT lycosa_%.*s %s\n", STR_ARG(family), units[i]);
}

static void
head(const struct exposition *x, const char *name, const char *type, const char *help)
{
	struct str family = str_of(name), total = STR("_total");

	if (x->open && str_ends(family, total))
		family.len -= total.len;
	buf_addf(x->out, "# HELP lycosa_%.*s %s\n# TYPE lycosa_%.*s %s\n", STR_ARG(family), help, STR_ARG(family), type);
	if (x->open)
		unit(x, family);
}

static void
gauge(const struct exposition *x, const char *name, uint64_t v, const char *help)
{
	head(x, name, "gauge", help);
	buf_addf(x->out, "lycosa_%s %llu\n", name, (unsigned long long)v);
}

static void
counter(const struct exposition *x, const char *name, uint64_t v, const char *help)
{
	head(x, name, "counter", help);
	buf_addf(x->out, "lycosa_%s %llu\n", name, (unsigned long long)v);
}

static void
seconds(const struct exposition *x, const char *name, int64_t us, const char *help)
{
	head(x, name, "counter", help);
	buf_addf(x->out, "lycosa_%s %.6f\n", name, (double)us / 1e6);
}

static void
labelled(const struct exposition *x, const char *name, const char *label, const char *value, uint64_t v)
{
	buf_addf(x->out, "lycosa_%s{%s=\"%s\"} %llu\n", name, label, value, (unsigned long long)v);
}

static void
put_outcomes(const struct status *s, const struct exposition *x)
{
	unsigned i;

	head(x, "responses_total", "counter", "Records by HTTP status");
	for (i = 1; i < METRICS_STATUS_COUNT; i++)
		if (s->sum.by_status[i] > 0)
			buf_addf(x->out, "lycosa_responses_total{code=\"%u\"} %llu\n", i, (unsigned long long)s->sum.by_status[i]);
	head(x, "outcomes_total", "counter", "Records by how they ended");
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (s->sum.by_outcome[i] > 0)
			labelled(x, "outcomes_total", "outcome", outcome_name((enum outcome)i), s->sum.by_outcome[i]);
	head(x, "refusals_total", "counter", "URLs refused or dropped, by reason");
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (s->sum.skipped_by[i] > 0)
			labelled(x, "refusals_total", "reason", outcome_name((enum outcome)i), s->sum.skipped_by[i]);
}

static void
put_frontier(const struct status *s, const struct exposition *x)
{
	const struct frontier_stats *f = &s->frontier;

	gauge(x, "queued_urls", s->queued, "URLs let in and not asked for yet");
	gauge(x, "pending_urls", f->pending, "URLs let in that have not come to their end");
	gauge(x, "queue_bytes", f->queue_bytes, "Memory of the queues");
	gauge(x, "hosts", f->hosts, "Hosts met");
	gauge(x, "hosts_given_up", f->hosts_dead, "Hosts given up");
	head(x, "hosts_waiting", "gauge", "Hosts with something queued, by what they wait for");
	labelled(x, "hosts_waiting", "for", "window", f->waiting_window);
	labelled(x, "hosts_waiting", "for", "pause", f->waiting_pause);
	labelled(x, "hosts_waiting", "for", "backoff", f->waiting_backoff);
	labelled(x, "hosts_waiting", "for", "robots", f->waiting_robots);
	labelled(x, "hosts_waiting", "for", "address", f->waiting_address);
	labelled(x, "hosts_waiting", "for", "level", f->waiting_level);
}

static void
put_stages(const struct status *s, const struct exposition *x)
{
	unsigned i;

	gauge(x, "loops", s->loops, "Event loops");
	gauge(x, "connections", s->connections, "Requests in flight at most");
	gauge(x, "requests_in_flight", s->sum.in_flight, "Requests in flight");
	gauge(x, "body_resident_bytes", s->sum.body_resident_bytes, "Memory of bodies");
	head(x, "loop_seconds_total", "counter", "Time of the loops, by what kept them from asking for the next URL");
	for (i = 0; i < BLAME_COUNT; i++)
		buf_addf(x->out, "lycosa_loop_seconds_total{account=\"%s\"} %.6f\n", status_blame((enum blame)i),
			(double)s->sum.blame_us[i] / 1e6);
	gauge(x, "parsers", s->parse.workers, "Parser processes alive");
	gauge(x, "parsers_wanted", s->workers, "Parser processes that there should be");
	gauge(x, "parser_pages_waiting", s->parse.pages_waiting, "Pages given to the parsers and not read yet");
	counter(x, "parser_deaths_total", s->parse.deaths, "Parsers that died or were ended");
	seconds(x, "parser_busy_seconds_total", s->parse.busy_us, "Time parsers have read pages, of all together");
	seconds(x, "parser_wait_seconds_total", s->parse.wait_us, "Time pages have waited for a parser");
	counter(x, "written_bytes_total", s->store.bytes_written, "Bytes of results");
	seconds(x, "writer_busy_seconds_total", s->store.busy_us, "Time the writer has worked");
}

void
status_metrics(const struct status *s, bool open, struct buf *out)
{
	const struct exposition to = { out, open }, *x = &to;

#define STAT(name, unit, text) counter(x, #name "_total", s->sum.name, text);
#include "crawler/stat.def"
#undef STAT
	put_outcomes(s, x);
	put_frontier(s, x);
	put_stages(s, x);
	head(x, "paused", "gauge", "1 while paused by the user");
	buf_addf(x->out, "lycosa_paused %d\n", s->state[0] == 'p');
	head(x, "run_seconds", "gauge", "Time since the start of the run");
	buf_addf(x->out, "lycosa_run_seconds %.6f\n", (double)s->elapsed_us / 1e6);
	/* To Prometheus a comment; it says that nothing is missing. */
	buf_add_str(out, STR("# EOF\n"));
}
