/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/config_load.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/live.h"
#include "crawler/live_keys.h"
#include "crawler/order.h"
#include "crawler/settings.h"

#define LIVE_TEXT_MAX_BYTES ((size_t)1024 * 1024)
/* How far fetch.connections can be raised: what it was made for costs address space, not memory. */
#define LIVE_CONNECTIONS_FACTOR 4
#define LIVE_CONNECTIONS_LEAST  1024
#define LIVE_CONNECTIONS_MOST   65536
#define LIVE_AUTO_MOST          4096
#define LIVE_BODY_BYTES         (64 * 1024)
/* Changes of filters while a loop stands still: it may be looking at any of them. */
#define LIVE_CHANGES_MAX 1000

struct live_kept {
	struct live_kept *next;
	bool of_start;      /* not only the scope has borrowed from it */
	struct config *own; /* NULL: the caller's of crawl_main() */
};

/* As auto may go: with room for other descriptors, and for what bodies of ordinary pages take of the memory for bodies. */
static unsigned
live_auto_max(const struct config *cf)
{
	uint64_t max = config_memory(cf) / 4 / LIVE_BODY_BYTES;
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_cur != RLIM_INFINITY && lim.rlim_cur / 2 < max)
		max = lim.rlim_cur / 2;
	max = max < LIVE_AUTO_MOST ? max : LIVE_AUTO_MOST;
	return max > 0 ? (unsigned)max : 1;
}

unsigned
live_connections_max(const struct config *cf)
{
	uint64_t max = (uint64_t)cf->fetch.connections * LIVE_CONNECTIONS_FACTOR;

	if (cf->fetch.connections == CONFIG_AUTO)
		return live_auto_max(cf);
	max = max > LIVE_CONNECTIONS_LEAST ? max : LIVE_CONNECTIONS_LEAST;
	return max < LIVE_CONNECTIONS_MOST ? (unsigned)max : LIVE_CONNECTIONS_MOST;
}

/* --- what is done ------------------------------------------------------------------------------------------------- */

static int
live_give(struct crawl *c, struct order *o)
{
	int r = order_give(&c->run, o);

	order_unref(o);
	/* They will; nobody needs to wait for it. */
	return r == -ETIMEDOUT ? 0 : r;
}

static int
live_tune_loops(struct crawl *c, const struct config *cf, struct buf *error)
{
	bool is_auto = cf->fetch.connections == CONFIG_AUTO;
	unsigned connections = is_auto ? c->connections : cf->fetch.connections;
	struct order *o;
	int r;

	if (connections > c->live.connections_max) {
		buf_addf(error, "`fetch.connections' can be raised to %u while this job runs; for more, stop it and resume it with "
			"--connections=%u", c->live.connections_max, connections);
		return -EPERM;
	}
	r = order_new(ORDER_TUNE, &o);
	if (r < 0)
		return r;
	o->tune = (struct order_tune){
		.connections = connections,
		.rate_bps = cf->polite.limit_rate,
		.host_rate_bps = cf->polite.limit_rate_per_host,
		.frontier = settings_frontier_tune(cf),
	};
	c->connections = connections;
	return live_give(c, o);
}

static int
live_tune_parsers(struct crawl *c, const struct config *cf, struct buf *error)
{
	unsigned workers = settings_workers(cf, c->run.n_loops);
	int r = workers > 0 ? parse_pool_set_workers(c->run.parsers, workers) : -EOPNOTSUPP;

	if (r == 0)
		c->workers = workers;
	else if (r == -EOPNOTSUPP)
		buf_add_str(error, STR("`parse.workers' can become 0, and more than 0, only when a job is resumed"));
	else if (r == -EAGAIN)
		buf_add_str(error, STR("too many parsers are ending at the moment; try again"));
	else
		buf_addf(error, "the parsers could not be started: %s", strerror(-r));
	return r;
}

static int
live_change_scope(struct crawl *c, const struct config *cf, struct buf *error)
{
	struct scope_config sc = settings_scope(cf);
	CLEANUP(freep) char *why = NULL;
	struct order *o;
	int r = order_new(ORDER_RESCOPE, &o);

	if (r < 0)
		return r;
	r = scope_change(c->run.scope, &sc, &why);
	if (r < 0) {
		if (!settings_bad_rule(cf, error) && why != NULL)
			buf_add_str(error, str_of(why));
		order_unref(o);
		return r;
	}
	r = order_give(&c->run, o);
	/* Each loop has begun a turn with these rules: nobody looks at those before. A loop that is late has them until the next change. */
	c->live.is_settled = order_is_done(o);
	order_unref(o);
	return r == -ETIMEDOUT ? 0 : r;
}

/* auto: as many as there are, to begin with. */
static int
live_divide(struct crawl *c, const struct config *cf, struct buf *error)
{
	return crawl_divide(c, cf->fetch.loops != CONFIG_AUTO ? cf->fetch.loops : c->run.n_loops, error);
}

