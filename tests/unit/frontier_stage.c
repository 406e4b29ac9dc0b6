/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/frontier_stage.h"
#include "url/canon.h"

static const struct hash_key key = { 5 };

struct stage stage;

static void
need_address(void *arg, struct hostq *h, const struct url *origin)
{
	assert_true(stage.n_asks < ARRAY_LEN(stage.asks));
	stage.asks[stage.n_asks++] = h;
}

static struct job *
get_job(void *arg)
{
	struct job *j;

	return job_new(&j) == 0 ? j : NULL;
}

static void
put_job(void *arg, struct job *j)
{
	job_free(j);
}

static void
commit(void *arg, struct job *j)
{
	stage.n_commits++;
	stage.n_committed_ok += j->outcome == OUTCOME_OK;
	frontier_end(stage.f, j);
	job_free(j);
}

static void
refused(void *arg, const struct frontier_refusal *refusal)
{
	stage.n_refused++;
	if (refusal->reason != OUTCOME_HOST_DEAD && refusal->reason != OUTCOME_ROBOTS_DENY)
		fail_msg("%.*s was refused", STR_ARG(refusal->url));
}

static void
forward(void *arg, unsigned loop, struct frontier_parcel *p)
{
	fail();
}

static void
full(void *arg, enum outcome reason)
{
	fail();
}

static void
finished(void *arg)
{
}

void
stage_init(void)
{
	stage = (struct stage){ .now_us = 1000000 };
	stage.config = (struct frontier_config){ .key = &key, .n_loops = 1, .max_level = SCOPE_NO_LEVEL, .hold_us = 5000000, .per_host_max = 6,
		.tries = 3, .retry_us = 1000000, .max_redirect = 20, .robots_agent = STR("lycosa"), .max_crawl_delay_us = 300000000,
		.queue_max_bytes = UINT64_C(1) << 30 };
}

void
stage_start(void)
{
	struct scope_config rules = { .max_level = stage.config.max_level, .span_hosts = true, .nofollow = true };
	static const struct frontier_ops ops = { .need_address = need_address, .commit = commit, .dropped = refused,
		.refused = refused, .forward = forward, .full = full, .finished = finished, .job_get = get_job, .job_put = put_job };
	char *error;

	assert_int_equal(visited_new(UINT64_C(64) << 20, &stage.config.visited), 0);
	assert_int_equal(visited_new(UINT64_C(64) << 20, &stage.config.refused), 0);
	assert_int_equal(scope_new(&rules, &stage.scope, &error), 0);
	stage.config.scope = stage.scope;
	assert_int_equal(frontier_shared_new(&stage.config, &stage.shared), 0);
	assert_int_equal(frontier_new(&stage.config, stage.shared, 0, &ops, &stage.f), 0);
}

void
stage_stop(void)
{
	frontier_stop(stage.f, OUTCOME_BUDGET);
	while (stage.n_flight > 0)
		frontier_untake(stage.f, stage_land(stage.n_flight - 1), stage.now_us);
	frontier_free(stage.f);
	frontier_shared_free(stage.shared);
	scope_free(stage.scope);
	visited_free(stage.config.visited);
	visited_free(stage.config.refused);
}

void
stage_offer(uint32_t depth, const char *format, ...)
{
	struct frontier_way way = { .parent = STR("http://x.test/"), .depth = depth, .from = NET_PUBLIC };
	char text[1200];
	struct url u;
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	assert_in_range(len, 1, sizeof(text) - 1);
	url_init(&u);
	assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
	url_canon(&u);
	assert_int_equal(frontier_offer(stage.f, &u, &way), FRONTIER_QUEUED);
	url_release(&u);
}

void
stage_offer_two(const char *host, const char *other, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		stage_offer(1, "http://%s.test/%u", i % 2 == 0 ? host : other, i);
}

void
stage_answer_names(void)
{
	static unsigned n;

	while (stage.n_asks > 0) {
		struct hostq *h = stage.asks[--stage.n_asks];
		char address[40];

		n++;
		(void)snprintf(address, sizeof(address), "20.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
		frontier_address(stage.f, h, OUTCOME_OK, stage.address != NULL ? stage.address : address, INT64_MAX, stage.now_us);
	}
}

int64_t
stage_take_all(void)
{
	int64_t due_us;
	struct job *j;

	do {
		stage_answer_names();
		j = frontier_take(stage.f, stage.now_us, &due_us);
		if (j != NULL) {
			assert_true(stage.n_flight < STAGE_FLIGHT);
			stage.flight[stage.n_flight++] = j;
		}
	} while (j != NULL || stage.n_asks > 0);
	return due_us;
}

struct job *
stage_land(unsigned i)
{
	struct job *j = stage.flight[i];

	assert_true(i < stage.n_flight);
	stage.flight[i] = stage.flight[--stage.n_flight];
	return j;
}

void
stage_answer(unsigned i, uint64_t held_bytes)
{
	struct job *j = stage_land(i);

	stage.now_us += 1000;
	j->outcome = OUTCOME_OK;
	j->status = 200;
	j->timing.total_us = 1000;
	j->held_bytes = held_bytes;
	assert_false(stage_end(j));
}

bool
stage_end(struct job *j)
{
	bool again = frontier_fetched(stage.f, j, stage.now_us);

	if (!again)
		frontier_ready(stage.f, j, stage.now_us);
	return again;
}

unsigned
stage_next_end(int64_t due_us[STAGE_FLIGHT], int64_t next_us)
{
	unsigned n = 0;

	for (unsigned i = 0; i < stage.n_flight; i++)
		n = due_us[i] < due_us[n] ? i : n;
	if (stage.n_flight == 0 || next_us < due_us[n]) {
		stage.now_us = next_us;
		return STAGE_FLIGHT;
	}
	stage.now_us = due_us[n];
	due_us[n] = due_us[stage.n_flight - 1];
	return n;
}
