/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start of a run: what stands on what, and so the order (the end is the reverse):
 *
 *	seeds, settings    bad ones end the run before anything is made on disk
 *	spawner            forked while there is one thread and nothing to inherit
 *	store              the job directory, locked; a job that is in it goes on
 *	all seeds          those of the runs before, and new ones
 *	visited, scope     shared by all loops
 *	frontier           its shared part
 *	pipelines          one per loop: event loop, fetch, frontier; they own the body regions
 *	what was left      by the runs before: into the visited set and the queues; cookies
 *	parsers            workers, who map the regions and the visited sets
 *	threads            writer, then loops
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/crew.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/human.h"
#include "crawler/pipeline.h"
#include "crawler/settings.h"
#include "frontier/visited.h"
#include "store/part.h"
#include "url/canon.h"
#include "url/homes.h"
#include "url/robots.h"

/* How --memory is shared out, in 32nds. What is left is for everything that is not counted. */
#define SHARE_VISITED 10
#define SHARE_REFUSED 3
#define SHARE_QUEUE   10
#define SHARE_BODIES  6
#define SHARE_DIGESTS 1
#define SHARE_HELD    1 /* in halves: what waits for its turn, and what pages at the writer refer to */
#define SHARE_OF(memory, share) ((memory) / 32 * (share))

#define CRAWL_ROBOTS_AGENT  "lycosa"
#define CRAWL_HOLD_US       (5 * CLOCK_US_PER_SEC)
#define CRAWL_SPILL_BYTES   (256 * 1024)
/* A URL that was queued longer ago than this counts as queued then: times of the queues have 32 bits of milliseconds. */
#define CRAWL_QUEUED_MAX_US (INT64_C(25) * 86400 * CLOCK_US_PER_SEC)
#define CRAWL_STORE_ITEMS   1024

/* Memory that is there may still be refused: what is laid out for bodies and for what was seen takes addresses, not memory. */
static bool
crawl_wants_addresses(int error, uint64_t *ret_limit)
{
	struct rlimit lim;

	if ((error != -ENOMEM && error != -EAGAIN) || getrlimit(RLIMIT_AS, &lim) < 0 || lim.rlim_cur == RLIM_INFINITY)
		return false;
	*ret_limit = lim.rlim_cur;
	return true;
}

int
crawl_say_unmade(const char *what, int error)
{
	CLEANUP(buf_releasep) struct buf limit = BUF_INIT(64);
	const char *remedy = "";
	uint64_t bytes;

	if (crawl_wants_addresses(error, &bytes)) {
		human_bytes(&limit, bytes);
		log_error("%s: the limit on address space (ulimit -v) is %.*s, and room is laid out in addresses, few of which become memory; "
			"raise it: ulimit -v unlimited (--memory is what bounds the memory)", what, STR_ARG(buf_str(&limit)));
		return EXIT_GENERIC;
	}
	if (error == -EFBIG)
		remedy = "; raise the hard limit on the size of files (ulimit -f), which shared memory meets too";
	else if (error == -EAGAIN)
		remedy = "; raise the limit on processes (ulimit -u), which threads count in";
	else if (error == -EMFILE || error == -ENFILE || error == -ENOMEM) {
		log_error("%s: %s", what, crawl_strerror(error));
		return crawl_error_code(error, EXIT_GENERIC);
	}
	log_error("%s: %s%s", what, parse_strerror(error), remedy);
	return EXIT_GENERIC;
}

