/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three engines at the ends of connections: kept, closed, refused, too slow, stopped, without descriptors. */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/fetch_peer.h"
#include "tests/unit/fetch_run.h"

static const struct peer_play plays[] = {
	{ "/plain", RUN_OK_HEAD "Content-Length: 5\r\n\r\nhello" },
	{ "/last", RUN_OK_HEAD "Content-Length: 4\r\n\r\nlast", .then = PEER_CLOSE },
	{ "/hang", RUN_OK_HEAD "Content-Length: 10\r\n\r\nhalf", .then = PEER_HANG },
	{ "/hang-head", "HTTP/1.1 200 OK\r\n", .then = PEER_HANG },
	{ NULL },
};

static void
start_plain(struct run *run, size_t i, struct job *j)
{
	run_set_target(j, peer_port(run->peer), "/plain");
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
		struct fetch_config config = run_config((enum fetch_engine)engine);

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
	run_set_target(j, peer_port(run->peer), i % 2 == 0 ? "/hang" : "/hang-head");
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
		struct fetch_config config = run_config((enum fetch_engine)engine);

		config.timeout_us = 0;
		run_fetch(&run, &config);
		peer_free(run.peer);
	}
}

/* The server closes each connection behind an answer that let hope for more. */
static void
start_last(struct run *run, size_t i, struct job *j)
{
	run_set_target(j, peer_port(run->peer), i == 0 || i == 60 ? "/hang" : "/last");
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
		struct fetch_config config = run_config((enum fetch_engine)engine);

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
	run_set_target(j, run->port, "/");
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

static void
test_refused(void **state)
{
	int engine;

	for (engine = 0; engine < 3; engine++) {
		struct run run = { .n = 3, .start = start_at_port, .check = check_refused };
		struct fetch_config config = run_config((enum fetch_engine)engine);
		int fd = run_socket(-1, &run.port);

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
		struct fetch_config config = run_config((enum fetch_engine)engine);
		int fd = run_socket(0, &run.port), fill[4];
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
	run_set_target(j, peer_port(run->peer), "/hang");
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
		struct fetch_config config = run_config((enum fetch_engine)engine);

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
		struct fetch_config config = run_config((enum fetch_engine)engine);

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
	run_set_target(j, run->port, "/");
}

static void
test_no_descriptors(void **state)
{
	struct rlimit lim;
	int engine;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &lim), 0);
	for (engine = 0; engine < 3; engine++) {
		struct run run = { .n = 1, .start = start_without_descriptors, .check = check_no_resources };
		struct fetch_config config = run_config((enum fetch_engine)engine);
		int fd = run_socket(8, &run.port);

		run_fetch(&run, &config);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &lim), 0);
		(void)close(fd);
	}
}

/* Arguments that cannot be served are the caller's to hear of, not a job's outcome. */
static void
test_start_refuses(void **state)
{
	struct fetch_config config = run_config(FETCH_EVENTS);
	struct run run = { 0 };
	struct job *j;

	assert_int_equal(loop_new(&run.loop), 0);
	assert_int_equal(fetch_new(&config, run.loop, run_done, &run, &run.fetch), 0);
	assert_int_equal(job_new(&j), 0);
	run_set_target(j, 1, "/");
	j->address[0] = '\0';
	assert_int_equal(fetch_start(run.fetch, j), -EDESTADDRREQ);
	fetch_stop(run.fetch);
	assert_int_equal(fetch_room(run.fetch), 0);
	run_set_target(j, 1, "/");
	assert_int_equal(fetch_start(run.fetch, j), -ECANCELED);
	job_free(j);
	fetch_free(run.fetch);

	config.ca_file = "/nonexistent/certificates.pem";
	assert_int_equal(fetch_new(&config, run.loop, run_done, &run, &run.fetch), -ENOENT);
	config = run_config(FETCH_THREADS);
	config.threads = 0;
	assert_int_equal(fetch_new(&config, run.loop, run_done, &run, &run.fetch), -EINVAL);
	assert_int_equal(setenv("http_proxy", "gopher://p:1", 1), 0);
	config.threads = 1;
	assert_int_equal(fetch_new(&config, run.loop, run_done, &run, &run.fetch), -EINVAL);
	assert_int_equal(unsetenv("http_proxy"), 0);
	loop_free(run.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connections_are_kept),
		cmocka_unit_test(test_idle_connections_may_close),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_connect_timeout),
		cmocka_unit_test(test_low_speed),
		cmocka_unit_test(test_not_tls),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_start_refuses),
	};

	return cmocka_run_group_tests_name("fetch_ends", tests, run_global_init, run_global_release);
}
