/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invariants:
 *	P1  in_flight + n_pauses <= the largest window_max since the last was 0, where pauses that are over may still be counted: they
 *	    go when somebody asks. (More than the window may be in flight when it has just closed, or was set lower.)
 *	P2  a slot that pauses is not used: polite_due() is in the past only if in_flight and the pauses not over are < the window.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "frontier/polite.h"

void
polite_init(struct polite *p)
{
	*p = (struct polite){
		.crawl_delay_us = -1, .closed_us = INT64_MIN, .spaced_us = INT64_MIN, .backoff_us = INT64_MIN,
		.dead_us = INT64_MIN, .paid_us = INT64_MIN,
	};
}

void
polite_release(struct polite *p)
{
	free(p->pauses);
	polite_init(p);
}

/* --- the control law --------------------------------------------------------------------------------------------- */

#define LAW_ONE      64u /* of a request */
#define LAW_MAX      ((1u << 23) - 1)
#define LAW_MS(ms)   ((ms) * UINT64_C(64))

unsigned
polite_law_window(struct polite_law law, const struct polite_config *c)
{
	unsigned window = (unsigned)law.window / LAW_ONE;

	if (law.window == 0 || c->window_first == c->window_max)
		return c->window_first;
	/* It may have been learned when more was allowed. */
	return window < c->window_max ? window : c->window_max;
}

int64_t
polite_law_recent_us(struct polite_law law)
{
	return (int64_t)law.recent * 1000 / 64;
}

static uint64_t
law_of_us(int64_t us)
{
	uint64_t n = (uint64_t)(us > 0 ? us : 0) * 64 / 1000;

	return n > LAW_MAX ? LAW_MAX : n;
}

/* An eighth of the way, rounded towards the goal, so that it gets there. */
static uint64_t
law_mean(uint64_t mean, uint64_t sample)
{
	return sample > mean ? mean + (sample - mean + 7) / 8 : mean - (mean - sample + 7) / 8;
}

static void
law_learn(struct polite_law *law, const struct polite_sample *s)
{
	uint64_t t = law_of_us(s->latency_us), most = 2 * (uint64_t)law->base + LAW_MS(10);

	if (law->recent == 0) {
		law->base = law->recent = t > 0 ? t : 1;
		return;
	}
	law->recent = law_mean(law->recent, t < most ? t : most) & LAW_MAX;
	if (s->was_calm)
		law->base = law_mean(law->base, law->recent) & LAW_MAX;
	else if (law->recent < law->base)
		law->base = law->recent;
}

/* To num/den of it, not below `least` unless it is there already. */
static void
law_close(struct polite_law *law, unsigned num, unsigned den, unsigned least)
{
	unsigned window = (unsigned)law->window * num / den;

	if (window < least * LAW_ONE)
		window = least * LAW_ONE;
	if (window < law->window)
		law->window = window;
	law->recent = law->base;
}

struct polite_law
polite_law_step(struct polite_law law, const struct polite_config *c, const struct polite_sample *s)
{
	/* The window is fixed; what answers take is known all the same. */
	if (c->window_first == c->window_max) {
		if (!s->trouble && s->latency_us >= 0)
			law_learn(&law, s);
		return law;
	}
	if (law.window == 0)
		law.window = c->window_first * LAW_ONE;
	if (s->trouble) {
		if (s->is_new)
			law_close(&law, 1, 2, c->window_least > 0 ? c->window_least : 1);
		return law;
	}
	if (s->latency_us < 0)
		return law;
	law_learn(&law, s);
	if (2 * (uint64_t)law.recent > 3 * (uint64_t)law.base + 2 * LAW_MS(10)) {
		if (s->is_new)
			law_close(&law, 3, 4, c->window_first);
	} else if (s->was_limit && 4 * (uint64_t)law.recent <= 5 * (uint64_t)law.base + 4 * LAW_MS(5)) {
		/* One, divided by the answers of so many windows; rounded up, so that it moves. */
		unsigned n = POLITE_OPEN_ROUNDS * (unsigned)law.window;
		unsigned window = (unsigned)law.window + (LAW_ONE * LAW_ONE + n - 1) / n;

		law.window = window < c->window_max * LAW_ONE ? window : c->window_max * LAW_ONE;
	}
	return law;
}

