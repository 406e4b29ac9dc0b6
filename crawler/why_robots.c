/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One address, or one robots.txt, asked for as a crawl would: a loop of its own, with one connection, that ends with the answer. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/robotstxt.h"
#include "crawler/settings.h"
#include "crawler/why.h"

struct asking {
	struct loop *loop;
	struct fetch *fetch;
	struct robotstxt *robotstxt;
	struct job *job;
	struct why_robots *ret;
	struct why_address *ret_address;
};

static void
asking_answered(void *arg, struct job *j, enum frontier_robots what, struct str text)
{
	struct asking *a = arg;

	a->ret->what = what;
	a->ret->status = j->status;
	a->ret->error = outcome_text(j->outcome);
	buf_add_str(&a->ret->text, text);
	fetch_body_release(a->fetch, j);
	loop_stop(a->loop);
}

static void
asking_fetched(void *arg, struct job *j)
{
	struct asking *a = arg;

	robotstxt_fetched(a->robotstxt, j);
}

static void
asking_resolved(void *arg, const struct fetch_address *address)
{
	struct asking *a = arg;
	struct job *j = a->job;

	j->outcome = address->outcome;
	if (address->outcome == OUTCOME_OK) {
		memcpy(j->address, address->address, sizeof(j->address));
		j->net = j->address[0] != '\0' ? net_of(str_of(j->address)) : net_of_host(url_hostname(&j->url));
		j->state = JOB_INFLIGHT;
		if (fetch_start(a->fetch, j) == 0)
			return;
		j->outcome = OUTCOME_NO_RESOURCES;
	}
	asking_answered(a, j, FRONTIER_ROBOTS_UNREACHABLE, STR_NONE);
}

static void
asking_found(void *arg, const struct fetch_address *address)
{
	struct asking *a = arg;

	a->ret_address->outcome = address->outcome;
	memcpy(a->ret_address->address, address->address, sizeof(address->address));
	loop_stop(a->loop);
}

static struct fetch_wants
asking_wants(void *arg, const struct job *j, struct str content_type)
{
	return (struct fetch_wants){ .parse = j->status / 100 == 2, .prefix = true };
}

static int
asking_start(struct asking *a, bool allow_private, const struct url *u)
{
	int r;

	if (a->ret_address != NULL)
		return fetch_resolve(a->fetch, u, asking_found, a);
	r = robotstxt_new(a->fetch, NULL, allow_private, asking_answered, a, &a->robotstxt);
	if (r == 0)
		r = job_new(&a->job);
	if (r < 0)
		return r;
	a->job->job_kind = JOB_ROBOTS;
	r = url_parse(&a->job->url, STR("/robots.txt"), u);
	return r == 0 ? fetch_resolve(a->fetch, &a->job->url, asking_resolved, a) : r;
}

static int
asking_run(struct asking *a, const struct fetch_config *fc, bool allow_private, const struct url *u)
{
	int r = loop_new(&a->loop);

	if (r == 0)
		r = fetch_new(fc, a->loop, asking_fetched, a, &a->fetch);
	if (r == 0)
		r = asking_start(a, allow_private, u);
	return r == 0 ? loop_run(a->loop) : r;
}

/* 0, or an exit code after a message. */
MUST_CHECK static int
ask(const struct config *config, const struct url *u, struct asking *a)
{
	CLEANUP(buf_releasep) struct buf dns_servers = BUF_INIT(64 * 1024);
	struct fetch_config fc;
	int r = settings_fetch(config, &dns_servers, &fc);

	if (r != EXIT_OK)
		return r;
	fc.engine = FETCH_EVENTS;
	fc.connections = fc.threads = 1;
	fc.touched_max_bytes = fc.slot_bytes;
	fc.spill_bytes = fc.max_body_bytes;
	fc.tmp_dir = ".";
	fc.wants = asking_wants;
	r = fetch_global_init();
	if (r == 0)
		r = asking_run(a, &fc, config->scope.allow_private, u);
	if (r < 0)
		log_error("%s could not be asked for: %s", a->ret_address != NULL ? "the address" : "robots.txt", strerror(-r));
	robotstxt_free(a->robotstxt);
	fetch_free(a->fetch);
	job_free(a->job);
	loop_free(a->loop);
	fetch_global_release();
	return r < 0 ? EXIT_GENERIC : EXIT_OK;
}

int
why_fetch_robots(const struct config *config, const struct url *u, struct why_robots *ret)
{
	struct asking a = { .ret = ret };

	return ask(config, u, &a);
}

int
why_find_address(const struct config *config, const struct url *u, struct why_address *ret)
{
	struct why_address found = { .outcome = OUTCOME_INTERRUPTED };
	struct asking a = { .ret_address = &found };
	int code = ask(config, u, &a);

	if (code != EXIT_OK)
		return code;
	found.net = found.address[0] != '\0' ? net_of(str_of(found.address)) : net_of_host(url_hostname(u));
	*ret = found;
	return EXIT_OK;
}
