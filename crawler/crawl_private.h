/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crawl_private.h: one run, as its files share it:
 *
 *	crawl.c        the run: how it is watched, and closed
 *	crawl_end.c    what it comes to
 *	crawl_adapt.c  how many workers and connections auto means
 *	crawl_loops.c  its loops: how many to begin with, and how they are made
 *	crawl_divide.c another number of them while it runs
 *	crawl_control.c  what `lycosa ctl' asks of it, and tells it
 *	crawl_check.c  whether its settings are possible
 *	crawl_start.c  its start, step by step
 *	crawl_job.c    the job it belongs to: what the runs before have left
 *	crawl_settings.c  its settings, and what is said of those that are other ones now
 *	cookies.c      its cookies: from where they come, and where they go
 *	hsts.c         the same of hosts that want https only
 *	live.c         what of its settings changes while it runs
 *	update.c       the job it is the next generation of
 */
#ifndef CRAWLER_CRAWL_PRIVATE_H
#define CRAWLER_CRAWL_PRIVATE_H

#include "crawler/adapt.h"
#include "crawler/config.h"
#include "crawler/crawl.h"
#include "crawler/live.h"
#include "crawler/metrics_serve.h"
#include "crawler/progress.h"
#include "crawler/run.h"
#include "crawler/seeds.h"
#include "crawler/session.h"
#include "store/update.h"

/* What `auto' has measured and found; connections.max 0: not auto, workers.max 0: not auto. */
struct auto_counts {
	int64_t looked_us; /* 0: there is nothing to compare with */
	struct metrics_sum sum;
	struct parse_stats parse;
	struct adapt_connections connections;
	struct adapt_workers workers;
	struct adapt_loops loops; /* loops 0: not auto */
	unsigned cores; /* 0: not looked at yet */
};

/* Loops are divided anew. */
struct division {
	unsigned to;       /* so many are wanted; 0: as many as there are */
	int64_t begun_us;  /* since when nothing more is taken; 0: that has not begun */
	struct crew *crew; /* the threads of the loops afterwards, whichever these are; NULL before it has begun */
	unsigned n_crew;   /* so many threads */
};

struct crawl {
	const struct config *config;
	struct config *own_config; /* with the job's settings; NULL: config is the caller's */
	struct run run;
	struct seeds seeds, sitemaps;
	bool list_logins; /* URLs that were given, also in a list, had logins */
	struct store_job job;
	uint64_t n_restored;
	bool said_low; /* that it pauses for want of room */
	bool said_jail; /* what the parsers' jail goes without */
	bool finished_before; /* there was nothing to do */
	bool lacks_settings; /* the job that was named has no lycosa.conf, or an empty one */
	struct parse_spawner *spawner;
	struct progress progress;
	struct buf config_text;
	struct buf dns_servers;
	struct session_settings session;
	struct fetch_config fetch; /* of all loops together; its strings are the settings' */
	struct parse_stats parse_so_far; /* of the parsers before those that there are */
	struct division division;
	const struct homes *home; /* the seeds' origins, or the report's; NULL where nothing is for them alone */
	struct homes *own_home;   /* NULL: home is the report's */
	uint64_t retry_status[FRONTIER_STATUSES / 64];
	unsigned restrict_names; /* STORE_NAMES_* */
	struct store_entry entry;   /* of a mirror */
	struct store_single single; /* with --single-file: what became of it */
	uint32_t since_s; /* --since; 0: not given */
	char *dir; /* of the job that runs: DIR/update, in an update */
	struct update *update; /* NULL: this is none */
	char *update_from;     /* DIR then */
	unsigned workers, connections; /* as they are now */
	struct live live;
	struct auto_counts auto_counts;
	struct control *control; /* NULL: it cannot be reached */
	struct metrics_serve metrics;
	int sigfd;
	int worker_fd; /* lycosa-worker; 0: not opened yet */
	int first_signal; /* 0 = none yet */
	int last_signal; /* that asked to stop at once; 0 = none */
	int failure;     /* negative errno of a sink or a loop */
	struct crawl_report *report; /* NULL: nobody wants one */
	int64_t window_start_us, window_end_us; /* of the report; 0: not yet */
	uint64_t window_start_records;
};

/* What follows says what went wrong, and returns the exit code. */

/* --- crawl.c --- */
/* Says that `path` could not be written, and what to do. */
void crawl_say_unwritten(const char *path, int error);
/* The user wants it to end, in order. text: what is said, once it is so. */
void crawl_interrupt(struct crawl *c, const char *text);

/* --- crawl_end.c --- */
struct summary;
/* What a finished job's exit status is made of. */
struct crawl_end {
	const struct crawl *crawl;
	const struct metrics_sum *sum;
	bool blocked;
};
/* For the run history. stop: run_state(). */
const char *crawl_why(int stop, bool blocked);
int crawl_exit_code(const struct crawl *c, const struct metrics_sum *sum, bool blocked);
/* The same, as store_exit_status() asks for it; end: a struct crawl_end. */
int crawl_end_code(void *end);
void crawl_print_summary(struct crawl *c, const struct summary *s);
/* Before what the end takes is added to s: a trial of settings ends when it is told to, and its closing says nothing of them. */
void crawl_make_report(const struct crawl *c, const struct summary *s, int64_t fetched_us);

