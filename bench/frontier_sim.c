/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frontier alone, over a web without network: what a page costs in it, and what its memory and its disk hold.
 *
 *	bench/frontier_sim [--hosts N] [--pending MILLIONS] [--links N] [--away PERCENT] [--memory MIB] [--pages N]
 *
 * The web is endless and the same each time: page n stands on a host and has a path that n decides; a page leads to `links` new
 * ones, PERCENT of them on hosts that chance decides, the rest on its own. Names are "looked up" at once, four hosts have an
 * address in common, each answer takes 100 ms of a clock that is moved on when nothing else can happen, and pauses are the
 * default ones. What is done for a page is what crawler/journey.c does: links parsed, made canonical, offered, packed for the
 * database. Making the links' text up is not counted.
 *
 * CPU per page is told for each million of pending URLs on the way up, and at the top: where pages go on leading to new URLs, and
 * where all that they lead to is known.
 */
#include "config.h"

#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "frontier/frontier.h"
#include "frontier/visited.h"
#include "store/backend_local.h"
#include "url/canon.h"

#define MAX_IN_FLIGHT 1024 /* a power of two */
#define MAX_LINKS     1000
#define TIMED_EVERY   16
#define MAX_ASKING    1024
#define LATENCY_US    100000
/* As the crawler shares it out (crawler/crawl_start.c), in 32nds. */
#define SHARE_VISITED 10
#define SHARE_REFUSED 3
#define SHARE_QUEUE   10

struct flight {
	struct job *job;
	int64_t ready_us;
};

struct asking {
	struct hostq *hostq;
	unsigned host;
};

struct sim {
	/* What the command line says. */
	uint64_t n_hosts, pending, memory_bytes, pages; /* pages: of one measurement */
	unsigned n_links, away_percent;

	struct hash_key key, web;
	struct frontier_config config;
	struct frontier_shared *shared;
	struct frontier *frontier;
	struct backend_local *backend;
	/* Answers come in the order of the requests: all take as long. */
	struct flight flights[MAX_IN_FLIGHT];
	size_t first, n_flights;
	struct asking asking[MAX_ASKING];
	size_t n_asking;
	struct job *free_jobs;
	int64_t now_us;

	uint64_t n_pages;      /* numbers of pages that were linked to */
	bool known_only;       /* links lead to what is known */
	uint64_t n_committed, n_full;
	int64_t made_up_us;    /* CPU time that the web has cost */
	struct url url, urls[FRONTIER_AHEAD];
	struct frontier_ahead ahead[FRONTIER_AHEAD];
	struct found_packer packer;
	struct buf found, text;
	uint64_t found_bytes;
};

/* --- the web --------------------------------------------------------------------------------------------------------- */

static void
page_url(const struct sim *s, uint64_t host, uint64_t page, struct buf *out)
{
	static const char *const sections[] = { "news", "articles/2024", "wiki", "product/list", "forum/thread", "de/blog" };
	uint64_t h = hash_mix(page, s->web.seed);

	buf_addf(out, "http://www.h%llu.example/%s/%llx-%llu.html", (unsigned long long)host,
		sections[h % ARRAY_LEN(sections)], (unsigned long long)(h >> 40), (unsigned long long)page);
}

static uint64_t
host_of(struct str href)
{
	char digits[24] = { 0 };

	CHECK(str_starts(href, STR("http://www.h")));
	memcpy(digits, href.p + 12, href.len - 12 < sizeof(digits) - 1 ? href.len - 12 : sizeof(digits) - 1);
	return strtoull(digits, NULL, 10);
}

/* The texts of its links, one behind the other, each ended by a newline. */
static void
page_links(struct sim *s, const struct job *j)
{
	/* Asking for the time is a system call: once in a while, for all. */
	bool timed = s->n_committed % TIMED_EVERY == 0;
	int64_t start_us = timed ? clock_thread_cpu_us() : 0;
	uint64_t own = host_of(url_href(&j->url));

	buf_reset(&s->text, SIZE_MAX);
	/* Those that are known the parsers' workers leave out. */
	for (unsigned i = 0; i < s->n_links && !s->known_only; i++) {
		uint64_t page = s->n_pages++, chance = hash_mix(page, s->web.seed + 1);

		page_url(s, chance % 100 < s->away_percent ? (chance >> 8) % s->n_hosts : own, page, &s->text);
		buf_addc(&s->text, '\n');
	}
	CHECK(buf_err(&s->text) == 0);
	if (timed)
		s->made_up_us += (clock_thread_cpu_us() - start_us) * TIMED_EVERY;
}

