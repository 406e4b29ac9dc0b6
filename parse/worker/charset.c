/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <pthread.h>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>
#include <unicode/udata.h>

#include "base/check.h"
#include "parse/worker/charset.h"

struct charset_row {
	const char *name, *icu, *labels;
};

static const struct charset_row charsets[CHARSET_COUNT] = {
#define CHARSET(id, name, icu, labels) [CHARSET_##id] = { name, icu, labels },
#include "parse/worker/charset.def"
#undef CHARSET
};

/* 0x80-0x9f of windows-1252; the rest is Latin-1. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
};

/* 0xa0-0xff of ISO-8859-16, which ICU lacks. */
static const uint16_t iso_8859_16[96] = {
	0x00a0, 0x0104, 0x0105, 0x0141, 0x20ac, 0x201e, 0x0160, 0x00a7, 0x0161, 0x00a9, 0x0218, 0x00ab,
	0x0179, 0x00ad, 0x017a, 0x017b, 0x00b0, 0x00b1, 0x010c, 0x0142, 0x017d, 0x201d, 0x00b6, 0x00b7,
	0x017e, 0x010d, 0x0219, 0x00bb, 0x0152, 0x0153, 0x0178, 0x017c, 0x00c0, 0x00c1, 0x00c2, 0x0102,
	0x00c4, 0x0106, 0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf,
	0x0110, 0x0143, 0x00d2, 0x00d3, 0x00d4, 0x0150, 0x00d6, 0x015a, 0x0170, 0x00d9, 0x00da, 0x00db,
	0x00dc, 0x0118, 0x021a, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x0103, 0x00e4, 0x0107, 0x00e6, 0x00e7,
	0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed, 0x00ee, 0x00ef, 0x0111, 0x0144, 0x00f2, 0x00f3,
	0x00f4, 0x0151, 0x00f6, 0x015b, 0x0171, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x0119, 0x021b, 0x00ff,
};

const char *
charset_name(enum charset cs)
{
	CHECK((unsigned)cs < CHARSET_COUNT);
	return charsets[cs].name;
}

bool
charset_by_label(struct str label, enum charset *ret_charset)
{
	char want[32];
	size_t i;

	label = str_trim(label);
	if (label.len == 0 || label.len > sizeof(want) - 3 || memchr(label.p, ' ', label.len) != NULL ||
		memchr(label.p, '\0', label.len) != NULL)
		return false;
	want[0] = ' ';
	for (i = 0; i < label.len; i++)
		want[i + 1] = (char)ascii_lower((unsigned char)label.p[i]);
	want[i + 1] = ' ';
	want[i + 2] = '\0';
	for (i = 0; i < CHARSET_COUNT; i++)
		if (strstr(charsets[i].labels, want) != NULL) {
			*ret_charset = (enum charset)i;
			return true;
		}
	return false;
}

bool
charset_is_ascii_compatible(enum charset cs)
{
	return cs != CHARSET_UTF_16BE && cs != CHARSET_UTF_16LE && cs != CHARSET_ISO_2022_JP &&
		cs != CHARSET_REPLACEMENT;
}

static int setup_result;

static void
setup_once(void)
{
	UErrorCode err = U_ZERO_ERROR;

	udata_setFileAccess(UDATA_NO_FILES, &err);
	setup_result = U_FAILURE(err) ? -EINVAL : 0;
}

int
charset_setup(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	CHECK(pthread_once(&once, setup_once) == 0);
	return setup_result;
}

void
charset_init(struct charset_converters *c)
{
	memset(c, 0, sizeof(*c));
}

void
charset_release(struct charset_converters *c)
{
	size_t i;

	for (i = 0; i < CHARSET_COUNT; i++)
		if (c->icu[i] != NULL)
			ucnv_close(c->icu[i]);
	charset_init(c);
}

/* What means nothing is U+FFFD, whatever its charset would like better (of one byte some say U+001A). */
static void
replace(const void *arg, UConverterToUnicodeArgs *to, const char *bytes, int32_t n, UConverterCallbackReason reason, UErrorCode *err)
{
	static const UChar character = 0xfffd;

	if (reason > UCNV_IRREGULAR)
		return; /* no bytes: it is opened, closed or reset */
	*err = U_ZERO_ERROR;
	ucnv_cbToUWriteUChars(to, &character, 1, 0, err);
}

