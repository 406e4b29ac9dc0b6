/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a handle keeps from one transfer to the next, without a network: a transfer is set up and given up. CURLOPT_PRIVATE is
 * the witness: only a handle that is made anew points to its xfer again.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fetch/engine.h"
#include "fetch/xfer.h"
#include "url/homes.h"

/* --- libcurl's memory, of which the n-th piece is refused --- */

static unsigned refuse_in; /* 0: none is */

static bool
is_refused(void)
{
	return refuse_in > 0 && --refuse_in == 0;
}

static void *
curl_malloc(size_t size)
{
	return is_refused() ? NULL : malloc(size);
}

static void *
curl_realloc(void *p, size_t size)
{
	return is_refused() ? NULL : realloc(p, size);
}

static char *
curl_strdup(const char *s)
{
	return is_refused() ? NULL : strdup(s);
}

static void *
curl_calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : calloc(n, size);
}

/* --- one handle --- */

struct play {
	struct homes *homes;
	struct loop *loop;
	struct fetch *fetch;
	struct xfer *x;
	struct job *job;
};

static struct fetch_wants
wants(void *arg, const struct job *j, struct str content_type)
{
	return (struct fetch_wants){ .parse = false };
}

static void
on_done(void *arg, struct job *j)
{
	fail();
}

static void
play_begin(struct play *p, const char *const *seeds)
{
	struct fetch_config config = {
		.engine = FETCH_EVENTS,
		.connections = 1,
		.threads = 1,
		.connect_timeout_us = CLOCK_US_PER_SEC,
		.dns_timeout_us = CLOCK_US_PER_SEC,
		.timeout_us = CLOCK_US_PER_SEC,
		.max_head_bytes = 65536,
		.max_body_bytes = 65536,
		.slot_bytes = 65536,
		.spill_bytes = 65536,
		.touched_max_bytes = 65536,
		.user_agent = "lycosa-test",
		.verify_tls = true,
		.ipv4 = true,
		.wants = wants,
	};
	struct url u;

	assert_int_equal(homes_new(&p->homes), 0);
	url_init(&u);
	for (; *seeds != NULL; seeds++) {
		assert_int_equal(url_parse(&u, str_of(*seeds), NULL), 0);
		assert_int_equal(homes_add(p->homes, &u), 0);
	}
	url_release(&u);
	config.session.home = p->homes;
	config.session.netrc = "machine a.test login ann password x\nmachine b.test login bob password y\n";
	assert_int_equal(loop_new(&p->loop), 0);
	assert_int_equal(fetch_new(&config, p->loop, on_done, NULL, &p->fetch), 0);
	assert_int_equal(xfer_new(p->fetch, NULL, NULL, &p->x), 0);
	assert_int_equal(job_new(&p->job), 0);
	body_take(p->fetch->body, p->job);
}

static void
play_end(struct play *p)
{
	fetch_body_release(p->fetch, p->job);
	job_free(p->job);
	xfer_free(p->x);
	fetch_free(p->fetch);
	loop_free(p->loop);
	homes_free(p->homes);
}

/* Sets the handle up for this URL, and gives it up. */
static int
begin(struct play *p, const char *url)
{
	int r;

	assert_int_equal(url_parse(&p->job->url, str_of(url), NULL), 0);
	(void)snprintf(p->job->address, sizeof(p->job->address), "127.0.0.1");
	r = xfer_begin(p->x, p->job);
	if (r == 0)
		assert_ptr_equal(xfer_interrupt(p->x), p->job);
	return r;
}

static void
mark(struct play *p)
{
	static char marked;

	assert_int_equal(curl_easy_setopt(p->x->easy, CURLOPT_PRIVATE, &marked), CURLE_OK);
}

static bool
is_anew(struct play *p)
{
	char *private = NULL;

	assert_int_equal(curl_easy_getinfo(p->x->easy, CURLINFO_PRIVATE, &private), CURLE_OK);
	return private == (char *)p->x;
}

/* A login by digest leaves something in the handle: it goes where the next URL is of another origin, be that a seed's or not. */
static void
test_digest_at_another_origin(void **state)
{
	static const char *const seeds[] = { "http://a.test/", "http://b.test/", "https://c.test/", NULL };
	static const struct {
		const char *url;
		bool anew;
	} rows[] = {
		{ "https://a.test/1", false }, /* the first: the handle is new, and nobody has asked for anything */
		{ "https://a.test/2", false },
		{ "https://b.test/1", true }, /* no seed's origin, neither is that; both have a login */
		{ "https://b.test/2", false },
		{ "http://b.test/", true },
		{ "http://a.test/", true },
		{ "http://a.test/2", false },
		{ "https://a.test/", true },
	};
	struct play p;
	size_t i;

	play_begin(&p, seeds);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		mark(&p);
		assert_int_equal(begin(&p, rows[i].url), 0);
		if (is_anew(&p) != rows[i].anew)
			fail_msg("%s", rows[i].url);
		assert_true(p.x->challenged); /* it may be, and that is all we know */
	}
	play_end(&p);
}

/* Whichever piece of memory there is not: a handle that was not set up to the end is not used, but made anew. */
static void
test_no_memory(void **state)
{
	static const char *const seeds[] = { "http://a.test/", NULL };
	unsigned n, failures = 0;
	struct play p;

	for (n = 1; n < 1000; n++) {
		int r;

		play_begin(&p, seeds);
		assert_int_equal(begin(&p, "http://a.test/"), 0);
		/* By digest, and of no use: anew, all of it. */
		p.x->denied = true;
		refuse_in = n;
		r = begin(&p, "http://a.test/2");
		if (refuse_in > 0)
			break;
		mark(&p);
		assert_int_equal(begin(&p, "http://a.test/3"), 0);
		if (r < 0) {
			failures++;
			assert_int_equal(r, -ENOMEM);
			assert_true(is_anew(&p));
		}
		play_end(&p);
	}
	assert_in_range(n, 4, 999);
	refuse_in = 0;
	play_end(&p);
	assert_true(failures > 3);
}

static int
group_setup(void **state)
{
	/* The first to come decides. */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, free, curl_realloc, curl_strdup, curl_calloc) != CURLE_OK)
		return -1;
	return fetch_global_init();
}

static int
group_teardown(void **state)
{
	fetch_global_release();
	curl_global_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_at_another_origin),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("fetch_xfer", tests, group_setup, group_teardown);
}
