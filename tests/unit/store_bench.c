/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/chan.h"
#include "tests/unit/store_bench.h"

#define JOBS_MAX 4096

char bench_top[64], bench_dir[4096];

void
bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	assert_int_equal(chan_new(JOBS_MAX, NULL, NULL, &b->returns), 0);
	b->all_returns = &b->returns;
	b->config = (struct store_config){
		.dir = bench_dir,
		.queue_items = 64,
		.flush_us = 1000000,
		.config_text = "[fetch]\nloops = 1\n",
		.n_loops = 1,
		.commit_us = 1000000,
	};
}

int
bench_open_store(struct bench *b, char **ret_error)
{
	struct store_job job;
	int r = store_open(&b->config, &b->store, ret_error);

	if (r < 0)
		return r;
	store_job(b->store, &job);
	if (job.finished)
		r = store_open_finished(b->store, ret_error);
	if (r < 0)
		assert_int_equal(store_close(b->store, "refused", false, NULL), 0);
	return r;
}

void
bench_open(struct bench *b)
{
	char *error = NULL;

	if (bench_open_store(b, &error) < 0)
		fail_msg("%s", error);
	assert_null(error);
	assert_int_equal(store_start(b->store, b->all_returns), 0);
}

int
bench_close(struct bench *b)
{
	return store_close(b->store, "finished", true, NULL);
}

struct job *
bench_job(const char *url, uint64_t fp)
{
	struct job *j;

	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	j->fp = fp;
	j->attempt = 1;
	j->timing.queue_us = -1;
	return j;
}

void
bench_put(struct bench *b, struct job *j)
{
	while (store_put(b->store, &j, 1) == 0)
		(void)sched_yield();
}

struct job *
bench_take_back(struct bench *b)
{
	void *j = NULL;

	assert_int_equal(chan_recv(b->returns, &j, 1), 1);
	return j;
}

void
bench_drop_job(struct job *j)
{
	j->body.data = NULL;
	j->body.slot = -1;
	if (j->body.file_fd >= 0)
		assert_int_equal(close(j->body.file_fd), 0);
	j->body.file_fd = -1;
	job_free(j);
}

void
bench_release(struct bench *b)
{
	chan_free(b->returns);
}

char *
bench_slurp(const char *name, size_t *ret_len)
{
	char path[8192], *text = calloc(1, 64 << 20);
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", bench_dir, name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	assert_non_null(text);
	*ret_len = fread(text, 1, (64 << 20) - 1, f);
	assert_int_equal(fclose(f), 0);
	return text;
}

json_t *
bench_lines(const char *name)
{
	json_t *lines = json_array();
	size_t len;
	char *text = bench_slurp(name, &len);
	struct str line, rest = str_n(text, len);

	while (str_cut(rest, '\n', &line, &rest)) {
		json_error_t e;
		json_t *o = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, &e);

		if (o == NULL)
			fail_msg("%s: %s in %.*s", name, e.text, STR_ARG(line));
		assert_int_equal(json_array_append_new(lines, o), 0);
	}
	assert_int_equal(rest.len, 0);
	free(text);
	return lines;
}

const char *
line_get(const json_t *lines, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(lines, i), key));
}

json_int_t
line_int(const json_t *lines, size_t i, const char *key)
{
	const json_t *v = json_object_get(json_array_get(lines, i), key);

	assert_true(json_is_integer(v));
	return json_integer_value(v);
}

bool
line_has(const json_t *lines, size_t i, const char *key)
{
	return json_object_get(json_array_get(lines, i), key) != NULL;
}

static void
remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (d == NULL) {
		(void)unlink(path);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		char sub[1024];

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
		if (unlink(sub) < 0)
			remove_tree(sub);
	}
	(void)closedir(d);
	(void)rmdir(path);
}

int
bench_set_up(void **state)
{
	(void)snprintf(bench_top, sizeof(bench_top), "/tmp/lycosa-store-XXXXXX");
	if (mkdtemp(bench_top) == NULL)
		return -1;
	(void)snprintf(bench_dir, sizeof(bench_dir), "%s/job", bench_top);
	return 0;
}

int
bench_tear_down(void **state)
{
	remove_tree(bench_top);
	return access(bench_top, F_OK) == 0;
}
