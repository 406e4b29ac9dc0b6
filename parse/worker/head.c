/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/head.h"

static struct str
behind(struct str s, size_t n)
{
	return str_n(s.p + n, s.len - n);
}

static struct str
skip_space(struct str s)
{
	while (s.len > 0 && (*s.p == ' ' || *s.p == '\t'))
		s = behind(s, 1);
	return s;
}

bool
head_next(struct str *headers, struct str *ret_name, struct str *ret_value)
{
	struct str line, name, value;

	while (str_cut(*headers, '\n', &line, headers)) {
		if (!str_cut(line, ':', &name, &value))
			continue;
		*ret_name = name;
		*ret_value = str_trim(value);
		return true;
	}
	return false;
}

/* "..." with backslashes, or all up to what ends a parameter. */
static struct str
take_value(struct str *s)
{
	struct str v = *s;
	size_t i;

	if (v.len == 0 || *v.p != '"') {
		for (i = 0; i < v.len && v.p[i] != ';' && v.p[i] != ','; i++)
			;
		*s = behind(v, i);
		return str_trim(str_n(v.p, i));
	}
	for (i = 1; i < v.len && v.p[i] != '"'; i++)
		if (v.p[i] == '\\')
			i++;
	if (i > v.len)
		i = v.len;
	*s = behind(v, i < v.len ? i + 1 : i);
	return str_n(v.p + 1, i - 1);
}

/* Of two parameters of one name the first counts (RFC 8288 §3.3). */
static void
set_once(struct str *dst, struct str value)
{
	if (dst->p == NULL)
		*dst = value;
}

static void
take_param(struct str *s, struct head_link *link)
{
	struct str name, value = STR("");
	size_t i;

	*s = skip_space(behind(*s, 1));
	for (i = 0; i < s->len && s->p[i] != '=' && s->p[i] != ';' && s->p[i] != ','; i++)
		;
	name = str_trim(str_n(s->p, i));
	*s = behind(*s, i);
	if (s->len > 0 && *s->p == '=') {
		*s = skip_space(behind(*s, 1));
		value = take_value(s);
	}
	if (str_ieq(name, STR("rel")))
		set_once(&link->rel, value);
	else if (str_ieq(name, STR("type")))
		set_once(&link->type, value);
	else if (str_ieq(name, STR("imagesrcset")))
		set_once(&link->imagesrcset, value);
	else if (str_ieq(name, STR("anchor")))
		link->elsewhere = true;
}

bool
head_next_link(struct str *value, struct head_link *ret_link)
{
	struct head_link link = { .elsewhere = false };
	struct str s = *value, rest;

	if (!str_cut(s, '<', &rest, &s) || !str_cut(s, '>', &link.target, &s)) {
		*value = STR_NONE;
		return false;
	}
	link.target = str_trim(link.target);
	for (s = skip_space(s); s.len > 0 && *s.p != ','; s = skip_space(s)) {
		if (*s.p == ';')
			take_param(&s, &link);
		else
			s = behind(s, 1);
	}
	*value = s;
	*ret_link = link;
	return true;
}
