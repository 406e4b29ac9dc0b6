/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The site itself as what settings are tried on. A first crawl, with the settings in force, finds pages; each trial then asks for a
 * slice of them, by a list, and follows nothing. Trial number n of a setting takes slice number n: so no page is asked for more than
 * once with any setting, what is in force included, and settings are compared on the same pages. What is for the origins of the user's
 * seeds alone (a login, a certificate, --referer) is for these in a trial too, whatever is in its list.
 *
 * A trial is a crawl like any other: it reads robots.txt, keeps to the windows and pauses of frontier/polite.h, and counts, robots.txt
 * and retries included, against --max-pages. Between trials we wait as long as there was between two requests, and as long as any host has
 * asked for (Retry-After, back-off): each trial is a new process, which knows nothing of it.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/seeds.h"
#include "crawler/tune_private.h"

#define LIVE_SLICES      3  /* that the first crawl finds: how often a setting may be tried */
#define LIVE_TRIALS      20 /* about as many the budget has room for */
#define LIVE_SLICE_MIN   (TUNE_URLS_MIN / LIVE_SLICES)
#define LIVE_SLICE_MAX   200
#define LIVE_BUDGET_MIN  60
#define LIVE_BUDGET_INF  100000
#define LIVE_TRIAL_MIN   CLOCK_US_PER_SEC /* a crawl of less says nothing */
#define LIVE_TIME_MIN    (5 * LIVE_TRIAL_MIN)
#define LIVE_PAUSE_MIN   (250 * CLOCK_US_PER_MS)
#define LIVE_TOO_MANY    10 /* one answer in so many says 429 or 503: enough */
#define LIVE_PATIENCE    (5 * 60 * CLOCK_US_PER_SEC) /* who asks for a longer pause does not want us */

void
tune_urls_release(struct tune_urls *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->url[i]);
	free(u->url);
	*u = (struct tune_urls){ 0 };
}

/* --- the first crawl ---------------------------------------------------------------------------------------------------------- */

