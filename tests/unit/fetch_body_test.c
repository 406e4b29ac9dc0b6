/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fetch/body.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

static const struct body_config config = {
	.n_slots = 4,
	.slot_bytes = 8 * MIB,
	.spill_bytes = 64 * KIB,
	.max_body_bytes = 16 * MIB,
	.touched_max_bytes = 64 * MIB,
	.tmp_dir = "/tmp",
};

static const struct fetch_wants parse = { .parse = true }, keep = { .keep = true },
	both = { .parse = true, .keep = true }, prefix = { .parse = true, .prefix = true }, neither = { .parse = false };

static struct body *
body(const struct body_config *c)
{
	struct body *b;

	assert_int_equal(body_new(c, &b), 0);
	return b;
}

static struct job *
job(struct body *b, struct body_sink *s, struct fetch_wants wants)
{
	struct job *j;

	assert_int_equal(job_new(&j), 0);
	body_take(b, j);
	body_sink_begin(s, b, j);
	body_sink_wants(s, wants);
	return j;
}

static void
job_done(struct body *b, struct job *j, int64_t now_us)
{
	body_release(b, j, now_us);
	assert_int_equal(j->body.slot, -1);
	assert_int_equal(j->body.file_fd, -1);
	job_free(j);
}

/* Bytes that say where they are. */
static enum outcome
fill(struct body_sink *s, uint64_t len)
{
	static char chunk[16 * 1024];
	uint64_t off = s->job->body.len, end = off + len;
	enum outcome o = OUTCOME_OK;

	while (off < end && o == OUTCOME_OK) {
		size_t n = end - off < sizeof(chunk) ? (size_t)(end - off) : sizeof(chunk), i;

		for (i = 0; i < n; i++)
			chunk[i] = (char)((off + i) * 31 >> 3);
		o = body_write(s, chunk, n);
		off += n;
	}
	return o;
}

static void
assert_filled(const char *p, uint64_t len)
{
	uint64_t i;

	for (i = 0; i < len; i++)
		if (p[i] != (char)(i * 31 >> 3))
			fail_msg("byte %llu is wrong", (unsigned long long)i);
}

static uint64_t
resident_bytes(const struct body *b)
{
	struct stat st;

	assert_int_equal(fstat(body_region_fd(b), &st), 0);
	return (uint64_t)st.st_blocks * 512;
}

static void
test_page_in_slot(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, parse);
	char *map;

	assert_int_equal(fill(&s, 100 * KIB), OUTCOME_OK);
	body_sink_end(&s);
	assert_int_equal(j->body.len, 100 * KIB);
	assert_filled(j->body.data, j->body.len);
	/* The same through the descriptor for the others, which cannot be mapped for writing. */
	map = mmap(NULL, body_region_bytes(b), PROT_READ, MAP_SHARED, body_region_fd(b), 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_filled(map + j->body.region_off, j->body.len);
	assert_int_equal(mprotect(map, body_region_bytes(b), PROT_READ | PROT_WRITE), -1);
	(void)munmap(map, body_region_bytes(b));
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, body_region_fd(b), 0), MAP_FAILED);
	assert_int_equal(ftruncate(body_region_fd(b), 0), -1);
	assert_int_equal(body_touched_bytes(b), 100 * KIB);
	assert_int_equal(resident_bytes(b), 100 * KIB);
	job_done(b, j, 0);
	body_free(b);
}

static void
test_slots_are_reused_last_in_first_out(void **state)
{
	struct body *b = body(&config);
	struct body_sink s[4];
	struct job *j[4];
	int32_t last;
	int i;

	for (i = 0; i < 4; i++) {
		assert_int_equal(body_free_slots(b), 4 - i);
		j[i] = job(b, &s[i], parse);
		assert_int_equal(fill(&s[i], 1000), OUTCOME_OK);
	}
	assert_int_equal(body_free_slots(b), 0);
	last = j[2]->body.slot;
	for (i = 0; i < 4; i++)
		if (i != 2)
			job_done(b, j[i], 0);
	job_done(b, j[2], 0);
	assert_int_equal(body_touched_bytes(b), 4 * 16 * KIB);
	j[0] = job(b, &s[0], parse);
	assert_int_equal(j[0]->body.slot, last);
	assert_int_equal(fill(&s[0], 4096), OUTCOME_OK);
	assert_int_equal(body_touched_bytes(b), 4 * 16 * KIB);
	job_done(b, j[0], 0);
	body_free(b);
}

