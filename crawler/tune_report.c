/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/human.h"
#include "crawler/options.h"
#include "crawler/tune_private.h"
#include "tune/plot.h"

static const char *const keys[SEARCH_AXES] = {
	[SEARCH_CONNECTIONS] = "fetch.connections",
	[SEARCH_LOOPS] = "fetch.loops",
	[SEARCH_THREADS] = "fetch.threads",
	[SEARCH_WORKERS] = "parse.workers",
	[SEARCH_HTML] = "parse.html",
	[SEARCH_ENGINE] = "fetch.engine",
};

/* What a loop's time went to, as people say it. */
static const char *const kinds[BLAME_COUNT] = {
	[BLAME_ANSWERS] = "the network",
	[BLAME_CONNECTIONS] = "the network, all connections being busy",
	[BLAME_CPU] = "CPU in fetching",
	[BLAME_PROCESSORS] = "waiting for a processor",
	[BLAME_POLITENESS] = "politeness",
	[BLAME_BACKOFF] = "retries and back-off",
	[BLAME_PARSERS] = "CPU in parsing",
	[BLAME_WRITER] = "the disk",
};

const char *
tune_key(enum search_axis a)
{
	return keys[a];
}

void
tune_put_value(struct buf *out, const struct search_point *p, enum search_axis a)
{
	const struct option *o = option_by_key(str_of(keys[a]));

	CHECK(o != NULL);
	if (o->type == OPTION_ENUM)
		buf_add_str(out, option_word(o, p->v[a]));
	else
		buf_add_u64(out, p->v[a]);
}

bool
tune_uses(const struct search_point *p, enum search_axis a)
{
	if (p->v[SEARCH_ENGINE] == SEARCH_EVENTS)
		return a != SEARCH_THREADS;
	return a != SEARCH_CONNECTIONS && a != SEARCH_LOOPS;
}

static const struct tune_note *
note_of(const struct tune *t, const struct search_point *p)
{
	const struct search_try *at = search_at(&t->search, p);

	for (size_t i = 0; at != NULL && i < t->n_notes; i++)
		if (search_same(&t->notes[i].point, &at->point))
			return &t->notes[i];
	return NULL;
}

/* --- what kind of load it is ------------------------------------------------------------------------------------------------ */

static void
put_shares(const struct tune_note *note, const char *when, struct buf *out)
{
	double network = 0;
	bool first = true;

	if (note == NULL)
		return;
	network = note->share[BLAME_ANSWERS] + note->share[BLAME_CONNECTIONS];
	buf_addf(out, "  %-26s", when);
	for (int i = 0; i < BLAME_COUNT; i++) {
		double share = i == BLAME_ANSWERS ? network : note->share[i];

		if (i == BLAME_CONNECTIONS || share < 0.03)
			continue;
		buf_addf(out, "%s%s %.0f %%", first ? "" : ", ", kinds[i], 100 * share);
		first = false;
	}
	buf_addc(out, '\n');
}

/* What most of the time goes to; the network's two accounts together, as the summary of a crawl has it. */
static const char *
kind_of(const struct tune_note *note)
{
	double share[BLAME_COUNT];
	int worst = BLAME_ANSWERS;

	memcpy(share, note->share, sizeof(share));
	share[BLAME_ANSWERS] += share[BLAME_CONNECTIONS];
	share[BLAME_CONNECTIONS] = 0;
	for (int i = 0; i < BLAME_COUNT; i++)
		if (share[i] > share[worst])
			worst = i;
	return kinds[worst];
}

static void
put_load(const struct tune *t, struct buf *out)
{
	const struct tune_note *now = note_of(t, &t->search.config.start), *best = note_of(t, &t->search.best);
	const struct tune_note *note = now != NULL ? now : best;

	if (note == NULL)
		return;
	buf_addf(out, "This load waits most for %s", kind_of(note));
	if (best != NULL && now != NULL && strcmp(kind_of(now), kind_of(best)) != 0)
		buf_addf(out, "; with the best settings for %s", kind_of(best));
	buf_add_str(out, STR(".\n"));
	put_shares(now, "with your settings", out);
	put_shares(best, "with the best", out);
	buf_addc(out, '\n');
}

/* --- the curves -------------------------------------------------------------------------------------------------------------- */

static size_t
make_plots(const struct tune *t, struct plot plots[SEARCH_AXES])
{
	static const struct {
		enum search_axis axis;
		const char *title, *gain;
	} all[] = {
		{ SEARCH_CONNECTIONS, "connections of the event loops", NULL },
		{ SEARCH_THREADS, "threads (engine threads)", NULL },
		{ SEARCH_WORKERS, "parser processes", NULL },
		{ SEARCH_LOOPS, "event loops", NULL },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct search_curve *c = &t->search.curves[all[i].axis];

		if (c->n < 2)
			continue;
		plots[n++] = (struct plot){ all[i].title, *c,
			tune_uses(&t->search.best, all[i].axis) ? t->search.best.v[all[i].axis] : 0 };
	}
	return n;
}

