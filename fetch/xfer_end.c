/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has become of a transfer: facts, outcome, words. */
#include "config.h"

#include <string.h>

#include "base/cleanup.h"
#include "fetch/curl_outcome.h"
#include "fetch/xfer.h"

#define FIELD_MAX_BYTES  2048 /* of libcurl's words in a record */
#define HTTP_PROXY_LOGIN 407

static int64_t
time_of(CURL *easy, CURLINFO info)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(easy, info, &us) == CURLE_OK ? (int64_t)us : 0;
}

static long
long_of(CURL *easy, CURLINFO info)
{
	long n = 0;

	return curl_easy_getinfo(easy, info, &n) == CURLE_OK ? n : 0;
}

static uint8_t
http_version_of(CURL *easy)
{
	switch (long_of(easy, CURLINFO_HTTP_VERSION)) {
	case CURL_HTTP_VERSION_1_0:
		return 10;
	case CURL_HTTP_VERSION_1_1:
		return 11;
	case CURL_HTTP_VERSION_2_0:
		return 20;
	case CURL_HTTP_VERSION_3:
		return 30;
	default:
		return 0;
	}
}

/* Handshakes are over from "pretransfer" on; on a kept connection there were none, and the times stay 0. */
static void
read_facts(struct xfer *x)
{
	struct job *j = x->job;
	struct job_timing *t = &j->timing;
	int64_t tcp_us = time_of(x->easy, CURLINFO_CONNECT_TIME_T);
	int64_t tls_us = time_of(x->easy, CURLINFO_APPCONNECT_TIME_T);
	int64_t first_us = time_of(x->easy, CURLINFO_STARTTRANSFER_TIME_T);
	int64_t ready_us = time_of(x->easy, CURLINFO_PRETRANSFER_TIME_T);
	bool connected = ready_us > 0;

	j->wire_bytes = (uint64_t)time_of(x->easy, CURLINFO_SIZE_DOWNLOAD_T);
	t->connect_us = connected ? (tls_us > tcp_us ? tls_us : tcp_us) : -1;
	t->first_byte_us = j->head_bytes > 0 ? first_us : -1;
	t->answer_us = j->head_bytes > 0 && first_us >= ready_us ? first_us - ready_us : -1;
	t->total_us = time_of(x->easy, CURLINFO_TOTAL_TIME_T);
	if (j->status != 0)
		j->http_version = http_version_of(x->easy);
}

static enum outcome
outcome_of_failure(struct xfer *x, CURLcode code)
{
	struct curl_facts facts = {
		.proxied = x->pin != NULL,
		.connected = time_of(x->easy, CURLINFO_PRETRANSFER_TIME_T) > 0,
		.head_done = x->head.state == HEAD_DONE,
		.no_resources = x->no_resources,
		.answered = time_of(x->easy, CURLINFO_STARTTRANSFER_TIME_T) > 0,
		.connect_status = x->pin != NULL ? long_of(x->easy, CURLINFO_HTTP_CONNECTCODE) : 0,
		.os_errno = long_of(x->easy, CURLINFO_OS_ERRNO),
		.elapsed_us = time_of(x->easy, CURLINFO_TOTAL_TIME_T),
		.timeout_us = x->fetch->config.timeout_us,
		.text = x->error,
	};

	return curl_outcome(code, &facts);
}

static void
set_detail(struct xfer *x, struct str s)
{
	if (s.len > FIELD_MAX_BYTES)
		s.len = FIELD_MAX_BYTES;
	/* Without room for it the record has no detail. */
	if (job_set(x->job, &x->job->detail, s) < 0)
		x->job->detail = (struct job_str){ 0, 0 };
}

/* libcurl's words, and where OpenSSL's are a riddle what they mean. */
static void
set_failure(struct xfer *x, const char *text)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(FIELD_MAX_BYTES);

	if (x->job->outcome == OUTCOME_TLS_FAILED && (strstr(text, "wrong version number") != NULL || strstr(text, "http request") != NULL))
		buf_add_str(&b, STR("it does not speak TLS there; if it is plain HTTP, write http://: "));
	buf_add_str(&b, str_of(text));
	set_detail(x, b.err == 0 ? buf_str(&b) : str_of(text));
}

/* What it is too large for, where that is not what was asked for. */
static void
set_page_max(struct xfer *x)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(FIELD_MAX_BYTES);
	uint64_t max = body_page_max_bytes(x->fetch->body);

	if (max >= x->fetch->config.slot_bytes)
		return;
	buf_addf(&b, "--memory has room for pages of %llu KiB; give more, or fewer --loops", (unsigned long long)(max / 1024));
	if (b.err == 0)
		set_detail(x, buf_str(&b));
}

