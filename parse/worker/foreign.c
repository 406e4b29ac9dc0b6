/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/foreign.h"

static bool
push(struct foreign *f, enum tag tag, struct str name, bool self_closing)
{
	if (self_closing)
		return true;
	if (f->n == FOREIGN_MAX_DEPTH)
		return false;
	f->open[f->n++] = (struct foreign_node){ .tag = tag, .name = name };
	return true;
}

bool
foreign_open(struct foreign *f, enum tag tag, struct str name, bool self_closing)
{
	return tag == TAG_SVG && push(f, tag, name, self_closing);
}

/* Markup in these is HTML again: HTML integration points (§13.2.6.5). */
static bool
holds_html(enum tag tag)
{
	return tag == TAG_TITLE || tag == TAG_DESC || tag == TAG_FOREIGNOBJECT;
}

bool
foreign_start(struct foreign *f, enum tag tag, struct str name, bool self_closing)
{
	unsigned flags = tag_flags[tag];

	if (holds_html(f->open[f->n - 1].tag) || (flags & TAG_BREAKOUT) != 0 || tag == TAG_FONT)
		return false;
	if ((flags & (TAG_TEXT_ONLY | TAG_CONTEXT)) != 0 && tag != TAG_SVG && tag != TAG_TITLE)
		return false;
	return push(f, tag, name, self_closing);
}

bool
foreign_end(struct foreign *f, enum tag tag, struct str name)
{
	const struct foreign_node *top = &f->open[f->n - 1];

	if (tag != top->tag || (tag == TAG_OTHER && !str_ieq(name, top->name)))
		return false;
	f->n--;
	return true;
}
