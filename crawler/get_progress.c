/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * On a terminal: a line for each file that is coming, one for all, redrawn. Elsewhere a line now and then, and one for each file
 * that is over. All on stderr; names and words of the web are escaped.
 */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/get.h"
#include "crawler/human.h"

#define TICK_US       (CLOCK_US_PER_SEC / 4)
#define PLAIN_US      (10 * CLOCK_US_PER_SEC)
#define FILES_SHOWN   8
#define NAME_SHOWN    32
#define SCREEN_BYTES  16384
#define ETA_MAX_SECONDS (100.0 * 86400)
#define CLEAR_BELOW   "\r\033[J" /* from the cursor's line to the end of the screen */

/* A status stands below the cursor, which is in its first column. */
static bool is_shown;

static void
step_aside(void *arg)
{
	if (is_shown && write(STDERR_FILENO, CLEAR_BELOW, sizeof(CLEAR_BELOW) - 1) < 0) {
		/* the terminal is gone */
	}
	is_shown = false;
}

static void PRINTF(3, 0)
say(void (*line)(const char *fmt, ...), const struct get_file *f, const char *fmt, va_list ap)
{
	CLEANUP(buf_releasep) struct buf name = BUF_INIT(8 * DOWNLOAD_NAME_MAX);
	char text[4096];

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	buf_add_escaped(&name, str_of(f->name));
	line("%.*s: %s", STR_ARG(buf_str(&name)), text);
}

void
get_say(const struct get_file *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(log_info, f, fmt, ap);
	va_end(ap);
}

void
get_say_failed(const struct get_file *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(log_error, f, fmt, ap);
	va_end(ap);
}

static void
put_eta(struct buf *out, uint64_t left, double rate)
{
	double seconds = rate > 0 ? (double)left / rate : INFINITY;

	if (seconds > ETA_MAX_SECONDS)
		return;
	buf_add_str(out, STR("  "));
	human_time(out, (int64_t)(seconds * 1e6));
	buf_add_str(out, STR(" left"));
}

static void
put_bytes(struct buf *out, uint64_t bytes, uint64_t total)
{
	human_bytes(out, bytes);
	if (total == DOWNLOAD_LENGTH_UNKNOWN)
		return;
	buf_add_str(out, STR(" of "));
	human_bytes(out, total);
	buf_addf(out, "  %3u %%", total > 0 ? (unsigned)((double)bytes * 100 / (double)total) : 100);
}

static void
put_task(struct buf *out, struct get_task *t, double seconds)
{
	CLEANUP(buf_releasep) struct buf name = BUF_INIT(8 * DOWNLOAD_NAME_MAX);
	double rate = seconds > 0 && t->part.bytes >= t->shown_bytes ? (double)(t->part.bytes - t->shown_bytes) / seconds : 0;

	t->shown_bytes = t->part.bytes;
	buf_add_escaped(&name, str_of(t->file->name));
	buf_addf(out, "%-*.*s ", NAME_SHOWN, (int)(name.len < NAME_SHOWN ? name.len : NAME_SHOWN), buf_str(&name).p);
	put_bytes(out, t->part.bytes, t->part.total);
	if (t->file->state == GET_SUMMING)
		buf_add_str(out, STR("  its sum is looked at"));
	else if (t->part.total != DOWNLOAD_LENGTH_UNKNOWN)
		put_eta(out, t->part.total - t->part.bytes, rate);
}

/* Of all: files, bytes, rate, and when what is coming will be there. */
static void
put_total(struct get *g, struct buf *out, int64_t now_us)
{
	uint64_t left = 0;
	bool known = true;
	const struct get_task *t;
	int64_t step_us = now_us - g->rate_us;

	if (step_us > 0) {
		double rate = (double)(g->bytes - g->rate_bytes) * 1e6 / (double)step_us, weight = (double)step_us / 3e6;

		weight = weight > 1 || g->rate == 0 ? 1 : weight;
		g->rate += (rate - g->rate) * weight;
		g->rate_us = now_us;
		g->rate_bytes = g->bytes;
	}
	for (t = g->tasks; t != NULL; t = t->next)
		if (t->part.total == DOWNLOAD_LENGTH_UNKNOWN)
			known = false;
		else
			left += t->part.total - t->part.bytes;
	human_count(out, g->n_done);
	buf_add_str(out, STR(" of "));
	human_things(out, g->n, "file");
	buf_add_str(out, STR("  "));
	human_bytes(out, g->bytes);
	buf_add_str(out, STR("  "));
	human_bytes(out, (uint64_t)g->rate);
	buf_add_str(out, STR("/s"));
	if (g->n_failed > 0) {
		buf_add_str(out, STR("  failed "));
		human_count(out, g->n_failed);
	}
	/* Of files that have not begun nobody knows the length. */
	if (known && left > 0 && g->n_done + g->n_failed + g->n_tasks == g->n)
		put_eta(out, left, g->rate);
}

