/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokenizer's promises (scan.h S1-S4) beyond what the published vectors ask. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "parse/worker/css.h"
#include "parse/worker/meta.h"
#include "parse/worker/scan.h"
#include "parse/worker/scan_tag.h"
#include "parse/worker/srcset.h"
#include "parse/worker/tree.h"
#include "tests/unit/url_vectors.h"

static const char document[] =
	"\xef\xbb\xbf<!DOCTYPE html PUBLIC '>'><!-- a -- b --!><A hReF=\"x'y\" b = 'c>d' E=f/g h/i j=>text</a ><br/>"
	"<?pi?><![CDATA[x]]></ bogus></><script>if (a<b) '<!--<script></script>' --></script>"
	"<TITLE>a</titl></title >< 1<<b>&amp;<textarea>\r\n<b></textarea/><p =x =\"y\"><p a=1 a=2><style></style><xmp></XMP>";

/* "S:a[x=1]", "E:a", "T:text" ... */
static void
describe(const struct scan *s, enum scan_type type, char *out, size_t size)
{
	static const char letters[] = "?TSECD";
	struct str text = type == SCAN_START || type == SCAN_END ? s->name : s->text;

	(void)snprintf(out, size, "%c:%.*s%s", letters[type], STR_ARG(text), type == SCAN_START && s->self_closing ? "/" : "");
}

static void
enter(struct scan *s, enum scan_type type)
{
	if (type == SCAN_START && (tag_flags[s->tag] & TAG_TEXT_ONLY) != 0)
		scan_enter(s, scan_state_behind(tag_flags[s->tag]));
}

static void
tokens(void **state)
{
	static const char *const want[] = { "T:\xef\xbb\xbf", "D: html PUBLIC '", "T:'>", "C: a -- b ", "S:A", "T:text",
		"E:a", "S:br/", "C:?pi?", "C:[CDATA[x]]", "C: bogus", "S:script", "T:if (a<b) '<!--<script></script>' -->",
		"E:script", "S:TITLE", "T:a</titl>", "E:title", "T:< 1<", "S:b", "T:&amp;", "S:textarea", "T:\r\n<b>",
		"E:textarea", "S:p", "S:p", "S:style", "E:style", "S:xmp", "E:XMP" };
	struct scan s;
	enum scan_type type;
	size_t n = 0;
	char text[256];

	scan_init(&s, STR(document), SCAN_WANT_TEXT | SCAN_WANT_COMMENT);
	while ((type = scan_next(&s)) != SCAN_EOF) {
		describe(&s, type, text, sizeof(text));
		assert_true(n < ARRAY_LEN(want));
		assert_string_equal(text, want[n]);
		n++;
		enter(&s, type);
	}
	assert_int_equal(n, ARRAY_LEN(want));
}

static void
attributes(void **state)
{
	struct scan s;

	scan_init(&s, STR("<a HREF=1 href=2 src = 'a b' rel=\"\" type name=x/y>"), 0);
	assert_int_equal(scan_next(&s), SCAN_START);
	assert_true(str_eq(s.value[ATTR_HREF], STR("1")));
	assert_true(str_eq(s.value[ATTR_SRC], STR("a b")));
	assert_true(str_eq(s.value[ATTR_NAME], STR("x/y")));
	assert_int_equal(s.value[ATTR_REL].len, 0);
	assert_int_equal(s.seen, ATTR_BIT(ATTR_HREF) | ATTR_BIT(ATTR_SRC) | ATTR_BIT(ATTR_REL) | ATTR_BIT(ATTR_TYPE) |
		ATTR_BIT(ATTR_NAME));
}

/* What scan_step() gives, with end tags that need no name. */
static void
assert_same_tag(enum scan_type type, const struct scan *full, const struct scan *quick)
{
	if (type == SCAN_END && quick->tag == TAG_OTHER)
		assert_true(!full->foreign && full->tag != TAG_FORM);
	else
		assert_int_equal(full->tag, quick->tag);
	assert_int_equal(full->seen, quick->seen);
	assert_int_equal(full->self_closing, quick->self_closing);
}

