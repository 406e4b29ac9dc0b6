/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dns.h: one question to /etc/hosts and the name servers, by c-ares, on the loop. The only place that knows c-ares.
 *
 * Order of calls: dns_new(); dns_ask(); each question is answered exactly once, perhaps from inside dns_ask(), at the
 * latest from dns_cancel() or dns_free(). From an answer function no other function of this header may be called:
 * after_fn is for that. It is called at the end of each turn in which there were answers from the network.
 *
 * Everything in the loop's thread; c-ares starts no other.
 */
#ifndef FETCH_DNS_H
#define FETCH_DNS_H

#include "base/loop.h"
#include "fetch/address.h"
#include "url/outcome.h"

struct dns;

struct dns_config {
	int64_t timeout_us;   /* about: a question is repeated, and each wait is rounded up */
	bool ipv4, ipv6;      /* what is asked for */
	const char *servers;  /* NULL = the system's */
	void (*after_fn)(void *arg);
	void *after_arg;
};

/*
 * outcome: OK with at least one address, DNS_NOT_FOUND, NO_ADDRESS (none of what is asked for) or DNS_FAILED; NO_MEMORY or NO_RESOURCES where this machine did not get to
 * asking. ttl_s: as the server said.
 */
typedef void (*dns_answer_fn)(void *arg, enum outcome outcome, const struct addresses *a, int64_t ttl_s);

/* 0, or negative errno; -EINVAL for a bad server list. */
MUST_CHECK int dns_new(const struct dns_config *config, struct loop *loop, struct dns **ret_dns);
void dns_free(struct dns *d);
void dns_ask(struct dns *d, const char *name, dns_answer_fn fn, void *arg);
/* Answers everything that is being asked with DNS_FAILED. */
void dns_cancel(struct dns *d);

#endif
