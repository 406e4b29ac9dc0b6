/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "frontier/trap_private.h"
#include "frontier/visited.h"
#include "url/canon.h"
#include "url/host.h"
#include "url/pattern.h"

#define MIN_PIECES   4  /* a page with less is thin */
#define MIN_NEW      10 /* pieces that make a page fresh */
#define NEW_PER_WORD 8  /* and more for each word of the URL, */
#define WORDS_MAX    2  /* of which a page of a chain has one or two that the page before has not */
#define CREDIT       2  /* of a fresh page */
#define CREDIT_MAX   32

#define SLOT_BUDGET_PART 2 /* of the budget of a pattern: these pages are the same, */
#define ECHO_BUDGET_PART 3 /* halves: and those may only look alike */
#define THIN_BUDGET_PART 16 /* times */
#define CHAIN_MIN        5 /* pages of one pattern without anything new in a row, where there is no query; */
#define THIN_CHAIN_MIN   16 /* thin ones */
#define SITE_PART        4 /* of the fresh pages of an origin, which are more for its echoes */

#define TEXTS_CAP    32768
#define PIECES_CAP   65536
#define STALE_CAP    32768
#define TWINS_CAP    32768
#define BODIES_CAP   32768
#define CLASS_SETS   16384

/* What tells the keys of classes apart. */
enum { CLASS_PATTERN = 1, CLASS_SLOT, CLASS_PATH, CLASS_ECHO, CLASS_THIN, CLASS_LEAD, CLASS_SITE,
	CLASS_COPY, CLASS_ALIAS };

static void
traps_freep(struct traps **t)
{
	traps_free(*t);
}

int
traps_new(const struct frontier_config *config, unsigned loop, struct traps **ret_traps)
{
	CLEANUP(traps_freep) struct traps *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return -ENOMEM;
	t->config = config;
	t->loop = loop;
	t->verdict = TRAP_FRESH;
	url_init(&t->url);
	buf_init(&t->way, TRAP_WAY_MAX_BYTES);
	if (trap_classes_init(&t->classes, CLASS_SETS) < 0 || recall_init(&t->texts, TEXTS_CAP, false) < 0 ||
		recall_init(&t->pieces, PIECES_CAP, false) < 0 || recall_init(&t->stale, STALE_CAP, true) < 0 ||
		recall_init(&t->twins, TWINS_CAP, true) < 0 || recall_init(&t->bodies, BODIES_CAP, false) < 0)
		return -ENOMEM;
	*ret_traps = TAKE(t);
	return 0;
}

void
traps_free(struct traps *t)
{
	if (t == NULL)
		return;
	trap_classes_release(&t->classes);
	recall_release(&t->texts);
	recall_release(&t->pieces);
	recall_release(&t->stale);
	recall_release(&t->twins);
	recall_release(&t->bodies);
	url_release(&t->url);
	buf_release(&t->way);
	free(t);
}

/* --- keys --- */

/* origin: its fingerprint. */
static unsigned
shard_of(struct traps *t, const struct url *u, uint64_t origin)
{
	struct trap_shard *c = &t->shards[origin % TRAP_SHARDS_CACHED];

	if (c->origin != origin)
		*c = (struct trap_shard){ .origin = origin, .shard = frontier_shard_of(t->config, u) };
	return c->shard;
}

static void
find_pattern(struct traps *t, const struct url *u, struct pattern *ret)
{
	unsigned shard;

	pattern_of(u, t->config->key, ret);
	shard = shard_of(t, u, ret->origin);
	ret->key = trap_key(ret->key, shard);
	ret->origin = trap_key(ret->origin, shard);
}

