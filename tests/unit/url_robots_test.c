/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/url_vectors.h"
#include "url/robots.h"
#include "url/url.h"

/* Of a whole URL, as a crawl asks it: of the path and query of what it is parsed to. */
static bool
url_allowed(const struct robots *r, struct str text)
{
	struct url base, u;
	struct str id;
	bool yes;

	url_init(&base);
	url_init(&u);
	assert_int_equal(url_parse(&base, STR("http://h/"), NULL), 0);
	assert_int_equal(url_parse(&u, text, &base), 0);
	id = url_identity(&u);
	yes = robots_allowed(r, str_n(id.p + u.pathname_start, id.len - u.pathname_start), NULL);
	url_release(&u);
	url_release(&base);
	return yes;
}

static bool
allowed(const char *text, const char *agent, const char *path)
{
	struct robots *r;
	bool yes;

	assert_int_equal(robots_parse(str_of(text), str_of(agent), &r), 0);
	yes = robots_allowed(r, str_of(path), NULL);
	robots_free(r);
	return yes;
}

static unsigned
b64_value(unsigned char c)
{
	if (ascii_is_upper(c))
		return c - 'A';
	if (ascii_is_lower(c))
		return c - 'a' + 26u;
	if (ascii_is_digit(c))
		return c - '0' + 52u;
	return c == '+' ? 62 : 63;
}

/* The file's bytes: "robots", or "robots_b64" where they are not Unicode. */
static void
robots_text(const json_t *c, struct buf *out)
{
	struct str b64 = vectors_str(c, "robots_b64");
	unsigned bits = 0, n = 0;
	size_t i;

	buf_reset(out, SIZE_MAX);
	buf_add_str(out, vectors_str(c, "robots"));
	for (i = 0; i < b64.len && b64.p[i] != '='; i++) {
		bits = bits << 6 | b64_value((unsigned char)b64.p[i]);
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_addc(out, (char)(bits >> n));
		}
	}
}

static unsigned
sitemap_count(const struct robots *r)
{
	unsigned n = 0;

	while (robots_sitemap(r, n).p != NULL)
		n++;
	return n;
}

static bool
has_sitemap(const struct robots *r, struct str url)
{
	unsigned i;

	for (i = 0; i < sitemap_count(r); i++)
		if (str_eq(robots_sitemap(r, i), url))
			return true;
	return false;
}

/* As sets: the same line twice is one sitemap, and an empty one is none. */
static bool
same_sitemaps(const struct robots *r, const json_t *want)
{
	unsigned distinct = 0;
	json_t *v, *seen = json_object();
	size_t i;

	json_array_foreach(want, i, v) {
		struct str url = str_n(json_string_value(v), json_string_length(v));

		if (url.len == 0)
			continue;
		if (!has_sitemap(r, url))
			break;
		distinct += json_object_get(seen, json_string_value(v)) == NULL;
		json_object_set_new(seen, json_string_value(v), json_true());
	}
	json_decref(seen);
	return i == json_array_size(want) && distinct == sitemap_count(r);
}

static bool
case_holds(const json_t *c, const struct robots *r)
{
	const json_t *v;

	if ((v = json_object_get(c, "allowed")) != NULL)
		return url_allowed(r, vectors_str(c, "url")) == json_is_true(v);
	if ((v = json_object_get(c, "crawl_delay_ms")) != NULL) {
		int64_t us = robots_crawl_delay_us(r);

		return json_is_null(v) ? us == -1 : us == json_integer_value(v) * 1000;
	}
	if ((v = json_object_get(c, "n_sitemaps")) != NULL)
		return json_integer_value(v) == sitemap_count(r);
	return same_sitemaps(r, json_object_get(c, "sitemaps"));
}

