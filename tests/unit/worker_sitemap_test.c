/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sitemaps and feeds as sites write them, and the mending that goes before: what is listed, in order. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parse/worker/pieces.h"
#include "parse/worker/sitemap.h"
#include "parse/worker/xml_dtd.h"
#include "parse/worker/xml_mend.h"
#include "parse/worker/xml_push.h"

/* In two pieces, the second of which lies where the first did, as source_next() has it. */
static void
mend_in_two(struct str in, size_t cut, struct buf *out)
{
	struct str pieces[] = { str_n(in.p, cut), str_n(in.p + cut, in.len - cut), STR("") }, text;
	char *room = malloc(in.len + 1);
	struct xml_mend m;

	assert_non_null(room);
	xml_mend_init(&m);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		if (i < ARRAY_LEN(pieces) - 1 && pieces[i].len == 0)
			continue;
		memcpy(room, pieces[i].p, pieces[i].len);
		assert_int_equal(xml_mend(&m, str_n(room, pieces[i].len), &text), 0);
		assert_int_equal(buf_add_str(out, text), 0);
	}
	xml_mend_release(&m);
	free(room);
}

static void
mended_wherever_it_is_cut(void **state)
{
	static const char *const rows[][2] = {
		{ "<a>?a=1&b=2&amp;c&#38;d&#x26;e</a>", "<a>?a=1&amp;b=2&amp;c&#38;d&#x26;e</a>" },
		{ "&&& & &; &# &#; &#x; &#xg; &#1a; &a", "&amp;&amp;&amp; &amp; &amp;; &amp;# &amp;#; &amp;#x; &amp;#xg; &amp;#1a; &amp;a" },
		{ "&\xc3\xa9;&_:.-9;&\xc3\xa9", "&\xc3\xa9;&_:.-9;&amp;\xc3\xa9" },
		{ "<![CDATA[a&b]]]>&c]]>&d", "<![CDATA[a&b]]]>&amp;c]]>&amp;d" },
		{ "<![CDATA[&]>&]]&]]>&<![CDATA&<![CDATA[&", "<![CDATA[&]>&]]&]]>&amp;<![CDATA&amp;<![CDATA[&" },
		{ "<!--a&b<![CDATA[-->&c<?d& <!--<![CDATA[?>&e", "<!--a&b<![CDATA[-->&amp;c<?d& <!--<![CDATA[?>&amp;e" },
		{ "<!-&<!->&<!--->&-->&", "<!-&amp;<!->&amp;<!--->&-->&amp;" },
		{ "<a><b>x</b", "<a><b>x</b>" },
		{ "<a><![CDATA[x</b", "<a><![CDATA[x</b" },
		{ "<a><b>x</", "<a><b>x</>" },
		{ "<a><b>x<", "<a><b>x<" },
		{ "<a><b>x</b>y", "<a><b>x</b>y" },
		{ "<a><b c='</", "<a><b c='</>" },
		{ "</b c='>", "</b c='>" },
		{ "&aaaaaaaaaabbbbbbbbbbccccccccccddddddddd;", "&amp;aaaaaaaaaabbbbbbbbbbccccccccccddddddddd;" },
		{ "&aaaaaaaaaabbbbbbbbbbccccccccccdddddddd;", "&aaaaaaaaaabbbbbbbbbbccccccccccdddddddd;" },
		{ "", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str in = str_of(rows[i][0]);

		for (size_t cut = 0; cut <= in.len; cut++) {
			struct buf out = BUF_INIT(1 << 16);

			mend_in_two(in, cut, &out);
			if (!str_eq(buf_str(&out), str_of(rows[i][1])))
				fail_msg("%s cut at %zu: %.*s", rows[i][0], cut, STR_ARG(buf_str(&out)));
			buf_release(&out);
		}
	}
}

/* What is left of a document whose type's subset is left out. */
static void
subsets_left_out(void **state)
{
	static const char *const rows[][2] = {
		{ "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>", "<!DOCTYPE a ><a/>" },
		{ " <?x?> <!--<!DOCTYPE b []>--> <!DOCTYPE a[ ]\n><a/>", " <?x?> <!--<!DOCTYPE b []>--> <!DOCTYPE a><a/>" },
		{ "<!DOCTYPE a PUBLIC '-//>' \"x\" [<!--]>'--><?]>\"?><!ENTITY e \"]>\"> ] ><a>]></a>", "<!DOCTYPE a PUBLIC '-//>' \"x\" ><a>]></a>" },
		/* Not well formed: nothing of it can be a subset to anybody. */
		{ "<!DOCTYPE a '[<!ATTLIST' [x]><a/>", "<!DOCTYPE a '><a/>" },
		{ "<!DOCTYPE a [x] [y]><a/>", "<!DOCTYPE a ><a/>" },
		{ "<!DOCTYPE a [ <!ENTITY e ']>'><a/>", "<!DOCTYPE a " },
		{ "<!DOCTYPE a><a>[</a>", "<!DOCTYPE a><a>[</a>" },
		{ "<!DOCTYPE a \">\"><a>[</a>]>", "<!DOCTYPE a \">\"><a>[</a>]>" },
		{ "<a/><!DOCTYPE a []>", "<a/><!DOCTYPE a []>" },
		{ "<? <!DOCTYPE a [] > ?><a/>", "<? <!DOCTYPE a > ?><a/>" },
		{ "<?<!DOCTYPE a [<? ]>?>]><a/>", "<?<!DOCTYPE a >?>]><a/>" },
		{ "<!doctype a []><a/>", "<!doctype a []><a/>" },
		{ "<!--", "<!--" },
		{ "", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str s = str_of(rows[i][0]);
		struct buf out = BUF_INIT(1 << 10);
		struct xml_dtd dtd;

		xml_dtd_find(s, &dtd);
		assert_true(dtd.from <= dtd.to && dtd.to <= s.len);
		assert_int_equal(buf_add(&out, s.p, dtd.from), 0);
		assert_int_equal(buf_add(&out, s.p + dtd.to, s.len - dtd.to), 0);
		if (!str_eq(buf_str(&out), str_of(rows[i][1])))
			fail_msg("%s: %.*s", rows[i][0], STR_ARG(buf_str(&out)));
		assert_int_equal(dtd.entities, memmem(s.p + dtd.from, dtd.to - dtd.from, "<!ENTITY", 8) != NULL);
		buf_release(&out);
	}
}

static void
count_element(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns, const xmlChar **ns, int n_attrs,
	int n_defaulted, const xmlChar **attrs)
{
	++*(unsigned *)arg;
}

static unsigned
elements_of(const char *text, size_t len)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = count_element };
	unsigned n = 0;
	xmlParserCtxtPtr ctx = xml_push_new(&sax, &n);

	assert_non_null(ctx);
	(void)xmlParseChunk(ctx, text, (int)len, 0);
	(void)xmlParseChunk(ctx, NULL, 0, 1);
	xml_push_free(ctx);
	return n;
}

