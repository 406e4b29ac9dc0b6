/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proxy.h: which URLs go through a proxy, as the environment says, and how the proxy is reached.
 *
 *	http_proxy                   http URLs (lower case only: HTTP_PROXY is what a CGI script's client can set)
 *	https_proxy, HTTPS_PROXY     https URLs
 *	all_proxy, ALL_PROXY         both, where the above are not set
 *	no_proxy, NO_PROXY           comma-separated exceptions: a domain (itself and what is below it), an address, a
 *	                             CIDR range (against address literals only: nobody resolves a name for this), or "*"
 *
 * Or as the user says (--proxy), who may also give a login.
 *
 * libcurl would look at all this by itself, once per transfer. It is done here so that the loop knows before the transfer
 * whose name has to be resolved: the origin's, the proxy's, or both. libcurl is then told explicitly.
 *
 * proxy_new() in the loop's thread, then proxy_for() in any thread; what a struct proxy points to is immutable, but
 * for `pin` and `failed`, which are the loop thread's.
 */
#ifndef FETCH_PROXY_H
#define FETCH_PROXY_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "fetch/fetch.h"
#include "url/url.h"

struct proxy;

/*
 * A proxy together with the address it has now: what a transfer needs. Immutable, lives as long as its proxies, so a
 * transfer in another thread may hold it while the loop learns a newer one.
 */
struct proxy_pin {
	const struct proxy *proxy;
	const char *url;           /* for CURLOPT_PROXY */
	struct curl_slist resolve; /* for CURLOPT_RESOLVE: "host:port:address"; data NULL when the host is a literal */
	struct proxy_pin *next;
	char text[];
};

/* Who we are to a proxy whose URL does not say it. Immutable; wiped at the end. */
struct proxy_login {
	char *user, *password; /* NULL = nobody */
	unsigned long auth;    /* CURLAUTH_* */
};

struct proxy {
	const struct proxy_login *login;
	char *url;
	char *host; /* serialised, without brackets */
	uint16_t port;
	bool literal;         /* host is an address */
	bool is_http;         /* of http URLs it is the one that answers */
	bool resolves_target; /* the origin's name goes to the proxy as it is */
	struct proxy_pin *pin;  /* the newest; NULL = host not resolved yet. owner: loop thread */
	struct proxy_pin *pins; /* all that were ever made */
	bool failed;            /* host did not resolve. owner: loop thread */
};

struct proxies;

/* Where the settings come from: as getenv(3). */
typedef const char *(*proxy_getenv_fn)(const char *name);

/*
 * Reads the environment; given: one for all URLs instead, "" = none, NULL = as the environment says (no_proxy holds in any case).
 * login: for all of them. 0, -ENOMEM, or -EINVAL with the name of the offending variable in *ret_variable.
 */
MUST_CHECK int proxies_new(proxy_getenv_fn getenv_fn, const char *given, const struct fetch_login *login, struct proxies **ret_proxies,
	const char **ret_variable);
void proxies_free(struct proxies *p);

/* The proxy for this URL, or NULL for a direct connection. */
struct proxy *proxy_for(const struct proxies *p, const struct url *u);
/* The proxy's host has this address: proxy->pin says so from now on. 0 or -ENOMEM. */
MUST_CHECK int proxy_set_address(struct proxy *p, const char *address);

#endif
