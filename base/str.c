/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "base/str.h"

bool
str_ieq_bytes(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (a[i] != b[i] && ascii_lower((unsigned char)a[i]) != ascii_lower((unsigned char)b[i]))
			return false;
	return true;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_n(s.p, prefix.len), prefix);
}

bool
str_istarts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_ieq(str_n(s.p, prefix.len), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_n(s.p + s.len - suffix.len, suffix.len), suffix);
}

bool
str_has_control(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && ascii_is_space((unsigned char)s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && ascii_is_space((unsigned char)s.p[s.len - 1]))
		s.len--;
	return s;
}

bool
str_cut(struct str s, char c, struct str *ret_head, struct str *ret_rest)
{
	const char *at = s.len > 0 ? memchr(s.p, c, s.len) : NULL;

	if (at == NULL)
		return false;
	*ret_head = str_n(s.p, (size_t)(at - s.p));
	*ret_rest = str_n(at + 1, s.len - (size_t)(at - s.p) - 1);
	return true;
}

int
str_to_u64(struct str s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i;

	if (s.len == 0)
		return -EINVAL;
	for (i = 0; i < s.len; i++) {
		unsigned d = (unsigned char)s.p[i] - '0';

		if (d > 9)
			return -EINVAL;
		if (v > (UINT64_MAX - d) / 10)
			return -ERANGE;
		v = v * 10 + d;
	}
	if (v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

/* One set "[...]" at pat[*pi], matched against c; *pi moves behind it. An unclosed '[' is itself. */
static bool
glob_set(struct str pat, size_t *pi, unsigned char c)
{
	size_t i = *pi + 1;
	bool negate = false, hit = false, first = true;

	if (i < pat.len && (pat.p[i] == '!' || pat.p[i] == '^')) {
		negate = true;
		i++;
	}
	for (; i < pat.len && (first || pat.p[i] != ']'); first = false) {
		unsigned char lo = (unsigned char)pat.p[i], hi = lo;

		if (i + 2 < pat.len && pat.p[i + 1] == '-' && pat.p[i + 2] != ']') {
			hi = (unsigned char)pat.p[i + 2];
			i += 2;
		}
		if (c >= lo && c <= hi)
			hit = true;
		i++;
	}
	if (i >= pat.len) {
		*pi += 1;
		return c == '[';
	}
	*pi = i + 1;
	return hit != negate;
}

bool
str_glob(struct str pat, struct str s)
{
	size_t pi = 0, si = 0, star_pi = SIZE_MAX, star_si = 0;

	/* Only the last '*' need be taken back: each one before it has matched as early as it can. */
	while (si < s.len) {
		size_t next = pi;
		bool ok = false;

		if (pi < pat.len) {
			unsigned char c = (unsigned char)pat.p[pi];

			if (c == '*') {
				star_pi = ++pi;
				star_si = si;
				continue;
			}
			if (c == '[')
				ok = glob_set(pat, &next, (unsigned char)s.p[si]);
			else {
				ok = c == '?' || c == (unsigned char)s.p[si];
				next = pi + 1;
			}
		}
		if (ok) {
			pi = next;
			si++;
		} else if (star_pi != SIZE_MAX) {
			pi = star_pi;
			si = ++star_si;
		} else {
			return false;
		}
	}
	while (pi < pat.len && pat.p[pi] == '*')
		pi++;
	return pi == pat.len;
}

bool
utf8_is_unsafe(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
		(cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

size_t
utf8_next(const char *p, size_t len, uint32_t *ret_cp)
{
	const unsigned char *b = (const unsigned char *)p;
	uint32_t cp, min;
	size_t n, i;

	if (len == 0)
		return 0;
	if (b[0] < 0x80) {
		if (ret_cp != NULL)
			*ret_cp = b[0];
		return 1;
	}
	if (b[0] >= 0xc2 && b[0] <= 0xdf) {
		n = 2, cp = b[0] & 0x1f, min = 0x80;
	} else if ((b[0] & 0xf0) == 0xe0) {
		n = 3, cp = b[0] & 0x0f, min = 0x800;
	} else if (b[0] >= 0xf0 && b[0] <= 0xf4) {
		n = 4, cp = b[0] & 0x07, min = 0x10000;
	} else {
		return 0;
	}
	if (len < n)
		return 0;
	for (i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (b[i] & 0x3f);
	}
	if (cp < min || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	if (ret_cp != NULL)
		*ret_cp = cp;
	return n;
}

bool
utf8_valid(const char *p, size_t len)
{
	size_t i = 0, n;

	while (i < len) {
		uint64_t w;

		if (len - i >= 8) {
			memcpy(&w, p + i, 8);
			if ((w & 0x8080808080808080ull) == 0) {
				i += 8;
				continue;
			}
		}
		n = utf8_next(p + i, len - i, NULL);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t
utf8_put(char dst[4], uint32_t cp)
{
	if (cp < 0x80) {
		dst[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		dst[0] = (char)(0xc0 | cp >> 6);
		dst[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		dst[0] = (char)(0xe0 | cp >> 12);
		dst[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | cp >> 18);
	dst[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}
