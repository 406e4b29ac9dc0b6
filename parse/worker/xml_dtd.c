/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/str.h"
#include "parse/worker/xml_dtd.h"

/* Behind the next `end` from i on; s.len: there is none. */
static size_t
behind(struct str s, size_t i, struct str end)
{
	const char *p = i < s.len ? memmem(s.p + i, s.len - i, end.p, end.len) : NULL;

	return p != NULL ? (size_t)(p - s.p) + end.len : s.len;
}

static bool
has(struct str s, size_t i, struct str what)
{
	return str_starts(str_n(s.p + i, s.len - i), what);
}

/* A comment or an instruction that begins at i: behind it. i: there is none. Where "<?" has no name behind it, libxml2 goes on there. */
static size_t
skip_aside(struct str s, size_t i)
{
	if (has(s, i, STR("<!--")))
		return behind(s, i + 4, STR("-->"));
	if (!has(s, i, STR("<?")))
		return i;
	i += 2;
	return i < s.len && (s.p[i] == '<' || ascii_is_space((unsigned char)s.p[i])) ? i : behind(s, i, STR("?>"));
}

/* i behind the '[': behind the ']' that ends the subset, or s.len. */
static size_t
skip_subset(struct str s, size_t i)
{
	while (i < s.len) {
		size_t next = skip_aside(s, i);

		if (next > i) {
			i = next;
		} else if (s.p[i] == '"' || s.p[i] == '\'') {
			i = behind(s, i + 1, str_n(s.p + i, 1));
		} else if (s.p[i++] == ']') {
			return i;
		}
	}
	return i;
}

/* i behind "<!DOCTYPE". */
static void
find_in_type(struct str s, size_t i, struct xml_dtd *ret)
{
	bool begun = false;
	char quote = '\0';

	while (i < s.len && (quote != '\0' || s.p[i] != '>')) {
		char c = s.p[i++];

		if (c == '[' && !begun) {
			begun = true;
			ret->from = i - 1;
		}
		if (quote == '\0' && c == '[')
			i = skip_subset(s, i);
		else if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (c == quote)
			quote = '\0';
	}
	ret->unfinished = i == s.len;
	ret->to = begun ? i : 0;
	ret->entities = begun && memmem(s.p + ret->from, ret->to - ret->from, "<!ENTITY", 8) != NULL;
}

void
xml_dtd_find(struct str text, struct xml_dtd *ret)
{
	const struct str type = STR("<!DOCTYPE");
	size_t i = 0, next;

	*ret = (struct xml_dtd){ .from = 0 };
	for (;; i = next) {
		while (i < text.len && ascii_is_space((unsigned char)text.p[i]))
			i++;
		if ((next = skip_aside(text, i)) == i)
			break;
	}
	if (has(text, i, type))
		find_in_type(text, i + type.len, ret);
	else
		ret->unfinished = text.len - i < type.len && str_starts(type, str_n(text.p + i, text.len - i));
}
