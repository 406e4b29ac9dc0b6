/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control law on model sites; what is remembered, against a simple model. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frontier/trap.h"
#include "frontier/trap_sets.h"
#include "frontier/visited.h"
#include "url/canon.h"

static const struct hash_key key = { 11 };
static struct frontier_config config;
static struct traps *traps;

static int
setup(void **state)
{
	config = (struct frontier_config){ .key = &key, .n_loops = 1, .traps = { true, true, true, true, true, true, false, 16 } };
	return visited_new(1 << 22, &config.visited) < 0 || traps_new(&config, 0, &traps) < 0;
}

static int
teardown(void **state)
{
	traps_free(traps);
	visited_free(config.visited);
	return 0;
}

struct model {
	struct url u;
	uint64_t fp;
};

static struct model
model(const char *url)
{
	struct model m;

	url_init(&m.u);
	assert_int_equal(url_parse(&m.u, str_of(url), NULL), 0);
	url_canon(&m.u);
	m.fp = hash_fingerprint(&key, url_identity(&m.u).p, url_identity(&m.u).len);
	return m;
}

/* A page of 32 marks, one in four: `common' of them of the site's, the others of text number `text'. */
static enum trap_verdict
judge_page(const char *url, const char *parent, unsigned text, unsigned common, const char *lead, bool is_page)
{
	struct model m = model(url);
	struct frontier_page page = { .url = &m.u, .fp = m.fp, .parent = str_of(parent), .n_marks = 32,
		.mark_shift = 2, .text_hash = hash_mix(text, 99) };
	struct frontier_judgement is;
	enum trap_verdict v;
	unsigned i;

	page.content_hash[0] = m.fp;
	for (i = 0; i < page.n_marks; i++)
		page.marks[i] = i < common ? i + 1 : 1000 * (text + 1) + i;
	v = traps_judge(traps, &page, &is);
	assert_false(is.is_copy || is.is_alias);
	if (lead != NULL) {
		struct model l = model(lead);

		traps_let_in(traps, &l.u, l.fp, is_page);
		url_release(&l.u);
	}
	traps_judged(traps, &m.u, m.fp);
	url_release(&m.u);
	return v;
}

static enum trap_verdict
judge(const char *url, const char *parent, unsigned text, unsigned common, const char *lead)
{
	return judge_page(url, parent, text, common, lead, true);
}

static enum outcome
check(const char *url, const char *parent)
{
	struct model m = model(url);
	enum outcome o = traps_check(traps, &m.u, m.fp, str_of(parent), LINK_PAGE);

	url_release(&m.u);
	return o;
}

static bool
let_in(const char *url, const char *parent)
{
	struct model m = model(url);
	bool is = traps_check(traps, &m.u, m.fp, str_of(parent), LINK_PAGE) == OUTCOME_OK;

	if (is) {
		traps_let_in(traps, &m.u, m.fp, true);
		assert_true(visited_insert(config.visited, m.fp) >= 0);
	}
	url_release(&m.u);
	return is;
}

/* How many pages of the chain start0, start1, ... are asked for; every fresh_each-th has something new (0: none but the first). */
static unsigned
chain(const char *start, unsigned max, unsigned fresh_each)
{
	char url[200], parent[200] = "http://h.test/";
	unsigned i;

	for (i = 0; i < max; i++) {
		(void)snprintf(url, sizeof(url), "%s%u", start, i);
		if (!let_in(url, parent))
			break;
		(void)judge(url, parent, fresh_each != 0 && i % fresh_each == 0 ? 2000 * (unsigned)strlen(start) + i : 0, 24 - 18 * (fresh_each != 0 && i % fresh_each == 0), NULL);
		memcpy(parent, url, sizeof(url));
	}
	return i;
}

