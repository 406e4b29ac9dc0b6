/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a job takes to go on: a synthetic one is made by the store itself, and read back as the crawler does it.
 *
 *	bench/resume_bench [--urls MILLIONS] [--hosts N] [--links N] [--memory MIB] [--dir DIR]
 *
 * Pages have led to `links` new URLs each, on hosts that chance decides, and come to their end, as a breadth-first crawl has them; the
 * rest is pending, and the process that wrote it all has ended without a word. Then, in a process of its own each: the job is opened, its
 * fingerprints go into the visited set and some of what is pending into the frontier, until the first URL is taken; then the rest of that,
 * which the writer reads meanwhile; the same with a level limit; and the same without the file `visited`, which is made again from
 * the database. What is in the page cache is not read from the disk: this is the time of the processor.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "frontier/frontier.h"
#include "frontier/visited.h"
#include "store/store.h"
#include "url/canon.h"

#define QUEUE_ITEMS   1024
#define COMMIT_US     1000000
#define PATH_BYTES    4096
#define SHARE_VISITED 10
#define SHARE_QUEUE   10
#define FIRST         100000 /* as store.resume_first has it */
#define LEVEL         20

struct bench {
	uint64_t n_urls, n_hosts, memory_bytes;
	unsigned n_links;
	const char *dir;
	uint32_t max_level; /* of those that go on */
	struct hash_key key;

	struct store *store;
	struct chan *returns;
	struct frontier_config config;
	struct frontier_shared *shared;
	struct frontier *frontier;
	struct url urls[FRONTIER_AHEAD];
	uint64_t n_pending;
	struct hostq *asked; /* for its address, first */
};

static void
page_url(const struct bench *b, uint64_t page, struct buf *out)
{
	uint64_t chance = hash_mix(page, 1);

	buf_reset(out, SIZE_MAX);
	buf_addf(out, "http://www.h%llu.example/articles/2024/%llx-%llu.html", (unsigned long long)((chance >> 8) % b->n_hosts),
		(unsigned long long)(chance >> 40), (unsigned long long)page);
	CHECK(buf_err(out) == 0);
}

static struct store_config
store_config(const struct bench *b)
{
	return (struct store_config){
		.dir = b->dir,
		.queue_items = QUEUE_ITEMS,
		.flush_us = COMMIT_US,
		.commit_us = COMMIT_US,
		.config_text = "",
		.n_loops = 1,
	};
}

static void
open_store(struct bench *b)
{
	struct store_config config = store_config(b);
	struct store_job job;
	char *error = NULL;

	if (store_open(&config, &b->store, &error) < 0) {
		(void)fprintf(stderr, "%s\n", error != NULL ? error : "no store");
		exit(1);
	}
	store_job(b->store, &job);
	b->key = job.key;
}

/* --- the job that is killed ------------------------------------------------------------------------------------------- */

static struct job *
job_back(struct bench *b, bool wait)
{
	void *item;

	if (chan_recv_until(b->returns, &item, 1, wait ? INT64_MAX : 0) == 0)
		return NULL;
	job_reset(item);
	return item;
}

/* URLs are numbered as they are met. */
static uint32_t
depth_of(const struct bench *b, uint64_t page)
{
	uint64_t first = 1, n = b->n_links;
	uint32_t depth = 0;

	for (; page >= first; depth++, n *= b->n_links)
		first += n;
	return depth;
}

static void
fill_job(struct bench *b, struct job *j, uint64_t page, uint64_t *n, struct found_packer *packer, struct buf *text)
{
	struct found f = { .depth = depth_of(b, page) + 1, .kind = LINK_PAGE, .attempt = 1, .queued_wall_us = clock_wall_us() };

	page_url(b, page, text);
	CHECK(url_parse(&j->url, buf_str(text), NULL) == 0);
	j->fp = hash_fingerprint(&b->key, j->url.href, j->url.href_len);
	j->depth = f.depth - 1;
	j->found_depth = f.depth;
	j->outcome = OUTCOME_OK;
	j->status = 200;
	j->body.len = j->wire_bytes = 20000;
	(void)job_set(j, &j->content_type, STR("text/html; charset=utf-8"));
	(void)job_set(j, &j->title, STR("A page like others"));
	f.parent = url_href(&j->url);
	found_packer_fresh(packer);
	for (unsigned i = 0; i < b->n_links && *n < b->n_urls; i++) {
		uint64_t fp;

		page_url(b, (*n)++, text);
		f.url = buf_str(text);
		fp = hash_fingerprint(&b->key, f.url.p, f.url.len);
		CHECK(found_pack(packer, &f, &j->found) == 0);
		buf_add(&j->found_fps, &fp, sizeof(fp));
	}
}

