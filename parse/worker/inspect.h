/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inspect.h: the readers for people and scripts: JSON Lines in, JSON Lines out, one answer per request, in order
 * (`lycosa inspect WHAT`, lycosa(1)).
 *
 *	url host registrable links tokens srcset css refresh charset robots date
 *
 * A bad request gets {"error": "..."} on its line, and the next line is read. Runs in the jail where a crawl would.
 */
#ifndef PARSE_WORKER_INSPECT_H
#define PARSE_WORKER_INSPECT_H

#include "base/check.h"

/*
 * Answers everything from in_fd to its end. 0; -EINVAL: there is no such `what`; else a negative errno of reading or writing.
 */
MUST_CHECK int inspect_run(const char *what, int in_fd, int out_fd);

#endif
