/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tee.h: what goes into a file goes to somebody who reads it too, a pipe as a rule.
 *
 * Whoever reads slowly is waited for: so a crawl is as fast as what it prints is read. Whoever does not read at all must not keep a run
 * from its end: haste, which another thread or a signal handler raises, bounds the wait.
 *
 * tee_init(); tee_write() until it fails or is over. One thread; it owns nothing.
 */
#ifndef STORE_TEE_H
#define STORE_TEE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/check.h"

/*
 * How long whoever reads what is printed may take: any time; not a second in which nothing is taken, for the run is to end; no time.
 * Raised from any thread, also in a signal handler. LOST, which the tee says: it took longer, and the rest was not printed.
 */
enum { STORE_HASTE_NONE, STORE_HASTE_END, STORE_HASTE_STOP, STORE_HASTE_LOST };
typedef atomic_int store_haste;

struct tee {
	int fd;      /* -1: nowhere */
	bool is_file;
	bool is_over; /* nobody took it in time: what came after is not written, and that is no failure */
	int err;
	store_haste *haste; /* NULL: there is none */
};

#define TEE_NONE ((struct tee){ .fd = -1 })

/* fd and haste are borrowed. */
void tee_init(struct tee *e, int fd, store_haste *haste);
/* All of it, or it is over. 0 or the first failure, negative errno. */
MUST_CHECK int tee_write(struct tee *e, struct str text);

#endif
