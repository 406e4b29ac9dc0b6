/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * polite.h: how a host, and an address that hosts share, is treated: how many requests at once, how long between them. Pure
 * functions of the state, what happened and the time they are told: no clock, no randomness of their own. One thread.
 *
 *	window      requests in flight at most; opens and closes by the control law below
 *	pause       by default, each slot of the window pauses after a response for as long as that response took, at least
 *	            POLITE_PAUSE_MIN_US (Mercator's rule: a slow server is asked less). With wait_us set: that long between the
 *	            starts of two requests instead.
 *	Crawl-delay at least that long between the starts of two requests, whatever else holds. What starts on a new connection reaches the
 *	            server when that is made: from there it counts, as soon as it is known
 *	back-off    after 429, 503 and walls against robots nothing is asked for the time the server says (Retry-After: exactly that, up to a day);
 *	            where it says nothing, POLITE_BACKOFF_MIN_US, doubling while it goes on, up to half as much again by chance.
 *	            Forgiven slowly: each good answer takes a sixteenth off, and while it lasts an eighth of it is the least time
 *	            between two starts. So a limiter of any rate and any bucket is met near its rate, with about one answer in
 *	            twelve refused; and a bad time of length T is forgotten after about 2 T.
 *	dead signs  from the second failure to connect, or request that nothing answers, in a row on: dead_wait_us, doubling, up to POLITE_DEAD_MAX_US
 *	rate        what came (heads and bodies as received) has to be paid for at rate_bps before the next request: on the average of any
 *	            longer time no more than that comes; what is in flight shares it (fetch.h)
 *	exempt      loopback and private addresses make no default pauses; the window, an explicit wait, Crawl-delay and back-off hold
 *
 * The control law. A crawler cannot see a server's queue, only how long answers take: what is left of TCP Vegas (Brakmo, Peterson
 * 1995: the shortest time is the unloaded path, more than that is a queue of one's own making) and of the gradient limiters made
 * after it; opened additively, closed multiplicatively, which converges to a fair share for many clients (Chiu, Jain 1989).
 *
 *	recent  mean of the last answers' times to the first byte, weight 1/8. Pages differ: a time counts at most as twice `base`
 *	        and 10 ms, so that one expensive page in ten does not look like load, while all of them being slow does.
 *	base    what answers take while no more than window_first are busy: follows `recent` by 1/8 then; else it only falls with it.
 *	flat    recent <= 5/4 base + 5 ms: while the window is what limits us, it opens by one for each POLITE_OPEN_ROUNDS windows
 *	        of answers, up to window_max
 *	rising  recent > 3/2 base + 10 ms: it closes to 3/4, not below window_first (there `base` is learned anew), and `recent` must
 *	        prove itself again
 *	trouble 429, 503, walls, time-outs, refused connections: it closes to a half, down to one. The window of an address, which hosts share,
 *	        no further than to window_first: one host's trouble is not that of the others (each host backs off by itself)
 *
 * Answers to requests that were started before the window last closed close it no further: they saw the same queue. With
 * window_first == window_max (--per-host=N) the window is fixed and there is no law.
 */
#ifndef FRONTIER_POLITE_H
#define FRONTIER_POLITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "url/net.h"
#include "url/outcome.h"

#define POLITE_PAUSE_MIN_US       INT64_C(250000)
#define POLITE_BACKOFF_MIN_US     INT64_C(1000000)
#define POLITE_BACKOFF_MAX_US     INT64_C(300000000)
#define POLITE_RETRY_AFTER_MAX_US INT64_C(86400000000) /* a day */
#define POLITE_DEAD_MAX_US        INT64_C(60000000)
#define POLITE_FORGIVE            16 /* divisor */
#define POLITE_PACE               8  /* divisor */
#define POLITE_WINDOW_MAX         4095
#define POLITE_WINDOW_FIRST       2
#define POLITE_WINDOW_OPEN        6 /* the default window_max */
#define POLITE_OPEN_ROUNDS        4

struct polite_config {
	unsigned window_first, window_max; /* 1 to POLITE_WINDOW_MAX */
	unsigned window_least;             /* where trouble ends to close it; 0: 1 */
	int64_t wait_us;                   /* -1: the default pauses */
	bool random_wait;                  /* 0.5 to 1.5 of either */
	int64_t dead_wait_us;
	uint64_t rate_bps; /* bytes a second; 0 = no limit */
};

/* What the law remembers: one word, so that loops can share it by compare-and-swap. Zero: nothing yet. */
struct polite_law {
	uint64_t window : 18; /* 64ths of a request */
	uint64_t base : 23;   /* 64ths of a millisecond */
	uint64_t recent : 23;
};

struct polite_sample {
	bool trouble;
	int64_t latency_us; /* of a good answer; -1 = says nothing */
	bool is_new;        /* its request was started after the window last closed */
	bool was_limit;     /* the window kept us from asking for more */
	bool was_calm;      /* no more than window_first were busy */
};

unsigned polite_law_window(struct polite_law law, const struct polite_config *c);
/* What answers take of late; 0 = not known. */
int64_t polite_law_recent_us(struct polite_law law);
struct polite_law polite_law_step(struct polite_law law, const struct polite_config *c, const struct polite_sample *s);
/* Is the window smaller than it was? */
bool polite_law_closed(struct polite_law before, struct polite_law after, const struct polite_config *c);

struct polite {
	int64_t crawl_delay_us; /* -1 = none */
	struct polite_law law;
	int64_t closed_us; /* the window closed last */
	int64_t *pauses;   /* ends of the slots' pauses, in no order */
	uint16_t n_pauses, pauses_cap;
	uint16_t in_flight;
	bool exempt;
	unsigned failures; /* dead signs, in a row */
	int64_t spaced_us; /* wait_us, Crawl-delay: no request before */
	int64_t space_us;  /* of the last start */
	int64_t backoff_us; /* back-off: no request before */
	int64_t dead_us;    /* dead signs: no request before */
	int64_t paid_us;   /* what came is paid for then */
	int64_t backoff_len_us; /* of the last one, less what was forgiven */
};

struct polite_answer {
	enum outcome outcome;
	unsigned status;        /* 0 = none */
	int64_t retry_after_us; /* -1 = none */
	int64_t latency_us;     /* to the first byte, the making of a connection left out; -1 = not known, or not like others' */
	int64_t connect_us;     /* of it, until a new connection was made; 0 = none was */
	int64_t took_us;        /* the whole request */
	uint64_t bytes;         /* received */
};

void polite_init(struct polite *p);
/*
 * The settings have changed from *old to *c: what the old ones would still make it wait for, it waits for no longer than the new
 * ones would. What it learned stays.
 */
void polite_retune(struct polite *p, const struct polite_config *old, const struct polite_config *c, int64_t now_us);
void polite_release(struct polite *p);

/* The earliest time of the next request: <= now_us: now; INT64_MAX: when a response has come. */
int64_t polite_due(struct polite *p, const struct polite_config *c, int64_t now_us);
/* A request starts. random: any 32 bits. 0, or -ENOMEM (then it may not start). */
MUST_CHECK int polite_started(struct polite *p, const struct polite_config *c, int64_t now_us, uint32_t random);
/* The same slot is used for one more request, and how soon that may start. */
void polite_again(struct polite *p, const struct polite_config *c, int64_t now_us, uint32_t random);
int64_t polite_again_due(const struct polite *p);
/* What was started last is given back: it was never sent, and no pause has to follow it. */
void polite_unstarted(struct polite *p, int64_t now_us);
/* What an answer says of the host, whoever asked: failures, back-off, its rate. Without a slot that is given back, and without the window. */
void polite_heed(struct polite *p, const struct polite_config *c, const struct polite_answer *a, int64_t now_us, uint32_t random);
/* It is over. */
void polite_over(struct polite *p, const struct polite_config *c, const struct polite_answer *a, int64_t now_us,
	uint32_t random);

/* The same end of a wait, where the pause between two starts, or the rate, was another when it began. */
int64_t polite_respace(int64_t spaced_us, int64_t pause_us, int64_t now_us);
int64_t polite_repay(int64_t paid_us, uint64_t old_bps, uint64_t bps, int64_t now_us);
/* Until when what came is paid for, once these bytes of a request that was started then have come too. */
int64_t polite_pay(int64_t paid_us, int64_t started_us, uint64_t bytes, uint64_t rate_bps);
/* The end of a wait of space_us after a start, once it is known when that reached the server. */
int64_t polite_arrived(int64_t spaced_us, int64_t space_us, const struct polite_answer *a, int64_t now_us);
/* The explicit wait between two starts. */
int64_t polite_wait_us(const struct polite_config *c, uint32_t random);
/* How long a slot pauses after an answer: 0 where none is made. */
int64_t polite_pause_us(const struct polite_config *c, bool exempt, const struct polite_answer *a, uint32_t random);
/* What an answer means to a window; is_new, was_limit and was_calm are the caller's. */
struct polite_sample polite_sample_of(const struct polite_answer *a);
/* Does it say that we ask too much? A Retry-After counts with such answers only (RFC 9110 §10.2.3 names 503, RFC 6585 §4 429). */
bool polite_is_pushed_back(const struct polite_answer *a);
/* Is this the failure of a host rather than of a URL? Counted in `failures` until anything else comes back. */
bool polite_is_dead_sign(enum outcome o, unsigned status);
/* Does such an address make no default pauses? */
bool polite_is_exempt(enum net net);

#endif
