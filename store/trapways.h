/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trapways.h: what a loop packs of traps (store_traps()) is large, and comes now and then. In between, what was learned from a page that
 * had nothing new (job.trap_way, some 170 bytes) is written down in the page's own transaction: else what it leads to, which is durable
 * with it, would be found on a page of which nothing is known after a crash, and be let pass; and each of those would lead to more.
 *
 * In the job table: `traps.N' is what loop N has packed, `traps.N.SEQ' what came in one transaction behind that, to be read in the order of the
 * names. `trap_loops' is the number of loops among which hosts were shared out when all of that was learned; 0 where runs with other
 * numbers have left some of it: then every loop has to look through all for what is of its hosts. So from the start of a
 * run with another number until each of its loops has packed what it knows. Owner: the writer.
 */
#ifndef STORE_TRAPWAYS_H
#define STORE_TRAPWAYS_H

#include "base/buf.h"
#include "store/db.h"

struct trapways {
	struct buf ways;  /* of this transaction */
	int64_t seq;      /* of the last one; by the clock, so that it is behind those of the runs before */
	int64_t seq_then; /* when something packed was put last */
	bool is_packed;   /* something was, in this run */
};

void trapways_init(struct trapways *w);
void trapways_release(struct trapways *w);
/* What cannot be kept is learned again. */
void trapways_add(struct trapways *w, struct str way);
/* In each transaction: 0 or negative errno. */
MUST_CHECK int trapways_put(struct trapways *w, struct db *db, unsigned loop);
/*
 * The loop has packed all it knows. What came before it had put what it packed the time before is in it, and goes. 0 or negative errno.
 */
MUST_CHECK int trapways_packed(struct trapways *w, struct db *db, unsigned loop, struct str packed);
/* From here on it is another loop's, which has packed nothing. */
void trapways_mix(struct trapways *w);
/* A query: value, loop. */
MUST_CHECK int trapways_query(struct db *db, struct sqlite3_stmt **ret_query);
/* All of this loop and the ones behind it. */
MUST_CHECK int trapways_drop(struct db *db, unsigned from_loop);

#endif
