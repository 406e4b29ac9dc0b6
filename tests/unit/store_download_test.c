/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of downloads (store/download.h): what is ours, and that nothing else is touched. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/download.h"

#define BIG (4 * DOWNLOAD_SMALL_BYTES)

static char g_path[] = "/tmp/lycosa-download-XXXXXX";
static int g_dir = -1;

/* As a file system whose last inode, or link, is taken. */
static bool g_no_links;

int
linkat(int old_dir, const char *old, int new_dir, const char *new, int flags)
{
	if (g_no_links) {
		errno = ENOSPC;
		return -1;
	}
	return (int)syscall(SYS_linkat, old_dir, old, new_dir, new, flags);
}

static int g_lock_err; /* of flock(2); 0: none */

int
flock(int fd, int operation)
{
	if (g_lock_err != 0) {
		errno = g_lock_err;
		return -1;
	}
	return (int)syscall(SYS_flock, fd, operation);
}

static unsigned g_syncs, g_dir_syncs; /* of files, of the directory */

int
fsync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	if (S_ISDIR(st.st_mode))
		g_dir_syncs++;
	else
		g_syncs++;
	return (int)syscall(SYS_fsync, fd);
}

static void
put(const char *name, struct str text)
{
	CLEANUP(closep) int fd = openat(g_dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text.p, text.len, NULL), 0);
}

static void
check_file(const char *name, struct str text)
{
	CLEANUP(buf_releasep) struct buf got = BUF_INIT(1024 * 1024);
	CLEANUP(closep) int fd = openat(g_dir, name, O_RDONLY | O_NOFOLLOW);

	if (fd < 0)
		fail_msg("%s: %s", name, strerror(errno));
	assert_int_equal(file_read_all(fd, &got), 0);
	if (!str_eq(buf_str(&got), text))
		fail_msg("%s: %zu bytes, not the %zu", name, got.len, text.len);
}

static int
count_entry(void *arg, int fd, const char *entry)
{
	(void)fd;
	(void)entry;
	++*(unsigned *)arg;
	return 0;
}

static int
remove_entry(void *arg, int fd, const char *entry)
{
	(void)arg;
	return unlinkat(fd, entry, 0) < 0 && unlinkat(fd, entry, AT_REMOVEDIR) < 0 ? -errno : 0;
}

/* n files are in the directory; none afterwards. */
static void
check_count(unsigned n)
{
	unsigned got = 0;

	assert_int_equal(file_each_entry(g_dir, ".", count_entry, &got), 0);
	assert_int_equal(got, n);
	assert_int_equal(file_each_entry(g_dir, ".", remove_entry, NULL), 0);
}

static void
begin(const char *name, uint64_t total, struct str etag, struct str bytes, struct download *d)
{
	assert_int_equal(download_open(g_dir, name, true, d), 0);
	assert_int_equal(download_begin(d, 0, total, etag, STR("")), 0);
	assert_int_equal(download_write(d, bytes.p, bytes.len), 0);
}

/* It gets this name. */
static void
finish(struct download *d, enum download_how how, const char *want)
{
	char name[NAME_MAX + 1];

	assert_int_equal(download_finish(d, "f", how, -1, name), 0);
	assert_string_equal(name, want);
	download_close(d);
}

/* As the kernel leaves it to others: no call of ours ends it. */
static void
killed(struct download *d)
{
	closep(&d->fd);
	d->fd = -1;
	download_close(d);
}

static void
test_a_part_that_is_not_ours_stays(void **state)
{
	static const struct str infos[] = { STR("my own\n"), STR("lycosa part 10\n"), STR("lycosa part 1"), STR("\n") };
	static char large[2 * DOWNLOAD_SMALL_BYTES];
	const struct str parts[] = { STR(""), STR("my notes\n"), str_n(large, sizeof(large)) };
	struct download d;

	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (unsigned resume = 0; resume < 2; resume++) {
			put("f.part", parts[i]);
			assert_int_equal(download_open(g_dir, "f", resume != 0, &d), -EEXIST);
			check_file("f.part", parts[i]);
			check_count(1);
			for (unsigned k = 0; k < sizeof(infos) / sizeof(infos[0]); k++) {
				put("f.part", parts[i]);
				put("f.part.info", infos[k]);
				assert_int_equal(download_open(g_dir, "f", resume != 0, &d), -EEXIST);
				check_file("f.part", parts[i]);
				check_file("f.part.info", infos[k]);
				check_count(2);
			}
		}
	/* An info alone; and what is no file. */
	put("f.part.info", infos[0]);
	assert_int_equal(download_open(g_dir, "f", true, &d), -EEXIST);
	check_file("f.part.info", infos[0]);
	check_count(1);
	assert_int_equal(mkdirat(g_dir, "f.part", 0755), 0);
	assert_int_equal(download_open(g_dir, "f", true, &d), -EEXIST);
	check_count(1);
	assert_int_equal(mkfifoat(g_dir, "f.part", 0644), 0);
	put("f.part.info", STR("lycosa part 1\n"));
	assert_int_equal(download_open(g_dir, "f", true, &d), -EEXIST);
	check_count(2);
	put("f.part", STR("mine"));
	assert_int_equal(mkfifoat(g_dir, "f.part.info", 0644), 0);
	assert_int_equal(download_open(g_dir, "f", true, &d), -EEXIST);
	check_file("f.part", STR("mine"));
	check_count(2);
}

