/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libxml.h: when libxml2 is there.
 *
 * lycosa-worker and the tests are linked with it, in the usual way. lycosa itself reads no page but with parse.workers = 0, and compiles
 * rules of --extract to see whether they are any; it is not linked with libxml2, because that, ICU and libstdc++ below it
 * are a third of what the dynamic linker does at a start (2.3 of 9.3 ms of a command that does nothing). libxml_late.c defines the functions that parse/worker/ calls, each
 * of which goes on to libxml2's own, once libxml_load() has loaded that. Where configure finds no name to load it by,
 * lycosa is linked like the others (libxml_linked.c).
 */
#ifndef PARSE_WORKER_LIBXML_H
#define PARSE_WORKER_LIBXML_H

#include "base/check.h"

/* Before the first call of anything in parse/worker/ that may use libxml2. Any thread, any number of times. 0, or -ELIBACC. */
MUST_CHECK int libxml_load(void);
/* After -ELIBACC: which file, and what is wrong with it, in the dynamic linker's words. Any thread. */
const char *libxml_why(void);

#endif