static int
crawl_make_scope(struct crawl *c)
{
	struct scope_config sc = settings_scope(c->config);
	CLEANUP(freep) char *error = NULL;
	struct str text;
	size_t pos = 0;
	int r;

	canon_use(settings_canon(c->config)); /* before the first link is looked at, and before threads */
	r = scope_new(&sc, &c->run.scope, &error);
	if (r < 0) {
		log_error("%s", error != NULL ? error : strerror(-r));
		return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
	}
	while (r == 0 && seeds_next(&c->seeds, &pos, &text)) {
		r = url_parse(&c->seeds.url, text, NULL);
		if (r == 0)
			r = scope_add_seed(c->run.scope, &c->seeds.url);
	}
	/* A sitemap's host belongs to the crawl; in which directory it stands says nothing where --no-parent has a seed's. */
	for (pos = 0; r == 0 && seeds_next(&c->sitemaps, &pos, &text);) {
		r = url_parse(&c->seeds.url, text, NULL);
		if (r == 0)
			r = scope_add_host(c->run.scope, &c->seeds.url, NULL);
	}
	if (r < 0)
		log_error("scope: %s", strerror(-r));
	return r < 0 ? EXIT_GENERIC : crawl_restore_scope(c);
}

/*
 * With --save a page that waits for its turn keeps its body slot. A loop has max(connections / 2, 64) slots more than
 * connections; with half of these taken, some are always free for those that are waited for.
 */
static uint64_t
crawl_max_taken(const struct crawl *c)
{
	uint64_t connections = c->live.connections_max / c->run.n_loops, spare = connections / 2;

	return connections + (spare > 64 ? spare : 64) / 2;
}

void
crawl_share_out(struct crawl *c)
{
	const struct run *run = &c->run;

	c->run.frontier_config.n_loops = run->n_loops;
	c->run.refs_max_bytes = SHARE_OF(config_memory(crawl_first_config(c)), SHARE_HELD) / 2 / run->n_loops;
	c->run.frontier_config.held_max_bytes = c->run.refs_max_bytes;
	c->run.frontier_config.max_taken = run->keeps_bodies ? crawl_max_taken(c) : 0;
}

static int
crawl_make_frontier(struct crawl *c)
{
	const struct config *cf = c->config;
	struct run *run = &c->run;
	const struct frontier_tune tune = settings_frontier_tune(cf);
	static const enum run_sitemaps sitemaps[] = {
		[CONFIG_SCOPE_SITEMAPS_OFF] = RUN_SITEMAPS_OFF,
		[CONFIG_SCOPE_SITEMAPS_ROBOTS] = RUN_SITEMAPS_ROBOTS,
		[CONFIG_SCOPE_SITEMAPS_ALL] = RUN_SITEMAPS_ALL,
	};
	int r;

	run->sitemaps = sitemaps[cf->scope.sitemaps];
	/* -l 1 is said by who wants a few pages, which a sitemap could make a whole site. */
	if (run->sitemaps == RUN_SITEMAPS_ROBOTS && settings_max_level(cf) != SCOPE_NO_LEVEL)
		run->sitemaps = RUN_SITEMAPS_OFF;
	r = visited_new(SHARE_OF(config_memory(cf), SHARE_VISITED), &run->visited);
	if (r == 0)
		r = visited_new(SHARE_OF(config_memory(cf), SHARE_REFUSED), &run->refused);
	if (r == 0) {
		run->frontier_config = (struct frontier_config){
			.visited = run->visited,
			.refused = run->refused,
			.scope = run->scope,
			.key = &run->key,
			.epoch_wall_us = c->job.is_new ? 0 : run->start_wall_us - CRAWL_QUEUED_MAX_US,
			.max_level = settings_max_level(cf),
			.hold_us = CRAWL_HOLD_US,
			.per_host = tune.per_host,
			.per_host_max = tune.per_host_max,
			.per_address = cf->polite.per_address == CONFIG_AUTO ? 0 :
				cf->polite.per_address == 0 ? FRONTIER_NO_LIMIT : cf->polite.per_address,
			.wait_us = tune.wait_us,
			.rate_bps = tune.rate_bps,
			.host_rate_bps = tune.host_rate_bps,
			.random_wait = tune.random_wait,
			.tries = cf->polite.tries,
			.retry_status = c->retry_status,
			.retry_us = cf->polite.retry_wait,
			.dead_after = cf->polite.dead_after,
			/* An update leaves such pages as they were, and comes to its end. */
			.keeps_walled = c->update == NULL,
			.max_redirect = cf->fetch.max_redirect,
			.since_s = c->since_s,
			/* In an update pages lead to what is known: that they give nothing new is no sign, where they are asked for again. */
			.traps = { cf->traps.patterns, cf->traps.params, cf->traps.paths, cf->traps.echoes, cf->traps.copies,
				cf->traps.canonical, cf->traps.soft_404, cf->traps.budget, c->update != NULL },
			.allow_private = cf->scope.allow_private,
			.robots = cf->polite.robots,
			.robots_agent = STR(CRAWL_ROBOTS_AGENT),
			.user_agent = str_of(cf->fetch.user_agent != NULL ? cf->fetch.user_agent : ""),
			.max_crawl_delay_us = cf->polite.max_crawl_delay,
			.queue_max_bytes = SHARE_OF(config_memory(cf), SHARE_QUEUE),
			.max_pages = cf->scope.max_pages,
			.max_requests = c->report != NULL ? c->report->max_requests : 0,
			.closed = c->update != NULL && update_is_repair(c->update),
		};
		crawl_share_out(c);
		r = frontier_shared_new(&run->frontier_config, &run->frontier);
	}
	if (r < 0)
		return crawl_say_unmade("the visited set and the queue could not be made", r);
	return EXIT_OK;
}