static unsigned
find_slots(struct traps *t, const struct url *u, struct pattern_slot ret[PATTERN_MAX_SLOTS])
{
	unsigned n = pattern_slots(u, t->config->key, ret), shard;

	if (n == 0)
		return 0;
	shard = shard_of(t, u, hash_fingerprint(t->config->key, u->href, u->pathname_start));
	for (unsigned i = 0; i < n; i++) {
		ret[i].name = trap_key(ret[i].name, shard);
		ret[i].rest = trap_key(ret[i].rest, shard);
	}
	return n;
}

/* --- classes --- */

static uint64_t
class_key(uint64_t of, unsigned kind)
{
	return trap_mix(of, kind);
}

static bool
is_cut(struct traps *t, uint64_t of, unsigned kind)
{
	const struct trap_class *c = trap_class_find(&t->classes, class_key(of, kind));

	return c != NULL && c->cut;
}

static bool
is_wanted(const struct traps *t, unsigned kind)
{
	const struct frontier_traps *on = &t->config->traps;

	switch (kind) {
	case CLASS_SLOT:
		return on->params;
	case CLASS_PATH:
		return on->paths;
	case CLASS_ECHO:
		return on->echoes;
	case CLASS_COPY:
		return on->copies;
	case CLASS_ALIAS:
		return on->canonical;
	default:
		return on->patterns;
	}
}

/* Fresh pages of the origin so far; there is no need to know of more than some thousands. */
static int
fresh_of(struct traps *t, uint64_t origin)
{
	const struct trap_class *c = trap_class_find(&t->classes, class_key(origin, CLASS_SITE));

	return c != NULL ? c->balance : 0;
}

static void
count_fresh(struct traps *t, uint64_t origin)
{
	struct trap_class *c = trap_class_get(&t->classes, class_key(origin, CLASS_SITE));

	c->balance = (int16_t)(c->balance < INT16_MAX ? c->balance + 1 : INT16_MAX);
}

static int
budget_of(struct traps *t, uint64_t of, unsigned kind)
{
	int budget = (int)t->config->traps.budget;

	if (kind == CLASS_SLOT || kind == CLASS_PATH || kind == CLASS_COPY || kind == CLASS_ALIAS)
		return (budget + SLOT_BUDGET_PART - 1) / SLOT_BUDGET_PART;
	if (kind == CLASS_THIN)
		return budget * THIN_BUDGET_PART < INT16_MAX ? budget * THIN_BUDGET_PART : INT16_MAX;
	return kind == CLASS_ECHO ? budget * ECHO_BUDGET_PART / 2 + fresh_of(t, of) / SITE_PART : budget;
}

static void
settle(struct traps *t, uint64_t of, unsigned kind, bool fresh)
{
	struct trap_class *c;

	if (!is_wanted(t, kind))
		return;
	c = trap_class_get(&t->classes, class_key(of, kind));
	if (c->cut)
		return;
	if (fresh)
		c->balance = (int16_t)(c->balance - CREDIT > -CREDIT_MAX ? c->balance - CREDIT : -CREDIT_MAX);
	else if (++c->balance >= budget_of(t, of, kind)) {
		c->cut = true;
		t->n_cut++;
	}
}

/* --- judging a page --- */

static uint64_t
fingerprint(const struct traps *t, struct str url)
{
	return hash_fingerprint(t->config->key, url.p, url.len);
}

enum { WAY_STALE = 1, WAY_COPY = 2, WAY_ALIAS = 4, WAY_CHAIN = 3 /* bits */ };

/* Nobody answers for what others link to: a page of another site says nothing of this one, whatever it has shown to be. */
static bool
is_of_site(struct traps *t, struct str parent, const struct url *u)
{
	return url_parse(&t->url, parent, NULL) == 0 && str_eq(host_site(url_hostname(&t->url)), host_site(url_hostname(u)));
}

