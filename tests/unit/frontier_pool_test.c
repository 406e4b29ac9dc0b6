/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces that come and go at random against a list of those that are out, each filled with a byte of its own. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/huge.h"
#include "frontier/pool.h"

#define MAX_OUT 60000

struct out {
	unsigned char *piece;
	size_t bytes;
	unsigned char with;
};

static struct out outs[MAX_OUT];
static size_t n_out;
static uint64_t chance;

static uint64_t
chance_of(uint64_t n)
{
	return hash_mix(chance++, 7) % n;
}

static bool
is_whole(const struct out *o)
{
	for (size_t i = 0; i < o->bytes; i++)
		if (o->piece[i] != o->with)
			return false;
	return true;
}

static void
get_one(struct pool *p)
{
	enum pool_class class = (enum pool_class)chance_of(POOL_CLASSES);
	struct out *o = &outs[n_out++];

	*o = (struct out){ .piece = pool_get(p, class), .bytes = pool_piece_bytes(class), .with = (unsigned char)chance_of(256) };
	assert_non_null(o->piece);
	assert_int_equal((uintptr_t)o->piece % 64, 0);
	memset(o->piece, o->with, o->bytes);
}

static void
put_one(struct pool *p)
{
	size_t i = chance_of(n_out);

	assert_true(is_whole(&outs[i]));
	pool_put(p, outs[i].piece);
	outs[i] = outs[--n_out];
}

static uint64_t
bytes_out(void)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < n_out; i++)
		bytes += outs[i].bytes;
	return bytes;
}

static void
pieces_are_whole_and_counted(void **state)
{
	_Atomic uint64_t bytes = 5;
	struct pool p;

	pool_init(&p, &bytes);
	for (unsigned round = 0; round < 6; round++) {
		size_t upto = round == 5 ? 0 : chance_of(MAX_OUT);

		while (n_out != upto) {
			if (n_out < upto || chance_of(4) == 0)
				get_one(&p);
			if (n_out > upto)
				put_one(&p);
		}
		assert_int_equal(pool_check(&p), n_out);
		assert_true(bytes - 5 >= bytes_out());
	}
	/* A region for each class is left, and of that no more than it may keep, or a large page. */
	assert_int_equal(p.n_regions, POOL_CLASSES);
	assert_true(bytes <= POOL_CLASSES * HUGE_BYTES + 5);
	pool_release(&p);
	assert_int_equal(bytes, 5);
}

static void
little_costs_little(void **state)
{
	_Atomic uint64_t bytes = 0;
	void *pieces[100];
	struct pool p;

	pool_init(&p, &bytes);
	for (unsigned i = 0; i < 100; i++)
		pieces[i] = pool_get(&p, POOL_256);
	assert_true(bytes >= 100 * 256 && bytes < 100 * 256 + 8192);
	for (unsigned i = 0; i < 100; i++)
		pool_put(&p, pieces[i]);
	assert_int_equal(pool_check(&p), 0);
	/* One that comes and goes makes nothing new. */
	for (unsigned i = 0; i < 1000; i++)
		pool_put(&p, pool_get(&p, POOL_256));
	assert_int_equal(p.n_regions, 1);
	pool_release(&p);
	assert_int_equal(bytes, 0);
}

/* What one class gives back is there for the others. */
static void
empty_regions_go_back(void **state)
{
	_Atomic uint64_t bytes = 0;
	struct pool p;

	pool_init(&p, &bytes);
	for (n_out = 0; n_out < 40000; n_out++)
		outs[n_out].piece = pool_get(&p, POOL_1024);
	assert_true(bytes >= 40000 * 1024);
	while (n_out > 0)
		pool_put(&p, outs[--n_out].piece);
	assert_int_equal(p.n_regions, 1);
	assert_true(bytes <= HUGE_BYTES);
	pool_release(&p);
}

/* But for so many: the next pieces, of whatever class, take these. */
static void
some_regions_are_kept(void **state)
{
	_Atomic uint64_t bytes = 0;
	uint64_t before;
	struct pool p;

	pool_init(&p, &bytes);
	pool_keep(&p, 3 * HUGE_BYTES);
	for (n_out = 0; n_out < 40000; n_out++)
		outs[n_out].piece = pool_get(&p, POOL_1024);
	while (n_out > 0)
		pool_put(&p, outs[--n_out].piece);
	assert_int_equal(pool_check(&p), 0);
	assert_int_equal(pool_spare_bytes(&p), 3 * HUGE_BYTES);
	assert_true(bytes >= 3 * HUGE_BYTES && bytes <= 4 * HUGE_BYTES);
	before = bytes;
	for (; n_out < 100; n_out++)
		outs[n_out].piece = pool_get(&p, POOL_256);
	assert_int_equal(pool_spare_bytes(&p), 2 * HUGE_BYTES);
	assert_int_equal(bytes, before);
	pool_trim(&p);
	assert_int_equal(pool_spare_bytes(&p), 0);
	assert_int_equal(pool_check(&p), 100);
	while (n_out > 0)
		pool_put(&p, outs[--n_out].piece);
	pool_release(&p);
	assert_int_equal(bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_whole_and_counted),
		cmocka_unit_test(little_costs_little),
		cmocka_unit_test(empty_regions_go_back),
		cmocka_unit_test(some_regions_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
