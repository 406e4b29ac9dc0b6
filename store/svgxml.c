/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "store/svgxml.h"

#define DEPTH_MAX    64
#define ATTRS_MAX    64 /* of one tag: each is held against the others */
#define PREFIXES_MAX 64 /* declared at a time */

struct svgxml {
	struct str s;
	size_t at;
	struct str open[DEPTH_MAX];
	unsigned n_prefixes_at[DEPTH_MAX]; /* how many were declared outside of it */
	unsigned depth;
	struct str prefixes[PREFIXES_MAX];
	unsigned n_prefixes;
};

struct tag {
	struct str name, attrs[ATTRS_MAX];
	unsigned n_attrs;
};

static bool
is_at(const struct svgxml *x, const char *what)
{
	size_t len = strlen(what);

	return x->s.len - x->at >= len && memcmp(x->s.p + x->at, what, len) == 0;
}

static bool
take(struct svgxml *x, const char *what)
{
	bool is = is_at(x, what);

	x->at += is ? strlen(what) : 0;
	return is;
}

static bool
take_space(struct svgxml *x)
{
	size_t from = x->at;

	while (x->at < x->s.len && strchr(" \t\r\n", x->s.p[x->at]) != NULL && x->s.p[x->at] != '\0')
		x->at++;
	return x->at > from;
}

/* Empty: there is none. */
static struct str
take_ncname(struct svgxml *x)
{
	size_t from = x->at;

	for (; x->at < x->s.len; x->at++) {
		unsigned char c = (unsigned char)x->s.p[x->at];

		if (!ascii_is_alpha(c) && c != '_' && (x->at == from || (!ascii_is_digit(c) && c != '-' && c != '.')))
			break;
	}
	return str_n(x->s.p + from, x->at - from);
}

/* Empty: it is no name, or has more than one prefix. */
static struct str
take_name(struct svgxml *x)
{
	struct str first = take_ncname(x);

	if (first.len == 0 || !is_at(x, ":"))
		return first;
	x->at++;
	return take_ncname(x).len > 0 && !is_at(x, ":") ? str_n(first.p, (size_t)(x->s.p + x->at - first.p)) : STR("");
}

/* Which may be empty. */
static struct str
prefix_of(struct str name)
{
	const char *colon = memchr(name.p, ':', name.len);

	return str_n(name.p, colon != NULL ? (size_t)(colon - name.p) : 0);
}

static struct str
local_of(struct str name)
{
	size_t prefix = prefix_of(name).len;

	return prefix > 0 ? str_n(name.p + prefix + 1, name.len - prefix - 1) : name;
}

/* XML 1.0 §2.2. */
static bool
is_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c < 0x110000);
}

/* Behind "&#". */
static bool
take_number(struct svgxml *x)
{
	unsigned base = take(x, "x") ? 16 : 10;
	size_t from = x->at;
	uint32_t c = 0;

	for (; x->at < x->s.len && c < 0x110000; x->at++) {
		unsigned char d = (unsigned char)x->s.p[x->at], low = d | 0x20;

		if (ascii_is_digit(d))
			c = c * base + d - '0';
		else if (base == 16 && low >= 'a' && low <= 'f')
			c = c * base + low - 'a' + 10;
		else
			break;
	}
	return x->at > from && is_char(c) && take(x, ";");
}

/* One character, as it is or by a reference. */
static bool
take_char(struct svgxml *x)
{
	unsigned char c = (unsigned char)x->s.p[x->at];

	if (c == '&')
		return take(x, "&#") ? take_number(x) : take(x, "&amp;") || take(x, "&lt;") || take(x, "&gt;") || take(x, "&quot;") || take(x, "&apos;");
	x->at++;
	return c < 0x80 && c != '<' && is_char(c);
}

static bool
take_value(struct svgxml *x, struct str *ret)
{
	char quote = x->at < x->s.len ? x->s.p[x->at] : '\0';
	size_t from = ++x->at;

	if (quote != '"' && quote != '\'')
		return false;
	while (x->at < x->s.len && x->s.p[x->at] != quote)
		if (!take_char(x))
			return false;
	if (x->at >= x->s.len)
		return false;
	*ret = str_n(x->s.p + from, x->at++ - from);
	return true;
}

