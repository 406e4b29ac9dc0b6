/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frontier_check(): walks all that a frontier has and CHECKs what the heads of its files promise. */
#include "config.h"

#include "frontier/inside.h"

struct sums {
	uint64_t queued, queued_memory, tail, chain, unended, held, held_bytes, in_flight_max;
	size_t hosts, ready, gated, crowded, asking, asked;
	uint64_t waiting[HOST_STATES];
};

static void
check_fifo(const struct rec_fifo *q)
{
	const struct rec_chunk *c;
	uint64_t n = 0;

	for (c = q->head; c != NULL; c = c->next) {
		uint32_t at = c->read;

		CHECK(c->read < c->used && c->used <= c->cap);
		CHECK(c->next != NULL || c == q->tail);
		while (at < c->used) {
			struct rec r;

			at += (uint32_t)rec_unpack(c->data + at, &r);
			CHECK(r.parent == NULL || r.parent->refs > 0);
			n++;
		}
		CHECK(at == c->used);
	}
	CHECK(n == q->n);
}

static void
check_bucket(const struct frontier *f, const struct hostq *h, const struct bucket *b, struct sums *s)
{
	const struct job *j;
	uint64_t n_chain = 0;
	uint32_t i;

	check_fifo(&b->queue);
	s->queued += b->queue.n + b->tail.n + b->n_retries;
	s->queued_memory += b->queue.n;
	s->tail += b->tail.n;
	CHECK((b->tail.n > 0) == (b->tail.old != 0 || b->tail.recent != 0 || tails_open_piece(&f->tails, b) != NULL) || f->tails.failed);
	CHECK(b->tail.skip == 0 || b->tail.n > 0);
	for (j = b->untaken; j != NULL; j = j->next) {
		CHECK(j->magic == JOB_MAGIC && j->hostq == h && j->depth == b->depth);
		s->queued++;
	}
	for (i = 1; i < b->n_retries; i++)
		CHECK(b->retries[(i - 1) / 2]->due_us <= b->retries[i]->due_us);
	for (j = b->chain_head; j != NULL; j = j->order_next) {
		CHECK(j->magic == JOB_MAGIC && j->hostq == h && j->depth == b->depth);
		CHECK(j->order_next != NULL || j == b->chain_tail);
		s->held += j->order_done;
		s->held_bytes += j->order_done ? j->held_bytes : 0;
		n_chain++;
	}
	CHECK(n_chain == b->n_chain);
	s->chain += n_chain;
	s->unended += b->n_unended;
	CHECK(h->committing || !bucket_is_empty(b));
}

static void
check_host(const struct frontier *f, const struct hostq *h, struct sums *total)
{
	const struct bucket *b;
	struct sums s = { 0 };

	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK(h->polite.in_flight + h->polite.n_pauses <= f->polite.window_max); /* J4, P1 */
	for (b = h->buckets; b != NULL; b = b->next) {
		CHECK(b->next == NULL || b->next->depth > b->depth);
		check_bucket(f, h, b, &s);
	}
	CHECK(s.queued == h->n_queued && s.chain == h->n_chain && s.held == h->n_held);
	CHECK(s.chain - s.held + (h->robots_state == ROBOTS_ASKED) + (h->probe == PROBE_ASKED) >= h->polite.in_flight);
	CHECK(!h->dead || h->n_queued == 0 || h->committing || h->list == &f->ready);
	CHECK(h->list == NULL || h->list == &f->ready || h->list == &f->gated || h->list == &f->crowded || frontier_awaits_asking(f, h) ||
		h->list == &f->parked ||
		(h->server != NULL && h->list == &h->server->waiting));
	/* Nobody is forgotten: what is queued is in a list, has a time, or waits for an answer that will come. */
	if (h->n_queued > 0 && h->list == NULL && h->due.slot == 0 && f->entered == 0 && !f->tails.failed)
		CHECK(h->address_state == ADDRESS_ASKED || h->robots_state == ROBOTS_ASKED || h->polite.in_flight > 0 ||
			s.chain > 0 || s.unended > 0);
	if (h->n_held > 0 && f->entered == 0)
		CHECK(h->is_held || h->due.slot != 0 || (f->shared->levels_on && s.chain > s.held) );
	CHECK(h->is_resident || !f->tails.on || f->tails.failed || s.queued_memory == 0);
	total->queued += s.queued;
	total->tail += s.tail;
	total->chain += s.chain;
	total->unended += s.unended;
	total->held += s.held;
	total->held_bytes += s.held_bytes;
	total->hosts++;
	total->waiting[h->state]++;
	total->ready += h->list == &f->ready;
	total->gated += h->list == &f->gated;
	total->crowded += h->list == &f->crowded;
	total->asking += frontier_awaits_asking(f, h);
	total->asked += h->address_state == ADDRESS_ASKED;
	/* Somebody's answer will wake it. */
	CHECK(!frontier_awaits_asking(f, h) || f->entered > 0 || f->n_asking > 0 || f->ready.n > 0);
}

void
frontier_check(const struct frontier *f)
{
	const struct frontier_shared *shared = f->shared;
	struct frontier_stats st;
	struct sums s = { 0 };
	size_t asking = f->asking.n, asked = 0, i;

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	due_check(&f->due);
	servers_check(f);
	(void)pool_check(&f->pool);
	CHECK(f->parties[FRONTIER_NO_PARTY].asking.n == 0);
	CHECK(f->parties[FRONTIER_NO_PARTY].n_asking == (f->parties_matter ? 0 : f->n_asking));
	for (i = 0; !f->parties_matter && i < f->n_asking; i++)
		CHECK(f->partyless[i]->address_state == ADDRESS_ASKED && f->partyless[i]->party == FRONTIER_NO_PARTY);
	for (i = 0; i <= FRONTIER_PARTIES; i++) {
		CHECK(f->parties[i].n_asking <= FRONTIER_MAX_ASKING_PARTY);
		asking += f->parties[i].asking.n;
		asked += f->parties[i].n_asking;
	}
	for (i = 0; i < f->origins.n; i++) {
		const struct hostq *h = origins_at(&f->origins, (uint32_t)i);

		CHECK(origins_find(&f->origins, hash_fingerprint(f->config->key, h->origin, h->origin_len)) == h);
		check_host(f, h, &s);
	}
	CHECK(s.held == f->n_held && s.held_bytes == f->held_bytes && s.tail == f->tails.n_records && s.chain == f->n_taken && s.asked == f->n_asking);
	CHECK(s.ready == f->ready.n && s.gated == f->gated.n && s.crowded == f->crowded.n && s.asking == asking && s.asked == asked);
	if (f->config->n_loops > 1)
		return;
	/* With one loop the shared numbers are its own. */
	frontier_stats(shared, &st);
	CHECK(st.offered == st.done + st.dropped + st.pending); /* J7 */
	CHECK(st.pending == st.left + s.queued + s.chain + s.unended);
	for (i = 0; i < HOST_STATES; i++)
		CHECK(s.waiting[i] == shared->waiting[i]);
}
