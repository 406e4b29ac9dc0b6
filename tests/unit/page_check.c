/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tests/unit/page_check.h"

static char trouble[1024];

__attribute__((format(printf, 1, 2))) static const char *
say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(trouble, sizeof(trouble), format, args);
	va_end(args);
	return trouble;
}

/* What is compared of a link; those with a span come first, by place. */
struct found {
	struct reader_link link;
	uint32_t order;
};

struct page_found {
	struct found *links;
	uint32_t n, n_spans;
	struct buf text; /* copies of the values and tags, which are the reader's until its next page */
};

static int
by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if ((x->link.end == 0) != (y->link.end == 0))
		return x->link.end == 0 ? 1 : -1;
	if (x->link.start != y->link.start)
		return x->link.start < y->link.start ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
found_release(struct page_found *f)
{
	free(f->links);
	buf_release(&f->text);
}

/* False: the page proves nothing. */
static bool
find(struct reader *r, const struct reader_input *in, struct page_found *f, struct reader_page *ret_page)
{
	size_t bytes = 0;
	uint32_t i;

	if (reader_read(r, in, ret_page) != 0)
		return false;
	f->n = ret_page->n_links;
	f->links = calloc(f->n + 1, sizeof(*f->links));
	for (i = 0; i < f->n; i++)
		bytes += ret_page->links[i].value.len + strlen(ret_page->links[i].tag) + 1;
	if (f->links == NULL || buf_reserve(&f->text, bytes + 1) < 0)
		return false;
	for (i = 0; i < f->n; i++) {
		struct found *to = &f->links[i];
		size_t at = f->text.len;

		*to = (struct found){ .link = ret_page->links[i], .order = i };
		if (buf_add_str(&f->text, to->link.value) < 0)
			return false;
		to->link.value = str_n(f->text.data + at, to->link.value.len);
		at = f->text.len;
		if (buf_add(&f->text, to->link.tag, strlen(to->link.tag) + 1) < 0)
			return false;
		to->link.tag = f->text.data + at;
		f->n_spans += to->link.end != 0;
	}
	qsort(f->links, f->n, sizeof(*f->links), by_place);
	return true;
}

/* Two links can stand in one place only as a whole (<meta> that is a refresh and a property). */
static bool
again(const struct page_found *f, uint32_t i)
{
	return i > 0 && f->links[i].link.start == f->links[i - 1].link.start && f->links[i].link.end == f->links[i - 1].link.end;
}

/* The body with each span replaced; "m" and its number where markers are wanted. */
static const char *
replace(const struct page_found *f, struct str body, bool markers, struct buf *out)
{
	uint32_t i, last = 0;

	for (i = 0; i < f->n_spans; i++) {
		const struct reader_link *l = &f->links[i].link;

		if (again(f, i))
			continue;
		if (l->start < last || l->end < l->start || l->end > body.len)
			return say("span %u-%u of %.*s: behind %u, in %zu bytes", l->start, l->end, STR_ARG(l->value), last,
				body.len);
		(void)buf_add(out, body.p + last, l->start - last);
		if (markers)
			(void)buf_addf(out, "m%u", i);
		else
			(void)buf_add(out, body.p + l->start, l->end - l->start);
		last = l->end;
	}
	(void)buf_add(out, body.p + last, body.len - last);
	return NULL;
}

static const char *
compare_markers(const struct page_found *before, const struct page_found *after)
{
	char marker[16];
	uint32_t i, which = 0;

	if (before->n != after->n || before->n_spans != after->n_spans)
		return say("%u links, %u with spans; marked: %u, %u", before->n, before->n_spans, after->n, after->n_spans);
	for (i = 0; i < before->n; i++) {
		const struct reader_link *a = &before->links[i].link, *b = &after->links[i].link;
		struct str want = a->value;

		if (i < before->n_spans) {
			which = again(before, i) ? which : i;
			(void)snprintf(marker, sizeof(marker), "m%u", which);
			want = str_of(marker);
		}
		if (!str_eq(b->value, want) || a->kind != b->kind || a->flags != b->flags)
			return say("%s %.*s, marked %.*s: %s %.*s", link_kind_name(a->kind), STR_ARG(a->value), STR_ARG(want),
				link_kind_name(b->kind), STR_ARG(b->value));
	}
	return NULL;
}

