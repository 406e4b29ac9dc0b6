/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/ifind.h"
#include "store/svguse.h"
#include "store/svgxml.h"

#define SVGUSE_ALL_MAX ((size_t)1 << 30) /* bytes of a whole file */
#define SVGUSE_PICK_MAX ((size_t)1 << 20) /* bytes of one */
#define PICK_LOOK_MAX ((size_t)2 << 20) /* bytes gone through, for one element and all that it refers to */
#define PICK_DEPTH_MAX 32
#define MARK "<defs class=\"lycosa-use\""
#define PICKS_MAX 64 /* elements, for one: the file is gone through for each */

/* What is picked out of a file: the elements that are wanted, in the order in which others refer to them. */
struct pick {
	struct str ids[PICKS_MAX];
	unsigned n;
	struct str id;  /* the one that is looked for */
	bool has_id;    /* the tag that was read is its */
	bool elsewhere; /* something refers to what is not in this file, or too much was wanted */
};

/* Behind the next `what` from i on; 0: there is none. */
static size_t
behind(struct str s, size_t i, const char *what)
{
	const char *p = i < s.len ? memmem(s.p + i, s.len - i, what, strlen(what)) : NULL;

	return p != NULL ? (size_t)(p - s.p) + strlen(what) : 0;
}

static bool
is_at(struct str s, size_t i, const char *what)
{
	return str_starts(str_n(s.p + i, s.len - i), str_of(what));
}

/* Where the root element begins; s.len: it is another, or what comes before it says what HTML does not know. */
static size_t
find_root(struct str s)
{
	size_t i = 0;

	while (i < s.len) {
		size_t next;

		if (s.p[i] != '<') {
			i++;
			continue;
		}
		if (is_at(s, i, "<svg"))
			return i;
		next = is_at(s, i, "<?") ? behind(s, i, "?>") : is_at(s, i, "<!--") ? behind(s, i, "-->") :
			is_at(s, i, "<!DOCTYPE")                            ? behind(s, i, ">") : 0;
		/* An internal subset is where entities are. */
		if (next == 0 || (is_at(s, i, "<!DOCTYPE") && memchr(s.p + i, '[', next - i) != NULL))
			break;
		i = next;
	}
	return s.len;
}

static bool
is_name_end(char c)
{
	return ascii_is_space((unsigned char)c) || c == '/' || c == '>' || c == '=';
}

static struct str
take_name(struct str s, size_t *i)
{
	size_t from = *i;

	while (*i < s.len && !is_name_end(s.p[*i]))
		++*i;
	return str_n(s.p + from, *i - from);
}

