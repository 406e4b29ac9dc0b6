/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "url/date.h"

/* RFC 6265 §5.1.1, step 6. */
#define YEAR_MIN 1601

/* What was found so far; -1 = not yet. */
struct date {
	int hour, minute, second, day, month, year;
};

/* RFC 6265's delimiter: what stands between words. ':' is part of a word, and so is what is not ASCII. */
static bool
is_delimiter(unsigned char c)
{
	return c == '\t' || (c >= 0x20 && c <= 0x2f) || (c >= 0x3b && c <= 0x40) || (c >= 0x5b && c <= 0x60) ||
		(c >= 0x7b && c <= 0x7e);
}

/* min to max digits at the head of *s, behind which no digit follows; they are taken off. -1: not so. */
static int
take_digits(struct str *s, size_t min, size_t max)
{
	int value = 0;
	size_t n;

	for (n = 0; n < s->len && n <= max && ascii_is_digit((unsigned char)s->p[n]); n++)
		value = n < max ? value * 10 + (s->p[n] - '0') : value;
	if (n < min || n > max)
		return -1;
	*s = str_n(s->p + n, s->len - n);
	return value;
}

static bool
take_colon(struct str *s)
{
	if (s->len == 0 || s->p[0] != ':')
		return false;
	*s = str_n(s->p + 1, s->len - 1);
	return true;
}

/* "H:M:S", each of one or two digits, whatever follows. */
static bool
read_time(struct str word, struct date *d)
{
	int hour, minute, second;

	if ((hour = take_digits(&word, 1, 2)) < 0 || !take_colon(&word) || (minute = take_digits(&word, 1, 2)) < 0 ||
		!take_colon(&word) || (second = take_digits(&word, 1, 2)) < 0)
		return false;
	d->hour = hour;
	d->minute = minute;
	d->second = second;
	return true;
}

static bool
read_month(struct str word, struct date *d)
{
#define MONTH(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))
	static const uint32_t months[] = {
		MONTH('j', 'a', 'n'), MONTH('f', 'e', 'b'), MONTH('m', 'a', 'r'), MONTH('a', 'p', 'r'), MONTH('m', 'a', 'y'), MONTH('j', 'u', 'n'),
		MONTH('j', 'u', 'l'), MONTH('a', 'u', 'g'), MONTH('s', 'e', 'p'), MONTH('o', 'c', 't'), MONTH('n', 'o', 'v'), MONTH('d', 'e', 'c'),
	};
	uint32_t name;

	if (word.len < 3)
		return false;
	/* Of what is no letter, nothing becomes one by this bit. */
	name = MONTH((unsigned char)word.p[0], (unsigned char)word.p[1], (unsigned char)word.p[2]) | 0x202020;
	for (int i = 0; i < (int)ARRAY_LEN(months); i++) {
		if (months[i] != name)
			continue;
		d->month = i + 1;
		return true;
	}
	return false;
#undef MONTH
}

/* One word is one thing: the first it can be and that is still missing. */
static void
read_word(struct str word, struct date *d)
{
	struct str rest = word;

	if (d->hour < 0 && read_time(word, d))
		return;
	if (d->day < 0 && (d->day = take_digits(&rest, 1, 2)) >= 0)
		return;
	if (d->month < 0 && read_month(word, d))
		return;
	rest = word;
	if (d->year < 0)
		d->year = take_digits(&rest, 2, 4);
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar; March is the first month of a year whose leap day is its last. */
static int64_t
days_since_1970(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 719469;
}

static bool
day_exists(int year, int month, int day)
{
	static const unsigned char days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return day >= 1 && day <= days[month - 1] && (month != 2 || day <= 28 || leap);
}

/* "Thu, 01 Jan 1970 00:00:00 GMT", what all servers write (RFC 9110 §5.6.7, IMF-fixdate): the words are where they are known to be. */
static bool
read_fixdate(struct str s, struct date *d)
{
	static const char form[] = "aaa, 00 aaa 0000 00:00:00 GMT";
	size_t i;

	if (s.len != sizeof(form) - 1)
		return false;
	for (i = 0; i < sizeof(form) - 1; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (form[i] == '0' ? !ascii_is_digit(c) : form[i] == 'a' ? !ascii_is_alpha(c) : c != (unsigned char)form[i])
			return false;
	}
#define TWO(at) ((s.p[at] - '0') * 10 + (s.p[(at) + 1] - '0'))
	*d = (struct date){ .hour = TWO(17), .minute = TWO(20), .second = TWO(23), .day = TWO(5), .year = TWO(12) * 100 + TWO(14) };
#undef TWO
	/* A weekday that is the name of a month comes first: as any words are read. */
	return !read_month(str_n(s.p, 3), d) && read_month(str_n(s.p + 8, 3), d);
}

/* Any text: word by word. */
static void
read_words(struct str s, struct date *d)
{
	size_t i, from;

	for (i = 0; i < s.len; i++) {
		for (from = i; i < s.len && !is_delimiter((unsigned char)s.p[i]); i++)
			;
		if (i > from)
			read_word(str_n(s.p + from, i - from), d);
	}
}

int
date_parse_any(struct str s, int64_t *ret_unix_s)
{
	struct date d = { -1, -1, -1, -1, -1, -1 };

	if (s.len >= DATE_MAX_BYTES)
		return -EINVAL;
	if (!read_fixdate(s, &d)) {
		d = (struct date){ -1, -1, -1, -1, -1, -1 };
		read_words(s, &d);
	}
	if (d.hour < 0 || d.day < 0 || d.month < 0 || d.year < 0)
		return -EINVAL;
	if (d.year < 100)
		d.year += d.year < 70 ? 2000 : 1900;
	if (d.year < YEAR_MIN || !day_exists(d.year, d.month, d.day) || d.hour > 23 || d.minute > 59 || d.second > 60)
		return -EINVAL;
	*ret_unix_s = ((days_since_1970(d.year, d.month, d.day) * 24 + d.hour) * 60 + d.minute) * 60 + d.second;
	return 0;
}

int
date_parse(struct str s, int64_t *ret_unix_s)
{
	int64_t unix_s;
	int r = date_parse_any(s, &unix_s);

	if (r < 0)
		return r;
	if (unix_s < 0)
		return -EINVAL;
	*ret_unix_s = unix_s;
	return 0;
}
