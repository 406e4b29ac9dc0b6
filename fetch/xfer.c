/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fetch/address.h"
#include "fetch/handle.h"
#include "fetch/xfer.h"

static size_t
on_header(char *data, size_t size, size_t n, void *arg)
{
	struct xfer *x = arg;
	struct job *j = x->job;
	size_t len = size * n;
	struct fetch_wants wants;

	switch (head_line(&x->head, j, str_n(data, len))) {
	case HEAD_MORE:
		return len;
	case HEAD_COMPLETE:
		/* There may have been one before, to which libcurl answered itself: then nothing came of its body. */
		body_sink_begin(&x->sink, x->fetch->body, j);
		wants = x->fetch->config.wants(x->fetch->config.wants_arg, j, job_get(j, j->content_type));
		body_sink_wants(&x->sink, wants);
		x->refused = wants.refuse;
		return wants.refuse == OUTCOME_OK ? len : 0;
	case HEAD_TOO_LARGE:
		x->refused = OUTCOME_HEAD_TOO_LARGE;
		break;
	case HEAD_NO_MEMORY:
		x->refused = OUTCOME_NO_MEMORY;
		break;
	}
	return 0;
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct xfer *x = arg;
	curl_off_t announced = -1;

	if (!x->body_begun) {
		x->body_begun = true;
		/* Nor is another head to come: what looks like one is a trailer. */
		x->head.may_repeat = false;
		/* A body that is announced as too large need not come at all. */
		if (!x->job->encoded &&
			curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced) == CURLE_OK)
			x->refused = body_sink_announced(&x->sink, announced);
	}
	wall_body(&x->wall, x->job->status, str_n(data, size * n));
	if (x->refused == OUTCOME_OK)
		x->refused = body_write(&x->sink, data, size * n);
	return x->refused == OUTCOME_OK ? size * n : 0;
}

/* Where no proxy stands between, libcurl connects to the job's address and nowhere else: the guards looked at that one. config.only holds for proxies too. */
static bool
address_is_told(const struct xfer *x, const struct sockaddr *sa)
{
	const struct fetch_net *only = &x->fetch->config.only;
	struct address told, asked = { .family = sa->sa_family };

	if (sa->sa_family == AF_INET)
		memcpy(asked.bytes, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
	else if (sa->sa_family == AF_INET6)
		memcpy(asked.bytes, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
	if (only->address != NULL && !address_in_net(&asked, only->address, only->bits))
		return false;
	if (x->pin != NULL)
		return true;
	return address_parse(str_of(x->job->address), &told) == 0 && address_in(&asked, &told, 128);
}

static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct xfer *x = arg;
	int fd;

	if (!address_is_told(x, &a->addr))
		return CURL_SOCKET_BAD;
	fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	if (fd < 0)
		x->no_resources = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

#define SET(option, value)                                                                         \
	do {                                                                                       \
		if (curl_easy_setopt(x->easy, option, value) != CURLE_OK)                          \
			return -ENOMEM;                                                            \
	} while (0)

/* The one limit that changes while a transfer runs; 0: none, for libcurl too. */
static int
set_rate(struct xfer *x, const struct job *j)
{
	const int64_t timeout_us = x->fetch->config.timeout_us;
	uint32_t n;
	uint64_t bps = fetch_share_bps(x->fetch, j, &n), low;

	/*
	 * Who shares a rate takes as many times longer. libcurl sets its timer by the time-out at the start only: one that is raised later is
	 * seen to by its looks at the speed, each second, or by nobody.
	 */
	if (x->job == NULL ? n != x->n_sharing : n > x->n_sharing && x->fetch->config.low_speed_bps > 0) {
		if (timeout_us > 0)
			SET(CURLOPT_TIMEOUT_MS, (long)(timeout_us / CLOCK_US_PER_MS * n));
		x->n_sharing = n;
	}
	if (bps == x->max_recv_bps)
		return 0;
	SET(CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)(bps < INT64_MAX ? bps : INT64_MAX));
	/* As slow as we make it is not too slow. */
	low = x->fetch->config.low_speed_us > 0 ? x->fetch->config.low_speed_bps : 0;
	if (bps > 0 && low > bps / 2)
		low = bps / 2;
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)(low < INT32_MAX ? low : INT32_MAX));
	x->max_recv_bps = bps;
	return 0;
}

/* Requests as libcurl sends them. The last one is the URL's: those to a proxy, or on a connection that was closed, come before. */
static int
on_debug(CURL *easy, curl_infotype type, char *data, size_t len, void *arg)
{
	struct xfer *x = arg;

	(void)easy;
	if (type == CURLINFO_HEADER_OUT && x->job != NULL) {
		buf_reset(&x->job->request_head, SIZE_MAX);
		buf_add(&x->job->request_head, data, len);
	}
	return 0;
}

