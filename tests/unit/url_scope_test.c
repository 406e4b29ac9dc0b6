/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/thread.h"
#include "url/canon.h"
#include "url/scope.h"
#include "url/scope_places.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct scope_way page = { .kind = LINK_PAGE, .depth = 1 };

static void
parse(struct url *u, const char *s)
{
	assert_int_equal(url_parse(u, str_of(s), NULL), 0);
	if (url_is_http(u))
		url_canon(u);
}

static struct scope *
scope_of(struct scope_config config, const char *seed)
{
	struct scope *s;
	struct url u;
	char *error;

	assert_int_equal(scope_new(&config, &s, &error), 0);
	url_init(&u);
	parse(&u, seed);
	assert_int_equal(scope_add_seed(s, &u), 0);
	url_release(&u);
	return s;
}

/* The outcome; *links_only at last if asked for. */
static enum outcome
check_way(struct scope *s, const char *text, struct scope_way way, bool *links_only)
{
	struct url u;
	enum outcome o;
	bool ignored;

	url_init(&u);
	parse(&u, text);
	o = scope_check(s, &u, &way, links_only != NULL ? links_only : &ignored);
	url_release(&u);
	return o;
}

static enum outcome
check(struct scope *s, const char *text)
{
	return check_way(s, text, page, NULL);
}

static void
add_host(struct scope *s, const char *text, bool want_new)
{
	struct url u;
	bool is_new;

	url_init(&u);
	parse(&u, text);
	assert_int_equal(scope_add_host(s, &u, &is_new), 0);
	assert_int_equal(is_new, want_new);
	url_release(&u);
}

static void
test_hosts(void **state)
{
	struct scope *s = scope_of((struct scope_config){ .max_level = SCOPE_NO_LEVEL }, "http://example.org/docs/x.html");

	assert_int_equal(check(s, "http://example.org/"), OUTCOME_OK);
	assert_int_equal(check(s, "https://example.org/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://example.org:8080/"), OUTCOME_OUT_OF_SCOPE_HOST);
	assert_int_equal(check(s, "http://www.example.org/"), OUTCOME_OUT_OF_SCOPE_HOST);
	assert_int_equal(check(s, "mailto:a@example.org"), OUTCOME_SCHEME);
	assert_int_equal(check_way(s, "http://elsewhere.org/", (struct scope_way){ .is_seed = true }, NULL), OUTCOME_OK);

	add_host(s, "https://www.example.net/en/", true);
	add_host(s, "https://example.net/", false);
	assert_int_equal(check(s, "http://example.net/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://www.example.net/fr/"), OUTCOME_OK);
	scope_free(s);

	s = scope_of((struct scope_config){ .max_level = SCOPE_NO_LEVEL }, "http://127.0.0.1:8080/");
	assert_int_equal(check(s, "http://127.0.0.1:8080/x"), OUTCOME_OK);
	assert_int_equal(check(s, "https://127.0.0.1:8080/x"), OUTCOME_OK);
	assert_int_equal(check(s, "http://127.0.0.1/x"), OUTCOME_OUT_OF_SCOPE_HOST);
	add_host(s, "http://127.0.0.2/", true);
	scope_free(s);
}

static void
test_https_only(void **state)
{
	struct scope *s = scope_of((struct scope_config){ .max_level = SCOPE_NO_LEVEL, .https_only = true, .page_requisites = true },
		"http://example.org/");

	assert_int_equal(check(s, "https://example.org/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://example.org/"), OUTCOME_INSECURE);
	assert_int_equal(check_way(s, "http://example.org/x.png", (struct scope_way){ .kind = LINK_REQUISITE }, NULL), OUTCOME_INSECURE);
	assert_int_equal(check_way(s, "http://example.org/s.xml", (struct scope_way){ .kind = LINK_SITEMAP }, NULL), OUTCOME_INSECURE);
	assert_int_equal(check_way(s, "http://elsewhere.org/", (struct scope_way){ .is_seed = true }, NULL), OUTCOME_OK);
	assert_int_equal(check_way(s, "http://elsewhere.org/", (struct scope_way){ .is_seed = true, .redirected = true }, NULL), OUTCOME_INSECURE);
	scope_free(s);
}

