/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job: its directory, and the records of its pages. */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/thread.h"
#include "store/dir.h"
#include "tests/unit/store_bench.h"

static unsigned n_refused; /* so many flock(2) more find somebody else's lock */

int
flock(int fd, int operation)
{
	if (n_refused > 0) {
		n_refused--;
		errno = EWOULDBLOCK;
		return -1;
	}
	return (int)syscall(SYS_flock, fd, operation);
}

static struct job *
make_full_job(void)
{
	struct job *j = bench_job("https://example.org/a?b=%22c%22", 7);

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

	bench_init(&b);
	bench_open(&b);
	bench_put(&b, make_full_job());
	bench_put(&b, bench_job("http://[::1]:8080/", 8));
	bench_drop_job(bench_take_back(&b));
	bench_drop_job(bench_take_back(&b));
	store_stats(b.store, &stats);
	assert_int_equal(stats.records, 2);
	assert_int_equal(bench_close(&b), 0);

	l = bench_lines("pages.jsonl");
	assert_int_equal(json_array_size(l), 2);
	assert_string_equal(line_get(l, 0, "url"), "https://example.org/a?b=%22c%22");
	assert_string_equal(line_get(l, 0, "redirect_to"), "https://example.org/z");
	assert_string_equal(line_get(l, 0, "parent"), "https://example.org/");
	assert_int_equal(line_int(l, 0, "depth"), 3);
	assert_string_equal(line_get(l, 0, "kind"), "style");
	assert_int_equal(line_int(l, 0, "status"), 200);
	assert_string_equal(line_get(l, 0, "outcome"), "ok");
	assert_string_equal(line_get(l, 0, "detail"), "line\nbreak \xef\xbf\xbd");
	assert_string_equal(line_get(l, 0, "type"), "text/css");
	assert_string_equal(line_get(l, 0, "charset"), "windows-1252");
	assert_int_equal(line_int(l, 0, "wire_bytes"), 100);
	assert_int_equal(line_int(l, 0, "body_bytes"), 400);
	assert_int_equal(line_int(l, 0, "head_bytes"), 50);
	assert_true(json_is_true(json_object_get(json_array_get(l, 0), "truncated")));
	assert_string_equal(line_get(l, 0, "http"), "2");
	assert_string_equal(line_get(l, 0, "address"), "::1");
	assert_string_equal(line_get(l, 0, "queued_at"), "2023-11-14T22:13:20.123456Z");
	assert_string_equal(line_get(l, 0, "started_at"), "2023-11-14T22:13:21.000000Z");
	assert_int_equal(line_int(l, 0, "queue_us"), 876544);
	assert_false(line_has(l, 0, "connect_us"));
	assert_int_equal(line_int(l, 0, "first_byte_us"), 20);
	assert_int_equal(line_int(l, 0, "total_us"), 30);
	assert_int_equal(line_int(l, 0, "parse_us"), 40);
	assert_string_equal(line_get(l, 0, "title"), "a \"b\" \\ \x01\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
	assert_int_equal(json_object_size(json_object_get(json_array_get(l, 0), "links")), 2);
	assert_int_equal(line_int(l, 0, "links_new"), 2);
	assert_int_equal(line_int(l, 0, "attempts"), 2);
	assert_int_equal(line_int(l, 0, "redirects"), 1);

	assert_true(json_is_null(json_object_get(json_array_get(l, 1), "parent")));
	assert_int_equal(line_int(l, 1, "status"), 0);
	for (const char *const *k = (const char *const[]){ "redirect_to", "detail", "type",
		     "charset", "truncated", "http", "address", "queued_at", "started_at",
		     "queue_us", "total_us", "title", "links", "links_new", "saved", NULL };
		*k != NULL; k++)
		assert_false(line_has(l, 1, *k));
	json_decref(l);
	bench_release(&b);
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

	bench_init(&b);
	b.config.save_body = true;
	bench_open(&b);
	j = make_full_job();
	j->body.data = "x";
	j->body.len = 1;
	bench_put(&b, j);
	bench_drop_job(bench_take_back(&b));
	assert_int_equal(bench_close(&b), 0);
	l = bench_lines("pages.jsonl");

	(void)snprintf(path, sizeof(path), "%s", bench_dir);
	(void)snprintf(bench_dir, sizeof(bench_dir), "%s/doc", srcdir != NULL ? srcdir : ".");
	text = bench_slurp("formats.md", &len);
	(void)snprintf(bench_dir, sizeof(bench_dir), "%s", path);
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
	bench_release(&b);
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
			next = bench_job(url, sent + 1);
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
			bench_drop_job(j);
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

	bench_init(&b);
	b.config.queue_items = 3;
	b.config.n_loops = 2;
	b.all_returns = returns;
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(chan_new(2, NULL, NULL, &returns[i]), 0);
	bench_open(&b);
	for (unsigned i = 0; i < 2; i++) {
		senders[i] = (struct sender){ b.store, returns[i], i, 300 };
		assert_int_equal(thread_start(&threads[i], "sender", send_and_take, &senders[i]),
			0);
	}
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(bench_close(&b), 0);
	l = bench_lines("pages.jsonl");
	assert_int_equal(json_array_size(l), 600);
	json_decref(l);
	for (unsigned i = 0; i < 2; i++)
		chan_free(returns[i]);
	bench_release(&b);
}

/* Lines reach the file in time without anybody asking. */
static void
flushes(void **state)
{
	struct stat st = { 0 };
	char path[8192];
	struct bench b;

	bench_init(&b);
	b.config.flush_us = 1000;
	bench_open(&b);
	bench_put(&b, bench_job("http://a/", 1));
	bench_drop_job(bench_take_back(&b));
	(void)snprintf(path, sizeof(path), "%s/pages.jsonl", bench_dir);
	while (st.st_size == 0) {
		assert_int_equal(stat(path, &st), 0);
		(void)sched_yield();
	}
	assert_int_equal(bench_close(&b), 0);
	bench_release(&b);
}

/* --- the directory --- */

static void
check_refused(const char *path, int r, const char *text)
{
	struct bench b;
	char *error = NULL;

	bench_init(&b);
	b.config.dir = path;
	assert_int_equal(bench_open_store(&b, &error), r);
	assert_non_null(error);
	if (strstr(error, path) == NULL || strstr(error, text) == NULL ||
		strstr(error, "-P") == NULL)
		fail_msg("%s", error);
	free(error);
	bench_release(&b);
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
	bench_init(&b);
	(void)snprintf(deep, sizeof(deep), "%s/x/y//z/", bench_dir);
	b.config.dir = deep;
	bench_open(&b);
	assert_int_equal(bench_close(&b), 0);
	bench_release(&b);

	bench_init(&b);
	(void)snprintf(path, sizeof(path), "%s/other", bench_dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	bench_open(&b);
	assert_int_equal(bench_close(&b), 0);
	text = bench_slurp("lycosa.conf", &len);
	assert_string_equal(text, "[fetch]\nloops = 1\n");
	free(text);
	bench_release(&b);

	/* Results whose database is gone cannot be gone on with, and what has a name of ours is not written over. */
	(void)snprintf(path, sizeof(path), "%s/lycosa.db", bench_dir);
	assert_int_equal(unlink(path), 0);
	check_refused(bench_dir, -EEXIST, "without a lycosa.db");
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", bench_dir, signs[i]);
		(void)unlink(path);
	}
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", bench_dir, signs[i]);
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fputs("mine", f) >= 0 && fclose(f) == 0, 1);
		check_refused(bench_dir, -EEXIST, "without a lycosa.db");
		text = bench_slurp(signs[i], &len);
		assert_string_equal(text, "mine");
		free(text);
		assert_int_equal(unlink(path), 0);
	}
	(void)snprintf(path, sizeof(path), "%s/other/sub", bench_dir);
	check_refused(path, -ENOTDIR, strerror(ENOTDIR));
	check_refused("/proc/lycosa", -ENOENT, strerror(ENOENT));
}

