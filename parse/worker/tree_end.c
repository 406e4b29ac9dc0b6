/* SPDX-License-Identifier: GPL-3.0-or-later */
/* End tags and text in the insertion modes: the other half of tree.c. */
#include "config.h"

#include "parse/worker/tree_stack.h"

#define DONE  STEP_DONE
#define AGAIN STEP_AGAIN

/* Before the body, these end tags count as if something had been there. */
static bool
opens_body(enum tag tag)
{
	return tag == TAG_BODY || tag == TAG_HTML || tag == TAG_BR;
}

static enum tree_step
end_before_body(struct tree *t, enum tag tag)
{
	switch (t->mode) {
	case MODE_INITIAL:
		t->mode = MODE_BEFORE_HTML;
		return AGAIN;
	case MODE_BEFORE_HTML:
		if (!opens_body(tag) && tag != TAG_HEAD)
			return DONE;
		tree_insert_implied(t, TAG_HTML);
		t->mode = MODE_BEFORE_HEAD;
		return AGAIN;
	case MODE_BEFORE_HEAD:
		if (tag == TAG_TEMPLATE)
			tree_end_template(t);
		if (!opens_body(tag) && tag != TAG_HEAD)
			return DONE;
		tree_insert_implied(t, TAG_HEAD);
		t->mode = MODE_IN_HEAD;
		return AGAIN;
	case MODE_IN_HEAD:
		if (tag == TAG_TEMPLATE)
			tree_end_template(t);
		if (!opens_body(tag) && tag != TAG_HEAD)
			return DONE;
		stack_cut(t, 1);
		t->mode = MODE_AFTER_HEAD;
		return again_if(tag != TAG_HEAD);
	case MODE_IN_HEAD_NOSCRIPT:
		if (tag != TAG_NOSCRIPT && tag != TAG_BR)
			return DONE;
		stack_pop(t);
		t->mode = MODE_IN_HEAD;
		return again_if(tag == TAG_BR);
	default: /* MODE_AFTER_HEAD */
		if (tag == TAG_TEMPLATE)
			tree_end_template(t);
		if (!opens_body(tag))
			return DONE;
		tree_insert_implied(t, TAG_BODY);
		t->in_body = true;
		t->mode = MODE_IN_BODY;
		return AGAIN;
	}
}

/* "Any other end tag". */
static void
end_any(struct tree *t, const struct tree_tag *tag)
{
	unsigned i;

	if (tag->tag != TAG_OTHER && t->count[tag->tag] == 0)
		return;
	for (i = t->n; i-- > 1;) {
		const struct tree_node *node = &t->open[i];

		if (node->ns == NS_HTML && node->tag == tag->tag &&
			(tag->tag != TAG_OTHER || str_ieq(node->name, tag->name))) {
			stack_cut(t, i);
			return;
		}
		if (node_is_special(node))
			return;
	}
}

static void
end_form(struct tree *t)
{
	unsigned i;

	if (!tree_in_template(t)) {
		bool was_open = t->form_open;

		t->form_open = false;
		if (!was_open)
			return;
	}
	if (!stack_in_scope(t, TAG_FORM, SCOPE_DEFAULT))
		return;
	stack_implied(t, TAG_OTHER);
	if (tree_in_template(t)) {
		stack_pop_until(t, TAG_FORM);
		return;
	}
	for (i = t->n; !node_is(&t->open[--i], TAG_FORM);)
		;
	stack_remove(t, i);
}

static void
end_heading(struct tree *t)
{
	static const enum tag headings[] = { TAG_H1, TAG_H2, TAG_H3, TAG_H4, TAG_H5, TAG_H6 };

	if (!stack_in_scope_any(t, headings, ARRAY_LEN(headings), SCOPE_DEFAULT))
		return;
	stack_implied(t, TAG_OTHER);
	while (t->n > 1) {
		const struct tree_node *node = stack_top(t);
		bool heading = node->ns == NS_HTML && node->tag >= TAG_H1 && node->tag <= TAG_H6;

		stack_pop(t);
		if (heading)
			break;
	}
}

static void
end_block(struct tree *t, enum tag tag, enum tree_scope scope)
{
	if (!stack_in_scope(t, tag, scope))
		return;
	stack_implied(t, tag);
	stack_pop_until(t, tag);
}

/* Those whose end tag closes what is open inside of them. */
static bool
is_block(enum tag tag)
{
	switch (tag) {
	case TAG_APPLET: case TAG_BUTTON: case TAG_LISTING: case TAG_MARQUEE: case TAG_OBJECT: case TAG_PRE:
	case TAG_SELECT:
		return true;
	default:
		return tag != TAG_P && tag != TAG_PLAINTEXT && (tag_flags[tag] & TAG_CLOSE_P) != 0;
	}
}

