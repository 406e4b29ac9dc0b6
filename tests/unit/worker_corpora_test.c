/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages by the hundred, read by both readers: what must hold of each page (page_check.h), and each difference between scan and
 * libxml2's reader, by class.
 *
 *	worker_corpora_test             the pages of the conformance vectors, the demonstration site, the fuzzers' corpus
 *	worker_corpora_test -           files named on standard input, one a line: there must be no difference at all
 *
 * Where the readers differ, a browser agrees with scan: of the vectors' pages it is known what a browser finds, and scan finds
 * that (worker_vectors_test: all of links-planted.json and links-from-trees.json). A difference that no class below explains,
 * or more of a class than there were, fails.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "parse/worker/reader.h"
#include "tests/unit/page_check.h"
#include "tests/unit/url_vectors.h"

static const struct hash_key key = { 3 };
static struct reader *readers[2];

/* ---- differences ---- */

/* What one reader says of a page: lines, sorted. The tag begins behind the first space. */
struct said {
	char **lines;
	uint32_t n;
};

static void PRINTF(2, 3)
said_add(struct said *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	assert_true(vasprintf(&s->lines[s->n++], format, args) >= 0);
	va_end(args);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct said
ask(enum reader_type type, const struct reader_input *in)
{
	struct reader_page page;
	struct said s = { .n = 0 };
	uint32_t i;

	assert_int_equal(reader_read(readers[type], in, &page), 0);
	s.lines = calloc(page.n_links + 4, sizeof(*s.lines));
	assert_non_null(s.lines);
	for (i = 0; i < page.n_links; i++) {
		const struct reader_link *l = &page.links[i];

		said_add(&s, "link %s %s %s %u %.*s > %.*s", l->tag, l->attr, link_kind_name(l->kind), l->flags,
			STR_ARG(l->value), STR_ARG(l->url));
	}
	said_add(&s, "title %.*s", STR_ARG(page.title));
	said_add(&s, "base %.*s", STR_ARG(page.base));
	said_add(&s, "charset %.*s", STR_ARG(page.charset));
	said_add(&s, "facts %d %d %d %u", page.noindex, page.nofollow, page.has_refresh, page.refresh_seconds);
	qsort(s.lines, s.n, sizeof(*s.lines), by_text);
	return s;
}

static void
said_release(struct said *s)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		free(s->lines[i]);
	free(s->lines);
}

/* The lines only one of them says, struck from both otherwise. */
static void
strike_common(struct said *a, struct said *b)
{
	uint32_t i = 0, k = 0, na = 0, nb = 0;

	while (i < a->n || k < b->n) {
		int r = i == a->n ? 1 : k == b->n ? -1 : strcmp(a->lines[i], b->lines[k]);

		if (r < 0)
			a->lines[na++] = a->lines[i++];
		else if (r > 0)
			b->lines[nb++] = b->lines[k++];
		else {
			free(a->lines[i++]);
			free(b->lines[k++]);
		}
	}
	a->n = na;
	b->n = nb;
}

/* ---- classes ---- */

/* One of the tags (each between spaces) is in the page. */
static bool
has_tag(struct str body, const char *tags)
{
	char word[20] = " ";
	size_t i, n;

	for (i = 0; i + 1 < body.len; i++) {
		if (body.p[i] != '<')
			continue;
		for (n = 0; n < 16 && i + 1 + n < body.len && ascii_is_alnum((unsigned char)body.p[i + 1 + n]); n++)
			word[n + 1] = (char)ascii_lower((unsigned char)body.p[i + 1 + n]);
		word[n + 1] = ' ';
		word[n + 2] = '\0';
		if (n > 0 && strstr(tags, word) != NULL)
			return true;
	}
	return false;
}

#define TABLE_PARTS " caption col colgroup tbody td tfoot th thead tr "

/* Only libxml2 says something, and only of parts of tables. */
static bool
only_table_parts(const struct said *scan, const struct said *xml)
{
	uint32_t i;

	for (i = 0; i < xml->n; i++) {
		const char *line = xml->lines[i];
		char word[24];

		if (strncmp(line, "link ", 5) != 0)
			return false;
		snprintf(word, sizeof(word), "%.*s", (int)(strcspn(line + 5, " ") + 2), line + 4);
		if (strstr(TABLE_PARTS, word) == NULL)
			return false;
	}
	return scan->n == 0;
}

