/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "crawler/joblist.h"
#include "crawler/robotstxt.h"
#include "url/canon.h"

/* RFC 9309 §2.3.1.2: "at least five consecutive redirects". */
#define ROBOTSTXT_MAX_REDIRECTS 5

struct robotstxt {
	struct fetch *fetch;
	struct frontier *frontier;
	bool allow_private;
	robotstxt_fn fn;
	void *arg;
	struct url url;
	struct job_list waiting; /* on their way to a redirect's target, in order; they hold no body */
};

int
robotstxt_new(struct fetch *fetch, struct frontier *frontier, bool allow_private, robotstxt_fn fn, void *arg,
	struct robotstxt **ret_robotstxt)
{
	struct robotstxt *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	*r = (struct robotstxt){ .fetch = fetch, .frontier = frontier, .allow_private = allow_private, .fn = fn, .arg = arg };
	url_init(&r->url);
	*ret_robotstxt = r;
	return 0;
}

void
robotstxt_free(struct robotstxt *r)
{
	struct job *j;

	if (r == NULL)
		return;
	while ((j = job_list_pop(&r->waiting)) != NULL)
		job_free(j);
	url_release(&r->url);
	free(r);
}

static void
robotstxt_answer(struct robotstxt *r, struct job *j, enum frontier_robots what)
{
	struct str text = STR_NONE;

	if (what == FRONTIER_ROBOTS_TEXT && j->body.data != NULL)
		text = str_n(j->body.data, j->body.len < ROBOTS_MAX_BYTES ? j->body.len : ROBOTS_MAX_BYTES);
	r->fn(r->arg, j, what, text);
}

static enum frontier_hop
robotstxt_may_go(struct robotstxt *r, struct job *j, int64_t now_us, int64_t *ret_due_us)
{
	return r->frontier != NULL ? frontier_hop(r->frontier, j, now_us, ret_due_us) : FRONTIER_HOP_NOW;
}

int64_t
robotstxt_start(struct robotstxt *r)
{
	int64_t now_us = clock_mono_us(), due_us = INT64_MAX, later_us = INT64_MAX;
	struct job_list rest = { 0 };
	struct job *j;

	while (fetch_is_stopped(r->fetch) && (j = job_list_pop(&r->waiting)) != NULL) {
		j->outcome = OUTCOME_INTERRUPTED;
		robotstxt_answer(r, j, FRONTIER_ROBOTS_UNREACHABLE);
	}
	while (fetch_room(r->fetch) > 0 && (j = job_list_pop(&r->waiting)) != NULL) {
		enum frontier_hop what = robotstxt_may_go(r, j, now_us, &later_us);
		int ret = -ECANCELED;

		if (what == FRONTIER_HOP_LATER) {
			due_us = later_us < due_us ? later_us : due_us;
			job_list_push(&rest, j);
			continue;
		}
		if (what == FRONTIER_HOP_NOW)
			ret = fetch_start(r->fetch, j);
		if (ret < 0) {
			j->outcome = ret == -ECANCELED ? OUTCOME_INTERRUPTED : OUTCOME_NO_RESOURCES;
			robotstxt_answer(r, j, FRONTIER_ROBOTS_UNREACHABLE);
		}
	}
	/* Without room: an answer makes some. */
	while ((j = job_list_pop(&r->waiting)) != NULL)
		job_list_push(&rest, j);
	r->waiting = rest;
	return due_us;
}

struct hop {
	struct robotstxt *r;
	struct job *j;
};

static void
robotstxt_resolved(void *arg, const struct fetch_address *a)
{
	struct hop *hop = arg;
	struct robotstxt *r = hop->r;
	struct job *j = hop->j;
	enum net net;

	free(hop);
	net = a->address[0] != '\0' ? net_of(str_of(a->address)) : net_of_host(url_hostname(&j->url));
	j->outcome = a->outcome;
	if (a->outcome == OUTCOME_OK && !r->allow_private && !net_may_lead(j->net, net))
		j->outcome = OUTCOME_PRIVATE_ADDRESS;
	if (j->outcome == OUTCOME_OK) {
		j->net = net;
		memcpy(j->address, a->address, sizeof(j->address));
		job_list_push(&r->waiting, j);
		if (r->frontier == NULL)
			(void)robotstxt_start(r);
		return;
	}
	robotstxt_answer(r, j, FRONTIER_ROBOTS_UNREACHABLE);
}

/* 1: the job is on its way to the redirect's target; 0: it leads nowhere; -ENOMEM. */
static int
robotstxt_follow(struct robotstxt *r, struct job *j)
{
	struct hop *hop;
	int ret;

	if (j->redirects >= ROBOTSTXT_MAX_REDIRECTS)
		return 0;
	ret = url_parse(&r->url, job_get(j, j->location), &j->url);
	if (ret == -ENOMEM)
		return ret;
	if (ret < 0 || !url_is_http(&r->url))
		return 0;
	url_canon_exact(&r->url);
	hop = malloc(sizeof(*hop));
	if (hop == NULL)
		return -ENOMEM;
	*hop = (struct hop){ r, j };
	fetch_body_release(r->fetch, j);
	if (r->frontier != NULL)
		frontier_hop_over(r->frontier, j, clock_mono_us());
	if (url_copy(&j->url, &r->url) < 0 || fetch_resolve(r->fetch, &j->url, robotstxt_resolved, hop) < 0) {
		free(hop);
		return -ENOMEM;
	}
	/* What the last answer said is not the next one's. */
	j->location = j->content_type = (struct job_str){ 0, 0 };
	j->redirects++;
	return 1;
}

void
robotstxt_fetched(struct robotstxt *r, struct job *j)
{
	int follows;

	switch (j->outcome) {
	case OUTCOME_REDIRECT:
		follows = robotstxt_follow(r, j);
		/* What could not be asked for allows nothing. */
		if (follows < 0)
			j->outcome = OUTCOME_NO_RESOURCES;
		if (follows <= 0)
			robotstxt_answer(r, j, follows < 0 ? FRONTIER_ROBOTS_UNREACHABLE : FRONTIER_ROBOTS_ALLOW_ALL);
		break;
	case OUTCOME_OK:
		robotstxt_answer(r, j, FRONTIER_ROBOTS_TEXT);
		break;
	case OUTCOME_BODY_TOO_LARGE:
	case OUTCOME_PAGE_TOO_LARGE:
		/* A file beyond the ceiling counts up to it (§2.5). Without a byte of it nobody knows what it allows. */
		robotstxt_answer(r, j, j->body.data != NULL ? FRONTIER_ROBOTS_TEXT : FRONTIER_ROBOTS_UNREACHABLE);
		break;
	case OUTCOME_BOT_WALL:
		/* By its status, like any other answer. */
		robotstxt_answer(r, j, j->status / 100 == 4 && j->status != 429 ? FRONTIER_ROBOTS_ALLOW_ALL : FRONTIER_ROBOTS_UNREACHABLE);
		break;
	case OUTCOME_HTTP_CLIENT_ERROR:
	case OUTCOME_BAD_REDIRECT:
		robotstxt_answer(r, j, FRONTIER_ROBOTS_ALLOW_ALL);
		break;
	default:
		robotstxt_answer(r, j, FRONTIER_ROBOTS_UNREACHABLE);
	}
}
