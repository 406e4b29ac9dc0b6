/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/machine.h"
#include "crawler/crawl.h"
#include "crawler/settings.h"
#include "url/canon.h"
#include "url/login.h"

uint32_t
settings_max_level(const struct config *cf)
{
	if (cf->mirror.single_file)
		return 0;
	return cf->scope.level == CONFIG_INF ? SCOPE_NO_LEVEL : cf->scope.level;
}

struct scope_config
settings_scope(const struct config *cf)
{
	return (struct scope_config){
		.max_level = settings_max_level(cf),
		.span_hosts = cf->scope.span_hosts,
		.https_only = cf->scope.https_only,
		.no_parent = cf->scope.no_parent,
		.page_requisites = cf->scope.page_requisites,
		.nofollow = cf->scope.nofollow,
		.domains = cf->scope.domains,
		.exclude_domains = cf->scope.exclude_domains,
		.accept = cf->scope.accept,
		.reject = cf->scope.reject,
		.accept_regex = cf->scope.accept_regex,
		.reject_regex = cf->scope.reject_regex,
	};
}

bool
settings_warc(const struct config *cf)
{
	return cf->warc.enable || cf->warc.wacz;
}

unsigned
settings_canon(const struct config *cf)
{
	return (cf->scope.strip_tracking ? (unsigned)CANON_TRACKING : 0) | (cf->scope.strip_session ? (unsigned)CANON_SESSION : 0) |
		(cf->scope.sort_query ? (unsigned)CANON_SORT : 0) | (cf->scope.fold_slash ? (unsigned)CANON_SLASH : 0);
}

struct frontier_tune
settings_frontier_tune(const struct config *cf)
{
	return (struct frontier_tune){
		.per_host = cf->polite.per_host == CONFIG_AUTO ? 0 : cf->polite.per_host,
		.per_host_max = cf->polite.per_host_max,
		.wait_us = cf->polite.wait,
		.random_wait = cf->polite.random_wait,
		.rate_bps = cf->polite.limit_rate,
		.host_rate_bps = cf->polite.limit_rate_per_host,
	};
}

unsigned
settings_workers(const struct config *cf, unsigned loops)
{
	unsigned max = settings_workers_max(cf);

	if (cf->parse.workers != CONFIG_AUTO || cf->parse.html == CONFIG_PARSE_HTML_LIBXML2)
		return max;
	return loops < max ? loops : max;
}

unsigned
settings_workers_max(const struct config *cf)
{
	unsigned cores;

	if (cf->parse.workers != CONFIG_AUTO)
		return cf->parse.workers;
	cores = machine_cores();
	return cores < SETTINGS_WORKERS_MAX ? cores : SETTINGS_WORKERS_MAX;
}

/* The list as c-ares wants it; nothing for an empty one. */
MUST_CHECK static int
join_servers(const char *const *servers, struct buf *out)
{
	size_t i;

	for (i = 0; servers != NULL && servers[i] != NULL; i++)
		buf_addf(out, "%s%s", i > 0 ? "," : "", servers[i]);
	return i > 0 && buf_cstr(out) == NULL ? -ENOMEM : 0;
}

/* Is --bind-address one of this machine's? *ret_family: its kind, to which all connections are bound then. */
static int
check_source(const struct config *cf, int *ret_family)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	const char *text = cf->fetch.bind_address;
	CLEANUP(closep) int fd = -1;
	bool is_v4, other;
	int r;

	if (text == NULL)
		return EXIT_OK;
	is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
	if (!is_v4 && inet_pton(AF_INET6, text, &v6.sin6_addr) != 1) {
		settings_error(cf, "fetch.bind_address", NULL, "`%s' is not an IP address", text);
		return EXIT_USAGE;
	}
	other = is_v4 ? cf->fetch.family == CONFIG_FETCH_FAMILY_IPV6 : cf->fetch.family == CONFIG_FETCH_FAMILY_IPV4;
	if (other) {
		settings_error(cf, "fetch.bind_address", NULL, "%s is not of the kind that fetch.family (-4, -6) asks for", text);
		return EXIT_USAGE;
	}
	fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		r = -1;
	else if (is_v4)
		r = bind(fd, (struct sockaddr *)&v4, sizeof(v4));
	else
		r = bind(fd, (struct sockaddr *)&v6, sizeof(v6));
	if (r < 0) {
		settings_error(cf, "fetch.bind_address", NULL, "%s: %s", text, strerror(errno));
		return EXIT_USAGE;
	}
	*ret_family = is_v4 ? AF_INET : AF_INET6;
	return EXIT_OK;
}

