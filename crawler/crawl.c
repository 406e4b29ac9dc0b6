/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run: how it is watched, and how it ends. crawl_start.c starts it.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/prefault.h"
#include "crawler/control.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/human.h"
#include "crawler/pipeline.h"
#include "crawler/settings.h"
#include "crawler/signals.h"
#include "crawler/summary.h"
#include "frontier/visited.h"
#include "url/homes.h"

/* What the libraries, the database and the frontier take from malloc(3) before the first page. */
#define CRAWL_HEAP_BYTES    ((size_t)960 * 1024)
/* Descriptors beside the connections: files, sockets of the parsers, name servers. */
#define CRAWL_SPARE_FDS     256
/* After a second signal: how long what is left may take to be written. */
#define CRAWL_ABORT_US      (2 * CLOCK_US_PER_SEC)

/* How exactly the window of a report begins and ends. */
#define CRAWL_REPORT_TICK_US (20 * CLOCK_US_PER_MS)

void
crawl_interrupt(struct crawl *c, const char *text)
{
	int why = run_state(&c->run);

	atomic_store(&c->run.haste, STORE_HASTE_END);
	run_stop(&c->run, OUTCOME_INTERRUPTED);
	/* A budget may have stopped it before: the user's word counts more. A disk that is full counts most. */
	if (why != OUTCOME_WRITE_FAILED)
		atomic_store(&c->run.stop, OUTCOME_INTERRUPTED);
	/* Said when it is true: writing may take its time. */
	log_info("%s", text);
}

