/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/update_hop.h"

int
hop_look(struct db *db, const struct hash_key *hash, struct str url, int64_t key, int64_t redirects, struct str to, struct hop *ret_hop)
{
	int64_t own = (int64_t)hash_fingerprint(hash, url.p, url.len);
	struct sqlite3_stmt *q = NULL;
	int r;

	*ret_hop = (struct hop){ .redirects = 0 };
	if (key == own)
		return 0;
	ret_hop->redirects = redirects < 1 ? 1 : redirects > FOUND_MAX_REDIRECTS ? FOUND_MAX_REDIRECTS : (unsigned)redirects;
	ret_hop->passes = to.len > 0;
	r = db_query(db, "SELECT redirect_to, due FROM previous.page WHERE key = ?1", own, &q);
	if (r == 0)
		r = db_step(db, q);
	if (r == 1) {
		struct str first = db_bytes(q, 0);

		ret_hop->first = hash_fingerprint(hash, first.p, first.len);
		ret_hop->comes = db_int(q, 1) != 0 && str_eq(first, url);
	}
	db_query_end(q);
	return r < 0 ? r : 0;
}

int
hop_shorten(struct db *db, const struct hash_key *hash, struct str url, int64_t key, struct hop *hop)
{
	uint64_t fp = hash_fingerprint(hash, url.p, url.len);
	int64_t there = 0;
	char sql[96];
	int r = 0;

	for (unsigned n = 2; n < hop->redirects && r == 0; n++) {
		int64_t shorter = (int64_t)hash_mix(fp, n); /* as found_key() */

		r = db_do(db, "DELETE FROM previous.page WHERE key = ?1 AND due AND redirect_to IS NOT NULL", shorter, STR_NONE);
		if (r == 0)
			r = db_number(db, "SELECT count(*) FROM previous.page WHERE key = ?1", shorter, &there);
		if (r < 0 || there != 0)
			continue;
		hop->redirects = n;
		(void)snprintf(sql, sizeof(sql), "UPDATE previous.page SET key = ?1 WHERE key = %" PRId64, key);
		return db_do(db, sql, shorter, STR_NONE);
	}
	return r;
}

void
hop_chain(const struct hop *hop, struct str url, const struct hash_key *hash, uint64_t chain[FOUND_MAX_REDIRECTS], struct found *f)
{
	if (hop->redirects == 0)
		return;
	memset(chain, 0, hop->redirects * sizeof(chain[0]));
	chain[0] = hash_fingerprint(hash, url.p, url.len);
	if (hop->redirects > 1)
		chain[1] = hop->first;
	f->redirects = hop->redirects;
	f->chain = chain;
}
