/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/chan.h"
#include "base/thread.h"
#include "store/store.h"

#define JOBS_MAX 4096

static char top[64], dir[4096];

/* A job directory of its own for each test, and one loop that takes its jobs back. */
struct bench {
	struct store *store;
	struct chan *returns;
	struct chan *const *all_returns;
	struct store_config config;
};

static void
make_config(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	assert_int_equal(chan_new(JOBS_MAX, NULL, NULL, &b->returns), 0);
	b->all_returns = &b->returns;
	b->config = (struct store_config){
		.dir = dir,
		.queue_items = 64,
		.flush_us = 1000000,
		.config_text = "[fetch]\nloops = 1\n",
		.n_loops = 1,
		.commit_us = 1000000,
	};
}

static void
open_store(struct bench *b)
{
	char *error = NULL;
	int r = store_open(&b->config, &b->store, &error);

	if (r < 0)
		fail_msg("%s", error);
	assert_null(error);
	assert_int_equal(store_start(b->store, b->all_returns), 0);
}

static int
close_store(struct bench *b)
{
	return store_close(b->store, "finished", true);
}

static struct job *
make_job(const char *url, uint64_t fp)
{
	struct job *j;

	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	j->fp = fp;
	j->attempt = 1;
	j->timing.queue_us = -1;
	return j;
}

static void
put(struct bench *b, struct job *j)
{
	while (store_put(b->store, &j, 1) == 0)
		(void)sched_yield();
}

/* Blocks until the writer has given one back. */
static struct job *
take_back(struct bench *b)
{
	void *j = NULL;

	assert_int_equal(chan_recv(b->returns, &j, 1), 1);
	return j;
}

/* The body's memory is the test's. */
static void
drop_job(struct job *j)
{
	j->body.data = NULL;
	j->body.slot = -1;
	if (j->body.file_fd >= 0)
		assert_int_equal(close(j->body.file_fd), 0);
	j->body.file_fd = -1;
	job_free(j);
}

static void
release(struct bench *b)
{
	chan_free(b->returns);
}

static char *
slurp(const char *name, size_t *ret_len)
{
	char path[8192], *text = calloc(1, 64 << 20);
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	assert_non_null(text);
	*ret_len = fread(text, 1, (64 << 20) - 1, f);
	assert_int_equal(fclose(f), 0);
	return text;
}

/* The lines of a file as an array of objects; each must be whole and valid. */
static json_t *
read_lines(const char *name)
{
	json_t *lines = json_array();
	size_t len;
	char *text = slurp(name, &len);
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

static const char *
get(const json_t *lines, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(lines, i), key));
}

static json_int_t
get_int(const json_t *lines, size_t i, const char *key)
{
	const json_t *v = json_object_get(json_array_get(lines, i), key);

	assert_true(json_is_integer(v));
	return json_integer_value(v);
}

static bool
has(const json_t *lines, size_t i, const char *key)
{
	return json_object_get(json_array_get(lines, i), key) != NULL;
}

/* --- pages.jsonl --- */

static struct job *
make_full_job(void)
{
	struct job *j = make_job("https://example.org/a?b=%22c%22", 7);

	j->depth = 3;
	j->kind = LINK_STYLE;
	j->status = 200;
	j->outcome = OUTCOME_OK;
	j->http_version = 20;
	j->attempt = 2;
	j->redirects = 1;
	j->wire_bytes = 100;
	j->head_bytes = 50;
	j->body.len = 400;
	j->body.truncated = true;
	j->links_by_kind[LINK_PAGE] = 5;
	j->links_by_kind[LINK_FORM] = 1;
	j->links_new = 2;
	(void)snprintf(j->address, sizeof(j->address), "::1");
	j->timing = (struct job_timing){
		.queued_wall_us = INT64_C(1700000000123456),
		.start_wall_us = INT64_C(1700000001000000),
		.queue_us = 876544,
		.connect_us = -1,
		.first_byte_us = 20,
		.total_us = 30,
		.parse_us = 40,
	};
	assert_int_equal(job_set(j, &j->parent, STR("https://example.org/")), 0);
	assert_int_equal(job_set(j, &j->redirect_to, STR("https://example.org/z")), 0);
	assert_int_equal(job_set(j, &j->content_type, STR(" Text/CSS ; charset=x")), 0);
	assert_int_equal(job_set(j, &j->charset, STR("windows-1252")), 0);
	assert_int_equal(job_set(j, &j->title, STR("a \"b\" \\ \x01\xff\xc3\xa9\xf0\x9f\x98")), 0);
	assert_int_equal(job_set(j, &j->detail, STR("line\nbreak \x80")), 0);
	return j;
}

