/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who `lycosa get' is: to the origins of the URLs it was given, mirrors among them, what a crawl is to those of its seeds. */
#include "config.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/secret.h"
#include "crawler/cookies_txt.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "crawler/hsts_file.h"

static int
make_home(struct get *g)
{
	struct str line, rest;
	int r = homes_new(&g->home);

	for (size_t i = 0; r == 0 && i < g->n; i++)
		for (rest = str_of(g->files[i].urls); r == 0 && str_cut(rest, '\n', &line, &rest);) {
			r = url_parse(&g->url, line, NULL);
			if (r == 0)
				r = homes_add(g->home, &g->url);
		}
	if (r < 0)
		log_error("the URLs: %s", strerror(-r));
	return r < 0 ? EXIT_GENERIC : EXIT_OK;
}

int
get_session(struct get *g, struct fetch_config *fc)
{
	int code = session_settings_read(g->config, &g->session);

	if (code == EXIT_OK && session_settings_need_home(&g->session))
		code = make_home(g);
	if (code == EXIT_OK && session_settings_fetch(&g->session, g->home, &fc->session) < 0) {
		log_error("out of memory");
		code = EXIT_GENERIC;
	}
	fc->cookies = g->config->session.cookies;
	fc->hsts = g->config->session.hsts;
	return code;
}

static int
put_cookie(void *arg, const struct cookie *cookie)
{
	return fetch_put_cookie(arg, cookie, false);
}

int
get_load_cookies(struct get *g)
{
	return cookies_txt_read(buf_str(&g->session.cookies_txt), g->config->session.load_cookies, put_cookie, g->fetch);
}

int
get_save_cookies(const struct get *g)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(COOKIES_TXT_LOOP_BYTES);

	if (g->config->session.save_cookies == NULL)
		return EXIT_OK;
	cookies_txt_begin(&text);
	fetch_cookies(g->fetch, g->config->session.keep_session_cookies, &text);
	return cookies_txt_write(g->config->session.save_cookies, &text);
}

/* --- HSTS --- */

static int
put_host(void *arg, const struct hsts_host *h)
{
	return fetch_put_hsts(arg, h, false);
}

int
get_load_hsts(struct get *g)
{
	return g->config->session.hsts ? hsts_file_read(g->config->session.hsts_file, put_host, g->fetch) : EXIT_OK;
}

int
get_save_hsts(const struct get *g)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(HSTS_FILE_MAX_BYTES);
	const char *path = g->config->session.hsts_file;
	int code;

	if (path == NULL || !g->config->session.hsts)
		return EXIT_OK;
	/* Who else has used it meanwhile loses nothing. */
	code = hsts_file_read(path, put_host, g->fetch);
	if (code != EXIT_OK)
		return code;
	hsts_file_begin(&text);
	fetch_hsts(g->fetch, &text);
	return hsts_file_write(path, &text);
}
