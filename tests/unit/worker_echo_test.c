/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text says besides the words of its URL, by itself and in a page that is read. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "parse/worker/echo.h"
#include "parse/worker/reader.h"

#define SORRY "Perhaps it was moved, or it has never been at all; the search may know."

static uint64_t
echo_of(const char *url, const char *text)
{
	struct echo e;

	echo_init(&e, str_of(url));
	echo_add(&e, text, text + strlen(text));
	return echo_hash(&e);
}

static void
templates_are_the_same(void **state)
{
	uint64_t want = echo_of("http://h.test/lost/1a2b3c4d.html", "There is no /lost/1a2b3c4d.html here. " SORRY);

	assert_true(want != 0);
	assert_true(echo_of("http://h.test/lost/spider-web.html", "There is no /lost/spider-web.html here. " SORRY) == want);
	/* Without dashes, in other case, and as often as it likes. */
	assert_true(echo_of("http://h.test/lost/spider-web.html", "There is no Spider Web here. " SORRY " WEB.") == want);
	/* Below, with a query, with bytes that are not ASCII, as they stand in the URL and as they are meant. */
	assert_true(echo_of("http://h.test/lost/deep/x/?a=b", "There is no /lost/deep/x?a=b here. " SORRY) == want);
	assert_true(echo_of("http://h.test/lost/caf%C3%A9", "There is no caf\xc3\xa9 here. " SORRY) == want);
	assert_true(echo_of("http://h.test/lost/caf%C3%A9#x", "There is no caf%C3%A9 here. " SORRY) == want);
}

static void
what_says_something_else_is_another(void **state)
{
	uint64_t want = echo_of("http://h.test/lost/1a2b3c4d.html", "There is no 1a2b3c4d here. " SORRY);

	assert_true(echo_of("http://h.test/lost/web.html", "There is no web here. " SORRY " Boat") != want);
	assert_true(echo_of("http://h.test/lost/web.html", "There is a web here. " SORRY) != want);
	/* Words are whole words. */
	assert_true(echo_of("http://h.test/lost/web.html", "There is no web or cobweb here. " SORRY) != want);
	assert_true(echo_of("http://h.test/lost/web.html", "no There is web here. " SORRY) != want);
}

static void
what_does_not_say_its_name_has_none(void **state)
{
	assert_true(echo_of("http://h.test/lost/1a2b3c4d.html", "There is no such page here, lost or in html. " SORRY) == 0);
	assert_true(echo_of("http://h.test/", "h.test: " SORRY) == 0);
	assert_true(echo_of("http://h.test", "h.test: " SORRY) == 0);
	assert_true(echo_of("http://h.test?q=1", "1: " SORRY) == 0);
	assert_true(echo_of("", "1: " SORRY) == 0);
	/* Nor what says too little besides. */
	assert_true(echo_of("http://h.test/boat", "Our gallery: boat. Next. Previous. All of them.") == 0);
	assert_true(echo_of("http://h.test/boat", "") == 0);
}

static void
a_url_of_many_words_has_none(void **state)
{
	char url[4096] = "http://h.test/boat";
	size_t n = strlen(url);

	for (unsigned i = 0; i <= ECHO_WORDS_MAX; i++)
		n += (size_t)snprintf(url + n, sizeof(url) - n, "/w%u", i);
	(void)snprintf(url + n, sizeof(url) - n, "/boat");
	assert_true(echo_of(url, "boat " SORRY) == 0);
}

static void
of_a_page_that_is_read(void **state)
{
	static const struct hash_key key = { 1 };
	static const char body[] = "<title>boat</title><h1>No <b>BOAT</b></h1><script>var x = 1;</script><p>" SORRY "<iframe srcdoc='<p>not this'>"
				   "</iframe><table><p>and this";
	static const char plain[] = "No boat " SORRY " and this";
	struct reader_input in = { .body = STR(body), .url = STR("http://h.test/boat"), .content_type = STR("text/html"), .max_links = 100,
		.key = &key, .want_sketch = true, .want_echo = true };
	uint64_t want = echo_of("http://h.test/boat", plain);
	struct reader_page page = { .n_marks = 0 };

	for (unsigned type = READER_SCAN; type <= READER_LIBXML2; type++) {
		struct reader *r;

		assert_int_equal(reader_new(type, &r), 0);
		in.body = STR(body);
		in.want_echo = true;
		/* The second time nothing of the first is left. */
		for (unsigned i = 0; i < 2; i++) {
			assert_int_equal(reader_read(r, &in, &page), 0);
			assert_true(page.echo_hash == want);
		}
		in.body = STR("<p>boat");
		assert_int_equal(reader_read(r, &in, &page), 0);
		assert_true(page.echo_hash == 0);
		in.body = STR(body);
		in.want_echo = false;
		assert_int_equal(reader_read(r, &in, &page), 0);
		assert_true(page.has_sketch && page.echo_hash == 0);
		reader_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_are_the_same),
		cmocka_unit_test(what_says_something_else_is_another),
		cmocka_unit_test(what_does_not_say_its_name_has_none),
		cmocka_unit_test(a_url_of_many_words_has_none),
		cmocka_unit_test(of_a_page_that_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