static int
charset_icu(struct charset_converters *c, enum charset cs, UConverter **ret)
{
	UErrorCode err = U_ZERO_ERROR;
	UConverter *icu = c->icu[cs];

	CHECK(charsets[cs].icu != NULL);
	if (icu == NULL) {
		icu = ucnv_open(charsets[cs].icu, &err);
		if (icu == NULL)
			return err == U_MEMORY_ALLOCATION_ERROR ? -ENOMEM : -ENOTSUP;
		ucnv_setFromUCallBack(icu, UCNV_FROM_U_CALLBACK_ESCAPE, UCNV_ESCAPE_XML_DEC, NULL, NULL, &err);
		ucnv_setToUCallBack(icu, replace, NULL, NULL, NULL, &err);
		if (U_FAILURE(err)) {
			ucnv_close(icu);
			return -ENOTSUP;
		}
		c->icu[cs] = icu;
	}
	ucnv_reset(icu);
	*ret = icu;
	return 0;
}

static int
add_cp(struct buf *out, uint32_t cp)
{
	char text[4];

	return buf_add(out, text, utf8_put(text, cp));
}

/* Encoding §8.1.1 in effect: where the maximal part at i that is not UTF-8 ends. */
static size_t
skip_bad_utf8(struct str s, size_t i)
{
	unsigned char b = (unsigned char)s.p[i], low = 0x80, high = 0xbf;
	size_t need, k;

	need = b >= 0xf0 && b <= 0xf4 ? 3 : b >= 0xe0 && b <= 0xef ? 2 : b >= 0xc2 && b <= 0xdf ? 1 : 0;
	if (b == 0xe0)
		low = 0xa0;
	else if (b == 0xf0)
		low = 0x90;
	else if (b == 0xed)
		high = 0x9f;
	else if (b == 0xf4)
		high = 0x8f;
	for (k = 0, i++; k < need && i < s.len; k++, i++, low = 0x80, high = 0xbf)
		if ((unsigned char)s.p[i] < low || (unsigned char)s.p[i] > high)
			break;
	return i;
}

/* Each of them becomes one U+FFFD. */
static int
decode_utf8(struct str s, struct buf *out)
{
	size_t i = 0, from = 0, n;

	while (i < s.len) {
		n = (unsigned char)s.p[i] < 0x80 ? 1 : utf8_next(s.p + i, s.len - i, NULL);
		if (n != 0) {
			i += n;
			continue;
		}
		(void)buf_add(out, s.p + from, i - from);
		i = skip_bad_utf8(s, i);
		(void)add_cp(out, 0xfffd);
		from = i;
	}
	return buf_add(out, s.p + from, s.len - from);
}

/* The single-byte encodings done here. */
static uint32_t
byte_meaning(enum charset cs, unsigned char b)
{
	if (b < 0x80)
		return b;
	switch (cs) {
	case CHARSET_WINDOWS_1252:
		return b < 0xa0 ? windows_1252[b - 0x80] : b;
	case CHARSET_ISO_8859_16:
		return b < 0xa0 ? b : iso_8859_16[b - 0xa0];
	case CHARSET_X_USER_DEFINED:
		return 0xf780u + (b - 0x80u);
	default:
		return 0xfffd;
	}
}

static bool
is_built_in(enum charset cs)
{
	return cs == CHARSET_WINDOWS_1252 || cs == CHARSET_ISO_8859_16 || cs == CHARSET_X_USER_DEFINED;
}

#define PIVOT 512

static int
add_utf16(struct buf *out, const UChar *p, size_t n, UChar *high)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t cp = p[i];

		if (*high != 0) {
			uint32_t lead = *high;

			*high = 0;
			if (cp >= 0xdc00 && cp <= 0xdfff) {
				(void)add_cp(out, 0x10000 + ((lead - 0xd800) << 10) + (cp - 0xdc00));
				continue;
			}
			(void)add_cp(out, 0xfffd);
		}
		if (cp >= 0xd800 && cp <= 0xdbff)
			*high = (UChar)cp;
		else
			(void)add_cp(out, cp >= 0xdc00 && cp <= 0xdfff ? 0xfffd : cp);
	}
	return buf_err(out);
}

static int
decode_icu(UConverter *icu, struct str s, struct buf *out)
{
	const char *p = s.p, *end = s.p + s.len;
	UErrorCode err;
	UChar high = 0;

	do {
		UChar pivot[PIVOT] = { 0 }, *to = pivot;

		err = U_ZERO_ERROR;
		ucnv_toUnicode(icu, &to, pivot + PIVOT, &p, end, NULL, true, &err);
		if (U_FAILURE(err) && err != U_BUFFER_OVERFLOW_ERROR)
			return -EIO;
		if (add_utf16(out, pivot, (size_t)(to - pivot), &high) < 0)
			return buf_err(out);
	} while (err == U_BUFFER_OVERFLOW_ERROR);
	return high != 0 ? add_cp(out, 0xfffd) : 0;
}

