/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"

static char dir[] = "/tmp/lycosa-file-XXXXXX";

static const char *
in_dir(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
holds(const char *name, const char *text, unsigned mode)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(1024);
	CLEANUP(closep) int fd = open(in_dir(name), O_RDONLY | O_CLOEXEC);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(file_read_all(fd, &b), 0);
	assert_true(str_eq(buf_str(&b), str_of(text)));
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void
replaced_whole(void **state)
{
	CLEANUP(closep) int old = -1;
	char text[8];

	(void)state;
	assert_int_equal(file_replace(in_dir("a"), 0600, STR("one")), 0);
	holds("a", "one", 0600);
	old = open(in_dir("a"), O_RDONLY | O_CLOEXEC);
	assert_true(old >= 0);
	assert_int_equal(file_replace(in_dir("a"), 0644, STR("three")), 0);
	holds("a", "three", 0644);
	/* Who has it open reads on in the old one. */
	assert_int_equal(read(old, text, sizeof(text)), 3);
	assert_memory_equal(text, "one", 3);
	assert_int_equal(unlink(in_dir("a")), 0);
}

static void
link_stays_a_link(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(file_replace(in_dir("real"), 0600, STR("old")), 0);
	assert_int_equal(symlink("real", in_dir("link")), 0);
	assert_int_equal(file_replace(in_dir("link"), 0600, STR("new")), 0);
	holds("real", "new", 0600);
	assert_int_equal(lstat(in_dir("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(unlink(in_dir("real")), 0);
	/* It leads nowhere now: what its place is for is not ours to say. */
	assert_int_equal(file_replace(in_dir("link"), 0600, STR("new")), -ENOENT);
	assert_int_equal(lstat(in_dir("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(unlink(in_dir("link")), 0);
}

/* As /dev/stdout is where a program's output is read by another one. */
static void
pipe_without_a_path(void **state)
{
	char path[32], text[8];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[1]);
	assert_int_equal(file_replace(path, 0600, STR("text")), 0);
	assert_int_equal(read(fds[0], text, sizeof(text)), 4);
	assert_int_equal(close(fds[0]), 0);
	assert_int_equal(close(fds[1]), 0);
}

/* A pipe is a device that anybody may make. */
static void
device_stays_a_device(void **state)
{
	CLEANUP(closep) int reader = -1;
	struct stat st;
	char text[8];

	(void)state;
	assert_int_equal(mkfifo(in_dir("pipe"), 0600), 0);
	assert_int_equal(file_replace(in_dir("pipe"), 0600, STR("lost")), -ENXIO); /* nobody reads it */
	reader = open(in_dir("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(file_replace(in_dir("pipe"), 0600, STR("text")), 0);
	assert_int_equal(read(reader, text, sizeof(text)), 4);
	assert_memory_equal(text, "text", 4);
	assert_int_equal(lstat(in_dir("pipe"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(in_dir("pipe")), 0);
}

static void
failures_leave_nothing(void **state)
{
	(void)state;
	assert_int_equal(file_replace(dir, 0600, STR("x")), -EISDIR);
	assert_int_equal(file_replace(in_dir("no/such"), 0600, STR("x")), -ENOENT);
	assert_int_equal(file_replace(in_dir("a"), 0600, STR("x")), 0);
	assert_int_equal(file_replace(in_dir("a/b"), 0600, STR("x")), -ENOTDIR);
	assert_int_equal(unlink(in_dir("a")), 0);
	/* tear_down() finds the directory empty. */
}

static int
count_to(void *arg, int fd, const char *entry)
{
	unsigned *n = arg;

	assert_int_equal(faccessat(fd, entry, F_OK, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(strcmp(entry, "a") == 0 || strcmp(entry, "link") == 0);
	return --*n == 0 ? 7 : 0;
}

/* Each but the two that every directory has; no further than it is wanted; not through a link. */
static void
each_entry(void **state)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	unsigned n = 10;

	(void)state;
	assert_true(at >= 0);
	assert_int_equal(mkdirat(at, "a", 0700), 0);
	assert_int_equal(symlinkat("a", at, "link"), 0);
	assert_int_equal(file_each_entry(at, ".", count_to, &n), 0);
	assert_int_equal(n, 8);
	n = 1;
	assert_int_equal(file_each_entry(at, ".", count_to, &n), 7);
	assert_int_equal(file_each_entry(at, "a", count_to, &n), 0);
	assert_int_equal(file_each_entry(at, "link", count_to, &n), -ENOTDIR);
	assert_int_equal(file_each_entry(at, "none", count_to, &n), -ENOENT);
	assert_int_equal(unlinkat(at, "link", 0), 0);
	assert_int_equal(unlinkat(at, "a", AT_REMOVEDIR), 0);
	(void)close(at);
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaced_whole),
		cmocka_unit_test(link_stays_a_link),
		cmocka_unit_test(device_stays_a_device),
		cmocka_unit_test(pipe_without_a_path),
		cmocka_unit_test(failures_leave_nothing),
		cmocka_unit_test(each_entry),
	};

	return cmocka_run_group_tests_name("base_file", tests, set_up, tear_down);
}
