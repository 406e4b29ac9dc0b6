/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames: what is written is read, and nothing that was altered where it matters passes. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parse/page.h"
#include "parse/wire.h"

/* A reply as a worker would write it, with two links. */
struct sample {
	struct buf b;
	struct wire_expect expect;
};

/* Language, canonical, base, refresh; charset and title stand before them. */
static const char sample_facts[] = "en" "http://c/" "http://b/" "http://r/";
#define FACTS_LEN (5 + 4 + (uint32_t)sizeof(sample_facts) - 1)

static const char sample_urls[] = "http://a.example/1" "https://b.example/two";

static struct wire_reply_head
sample_head(void)
{
	return (struct wire_reply_head){
		.type = WIRE_PAGE,
		.flags = WIRE_IS_NOINDEX | WIRE_CUT | WIRE_HAS_REFRESH | WIRE_HAS_WORDS | WIRE_HAS_SKETCH,
		.id = 7,
		.start_us = 1000,
		.parse_us = 50,
		.n_links = 2,
		.text_len = FACTS_LEN + sizeof(sample_urls) - 1,
		.fact_len = { [WIRE_FACT_CHARSET] = 5, [WIRE_FACT_TITLE] = 4, [WIRE_FACT_LANGUAGE] = 2,
			[WIRE_FACT_CANONICAL] = 9, [WIRE_FACT_BASE] = 9, [WIRE_FACT_REFRESH] = 9 },
		.refresh_seconds = 3,
		.content_hash = { 1, 2 },
		.simhash = 3,
		.words = 4,
		.mark_shift = 1,
		.text_hash = 5,
		.links_by_kind = { [LINK_PAGE] = 3, [LINK_STYLE] = 1 },
	};
}

static void
sample_links(struct wire_link links[2])
{
	links[0] = (struct wire_link){ .url_off = FACTS_LEN, .url_len = 18, .fp = 1, .start = 10, .end = 20, .kind = LINK_PAGE };
	links[1] = (struct wire_link){ .url_off = FACTS_LEN + 18, .url_len = 21, .fp = 2, .start = 100, .end = 100, .kind = LINK_STYLE,
		.flags = LINK_IN_STYLE };
}

static void
sample_build(struct sample *s, struct wire_reply_head head, const struct wire_link links[2], const char *title)
{
	s->b = BUF_INIT(1 << 20);
	s->expect = (struct wire_expect){ .id = 7, .body_len = 100, .max_links = 2 };
	head.bytes = (WIRE_REPLY_HEAD + 2 * (uint32_t)sizeof(*links) + FACTS_LEN + sizeof(sample_urls) - 1 + 7) & ~7u;
	buf_add(&s->b, &head, sizeof(head));
	buf_add(&s->b, links, 2 * sizeof(*links));
	buf_add_str(&s->b, STR("UTF-8"));
	buf_add(&s->b, title, 4);
	buf_add(&s->b, sample_facts, sizeof(sample_facts) - 1);
	buf_add(&s->b, sample_urls, sizeof(sample_urls) - 1);
	while (s->b.len < head.bytes)
		buf_addc(&s->b, '\0');
	assert_int_equal(buf_err(&s->b), 0);
}

static int
sample_check(struct sample *s)
{
	struct wire_reply r;
	int rc;

	rc = wire_reply_check(s->b.data, s->b.len, &s->expect, &r);
	buf_release(&s->b);
	return rc;
}

