/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.h: from the user's settings to what the folders take: shared by those who crawl and those who only ask (why).
 * Strings are borrowed from the config.
 */
#ifndef CRAWLER_SETTINGS_H
#define CRAWLER_SETTINGS_H

#include "crawler/config.h"
#include "fetch/fetch.h"
#include "frontier/frontier.h"
#include "url/scope.h"

#define SETTINGS_WORKERS_MAX 256 /* as parse.workers */

/* --level, or SCOPE_NO_LEVEL; 0 where one page is wanted. */
uint32_t settings_max_level(const struct config *cf);
struct scope_config settings_scope(const struct config *cf);
/* Is what is answered to be archived? */
bool settings_warc(const struct config *cf);
/* For canon_use(). */
unsigned settings_canon(const struct config *cf);
struct frontier_tune settings_frontier_tune(const struct config *cf);
/* Parser processes to begin with, and how many there may be; auto: see crawler/adapt.h. */
unsigned settings_workers(const struct config *cf, unsigned loops);
unsigned settings_workers_max(const struct config *cf);
/*
 * All but what differs from loop to loop (connections, threads, loop_index), the memory's share, tmp_dir and wants. dns_servers:
 * room for the list, to live as long as *ret. 0, or what went wrong was logged: the exit code.
 */
MUST_CHECK int settings_fetch(const struct config *cf, struct buf *dns_servers, struct fetch_config *ret);

/* --- settings_check.c --- */

/*
 * Is something wrong with a text or list that has a form of its own (a regular expression, a date, an address, XPath)? Makes and
 * asks for nothing. 0, or what is wrong was logged, with the file and line that say it: the exit code.
 */
MUST_CHECK int settings_check(const struct config *cf);
/* The parts of it. --since in seconds since 1970, 0 without; --retry-on-http-error as bits; STORE_NAMES_*. */
MUST_CHECK int settings_since(const struct config *cf, uint32_t *ret_s);
MUST_CHECK int settings_statuses(const struct config *cf, uint64_t ret_set[FRONTIER_STATUSES / 64]);
MUST_CHECK int settings_names(const struct config *cf, unsigned *ret_names);
MUST_CHECK int settings_check_name_servers(const struct config *cf);
/* Those of settings_fetch() (settings.c). */
MUST_CHECK int settings_check_fetch(const struct config *cf);
/* Which rule of the scope is none: "[FILE:LINE: ]what is wrong with it". False: none of them, taken alone. */
bool settings_bad_rule(const struct config *cf, struct buf *out);
/* "FILE:LINE: " where a file says so, else nothing; item as below. */
void settings_put_place(struct buf *out, const struct config *cf, const char *key, const char *item);
/* Logs "[FILE:LINE: ]KEY (--option): ...". item: of a list, the pointer in it that is wrong; NULL. */
void settings_error(const struct config *cf, const char *key, const char *item, const char *fmt, ...) PRINTF(4, 5);

/* May the job in dir, if there is one, be obeyed (store/trust.h)? 0, or it was logged why not: the exit code. */
MUST_CHECK int settings_trust_job(const char *dir);

#endif