static void
want_all(struct bench *b)
{
	b->config.save_body = b->config.save_text = b->config.mirror.on = b->config.mirror.explain = b->config.warc.on = true;
}

/* A run that fails before it began leaves nothing that would refuse the next one. */
static void
undone(void **state)
{
	struct bench b;
	struct stat st;
	char *error = NULL;

	bench_init(&b);
	want_all(&b);
	assert_int_equal(store_open(&b.config, &b.store, &error), 0);
	assert_int_equal(stat(bench_dir, &st), 0);
	assert_int_equal(st.st_mode & 0700, 0700);
	assert_int_equal(store_close(b.store, "", false, NULL), 0);
	assert_int_equal(stat(bench_dir, &st), -1);
	bench_release(&b);
}

/* Nor does one that is killed then: its database has nothing in it, and nothing else has. */
static void
killed_before_it_began(void **state)
{
	struct bench b;
	char *error = NULL;
	int status = -1;
	pid_t pid;

	bench_init(&b);
	want_all(&b);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(store_open(&b.config, &b.store, &error) == 0 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (store_open(&b.config, &b.store, &error) < 0)
		fail_msg("%s", error);
	assert_int_equal(store_close(b.store, "", false, NULL), 0);
	bench_release(&b);
}

/* Somebody may just be asking whether it runs; that takes a moment, a run does not end in one. */
static void
lock_is_held_for_a_moment(void **state)
{
	struct bench b;

	bench_init(&b);
	n_refused = 2;
	bench_open(&b);
	assert_int_equal(n_refused, 0);
	check_refused(bench_dir, -EBUSY, "is in use");
	assert_int_equal(bench_close(&b), 0);
	bench_release(&b);
}

/* A database that has nothing in it would have all files cut to nothing. */
static void
database_is_lost(void **state)
{
	char path[8192];
	struct bench b;
	size_t len;
	char *text;

	bench_init(&b);
	bench_open(&b);
	bench_put(&b, bench_job("http://a/", 1));
	bench_drop_job(bench_take_back(&b));
	assert_int_equal(bench_close(&b), 0);
	bench_release(&b);
	(void)snprintf(path, sizeof(path), "%s/lycosa.db", bench_dir);
	assert_int_equal(truncate(path, 0), 0);
	check_refused(bench_dir, -ENODATA, "lycosa.db has nothing in it");
	text = bench_slurp("pages.jsonl", &len);
	assert_non_null(strstr(text, "http://a/"));
	free(text);

	/* But that is what a job leaves that was killed before its first transaction. */
	(void)snprintf(path, sizeof(path), "%s/pages.jsonl", bench_dir);
	assert_int_equal(truncate(path, 0), 0);
	bench_init(&b);
	bench_open(&b);
	assert_int_equal(bench_close(&b), 0);
	bench_release(&b);
}

/* bench_open(), and what it says on stderr. */
static void
open_and_listen(struct bench *b, char text[4096])
{
	int ends[2], old = dup(STDERR_FILENO);
	ssize_t n;

	assert_true(old >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	bench_open(b);
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	(void)close(old);
	(void)close(ends[1]);
	n = read(ends[0], text, 4095);
	assert_true(n >= 0);
	text[n] = '\0';
	(void)close(ends[0]);
}

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text++;
		n++;
	}
	return n;
}