static void
test_reply(void **state)
{
	struct wire_link links[2];
	struct wire_reply r;
	struct sample s;
	struct page *p;
	size_t bytes;

	sample_links(links);
	sample_build(&s, sample_head(), links, "h\xc3\xa9!");
	assert_int_equal(wire_reply_bytes(s.b.data, s.b.len, &bytes), 0);
	assert_int_equal(bytes, s.b.len);
	assert_int_equal(wire_reply_check(s.b.data, s.b.len, &s.expect, &r), 0);
	assert_int_equal(page_new(&r, 42, &p), 0);
	buf_release(&s.b); /* the page stands on its own */
	assert_true(str_eq(p->charset, STR("UTF-8")));
	assert_true(str_eq(p->title, STR("h\xc3\xa9!")));
	assert_true(str_eq(p->language, STR("en")));
	assert_true(str_eq(p->canonical, STR("http://c/")));
	assert_true(str_eq(p->base, STR("http://b/")));
	assert_true(str_eq(p->refresh, STR("http://r/")));
	assert_int_equal(p->refresh_seconds, 3);
	assert_int_equal(p->content_hash[0], 1);
	assert_int_equal(p->content_hash[1], 2);
	assert_true(p->has_words && p->simhash == 3 && p->words == 4);
	assert_true(p->noindex && !p->nofollow && p->links_cut && p->has_refresh);
	assert_int_equal(p->links_by_kind[LINK_PAGE], 3);
	assert_int_equal(p->parse_us, 42);
	assert_int_equal(p->n_links, 2);
	assert_true(str_eq(page_link_url(p, &p->links[0]), STR("http://a.example/1")));
	assert_true(str_eq(page_link_url(p, &p->links[1]), STR("https://b.example/two")));
	assert_int_equal(p->links[0].start, 10);
	assert_int_equal(p->links[0].end, 20);
	assert_int_equal(p->links[1].kind, LINK_STYLE);
	assert_int_equal(p->links[1].flags, LINK_IN_STYLE);
	page_free(p);
	page_free(NULL);
}

static void
test_title_is_mended(void **state)
{
	struct wire_link links[2];
	struct wire_reply r;
	struct sample s;
	struct page *p;

	sample_links(links);
	sample_build(&s, sample_head(), links, "\xff" "a\xc3\xc3");
	assert_int_equal(wire_reply_check(s.b.data, s.b.len, &s.expect, &r), 0);
	assert_int_equal(page_new(&r, 0, &p), 0);
	assert_true(str_eq(p->title, STR("\xef\xbf\xbd" "a\xef\xbf\xbd\xef\xbf\xbd")));
	assert_true(str_eq(page_link_url(p, &p->links[1]), STR("https://b.example/two")));
	page_free(p);
	buf_release(&s.b);
}

/* One field altered, all else as it was: refused. */
#define REFUSED(alter)                                                                             \
	do {                                                                                       \
		struct wire_reply_head head = sample_head();                                       \
		struct wire_link links[2];                                                         \
		struct sample s;                                                                   \
		sample_links(links);                                                               \
		alter;                                                                             \
		sample_build(&s, head, links, "abcd");                                             \
		assert_int_equal(sample_check(&s), -EPROTO);                                       \
	} while (0)

