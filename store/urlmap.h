/* SPDX-License-Identifier: GPL-3.0-or-later */
/* urlmap.h: a line of urlmap.jsonl, for those who write one: its sink, and the begin of an update. */
#ifndef STORE_URLMAP_H
#define STORE_URLMAP_H

#include "store/linefile.h"

#define URLMAP_NAME "urlmap.jsonl"

/* saved: the URL's file in the job directory, to: where it redirects; either may be empty. No line for what has neither. */
MUST_CHECK int urlmap_line(struct linefile *file, struct str url, struct str saved, struct str to);

#endif
