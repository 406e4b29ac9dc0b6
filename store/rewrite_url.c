/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rewrite.c puts in: the text of a reference, to a file or to a URL. */
#include "config.h"

#include <limits.h>

#include "base/check.h"
#include "store/rewrite.h"

static const char hex[] = "0123456789ABCDEF";

/* RFC 3986 §2.3, and '/'. */
#define TEN(c)   [(c)] = 1, [(c) + 1] = 1, [(c) + 2] = 1, [(c) + 3] = 1, [(c) + 4] = 1, [(c) + 5] = 1, [(c) + 6] = 1, [(c) + 7] = 1, [(c) + 8] = 1, [(c) + 9] = 1
#define ALPHA(c) TEN(c), TEN((c) + 10), [(c) + 20] = 1, [(c) + 21] = 1, [(c) + 22] = 1, [(c) + 23] = 1, [(c) + 24] = 1, [(c) + 25] = 1
static const bool is_relative[UCHAR_MAX + 1] = { ALPHA('a'), ALPHA('A'), TEN('0'), ['-'] = 1, ['.'] = 1, ['_'] = 1, ['~'] = 1, ['/'] = 1 };

/* Of the first len bytes, those up to the last '/'. */
static size_t
dirs_of(struct str path, size_t len)
{
	const char *slash = memrchr(path.p, '/', len);

	return slash != NULL ? (size_t)(slash - path.p) + 1 : 0;
}

/* How much of the two is directories that they share: from the longest, which it is mostly, to none. */
static size_t
common_dirs(struct str from, struct str to)
{
	size_t dirs = dirs_of(from, from.len);

	while (dirs > 0 && (dirs > to.len || memcmp(from.p, to.p, dirs) != 0))
		dirs = dirs_of(from, dirs - 1);
	return dirs;
}

void
rewrite_relative(struct str from, struct str to, struct buf *out)
{
	size_t common = common_dirs(from, to), run, i;
	const char *p = from.p + common, *end = from.p + from.len;

	for (; (p = memchr(p, '/', (size_t)(end - p))) != NULL; p++)
		buf_add_str(out, STR("../"));
	for (i = run = common; i < to.len; i++) {
		unsigned char c = (unsigned char)to.p[i];

		if (LIKELY(is_relative[c]))
			continue;
		buf_add(out, to.p + run, i - run);
		buf_add(out, (const char[3]){ '%', hex[c >> 4], hex[c & 15] }, 3);
		run = i + 1;
	}
	buf_add(out, to.p + run, to.len - run);
}

/* Bits 1 << enum rewrite_syntax: what would end the URL there. */
static const unsigned char escaped[UCHAR_MAX + 1] = {
	['"'] = 7, ['\''] = 3, ['&'] = 3, ['<'] = 3, ['>'] = 3, ['`'] = 1, ['('] = 2, [')'] = 2, ['\\'] = 6,
};
_Static_assert(REWRITE_HTML == 0 && REWRITE_CSS == 1 && REWRITE_JSON == 2, "the bits of escaped[]");

static void
put_escape(unsigned char c, enum rewrite_syntax syntax, struct buf *out)
{
	if (syntax == REWRITE_HTML)
		buf_addf(out, "&#%u;", (unsigned)c);
	else if (syntax == REWRITE_CSS)
		buf_addf(out, "\\%x ", (unsigned)c);
	else
		buf_addf(out, "\\u%04x", (unsigned)c);
}

/* CSS escapes of hex digits and a space hold in a url( ), in both kinds of strings, and mean nothing to HTML. */
void
rewrite_absolute(struct str url, enum rewrite_syntax syntax, struct buf *out)
{
	size_t run = 0, i;

	for (i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if ((escaped[c] >> syntax & 1) == 0)
			continue;
		buf_add(out, url.p + run, i - run);
		put_escape(c, syntax, out);
		run = i + 1;
	}
	buf_add(out, url.p + run, url.len - run);
}
