/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * known.h: what servers have said that holds for later requests: cookies (RFC 6265, fetch/jar.h), and that a host wants https only
 * (RFC 6797, fetch/hstsset.h). The part of struct fetch between these and the jobs; what fetch.h says of cookies and HSTS is here too.
 *
 * Loop thread.
 */
#ifndef FETCH_KNOWN_H
#define FETCH_KNOWN_H

#include "fetch/engine.h"

/* The answer has come, whatever became of it. */
void known_take(struct fetch *f, struct job *j);
/* Does the host want https? Then the answer is ready: 1; else 0, or -ENOMEM. */
MUST_CHECK int known_answer(struct fetch *f, struct job *j);
/* j->cookie: what the user gave, then what servers have set. 0 or -ENOMEM. */
MUST_CHECK int known_put_cookies(struct fetch *f, struct job *j);

#endif