/* --- what the frontier asks for --------------------------------------------------------------------------------------- */

static void
sim_need_address(void *arg, struct hostq *h, const struct url *origin)
{
	struct sim *s = arg;

	CHECK(s->n_asking < MAX_ASKING);
	s->asking[s->n_asking++] = (struct asking){ h, (unsigned)host_of(url_href(origin)) };
}

static void
sim_found(void *arg, uint64_t fp, const struct found *f)
{
	struct sim *s = arg;

	CHECK(fp != 0 && found_pack(&s->packer, f, &s->found) == 0);
}

/* As crawler/journey_links.c does it. */
static void
offer_links(struct sim *s, struct frontier_way *way)
{
	struct str line, rest = buf_str(&s->text);
	bool more = true;
	size_t n, i;

	while (more) {
		for (n = 0; n < FRONTIER_AHEAD && (more = str_cut(rest, '\n', &line, &rest)); n++) {
			CHECK(url_parse(&s->urls[n], line, NULL) == 0);
			url_canon(&s->urls[n]);
			s->ahead[n] = (struct frontier_ahead){ .url = &s->urls[n], .depth = way->depth };
		}
		frontier_look_ahead(s->frontier, s->ahead, n);
		for (i = 0; i < n; i++) {
			way->ahead = &s->ahead[i];
			s->n_full += frontier_offer(s->frontier, &s->urls[i], way) == FRONTIER_FULL;
		}
	}
}

static void
sim_commit(void *arg, struct job *j)
{
	struct sim *s = arg;
	struct frontier_way way = { .parent = url_href(&j->url), .depth = j->depth + 1, .from = j->net };
	page_links(s, j);
	found_packer_fresh(&s->packer);
	buf_reset(&s->found, SIZE_MAX);
	offer_links(s, &way);
	s->found_bytes += s->found.len;
	frontier_end(s->frontier, j);
	s->n_committed++;
	j->next = s->free_jobs;
	s->free_jobs = j;
}

static void
sim_dropped(void *arg, const struct frontier_refusal *r)
{
	CHECK(!"nothing is dropped here");
}

static void
sim_full(void *arg, enum outcome reason)
{
	(void)printf("full: %s\n", outcome_text(reason));
}

static void
sim_finished(void *arg)
{
	CHECK(!"this web has no end");
}

static struct job *
sim_job_get(void *arg)
{
	struct sim *s = arg;
	struct job *j = s->free_jobs;

	if (j == NULL)
		return job_new(&j) == 0 ? j : NULL;
	s->free_jobs = j->next;
	job_reset(j);
	return j;
}

static void
sim_job_put(void *arg, struct job *j)
{
	struct sim *s = arg;

	j->next = s->free_jobs;
	s->free_jobs = j;
}

/* --- its turns ---------------------------------------------------------------------------------------------------------- */

static void
sim_resolve(struct sim *s)
{
	while (s->n_asking > 0) {
		struct asking a = s->asking[--s->n_asking];
		char address[JOB_ADDRESS_BYTES];
		unsigned at = a.host / 4;

		(void)snprintf(address, sizeof(address), "64.%u.%u.%u", at >> 16 & 0xff, at >> 8 & 0xff, at & 0xff);
		frontier_address(s->frontier, a.hostq, OUTCOME_OK, address, INT64_MAX, s->now_us);
	}
}

/* Takes all that may be; returns when to look again. */
static int64_t
sim_take(struct sim *s)
{
	int64_t due_us = INT64_MAX;
	struct job *j;

	while (s->n_flights < MAX_IN_FLIGHT) {
		j = frontier_take(s->frontier, s->now_us, &due_us);
		if (j == NULL && s->n_asking == 0)
			break;
		sim_resolve(s);
		if (j != NULL)
			s->flights[(s->first + s->n_flights++) % MAX_IN_FLIGHT] =
				(struct flight){ j, s->now_us + LATENCY_US };
	}
	return s->n_flights < MAX_IN_FLIGHT ? due_us : INT64_MAX;
}

