/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * update_hop.h: what is behind a redirect that led back into its own chain, as a page behind a wall of cookies, in the next generation.
 *
 * Its URL has a row for each time round, known by the length of the chain (found_key()). An update asks for the URL as for any other: that
 * is the first time. Where it leads to itself, the others come of that. Where it leads to others, these are asked for anyway, and so lead
 * nowhere new: so the hop that has the page is asked for as well, with a chain in which the server may send it round again.
 *
 * Order of calls: hop_look() for a row; then of one that is due and neither comes nor passes hop_shorten(), and hop_chain(). Failures: negative
 * errno.
 */
#ifndef STORE_UPDATE_HOP_H
#define STORE_UPDATE_HOP_H

#include "base/hash.h"
#include "store/db.h"
#include "url/found.h"

struct hop {
	unsigned redirects; /* length of its chain; 0: it is no such hop */
	uint64_t first;     /* fingerprint of where its URL leads, or led */
	bool comes;         /* let in by what is asked for anyway */
	bool passes;        /* a redirect: only the way to another hop */
};

/* Of a row of previous.page: its URL, key, redirects and redirect_to. */
MUST_CHECK int hop_look(struct db *db, const struct hash_key *hash, struct str url, int64_t key, int64_t redirects, struct str to, struct hop *ret_hop);
/*
 * Where a server wants its cookie anew, a hop is followed by others, and the one that has the page is further on each time. So it
 * becomes the first that it can be, in previous.page and *hop: those before it that are due and pass are forgotten.
 */
MUST_CHECK int hop_shorten(struct db *db, const struct hash_key *hash, struct str url, int64_t key, struct hop *hop);
/* Of what was in the chain, itself and where its URL leads first are enough. The chain is of f, as long as f is needed. */
void hop_chain(const struct hop *hop, struct str url, const struct hash_key *hash, uint64_t chain[FOUND_MAX_REDIRECTS], struct found *f);

#endif