static void
crawl_signal(struct crawl *c)
{
	struct signalfd_siginfo si;

	if (read(c->sigfd, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return;
	switch (si.ssi_signo) {
	case SIGHUP:
		live_reload(c);
		return;
	case SIGUSR1:
		progress_say(&c->progress, clock_mono_us());
		return;
	case SIGUSR2:
		store_checkpoint(c->run.store);
		return;
	case SIGALRM:
		return;
	default:
		break;
	}
	if (c->first_signal == 0) {
		c->first_signal = (int)si.ssi_signo;
		crawl_interrupt(c, si.ssi_signo == SIGINT ? "interrupted: finishing what is in flight; once more to stop at once" :
			"terminated: finishing what is in flight; once more to stop at once");
		return;
	}
	c->last_signal = (int)si.ssi_signo;
	atomic_store(&c->run.haste, STORE_HASTE_STOP);
	run_abort(&c->run);
}

void
crawl_say_unwritten(const char *path, int error)
{
	const char *remedy = store_remedy(error);
	CLEANUP(buf_releasep) struct buf shown = BUF_INIT(64 * 1024);

	buf_add_escaped(&shown, str_of(path));
	if (remedy != NULL)
		log_error("%.*s: %s; what was written is kept: %s, then run the same command again", STR_ARG(buf_str(&shown)), strerror(-error),
			remedy);
	else if (error == -ESTALE)
		log_error("%.*s: it is gone, or another file is in its place: the job was removed or replaced while it ran", STR_ARG(buf_str(&shown)));
	else
		log_error("%.*s: %s; what was written is kept", STR_ARG(buf_str(&shown)), strerror(-error));
}

/* The first failure to write ends the run, whoever met it. error: negative errno, 0 = none. */
static void
crawl_unwritten(struct crawl *c, const char *path, int error)
{
	if (error == 0 || c->failure != 0)
		return;
	c->failure = error;
	run_stop(&c->run, OUTCOME_WRITE_FAILED);
	crawl_say_unwritten(path != NULL && path[0] != '\0' ? path : c->dir, error);
}

/* Begins and ends the window of the report. */
static void
crawl_look_window(struct crawl *c, int64_t now_us)
{
	struct crawl_report *r = c->report;
	bool ending = run_state(&c->run) != RUN_GOES_ON || atomic_load(&c->run.finished);
	struct metrics_sum sum;

	if (r == NULL || c->window_end_us != 0 || (!ending && (c->window_start_us != 0 ||
		now_us - c->run.start_mono_us < r->warm_us)))
		return;
	run_metrics(&c->run, &sum);
	if (ending) {
		/* Over before it was warm, or soon after: the window is all of it. */
		if (c->window_start_us != 0 && now_us - c->window_start_us < r->warm_us)
			c->window_start_us = 0;
		if (c->window_start_us == 0)
			c->window_start_records = 0;
		c->window_end_us = now_us;
		r->window_us = now_us - (c->window_start_us != 0 ? c->window_start_us : c->run.start_mono_us);
		r->window_records = sum.records - c->window_start_records;
	} else {
		c->window_start_us = now_us;
		c->window_start_records = sum.records;
	}
}

/* Once when it pauses for want of room, once when it goes on. */
static void
crawl_look_at_room(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(8192);
	uint64_t free_bytes;
	bool low = store_lacks_room(c->run.store, &free_bytes);

	if (low == c->said_low || run_state(&c->run) != RUN_GOES_ON)
		return;
	c->said_low = low;
	human_bytes(&text, free_bytes);
	buf_add_str(&text, STR(" free where "));
	buf_add_escaped(&text, str_of(c->dir));
	buf_add_str(&text, STR(" is"));
	if (low)
		buf_add_str(&text, STR(", less than --min-free: paused until there is room"));
	else
		buf_add_str(&text, STR(": going on"));
	log_info("%.*s", STR_ARG(buf_str(&text)));
}

/* A loop hears of a failed store, too, and says so without the name of the file: what the store knows goes first. */
static void
crawl_look_unwritten(struct crawl *c)
{
	int of_loops = atomic_load(&c->run.write_error);
	const char *path = NULL;
	int of_store = store_failed(c->run.store, &path);

	crawl_unwritten(c, path, of_store);
	crawl_unwritten(c, NULL, of_loops);
}

static void
crawl_look(struct crawl *c, int64_t now_us)
{
	progress_tick(&c->progress, now_us);
	crawl_look_at_room(c);
	crawl_adapt(c, now_us);
	crawl_divide_look(c, now_us);
	crawl_look_unwritten(c);
	if (store_has_checkpointed(c->run.store))
		log_info("SIGUSR2: what was fetched until now is on the disk");
	if (c->config->scope.max_time > 0 && now_us - c->run.start_mono_us >= c->config->scope.max_time)
		run_stop_budget(&c->run, "--max-time");
	crawl_look_window(c, now_us);
}

/* Until nothing is pending. False: it had to be given up. */
static bool
crawl_wait(struct crawl *c)
{
	struct pollfd fds[2 + 2 * POLLSERVER_FDS] = {
		{ .fd = c->sigfd, .events = POLLIN },
		{ .fd = c->run.wakefd, .events = POLLIN },
	};
	int64_t abort_us = INT64_MAX;
	uint64_t n;

	while (!atomic_load(&c->run.finished)) {
		int64_t now_us = clock_mono_us();
		unsigned n_control = control_fds(c->control, fds + 2);
		unsigned n_metrics = metrics_serve_fds(&c->metrics, fds + 2 + n_control);

		crawl_look(c, now_us);
		if (c->last_signal != 0 && abort_us == INT64_MAX)
			abort_us = now_us + CRAWL_ABORT_US;
		if (now_us > abort_us || atomic_load(&c->run.broken))
			return false;
		if (poll(fds, 2 + n_control + n_metrics, (int)((c->report != NULL ? CRAWL_REPORT_TICK_US : PROGRESS_TICK_US) / CLOCK_US_PER_MS)) < 0 && errno != EINTR)
			return false;
		if (fds[0].revents & POLLIN)
			crawl_signal(c);
		if (fds[1].revents & POLLIN && read(c->run.wakefd, &n, sizeof(n)) < 0) {
			/* EAGAIN: nothing new */
		}
		control_turn(c->control, fds + 2, n_control);
		metrics_serve_turn(&c->metrics, fds + 2 + n_control, n_metrics);
	}
	crawl_look_window(c, clock_mono_us());
	return true;
}

/* How many signals have come, from crawl_signals_by_hand() on. */
static volatile sig_atomic_t crawl_signals;
static store_haste *crawl_haste;

static void
crawl_on_signal(int signo)
{
	if (++crawl_signals > 1)
		_exit(128 + signo);
	atomic_store(crawl_haste, STORE_HASTE_END);
}

/* Nobody reads the signalfd while the last records are written: a second signal must still end it at once. */
static void
crawl_signals_by_hand(struct crawl *c)
{
	struct sigaction sa = { .sa_handler = crawl_on_signal, .sa_flags = SA_RESTART };
	sigset_t set;

	crawl_signals = c->first_signal != 0;
	crawl_haste = &c->run.haste;
	sigemptyset(&sa.sa_mask);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigaction(SIGINT, &sa, NULL) < 0 || sigaction(SIGTERM, &sa, NULL) < 0 ||
		sigprocmask(SIG_UNBLOCK, &set, NULL) < 0)
		log_warning("signals: %s", strerror(errno));
}

static int
crawl_run(struct crawl *c)
{
	static const enum progress_mode modes[] = {
		[CONFIG_RUN_PROGRESS_AUTO] = PROGRESS_AUTO,
		[CONFIG_RUN_PROGRESS_BAR] = PROGRESS_BAR,
		[CONFIG_RUN_PROGRESS_PLAIN] = PROGRESS_PLAIN,
		[CONFIG_RUN_PROGRESS_NONE] = PROGRESS_NONE,
	};
	/* A status that redraws itself, and lines, do not go together on one terminal. */
	bool printing = c->config->run.print && c->config->run.progress == CONFIG_RUN_PROGRESS_AUTO && isatty(STDOUT_FILENO);
	int64_t fetched_us;
	bool finished, blocked;
	struct summary s = {
		.run = &c->run,
		.config = c->config,
		.dir = crawl_job_dir(c),
		.single = c->config->mirror.single_file ? &c->single : NULL,
		.entry = c->config->store.mirror ? &c->entry : NULL,
		.warc = settings_warc(c->config),
	};
	struct crawl_end end = { .crawl = c, .sum = &s.sum };
	CLEANUP(buf_releasep) struct buf unwritten = BUF_INIT(8192);
	unsigned i;
	int code, r;

	progress_start(&c->progress, &c->run,
		c->config->run.quiet ? PROGRESS_NONE : printing ? PROGRESS_PLAIN : modes[c->config->run.progress]);
	if (!crawl_wait(c)) {
		progress_stop(&c->progress);
		log_warning("stopped at once: what was not yet written is lost");
		_exit(c->last_signal != 0 ? 128 + c->last_signal : EXIT_GENERIC);
	}
	progress_stop(&c->progress);
	control_close(TAKE(c->control));
	crawl_signals_by_hand(c);
	for (i = 0; i < c->run.n_loops; i++) {
		r = pipeline_join(c->run.loops[i]);
		if (r < 0)
			c->failure = r;
	}
	crawl_look_unwritten(c);
	if (crawl_save_cookies(c) != EXIT_OK && c->failure == 0)
		c->failure = -EIO;
	if (crawl_save_hsts(c) != EXIT_OK && c->failure == 0)
		c->failure = -EIO;
	/* As they are by now. */
	s.connections = c->connections;
	s.workers = c->workers;
	metrics_serve_close(&c->metrics);
	fetched_us = clock_mono_us();
	parse_pool_stats(c->run.parsers, &s.parse);
	frontier_stats(c->run.frontier, &s.frontier);
	store_stats(c->run.store, &s.store);
	/* What this machine lacked for the last pages stopped nothing, as there was nothing else to do. They are left all the same. */
	if (run_state(&c->run) == RUN_GOES_ON && atomic_load(&c->run.n_left) > atomic_load(&c->run.n_blocked))
		run_stop(&c->run, OUTCOME_NO_RESOURCES);
	blocked = s.frontier.hosts_walled > 0 || atomic_load(&c->run.n_blocked) > 0;
	finished = run_state(&c->run) == RUN_GOES_ON && c->failure == 0 && atomic_load(&c->run.n_left) == 0 && !blocked;
	s.why = crawl_why(run_state(&c->run), blocked);
	end.blocked = blocked;
	if (finished) {
		run_metrics(&c->run, &s.sum);
		store_exit_status(c->run.store, crawl_end_code, &end);
	}
	r = store_close(TAKE(c->run.store), s.why, finished, &unwritten);
	c->run.parts = NULL; /* the store's */
	crawl_unwritten(c, buf_cstr(&unwritten), r);
	s.elapsed_us = clock_mono_us() - c->run.start_mono_us;
	s.why = crawl_why(run_state(&c->run), blocked);
	for (i = 0; i < c->run.n_loops; i++)
		pipeline_drain(c->run.loops[i]);
	/* Ended here and not at the very end, so that what the parsers used is known to the summary. */
	for (i = 0; i < c->run.n_loops; i++)
		pipeline_detach(c->run.loops[i]);
	parse_pool_free(TAKE(c->run.parsers));
	parse_spawner_stop(TAKE(c->spawner));
	run_metrics(&c->run, &s.sum);
	crawl_make_report(c, &s, fetched_us);
	/* What was left to write when all had been fetched, and the order that is made of it. */
	s.sum.blame_us[BLAME_WRITER] += (s.elapsed_us - (fetched_us - c->run.start_mono_us)) * (int64_t)c->run.n_loops;
	s.budget = run_state(&c->run) == OUTCOME_BUDGET ? atomic_load(&c->run.budget) : NULL;
	crawl_print_summary(c, &s);
	code = crawl_exit_code(c, &s.sum, blocked);
	/* The job is finished; what was to be printed is not. */
	return code == EXIT_OK && atomic_load(&c->run.haste) == STORE_HASTE_LOST ? EXIT_INTERRUPTED : code;
}

static void
crawl_release(struct crawl *c)
{
	unsigned i;

	/* After a start that failed there are no numbers. */
	c->metrics.file = NULL;
	metrics_serve_close(&c->metrics);
	if (c->run.store != NULL && store_close(TAKE(c->run.store), "not started", false, NULL) < 0) {
		/* the start failed already, and said why */
	}
	for (i = 0; i < c->run.n_loops; i++)
		pipeline_free(TAKE(c->run.loops[i]));
	parse_pool_free(c->run.parsers);
	parse_spawner_stop(c->spawner);
	frontier_shared_free(c->run.frontier);
	visited_free(c->run.visited);
	visited_free(c->run.refused);
	scope_free(c->run.scope);
	seeds_release(&c->seeds);
	seeds_release(&c->sitemaps);
	buf_release(&c->config_text);
	buf_release(&c->dns_servers);
	session_settings_release(&c->session);
	homes_free(c->own_home);
	free(c->dir);
	update_close(c->update);
	free(c->update_from);
	config_free(c->own_config);
	live_release(&c->live);
	control_close(c->control);
	closep(&c->sigfd);
	if (c->worker_fd > 0)
		(void)close(c->worker_fd);
	crawl_divide_forget(c);
	closep(&c->run.wakefd);
	fetch_global_release();
}

static void
crawl_raise_descriptors(unsigned connections)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur == RLIM_INFINITY)
		return;
	lim.rlim_cur = lim.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur >= (rlim_t)connections + CRAWL_SPARE_FDS)
		return;
	log_warning("this process may open %llu files, fewer than %u connections need; raise `ulimit -n' or lower "
		"fetch.connections", (unsigned long long)lim.rlim_cur, connections);
}

