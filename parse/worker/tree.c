/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The insertion modes, by their sections in §13.2.6.4. Each start_*() and end_*() handles a tag in its mode and returns
 * AGAIN when the standard says "reprocess": t->mode has changed, and the tag is looked at once more. Every AGAIN leaves a
 * mode that the same tag does not come back to, so there are at most a handful.
 */
#include "config.h"

#include "parse/worker/tree_stack.h"

#define DONE  STEP_DONE
#define AGAIN STEP_AGAIN

void
tree_reset(struct tree *t)
{
	t->mode = MODE_INITIAL;
	t->frameset_ok = true;
	t->form_open = t->in_body = false;
	t->n = t->n_modes = 0;
	t->body_attrs = t->html_attrs = 0;
	memset(t->count, 0, sizeof(t->count));
}

void
tree_insert_implied(struct tree *t, enum tag tag)
{
	stack_push(t, tag, str_of(tag_name(tag)), NS_HTML, 0);
}

/* §13.2.4.1 "reset the insertion mode appropriately". */
void
tree_reset_mode(struct tree *t)
{
	unsigned i;

	for (i = t->n; i-- > 0;) {
		const struct tree_node *node = &t->open[i];

		if (node->ns != NS_HTML)
			continue;
		switch (node->tag) {
		case TAG_TD:
		case TAG_TH:
			t->mode = MODE_IN_CELL;
			return;
		case TAG_TR:
			t->mode = MODE_IN_ROW;
			return;
		case TAG_TBODY:
		case TAG_THEAD:
		case TAG_TFOOT:
			t->mode = MODE_IN_TABLE_BODY;
			return;
		case TAG_CAPTION:
			t->mode = MODE_IN_CAPTION;
			return;
		case TAG_COLGROUP:
			t->mode = MODE_IN_COLUMN_GROUP;
			return;
		case TAG_TABLE:
			t->mode = MODE_IN_TABLE;
			return;
		case TAG_TEMPLATE:
			t->mode = t->n_modes > 0 ? (enum tree_mode)t->modes[t->n_modes - 1] : MODE_IN_BODY;
			return;
		case TAG_HEAD:
			t->mode = MODE_IN_HEAD;
			return;
		case TAG_BODY:
			t->mode = MODE_IN_BODY;
			return;
		case TAG_FRAMESET:
			t->mode = MODE_IN_FRAMESET;
			return;
		case TAG_HTML:
			t->mode = t->in_body ? MODE_AFTER_HEAD : MODE_BEFORE_HEAD;
			return;
		default:
			break;
		}
	}
	t->mode = MODE_IN_BODY;
}

static void
set_template_mode(struct tree *t, enum tree_mode mode)
{
	if (t->n_modes > 0)
		t->modes[t->n_modes - 1] = (uint8_t)mode;
	t->mode = mode;
}

/* §13.2.6.4.4 "in head", for the tags other modes hand on to it. */
void
tree_start_head_element(struct tree *t, struct tree_start *s)
{
	enum tag tag = s->v.tag;

	if (tag == TAG_TEMPLATE) {
		s->inserted = true;
		if (t->n < TREE_MAX_DEPTH) {
			stack_push(t, tag, s->tag->name, NS_HTML, 0);
			t->modes[t->n_modes++] = MODE_IN_TEMPLATE;
			t->mode = MODE_IN_TEMPLATE;
		}
		t->frameset_ok = false;
	} else if ((tag_flags[tag] & TAG_TEXT_ONLY) != 0) {
		tree_insert_text_only(s);
	} else {
		tree_insert_void(s);
	}
}

void
tree_start_html(struct tree *t, struct tree_start *s)
{
	if (tree_in_template(t))
		return;
	s->inserted = true;
	s->v.attrs = s->tag->seen & ~t->html_attrs;
	t->html_attrs |= s->tag->seen;
}

void
tree_end_template(struct tree *t)
{
	if (!tree_in_template(t))
		return;
	stack_implied_thoroughly(t);
	stack_pop_until(t, TAG_TEMPLATE);
	if (t->n_modes > 0)
		t->n_modes--;
	tree_reset_mode(t);
}