/* Few steps, so that each costs one call here and one fault in a reader; large bodies by the page. */
static void
test_steps(void **state)
{
	struct body_config c = config;
	struct body_sink s;
	struct body *b = body(&config);
	struct job *j = job(b, &s, parse);

	assert_int_equal(fill(&s, 1), OUTCOME_OK);
	assert_int_equal(body_touched_bytes(b), 16 * KIB);
	assert_int_equal(resident_bytes(b), 16 * KIB);
	assert_int_equal(fill(&s, 16 * KIB), OUTCOME_OK);
	assert_int_equal(resident_bytes(b), 64 * KIB);
	assert_int_equal(fill(&s, 64 * KIB), OUTCOME_OK);
	assert_int_equal(resident_bytes(b), 84 * KIB);
	job_done(b, j, 0);
	body_free(b);
	/* Not beyond the slot: there the next one begins. */
	c.slot_bytes = 8 * KIB;
	b = body(&c);
	j = job(b, &s, parse);
	assert_int_equal(fill(&s, 1), OUTCOME_OK);
	assert_int_equal(resident_bytes(b), 8 * KIB);
	job_done(b, j, 0);
	body_free(b);
}

/* Near parts lie together; who outgrows one moves, and who says before that it will begins where it would move to. */
static void
test_parts(void **state)
{
	struct body *b = body(&config);
	struct body_sink s[3];
	struct job *j[3];

	for (unsigned i = 0; i < 3; i++)
		j[i] = job(b, &s[i], parse);
	assert_int_equal(fill(&s[0], BODY_KEEP_BYTES), OUTCOME_OK);
	assert_int_equal(fill(&s[1], BODY_KEEP_BYTES), OUTCOME_OK);
	assert_int_equal(fill(&s[1], 1), OUTCOME_OK);
	assert_int_equal(body_sink_announced(&s[2], BODY_KEEP_BYTES + 1), OUTCOME_OK);
	assert_int_equal(fill(&s[2], 100 * KIB), OUTCOME_OK);
	for (unsigned i = 0; i < 3; i++) {
		body_sink_end(&s[i]);
		assert_filled(j[i]->body.data, j[i]->body.len);
	}
	assert_true(j[0]->body.region_off < config.n_slots * BODY_KEEP_BYTES);
	assert_true(j[1]->body.region_off >= config.n_slots * BODY_KEEP_BYTES);
	assert_true(j[2]->body.region_off >= j[1]->body.region_off + config.slot_bytes);
	assert_int_equal(body_touched_bytes(b), (uint64_t)3 * BODY_KEEP_BYTES + 4096 + 100 * KIB);
	assert_int_equal(resident_bytes(b), body_touched_bytes(b));
	/* What follows an answer that is not the last, a redirect say, begins anew. */
	body_sink_begin(&s[1], b, j[1]);
	body_sink_wants(&s[1], parse);
	assert_int_equal(fill(&s[1], 10), OUTCOME_OK);
	body_sink_end(&s[1]);
	assert_int_equal(j[1]->body.region_off, BODY_KEEP_BYTES);
	for (unsigned i = 0; i < 3; i++)
		job_done(b, j[i], 0);
	assert_int_equal(resident_bytes(b), 2 * BODY_KEEP_BYTES);
	body_free(b);
}

static void
test_trimming(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, parse);
	int64_t next_us;

	assert_int_equal(fill(&s, 5 * MIB + 1), OUTCOME_OK);
	assert_int_equal(body_touched_bytes(b), BODY_KEEP_BYTES + 5 * MIB + 4096);
	job_done(b, j, 1000);
	assert_int_equal(body_touched_bytes(b), BODY_KEEP_BYTES);
	assert_int_equal(resident_bytes(b), BODY_KEEP_BYTES);
	/* Idle: not yet, then all of it. */
	next_us = body_trim(b, 1000 + BODY_IDLE_US - 1);
	assert_true(next_us >= 1000 + BODY_IDLE_US);
	assert_int_equal(body_touched_bytes(b), BODY_KEEP_BYTES);
	assert_int_equal(body_trim(b, next_us), -1);
	assert_int_equal(body_touched_bytes(b), 0);
	assert_int_equal(resident_bytes(b), 0);
	body_free(b);
}