static void
pages(void **state)
{
	struct bench b;
	struct store_stats stats;
	json_t *l;

	make_config(&b);
	open_store(&b);
	put(&b, make_full_job());
	put(&b, make_job("http://[::1]:8080/", 8));
	drop_job(take_back(&b));
	drop_job(take_back(&b));
	store_stats(b.store, &stats);
	assert_int_equal(stats.records, 2);
	assert_int_equal(close_store(&b), 0);

	l = read_lines("pages.jsonl");
	assert_int_equal(json_array_size(l), 2);
	assert_string_equal(get(l, 0, "url"), "https://example.org/a?b=%22c%22");
	assert_string_equal(get(l, 0, "redirect_to"), "https://example.org/z");
	assert_string_equal(get(l, 0, "parent"), "https://example.org/");
	assert_int_equal(get_int(l, 0, "depth"), 3);
	assert_string_equal(get(l, 0, "kind"), "style");
	assert_int_equal(get_int(l, 0, "status"), 200);
	assert_string_equal(get(l, 0, "outcome"), "ok");
	assert_string_equal(get(l, 0, "detail"), "line\nbreak \xef\xbf\xbd");
	assert_string_equal(get(l, 0, "type"), "text/css");
	assert_string_equal(get(l, 0, "charset"), "windows-1252");
	assert_int_equal(get_int(l, 0, "wire_bytes"), 100);
	assert_int_equal(get_int(l, 0, "body_bytes"), 400);
	assert_int_equal(get_int(l, 0, "head_bytes"), 50);
	assert_true(json_is_true(json_object_get(json_array_get(l, 0), "truncated")));
	assert_string_equal(get(l, 0, "http"), "2");
	assert_string_equal(get(l, 0, "address"), "::1");
	assert_string_equal(get(l, 0, "queued_at"), "2023-11-14T22:13:20.123456Z");
	assert_string_equal(get(l, 0, "started_at"), "2023-11-14T22:13:21.000000Z");
	assert_int_equal(get_int(l, 0, "queue_us"), 876544);
	assert_false(has(l, 0, "connect_us"));
	assert_int_equal(get_int(l, 0, "first_byte_us"), 20);
	assert_int_equal(get_int(l, 0, "total_us"), 30);
	assert_int_equal(get_int(l, 0, "parse_us"), 40);
	assert_string_equal(get(l, 0, "title"), "a \"b\" \\ \x01\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
	assert_int_equal(json_object_size(json_object_get(json_array_get(l, 0), "links")), 2);
	assert_int_equal(get_int(l, 0, "links_new"), 2);
	assert_int_equal(get_int(l, 0, "attempts"), 2);
	assert_int_equal(get_int(l, 0, "redirects"), 1);

	assert_true(json_is_null(json_object_get(json_array_get(l, 1), "parent")));
	assert_int_equal(get_int(l, 1, "status"), 0);
	for (const char *const *k = (const char *const[]){ "redirect_to", "detail", "type",
		     "charset", "truncated", "http", "address", "queued_at", "started_at",
		     "queue_us", "total_us", "title", "links", "links_new", "saved", NULL };
		*k != NULL; k++)
		assert_false(has(l, 1, *k));
	json_decref(l);
	release(&b);
}

/* Every field and every outcome that can stand in a file is in its public description. */
static void
documented(void **state)
{
	const char *srcdir = getenv("srcdir"), *field;
	char path[4096], row[128];
	struct bench b;
	struct job *j;
	size_t len;
	json_t *l;
	json_t *v;
	char *text;

	make_config(&b);
	b.config.save_body = true;
	open_store(&b);
	j = make_full_job();
	j->body.data = "x";
	j->body.len = 1;
	put(&b, j);
	drop_job(take_back(&b));
	assert_int_equal(close_store(&b), 0);
	l = read_lines("pages.jsonl");

	(void)snprintf(path, sizeof(path), "%s", dir);
	(void)snprintf(dir, sizeof(dir), "%s/doc", srcdir != NULL ? srcdir : ".");
	text = slurp("formats.md", &len);
	(void)snprintf(dir, sizeof(dir), "%s", path);
	json_object_foreach(json_array_get(l, 0), field, v)
	{
		(void)snprintf(row, sizeof(row), "\n| `%s` | ", field);
		if (strstr(text, row) == NULL)
			fail_msg("doc/formats.md does not describe the field %s", field);
	}
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (outcome_class((enum outcome)o) == OUTCOME_CLASS_RUN)
			continue;
		(void)snprintf(row, sizeof(row), "\n| `%s` | ", outcome_name((enum outcome)o));
		if (strstr(text, row) == NULL)
			fail_msg("doc/formats.md does not describe the outcome %s",
				outcome_name((enum outcome)o));
	}
	free(text);
	json_decref(l);
	release(&b);
}

