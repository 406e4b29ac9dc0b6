/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdbool.h>

#include "base/check.h"
#include "url/lastmod.h"

struct fields {
	unsigned year, month, day, hour, minute, second;
	int zone_min; /* east of Greenwich */
};

/* From `least` to `most` digits at the head of *s, which is moved behind them. */
static bool
take_digits(struct str *s, size_t least, size_t most, unsigned *ret)
{
	unsigned v = 0;
	size_t i = 0;

	while (i < most && i < s->len && ascii_is_digit((unsigned char)s->p[i]))
		v = v * 10 + (unsigned)(s->p[i++] - '0');
	if (i < least)
		return false;
	*s = str_n(s->p + i, s->len - i);
	*ret = v;
	return true;
}

static bool
take_char(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = str_n(s->p + 1, s->len - 1);
	return true;
}

static void
skip_space(struct str *s)
{
	while (s->len > 0 && ascii_is_space((unsigned char)s->p[0]))
		*s = str_n(s->p + 1, s->len - 1);
}

/* "+0100", "-05:30". */
static bool
take_offset(struct str *s, int *ret_min)
{
	unsigned hours, minutes;
	int sign;

	if (take_char(s, '+'))
		sign = 1;
	else if (take_char(s, '-'))
		sign = -1;
	else
		return false;
	if (!take_digits(s, 2, 2, &hours))
		return false;
	(void)take_char(s, ':');
	if (!take_digits(s, 2, 2, &minutes))
		minutes = 0;
	if (hours > 23 || minutes > 59)
		return false;
	*ret_min = sign * (int)(hours * 60 + minutes);
	return true;
}

/* "08:30", "08:30:12.25"; the fraction is dropped. */
static bool
take_time(struct str *s, struct fields *f)
{
	unsigned ignored;

	if (!take_digits(s, 1, 2, &f->hour) || !take_char(s, ':') || !take_digits(s, 2, 2, &f->minute))
		return false;
	if (take_char(s, ':')) {
		if (!take_digits(s, 2, 2, &f->second))
			return false;
		if (take_char(s, '.') || take_char(s, ','))
			while (take_digits(s, 1, 1, &ignored))
				;
	}
	return f->hour < 24 && f->minute < 60 && f->second < 61;
}

/* Words of three letters, one behind the other; which one s begins with, from 1. 0: none. */
static unsigned
take_word(struct str *s, const char *words)
{
	unsigned i, k;

	for (i = 0; words[i] != '\0'; i += 3) {
		if (!str_istarts(*s, str_n(words + i, 3)))
			continue;
		for (k = 3; k < s->len && ascii_is_alpha((unsigned char)s->p[k]); k++)
			;
		*s = str_n(s->p + k, s->len - k);
		return i / 3 + 1;
	}
	return 0;
}

static bool
read_w3c(struct str s, struct fields *f)
{
	if (!take_digits(&s, 4, 4, &f->year))
		return false;
	if (s.len > 0 && (!take_char(&s, '-') || !take_digits(&s, 1, 2, &f->month)))
		return false;
	if (s.len > 0 && (!take_char(&s, '-') || !take_digits(&s, 1, 2, &f->day)))
		return false;
	if (s.len == 0)
		return true;
	if (!take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' '))
		return false;
	if (!take_time(&s, f))
		return false;
	skip_space(&s);
	if (s.len > 0 && !take_char(&s, 'Z') && !take_char(&s, 'z') && !take_offset(&s, &f->zone_min))
		return false;
	return s.len == 0;
}

static bool
take_zone(struct str *s, int *ret_min)
{
	static const char names[] = "GMTUTCESTEDTCSTCDTMSTMDTPSTPDT";
	static const int8_t hours[] = { 0, 0, -5, -4, -6, -5, -7, -6, -8, -7 };
	unsigned i;

	if (s->len == 0)
		return true;
	if (take_offset(s, ret_min))
		return true;
	i = take_word(s, names);
	if (i > 0)
		*ret_min = hours[i - 1] * 60;
	return i > 0 || take_char(s, 'Z');
}

static bool
read_rfc822(struct str s, struct fields *f)
{
	if (take_word(&s, "SunMonTueWedThuFriSat") > 0)
		(void)take_char(&s, ',');
	skip_space(&s);
	if (!take_digits(&s, 1, 2, &f->day))
		return false;
	if (!take_char(&s, '-'))
		skip_space(&s);
	f->month = take_word(&s, "JanFebMarAprMayJunJulAugSepOctNovDec");
	if (f->month == 0)
		return false;
	if (!take_char(&s, '-'))
		skip_space(&s);
	if (!take_digits(&s, 2, 4, &f->year))
		return false;
	if (f->year < 100)
		f->year += f->year < 70 ? 2000 : 1900;
	skip_space(&s);
	if (s.len == 0)
		return true;
	if (!take_time(&s, f))
		return false;
	skip_space(&s);
	return take_zone(&s, &f->zone_min);
}

static bool
is_day(const struct fields *f)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = f->year % 4 == 0 && (f->year % 100 != 0 || f->year % 400 == 0);

	if (f->month < 1 || f->month > 12 || f->day < 1)
		return false;
	return f->day <= days[f->month - 1] + (leap && f->month == 2 ? 1u : 0u);
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar, with years that begin in March. */
static int64_t
days_of(const struct fields *f)
{
	int64_t y = (int64_t)f->year - (f->month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (int64_t)(f->month > 2 ? f->month - 3 : f->month + 9) + 2) / 5 + f->day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int
lastmod_parse(struct str s, int64_t *ret_s)
{
	struct fields f = { .month = 1, .day = 1 };

	s = str_trim(s);
	if (!read_w3c(s, &f)) {
		f = (struct fields){ .month = 1, .day = 1 };
		if (!read_rfc822(s, &f))
			return -EINVAL;
	}
	if (!is_day(&f))
		return -EINVAL;
	*ret_s = days_of(&f) * 86400 + f.hour * 3600 + f.minute * 60 + f.second - (int64_t)f.zone_min * 60;
	return 0;
}
