/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, against a scripted name server on a loopback port. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ares.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/fetch_names.h"

/* loop_stop() is for good: each run of the loop needs one of its own. So a play asks all at once, or one by one here. */
static void
on_next(void *arg, const struct fetch_address *a)
{
	struct names_play *p = arg;

	p->last = *a;
	p->waiting--;
}

static const struct resolve_config defaults = { .timeout_us = 20 * CLOCK_US_PER_SEC, .ipv4 = true, .ipv6 = true };

static void
assert_one(const struct resolve_config *config, const char *host, enum outcome outcome, const char *address)
{
	struct names_play p;

	names_begin(&p, config);
	names_ask(&p, host);
	assert_int_equal(loop_run(p.loop), 0);
	if (p.last.outcome != outcome || strcmp(p.last.address, address) != 0)
		fail_msg("%s: %s %s", host, outcome_name(p.last.outcome), p.last.address);
	assert_true(p.last.expires_us > 0 || outcome == OUTCOME_DNS_FAILED);
	names_end(&p);
}

/* Neither a query, nor an address from anywhere else. */
static void
test_only_a_net(void **state)
{
	static const char *const elsewhere[] = { "a.test", "localhost", "127.78.0.1", "10.0.0.1", "::1", "[::ffff:127.77.0.1]", "pinned.test" };
	static const char *const pins[] = { "pinned.test:80:10.0.0.9", NULL };
	struct resolve_config config = defaults;
	struct names_play p;

	(void)state;
	config.only = (struct fetch_net){ "127.77.0.0", 16 };
	config.pins = pins;
	assert_one(&config, "127.77.0.1", OUTCOME_OK, "127.77.0.1");
	assert_one(&config, "127.77.255.3", OUTCOME_OK, "127.77.255.3");
	names_begin(&p, &config);
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
		names_ask(&p, elsewhere[i]);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_NOT_FOUND], ARRAY_LEN(elsewhere));
	assert_int_equal(resolve_queries(p.resolve), 0);
	names_end(&p);
}

static void
test_answers(void **state)
{
	struct resolve_config v4 = defaults, v6 = defaults;

	v4.ipv6 = false;
	v6.ipv4 = false;
	assert_one(&defaults, "a.test", OUTCOME_OK, "10.0.0.1");
	assert_one(&defaults, "a.test.", OUTCOME_OK, "10.0.0.1");
	assert_one(&defaults, "no.such.test", OUTCOME_DNS_NOT_FOUND, "");
	assert_one(&defaults, "nodata.test", OUTCOME_DNS_NOT_FOUND, "");
	assert_one(&defaults, "servfail.test", OUTCOME_DNS_FAILED, "");
	assert_one(&v4, "dual.test", OUTCOME_OK, "10.0.0.2");
	assert_one(&v6, "dual.test", OUTCOME_OK, "2001:db8::2");
	assert_one(&v4, "six.test", OUTCOME_NO_ADDRESS, "");
	assert_one(&v4, "no.such.test", OUTCOME_DNS_NOT_FOUND, "");
	assert_one(&v6, "six.test", OUTCOME_OK, "2001:db8::6");
}