/* Two loops, short queues both ways: every job comes back to its own, every line is whole. */
struct sender {
	struct store *store;
	struct chan *returns;
	unsigned loop, n;
};

static void *
send_and_take(void *arg)
{
	struct sender *s = arg;
	unsigned sent = 0, back = 0;
	struct job *next = NULL;

	while (back < s->n) {
		void *items[16];
		size_t n;

		if (sent < s->n && next == NULL) {
			char url[64];

			(void)snprintf(url, sizeof(url), "http://h%u/%u", s->loop, sent);
			next = make_job(url, sent + 1);
			next->loop = s->loop;
		}
		if (next != NULL && store_put(s->store, &next, 1) == 1) {
			next = NULL;
			sent++;
		}
		n = chan_try_recv(s->returns, items, ARRAY_LEN(items));
		for (size_t i = 0; i < n; i++) {
			struct job *j = items[i];

			CHECK(j->loop == s->loop && j->outcome == OUTCOME_OK);
			drop_job(j);
		}
		back += (unsigned)n;
		if (n == 0)
			(void)sched_yield();
	}
	return NULL;
}

static void
two_loops(void **state)
{
	struct chan *returns[2];
	struct sender senders[2];
	pthread_t threads[2];
	struct bench b;
	json_t *l;

	make_config(&b);
	b.config.queue_items = 3;
	b.config.n_loops = 2;
	b.all_returns = returns;
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(chan_new(2, NULL, NULL, &returns[i]), 0);
	open_store(&b);
	for (unsigned i = 0; i < 2; i++) {
		senders[i] = (struct sender){ b.store, returns[i], i, 300 };
		assert_int_equal(thread_start(&threads[i], "sender", send_and_take, &senders[i]),
			0);
	}
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(close_store(&b), 0);
	l = read_lines("pages.jsonl");
	assert_int_equal(json_array_size(l), 600);
	json_decref(l);
	for (unsigned i = 0; i < 2; i++)
		chan_free(returns[i]);
	release(&b);
}

