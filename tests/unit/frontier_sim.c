/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frontier_sim.h: the run: what the frontiers ask for, and what happens next, by chance. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontier/inside.h"
#include "tests/unit/frontier_sim.h"
#include "url/canon.h"
#include "url/seen.h"

#define SIM_MAX_STEPS 4000000

static int64_t
sim_took(struct sim *s, const struct sim_page *p)
{
	return p != NULL && p->took_us > 0 ? p->took_us : (int64_t)sim_random(s, 50000) + 1000;
}

/* --- what the frontier asks for: each frontier's arg is its place in s->frontiers ------------------------------- */

static struct sim *the_sim;

static unsigned
sim_loop(void *arg)
{
	return (unsigned)((struct frontier **)arg - the_sim->frontiers);
}

static void
sim_need_address(void *arg, struct hostq *h, const struct url *origin)
{
	struct sim *s = the_sim;
	unsigned of_party = 0;

	CHECK(s->n_lookups < SIM_MAX_HOSTS);
	s->lookups[s->n_lookups++] = (struct sim_lookup){
		s->frontiers[sim_loop(arg)], h, sim_host_of(s, url_href(origin)),
	};
	for (unsigned i = 0; s->party != NULL && i < s->n_lookups; i++)
		of_party += str_ends(str_of(s->hosts[s->lookups[i].host].origin), str_of(s->party));
	if (of_party > s->max_lookups_of_party)
		s->max_lookups_of_party = of_party;
}

static void
sim_parse(struct url *u, const char *text)
{
	url_init(u);
	CHECK(url_parse(u, str_of(text), NULL) == 0);
	url_canon(u);
}

static void
sim_offer(struct frontier *f, const struct url *u, const struct frontier_way *way)
{
	if (the_sim->spills) {
		uint64_t max_bytes = the_sim->config.queue_max_bytes;

		/* There is never room. */
		the_sim->config.queue_max_bytes = 1;
		(void)tails_make_room(f);
		the_sim->config.queue_max_bytes = max_bytes;
	}
	(void)frontier_offer(f, u, way);
}

/* All links of the page that it has not left out. A look ahead is a hint, which changes nothing: now and then there is none. */
static void
sim_offer_links(struct frontier *f, const struct sim_page *p, uint32_t left_out, struct frontier_way way)
{
	struct sim *s = the_sim;
	struct url urls[SIM_MAX_LINKS];
	struct frontier_ahead ahead[SIM_MAX_LINKS];
	bool looks = hash_mix(s->n_commits, (uint64_t)p->n_links) % 4 > 0;

	_Static_assert(SIM_MAX_LINKS <= FRONTIER_AHEAD, "one look for all");
	for (int k = 0; k < p->n_links; k++) {
		sim_parse(&urls[k], sim_url(s, p->links[k]));
		ahead[k] = (struct frontier_ahead){ .url = &urls[k], .depth = way.depth };
	}
	if (looks)
		frontier_look_ahead(f, ahead, (size_t)p->n_links);
	for (int k = 0; k < p->n_links; k++) {
		way.kind = p->kinds[k];
		way.ahead = looks ? &ahead[k] : NULL;
		if (!(left_out & 1u << k))
			sim_offer(f, &urls[k], &way);
		url_release(&urls[k]);
	}
}

static void
sim_found(void *arg, uint64_t fp, const struct found *f)
{
	sim_journal_add(the_sim, f);
}