/* What is missing of which file, and what that means: of an archive's index, once. */
static void
lines_that_are_lost_are_told_of(void **state)
{
	static const char *const names[] = { "pages.jsonl", "warc/index.cdxj" };
	static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
	char path[8192], text[4096];
	struct bench b;
	struct stat st;

	for (unsigned i = 0; i < 3; i++) {
		struct job *j = bench_job(i == 0 ? "http://a/" : i == 1 ? "http://b/" : "http://c/", 1 + i);

		assert_int_equal(buf_add(&j->response_head, head, sizeof(head) - 1), 0);
		bench_init(&b);
		b.config.warc = (struct store_warc){ .on = true, .max_bytes = 1 << 20, .dedup_bytes = 1 << 20 };
		open_and_listen(&b, text);
		bench_put(&b, j);
		bench_drop_job(bench_take_back(&b));
		assert_int_equal(bench_close(&b), 0);
		bench_release(&b);
		assert_int_equal(count(text, "pages.jsonl was cut or lost: "), i == 1);
		assert_int_equal(count(text, "is in table urls of lycosa.db only"), i == 1);
		assert_int_equal(count(text, "warc/index.cdxj was cut or lost: "), i == 1);
		assert_int_equal(count(text, "are in the index no more"), i == 1);
		assert_int_equal(count(text, "index.cdxj is gone: a new one begins"), i == 2);
		assert_int_equal(count(text, "warning"), i == 0 ? 0 : i == 1 ? 2 : 1);
		for (size_t k = 0; k < ARRAY_LEN(names) && i == 0; k++) {
			(void)snprintf(path, sizeof(path), "%s/%s", bench_dir, names[k]);
			assert_int_equal(stat(path, &st), 0);
			assert_int_equal(truncate(path, st.st_size - 5), 0);
		}
		if (i == 1) {
			(void)snprintf(path, sizeof(path), "%s/%s", bench_dir, names[1]);
			assert_int_equal(unlink(path), 0);
		}
	}
}

