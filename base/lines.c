/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/lines.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

int
lines_open(struct lines *l, const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (f == NULL)
		return -errno;
	*l = (struct lines){ .f = f, .line = BUF_INIT(LINES_MAX_BYTES) };
	return 0;
}

int
lines_next(struct lines *l, struct str *ret_line)
{
	struct str line;
	int c;

	buf_reset(&l->line, LINES_MAX_BYTES);
	errno = 0;
	while ((c = getc_unlocked(l->f)) != EOF && c != '\n' && buf_err(&l->line) == 0)
		buf_addc(&l->line, (char)c);
	if (c == EOF && ferror(l->f))
		return errno != 0 ? -errno : -EIO;
	if (c == EOF && l->line.len == 0)
		return 0;
	l->number++;
	if (buf_err(&l->line) < 0)
		return buf_err(&l->line) == -EMSGSIZE ? -E2BIG : buf_err(&l->line);
	line = buf_str(&l->line);
	/* Also in the middle, where one list was put behind another. */
	if (line.len >= strlen(BYTE_ORDER_MARK) && str_starts(line, STR(BYTE_ORDER_MARK)))
		line = str_n(line.p + strlen(BYTE_ORDER_MARK), line.len - strlen(BYTE_ORDER_MARK));
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	*ret_line = line;
	return 1;
}

void
lines_close(struct lines *l)
{
	if (l->f != NULL && l->f != stdin)
		(void)fclose(l->f);
	l->f = NULL;
	buf_release(&l->line);
}
