/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cookies of a run: each goes to the loop that owns its domain. The job's own come first (what servers have set is newer than
 * what a file said when the job began), then those of --load-cookies, unless the job has taken that file in, as it is, before.
 */
#include "config.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/secret.h"
#include "crawler/cookies_txt.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/pipeline.h"

#define COOKIES_TXT_MAX_BYTES (RUN_LOOPS_MAX * COOKIES_TXT_LOOP_BYTES)
#define COOKIES_FILE_AT       "cookies_file_at"

struct loading {
	struct crawl *crawl;
	bool known;
};

static int
put_cookie(void *arg, const struct cookie *cookie)
{
	struct loading *l = arg;
	const struct url *u;
	struct pipeline *p = crawl_loop_of_host(l->crawl, "http", cookie->domain, &u);

	return p != NULL ? pipeline_put_cookie(p, cookie, l->known) : 0;
}

static int
load_file(struct crawl *c)
{
	struct loading l = { .crawl = c };

	return cookies_txt_read(buf_str(&c->session.cookies_txt), c->config->session.load_cookies, put_cookie, &l);
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

int
crawl_move_cookies(struct crawl *c, struct pipeline *const *from, unsigned n_from)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(COOKIES_TXT_LOOP_BYTES);
	struct loading l = { .crawl = c, .known = true };
	int r = 0;

	for (unsigned i = 0; r == 0 && i < n_from; i++) {
		buf_reset(&text, SIZE_MAX);
		pipeline_cookies(from[i], true, &text);
		r = buf_err(&text);
		if (r == 0)
			r = cookies_txt_read(buf_str(&text), "cookies", put_cookie, &l);
	}
	return r;
}

/* --- --save-cookies -------------------------------------------------------------------------------------------- */

int
crawl_save_cookies(struct crawl *c)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(COOKIES_TXT_MAX_BYTES);
	const char *path = c->config->session.save_cookies;

	if (path == NULL)
		return EXIT_OK;
	cookies_txt_begin(&text);
	for (unsigned i = 0; i < c->run.n_loops; i++)
		pipeline_cookies(c->run.loops[i], c->config->session.keep_session_cookies, &text);
	return cookies_txt_write(path, &text);
}