int
charset_decode(struct charset_converters *c, enum charset cs, struct str s, struct buf *out)
{
	UConverter *icu;
	size_t i;
	int r;

	if (cs == CHARSET_UTF_8)
		return decode_utf8(s, out);
	if (cs == CHARSET_REPLACEMENT)
		return s.len != 0 ? add_cp(out, 0xfffd) : 0;
	if (is_built_in(cs)) {
		for (i = 0; i < s.len; i++)
			(void)add_cp(out, byte_meaning(cs, (unsigned char)s.p[i]));
		return buf_err(out);
	}
	/* the standard's GBK decoder is its gb18030 decoder */
	r = charset_icu(c, cs == CHARSET_GBK ? CHARSET_GB18030 : cs, &icu);
	return r < 0 ? r : decode_icu(icu, s, out);
}

/* --- back again --- */

static size_t
utf8_len(uint32_t cp)
{
	return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
}

static void
note_char(struct charset_walk *w, size_t in, size_t out)
{
	w->chars[w->n].in = in;
	w->chars[w->n].out = out;
	w->n++;
}

/* Charsets whose characters are found without ICU. */
static void
look_plain(struct charset_walk *w)
{
	while (w->n < CHARSET_WALK_BYTES && w->in < w->s.len) {
		unsigned char b = (unsigned char)w->s.p[w->in];
		size_t n = 1;

		note_char(w, w->in, w->out);
		if (w->cs != CHARSET_UTF_8) {
			w->out += utf8_len(byte_meaning(w->cs, b));
		} else if (b < 0x80 || (n = utf8_next(w->s.p + w->in, w->s.len - w->in, NULL)) != 0) {
			w->out += n;
		} else {
			n = skip_bad_utf8(w->s, w->in) - w->in;
			w->out += 3; /* U+FFFD */
		}
		w->in += n;
	}
}

/*
 * A character of several units, or several characters of the same bytes, begin at one offset. Where the last one ends is not said,
 * unless the bytes end with it: it is looked at again with those behind it.
 */
static void
look_icu(struct charset_walk *w, UConverter *icu)
{
	size_t bytes = w->s.len - w->in < CHARSET_WALK_BYTES ? w->s.len - w->in : CHARSET_WALK_BYTES, i, n;
	UChar units[2 * CHARSET_WALK_BYTES] = { 0 }, *to = units;
	const char *p = w->s.p + w->in, *end = p + bytes;
	int32_t offsets[2 * CHARSET_WALK_BYTES], last = -1;
	bool is_end = w->in + bytes == w->s.len;
	UErrorCode err = U_ZERO_ERROR;

	ucnv_toUnicode(icu, &to, units + ARRAY_LEN(units), &p, end, offsets, is_end, &err);
	n = (size_t)(to - units);
	for (i = 0; i < n; i++) {
		if (offsets[i] > last) {
			last = offsets[i];
			note_char(w, w->in + (size_t)last, w->out);
		}
		if (units[i] >= 0xd800 && units[i] <= 0xdbff && i + 1 < n && units[i + 1] >= 0xdc00 && units[i + 1] <= 0xdfff) {
			w->out += 4;
			i++;
		} else {
			w->out += utf8_len(units[i]);
		}
	}
	w->in += bytes;
	if (!is_end && w->n > 1) {
		w->n--;
		w->in = w->chars[w->n].in;
		w->out = w->chars[w->n].out;
	}
}

static bool
look_ahead(struct charset_walk *w)
{
	UConverter *icu;

	w->n = w->at = 0;
	if (w->cs == CHARSET_UTF_8 || is_built_in(w->cs))
		look_plain(w);
	else if (charset_icu(w->c, w->cs, &icu) == 0)
		look_icu(w, icu);
	return w->n > 0;
}

bool
charset_walk_begin(struct charset_walk *w, struct charset_converters *c, enum charset cs, struct str s)
{
	/* as in charset_decode() */
	w->cs = cs == CHARSET_GBK ? CHARSET_GB18030 : cs;
	w->c = c;
	w->s = s;
	w->in = w->out = 0;
	w->n = w->at = 0;
	return charset_is_ascii_compatible(cs);
}