/* explained: where we do otherwise than the source of the case, on purpose. */
static void
run_class(const json_t *cases, const char *class, unsigned explained)
{
	struct buf text = BUF_INIT(VECTORS_MAX_BYTES);
	unsigned passed = 0, failed = 0;
	json_t *c;
	size_t i;

	json_array_foreach(cases, i, c) {
		struct robots *r;

		if (!str_eq(vectors_str(c, "class"), str_of(class)))
			continue;
		robots_text(c, &text);
		assert_int_equal(robots_parse(buf_str(&text), vectors_str(c, "agent"), &r), 0);
		if (case_holds(c, r)) {
			passed++;
		} else {
			char *dump = json_dumps(c, JSON_ENSURE_ASCII | JSON_COMPACT);

			failed++;
			printf("%s: %.700s\n", class, dump);
			free(dump);
		}
		robots_free(r);
	}
	buf_release(&text);
	printf("robots/cases.json, %s: %u of %u\n", class, passed, passed + failed);
	assert_true(passed > 0 && failed <= explained);
}

static void
test_cases(void **state)
{
	json_t *cases = vectors_load("robots/cases.json");

	if (cases == NULL)
		skip();
	run_class(cases, "consensus", 0);
	run_class(cases, "rfc", 0);
	/*
	 * One source's leniency that RFC 9309 does not share: a bare URL is no Sitemap line, and what stands before any
	 * User-agent is nobody's (so says another source of the same class).
	 */
	run_class(cases, "extension", 2);
	/* The same, misspelt keys, agents that are not product tokens, UTF-16, half a BOM, a literal '$' at the end, ... */
	run_class(cases, "implementation", 20);
	json_decref(cases);
}

struct corpus_score {
	unsigned sites, decisions, wrong, sitemaps_wrong;
};

static void
run_site(const json_t *site, struct buf *text, struct corpus_score *score)
{
	struct robots *r = NULL;
	json_t *c, *sitemaps = json_object_get(site, "sitemaps");
	const char *agent = "";
	size_t i;

	robots_text(site, text);
	json_array_foreach(json_object_get(site, "cases"), i, c) {
		const char *asks = json_string_value(json_array_get(c, 0));
		json_t *url = json_array_get(c, 1);

		if (r == NULL || strcmp(asks, agent) != 0) {
			robots_free(r);
			agent = asks;
			assert_int_equal(robots_parse(buf_str(text), str_of(agent), &r), 0);
		}
		score->decisions++;
		if (url_allowed(r, str_n(json_string_value(url), json_string_length(url))) !=
			json_is_true(json_array_get(c, 2))) {
			if (score->wrong++ < 20)
				printf("corpus: %s %s\n", agent, json_string_value(url));
		}
	}
	if (sitemaps != NULL && r != NULL && !same_sitemaps(r, sitemaps)) {
		if (score->sitemaps_wrong++ < 5)
			printf("corpus: sitemaps of %s\n", json_string_value(json_object_get(site, "site")));
	}
	robots_free(r);
	score->sites++;
}

static void
test_corpus(void **state)
{
	struct corpus_score score = { 0, 0, 0, 0 };
	struct buf text = BUF_INIT(VECTORS_MAX_BYTES);
	char path[4096], command[5000], *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;

	if ((f = fopen(vectors_path(path, "robots/corpus.jsonl.gz"), "r")) == NULL) {
		printf("skipped: no test vectors at %s\n", path);
		skip();
	}
	fclose(f);
	snprintf(command, sizeof(command), "gzip -dc '%s'", path);
	f = popen(command, "r");
	assert_non_null(f);
	while ((n = getline(&line, &cap, f)) > 0) {
		json_t *site = json_loadb(line, (size_t)n, JSON_ALLOW_NUL, NULL);

		assert_non_null(site);
		run_site(site, &text, &score);
		json_decref(site);
	}
	assert_int_equal(pclose(f), 0);
	free(line);
	buf_release(&text);
	printf("robots/corpus.jsonl.gz: %u of %u decisions of %u sites, sitemaps wrong of %u\n",
		score.decisions - score.wrong, score.decisions, score.sites, score.sitemaps_wrong);
	assert_true(score.sites > 1000);
	assert_int_equal(score.wrong, 0);
	assert_int_equal(score.sitemaps_wrong, 0);
}