static void
a_chain_with_nothing_new_ends(void **state)
{
	unsigned n = chain("http://h.test/calendar/", 1000, 0);

	/* The first page is fresh, which pays for two more. */
	assert_in_range(n, 17, 20);
	assert_int_equal(check("http://h.test/calendar/5000", "http://h.test/calendar/18"), OUTCOME_TRAP_PATTERN);
	/* But not for those who come from elsewhere, nor for others. */
	assert_int_equal(check("http://h.test/calendar/5000", "http://h.test/"), OUTCOME_OK);
	assert_int_equal(check("http://h.test/news/1", "http://h.test/"), OUTCOME_OK);
	assert_int_equal(check("http://i.test/calendar/5000", "http://i.test/calendar/18"), OUTCOME_OK);
}

static void
a_chain_goes_on_while_it_gives(void **state)
{
	assert_int_equal(chain("http://h.test/archive/", 1000, 1), 1000);
	assert_int_equal(chain("http://h.test/list/", 1000, 3), 1000);
	assert_in_range(chain("http://h.test/few/", 1000, 10), 17, 60);
}

static void
what_is_not_a_chain_is_not_cut(void **state)
{
	char url[100];
	unsigned i;

	/* A thousand short pages that a list names. */
	assert_int_equal(judge("http://h.test/list", "", 1, 0, NULL), TRAP_FRESH);
	for (i = 0; i < 1000; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/short/%u", i);
		assert_true(let_in(url, "http://h.test/list"));
		assert_int_equal(judge(url, "http://h.test/list", 2, 0, NULL), i == 0 ? TRAP_FRESH : TRAP_STALE);
	}
}

/* A tree of pages that all say the same, eight links on each: wide, but not deep. */
static void
what_is_wide_is_not_cut(void **state)
{
	char url[100], parent[100];
	unsigned i;

	assert_int_equal(judge("http://h.test/p/0", "", 0, 32, NULL), TRAP_FRESH);
	for (i = 1; i < 8 + 64 + 512 + 4096; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/p/%u", i);
		(void)snprintf(parent, sizeof(parent), "http://h.test/p/%u", (i - 1) / 8);
		assert_true(let_in(url, parent));
		assert_int_equal(judge(url, parent, 0, 32, NULL), TRAP_STALE);
	}
}

static void
pictures_are_something(void **state)
{
	char url[100], parent[100] = "http://h.test/", image[100];
	unsigned i;

	for (i = 0; i < 200; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/photo/%u", i);
		(void)snprintf(image, sizeof(image), "http://h.test/img/%u.jpg", i);
		assert_true(let_in(url, parent));
		(void)judge_page(url, parent, 0, 32, image, false);
		memcpy(parent, url, sizeof(url));
	}
}

static void
leads_are_trusted_until_they_fail(void **state)
{
	char url[100], parent[100] = "http://h.test/", lead[100];
	unsigned i;

	/* Pages that say nothing, but lead to something new: galleries. */
	for (i = 0; i < 200; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/index/%u", i);
		(void)snprintf(lead, sizeof(lead), "http://h.test/item/%u", i);
		assert_true(let_in(url, parent));
		(void)judge(url, parent, 0, 32, lead);
		(void)judge(lead, url, i + 5, 0, NULL);
		memcpy(parent, url, sizeof(url));
	}
	/* The same where nothing is behind them. */
	for (i = 0; i < 1000; i++) {
		(void)snprintf(url, sizeof(url), "http://i.test/index/%u", i);
		(void)snprintf(lead, sizeof(lead), "http://i.test/item/%u", i);
		if (!let_in(url, i == 0 ? "http://i.test/" : parent))
			break;
		(void)judge(url, i == 0 ? "http://i.test/" : parent, 0, 32, lead);
		(void)judge(lead, url, 0, 32, NULL);
		memcpy(parent, url, sizeof(url));
	}
	assert_in_range(i, 17, 80);
}

