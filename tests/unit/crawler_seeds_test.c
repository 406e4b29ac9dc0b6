/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/lines.h"
#include "crawler/logins.h"
#include "crawler/seeds.h"
#include "url/homes.h"

static int
setup(void **state)
{
	struct seeds *s = calloc(1, sizeof(*s));

	seeds_init(s, 4096);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	seeds_release(*state);
	free(*state);
	return 0;
}

static void
assert_seed(struct seeds *s, const char *text, const char *want)
{
	char *error = NULL;
	struct str got = STR_NONE;
	size_t pos = s->text.len;

	assert_int_equal(seeds_add(s, str_of(text), &error), 0);
	assert_true(seeds_next(s, &pos, &got));
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.p, want, got.len);
}

static void
seeds_as_people_write_them(void **state)
{
	assert_seed(*state, "example.org", "http://example.org/");
	assert_seed(*state, "  example.org/a b \n", "http://example.org/a%20b");
	assert_seed(*state, "localhost:8080/x", "http://localhost:8080/x");
	assert_seed(*state, "HTTPS://Example.ORG:443/#top", "https://example.org/");
	assert_seed(*state, "http://me:secret@example.org/", "http://example.org/");
	assert_seed(*state, "[::1]:81/a", "http://[::1]:81/a");
	assert_seed(*state, "b\xc3\xbc" "cher.example?a=b", "http://xn--bcher-kva.example/?a=b");
	assert_seed(*state, "my_host.example-1.org:80/a=b", "http://my_host.example-1.org/a=b");
}

/* As the parser takes them, and none is what the path of another host begins with. */
static void
seeds_of_few_slashes(void **state)
{
	assert_seed(*state, "http:/me:secret@example.org/a", "http://example.org/a");
	assert_seed(*state, "HTTPS:\\\\me:secret@example.org\\a", "https://example.org/a");
	assert_seed(*state, "https:\\example.org", "https://example.org/");
	assert_seed(*state, "http", "http://http/");
	assert_seed(*state, "localhost:/x", "http://localhost/x");
}

static void
seeds_keep_logins(void **state)
{
	struct seeds *s = *state;
	struct logins l = { 0 };
	struct homes *home;
	char *error = NULL;
	unsigned at;

	s->logins = &l;
	assert_seed(s, "http://me:se%63ret%2F@example.org/a", "http://example.org/a");
	assert_seed(s, "http://me:secret%2f@example.org:80/b", "http://example.org/b");
	assert_seed(s, "https://you@example.org/", "https://example.org/");
	assert_seed(s, "http://:x@nobody.test/", "http://nobody.test/");
	assert_int_equal(seeds_add(s, STR("http://me:other@example.org/"), &error), -EINVAL);
	assert_non_null(strstr(error, "http://*@example.org/"));
	free(error);
	assert_int_equal(l.n, 3);

	assert_int_equal(homes_new(&home), 0);
	assert_int_equal(url_parse(&s->url, STR("https://example.org/z"), NULL), 0);
	assert_int_equal(homes_add(home, &s->url), 0);
	assert_int_equal(url_parse(&s->url, STR("http://example.org/z"), NULL), 0);
	assert_int_equal(homes_add(home, &s->url), 0);
	assert_int_equal(logins_fetch(&l, home), 0);
	assert_int_equal(homes_find(home, &s->url, &at), HOMES_SAME);
	assert_int_equal(l.views[0].home, at);
	assert_string_equal(l.views[0].user, "me");
	assert_string_equal(l.views[0].password, "secret/");
	assert_int_not_equal(l.views[1].home, at);
	assert_string_equal(l.views[1].user, "you");
	assert_string_equal(l.views[1].password, "");
	assert_null(l.views[2].user);
	logins_release(&l);
	homes_free(home);
}

/* Whatever is wrong with them. */
static void
seeds_do_not_show_logins(void **state)
{
	static const char *const bad[] = { "http://me:s3cret@", "http://me:s3/cret@h/", "http://me:s3?cret@h/", "http://me:s3#cret@h",
		"me:s3cret@h", "http://me:s3cret@h:99999/", "ftp:/me:s3cret@h/", "http:me:s3cret@h", "h\tttp://me:s3cret@h h/", "ht tp://me:s3cret@h/", "ftp://h/a/me:s3cret@x" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char *error = NULL;

		assert_int_equal(seeds_add(*state, str_of(bad[i]), &error), -EINVAL);
		assert_null(strstr(error, "cret"));
		assert_non_null(strchr(error, '*'));
		free(error);
	}
}