/* What is to become of a body: pure, asked by fetch in any thread. */
static struct fetch_wants
crawl_wants(void *arg, const struct job *j, struct str content_type)
{
	const struct run *run = arg;
	bool ok = j->status / 100 == 2;

	if (j->job_kind == JOB_ROBOTS)
		return (struct fetch_wants){ .parse = ok, .prefix = true };
	/* The rest of what is kept: that, or nothing of it. */
	if (j->ask_from > 0 && j->status == 206) {
		uint64_t end;

		if (parts_goes_on(run->parts, j, &end))
			return (struct fetch_wants){ .from = j->ask_from, .end = end };
		return (struct fetch_wants){ .refuse = OUTCOME_PROTOCOL_ERROR };
	}
	if (j->job_kind == JOB_PROBE)
		return (struct fetch_wants){ .parse = ok && parse_wants(j, content_type) };
	return (struct fetch_wants){
		.parse = ok && parse_wants(j, content_type),
		.keep = !j->links_only && (run->warc || (ok && (run->save_body || run->mirror))),
	};
}

static int
crawl_file(void *arg, struct job *j)
{
	const struct run *run = arg;

	return j->job_kind == JOB_URL ? parts_file(run->parts, j) : -ENOENT;
}

/* Secrets go to the seeds' origins. Where none were given nobody needs to know these. */
static int
crawl_make_home(struct crawl *c)
{
	int r = 0;

	if (!session_settings_need_home(&c->session))
		return EXIT_OK;
	c->home = c->report != NULL ? c->report->home : NULL;
	if (c->home == NULL) {
		r = homes_new(&c->own_home);
		if (r == 0)
			r = seeds_put_homes(&c->seeds, c->own_home);
		if (r == 0)
			r = seeds_put_homes(&c->sitemaps, c->own_home);
		c->home = c->own_home;
	}
	if (r < 0)
		log_error("the seeds: %s", strerror(-r));
	/* What a netrc may have for them was not given for this run. */
	if (session_settings_are_private(&c->session))
		c->run.home = c->home;
	return r < 0 ? EXIT_GENERIC : EXIT_OK;
}

