/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of what was not fetched. */
#include "config.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/store_bench.h"

static void
refuse(struct bench *b, const char *url, const char *parent, uint32_t depth, enum outcome reason)
{
	struct store_skip k = {
		.url = str_of(url),
		.parent = str_of(parent),
		.depth = depth,
		.kind = LINK_PAGE,
		.reason = reason,
	};

	assert_int_equal(store_skip(b->store, &k, 1), 0);
}

/* What is listed at the end: so many. The caller's. */
static json_t *
close_and_list(struct bench *b, size_t n)
{
	json_t *lines;

	assert_int_equal(bench_close(b), 0);
	lines = bench_lines("skipped.jsonl");
	assert_int_equal(json_array_size(lines), n);
	return lines;
}

/* Whoever refuses faster than the writer writes is told so, long before there is no room; and when that is over. */
static void
behind(void **state)
{
	char url[4000] = "http://a/", *error = NULL;
	struct bench b;
	size_t n;

	memset(url + strlen(url), 'x', sizeof(url) - strlen(url) - 1);
	bench_init(&b);
	assert_int_equal(store_open(&b.config, &b.store, &error), 0);
	for (n = 0; !store_is_behind(b.store); n++)
		refuse(&b, url, "", 1, OUTCOME_HOST_DEAD);
	assert_in_range(n, 100, 10000);
	/* It writes them before it does anything else. */
	assert_int_equal(store_start(b.store, b.all_returns), 0);
	assert_false(store_is_behind(b.store));
	json_decref(close_and_list(&b, n));
	bench_release(&b);
}

static bool
not_fetched(void *arg, struct str url)
{
	return !str_eq(url, STR("http://a/fetched"));
}

static void
skipped(void **state)
{
	struct bench b;
	json_t *l;

	bench_init(&b);
	b.config.still_skipped = not_fetched;
	bench_open(&b);
	refuse(&b, "http://a/deep", "http://a/2", 5, OUTCOME_NOFOLLOW);
	refuse(&b, "http://a/fetched", "http://a/2", 5, OUTCOME_DEPTH);
	refuse(&b, "http://a/robots", "", 1, OUTCOME_ROBOTS_DENY);
	refuse(&b, "http://b/", "http://a/", 1, OUTCOME_OUT_OF_SCOPE_HOST);
	refuse(&b, "http://c/", "http://a/", 1, OUTCOME_EXCLUDED_DOMAIN);
	refuse(&b, "http://a/deep", "http://a/3", 4, OUTCOME_NOFOLLOW);
	refuse(&b, "http://a/deep", "http://a/22", 4, OUTCOME_DEPTH);
	refuse(&b, "http://a/deep", "http://a/21", 4, OUTCOME_DEPTH);
	refuse(&b, "http://a/deep", "http://a/1", 4, OUTCOME_NOFOLLOW);
	refuse(&b, "no url \xff\n", "http://a/", 1, OUTCOME_BAD_URL);
	refuse(&b, "mailto:a", "http://a/", 1, OUTCOME_SCHEME);

	l = close_and_list(&b, 3);
	assert_string_equal(line_get(l, 0, "url"), "http://a/robots");
	assert_true(json_is_null(json_object_get(json_array_get(l, 0), "parent")));
	assert_string_equal(line_get(l, 0, "reason"), "robots_deny");
	assert_string_equal(line_get(l, 0, "text"), "robots.txt disallows");
	assert_string_equal(line_get(l, 1, "url"), "no url \xef\xbf\xbd\n");
	assert_string_equal(line_get(l, 2, "url"), "http://a/deep");
	assert_string_equal(line_get(l, 2, "parent"), "http://a/21");
	assert_string_equal(line_get(l, 2, "reason"), "depth");
	assert_string_equal(line_get(l, 2, "kind"), "page");
	assert_int_equal(line_int(l, 2, "depth"), 4);
	json_decref(l);
	bench_release(&b);
}

static bool
is_listed(const json_t *lines, const char *url)
{
	for (size_t i = 0; i < json_array_size(lines); i++)
		if (strcmp(line_get(lines, i, "url"), url) == 0)
			return true;
	return false;
}

/* What is no finding, and not listed else; each once. */
static void
log_rejected(void **state)
{
	static const char *const urls[] = { "http://b/", "http://c/", "mailto:b" };
	struct bench b;
	json_t *l;

	bench_init(&b);
	b.config.log_rejected = true;
	bench_open(&b);
	refuse(&b, "http://b/", "http://a/", 1, OUTCOME_OUT_OF_SCOPE_HOST);
	refuse(&b, "http://c/", "http://a/", 1, OUTCOME_EXCLUDED_DOMAIN);
	refuse(&b, "http://b/", "http://a/2", 1, OUTCOME_OUT_OF_SCOPE_HOST);
	refuse(&b, "mailto:b", "http://a/2", 1, OUTCOME_SCHEME);
	l = close_and_list(&b, 3);
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		assert_true(is_listed(l, urls[i]));
	json_decref(l);
	bench_release(&b);
}

/*
 * More than one pass over the spool: each URL is asked about once, and listed if it is still not
 * fetched.
 */
enum { MANY = 1150000, LISTED_EACH = 64 };

static bool
count_asked(void *arg, struct str url)
{
	unsigned char *seen = arg;
	uint64_t i;

	assert_int_equal(str_to_u64(url, MANY - 1, &i), 0);
	assert_int_equal(seen[i]++, 0);
	return i % LISTED_EACH == 0;
}

static void
many_skipped(void **state)
{
	unsigned char *seen = calloc(MANY, 1);
	struct bench b;

	assert_non_null(seen);
	bench_init(&b);
	b.config.still_skipped = count_asked;
	b.config.still_arg = seen;
	bench_open(&b);
	for (unsigned i = 0; i < MANY; i++) {
		char url[16];

		(void)snprintf(url, sizeof(url), "%u", i);
		refuse(&b, url, "", 1, OUTCOME_DEPTH);
		if (i % 1000 == 0)
			refuse(&b, url, "", 1, OUTCOME_KIND);
	}
	json_decref(close_and_list(&b, (MANY + LISTED_EACH - 1) / LISTED_EACH));
	assert_null(memchr(seen, 0, MANY));
	free(seen);
	bench_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(skipped, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(behind, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(log_rejected, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(many_skipped, bench_set_up, bench_tear_down),
	};

	return cmocka_run_group_tests_name("store_skipped", tests, NULL, NULL);
}
