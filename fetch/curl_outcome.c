/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "fetch/curl_outcome.h"

#define CODE_TOO_LARGE 100u /* CURLE_TOO_LARGE, which older headers do not know */

/*
 * By code. Codes of other protocols, of options that are not used and of later versions have no row: whatever they mean, the
 * answer was not valid HTTP (PROTOCOL_ERROR).
 */
static const enum outcome by_code[CURL_LAST] = {
#define ROW(code, name) [CURLE_##code] = OUTCOME_##name
	ROW(UNSUPPORTED_PROTOCOL, PROTOCOL_ERROR), /* HTTP/0.9: only http(s) URLs come here */
	ROW(FAILED_INIT, NO_MEMORY),
	ROW(URL_MALFORMAT, BAD_URL), /* a host that WHATWG URL allows and libcurl does not */
	ROW(COULDNT_RESOLVE_PROXY, PROXY_FAILED),
	ROW(COULDNT_RESOLVE_HOST, DNS_FAILED),
	ROW(COULDNT_CONNECT, CONNECT_FAILED),
	ROW(WEIRD_SERVER_REPLY, PROTOCOL_ERROR),
	ROW(HTTP2, PROTOCOL_ERROR),
	ROW(PARTIAL_FILE, BODY_SHORT),
	ROW(WRITE_ERROR, PROTOCOL_ERROR), /* our own refusals are told apart before */
	ROW(OUT_OF_MEMORY, NO_MEMORY),
	ROW(OPERATION_TIMEDOUT, TIMEOUT),
	ROW(SSL_CONNECT_ERROR, TLS_FAILED),
	ROW(ABORTED_BY_CALLBACK, NO_RESOURCES), /* no socket; interruptions of our own never ask here */
	ROW(INTERFACE_FAILED, CONNECT_FAILED),
	ROW(GOT_NOTHING, EMPTY_REPLY),
	ROW(SSL_ENGINE_NOTFOUND, TLS_FAILED),
	ROW(SSL_ENGINE_SETFAILED, TLS_FAILED),
	ROW(SEND_ERROR, SEND_FAILED),
	ROW(RECV_ERROR, CONNECTION_LOST),
	ROW(SSL_CERTPROBLEM, TLS_FAILED),
	ROW(SSL_CIPHER, TLS_FAILED),
	ROW(PEER_FAILED_VERIFICATION, TLS_UNVERIFIED),
	ROW(BAD_CONTENT_ENCODING, BAD_ENCODING),
	ROW(FILESIZE_EXCEEDED, BODY_TOO_LARGE),
	ROW(SEND_FAIL_REWIND, SEND_FAILED),
	ROW(SSL_ENGINE_INITFAILED, TLS_FAILED),
	ROW(SSL_CACERT_BADFILE, TLS_UNVERIFIED),
	ROW(SSL_SHUTDOWN_FAILED, CONNECTION_LOST),
	ROW(SSL_CRL_BADFILE, TLS_UNVERIFIED),
	ROW(SSL_ISSUER_ERROR, TLS_UNVERIFIED),
	ROW(NO_CONNECTION_AVAILABLE, CONNECT_FAILED),
	ROW(SSL_PINNEDPUBKEYNOTMATCH, TLS_UNVERIFIED),
	ROW(SSL_INVALIDCERTSTATUS, TLS_UNVERIFIED),
	ROW(HTTP2_STREAM, CONNECTION_LOST),
	ROW(PROXY, PROXY_FAILED),
	ROW(SSL_CLIENTCERT, TLS_FAILED),
	ROW(UNRECOVERABLE_POLL, NO_RESOURCES),
#undef ROW
};

static enum outcome
timed_out(const struct curl_facts *f)
{
	if (!f->connected)
		return f->proxied && f->connect_status == 0 ? OUTCOME_PROXY_FAILED : OUTCOME_CONNECT_TIMEOUT;
	/* libcurl rounds to milliseconds. */
	if (f->timeout_us > 0 && f->elapsed_us + 2 * CLOCK_US_PER_MS >= f->timeout_us)
		return OUTCOME_TIMEOUT;
	return OUTCOME_TOO_SLOW;
}

enum outcome
curl_outcome(CURLcode code, const struct curl_facts *f)
{
	enum outcome o = OUTCOME_OK;

	if (f->no_resources && !f->connected)
		return OUTCOME_NO_RESOURCES;
	if ((unsigned)code < CURL_LAST)
		o = by_code[code];
	if (o == OUTCOME_OK)
		o = OUTCOME_PROTOCOL_ERROR;
	/* The proxy answered CONNECT with something else than 2xx. */
	if (f->proxied && f->connect_status >= 300)
		return OUTCOME_PROXY_FAILED;
	if ((unsigned)code == CODE_TOO_LARGE && !f->head_done)
		return OUTCOME_HEAD_TOO_LARGE;
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(f);
	case CURLE_COULDNT_CONNECT:
		if (f->proxied)
			return OUTCOME_PROXY_FAILED;
		return f->os_errno == ETIMEDOUT ? OUTCOME_CONNECT_TIMEOUT : OUTCOME_CONNECT_FAILED;
	case CURLE_OUT_OF_MEMORY:
		/* libcurl's own ceiling for one header line (100 KB) is told by this code, before we see the line. */
		return f->answered && !f->head_done ? OUTCOME_HEAD_TOO_LARGE : OUTCOME_NO_MEMORY;
	case CURLE_RECV_ERROR:
		/* libcurl's own ceiling for all lines together (300 KB). */
		if (strstr(f->text, "Too large response headers") != NULL)
			return OUTCOME_HEAD_TOO_LARGE;
		/* Bad chunks have no code of their own. */
		if (strstr(f->text, "Chunked-Encoded") != NULL || strstr(f->text, "chunk") != NULL)
			return OUTCOME_PROTOCOL_ERROR;
		return o;
	default:
		return o;
	}
}
