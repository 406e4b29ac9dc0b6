/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTS 46 (revision 35), section 4, for domains that are not plain ASCII. libidn2 cannot do what WHATWG URL asks for: it
 * holds domains to IDNA 2008 (no symbols, no "a--b", DNS lengths). The data is in idna_tables.h.
 */
#include "config.h"

#include <errno.h>

#include "url/fold.h"
#include "url/host_parse.h"
#include "url/idna_tables.h"
#include "url/nfc.h"

#define ZWNJ 0x200c
#define ZWJ  0x200d

/* Code points on their way through the steps. */
struct points {
	uint32_t p[IDNA_MAX_POINTS];
	size_t n;
};

/* --- the table --- */

/* Index of the range that holds cp. */
static size_t
range_of(uint32_t cp)
{
	size_t lo = 0, hi = ARRAY_LEN(idna_ranges);

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (idna_ranges[mid][0] <= cp)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The value of a valid code point; 0 if it is not valid in a label. */
static uint32_t
valid_value(uint32_t cp)
{
	size_t i = range_of(cp);
	uint32_t value = idna_ranges[i][1];

	switch ((enum idna_kind)(value & 7)) {
	case IDNA_VALID:
		return value;
	case IDNA_PAIRS:
		return (cp - idna_ranges[i][0]) % 2 != 0 ? (uint32_t)(IDNA_VALID | IDNA_BIDI_L << 3) : 0;
	default:
		return 0;
	}
}

static enum idna_bidi
bidi_of(uint32_t cp)
{
	return (enum idna_bidi)(valid_value(cp) >> 3 & 15);
}

static enum idna_joining
joining_of(uint32_t cp)
{
	return (enum idna_joining)(valid_value(cp) >> 8 & 7);
}

uint8_t
nfc_combining_class(uint32_t cp)
{
	return (uint8_t)(valid_value(cp) >> 16 & 0xff);
}

/* --- step 1: map --- */

static bool
put(struct points *out, uint32_t cp)
{
	if (out->n == ARRAY_LEN(out->p))
		return false;
	out->p[out->n++] = cp;
	return true;
}

static bool
put_string(struct points *out, uint32_t value)
{
	const char *s = (const char *)idna_strings + (value >> 3 & 0xffff);
	size_t len = value >> 19 & 0xff, i, n;
	uint32_t cp;

	for (i = 0; i < len; i += n) {
		n = utf8_next(s + i, len - i, &cp);
		CHECK(n > 0);
		if (!put(out, cp))
			return false;
	}
	return true;
}

/* False: too long. What is disallowed stays, and fails in validation. */
static bool
map_one(struct points *out, uint32_t cp)
{
	size_t i = range_of(cp);
	uint32_t value = idna_ranges[i][1];

	switch ((enum idna_kind)(value & 7)) {
	case IDNA_IGNORED:
		return true;
	case IDNA_DELTA:
		return put(out, cp + (uint32_t)((int32_t)value >> 3));
	case IDNA_PAIRS:
		return put(out, (cp - idna_ranges[i][0]) % 2 != 0 ? cp : cp + 1);
	case IDNA_STRING:
		return put_string(out, value);
	case IDNA_VALID:
	case IDNA_DISALLOWED:
		break;
	}
	return put(out, cp);
}

static bool
map(struct points *out, struct str domain)
{
	size_t i, n;
	uint32_t cp;

	out->n = 0;
	for (i = 0; i < domain.len; i += n) {
		n = utf8_next(domain.p + i, domain.len - i, &cp);
		if (n == 0 || !map_one(out, cp))
			return false;
	}
	return true;
}

/* --- step 4: validity criteria, section 4.1 --- */

/* Joining_Type of the first code point that is not transparent, from i on in steps of +1 or -1; U at the end. */
static enum idna_joining
joining_beyond(const uint32_t *p, size_t n, size_t i, int step)
{
	for (i += (size_t)step; i < n; i += (size_t)step) {
		enum idna_joining j = joining_of(p[i]);

		if (j != IDNA_JOINING_T)
			return j;
	}
	return IDNA_JOINING_U;
}

/* CheckJoiners: RFC 5892, appendix A.1 and A.2. */
static bool
joiner_fits(const uint32_t *p, size_t n, size_t i)
{
	enum idna_joining before, after;

	/* Canonical_Combining_Class 9 is Virama. */
	if (i > 0 && nfc_combining_class(p[i - 1]) == 9)
		return true;
	if (p[i] == ZWJ)
		return false;
	before = joining_beyond(p, n, i, -1);
	after = joining_beyond(p, n, i, 1);
	return (before == IDNA_JOINING_L || before == IDNA_JOINING_D) &&
		(after == IDNA_JOINING_R || after == IDNA_JOINING_D);
}

static bool
begins_with_ace(const uint32_t *p, size_t n)
{
	return n >= 4 && p[0] == 'x' && p[1] == 'n' && p[2] == '-' && p[3] == '-';
}

/* All of the criteria but NFC and bidi. */
static bool
label_is_valid(const uint32_t *p, size_t n)
{
	size_t i;

	if (n == 0)
		return true;
	if (begins_with_ace(p, n) || (valid_value(p[0]) >> 7 & 1) != 0)
		return false;
	for (i = 0; i < n; i++) {
		if (p[i] == '.' || valid_value(p[i]) == 0)
			return false;
		if ((p[i] == ZWNJ || p[i] == ZWJ) && !joiner_fits(p, n, i))
			return false;
	}
	return true;
}

/* --- CheckBidi: RFC 5893, section 2 --- */

#define BIT(class) (1u << IDNA_BIDI_##class)

static bool
has_rtl(const uint32_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (1u << bidi_of(p[i]) & (BIT(R) | BIT(AL) | BIT(AN)))
			return true;
	return false;
}

/* The six conditions, for a label of a domain that holds right-to-left characters. */
static bool
bidi_rule(const uint32_t *p, size_t n)
{
	const unsigned both = BIT(EN) | BIT(ES) | BIT(CS) | BIT(ET) | BIT(ON) | BIT(BN) | BIT(NSM);
	unsigned seen = 0, first, last;
	size_t i, end = n;

	if (n == 0)
		return true;
	first = 1u << bidi_of(p[0]);
	for (i = 0; i < n; i++)
		seen |= 1u << bidi_of(p[i]);
	while (end > 1 && bidi_of(p[end - 1]) == IDNA_BIDI_NSM)
		end--;
	last = 1u << bidi_of(p[end - 1]);
	if (first & (BIT(R) | BIT(AL)))
		return (seen & ~(both | BIT(R) | BIT(AL) | BIT(AN))) == 0 &&
			(last & (BIT(R) | BIT(AL) | BIT(EN) | BIT(AN))) != 0 &&
			(seen & (BIT(EN) | BIT(AN))) != (BIT(EN) | BIT(AN));
	if (first & BIT(L))
		return (seen & ~(both | BIT(L))) == 0 && (last & (BIT(L) | BIT(EN))) != 0;
	return false;
}

/* --- labels --- */

static bool
is_ascii(const uint32_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] >= 0x80)
			return false;
	return true;
}

