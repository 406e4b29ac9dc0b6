/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.h: what a run did, for people, on stderr: counts by status and reason, throughput, peak memory, and which
 * stage was the bottleneck, with the setting to change.
 */
#ifndef CRAWLER_SUMMARY_H
#define CRAWLER_SUMMARY_H

#include "crawler/config.h"
#include "crawler/run.h"

struct summary {
	const struct run *run;
	const struct config *config;
	struct metrics_sum sum;
	struct frontier_stats frontier;
	struct parse_stats parse;
	struct store_stats store;
	int64_t elapsed_us;
	unsigned connections, workers; /* as they are by now */
	const char *why;  /* it ended: "finished", "interrupted", ... */
	const char *budget; /* the option that ended it, or NULL */
	const char *dir;
	const struct store_single *single; /* NULL: not wanted */
	const struct store_entry *entry;   /* of a mirror; NULL: not wanted */
	bool warc;                         /* is written */
};

/*
 * Which stage held the run up most, and its share of the loops' time, 0 to 1, pauses by the user left out. The network's accounts (answers,
 * connections) count together; the larger of them is named. Pure.
 */
enum blame summary_bottleneck(const struct summary *s, double *ret_share);
/* Appends the lines. */
void summary_write(const struct summary *s, struct buf *out);

#endif
