/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * svguse.h: an SVG file as a part of a page that nobody sees, so that <use> there can refer to what is in it: browsers take no
 * data: URL for that, and a file is asked for from no file. Pure.
 */
#ifndef STORE_SVGUSE_H
#define STORE_SVGUSE_H

#include "base/buf.h"
#include "base/str.h"

/* What the page is, where that stands. */
enum svguse_page { SVGUSE_HTML, SVGUSE_XHTML, SVGUSE_SVG };

/*
 * Appends it from its root element on, in ASCII, for a page in any charset that has that, with prefix (letters, digits, '-') before each id and
 * each reference to one: the page has ids of its own. -EINVAL, and out as it was: what in a file of its own is harmless or its own would be the
 * page's (scripts, styles, HTML), or HTML does not read it as XML does (entities, CDATA, a root that is not called svg), or it is not UTF-8; and, for a page that is not HTML, what is
 * not well-formed by itself.
 */
MUST_CHECK int svguse_add(struct str svg, struct str prefix, enum svguse_page page, struct buf *out);
/*
 * The same of the element with this id alone, and of those that it refers to. -EINVAL also: there is none; it refers to other files. What this has
 * put into the file itself is not looked at: so it does not matter which of two files is done first.
 */
MUST_CHECK int svguse_pick(struct str svg, struct str id, struct str prefix, enum svguse_page page, struct buf *out);

#endif