/* What is the same for every transfer. */
static int
set_constants(struct xfer *x)
{
	const struct fetch_config *c = &x->fetch->config;

	SET(CURLOPT_PRIVATE, x);
	SET(CURLOPT_ERRORBUFFER, x->error);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, x);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(CURLOPT_OPENSOCKETDATA, x);
	if (c->keep_request) {
		SET(CURLOPT_VERBOSE, 1L);
		SET(CURLOPT_DEBUGFUNCTION, on_debug);
		SET(CURLOPT_DEBUGDATA, x);
	}
	if (x->close_fn != NULL) {
		SET(CURLOPT_CLOSESOCKETFUNCTION, x->close_fn);
		SET(CURLOPT_CLOSESOCKETDATA, x->close_arg);
	}
	return handle_set_up(x->easy, c);
}

/*
 * The handle as it was made. A login by digest leaves the server's challenge in it, which belongs to the handle and not to an
 * origin: another server's, or a new one, would be taken for the answer to a wrong password. Nothing else takes it out.
 */
static int
set_anew(struct xfer *x)
{
	curl_easy_reset(x->easy);
	session_free_headers(TAKE(x->ask));
	x->pin = NULL;
	x->face = NULL;
	x->auth = 0;
	x->http_version = CURL_HTTP_VERSION_1_1;
	x->has_cookie = x->challenged = x->denied = false;
	x->max_recv_bps = 0;
	x->n_sharing = 1;
	x->address[0] = '\1'; /* unknown */
	return set_constants(x);
}

int
xfer_new(const struct fetch *f, curl_closesocket_callback close_fn, void *close_arg, struct xfer **ret_xfer)
{
	struct xfer *x = calloc(1, sizeof(*x));
	int r;

	if (x == NULL)
		return -ENOMEM;
	x->magic = XFER_MAGIC;
	x->fetch = f;
	x->close_fn = close_fn;
	x->close_arg = close_arg;
	x->http_version = CURL_HTTP_VERSION_1_1; /* handle_set_up()'s */
	x->n_sharing = 1;
	x->easy = curl_easy_init();
	r = x->easy == NULL ? -ENOMEM : set_constants(x);
	if (r < 0) {
		xfer_free(x);
		return r;
	}
	*ret_xfer = x;
	return 0;
}

void
xfer_free(struct xfer *x)
{
	if (x == NULL)
		return;
	CHECK_MAGIC(x, XFER_MAGIC);
	CHECK(x->job == NULL);
	curl_easy_cleanup(x->easy);
	session_free_headers(x->ask);
	x->magic = 0;
	free(x);
}

static int
set_url(struct xfer *x, const struct url *u)
{
	struct str s = url_identity(u); /* a fragment is none of the server's business */
	char text[URL_MAX_BYTES + 1];

	CHECK(s.len <= URL_MAX_BYTES);
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	SET(CURLOPT_URL, text); /* copied */
	return 0;
}

/*
 * HTTP/2 only over TLS, where ALPN asks first. There a second request for a host waits to see whether it can share
 * the first one's connection: a handshake costs both sides more than the wait. Over plain HTTP it would wait for nothing.
 */
static int
set_scheme(struct xfer *x, bool https, bool proxied)
{
	const struct fetch_config *c = &x->fetch->config;
	long version = CURL_HTTP_VERSION_1_1;

	if (https && c->http3 && !proxied)
		version = CURL_HTTP_VERSION_3;
	else if (https && c->http2)
		version = CURL_HTTP_VERSION_2TLS;
	if (version == x->http_version)
		return 0;
	SET(CURLOPT_HTTP_VERSION, version);
	SET(CURLOPT_PIPEWAIT, version != CURL_HTTP_VERSION_1_1 ? 1L : 0L);
	x->http_version = version;
	return 0;
}

static int
set_proxy(struct xfer *x, const struct proxy_pin *pin)
{
	const struct proxy_login *login = pin != NULL ? pin->proxy->login : NULL;

	if (pin == x->pin)
		return 0;
	SET(CURLOPT_PROXY, pin != NULL ? pin->url : "");
	/* For what is said to the proxy itself (CONNECT); to others the face's headers say it. */
	SET(CURLOPT_USERAGENT, pin != NULL ? x->fetch->config.user_agent : NULL);
	SET(CURLOPT_PROXYUSERNAME, login != NULL ? login->user : NULL);
	SET(CURLOPT_PROXYPASSWORD, login != NULL ? login->password : NULL);
	SET(CURLOPT_PROXYAUTH, login != NULL && login->auth != 0 ? login->auth : CURLAUTH_BASIC);
	/* Only read; it lives as long as the fetch. */
	SET(CURLOPT_RESOLVE, pin != NULL && pin->resolve.data != NULL ? (void *)(uintptr_t)&pin->resolve : NULL);
	x->pin = pin;
	return 0;
}

