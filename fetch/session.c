/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "fetch/netrc.h"
#include "fetch/session.h"
#include "url/homes.h"

#define HTTPS_PORT 443
#define PIN_DIGITS 44 /* base64 of 32 bytes */

/* A machine of the netrc. */
struct login {
	struct login *next;
	char *machine, *user, *password;
	struct session_face stranger, own; /* with the session's lists of headers */
};

/* Of one of the seeds' origins. */
struct home_login {
	char *user, *password;
	struct session_face own; /* without user: there is none */
};

struct session {
	const struct homes *home;
	struct curl_slist *headers, *own_headers;
	char *referer, *cookie, *user, *password;
	struct fetch_tls tls; /* its strings are copies */
	unsigned long auth;
	struct session_face stranger, own;
	struct login *logins; /* in the order of the file */
	struct home_login *of_home; /* by slot; NULL: nobody has one */
	_Atomic unsigned long *asked; /* by slot: the method to use; 0 = not known. */
};

void
session_free_headers(struct curl_slist *list)
{
	struct curl_slist *item;

	for (item = list; item != NULL; item = item->next)
		explicit_bzero(item->data, strlen(item->data));
	curl_slist_free_all(list);
}

static void
tls_release(struct fetch_tls *t)
{
	const char *const texts[] = { t->certificate, t->certificate_type, t->key, t->key_type, t->key_password, t->pinned_key };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		secret_free((char *)(uintptr_t)texts[i]);
	*t = (struct fetch_tls){ 0 };
}

void
session_free(struct session *s)
{
	struct login *l;

	if (s == NULL)
		return;
	while ((l = s->logins) != NULL) {
		s->logins = l->next;
		free(l->machine);
		secret_free(l->user);
		secret_free(l->password);
		free(l);
	}
	for (unsigned i = 0; s->of_home != NULL && i < homes_count(s->home); i++) {
		secret_free(s->of_home[i].user);
		secret_free(s->of_home[i].password);
	}
	free(s->of_home);
	session_free_headers(s->headers);
	session_free_headers(s->own_headers);
	secret_free(s->referer);
	secret_free(s->cookie);
	secret_free(s->user);
	secret_free(s->password);
	tls_release(&s->tls);
	free(s->asked);
	free(s);
}

static int
add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		return -ENOMEM;
	*list = longer;
	return 0;
}

/* "Name: value", or as libcurl has it where there is none, "Name;". */
static bool
line_is_of(struct str line, struct str name)
{
	return line.len > name.len && (line.p[name.len] == ':' || line.p[name.len] == ';') && str_ieq(str_n(line.p, name.len), name);
}

static bool
is_asked(struct str lines, const char *of)
{
	struct str line, name, value;

	while (str_cut(lines, '\n', &line, &lines))
		if (str_cut(line, ':', &name, &value) && line_is_of(str_of(of), name))
			return true;
	return false;
}

int
session_ask_headers(const struct session_face *f, struct str ask, struct curl_slist **list)
{
	char text[JOB_ASK_MAX_BYTES + 1];
	struct str rest = ask, line;
	int r = 0;

	for (const struct curl_slist *item = f->headers; r == 0 && item != NULL; item = item->next)
		if (!is_asked(ask, item->data))
			r = add_line(list, item->data);
	while (r == 0 && str_cut(rest, '\n', &line, &rest)) {
		memcpy(text, line.p, line.len);
		text[line.len] = '\0';
		r = add_line(list, text);
	}
	return r;
}

/* libcurl sends "Name;" as a field without a value, and takes "Name:" for "not this one". */
static int
header_add(struct curl_slist **list, const char *line)
{
	struct str s = str_of(line), name, value;
	char *empty = NULL;
	int r;

	if (str_cut(s, ':', &name, &value) && str_trim(value).len == 0) {
		if (asprintf(&empty, "%.*s;", STR_ARG(name)) < 0)
			return -ENOMEM;
		line = empty;
	}
	r = add_line(list, line);
	free(empty);
	return r;
}

