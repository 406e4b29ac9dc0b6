/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inspect_path.h: `lycosa inspect path`: where in a mirror a URL's file is. Not in the jail with the other questions: in a
 * crawl the writer names files, and it needs a digest that the jail does without.
 */
#ifndef CRAWLER_INSPECT_PATH_H
#define CRAWLER_INSPECT_PATH_H

#include <stdbool.h>

#include "base/check.h"

/* Answers everything on standard input, as inspect_run() or inspect_run_raw() would; 0 or negative errno. */
MUST_CHECK int inspect_path(bool raw);

#endif