const char *
page_check_spans(struct reader *r, const struct reader_input *in)
{
	struct page_found before = { .text = BUF_INIT(SIZE_MAX / 4) }, after = { .text = BUF_INIT(SIZE_MAX / 4) };
	struct buf same = BUF_INIT(SIZE_MAX / 4), marked = BUF_INIT(SIZE_MAX / 4), type = BUF_INIT(4096);
	struct str essence = in->content_type, rest;
	struct reader_input all = *in;
	struct reader_page page;
	const char *wrong = NULL;

	all.want_all = true;
	all.is_known = NULL;
	if (!find(r, &all, &before, &page) || before.n_spans == 0)
		goto out;
	/* Longer or shorter, the page is to be taken for the same charset: it is told, not guessed a second time. */
	(void)str_cut(in->content_type, ';', &essence, &rest);
	(void)buf_addf(&type, "text/%s; charset=%.*s", str_ieq(str_trim(essence), STR("text/css")) ? "css" : "html",
		STR_ARG(page.charset));
	wrong = replace(&before, in->body, false, &same);
	if (wrong == NULL)
		wrong = replace(&before, in->body, true, &marked);
	if (wrong != NULL || buf_err(&same) < 0 || buf_err(&marked) < 0 || buf_err(&type) < 0)
		goto out;
	if (!str_eq(buf_str(&same), in->body)) {
		wrong = say("the same bytes in the spans give another page");
		goto out;
	}
	/* A marker is no text of UTF-16, and what libxml2 makes of ill-formed XML depends on it. */
	if (str_istarts(page.charset, STR("utf-16")) || page.body == BODY_XML)
		goto out;
	all.body = marked.len > 0 ? buf_str(&marked) : in->body;
	all.content_type = buf_str(&type);
	if (find(r, &all, &after, &page))
		wrong = compare_markers(&before, &after);
out:
	found_release(&before);
	found_release(&after);
	buf_release(&same);
	buf_release(&marked);
	buf_release(&type);
	return wrong;
}

const char *
page_check_quick(struct reader *r, const struct reader_input *in)
{
	struct page_found quick = { .text = BUF_INIT(SIZE_MAX / 4) }, thorough = { .text = BUF_INIT(SIZE_MAX / 4) };
	struct reader_input all = *in;
	struct reader_page page;
	const char *wrong = NULL;
	uint32_t i;

	all.want_all = true;
	all.is_known = NULL;
	all.thorough = false;
	if (!find(r, &all, &quick, &page))
		goto out;
	all.thorough = true;
	if (!find(r, &all, &thorough, &page))
		goto out;
	if (quick.n != thorough.n)
		wrong = say("%u links, with the tree %u", quick.n, thorough.n);
	for (i = 0; i < quick.n && wrong == NULL; i++) {
		const struct reader_link *a = &quick.links[i].link, *b = &thorough.links[i].link;

		if (!str_eq(a->value, b->value) || a->kind != b->kind || a->flags != b->flags || a->start != b->start ||
			a->end != b->end || a->fp != b->fp || strcmp(a->tag, b->tag) != 0)
			wrong = say("%s %s %.*s %u-%u, with the tree %s %s %.*s %u-%u", link_kind_name(a->kind), a->tag,
				STR_ARG(a->value), a->start, a->end, link_kind_name(b->kind), b->tag, STR_ARG(b->value),
				b->start, b->end);
	}
out:
	found_release(&quick);
	found_release(&thorough);
	return wrong;
}