/* --- crawl_adapt.c --- */
/* Now and then: workers and connections that are set to auto. */
void crawl_adapt(struct crawl *c, int64_t now_us);
/* The settings are others. */
void crawl_adapt_anew(struct crawl *c);

/* --- crawl_loops.c --- */
/* As set; auto: by what there is to begin with. The seeds of the command line are read, c->dir and the settings are known. */
unsigned crawl_loops(const struct crawl *c);
/* So many as run.n_loops says, not started. ret_loops: of RUN_LOOPS_MAX; those that were made stand in it also when it fails. */
int crawl_new_loops(struct crawl *c, struct pipeline **ret_loops);
/* Is --max-page, where it is not the usual, more than what bodies have of --memory? That is said. */
void crawl_say_page_max(const struct crawl *c);

/* --- crawl_divide.c --- */
/* Wants so many loops; it comes to that when it can (crawl_divide_look()). 0, or -EPERM: this run cannot, with why in error. */
int crawl_divide(struct crawl *c, unsigned n_loops, struct buf *error);
/* Does this run keep the loops that it has? With why in error (NULL: nobody wants to know). */
bool crawl_is_undivided(const struct crawl *c, struct buf *error);
/* Now and then: does what is to be done. */
void crawl_divide_look(struct crawl *c, int64_t now_us);
/* It does not come to that any more. */
void crawl_divide_forget(struct crawl *c);

/* --- crawl_control.c --- */
int crawl_open_control(struct crawl *c);
struct control_request;
/* As control_fn; arg is the crawl. */
int crawl_control(void *arg, const struct control_request *rq, struct buf *out);

/* --- crawl_check.c --- */
/* Reads those that are no plain values: since_s, retry_status, restrict_names, session. */
int crawl_check(struct crawl *c);

/* The one that the user has named. */
static inline const char *
crawl_job_dir(const struct crawl *c)
{
	return c->update_from != NULL ? c->update_from : c->dir;
}

/* What the run began with: no live change has an effect on it, and it stays. */
static inline const struct config *
crawl_first_config(const struct crawl *c)
{
	return c->live.first != NULL ? c->live.first : c->config;
}

/* Is a directory, and no URL, what the command line names? */
static inline bool
crawl_names_job(const struct config *cf)
{
	return cf->command == CONFIG_RESUME || cf->command == CONFIG_UPDATE || cf->command == CONFIG_VERIFY;
}

/* --- update.c --- */
/* In an update: c->dir becomes DIR/update. */
int crawl_begin_update(struct crawl *c);
/* The store is closed. code: that of the run; returns that of the program. */
int crawl_end_update(struct crawl *c, int code);

/* --- crawl_start.c --- */
/*
 * Says that something in memory could not be made, and what helps. Shared memory is a file to the kernel, and may not be larger than
 * one; and what is laid out meets the limit on address space. The exit status.
 */
int crawl_say_unmade(const char *what, int error);
/* What each loop has a part of, by run.n_loops. */
void crawl_share_out(struct crawl *c);
int crawl_start_parsers(struct crawl *c);
int crawl_start(struct crawl *c);

/* --- crawl_job.c --- */
/* Those of the command line. */
int crawl_read_seeds(struct crawl *c);
/* The store is open: c->seeds and c->sitemaps become those of the whole job; says what goes on. */
int crawl_gather_seeds(struct crawl *c);
/* The scope is made: the hosts that have joined it before. */
int crawl_restore_scope(struct crawl *c);
/* There are pipelines: into them goes what is left. */
int crawl_restore(struct crawl *c);

/* --- crawl_settings.c --- */
/* Reads the settings again, with those of the job that is to go on. */
int crawl_read_job_config(struct crawl *c, int argc, char *const *argv);
/* How far what differs from the settings of the job in dir reaches back. */
enum config_reach crawl_changes(const struct crawl *c, const char *dir);
/* The job goes on, or is finished. */
int crawl_say_resumed(struct crawl *c);
/* Its settings are lost. Never EXIT_OK. */
int crawl_say_unset(const struct crawl *c);

/* --- hsts.c --- */
/* There are pipelines: into them go the hosts that the job knows, and those of --hsts-file. */
int crawl_load_hsts(struct crawl *c);
/* No loop runs: those of the old loops go to run.loops. */
int crawl_move_hsts(struct crawl *c, struct pipeline *const *from, unsigned n_from);
/* The loops have ended: --hsts-file. */
int crawl_save_hsts(struct crawl *c);

/* --- cookies.c --- */
/* There are pipelines: into them go the cookies of the job, and of --load-cookies. */
int crawl_load_cookies(struct crawl *c);
/* The loop that owns the URL's host; of a host: NULL where no URL can have it, and *ret_url is it as URLs have it. c->seeds.url is scratch. */
struct pipeline *crawl_loop_of(const struct crawl *c, const struct url *u);
struct pipeline *crawl_loop_of_host(struct crawl *c, const char *scheme, struct str host, const struct url **ret_url);
/* No loop runs: those of the old loops go to run.loops. 0 or negative errno. */
int crawl_move_cookies(struct crawl *c, struct pipeline *const *from, unsigned n_from);
/* The loops have ended: --save-cookies. */
int crawl_save_cookies(struct crawl *c);

#endif
