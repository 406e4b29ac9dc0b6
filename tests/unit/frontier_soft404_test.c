/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked for, and which pages are held for the answer: texts that a site might say, through the real sketch. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "frontier/soft404.h"
#include "url/canon.h"

#define NAV   "Home Products Services About us Contact Our shop is open from Monday to Saturday"
#define SORRY "We are sorry. The page that you are looking for has been moved or does not exist any more. Try the search."

static const struct hash_key key = { 11 };
static struct soft404 *hosts;
static struct url url;

static int
setup(void **state)
{
	url_init(&url);
	return soft404_new(&hosts);
}

static int
teardown(void **state)
{
	soft404_free(hosts);
	url_release(&url);
	return 0;
}

/* A page of these runs of text; what is not text is not in its sketch, and makes bodies differ. */
static struct frontier_page
page_of(const char *at, const char *const *runs)
{
	struct frontier_page page = { .url = &url };
	struct sketch s;

	assert_int_equal(url_parse(&url, str_of(at), NULL), 0);
	url_canon(&url);
	sketch_init(&s);
	for (; *runs != NULL; runs++) {
		size_t len = strlen(*runs);
		char *padded = calloc(1, len + 64);

		memcpy(padded, *runs, len);
		sketch_add(&s, padded, padded + len, padded + len + 64);
		free(padded);
	}
	sketch_end(&s);
	page.text_hash = s.whole;
	page.n_marks = s.n;
	page.mark_shift = s.shift;
	memcpy(page.marks, s.marks, sizeof(page.marks));
	page.content_hash[0] = hash_fingerprint(&key, at, strlen(at));
	return page;
}

#define PAGE(at, ...) page_of(at, (const char *const[]){ __VA_ARGS__, NULL })

static void
answer(const char *at, const char *const *runs)
{
	struct frontier_page page = page_of(at, runs);

	soft404_put(hosts, &key, &page);
}

static bool
is(struct frontier_page page)
{
	return soft404_is(hosts, &key, &page);
}

static void
what_says_the_same_is_not_there(void **state)
{
	answer("http://h.test/1a2b", (const char *const[]){ NAV, SORRY, NULL });
	assert_true(is(PAGE("http://h.test/x", NAV, SORRY)));
	/* Another origin's answer is its own. */
	assert_false(is(PAGE("http://i.test/x", NAV, SORRY)));
	assert_false(is(PAGE("https://h.test/x", NAV, SORRY)));
}

/* Only where it was asked, and below. */
static void
a_directory_answers_for_itself(void **state)
{
	answer("http://h.test/~mallory/1a2b", (const char *const[]){ NAV, SORRY, NULL });
	assert_true(is(PAGE("http://h.test/~mallory/x", NAV, SORRY)));
	assert_true(is(PAGE("http://h.test/~mallory/x/y/z.html", NAV, SORRY)));
	assert_false(is(PAGE("http://h.test/~alice/", NAV, SORRY)));
	assert_false(is(PAGE("http://h.test/", NAV, SORRY)));
	assert_false(is(PAGE("http://h.test/~mallory", NAV, SORRY)));
}

/* A caption is enough. */
static void
what_says_a_word_more_is_there(void **state)
{
	answer("http://h.test/pic/1a2b", (const char *const[]){ NAV, SORRY, NULL });
	assert_false(is(PAGE("http://h.test/pic/2", NAV, SORRY, "a red boat")));
	assert_false(is(PAGE("http://h.test/pic/2", NAV, SORRY, "2")));
}

static void
what_has_a_sentence_of_its_own_is_there(void **state)
{
	answer("http://h.test/1a2b", (const char *const[]){ NAV, SORRY, NULL });
	assert_false(is(PAGE("http://h.test/chair", NAV, "A chair of oak with four legs, made by hand, in brown or black, 49 Euro")));
	assert_false(is(PAGE("http://h.test/", NAV)));
	/* The answer's text and more: about a page that is missing, perhaps. */
	assert_false(is(PAGE("http://h.test/help", NAV, SORRY,
		"This is what our server says where a name is wrong. Tell us, so that we can mend the link that has led you there; "
		"the name of the page on which it stands is all that we need to know.")));
}

