/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guessing half of charset.h: no conversion here. */
#include "config.h"

#include "parse/worker/charset.h"

#define PRESCAN_BYTES 1024

struct cursor {
	const char *p, *end;
};

static bool
is_tchar(unsigned char c)
{
	return ascii_is_alnum(c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/*
 * MIME Sniffing §4.4, as far as the first "charset" parameter goes. A comma ends it: fields that came twice and were put
 * into one ("text/html; charset=utf-8,text/html") are read as the first of them.
 */
struct str
charset_param(struct str content_type)
{
	const char *p = content_type.p, *end = p + content_type.len;
	bool slash = false;

	for (; p < end && *p != ';'; p++)
		slash |= *p == '/';
	/* Without type and subtype it is no media type, and has no parameters. */
	while (slash && p < end) {
		struct str name, value;
		bool quoted = false;

		for (p++; p < end && ascii_is_space((unsigned char)*p); p++)
			;
		name.p = p;
		while (p < end && *p != ';' && *p != '=')
			p++;
		name.len = (size_t)(p - name.p);
		if (p == end || *p == ';')
			continue;
		p++;
		value.p = p;
		if (p < end && *p == '"') {
			quoted = true;
			value.p = ++p;
			while (p < end && *p != '"')
				p += *p == '\\' && p + 1 < end ? 2 : 1;
			value.len = (size_t)(p - value.p);
			while (p < end && *p != ';')
				p++;
		} else {
			while (p < end && *p != ';' && *p != ',')
				p++;
			value = str_trim(str_n(value.p, (size_t)(p - value.p)));
			while (p < end && *p != ';')
				p++;
		}
		if (str_ieq(name, STR("charset")) && (quoted || (value.len != 0 && is_tchar((unsigned char)*value.p))))
			return value;
	}
	return STR_NONE;
}

/* §13.2.3.2: what a document that can say it in ASCII cannot be. */
static enum charset
as_meta_means(enum charset cs)
{
	if (cs == CHARSET_UTF_16BE || cs == CHARSET_UTF_16LE)
		return CHARSET_UTF_8;
	return cs == CHARSET_X_USER_DEFINED ? CHARSET_WINDOWS_1252 : cs;
}

/* §2.4.4 "extract a character encoding from a meta element". */
static bool
from_content(struct str s, enum charset *ret_charset)
{
	size_t i = 0, n;

	for (;;) {
		while (i + 7 <= s.len && !str_ieq(str_n(s.p + i, 7), STR("charset")))
			i++;
		if (i + 7 > s.len)
			return false;
		i += 7;
		while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
			i++;
		if (i < s.len && s.p[i] == '=')
			break;
	}
	for (i++; i < s.len && ascii_is_space((unsigned char)s.p[i]); i++)
		;
	if (i == s.len)
		return false;
	if (s.p[i] == '"' || s.p[i] == '\'') {
		const char *close = memchr(s.p + i + 1, s.p[i], s.len - i - 1);

		if (close == NULL)
			return false;
		return charset_by_label(str_n(s.p + i + 1, (size_t)(close - s.p) - i - 1), ret_charset);
	}
	for (n = i; n < s.len && !ascii_is_space((unsigned char)s.p[n]) && s.p[n] != ';'; n++)
		;
	return charset_by_label(str_n(s.p + i, n - i), ret_charset);
}

bool
charset_from_meta(struct str charset, struct str http_equiv, struct str content, enum charset *ret_charset)
{
	enum charset cs;

	if (charset.p != NULL) {
		if (!charset_by_label(charset, &cs))
			return false;
	} else if (!str_ieq(http_equiv, STR("content-type")) || !from_content(content, &cs)) {
		return false;
	}
	*ret_charset = as_meta_means(cs);
	return true;
}

/* "Get an attribute" of the prescan. False: none left, or the bytes ended. */
static bool
prescan_attr(struct cursor *c, struct str *ret_name, struct str *ret_value)
{
	const char *p = c->p, *end = c->end, *from;

	*ret_value = STR("");
	while (p < end && (ascii_is_space((unsigned char)*p) || *p == '/'))
		p++;
	c->p = p;
	if (p == end || *p == '>')
		return false;
	from = p;
	while (p < end && !(*p == '=' && p > from) && !ascii_is_space((unsigned char)*p) && *p != '/' && *p != '>')
		p++;
	*ret_name = str_n(from, (size_t)(p - from));
	while (p < end && ascii_is_space((unsigned char)*p))
		p++;
	c->p = p;
	if (p == end)
		return false;
	if (*p != '=')
		return true;
	for (p++; p < end && ascii_is_space((unsigned char)*p); p++)
		;
	if (p < end && (*p == '"' || *p == '\'')) {
		const char *close = memchr(p + 1, *p, (size_t)(end - p) - 1);

		if (close == NULL) {
			c->p = end;
			return false;
		}
		*ret_value = str_n(p + 1, (size_t)(close - p) - 1);
		c->p = close + 1;
		return true;
	}
	from = p;
	while (p < end && !ascii_is_space((unsigned char)*p) && *p != '>')
		p++;
	*ret_value = str_n(from, (size_t)(p - from));
	c->p = p;
	return p < end;
}

/* A meta element, c behind "<meta". */
static bool
prescan_meta(struct cursor *c, enum charset *ret_charset)
{
	bool got_pragma = false, have = false, need_pragma = false, known = false;
	bool seen_http_equiv = false, seen_content = false, seen_charset = false;
	enum charset cs = CHARSET_UTF_8;
	struct str name, value;

	while (prescan_attr(c, &name, &value)) {
		if (str_ieq(name, STR("http-equiv")) && !seen_http_equiv) {
			seen_http_equiv = true;
			got_pragma = str_ieq(value, STR("content-type"));
		} else if (str_ieq(name, STR("content")) && !seen_content) {
			seen_content = true;
			if (!have && from_content(value, &cs))
				have = known = need_pragma = true;
		} else if (str_ieq(name, STR("charset")) && !seen_charset) {
			seen_charset = true;
			known = charset_by_label(value, &cs);
			have = true;
			need_pragma = false;
		}
	}
	if (c->p == c->end || !have || !known || (need_pragma && !got_pragma))
		return false;
	*ret_charset = as_meta_means(cs);
	return true;
}

static void
prescan_tag(struct cursor *c)
{
	struct str name, value;

	while (c->p < c->end && !ascii_is_space((unsigned char)*c->p) && *c->p != '>')
		c->p++;
	while (prescan_attr(c, &name, &value))
		;
}

static void
prescan_to(struct cursor *c, char stop)
{
	const char *at = memchr(c->p, stop, (size_t)(c->end - c->p));

	c->p = at != NULL ? at : c->end;
}

/* "Get an XML encoding". */
static bool
xml_encoding(struct str s, enum charset *ret_charset)
{
	const char *end, *p, *close;
	struct str label;
	enum charset cs;

	if (!str_starts(s, STR("<?xml")) || (end = memchr(s.p, '>', s.len)) == NULL)
		return false;
	p = memmem(s.p, (size_t)(end - s.p), "encoding", 8);
	if (p == NULL)
		return false;
	for (p += 8; p < end && (unsigned char)*p <= 0x20; p++)
		;
	if (p == end || *p++ != '=')
		return false;
	while (p < end && (unsigned char)*p <= 0x20)
		p++;
	if (p == end || (*p != '"' && *p != '\'') ||
		(close = memchr(p + 1, *p, (size_t)(end - p) - 1)) == NULL)
		return false;
	label = str_n(p + 1, (size_t)(close - p) - 1);
	/* Here, other than elsewhere, white space around it is no part of a label. */
	if (label.len != str_trim(label).len || !charset_by_label(label, &cs))
		return false;
	*ret_charset = cs == CHARSET_UTF_16BE || cs == CHARSET_UTF_16LE ? CHARSET_UTF_8 : cs;
	return true;
}

/* "Prescan a byte stream to determine its encoding". */
static bool
prescan(struct str s, enum charset *ret_charset)
{
	struct cursor c = { s.p, s.p + s.len };

	if (s.len >= 6 && memcmp(s.p, "<\0?\0x\0", 6) == 0) {
		*ret_charset = CHARSET_UTF_16LE;
		return true;
	}
	if (s.len >= 6 && memcmp(s.p, "\0<\0?\0x", 6) == 0) {
		*ret_charset = CHARSET_UTF_16BE;
		return true;
	}
	for (; c.p < c.end; c.p++) {
		struct str rest;

		prescan_to(&c, '<');
		rest = str_n(c.p, (size_t)(c.end - c.p));
		if (rest.len < 2)
			break;
		if (str_starts(rest, STR("<!--"))) {
			c.p += 2;
			do {
				c.p++;
				prescan_to(&c, '>');
			} while (c.p < c.end && !(c.p[-1] == '-' && c.p[-2] == '-'));
		} else if (rest.len > 5 && str_istarts(rest, STR("<meta")) &&
			(ascii_is_space((unsigned char)rest.p[5]) || rest.p[5] == '/')) {
			c.p += 5;
			if (prescan_meta(&c, ret_charset))
				return true;
		} else if (ascii_is_alpha((unsigned char)rest.p[1]) ||
			(rest.len > 2 && rest.p[1] == '/' && ascii_is_alpha((unsigned char)rest.p[2]))) {
			c.p++;
			prescan_tag(&c);
		} else if (rest.p[1] == '!' || rest.p[1] == '/' || rest.p[1] == '?') {
			prescan_to(&c, '>');
		}
		if (c.p >= c.end)
			break;
	}
	return xml_encoding(s, ret_charset);
}

static bool
from_bom(struct str body, struct charset_guess *g)
{
	if (str_starts(body, STR("\xef\xbb\xbf")))
		*g = (struct charset_guess){ CHARSET_UTF_8, true, 3 };
	else if (str_starts(body, STR("\xfe\xff")))
		*g = (struct charset_guess){ CHARSET_UTF_16BE, true, 2 };
	else if (str_starts(body, STR("\xff\xfe")))
		*g = (struct charset_guess){ CHARSET_UTF_16LE, true, 2 };
	else
		return false;
	return true;
}

struct charset_guess
charset_sniff(struct str body, struct str content_type)
{
	struct charset_guess g = { CHARSET_WINDOWS_1252, false, 0 };

	if (from_bom(body, &g))
		return g;
	if (charset_by_label(charset_param(content_type), &g.charset)) {
		g.certain = true;
		return g;
	}
	(void)prescan(str_n(body.p, body.len < PRESCAN_BYTES ? body.len : PRESCAN_BYTES), &g.charset);
	return g;
}

struct charset_guess
charset_sniff_css(struct str body, struct str content_type, enum charset around)
{
	struct charset_guess g = { around, false, 0 };
	const char *close;

	if (from_bom(body, &g))
		return g;
	if (charset_by_label(charset_param(content_type), &g.charset)) {
		g.certain = true;
		return g;
	}
	if (str_starts(body, STR("@charset \""))) {
		close = memchr(body.p + 10, '"', body.len - 10 < 1024 ? body.len - 10 : 1024);
		if (close != NULL && close + 1 < body.p + body.len && close[1] == ';' &&
			charset_by_label(str_n(body.p + 10, (size_t)(close - body.p) - 10), &g.charset)) {
			g.certain = true;
			if (g.charset == CHARSET_UTF_16BE || g.charset == CHARSET_UTF_16LE)
				g.charset = CHARSET_UTF_8;
		}
	}
	return g;
}

struct charset_guess
charset_sniff_xml(struct str body, struct str content_type)
{
	struct charset_guess g = { CHARSET_UTF_8, true, 0 };

	if (from_bom(body, &g) || charset_by_label(charset_param(content_type), &g.charset))
		return g;
	if (body.len >= 4 && memcmp(body.p, "<\0?\0", 4) == 0)
		g.charset = CHARSET_UTF_16LE;
	else if (body.len >= 4 && memcmp(body.p, "\0<\0?", 4) == 0)
		g.charset = CHARSET_UTF_16BE;
	else
		(void)xml_encoding(str_n(body.p, body.len < PRESCAN_BYTES ? body.len : PRESCAN_BYTES), &g.charset);
	return g;
}
