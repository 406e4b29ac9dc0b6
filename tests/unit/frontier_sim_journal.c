/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frontier_sim.h: what a job database would hold: what a run has let in and ended, and how the next one goes on with the rest. */
#include "config.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "tests/unit/frontier_sim.h"

void
sim_journal_over(struct sim *s, uint64_t fp, struct str chain)
{
	struct sim_journal *journal = s->journal;

	if (journal == NULL)
		return;
	CHECK(journal->n_over < SIM_MAX_OVER);
	journal->over[journal->n_over++] = found_key(fp, chain);
}

static bool
journal_is_over(const struct sim_journal *journal, uint64_t fp, const struct found *f)
{
	uint64_t key = found_key(fp, str_n(f->chain, 8 * (size_t)f->redirects));

	for (unsigned i = 0; i < journal->n_over; i++)
		if (journal->over[i] == key)
			return true;
	return false;
}

void
sim_journal_add(struct sim *s, const struct found *f)
{
	struct sim_journal *journal = s->journal;
	struct found_packer packer;
	unsigned i;

	if (journal == NULL || f->attempt > 1)
		return;
	if (journal->n_rows == 0 || journal->rows[journal->n_rows - 1].n == 4) {
		CHECK(journal->n_rows < SIM_MAX_ROWS);
		buf_init(&journal->rows[journal->n_rows].entries, SIZE_MAX);
		journal->rows[journal->n_rows++].depth = UINT32_MAX;
	}
	i = journal->n_rows - 1;
	found_packer_init(&packer);
	found_packer_fresh(&packer);
	CHECK(found_pack(&packer, f, &journal->rows[i].entries) == 0);
	found_packer_release(&packer);
	journal->rows[i].n++;
	if (f->depth < journal->rows[i].depth)
		journal->rows[i].depth = f->depth;
}

unsigned
sim_journal_pending(const struct sim *s, const struct sim_journal *journal)
{
	struct found_reader reader;
	unsigned n = 0;
	struct found f;

	for (unsigned i = 0; i < journal->n_rows; i++) {
		found_reader_init(&reader, buf_str(&journal->rows[i].entries));
		while (found_next(&reader, &f) == 1)
			n += !f.remembered && !journal_is_over(journal, hash_fingerprint(&s->key, f.url.p, f.url.len), &f);
		found_reader_release(&reader);
	}
	return n;
}

void
sim_journal_release(struct sim_journal *journal)
{
	for (unsigned i = 0; i < journal->n_rows; i++)
		buf_release(&journal->rows[i].entries);
}

/* --- what the runs before have left --- */

/* Into the visited set. */
static void
restore_known(struct sim *s)
{
	struct found_reader reader;
	struct found f;

	for (unsigned i = 0; i < s->journal->n_rows; i++) {
		found_reader_init(&reader, buf_str(&s->journal->rows[i].entries));
		while (found_next(&reader, &f) == 1)
			CHECK(f.remembered || visited_insert(s->config.visited, hash_fingerprint(&s->key, f.url.p, f.url.len)) >= 0);
		found_reader_release(&reader);
	}
}

/* A row, for one loop, as it is now: what is found meanwhile may be added to it. Returns how many are its. */
static unsigned
restore_row(struct sim *s, unsigned row, unsigned loop)
{
	CLEANUP(buf_releasep) struct buf entries = BUF_INIT(SIZE_MAX);
	struct found_reader reader;
	struct found f;
	struct url u;
	unsigned n = 0;

	url_init(&u);
	buf_add_str(&entries, buf_str(&s->journal->rows[row].entries));
	CHECK(buf_err(&entries) == 0);
	found_reader_init(&reader, buf_str(&entries));
	while (found_next(&reader, &f) == 1) {
		CHECK(url_parse(&u, f.url, NULL) == 0);
		if (journal_is_over(s->journal, hash_fingerprint(&s->key, f.url.p, f.url.len), &f) || frontier_loop_of(&s->config, &u) != loop)
			continue;
		CHECK(frontier_restore(s->frontiers[loop], &u, &f, s->now_us) != FRONTIER_FULL);
		n++;
	}
	found_reader_release(&reader);
	url_release(&u);
	return n;
}

static int
by_depth(const void *a, const void *b, void *arg)
{
	const struct sim_journal *journal = arg;
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	if (journal->rows[x].depth != journal->rows[y].depth)
		return journal->rows[x].depth < journal->rows[y].depth ? -1 : 1;
	return x < y ? -1 : x > y;
}

void
sim_restore(struct sim *s)
{
	unsigned n = 0, i, loop;

	frontier_hold_rest(s->shared, 0);
	restore_known(s);
	s->n_rest = s->journal->n_rows;
	s->rest = calloc(s->n_rest, sizeof(s->rest[0]));
	CHECK(s->rest != NULL);
	for (i = 0; i < s->n_rest; i++)
		s->rest[i] = i;
	qsort_r(s->rest, s->n_rest, sizeof(s->rest[0]), by_depth, s->journal);
	for (i = 0; i < s->n_rest && n < s->journal->first; i++)
		for (loop = 0; loop < s->config.n_loops; loop++)
			n += restore_row(s, s->rest[i], loop);
	if (i < s->n_rest)
		s->rest_depth = s->journal->rows[s->rest[i]].depth;
	for (loop = 0; loop < s->config.n_loops && i < s->n_rest; loop++) {
		frontier_hold_rest(s->shared, s->rest_depth);
		s->rest_at[loop] = i;
		s->rest_open[loop] = true;
	}
	CHECK(!frontier_unhold_rest(s->shared, 0, true));
}

void
sim_end_rest(struct sim *s, unsigned loop, bool all_read)
{
	s->rest_open[loop] = false;
	if (frontier_unhold_rest(s->shared, s->rest_depth, all_read))
		s->n_finished++;
}

bool
sim_read_rest(struct sim *s)
{
	unsigned loop = (unsigned)sim_random(s, s->config.n_loops);

	for (unsigned i = 0; i < s->config.n_loops && !s->rest_open[loop]; i++)
		loop = (loop + 1) % s->config.n_loops;
	if (!s->rest_open[loop])
		return false;
	if (s->rest_at[loop] < s->n_rest)
		(void)restore_row(s, s->rest[s->rest_at[loop]++], loop);
	else
		sim_end_rest(s, loop, true);
	return true;
}
