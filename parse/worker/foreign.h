/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foreign.h: the svg of the quick way through a page (reader_html.c). Icons in the page's text are everywhere, and they
 * alone are no reason to keep the stack of all open elements: it is enough to keep those inside the svg, as long as each
 * end tag there ends the innermost one and nothing breaks out.
 *
 * foreign_open() for a start tag <svg>, then foreign_start() and foreign_end() for all tags while foreign_inside(). False
 * from one of them: this is more than is known here, and the page is to be read again with the tree (tree.h).
 *
 * Pure. Ceiling: FOREIGN_MAX_DEPTH.
 */
#ifndef PARSE_WORKER_FOREIGN_H
#define PARSE_WORKER_FOREIGN_H

#include <stdbool.h>

#include "base/str.h"
#include "parse/worker/names.h"

#define FOREIGN_MAX_DEPTH 16

struct foreign {
	unsigned n;
	struct foreign_node {
		enum tag tag;
		struct str name; /* as written */
	} open[FOREIGN_MAX_DEPTH];
};

static inline bool
foreign_inside(const struct foreign *f)
{
	return f->n > 0;
}

bool foreign_open(struct foreign *f, enum tag tag, struct str name, bool self_closing);
bool foreign_start(struct foreign *f, enum tag tag, struct str name, bool self_closing);
bool foreign_end(struct foreign *f, enum tag tag, struct str name);

#endif
