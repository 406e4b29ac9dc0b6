/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers: an address, a robots.txt, a request that is over, a page that is ready, a job that has come to its end. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "frontier/inside.h"

bool
answer_failed_here(struct frontier *f, enum outcome outcome, unsigned tries)
{
	if (outcome_class(outcome) != OUTCOME_CLASS_MACHINE)
		return false;
	if (!f->stopped && (outcome_retry(outcome) != RETRY_LATER || tries >= f->config->tries))
		frontier_full(f, outcome);
	return true;
}

void
answer_pay(struct frontier *f, const struct polite_answer *a)
{
	int64_t paid_us = atomic_load(&f->shared->paid_us), next_us;

	if (f->rate_bps == 0)
		return;
	do
		next_us = polite_pay(paid_us, f->now_us - a->took_us, a->bytes, f->rate_bps);
	while (!atomic_compare_exchange_weak(&f->shared->paid_us, &paid_us, next_us));
}

struct polite_answer
answer_of(const struct job *j)
{
	return (struct polite_answer){
		.outcome = j->outcome,
		.status = j->status,
		.retry_after_us = j->retry_after_us,
		/* A robots.txt is a file where pages are programs. */
		.latency_us = j->job_kind == JOB_URL ? j->timing.answer_us : -1,
		.connect_us = j->timing.connect_us > 0 ? j->timing.connect_us : 0,
		.took_us = j->timing.total_us > 0 ? j->timing.total_us : 0,
		.bytes = j->head_bytes + j->wire_bytes,
	};
}

/* The host of this answer has it to heed, whatever else becomes of the job. */
static void
answer_tell_back_off(struct frontier *f, const struct hostq *h, int64_t before_us)
{
	if (h->polite.backoff_us > before_us && f->ops.backed_off != NULL)
		f->ops.backed_off(f->ops.arg, str_n(h->origin, h->origin_len), clock_wall_us() + h->polite.backoff_us - f->now_us);
}

static void
answer_server(struct frontier *f, struct job *j, const struct polite_answer *a)
{
	if (j->server != NULL)
		server_over(f, j->server, a, frontier_random(f));
	j->server = NULL;
	answer_pay(f, a);
}

void
answer_elsewhere(struct frontier *f, struct job *j)
{
	struct hostq *h = hop_host(f, &j->url);
	struct polite_answer a = answer_of(j);
	int64_t backoff_us;

	answer_server(f, j, &a);
	/* A hop that was refused before it was asked, or that HSTS answered, says nothing of its host. */
	if (h == NULL || a.took_us == 0)
		return;
	backoff_us = h->polite.backoff_us;
	polite_heed(&h->polite, &f->polite, &a, f->now_us, frontier_random(f));
	answer_tell_back_off(f, h, backoff_us);
	gate_update(f, h);
}

void
answer_polite(struct frontier *f, struct hostq *h, struct job *j)
{
	struct polite_answer a = answer_of(j);
	int64_t backoff_us = h->polite.backoff_us;

	polite_over(&h->polite, &f->polite, &a, f->now_us, frontier_random(f));
	answer_tell_back_off(f, h, backoff_us);
	answer_server(f, j, &a);
	/* Perhaps another of its addresses answers. */
	if (j->outcome == OUTCOME_CONNECT_FAILED || j->outcome == OUTCOME_CONNECT_TIMEOUT)
		if (h->address_state == ADDRESS_KNOWN)
			h->address_state = ADDRESS_NONE;
	if (j->outcome != OUTCOME_BOT_WALL && !polite_is_dead_sign(j->outcome, j->status) && j->outcome != OUTCOME_NO_RESOURCES &&
		j->outcome != OUTCOME_INTERRUPTED)
		h->on_trial = false;
	if (j->outcome == OUTCOME_BOT_WALL)
		h->walls++;
	else if (outcome_class(j->outcome) == OUTCOME_CLASS_OK && j->status < 400)
		h->walls = 0;
	if (h->walls >= FRONTIER_MAX_WALLS && !f->stopped)
		hosts_give_up(f, h, OUTCOME_BOT_WALL);
	if (f->config->dead_after > 0 && h->polite.failures >= f->config->dead_after && !f->stopped)
		hosts_give_up(f, h, OUTCOME_HOST_DEAD);
}

