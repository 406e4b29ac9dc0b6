/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoders of the Encoding Standard §9-14, with its error mode "html". */
#include "config.h"

#include <errno.h>

#include "base/check.h"
#include "parse/worker/charset_index.h"

#define REPLACEMENT 0xfffd

/* What it is written as. Nothing: it cannot be. */
struct bytes {
	unsigned n;
	unsigned char b[4];
};

static struct bytes
one(unsigned a)
{
	return (struct bytes){ 1, { (unsigned char)a } };
}

static struct bytes
two(unsigned a, unsigned b)
{
	return (struct bytes){ 2, { (unsigned char)a, (unsigned char)b } };
}

static struct bytes
none(void)
{
	return (struct bytes){ 0 };
}

static int
add_error(struct buf *out, uint32_t cp)
{
	return buf_addf(out, "&#%u;", (unsigned)cp);
}

static bool
is_half_katakana(uint32_t cp)
{
	return cp >= 0xff61 && cp <= 0xff9f;
}

/* 1 + the pointer, 0: none. */
static unsigned
pointer_of(const uint16_t *pointers, uint32_t cp)
{
	return cp < INDEX_POINTERS ? pointers[cp] : 0;
}

/* §10.2.2: what was mapped to private use before gb18030's edition of 2022, is written as it was. */
static unsigned
gb18030_before_2022(uint32_t cp)
{
	static const struct {
		uint16_t cp, bytes;
	} before[] = {
		{ 0xe78d, 0xa6d9 }, { 0xe78e, 0xa6da }, { 0xe78f, 0xa6db }, { 0xe790, 0xa6dc }, { 0xe791, 0xa6dd }, { 0xe792, 0xa6de },
		{ 0xe793, 0xa6df }, { 0xe794, 0xa6ec }, { 0xe795, 0xa6ed }, { 0xe796, 0xa6f3 }, { 0xe81e, 0xfe59 }, { 0xe826, 0xfe61 },
		{ 0xe82b, 0xfe66 }, { 0xe82c, 0xfe67 }, { 0xe832, 0xfe6d }, { 0xe843, 0xfe7e }, { 0xe854, 0xfe90 }, { 0xe864, 0xfea0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		if (before[i].cp == cp)
			return before[i].bytes;
	return 0;
}

static struct bytes
gb18030(enum charset cs, const uint16_t *pointers, uint32_t cp)
{
	unsigned pointer = pointer_of(pointers, cp), old = gb18030_before_2022(cp);

	if (cp == 0xe5e5)
		return none();
	if (cs == CHARSET_GBK && cp == 0x20ac)
		return one(0x80);
	if (old != 0)
		return two(old >> 8, old & 0xff);
	if (pointer-- != 0)
		return two(pointer / 190 + 0x81, pointer % 190 + (pointer % 190 < 0x3f ? 0x40 : 0x41));
	if (cs == CHARSET_GBK)
		return none();
	pointer = index_gb18030_ranges_pointer(cp);
	return (struct bytes){ 4, { (unsigned char)(pointer / 12600 + 0x81), (unsigned char)(pointer / 1260 % 10 + 0x30),
		(unsigned char)(pointer / 10 % 126 + 0x81), (unsigned char)(pointer % 10 + 0x30) } };
}

static struct bytes
big5(const uint16_t *pointers, uint32_t cp)
{
	unsigned pointer = cp < INDEX_POINTERS ? pointers[cp] : index_big5_pointer_above(cp);

	if (pointer-- == 0)
		return none();
	return two(pointer / 157 + 0x81, pointer % 157 + (pointer % 157 < 0x3f ? 0x40 : 0x62));
}

static struct bytes
euc_kr(const uint16_t *pointers, uint32_t cp)
{
	unsigned pointer = pointer_of(pointers, cp);

	return pointer-- == 0 ? none() : two(pointer / 190 + 0x81, pointer % 190 + 0x41);
}

static struct bytes
euc_jp(const uint16_t *pointers, uint32_t cp)
{
	unsigned pointer;

	if (cp == 0xa5 || cp == 0x203e)
		return one(cp == 0xa5 ? 0x5c : 0x7e);
	if (is_half_katakana(cp))
		return two(0x8e, cp - 0xff61 + 0xa1);
	pointer = pointer_of(pointers, cp == 0x2212 ? 0xff0d : cp);
	return pointer-- == 0 ? none() : two(pointer / 94 + 0xa1, pointer % 94 + 0xa1);
}

static struct bytes
shift_jis(const uint16_t *pointers, uint32_t cp)
{
	unsigned pointer;

	if (cp == 0x80)
		return one(cp);
	if (cp == 0xa5 || cp == 0x203e)
		return one(cp == 0xa5 ? 0x5c : 0x7e);
	if (is_half_katakana(cp))
		return one(cp - 0xff61 + 0xa1);
	pointer = pointer_of(pointers, cp == 0x2212 ? 0xff0d : cp);
	if (pointer-- == 0)
		return none();
	return two(pointer / 188 + (pointer / 188 < 0x1f ? 0x81 : 0xc1), pointer % 188 + (pointer % 188 < 0x3f ? 0x40 : 0x41));
}

/* Not ASCII. */
static struct bytes
encode_cp(enum charset cs, const uint16_t *pointers, uint32_t cp)
{
	unsigned pointer;

	switch (cs) {
	case CHARSET_GBK:
	case CHARSET_GB18030:
		return gb18030(cs, pointers, cp);
	case CHARSET_BIG5:
		return big5(pointers, cp);
	case CHARSET_EUC_KR:
		return euc_kr(pointers, cp);
	case CHARSET_EUC_JP:
		return euc_jp(pointers, cp);
	case CHARSET_SHIFT_JIS:
		return shift_jis(pointers, cp);
	default: /* single bytes */
		pointer = pointer_of(pointers, cp);
		return pointer == 0 ? none() : one(0x80 + pointer - 1);
	}
}

static uint32_t
next_cp(struct str s, size_t *i)
{
	uint32_t cp = REPLACEMENT;
	size_t n = utf8_next(s.p + *i, s.len - *i, &cp);

	*i += n != 0 ? n : 1;
	return cp;
}

/* --- §13.2.2 ISO-2022-JP --- */

enum jp_state { JP_ASCII, JP_ROMAN, JP_JIS0208 };

static int
jp_enter(enum jp_state *state, enum jp_state to, struct buf *out)
{
	static const char escapes[][4] = { [JP_ASCII] = "\x1b(B", [JP_ROMAN] = "\x1b(J", [JP_JIS0208] = "\x1b$B" };

	if (*state == to)
		return 0;
	*state = to;
	return buf_add(out, escapes[to], 3);
}

/* Index ISO-2022-JP katakana: what half-width ones are in full width. */
static uint32_t
full_katakana(uint32_t cp)
{
	static const uint16_t full[] = {
		0x3002, 0x300c, 0x300d, 0x3001, 0x30fb, 0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc,
		0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf,
		0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df,
		0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3, 0x309b, 0x309c,
	};

	return is_half_katakana(cp) ? full[cp - 0xff61] : cp;
}

static void
jp_cp(const uint16_t *pointers, enum jp_state *state, uint32_t cp, struct buf *out)
{
	unsigned pointer;
	char pair[2];

	if (cp == 0x0e || cp == 0x0f || cp == 0x1b) {
		if (*state == JP_JIS0208)
			(void)jp_enter(state, JP_ASCII, out);
		(void)add_error(out, REPLACEMENT);
		return;
	}
	/* Roman has a yen sign and an overline where ASCII has these. */
	if (cp < 0x80 && (*state != JP_ROMAN || cp == 0x5c || cp == 0x7e)) {
		(void)jp_enter(state, JP_ASCII, out);
		(void)buf_addc(out, (char)cp);
		return;
	}
	if (cp < 0x80 || cp == 0xa5 || cp == 0x203e) {
		(void)jp_enter(state, JP_ROMAN, out);
		(void)buf_addc(out, cp == 0xa5 ? 0x5c : cp == 0x203e ? 0x7e : (char)cp);
		return;
	}
	pointer = pointer_of(pointers, cp == 0x2212 ? 0xff0d : full_katakana(cp));
	if (pointer-- == 0) {
		if (*state == JP_JIS0208)
			(void)jp_enter(state, JP_ASCII, out);
		(void)add_error(out, cp);
		return;
	}
	(void)jp_enter(state, JP_JIS0208, out);
	pair[0] = (char)(pointer / 94 + 0x21);
	pair[1] = (char)(pointer % 94 + 0x21);
	(void)buf_add(out, pair, 2);
}

static int
encode_2022_jp(const uint16_t *pointers, struct str s, struct buf *out)
{
	enum jp_state state = JP_ASCII;
	size_t i = 0;

	while (i < s.len)
		jp_cp(pointers, &state, next_cp(s, &i), out);
	(void)jp_enter(&state, JP_ASCII, out);
	return buf_err(out);
}

static int
get_pointers(struct charset_encoders *e, enum charset cs, const uint16_t **ret)
{
	int r = e->pointers[cs] != NULL ? 0 : index_pointers(cs, &e->pointers[cs]);

	*ret = e->pointers[cs];
	return r;
}

int
charset_encode(struct charset_encoders *e, enum charset cs, struct str s, struct buf *out)
{
	const uint16_t *pointers;
	size_t i = 0;
	int r;

	if (cs == CHARSET_UTF_8 || cs == CHARSET_UTF_16BE || cs == CHARSET_UTF_16LE || cs == CHARSET_REPLACEMENT)
		return buf_add(out, s.p, s.len);
	r = get_pointers(e, cs, &pointers);
	if (r < 0)
		return r;
	if (cs == CHARSET_ISO_2022_JP)
		return encode_2022_jp(pointers, s, out);
	while (i < s.len) {
		uint32_t cp = next_cp(s, &i);
		struct bytes b = cp < 0x80 ? one(cp) : encode_cp(cs, pointers, cp);

		if (b.n > 0)
			(void)buf_add(out, b.b, b.n);
		else
			(void)add_error(out, cp);
	}
	return buf_err(out);
}
