/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fetch/proxy.h"

/* "name=value" strings, NULL-terminated, as the environment. */
static const char *const *env;

static const char *
env_get(const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; env[i] != NULL; i++)
		if (strncmp(env[i], name, len) == 0 && env[i][len] == '=')
			return env[i] + len + 1;
	return NULL;
}

static const struct fetch_login nobody;

#define ENV(...) (const char *const[]){ __VA_ARGS__, NULL }

static struct proxies *
proxies(const char *const *e)
{
	struct proxies *p = NULL;
	const char *variable = NULL;

	env = e;
	assert_int_equal(proxies_new(env_get, NULL, &nobody, &p, &variable), 0);
	return p;
}

static const char *
proxy_url(struct proxies *p, const char *url)
{
	struct proxy *proxy;
	struct url u;

	url_init(&u);
	assert_int_equal(url_parse(&u, str_of(url), NULL), 0);
	proxy = proxy_for(p, &u);
	url_release(&u);
	return proxy != NULL ? proxy->url : "direct";
}

static void
test_variables(void **state)
{
	static const struct {
		const char *env[4], *http, *https;
	} rows[] = {
		{ { NULL }, "direct", "direct" },
		{ { "http_proxy=http://p:1" }, "http://p:1", "direct" },
		{ { "HTTP_PROXY=http://p:1" }, "direct", "direct" },
		{ { "https_proxy=http://p:1" }, "direct", "http://p:1" },
		{ { "HTTPS_PROXY=http://p:1" }, "direct", "http://p:1" },
		{ { "https_proxy=http://a:1", "HTTPS_PROXY=http://b:1" }, "direct", "http://a:1" },
		{ { "all_proxy=socks5h://p:1" }, "socks5h://p:1", "socks5h://p:1" },
		{ { "ALL_PROXY=http://p:1", "http_proxy=http://q:2" }, "http://q:2", "http://p:1" },
		{ { "http_proxy=p:8080", "https_proxy=" }, "http://p:8080", "direct" },
		{ { "http_proxy=http://u:pw@p:1" }, "http://u:pw@p:1", "direct" },
		{ { "all_proxy=http://p:1", "no_proxy=*" }, "direct", "direct" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct proxies *p = proxies(rows[i].env);

		assert_string_equal(proxy_url(p, "http://example.org/"), rows[i].http);
		assert_string_equal(proxy_url(p, "https://example.org/"), rows[i].https);
		proxies_free(p);
	}
}

static void
test_no_proxy(void **state)
{
	static const struct {
		const char *no_proxy, *host;
		bool direct;
	} rows[] = {
		{ "no_proxy=example.org", "example.org", true },
		{ "no_proxy=example.org", "www.example.org", true },
		{ "no_proxy=.example.org", "example.org", true },
		{ "no_proxy=*.example.org", "a.b.example.org", true },
		{ "no_proxy=example.org.", "example.org", true },
		{ "no_proxy=EXAMPLE.org", "www.example.org", true },
		{ "no_proxy=example.org", "example.org.", true },
		{ "no_proxy=example.org", "notexample.org", false },
		{ "no_proxy=www.example.org", "example.org", false },
		{ "NO_PROXY= a.test ,\tb.test", "b.test", true },
		{ "no_proxy=a.test b.test", "a.test", true },
		{ "no_proxy=,,", "a.test", false },
		{ "no_proxy=.", "a.test", false },
		{ "no_proxy=127.0.0.1", "127.0.0.1", true },
		{ "no_proxy=127.0.0.0/8", "127.9.9.9", true },
		{ "no_proxy=10.0.0.0/9", "10.127.255.255", true },
		{ "no_proxy=10.0.0.0/9", "10.128.0.0", false },
		{ "no_proxy=10.0.0.0/0", "1.2.3.4", true },
		{ "no_proxy=10.0.0.0/33", "1.2.3.4", false },
		{ "no_proxy=0.0.1", "127.0.0.1", false },
		{ "no_proxy=::1", "[::1]", true },
		{ "no_proxy=[::1]", "[::1]", true },
		{ "no_proxy=fe80::/10", "[febf::1]", true },
		{ "no_proxy=fe80::/10", "[fec0::1]", false },
		{ "no_proxy=127.0.0.0/8", "[::1]", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct proxies *p = proxies(ENV("http_proxy=http://p:1", rows[i].no_proxy));
		char url[64];

		(void)snprintf(url, sizeof(url), "http://%s/", rows[i].host);
		if ((strcmp(proxy_url(p, url), "direct") == 0) != rows[i].direct)
			fail_msg("%s, %s", rows[i].no_proxy, rows[i].host);
		proxies_free(p);
	}
}

static void
test_bad_proxies(void **state)
{
	static const char *const bad[] = { "http_proxy=ftp://p:1", "http_proxy=http://", "http_proxy=http://p:99999",
		"http_proxy=http://p:0", "http_proxy=http://a b/" };
	const char *variable;
	struct proxies *p;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		variable = NULL;
		env = ENV(bad[i]);
		if (proxies_new(env_get, NULL, &nobody, &p, &variable) != -EINVAL)
			fail_msg("%s was taken", bad[i]);
		assert_string_equal(variable, "http_proxy");
	}
}

static struct proxy *
one_proxy(struct proxies *p)
{
	struct proxy *proxy;
	struct url u;

	url_init(&u);
	assert_int_equal(url_parse(&u, STR("http://example.org/"), NULL), 0);
	proxy = proxy_for(p, &u);
	url_release(&u);
	assert_non_null(proxy);
	return proxy;
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *env, *host;
		uint16_t port;
		bool literal, resolves_target;
	} rows[] = {
		{ "http_proxy=http://proxy.test:3128", "proxy.test", 3128, false, true },
		{ "http_proxy=http://proxy.test", "proxy.test", 1080, false, true },
		{ "http_proxy=https://proxy.test/", "proxy.test", 443, false, true },
		{ "http_proxy=socks4://10.0.0.1", "10.0.0.1", 1080, true, false },
		{ "http_proxy=socks4a://proxy.test", "proxy.test", 1080, false, true },
		{ "http_proxy=socks5://[::1]:9050", "::1", 9050, true, false },
		{ "http_proxy=socks5h://proxy.test", "proxy.test", 1080, false, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct proxies *p = proxies(ENV(rows[i].env));
		struct proxy *proxy = one_proxy(p);

		assert_string_equal(proxy->host, rows[i].host);
		assert_int_equal(proxy->port, rows[i].port);
		assert_int_equal(proxy->literal, rows[i].literal);
		assert_int_equal(proxy->resolves_target, rows[i].resolves_target);
		/* What needs no look-up can be used at once. */
		assert_int_equal(proxy->pin != NULL, rows[i].literal);
		proxies_free(p);
	}
}

static void
test_pins(void **state)
{
	struct proxies *p = proxies(ENV("http_proxy=http://proxy.test:3128"));
	struct proxy *proxy = one_proxy(p);
	const struct proxy_pin *first;

	proxy->failed = true;
	assert_int_equal(proxy_set_address(proxy, "10.0.0.1"), 0);
	assert_false(proxy->failed);
	first = proxy->pin;
	assert_string_equal(first->resolve.data, "proxy.test:3128:10.0.0.1");
	assert_string_equal(first->url, "http://proxy.test:3128");
	assert_int_equal(proxy_set_address(proxy, "10.0.0.11"), 0);
	assert_ptr_not_equal(proxy->pin, first);
	assert_int_equal(proxy_set_address(proxy, "2001:db8::1"), 0);
	assert_string_equal(proxy->pin->resolve.data, "proxy.test:3128:[2001:db8::1]");
	/* An earlier one comes back, unchanged: transfers hold it. */
	assert_int_equal(proxy_set_address(proxy, "10.0.0.1"), 0);
	assert_ptr_equal(proxy->pin, first);
	assert_int_equal(proxy_set_address(proxy, "2001:db8::1"), 0);
	assert_ptr_equal(proxy->pin, proxy->pins);
	proxies_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_no_proxy),
		cmocka_unit_test(test_bad_proxies),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_pins),
	};

	return cmocka_run_group_tests_name("fetch_proxy", tests, NULL, NULL);
}