static void
test_memory_ceiling(void **state)
{
	struct body_config c = config;
	struct body_sink s[3];
	struct job *j[3];
	struct body *b;

	c.touched_max_bytes = 4 * MIB;
	b = body(&c);
	j[0] = job(b, &s[0], parse);
	j[1] = job(b, &s[1], parse);
	j[2] = job(b, &s[2], parse);
	assert_int_equal(fill(&s[0], 4 * MIB - 4096 - BODY_KEEP_BYTES), OUTCOME_OK);
	assert_false(body_is_full(b));
	assert_int_equal(fill(&s[1], 4096), OUTCOME_OK);
	assert_true(body_is_full(b));
	/* A page of ordinary size still comes in; a large one ends. */
	assert_int_equal(fill(&s[1], 700 * KIB), OUTCOME_OK);
	assert_int_equal(fill(&s[1], 1 * MIB), OUTCOME_NO_RESOURCES);
	assert_int_equal(fill(&s[2], BODY_KEEP_BYTES), OUTCOME_OK);
	assert_int_equal(fill(&s[2], 1), OUTCOME_NO_RESOURCES);
	/* While memory is short nothing is kept warm. */
	job_done(b, j[2], 0);
	job_done(b, j[0], 0);
	assert_true(body_touched_bytes(b) < 2 * MIB);
	assert_false(body_is_full(b));
	job_done(b, j[1], 0);
	assert_int_equal(resident_bytes(b), body_touched_bytes(b));
	body_free(b);
}

/* What free slots keep warm goes at once; what a job has stays. */
static void
test_free_slots_are_dropped(void **state)
{
	struct body *b = body(&config);
	struct body_sink s[2];
	struct job *j[2] = { job(b, &s[0], parse), job(b, &s[1], parse) };

	assert_int_equal(fill(&s[0], 64 * KIB), OUTCOME_OK);
	assert_int_equal(fill(&s[1], 128 * KIB), OUTCOME_OK);
	job_done(b, j[1], 0);
	assert_true(body_touched_bytes(b) >= 192 * KIB);
	body_drop_free(b);
	assert_in_range(body_touched_bytes(b), 64 * KIB, 128 * KIB);
	assert_int_equal(resident_bytes(b), body_touched_bytes(b));
	body_sink_end(&s[0]);
	assert_filled(j[0]->body.data, 64 * KIB);
	job_done(b, j[0], 0);
	body_free(b);
}

static void
assert_file(const struct job *j)
{
	char *p = malloc(j->body.len + 1);

	assert_non_null(p);
	assert_true(j->body.file_fd >= 0);
	assert_null(j->body.data);
	assert_int_equal(pread(j->body.file_fd, p, j->body.len + 1, 0), j->body.len);
	assert_filled(p, j->body.len);
	free(p);
}

static void
test_kept_body_moves_to_file(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, keep);

	assert_int_equal(fill(&s, 64 * KIB), OUTCOME_OK);
	assert_int_equal(j->body.file_fd, -1);
	assert_int_equal(fill(&s, 1), OUTCOME_OK);
	assert_int_equal(fill(&s, 3 * MIB), OUTCOME_OK);
	body_sink_end(&s);
	assert_file(j);
	assert_false(s.page_too_large);
	/* The slot is of no more use. */
	body_settle(b, j, 0);
	assert_int_equal(j->body.slot, -1);
	assert_int_equal(body_free_slots(b), 4);
	job_done(b, j, 0);
	body_free(b);
}

static void
test_small_kept_body_stays(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, keep);

	assert_int_equal(fill(&s, 64 * KIB), OUTCOME_OK);
	body_sink_end(&s);
	assert_filled(j->body.data, 64 * KIB);
	body_settle(b, j, 0);
	assert_true(j->body.slot >= 0);
	job_done(b, j, 0);
	body_free(b);
}

