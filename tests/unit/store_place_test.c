/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where URLs meet because of an option (store/place.h), and the names that servers give (store/disposition.h). */
#include "config.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/disposition.h"
#include "store/place.h"

static const struct hash_key key = { 1 };

static void
check_put(struct place *p, const char *text, const char *disposition, const char *expected)
{
	char path[STORE_PATH_MAX_BYTES];
	struct url url;
	size_t len = 0, n;

	url_init(&url);
	assert_int_equal(url_parse(&url, str_of(text), NULL), 0);
	assert_int_equal(place_put(p, &url, STR("image/png"), str_of(disposition), path, &len), 0);
	n = strcspn(expected, "#");
	if (expected[n] == '#' ? len < n || memcmp(path, expected, n) != 0 || len != n + 32 + strlen(expected + n + 1)
			       : !str_eq(str_n(path, len), str_of(expected)))
		fail_msg("%s: %.*s, not %s", text, (int)len, path, expected);
	assert_int_equal(place_find(p, str_of(text), path), len);
	url_release(&url);
}

static void
check_found(struct place *p, const char *url, const char *expected)
{
	char path[STORE_PATH_MAX_BYTES];
	size_t len = place_find(p, str_of(url), path);

	if (!str_eq(str_n(path, len), str_of(expected)))
		fail_msg("%s: %.*s, not %s", url, (int)len, path, expected);
}

/* What redirects lead to, whichever of the two is known first, over several hops, and after either has become something else. */
static void
test_redirects(void **state)
{
	const struct store_mirror usual = { .names = { .cut_dirs = 0 } };
	struct place *p;

	assert_int_equal(place_new(&usual, &key, &p), 0);
	assert_int_equal(place_redirect(p, STR("https://a/1"), STR("https://a/2")), 0);
	check_found(p, "https://a/1", "");
	check_found(p, "https://a/2", "");
	assert_int_equal(place_redirect(p, STR("https://a/2"), STR("https://a/3.png")), 0);
	check_put(p, "https://a/3.png", "", "a/3.png");
	check_found(p, "https://a/1", "a/3.png");
	check_put(p, "https://a/4.png", "", "a/4.png");
	assert_int_equal(place_redirect(p, STR("https://a/2"), STR("https://a/4.png")), 0);
	check_found(p, "https://a/1", "a/4.png");
	check_put(p, "https://a/4.png", "", "a/4.png");
	check_found(p, "https://a/1", "a/4.png");
	/* A file that redirects now, and what redirected has one. */
	assert_int_equal(place_redirect(p, STR("https://a/4.png"), STR("https://a/3.png")), 0);
	check_found(p, "https://a/1", "a/3.png");
	check_put(p, "https://a/4.png", "", "a/4.png");
	check_found(p, "https://a/1", "a/4.png");
	check_put(p, "https://a/1", "", "a/1,.png");
	check_found(p, "https://a/2", "a/4.png");
	/* Round and round. */
	assert_int_equal(place_redirect(p, STR("https://a/5"), STR("https://a/6")), 0);
	assert_int_equal(place_redirect(p, STR("https://a/6"), STR("https://a/5")), 0);
	check_found(p, "https://a/5", "");
	place_free(p);
}

/* However long the URLs are to which a site redirects, they are not kept. */
static void
test_redirects_cost_little(void **state)
{
	enum { N = 2000, LEN = 16000, BYTES_EACH = 200 };
	const struct store_mirror usual = { .names = { .cut_dirs = 0 } };
	char *to = malloc(LEN + 32), url[64];
	struct mallinfo2 before, after;
	struct place *p;

	assert_non_null(to);
	memset(to, 'x', LEN);
	assert_int_equal(place_new(&usual, &key, &p), 0);
	before = mallinfo2();
	for (int i = 0; i < N; i++) {
		int n = snprintf(url, sizeof(url), "https://a/%d", i);

		memcpy(to, url, (size_t)n);
		assert_int_equal(place_redirect(p, str_of(url), str_n(to, LEN)), 0);
	}
	after = mallinfo2();
	assert_in_range(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd, 0, N * BYTES_EACH);
	place_free(p);
	free(to);
}

