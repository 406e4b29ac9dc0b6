/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "fetch/address.h"
#include "fetch/proxy.h"
#include "fetch/session.h"

/* What libcurl takes when the proxy's URL names no port. */
#define PROXY_PORT       1080
#define PROXY_PORT_HTTPS 443

struct no_proxy {
	bool everything;
	char *text; /* the entries lie in it */
	size_t n;
	struct no_proxy_entry {
		struct str domain;  /* without leading dot; empty for addresses */
		struct address net;  /* family 0 = none */
		unsigned prefix_bits;
	} *entries;
};

struct proxies {
	struct proxy *http, *https; /* NULL = direct; may be the same */
	struct proxy_login login;
	struct no_proxy no_proxy;
};

static void
proxy_free(struct proxy *p)
{
	struct proxy_pin *pin;

	if (p == NULL)
		return;
	while ((pin = p->pins) != NULL) {
		p->pins = pin->next;
		free(pin);
	}
	secret_free(p->url); /* there may be a password in it */
	free(p->host);
	free(p);
}

void
proxies_free(struct proxies *p)
{
	if (p == NULL)
		return;
	if (p->https != p->http)
		proxy_free(p->https);
	proxy_free(p->http);
	free(p->no_proxy.text);
	free(p->no_proxy.entries);
	secret_free(p->login.user);
	secret_free(p->login.password);
	free(p);
}