/* What this libcurl can take off; as it would say it itself. */
static int
add_encodings(struct curl_slist **list)
{
	static const struct {
		int feature;
		const char *names;
	} rows[] = {
		{ CURL_VERSION_LIBZ, "deflate, gzip" },
		{ CURL_VERSION_BROTLI, "br" },
		{ CURL_VERSION_ZSTD, "zstd" },
	};
	const int features = curl_version_info(CURLVERSION_NOW)->features;
	CLEANUP(buf_releasep) struct buf line = BUF_INIT(128);
	const char *before = "Accept-Encoding: ";

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if ((features & rows[i].feature) == 0)
			continue;
		buf_addf(&line, "%s%s", before, rows[i].names);
		before = ", ";
	}
	if (line.len == 0 && buf_err(&line) == 0)
		return 0;
	return buf_cstr(&line) != NULL ? add_line(list, line.data) : -ENOMEM;
}

/*
 * What libcurl says by itself it prints twice, byte by byte; a line that it is given, once. That is 8,000 instructions of a page.
 * Nobody else gives lines of these names (url/header.h) but a job that asks for a part.
 */
static int
add_own(struct curl_slist **list, const struct fetch_config *config)
{
	char *line = NULL;
	int r = 0;

	if (config->user_agent != NULL && *config->user_agent != '\0') {
		if (asprintf(&line, "User-Agent: %s", config->user_agent) < 0)
			return -ENOMEM;
		r = add_line(list, line);
		free(line);
	}
	return r == 0 && !config->identity ? add_encodings(list) : r;
}

static int
headers_add(struct curl_slist **list, const char *const *lines)
{
	int r = 0;

	for (; r == 0 && lines != NULL && *lines != NULL; lines++)
		r = header_add(list, *lines);
	return r;
}

static int
copy(const char *s, char **ret)
{
	if (s == NULL)
		return 0;
	*ret = strdup(s);
	return *ret == NULL ? -ENOMEM : 0;
}

static int
tls_copy(const struct fetch_tls *from, struct fetch_tls *to)
{
	const struct {
		const char *from, **to;
	} texts[] = {
		{ from->certificate, &to->certificate },
		{ from->certificate_type, &to->certificate_type },
		{ from->key, &to->key },
		{ from->key_type, &to->key_type },
		{ from->key_password, &to->key_password },
		{ from->pinned_key, &to->pinned_key },
	};
	char *text;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(texts); i++) {
		text = NULL;
		r = copy(texts[i].from, &text);
		*texts[i].to = text;
	}
	return r;
}

unsigned long
session_methods(enum fetch_auth auth)
{
	switch (auth) {
	case FETCH_AUTH_BASIC:
		return CURLAUTH_BASIC;
	case FETCH_AUTH_DIGEST:
		return CURLAUTH_DIGEST;
	case FETCH_AUTH_NTLM:
		return CURLAUTH_NTLM;
	case FETCH_AUTH_NEGOTIATE:
		return CURLAUTH_NEGOTIATE;
	case FETCH_AUTH_ANY:
		break;
	}
	/* Negotiate wants a ticket, which who gives a password does not have: it would be taken first, and fail. */
	return CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_NTLM;
}

/* --- netrc --- */

struct reading {
	struct session *session;
	const char *user; /* only logins of this name; NULL: any */
	struct login **tail;
};

static int
on_login(void *arg, const char *machine, const char *user, const char *password)
{
	struct reading *rd = arg;
	struct login *l;

	if (rd->user != NULL && strcmp(rd->user, user) != 0)
		return 0;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return -ENOMEM;
	*rd->tail = l;
	rd->tail = &l->next;
	if (copy(machine, &l->machine) < 0 || copy(user, &l->user) < 0 || copy(password, &l->password) < 0)
		return -ENOMEM;
	return 0;
}

static int
read_netrc(struct session *s, const struct fetch_session *config)
{
	/* One that was given with its password is for all of the seeds' origins. */
	const char *user = config->password == NULL ? config->user : NULL;
	struct reading rd = { .session = s, .user = user, .tail = &s->logins };

	return config->netrc == NULL ? 0 : netrc_read(str_of(config->netrc), on_login, &rd);
}

