/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the frontier calls (struct frontier_ops), but for journey_commit(): what it has let in, refused and dropped, where offers
 * for other loops go, what addresses are, what a robots.txt names.
 *
 * What is let in is packed where it is durable with: with the page that is being committed (p->committing), else in p->found, which
 * goes to the store before any job that was committed in the same turn (S1 of store/writer.c).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/pipeline_private.h"
#include "store/part.h"
#include "url/canon.h"
#include "url/refused.h"

#define JOURNEY_FOUND_KEEP_BYTES 65536

/* Counted and listed. dropped: it had been let in. */
static void
journey_skip(struct pipeline *p, const struct frontier_refusal *r, bool dropped)
{
	struct store_skip skip = {
		.url = r->url,
		.parent = r->way.parent,
		.chain = r->chain,
		.depth = r->way.depth,
		.kind = r->way.kind,
		.reason = r->reason,
		.is_seed = r->way.is_seed,
		.dropped = dropped,
	};

	metrics_skip(&p->metrics, r->reason);
	if (p->run->store != NULL && store_skip(p->run->store, &skip, 1) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
}

void
journey_refuse(struct pipeline *p, struct str value, int err, const struct frontier_way *way)
{
	enum outcome reason;

	buf_reset(&p->refused, JOURNEY_FOUND_KEEP_BYTES);
	if (err != -ENOMEM)
		refused_text(value, err, &p->url, &p->refused, &reason);
	if (err == -ENOMEM || buf_err(&p->refused) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
	else if (p->refused.len > 0)
		frontier_refuse(p->frontier, buf_str(&p->refused), way, reason);
}

static struct job *
journey_job_get(void *arg)
{
	struct pipeline *p = arg;
	struct job *j = job_list_pop(&p->free_jobs);

	if (j == NULL && job_new(&j) < 0)
		return NULL;
	j->loop = p->index;
	return j;
}

/* Packed, to be committed with the page that has led to it. */
static void
journey_found(void *arg, uint64_t fp, const struct found *f)
{
	struct pipeline *p = arg;
	struct job *j = p->committing;
	struct buf *found = j != NULL ? &j->found : &p->found, *fps = j != NULL ? &j->found_fps : &p->found_fps;

	if (f->attempt > 1) {
		struct store_retry retry = {
			.key = found_key(fp, str_n(f->chain, 8 * (size_t)f->redirects)),
			.attempt = f->attempt,
			.due_wall_us = f->due_wall_us,
		};

		/* Not known, it is asked for once more than it should be. */
		if (store_retry(p->run->store, &retry) < 0)
			run_stop(p->run, OUTCOME_NO_MEMORY);
		return;
	}
	if (j != NULL && (j->found.len == 0 || f->depth < j->found_depth))
		j->found_depth = f->depth;
	if (p->packing != found) {
		p->packing = found;
		found_packer_fresh(&p->packer);
	}
	/* Failures stay in the buffers: journey_commit() and journey_flush_found() look at them. */
	if (found_pack(&p->packer, f, found) < 0)
		return;
	/* What was remembered has not been let in. */
	if (!f->remembered)
		buf_add(fps, &fp, sizeof(fp));
}

/* Not known, the next run would ask at once. */
static void
journey_backed_off(void *arg, struct str origin, int64_t due_wall_us)
{
	struct pipeline *p = arg;

	run_backed_off(p->run, due_wall_us);
	if (store_pause(p->run->store, origin, due_wall_us) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
}

static void
add_condition(struct buf *ask, struct str name, struct str value)
{
	if (value.len == 0)
		return;
	buf_add_str(ask, name);
	buf_add_str(ask, value);
	buf_addc(ask, '\n');
}

int
journey_condition(struct pipeline *p, struct job *j)
{
	struct previous_validators v;

	if (j->job_kind != JOB_URL || j->links_only)
		return 0;
	buf_reset(&j->ask, SIZE_MAX);
	/* What cannot be looked up is asked for without conditions. */
	if (p->previous != NULL && previous_find(p->previous, found_key(j->fp, job_get(j, j->chain)), &v) == 1) {
		/* Both, where both are known: a server that understands the first does not look at the second (RFC 9110 §13.2.2). */
		add_condition(&j->ask, STR("If-None-Match: "), v.etag);
		add_condition(&j->ask, STR("If-Modified-Since: "), v.last_modified);
		j->conditional = buf_err(&j->ask) == 0;
	}
	/* These are looked at first, and only what they let through may be a part (the same section). */
	return buf_err(&j->ask) < 0 ? buf_err(&j->ask) : parts_ask(p->run->parts, j);
}

void
journey_flush_found(struct pipeline *p)
{
	if (p->found.len > 0 || buf_err(&p->found) < 0 || buf_err(&p->found_fps) < 0) {
		if (buf_err(&p->found) < 0 || buf_err(&p->found_fps) < 0 ||
			store_found(p->run->store, buf_str(&p->found), buf_str(&p->found_fps)) < 0)
			run_stop(p->run, OUTCOME_NO_MEMORY);
		p->packing = NULL;
		buf_reset(&p->found, JOURNEY_FOUND_KEEP_BYTES);
		buf_reset(&p->found_fps, JOURNEY_FOUND_KEEP_BYTES);
	}
}

/* What servers have set goes to the writer before the pages of the same turn. */
static void
journey_flush_lines(struct pipeline *p, int (*store_fn)(struct store *s, struct str lines))
{
	if (buf_err(&p->session) < 0 || store_fn(p->run->store, buf_str(&p->session)) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
	buf_reset(&p->session, JOURNEY_FOUND_KEEP_BYTES);
}

void
journey_flush_session(struct pipeline *p)
{
	if (fetch_cookies_changed(p->fetch, &p->session))
		journey_flush_lines(p, store_cookies);
	if (fetch_hsts_changed(p->fetch, &p->session))
		journey_flush_lines(p, store_hsts);
}

static void
journey_refused(void *arg, const struct frontier_refusal *r)
{
	journey_skip(arg, r, false);
}

static void
journey_dropped(void *arg, const struct frontier_refusal *r)
{
	struct pipeline *p = arg;

	/* A seed that cannot even be asked for is what the user came for: it is not left to a file to tell. */
	if (r->way.is_seed) {
		CLEANUP(buf_releasep) struct buf shown = BUF_INIT(URL_MAX_BYTES * 4);

		buf_add_escaped(&shown, r->url);
		log_warning("%.*s: %s", (int)shown.len, shown.data, outcome_text(r->reason));
	}
	journey_skip(p, r, true);
}

static void
journey_full(void *arg, enum outcome reason)
{
	struct pipeline *p = arg;

	if (reason == OUTCOME_BUDGET)
		run_stop_budget(p->run, "--max-pages");
	else if (reason == OUTCOME_WRITE_FAILED)
		run_write_failed(p->run, store_backend_failed(p->run->store, p->index));
	else
		run_stop(p->run, reason);
}

static void
journey_finished(void *arg)
{
	struct pipeline *p = arg;

	run_finish(p->run);
}

static void
journey_forward(void *arg, unsigned loop, struct frontier_parcel *parcel)
{
	struct pipeline *p = arg;

	CHECK(loop < p->run->n_loops && loop != p->index);
	if (p->n_parcel_wait == 0 && pipeline_send(p->run->loops[loop], parcel) == 0)
		return;
	/*
	 * The other loop is behind. We may not wait for it (it may be waiting for us), so the rest of this page's offers is
	 * kept here, and takes stop until they are delivered. Only when even that is full are offers lost, with the run's
	 * end as the clear outcome.
	 */
	if (p->n_parcel_wait < PIPELINE_BATCH) {
		p->parcel_wait[p->n_parcel_wait] = parcel;
		p->parcel_loop[p->n_parcel_wait++] = loop;
		return;
	}
	frontier_parcel_free(p->run->frontier, parcel);
	run_stop(p->run, OUTCOME_FRONTIER_FULL);
}

/* A name being looked up. One that is not answered before the end is freed by journey_free_waits(). */
struct address_wait {
	struct pipeline *p;
	struct hostq *hostq;
	struct address_wait *prev, *next;
};

static void
address_wait_free(struct address_wait *w)
{
	if (w->prev != NULL)
		w->prev->next = w->next;
	else
		w->p->address_waits = w->next;
	if (w->next != NULL)
		w->next->prev = w->prev;
	free(w);
}

void
journey_free_waits(struct pipeline *p)
{
	while (p->address_waits != NULL)
		address_wait_free(p->address_waits);
}

static void
journey_resolved(void *arg, const struct fetch_address *a)
{
	struct address_wait *w = arg;

	struct pipeline *p = w->p;
	struct hostq *hostq = w->hostq;

	address_wait_free(w);
	frontier_address(p->frontier, hostq, a->outcome, a->address, a->expires_us, loop_now_us(p->loop));
}

static void
journey_need_address(void *arg, struct hostq *h, const struct url *origin)
{
	struct pipeline *p = arg;
	struct address_wait *w = malloc(sizeof(*w));

	if (w == NULL) {
		run_stop(p->run, OUTCOME_NO_MEMORY);
		return;
	}
	*w = (struct address_wait){ .p = p, .hostq = h, .next = p->address_waits };
	if (w->next != NULL)
		w->next->prev = w;
	p->address_waits = w;
	if (fetch_resolve(p->fetch, origin, journey_resolved, w) < 0) {
		address_wait_free(w);
		run_stop(p->run, OUTCOME_NO_MEMORY);
	}
}

void
journey_robots_answered(void *arg, struct job *j, enum frontier_robots what, struct str text)
{
	struct pipeline *p = arg;

	/* As in journey_fetched(). */
	frontier_robots(p->frontier, j, what, text, clock_mono_us());
}

/* Does the host belong to the crawl, whatever may be fetched there? */
static bool
journey_host_in_scope(const struct pipeline *p, const struct url *origin)
{
	struct scope_way way = { .kind = LINK_PAGE };
	bool ignored;
	enum outcome o = scope_check(p->run->scope, origin, &way, &ignored);

	return o != OUTCOME_OUT_OF_SCOPE_HOST && o != OUTCOME_EXCLUDED_DOMAIN;
}

static void
journey_robots_read(void *arg, const struct url *origin, enum net net, const struct robots *robots, uint32_t depth)
{
	struct pipeline *p = arg;
	CLEANUP(buf_releasep) struct buf parent = BUF_INIT(URL_MAX_BYTES);
	struct frontier_way way = { .depth = depth, .kind = LINK_SITEMAP, .flags = LINK_BY_ROBOTS, .from = net };
	struct str sitemap;
	unsigned i;

	if (p->run->sitemaps == RUN_SITEMAPS_OFF || !journey_host_in_scope(p, origin))
		return;
	buf_add_str(&parent, url_href(origin));
	buf_add_str(&parent, STR("robots.txt"));
	way.parent = buf_str(&parent);
	for (i = 0; robots != NULL && (sitemap = robots_sitemap(robots, i)).p != NULL; i++) {
		int r = url_parse(&p->url, sitemap, origin);

		if (r < 0 || !url_is_http(&p->url)) {
			journey_refuse(p, sitemap, r, &way);
			continue;
		}
		url_canon(&p->url);
		(void)frontier_offer(p->frontier, &p->url, &way);
	}
	if (i > 0 || p->run->sitemaps != RUN_SITEMAPS_ALL)
		return;
	way.flags = LINK_GUESSED;
	way.parent = STR_NONE;
	if (url_parse(&p->url, STR("/sitemap.xml"), origin) == 0)
		(void)frontier_offer(p->frontier, &p->url, &way);
}

struct frontier_ops
journey_ops(struct pipeline *p)
{
	return (struct frontier_ops){
		.need_address = journey_need_address,
		.robots_read = journey_robots_read,
		.commit = journey_commit,
		.dropped = journey_dropped,
		.refused = journey_refused,
		.found = journey_found,
		.forward = journey_forward,
		.full = journey_full,
		.backed_off = journey_backed_off,
		.finished = journey_finished,
		.job_get = journey_job_get,
		.job_put = journey_recycle,
		.arg = p,
	};
}
