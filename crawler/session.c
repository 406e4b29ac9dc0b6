/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "crawler/ask.h"
#include "crawler/crawl.h"
#include "crawler/options.h"
#include "crawler/session.h"
#include "crawler/settings.h"
#include "url/header.h"

#define SESSION_FILE_MAX_BYTES  (64 * 1024)
#define SESSION_COOKIE_MAX_BYTES (64 * 1024) /* by hand; together with those of servers they fit fetch.c */
#define SESSION_ROOM_BYTES      ((size_t)3 * SESSION_FILE_MAX_BYTES) /* the reader wants some to spare */
#define SESSION_LINES_MAX       256
#define SESSION_PASSWORD_MAX    1024
#define SESSION_COOKIES_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* Which setting a header, or a login, stands in. */
struct header_from {
	const struct config *config;
	const char *key, *item;
};
#define header_error(from, ...) settings_error((from)->config, (from)->key, (from)->item, __VA_ARGS__)

static int
out_of_memory(void)
{
	log_error("out of memory");
	return EXIT_GENERIC;
}

static int
lines_add(const struct header_from *from, struct session_lines *l, struct str line)
{
	char **items;

	if (l->n >= SESSION_LINES_MAX) {
		header_error(from, "more than %d lines", SESSION_LINES_MAX);
		return EXIT_USAGE;
	}
	items = reallocarray(l->items, l->n + 2, sizeof(*items));
	if (items == NULL)
		return out_of_memory();
	l->items = items;
	items[l->n] = strndup(line.p, line.len);
	if (items[l->n] == NULL)
		return out_of_memory();
	items[++l->n] = NULL;
	return EXIT_OK;
}

static void
lines_release(struct session_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		secret_free(l->items[i]);
	free(l->items);
	*l = (struct session_lines){ 0 };
}

/* The file behind "@FILE", a setting's value (item: one of several, as in settings_error()). Room for all of it is made first: a buf that grows leaves copies behind. */
static int
read_file(const struct config *cf, const char *key, const char *item, const char *path, struct buf *out)
{
	int r = buf_reserve(out, SESSION_ROOM_BYTES);

	if (r == 0)
		r = config_read_text(path, out);
	if (r == 0 && out->len > SESSION_FILE_MAX_BYTES)
		r = -EMSGSIZE;
	if (r == -EMSGSIZE)
		settings_error(cf, key, item, "%s: more than %d KiB", path, SESSION_FILE_MAX_BYTES / 1024);
	else if (r < 0)
		settings_error(cf, key, item, "%s: %s", path, strerror(-r));
	return r == 0 ? EXIT_OK : EXIT_FILE;
}

/* --- headers --------------------------------------------------------------------------------------------------- */

/* libcurl is given cookies by another door, so that they share a line with those of servers. */
static int
add_cookie(const struct header_from *from, struct session_settings *s, struct str value)
{
	char *longer = NULL;
	int n;

	if ((s->cookie != NULL ? strlen(s->cookie) : 0) + value.len > SESSION_COOKIE_MAX_BYTES) {
		header_error(from, "the cookies have more than %d KiB together", SESSION_COOKIE_MAX_BYTES / 1024);
		return EXIT_USAGE;
	}
	n = asprintf(&longer, "%s%s%.*s", s->cookie != NULL ? s->cookie : "", s->cookie != NULL ? "; " : "", STR_ARG(value));

	if (n < 0)
		return out_of_memory();
	secret_free(s->cookie);
	s->cookie = longer;
	return EXIT_OK;
}

static int
add_header(const struct header_from *from, struct session_settings *s, struct str line)
{
	struct str name, value;
	const char *instead;

	/* What is wrong with it is said without showing it. */
	if (header_parse(line, &name, &value) < 0) {
		header_error(from, "a line must be `Name: value', without control characters");
		return EXIT_USAGE;
	}
	instead = header_reserved(name);
	if (instead != NULL) {
		header_error(from, "%.*s is not to be given by hand: %s", STR_ARG(name), instead);
		return EXIT_USAGE;
	}
	if (str_ieq(name, STR("Cookie")))
		return add_cookie(from, s, value);
	return lines_add(from, header_is_public(name) ? &s->headers : &s->home_headers, line);
}