static void
test_fields_refused(void **state)
{
	REFUSED(head.type = 3);
	REFUSED(head.type = WIRE_HELLO);
	REFUSED(head.flags |= WIRE_REPLY_FLAGS + 1);
	REFUSED(head.flags &= (uint16_t)~WIRE_HAS_REFRESH);
	REFUSED(head.id = 6);
	REFUSED(head.id = 8);
	REFUSED(head.result = WIRE_RESULT_COUNT);
	REFUSED(head.result = WIRE_LIMIT); /* but with links */
	REFUSED(head.start_us = -1);
	REFUSED(head.n_links = 1);
	REFUSED(head.n_links = 3);
	REFUSED(head.n_links = UINT32_MAX);
	REFUSED(head.text_len += 8);
	REFUSED(head.text_len -= 1);
	REFUSED(head.text_len = 8);
	REFUSED(head.fact_len[WIRE_FACT_CHARSET] = 6);
	REFUSED(head.fact_len[WIRE_FACT_CHARSET] = WIRE_CHARSET_MAX + 1);
	REFUSED(head.fact_len[WIRE_FACT_TITLE] = WIRE_TITLE_MAX + 1);
	REFUSED(head.fact_len[WIRE_FACT_TITLE] = 3);
	REFUSED(head.fact_len[WIRE_FACT_LANGUAGE] = 1);
	REFUSED(head.fact_len[WIRE_FACT_LANGUAGE] = WIRE_LANGUAGE_MAX + 1);
	REFUSED(head.fact_len[WIRE_FACT_BASE] = 0);
	REFUSED(head.fact_len[WIRE_FACT_REFRESH] = UINT16_MAX);
	REFUSED(head.links_by_kind[LINK_PAGE] = 0);
	REFUSED(head.links_by_kind[LINK_PAGE] = 101); /* of a body of 100 bytes */
	REFUSED(head.links_by_kind[LINK_FORM] = UINT32_MAX);
	REFUSED(links[0].kind = LINK_KIND_COUNT);
	REFUSED(links[0].kind = LINK_FORM); /* none counted */
	REFUSED(links[0].flags = LINK_REF_FLAGS + 1);
	REFUSED(head.extract_len = 1);
	REFUSED(head.words = 101); /* of a body of 100 bytes */
	REFUSED(head.visible_len = 1);
	REFUSED(head.flags |= WIRE_HAS_VISIBLE); /* not asked for */
	REFUSED(head.flags |= WIRE_VISIBLE_CUT);
	REFUSED(head.refused_len = 1);
	REFUSED(head.n_marks = 1); /* and no bytes for it */
	REFUSED(head.n_marks = SKETCH_MAX + 1);
	REFUSED(head.mark_shift = SKETCH_SHIFT_MAX + 1);
	REFUSED(head.text_hash = 0; head.flags |= WIRE_HAS_SKETCH; head.result = WIRE_LIMIT);
	REFUSED(head.flags &= (uint16_t)~WIRE_HAS_SKETCH);
	REFUSED(head.echo_hash = 1); /* not asked for */
	REFUSED(head.flags &= (uint16_t)~WIRE_HAS_WORDS);
	REFUSED(links[0].url_off--);
	REFUSED(links[0].url_len = 17);
	REFUSED(links[0].url_len = UINT32_MAX);
	REFUSED(links[1].url_off = 9);
	REFUSED(links[1].url_len = 20);
	REFUSED(links[1].url_len = 22);
	REFUSED(links[0].start = 21);
	REFUSED(links[1].end = 101);
	REFUSED(links[1].zero[1] = 1);
	/* Only sitemaps have these. */
	REFUSED(links[1].lastmod_s = 1);
	REFUSED((links[0].kind = LINK_SITEMAP, head.links_by_kind[LINK_SITEMAP] = 1));
}

/* What only sitemaps have: dates, further sitemaps, more references than bytes (they may be packed). */
static void
test_sitemap_reply(void **state)
{
	struct wire_reply_head head = sample_head();
	struct wire_link links[2];
	struct wire_reply r;
	struct sample s;

	head.links_by_kind[LINK_PAGE] = 101;
	head.links_by_kind[LINK_SITEMAP] = 1;
	sample_links(links);
	links[0].kind = LINK_SITEMAP;
	links[0].lastmod_s = 1795564800;
	sample_build(&s, head, links, "abcd");
	assert_int_equal(wire_reply_check(s.b.data, s.b.len, &s.expect, &r), -EPROTO);
	s.expect.is_sitemap = true;
	assert_int_equal(sample_check(&s), 0);
}

static void
test_expectations(void **state)
{
	struct wire_reply_head head = sample_head();
	struct wire_link links[2];
	struct sample s;

	sample_links(links);
	sample_build(&s, sample_head(), links, "abcd");
	s.expect.max_links = 1;
	assert_int_equal(sample_check(&s), -EPROTO);
	sample_build(&s, sample_head(), links, "abcd");
	s.expect.body_len = 99;
	assert_int_equal(sample_check(&s), -EPROTO);
	/* A reference takes a byte of the page or of its head. */
	head.links_by_kind[LINK_HINT] = 120;
	sample_build(&s, head, links, "abcd");
	assert_int_equal(sample_check(&s), -EPROTO);
	sample_build(&s, head, links, "abcd");
	s.expect.headers_len = 24;
	assert_int_equal(sample_check(&s), 0);
}