/* What we take for UTF-8 libxml2 takes for it, whatever it begins with: else what is left out for us would be there for it. */
static void
read_as_utf8(void **state)
{
	static const char text[] = "<?xml version='1.0'?><a><b/>\xc3\xa9</a>";
	char as_utf16[2 * sizeof(text)] = "";

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		as_utf16[2 * i] = text[i];
	assert_int_equal(elements_of(text, sizeof(text) - 1), 2);
	assert_int_equal(elements_of(as_utf16, 2 * (sizeof(text) - 1)), 0);
}

static int
put(void *arg, const struct sitemap_entry *e)
{
	struct buf *out = arg;

	buf_add_str(out, e->url);
	return buf_addc(out, ' ');
}

static void
listed(void **state)
{
	static const char *const rows[][3] = {
		{ "xml", "<urlset><url><loc>http://h/?a=1&b=2&amp;c=3</loc></url></urlset>", "http://h/?a=1&b=2&c=3 " },
		{ "xml", "<urlset><url><loc><![CDATA[http://h/?a=1&b=2]]></loc></url></urlset>", "http://h/?a=1&b=2 " },
		{ "xml", "<urlset><url><loc>http://h/a</loc><x:link rel=alternate href='http://h/?l=de&x=1'/><x:link rel='alternate' "
			 "href='http://h/?l=fr&x=1'/></url><url><loc>http://h/b</loc></url></urlset>",
			"http://h/a http://h/?l=fr&x=1 http://h/b " },
		/* Cut off: an address is whole once its end tag has begun. */
		{ "xml", "<urlset><url><loc>http://h/a</loc></url><url><loc>http://h/b</lo", "http://h/a http://h/b " },
		{ "xml", "<urlset><url><loc>http://h/a</loc></url><url><loc>http://h/b</", "http://h/a http://h/b " },
		{ "xml", "<urlset><url><loc>http://h/a</loc></url><url><loc>http://h/b<", "http://h/a " },
		{ "xml", "<urlset><url><loc>http://h/a</loc></url><url><loc>http://h/b", "http://h/a " },
		{ "index", "<sitemapindex><sitemap><loc>http://h/s?a&b</loc></sitemap></sitemapindex>", "http://h/s?a&b " },
		{ "atom", "<feed><entry><link href='http://h/?a&b=1'/></entry></feed>", "http://h/?a&b=1 " },
		{ "rss", "<rss><channel><item><guid>http://h/1</guid></item><item><guid isPermaLink='true'>http://h/2</guid></item>"
			 "<item><guid isPermaLink='false'>http://h/3</guid></item>"
			 "<item><link>http://h/4</link><guid isPermaLink='false'>http://h/5</guid></item></channel></rss>",
			"http://h/1 http://h/2 http://h/3 http://h/4 " },
		{ "xml", "<!DOCTYPE urlset [<!ENTITY e 'http://h/e'>]><urlset><url><loc>http://h/&e;x</loc></url></urlset>", "http://h/x " },
		{ "xml", "\xef\xbb\xbf\xef\xbb\xbf\xef\xbb\xbf<urlset><url><loc>http://h/a</loc></url></urlset>", "http://h/a " },
		{ "txt", "http://h/?a=1&b=2\nhttp://h/</\n", "http://h/?a=1&b=2 http://h/</ " },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT(1 << 16);
		struct sitemap_result result;

		assert_int_equal(sitemap_read(str_of(rows[i][1]), STR(""), put, &out, &result), 0);
		assert_string_equal(sitemap_kind_name(result.kind), rows[i][0]);
		if (!str_eq(buf_str(&out), str_of(rows[i][2])))
			fail_msg("%s: %.*s", rows[i][1], STR_ARG(buf_str(&out)));
		buf_release(&out);
	}
}