static const struct login *
session_login_of(const struct session *s, struct str host)
{
	const struct login *l = s->logins;

	if (host.len > 2 && host.p[0] == '[')
		host = str_n(host.p + 1, host.len - 2);
	while (l != NULL && !str_ieq(str_of(l->machine), host))
		l = l->next;
	return l;
}

/* --- logins of single origins --- */

static int
copy_home_logins(struct session *s, const struct fetch_home_login *list)
{
	int r = 0;

	if (list == NULL || list->user == NULL)
		return 0;
	s->of_home = calloc(homes_count(s->home), sizeof(*s->of_home));
	if (s->of_home == NULL)
		return -ENOMEM;
	for (; r == 0 && list->user != NULL; list++) {
		r = copy(list->user, &s->of_home[list->home].user);
		if (r == 0)
			r = copy(list->password, &s->of_home[list->home].password);
	}
	return r;
}

/* --- faces --- */

static void
make_faces(struct session *s)
{
	struct login *l;

	s->stranger = (struct session_face){ .headers = s->headers };
	s->own = (struct session_face){ .headers = s->own_headers, .referer = s->referer, .cookie = s->cookie, .tls = &s->tls };
	for (l = s->logins; l != NULL; l = l->next) {
		l->stranger = s->stranger;
		l->own = s->own;
		l->stranger.user = l->own.user = l->user;
		l->stranger.password = l->own.password = l->password;
		l->stranger.auth = l->own.auth = s->auth;
	}
	for (unsigned i = 0; s->of_home != NULL && i < homes_count(s->home); i++) {
		struct home_login *h = &s->of_home[i];

		h->own = s->own;
		h->own.user = h->user;
		h->own.password = h->password;
		h->own.auth = s->auth;
	}
	if (s->user != NULL && s->password != NULL) {
		s->own.user = s->user;
		s->own.password = s->password;
		s->own.auth = s->auth;
	}
}

static int
copy_all(struct session *s, const struct fetch_config *fetch)
{
	const struct fetch_session *config = &fetch->session;
	int r = add_own(&s->headers, fetch);

	if (r == 0)
		r = add_own(&s->own_headers, fetch);
	if (r == 0)
		r = headers_add(&s->headers, config->headers);
	if (r == 0)
		r = headers_add(&s->own_headers, config->headers);
	if (r == 0)
		r = headers_add(&s->own_headers, config->home_headers);
	if (r == 0)
		r = copy(config->referer, &s->referer);
	if (r == 0)
		r = copy(config->cookie, &s->cookie);
	if (r == 0)
		r = copy(config->user, &s->user);
	if (r == 0)
		r = copy(config->password, &s->password);
	if (r == 0)
		r = tls_copy(&config->tls, &s->tls);
	if (r == 0)
		r = copy_home_logins(s, config->logins);
	return r == 0 ? read_netrc(s, config) : r;
}

int
session_new(const struct fetch_config *fetch, struct session **ret_session)
{
	const struct fetch_session *config = &fetch->session;
	struct session *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->home = config->home;
	s->auth = session_methods(config->auth);
	r = copy_all(s, fetch);
	if (r == 0 && s->home != NULL) {
		s->asked = calloc(homes_count(s->home) + 1, sizeof(*s->asked));
		r = s->asked == NULL ? -ENOMEM : 0;
	}
	if (r < 0) {
		session_free(s);
		return r;
	}
	make_faces(s);
	*ret_session = s;
	return 0;
}

const struct session_face *
session_face(const struct session *s, const struct url *u, unsigned *ret_slot)
{
	unsigned slot = SESSION_NO_SLOT;
	enum homes_near near = s->home != NULL ? homes_find(s->home, u, &slot) : HOMES_STRANGER;
	bool own = near == HOMES_SAME;
	const struct login *l = NULL;

	*ret_slot = slot;
	if (own && s->of_home != NULL && s->of_home[slot].user != NULL)
		return &s->of_home[slot].own;
	if (own && s->own.auth != 0)
		return &s->own;
	if (s->logins != NULL &&
		(own || (near == HOMES_HOST && u->scheme == URL_SCHEME_HTTPS && url_port_number(u) == HTTPS_PORT)))
		l = session_login_of(s, url_hostname(u));
	if (l != NULL)
		return own ? &l->own : &l->stranger;
	return own ? &s->own : &s->stranger;
}

