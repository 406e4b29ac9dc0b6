/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The links of a page go to the door, in their order, but the frontier hears of some dozens of them first: what it will touch for these
 * comes out of memory at the same time.
 */
#include "config.h"

#include "crawler/pipeline_private.h"
#include "url/canon.h"
#include "url/refused.h"

void
ahead_init(struct ahead *a)
{
	for (size_t i = 0; i < FRONTIER_AHEAD; i++)
		url_init(&a->urls[i]);
}

void
ahead_release(struct ahead *a)
{
	for (size_t i = 0; i < FRONTIER_AHEAD; i++)
		url_release(&a->urls[i]);
}

/*
 * A sitemap that an index lists: of the index's depth, so that what it lists is as deep as if there were no index. An
 * index without end (each one lists another) ends after LINK_NESTED_MASK of them; false then.
 */
static bool
journey_nest(struct pipeline *p, const struct job *j, const struct url *u, struct frontier_way *way)
{
	if ((j->flags & LINK_NESTED_MASK) == LINK_NESTED_MASK) {
		frontier_refuse(p->frontier, url_identity(u), way, OUTCOME_KIND);
		return false;
	}
	way->depth = j->depth;
	way->flags |= j->flags & (LINK_NESTED_MASK | LINK_BY_ROBOTS);
	way->flags += LINK_NESTED;
	return true;
}

bool
journey_offer(struct pipeline *p, struct job *j, const struct url *u, const struct frontier_way *way)
{
	enum frontier_offer_result result = frontier_offer(p->frontier, u, way);

	j->left |= result == FRONTIER_FULL;
	return result == FRONTIER_QUEUED;
}

static void
offer_link(struct pipeline *p, struct job *j, const struct page *page, const struct page_link *l, const struct frontier_ahead *a)
{
	struct frontier_way way = {
		.parent = url_href(&j->url),
		.depth = j->depth + 1,
		.kind = (enum link_kind)l->kind,
		.from = j->net,
		.flags = (l->flags & LINK_PAGE_FLAGS) | (page->nofollow ? LINK_NOFOLLOW : 0u),
		.lastmod_s = l->lastmod_s,
		.ahead = a,
	};

	if (way.kind == LINK_SITEMAP && !journey_nest(p, j, a->url, &way))
		return;
	if (journey_offer(p, j, a->url, &way))
		j->links_new++;
}

/*
 * Where all links are wanted, the worker has filtered none: that is done here, by the fingerprint that the worker says. A lie costs links of
 * its page, as it would there (J5).
 */
static bool
is_old(const struct pipeline *p, const struct page *page, uint32_t i)
{
	const struct page_link *l = &page->links[i];

	if (i + FRONTIER_AHEAD < page->n_links)
		frontier_will_ask(p->frontier, l[FRONTIER_AHEAD].fp);
	return frontier_knows(p->frontier, l->fp);
}

/* The link's URL, if it is one to offer. */
static bool
read_link(const struct page *page, const struct page_link *l, struct url *u)
{
	/* These come where all links are wanted. */
	if (l->kind == LINK_HINT || l->kind == LINK_FORM)
		return false;
	/* Parsed again, for the worker may lie (J5): what it says only saves us the links that are old. */
	if (url_parse(u, page_link_url(page, l), NULL) < 0 || !url_is_http(u))
		return false;
	url_canon(u);
	return true;
}

/*
 * What the page refers to and nobody can ask for. A worker may lie (J5): what could be asked for after all is not taken for known.
 */
static void
refuse_links(struct pipeline *p, const struct job *j, const struct page *page)
{
	struct str records = page->refused, text;
	struct refused head;

	while (refused_next(&records, &head, &text)) {
		const struct frontier_way way = {
			.parent = url_href(&j->url),
			.depth = j->depth + 1,
			.kind = (enum link_kind)head.kind,
		};
		int is_url = refused_is_url(text, &p->url);

		if (is_url < 0)
			run_stop(p->run, OUTCOME_NO_MEMORY);
		if (is_url == 0)
			frontier_refuse(p->frontier, text, &way, (enum outcome)head.reason);
	}
}

void
journey_offer_links(struct pipeline *p, struct job *j, const struct page *page)
{
	struct ahead *a = &p->ahead;
	const struct page_link *links[FRONTIER_AHEAD];
	uint32_t i = 0;
	size_t n, k;

	refuse_links(p, j, page);
	while (i < page->n_links) {
		for (n = 0; n < FRONTIER_AHEAD && i < page->n_links; i++) {
			if ((p->run->all_links && is_old(p, page, i)) || !read_link(page, &page->links[i], &a->urls[n]))
				continue;
			a->seen[n] = (struct frontier_ahead){ .url = &a->urls[n], .depth = j->depth + 1 };
			links[n++] = &page->links[i];
		}
		frontier_look_ahead(p->frontier, a->seen, n);
		for (k = 0; k < n; k++)
			offer_link(p, j, page, links[k], &a->seen[k]);
	}
}
