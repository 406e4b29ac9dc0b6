/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fetch/head.h"

#define NOW_S 1784000000 /* 2026-07-14T03:33:20Z */

/* Feeds the lines (each with its line end), gives the result of the last. */
static enum head_result
feed(struct head *h, struct job *j, const char *const *lines)
{
	enum head_result r = HEAD_MORE;

	for (; *lines != NULL; lines++) {
		assert_int_not_equal(r, HEAD_TOO_LARGE);
		r = head_line(h, j, str_of(*lines));
	}
	return r;
}

static void
assert_str(const struct job *j, struct job_str s, const char *expected)
{
	assert_int_equal(s.len, strlen(expected));
	if (s.len > 0)
		assert_memory_equal(job_get(j, s).p, expected, s.len);
}

static struct job *
job(void)
{
	struct job *j;

	assert_int_equal(job_new(&j), 0);
	return j;
}

static void
test_fields(void **state)
{
	struct job *j = job();
	struct head h;

	head_begin(&h, 1000, false);
	assert_int_equal(feed(&h, j,
				 (const char *const[]){ "HTTP/1.1 302 Found\r\n", "LOCATION:/first\r\n",
					 "Location: /second\r\n", "Content-Type: a/b\r\n",
					 "content-type: \t text/html; charset=x \t\r\n", "Retry-After: 3\r\n",
					 "no colon\r\n", " folded: Location: /third\r\n", "\r\n", NULL }),
		HEAD_COMPLETE);
	assert_int_equal(j->status, 302);
	assert_str(j, j->location, "/first");
	assert_str(j, j->content_type, "text/html; charset=x");
	assert_int_equal(j->retry_after_us, 3 * CLOCK_US_PER_SEC);
	assert_false(j->encoded);
	assert_int_equal(head_outcome(j), OUTCOME_REDIRECT);
	job_free(j);
}

static void
assert_validators(const char *const *lines, const char *etag, const char *last_modified)
{
	struct job *j = job();
	struct head h;

	head_begin(&h, 10000, false);
	assert_int_equal(feed(&h, j, lines), HEAD_COMPLETE);
	assert_str(j, j->etag, etag);
	assert_str(j, j->last_modified, last_modified);
	job_free(j);
}

#define HEAD(...) (const char *const[]){ "HTTP/1.1 200 OK\r\n", __VA_ARGS__, "\r\n", NULL }
#define DATE      "Date: Tue, 14 Jul 2026 03:33:20 GMT\r\n"

/* What may be sent back one day: nothing that could end a line, no time that the next version may share. */
static void
test_validators(void **state)
{
	static char long_etag[1200];

	memset(long_etag, 'e', sizeof(long_etag) - 1);
	memcpy(long_etag, "ETag: \"", 7);
	memcpy(long_etag + sizeof(long_etag) - 4, "\"\r\n", 4);
	assert_validators(HEAD("ETag: \"a b\"\r\n"), "", "");
	assert_validators(HEAD("ETag: W/\"1\"\r\n", DATE), "W/\"1\"", "");
	assert_validators(HEAD("ETag: \"a\x01" "b\"\r\n"), "", "");
	assert_validators(HEAD("ETag: unquoted\r\n"), "unquoted", "");
	assert_validators(HEAD(long_etag), "", "");
	assert_validators(HEAD("Last-Modified: Tue, 14 Jul 2026 03:33:19 GMT\r\n", DATE), "", "Tue, 14 Jul 2026 03:33:19 GMT");
	assert_validators(HEAD(DATE, "Last-Modified: Tue, 14 Jul 2026 03:33:20 GMT\r\n"), "", "");
	assert_validators(HEAD(DATE, "Last-Modified: Tue, 14 Jul 2026 03:33:21 GMT\r\n"), "", "");
	assert_validators(HEAD(DATE, "Last-Modified: yesterday\r\n"), "", "");
	/* Without a Date, our own clock. */
	assert_validators(HEAD("Last-Modified: Tue, 14 Jul 2009 03:33:20 GMT\r\n"), "", "Tue, 14 Jul 2009 03:33:20 GMT");
	assert_validators(HEAD("Last-Modified: Tue, 14 Jul 2099 03:33:20 GMT\r\n"), "", "");
}