static void
test_domains(void **state)
{
	struct scope_config config = { .max_level = SCOPE_NO_LEVEL, .span_hosts = true };
	struct scope *s = scope_of(config, "http://example.org/");

	assert_int_equal(check(s, "http://elsewhere.net/"), OUTCOME_OK);
	scope_free(s);

	config.domains = LIST("Example.net", ".b\xc3\xbc""cher.de");
	config.exclude_domains = LIST("ads.example.net", "track.example.org");
	s = scope_of(config, "http://example.org/");
	assert_int_equal(check(s, "http://example.org/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://a.example.net/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://a.xn--bcher-kva.de/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://notexample.net/"), OUTCOME_OUT_OF_SCOPE_HOST);
	assert_int_equal(check(s, "http://x.ads.example.net/"), OUTCOME_EXCLUDED_DOMAIN);
	assert_int_equal(check_way(s, "http://track.example.org/", (struct scope_way){ .is_seed = true }, NULL),
		OUTCOME_EXCLUDED_DOMAIN);
	scope_free(s);

	/* Without -H too: what is named is meant. */
	config.span_hosts = false;
	s = scope_of(config, "http://example.org/");
	assert_int_equal(check(s, "http://a.example.net/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://elsewhere.net/"), OUTCOME_OUT_OF_SCOPE_HOST);
	assert_int_equal(check(s, "http://x.ads.example.net/"), OUTCOME_EXCLUDED_DOMAIN);
	scope_free(s);
}

static void
test_parent(void **state)
{
	struct scope_config config = { .max_level = SCOPE_NO_LEVEL, .no_parent = true };
	struct scope *s = scope_of(config, "http://example.org/docs/a/x.html");
	struct url u;

	assert_int_equal(check(s, "http://example.org/docs/a/"), OUTCOME_OK);
	assert_int_equal(check(s, "https://example.org/docs/a/b/c"), OUTCOME_OK);
	assert_int_equal(check(s, "http://example.org/docs/a"), OUTCOME_OUT_OF_SCOPE_PATH);
	assert_int_equal(check(s, "http://example.org/docs/ab/"), OUTCOME_OUT_OF_SCOPE_PATH);
	assert_int_equal(check(s, "http://example.org/"), OUTCOME_OUT_OF_SCOPE_PATH);
	/* A second seed of the host widens it. */
	url_init(&u);
	parse(&u, "http://example.org/img/");
	assert_int_equal(scope_add_seed(s, &u), 0);
	url_release(&u);
	assert_int_equal(check(s, "http://example.org/img/1"), OUTCOME_OK);
	assert_int_equal(check(s, "http://example.org/docs/a/1"), OUTCOME_OK);
	/* The twin of a host takes its directories; a redirect within a host does not widen it. */
	add_host(s, "http://example.org/login", false);
	assert_int_equal(check(s, "http://example.org/x"), OUTCOME_OUT_OF_SCOPE_PATH);
	assert_int_equal(check(s, "http://www.example.org/img/1"), OUTCOME_OK);
	assert_int_equal(check(s, "http://www.example.org/x"), OUTCOME_OUT_OF_SCOPE_PATH);
	add_host(s, "http://docs.example.net/a/index.html", true);
	assert_int_equal(check(s, "http://www.docs.example.net/a/b"), OUTCOME_OK);
	assert_int_equal(check(s, "http://docs.example.net/"), OUTCOME_OUT_OF_SCOPE_PATH);
	scope_free(s);
}

