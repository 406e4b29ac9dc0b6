/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How --limit-rate and --limit-rate-per-host are shared by what is in flight. */
#include "config.h"

#include "fetch/engine.h"

/* FNV-1a: nothing depends on its quality. */
static uint32_t
origin_place(const struct url *u)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < u->pathname_start; i++)
		h = (h ^ (unsigned char)u->href[i]) * 16777619u;
	return (h ^ h >> 16) & (FETCH_ORIGINS - 1);
}

void
fetch_share_begin(struct fetch *f, const struct job *j)
{
	atomic_fetch_add_explicit(f->n_sharing, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&f->by_origin[origin_place(&j->url)], 1, memory_order_relaxed);
}

void
fetch_share_end(struct fetch *f, const struct job *j)
{
	atomic_fetch_sub_explicit(f->n_sharing, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&f->by_origin[origin_place(&j->url)], 1, memory_order_relaxed);
}

static uint64_t
share_of(uint64_t bps, uint32_t n)
{
	return bps > n && n > 0 ? bps / n : bps > 0;
}

uint64_t
fetch_share_bps(const struct fetch *f, const struct job *j, uint32_t *ret_n)
{
	uint32_t n_all = atomic_load_explicit(f->n_sharing, memory_order_relaxed);
	uint32_t n_host = atomic_load_explicit(&f->by_origin[origin_place(&j->url)], memory_order_relaxed);
	uint64_t all = atomic_load_explicit(&f->rate_bps, memory_order_relaxed);
	uint64_t host = atomic_load_explicit(&f->host_rate_bps, memory_order_relaxed);

	if (all > 0)
		all = share_of(all, n_all);
	if (host > 0)
		host = share_of(host, n_host);
	*ret_n = all == 0 && host == 0 ? 1 : all == 0 || (host > 0 && host < all) ? n_host : n_all;
	return all == 0 || (host > 0 && host < all) ? host : all;
}
