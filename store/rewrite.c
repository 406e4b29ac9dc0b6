/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/cleanup.h"
#include "base/ifind.h"
#include "store/rewrite.h"
#include "url/url.h"

/*
 * How far around a value its tag is looked for, and at how many '<'. What a page can cost is bounded by these for one value, and for
 * all of them by TAG_WORK bytes looked at for each of the page's, beyond TAG_WORK_FREE: then no more tags are looked for.
 */
#define TAG_MAX_BYTES 4096
#define TAG_TRIES     2
#define TAG_WORK      64
#define TAG_WORK_FREE ((size_t)1 << 20)
/* As written: a byte of a URL takes six at most ("&#x26;"). What is longer has no fragment. */
#define FRAGMENT_MAX_BYTES ((size_t)URL_MAX_BYTES * 6)
#define POLICIES_MAX  64  /* of a page that are neutralised */
#define WORKERS_MAX   256
#define ASCII_MAX_BYTES ((size_t)1 << 20) /* of one reference */

/* --- the tag around a value --- */

struct tag {
	struct str name;
	size_t guards[4]; /* where the names of attributes begin that forbid a local file */
	size_t n_guards;
	size_t http_equiv; /* where the name begins; 0: it has none */
	size_t rel;        /* the same */
	struct str rel_value;
	size_t from, to;   /* the value that holds what was looked for */
	bool in_srcdoc;    /* the value looked for is part of a document in an attribute */
	size_t end;        /* the '>', or that of the text */
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
		ret->end = i;
		if (i >= s.len || s.p[i] == '>')
			return found;
		name = i;
		i = skip_until(s, i + 1, " \t\n\f\r/>=");
		attr = str_n(s.p + name, i - name);
		if (ret->n_guards < ARRAY_LEN(ret->guards) &&
			(str_ieq(attr, STR("integrity")) || str_ieq(attr, STR("crossorigin"))))
			ret->guards[ret->n_guards++] = name;
		if (str_ieq(attr, STR("http-equiv")))
			ret->http_equiv = name;
		if (str_ieq(attr, STR("rel")) && ret->rel == 0)
			ret->rel = name;
		while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
			i++;
		if (i < s.len && s.p[i] == '=') {
			i = take_value(s, i + 1, &from, &to);
			if (ret->rel == name)
				ret->rel_value = str_n(s.p + from, to - from);
			if (from <= start && end <= to) {
				found = true;
				ret->from = from;
				ret->to = to;
				ret->in_srcdoc = str_ieq(attr, STR("srcdoc"));
			}
		}
	}
}

/* The tag whose attribute has the value [start, end): a '<' before it from which reading comes to just there. */
static bool
find_tag(struct str s, size_t start, size_t end, struct tag *ret, size_t *work)
{
	size_t least = start > TAG_MAX_BYTES ? start - TAG_MAX_BYTES : 0, i = start;
	unsigned tries = 0;

	if (s.len - end > TAG_MAX_BYTES)
		s.len = end + TAG_MAX_BYTES;

	while (i > least && tries < TAG_TRIES) {
		i--;
		++*work;
		if (s.p[i] != '<' || !ascii_is_alpha((unsigned char)s.p[i + 1]))
			continue;
		tries++;
		if (read_tag(s, i, start, end, ret)) {
			*work += ret->end - i;
			return true;
		}
		*work += ret->end - i;
	}
	return false;
}

bool
rewrite_is_within(struct str body, const struct rewrite_link *link, struct str tag)
{
	struct tag found;
	size_t work = 0;

	return link->start < link->end && link->end <= body.len && find_tag(body, link->start, link->end, &found, &work) &&
		str_ieq(found.name, tag);
}

/* --- edits --- */

struct edit {
	size_t start, end; /* replaced */
	struct str text;   /* p NULL: link's */
	struct rewrite_link *link;
};

struct edits {
	struct edit *e;
	size_t n, room, n_policies;
	bool has_base, no_memory;
	size_t work, work_max;
	/* What was looked for last, and what was found. */
	size_t tag_start, tag_end;
	bool has_tag;
	struct tag tag;
};