static int
crawl_make_pipelines(struct crawl *c)
{
	const struct config *cf = c->config;
	struct fetch_config *fc = &c->fetch;
	int code = settings_fetch(cf, &c->dns_servers, fc);

	if (code != EXIT_OK)
		return code;
	if (c->report != NULL)
		fc->only = c->report->only;
	fc->spill_bytes = CRAWL_SPILL_BYTES;
	fc->touched_max_bytes = SHARE_OF(config_memory(cf), SHARE_BODIES);
	fc->n_sharing = &c->run.n_sharing;
	fc->tmp_dir = c->dir;
	fc->keep_head = settings_warc(cf);
	fc->keep_request = settings_warc(cf) && cf->warc.request;
	fc->cookies = cf->session.cookies;
	fc->hsts = cf->session.hsts;
	if (session_settings_fetch(&c->session, c->home, &fc->session) < 0) {
		log_error("out of memory");
		return EXIT_GENERIC;
	}
	fc->wants = crawl_wants;
	fc->file = crawl_file;
	fc->wants_arg = &c->run;
	code = crawl_new_loops(c, c->run.loops);
	if (code == EXIT_OK)
		crawl_say_page_max(c);
	return code;
}

static bool
crawl_still_skipped(void *arg, struct str text)
{
	const struct run *run = arg;
	struct url u;
	bool still;

	url_init(&u);
	still = url_parse(&u, text, NULL) < 0 ||
		!visited_contains(run->visited, hash_fingerprint(&run->key, u.href, url_identity(&u).len));
	url_release(&u);
	return still;
}

static struct store_warc
crawl_warc(const struct config *cf)
{
	static const enum codec_kind codecs[] = {
		[CONFIG_WARC_COMPRESSION_GZIP] = CODEC_GZIP,
		[CONFIG_WARC_COMPRESSION_ZSTD] = CODEC_ZSTD,
		[CONFIG_WARC_COMPRESSION_NONE] = CODEC_NONE,
	};

	return (struct store_warc){
		.on = settings_warc(cf),
		.wacz = cf->warc.wacz,
		.metadata = cf->warc.metadata,
		.outlinks = cf->warc.outlinks,
		.secrets = cf->warc.credentials,
		.robots = cf->polite.robots,
		.codec = codecs[cf->warc.compression],
		.digest = cf->warc.digest == CONFIG_WARC_DIGEST_SHA256 ? DIGEST_SHA256 : DIGEST_SHA1,
		.max_bytes = cf->warc.max_size,
		.dedup_bytes = SHARE_OF(config_memory(cf), SHARE_DIGESTS),
		.dedup = cf->warc.dedup,
		.user_agent = cf->fetch.user_agent,
	};
}

static struct store_mirror
crawl_mirror(struct crawl *c)
{
	const struct config *cf = c->config;

	c->single.max_bytes = cf->mirror.single_file_max;
	return (struct store_mirror){
		.on = cf->store.mirror,
		.convert = cf->mirror.convert_links,
		.backup = cf->mirror.backup_converted,
		.mtime = cf->mirror.use_server_timestamps,
		.explain = cf->mirror.unfetched == CONFIG_MIRROR_UNFETCHED_PAGE,
		.index = cf->mirror.index,
		.entry = cf->mirror.single_file ? NULL : &c->entry,
		.single = cf->mirror.single_file ? &c->single : NULL,
		.settle_us = cf->mirror.single_file ? 0 : cf->mirror.settle,
		.by_disposition = cf->mirror.content_disposition,
		.names = {
			.no_host = cf->mirror.no_host_directories,
			.no_directories = cf->mirror.no_directories,
			.protocol_directories = cf->mirror.protocol_directories,
			.keep_extension = !cf->mirror.adjust_extension,
			.cut_dirs = cf->mirror.cut_dirs,
			.restrict_to = c->restrict_names,
			.default_page = cf->mirror.default_page,
		},
	};
}

/* What becomes the job's lycosa.conf. */
static int
crawl_write_settings(struct crawl *c)
{
	if (config_job_text(c->config, c->list_logins, &c->config_text) == 0 && buf_cstr(&c->config_text) != NULL)
		return EXIT_OK;
	log_error("out of memory");
	return EXIT_GENERIC;
}

