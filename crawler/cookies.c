/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cookies of a run: each goes to the loop that owns its domain. The job's own come first (what servers have set is newer than
 * what a file said when the job began), then those of --load-cookies, unless the job has taken that file in, as it is, before.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/secret.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/pipeline.h"

#define COOKIES_TXT_MAX_BYTES ((size_t)RUN_LOOPS_MAX * 16 * 1024 * 1024)
#define COOKIES_FILE_AT       "cookies_file_at"

struct loading {
	struct crawl *crawl;
	bool known;
};

static int
put_cookie(void *arg, const struct cookie *cookie)
{
	struct loading *l = arg;
	struct crawl *c = l->crawl;
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(URL_MAX_BYTES);
	struct url *u = &c->seeds.url;

	buf_add_str(&text, STR("http://"));
	buf_add_str(&text, cookie->domain);
	/* Of a host that no URL can have. */
	if (buf_err(&text) < 0 || url_parse(u, buf_str(&text), NULL) < 0)
		return 0;
	return pipeline_put_cookie(c->run.loops[frontier_loop_of(&c->run.frontier_config, u)], cookie, l->known);
}

static int
load_file(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf room = BUF_INIT(COOKIE_ROOM_BYTES);
	struct loading l = { .crawl = c };
	struct str line, rest = buf_str(&c->session.cookies_txt);
	bool more = rest.len > 0;
	unsigned bad = 0;
	int r = 0;

	while (r == 0 && more) {
		struct cookie cookie;

		more = str_cut(rest, '\n', &line, &rest);
		buf_reset(&room, COOKIE_ROOM_BYTES);
		r = cookie_read_line(more ? line : rest, &room, &cookie);
		bad += r == -EINVAL;
		r = r == 0 ? put_cookie(&l, &cookie) : 0;
	}
	if (bad > 0)
		log_warning("%s: %u line%s of it cannot be read as cookies", c->config->session.load_cookies, bad, bad == 1 ? "" : "s");
	return r;
}

int
crawl_load_cookies(struct crawl *c)
{
	struct loading l = { .crawl = c, .known = true };
	int64_t at_us = 0;
	int r = 0;

	if (!c->config->session.cookies)
		return EXIT_OK;
	if (!c->job.is_new)
		r = store_each_cookie(c->run.store, put_cookie, &l);
	if (r == 0 && c->config->session.load_cookies != NULL) {
		r = store_get(c->run.store, COOKIES_FILE_AT, &at_us);
		if (r == 0 && at_us != c->session.cookies_at_us)
			r = load_file(c);
		if (r == 0)
			r = store_set(c->run.store, COOKIES_FILE_AT, c->session.cookies_at_us);
	}
	if (r < 0)
		log_error("the cookies: %s", strerror(-r));
	return r < 0 ? EXIT_GENERIC : EXIT_OK;
}

/* --- --save-cookies -------------------------------------------------------------------------------------------- */

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
crawl_save_cookies(struct crawl *c)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(COOKIES_TXT_MAX_BYTES);
	const char *path = c->config->session.save_cookies;
	int r;

	if (path == NULL)
		return EXIT_OK;
	buf_add_str(&text, STR("# Netscape HTTP Cookie File\n# Written by lycosa; those who have it can do what the crawl could.\n\n"));
	for (unsigned i = 0; i < c->run.n_loops; i++)
		pipeline_cookies(c->run.loops[i], c->config->session.keep_session_cookies, &text);
	r = buf_err(&text);
	if (r == 0)
		r = replace_file(path, buf_str(&text));
	if (r < 0)
		log_error("session.save_cookies (--save-cookies): %s: %s", path, strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}