/* Lines reach the file in time without anybody asking. */
static void
flushes(void **state)
{
	struct stat st = { 0 };
	char path[8192];
	struct bench b;

	make_config(&b);
	b.config.flush_us = 1000;
	open_store(&b);
	put(&b, make_job("http://a/", 1));
	drop_job(take_back(&b));
	(void)snprintf(path, sizeof(path), "%s/pages.jsonl", dir);
	while (st.st_size == 0) {
		assert_int_equal(stat(path, &st), 0);
		(void)sched_yield();
	}
	assert_int_equal(close_store(&b), 0);
	release(&b);
}

/* --- the directory --- */

static void
check_refused(const char *path, int r, const char *text)
{
	struct bench b;
	char *error = NULL;

	make_config(&b);
	b.config.dir = path;
	assert_int_equal(store_open(&b.config, &b.store, &error), r);
	assert_non_null(error);
	if (strstr(error, path) == NULL || strstr(error, text) == NULL ||
		strstr(error, "-P") == NULL)
		fail_msg("%s", error);
	free(error);
	release(&b);
}

static void
directories(void **state)
{
	static const char *const signs[] = { "lycosa.conf", "pages.jsonl", "skipped.jsonl", "skipped.spool", "site.spool", "visited", "urlmap.jsonl",
		"changes.jsonl", "single.html", "lycosa.db-wal" };
	char path[8192], deep[8192];
	struct bench b;
	size_t len;
	char *text;
	FILE *f;

	/* Parents are made; a file that is no job's does no harm. */
	make_config(&b);
	(void)snprintf(deep, sizeof(deep), "%s/x/y//z/", dir);
	b.config.dir = deep;
	open_store(&b);
	assert_int_equal(close_store(&b), 0);
	release(&b);

	make_config(&b);
	(void)snprintf(path, sizeof(path), "%s/other", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	open_store(&b);
	assert_int_equal(close_store(&b), 0);
	text = slurp("lycosa.conf", &len);
	assert_string_equal(text, "[fetch]\nloops = 1\n");
	free(text);
	release(&b);

	/* Results whose database is gone cannot be gone on with, and what has a name of ours is not written over. */
	(void)snprintf(path, sizeof(path), "%s/lycosa.db", dir);
	assert_int_equal(unlink(path), 0);
	check_refused(dir, -EEXIST, "without a lycosa.db");
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, signs[i]);
		(void)unlink(path);
	}
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, signs[i]);
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fputs("mine", f) >= 0 && fclose(f) == 0, 1);
		check_refused(dir, -EEXIST, "without a lycosa.db");
		text = slurp(signs[i], &len);
		assert_string_equal(text, "mine");
		free(text);
		assert_int_equal(unlink(path), 0);
	}
	(void)snprintf(path, sizeof(path), "%s/other/sub", dir);
	check_refused(path, -ENOTDIR, strerror(ENOTDIR));
	check_refused("/proc/lycosa", -ENOENT, strerror(ENOENT));
}

/* A run that fails before it began leaves nothing that would refuse the next one. */
static void
undone(void **state)
{
	struct bench b;
	struct stat st;
	char *error = NULL;

	make_config(&b);
	b.config.save_body = true;
	assert_int_equal(store_open(&b.config, &b.store, &error), 0);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0700, 0700);
	assert_int_equal(store_close(b.store, "", false), 0);
	assert_int_equal(stat(dir, &st), -1);
	release(&b);
}

/* --- skipped.jsonl --- */

static void
refuse(struct bench *b, const char *url, const char *parent, uint32_t depth, enum outcome reason)
{
	struct store_skip k = {
		.url = str_of(url),
		.parent = str_of(parent),
		.depth = depth,
		.kind = LINK_PAGE,
		.reason = reason,
	};

	assert_int_equal(store_skip(b->store, &k, 1), 0);
}