/* S1: tokens do not overlap; wanted or not, text, comments and the names of end tags make no difference to where tags are. */
static void
spans_in_order(void **state)
{
	struct scan all, tags;
	enum scan_type a, b;
	const char *last = document;

	scan_init(&all, STR(document), SCAN_WANT_TEXT | SCAN_WANT_COMMENT);
	scan_init(&tags, STR(document), SCAN_QUICK_ENDS);
	do {
		do {
			a = scan_next(&all);
			assert_true(all.start >= last && all.p >= all.start && all.p <= all.end);
			last = all.p;
		} while (a != SCAN_START && a != SCAN_END && a != SCAN_EOF);
		b = scan_step(&tags);
		assert_int_equal(a, b);
		assert_ptr_equal(all.start, tags.start);
		assert_ptr_equal(all.p, tags.p);
		if (a != SCAN_EOF)
			assert_same_tag(a, &all, &tags);
		enter(&all, a);
		enter(&tags, b);
	} while (a != SCAN_EOF);
}

/*
 * S3: the tokenizer has the whole input at hand; cut off anywhere, it gives the same tags up to there, and reads nothing
 * behind (sanitizers see that: each part is in a block of its size).
 */
static void
check_cuts(struct str text, enum scan_state first, struct str last_start)
{
	size_t cut;

	for (cut = 0; cut < text.len; cut++) {
		char *copy = malloc(cut > 0 ? cut : 1);
		struct scan part, whole;
		enum scan_type a, b;

		assert_non_null(copy);
		memcpy(copy, text.p, cut);
		scan_init(&part, str_n(copy, cut), cut % 2 == 0 ? SCAN_QUICK_ENDS : 0);
		scan_init(&whole, text, 0);
		scan_enter(&part, first);
		scan_enter(&whole, first);
		part.last_start = whole.last_start = last_start;
		while ((a = cut % 3 == 0 ? scan_next(&part) : scan_step(&part)) != SCAN_EOF) {
			b = scan_next(&whole);
			assert_int_equal(a, b);
			assert_int_equal(part.p - copy, whole.p - text.p);
			if (a == SCAN_START || a == SCAN_END)
				assert_same_tag(a, &whole, &part);
			enter(&part, a);
			enter(&whole, b);
		}
		free(copy);
	}
}

static void
cut_everywhere(void **state)
{
	check_cuts(STR(document), SCAN_DATA, STR_NONE);
}

static enum scan_state
state_of(const char *name)
{
	static const char *const names[] = {
		[SCAN_DATA] = "Data state",
		[SCAN_RCDATA] = "RCDATA state",
		[SCAN_RAWTEXT] = "RAWTEXT state",
		[SCAN_SCRIPT_DATA] = "Script data state",
		[SCAN_PLAINTEXT] = "PLAINTEXT state",
		[SCAN_CDATA] = "CDATA section state",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum scan_state)i;
	fail_msg("no such state: %s", name);
	return SCAN_DATA;
}

static size_t
cut_vector(json_t *test)
{
	json_t *states = json_object_get(test, "initialStates"), *one;
	struct str text = vectors_str(test, "input"), last = STR_NONE;
	size_t i;

	if (json_object_get(test, "lastStartTag") != NULL)
		last = vectors_str(test, "lastStartTag");
	if (states == NULL) {
		check_cuts(text, SCAN_DATA, last);
		return 1;
	}
	json_array_foreach(states, i, one)
		check_cuts(text, state_of(json_string_value(one)), last);
	return i;
}

/* The inputs of the tokenizer's vectors, from every state they list. */
static void
cut_vectors(void **state)
{
	static const char *const files[] = { "contentModelFlags", "domjs", "entities", "escapeFlag", "namedEntities",
		"numericEntities", "pendingSpecChanges", "test1", "test2", "test3", "test4", "unicodeChars",
		"unicodeCharsProblematic" };
	size_t i, k, n = 0;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		char name[100];
		json_t *doc, *test;

		snprintf(name, sizeof(name), "html/tokenizer/%s.test", files[i]);
		doc = vectors_load(name);
		if (doc == NULL)
			skip();
		json_array_foreach(json_object_get(doc, "tests"), k, test)
			n += cut_vector(test);
		json_decref(doc);
	}
	printf("%zu inputs, cut at every byte\n", n);
	assert_true(n > 4000);
}