typedef int (*add_line_fn)(const struct header_from *from, struct session_settings *s, struct str line);

/* The lines of the file that is named, but for empty ones and comments. */
static int
add_file(const struct header_from *from, struct session_settings *s, add_line_fn add)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(SESSION_ROOM_BYTES);
	struct str line, rest;
	bool more = true;
	int code = read_file(from->config, from->key, from->item, from->item + 1, &text);

	rest = buf_str(&text);
	while (code == EXIT_OK && more) {
		more = str_cut(rest, '\n', &line, &rest);
		line = str_trim(more ? line : rest);
		if (line.len > 0 && line.p[0] != '#')
			code = add(from, s, line);
	}
	return code;
}

static int
read_headers(const struct config *cf, bool files, struct session_settings *s)
{
	const char *const *items = cf->session.header;
	int code = EXIT_OK;

	for (; code == EXIT_OK && items != NULL && *items != NULL; items++) {
		const struct header_from from = { cf, "session.header", *items };

		/* As a job's file says it, in `lycosa config'. */
		if (config_is_hidden(*items))
			continue;
		if (**items != '@')
			code = add_header(&from, s, str_of(*items));
		else if (files)
			code = add_file(&from, s, add_header);
	}
	return code;
}

int
session_check_headers(const struct config *cf)
{
	struct session_settings s = { 0 };
	int code = read_headers(cf, false, &s);

	session_settings_release(&s);
	return code;
}

/* --- logins ---------------------------------------------------------------------------------------------------- */

int
session_read_secret(const struct config *cf, const char *key, const char *value, char **ret)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(SESSION_ROOM_BYTES);
	struct str line = str_of(value), rest;

	if (*value == '@') {
		int code = read_file(cf, key, NULL, value + 1, &text);

		if (code != EXIT_OK)
			return code;
		rest = buf_str(&text);
		if (!str_cut(rest, '\n', &line, &rest))
			line = rest;
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
	}
	if (line.len > 0 && memchr(line.p, '\0', line.len) != NULL) {
		settings_error(cf, key, NULL, "%s: this is not a text file", value + 1);
		return EXIT_FILE;
	}
	*ret = strndup(line.p, line.len);
	return *ret == NULL ? out_of_memory() : EXIT_OK;
}

/* $NETRC, ~/.netrc; a file that is not there is none, unless it was asked for. */
static int
read_netrc(const struct config *cf, struct session_settings *s)
{
	CLEANUP(freep) char *path = NULL;
	const char *name = cf->session.netrc_file, *home = getenv("HOME");
	bool asked = name != NULL;
	int r;

	if (!cf->session.netrc)
		return EXIT_OK;
	if (name == NULL)
		name = getenv("NETRC");
	if (name == NULL && home != NULL) {
		if (asprintf(&path, "%s/.netrc", home) < 0) {
			path = NULL;
			return out_of_memory();
		}
		name = path;
	}
	if (name == NULL || *name == '\0')
		return EXIT_OK;
	buf_init(&s->netrc, SESSION_ROOM_BYTES);
	r = buf_reserve(&s->netrc, SESSION_ROOM_BYTES);
	if (r == 0)
		r = config_read_text(name, &s->netrc);
	if (r == 0 && buf_cstr(&s->netrc) == NULL)
		r = -EMSGSIZE;
	if (r == 0)
		return EXIT_OK;
	if (!asked && (r == -ENOENT || r == -ENOTDIR || r == -EACCES)) {
		buf_release(&s->netrc); /* nothing was read: there is nothing to be wiped */
		return EXIT_OK;
	}
	settings_error(cf, "session.netrc_file", NULL, "%s: %s", name, crawl_strerror(r));
	return crawl_error_code(r, EXIT_FILE);
}