/* Whether a sitemap is read to its end that has very many equals signs at %s in it. */
static bool
read_with_equals(const char *inside, const char *content_type)
{
	struct buf body = BUF_INIT(1 << 20), out = BUF_INIT(1 << 16);
	struct sitemap_result result;
	const char *at = strstr(inside, "%s");

	(void)buf_add_str(&body, STR("<urlset>"));
	(void)buf_add(&body, inside, (size_t)(at - inside));
	for (size_t i = 0; i < 10000; i++)
		(void)buf_add_str(&body, STR("="));
	(void)buf_addf(&body, "%s</urlset>", at + 2);
	assert_int_equal(buf_err(&body), 0);
	assert_int_equal(sitemap_read(buf_str(&body), str_of(content_type), put, &out, &result), 0);
	assert_int_equal(result.cut, out.len == 0);
	buf_release(&body);
	buf_release(&out);
	return !result.cut;
}

/* What libxml2 would take quadratic time for ends the reading, and what is found by then is there. */
static void
ceilings(void **state)
{
	struct buf body = BUF_INIT(8 << 20), out = BUF_INIT(1 << 16);
	struct sitemap_result result;
	size_t i;

	(void)buf_add_str(&body, STR("<urlset><url><loc>http://h/a</loc></url><url"));
	for (i = 0; i < 100000; i++)
		(void)buf_addf(&body, " a%zu='>'", i);
	(void)buf_add_str(&body, STR("><loc>http://h/b</loc></url></urlset>"));
	assert_int_equal(buf_err(&body), 0);
	assert_int_equal(sitemap_read(buf_str(&body), STR(""), put, &out, &result), 0);
	assert_true(result.cut && str_eq(buf_str(&out), STR("http://h/a ")));
	assert_true(read_with_equals("<url><loc>http://h/b</loc><x>%s</x></url>", ""));
	assert_true(read_with_equals("<url><loc>http://h/b?%s</loc></url>", ""));
	assert_true(read_with_equals("<!-- it's %s --><url><loc>http://h/b</loc></url>", ""));
	assert_true(read_with_equals("<x a='%s'/><url><loc>http://h/b</loc></url>", ""));
	assert_true(read_with_equals("<x/>\"%s<url><loc>http://h/b</loc></url>", ""));
	assert_false(read_with_equals("<x %s/><url><loc>http://h/b</loc></url>", ""));
	assert_false(read_with_equals("<!-- --><x a='>' b=\"'>\" %s/><url><loc>http://h/b</loc></url>", ""));
	assert_false(read_with_equals("<x %s/><url><loc>http://h/b</loc></url>", "text/xml; charset=iso-8859-2"));
	assert_false(read_with_equals("<? <x %s/>?><url><loc>http://h/b</loc></url>", ""));
	/* A subset that is larger than the first piece. */
	buf_reset(&body, SIZE_MAX);
	buf_reset(&out, SIZE_MAX);
	(void)buf_add_str(&body, STR("<!DOCTYPE urlset [<!ATTLIST urlset a (x"));
	for (i = 0; i < 100000; i++)
		(void)buf_addf(&body, "|x%zu", i);
	(void)buf_add_str(&body, STR(") #IMPLIED>]><urlset><url><loc>http://h/b</loc></url></urlset>"));
	assert_int_equal(buf_err(&body), 0);
	assert_int_equal(sitemap_read(buf_str(&body), STR(""), put, &out, &result), 0);
	assert_true(result.cut && out.len == 0);
	buf_release(&body);
	buf_release(&out);
}

