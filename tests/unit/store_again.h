/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store_again.h: a job that is opened, given pages, closed, and opened again, and what its store tells of it then. Each test has a
 * directory of its own: AGAIN_TEST(). What is asserted to work is no business of the test's.
 *
 * Order of calls: again_open(); again_read(), if it is to go on; again_start(); again_done() as often as wanted; again_close().
 */
#ifndef TESTS_STORE_AGAIN_H
#define TESTS_STORE_AGAIN_H

#include "store/store.h"

#define AGAIN_TEST(f) cmocka_unit_test_setup_teardown(f, again_set_up, again_tear_down)

#define AGAIN_PENDING_MAX 64

/* The job's. */
extern char again_dir[4096];

struct again {
	struct store *store;
	struct chan *returns;
	struct store_config config;
	struct store_job job;
};

/* What a resume has told. */
struct again_told {
	size_t n_visited, n_pending, n_seeds;
	char seed[128]; /* the last */
	char pending[AGAIN_PENDING_MAX][128];
	unsigned attempts[AGAIN_PENDING_MAX];
	uint64_t visited[1024];
};

int again_set_up(void **state);
int again_tear_down(void **state);

/* For a run of one loop, or of so many. */
void again_open(struct again *b);
void again_open_of(struct again *b, unsigned n_loops);
void again_start(struct again *b);
void again_close(struct again *b, bool finished);

uint64_t again_fp(const struct again *b, const char *url);
/* A page that is done, and what it has let in; "" ends the list. */
void again_done(struct again *b, const char *url, const char *const *links, bool left);
/* A new job whose first page is done, and one of the three that it led to. */
void again_of_three(struct again *b);

/* All that there is to tell. */
void again_read(struct again *b, struct again_told *t);
/* Its parts, for a struct store_resume or store_seeds(): arg is a struct again_told. */
int again_on_visited(void *arg, const uint64_t *fps, size_t n);
int again_on_pending(void *arg, struct str entries);
int again_on_seed(void *arg, struct str url);
bool again_has_visited(const struct again *b, const struct again_told *t, const char *url);
/* These, in this order; "" ends the list. */
void again_assert_pending(const struct again_told *t, const char *const *urls);

#endif
