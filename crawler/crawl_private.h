/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crawl_private.h: one run, as crawl.c (the run, its end) and crawl_start.c (its start) share it.
 */
#ifndef CRAWLER_CRAWL_PRIVATE_H
#define CRAWLER_CRAWL_PRIVATE_H

#include "crawler/config.h"
#include "crawler/progress.h"
#include "crawler/run.h"
#include "crawler/seeds.h"

struct crawl {
	const struct config *config;
	struct run run;
	struct seeds seeds, sitemaps;
	struct parse_spawner *spawner;
	struct progress progress;
	struct buf config_text;
	struct buf dns_servers;
	uint64_t retry_status[FRONTIER_STATUSES / 64];
	char *dir;
	unsigned workers;
	int sigfd;
	int first_signal; /* 0 = none yet */
	int last_signal; /* that asked to stop at once; 0 = none */
	int failure;     /* negative errno of a sink or a loop */
};

/* crawl_start.c. Both say what went wrong, and return the exit code. */
int crawl_read_seeds(struct crawl *c);
int crawl_start(struct crawl *c);

#endif
