/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/host_parse.h"
#include "url/nfc.h"
#include "url/nfc_tables.h"

/* Hangul syllables are composed by arithmetic (Unicode 15, section 3.12). */
enum {
	S_BASE = 0xac00, L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11a7,
	L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT,
};

/* One step: cp into two; false if it is not composed. */
static bool
split(uint32_t cp, uint32_t *ret_a, uint32_t *ret_b)
{
	size_t lo = 0, hi = ARRAY_LEN(nfc_pairs);

	if (cp >= S_BASE && cp < S_BASE + S_COUNT) {
		uint32_t s = cp - S_BASE, t = s % T_COUNT;

		*ret_a = t != 0 ? cp - t : L_BASE + s / (V_COUNT * T_COUNT);
		*ret_b = t != 0 ? T_BASE + t : V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT;
		return true;
	}
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (nfc_pairs[mid][0] == cp) {
			*ret_a = nfc_pairs[mid][1];
			*ret_b = nfc_pairs[mid][2];
			return true;
		}
		if (nfc_pairs[mid][0] < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* The composition of two, 0 if there is none. */
static uint32_t
join(uint32_t a, uint32_t b)
{
	size_t lo = 0, hi = ARRAY_LEN(nfc_pairs_by_parts);

	if (a >= L_BASE && a < L_BASE + L_COUNT && b >= V_BASE && b < V_BASE + V_COUNT)
		return S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT;
	if (a >= S_BASE && a < S_BASE + S_COUNT && (a - S_BASE) % T_COUNT == 0 && b > T_BASE &&
		b < T_BASE + T_COUNT)
		return a + (b - T_BASE);
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const uint32_t *pair = nfc_pairs[nfc_pairs_by_parts[mid]];

		if (pair[1] == a && pair[2] == b)
			return pair[0];
		if (pair[1] < a || (pair[1] == a && pair[2] < b))
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

/* Decomposes fully, from the end: each first half is looked at again. False: no room. */
static bool
decompose(uint32_t *p, size_t *n, size_t max)
{
	uint32_t a, b;
	size_t i = *n;

	while (i > 0) {
		if (!split(p[i - 1], &a, &b)) {
			i--;
			continue;
		}
		if (*n == max)
			return false;
		memmove(p + i + 1, p + i, (*n - i) * sizeof(*p));
		p[i - 1] = a;
		p[i] = b;
		++*n;
	}
	return true;
}

/* Canonical ordering: a stable sort of each run of combining characters. */
static void
reorder(uint32_t *p, size_t n)
{
	size_t i, k;

	for (i = 1; i < n; i++) {
		uint32_t cp = p[i];
		uint8_t class = nfc_combining_class(cp);

		if (class == 0)
			continue;
		for (k = i; k > 0 && nfc_combining_class(p[k - 1]) > class; k--)
			p[k] = p[k - 1];
		p[k] = cp;
	}
}

static size_t
compose(uint32_t *p, size_t n)
{
	size_t starter = SIZE_MAX, out = 0, i;
	int last_class = -1; /* of what stands between the starter and here; -1 = nothing */

	for (i = 0; i < n; i++) {
		uint8_t class = nfc_combining_class(p[i]);
		uint32_t joined = 0;

		/* Blocked if something of the same or a higher class, or a starter, stands between. */
		if (starter != SIZE_MAX && last_class < (int)class)
			joined = join(p[starter], p[i]);
		if (joined != 0) {
			p[starter] = joined;
			continue;
		}
		if (class == 0) {
			starter = out;
			last_class = -1;
		} else {
			last_class = class;
		}
		p[out++] = p[i];
	}
	return out;
}

size_t
nfc_normalise(uint32_t *p, size_t n, size_t max)
{
	if (!decompose(p, &n, max))
		return 0;
	reorder(p, n);
	return compose(p, n);
}

bool
nfc_is_normal(const uint32_t *p, size_t n)
{
	uint32_t copy[IDNA_MAX_POINTS];

	if (n > ARRAY_LEN(copy))
		return false;
	memcpy(copy, p, n * sizeof(*p));
	return nfc_normalise(copy, n, ARRAY_LEN(copy)) == n && memcmp(copy, p, n * sizeof(*p)) == 0;
}
