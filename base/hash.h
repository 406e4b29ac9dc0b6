/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash.h: keyed 64-bit fingerprints (XXH3) and the mixing of one with a small tag.
 *
 * The key is random per job, so that a site cannot craft URLs that collide. Two fingerprints mean nothing
 * to each other under different keys. A fingerprint is never 0 and never UINT64_MAX: tables keep these two
 * for themselves. Pure; any thread; a hash_key is immutable after hash_key_random().
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

struct hash_key {
	uint64_t seed;
};

/* From getrandom(2): 0 or negative errno. */
MUST_CHECK int hash_key_random(struct hash_key *ret_key);
uint64_t hash_fingerprint(const struct hash_key *key, const void *p, size_t len);
/* Another fingerprint, as good as random, for (fp, tag). */
uint64_t hash_mix(uint64_t fp, uint64_t tag);

/* XXH3-128 of the bytes, high half first: the same everywhere and always, so no protection against who wants two to be equal. */
void hash_content(const void *p, size_t len, uint64_t ret[2]);
/* As it is written everywhere: 32 hexadecimal digits and a NUL. And a half of it. */
#define HASH_CONTENT_TEXT 33
void hash_content_text(const uint64_t hash[2], char dst[HASH_CONTENT_TEXT]);
void hash_half_text(uint64_t half, char dst[HASH_CONTENT_TEXT / 2 + 1]);
/* Of the first so many bytes of a file, read a piece at a time; where its offset is stays. 0 or negative errno: -EIO where it has fewer. */
MUST_CHECK int hash_content_fd(int fd, uint64_t bytes, uint64_t ret[2]);

#endif