static int
crawl_choose_dir(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(URL_MAX_BYTES);
	struct str text, host, port;
	size_t pos = 0;

	if (crawl_names_job(c->config)) {
		c->dir = strdup(c->config->args[0]);
		return c->dir != NULL ? 0 : -ENOMEM;
	}
	if (c->config->store.dir != NULL) {
		c->dir = strdup(c->config->store.dir);
		return c->dir != NULL ? 0 : -ENOMEM;
	}
	CHECK(seeds_next(c->seeds.n > 0 ? &c->seeds : &c->sitemaps, &pos, &text));
	if (url_parse(&c->seeds.url, text, NULL) < 0)
		return -EINVAL;
	host = url_hostname(&c->seeds.url);
	if (host.len > 2 && host.p[0] == '[')
		host = str_n(host.p + 1, host.len - 2);
	buf_add_str(&dir, host);
	/* As wget has it where names may not have a colon, which others take for a host's as well: rsync, scp. */
	port = url_port(&c->seeds.url);
	if (port.len > 0)
		buf_addc(&dir, '+');
	buf_add_str(&dir, port);
	c->dir = buf_cstr(&dir) != NULL ? strdup(dir.data) : NULL;
	return c->dir != NULL ? 0 : -ENOMEM;
}

/* What the settings say about the run; they are complete now. */
static void
crawl_init_run(struct crawl *c)
{
	const struct config *config = c->config;

	c->run.warc = settings_warc(config);
	c->run.mirror = config->store.mirror;
	c->run.all_links = c->run.mirror || config->store.links || (config->warc.enable && config->warc.metadata && config->warc.outlinks);
	c->run.save_body = config->store.save == CONFIG_STORE_SAVE_BODY || config->store.save == CONFIG_STORE_SAVE_BOTH;
	c->run.save_text = config->store.save == CONFIG_STORE_SAVE_TEXT || config->store.save == CONFIG_STORE_SAVE_BOTH;
	c->run.verbose = config->run.verbose;
	c->run.keeps_bodies = c->run.save_body || c->run.save_text || c->run.mirror || c->run.warc;
	c->run.log_rejected = config->store.log_rejected;
	c->run.quota_bytes = config->scope.quota;
	c->run.max_redirect = config->fetch.max_redirect;
	c->run.commit_us = config->store.commit_ms * CLOCK_US_PER_MS;
	c->run.n_loops = crawl_loops(c);
	c->workers = settings_workers(config, c->run.n_loops);
	crawl_raise_descriptors(config->fetch.connections == CONFIG_AUTO ? ADAPT_FIRST : config->fetch.connections);
	c->live.connections_max = live_connections_max(config);
	c->connections = config->fetch.connections;
	if (c->connections == CONFIG_AUTO)
		c->connections = c->live.connections_max < ADAPT_FIRST ? c->live.connections_max : ADAPT_FIRST;
	crawl_adapt_anew(c);
}

