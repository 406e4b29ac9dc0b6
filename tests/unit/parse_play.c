/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/thread.h"
#include "tests/unit/parse_play.h"

#define PLAY_DEADLINE_US (60 * CLOCK_US_PER_SEC)
#define PLAY_ALARM_S     300
#define PLAY_PAGES_MAX   4096

const char *
play_program(const char *name)
{
	static char path[PATH_MAX];
	const char *top = getenv("top_builddir");
	char dir[PATH_MAX];

	CHECK(realpath(top != NULL ? top : ".", dir) != NULL);
	CHECK(snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path));
	return path;
}

static void
play_region(struct play_loop *l)
{
	char path[64];
	int fd = memfd_create("region", MFD_CLOEXEC);

	CHECK(fd >= 0 && ftruncate(fd, PLAY_REGION_BYTES) == 0);
	l->region = mmap(NULL, PLAY_REGION_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(l->region != MAP_FAILED);
	CHECK(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) < (int)sizeof(path));
	l->region_fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(l->region_fd >= 0);
	(void)close(fd);
}

void
play_watch(void)
{
	(void)alarm(PLAY_ALARM_S);
}

void
play_init(struct play *p, unsigned n_loops)
{
	unsigned i;

	play_watch();
	*p = (struct play){ .n_loops = n_loops };
	CHECK(n_loops <= PLAY_LOOPS_MAX);
	for (i = 0; i < n_loops; i++) {
		p->loops[i].play = p;
		p->loops[i].index = i;
		p->loops[i].pages = calloc(PLAY_PAGES_MAX, sizeof(struct play_page));
		CHECK(p->loops[i].pages != NULL);
		play_region(&p->loops[i]);
		p->region_fds[i] = p->loops[i].region_fd;
		p->region_bytes[i] = PLAY_REGION_BYTES;
	}
	p->config = (struct parse_config){
		.workers = 2,
		.reader = PARSE_SCAN,
		.timeout_us = 10 * CLOCK_US_PER_SEC,
		.cpu_limit_us = 10 * CLOCK_US_PER_SEC,
		.memory_bytes = 256u << 20,
		.max_page_bytes = 16u << 20,
		.max_links = 100000,
		.max_level = SCOPE_NO_LEVEL,
		.worker_path = play_program("lycosa-worker-faulty"),
		.n_loops = n_loops,
		.region_fds = p->region_fds,
		.region_bytes = p->region_bytes,
		.visited_fd = -1,
		.refused_fd = -1,
		.hash_seed = 1,
	};
}

static void
play_done(void *arg, struct job *j)
{
	struct play_loop *l = arg;
	unsigned i;

	for (i = 0; i < l->n_pages; i++)
		if (l->pages[i].job == j)
			break;
	CHECK(i < l->n_pages);
	CHECK(l->pages[i].came_back++ == 0); /* exactly once */
	CHECK((j->page != NULL) == (j->outcome == OUTCOME_OK));
	l->n_back++;
}

static void
play_submit_some(struct play_loop *l)
{
	while (l->n_submitted < l->n_pages && parse_room(l->parse) > 0) {
		struct play_page *page = &l->pages[l->n_submitted++];
		unsigned before = l->n_back;
		int r = parse_submit(l->parse, page->job);

		CHECK(l->n_back == before); /* never from inside submit */
		CHECK(r == 0 || r == -EIO);
		if (r == -EIO) { /* no parsers any more: as if it had come back at once */
			page->job->outcome = OUTCOME_PARSER_DIED;
			page->came_back++;
			l->n_back++;
		}
	}
}

static void
play_prepare(void *arg)
{
	struct play_loop *l = arg;

	if (l->parse == NULL)
		return;
	play_submit_some(l);
	parse_flush(l->parse);
	if (l->stop_when_back && l->n_back == l->n_pages)
		loop_stop(l->loop);
	if (l->until != NULL && l->until(l->until_arg))
		loop_stop(l->loop);
}

static void
play_alarm(void *arg)
{
	struct play_loop *l = arg;

	fprintf(stderr, "loop %u: %u of %u pages are back\n", l->index, l->n_back, l->n_pages);
	CHECK(!"in time");
}

/* A loop runs once: each run has its own, with the parser attached to it. */
static void
play_attach(struct play_loop *l)
{
	CHECK(loop_new(&l->loop) == 0);
	CHECK(parse_attach(l->play->pool, l->index, l->loop, play_done, l, &l->parse) == 0);
	loop_prepare_add(l->loop, play_prepare, l);
}

static void
play_detach(struct play_loop *l)
{
	parse_detach(l->parse);
	l->parse = NULL;
	loop_free(l->loop);
	l->loop = NULL;
}

int
play_open(struct play *p)
{
	int r;

	r = parse_spawner_start(&p->spawner);
	CHECK(r == 0);
	return parse_pool_new(&p->config, p->spawner, &p->pool, &p->missing);
}

void
play_must_open(struct play *p)
{
	assert_int_equal(play_open(p), 0);
	assert_string_equal(p->missing, "");
}

void
play_close(struct play *p)
{
	unsigned i;

	for (i = 0; i < p->n_loops; i++) {
		struct play_loop *l = &p->loops[i];

		if (l->parse != NULL)
			play_detach(l);
		play_forget(l);
		free(l->pages);
		(void)close(l->region_fd);
		(void)munmap(l->region, PLAY_REGION_BYTES);
	}
	parse_pool_free(p->pool);
	parse_spawner_stop(p->spawner);
}