static void
test_page_too_large(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, parse);

	assert_int_equal(fill(&s, 8 * MIB), OUTCOME_OK);
	assert_int_equal(fill(&s, 1), OUTCOME_PAGE_TOO_LARGE);
	assert_int_equal(j->body.len, 8 * MIB);
	job_done(b, j, 0);

	j = job(b, &s, both);
	assert_int_equal(fill(&s, 8 * MIB + 1), OUTCOME_OK);
	body_sink_end(&s);
	assert_true(s.page_too_large);
	assert_file(j);
	job_done(b, j, 0);
	body_free(b);
}

/* B5: what there is room for when nothing else is there is read, also when it is not announced; a byte more is too large, and no want of resources. */
static void
test_page_larger_than_memory(void **state)
{
	const uint64_t max = 5 * MIB - BODY_KEEP_BYTES;
	struct body_config c = config;
	struct body_sink s;
	struct body *b;
	struct job *j;

	c.touched_max_bytes = 4 * MIB;
	b = body(&c);
	assert_int_equal(body_page_max_bytes(b), max);
	j = job(b, &s, parse);
	assert_int_equal(body_sink_announced(&s, (int64_t)max), OUTCOME_OK);
	assert_int_equal(body_sink_announced(&s, (int64_t)max + 1), OUTCOME_PAGE_TOO_LARGE);
	job_done(b, j, 0);

	j = job(b, &s, parse);
	assert_int_equal(fill(&s, max), OUTCOME_OK);
	assert_int_equal(fill(&s, 1), OUTCOME_PAGE_TOO_LARGE);
	assert_int_equal(body_touched_bytes(b), 5 * MIB);
	job_done(b, j, 0);

	j = job(b, &s, both);
	assert_int_equal(fill(&s, max + 1), OUTCOME_OK);
	body_sink_end(&s);
	assert_true(s.page_too_large);
	assert_file(j);
	job_done(b, j, 0);
	body_free(b);

	/* Near parts are not refused, so what fits there is always read. */
	c.touched_max_bytes = 4096;
	b = body(&c);
	assert_int_equal(body_page_max_bytes(b), BODY_KEEP_BYTES);
	j = job(b, &s, parse);
	assert_int_equal(fill(&s, BODY_KEEP_BYTES), OUTCOME_OK);
	assert_int_equal(fill(&s, 1), OUTCOME_PAGE_TOO_LARGE);
	job_done(b, j, 0);
	body_free(b);
	b = body(&config);
	assert_int_equal(body_page_max_bytes(b), config.slot_bytes);
	body_free(b);
}

static void
test_page_ceiling_is_exact(void **state)
{
	struct body_config c = config;
	struct body_sink s;
	struct body *b;
	struct job *j;

	c.slot_bytes = 5000;
	b = body(&c);
	j = job(b, &s, parse);
	assert_int_equal(body_sink_announced(&s, 5000), OUTCOME_OK);
	assert_int_equal(body_sink_announced(&s, 5001), OUTCOME_PAGE_TOO_LARGE);
	assert_int_equal(fill(&s, 5000), OUTCOME_OK);
	assert_int_equal(fill(&s, 1), OUTCOME_PAGE_TOO_LARGE);
	job_done(b, j, 0);
	body_free(b);
}

static void
test_prefix(void **state)
{
	struct body_config c = config;
	struct body_sink s;
	struct body *b;
	struct job *j;
	int i;

	for (i = 0; i < 2; i++) {
		c.max_body_bytes = i == 0 ? 16 * MIB : 100001;
		c.slot_bytes = i == 0 ? 100001 : 8 * MIB;
		b = body(&c);
		j = job(b, &s, prefix);
		assert_int_equal(body_sink_announced(&s, 17 * MIB), OUTCOME_OK);
		assert_int_equal(fill(&s, 200 * KIB), i == 0 ? OUTCOME_PAGE_TOO_LARGE : OUTCOME_BODY_TOO_LARGE);
		body_sink_end(&s);
		assert_int_equal(j->body.len, 100001);
		assert_filled(j->body.data, j->body.len);
		job_done(b, j, 0);
		body_free(b);
	}
}

static void
test_body_ceiling(void **state)
{
	static const struct fetch_wants *const all[] = { &keep, &both, &neither };
	size_t i;

	for (i = 0; i < ARRAY_LEN(all); i++) {
		struct body *b = body(&config);
		struct body_sink s;
		struct job *j = job(b, &s, *all[i]);

		assert_int_equal(fill(&s, 16 * MIB), OUTCOME_OK);
		assert_int_equal(fill(&s, 1), OUTCOME_BODY_TOO_LARGE);
		assert_int_equal(j->body.len, 16 * MIB);
		job_done(b, j, 0);
		body_free(b);
	}
}

