/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The URL parser against the vectors of web-platform-tests and others. Each suite prints its score and has a floor:
 * all of it, less the cases that are explained beside the floor.
 */
#include "config.h"

#include <errno.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/url_vectors.h"
#include "url/host.h"
#include "url/url.h"

struct score {
	unsigned passed, failed;
};

static void
score_case(struct score *score, bool ok, const char *suite, const json_t *c, struct str got)
{
	char *text;

	if (ok) {
		score->passed++;
		return;
	}
	score->failed++;
	text = json_dumps(c, JSON_ENSURE_ASCII | JSON_COMPACT);
	printf("%s: %.300s got %.*s\n", suite, text, STR_ARG(got));
	free(text);
}

static void
score_end(const struct score *score, const char *suite, unsigned explained)
{
	printf("%s: %u of %u\n", suite, score->passed, score->passed + score->failed);
	assert_true(score->passed > 0);
	assert_true(score->failed <= explained);
}

static bool
parts_match(const struct url *u, const json_t *c)
{
	static const struct {
		const char *key;
		struct str (*part)(const struct url *u);
	} parts[] = {
		{ "href", url_href }, { "protocol", url_protocol }, { "username", url_username },
		{ "password", url_password }, { "host", url_host }, { "hostname", url_hostname },
		{ "port", url_port }, { "pathname", url_pathname }, { "search", url_search },
		{ "hash", url_hash },
	};
	struct buf origin = BUF_INIT(URL_MAX_BYTES);
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(parts); i++)
		ok = ok && str_eq(vectors_str(c, parts[i].key), parts[i].part(u));
	if (json_object_get(c, "origin") != NULL) {
		struct str want = vectors_str(c, "origin");

		if (want.p == NULL)
			want = STR("null"); /* an opaque origin, which serialises so */
		ok = ok && url_origin(u, &origin) == 0 && str_eq(want, buf_str(&origin));
	}
	buf_release(&origin);
	return ok;
}

/* A URL is the same URL when its href is parsed again. */
static bool
is_stable(const struct url *u)
{
	struct url again;
	bool ok;

	url_init(&again);
	ok = url_parse(&again, url_href(u), NULL) == 0 && str_eq(url_href(&again), url_href(u));
	url_release(&again);
	return ok;
}

static void
run_urls(const char *file, unsigned explained)
{
	json_t *cases = vectors_load(file), *c;
	struct score score = { 0, 0 };
	struct url base, u;
	size_t i;

	if (cases == NULL)
		skip();
	url_init(&base);
	url_init(&u);
	json_array_foreach(cases, i, c) {
		struct str base_text = vectors_str(c, "base");
		bool fails = json_is_true(json_object_get(c, "failure")), ok;
		int r = 0;

		if (base_text.p != NULL)
			r = url_parse(&base, base_text, NULL);
		if (r == 0)
			r = url_parse(&u, vectors_str(c, "input"), base_text.p != NULL ? &base : NULL);
		ok = fails ? r == -EINVAL : r == 0 && parts_match(&u, c) && is_stable(&u);
		score_case(&score, ok, file, c, r == 0 ? url_href(&u) : STR("failure"));
	}
	url_release(&u);
	url_release(&base);
	json_decref(cases);
	score_end(&score, file, explained);
}

static void
test_urltestdata(void **state)
{
	run_urls("url/urltestdata.json", 0);
}

static void
test_ada_extra(void **state)
{
	run_urls("url/ada_extra_urltestdata.json", 0);
}

static void
test_resolve(void **state)
{
	json_t *cases = vectors_load("url/resolve-crawler-commons.json"), *c;
	struct score score = { 0, 0 };
	struct url base, u;
	size_t i;

	if (cases == NULL)
		skip();
	url_init(&base);
	url_init(&u);
	json_array_foreach(cases, i, c) {
		struct str base_text = vectors_str(c, "base");
		int r = base_text.len > 0 ? url_parse(&base, base_text, NULL) : 0;

		if (r == 0)
			r = url_parse(&u, vectors_str(c, "input"), base_text.len > 0 ? &base : NULL);
		score_case(&score, r == 0 && str_eq(url_href(&u), vectors_str(c, "expect")), "resolve", c, url_href(&u));
	}
	url_release(&u);
	url_release(&base);
	json_decref(cases);
	score_end(&score, "url/resolve-crawler-commons.json", 0);
}

static void
run_hosts(const char *file, unsigned explained)
{
	json_t *cases = vectors_load(file), *c;
	struct score score = { 0, 0 };
	struct buf out = BUF_INIT(URL_MAX_BYTES);
	size_t i;

	if (cases == NULL)
		skip();
	json_array_foreach(cases, i, c) {
		struct str input = vectors_str(c, "input"), output = vectors_str(c, "output");
		int r;

		buf_reset(&out, SIZE_MAX);
		r = host_parse(input, &out);
		/* The vectors are of ToASCII alone; the host parser refuses what comes out empty. */
		if (output.p == NULL || output.len == 0)
			score_case(&score, r == -EINVAL, file, c, buf_str(&out));
		else
			score_case(&score, r == 0 && str_eq(buf_str(&out), output), file, c,
				r == 0 ? buf_str(&out) : STR("failure"));
	}
	buf_release(&out);
	json_decref(cases);
	score_end(&score, file, explained);
}