static void
test_groups(void **state)
{
	const char *two = "User-agent: a\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n\nUser-Agent: A/2.0\nDisallow: /y\n";

	/* Groups of the same agent are one; '*' is for those that are not named. */
	assert_false(allowed(two, "a", "/x"));
	assert_false(allowed(two, "A", "/y"));
	assert_true(allowed(two, "a", "/z"));
	assert_false(allowed(two, "b", "/z"));
	assert_true(allowed(two, "b", "/robots.txt"));
	/* Named and without a rule: everything. */
	assert_true(allowed("User-agent: a\n\nUser-agent: *\nDisallow: /\n", "a", "/x") == false);
	assert_true(allowed("User-agent: a\nDisallow:\nUser-agent: *\nDisallow: /\n", "a", "/x"));
	/* Rules before any agent are nobody's. */
	assert_true(allowed("Disallow: /\n", "a", "/x"));
	/* A token ends at its first strange byte, and is compared whole. */
	assert_true(allowed("User-agent: lycosabot\nDisallow: /\n", "lycosa", "/x"));
	assert_true(allowed("User-agent: lyco\nDisallow: /\n", "lycosa", "/x"));
	assert_false(allowed("User-agent: LYCOSA 1.0\nDisallow: /\n", "lycosa", "/x"));
}

/* One who has another name in the User-Agent field is meant by that name, too. */
static void
test_two_names(void **state)
{
	const char *text = "User-agent: lycosa\nDisallow: /a\n\nUser-agent: mybot\nDisallow: /b\n\nUser-agent: *\nDisallow: /c\n";
	static const struct {
		const char *other, *allowed, *denied;
	} cases[] = {
		{ "", "/b", "/a" }, { "MyBot/2.0 (+https://example.org/)", "/c", "/a" }, { "MyBot/2.0", "/c", "/b" }, { "Mozilla/5.0", "/b", "/a" },
		{ "lycosa/1.0", "/b", "/a" },
	};
	struct robots *r;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(robots_parse_as(str_of(text), STR("lycosa"), str_of(cases[i].other), &r), 0);
		assert_true(robots_allowed(r, str_of(cases[i].allowed), NULL));
		assert_false(robots_allowed(r, str_of(cases[i].denied), NULL));
		robots_free(r);
	}
	/* Nobody's name but a stranger's: everybody's group is this one's. */
	assert_int_equal(robots_parse_as(STR("User-agent: mybot\nDisallow: /b\nUser-agent: *\nDisallow: /c\n"), STR("lycosa"), STR("other/1"), &r), 0);
	assert_true(robots_allowed(r, STR("/x"), NULL));
	robots_free(r);
}

static void
test_lines(void **state)
{
	assert_false(allowed("\xef\xbb\xbfUser-agent: *\rDisallow: /a\rDisallow: /b\r\nDisallow: /c", "x", "/a"));
	assert_false(allowed("\xef\xbb\xbfUser-agent: *\rDisallow: /a\rDisallow: /b\r\nDisallow: /c", "x", "/b"));
	assert_false(allowed("\xef\xbb\xbfUser-agent: *\rDisallow: /a\rDisallow: /b\r\nDisallow: /c", "x", "/c"));
	assert_false(allowed("User-agent: *<br>\nDisallow: /a\n", "x", "/a"));
	assert_true(allowed("User-agent: **\nDisallow: /a\n", "x", "/a"));
	assert_false(allowed("  user-AGENT :  * # all\n\tdisallow\t: /a#b\n", "x", "/a"));
}

/* As other crawlers read them, too. */
static void
test_sitemap_names(void **state)
{
	struct robots *r;

	assert_int_equal(robots_parse(STR("Site-map: http://h/1\nsitemaps:http://h/2\nSITEMAP : http://h/3\nsite map: http://h/4\n"), STR("lycosa"), &r), 0);
	assert_int_equal(sitemap_count(r), 3);
	assert_true(has_sitemap(r, STR("http://h/1")) && has_sitemap(r, STR("http://h/2")) && has_sitemap(r, STR("http://h/3")));
	robots_free(r);
}

