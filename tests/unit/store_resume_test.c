/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job that is closed, or left as a crash leaves it, and opened again. Crashes for real: tests/e2e/test_crash.py. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "store/store.h"

#define PENDING_MAX 64

static char dir[4096];

struct bench {
	struct store *store;
	struct chan *returns;
	struct store_config config;
	struct store_job job;
};

/* What a resume has told. */
struct told {
	size_t n_visited, n_pending, n_seeds;
	char seed[128]; /* the last */
	char pending[PENDING_MAX][128];
	unsigned attempts[PENDING_MAX];
	uint64_t visited[1024];
};

static void
open_job_of(struct bench *b, unsigned n_loops)
{
	char *error = NULL;

	*b = (struct bench){
		.config = {
			.dir = dir,
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
}

static void
open_job(struct bench *b)
{
	open_job_of(b, 1);
}

static void
start(struct bench *b)
{
	struct chan *returns[] = { b->returns, b->returns, b->returns };

	assert_true(b->config.n_loops <= ARRAY_LEN(returns));
	assert_int_equal(store_start(b->store, returns), 0);
}

static void
close_job(struct bench *b, bool finished)
{
	assert_int_equal(store_close(b->store, "test", finished), 0);
	chan_free(b->returns);
}

static uint64_t
fingerprint(const struct bench *b, const char *url)
{
	return hash_fingerprint(&b->job.key, url, strlen(url));
}

static void
pack(const struct bench *b, struct found_packer *packer, const char *url, struct buf *found, struct buf *fps)
{
	struct found f = { .url = str_of(url), .attempt = 1, .parent = STR("http://a/") };
	uint64_t fp = fingerprint(b, url);

	assert_int_equal(found_pack(packer, &f, found), 0);
	assert_int_equal(buf_add(fps, &fp, sizeof(fp)), 0);
}

/* A page that is done, and what it has let in; "" ends the list. */
static void
done(struct bench *b, const char *url, const char *const *links, bool left)
{
	struct found_packer packer;
	struct job *j;
	void *back = NULL;

	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	j->fp = fingerprint(b, url);
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

static int
on_visited(void *arg, const uint64_t *fps, size_t n)
{
	struct told *t = arg;

	for (size_t i = 0; i < n; i++) {
		assert_true(t->n_visited < ARRAY_LEN(t->visited));
		assert_true(fps[i] != 0 && fps[i] != UINT64_MAX);
		t->visited[t->n_visited++] = fps[i];
	}
	return 0;
}

static int
on_pending(void *arg, struct str entries)
{
	struct told *t = arg;
	struct found_reader reader;
	struct found f;
	int r;

	found_reader_init(&reader, entries);
	while ((r = found_next(&reader, &f)) == 1) {
		assert_true(t->n_pending < PENDING_MAX);
		t->attempts[t->n_pending] = f.attempt;
		(void)snprintf(t->pending[t->n_pending++], sizeof(t->pending[0]), "%.*s", STR_ARG(f.url));
	}
	found_reader_release(&reader);
	return r;
}

static int
on_seed(void *arg, struct str url)
{
	struct told *t = arg;

	(void)snprintf(t->seed, sizeof(t->seed), "%.*s", STR_ARG(url));
	t->n_seeds++;
	return 0;
}

static void
read_back(struct bench *b, struct told *t)
{
	struct store_resume resume = { .visited = on_visited, .pending = on_pending, .arg = t };

	*t = (struct told){ 0 };
	assert_int_equal(store_resume(b->store, &resume), 0);
	assert_int_equal(store_seeds(b->store, STORE_SEED_PAGE, on_seed, t), 0);
}

static bool
has_visited(const struct bench *b, const struct told *t, const char *url)
{
	for (size_t i = 0; i < t->n_visited; i++)
		if (t->visited[i] == fingerprint(b, url))
			return true;
	return false;
}

static void
assert_pending(const struct told *t, const char *const *urls)
{
	size_t n = 0;

	for (; *urls[n] != '\0'; n++)
		assert_string_equal(t->pending[n], urls[n]);
	assert_int_equal(t->n_pending, n);
}

/* A job whose first page is done, and one of the three that it led to. */
static void
make_job_of_three(struct bench *b)
{
	open_job(b);
	assert_true(b->job.is_new);
	assert_int_equal(store_add_seed(b->store, STORE_SEED_PAGE, STR("http://a/")), 0);
	assert_int_equal(store_add_seed(b->store, STORE_SEED_SITEMAP, STR("http://a/map")), 0);
	start(b);
	done(b, "http://a/", (const char *const[]){ "http://a/1", "http://a/2", "http://a/3", "" }, false);
	done(b, "http://a/2", (const char *const[]){ "" }, false);
}

static void
goes_on(void **state)
{
	struct bench b;
	struct told t;

	make_job_of_three(&b);
	close_job(&b, false);
	/* Twice: the first resume throws away what is done, and must not throw away more. */
	for (unsigned i = 0; i < 2; i++) {
		open_job(&b);
		assert_false(b.job.is_new || b.job.finished);
		assert_int_equal(b.job.records, 2);
		read_back(&b, &t);
		assert_pending(&t, (const char *const[]){ "http://a/1", "http://a/3", "" });
		assert_int_equal(t.n_seeds, 1);
		assert_string_equal(t.seed, "http://a/");
		t.n_seeds = 0;
		assert_int_equal(store_seeds(b.store, STORE_SEED_SITEMAP, on_seed, &t), 0);
		assert_int_equal(t.n_seeds, 1);
		assert_string_equal(t.seed, "http://a/map");
		t.n_seeds = 0;
		assert_int_equal(store_seeds(b.store, STORE_SEED_JOINED, on_seed, &t), 0);
		assert_int_equal(t.n_seeds, 0);
		assert_true(has_visited(&b, &t, "http://a/") && has_visited(&b, &t, "http://a/1"));
		assert_false(has_visited(&b, &t, "http://a/4"));
		start(&b);
		close_job(&b, false);
	}
}

static void
finished(void **state)
{
	struct bench b;
	struct told t;

	make_job_of_three(&b);
	done(&b, "http://a/1", (const char *const[]){ "" }, false);
	done(&b, "http://a/3", (const char *const[]){ "" }, false);
	close_job(&b, true);
	open_job(&b);
	assert_true(b.job.finished);
	read_back(&b, &t);
	assert_int_equal(t.n_pending, 0);
	close_job(&b, true); /* not started: it stays as it was */
	open_job(&b);
	assert_true(b.job.finished);
	close_job(&b, true);
}

/* What is not over has no record, and neither has what only it has found. */
static void
left_is_pending(void **state)
{
	struct bench b;
	struct told t;

	make_job_of_three(&b);
	done(&b, "http://a/1", (const char *const[]){ "http://a/lost", "" }, true);
	close_job(&b, false);
	open_job(&b);
	read_back(&b, &t);
	assert_pending(&t, (const char *const[]){ "http://a/1", "http://a/3", "" });
	assert_false(has_visited(&b, &t, "http://a/lost"));
	start(&b);
	close_job(&b, false);
}

static void
retries_and_refusals(void **state)
{
	struct store_retry retry = { .attempt = 3, .due_wall_us = 5000 };
	struct store_skip skip = { .url = STR("http://a/3"), .reason = OUTCOME_ROBOTS_DENY, .dropped = true };
	struct store_skip way = { .url = STR("http://a/1"), .reason = OUTCOME_DEPTH };
	struct bench b;
	struct told t;

	make_job_of_three(&b);
	retry.key = fingerprint(&b, "http://a/1");
	assert_int_equal(store_retry(b.store, &retry), 0);
	assert_int_equal(store_skip(b.store, &skip, 1), 0);
	assert_int_equal(store_skip(b.store, &way, 1), 0);
	close_job(&b, false);
	for (unsigned i = 0; i < 2; i++) {
		open_job(&b);
		read_back(&b, &t);
		assert_pending(&t, (const char *const[]){ "http://a/1", "" });
		assert_int_equal(t.attempts[0], 3);
		start(&b);
		close_job(&b, false);
	}
}

/* A hop that leads back into its chain is let in once more: dropped, it is over, and so is not told. */
static void
dropped_in_a_chain(void **state)
{
	struct store_skip skip = { .url = STR("http://a/1"), .reason = OUTCOME_ROBOTS_DENY, .dropped = true };
	struct found again = { .url = STR("http://a/1"), .attempt = 1, .redirects = 2 };
	struct buf found = BUF_INIT(1024), fps = BUF_INIT(1024);
	struct found_packer packer;
	uint64_t chain[2];
	struct bench b;
	struct told t;

	make_job_of_three(&b);
	done(&b, "http://a/1", (const char *const[]){ "" }, false);
	chain[0] = fingerprint(&b, "http://a/1");
	chain[1] = fingerprint(&b, "http://a/3");
	again.chain = chain;
	skip.chain = str_n((const char *)chain, sizeof(chain));
	found_packer_init(&packer);
	assert_int_equal(found_pack(&packer, &again, &found), 0);
	assert_int_equal(store_found(b.store, buf_str(&found), buf_str(&fps)), 0);
	for (unsigned i = 0; i < 2; i++) {
		close_job(&b, false);
		open_job(&b);
		read_back(&b, &t);
		assert_pending(&t, i == 0 ? (const char *const[]){ "http://a/3", "http://a/1", "" }
					  : (const char *const[]){ "http://a/3", "" });
		start(&b);
		assert_int_equal(store_skip(b.store, &skip, 1), 0);
	}
	close_job(&b, false);
	found_packer_release(&packer);
	buf_release(&found);
	buf_release(&fps);
}

static void
running_elsewhere(void **state)
{
	struct bench b;
	struct store *other;
	CLEANUP(freep) char *error = NULL;

	open_job(&b);
	start(&b);
	assert_int_equal(store_open(&b.config, &other, &error), -EBUSY);
	assert_non_null(strstr(error, "another lycosa"));
	close_job(&b, false);
	open_job(&b);
	close_job(&b, false);
}

static void
path_of(const char *name, char path[8192])
{
	(void)snprintf(path, 8192, "%s/%s", dir, name);
}

static void
cut_or_break(const char *name, off_t off, const char *bytes)
{
	char path[8192];
	int fd;

	path_of(name, path);
	fd = open(path, O_WRONLY | (bytes != NULL && off < 0 ? O_APPEND : 0));
	assert_true(fd >= 0);
	if (bytes == NULL)
		assert_int_equal(ftruncate(fd, off), 0);
	else
		assert_int_equal(off < 0 ? write(fd, bytes, strlen(bytes)) : pwrite(fd, bytes, strlen(bytes), off),
			strlen(bytes));
	assert_int_equal(close(fd), 0);
}

/* J2: lost, cut, damaged, of another machine: it is made again from the database. */
static void
visited_is_rebuilt(void **state)
{
	static const struct {
		off_t off;
		const char *bytes;
	} harm[] = { { 0, NULL }, { 24, NULL }, { 8, NULL }, { 20, "xx" }, { 0, "1detisiv" }, { 24, "\xff\xff\xff\xff\xff\xff\xff\xff" } };
	struct bench b;
	struct told t;
	char path[8192];

	make_job_of_three(&b);
	close_job(&b, false);
	for (size_t i = 0; i <= ARRAY_LEN(harm); i++) {
		path_of("visited", path);
		if (i < ARRAY_LEN(harm))
			cut_or_break("visited", harm[i].off, harm[i].bytes);
		else
			assert_int_equal(unlink(path), 0);
		open_job(&b);
		read_back(&b, &t);
		assert_pending(&t, (const char *const[]){ "http://a/1", "http://a/3", "" });
		start(&b);
		close_job(&b, false);
		open_job(&b);
		read_back(&b, &t);
		assert_true(has_visited(&b, &t, "http://a/") && has_visited(&b, &t, "http://a/1") &&
			    has_visited(&b, &t, "http://a/2") && has_visited(&b, &t, "http://a/3"));
		assert_in_range(t.n_visited, 4, 5); /* one may stand in both tables */
		close_job(&b, false);
	}
}

static off_t
size_of(const char *name)
{
	char path[8192];
	struct stat st;

	path_of(name, path);
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* What lies behind the last commit goes. */
static void
files_are_cut(void **state)
{
	static const char *const names[] = { "pages.jsonl", "skipped.jsonl", "skipped.spool", "visited" };
	off_t before[ARRAY_LEN(names)];
	struct bench b;

	make_job_of_three(&b);
	close_job(&b, false);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		before[i] = size_of(names[i]);
		cut_or_break(names[i], -1, "{\"half a li");
	}
	open_job(&b);
	start(&b);
	close_job(&b, false);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(size_of(names[i]), before[i]);
}

/* --- what is read while the run goes on --- */

/* Opened, with no more told before the start than a piece; *t has that. */
static struct chan *
start_with_rest(struct bench *b, struct told *t)
{
	struct store_resume resume = { .visited = on_visited, .pending = on_pending, .arg = t, .first = 1 };
	struct chan *rest;

	*t = (struct told){ 0 };
	open_job(b);
	assert_int_equal(store_resume(b->store, &resume), 1);
	assert_int_equal(chan_new(STORE_REST_OUT, NULL, NULL, &rest), 0);
	assert_int_equal(store_rest_to(b->store, rest), 0);
	start(b);
	return rest;
}

static struct store_rest *
next_piece(struct chan *rest, struct told *t)
{
	void *item = NULL;
	struct store_rest *piece;

	*t = (struct told){ 0 };
	assert_int_equal(chan_recv(rest, &item, 1), 1);
	piece = item;
	assert_int_equal(on_pending(t, piece->entries), 0);
	assert_true(piece->last == (t->n_pending == 0));
	return piece;
}

static void
expect_all(const char *const *urls, struct bench *b, struct told *t)
{
	open_job(b);
	read_back(b, t);
	assert_pending(t, urls);
	close_job(b, false);
}

/* A commit ends a row of what was found. */
static void
close_and_open(struct bench *b)
{
	close_job(b, false);
	open_job(b);
	start(b);
}

/* Rows [1 2 3], [4 5] and [6]; 1, 2 and 3 are over, 6 waits for its third attempt. */
static void
make_job_of_rows(struct bench *b)
{
	struct store_retry retry = { .attempt = 3, .due_wall_us = 5000 };

	make_job_of_three(b);
	close_and_open(b);
	done(b, "http://a/1", (const char *const[]){ "http://a/4", "http://a/5", "" }, false);
	close_and_open(b);
	done(b, "http://a/3", (const char *const[]){ "http://a/6", "" }, false);
	retry.key = fingerprint(b, "http://a/6");
	assert_int_equal(store_retry(b->store, &retry), 0);
	close_job(b, false);
}

static void
rest_that_is_not_given_back(void **state)
{
	struct store_rest *piece;
	struct chan *rest;
	struct bench b;
	struct told t;

	make_job_of_rows(&b);
	for (unsigned i = 0; i < 2; i++) {
		rest = start_with_rest(&b, &t);
		assert_pending(&t, (const char *const[]){ "http://a/4", "http://a/5", "" });
		piece = next_piece(rest, &t);
		assert_pending(&t, (const char *const[]){ "http://a/6", "" });
		assert_int_equal(t.attempts[0], 3);
		/* There is no last one before it is back. */
		store_rest_free(piece);
		close_job(&b, false);
		assert_int_equal(chan_len(rest), 0);
		chan_free(rest);
	}
	expect_all((const char *const[]){ "http://a/4", "http://a/5", "http://a/6", "" }, &b, &t);
}

static void
rest_is_tidied(void **state)
{
	struct store_rest *piece;
	struct chan *rest;
	struct bench b;
	struct told t;

	make_job_of_rows(&b);
	rest = start_with_rest(&b, &t);
	piece = next_piece(rest, &t);
	done(&b, "http://a/4", (const char *const[]){ "http://a/7", "" }, false);
	store_rest_done(b.store, piece);
	piece = next_piece(rest, &t);
	assert_true(piece->last);
	store_rest_free(piece);
	close_job(&b, false);
	chan_free(rest);
	open_job(&b);
	read_back(&b, &t);
	assert_pending(&t, (const char *const[]){ "http://a/5", "http://a/6", "http://a/7", "" });
	assert_int_equal(t.attempts[1], 3);
	close_job(&b, false);
}

/* The last row is over, and its number not given to what this run finds, or that would be read as of the one before. */
static void
rest_ends_where_the_run_began(void **state)
{
	struct store_rest *piece;
	struct chan *rest;
	struct bench b;
	struct told t;

	make_job_of_rows(&b);
	open_job(&b);
	start(&b);
	done(&b, "http://a/4", (const char *const[]){ "http://a/7", "" }, false);
	done(&b, "http://a/7", (const char *const[]){ "" }, false);
	close_job(&b, false);
	rest = start_with_rest(&b, &t);
	assert_pending(&t, (const char *const[]){ "http://a/5", "" });
	piece = next_piece(rest, &t);
	assert_pending(&t, (const char *const[]){ "http://a/6", "" });
	done(&b, "http://a/5", (const char *const[]){ "http://a/8", "" }, false);
	store_rest_done(b.store, piece);
	piece = next_piece(rest, &t);
	assert_true(piece->last);
	store_rest_free(piece);
	done(&b, "http://a/6", (const char *const[]){ "http://a/9", "" }, false);
	close_job(&b, false);
	chan_free(rest);
	expect_all((const char *const[]){ "http://a/8", "http://a/9", "" }, &b, &t);
}

/* What was remembered is in its row until whoever takes it has said what becomes of it. */
static void
rest_that_was_remembered(void **state)
{
	struct found f = { .url = STR("http://b/"), .attempt = 1, .remembered = true };
	struct buf found = BUF_INIT(1024), fps = BUF_INIT(1024);
	struct found_packer packer;
	struct store_rest *piece;
	struct chan *rest;
	struct bench b;
	struct told t;

	make_job_of_three(&b);
	close_and_open(&b);
	found_packer_init(&packer);
	assert_int_equal(found_pack(&packer, &f, &found), 0);
	assert_int_equal(store_found(b.store, buf_str(&found), buf_str(&fps)), 0);
	close_job(&b, false);
	for (unsigned i = 0; i < 2; i++) {
		rest = start_with_rest(&b, &t);
		piece = next_piece(rest, &t);
		assert_pending(&t, (const char *const[]){ "http://b/", "" });
		if (i == 0) {
			store_rest_free(piece); /* as if killed here */
		} else {
			assert_int_equal(store_found(b.store, buf_str(&found), buf_str(&fps)), 0);
			store_rest_done(b.store, piece);
			piece = next_piece(rest, &t);
			assert_true(piece->last);
			store_rest_free(piece);
		}
		close_job(&b, false);
		chan_free(rest);
	}
	expect_all((const char *const[]){ "http://a/1", "http://a/3", "http://b/", "" }, &b, &t);
	found_packer_release(&packer);
	buf_release(&found);
	buf_release(&fps);
}

/* What was let in at this depth, and perhaps another, by nobody's page. */
static void
found_at(struct bench *b, uint32_t depth, const char *url, uint32_t other_depth, const char *other)
{
	struct buf found = BUF_INIT(1024), fps = BUF_INIT(1024);
	struct found f = { .url = str_of(url), .attempt = 1, .depth = depth };
	struct found_packer packer;
	uint64_t fp = fingerprint(b, url);

	found_packer_init(&packer);
	found_packer_fresh(&packer);
	assert_int_equal(found_pack(&packer, &f, &found), 0);
	assert_int_equal(buf_add(&fps, &fp, sizeof(fp)), 0);
	if (other != NULL) {
		f.url = str_of(other);
		f.depth = other_depth;
		fp = fingerprint(b, other);
		assert_int_equal(found_pack(&packer, &f, &found), 0);
		assert_int_equal(buf_add(&fps, &fp, sizeof(fp)), 0);
	}
	found_packer_release(&packer);
	assert_int_equal(store_found(b->store, buf_str(&found), buf_str(&fps)), 0);
	buf_release(&found);
	buf_release(&fps);
}

/* rest_depth 0: there is no rest. */
static void
assert_by_depth(struct bench *b, uint64_t first, const char *const *told_first, uint32_t rest_depth)
{
	struct told t = { 0 };
	struct store_resume resume = { .visited = on_visited, .pending = on_pending, .arg = &t, .first = first, .by_depth = true };

	open_job(b);
	assert_int_equal(store_resume(b->store, &resume), rest_depth > 0);
	assert_pending(&t, told_first);
	if (rest_depth > 0)
		assert_int_equal(store_rest_depth(b->store), rest_depth);
	/* Not started: nothing is changed. */
	close_job(b, false);
}

/* With a level limit what is less deep comes first, whenever it was found, and it is known how deep the rest is at least. */
static void
less_deep_comes_first(void **state)
{
	struct store_skip skip = { .url = STR("http://a/1"), .reason = OUTCOME_ROBOTS_DENY, .dropped = true };
	struct bench b;
	struct told t;

	open_job(&b);
	start(&b);
	found_at(&b, 3, "http://a/3", 0, NULL);
	close_and_open(&b);
	found_at(&b, 4, "http://a/4", 1, "http://a/1");
	close_and_open(&b);
	found_at(&b, 2, "http://a/2", 0, NULL);
	close_and_open(&b);
	found_at(&b, 3, "http://a/33", 0, NULL);
	close_job(&b, false);
	assert_by_depth(&b, 1, (const char *const[]){ "http://a/4", "http://a/1", "" }, 2);
	assert_by_depth(&b, 3, (const char *const[]){ "http://a/4", "http://a/1", "http://a/2", "" }, 3);
	assert_by_depth(&b, 0, (const char *const[]){ "http://a/4", "http://a/1", "http://a/2", "http://a/3", "http://a/33", "" }, 0);
	/* What is tidied is as deep as what stays. */
	open_job(&b);
	start(&b);
	assert_int_equal(store_skip(b.store, &skip, 1), 0);
	close_job(&b, false);
	open_job(&b);
	read_back(&b, &t);
	start(&b);
	close_job(&b, false);
	assert_by_depth(&b, 1, (const char *const[]){ "http://a/2", "" }, 3);
	assert_by_depth(&b, 3, (const char *const[]){ "http://a/2", "http://a/3", "http://a/33", "" }, 4);
}

static int
make_dir(void **state)
{
	char top[] = "/tmp/store_resume_test.XXXXXX";

	assert_non_null(mkdtemp(top));
	(void)snprintf(dir, sizeof(dir), "%s/job", top);
	return 0;
}

static int
remove_dir(void **state)
{
	char command[8192];

	*strrchr(dir, '/') = '\0';
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

struct learned {
	bool is_apart;
	char text[256]; /* "LOOP:packed " of each */
};

static int
on_traps(void *arg, unsigned loop, bool is_apart, struct str packed)
{
	struct learned *l = arg;
	size_t n = strlen(l->text);

	l->is_apart = is_apart;
	(void)snprintf(l->text + n, sizeof(l->text) - n, "%u:%.*s ", loop, STR_ARG(packed));
	return 0;
}

/* A run of so many loops, of which those named pack something: what it finds, and whether that is each loop's own. */
static void
run_of_loops(unsigned n_loops, const char *who_packs, const char *text, const char *found, bool is_apart)
{
	struct learned l = { .is_apart = is_apart };
	struct bench b;

	open_job_of(&b, n_loops);
	if (!b.job.is_new)
		assert_int_equal(store_each_traps(b.store, on_traps, &l), 0);
	assert_string_equal(l.text, found);
	assert_int_equal(l.is_apart, is_apart);
	start(&b);
	for (; *who_packs != '\0'; who_packs++)
		assert_int_equal(store_traps(b.store, (unsigned)(*who_packs - '0'), str_of(text)), 0);
	close_job(&b, false);
}

/* The last loops may have had nothing to pack: whose what was packed is, only the number of loops tells. */
static void
traps_are_apart_where_loops_are_as_many(void **state)
{
	run_of_loops(3, "1", "a", "", false);
	run_of_loops(3, "1", "b", "1:a ", true);
	/* Fewer: all of it is everybody's, until each has packed what it knows. */
	run_of_loops(2, "0", "c", "1:b ", false);
	run_of_loops(2, "1", "d", "0:c 1:b ", false);
	run_of_loops(2, "01", "e", "0:c 1:d ", false);
	run_of_loops(2, "", "", "0:e 1:e ", true);
	run_of_loops(1, "", "", "0:e 1:e ", false);
	run_of_loops(2, "", "", "0:e 1:e ", false);
	run_of_loops(1, "0", "f", "0:e 1:e ", false);
	run_of_loops(1, "", "", "0:f ", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goes_on),
		TEST(finished),
		TEST(left_is_pending),
		TEST(retries_and_refusals),
		TEST(dropped_in_a_chain),
		TEST(running_elsewhere),
		TEST(visited_is_rebuilt),
		TEST(files_are_cut),
		TEST(rest_that_is_not_given_back),
		TEST(rest_is_tidied),
		TEST(rest_ends_where_the_run_began),
		TEST(rest_that_was_remembered),
		TEST(less_deep_comes_first),
		TEST(traps_are_apart_where_loops_are_as_many),
	};

	return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