/* Whoever refuses faster than the writer writes is told so, long before there is no room; and when that is over. */
static void
behind(void **state)
{
	char url[4000] = "http://a/", *error = NULL;
	struct bench b;
	json_t *lines;
	size_t n;

	memset(url + strlen(url), 'x', sizeof(url) - strlen(url) - 1);
	make_config(&b);
	assert_int_equal(store_open(&b.config, &b.store, &error), 0);
	for (n = 0; !store_is_behind(b.store); n++)
		refuse(&b, url, "", 1, OUTCOME_HOST_DEAD);
	assert_in_range(n, 100, 10000);
	/* It writes them before it does anything else. */
	assert_int_equal(store_start(b.store, b.all_returns), 0);
	assert_false(store_is_behind(b.store));
	assert_int_equal(close_store(&b), 0);
	lines = read_lines("skipped.jsonl");
	assert_int_equal(json_array_size(lines), n);
	json_decref(lines);
	release(&b);
}

static bool
not_fetched(void *arg, struct str url)
{
	return !str_eq(url, STR("http://a/fetched"));
}

static void
skipped(void **state)
{
	struct bench b;
	json_t *l;

	make_config(&b);
	b.config.still_skipped = not_fetched;
	open_store(&b);
	refuse(&b, "http://a/deep", "http://a/2", 5, OUTCOME_NOFOLLOW);
	refuse(&b, "http://a/fetched", "http://a/2", 5, OUTCOME_DEPTH);
	refuse(&b, "http://a/robots", "", 1, OUTCOME_ROBOTS_DENY);
	refuse(&b, "http://b/", "http://a/", 1, OUTCOME_OUT_OF_SCOPE_HOST);
	refuse(&b, "http://c/", "http://a/", 1, OUTCOME_EXCLUDED_DOMAIN);
	refuse(&b, "http://a/deep", "http://a/3", 4, OUTCOME_NOFOLLOW);
	refuse(&b, "http://a/deep", "http://a/22", 4, OUTCOME_DEPTH);
	refuse(&b, "http://a/deep", "http://a/21", 4, OUTCOME_DEPTH);
	refuse(&b, "http://a/deep", "http://a/1", 4, OUTCOME_NOFOLLOW);
	refuse(&b, "no url \xff\n", "http://a/", 1, OUTCOME_BAD_URL);
	refuse(&b, "mailto:a", "http://a/", 1, OUTCOME_SCHEME);
	assert_int_equal(close_store(&b), 0);

	l = read_lines("skipped.jsonl");
	assert_int_equal(json_array_size(l), 3);
	assert_string_equal(get(l, 0, "url"), "http://a/robots");
	assert_true(json_is_null(json_object_get(json_array_get(l, 0), "parent")));
	assert_string_equal(get(l, 0, "reason"), "robots_deny");
	assert_string_equal(get(l, 0, "text"), "robots.txt disallows");
	assert_string_equal(get(l, 1, "url"), "no url \xef\xbf\xbd\n");
	assert_string_equal(get(l, 2, "url"), "http://a/deep");
	assert_string_equal(get(l, 2, "parent"), "http://a/21");
	assert_string_equal(get(l, 2, "reason"), "depth");
	assert_string_equal(get(l, 2, "kind"), "page");
	assert_int_equal(get_int(l, 2, "depth"), 4);
	json_decref(l);
	release(&b);
}

static void
log_rejected(void **state)
{
	struct bench b;
	json_t *l;

	make_config(&b);
	b.config.log_rejected = true;
	open_store(&b);
	refuse(&b, "http://b/", "http://a/", 1, OUTCOME_OUT_OF_SCOPE_HOST);
	refuse(&b, "http://c/", "http://a/", 1, OUTCOME_EXCLUDED_DOMAIN);
	refuse(&b, "http://b/", "http://a/2", 1, OUTCOME_OUT_OF_SCOPE_HOST);
	refuse(&b, "mailto:b", "http://a/2", 1, OUTCOME_SCHEME);
	assert_int_equal(close_store(&b), 0);
	l = read_lines("skipped.jsonl");
	assert_int_equal(json_array_size(l), 3);
	json_decref(l);
	release(&b);
}

