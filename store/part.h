/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * part.h: large bodies on their way into a job: what has come of one outlives the transfer and the program, and the next request goes on
 * behind it (store/download.h has the rules). Public.
 *
 *	parts/KEY-N.part        what has come of the body of the URL with this fingerprint; the N-th part of the job
 *	parts/KEY-N.part.info   of what; a commit says it. Before that it says only whose the part is, which is of no use
 *
 *	begun --transfer ends, whole--> whole --page put, committed--> gone; the file has other names then, below site/ or body/
 *	  |  ^
 *	  |  +--asked for behind what is there-- kept <--transfer ends, not whole--+
 *	  +------------------------------------------------------------------------+
 *
 *	P1  Only what If-Range can validate and came as it is (no Content-Encoding) is kept (D6). Of a body whose length was not announced the last
 *	    byte is asked for again with the rest, because it may be all of it: the answer says the length.
 *	P2  What is begun anew is another file, so no info ever speaks of another body than its part's. A part that is whole may have a second
 *	    name already when the program is killed: no byte of it is written again but the last, by itself.
 *	P3  A part belongs to one transfer at most (its owner). The writer syncs it meanwhile, and touches nothing but its counts.
 *	P4  A URL that has come to its end has no part, once that is committed; a finished job has none at all.
 *
 * Threads: the functions below are the loops' and their engines'; any. The sink is the writer's. What is kept is what is in the file:
 * killed, all of it; after another start of the machine, what the last commit has synced.
 *
 * A job that writes WARC has none: a response record is one answer as it was sent.
 */
#ifndef STORE_PART_H
#define STORE_PART_H

#include "url/job.h"

#define PART_MIN_BYTES    ((uint64_t)1024 * 1024) /* smaller bodies are soon fetched again */
#define PART_COMMIT_BYTES ((uint64_t)1024 * 1024) /* fewer that are new are not worth a sync while they come */

struct parts;

/* Before its request: appends to j->ask what gets the rest of its body, and sets j->ask_from, if there is something of it. 0 or -ENOMEM. */
MUST_CHECK int parts_ask(struct parts *p, struct job *j);
/* The head is in: does this answer bring what was asked for by parts_ask()? *ret_end: where the body ends. */
bool parts_goes_on(struct parts *p, const struct job *j, uint64_t *ret_end);
/*
 * Where the job's body is to go: a descriptor, at the place where it goes on; -ENOENT: it is none that is kept; other negative errno.
 * After parts_goes_on(): of its part. Else of a new one; what was kept before is gone.
 */
MUST_CHECK int parts_file(struct parts *p, const struct job *j);
/*
 * The transfer is over, or was not begun; each job that comes back from fetch. Of a body that was gone on with and is whole now, the
 * job is as if it had come at once: status, type, disposition, last_modified, outcome. False: the server cannot go on: what was kept is gone,
 * and all of it is to be asked for.
 */
bool parts_end(struct parts *p, struct job *j);

#endif
