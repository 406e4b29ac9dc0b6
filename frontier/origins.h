/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * origins.h: the table of hosts: a struct hostq for each origin that has been met, found by the origin's fingerprint, and walked
 * in the order in which they were met. A crawl meets a million of them, so what each costs is counted: they stand in slabs, their
 * names one behind the other, and a slot of the table is 12 bytes.
 *
 * Two origins with the same keyed fingerprint of 64 bits would be taken for one, as two URLs would be by the visited set.
 *
 * Order of calls: origins_init(); origins_find(), origins_add(), origins_at(); origins_release(), when what the hosts own has
 * been given back. A host stays where it is until then. Owner: the loop's thread, but the account (`bytes`).
 *
 * Failures: -ENOMEM; then nothing has changed.
 */
#ifndef FRONTIER_ORIGINS_H
#define FRONTIER_ORIGINS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct hostq;
struct origin_slot;
struct origin_text;

struct origins {
	struct origin_slot *slots; /* open-addressed, at most three quarters full */
	uint32_t cap;              /* a power of two, or 0 */
	uint32_t n;
	struct hostq **slabs;
	uint32_t slabs_cap;
	struct origin_text *texts; /* the last one has room left */
	_Atomic uint64_t *bytes;   /* the account of all loops */
};

void origins_init(struct origins *o, _Atomic uint64_t *bytes);
void origins_release(struct origins *o);

/* NULL: not met yet. */
struct hostq *origins_find(const struct origins *o, uint64_t fp);
/* It will be asked for soon. */
void origins_prefetch(const struct origins *o, uint64_t fp);
/* A new one, which is not there yet: zeroed, but for its origin ("https://example.org", copied). */
MUST_CHECK int origins_add(struct origins *o, uint64_t fp, struct str origin, struct hostq **ret_host);
/* The i-th that was met; i < o->n. */
struct hostq *origins_at(const struct origins *o, uint32_t i);

#endif