bool
polite_law_closed(struct polite_law before, struct polite_law after, const struct polite_config *c)
{
	unsigned was = before.window > 0 ? (unsigned)before.window : c->window_first * LAW_ONE;

	return after.window > 0 && after.window < was;
}

bool
polite_is_pushed_back(const struct polite_answer *a)
{
	return a->status == 429 || a->status == 503 || a->outcome == OUTCOME_HTTP_TOO_MANY || a->outcome == OUTCOME_BOT_WALL;
}

struct polite_sample
polite_sample_of(const struct polite_answer *a)
{
	bool trouble = polite_is_pushed_back(a) || a->outcome == OUTCOME_CONNECT_FAILED ||
		a->outcome == OUTCOME_CONNECT_TIMEOUT || a->outcome == OUTCOME_TIMEOUT || a->outcome == OUTCOME_TOO_SLOW;

	return (struct polite_sample){
		.trouble = trouble,
		.latency_us = outcome_class(a->outcome) == OUTCOME_CLASS_OK ? a->latency_us : -1,
	};
}

/* --- a host ------------------------------------------------------------------------------------------------------ */

/* 0.5 to 1.5 of it. */
static int64_t
polite_random(const struct polite_config *c, int64_t us, uint32_t random)
{
	if (!c->random_wait || us <= 0)
		return us;
	return us / 2 + (int64_t)((unsigned __int128)(uint64_t)us * random >> 32);
}

int64_t
polite_pay(int64_t paid_us, int64_t started_us, uint64_t bytes, uint64_t rate_bps)
{
	unsigned __int128 us = (unsigned __int128)bytes * 1000000 / rate_bps;
	int64_t from_us = paid_us > started_us ? paid_us : started_us;

	return us < POLITE_RETRY_AFTER_MAX_US ? from_us + (int64_t)us : from_us + POLITE_RETRY_AFTER_MAX_US;
}

int64_t
polite_wait_us(const struct polite_config *c, uint32_t random)
{
	return c->wait_us > 0 ? polite_random(c, c->wait_us, random) : 0;
}

int64_t
polite_pause_us(const struct polite_config *c, bool exempt, const struct polite_answer *a, uint32_t random)
{
	if (c->wait_us >= 0 || exempt)
		return 0;
	return polite_random(c, a->took_us > POLITE_PAUSE_MIN_US ? a->took_us : POLITE_PAUSE_MIN_US, random);
}

static void
polite_forget_pauses(struct polite *p, int64_t now_us)
{
	unsigned i;

	for (i = 0; i < p->n_pauses;) {
		if (p->pauses[i] <= now_us)
			p->pauses[i] = p->pauses[--p->n_pauses];
		else
			i++;
	}
}

/* The n-th of the pauses' ends, counted from 1; sorts no more of them than that. */
static int64_t
polite_pause_end(struct polite *p, unsigned n)
{
	unsigned i, k, least;

	for (i = 0; i < n; i++) {
		int64_t end_us;

		for (least = k = i; k < p->n_pauses; k++)
			if (p->pauses[k] < p->pauses[least])
				least = k;
		end_us = p->pauses[least];
		p->pauses[least] = p->pauses[i];
		p->pauses[i] = end_us;
	}
	return p->pauses[n - 1];
}

int64_t
polite_again_due(const struct polite *p)
{
	int64_t due_us = p->spaced_us > p->backoff_us ? p->spaced_us : p->backoff_us;

	due_us = p->dead_us > due_us ? p->dead_us : due_us;
	return p->paid_us > due_us ? p->paid_us : due_us;
}

