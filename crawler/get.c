/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/adapt.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "crawler/human.h"
#include "crawler/settings.h"
#include "crawler/signals.h"

#define GET_TICK_US       (CLOCK_US_PER_SEC / 4)
#define GET_COMMIT_US     (2 * CLOCK_US_PER_SEC)
#define GET_SLOT_BYTES    4096 /* bodies are streamed: nothing is ever in a slot */
#define GET_PER_HOST      4
#define GET_OUTPUT_MAX    4096
#define GET_FDS           3  /* of a connection: a part, a socket, and the part of one that is parked */
#define GET_SPARE_FDS     32

/* --- the loop ---------------------------------------------------------------------------------------------------------- */

static void
on_timer(void *arg)
{
	static int64_t committed_us;
	struct get *g = arg;
	int64_t now_us = clock_mono_us();

	get_progress_tick(g, now_us);
	if (now_us - committed_us >= GET_COMMIT_US) {
		get_commit(g);
		committed_us = clock_mono_us();
	}
	get_next_tick(g, now_us);
	get_pump(g);
	if (loop_timer_set(g->loop, &g->timer, g->paused_us != 0 && g->paused_us < now_us + GET_TICK_US ? g->paused_us : now_us + GET_TICK_US) < 0)
		loop_stop(g->loop);
}

static bool
is_end(const struct signalfd_siginfo *si)
{
	return si->ssi_signo == SIGINT || si->ssi_signo == SIGTERM;
}

static void
on_signal(void *arg, int fd, uint32_t events)
{
	struct signalfd_siginfo si;
	struct get *g = arg;

	if (read(fd, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return;
	if (si.ssi_signo == SIGUSR1)
		get_progress_say(g, clock_mono_us());
	if (!is_end(&si))
		return;
	if (g->signal != 0)
		_exit(128 + (int)si.ssi_signo);
	g->signal = (int)si.ssi_signo;
	g->stopping = true;
	fetch_stop(g->fetch);
	get_pump(g);
}

/* --- settings ----------------------------------------------------------------------------------------------------------- */

/* -O: one name, or standard output. -P: the directory of all others. */
static int
open_output(struct get *g)
{
	const char *output = g->config->get.output, *dir = g->config->store.dir, *slash;
	CLEANUP(freep) char *of_output = NULL;

	g->how = output != NULL || g->config->get.resume || g->config->get.timestamping ? DOWNLOAD_REPLACE : DOWNLOAD_NUMBERED;
	if (output != NULL && strcmp(output, "-") == 0) {
		g->to_stdout = true;
		return EXIT_OK;
	}
	if (output != NULL) {
		slash = strrchr(output, '/');
		g->output = strdup(slash != NULL ? slash + 1 : output);
		of_output = slash != NULL ? strndup(output, (size_t)(slash - output) + 1) : strdup(".");
		dir = of_output;
		if (g->output == NULL || of_output == NULL)
			return EXIT_GENERIC;
		if (g->output[0] == '\0' || strlen(g->output) > DOWNLOAD_NAME_MAX || strcmp(g->output, ".") == 0 || strcmp(g->output, "..") == 0) {
			log_error("-O: the name of a file is wanted, of at most %d bytes: %s", DOWNLOAD_NAME_MAX, output);
			return EXIT_USAGE;
		}
	}
	if (dir == NULL)
		dir = ".";
	/* As wget: -P makes directories, -O does not. */
	g->dir_fd = download_dir(dir, of_output == NULL);
	if (g->dir_fd >= 0 && g->output != NULL && download_is_dir(g->dir_fd, g->output)) {
		log_error("-O: %s is a directory; -P names one", output);
		return EXIT_USAGE;
	}
	if (g->dir_fd >= 0)
		return EXIT_OK;
	log_error("%s: %s%s", of_output != NULL ? output : dir, crawl_strerror(g->dir_fd),
		of_output != NULL && g->dir_fd == -ENOENT ? "; -O makes no directories, -P does" : "");
	return crawl_error_code(g->dir_fd, EXIT_FILE);
}

/* A variable of a script that was not set: what was asked for would not be done, and nobody would know. */
static int
check_empty(const struct config *cf)
{
	const struct {
		const char *key, *value, *says;
	} given[] = {
		{ "get.sha256", cf->get.sha256, "--sha256: no sum was given" },
		{ "get.output", cf->get.output, "-O: no name was given" },
		{ "input.file", cf->input.file, "-i: no list was given" },
	};

	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (given[i].value == NULL && strcmp(config_origin(cf, given[i].key), "command line") == 0) {
			log_error("%s, the value is empty", given[i].says);
			return EXIT_USAGE;
		}
	return EXIT_OK;
}

static int
check(const struct config *cf)
{
	if (cf->get.no_clobber && (cf->get.timestamping || cf->get.resume)) {
		log_error("-nc does not go together with -N or -c: one leaves what is there, the others replace it");
		return EXIT_USAGE;
	}
	return check_empty(cf);
}

/* No more at once than there can be descriptors for. */
static void
fit_descriptors(struct get *g)
{
	struct rlimit lim;
	rlim_t most;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur == RLIM_INFINITY)
		return;
	most = lim.rlim_cur;
	lim.rlim_cur = lim.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &lim) == 0)
		most = lim.rlim_max;
	most = most > GET_SPARE_FDS + GET_FDS ? (most - GET_SPARE_FDS) / GET_FDS : 1;
	if (most >= g->connections)
		return;
	log_warning("this process may open %llu files: %llu connections at most, not %u; raise `ulimit -n' for more",
		(unsigned long long)lim.rlim_max, (unsigned long long)most, g->connections);
	g->connections = (unsigned)most;
}

