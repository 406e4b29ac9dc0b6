/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name that is not there, asked for once (soft404.h). The host's probe goes NONE -> WANTED -> ASKED -> DONE, and from ASKED back to NONE where
 * it could not be started; it takes a place in the host's window and keeps its pauses, and is let by its robots.txt and by the user's
 * rules of what to leave out (--reject-regex, --no-parent, --exclude-domains), as any page. It is none of max_pages, as robots.txt is none. From
 * ASKED on nothing else is asked of the host until it is answered: which pages are there would depend on how fast that is.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "frontier/inside.h"

void
probe_see_stale(struct frontier *f, struct hostq *h, const struct url *u)
{
	if (f->soft404 == NULL || f->stopped || h->dead || h->probe != PROBE_NONE || ++h->n_stale < SOFT404_ASK_AFTER)
		return;
	/* Known from the run before. */
	if (soft404_was_asked(f->soft404, f->config->key, u)) {
		h->probe = PROBE_DONE;
		return;
	}
	buf_reset(&f->text, SIZE_MAX);
	/* Without memory: at the next one. */
	h->n_stale--;
	if (soft404_name(u, f->config->key, &f->text) < 0 || buf_cstr(&f->text) == NULL)
		return;
	h->probe_path = strdup(f->text.data);
	if (h->probe_path == NULL)
		return;
	h->probe = PROBE_WANTED;
	gate_update(f, h);
}

/* May it be asked for at all? */
static bool
probe_may(struct frontier *f, const struct hostq *h, const struct url *u)
{
	const struct scope_way way = { .kind = LINK_PAGE };
	bool links_only;

	return (h->robots == NULL || robots_allowed(h->robots, str_of(h->probe_path), NULL)) &&
		scope_check(f->config->scope, u, &way, &links_only) == OUTCOME_OK;
}

static void
probe_forget_path(struct hostq *h)
{
	free(h->probe_path);
	h->probe_path = NULL;
}

struct job *
probe_job(struct frontier *f, struct hostq *h)
{
	const struct url *origin = hosts_origin(f, h);
	struct job *j = f->ops.job_get(f->ops.arg);

	f->no_memory |= j == NULL || origin == NULL;
	if (j == NULL)
		return NULL;
	j->job_kind = JOB_PROBE;
	j->kind = LINK_PAGE;
	j->attempt = 1;
	j->timing.queued_wall_us = clock_wall_us();
	if (origin == NULL || url_parse(&j->url, str_of(h->probe_path), origin) < 0) {
		f->no_memory = true;
		f->ops.job_put(f->ops.arg, j);
		return NULL;
	}
	if (!probe_may(f, h, &j->url)) {
		f->ops.job_put(f->ops.arg, j);
		probe_forget_path(h);
		h->probe = PROBE_DONE;
		return NULL;
	}
	probe_forget_path(h);
	h->probe = PROBE_ASKED;
	return j;
}

void
probe_untake(struct hostq *h)
{
	h->probe = PROBE_NONE;
}

bool
frontier_is_probe(const struct url *u)
{
	return soft404_is_name(u);
}

void
frontier_probed(struct frontier *f, struct job *j, const struct frontier_page *page, int64_t now_us)
{
	struct hostq *h = j->hostq;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK(j->job_kind == JOB_PROBE && h->probe == PROBE_ASKED && j->server == NULL);
	frontier_enter(f);
	f->now_us = now_us;
	h->probe = PROBE_DONE;
	f->has_news = true;
	/* What got no answer is asked for again in the next run. */
	if (j->status != 0 && outcome_class(j->outcome) != OUTCOME_CLASS_MACHINE)
		soft404_asked(f->soft404, f->config->key, &j->url);
	if (page != NULL)
		soft404_put(f->soft404, f->config->key, page);
	f->ops.job_put(f->ops.arg, j);
	f->n_asides--;
	shared_work_sub(f->shared);
	gate_update(f, h);
	frontier_leave(f);
}
