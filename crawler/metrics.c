/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "crawler/crawl.h"
#include "crawler/metrics.h"

void
metrics_record(struct metrics *m, const struct job *j)
{
	/* What was asked for on suspicion and is not there has not failed. */
	bool no_luck = (j->flags & LINK_GUESSED) != 0 && j->outcome == OUTCOME_HTTP_CLIENT_ERROR;
	bool failed = (outcome_class(j->outcome) != OUTCOME_CLASS_OK || j->status >= 400 || outcome_is_block(j->outcome)) &&
		!no_luck;

	metrics_bump(&m->records, 1);
	metrics_bump(&m->by_outcome[j->outcome], 1);
	if (!no_luck)
		metrics_bump(&m->by_status[j->status < METRICS_STATUS_COUNT ? j->status : 0], 1);
	if (j->outcome == OUTCOME_REDIRECT)
		metrics_bump(&m->redirects, 1);
	if (failed)
		metrics_bump(&m->errors, 1);
	metrics_bump(&m->wire_bytes, j->wire_bytes);
	metrics_bump(&m->body_bytes, j->body.len);
}

void
metrics_block(struct metrics *m, const struct job *j)
{
	metrics_bump(&m->by_outcome[j->outcome], 1);
	metrics_bump(&m->by_status[j->status < METRICS_STATUS_COUNT ? j->status : 0], 1);
	metrics_bump(&m->errors, 1);
}

void
metrics_skip(struct metrics *m, enum outcome reason)
{
	metrics_bump(&m->skipped, 1);
	metrics_bump(&m->skipped_by[reason], 1);
}

/* Owner. */
static void
add_us(_Atomic int64_t *sum, int64_t us)
{
	atomic_store_explicit(sum, atomic_load_explicit(sum, memory_order_relaxed) + us, memory_order_relaxed);
}

/* Owner. */
static void
blame_add(struct metrics *m, enum blame account, int64_t us)
{
	add_us(&m->blame_us[account], us);
}

void
metrics_processor(struct metrics *m, int64_t cpu_us)
{
	int64_t without_us = m->awake_us - (cpu_us - m->cpu_us), waited_us = 0;

	/* Another thread's clock begins anew: it has used nothing, and there may be nothing to share out. */
	if (without_us > m->awake_us)
		without_us = m->awake_us;
	/* What it worked for parsers or writer is in awake_us only. */
	if (without_us > 0)
		waited_us = (int64_t)((double)m->busy_us * ((double)without_us / (double)m->awake_us));
	blame_add(m, BLAME_PROCESSORS, waited_us);
	blame_add(m, BLAME_CPU, m->busy_us - waited_us);
	m->awake_us = m->busy_us = 0;
	m->cpu_us = cpu_us;
}

void
metrics_blame(struct metrics *m, enum blame what, int64_t now_us, int64_t idle_us)
{
	if (m->blame_since_us != 0) {
		int64_t wall_us = now_us - m->blame_since_us, slept_us = idle_us - m->blame_idle_us;

		if (slept_us > wall_us)
			slept_us = wall_us;
		m->awake_us += wall_us - slept_us;
		if (m->blame_now == BLAME_CONNECTIONS)
			add_us(&m->crowded_us, wall_us);
		/*
		 * What it slept, it waited for `blame_now`. What it did not sleep it worked; only where parsers or writer
		 * hold it up is that theirs too (it would have nothing better to do).
		 */
		if (m->blame_now == BLAME_PARSERS || m->blame_now == BLAME_WRITER ||
			m->blame_now == BLAME_ROOM)
			slept_us = wall_us;
		blame_add(m, m->blame_now, slept_us);
		m->busy_us += wall_us - slept_us;
	}
	m->blame_since_us = now_us;
	m->blame_idle_us = idle_us;
	m->blame_now = what;
}

void
metrics_add(struct metrics_sum *sum, const struct metrics *m)
{
	size_t i;

#define STAT(name, unit, text) sum->name += metrics_get(&m->name);
#include "crawler/stat.def"
#undef STAT
	for (i = 0; i < OUTCOME_COUNT; i++) {
		sum->by_outcome[i] += metrics_get(&m->by_outcome[i]);
		sum->skipped_by[i] += metrics_get(&m->skipped_by[i]);
	}
	for (i = 0; i < METRICS_STATUS_COUNT; i++)
		sum->by_status[i] += metrics_get(&m->by_status[i]);
	for (i = 0; i < BLAME_COUNT; i++)
		sum->blame_us[i] += atomic_load_explicit(&m->blame_us[i], memory_order_relaxed);
	sum->crowded_us += atomic_load_explicit(&m->crowded_us, memory_order_relaxed);
	sum->in_flight += metrics_get(&m->in_flight);
	sum->body_resident_bytes += metrics_get(&m->body_resident_bytes);
}

int
metrics_exit_code(const struct metrics_sum *sum)
{
	int code = 0, i;

	/* Blocked: a host was given up for its walls, or nothing else came at all. */
	if (sum->skipped_by[OUTCOME_BOT_WALL] > 0 ||
		(sum->by_outcome[OUTCOME_BOT_WALL] + sum->by_outcome[OUTCOME_HTTP_TOO_MANY] > 0 && sum->by_outcome[OUTCOME_OK] == 0))
		return EXIT_BLOCKED;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		int c = 0;

		/* A URL that was dropped because its host could not be reached failed as much as one that was tried. */
		if (sum->by_outcome[i] == 0 && sum->skipped_by[i] == 0)
			continue;
		switch (outcome_class((enum outcome)i)) {
		case OUTCOME_CLASS_NET:
			c = 4;
			break;
		case OUTCOME_CLASS_TLS:
			c = 5;
			break;
		case OUTCOME_CLASS_PROTO:
			c = 7;
			break;
		default:
			if (i == OUTCOME_TOO_MANY_REDIRECTS)
				c = 8; /* as wget */
			if (i == OUTCOME_HOST_DEAD || i == OUTCOME_ROBOTS_UNKNOWN)
				c = i == OUTCOME_HOST_DEAD ? 4 : 8;
			break;
		}
		if (c != 0 && (code == 0 || c < code))
			code = c;
	}
	for (i = 400; i < METRICS_STATUS_COUNT; i++) {
		int c = i == 401 || i == 407 ? 6 : 8;

		if (sum->by_status[i] != 0 && (code == 0 || c < code))
			code = c;
	}
	return code;
}

int
metrics_nothing_code(const struct metrics_sum *sum)
{
	uint64_t limits = 0;
	int i;

	for (i = 0; i < OUTCOME_COUNT; i++) {
		enum outcome_class class = outcome_class((enum outcome)i);

		if (class == OUTCOME_CLASS_OK && i != OUTCOME_REDIRECT && sum->by_outcome[i] > 0)
			return EXIT_OK;
		if (class == OUTCOME_CLASS_LIMIT)
			limits += sum->by_outcome[i];
	}
	if (sum->skipped_by[OUTCOME_ROBOTS_DENY] > 0)
		return EXIT_SERVER;
	return limits + sum->skipped_by[OUTCOME_PRIVATE_ADDRESS] > 0 ? EXIT_GENERIC : EXIT_OK;
}