/* No byte of a fact but the title or of a URL may be anything but printable ASCII, at whatever place in a word. */
static void
test_text_bytes_refused(void **state)
{
	static const unsigned char bad[] = { 0, 1, '\t', '\n', ' ', 0x7f, 0x80, 0xa0, 0xff };
	size_t from = WIRE_REPLY_HEAD + 2 * sizeof(struct wire_link), i, k;
	struct wire_link links[2];

	sample_links(links);
	for (i = from; i < from + FACTS_LEN + sizeof(sample_urls) - 1; i++) {
		if (i >= from + 5 && i < from + 9)
			continue; /* the title */
		for (k = 0; k < sizeof(bad); k++) {
			struct sample s;

			sample_build(&s, sample_head(), links, "abcd");
			s.b.data[i] = (char)bad[k];
			assert_int_equal(sample_check(&s), -EPROTO);
		}
	}
}

/* What names an encoding or a language is no text. */
static void
test_names_refused(void **state)
{
	const size_t charset = WIRE_REPLY_HEAD + 2 * sizeof(struct wire_link), language = charset + 9;
	struct wire_link links[2];

	sample_links(links);
	for (const char *bad = "<>\"'&/\\$ !.:"; *bad != '\0'; bad++) {
		struct sample s;

		sample_build(&s, sample_head(), links, "abcd");
		s.b.data[charset] = *bad;
		assert_int_equal(sample_check(&s), -EPROTO);
		sample_build(&s, sample_head(), links, "abcd");
		s.b.data[language] = *bad;
		assert_int_equal(sample_check(&s), -EPROTO);
	}
}

static void
test_schemes_refused(void **state)
{
	static const char *const bad[] = { "ftp://a.example/12", "javascript:alert()", "http:/a.example/12", "HTTP://a.example/1" };
	size_t off = WIRE_REPLY_HEAD + 2 * sizeof(struct wire_link) + FACTS_LEN, i;
	struct wire_link links[2];

	sample_links(links);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		struct sample s;

		sample_build(&s, sample_head(), links, "abcd");
		memcpy(s.b.data + off, bad[i], 18);
		assert_int_equal(sample_check(&s), -EPROTO);
		sample_build(&s, sample_head(), links, "abcd");
		memcpy(s.b.data + off - 9 * (1 + i % 3), bad[i], 9); /* canonical, base, refresh */
		assert_int_equal(sample_check(&s), -EPROTO);
	}
}

/* What is in it stands between the facts and the URLs. */
static int
reply_with(struct wire_reply_head head, struct sample s, const void *records, uint32_t len)
{
	head.type = WIRE_PAGE;
	head.id = s.expect.id = 7;
	head.start_us = 1;
	head.text_len = len;
	head.bytes = (WIRE_REPLY_HEAD + len + 7) & ~7u;
	s.b = BUF_INIT(8 << 20);
	s.expect.body_len = 100;
	buf_add(&s.b, &head, sizeof(head));
	buf_add(&s.b, records, len);
	while (s.b.len < head.bytes)
		buf_addc(&s.b, '\0');
	return sample_check(&s);
}

/* What was extracted: records of rules that there are, in their order, whole. */
static int
extracted(const void *records, uint32_t len)
{
	return reply_with((struct wire_reply_head){ .extract_len = len }, (struct sample){ .expect = { .n_rules = 2 } }, records, len);
}

static void
test_extracted(void **state)
{
	struct {
		struct wire_extract_head a;
		char text[4];
		struct wire_extract_head b;
	} r = { { 0, 4 }, "abc\xff", { 1, 0 } };

	assert_int_equal(extracted(&r, sizeof(r)), 0);
	assert_int_equal(extracted(&r, sizeof(r) - 1), -EPROTO);
	assert_int_equal(extracted(&r, 7), -EPROTO);
	r.b.rule = 2; /* there are two */
	assert_int_equal(extracted(&r, sizeof(r)), -EPROTO);
	r.b.rule = 0;
	r.a.rule = 1; /* not in their order */
	assert_int_equal(extracted(&r, sizeof(r)), -EPROTO);
	r.a.rule = 0;
	r.b.len = 1; /* beyond the end */
	assert_int_equal(extracted(&r, sizeof(r)), -EPROTO);
	r.b.len = 0;
	r.text[1] = '\0';
	assert_int_equal(extracted(&r, sizeof(r)), -EPROTO);
}

