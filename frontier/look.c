/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For those who watch: the hosts that have most to do, and what they wait for. */
#include "config.h"

#include "frontier/inside.h"

static const char *
look_state(const struct hostq *h)
{
	static const char *const names[HOST_STATES] = {
		[HOST_IDLE] = "nothing",
		[HOST_READY] = "its turn",
		[HOST_WINDOW] = "window",
		[HOST_SERVER] = "its address",
		[HOST_PAUSE] = "pause",
		[HOST_BACKOFF] = "back-off",
		[HOST_ROBOTS] = "robots.txt",
		[HOST_ADDRESS] = "name look-up",
		[HOST_LEVEL] = "level",
		[HOST_PARKED] = "given up",
		[HOST_ORDER] = "order",
	};

	return h->dead ? "given up" : names[h->state];
}

/* What lies between two requests at least, by the settings, its robots.txt and its back-off. */
static int64_t
look_delay_us(const struct frontier *f, const struct hostq *h)
{
	const struct polite *p = &h->polite;
	int64_t us = f->polite.wait_us >= 0 ? f->polite.wait_us : p->exempt ? 0 : POLITE_PAUSE_MIN_US;

	us = p->crawl_delay_us > us ? p->crawl_delay_us : us;
	return p->backoff_len_us / POLITE_PACE > us ? p->backoff_len_us / POLITE_PACE : us;
}

static void
look_fill(const struct frontier *f, const struct hostq *h, struct frontier_host *ret)
{
	struct str origin = str_n(h->origin, h->origin_len < sizeof(ret->origin) ? h->origin_len : sizeof(ret->origin) - 1);

	*ret = (struct frontier_host){
		.queued = h->n_queued,
		.in_flight = h->polite.in_flight,
		.window = polite_law_window(h->polite.law, &f->polite),
		.delay_us = look_delay_us(f, h),
		.due_us = h->due.slot != 0 ? h->due.due_us : INT64_MAX,
		.waits_for = look_state(h),
	};
	memcpy(ret->origin, origin.p, origin.len);
}

static bool
has_more(const struct hostq *h, const struct frontier_host *than)
{
	if (h->polite.in_flight != than->in_flight)
		return h->polite.in_flight > than->in_flight;
	return h->n_queued > than->queued;
}

size_t
frontier_look(struct frontier *f, struct frontier_host *hosts, size_t max)
{
	size_t n = 0, least = 0, i;
	uint32_t k;

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	for (k = 0; k < f->origins.n; k++) {
		const struct hostq *h = origins_at(&f->origins, k);

		if (h->n_queued == 0 && h->polite.in_flight == 0 && !h->dead)
			continue;
		if (n < max) {
			look_fill(f, h, &hosts[n++]);
		} else if (max > 0 && has_more(h, &hosts[least])) {
			look_fill(f, h, &hosts[least]);
		} else {
			continue;
		}
		for (least = 0, i = 1; n == max && i < n; i++)
			if (hosts[i].in_flight < hosts[least].in_flight ||
				(hosts[i].in_flight == hosts[least].in_flight && hosts[i].queued < hosts[least].queued))
				least = i;
	}
	return n;
}
