/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crawl.h: one run, from the settings to the exit code: starts everything in order, waits, ends everything in order.
 */
#ifndef CRAWLER_CRAWL_H
#define CRAWLER_CRAWL_H

#include "crawler/config.h"
#include "crawler/metrics.h"
#include "fetch/fetch.h"

/* Exit codes: 0-8 as wget's, 10 for a check that failed, and those that say the job could go on (doc/lycosa.1, EXIT STATUS). */
enum {
	EXIT_OK = 0,
	EXIT_GENERIC = 1,
	EXIT_USAGE = 2,
	EXIT_FILE = 3,
	EXIT_SERVER = 8, /* answers of 4xx and 5xx */
	EXIT_CHECK_FAILED = 10, /* finished, but what was checked is not right */
	EXIT_INTERRUPTED = 11,
	EXIT_BUDGET = 12,
	EXIT_DISK_FULL = 13,
	EXIT_BLOCKED = 14,
};

/*
 * Of what this machine would not do, err (negative errno): as strerror(), and what is to be done about it where that is known. The thread's, until
 * the next call. And the exit status of a start: EXIT_DISK_FULL where more room, descriptors or memory would mend it, or else otherwise: a file
 * system that cannot be written to may be the wrong one.
 */
const char *crawl_strerror(int err);
int crawl_error_code(int err, int otherwise);

/* The commands `crawl` and `resume`; argv: what config was read from, to read it again with a job's settings. Called in the main thread before any other thread exists. Returns the exit code. */
int crawl_main(const struct config *config, int argc, char *const *argv);

/* Has the user asked to stop (SIGINT, SIGTERM, both blocked) while nobody listens yet? It stays to be heard. Main thread. */
bool crawl_is_interrupted(void);

struct homes;

/*
 * What a run was like, for who tries settings. The window begins warm_us after the start and ends when nothing more is asked for: in
 * between, throughput is that of a long run, without the start of the parsers and the wait for the last answers.
 */
struct crawl_report {
	int64_t warm_us; /* the caller's */
	/* The caller's, for `verify --repair': found_key() of what is damaged in the job; NULL: else. */
	const int64_t *repair;
	size_t n_repair;
	/* The caller's, immutable: the origins that secrets are for; NULL: the seeds'. */
	const struct homes *home;
	/* The caller's: the only addresses that may be connected to. */
	struct fetch_net only;
	uint64_t max_requests; /* The caller's: of every kind; 0: no limit. What is met is said to be --max-pages */
	bool ran;        /* false: it ended before anything was asked for */
	struct metrics_sum sum;
	uint64_t requests; /* begun; 0 where max_requests is */
	int64_t backed_off_wall_us; /* no host that has asked for a pause wants to be asked before; 0: none has */
	int64_t fetching_us; /* from the start until nothing more was under way */
	int64_t window_us;
	uint64_t window_records;
	unsigned workers;
	uint64_t memory_bytes; /* at most: the program's peak and, for each parser, that of the largest */
};

/* The same, with a report. ret_report: zeroed but for what is the caller's. */
int crawl_measure(const struct config *config, int argc, char *const *argv, struct crawl_report *ret_report);
/* ctl.c: the command `ctl`. Returns the exit code. */
int ctl_main(const struct config *config);
/* top.c: the command `top`. Returns the exit code. */
int top_main(const struct config *config);
/* update.c: the command `update`; as crawl_main(). */
int update_main(const struct config *config, int argc, char *const *argv);
/* verify.c: the command `verify`. Returns the exit code. */
int verify_main(const struct config *config, int argc, char *const *argv);
/* report.c: the command `report`. Returns the exit code. */
int report_main(const struct config *config);

#endif
