/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/tree_stack.h"

void
stack_push(struct tree *t, enum tag tag, struct str name, enum tree_ns ns, unsigned point)
{
	if (t->n == TREE_MAX_DEPTH)
		return;
	t->open[t->n++] = (struct tree_node){ .name = name, .tag = (uint16_t)tag, .ns = (uint8_t)ns,
		.point = (uint8_t)point };
	if (ns == NS_HTML)
		t->count[tag]++;
}

static void
forget(struct tree *t, const struct tree_node *node)
{
	if (node->ns == NS_HTML)
		t->count[node->tag]--;
}

void
stack_pop(struct tree *t)
{
	CHECK(t->n > 0);
	forget(t, &t->open[--t->n]);
}

void
stack_cut(struct tree *t, unsigned n)
{
	while (t->n > n)
		stack_pop(t);
}

void
stack_remove(struct tree *t, unsigned i)
{
	CHECK(i < t->n);
	forget(t, &t->open[i]);
	memmove(&t->open[i], &t->open[i + 1], (t->n - i - 1) * sizeof(t->open[0]));
	t->n--;
}

void
stack_pop_until(struct tree *t, enum tag tag)
{
	while (t->n > 1) {
		bool found = node_is(&t->open[t->n - 1], tag);

		stack_pop(t);
		if (found)
			break;
	}
}

static bool
bounds_scope(const struct tree_node *node, enum tree_scope scope)
{
	if (scope == SCOPE_TABLE)
		return node_is(node, TAG_HTML) || node_is(node, TAG_TABLE) || node_is(node, TAG_TEMPLATE);
	if (node->ns != NS_HTML)
		return node->point != 0;
	if ((tag_flags[node->tag] & TAG_SCOPE) != 0)
		return true;
	if (scope == SCOPE_LIST)
		return node->tag == TAG_OL || node->tag == TAG_UL;
	return scope == SCOPE_BUTTON && node->tag == TAG_BUTTON;
}

bool
stack_in_scope(const struct tree *t, enum tag tag, enum tree_scope scope)
{
	unsigned i;

	if (t->count[tag] == 0)
		return false;
	for (i = t->n; i-- > 0;) {
		if (node_is(&t->open[i], tag))
			return true;
		if (bounds_scope(&t->open[i], scope))
			return false;
	}
	return false;
}

bool
stack_in_scope_any(const struct tree *t, const enum tag *tags, size_t n, enum tree_scope scope)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (stack_in_scope(t, tags[i], scope))
			return true;
	return false;
}

void
stack_implied(struct tree *t, enum tag except)
{
	while (t->n > 1 && t->open[t->n - 1].ns == NS_HTML && t->open[t->n - 1].tag != except &&
		(tag_flags[t->open[t->n - 1].tag] & TAG_IMPLIED) != 0)
		stack_pop(t);
}

void
stack_implied_thoroughly(struct tree *t)
{
	while (t->n > 1) {
		const struct tree_node *node = &t->open[t->n - 1];

		if (node->ns != NS_HTML || node->tag == TAG_TABLE ||
			(tag_flags[node->tag] & (TAG_IMPLIED | TAG_TABLEPART)) == 0 || node->tag == TAG_COL)
			break;
		stack_pop(t);
	}
}

void
stack_close_p(struct tree *t)
{
	if (!stack_in_scope(t, TAG_P, SCOPE_BUTTON))
		return;
	stack_implied(t, TAG_P);
	stack_pop_until(t, TAG_P);
}

void
stack_clear_to(struct tree *t, const enum tag *tags, size_t n)
{
	while (t->n > 1) {
		const struct tree_node *node = &t->open[t->n - 1];
		size_t i;

		if (node_is(node, TAG_TEMPLATE) || node_is(node, TAG_HTML))
			return;
		for (i = 0; i < n; i++)
			if (node_is(node, tags[i]))
				return;
		stack_pop(t);
	}
}
