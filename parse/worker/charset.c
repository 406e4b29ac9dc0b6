/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/check.h"
#include "parse/worker/charset_index.h"

struct charset_row {
	const char *name, *labels;
};

static const struct charset_row charsets[CHARSET_COUNT] = {
#define CHARSET(id, name, single, labels) [CHARSET_##id] = { name, labels },
#include "parse/worker/charset.def"
#undef CHARSET
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

void
charset_encoders_init(struct charset_encoders *e)
{
	memset(e, 0, sizeof(*e));
}

void
charset_encoders_release(struct charset_encoders *e)
{
	size_t i;

	for (i = 0; i < CHARSET_COUNT; i++)
		free(e->pointers[i]);
	charset_encoders_init(e);
}

int
charset_add_cp(struct buf *out, uint32_t cp)
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
	size_t i = 0, from = 0;

	while (i < s.len) {
		size_t n = (unsigned char)s.p[i] < 0x80 ? 1 : utf8_next(s.p + i, s.len - i, NULL);

		if (n != 0) {
			i += n;
			continue;
		}
		(void)buf_add(out, s.p + from, i - from);
		i = skip_bad_utf8(s, i);
		(void)charset_add_cp(out, 0xfffd);
		from = i;
	}
	return buf_add(out, s.p + from, s.len - from);
}

/* The character at i of an encoding with no state. */
static struct charset_char
char_at(enum charset cs, struct str s, size_t i)
{
	unsigned char b = (unsigned char)s.p[i];
	struct charset_char c = { .n_bytes = 1, .cp = b };
	const uint16_t *single;

	if (b < 0x80)
		return c;
	if (cs == CHARSET_UTF_8) {
		c.n_bytes = (unsigned)utf8_next(s.p + i, s.len - i, &c.cp);
		if (c.n_bytes == 0) {
			c.n_bytes = (unsigned)(skip_bad_utf8(s, i) - i);
			c.cp = 0xfffd;
		}
		return c;
	}
	if (charset_is_multi_byte(cs))
		return charset_char_at(cs, s.p + i, s.len - i);
	single = index_single(cs);
	c.cp = single != NULL && single[b - 0x80] != 0 ? single[b - 0x80] : 0xfffd;
	return c;
}

/* Room for all of a block at once: three bytes are the most that one becomes. */
static int
decode_single(const uint16_t *single, struct str s, struct buf *out)
{
	enum { BLOCK = 4096 };

	for (size_t i = 0; i < s.len;) {
		size_t end = s.len - i > BLOCK ? i + BLOCK : s.len;
		char *to;

		if (buf_reserve(out, (end - i) * 3) < 0)
			return buf_err(out);
		to = out->data + out->len;
		for (; i < end; i++) {
			unsigned b = (unsigned char)s.p[i], cp = b < 0x80 ? b : single[b - 0x80] != 0 ? single[b - 0x80] : 0xfffdu;

			if (cp < 0x80) {
				*to++ = (char)cp;
			} else if (cp < 0x800) {
				*to++ = (char)(0xc0 | cp >> 6);
				*to++ = (char)(0x80 | (cp & 0x3f));
			} else {
				*to++ = (char)(0xe0 | cp >> 12);
				*to++ = (char)(0x80 | (cp >> 6 & 0x3f));
				*to++ = (char)(0x80 | (cp & 0x3f));
			}
		}
		out->len = (size_t)(to - out->data);
	}
	return 0;
}

static int
decode_chars(enum charset cs, struct str s, struct buf *out)
{
	size_t i = 0;

	while (i < s.len) {
		struct charset_char c;
		size_t from = i;

		while (i < s.len && (unsigned char)s.p[i] < 0x80)
			i++;
		(void)buf_add(out, s.p + from, i - from);
		if (i == s.len)
			break;
		c = char_at(cs, s, i);
		(void)charset_add_cp(out, c.cp);
		if (c.more != 0)
			(void)charset_add_cp(out, c.more);
		i += c.n_bytes;
	}
	return buf_err(out);
}

int
charset_decode(enum charset cs, struct str s, struct buf *out)
{
	switch (cs) {
	case CHARSET_UTF_8:
		return decode_utf8(s, out);
	case CHARSET_REPLACEMENT:
		return s.len != 0 ? charset_add_cp(out, 0xfffd) : 0;
	case CHARSET_UTF_16BE:
	case CHARSET_UTF_16LE:
		charset_decode_utf16(s, cs == CHARSET_UTF_16BE, out);
		return buf_err(out);
	case CHARSET_ISO_2022_JP:
		charset_decode_2022_jp(s, out);
		return buf_err(out);
	default:
		return index_single(cs) != NULL ? decode_single(index_single(cs), s, out) : decode_chars(cs, s, out);
	}
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

static void
look_ahead(struct charset_walk *w)
{
	w->n = w->at = 0;
	while (w->n < ARRAY_LEN(w->chars) && w->in < w->s.len) {
		struct charset_char c = char_at(w->cs, w->s, w->in);

		note_char(w, w->in, w->out);
		w->out += utf8_len(c.cp) + (c.more != 0 ? utf8_len(c.more) : 0);
		w->in += c.n_bytes;
	}
}

bool
charset_walk_begin(struct charset_walk *w, enum charset cs, struct str s)
{
	w->cs = cs;
	w->s = s;
	w->in = w->out = 0;
	w->n = w->at = 0;
	return charset_is_ascii_compatible(cs);
}

size_t
charset_walk_to(struct charset_walk *w, size_t out)
{
	for (;; w->at++) {
		if (w->at == w->n) {
			if (w->in >= w->s.len)
				return w->s.len;
			look_ahead(w);
		}
		if (w->chars[w->at].out >= out)
			return w->chars[w->at].in;
	}
}
