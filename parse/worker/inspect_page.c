/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "parse/worker/css.h"
#include "parse/worker/inspect_impl.h"
#include "parse/worker/meta.h"
#include "parse/worker/srcset.h"

static void
add_str(struct buf *out, const char *name, struct str value)
{
	json_key(out, name);
	if (value.p == NULL)
		json_nil(out);
	else
		json_str(out, value);
}

struct resolver {
	struct url base, page, url; /* of the links, of the page (what its head refers to), and what was resolved */
	struct url frame;           /* of the last link that had another than base */
	unsigned frame_now;
	struct url_query_encoder encoder;
	struct charset_encoders *encoders;
	enum charset charset;
};

static int
encode_query(void *arg, struct str s, struct buf *out)
{
	struct resolver *v = arg;

	return charset_encode(v->encoders, v->charset, s, out);
}

/* The resolved URL as a browser shows it, with fragment and all, where the reader's is canonical. */
static struct str
resolved(struct resolver *v, const struct reader_page *page, const struct reader_link *l)
{
	const struct url *base = (l->flags & LINK_FROM_HEAD) != 0 ? &v->page : l->frame != 0 ? &v->frame : &v->base;
	bool plain = l->utf8 || v->charset == CHARSET_UTF_8;
	struct str value = l->value;

	if (l->frame != 0 && l->frame != v->frame_now) {
		v->frame_now = l->frame;
		if (url_parse(&v->frame, page->frame_bases[l->frame - 1], NULL) < 0)
			v->frame.href_len = 0;
	}
	if (url_parse_charset(&v->url, value, base->href_len != 0 ? base : NULL, plain ? NULL : &v->encoder) < 0 ||
		!url_is_http(&v->url))
		return STR_NONE;
	return url_href(&v->url);
}

static void
add_links(struct buf *out, const struct reader_page *page, struct resolver *v)
{
	uint32_t i;

	json_key(out, "links");
	json_begin_array(out);
	for (i = 0; i < page->n_links; i++) {
		const struct reader_link *l = &page->links[i];

		json_element(out);
		json_begin(out);
		add_str(out, "tag", str_of(l->tag));
		add_str(out, "attr", str_of(l->attr));
		add_str(out, "kind", str_of(link_kind_name(l->kind)));
		add_str(out, "value", l->value);
		add_str(out, "url", l->url.p != NULL ? resolved(v, page, l) : STR_NONE);
		json_key(out, "nofollow");
		json_bool(out, (l->flags & LINK_NOFOLLOW) != 0);
		json_key(out, "start");
		json_u64(out, l->start);
		json_key(out, "end");
		json_u64(out, l->end);
		json_end(out);
	}
	json_end_array(out);
}

static void
add_refresh(struct buf *out, bool is, uint32_t seconds, struct str url)
{
	json_key(out, "refresh");
	if (!is) {
		json_nil(out);
		return;
	}
	json_begin(out);
	json_key(out, "seconds");
	json_u64(out, seconds);
	add_str(out, "url", url);
	json_end(out);
}

/* A header, or a list of them, as fields of a head; a line end in it would be a field of its own. */
static void
add_headers(json_t *request, const char *member, const char *name, struct buf *out)
{
	json_t *headers = json_object_get(request, member), *one;
	size_t i;

	if (json_is_string(headers) && strchr(json_string_value(headers), '\n') == NULL)
		(void)buf_addf(out, "%s: %s\n", name, json_string_value(headers));
	json_array_foreach(headers, i, one)
		if (json_is_string(one) && strchr(json_string_value(one), '\n') == NULL)
			(void)buf_addf(out, "%s: %s\n", name, json_string_value(one));
}

static void
answer_links(const struct reader_page *page, struct resolver *v, struct buf *out)
{
	char hash[33];

	(void)snprintf(hash, sizeof(hash), "%016" PRIx64 "%016" PRIx64, page->content_hash[0], page->content_hash[1]);
	json_begin(out);
	add_str(out, "charset", page->charset);
	add_str(out, "base", page->base);
	add_str(out, "title", page->title.p != NULL ? page->title : STR(""));
	add_str(out, "language", page->language);
	add_str(out, "canonical", page->canonical);
	add_str(out, "content_hash", str_of(hash));
	if (page->has_words) {
		(void)snprintf(hash, sizeof(hash), "%016" PRIx64, page->simhash);
		add_str(out, "simhash", str_of(hash));
		json_key(out, "words");
		json_u64(out, page->words);
	}
	json_key(out, "robots");
	json_begin(out);
	json_key(out, "noindex");
	json_bool(out, page->noindex);
	json_key(out, "nofollow");
	json_bool(out, page->nofollow);
	json_end(out);
	add_refresh(out, page->has_refresh, page->refresh_seconds, page->refresh_url);
	add_links(out, page, v);
	json_end(out);
}

static int
read_page(struct inspect *in, json_t *request, const char *b64, struct reader_page *ret_page, const char **ret_error)
{
	struct str url = inspect_str(request, "url"), type = inspect_str(request, "content_type");
	struct str reader = inspect_str(request, "reader");
	enum reader_type which = str_eq(reader, STR("libxml2")) ? READER_LIBXML2 : READER_SCAN;
	struct reader_input input = { .url = url, .content_type = type.p != NULL ? type : STR("text/html"),
		.want_all = true, .want_lists = true, .want_words = true, .max_links = UINT32_MAX / 8, .key = &in->key };
	int r;

	if (reader.p != NULL && which == READER_SCAN && !str_eq(reader, STR("scan")))
		return inspect_bad("reader: scan or libxml2", ret_error);
	r = inspect_bytes(in, request, "html", b64, &input.body, ret_error);
	if (r < 0)
		return r;
	buf_reset(&in->headers, SIZE_MAX);
	add_headers(request, "x_robots_tag", "X-Robots-Tag", &in->headers);
	add_headers(request, "link_header", "Link", &in->headers);
	add_headers(request, "refresh_header", "Refresh", &in->headers);
	add_headers(request, "content_language", "Content-Language", &in->headers);
	if (buf_err(&in->headers) < 0)
		return buf_err(&in->headers);
	input.headers = buf_str(&in->headers);
	if (in->readers[which] == NULL)
		r = reader_new(which, &in->readers[which]);
	return r < 0 ? r : reader_read(in->readers[which], &input, ret_page);
}