static void
test_without_query(void **state)
{
	static const struct {
		const char *host, *address;
	} rows[] = {
		{ "127.0.0.1", "127.0.0.1" },
		{ "[::1]", "::1" },
		{ "[2001:db8::99]", "2001:db8::99" },
		{ "localhost", "127.0.0.1" },
		{ "LOCALHOST.", "127.0.0.1" },
		{ "a.b.localhost", "127.0.0.1" },
		{ "pinned.test", "192.0.2.7" },
		{ "PINNED.test", "192.0.2.7" },
	};
	static const char *const pins[] = { "pinned.test:80:192.0.2.7,192.0.2.8", "+six.pinned.test:80:[2001:db8::7]",
		NULL };
	struct resolve_config c = defaults, v6 = defaults, v4 = defaults;
	struct names_play p;
	size_t i;

	c.pins = pins;
	v6.ipv4 = false;
	v4.ipv6 = false;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		assert_one(&c, rows[i].host, OUTCOME_OK, rows[i].address);
	assert_one(&c, "six.pinned.test", OUTCOME_OK, "2001:db8::7");
	assert_one(&v6, "localhost", OUTCOME_OK, "::1");
	assert_one(&v6, "127.0.0.1", OUTCOME_NO_ADDRESS, "");
	assert_one(&v4, "[::1]", OUTCOME_NO_ADDRESS, "");
	assert_one(&c, "", OUTCOME_DNS_NOT_FOUND, "");

	names_begin(&p, &c);
	for (i = 0; i < ARRAY_LEN(rows); i++)
		names_ask(&p, rows[i].host);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(resolve_queries(p.resolve), 0);
	assert_int_equal(p.server.queries, 0);
	names_end(&p);
	/* Another port is another matter. */
	names_begin(&p, &c);
	names_ask_port(&p, "pinned.test", 81, names_told);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.last.outcome, OUTCOME_DNS_NOT_FOUND);
	names_end(&p);
}

static void
test_time_to_live(void **state)
{
	static const struct {
		const char *name;
		int64_t ttl_s;
	} rows[] = {
		{ "a.test", 100 },
		{ "brief.test", RESOLVE_TTL_MIN_S },
		{ "long.test", RESOLVE_TTL_MAX_S },
		{ "no.such.test", RESOLVE_TTL_MIN_S },
		{ "localhost", RESOLVE_TTL_MAX_S },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t before_us = clock_mono_us(), ttl_us = rows[i].ttl_s * CLOCK_US_PER_SEC;
		struct names_play p;

		names_begin(&p, &defaults);
		names_ask(&p, rows[i].name);
		assert_int_equal(loop_run(p.loop), 0);
		assert_true(p.last.expires_us >= before_us + ttl_us);
		assert_true(p.last.expires_us <= clock_mono_us() + ttl_us);
		names_end(&p);
	}
}

/* Asks the same name three times, the later ones when the first is answered. */
static void
on_first(void *arg, const struct fetch_address *a)
{
	struct names_play *p = arg;

	on_next(p, a);
	names_ask(p, "a.test");
	names_ask(p, "a.test");
}

static void
test_one_query_per_name(void **state)
{
	struct names_play p;
	int i;

	names_begin(&p, &defaults);
	for (i = 0; i < 100; i++)
		names_ask(&p, "a.test");
	assert_int_equal(resolve_queries(p.resolve), 1);
	names_ask_port(&p, "a.test", 443, on_first);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 102);
	assert_int_equal(resolve_queries(p.resolve), 1);
	/* A and AAAA. */
	assert_int_equal(p.server.queries, 2);
	names_end(&p);
}

static void
on_first_failure(void *arg, const struct fetch_address *a)
{
	struct names_play *p = arg;

	assert_int_equal(a->outcome, OUTCOME_DNS_FAILED);
	on_next(p, a);
	names_ask(p, "servfail.test");
}

/* A name server that failed may do better now: whoever tries again asks it again. */
static void
test_failure_is_not_kept(void **state)
{
	struct names_play p;

	names_begin(&p, &defaults);
	names_ask_port(&p, "servfail.test", 80, on_first_failure);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 1);
	assert_int_equal(resolve_queries(p.resolve), 2);
	names_end(&p);
}

static unsigned
count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static void
test_a_thousand_names_start_no_thread(void **state)
{
	unsigned threads;
	struct names_play p;

	names_begin(&p, &defaults);
	threads = count_threads();
	names_ask_many(&p, "n", ".test", 1000, names_told);
	/* Bounded: the others wait. */
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_QUERIES);
	assert_int_equal(count_threads(), threads);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(count_threads(), threads);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 1000);
	assert_int_equal(resolve_queries(p.resolve), 1000);
	names_end(&p);
}

static void
test_deadline(void **state)
{
	struct resolve_config c = defaults;
	struct names_play p;

	c.timeout_us = CLOCK_US_PER_SEC / 5;
	names_begin(&p, &c);
	names_ask(&p, "silent.test");
	names_ask(&p, "garbage.test");
	names_ask_many(&p, "n", ".test", 10, names_told);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 10);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 2);
	names_end(&p);
}

