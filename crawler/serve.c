/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/serve.h"

#ifndef HAVE_MICROHTTPD

int
serve_main(const struct config *config)
{
	log_error("serve: built without libmicrohttpd (Debian package libmicrohttpd-dev)");
	return EXIT_GENERIC;
}

#else

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <unistd.h>

#define SERVE_CONNECTIONS     256
#define SERVE_IDLE_SECONDS    60
#define SERVE_REQUEST_BYTES   (96 * 1024) /* of a connection's memory: the head of a request must fit */
#define SERVE_LOCATION_BYTES  (64 * 1024)
/* Nothing of ours loads anything, and nothing may frame it. */
#define SERVE_OWN_CSP     "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
#define SERVE_SANDBOX_CSP "sandbox allow-forms allow-popups"

/* --- libmicrohttpd's thread ------------------------------------------------------------------------------------------ */

static bool
add_header(struct MHD_Response *response, const char *name, struct buf *value)
{
	return value->len == 0 || (buf_cstr(value) != NULL && MHD_add_response_header(response, name, value->data) == MHD_YES);
}

/* Also of what is kept: a browser must not show tomorrow's job what today's said. */
static bool
add_headers(struct MHD_Response *response, struct serve_answer *a)
{
	CLEANUP(buf_releasep) struct buf range = BUF_INIT(256);
	bool ok = MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES;

	if (a->status == 206)
		buf_addf(&range, "bytes %llu-%llu/%llu", (unsigned long long)a->offset, (unsigned long long)(a->offset + a->len - 1),
			(unsigned long long)a->whole);
	else if (a->status == 416)
		buf_addf(&range, "bytes */%llu", (unsigned long long)a->whole);
	/* A type of the web that cannot stand in a head is none. */
	if (!add_header(response, "Content-Type", &a->type))
		log_debug("serve: a type cannot be sent");
	ok = ok && add_header(response, "Location", &a->location) && add_header(response, "Content-Range", &range);
	if (ok && a->ours)
		ok = MHD_add_response_header(response, "Content-Security-Policy", SERVE_OWN_CSP) == MHD_YES &&
			MHD_add_response_header(response, "Referrer-Policy", "no-referrer") == MHD_YES &&
			MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES;
	if (ok && a->sandbox)
		ok = MHD_add_response_header(response, "Content-Security-Policy", SERVE_SANDBOX_CSP) == MHD_YES;
	if (ok && a->shared)
		ok = MHD_add_response_header(response, "Vary", "Origin") == MHD_YES;
	ok = ok && (!a->shared || add_header(response, "Access-Control-Allow-Origin", &a->origin));
	if (ok && !a->ours && a->location.len == 0)
		ok = MHD_add_response_header(response, "Accept-Ranges", "bytes") == MHD_YES;
	return ok;
}

/* Takes the answer's file. */
static enum MHD_Result
send_answer(struct MHD_Connection *connection, struct serve_answer *a)
{
	struct MHD_Response *response;
	enum MHD_Result r = MHD_NO;

	if (a->fd >= 0 && a->len > 0)
		response = MHD_create_response_from_fd_at_offset64(a->len, TAKE_FD(a->fd), a->offset);
	else
		response = MHD_create_response_from_buffer(a->text.len, a->text.data, MHD_RESPMEM_MUST_COPY);
	if (response == NULL)
		return MHD_NO;
	if (add_headers(response, a))
		r = MHD_queue_response(connection, a->status, response);
	MHD_destroy_response(response);
	return r;
}

static struct str
header(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

	return value != NULL ? str_of(value) : STR("");
}

