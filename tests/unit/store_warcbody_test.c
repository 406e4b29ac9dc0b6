/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a WARC record, read back (store/warc_body.h): right ones, and whatever else stands in such a file. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/warc_body.h"

#define HEAD "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 29\r\n\r\n"
#define FIRST HEAD "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n"

static int
body_of(const char *file, size_t len, uint64_t offset, struct buf *out)
{
	int fd = memfd_create("warc", MFD_CLOEXEC), r;

	assert_true(fd >= 0 && write(fd, file, len) == (ssize_t)len);
	r = warc_body(fd, offset, out);
	assert_int_equal(close(fd), 0);
	return r;
}

static void
body_is_read(void **state)
{
	static const char file[] = "WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\nab\r\n\r\n" FIRST "WARC/1.1\r\n";
	struct buf out = BUF_INIT(65536);

	(void)state;
	assert_int_equal(body_of(file, sizeof(file) - 1, strstr(file, HEAD) - file, &out), 0);
	assert_true(str_eq(buf_str(&out), STR("body")));
	buf_release(&out);
}

static void
others_are_refused(void **state)
{
	static const struct {
		const char *file;
		int r;
	} cases[] = {
		{ "WARC/1.1\r\nWARC-Type: revisit\r\nContent-Length: 2\r\n\r\nab\r\n\r\n", -EBADMSG },
		{ "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\nHTTP/1.1 200\r\n\r\nx", -ENODATA },
		{ "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\nHTTP/1.1 200\r\n\r\nx", -EMSGSIZE },
		{ "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: -1\r\n\r\n", -EBADMSG },
		{ "WARC/1.1\r\nWARC-Type: response\r\n\r\n", -EBADMSG },
		/* Its head ends behind its block. */
		{ "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 4\r\n\r\nHTTP/1.1 200\r\n\r\nx", -EBADMSG },
		{ "GIF89a", -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT(65536);

		assert_int_equal(body_of(cases[i].file, strlen(cases[i].file), 0, &out), cases[i].r);
		assert_int_equal(out.len, 0);
		buf_release(&out);
	}
}

/* Cut anywhere, it is an error and never more than was there. */
static void
cut_anywhere(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(FIRST) - 1; len++) {
		struct buf out = BUF_INIT(65536);
		int r = body_of(FIRST, len, 0, &out);

		assert_true(r < 0 || (str_eq(buf_str(&out), STR("body")) && len >= sizeof(FIRST) - 5));
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_is_read),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
