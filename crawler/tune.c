/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/machine.h"
#include "crawler/adapt.h"
#include "crawler/settings.h"
#include "crawler/tune_private.h"
#include "tune/model.h"

/* How far the axes go. Parsers: what has no processor of its own helps little, but some, where pages make it wait. */
#define TUNE_CONNECTIONS_MAX 4096
#define TUNE_THREADS_MAX     512
#define TUNE_WORKERS_CORE    2
#define TUNE_REPEATS         4
#define TUNE_REPEATS_LIVE    2

/* --- one at a time ----------------------------------------------------------------------------------------------------- */

/*
 * Two that measure at once would measure each other. By user and machine: in XDG_RUNTIME_DIR, else in TMPDIR or /tmp. *ret_fd is held
 * as long as we live.
 */
static int
tune_lock(int *ret_fd)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *tmp = getenv("TMPDIR");
	char path[TUNE_PATH_MAX_BYTES];
	int n = runtime != NULL && runtime[0] == '/' ? snprintf(path, sizeof(path), "%s/lycosa-tune.lock", runtime) :
		snprintf(path, sizeof(path), "%s/lycosa-tune-%u.lock", tmp != NULL && tmp[0] == '/' ? tmp : "/tmp",
			(unsigned)getuid());

	if (n < 0 || n >= (int)sizeof(path)) {
		log_error("XDG_RUNTIME_DIR or TMPDIR is too long");
		return EXIT_USAGE;
	}
	*ret_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret_fd < 0) {
		log_error("%s: %s", path, strerror(errno));
		return EXIT_FILE;
	}
	if (flock(*ret_fd, LOCK_EX | LOCK_NB) == 0)
		return EXIT_OK;
	log_error("another `lycosa tune' is running (%s): two at once would measure each other; wait until it has ended", path);
	return EXIT_GENERIC;
}

/* --- the work directory ------------------------------------------------------------------------------------------------ */

/* Beside where results would go, so that trials write to the same disk; else where temporary files go. */
static int
tune_make_dir(struct tune *t)
{
	const char *job = t->config->store.dir, *slash = job != NULL ? strrchr(job, '/') : NULL, *tmp = getenv("TMPDIR");
	CLEANUP(freep) char *parent = slash == NULL ? strdup(".") : strndup(job, (size_t)(slash - job) + 1), *here = NULL;

	if (parent != NULL)
		here = realpath(parent, NULL);
	if (here != NULL && asprintf(&t->dir, "%s/.lycosa-tune-XXXXXX", here) < 0)
		t->dir = NULL;
	if (t->dir != NULL && mkdtemp(t->dir) != NULL)
		return EXIT_OK;
	free(TAKE(t->dir));
	if (asprintf(&t->dir, "%s/lycosa-tune-XXXXXX", tmp != NULL ? tmp : "/tmp") < 0)
		t->dir = NULL;
	if (t->dir != NULL && mkdtemp(t->dir) != NULL)
		return EXIT_OK;
	log_error("no directory for the trials: %s", strerror(errno));
	free(TAKE(t->dir));
	return EXIT_FILE;
}

/* --- what is asked for --------------------------------------------------------------------------------------------------- */

static int
tune_check(struct tune *t)
{
	const struct config *c = t->config;
	int code;

	t->source = c->tune.from != NULL ? TUNE_REPLAY : c->tune.model != NULL ? TUNE_MODEL : TUNE_LIVE;
	if (t->source != TUNE_LIVE && c->n_args > 0) {
		log_error("URLs are tried live, --from and --model without a network: not both at once");
		return EXIT_USAGE;
	}
	if (t->source == TUNE_LIVE && c->n_args == 0 && c->input.file == NULL) {
		log_error("tune on what? Name URLs, or --from=DIR, or --model=latency=80ms,size=30k,hosts=50");
		return EXIT_USAGE;
	}
	if (t->source == TUNE_LIVE && c->tune.exhaustive) {
		log_error("--exhaustive is for --from and --model: a site would be asked for thousands of pages");
		return EXIT_USAGE;
	}
	/* A trial would name the file that it is given, which is gone with it. */
	code = settings_check(c);
	return code == EXIT_OK ? tune_write_check(c) : code;
}

/* Is there time for the least that says anything? */
static int
tune_check_time(const struct tune *t)
{
	int64_t needed_us = 4 * t->trial_us;

	if (t->end_us - clock_mono_us() >= needed_us)
		return EXIT_OK;
	log_error("--max-time is too short: a trial takes %.1f s here, and four are the least; give --max-time=%lld or more",
		(double)t->trial_us / 1e6, (long long)(20 * t->trial_us / CLOCK_US_PER_SEC) + 1);
	return EXIT_USAGE;
}