static void
a_parameter_that_changes_nothing(void **state)
{
	char url[100];
	unsigned i, n = 0;

	for (i = 0; i < 500; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/p%c?id=%u&visit=%u", 'a' + (int)(i / 2 % 20), i / 2 % 20, i);
		if (!let_in(url, "http://h.test/start"))
			continue;
		(void)judge(url, "http://h.test/start", i / 2 % 20, 0, NULL);
		n++;
	}
	/* 20 pages, and those that it took to know. */
	assert_in_range(n, 20, 50);
	assert_int_equal(check("http://h.test/pa?id=0&visit=1000", "http://h.test/start"), OUTCOME_TRAP_PARAM);
	assert_int_equal(check("http://h.test/pa?id=100&visit=1000", "http://h.test/start"), OUTCOME_OK);
}

/* A chain of pages without text. picture: each has one. Returns how many are asked for. */
static unsigned
thin_chain(const char *start, unsigned max, bool picture)
{
	char url[100], parent[100] = "http://h.test/", image[100];
	unsigned i;

	for (i = 0; i < max; i++) {
		(void)snprintf(url, sizeof(url), "%s%u", start, i);
		if (!let_in(url, parent))
			break;
		struct model m = model(url);
		struct frontier_page page = { .url = &m.u, .fp = m.fp, .parent = str_of(parent), .n_marks = 3, .text_hash = i,
			.content_hash = { i + 1, m.fp } };
		struct frontier_judgement is;

		assert_int_equal(traps_judge(traps, &page, &is), TRAP_THIN);
		if (picture) {
			(void)snprintf(image, sizeof(image), "%s%u.jpg", start, i);
			struct model p = model(image);

			traps_let_in(traps, &p.u, p.fp, false);
			url_release(&p.u);
		}
		traps_judged(traps, &m.u, m.fp);
		url_release(&m.u);
		memcpy(parent, url, sizeof(url));
	}
	return i;
}

static void
thin_pages_take_longer(void **state)
{
	assert_in_range(thin_chain("http://h.test/day/", 1000, false), 256, 258);
	assert_int_equal(check("http://h.test/day/5000", "http://h.test/day/200"), OUTCOME_TRAP_PATTERN);
	assert_int_equal(check("http://h.test/day/5000", "http://h.test/"), OUTCOME_OK);
	/* Photographs. */
	assert_int_equal(thin_chain("http://h.test/photo/", 1000, true), 1000);
}

/* What traps_judge() says of a page with this body, found on parent. */
static struct frontier_judgement
judge_body(const char *url, const char *parent, uint64_t body, const char *canonical)
{
	struct model m = model(url);
	struct frontier_page page = { .url = &m.u, .fp = m.fp, .parent = str_of(parent), .canonical = str_of(canonical),
		.content_hash = { body, 1 }, .text_hash = body };
	struct frontier_judgement is;
	enum trap_verdict v;

	for (; page.n_marks < SKETCH_MAX; page.n_marks++)
		page.marks[page.n_marks] = (uint32_t)(1000 * (body + 1) + page.n_marks);
	v = traps_judge(traps, &page, &is);
	assert_int_equal(v, is.is_copy ? TRAP_STALE : TRAP_FRESH);
	traps_judged(traps, &m.u, m.fp);
	url_release(&m.u);
	return is;
}

