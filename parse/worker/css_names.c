/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/css.h"
#include "parse/worker/css_names.h"

static bool
is_name_start(unsigned char c)
{
	return ascii_is_alpha(c) || c == '_' || c >= 0x80 || c == '\0';
}

static bool
is_name(unsigned char c)
{
	return is_name_start(c) || ascii_is_digit(c) || c == '-';
}

bool
css_is_newline(unsigned char c)
{
	return c == '\n' || c == '\r' || c == '\f';
}

bool
css_is_escape(const char *p, const char *end)
{
	return p < end && *p == '\\' && p + 1 < end && !css_is_newline((unsigned char)p[1]);
}

bool
css_is_ident(const char *p, const char *end)
{
	if (p == end)
		return false;
	if (*p == '-')
		return p + 1 < end && (is_name_start((unsigned char)p[1]) || p[1] == '-' || css_is_escape(p + 1, end));
	return is_name_start((unsigned char)*p) || css_is_escape(p, end);
}

const char *
css_escape(const char *p, const char *end, uint32_t *ret_cp)
{
	uint32_t cp = 0;
	unsigned digits = 0;
	int d;

	p++;
	while (p < end && digits < 6 && (d = ascii_hex((unsigned char)*p)) >= 0) {
		cp = cp * 16 + (uint32_t)d;
		digits++;
		p++;
	}
	if (digits == 0) { /* the next character stands for itself; more than ASCII is copied byte by byte */
		*ret_cp = (unsigned char)*p;
		return p + 1;
	}
	if (p < end && ascii_is_space((unsigned char)*p))
		p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	*ret_cp = cp;
	return p;
}

int
css_unescape(struct str raw, struct buf *out)
{
	const char *p = raw.p, *end = raw.p + raw.len, *from = p;
	char text[4];
	uint32_t cp;

	while (p < end) {
		if (*p != '\\' && *p != '\0') {
			p++;
			continue;
		}
		(void)buf_add(out, from, (size_t)(p - from));
		if (*p == '\0') {
			(void)buf_add(out, text, utf8_put(text, 0xfffd));
			p++;
		} else if (p + 1 == end) { /* a backslash before the end of the file is nothing */
			p++;
		} else if (css_is_newline((unsigned char)p[1])) {
			p += p[1] == '\r' && p + 2 < end && p[2] == '\n' ? 3 : 2;
		} else if (ascii_hex((unsigned char)p[1]) < 0) {
			(void)(p[1] != '\0' ? buf_addc(out, p[1]) : buf_add(out, text, utf8_put(text, 0xfffd)));
			p += 2;
		} else {
			p = css_escape(p, end, &cp);
			(void)buf_add(out, text, utf8_put(text, cp));
		}
		from = p;
	}
	(void)buf_add(out, from, (size_t)(end - from));
	return buf_err(out);
}

const char *
css_take_name(const char *p, const char *end, char name[CSS_NAME_BYTES])
{
	size_t n = 0;
	uint32_t cp;

	while (p < end) {
		if (is_name((unsigned char)*p)) {
			cp = (unsigned char)*p++;
		} else if (css_is_escape(p, end)) {
			p = css_escape(p, end, &cp);
		} else {
			break;
		}
		if (n < CSS_NAME_BYTES - 1)
			name[n] = cp < 0x80 ? (char)ascii_lower((unsigned char)cp) : '?';
		n++;
	}
	if (n >= CSS_NAME_BYTES)
		n = 0;
	name[n] = '\0';
	return p;
}

enum at_rule
css_at_rule_by_name(const char *name)
{
	static const struct {
		const char *name;
		enum at_rule at;
	} rules[] = {
		{ "import", AT_IMPORT },
		{ "namespace", AT_NAMESPACE },
		{ "charset", AT_CHARSET },
		{ "layer", AT_LAYER },
		{ "media", AT_RULES },
		{ "supports", AT_RULES },
		{ "font-face", AT_BLOCK },
		{ "keyframes", AT_KEYFRAMES },
		{ "-webkit-keyframes", AT_KEYFRAMES },
		{ "-moz-keyframes", AT_KEYFRAMES },
		{ "-o-keyframes", AT_KEYFRAMES },
		{ "page", AT_BLOCK },
		{ "container", AT_RULES },
		{ "property", AT_BLOCK },
		{ "scope", AT_BLOCK },
		{ "counter-style", AT_BLOCK },
		{ "starting-style", AT_RULES },
		{ "view-transition", AT_BLOCK },
		{ "position-try", AT_BLOCK },
		{ "font-feature-values", AT_BLOCK },
		{ "font-palette-values", AT_BLOCK },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rules); i++)
		if (strcmp(name, rules[i].name) == 0)
			return rules[i].at;
	return AT_OTHER;
}
