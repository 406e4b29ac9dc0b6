/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each row of links.def, in the smallest page that has it, by each reader that knows it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "parse/worker/names.h"
#include "tests/unit/reader_ask.h"

/* How the tests write a value; as links.def says it. */
enum syntax { SYNTAX_URL, SYNTAX_SRCSET, SYNTAX_STYLE, SYNTAX_SRCDOC };
#define LINK_BY_REL LINK_STYLE /* <link rel=stylesheet> is what is written here */

struct row {
	enum tag tag;
	enum attr attr;
	enum link_kind kind;
	enum syntax syntax;
};

static const struct row html[] = {
#define LINK(tag, attr, kind, syntax) { TAG_##tag, ATTR_##attr, LINK_##kind, SYNTAX_##syntax },
#define FOREIGN(tag, attr, kind, syntax)
#define ANY(attr, kind, syntax)
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
};

static const struct row foreign[] = {
#define LINK(tag, attr, kind, syntax)
#define FOREIGN(tag, attr, kind, syntax) { TAG_##tag, ATTR_##attr, LINK_##kind, SYNTAX_##syntax },
#define ANY(attr, kind, syntax)
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
};

/* On an element that has no row. */
static const struct row any[] = {
#define LINK(tag, attr, kind, syntax)
#define FOREIGN(tag, attr, kind, syntax)
#define ANY(attr, kind, syntax) { TAG_P, ATTR_##attr, LINK_##kind, SYNTAX_##syntax },
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
};

/* What an element has to stand in to be one. */
static const char *
context(enum tag tag)
{
	switch (tag) {
	case TAG_THEAD:
	case TAG_TBODY:
	case TAG_TFOOT:
		return "<table>";
	case TAG_TR:
		return "<table><tbody>";
	case TAG_TH:
	case TAG_TD:
		return "<table><tbody><tr>";
	case TAG_FRAME:
		return "<frameset>";
	default:
		return "";
	}
}

/* Says which row it was, for a failure in a table names none. */
static void
assert_found(const struct row *row, const char *before, enum reader_type reader)
{
	static const char *const values[] = {
		[SYNTAX_URL] = "v.x", [SYNTAX_SRCSET] = "v.x 2x", [SYNTAX_STYLE] = "background:url(v.x)", [SYNTAX_SRCDOC] = "<p>",
	};
	char text[256];
	uint32_t i, n = 0;

	snprintf(text, sizeof(text), "%s<%s%s %s='%s'>", before, tag_name(row->tag), row->tag == TAG_LINK ? " rel=stylesheet" : "",
		attr_name(row->attr), row->syntax == SYNTAX_SRCDOC ? "<img src=v.x>" : values[row->syntax]);
	assert_int_equal(reader_read(readers[reader], &(struct reader_input){ .body = str_of(text), .url = STR("http://h.test/dir/page"),
		.content_type = STR("text/html; charset=utf-8"), .want_all = true, .max_links = 100, .key = &key }, &page), 0);
	for (i = 0; i < page.n_links; i++)
		n += page.links[i].kind == (row->syntax == SYNTAX_SRCDOC ? LINK_REQUISITE : row->kind) &&
			str_eq(page.links[i].url, STR("http://h.test/dir/v.x"));
	if (n != 1 || page.n_links != 1)
		fail_msg("%s: %u links with the %s reader, %u as the row says", text, page.n_links,
			reader == READER_SCAN ? "scan" : "libxml2", n);
}

static void
html_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(html); i++) {
		assert_found(&html[i], context(html[i].tag), READER_SCAN);
		/* The libxml2 reader does not take documents in attributes apart. */
		if (html[i].syntax != SYNTAX_SRCDOC)
			assert_found(&html[i], context(html[i].tag), READER_LIBXML2);
	}
}

/* Inside of svg, which libxml2's parser of HTML takes for elements of HTML: the scan reader alone. */
static void
foreign_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
		assert_found(&foreign[i], "<svg>", READER_SCAN);
}

static void
any_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(any); i++)
		for (unsigned reader = 0; reader < ARRAY_LEN(readers); reader++)
			assert_found(&any[i], "", (enum reader_type)reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_rows),
		cmocka_unit_test(foreign_rows),
		cmocka_unit_test(any_rows),
	};

	return cmocka_run_group_tests(tests, reader_ask_setup, reader_ask_teardown);
}
