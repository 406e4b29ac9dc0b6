/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three engines against a server that misbehaves: each play of the table must end with the same outcome, the same
 * facts and the same bytes, whichever engine runs it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/fetch_peer.h"
#include "tests/unit/fetch_run.h"

#define FILE_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n"

static const char KIB[1024] = { [0 ... 1023] = 'x' };

/* "<html>hello hello hello hello hello</html>" */
static const char GZIP[] =
	RUN_OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 38\r\n\r\n"
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3\xc9\x28\xc9\xcd\xb1\xcb\x48\xcd"
	"\xc9\xc9\x57\xc0\x41\xda\xe8\x83\xd5\x00\x00\x4d\xde\xf0\x25\x2a\x00\x00\x00";
static const char BAD_GZIP[] =
	RUN_OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 16\r\n\r\n"
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xff\xff\xff\xff\xff\xff";
/* A gzip head, and a deflate block of fixed codes that begins with five literals of 9 bits: 48 bits. bomb_bytes go on. */
#define BOMB_START "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03" "\x9a\x30\x61\xc2\x84\x09"

static const char BOMB[] = RUN_OK_HEAD "Content-Encoding: gzip\r\n\r\n" BOMB_START;

static const char FILE_BOMB[] = FILE_HEAD "Content-Encoding: gzip\r\n\r\n" BOMB_START;

/* 13 times "258 zeros more": each is 8 + 5 bits, together 13 whole bytes. Filled in by bomb_init(). */
static char bomb_bytes[13 * 64];

/* A line longer than libcurl itself can take. */
static char long_line[120 * 1024];

struct expected {
	const char *path;
	enum outcome outcome;
	uint16_t status;
	uint64_t len;
	bool truncated;
	enum { IN_SLOT, IN_FILE, NOWHERE } where;
	const char *body; /* NULL = any */
	const char *location;
};

