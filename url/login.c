/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "url/login.h"

static bool
is_dropped(char c)
{
	return c == '\t' || c == '\n' || c == '\r'; /* by the URL parser, wherever it stands */
}

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Behind "scheme:" and its slashes; where there are none, behind the blanks. */
static size_t
authority_start(struct str s)
{
	size_t start = 0, i;

	while (start < s.len && (unsigned char)s.p[start] <= ' ')
		start++;
	for (i = start; i < s.len && s.p[i] != ':'; i++)
		if (!ascii_is_alnum((unsigned char)s.p[i]) && !is_dropped(s.p[i]) && strchr("+-.", s.p[i]) == NULL)
			return start;
	for (i++; i < s.len && (is_slash(s.p[i]) || is_dropped(s.p[i])); i++)
		if (is_slash(s.p[i]))
			start = i + 1;
	return start;
}

/* What stands behind the host is a port, or nothing. */
static bool
ends_like_a_host(struct str authority)
{
	size_t i = authority.len;

	while (i > 0 && ascii_is_digit((unsigned char)authority.p[i - 1]))
		i--;
	if (i > 0 && authority.p[i - 1] == ':')
		i--;
	return memchr(authority.p, '[', authority.len) != NULL || memchr(authority.p, ':', i) == NULL;
}

bool
login_find(struct str text, struct str *ret_login)
{
	size_t start = authority_start(text), end = start, at;

	while (end < text.len && !is_slash(text.p[end]) && text.p[end] != '?' && text.p[end] != '#')
		end++;
	for (at = end; at > start && text.p[at - 1] != '@'; at--)
		continue;
	if (at == start && !ends_like_a_host(str_n(text.p + start, end - start)))
		for (at = text.len; at > start && text.p[at - 1] != '@'; at--)
			continue;
	if (at == start)
		return false;
	*ret_login = str_n(text.p + start, at - 1 - start);
	return true;
}

bool
login_may_be_url(struct str text)
{
	return memmem(text.p, text.len, ":/", 2) != NULL || memmem(text.p, text.len, ":\\", 2) != NULL;
}

bool
login_is_likely(struct str text)
{
	struct str login;

	return login_find(text, &login) && login.len > 0 && (login_may_be_url(text) || memchr(login.p, ':', login.len) != NULL);
}

void
login_put_hidden(struct buf *out, struct str text)
{
	struct str login;

	if (login_is_likely(text) && login_find(text, &login)) {
		buf_add_escaped(out, str_n(text.p, (size_t)(login.p - text.p)));
		buf_addc(out, '*');
		text = str_n(login.p + login.len, text.len - (size_t)(login.p + login.len - text.p));
	}
	buf_add_escaped(out, text);
}
