/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/jsonscan.h"

struct json_scan
json_scan_begin(struct str text)
{
	return (struct json_scan){ .text = text };
}

static void
set_key(struct json_scan *s, struct str key)
{
	if (s->depth < JSON_SCAN_DEPTH)
		s->keys[s->depth] = key;
}

static struct str
key_at(const struct json_scan *s, uint32_t depth)
{
	return depth < JSON_SCAN_DEPTH ? s->keys[depth] : STR_NONE;
}

/* From behind the quote to the closing one, or to the end of the text. */
static struct str
take_string(struct json_scan *s, bool *ret_escaped)
{
	const struct str t = s->text;
	size_t from = s->at, i;

	*ret_escaped = false;
	for (i = from; i < t.len && t.p[i] != '"'; i++) {
		if (t.p[i] != '\\')
			continue;
		*ret_escaped = true;
		i++;
	}
	if (i > t.len)
		i = t.len;
	s->at = i < t.len ? i + 1 : i;
	return str_n(t.p + from, i - from);
}

static bool
colon_follows(struct json_scan *s)
{
	while (s->at < s->text.len && ascii_is_space((unsigned char)s->text.p[s->at]))
		s->at++;
	return s->at < s->text.len && s->text.p[s->at] == ':';
}

bool
json_scan_next(struct json_scan *s, struct json_scan_string *ret)
{
	while (s->at < s->text.len) {
		struct str string;
		bool escaped;

		switch (s->text.p[s->at++]) {
		case '{':
			s->depth++;
			set_key(s, STR_NONE);
			break;
		case '[':
			s->depth++;
			set_key(s, key_at(s, s->depth - 1));
			break;
		case '}':
		case ']':
			if (s->depth > 0)
				s->depth--;
			break;
		case '"':
			string = take_string(s, &escaped);
			if (colon_follows(s)) {
				set_key(s, string);
				break;
			}
			*ret = (struct json_scan_string){ .key = key_at(s, s->depth), .top = s->keys[1], .value = string,
				.escaped = escaped };
			return true;
		}
	}
	return false;
}

/* Four hexadecimal digits at p; -1: not so. */
static int32_t
hex4(struct str s)
{
	int32_t v = 0;
	size_t i;

	if (s.len < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		int d = ascii_hex((unsigned char)s.p[i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* "\uXXXX", or two of them that are a surrogate pair. Returns the bytes used; s begins behind the 'u'. */
static size_t
put_unicode(struct str s, struct buf *out)
{
	int32_t high = hex4(s), low;
	char utf8[4];
	size_t used = 4;

	if (high < 0)
		return 0;
	if (high >= 0xd800 && high < 0xdc00 && s.len >= 10 && s.p[4] == '\\' && s.p[5] == 'u') {
		low = hex4(str_n(s.p + 6, 4));
		if (low >= 0xdc00 && low < 0xe000) {
			high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
			used = 10;
		}
	}
	if (high >= 0xd800 && high < 0xe000)
		high = 0xfffd;
	(void)buf_add(out, utf8, utf8_put(utf8, (uint32_t)high));
	return used;
}

int
json_scan_unescape(struct str value, struct buf *out)
{
	static const char names[] = "bfnrt", meant[] = "\b\f\n\r\t";
	size_t i;

	for (i = 0; i < value.len; i++) {
		const char *name;

		if (value.p[i] != '\\' || i + 1 == value.len) {
			(void)buf_addc(out, value.p[i]);
			continue;
		}
		i++;
		if (value.p[i] == 'u') {
			i += put_unicode(str_n(value.p + i + 1, value.len - i - 1), out);
			continue;
		}
		name = memchr(names, value.p[i], sizeof(names) - 1);
		(void)buf_addc(out, name != NULL ? meant[name - names] : value.p[i]);
	}
	return buf_err(out);
}
