/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * visitlog.h: the file `visited`: the fingerprints of all URLs that were let in or have come to
 * their end, so that a resume need not read the database to know them. It is a sink; this is its
 * side for the resume.
 *
 *	0   8   VISITLOG_MAGIC, in the byte order of the machine
 *	8   8   0
 *	16  8n  fingerprints, some of them more than once
 *
 * Its length and a sum over it belong to each transaction (J2). It holds nothing that is not in the
 * database too: lost, cut short, damaged or from a machine of another byte order, it is made again.
 */
#ifndef STORE_VISITLOG_H
#define STORE_VISITLOG_H

#include "store/sink.h"

/*
 * Calls fn for all fingerprints, as they come: 1, or 0 if the log is damaged (then some may have been
 * told that are none: a false one is as improbable as two URLs of one fingerprint). Negative errno.
 */
MUST_CHECK int visitlog_load(struct visitlog *v, int (*fn)(void *arg, const uint64_t *fps, size_t n),
	void *arg);
/* So many are in it, as far as is known before it is read. */
uint64_t visitlog_count(const struct visitlog *v);
/* Empties it, to be filled again by visitlog_add(). */
MUST_CHECK int visitlog_clear(struct visitlog *v);
MUST_CHECK int visitlog_add(struct visitlog *v, uint64_t fp);

#endif
