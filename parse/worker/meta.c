/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/meta.h"

static struct str
skip_white(struct str s)
{
	while (s.len > 0 && ascii_is_space((unsigned char)*s.p)) {
		s.p++;
		s.len--;
	}
	return s;
}

static struct str
skip_bytes(struct str s, size_t n)
{
	return n > 0 ? str_n(s.p + n, s.len - n) : s; /* STR_NONE has no place to count from */
}

/* Steps 11-14: "url" = quoted or bare. */
static struct str
refresh_url(struct str s)
{
	struct str rest;
	char quote;
	size_t i;

	if (str_istarts(s, STR("url"))) {
		rest = skip_white(skip_bytes(s, 3));
		if (rest.len > 0 && *rest.p == '=')
			s = skip_white(skip_bytes(rest, 1));
	}
	if (s.len > 0 && (*s.p == '"' || *s.p == '\'')) {
		quote = *s.p;
		s = skip_bytes(s, 1);
		for (i = 0; i < s.len && s.p[i] != quote; i++)
			;
		s.len = i;
	}
	return s;
}

bool
meta_refresh(struct str content, uint32_t *ret_seconds, struct str *ret_url)
{
	struct str s = skip_white(content);
	uint64_t seconds = 0;
	size_t digits = 0;

	while (s.len > 0 && ascii_is_digit((unsigned char)*s.p)) {
		if (seconds <= UINT32_MAX)
			seconds = seconds * 10 + (uint64_t)(*s.p - '0');
		s = skip_bytes(s, 1);
		digits++;
	}
	if (digits == 0 && (s.len == 0 || *s.p != '.'))
		return false;
	while (s.len > 0 && (ascii_is_digit((unsigned char)*s.p) || *s.p == '.'))
		s = skip_bytes(s, 1);
	*ret_seconds = seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
	*ret_url = STR_NONE;
	if (s.len == 0)
		return true;
	if (*s.p != ';' && *s.p != ',' && !ascii_is_space((unsigned char)*s.p))
		return false;
	s = skip_white(s);
	if (s.len > 0 && (*s.p == ';' || *s.p == ','))
		s = skip_bytes(s, 1);
	s = skip_white(s);
	if (s.len > 0)
		*ret_url = refresh_url(s);
	return true;
}

/* Directives that have a value of their own behind ':', so that they are not names of crawlers. */
static bool
robots_has_value(struct str word)
{
	return str_ieq(word, STR("max-snippet")) || str_ieq(word, STR("max-image-preview")) ||
		str_ieq(word, STR("max-video-preview")) || str_ieq(word, STR("unavailable_after"));
}

bool
meta_is_us(struct str name, struct str other)
{
	return str_ieq(name, STR("lycosa")) || (other.len > 0 && str_ieq(name, other));
}

void
meta_robots(struct str content, struct str other, bool *noindex, bool *nofollow)
{
	struct str word, rest = content, name, value;

	if (str_cut(content, ':', &name, &value) && memchr(name.p, ',', name.len) == NULL &&
		!robots_has_value(str_trim(name))) {
		if (!meta_is_us(str_trim(name), other))
			return;
		rest = value;
	}
	do {
		word = rest;
		if (!str_cut(rest, ',', &word, &rest))
			rest = STR_NONE;
		word = str_trim(word);
		if (str_ieq(word, STR("noindex")))
			*noindex = true;
		else if (str_ieq(word, STR("nofollow")))
			*nofollow = true;
		else if (str_ieq(word, STR("none")))
			*noindex = *nofollow = true;
	} while (rest.p != NULL);
}

bool
meta_next_word(struct str *list, struct str *ret_word)
{
	size_t n = 0;

	*list = skip_white(*list);
	while (n < list->len && !ascii_is_space((unsigned char)list->p[n]))
		n++;
	*ret_word = str_n(list->p, n);
	*list = skip_bytes(*list, n);
	return n != 0;
}

bool
meta_has_word(struct str list, struct str word)
{
	struct str w;

	while (meta_next_word(&list, &w))
		if (str_ieq(w, word))
			return true;
	return false;
}