/* What is refused stands before the URLs: records of references of the page, whole. */
static int
refused(const void *records, uint32_t len, enum wire_result result)
{
	const struct wire_reply_head head = { .result = result, .refused_len = len,
		.links_by_kind = { [LINK_PAGE] = 1, [LINK_REQUISITE] = 1, [LINK_HINT] = 1, [LINK_FORM] = 1 } };

	return reply_with(head, (struct sample){ .expect = { .max_links = 2 } }, records, len);
}

static void
test_refused(void **state)
{
	struct {
		struct refused a;
		char text[8];
		struct refused b;
		char more[2];
	} r = { { 8, LINK_PAGE, OUTCOME_SCHEME }, "mailto:x", { 2, LINK_REQUISITE, OUTCOME_BAD_URL }, "/\xff" }, as = r;
	char *many = calloc(1, WIRE_REFUSED_MAX + 8);

	assert_int_equal(refused(&r, sizeof(r), WIRE_OK), 0);
	assert_int_equal(refused(&r, sizeof(r), WIRE_LIMIT), -EPROTO);
	assert_int_equal(refused(&r, sizeof(r) - 1, WIRE_OK), -EPROTO);
	assert_int_equal(refused(&r, sizeof(r.a) + sizeof(r.text) + sizeof(r.b), WIRE_OK), -EPROTO);
	assert_int_equal(refused(&r, sizeof(r.a), WIRE_OK), -EPROTO);
#define ALTERED(alter) (r = as, (alter), refused(&r, sizeof(r), WIRE_OK))
	assert_int_equal(ALTERED(r.a.len = 0), -EPROTO);
	assert_int_equal(ALTERED(r.a.len = 7), -EPROTO);
	assert_int_equal(ALTERED(r.b.len = 3), -EPROTO);
	assert_int_equal(ALTERED(r.b.len = UINT16_MAX), -EPROTO);
	assert_int_equal(ALTERED(r.b.kind = LINK_KIND_COUNT), -EPROTO);
	assert_int_equal(ALTERED(r.b.kind = LINK_PAGE), -EPROTO); /* one was counted */
	assert_int_equal(ALTERED(r.b.kind = LINK_STYLE), -EPROTO); /* none was */
	assert_int_equal(ALTERED(r.b.kind = LINK_HINT), -EPROTO); /* nobody follows these */
	assert_int_equal(ALTERED(r.b.kind = LINK_FORM), -EPROTO);
	assert_int_equal(ALTERED(r.b.kind = LINK_SITEMAP), -EPROTO);
	assert_int_equal(ALTERED(r.b.reason = OUTCOME_ROBOTS_DENY), -EPROTO);
	assert_int_equal(ALTERED(r.b.reason = 0xff), -EPROTO);
	assert_int_equal(ALTERED(r.text[3] = '\0'), -EPROTO);
#undef ALTERED
	/* Longer than a text may be, more than there may be, and more than was asked for. */
	assert_non_null(many);
	memset(many, 'x', WIRE_REFUSED_MAX + 8);
	memcpy(many, &(struct refused){ REFUSED_TEXT_MAX, LINK_PAGE, OUTCOME_SCHEME }, 4);
	assert_int_equal(refused(many, 4 + REFUSED_TEXT_MAX, WIRE_OK), 0);
	memcpy(many, &(struct refused){ REFUSED_TEXT_MAX + 1, LINK_PAGE, OUTCOME_SCHEME }, 4);
	assert_int_equal(refused(many, 4 + REFUSED_TEXT_MAX + 1, WIRE_OK), -EPROTO);
	assert_int_equal(refused(many, WIRE_REFUSED_MAX + 8, WIRE_OK), -EPROTO);
	for (unsigned i = 0; i < 3; i++)
		memcpy(many + 5 * (size_t)i, &(struct refused){ 1, i < 1 ? LINK_PAGE : LINK_REQUISITE, OUTCOME_SCHEME }, 4);
	assert_int_equal(refused(many, 10, WIRE_OK), 0);
	assert_int_equal(refused(many, 15, WIRE_OK), -EPROTO);
	free(many);
}