/* With no certificate libcurl shall not ask for the key's password either: OpenSSL would, on the terminal. */
static int
wear_tls(CURL *easy, const struct fetch_tls *t)
{
	const struct {
		CURLoption option;
		const char *value;
	} rows[] = {
		{ CURLOPT_SSLCERT, t->certificate },
		{ CURLOPT_SSLCERTTYPE, t->certificate_type },
		{ CURLOPT_SSLKEY, t->key },
		{ CURLOPT_SSLKEYTYPE, t->key_type },
		{ CURLOPT_KEYPASSWD, t->certificate != NULL && t->key_password == NULL ? "" : t->key_password },
		{ CURLOPT_PINNEDPUBLICKEY, t->pinned_key },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CURLcode code = curl_easy_setopt(easy, rows[i].option, rows[i].value);

		/* What is not asked for need not be there. */
		if (code != CURLE_OK && (code == CURLE_OUT_OF_MEMORY || rows[i].value != NULL))
			return code == CURLE_OUT_OF_MEMORY ? -ENOMEM : -ENOTSUP;
	}
	return 0;
}

int
session_wear(CURL *easy, const struct session_face *f)
{
	static const struct fetch_tls nobody = { 0 };

	if (curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers) != CURLE_OK ||
		curl_easy_setopt(easy, CURLOPT_REFERER, f->referer) != CURLE_OK ||
		curl_easy_setopt(easy, CURLOPT_USERNAME, f->user) != CURLE_OK ||
		curl_easy_setopt(easy, CURLOPT_PASSWORD, f->password) != CURLE_OK)
		return -ENOMEM;
	return wear_tls(easy, f->tls != NULL ? f->tls : &nobody);
}

/* "sha256//" and 44 characters of base64, of these any number with ";" between; all else is a file. */
bool
fetch_is_pinned_key(const char *text)
{
	struct str rest = str_of(text), one;
	bool more = true;

	while (more) {
		more = str_cut(rest, ';', &one, &rest);
		if (!more)
			one = rest;
		if (!str_starts(one, STR("sha256//")) || one.len != strlen("sha256//") + PIN_DIGITS || one.p[one.len - 1] != '=')
			return false;
		for (size_t i = strlen("sha256//"); i < one.len - 1; i++)
			if (!ascii_is_alnum((unsigned char)one.p[i]) && one.p[i] != '+' && one.p[i] != '/')
				return false;
	}
	return true;
}

/* --- what servers ask for --- */

unsigned long
session_auth(const struct session *s, const struct session_face *f, unsigned slot)
{
	unsigned long asked = 0;

	if (f->auth != 0 && slot != SESSION_NO_SLOT)
		asked = atomic_load_explicit(&s->asked[slot], memory_order_relaxed);
	return asked != 0 ? asked : f->auth;
}

void
session_learn(const struct session *s, const struct session_face *f, unsigned slot, unsigned status, unsigned long asked)
{
	/* In the order in which libcurl chooses. */
	static const unsigned long best[] = { CURLAUTH_NEGOTIATE, CURLAUTH_DIGEST, CURLAUTH_NTLM, CURLAUTH_BASIC };

	if (f->auth == 0 || slot == SESSION_NO_SLOT)
		return;
	if (status == 401) {
		/* It may want something else by now. */
		atomic_store_explicit(&s->asked[slot], 0, memory_order_relaxed);
		return;
	}
	for (size_t i = 0; status != 0 && i < ARRAY_LEN(best); i++)
		if ((asked & f->auth & best[i]) != 0) {
			atomic_store_explicit(&s->asked[slot], best[i], memory_order_relaxed);
			return;
		}
}
