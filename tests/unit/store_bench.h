/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store_bench.h: a job directory of its own for each test, a store in it, one loop that takes its jobs back, and what stands in the
 * files afterwards.
 *
 * Order of calls: bench_set_up() and bench_tear_down() are the test's; between them bench_init(), changes of config, bench_open(),
 * bench_put() and bench_take_back(), bench_close(), bench_release().
 */
#ifndef TESTS_STORE_BENCH_H
#define TESTS_STORE_BENCH_H

#include <jansson.h>

#include "base/chan.h"
#include "store/store.h"

/* The test's own directory, and the job's in it, which is not made yet. */
extern char bench_top[64], bench_dir[4096];

struct bench {
	struct store *store;
	struct chan *returns;
	struct chan *const *all_returns;
	struct store_config config;
};

int bench_set_up(void **state);
int bench_tear_down(void **state);

void bench_init(struct bench *b);
/* store_open(), also of a finished job that goes on. */
int bench_open_store(struct bench *b, char **ret_error);
void bench_open(struct bench *b);
/* As finished. Returns what store_close() does. */
int bench_close(struct bench *b);
void bench_release(struct bench *b);

struct job *bench_job(const char *url, uint64_t fp);
void bench_put(struct bench *b, struct job *j);
/* Blocks until the writer has given one back. */
struct job *bench_take_back(struct bench *b);
/* The body's memory is the test's. */
void bench_drop_job(struct job *j);

/* A file of the job; the text is the caller's to free. */
char *bench_slurp(const char *name, size_t *ret_len);
/* Its lines as an array of objects, the caller's; each must be whole and valid. */
json_t *bench_lines(const char *name);
/* A field of the i-th of them: NULL where there is none, or it is no text. */
const char *line_get(const json_t *lines, size_t i, const char *key);
json_int_t line_int(const json_t *lines, size_t i, const char *key);
bool line_has(const json_t *lines, size_t i, const char *key);

#endif