struct job *
play_page(struct play_loop *l, const char *url, const char *content_type, const char *body, size_t len)
{
	struct job *j;

	CHECK(job_new(&j) == 0);
	CHECK(url_parse(&j->url, str_of(url), NULL) == 0);
	CHECK(job_set(j, &j->content_type, str_of(content_type)) == 0);
	CHECK(l->used + len <= PLAY_REGION_BYTES && l->n_pages < PLAY_PAGES_MAX);
	memcpy(l->region + l->used, body, len);
	j->body.data = l->region + l->used;
	j->body.region_off = l->used;
	j->body.len = len;
	l->used += (len + 4095) & ~(size_t)4095;
	l->pages[l->n_pages++] = (struct play_page){ .job = j };
	return j;
}

struct job *
play_plain(struct play_loop *l, unsigned number, unsigned n_links, size_t bytes, const char *extra)
{
	struct buf b = BUF_INIT(PLAY_REGION_BYTES);
	struct job *j;
	char url[64];
	unsigned i;

	buf_addf(&b, "<!doctype html><title>A page</title>");
	if (extra != NULL)
		buf_addf(&b, "%s", extra);
	for (i = 0; i < n_links; i++)
		buf_addf(&b, "<p><a href=\"http://to.example/%u/%u\">x</a>\n", number, i);
	while (b.len < bytes)
		buf_addf(&b, "words words words words words words words\n");
	CHECK(buf_err(&b) == 0);
	CHECK(snprintf(url, sizeof(url), "http://from.example/%u", number) < (int)sizeof(url));
	j = play_page(l, url, "text/html", b.data, b.len);
	buf_release(&b);
	return j;
}

void
play_check_plain(const struct job *j, unsigned number, unsigned n_links)
{
	const struct page *page = j->page;
	unsigned i;

	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_non_null(page);
	assert_true(str_eq(page->title, STR("A page")));
	assert_true(page->charset.len > 0);
	assert_int_equal(page->n_links, n_links);
	assert_int_equal(page->links_by_kind[LINK_PAGE], n_links);
	for (i = 0; i < n_links; i++) {
		char want[64];
		struct str url = page_link_url(page, &page->links[i]);

		assert_true(snprintf(want, sizeof(want), "http://to.example/%u/%u", number, i) < (int)sizeof(want));
		assert_true(str_eq(url, str_of(want)));
		assert_int_equal(page->links[i].kind, LINK_PAGE);
	}
	assert_true(page->parse_us >= 0);
	assert_int_equal(j->timing.parse_us, page->parse_us);
}

void
play_run(struct play_loop *l)
{
	if (l->n_back == l->n_pages)
		return;
	if (l->parse != NULL)
		play_detach(l);
	play_attach(l);
	l->stop_when_back = true;
	loop_timer_init(&l->alarm, play_alarm, l);
	CHECK(loop_timer_set(l->loop, &l->alarm, clock_mono_us() + PLAY_DEADLINE_US) == 0);
	CHECK(loop_run(l->loop) == 0);
	loop_timer_cancel(l->loop, &l->alarm);
}

void
play_run_until(struct play_loop *l, bool (*fn)(void *arg), void *arg)
{
	if (l->parse != NULL)
		play_detach(l);
	play_attach(l);
	l->stop_when_back = false;
	l->until = fn;
	l->until_arg = arg;
	loop_timer_init(&l->alarm, play_alarm, l);
	CHECK(loop_timer_set(l->loop, &l->alarm, clock_mono_us() + PLAY_DEADLINE_US) == 0);
	CHECK(loop_run(l->loop) == 0);
	loop_timer_cancel(l->loop, &l->alarm);
	l->until = NULL;
}

static void *
play_thread(void *arg)
{
	struct play_loop *l = arg;

	play_run(l);
	if (!l->stays)
		play_detach(l);
	return NULL;
}

void
play_run_all(struct play *p)
{
	pthread_t threads[PLAY_LOOPS_MAX];
	unsigned i;

	for (i = 0; i < p->n_loops; i++)
		CHECK(thread_start(&threads[i], "loop", play_thread, &p->loops[i]) == 0);
	for (i = 0; i < p->n_loops; i++)
		(void)pthread_join(threads[i], NULL);
}

void
play_forget(struct play_loop *l)
{
	unsigned i;

	for (i = 0; i < l->n_pages; i++) {
		struct job *j = l->pages[i].job;

		page_free(j->page);
		j->page = NULL;
		job_free(j);
	}
	l->n_pages = l->n_back = l->n_submitted = 0;
	l->used = 0;
}

unsigned
play_children(int pid, int *ret_pids, unsigned max)
{
	char path[64];
	FILE *f;
	unsigned n = 0;
	int child;

	CHECK(snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid) < (int)sizeof(path));
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fscanf(f, "%d", &child) == 1) {
		if (n < max)
			ret_pids[n] = child;
		n++;
	}
	(void)fclose(f);
	return n;
}

int
play_spawner_pid(void)
{
	int pids[64];
	unsigned i, n = play_children(getpid(), pids, ARRAY_LEN(pids));

	for (i = 0; i < n && i < ARRAY_LEN(pids); i++) {
		char path[64], name[32] = "";
		FILE *f;

		CHECK(snprintf(path, sizeof(path), "/proc/%d/comm", pids[i]) < (int)sizeof(path));
		f = fopen(path, "re");
		if (f == NULL)
			continue;
		if (fscanf(f, "%31s", name) == 1 && strcmp(name, "lycosa-spawner") == 0) {
			(void)fclose(f);
			return pids[i];
		}
		(void)fclose(f);
	}
	return -1;
}

unsigned
play_open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	CHECK(dir != NULL);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n;
}