size_t
charset_walk_to(struct charset_walk *w, size_t out)
{
	for (;; w->at++) {
		if (w->at == w->n && (w->in >= w->s.len || !look_ahead(w)))
			return w->s.len;
		if (w->chars[w->at].out >= out)
			return w->chars[w->at].in;
	}
}

static int
encode_byte(enum charset cs, uint32_t cp, struct buf *out)
{
	unsigned b;

	if (cp < 0x80)
		return buf_addc(out, (char)cp);
	for (b = 0x80; b <= 0xff; b++)
		if (byte_meaning(cs, (unsigned char)b) == cp)
			return buf_addc(out, (char)b);
	return buf_addf(out, "&#%u;", (unsigned)cp);
}

/* Where the standard's encoders differ from ICU's: §12.2.2, §13.1.2, §13.2.2, §13.3.2. */
static uint32_t
as_encoders_take_it(enum charset cs, uint32_t cp)
{
	bool japanese = cs == CHARSET_ISO_2022_JP || cs == CHARSET_SHIFT_JIS || cs == CHARSET_EUC_JP;

	if (!japanese)
		return cp;
	if (cs == CHARSET_ISO_2022_JP)
		return cp == 0x0e || cp == 0x0f || cp == 0x1b ? 0xfffd : cp == 0x2212 ? 0xff0d : cp;
	return cp == 0xa5 ? 0x5c : cp == 0x203e ? 0x7e : cp == 0x2212 ? 0xff0d : cp;
}

static int
encode_icu(UConverter *icu, enum charset cs, struct str s, struct buf *out)
{
	size_t i = 0;

	do {
		UChar pivot[PIVOT];
		const UChar *from = pivot;
		size_t n = 0;
		UErrorCode err;

		while (i < s.len && n < PIVOT - 1) {
			uint32_t cp = 0xfffd;
			size_t k = utf8_next(s.p + i, s.len - i, &cp);

			i += k != 0 ? k : 1;
			cp = as_encoders_take_it(cs, cp);
			if (cp >= 0x10000) {
				pivot[n++] = (UChar)(0xd800 + ((cp - 0x10000) >> 10));
				cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
			}
			pivot[n++] = (UChar)cp;
		}
		do {
			char bytes[PIVOT], *to = bytes;

			err = U_ZERO_ERROR;
			ucnv_fromUnicode(icu, &to, bytes + PIVOT, &from, pivot + n, NULL, i == s.len, &err);
			if (U_FAILURE(err) && err != U_BUFFER_OVERFLOW_ERROR)
				return -EIO;
			if (buf_add(out, bytes, (size_t)(to - bytes)) < 0)
				return buf_err(out);
		} while (err == U_BUFFER_OVERFLOW_ERROR);
	} while (i < s.len);
	return 0;
}

/* §10.2.2: U+E5E5 cannot be encoded. What stands before the last one is written, *s is what is left. */
static int
encode_gb_pieces(UConverter *icu, enum charset cs, struct str *s, struct buf *out)
{
	const char *at;
	int r = 0;

	while (r >= 0 && s->len >= 3 && (at = memmem(s->p, s->len, "\xee\x97\xa5", 3)) != NULL) {
		r = encode_icu(icu, cs, str_n(s->p, (size_t)(at - s->p)), out);
		if (r >= 0)
			r = buf_addf(out, "&#%u;", 0xe5e5u);
		*s = str_n(at + 3, s->len - (size_t)(at - s->p) - 3);
	}
	return r;
}

int
charset_encode(struct charset_converters *c, enum charset cs, struct str s, struct buf *out)
{
	UConverter *icu;
	int r;

	if (cs == CHARSET_UTF_8 || cs == CHARSET_UTF_16BE || cs == CHARSET_UTF_16LE || cs == CHARSET_REPLACEMENT)
		return buf_add(out, s.p, s.len);
	if (is_built_in(cs)) {
		size_t i = 0;

		while (i < s.len) {
			uint32_t cp = 0xfffd;
			size_t n = utf8_next(s.p + i, s.len - i, &cp);

			i += n != 0 ? n : 1;
			(void)encode_byte(cs, cp, out);
		}
		return buf_err(out);
	}
	r = charset_icu(c, cs, &icu);
	if (r >= 0 && (cs == CHARSET_GB18030 || cs == CHARSET_GBK))
		r = encode_gb_pieces(icu, cs, &s, out);
	return r < 0 ? r : encode_icu(icu, cs, s, out);
}