/* §13.2.6.4.1-6: everything before the body. */
static enum tree_step
start_before_body(struct tree *t, struct tree_start *s)
{
	enum tag tag = s->v.tag;

	switch (t->mode) {
	case MODE_INITIAL:
		t->mode = MODE_BEFORE_HTML;
		return AGAIN;
	case MODE_BEFORE_HTML:
		t->mode = MODE_BEFORE_HEAD;
		if (tag != TAG_HTML) {
			tree_insert_implied(t, TAG_HTML);
			return AGAIN;
		}
		t->html_attrs = s->tag->seen;
		tree_insert(t, s);
		return DONE;
	case MODE_BEFORE_HEAD:
		t->mode = MODE_IN_HEAD;
		if (tag == TAG_HTML) {
			t->mode = MODE_BEFORE_HEAD;
			tree_start_html(t, s);
			return DONE;
		}
		if (tag != TAG_HEAD) {
			tree_insert_implied(t, TAG_HEAD);
			return AGAIN;
		}
		tree_insert(t, s);
		return DONE;
	case MODE_IN_HEAD:
		if (tag == TAG_HTML) {
			tree_start_html(t, s);
		} else if (is_head_element(tag)) {
			tree_start_head_element(t, s);
		} else if (tag == TAG_NOSCRIPT) {
			tree_insert(t, s);
			t->mode = MODE_IN_HEAD_NOSCRIPT;
		} else if (tag != TAG_HEAD) {
			stack_cut(t, 1);
			t->mode = MODE_AFTER_HEAD;
			return AGAIN;
		}
		return DONE;
	case MODE_IN_HEAD_NOSCRIPT:
		if (tag == TAG_HTML) {
			tree_start_html(t, s);
		} else if (tag == TAG_BASEFONT || tag == TAG_BGSOUND || tag == TAG_LINK || tag == TAG_META ||
			tag == TAG_NOFRAMES || tag == TAG_STYLE) {
			tree_start_head_element(t, s);
		} else if (tag != TAG_HEAD && tag != TAG_NOSCRIPT) {
			stack_pop(t);
			t->mode = MODE_IN_HEAD;
			return AGAIN;
		}
		return DONE;
	default: /* MODE_AFTER_HEAD */
		if (tag == TAG_HTML) {
			tree_start_html(t, s);
		} else if (tag == TAG_BODY) {
			t->body_attrs = s->tag->seen;
			tree_insert(t, s);
			t->in_body = true;
			t->frameset_ok = false;
			t->mode = MODE_IN_BODY;
		} else if (tag == TAG_FRAMESET) {
			tree_insert(t, s);
			t->mode = MODE_IN_FRAMESET;
		} else if (is_head_element(tag)) {
			tree_start_head_element(t, s);
		} else if (tag != TAG_HEAD) {
			tree_insert_implied(t, TAG_BODY);
			t->in_body = true;
			t->mode = MODE_IN_BODY;
			return AGAIN;
		}
		return DONE;
	}
}

/* §13.2.6.4.18 "in template". */
static enum tree_step
start_in_template(struct tree *t, struct tree_start *s)
{
	switch (s->v.tag) {
	case TAG_CAPTION: case TAG_COLGROUP: case TAG_TBODY: case TAG_TFOOT: case TAG_THEAD:
		set_template_mode(t, MODE_IN_TABLE);
		return AGAIN;
	case TAG_COL:
		set_template_mode(t, MODE_IN_COLUMN_GROUP);
		return AGAIN;
	case TAG_TR:
		set_template_mode(t, MODE_IN_TABLE_BODY);
		return AGAIN;
	case TAG_TD: case TAG_TH:
		set_template_mode(t, MODE_IN_ROW);
		return AGAIN;
	default:
		break;
	}
	if (is_head_element(s->v.tag)) {
		tree_start_head_element(t, s);
		return DONE;
	}
	set_template_mode(t, MODE_IN_BODY);
	return AGAIN;
}

/* §13.2.6.4.20-23: framesets, and behind the body. */
static enum tree_step
start_late(struct tree *t, struct tree_start *s)
{
	enum tag tag = s->v.tag;

	if (tag == TAG_HTML) {
		tree_start_html(t, s);
		return DONE;
	}
	switch (t->mode) {
	case MODE_AFTER_BODY:
	case MODE_AFTER_AFTER_BODY:
		t->mode = MODE_IN_BODY;
		return AGAIN;
	case MODE_IN_FRAMESET:
		if (tag == TAG_FRAMESET || tag == TAG_FRAME) {
			tree_insert(t, s);
			return DONE;
		}
		break;
	default:
		break;
	}
	if (tag == TAG_NOFRAMES)
		tree_start_head_element(t, s);
	return DONE;
}