static void
script_escapes(void **state)
{
	static const struct {
		const char *script;
		bool closed; /* by the first "</script>" that is followed by '!' */
	} cases[] = {
		{ "x</script>!", true },
		{ "<!--</script>!", true },
		{ "<!--<script></script>!", false },
		{ "<!--<script></script></script>!", true },
		{ "<!--<script>--></script>!", true },
		{ "<!--><script></script>!", true },
		{ "<!--<scripty></script>!", true },
		{ "<!--<script/></script>x</script >!", true },
		{ "<!-<script></script>!", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct scan s;
		enum scan_type type;

		scan_init(&s, str_of(cases[i].script), 0);
		s.last_start = STR("script");
		scan_enter(&s, SCAN_SCRIPT_DATA);
		type = scan_next(&s);
		assert_int_equal(type == SCAN_END && *s.p == '!', cases[i].closed);
	}
}

static enum tag
only(struct tree *t, struct str s)
{
	static const struct str values[ATTR_COUNT];
	bool end = s.p[0] == '/';
	struct tree_tag tag = { .name = end ? str_n(s.p + 1, s.len - 1) : s, .value = values };

	tag.tag = tag_find(tag.name);
	if (end) {
		tree_end(t, &tag);
		return TAG_OTHER;
	}
	return tree_start(t, &tag).exists ? tag.tag : TAG_OTHER;
}

/* Runs of tags; a '!' before one says that it does not become an element. */
static void
tree(void **state)
{
	static const char *const plays[] = {
		"p table tr td /td td",
		"table tr td a /table !td",
		"!td div !tr",
		"svg a p",
		"template !a !td /template a",
		"template !svg !template /template !a /template a",
		"form !form /form form",
		"table form !form /table !form /form form",
		"frameset frame !a /frameset !frame noframes",
		"body !frameset !frame p",
		"select option !select select",
	};
	struct tree *t = malloc(sizeof(*t));
	size_t i;

	assert_non_null(t);
	names_init();
	for (i = 0; i < ARRAY_LEN(plays); i++) {
		struct str rest = str_of(plays[i]), word;

		tree_reset(t);
		while (meta_next_word(&rest, &word)) {
			bool not = word.p[0] == '!', exists;
			struct str name = str_n(word.p + not, word.len - not);

			exists = only(t, name) != TAG_OTHER;
			if (name.p[0] != '/' && exists == not)
				fail_msg("play %zu: %.*s", i, STR_ARG(word));
		}
	}
	free(t);
}

static void
robots_words(void **state)
{
	bool noindex = false, nofollow = false;

	meta_robots(STR("otherbot: none"), STR(""), &noindex, &nofollow);
	meta_robots(STR("index, follow, noindexx"), STR(""), &noindex, &nofollow);
	assert_false(noindex || nofollow);
	meta_robots(STR("Lycosa : noindex"), STR(""), &noindex, &nofollow);
	assert_true(noindex && !nofollow);
	noindex = false;
	meta_robots(STR("Mine: noindex"), STR(""), &noindex, &nofollow);
	meta_robots(STR("Mine2: noindex"), STR("mine"), &noindex, &nofollow);
	meta_robots(STR(": noindex"), STR(""), &noindex, &nofollow);
	assert_false(noindex);
	meta_robots(STR("Mine: noindex"), STR("mine"), &noindex, &nofollow);
	assert_true(noindex);
	meta_robots(STR("max-snippet:1, nofollow"), STR(""), &noindex, &nofollow);
	assert_true(nofollow);
}

static void
style_attributes(void **state)
{
	struct css css;

	css_init(&css);
	assert_int_equal(css_read(&css, STR("background:url(a);b:url(c d);e:url(f)"), true), 0);
	assert_int_equal(css_count(&css), 2);
	assert_int_equal(css_read(&css, STR("background:url(a)"), false), 0);
	assert_int_equal(css_count(&css), 0);
	assert_int_equal(css_read(&css, STR("@media x{@import 'a';}@import 'b';"), false), 0);
	assert_int_equal(css_count(&css), 0);
	assert_int_equal(css_read(&css, STR("@layer x; <!-- @import 'a'; --> @import url(b) screen;"), false), 0);
	assert_int_equal(css_count(&css), 2);
	css_release(&css);
}

/* The URLs of a style sheet, each with a blank behind it. */
static const char *
sheet(const char *text)
{
	static char out[256];
	struct css css;
	size_t i, n = 0;

	css_init(&css);
	assert_int_equal(css_read(&css, str_of(text), false), 0);
	for (i = 0; i < css_count(&css); i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%.*s ", (int)css_urls(&css)[i].len,
			text + css_urls(&css)[i].start);
	out[n] = '\0';
	css_release(&css);
	return out;
}

static void
what_is_no_declaration_has_no_urls(void **state)
{
	assert_string_equal(sheet("p{url(a);b,:url(c);*d:url(e);f::url(g);:url(h);i :/**/url(j)}"), "g j ");
	assert_string_equal(sheet("p{a:url(b)];c:url(d)) e;h:url(i)}"), "i ");
	assert_string_equal(sheet("p{a:url(b) @c;d:url(e)}"), "e ");
	assert_string_equal(sheet("p{q:url(r);:hover{s:url(t)}}"), "r t ");
	assert_string_equal(sheet("p{a:url(b) (c]}"), "");
	assert_string_equal(sheet("p{a:url(b)! /**/Important;c:url(d)!;e:url(f)!ie important;g:url(h)!important i;j:url(k)!important(}"), "b ");
	assert_string_equal(sheet("@ url(a); b{c:url(d)} @x url(e);"), "e ");
}

static void
functions_of_urls(void **state)
{
	assert_string_equal(sheet("p{a:url('b' c);d:url('e'f());g:url('h' )}"), "h ");
	assert_string_equal(sheet("p{a:src(b);c:src('d');e:src(url(f))}"), "f ");
	assert_string_equal(sheet("p{a:u\\72l(b)}"), "b ");
	assert_string_equal(sheet("p{a:url('b"), "b ");
}

static void
only_valid_rules_end_the_imports(void **state)
{
	assert_string_equal(sheet("@x; @y{} @import foo; {} @import 'a';"), "a ");
	assert_string_equal(sheet("@font-face{} @import 'a';"), "");
	assert_string_equal(sheet("@layer a{} @import 'a';"), "");
	assert_string_equal(sheet("@namespace 'n'; @import 'a';"), "");
	assert_string_equal(sheet("@layer x; @import 'a'; @layer y, z.a; @import 'b';"), "a ");
	assert_string_equal(sheet("@layer x; @import 'a'; @layer; @import 'b';"), "a b ");
	assert_string_equal(sheet("@import 'a';@import x 'b';@import 'c' url(d);@import url(e)"), "a c e ");
	assert_string_equal(sheet("@import url('a' x);@import 'b' {} @import 'c'"), "c ");
}

static void
stray_ends_outside_of_blocks_take_the_next_rule_along(void **state)
{
	assert_string_equal(sheet("p{a:url(b)}} c{d:url(e)} f{g:url(h)}"), "b h ");
	assert_string_equal(sheet("a; @import 'b'; c{d:url(e);f{g:url(h)}} i{j:url(k)}"), "k ");
	assert_string_equal(sheet("@media x{p{a:url(b)}}} @media y{c{d:url(e)}} f{g:url(h)}"), "b h ");
	assert_string_equal(sheet("p{{a:url(b)} c:url(d)}"), "d ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(attributes),
		cmocka_unit_test(spans_in_order),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(cut_vectors),
		cmocka_unit_test(script_escapes),
		cmocka_unit_test(tree),
		cmocka_unit_test(robots_words),
		cmocka_unit_test(style_attributes),
		cmocka_unit_test(what_is_no_declaration_has_no_urls),
		cmocka_unit_test(functions_of_urls),
		cmocka_unit_test(only_valid_rules_end_the_imports),
		cmocka_unit_test(stray_ends_outside_of_blocks_take_the_next_rule_along),
	};

	names_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