/* url: of the parent; u, of: the URL that was found there. */
static struct parent
look_at_parent(struct traps *t, struct str url, const struct url *u, const struct pattern *of)
{
	struct parent parent = { .pattern = 0 };
	uint64_t way = 0, fp;
	struct pattern p;

	if (url.len == 0)
		return parent;
	fp = fingerprint(t, url);
	if (fp != t->parent_fp || t->parent_pattern == 0) {
		if (url_parse(&t->url, url, NULL) < 0 || !url_is_http(&t->url))
			return parent;
		find_pattern(t, &t->url, &p);
		t->parent_fp = fp;
		t->parent_pattern = p.key;
		t->parent_origin = p.origin;
	}
	parent.pattern = t->parent_pattern;
	parent.other_origin = t->parent_origin != of->origin;
	if (!recall_value(&t->stale, trap_key(fp, trap_key_shard(parent.pattern)), &way) || (parent.other_origin && !is_of_site(t, url, u)))
		return parent;
	parent.stale = way & WAY_STALE;
	parent.copy = way & WAY_COPY;
	parent.alias = way & WAY_ALIAS;
	parent.chain = (unsigned)(way >> WAY_CHAIN);
	return parent;
}

/* Are at least so many pieces of the page such that pages of this pattern have not had? marks: n of them that pages of its own have not. */
static bool
has_new_pieces(struct traps *t, const uint32_t *marks, unsigned n, unsigned shift, uint64_t pattern, unsigned at_least)
{
	uint64_t unseen = 0;
	unsigned i;

	if ((uint64_t)n << shift < at_least)
		return false;
	for (i = 0; i < n && unseen << shift < at_least; i++)
		unseen += !recall_has(&t->pieces, trap_mix(pattern, marks[i]));
	return unseen << shift >= at_least;
}

/*
 * Is there enough in it that neither pages of its pattern have had, nor those of the pattern of the page it was found on? All that
 * is in it is known afterwards.
 */
static bool
is_new_text(struct traps *t, const struct frontier_page *page, const struct pattern *pattern, const struct parent *parent)
{
	unsigned words, i, n = page->n_marks, n_unseen = 0;
	uint32_t unseen[SKETCH_MAX];
	uint64_t keys[SKETCH_MAX];

	/* They lie anywhere in half a megabyte: asked for together, waited for once. */
	for (i = 0; i < n; i++) {
		keys[i] = trap_mix(pattern->key, page->marks[i]);
		recall_prefetch(&t->pieces, keys[i]);
	}
	t->known = recall_put(&t->texts, trap_text_key(pattern, page));
	for (i = 0; i < n; i++) {
		unseen[n_unseen] = page->marks[i];
		n_unseen += !recall_put(&t->pieces, keys[i]);
	}
	if (t->known || (uint64_t)n_unseen << page->mark_shift < MIN_NEW)
		return false;
	words = pattern_words(page->url, page->parent);
	words = words < WORDS_MAX ? words : WORDS_MAX;
	/* Where it is of the same pattern, that has been asked. */
	if (parent->pattern == pattern->key)
		return (uint64_t)n_unseen << page->mark_shift >= MIN_NEW + NEW_PER_WORD * words;
	return has_new_pieces(t, unseen, n_unseen, page->mark_shift, parent->pattern, MIN_NEW + NEW_PER_WORD * words);
}

/* Of the URL in a slot: is there one before it that differs in nothing else? */
static bool
is_twin(struct traps *t, const struct pattern_slot *slot, uint64_t fp)
{
	uint64_t first;

	if (recall_value(&t->twins, slot->rest, &first) && first != fp)
		return true;
	return slot->bare != 0 && visited_contains(t->config->visited, slot->bare);
}

static void
settle_slots(struct traps *t, const struct url *u, uint64_t fp, bool fresh)
{
	struct pattern_slot slots[PATTERN_MAX_SLOTS];
	unsigned n = find_slots(t, u, slots), i;

	for (i = 0; i < n; i++)
		if ((fresh || t->known) && is_twin(t, &slots[i], fp))
			settle(t, slots[i].name, CLASS_SLOT, fresh);
}

