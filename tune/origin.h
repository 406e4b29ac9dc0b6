/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * origin.h: an HTTP/1.1 server on loopback, in a child process, for trials of settings: one thread, one epoll, thousands of
 * connections, next to no processor time. What it answers, and how late, a function says.
 *
 * Each host has an address of its own in 127.77.0.0/16, all on one port; only this machine can reach them. A host serves at most
 * `limit` requests at a time, the others wait in line: so a crawler meets the queue of a real server.
 *
 * Order of calls: origin_listen(), after which the port is known; origin_start() forks; origin_free() ends the child. The child dies
 * with its parent, whatever that dies of. One thread; origin_start() while the process has one thread only.
 */
#ifndef TUNE_ORIGIN_H
#define TUNE_ORIGIN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define ORIGIN_HOSTS_MAX    1000
#define ORIGIN_NET          "127.77.0.0"
#define ORIGIN_NET_BITS     16
#define ORIGIN_ADDRESS_SIZE 16 /* "127.77.255.255" */

struct origin;

struct origin_answer {
	unsigned status;
	struct str type;     /* Content-Type; empty: none */
	struct str location; /* of a redirect */
	struct str body;     /* borrowed until the next call, or for ever where keeps_body */
	bool keeps_body;
	int64_t latency_us;  /* from the request, when its turn has come, to the first byte */
};

/* In the child. path: with the query; ret is zeroed. */
typedef void (*origin_answer_fn)(void *arg, unsigned host, struct str path, struct origin_answer *ret);

struct origin_config {
	origin_answer_fn answer;
	void *arg;
	const unsigned *limits; /* of each host; 0: none. NULL: no limits. Borrowed until origin_start() has returned. */
};

/* 0 or negative errno. */
MUST_CHECK int origin_listen(unsigned n_hosts, struct origin **ret_origin);
unsigned origin_port(const struct origin *o);
void origin_address(unsigned host, char ret_text[ORIGIN_ADDRESS_SIZE]);
/* 0 or negative errno. */
MUST_CHECK int origin_start(struct origin *o, const struct origin_config *config);
/* NULL is fine. */
void origin_free(struct origin *o);

#endif
