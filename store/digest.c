/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "store/digest.h"

#define HEX_BITS    4
#define BASE32_BITS 5
#define BASE64_BITS 6

struct digest {
	enum digest_kind kind;
	EVP_MD *md; /* fetched once: a look-up for each record would cost more than hashing a small one */
	EVP_MD_CTX *ctx;
};

static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char hex_digits[] = "0123456789abcdef";

static const struct {
	const char *openssl, *prefix;
	size_t bytes;
} kinds[] = {
	[DIGEST_SHA1] = { "SHA1", "sha1:", 20 },
	[DIGEST_SHA256] = { "SHA256", "sha256:", 32 },
};

int
digest_new(enum digest_kind kind, struct digest **ret_digest)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return -ENOMEM;
	d->kind = kind;
	d->md = EVP_MD_fetch(NULL, kinds[kind].openssl, NULL);
	d->ctx = EVP_MD_CTX_new();
	if (d->md == NULL || d->ctx == NULL) {
		/* A machine that forbids SHA-1 (FIPS) has no such algorithm. */
		int r = d->md == NULL ? -EOPNOTSUPP : -ENOMEM;

		digest_free(d);
		return r;
	}
	*ret_digest = d;
	return 0;
}

void
digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->ctx);
	EVP_MD_free(d->md);
	free(d);
}

void
digest_begin(struct digest *d)
{
	CHECK(EVP_DigestInit_ex2(d->ctx, d->md, NULL) == 1);
}

void
digest_add(struct digest *d, const void *p, size_t len)
{
	CHECK(len == 0 || EVP_DigestUpdate(d->ctx, p, len) == 1);
}

void
digest_end(struct digest *d, struct digest_value *ret_value)
{
	*ret_value = (struct digest_value){ .kind = d->kind };
	CHECK(EVP_DigestFinal_ex(d->ctx, ret_value->bytes, NULL) == 1);
}

size_t
digest_bytes(enum digest_kind kind)
{
	return kinds[kind].bytes;
}

bool
digest_equal(const struct digest_value *a, const struct digest_value *b)
{
	return a->kind == b->kind && memcmp(a->bytes, b->bytes, digest_bytes(a->kind)) == 0;
}

void
digest_text(const struct digest_value *v, char dst[DIGEST_TEXT_BYTES])
{
	size_t n = strlen(kinds[v->kind].prefix), bytes = digest_bytes(v->kind);
	unsigned bits = 0, acc = 0;

	memcpy(dst, kinds[v->kind].prefix, n);
	for (size_t i = 0; i < bytes; i++) {
		if (v->kind == DIGEST_SHA256) {
			dst[n++] = hex_digits[v->bytes[i] >> 4];
			dst[n++] = hex_digits[v->bytes[i] & 15];
			continue;
		}
		acc = (acc << 8 | v->bytes[i]) & 0xffff;
		for (bits += 8; bits >= BASE32_BITS; bits -= BASE32_BITS)
			dst[n++] = base32_digits[acc >> (bits - BASE32_BITS) & 31];
	}
	dst[n] = '\0'; /* 160 bits are 32 digits: no rest */
}

static int
base32_digit(unsigned char c)
{
	c = ascii_lower(c);
	if (ascii_is_lower(c))
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* Digits of `bits` bits each; exactly n bytes, what is left over must be 0. */
static bool
read_digits(struct str s, unsigned bits, size_t n, unsigned char *dst)
{
	unsigned have = 0, acc = 0;
	size_t done = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		int v = bits == BASE32_BITS ? base32_digit(c)
			: bits == BASE64_BITS ? base64_digit(c)
					      : ascii_hex(c);

		if (v < 0)
			return false;
		acc = (acc << bits | (unsigned)v) & 0xffff;
		have += bits;
		if (have < 8)
			continue;
		if (done == n)
			return false;
		have -= 8;
		dst[done++] = (unsigned char)(acc >> have);
	}
	return done == n && have < bits && (acc & ((1u << have) - 1)) == 0;
}

int
digest_parse(struct str s, struct digest_value *ret_value)
{
	struct digest_value v = { .kind = DIGEST_SHA1 };
	struct str name, digits;
	size_t bytes;
	unsigned bits = BASE32_BITS;

	if (!str_cut(s, ':', &name, &digits))
		return -EINVAL;
	if (str_ieq(name, STR("sha256")) || str_ieq(name, STR("sha-256")))
		v.kind = DIGEST_SHA256;
	else if (!str_ieq(name, STR("sha1")) && !str_ieq(name, STR("sha-1")))
		return -EOPNOTSUPP;
	bytes = digest_bytes(v.kind);
	while (digits.len > 0 && digits.p[digits.len - 1] == '=')
		digits.len--;
	/* Each notation has its own length. */
	if (digits.len == 2 * bytes)
		bits = HEX_BITS;
	else if (digits.len == (bytes * 8 + BASE64_BITS - 1) / BASE64_BITS)
		bits = BASE64_BITS;
	if (!read_digits(digits, bits, bytes, v.bytes))
		return -EINVAL;
	*ret_value = v;
	return 0;
}