static void
sim_commit(void *arg, struct job *j)
{
	struct frontier *f = *(struct frontier **)arg;
	struct sim *s = the_sim;
	int page = sim_page_of(s, url_href(&j->url));
	struct sim_page *p = &s->pages[page];
	struct url target;
	struct frontier_way way = { .parent = url_href(&j->url), .depth = j->depth + 1, .from = j->net };

	CHECK(page != SIM_NONE);
	/* As the crawler does. */
	j->left = outcome_class(j->outcome) == OUTCOME_CLASS_MACHINE || (j->outcome == OUTCOME_BOT_WALL && frontier_is_walled(f, j));
	if (!j->left)
		sim_journal_over(s, j->fp, job_get(j, j->chain));
	p->left = j->left;
	p->committed += !j->left;
	p->outcome = j->outcome;
	p->depth = j->depth;
	p->parent = sim_page_of(s, job_get(j, j->parent));
	p->order = s->n_commits++;
	if (s->config.traps.soft_404 && j->outcome == OUTCOME_OK) {
		/* Each page the copy of the one before, so that a host is asked what it says to a name that is not there. */
		struct frontier_page judged = { .url = &j->url, .fp = j->fp, .parent = STR_NONE, .content_hash = { 1, 1 } };

		CHECK(!frontier_judge(f, j, &judged).is_soft_404);
	}
	if (j->outcome == OUTCOME_REDIRECT) {
		way = (struct frontier_way){
			.parent = job_get(j, j->parent),
			.depth = j->depth,
			.kind = j->kind,
			.is_seed = j->is_seed,
			.from = j->net,
			.redirect_of = j,
		};
		sim_parse(&target, sim_url(s, p->redirect));
		sim_offer(f, &target, &way);
		url_release(&target);
	} else if (j->outcome == OUTCOME_OK) {
		if (j->is_seed && j->redirects > 0)
			CHECK(scope_add_host(s->config.scope, &j->url, NULL) == 0);
		sim_offer_links(f, p, j->links_new, way);
	}
	frontier_end(f, j);
	j->next = s->free_jobs;
	s->free_jobs = j;
}

static void
sim_dropped(void *arg, const struct frontier_refusal *r)
{
	int page = sim_page_of(the_sim, r->url);

	CHECK(page != SIM_NONE);
	sim_journal_over(the_sim, hash_fingerprint(&the_sim->key, r->url.p, r->url.len), r->chain);
	the_sim->pages[page].dropped++;
	the_sim->pages[page].outcome = r->reason;
}

static void
sim_refused(void *arg, const struct frontier_refusal *r)
{
	int page = sim_page_of(the_sim, r->url);

	CHECK(page != SIM_NONE);
	the_sim->pages[page].refused++;
	if (the_sim->pages[page].committed == 0)
		the_sim->pages[page].outcome = r->reason;
}

static void
sim_forward(void *arg, unsigned loop, struct frontier_parcel *p)
{
	struct sim *s = the_sim;

	CHECK(loop < s->config.n_loops && loop != sim_loop(arg));
	CHECK(s->n_parcels < ARRAY_LEN(s->parcels));
	s->parcels[s->n_parcels++] = (struct sim_parcel){ loop, p };
}

static void
sim_full(void *arg, enum outcome reason)
{
	the_sim->n_full++;
	the_sim->full_reason = reason;
}

static void
sim_finished(void *arg)
{
	the_sim->n_finished++;
}

static struct job *
sim_job_get(void *arg)
{
	struct job *j = the_sim->free_jobs;

	if (j != NULL) {
		the_sim->free_jobs = j->next;
		job_reset(j);
		return j;
	}
	return job_new(&j) == 0 ? j : NULL;
}

static void
sim_job_put(void *arg, struct job *j)
{
	j->next = the_sim->free_jobs;
	the_sim->free_jobs = j;
}

/* --- one step ------------------------------------------------------------------------------------------------------ */

static void
sim_started_at(struct sim *s, struct sim_host *h)
{
	int64_t last_us = INT64_MIN;
	unsigned n = 0, n_paused = 0;
	int i;

	for (i = 0; i < s->n_hosts; i++) {
		if (strcmp(s->hosts[i].address, h->address) != 0)
			continue;
		n += s->hosts[i].in_flight;
		n_paused += s->hosts[i].asked > s->hosts[i].in_flight && s->now_us - s->hosts[i].last_end_us < 250000;
		if (&s->hosts[i] != h && s->hosts[i].last_start_us > last_us)
			last_us = s->hosts[i].last_start_us;
	}
	if (n > h->max_at_address)
		h->max_at_address = n;
	if (n + n_paused > h->max_busy_at_address)
		h->max_busy_at_address = n + n_paused;
	if (last_us != INT64_MIN && s->now_us - last_us < h->min_gap_at_address_us)
		h->min_gap_at_address_us = s->now_us - last_us;
}

