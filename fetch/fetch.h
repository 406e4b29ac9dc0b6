/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch.h: URL to bytes. The only public header of fetch/, the only folder that knows libcurl and c-ares.
 *
 * One struct fetch per event loop; it belongs to that loop's thread, and everything here is called in it, except
 * fetch_global_*(). Three engines stand behind it (fetch/engine.h); they give the same results:
 *
 *	events   one curl multi handle driven by the loop (curl_multi_socket_action), easy handles reused
 *	threads  a pool of threads with an easy handle each, fed by a bounded queue; results come back by eventfd
 *	serial   the same with one thread
 *
 * Order of calls: fetch_global_init() once, before threads; fetch_new(); fetch_start() while fetch_room() > 0; each job
 * comes back by done_fn, in the loop's thread, exactly once, and never from inside fetch_start(). The job's body is
 * then in job->body: the caller gives it back with fetch_body_release(). fetch_stop() makes every transfer come back
 * with OUTCOME_INTERRUPTED; fetch_free() when all are back. The loop may not be run again after that: its hooks are for good.
 *
 * Jobs that are started from done_fn, or from a prepare hook that was added to the loop before fetch_new(), set off in
 * the same turn; those from a later hook cost one more turn.
 *
 * What the web does wrong is the job's outcome. Only the machine's failures are returned.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "url/job.h"

struct cookie;
struct homes;
struct hsts_host;

enum fetch_auth { FETCH_AUTH_ANY, FETCH_AUTH_BASIC, FETCH_AUTH_DIGEST, FETCH_AUTH_NTLM, FETCH_AUTH_NEGOTIATE };

/* Who we are by TLS, and who the server has to be. Files, but for pinned_key; each may be NULL. */
struct fetch_tls {
	const char *certificate, *certificate_type; /* "PEM", "DER", "P12" (with its key) */
	const char *key, *key_type;                 /* "PEM", "DER"; NULL: it stands in the file of the certificate */
	const char *key_password;
	const char *pinned_key; /* as CURLOPT_PINNEDPUBLICKEY has it: "sha256//...;sha256//...", or a file */
};

struct fetch_login {
	const char *user, *password; /* both, or NULL */
	enum fetch_auth auth;        /* not FETCH_AUTH_ANY, which would cost each request another one */
};

/* For one of the seeds' origins, and for it alone. */
struct fetch_home_login {
	unsigned home;              /* homes_find() */
	const char *user, *password; /* NULL ends the list */
};

/* What requests carry besides the URL; fetch/session.h says to whom. Copied, but for home. */
struct fetch_session {
	const struct homes *home; /* what is not for everybody goes there only; NULL: nowhere. Borrowed for the fetch's life */
	const char *const *headers;      /* "Name: value", for everybody; NULL-terminated, or NULL */
	const char *const *home_headers; /* the same, for home */
	const char *referer, *cookie;    /* values of these fields, for home; NULL = none */
	const char *user, *password;     /* for home; without password: the netrc's for this user */
	const char *netrc;               /* the text of one; NULL = none */
	const struct fetch_home_login *logins; /* before user and netrc; NULL = none */
	enum fetch_auth auth;
	struct fetch_tls tls;     /* for home */
	struct fetch_login proxy; /* for the proxy, whichever it is; one that its URL names goes first */
};

/* The addresses whose first `bits` are those of `address`; NULL: all there are. */
struct fetch_net {
	const char *address;
	unsigned bits;
};

enum fetch_engine { FETCH_EVENTS, FETCH_THREADS, FETCH_SERIAL };

