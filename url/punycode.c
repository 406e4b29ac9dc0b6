/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Punycode, RFC 3492 §6. */
#include "config.h"

#include <errno.h>

#include "url/host_parse.h"

enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128 };

static uint32_t
adapt(uint32_t delta, uint32_t n, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / n;
	while (delta > (BASE - TMIN) * TMAX / 2) {
		delta /= BASE - TMIN;
		k += BASE;
	}
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	if (k <= bias + TMIN)
		return TMIN;
	return k >= bias + TMAX ? TMAX : k - bias;
}

static uint32_t
digit_value(unsigned char c)
{
	if (ascii_is_digit(c))
		return c - '0' + 26u;
	return ascii_is_alpha(c) ? ascii_lower(c) - (uint32_t)'a' : BASE;
}

int
punycode_decode(struct str s, uint32_t *ret_points, size_t max, size_t *ret_n)
{
	uint32_t n = INITIAL_N, i = 0, bias = INITIAL_BIAS;
	size_t out = 0, in = 0, basic = s.len, k;

	while (basic > 0 && s.p[basic - 1] != '-')
		basic--;
	if (basic > 1) { /* a delimiter with nothing before it is none (§6.2), and no digit either */
		if (basic - 1 > max)
			return -EINVAL;
		for (; out < basic - 1; out++) {
			if ((unsigned char)s.p[out] >= 0x80)
				return -EINVAL;
			ret_points[out] = (unsigned char)s.p[out];
		}
		in = basic;
	}
	while (in < s.len) {
		uint32_t old = i, w = 1, step;

		for (step = BASE;; step += BASE) {
			uint32_t digit, t = threshold(step, bias);

			if (in == s.len)
				return -EINVAL;
			digit = digit_value((unsigned char)s.p[in++]);
			if (digit >= BASE || digit > (UINT32_MAX - i) / w)
				return -EINVAL;
			i += digit * w;
			if (digit < t)
				break;
			if (w > UINT32_MAX / (BASE - t))
				return -EINVAL;
			w *= BASE - t;
		}
		if (out == max)
			return -EINVAL;
		bias = adapt(i - old, (uint32_t)out + 1, old == 0);
		if (i / (out + 1) > UINT32_MAX - n)
			return -EINVAL;
		n += i / ((uint32_t)out + 1);
		i %= (uint32_t)out + 1;
		if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff))
			return -EINVAL;
		for (k = out; k > i; k--)
			ret_points[k] = ret_points[k - 1];
		ret_points[i++] = n;
		out++;
	}
	*ret_n = out;
	return 0;
}

static char
digit_char(uint32_t d)
{
	return (char)(d < 26 ? 'a' + d : '0' + (d - 26));
}

static void
put_delta(struct buf *out, uint32_t delta, uint32_t bias)
{
	uint32_t q = delta, k;

	for (k = BASE;; k += BASE) {
		uint32_t t = threshold(k, bias);

		if (q < t)
			break;
		buf_addc(out, digit_char(t + (q - t) % (BASE - t)));
		q = (q - t) / (BASE - t);
	}
	buf_addc(out, digit_char(q));
}

int
punycode_encode(const uint32_t *points, size_t len, struct buf *out)
{
	uint32_t n = INITIAL_N, delta = 0, bias = INITIAL_BIAS;
	size_t done = 0, basic, i;

	for (i = 0; i < len; i++) {
		if (points[i] < 0x80) {
			buf_addc(out, (char)points[i]);
			done++;
		}
	}
	basic = done;
	if (basic > 0)
		buf_addc(out, '-');
	while (done < len) {
		uint32_t next = UINT32_MAX;

		for (i = 0; i < len; i++)
			if (points[i] >= n && points[i] < next)
				next = points[i];
		if (next - n > (UINT32_MAX - delta) / ((uint32_t)done + 1))
			return -EINVAL;
		delta += (next - n) * ((uint32_t)done + 1);
		n = next;
		for (i = 0; i < len; i++) {
			if (points[i] < n && ++delta == 0)
				return -EINVAL;
			if (points[i] == n) {
				put_delta(out, delta, bias);
				bias = adapt(delta, (uint32_t)done + 1, done == basic);
				delta = 0;
				done++;
			}
		}
		delta++;
		n++;
	}
	return buf_err(out);
}
