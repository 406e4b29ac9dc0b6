/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trial is a crawl in a child process, as the user would run it: it reads its settings from a file, writes a job directory, starts
 * its own parsers. Its report comes over a pipe, its processor time from the kernel. It cannot outlive us, nor what we do not wait for.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/tune_private.h"

/* A trial with a time that has not ended so long after it hangs. */
#define TRIAL_GRACE_US (60 * CLOCK_US_PER_SEC)

void
tune_path(const struct tune *t, const char *name, char ret_path[TUNE_PATH_MAX_BYTES])
{
	int n = snprintf(ret_path, TUNE_PATH_MAX_BYTES, "%s/%s", t->dir, name);

	CHECK(n > 0 && n < TUNE_PATH_MAX_BYTES);
}

int
tune_write_file(const char *path, struct str text)
{
	CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	return fd < 0 ? -errno : file_write_all(fd, text.p, text.len, NULL);
}

static int
remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)ftw;
	if (flag == FTW_DP ? rmdir(path) < 0 : unlink(path) < 0)
		return errno == ENOENT ? 0 : -1;
	return 0;
}

void
tune_remove_tree(const char *path)
{
	if (nftw(path, remove_entry, 32, FTW_DEPTH | FTW_PHYS) < 0 && errno != ENOENT)
		log_warning("%s: %s; remove it yourself", path, strerror(errno));
}

/* --- its settings ------------------------------------------------------------------------------------------------------ */

/* As config_file.c takes quotes off. */
static void
put_quoted(struct buf *b, const char *key, const char *text)
{
	buf_addf(b, "%s = \"", key);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(b, '\\');
		buf_addc(b, *text);
	}
	buf_add_str(b, STR("\"\n"));
}

static void
put_settings(const struct tune *t, const struct trial *trial, const char *job, struct buf *b)
{
	buf_add_str(b, buf_str(&t->settings));
	buf_addc(b, '\n');
	put_quoted(b, "store.dir", job);
	put_quoted(b, "input.file", trial->seeds_path);
	buf_add_str(b, STR("input.sitemap =\nrun.verbose = off\nrun.quiet = on\nrun.progress = none\nrun.paused = off\n"));
	/* A budget of requests is held to each of them. */
	buf_add_str(b, STR("traps.soft_404 = off\n"));
	buf_addf(b, "scope.max_time = %lldus\nscope.max_pages = %llu\nscope.quota = inf\n", (long long)trial->time_us,
		(unsigned long long)trial->max_pages);
	if (trial->list)
		buf_add_str(b, STR("scope.level = 1\nscope.reject_regex =\nscope.reject_regex = .\nscope.accept_regex =\n"
			"scope.page_requisites = off\nscope.sitemaps = off\n"));
	for (int a = 0; a < SEARCH_AXES; a++) {
		if (!tune_uses(&trial->point, (enum search_axis)a))
			continue;
		buf_addf(b, "%s = ", tune_key((enum search_axis)a));
		tune_put_value(b, &trial->point, (enum search_axis)a);
		buf_addc(b, '\n');
	}
	/* As many may be under way as there are threads. */
	if (trial->point.v[SEARCH_ENGINE] == SEARCH_POOL)
		buf_addf(b, "fetch.connections = %u\n", trial->point.v[SEARCH_THREADS]);
}

/* --- the child ----------------------------------------------------------------------------------------------------------- */

/* Nothing stands between a trial and the origin. */
static void
forget_proxies(void)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (unsetenv(names[i]) < 0)
			_exit(EXIT_GENERIC);
}

static void NORETURN
trial_child(const struct tune *t, const struct trial *trial, const char *conf, int out, pid_t parent)
{
	static const struct config_files none = { .system = "", .user = "" };
	char lycosa[] = "lycosa", crawl[] = "crawl", no_config[] = "--no-config", option[] = "--config";
	CLEANUP(freep) char *path = strdup(conf), *error = NULL;
	char *const argv[] = { lycosa, crawl, no_config, option, path, NULL };
	struct trial_result result = { .code = EXIT_GENERIC, .report = { .warm_us = trial->warm_us, .home = t->home } };
	struct config *config = NULL;
	int r;

	/* Its own group: Ctrl-C is ours to act on. */
	if (path == NULL || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent || setpgid(0, 0) < 0)
		_exit(EXIT_GENERIC);
	if (t->source == TUNE_LIVE) {
		result.report.max_requests = t->requests_left;
	} else {
		forget_proxies();
		result.report.only = (struct fetch_net){ ORIGIN_NET, ORIGIN_NET_BITS };
	}
	r = config_load((int)ARRAY_LEN(argv) - 1, argv, &none, &config, &error);
	/* A file has no secrets; they are in memory. */
	if (r == 0)
		r = config_take_secrets(config, t->config);
	if (r < 0) {
		log_error("a trial's settings: %s", error != NULL ? error : strerror(-r));
	} else {
		log_set_level(LOG_LEVEL_ERROR);
		result.code = crawl_measure(config, (int)ARRAY_LEN(argv) - 1, argv, &result.report);
		config_free(config);
	}
	/* Less than PIPE_BUF of it would be atomic; more just takes two writes, and the reader reads to the end. */
	_exit(file_write_all(out, &result, sizeof(result), NULL) < 0 ? EXIT_GENERIC : EXIT_OK);
}