/* Half a line is no place to add one to. */
static void
lines_are_lost(void **state)
{
	char path[8192];
	struct bench b;
	struct stat st;
	json_t *lines;

	(void)snprintf(path, sizeof(path), "%s/pages.jsonl", bench_dir);
	for (unsigned i = 0; i < 2; i++) {
		bench_init(&b);
		bench_open(&b);
		bench_put(&b, bench_job(i == 0 ? "http://a/" : "http://b/", 1 + i));
		if (i == 0) {
			bench_drop_job(bench_take_back(&b));
			bench_put(&b, bench_job("http://lost/", 3));
		}
		bench_drop_job(bench_take_back(&b));
		assert_int_equal(bench_close(&b), 0);
		bench_release(&b);
		if (i == 0) {
			assert_int_equal(stat(path, &st), 0);
			assert_int_equal(truncate(path, st.st_size - 5), 0);
		}
	}
	lines = bench_lines("pages.jsonl");
	assert_int_equal(json_array_size(lines), 2);
	assert_string_equal(line_get(lines, 0, "url"), "http://a/");
	assert_string_equal(line_get(lines, 1, "url"), "http://b/");
	json_decref(lines);
}

/* A link in the place of a file is not followed, and named. */
static void
planted(void **state)
{
	char path[8192];
	struct bench b;

	bench_init(&b);
	bench_open(&b);
	assert_int_equal(bench_close(&b), 0);
	bench_release(&b);
	(void)snprintf(path, sizeof(path), "%s/visited", bench_dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("lycosa.conf", path), 0);
	check_refused(bench_dir, -ELOOP, "/visited is a link");
}

static void
remedies(void **state)
{
	static const struct {
		int err;
		const char *text;
	} cases[] = { { -ENOSPC, "make room" }, { -EFBIG, "ulimit -f" }, { -EMFILE, "ulimit -n" }, { -ENFILE, "fs.file-max" }, { -ENOMEM, "memory" } };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = dir_error_text("job", cases[i].err);

		assert_non_null(text);
		assert_non_null(strstr(text, cases[i].text));
		assert_null(strstr(text, "-P"));
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(documented, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(two_loops, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(flushes, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(directories, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(undone, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(killed_before_it_began, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(lock_is_held_for_a_moment, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(database_is_lost, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(lines_are_lost, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(lines_that_are_lost_are_told_of, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(planted, bench_set_up, bench_tear_down),
		cmocka_unit_test(remedies),
	};

	return cmocka_run_group_tests_name("store_store", tests, NULL, NULL);
}