/* *packed: what it begins with. */
static void
next_run(struct buf *packed)
{
	struct str rest;

	soft404_pack(hosts, packed);
	soft404_free(hosts);
	assert_int_equal(soft404_new(&hosts), 0);
	rest = buf_str(packed);
	assert_int_equal(soft404_unpack(hosts, &rest), 0);
	assert_int_equal(rest.len, 0);
}

/* As the reader says (echo.h): its text without its URL's words. */
static void
what_says_only_its_own_name_is_not_there(void **state)
{
	struct frontier_page page = PAGE("http://h.test/lost/1a2b", NAV, SORRY, "1a2b");
	struct buf packed = BUF_INIT(1 << 20);

	page.echo_hash = 7;
	page.n_references = 3;
	assert_false(soft404_has_echo(hosts, &key, page.url));
	soft404_put(hosts, &key, &page);
	next_run(&packed);
	buf_release(&packed);
	page = PAGE("http://h.test/lost/x", NAV, SORRY, "x");
	assert_true(soft404_has_echo(hosts, &key, page.url));
	assert_false(is(page));
	page.echo_hash = 7;
	page.n_references = 3;
	assert_true(is(page));
	/* It has pictures, or the like. */
	page.n_references = 4;
	assert_false(is(page));
	page = PAGE("http://h.test/x", NAV, SORRY, "x");
	page.echo_hash = 7;
	page.n_references = 3;
	assert_false(is(page));
	/* Of a host that does not repeat names, pages that do are there. */
	answer("http://i.test/1a2b", (const char *const[]){ NAV, SORRY, NULL });
	page = PAGE("http://i.test/x", NAV, SORRY, "x");
	assert_false(soft404_has_echo(hosts, &key, page.url));
	page.echo_hash = 7;
	assert_false(is(page));
}

static void
what_says_too_little_must_be_the_same_to_the_byte(void **state)
{
	struct frontier_page page = PAGE("http://h.test/1a2b", "404");

	soft404_put(hosts, &key, &page);
	assert_false(is(PAGE("http://h.test/pixel", "404")));
	page = PAGE("http://h.test/other", "404");
	page.content_hash[0] = hash_fingerprint(&key, "http://h.test/1a2b", 18);
	assert_true(is(page));
}

/* Of the sample of a long text each mark stands for a paragraph: what has one more cannot be told from what has none. */
static void
long_pages_must_have_the_same_text(void **state)
{
	char text[16384], more[16384 + 64];
	size_t n = 0;

	for (unsigned i = 0; n + 64 < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%c%cong lists of %c%cany words ", 'a' + i % 26, 'b' + i / 26 % 24, 'a' + i % 23, 'c' + i % 19);
	(void)snprintf(more, sizeof(more), "%sand one more", text);
	answer("http://h.test/1a2b", (const char *const[]){ text, NULL });
	assert_true(is(PAGE("http://h.test/x", text)));
	assert_false(is(PAGE("http://h.test/x", more)));
}

static void
named(const char *at, const char *prefix, const char *suffix)
{
	struct buf b = BUF_INIT(4096), again = BUF_INIT(4096);
	size_t i;

	assert_int_equal(url_parse(&url, str_of(at), NULL), 0);
	assert_int_equal(soft404_name(&url, &key, &b), 0);
	assert_int_equal(soft404_name(&url, &key, &again), 0);
	assert_true(str_eq(buf_str(&b), buf_str(&again)));
	assert_true(str_starts(buf_str(&b), str_of(prefix)) && str_ends(buf_str(&b), str_of(suffix)));
	assert_int_equal(b.len, strlen(prefix) + 16 + strlen(suffix));
	for (i = strlen(prefix); i < strlen(prefix) + 16; i += 2)
		assert_true(ascii_is_digit((unsigned char)b.data[i]) && ascii_is_lower((unsigned char)b.data[i + 1]));
	buf_reset(&b, SIZE_MAX);
	buf_addf(&b, "http://h.test%.*s", STR_ARG(buf_str(&again)));
	assert_int_equal(url_parse(&url, buf_str(&b), NULL), 0);
	assert_true(soft404_is_name(&url));
	buf_release(&b);
	buf_release(&again);
}

static void
names(void **state)
{
	static const char *const others[] = { "http://h.test/", "http://h.test/1a2b3c4d5e6f7g8h/", "http://h.test/1a2b3c4d5e6f7g8", "http://h.test/1a2b3c4d5e6f7g8h9",
		"http://h.test/1a2b3c4d5e6f7g8H", "http://h.test/1a2b3c4d5e6f7g8h?x", "http://h.test/0a2b3c4d5e6f7g8h", "http://h.test/1a2b3c4d5e6f7g8h.toolong" };

	named("http://h.test/", "/", "");
	named("http://h.test/a/b/page.html?x=1#y", "/a/b/", ".html");
	named("http://h.test/a/b/", "/a/b/", "");
	named("http://h.test/a.b/c", "/a.b/", "");
	named("http://h.test/version-1.2.3-final", "/", "");
	named("http://h.test/.htaccess", "/", "");
	named("http://h.test/x.", "/", "");
	named("http://h.test/x.p%41q", "/", "");
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(url_parse(&url, str_of(others[i]), NULL), 0);
		assert_false(soft404_is_name(&url));
	}
}

