/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "store/svguse.h"

static const char hidden[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" aria-hidden=\"true\" style=\"position:absolute;width:0;height:0;overflow:hidden\">";

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

/* The value, with the prefix behind each '#' that begins a reference in it: all of it, or in url(). */
static void
put_value(struct str name, struct str value, struct str prefix, struct buf *out)
{
	bool whole = str_eq(name, STR("href")) || str_eq(name, STR("xlink:href"));
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

/* The tag at *at, which moves behind its '>'. False: it is none that can stand in a page. */
static bool
put_tag(struct str s, size_t *at, struct str prefix, struct buf *out)
{
	size_t i = *at + 1, from = *at;

	if (i < s.len && s.p[i] == '/')
		i++;
	if (i >= s.len || is_foreign(take_name(s, &i)))
		return false;
	for (;;) {
		struct str name;
		const char *close;

		while (i < s.len && (ascii_is_space((unsigned char)s.p[i]) || s.p[i] == '/'))
			i++;
		if (i >= s.len)
			return false;
		if (s.p[i] == '>')
			break;
		name = take_name(s, &i);
		while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
			i++;
		/* XML's attributes have values, in quotes; one that runs something is the page's to have. */
		if (name.len == 0 || str_istarts(name, STR("on")) || i >= s.len || s.p[i++] != '=')
			return false;
		while (i < s.len && ascii_is_space((unsigned char)s.p[i]))
			i++;
		if (i >= s.len || (s.p[i] != '"' && s.p[i] != '\''))
			return false;
		close = memchr(s.p + i + 1, s.p[i], s.len - i - 1);
		if (close == NULL)
			return false;
		buf_add(out, s.p + from, i + 1 - from);
		put_value(name, str_n(s.p + i + 1, (size_t)(close - s.p) - i - 1), prefix, out);
		from = (size_t)(close - s.p);
		i = from + 1;
	}
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
			if (!put_tag(s, &i, prefix, out))
				return false;
		} else {
			return false;
		}
	}
	return true;
}

int
svguse_add(struct str svg, struct str prefix, struct buf *out)
{
	size_t from = out->len;

	buf_add(out, hidden, sizeof(hidden) - 1);
	if (!put_all(svg, prefix, out)) {
		if (buf_err(out) < 0)
			return buf_err(out);
		out->len = from;
		return -EINVAL;
	}
	buf_add_str(out, STR("</svg>"));
	return buf_err(out);
}
