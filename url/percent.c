/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/percent.h"

/* Each set of the standard is defined as another one and some more, so the rows add up. */
#define USERINFO (PERCENT_USERINFO)
#define PATH     (PERCENT_PATH | USERINFO)
#define QUERY    (PERCENT_QUERY | PERCENT_SPECIAL_QUERY | PATH)
#define FRAGMENT (PERCENT_FRAGMENT)
#define C0       (PERCENT_C0 | FRAGMENT | QUERY)
#define DOMAIN   (PERCENT_FORBIDDEN_DOMAIN)
#define HOST     (PERCENT_FORBIDDEN_HOST | DOMAIN)

const uint8_t percent_table[256] = {
	[0x00] = C0 | HOST,
	[0x01 ... 0x08] = C0 | DOMAIN,
	['\t'] = C0 | HOST,
	['\n'] = C0 | HOST,
	[0x0b ... 0x0c] = C0 | DOMAIN,
	['\r'] = C0 | HOST,
	[0x0e ... 0x1f] = C0 | DOMAIN,
	[' '] = FRAGMENT | QUERY | HOST,
	['"'] = FRAGMENT | QUERY,
	['#'] = QUERY | HOST,
	['%'] = DOMAIN,
	['\''] = PERCENT_SPECIAL_QUERY,
	['/'] = USERINFO | HOST,
	[':'] = USERINFO | HOST,
	[';'] = USERINFO,
	['<'] = FRAGMENT | QUERY | HOST,
	['='] = USERINFO,
	['>'] = FRAGMENT | QUERY | HOST,
	['?'] = PATH | HOST,
	['@'] = USERINFO | HOST,
	['['] = USERINFO | HOST,
	['\\'] = USERINFO | HOST,
	[']'] = USERINFO | HOST,
	['^'] = PATH | HOST,
	['`'] = FRAGMENT | PATH,
	['{'] = PATH,
	['|'] = USERINFO | HOST,
	['}'] = PATH,
	[0x7f] = C0 | DOMAIN,
	[0x80 ... 0xff] = C0,
};

void
percent_put(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	char esc[3] = { '%', hex[c >> 4], hex[c & 15] };

	buf_add(out, esc, sizeof(esc));
}

void
percent_encode(struct buf *out, struct str s, enum percent_set set)
{
	size_t start = 0, i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (LIKELY((percent_table[c] & set) == 0))
			continue;
		buf_add(out, s.p + start, i - start);
		percent_put(out, c);
		start = i + 1;
	}
	if (start < s.len)
		buf_add(out, s.p + start, s.len - start);
}

void
percent_decode(struct buf *out, struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '%' && s.len - i > 2) {
			int hi = ascii_hex((unsigned char)s.p[i + 1]), lo = ascii_hex((unsigned char)s.p[i + 2]);

			if (hi >= 0 && lo >= 0) {
				buf_addc(out, (char)(hi << 4 | lo));
				i += 2;
				continue;
			}
		}
		buf_addc(out, s.p[i]);
	}
}

size_t
utf8_bad_len(const char *p, size_t len)
{
	const unsigned char *b = (const unsigned char *)p;
	unsigned char lo = 0x80, hi = 0xbf;
	size_t want, n;

	if (b[0] >= 0xc2 && b[0] <= 0xdf)
		want = 2;
	else if ((b[0] & 0xf0) == 0xe0)
		want = 3;
	else if (b[0] >= 0xf0 && b[0] <= 0xf4)
		want = 4;
	else
		return 1;
	/* The second byte's range depends on the first (table 3-7). */
	if (b[0] == 0xe0)
		lo = 0xa0;
	else if (b[0] == 0xed)
		hi = 0x9f;
	else if (b[0] == 0xf0)
		lo = 0x90;
	else if (b[0] == 0xf4)
		hi = 0x8f;
	for (n = 1; n < want && n < len && b[n] >= lo && b[n] <= hi; n++) {
		lo = 0x80;
		hi = 0xbf;
	}
	return n;
}

void
utf8_scrub(struct buf *out, struct str s)
{
	size_t i = 0;

	while (i < s.len) {
		size_t n = utf8_next(s.p + i, s.len - i, NULL);

		if (n > 0) {
			buf_add(out, s.p + i, n);
		} else {
			n = utf8_bad_len(s.p + i, s.len - i);
			buf_add(out, "\xef\xbf\xbd", 3);
		}
		i += n;
	}
}

void
percent_encode_raw(struct buf *out, struct str s)
{
	size_t i;

	if (utf8_valid(s.p, s.len)) {
		buf_add_str(out, s);
		return;
	}
	for (i = 0; i < s.len; i++) {
		if ((unsigned char)s.p[i] > 0x7f)
			percent_put(out, (unsigned char)s.p[i]);
		else
			buf_addc(out, s.p[i]);
	}
}
