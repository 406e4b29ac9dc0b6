/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/human.h"
#include "crawler/top_view.h"

#define VIEW_LINE_MAX_BYTES ((size_t)16 * 1024)
#define VIEW_BAR            5 /* four of them in 80 columns */

static json_t *
view_load(struct str text)
{
	return json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
}

int
top_view_read(struct top_view *v, struct str status, struct str hosts, struct str settings)
{
	json_t *s = view_load(status), *h = view_load(hosts), *k = view_load(settings);

	if (!json_is_object(s) || !json_is_array(h) || !json_is_object(k)) {
		json_decref(s);
		json_decref(h);
		json_decref(k);
		return -EBADMSG;
	}
	json_decref(v->before);
	json_decref(v->hosts);
	json_decref(v->settings);
	v->before = v->now;
	v->now = s;
	v->hosts = h;
	v->settings = k;
	return 0;
}

void
top_view_release(struct top_view *v)
{
	json_decref(v->now);
	json_decref(v->before);
	json_decref(v->hosts);
	json_decref(v->settings);
	*v = (struct top_view){ 0 };
}

/* Of the object `section` in `of`; section NULL: of itself. Negative numbers count as 0. */
static uint64_t
number(const json_t *of, const char *section, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(section != NULL ? json_object_get(of, section) : of, key));

	return v > 0 ? (uint64_t)v : 0;
}

static const char *
string(const json_t *of, const char *key)
{
	const char *s = json_string_value(json_object_get(of, key));

	return s != NULL ? s : "";
}

const char *
top_view_setting(const struct top_view *v, const char *key)
{
	return string(v->settings, key);
}

uint64_t
top_view_workers(const struct top_view *v)
{
	return number(v->now, "parse", "workers_wanted");
}

uint64_t
top_view_connections(const struct top_view *v)
{
	return number(v->now, "fetch", "connections");
}

bool
top_view_is_paused(const struct top_view *v)
{
	return strcmp(string(v->now, "state"), "paused") == 0;
}

/* How much more it is than the time before; over the whole run where there was none. */
static uint64_t
grown(const struct top_view *v, const char *section, const char *key)
{
	uint64_t now = number(v->now, section, key), before = number(v->before, section, key);

	return now > before ? now - before : 0;
}

static uint64_t
loop_grown(const struct top_view *v, const char *account)
{
	const json_t *now = json_object_get(json_object_get(v->now, "fetch"), "loop_us");
	const json_t *before = json_object_get(json_object_get(v->before, "fetch"), "loop_us");
	uint64_t n = number(now, NULL, account), b = number(before, NULL, account);

	return n > b ? n - b : 0;
}

static unsigned
percent(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : part >= all ? 100 : (unsigned)(part * 100 / all);
}

/* --- lines --------------------------------------------------------------------------------------------------------- */

struct screen {
	struct buf *out;
	unsigned columns, rows; /* those that are left */
};

/* Cut to the screen's width: characters, not bytes. */
static void
put_plain(struct screen *s, struct str plain)
{
	size_t i = 0, n;
	unsigned column;

	if (s->rows == 0)
		return;
	s->rows--;
	for (column = 0; i < plain.len && column < s->columns; column++) {
		n = utf8_next(plain.p + i, plain.len - i, NULL);
		i += n > 0 ? n : 1;
	}
	buf_add(s->out, plain.p, i);
	buf_addc(s->out, '\n');
}

/* What is no plain character is escaped. */
static void
put_line(struct screen *s, const struct buf *line)
{
	CLEANUP(buf_releasep) struct buf plain = BUF_INIT(8 * VIEW_LINE_MAX_BYTES);

	buf_add_escaped(&plain, buf_str(line));
	put_plain(s, buf_str(&plain));
}

static void
put_bar(struct buf *b, const char *name, unsigned share)
{
	unsigned i;

	buf_addf(b, "%s%s [", b->len > 0 ? "  " : "", name);
	for (i = 0; i < VIEW_BAR; i++)
		buf_addc(b, i < (share * VIEW_BAR + 50) / 100 ? '#' : '.');
	buf_addf(b, "] %3u%%", share);
}

static void
head_line(const struct top_view *v, struct buf *b)
{
	buf_addf(b, "lycosa  %s  ", string(v->now, "state"));
	human_time(b, (int64_t)number(v->now, NULL, "elapsed_us"));
	buf_add_str(b, STR("  "));
	buf_add_str(b, str_of(string(v->now, "directory")));
}

