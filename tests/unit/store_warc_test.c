/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What WARC output is made of: keys, digests, heads, files that end in a whole record, sorted indexes.
 * The records as a whole are read back by tests/e2e/test_warc.py.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/cdxj.h"
#include "store/digest.h"
#include "store/warc_file.h"
#include "store/warc_record.h"
#include "url/surt.h"

static char dir[] = "/tmp/lycosa-warc-XXXXXX";
static int dirfd_ = -1;

static int
make_dir(void **state)
{
	if (mkdtemp(dir) == NULL)
		return -1;
	dirfd_ = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dirfd_ < 0 ? -1 : 0;
}

static int
remove_dir(void **state)
{
	(void)close(dirfd_);
	return rmdir(dir);
}

/* --- keys: the rules of the surt library, with its own words as the expected values --- */

static void
keys(void **state)
{
	static const struct {
		const char *url, *key;
	} cases[] = {
		{ "http://example.org/", "org,example)/" },
		{ "https://www.Example.ORG/Goo/?#frag", "org,example)/goo" },
		{ "http://www2.archive.org/goo/", "org,archive)/goo" },
		{ "http://www.com/", "com)/" },
		{ "http://wwwx.com/", "com,wwwx)/" },
		{ "http://user:pw@a.b.c.example.com:8080/x", "com,example,c,b,a:8080)/x" },
		{ "https://example.com:443/x//", "com,example)/x/" },
		{ "http://example.com/?b=2&a=1&B=1&a=0&a", "com,example)/?a&a=0&a=1&b=1&b=2" },
		{ "http://example.com/x?", "com,example)/x" },
		{ "http://127.0.0.1:99/", "1,0,0,127:99)/" },
		{ "http://[::1]/a", "[::1])/a" },
	};
	struct buf b = BUF_INIT(1024);
	struct url u;

	url_init(&u);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&b, SIZE_MAX);
		assert_int_equal(url_parse(&u, str_of(cases[i].url), NULL), 0);
		assert_int_equal(url_surt(&u, &b), 0);
		assert_string_equal(buf_cstr(&b), cases[i].key);
	}
	url_release(&u);
	buf_release(&b);
}

/* --- digests: FIPS 180-4's "abc", and the empty message --- */