static void
test_level_and_requisites(void **state)
{
	struct scope_config config = { .max_level = 2, .no_parent = true };
	struct scope_way way = { .kind = LINK_PAGE, .depth = 2 };
	struct scope *s = scope_of(config, "http://example.org/d/");

	assert_int_equal(check_way(s, "http://example.org/d/x", way, NULL), OUTCOME_OK);
	way.depth = 3;
	assert_int_equal(check_way(s, "http://example.org/d/x", way, NULL), OUTCOME_DEPTH);
	way.kind = LINK_STYLE;
	assert_int_equal(check_way(s, "http://example.org/d/x", way, NULL), OUTCOME_DEPTH);
	way = (struct scope_way){ .kind = LINK_REQUISITE, .depth = 1 };
	assert_int_equal(check_way(s, "http://example.org/d/x.png", way, NULL), OUTCOME_OK);
	assert_int_equal(check_way(s, "http://cdn.example.net/x.png", way, NULL), OUTCOME_OUT_OF_SCOPE_HOST);
	scope_free(s);

	config.page_requisites = true;
	s = scope_of(config, "http://example.org/d/");
	way.depth = 3;
	assert_int_equal(check_way(s, "http://cdn.example.net/x.png", way, NULL), OUTCOME_OK);
	assert_int_equal(check_way(s, "http://example.org/x.png", way, NULL), OUTCOME_OK);
	way.depth = 2 + SCOPE_REQUISITE_LEVELS + 1;
	assert_int_equal(check_way(s, "http://example.org/x.png", way, NULL), OUTCOME_DEPTH);
	way = (struct scope_way){ .kind = LINK_PAGE, .depth = 1 };
	assert_int_equal(check_way(s, "http://cdn.example.net/", way, NULL), OUTCOME_OUT_OF_SCOPE_HOST);
	scope_free(s);
}

static void
test_kinds(void **state)
{
	struct scope_config config = { .max_level = SCOPE_NO_LEVEL, .nofollow = true };
	struct scope *s = scope_of(config, "http://example.org/");

	assert_int_equal(check_way(s, "http://example.org/f", (struct scope_way){ .kind = LINK_FORM }, NULL), OUTCOME_KIND);
	assert_int_equal(check_way(s, "http://example.org/h", (struct scope_way){ .kind = LINK_HINT }, NULL), OUTCOME_KIND);
	assert_int_equal(check_way(s, "http://example.org/n", (struct scope_way){ .flags = LINK_NOFOLLOW }, NULL),
		OUTCOME_NOFOLLOW);
	scope_free(s);
	config.nofollow = false;
	s = scope_of(config, "http://example.org/");
	assert_int_equal(check_way(s, "http://example.org/n", (struct scope_way){ .flags = LINK_NOFOLLOW }, NULL),
		OUTCOME_OK);
	scope_free(s);
}

static void
test_names(void **state)
{
	struct scope_config config = { .max_level = 3, .accept = LIST("pdf", "fig-[0-9].*", "mit leer.txt") };
	struct scope_way way = { .kind = LINK_PAGE, .depth = 1 };
	struct scope *s = scope_of(config, "http://h/");
	bool links_only = true;

	assert_int_equal(check_way(s, "http://h/a.pdf?x=.gif", way, &links_only), OUTCOME_OK);
	assert_false(links_only);
	assert_int_equal(check_way(s, "http://h/fig-3.svg", way, &links_only), OUTCOME_OK);
	assert_false(links_only);
	assert_int_equal(check_way(s, "http://h/mit%20leer.txt", way, &links_only), OUTCOME_OK);
	assert_false(links_only);
	assert_int_equal(check_way(s, "http://h/fig-x.svg", way, &links_only), OUTCOME_REJECTED);
	assert_int_equal(check_way(s, "http://h/a.HTML", way, &links_only), OUTCOME_OK);
	assert_true(links_only);
	assert_int_equal(check_way(s, "http://h/page", way, &links_only), OUTCOME_OK);
	assert_true(links_only);
	assert_int_equal(check_way(s, "http://h/dir/", way, &links_only), OUTCOME_OK);
	assert_true(links_only);
	assert_int_equal(check_way(s, "http://h/", (struct scope_way){ .is_seed = true }, &links_only), OUTCOME_OK);
	assert_true(links_only);
	/* At the last level its links would not be followed; nearer to the seeds they would: not a final refusal. */
	way.depth = 3;
	assert_int_equal(check_way(s, "http://h/a.html", way, &links_only), OUTCOME_DEPTH);
	assert_int_equal(check_way(s, "http://h/dir/", way, &links_only), OUTCOME_OK);
	assert_int_equal(check_way(s, "http://h/a.pdf", way, &links_only), OUTCOME_OK);
	scope_free(s);

	config = (struct scope_config){ .max_level = SCOPE_NO_LEVEL, .reject = LIST("gif", "index.html?*") };
	s = scope_of(config, "http://h/");
	assert_int_equal(check(s, "http://h/a.gif"), OUTCOME_REJECTED);
	assert_int_equal(check_way(s, "http://h/a.html", page, &links_only), OUTCOME_OK);
	assert_false(links_only);
	assert_int_equal(check_way(s, "http://h/index.html2", page, &links_only), OUTCOME_REJECTED);
	scope_free(s);
}

