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
#define CLEAR_LINE          "\r\033[K"

/* Whether a status stands on the terminal now. Only a hint: both sides just clear the line. */
static _Atomic bool progress_shown;

static void
progress_step_aside(void *arg)
{
	(void)arg;
	if (atomic_exchange(&progress_shown, false) &&
		write(STDERR_FILENO, CLEAR_LINE, sizeof(CLEAR_LINE) - 1) < 0) {
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
		buf_add_str(out, first ? STR("  waiting: ") : STR(", "));
		human_count(out, rows[i].n);
		buf_addf(out, " %s%s", rows[i].n == 1 ? "host " : "hosts ", rows[i].why);
		first = false;
	}
	if (!first && f->next_due_us != INT64_MAX && f->next_due_us - now_us > CLOCK_US_PER_SEC) {
		buf_add_str(out, STR(", next in "));
		human_time(out, f->next_due_us - now_us);
	}
}

void
progress_text(struct progress *p, int64_t now_us, struct buf *out)
{
	struct metrics_sum sum;
	struct frontier_stats f;
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
	human_count(out, sum.records);
	buf_add_str(out, STR(" URLs  "));
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
	else
		progress_waiting(out, &f, now_us);
}

static size_t
terminal_columns(void)
{
	struct winsize ws;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_col < 20)
		return 80;
	return ws.ws_col;
}

void
progress_tick(struct progress *p, int64_t now_us)
{
	CLEANUP(buf_releasep) struct buf line = BUF_INIT(PROGRESS_LINE_BYTES);
	size_t columns;

	if (p->mode == PROGRESS_NONE)
		return;
	if (p->mode == PROGRESS_PLAIN) {
		if (now_us - p->last_plain_us < PROGRESS_PLAIN_US)
			return;
		p->last_plain_us = now_us;
		progress_text(p, now_us, &line);
		log_info("%.*s", (int)line.len, line.data);
		return;
	}
	buf_add_str(&line, STR(CLEAR_LINE));
	progress_text(p, now_us, &line);
	/* The text is our own ASCII: bytes are columns. One is left free so that the cursor does not wrap. */
	columns = terminal_columns() - 1 + sizeof(CLEAR_LINE) - 1;
	if (line.len > columns)
		line.len = columns;
	atomic_store(&progress_shown, true);
	if (write(STDERR_FILENO, line.data, line.len) < 0)
		p->mode = PROGRESS_NONE;
}

void
progress_stop(struct progress *p)
{
	progress_step_aside(NULL);
	log_set_hook(NULL, NULL);
	p->mode = PROGRESS_NONE;
}
