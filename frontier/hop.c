/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A robots.txt that redirects. The job stays its host's, and of the host's window, until frontier_robots(); each hop is a request to
 * another server, or one more to the same: it takes a slot there and keeps the spaces between starts, as any request does; and what comes
 * is the answer of the host that gave it, not of the one that redirected.
 * Of a host that another loop owns only what is shared is known: its address's window and wait.
 */
#include "config.h"

#include "base/clock.h"
#include "frontier/inside.h"

struct hostq *
hop_host(const struct frontier *f, const struct url *u)
{
	return origins_find(&f->origins, hash_fingerprint(f->config->key, u->href, u->pathname_start));
}

void
frontier_hop_over(struct frontier *f, struct job *j, int64_t now_us)
{
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->job_kind == JOB_ROBOTS);
	frontier_enter(f);
	f->now_us = now_us;
	answer_elsewhere(f, j);
	/* It is accounted for: the next hop may end before it begins, and has then none of this. */
	j->head_bytes = j->wire_bytes = 0;
	j->retry_after_us = -1;
	j->timing.answer_us = j->timing.connect_us = j->timing.total_us = -1;
	frontier_leave(f);
}

static enum frontier_hop
hop_take(struct frontier *f, struct job *j, int64_t *ret_due_us)
{
	struct hostq *h = hop_host(f, &j->url);
	struct server *s = NULL;
	int64_t due_us = h != NULL ? polite_again_due(&h->polite) : INT64_MIN;

	if (f->stopped)
		return FRONTIER_HOP_NEVER;
	if (f->rate_bps > 0 && atomic_load(&f->shared->paid_us) > due_us)
		due_us = atomic_load(&f->shared->paid_us);
	if (due_us > f->now_us) {
		*ret_due_us = due_us;
		return FRONTIER_HOP_LATER;
	}
	if (j->address[0] != '\0' && server_get(f, j->address, polite_is_exempt(j->net), &s) < 0) {
		*ret_due_us = f->now_us + FRONTIER_NO_MEMORY_US;
		return FRONTIER_HOP_LATER;
	}
	if (s != NULL && !server_take(f, s, frontier_random(f))) {
		*ret_due_us = f->now_us + FRONTIER_HOP_POLL_US;
		return FRONTIER_HOP_LATER;
	}
	if (!frontier_request(f)) {
		if (s != NULL)
			server_untake(f, s);
		return FRONTIER_HOP_NEVER;
	}
	if (h != NULL)
		polite_again(&h->polite, &f->polite, f->now_us, frontier_random(f));
	j->server = s;
	return FRONTIER_HOP_NOW;
}

enum frontier_hop
frontier_hop(struct frontier *f, struct job *j, int64_t now_us, int64_t *ret_due_us)
{
	enum frontier_hop what;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->job_kind == JOB_ROBOTS && j->server == NULL);
	frontier_enter(f);
	f->now_us = now_us;
	what = hop_take(f, j, ret_due_us);
	frontier_leave(f);
	return what;
}
