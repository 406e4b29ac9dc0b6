/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "store/rewrite.h"

/* How far around a value its tag is looked for, and at how many '<': what a page can cost is bounded by these. */
#define TAG_MAX_BYTES 4096
#define TAG_TRIES     2

/* --- what is put in --- */

static const char hex[] = "0123456789ABCDEF";

static bool
is_unreserved(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void
rewrite_relative(struct str from, struct str to, struct buf *out)
{
	size_t common = 0, i;

	for (i = 0; i < from.len && i < to.len && from.p[i] == to.p[i]; i++)
		if (from.p[i] == '/')
			common = i + 1;
	for (i = common; i < from.len; i++)
		if (from.p[i] == '/')
			buf_add_str(out, STR("../"));
	for (i = common; i < to.len; i++) {
		unsigned char c = (unsigned char)to.p[i];

		if (is_unreserved(c) || c == '/') {
			buf_addc(out, (char)c);
		} else {
			const char s[3] = { '%', hex[c >> 4], hex[c & 15] };

			buf_add(out, s, sizeof(s));
		}
	}
}

/* CSS escapes of hex digits and a space hold in a url( ), in both kinds of strings, and mean nothing to HTML. */
void
rewrite_absolute(struct str url, enum rewrite_syntax syntax, struct buf *out)
{
	static const char *const escaped[] = {
		[REWRITE_HTML] = "\"'&<>`",
		[REWRITE_CSS] = "\"'()\\&<>",
		[REWRITE_JSON] = "\"\\",
	};
	size_t i;

	for (i = 0; i < url.len; i++) {
		char c = url.p[i];

		if (strchr(escaped[syntax], c) == NULL || c == '\0')
			buf_addc(out, c);
		else if (syntax == REWRITE_HTML)
			buf_addf(out, "&#%u;", (unsigned)(unsigned char)c);
		else if (syntax == REWRITE_CSS)
			buf_addf(out, "\\%x ", (unsigned)(unsigned char)c);
		else
			buf_addf(out, "\\u%04x", (unsigned)(unsigned char)c);
	}
}

/* --- the tag around a value --- */

struct tag {
	struct str name;
	size_t guards[4]; /* where the names of attributes begin that forbid a local file */
	size_t n_guards;
};

static size_t
skip_space(struct str s, size_t i)
{
	while (i < s.len && (ascii_is_space((unsigned char)s.p[i]) || s.p[i] == '/'))
		i++;
	return i;
}

static size_t
skip_until(struct str s, size_t i, const char *set)
{
	while (i < s.len && (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL))
		i++;
	return i;
}

/* The value that begins at i, behind '='; *ret: without quotes. Returns where it ends. */
static size_t
take_value(struct str s, size_t i, size_t *ret_start, size_t *ret_end)
{
	while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
		i++;
	if (i < s.len && (s.p[i] == '"' || s.p[i] == '\'')) {
		const char *close = memchr(s.p + i + 1, s.p[i], s.len - i - 1);

		*ret_start = i + 1;
		*ret_end = close != NULL ? (size_t)(close - s.p) : s.len;
		return *ret_end + (close != NULL);
	}
	*ret_start = i;
	*ret_end = skip_until(s, i, " \t\n\f\r>");
	return *ret_end;
}

/* Reads the tag that begins at `at`; true if it has an attribute's value that holds [start, end). */
static bool
read_tag(struct str s, size_t at, size_t start, size_t end, struct tag *ret)
{
	size_t i = at + 1, from, to, name;
	bool found = false;

	*ret = (struct tag){ .name = STR_NONE };
	name = skip_until(s, i, " \t\n\f\r/>");
	ret->name = str_n(s.p + i, name - i);
	i = name;
	for (;;) {
		struct str attr;

		i = skip_space(s, i);
		if (i >= s.len || s.p[i] == '>')
			return found;
		name = i;
		i = skip_until(s, i + 1, " \t\n\f\r/>=");
		attr = str_n(s.p + name, i - name);
		if (ret->n_guards < ARRAY_LEN(ret->guards) &&
			(str_ieq(attr, STR("integrity")) || str_ieq(attr, STR("crossorigin"))))
			ret->guards[ret->n_guards++] = name;
		while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
			i++;
		if (i < s.len && s.p[i] == '=') {
			i = take_value(s, i + 1, &from, &to);
			found |= from <= start && end <= to;
		}
	}
}

/* The tag whose attribute has the value [start, end): a '<' before it from which reading comes to just there. */
static bool
find_tag(struct str s, size_t start, size_t end, struct tag *ret)
{
	size_t least = start > TAG_MAX_BYTES ? start - TAG_MAX_BYTES : 0, i = start;
	unsigned tries = 0;

	if (s.len - end > TAG_MAX_BYTES)
		s.len = end + TAG_MAX_BYTES;

	while (i > least && tries < TAG_TRIES) {
		i--;
		if (s.p[i] != '<' || !ascii_is_alpha((unsigned char)s.p[i + 1]))
			continue;
		tries++;
		if (read_tag(s, i, start, end, ret))
			return true;
	}
	return false;
}

/* --- edits --- */

struct edit {
	size_t start, end; /* replaced */
	struct str text;   /* p NULL: link's */
	struct rewrite_link *link;
};

struct edits {
	struct edit *e;
	size_t n;
	bool has_base, has_guards;
};

static int
edit_cmp(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->end > y->end) - (x->end < y->end);
}

