/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops: how many to begin with (fetch.loops=auto: by the sites that are known then, adapt.h), and how they are made. Main thread. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/machine.h"
#include "crawler/crawl_private.h"
#include "crawler/options.h"
#include "crawler/pipeline.h"
#include "crawler/settings.h"
#include "crawler/units.h"
#include "store/report.h"
#include "url/host.h"

/* Of a long list the first ones tell. */
#define LOOPS_LOOK_AT 10000
#define LOOPS_INBOX_PARCELS 65536
#define LOOPS_TEXT_MAX_BYTES 512
#define LOOPS_PAGE_SLACK (1024 * 1024)

struct sites {
	struct url url;
	const struct hash_key *key;
	uint64_t seen[ADAPT_SITES_MAX];
	unsigned n, n_looked_at;
};

static bool
sites_are_enough(const struct sites *s)
{
	return s->n == ADAPT_SITES_MAX || s->n_looked_at >= LOOPS_LOOK_AT;
}

static void
sites_add(struct sites *s, struct str text)
{
	struct str site;
	uint64_t fp;

	s->n_looked_at++;
	if (sites_are_enough(s) || url_parse(&s->url, text, NULL) < 0)
		return;
	site = host_site(url_hostname(&s->url));
	fp = hash_fingerprint(s->key, site.p, site.len);
	for (unsigned i = 0; i < s->n; i++)
		if (s->seen[i] == fp)
			return;
	s->seen[s->n++] = fp;
}

/* A row of the job's seeds. */
static int
sites_row(void *arg, const struct report_cell *cells, size_t n)
{
	struct sites *s = arg;

	if (n == 1 && cells[0].type == REPORT_TEXT)
		sites_add(s, cells[0].text);
	return sites_are_enough(s) ? -ECANCELED : 0;
}

/* Those of the job that goes on. What cannot be read now will be complained of when the job is opened. */
static void
sites_of_job(struct sites *s, const char *dir)
{
	static const struct report_table seeds = { .name = "seeds", .title = "seeds", .sql = "SELECT url FROM seeds" };
	CLEANUP(freep) char *error = NULL;
	struct report *report;
	int r = report_open(dir, false, &report, &error);

	if (r == 0) {
		r = report_run(report, &seeds, LOOPS_LOOK_AT, sites_row, s);
		report_close(report);
	}
	if (r < 0 && r != -ECANCELED)
		log_debug("fetch.loops=auto: the job's seeds: %s", error != NULL ? error : strerror(-r));
}

static unsigned
sites_count(const struct crawl *c)
{
	const struct config *cf = c->config;
	const struct seeds *const lists[] = { &c->seeds, &c->sitemaps };
	const struct hash_key key = { 0 };
	struct sites s = { .key = &key };
	struct str text;
	unsigned n_domains = 0;

	if (cf->scope.span_hosts && (cf->scope.domains == NULL || cf->scope.domains[0] == NULL))
		return ADAPT_SITES_MAX;
	url_init(&s.url);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t pos = 0; !sites_are_enough(&s) && seeds_next(lists[i], &pos, &text);)
			sites_add(&s, text);
	if (c->own_config != NULL && !sites_are_enough(&s))
		sites_of_job(&s, c->dir);
	url_release(&s.url);
	while (n_domains < ADAPT_SITES_MAX && cf->scope.domains != NULL && cf->scope.domains[n_domains] != NULL)
		n_domains++;
	return s.n > n_domains ? s.n : n_domains;
}

unsigned
crawl_loops(const struct crawl *c)
{
	const struct config *cf = c->config;
	unsigned loops;

	if (cf->fetch.loops != CONFIG_AUTO)
		return cf->fetch.loops;
	/* Loops have fixed parts of these, which should not be the smaller for a loop that has nothing to do. */
	if (cf->fetch.engine != CONFIG_FETCH_ENGINE_EVENTS)
		return 1;
	loops = adapt_loops(machine_cores(), sites_count(c), cf->fetch.connections == CONFIG_AUTO ? UINT_MAX : cf->fetch.connections);
	log_debug("fetch.loops=auto: %u", loops);
	return loops;
}

int
crawl_new_loops(struct crawl *c, struct pipeline **ret_loops)
{
	struct run *run = &c->run;

	for (unsigned i = 0; i < run->n_loops; i++) {
		struct pipeline_config pc = {
			.index = i,
			.inbox_parcels = LOOPS_INBOX_PARCELS,
			.fetch = c->fetch,
			.update_dir = c->update != NULL ? c->dir : NULL,
			.update_from = c->update_from,
		};
		int r;

		pc.fetch.touched_max_bytes /= run->n_loops;
		pc.fetch.rate_bps = c->config->polite.limit_rate;
		pc.fetch.host_rate_bps = c->config->polite.limit_rate_per_host;
		pc.fetch.connections_max = run_part(run, c->live.connections_max, i);
		pc.fetch.connections = run_part(run, c->connections, i);
		pc.fetch.threads = run_part(run, c->config->fetch.threads, i);
		pc.fetch.loop_index = i;
		r = pipeline_new(run, &pc, &ret_loops[i]);
		if (r < 0)
			return crawl_say_unmade("an event loop could not be made", r);
	}
	return EXIT_OK;
}

/* How much --memory would do for pages of so many bytes, beside what small ones take. */
static uint64_t
memory_for_page(const struct crawl *c, uint64_t bytes)
{
	double of_each_loop = (double)(bytes + LOOPS_PAGE_SLACK) * 4 / 5; /* a quarter more is let through (fetch/body.h, B5) */

	return (uint64_t)(of_each_loop * c->run.n_loops * ((double)config_memory(c->config) / (double)c->fetch.touched_max_bytes));
}

void
crawl_say_page_max(const struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(LOOPS_TEXT_MAX_BYTES);
	const struct config *cf = c->config;
	uint64_t held = pipeline_page_max_bytes(c->run.loops[0]), wanted = cf->parse.max_page;
	int64_t usual;

	/* A job's lycosa.conf has it in any case. */
	CHECK(units_size(str_of(option_by_key(STR("parse.max_page"))->def), &usual) == 0);
	if (held >= wanted || wanted == (uint64_t)usual)
		return;
	buf_add_str(&b, STR("--max-page is "));
	units_put_size(&b, (int64_t)wanted);
	buf_add_str(&b, STR(", but --memory="));
	units_put_size(&b, (int64_t)config_memory(cf));
	buf_addf(&b, " has room for pages of %llu KiB: the links of larger ones are not read; --memory=%lluM has room for them",
		(unsigned long long)(held / 1024), (unsigned long long)(memory_for_page(c, wanted) >> 20));
	if (b.err == 0)
		log_warning("%.*s", STR_ARG(buf_str(&b)));
}