/* Names of one party whose name servers are silent hold its own places only, make no other name wait, and are given up together. */
static void
test_one_party(void **state)
{
	struct resolve_config c = defaults;
	struct names_play p;

	c.timeout_us = CLOCK_US_PER_SEC * 2 / 5;
	names_begin(&p, &c);
	names_ask_many(&p, "s", ".silent.test", 1000, names_told);
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_PARTY_QUERIES);
	names_ask(&p, "a.test");
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_PARTY_QUERIES + 1);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 1000);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 1);
	assert_in_range(resolve_queries(p.resolve), RESOLVE_PARTY_FAILURES + 1, RESOLVE_PARTY_FAILURES + RESOLVE_PARTY_QUERIES + 1);
	names_end(&p);
}

/* The last of them is answered: others of their party come. */
static void
on_given_up(void *arg, const struct fetch_address *a)
{
	struct names_play *p = arg;

	if (p->by_outcome[OUTCOME_DNS_FAILED] + 1 == 100) {
		p->queries = resolve_queries(p->resolve);
		names_ask_many(p, "t", ".silent.test", 1000, names_told);
	}
	names_told(p, a);
}

/* What comes when it is given up is not asked for either, as long as that is remembered. */
static void
test_party_given_up(void **state)
{
	struct resolve_config c = defaults;
	struct names_play p;

	c.timeout_us = CLOCK_US_PER_SEC * 2 / 5;
	names_begin(&p, &c);
	names_ask_many(&p, "s", ".silent.test", 100, on_given_up);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 1100);
	assert_int_equal(resolve_queries(p.resolve), p.queries);
	names_end(&p);
}

/* More silent parties than may be asked at a time: whose turn comes after all of them is asked too, and has its own time. */
static void
test_deadline_in_queue(void **state)
{
	struct resolve_config c = defaults;
	struct names_play p;

	c.timeout_us = CLOCK_US_PER_SEC * 2 / 5;
	names_begin(&p, &c);
	names_ask_many(&p, "quiet", ".test", 3 * RESOLVE_QUERIES, names_told);
	names_ask(&p, "a.test");
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_QUERIES);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 3 * RESOLVE_QUERIES);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 1);
	names_end(&p);
}

/* many.test has three addresses; each that fails goes to the end. */
static void
on_rotate(void *arg, const struct fetch_address *a)
{
	struct names_play *p = arg;
	static char seen[4][JOB_ADDRESS_BYTES];

	p->waiting--;
	assert_int_equal(a->outcome, OUTCOME_OK);
	memcpy(seen[p->by_outcome[OUTCOME_OK]], a->address, JOB_ADDRESS_BYTES);
	if (p->by_outcome[OUTCOME_OK]++ == 3) {
		assert_string_not_equal(seen[0], seen[1]);
		assert_string_not_equal(seen[1], seen[2]);
		assert_string_not_equal(seen[0], seen[2]);
		assert_string_equal(seen[3], seen[0]);
		loop_stop(p->loop);
		return;
	}
	resolve_failed(p->resolve, STR("many.test"), 80, a->address);
	resolve_failed(p->resolve, STR("many.test"), 80, "192.0.2.1");
	resolve_failed(p->resolve, STR("many.test"), 80, "nonsense");
	resolve_failed(p->resolve, STR("unknown.test"), 80, a->address);
	names_ask_port(p, "many.test", 80, on_rotate);
}

static void
test_failed_addresses_go_to_the_end(void **state)
{
	static const char *const pins[] = { "many.test:80:10.1.0.1,10.1.0.2,[::1]", NULL };
	struct resolve_config c = defaults;
	struct names_play p;
	int i;

	for (i = 0; i < 2; i++) {
		c.pins = i == 0 ? NULL : pins;
		names_begin(&p, &c);
		names_ask_port(&p, "many.test", 80, on_rotate);
		assert_int_equal(loop_run(p.loop), 0);
		names_end(&p);
	}
}

