/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three engines against a server that misbehaves: each play of the table must end with the same outcome, the same
 * facts and the same bytes, whichever engine runs it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fetch/fetch.h"
#include "tests/unit/fetch_peer.h"

#define MAX_HEAD   8192
#define MAX_BODY   (1024 * 1024)
#define SLOT_BYTES (256 * 1024)
#define SPILL      (64 * 1024)

#define OK_HEAD   "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
#define FILE_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n"

static const char KIB[1024] = { [0 ... 1023] = 'x' };

/* "<html>hello hello hello hello hello</html>" */
static const char GZIP[] =
	OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 38\r\n\r\n"
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3\xc9\x28\xc9\xcd\xb1\xcb\x48\xcd"
	"\xc9\xc9\x57\xc0\x41\xda\xe8\x83\xd5\x00\x00\x4d\xde\xf0\x25\x2a\x00\x00\x00";
static const char BAD_GZIP[] =
	OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 16\r\n\r\n"
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xff\xff\xff\xff\xff\xff";
/* A gzip head, and a deflate block of fixed codes that begins with five literals of 9 bits: 48 bits. bomb_bytes go on. */
#define BOMB_START "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03" "\x9a\x30\x61\xc2\x84\x09"
static const char BOMB[] = OK_HEAD "Content-Encoding: gzip\r\n\r\n" BOMB_START;
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
	{ "/plain", OK_HEAD "Content-Length: 5\r\n\r\nhello" },
	{ "/last", OK_HEAD "Content-Length: 4\r\n\r\nlast", .then = PEER_CLOSE },
	{ "/empty", OK_HEAD "Content-Length: 0\r\n\r\n" },
	{ "/http10", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nold", .then = PEER_CLOSE },
	{ "/chunked", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n"
		"Location: /trailer\r\nX: y\r\n\r\n" },
	{ "/gzip", GZIP, sizeof(GZIP) - 1 },
	{ "/bad-gzip", BAD_GZIP, sizeof(BAD_GZIP) - 1, PEER_CLOSE },
	{ "/unknown-encoding", OK_HEAD "Content-Encoding: sausage\r\nContent-Length: 1\r\n\r\nx", .then = PEER_CLOSE },
	{ "/bomb", BOMB, sizeof(BOMB) - 1, PEER_REPEAT, bomb_bytes, sizeof(bomb_bytes) },
	{ "/file-bomb", FILE_BOMB, sizeof(FILE_BOMB) - 1, PEER_REPEAT, bomb_bytes, sizeof(bomb_bytes) },
	{ "/continue", "HTTP/1.1 103 Early Hints\r\nLocation: /no\r\nContent-Type: a/b\r\n\r\n" OK_HEAD
		"Content-Length: 2\r\n\r\nok" },
	{ "/short", OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_CLOSE },
	{ "/short-chunk", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhal", .then = PEER_CLOSE },
	{ "/bad-chunk", OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", .then = PEER_CLOSE },
	{ "/reset", OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_RESET },
	{ "/nothing", "", .then = PEER_CLOSE },
	{ "/half-head", "HTTP/1.1 200 OK\r\nContent-", .then = PEER_CLOSE },
	{ "/http09", "just some text\n", .then = PEER_CLOSE },
	{ "/garbage", "\x16\x03\x01\x02HTTP/1.1 200 OK\r\n\r\n", .then = PEER_CLOSE },
	{ "/bad-length", OK_HEAD "Content-Length: -5\r\n\r\nhello", .then = PEER_CLOSE },
	{ "/head-flood", OK_HEAD, .then = PEER_REPEAT, .more = "X-Flood: yes\r\n" },
	{ "/1xx-flood", "", .then = PEER_REPEAT, .more = "HTTP/1.1 100 Continue\r\n\r\n" },
	{ "/long-line", OK_HEAD "X: ", .then = PEER_REPEAT, .more = long_line, .more_len = sizeof(long_line) },
	{ "/long-status", "HTTP/1.1 200 ", .then = PEER_REPEAT, .more = long_line, .more_len = sizeof(long_line) },
	{ "/endless", OK_HEAD "\r\n", .then = PEER_REPEAT, .more = KIB, .more_len = sizeof(KIB) },
	{ "/announced", FILE_HEAD "Content-Length: 99999999\r\n\r\n", .then = PEER_REPEAT, .more = KIB,
		.more_len = sizeof(KIB) },
	{ "/hang", OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_HANG },
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
	{ "/page-large", OK_HEAD "\r\n", .then = PEER_REPEAT, .more = KIB, .more_len = sizeof(KIB) },
	{ "/file", FILE_HEAD "Content-Length: 102400\r\n\r\n", .then = PEER_REPEAT_N, .more = KIB,
		.more_len = sizeof(KIB), .n = 100 },
	{ "/file-small", FILE_HEAD "Content-Length: 3\r\n\r\nzip" },
	{ "/keep-page-large", OK_HEAD "X: keep\r\nContent-Length: 409600\r\n\r\n", .then = PEER_REPEAT_N, .more = KIB,
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

struct run {
	struct loop *loop;
	struct fetch *fetch;
	struct peer *peer;
	size_t next, done, n;
	unsigned max_in_flight;
	void (*start)(struct run *run, size_t i, struct job *j); /* sets the URL */
	void (*check)(struct run *run, size_t i, struct job *j);
	struct job *jobs[256];
	struct result results[N_EXPECTED];
	uint16_t port;
	bool stop_when_started;
	unsigned turns; /* of the loop */
};

static const char *const engine_names[] = { "events", "threads", "serial" };

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

static struct fetch_wants
wants(void *arg, const struct job *j, struct str content_type)
{
	struct fetch_wants w = { 0 };

	assert_null(arg);
	if (str_eq(content_type, STR("text/html")))
		w.parse = true;
	if (str_eq(content_type, STR("application/zip")) || str_ends(url_href(&j->url), STR("/keep-page-large")))
		w.keep = true;
	return w;
}

static struct fetch_config
config_default(enum fetch_engine engine)
{
	return (struct fetch_config){
		.engine = engine,
		.connections = 16,
		.threads = 4,
		.connect_timeout_us = 20 * CLOCK_US_PER_SEC,
		.dns_timeout_us = 5 * CLOCK_US_PER_SEC,
		.timeout_us = 20 * CLOCK_US_PER_SEC,
		.max_head_bytes = MAX_HEAD,
		.max_body_bytes = MAX_BODY,
		.slot_bytes = SLOT_BYTES,
		.spill_bytes = SPILL,
		.touched_max_bytes = 64 * 1024 * 1024,
		.user_agent = "lycosa-test",
		.verify_tls = true,
		.http2 = true,
		.ipv4 = true,
		.ipv6 = true,
		.wants = wants,
	};
}

static void
on_done(void *arg, struct job *j)
{
	struct run *run = arg;
	size_t i;

	for (i = 0; i < run->n && run->jobs[i] != j; i++)
		;
	assert_true(i < run->n);
	assert_int_equal(j->state, JOB_FETCHED);
	assert_null(j->stage);
	if (run->check != NULL)
		run->check(run, i, j);
	fetch_body_release(run->fetch, j);
	job_free(j);
	run->jobs[i] = NULL;
	if (++run->done == run->n)
		loop_stop(run->loop);
}

static void
on_prepare(void *arg)
{
	struct run *run = arg;

	run->turns++;
	while (run->next < run->n && fetch_room(run->fetch) > 0) {
		struct job *j;

		assert_int_equal(job_new(&j), 0);
		run->jobs[run->next] = j;
		run->start(run, run->next, j);
		assert_int_equal(fetch_start(run->fetch, j), 0);
		run->next++;
		if (fetch_in_flight(run->fetch) > run->max_in_flight)
			run->max_in_flight = fetch_in_flight(run->fetch);
	}
	if (run->stop_when_started && run->next == run->n)
		fetch_stop(run->fetch);
}

static void
job_set_target(struct job *j, uint16_t port, const char *path)
{
	char url[512];

	(void)snprintf(url, sizeof(url), "http://peer.test:%u%s", port, path);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	(void)snprintf(j->address, sizeof(j->address), "127.0.0.1");
}

static void
run_fetch(struct run *run, const struct fetch_config *config)
{
	assert_int_equal(loop_new(&run->loop), 0);
	assert_int_equal(fetch_new(config, run->loop, on_done, run, &run->fetch), 0);
	loop_prepare_add(run->loop, on_prepare, run);
	assert_int_equal(loop_run(run->loop), 0);
	assert_int_equal(run->done, run->n);
	assert_int_equal(fetch_in_flight(run->fetch), 0);
	fetch_free(run->fetch);
	loop_free(run->loop);
}

static void
start_expected(struct run *run, size_t i, struct job *j)
{
	job_set_target(j, peer_port(run->peer), expected[i].path);
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
	struct result *r = &run->results[i];

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
	static struct run runs[3];
	int engine;
	size_t i;

	for (engine = 0; engine < 3; engine++) {
		struct run *run = &runs[engine];
		struct fetch_config config = config_default((enum fetch_engine)engine);

		config.timeout_us = CLOCK_US_PER_SEC;
		*run = (struct run){
			.peer = peer_new(plays),
			.n = N_EXPECTED,
			.start = start_expected,
			.check = take_result,
		};
		run_fetch(run, &config);
		peer_free(run->peer);
		for (i = 0; i < N_EXPECTED; i++)
			check_result(engine_names[engine], &expected[i], &run->results[i]);
		results_equal(engine_names[engine], runs[0].results, run->results);
	}
	for (i = 0; i < N_EXPECTED; i++) {
		if (strcmp(expected[i].path, "/429") == 0)
			assert_int_equal(runs[0].results[i].retry_after_us, 7 * CLOCK_US_PER_SEC);
		else
			assert_int_equal(runs[0].results[i].retry_after_us, -1);
		if (strcmp(expected[i].path, "/http10") == 0)
			assert_int_equal(runs[0].results[i].http_version, 10);
	}
	/* One at a time is one at a time, and none waits for a thread. */
	assert_int_equal(runs[FETCH_SERIAL].max_in_flight, 1);
	assert_int_equal(runs[FETCH_THREADS].max_in_flight, 4);
	assert_int_equal(runs[FETCH_EVENTS].max_in_flight, 16);
}

static void
start_plain(struct run *run, size_t i, struct job *j)
{
	job_set_target(j, peer_port(run->peer), "/plain");
}

static void
check_plain(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_int_equal(j->body.len, 5);
	assert_memory_equal(j->body.data, "hello", 5);
	assert_int_equal(j->wire_bytes, 5);
	assert_true(j->timing.first_byte_us >= 0 && j->timing.connect_us >= 0);
	assert_true(j->timing.total_us >= j->timing.first_byte_us);
}

static void
test_connections_are_kept(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = {
			.peer = peer_new(plays),
			.n = 200,
			.start = start_plain,
			.check = check_plain,
		};
		struct fetch_config config = config_default((enum fetch_engine)engine);

		config.connections = 2;
		config.threads = 2;
		run_fetch(&run, &config);
		assert_int_equal(peer_requests(run.peer), 200);
		assert_true(peer_connections(run.peer) <= 2);
		peer_free(run.peer);
	}
}

static void
start_hang(struct run *run, size_t i, struct job *j)
{
	job_set_target(j, peer_port(run->peer), i % 2 == 0 ? "/hang" : "/hang-head");
}

static void
check_interrupted(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_INTERRUPTED);
}

/* Without a stop these would take twenty seconds. */
static void
test_stop(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = {
			.peer = peer_new(plays),
			.n = engine == FETCH_SERIAL ? 1 : engine == FETCH_THREADS ? 4 : 8,
			.start = start_hang,
			.check = check_interrupted,
			.stop_when_started = true,
		};
		struct fetch_config config = config_default((enum fetch_engine)engine);

		config.timeout_us = 0;
		run_fetch(&run, &config);
		peer_free(run.peer);
	}
}

/* The server closes each connection behind an answer that let hope for more. */
static void
start_last(struct run *run, size_t i, struct job *j)
{
	job_set_target(j, peer_port(run->peer), i == 0 || i == 60 ? "/hang" : "/last");
}

static void
check_last(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, i == 0 || i == 60 ? OUTCOME_TIMEOUT : OUTCOME_OK);
}