/* Question is the part before the colon; program NULL: the terminal. */
static int
ask(const struct config *cf, const char *key, const char *program, const struct buf *question, char **ret)
{
	CLEANUP(secret_buf_release) struct buf secret = BUF_INIT(SESSION_PASSWORD_MAX);
	CLEANUP(buf_releasep) struct buf prompt = BUF_INIT(SESSION_FILE_MAX_BYTES), unanswered = BUF_INIT(SESSION_FILE_MAX_BYTES);
	int r = buf_reserve(&secret, SESSION_PASSWORD_MAX);

	buf_addf(&prompt, "lycosa: %.*s: ", STR_ARG(buf_str(question)));
	buf_addf(&unanswered, "no %.*s was given", STR_ARG(buf_str(question)));
	if (r < 0 || buf_err(question) < 0 || buf_cstr(&prompt) == NULL || buf_cstr(&unanswered) == NULL)
		return out_of_memory();
	r = program != NULL ? ask_program(program, prompt.data, &secret) : ask_secret(prompt.data, &secret);
	if (r < 0) {
		settings_error(cf, key, NULL, "%s%s%s", program != NULL ? program : "", program != NULL ? ": " : "",
			r == -ENXIO ? "there is no terminal; --password=@FILE reads it from a file" :
			r == -ECANCELED ? unanswered.data : strerror(-r));
		return EXIT_USAGE;
	}
	*ret = secret.len > 0 ? strndup(secret.data, secret.len) : strdup("");
	return *ret == NULL ? out_of_memory() : EXIT_OK;
}

static int
ask_password(const struct config *cf, const char *key, const char *program, struct session_settings *s)
{
	CLEANUP(buf_releasep) struct buf question = BUF_INIT(SESSION_FILE_MAX_BYTES);

	buf_add_str(&question, STR("password of "));
	buf_add_escaped(&question, str_of(s->user));
	return ask(cf, key, program, &question, &s->password);
}

/* wget's way: the user too, if there is none. */
static int
ask_askpass(const struct config *cf, struct session_settings *s)
{
	static const char key[] = "session.askpass";
	CLEANUP(buf_releasep) struct buf question = BUF_INIT(SESSION_FILE_MAX_BYTES);
	int code = EXIT_OK;

	buf_add_str(&question, STR("user"));
	if (s->user == NULL) {
		code = ask(cf, key, cf->session.askpass, &question, &s->asked_user);
		s->user = s->asked_user;
	}
	return code == EXIT_OK ? ask_password(cf, key, cf->session.askpass, s) : code;
}

/* A password that is not there is not an empty one. */
static int
read_password(const struct config *cf, struct session_settings *s)
{
	if (cf->session.password == NULL && cf->session.askpass != NULL)
		return ask_askpass(cf, s);
	if (cf->session.user == NULL) {
		if (cf->session.password == NULL && !cf->session.ask_password)
			return EXIT_OK;
		settings_error(cf, cf->session.password != NULL ? "session.password" : "session.ask_password", NULL,
			"a password needs session.user (--user)");
		return EXIT_USAGE;
	}
	if (cf->session.password != NULL)
		return session_read_secret(cf, "session.password", cf->session.password, &s->password);
	if (cf->session.ask_password)
		return ask_password(cf, "session.ask_password", NULL, s);
	if (s->netrc.len > 0)
		return EXIT_OK;
	settings_error(cf, "session.user", NULL, "a user needs a password: --ask-password, --use-askpass, --password=@FILE, a line in ~/.netrc, or "
		"--password= for an empty one");
	return EXIT_USAGE;
}

static int
read_bearer(const struct config *cf, struct session_settings *s)
{
	CLEANUP(secret_freep) char *token = NULL;
	CLEANUP(secret_freep) char *line = NULL;
	const struct header_from from = { cf, "session.bearer", NULL };
	int code;

	if (cf->session.bearer == NULL)
		return EXIT_OK;
	code = session_read_secret(cf, "session.bearer", cf->session.bearer, &token);
	if (code != EXIT_OK)
		return code;
	if (asprintf(&line, "Authorization: Bearer %s", token) < 0) {
		line = NULL;
		return out_of_memory();
	}
	return add_header(&from, s, str_of(line));
}

static unsigned
n_authorizations(const struct session_settings *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->home_headers.n; i++)
		n += str_istarts(str_of(s->home_headers.items[i]), STR("Authorization:"));
	return n;
}