/* "::ADDRESS:": whatever host and port the URL names, connect to this address, same port. */
static int
set_address(struct xfer *x, const char *address)
{
	size_t len = strlen(address), i = 0;
	bool brackets = memchr(address, ':', len) != NULL;
	char *text = x->connect_to_text;

	if (strcmp(address, x->address) == 0)
		return 0;
	CHECK(len < sizeof(x->address));
	memcpy(x->address, address, len + 1);
	if (len == 0) {
		SET(CURLOPT_CONNECT_TO, NULL);
		return 0;
	}
	text[i++] = ':';
	text[i++] = ':';
	if (brackets)
		text[i++] = '[';
	memcpy(text + i, address, len);
	i += len;
	if (brackets)
		text[i++] = ']';
	text[i++] = ':';
	text[i] = '\0';
	x->connect_to.data = text;
	SET(CURLOPT_CONNECT_TO, &x->connect_to);
	return 0;
}

/* Asked anew for each URL, so that nothing follows a redirect. */
static int
set_face(struct xfer *x, const struct url *u)
{
	unsigned slot;
	const struct session_face *face = session_face(x->fetch->session, u, &slot);
	unsigned long auth = session_auth(x->fetch->session, face, slot);
	int r;

	x->slot = slot;
	x->challenged = x->challenged || (auth & CURLAUTH_DIGEST) != 0;
	/* Beside an old login no new method may stand, nor the other way round: together they are known or not. */
	if (face == x->face && auth == x->auth)
		return 0;
	x->face = NULL;
	r = session_wear(x->easy, face);
	if (r < 0)
		return r;
	SET(CURLOPT_HTTPAUTH, auth != 0 ? auth : CURLAUTH_BASIC);
	x->face = face;
	x->auth = auth;
	return 0;
}

/* At another origin than the last time? Those that are no seed's share one slot, but have a face each if they have a login. */
static bool
is_elsewhere(const struct xfer *x, const struct url *u)
{
	unsigned slot;
	const struct session_face *face = session_face(x->fetch->session, u, &slot);

	return face != x->face || slot != x->slot;
}

/*
 * What a login by digest leaves in a handle belongs to one server, or proxy: at another one, or when it was of no use, it is in the way.
 */
static bool
is_worn_out(const struct xfer *x, const struct url *u, const struct proxy_pin *pin)
{
	const struct proxy_pin *before = x->pin;

	if (x->challenged && (x->denied || is_elsewhere(x, u)))
		return true;
	return before != NULL && pin != before && (before->proxy->login->auth & CURLAUTH_DIGEST) != 0;
}

static int
set_cookie(struct xfer *x, struct str cookie)
{
	if (cookie.len == 0 && !x->has_cookie)
		return 0;
	SET(CURLOPT_COOKIE, cookie.len > 0 ? cookie.p : NULL);
	x->has_cookie = cookie.len > 0;
	return 0;
}

/* What the job wants besides, behind what the face shows. */
static int
set_ask(struct xfer *x, const struct job *j)
{
	struct str ask = buf_str(&j->ask);
	int r;

	if (x->ask == NULL && ask.len == 0)
		return 0;
	SET(CURLOPT_HTTPHEADER, x->face->headers);
	session_free_headers(TAKE(x->ask));
	if (ask.len == 0)
		return 0;
	r = session_ask_headers(x->face, ask, &x->ask);
	if (r < 0)
		return r;
	SET(CURLOPT_HTTPHEADER, x->ask);
	return 0;
}

static bool
host_is_address(struct str host, const char *address)
{
	if (host.len >= 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		host = str_n(host.p + 1, host.len - 2);
	return str_eq(host, str_of(address));
}

int
xfer_begin(struct xfer *x, struct job *j)
{
	const struct proxy_pin *pin = j->stage;
	bool literal = host_is_address(url_hostname(&j->url), j->address), anew;
	int r;

	CHECK_MAGIC(x, XFER_MAGIC);
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(x->job == NULL);
	/* A job may be started again, for another URL: what the last answer said is not this one's. */
	head_forget_answer(j);
	anew = x->broken || is_worn_out(x, &j->url, pin);
	x->broken = true;
	r = anew ? set_anew(x) : 0;
	if (r == 0)
		r = set_url(x, &j->url);
	if (r == 0)
		r = set_scheme(x, j->url.scheme == URL_SCHEME_HTTPS, pin != NULL);
	if (r == 0)
		r = set_proxy(x, pin);
	if (r == 0)
		r = set_face(x, &j->url);
	if (r == 0)
		r = set_cookie(x, job_get(j, j->cookie));
	if (r == 0)
		r = set_rate(x, j);
	if (r == 0)
		r = set_address(x, literal ? "" : j->address);
	if (r == 0)
		r = set_ask(x, j);
	if (r < 0)
		return r;
	x->broken = false;
	x->job = j;
	x->refused = OUTCOME_OK;
	x->no_resources = x->body_begun = x->again = false;
	x->error[0] = '\0';
	head_begin(&x->head, x->fetch->config.max_head_bytes, x->fetch->config.keep_head);
	wall_begin(&x->wall);
	x->head.may_repeat = x->face->auth != 0 || pin != NULL;
	x->head.wall = &x->wall;
	body_sink_begin(&x->sink, x->fetch->body, j);
	return 0;
}

void
xfer_share(struct xfer *x)
{
	/* It cannot fail: there is nothing to copy. */
	(void)set_rate(x, x->job);
}