/* Of plain http the proxy's own answer comes where the server's does; nothing in it is the server's word. */
static void
proxy_refused(struct xfer *x)
{
	struct job *j = x->job;

	j->outcome = OUTCOME_PROXY_FAILED;
	j->status = 0;
	buf_reset(&j->response_head, SIZE_MAX);
	buf_reset(&j->set_cookies, SIZE_MAX);
	set_detail(x, STR("the proxy answered 407: it wants a login (--proxy-user)"));
}

bool
xfer_again(struct xfer *x, CURLcode code)
{
	if (code != CURLE_RECV_ERROR && code != CURLE_SEND_ERROR && code != CURLE_GOT_NOTHING)
		return false;
	if (x->again || x->job->head_bytes > 0 || x->refused != OUTCOME_OK ||
		long_of(x->easy, CURLINFO_NUM_CONNECTS) > 0 || time_of(x->easy, CURLINFO_PRETRANSFER_TIME_T) == 0)
		return false;
	x->again = true;
	x->error[0] = '\0';
	return true;
}

struct job *
xfer_end(struct xfer *x, CURLcode code)
{
	struct job *j = x->job;
	const char *wall_text = "";
	enum outcome wall;

	CHECK_MAGIC(x, XFER_MAGIC);
	CHECK_MAGIC(j, JOB_MAGIC);
	read_facts(x);
	x->denied = j->status == 401;
	session_learn(x->fetch->session, x->face, x->slot, j->status, (unsigned long)long_of(x->easy, CURLINFO_HTTPAUTH_AVAIL));
	body_sink_end(&x->sink);
	if (x->refused != OUTCOME_OK) {
		j->outcome = x->refused;
	} else if (code != CURLE_OK) {
		j->outcome = outcome_of_failure(x, code);
		set_failure(x, x->error[0] != '\0' ? x->error : curl_easy_strerror(code));
	} else if (x->head.state != HEAD_DONE) {
		/* libcurl takes the end of the connection for the end of the head. */
		j->outcome = OUTCOME_CONNECTION_LOST;
		set_detail(x, STR("Connection closed within the response head"));
	} else if (j->status == HTTP_PROXY_LOGIN && x->pin != NULL && x->pin->proxy->is_http && j->url.scheme == URL_SCHEME_HTTP) {
		proxy_refused(x);
	} else {
		j->outcome = head_outcome(j);
		if (x->denied && x->face->auth != 0)
			set_detail(x, STR("the login was refused: wrong name, password or ticket, or a method that --auth leaves out"));
	}
	j->body.truncated = code != CURLE_OK && x->head.state == HEAD_DONE;
	if (x->head.state != HEAD_DONE) {
		buf_reset(&j->response_head, SIZE_MAX);
		buf_reset(&j->set_cookies, SIZE_MAX);
	}
	if (!str_ends(buf_str(&j->request_head), STR("\r\n\r\n")))
		buf_reset(&j->request_head, SIZE_MAX); /* it was not sent as a whole */
	/* Where it leads is known; what became of the few words below it does not matter. */
	if (j->body.truncated && head_outcome(j) == OUTCOME_REDIRECT &&
		outcome_class(j->outcome) != OUTCOME_CLASS_MACHINE && j->outcome != OUTCOME_INTERRUPTED)
		j->outcome = OUTCOME_REDIRECT;
	else if (x->sink.page_too_large && code == CURLE_OK && j->outcome == OUTCOME_OK)
		j->outcome = OUTCOME_PAGE_TOO_LARGE;
	if (j->outcome == OUTCOME_PAGE_TOO_LARGE)
		set_page_max(x);
	if (outcome_class(j->outcome) == OUTCOME_CLASS_OK && j->outcome != OUTCOME_REDIRECT) {
		wall = wall_end(&x->wall, j->status, &wall_text);
		if (wall != OUTCOME_OK) {
			j->outcome = wall;
			set_detail(x, str_of(wall_text));
		}
	}
	x->job = NULL;
	return j;
}

struct job *
xfer_interrupt(struct xfer *x)
{
	struct job *j;

	x->refused = OUTCOME_INTERRUPTED;
	j = xfer_end(x, CURLE_ABORTED_BY_CALLBACK);
	j->outcome = OUTCOME_INTERRUPTED;
	return j;
}