static int
with_visible(struct str text, uint32_t len, unsigned flags, bool wanted)
{
	struct wire_reply_head head = { .type = WIRE_PAGE, .flags = (uint16_t)flags, .id = 7, .start_us = 1,
		.text_len = (uint32_t)text.len, .visible_len = len };
	struct sample s = { .b = BUF_INIT(1 << 20), .expect = { .id = 7, .body_len = 100, .visible = wanted } };

	head.bytes = (WIRE_REPLY_HEAD + (uint32_t)text.len + 7) & ~7u;
	buf_add(&s.b, &head, sizeof(head));
	buf_add_str(&s.b, text);
	while (s.b.len < head.bytes)
		buf_addc(&s.b, '\0');
	return sample_check(&s);
}

/* The visible text: asked for, valid, and all that is there. */
static void
test_visible(void **state)
{
	struct str text = STR("\xc3\xa9t\xc3\xa9\n");

	assert_int_equal(with_visible(text, 6, WIRE_HAS_VISIBLE, true), 0);
	assert_int_equal(with_visible(text, 6, WIRE_HAS_VISIBLE | WIRE_VISIBLE_CUT, true), 0);
	assert_int_equal(with_visible(STR(""), 0, WIRE_HAS_VISIBLE, true), 0);
	assert_int_equal(with_visible(text, 6, WIRE_HAS_VISIBLE, false), -EPROTO);
	assert_int_equal(with_visible(text, 6, 0, true), -EPROTO);
	assert_int_equal(with_visible(text, 5, WIRE_HAS_VISIBLE, true), -EPROTO);
	assert_int_equal(with_visible(text, 7, WIRE_HAS_VISIBLE, true), -EPROTO);
	assert_int_equal(with_visible(text, UINT32_MAX, WIRE_HAS_VISIBLE, true), -EPROTO);
	assert_int_equal(with_visible(STR("a\xc3"), 2, WIRE_HAS_VISIBLE, true), -EPROTO);
}

/* Cut anywhere, or with anything behind it. Under AddressSanitizer this also shows that nothing is read beyond. */
static void
test_truncated(void **state)
{
	struct wire_link links[2];
	struct wire_reply r;
	struct sample s;
	size_t i;

	sample_links(links);
	sample_build(&s, sample_head(), links, "abcd");
	for (i = 0; i < s.b.len; i++) {
		char *copy = malloc(i + 1);

		assert_non_null(copy);
		memcpy(copy, s.b.data, i);
		assert_int_equal(wire_reply_check(copy, i, &s.expect, &r), -EPROTO);
		free(copy);
	}
	buf_release(&s.b);
}

static void
test_frame_lengths(void **state)
{
	struct wire_reply_head h = { .bytes = WIRE_REPLY_HEAD, .type = WIRE_PAGE };
	char hello[WIRE_HELLO_BYTES];
	struct buf b = BUF_INIT(64);
	unsigned missing;
	size_t bytes;

	assert_int_equal(wire_reply_bytes((char *)&h, 7, &bytes), -EAGAIN);
	assert_int_equal(wire_reply_bytes((char *)&h, 8, &bytes), 0);
	h.bytes = WIRE_REPLY_HEAD - 8;
	assert_int_equal(wire_reply_bytes((char *)&h, 8, &bytes), -EPROTO);
	h.bytes = WIRE_REPLY_HEAD + 1;
	assert_int_equal(wire_reply_bytes((char *)&h, 8, &bytes), -EPROTO);
	h.bytes = WIRE_REPLY_MAX + 8;
	assert_int_equal(wire_reply_bytes((char *)&h, 8, &bytes), -EPROTO);
	h.bytes = WIRE_REPLY_HEAD;
	h.type = 9;
	assert_int_equal(wire_reply_bytes((char *)&h, 8, &bytes), -EPROTO);

	assert_int_equal(wire_hello_put(&b, WIRE_MISSING_LANDLOCK), 0);
	assert_int_equal(wire_reply_bytes(b.data, b.len, &bytes), 0);
	assert_int_equal(bytes, b.len);
	assert_int_equal(wire_hello_check(b.data, b.len, &missing), 0);
	assert_int_equal(missing, WIRE_MISSING_LANDLOCK);
	memcpy(hello, b.data, sizeof(hello));
	hello[6] = 4; /* a layer that there is not */
	assert_int_equal(wire_hello_check(hello, sizeof(hello), &missing), -EPROTO);
	memcpy(hello, b.data, sizeof(hello));
	hello[8]++; /* another version */
	assert_int_equal(wire_hello_check(hello, sizeof(hello), &missing), -EPROTO);
	buf_release(&b);
}