static void
sim_started(struct sim *s, struct job *j)
{
	struct sim_host *h = &s->hosts[sim_host_of(s, url_href(&j->url))];
	int64_t gap_us = h->last_start_us == INT64_MIN ? INT64_MAX : s->now_us - h->last_start_us;

	CHECK(h->in_flight < (s->config.per_host > 0 ? s->config.per_host : s->config.per_host_max)); /* J4 */
	CHECK(strcmp(j->address, h->address) == 0);
	h->in_flight++;
	if (h->in_flight > h->max_in_flight)
		h->max_in_flight = h->in_flight;
	if (gap_us < h->min_gap_us)
		h->min_gap_us = gap_us;
	h->last_gap_us = gap_us;
	h->last_start_us = s->now_us;
	h->asked++;
	sim_started_at(s, h);
}

static bool
sim_take(struct sim *s, unsigned loop, int64_t *due_us)
{
	struct sim_page *p = NULL;
	struct job *j;
	int64_t t;

	if (s->n_flights == s->max_in_flight || s->dividing)
		return false;
	j = frontier_take(s->frontiers[loop], s->now_us, &t);
	if (j == NULL) {
		if (t < *due_us)
			*due_us = t;
		return false;
	}
	CHECK(j->state == JOB_INFLIGHT && j->loop == loop);
	if (s->untake_every > 0 && sim_random(s, s->untake_every) == 0) {
		frontier_untake(s->frontiers[loop], j, s->now_us);
		return true;
	}
	sim_started(s, j);
	if (j->job_kind == JOB_URL) {
		int page = sim_page_of(s, url_href(&j->url));

		CHECK(page != SIM_NONE);
		p = &s->pages[page];
		p->fetched++;
		s->n_taken++;
	}
	s->flights[s->n_flights++] = (struct sim_flight){
		.job = j,
		.start_us = s->now_us,
		.ready_us = p != NULL && p == &s->pages[s->stuck_page < 0 ? 0 : s->stuck_page] && s->stuck_page >= 0 ?
			s->stuck_until_us : p != NULL && p->took_us > 0 ? s->now_us + p->took_us : 0,
	};
	if (s->max_taken > 0 && s->n_taken == s->max_taken) {
		unsigned i;

		for (i = 0; i < s->config.n_loops; i++) {
			frontier_stop(s->frontiers[i], OUTCOME_INTERRUPTED);
			if (s->rest_open[i])
				sim_end_rest(s, i, false);
		}
	}
	return true;
}

static void
sim_answer_robots(struct sim *s, struct frontier *f, struct job *j)
{
	struct sim_host *h = &s->hosts[sim_host_of(s, url_href(&j->url))];

	unsigned n = h->robots_asked++;

	if (h->robots_hop != NULL) {
		j->outcome = OUTCOME_REDIRECT;
		j->status = 302;
		frontier_hop_over(f, j, s->now_us);
		CHECK(url_parse(&j->url, str_of(h->robots_hop), NULL) == 0);
		j->redirects = 1;
		j->outcome = OUTCOME_PRIVATE_ADDRESS;
		frontier_robots(f, j, FRONTIER_ROBOTS_UNREACHABLE, STR_NONE, s->now_us);
	} else if (n >= h->robots_failing_from && n - h->robots_failing_from < h->robots_failures) {
		j->outcome = h->robots_failure;
		frontier_robots(f, j, FRONTIER_ROBOTS_UNREACHABLE, STR_NONE, s->now_us);
	} else if (h->robots != NULL) {
		j->status = 200;
		frontier_robots(f, j, FRONTIER_ROBOTS_TEXT,
			str_of(n > 0 && h->robots_later != NULL ? h->robots_later : h->robots), s->now_us);
	} else {
		j->outcome = OUTCOME_HTTP_CLIENT_ERROR;
		j->status = 404;
		frontier_robots(f, j, FRONTIER_ROBOTS_ALLOW_ALL, STR_NONE, s->now_us);
	}
}