/* The tag of the value [start, end), as find_tag(): looked for once for each, and once for all that one value holds. */
static const struct tag *
tag_of(struct edits *edits, struct str body, size_t start, size_t end)
{
	if (start == edits->tag_start && end == edits->tag_end)
		return edits->has_tag ? &edits->tag : NULL;
	/* The same value's, unless there is a tag in it (of a srcdoc) that is nearer. */
	if (edits->has_tag && start >= edits->tag_start && end <= edits->tag.to &&
		memchr(body.p + edits->tag_start, '<', start - edits->tag_start) == NULL) {
		edits->tag_start = start;
		edits->tag_end = end;
		return &edits->tag;
	}
	edits->tag_start = start;
	edits->tag_end = end;
	edits->has_tag = edits->work < edits->work_max && find_tag(body, start, end, &edits->tag, &edits->work);
	return edits->has_tag ? &edits->tag : NULL;
}

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

/* What a reader reports comes in order, mostly: to sort that again would cost as much as all else that is done with it. */
static void
put_in_order(void *items, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	const char *p = items;
	size_t i = 1;

	while (i < n && cmp(p + (i - 1) * size, p + i * size) <= 0)
		i++;
	if (i < n)
		qsort(items, n, size, cmp);
}

/* Where the fragment begins in a value as written: a '#' that is no part of a character reference or of an escape. */
static size_t
fragment_at(struct edits *edits, struct str body, const struct rewrite_link *link)
{
	size_t start = link->start, end = link->end, last = end - start > FRAGMENT_MAX_BYTES ? start + FRAGMENT_MAX_BYTES : end, i;
	const struct tag *tag;
	const char *hash;

	for (i = start; i < last && (hash = memchr(body.p + i, '#', last - i)) != NULL; i++) {
		unsigned char before, after;

		i = (size_t)(hash - body.p);
		before = i > start ? (unsigned char)body.p[i - 1] : 0;
		after = i + 1 < end ? (unsigned char)body.p[i + 1] : 0;
		/* A backslash is an escape in CSS only: in Shift_JIS it is the second byte of many. */
		if (before == '\\' && link->syntax == REWRITE_CSS)
			continue;
		if (before == '&' && (ascii_is_digit(after) || (after | 0x20) == 'x'))
			continue;
		if (i - start >= 5 && memcmp(body.p + i - 5, "&amp;", 5) == 0 && (tag = tag_of(edits, body, start, end)) != NULL && tag->in_srcdoc)
			continue;
		return i;
	}
	return end;
}

static void
add_edit(struct edits *edits, size_t start, size_t end, struct str text, struct rewrite_link *link)
{
	if (edits->n == edits->room) {
		size_t room = edits->room + edits->room / 2 + 16;
		struct edit *grown = reallocarray(edits->e, room, sizeof(*grown));

		edits->no_memory = edits->no_memory || grown == NULL;
		if (grown == NULL)
			return;
		edits->e = grown;
		edits->room = room;
	}
	edits->e[edits->n++] = (struct edit){ start, end, text, link };
}

static void
add_guards(struct edits *edits, const struct tag *tag)
{
	size_t i;

	for (i = 0; i < tag->n_guards; i++)
		add_edit(edits, tag->guards[i], tag->guards[i], STR("data-"), NULL);
}

/* The tag of what the page needs: unguarded for a file that is there. */
static void
add_needed(struct edits *edits, const struct tag *tag, struct rewrite_link *link)
{
	if (tag->n_guards > 0 && link->sure.p != NULL) {
		link->absolute = true;
		link->to = link->sure;
	} else {
		add_guards(edits, tag);
	}
}

