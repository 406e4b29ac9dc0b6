/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "fetch/handle.h"

/* Between 16 and 64 KiB makes no difference that can be measured; more costs page faults. */
#define HANDLE_BUFFER_BYTES (32 * 1024L)

/* Rounded up: no limit may become "none". */
static long
ms_of_us(int64_t us)
{
	return (long)((us + CLOCK_US_PER_MS - 1) / CLOCK_US_PER_MS);
}

#define SET(option, value)                                                                         \
	do {                                                                                       \
		if (curl_easy_setopt(easy, option, value) != CURLE_OK)                             \
			return -ENOMEM;                                                            \
	} while (0)

static int
set_limits(CURL *easy, const struct fetch_config *c)
{
	SET(CURLOPT_CONNECTTIMEOUT_MS, ms_of_us(c->connect_timeout_us));
	SET(CURLOPT_TIMEOUT_MS, ms_of_us(c->timeout_us));
	if (c->low_speed_bps > 0 && c->low_speed_us > 0) {
		SET(CURLOPT_LOW_SPEED_LIMIT, (long)(c->low_speed_bps < INT32_MAX ? c->low_speed_bps : INT32_MAX));
		SET(CURLOPT_LOW_SPEED_TIME, (long)((c->low_speed_us + CLOCK_US_PER_SEC - 1) / CLOCK_US_PER_SEC));
	}
	return 0;
}

/* libcurl would take a name for an interface or a host, to be looked up: it is told that this is an address. */
static int
set_source(CURL *easy, const struct fetch_config *c)
{
	char text[sizeof("host!") + JOB_ADDRESS_BYTES];

	if (c->bind_address == NULL)
		return 0;
	(void)snprintf(text, sizeof(text), "host!%s", c->bind_address);
	SET(CURLOPT_INTERFACE, text);
	return 0;
}

static int
set_tls(CURL *easy, const struct fetch_config *c)
{
	SET(CURLOPT_SSL_VERIFYPEER, c->verify_tls ? 1L : 0L);
	SET(CURLOPT_SSL_VERIFYHOST, c->verify_tls ? 2L : 0L);
	SET(CURLOPT_PROXY_SSL_VERIFYPEER, c->verify_tls ? 1L : 0L);
	SET(CURLOPT_PROXY_SSL_VERIFYHOST, c->verify_tls ? 2L : 0L);
	/* libcurl has a file and a directory of its own, and would go on trusting the one that is not replaced. */
	if (c->ca_file != NULL || c->ca_dir != NULL) {
		SET(CURLOPT_CAINFO, c->ca_file);
		SET(CURLOPT_CAPATH, c->ca_dir);
		SET(CURLOPT_PROXY_CAINFO, c->ca_file);
		SET(CURLOPT_PROXY_CAPATH, c->ca_dir);
	}
	if (c->crl_file != NULL) {
		SET(CURLOPT_CRLFILE, c->crl_file);
		SET(CURLOPT_PROXY_CRLFILE, c->crl_file);
	}
	return 0;
}

static int
set_constants(CURL *easy, const struct fetch_config *c)
{
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_NOPROGRESS, 1L);
	SET(CURLOPT_BUFFERSIZE, HANDLE_BUFFER_BYTES);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	/* The URL is canonical already; and no entry of the cache is ever looked up again: addresses are told. */
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_ACCEPT_ENCODING, c->identity ? NULL : "");
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* Empty, not unset: libcurl shall not look into the environment itself. */
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "");
	return 0;
}

int
handle_set_up(CURL *easy, const struct fetch_config *c)
{
	int r = set_constants(easy, c);

	if (r == 0)
		r = set_limits(easy, c);
	if (r == 0)
		r = set_tls(easy, c);
	return r == 0 ? set_source(easy, c) : r;
}
