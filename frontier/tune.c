/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changes while it runs: settings, the scope's rules, and hosts that get another chance by the user's word. */
#include "config.h"

#include "frontier/inside.h"

void
frontier_tune(struct frontier *f, const struct frontier_tune *tune, int64_t now_us)
{
	struct frontier_config c = *f->config;
	const struct polite_config old = f->polite;
	int64_t paid_us;
	uint32_t i;

	CHECK(tune->per_host >= 1 || tune->per_host_max >= 1);
	c.per_host = tune->per_host;
	c.per_host_max = tune->per_host_max;
	c.wait_us = tune->wait_us;
	c.random_wait = tune->random_wait;
	c.host_rate_bps = tune->host_rate_bps;
	frontier_enter(f);
	f->now_us = now_us;
	shared_polite(&c, &f->polite, &f->polite_server);
	/* Of all loops: the first one to come here settles it, for the others it is in order then. */
	paid_us = atomic_load(&f->shared->paid_us);
	if (f->rate_bps != tune->rate_bps && f->rate_bps > 0)
		(void)atomic_compare_exchange_strong(&f->shared->paid_us, &paid_us,
			polite_repay(paid_us, f->rate_bps, tune->rate_bps, now_us));
	f->rate_bps = tune->rate_bps;
	for (i = 0; i < f->origins.n; i++)
		polite_retune(&origins_at(&f->origins, i)->polite, &old, &f->polite, now_us);
	servers_retune(f);
	for (i = 0; i < f->origins.n; i++)
		gate_update(f, origins_at(&f->origins, i));
	frontier_leave(f);
}

void
frontier_rescope(struct frontier *f)
{
	CHECK_MAGIC(f, FRONTIER_MAGIC);
	f->rescoped = true;
}

/* False: it was not given up. */
static bool
host_unpark(struct frontier *f, struct hostq *h)
{
	if (!h->parked && !h->dead)
		return false;
	if (h->dead)
		atomic_fetch_sub_explicit(&f->shared->hosts_dead, 1, memory_order_relaxed);
	if (h->dead && hosts_is_walled(f, h))
		atomic_fetch_sub_explicit(&f->shared->hosts_walled, 1, memory_order_relaxed);
	h->parked = h->dead = h->had_chance = h->on_trial = false;
	h->dead_reason = OUTCOME_OK;
	h->not_before_us = INT64_MIN;
	h->walls = 0;
	h->address_tries = h->robots_tries = 0;
	/* What the server itself has asked for (Retry-After) is not for the user to take back. */
	h->polite.dead_us = INT64_MIN;
	h->polite.failures = 0;
	gate_update(f, h);
	return true;
}

unsigned
frontier_unpark(struct frontier *f, struct str name, int64_t now_us)
{
	unsigned n = 0;
	uint32_t i;

	frontier_enter(f);
	f->now_us = now_us;
	for (i = 0; i < f->origins.n && !f->stopped; i++) {
		struct hostq *h = origins_at(&f->origins, i);
		const struct url *origin = h->parked || h->dead ? hosts_origin(f, h) : NULL;

		if (origin != NULL && str_ieq(url_hostname(origin), name) && host_unpark(f, h))
			n++;
	}
	frontier_leave(f);
	return n;
}