static void
make_job(struct bench *b)
{
	struct buf text = BUF_INIT(PATH_BYTES);
	struct found_packer packer;
	uint64_t n = 1, page = 0, n_jobs = 0;
	struct job *j;

	open_store(b);
	CHECK(chan_new(2 * QUEUE_ITEMS, NULL, NULL, &b->returns) == 0 && store_start(b->store, &b->returns) == 0);
	found_packer_init(&packer);
	for (; n < b->n_urls; page++) {
		j = job_back(b, n_jobs == QUEUE_ITEMS);
		if (j == NULL) {
			CHECK(job_new(&j) == 0);
			n_jobs++;
		}
		fill_job(b, j, page, &n, &packer, &text);
		while (store_put(b->store, &j, 1) == 0)
			(void)usleep(1000);
	}
	/* All is written; then it is as if it were killed. */
	while (n_jobs > 0 && job_back(b, true) != NULL)
		n_jobs--;
	(void)usleep(3 * COMMIT_US);
	(void)printf("made: %.1f M URLs met, %.2f M over\n", (double)n / 1e6, (double)page / 1e6);
	(void)fflush(stdout);
	_exit(0);
}

/* --- and goes on ---------------------------------------------------------------------------------------------------------- */

static int
told_visited(void *arg, const uint64_t *fps, size_t n)
{
	struct bench *b = arg;

	return visited_insert_all(b->config.visited, fps, n);
}

static void
told_expect(void *arg, uint64_t n)
{
	struct bench *b = arg;

	visited_expect(b->config.visited, n);
}

static size_t
look_ahead(struct bench *b, struct found_reader *ahead)
{
	struct frontier_ahead seen[FRONTIER_AHEAD];
	struct found f;
	size_t n = 0;

	for (; n < FRONTIER_AHEAD && found_next(ahead, &f) == 1; n++) {
		CHECK(url_parse(&b->urls[n], f.url, NULL) == 0);
		seen[n].url = &b->urls[n];
	}
	frontier_look_ahead(b->frontier, seen, n);
	return n;
}

/* As crawler/pipeline_rest.c does it. */
static int
told_pending(void *arg, struct str entries)
{
	struct bench *b = arg;
	struct found_reader ahead, here;
	struct found f;
	size_t n;
	int r = 0;

	found_reader_init(&ahead, entries);
	found_reader_init(&here, entries);
	while (r == 0 && (n = look_ahead(b, &ahead)) > 0) {
		for (size_t i = 0; i < n && r == 0; i++) {
			CHECK(found_next(&here, &f) == 1 && frontier_loop_of(&b->config, &b->urls[i]) == 0);
			if (frontier_restore(b->frontier, &b->urls[i], &f, CLOCK_US_PER_SEC) == FRONTIER_FULL)
				r = -EMSGSIZE;
			b->n_pending++;
		}
	}
	found_reader_release(&ahead);
	found_reader_release(&here);
	return r;
}

static void
told_address(void *arg, struct hostq *h, const struct url *origin)
{
	struct bench *b = arg;

	if (b->asked == NULL)
		b->asked = h;
}

static struct job *
told_job_get(void *arg)
{
	struct job *j;

	return job_new(&j) == 0 ? j : NULL;
}

static void
told_full(void *arg, enum outcome reason)
{
	(void)printf("full: %s\n", outcome_text(reason));
}

static void
make_frontier(struct bench *b)
{
	struct scope_config scope = { .max_level = b->max_level, .span_hosts = true };
	struct frontier_ops ops = { .need_address = told_address, .job_get = told_job_get, .full = told_full, .arg = b };
	char *error = NULL;

	b->config = (struct frontier_config){
		.key = &b->key,
		.n_loops = 1,
		.max_level = b->max_level,
		.per_host_max = 6,
		.wait_us = -1,
		.tries = 3,
		.queue_max_bytes = b->memory_bytes / 32 * SHARE_QUEUE,
	};
	CHECK(visited_new(b->memory_bytes / 32 * SHARE_VISITED, &b->config.visited) == 0);
	b->config.refused = b->config.visited;
	CHECK(scope_new(&scope, &b->config.scope, &error) == 0);
	CHECK(frontier_shared_new(&b->config, &b->shared) == 0);
	CHECK(store_backend(b->store, 0, &ops.backend) == 0);
	CHECK(frontier_new(&b->config, b->shared, 0, &ops, &b->frontier) == 0);
}