static void
test_longest_match(void **state)
{
	const char *text = "User-agent: *\nDisallow: /p\nAllow: /p/q\nDisallow: /p/q/*.gif$\nAllow: /tie\nDisallow: /tie\n"
		"Disallow: /*?s=\nAllow: /\n";
	unsigned line;
	struct robots *r;

	assert_false(allowed(text, "x", "/p"));
	assert_true(allowed(text, "x", "/p/q/r"));
	assert_false(allowed(text, "x", "/p/q/r.gif"));
	assert_true(allowed(text, "x", "/p/q/r.gif?x"));
	assert_true(allowed(text, "x", "/tie"));
	assert_false(allowed(text, "x", "/a/b?s=1"));
	assert_true(allowed(text, "x", "/a/b?t=1&s=1"));

	assert_int_equal(robots_parse(str_of(text), STR("x"), &r), 0);
	assert_false(robots_allowed(r, STR("/p/q/r.gif"), &line));
	assert_int_equal(line, 4);
	assert_true(robots_allowed(r, STR("/tie"), &line));
	assert_int_equal(line, 5);
	robots_free(r);
}

/* A link to /a\\b leads to /a/b. */
static void
test_backslash(void **state)
{
	const char *text = "User-agent: *\nDisallow: /a\\b\nDisallow: /*\\?q=\n";

	assert_false(allowed(text, "x", "/a/b"));
	assert_false(allowed(text, "x", "/a%5Cb"));
	assert_true(allowed(text, "x", "/a"));
	assert_false(allowed(text, "x", "/c/?q=1"));
	assert_true(allowed(text, "x", "/c?q=1"));
}

static void
test_percent_encoding(void **state)
{
	/* RFC 9309 §2.2.2, table, and §2.2.3. */
	assert_false(allowed("User-agent: *\nDisallow: /foo/bar/\xe3\x83\x84\n", "x", "/foo/bar/%E3%83%84"));
	assert_false(allowed("User-agent: *\nDisallow: /foo/bar/%e3%83%84\n", "x", "/foo/bar/%E3%83%84"));
	assert_false(allowed("User-agent: *\nDisallow: /foo/bar/%62%61%7A\n", "x", "/foo/bar/baz"));
	assert_false(allowed("User-agent: *\nDisallow: /foo/bar/baz\n", "x", "/foo/bar/%62%61%7A"));
	assert_false(allowed("User-agent: *\nDisallow: /foo/bar?baz=http://foo.bar\n", "x", "/foo/bar?baz=http://foo.bar"));
	assert_true(allowed("User-agent: *\nDisallow: /a%2Fb\n", "x", "/a/b"));
	assert_false(allowed("User-agent: *\nDisallow: /path/file-with-a-%2A.html\n", "x", "/path/file-with-a-*.html"));
	assert_true(allowed("User-agent: *\nDisallow: /path/file-with-a-%2A.html\n", "x", "/path/file-with-a-x.html"));
	assert_false(allowed("User-agent: *\nDisallow: /path/foo-%24\n", "x", "/path/foo-$"));
	assert_false(allowed("User-agent: *\nDisallow: /a$b\n", "x", "/a$b"));
}