/* Of all the classes of the page. */
static void
settle_all(struct traps *t, const struct url *u, uint64_t fp, const struct pattern *pattern, const struct parent *parent, bool fresh)
{
	if (fresh || parent->pattern == pattern->key || parent->stale)
		settle(t, pattern->key, CLASS_PATTERN, fresh);
	if (fresh)
		settle(t, pattern->key, CLASS_THIN, true);
	if (parent->stale && parent->pattern != pattern->key)
		settle(t, pattern->origin, CLASS_ECHO, fresh);
	if (pattern->repetitions > 0)
		settle(t, pattern->origin, CLASS_PATH, fresh);
	settle_slots(t, u, fp, fresh);
}

static void
pay_back(struct traps *t, const struct pattern *pattern)
{
	struct trap_class *c = trap_class_get(&t->classes, class_key(pattern->origin, CLASS_LEAD));

	c->balance = (int16_t)(c->balance > CREDIT - CREDIT_MAX ? c->balance - CREDIT : -CREDIT_MAX);
}

/* Does it name another page as the canonical one, that has been let in? */
static bool
is_alias(struct traps *t, const struct frontier_page *page)
{
	uint64_t fp;

	if (page->canonical.len == 0 || url_parse(&t->url, page->canonical, NULL) < 0 || !url_is_http(&t->url))
		return false;
	url_canon(&t->url);
	fp = fingerprint(t, url_identity(&t->url));
	return fp != page->fp && visited_contains(t->config->visited, fp);
}

static void
remember(struct traps *t, uint64_t fp)
{
	uint64_t chain = t->verdict == TRAP_FRESH ? 0 : t->parent.chain + 1;
	uint64_t way = chain << WAY_CHAIN | (t->verdict == TRAP_STALE ? WAY_STALE : 0) |
		(t->is.is_copy ? WAY_COPY : 0) | (t->is.is_alias ? WAY_ALIAS : 0);

	if (way != 0)
		(void)recall_put_value(&t->stale, trap_key(fp, trap_key_shard(t->pattern.origin)), way);
}

/* What it means for those that were found where it was, copies and aliases. */
static void
settle_found_on(struct traps *t)
{
	if (t->parent.copy)
		settle(t, t->pattern.origin, CLASS_COPY, !t->is.is_copy);
	if (t->parent.alias && (t->verdict != TRAP_THIN || t->is.is_copy || t->is.is_alias))
		settle(t, t->pattern.origin, CLASS_ALIAS, t->verdict == TRAP_FRESH && !t->is.is_alias);
}

enum trap_verdict
traps_judge(struct traps *t, const struct frontier_page *page, struct frontier_judgement *ret_judgement)
{
	uint64_t pieces = (uint64_t)page->n_marks << page->mark_shift;

	find_pattern(t, page->url, &t->pattern);
	t->parent = look_at_parent(t, page->parent, page->url, &t->pattern);
	t->known = t->shows = false;
	t->leads = 0;
	if (pieces < MIN_PIECES)
		t->verdict = TRAP_THIN;
	else
		t->verdict = is_new_text(t, page, &t->pattern, &t->parent) ? TRAP_FRESH : TRAP_STALE;
	t->is.is_copy = recall_put(&t->bodies, trap_body_key(&t->pattern, page));
	t->is.is_alias = is_alias(t, page);
	t->is_foreign = t->parent.other_origin && t->verdict == TRAP_STALE && !is_of_site(t, page->parent, page->url);
	remember(t, page->fp);
	trap_pack_way(t, page);
	*ret_judgement = t->is;
	settle_found_on(t);
	if (t->verdict == TRAP_FRESH) {
		if (t->parent.stale)
			pay_back(t, &t->pattern);
		count_fresh(t, t->pattern.origin);
		settle_all(t, page->url, page->fp, &t->pattern, &t->parent, true);
	}
	return t->verdict;
}

