/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * echo.h: what goes into a file goes to somebody who reads it too, a pipe as a rule.
 *
 * Whoever reads slowly is waited for: so a crawl is as fast as what it prints is read. Whoever does not read at all must not keep a run
 * from its end: haste, which another thread or a signal handler raises, bounds the wait.
 *
 * echo_init(); echo_write() until it fails or is over. One thread; it owns nothing.
 */
#ifndef STORE_ECHO_H
#define STORE_ECHO_H

#include "base/buf.h"
#include "base/check.h"
#include "store/store.h"

struct echo {
	int fd;      /* -1: nowhere */
	bool is_file;
	bool is_over; /* nobody took it in time: what came after is not written, and that is no failure */
	int err;
	store_haste *haste; /* NULL: there is none */
};

#define ECHO_NONE ((struct echo){ .fd = -1 })

/* fd and haste are borrowed. */
void echo_init(struct echo *e, int fd, store_haste *haste);
/* All of it, or it is over. 0 or the first failure, negative errno. */
MUST_CHECK int echo_write(struct echo *e, struct str text);

#endif