/* What one side writes as it is and the other as %XX, in either case; and what is not the same. */
static void
test_two_ways_of_writing(void **state)
{
	static const struct {
		const char *rule, *path;
		bool same;
	} rows[] = {
		{ "/a b", "/a%20b", true },
		{ "/a%20b", "/a b", true },
		{ "/a b", "/a", false },
		{ "/a b # c", "/a%20b", true },
		{ "/a\tb", "/a%09b", true },
		{ "/a\"b", "/a%22b", true },
		{ "/a<b>", "/a%3cb%3E", true },
		{ "/a|b", "/a%7Cb", true },
		{ "/a%7cb", "/a|b", true },
		{ "/{a}^`", "/%7Ba%7d%5E%60", true },
		{ "/\xc3\xa9", "/%c3%A9", true },
		{ "/%c3%a9", "/%C3%A9", true },
		{ "/\xe9", "/%E9", true },
		{ "/%7euser%2d%5f%2e", "/~user-_.", true },
		{ "/~user", "/%7Euser", true },
		{ "/%41", "/A", true },
		{ "/%61", "/A", false },
		{ "/a%2fb", "/a%2Fb", true },
		{ "/a%2fb", "/a/b", false },
		{ "/a%3fb", "/a?b", false },
		{ "/a[b]", "/a%5Bb%5D", false },
		/* The table of §2.2.2; in a query these part nothing. */
		{ "/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true },
		{ "/foo/bar?baz=https%3a%2f%2ffoo.bar", "/foo/bar?baz=https://foo.bar", true },
		{ "/?a[]=1", "/?a%5B%5d=1", true },
		{ "/*=https%3A%2F%2Ffoo", "/a?b=https://foo", true },
		{ "/*=https%3A%2F%2Ffoo", "/a?b=https:%2f%2Ffoo", true },
		{ "/*=https://foo", "/a?b=https%3A%2F%2Ffoo", true },
		{ "/*%2Fb", "/a%2fb", true },
		{ "/*%2Fb", "/a/b", false },
		/* Behind stars each for itself: one in the path, one in the query. */
		{ "/*%2Fa*b=%2Fc", "/x%2Fa?b=%2Fc", true },
		{ "/*%2Fa*b=%2Fc", "/x%2Fa?b=/c", true },
		{ "/*%2Fa*b=%2Fc", "/x/a?b=/c", false },
		{ "/*%2Fa*b=%2Fc", "/x%2Fab=/c", false },
		{ "/*%2Fa*b=%2Fc$", "/x%2Fa?b=/c", true },
		{ "/*%2Fa*b=%2Fc$", "/x%2Fa?b=/cd", false },
		{ "/*%2Fa*?*b=%2Fc", "/x%2Fa?q&b=/c", true },
		{ "/*%2Fa*?*b=%2Fc", "/x/a?q&b=/c", false },
		{ "/*%2Fa*%2fb*%2Fc", "/%2Fa%2Fb?/c", true },
		{ "/*%2Fa?b*%2Fc", "/%2Fa?b=%2fc", true },
		{ "/*%3Fb", "/a?b", false },
		{ "/*%3Fb", "/a%3Fb", true },
		{ "/*%3Fb", "/a?c?b", true },
		{ "/*\\a*=%2Fc", "/x/a?b=/c", true },
		{ "/*%2Fx\\a", "/?q=/x\\a", true },
		{ "/*\\a", "/?q=/a", false },
		{ "/?a&b=c", "/?a%26b=c", false },
		{ "/?a+b", "/?a%2Bb", false },
	};
	char text[128];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(text, sizeof(text), "User-agent: *\nDisallow: %s\n", rows[i].rule);
		if (allowed(text, "x", rows[i].path) == rows[i].same)
			fail_msg("%s and %s", rows[i].rule, rows[i].path);
	}
	/* A rule weighs what the file has of it, in whatever way it is read. */
	assert_false(allowed("User-agent: *\nDisallow: /*%2F%2F\nAllow: /page\n", "x", "/page?u=%2F%2Fx"));
}

/* What the rows above say, with all the ways in which stars can be taken: letters one by one, and %XX of what is free in a query. */
static bool
model_matches(const char *rule, const char *path, bool in_query)
{
	const char *a = rule, *b = path;
	char x, y;

	if (*rule == '\0')
		return true;
	if (*rule == '$' && rule[1] == '\0')
		return *path == '\0';
	if (*rule == '*')
		return model_matches(rule + 1, path, in_query) || (*path != '\0' && model_matches(rule, path + (*path == '%' ? 3 : 1), in_query || *path == '?'));
	x = *a == '%' ? (a[2] == 'F' && a[1] == '2' ? '/' : '?') : *a;
	y = *b == '%' ? (b[2] == 'F' && b[1] == '2' ? '/' : '?') : *b;
	if (x != y || (!in_query && (*a == '%') != (*b == '%')))
		return false;
	return model_matches(rule + (*a == '%' ? 3 : 1), path + (*b == '%' ? 3 : 1), in_query || *b == '?');
}

static void
put_some(struct buf *out, const char *const *tokens, unsigned n_tokens, unsigned n, uint64_t *seed)
{
	buf_reset(out, SIZE_MAX);
	buf_addc(out, '/');
	for (; n > 0; n--) {
		*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		buf_add_str(out, str_of(tokens[(*seed >> 33) % n_tokens]));
	}
}