static void
digests(void **state)
{
	static const struct {
		enum digest_kind kind;
		const char *data, *text;
	} cases[] = {
		{ DIGEST_SHA1, "", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ" },
		{ DIGEST_SHA1, "abc", "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5" },
		{ DIGEST_SHA256, "abc",
			"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	};
	struct digest_value v, again;
	char text[DIGEST_TEXT_BYTES];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct digest *d = NULL;

		assert_int_equal(digest_new(cases[i].kind, &d), 0);
		digest_begin(d);
		digest_add(d, cases[i].data, strlen(cases[i].data));
		digest_end(d, &v);
		digest_text(&v, text);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(digest_parse(str_of(text), &again), 0);
		assert_true(digest_equal(&v, &again));
		digest_free(d);
	}
	/* The same digest in hexadecimal digits. */
	assert_int_equal(digest_parse(STR("SHA-1:A9993E364706816ABA3E25717850C26C9CD0D89D"), &v), 0);
	assert_int_equal(digest_parse(str_of(cases[1].text), &again), 0);
	assert_true(digest_equal(&v, &again));
	assert_int_equal(digest_parse(STR("sha1:qZk+NkcGgWq6PiVxeFDCbJzQ2J0="), &v), 0);
	assert_true(digest_equal(&v, &again));
	assert_int_equal(digest_parse(STR("md5:d41d8cd98f00b204e9800998ecf8427e"), &v), -EOPNOTSUPP);
	assert_int_equal(digest_parse(STR("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBY"), &v), -EINVAL);
	assert_int_equal(digest_parse(STR("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJA"), &v), -EINVAL);
	assert_int_equal(digest_parse(STR("sha1:"), &v), -EINVAL);
	assert_int_equal(digest_parse(STR("3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"), &v), -EINVAL);
}

/* --- heads --- */

static void
check_request(const char *head, unsigned version, bool secrets, const char *expected)
{
	struct buf b = BUF_INIT(4096);

	warc_put_request_head(&b, str_of(head), version, secrets);
	assert_string_equal(buf_cstr(&b), expected);
	buf_release(&b);
}

static void
secrets_stay_out(void **state)
{
	const char *head = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eHk6eg==\r\n"
			   "Cookie: a=b\r\n folded=c\r\nX-Api-Key: 1\r\nX-Unknown: 2\r\nReferer: http://b/?sid=1\r\nAccept: */*\r\n\r\n";

	check_request(head, 11, false, "GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n");
	check_request(head, 11, true, head);
	check_request("GET /x HTTP/2\r\nHost: a\r\ncookie: x\r\n\r\n", 20, false,
		"GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void
check_response(const char *head, unsigned version, const char *expected)
{
	struct buf b = BUF_INIT(4096);

	warc_put_response_head(&b, str_of(head), version, 42);
	assert_string_equal(buf_cstr(&b), expected);
	buf_release(&b);
}

static void
heads_say_what_is_there(void **state)
{
	static const char *const as_they_are[] = {
		"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 7\r\n\r\n",
		"HTTP/1.0 404\nno-colon\nContent-Encoding: identity\n\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding:\r\n\r\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(as_they_are); i++)
		check_response(as_they_are[i], 11, as_they_are[i]);
	check_response("HTTP/2 204 \r\nserver: x\r\n\r\n", 20, "HTTP/1.1 204 \r\nserver: x\r\n\r\n");
	check_response("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nContent-Length: 7\r\nA: b\r\n\r\n",
		11,
		"HTTP/1.1 200 OK\r\nX-Crawler-content-encoding: gzip\r\n"
		"X-Crawler-Content-Length: 7\r\nA: b\r\nContent-Length: 42\r\n\r\n");
}

/* --- files --- */

static int
add_record(struct warc_file *f, const char *data, size_t len, struct warc_span *span)
{
	int r = warc_file_begin(f, len, false);

	if (r == 0)
		r = warc_file_add(f, data, len);
	return r == 0 ? warc_file_end(f, span) : r;
}

static uint64_t
size_of(const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(dirfd_, name, &st, 0), 0);
	return (uint64_t)st.st_size;
}

static void
names_are_ours_or_not(void **state)
{
	static const struct {
		const char *name, *suffix; /* NULL: none of ours */
		uint64_t stamp;
		uint32_t serial;
	} cases[] = {
		{ "lycosa-20261125032844-00007.warc.gz", ".warc.gz", 20261125032844, 7 },
		{ "lycosa-20261125032844-99999.warc", ".warc", 20261125032844, 99999 },
		{ "lycosa-20261125032844.wacz", ".wacz", 20261125032844, 0 },
		{ "lycosa-20261125032844-00001.wacz", ".wacz", 20261125032844, 1 },
		{ "lycosa-20261125032844.warc.gz", NULL, 0, 0 },
		{ "lycosa-20261125032844-0007.warc.gz", NULL, 0, 0 },
		{ "lycosa-20261125032844-+0007.warc.gz", NULL, 0, 0 },
		{ "lycosa-20261125032844-00007.txt", NULL, 0, 0 },
		{ "lycosa-20261125032844-00007", NULL, 0, 0 },
		{ "lycosa-2026112503284-00007.warc.gz", NULL, 0, 0 },
		{ "lycosa-notes.warc", NULL, 0, 0 },
		{ "other-20261125032844-00007.warc.gz", NULL, 0, 0 },
		{ "lycosa-", NULL, 0, 0 },
		{ "lycosa", NULL, 0, 0 },
	};
	struct warc_name n;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(warc_name_read(str_of(cases[i].name), &n), cases[i].suffix != NULL);
		if (cases[i].suffix == NULL)
			continue;
		assert_int_equal(n.stamp, cases[i].stamp);
		assert_int_equal(n.serial, cases[i].serial);
		assert_true(str_eq(n.suffix, str_of(cases[i].suffix)));
	}
}

/* A ceiling of the file's size cuts a write in the middle, as a full disk does. */
static void
records_are_whole_or_absent(void **state)
{
	static char data[100000];
	struct rlimit old, small;
	struct warc_file f;
	struct warc_span span;
	uint64_t total = 0, n = 0;
	int r = 0;

	memset(data, 'x', sizeof(data));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_ptr_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
	assert_int_equal(warc_file_init(&f, dirfd_, CODEC_NONE, 0, &total), 0);
	assert_int_equal(warc_file_next(&f), 0);
	assert_string_equal(f.name, "lycosa-19700101000000-00000.warc");
	small = (struct rlimit){ 2000001, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while (r == 0) {
		r = add_record(&f, data, sizeof(data), &span);
		if (r == 0)
			assert_int_equal(span.offset, n++ * sizeof(data));
		assert_true(n < 100);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(r, -EFBIG);
	assert_true(n >= 15);
	/* Also when there is room again: the first failure stays. */
	assert_int_equal(add_record(&f, data, 1, &span), -EFBIG);
	assert_int_equal(size_of(f.name) % sizeof(data), 0);
	assert_int_equal(size_of(f.name), f.safe_bytes);
	assert_true(f.safe_bytes > 0);
	assert_int_equal(unlinkat(dirfd_, f.name, 0), 0);
	assert_int_equal(warc_file_close(&f), -EFBIG);
}

/* After a kill: what lies behind the committed offset is cut, and the next file has the next number. */
static void
the_tail_is_cut_on_resume(void **state)
{
	struct warc_file f;
	struct warc_span a, b;
	char name[WARC_FILE_NAME_BYTES];
	uint64_t total = 0;

	assert_int_equal(warc_file_init(&f, dirfd_, CODEC_GZIP, 0, &total), 0);
	f.serial = 6;
	assert_int_equal(warc_file_next(&f), 0);
	assert_int_equal(add_record(&f, "first", 5, &a), 0);
	assert_int_equal(add_record(&f, "second", 6, &b), 0);
	(void)snprintf(name, sizeof(name), "%s", f.name);
	assert_int_equal(warc_file_close(&f), 0);
	assert_int_equal(size_of(name), b.offset + b.bytes);

	assert_int_equal(warc_file_init(&f, dirfd_, CODEC_GZIP, 0, &total), 0);
	assert_int_equal(warc_file_resume(&f, name, b.offset), 0);
	assert_int_equal(size_of(name), b.offset);
	assert_int_equal(add_record(&f, "third", 5, &a), 0);
	assert_int_equal(a.offset, b.offset);
	assert_int_equal(warc_file_next(&f), 0);
	assert_string_equal(f.name, "lycosa-19700101000000-00007.warc.gz");
	assert_int_equal(size_of(name), a.offset + a.bytes);
	assert_int_equal(unlinkat(dirfd_, f.name, 0), 0);
	assert_int_equal(warc_file_close(&f), 0);

	/* Less is there than was committed: not our doing, and nothing to write into. */
	assert_int_equal(warc_file_init(&f, dirfd_, CODEC_GZIP, 0, &total), 0);
	assert_int_equal(warc_file_resume(&f, name, a.offset + a.bytes + 1), -EUCLEAN);
	assert_int_equal(warc_file_close(&f), -EUCLEAN);
	assert_int_equal(unlinkat(dirfd_, name, 0), 0);
	assert_int_equal(warc_file_init(&f, dirfd_, CODEC_GZIP, 0, &total), 0);
	assert_int_equal(warc_file_resume(&f, "../lycosa-19700101000000-00001.warc.gz", 0), -EINVAL);
	assert_int_equal(warc_file_close(&f), -EINVAL);
}

/* --- sorting --- */

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* More than fits into memory at a time, with lines of every length: as qsort() has it. */
static void
sorted_in_runs(void **state)
{
	enum { LINES = 6000 };
	static char *lines[LINES];
	char path[256], *got = NULL;
	size_t cap = 0;
	unsigned seed = 1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/in", dir);
	f = fopen(path, "we");
	assert_non_null(f);
	for (size_t i = 0; i < LINES; i++) {
		size_t len;

		seed = seed * 1103515245 + 12345;
		len = (seed >> 16) % 500;
		lines[i] = malloc(len + 16);
		assert_non_null(lines[i]);
		memset(lines[i], 'a', len);
		(void)snprintf(lines[i] + len, 16, "%u\n", (seed >> 8) % 1000);
		assert_true(fputs(lines[i], f) >= 0);
	}
	assert_int_equal(fclose(f), 0);
	qsort(lines, LINES, sizeof(lines[0]), compare);

	assert_int_equal(cdxj_sort(dirfd_, "in", "out", CDXJ_LINE_MAX_BYTES, false), 0);
	assert_int_equal(faccessat(dirfd_, "in", F_OK, 0), -1);
	(void)snprintf(path, sizeof(path), "%s/out", dir);
	f = fopen(path, "re");
	assert_non_null(f);
	for (size_t i = 0; i < LINES; i++) {
		assert_true(getline(&got, &cap, f) > 0);
		assert_string_equal(got, lines[i]);
		free(lines[i]);
	}
	assert_int_equal(getline(&got, &cap, f), -1);
	assert_int_equal(fclose(f), 0);
	free(got);
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(digests),
		cmocka_unit_test(secrets_stay_out),
		cmocka_unit_test(heads_say_what_is_there),
		cmocka_unit_test(names_are_ours_or_not),
		cmocka_unit_test(records_are_whole_or_absent),
		cmocka_unit_test(the_tail_is_cut_on_resume),
		cmocka_unit_test(sorted_in_runs),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
