/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of section [session] is said below HTTP: certificates, pinned keys, the login to a proxy. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/session.h"
#include "crawler/settings.h"

static int
check_readable(const struct config *cf, const char *key, const char *path)
{
	if (path == NULL || access(path, R_OK) == 0)
		return EXIT_OK;
	settings_error(cf, key, NULL, "%s: %s", path, strerror(errno));
	return EXIT_FILE;
}

static int
read_certificate(const struct config *cf, struct session_settings *s)
{
	static const char *const types[] = {
		[CONFIG_SESSION_CERTIFICATE_TYPE_PEM] = "PEM",
		[CONFIG_SESSION_CERTIFICATE_TYPE_DER] = "DER",
		[CONFIG_SESSION_CERTIFICATE_TYPE_P12] = "P12",
	};
	int code = EXIT_OK;

	s->tls.certificate = cf->session.certificate;
	s->tls.key = cf->session.private_key;
	if (s->tls.certificate == NULL && (s->tls.key != NULL || cf->session.private_key_password != NULL)) {
		settings_error(cf, s->tls.key != NULL ? "session.private_key" : "session.private_key_password", NULL,
			"a key needs session.certificate (--certificate)");
		return EXIT_USAGE;
	}
	if (s->tls.certificate != NULL)
		s->tls.certificate_type = types[cf->session.certificate_type];
	if (s->tls.key != NULL)
		s->tls.key_type = cf->session.private_key_type == CONFIG_SESSION_PRIVATE_KEY_TYPE_DER ? "DER" : "PEM";
	if (cf->session.private_key_password != NULL)
		code = session_read_secret(cf, "session.private_key_password", cf->session.private_key_password, &s->key_password);
	if (code == EXIT_OK)
		code = check_readable(cf, "session.certificate", s->tls.certificate);
	return code == EXIT_OK ? check_readable(cf, "session.private_key", s->tls.key) : code;
}

static int
read_pinned_key(const struct config *cf, struct session_settings *s)
{
	const char *text = cf->session.pinned_key;

	s->tls.pinned_key = text;
	if (text == NULL || fetch_is_pinned_key(text))
		return EXIT_OK;
	if (!str_starts(str_of(text), STR("sha256//")))
		return check_readable(cf, "session.pinned_key", text);
	settings_error(cf, "session.pinned_key", NULL,
		"`%s' is not sha256// and 44 characters of base64, nor several of these with `;' between", text);
	return EXIT_USAGE;
}

static int
read_proxy_login(const struct config *cf, struct session_settings *s)
{
	static const enum fetch_auth auths[] = {
		[CONFIG_SESSION_PROXY_AUTH_BASIC] = FETCH_AUTH_BASIC,
		[CONFIG_SESSION_PROXY_AUTH_DIGEST] = FETCH_AUTH_DIGEST,
		[CONFIG_SESSION_PROXY_AUTH_NTLM] = FETCH_AUTH_NTLM,
		[CONFIG_SESSION_PROXY_AUTH_NEGOTIATE] = FETCH_AUTH_NEGOTIATE,
	};

	s->proxy_auth = auths[cf->session.proxy_auth];
	s->proxy_user = cf->session.proxy_user;
	if (s->proxy_user != NULL && cf->session.proxy_password != NULL)
		return session_read_secret(cf, "session.proxy_password", cf->session.proxy_password, &s->proxy_password);
	if (s->proxy_user == NULL && cf->session.proxy_password == NULL && s->proxy_auth != FETCH_AUTH_NEGOTIATE)
		return EXIT_OK;
	if (s->proxy_user != NULL || cf->session.proxy_password != NULL) {
		settings_error(cf, s->proxy_user != NULL ? "session.proxy_user" : "session.proxy_password", NULL,
			"--proxy-user and --proxy-password go together; --proxy-password= is an empty one");
		return EXIT_USAGE;
	}
	/* The ticket says who it is. */
	s->proxy_user = "";
	s->proxy_password = strdup("");
	if (s->proxy_password != NULL)
		return EXIT_OK;
	log_error("out of memory");
	return EXIT_GENERIC;
}

int
session_read_transport(const struct config *cf, struct session_settings *s)
{
	int code = read_certificate(cf, s);

	if (code == EXIT_OK)
		code = read_pinned_key(cf, s);
	return code == EXIT_OK ? read_proxy_login(cf, s) : code;
}
