/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that a run belongs to:
 *
 *	its settings   lycosa.conf in its directory, between the user's and the command line (crawl_settings.c)
 *	its seeds      in its database; those of the command line that are not among them are new
 *	what is left   what the runs before have let in and not brought to its end (store_resume())
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/settings.h"
#include "crawler/pipeline.h"
#include "frontier/visited.h"

#define JOB_SEEDS_BYTES(memory) ((memory) / 8)
#define JOB_PATH_MAX_BYTES      ((size_t)64 * 1024)

static int
read_url_seeds(struct crawl *c)
{
	const struct config *cf = c->config;
	CLEANUP(freep) char *error = NULL;
	size_t i;
	int r;

	for (i = 0; i < cf->n_args; i++) {
		r = seeds_add(&c->seeds, str_of(cf->args[i]), &error);
		if (r < 0) {
			log_error("%s", error != NULL ? error : strerror(-r));
			return EXIT_USAGE;
		}
	}
	return EXIT_OK;
}

/* Those that options name; a job that goes on may get more of them too. */
static int
read_option_seeds(struct crawl *c)
{
	const struct config *cf = c->config;
	CLEANUP(freep) char *error = NULL;
	size_t i;
	int r;

	for (i = 0; cf->input.sitemap != NULL && cf->input.sitemap[i] != NULL; i++) {
		r = seeds_add(&c->sitemaps, str_of(cf->input.sitemap[i]), &error);
		if (r < 0) {
			settings_error(cf, "input.sitemap", cf->input.sitemap[i], "%s", error != NULL ? error : strerror(-r));
			return EXIT_USAGE;
		}
	}
	if (cf->input.file != NULL) {
		r = seeds_read_file(&c->seeds, cf->input.file, &error);
		if (r < 0) {
			log_error("%s", error != NULL ? error : strerror(-r));
			return r == -EMSGSIZE ? EXIT_BUDGET : r == -E2BIG ? EXIT_USAGE : EXIT_FILE;
		}
	}
	return EXIT_OK;
}

int
crawl_read_seeds(struct crawl *c)
{
	const struct config *cf = c->config;
	bool resumes = crawl_names_job(cf);
	int code = EXIT_OK;

	seeds_init(&c->seeds, JOB_SEEDS_BYTES(config_memory(cf)));
	seeds_init(&c->sitemaps, JOB_SEEDS_BYTES(config_memory(cf)));
	c->seeds.logins = &c->session.logins;
	/* A URL may have a login, and what is said of a directory shows its name. */
	if (resumes && (cf->n_args != 1 || strstr(cf->args[0], "://") != NULL)) {
		log_error("resume which job? One directory; try: lycosa resume example.org");
		return EXIT_USAGE;
	}
	if (!resumes)
		code = read_url_seeds(c);
	if (code == EXIT_OK)
		code = read_option_seeds(c);
	/* The logins themselves are gone by the time that settings are written again. */
	c->list_logins = c->session.logins.n > 0;
	if (code == EXIT_OK && !resumes && c->seeds.n == 0 && c->sitemaps.n == 0) {
		log_error("no URL to start from; try: lycosa crawl https://example.org/");
		return EXIT_USAGE;
	}
	return code;
}

/* --- its seeds ------------------------------------------------------------------------------------------------- */

struct gather {
	struct crawl *crawl;
	enum store_seed kind;
	struct seeds all;
	uint64_t first;        /* the only one, mostly, for which there is no set */
	struct visited *known; /* NULL until there are two */
	uint64_t n_new;
};

/* As visited_insert(). */
static int
gather_insert(struct gather *g, struct str url)
{
	uint64_t fp = hash_fingerprint(&g->crawl->run.key, url.p, url.len);
	int r = 0;

	if (g->first == 0) {
		g->first = fp;
		return 1;
	}
	if (g->known == NULL) {
		r = visited_new(JOB_SEEDS_BYTES(config_memory(g->crawl->config)), &g->known);
		if (r == 0)
			r = visited_insert(g->known, g->first);
	}
	return r < 0 ? r : visited_insert(g->known, fp);
}

static int
gather_known(void *arg, struct str url)
{
	struct gather *g = arg;
	CLEANUP(freep) char *error = NULL;
	int r = gather_insert(g, url);

	return r < 0 ? r : seeds_add(&g->all, url, &error);
}