static void
test_stars_and_escapes_against_a_model(void **state)
{
	static const char *const tokens[] = { "a", "b", "/", "?", "%2F", "%3F", "*", "*" };
	struct buf rule = BUF_INIT(URL_MAX_BYTES), path = BUF_INIT(URL_MAX_BYTES);
	unsigned matched = 0;
	uint64_t seed = 1;
	char text[128];

	for (unsigned i = 0; i < 200000; i++) {
		bool is_same;

		put_some(&rule, tokens, 8, 1 + i % 8, &seed);
		put_some(&path, tokens, 6, 1 + i % 11, &seed);
		if (i % 3 == 0)
			buf_addc(&rule, '$');
		is_same = model_matches(buf_cstr(&rule), buf_cstr(&path), false);
		matched += is_same;
		(void)snprintf(text, sizeof(text), "User-agent: *\nDisallow: %s\n", buf_cstr(&rule));
		if (allowed(text, "x", buf_cstr(&path)) == is_same)
			fail_msg("%s and %s", buf_cstr(&rule), buf_cstr(&path));
	}
	assert_in_range(matched, 10000, 190000);
	buf_release(&rule);
	buf_release(&path);
}

static int64_t
delay(const char *text)
{
	struct robots *r;
	int64_t us;

	assert_int_equal(robots_parse(str_of(text), STR("x"), &r), 0);
	us = robots_crawl_delay_us(r);
	robots_free(r);
	return us;
}

static void
test_delay(void **state)
{
	assert_int_equal(delay(""), -1);
	assert_int_equal(delay("User-agent: *\nCrawl-delay: 0.25\n"), 250000);
	assert_int_equal(delay("User-agent: *\nCrawl-delay: 7\nUser-agent: x\nCrawl-delay: 2\n"), 2000000);
	assert_int_equal(delay("User-agent: *\nCrawl-delay: -3\n"), -1);
	assert_int_equal(delay("User-agent: *\nCrawl-delay: 99999999999999999999999\n"), INT64_C(604800000000));
	assert_int_equal(delay("User-agent: *\nCrawl-delay: 3.123456789123456789\n"), 3123456);
	assert_int_equal(delay("User-agent: *\nRequest-rate: 2/1m 0600-0845\n"), 30000000);
	assert_int_equal(delay("User-agent: *\nRequest-rate: 0/1\n"), -1);
}

/* A pattern of many stars and a path that almost matches must not take for ever. */
static void
test_stars(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES), path = BUF_INIT(URL_MAX_BYTES);
	struct robots *r;
	unsigned i;

	buf_add_str(&text, STR("User-agent: *\nDisallow: /"));
	for (i = 0; i < 5000; i++)
		buf_add_str(&text, STR("*a"));
	buf_add_str(&text, STR("b$\n"));
	buf_addc(&path, '/');
	for (i = 0; i < 16000; i++)
		buf_addc(&path, 'a');
	assert_int_equal(robots_parse(buf_str(&text), STR("x"), &r), 0);
	assert_true(robots_allowed(r, buf_str(&path), NULL));
	robots_free(r);
	buf_release(&text);
	buf_release(&path);
}

/* The file that grows most: every octet to be encoded, a backslash in each rule, and everybody and us named by the group. */
static void
test_growth(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES), path = BUF_INIT(URL_MAX_BYTES);
	struct robots *r;
	unsigned i;

	buf_add_str(&text, STR("User-agent: *\nUser-agent: lycosa\n"));
	while (ROBOTS_MAX_BYTES - text.len > 16400) {
		buf_add_str(&text, STR("Disallow:/\\"));
		for (i = 0; i < 16300; i++)
			buf_addc(&text, '\xe9');
		buf_addc(&text, '\n');
	}
	assert_int_equal(buf_err(&text), 0);
	assert_int_equal(robots_parse(buf_str(&text), STR("lycosa"), &r), 0);
	buf_add_str(&path, STR("//"));
	for (i = 0; i < 16300; i++)
		buf_addc(&path, '\xe9');
	assert_false(robots_allowed(r, buf_str(&path), NULL));
	assert_true(robots_allowed(r, STR("/\xe9"), NULL));
	assert_true(robots_bytes(r) < (uint64_t)ROBOTS_MAX_BYTES * 8);
	robots_free(r);
	buf_release(&text);
	buf_release(&path);
}