static void
sim_land(struct sim *s)
{
	struct job *j = s->flights[s->first].job;

	s->first = (s->first + 1) % MAX_IN_FLIGHT;
	s->n_flights--;
	j->outcome = OUTCOME_OK;
	j->status = 200;
	j->timing.total_us = j->timing.answer_us = LATENCY_US;
	j->wire_bytes = 20000;
	CHECK(!frontier_fetched(s->frontier, j, s->now_us));
	frontier_ready(s->frontier, j, s->now_us);
}

static void
sim_step(struct sim *s)
{
	int64_t due_us = sim_take(s);

	if (s->n_flights > 0 && s->flights[s->first].ready_us <= due_us) {
		if (s->flights[s->first].ready_us > s->now_us)
			s->now_us = s->flights[s->first].ready_us;
		sim_land(s);
		return;
	}
	CHECK(due_us != INT64_MAX);
	s->now_us = due_us > s->now_us ? due_us : s->now_us + 1;
}

/* --- figures ------------------------------------------------------------------------------------------------------------ */

static double
status_mib(const char *name)
{
	char line[256];
	double kib = 0;
	FILE *f = fopen("/proc/self/status", "re");

	CHECK(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtod(line + strlen(name) + 1, NULL);
	(void)fclose(f);
	return kib / 1024;
}

static double
mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

static void
print_head(void)
{
	(void)printf("%-12s %9s %8s %8s %8s %8s %9s %9s %9s\n", "", "pending M", "hosts", "pages", "us/page", "pages/s",
		"queue MiB", "RSS MiB", "disk MiB");
}

/* Until so many pages more are committed, or so much is pending. */
static void
run(struct sim *s, const char *what, uint64_t pages, uint64_t pending)
{
	uint64_t start_pages = s->n_committed, live, file;
	int64_t start_us = clock_thread_cpu_us();
	struct frontier_stats st;
	double us;

	s->made_up_us = 0;
	do {
		sim_step(s);
		frontier_stats(s->shared, &st);
	} while (s->n_full == 0 && s->n_committed - start_pages < pages && st.pending < pending);
	us = (double)(clock_thread_cpu_us() - start_us - s->made_up_us) / (double)(s->n_committed - start_pages);
	backend_local_bytes(s->backend, &live, &file);
	(void)printf("%-12s %9.2f %8llu %8llu %8.1f %8.0f %9.1f %9.1f %9.1f\n", what, (double)st.pending / 1e6,
		(unsigned long long)st.hosts, (unsigned long long)s->n_committed, us, 1e6 / us, mib(st.queue_bytes),
		status_mib("VmRSS"), mib(file));
	(void)fflush(stdout);
}

static void
sim_open(struct sim *s)
{
	struct scope_config scope = { .max_level = SCOPE_NO_LEVEL, .span_hosts = true };
	struct frontier_ops ops = {
		.need_address = sim_need_address,
		.commit = sim_commit,
		.dropped = sim_dropped,
		.found = sim_found,
		.full = sim_full,
		.finished = sim_finished,
		.job_get = sim_job_get,
		.job_put = sim_job_put,
		.arg = s,
	};
	char *error = NULL;
	struct store_dir dir = {
		.fd = open(getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};

	CHECK(dir.fd >= 0 && backend_local_new(&dir, &s->backend) == 0);
	(void)close(dir.fd);
	ops.backend = backend_local_ops(s->backend);
	s->key.seed = s->web.seed = 1;
	s->now_us = CLOCK_US_PER_SEC;
	url_init(&s->url);
	for (unsigned i = 0; i < FRONTIER_AHEAD; i++)
		url_init(&s->urls[i]);
	found_packer_init(&s->packer);
	buf_init(&s->found, SIZE_MAX / 2);
	buf_init(&s->text, SIZE_MAX / 2);
	s->config = (struct frontier_config){
		.key = &s->key,
		.n_loops = 1,
		.max_level = SCOPE_NO_LEVEL,
		.hold_us = 5 * CLOCK_US_PER_SEC,
		.per_host_max = 6,
		.wait_us = -1,
		.tries = 3,
		.retry_us = CLOCK_US_PER_SEC,
		.dead_after = 10,
		.max_redirect = 20,
		.robots_agent = STR("lycosa"),
		.max_crawl_delay_us = 30 * CLOCK_US_PER_SEC,
		.queue_max_bytes = s->memory_bytes / 32 * SHARE_QUEUE,
	};
	CHECK(visited_new(s->memory_bytes / 32 * SHARE_VISITED, &s->config.visited) == 0);
	CHECK(visited_new(s->memory_bytes / 32 * SHARE_REFUSED, &s->config.refused) == 0);
	CHECK(scope_new(&scope, &s->config.scope, &error) == 0);
	CHECK(frontier_shared_new(&s->config, &s->shared) == 0);
	CHECK(frontier_new(&s->config, s->shared, 0, &ops, &s->frontier) == 0);
}

static void
sim_seed(struct sim *s)
{
	struct frontier_way way = { .is_seed = true };

	for (unsigned i = 0; i < 1000 && i < s->n_hosts; i++) {
		buf_reset(&s->text, SIZE_MAX);
		page_url(s, i, s->n_pages++, &s->text);
		CHECK(url_parse(&s->url, buf_str(&s->text), NULL) == 0);
		url_canon(&s->url);
		CHECK(frontier_offer(s->frontier, &s->url, &way) == FRONTIER_QUEUED);
	}
}

static void
sim_close(struct sim *s)
{
	struct job *j;

	frontier_free(s->frontier);
	backend_local_free(s->backend);
	for (; s->n_flights > 0; s->n_flights--, s->first = (s->first + 1) % MAX_IN_FLIGHT)
		job_free(s->flights[s->first].job);
	while ((j = s->free_jobs) != NULL) {
		s->free_jobs = j->next;
		job_free(j);
	}
	frontier_shared_free(s->shared);
	scope_free(s->config.scope);
	visited_free(s->config.visited);
	visited_free(s->config.refused);
	url_release(&s->url);
	for (unsigned i = 0; i < FRONTIER_AHEAD; i++)
		url_release(&s->urls[i]);
	found_packer_release(&s->packer);
	buf_release(&s->found);
	buf_release(&s->text);
}

static void
sim_run(struct sim *s)
{
	struct frontier_stats st;
	uint64_t live, file;

	sim_seed(s);
	print_head();
	run(s, "empty", s->pages, UINT64_MAX);
	for (uint64_t million = 2; million * 1000000 <= s->pending && s->n_full == 0; million++)
		run(s, "filling", UINT64_MAX, million * 1000000);
	if (s->n_full == 0)
		run(s, "full, new", s->pages, UINT64_MAX);
	s->known_only = true;
	if (s->n_full == 0)
		run(s, "full, known", s->pages, UINT64_MAX);
	frontier_stats(s->shared, &st);
	backend_local_bytes(s->backend, &live, &file);
	(void)printf("\nbytes per URL that waits: %.1f in memory, %.1f in the tails' file (%.1f of them wanted)\n"
		"bytes per URL that was met: %.1f in the database, %.1f in the visited set\npeak RSS %.1f MiB\n",
		(double)st.queue_bytes / (double)st.pending, (double)file / (double)st.pending,
		(double)live / (double)st.pending, (double)s->found_bytes / (double)st.offered,
		(double)visited_bytes(s->config.visited) / (double)visited_count(s->config.visited), status_mib("VmHWM"));
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "hosts", required_argument, NULL, 'h' },
		{ "pending", required_argument, NULL, 'p' },
		{ "links", required_argument, NULL, 'l' },
		{ "away", required_argument, NULL, 'a' },
		{ "memory", required_argument, NULL, 'm' },
		{ "pages", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	static struct sim s = {
		.n_hosts = 200000,
		.pending = 10000000,
		.n_links = 60,
		.away_percent = 50,
		.memory_bytes = UINT64_C(512) << 20,
		.pages = 20000,
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		uint64_t n = c != '?' ? strtoull(optarg, NULL, 10) : 0;

		switch (c) {
		case 'h':
			s.n_hosts = n;
			break;
		case 'p':
			s.pending = n * 1000000;
			break;
		case 'l':
			s.n_links = n <= MAX_LINKS ? (unsigned)n : MAX_LINKS;
			break;
		case 'a':
			s.away_percent = (unsigned)n;
			break;
		case 'm':
			s.memory_bytes = n << 20;
			break;
		case 'n':
			s.pages = n > 0 ? n : 1;
			break;
		default:
			return 2;
		}
	}
	sim_open(&s);
	sim_run(&s);
	sim_close(&s);
	return s.n_full > 0;
}
