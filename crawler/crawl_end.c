/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crawl_end.c: what a run comes to: why it ended, its exit status, what is said and reported of it. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/machine.h"
#include "crawler/crawl_private.h"
#include "crawler/summary.h"

const char *
crawl_why(int stop, bool blocked)
{
	switch (stop) {
	case RUN_GOES_ON:
		return blocked ? "blocked" : "finished";
	case OUTCOME_INTERRUPTED:
		return "interrupted";
	case OUTCOME_BUDGET:
		return "budget reached";
	case OUTCOME_FRONTIER_FULL:
		return "stopped: the queue has reached its share of --memory";
	case OUTCOME_VISITED_FULL:
		return "stopped: the visited set has reached its share of --memory";
	case OUTCOME_WRITE_FAILED:
		return "stopped: results could not be written";
	default:
		return "stopped: this machine ran out of memory or descriptors";
	}
}

const char *
crawl_strerror(int err)
{
	static _Thread_local char text[256];
	const char *remedy = store_remedy(err);

	if (remedy == NULL)
		return strerror(-err);
	(void)snprintf(text, sizeof(text), "%s; %s, then run the same command again", strerror(-err), remedy);
	return text;
}

int
crawl_error_code(int err, int otherwise)
{
	return store_remedy(err) != NULL && err != -EROFS ? EXIT_DISK_FULL : otherwise;
}

/* But for what the close of the store may add. */
static int
crawl_fetch_code(const struct crawl *c, const struct metrics_sum *sum, bool blocked)
{
	int code;

	/* Lost results outweigh why the run ended. */
	if (c->failure < 0)
		return store_remedy(c->failure) != NULL ? EXIT_DISK_FULL : EXIT_FILE;
	switch (run_state(&c->run)) {
	case RUN_GOES_ON:
		break;
	case OUTCOME_INTERRUPTED:
		return c->last_signal != 0 ? 128 + c->last_signal : EXIT_INTERRUPTED;
	case OUTCOME_BUDGET:
	case OUTCOME_FRONTIER_FULL:
	case OUTCOME_VISITED_FULL:
		return EXIT_BUDGET;
	case OUTCOME_WRITE_FAILED:
		return EXIT_FILE; /* there is a c->failure */
	default:
		return EXIT_GENERIC;
	}
	code = blocked ? EXIT_BLOCKED : metrics_exit_code(sum);
	/* An update may well have nothing to do, and so has a job of which the rest is left; a trial of `tune' is judged there. */
	if (code == EXIT_OK && c->update_from == NULL && c->report == NULL && c->job.is_new)
		code = metrics_nothing_code(sum);
	return code;
}

int
crawl_exit_code(const struct crawl *c, const struct metrics_sum *sum, bool blocked)
{
	int code = crawl_fetch_code(c, sum, blocked);

	if (code == EXIT_OK && c->config->mirror.single_file)
		code = c->single.name == NULL ? EXIT_CHECK_FAILED : c->single.n_left_out > 0 ? EXIT_BUDGET : EXIT_OK;
	return code;
}

int
crawl_end_code(void *arg)
{
	const struct crawl_end *end = arg;

	return crawl_exit_code(end->crawl, end->sum, end->blocked);
}

void
crawl_print_summary(struct crawl *c, const struct summary *s)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(1024 * 1024);

	if (c->config->run.quiet)
		return;
	summary_write(s, &out);
	if (fwrite(out.data, 1, out.len, stderr) < out.len) {
		/* nobody is listening */
	}
}

void
crawl_make_report(const struct crawl *c, const struct summary *s, int64_t fetched_us)
{
	struct crawl_report *r = c->report;
	struct rusage children;

	if (r == NULL)
		return;
	r->ran = true;
	r->sum = s->sum;
	r->backed_off_wall_us = atomic_load(&c->run.backed_off_wall_us);
	r->requests = s->frontier.requests;
	r->fetching_us = fetched_us - c->run.start_mono_us;
	r->workers = c->workers;
	if (getrusage(RUSAGE_CHILDREN, &children) == 0)
		r->memory_bytes = machine_peak_bytes() + (uint64_t)c->workers * (uint64_t)children.ru_maxrss * 1024;
}
