/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file becomes pieces of text (pieces.h), these lines or SAX events (sitemap_xml.c), and these entries. */
#include "config.h"

#include <errno.h>

#include "parse/worker/sitemap_impl.h"
#include "parse/worker/xml_push.h"
#include "url/url.h"

const char *
sitemap_kind_name(enum sitemap_kind kind)
{
	static const char *const names[] = {
		[SITEMAP_NONE] = "none", [SITEMAP_XML] = "xml", [SITEMAP_INDEX] = "index", [SITEMAP_RSS] = "rss",
		[SITEMAP_ATOM] = "atom", [SITEMAP_RDF] = "rdf", [SITEMAP_TEXT] = "txt",
	};

	return names[kind];
}

static bool
is_space(uint32_t cp)
{
	return cp <= 0x20 || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200b) || cp == 0x2028 || cp == 0x2029 ||
		cp == 0x202f || cp == 0x205f || cp == 0x3000 || cp == 0xfeff;
}

struct str
sitemap_trim(struct str s)
{
	uint32_t cp;
	size_t n, end = 0, i;

	while (s.len > 0 && (n = utf8_next(s.p, s.len, &cp)) > 0 && is_space(cp))
		s = str_n(s.p + n, s.len - n);
	for (i = 0; i < s.len; i += n) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n == 0)
			n = 1;
		else if (is_space(cp))
			continue;
		end = i + n;
	}
	return str_n(s.p, end);
}

bool
sitemap_is_http(struct str s)
{
	return str_istarts(s, STR("http://")) || str_istarts(s, STR("https://"));
}

void
sitemap_give(struct sitemap_out *out, struct str url, enum link_kind kind, uint32_t lastmod_s)
{
	struct sitemap_entry e = { .url = sitemap_trim(url), .kind = kind, .lastmod_s = lastmod_s };

	if (out->err == 0 && e.url.len > 0)
		out->err = out->fn(out->arg, &e);
}

static void
see_line(struct sitemap_out *out, struct str line)
{
	line = sitemap_trim(line);
	if (sitemap_is_http(line) && line.len <= URL_MAX_BYTES)
		sitemap_give(out, line, LINK_PAGE, SITEMAP_NO_LASTMOD);
}

/* One address a line; the end of a piece is carried over to the next. A line that has not ended by then is no address. */
static int
read_lines(struct sitemap_out *out, struct pieces *p, struct str piece)
{
	struct buf line = BUF_INIT(URL_MAX_BYTES * 4);

	for (; piece.len > 0 && out->err == 0; piece = pieces_next(p)) {
		const char *nl;

		while (out->err == 0 && (nl = memchr(piece.p, '\n', piece.len)) != NULL) {
			size_t n = (size_t)(nl - piece.p);

			if (buf_add(&line, piece.p, n) == 0)
				see_line(out, buf_str(&line));
			buf_reset(&line, PIECE_BYTES);
			piece = str_n(nl + 1, piece.len - n - 1);
		}
		(void)buf_add(&line, piece.p, piece.len);
	}
	if (buf_err(&line) == 0)
		see_line(out, buf_str(&line));
	buf_release(&line);
	return out->err;
}

static bool
looks_like_xml(struct str s)
{
	s = sitemap_trim(s);
	return s.len > 0 && s.p[0] == '<';
}

static int
read_utf8(struct sitemap_out *out, struct pieces *p, struct str piece)
{
	piece = xml_skip_marks(piece);
	if (looks_like_xml(str_n(piece.p, piece.len < 1024 ? piece.len : 1024)))
		return sitemap_read_xml(out, p, piece);
	out->kind = SITEMAP_TEXT;
	return read_lines(out, p, piece);
}

/* What is not UTF-8: all of it first. */
static int
read_decoded(struct sitemap_out *out, struct pieces *p, struct str piece, struct charset_guess guess)
{
	struct buf raw = BUF_INIT(SITEMAP_MAX_BYTES), text = BUF_INIT(SITEMAP_MAX_BYTES);
	struct pieces decoded = { .over = true };
	int r = 0;

	for (; piece.len > 0 && r == 0; piece = pieces_next(p))
		r = buf_add_str(&raw, piece);
	p->cut |= r < 0;
	if (r == 0 || r == -EMSGSIZE)
		r = charset_decode(guess.charset, str_n(raw.data + guess.bom_bytes, raw.len - guess.bom_bytes), &text);
	buf_release(&raw);
	if (r == 0) {
		decoded.rest = buf_str(&text);
		r = read_utf8(out, &decoded, pieces_next(&decoded));
		p->cut |= decoded.cut;
	} else if (r != -ENOMEM) {
		p->cut = true; /* more text than there may be: it lists nothing */
		r = 0;
	}
	buf_release(&text);
	return r;
}

int
sitemap_read(struct str body, struct str content_type, sitemap_entry_fn fn, void *arg, struct sitemap_result *ret_result)
{
	struct sitemap_out out = { .fn = fn, .arg = arg };
	struct charset_guess guess;
	struct pieces p;
	struct str piece;
	int r = pieces_open(&p, body, SITEMAP_MAX_BYTES);

	if (r < 0)
		return r;
	piece = pieces_next(&p);
	guess = charset_sniff_xml(piece, content_type);
	r = guess.charset == CHARSET_UTF_8 ? read_utf8(&out, &p, piece) : read_decoded(&out, &p, piece, guess);
	*ret_result = (struct sitemap_result){ .kind = out.kind, .charset = guess.charset, .cut = p.cut };
	pieces_close(&p);
	return r;
}
