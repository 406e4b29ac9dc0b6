/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fptable.h: a hash table from fingerprints to a word each. Nothing is taken out of it but all.
 *
 * Order of calls: fptable_init(); fptable_put(), fptable_find() and fptable_clear() in any order; fptable_release(). A zeroed one may be
 * cleared and released. Owner: whoever embeds it; one thread. Fails with -ENOMEM only, and is then as it was.
 */
#ifndef STORE_FPTABLE_H
#define STORE_FPTABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/str.h"

struct fptable {
	struct fptable_slot *slots;
	size_t n, cap; /* cap: a power of two, of which two thirds are used at most */
};

MUST_CHECK int fptable_init(struct fptable *t);
void fptable_release(struct fptable *t);
void fptable_clear(struct fptable *t);

/* A text's fingerprint, never 0. With another tag it is that of another thing of the same letters. */
uint64_t fptable_fp(const struct hash_key *key, struct str text, uint64_t tag);
/* fp: not 0. The last word counts. */
MUST_CHECK int fptable_put(struct fptable *t, uint64_t fp, uint64_t word);
/* NULL: fp is not there. Good until the next fptable_put(). */
const uint64_t *fptable_find(const struct fptable *t, uint64_t fp);

#endif