/* --- the parent ---------------------------------------------------------------------------------------------------------- */

/* 1: all of it is read; 0: it has ended without; SEARCH_OVER is told by t->interrupted; negative errno. */
static int
trial_wait(struct tune *t, int in, int64_t end_us, struct trial_result *ret)
{
	struct pollfd fds[2] = { { .fd = in, .events = POLLIN }, { .fd = t->sigfd, .events = POLLIN } };
	size_t got = 0;

	while (got < sizeof(*ret)) {
		int64_t left_ms = (end_us - clock_mono_us()) / CLOCK_US_PER_MS;
		ssize_t n;

		if (left_ms <= 0)
			return -ETIMEDOUT;
		if (poll(fds, ARRAY_LEN(fds), left_ms < 60000 ? (int)left_ms : 60000) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents & POLLIN) {
			t->interrupted = true;
			return 0;
		}
		if ((fds[0].revents & (POLLIN | POLLHUP)) == 0)
			continue;
		n = read(in, (char *)ret + got, sizeof(*ret) - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		got += (size_t)n;
	}
	return 1;
}

static int
trial_reap(pid_t pid, bool kill_it, struct rusage *ret_usage)
{
	int status;

	if (kill_it)
		(void)kill(pid, SIGKILL);
	while (wait4(pid, &status, 0, ret_usage) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OK ? 0 : -ECHILD;
}

static double
seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}

static int
trial_start(struct tune *t, const struct trial *trial, const char *conf, int *ret_in, pid_t *ret_pid)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	*ret_pid = fork();
	if (*ret_pid == 0) {
		(void)close(fds[0]);
		trial_child(t, trial, conf, fds[1], parent);
	}
	(void)close(fds[1]);
	*ret_in = fds[0];
	if (*ret_pid > 0)
		return 0;
	(void)close(fds[0]);
	return -errno;
}

static int
trial_prepare(struct tune *t, const struct trial *trial, const char *job, const char *conf)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(TUNE_TEXT_MAX_BYTES);

	tune_remove_tree(job);
	put_settings(t, trial, job, &text);
	if (buf_err(&text) < 0)
		return buf_err(&text);
	return tune_write_file(conf, buf_str(&text));
}

int
trial_run(struct tune *t, const struct trial *trial, struct trial_result *ret)
{
	char job[TUNE_PATH_MAX_BYTES], conf[TUNE_PATH_MAX_BYTES];
	CLEANUP(closep) int in = -1;
	struct rusage usage = { 0 };
	int64_t end_us = trial->time_us > 0 ? clock_mono_us() + trial->time_us + TRIAL_GRACE_US : INT64_MAX;
	pid_t pid = -1;
	int r, got, ended;

	tune_path(t, "job", job);
	tune_path(t, "trial.conf", conf);
	*ret = (struct trial_result){ 0 };
	r = trial_prepare(t, trial, job, conf);
	if (r == 0)
		r = trial_start(t, trial, conf, &in, &pid);
	if (r < 0) {
		log_error("a trial could not be started: %s", strerror(-r));
		return r;
	}
	got = trial_wait(t, in, end_us, ret);
	ended = trial_reap(pid, got != 1, &usage);
	if (!trial->keep)
		tune_remove_tree(job);
	if (t->interrupted)
		return SEARCH_OVER;
	if (got != 1 || ended < 0) {
		log_error("a trial ended badly%s", got == -ETIMEDOUT ? ": it hung" : "");
		return got < 0 ? got : -ECHILD;
	}
	ret->cpu_s = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
	t->n_trials++;
	return 0;
}

struct search_result
trial_figures(const struct trial_result *r)
{
	const struct crawl_report *report = &r->report;
	double records = report->sum.records > 0 ? (double)report->sum.records : 1;

	return (struct search_result){
		.pages_per_s = report->window_us > 0 ? (double)report->window_records * 1e6 / (double)report->window_us : 0,
		.cpu_s = r->cpu_s / records,
		.memory_bytes = (double)report->memory_bytes,
		.load = report->fetching_us > 0 ? r->cpu_s * 1e6 / (double)report->fetching_us : 0,
	};
}

void
trial_note(struct tune *t, const struct search_point *p, const struct trial_result *r)
{
	struct tune_note *note = NULL;
	double total = 0;

	for (size_t i = 0; i < t->n_notes; i++)
		if (search_same(&t->notes[i].point, p))
			note = &t->notes[i];
	if (note == NULL) {
		if (t->n_notes == ARRAY_LEN(t->notes))
			return;
		note = &t->notes[t->n_notes++];
		note->point = *p;
	}
	for (int i = 0; i < BLAME_COUNT; i++)
		total += (double)r->report.sum.blame_us[i];
	for (int i = 0; i < BLAME_COUNT; i++)
		note->share[i] = total > 0 ? (double)r->report.sum.blame_us[i] / total : 0;
}
