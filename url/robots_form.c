/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/str.h"
#include "url/robots_form.h"

static bool
is_unreserved(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Reserved, and yet the same with and without %XX in a query, which they part in nothing. */
static bool
is_free_in_query(unsigned char c)
{
	return c == '/' || c == ':' || c == '?' || c == '@' || c == '[' || c == ']';
}

static void
put_escape(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	char esc[3] = { '%', hex[c >> 4], hex[c & 15] };

	buf_add(out, esc, sizeof(esc));
}

/*
 * What robots_normalise() does with a byte. ESCAPED are the same written as they are and as %XX: those no URI may hold, and the
 * apostrophe, which WHATWG's URL parser encodes in queries only.
 */
enum { ESCAPED = 1, SPECIAL };

static const uint8_t byte_class[256] = {
	[0x00 ... 0x20] = ESCAPED,
	['"'] = ESCAPED,
	['$'] = SPECIAL,
	['%'] = SPECIAL,
	['\''] = ESCAPED,
	['*'] = SPECIAL,
	['<'] = ESCAPED,
	['>'] = ESCAPED,
	['\\'] = ESCAPED,
	['^'] = ESCAPED,
	['`'] = ESCAPED,
	['{' ... '}'] = ESCAPED,
	[0x7f ... 0xff] = ESCAPED,
};

void
robots_normalise(struct buf *out, struct str s, bool is_pattern, bool in_query)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool is_long = c == '%' && s.len - i > 2;
		int high = is_long ? ascii_hex((unsigned char)s.p[i + 1]) : -1, low = is_long ? ascii_hex((unsigned char)s.p[i + 2]) : -1;

		if (high >= 0 && low >= 0) {
			c = (unsigned char)(high << 4 | low);
			i += 2;
			if (is_unreserved(c) || (in_query && is_free_in_query(c)))
				buf_addc(out, (char)c);
			else
				put_escape(out, c);
		} else if (byte_class[c] == ESCAPED) {
			put_escape(out, c);
		} else if ((c == '*' && !is_pattern) || (c == '$' && (!is_pattern || i + 1 < s.len))) {
			put_escape(out, c);
		} else {
			in_query |= c == '?';
			buf_addc(out, (char)c);
		}
	}
}

bool
robots_is_normal(struct str s)
{
	uint8_t classes = 0;
	size_t i;

	for (i = 0; i < s.len; i++)
		classes |= byte_class[(unsigned char)s.p[i]];
	return classes == 0;
}