struct class {
	const char *what; /* libxml2 does, and a browser does not */
	const char *tags; /* that make it so; NULL: see classify() */
	size_t at_most, seen; /* as many as libxml2 2.9.14 makes */
};

enum { CLASS_TABLE_PARTS, CLASS_REFERENCES = 7, CLASS_DECLARATIONS, CLASS_COUNT };

static struct class classes[] = {
	[CLASS_TABLE_PARTS] = { "keeps parts of tables outside of tables", NULL, 76 },
	{ "knows no foreign content: its link kinds, CDATA sections, self-closing", " math svg ", 170 },
	{ "reads markup in what is only text, or in a script's escapes",
		" iframe noembed noframes noscript plaintext script style textarea title xmp ", 69 },
	{ "takes what is in a template for the document", " template ", 8 },
	{ "keeps what a frameset replaces, or stands beside it", " frame frameset ", 9 },
	{ "keeps a form in a form", " form ", 2 },
	{ "moves, drops or keeps other elements by HTML 4's rules", " basefont bgsound html select table " TABLE_PARTS, 2 },
	[CLASS_REFERENCES] = { "decodes character references by HTML 4's table and rules", NULL, 208 },
	[CLASS_DECLARATIONS] = { "ends comments and declarations elsewhere", NULL, 1 },
};
_Static_assert(ARRAY_LEN(classes) == CLASS_COUNT, "one row per class");

/* The class that explains a difference, or CLASS_COUNT. */
static size_t
classify(struct str body, const struct said *scan, const struct said *xml)
{
	size_t i;

	if (only_table_parts(scan, xml))
		return CLASS_TABLE_PARTS;
	for (i = 0; i < CLASS_COUNT; i++)
		if (classes[i].tags != NULL && has_tag(body, classes[i].tags))
			return i;
	if (memchr(body.p, '&', body.len) != NULL)
		return CLASS_REFERENCES;
	for (i = 0; i + 1 < body.len; i++)
		if (body.p[i] == '<' && strchr("!?/", body.p[i + 1]) != NULL)
			return CLASS_DECLARATIONS;
	return CLASS_COUNT;
}

/* ---- pages ---- */

struct score {
	size_t pages, bad, differ;
	bool strict; /* no difference is explained */
};

static void
print_difference(const char *name, const struct said *scan, const struct said *xml)
{
	uint32_t i;

	printf("%s: the readers differ\n", name);
	for (i = 0; i < scan->n; i++)
		printf("  scan:    %s\n", scan->lines[i]);
	for (i = 0; i < xml->n; i++)
		printf("  libxml2: %s\n", xml->lines[i]);
}

static void
check_differences(const char *name, const struct reader_input *in, struct score *score)
{
	struct said scan = ask(READER_SCAN, in), xml = ask(READER_LIBXML2, in);

	strike_common(&scan, &xml);
	if (scan.n + xml.n > 0) {
		size_t class = score->strict ? CLASS_COUNT : classify(in->body, &scan, &xml);

		score->differ++;
		if (class < CLASS_COUNT) {
			classes[class].seen++;
		} else {
			score->bad++;
			print_difference(name, &scan, &xml);
		}
	}
	said_release(&scan);
	said_release(&xml);
}

static void
check_page(const char *name, struct str body, const char *type, struct score *score)
{
	const struct reader_input in = { .body = body, .url = STR("http://h.test/dir/page?q"),
		.content_type = str_of(type), .want_all = true, .max_links = 1 << 20, .key = &key };
	const char *spans = page_check_spans(readers[READER_SCAN], &in), *quick;

	if (spans != NULL)
		printf("%s: spans: %s\n", name, spans);
	quick = page_check_quick(readers[READER_SCAN], &in);
	if (quick != NULL)
		printf("%s: the quick way: %s\n", name, quick);
	score->bad += (spans != NULL) + (quick != NULL);
	score->pages++;
	check_differences(name, &in, score);
}

static void
check_file(const char *path, struct score *score)
{
	struct buf body = BUF_INIT(64 << 20);
	FILE *f = fopen(path, "rb");

	if (f == NULL) {
		fail_msg("%s: %s", path, strerror(errno));
		return;
	}
	assert_true(vectors_slurp(f, &body));
	fclose(f);
	check_page(path, buf_str(&body), "text/html", score);
	buf_release(&body);
}