static int
crawl_open_store(struct crawl *c)
{
	const struct config *cf = c->config;
	CLEANUP(freep) char *error = NULL;
	struct store_config sc;
	int r;

	sc = (struct store_config){
		.dir = c->dir,
		.save_body = c->run.save_body,
		.save_text = c->run.save_text,
		.links = c->config->store.links,
		.mirror = crawl_mirror(c),
		.warc = crawl_warc(cf),
		.update_from = c->update_from,
		.purge = cf->update.purge,
		.log_rejected = cf->store.log_rejected,
		.print = cf->run.print,
		.haste = &c->run.haste,
		.extract = cf->parse.extract,
		.queue_items = CRAWL_STORE_ITEMS,
		.flush_us = cf->store.flush,
		.min_free_bytes = cf->store.min_free,
		.commit_us = cf->store.commit_ms * CLOCK_US_PER_MS,
		.config_text = c->config_text.data,
		.n_loops = c->run.n_loops,
		.still_skipped = crawl_still_skipped,
		.still_arg = &c->run,
	};
	r = store_open(&sc, &c->run.store, &error);
	if (r < 0) {
		log_error("%s", error != NULL ? error : crawl_strerror(r));
		return crawl_error_code(r, EXIT_FILE);
	}
	c->run.parts = store_parts(c->run.store);
	store_job(c->run.store, &c->job);
	/* What runs before have got says that not everybody is walled out. */
	if (c->update == NULL)
		atomic_store(&c->run.n_pages, c->job.records);
	c->run.key = c->job.key;
	return EXIT_OK;
}

static bool
crawl_looks_for_traps(const struct config *cf)
{
	return cf->traps.patterns || cf->traps.params || cf->traps.paths || cf->traps.echoes || cf->traps.copies || cf->traps.canonical ||
		cf->traps.soft_404;
}

/* What was there when the run began is what runs to its end: also with other loops, and if lycosa is installed anew meanwhile. */
static int
crawl_open_worker(struct crawl *c)
{
	return c->workers == 0 || c->worker_fd > 0 ? 0 : parse_worker_open(NULL, &c->worker_fd);
}

int
crawl_start_parsers(struct crawl *c)
{
	const struct config *cf = crawl_first_config(c);
	struct run *run = &c->run;
	const char *missing = "";
	int fds[RUN_LOOPS_MAX];
	uint64_t bytes[RUN_LOOPS_MAX];
	struct parse_config pc = {
		.workers = c->workers,
		.workers_max = c->workers > 0 ? SETTINGS_WORKERS_MAX : 0,
		.reader = cf->parse.html == CONFIG_PARSE_HTML_LIBXML2 ? PARSE_LIBXML2 : PARSE_SCAN,
		.sandbox_strict = cf->parse.sandbox == CONFIG_PARSE_SANDBOX_STRICT,
		.timeout_us = cf->parse.timeout,
		.cpu_limit_us = cf->parse.cpu,
		.memory_bytes = cf->parse.memory,
		.max_page_bytes = cf->parse.max_page,
		.max_links = cf->parse.max_links,
		.all_links = c->run.all_links,
		.words = cf->parse.simhash,
		.visible = c->run.save_text,
		.sketch = crawl_looks_for_traps(cf),
		.max_level = run->frontier_config.max_level,
		.n_loops = run->n_loops,
		.region_fds = fds,
		.region_bytes = bytes,
		.visited_fd = visited_fd(run->visited),
		.refused_fd = visited_fd(run->refused),
		.hash_seed = run->key.seed,
		.so_far = c->parse_so_far,
		.extract = cf->parse.extract,
		.canon = settings_canon(cf),
		.token = robots_token(str_of(cf->fetch.user_agent != NULL ? cf->fetch.user_agent : "")),
	};
	unsigned i;
	int r;

	for (i = 0; i < run->n_loops; i++) {
		fds[i] = pipeline_region_fd(run->loops[i]);
		bytes[i] = pipeline_region_bytes(run->loops[i]);
	}
	r = crawl_open_worker(c);
	pc.worker_fd = c->worker_fd;
	if (r == 0)
		r = parse_pool_new(&pc, c->spawner, &run->parsers, &missing);
	if (r == -EPERM && missing != NULL && *missing != '\0') {
		log_error("parse.sandbox=strict: this system lacks %s", missing);
		return EXIT_GENERIC;
	}
	if (r == -ENOENT) {
		log_error("the program lycosa-worker was found neither beside lycosa, nor in ../libexec from there, nor in %s: "
			"install lycosa again (make install), or run it from its build directory", LIBEXECDIR);
		return EXIT_GENERIC;
	}
	if (r < 0)
		return crawl_say_unmade("the parser processes could not be started", r);
	if (missing != NULL && *missing != '\0' && !c->said_jail)
		log_warning("the parsers' jail goes without %s, which this system lacks "
			"(parse.sandbox=strict makes this an error)", missing);
	c->said_jail = true;
	return EXIT_OK;
}