int64_t
polite_due(struct polite *p, const struct polite_config *c, int64_t now_us)
{
	int64_t due_us = polite_again_due(p), end_us;
	unsigned window = polite_law_window(p->law, c);

	if (p->in_flight >= window)
		return INT64_MAX;
	if (LIKELY(p->in_flight + p->n_pauses < window))
		return due_us;
	polite_forget_pauses(p, now_us);
	if (p->in_flight + p->n_pauses < window)
		return due_us;
	end_us = polite_pause_end(p, p->in_flight + p->n_pauses - window + 1);
	return end_us > due_us ? end_us : due_us;
}

static int
polite_reserve(struct polite *p, unsigned n)
{
	int64_t *pauses;

	if (n <= p->pauses_cap)
		return 0;
	CHECK(n <= UINT16_MAX);
	pauses = realloc(p->pauses, n * sizeof(pauses[0]));
	if (pauses == NULL)
		return -ENOMEM;
	p->pauses = pauses;
	p->pauses_cap = (uint16_t)n;
	return 0;
}

int64_t
polite_respace(int64_t spaced_us, int64_t pause_us, int64_t now_us)
{
	return spaced_us > now_us + pause_us ? now_us + pause_us : spaced_us;
}

int64_t
polite_repay(int64_t paid_us, uint64_t old_bps, uint64_t bps, int64_t now_us)
{
	unsigned __int128 us;

	if (paid_us <= now_us || bps == 0)
		return paid_us < now_us ? paid_us : now_us;
	us = (unsigned __int128)(uint64_t)(paid_us - now_us) * old_bps / bps;
	return now_us + (int64_t)(us < POLITE_RETRY_AFTER_MAX_US ? us : POLITE_RETRY_AFTER_MAX_US);
}

void
polite_retune(struct polite *p, const struct polite_config *old, const struct polite_config *c, int64_t now_us)
{
	int64_t pause_us = polite_wait_us(c, UINT32_MAX), pace_us = p->backoff_len_us / POLITE_PACE;

	pause_us = p->crawl_delay_us > pause_us ? p->crawl_delay_us : pause_us;
	pause_us = pace_us > pause_us ? pace_us : pause_us;
	p->spaced_us = polite_respace(p->spaced_us, pause_us, now_us);
	p->space_us = p->space_us < pause_us ? p->space_us : pause_us;
	p->paid_us = polite_repay(p->paid_us, old->rate_bps, c->rate_bps, now_us);
	if (c->wait_us >= 0)
		p->n_pauses = 0;
}

void
polite_again(struct polite *p, const struct polite_config *c, int64_t now_us, uint32_t random)
{
	int64_t space_us = polite_wait_us(c, random);

	if (p->crawl_delay_us > space_us)
		space_us = p->crawl_delay_us;
	if (p->backoff_len_us / POLITE_PACE > space_us)
		space_us = p->backoff_len_us / POLITE_PACE;
	p->space_us = space_us;
	p->spaced_us = now_us + space_us;
}

int
polite_started(struct polite *p, const struct polite_config *c, int64_t now_us, uint32_t random)
{
	if (c->wait_us < 0 && !p->exempt && polite_reserve(p, c->window_max) < 0)
		return -ENOMEM;
	CHECK(p->in_flight + p->n_pauses < polite_law_window(p->law, c));
	p->in_flight++;
	polite_again(p, c, now_us, random);
	return 0;
}

void
polite_unstarted(struct polite *p, int64_t now_us)
{
	CHECK(p->in_flight > 0);
	p->in_flight--;
	/* It could start when it did, so that the pause before it was over. */
	if (p->spaced_us > now_us)
		p->spaced_us = now_us;
}

bool
polite_is_dead_sign(enum outcome o, unsigned status)
{
	/* It took the connection and never said a word. */
	if (status == 0 && (o == OUTCOME_TIMEOUT || o == OUTCOME_TOO_SLOW))
		return true;
	return o == OUTCOME_CONNECT_FAILED || o == OUTCOME_CONNECT_TIMEOUT || o == OUTCOME_PROXY_FAILED ||
		o == OUTCOME_DNS_FAILED || o == OUTCOME_DNS_NOT_FOUND;
}