static enum tree_step
end_in_body(struct tree *t, const struct tree_tag *tag)
{
	switch (tag->tag) {
	case TAG_TEMPLATE:
		tree_end_template(t);
		return DONE;
	case TAG_BODY:
	case TAG_HTML:
		if (!stack_in_scope(t, TAG_BODY, SCOPE_DEFAULT))
			return DONE;
		t->mode = MODE_AFTER_BODY;
		return again_if(tag->tag == TAG_HTML);
	case TAG_FORM:
		end_form(t);
		return DONE;
	case TAG_P:
		stack_close_p(t);
		return DONE;
	case TAG_LI:
		end_block(t, TAG_LI, SCOPE_LIST);
		return DONE;
	case TAG_DD: case TAG_DT:
		end_block(t, tag->tag, SCOPE_DEFAULT);
		return DONE;
	case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6:
		end_heading(t);
		return DONE;
	case TAG_BR:
		t->frameset_ok = false;
		return DONE;
	default:
		break;
	}
	if (is_block(tag->tag))
		end_block(t, tag->tag, SCOPE_DEFAULT);
	else if ((tag_flags[tag->tag] & TAG_FORMAT) == 0 || !tree_end_formatting(t, tag->tag))
		end_any(t, tag);
	return DONE;
}

static enum tree_step
end_in_table(struct tree *t, const struct tree_tag *tag)
{
	if (tag->tag == TAG_TABLE) {
		if (stack_in_scope(t, TAG_TABLE, SCOPE_TABLE)) {
			stack_pop_until(t, TAG_TABLE);
			tree_reset_mode(t);
		}
		return DONE;
	}
	if (is_table_part(tag->tag) || tag->tag == TAG_BODY || tag->tag == TAG_HTML)
		return DONE;
	return end_in_body(t, tag);
}

static bool
is_table_body(enum tag tag)
{
	return tag == TAG_TBODY || tag == TAG_THEAD || tag == TAG_TFOOT;
}

static enum tree_step
end_in_cell(struct tree *t, const struct tree_tag *tag)
{
	if (tag->tag == TAG_TD || tag->tag == TAG_TH) {
		if (stack_in_scope(t, tag->tag, SCOPE_TABLE)) {
			stack_implied(t, TAG_OTHER);
			stack_pop_until(t, tag->tag);
			t->mode = MODE_IN_ROW;
		}
		return DONE;
	}
	if (tag->tag == TAG_TABLE || tag->tag == TAG_TR || is_table_body(tag->tag)) {
		if (!stack_in_scope(t, tag->tag, SCOPE_TABLE))
			return DONE;
		tree_close_cell(t);
		return AGAIN;
	}
	if (is_table_part(tag->tag) || tag->tag == TAG_BODY || tag->tag == TAG_HTML)
		return DONE;
	return end_in_body(t, tag);
}

static enum tree_step
end_in_row(struct tree *t, const struct tree_tag *tag)
{
	if (tag->tag == TAG_TR) {
		(void)tree_leave_row(t);
		return DONE;
	}
	if (tag->tag == TAG_TABLE)
		return again_if(tree_leave_row(t));
	if (is_table_body(tag->tag))
		return again_if(stack_in_scope(t, tag->tag, SCOPE_TABLE) && tree_leave_row(t));
	return end_in_table(t, tag);
}

static enum tree_step
end_in_table_body(struct tree *t, const struct tree_tag *tag)
{
	if (is_table_body(tag->tag)) {
		if (stack_in_scope(t, tag->tag, SCOPE_TABLE))
			(void)tree_leave_table_body(t);
		return DONE;
	}
	if (tag->tag == TAG_TABLE)
		return again_if(tree_leave_table_body(t));
	return end_in_table(t, tag);
}

static enum tree_step
end_in_caption(struct tree *t, const struct tree_tag *tag)
{
	if (tag->tag == TAG_CAPTION) {
		(void)tree_leave_caption(t);
		return DONE;
	}
	if (tag->tag == TAG_TABLE)
		return again_if(tree_leave_caption(t));
	if (is_table_part(tag->tag) || tag->tag == TAG_BODY || tag->tag == TAG_HTML)
		return DONE;
	return end_in_body(t, tag);
}

static enum tree_step
end_in_column_group(struct tree *t, const struct tree_tag *tag)
{
	if (tag->tag == TAG_COL)
		return DONE;
	if (tag->tag == TAG_TEMPLATE) {
		tree_end_template(t);
		return DONE;
	}
	return again_if(tree_leave_column_group(t) && tag->tag != TAG_COLGROUP);
}

