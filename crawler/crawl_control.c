/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `lycosa ctl' may ask of a run, and tell it. Main thread. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "crawler/config_load.h"
#include "crawler/control.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/order.h"
#include "crawler/status.h"

#define CTL_WHO "lycosa ctl"
#define CTL_TEXT_MAX_BYTES ((size_t)1024 * 1024)

struct ctl {
	struct crawl *crawl;
	const struct control_request *rq;
	struct buf *out;
};

static int
ctl_fail(struct ctl *x, int r)
{
	if (x->out->len == 0)
		buf_add_str(x->out, str_of(strerror(-r)));
	return r == -EINVAL || r == -EPERM ? EXIT_USAGE : EXIT_GENERIC;
}

/* Nothing more is to be said; as JSON an object all the same. */
static int
ctl_done(struct ctl *x)
{
	if (x->rq->json)
		buf_add_str(x->out, STR("{}\n"));
	return EXIT_OK;
}

static int
ctl_status(struct ctl *x)
{
	const struct crawl *c = x->crawl;
	struct status s;

	status_read(&c->run, crawl_job_dir(c), c->connections, c->workers, &s);
	if (x->rq->json)
		status_json(&s, x->out);
	else
		status_text(&s, x->out);
	return EXIT_OK;
}

static void
put_json(const struct config *config, const struct option *o, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf value = BUF_INIT(CTL_TEXT_MAX_BYTES);

	config_put_shown(&value, config, o);
	json_key(out, o->key);
	json_str(out, buf_str(&value));
}

static int
ctl_get_all(struct ctl *x)
{
	if (!x->rq->json)
		return config_text(x->crawl->config, true, x->out) == 0 ? EXIT_OK : EXIT_GENERIC;
	json_begin(x->out);
	for (size_t i = 0; i < n_options; i++)
		put_json(x->crawl->config, &options[i], x->out);
	json_end(x->out);
	buf_addc(x->out, '\n');
	return EXIT_OK;
}

static int
ctl_get(struct ctl *x)
{
	const struct option *o;

	if (x->rq->n_words == 1)
		return ctl_get_all(x);
	o = live_option(str_of(x->rq->words[1]));
	if (o == NULL) {
		buf_add_str(x->out, STR("there is no setting "));
		buf_add_escaped(x->out, str_of(x->rq->words[1]));
		return EXIT_USAGE;
	}
	if (x->rq->json) {
		json_begin(x->out);
		put_json(x->crawl->config, o, x->out);
		json_end(x->out);
	} else {
		config_put_shown(x->out, x->crawl->config, o);
	}
	buf_addc(x->out, '\n');
	return EXIT_OK;
}

/* KEY=VALUE, or KEY VALUE. */
static int
ctl_set(struct ctl *x)
{
	struct str text = str_of(x->rq->words[1]), key = text, value;
	int r;

	if (x->rq->n_words == 3) {
		value = str_of(x->rq->words[2]);
	} else if (!str_cut(text, '=', &key, &value)) {
		buf_add_str(x->out, STR("set needs KEY=VALUE, for example polite.wait=2s"));
		return EXIT_USAGE;
	}
	r = live_set(x->crawl, str_trim(key), str_trim(value), LIVE_SET, CTL_WHO, x->out);
	return r < 0 ? ctl_fail(x, r) : ctl_done(x);
}

/* What is wrong with a rule begins with the option that makes such rules, which nobody has given here. */
static void
name_command(struct ctl *x, struct str option)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CTL_TEXT_MAX_BYTES);
	struct str text = buf_str(x->out);

	if (!str_starts(text, option))
		return;
	buf_add_str(&b, str_of(x->rq->words[0]));
	buf_add(&b, text.p + option.len, text.len - option.len);
	buf_reset(x->out, SIZE_MAX);
	buf_add_str(x->out, buf_str(&b));
}

static int
ctl_exclude(struct ctl *x)
{
	struct str regex = str_of(x->rq->words[1]);
	int r;

	/* As a setting it would be none. */
	if (regex.len == 0) {
		buf_add_str(x->out, STR("exclude needs a regular expression, for example /calendar/"));
		return EXIT_USAGE;
	}
	r = live_set(x->crawl, STR("scope.reject_regex"), regex, LIVE_ADD, CTL_WHO, x->out);
	if (r == -EINVAL)
		name_command(x, STR("--reject-regex"));
	return r < 0 ? ctl_fail(x, r) : ctl_done(x);
}

/* A setting of the job, so that it is one also when it is resumed. */
static int
ctl_pause(struct ctl *x)
{
	int r = live_set(x->crawl, STR("run.paused"), STR("on"), LIVE_SET, CTL_WHO, x->out);

	return r < 0 ? ctl_fail(x, r) : ctl_done(x);
}

static int
ctl_resume(struct ctl *x)
{
	int r = live_set(x->crawl, STR("run.paused"), STR("off"), LIVE_SET, CTL_WHO, x->out);

	return r < 0 ? ctl_fail(x, r) : ctl_done(x);
}

static int
ctl_stop(struct ctl *x)
{
	crawl_interrupt(x->crawl, CTL_WHO ": stopping: finishing what is in flight");
	return ctl_done(x);
}

static int
more_first(const void *a, const void *b)
{
	const struct frontier_host *x = a, *y = b;

	if (x->in_flight != y->in_flight)
		return x->in_flight > y->in_flight ? -1 : 1;
	if (x->queued != y->queued)
		return x->queued > y->queued ? -1 : 1;
	return strcmp(x->origin, y->origin);
}

/* Milliseconds until then; -1: nobody knows. */
static int64_t
wait_ms(const struct frontier_host *h, int64_t now_us)
{
	if (h->due_us == INT64_MAX)
		return -1;
	return h->due_us > now_us ? (h->due_us - now_us + 999) / 1000 : 0;
}

static void
put_host(struct ctl *x, const struct frontier_host *h, int64_t now_us)
{
	int64_t ms = wait_ms(h, now_us);

	if (!x->rq->json) {
		buf_addf(x->out, "%8llu %5u/%-4u %9lld ms  %-13s", (unsigned long long)h->queued, h->in_flight, h->window,
			(long long)h->delay_us / 1000, h->waits_for);
		if (ms >= 0)
			buf_addf(x->out, " %9lld ms  ", (long long)ms);
		else
			buf_add_str(x->out, STR("            -  "));
		buf_add_escaped(x->out, str_of(h->origin));
		buf_addc(x->out, '\n');
		return;
	}
	json_element(x->out);
	json_begin(x->out);
	json_key(x->out, "origin");
	json_str(x->out, str_of(h->origin));
	json_key(x->out, "queued");
	json_u64(x->out, h->queued);
	json_key(x->out, "in_flight");
	json_u64(x->out, h->in_flight);
	json_key(x->out, "window");
	json_u64(x->out, h->window);
	json_key(x->out, "delay_ms");
	json_i64(x->out, h->delay_us / 1000);
	json_key(x->out, "waits_for");
	json_str(x->out, str_of(h->waits_for));
	json_key(x->out, "wait_ms");
	if (ms >= 0)
		json_i64(x->out, ms);
	else
		json_nil(x->out);
	json_end(x->out);
}

static int
ctl_hosts(struct ctl *x)
{
	CLEANUP(freep) struct frontier_host *hosts = NULL;
	int64_t now_us = clock_mono_us();
	struct order *o;
	size_t n, i;
	int r = order_new(ORDER_LOOK, &o);

	if (r < 0)
		return ctl_fail(x, r);
	/* Those that had no time are not in it. */
	r = order_give(&x->crawl->run, o);
	hosts = order_take_hosts(o, &n);
	order_unref(o);
	if (r < 0 && r != -ETIMEDOUT)
		return ctl_fail(x, r);
	if (n > 0)
		qsort(hosts, n, sizeof(*hosts), more_first);
	if (x->rq->json)
		json_begin_array(x->out);
	else
		buf_add_str(x->out, STR("  queued flight/window      delay  waits for        next in   host\n"));
	for (i = 0; i < n; i++)
		put_host(x, &hosts[i], now_us);
	if (x->rq->json) {
		json_end_array(x->out);
		buf_addc(x->out, '\n');
	}
	return EXIT_OK;
}

static int
ctl_unpark(struct ctl *x)
{
	struct order *o;
	unsigned n;
	int r = order_new(ORDER_UNPARK, &o);

	if (r < 0)
		return ctl_fail(x, r);
	o->host = strdup(x->rq->words[1]);
	r = o->host != NULL ? order_give(&x->crawl->run, o) : -ENOMEM;
	n = order_found(o);
	order_unref(o);
	if (r < 0)
		return ctl_fail(x, r);
	if (n == 0) {
		buf_add_str(x->out, STR("no host of the name "));
		buf_add_escaped(x->out, str_of(x->rq->words[1]));
		buf_add_str(x->out, STR(" was given up"));
		return EXIT_GENERIC;
	}
	log_info(CTL_WHO ": unparked: asking again what was given up");
	return ctl_done(x);
}

static const struct {
	const char *name;
	size_t min_words, max_words; /* the command included */
	int (*fn)(struct ctl *x);
	const char *usage;
} ctl_commands[] = {
	{ "status", 1, 1, ctl_status, "status" },
	{ "hosts", 1, 1, ctl_hosts, "hosts" },
	{ "get", 1, 2, ctl_get, "get [KEY]" },
	{ "set", 2, 3, ctl_set, "set KEY=VALUE" },
	{ "pause", 1, 1, ctl_pause, "pause" },
	{ "resume", 1, 1, ctl_resume, "resume" },
	{ "stop", 1, 1, ctl_stop, "stop" },
	{ "exclude", 2, 2, ctl_exclude, "exclude REGEX" },
	{ "unpark", 2, 2, ctl_unpark, "unpark HOST" },
};

int
crawl_control(void *arg, const struct control_request *rq, struct buf *out)
{
	struct ctl x = { .crawl = arg, .rq = rq, .out = out };

	for (size_t i = 0; i < ARRAY_LEN(ctl_commands); i++) {
		if (strcmp(rq->words[0], ctl_commands[i].name) != 0)
			continue;
		if (rq->n_words >= ctl_commands[i].min_words && rq->n_words <= ctl_commands[i].max_words)
			return ctl_commands[i].fn(&x);
		buf_addf(out, "usage: lycosa ctl DIR %s", ctl_commands[i].usage);
		return EXIT_USAGE;
	}
	buf_add_str(out, STR("ctl knows no `"));
	buf_add_escaped(out, str_of(rq->words[0]));
	buf_add_str(out, STR("'; it knows"));
	for (size_t i = 0; i < ARRAY_LEN(ctl_commands); i++)
		buf_addf(out, "%s %s", i > 0 ? "," : "", ctl_commands[i].name);
	return EXIT_USAGE;
}