/* Another user of the machine has planted the beginning of a file, or the inode that it will be in. */
static void
test_a_stranger_s_part_is_not_gone_on_with(void **state)
{
	struct download d;

	if (geteuid() != 0) {
		print_message("skipped: only root can give a file to another user\n");
		skip();
	}
	for (unsigned which = 0; which < 3; which++) {
		begin("f", BIG, STR("\"big\""), STR("abc"), &d);
		killed(&d);
		if (which != 1)
			assert_int_equal(fchownat(g_dir, "f.part", 65534, 65534, 0), 0);
		if (which != 0)
			assert_int_equal(fchownat(g_dir, "f.part.info", 65534, 65534, 0), 0);
		assert_int_equal(download_open(g_dir, "f", true, &d), -EEXIST);
		assert_int_equal(download_open(g_dir, "f", false, &d), -EEXIST);
		check_file("f.part", STR("abc"));
		check_count(2);
	}
	put("f.part.info", STR("lycosa part 1\n"));
	assert_int_equal(fchownat(g_dir, "f.part.info", 65534, 65534, 0), 0);
	assert_int_equal(download_open(g_dir, "f", true, &d), -EEXIST);
	check_count(1);
}

/* Whenever it is killed, what is left is known to be ours; of a small file nothing is gone on with. */
static void
test_what_a_killed_one_leaves_is_ours(void **state)
{
	struct download d;

	assert_int_equal(download_open(g_dir, "f", false, &d), 0);
	check_file("f.part.info", STR("lycosa part 1\n"));
	killed(&d);
	put("f.part.info", STR("")); /* a power cut */
	begin("f", 5, STR("\"small\""), STR("abc"), &d);
	killed(&d);
	assert_int_equal(download_open(g_dir, "f", true, &d), 0);
	assert_int_equal(d.bytes, 0);
	download_close(&d);
	check_count(0);
	begin("f", BIG, STR("\"big\""), STR("abc"), &d);
	killed(&d);
	assert_int_equal(download_open(g_dir, "f", true, &d), 0);
	assert_int_equal(d.bytes, 3);
	assert_true(str_eq(buf_str(&d.etag), STR("\"big\"")));
	/* Another answer, of a small file: nothing must say any more that what is written now is of the big one. */
	assert_int_equal(download_begin(&d, 0, 5, STR("\"small\""), STR("")), 0);
	assert_int_equal(download_write(&d, "xy", 2), 0);
	killed(&d);
	assert_int_equal(download_open(g_dir, "f", true, &d), 0);
	assert_int_equal(d.bytes, 0);
	assert_int_equal(d.etag.len, 0);
	download_close(&d);
	check_count(0);
	/* Killed between the two calls that give a part its own info: one of them is there. */
	put("f.part.info", STR("lycosa part 1\n"));
	begin("f", 3, STR(""), STR("abc"), &d);
	download_close(&d);
	check_count(0);
}

/* Without resume what has come is not gone on with; but it goes when there is something in its stead, not before. */
static void
test_what_has_come_stays_until_more_comes(void **state)
{
	struct download d;

	begin("f", BIG, STR("\"big\""), STR("abc"), &d);
	killed(&d);
	assert_int_equal(download_open(g_dir, "f", false, &d), 0);
	assert_int_equal(d.bytes, 0);
	assert_int_equal(d.etag.len, 0);
	assert_int_equal(download_commit(&d), 0);
	download_close(&d);
	assert_int_equal(download_open(g_dir, "f", true, &d), 0);
	assert_int_equal(d.bytes, 3);
	assert_true(str_eq(buf_str(&d.etag), STR("\"big\"")));
	download_close(&d);
	assert_int_equal(download_open(g_dir, "f", false, &d), 0);
	assert_int_equal(download_begin(&d, 0, BIG, STR("\"new\""), STR("")), 0);
	assert_int_equal(download_write(&d, "x", 1), 0);
	check_file("f.part", STR("x"));
	download_close(&d);
	check_count(2);
}

