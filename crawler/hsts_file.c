/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/config.h"
#include "crawler/crawl.h"
#include "crawler/hsts_file.h"

static int
failed(const char *path, int r)
{
	log_error("session.hsts_file (--hsts-file): %s: %s", path, strerror(-r));
	return EXIT_FILE;
}

int
hsts_file_read(const char *path, int (*fn)(void *arg, const struct hsts_host *h), void *arg)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(HSTS_FILE_MAX_BYTES);
	struct str line, rest;
	struct hsts_host h;
	bool more;
	unsigned bad = 0, n = 0;
	int r = path != NULL ? config_read_text(path, &text) : -ENOENT;

	if (r < 0)
		return r == -ENOENT ? EXIT_OK : failed(path, r);
	for (rest = buf_str(&text), more = rest.len > 0; r == 0 && more;) {
		more = str_cut(rest, '\n', &line, &rest);
		r = hsts_read_line(more ? line : rest, &h);
		bad += r == -EINVAL;
		if (r == 0 && ++n > HSTS_FILE_MAX_HOSTS) {
			log_warning("%s: hosts beyond the %u that are kept were not read", path, HSTS_FILE_MAX_HOSTS);
			break;
		}
		r = r == 0 ? fn(arg, &h) : 0;
	}
	if (bad > 0)
		log_warning("%s: %u line%s of it cannot be read as hosts of HSTS", path, bad, bad == 1 ? "" : "s");
	return r < 0 ? failed(path, r) : EXIT_OK;
}

void
hsts_file_begin(struct buf *text)
{
	buf_add_str(text, STR("# HSTS 1.0 known hosts, as wget has them; written by lycosa\n"
			      "# <hostname>\t<port>\t<incl. subdomains>\t<created>\t<max-age>\n"));
}

int
hsts_file_write(const char *path, const struct buf *text)
{
	int r = buf_err(text);

	if (r == 0)
		r = file_replace(path, 0600, buf_str(text));
	return r < 0 ? failed(path, r) : EXIT_OK;
}
