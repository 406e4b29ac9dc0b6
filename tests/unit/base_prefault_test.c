/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked for is there before it is touched, as mincore(2) has it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/prefault.h"
#include "base/thread.h"

#define PAGE     ((size_t)4096)
#define N_PAGES  16u
#define N_BLOCKS 60u
#define BLOCK    ((size_t)12000)

static bool
is_there(const void *p)
{
	unsigned char there = 0;

	assert_int_equal(mincore((void *)((uintptr_t)p & ~(uintptr_t)(PAGE - 1)), PAGE, &there), 0);
	return (there & 1) != 0;
}

static char *
map(void)
{
	char *p = mmap(NULL, N_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

/* Where the kernel cannot there is nothing to see. */
static bool
kernel_can(void)
{
	char *p = map();
	bool can;

	prefault_pages(p, PAGE);
	can = is_there(p);
	assert_int_equal(munmap(p, N_PAGES * PAGE), 0);
	return can;
}

static void
test_pages(void **state)
{
	char *p = map();

	if (!kernel_can())
		skip(); /* before Linux 5.14 pages come by faults, as they would have come: there is nothing to see */
	p[5 * PAGE] = 'x';
	/* From the middle of page 1 to the middle of page 8: 2 to 7 are whole. */
	prefault_pages(p + PAGE + 1, 7 * PAGE + 100);
	for (unsigned i = 0; i < N_PAGES; i++)
		assert_int_equal(is_there(p + i * PAGE), i >= 2 && i <= 7);
	assert_int_equal(p[5 * PAGE], 'x');
	assert_int_equal(p[6 * PAGE], 0);
	assert_int_equal(munmap(p, N_PAGES * PAGE), 0);
}

/* No memory that malloc(3) had, less than a page, or pages that are not there at all: nothing happens. */
static void
test_nothing(void **state)
{
	char *p = map();

	prefault_pages(NULL, 10 * PAGE);
	prefault_pages(p + 1, PAGE);
	prefault_pages(p, 0);
	assert_false(is_there(p));
	assert_int_equal(munmap(p, N_PAGES * PAGE), 0);
	prefault_pages(p, N_PAGES * PAGE);
	prefault_heap(0);
}

#if defined(LYCOSA_SANITIZERS) || !defined(__GLIBC__)
static void
test_heap(void **state)
{
	skip(); /* what is kept at a heap's end is glibc's malloc(3); sanitizers and other systems have another */
}
#else
static unsigned
blocks_there(void)
{
	char *blocks[N_BLOCKS];
	unsigned n = 0, i;

	for (i = 0; i < N_BLOCKS; i++) {
		blocks[i] = malloc(BLOCK);
		assert_non_null(blocks[i]);
		/* Their middle: the ends share their pages with what malloc(3) itself writes. */
		n += is_there(blocks[i] + BLOCK / 2);
	}
	for (i = N_BLOCKS; i > 0; i--)
		free(blocks[i - 1]);
	return n;
}

static void *
in_thread(void *arg)
{
	unsigned *there = arg;

	there[0] = blocks_there();
	prefault_heap(N_BLOCKS * (BLOCK + PAGE));
	there[1] = blocks_there();
	return arg;
}

static void
test_heap(void **state)
{
	unsigned there[2];
	pthread_t thread;

	if (!kernel_can())
		skip(); /* before Linux 5.14 pages come by faults, as they would have come: there is nothing to see */
	prefault_init();
	prefault_heap(N_BLOCKS * (BLOCK + PAGE));
	assert_int_equal(blocks_there(), N_BLOCKS);
	/* A thread's heap is another, of which nothing is there yet. */
	assert_int_equal(thread_start(&thread, "heap", in_thread, there), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(there[0] < N_BLOCKS / 2);
	assert_int_equal(there[1], N_BLOCKS);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_heap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