/* A robots.txt of this host that ended with another: that one has the answer, this one gives its slot back. It has answered itself. */
static void
answer_hopped(struct frontier *f, struct hostq *h, struct job *j)
{
	struct polite_answer none = { .outcome = OUTCOME_INTERRUPTED, .retry_after_us = -1, .latency_us = -1 };

	answer_elsewhere(f, j);
	polite_over(&h->polite, &f->polite, &none, f->now_us, frontier_random(f));
	h->on_trial = false;
	h->walls = 0;
}

int64_t
answer_retry_pause_us(struct frontier *f, const struct job *j, unsigned tries)
{
	int64_t pause_us = frontier_retry_pause_us(f, tries), after_us = j->retry_after_us;
	struct polite_answer a = answer_of(j);

	if (!polite_is_pushed_back(&a) || after_us <= pause_us)
		return pause_us;
	return after_us < POLITE_RETRY_AFTER_MAX_US ? after_us : POLITE_RETRY_AFTER_MAX_US;
}

/* Where there are others, one host that fails and fails has half of the room, so that they can try again too. */
static bool
retries_have_room(const struct frontier *f, const struct hostq *h)
{
	uint64_t room = f->config->queue_max_bytes / FRONTIER_RETRY_SHARE / f->config->n_loops;
	uint64_t n = 0;

	if (f->retry_bytes < room / 2 || f->origins.n == 1)
		return f->retry_bytes < room;
	for (const struct bucket *b = h->buckets; b != NULL; b = b->next)
		n += b->n_retries;
	return n < FRONTIER_RETRY_FEW && f->retry_bytes < room;
}

static void
robots_unreachable(struct frontier *f, struct hostq *h, const struct job *j, bool elsewhere)
{
	enum outcome_class class = outcome_class(j->outcome);
	int64_t pause_us;

	if (f->parting && j->outcome == OUTCOME_INTERRUPTED) {
		h->robots_state = h->robots_answered && !h->robots_forgotten ? ROBOTS_KNOWN : ROBOTS_NONE;
		return;
	}
	if (h->robots_answered && !h->robots_forgotten && !h->dead) {
		/* §2.4: what is known holds on while it cannot be read. */
		h->robots_state = ROBOTS_KNOWN;
		h->robots_expires_us = f->now_us + FRONTIER_ROBOTS_STALE_US;
		return;
	}
	h->robots_state = ROBOTS_NONE;
	h->robots_tries++;
	pause_us = answer_retry_pause_us(f, j, h->robots_tries);
	h->not_before_us = f->now_us + pause_us;
	if (answer_failed_here(f, j->outcome, h->robots_tries) || f->stopped || h->dead || (outcome_retry(j->outcome) == RETRY_LATER && h->robots_tries < f->config->tries))
		return;
	/* The better reason, where there is one: the host cannot be reached at all. */
	hosts_give_up(f, h, !elsewhere && (class == OUTCOME_CLASS_NET || class == OUTCOME_CLASS_TLS) ? j->outcome : OUTCOME_ROBOTS_UNKNOWN);
}

/* There is no room for its rules before other hosts have come to their ends: nobody's fault, so that it may take as long as it does. */
static void
robots_crowded(struct frontier *f, struct hostq *h)
{
	h->robots_state = ROBOTS_NONE;
	h->not_before_us = f->now_us + FRONTIER_ROBOTS_ROOM_US;
}