/* Those of the command line that are not among them. */
static int
gather_new(struct gather *g, const struct seeds *seeds)
{
	struct crawl *c = g->crawl;
	struct str url;
	size_t pos = 0;
	int r = 0;

	while (r == 0 && seeds_next(seeds, &pos, &url)) {
		CLEANUP(freep) char *error = NULL;

		r = gather_insert(g, url);
		if (r == 1) {
			g->n_new++;
			r = store_add_seed(c->run.store, g->kind, url);
			if (r == 0)
				r = seeds_add(&g->all, url, &error);
		}
	}
	return r;
}

/* *seeds becomes all of the kind. */
static int
gather(struct crawl *c, enum store_seed kind, struct seeds *seeds, uint64_t *n_new)
{
	struct gather g = { .crawl = c, .kind = kind };
	int r;

	seeds_init(&g.all, JOB_SEEDS_BYTES(config_memory(c->config)));
	r = store_seeds(c->run.store, kind, gather_known, &g);
	if (r == 0)
		r = gather_new(&g, seeds);
	visited_free(g.known);
	if (r < 0) {
		seeds_release(&g.all);
		return r;
	}
	seeds_release(seeds);
	*seeds = g.all;
	*n_new += g.n_new;
	return 0;
}

/* Killed before its first transaction, there is nothing of it: it would be finished at once. */
static int
say_seedless(const struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JOB_PATH_MAX_BYTES);

	buf_add_escaped(&dir, str_of(c->dir));
	log_error("the job in %.*s has no URL to start from: it was cut off before it began; run the command that began it again", STR_ARG(buf_str(&dir)));
	return EXIT_FILE;
}

int
crawl_gather_seeds(struct crawl *c)
{
	uint64_t n_new = 0;
	int r = gather(c, STORE_SEED_PAGE, &c->seeds, &n_new);

	if (r == 0)
		r = gather(c, STORE_SEED_SITEMAP, &c->sitemaps, &n_new);
	if (r < 0) {
		int code = crawl_say_unmade("the seeds could not be read", r);

		return r == -ENOSPC || r == -EMSGSIZE ? EXIT_BUDGET : code;
	}
	if (c->seeds.n == 0 && c->sitemaps.n == 0 && c->update == NULL)
		return say_seedless(c);
	if (c->lacks_settings && c->config->command == CONFIG_RESUME && !c->job.finished)
		return crawl_say_unset(c);
	if (c->config->mirror.single_file && (c->seeds.n != 1 || c->sitemaps.n > 0)) {
		log_error("--single-file: one URL is wanted; these are %zu", (size_t)(c->seeds.n + c->sitemaps.n));
		return EXIT_USAGE;
	}
	c->finished_before = c->job.finished && n_new == 0;
	if (c->job.finished && n_new > 0) {
		CLEANUP(freep) char *error = NULL;

		r = store_open_finished(c->run.store, &error);
		if (r < 0) {
			log_error("%s", error != NULL ? error : strerror(-r));
			return store_wants_room(r) ? EXIT_DISK_FULL : EXIT_FILE;
		}
	}
	if (!c->job.is_new && n_new > 0) {
		CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JOB_PATH_MAX_BYTES);

		buf_add_escaped(&dir, str_of(c->dir));
		log_info("%llu new seed%s for the job in %.*s", (unsigned long long)n_new, n_new == 1 ? "" : "s", STR_ARG(buf_str(&dir)));
	}
	return crawl_say_resumed(c);
}

/* --- what is left ---------------------------------------------------------------------------------------------- */

static int
restore_host(void *arg, struct str url)
{
	struct crawl *c = arg;
	int r = url_parse(&c->seeds.url, url, NULL);

	return r < 0 ? r : scope_add_host(c->run.scope, &c->seeds.url, NULL);
}

int
crawl_restore_scope(struct crawl *c)
{
	int r = store_seeds(c->run.store, STORE_SEED_JOINED, restore_host, c);

	if (r < 0)
		log_error("scope: %s", strerror(-r));
	return r < 0 ? EXIT_GENERIC : EXIT_OK;
}

static void
expect_visited(void *arg, uint64_t n)
{
	struct crawl *c = arg;

	visited_expect(c->run.visited, n);
}

static int
restore_visited(void *arg, const uint64_t *fps, size_t n)
{
	struct crawl *c = arg;

	return visited_insert_all(c->run.visited, fps, n);
}

struct pipeline *
crawl_loop_of(const struct crawl *c, const struct url *u)
{
	return c->run.loops[frontier_loop_of(&c->run.frontier_config, u)];
}