static void
test_idle_connections_may_close(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = { .peer = peer_new(plays), .n = 61, .start = start_last, .check = check_last };
		struct fetch_config config = config_default((enum fetch_engine)engine);

		config.connections = config.threads = 2;
		config.timeout_us = CLOCK_US_PER_SEC / 2;
		run_fetch(&run, &config);
		/* Were the ends of idle connections reported for ever, the loop would spin while it waits for the time-out. */
		assert_true(run.turns < 1000);
		peer_free(run.peer);
	}
}

static void
start_at_port(struct run *run, size_t i, struct job *j)
{
	job_set_target(j, run->port, "/");
}

static void
check_refused(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_CONNECT_FAILED);
	assert_int_equal(j->status, 0);
	assert_true(j->detail.len > 0);
	assert_int_equal(j->timing.connect_us, -1);
	assert_int_equal(j->timing.first_byte_us, -1);
}

static void
check_connect_timeout(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_CONNECT_TIMEOUT);
}

/* A socket bound to a loopback port, listening with the given backlog or not at all (-1). */
static int
socket_at_port(int backlog, uint16_t *ret_port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*ret_port = ntohs(a.sin_port);
	return fd;
}

static void
test_refused(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = { .n = 3, .start = start_at_port, .check = check_refused };
		struct fetch_config config = config_default((enum fetch_engine)engine);
		int fd = socket_at_port(-1, &run.port);

		run_fetch(&run, &config);
		(void)close(fd);
	}
}