/* What h.test links to costs i.test nothing: neither from pages without anything new, nor by what it says their parameters are. */
static void
strangers_have_nothing_cut(void **state)
{
	char url[100];
	unsigned i;

	/* First where it is the site itself that links there: how it would be cut. */
	for (int own = 1; own >= 0; own--) {
		const char *site = own ? "http://own.test" : "http://i.test", *from = own ? "http://own.test/old" : "http://h.test/old";

		(void)snprintf(url, sizeof(url), "%s/list", site);
		assert_true(let_in(url, ""));
		assert_int_equal(judge(url, "", 7000, 0, NULL), TRAP_FRESH);
		/* Its text is that of a page before it. */
		assert_int_equal(judge(own ? "http://own.test/new" : "http://h.test/new", "", 7001, 0, NULL), TRAP_FRESH);
		assert_int_equal(judge(from, "", 7001, 0, NULL), TRAP_STALE);
		for (i = 0; i < 60; i++) {
			/* One parameter that changes nothing, and many pages again. */
			if (i % 2 == 0)
				(void)snprintf(url, sizeof(url), "%s/list?page=%u", site, i);
			else
				(void)snprintf(url, sizeof(url), "%s/%c%c?x=1", site, 'a' + (int)i % 26, 'a' + (int)i / 26);
			if (let_in(url, from))
				assert_int_equal(judge(url, from, 7000, 0, NULL), TRAP_STALE);
		}
		(void)snprintf(url, sizeof(url), "%s/list?page=99", site);
		assert_int_equal(check(url, site), own ? OUTCOME_TRAP_PARAM : OUTCOME_OK);
		(void)snprintf(url, sizeof(url), "%s/story/about", site);
		assert_int_equal(check(url, from), own ? OUTCOME_TRAP_ECHO : OUTCOME_OK);
	}
	/* Hosts of one site answer for one another. */
	assert_int_equal(judge("http://www.own.test/old", "", 7001, 0, NULL), TRAP_FRESH);
	assert_int_equal(judge("http://www.own.test/older", "", 7001, 0, NULL), TRAP_STALE);
	assert_int_equal(check("http://own.test/story/about", "http://www.own.test/older"), OUTCOME_TRAP_ECHO);
}

/* A site that is there again below each of these; the first page of each copy leads to all of it. */
static void
copies_lead_to_copies(void **state)
{
	char url[100], parent[100];
	unsigned i, n = 0;

	for (i = 0; i < 20; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/%c", 'a' + (int)i);
		assert_false(judge_body(url, "http://h.test/", i, "").is_copy);
	}
	for (i = 0; i < 20; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/copy/%c", 'a' + (int)i);
		memcpy(parent, "http://h.test/copy/a", sizeof("http://h.test/copy/a"));
		if (!let_in(url, i == 0 ? "http://h.test/" : parent))
			continue;
		assert_true(judge_body(url, i == 0 ? "http://h.test/" : parent, i, "").is_copy);
		n++;
	}
	assert_int_equal(n, 9);
	assert_int_equal(check("http://h.test/other", parent), OUTCOME_TRAP_COPY);
	assert_int_equal(check("http://h.test/other", "http://h.test/a"), OUTCOME_OK);
	/* Another host's are no copies of these. */
	assert_false(judge_body("http://i.test/a", "", 0, "").is_copy);
	/* A second edition, of which only the first page is the same. */
	assert_true(judge_body("http://j.test/1/", "http://j.test/", 100, "").is_copy == false);
	assert_true(judge_body("http://j.test/2/", "http://j.test/", 100, "").is_copy);
	for (i = 0; i < 20; i++) {
		(void)snprintf(url, sizeof(url), "http://j.test/2/%c", 'a' + (int)i);
		assert_true(let_in(url, "http://j.test/2/"));
		assert_false(judge_body(url, "http://j.test/2/", 200 + i, "").is_copy);
	}
}

static void
aliases_lead_to_aliases(void **state)
{
	char url[100], canonical[100];
	unsigned i, n = 0;

	assert_true(let_in("http://h.test/p0", ""));
	/* A page that names itself, or one that nobody knows, is none. */
	assert_false(judge_body("http://h.test/p0", "", 0, "http://h.test/p0").is_alias);
	assert_false(judge_body("http://h.test/x", "", 1, "http://h.test/unknown").is_alias);
	assert_true(judge_body("http://h.test/p0?ref=1", "", 2, "http://h.test/p0").is_alias);
	for (i = 1; i < 30; i++) {
		(void)snprintf(canonical, sizeof(canonical), "http://h.test/p%u", i);
		(void)snprintf(url, sizeof(url), "http://h.test/p%u?ref=1", i);
		assert_true(let_in(canonical, "http://h.test/p0"));
		if (!let_in(url, "http://h.test/p0?ref=1"))
			continue;
		n++;
		assert_true(judge_body(url, "http://h.test/p0?ref=1", 100 + i, canonical).is_alias);
	}
	assert_int_equal(n, 8);
	assert_int_equal(check("http://h.test/new", "http://h.test/p0?ref=1"), OUTCOME_TRAP_CANONICAL);
	/* But for what is named itself. */
	struct model m = model("http://h.test/new");
	assert_int_equal(traps_check(traps, &m.u, m.fp, STR("http://h.test/p0?ref=1"), LINK_CANONICAL), OUTCOME_OK);
	url_release(&m.u);
}

