/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages served again (tune/replay.h), and made-up ones (tune/model.h): what is answered, and where references lead. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tune/model.h"
#include "tune/replay.h"

static struct replay *
replay_with(const struct replay_fact *facts, size_t n)
{
	struct replay *r;

	assert_int_equal(replay_new("/tmp", &r), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(replay_add(r, &facts[i]), 1);
	replay_set_port(r, 80);
	return r;
}

static struct origin_answer
answer(struct replay *r, unsigned host, const char *path)
{
	struct origin_answer a = { .status = 404 };

	replay_answer(r, host, str_of(path), &a);
	return a;
}

static void
assert_body(struct origin_answer a, const char *want)
{
	if (!str_eq(a.body, str_of(want)))
		fail_msg("%.*s\nis not\n%s", STR_ARG(a.body), want);
}

static void
references_lead_to_the_origin(void **state)
{
	static const struct replay_fact facts[] = {
		{ .url = STR("https://a.example/"), .type = STR("text/html"), .status = 200, .latency_us = 7 },
		{ .url = STR("http://b.example:8080/x?y=1"), .type = STR("text/css; charset=utf-8"), .status = 200 },
		{ .url = STR("https://a.example/old"), .status = 301, .location = STR("http://b.example:8080/x?y=1") },
	};
	struct replay *r = replay_with(facts, ARRAY_LEN(facts));

	(void)state;
	assert_int_equal(replay_hosts(r), 2);
	assert_int_equal(replay_body(r, 0, STR("<a href=\"https://a.example/\"><a href='//b.example:8080/x?y=1'><a href=HTTP://a.example>"
		"<a href=\"https://a.example.org/\"><a href=/old>x//a.example/ //b.example:8080")), 0);
	assert_int_equal(replay_body(r, 1, STR("@import url(http://a.example/);")), 0);
	assert_int_equal(replay_body(r, 2, STR("")), 0);
	assert_body(answer(r, 0, "/"), "<a href=\"http://127.77.0.1:80/\"><a href='http://127.77.0.2:80/x?y=1'><a href=http://127.77.0.1:80>"
		"<a href=\"https://a.example.org/\"><a href=/old>x//a.example/ http://127.77.0.2:80");
	assert_int_equal(answer(r, 0, "/").latency_us, 7);
	assert_body(answer(r, 1, "/x?y=1"), "@import url(http://127.77.0.1:80/);");
	assert_int_equal(answer(r, 0, "/old").status, 301);
	assert_true(str_eq(answer(r, 0, "/old").location, STR("http://127.77.0.2:80/x?y=1")));
	assert_int_equal(answer(r, 0, "/x?y=1").status, 404);
	assert_int_equal(answer(r, 9, "/").status, 404);
	replay_free(r);
}

/* A trial would follow it to the web. */
static void
redirects_to_other_hosts_are_none(void **state)
{
	static const struct replay_fact facts[] = {
		{ .url = STR("https://a.example/"), .status = 302, .location = STR("https://elsewhere.example/") },
		{ .url = STR("https://a.example/1"), .status = 302, .location = STR("ftp://a.example/") },
		{ .url = STR("https://a.example/2"), .status = 302, .location = STR("https://a.example/3") },
	};
	struct replay *r = replay_with(facts, ARRAY_LEN(facts));

	(void)state;
	assert_int_equal(answer(r, 0, "/").status, 404);
	assert_int_equal(answer(r, 0, "/").location.len, 0);
	assert_int_equal(answer(r, 0, "/1").status, 404);
	assert_int_equal(answer(r, 0, "/2").status, 302);
	assert_true(str_eq(answer(r, 0, "/2").location, STR("http://127.77.0.1:80/3")));
	replay_free(r);
}

/* http and https of a name are one host: the redirect between them would be a circle. */
static void
circles_are_left_out(void **state)
{
	struct replay_fact f = { .url = STR("http://a.example/"), .status = 301, .location = STR("https://a.example/") };
	struct replay *r = replay_with(NULL, 0);

	(void)state;
	assert_int_equal(replay_add(r, &f), 0);
	f = (struct replay_fact){ .url = STR("https://a.example/"), .status = 200 };
	assert_int_equal(replay_add(r, &f), 1);
	assert_int_equal(replay_add(r, &f), 0);
	f.url = STR("ftp://a.example/");
	assert_int_equal(replay_add(r, &f), 0);
	replay_free(r);
}

static size_t
count(struct str s, const char *what)
{
	size_t n = 0;

	for (const char *at = s.p; (at = memmem(at, (size_t)(s.p + s.len - at), what, strlen(what))) != NULL; at++)
		n++;
	return n;
}

/* As large, with as many links, and every page that was found on it among them. */
static void
made_up_pages_lead_on(void **state)
{
	struct replay_fact facts[20];
	struct replay *r;
	struct origin_answer a;
	char url[20][32];

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		(void)snprintf(url[i], sizeof(url[i]), "http://a.example/%u", i);
		facts[i] = (struct replay_fact){ .url = str_of(url[i]), .parent = i > 0 ? str_of(url[0]) : STR_NONE, .type = STR("text/html"),
			.status = 200, .body_bytes = 20000, .links = 50 };
	}
	r = replay_with(facts, 20);
	assert_int_equal(replay_body(r, 0, STR_NONE), 0);
	a = answer(r, 0, "/0");
	assert_in_range(a.body.len, 19000, 21000);
	assert_int_equal(count(a.body, "href="), 50);
	for (unsigned i = 1; i < 20; i++) {
		(void)snprintf(url[i], sizeof(url[i]), "\"http://127.77.0.1:80/%u\"", i);
		assert_true(count(a.body, url[i]) >= 1);
	}
	replay_free(r);
}

static void
model_is_a_function_of_the_path(void **state)
{
	struct model m = { .latency_us = 1000, .size_bytes = 5000, .hosts = 1, .links = 10, .page = BUF_INIT(1 << 20) };
	static const char *const none[] = { "", "x", "/x", "/01", "/1/2", "/robots.txt", "/99999999999999999999" };
	struct origin_answer a = { .status = 404 };

	(void)state;
	model_answer(&m, 0, STR("/7"), &a);
	assert_int_equal(a.status, 200);
	assert_in_range(a.body.len, 4900, 5300);
	assert_int_equal(count(a.body, "href=\"/"), 10);
	assert_int_equal(count(a.body, "href=\"/29\"") + count(a.body, "href=\"/32\""), 2);
	assert_in_range(a.latency_us, 700, 1300);
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		a = (struct origin_answer){ .status = 404 };
		model_answer(&m, 0, str_of(none[i]), &a);
		assert_int_equal(a.status, 404);
	}
	buf_release(&m.page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_lead_to_the_origin),
		cmocka_unit_test(redirects_to_other_hosts_are_none),
		cmocka_unit_test(circles_are_left_out),
		cmocka_unit_test(made_up_pages_lead_on),
		cmocka_unit_test(model_is_a_function_of_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