/* What the page's readers look at, of the final head alone, whole fields up to a ceiling. */
static void
test_kept_fields(void **state)
{
	static char big[JOB_HEADERS_MAX_BYTES];
	struct job *j = job();
	struct head h;

	memset(big, 'x', sizeof(big));
	memcpy(big, "Link: ", 6);
	big[sizeof(big) - 1] = '\0';
	head_begin(&h, 100000, false);
	assert_int_equal(feed(&h, j,
				 (const char *const[]){ "HTTP/1.1 103 Early Hints\r\n", "Link: <no>\r\n", "\r\n", "HTTP/1.1 200 OK\r\n",
					 "LINK: <a>; rel=next\r\n", "Content-Type: text/html\r\n", "Set-Cookie: no\r\n",
					 "Refresh:5\r\n", big, "x-robots-tag: none\r\n", "Content-Language: de\r\n", "\r\n", NULL }),
		HEAD_COMPLETE);
	assert_str(j, j->headers, "LINK: <a>; rel=next\nRefresh: 5\nx-robots-tag: none\nContent-Language: de\n");
	job_free(j);
}

/* Fields that are not kept any more take no room: the job's text is for what comes behind them. */
static void
test_kept_fields_leave_room(void **state)
{
	char line[256];
	struct job *j = job();
	struct head h;
	size_t len;
	int i;

	head_begin(&h, 1024 * 1024, false);
	assert_int_equal(head_line(&h, j, STR("HTTP/1.1 200 OK\r\n")), HEAD_MORE);
	memset(line, 'x', sizeof(line));
	memcpy(line, "Link: <", 7);
	for (i = 0; i < 2000; i++) {
		len = 150 + (size_t)i % 100;
		line[len - 2] = '\r';
		line[len - 1] = '\n';
		assert_int_equal(head_line(&h, j, str_n(line, len)), HEAD_MORE);
		line[len - 2] = line[len - 1] = 'x';
	}
	assert_int_equal(head_line(&h, j, STR("Content-Type: text/html\r\n")), HEAD_MORE);
	assert_int_equal(head_line(&h, j, STR("\r\n")), HEAD_COMPLETE);
	assert_str(j, j->content_type, "text/html");
	assert_in_range(j->headers.len, JOB_HEADERS_MAX_BYTES - 250, JOB_HEADERS_MAX_BYTES);
	assert_true(j->text.len < 2 * JOB_HEADERS_MAX_BYTES);
	job_free(j);
}

static void
test_provisional_heads_leave_nothing(void **state)
{
	struct job *j = job();
	struct head h;

	head_begin(&h, 1000, false);
	assert_int_equal(feed(&h, j,
				 (const char *const[]){ "HTTP/1.1 103 Early Hints\r\n", "Location: /no\r\n",
					 "Content-Type: no/no\r\n", "Retry-After: 9\r\n", "\r\n", NULL }),
		HEAD_MORE);
	assert_int_equal(j->status, 0);
	assert_int_equal(feed(&h, j, (const char *const[]){ "HTTP/2 200 \r\n", "Content-Encoding: gzip\r\n", "\r\n", NULL }),
		HEAD_COMPLETE);
	assert_int_equal(j->status, 200);
	assert_int_equal(j->location.len, 0);
	assert_int_equal(j->content_type.len, 0);
	assert_int_equal(j->retry_after_us, -1);
	assert_true(j->encoded);
	job_free(j);
}

static void
test_trailers_change_nothing(void **state)
{
	struct job *j = job();
	struct head h;

	head_begin(&h, 1000, false);
	assert_int_equal(feed(&h, j, (const char *const[]){ "HTTP/1.1 200 OK\r\n", "\r\n", NULL }), HEAD_COMPLETE);
	assert_int_equal(feed(&h, j, (const char *const[]){ "Location: /x\r\n", "HTTP/1.1 500 X\r\n", "\r\n", NULL }),
		HEAD_MORE);
	assert_int_equal(j->status, 200);
	assert_int_equal(j->location.len, 0);
	job_free(j);
}

static void
test_ceiling_counts_everything(void **state)
{
	struct job *j = job();
	struct head h;

	/* 25 bytes for a provisional head, 19 for the final one: the last line passes 43. */
	head_begin(&h, 43, false);
	assert_int_equal(feed(&h, j, (const char *const[]){ "HTTP/1.1 100 Continue\r\n", "\r\n", NULL }), HEAD_MORE);
	assert_int_equal(feed(&h, j, (const char *const[]){ "HTTP/1.1 200 OK\r\n", NULL }), HEAD_MORE);
	assert_int_equal(feed(&h, j, (const char *const[]){ "\r\n", NULL }), HEAD_TOO_LARGE);
	assert_int_equal(j->head_bytes, 44);
	job_free(j);
}

