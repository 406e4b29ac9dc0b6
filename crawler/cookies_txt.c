/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/cookies_txt.h"
#include "crawler/crawl.h"

int
cookies_txt_read(struct str text, const char *path, int (*fn)(void *arg, const struct cookie *c), void *arg)
{
	CLEANUP(buf_releasep) struct buf room = BUF_INIT(COOKIE_ROOM_BYTES);
	struct str line, rest = text;
	bool more = rest.len > 0;
	unsigned bad = 0;
	int r = 0;

	while (r == 0 && more) {
		struct cookie cookie;

		more = str_cut(rest, '\n', &line, &rest);
		buf_reset(&room, COOKIE_ROOM_BYTES);
		r = cookie_read_line(more ? line : rest, &room, &cookie);
		bad += r == -EINVAL;
		r = r == 0 ? fn(arg, &cookie) : 0;
	}
	if (bad > 0)
		log_warning("%s: %u line%s of it cannot be read as cookies", path, bad, bad == 1 ? "" : "s");
	return r;
}

void
cookies_txt_begin(struct buf *text)
{
	buf_add_str(text, STR("# Netscape HTTP Cookie File\n# Written by lycosa; those who have it can do what it could.\n\n"));
}

int
cookies_txt_write(const char *path, const struct buf *text)
{
	int r = buf_err(text);

	if (r == 0)
		r = file_replace(path, 0600, buf_str(text));
	if (r < 0)
		log_error("session.save_cookies (--save-cookies): %s: %s", path, strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}
