/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.h: where a run stands, as numbers: for people, as JSON, and in Prometheus' text format. Every counter of stat.def is there.
 *
 * Times are wall time since the start of the run; where the loops' time went is that of all loops together.
 */
#ifndef CRAWLER_STATUS_H
#define CRAWLER_STATUS_H

#include "crawler/run.h"

struct status {
	const char *state; /* "running", "paused", "stopping" */
	const char *dir;
	int64_t elapsed_us, now_us;
	struct metrics_sum sum;
	struct frontier_stats frontier;
	struct parse_stats parse;
	struct store_stats store;
	unsigned loops, connections, workers; /* as they are set */
	uint64_t queued; /* let in, not asked for yet */
};

/* Any thread. */
void status_read(const struct run *run, const char *dir, unsigned connections, unsigned workers, struct status *ret_status);
/* "answers", "connections", ...: a word for the account. Static. */
const char *status_blame(enum blame blame);
/* Appended to out. */
void status_text(const struct status *s, struct buf *out);
/* open: OpenMetrics 1.0, else Prometheus' text format 0.0.4. (status_metrics.c) */
void status_metrics(const struct status *s, bool open, struct buf *out);
void status_json(const struct status *s, struct buf *out);

#endif