static void
crawl_metrics(void *arg, bool open, struct buf *out)
{
	const struct crawl *c = arg;
	struct status s;

	status_read(&c->run, crawl_job_dir(c), c->connections, c->workers, &s);
	status_metrics(&s, open, out);
}

static int
crawl_open_metrics(struct crawl *c)
{
	const char *at = c->config->run.metrics;
	int r = metrics_serve_open(&c->metrics, at, c->config->run.metrics_file, crawl_metrics, c);

	if (r == 0) {
		if (at != NULL)
			log_info("metrics are served on port %u", metrics_serve_port(&c->metrics));
		return EXIT_OK;
	}
	log_error("run.metrics (--metrics): %s: %s", at, r == -EINVAL ? "not ADDR:PORT, with a numeric address" : strerror(-r));
	return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
}

/* Whoever started it may not know, or not any more. */
static void
crawl_begin_paused(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(CTL_TEXT_MAX_BYTES);

	run_pause(&c->run, true);
	buf_add_escaped(&dir, str_of(crawl_job_dir(c)));
	log_warning("the job is paused: nothing is asked for until `lycosa ctl %.*s resume' (started with --no-paused it goes on at once)",
		STR_ARG(buf_str(&dir)));
}

int
crawl_open_control(struct crawl *c)
{
	const char *dir = crawl_job_dir(c);
	int r = control_open(dir, crawl_control, c, &c->control);

	/* A file system may have no sockets: the run does not need one. */
	if (r < 0)
		log_warning("%s/" CONTROL_SOCKET ": %s; the run goes on, but `lycosa ctl' and `lycosa top' cannot reach it", dir,
			strerror(-r));
	if (c->config->run.paused)
		crawl_begin_paused(c);
	return crawl_open_metrics(c);
}