/* A full accept queue drops further SYNs. */
static void
test_connect_timeout(void **state)
{
	int engine, i;

	for (engine = 0; engine < 3; engine++) {
		struct run run = { .n = 1, .start = start_at_port, .check = check_connect_timeout };
		struct fetch_config config = config_default((enum fetch_engine)engine);
		int fd = socket_at_port(0, &run.port), fill[4];
		struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
			.sin_port = htons(run.port) };

		for (i = 0; i < 4; i++) {
			fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
			assert_true(fill[i] >= 0);
			if (connect(fill[i], (struct sockaddr *)&a, sizeof(a)) < 0)
				assert_int_equal(errno, EINPROGRESS);
		}
		config.connect_timeout_us = CLOCK_US_PER_SEC / 5;
		run_fetch(&run, &config);
		for (i = 0; i < 4; i++)
			(void)close(fill[i]);
		(void)close(fd);
	}
}

static void
start_slow(struct run *run, size_t i, struct job *j)
{
	job_set_target(j, peer_port(run->peer), "/hang");
}

static void
check_slow(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_TOO_SLOW);
	assert_true(j->body.truncated);
}

static void
test_low_speed(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = { .peer = peer_new(plays), .n = 1, .start = start_slow, .check = check_slow };
		struct fetch_config config = config_default((enum fetch_engine)engine);

		config.low_speed_bps = 1000;
		config.low_speed_us = CLOCK_US_PER_SEC;
		run_fetch(&run, &config);
		peer_free(run.peer);
	}
}