/* '#' stands for the 32 digits of a hash. */
static void
test_meet(void **state)
{
	const struct store_mirror flat = { .names = { .no_directories = true } }, usual = { .names = { .cut_dirs = 0 } };
	char path[STORE_PATH_MAX_BYTES], first[STORE_PATH_MAX_BYTES];
	struct place *p;
	struct url url;
	size_t len;

	url_init(&url);
	assert_int_equal(url_parse(&url, STR("https://c/x"), NULL), 0);
	assert_int_equal(place_new(&flat, &key, &p), 0);
	check_put(p, "https://a/logo.png", "", "logo.png");
	check_put(p, "https://b/logo.png", "", "logo,h#.png");
	check_put(p, "https://a/x/logo.png", "", "logo,h#.png");
	assert_int_equal(place_find(p, STR("https://b/logo.png"), first), len = place_find(p, STR("https://a/x/logo.png"), path));
	assert_memory_not_equal(path, first, len);
	/* Whoever comes again has what it had. */
	check_put(p, "https://a/logo.png", "", "logo.png");
	check_put(p, "https://b/logo.png", "", "logo,h#.png");
	assert_int_equal(place_redirect(p, STR("https://c/"), STR("https://b/logo.png")), 0);
	assert_int_equal(place_find(p, STR("https://c/"), path), len);
	assert_memory_equal(path, first, len);
	assert_int_equal(place_find(p, STR("https://d/"), path), 0);
	place_free(p);

	assert_int_equal(place_new(&usual, &key, &p), 0);
	check_put(p, "https://a/logo.png", "", "a/logo.png");
	check_put(p, "https://b/logo.png", "attachment; filename=x.png", "b/logo.png");
	/* Its last type counts, also where another one was asked for. */
	assert_int_equal(place_keep(p, &url, STR("text/html"), STR("c/x,.html")), 0);
	assert_int_equal(place_find(p, STR("https://c/x"), path), 9);
	check_put(p, "https://c/x", "", "c/x,.png");
	place_free(p);
	url_release(&url);
}

static void
test_given_names(void **state)
{
	const struct store_mirror given = { .by_disposition = true };
	struct place *p;

	assert_int_equal(place_new(&given, &key, &p), 0);
	check_put(p, "https://a/get?id=1", "attachment; filename=\"plan 1.png\"", "a/plan 1.png");
	check_put(p, "https://a/get?id=2", "attachment; filename=\"plan 1.png\"", "a/plan 1,h#.png");
	check_put(p, "https://a/d/get?id=2", "attachment; filename=\"../../etc/Plan\"", "a/d/Plan,uq,.png");
	check_put(p, "https://a/plan%201.png", "", "a/plan 1,h#.png");
	check_put(p, "https://a/x", "attachment; filename=..", "a/x,.png");
	place_free(p);
}

static void
check_name(const char *header, const char *name)
{
	struct buf out = BUF_INIT(4096);

	assert_int_equal(disposition_name(str_of(header), &out), 0);
	if (!str_eq(buf_str(&out), str_of(name)))
		fail_msg("%s: %.*s, not %s", header, (int)out.len, out.data, name);
	buf_release(&out);
}

static void
test_disposition(void **state)
{
	check_name("attachment; filename=\"a b.txt\"", "a%20b.txt");
	check_name("inline;FILENAME = plain.txt ; x=y", "plain.txt");
	check_name("attachment; filename=\"a\\\"b;c.txt\"; size=1", "a%22b%3Bc.txt");
	check_name("attachment; filename=x; filename*=UTF-8''caf%C3%A9", "caf%C3%A9");
	check_name("attachment; filename*=iso-8859-1'en'%A3%20rates", "%C2%A3%20rates");
	check_name("attachment; filename*=koi8-r''x; filename=y", "y");
	check_name("attachment; filename=\"C:\\\\dir\\\\x.doc\"", "x.doc");
	check_name("attachment; filename=\"/etc/passwd\"", "passwd");
	check_name("attachment; filename=\"...\"", "");
	check_name("attachment; filename=\"a/\"", "");
	check_name("attachment; filename=\"open", "open");
	check_name("attachment", "");
	check_name("attachment; filename", "");
	check_name("", "");
	check_name("attachment; filename*=UTF-8''%", "%25");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redirects),
		cmocka_unit_test(test_redirects_cost_little),
		cmocka_unit_test(test_meet),
		cmocka_unit_test(test_given_names),
		cmocka_unit_test(test_disposition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