static void
test_unwanted_body_is_counted(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, neither);

	assert_int_equal(fill(&s, 10 * MIB), OUTCOME_OK);
	body_sink_end(&s);
	assert_int_equal(j->body.len, 10 * MIB);
	assert_null(j->body.data);
	assert_int_equal(body_touched_bytes(b), 0);
	job_done(b, j, 0);
	body_free(b);
}

static void
test_announced_length(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, parse);

	assert_int_equal(body_sink_announced(&s, -1), OUTCOME_OK);
	assert_int_equal(body_sink_announced(&s, 8 * MIB), OUTCOME_OK);
	assert_int_equal(body_sink_announced(&s, 8 * MIB + 1), OUTCOME_PAGE_TOO_LARGE);
	assert_int_equal(body_sink_announced(&s, 16 * MIB + 1), OUTCOME_BODY_TOO_LARGE);
	body_sink_wants(&s, both);
	assert_int_equal(body_sink_announced(&s, 8 * MIB + 1), OUTCOME_OK);
	job_done(b, j, 0);
	body_free(b);
}

/* The store may give the file a name where the file system has nameless ones, and reads it in any case. */
static void
test_file_has_no_name(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, keep);
	struct stat st;

	assert_int_equal(fill(&s, 1 * MIB), OUTCOME_OK);
	assert_int_equal(fstat(j->body.file_fd, &st), 0);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(fcntl(j->body.file_fd, F_GETFD) & FD_CLOEXEC);
	job_done(b, j, 0);
	body_free(b);
}

static void
test_no_directory_for_files(void **state)
{
	struct body_config c = config;
	struct body_sink s;
	struct body *b;
	struct job *j;

	c.tmp_dir = "/nonexistent/directory";
	b = body(&c);
	j = job(b, &s, keep);
	assert_int_equal(fill(&s, 64 * KIB), OUTCOME_OK);
	assert_int_equal(fill(&s, 1), OUTCOME_WRITE_FAILED);
	assert_true(str_eq(job_get(j, j->detail), str_of(strerror(ENOENT))));
	job_done(b, j, 0);
	body_free(b);
}

static void
test_bad_sizes(void **state)
{
	struct body_config c = config;
	struct body *b;

	c.slot_bytes = 0;
	assert_int_equal(body_new(&c, &b), -EINVAL);
	c.slot_bytes = UINT64_C(1) << 62;
	assert_int_equal(body_new(&c, &b), -EINVAL);
	c = config;
	c.n_slots = 0;
	assert_int_equal(body_new(&c, &b), -EINVAL);
}

static void
read_all(const char *p, uint64_t len)
{
	unsigned sum = 0;

	for (uint64_t i = 0; i < len; i += 4096)
		sum += ((const volatile char *)p)[i];
	(void)sum;
}

