/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The published vectors for parse/worker/, asked through inspect_run() as a user would ask. One line per suite; each has a
 * floor below which it fails, and floors only rise.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "parse/worker/inspect.h"
#include "parse/worker/reader.h"
#include "tests/unit/url_vectors.h"

/* One line of JSON per element of requests, to a descriptor that stands at its beginning. */
static int
requests_fd(json_t *requests)
{
	int fd = memfd_create("requests", MFD_CLOEXEC);
	size_t i;
	json_t *one;

	assert_true(fd >= 0);
	json_array_foreach(requests, i, one) {
		char *text = json_dumps(one, JSON_COMPACT);

		assert_non_null(text);
		assert_int_equal(write(fd, text, strlen(text)), strlen(text));
		assert_int_equal(write(fd, "\n", 1), 1);
		free(text);
	}
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* The answers, in order. */
static json_t *
inspect(const char *what, json_t *requests)
{
	int in = requests_fd(requests), out = memfd_create("answers", MFD_CLOEXEC);
	json_t *answers = json_array(), *one;
	FILE *f;

	assert_true(out >= 0);
	assert_int_equal(inspect_run(what, in, out), 0);
	assert_int_equal(lseek(out, 0, SEEK_SET), 0);
	f = fdopen(out, "r");
	assert_non_null(f);
	while ((one = json_loadf(f, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL)) != NULL)
		json_array_append_new(answers, one);
	fclose(f);
	close(in);
	assert_int_equal(json_array_size(answers), json_array_size(requests));
	return answers;
}

typedef bool (*judge_fn)(const json_t *c, const json_t *answer);

/* Compares case by case, prints the score and the first failures; at least floor cases must pass. */
static void
judge(const char *suite, const char *what, json_t *cases, json_t *requests, judge_fn fn, size_t floor)
{
	json_t *answers = inspect(what, requests), *c;
	size_t i, passed = 0, n = json_array_size(cases), shown = 0;

	json_array_foreach(cases, i, c) {
		const json_t *answer = json_array_get(answers, i);
		char *text;

		if (fn(c, answer)) {
			passed++;
			continue;
		}
		if (shown++ >= 3)
			continue;
		text = json_dumps(c, JSON_COMPACT);
		printf("%s: case %.300s\n", suite, text);
		free(text);
		text = json_dumps(answer, JSON_COMPACT);
		printf("%s: answer %.600s\n", suite, text);
		free(text);
	}
	printf("%s: %zu / %zu (floor %zu)\n", suite, passed, n, floor);
	json_decref(answers);
	assert_true(passed >= floor);
}

/* A request with the members of c that have these names; NULL ends them. */
static json_t *
request(json_t *c, const char *const *names)
{
	json_t *r = json_object();

	for (; *names != NULL; names++)
		if (json_object_get(c, *names) != NULL)
			json_object_set(r, *names, json_object_get(c, *names));
	return r;
}

static json_t *
load_or_skip(const char *name)
{
	json_t *cases = vectors_load(name);

	if (cases == NULL)
		skip();
	return cases;
}

static void
run_file(const char *file, const char *what, const char *const *names, judge_fn fn, size_t floor)
{
	json_t *cases = load_or_skip(file), *requests = json_array(), *c;
	size_t i;

	json_array_foreach(cases, i, c)
		json_array_append_new(requests, request(c, names));
	judge(file, what, cases, requests, fn, floor);
	json_decref(requests);
	json_decref(cases);
}

static void
base64(struct str s, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, k;

	for (i = 0; i < s.len; i += 3) {
		uint32_t bits = 0;

		for (k = 0; k < 3; k++)
			bits = bits << 8 | (i + k < s.len ? (unsigned char)s.p[i + k] : 0u);
		for (k = 0; k < 4; k++)
			buf_addc(out, i + k > s.len ? '=' : digits[bits >> (18 - 6 * k) & 63]);
	}
}

/* ---- sets of strings ---- */

static void
set_add(json_t *set, const char *text)
{
	json_object_set_new(set, text, json_true());
}

static bool
set_equal(json_t *a, json_t *b)
{
	bool equal = json_equal(a, b) == 1;

	json_decref(a);
	json_decref(b);
	return equal;
}

static const char *
string_of(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s != NULL ? s : "";
}

/* "tag attr value" of each link; expectations write a foreign element's tag behind its namespace. */
static json_t *
link_set(const json_t *links, bool templates)
{
	json_t *set = json_object(), *l;
	size_t i;

	json_array_foreach(links, i, l) {
		const char *tag = string_of(l, "tag"), *last = strrchr(tag, ' ');
		char *text;

		if (*tag == '\0' || (!templates && json_is_true(json_object_get(l, "in_template"))))
			continue;
		CHECK(asprintf(&text, "%s %s %s", last != NULL ? last + 1 : tag, string_of(l, "attr"),
			      string_of(l, "value")) > 0);
		set_add(set, text);
		free(text);
	}
	return set;
}

static bool
judge_links(const json_t *c, const json_t *answer)
{
	return set_equal(link_set(json_object_get(c, "links"), false), link_set(json_object_get(answer, "links"), true));
}

static void
links_planted(void **state)
{
	run_file("html/links-planted.json", "links", (const char *const[]){ "html", NULL }, judge_links, 1452);
}

static void
links_from_trees(void **state)
{
	run_file("html/links-from-trees.json", "links", (const char *const[]){ "html", NULL }, judge_links, 5);
}

/* Every reference that resolves to http is there, and the base is the same. */
static bool
judge_document(const json_t *c, const json_t *answer)
{
	json_t *l, *got = json_object(), *links = json_object_get(answer, "links");
	bool all = strcmp(string_of(c, "base"), string_of(answer, "base")) == 0;
	size_t i;

	json_array_foreach(links, i, l)
		set_add(got, string_of(l, "url"));
	json_array_foreach(json_object_get(c, "links"), i, l)
		if (strncmp(string_of(l, "resolved"), "http", 4) == 0 && strcmp(string_of(l, "resolved"), "http://[") != 0 &&
			json_object_get(got, string_of(l, "resolved")) == NULL)
			all = false;
	json_decref(got);
	return all && strcmp(string_of(c, "charset"), string_of(answer, "charset")) == 0 &&
		strcmp(string_of(c, "title"), string_of(answer, "title")) == 0;
}

/*
 * Two differ: base-invalid-then-valid (Chromium leaves a document whose first base does not parse without any; the
 * standard, §4.2.3, says the document's own URL) and href-paths (Chromium encodes '|' in paths; the URL standard does not).
 */
static void
documents(void **state)
{
	run_file("html/documents-chromium.json", "links", (const char *const[]){ "body_b64", "url", "content_type", NULL },
		judge_document, 45);
}

/* All that are expected are there; where the file says what must not be, nothing is that has it. */
static bool
judge_sitemap(const json_t *c, const json_t *answer)
{
	const char *never = json_string_value(json_object_get(c, "must_not_contain"));
	json_t *got = json_object(), *one;
	bool right = true;
	size_t i;

	json_array_foreach(json_object_get(answer, "urls"), i, one) {
		set_add(got, string_of(one, "url"));
		right &= never == NULL || strstr(string_of(one, "url"), never) == NULL;
	}
	json_array_foreach(json_object_get(c, "urls"), i, one)
		right &= json_object_get(got, json_string_value(one)) != NULL;
	right &= json_object_get(c, "urls") != NULL || json_object_size(got) >= (size_t)json_integer_value(json_object_get(c, "expect_count"));
	/* Extensions are more than their source counts; everything else is exactly what is listed. */
	right &= json_object_get(c, "urls") == NULL || strcmp(string_of(c, "kind"), "xml") == 0 ||
		json_object_size(got) == json_array_size(json_object_get(c, "urls"));
	right &= strcmp(string_of(answer, "kind"), string_of(c, "kind")) == 0;
	json_decref(got);
	return right;
}

static void
sitemaps(void **state)
{
	json_t *cases = load_or_skip("sitemaps/expect.json"), *requests = json_array(), *c;
	char path[4096], name[512];
	size_t i;

	json_array_foreach(cases, i, c) {
		struct buf body = BUF_INIT(VECTORS_MAX_BYTES), b64 = BUF_INIT(VECTORS_MAX_BYTES);
		FILE *f;
		json_t *r = json_object();

		(void)snprintf(name, sizeof(name), "sitemaps/files/%s", string_of(c, "file"));
		f = fopen(vectors_path(path, name), "r");
		assert_non_null(f);
		assert_true(vectors_slurp(f, &body));
		fclose(f);
		base64(buf_str(&body), &b64);
		json_object_set_new(r, "body_b64", json_stringn(b64.data, b64.len));
		if (json_object_get(c, "test_url") != NULL)
			json_object_set(r, "url", json_object_get(c, "test_url"));
		json_array_append_new(requests, r);
		buf_release(&body);
		buf_release(&b64);
	}
	/* One case expects an address that begins with "<url>": its file has an element there, which its source looks through as we do. */
	judge("sitemaps/expect.json", "sitemap", cases, requests, judge_sitemap, 32);
	json_decref(requests);
	json_decref(cases);
}

static bool
judge_robots(const json_t *c, const json_t *answer)
{
	const json_t *robots = json_object_get(answer, "robots");
	static const char *const names[] = { "noindex", "nofollow" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (json_object_get(c, names[i]) != NULL &&
			json_is_true(json_object_get(c, names[i])) != json_is_true(json_object_get(robots, names[i])))
			return false;
	return true;
}

static void
robots_meta(void **state)
{
	json_t *cases = load_or_skip("robots/meta-and-header.json"), *requests = json_array(), *c;
	size_t i;

	json_array_foreach(cases, i, c) {
		json_t *head = json_object_get(c, "head");
		json_t *r = json_pack("{s:s}", "html", head != NULL ? json_string_value(head) : "");

		if (head == NULL)
			json_object_set(r, "x_robots_tag", json_object_get(c, "x_robots_tag"));
		json_array_append_new(requests, r);
	}
	judge("robots/meta-and-header.json", "links", cases, requests, judge_robots, 16);
	json_decref(requests);
	json_decref(cases);
}

/* ---- tokens ---- */

/* Neighbouring characters are one token. */
static json_t *
joined(const json_t *tokens)
{
	json_t *out = json_array(), *t;
	size_t i;

	json_array_foreach(tokens, i, t) {
		json_t *last = json_array_size(out) > 0 ? json_array_get(out, json_array_size(out) - 1) : NULL;

		if (!json_is_array(t))
			continue;
		if (last != NULL && strcmp(json_string_value(json_array_get(t, 0)), "Character") == 0 &&
			strcmp(json_string_value(json_array_get(last, 0)), "Character") == 0) {
			json_t *a = json_array_get(last, 1), *b = json_array_get(t, 1);
			struct buf text = BUF_INIT(1 << 20);

			buf_add(&text, json_string_value(a), json_string_length(a));
			buf_add(&text, json_string_value(b), json_string_length(b));
			json_array_set_new(last, 1, json_stringn(text.data, text.len));
			buf_release(&text);
		} else {
			json_array_append_new(out, json_deep_copy(t));
		}
	}
	return out;
}

static bool
judge_tokens(const json_t *c, const json_t *answer)
{
	return set_equal(joined(json_object_get(c, "output")), joined(json_object_get(answer, "tokens")));
}

/* "doubleEscaped": \uXXXX is to be read once more, in every string. */
static json_t *
unescaped(json_t *v)
{
	if (json_is_string(v)) {
		struct buf text = BUF_INIT(1 << 20);
		json_t *s;

		buf_addf(&text, "[\"");
		for (const char *p = json_string_value(v); *p != '\0'; p++) {
			if (*p == '"' || (*p == '\\' && p[1] != 'u'))
				buf_addc(&text, '\\');
			buf_addc(&text, *p);
		}
		buf_addf(&text, "\"]");
		vectors_mend_surrogates(&text);
		s = json_loadb(text.data, text.len, JSON_ALLOW_NUL, NULL);
		buf_release(&text);
		if (s == NULL)
			return json_incref(v);
		v = json_incref(json_array_get(s, 0));
		json_decref(s);
		return v;
	}
	if (json_is_array(v)) {
		json_t *out = json_array(), *e;
		size_t i;

		json_array_foreach(v, i, e)
			json_array_append_new(out, unescaped(e));
		return out;
	}
	if (json_is_object(v)) {
		json_t *out = json_object(), *e;
		const char *key;

		json_object_foreach(v, key, e) {
			json_t *k = json_string(key), *plain = unescaped(k);

			json_object_set_new(out, json_string_value(plain), unescaped(e));
			json_decref(k);
			json_decref(plain);
		}
		return out;
	}
	return json_incref(v);
}

static void
add_token_case(json_t *cases, json_t *requests, json_t *test)
{
	json_t *states = json_object_get(test, "initialStates"), *only = json_pack("[s]", "Data state"), *st;
	bool twice = json_is_true(json_object_get(test, "doubleEscaped"));
	size_t i;

	json_array_foreach(states != NULL ? states : only, i, st) {
		json_t *input = json_object_get(test, "input"), *output = json_object_get(test, "output");
		json_t *r = json_object();

		input = twice ? unescaped(input) : json_incref(input);
		output = twice ? unescaped(output) : json_incref(output);
		json_object_set_new(r, "input", input);
		json_object_set(r, "state", st);
		if (json_object_get(test, "lastStartTag") != NULL)
			json_object_set(r, "lastStartTag", json_object_get(test, "lastStartTag"));
		json_array_append_new(requests, r);
		json_array_append_new(cases, json_pack("{s:O,s:o}", "input", input, "output", output));
	}
	json_decref(only);
}

static void
tokenizer(void **state)
{
	static const struct {
		const char *file;
		size_t floor;
	} files[] = {
		{ "contentModelFlags", 15 }, { "domjs", 44 }, { "entities", 49 }, { "escapeFlag", 6 },
		{ "namedEntities", 2507 }, { "numericEntities", 210 }, { "pendingSpecChanges", 1 },
		{ "test1", 47 }, { "test2", 26 }, { "test3", 1042 }, { "test4", 56 },
		{ "unicodeChars", 201 }, { "unicodeCharsProblematic", 4 },
	};
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		json_t *cases, *requests, *doc, *test;
		char name[128];

		snprintf(name, sizeof(name), "html/tokenizer/%s.test", files[i].file);
		doc = load_or_skip(name);
		cases = json_array();
		requests = json_array();
		json_array_foreach(json_object_get(doc, "tests"), k, test)
			add_token_case(cases, requests, test);
		judge(name, "tokens", cases, requests, judge_tokens, files[i].floor);
		json_decref(cases);
		json_decref(requests);
		json_decref(doc);
	}
}

/* ---- the smaller ones ---- */

static bool
judge_srcset(const json_t *c, const json_t *answer)
{
	const json_t *want = json_object_get(c, "candidates"), *got = json_object_get(answer, "candidates");
	static const char *const names[] = { "w", "d", "h" };
	size_t i, k;

	if (json_array_size(want) != json_array_size(got))
		return false;
	for (i = 0; i < json_array_size(want); i++) {
		const json_t *a = json_array_get(want, i), *b = json_array_get(got, i);

		if (strcmp(string_of(a, "url"), string_of(b, "url")) != 0)
			return false;
		for (k = 0; k < ARRAY_LEN(names); k++)
			if (json_number_value(json_object_get(a, names[k])) !=
				json_number_value(json_object_get(b, names[k])))
				return false;
	}
	return true;
}

static void
srcset(void **state)
{
	run_file("html/srcset.json", "srcset", (const char *const[]){ "srcset", NULL }, judge_srcset, 148);
}

static bool
judge_refresh(const json_t *c, const json_t *answer)
{
	return json_equal(json_object_get(c, "refresh"), json_object_get(answer, "refresh")) == 1;
}

static void
refresh(void **state)
{
	run_file("html/meta-refresh.json", "refresh", (const char *const[]){ "content", NULL }, judge_refresh, 48);
}

static bool
judge_encoding(const json_t *c, const json_t *answer)
{
	return json_is_true(json_object_get(c, "scripted")) ||
		strcasecmp(string_of(c, "encoding"), string_of(answer, "encoding")) == 0;
}

static void
encoding(void **state)
{
	run_file("html/encoding.json", "charset", (const char *const[]){ "data_b64", NULL }, judge_encoding, 51);
}

static void
encoding_labels(void **state)
{
	json_t *groups = load_or_skip("html/encodings-labels.json"), *group, *e, *label;
	json_t *cases = json_array(), *requests = json_array();
	size_t i, j, k;

	json_array_foreach(groups, i, group)
		json_array_foreach(json_object_get(group, "encodings"), j, e)
			json_array_foreach(json_object_get(e, "labels"), k, label) {
				char type[128];

				snprintf(type, sizeof(type), "text/html; charset=\"%s\"", json_string_value(label));
				json_array_append_new(requests, json_pack("{s:s,s:s}", "data_b64", "", "content_type", type));
				json_array_append_new(cases, json_pack("{s:s}", "encoding", string_of(e, "name")));
			}
	judge("html/encodings-labels.json", "charset", cases, requests, judge_encoding, 228);
	json_decref(cases);
	json_decref(requests);
	json_decref(groups);
}

static bool
judge_css(const json_t *c, const json_t *answer)
{
	json_t *want = json_object(), *got = json_object(), *u;
	size_t i;

	json_array_foreach(json_object_get(c, "urls"), i, u)
		if (strcmp(string_of(u, "kind"), "namespace") != 0 && *string_of(u, "value") != '\0')
			set_add(want, string_of(u, "value"));
	json_array_foreach(json_object_get(answer, "urls"), i, u)
		if (*string_of(u, "value") != '\0')
			set_add(got, string_of(u, "value"));
	return set_equal(want, got);
}

/* Only where two CSS parsers agree. */
static void
css(void **state)
{
	json_t *all = load_or_skip("css/urls.json"), *cases = json_array(), *requests = json_array(), *c;
	size_t i;

	json_array_foreach(all, i, c) {
		if (strcmp(string_of(c, "second_parser"), "agrees") != 0)
			continue;
		json_array_append(cases, c);
		json_array_append_new(requests, request(c, (const char *const[]){ "css", NULL }));
	}
	judge("css/urls.json", "css", cases, requests, judge_css, 73);
	json_decref(cases);
	json_decref(requests);
	json_decref(all);
}

/* A bad request is answered, and the next one too. */
static void
bad_requests(void **state)
{
	json_t *requests = json_pack("[{s:i},[],{s:s},{s:s,s:s}]", "content", 5, "content", "7", "content", "1", "x", "y");
	json_t *answers = inspect("refresh", requests);

	assert_non_null(json_object_get(json_array_get(answers, 0), "error"));
	assert_non_null(json_object_get(json_array_get(answers, 1), "error"));
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(json_array_get(answers, 2), "refresh"), "seconds")), 7);
	assert_int_equal(inspect_run("nothing", 0, 1), -EINVAL);
	json_decref(answers);
	json_decref(requests);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokenizer),
		cmocka_unit_test(links_planted),
		cmocka_unit_test(links_from_trees),
		cmocka_unit_test(documents),
		cmocka_unit_test(robots_meta),
		cmocka_unit_test(sitemaps),
		cmocka_unit_test(srcset),
		cmocka_unit_test(refresh),
		cmocka_unit_test(encoding),
		cmocka_unit_test(encoding_labels),
		cmocka_unit_test(css),
		cmocka_unit_test(bad_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
