/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shelf.h: what a job has kept, to be looked at: by URL, by the name of its file in a mirror, and as lists. For `lycosa serve`.
 * Public. Nothing of the job is changed, and the job may be running: what it has committed since is found too. An update may take its
 * place: shelf_refresh() sees that.
 *
 * In memory: 16 bytes a URL and 16 a file, and an entry for each host. What is on the shelf is read from the database and opened
 * when it is asked for, by the name that stands there; a name that was asked for is only ever compared.
 *
 * Order of calls: shelf_open(); any of the others; shelf_close(). One thread at a time. Views in items are valid until the next call.
 */
#ifndef STORE_SHELF_H
#define STORE_SHELF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include <uthash.h>

#include "base/buf.h"
#include "url/url.h"

struct shelf;

/* A host of the job: a scheme, a name and a port. */
struct shelf_host {
	const char *origin; /* "https://example.org" */
	const char *dir;    /* its directory in a mirror: "example.org", "example.org,http8080" */
	const char *name;   /* its first label(s) below .localhost: "example.org", "example.org.http-8080" */
	uint64_t n_kept;    /* URLs of it that are kept */
	UT_hash_handle by_origin, by_dir, by_name;
	struct shelf_host *next; /* in the order of their first URL; NULL: the last */
};

struct shelf_item {
	int64_t id;
	struct str url, type, charset, title;
	struct str redirect_to; /* empty: it does not */
	struct str saved;       /* in the job directory; empty: it is not kept */
	unsigned status;
	bool archived;          /* it is not a file, but may be in the WARC */
};

/* 0 or negative errno; *ret_error: malloc'd text where there is more to say. -ENOENT: no job is there. */
MUST_CHECK int shelf_open(const char *dir, struct shelf **ret_shelf, char **ret_error);
/* NULL is fine. */
void shelf_close(struct shelf *s);
/*
 * Takes in what was committed since the last time; finding does that too. Where an update, or an earlier generation, has taken the
 * place of what was there, all is read anew: so it belongs before each question, not within one. 0 or negative errno: then nothing is on
 * the shelf until it has succeeded.
 */
MUST_CHECK int shelf_refresh(struct shelf *s);

/* The first one; and the others by ->next. NULL: none. Valid until shelf_refresh(). */
const struct shelf_host *shelf_hosts(const struct shelf *s, uint64_t *ret_n);
/* NULL: there is none. name, dir: as in the struct; ASCII case does not count in a name. */
const struct shelf_host *shelf_host_of(struct shelf *s, const struct url *u);
const struct shelf_host *shelf_host_by_dir(struct shelf *s, struct str dir);
const struct shelf_host *shelf_host_by_name(struct shelf *s, struct str name);

/* 1: there it is; 0: it is not; or negative errno. u: canonical. */
MUST_CHECK int shelf_find(struct shelf *s, const struct url *u, struct shelf_item *ret_item);
/* By the path of its file below site/. */
MUST_CHECK int shelf_find_file(struct shelf *s, struct str path, struct shelf_item *ret_item);
/* Opens what is kept of an item: a descriptor or negative errno; *ret_st: of it. */
MUST_CHECK int shelf_open_item(struct shelf *s, const struct shelf_item *item, struct stat *ret_st);
/* Below site/, "" where it is not a file of the mirror. */
struct str shelf_site_path(const struct shelf_item *item);

/* What is listed. */
struct shelf_query {
	const struct shelf_host *host; /* NULL: of all */
	struct str words;              /* in URL or title, in this order, ASCII case apart; empty: HTML pages */
	int64_t after;                 /* the id of the last item that was listed before; 0: none */
	unsigned max;
};
/* fn: 0; 1: this was the last one; or negative errno to end it. *ret_more: there are others behind it. 0 or negative errno. */
MUST_CHECK int shelf_list(struct shelf *s, const struct shelf_query *q, int (*fn)(void *arg, const struct shelf_item *item), void *arg,
	bool *ret_more);

#endif
