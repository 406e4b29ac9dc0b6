/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/cleanup.h"
#include "store/disposition.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A token, or what is in quotes without its backslashes, appended to value. Returns what is behind it. */
static struct str
take_value(struct str s, struct buf *value)
{
	size_t i = 0;

	if (s.len == 0 || s.p[0] != '"') {
		while (i < s.len && s.p[i] != ';')
			i++;
		buf_add_str(value, str_trim(str_n(s.p, i)));
		return str_n(s.p + i, s.len - i);
	}
	for (i = 1; i < s.len && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		buf_addc(value, s.p[i]);
	}
	i += i < s.len;
	return str_n(s.p + i, s.len - i);
}

/* RFC 8187: charset'language'value, appended to out as UTF-8; nothing if it is not of the two charsets there are. */
static void
take_extended(struct str s, struct buf *out)
{
	struct str charset, language, rest;
	bool latin1;
	size_t i;

	if (!str_cut(s, '\'', &charset, &rest) || !str_cut(rest, '\'', &language, &rest))
		return;
	latin1 = str_ieq(charset, STR("iso-8859-1"));
	if (!latin1 && !str_ieq(charset, STR("utf-8")))
		return;
	for (i = 0; i < rest.len; i++) {
		int hi = i + 2 < rest.len ? ascii_hex((unsigned char)rest.p[i + 1]) : -1;
		int lo = i + 2 < rest.len ? ascii_hex((unsigned char)rest.p[i + 2]) : -1;
		unsigned char c = (unsigned char)rest.p[i];

		if (c == '%' && hi >= 0 && lo >= 0) {
			c = (unsigned char)(hi << 4 | lo);
			i += 2;
		}
		if (latin1 && c >= 0x80) {
			buf_addc(out, (char)(0xc0 | c >> 6));
			buf_addc(out, (char)(0x80 | (c & 0x3f)));
		} else {
			buf_addc(out, (char)c);
		}
	}
}

static void
add_segment(struct str name, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t from = 0, dots = 0, i;

	for (i = 0; i < name.len; i++)
		if (name.p[i] == '/' || name.p[i] == '\\')
			from = i + 1;
	name = str_trim(str_n(name.p + from, name.len - from));
	while (dots < name.len && name.p[dots] == '.')
		dots++;
	if (dots == name.len || name.len > DISPOSITION_NAME_MAX_BYTES)
		return;
	for (i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (ascii_is_alnum(c) || strchr("-._~", c) != NULL)
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%c%c", hex[c >> 4], hex[c & 15]);
	}
}

int
disposition_name(struct str header, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf plain = BUF_INIT(65536), extended = BUF_INIT(65536), value = BUF_INIT(65536);
	struct str rest, type;

	if (!str_cut(header, ';', &type, &rest))
		return 0;
	while (rest.len > 0) {
		struct str name, after;

		if (!str_cut(rest, '=', &name, &after))
			break;
		while (name.len > 0 && (name.p[0] == ';' || is_blank(name.p[0])))
			name = str_n(name.p + 1, name.len - 1);
		name = str_trim(name);
		while (after.len > 0 && is_blank(after.p[0]))
			after = str_n(after.p + 1, after.len - 1);
		buf_reset(&value, SIZE_MAX);
		rest = take_value(after, &value);
		if (str_ieq(name, STR("filename")) && plain.len == 0)
			buf_add_str(&plain, buf_str(&value));
		else if (str_ieq(name, STR("filename*")) && extended.len == 0)
			take_extended(buf_str(&value), &extended);
	}
	if (buf_err(&plain) < 0 || buf_err(&extended) < 0 || buf_err(&value) < 0)
		return 0; /* longer than any name */
	add_segment(extended.len > 0 ? buf_str(&extended) : buf_str(&plain), out);
	return buf_err(out);
}
