/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * polite.h: how a host is treated: how many requests at once, how long between them. A pure function of the host's state, what
 * happened and the time it is told: no clock, no randomness of its own. One thread.
 *
 *	window      at most `window` requests in flight
 *	pause       by default, each slot of the window pauses after a response for as long as that response took, at least
 *	            POLITE_PAUSE_MIN_US. With wait_us set: that long between the starts of two requests instead.
 *	Crawl-delay at least that long between the starts of two requests, whatever else holds
 *	back-off    after 429 and 503 nothing is asked for the time the server says (Retry-After), and for at least
 *	            POLITE_BACKOFF_MIN_US, doubling while it goes on
 *	exempt      loopback and private addresses make no default pauses; the window, an explicit wait, Crawl-delay and back-off hold
 */
#ifndef FRONTIER_POLITE_H
#define FRONTIER_POLITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "url/outcome.h"

#define POLITE_PAUSE_MIN_US       INT64_C(250000)
#define POLITE_BACKOFF_MIN_US     INT64_C(1000000)
#define POLITE_BACKOFF_MAX_US     INT64_C(300000000)
#define POLITE_RETRY_AFTER_MAX_US INT64_C(86400000000) /* a day */
#define POLITE_WINDOW_MAX         4096

struct polite_config {
	unsigned window;  /* 1 to POLITE_WINDOW_MAX */
	int64_t wait_us;  /* -1: the default pauses */
	bool random_wait; /* 0.5 to 1.5 of either */
};

struct polite {
	bool exempt;
	int64_t crawl_delay_us; /* -1 = none */
	unsigned in_flight;
	unsigned n_pauses;
	int64_t *pauses;   /* ends of the slots' pauses, in no order; room for window of them */
	int64_t spaced_us; /* wait_us, Crawl-delay: no request before */
	int64_t backoff_us; /* back-off: no request before */
	unsigned backoffs; /* in a row */
	unsigned failures; /* to connect, in a row */
};

struct polite_answer {
	enum outcome outcome;
	unsigned status;        /* 0 = none */
	int64_t retry_after_us; /* -1 = none */
	int64_t took_us;        /* the whole request */
};

void polite_init(struct polite *p);
void polite_release(struct polite *p);

/* The earliest time of the next request: <= now_us: now; INT64_MAX: when a response has come. */
int64_t polite_due(struct polite *p, const struct polite_config *c, int64_t now_us);
/* A request starts. random: any 32 bits. 0, or -ENOMEM (then it may not start). */
MUST_CHECK int polite_started(struct polite *p, const struct polite_config *c, int64_t now_us, uint32_t random);
/* It was given back: it was never sent. */
void polite_unstarted(struct polite *p);
/* It is over. */
void polite_over(struct polite *p, const struct polite_config *c, const struct polite_answer *a, int64_t now_us,
	uint32_t random);

/* Is this the failure of a host rather than of a URL? Counted in `failures` until anything else comes back. */
bool polite_is_dead_sign(enum outcome o);
/* Loopback, link-local and private addresses (RFC 1918, 4193, 3927), as inet_ntop writes them. "" is not. */
bool polite_address_is_private(const char *address);

#endif
