/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tune_private.h: one `lycosa tune`, as its files share it. All of it is owned by the main thread.
 */
#ifndef CRAWLER_TUNE_PRIVATE_H
#define CRAWLER_TUNE_PRIVATE_H

#include "crawler/crawl.h"
#include "crawler/tune.h"
#include "url/homes.h"
#include "tune/origin.h"
#include "tune/model.h"
#include "tune/search.h"

#define TUNE_TEXT_MAX_BYTES (64 * 1024 * 1024)
#define TUNE_PATH_MAX_BYTES 8192
#define TUNE_URLS_MAX       20000
#define TUNE_URLS_MIN       18 /* fewer pages tell no two settings apart */

enum tune_source { TUNE_LIVE, TUNE_MODEL, TUNE_REPLAY };

/* What a trial tells beside struct search_result; for each point that of its last one. */
struct tune_note {
	struct search_point point;
	double share[BLAME_COUNT]; /* of the loops' time */
};

struct tune_urls {
	char **url;
	size_t n;
};

struct tune {
	const struct config *config;
	enum tune_source source;
	unsigned cores;
	char *dir;  /* of the trials */
	int sigfd;
	bool interrupted, closing;
	int64_t start_us, end_us; /* of the time for all of it, monotonic; end_us may be INT64_MAX */
	unsigned n_trials;

	/* --- tune_load.c --- */
	struct buf settings;  /* of every trial: the user's, as a config file */
	struct origin *origin;
	unsigned n_hosts;     /* that it plays; 0: live */
	struct model *model;
	int64_t trial_us, warm_us;
	const char *seeds_path; /* in dir */
	char seeds_memory[TUNE_PATH_MAX_BYTES];

	/* --- tune_live.c: the site itself --- */
	struct homes *home;         /* the origins of the user's seeds: a trial's are found ones */
	struct tune_urls urls;      /* pages that there are */
	size_t slice;               /* pages of a trial */
	uint64_t requests_left;
	int64_t pause_us;           /* before the next trial */
	int64_t backed_off_wall_us; /* nor is it before that: some host has asked for it */
	struct search_result first; /* of the first slice with the settings in force */
	bool refused;               /* the site has begun to answer 429 or 503 */

	struct search search;
	struct tune_note notes[SEARCH_TRIES_MAX];
	size_t n_notes;
};

/* --- tune_trial.c --- */
struct trial {
	struct search_point point;
	const char *seeds_path;
	int64_t time_us, warm_us; /* 0: no limit */
	uint64_t max_pages;       /* 0: no limit */
	bool list;                /* only the seeds */
	bool keep;                /* the job directory: until the next trial */
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
int tune_load_replay(struct tune *t);
/* As t->config's --model says; what it does not name stays. False: it said what is wrong. */
bool tune_model_spec(const char *spec, struct model *m, unsigned *ret_given);
enum { TUNE_GIVEN_LATENCY = 1, TUNE_GIVEN_SIZE = 2, TUNE_GIVEN_HOSTS = 4, TUNE_GIVEN_LINKS = 8, TUNE_GIVEN_LIMIT = 16 };
/* The user's settings, but for the sections in `without`, into t->settings. 0 or -ENOMEM. */
MUST_CHECK int tune_take_settings(struct tune *t, const struct config *config, const char *const *without);
/* Is there no time for another trial? Once when the time for the search is over, and for good when all of it is. */
bool tune_is_over(struct tune *t);
/* Says that so few pages are no load to try settings on; its exit status. */
int tune_too_few(size_t pages);
void tune_set_times(struct tune *t, int64_t latency_us);

/* --- tune_live.c --- */
/* start: the settings in force. */
int tune_load_live(struct tune *t, const struct search_point *start);
/* search_measure_fn's of the sources; arg: the tune. */
int tune_measure_offline(void *tune, const struct search_point *p, unsigned nth, struct search_result *ret);
int tune_measure_live(void *tune, const struct search_point *p, unsigned nth, struct search_result *ret);
void tune_urls_release(struct tune_urls *u);

/* --- tune_report.c --- */
void tune_report(const struct tune *t, struct buf *out);
/* "fetch.connections", and its value in p as a config file has it. */
const char *tune_key(enum search_axis a);
void tune_put_value(struct buf *out, const struct search_point *p, enum search_axis a);
/* Does the axis mean anything with this engine? */
bool tune_uses(const struct search_point *p, enum search_axis a);
int tune_svg(const struct tune *t, const char *path);

/* --- tune_write.c --- */
/*
 * Before anything is tried, which takes minutes: can the files that are to be written be? An exit code; it said why not.
 */
int tune_write_check(const struct config *config);
int tune_write(const struct tune *t);

#endif
