/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/clock.h"
#include "base/json.h"
#include "crawler/human.h"
#include "crawler/status.h"

void
status_read(const struct run *run, const char *dir, unsigned connections, unsigned workers, struct status *ret_status)
{
	struct status s = {
		.state = run_state(run) != RUN_GOES_ON ? "stopping" : atomic_load(&run->paused) ? "paused" : "running",
		.dir = dir,
		.now_us = clock_mono_us(),
		.loops = run->n_loops,
		.connections = connections,
		.workers = workers,
	};

	s.elapsed_us = s.now_us - run->start_mono_us;
	run_metrics(run, &s.sum);
	frontier_stats(run->frontier, &s.frontier);
	parse_pool_stats(run->parsers, &s.parse);
	store_stats(run->store, &s.store);
	s.queued = s.frontier.pending > s.sum.in_flight ? s.frontier.pending - s.sum.in_flight : 0;
	*ret_status = s;
}

const char *
status_blame(enum blame blame)
{
	static const char *const names[BLAME_COUNT] = {
		[BLAME_ANSWERS] = "answers",
		[BLAME_CONNECTIONS] = "connections",
		[BLAME_CPU] = "cpu",
		[BLAME_PROCESSORS] = "processors",
		[BLAME_POLITENESS] = "politeness",
		[BLAME_BACKOFF] = "backoff",
		[BLAME_PARSERS] = "parsers",
		[BLAME_WRITER] = "writer",
		[BLAME_ROOM] = "room",
		[BLAME_PAUSED] = "paused",
	};

	return names[blame];
}

/* --- for people ---------------------------------------------------------------------------------------------------- */

static void
text_label(struct buf *out, const char *label)
{
	buf_addf(out, "%-14s ", label);
}

static void
text_count(struct buf *out, const char *label, uint64_t n, const char *unit, const char *text)
{
	text_label(out, label);
	if (unit[0] == 'b')
		human_bytes(out, n);
	else
		human_count(out, n);
	buf_addf(out, "  %s\n", text);
}

static void
text_waiting(const struct status *s, struct buf *out)
{
	const struct frontier_stats *f = &s->frontier;

	text_label(out, "hosts");
	human_count(out, f->hosts);
	buf_add_str(out, STR(", given up "));
	human_count(out, f->hosts_dead);
	buf_addf(out, "; waiting: window %llu, pause %llu, back-off %llu, robots.txt %llu, address %llu, level %llu\n",
		(unsigned long long)f->waiting_window, (unsigned long long)f->waiting_pause,
		(unsigned long long)f->waiting_backoff, (unsigned long long)f->waiting_robots,
		(unsigned long long)f->waiting_address, (unsigned long long)f->waiting_level);
}

static void
text_time(const struct status *s, struct buf *out)
{
	int64_t total_us = 0;
	unsigned i;

	for (i = 0; i < BLAME_COUNT; i++)
		total_us += s->sum.blame_us[i];
	text_label(out, "time");
	for (i = 0; i < BLAME_COUNT; i++)
		buf_addf(out, "%s%s %.0f %%", i > 0 ? ", " : "", status_blame((enum blame)i),
			total_us > 0 ? (double)s->sum.blame_us[i] * 100 / (double)total_us : 0);
	buf_addc(out, '\n');
}

void
status_text(const struct status *s, struct buf *out)
{
	text_label(out, "state");
	buf_addf(out, "%s, for ", s->state);
	human_time(out, s->elapsed_us);
	buf_addc(out, '\n');
	text_label(out, "queue");
	human_things(out, s->queued, "URL");
	buf_add_str(out, STR(", in flight "));
	human_count(out, s->sum.in_flight);
	buf_addf(out, " of %u\n", s->connections);
	text_waiting(s, out);
	text_label(out, "loops");
	buf_addf(out, "%u\n", s->loops);
	text_label(out, "parsers");
	buf_addf(out, "%u of %u, ", s->parse.workers, s->workers);
	human_things(out, s->parse.pages_waiting, "page");
	buf_add_str(out, STR(" waiting\n"));
	text_time(s, out);
#define STAT(name, unit, text) text_count(out, #name, s->sum.name, unit, text);
#include "crawler/stat.def"
#undef STAT
}