/* Else every https URL would fail, each for a reason that is not its own. */
static int
check_trust(const struct config *cf)
{
	const struct {
		const char *path, *key, *what;
		int mode;
	} files[] = {
		{ cf->fetch.ca_certificate, "fetch.ca_certificate", "a file of certificates in PEM form", R_OK },
		{ cf->fetch.ca_directory, "fetch.ca_directory", "a directory that `openssl rehash' was run on", R_OK | X_OK },
		{ cf->fetch.crl_file, "fetch.crl_file", "a file of revocation lists in PEM form", R_OK },
	};

	const struct {
		bool wanted;
		enum fetch_auth auth;
		const char *key, *what;
	} ways[] = {
		{ cf->session.auth == CONFIG_SESSION_AUTH_NTLM, FETCH_AUTH_NTLM, "session.auth", "ntlm" },
		{ cf->session.auth == CONFIG_SESSION_AUTH_NEGOTIATE, FETCH_AUTH_NEGOTIATE, "session.auth", "negotiate" },
		{ cf->session.proxy_auth == CONFIG_SESSION_PROXY_AUTH_NTLM, FETCH_AUTH_NTLM, "session.proxy_auth", "ntlm" },
		{ cf->session.proxy_auth == CONFIG_SESSION_PROXY_AUTH_NEGOTIATE, FETCH_AUTH_NEGOTIATE, "session.proxy_auth", "negotiate" },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (files[i].path != NULL && access(files[i].path, files[i].mode) < 0) {
			settings_error(cf, files[i].key, NULL, "%s: %s; it needs %s", files[i].path, strerror(errno), files[i].what);
			return EXIT_FILE;
		}
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (ways[i].wanted && !fetch_has_auth(ways[i].auth)) {
			settings_error(cf, ways[i].key, NULL, "%s: the libcurl that is installed was built without it", ways[i].what);
			return EXIT_USAGE;
		}
	if (!cf->fetch.http3 || fetch_has_http3())
		return EXIT_OK;
	settings_error(cf, "fetch.http3", NULL, "the libcurl that is installed was built without HTTP/3");
	return EXIT_USAGE;
}

static bool
is_off(const char *proxy)
{
	return proxy != NULL && strcmp(proxy, "off") == 0;
}

static int
check_proxy(const struct config *cf)
{
	const char *proxy = cf->fetch.proxy;
	int r = proxy == NULL || is_off(proxy) ? 0 : fetch_check_proxy(proxy);

	if (r == 0)
		return EXIT_OK;
	if (r == -ENOMEM)
		log_error("out of memory");
	else if (r == -EACCES || strchr(proxy, '@') != NULL) /* what may hold a password is not shown */
		settings_error(cf, "fetch.proxy", NULL, "a login does not belong into the URL; use --proxy-user and --proxy-password=@FILE");
	else
		settings_error(cf, "fetch.proxy", NULL, "`%s' is not the URL of a proxy (http, https, socks4, socks4a, socks5, socks5h), nor off", proxy);
	return r == -ENOMEM ? EXIT_GENERIC : EXIT_USAGE;
}

/* No browser sends one there, and it would stand in the job's settings. */
static int
check_referer(const struct config *cf)
{
	struct str login;

	if (cf->session.referer == NULL || !login_find(str_of(cf->session.referer), &login))
		return EXIT_OK;
	settings_error(cf, "session.referer", NULL, "a login does not belong into it");
	return EXIT_USAGE;
}

static int
check_resolve(const struct config *cf)
{
	const char *bad = NULL;
	int r = fetch_check_resolve(cf->fetch.resolve, &bad);

	if (r == 0)
		return EXIT_OK;
	if (r == -ENOMEM)
		log_error("out of memory");
	else
		settings_error(cf, "fetch.resolve", bad, "`%s' is not HOST:PORT:ADDRESS[,ADDRESS]", bad);
	return r == -ENOMEM ? EXIT_GENERIC : EXIT_USAGE;
}

static int
check_network(const struct config *cf, int *ret_family)
{
	int code = check_trust(cf);

	if (code == EXIT_OK)
		code = check_proxy(cf);
	if (code == EXIT_OK)
		code = check_referer(cf);
	if (code == EXIT_OK)
		code = check_resolve(cf);
	if (code == EXIT_OK)
		code = settings_check_name_servers(cf);
	return code == EXIT_OK ? check_source(cf, ret_family) : code;
}

int
settings_check_fetch(const struct config *cf)
{
	int family;

	return check_network(cf, &family);
}

/* As OpenSSL's and curl's environment says, where no setting does. */
static const char *
trusted_by_environment(const struct config *cf, const char *name)
{
	const char *path = cf->fetch.ca_certificate == NULL && cf->fetch.ca_directory == NULL ? getenv(name) : NULL;

	return path != NULL && *path != '\0' ? path : NULL;
}

int
settings_fetch(const struct config *cf, struct buf *dns_servers, struct fetch_config *ret)
{
	static const enum fetch_engine engines[] = {
		[CONFIG_FETCH_ENGINE_EVENTS] = FETCH_EVENTS,
		[CONFIG_FETCH_ENGINE_THREADS] = FETCH_THREADS,
		[CONFIG_FETCH_ENGINE_SERIAL] = FETCH_SERIAL,
	};
	static const int families[] = {
		[CONFIG_FETCH_PREFER_FAMILY_NONE] = AF_UNSPEC,
		[CONFIG_FETCH_PREFER_FAMILY_IPV4] = AF_INET,
		[CONFIG_FETCH_PREFER_FAMILY_IPV6] = AF_INET6,
	};
	int source = AF_UNSPEC, code = check_network(cf, &source);

	if (code != EXIT_OK)
		return code;
	if (join_servers(cf->fetch.dns_servers, dns_servers) < 0) {
		log_error("out of memory");
		return EXIT_GENERIC;
	}
	*ret = (struct fetch_config){
		.engine = engines[cf->fetch.engine],
		.connect_timeout_us = cf->fetch.connect_timeout,
		.dns_timeout_us = cf->fetch.dns_timeout,
		.timeout_us = cf->fetch.timeout,
		.low_speed_bps = cf->fetch.low_speed_limit,
		.low_speed_us = cf->fetch.low_speed_time,
		.max_head_bytes = cf->fetch.max_head,
		.max_body_bytes = cf->fetch.max_body,
		.slot_bytes = cf->parse.max_page,
		.user_agent = cf->fetch.user_agent,
		.ca_file = cf->fetch.ca_certificate != NULL ? cf->fetch.ca_certificate : trusted_by_environment(cf, "SSL_CERT_FILE"),
		.ca_dir = cf->fetch.ca_directory != NULL ? cf->fetch.ca_directory : trusted_by_environment(cf, "SSL_CERT_DIR"),
		.crl_file = cf->fetch.crl_file,
		.proxy = is_off(cf->fetch.proxy) ? "" : cf->fetch.proxy,
		.http2 = cf->fetch.http2,
		.http3 = cf->fetch.http3,
		.verify_tls = cf->fetch.check_certificate,
		.prefer_family = families[cf->fetch.prefer_family],
		.ipv4 = cf->fetch.family != CONFIG_FETCH_FAMILY_IPV6 && source != AF_INET6,
		.ipv6 = cf->fetch.family != CONFIG_FETCH_FAMILY_IPV4 && source != AF_INET,
		.bind_address = cf->fetch.bind_address,
		.dns_servers = dns_servers->len > 0 ? dns_servers->data : NULL,
		.resolve = cf->fetch.resolve,
	};
	return EXIT_OK;
}
