/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Large bodies on their way (store/part.h): what a commit does with many of them. What becomes of one is in tests/e2e/test_parts.py. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "store/part_private.h"
#include "store/store_private.h"

#define N_PARTS 40

static unsigned g_syncs;

int
fdatasync(int fd)
{
	g_syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

struct bench {
	char path[64];
	struct store_config config;
	struct sink_context ctx;
	struct parts *parts;
	struct job *jobs[N_PARTS];
	int fds[N_PARTS];
};

/* Bodies of which two pieces of what is worth a sync have come; in so many lists. */
static void
begin(struct bench *b, unsigned n_lists)
{
	void *state;

	*b = (struct bench){ .path = "/tmp/store_part_test.XXXXXX", .config = { .save_body = true } };
	assert_non_null(mkdtemp(b->path));
	b->ctx = (struct sink_context){ .config = &b->config, .dir = { .fd = open(b->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .lock_fd = -1 } };
	assert_true(b->ctx.dir.fd >= 0);
	assert_int_equal(sink_part.open(&b->ctx, &state), 0);
	b->parts = state;
	for (unsigned i = 0; i < N_PARTS; i++) {
		struct job *j;

		assert_int_equal(job_new(&j), 0);
		j->fp = 1 + i % n_lists + (uint64_t)(i / n_lists) * PART_LISTS;
		j->status = 200;
		j->length = 2 * N_PARTS * PART_COMMIT_BYTES;
		assert_int_equal(job_set(j, &j->etag, STR("\"1\"")), 0);
		b->fds[i] = parts_file(b->parts, j);
		assert_true(b->fds[i] >= 0);
		assert_int_equal(ftruncate(b->fds[i], 2 * (off_t)PART_COMMIT_BYTES), 0);
		b->jobs[i] = j;
	}
	g_syncs = 0;
}

static void
end(struct bench *b)
{
	char command[128];

	for (unsigned i = 0; i < N_PARTS; i++) {
		closep(&b->fds[i]);
		job_free(b->jobs[i]);
	}
	b->ctx.finished = true;
	assert_int_equal(sink_part.close(b->parts, false), 0);
	closep(&b->ctx.dir.fd);
	/* Of a job that is finished there is none. */
	(void)snprintf(command, sizeof(command), "rmdir %s", b->path);
	assert_int_equal(system(command), 0);
}

static uint64_t
synced(const struct bench *b, unsigned i)
{
	return part_find(b->parts, b->jobs[i]->fp)->d.synced;
}

/* A commit waits for a few of them, each has its turn; one whose transfer is over has not to wait, for it keeps a descriptor until then. */
static void
a_commit_waits_for_few(void **state)
{
	unsigned n = 0, commits;
	struct bench b;

	begin(&b, 10);
	for (unsigned i = 0; i < 5; i++) {
		b.jobs[i]->outcome = OUTCOME_BODY_SHORT;
		assert_true(parts_end(b.parts, b.jobs[i]));
	}
	assert_int_equal(sink_part.sync(b.parts), 0);
	assert_in_range(g_syncs, 6, 20);
	for (unsigned i = 0; i < 5; i++)
		assert_true(part_find(b.parts, b.jobs[i]->fp)->d.fd < 0);
	for (commits = 1; n < N_PARTS && commits < N_PARTS; commits++) {
		unsigned before = g_syncs;

		assert_int_equal(sink_part.sync(b.parts), 0);
		assert_in_range(g_syncs - before, 0, 8);
		n = 5;
		for (unsigned i = 5; i < N_PARTS; i++)
			n += synced(&b, i) == 2 * PART_COMMIT_BYTES;
	}
	assert_int_equal(n, N_PARTS);
	end(&b);
}

/* All have more with each commit, and none is left behind. */
static void
each_has_its_turn(unsigned n_lists)
{
	struct bench b;

	begin(&b, n_lists);
	for (unsigned commits = 1; commits <= N_PARTS / 8; commits++) {
		unsigned n = 0;

		assert_int_equal(sink_part.sync(b.parts), 0);
		for (unsigned i = 0; i < N_PARTS; i++) {
			n += synced(&b, i) > 0;
			assert_int_equal(ftruncate(b.fds[i], (off_t)(2 + commits) * (off_t)PART_COMMIT_BYTES), 0);
		}
		assert_int_equal(n, 8 * commits);
	}
	end(&b);
}

static void
one_list_has_its_turn(void **state)
{
	each_has_its_turn(1);
}

static void
lists_have_their_turn(void **state)
{
	each_has_its_turn(10);
	each_has_its_turn(N_PARTS);
}

/* What is over is gone with the commit, whichever list it is in, and nothing else is. */
static void
what_is_over_goes(void **state)
{
	struct bench b;

	begin(&b, 10);
	b.jobs[7]->outcome = OUTCOME_BODY_SHORT;
	assert_true(parts_end(b.parts, b.jobs[7]));
	assert_int_equal(sink_part.put(b.parts, b.jobs[7]), 0);
	assert_int_equal(sink_part.put(b.parts, b.jobs[8]), 0); /* on its way */
	assert_int_equal(sink_part.committed(b.parts), 0);
	for (unsigned i = 0; i < N_PARTS; i++)
		assert_true((part_find(b.parts, b.jobs[i]->fp) == NULL) == (i == 7));
	end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commit_waits_for_few),
		cmocka_unit_test(one_list_has_its_turn),
		cmocka_unit_test(lists_have_their_turn),
		cmocka_unit_test(what_is_over_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