/* Does it say nothing but what to do in advance? */
static bool
is_ahead(struct str rel)
{
	static const char *const words[] = { "preconnect", "dns-prefetch", "prefetch", "prerender" };
	size_t i = 0, known;
	bool any = false;

	while ((i = skip_space(rel, i)) < rel.len) {
		size_t end = skip_until(rel, i, " \t\n\f\r");

		for (known = 0; known < ARRAY_LEN(words) && !str_ieq(str_n(rel.p + i, end - i), str_of(words[known])); known++)
			;
		if (known == ARRAY_LEN(words))
			return false;
		any = true;
		i = end;
	}
	return any;
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
is_base(struct edits *edits, struct str body, const struct rewrite_link *link)
{
	const struct tag *tag = link->syntax == REWRITE_HTML ? tag_of(edits, body, link->start, link->end) : NULL;

	return tag != NULL && str_ieq(tag->name, STR("base"));
}

static void
add_link(struct edits *edits, struct str body, struct rewrite_link *link)
{
	size_t start = link->start, end = link->whole || link->insert ? link->end : fragment_at(edits, body, link);
	const struct tag *tag;

	if (link->insert) {
		add_edit(edits, start, end, STR_NONE, link);
		return;
	}
	if (edits->has_base && is_base(edits, body, link)) {
		add_base(edits, body, link);
		link->start = link->end = 0;
		return;
	}
	if (link->to.p == NULL || (end == start && !edits->has_base)) {
		link->start = link->end = 0;
		return;
	}
	if (link->needed && !link->absolute && link->syntax == REWRITE_HTML && (tag = tag_of(edits, body, link->start, link->end)) != NULL)
		add_needed(edits, tag, link);
	if (link->hint && (tag = tag_of(edits, body, link->start, link->end)) != NULL && str_ieq(tag->name, STR("link")) &&
		is_ahead(tag->rel_value))
		add_edit(edits, tag->rel, tag->rel, STR("data-"), NULL);
	/* Its fragment does alone. Without one: an empty value that is not quoted would take the next attribute for itself. */
	if (!link->absolute && link->to.len == 0)
		add_edit(edits, start, end, end < body.len && body.p[end] == '#' ? STR("") : STR("#"), NULL);
	else
		add_edit(edits, start, end, STR_NONE, link);
}

static void
collect(struct edits *edits, struct str body, struct rewrite_link *links, size_t n)
{
	size_t at = 0, i;

	for (i = 0; i < n; i++) {
		struct rewrite_link *l = &links[i];

		if (l->start > l->end || (l->start == l->end) != l->insert || l->end > body.len || l->start < at) {
			l->start = l->end = 0;
			continue;
		}
		at = l->end;
		add_link(edits, body, l);
	}
}

/* The policy of the <meta> at `at`, if it has one. Returns where its tag ends. */
static size_t
add_policy(struct edits *edits, struct str body, size_t at)
{
	static const struct str word = { "content-security-policy", 23 };
	struct tag tag;

	if (body.len - at > TAG_MAX_BYTES)
		body.len = at + TAG_MAX_BYTES;
	(void)read_tag(body, at, at, at, &tag);
	body.len = tag.end;
	if (tag.http_equiv > 0 && edits->n_policies < POLICIES_MAX && str_ieq(tag.name, STR("meta")) && str_ifind(body, at, word) < body.len) {
		add_edit(edits, tag.http_equiv, tag.http_equiv, STR("data-"), NULL);
		edits->n_policies++;
	}
	return tag.end;
}

/*
 * Is there a <base>? And the policies of <meta>. What looks like one in a script or a comment is taken for it: that costs the name of an
 * attribute there. One walk for both: the page is cold when it comes here.
 */
static void
look_through(struct edits *edits, struct str body)
{
	size_t at = 0, policies = 0;

	while ((at = str_ifind2(body, at, '<', "bm")) < body.len) {
		struct str rest = str_n(body.p + at, body.len - at);

		edits->has_base = edits->has_base || str_istarts(rest, STR("<base"));
		/* Not on from its end: what only looks like one, in a script, may reach over a <base>. */
		if (at >= policies && str_istarts(rest, STR("<meta")))
			policies = add_policy(edits, body, at);
		at++;
	}
}

static size_t
skip_blank(struct str s, size_t i)
{
	while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
		i++;
	return i;
}

/* The next "register" of serviceWorker.register( from `at` on; s.len: none. */
static size_t
find_worker(struct str s, size_t at)
{
	static const struct str object = { "serviceWorker", 13 }, method = { "register", 8 };
	const char *p;

	while (at < s.len && (p = memmem(s.p + at, s.len - at, object.p, object.len)) != NULL) {
		size_t i = skip_blank(s, (size_t)(p - s.p) + object.len);

		at = (size_t)(p - s.p) + object.len;
		if (i >= s.len || s.p[i] != '.')
			continue;
		i = skip_blank(s, i + 1);
		if (!str_starts(str_n(s.p + i, s.len - i), method))
			continue;
		at = skip_blank(s, i + method.len);
		if (at < s.len && s.p[at] == '(')
			return i;
	}
	return s.len;
}

bool
rewrite_has_worker(struct str body)
{
	return find_worker(body, 0) < body.len;
}

static void
add_workers(struct edits *edits, struct str body)
{
	size_t at = 0, n;

	for (n = 0; n < WORKERS_MAX && (at = find_worker(body, at)) < body.len; n++) {
		add_edit(edits, at, at + 8, STR("getRegistration"), NULL);
		at += 8;
	}
}

/* --- the new page --- */

struct writer {
	struct str body; /* its bytes */
	enum rewrite_width width;
	bool only; /* its references */
	struct buf *out, *ascii;
};

static void
copy(const struct writer *w, size_t from, size_t to)
{
	size_t unit = w->width == REWRITE_BYTES ? 1 : 2;

	buf_add(w->out, w->body.p + from * unit, (to - from) * unit);
}

static void
put_text(const struct writer *w, struct str text)
{
	size_t i;

	if (w->width == REWRITE_BYTES) {
		buf_add_str(w->out, text);
		return;
	}
	for (i = 0; i < text.len; i++) {
		const char unit[2] = { w->width == REWRITE_UTF16LE ? text.p[i] : '\0', w->width == REWRITE_UTF16LE ? '\0' : text.p[i] };

		buf_add(w->out, unit, 2);
	}
}

static void
put_link(const struct writer *w, struct rewrite_link *link)
{
	size_t from = w->out->len;

	if (link->absolute) {
		buf_reset(w->ascii, SIZE_MAX);
		buf_add_str(w->ascii, link->before);
		rewrite_absolute(link->to, link->syntax, w->ascii);
		put_text(w, buf_str(w->ascii));
	} else {
		put_text(w, link->to);
	}
	link->start = (uint32_t)from;
	link->end = (uint32_t)w->out->len;
}

/* Places in the edits are units of the page. */
static void
apply(const struct edits *edits, const struct writer *w, size_t n_units)
{
	size_t at = 0, i;

	for (i = 0; i < edits->n; i++) {
		const struct edit *e = &edits->e[i];

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
		copy(w, at, e->start);
		if (e->link == NULL)
			put_text(w, e->text);
		else
			put_link(w, e->link);
		at = e->end;
	}
	copy(w, at, n_units);
}

void
rewrite_narrow(struct str body, enum rewrite_width width, struct buf *out)
{
	size_t low = width == REWRITE_UTF16LE ? 0 : 1, i;

	if (buf_reserve(out, body.len / 2 + 1) < 0)
		return;
	for (i = 0; i + 1 < body.len; i += 2)
		buf_addc(out, body.p[i + 1 - low] == '\0' && (unsigned char)body.p[i + low] < 0x80 ? body.p[i + low] : (char)0xff);
}

/* The links' spans become units. */
static int
narrow(struct str body, enum rewrite_width width, struct rewrite_link *links, size_t n, struct buf *out)
{
	size_t i;

	rewrite_narrow(body, width, out);
	for (i = 0; i < n; i++) {
		if ((links[i].start | links[i].end) % 2 != 0)
			links[i].start = links[i].end = 0;
		links[i].start /= 2;
		links[i].end /= 2;
	}
	return buf_err(out);
}

static int
rewrite(const struct writer *w, struct str text, struct rewrite_link *links, size_t n)
{
	struct edits edits = { .room = n + 16, .work_max = text.len * TAG_WORK + TAG_WORK_FREE };

	put_in_order(links, n, sizeof(*links), link_cmp);
	edits.e = reallocarray(NULL, edits.room, sizeof(*edits.e));
	if (edits.e == NULL)
		return -ENOMEM;
	if (!w->only) {
		look_through(&edits, text);
		add_workers(&edits, text);
	}
	collect(&edits, text, links, n);
	put_in_order(edits.e, edits.n, sizeof(*edits.e), edit_cmp);
	if (!edits.no_memory)
		apply(&edits, w, text.len);
	free(edits.e);
	if (edits.no_memory)
		return -ENOMEM;
	return buf_err(w->ascii) < 0 ? buf_err(w->ascii) : buf_err(w->out);
}

static int
rewrite_body(struct str body, enum rewrite_width width, bool only, struct rewrite_link *links, size_t n, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf ascii = BUF_INIT(ASCII_MAX_BYTES), units = BUF_INIT(UINT32_MAX);
	const struct writer w = { body, width, only, out, &ascii };
	struct str text = body;
	int r;

	if (body.len > UINT32_MAX / 2)
		return -EMSGSIZE;
	if (width != REWRITE_BYTES) {
		r = narrow(body, width, links, n, &units);
		if (r < 0)
			return r;
		text = buf_str(&units);
	}
	r = rewrite(&w, text, links, n);
	/* A last byte that is no unit. */
	if (r == 0 && width != REWRITE_BYTES && body.len % 2 != 0)
		r = buf_add(out, body.p + body.len - 1, 1);
	return r;
}

int
rewrite_links(struct str body, enum rewrite_width width, struct rewrite_link *links, size_t n, struct buf *out)
{
	return rewrite_body(body, width, false, links, n, out);
}

int
rewrite_links_only(struct str body, enum rewrite_width width, struct rewrite_link *links, size_t n, struct buf *out)
{
	return rewrite_body(body, width, true, links, n, out);
}