/* What a parser does when it reads the page: it leaves out the links that are known by then (url/seen.h). */
static uint32_t
sim_filter(struct sim *s, const struct sim_page *p, uint32_t depth)
{
	uint32_t known = 0;
	int k;

	for (k = 0; k < p->n_links; k++) {
		struct str url = str_of(sim_url(s, p->links[k]));
		uint64_t fp = hash_fingerprint(&s->key, url.p, url.len);

		if (visited_contains(s->config.visited, fp) ||
			visited_contains(s->config.refused, seen_way_key(fp, link_is_requisite(p->kinds[k]),
				depth + 1 > s->config.max_level, false)))
			known |= 1u << k;
	}
	return known;
}

/* It is not waited for any longer. */
static void
sim_interrupt(struct sim *s, struct frontier *f, struct job *j)
{
	unsigned attempt = j->attempt;

	s->n_interrupted++;
	frontier_part(f);
	j->outcome = OUTCOME_INTERRUPTED;
	j->status = 0;
	j->timing.total_us = s->now_us - s->hosts[sim_host_of(s, url_href(&j->url))].last_start_us;
	if (j->job_kind == JOB_ROBOTS) {
		frontier_robots(f, j, FRONTIER_ROBOTS_UNREACHABLE, STR_NONE, s->now_us);
		return;
	}
	if (j->job_kind == JOB_URL)
		s->pages[sim_page_of(s, url_href(&j->url))].fetched--;
	CHECK(frontier_fetched(f, j, s->now_us) && (j->job_kind != JOB_URL || j->attempt == attempt));
}

static void
sim_found_down(struct sim *s, struct sim_host *h)
{
	h->n_down++;
	h->down_gap_us = s->now_us - h->last_down_us;
	h->last_down_us = s->now_us;
}

/* A random flight goes one step on: answered, or parsed. */
static bool
sim_land(struct sim *s, int64_t *due_us)
{
	unsigned i = s->n_flights > 0 ? (unsigned)sim_random(s, s->n_flights) : 0;
	struct sim_flight *fl = &s->flights[i];
	struct frontier *f;
	struct sim_page *p;
	struct job *j;

	if (s->n_flights == 0)
		return false;
	if (fl->ready_us > s->now_us && !s->dividing) {
		if (fl->ready_us < *due_us)
			*due_us = fl->ready_us;
		return false;
	}
	j = fl->job;
	f = s->frontiers[j->loop];
	if (fl->parsing) {
		*fl = s->flights[--s->n_flights];
		frontier_ready(f, j, s->now_us);
		return true;
	}
	s->hosts[sim_host_of(s, url_href(&j->url))].in_flight--;
	s->hosts[sim_host_of(s, url_href(&j->url))].last_end_us = s->now_us;
	p = j->job_kind == JOB_URL ? &s->pages[sim_page_of(s, url_href(&j->url))] : NULL;
	if (s->dividing && (fl->ready_us > s->now_us || sim_random(s, 2) == 0)) {
		*fl = s->flights[--s->n_flights];
		sim_interrupt(s, f, j);
		return true;
	}
	j->timing.total_us = s->now_us - fl->start_us > 0 ? s->now_us - fl->start_us : sim_took(s, p);
	if (j->job_kind == JOB_PROBE) {
		struct frontier_page answer = { .url = &j->url, .content_hash = { 2, 2 } };
		struct sim_host *h = &s->hosts[sim_host_of(s, url_href(&j->url))];

		*fl = s->flights[--s->n_flights];
		j->status = 200;
		CHECK(!frontier_fetched(f, j, s->now_us));
		h->n_probes++;
		frontier_probed(f, j, sim_random(s, 2) == 0 ? &answer : NULL, s->now_us);
		return true;
	}
	if (p == NULL) {
		*fl = s->flights[--s->n_flights];
		sim_answer_robots(s, f, j);
		return true;
	}
	j->status = 200;
	if (s->now_us < s->hosts[p->host].down_until_us) {
		sim_found_down(s, &s->hosts[p->host]);
		j->outcome = OUTCOME_CONNECT_FAILED;
		j->status = 0;
	} else if (p->fetched <= p->failed_here) {
		j->outcome = OUTCOME_NO_RESOURCES;
		j->status = 0;
	} else if (p->fetched <= p->failed_here + p->unranged) {
		j->unranged = true;
	} else if (j->attempt <= p->failures) {
		j->outcome = p->failure;
		j->status = p->failure == OUTCOME_HTTP_SERVER_ERROR ? 500 : p->failure == OUTCOME_HTTP_TOO_MANY ? 429 : 0;
		j->retry_after_us = p->retry_after_us > 0 ? p->retry_after_us : -1;
	} else if (p->redirect != SIM_NONE) {
		j->outcome = OUTCOME_REDIRECT;
		j->status = 302;
	}
	fl->parsing = true;
	j->links_new = sim_filter(s, p, j->depth); /* the field is the crawler's: a bit for each link that it left out */
	if (frontier_fetched(f, j, s->now_us)) {
		s->flights[i] = s->flights[--s->n_flights];
		s->n_retried++;
	}
	return true;
}