static int
live_apply(struct crawl *c, const struct config *cf, enum live_part part, struct buf *error)
{
	switch (part) {
	case LIVE_LOOPS:
		return live_tune_loops(c, cf, error);
	case LIVE_PARSERS:
		return live_tune_parsers(c, cf, error);
	case LIVE_SCOPE:
		return live_change_scope(c, cf, error);
	case LIVE_DIVISION:
		return live_divide(c, cf, error);
	case LIVE_PAUSE:
		run_pause(&c->run, cf->run.paused);
		break;
	case LIVE_MAIN:
		break;
	}
	return 0;
}

/* --- a change ----------------------------------------------------------------------------------------------------- */

static void
live_say(const struct crawl *c, const struct config *next, const struct option *o, const char *who)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(LIVE_TEXT_MAX_BYTES);
	size_t from;

	buf_addf(&b, "%s = ", o->key);
	from = b.len;
	config_put_shown(&b, next, o);
	if (b.len == from)
		buf_add_str(&b, STR("nothing"));
	buf_add_str(&b, STR(" (was "));
	from = b.len;
	config_put_shown(&b, c->config, o);
	if (b.len == from)
		buf_add_str(&b, STR("nothing"));
	buf_add_str(&b, STR(")"));
	if (b.err == 0) {
		CLEANUP(buf_releasep) struct buf line = BUF_INIT(4 * LIVE_TEXT_MAX_BYTES);

		buf_add_escaped(&line, buf_str(&b));
		log_info("%s: changed: %.*s", who, STR_ARG(buf_str(&line)));
	}
}

static void
live_say_pause(const struct crawl *c, bool paused, const char *who)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(LIVE_TEXT_MAX_BYTES);

	buf_add_escaped(&dir, str_of(crawl_job_dir(c)));
	if (paused)
		log_info("%s: paused: what is in flight is finished, nothing more is asked for, also when the job is stopped and resumed, until "
			"`lycosa ctl %.*s resume'", who, STR_ARG(buf_str(&dir)));
	else
		log_info("%s: going on", who);
}

/* The next start goes on with it. Where that fails the change holds for this run only, and that is said. */
static void
live_write(const struct crawl *c, const struct config *next)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(LIVE_TEXT_MAX_BYTES);
	int r = config_job_text(next, c->list_logins, &text);

	if (r == 0)
		r = store_put_config(c->run.store, buf_str(&text));
	if (r < 0) {
		CLEANUP(buf_releasep) struct buf dir = BUF_INIT(LIVE_TEXT_MAX_BYTES);

		buf_add_escaped(&dir, str_of(c->dir));
		log_warning("%.*s/lycosa.conf: %s; the change is lost when the job is resumed", STR_ARG(buf_str(&dir)), strerror(-r));
	}
}

/* of_start: also what the run began with. */
static void
live_forget(struct live *live, bool of_start)
{
	struct live_kept *k, **at = &live->kept;

	while ((k = *at) != NULL) {
		if (k->of_start && !of_start) {
			at = &k->next;
			continue;
		}
		*at = k->next;
		config_free(k->own);
		free(k);
		live->n_kept--;
	}
}

/* next: takes it. 0 or negative errno. */
static int
live_change(struct crawl *c, struct config *next, const struct option *o, enum live_part part, const char *who, struct buf *error)
{
	struct live_kept *kept;
	int r;

	if (config_same(c->config, next, o)) {
		/* The last time it may not have come to that. */
		r = part == LIVE_DIVISION ? live_apply(c, next, part, error) : 0;
		config_free(next);
		return r;
	}
	kept = calloc(1, sizeof(*kept));
	if (c->live.first == NULL)
		c->live.first = c->config;
	c->live.is_settled = false;
	if (kept == NULL)
		r = -ENOMEM;
	else
		r = part >= LIVE_PAUSE || order_has_room(&c->run) ? live_apply(c, next, part, error) : -EAGAIN;
	if (r < 0) {
		free(kept);
		config_free(next);
		return r;
	}
	if (part == LIVE_PAUSE)
		live_say_pause(c, next->run.paused, who);
	else
		live_say(c, next, o, who);
	live_write(c, next);
	if (c->live.is_lent) {
		kept->own = c->own_config;
		kept->of_start = c->config == c->live.first;
		kept->next = c->live.kept;
		c->live.kept = kept;
		c->live.n_kept++;
	} else {
		config_free(c->own_config);
		free(kept);
	}
	if (c->live.is_settled) {
		scope_forget(c->run.scope);
		live_forget(&c->live, false);
	}
	/* What the scope has its rules of stays in use while other things change. */
	c->live.is_lent = part == LIVE_SCOPE;
	c->config = c->own_config = next;
	crawl_adapt_anew(c);
	return 0;
}

const struct option *
live_option(struct str key)
{
	const struct option *o = option_by_key(key);

	return o != NULL ? o : option_by_long(key).option;
}

static bool
is_taken_by(const struct option *o, enum config_command command)
{
	return ((o->flag.commands >> command) & 1) != 0;
}