/* Everything that may be wrong before there is anything to take back. */
static int
crawl_prepare(struct crawl *c, int argc, char *const *argv)
{
	int code = crawl_read_seeds(c);

	if (code != EXIT_OK)
		return code;
	if (crawl_choose_dir(c) < 0) {
		log_error("out of memory");
		return EXIT_GENERIC;
	}
	code = crawl_read_job_config(c, argc, argv);
	if (code == EXIT_OK)
		crawl_init_run(c);
	return code;
}

int
crawl_main(const struct config *config, int argc, char *const *argv)
{
	return crawl_measure(config, argc, argv, NULL);
}

int
crawl_measure(const struct config *config, int argc, char *const *argv, struct crawl_report *ret_report)
{
	struct crawl c = {
		.config = config,
		.report = ret_report,
		.config_text = BUF_INIT(1024 * 1024),
		.dns_servers = BUF_INIT(64 * 1024),
		.sigfd = -1,
		.live = { .at_start = config, .argc = argc, .argv = argv, .is_lent = true },
		.run = {
			.stop = RUN_GOES_ON,
			.wakefd = -1,
			.start_wall_us = clock_wall_us(),
			.start_mono_us = clock_mono_us(),
		},
	};
	int code, r;

	signals_hold();
	code = crawl_prepare(&c, argc, argv);
	if (code != EXIT_OK) {
		seeds_release(&c.seeds);
		seeds_release(&c.sitemaps);
		config_free(c.own_config);
		free(c.dir);
		return code;
	}
	config = c.config;
	r = signals_open(true, &c.sigfd);
	if (r == 0)
		r = parse_spawner_start(&c.spawner);
	/* Not before: what is written to after a fork is copied. */
	prefault_init();
	prefault_heap(CRAWL_HEAP_BYTES);
	if (r == 0)
		r = fetch_global_init();
	if (r == 0) {
		c.run.wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		r = c.run.wakefd < 0 ? -errno : 0;
	}
	if (r < 0) {
		log_error("could not start: %s", crawl_strerror(r));
		code = crawl_error_code(r, EXIT_GENERIC);
	}
	if (code == EXIT_OK && !config->polite.robots)
		log_info("robots.txt is not obeyed (--robots=off)");
	if (code == EXIT_OK)
		code = crawl_start(&c);
	if (code == EXIT_OK && !c.finished_before)
		code = crawl_run(&c);
	/* The same command ends as it did. */
	if (code == EXIT_OK && c.finished_before && c.update == NULL)
		code = c.job.exit_status;
	/* Killed between its end and the change of generations. */
	if (c.update != NULL && c.finished_before && store_close(TAKE(c.run.store), "finished", true, NULL) < 0)
		code = EXIT_FILE;
	if (c.update != NULL && c.run.store == NULL)
		code = crawl_end_update(&c, code);
	crawl_release(&c);
	return code;
}
