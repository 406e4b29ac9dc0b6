/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int
sync_dir_of(const char *path)
{
	CLEANUP(freep) char *dir = strdup(path);
	char *slash = dir != NULL ? strrchr(dir, '/') : NULL;
	CLEANUP(closep) int fd = -1;

	if (dir == NULL)
		return -ENOMEM;
	if (slash != NULL)
		slash[slash == dir] = '\0';
	fd = open(slash != NULL ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* Beside the file, with a name of its own and mode 0600 (mkostemp(3)), then in its place: never half, never readable to others. */
static int
replace_file(const char *path, struct str text)
{
	CLEANUP(freep) char *temp = NULL;
	CLEANUP(closep) int fd = -1;
	int r;

	if (asprintf(&temp, "%s.XXXXXX", path) < 0) {
		temp = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = file_write_all(fd, text.p, text.len, NULL);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && rename(temp, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(temp);
		return r;
	}
	return sync_dir_of(path);
}

int
cookies_txt_write(const char *path, const struct buf *text)
{
	int r = buf_err(text);

	if (r == 0)
		r = replace_file(path, buf_str(text));
	if (r < 0)
		log_error("session.save_cookies (--save-cookies): %s: %s", path, strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}