/* ---- requests ---- */

static void
test_request(void **state)
{
	static char long_type[WIRE_TYPE_MAX + 100];
	const struct wire_request in = { .id = 9, .region_off = 100, .body_len = 50, .max_links = 10, .flags = WIRE_TOO_DEEP,
		.url = STR("http://a.example/"), .content_type = STR("text/html"), .headers = STR("link: <x>\n") };
	struct wire_request out, second = in;
	struct buf b = BUF_INIT(1 << 20);
	size_t bytes, i, first;

	memset(long_type, 't', sizeof(long_type));
	second.id = 10;
	second.content_type = str_n(long_type, sizeof(long_type));
	second.headers = STR_NONE;
	assert_int_equal(wire_request_put(&b, &in), 0);
	first = b.len;
	assert_int_equal(first % 8, 0);
	assert_int_equal(wire_request_put(&b, &second), 0);
	for (i = 0; i < first; i++)
		assert_int_equal(wire_request_get(b.data, i, 150, &out, &bytes), -EAGAIN);
	assert_int_equal(wire_request_get(b.data, b.len, 150, &out, &bytes), 0);
	assert_int_equal(bytes, first);
	assert_int_equal(out.id, 9);
	assert_int_equal(out.region_off, 100);
	assert_int_equal(out.body_len, 50);
	assert_int_equal(out.max_links, 10);
	assert_int_equal(out.flags, WIRE_TOO_DEEP);
	assert_true(str_eq(out.url, in.url));
	assert_true(str_eq(out.content_type, in.content_type));
	assert_true(str_eq(out.headers, in.headers));
	assert_int_equal(wire_request_get(b.data + first, b.len - first, 150, &out, &bytes), 0);
	assert_int_equal(out.id, 10);
	assert_int_equal(out.content_type.len, WIRE_TYPE_MAX);
	/* A body that ends, or begins, outside of the region. */
	assert_int_equal(wire_request_get(b.data, b.len, 149, &out, &bytes), -EPROTO);
	assert_int_equal(wire_request_get(b.data, b.len, 99, &out, &bytes), -EPROTO);
	buf_release(&b);
}

static void
test_request_altered(void **state)
{
	/* offset of a byte, and its new value: lengths that do not add up, unknown flags, what must be zero */
	static const struct { unsigned off; unsigned char value; } alters[] = {
		{ 0, 73 }, { 1, 1 }, { 3, 0xff }, { 15, 0x80 }, { 23, 0x80 }, { 27, 1 }, { 28, 0x80 }, { 30, 20 }, { 31, 0x10 },
		{ 32, 30 }, { 35, 1 }, { 36, 7 }, { 37, 0xff },
	};
	const struct wire_request in = { .url = STR("http://a.example/"), .content_type = STR("text/html") };
	size_t i, bytes;

	for (i = 0; i < ARRAY_LEN(alters); i++) {
		struct buf b = BUF_INIT(1 << 10);
		struct wire_request out;

		assert_int_equal(wire_request_put(&b, &in), 0);
		b.data[alters[i].off] = (char)alters[i].value;
		if (wire_request_get(b.data, b.len, 1000, &out, &bytes) != -EPROTO)
			fail_msg("byte %u", alters[i].off);
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_title_is_mended),
		cmocka_unit_test(test_fields_refused),
		cmocka_unit_test(test_sitemap_reply),
		cmocka_unit_test(test_expectations),
		cmocka_unit_test(test_text_bytes_refused),
		cmocka_unit_test(test_names_refused),
		cmocka_unit_test(test_schemes_refused),
		cmocka_unit_test(test_extracted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_visible),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_frame_lengths),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_request_altered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
