/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fetch/curl_outcome.h"

/* Every code of libcurl, those to come too, is some kind of failure. */
static void
test_every_code(void **state)
{
	struct curl_facts facts = { .connected = true, .text = "" };
	int code;

	for (code = 1; code < CURL_LAST + 20; code++) {
		enum outcome o = curl_outcome((CURLcode)code, &facts);

		assert_true((unsigned)o < OUTCOME_COUNT);
		if (outcome_class(o) == OUTCOME_CLASS_OK || outcome_class(o) == OUTCOME_CLASS_PARSE ||
			outcome_class(o) == OUTCOME_CLASS_WAY)
			fail_msg("%d is %s", code, outcome_name(o));
	}
}

static void
test_timeouts(void **state)
{
	struct curl_facts f = { .timeout_us = CLOCK_US_PER_SEC, .elapsed_us = CLOCK_US_PER_SEC, .text = "" };

	assert_int_equal(curl_outcome(CURLE_OPERATION_TIMEDOUT, &f), OUTCOME_CONNECT_TIMEOUT);
	f.connected = true;
	assert_int_equal(curl_outcome(CURLE_OPERATION_TIMEDOUT, &f), OUTCOME_TIMEOUT);
	f.elapsed_us = CLOCK_US_PER_SEC / 2;
	assert_int_equal(curl_outcome(CURLE_OPERATION_TIMEDOUT, &f), OUTCOME_TOO_SLOW);
	f.timeout_us = 0;
	assert_int_equal(curl_outcome(CURLE_OPERATION_TIMEDOUT, &f), OUTCOME_TOO_SLOW);
	f = (struct curl_facts){ .os_errno = ETIMEDOUT, .text = "" };
	assert_int_equal(curl_outcome(CURLE_COULDNT_CONNECT, &f), OUTCOME_CONNECT_TIMEOUT);
	f.os_errno = ECONNREFUSED;
	assert_int_equal(curl_outcome(CURLE_COULDNT_CONNECT, &f), OUTCOME_CONNECT_FAILED);
	f.no_resources = true;
	assert_int_equal(curl_outcome(CURLE_COULDNT_CONNECT, &f), OUTCOME_NO_RESOURCES);
}

static void
test_proxies(void **state)
{
	struct curl_facts f = { .proxied = true, .text = "" };

	assert_int_equal(curl_outcome(CURLE_COULDNT_CONNECT, &f), OUTCOME_PROXY_FAILED);
	assert_int_equal(curl_outcome(CURLE_PROXY, &f), OUTCOME_PROXY_FAILED);
	assert_int_equal(curl_outcome(CURLE_OPERATION_TIMEDOUT, &f), OUTCOME_PROXY_FAILED);
	f.connect_status = 403;
	assert_int_equal(curl_outcome(CURLE_RECV_ERROR, &f), OUTCOME_PROXY_FAILED);
	f.connect_status = 200;
	assert_int_equal(curl_outcome(CURLE_SSL_CONNECT_ERROR, &f), OUTCOME_TLS_FAILED);
	f.connected = true;
	assert_int_equal(curl_outcome(CURLE_RECV_ERROR, &f), OUTCOME_CONNECTION_LOST);
}

static void
test_tls(void **state)
{
	struct curl_facts f = { .text = "" };

	assert_int_equal(curl_outcome(CURLE_PEER_FAILED_VERIFICATION, &f), OUTCOME_TLS_UNVERIFIED);
	assert_int_equal(curl_outcome(CURLE_SSL_CONNECT_ERROR, &f), OUTCOME_TLS_FAILED);
	/* Broken off by whomever: it may pass. */
	f.text = "OpenSSL SSL_connect: Connection reset by peer in connection to a.test:443 ";
	assert_int_equal(curl_outcome(CURLE_SSL_CONNECT_ERROR, &f), OUTCOME_TLS_FAILED);
	assert_int_equal(outcome_retry(OUTCOME_TLS_FAILED), RETRY_LATER);
	assert_int_equal(outcome_retry(OUTCOME_TLS_UNVERIFIED), RETRY_NEVER);
}

static void
test_ambiguous_codes(void **state)
{
	struct curl_facts f = { .connected = true, .text = "" };

	assert_int_equal(curl_outcome(CURLE_OUT_OF_MEMORY, &f), OUTCOME_NO_MEMORY);
	f.answered = true;
	assert_int_equal(curl_outcome(CURLE_OUT_OF_MEMORY, &f), OUTCOME_HEAD_TOO_LARGE);
	f.head_done = true;
	assert_int_equal(curl_outcome(CURLE_OUT_OF_MEMORY, &f), OUTCOME_NO_MEMORY);
	assert_int_equal(curl_outcome(CURLE_RECV_ERROR, &f), OUTCOME_CONNECTION_LOST);
	f.text = "Illegal or missing hexadecimal sequence in chunked-encoding";
	assert_int_equal(curl_outcome(CURLE_RECV_ERROR, &f), OUTCOME_PROTOCOL_ERROR);
	f.text = "Too large response headers: 307266 > 307200";
	assert_int_equal(curl_outcome(CURLE_RECV_ERROR, &f), OUTCOME_HEAD_TOO_LARGE);
	assert_int_equal(curl_outcome((CURLcode)100, &f), OUTCOME_PROTOCOL_ERROR);
	f.head_done = false;
	assert_int_equal(curl_outcome((CURLcode)100, &f), OUTCOME_HEAD_TOO_LARGE);
	/* Only a run that was stopped may say that it was. */
	assert_int_equal(curl_outcome(CURLE_ABORTED_BY_CALLBACK, &f), OUTCOME_NO_RESOURCES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code),
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_proxies),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_ambiguous_codes),
	};

	return cmocka_run_group_tests_name("fetch_curl_outcome", tests, NULL, NULL);
}
