/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "crawler/get.h"
#include "url/percent.h"

#define NAME_TEXT_MAX (64 * 1024)
#define MARK_BYTES    (1 + 16) /* of a name that was cut */

/* Bytes that no name gets: the separator, and what a terminal takes for orders. */
static bool
is_harmful(unsigned char c)
{
	return c < 0x20 || c == 0x7f || c == '/';
}

/*
 * As much of it as may be, and no part of a character at the end. An extension of a usual length is kept. What was cut off is in the mark: two
 * URLs that differ there only would have one name, and -c, -N and -nc take what has the name for the file. Always the same for the same name.
 */
static void
cut(struct str name, char dst[DOWNLOAD_NAME_MAX + 1])
{
	size_t n = name.len, tail = 0;
	char mark[MARK_BYTES + 1] = "";
	uint64_t hash[2];

	if (n > DOWNLOAD_NAME_MAX) {
		for (size_t i = 1; i <= 16; i++)
			if (name.p[name.len - i] == '.') {
				tail = i;
				break;
			}
		hash_content(name.p, name.len, hash);
		(void)snprintf(mark, sizeof(mark), "~%016" PRIx64, hash[0]);
		n = DOWNLOAD_NAME_MAX - MARK_BYTES - tail;
		while (n > 0 && ((unsigned char)name.p[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(dst, name.p, n);
	memcpy(dst + n, mark, strlen(mark));
	n += strlen(mark);
	memcpy(dst + n, name.p + name.len - tail, tail);
	dst[n + tail] = '\0';
	/* Those of files on their way: of this one, by another's word. */
	if (str_ends(str_of(dst), STR(".part")) || str_ends(str_of(dst), STR(".part.info")))
		dst[n + tail - 1] = '_';
}

void
get_name_of_url(const struct url *u, char dst[DOWNLOAD_NAME_MAX + 1])
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(NAME_TEXT_MAX), name = BUF_INIT(NAME_TEXT_MAX);
	struct str path = url_pathname(u);
	const char *slash = path.len > 0 ? memrchr(path.p, '/', path.len) : NULL;
	struct str last = slash != NULL ? str_n(slash + 1, path.len - (size_t)(slash + 1 - path.p)) : path;

	percent_decode(&text, last);
	if (url_search(u).len > 1)
		percent_decode(&text, url_search(u));
	for (size_t i = 0; i < text.len; i++)
		if (is_harmful((unsigned char)text.data[i]))
			percent_put(&name, (unsigned char)text.data[i]);
		else
			buf_addc(&name, text.data[i]);
	if (last.len == 0 || buf_err(&name) < 0 || str_eq(buf_str(&name), STR(".")) || str_eq(buf_str(&name), STR(".."))) {
		struct buf index = BUF_INIT(NAME_TEXT_MAX);

		/* As wget: the query stays. */
		buf_add_str(&index, STR("index.html"));
		if (last.len == 0 && buf_err(&name) == 0)
			buf_add_str(&index, buf_str(&name));
		buf_release(&name);
		name = index;
	}
	cut(buf_err(&name) < 0 || name.len == 0 ? STR("index.html") : buf_str(&name), dst);
}

/* Behind "filename=": a token or a quoted string, unescaped. */
static void
read_value(struct str s, struct buf *out)
{
	size_t i = 0;
	bool quoted = s.len > 0 && s.p[0] == '"';

	for (i = quoted; i < s.len; i++) {
		if (quoted ? s.p[i] == '"' : (s.p[i] == ';' || ascii_is_space((unsigned char)s.p[i])))
			return;
		if (quoted && s.p[i] == '\\' && i + 1 < s.len)
			i++;
		buf_addc(out, s.p[i]);
	}
}

/* Cuts the next parameter off *rest (at a ';' that is in no quotes): false at the end. */
static bool
next_parameter(struct str *rest, struct str *ret)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < rest->len && (quoted || rest->p[i] != ';'); i++) {
		if (quoted && rest->p[i] == '\\' && i + 1 < rest->len)
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
	}
	if (rest->len == 0)
		return false;
	*ret = str_trim(str_n(rest->p, i));
	*rest = i < rest->len ? str_n(rest->p + i + 1, rest->len - i - 1) : STR("");
	return true;
}

/* "UTF-8'en'%e2%82%ac": RFC 8187; other charsets are not read. */
static bool
read_extended(struct str value, struct buf *out)
{
	struct str charset, language, text;

	if (!str_cut(value, '\'', &charset, &text) || !str_cut(text, '\'', &language, &text) || !str_ieq(charset, STR("utf-8")))
		return false;
	percent_decode(out, text);
	return out->len > 0 && utf8_valid(out->data, out->len);
}

/*
 * Only what stands behind the last separator of any system; dots and blanks in front hide a file or make it an option's, and what turns the
 * order of letters round makes "codexe.jpg" of cod RLO gpj.exe.
 */
static void
make_harmless(struct str s, char dst[DOWNLOAD_NAME_MAX + 1])
{
	CLEANUP(buf_releasep) struct buf name = BUF_INIT(NAME_TEXT_MAX);

	for (size_t i = s.len; i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
			s = str_n(s.p + i, s.len - i);
			break;
		}
	while (s.len > 0 && (s.p[0] == '.' || s.p[0] == '-' || s.p[0] == '~' || ascii_is_space((unsigned char)s.p[0])))
		s = str_n(s.p + 1, s.len - 1);
	while (s.len > 0 && (s.p[s.len - 1] == '.' || ascii_is_space((unsigned char)s.p[s.len - 1])))
		s.len--;
	for (size_t i = 0, n; i < s.len; i += n) {
		uint32_t cp = 0;

		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n == 0 || utf8_is_unsafe(cp) || (cp < 0x80 && strchr("/<>:\"|?*", (int)cp) != NULL))
			buf_addc(&name, '_');
		else
			buf_add(&name, s.p + i, n);
		n += n == 0;
	}
	cut(buf_err(&name) < 0 ? STR("") : buf_str(&name), dst);
}

void
get_name_of_disposition(struct str field, char dst[DOWNLOAD_NAME_MAX + 1])
{
	CLEANUP(buf_releasep) struct buf plain = BUF_INIT(NAME_TEXT_MAX), extended = BUF_INIT(NAME_TEXT_MAX), text = BUF_INIT(NAME_TEXT_MAX);
	struct str rest = field, part, name, value;

	while (next_parameter(&rest, &part)) {
		if (!str_cut(part, '=', &name, &value))
			continue;
		name = str_trim(name);
		value = str_trim(value);
		if (str_ieq(name, STR("filename*")) && extended.len == 0 && !read_extended(value, &extended))
			buf_reset(&extended, NAME_TEXT_MAX);
		else if (str_ieq(name, STR("filename")) && plain.len == 0)
			read_value(value, &plain);
	}
	utf8_scrub(&text, extended.len > 0 ? buf_str(&extended) : buf_str(&plain));
	make_harmless(buf_err(&text) < 0 ? STR("") : buf_str(&text), dst);
}
