/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What settings are tried on, offline: the settings of every trial, the origin, the seeds.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/tune_private.h"
#include "crawler/units.h"
#include "tune/model.h"

/* A trial: from when on it is measured, and for how long. In answers' times, for robots.txt, seeds and the first links. */
#define WARM_ANSWERS   4
#define WINDOW_ANSWERS 8
#define WARM_MIN_US    (200 * CLOCK_US_PER_MS)
#define WINDOW_MIN_US  (800 * CLOCK_US_PER_MS)
#define TRIAL_MAX_US   (20 * CLOCK_US_PER_SEC)

void
tune_set_times(struct tune *t, int64_t latency_us)
{
	int64_t window_us = WINDOW_ANSWERS * latency_us;

	t->warm_us = WARM_ANSWERS * latency_us + WARM_MIN_US;
	t->trial_us = t->warm_us + (window_us > WINDOW_MIN_US ? window_us : WINDOW_MIN_US);
	if (t->trial_us > TRIAL_MAX_US) {
		t->trial_us = TRIAL_MAX_US;
		t->warm_us = t->trial_us / 2;
	}
}

static bool
is_without(struct str section, const char *const *without)
{
	for (; *without != NULL; without++)
		if (str_eq(section, str_of(*without)))
			return true;
	return false;
}

/* A trial leaves no trace in the user's files. */
static bool
writes_for_user(struct str line)
{
	return str_starts(line, STR("save_cookies =")) || str_starts(line, STR("hsts_file =")) || str_starts(line, STR("metrics_file ="));
}

int
tune_take_settings(struct tune *t, const struct config *config, const char *const *without)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(TUNE_TEXT_MAX_BYTES);
	struct str line, rest;
	bool skip = false;
	int r = config_text(config, false, &text);

	if (r < 0)
		return r;
	rest = buf_str(&text);
	while (str_cut(rest, '\n', &line, &rest)) {
		if (line.len > 2 && line.p[0] == '[')
			skip = is_without(str_n(line.p + 1, line.len - 2), without);
		if (skip || writes_for_user(line))
			continue;
		buf_add_str(&t->settings, line);
		buf_addc(&t->settings, '\n');
	}
	/*
	 * Where servers are as fast at the end of a trial as at its start, a window that opens slowly (frontier/polite.h) ends at its
	 * maximum; a trial is too short to wait for that.
	 */
	if (t->source != TUNE_LIVE && config->polite.per_host == CONFIG_AUTO)
		buf_addf(&t->settings, "\npolite.per_host = %u\n", config->polite.per_host_max);
	/* An origin of ours has no robots.txt; asking each host for one would be all that a slow setting comes to.
	 * And nothing stands between it and us. */
	if (t->source != TUNE_LIVE)
		buf_add_str(&t->settings, STR("polite.robots = off\nfetch.proxy = off\n"));
	return buf_err(&t->settings);
}

/* --- --model -------------------------------------------------------------------------------------------------------------- */

static bool
spec_number(const char *what, struct str value, bool is_time, bool is_size, int64_t min, int64_t max, int64_t *ret)
{
	CLEANUP(buf_releasep) struct buf from = BUF_INIT(64), to = BUF_INIT(64);
	int r = is_time ? units_time(value, ret) : is_size ? units_size(value, ret) : units_count(value, ret);

	if (r == 0 && *ret >= min && *ret <= max)
		return true;
	if (is_time) {
		units_put_time(&from, min);
		units_put_time(&to, max);
	} else if (is_size) {
		units_put_size(&from, min);
		units_put_size(&to, max);
	} else {
		buf_addf(&from, "%lld", (long long)min);
		buf_addf(&to, "%lld", (long long)max);
	}
	log_error("--model: %s must be %s from %.*s to %.*s, not `%.*s'", what, is_time ? "a time (80ms)" : is_size ? "a size (30k)" : "a number",
		STR_ARG(buf_str(&from)), STR_ARG(buf_str(&to)), STR_ARG(value));
	return false;
}

static bool
spec_item(struct str name, struct str value, struct model *m, unsigned *given)
{
	int64_t v = 0;

	if (str_eq(name, STR("latency"))) {
		*given |= TUNE_GIVEN_LATENCY;
		if (!spec_number("latency", value, true, false, 0, 60 * CLOCK_US_PER_SEC, &v))
			return false;
		m->latency_us = v;
	} else if (str_eq(name, STR("size"))) {
		*given |= TUNE_GIVEN_SIZE;
		if (!spec_number("size", value, false, true, 0, MODEL_SIZE_MAX_BYTES, &v))
			return false;
		m->size_bytes = (uint64_t)v;
	} else if (str_eq(name, STR("hosts"))) {
		*given |= TUNE_GIVEN_HOSTS;
		if (!spec_number("hosts", value, false, false, 1, ORIGIN_HOSTS_MAX, &v))
			return false;
		m->hosts = (unsigned)v;
	} else if (str_eq(name, STR("links"))) {
		*given |= TUNE_GIVEN_LINKS;
		if (!spec_number("links", value, false, false, MODEL_CHILDREN, MODEL_LINKS_MAX, &v))
			return false;
		m->links = (unsigned)v;
	} else if (str_eq(name, STR("limit"))) {
		*given |= TUNE_GIVEN_LIMIT;
		if (!spec_number("limit", value, false, false, 0, 1000, &v))
			return false;
		m->limit = (unsigned)v;
	} else {
		log_error("--model: there is no `%.*s'; it knows latency, size, hosts, links and limit", STR_ARG(name));
		return false;
	}
	return true;
}