/* Elements that would run, count for all of the page, or end the drawing for a reader of HTML. */
static bool
is_foreign(struct str name)
{
	static const char *const names[] = { "script", "style", "foreignobject", "iframe", "html", "body", "head", "p", "div", "span", "img", "table",
		"ul", "ol", "li", "dl", "dd", "dt", "pre", "br", "hr", "b", "i", "u", "s", "em", "strong", "small", "big", "code", "center", "font",
		"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "embed", "meta", "menu", "listing", "nobr", "ruby", "strike", "sub", "sup", "tt", "var" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_ieq(name, str_of(names[i])))
			return true;
	return false;
}

/* Also with another prefix than xlink: that is the file's to choose. */
static bool
is_href(struct str name)
{
	return str_eq(name, STR("href")) || str_ends(name, STR(":href"));
}

/* The value, with the prefix behind each '#' that begins a reference in it: all of it, or in url(). */
static void
put_value(struct str name, struct str value, struct str prefix, struct buf *out)
{
	bool whole = is_href(name);
	size_t from = 0, i;

	if (str_eq(name, STR("id")))
		buf_add_str(out, prefix);
	for (i = 0; i < value.len; i++) {
		bool begins = whole ? i == 0 :
				      (i >= 4 && memcmp(value.p + i - 4, "url(", 4) == 0) ||
				      (i >= 5 && memcmp(value.p + i - 5, "url(", 4) == 0 && (value.p[i - 1] == '\'' || value.p[i - 1] == '"')) ||
				      (i >= 10 && memcmp(value.p + i - 10, "url(&quot;", 10) == 0);

		if (value.p[i] != '#' || !begins)
			continue;
		buf_add(out, value.p + from, i + 1 - from);
		buf_add_str(out, prefix);
		from = i + 1;
	}
	buf_add(out, value.p + from, value.len - from);
}

/* Is it a part that was put into this file, of another one? Then it was elsewhere before. */
static bool
is_put(struct str id)
{
	size_t i = strlen("lycosa-");

	if (!str_starts(id, STR("lycosa-")))
		return false;
	while (i < id.len && (ascii_is_digit((unsigned char)id.p[i]) || (id.p[i] >= 'a' && id.p[i] <= 'f')))
		i++;
	return i == strlen("lycosa-01234567") && i < id.len && id.p[i] == '-';
}

static void
want(struct pick *p, struct str id)
{
	p->elsewhere = p->elsewhere || is_put(id);
	for (unsigned i = 0; i < p->n; i++)
		if (str_eq(p->ids[i], id))
			return;
	if (p->n < PICKS_MAX)
		p->ids[p->n++] = id;
	else
		p->elsewhere = true;
}

/* What is in url(), up to where it ends: an element of this file, or not. */
static void
note_url(struct pick *p, struct str s)
{
	size_t i = 0, from;

	while (i < s.len && (ascii_is_space((unsigned char)s.p[i]) || s.p[i] == '\'' || s.p[i] == '"'))
		i++;
	if (str_starts(str_n(s.p + i, s.len - i), STR("&quot;")))
		i += strlen("&quot;");
	if (i >= s.len || s.p[i++] != '#') {
		p->elsewhere = true;
		return;
	}
	for (from = i; i < s.len && strchr(")'\"& ", s.p[i]) == NULL; i++)
		;
	want(p, str_n(s.p + from, i - from));
}

/* What an attribute says of others, and whether it is the id that is looked for. */
static void
note_value(struct pick *p, struct str name, struct str value)
{
	size_t i = 0;

	if (str_eq(name, STR("id"))) {
		p->has_id = p->has_id || str_eq(value, p->id);
	} else if (is_href(name)) {
		if (value.len > 0 && value.p[0] == '#')
			want(p, str_n(value.p + 1, value.len - 1));
		else
			p->elsewhere = p->elsewhere || !str_istarts(value, STR("data:"));
	} else if (str_eq(name, STR("xml:base"))) {
		p->elsewhere = true;
	} else {
		for (; (i = str_ifind(value, i, STR("url("))) < value.len; i++)
			note_url(p, str_n(value.p + i + 4, value.len - i - 4));
	}
}

/* The attribute at *i, which moves behind it. 1; 0: there is the '>'; -1: neither. */
static int
next_attr(struct str s, size_t *i, struct str *ret_name, struct str *ret_value)
{
	const char *close;

	while (*i < s.len && (ascii_is_space((unsigned char)s.p[*i]) || s.p[*i] == '/'))
		++*i;
	if (*i >= s.len)
		return -1;
	if (s.p[*i] == '>')
		return 0;
	*ret_name = take_name(s, i);
	while (*i < s.len && ascii_is_space((unsigned char)s.p[*i]))
		++*i;
	/* XML's attributes have values, in quotes. */
	if (ret_name->len == 0 || *i >= s.len || s.p[(*i)++] != '=')
		return -1;
	while (*i < s.len && ascii_is_space((unsigned char)s.p[*i]))
		++*i;
	if (*i >= s.len || (s.p[*i] != '"' && s.p[*i] != '\''))
		return -1;
	close = memchr(s.p + *i + 1, s.p[*i], s.len - *i - 1);
	if (close == NULL)
		return -1;
	*ret_value = str_n(s.p + *i + 1, (size_t)(close - s.p) - *i - 1);
	*i = (size_t)(close - s.p) + 1;
	return 1;
}

/* The tag at *at, which moves behind its '>'. False: it is none that can stand in a page. pick: NULL, or told of what is in it. */
static bool
put_tag(struct str s, size_t *at, struct str prefix, struct pick *pick, struct buf *out)
{
	size_t i = *at + 1, from = *at;
	struct str name, value;
	int r;

	if (i < s.len && s.p[i] == '/')
		i++;
	if (i >= s.len || is_foreign(take_name(s, &i)))
		return false;
	while ((r = next_attr(s, &i, &name, &value)) == 1) {
		/* One that runs something is the page's to have. */
		if (str_istarts(name, STR("on")))
			return false;
		buf_add(out, s.p + from, (size_t)(value.p - s.p) - from);
		put_value(name, value, prefix, out);
		if (pick != NULL)
			note_value(pick, name, value);
		from = i - 1;
	}
	if (r < 0)
		return false;
	buf_add(out, s.p + from, i + 1 - from);
	*at = i + 1;
	return true;
}

static bool
put_all(struct str s, struct str prefix, struct buf *out)
{
	size_t i = find_root(s), next;

	if (i >= s.len)
		return false;
	while (i < s.len) {
		const char *tag = memchr(s.p + i, '<', s.len - i);

		next = tag != NULL ? (size_t)(tag - s.p) : s.len;
		buf_add(out, s.p + i, next - i);
		i = next;
		if (i == s.len)
			break;
		if (is_at(s, i, "<!--")) {
			i = behind(s, i, "-->");
			if (i == 0)
				return false;
		} else if (i + 1 < s.len && (ascii_is_alpha((unsigned char)s.p[i + 1]) || s.p[i + 1] == '/')) {
			if (!put_tag(s, &i, prefix, NULL, out))
				return false;
		} else {
			return false;
		}
	}
	return true;
}

/* --- as it stands in a page --- */

/* Numeric references hold in texts and values; there is nothing else that is not ASCII in what a reader of HTML takes for a tag. */
static bool
put_ascii(struct str s, struct buf *out)
{
	size_t i = 0;

	if (!utf8_valid(s.p, s.len))
		return false;
	while (i < s.len) {
		size_t from = i;
		uint32_t cp;

		while (i < s.len && (unsigned char)s.p[i] < 0x80)
			i++;
		buf_add(out, s.p + from, i - from);
		if (i == s.len)
			break;
		i += utf8_next(s.p + i, s.len - i, &cp);
		buf_addf(out, "&#%u;", (unsigned)cp);
	}
	return true;
}

/* What prefixes of names stand for: the outermost element says it for all of the file. */
static void
put_prefixes(struct str svg, struct buf *out)
{
	size_t i = find_root(svg) + strlen("<svg");
	struct str name, value;

	while (i < svg.len && next_attr(svg, &i, &name, &value) == 1)
		if (str_starts(name, STR("xmlns:")))
			buf_addf(out, " %.*s=\"%.*s\"", STR_ARG(name), STR_ARG(value));
}

/*
 * What is around it. In a drawing it is hidden where that is shown as an image: there browsers ask for no other file, and never run a script, so
 * the origin shows nothing, and the file knows.
 */
static void
put_opening(struct str svg, struct str prefix, enum svguse_page page, struct buf *out)
{
	buf_addf(out, "%s xmlns=\"http://www.w3.org/2000/svg\"", page == SVGUSE_SVG ? MARK : "<svg");
	if (page != SVGUSE_HTML)
		put_prefixes(svg, out);
	if (page == SVGUSE_SVG)
		buf_addf(out, "><style>@media (scripting:none){[id^=%.*s]{display:none!important}}</style>", STR_ARG(prefix));
	else
		buf_add_str(out, STR(" aria-hidden=\"true\" style=\"position:absolute;width:0;height:0;overflow:hidden\">"));
}

/* The text, which is of the file svg, if it can stand there. */
static bool
put_hidden(struct str text, struct str svg, struct str prefix, enum svguse_page page, struct buf *out)
{
	size_t from = out->len;

	put_opening(svg, prefix, page, out);
	if (!put_ascii(text, out))
		return false;
	buf_addf(out, "</%s>", page == SVGUSE_SVG ? "defs" : "svg");
	return page == SVGUSE_HTML || svgxml_is_fine(str_n(out->data + from, out->len - from));
}

int
svguse_add(struct str svg, struct str prefix, enum svguse_page page, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(SVGUSE_ALL_MAX);
	size_t from = out->len;
	bool fine = put_all(svg, prefix, &text);

	if (buf_err(&text) < 0)
		return buf_err(&text);
	fine = fine && put_hidden(buf_str(&text), svg, prefix, page, out);
	if (buf_err(out) == 0 && !fine)
		out->len = from;
	return fine || buf_err(out) < 0 ? buf_err(out) : -EINVAL;
}

/* --- one element of it --- */

/* A walk through the file. */
struct walk {
	struct str open[PICK_DEPTH_MAX]; /* names of the elements around the tag that comes, from the one that is put on */
	unsigned depth;                  /* 0: it has not come */
	bool done;
};

static struct str
name_at(struct str s, size_t i)
{
	return take_name(s, &i);
}

/* The tag at *at: what is not of the element that is looked for leaves nothing. */
static bool
pick_tag(struct str s, size_t *at, struct str prefix, struct pick *p, struct walk *w, struct buf *out)
{
	size_t from = *at, was = out->len;
	unsigned n = p->n;
	bool closes = s.p[from + 1] == '/', elsewhere = p->elsewhere;

	p->has_id = false;
	if (!put_tag(s, at, prefix, p, out))
		return false;
	if (w->depth == 0 && (closes || !p->has_id)) {
		out->len = was;
		p->n = n;
		p->elsewhere = elsewhere;
		return true;
	}
	if (closes) {
		if (!str_eq(w->open[--w->depth], name_at(s, from + 2)))
			return false;
		w->done = w->depth == 0;
		return true;
	}
	if (s.p[*at - 2] == '/') {
		w->done = w->depth == 0;
		return true;
	}
	if (w->depth == PICK_DEPTH_MAX)
		return false;
	w->open[w->depth++] = name_at(s, from + 1);
	return true;
}

/* The first element with the id that is looked for. */
static bool
pick_element(struct str s, struct str prefix, struct pick *p, struct buf *out)
{
	struct walk w = { .done = false };
	size_t i = find_root(s);

	while (i < s.len && !w.done) {
		const char *tag = memchr(s.p + i, '<', s.len - i);
		size_t next = tag != NULL ? (size_t)(tag - s.p) : s.len;

		if (w.depth > 0)
			buf_add(out, s.p + i, next - i);
		i = next;
		if (i + 1 >= s.len)
			break;
		if (is_at(s, i, "<!--")) {
			i = behind(s, i, "-->");
			if (i == 0)
				break;
		} else if ((!ascii_is_alpha((unsigned char)s.p[i + 1]) && s.p[i + 1] != '/') || !pick_tag(s, &i, prefix, p, &w, out)) {
			break;
		}
	}
	return w.done;
}

int
svguse_pick(struct str svg, struct str id, struct str prefix, enum svguse_page page, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(SVGUSE_PICK_MAX);
	struct pick p = { .ids = { id }, .n = 1 };
	const char *mark = svg.len > 0 ? memmem(svg.p, svg.len, MARK, strlen(MARK)) : NULL;
	size_t from = out->len;
	bool fine;

	if (mark != NULL)
		svg.len = (size_t)(mark - svg.p);
	/* Rules hold for all of the file, wherever they stand. */
	fine = str_ifind(svg, 0, STR("<style")) == svg.len;
	for (unsigned i = 0; fine && i < p.n; i++) {
		size_t was = text.len;

		p.id = p.ids[i];
		fine = (i == 0 || (i + 1) * svg.len <= PICK_LOOK_MAX) && pick_element(svg, prefix, &p, &text);
		/* What it refers to and is not there is not there at the origin either. */
		if (!fine && i > 0 && text.len == was && (i + 1) * svg.len <= PICK_LOOK_MAX)
			fine = true;
	}
	fine = fine && !p.elsewhere && buf_err(&text) == 0 && put_hidden(buf_str(&text), svg, prefix, page, out);
	if (!fine)
		out->len = from;
	return fine ? buf_err(out) : -EINVAL;
}