static void
polite_back_off(struct polite *p, const struct polite_answer *a, int64_t now_us, uint32_t random)
{
	int64_t us = 0;

	if (a->retry_after_us > 0) {
		us = a->retry_after_us < POLITE_RETRY_AFTER_MAX_US ? a->retry_after_us : POLITE_RETRY_AFTER_MAX_US;
	} else if (now_us >= p->backoff_us) {
		/* Several requests that were under way together are told the same thing: that is one step. */
		us = 2 * p->backoff_len_us;
		us = us < POLITE_BACKOFF_MIN_US ? POLITE_BACKOFF_MIN_US : us < POLITE_BACKOFF_MAX_US ? us : POLITE_BACKOFF_MAX_US;
		p->backoff_len_us = us;
		us += (int64_t)((unsigned __int128)(uint64_t)us * random >> 33);
	}
	if (now_us + us > p->backoff_us)
		p->backoff_us = now_us + us;
}

static void
polite_dead_sign(struct polite *p, const struct polite_config *c, int64_t now_us)
{
	int64_t us;

	/* After the first one perhaps another of its addresses answers. */
	if (++p->failures < 2)
		return;
	us = c->dead_wait_us << (p->failures - 2 < 16 ? p->failures - 2 : 16);
	if (us > POLITE_DEAD_MAX_US)
		us = POLITE_DEAD_MAX_US;
	if (now_us + us > p->dead_us)
		p->dead_us = now_us + us;
}

static void
polite_forgive(struct polite *p)
{
	p->backoff_len_us -= p->backoff_len_us / POLITE_FORGIVE;
	if (p->backoff_len_us < POLITE_BACKOFF_MIN_US / POLITE_FORGIVE)
		p->backoff_len_us = 0;
}

int64_t
polite_arrived(int64_t spaced_us, int64_t space_us, const struct polite_answer *a, int64_t now_us)
{
	int64_t due_us = now_us - a->took_us + a->connect_us + space_us;

	return a->connect_us > 0 && space_us > 0 && due_us > spaced_us ? due_us : spaced_us;
}

void
polite_heed(struct polite *p, const struct polite_config *c, const struct polite_answer *a, int64_t now_us, uint32_t random)
{
	if (polite_is_dead_sign(a->outcome, a->status))
		polite_dead_sign(p, c, now_us);
	else if (a->outcome != OUTCOME_NO_RESOURCES && a->outcome != OUTCOME_INTERRUPTED)
		p->failures = 0;

	if (polite_is_pushed_back(a))
		polite_back_off(p, a, now_us, random);
	else if (outcome_class(a->outcome) == OUTCOME_CLASS_OK && a->status < 500)
		polite_forgive(p);

	if (c->rate_bps > 0)
		p->paid_us = polite_pay(p->paid_us, now_us - a->took_us, a->bytes, c->rate_bps);
}

void
polite_over(struct polite *p, const struct polite_config *c, const struct polite_answer *a, int64_t now_us,
	uint32_t random)
{
	struct polite_sample s = polite_sample_of(a);
	struct polite_law law;
	int64_t pause_us;

	CHECK(p->in_flight > 0);
	s.is_new = now_us - a->took_us >= p->closed_us;
	s.was_limit = p->in_flight + p->n_pauses >= polite_law_window(p->law, c);
	s.was_calm = p->in_flight + p->n_pauses <= c->window_first;
	law = polite_law_step(p->law, c, &s);
	if (polite_law_closed(p->law, law, c))
		p->closed_us = now_us;
	p->law = law;
	p->in_flight--;

	polite_heed(p, c, a, now_us, random);
	p->spaced_us = polite_arrived(p->spaced_us, p->space_us, a, now_us);
	pause_us = polite_pause_us(c, p->exempt, a, random);
	if (pause_us > 0) {
		polite_forget_pauses(p, now_us);
		/* There is room, unless it was started under other settings: then only a want of memory lets the pause out. */
		if (polite_reserve(p, p->n_pauses + 1) == 0)
			p->pauses[p->n_pauses++] = now_us + pause_us;
	}
}

bool
polite_is_exempt(enum net net)
{
	return net == NET_LOOPBACK || net == NET_PRIVATE || net == NET_LINK_LOCAL;
}