static unsigned
at_least(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static struct search_config
tune_search_config(struct tune *t)
{
	const struct config *c = t->config;
	unsigned workers = c->parse.workers == CONFIG_AUTO ? t->cores : at_least(c->parse.workers, 1);
	unsigned loops = c->fetch.loops == CONFIG_AUTO ? 1 : c->fetch.loops;
	unsigned connections = c->fetch.connections == CONFIG_AUTO ? 256 : c->fetch.connections;
	bool pool = c->fetch.engine == CONFIG_FETCH_ENGINE_THREADS;
	struct search_config sc = {
		.start = { { connections, loops, c->fetch.threads, workers, c->parse.html, pool ? SEARCH_POOL : SEARCH_EVENTS } },
		.range = {
			[SEARCH_CONNECTIONS] = { 1, at_least(connections, TUNE_CONNECTIONS_MAX) },
			[SEARCH_LOOPS] = { 1, at_least(loops, t->cores) },
			[SEARCH_THREADS] = { 1, at_least(c->fetch.threads, TUNE_THREADS_MAX) },
			[SEARCH_WORKERS] = { 1, at_least(workers, TUNE_WORKERS_CORE * t->cores) },
			[SEARCH_HTML] = { 0, 1 },
			[SEARCH_ENGINE] = { SEARCH_EVENTS, SEARCH_POOL },
		},
		.goal = c->tune.goal == CONFIG_TUNE_GOAL_CPU ? SEARCH_CPU :
			c->tune.goal == CONFIG_TUNE_GOAL_MEMORY ? SEARCH_MEMORY : SEARCH_THROUGHPUT,
		.max_memory_bytes = (double)config_memory(c),
		.max_load = (double)c->tune.max_load / 100 * t->cores,
		.max_repeats = t->source == TUNE_LIVE ? TUNE_REPEATS_LIVE : TUNE_REPEATS,
		.exhaustive = c->tune.exhaustive,
		.measure = t->source == TUNE_LIVE ? tune_measure_live : tune_measure_offline,
		.arg = t,
	};

	/* A mirror needs to know where each link stands. */
	if (c->store.mirror)
		sc.range[SEARCH_HTML].max = sc.range[SEARCH_HTML].min;
	return sc;
}

/* --- the command ----------------------------------------------------------------------------------------------------------- */

static int
tune_signals(struct tune *t)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return EXIT_GENERIC;
	t->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return t->sigfd < 0 ? EXIT_GENERIC : EXIT_OK;
}

static int
tune_print(const struct tune *t)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(TUNE_TEXT_MAX_BYTES);

	tune_report(t, &out);
	if (buf_err(&out) < 0)
		return EXIT_GENERIC;
	if (fwrite(out.data, 1, out.len, stdout) < out.len || fflush(stdout) != 0) {
		log_error("stdout: %s", strerror(errno));
		return EXIT_FILE;
	}
	return EXIT_OK;
}

static int
tune_conclude(struct tune *t)
{
	int code, written;

	if (t->interrupted) {
		log_info("interrupted: nothing was written");
		return EXIT_INTERRUPTED;
	}
	if (t->refused) {
		log_error("the site does not want to be asked so often (429, 503, or a wall against robots): stopped, nothing was written. Tune on a copy of it: "
			"crawl it at its pace, then `lycosa tune --from DIR'");
		return 8;
	}
	if (!t->search.any) {
		log_error(t->search.n_measured == 0 ? "the budget has room for no trial at all; nothing was written" :
			"no setting that was tried keeps within --memory and --max-load; nothing was written");
		return EXIT_USAGE;
	}
	code = tune_print(t);
	if (code != EXIT_OK)
		return code;
	/* What was found is written whatever becomes of the curves. */
	code = t->config->tune.svg != NULL ? tune_svg(t, t->config->tune.svg) : EXIT_OK;
	written = tune_write(t);
	return code != EXIT_OK ? code : written;
}

static int
tune_run(struct tune *t, const struct search_config *sc)
{
	int r = search_run(sc, &t->search);

	return r < 0 ? EXIT_GENERIC : tune_conclude(t);
}

static int
tune_load(struct tune *t, const struct search_point *start)
{
	int code = t->source == TUNE_MODEL ? tune_load_model(t) : t->source == TUNE_REPLAY ? tune_load_replay(t) :
		tune_load_live(t, start);

	return code == EXIT_OK ? tune_check_time(t) : code;
}

static void
tune_release(struct tune *t)
{
	origin_free(t->origin);
	if (t->model != NULL)
		buf_release(&t->model->page);
	free(t->model);
	if (t->dir != NULL)
		tune_remove_tree(t->dir);
	free(t->dir);
	tune_urls_release(&t->urls);
	homes_free(t->home);
	buf_release(&t->settings);
	closep(&t->sigfd);
}

int
tune_main(const struct config *config)
{
	/* Too large for some stacks. */
	static struct tune t;
	struct search_config sc;
	CLEANUP(closep) int lock = -1;
	int code;

	t = (struct tune){ .config = config, .sigfd = -1, .start_us = clock_mono_us(), .cores = machine_cores() };
	t.settings = BUF_INIT(TUNE_TEXT_MAX_BYTES);
	t.end_us = config->scope.max_time > 0 ? t.start_us + config->scope.max_time : INT64_MAX;
	code = tune_check(&t);
	if (code == EXIT_OK)
		code = tune_lock(&lock);
	if (code == EXIT_OK)
		code = tune_signals(&t);
	if (code == EXIT_OK)
		code = tune_make_dir(&t);
	sc = tune_search_config(&t);
	if (code == EXIT_OK)
		code = tune_load(&t, &sc.start);
	/* What auto would be there: each host of the origin is a site. */
	if (config->fetch.loops == CONFIG_AUTO && t.n_hosts > 0)
		sc.start.v[SEARCH_LOOPS] = adapt_loops(t.cores, t.n_hosts, sc.start.v[SEARCH_CONNECTIONS]);
	if (code == EXIT_OK)
		code = tune_run(&t, &sc);
	tune_release(&t);
	return code;
}