int
inspect_links(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct resolver v = { .encoders = &in->encoders };
	struct reader_page page = { .charset = STR_NONE };
	int r;

	r = read_page(in, request, "body_b64", &page, ret_error);
	if (r < 0 && r != -E2BIG)
		return r;
	if (!charset_by_label(page.charset, &v.charset) || v.charset == CHARSET_UTF_16BE ||
		v.charset == CHARSET_UTF_16LE || v.charset == CHARSET_REPLACEMENT)
		v.charset = CHARSET_UTF_8;
	v.encoder = (struct url_query_encoder){ encode_query, &v };
	url_init(&v.base);
	url_init(&v.page);
	url_init(&v.url);
	url_init(&v.frame);
	if (url_parse(&v.page, inspect_str(request, "url"), NULL) < 0)
		v.page.href_len = 0;
	if (page.base.p == NULL || url_parse(&v.base, page.base, NULL) < 0)
		v.base.href_len = 0;
	answer_links(&page, &v, out);
	url_release(&v.base);
	url_release(&v.page);
	url_release(&v.url);
	url_release(&v.frame);
	return buf_err(out);
}

/* 1.5 as "1.5", 2 as "2". */
static void
add_number(struct buf *out, const char *name, double v)
{
	json_key(out, name);
	(void)buf_addf(out, "%.15g", v);
}

int
inspect_srcset(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct str value = inspect_str(request, "srcset");
	struct srcset it = srcset_begin(value);
	struct srcset_candidate c;

	if (value.p == NULL)
		return inspect_bad("srcset: the attribute's value is missing", ret_error);
	json_begin(out);
	json_key(out, "candidates");
	json_begin_array(out);
	while (srcset_next(&it, &c)) {
		json_element(out);
		json_begin(out);
		add_str(out, "url", c.url);
		if (c.has_width)
			add_number(out, "w", c.width);
		if (c.has_density)
			add_number(out, "d", c.density);
		if (c.has_height)
			add_number(out, "h", c.height);
		json_end(out);
	}
	json_end_array(out);
	json_end(out);
	return buf_err(out);
}

static int
answer_css(struct css *css, struct str text, struct buf *value, struct buf *out)
{
	size_t i;
	int r = css_read(css, text, false);

	json_begin(out);
	json_key(out, "urls");
	json_begin_array(out);
	for (i = 0; r >= 0 && i < css_count(css); i++) {
		const struct css_url *u = &css_urls(css)[i];

		buf_reset(value, SIZE_MAX);
		r = css_unescape(str_n(text.p + u->start, u->len), value);
		json_element(out);
		json_begin(out);
		add_str(out, "kind", str_of(css_kind_name(u->kind)));
		add_str(out, "value", value->len != 0 ? buf_str(value) : STR(""));
		json_key(out, "start");
		json_u64(out, u->start);
		json_key(out, "end");
		json_u64(out, (uint64_t)u->start + u->len);
		json_end(out);
	}
	json_end_array(out);
	json_end(out);
	return r < 0 ? r : buf_err(out);
}

int
inspect_css(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	CLEANUP(buf_releasep) struct buf value = BUF_INIT(SIZE_MAX / 4);
	struct str text = inspect_str(request, "css");
	struct css css;
	int r;

	if (text.p == NULL)
		return inspect_bad("css: the text is missing", ret_error);
	css_init(&css);
	r = answer_css(&css, text, &value, out);
	css_release(&css);
	return r;
}

/* The URL of a refresh as URL parsing sees it: what it drops is not there, TAB and line ends, and controls around it. */
static struct str
refresh_target(struct str url, struct buf *out)
{
	size_t i;

	for (i = 0; i < url.len; i++)
		if (url.p[i] != '\t' && url.p[i] != '\n' && url.p[i] != '\r')
			(void)buf_addc(out, url.p[i]);
	url = out->len != 0 ? buf_str(out) : STR("");
	while (url.len > 0 && (unsigned char)url.p[0] <= 0x20)
		url = str_n(url.p + 1, url.len - 1);
	while (url.len > 0 && (unsigned char)url.p[url.len - 1] <= 0x20)
		url.len--;
	return url;
}

int
inspect_refresh(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	CLEANUP(buf_releasep) struct buf plain = BUF_INIT(SIZE_MAX / 4);
	struct str content = inspect_str(request, "content"), url = STR_NONE;
	uint32_t seconds = 0;
	bool is;

	if (content.p == NULL)
		return inspect_bad("content: the attribute's value is missing", ret_error);
	is = meta_refresh(content, &seconds, &url);
	if (url.p != NULL)
		url = refresh_target(url, &plain);
	json_begin(out);
	add_refresh(out, is, seconds, url);
	json_end(out);
	return buf_err(out);
}

/* What the page is read in at last: a <meta> behind the first 1024 bytes counts too. */
int
inspect_charset(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct reader_page page = { .charset = STR_NONE };
	int r;

	r = read_page(in, request, "data_b64", &page, ret_error);
	if (r < 0 && r != -E2BIG)
		return r;
	json_begin(out);
	add_str(out, "encoding", page.charset);
	json_end(out);
	return buf_err(out);
}