/* n times text. */
static char *
repeat(const char *text, size_t n, const char *behind)
{
	size_t len = strlen(text);
	char *s = malloc(n * len + strlen(behind) + 1);

	assert_non_null(s);
	for (size_t i = 0; i < n; i++)
		memcpy(s + i * len, text, len);
	memcpy(s + n * len, behind, strlen(behind) + 1);
	return s;
}

/* NULL when it is taken; the caller frees it. */
static char *
objection_to(const char *regex)
{
	const char *const list[] = { regex, NULL };
	const struct scope_config config = { .reject_regex = list, .max_level = SCOPE_NO_LEVEL };
	struct scope *s = NULL;
	char *error = NULL;
	int r = scope_new(&config, &s, &error);

	if (r < 0) {
		assert_int_equal(r, -EINVAL);
		assert_non_null(strstr(error, "--reject-regex"));
	}
	scope_free(s);
	return error;
}

static bool
is_regex(const char *regex)
{
	char *error = objection_to(regex);

	free(error);
	return error == NULL;
}

/* What Perl has and POSIX has not matched other URLs, and nobody was told. */
static void
test_regexes_of_another_language(void **state)
{
	static const struct {
		const char *regex, *said;
	} foreign[] = {
		{ "/\\d+$", "\"/\\d+$\": POSIX knows no \\d, it would be the letter d; write [0-9]" },
		{ "[.]\\D", "write [^0-9]" },
		{ "a\\tb", "no \\t, it would be the letter t; write t" },
		{ "\\Ahttp", "write ^" },
		{ "(\\0)", "the digit 0; write 0" },
		{ "/[\\d.]+", "within [...] POSIX knows no \\d, but a backslash and the letter d; write there 0-9" },
		{ "[^\\w]", "write there [:alnum:]_" },
		{ "[\\D]", "leave it out" },
		{ "[a\\-z]", "write the - last" },
		{ "[\\[\\]]+", "write the ] first" },
	};
	static const char *const fine[] = { "\\.pdf$", "\\w+\\b", "\\S\\W\\s\\B\\<a\\>", "[\\.]", "[.\\-]", "[?\\]", "[\\\\d]", "\\\\d", "(a)\\1",
		"[[:digit:]]\\{", "[]\\/]", "\\[\\]", "a\\?b" };

	for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
		char *error = objection_to(foreign[i].regex);

		if (error == NULL || strstr(error, foreign[i].said) == NULL)
			fail_msg("%s: %s", foreign[i].regex, error != NULL ? error : "taken");
		free(error);
	}
	for (size_t i = 0; i < ARRAY_LEN(fine); i++)
		if (!is_regex(fine[i]))
			fail_msg("%s: refused", fine[i]);
}

