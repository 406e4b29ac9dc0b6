/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/fetch_run.h"

#define MAX_HEAD   8192
#define MAX_BODY   (1024 * 1024)
#define SLOT_BYTES (256 * 1024)
#define SPILL      (64 * 1024)

const char *const run_engine_names[3] = { "events", "threads", "serial" };

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

struct fetch_config
run_config(enum fetch_engine engine)
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

void
run_done(void *arg, struct job *j)
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

void
run_set_target(struct job *j, uint16_t port, const char *path)
{
	char url[512];

	(void)snprintf(url, sizeof(url), "http://peer.test:%u%s", port, path);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	(void)snprintf(j->address, sizeof(j->address), "127.0.0.1");
}

void
run_fetch(struct run *run, const struct fetch_config *config)
{
	assert_int_equal(loop_new(&run->loop), 0);
	assert_int_equal(fetch_new(config, run->loop, run_done, run, &run->fetch), 0);
	loop_prepare_add(run->loop, on_prepare, run);
	assert_int_equal(loop_run(run->loop), 0);
	assert_int_equal(run->done, run->n);
	assert_int_equal(fetch_in_flight(run->fetch), 0);
	fetch_free(run->fetch);
	loop_free(run->loop);
}

int
run_socket(int backlog, uint16_t *ret_port)
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

int
run_global_init(void **state)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
		"no_proxy", "NO_PROXY" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		(void)unsetenv(names[i]);
	return fetch_global_init();
}

int
run_global_release(void **state)
{
	fetch_global_release();
	return 0;
}