bool
tune_model_spec(const char *spec, struct model *m, unsigned *ret_given)
{
	CLEANUP(buf_releasep) struct buf safe = BUF_INIT(TUNE_PATH_MAX_BYTES);
	struct str item, rest, name, value;
	unsigned before;
	bool more = true;

	*ret_given = 0;
	buf_add_escaped(&safe, str_of(spec));
	rest = buf_str(&safe);
	while (more) {
		more = str_cut(rest, ',', &item, &rest);
		if (!more)
			item = rest;
		if (!str_cut(item, '=', &name, &value)) {
			log_error("--model: `%.*s' is not NAME=VALUE, as in latency=80ms,size=30k,hosts=50", STR_ARG(item));
			return false;
		}
		before = *ret_given;
		if (!spec_item(str_trim(name), str_trim(value), m, ret_given))
			return false;
		if (*ret_given == before) {
			log_error("--model: %.*s is given twice", STR_ARG(str_trim(name)));
			return false;
		}
	}
	return true;
}

static int
model_seeds(struct tune *t)
{
	CLEANUP(buf_releasep) struct buf seeds = BUF_INIT(TUNE_TEXT_MAX_BYTES);

	for (unsigned i = 0; i < t->model->hosts; i++) {
		char address[ORIGIN_ADDRESS_SIZE];

		origin_address(i, address);
		buf_addf(&seeds, "http://%s:%u/\n", address, origin_port(t->origin));
	}
	tune_path(t, "seeds", t->seeds_memory);
	t->seeds_path = t->seeds_memory;
	return buf_err(&seeds) < 0 ? buf_err(&seeds) : tune_write_file(t->seeds_path, buf_str(&seeds));
}

static int
model_start(struct tune *t)
{
	/* What the user crawls is not what is made up. */
	static const char *const without[] = { "input", "scope", "session", "tune", NULL };
	unsigned limits[ORIGIN_HOSTS_MAX];
	struct origin_config oc = { .answer = model_answer, .arg = t->model, .limits = limits };
	int r = tune_take_settings(t, t->config, without);

	for (unsigned i = 0; i < t->model->hosts; i++)
		limits[i] = t->model->limit;
	t->n_hosts = t->model->hosts;
	if (r == 0)
		r = origin_listen(t->n_hosts, &t->origin);
	if (r == 0)
		r = model_seeds(t);
	return r == 0 ? origin_start(t->origin, &oc) : r;
}

int
tune_load_model(struct tune *t)
{
	unsigned given;
	int r;

	t->model = calloc(1, sizeof(*t->model));
	if (t->model == NULL)
		return EXIT_GENERIC;
	*t->model = (struct model){ .latency_us = 50 * CLOCK_US_PER_MS, .size_bytes = 30000, .hosts = 50, .links = 30 };
	buf_init(&t->model->page, 2 * MODEL_SIZE_MAX_BYTES);
	if (!tune_model_spec(t->config->tune.model, t->model, &given))
		return EXIT_USAGE;
	tune_set_times(t, t->model->latency_us);
	r = model_start(t);
	if (r < 0)
		log_error("the model's server could not be started: %s", strerror(-r));
	return r < 0 ? EXIT_GENERIC : EXIT_OK;
}

/* --- the end ------------------------------------------------------------------------------------------------------------- */

int
tune_too_few(size_t pages)
{
	log_error("only %zu page%s there, too few to tell settings apart: nothing was written", pages, pages == 1 ? " is" : "s are");
	return EXIT_GENERIC;
}

bool
tune_is_over(struct tune *t)
{
	int64_t now_us = clock_mono_us();

	if (t->interrupted || now_us + t->trial_us > t->end_us)
		return true;
	/* The last sixth is for holding the best against what is in force. */
	if (t->closing || t->end_us == INT64_MAX || now_us + t->trial_us <= t->end_us - (t->end_us - t->start_us) / 6)
		return false;
	t->closing = true;
	return true;
}

/* --- a trial -------------------------------------------------------------------------------------------------------------- */

int
tune_measure_offline(void *tune, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	struct tune *t = tune;
	struct trial trial = { .point = *p, .seeds_path = t->seeds_path, .time_us = t->trial_us, .warm_us = t->warm_us };
	struct trial_result result;
	int r;

	(void)nth;
	if (tune_is_over(t))
		return SEARCH_OVER;
	r = trial_run(t, &trial, &result);
	if (r != 0)
		return r;
	if (!result.report.ran) {
		log_error("a trial could not begin (exit status %d)", result.code);
		return -EBADMSG;
	}
	*ret = trial_figures(&result);
	trial_note(t, p, &result);
	return 0;
}
