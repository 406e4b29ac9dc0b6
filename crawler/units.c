/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "crawler/units.h"

#define UNITS_FRACTION_DIGITS 9

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit time_units[] = {
	{ "us", 1 },
	{ "ms", 1000 },
	{ "s", 1000000 },
	{ "m", 60000000 },
	{ "min", 60000000 },
	{ "h", INT64_C(3600000000) },
	{ "d", INT64_C(86400000000) },
};

static const char size_letters[] = "kmgt"; /* 1024 to the power of the place, from 1 */

int
units_bool(struct str s, bool *ret)
{
	static const char *const words[2][4] = { { "off", "no", "false", "0" },
		{ "on", "yes", "true", "1" } };

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < ARRAY_LEN(words[v]); i++)
			if (str_ieq(s, str_of(words[v][i]))) {
				*ret = v == 1;
				return 0;
			}
	return -EINVAL;
}

int
units_count(struct str s, int64_t *ret)
{
	uint64_t v;
	int r = str_to_u64(s, INT64_MAX, &v);

	if (r < 0)
		return r;
	*ret = (int64_t)v;
	return 0;
}

/* "12.5ms" -> 12, 500000000 (billionths), "ms". */
static int
units_split(struct str s, uint64_t *ret_whole, uint64_t *ret_nano, struct str *ret_unit)
{
	uint64_t nano = 0, scale = 1000000000;
	size_t i = 0, digits;

	while (i < s.len && ascii_is_digit((unsigned char)s.p[i]))
		i++;
	if (i == 0)
		return -EINVAL;
	digits = i;
	if (i < s.len && s.p[i] == '.') {
		size_t start = ++i;

		for (; i < s.len && ascii_is_digit((unsigned char)s.p[i]); i++) {
			if (i - start >= UNITS_FRACTION_DIGITS)
				return -EINVAL;
			scale /= 10;
			nano += scale * (uint64_t)(s.p[i] - '0');
		}
		if (i == start)
			return -EINVAL;
	}
	*ret_nano = nano;
	*ret_unit = str_n(s.p + i, s.len - i);
	return str_to_u64(str_n(s.p, digits), INT64_MAX, ret_whole);
}

static int
units_scale(uint64_t whole, uint64_t nano, int64_t factor, int64_t *ret)
{
	unsigned __int128 v = (unsigned __int128)whole * (uint64_t)factor +
			      (unsigned __int128)nano * (uint64_t)factor / 1000000000u;

	if (v > INT64_MAX)
		return -ERANGE;
	*ret = (int64_t)v;
	return 0;
}

/* 0 when u names no size unit. */
static int64_t
size_factor(struct str u)
{
	int64_t factor = 1;
	struct str tail;

	if (u.len == 0 || str_ieq(u, STR("b")))
		return 1;
	tail = str_n(u.p + 1, u.len - 1);
	if (tail.len != 0 && !str_ieq(tail, STR("b")) && !str_ieq(tail, STR("ib")))
		return 0;
	for (const char *l = size_letters; *l != '\0'; l++) {
		factor *= 1024;
		if (ascii_lower((unsigned char)u.p[0]) == (unsigned char)*l)
			return factor;
	}
	return 0;
}

int
units_size(struct str s, int64_t *ret_bytes)
{
	uint64_t whole, nano;
	struct str unit;
	int64_t factor;
	int r = units_split(s, &whole, &nano, &unit);

	if (r < 0)
		return r;
	factor = size_factor(unit);
	if (factor == 0)
		return -ENXIO;
	return units_scale(whole, nano, factor, ret_bytes);
}

int
units_time(struct str s, int64_t *ret_us)
{
	uint64_t whole, nano;
	struct str unit;
	int r = units_split(s, &whole, &nano, &unit);

	if (r < 0)
		return r;
	if (unit.len == 0)
		unit = STR("s");
	for (size_t i = 0; i < ARRAY_LEN(time_units); i++)
		if (str_eq(unit, str_of(time_units[i].name)))
			return units_scale(whole, nano, time_units[i].factor, ret_us);
	return -ENXIO;
}

void
units_put_size(struct buf *out, int64_t bytes)
{
	int64_t v = bytes;
	int letter = -1;

	while (v != 0 && v % 1024 == 0 && letter < 3) {
		v /= 1024;
		letter++;
	}
	buf_add_u64(out, (uint64_t)v);
	if (letter >= 0)
		buf_addc(out, size_letters[letter]);
}

void
units_put_time(struct buf *out, int64_t us)
{
	const struct unit *best = &time_units[0];

	if (us == 0) {
		buf_addc(out, '0');
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(time_units); i++)
		if (us % time_units[i].factor == 0 && time_units[i].factor > best->factor)
			best = &time_units[i];
	buf_add_u64(out, (uint64_t)(us / best->factor));
	buf_add_str(out, str_of(best->name));
}
