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

#endif