static void
test_more_text_than_a_job_can_hold(void **state)
{
	static char line[100 * 1024];
	struct job *j = job();
	struct head h;
	enum head_result r = HEAD_MORE;
	int i;

	memset(line, 'x', sizeof(line));
	memcpy(line, "Content-Type: ", 14);
	head_begin(&h, UINT64_MAX, false);
	assert_int_equal(head_line(&h, j, STR("HTTP/1.1 200 OK\r\n")), HEAD_MORE);
	for (i = 0; i < 4 && r == HEAD_MORE; i++)
		r = head_line(&h, j, str_n(line, sizeof(line)));
	assert_int_equal(r, HEAD_TOO_LARGE);
	assert_int_equal(i, 3);
	job_free(j);
}

static void
test_outcomes(void **state)
{
	static const struct {
		uint16_t status;
		enum outcome with_location, without;
	} rows[] = {
		{ 200, OUTCOME_OK, OUTCOME_OK },
		{ 204, OUTCOME_OK, OUTCOME_OK },
		{ 206, OUTCOME_OK, OUTCOME_OK },
		{ 300, OUTCOME_OK, OUTCOME_OK },
		{ 301, OUTCOME_REDIRECT, OUTCOME_BAD_REDIRECT },
		{ 302, OUTCOME_REDIRECT, OUTCOME_BAD_REDIRECT },
		{ 303, OUTCOME_REDIRECT, OUTCOME_BAD_REDIRECT },
		{ 304, OUTCOME_OK, OUTCOME_OK },
		{ 305, OUTCOME_OK, OUTCOME_OK },
		{ 307, OUTCOME_REDIRECT, OUTCOME_BAD_REDIRECT },
		{ 308, OUTCOME_REDIRECT, OUTCOME_BAD_REDIRECT },
		{ 400, OUTCOME_HTTP_CLIENT_ERROR, OUTCOME_HTTP_CLIENT_ERROR },
		{ 404, OUTCOME_HTTP_CLIENT_ERROR, OUTCOME_HTTP_CLIENT_ERROR },
		{ 429, OUTCOME_HTTP_TOO_MANY, OUTCOME_HTTP_TOO_MANY },
		{ 499, OUTCOME_HTTP_CLIENT_ERROR, OUTCOME_HTTP_CLIENT_ERROR },
		{ 500, OUTCOME_HTTP_SERVER_ERROR, OUTCOME_HTTP_SERVER_ERROR },
		{ 599, OUTCOME_HTTP_SERVER_ERROR, OUTCOME_HTTP_SERVER_ERROR },
		{ 600, OUTCOME_HTTP_SERVER_ERROR, OUTCOME_HTTP_SERVER_ERROR },
		{ 0, OUTCOME_PROTOCOL_ERROR, OUTCOME_PROTOCOL_ERROR },
	};
	struct job *j = job();
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		j->status = rows[i].status;
		j->location = (struct job_str){ 0, 0 };
		assert_int_equal(head_outcome(j), rows[i].without);
		assert_int_equal(job_set(j, &j->location, STR("/x")), 0);
		assert_int_equal(head_outcome(j), rows[i].with_location);
	}
	job_free(j);
}

static void
test_retry_after(void **state)
{
	static const struct {
		const char *value;
		int64_t us;
	} rows[] = {
		{ "0", 0 },
		{ "120", 120 * CLOCK_US_PER_SEC },
		{ "  120 ", 120 * CLOCK_US_PER_SEC },
		{ "Tue, 14 Jul 2026 03:33:30 GMT", 10 * CLOCK_US_PER_SEC },
		{ "Tuesday, 14-Jul-26 03:33:30 GMT", 10 * CLOCK_US_PER_SEC },
		{ "Mon, 13 Jul 2026 03:33:30 GMT", 0 },
		{ "99999999999999999999999", INT64_C(366) * 86400 * CLOCK_US_PER_SEC },
		{ "Thu, 01 Jan 2099 00:00:00 GMT", INT64_C(366) * 86400 * CLOCK_US_PER_SEC },
		{ "", -1 },
		{ "-1", -1 },
		{ "1.5", -1 },
		{ "soon", -1 },
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", -1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (head_retry_after_us(str_of(rows[i].value), NOW_S) != rows[i].us)
			fail_msg("\"%s\": %lld", rows[i].value,
				(long long)head_retry_after_us(str_of(rows[i].value), NOW_S));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_validators),
		cmocka_unit_test(test_kept_fields),
		cmocka_unit_test(test_kept_fields_leave_room),
		cmocka_unit_test(test_provisional_heads_leave_nothing),
		cmocka_unit_test(test_trailers_change_nothing),
		cmocka_unit_test(test_ceiling_counts_everything),
		cmocka_unit_test(test_more_text_than_a_job_can_hold),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_retry_after),
	};

	return cmocka_run_group_tests_name("fetch_head", tests, NULL, NULL);
}