static enum tree_step
end_late(struct tree *t, const struct tree_tag *tag)
{
	switch (t->mode) {
	case MODE_IN_TEMPLATE:
		if (tag->tag == TAG_TEMPLATE)
			tree_end_template(t);
		return DONE;
	case MODE_AFTER_BODY:
		t->mode = tag->tag == TAG_HTML ? MODE_AFTER_AFTER_BODY : MODE_IN_BODY;
		return again_if(tag->tag != TAG_HTML);
	case MODE_AFTER_AFTER_BODY:
		t->mode = MODE_IN_BODY;
		return AGAIN;
	case MODE_IN_FRAMESET:
		if (tag->tag == TAG_FRAMESET && t->n > 1) {
			stack_pop(t);
			if (!node_is(stack_top(t), TAG_FRAMESET))
				t->mode = MODE_AFTER_FRAMESET;
		}
		return DONE;
	case MODE_AFTER_FRAMESET:
		if (tag->tag == TAG_HTML)
			t->mode = MODE_AFTER_AFTER_FRAMESET;
		return DONE;
	default: /* MODE_AFTER_AFTER_FRAMESET */
		return DONE;
	}
}

static enum tree_step
end_by_mode(struct tree *t, const struct tree_tag *tag)
{
	switch (t->mode) {
	case MODE_INITIAL:
	case MODE_BEFORE_HTML:
	case MODE_BEFORE_HEAD:
	case MODE_IN_HEAD:
	case MODE_IN_HEAD_NOSCRIPT:
	case MODE_AFTER_HEAD:
		return end_before_body(t, tag->tag);
	case MODE_IN_BODY:
		return end_in_body(t, tag);
	case MODE_IN_TABLE:
		return end_in_table(t, tag);
	case MODE_IN_CAPTION:
		return end_in_caption(t, tag);
	case MODE_IN_COLUMN_GROUP:
		return end_in_column_group(t, tag);
	case MODE_IN_TABLE_BODY:
		return end_in_table_body(t, tag);
	case MODE_IN_ROW:
		return end_in_row(t, tag);
	case MODE_IN_CELL:
		return end_in_cell(t, tag);
	default:
		return end_late(t, tag);
	}
}

/* §13.2.6.5, end tags. False: it goes by the rules for HTML. */
static bool
end_foreign(struct tree *t, const struct tree_tag *tag)
{
	unsigned i;

	if (tag->tag == TAG_BR || tag->tag == TAG_P) {
		tree_leave_foreign(t);
		return false;
	}
	for (i = t->n - 1; i > 0 && t->open[i].ns != NS_HTML; i--)
		if (t->open[i].tag == tag->tag && str_ieq(t->open[i].name, tag->name)) {
			stack_cut(t, i);
			return true;
		}
	return i == 0;
}

void
tree_end(struct tree *t, const struct tree_tag *tag)
{
	if (t->n > 0 && t->open[t->n - 1].ns != NS_HTML && end_foreign(t, tag))
		return;
	while (end_by_mode(t, tag) == AGAIN)
		;
}

bool
tree_is_foreign(const struct tree *t)
{
	return t->n > 0 && t->open[t->n - 1].ns != NS_HTML;
}

/* Text that is not white space opens what it needs, and settles that there will be no frameset. */
void
tree_text(struct tree *t, struct str text)
{
	static const struct tree_tag anything = { .tag = TAG_OTHER };
	size_t i;

	if (!t->frameset_ok && t->mode == MODE_IN_BODY)
		return;
	for (i = 0; i < text.len && (ascii_is_space((unsigned char)text.p[i]) || text.p[i] == '\0'); i++)
		;
	if (i == text.len)
		return;
	if (tree_is_foreign(t)) {
		t->frameset_ok = false;
		return;
	}
	for (;;) {
		switch (t->mode) {
		case MODE_INITIAL: case MODE_BEFORE_HTML: case MODE_BEFORE_HEAD: case MODE_IN_HEAD: case MODE_AFTER_HEAD:
			while (t->mode < MODE_IN_BODY && t->mode != MODE_IN_HEAD_NOSCRIPT)
				(void)end_before_body(t, TAG_BR);
			break;
		case MODE_IN_HEAD_NOSCRIPT:
			(void)end_before_body(t, TAG_NOSCRIPT);
			break;
		case MODE_IN_COLUMN_GROUP:
			if (end_in_column_group(t, &anything) == DONE)
				return;
			break;
		case MODE_AFTER_BODY:
		case MODE_AFTER_AFTER_BODY:
			t->mode = MODE_IN_BODY;
			break;
		case MODE_IN_FRAMESET: case MODE_AFTER_FRAMESET: case MODE_AFTER_AFTER_FRAMESET:
			return;
		default:
			t->frameset_ok = false;
			return;
		}
	}
}