/* regcomp() died by the first, and took gigabytes for others: a job that is running dies by one that is set by ctl. */
static void
test_regexes_that_would_take_all_stack_or_memory(void **state)
{
	static const char *const large[] = { "((a{1,200}){1,200}){1,200}", "(a{255}){255}", "a{4097}", "a{4096,}", "(a{64}b{64}){64}", "a{1,2100}", "((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+",
		"[]a[:alpha:]{5000}]{9000}" };
	static const char *const fine[] = { "[0-9a-f]{64}", "(a{60}){60}", "a{1000}", "a{1,2000}", "[(((({9999}]", "[[:alpha:](((]", "[^](((]+", "a\\{9999}", "\\(\\(", "(a+)+", "a{,3}" };
	char *s;

	s = repeat("(", 20000, "");
	assert_false(is_regex(s));
	free(s);
	s = repeat("a?", 20000, "");
	assert_false(is_regex(s));
	free(s);
	/* Neither a bracket expression nor an escape opens a group. */
	s = repeat("[(]\\(", 250, "");
	assert_true(is_regex(s));
	free(s);
	s = repeat("wiki|", 700, "wiki");
	assert_true(is_regex(s));
	free(s);
	for (size_t i = 0; i < ARRAY_LEN(large); i++)
		if (is_regex(large[i]))
			fail_msg("%s: taken", large[i]);
	for (size_t i = 0; i < ARRAY_LEN(fine); i++)
		if (!is_regex(fine[i]))
			fail_msg("%s: refused", fine[i]);
}

static void
test_regexes(void **state)
{
	struct scope_config config = {
		.max_level = SCOPE_NO_LEVEL,
		.accept_regex = LIST("/wiki/", "^https?://h/$"),
		.reject_regex = LIST("[?&]action=edit(&|$)"),
	};
	struct scope *s = scope_of(config, "http://h/");
	char *error = NULL;

	assert_int_equal(check(s, "http://h/"), OUTCOME_OK);
	assert_int_equal(check(s, "http://h/wiki/A"), OUTCOME_OK);
	assert_int_equal(check(s, "http://h/other"), OUTCOME_REJECTED);
	assert_int_equal(check(s, "http://h/wiki/A?x&action=edit"), OUTCOME_REJECTED);
	assert_int_equal(check(s, "http://h/wiki/A?action=editor"), OUTCOME_OK);
	scope_free(s);

	config.reject_regex = LIST("good", "(bad");
	assert_int_equal(scope_new(&config, &s, &error), -EINVAL);
	assert_non_null(strstr(error, "(bad"));
	assert_non_null(strstr(error, "--reject-regex"));
	free(error);
	config = (struct scope_config){ .domains = LIST("a b") };
	assert_int_equal(scope_new(&config, &s, &error), -EINVAL);
	assert_non_null(strstr(error, "--domains"));
	free(error);
}

/* Rules that have been replaced, and their lists, are nobody's any more once they are forgotten; hosts stay. */
static void
test_change_and_forget(void **state)
{
	struct scope_config config = { .max_level = SCOPE_NO_LEVEL };
	struct scope *s = scope_of(config, "http://h/");
	char *error = NULL;

	for (unsigned i = 0; i < 100; i++) {
		char *text = strdup(i % 2 == 0 ? "/even/" : "/odd/");
		const char *const list[] = { text, NULL };

		assert_non_null(text);
		config.reject_regex = list;
		assert_int_equal(scope_change(s, &config, &error), 0);
		if (i % 3 != 0)
			scope_forget(s);
		assert_int_equal(check(s, "http://h/even/"), i % 2 == 0 ? OUTCOME_REJECTED : OUTCOME_OK);
		assert_int_equal(check(s, "http://h/odd/"), i % 2 != 0 ? OUTCOME_REJECTED : OUTCOME_OK);
		config.reject_regex = NULL;
		assert_int_equal(scope_change(s, &config, &error), 0);
		scope_forget(s);
		free(text);
		assert_int_equal(check(s, "http://h/even/"), OUTCOME_OK);
		assert_int_equal(check(s, "http://other/"), OUTCOME_OUT_OF_SCOPE_HOST);
	}
	scope_free(s);
}

struct shared {
	struct scope *scope;
	atomic_uint known; /* hosts that have been added */
};

#define HOSTS 3000

static void
host_url(struct url *u, unsigned i)
{
	char text[64];

	snprintf(text, sizeof(text), "http://h%u.example/d/", i);
	parse(u, text);
}

static void *
reader(void *arg)
{
	struct shared *shared = arg;
	uintptr_t bad = 0;
	struct url u;
	unsigned known, i;
	bool links_only;

	url_init(&u);
	do {
		known = atomic_load(&shared->known);
		for (i = known > 50 ? known - 50 : 0; i < known; i++) {
			host_url(&u, i);
			bad += scope_check(shared->scope, &u, &page, &links_only) != OUTCOME_OK;
		}
	} while (known < HOSTS);
	url_release(&u);
	return (void *)bad;
}

