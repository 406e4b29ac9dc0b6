/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decoders of the Encoding Standard §10-14, as it says them: where a byte that cannot follow is ASCII, it means itself; what a text ends
 * within is one U+FFFD.
 */
#include "config.h"

#include "base/check.h"
#include "parse/worker/charset_index.h"

#define REPLACEMENT 0xfffd

static bool
is_in(unsigned b, unsigned low, unsigned high)
{
	return b >= low && b <= high;
}

static struct charset_char
is_char(unsigned n_bytes, uint32_t cp)
{
	return (struct charset_char){ .n_bytes = n_bytes, .cp = cp };
}

/* A lead and a trail byte that mean nothing, or cp. */
static struct charset_char
pair(uint32_t cp, unsigned trail)
{
	if (cp != 0)
		return is_char(2, cp);
	return is_char(trail < 0x80 ? 1 : 2, REPLACEMENT);
}

/* --- §10 gb18030, and GBK --- */

static struct charset_char
gb18030_four(const unsigned char *p, size_t len)
{
	uint32_t cp;

	if (len < 3)
		return is_char((unsigned)len, REPLACEMENT);
	if (!is_in(p[2], 0x81, 0xfe))
		return is_char(1, REPLACEMENT);
	if (len < 4)
		return is_char(3, REPLACEMENT);
	if (!is_in(p[3], 0x30, 0x39))
		return is_char(1, REPLACEMENT);
	cp = index_gb18030_ranges_cp(((p[0] - 0x81u) * 10 + (p[1] - 0x30u)) * 1260 + (p[2] - 0x81u) * 10 + (p[3] - 0x30u));
	return is_char(4, cp != 0 ? cp : REPLACEMENT);
}

static struct charset_char
gb18030_at(const unsigned char *p, size_t len)
{
	uint32_t cp = 0;

	if (p[0] == 0x80)
		return is_char(1, 0x20ac);
	if (p[0] == 0xff || len < 2)
		return is_char(1, REPLACEMENT);
	if (is_in(p[1], 0x30, 0x39))
		return gb18030_four(p, len);
	if (is_in(p[1], 0x40, 0x7e) || is_in(p[1], 0x80, 0xfe))
		cp = index_cp(INDEX_GB18030, (p[0] - 0x81u) * 190 + p[1] - (p[1] < 0x7f ? 0x40 : 0x41));
	return pair(cp, p[1]);
}

/* --- §12 Big5 --- */

static struct charset_char
big5_at(const unsigned char *p, size_t len)
{
	static const struct {
		unsigned pointer;
		uint32_t cp, more;
	} two[] = { { 1133, 0x00ca, 0x0304 }, { 1135, 0x00ca, 0x030c }, { 1164, 0x00ea, 0x0304 }, { 1166, 0x00ea, 0x030c } };
	unsigned pointer, i;

	if (!is_in(p[0], 0x81, 0xfe) || len < 2)
		return is_char(1, REPLACEMENT);
	if (!is_in(p[1], 0x40, 0x7e) && !is_in(p[1], 0xa1, 0xfe))
		return pair(0, p[1]);
	pointer = (p[0] - 0x81u) * 157 + p[1] - (p[1] < 0x7f ? 0x40 : 0x62);
	for (i = 0; i < ARRAY_LEN(two); i++)
		if (two[i].pointer == pointer)
			return (struct charset_char){ 2, two[i].cp, two[i].more };
	return pair(index_cp(INDEX_BIG5, pointer), p[1]);
}

/* --- §13 Japanese --- */

static struct charset_char
euc_jp_at(const unsigned char *p, size_t len)
{
	enum charset_index index = INDEX_JIS0208;
	unsigned before = 0;
	struct charset_char c;

	if (p[0] != 0x8e && p[0] != 0x8f && !is_in(p[0], 0xa1, 0xfe))
		return is_char(1, REPLACEMENT);
	if (len >= 2 && p[0] == 0x8e && is_in(p[1], 0xa1, 0xdf))
		return is_char(2, 0xff61 - 0xa1 + p[1]);
	if (len >= 2 && p[0] == 0x8f && is_in(p[1], 0xa1, 0xfe)) {
		index = INDEX_JIS0212;
		before = 1;
	}
	if (len < before + 2)
		return is_char(before + 1, REPLACEMENT);
	p += before;
	c = pair(is_in(p[0], 0xa1, 0xfe) && is_in(p[1], 0xa1, 0xfe) ? index_cp(index, (p[0] - 0xa1u) * 94 + p[1] - 0xa1u) : 0, p[1]);
	c.n_bytes += before;
	return c;
}

static struct charset_char
shift_jis_at(const unsigned char *p, size_t len)
{
	unsigned pointer;

	if (p[0] == 0x80)
		return is_char(1, p[0]);
	if (is_in(p[0], 0xa1, 0xdf))
		return is_char(1, 0xff61 - 0xa1 + p[0]);
	if ((!is_in(p[0], 0x81, 0x9f) && !is_in(p[0], 0xe0, 0xfc)) || len < 2)
		return is_char(1, REPLACEMENT);
	if (!is_in(p[1], 0x40, 0x7e) && !is_in(p[1], 0x80, 0xfc))
		return pair(0, p[1]);
	pointer = (p[0] - (p[0] < 0xa0 ? 0x81u : 0xc1u)) * 188 + p[1] - (p[1] < 0x7f ? 0x40 : 0x41);
	if (is_in(pointer, 8836, 10715))
		return is_char(2, 0xe000 - 8836 + pointer);
	return pair(index_cp(INDEX_JIS0208, pointer), p[1]);
}