/* More than one way to say who we are would be sent side by side. */
static int
check_one_login(const struct config *cf, const struct session_settings *s)
{
	unsigned n = n_authorizations(s);

	if (n == 0 || (n == 1 && cf->session.user == NULL && cf->session.askpass == NULL && s->logins.n == 0))
		return EXIT_OK;
	settings_error(cf, cf->session.bearer != NULL ? "session.bearer" : "session.header", NULL,
		"only one of --user (or --login, or a login in a URL), --bearer and --header \"Authorization: ...\" can be given");
	return EXIT_USAGE;
}

static int
add_login(const struct header_from *from, struct session_settings *s, struct str text)
{
	struct url u;
	int r;

	/* What is wrong with it is said without showing it. */
	url_init(&u);
	r = url_parse(&u, text, NULL);
	if (r == 0)
		r = url_is_http(&u) && url_has_credentials(&u) ? logins_add(&s->logins, &u) : -EINVAL;
	if (r == -EEXIST)
		header_error(from, "%.*s has two logins", STR_ARG(url_host(&u)));
	else if (r < 0 && r != -ENOMEM)
		header_error(from, "a line must be https://NAME:PASSWORD@HOST/, without control characters, with %%2F for a / "
			"in a name or a password");
	url_release(&u);
	if (r == -ENOMEM)
		return out_of_memory();
	return r < 0 ? EXIT_USAGE : EXIT_OK;
}

static int
read_home_logins(const struct config *cf, struct session_settings *s)
{
	const char *const *items = cf->session.login;
	int code = EXIT_OK;

	for (; code == EXIT_OK && items != NULL && *items != NULL; items++) {
		const struct header_from from = { cf, "session.login", *items };

		/* The job's, which the list has given again. */
		if (config_is_hidden(*items))
			continue;
		code = **items == '@' ? add_file(&from, s, add_login) : add_login(&from, s, str_of(*items));
	}
	return code;
}

static int
read_login(const struct config *cf, struct session_settings *s)
{
	static const enum fetch_auth auths[] = {
		[CONFIG_SESSION_AUTH_ANY] = FETCH_AUTH_ANY,
		[CONFIG_SESSION_AUTH_BASIC] = FETCH_AUTH_BASIC,
		[CONFIG_SESSION_AUTH_DIGEST] = FETCH_AUTH_DIGEST,
		[CONFIG_SESSION_AUTH_NTLM] = FETCH_AUTH_NTLM,
		[CONFIG_SESSION_AUTH_NEGOTIATE] = FETCH_AUTH_NEGOTIATE,
	};
	int code;

	s->auth = auths[cf->session.auth];
	s->user = cf->session.user;
	code = read_bearer(cf, s);
	if (code == EXIT_OK)
		code = read_home_logins(cf, s);
	if (code == EXIT_OK)
		code = check_one_login(cf, s);
	/* A login of the netrc would be sent beside it. */
	if (code == EXIT_OK && n_authorizations(s) == 0)
		code = read_netrc(cf, s);
	if (code != EXIT_OK)
		return code;
	if (s->auth != FETCH_AUTH_NEGOTIATE || s->user != NULL)
		return read_password(cf, s);
	/* The ticket says who it is. */
	s->user = "";
	s->password = strdup("");
	return s->password == NULL ? out_of_memory() : EXIT_OK;
}

/* --- cookies --------------------------------------------------------------------------------------------------- */

/* Found wrong at the end, a crawl's cookies would be lost. */
static int
check_save(const struct config *cf, const char *key, const char *path)
{
	CLEANUP(freep) char *dir = strdup(path);
	char *slash = dir != NULL ? strrchr(dir, '/') : NULL;

	if (dir == NULL)
		return out_of_memory();
	if (slash != NULL)
		slash[slash == dir] = '\0';
	if (access(slash != NULL ? dir : ".", W_OK | X_OK) == 0)
		return EXIT_OK;
	settings_error(cf, key, NULL, "%s: %s", path, strerror(errno));
	return EXIT_FILE;
}

