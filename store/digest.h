/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digest.h: SHA-1 and SHA-256 as WARC writes them: "sha1:" and base32 (RFC 4648 §6), which every
 * tool of the field expects, or "sha256:" and hexadecimal digits.
 *
 * Order of calls: digest_new(); digest_begin(), digest_add()..., digest_end() as often as wanted
 * (nothing is allocated there); digest_free(). One owner, no locks.
 */
#ifndef STORE_DIGEST_H
#define STORE_DIGEST_H

#include <stdbool.h>

#include "base/check.h"
#include "base/str.h"

#define DIGEST_MAX_BYTES  32
#define DIGEST_TEXT_BYTES 80 /* "sha256:", 64 digits, a NUL */

enum digest_kind { DIGEST_SHA1, DIGEST_SHA256 };

struct digest_value {
	enum digest_kind kind;
	unsigned char bytes[DIGEST_MAX_BYTES]; /* digest_bytes() of them, the rest 0 */
};

struct digest;

MUST_CHECK int digest_new(enum digest_kind kind, struct digest **ret_digest);
void digest_free(struct digest *d);
void digest_begin(struct digest *d);
void digest_add(struct digest *d, const void *p, size_t len);
void digest_end(struct digest *d, struct digest_value *ret_value);

size_t digest_bytes(enum digest_kind kind);
bool digest_equal(const struct digest_value *a, const struct digest_value *b);
/* "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ" */
void digest_text(const struct digest_value *v, char dst[DIGEST_TEXT_BYTES]);
/*
 * "sha1:" or "sha256:" (also "sha-1", "sha-256"), then base32 or hexadecimal digits in any case, or
 * base64, which some tools write. 0;
 * -EINVAL: neither; -EOPNOTSUPP: another algorithm.
 */
MUST_CHECK int digest_parse(struct str s, struct digest_value *ret_value);

#endif