/* --- for programs -------------------------------------------------------------------------------------------------- */

static void
put_u64(struct buf *out, const char *key, uint64_t v)
{
	json_key(out, key);
	json_u64(out, v);
}

static void
json_counters(const struct status *s, struct buf *out)
{
	unsigned i;

	json_key(out, "counters");
	json_begin(out);
#define STAT(name, unit, text) put_u64(out, #name, s->sum.name);
#include "crawler/stat.def"
#undef STAT
	json_end(out);
	json_key(out, "status");
	json_begin(out);
	for (i = 1; i < METRICS_STATUS_COUNT; i++)
		if (s->sum.by_status[i] > 0) {
			char code[4] = { (char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10), '\0' };

			put_u64(out, code, s->sum.by_status[i]);
		}
	json_end(out);
	json_key(out, "outcome");
	json_begin(out);
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (s->sum.by_outcome[i] > 0)
			put_u64(out, outcome_name((enum outcome)i), s->sum.by_outcome[i]);
	json_end(out);
	json_key(out, "skipped");
	json_begin(out);
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (s->sum.skipped_by[i] > 0)
			put_u64(out, outcome_name((enum outcome)i), s->sum.skipped_by[i]);
	json_end(out);
}

static void
json_stages(const struct status *s, struct buf *out)
{
	unsigned i;

	json_key(out, "frontier");
	json_begin(out);
	put_u64(out, "offered", s->frontier.offered);
	put_u64(out, "done", s->frontier.done);
	put_u64(out, "dropped", s->frontier.dropped);
	put_u64(out, "pending", s->frontier.pending);
	put_u64(out, "queued", s->queued);
	put_u64(out, "hosts", s->frontier.hosts);
	put_u64(out, "hosts_given_up", s->frontier.hosts_dead);
	put_u64(out, "queue_bytes", s->frontier.queue_bytes);
	put_u64(out, "waiting_window", s->frontier.waiting_window);
	put_u64(out, "waiting_pause", s->frontier.waiting_pause);
	put_u64(out, "waiting_backoff", s->frontier.waiting_backoff);
	put_u64(out, "waiting_robots", s->frontier.waiting_robots);
	put_u64(out, "waiting_address", s->frontier.waiting_address);
	put_u64(out, "waiting_level", s->frontier.waiting_level);
	json_end(out);
	json_key(out, "fetch");
	json_begin(out);
	put_u64(out, "loops", s->loops);
	put_u64(out, "connections", s->connections);
	put_u64(out, "in_flight", s->sum.in_flight);
	put_u64(out, "body_resident_bytes", s->sum.body_resident_bytes);
	json_key(out, "loop_us");
	json_begin(out);
	for (i = 0; i < BLAME_COUNT; i++)
		put_u64(out, status_blame((enum blame)i), (uint64_t)s->sum.blame_us[i]);
	json_end(out);
	json_end(out);
	json_key(out, "parse");
	json_begin(out);
	put_u64(out, "workers", s->parse.workers);
	put_u64(out, "workers_wanted", s->workers);
	put_u64(out, "pages", s->parse.pages);
	put_u64(out, "pages_waiting", s->parse.pages_waiting);
	put_u64(out, "deaths", s->parse.deaths);
	put_u64(out, "busy_us", (uint64_t)s->parse.busy_us);
	put_u64(out, "wait_us", (uint64_t)s->parse.wait_us);
	json_end(out);
	json_key(out, "store");
	json_begin(out);
	put_u64(out, "records", s->store.records);
	put_u64(out, "skips", s->store.skips);
	put_u64(out, "bytes_written", s->store.bytes_written);
	put_u64(out, "busy_us", (uint64_t)s->store.busy_us);
	put_u64(out, "idle_us", (uint64_t)s->store.idle_us);
	json_end(out);
}

void
status_json(const struct status *s, struct buf *out)
{
	json_begin(out);
	json_key(out, "state");
	json_str(out, str_of(s->state));
	json_key(out, "directory");
	json_str(out, str_of(s->dir));
	put_u64(out, "elapsed_us", (uint64_t)s->elapsed_us);
	json_counters(s, out);
	json_stages(s, out);
	json_end(out);
	buf_addc(out, '\n');
}
