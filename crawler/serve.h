/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serve.h: `lycosa serve DIR`: what a job has kept, over HTTP on loopback, to be looked at in a browser.
 *
 *	http://127.0.0.1:PORT/                    the front page: hosts, pages, a search           (serve_page.c)
 *	http://example.org.localhost:PORT/a?b     what https://example.org/a?b was                (serve_answer.c)
 *	http://127.0.0.1:PORT/example.org/a?b     the same, for programs that know no *.localhost
 *
 * Browsers, and curl, take every name below .localhost for this machine. So each host of the job is an origin of its own, as it was:
 * its paths are the original ones, and its scripts cannot read what another host's pages say. The form by path has no such walls, so
 * there pages are shown without their scripts (CSP sandbox). A reference of a mirrored page to a file of another host climbs out of
 * its own directory; a browser stops at the root, and so it arrives here as "/OTHER.HOST/file": it is redirected to where that is.
 *
 *	H1  What was asked for is only compared, with URLs and names of files in the database; what is opened is what stands there,
 *	    below the job directory, without following links (store/shelf.h). Nothing is written (but what SQLite shares among
 *	    those who read a database).
 *	H2  The name in Host is an address or ends in "localhost", or the request is refused: a site whose name is made to lead here
 *	    (DNS rebinding) learns nothing.
 *	H3  Our own pages carry no script, and may load none.
 *
 * libmicrohttpd speaks HTTP: one thread of its own, to which the shelf belongs while it runs; the main thread waits for a signal.
 */
#ifndef CRAWLER_SERVE_H
#define CRAWLER_SERVE_H

#include "crawler/config.h"
#include "store/shelf.h"

#define SERVE_PAGE_MAX_BYTES (4 * 1024 * 1024)
#define SERVE_LIST_MAX       100

struct serve {
	struct shelf *shelf;
	char *dir;     /* as the user gave it */
	unsigned port; /* where it listens */
	struct url url, target;
};

/* A request: views of what came. */
struct serve_request {
	struct str path, search;       /* "/a", "?b" or empty; as sent */
	struct str range;              /* the Range header; empty: none */
	const struct shelf_host *host; /* named by Host; NULL: none of them */
};

/* What is to be sent. Either a file or a text. */
struct serve_answer {
	unsigned status;
	int fd;               /* -1: the text; the receiver takes it */
	uint64_t offset, len; /* of the file: what of it */
	uint64_t whole;       /* how long it is */
	struct buf text;
	struct buf type;      /* Content-Type; empty: none */
	struct buf location;
	bool ours;            /* the page is of our making */
	bool sandbox;
	bool shared;          /* may be read by pages of the job's other hosts, which is what they could load at the origin: */
	struct buf origin;    /* of the page that asks; empty: not one of the job's */
};

/* The command. Returns the exit code. */
int serve_main(const struct config *config);

/* serve_answer.c: may this be the Host of a request? *ret_name: what stands before ".localhost", or empty. */
bool serve_host_is_local(struct str host, struct str *ret_name);
/* Origin of a request: is it a page of a host of the job? */
bool serve_origin_is_ours(const struct serve *s, struct str origin);
/* 0, or negative errno: the machine's failure. The answer's buffers are initialised and empty. */
MUST_CHECK int serve_answer(struct serve *s, const struct serve_request *q, struct serve_answer *a);
/* "bytes=0-99" of a file: true, and what part; false: send it all. *ret_none: there is no such part (416). */
bool serve_range(struct str range, uint64_t whole, uint64_t *ret_offset, uint64_t *ret_len, bool *ret_none);
/* Where a URL of the job is to be had: "http://example.org.localhost:8080/a?b"; by_path: "/example.org/a?b". */
void serve_put_link(const struct serve *s, struct buf *out, const struct shelf_host *h, const struct url *u, bool by_path);

/* serve_page.c: the front page into a->text. As serve_answer(). */
MUST_CHECK int serve_front(struct serve *s, struct str search, struct serve_answer *a);
/* A page that says a thing about a URL (of the web; empty: none), with a link to it. */
MUST_CHECK int serve_say(struct serve_answer *a, unsigned status, const char *what, struct str url);

#endif