static void
switches(void **state)
{
	config.traps = (struct frontier_traps){ false, true, true, true, true, true, 16 };
	config.traps.echoes = false;
	assert_int_equal(chain("http://h.test/calendar/", 300, 0), 300);
}

/* Between half and all of the last max keys are known, also of those put there before it grew, and none that was not put there. */
static void
forgets_the_oldest(uint64_t max)
{
	struct recall r;
	uint64_t i, value;

	assert_int_equal(recall_init(&r, (uint32_t)max, true), 0);
	for (i = 1; i <= 5 * max; i++) {
		uint64_t first = i > max / 2 ? i - max / 2 + 1 : 1;

		assert_false(recall_put_value(&r, hash_mix(i, 1), i * 3));
		assert_true(recall_put_value(&r, hash_mix(i, 1), 0));
		assert_true(recall_value(&r, hash_mix(i, 1), &value) && value == i * 3);
		assert_true(recall_value(&r, hash_mix(first, 1), &value) && value == first * 3);
		if (i > max)
			assert_false(recall_has(&r, hash_mix(i - max, 1)));
		assert_false(recall_has(&r, hash_mix(i, 2)));
		assert_true(r.cap <= max);
	}
	recall_release(&r);
}

static void
recall_forgets_the_oldest(void **state)
{
	forgets_the_oldest(64);
	forgets_the_oldest(1024);
	forgets_the_oldest(16384);
}

/* Memory is fixed, and what has been cut stays so while less telling records come and go. */
static void
classes_keep_what_was_cut(void **state)
{
	struct trap_classes c;
	uint64_t i;

	assert_int_equal(trap_classes_init(&c, 16), 0);
	for (i = 0; i < 8; i++)
		trap_class_get(&c, hash_mix(i, 1))->cut = true;
	for (i = 0; i < 10000; i++)
		trap_class_get(&c, hash_mix(i, 2))->balance = 3;
	for (i = 0; i < 8; i++)
		assert_true(trap_class_find(&c, hash_mix(i, 1))->cut);
	assert_null(trap_class_find(&c, hash_mix(0, 3)));
	trap_classes_release(&c);

	/* As long as it may grow nothing is forgotten. */
	assert_int_equal(trap_classes_init(&c, 1 << 20), 0);
	for (i = 0; i < 10000; i++)
		trap_class_get(&c, hash_mix(i, 1))->balance = (int16_t)i;
	for (i = 0; i < 10000; i++)
		assert_int_equal(trap_class_find(&c, hash_mix(i, 1))->balance, (int16_t)i);
	assert_true(c.n_sets < c.max_sets);
	trap_classes_release(&c);
}

/* The next run's, of what these have packed, and the way of the page judged last if it is not among it. */
static void
restart(struct str way)
{
	struct buf packed = BUF_INIT(1 << 24), ways = BUF_INIT(4096);
	struct str rest;

	traps_pack(traps, &packed);
	assert_int_equal(buf_err(&packed), 0);
	traps_free(traps);
	assert_int_equal(traps_new(&config, 0, &traps), 0);
	rest = buf_str(&packed);
	assert_int_equal(traps_unpack(traps, &rest), 0);
	assert_int_equal(rest.len, 0);
	if (way.len > 0) {
		buf_add_str(&ways, STR("ways3\n"));
		buf_add_str(&ways, way);
		rest = buf_str(&ways);
		assert_int_equal(traps_unpack(traps, &rest), 0);
	}
	buf_release(&packed);
	buf_release(&ways);
}