static enum tree_step
start_by_mode(struct tree *t, struct tree_start *s)
{
	switch (t->mode) {
	case MODE_INITIAL:
	case MODE_BEFORE_HTML:
	case MODE_BEFORE_HEAD:
	case MODE_IN_HEAD:
	case MODE_IN_HEAD_NOSCRIPT:
	case MODE_AFTER_HEAD:
		return start_before_body(t, s);
	case MODE_IN_BODY:
		return tree_start_in_body(t, s);
	case MODE_IN_TABLE:
		return tree_start_in_table(t, s);
	case MODE_IN_CAPTION:
	case MODE_IN_COLUMN_GROUP:
	case MODE_IN_TABLE_BODY:
	case MODE_IN_ROW:
	case MODE_IN_CELL:
		return tree_start_in_table_part(t, s);
	case MODE_IN_TEMPLATE:
		return start_in_template(t, s);
	default:
		return start_late(t, s);
	}
}

/* §13.2.6, the dispatcher: does a start tag go by the rules for foreign content? */
static bool
start_goes_foreign(const struct tree *t, enum tag tag)
{
	const struct tree_node *node;

	if (t->n == 0 || t->open[t->n - 1].ns == NS_HTML)
		return false;
	node = &t->open[t->n - 1];
	if ((node->point & POINT_HTML) != 0)
		return false;
	if ((node->point & POINT_MATH_TEXT) != 0 && tag != TAG_MGLYPH && tag != TAG_MALIGNMARK)
		return false;
	return !((node->point & POINT_ANNOTATION) != 0 && tag == TAG_SVG);
}

void
tree_leave_foreign(struct tree *t)
{
	while (t->n > 1) {
		const struct tree_node *node = stack_top(t);

		if (node->ns == NS_HTML || (node->point & (POINT_HTML | POINT_MATH_TEXT)) != 0)
			return;
		stack_pop(t);
	}
}

static unsigned
point_of(const struct tree_tag *tag, enum tree_ns ns)
{
	if (ns == NS_SVG)
		return tag->tag == TAG_FOREIGNOBJECT || tag->tag == TAG_DESC || tag->tag == TAG_TITLE ? POINT_HTML : 0;
	switch (tag->tag) {
	case TAG_MI: case TAG_MO: case TAG_MN: case TAG_MS: case TAG_MTEXT:
		return POINT_MATH_TEXT;
	case TAG_ANNOTATION_XML:
		if (tree_attr_ieq(tag, ATTR_ENCODING, STR("text/html")) ||
			tree_attr_ieq(tag, ATTR_ENCODING, STR("application/xhtml+xml")))
			return POINT_ANNOTATION | POINT_HTML;
		return POINT_ANNOTATION;
	default:
		return 0;
	}
}

/* §13.2.6.5, start tags. False: it breaks out, and goes by the rules for HTML. */
static bool
start_foreign(struct tree *t, struct tree_start *s)
{
	const struct tree_tag *tag = s->tag;
	enum tree_ns ns;

	if ((tag_flags[tag->tag] & TAG_BREAKOUT) != 0 ||
		(tag->tag == TAG_FONT &&
			(tag->seen & (ATTR_BIT(ATTR_COLOR) | ATTR_BIT(ATTR_FACE) | ATTR_BIT(ATTR_SIZE))) != 0)) {
		tree_leave_foreign(t);
		return false;
	}
	ns = (enum tree_ns)stack_top(t)->ns;
	s->inserted = true;
	s->v.foreign = true;
	if (!tag->self_closing)
		stack_push(t, tag->tag, tag->name, ns, point_of(tag, ns));
	return true;
}

struct tree_verdict
tree_start(struct tree *t, const struct tree_tag *tag)
{
	struct tree_start s = { .tag = tag, .v = { .tag = tag->tag, .attrs = tag->seen } };
	bool in_content = tree_in_template(t);

	if (!start_goes_foreign(t, tag->tag) || !start_foreign(t, &s))
		while (start_by_mode(t, &s) == AGAIN)
			;
	s.v.exists = s.inserted && !in_content;
	return s.v;
}