static void
start_tls(struct run *run, size_t i, struct job *j)
{
	char url[64];

	(void)snprintf(url, sizeof(url), "https://peer.test:%u/http09", peer_port(run->peer));
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	(void)snprintf(j->address, sizeof(j->address), "127.0.0.1");
}

static void
check_tls_failed(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_TLS_FAILED);
}

/* It answers a TLS greeting in plain text. */
static void
test_not_tls(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = { .peer = peer_new_greeting("SSH-2.0-not-tls\r\n"), .n = 2, .start = start_tls,
			.check = check_tls_failed };
		struct fetch_config config = config_default((enum fetch_engine)engine);

		run_fetch(&run, &config);
		peer_free(run.peer);
	}
}

static void
check_no_resources(struct run *run, size_t i, struct job *j)
{
	assert_int_equal(j->outcome, OUTCOME_NO_RESOURCES);
	assert_int_equal(outcome_retry(j->outcome), RETRY_LATER);
}

/* Descriptors run out between fetch_new() and the transfer. */
static void
start_without_descriptors(struct run *run, size_t i, struct job *j)
{
	struct rlimit lim = { .rlim_cur = 3 };

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &lim), 0);
	lim.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &lim), 0);
	job_set_target(j, run->port, "/");
}

static void
test_no_descriptors(void **state)
{
	struct rlimit lim;
	int engine;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &lim), 0);
	for (engine = 0; engine < 3; engine++) {
		struct run run = { .n = 1, .start = start_without_descriptors, .check = check_no_resources };
		struct fetch_config config = config_default((enum fetch_engine)engine);
		int fd = socket_at_port(8, &run.port);

		run_fetch(&run, &config);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &lim), 0);
		(void)close(fd);
	}
}

