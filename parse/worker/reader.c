/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "parse/worker/reader_impl.h"
#include "parse/worker/span.h"
#include "url/header.h"

int
reader_new(enum reader_type type, struct reader **ret_reader)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	names_init();
	r->magic = READER_MAGIC;
	r->type = type;
	links_init(&r->links);
	css_init(&r->css);
	charset_encoders_init(&r->encoders);
	buf_init(&r->scratch, SIZE_MAX / 4);
	buf_init(&r->scratch2, SIZE_MAX / 4);
	buf_init(&r->page_text, SIZE_MAX / 4);
	buf_init(&r->refused, READER_REFUSED_MAX);
	text_init(&r->visible);
	url_init(&r->page_url);
	url_init(&r->base_url);
	url_init(&r->frame_url);
	url_init(&r->url);
	*ret_reader = r;
	return 0;
}

void
reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	CHECK_MAGIC(r, READER_MAGIC);
	arena_release(&r->arena);
	links_release(&r->links);
	css_release(&r->css);
	charset_encoders_release(&r->encoders);
	buf_release(&r->scratch);
	buf_release(&r->scratch2);
	buf_release(&r->page_text);
	buf_release(&r->refused);
	text_release(&r->visible);
	url_release(&r->page_url);
	url_release(&r->base_url);
	url_release(&r->frame_url);
	url_release(&r->url);
	free(r->out);
	free(r->sent);
	free(r);
}

void
reader_begin(struct reader *r)
{
	links_reset(&r->links, r->in->key, r->in->want_all, r->in->max_links);
	r->page = (struct reader_page){ .has_refresh = false };
	if (r->in->headers.len > 0)
		reader_head(r);
}

static void
reset(struct reader *r, const struct reader_input *in)
{
	arena_reset(&r->arena, READER_KEEP_BYTES);
	buf_reset(&r->page_text, READER_KEEP_BYTES);
	r->in = in;
	reader_begin(r);
	r->facts = (struct page_facts){ .spans = true };
	r->page_url.href_len = r->base_url.href_len = 0;
	r->n_out = 0;
	r->out_bytes = 0;
	r->is_full = false;
	r->n_frames = r->frame_now = 0;
	r->n_asked = r->n_answered = 0;
	buf_reset(&r->refused, READER_KEEP_REFUSED);
	r->n_refused = 0;
	if (r->sent_cap > READER_KEEP_SENT) {
		free(r->sent);
		r->sent = NULL;
		r->sent_cap = 0;
	} else if (r->sent_used > 0) {
		memset(r->sent, 0, r->sent_cap * sizeof(*r->sent));
	}
	r->sent_used = 0;
}

/* MIME Sniffing §7.1: the tags that make unnamed bytes HTML, each followed by a space or '>'. */
static bool
looks_like_html(struct str body)
{
	static const char *const tags[] = { "!doctype html", "html", "head", "script", "iframe", "h1", "div", "font",
		"table", "a", "style", "title", "b", "body", "br", "p", "!--" };
	size_t i;

	if (body.len > 1445)
		body.len = 1445;
	if (str_starts(body, STR("\xef\xbb\xbf")))
		body = str_n(body.p + 3, body.len - 3);
	body = str_trim(body);
	if (body.len < 2 || body.p[0] != '<')
		return false;
	for (i = 0; i < ARRAY_LEN(tags); i++) {
		struct str tag = str_of(tags[i]);

		if (str_istarts(str_n(body.p + 1, body.len - 1), tag) &&
			(tag.p[0] == '!' || body.len == tag.len + 1 || body.p[tag.len + 1] == '>' ||
				ascii_is_space((unsigned char)body.p[tag.len + 1])))
			return true;
	}
	return false;
}

/* JSON by its type; and web app manifests, which many servers do not know, by their name. */
static bool
is_manifest(struct str essence, struct str url)
{
	struct str path = url, rest;

	(void)str_cut(url, '?', &path, &rest);
	return str_ends(path, STR(".webmanifest")) || str_ieq(essence, STR("application/json")) ||
		str_ieq(essence, STR("text/json")) ||
		(essence.len > 5 && str_ieq(str_n(essence.p + essence.len - 5, 5), STR("+json")));
}

static enum reader_body
body_type(const struct reader_input *in)
{
	struct str essence = header_media_type(in->content_type), body = in->body;

	if (is_manifest(essence, in->url))
		return BODY_MANIFEST;
	if (essence.len == 0) {
		if (looks_like_html(body))
			return BODY_HTML;
		return str_starts(body, STR("<?xml")) ? BODY_XML : BODY_OTHER;
	}
	if (str_ieq(essence, STR("text/html")))
		return BODY_HTML;
	if (str_ieq(essence, STR("text/css")))
		return BODY_CSS;
	if (str_ieq(essence, STR("application/xml")) || str_ieq(essence, STR("text/xml")) ||
		(essence.len > 4 && str_ieq(str_n(essence.p + essence.len - 4, 4), STR("+xml"))))
		return BODY_XML;
	return BODY_OTHER;
}