static void
what_was_learned_is_known_in_the_next_run(void **state)
{
	char url[64], parent[64] = "http://h.test/";
	unsigned i;

	for (i = 0; i < 1000; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/calendar/%u", i);
		if (!let_in(url, parent))
			break;
		(void)judge(url, parent, 0, 24, NULL);
		memcpy(parent, url, sizeof(url));
		if (i % 3 == 0)
			restart(STR_NONE);
	}
	/* As in one run. */
	assert_in_range(i, 17, 20);
	restart(STR_NONE);
	assert_true(traps_any_cut(traps));
	assert_int_equal(check("http://h.test/calendar/5000", parent), OUTCOME_TRAP_PATTERN);
	assert_int_equal(check("http://h.test/calendar/5000", "http://h.test/"), OUTCOME_OK);
}

static struct frontier_judgement
judge_thin(const char *url, struct buf *ways)
{
	struct model m = model(url);
	struct frontier_page page = { .url = &m.u, .fp = m.fp, .n_marks = 1, .marks = { 1 } };
	struct frontier_judgement is;

	(void)traps_judge(traps, &page, &is);
	buf_add_str(ways, is.way);
	is.way = STR_NONE;
	traps_judged(traps, &m.u, m.fp);
	url_release(&m.u);
	return is;
}

static void
unpack(struct buf *packed)
{
	struct str rest = buf_str(packed);

	assert_int_equal(traps_unpack(traps, &rest), 0);
	assert_int_equal(rest.len, 0);
}

/* In a run of several loops each takes what is of its own hosts, and all together no more than there was. */
static void
loops_take_what_is_theirs(void **state)
{
	enum { HOSTS = 20, LOOPS = 3 };
	struct buf packed = BUF_INIT(1 << 24), again = BUF_INIT(1 << 24), ways = BUF_INIT(1 << 16);
	unsigned n_ours[LOOPS] = { 0 };
	char url[64], from[64];
	size_t sum = 0;

	for (unsigned i = 0; i < HOSTS; i++) {
		(void)snprintf(url, sizeof(url), "http://h%u.test/calendar/", i);
		assert_in_range(chain(url, 1000, 0), 17, 20);
	}
	traps_pack(traps, &packed);
	buf_add_str(&ways, STR("ways3\n"));
	for (unsigned i = 0; i < HOSTS; i++) {
		(void)snprintf(url, sizeof(url), "http://h%u.test/x", i);
		assert_false(judge_thin(url, &ways).is_copy);
	}
	config.n_loops = LOOPS;
	for (unsigned loop = 0; loop < LOOPS; loop++) {
		traps_free(traps);
		assert_int_equal(traps_new(&config, loop, &traps), 0);
		unpack(&packed);
		buf_reset(&again, SIZE_MAX);
		traps_pack(traps, &again);
		sum += again.len;
		unpack(&ways);
		for (unsigned i = 0; i < HOSTS; i++) {
			struct buf unused = BUF_INIT(4096);
			struct model m;
			bool ours;

			(void)snprintf(url, sizeof(url), "http://h%u.test/calendar/5000", i);
			(void)snprintf(from, sizeof(from), "http://h%u.test/calendar/17", i);
			m = model(url);
			ours = frontier_loop_of(&config, &m.u) == loop;
			n_ours[loop] += ours;
			assert_int_equal(check(url, from), ours ? OUTCOME_TRAP_PATTERN : OUTCOME_OK);
			(void)snprintf(url, sizeof(url), "http://h%u.test/x", i);
			assert_int_equal(judge_thin(url, &unused).is_copy, ours);
			url_release(&m.u);
			buf_release(&unused);
		}
		assert_true(n_ours[loop] > 0);
	}
	assert_int_equal(n_ours[0] + n_ours[1] + n_ours[2], HOSTS);
	/* But for the heads of what they pack. */
	assert_in_range(sum, packed.len, packed.len + (size_t)LOOPS * 64);
	buf_release(&packed);
	buf_release(&again);
	buf_release(&ways);
}

