/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invariants:
 *	P1  in_flight + n_pauses <= window, where pauses that are over may still be counted: they go when somebody asks.
 *	P2  a slot that pauses is not used: polite_due() is in the past only if in_flight and the pauses not over are < window.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frontier/polite.h"

void
polite_init(struct polite *p)
{
	*p = (struct polite){ .crawl_delay_us = -1, .spaced_us = INT64_MIN, .backoff_us = INT64_MIN };
}

void
polite_release(struct polite *p)
{
	free(p->pauses);
	polite_init(p);
}

/* 0.5 to 1.5 of it. */
static int64_t
polite_random(const struct polite_config *c, int64_t us, uint32_t random)
{
	if (!c->random_wait || us <= 0)
		return us;
	return us / 2 + (int64_t)((unsigned __int128)(uint64_t)us * random >> 32);
}

static bool
polite_pauses(const struct polite *p, const struct polite_config *c)
{
	return c->wait_us < 0 && !p->exempt;
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

int64_t
polite_due(struct polite *p, const struct polite_config *c, int64_t now_us)
{
	int64_t due_us = p->spaced_us > p->backoff_us ? p->spaced_us : p->backoff_us, first_us = INT64_MAX;
	unsigned i;

	if (p->in_flight >= c->window)
		return INT64_MAX;
	if (LIKELY(p->in_flight + p->n_pauses < c->window))
		return due_us;
	polite_forget_pauses(p, now_us);
	if (p->in_flight + p->n_pauses < c->window)
		return due_us;
	for (i = 0; i < p->n_pauses; i++)
		if (p->pauses[i] < first_us)
			first_us = p->pauses[i];
	return first_us > due_us ? first_us : due_us;
}

int
polite_started(struct polite *p, const struct polite_config *c, int64_t now_us, uint32_t random)
{
	int64_t space_us = c->wait_us > 0 ? polite_random(c, c->wait_us, random) : 0;

	if (p->pauses == NULL && polite_pauses(p, c)) {
		p->pauses = malloc(c->window * sizeof(p->pauses[0]));
		if (p->pauses == NULL)
			return -ENOMEM;
	}
	CHECK(p->in_flight + p->n_pauses < c->window);
	p->in_flight++;
	if (p->crawl_delay_us > space_us)
		space_us = p->crawl_delay_us;
	p->spaced_us = now_us + space_us;
	return 0;
}

void
polite_unstarted(struct polite *p)
{
	CHECK(p->in_flight > 0);
	p->in_flight--;
}

bool
polite_is_dead_sign(enum outcome o)
{
	return o == OUTCOME_CONNECT_FAILED || o == OUTCOME_CONNECT_TIMEOUT || o == OUTCOME_PROXY_FAILED ||
		o == OUTCOME_DNS_FAILED || o == OUTCOME_DNS_NOT_FOUND;
}

static void
polite_back_off(struct polite *p, const struct polite_answer *a, int64_t now_us)
{
	int64_t us = 0;

	/* Several requests that were under way together are told the same thing: that is one step. */
	if (now_us >= p->backoff_us) {
		us = POLITE_BACKOFF_MIN_US << (p->backoffs < 16 ? p->backoffs : 16);
		if (us > POLITE_BACKOFF_MAX_US)
			us = POLITE_BACKOFF_MAX_US;
		p->backoffs++;
	}
	if (a->retry_after_us > us)
		us = a->retry_after_us < POLITE_RETRY_AFTER_MAX_US ? a->retry_after_us : POLITE_RETRY_AFTER_MAX_US;
	if (now_us + us > p->backoff_us)
		p->backoff_us = now_us + us;
}

void
polite_over(struct polite *p, const struct polite_config *c, const struct polite_answer *a, int64_t now_us,
	uint32_t random)
{
	CHECK(p->in_flight > 0);
	p->in_flight--;

	if (polite_is_dead_sign(a->outcome))
		p->failures++;
	else if (a->outcome != OUTCOME_NO_RESOURCES && a->outcome != OUTCOME_INTERRUPTED)
		p->failures = 0;

	if (a->outcome == OUTCOME_HTTP_TOO_MANY || a->status == 429 || a->status == 503)
		polite_back_off(p, a, now_us);
	else if (outcome_class(a->outcome) == OUTCOME_CLASS_OK)
		p->backoffs = 0;

	if (polite_pauses(p, c) && p->pauses != NULL) {
		int64_t us = a->took_us > POLITE_PAUSE_MIN_US ? a->took_us : POLITE_PAUSE_MIN_US;

		polite_forget_pauses(p, now_us);
		CHECK(p->n_pauses < c->window);
		p->pauses[p->n_pauses++] = now_us + polite_random(c, us, random);
	}
}

bool
polite_address_is_private(const char *address)
{
	struct in6_addr v6;
	struct in_addr v4;
	const uint8_t *b = v6.s6_addr;
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint32_t ip;

	if (inet_pton(AF_INET, address, &v4) == 1) {
		ip = ntohl(v4.s_addr);
	} else if (inet_pton(AF_INET6, address, &v6) != 1) {
		return false;
	} else if (memcmp(b, mapped, sizeof(mapped)) == 0) {
		ip = (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15];
	} else {
		return IN6_IS_ADDR_LOOPBACK(&v6) || (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
	}
	return ip >> 24 == 127 || ip >> 24 == 10 || ip >> 20 == (172u << 4 | 1) || ip >> 16 == (192u << 8 | 168) ||
		ip >> 16 == (169u << 8 | 254);
}