static const struct peer_play plays[] = {
	{ "/plain", RUN_OK_HEAD "Content-Length: 5\r\n\r\nhello" },
	{ "/last", RUN_OK_HEAD "Content-Length: 4\r\n\r\nlast", .then = PEER_CLOSE },
	{ "/empty", RUN_OK_HEAD "Content-Length: 0\r\n\r\n" },
	{ "/http10", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nold", .then = PEER_CLOSE },
	{ "/chunked", RUN_OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n"
		"Location: /trailer\r\nX: y\r\n\r\n" },
	{ "/gzip", GZIP, sizeof(GZIP) - 1 },
	{ "/bad-gzip", BAD_GZIP, sizeof(BAD_GZIP) - 1, PEER_CLOSE },
	{ "/unknown-encoding", RUN_OK_HEAD "Content-Encoding: sausage\r\nContent-Length: 1\r\n\r\nx", .then = PEER_CLOSE },
	{ "/bomb", BOMB, sizeof(BOMB) - 1, PEER_REPEAT, bomb_bytes, sizeof(bomb_bytes) },
	{ "/file-bomb", FILE_BOMB, sizeof(FILE_BOMB) - 1, PEER_REPEAT, bomb_bytes, sizeof(bomb_bytes) },
	{ "/continue", "HTTP/1.1 103 Early Hints\r\nLocation: /no\r\nContent-Type: a/b\r\n\r\n" RUN_OK_HEAD
		"Content-Length: 2\r\n\r\nok" },
	{ "/short", RUN_OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_CLOSE },
	{ "/short-chunk", RUN_OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhal", .then = PEER_CLOSE },
	{ "/bad-chunk", RUN_OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", .then = PEER_CLOSE },
	{ "/reset", RUN_OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_RESET },
	{ "/nothing", "", .then = PEER_CLOSE },
	{ "/half-head", "HTTP/1.1 200 OK\r\nContent-", .then = PEER_CLOSE },
	{ "/http09", "just some text\n", .then = PEER_CLOSE },
	{ "/garbage", "\x16\x03\x01\x02HTTP/1.1 200 OK\r\n\r\n", .then = PEER_CLOSE },
	{ "/bad-length", RUN_OK_HEAD "Content-Length: -5\r\n\r\nhello", .then = PEER_CLOSE },
	{ "/head-flood", RUN_OK_HEAD, .then = PEER_REPEAT, .more = "X-Flood: yes\r\n" },
	{ "/1xx-flood", "", .then = PEER_REPEAT, .more = "HTTP/1.1 100 Continue\r\n\r\n" },
	{ "/long-line", RUN_OK_HEAD "X: ", .then = PEER_REPEAT, .more = long_line, .more_len = sizeof(long_line) },
	{ "/long-status", "HTTP/1.1 200 ", .then = PEER_REPEAT, .more = long_line, .more_len = sizeof(long_line) },
	{ "/endless", RUN_OK_HEAD "\r\n", .then = PEER_REPEAT, .more = KIB, .more_len = sizeof(KIB) },
	{ "/announced", FILE_HEAD "Content-Length: 99999999\r\n\r\n", .then = PEER_REPEAT, .more = KIB,
		.more_len = sizeof(KIB) },
	{ "/hang", RUN_OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_HANG },
	{ "/hang-head", "HTTP/1.1 200 OK\r\n", .then = PEER_HANG },
	{ "/301", "HTTP/1.1 301 Moved\r\nLocation: /plain \r\nContent-Length: 4\r\n\r\nmove" },
	{ "/302-two", "HTTP/1.1 302 Found\r\nlocation:/a b\r\nContent-Length: 0\r\n\r\n" },
	{ "/303-none", "HTTP/1.1 303 See Other\r\nContent-Length: 0\r\n\r\n" },
	{ "/307-empty", "HTTP/1.1 307 X\r\nLocation: \r\nContent-Length: 0\r\n\r\n" },
	{ "/308-short", "HTTP/1.1 308 X\r\nLocation: /q\r\nContent-Length: 9\r\n\r\nshort", .then = PEER_CLOSE },
	{ "/300", "HTTP/1.1 300 X\r\nContent-Length: 0\r\n\r\n" },
	{ "/304", "HTTP/1.1 304 X\r\nLocation: /x\r\n\r\n" },
	{ "/410", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n" },
	{ "/429", "HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n" },
	{ "/503", "HTTP/1.1 503 X\r\nRetry-After: x\r\nContent-Length: 0\r\n\r\n" },
	{ "/999", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n" },
	{ "/page-large", RUN_OK_HEAD "\r\n", .then = PEER_REPEAT, .more = KIB, .more_len = sizeof(KIB) },
	{ "/file", FILE_HEAD "Content-Length: 102400\r\n\r\n", .then = PEER_REPEAT_N, .more = KIB,
		.more_len = sizeof(KIB), .n = 100 },
	{ "/file-small", FILE_HEAD "Content-Length: 3\r\n\r\nzip" },
	{ "/keep-page-large", RUN_OK_HEAD "X: keep\r\nContent-Length: 409600\r\n\r\n", .then = PEER_REPEAT_N, .more = KIB,
		.more_len = sizeof(KIB), .n = 400 },
	{ "/ignored", "HTTP/1.1 200 OK\r\nContent-Type: ignore/this\r\nContent-Length: 4\r\n\r\nwhat" },
	{ NULL },
};

static const struct expected expected[] = {
	{ "/plain", OUTCOME_OK, 200, 5, .body = "hello" },
	{ "/last", OUTCOME_OK, 200, 4, .body = "last" },
	{ "/empty", OUTCOME_OK, 200, 0, .where = NOWHERE },
	{ "/http10", OUTCOME_OK, 200, 3, .body = "old" },
	{ "/chunked", OUTCOME_OK, 200, 11, .body = "hello world" },
	{ "/gzip", OUTCOME_OK, 200, 42, .body = "<html>hello hello hello hello hello</html>" },
	{ "/bad-gzip", OUTCOME_BAD_ENCODING, 200, 0, true, NOWHERE },
	{ "/unknown-encoding", OUTCOME_BAD_ENCODING, 200, 0, true, NOWHERE },
	{ "/bomb", OUTCOME_PAGE_TOO_LARGE, 200, UINT64_MAX, true },
	{ "/file-bomb", OUTCOME_BODY_TOO_LARGE, 200, UINT64_MAX, true },
	{ "/continue", OUTCOME_OK, 200, 2, .body = "ok" },
	{ "/short", OUTCOME_BODY_SHORT, 200, 4, true, .body = "half" },
	{ "/short-chunk", OUTCOME_BODY_SHORT, 200, 3, true, .body = "hal" },
	{ "/bad-chunk", OUTCOME_PROTOCOL_ERROR, 200, 0, true, NOWHERE },
	{ "/reset", OUTCOME_CONNECTION_LOST, 200, UINT64_MAX, true, },
	{ "/nothing", OUTCOME_EMPTY_REPLY, 0, 0, .where = NOWHERE },
	{ "/half-head", OUTCOME_CONNECTION_LOST, 200, 0, .where = NOWHERE },
	{ "/bad-length", OUTCOME_PROTOCOL_ERROR, 200, 0, .where = NOWHERE },
	{ "/http09", OUTCOME_PROTOCOL_ERROR, 0, 0, .where = NOWHERE },
	{ "/garbage", OUTCOME_PROTOCOL_ERROR, 0, 0, .where = NOWHERE },
	{ "/head-flood", OUTCOME_HEAD_TOO_LARGE, 200, 0, .where = NOWHERE },
	{ "/1xx-flood", OUTCOME_HEAD_TOO_LARGE, UINT16_MAX, 0, .where = NOWHERE },
	{ "/long-line", OUTCOME_HEAD_TOO_LARGE, 200, 0, .where = NOWHERE },
	{ "/long-status", OUTCOME_HEAD_TOO_LARGE, 0, 0, .where = NOWHERE },
	{ "/endless", OUTCOME_PAGE_TOO_LARGE, 200, UINT64_MAX, true },
	{ "/announced", OUTCOME_BODY_TOO_LARGE, 200, 0, true, NOWHERE },
	{ "/hang", OUTCOME_TIMEOUT, 200, 4, true, .body = "half" },
	{ "/hang-head", OUTCOME_TIMEOUT, 200, 0, .where = NOWHERE },
	{ "/301", OUTCOME_REDIRECT, 301, 4, .body = NULL, .where = NOWHERE, .location = "/plain" },
	{ "/302-two", OUTCOME_REDIRECT, 302, 0, .where = NOWHERE, .location = "/a b" },
	{ "/303-none", OUTCOME_BAD_REDIRECT, 303, 0, .where = NOWHERE },
	{ "/307-empty", OUTCOME_BAD_REDIRECT, 307, 0, .where = NOWHERE },
	{ "/308-short", OUTCOME_REDIRECT, 308, 5, true, NOWHERE, .location = "/q" },
	{ "/300", OUTCOME_OK, 300, 0, .where = NOWHERE },
	{ "/304", OUTCOME_OK, 304, 0, .where = NOWHERE, .location = "/x" },
	{ "/410", OUTCOME_HTTP_CLIENT_ERROR, 410, 0, .where = NOWHERE },
	{ "/429", OUTCOME_HTTP_TOO_MANY, 429, 0, .where = NOWHERE },
	{ "/503", OUTCOME_HTTP_SERVER_ERROR, 503, 0, .where = NOWHERE },
	{ "/999", OUTCOME_HTTP_SERVER_ERROR, 999, 0, .where = NOWHERE },
	{ "/no-such", OUTCOME_HTTP_CLIENT_ERROR, 404, 0, .where = NOWHERE },
	{ "/page-large", OUTCOME_PAGE_TOO_LARGE, 200, UINT64_MAX, true },
	{ "/file", OUTCOME_OK, 200, 102400, .where = IN_FILE },
	{ "/file-small", OUTCOME_OK, 200, 3, .body = "zip" },
	{ "/keep-page-large", OUTCOME_PAGE_TOO_LARGE, 200, 409600, .where = IN_FILE },
	{ "/ignored", OUTCOME_OK, 200, 4, .where = NOWHERE },
};

#define N_EXPECTED ARRAY_LEN(expected)

/* What one engine made of one path. */
struct result {
	enum outcome outcome;
	uint16_t status;
	uint8_t http_version;
	uint64_t len, head_bytes;
	int64_t retry_after_us;
	bool truncated;
	int where;
	char content_type[64], location[64], body[64];
};

static void
bomb_init(void)
{
	unsigned bit, i;

	/* 285 = "258 bytes" is 11000101, first bit first; distance code 0 is five zeros (RFC 1951 §3.2.6). */
	for (i = 0; i < sizeof(bomb_bytes) * 8; i += 13)
		for (bit = 0; bit < 8; bit++)
			if ((0xc5u >> (7 - bit) & 1) != 0)
				bomb_bytes[(i + bit) / 8] |= (char)(1u << ((i + bit) % 8));
}

static void
start_expected(struct run *run, size_t i, struct job *j)
{
	run_set_target(j, peer_port(run->peer), expected[i].path);
}

static void
copy_str(char *dst, size_t size, struct str s)
{
	if (s.len >= size)
		s.len = size - 1;
	if (s.len > 0)
		memcpy(dst, s.p, s.len);
	dst[s.len] = '\0';
}

static void
take_result(struct run *run, size_t i, struct job *j)
{
	struct result *r = &((struct result *)run->arg)[i];

	*r = (struct result){
		.outcome = j->outcome,
		.status = j->status,
		.http_version = j->http_version,
		.len = j->body.len,
		.head_bytes = j->head_bytes,
		.retry_after_us = j->retry_after_us,
		.truncated = j->body.truncated,
		.where = j->body.file_fd >= 0 ? IN_FILE : j->body.data != NULL ? IN_SLOT : NOWHERE,
	};
	copy_str(r->content_type, sizeof(r->content_type), job_get(j, j->content_type));
	copy_str(r->location, sizeof(r->location), job_get(j, j->location));
	if (j->body.data != NULL)
		copy_str(r->body, sizeof(r->body), str_n(j->body.data, j->body.len));
	if (r->where == IN_FILE) {
		struct stat st;

		assert_int_equal(fstat(j->body.file_fd, &st), 0);
		assert_int_equal(st.st_size, j->body.len);
		assert_int_equal(pread(j->body.file_fd, r->body, 8, st.st_size - 8), 8);
	}
	if (r->where == IN_SLOT) {
		/* What others map is what the job says. */
		char *p = mmap(NULL, fetch_region_bytes(run->fetch), PROT_READ, MAP_SHARED,
			fetch_region_fd(run->fetch), 0);

		assert_ptr_not_equal(p, MAP_FAILED);
		assert_memory_equal(p + j->body.region_off, j->body.data, j->body.len);
		(void)munmap(p, fetch_region_bytes(run->fetch));
		assert_true(fetch_region_touched_bytes(run->fetch) >= j->body.len);
	}
	assert_true(j->timing.total_us >= 0);
	if (outcome_class(j->outcome) == OUTCOME_CLASS_NET)
		assert_true(j->detail.len > 0);
}

static void
check_result(const char *engine, const struct expected *e, const struct result *r)
{
	if (r->outcome != e->outcome)
		fail_msg("%s: %s ended as %s, not %s", engine, e->path, outcome_name(r->outcome),
			outcome_name(e->outcome));
	if (e->status != UINT16_MAX && r->status != e->status)
		fail_msg("%s: %s: status %u", engine, e->path, r->status);
	if (e->len != UINT64_MAX) {
		if (r->len != e->len)
			fail_msg("%s: %s: %llu bytes", engine, e->path, (unsigned long long)r->len);
		if (r->where != (int)e->where)
			fail_msg("%s: %s: body is in %d", engine, e->path, r->where);
	}
	if (r->truncated != e->truncated)
		fail_msg("%s: %s: truncated is %d", engine, e->path, r->truncated);
	if (e->body != NULL)
		assert_string_equal(r->body, e->body);
	assert_string_equal(r->location, e->location != NULL ? e->location : "");
}

static void
results_equal(const char *engine, const struct result *a, const struct result *b)
{
	size_t i;

	for (i = 0; i < N_EXPECTED; i++) {
		bool same = a[i].outcome == b[i].outcome && a[i].http_version == b[i].http_version &&
			a[i].truncated == b[i].truncated && a[i].retry_after_us == b[i].retry_after_us &&
			strcmp(a[i].content_type, b[i].content_type) == 0;

		/* How far it came differs where the end is not the server's. */
		if (expected[i].len != UINT64_MAX)
			same &= a[i].len == b[i].len && a[i].where == b[i].where &&
				memcmp(a[i].body, b[i].body, sizeof(a[i].body)) == 0;
		if (!same)
			fail_msg("%s: %s differs from the event engine", engine, expected[i].path);
	}
}

/* The long waits (time-outs) are the same for all: short for this table, so that it does not take minutes. */
static void
test_plays(void **state)
{
	static struct result results[3][N_EXPECTED];
	struct run runs[3];
	int engine;
	size_t i;

	for (engine = 0; engine < 3; engine++) {
		struct run *run = &runs[engine];
		struct fetch_config config = run_config((enum fetch_engine)engine);

		config.timeout_us = CLOCK_US_PER_SEC;
		*run = (struct run){
			.peer = peer_new(plays),
			.n = N_EXPECTED,
			.start = start_expected,
			.check = take_result,
			.arg = results[engine],
		};
		run_fetch(run, &config);
		peer_free(run->peer);
		for (i = 0; i < N_EXPECTED; i++)
			check_result(run_engine_names[engine], &expected[i], &results[engine][i]);
		results_equal(run_engine_names[engine], results[0], results[engine]);
	}
	for (i = 0; i < N_EXPECTED; i++) {
		if (strcmp(expected[i].path, "/429") == 0)
			assert_int_equal(results[0][i].retry_after_us, 7 * CLOCK_US_PER_SEC);
		else
			assert_int_equal(results[0][i].retry_after_us, -1);
		if (strcmp(expected[i].path, "/http10") == 0)
			assert_int_equal(results[0][i].http_version, 10);
	}
	/* One at a time is one at a time, and none waits for a thread. */
	assert_int_equal(runs[FETCH_SERIAL].max_in_flight, 1);
	assert_int_equal(runs[FETCH_THREADS].max_in_flight, 4);
	assert_int_equal(runs[FETCH_EVENTS].max_in_flight, 16);
}

static int
set_up(void **state)
{
	memset(long_line, 'y', sizeof(long_line));
	bomb_init();
	return run_global_init(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plays),
	};

	return cmocka_run_group_tests_name("fetch_engine", tests, set_up, run_global_release);
}