struct pipeline *
crawl_loop_of_host(struct crawl *c, const char *scheme, struct str host, const struct url **ret_url)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(URL_MAX_BYTES);
	struct url *u = &c->seeds.url;

	buf_addf(&text, "%s://", scheme);
	buf_add_str(&text, host);
	if (buf_err(&text) < 0 || url_parse(u, buf_str(&text), NULL) < 0)
		return NULL;
	*ret_url = u;
	return crawl_loop_of(c, u);
}

static int
restore_pending(void *arg, struct str entries)
{
	struct crawl *c = arg;
	int r = 0;

	for (unsigned i = 0; i < c->run.n_loops && r == 0; i++)
		r = pipeline_restore(c->run.loops[i], entries, &c->n_restored);
	return r;
}

static int
restore_pause(void *arg, struct str origin, int64_t due_wall_us)
{
	struct crawl *c = arg;
	struct url *u = &c->seeds.url;

	if (url_parse(u, origin, NULL) < 0 || !url_is_http(u))
		return -EBADMSG;
	return pipeline_restore_pause(crawl_loop_of(c, u), u, due_wall_us);
}

/* What is not read before the run is while it goes on. */
static int
await_rest(struct crawl *c)
{
	for (unsigned i = 0; i < c->run.n_loops; i++)
		pipeline_await_rest(c->run.loops[i], store_rest_depth(c->run.store));
	return store_rest_to(c->run.store, pipeline_rest(c->run.loops[0]));
}

struct traps_restore {
	struct crawl *crawl;
	bool failed;
};

/* Each loop has its own; where their number was another, it is in what any had, and a loop takes what is of its hosts. What cannot be read is learned again. */
static int
restore_traps(void *arg, unsigned loop, bool is_apart, struct str packed)
{
	struct traps_restore *t = arg;
	struct crawl *c = t->crawl;

	for (unsigned i = 0; i < c->run.n_loops; i++)
		if ((!is_apart || i == loop) && pipeline_restore_traps(c->run.loops[i], packed) < 0)
			t->failed = true;
	return 0;
}

static int
restore_all_traps(struct crawl *c)
{
	struct traps_restore t = { .crawl = c };
	int r = store_each_traps(c->run.store, restore_traps, &t);

	/* In one piece or in many, it is said once. */
	if (r == 0 && t.failed)
		log_warning("what was learned of traps cannot be read; it is learned again");
	return r;
}

int
crawl_restore(struct crawl *c)
{
	struct store_resume resume = {
		.expect = expect_visited,
		.visited = restore_visited,
		.pending = restore_pending,
		.arg = c,
		.first = c->config->store.resume_first,
		/* With a level limit nothing is asked for before all that is less deep is known. */
		.by_depth = c->run.frontier_config.max_level != SCOPE_NO_LEVEL,
	};
	bool more;
	int r;

	/* Until the threads run: or the frontier could find itself finished. */
	frontier_hold(c->run.frontier);
	if (c->job.is_new)
		return EXIT_OK;
	r = store_each_pause(c->run.store, restore_pause, c);
	if (r == 0)
		r = restore_all_traps(c);
	frontier_hold_rest(c->run.frontier, 0);
	if (r == 0)
		r = store_resume(c->run.store, &resume);
	more = r == 1;
	if (more)
		r = await_rest(c);
	CHECK(!frontier_unhold_rest(c->run.frontier, 0, r == 0));
	if (r == -EMSGSIZE || r == -ENOSPC) {
		log_error("what is left to do does not fit in --memory; nothing is lost: give more, for example "
			"--memory=%lluM", (unsigned long long)(config_memory(c->config) / (512 * 1024)));
		return EXIT_BUDGET;
	}
	if (r < 0) {
		CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JOB_PATH_MAX_BYTES);

		buf_add_escaped(&dir, str_of(c->dir));
		if (r == -EBADMSG)
			log_error("%.*s/lycosa.db is damaged; `sqlite3 lycosa.db .recover' may save what is left", STR_ARG(buf_str(&dir)));
		else
			log_error("%.*s/lycosa.db could not be read: %s", STR_ARG(buf_str(&dir)), crawl_strerror(r));
		return crawl_error_code(r, EXIT_FILE);
	}
	if (c->n_restored > 0 || more)
		log_info("%llu%s URL%s%s", (unsigned long long)c->n_restored, more ? " and more" : "", c->n_restored == 1 && !more ? "" : "s",
			c->update != NULL ? " to look at" : c->n_restored == 1 && !more ? " is left to fetch" : " are left to fetch");
	else
		log_info("nothing is left of the earlier runs");
	return EXIT_OK;
}