/* target: as sent. */
static int
answer(struct serve *s, struct MHD_Connection *connection, const char *method, struct str target, struct serve_answer *a)
{
	struct serve_request q = { .path = target, .search = STR(""), .range = header(connection, "Range") };
	struct str name, head, rest;
	int r;

	if (!serve_host_is_local(header(connection, "Host"), &name))
		return serve_say(a, 403, "This server answers to localhost only.", STR(""));
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return serve_say(a, 405, "Here is only to be read.", STR(""));
	if (str_cut(target, '?', &head, &rest)) {
		q.path = head;
		q.search = str_n(head.p + head.len, rest.len + 1);
	}
	if (q.path.len == 0 || q.path.p[0] != '/')
		return serve_say(a, 400, "This server is no proxy.", STR(""));
	r = shelf_refresh(s->shelf);
	if (r < 0)
		return r;
	if (name.len > 0) {
		q.host = shelf_host_by_name(s->shelf, name);
		if (q.host == NULL)
			return serve_say(a, 404, "The job has nothing of this host.", STR(""));
		if (serve_origin_is_ours(s, header(connection, "Origin")))
			buf_add_str(&a->origin, header(connection, "Origin"));
	}
	return serve_answer(s, &q, a);
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *upload,
	size_t *upload_len, void **request)
{
	struct serve_answer a = {
		.fd = -1,
		.text = BUF_INIT(SERVE_PAGE_MAX_BYTES),
		.type = BUF_INIT(SERVE_LOCATION_BYTES),
		.location = BUF_INIT(SERVE_LOCATION_BYTES),
		.origin = BUF_INIT(SERVE_LOCATION_BYTES),
	};
	struct serve *s = arg;
	const char *target = *request;
	enum MHD_Result result;
	int r = target == NULL ? -ENOMEM : answer(s, connection, method, str_of(target), &a);

	if (r < 0) {
		log_warning("serve: %s", strerror(-r));
		buf_reset(&a.text, SERVE_PAGE_MAX_BYTES);
		buf_reset(&a.type, SERVE_LOCATION_BYTES);
		buf_reset(&a.location, SERVE_LOCATION_BYTES);
		a.status = 500;
	}
	result = send_answer(connection, &a);
	closep(&a.fd);
	buf_release(&a.text);
	buf_release(&a.type);
	buf_release(&a.location);
	buf_release(&a.origin);
	return result;
}

/* The target as it was sent: libmicrohttpd would decode it. */
static void *
on_target(void *arg, const char *uri, struct MHD_Connection *connection)
{
	return strdup(uri);
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode code)
{
	free(*request);
	*request = NULL;
}

/* --- the main thread ------------------------------------------------------------------------------------------------- */

MUST_CHECK static int
start(struct serve *s, unsigned port, struct MHD_Daemon **ret_daemon)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const union MHD_DaemonInfo *info;
	struct MHD_Daemon *d;

	errno = 0;
	d = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, (uint16_t)port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVE_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)SERVE_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVE_REQUEST_BYTES,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
	if (d == NULL)
		return errno != 0 ? -errno : -EIO;
	info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
	if (info == NULL) {
		MHD_stop_daemon(d);
		return -EIO;
	}
	s->port = info->port;
	*ret_daemon = d;
	return 0;
}

static int
say_unopened(const char *dir, int r, const char *text)
{
	if (text != NULL)
		log_error("%s", text);
	else if (r == -ENOENT || r == -ENOTDIR)
		log_error("%s: no job is there (a directory with a lycosa.db)", dir);
	else
		log_error("%s: %s", dir, strerror(-r));
	return EXIT_FILE;
}

static bool
keeps_nothing(struct shelf *shelf)
{
	uint64_t n;
	const struct shelf_host *h = shelf_hosts(shelf, &n);

	for (; h != NULL; h = h->next)
		if (h->n_kept > 0)
			return false;
	return true;
}

static int
run(struct serve *s, unsigned port)
{
	struct MHD_Daemon *daemon = NULL;
	int signal_number = 0, r;
	sigset_t set;

	/* Before there is another thread: none of them may be interrupted by it. */
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
		log_error("signals: %s", strerror(errno));
		return EXIT_GENERIC;
	}
	r = start(s, port, &daemon);
	if (r < 0) {
		log_error("127.0.0.1:%u: %s; choose another port with --port", port, strerror(-r));
		return EXIT_GENERIC;
	}
	log_info("%s: http://127.0.0.1:%u/ until Ctrl-C", s->dir, s->port);
	while (sigwait(&set, &signal_number) != 0)
		;
	MHD_stop_daemon(daemon);
	return EXIT_OK;
}

int
serve_main(const struct config *config)
{
	CLEANUP(freep) char *error = NULL;
	struct serve s = { .port = 0 };
	int code, r;

	if (config->n_args != 1) {
		log_error("serve what? name one job directory");
		return EXIT_USAGE;
	}
	r = shelf_open(config->args[0], &s.shelf, &error);
	if (r < 0)
		return say_unopened(config->args[0], r, error);
	if (keeps_nothing(s.shelf))
		log_warning("%s: nothing is kept there (yet): that needs `lycosa mirror' or `archive', or --save=body", config->args[0]);
	url_init(&s.url);
	url_init(&s.target);
	s.dir = strdup(config->args[0]);
	code = s.dir == NULL ? EXIT_GENERIC : run(&s, config->serve.port);
	shelf_close(s.shelf);
	url_release(&s.url);
	url_release(&s.target);
	free(s.dir);
	return code;
}

#endif
