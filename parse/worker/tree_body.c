/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Start tags "in body" (§13.2.6.4.7): the mode nearly all of a page is read in. */
#include "config.h"

#include "parse/worker/tree_stack.h"

#define DONE  STEP_DONE
#define AGAIN STEP_AGAIN

/* <li>, <dd>, <dt>: each ends the one before it. */
static void
close_item(struct tree *t, enum tag one, enum tag other)
{
	unsigned i;

	for (i = t->n; i-- > 1;) {
		const struct tree_node *node = &t->open[i];

		if (node_is(node, one) || node_is(node, other)) {
			enum tag tag = (enum tag)node->tag;

			stack_implied(t, tag);
			stack_pop_until(t, tag);
			return;
		}
		if (node_is_special(node) && !node_is(node, TAG_ADDRESS) && !node_is(node, TAG_DIV) &&
			!node_is(node, TAG_P))
			return;
	}
}

/*
 * §13.2.6.4.7, the "adoption agency": the formatting element leaves the stack; with no block opened inside it, all that is
 * above leaves with it. (What the standard's copies of it would add to the stack, its loop takes away again.)
 */
bool
tree_end_formatting(struct tree *t, enum tag tag)
{
	unsigned i, block, from;

	if (!stack_in_scope(t, tag, SCOPE_DEFAULT))
		return t->count[tag] > 0;
	for (i = t->n; !node_is(&t->open[--i], tag);)
		;
	for (block = i + 1; block < t->n && !node_is_special(&t->open[block]); block++)
		;
	if (block == t->n) {
		stack_cut(t, i);
		return true;
	}
	for (from = block; from-- > i;)
		if (from == i || (tag_flags[t->open[from].tag] & TAG_FORMAT) == 0)
			stack_remove(t, from);
	return true;
}

static void
start_foreign_root(struct tree *t, struct tree_start *s)
{
	s->v.foreign = true;
	s->inserted = true;
	if (!s->tag->self_closing)
		stack_push(t, s->v.tag, s->tag->name, s->v.tag == TAG_SVG ? NS_SVG : NS_MATH, 0);
}

static void
start_form(struct tree *t, struct tree_start *s)
{
	if (t->form_open && !tree_in_template(t))
		return;
	stack_close_p(t);
	tree_insert(t, s);
	if (!tree_in_template(t))
		t->form_open = true;
}

static void
start_body_again(struct tree *t, struct tree_start *s)
{
	if (t->n < 2 || !node_is(&t->open[1], TAG_BODY) || tree_in_template(t))
		return;
	t->frameset_ok = false;
	s->inserted = true;
	s->v.attrs = s->tag->seen & ~t->body_attrs;
	t->body_attrs |= s->tag->seen;
}

static void
start_frameset_in_body(struct tree *t, struct tree_start *s)
{
	if (t->n < 2 || !node_is(&t->open[1], TAG_BODY) || !t->frameset_ok)
		return;
	stack_cut(t, 1);
	s->v.takes_over = true;
	tree_insert(t, s);
	t->mode = MODE_IN_FRAMESET;
}

/* The block elements, headings and others that end an open p first. */
static bool
ends_p(enum tag tag)
{
	return (tag_flags[tag] & TAG_CLOSE_P) != 0 || tag == TAG_PRE || tag == TAG_LISTING || tag == TAG_XMP ||
		tag == TAG_HR || tag == TAG_TABLE || (tag >= TAG_H1 && tag <= TAG_H6);
}

static bool
is_heading(const struct tree_node *node)
{
	return node->ns == NS_HTML && node->tag >= TAG_H1 && node->tag <= TAG_H6;
}

/* What happens before the element is inserted. */
static void
start_in_body_closes(struct tree *t, enum tag tag)
{
	if (ends_p(tag))
		stack_close_p(t);
	switch (tag) {
	case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6:
		if (is_heading(stack_top(t)))
			stack_pop(t);
		break;
	case TAG_LI:
		close_item(t, TAG_LI, TAG_LI);
		stack_close_p(t);
		break;
	case TAG_DD: case TAG_DT:
		close_item(t, TAG_DD, TAG_DT);
		stack_close_p(t);
		break;
	case TAG_BUTTON:
		if (stack_in_scope(t, TAG_BUTTON, SCOPE_DEFAULT)) {
			stack_implied(t, TAG_OTHER);
			stack_pop_until(t, TAG_BUTTON);
		}
		break;
	case TAG_A: case TAG_NOBR:
		(void)tree_end_formatting(t, tag);
		break;
	case TAG_INPUT:
		if (stack_in_scope(t, TAG_SELECT, SCOPE_DEFAULT))
			stack_pop_until(t, TAG_SELECT);
		break;
	case TAG_OPTION: case TAG_OPTGROUP:
		if (node_is(stack_top(t), TAG_OPTION))
			stack_pop(t);
		break;
	case TAG_RB: case TAG_RTC: case TAG_RP: case TAG_RT:
		if (stack_in_scope(t, TAG_RUBY, SCOPE_DEFAULT))
			stack_implied(t, tag == TAG_RP || tag == TAG_RT ? TAG_RTC : TAG_OTHER);
		break;
	default:
		break;
	}
}

/* §13.2.6.4.7 "in body". */
enum tree_step
tree_start_in_body(struct tree *t, struct tree_start *s)
{
	enum tag tag = s->v.tag;

	if (tag == TAG_IMAGE)
		tag = s->v.tag = TAG_IMG;
	if ((tag_flags[tag] & TAG_NOFRAMES_OK) != 0)
		t->frameset_ok = false;
	switch (tag) {
	case TAG_HTML:
		tree_start_html(t, s);
		return DONE;
	case TAG_BODY:
		start_body_again(t, s);
		return DONE;
	case TAG_FRAMESET:
		start_frameset_in_body(t, s);
		return DONE;
	case TAG_FORM:
		start_form(t, s);
		return DONE;
	case TAG_SVG:
	case TAG_MATH:
		start_foreign_root(t, s);
		return DONE;
	case TAG_FRAME:
	case TAG_HEAD:
		return DONE;
	case TAG_SELECT:
		if (stack_in_scope(t, TAG_SELECT, SCOPE_DEFAULT)) {
			stack_pop_until(t, TAG_SELECT);
			return DONE;
		}
		break;
	default:
		break;
	}
	if (is_table_part(tag))
		return DONE;
	if (is_head_element(tag)) {
		tree_start_head_element(t, s);
		return DONE;
	}
	start_in_body_closes(t, tag);
	if (tag == TAG_INPUT && !tree_attr_ieq(s->tag, ATTR_TYPE, STR("hidden")))
		t->frameset_ok = false;
	if ((tag_flags[tag] & TAG_TEXT_ONLY) != 0)
		tree_insert_text_only(s);
	else
		tree_insert(t, s);
	if (tag == TAG_TABLE)
		t->mode = MODE_IN_TABLE;
	return DONE;
}
