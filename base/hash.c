/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/cleanup.h"
#include "base/hash.h"

#define PIECE_BYTES ((size_t)256 * 1024)

int
hash_key_random(struct hash_key *ret_key)
{
	struct hash_key key;
	ssize_t n;

	do
		n = getrandom(&key, sizeof(key), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	CHECK(n == (ssize_t)sizeof(key)); /* getrandom(2): requests up to 256 bytes are whole */
	*ret_key = key;
	return 0;
}

static uint64_t
hash_avoid_reserved(uint64_t h)
{
	return h == 0 || h == UINT64_MAX ? h ^ 0x9e3779b97f4a7c15ull : h;
}

uint64_t
hash_fingerprint(const struct hash_key *key, const void *p, size_t len)
{
	return hash_avoid_reserved(XXH3_64bits_withSeed(p, len, key->seed));
}

/* splitmix64's finaliser (Steele, Lea, Flood 2014). */
uint64_t
hash_mix(uint64_t fp, uint64_t tag)
{
	uint64_t z = fp + (tag + 1) * 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return hash_avoid_reserved(z ^ (z >> 31));
}

void
hash_content(const void *p, size_t len, uint64_t ret[2])
{
	XXH128_hash_t h = XXH3_128bits(p, len);

	ret[0] = h.high64;
	ret[1] = h.low64;
}

void
hash_half_text(uint64_t half, char dst[HASH_CONTENT_TEXT / 2 + 1])
{
	static const char digits[16] = "0123456789abcdef";

	for (int i = 15; i >= 0; i--, half >>= 4)
		dst[i] = digits[half & 15];
	dst[16] = '\0';
}

void
hash_content_text(const uint64_t hash[2], char dst[HASH_CONTENT_TEXT])
{
	hash_half_text(hash[0], dst);
	hash_half_text(hash[1], dst + 16);
}

int
hash_content_fd(int fd, uint64_t bytes, uint64_t ret[2])
{
	CLEANUP(freep) char *piece = malloc(PIECE_BYTES);
	XXH3_state_t state;
	XXH128_hash_t h;
	uint64_t at = 0;

	if (piece == NULL)
		return -ENOMEM;
	(void)XXH3_128bits_reset(&state);
	while (at < bytes) {
		ssize_t n = pread(fd, piece, bytes - at < PIECE_BYTES ? (size_t)(bytes - at) : PIECE_BYTES, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		(void)XXH3_128bits_update(&state, piece, (size_t)n);
		at += (uint64_t)n;
	}
	h = XXH3_128bits_digest(&state);
	ret[0] = h.high64;
	ret[1] = h.low64;
	return 0;
}
