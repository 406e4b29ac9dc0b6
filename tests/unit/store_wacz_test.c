/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a WACZ file costs that goes on: what earlier runs have put into it is not read again (store/wacz.h). */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/digest.h"
#include "store/wacz.h"
#include "store/zip.h"

#define NAME "x.wacz"

static int dir_fd;

static void
put_file(const char *name)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static struct wacz *
open_at(uint64_t bytes)
{
	struct wacz *w;

	assert_int_equal(wacz_open(dir_fd, NAME, bytes, &w), 0);
	return w;
}

/* One more WARC file, of text. Returns where it ends. */
static uint64_t
add(struct wacz *w, const char *name, const char *text)
{
	uint64_t at = 0;
	size_t len = strlen(text);

	assert_int_equal(wacz_begin(w, name, &at), 0);
	assert_int_equal(write(wacz_fd(w), text, len), len);
	wacz_wrote(w, text, len);
	return at + len;
}

static int
finish(struct wacz *w)
{
	const struct wacz_about about = { .software = "test" };
	int fd = openat(dir_fd, "pages", O_RDONLY), r;

	r = wacz_finish(w, dir_fd, "index", fd, &about);
	assert_int_equal(close(fd), 0);
	wacz_free(w);
	return r;
}

/* One byte of the file's is another one. */
static void
damage(uint64_t at)
{
	int fd = openat(dir_fd, NAME, O_RDWR);
	char c;

	assert_int_equal(pread(fd, &c, 1, (off_t)at), 1);
	c ^= 1;
	assert_int_equal(pwrite(fd, &c, 1, (off_t)at), 1);
	assert_int_equal(close(fd), 0);
}

