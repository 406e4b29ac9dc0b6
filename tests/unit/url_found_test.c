/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "url/found.h"
#include "url/url.h"

#define ENTRIES 2000

static uint64_t random_state = 1;

static unsigned
pick(unsigned n)
{
	random_state = hash_mix(random_state, 7);
	return (unsigned)(random_state % n);
}

struct model {
	struct found f;
	char url[256], parent[64];
	char chain[8 * 4];
};

static void
make_entry(struct model *m)
{
	*m = (struct model){ 0 };
	(void)snprintf(m->url, sizeof(m->url), "https://h%u.example/%0*u?q=%u", pick(3),
		(int)pick(100) + 1, pick(1000), pick(10));
	if (pick(4) > 0)
		(void)snprintf(m->parent, sizeof(m->parent), "https://h.example/%u", pick(3));
	for (size_t i = 0; i < sizeof(m->chain); i++)
		m->chain[i] = (char)pick(256);
	m->f = (struct found){
		.url = str_of(m->url),
		.parent = str_of(m->parent),
		.depth = pick(5) == 0 ? UINT32_MAX : pick(1000),
		.kind = (enum link_kind)pick(LINK_KIND_COUNT),
		.flags = pick(LINK_FLAGS + 1),
		.from = (enum net)pick(NET_USER + 1),
		.is_seed = pick(2) == 0,
		.remembered = pick(2) == 0,
		.attempt = pick(3) == 0 ? 1 + pick(250) : 1,
		.due_wall_us = INT64_C(1700000000456000) + pick(1000) * 1000,
		.redirects = pick(4) == 0 ? pick(5) : 0,
		.chain = m->chain,
		/* Of two in a row often the same. */
		.queued_wall_us = INT64_C(1700000000123000) + (int64_t)pick(3) * pick(1000000) * 1000,
		.lastmod_s = pick(3) == 0 ? UINT32_MAX - pick(10) : 0,
	};
}

static void
assert_same(const struct found *a, const struct found *b)
{
	assert_true(str_eq(a->url, b->url));
	assert_true(str_eq(a->parent, b->parent));
	assert_int_equal(a->depth, b->depth);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->lastmod_s, b->lastmod_s);
	assert_int_equal(a->is_seed, b->is_seed);
	assert_int_equal(a->remembered, b->remembered);
	assert_int_equal(a->attempt, b->attempt);
	if (a->attempt > 1)
		assert_int_equal(a->due_wall_us, b->due_wall_us);
	assert_int_equal(a->redirects, b->redirects);
	if (a->redirects > 0)
		assert_memory_equal(a->chain, b->chain, 8 * (size_t)a->redirects);
	assert_int_equal(a->queued_wall_us, b->queued_wall_us);
}

/* Pieces that begin fresh may be put together in any order. */
static void
comes_back(void **state)
{
	static struct model models[ENTRIES];
	struct buf pieces[2] = { BUF_INIT(1 << 24), BUF_INIT(1 << 24) }, all = BUF_INIT(1 << 24);
	struct found_packer packer;
	struct found_reader reader;
	struct found f;

	found_packer_init(&packer);
	for (size_t i = 0; i < ENTRIES; i++) {
		make_entry(&models[i]);
		if (i == ENTRIES / 2)
			found_packer_fresh(&packer);
		assert_int_equal(found_pack(&packer, &models[i].f, &pieces[i >= ENTRIES / 2]), 0);
	}
	assert_int_equal(buf_add_str(&all, buf_str(&pieces[1])), 0);
	assert_int_equal(buf_add_str(&all, buf_str(&pieces[0])), 0);
	found_reader_init(&reader, buf_str(&all));
	for (size_t i = 0; i < ENTRIES; i++) {
		assert_int_equal(found_next(&reader, &f), 1);
		assert_same(&f, &models[(i + ENTRIES / 2) % ENTRIES].f);
	}
	assert_int_equal(found_next(&reader, &f), 0);
	found_reader_release(&reader);
	found_packer_release(&packer);
	buf_release(&pieces[0]);
	buf_release(&pieces[1]);
	buf_release(&all);
}

/* An entry that does not fit leaves nothing behind, and the next one does not lean on it. */
static void
too_much_is_not_packed(void **state)
{
	struct buf out = BUF_INIT(128);
	struct found_packer packer;
	struct found_reader reader;
	struct found f = { .url = STR("https://a.example/1"), .attempt = 1 };
	struct found back;
	char longer[200];
	size_t len;

	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "https://a.example/", 18);
	found_packer_init(&packer);
	assert_int_equal(found_pack(&packer, &f, &out), 0);
	len = out.len;
	f.url = str_n(longer, sizeof(longer));
	assert_int_equal(found_pack(&packer, &f, &out), -EMSGSIZE);
	assert_int_equal(out.len, len);
	out.err = 0;
	f.url = STR("https://a.example/2");
	assert_int_equal(found_pack(&packer, &f, &out), 0);
	found_reader_init(&reader, buf_str(&out));
	assert_int_equal(found_next(&reader, &back), 1);
	assert_int_equal(found_next(&reader, &back), 1);
	assert_true(str_eq(back.url, f.url));
	assert_int_equal(found_next(&reader, &back), 0);
	found_reader_release(&reader);
	found_packer_release(&packer);
	buf_release(&out);
}

/* A database may be damaged: whatever stands there is read to an end, in bounds. */
static void
damage_is_an_error(void **state)
{
	struct buf out = BUF_INIT(1 << 20);
	struct found_packer packer;
	struct model m;
	unsigned bad = 0;

	found_packer_init(&packer);
	for (unsigned i = 0; i < 50; i++) {
		make_entry(&m);
		assert_int_equal(found_pack(&packer, &m.f, &out), 0);
	}
	for (unsigned i = 0; i < 20000; i++) {
		/* On the heap, of exactly this size, for the sanitizers. */
		size_t len = pick((unsigned)out.len) + 1;
		char *copy = malloc(len);
		struct found_reader reader;
		struct found f;
		int r;

		assert_non_null(copy);
		memcpy(copy, out.data, len);
		for (unsigned k = pick(4); k > 0; k--)
			copy[pick((unsigned)len)] = (char)pick(256);
		found_reader_init(&reader, str_n(copy, len));
		while ((r = found_next(&reader, &f)) == 1)
			assert_true(f.url.len <= URL_MAX_BYTES && f.kind < LINK_KIND_COUNT);
		bad += r == -EBADMSG;
		assert_true(r == 0 || r == -EBADMSG);
		found_reader_release(&reader);
		free(copy);
	}
	assert_true(bad > 10000);
	found_packer_release(&packer);
	buf_release(&out);
}

/* Once round is one URL, twice round another, and a chain without it does not matter. */
static void
keys(void **state)
{
	uint64_t chain[] = { 11, 12, 13 };

	assert_int_equal(found_key(5, STR_NONE), 5);
	assert_int_equal(found_key(5, str_n((const char *)chain, sizeof(chain))), 5);
	assert_int_not_equal(found_key(12, str_n((const char *)chain, 16)), 12);
	assert_int_not_equal(found_key(12, str_n((const char *)chain, 16)),
		found_key(12, str_n((const char *)chain, 24)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(too_much_is_not_packed),
		cmocka_unit_test(damage_is_an_error),
		cmocka_unit_test(keys),
	};

	return cmocka_run_group_tests_name("found", tests, NULL, NULL);
}