/* Namespaces in XML 1.0 §3: what stands for XML's own names stands for nothing else. */
static bool
declare(struct svgxml *x, struct str prefix, struct str value)
{
	if (value.len == 0 || memchr(value.p, '&', value.len) != NULL || str_starts(value, STR("http://www.w3.org/XML/1998/namespace")) ||
		str_starts(value, STR("http://www.w3.org/2000/xmlns/")) || str_istarts(prefix, STR("xml")) || x->n_prefixes == PREFIXES_MAX)
		return false;
	x->prefixes[x->n_prefixes++] = prefix;
	return true;
}

static bool
take_attr(struct svgxml *x, struct tag *tag)
{
	struct str name = take_name(x), value;

	if (name.len == 0 || tag->n_attrs == ATTRS_MAX)
		return false;
	for (unsigned i = 0; i < tag->n_attrs; i++)
		if (str_eq(name, tag->attrs[i]) ||
			(prefix_of(name).len > 0 && prefix_of(tag->attrs[i]).len > 0 && str_eq(local_of(name), local_of(tag->attrs[i])) &&
				!str_eq(prefix_of(name), STR("xmlns")) && !str_eq(prefix_of(tag->attrs[i]), STR("xmlns"))))
			return false;
	tag->attrs[tag->n_attrs++] = name;
	(void)take_space(x);
	if (!take(x, "="))
		return false;
	(void)take_space(x);
	if (!take_value(x, &value))
		return false;
	if (str_eq(name, STR("xmlns")))
		return memchr(value.p, '&', value.len) == NULL && !str_starts(value, STR("http://www.w3.org/XML/1998/namespace")) &&
			!str_starts(value, STR("http://www.w3.org/2000/xmlns/"));
	return !str_eq(prefix_of(name), STR("xmlns")) || declare(x, local_of(name), value);
}

static bool
is_declared(const struct svgxml *x, struct str prefix)
{
	bool is = prefix.len == 0 || str_eq(prefix, STR("xml"));

	for (unsigned i = 0; i < x->n_prefixes && !is; i++)
		is = str_eq(prefix, x->prefixes[i]);
	return is;
}

/* Behind its '<'. */
static bool
take_start(struct svgxml *x)
{
	struct tag tag = { .name = take_name(x) };
	unsigned before = x->n_prefixes;
	bool closed;

	if (tag.name.len == 0)
		return false;
	while (take_space(x) && !is_at(x, ">") && !is_at(x, "/>"))
		if (!take_attr(x, &tag))
			return false;
	closed = take(x, "/>");
	if ((!closed && !take(x, ">")) || !is_declared(x, prefix_of(tag.name)))
		return false;
	for (unsigned i = 0; i < tag.n_attrs; i++)
		if (!str_eq(prefix_of(tag.attrs[i]), STR("xmlns")) && !is_declared(x, prefix_of(tag.attrs[i])))
			return false;
	if (closed) {
		x->n_prefixes = before;
		return true;
	}
	if (x->depth == DEPTH_MAX)
		return false;
	x->n_prefixes_at[x->depth] = before;
	x->open[x->depth++] = tag.name;
	return true;
}

/* Behind its "</". */
static bool
take_end(struct svgxml *x)
{
	struct str name = take_name(x);

	(void)take_space(x);
	if (x->depth == 0 || !take(x, ">") || !str_eq(name, x->open[x->depth - 1]))
		return false;
	x->n_prefixes = x->n_prefixes_at[--x->depth];
	return true;
}

bool
svgxml_is_fine(struct str s)
{
	struct svgxml x = { .s = s };
	bool fine = true;

	while (fine && x.at < s.len) {
		if (take(&x, "</"))
			fine = take_end(&x);
		else if (take(&x, "<"))
			fine = take_start(&x);
		else
			fine = x.depth > 0 && !is_at(&x, "]]>") && take_char(&x);
	}
	return fine && x.depth == 0;
}
