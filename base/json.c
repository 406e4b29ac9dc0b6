/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"

void
json_begin(struct buf *b)
{
	buf_addc(b, '{');
}

void
json_end(struct buf *b)
{
	buf_addc(b, '}');
}

void
json_begin_array(struct buf *b)
{
	buf_addc(b, '[');
}

void
json_end_array(struct buf *b)
{
	buf_addc(b, ']');
}

void
json_element(struct buf *b)
{
	char last = b->len > 0 ? b->data[b->len - 1] : '{';

	if (last != '{' && last != '[' && last != ':')
		buf_addc(b, ',');
}

void
json_key(struct buf *b, const char *key)
{
	size_t len = strlen(key);
	char *p;

	json_element(b);
	/* Forty of them a page. */
	if (LIKELY(b->err == 0 && len + 3 <= b->cap - b->len)) {
		p = b->data + b->len;
		*p++ = '"';
		memcpy(p, key, len);
		memcpy(p + len, "\":", 2);
		b->len += len + 3;
		return;
	}
	buf_addc(b, '"');
	buf_add(b, key, len);
	buf_add(b, "\":", 2);
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (unsigned char)(c))

/* The high bit of some byte if one of x is zero; of none if none is. */
static uint64_t
some_zero(uint64_t x)
{
	return (x - EACH_BYTE(1)) & ~x & EACH_BYTE(0x80);
}

/* Eight bytes, all of them plain? */
static bool
json_plain_word(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return ((x | (x - EACH_BYTE(0x20)) | some_zero(x ^ EACH_BYTE(0x7f)) | some_zero(x ^ EACH_BYTE('"')) | some_zero(x ^ EACH_BYTE('\\'))) &
		EACH_BYTE(0x80)) == 0;
}

/* How many bytes from p on are plain: printable ASCII but '"' and '\\'. */
static size_t
json_plain_run(const char *p, size_t len)
{
	size_t i = 0;

	while (len - i >= sizeof(uint64_t) && json_plain_word(p + i))
		i += sizeof(uint64_t);
	while (i < len) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			break;
		i++;
	}
	return i;
}

static void
json_escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char esc[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	switch (c) {
	case '"':
		buf_add(b, "\\\"", 2);
		break;
	case '\\':
		buf_add(b, "\\\\", 2);
		break;
	case '\n':
		buf_add(b, "\\n", 2);
		break;
	case '\t':
		buf_add(b, "\\t", 2);
		break;
	case '\r':
		buf_add(b, "\\r", 2);
		break;
	default:
		buf_add(b, esc, sizeof(esc));
	}
}

/*
 * Length of the maximal part of a bad sequence at p (Unicode 15, section 3.9: "U+FFFD substitution of maximal
 * subparts"): at least 1.
 */
static size_t
utf8_bad_part(const char *p, size_t len)
{
	unsigned char b0 = (unsigned char)p[0], b1 = len > 1 ? (unsigned char)p[1] : 0;
	unsigned char lo = 0x80, hi = 0xbf;
	size_t need;

	if (b0 >= 0xe0 && b0 <= 0xef) {
		need = 3;
		lo = b0 == 0xe0 ? 0xa0 : 0x80;
		hi = b0 == 0xed ? 0x9f : 0xbf;
	} else if (b0 >= 0xf0 && b0 <= 0xf4) {
		need = 4;
		lo = b0 == 0xf0 ? 0x90 : 0x80;
		hi = b0 == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 1;
	}
	if (len < 2 || b1 < lo || b1 > hi)
		return 1;
	if (need == 4 && len > 2 && ((unsigned char)p[2] & 0xc0) == 0x80)
		return 3;
	return 2;
}

void
json_str(struct buf *b, struct str s)
{
	size_t i = 0;

	buf_addc(b, '"');
	while (i < s.len) {
		size_t n = json_plain_run(s.p + i, s.len - i);

		buf_add(b, s.p + i, n);
		i += n;
		if (i == s.len)
			break;
		if ((unsigned char)s.p[i] < 0x80) {
			json_escape(b, (unsigned char)s.p[i++]);
			continue;
		}
		n = utf8_next(s.p + i, s.len - i, NULL);
		if (n > 0) {
			buf_add(b, s.p + i, n);
			i += n;
		} else {
			buf_add(b, "\xef\xbf\xbd", 3);
			i += utf8_bad_part(s.p + i, s.len - i);
		}
	}
	buf_addc(b, '"');
}

void
json_u64(struct buf *b, uint64_t v)
{
	buf_add_u64(b, v);
}

void
json_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_addc(b, '-');
	buf_add_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void
json_bool(struct buf *b, bool v)
{
	buf_add_str(b, v ? STR("true") : STR("false"));
}

void
json_nil(struct buf *b)
{
	buf_add(b, "null", 4);
}

/* Years 1 to 9999, for which RFC 3339 has a form; a clock beyond them is no reason to stop. */
#define JSON_TIME_MIN_US (-INT64_C(62135596800) * CLOCK_US_PER_SEC)
#define JSON_TIME_MAX_US (INT64_C(253402300800) * CLOCK_US_PER_SEC - 1)
#define US_PER_DAY       (86400 * CLOCK_US_PER_SEC)

static char *
put_digits(char *p, unsigned v, int n)
{
	for (int i = n - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
	return p + n;
}

/*
 * By hand, because it is done twice per page and gmtime_r() with printf is half the cost of the whole line. The date after
 * Howard Hinnant's civil_from_days(): years begin in March, eras of 400 years have 146097 days.
 */
static void
json_time_in_range(struct buf *b, int64_t wall_us)
{
	char text[] = "\"0000-00-00T00:00:00.000000Z\"", *p = text + 1;
	int64_t day = wall_us / US_PER_DAY - (wall_us % US_PER_DAY < 0);
	int64_t us = wall_us - day * US_PER_DAY, z = day + 719468; /* days since 0000-03-01 */
	unsigned in_day = (unsigned)(us / CLOCK_US_PER_SEC);
	unsigned in_era = (unsigned)(z % 146097);
	unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
	unsigned month = (5 * in_year + 2) / 153;

	year += (unsigned)(z / 146097) * 400 + (month >= 10);
	p = put_digits(p, year, 4) + 1;
	p = put_digits(p, month < 10 ? month + 3 : month - 9, 2) + 1;
	p = put_digits(p, in_year - (153 * month + 2) / 5 + 1, 2) + 1;
	p = put_digits(p, in_day / 3600, 2) + 1;
	p = put_digits(p, in_day / 60 % 60, 2) + 1;
	p = put_digits(p, in_day % 60, 2) + 1;
	(void)put_digits(p, (unsigned)(us % CLOCK_US_PER_SEC), 6);
	buf_add(b, text, sizeof(text) - 1);
}

void
json_time(struct buf *b, int64_t wall_us)
{
	wall_us = wall_us < JSON_TIME_MIN_US ? JSON_TIME_MIN_US : wall_us > JSON_TIME_MAX_US ? JSON_TIME_MAX_US : wall_us;
	json_time_in_range(b, wall_us);
}