static int
link_cmp(const void *a, const void *b)
{
	const struct rewrite_link *x = a, *y = b;

	return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->end > y->end) - (x->end < y->end);
}

/* Where the fragment begins in a value as written: a '#' that is no part of a character reference or of an escape. */
static size_t
fragment_at(struct str body, const struct rewrite_link *link)
{
	size_t start = link->start, end = link->end, i;

	for (i = start; i < end; i++) {
		unsigned char before = i > start ? (unsigned char)body.p[i - 1] : 0;
		unsigned char after = i + 1 < end ? (unsigned char)body.p[i + 1] : 0;

		/* A backslash is an escape in CSS only: in Shift_JIS it is the second byte of many. */
		if (body.p[i] != '#' || (before == '\\' && link->syntax == REWRITE_CSS))
			continue;
		if (before == '&' && (ascii_is_digit(after) || (after | 0x20) == 'x'))
			continue;
		return i;
	}
	return end;
}

/* An ASCII word somewhere in the body, in any case. */
static bool
holds(struct str body, struct str word)
{
	const char *p, *end = body.p + body.len;
	char first[2] = { word.p[0], (char)(word.p[0] & ~0x20) };
	int k;

	for (k = 0; k < 2; k++)
		for (p = body.p; p < end && (p = memchr(p, first[k], (size_t)(end - p))) != NULL; p++)
			if (str_istarts(str_n(p, (size_t)(end - p)), word))
				return true;
	return false;
}

static void
add_edit(struct edits *edits, size_t start, size_t end, struct str text, struct rewrite_link *link)
{
	edits->e[edits->n++] = (struct edit){ start, end, text, link };
}

static void
add_guards(struct edits *edits, const struct tag *tag)
{
	size_t i;

	for (i = 0; i < tag->n_guards; i++)
		add_edit(edits, tag->guards[i], tag->guards[i], STR("data-"), NULL);
}

/* The first value of a base becomes empty: then the file is its own base. */
static void
add_base(struct edits *edits, struct str body, const struct rewrite_link *link)
{
	char before = link->start > 0 ? body.p[link->start - 1] : '\0';
	bool quoted = before == '"' || before == '\'';

	add_edit(edits, link->start, link->end, quoted ? STR("") : STR("\"\""), NULL);
}

static bool
is_base(struct str body, const struct rewrite_link *link)
{
	struct tag tag;

	return link->syntax == REWRITE_HTML && find_tag(body, link->start, link->end, &tag) && str_ieq(tag.name, STR("base"));
}

static void
add_link(struct edits *edits, struct str body, struct rewrite_link *link)
{
	size_t start = link->start, end = fragment_at(body, link);
	struct tag tag;

	if (edits->has_base && is_base(body, link)) {
		add_base(edits, body, link);
		link->start = link->end = 0;
		return;
	}
	if (link->to.p == NULL || (end == start && !edits->has_base)) {
		link->start = link->end = 0;
		return;
	}
	if (edits->has_guards && !link->absolute && link->syntax == REWRITE_HTML && find_tag(body, link->start, link->end, &tag))
		add_guards(edits, &tag);
	add_edit(edits, start, end, STR_NONE, link);
}

static void
collect(struct edits *edits, struct str body, struct rewrite_link *links, size_t n)
{
	size_t at = 0, i;

	for (i = 0; i < n; i++) {
		struct rewrite_link *l = &links[i];

		if (l->start >= l->end || l->end > body.len || l->start < at) {
			l->start = l->end = 0;
			continue;
		}
		at = l->end;
		add_link(edits, body, l);
	}
}

static void
apply(const struct edits *edits, struct str body, struct buf *out)
{
	size_t at = 0, i;

	for (i = 0; i < edits->n; i++) {
		const struct edit *e = &edits->e[i];
		size_t from;

		/* two links of one tag have found the same guard */
		if (i > 0 && e->link == NULL && e->start == e->end && edits->e[i - 1].start == e->start &&
			edits->e[i - 1].end == e->end && edits->e[i - 1].link == NULL)
			continue;
		/* a name that a span covers: the page is not what its spans say */
		if (e->start < at) {
			if (e->link != NULL)
				e->link->start = e->link->end = 0;
			continue;
		}
		buf_add(out, body.p + at, e->start - at);
		from = out->len;
		if (e->link == NULL)
			buf_add_str(out, e->text);
		else if (e->link->absolute)
			rewrite_absolute(e->link->to, e->link->syntax, out);
		else
			buf_add_str(out, e->link->to);
		if (e->link != NULL) {
			e->link->start = (uint32_t)from;
			e->link->end = (uint32_t)out->len;
		}
		at = e->end;
	}
	buf_add(out, body.p + at, body.len - at);
}

int
rewrite_links(struct str body, struct rewrite_link *links, size_t n, struct buf *out)
{
	struct edits edits = { .has_base = holds(body, STR("<base")),
		.has_guards = holds(body, STR("integrity")) || holds(body, STR("crossorigin")) };

	if (body.len > UINT32_MAX / 2)
		return -EMSGSIZE;
	qsort(links, n, sizeof(*links), link_cmp);
	edits.e = calloc(n * (1 + ARRAY_LEN(((struct tag *)NULL)->guards)) + 1, sizeof(*edits.e));
	if (edits.e == NULL)
		return -ENOMEM;
	collect(&edits, body, links, n);
	qsort(edits.e, edits.n, sizeof(*edits.e), edit_cmp);
	apply(&edits, body, out);
	free(edits.e);
	return buf_err(out);
}