static int
read_cookies(const struct config *cf, struct session_settings *s)
{
	const char *path = cf->session.load_cookies;
	struct stat st;
	int r;

	if (!cf->session.cookies && (path != NULL || cf->session.save_cookies != NULL)) {
		settings_error(cf, path != NULL ? "session.load_cookies" : "session.save_cookies", NULL,
			"session.cookies=off (--no-cookies) leaves nothing to load or to save");
		return EXIT_USAGE;
	}
	if (cf->session.save_cookies != NULL && check_save(cf, "session.save_cookies", cf->session.save_cookies) != EXIT_OK)
		return EXIT_FILE;
	if (path == NULL)
		return EXIT_OK;
	buf_init(&s->cookies_txt, SESSION_COOKIES_MAX_BYTES);
	r = stat(path, &st) < 0 ? -errno : config_read_text(path, &s->cookies_txt);
	if (r < 0) {
		settings_error(cf, "session.load_cookies", NULL, "%s: %s", path, strerror(-r));
		return EXIT_FILE;
	}
	s->cookies_at_us = (int64_t)st.st_mtim.tv_sec * CLOCK_US_PER_SEC + st.st_mtim.tv_nsec / 1000;
	return EXIT_OK;
}

/* --- all of it ------------------------------------------------------------------------------------------------- */

static int
check_secrets(const struct config *cf, const struct session_settings *s)
{
	const struct option *o = config_missing_secret(cf, s->logins.n > 0);

	if (o == NULL)
		return EXIT_OK;
	settings_error(cf, o->key, NULL, "this was given when the job began, and neither secrets nor the files they stand in are taken from a "
		"job: give it again, or --%s= to go on without. In your own lycosa.conf it is found again", o->flag.long_name);
	return EXIT_USAGE;
}

int
session_settings_read(const struct config *cf, struct session_settings *s)
{
	int code = check_secrets(cf, s);

	s->referer = cf->session.referer;
	if (code == EXIT_OK)
		code = read_headers(cf, true, s);
	if (code == EXIT_OK)
		code = read_login(cf, s);
	if (code == EXIT_OK)
		code = session_read_transport(cf, s);
	if (code == EXIT_OK)
		code = read_cookies(cf, s);
	if (code == EXIT_OK && cf->session.hsts_file != NULL)
		code = check_save(cf, "session.hsts_file", cf->session.hsts_file);
	return code;
}

bool
session_settings_are_private(const struct session_settings *s)
{
	return s->home_headers.n > 0 || s->cookie != NULL || s->referer != NULL || s->user != NULL || s->logins.n > 0 ||
		s->tls.certificate != NULL || s->tls.pinned_key != NULL;
}

bool
session_settings_need_home(const struct session_settings *s)
{
	return session_settings_are_private(s) || s->netrc.len > 0;
}

int
session_settings_fetch(struct session_settings *s, const struct homes *home, struct fetch_session *ret)
{
	struct fetch_tls tls = s->tls;

	tls.key_password = s->key_password;
	*ret = (struct fetch_session){
		.home = home,
		.headers = (const char *const *)s->headers.items,
		.home_headers = (const char *const *)s->home_headers.items,
		.cookie = s->cookie,
		.referer = s->referer,
		.user = s->user,
		.password = s->password,
		.netrc = s->netrc.len > 0 ? s->netrc.data : NULL,
		.auth = s->auth,
		.tls = tls,
		.proxy = { .user = s->proxy_user, .password = s->proxy_password, .auth = s->proxy_auth },
	};
	if (s->logins.n == 0)
		return 0;
	if (logins_fetch(&s->logins, home) < 0)
		return -ENOMEM;
	ret->logins = s->logins.views;
	return 0;
}

void
session_settings_release(struct session_settings *s)
{
	lines_release(&s->headers);
	lines_release(&s->home_headers);
	secret_free(s->cookie);
	secret_buf_release(&s->cookies_txt);
	secret_free(s->asked_user);
	secret_free(s->password);
	secret_free(s->key_password);
	secret_free(s->proxy_password);
	secret_buf_release(&s->netrc);
	logins_release(&s->logins);
	*s = (struct session_settings){ 0 };
}