static int
live_cannot(const struct option *o, struct buf *error)
{
	buf_addf(error, "`%s' cannot change while a job runs", o->key);
	/* A job stays where it is; and what resume does not take is no business of a job's. */
	if (!is_taken_by(o, CONFIG_RESUME) || strcmp(o->key, "store.dir") == 0)
		return -EPERM;
	buf_add_str(error, STR(": stop it, and resume it with "));
	if (o->flag.long_name != NULL)
		buf_addf(error, "--%s", o->flag.long_name);
	else
		buf_addf(error, "-e %s=...", o->key);
	return -EPERM;
}

int
live_set(struct crawl *c, struct str key, struct str value, enum live_how how, const char *who, struct buf *error)
{
	struct config_loader l = { .error = BUF_INIT(LIVE_TEXT_MAX_BYTES) };
	const struct option *o = live_option(key);
	const struct config_place place = {
		.source = how == LIVE_ADD ? CONFIG_SOURCE_COPY : CONFIG_SOURCE_COPY + 1,
		.prefix = "",
		.origin = who,
	};
	enum live_part part = LIVE_MAIN;
	int r;

	if (o != NULL && !live_keys_part(o->key, &part))
		return live_cannot(o, error);
	/* It can go on in any case. */
	if (c->live.n_kept >= LIVE_CHANGES_MAX && part != LIVE_PAUSE) {
		buf_addf(error, "after %d changes of filters this job has to be stopped and resumed", LIVE_CHANGES_MAX);
		return -EPERM;
	}
	r = config_copy(c->config, &l.config);
	if (r < 0)
		return r;
	/* Without a row it says which key was meant. */
	r = o != NULL ? config_set(&l, &place, o, value) : config_set_key(&l, &place, key, value);
	if (r == 0)
		r = config_check_whole(&l);
	buf_add_str(error, buf_str(&l.error));
	buf_release(&l.error);
	if (r < 0 || o == NULL) {
		config_free(l.config);
		return r < 0 ? r : -EINVAL;
	}
	return live_change(c, l.config, o, part, who, error);
}

/* --- SIGHUP ------------------------------------------------------------------------------------------------------- */

static void
live_reload_key(struct crawl *c, const struct config *files, const struct option *o)
{
	CLEANUP(buf_releasep) struct buf error = BUF_INIT(LIVE_TEXT_MAX_BYTES), place = BUF_INIT(LIVE_TEXT_MAX_BYTES);
	struct config_loader l = { .error = BUF_INIT(LIVE_TEXT_MAX_BYTES) };
	enum live_part part;
	int r;

	if (!live_keys_part(o->key, &part)) {
		settings_put_place(&place, files, o->key, NULL);
		r = live_cannot(o, &error);
	} else {
		/* A list's items have each a place of their own. */
		if (part != LIVE_SCOPE)
			settings_put_place(&place, files, o->key, NULL);
		r = config_copy(c->config, &l.config);
		if (r == 0)
			r = config_take(&l, files, o, CONFIG_SOURCE_COPY + 1);
		if (r == 0)
			r = live_change(c, TAKE(l.config), o, part, "SIGHUP", &error);
	}
	config_free(l.config);
	buf_release(&l.error);
	if (r < 0)
		log_warning("SIGHUP: %.*s%s", STR_ARG(buf_str(&place)), buf_cstr(&error) != NULL && error.len > 0 ? error.data : strerror(-r));
}

void
live_reload(struct crawl *c)
{
	const struct config *before = c->live.files != NULL ? c->live.files : c->live.at_start;
	CLEANUP(buf_releasep) struct buf bad = BUF_INIT(LIVE_TEXT_MAX_BYTES);
	CLEANUP(freep) char *error = NULL;
	struct config *files;
	unsigned n = 0;
	int r = config_load(c->live.argc, c->live.argv, NULL, &files, &error);

	if (r < 0) {
		log_error("SIGHUP: %s; nothing was changed", error != NULL ? error : strerror(-r));
		return;
	}
	if (settings_bad_rule(files, &bad)) {
		log_error("SIGHUP: %.*s; nothing was changed", STR_ARG(buf_str(&bad)));
		config_free(files);
		return;
	}
	if (files->n_unread > before->n_unread) {
		for (size_t i = 0; i < files->n_unread; i++)
			log_error("SIGHUP: nothing was changed: %s", files->unread[i]);
		config_free(files);
		return;
	}
	for (size_t i = 0; i < n_options; i++)
		/* What is not the job's, and means nothing to this command, is for another. */
		if ((config_key_is_of_job(str_of(options[i].key)) || is_taken_by(&options[i], before->command)) &&
			!config_same(before, files, &options[i])) {
			live_reload_key(c, files, &options[i]);
			n++;
		}
	if (n == 0)
		log_info("SIGHUP: nothing has changed in the config files");
	config_free(c->live.files);
	c->live.files = files;
}

void
live_release(struct live *live)
{
	live_forget(live, true);
	config_free(live->files);
	live->files = NULL;
}
