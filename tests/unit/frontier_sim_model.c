/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frontier_sim.h: what a crawl of the same web comes to, by a serial one that is simple. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/frontier_sim.h"

struct model {
	const struct sim *s;
	struct sim_expected *e;
	int *queue;         /* pages, in the order in which they were offered */
	uint32_t *depths;
	int n;
};

static void
model_offer(struct model *m, int page, uint32_t depth, int parent)
{
	if (m->e[page].found || (m->s->config.max_level != SCOPE_NO_LEVEL && depth > m->s->config.max_level))
		return;
	m->e[page] = (struct sim_expected){ .found = true, .depth = depth, .parent = parent };
	m->queue[m->n] = page;
	m->depths[m->n++] = depth;
}

static void
model_visit(struct model *m, int page)
{
	const struct sim_page *p = &m->s->pages[page];
	uint32_t depth = m->e[page].depth;
	int k;

	if (p->failures >= m->s->config.tries)
		return;
	if (p->redirect != SIM_NONE) {
		model_offer(m, p->redirect, depth, m->e[page].parent);
		return;
	}
	for (k = 0; k < p->n_links; k++)
		model_offer(m, p->links[k], depth + 1, page);
}

void
sim_expect(const struct sim *s, int n_seeds, struct sim_expected *ret_expected)
{
	struct model m = { .s = s, .e = ret_expected };
	unsigned order = 0;
	uint32_t depth;
	int i, k;

	memset(ret_expected, 0, (size_t)s->n_pages * sizeof(ret_expected[0]));
	m.queue = calloc((size_t)s->n_pages, sizeof(m.queue[0]));
	m.depths = calloc((size_t)s->n_pages, sizeof(m.depths[0]));
	CHECK(m.queue != NULL && m.depths != NULL);
	for (i = 0; i < n_seeds; i++)
		model_offer(&m, i, 0, SIM_NONE);
	/* By depth; what is tried again goes to the end of its depth. */
	for (depth = 0; depth <= (uint32_t)s->n_pages; depth++) {
		unsigned round;

		for (round = 1; round <= s->config.tries; round++) {
			for (i = 0; i < m.n; i++) {
				const struct sim_page *p = &s->pages[m.queue[i]];

				k = m.queue[i];
				/* Its last attempt comes in the round of that number. */
				if (m.depths[i] != depth || m.e[k].order != 0 ||
					(p->failures >= s->config.tries ? s->config.tries : p->failures + 1) > round)
					continue;
				m.e[k].order = ++order;
				model_visit(&m, k);
			}
		}
	}
	free(m.queue);
	free(m.depths);
}

/* Depths only, as the shortest way has them; a redirect is a step of no length. */
void
sim_expect_shortest(const struct sim *s, int n_seeds, struct sim_expected *ret_expected)
{
	bool changed = true;
	int i, k;

	memset(ret_expected, 0, (size_t)s->n_pages * sizeof(ret_expected[0]));
	for (i = 0; i < s->n_pages; i++)
		ret_expected[i].depth = i < n_seeds ? 0 : UINT32_MAX;
	while (changed) {
		changed = false;
		for (i = 0; i < s->n_pages; i++) {
			const struct sim_page *p = &s->pages[i];
			bool hop = p->redirect != SIM_NONE;

			if (ret_expected[i].depth > s->config.max_level || p->failures >= s->config.tries)
				continue;
			for (k = 0; k < (hop ? 1 : p->n_links); k++) {
				uint32_t depth = ret_expected[i].depth + (hop ? 0 : 1);
				struct sim_expected *to = &ret_expected[hop ? p->redirect : p->links[k]];

				if (depth < to->depth) {
					to->depth = depth;
					changed = true;
				}
			}
		}
	}
	for (i = 0; i < s->n_pages; i++)
		ret_expected[i].found = ret_expected[i].depth <= s->config.max_level;
}