static size_t
columns(void)
{
	struct winsize ws;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_col < 20 ? 80 : ws.ws_col;
}

/* Names may be wide: by bytes, so that a line is rather too short than wrapped; but no character is cut. */
static void
put_line(struct buf *screen, const struct buf *line, size_t width)
{
	size_t n = line->len < width ? line->len : width - 1;

	while (n > 0 && n < line->len && ((unsigned char)line->data[n] & 0xc0) == 0x80)
		n--;
	buf_add(screen, line->data, n);
}

static void
draw(struct get *g, int64_t now_us)
{
	CLEANUP(buf_releasep) struct buf screen = BUF_INIT(SCREEN_BYTES), line = BUF_INIT(SCREEN_BYTES);
	double seconds = (double)(now_us - g->shown_us) / 1e6;
	size_t width = columns(), lines = 0;
	struct get_task *t;

	buf_add_str(&screen, STR(CLEAR_BELOW));
	put_total(g, &line, now_us);
	put_line(&screen, &line, width);
	for (t = g->tasks; t != NULL && lines < FILES_SHOWN; t = t->next) {
		if (t->file->state != GET_IN_FLIGHT && t->file->state != GET_SUMMING)
			continue;
		buf_reset(&line, SCREEN_BYTES);
		put_task(&line, t, seconds);
		buf_addc(&screen, '\n');
		put_line(&screen, &line, width);
		lines++;
	}
	/* Back to the first line, so that clearing needs not know how many there are. */
	buf_addc(&screen, '\r');
	if (lines > 0)
		buf_addf(&screen, "\033[%zuA", lines);
	if (buf_err(&screen) == 0 && write(STDERR_FILENO, screen.data, screen.len) < 0)
		g->bar = false;
	is_shown = true;
}

void
get_progress_start(struct get *g)
{
	const char *term = getenv("TERM");
	unsigned mode = g->config->run.quiet ? CONFIG_RUN_PROGRESS_NONE : g->config->run.progress;

	if (mode == CONFIG_RUN_PROGRESS_AUTO)
		mode = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0 ? CONFIG_RUN_PROGRESS_BAR : CONFIG_RUN_PROGRESS_PLAIN;
	g->bar = mode == CONFIG_RUN_PROGRESS_BAR;
	g->plain = mode == CONFIG_RUN_PROGRESS_PLAIN;
	g->shown_us = g->rate_us = g->start_us = clock_mono_us();
	if (g->bar)
		log_set_hook(step_aside, NULL);
}

void
get_progress_say(struct get *g, int64_t now_us)
{
	CLEANUP(buf_releasep) struct buf line = BUF_INIT(SCREEN_BYTES);

	put_total(g, &line, now_us);
	log_answer("%.*s", STR_ARG(buf_str(&line)));
}

void
get_progress_tick(struct get *g, int64_t now_us)
{
	if (now_us - g->shown_us < (g->bar ? TICK_US : PLAIN_US))
		return;
	if (g->bar) {
		draw(g, now_us);
	} else if (g->plain) {
		CLEANUP(buf_releasep) struct buf line = BUF_INIT(SCREEN_BYTES);

		put_total(g, &line, now_us);
		log_info("%.*s", STR_ARG(buf_str(&line)));
	}
	g->shown_us = now_us;
}

void
get_progress_stop(struct get *g)
{
	step_aside(NULL);
	log_set_hook(NULL, NULL);
	g->bar = g->plain = false;
}