/* robots NULL: everything is allowed. Takes it. */
static void
robots_answered(struct frontier *f, struct hostq *h, struct robots *robots)
{
	int64_t delay_us = robots != NULL ? robots_crawl_delay_us(robots) : -1;

	rules_set(f, h, robots);
	h->robots_answered = true;
	h->robots_forgotten = false;
	h->robots_expires_us = f->now_us + FRONTIER_ROBOTS_AGE_US;
	if (delay_us > f->config->max_crawl_delay_us)
		delay_us = f->config->max_crawl_delay_us;
	h->polite.crawl_delay_us = delay_us;
	if (delay_us > 0 && f->now_us + delay_us > h->polite.spaced_us)
		h->polite.spaced_us = f->now_us + delay_us;
	/* Behind a URL that waits for this answer: what is offered now at its depth is no level's that is done. */
	if (f->ops.robots_read != NULL && h->buckets != NULL && !f->stopped) {
		const struct url *origin = hosts_origin(f, h);

		if (origin != NULL)
			f->ops.robots_read(f->ops.arg, origin, h->net, robots, h->buckets->depth);
		else
			frontier_full(f, OUTCOME_NO_MEMORY);
	}
}

void
frontier_robots(struct frontier *f, struct job *j, enum frontier_robots what, struct str text, int64_t now_us)
{
	struct hostq *h = j->hostq;
	struct robots *robots = NULL;
	bool elsewhere;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK(j->job_kind == JOB_ROBOTS && h->robots_state == ROBOTS_ASKED);
	frontier_enter(f);
	f->now_us = now_us;
	h->robots_state = ROBOTS_KNOWN;
	elsewhere = j->redirects > 0 && hop_host(f, &j->url) != h;
	if (elsewhere)
		answer_hopped(f, h, j);
	else
		answer_polite(f, h, j);
	if (what == FRONTIER_ROBOTS_TEXT && robots_parse_as(text, f->config->robots_agent, f->config->user_agent, &robots) < 0) {
		j->outcome = OUTCOME_NO_MEMORY;
		what = FRONTIER_ROBOTS_UNREACHABLE;
	}
	if (what == FRONTIER_ROBOTS_UNREACHABLE) {
		robots_unreachable(f, h, j, elsewhere);
	} else if (!rules_make_room(f, h, robots) && !f->stopped) {
		robots_free(robots);
		robots_crowded(f, h);
	} else {
		robots_answered(f, h, robots);
	}
	f->ops.job_put(f->ops.arg, j);
	f->n_asides--;
	shared_work_sub(f->shared);
	gate_update(f, h);
	frontier_leave(f);
}

bool
frontier_is_walled(const struct frontier *f, const struct job *j)
{
	CHECK_MAGIC(j->hostq, HOSTQ_MAGIC);
	return hosts_is_walled(f, j->hostq);
}

/* If it fails here now, may it be tried again? */
static bool
has_tries_here(const struct frontier_config *config, const struct job *j)
{
	return j->failed_here + 1 < config->tries && j->failed_here < REC_MAX_FAILED_HERE;
}

bool
frontier_is_last_here(const struct frontier_config *config, const struct job *j)
{
	return j->failed_here > 0 && !has_tries_here(config, j);
}

bool
frontier_may_pass(const struct frontier_config *config, const struct job *j)
{
	const uint64_t *bits = config->retry_status;

	/* That was our wish, not what the user meant by a try. */
	if (j->unranged)
		return true;
	if (back_failed_here(j))
		return outcome_retry(j->outcome) == RETRY_LATER && has_tries_here(config, j);
	if (j->attempt >= config->tries)
		return false;
	if (outcome_retry(j->outcome) == RETRY_LATER)
		return true;
	/* An answer cut off, or too large, is what it is whatever its status. */
	return bits != NULL && j->status < FRONTIER_STATUSES && outcome_class(j->outcome) == OUTCOME_CLASS_OK &&
		(bits[j->status / 64] >> j->status % 64 & 1);
}

