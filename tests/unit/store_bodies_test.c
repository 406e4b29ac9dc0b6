/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies that are kept, and a disk that fills up. */
#include "config.h"

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

#include "tests/unit/store_bench.h"

static int
make_body_file(const char *text, bool nameless)
{
	char path[8192];
	int fd;

	if (nameless) {
		fd = open(bench_top, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (fd < 0) {
			print_message("skipped: the file system under %s makes no files without a name (O_TMPFILE)\n", bench_top);
			skip();
		}
	} else {
		(void)snprintf(path, sizeof(path), "%s/spill", bench_top);
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

	assert_string_equal(line_get(l, i, "saved"), name);
	text = bench_slurp(name, &len);
	assert_int_equal(len, strlen(content));
	assert_memory_equal(text, content, len);
	free(text);
}

static struct job *
body_job(const char *type, const char *content, uint64_t fp)
{
	struct job *j = bench_job("http://a/", fp);

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

	bench_init(&b);
	b.config.save_body = true;
	bench_open(&b);
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
		bench_put(&b, jobs[i]);
	/* The same URL again: the last one stays. */
	bench_put(&b, body_job("text/html", "<p>2", 0xab00000000000001));
	for (size_t i = 0; i <= ARRAY_LEN(jobs); i++)
		bench_drop_job(bench_take_back(&b));
	assert_int_equal(bench_close(&b), 0);

	l = bench_lines("pages.jsonl");
	check_body(l, 0, "body/ab/ab00000000000001.html", "<p>2");
	check_body(l, 1, "body/01/0100000000000002.png", "png");
	check_body(l, 2, "body/ab/ab00000000000003.bin", "?");
	assert_false(line_has(l, 3, "saved"));
	assert_false(line_has(l, 4, "saved"));
	check_body(l, 5, "body/ab/ab00000000000006.mp4", "from a file");
	check_body(l, 6, "body/ab/ab00000000000007.mp4", "from another");
	json_decref(l);
	(void)snprintf(path, sizeof(path), "%s/body/.partial", bench_dir);
	assert_int_equal(stat(path, &st), -1);
	(void)snprintf(path, sizeof(path), "%s/body/ab/ab00000000000006.mp4", bench_dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777 & ~0755, 0);
	bench_release(&b);
}

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
	bench_init(&b);
	b.config.flush_us = 1000;
	/* Or on a slow machine the database's log would be the first to reach the ceiling. */
	b.config.commit_us = INT64_C(3600) * 1000000;
	bench_open(&b);
	small = (struct rlimit){ 100001, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (unsigned i = 0; failed == 0; i++) {
		struct job *j;

		assert_true(i < 1000000);
		bench_put(&b, bench_job("http://example.org/some/path", i + 1));
		j = bench_take_back(&b);
		failed += j->outcome == OUTCOME_WRITE_FAILED;
		bench_drop_job(j);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);

	assert_int_equal(store_failed(b.store, &path), -EFBIG);
	(void)snprintf(name, sizeof(name), "%s/pages.jsonl", bench_dir);
	assert_string_equal(path, name);
	/* Even when there is room again: the first failure ends it. */
	bench_put(&b, bench_job("http://example.org/later", 1));
	{
		struct job *j = bench_take_back(&b);

		assert_int_equal(j->outcome, OUTCOME_WRITE_FAILED);
		bench_drop_job(j);
	}
	assert_int_equal(bench_close(&b), -EFBIG);
	assert_int_equal(stat(name, &st), 0);
	assert_in_range(st.st_size, 99000, 100001);
	l = bench_lines("pages.jsonl");
	assert_true(json_array_size(l) > 100);
	json_decref(l);
	bench_release(&b);
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
	bench_init(&b);
	b.config.save_body = true;
	bench_open(&b);
	small = (struct rlimit){ 1000, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bench_put(&b, body_job("text/plain", big, 0xcd00000000000001));
	j = bench_take_back(&b);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(j->outcome, OUTCOME_WRITE_FAILED);
	assert_int_equal(j->saved_as.len, 0);
	bench_drop_job(j);
	assert_int_equal(store_failed(b.store, &path), -EFBIG);
	(void)snprintf(where, sizeof(where), "%s/body/cd/cd00000000000001.txt", bench_dir);
	assert_string_equal(path, where);
	assert_int_equal(access(where, F_OK), -1);
	assert_int_equal(bench_close(&b), -EFBIG);
	bench_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bodies, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(disk_full, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(no_room_for_bodies, bench_set_up, bench_tear_down),
	};

	return cmocka_run_group_tests_name("store_bodies", tests, NULL, NULL);
}
