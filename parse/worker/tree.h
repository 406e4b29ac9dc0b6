/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tree.h: what is open. The part of tree construction (WHATWG HTML §13.2.6) that decides which start tags become
 * elements, in which namespace, and how the text behind them is read: insertion modes and the stack of open elements,
 * without the tree.
 *
 * Most pages need none of it (reader.c: it begins when a tag with the flag CONTEXT or TABLEPART of tags.def is met, and
 * then the page is read again from its beginning).
 *
 * Order of calls: tree_init() once; tree_reset() per page; then for every token tree_start(), tree_end(), tree_text().
 * Names are spans of the body and must outlive the page. One owner, no allocation.
 *
 * What is simplified: there is no list of active formatting elements (it copies elements, whose links were counted
 * already); the depth is at most TREE_MAX_DEPTH (browsers stop at 512 too): what is opened deeper is not tracked.
 *
 * Invariants:
 *  T1  open[0] is html once anything is open.
 *  T2  count[t] is the number of HTML elements t in open[]; so "in scope" walks only where there is something to find.
 *  T3  n_modes is the number of template elements in open[].
 *  T4  work per token is O(TREE_MAX_DEPTH), and O(1) for tags that fit together.
 */
#ifndef PARSE_WORKER_TREE_H
#define PARSE_WORKER_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "parse/worker/names.h"

#define TREE_MAX_DEPTH 512

enum tree_ns { NS_HTML, NS_MATH, NS_SVG };

enum tree_mode {
	MODE_INITIAL,
	MODE_BEFORE_HTML,
	MODE_BEFORE_HEAD,
	MODE_IN_HEAD,
	MODE_IN_HEAD_NOSCRIPT,
	MODE_AFTER_HEAD,
	MODE_IN_BODY,
	MODE_IN_TABLE,
	MODE_IN_CAPTION,
	MODE_IN_COLUMN_GROUP,
	MODE_IN_TABLE_BODY,
	MODE_IN_ROW,
	MODE_IN_CELL,
	MODE_IN_TEMPLATE,
	MODE_AFTER_BODY,
	MODE_IN_FRAMESET,
	MODE_AFTER_FRAMESET,
	MODE_AFTER_AFTER_BODY,
	MODE_AFTER_AFTER_FRAMESET,
};

struct tree_node {
	struct str name;
	uint16_t tag; /* enum tag; of a foreign element too */
	uint8_t ns;
	uint8_t point; /* POINT_*: what kind of integration point it is */
};

struct tree {
	enum tree_mode mode;
	bool frameset_ok, form_open, in_body;
	unsigned n, n_modes;
	uint64_t body_attrs, html_attrs; /* that their start tags had */
	struct tree_node open[TREE_MAX_DEPTH];
	uint8_t modes[TREE_MAX_DEPTH]; /* template insertion modes */
	uint16_t count[TAG_COUNT];
};

/* A tag, as the tokenizer leaves it. */
struct tree_tag {
	enum tag tag;
	struct str name;
	bool self_closing;
	uint64_t seen;
	const struct str *value; /* by enum attr, where seen has the bit */
};

struct tree_verdict {
	bool exists;      /* becomes an element of the document (not of a template's content) */
	bool foreign;     /* in svg or math */
	bool takes_over;  /* a frameset that replaces the body, and all that was found in it */
	bool text_only;   /* what follows is its text: scan_enter() by its flags, and its end tag is not given to tree_end() */
	enum tag tag;     /* "image" is "img" */
	uint64_t attrs;   /* of seen, those that count: a second <body> only adds what the first did not have */
};

void tree_reset(struct tree *t);
struct tree_verdict tree_start(struct tree *t, const struct tree_tag *tag);
void tree_end(struct tree *t, const struct tree_tag *tag);
/* Text that is not inside a text-only element. */
void tree_text(struct tree *t, struct str text);
/* The adjusted current node is in svg or math: CDATA sections exist. */
bool tree_is_foreign(const struct tree *t);

#endif