/*
 * A stale page leads somewhere: it passes for fresh, on trust. What is found there pays that back, if it is fresh; when too much has
 * not been paid back, nobody of this origin is trusted.
 */
static bool
is_trusted(struct traps *t)
{
	struct trap_class *c = trap_class_get(&t->classes, class_key(t->pattern.origin, CLASS_LEAD));

	if (t->leads == 0 || c->balance >= (int)t->config->traps.budget)
		return false;
	c->balance++;
	return true;
}

void
traps_judged(struct traps *t, const struct url *u, uint64_t fp)
{
	if (t->verdict == TRAP_STALE && !t->shows && !t->is_foreign)
		settle_all(t, u, fp, &t->pattern, &t->parent, is_trusted(t));
	else if (t->verdict == TRAP_THIN && !t->shows && t->parent.pattern == t->pattern.key)
		settle(t, t->pattern.key, CLASS_THIN, false);
	t->verdict = TRAP_FRESH;
}

void
traps_let_in(struct traps *t, const struct url *u, uint64_t fp, bool is_page)
{
	struct pattern_slot slots[PATTERN_MAX_SLOTS];
	unsigned n = find_slots(t, u, slots), i;
	bool twin = false;
	struct pattern p;

	for (i = 0; i < n; i++) {
		twin = twin || is_twin(t, &slots[i], fp);
		(void)recall_put_value(&t->twins, slots[i].rest, fp);
	}
	if (t->verdict == TRAP_FRESH || twin)
		return;
	t->shows = t->shows || !is_page;
	find_pattern(t, u, &p);
	t->leads += p.key != t->pattern.key && p.repetitions == 0 && !is_cut(t, p.key, CLASS_PATTERN);
}

/* --- what is cut --- */

static bool
is_cut_slot(struct traps *t, const struct url *u, uint64_t fp)
{
	struct pattern_slot slots[PATTERN_MAX_SLOTS];
	unsigned n = find_slots(t, u, slots), i;

	for (i = 0; i < n; i++)
		if (is_cut(t, slots[i].name, CLASS_SLOT) && is_twin(t, &slots[i], fp))
			return true;
	return false;
}

static bool
is_cut_pattern(struct traps *t, const struct pattern *p, const struct parent *from)
{
	if (from->pattern != p->key)
		return from->stale && is_cut(t, p->key, CLASS_PATTERN);
	return (is_cut(t, p->key, CLASS_PATTERN) && (p->has_query || from->chain >= CHAIN_MIN)) ||
		(is_cut(t, p->key, CLASS_THIN) && (p->has_query || from->chain >= THIN_CHAIN_MIN));
}

bool
traps_any_cut(const struct traps *t)
{
	return t->n_cut > 0;
}

enum outcome
traps_check(struct traps *t, const struct url *u, uint64_t fp, struct str parent, enum link_kind kind)
{
	struct pattern pattern;
	struct parent from;

	if (t->n_cut == 0)
		return OUTCOME_OK;
	find_pattern(t, u, &pattern);
	from = look_at_parent(t, parent, u, &pattern);
	if (is_cut_slot(t, u, fp))
		return OUTCOME_TRAP_PARAM;
	if (is_cut_pattern(t, &pattern, &from))
		return OUTCOME_TRAP_PATTERN;
	if (pattern.repetitions > 0 && is_cut(t, pattern.origin, CLASS_PATH))
		return OUTCOME_TRAP_PATH;
	if (kind != LINK_CANONICAL && from.copy && is_cut(t, pattern.origin, CLASS_COPY))
		return OUTCOME_TRAP_COPY;
	if (kind != LINK_CANONICAL && from.alias && is_cut(t, pattern.origin, CLASS_ALIAS))
		return OUTCOME_TRAP_CANONICAL;
	if (from.stale && from.pattern != pattern.key && is_cut(t, pattern.origin, CLASS_ECHO))
		return OUTCOME_TRAP_ECHO;
	return OUTCOME_OK;
}