static void
test_toascii(void **state)
{
	run_hosts("url/toascii.json", 0);
}

static void
test_idna(void **state)
{
	run_hosts("url/IdnaTestV2.json", 0);
}

/* The encoder of a charset by iconv, character by character, "&#N;" for what it lacks. */
static int
encode_iconv(void *arg, struct str s, struct buf *out)
{
	const char *charset = arg;
	iconv_t cd = iconv_open(charset, "UTF-8");
	char tail[16], *to = tail;
	size_t left = sizeof(tail), i, n;

	if (cd == (iconv_t)-1)
		return -ENOTSUP;
	for (i = 0; i < s.len; i += n) {
		char *from = (char *)(uintptr_t)s.p + i;
		size_t from_left;
		uint32_t cp;

		n = from_left = utf8_next(s.p + i, s.len - i, &cp);
		to = tail;
		left = sizeof(tail);
		/* The standard's encoder refuses these three of its own accord. */
		if (strcmp(charset, "ISO-2022-JP") == 0 && (cp == 0x0e || cp == 0x0f || cp == 0x1b))
			buf_addf(out, "&#%d;", 0xfffd);
		else if (iconv(cd, &from, &from_left, &to, &left) == (size_t)-1)
			buf_addf(out, "&#%u;", (unsigned)cp);
		else
			buf_add(out, tail, sizeof(tail) - left);
	}
	to = tail;
	left = sizeof(tail);
	if (iconv(cd, NULL, NULL, &to, &left) != (size_t)-1)
		buf_add(out, tail, sizeof(tail) - left);
	iconv_close(cd);
	return buf_err(out);
}

static const char *
iconv_name(const char *label)
{
	static const char *const names[][2] = {
		{ "big5", "BIG5-HKSCS" }, { "euc-kr", "UHC" }, { "iso-2022-jp", "ISO-2022-JP" },
		{ "windows-1252", "CP1252" }, { "gb18030", "GB18030" }, { "shift_jis", "CP932" },
		{ "iso-8859-2", "ISO-8859-2" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i][0], label) == 0)
			return names[i][1];
	return NULL;
}

/* The charsets here are iconv's, not the standard's: GB18030 has U+E5E5, which the standard leaves out. */
static void
test_percent_encoding(void **state)
{
	json_t *cases = vectors_load("url/percent-encoding.json"), *c, *v;
	struct score score = { 0, 0 };
	struct buf text = BUF_INIT(URL_MAX_BYTES);
	struct url u;
	const char *label;
	size_t i;

	if (cases == NULL)
		skip();
	url_init(&u);
	json_array_foreach(cases, i, c) {
		json_object_foreach(json_object_get(c, "output"), label, v) {
			bool utf8 = strcmp(label, "utf-8") == 0;
			struct url_query_encoder encoder = { encode_iconv, (void *)(uintptr_t)iconv_name(label) };
			int r;

			if (!utf8)
				assert_non_null(encoder.arg);
			buf_reset(&text, SIZE_MAX);
			buf_add_str(&text, STR("http://h/?"));
			buf_add_str(&text, vectors_str(c, "input"));
			r = url_parse_charset(&u, buf_str(&text), NULL, utf8 ? NULL : &encoder);
			score_case(&score, r == 0 && str_eq(str_n(url_search(&u).p + 1, url_search(&u).len - 1),
				str_n(json_string_value(v), json_string_length(v))), label, c, url_href(&u));
		}
	}
	url_release(&u);
	buf_release(&text);
	json_decref(cases);
	score_end(&score, "url/percent-encoding.json", 1);
}

static void
test_registrable(void **state)
{
	json_t *cases = vectors_load("psl/cases.json"), *c;
	struct score score = { 0, 0 };
	struct buf host = BUF_INIT(URL_MAX_BYTES);
	char path[4096];
	size_t i;

	if (cases == NULL)
		skip();
	assert_int_equal(host_use_list(vectors_path(path, "psl/public_suffix_list.dat")), 0);
	json_array_foreach(cases, i, c) {
		struct buf want = BUF_INIT(URL_MAX_BYTES);
		struct str input = vectors_str(c, "input"), registrable = vectors_str(c, "registrable"), got;

		buf_reset(&host, SIZE_MAX);
		if (input.len > 0)
			assert_int_equal(host_parse(input, &host), 0);
		/* The list's tests are in Unicode; hosts here are serialised. */
		if (registrable.len > 0)
			assert_int_equal(host_parse(registrable, &want), 0);
		got = host_registrable(buf_str(&host));
		score_case(&score, str_eq(got, buf_str(&want)), "psl", c, got);
		buf_release(&want);
	}
	buf_release(&host);
	json_decref(cases);
	score_end(&score, "psl/cases.json", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urltestdata),
		cmocka_unit_test(test_ada_extra),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_toascii),
		cmocka_unit_test(test_idna),
		cmocka_unit_test(test_percent_encoding),
		cmocka_unit_test(test_registrable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