static double
peak_mib(void)
{
	char line[256];
	double kib = 0;
	FILE *f = fopen("/proc/self/status", "re");

	CHECK(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtod(line + 6, NULL);
	(void)fclose(f);
	return kib / 1024;
}

struct clocks {
	int64_t wall_us, cpu_us;
};

static struct clocks
clocks_now(void)
{
	return (struct clocks){ clock_mono_us(), clock_thread_cpu_us() };
}

static void
print_since(const char *what, const struct bench *b, struct clocks start)
{
	struct clocks now = clocks_now();

	(void)printf("%-36s %6.2f s (%.2f s of CPU in its thread), %.2f M pending, %.2f M known, peak RSS %.0f MiB\n", what,
		(double)(now.wall_us - start.wall_us) / 1e6, (double)(now.cpu_us - start.cpu_us) / 1e6, (double)b->n_pending / 1e6,
		(double)visited_count(b->config.visited) / 1e6, peak_mib());
	(void)fflush(stdout);
}

/* The pieces, until the last one. */
static void
read_rest(struct bench *b, struct chan *rest_to)
{
	void *item;

	while (chan_recv(rest_to, &item, 1) == 1) {
		struct store_rest *rest = item;

		if (rest->last) {
			store_rest_free(rest);
			return;
		}
		CHECK(told_pending(b, rest->entries) == 0);
		store_rest_done(b->store, rest);
	}
}

static void
go_on(struct bench *b, const char *what)
{
	struct store_resume resume = {
		.expect = told_expect, .visited = told_visited, .pending = told_pending, .arg = b, .first = FIRST,
		.by_depth = b->max_level != SCOPE_NO_LEVEL,
	};
	struct clocks start = clocks_now();
	struct chan *rest_to;
	int64_t due_us;
	int r;

	for (unsigned i = 0; i < FRONTIER_AHEAD; i++)
		url_init(&b->urls[i]);
	open_store(b);
	make_frontier(b);
	frontier_hold_rest(b->shared, 0);
	r = store_resume(b->store, &resume);
	if (r == 1)
		frontier_hold_rest(b->shared, store_rest_depth(b->store));
	CHECK(chan_new(STORE_REST_OUT, NULL, NULL, &rest_to) == 0 && chan_new(2 * QUEUE_ITEMS, NULL, NULL, &b->returns) == 0);
	if (r == 1)
		r = store_rest_to(b->store, rest_to) < 0 ? -1 : 1;
	if (r < 0 || store_start(b->store, &b->returns) < 0) {
		(void)printf("%s: %s\n", what, strerror(-r));
		_exit(1);
	}
	CHECK(!frontier_unhold_rest(b->shared, 0, true));
	/* It asks for addresses; with the first of them there is something to be fetched. */
	CHECK(frontier_take(b->frontier, CLOCK_US_PER_SEC, &due_us) == NULL && b->asked != NULL);
	frontier_address(b->frontier, b->asked, OUTCOME_OK, "192.0.2.1", INT64_MAX, CLOCK_US_PER_SEC);
	CHECK(frontier_take(b->frontier, CLOCK_US_PER_SEC, &due_us) != NULL);
	(void)printf("%s:\n", what);
	print_since("  until the first take", b, start);
	if (r == 1)
		read_rest(b, rest_to);
	print_since("  until all that is left was read", b, start);
	/* As if it were killed again: the next one finds what this one found. */
	_exit(0);
}

/* In a process of its own, which holds the job while it lives. */
static bool
child(struct bench *b, const char *what)
{
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		if (what == NULL)
			make_job(b);
		else
			go_on(b, what);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
print_size(const char *dir, const char *name, uint64_t n)
{
	char path[PATH_BYTES];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (stat(path, &st) == 0)
		(void)printf("%s: %.0f MiB, %.1f bytes per URL\n", name, (double)st.st_size / (1 << 20), (double)st.st_size / (double)n);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "urls", required_argument, NULL, 'u' },
		{ "hosts", required_argument, NULL, 'h' },
		{ "links", required_argument, NULL, 'l' },
		{ "memory", required_argument, NULL, 'm' },
		{ "dir", required_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 },
	};
	static struct bench b = {
		.n_urls = 10000000, .n_hosts = 200000, .n_links = 60, .memory_bytes = UINT64_C(512) << 20, .dir = "resume_bench.job",
	};
	char path[PATH_BYTES];
	bool ok;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'u')
			b.n_urls = (uint64_t)(strtod(optarg, NULL) * 1e6);
		else if (c == 'h')
			b.n_hosts = strtoull(optarg, NULL, 10);
		else if (c == 'l')
			b.n_links = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'm')
			b.memory_bytes = strtoull(optarg, NULL, 10) << 20;
		else if (c == 'd')
			b.dir = optarg;
		else
			return 2;
	}
	/* A job that is there already is read as it is. */
	ok = access(b.dir, F_OK) == 0 || child(&b, NULL);
	print_size(b.dir, "lycosa.db", b.n_urls);
	print_size(b.dir, "visited", b.n_urls);
	b.max_level = SCOPE_NO_LEVEL;
	ok = ok && child(&b, "after a kill");
	/* Where depths are kept, too, it takes more. */
	b.max_level = LEVEL;
	b.memory_bytes += b.memory_bytes / 2;
	ok = ok && child(&b, "after a kill, with a level limit and half as much memory again");
	b.max_level = SCOPE_NO_LEVEL;
	b.memory_bytes -= b.memory_bytes / 3;
	(void)snprintf(path, sizeof(path), "%s/visited", b.dir);
	return ok && unlink(path) == 0 && child(&b, "without the log") ? 0 : 1;
}
