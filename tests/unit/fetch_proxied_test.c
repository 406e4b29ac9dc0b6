/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three engines by way of a proxy that the environment names. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/fetch_peer.h"
#include "tests/unit/fetch_run.h"

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
	struct fetch_config config = run_config(FETCH_EVENTS);
	struct fetch *f;
	struct loop *l;
	struct url u;

	assert_int_equal(setenv("all_proxy", "http://proxy.test:1", 1), 0);
	assert_int_equal(loop_new(&l), 0);
	assert_int_equal(fetch_new(&config, l, run_done, NULL, &f), 0);
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
	struct fetch_config config = run_config(engine);
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
		{ "http://origin.test/page", RUN_OK_HEAD "Content-Length: 5\r\n\r\nproxy" },
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
		refused = run_socket(-1, &port);
		run_proxied(e, "proxy.test", port, "http://origin.test/page", OUTCOME_PROXY_FAILED);
		(void)close(refused);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_free_while_proxy_is_looked_up),
		cmocka_unit_test(test_proxy),
	};

	return cmocka_run_group_tests_name("fetch_proxied", tests, run_global_init, run_global_release);
}