/* B3: a reader that looks where no body is makes memory of it. It is seen, and taken back, and no body is lost for that. */
static void
test_holes_that_are_read(void **state)
{
	struct body *b = body(&config);
	struct body_sink s;
	struct job *j = job(b, &s, parse);
	char *p;

	p = mmap(NULL, body_region_bytes(b), PROT_READ, MAP_SHARED, body_region_fd(b), 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(resident_bytes(b), 0);
	assert_int_equal(fill(&s, 3 * MIB), OUTCOME_OK);
	body_sink_end(&s);
	read_all(j->body.data, j->body.len);
	assert_false(body_look(b));
	/* A free slot, and what the body leaves of its own. */
	read_all(p + 8 * MIB, 24 * MIB);
	read_all(p, 8 * MIB);
	assert_true(resident_bytes(b) >= 32 * MIB);
	assert_true(body_look(b));
	assert_int_equal(resident_bytes(b), BODY_KEEP_BYTES + 8 * MIB);
	/* Whoever it was, is ended, but had a moment. */
	read_all(p + 8 * MIB, 24 * MIB);
	assert_false(body_look(b));
	assert_int_equal(resident_bytes(b), BODY_KEEP_BYTES + 8 * MIB);
	assert_false(body_look(b));
	assert_filled(j->body.data, 3 * MIB);
	/* The next one of that kind. */
	read_all(p + 8 * MIB, 24 * MIB);
	assert_true(body_look(b));
	assert_false(body_look(b));
	job_done(b, j, 0);
	assert_true(resident_bytes(b) <= BODY_KEEP_BYTES);
	assert_false(body_look(b));
	assert_int_equal(munmap(p, body_region_bytes(b)), 0);
	body_free(b);
}

/* A file that is given, at its place; and the one without a name where there is none. */
static int
give_file(void *arg, struct job *j)
{
	int *fd = arg;

	return *fd < 0 ? *fd : dup(*fd);
}

static void
test_file_that_is_given(void **state)
{
	int fd = memfd_create("given", 0);
	struct body_config c = config;
	struct body_sink s;
	struct body *b;
	struct job *j;
	char at[5];

	c.file = give_file;
	c.stream_arg = &fd;
	b = body(&c);
	/* It goes on behind what is there, which counts. */
	assert_int_equal(write(fd, "there", 5), 5);
	j = job(b, &s, (struct fetch_wants){ .from = 5 });
	assert_int_equal(body_sink_announced(&s, (int64_t)(c.max_body_bytes - 5)), OUTCOME_OK);
	assert_int_equal(body_sink_announced(&s, (int64_t)(c.max_body_bytes - 4)), OUTCOME_BODY_TOO_LARGE);
	assert_int_equal(body_write(&s, "and", 3), OUTCOME_OK);
	assert_int_equal(body_write(&s, "more", 4), OUTCOME_OK);
	body_sink_end(&s);
	assert_int_equal(j->body.len, 12);
	assert_int_equal(pread(j->body.file_fd, at, 5, 5), 5);
	assert_memory_equal(at, "andmo", 5);
	assert_null(j->body.data);
	job_done(b, j, 0);
	/* What outgrows the memory goes there from its start. */
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	j = job(b, &s, keep);
	assert_int_equal(fill(&s, 100 * KIB), OUTCOME_OK);
	assert_int_equal(lseek(fd, 0, SEEK_END), 100 * KIB);
	job_done(b, j, 0);
	/* A ceiling that what is there has passed already; no file to go on in; and none that is given. */
	j = job(b, &s, (struct fetch_wants){ .from = c.max_body_bytes + 1 });
	assert_int_equal(body_write(&s, "x", 1), OUTCOME_BODY_TOO_LARGE);
	job_done(b, j, 0);
	(void)close(fd);
	fd = -ENOENT;
	j = job(b, &s, (struct fetch_wants){ .from = 5 });
	assert_int_equal(body_write(&s, "x", 1), OUTCOME_WRITE_FAILED);
	job_done(b, j, 0);
	j = job(b, &s, keep);
	assert_int_equal(fill(&s, 100 * KIB), OUTCOME_OK);
	assert_true(j->body.file_fd >= 0);
	job_done(b, j, 0);
	fd = -EMFILE;
	j = job(b, &s, keep);
	assert_int_equal(fill(&s, 100 * KIB), OUTCOME_NO_RESOURCES);
	job_done(b, j, 0);
	body_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holes_that_are_read),
		cmocka_unit_test(test_page_in_slot),
		cmocka_unit_test(test_slots_are_reused_last_in_first_out),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_trimming),
		cmocka_unit_test(test_memory_ceiling),
		cmocka_unit_test(test_free_slots_are_dropped),
		cmocka_unit_test(test_kept_body_moves_to_file),
		cmocka_unit_test(test_small_kept_body_stays),
		cmocka_unit_test(test_page_too_large),
		cmocka_unit_test(test_page_larger_than_memory),
		cmocka_unit_test(test_page_ceiling_is_exact),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_body_ceiling),
		cmocka_unit_test(test_unwanted_body_is_counted),
		cmocka_unit_test(test_announced_length),
		cmocka_unit_test(test_file_has_no_name),
		cmocka_unit_test(test_no_directory_for_files),
		cmocka_unit_test(test_bad_sizes),
		cmocka_unit_test(test_file_that_is_given),
	};

	return cmocka_run_group_tests_name("fetch_body", tests, NULL, NULL);
}