/*
 * More than one pass over the spool: each URL is asked about once, and listed if it is still not
 * fetched.
 */
enum { MANY = 1150000, LISTED_EACH = 64 };

static bool
count_asked(void *arg, struct str url)
{
	unsigned char *seen = arg;
	uint64_t i;

	assert_int_equal(str_to_u64(url, MANY - 1, &i), 0);
	assert_int_equal(seen[i]++, 0);
	return i % LISTED_EACH == 0;
}

static void
many_skipped(void **state)
{
	unsigned char *seen = calloc(MANY, 1);
	struct bench b;
	json_t *l;

	assert_non_null(seen);
	make_config(&b);
	b.config.still_skipped = count_asked;
	b.config.still_arg = seen;
	open_store(&b);
	for (unsigned i = 0; i < MANY; i++) {
		char url[16];

		(void)snprintf(url, sizeof(url), "%u", i);
		refuse(&b, url, "", 1, OUTCOME_DEPTH);
		if (i % 1000 == 0)
			refuse(&b, url, "", 1, OUTCOME_KIND);
	}
	assert_int_equal(close_store(&b), 0);
	assert_null(memchr(seen, 0, MANY));
	l = read_lines("skipped.jsonl");
	assert_int_equal(json_array_size(l), (MANY + LISTED_EACH - 1) / LISTED_EACH);
	json_decref(l);
	free(seen);
	release(&b);
}

/* --- bodies --- */