/* Arguments that cannot be served are the caller's to hear of, not a job's outcome. */
static void
test_start_refuses(void **state)
{
	struct fetch_config config = config_default(FETCH_EVENTS);
	struct run run = { 0 };
	struct job *j;

	assert_int_equal(loop_new(&run.loop), 0);
	assert_int_equal(fetch_new(&config, run.loop, on_done, &run, &run.fetch), 0);
	assert_int_equal(job_new(&j), 0);
	job_set_target(j, 1, "/");
	j->address[0] = '\0';
	assert_int_equal(fetch_start(run.fetch, j), -EDESTADDRREQ);
	fetch_stop(run.fetch);
	assert_int_equal(fetch_room(run.fetch), 0);
	job_set_target(j, 1, "/");
	assert_int_equal(fetch_start(run.fetch, j), -ECANCELED);
	job_free(j);
	fetch_free(run.fetch);

	config.ca_file = "/nonexistent/certificates.pem";
	assert_int_equal(fetch_new(&config, run.loop, on_done, &run, &run.fetch), -ENOENT);
	config = config_default(FETCH_THREADS);
	config.threads = 0;
	assert_int_equal(fetch_new(&config, run.loop, on_done, &run, &run.fetch), -EINVAL);
	assert_int_equal(setenv("http_proxy", "gopher://p:1", 1), 0);
	config.threads = 1;
	assert_int_equal(fetch_new(&config, run.loop, on_done, &run, &run.fetch), -EINVAL);
	assert_int_equal(unsetenv("http_proxy"), 0);
	loop_free(run.loop);
}

static void
on_never(void *arg, const struct fetch_address *a)
{
	(void)arg;
	(void)a;
	fail_msg("told after the end");
}

/* Freed while a proxy's name is looked up: nothing is called, nothing leaks. */
static void
test_free_while_proxy_is_looked_up(void **state)
{
	struct fetch_config config = config_default(FETCH_EVENTS);
	struct fetch *f;
	struct loop *l;
	struct url u;

	assert_int_equal(setenv("all_proxy", "http://proxy.test:1", 1), 0);
	assert_int_equal(loop_new(&l), 0);
	assert_int_equal(fetch_new(&config, l, on_done, NULL, &f), 0);
	url_init(&u);
	assert_int_equal(url_parse(&u, STR("http://a.test/"), NULL), 0);
	assert_int_equal(fetch_resolve(f, &u, on_never, NULL), 0);
	assert_int_equal(fetch_resolve(f, &u, on_never, NULL), 0);
	url_release(&u);
	fetch_free(f);
	loop_free(l);
	assert_int_equal(unsetenv("all_proxy"), 0);
}

/* One URL by way of the environment's proxy: resolved, then fetched. */
struct proxied {
	struct run run;
	const char *url;
	enum outcome resolved, outcome;
	char address[JOB_ADDRESS_BYTES];
};

static void
on_proxied_done(void *arg, struct job *j)
{
	struct proxied *p = arg;

	p->outcome = j->outcome;
	if (j->outcome == OUTCOME_OK) {
		assert_int_equal(j->body.len, 5);
		assert_memory_equal(j->body.data, "proxy", 5);
	}
	fetch_body_release(p->run.fetch, j);
	job_free(j);
	loop_stop(p->run.loop);
}

static void
on_proxied_resolved(void *arg, const struct fetch_address *a)
{
	struct proxied *p = arg;
	struct job *j;

	p->resolved = a->outcome;
	memcpy(p->address, a->address, sizeof(p->address));
	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(p->url), NULL), 0);
	memcpy(j->address, a->address, sizeof(j->address));
	assert_int_equal(fetch_start(p->run.fetch, j), 0);
}

