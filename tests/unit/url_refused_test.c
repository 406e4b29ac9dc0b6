/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "url/refused.h"

static struct url base, url;
static struct buf text = BUF_INIT(REFUSED_TEXT_MAX);

/* "reason text" of a reference on http://h.test/dir/page. */
static void
assert_refused(struct str value, enum outcome want_reason, struct str want)
{
	enum outcome reason;
	int r;

	assert_int_equal(url_parse(&base, STR("http://h.test/dir/page"), NULL), 0);
	r = url_parse(&url, value, &base);
	buf_reset(&text, SIZE_MAX);
	refused_text(value, r, &url, &text, &reason);
	assert_int_equal(buf_err(&text), 0);
	assert_int_equal(reason, want_reason);
	if (!str_eq(buf_str(&text), want))
		fail_msg("%.*s: %.*s", STR_ARG(value), STR_ARG(buf_str(&text)));
	assert_int_equal(refused_is_url(buf_str(&text), &url), 0);
}

static void
texts(void **state)
{
	assert_refused(STR(" mailto:A@h.test#x"), OUTCOME_SCHEME, STR("mailto:A@h.test"));
	assert_refused(STR("JAVASCRIPT:\nf()"), OUTCOME_SCHEME, STR("javascript:f()"));
	assert_refused(STR("ftp://H.test/a/../b"), OUTCOME_SCHEME, STR("ftp://h.test/b"));
	assert_refused(STR(" http://["), OUTCOME_BAD_URL, STR("http://["));
	assert_refused(STR("//h:99999/\xc3\xa9\xff"), OUTCOME_BAD_URL, STR("//h:99999/\xc3\xa9\xff"));
	assert_refused(STR("http://a b/\0x"), OUTCOME_BAD_URL, STR("http://a b/" REFUSED_CUT));
}

/* What is longer than a URL may be, by what it begins with; and what is longer than is said. */
static void
long_texts(void **state)
{
	struct buf value = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
	static const struct {
		struct str begins;
		enum outcome reason;
	} cases[] = {
		{ { "data:", 5 }, OUTCOME_SCHEME },
		{ { "web+x.y-z:", 10 }, OUTCOME_SCHEME },
		{ { "http://h.test/", 14 }, OUTCOME_BAD_URL },
		{ { "HTTPS://h.test/", 15 }, OUTCOME_BAD_URL },
		{ { "x", 1 }, OUTCOME_BAD_URL },
		{ { "/a:", 3 }, OUTCOME_BAD_URL },
		{ { "9a:", 3 }, OUTCOME_BAD_URL },
		{ { ":", 1 }, OUTCOME_BAD_URL },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&value, SIZE_MAX);
		buf_add_str(&value, cases[i].begins);
		while (value.len <= URL_MAX_BYTES)
			buf_addc(&value, 'a');
		buf_reset(&want, SIZE_MAX);
		buf_add(&want, value.data, REFUSED_TEXT_MAX - 3);
		buf_add_str(&want, STR(REFUSED_CUT));
		assert_refused(buf_str(&value), cases[i].reason, buf_str(&want));
	}
	/* A character is not cut in two. */
	buf_reset(&value, SIZE_MAX);
	buf_add_str(&value, STR("http://["));
	while (value.len < REFUSED_TEXT_MAX - 4)
		buf_addc(&value, 'a');
	buf_reset(&want, SIZE_MAX);
	buf_add_str(&want, buf_str(&value));
	buf_add_str(&want, STR(REFUSED_CUT));
	buf_add_str(&value, STR("\xc3\xa9\xc3\xa9\xc3\xa9"));
	assert_refused(buf_str(&value), OUTCOME_BAD_URL, buf_str(&want));
	buf_release(&value);
	buf_release(&want);
}

/* A text that is a URL to be asked for is taken for none of these, whoever says so. */
static void
urls(void **state)
{
	assert_int_equal(refused_is_url(STR("http://h.test/a?b"), &url), 1);
	assert_int_equal(refused_is_url(STR("https://h.test/"), &url), 1);
	assert_int_equal(refused_is_url(STR("https://h.test"), &url), 0);
	assert_int_equal(refused_is_url(STR("http://u:p@h.test/#a"), &url), 0);
	assert_int_equal(refused_is_url(STR("mailto:x"), &url), 0);
	assert_int_equal(refused_is_url(STR("/a"), &url), 0);
}

static int
tear_down(void **state)
{
	url_release(&base);
	url_release(&url);
	buf_release(&text);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(long_texts),
		cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