static bool
sim_deliver(struct sim *s)
{
	struct sim_parcel p;
	unsigned i;

	if (s->n_parcels == 0)
		return false;
	i = (unsigned)sim_random(s, s->n_parcels);
	p = s->parcels[i];
	s->parcels[i] = s->parcels[--s->n_parcels];
	frontier_accept(s->frontiers[p.loop], p.parcel);
	return true;
}

static bool
sim_resolve(struct sim *s)
{
	struct sim_lookup l;
	unsigned i;

	if (s->n_lookups == 0)
		return false;
	i = (unsigned)sim_random(s, s->n_lookups);
	l = s->lookups[i];
	s->lookups[i] = s->lookups[--s->n_lookups];
	if (s->hosts[l.host].lookups++ > 0 && s->hosts[l.host].address_later != NULL)
		(void)snprintf(s->hosts[l.host].address, JOB_ADDRESS_BYTES, "%s", s->hosts[l.host].address_later);
	frontier_address(l.frontier, l.hostq, s->hosts[l.host].address_outcome, s->hosts[l.host].address, INT64_MAX,
		s->now_us);
	return true;
}

/* One thing that can happen, by chance; false when nothing can at this time. */
static bool
sim_step(struct sim *s, int64_t *due_us)
{
	unsigned first = (unsigned)sim_random(s, 16), i;

	/* Twice round: a take that gave nothing may have asked for an address. */
	for (i = 0; i < 32; i++) {
		unsigned what = (first + i) % 16;

		if (what < 6 ? sim_take(s, what % s->config.n_loops, due_us) : what < 12 ? sim_land(s, due_us) :
			what < 14 ? sim_deliver(s) : what < 15 ? sim_resolve(s) : sim_read_rest(s))
			return true;
	}
	return false;
}

static void
sim_check(struct sim *s)
{
	unsigned i;

	for (i = 0; i < s->config.n_loops; i++)
		frontier_check(s->frontiers[i]);
}

static void
sim_new_frontiers(struct sim *s)
{
	struct frontier_ops ops = {
		.need_address = sim_need_address,
		.commit = sim_commit,
		.dropped = sim_dropped,
		.refused = sim_refused,
		.forward = sim_forward,
		.full = sim_full,
		.finished = sim_finished,
		.found = sim_found,
		.job_get = sim_job_get,
		.job_put = sim_job_put,
		.backend = s->backend,
	};
	unsigned i;

	for (i = 0; i < s->config.n_loops; i++) {
		ops.arg = &s->frontiers[i];
		CHECK(frontier_new(&s->config, s->shared, i, &ops, &s->frontiers[i]) == 0);
	}
}

static void
sim_start(struct sim *s)
{
	char *error = NULL;

	the_sim = s;
	s->scope_config.max_level = s->config.max_level;
	/* Of a shape that some hundred URLs fill. */
	CHECK(visited_new_shaped(s->visited_max_bytes, 2, 6, &s->config.visited) == 0);
	CHECK(visited_new_shaped(s->visited_max_bytes, 2, 6, &s->config.refused) == 0);
	CHECK(scope_new(&s->scope_config, &s->config.scope, &error) == 0);
	CHECK(frontier_shared_new(&s->config, &s->shared) == 0);
	sim_new_frontiers(s);
}