static int
make_body_file(const char *text, bool nameless)
{
	char path[8192];
	int fd;

	if (nameless) {
		fd = open(top, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (fd < 0)
			skip();
	} else {
		(void)snprintf(path, sizeof(path), "%s/spill", top);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static void
check_body(const json_t *l, size_t i, const char *name, const char *content)
{
	size_t len;
	char *text;

	assert_string_equal(get(l, i, "saved"), name);
	text = slurp(name, &len);
	assert_int_equal(len, strlen(content));
	assert_memory_equal(text, content, len);
	free(text);
}

static struct job *
body_job(const char *type, const char *content, uint64_t fp)
{
	struct job *j = make_job("http://a/", fp);

	assert_int_equal(job_set(j, &j->content_type, str_of(type)), 0);
	j->body.data = content;
	j->body.len = content != NULL ? strlen(content) : 0;
	return j;
}

static void
bodies(void **state)
{
	struct bench b;
	struct job *jobs[7];
	json_t *l;
	char path[8192];
	struct stat st;

	make_config(&b);
	b.config.save_body = true;
	open_store(&b);
	jobs[0] = body_job("text/html; charset=utf-8", "<p>", 0xab00000000000001);
	jobs[1] = body_job("image/png", "png", 0x0100000000000002);
	jobs[2] = body_job("", "?", 0xab00000000000003);
	jobs[3] = body_job("text/html", NULL, 4);
	jobs[4] = body_job("text/html", "links", 5);
	jobs[4]->links_only = true;
	jobs[5] = body_job("video/mp4", NULL, 0xab00000000000006);
	jobs[5]->body.file_fd = make_body_file("from a file", true);
	jobs[6] = body_job("video/mp4", NULL, 0xab00000000000007);
	jobs[6]->body.file_fd = make_body_file("from another", false);
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
		put(&b, jobs[i]);
	/* The same URL again: the last one stays. */
	put(&b, body_job("text/html", "<p>2", 0xab00000000000001));
	for (size_t i = 0; i <= ARRAY_LEN(jobs); i++)
		drop_job(take_back(&b));
	assert_int_equal(close_store(&b), 0);

	l = read_lines("pages.jsonl");
	check_body(l, 0, "body/ab/ab00000000000001.html", "<p>2");
	check_body(l, 1, "body/01/0100000000000002.png", "png");
	check_body(l, 2, "body/ab/ab00000000000003.bin", "?");
	assert_false(has(l, 3, "saved"));
	assert_false(has(l, 4, "saved"));
	check_body(l, 5, "body/ab/ab00000000000006.mp4", "from a file");
	check_body(l, 6, "body/ab/ab00000000000007.mp4", "from another");
	json_decref(l);
	(void)snprintf(path, sizeof(path), "%s/body/.partial", dir);
	assert_int_equal(stat(path, &st), -1);
	(void)snprintf(path, sizeof(path), "%s/body/ab/ab00000000000006.mp4", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777 & ~0755, 0);
	release(&b);
}

/* --- a disk that fills up --- */

/* A ceiling of the file's size cuts a write in the middle, as a full disk does. */
static void
disk_full(void **state)
{
	struct rlimit old, small;
	const char *path = NULL;
	struct stat st;
	char name[8192];
	unsigned failed = 0;
	struct bench b;
	json_t *l;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_ptr_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
	make_config(&b);
	b.config.flush_us = 1000;
	/* Or on a slow machine the database's log would be the first to reach the ceiling. */
	b.config.commit_us = INT64_C(3600) * 1000000;
	open_store(&b);
	small = (struct rlimit){ 100001, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (unsigned i = 0; failed == 0; i++) {
		struct job *j;

		assert_true(i < 1000000);
		put(&b, make_job("http://example.org/some/path", i + 1));
		j = take_back(&b);
		failed += j->outcome == OUTCOME_WRITE_FAILED;
		drop_job(j);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);

	assert_int_equal(store_failed(b.store, &path), -EFBIG);
	(void)snprintf(name, sizeof(name), "%s/pages.jsonl", dir);
	assert_string_equal(path, name);
	/* Even when there is room again: the first failure ends it. */
	put(&b, make_job("http://example.org/later", 1));
	{
		struct job *j = take_back(&b);

		assert_int_equal(j->outcome, OUTCOME_WRITE_FAILED);
		drop_job(j);
	}
	assert_int_equal(close_store(&b), -EFBIG);
	assert_int_equal(stat(name, &st), 0);
	assert_in_range(st.st_size, 99000, 100001);
	l = read_lines("pages.jsonl");
	assert_true(json_array_size(l) > 100);
	json_decref(l);
	release(&b);
}

static void
no_room_for_bodies(void **state)
{
	struct rlimit old, small;
	const char *path = NULL;
	char big[2000], where[8192];
	struct bench b;
	struct job *j;

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_ptr_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
	make_config(&b);
	b.config.save_body = true;
	open_store(&b);
	small = (struct rlimit){ 1000, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	put(&b, body_job("text/plain", big, 0xcd00000000000001));
	j = take_back(&b);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(j->outcome, OUTCOME_WRITE_FAILED);
	assert_int_equal(j->saved_as.len, 0);
	drop_job(j);
	assert_int_equal(store_failed(b.store, &path), -EFBIG);
	(void)snprintf(where, sizeof(where), "%s/body/cd/cd00000000000001.txt", dir);
	assert_string_equal(path, where);
	assert_int_equal(access(where, F_OK), -1);
	assert_int_equal(close_store(&b), -EFBIG);
	release(&b);
}

/* --- frame --- */

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

static int
set_up(void **state)
{
	(void)snprintf(top, sizeof(top), "/tmp/lycosa-store-XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	(void)snprintf(dir, sizeof(dir), "%s/job", top);
	return 0;
}

static int
tear_down(void **state)
{
	remove_tree(top);
	return access(top, F_OK) == 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(documented, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_loops, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flushes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(directories, set_up, tear_down),
		cmocka_unit_test_setup_teardown(undone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(skipped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(behind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(log_rejected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_skipped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bodies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(disk_full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_room_for_bodies, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("store_store", tests, NULL, NULL);
}
