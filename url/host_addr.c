/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Address literals: the IPv4 and IPv6 parsers and serialisers of WHATWG URL §3.5. They accept what inet_aton() accepts
 * and more, which is why the C library's are not used.
 */
#include "config.h"

#include <errno.h>

#include "url/host_parse.h"

/* One part of an IPv4 address: decimal, 0 octal, 0x hexadecimal. Values above 2^32 stay there. */
static bool
ipv4_number(struct str s, uint64_t *ret_value)
{
	unsigned base = 10;
	uint64_t v = 0;
	size_t i = 0;

	if (s.len == 0)
		return false;
	if (s.len >= 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x') {
		base = 16;
		i = 2;
	} else if (s.len >= 2 && s.p[0] == '0') {
		base = 8;
		i = 1;
	}
	for (; i < s.len; i++) {
		int d = ascii_hex((unsigned char)s.p[i]);

		if (d < 0 || (unsigned)d >= base)
			return false;
		v = v * base + (unsigned)d;
		if (v > UINT32_MAX)
			v = (uint64_t)UINT32_MAX + 1;
	}
	*ret_value = v;
	return true;
}

static bool
all_digits(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!ascii_is_digit((unsigned char)s.p[i]))
			return false;
	return s.len > 0;
}

/* Without the one dot a domain may end in. */
static struct str
without_root_dot(struct str domain)
{
	if (domain.len > 0 && domain.p[domain.len - 1] == '.')
		domain.len--;
	return domain;
}

bool
host_ends_in_number(struct str domain)
{
	struct str s = without_root_dot(domain), last;
	size_t i = s.len;
	uint64_t ignored;

	while (i > 0 && s.p[i - 1] != '.')
		i--;
	last = str_n(s.p + i, s.len - i);
	return all_digits(last) || ipv4_number(last, &ignored);
}

int
host_put_ipv4(struct str domain, struct buf *out)
{
	struct str s = without_root_dot(domain);
	uint64_t numbers[4], address = 0;
	size_t n = 0, i;
	bool more = true;

	while (more) {
		struct str part = s;

		if (n == ARRAY_LEN(numbers))
			return -EINVAL;
		more = str_cut(s, '.', &part, &s);
		if (!ipv4_number(part, &numbers[n++]))
			return -EINVAL;
	}
	/* The last number fills all the bytes that are left. */
	if (numbers[n - 1] >= UINT64_C(1) << (8 * (5 - n)))
		return -EINVAL;
	for (i = 0; i + 1 < n; i++) {
		if (numbers[i] > 255)
			return -EINVAL;
		address |= numbers[i] << (8 * (3 - i));
	}
	address |= numbers[n - 1];
	for (i = 0; i < 4; i++) {
		if (i > 0)
			buf_addc(out, '.');
		buf_add_u64(out, address >> (8 * (3 - i)) & 0xff);
	}
	return buf_err(out);
}

/* "1.2.3.4" at the end of an IPv6 address: strict decimal, into two pieces. */
static bool
ipv6_tail(struct str s, uint16_t *pieces)
{
	unsigned i;

	for (i = 0; i < 4; i++) {
		struct str part = s;
		uint64_t v;

		if (str_cut(s, '.', &part, &s) != (i < 3))
			return false;
		if (str_to_u64(part, 255, &v) < 0 || (part.len > 1 && part.p[0] == '0'))
			return false;
		pieces[i / 2] = (uint16_t)(pieces[i / 2] << 8 | v);
	}
	return true;
}

/* Up to four hexadecimal digits at s[*i]. */
static unsigned
ipv6_piece(struct str s, size_t *i, size_t *ret_digits)
{
	unsigned v = 0;
	size_t digits = 0;

	while (digits < 4 && *i < s.len && ascii_hex((unsigned char)s.p[*i]) >= 0) {
		v = v << 4 | (unsigned)ascii_hex((unsigned char)s.p[*i]);
		++*i;
		digits++;
	}
	*ret_digits = digits;
	return v;
}

static bool
ipv6_parse(struct str s, uint16_t pieces[8])
{
	size_t n = 0, i = 0, compress = SIZE_MAX, digits;

	memset(pieces, 0, 8 * sizeof(pieces[0]));
	if (s.len > 0 && s.p[0] == ':') {
		if (s.len < 2 || s.p[1] != ':')
			return false;
		i = 2;
		compress = 0;
	}
	while (i < s.len) {
		size_t start = i;
		unsigned v;

		if (n == 8)
			return false;
		if (s.p[i] == ':') {
			if (compress != SIZE_MAX)
				return false;
			i++;
			compress = n;
			continue;
		}
		v = ipv6_piece(s, &i, &digits);
		if (i < s.len && s.p[i] == '.') {
			if (digits == 0 || n > 6 || !ipv6_tail(str_n(s.p + start, s.len - start), pieces + n))
				return false;
			n += 2;
			break;
		}
		if (i < s.len) {
			if (s.p[i] != ':' || digits == 0)
				return false;
			i++;
			if (i == s.len)
				return false;
		}
		pieces[n++] = (uint16_t)v;
	}
	if (compress == SIZE_MAX)
		return n == 8;
	if (n == 8)
		return false;
	memmove(pieces + 8 - (n - compress), pieces + compress, (n - compress) * sizeof(pieces[0]));
	memset(pieces + compress, 0, (8 - n) * sizeof(pieces[0]));
	return true;
}

/* The first longest run of at least two zero pieces: *ret_len 0 if there is none. */
static size_t
ipv6_longest_zeros(const uint16_t pieces[8], size_t *ret_len)
{
	size_t best = 0, best_len = 1, i, k;

	for (i = 0; i < 8; i = k + 1) {
		for (k = i; k < 8 && pieces[k] == 0; k++)
			;
		if (k - i > best_len) {
			best = i;
			best_len = k - i;
		}
	}
	*ret_len = best_len > 1 ? best_len : 0;
	return best;
}

static void
put_hex(struct buf *out, unsigned v)
{
	static const char hex[] = "0123456789abcdef";
	int shift = 12;

	while (shift > 0 && v >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		buf_addc(out, hex[v >> shift & 15]);
}

int
host_put_ipv6(struct str text, struct buf *out)
{
	uint16_t pieces[8];
	size_t zeros, zeros_len, i = 0;

	if (!ipv6_parse(text, pieces))
		return -EINVAL;
	zeros = ipv6_longest_zeros(pieces, &zeros_len);
	buf_addc(out, '[');
	while (i < 8) {
		if (zeros_len > 0 && i == zeros) {
			buf_add_str(out, i == 0 ? STR("::") : STR(":"));
			i += zeros_len;
			continue;
		}
		put_hex(out, pieces[i]);
		if (++i < 8)
			buf_addc(out, ':');
	}
	buf_addc(out, ']');
	return buf_err(out);
}
