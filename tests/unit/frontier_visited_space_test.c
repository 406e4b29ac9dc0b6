/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of the visited set's tables: what was given is taken again, as zeros, and the account is what the kernel says (S1-S3). */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/proc.h"
#include "frontier/visited_space.h"

#define KIB       ((uint64_t)1024)
#define MAP_BYTES (8 * 1024 * KIB)
/* Units are of 1 KiB, pages of four of them. */
#define PAGE 4

struct fixture {
	struct seen_view view;
	struct visited_space space;
	int fd;
};

static void
open_space(struct fixture *x, uint64_t max_bytes, size_t max_runs)
{
	*x = (struct fixture){ .view = { .map_bytes = MAP_BYTES, .unit_shift = SEEN_MAX_UNIT_SHIFT }, .fd = memfd_create("space", MFD_CLOEXEC) };
	assert_true(x->fd >= 0);
	assert_int_equal(proc_memfd_size(x->fd, MAP_BYTES), 0);
	x->view.base = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, x->fd, 0);
	assert_ptr_not_equal(x->view.base, MAP_FAILED);
	assert_int_equal(visited_space_init(&x->space, &x->view, x->fd, 0, 0, max_bytes, max_runs), 0);
}

static void
close_space(struct fixture *x)
{
	visited_space_release(&x->space);
	(void)munmap(x->view.base, MAP_BYTES);
	(void)close(x->fd);
}

static unsigned char *
at(const struct fixture *x, uint64_t first)
{
	return x->view.base + first * KIB;
}

/* Takes it, sees that it is empty, and writes all of it. */
static uint64_t
take(struct fixture *x, uint64_t units)
{
	uint64_t first = 0;

	assert_int_equal(visited_space_take(&x->space, units, &first), 0);
	for (uint64_t i = 0; i < units * KIB; i++)
		assert_int_equal(at(x, first)[i], 0);
	memset(at(x, first), 0xff, units * KIB);
	return first;
}

/* Is the account what the kernel says, and that? */
static void
expect_resident(const struct fixture *x, uint64_t units)
{
	struct stat st;

	assert_int_equal(fstat(x->fd, &st), 0);
	assert_int_equal(st.st_blocks * 512, units * KIB);
	assert_int_equal(x->space.resident, units * KIB);
}

static void
what_was_given_is_taken_again(void **state)
{
	struct fixture x;
	uint64_t a, b, c;

	open_space(&x, MAP_BYTES, 16);
	(void)take(&x, 100 * PAGE);
	a = take(&x, PAGE);
	b = take(&x, 2 * PAGE);
	c = take(&x, PAGE);
	visited_space_give(&x.space, a, PAGE);
	visited_space_give(&x.space, c, PAGE);
	expect_resident(&x, 104 * PAGE);
	/* None of them has room; then what lies between makes them one. */
	assert_int_equal(take(&x, 3 * PAGE), c + PAGE);
	visited_space_give(&x.space, b, 2 * PAGE);
	assert_int_equal(take(&x, 3 * PAGE), a);
	assert_int_equal(take(&x, PAGE), c);
	expect_resident(&x, 107 * PAGE);
	assert_int_equal(x.space.n_runs, 0);
	close_space(&x);
}

/* S3, by the largest; what went back is not used again, but counts no more. */
static void
little_is_free(void **state)
{
	struct fixture x;
	uint64_t small, large, i;

	/* Of this, 1 MiB. */
	open_space(&x, 128 * 1024 * KIB, 16);
	small = take(&x, 9 * PAGE);
	large = take(&x, 253 * PAGE);
	(void)take(&x, 2 * PAGE);
	for (i = 0; i < 6; i += 2)
		visited_space_give(&x.space, small + i * PAGE, PAGE);
	visited_space_give(&x.space, large, 253 * PAGE);
	expect_resident(&x, 264 * PAGE);
	visited_space_give(&x.space, small + 6 * PAGE, PAGE);
	expect_resident(&x, 11 * PAGE);
	for (i = 0; i < 8; i += 2)
		assert_int_equal(take(&x, PAGE), small + i * PAGE);
	assert_true(take(&x, PAGE) > large + (uint64_t)253 * PAGE);
	expect_resident(&x, 12 * PAGE);
	close_space(&x);
}

/* S2: what is free does not keep anybody from the last byte that may be had. */
static void
free_memory_is_no_shortage(void **state)
{
	struct fixture x;
	uint64_t a, first;

	open_space(&x, 100 * PAGE * KIB, 16);
	a = take(&x, 2 * PAGE);
	(void)take(&x, 90 * PAGE);
	visited_space_give(&x.space, a, 2 * PAGE);
	(void)take(&x, 10 * PAGE);
	expect_resident(&x, 100 * PAGE);
	assert_int_equal(visited_space_take(&x.space, PAGE, &first), -ENOSPC);
	expect_resident(&x, 100 * PAGE);
	close_space(&x);
}

/* More runs than are expected: their memory goes back. */
static void
many_runs(void **state)
{
	struct fixture x;
	uint64_t a[3];

	open_space(&x, MAP_BYTES, 2);
	(void)take(&x, 100 * PAGE);
	for (unsigned i = 0; i < 3; i++) {
		a[i] = take(&x, PAGE);
		(void)take(&x, PAGE);
	}
	for (unsigned i = 0; i < 3; i++)
		visited_space_give(&x.space, a[i], PAGE);
	expect_resident(&x, 105 * PAGE);
	assert_int_equal(take(&x, PAGE), a[0]);
	assert_int_equal(take(&x, PAGE), a[1]);
	assert_true(take(&x, PAGE) > a[2]);
	close_space(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_given_is_taken_again),
		cmocka_unit_test(little_is_free),
		cmocka_unit_test(free_memory_is_no_shortage),
		cmocka_unit_test(many_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