/* Files come one after the other where there is a limit for all of them: each alone can use it. */
static void
share_out(struct get *g)
{
	const struct config *cf = g->config;

	g->connections = cf->polite.limit_rate > 0 ? 1 : cf->fetch.connections == CONFIG_AUTO ? ADAPT_FIRST : cf->fetch.connections;
	if (g->connections > g->n)
		g->connections = (unsigned)g->n;
	g->per_host = cf->polite.per_host == CONFIG_AUTO ? GET_PER_HOST : cf->polite.per_host;
	fit_descriptors(g);
}

static int
open_engine(struct get *g)
{
	struct fetch_config fc;
	int code = settings_fetch(g->config, &g->dns_servers, &fc), r;

	if (code == EXIT_OK)
		code = get_session(g, &fc);
	if (code != EXIT_OK)
		return code;
	fc.engine = FETCH_EVENTS;
	fc.connections = g->connections;
	fc.rate_bps = g->config->polite.limit_rate;
	fc.slot_bytes = fc.spill_bytes = fc.touched_max_bytes = GET_SLOT_BYTES;
	fc.keep_head = fc.identity = true;
	fc.wants = get_wants;
	fc.wants_arg = g;
	fc.stream = get_stream;
	r = signals_open(false, &g->sigfd);
	if (r == 0)
		r = fetch_global_init();
	if (r == 0)
		r = loop_new(&g->loop);
	if (r == 0)
		r = fetch_new(&fc, g->loop, get_fetched, g, &g->fetch);
	if (r == 0)
		r = get_load_cookies(g);
	session_settings_release(&g->session);
	if (r == 0)
		r = loop_io_add(g->loop, g->sigfd, EPOLLIN, on_signal, g);
	if (r == 0)
		r = loop_timer_set(g->loop, &g->timer, 0);
	if (r < 0)
		log_error("could not start: %s", crawl_strerror(r));
	return r < 0 ? crawl_error_code(r, EXIT_GENERIC) : get_load_hsts(g);
}

/* --- the end ------------------------------------------------------------------------------------------------------------ */

static void
say_end(const struct get *g)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(1024);
	int64_t us = clock_mono_us() - g->start_us;

	human_count(&b, g->n_done);
	buf_add_str(&b, STR(" of "));
	human_things(&b, g->n, "file");
	buf_add_str(&b, STR(", "));
	human_bytes(&b, g->bytes);
	buf_add_str(&b, STR(" received in "));
	human_time(&b, us);
	if (g->n_kept > 0)
		buf_addf(&b, "; %zu %s there already", g->n_kept, g->n_kept == 1 ? "was" : "were");
	if (g->n_bad > 0)
		buf_addf(&b, "; %zu %s no URL", g->n_bad, g->n_bad == 1 ? "line was" : "lines were");
	if (g->signal != 0)
		buf_add_str(&b, STR("; interrupted: -c goes on"));
	else if (g->budget != NULL)
		buf_addf(&b, "; the budget is spent (%s): -c goes on", g->budget);
	log_info("%.*s", STR_ARG(buf_str(&b)));
}

static int
run(struct get *g)
{
	struct signalfd_siginfo si;
	int code, r;

	share_out(g);
	get_next_init(g);
	code = open_engine(g);
	if (code != EXIT_OK)
		return code;
	get_progress_start(g);
	r = loop_run(g->loop);
	get_progress_stop(g);
	/* What it has ended may be over before the loop has looked at it. */
	while (g->signal == 0 && read(g->sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		if (is_end(&si))
			g->signal = (int)si.ssi_signo;
	if (r < 0) {
		log_error("the event loop failed: %s", strerror(-r));
		return EXIT_GENERIC;
	}
	get_tasks_free(g);
	get_commit_names(g);
	code = get_save_cookies(g);
	if (code == EXIT_OK)
		code = get_save_hsts(g);
	if (code != EXIT_OK)
		get_fail(g, code);
	say_end(g);
	if (g->code != EXIT_OK)
		return g->code;
	return g->signal != 0 ? EXIT_INTERRUPTED : g->budget != NULL ? EXIT_BUDGET : EXIT_OK;
}

int
get_main(const struct config *config)
{
	struct get g = { .config = config, .dns_servers = BUF_INIT(64 * 1024), .dir_fd = -1, .sigfd = -1 };
	int code = check(config);

	signals_hold();
	url_init(&g.url);
	loop_timer_init(&g.timer, on_timer, &g);
	if (code == EXIT_OK)
		code = open_output(&g);
	if (code == EXIT_OK)
		code = get_list(&g);
	if (code == EXIT_OK)
		code = run(&g);
	if (g.fetch != NULL && g.n_active == 0)
		fetch_free(g.fetch);
	if (g.loop != NULL)
		loop_free(g.loop);
	session_settings_release(&g.session);
	homes_free(g.home);
	get_list_release(&g);
	buf_release(&g.dns_servers);
	url_release(&g.url);
	free(g.output);
	closep(&g.dir_fd);
	closep(&g.sigfd);
	return code;
}
