/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract.h: what XPath expressions find in a page (--extract NAME=XPATH). libxml2's tree, so it costs many times what
 * reading the links does: only made when somebody asks.
 *
 * Order of calls: extract_new() once; extract_page() per page; extract_free(). One thread.
 *
 * HTML is made a tree by libxml2's HTML parser, names in lower case and without a namespace; XML is a tree of its own, with
 * the prefixes html, svg, atom, rss, rdf, dc, content and xlink bound to their namespaces. The tree is libxml2's and not
 * quite a browser's. Ceilings: steps of the evaluations (EXTRACT_OPS), values of a rule, bytes of a value, bytes of a page
 * (parse/wire.h); beyond them, what there is is cut and said to be.
 */
#ifndef PARSE_WORKER_EXTRACT_H
#define PARSE_WORKER_EXTRACT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

struct extract;

/*
 * rules: "NAME=XPATH" of each, each with a NUL behind it. 0; -ENOMEM; -EINVAL with the number of the bad one in *ret_bad
 * (may be NULL).
 */
MUST_CHECK int extract_new(struct str rules, struct extract **ret_extract, unsigned *ret_bad);
void extract_free(struct extract *e);

/*
 * Appends what the rules find in page (UTF-8) to out, as records of parse/wire.h. *ret_cut: there was more. 0; -ENOMEM with
 * whole records in out.
 */
MUST_CHECK int extract_page(const struct extract *e, struct str page, bool xml, struct buf *out, bool *ret_cut);

#endif