/* --- §14 EUC-KR --- */

static struct charset_char
euc_kr_at(const unsigned char *p, size_t len)
{
	if (!is_in(p[0], 0x81, 0xfe) || len < 2)
		return is_char(1, REPLACEMENT);
	return pair(is_in(p[1], 0x41, 0xfe) ? index_cp(INDEX_EUC_KR, (p[0] - 0x81u) * 190 + p[1] - 0x41) : 0, p[1]);
}

bool
charset_is_multi_byte(enum charset cs)
{
	return cs == CHARSET_GBK || cs == CHARSET_GB18030 || cs == CHARSET_BIG5 || cs == CHARSET_EUC_JP || cs == CHARSET_SHIFT_JIS ||
		cs == CHARSET_EUC_KR;
}

struct charset_char
charset_char_at(enum charset cs, const char *p, size_t len)
{
	const unsigned char *u = (const unsigned char *)p;

	CHECK(len > 0 && charset_is_multi_byte(cs));
	if (u[0] < 0x80)
		return is_char(1, u[0]);
	switch (cs) {
	case CHARSET_BIG5:
		return big5_at(u, len);
	case CHARSET_EUC_JP:
		return euc_jp_at(u, len);
	case CHARSET_SHIFT_JIS:
		return shift_jis_at(u, len);
	case CHARSET_EUC_KR:
		return euc_kr_at(u, len);
	default:
		return gb18030_at(u, len);
	}
}

/* --- §13.2 ISO-2022-JP --- */

enum jp_state { JP_ASCII, JP_ROMAN, JP_KATAKANA, JP_LEAD };

/* A byte outside of escapes and pairs. */
static uint32_t
jp_single(enum jp_state state, unsigned b)
{
	if (state == JP_KATAKANA)
		return is_in(b, 0x21, 0x5f) ? 0xff61 - 0x21 + b : REPLACEMENT;
	if (b >= 0x80 || b == 0x0e || b == 0x0f)
		return REPLACEMENT;
	if (state == JP_ROMAN && (b == 0x5c || b == 0x7e))
		return b == 0x5c ? 0xa5 : 0x203e;
	return b;
}

/* The two bytes behind an escape. */
static bool
jp_escape(unsigned a, unsigned b, enum jp_state *ret_state)
{
	if (a == 0x28 && (b == 0x42 || b == 0x4a || b == 0x49))
		*ret_state = b == 0x42 ? JP_ASCII : b == 0x4a ? JP_ROMAN : JP_KATAKANA;
	else if (a == 0x24 && (b == 0x40 || b == 0x42))
		*ret_state = JP_LEAD;
	else
		return false;
	return true;
}

/* What the first byte of a pair and what is behind it mean; *i is moved over what was read of it. */
static uint32_t
jp_pair(struct str s, size_t *i)
{
	unsigned lead = (unsigned char)s.p[(*i)++], trail;

	/* An escape is looked at again. */
	if (!is_in(lead, 0x21, 0x7e) || *i >= s.len || s.p[*i] == 0x1b)
		return REPLACEMENT;
	trail = (unsigned char)s.p[(*i)++];
	if (is_in(trail, 0x21, 0x7e)) {
		uint32_t cp = index_cp(INDEX_JIS0208, (lead - 0x21) * 94 + trail - 0x21);

		return cp != 0 ? cp : REPLACEMENT;
	}
	return REPLACEMENT;
}

void
charset_decode_2022_jp(struct str s, struct buf *out)
{
	enum jp_state state = JP_ASCII;
	bool escaped = false; /* an escape is the last that was there: another one is an error */
	size_t i = 0;

	while (i < s.len) {
		unsigned b = (unsigned char)s.p[i];
		uint32_t cp;

		if (b == 0x1b) {
			i++;
			if (s.len - i >= 2 && jp_escape((unsigned char)s.p[i], (unsigned char)s.p[i + 1], &state)) {
				i += 2;
				if (escaped)
					(void)charset_add_cp(out, REPLACEMENT);
				escaped = true;
				continue;
			}
			cp = REPLACEMENT;
		} else if (state == JP_LEAD) {
			cp = jp_pair(s, &i);
		} else {
			i++;
			cp = jp_single(state, b);
		}
		escaped = false;
		(void)charset_add_cp(out, cp);
	}
}

/* --- §14.4 UTF-16 --- */

static unsigned
unit_at(const char *p, bool big_endian)
{
	unsigned a = (unsigned char)p[0], b = (unsigned char)p[1];

	return big_endian ? a << 8 | b : b << 8 | a;
}

void
charset_decode_utf16(struct str s, bool big_endian, struct buf *out)
{
	size_t i = 0;

	while (s.len - i >= 2) {
		uint32_t cp = unit_at(s.p + i, big_endian);

		i += 2;
		if (is_in(cp, 0xd800, 0xdbff)) {
			unsigned low;

			/* What the text ends within is one error, half a unit included. */
			if (s.len - i < 2) {
				(void)charset_add_cp(out, REPLACEMENT);
				return;
			}
			low = unit_at(s.p + i, big_endian);
			if (is_in(low, 0xdc00, 0xdfff)) {
				i += 2;
				cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
			} else {
				cp = REPLACEMENT;
			}
		} else if (is_in(cp, 0xdc00, 0xdfff)) {
			cp = REPLACEMENT;
		}
		(void)charset_add_cp(out, cp);
	}
	if (i < s.len)
		(void)charset_add_cp(out, REPLACEMENT);
}
