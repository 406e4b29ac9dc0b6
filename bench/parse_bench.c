/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parse_bench: what the pool costs a page, both sides together.
 *
 *	bench/parse_bench WORKER PAGES WORKERS BYTES LINKS [IN_FLIGHT [PACE_US]]
 *
 * WORKER is bench/lycosa-worker-null for the way there and back alone, lycosa-worker for the whole. Each page has BYTES
 * bytes and LINKS links, all of them new; IN_FLIGHT pages are under way at once, and if PACE_US is given, one is submitted
 * in so many microseconds (the loop's cost then includes its timer). Prints CPU microseconds per page of this
 * process and of the workers, without what starting them costs, and pages a second.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "parse/parse.h"
#include "url/scope.h"

struct bench {
	struct loop *loop;
	struct parse *parse;
	unsigned long pages, submitted, back, in_flight;
	struct job **idle;
	unsigned long n_idle;
	uint64_t links;
	int64_t pace_us, due_us; /* 0 = as fast as it goes */
	struct loop_timer timer;
};

static int64_t
cpu_us(int who)
{
	struct rusage u;

	CHECK(getrusage(who, &u) == 0);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * CLOCK_US_PER_SEC + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static void
bench_done(void *arg, struct job *j)
{
	struct bench *b = arg;

	CHECK(j->page != NULL);
	b->links += j->page->n_links;
	page_free(j->page);
	j->page = NULL;
	b->back++;
	b->idle[b->n_idle++] = j;
}

static void
bench_turn(void *arg)
{
	struct bench *b = arg;

	while (b->submitted < b->pages && b->n_idle > 0 && parse_room(b->parse) > 0) {
		if (b->pace_us > 0 && b->due_us > loop_now_us(b->loop))
			break;
		CHECK(parse_submit(b->parse, b->idle[--b->n_idle]) == 0);
		b->submitted++;
		b->due_us = loop_now_us(b->loop) + b->pace_us;
	}
	if (b->pace_us > 0 && b->timer.heap_slot == 0)
		CHECK(loop_timer_set(b->loop, &b->timer, b->due_us) == 0);
	parse_flush(b->parse);
	if (b->back == b->pages)
		loop_stop(b->loop);
}

static void
bench_timer(void *arg)
{
	/* bench_turn() does the work, in every turn */
}

static struct job *
bench_job(char *region, uint64_t off, size_t bytes, unsigned links)
{
	struct buf body = BUF_INIT(64u << 20);
	struct job *j;
	unsigned i;

	buf_addf(&body, "<!doctype html><title>A page</title>\n");
	for (i = 0; i < links; i++)
		buf_addf(&body, "<a href=\"http://www.example.org/some/directory/page-%u.html\">x</a>\n", i);
	while (body.len < bytes)
		buf_addf(&body, "<p>words words words words words words\n");
	CHECK(buf_err(&body) == 0);
	memcpy(region + off, body.data, body.len);
	CHECK(job_new(&j) == 0);
	CHECK(url_parse(&j->url, STR("http://www.example.org/some/directory/"), NULL) == 0);
	CHECK(job_set(j, &j->content_type, STR("text/html; charset=utf-8")) == 0);
	j->body.data = region + off;
	j->body.region_off = off;
	j->body.len = body.len;
	buf_release(&body);
	return j;
}

/* One run; *ret_self and *ret_workers: CPU time. */
static int64_t
bench_run(struct bench *b, const struct parse_config *config, int64_t *ret_self, int64_t *ret_workers)
{
	int64_t children_us = cpu_us(RUSAGE_CHILDREN), self_us, start_us, wall_us;
	struct parse_spawner *spawner;
	struct parse_pool *pool;
	const char *missing;

	b->submitted = b->back = 0;
	loop_timer_init(&b->timer, bench_timer, b);
	CHECK(parse_spawner_start(&spawner) == 0);
	CHECK(parse_pool_new(config, spawner, &pool, &missing) == 0);
	CHECK(loop_new(&b->loop) == 0);
	CHECK(parse_attach(pool, 0, b->loop, bench_done, b, &b->parse) == 0);
	loop_prepare_add(b->loop, bench_turn, b);
	self_us = cpu_us(RUSAGE_SELF);
	start_us = clock_mono_us();
	CHECK(loop_run(b->loop) == 0);
	wall_us = clock_mono_us() - start_us;
	*ret_self = cpu_us(RUSAGE_SELF) - self_us;
	parse_detach(b->parse);
	loop_free(b->loop);
	parse_pool_free(pool);
	parse_spawner_stop(spawner);
	/* The spawner has waited for the workers, and we for the spawner. */
	*ret_workers = cpu_us(RUSAGE_CHILDREN) - children_us;
	return wall_us;
}

int
main(int argc, char **argv)
{
	unsigned long workers, bytes, links, i;
	int64_t self_us, workers_us, idle_us, none_us, wall_us;
	uint64_t region_bytes;
	struct bench b = { 0 };
	char *region, path[64];
	int fd, region_fd;
	struct parse_config config;

	if (argc < 6 || argc > 8) {
		fprintf(stderr, "usage: parse_bench WORKER PAGES WORKERS BYTES LINKS [IN_FLIGHT [PACE_US]]\n");
		return 2;
	}
	b.pages = strtoul(argv[2], NULL, 10);
	workers = strtoul(argv[3], NULL, 10);
	bytes = strtoul(argv[4], NULL, 10);
	links = strtoul(argv[5], NULL, 10);
	b.in_flight = argc > 6 ? strtoul(argv[6], NULL, 10) : 64 * workers;
	b.pace_us = argc > 7 ? (int64_t)strtoul(argv[7], NULL, 10) : 0;
	region_bytes = b.in_flight * ((bytes + links * 80 + 8192) & ~4095ul);
	fd = memfd_create("region", MFD_CLOEXEC);
	CHECK(fd >= 0 && ftruncate(fd, (off_t)region_bytes) == 0);
	region = mmap(NULL, region_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(region != MAP_FAILED);
	CHECK(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0);
	region_fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(region_fd >= 0);
	b.idle = calloc(b.in_flight, sizeof(struct job *));
	CHECK(b.idle != NULL);
	for (i = 0; i < b.in_flight; i++)
		b.idle[b.n_idle++] = bench_job(region, i * (region_bytes / b.in_flight), bytes, (unsigned)links);
	config = (struct parse_config){
		.workers = (unsigned)workers,
		.timeout_us = 10 * CLOCK_US_PER_SEC,
		.cpu_limit_us = 10 * CLOCK_US_PER_SEC,
		.memory_bytes = 1u << 30,
		.max_page_bytes = 1u << 30,
		.max_links = 10000,
		.max_level = SCOPE_NO_LEVEL,
		.worker_path = argv[1],
		.n_loops = 1,
		.region_fds = &region_fd,
		.region_bytes = &region_bytes,
		.visited_fd = -1,
		.refused_fd = -1,
	};
	wall_us = bench_run(&b, &config, &self_us, &workers_us);
	i = b.pages;
	b.pages = 0;
	(void)bench_run(&b, &config, &none_us, &idle_us);
	printf("%lu pages, %.1f links a page: loop %.2f us, workers %.2f us CPU a page; %.0f pages/s\n", i,
		(double)b.links / (double)i, (double)self_us / (double)i, (double)(workers_us - idle_us) / (double)i,
		(double)i * 1e6 / (double)wall_us);
	for (i = 0; i < b.n_idle; i++)
		job_free(b.idle[i]);
	free(b.idle);
	return 0;
}