/* ---- where they come from ---- */

static void
vectors(void **state)
{
	static const struct {
		const char *file, *member;
	} suites[] = { { "html/links-planted.json", "html" }, { "html/links-from-trees.json", "html" } };
	struct score score = { .pages = 0 };
	bool more = false;
	size_t i, k;

	for (k = 0; k < ARRAY_LEN(suites); k++) {
		json_t *cases = vectors_load(suites[k].file), *c;

		if (cases == NULL)
			skip();
		json_array_foreach(cases, i, c) {
			char name[100];

			snprintf(name, sizeof(name), "%s %zu", suites[k].file, i);
			check_page(name, vectors_str(c, suites[k].member), "text/html; charset=utf-8", &score);
		}
		json_decref(cases);
	}
	for (i = 0; i < CLASS_COUNT; i++) {
		printf("%4zu (at most %3zu) libxml2 %s\n", classes[i].seen, classes[i].at_most, classes[i].what);
		more = more || classes[i].seen > classes[i].at_most;
	}
	printf("%zu pages, %zu differences, %zu unexplained or wrong\n", score.pages, score.differ, score.bad);
	assert_int_equal(score.bad, 0);
	assert_false(more);
}

/* The readers' fuzz corpus: a byte and a Content-Type on the first line, then the page. What is no page at all differs at will. */
static void
fuzz_corpus(void **state)
{
	const char *top = getenv("top_srcdir");
	struct score score = { .pages = 0 };
	char dir[4096], path[8192];
	struct dirent *e;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/reader", top != NULL ? top : ".");
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		struct buf body = BUF_INIT(1 << 20);
		struct reader_input in = { .url = STR("http://h.test/"), .max_links = 1000, .key = &key };
		const char *wrong;
		FILE *f;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		f = fopen(path, "rb");
		assert_non_null(f);
		assert_true(vectors_slurp(f, &body));
		fclose(f);
		if (str_cut(buf_str(&body), '\n', &in.content_type, &in.body) && in.content_type.len > 0) {
			in.content_type = str_n(in.content_type.p + 1, in.content_type.len - 1);
			wrong = page_check_spans(readers[READER_SCAN], &in);
			if (wrong == NULL)
				wrong = page_check_quick(readers[READER_SCAN], &in);
			if (wrong != NULL)
				fail_msg("%s: %s", path, wrong);
			score.pages++;
		}
		buf_release(&body);
	}
	closedir(d);
	assert_true(score.pages > 10);
}

/* Whatever a page makes libxml2 complain of, it does not reach standard error. */
static void
libxml2_is_silent(void **state)
{
	static const char ucs4[] = "<\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct reader_input in = { .body = { ucs4, sizeof(ucs4) - 1 }, .url = STR("http://h.test/"),
		.content_type = STR("text/xml; charset=utf-8"), .max_links = 10, .key = &key };
	int saved = dup(STDERR_FILENO), caught = memfd_create("stderr", MFD_CLOEXEC);
	struct reader_page page;

	assert_true(saved >= 0 && caught >= 0);
	assert_true(dup2(caught, STDERR_FILENO) >= 0);
	assert_int_equal(reader_read(readers[READER_LIBXML2], &in, &page), 0);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	assert_int_equal(lseek(caught, 0, SEEK_END), 0);
	close(saved);
	close(caught);
}

static void
named_files(void **state)
{
	struct score score = { .strict = true };
	char line[4096];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		check_file(line, &score);
	}
	printf("%zu pages, %zu differences, %zu wrong\n", score.pages, score.differ, score.bad);
	assert_true(score.pages > 0);
	assert_int_equal(score.bad, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest own[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(fuzz_corpus),
		cmocka_unit_test(libxml2_is_silent),
	};
	const struct CMUnitTest named[] = { cmocka_unit_test(named_files) };
	int failed;

	if (reader_new(READER_SCAN, &readers[READER_SCAN]) < 0 || reader_new(READER_LIBXML2, &readers[READER_LIBXML2]) < 0)
		return 1;
	failed = argc > 1 ? cmocka_run_group_tests(named, NULL, NULL) : cmocka_run_group_tests(own, NULL, NULL);
	reader_free(readers[READER_SCAN]);
	reader_free(readers[READER_LIBXML2]);
	return failed;
}
