/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/human.h"
#include "crawler/progress.h"

#define PROGRESS_LINE_BYTES 1024
#define CLEAR_BELOW         "\r\033[J" /* from the cursor's line to the end of the screen */
#define LINE_ABOVE          "\033[A"

/* Whether a status stands on the terminal now. Only a hint: both sides just clear what is there. */
static _Atomic bool progress_shown;

static void
progress_step_aside(void *arg)
{
	(void)arg;
	if (atomic_exchange(&progress_shown, false) &&
		write(STDERR_FILENO, CLEAR_BELOW, sizeof(CLEAR_BELOW) - 1) < 0) {
		/* the terminal is gone */
	}
}

void
progress_start(struct progress *p, const struct run *run, enum progress_mode mode)
{
	const char *term = getenv("TERM");

	*p = (struct progress){ .run = run, .mode = mode };
	if (mode == PROGRESS_AUTO) {
		bool can_redraw = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;

		p->mode = can_redraw ? PROGRESS_BAR : PROGRESS_PLAIN;
	}
	p->last_us = p->last_plain_us = clock_mono_us();
	if (p->mode == PROGRESS_BAR)
		log_set_hook(progress_step_aside, NULL);
}

/* Why hosts wait, if they do. */
static void
progress_waiting(struct buf *out, const struct frontier_stats *f, int64_t now_us)
{
	const struct {
		uint64_t n;
		const char *why;
	} rows[] = {
		{ f->waiting_backoff, "backing off" },
		{ f->waiting_pause, "in their pause" },
		{ f->waiting_window, "at their window" },
		{ f->waiting_robots, "for robots.txt" },
		{ f->waiting_address, "for their address" },
		{ f->waiting_level, "for the level before" },
	};
	bool first = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].n == 0)
			continue;
		buf_add_str(out, first ? STR("waiting: ") : STR(", "));
		human_things(out, rows[i].n, "host");
		buf_addf(out, " %s", rows[i].why);
		first = false;
	}
	if (!first && f->next_due_us != INT64_MAX && f->next_due_us - now_us > CLOCK_US_PER_SEC) {
		buf_add_str(out, STR(", next in "));
		human_time(out, f->next_due_us - now_us);
	}
}

/* The counts, and why it is waiting when it waits. */
static void
progress_text(struct progress *p, int64_t now_us, struct buf *out, struct buf *ret_waiting)
{
	struct metrics_sum sum;
	struct frontier_stats f;
	uint64_t free_bytes;
	int64_t step_us = now_us - p->last_us;

	run_metrics(p->run, &sum);
	frontier_stats(p->run->frontier, &f);
	if (step_us > 0) {
		double rate = (double)(sum.records - p->last_records) * 1e6 / (double)step_us;
		double weight = (double)step_us / 2e6;

		/* Exponential smoothing over about two seconds. */
		weight = weight > 1 || p->rate == 0 ? 1 : weight;
		p->rate += (rate - p->rate) * weight;
		p->last_us = now_us;
		p->last_records = sum.records;
	}
	human_things(out, sum.records, "URL");
	buf_add_str(out, STR("  "));
	human_rate(out, (uint64_t)(p->rate * 1000), 1000 * CLOCK_US_PER_SEC);
	buf_add_str(out, STR("/s  "));
	human_bytes(out, sum.wire_bytes);
	buf_add_str(out, STR("  queue "));
	human_count(out, f.pending > sum.in_flight ? f.pending - sum.in_flight : 0);
	buf_add_str(out, STR("  hosts "));
	human_count(out, f.hosts);
	buf_add_str(out, STR("  in flight "));
	human_count(out, sum.in_flight);
	if (sum.errors > 0) {
		buf_add_str(out, STR("  errors "));
		human_count(out, sum.errors);
	}
	if (run_state(p->run) != RUN_GOES_ON)
		buf_add_str(out, STR("  stopping"));
	else if (store_lacks_room(p->run->store, &free_bytes)) {
		buf_add_str(ret_waiting, STR("paused: "));
		human_bytes(ret_waiting, free_bytes);
		buf_add_str(ret_waiting, STR(" free, less than --min-free"));
	}
	else
		progress_waiting(ret_waiting, &f, now_us);
}

static void
progress_line(void (*line)(const char *fmt, ...), const struct buf *counts, const struct buf *waiting)
{
	line("%.*s%s%.*s", (int)counts->len, counts->data, waiting->len > 0 ? "  " : "", (int)waiting->len,
		waiting->len > 0 ? waiting->data : "");
}

static size_t
terminal_columns(void)
{
	struct winsize ws;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_col < 20)
		return 80;
	return ws.ws_col;
}

/* The text is our own ASCII: bytes are columns. One is left free so that the cursor does not wrap. */
static void
progress_add_line(struct buf *out, const struct buf *line, size_t columns)
{
	buf_add(out, line->data, line->len < columns ? line->len : columns - 1);
}

void
progress_say(struct progress *p, int64_t now_us)
{
	CLEANUP(buf_releasep) struct buf counts = BUF_INIT(PROGRESS_LINE_BYTES);
	CLEANUP(buf_releasep) struct buf waiting = BUF_INIT(PROGRESS_LINE_BYTES);

	progress_text(p, now_us, &counts, &waiting);
	progress_line(log_answer, &counts, &waiting);
}

void
progress_tick(struct progress *p, int64_t now_us)
{
	CLEANUP(buf_releasep) struct buf counts = BUF_INIT(PROGRESS_LINE_BYTES);
	CLEANUP(buf_releasep) struct buf waiting = BUF_INIT(PROGRESS_LINE_BYTES);
	CLEANUP(buf_releasep) struct buf screen = BUF_INIT(3 * PROGRESS_LINE_BYTES);
	size_t columns;

	if (p->mode == PROGRESS_NONE || (p->mode == PROGRESS_PLAIN && now_us - p->last_plain_us < PROGRESS_PLAIN_US))
		return;
	progress_text(p, now_us, &counts, &waiting);
	if (p->mode == PROGRESS_PLAIN) {
		p->last_plain_us = now_us;
		progress_line(log_info, &counts, &waiting);
		return;
	}
	/* The second line stands below the cursor, so that clearing needs not know whether there is one. */
	columns = terminal_columns();
	buf_add_str(&screen, STR(CLEAR_BELOW));
	if (waiting.len > 0) {
		buf_addc(&screen, '\n');
		progress_add_line(&screen, &waiting, columns);
		buf_add_str(&screen, STR(LINE_ABOVE "\r"));
	}
	progress_add_line(&screen, &counts, columns);
	atomic_store(&progress_shown, true);
	if (write(STDERR_FILENO, screen.data, screen.len) < 0)
		p->mode = PROGRESS_NONE;
}

void
progress_stop(struct progress *p)
{
	progress_step_aside(NULL);
	log_set_hook(NULL, NULL);
	p->mode = PROGRESS_NONE;
}