static void
test_stop(void **state)
{
	struct names_play p;

	names_begin(&p, &defaults);
	names_ask(&p, "silent.test");
	names_ask_many(&p, "s", ".silent.test", 100, names_told);
	resolve_stop(p.resolve);
	names_ask(&p, "a.test");
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_INTERRUPTED], 102);
	names_end(&p);
}

/* Freed while names are asked: nothing is called, nothing leaks. */
static void
test_free_while_asking(void **state)
{
	struct names_play p;

	names_begin(&p, &defaults);
	names_ask(&p, "silent.test");
	names_ask(&p, "a.test");
	names_ask(&p, "127.0.0.1");
	names_end(&p);
	assert_int_equal(p.waiting, 3);
}

static void
test_bad_config(void **state)
{
	static const char *const bad[] = { "", "a", "a:80", "a:80:", "a:80:nonsense", "a:x:127.0.0.1", ":80:127.0.0.1",
		"a:65536:127.0.0.1", "a:80:127.0.0.1,", "a:80:127.0.0.1,b" };
	struct resolve_config c = defaults;
	struct resolve *r;
	struct loop *l;
	size_t i;

	assert_int_equal(loop_new(&l), 0);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		const char *const pins[] = { bad[i], NULL };

		c.pins = pins;
		if (strcmp(bad[i], "a:80:127.0.0.1,") == 0) {
			/* curl takes a comma at the end too. */
			assert_int_equal(resolve_new(&c, l, &r), 0);
			resolve_free(r);
		} else if (resolve_new(&c, l, &r) != -EINVAL) {
			fail_msg("\"%s\" was taken", bad[i]);
		}
	}
	c = defaults;
	c.servers = "not an address";
	assert_int_equal(resolve_new(&c, l, &r), -EINVAL);
	c = defaults;
	c.ipv4 = c.ipv6 = false;
	assert_int_equal(resolve_new(&c, l, &r), -EINVAL);
	loop_free(l);
}

/* What this machine lacks is nothing about the name. */
static void
test_no_resources(void **state)
{
	struct rlimit old, tight;
	struct names_play p;
	int fd;

	names_begin(&p, &defaults);
	fd = dup(0);
	assert_true(fd >= 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	tight = old;
	tight.rlim_cur = (rlim_t)fd + 1; /* it was the lowest that was free, and what the play has is open already */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	names_ask(&p, "a.test");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.last.outcome, OUTCOME_NO_RESOURCES);
	names_end(&p);
	(void)close(fd);
}

static bool refuse_memory;

static void *
ares_malloc(size_t size)
{
	return refuse_memory ? NULL : malloc(size);
}

static void *
ares_realloc(void *p, size_t size)
{
	return refuse_memory ? NULL : realloc(p, size);
}

static void
test_no_memory(void **state)
{
	struct names_play p;

	names_begin(&p, &defaults);
	refuse_memory = true;
	names_ask(&p, "a.test");
	refuse_memory = false;
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.last.outcome, OUTCOME_NO_MEMORY);
	names_end(&p);
}

static int
group_setup(void **state)
{
	return ares_library_init_mem(ARES_LIB_INIT_ALL, ares_malloc, free, ares_realloc);
}

static int
group_teardown(void **state)
{
	ares_library_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_only_a_net),
		cmocka_unit_test(test_without_query),
		cmocka_unit_test(test_time_to_live),
		cmocka_unit_test(test_one_query_per_name),
		cmocka_unit_test(test_failure_is_not_kept),
		cmocka_unit_test(test_a_thousand_names_start_no_thread),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_one_party),
		cmocka_unit_test(test_party_given_up),
		cmocka_unit_test(test_deadline_in_queue),
		cmocka_unit_test(test_failed_addresses_go_to_the_end),
		cmocka_unit_test(test_no_resources),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_free_while_asking),
		cmocka_unit_test(test_bad_config),
	};

	return cmocka_run_group_tests_name("fetch_resolve", tests, group_setup, group_teardown);
}
