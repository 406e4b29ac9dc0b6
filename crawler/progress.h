/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * progress.h: the live status on stderr: the counts, and why it waits when it waits; redrawn in place on a terminal, plain lines elsewhere.
 *
 * Order of calls: progress_start(); progress_tick() from the main thread, about every PROGRESS_TICK_US; progress_stop()
 * clears it. Log lines of other threads make the status step aside (log_set_hook).
 */
#ifndef CRAWLER_PROGRESS_H
#define CRAWLER_PROGRESS_H

#include "base/clock.h"
#include "crawler/run.h"

#define PROGRESS_TICK_US  (250 * CLOCK_US_PER_MS)
#define PROGRESS_PLAIN_US (10 * CLOCK_US_PER_SEC)

enum progress_mode { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_PLAIN, PROGRESS_NONE };

struct progress {
	const struct run *run;
	enum progress_mode mode; /* never AUTO after start */
	int64_t last_us, last_plain_us;
	uint64_t last_records;
	double rate; /* URLs a second, smoothed over a few seconds */
};

void progress_start(struct progress *p, const struct run *run, enum progress_mode mode);
void progress_tick(struct progress *p, int64_t now_us);
/* A line now, whatever the mode: somebody has asked. */
void progress_say(struct progress *p, int64_t now_us);
void progress_stop(struct progress *p);

#endif