bool
frontier_fetched(struct frontier *f, struct job *j, int64_t now_us)
{
	struct hostq *h = j->hostq;
	bool again;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK((j->job_kind == JOB_URL || j->job_kind == JOB_PROBE) && !j->order_done);
	frontier_enter(f);
	f->now_us = now_us;
	answer_polite(f, h, j);
	if (f->parting && !f->stopped && j->outcome == OUTCOME_INTERRUPTED) {
		/* The loops are divided anew: as if it had not been asked for, but for the pause that the host has now. */
		back_untried(f, h, j);
		order_run(f, h); /* it may have held others up */
		frontier_leave(f);
		return true;
	}
	if (j->job_kind == JOB_PROBE) {
		gate_update(f, h);
		frontier_leave(f);
		return false;
	}
	again = !f->stopped && !h->dead && frontier_may_pass(f->config, j) && (j->unranged || retries_have_room(f, h));
	if (again && !back_again(f, h, j)) {
		/* The run ends, and so leaves it to the next one. */
		frontier_full(f, OUTCOME_NO_MEMORY);
		again = false;
	}
	if (again) {
		f->ops.job_put(f->ops.arg, j);
		order_run(f, h); /* it may have held others up */
	} else {
		j->state = JOB_FETCHED;
		gate_update(f, h);
	}
	frontier_leave(f);
	return again;
}

void
frontier_ready(struct frontier *f, struct job *j, int64_t now_us)
{
	struct hostq *h = j->hostq;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK(j->job_kind == JOB_URL && !j->order_done);
	frontier_enter(f);
	f->now_us = now_us;
	j->order_done = true;
	h->n_held++;
	f->n_held++;
	f->held_bytes += j->held_bytes;
	order_run(f, h);
	frontier_leave(f);
}

bool
frontier_wants_echo(const struct frontier *f, const struct job *j)
{
	return f->soft404 != NULL && (j->job_kind == JOB_PROBE || soft404_has_echo(f->soft404, f->config->key, &j->url));
}

struct frontier_judgement
frontier_judge(struct frontier *f, const struct job *j, const struct frontier_page *page)
{
	struct frontier_judgement is = { .is_copy = false };

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	CHECK_MAGIC(j->hostq, HOSTQ_MAGIC);
	f->has_news = true;
	/* What the user has named is there. */
	if (f->soft404 != NULL && !j->is_seed && soft404_is(f->soft404, f->config->key, page)) {
		is.is_soft_404 = true;
		return is;
	}
	if (f->traps != NULL && (traps_judge(f->traps, page, &is) == TRAP_STALE || is.is_copy))
		probe_see_stale(f, j->hostq, page->url);
	return is;
}

bool
frontier_pack_traps(struct frontier *f, struct buf *out)
{
	CHECK_MAGIC(f, FRONTIER_MAGIC);
	if (f->traps == NULL || f->config->traps.door_only || !f->has_news)
		return false;
	f->has_news = false;
	traps_pack(f->traps, out);
	soft404_pack(f->soft404, out);
	return true;
}

int
frontier_unpack_traps(struct frontier *f, struct str packed)
{
	int r;

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	if (f->traps == NULL || f->config->traps.door_only)
		return 0;
	r = traps_unpack(f->traps, &packed);
	if (r == 0 && packed.len > 0)
		r = soft404_unpack(f->soft404, &packed);
	/* So that it is there for the run after this one, whatever is judged in this one. */
	f->has_news = true;
	return r;
}

void
frontier_end(struct frontier *f, struct job *j)
{
	struct hostq *h = j->hostq;
	struct bucket *b;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	frontier_enter(f);
	if (f->traps != NULL)
		traps_judged(f->traps, &j->url, j->fp);
	b = hostq_find_bucket(h, j->depth);
	CHECK(b != NULL && b->n_unended > 0);
	b->n_unended--;
	if (j->left)
		shared_leave(f->shared, j->depth, j->is_seed);
	else
		shared_done(f->shared, j->depth, j->is_seed);
	if (!h->committing) {
		hostq_trim(h, &f->pool, j->depth);
		gate_update(f, h);
	}
	frontier_leave(f);
}
