/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/dataurl.h"

static bool
is_plain(unsigned char c)
{
	static const uint64_t punctuation = UINT64_C(1) << '-' | UINT64_C(1) << '.' | UINT64_C(1) << '/' | UINT64_C(1) << ':' | UINT64_C(1) << ';' |
		UINT64_C(1) << '?' | UINT64_C(1) << '!' | UINT64_C(1) << '$' | UINT64_C(1) << '*' | UINT64_C(1) << '+' | UINT64_C(1) << '=';

	return ascii_is_alnum(c) || c == '_' || c == '~' || c == '@' || (c < 64 && (punctuation >> c & 1) != 0);
}

static void
add_escaped(struct buf *out, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i, from = 0;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		const char escaped[3] = { '%', hex[c >> 4], hex[c & 15] };

		if (is_plain(c))
			continue;
		buf_add(out, s.p + from, i - from);
		buf_add(out, escaped, sizeof(escaped));
		from = i + 1;
	}
	buf_add(out, s.p + from, s.len - from);
}

static void
add_base64(struct buf *out, struct str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < s.len; i += 3) {
		size_t n = s.len - i < 3 ? s.len - i : 3;
		uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;
		char quad[4];

		if (n > 1)
			v |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
		if (n > 2)
			v |= (unsigned char)s.p[i + 2];
		quad[0] = digits[v >> 18];
		quad[1] = digits[v >> 12 & 63];
		quad[2] = n > 1 ? digits[v >> 6 & 63] : '=';
		quad[3] = n > 2 ? digits[v & 63] : '=';
		buf_add(out, quad, sizeof(quad));
	}
}

void
dataurl_add(struct buf *out, struct str type, struct str charset, struct str data)
{
	size_t n_escaped = 0, i;

	buf_add_str(out, STR("data:"));
	add_escaped(out, type);
	if (charset.len > 0) {
		buf_add_str(out, STR(";charset="));
		add_escaped(out, charset);
	}
	for (i = 0; i < data.len; i++)
		n_escaped += !is_plain((unsigned char)data.p[i]);
	if (data.len == 0) {
		buf_add_str(out, STR(",%20"));
	} else if (2 * n_escaped <= data.len / 3) {
		buf_addc(out, ',');
		add_escaped(out, data);
	} else {
		buf_add_str(out, STR(";base64,"));
		add_base64(out, data);
	}
}