/* Nothing is under way: another number of loops. */
static void
sim_divide(struct sim *s)
{
	struct buf scratch = BUF_INIT(1024 * 1024);
	struct frontier *from[SIM_MAX_LOOPS];
	unsigned n = s->config.n_loops, i;

	memcpy(from, s->frontiers, sizeof(from));
	for (i = 0; i < n; i++)
		CHECK(frontier_is_quiet(from[i]));
	s->config.n_loops = 1 + (unsigned)sim_random(s, SIM_MAX_LOOPS);
	sim_new_frontiers(s);
	frontier_move(from, n, s->frontiers, s->config.n_loops, &scratch, s->now_us);
	for (i = 0; i < n; i++)
		frontier_free(from[i]);
	buf_release(&scratch);
	s->n_divided++;
	s->dividing = false;
}

static void
sim_see_division(struct sim *s)
{
	if (s->divide_every > 0 && !s->dividing && s->n_finished == 0 && s->n_full == 0)
		s->dividing = sim_random(s, s->divide_every) == 0;
	if (s->dividing && s->n_flights == 0 && s->n_parcels == 0 && s->n_lookups == 0)
		sim_divide(s);
}

static void
sim_seed(struct sim *s, int page)
{
	struct frontier_way way = { .is_seed = true };
	struct url u;

	url_init(&u);
	CHECK(url_parse(&u, str_of(sim_url(s, page)), NULL) == 0);
	url_canon(&u);
	CHECK(scope_add_seed(s->config.scope, &u) == 0);
	(void)frontier_offer(s->frontiers[frontier_loop_of(&s->config, &u)], &u, &way);
	url_release(&u);
}

bool
sim_run(struct sim *s, int n_seeds)
{
	unsigned steps;
	int i;

	sim_start(s);
	frontier_hold(s->shared);
	if (s->journal != NULL && s->journal->n_rows > 0)
		sim_restore(s);
	for (i = 0; i < n_seeds; i++)
		sim_seed(s, i);
	if (frontier_unhold(s->shared))
		s->n_finished++;
	for (steps = 0; steps < SIM_MAX_STEPS; steps++) {
		int64_t due_us = INT64_MAX;

		for (i = 0; s->n_full > 0 && s->stops_when_full && i < (int)s->config.n_loops; i++)
			frontier_stop(s->frontiers[i], s->full_reason);
		if (s->n_finished > 0 && s->n_flights == 0 && s->n_parcels == 0 && s->n_lookups == 0)
			break;
		sim_see_division(s);
		if (!sim_step(s, &due_us)) {
			if (s->n_full > 0 && !s->stops_when_full)
				break; /* the caller looks what is left */
			/* What comes next is a matter of time; or of the one flight that chance did not choose. */
			if (s->n_flights > 1 && due_us != INT64_MAX && sim_random(s, 4) > 0)
				continue;
			if (due_us == INT64_MAX && s->n_flights == 0 && s->n_finished == 0)
				return false;
			if (due_us != INT64_MAX)
				s->now_us = due_us > s->now_us ? due_us : s->now_us + 1;
		}
		if (s->check && (steps < 200 || steps % 16 == 0))
			sim_check(s);
	}
	sim_check(s);
	frontier_stats(s->shared, &s->stats);
	return s->n_finished == 1;
}

void
sim_free(struct sim *s)
{
	unsigned i;

	for (i = 0; i < s->n_parcels; i++)
		frontier_parcel_free(s->shared, s->parcels[i].parcel);
	for (i = 0; i < s->config.n_loops; i++)
		frontier_free(s->frontiers[i]);
	if (s->shared != NULL) {
		struct frontier_stats st;

		frontier_stats(s->shared, &st);
		CHECK(st.queue_bytes == st.depths_bytes); /* the account is exact */
	}
	for (i = 0; i < s->n_flights; i++)
		job_free(s->flights[i].job);
	while (s->free_jobs != NULL) {
		struct job *j = s->free_jobs;

		s->free_jobs = j->next;
		job_free(j);
	}
	frontier_shared_free(s->shared);
	scope_free(s->config.scope);
	visited_free(s->config.visited);
	visited_free(s->config.refused);
	free(s->rest);
	free(s->pages);
	free(s);
}