static bool
scheme_known(const char *scheme, bool *ret_resolves_target)
{
	static const struct {
		const char *name;
		bool resolves_target;
	} schemes[] = {
		{ "http", true }, { "https", true }, { "socks4", false }, { "socks4a", true },
		{ "socks5", false }, { "socks5h", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(schemes); i++) {
		if (strcmp(schemes[i].name, scheme) == 0) {
			*ret_resolves_target = schemes[i].resolves_target;
			return true;
		}
	}
	return false;
}

static void
curl_freep(char **p)
{
	curl_free(*p);
}

static void
curlu_freep(CURLU **p)
{
	curl_url_cleanup(*p);
}

static int
proxy_parse(struct proxy *p, bool *ret_has_login)
{
	CLEANUP(curl_freep) char *user = NULL;
	CLEANUP(curlu_freep) CURLU *u = curl_url();
	CLEANUP(curl_freep) char *scheme = NULL;
	CLEANUP(curl_freep) char *host = NULL;
	CLEANUP(curl_freep) char *port = NULL;
	struct address a;
	struct str h;
	uint64_t number;

	if (u == NULL)
		return -ENOMEM;
	if (curl_url_set(u, CURLUPART_URL, p->url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return -EINVAL;
	if (!scheme_known(scheme, &p->resolves_target))
		return -EINVAL;
	p->is_http = str_starts(str_of(scheme), STR("http"));
	*ret_has_login = curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK;
	p->port = strcmp(scheme, "https") == 0 ? PROXY_PORT_HTTPS : PROXY_PORT;
	if (curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK) {
		if (str_to_u64(str_of(port), UINT16_MAX, &number) < 0 || number == 0)
			return -EINVAL;
		p->port = (uint16_t)number;
	}
	h = str_of(host);
	p->literal = address_parse(h, &a) == 0;
	if (h.len >= 2 && h.p[0] == '[')
		h = str_n(h.p + 1, h.len - 2);
	p->host = strndup(h.p, h.len);
	return p->host == NULL ? -ENOMEM : 0;
}

static int
pin_new(struct proxy *p, const char *address)
{
	size_t len = strlen(p->host) + strlen(address) + sizeof("+:65535:[]");
	struct proxy_pin *pin = calloc(1, sizeof(*pin) + len);

	if (pin == NULL)
		return -ENOMEM;
	pin->proxy = p;
	pin->url = p->url;
	if (address[0] != '\0') {
		(void)snprintf(pin->text, len, strchr(address, ':') != NULL ? "%s:%u:[%s]" : "%s:%u:%s",
			p->host, p->port, address);
		pin->resolve.data = pin->text;
	}
	pin->next = p->pins;
	p->pins = p->pin = pin;
	return 0;
}

static int
proxy_new(const char *value, const struct proxy_login *login, bool *ret_has_login, struct proxy **ret_proxy)
{
	struct proxy *p = calloc(1, sizeof(*p));
	int r = -ENOMEM;

	if (p == NULL)
		return r;
	if (strstr(value, "://") != NULL)
		p->url = strdup(value);
	else if (asprintf(&p->url, "http://%s", value) < 0)
		p->url = NULL;
	if (p->url == NULL)
		goto out;
	p->login = login;
	r = proxy_parse(p, ret_has_login);
	if (r == 0 && p->literal)
		r = pin_new(p, "");
	if (r < 0)
		goto out;
	*ret_proxy = p;
	return 0;
out:
	proxy_free(p);
	return r;
}

int
fetch_check_proxy(const char *url)
{
	struct proxy *p = NULL;
	bool has_login;
	int r = proxy_new(url, NULL, &has_login, &p);

	if (r == 0 && has_login)
		r = -EACCES;
	proxy_free(p);
	return r;
}

int
proxy_set_address(struct proxy *p, const char *address)
{
	struct proxy_pin *pin;
	size_t len;

	p->failed = false;
	if (p->literal)
		return 0;
	/* One that was made before: names with several addresses take turns. */
	for (pin = p->pins; pin != NULL; pin = pin->next) {
		const char *a = pin->text + strlen(p->host) + 1;

		a = strchr(a, ':') + 1;
		len = strlen(address);
		if (strncmp(a + (*a == '['), address, len) == 0 && strlen(a) == len + (*a == '[' ? 2 : 0)) {
			p->pin = pin;
			return 0;
		}
	}
	return pin_new(p, address);
}

/* "10.0.0.0/8", "fe80::/10", "::1": false if it is not an address. */
static bool
no_proxy_address(struct str s, struct no_proxy_entry *e)
{
	struct str address = s, bits = STR_NONE;
	uint64_t n;

	(void)str_cut(s, '/', &address, &bits);
	if (address_parse(address, &e->net) < 0) {
		e->net.family = 0;
		return false;
	}
	e->prefix_bits = e->net.family == AF_INET ? 32 : 128;
	if (bits.p != NULL && str_to_u64(bits, e->prefix_bits, &n) == 0)
		e->prefix_bits = (unsigned)n;
	return true;
}

static int
no_proxy_parse(struct no_proxy *np, const char *value)
{
	size_t max = 1, i;

	np->text = strdup(value);
	if (np->text == NULL)
		return -ENOMEM;
	for (i = 0; value[i] != '\0'; i++)
		max += value[i] == ',' || ascii_is_space((unsigned char)value[i]);
	np->entries = calloc(max, sizeof(*np->entries));
	if (np->entries == NULL)
		return -ENOMEM;
	for (i = 0; np->text[i] != '\0';) {
		struct no_proxy_entry *e = &np->entries[np->n];
		size_t start, len;

		start = i += strspn(np->text + i, ", \t\r\n");
		len = strcspn(np->text + i, ", \t\r\n");
		i += len;
		if (len == 0)
			break;
		if (len == 1 && np->text[start] == '*')
			np->everything = true;
		if (!no_proxy_address(str_n(np->text + start, len), e)) {
			if (len > 1 && np->text[start] == '*' && np->text[start + 1] == '.')
				start++, len--;
			if (np->text[start] == '.')
				start++, len--;
			e->domain = str_n(np->text + start, len);
			if (len > 0 && np->text[start + len - 1] == '.')
				e->domain.len--;
		}
		np->n++;
	}
	return 0;
}

static const char *
env_get(proxy_getenv_fn getenv_fn, const char *const names[2], const char **ret_name)
{
	const char *value;
	int i;

	for (i = 0; i < 2 && names[i] != NULL; i++) {
		value = getenv_fn(names[i]);
		if (value != NULL && *value != '\0') {
			*ret_name = names[i];
			return value;
		}
	}
	return NULL;
}

static int
proxy_from_env(struct proxies *p, proxy_getenv_fn getenv_fn, const char *const names[2], struct proxy **ret_proxy,
	const char **ret_variable)
{
	const char *value = env_get(getenv_fn, names, ret_variable);
	bool has_login;

	return value == NULL ? 0 : proxy_new(value, &p->login, &has_login, ret_proxy);
}

static int
proxies_from_env(struct proxies *p, proxy_getenv_fn getenv_fn, const char **ret_variable)
{
	static const char *const http[2] = { "http_proxy" };
	static const char *const https[2] = { "https_proxy", "HTTPS_PROXY" };
	static const char *const all[2] = { "all_proxy", "ALL_PROXY" };
	struct proxy *both = NULL;
	int r = proxy_from_env(p, getenv_fn, http, &p->http, ret_variable);

	if (r == 0)
		r = proxy_from_env(p, getenv_fn, https, &p->https, ret_variable);
	if (r == 0 && (p->http == NULL || p->https == NULL))
		r = proxy_from_env(p, getenv_fn, all, &both, ret_variable);
	if (both != NULL && p->http == NULL)
		p->http = both;
	if (both != NULL && p->https == NULL)
		p->https = both;
	return r;
}

/* For everybody; "": for nobody. */
static int
proxies_given(struct proxies *p, const char *given)
{
	bool has_login;
	int r = *given == '\0' ? 0 : proxy_new(given, &p->login, &has_login, &p->http);

	p->https = p->http;
	return r;
}

static int
login_copy(struct proxies *p, const struct fetch_login *login)
{
	if (login->user == NULL)
		return 0;
	p->login.user = strdup(login->user);
	p->login.password = strdup(login->password);
	p->login.auth = session_methods(login->auth);
	return p->login.user == NULL || p->login.password == NULL ? -ENOMEM : 0;
}

int
proxies_new(proxy_getenv_fn getenv_fn, const char *given, const struct fetch_login *login, struct proxies **ret_proxies,
	const char **ret_variable)
{
	static const char *const no[2] = { "no_proxy", "NO_PROXY" };
	struct proxies *p = calloc(1, sizeof(*p));
	const char *value;
	int r;

	if (p == NULL)
		return -ENOMEM;
	*ret_variable = "fetch.proxy";
	r = login_copy(p, login);
	if (r == 0)
		r = given != NULL ? proxies_given(p, given) : proxies_from_env(p, getenv_fn, ret_variable);
	value = r == 0 ? env_get(getenv_fn, no, ret_variable) : NULL;
	if (value != NULL)
		r = no_proxy_parse(&p->no_proxy, value);
	if (r < 0) {
		proxies_free(p);
		return r;
	}
	*ret_proxies = p;
	return 0;
}

static bool
no_proxy_matches(const struct no_proxy *np, struct str host)
{
	struct address a;
	bool literal;
	size_t i;

	if (np->everything)
		return true;
	if (np->n == 0)
		return false;
	literal = address_parse(host, &a) == 0;
	if (host.len > 0 && host.p[host.len - 1] == '.')
		host.len--;
	for (i = 0; i < np->n; i++) {
		const struct no_proxy_entry *e = &np->entries[i];
		struct str tail;

		if (e->net.family != 0) {
			if (literal && address_in(&a, &e->net, e->prefix_bits))
				return true;
			continue;
		}
		if (literal || e->domain.len == 0 || host.len < e->domain.len)
			continue;
		tail = str_n(host.p + host.len - e->domain.len, e->domain.len);
		if (str_ieq(tail, e->domain) && (tail.p == host.p || tail.p[-1] == '.'))
			return true;
	}
	return false;
}

struct proxy *
proxy_for(const struct proxies *p, const struct url *u)
{
	struct proxy *proxy = u->scheme == URL_SCHEME_HTTPS ? p->https : p->http;

	if (proxy == NULL || no_proxy_matches(&p->no_proxy, url_hostname(u)))
		return NULL;
	return proxy;
}
