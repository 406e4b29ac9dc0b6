/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/chan.h"
#include "tests/unit/store_again.h"

char again_dir[4096];

void
again_open_of(struct again *b, unsigned n_loops)
{
	char *error = NULL;

	*b = (struct again){
		.config = {
			.dir = again_dir,
			.queue_items = 64,
			.flush_us = 1000000,
			.commit_us = 1000000,
			.config_text = "",
			.n_loops = n_loops,
		},
	};
	assert_int_equal(chan_new(1024, NULL, NULL, &b->returns), 0);
	if (store_open(&b->config, &b->store, &error) < 0)
		fail_msg("%s", error);
	store_job(b->store, &b->job);
	if (b->job.finished && store_open_finished(b->store, &error) < 0)
		fail_msg("%s", error);
}

void
again_open(struct again *b)
{
	again_open_of(b, 1);
}

void
again_start(struct again *b)
{
	struct chan *returns[] = { b->returns, b->returns, b->returns };

	assert_true(b->config.n_loops <= ARRAY_LEN(returns));
	assert_int_equal(store_start(b->store, returns), 0);
}

void
again_close(struct again *b, bool finished)
{
	assert_int_equal(store_close(b->store, "test", finished, NULL), 0);
	chan_free(b->returns);
}

uint64_t
again_fp(const struct again *b, const char *url)
{
	return hash_fingerprint(&b->job.key, url, strlen(url));
}

static void
pack(const struct again *b, struct found_packer *packer, const char *url, struct buf *found, struct buf *fps)
{
	struct found f = { .url = str_of(url), .attempt = 1, .parent = STR("http://a/") };
	uint64_t fp = again_fp(b, url);

	assert_int_equal(found_pack(packer, &f, found), 0);
	assert_int_equal(buf_add(fps, &fp, sizeof(fp)), 0);
}

void
again_done(struct again *b, const char *url, const char *const *links, bool left)
{
	struct found_packer packer;
	struct job *j;
	void *back = NULL;

	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	j->fp = again_fp(b, url);
	j->status = 200;
	j->attempt = 1;
	j->left = left;
	found_packer_init(&packer);
	for (; **links != '\0'; links++)
		pack(b, &packer, *links, &j->found, &j->found_fps);
	found_packer_release(&packer);
	assert_int_equal(store_put(b->store, &j, 1), 1);
	assert_int_equal(chan_recv(b->returns, &back, 1), 1);
	job_free(back);
}

int
again_on_visited(void *arg, const uint64_t *fps, size_t n)
{
	struct again_told *t = arg;

	for (size_t i = 0; i < n; i++) {
		assert_true(t->n_visited < ARRAY_LEN(t->visited));
		assert_true(fps[i] != 0 && fps[i] != UINT64_MAX);
		t->visited[t->n_visited++] = fps[i];
	}
	return 0;
}

int
again_on_pending(void *arg, struct str entries)
{
	struct again_told *t = arg;
	struct found_reader reader;
	struct found f;
	int r;

	found_reader_init(&reader, entries);
	while ((r = found_next(&reader, &f)) == 1) {
		assert_true(t->n_pending < AGAIN_PENDING_MAX);
		t->attempts[t->n_pending] = f.attempt;
		(void)snprintf(t->pending[t->n_pending++], sizeof(t->pending[0]), "%.*s", STR_ARG(f.url));
	}
	found_reader_release(&reader);
	return r;
}

int
again_on_seed(void *arg, struct str url)
{
	struct again_told *t = arg;

	(void)snprintf(t->seed, sizeof(t->seed), "%.*s", STR_ARG(url));
	t->n_seeds++;
	return 0;
}

void
again_read(struct again *b, struct again_told *t)
{
	struct store_resume resume = { .visited = again_on_visited, .pending = again_on_pending, .arg = t };

	*t = (struct again_told){ 0 };
	assert_int_equal(store_resume(b->store, &resume), 0);
	assert_int_equal(store_seeds(b->store, STORE_SEED_PAGE, again_on_seed, t), 0);
}

bool
again_has_visited(const struct again *b, const struct again_told *t, const char *url)
{
	for (size_t i = 0; i < t->n_visited; i++)
		if (t->visited[i] == again_fp(b, url))
			return true;
	return false;
}

void
again_assert_pending(const struct again_told *t, const char *const *urls)
{
	size_t n = 0;

	for (; *urls[n] != '\0'; n++)
		assert_string_equal(t->pending[n], urls[n]);
	assert_int_equal(t->n_pending, n);
}

void
again_of_three(struct again *b)
{
	again_open(b);
	assert_true(b->job.is_new);
	assert_int_equal(store_add_seed(b->store, STORE_SEED_PAGE, STR("http://a/")), 0);
	assert_int_equal(store_add_seed(b->store, STORE_SEED_SITEMAP, STR("http://a/map")), 0);
	again_start(b);
	again_done(b, "http://a/", (const char *const[]){ "http://a/1", "http://a/2", "http://a/3", "" }, false);
	again_done(b, "http://a/2", (const char *const[]){ "" }, false);
}

int
again_set_up(void **state)
{
	char top[] = "/tmp/store_resume_test.XXXXXX";

	assert_non_null(mkdtemp(top));
	(void)snprintf(again_dir, sizeof(again_dir), "%s/job", top);
	return 0;
}

int
again_tear_down(void **state)
{
	char command[8192];

	*strrchr(again_dir, '/') = '\0';
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", again_dir);
	return system(command);
}