struct fetch_config {
	enum fetch_engine engine;
	unsigned connections; /* in flight at most, this loop's share */
	unsigned connections_max; /* what fetch_tune() may make of it; 0 = connections. Costs address space for the bodies' slots only */
	unsigned threads;     /* engine threads: this loop's share */
	unsigned loop_index;
	int64_t connect_timeout_us; /* TCP and TLS handshake */
	int64_t dns_timeout_us;
	int64_t timeout_us;       /* whole transfer; 0 = none */
	uint64_t rate_bps;        /* bytes a second, of all transfers together; 0 = no limit */
	_Atomic uint32_t *n_sharing; /* transfers in flight, of all who share rate_bps; NULL: nobody else does */
	uint64_t host_rate_bps;   /* the same of one origin's */
	uint64_t low_speed_bps;   /* bytes a second; 0 = off */
	int64_t low_speed_us;     /* for this long */
	uint64_t max_head_bytes;  /* all response heads of one transfer, 1xx included */
	uint64_t max_body_bytes;  /* decoded */
	uint64_t slot_bytes;      /* largest body kept in memory: address space per slot, sparse */
	uint64_t spill_bytes;     /* bodies that will not be parsed and are wanted go to a file above this */
	uint64_t touched_max_bytes; /* ceiling of resident body memory: above it one at a time */
	const char *user_agent;
	/* Certificate authorities, file and directory: what is given is all that is trusted; both NULL = the system's. */
	const char *ca_file, *ca_dir;
	const char *crl_file; /* revoked certificates; NULL = none */
	const char *proxy;    /* URL for everybody but no_proxy's; "" = none at all; NULL = as the environment says */
	bool http2, http3;    /* http3: tried first where there is no proxy; fetch_has_http3() */
	bool verify_tls;
	bool identity;       /* no Content-Encoding is asked for, or taken off: bytes as the file has them */
	bool hsts;           /* hosts that want https only (RFC 6797) are asked by https only */
	bool cookies;        /* what servers set is kept and sent back */
	bool keep_head, keep_request; /* job->response_head, job->request_head are filled */
	bool ipv4, ipv6;     /* families allowed */
	int prefer_family;   /* AF_INET, AF_INET6: tried first; AF_UNSPEC: as they come */
	const char *tmp_dir; /* for spilled bodies, where `file' has no other place for them */
	/* Name servers instead of the system's ("127.0.0.1:5353,[::1]:53"), or NULL. */
	const char *dns_servers;
	/* Names pinned by the user ("host:port:address", as curl --resolve); NULL-terminated or NULL. */
	const char *const *resolve;
	struct fetch_net only; /* nothing else is connected to, and no name is asked for */
	const char *bind_address; /* "192.0.2.1": where connections come from; NULL: the system's choice */
	struct fetch_session session;
	/* Asked once the head is in: what shall happen to the body? Pure; any thread. arg is wants_arg. */
	struct fetch_wants (*wants)(void *arg, const struct job *j, struct str content_type);
	void *wants_arg;
	/*
	 * A body is to go to a file, in the engine's thread: which one, at the place where it goes on? A descriptor, which is the job's then;
	 * or negative errno: -ENOENT: one without a name, of tmp_dir. NULL: always that. arg is wants_arg.
	 */
	int (*file)(void *arg, struct job *j);
	/* With wants.stream: bytes as they come, in the engine's thread. OUTCOME_OK, or why it must end. arg is wants_arg. */
	enum outcome (*stream)(void *arg, struct job *j, const char *p, size_t len);
};

struct fetch_wants {
	bool parse; /* into a slot, up to slot_bytes, or what touched_max_bytes has room for (beyond: OUTCOME_PAGE_TOO_LARGE) */
	bool keep;  /* the bytes are wanted even if not parsed */
	bool stream; /* to config.stream, and nowhere else; job->body.len counts */
	bool prefix; /* with parse: of a body that is too large, the part that fits is kept in the slot */
	uint64_t from; /* not 0: the body goes on at this byte of the file that config.file gives, and its length counts from there */
	uint64_t end;  /* not 0: where the body ends; bytes behind that are OUTCOME_PROTOCOL_ERROR, and not written */
	enum outcome refuse; /* not OUTCOME_OK: the answer is of no use, and the transfer ends with this */
};

struct fetch;

typedef void (*fetch_done_fn)(void *arg, struct job *j);

/* curl_global_init, ares_library_init; once, before any thread. 0 or negative errno. */
MUST_CHECK int fetch_global_init(void);
void fetch_global_release(void);

/* For config.resolve. 0, -ENOMEM, -EINVAL: *ret_bad is none of them. */
MUST_CHECK int fetch_check_resolve(const char *const *list, const char **ret_bad);
/* For config.proxy: 0; -EINVAL: not the URL of a proxy; -EACCES: there is a login in it; -ENOMEM. */
MUST_CHECK int fetch_check_proxy(const char *url);
/* As config.session.tls.pinned_key; a file is not looked at. */
bool fetch_is_pinned_key(const char *text);
/* The libraries, with their versions, as one line. */
void fetch_versions(struct buf *out);
/* What this libcurl can: HTTP/3; a way to log in. */
bool fetch_has_http3(void);
bool fetch_has_auth(enum fetch_auth auth);

MUST_CHECK int fetch_new(const struct fetch_config *config, struct loop *loop, fetch_done_fn done_fn, void *arg,
	struct fetch **ret_fetch);
void fetch_free(struct fetch *f);