/* The page as UTF-8 where its bytes cannot be tokenized as they are. */
static int
decode_page(struct reader *r, struct str body)
{
	int err;

	buf_reset(&r->page_text, READER_KEEP_BYTES);
	err = charset_decode(r->charset, body, &r->page_text);
	if (err < 0)
		return err;
	r->text = buf_str(&r->page_text);
	r->facts.utf8 = true;
	r->facts.spans = false;
	if (!r->in->want_all || (r->charset != CHARSET_UTF_16LE && r->charset != CHARSET_UTF_16BE))
		return 0;
	return span_index_utf16(r, (size_t)(body.p - r->in->body.p));
}

static int
read_html(struct reader *r, struct str content_type)
{
	struct charset_guess guess = charset_sniff(r->in->body, content_type);
	struct str body = str_n(r->in->body.p + guess.bom_bytes, r->in->body.len - guess.bom_bytes);
	int err;

	r->charset = guess.charset;
	r->facts.charset_certain = guess.certain;
	r->text = body;
	if (r->charset == CHARSET_REPLACEMENT)
		return 0;
	if (!charset_is_ascii_compatible(r->charset)) {
		err = decode_page(r, body);
		if (err != 0)
			return err < 0 ? err : 0;
	}
	err = r->type == READER_LIBXML2 ? reader_xml_html(r) : reader_html(r);
	if (err < 0 || charset_is_ascii_compatible(r->charset) || r->facts.utf8)
		return err;
	/* a <meta> told, too late, that the bytes are not to be read as they are */
	err = decode_page(r, body);
	if (err != 0)
		return err < 0 ? err : 0;
	reader_begin(r);
	r->facts = (struct page_facts){ .utf8 = true, .charset_certain = true, .utf16 = r->facts.utf16 };
	return r->type == READER_LIBXML2 ? reader_xml_html(r) : reader_html(r);
}

int
reader_css(struct reader *r)
{
	struct charset_guess guess = charset_sniff_css(r->in->body, r->in->content_type, CHARSET_UTF_8);
	struct str body = str_n(r->in->body.p + guess.bom_bytes, r->in->body.len - guess.bom_bytes);
	int err;

	r->charset = guess.charset;
	r->text = body;
	if (!charset_is_ascii_compatible(r->charset)) {
		err = decode_page(r, body);
		if (err != 0)
			return err < 0 ? err : 0;
	}
	links_add(&r->links, &(struct ref){ .raw = r->text, .kind = LINK_REQUISITE, .flags = LINK_IN_STYLE,
				     .syntax = SYNTAX_SHEET, .text = true });
	r->page.plain = r->in->want_all;
	return r->links.err;
}

/* Always UTF-8 (W3C Web Application Manifest §1.4). */
static int
read_manifest(struct reader *r)
{
	struct str body = r->in->body;

	if (str_starts(body, STR("\xef\xbb\xbf")))
		body = str_n(body.p + 3, body.len - 3);
	r->text = body;
	links_add(&r->links, &(struct ref){ .raw = body, .kind = LINK_REQUISITE, .syntax = SYNTAX_MANIFEST, .text = true });
	return r->links.err;
}

int
reader_read(struct reader *r, const struct reader_input *in, struct reader_page *ret_page)
{
	enum reader_body body = in->is_sitemap ? BODY_SITEMAP : body_type(in);
	bool page;
	int err = 0;

	CHECK_MAGIC(r, READER_MAGIC);
	if (in->body.len > UINT32_MAX)
		return -E2BIG;
	reset(r, in);
	page = body == BODY_HTML || body == BODY_XML;
	r->visible.echoed = page && in->want_echo;
	if (r->visible.echoed)
		echo_init(&r->visible.echo, in->url);
	text_reset(&r->visible, page && (in->want_words || in->want_visible), page && in->want_sketch);
	r->charset = CHARSET_UTF_8;
	r->facts.charset_certain = true;
	switch (body) {
	case BODY_HTML:
		err = read_html(r, in->content_type);
		break;
	case BODY_XML:
		err = reader_xml(r);
		break;
	case BODY_CSS:
		err = reader_css(r);
		break;
	case BODY_MANIFEST:
		err = read_manifest(r);
		break;
	case BODY_SITEMAP:
		err = reader_sitemap(r);
		break;
	case BODY_OTHER:
		r->charset = charset_sniff(in->body, in->content_type).charset;
		break;
	}
	if (err >= 0)
		err = text_finish(r);
	if (err >= 0)
		err = reader_resolve(r);
	if (err < 0)
		return err;
	r->page.charset = str_of(charset_name(r->charset));
	hash_content(in->body.p, in->body.len, r->page.content_hash);
	r->page.body = body;
	r->page.links = r->out;
	r->page.n_links = r->n_out;
	r->page.refused = buf_str(&r->refused);
	r->page.n_refused = r->n_refused;
	r->page.links_cut = r->page.links_cut || r->links.cut;
	memcpy(r->page.links_by_kind, r->links.counts, sizeof(r->page.links_by_kind));
	*ret_page = r->page;
	return r->page.links_cut ? -E2BIG : 0;
}
