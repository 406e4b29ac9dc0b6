/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of the disk, in which order: no test without a power cut sees what is left out. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/chan.h"
#include "store/bodyfile.h"
#include "store/dir.h"
#include "store/download.h"
#include "store/generation.h"
#include "store/store.h"

static char top[64];

/* --- the calls: "name" of what was synced, below top; of a file system "*" --- */

static pthread_mutex_t calls_lock = PTHREAD_MUTEX_INITIALIZER;
static char calls[4096]; /* guarded by calls_lock: the store's threads sync too */

static void
note_call(const char *name)
{
	size_t len;

	(void)pthread_mutex_lock(&calls_lock);
	len = strlen(calls);
	(void)snprintf(calls + len, sizeof(calls) - len, "%s ", name);
	(void)pthread_mutex_unlock(&calls_lock);
}

/* A copy, good until the next call; the list begins anew. */
static const char *
take_calls(void)
{
	static char taken[sizeof(calls)];

	(void)pthread_mutex_lock(&calls_lock);
	memcpy(taken, calls, sizeof(taken));
	calls[0] = '\0';
	(void)pthread_mutex_unlock(&calls_lock);
	return taken;
}

int
fsync(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	assert_true(n > 0);
	path[n] = '\0';
	note_call(str_starts(str_of(path), str_of(top)) ? path + strlen(top) : path);
	return (int)syscall(SYS_fsync, fd);
}

int
syncfs(int fd)
{
	note_call("*");
	return (int)syscall(SYS_syncfs, fd);
}

static void
in(const char *name, char dst[PATH_MAX])
{
	(void)snprintf(dst, PATH_MAX, "%s/%s", top, name);
}

/* --- plays --- */

static int
begin(void **state)
{
	(void)snprintf(top, sizeof(top), "/tmp/lycosa-calls-XXXXXX");
	(void)take_calls();
	return mkdtemp(top) == NULL ? -1 : 0;
}

static int
end(void **state)
{
	return generation_remove(AT_FDCWD, top);
}

/* D1 of download.h. */
static void
a_download_is_durable_before_its_first_byte(void **state)
{
	int fd = open(top, O_RDONLY | O_DIRECTORY);
	struct download d;

	assert_true(fd >= 0);
	assert_int_equal(download_open(fd, "f", false, &d), 0);
	assert_int_equal(download_begin(&d, 0, 10 * DOWNLOAD_SMALL_BYTES, STR("\"e\""), STR_NONE), 0);
	assert_string_equal(take_calls(), "/.f.part.info.partial  ");
	assert_int_equal(download_write(&d, "x", 1), 0);
	download_close(&d);
	/* Of a small one nothing is said. */
	(void)take_calls();
	assert_int_equal(download_open(fd, "g", false, &d), 0);
	assert_int_equal(download_begin(&d, 0, 1, STR("\"e\""), STR_NONE), 0);
	assert_string_equal(take_calls(), "");
	download_close(&d);
	assert_int_equal(close(fd), 0);
}

static void
what_was_made_for_a_job_is_synced_and_nothing_else(void **state)
{
	char path[PATH_MAX], *error = NULL;
	struct store_dir d;

	in("a/b/c", path);
	assert_int_equal(dir_open(path, &d, &error), 0);
	assert_int_equal(dir_sync_made(&d), 0);
	assert_string_equal(take_calls(), "/a/b/c /a/b /a  ");
	dir_close(&d);

	in("a/b/d/", path);
	assert_int_equal(dir_open(path, &d, &error), 0);
	assert_int_equal(dir_sync_made(&d), 0);
	assert_string_equal(take_calls(), "/a/b/d /a/b ");
	dir_close(&d);

	assert_int_equal(dir_open(path, &d, &error), 0);
	assert_int_equal(dir_sync_made(&d), 0);
	assert_string_equal(take_calls(), "/a/b/d ");
	dir_close(&d);
}

static struct job *
make_page(unsigned i)
{
	struct job *j;
	char url[64];

	(void)snprintf(url, sizeof(url), "http://h/%u", i);
	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	/* Two in each sub-directory of body/. */
	j->fp = (uint64_t)i << 55;
	j->attempt = 1;
	j->body.data = "x";
	j->body.len = 1;
	return j;
}

/* Pages of a run that keeps bodies; returns how many descriptors are open more than before, at its end. */
static unsigned
save_pages(unsigned n)
{
	struct store_config config = { .queue_items = 64, .flush_us = 1000000, .config_text = "", .n_loops = 1, .commit_us = 1000000, .save_body = true };
	char path[PATH_MAX], *error = NULL;
	struct chan *returns;
	struct store *store;
	struct store_job job;
	int low = dup(0), high;

	assert_int_equal(close(low), 0);
	in("job", path);
	config.dir = path;
	assert_int_equal(chan_new(64, NULL, NULL, &returns), 0);
	assert_int_equal(store_open(&config, &store, &error), 0);
	store_job(store, &job);
	if (job.finished)
		assert_int_equal(store_open_finished(store, &error), 0);
	assert_int_equal(store_start(store, &returns), 0);
	for (unsigned i = 0; i < n; i++) {
		struct job *j = make_page(i);
		void *back = NULL;

		while (store_put(store, &j, 1) == 0)
			(void)sched_yield();
		assert_int_equal(chan_recv(returns, &back, 1), 1);
		j = back;
		assert_true(j->saved_as.len > 0);
		j->body.data = NULL;
		j->body.slot = -1;
		job_free(j);
	}
	high = dup(0);
	assert_int_equal(close(high), 0);
	assert_int_equal(store_close(store, "finished", true, NULL), 0);
	chan_free(returns);
	return (unsigned)(high - low);
}

/* The whole file system of a machine that writes a lot takes minutes to sync. */
static void
a_job_begins_without_waiting_for_everybody(void **state)
{
	const char *said;

	(void)save_pages(0);
	said = take_calls();
	assert_non_null(strstr(said, "/job  "));
	assert_null(strstr(said, "*"));
}

static void
sub_directories_stay_open_as_far_as_there_is_room(void **state)
{
	struct rlimit old, lim;
	unsigned more[2];

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	lim = old;
	for (unsigned i = 0; i < 2; i++) {
		lim.rlim_cur = 128u << i;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &lim), 0);
		more[i] = save_pages(512);
	}
	assert_int_equal(more[1] - more[0], 128 / 16);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

/* A run that was killed between link and rename has left a body under the name that the next one is written by. */
static void
what_a_kill_left_is_not_written_into(void **state)
{
	uint64_t written = 0;
	struct stat st;
	int fd;

	assert_true((fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0);
	assert_int_equal(bodyfile_put_str(fd, "body", STR("the body of another"), 0, &written), 0);
	assert_int_equal(linkat(fd, "body", fd, ".partial", 0), 0);
	assert_int_equal(bodyfile_put_str(fd, ".partial", STR("a page"), 0, &written), 0);
	assert_int_equal(fstatat(fd, "body", &st, 0), 0);
	assert_int_equal(st.st_size, strlen("the body of another"));
	assert_int_equal(fstatat(fd, ".partial", &st, 0), 0);
	assert_int_equal(st.st_size, strlen("a page"));
	(void)close(fd);
}

int
main(void)
{
#define PLAY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		PLAY(a_download_is_durable_before_its_first_byte),
		PLAY(what_was_made_for_a_job_is_synced_and_nothing_else),
		PLAY(a_job_begins_without_waiting_for_everybody),
		PLAY(sub_directories_stay_open_as_far_as_there_is_room),
		PLAY(what_a_kill_left_is_not_written_into),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