/*
 * How many more jobs may be started now (free slots, connections, resident memory). One at a time also above the ceiling of
 * memory: what fills it may belong to jobs that cannot go on before others do.
 */
unsigned fetch_room(const struct fetch *f);
unsigned fetch_in_flight(const struct fetch *f);
/* Nothing will be started any more. */
bool fetch_is_stopped(const struct fetch *f);
/*
 * Starts job->url from job->address. Takes the job; on failure the caller keeps it: -EAGAIN (no room), -ECANCELED (after
 * fetch_stop()), -EDESTADDRREQ (no address, and no proxy that would resolve), -ENOMEM.
 */
MUST_CHECK int fetch_start(struct fetch *f, struct job *j);
/*
 * Sends what was started since the loop's turn began, at once instead of in a turn of its own. Jobs may come back by done_fn from
 * inside this call; returns how many. For a prepare hook that was added after fetch_new().
 */
unsigned fetch_flush(struct fetch *f);
/* Gives slot and file back. Also for jobs without a body. */
void fetch_body_release(struct fetch *f, struct job *j);
/*
 * Other limits from now on, in the loop's thread: connections at most connections_max (what is above them comes to its end), and
 * the rates of fetch_config, which those in flight share.
 */
void fetch_tune(struct fetch *f, unsigned connections, uint64_t rate_bps, uint64_t host_rate_bps);
/* Ends what is in flight; jobs come back by done_fn in later turns of the loop. */
void fetch_stop(struct fetch *f);

/*
 * The cookies of this loop's hosts (fetch/jar.h): one of a file or of a run before, which is durable already if known; then, in the
 * loop's thread, what has changed since the last time, and all of it, as lines of cookies.txt appended to out, which keeps the
 * failure. Without config.cookies they do nothing.
 */
MUST_CHECK int fetch_put_cookie(struct fetch *f, const struct cookie *c, bool known);
bool fetch_cookies_changed(struct fetch *f, struct buf *out);
void fetch_cookies(struct fetch *f, bool session, struct buf *out);

/*
 * The same for hosts of HSTS (fetch/hstsset.h), as lines of url/hsts.h: an http URL of theirs comes back at once, as OUTCOME_REDIRECT with
 * status 307, the https URL as its location, and FETCH_HSTS_DETAIL; nothing was sent.
 */
#define FETCH_HSTS_DETAIL "hsts"
MUST_CHECK int fetch_put_hsts(struct fetch *f, const struct hsts_host *h, bool known);
bool fetch_hsts_changed(struct fetch *f, struct buf *out);
void fetch_hsts(struct fetch *f, struct buf *out);

/* The region that holds the slots: a descriptor that can only be mapped for reading, borrowed. */
int fetch_region_fd(const struct fetch *f);
uint64_t fetch_region_bytes(const struct fetch *f);
/* The largest page that is read: config.slot_bytes, or less where memory has no room for as much. */
uint64_t fetch_page_max_bytes(const struct fetch *f);
/* Bytes of it that are resident (statistics and --memory). */
uint64_t fetch_region_touched_bytes(const struct fetch *f);
/* Loop thread. Body memory that is kept for the next transfers is given back. */
void fetch_drop_free(struct fetch *f);
/*
 * Loop thread, every FETCH_LOOK_US while others have the region. True: one of them has read where no body is, which fills the memory;
 * that is given back, and whoever has the region has to be ended (fetch/body.h, B3).
 */
bool fetch_look_region(struct fetch *f);
#define FETCH_LOOK_US CLOCK_US_PER_SEC

/* Name resolution (c-ares in the loop; one query per name at a time, cached for its TTL within 30 s and 1 h). */
struct fetch_address {
	enum outcome outcome; /* OK, DNS_FAILED, DNS_NOT_FOUND, NO_ADDRESS; INTERRUPTED after fetch_stop() */
	char address[JOB_ADDRESS_BYTES]; /* the preferred one; "" when a proxy will resolve */
	int64_t expires_us;   /* monotonic */
};
typedef void (*fetch_resolved_fn)(void *arg, const struct fetch_address *a);
/*
 * Asks for the address by which `origin` (any URL of it) is to be reached. fn is called later in the loop's thread, exactly
 * once, never from inside this call. Address literals and proxied URLs are answered without a query.
 */
MUST_CHECK int fetch_resolve(struct fetch *f, const struct url *origin, fetch_resolved_fn fn, void *arg);
/* An address of `origin` did not answer: the next fetch_resolve() prefers another one if the name has several. */
void fetch_address_failed(struct fetch *f, const struct url *origin, const char *address);

#endif