static double
gain_of(const struct search_curve *c)
{
	double most = 0;

	for (unsigned i = 0; i < c->n; i++)
		most = fmax(most, c->at[i].pages_per_s);
	return c->n > 0 && c->at[0].pages_per_s > 0 ? most / c->at[0].pages_per_s : 1;
}

static void
put_curves(const struct tune *t, struct buf *out)
{
	struct plot plots[SEARCH_AXES];
	size_t n = make_plots(t, plots);

	for (size_t i = 0; i < n; i++) {
		plot_table(out, &plots[i]);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < n; i++) {
		double gain = gain_of(&plots[i].curve);

		if (gain < 1.1)
			buf_addf(out, "More %s do not help here.\n", plots[i].title);
		else
			buf_addf(out, "More %s help: up to %.1f times; the curve bends at %u.\n", plots[i].title, gain, plots[i].curve.bend);
	}
	if (n > 0)
		buf_addc(out, '\n');
}

/* --- the result --------------------------------------------------------------------------------------------------------------- */

static void
put_try(const struct tune *t, const struct search_point *p, const char *what, struct buf *out)
{
	const struct search_try *at = search_at(&t->search, p);
	double half;

	if (at == NULL || at->n == 0)
		return;
	half = search_half(&t->search, at->n);
	buf_addf(out, "%-10s %.*f pages/s", what, at->mean.pages_per_s < 100 ? 1 : 0, at->mean.pages_per_s);
	if (half >= 0)
		buf_addf(out, " (within %.0f %%)", fmax(1, 100 * half));
	buf_addf(out, ", %.2f ms of CPU a page, ", 1e3 * at->mean.cpu_s);
	human_bytes(out, (uint64_t)at->mean.memory_bytes);
	buf_addf(out, " of memory, %.1f of %u processors busy\n", at->mean.load, t->cores);
}

static void
put_settings(const struct tune *t, struct buf *out)
{
	const struct search_point *now = &t->search.config.start, *best = &t->search.best;

	buf_addf(out, "%-20s %12s %12s\n", "setting", "now", "best");
	for (int a = SEARCH_AXES - 1; a >= 0; a--) {
		size_t start;

		if (!tune_uses(now, (enum search_axis)a) && !tune_uses(best, (enum search_axis)a))
			continue;
		for (int k = 0; k < 2; k++) {
			struct buf value = BUF_INIT(64);

			if (tune_uses(k == 0 ? now : best, (enum search_axis)a))
				tune_put_value(&value, k == 0 ? now : best, (enum search_axis)a);
			else
				buf_addc(&value, '-');
			start = value.len;
			if (k == 0)
				buf_addf(out, "%-20s", keys[a]);
			buf_addf(out, " %*s%.*s", (int)(12 - start), "", STR_ARG(buf_str(&value)));
			buf_release(&value);
		}
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

static const char *
how_measured(const struct search *s)
{
	return s->worn ? ", which was measured before" : ", the two measured in turn";
}

static void
put_gain(const struct search *s, struct buf *out)
{
	struct search_point start = s->config.start;

	if (search_at(s, &start) == search_at(s, &s->best)) {
		buf_add_str(out, STR("What is set now is as good as anything that was tried"));
		if (s->compared)
			buf_addf(out, ": the best else had %.2f times its pages/s%s (95 %%: %.2f to %.2f)", exp(s->gain),
				how_measured(s), exp(s->gain - s->gain_half), exp(s->gain + s->gain_half));
		buf_add_str(out, STR(".\n"));
		return;
	}
	if (!s->compared) {
		buf_add_str(out, STR("The budget ended before the best was held against what is set now.\n"));
		return;
	}
	buf_addf(out, "gain       %.2f times the pages/s of what is set now%s (95 %%: %.2f to %.2f)\n", exp(s->gain),
		how_measured(s), exp(s->gain - s->gain_half), exp(s->gain + s->gain_half));
}

void
tune_report(const struct tune *t, struct buf *out)
{
	const struct search *s = &t->search;

	put_load(t, out);
	put_curves(t, out);
	put_settings(t, out);
	put_try(t, &s->config.start, "now", out);
	put_try(t, &s->best, "best", out);
	put_gain(s, out);
	buf_addf(out, "%u trials of %zu settings in ", t->n_trials, (size_t)s->n_tries);
	human_time(out, clock_mono_us() - t->start_us);
	buf_addf(out, "%s\n", s->over ? "; the budget ended the search early" : "");
}

int
tune_svg(const struct tune *t, const char *path)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(TUNE_TEXT_MAX_BYTES), subtitle = BUF_INIT(4096);
	struct plot plots[SEARCH_AXES];
	size_t n = make_plots(t, plots);
	int r;

	buf_addf(&subtitle, "%u trials on %u processors", t->n_trials, t->cores);
	if (buf_cstr(&subtitle) == NULL)
		return EXIT_GENERIC;
	plot_svg(&out, plots, n, subtitle.data);
	r = buf_err(&out) < 0 ? buf_err(&out) : tune_write_file(path, buf_str(&out));
	if (r < 0)
		log_error("%s: %s", path, strerror(-r));
	return r < 0 ? EXIT_FILE : EXIT_OK;
}
