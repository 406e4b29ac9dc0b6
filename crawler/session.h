/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h: the settings of section [session], from the user's words to what fetch/ takes: headers sorted into those for
 * everybody and those for the seeds' origins, files read.
 *
 * session_settings_read() once, before anything is made on disk; session_settings_fetch() when the seeds are known; and when
 * no fetch_new() will copy it any more session_settings_release(), which wipes everything. Main thread.
 */
#ifndef CRAWLER_SESSION_H
#define CRAWLER_SESSION_H

#include "crawler/config.h"
#include "crawler/logins.h"
#include "fetch/fetch.h"

/* The options that are for the seeds' origins only, for messages. */
#define SESSION_OPTIONS "--header, --referer, --user, --login, --bearer, --certificate, --pinnedpubkey"

/* Texts of its own, NULL-terminated. */
struct session_lines {
	char **items;
	size_t n;
};

/* A zeroed one is empty. */
struct session_settings {
	struct session_lines headers, home_headers;
	struct buf cookies_txt; /* of --load-cookies */
	int64_t cookies_at_us;  /* when that file was last changed */
	char *cookie; /* of --header "Cookie: ..." */
	const char *referer, *user; /* the config's; user may be asked_user, too */
	char *asked_user;
	char *password;
	struct logins logins; /* --login, and those of the seeds' URLs */
	struct buf netrc;
	enum fetch_auth auth;
	struct fetch_tls tls; /* of the config, but for the password */
	char *key_password, *proxy_password;
	const char *proxy_user;
	enum fetch_auth proxy_auth;
};

/* 0, or what is wrong was logged: the exit code. */
MUST_CHECK int session_settings_read(const struct config *cf, struct session_settings *s);
/* Only its --header, without those in files: nothing is opened, nobody has to type a password. The exit code. */
MUST_CHECK int session_check_headers(const struct config *cf);
/* For its parts: the value of this setting itself, or the first line of the file it names. The exit code. */
MUST_CHECK int session_read_secret(const struct config *cf, const char *key, const char *value, char **ret);
MUST_CHECK int session_read_transport(const struct config *cf, struct session_settings *s);
/* Is there anything that is not for everybody? */
bool session_settings_are_private(const struct session_settings *s);
/* Or is there a netrc, which may have something for the seeds' hosts? */
bool session_settings_need_home(const struct session_settings *s);
/* Views of s and home, which is only NULL if nobody needs it. 0 or -ENOMEM. */
MUST_CHECK int session_settings_fetch(struct session_settings *s, const struct homes *home, struct fetch_session *ret);
void session_settings_release(struct session_settings *s);

#endif