/* S1, S2: what has been added is seen by every reader, while the table grows. */
static void
test_threads(void **state)
{
	struct shared shared = {
		.scope = scope_of((struct scope_config){ .max_level = SCOPE_NO_LEVEL, .no_parent = true }, "http://h/"),
	};
	pthread_t threads[3];
	struct url u;
	unsigned i;
	void *bad;

	for (i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(thread_start(&threads[i], "reader", reader, &shared), 0);
	url_init(&u);
	for (i = 0; i < HOSTS; i++) {
		host_url(&u, i);
		assert_int_equal(scope_add_host(shared.scope, &u, NULL), 0);
		atomic_store(&shared.known, i + 1);
	}
	url_release(&u);
	for (i = 0; i < ARRAY_LEN(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &bad), 0);
		assert_null(bad);
	}
	scope_free(shared.scope);
}

/* What the tables are looked at for n seeds of one host, each with a directory of its own, joined, and as many links asked for. */
static uint64_t
steps_of(bool no_parent, unsigned n)
{
	struct scope *s = scope_of((struct scope_config){ .max_level = SCOPE_NO_LEVEL, .no_parent = no_parent }, "http://h.example/0/");
	uint64_t before = atomic_load(&scope_steps);
	char text[64];
	struct url u;

	url_init(&u);
	for (unsigned i = 1; i < n; i++) {
		snprintf(text, sizeof(text), "http://h.example/%u/x", i);
		parse(&u, text);
		assert_int_equal(scope_add_seed(s, &u), 0);
	}
	for (unsigned i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "http://h.example/%u/a/y", i);
		assert_int_equal(check(s, text), OUTCOME_OK);
		snprintf(text, sizeof(text), "http://h.example/%u.html", i);
		assert_int_equal(check(s, text), no_parent ? OUTCOME_OUT_OF_SCOPE_PATH : OUTCOME_OK);
	}
	add_host(s, "http://h.example/", false);
	assert_int_equal(check(s, "http://www.h.example/7/y"), OUTCOME_OK);
	url_release(&u);
	scope_free(s);
	return atomic_load(&scope_steps) - before;
}

/* Lists of a million seeds are common. Quadratic would be thousands for each. */
static void
test_many_seeds_are_linear(void **state)
{
	unsigned n = 16000;

	assert_true(steps_of(false, n) < 300 * (uint64_t)n);
	assert_true(steps_of(true, n) < 300 * (uint64_t)n);
}

/* A path costs its length, however many directories it lies in. */
static void
test_deep_paths(void **state)
{
	struct scope *s = scope_of((struct scope_config){ .max_level = SCOPE_NO_LEVEL, .no_parent = true }, "http://h/a//b/");
	char text[2048] = "http://h/";
	uint64_t before;
	struct url u;

	url_init(&u);
	for (size_t i = strlen(text); i < sizeof(text) - 1; i++)
		text[i] = '/';
	before = atomic_load(&scope_steps);
	assert_int_equal(check(s, text), OUTCOME_OUT_OF_SCOPE_PATH);
	assert_true(atomic_load(&scope_steps) - before < 4 * sizeof(text));
	assert_int_equal(check(s, "http://h/a//b/c"), OUTCOME_OK);
	assert_int_equal(check(s, "http://h/a/b/c"), OUTCOME_OUT_OF_SCOPE_PATH);
	/* A seed's may be as deep. */
	parse(&u, text);
	assert_int_equal(scope_add_seed(s, &u), 0);
	assert_int_equal(check(s, text), OUTCOME_OK);
	url_release(&u);
	scope_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regexes_that_would_take_all_stack_or_memory),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_https_only),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_parent),
		cmocka_unit_test(test_many_seeds_are_linear),
		cmocka_unit_test(test_deep_paths),
		cmocka_unit_test(test_level_and_requisites),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_regexes),
		cmocka_unit_test(test_regexes_of_another_language),
		cmocka_unit_test(test_change_and_forget),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