/* The oldest are forgotten; and what is known is not replaced. */
static void
hosts_are_bounded(void **state)
{
	char at[64];

	for (unsigned i = 0; i < SOFT404_HOSTS + 10; i++) {
		(void)snprintf(at, sizeof(at), "http://h%u.test/", i);
		answer(at, (const char *const[]){ NAV, SORRY, NULL });
		answer(at, (const char *const[]){ SORRY, NULL });
	}
	assert_false(is(PAGE("http://h9.test/x", NAV, SORRY)));
	assert_true(is(PAGE("http://h10.test/x", NAV, SORRY)));
	(void)snprintf(at, sizeof(at), "http://h%u.test/x", SOFT404_HOSTS + 9u);
	assert_true(is(PAGE(at, NAV, SORRY)));
	/* Which were asked is another question. */
	assert_false(soft404_was_asked(hosts, &key, &url));
	soft404_asked(hosts, &key, &url);
	assert_true(soft404_was_asked(hosts, &key, &url));
}

static void
answers_are_known_in_the_next_run(void **state)
{
	struct buf packed = BUF_INIT(1 << 20);
	struct str rest;

	hosts_are_bounded(state);
	next_run(&packed);
	assert_true(soft404_was_asked(hosts, &key, &url));
	assert_false(is(PAGE("http://h9.test/x", NAV, SORRY)));
	assert_true(is(PAGE("http://h10.test/x", NAV, SORRY)));
	/* In their order: the oldest goes first. */
	answer("http://new.test/", (const char *const[]){ NAV, SORRY, NULL });
	assert_false(is(PAGE("http://h10.test/x", NAV, SORRY)));
	assert_true(is(PAGE("http://h11.test/x", NAV, SORRY)));
	for (size_t len = 0; len < packed.len; len += 97) {
		rest = str_n(packed.data, len);
		assert_int_equal(soft404_unpack(hosts, &rest), -EBADMSG);
	}
	/* Nobody wants it in this run, or has it. */
	rest = buf_str(&packed);
	assert_int_equal(soft404_unpack(NULL, &rest), 0);
	buf_reset(&packed, SIZE_MAX);
	soft404_pack(NULL, &packed);
	rest = buf_str(&packed);
	assert_int_equal(soft404_unpack(hosts, &rest), 0);
	buf_release(&packed);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(what_says_the_same_is_not_there),
		PLAY(a_directory_answers_for_itself),
		PLAY(what_says_a_word_more_is_there),
		PLAY(what_has_a_sentence_of_its_own_is_there),
		PLAY(what_says_only_its_own_name_is_not_there),
		PLAY(what_says_too_little_must_be_the_same_to_the_byte),
		PLAY(long_pages_must_have_the_same_text),
		PLAY(names),
		PLAY(hosts_are_bounded),
		PLAY(answers_are_known_in_the_next_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
