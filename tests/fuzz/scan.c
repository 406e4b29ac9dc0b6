/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tokenizer and the tree together, in the state the first byte chooses: tokens come in order, lie in the input, and are
 * the same whether text is wanted or not.
 */
#include "config.h"

#include "base/check.h"
#include "parse/worker/scan.h"
#include "parse/worker/scan_tag.h"
#include "parse/worker/tree.h"
#include "tests/fuzz/fuzz.h"

static bool
is_tag(enum scan_type type)
{
	return type == SCAN_START || type == SCAN_END || type == SCAN_EOF;
}

static void
enter(struct scan *s, enum scan_type type)
{
	if (type == SCAN_START && (tag_flags[s->tag] & TAG_TEXT_ONLY) != 0)
		scan_enter(s, scan_state_behind(tag_flags[s->tag]));
}

static void
check_span(const struct scan *s, struct str span)
{
	CHECK(span.len == 0 || (span.p >= s->begin && span.p + span.len <= s->end));
}

static void
feed_tree(struct tree *t, struct scan *s, enum scan_type type)
{
	struct tree_tag tag = { .tag = s->tag, .name = s->name, .self_closing = s->self_closing, .seen = s->seen,
		.value = s->value };

	if (type == SCAN_START)
		(void)tree_start(t, &tag);
	else if (type == SCAN_END)
		tree_end(t, &tag);
	else if (type == SCAN_TEXT)
		tree_text(t, s->text);
	s->foreign = tree_is_foreign(t);
	CHECK(t->n <= TREE_MAX_DEPTH && t->n_modes <= TREE_MAX_DEPTH);
	CHECK(t->n == 0 || t->open[0].tag == TAG_HTML);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scan all, tags;
	static struct tree tree;
	struct str body = str_n((const char *)data, size);
	enum scan_type a, b;
	unsigned i;

	if (size == 0)
		return 0;
	names_init();
	body = str_n(body.p + 1, body.len - 1);
	scan_init(&all, body, SCAN_WANT_TEXT | SCAN_WANT_COMMENT);
	scan_init(&tags, body, SCAN_QUICK_ENDS);
	scan_enter(&all, (enum scan_state)(data[0] % 6));
	scan_enter(&tags, (enum scan_state)(data[0] % 6));
	all.last_start = tags.last_start = STR("title");
	tree_reset(&tree);
	do {
		do {
			const char *before = all.p;

			a = scan_next(&all);
			CHECK(all.start >= before && all.p >= all.start && all.p <= all.end);
			CHECK(a == SCAN_EOF || all.p > before);
			check_span(&all, all.text);
			if (!is_tag(a))
				feed_tree(&tree, &all, a);
		} while (!is_tag(a));
		b = scan_step(&tags);
		CHECK(a == b && all.p == tags.p && all.seen == tags.seen);
		CHECK(a == SCAN_EOF || all.tag == tags.tag || (a == SCAN_END && all.tag != TAG_FORM && !all.foreign));
		check_span(&all, all.name);
		for (i = 0; a == SCAN_START && i < ATTR_COUNT; i++)
			if ((all.seen & ATTR_BIT(i)) != 0)
				check_span(&all, all.value[i]);
		feed_tree(&tree, &all, a);
		tags.foreign = all.foreign;
		enter(&all, a);
		enter(&tags, b);
	} while (a != SCAN_EOF);
	return 0;
}
