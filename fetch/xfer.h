/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xfer.h: one transfer at a time on one easy handle: set-up, callbacks, and what the result means.
 *
 * Order of calls: xfer_new(); then for each job xfer_begin(), the transfer itself (by whatever drives x->easy), and
 * xfer_end() with libcurl's result or xfer_interrupt(); xfer_free(). The handle keeps its options from one transfer to
 * the next: only what differs is set again.
 *
 * Threads: an xfer belongs to one thread; of struct fetch it reads only what is immutable after fetch_new().
 */
#ifndef FETCH_XFER_H
#define FETCH_XFER_H

#include <curl/curl.h>

#include "fetch/body.h"
#include "fetch/engine.h"
#include "fetch/head.h"
#include "fetch/wall.h"

#define XFER_MAGIC 0x58464552u

struct xfer {
	uint32_t magic;
	CURL *easy; /* its CURLOPT_PRIVATE is the xfer */
	const struct fetch *fetch;
	struct job *job; /* NULL = idle */
	struct head head;
	struct body_sink sink;
	struct wall wall;
	enum outcome refused; /* why we ended it; OUTCOME_OK = we did not */
	bool no_resources;    /* socket(2) failed */
	bool body_begun;
	bool again; /* this is the second try: see xfer_again() */
	/* What the handle is set to, unless it is broken: then it was not set up to the end, and is made anew before it is used. */
	bool broken;
	const struct proxy_pin *pin;
	const struct session_face *face; /* NULL = not known */
	unsigned slot;                   /* of the face's origin */
	unsigned long auth;              /* methods of the face that are allowed now */
	bool challenged;                 /* libcurl may keep what the slot's server has asked for in a login by digest */
	bool denied;                     /* and it was of no use */
	curl_closesocket_callback close_fn; /* NULL = libcurl's own */
	void *close_arg;
	long http_version; /* CURL_HTTP_VERSION_* */
	bool has_cookie;
	uint64_t max_recv_bps;
	uint32_t n_sharing; /* the rate, for which the time-out is set: the most there were while a transfer ran */
	char address[JOB_ADDRESS_BYTES];
	char connect_to_text[JOB_ADDRESS_BYTES + 8];
	struct curl_slist connect_to;
	struct curl_slist *ask; /* the job's own fields; NULL = none */
	char error[CURL_ERROR_SIZE];
	struct xfer *next; /* for the list of whoever owns it */
	unsigned index;    /* likewise, for its array */
};

/*
 * close_fn is told of each descriptor that libcurl closes (and has to close it); NULL = libcurl closes them itself.
 */
MUST_CHECK int xfer_new(const struct fetch *f, curl_closesocket_callback close_fn, void *close_arg, struct xfer **ret_xfer);
/* NULL is fine. Must be idle. */
void xfer_free(struct xfer *x);

/* The handle is ready to fetch the job's URL. -ENOMEM: the xfer is idle, and the next call sets up all of it. */
MUST_CHECK int xfer_begin(struct xfer *x, struct job *j);
/* While it runs, in its thread: its part of the rates is what it is by now. */
void xfer_share(struct xfer *x);
/*
 * Instead of xfer_end(): a kept connection turned out to be closed before a byte of the answer came. True: start the handle
 * once more, the job stays where it is.
 *
 * libcurl does that by itself, but counts over the whole life of a handle and gives up each sixth time.
 */
bool xfer_again(struct xfer *x, CURLcode code);
/* Fills in the job, gives it back; the xfer is idle. */
struct job *xfer_end(struct xfer *x, CURLcode code);
struct job *xfer_interrupt(struct xfer *x);

#endif