/* The label p behind "xn--": decoded into out and validated. */
static bool
read_ace(const uint32_t *p, size_t n, struct points *out)
{
	char ascii[IDNA_MAX_POINTS];
	size_t i;

	if (!is_ascii(p, n))
		return false;
	for (i = 4; i < n; i++)
		ascii[i - 4] = (char)p[i];
	if (punycode_decode(str_n(ascii, n - 4), out->p, ARRAY_LEN(out->p), &out->n) < 0)
		return false;
	return !is_ascii(out->p, out->n) && nfc_is_normal(out->p, out->n) && label_is_valid(out->p, out->n);
}

/* The label in its Unicode form, into out; false if it is not valid. */
static bool
read_label(const uint32_t *p, size_t n, struct points *out)
{
	if (begins_with_ace(p, n))
		return read_ace(p, n, out);
	memcpy(out->p, p, n * sizeof(*p));
	out->n = n;
	return label_is_valid(p, n);
}

static int
put_label(const struct points *label, struct buf *out)
{
	size_t i;

	if (!is_ascii(label->p, label->n)) {
		buf_add_str(out, STR("xn--"));
		return punycode_encode(label->p, label->n, out);
	}
	for (i = 0; i < label->n; i++)
		buf_addc(out, (char)label->p[i]);
	return 0;
}

/* Where the label that begins at i ends. */
static size_t
label_end(const struct points *domain, size_t i)
{
	while (i < domain->n && domain->p[i] != '.')
		i++;
	return i;
}

int
idna_to_ascii(struct str domain, struct buf *out)
{
	struct points mapped, label;
	bool rtl = false, bidi_ok = true;
	size_t i, end;

	if (!map(&mapped, domain))
		return -EINVAL;
	mapped.n = nfc_normalise(mapped.p, mapped.n, ARRAY_LEN(mapped.p));
	if (mapped.n == 0)
		return domain.len > 0 ? -EINVAL : 0;
	for (i = 0; i <= mapped.n; i = end + 1) {
		end = label_end(&mapped, i);
		if (!read_label(mapped.p + i, end - i, &label))
			return -EINVAL;
		/* Whether the bidi rule holds for the domain is known at its end. */
		rtl |= has_rtl(label.p, label.n);
		bidi_ok &= bidi_rule(label.p, label.n);
		if (put_label(&label, out) < 0)
			return buf_err(out) != 0 ? buf_err(out) : -EINVAL;
		if (end < mapped.n)
			buf_addc(out, '.');
	}
	return rtl && !bidi_ok ? -EINVAL : buf_err(out);
}

/* --- fold.h --- */

bool
fold_keeps_point(uint32_t cp)
{
	switch (cp) {
	case 0xdf:   /* sharp s folds to ss, */
	case 0x3c2:  /* final sigma to sigma: valid in domains all the same (UTS 46, deviations) */
	case ZWNJ:   /* folding drops these two */
	case ZWJ:
	case 0x131:  /* dotless i: some systems' capital of it is I */
		return false;
	default:
		return cp >= 0x80 && valid_value(cp) != 0;
	}
}

bool
fold_keeps(struct str s)
{
	uint32_t points[IDNA_MAX_POINTS];
	size_t i, len, n = 0;

	for (i = 0; i < s.len; i += len) {
		len = utf8_next(s.p + i, s.len - i, &points[n]);
		if (len == 0 || n + 1 == ARRAY_LEN(points) || (points[n] >= 0x80 && !fold_keeps_point(points[n])))
			return false;
		if (points[n] < 0x80)
			points[n] = ascii_lower((unsigned char)points[n]);
		n++;
	}
	return nfc_is_normal(points, n);
}