static int
crawl_offer_each(struct crawl *c, const struct seeds *seeds, enum link_kind kind)
{
	struct str text;
	size_t pos = 0;

	while (seeds_next(seeds, &pos, &text)) {
		if (url_parse(&c->seeds.url, text, NULL) < 0)
			return EXIT_GENERIC;
		if (pipeline_seed(crawl_loop_of(c, &c->seeds.url), &c->seeds.url, kind) == FRONTIER_FULL) {
			log_error("the seeds alone fill --memory: give more, or fewer seeds");
			return EXIT_BUDGET;
		}
	}
	return EXIT_OK;
}

/* Those of the whole job: the door knows which are new. */
static int
crawl_offer_seeds(struct crawl *c)
{
	int code = crawl_offer_each(c, &c->seeds, LINK_PAGE);

	if (code == EXIT_OK)
		code = crawl_offer_each(c, &c->sitemaps, LINK_SITEMAP);
	for (unsigned i = 0; i < c->run.n_loops; i++)
		pipeline_flush(c->run.loops[i]);
	return code;
}

static int
crawl_start_threads(struct crawl *c)
{
	struct chan *returns[RUN_LOOPS_MAX];
	struct crew *crew = NULL;
	unsigned i;
	int r;

	/* Held since crawl_restore(): or a loop could find itself finished before the next one has started. */
	for (i = 0; i < c->run.n_loops; i++)
		returns[i] = pipeline_returns(c->run.loops[i]);
	r = store_start(c->run.store, returns);
	if (r < 0) {
		crawl_say_unwritten(c->dir, r);
		return crawl_error_code(r, EXIT_FILE);
	}
	for (i = 0; r == 0 && i < c->run.n_loops; i++)
		r = pipeline_attach(c->run.loops[i]);
	if (r == 0)
		r = crew_new(c->run.n_loops, &crew);
	if (r < 0) {
		return crawl_say_unmade("threads could not be started", r);
	}
	for (i = 0; i < c->run.n_loops; i++)
		pipeline_start(c->run.loops[i], crew);
	crew_free(crew);
	if (frontier_unhold(c->run.frontier))
		run_finish(&c->run);
	return EXIT_OK;
}

bool
crawl_is_interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

int
crawl_start(struct crawl *c)
{
	static int (*const steps[])(struct crawl *) = {
		crawl_check,
		crawl_write_settings,
		crawl_begin_update,
		crawl_open_store,
		crawl_gather_seeds,
		/* Not for a job that is finished. */
		crawl_make_scope,
		crawl_make_frontier,
		crawl_make_home,
		crawl_make_pipelines,
		crawl_restore,
		crawl_load_cookies,
		crawl_load_hsts,
		crawl_start_parsers,
		crawl_offer_seeds,
		crawl_open_control,
		crawl_start_threads,
	};
	int code = EXIT_OK;
	size_t i;

	for (i = 0; i < ARRAY_LEN(steps) && code == EXIT_OK && !c->finished_before; i++) {
		code = crawl_is_interrupted() ? EXIT_INTERRUPTED : steps[i](c);
		if (code == EXIT_INTERRUPTED)
			log_info("interrupted before anything was asked for");
	}
	return code;
}