static int
live_seeds(struct tune *t)
{
	CLEANUP(buf_releasep) struct buf seeds = BUF_INIT(TUNE_TEXT_MAX_BYTES);
	int r = 0;

	for (size_t i = 0; i < t->config->n_args; i++)
		buf_addf(&seeds, "%s\n", t->config->args[i]);
	if (t->config->input.file != NULL)
		r = config_read_text(t->config->input.file, &seeds);
	if (r < 0) {
		log_error("%s: %s", t->config->input.file, strerror(-r));
		return EXIT_FILE;
	}
	tune_path(t, "seeds", t->seeds_memory);
	t->seeds_path = t->seeds_memory;
	r = buf_err(&seeds) < 0 ? buf_err(&seeds) : tune_write_file(t->seeds_path, buf_str(&seeds));
	if (r < 0)
		log_error("%s: %s", t->seeds_path, strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}

/* Who may be told what is for the user's seeds alone. Returns the exit code. */
static int
live_home(struct tune *t)
{
	CLEANUP(seeds_release) struct seeds seeds;
	CLEANUP(freep) char *error = NULL;
	int r;

	seeds_init(&seeds, TUNE_TEXT_MAX_BYTES);
	r = seeds_read_file(&seeds, t->seeds_path, &error);
	if (r == 0)
		r = homes_new(&t->home);
	if (r == 0)
		r = seeds_put_homes(&seeds, t->home);
	if (r < 0)
		log_error("the seeds: %s", error != NULL ? error : strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}

/* A page that was there, and is no redirect's target under another name. */
static int
take_url(struct tune *t, json_t *o)
{
	const char *url = json_string_value(json_object_get(o, "url"));
	char **more;

	if (url == NULL || json_integer_value(json_object_get(o, "status")) != 200 || t->urls.n == TUNE_URLS_MAX)
		return 0;
	more = realloc(t->urls.url, (t->urls.n + 1) * sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	t->urls.url = more;
	t->urls.url[t->urls.n] = strdup(url);
	if (t->urls.url[t->urls.n] == NULL)
		return -ENOMEM;
	t->urls.n++;
	return 0;
}

static int
take_urls(struct tune *t)
{
	char path[TUNE_PATH_MAX_BYTES];
	CLEANUP(freep) char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;
	int r = 0;

	tune_path(t, "job/pages.jsonl", path);
	f = fopen(path, "re");
	if (f == NULL)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0 && (n = getline(&line, &cap, f)) > 0) {
		json_t *o = json_loadb(line, (size_t)n, 0, NULL);

		r = take_url(t, o);
		json_decref(o);
	}
	(void)fclose(f);
	tune_path(t, "job", path);
	tune_remove_tree(path);
	return r;
}

static bool
is_refused(const struct metrics_sum *sum)
{
	uint64_t refused = sum->by_status[429] + sum->by_status[503] + sum->by_outcome[OUTCOME_BOT_WALL] + sum->skipped_by[OUTCOME_BOT_WALL];

	return refused > 0 && refused * LIVE_TOO_MANY >= sum->records;
}

static void
spend(struct tune *t, const struct trial_result *r)
{
	uint64_t used = r->report.requests;

	CHECK(used <= t->requests_left);
	t->requests_left -= used;
	t->refused = t->refused || is_refused(&r->report.sum);
	if (r->report.backed_off_wall_us > t->backed_off_wall_us)
		t->backed_off_wall_us = r->report.backed_off_wall_us;
	t->pause_us = used > 0 ? r->report.fetching_us / (int64_t)used : LIVE_PAUSE_MIN;
	if (t->pause_us < LIVE_PAUSE_MIN)
		t->pause_us = LIVE_PAUSE_MIN;
}

/* Why there is nothing to try settings on. Returns the exit code. */
static int
say_nothing_there(const struct trial_result *r)
{
	const struct metrics_sum *sum = &r->report.sum;

	if (sum->by_status[429] > 0 && sum->by_status[429] + sum->skipped >= sum->records)
		log_error("every answer was 429 (too many requests): no setting was tried, nothing was written. Wait, or ask the site's owner");
	else if (sum->skipped_by[OUTCOME_ROBOTS_DENY] > 0 && sum->records == 0)
		log_error("robots.txt lets us ask for nothing there: no setting was tried, nothing was written");
	else
		log_error("the site answered with no page (%" PRIu64 " requests): no setting was tried, nothing was written; `lycosa crawl' says more",
			r->report.requests);
	return r->code != EXIT_OK && r->code != EXIT_BUDGET ? r->code : 8;
}

static int
explore(struct tune *t, const struct search_point *start)
{
	struct trial trial = { .point = *start, .seeds_path = t->seeds_path, .max_pages = LIVE_SLICES * t->slice, .keep = true };
	struct trial_result r;
	int err;

	if (t->end_us != INT64_MAX)
		trial.time_us = (t->end_us - t->start_us) / 3;
	err = trial_run(t, &trial, &r);
	if (err != 0) {
		if (t->interrupted)
			log_info("interrupted: nothing was written");
		return t->interrupted ? EXIT_INTERRUPTED : EXIT_GENERIC;
	}
	spend(t, &r);
	if (take_urls(t) < 0) {
		log_error("out of memory");
		return EXIT_GENERIC;
	}
	if (t->urls.n == 0)
		return say_nothing_there(&r);
	t->first = trial_figures(&r);
	trial_note(t, start, &r);
	if (t->urls.n < LIVE_SLICES * t->slice)
		t->slice = t->urls.n / LIVE_SLICES;
	t->trial_us = r.report.fetching_us / LIVE_SLICES;
	return EXIT_OK;
}

/* Until the next trial. */
static int64_t
pause_left(const struct tune *t)
{
	int64_t asked_us = t->backed_off_wall_us - clock_wall_us();

	return asked_us > t->pause_us ? asked_us : t->pause_us;
}

/* Between two trials. False: there is none; a signal ends it, and so does a host that wants to be left alone for long. */
static bool
wait_a_little(struct tune *t)
{
	struct pollfd fd = { .fd = t->sigfd, .events = POLLIN };
	int64_t now_us = clock_mono_us(), left_us = pause_left(t), until_us = now_us + left_us;

	t->refused = left_us > t->pause_us && (left_us > LIVE_PATIENCE || until_us + t->trial_us > t->end_us);
	if (t->refused)
		return false;
	if (left_us > t->pause_us)
		log_info("the site asks for a pause of %.0f s", (double)left_us / CLOCK_US_PER_SEC);
	for (; !t->interrupted && now_us < until_us; now_us = clock_mono_us())
		if (poll(&fd, 1, (int)((until_us - now_us) / CLOCK_US_PER_MS) + 1) > 0)
			t->interrupted = true;
	return !t->interrupted;
}

static int
write_slice(struct tune *t, unsigned nth)
{
	CLEANUP(buf_releasep) struct buf list = BUF_INIT(TUNE_TEXT_MAX_BYTES);

	for (size_t i = nth * t->slice; i < (nth + 1) * t->slice; i++)
		buf_addf(&list, "%s\n", t->urls.url[i]);
	return buf_err(&list) < 0 ? buf_err(&list) : tune_write_file(t->seeds_path, buf_str(&list));
}

/* A slice with a setting. As tune_measure_live(). */
static int
try_slice(struct tune *t, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	struct trial trial = { .point = *p, .seeds_path = t->seeds_path, .max_pages = t->slice, .list = true };
	struct trial_result result;
	int r;

	if (!wait_a_little(t))
		return SEARCH_OVER;
	if (t->end_us != INT64_MAX)
		trial.time_us = t->end_us - clock_mono_us();
	if (t->end_us != INT64_MAX && trial.time_us < LIVE_TRIAL_MIN)
		return SEARCH_OVER;
	r = write_slice(t, nth);
	if (r < 0) {
		log_error("%s: %s", t->seeds_path, strerror(-r));
		return r;
	}
	r = trial_run(t, &trial, &result);
	if (r != 0)
		return r;
	spend(t, &result);
	if (t->refused)
		return SEARCH_OVER;
	*ret = trial_figures(&result);
	trial_note(t, p, &result);
	return 0;
}

int
tune_load_live(struct tune *t, const struct search_point *start)
{
	static const char *const without[] = { "tune", NULL };
	uint64_t budget = t->config->scope.max_pages > 0 ? t->config->scope.max_pages : LIVE_BUDGET_INF;
	int code, r;

	if (budget < LIVE_BUDGET_MIN) {
		log_error("--max-pages=%" PRIu64 " is too few: settings are tried with %u requests or more", budget, LIVE_BUDGET_MIN);
		return EXIT_USAGE;
	}
	if (t->end_us != INT64_MAX && t->end_us - t->start_us < LIVE_TIME_MIN) {
		log_error("--max-time is too short: a site is tried for %d s at least", (int)(LIVE_TIME_MIN / CLOCK_US_PER_SEC));
		return EXIT_USAGE;
	}
	t->requests_left = budget;
	t->slice = budget / LIVE_TRIALS;
	t->slice = t->slice < LIVE_SLICE_MIN ? LIVE_SLICE_MIN : t->slice > LIVE_SLICE_MAX ? LIVE_SLICE_MAX : t->slice;
	if (tune_take_settings(t, t->config, without) < 0)
		return EXIT_GENERIC;
	code = live_seeds(t);
	if (code == EXIT_OK)
		code = live_home(t);
	if (code == EXIT_OK)
		code = explore(t, start);
	if (code == EXIT_OK && t->slice < LIVE_SLICE_MIN)
		return tune_too_few(t->urls.n);
	/*
	 * The site was cold to the first crawl, which had to find its pages and whose windows had time to open: what is in force is tried as
	 * all else is.
	 */
	if (code == EXIT_OK && !t->refused && t->requests_left >= 2 * t->slice) {
		r = try_slice(t, start, 0, &t->first);
		if (t->interrupted)
			log_info("interrupted: nothing was written");
		if (t->interrupted || r < 0)
			return t->interrupted ? EXIT_INTERRUPTED : EXIT_GENERIC;
	}
	return code;
}

/* --- trials ------------------------------------------------------------------------------------------------------------------- */

static bool
live_is_over(struct tune *t)
{
	uint64_t needed = 2 * t->slice;

	/* The first crawl may have spent all of it, on many hosts' robots.txt. */
	if (t->interrupted || t->refused || t->requests_left < needed)
		return true;
	if (!t->closing && t->requests_left < 2 * needed) {
		t->closing = true;
		return true;
	}
	return tune_is_over(t);
}

int
tune_measure_live(void *tune, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	struct tune *t = tune;
	bool is_start = search_same(p, &t->search.config.start), closing = t->closing;

	if (is_start && nth == 0) {
		*ret = t->first;
		return 0;
	}
	if ((nth + 1) * t->slice > t->urls.n)
		return SEARCH_WORN;
	/* At the end, what is known of what is in force has to do. */
	if (live_is_over(t))
		return is_start && closing && !t->interrupted && !t->refused ? SEARCH_WORN : SEARCH_OVER;
	return try_slice(t, p, nth, ret);
}
