/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parse_play.h: a stage for plays about the parser pool: regions of page bodies, loops, pages put in and looked at when they
 * come back.
 */
#ifndef TESTS_UNIT_PARSE_PLAY_H
#define TESTS_UNIT_PARSE_PLAY_H

#include <pthread.h>

#include "parse/parse.h"
#include "url/scope.h"

#define PLAY_LOOPS_MAX 4
#define PLAY_REGION_BYTES (64u << 20)

struct play_page {
	struct job *job;
	unsigned came_back;
};

/* One loop and what it has on stage. */
struct play_loop {
	struct play *play;
	unsigned index;
	struct loop *loop;
	struct parse *parse;
	int region_fd; /* read-only */
	char *region;
	uint64_t used;
	struct play_page *pages;
	unsigned n_pages, n_back, n_submitted;
	bool stop_when_back;
	bool stays; /* play_run_all(): attached though its loop has stopped */
	bool (*until)(void *arg); /* asked each turn, if not NULL: ends the run */
	void *until_arg;
	struct loop_timer alarm;
};

struct play {
	struct parse_spawner *spawner;
	struct parse_pool *pool;
	struct parse_config config;
	const char *missing;
	unsigned n_loops;
	int region_fds[PLAY_LOOPS_MAX];
	uint64_t region_bytes[PLAY_LOOPS_MAX];
	struct play_loop loops[PLAY_LOOPS_MAX];
};

/* The program of the build tree, absolute. Static. */
const char *play_program(const char *name);

/*
 * A test that failed has left processes behind, for which others may wait without end: this process ends by SIGALRM five minutes
 * after the last call. play_init() calls it; a forked child, to which it is not handed down, has to.
 */
void play_watch(void);
/* Defaults: 2 workers, lycosa-worker-faulty, 10 s. Change p->config, then play_open(). */
void play_init(struct play *p, unsigned n_loops);
/* The return value of parse_pool_new(); loops attached if 0. */
int play_open(struct play *p);
/* As above, with all of the jail, and asserts that it worked. */
void play_must_open(struct play *p);
void play_close(struct play *p);

/* A page with this body (copied into the region), to be submitted by play_run(). */
struct job *play_page(struct play_loop *l, const char *url, const char *content_type, const char *body, size_t len);
/* As above: an ordinary page with n_links links to http://<host>/<number>/<i>, padded to at least `bytes`. */
struct job *play_plain(struct play_loop *l, unsigned number, unsigned n_links, size_t bytes, const char *extra);

/* Asserts that such a page was read, with these links. */
void play_check_plain(const struct job *j, unsigned number, unsigned n_links);

/* Submits what was not submitted yet, runs until all are back. Fails if they are not within a minute. */
void play_run(struct play_loop *l);
/* Runs until fn says so. */
void play_run_until(struct play_loop *l, bool (*fn)(void *arg), void *arg);
/* All loops, each in a thread of its own. */
void play_run_all(struct play *p);
/* Frees the pages that are back, and takes the region from its beginning again. */
void play_forget(struct play_loop *l);

/* Children of process pid. At most max of them in ret_pids; returns how many there are. */
unsigned play_children(int pid, int *ret_pids, unsigned max);
/* The spawner of this process, or -1. */
int play_spawner_pid(void);
unsigned play_open_fds(void);

#endif