static void
run_proxied(enum fetch_engine engine, const char *proxy, uint16_t port, const char *url, enum outcome outcome)
{
	struct fetch_config config = config_default(engine);
	struct proxied p = { .url = url };
	char text[64], pin[64];
	const char *const pins[] = { pin, NULL };
	struct url origin;

	(void)snprintf(text, sizeof(text), "%s:%u", proxy, port);
	assert_int_equal(setenv("all_proxy", text, 1), 0);
	(void)snprintf(pin, sizeof(pin), "proxy.test:%u:127.0.0.1", port);
	config.resolve = pins;
	/* Were anybody to look up the origin, it would not be found. */
	config.dns_servers = "127.0.0.1:1";
	assert_int_equal(loop_new(&p.run.loop), 0);
	assert_int_equal(fetch_new(&config, p.run.loop, on_proxied_done, &p, &p.run.fetch), 0);
	url_init(&origin);
	assert_int_equal(url_parse(&origin, str_of(url), NULL), 0);
	assert_int_equal(fetch_resolve(p.run.fetch, &origin, on_proxied_resolved, &p), 0);
	url_release(&origin);
	assert_int_equal(loop_run(p.run.loop), 0);
	assert_int_equal(p.resolved, OUTCOME_OK);
	assert_string_equal(p.address, "");
	if (p.outcome != outcome)
		fail_msg("%s by %s: %s", url, text, outcome_name(p.outcome));
	fetch_free(p.run.fetch);
	loop_free(p.run.loop);
	assert_int_equal(unsetenv("all_proxy"), 0);
}

static void
test_proxy(void **state)
{
	static const struct peer_play proxy_plays[] = {
		{ "http://origin.test/page", OK_HEAD "Content-Length: 5\r\n\r\nproxy" },
		{ "http://origin.test/502", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n" },
		{ NULL },
	};
	int engine, refused;
	uint16_t port;

	for (engine = 0; engine < 3; engine++) {
		struct peer *peer = peer_new(proxy_plays);
		enum fetch_engine e = (enum fetch_engine)engine;

		run_proxied(e, "http://proxy.test", peer_port(peer), "http://origin.test/page", OUTCOME_OK);
		run_proxied(e, "127.0.0.1", peer_port(peer), "http://origin.test/page", OUTCOME_OK);
		run_proxied(e, "127.0.0.1", peer_port(peer), "http://origin.test/502", OUTCOME_HTTP_SERVER_ERROR);
		/* It does not know CONNECT. */
		run_proxied(e, "proxy.test", peer_port(peer), "https://origin.test/page", OUTCOME_PROXY_FAILED);
		/* c-ares answers for .onion by itself: never found (RFC 7686). */
		run_proxied(e, "proxy.onion", peer_port(peer), "http://origin.test/page", OUTCOME_PROXY_FAILED);
		peer_free(peer);
		peer = peer_new_greeting("220 not a SOCKS proxy\r\n");
		run_proxied(e, "socks5h://proxy.test", peer_port(peer), "http://origin.test/", OUTCOME_PROXY_FAILED);
		peer_free(peer);
		refused = socket_at_port(-1, &port);
		run_proxied(e, "proxy.test", port, "http://origin.test/page", OUTCOME_PROXY_FAILED);
		(void)close(refused);
	}
}

static int
group_setup(void **state)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
		"no_proxy", "NO_PROXY" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		(void)unsetenv(names[i]);
	memset(long_line, 'y', sizeof(long_line));
	bomb_init();
	return fetch_global_init();
}

static int
group_teardown(void **state)
{
	fetch_global_release();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plays),
		cmocka_unit_test(test_connections_are_kept),
		cmocka_unit_test(test_idle_connections_may_close),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_connect_timeout),
		cmocka_unit_test(test_low_speed),
		cmocka_unit_test(test_not_tls),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_start_refuses),
		cmocka_unit_test(test_free_while_proxy_is_looked_up),
		cmocka_unit_test(test_proxy),
	};

	return cmocka_run_group_tests_name("fetch_engine", tests, group_setup, group_teardown);
}
