/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree_stack.h: the stack of open elements (§13.2.4.2), and what tree.c and tree_end.c share. Private to tree*.c. */
#ifndef PARSE_WORKER_TREE_STACK_H
#define PARSE_WORKER_TREE_STACK_H

#include "base/check.h"
#include "parse/worker/tree.h"

enum {
	POINT_HTML = 1u << 0,        /* HTML integration point */
	POINT_MATH_TEXT = 1u << 1,   /* MathML text integration point */
	POINT_ANNOTATION = 1u << 2,  /* annotation-xml of any encoding */
};

enum tree_scope { SCOPE_DEFAULT, SCOPE_LIST, SCOPE_BUTTON, SCOPE_TABLE };

void stack_push(struct tree *t, enum tag tag, struct str name, enum tree_ns ns, unsigned point);
void stack_pop(struct tree *t);
void stack_remove(struct tree *t, unsigned i);
/* Pops up to and with the innermost HTML element `tag`, which is open. */
void stack_pop_until(struct tree *t, enum tag tag);
/* Pops down to length n. */
void stack_cut(struct tree *t, unsigned n);
bool stack_in_scope(const struct tree *t, enum tag tag, enum tree_scope scope);
bool stack_in_scope_any(const struct tree *t, const enum tag *tags, size_t n, enum tree_scope scope);
/* "Generate implied end tags", except for `except`. */
void stack_implied(struct tree *t, enum tag except);
void stack_implied_thoroughly(struct tree *t);
/* "Close a p element" if one is in button scope. */
void stack_close_p(struct tree *t);
/* Pops until the current node is one of tags, template or html ("clear the stack back to a ... context"). */
void stack_clear_to(struct tree *t, const enum tag *tags, size_t n);

/* What both start and end tags do (tree.c). leave_*: false if there is nothing to leave. */
void tree_insert_implied(struct tree *t, enum tag tag);
void tree_reset_mode(struct tree *t);
bool tree_end_formatting(struct tree *t, enum tag tag);
void tree_end_template(struct tree *t);
void tree_close_cell(struct tree *t);
bool tree_leave_caption(struct tree *t);
bool tree_leave_row(struct tree *t);
bool tree_leave_table_body(struct tree *t);
bool tree_leave_column_group(struct tree *t);
void tree_leave_foreign(struct tree *t);

enum tree_step { STEP_DONE, STEP_AGAIN };

/* A start tag on its way through the modes. */
struct tree_start {
	const struct tree_tag *tag;
	struct tree_verdict v;
	bool inserted;
};

enum tree_step tree_start_in_body(struct tree *t, struct tree_start *s);
enum tree_step tree_start_in_table(struct tree *t, struct tree_start *s);
/* In a caption, column group, table body, row or cell. */
enum tree_step tree_start_in_table_part(struct tree *t, struct tree_start *s);
/* For the tags other modes hand on: those with TAG_IN_HEAD, and html. */
void tree_start_head_element(struct tree *t, struct tree_start *s);
void tree_start_html(struct tree *t, struct tree_start *s);

static inline void
tree_insert(struct tree *t, struct tree_start *s)
{
	s->inserted = true;
	if ((tag_flags[s->v.tag] & TAG_VOID) == 0)
		stack_push(t, s->v.tag, s->tag->name, NS_HTML, 0);
}

static inline void
tree_insert_void(struct tree_start *s)
{
	s->inserted = true;
}

static inline void
tree_insert_text_only(struct tree_start *s)
{
	s->inserted = true;
	s->v.text_only = true;
}

static inline bool
tree_attr_ieq(const struct tree_tag *tag, enum attr attr, struct str want)
{
	return (tag->seen & ATTR_BIT(attr)) != 0 && str_ieq(tag->value[attr], want);
}

static inline bool
is_table_part(enum tag tag)
{
	return (tag_flags[tag] & TAG_TABLEPART) != 0;
}

static inline bool
is_head_element(enum tag tag)
{
	return (tag_flags[tag] & TAG_IN_HEAD) != 0;
}

static inline enum tree_step
again_if(bool left)
{
	return left ? STEP_AGAIN : STEP_DONE;
}

static inline bool
tree_in_template(const struct tree *t)
{
	return t->count[TAG_TEMPLATE] > 0;
}

static inline struct tree_node *
stack_top(struct tree *t)
{
	return t->n > 0 ? &t->open[t->n - 1] : NULL;
}

static inline bool
node_is(const struct tree_node *node, enum tag tag)
{
	return node->ns == NS_HTML && node->tag == tag;
}

static inline bool
node_is_special(const struct tree_node *node)
{
	if (node->ns == NS_HTML)
		return (tag_flags[node->tag] & TAG_SPECIAL) != 0;
	return node->point != 0;
}

#endif
