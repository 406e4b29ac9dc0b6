/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tune_private.h: one `lycosa tune`, as its files share it. All of it is owned by the main thread.
 */
#ifndef CRAWLER_TUNE_PRIVATE_H
#define CRAWLER_TUNE_PRIVATE_H

#include "crawler/crawl.h"
#include "crawler/tune.h"
#include "tune/origin.h"
#include "tune/search.h"

#define TUNE_TEXT_MAX_BYTES (64 * 1024 * 1024)
#define TUNE_PATH_MAX_BYTES 8192

/* What a trial tells beside struct search_result; for each point that of its last one. */
struct tune_note {
	struct search_point point;
	double share[BLAME_COUNT]; /* of the loops' time */
};

struct tune {
	const struct config *config;
	unsigned cores;
	char *dir;  /* of the trials */
	int sigfd;
	bool interrupted, closing;
	int64_t start_us, end_us; /* of the time for all of it, monotonic; end_us may be INT64_MAX */
	unsigned n_trials;

	/* --- tune_load.c --- */
	struct buf settings;  /* of every trial: the user's, as a config file */
	struct origin *origin;
	struct model *model;
	int64_t trial_us, warm_us;
	const char *seeds_path; /* in dir */
	char seeds_memory[TUNE_PATH_MAX_BYTES];

	struct search search;
	struct tune_note notes[SEARCH_TRIES_MAX];
	size_t n_notes;
};

/* --- tune_trial.c --- */
struct trial {
	struct search_point point;
	const char *seeds_path;
	int64_t time_us, warm_us;
};

struct trial_result {
	int code; /* exit code of the crawl */
	struct crawl_report report;
	double cpu_s;
};

/* 0; SEARCH_OVER: interrupted; negative errno (it said what was wrong). */
MUST_CHECK int trial_run(struct tune *t, const struct trial *trial, struct trial_result *ret);
struct search_result trial_figures(const struct trial_result *r);
/* Into t->notes. */
void trial_note(struct tune *t, const struct search_point *p, const struct trial_result *r);
/* The path of something in the work directory. */
void tune_path(const struct tune *t, const char *name, char ret_path[TUNE_PATH_MAX_BYTES]);
MUST_CHECK int tune_write_file(const char *path, struct str text);
/* All of a directory. */
void tune_remove_tree(const char *path);

/* --- tune_load.c: what follows says what is wrong, and returns the exit code --- */
int tune_load_model(struct tune *t);

/* search_measure_fn; arg: the tune. */
int tune_measure_offline(void *tune, const struct search_point *p, unsigned nth, struct search_result *ret);

/* --- tune_report.c --- */
void tune_report(const struct tune *t, struct buf *out);
/* "fetch.connections", and its value in p as a config file has it. */
const char *tune_key(enum search_axis a);
void tune_put_value(struct buf *out, const struct search_point *p, enum search_axis a);
/* Does the axis mean anything with this engine? */
bool tune_uses(const struct search_point *p, enum search_axis a);
int tune_svg(const struct tune *t, const char *path);

/* --- tune_write.c --- */
int tune_write(const struct tune *t);

#endif
