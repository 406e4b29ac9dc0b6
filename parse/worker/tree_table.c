/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Start tags in tables (§13.2.6.4.9-15), and how each part of a table is left. */
#include "config.h"

#include "parse/worker/tree_stack.h"

#define DONE  STEP_DONE
#define AGAIN STEP_AGAIN

static const enum tag table_context[] = { TAG_TABLE };
static const enum tag body_context[] = { TAG_TBODY, TAG_TFOOT, TAG_THEAD };
static const enum tag row_context[] = { TAG_TR };
static const enum tag cells[] = { TAG_TD, TAG_TH };

/* §13.2.6.4.9 "in table". */
enum tree_step
tree_start_in_table(struct tree *t, struct tree_start *s)
{
	enum tag tag = s->v.tag;

	switch (tag) {
	case TAG_CAPTION:
		stack_clear_to(t, table_context, ARRAY_LEN(table_context));
		tree_insert(t, s);
		t->mode = MODE_IN_CAPTION;
		return DONE;
	case TAG_COLGROUP:
	case TAG_COL:
		stack_clear_to(t, table_context, ARRAY_LEN(table_context));
		t->mode = MODE_IN_COLUMN_GROUP;
		if (tag == TAG_COLGROUP) {
			tree_insert(t, s);
			return DONE;
		}
		tree_insert_implied(t, TAG_COLGROUP);
		return AGAIN;
	case TAG_TBODY: case TAG_TFOOT: case TAG_THEAD:
		stack_clear_to(t, table_context, ARRAY_LEN(table_context));
		tree_insert(t, s);
		t->mode = MODE_IN_TABLE_BODY;
		return DONE;
	case TAG_TD: case TAG_TH: case TAG_TR:
		stack_clear_to(t, table_context, ARRAY_LEN(table_context));
		tree_insert_implied(t, TAG_TBODY);
		t->mode = MODE_IN_TABLE_BODY;
		return AGAIN;
	case TAG_TABLE:
		if (!stack_in_scope(t, TAG_TABLE, SCOPE_TABLE))
			return DONE;
		stack_pop_until(t, TAG_TABLE);
		tree_reset_mode(t);
		return AGAIN;
	case TAG_STYLE: case TAG_SCRIPT: case TAG_TEMPLATE:
		tree_start_head_element(t, s);
		return DONE;
	case TAG_INPUT:
		if (tree_attr_ieq(s->tag, ATTR_TYPE, STR("hidden"))) {
			tree_insert_void(s);
			return DONE;
		}
		break;
	case TAG_FORM:
		if (!t->form_open && !tree_in_template(t)) {
			tree_insert_void(s);
			t->form_open = true;
		}
		return DONE;
	default:
		break;
	}
	return tree_start_in_body(t, s);
}

void
tree_close_cell(struct tree *t)
{
	stack_implied(t, TAG_OTHER);
	while (t->n > 1) {
		bool cell = node_is(stack_top(t), TAG_TD) || node_is(stack_top(t), TAG_TH);

		stack_pop(t);
		if (cell)
			break;
	}
	t->mode = MODE_IN_ROW;
}

bool
tree_leave_caption(struct tree *t)
{
	if (!stack_in_scope(t, TAG_CAPTION, SCOPE_TABLE))
		return false;
	stack_implied(t, TAG_OTHER);
	stack_pop_until(t, TAG_CAPTION);
	t->mode = MODE_IN_TABLE;
	return true;
}

bool
tree_leave_row(struct tree *t)
{
	if (!stack_in_scope(t, TAG_TR, SCOPE_TABLE))
		return false;
	stack_clear_to(t, row_context, ARRAY_LEN(row_context));
	stack_pop(t);
	t->mode = MODE_IN_TABLE_BODY;
	return true;
}

bool
tree_leave_table_body(struct tree *t)
{
	if (!stack_in_scope_any(t, body_context, ARRAY_LEN(body_context), SCOPE_TABLE))
		return false;
	stack_clear_to(t, body_context, ARRAY_LEN(body_context));
	stack_pop(t);
	t->mode = MODE_IN_TABLE;
	return true;
}

bool
tree_leave_column_group(struct tree *t)
{
	if (!node_is(stack_top(t), TAG_COLGROUP))
		return false;
	stack_pop(t);
	t->mode = MODE_IN_TABLE;
	return true;
}

/* §13.2.6.4.11-15: inside of tables. */
enum tree_step
tree_start_in_table_part(struct tree *t, struct tree_start *s)
{
	enum tag tag = s->v.tag;
	bool part = is_table_part(tag);

	switch (t->mode) {
	case MODE_IN_CAPTION:
		return part ? again_if(tree_leave_caption(t)) : tree_start_in_body(t, s);
	case MODE_IN_COLUMN_GROUP:
		if (tag == TAG_HTML)
			tree_start_html(t, s);
		else if (tag == TAG_COL)
			tree_insert_void(s);
		else if (tag == TAG_TEMPLATE)
			tree_start_head_element(t, s);
		else
			return again_if(tree_leave_column_group(t));
		return DONE;
	case MODE_IN_TABLE_BODY:
		if (tag == TAG_TR || tag == TAG_TD || tag == TAG_TH) {
			stack_clear_to(t, body_context, ARRAY_LEN(body_context));
			t->mode = MODE_IN_ROW;
			if (tag != TAG_TR) {
				tree_insert_implied(t, TAG_TR);
				return AGAIN;
			}
			tree_insert(t, s);
			return DONE;
		}
		return part ? again_if(tree_leave_table_body(t)) : tree_start_in_table(t, s);
	case MODE_IN_ROW:
		if (tag == TAG_TD || tag == TAG_TH) {
			stack_clear_to(t, row_context, ARRAY_LEN(row_context));
			tree_insert(t, s);
			t->mode = MODE_IN_CELL;
			return DONE;
		}
		return part ? again_if(tree_leave_row(t)) : tree_start_in_table(t, s);
	default: /* MODE_IN_CELL */
		if (!part)
			return tree_start_in_body(t, s);
		if (!stack_in_scope_any(t, cells, ARRAY_LEN(cells), SCOPE_TABLE))
			return DONE;
		tree_close_cell(t);
		return AGAIN;
	}
}