/* Text of the entry itself that outgrows its buffer leaves no address, not the part of it that found room. */
static void
what_is_too_long_is_not_cut_to_an_address(void **state)
{
	static const char begin[] = "<sitemap>http://h/a&amp;";
	struct buf body = BUF_INIT(1 << 20), out = BUF_INIT(1 << 16);
	struct sitemap_result result;

	(void)state;
	/* The address ends with a piece, and what comes behind it is a whole one, in one event. */
	(void)buf_add_str(&body, STR("<sitemapindex>"));
	while (body.len < PIECE_BYTES - strlen(begin))
		(void)buf_addc(&body, ' ');
	(void)buf_add_str(&body, str_of(begin));
	for (size_t i = 0; i < PIECE_BYTES; i++)
		(void)buf_addc(&body, 'b');
	(void)buf_add_str(&body, STR("</sitemap><sitemap>http://h/c</sitemap></sitemapindex>"));
	assert_int_equal(buf_err(&body), 0);
	assert_int_equal(sitemap_read(buf_str(&body), STR(""), put, &out, &result), 0);
	if (!str_eq(buf_str(&out), STR("http://h/c ")))
		fail_msg("%.*s", STR_ARG(buf_str(&out)));
	buf_release(&body);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mended_wherever_it_is_cut),
		cmocka_unit_test(subsets_left_out),
		cmocka_unit_test(read_as_utf8),
		cmocka_unit_test(listed),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(what_is_too_long_is_not_cut_to_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