/* As many rules of this text as fit: what they say of '/' and n times 'a', and in which line. */
static bool
full_of(const char *rule, size_t max_rules, size_t n, unsigned *ret_line)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES), path = BUF_INIT(URL_MAX_BYTES);
	struct robots *r;
	bool allowed;
	size_t i;

	buf_add_str(&text, STR("User-agent: *\n"));
	for (i = 0; i < max_rules && ROBOTS_MAX_BYTES - text.len > strlen(rule); i++)
		buf_add_str(&text, str_of(rule));
	buf_addc(&path, '/');
	for (i = 0; i < n; i++)
		buf_addc(&path, 'a');
	assert_int_equal(robots_parse(buf_str(&text), STR("x"), &r), 0);
	allowed = robots_allowed(r, buf_str(&path), ret_line);
	robots_free(r);
	buf_release(&text);
	buf_release(&path);
	return allowed;
}

/* A file and a path made for each other, seconds for each URL: given up, and disallowed. What sites have is decided. */
static void
test_work_is_bounded(void **state)
{
	unsigned line;

	assert_false(full_of("Disallow:*ab\n", SIZE_MAX, 16000, &line));
	assert_true(line > 1);
	assert_false(full_of("Disallow:*aab\n", SIZE_MAX, 16000, &line));
	assert_false(full_of("Allow:*a*a*a*a*b\n", SIZE_MAX, 16000, &line));
	assert_false(full_of("Allow:/****************************************b\n", SIZE_MAX, 16000, &line));
	assert_true(full_of("Disallow:*ab\n", 2000, 1000, &line));
	assert_int_equal(line, 0);
	assert_true(full_of("Disallow:*ab\n", 200, 16000, &line));
	assert_true(full_of("Disallow:/ab\n", SIZE_MAX, 16000, &line));
}

/* A short piece behind many that look like its beginning. */
static void
test_short_pieces(void **state)
{
	static const char head[] = "User-agent: *\nDisallow: *";
	char text[64], path[128];
	struct robots *r;
	size_t len, n;

	for (len = 1; len <= 20; len++) {
		n = (size_t)snprintf(text, sizeof(text), "%s", head);
		memset(text + n, 'a', len);
		text[n + len] = 'b';
		assert_int_equal(robots_parse(str_n(text, n + len + 1), STR("x"), &r), 0);
		for (n = 0; n < 60; n++) {
			path[0] = '/';
			memset(path + 1, 'a', n);
			path[n + 1] = 'b';
			assert_int_equal(robots_allowed(r, str_n(path, n + 2), NULL), n < len);
			assert_true(robots_allowed(r, str_n(path, n + 1), NULL));
		}
		robots_free(r);
	}
}

/* What lies beyond the ceiling is not read. */
static void
test_ceiling(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES * 2);
	struct robots *r;

	buf_add_str(&text, STR("User-agent: *\nDisallow: /a\n"));
	while (text.len < ROBOTS_MAX_BYTES)
		buf_add_str(&text, STR("# 0123456789\n"));
	buf_add_str(&text, STR("Disallow: /b\n"));
	assert_int_equal(robots_parse(buf_str(&text), STR("x"), &r), 0);
	assert_false(robots_allowed(r, STR("/a"), NULL));
	assert_true(robots_allowed(r, STR("/b"), NULL));
	assert_true(robots_bytes(r) < 4096);
	robots_free(r);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_two_names),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sitemap_names),
		cmocka_unit_test(test_longest_match),
		cmocka_unit_test(test_backslash),
		cmocka_unit_test(test_percent_encoding),
		cmocka_unit_test(test_two_ways_of_writing),
		cmocka_unit_test(test_stars_and_escapes_against_a_model),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_stars),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_work_is_bounded),
		cmocka_unit_test(test_short_pieces),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