/* Killed when the file had its name and was a part as well: what is whole is not cut. */
static void
test_a_whole_file_that_is_also_a_part_is_not_cut(void **state)
{
	struct download d;

	for (unsigned resume = 0; resume < 2; resume++) {
		begin("f", BIG, STR("\"big\""), STR("whole"), &d);
		assert_int_equal(linkat(g_dir, "f.part", g_dir, "f", 0), 0);
		killed(&d);
		assert_int_equal(download_open(g_dir, "f", resume != 0, &d), 0);
		assert_int_equal(d.bytes, 0);
		assert_int_equal(download_begin(&d, 0, 3, STR(""), STR("")), 0);
		assert_int_equal(download_write(&d, "new", 3), 0);
		check_file("f", STR("whole"));
		finish(&d, DOWNLOAD_NUMBERED, "f.1");
		check_file("f", STR("whole"));
		check_file("f.1", STR("new"));
		check_count(2);
	}
}

/* Whatever stands in the part's place when it is whole is not what was fetched. */
static void
test_a_part_that_was_replaced_gets_no_name(void **state)
{
	char name[NAME_MAX + 1];
	struct download d;

	for (uint64_t total = 3; total <= BIG; total += BIG - 3) {
		begin("f", total, STR("\"x\""), STR("abc"), &d);
		put("other", STR("mine"));
		assert_int_equal(renameat(g_dir, "other", g_dir, "f.part"), 0);
		assert_int_equal(download_finish(&d, "f", DOWNLOAD_REPLACE, -1, name), -EEXIST);
		download_close(&d);
		check_file("f.part", STR("mine"));
		assert_false(download_exists(g_dir, "f"));
		check_count(2); /* and our info */
	}
}

/* A secret that is fetched anew stays one, also on the way; what was set-user-ID does not make the web's bytes so. */
static void
test_what_is_replaced_hands_on_its_owner_and_mode(void **state)
{
	static const struct {
		unsigned there, part, after;
	} c[] = { { 0600, 0600, 0600 }, { 0640, 0640, 0640 }, { 0755, 0644, 0755 }, { 04755, 0644, 0644 }, { 0644, 0644, 0644 } };
	mode_t mask = umask(022);
	struct download d;
	struct stat st;

	for (unsigned i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		put("f", STR("old"));
		if (geteuid() == 0)
			assert_int_equal(fchownat(g_dir, "f", 65534, 65534, 0), 0);
		assert_int_equal(fchmodat(g_dir, "f", c[i].there, 0), 0);
		begin("f", 3, STR(""), STR("new"), &d);
		assert_int_equal(fstatat(g_dir, "f.part", &st, 0), 0);
		assert_int_equal(st.st_mode & 07777, c[i].part);
		finish(&d, DOWNLOAD_REPLACE, "f");
		check_file("f", STR("new"));
		assert_int_equal(fstatat(g_dir, "f", &st, 0), 0);
		if ((st.st_mode & 07777) != c[i].after)
			fail_msg("%o: %o after, not %o", c[i].there, st.st_mode & 07777, c[i].after);
		if (c[i].there < 04000)
			assert_int_equal(st.st_uid, geteuid() == 0 ? 65534 : geteuid());
		check_count(1);
	}
	(void)umask(mask);
}

/* A rename takes nothing; and is one step, so that nothing has two names when it is killed. */
static void
test_a_free_name_takes_no_link(void **state)
{
	struct download d;

	put("f", STR("old"));
	g_no_links = true;
	begin("f", 3, STR(""), STR("new"), &d);
	finish(&d, DOWNLOAD_NUMBERED, "f.1");
	g_no_links = false;
	check_file("f", STR("old"));
	check_file("f.1", STR("new"));
	check_count(2);
}

/* A small file costs one sync, and many together one more, for their names. */
static void
test_many_small_files_are_synced_once_each(void **state)
{
	char name[NAME_MAX + 1];
	struct download d;

	g_syncs = g_dir_syncs = 0;
	for (unsigned i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof(name), i > 0 ? "f.%u" : "f", i);
		begin("f", 3, STR("\"e\""), STR("abc"), &d);
		finish(&d, DOWNLOAD_NUMBERED, name);
	}
	assert_int_equal(g_syncs, 10);
	assert_int_equal(g_dir_syncs, 0);
	assert_int_equal(download_sync_names(g_dir), 0);
	assert_int_equal(g_dir_syncs, 1);
	check_count(10);
}