/* Of a page that was judged after all was packed: what it leads to is found on a page that had nothing new, with its text. */
static void
a_page_that_was_not_packed_is_known_by_its_way(void **state)
{
	struct model m = model("http://h.test/a/2");
	struct frontier_page page = { .url = &m.u, .fp = m.fp, .parent = STR("http://h.test/a/1"), .n_marks = 2, .mark_shift = 2, .marks = { 1, 2 } };
	struct frontier_judgement is;
	char way[512];

	(void)judge("http://h.test/a/1", "http://h.test/", 0, 24, NULL);
	assert_int_equal(traps_judge(traps, &page, &is), TRAP_STALE);
	assert_in_range(is.way.len, 1, sizeof(way));
	memcpy(way, is.way.p, is.way.len);
	traps_judged(traps, &m.u, m.fp);
	/* What has something new needs no way. */
	page.url = &m.u;
	traps_free(traps);
	assert_int_equal(traps_new(&config, 0, &traps), 0);
	restart(str_n(way, is.way.len));
	/* It is the copy of itself, and its text is known. */
	assert_int_equal(traps_judge(traps, &page, &is), TRAP_STALE);
	assert_true(is.is_copy);
	traps_judged(traps, &m.u, m.fp);
	url_release(&m.u);
}

/* Whatever the file has: an error, and no more than that. */
static void
what_is_not_whole_is_said_to_be(void **state)
{
	struct buf packed = BUF_INIT(1 << 24);
	size_t len, step;
	struct str rest;

	(void)chain("http://h.test/calendar/", 12, 3);
	traps_pack(traps, &packed);
	step = packed.len / 200 + 1;
	for (len = 0; len < packed.len; len += step) {
		traps_free(traps);
		assert_int_equal(traps_new(&config, 0, &traps), 0);
		rest = str_n(packed.data, len);
		assert_int_equal(traps_unpack(traps, &rest), -EBADMSG);
	}
	for (len = 7; len < packed.len; len += step) {
		char was = packed.data[len];

		packed.data[len] = (char)~was;
		traps_free(traps);
		assert_int_equal(traps_new(&config, 0, &traps), 0);
		rest = buf_str(&packed);
		(void)!traps_unpack(traps, &rest);
		(void)judge("http://h.test/unseen/1", "http://h.test/calendar/6", 0, 24, NULL);
		packed.data[len] = was;
	}
	rest = STR("ways3\nshort");
	assert_int_equal(traps_unpack(traps, &rest), -EBADMSG);
	buf_release(&packed);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(a_chain_with_nothing_new_ends),
		PLAY(a_chain_goes_on_while_it_gives),
		PLAY(what_is_not_a_chain_is_not_cut),
		PLAY(what_is_wide_is_not_cut),
		PLAY(pictures_are_something),
		PLAY(leads_are_trusted_until_they_fail),
		PLAY(a_parameter_that_changes_nothing),
		PLAY(thin_pages_take_longer),
		PLAY(strangers_have_nothing_cut),
		PLAY(copies_lead_to_copies),
		PLAY(aliases_lead_to_aliases),
		PLAY(what_was_learned_is_known_in_the_next_run),
		PLAY(loops_take_what_is_theirs),
		PLAY(a_page_that_was_not_packed_is_known_by_its_way),
		PLAY(what_is_not_whole_is_said_to_be),
		PLAY(switches),
		cmocka_unit_test(recall_forgets_the_oldest),
		cmocka_unit_test(classes_keep_what_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