static void
seeds_that_are_none(void **state)
{
	static const char *const bad[] = { "", "http://", "ftp://example.org/", "http://exa mple.org/", "mailto:a@b.c",
		"http://example.org:99999/", "file:///etc/passwd", "+*.html" };
	struct seeds *s = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		char *error = NULL;

		assert_int_equal(seeds_add(s, str_of(bad[i]), &error), -EINVAL);
		assert_non_null(error);
		assert_non_null(strstr(error, bad[i]));
		free(error);
	}
	assert_int_equal(s->n, 0);
	assert_int_equal(s->text.len, 0);
}

static void
seeds_bad_bytes_are_escaped(void **state)
{
	char *error = NULL;

	assert_int_equal(seeds_add(*state, STR("http://\x1b[31m/"), &error), -EINVAL);
	assert_null(strchr(error, '\x1b'));
	assert_non_null(strstr(error, "\\x1b"));
	free(error);
}

static void
seeds_are_bounded(void **state)
{
	struct seeds *s = *state;
	char *error = NULL;
	int i, r = 0;

	for (i = 0; i < 1000 && r == 0; i++)
		r = seeds_add(s, STR("http://example.org/a/rather/long/path/indeed"), &error);
	assert_int_equal(r, -EMSGSIZE);
	assert_true(s->text.len <= 4096);
	/* What was added before is whole. */
	assert_int_equal(s->text.data[s->text.len - 1], '\n');
	free(error);
}

static void
seeds_from_a_file(void **state)
{
	static const char text[] = "# a list\n\nexample.org\nftp://x/\nhttps://example.com/b";
	struct seeds *s = *state;
	char path[] = "/tmp/lycosa-seeds-XXXXXX", *error = NULL;
	int fd = mkstemp(path);
	struct str u;
	size_t pos = 0;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	assert_int_equal(seeds_read_file(s, path, &error), 0);
	unlink(path);
	assert_int_equal(s->n, 2);
	assert_int_equal(s->n_bad, 1);
	assert_true(seeds_next(s, &pos, &u));
	assert_true(str_eq(u, STR("http://example.org/")));
	assert_true(seeds_next(s, &pos, &u));
	assert_true(str_eq(u, STR("https://example.com/b")));
	assert_false(seeds_next(s, &pos, &u));
	assert_int_equal(seeds_read_file(s, "/nonexistent/file", &error), -ENOENT);
	assert_non_null(strstr(error, "/nonexistent/file"));
	free(error);
}

static int
read_text(struct seeds *s, const char *text, size_t len, char **ret_error)
{
	char path[] = "/tmp/lycosa-seeds-XXXXXX";
	int fd = mkstemp(path), r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	r = seeds_read_file(s, path, ret_error);
	unlink(path);
	return r;
}

/* Windows' editors put a byte order mark in front, and end lines in their way; lists of aria2 say what else to do with a URL below it. */
static void
seeds_from_lists_of_others(void **state)
{
	static const char text[] = "\xef\xbb\xbfhttp://example.org/a\r\nexample.org/b\r\n out=foo\r\n  dir=/tmp\n\xef\xbb\xbfhttp://example.org/c\n";
	struct seeds *s = *state;
	char *error = NULL;
	struct str u;
	size_t pos = 0;

	assert_int_equal(read_text(s, text, sizeof(text) - 1, &error), 0);
	assert_int_equal(s->n, 3);
	assert_int_equal(s->n_bad, 2);
	assert_true(seeds_next(s, &pos, &u));
	assert_true(str_eq(u, STR("http://example.org/a")));
	assert_true(seeds_next(s, &pos, &u));
	assert_true(str_eq(u, STR("http://example.org/b")));
	assert_true(seeds_next(s, &pos, &u));
	assert_true(str_eq(u, STR("http://example.org/c")));
}

/* A picture that was meant to be a list, or /dev/zero. */
static void
seeds_from_no_list(void **state)
{
	struct seeds *s = *state;
	char *error = NULL, *line = malloc(LINES_MAX_BYTES + 16);

	assert_non_null(line);
	memcpy(line, "a.org\n", 6);
	memset(line + 6, 'x', LINES_MAX_BYTES + 10);
	assert_int_equal(read_text(s, line, LINES_MAX_BYTES + 16, &error), -E2BIG);
	assert_non_null(strstr(error, ":2: the line is longer than 512 KiB"));
	free(error);
	assert_int_equal(read_text(s, line, LINES_MAX_BYTES + 6, &error), 0);
	free(line);
	assert_int_equal(seeds_read_file(s, "/dev/zero", &error), -E2BIG);
	free(error);
	assert_int_equal(seeds_read_file(s, "/", &error), -EISDIR);
	free(error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(seeds_as_people_write_them, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_of_few_slashes, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_keep_logins, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_do_not_show_logins, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_that_are_none, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_bad_bytes_are_escaped, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_from_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_from_lists_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_from_no_list, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