static void
counts_line(const struct top_view *v, struct buf *b)
{
	int64_t us = (int64_t)grown(v, NULL, "elapsed_us");

	human_count(b, number(v->now, "counters", "records"));
	buf_add_str(b, STR(" URLs  "));
	human_rate(b, grown(v, "counters", "records"), us);
	buf_add_str(b, STR("/s  "));
	human_bytes(b, number(v->now, "counters", "wire_bytes"));
	buf_add_str(b, STR("  "));
	human_bytes(b, us > 0 ? (uint64_t)((double)grown(v, "counters", "wire_bytes") * 1e6 / (double)us) : 0);
	buf_add_str(b, STR("/s  errors "));
	human_count(b, number(v->now, "counters", "errors"));
}

static void
queues_line(const struct top_view *v, struct buf *b)
{
	buf_add_str(b, STR("queue "));
	human_count(b, number(v->now, "frontier", "queued"));
	buf_add_str(b, STR("  in flight "));
	human_count(b, number(v->now, "fetch", "in_flight"));
	buf_addf(b, "/%llu  at parsers ", (unsigned long long)number(v->now, "fetch", "connections"));
	human_count(b, number(v->now, "parse", "pages_waiting"));
	buf_addf(b, "  workers %llu/%llu  loops %llu", (unsigned long long)number(v->now, "parse", "workers"),
		(unsigned long long)number(v->now, "parse", "workers_wanted"), (unsigned long long)number(v->now, "fetch", "loops"));
}

/* How busy each of the four is: waiting for hosts' windows and pauses; loops; parsers; writer. */
static void
stages_line(const struct top_view *v, struct buf *b)
{
	static const char *const accounts[] = { "answers", "connections", "cpu", "politeness", "parsers", "writer", "room", "paused" };
	uint64_t all_us = 0, us = grown(v, NULL, "elapsed_us"), workers = number(v->now, "parse", "workers");

	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		all_us += loop_grown(v, accounts[i]);
	put_bar(b, "polite", percent(loop_grown(v, "politeness"), all_us));
	put_bar(b, "loops", percent(loop_grown(v, "cpu"), all_us));
	put_bar(b, "parse", percent(grown(v, "parse", "busy_us"), us * (workers > 0 ? workers : 1)));
	put_bar(b, "write", percent(grown(v, "store", "busy_us"), us));
}

static void
settings_line(const struct top_view *v, struct buf *b)
{
	buf_addf(b, "workers=%s  connections=%s  per-host=%s  wait=%s  limit-rate=%s", top_view_setting(v, "parse.workers"),
		top_view_setting(v, "fetch.connections"), top_view_setting(v, "polite.per_host"), top_view_setting(v, "polite.wait"),
		top_view_setting(v, "polite.limit_rate"));
}

static void
host_line(const json_t *h, struct buf *b)
{
	const json_t *wait = json_object_get(h, "wait_ms");
	char text[32] = "-";

	if (json_is_integer(wait))
		(void)snprintf(text, sizeof(text), "%.1f s", (double)json_integer_value(wait) / 1000);
	buf_addf(b, "%7llu %4llu/%-3llu %7.2f s  %-12.12s %9s  ", (unsigned long long)number(h, NULL, "queued"),
		(unsigned long long)number(h, NULL, "in_flight"), (unsigned long long)number(h, NULL, "window"),
		(double)number(h, NULL, "delay_ms") / 1000, string(h, "waits_for"), text);
	buf_add_str(b, str_of(string(h, "origin")));
}

static void
render(struct screen *s, void (*fill)(const struct top_view *v, struct buf *b), const struct top_view *v)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(VIEW_LINE_MAX_BYTES);

	fill(v, &b);
	put_line(s, &b);
}

void
top_view_render(const struct top_view *v, unsigned columns, unsigned rows, const char *message, struct buf *out)
{
	/* The last two lines are the message's and the keys', if there is room for anything else. */
	unsigned below = rows > 8 ? 2 : 0;
	struct screen s = { out, columns, rows - below };
	size_t i, n = json_array_size(v->hosts);

	render(&s, head_line, v);
	render(&s, counts_line, v);
	render(&s, queues_line, v);
	render(&s, stages_line, v);
	render(&s, settings_line, v);
	put_plain(&s, STR(" queued  fly/win     delay  waits for      next in  host"));
	for (i = 0; i < n && s.rows > 0; i++) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(VIEW_LINE_MAX_BYTES);

		host_line(json_array_get(v->hosts, i), &b);
		put_line(&s, &b);
	}
	while (s.rows > 0)
		put_plain(&s, STR_NONE);
	s.rows = below;
	put_plain(&s, str_of(message));
	put_plain(&s, STR("q quit  spc pause  w/W workers  c/C connections  h/H per host  d/D wait  S stop"));
}