static void
test_two_at_once(void **state)
{
	struct download d, other;

	begin("f", 3, STR(""), STR("abc"), &d);
	assert_int_equal(download_open(g_dir, "f", true, &other), -EBUSY);
	check_file("f.part", STR("abc"));
	download_close(&d);
	check_count(0);
}

static const char zeros[BIG];

/*
 * Of 3 * BIG bytes the second BIG cannot be synced: fdatasync(2) of a pipe fails, as that of a file does once after its pages could not be
 * written; the next one of the file does not.
 */
static void
write_and_fail_to_sync(struct download *d)
{
	int pipe_fds[2], file;

	assert_int_equal(download_begin(d, 0, 3 * BIG, STR("\"1\""), STR_NONE), 0);
	assert_int_equal(download_write(d, zeros, BIG), 0);
	assert_int_equal(download_commit(d), 0);
	assert_int_equal(download_write(d, zeros, BIG), 0);
	assert_int_equal(pipe(pipe_fds), 0);
	file = d->fd;
	d->fd = pipe_fds[1];
	assert_int_equal(download_commit(d), -EINVAL);
	d->fd = file;
	assert_int_equal(close(pipe_fds[0]), 0);
	assert_int_equal(close(pipe_fds[1]), 0);
}

static void
test_what_could_not_be_synced(void **state)
{
	char name[NAME_MAX + 1];
	struct download d;

	assert_int_equal(download_open(g_dir, "f", false, &d), 0);
	write_and_fail_to_sync(&d);
	/* It is for good. */
	assert_int_equal(download_commit(&d), -EINVAL);
	assert_int_equal(download_write(&d, zeros, 1), -EINVAL);
	assert_int_equal(download_finish(&d, "f", DOWNLOAD_REPLACE, -1, name), -EINVAL);
	assert_false(download_exists(g_dir, "f"));
	download_close(&d);
	/* What was synced before is gone on with. */
	assert_int_equal(download_open(g_dir, "f", true, &d), 0);
	assert_int_equal(d.synced, BIG);
	download_close(&d);
	check_count(2);
}

/* One that others write to is not cut under them, but by whoever opens it next, and not only after another start of the machine. */
static void
test_what_could_not_be_synced_of_a_lazy_one(void **state)
{
	struct download d;
	struct stat st;

	assert_int_equal(download_open_lazy(g_dir, "f", false, &d), 0);
	write_and_fail_to_sync(&d);
	assert_int_equal(fstat(d.fd, &st), 0);
	assert_int_equal(st.st_size, 2 * BIG);
	download_close(&d);
	assert_int_equal(download_open_lazy(g_dir, "f", true, &d), 0);
	assert_int_equal(d.bytes, BIG);
	assert_int_equal(d.total, 3 * BIG);
	download_discard(&d);
	check_count(0);
}

/* Nothing is left of a part that could not be locked, but where somebody else has it. */
static void
test_what_could_not_be_locked(void **state)
{
	struct download d;

	g_lock_err = EIO;
	assert_int_equal(download_open(g_dir, "f", true, &d), -EIO);
	check_count(0);
	g_lock_err = EWOULDBLOCK;
	assert_int_equal(download_open(g_dir, "f", true, &d), -EBUSY);
	g_lock_err = 0;
	check_file("f.part", STR(""));
	assert_int_equal(unlinkat(g_dir, "f.part", 0), 0);
	assert_int_equal(unlinkat(g_dir, "f.part.info", 0), 0);
}

static int
set_up(void **state)
{
	if (mkdtemp(g_path) == NULL)
		return -1;
	g_dir = open(g_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return g_dir < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	closep(&g_dir);
	return rmdir(g_path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_part_that_is_not_ours_stays),
		cmocka_unit_test(test_a_stranger_s_part_is_not_gone_on_with),
		cmocka_unit_test(test_what_a_killed_one_leaves_is_ours),
		cmocka_unit_test(test_what_has_come_stays_until_more_comes),
		cmocka_unit_test(test_a_whole_file_that_is_also_a_part_is_not_cut),
		cmocka_unit_test(test_a_part_that_was_replaced_gets_no_name),
		cmocka_unit_test(test_what_is_replaced_hands_on_its_owner_and_mode),
		cmocka_unit_test(test_a_free_name_takes_no_link),
		cmocka_unit_test(test_many_small_files_are_synced_once_each),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_what_could_not_be_synced),
		cmocka_unit_test(test_what_could_not_be_synced_of_a_lazy_one),
		cmocka_unit_test(test_what_could_not_be_locked),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