/* Does the descriptor have the SHA-256 of text? */
static bool
says(const char *text)
{
	char file[65536], hash[DIGEST_TEXT_BYTES];
	struct digest_value v;
	struct digest *d;
	int fd = openat(dir_fd, NAME, O_RDONLY);
	ssize_t n = read(fd, file, sizeof(file));

	assert_in_range(n, 1, sizeof(file) - 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(digest_new(DIGEST_SHA256, &d), 0);
	digest_begin(d);
	digest_add(d, text, strlen(text));
	digest_end(d, &v);
	digest_free(d);
	digest_text(&v, hash);
	return memmem(file, (size_t)n, hash, strlen(hash)) != NULL;
}

static uint64_t
data_at(size_t i)
{
	struct zip_entry *entries;
	int fd = openat(dir_fd, NAME, O_RDONLY);
	uint64_t at;
	size_t n;

	assert_int_equal(zip_read_directory(fd, &entries, &n), 0);
	assert_true(i < n);
	assert_int_equal(zip_data_at(fd, &entries[i], &at), 0);
	free(entries);
	assert_int_equal(close(fd), 0);
	return at;
}

static int
fresh(void **state)
{
	(void)unlinkat(dir_fd, NAME, 0);
	put_file("index");
	put_file("pages");
	return 0;
}

static uint64_t
first_run(void)
{
	struct wacz *w = open_at(0);
	uint64_t end = add(w, "a.warc", "first");

	assert_int_equal(wacz_end(w, end), 0);
	assert_int_equal(finish(w), 0);
	return end;
}

/* Damaged meanwhile, which `verify' says: nobody has looked, and what stands in the descriptor is of what was written. */
static void
test_not_read_again(void **state)
{
	uint64_t end = first_run();
	struct wacz *w;

	damage(data_at(0));
	for (unsigned i = 0; i < 3; i++) {
		const char *const texts[] = { "second", "third", "fourth" };
		char name[16];

		(void)snprintf(name, sizeof(name), "%u.warc", i);
		w = open_at(end);
		end = add(w, name, texts[i]);
		assert_int_equal(wacz_end(w, end), 0);
		/* Killed, all but the last. */
		if (i < 2)
			wacz_free(w);
	}
	assert_int_equal(finish(w), 0);
	assert_true(says("first") && says("second") && says("third") && says("fourth"));
}

/* A head that does not hold together is not believed; then all is read, and what is wrong is found. */
static void
test_note_is_checked(void **state)
{
	uint64_t end = first_run(), at = data_at(0);
	struct wacz *w;

	damage(at - 20); /* in the digest: its field is the last one of the head */
	w = open_at(end);
	end = add(w, "b.warc", "second");
	assert_int_equal(wacz_end(w, end), 0);
	assert_int_equal(finish(w), 0);
	assert_true(says("first") && says("second"));

	damage(at - 20);
	damage(at);
	w = open_at(end);
	assert_int_equal(finish(w), -EUCLEAN);
}

/* Killed within a WARC file: that one ends where the last commit stands, and its digest is of that. */
static void
test_cut(void **state)
{
	uint64_t end = first_run();
	struct wacz *w = open_at(end);

	end = add(w, "b.warc", "second, and what was not committed");
	wacz_free(w);
	w = open_at(end - strlen(", and what was not committed"));
	assert_int_equal(finish(w), 0);
	assert_true(says("first") && says("second"));

	/* Its head said more before than was committed: as after a power cut. */
	assert_int_equal(fresh(NULL), 0);
	w = open_at(0);
	end = add(w, "a.warc", "first, and what was lost");
	assert_int_equal(wacz_end(w, end), 0);
	wacz_free(w);
	w = open_at(end - strlen(", and what was lost"));
	assert_int_equal(finish(w), 0);
	assert_true(says("first") && !says("first, and what was lost"));
}

/* Where an entry's bytes begin, its own head says: names and fields there may be longer than those of the directory. */
static void
test_entries_do_not_share_bytes(void **state)
{
	struct zip_entry two[] = { { .name = "a", .bytes = 8, .raw_bytes = 8 }, { .name = "b", .bytes = 8, .raw_bytes = 8 } }, *read;
	struct buf b = BUF_INIT(4096);
	size_t n;

	for (uint64_t more = 0; more < 2; more++) {
		uint16_t extra;
		int fd = openat(dir_fd, NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

		buf_reset(&b, SIZE_MAX);
		for (size_t i = 0; i < ARRAY_LEN(two); i++) {
			two[i].at = b.len;
			zip_put_head(&b, &two[i]);
			buf_add_str(&b, STR("12345678"));
		}
		zip_put_directory(&b, two, ARRAY_LEN(two), b.len);
		memcpy(&extra, b.data + 28, sizeof(extra));
		extra = htole16((uint16_t)(le16toh(extra) + more));
		memcpy(b.data + 28, &extra, sizeof(extra));
		assert_int_equal(write(fd, b.data, b.len), b.len);
		assert_int_equal(zip_read_directory(fd, &read, &n), more > 0 ? -EBADMSG : 0);
		if (more == 0)
			free(read);
		assert_int_equal(close(fd), 0);
	}
	buf_release(&b);
}

/* Two ends that differ: some readers go by the one, some by the other. */
static void
test_ends_agree(void **state)
{
	static const size_t fields[] = { 14, 12, 10, 6 }; /* from the file's end: on this disk, in all, bytes, place */
	struct zip_entry one = { .name = "a" }, *read;
	struct buf b = BUF_INIT(4096);
	size_t n;

	zip_put_head(&b, &one);
	zip_put_directory(&b, &one, 1, b.len);
	for (size_t i = 0; i <= ARRAY_LEN(fields); i++) {
		int fd = openat(dir_fd, NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

		if (i > 0)
			b.data[b.len - fields[i - 1]] ^= 1;
		assert_int_equal(write(fd, b.data, b.len), b.len);
		assert_int_equal(zip_read_directory(fd, &read, &n), i > 0 ? -EBADMSG : 0);
		if (i > 0)
			b.data[b.len - fields[i - 1]] ^= 1;
		else
			free(read);
		assert_int_equal(close(fd), 0);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_not_read_again, fresh),
		cmocka_unit_test_setup(test_note_is_checked, fresh),
		cmocka_unit_test_setup(test_cut, fresh),
		cmocka_unit_test_setup(test_ends_agree, fresh),
		cmocka_unit_test_setup(test_entries_do_not_share_bytes, fresh),
	};
	char dir[] = "/tmp/lycosa-wacz-XXXXXX";
	int r;

	if (mkdtemp(dir) == NULL)
		return 1;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlinkat(dir_fd, NAME, 0);
	(void)unlinkat(dir_fd, "index", 0);
	(void)unlinkat(dir_fd, "pages", 0);
	(void)close(dir_fd);
	return rmdir(dir) == 0 ? r : 1;
}
