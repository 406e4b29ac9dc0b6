/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pipeline_private.h: one loop's pipeline, as pipeline.c (its life), pipeline_turn.c (its thread), pipeline_rest.c (what the runs before
 * have left) and journey.c (what happens to a job) share it.
 */
#ifndef CRAWLER_PIPELINE_PRIVATE_H
#define CRAWLER_PIPELINE_PRIVATE_H

#include <pthread.h>

#include "base/loop.h"
#include "crawler/alone.h"
#include "crawler/joblist.h"
#include "crawler/pipeline.h"
#include "crawler/robotstxt.h"
#include "store/previous.h"

#define PIPELINE_MAGIC 0x50495045u
#define PIPELINE_BATCH 64
#define PIPELINE_SAID_MAX 20 /* lines of a kind */

struct address_wait;

/* URLs that are read and not offered yet: as many as the frontier looks ahead to at a time. */
struct ahead {
	struct url urls[FRONTIER_AHEAD];
	struct frontier_ahead seen[FRONTIER_AHEAD];
};

void ahead_init(struct ahead *a);
void ahead_release(struct ahead *a);

struct pipeline {
	uint32_t magic;
	struct run *run;
	unsigned index;
	struct chan *inbox;   /* parcels from other loops */
	struct chan *returns; /* written jobs */
	struct chan *orders;  /* from the main thread */
	struct chan *rest;    /* pieces of what the runs before have left */
	pthread_t thread;
	bool started;
	int result;

	/* owner: the loop's thread */
	struct loop *loop;
	struct fetch *fetch;
	struct parse *parse;
	struct frontier *frontier;
	struct robotstxt *robotstxt;
	int64_t hops_due_us; /* when one of its jobs may go on; INT64_MAX */
	struct previous *previous; /* in an update: what is there; else NULL */
	struct loop_timer due_timer;
	struct loop_timer look_timer; /* at the region, while parsers have it */
	struct job_list parse_wait, store_wait, free_jobs;
	struct alone alone;
	const struct job *alone_job; /* the one that is, or took too long; or NULL */
	size_t n_at_store; /* put, and not back yet */
	uint64_t refs_bytes; /* of what these refer to (job.refs_memory) */
	size_t n_asked;    /* requests in flight when the last one began */
	uint64_t n_put, n_back; /* since the start */
	struct buf traps;  /* what was learned of them when n_put was to be traps_put; waits until all that is back */
	bool traps_spoilt; /* a page that was judged is left for the next run, which must not take it for its own copy: no more is kept */
	uint64_t traps_put;
	int64_t traps_due_us; /* not looked at before */
	struct frontier_parcel *parcel_wait[PIPELINE_BATCH]; /* could not be delivered yet */
	unsigned parcel_loop[PIPELINE_BATCH];
	size_t n_parcel_wait;
	struct address_wait *address_waits; /* names being looked up, doubly linked */
	struct url url; /* for what is on its way to the door */
	struct buf refused; /* the same, of what is no URL */
	struct ahead ahead;
	struct store_rest *rest_read; /* the piece of this turn: a millisecond's work; or NULL */
	bool rest_open; /* more may come, and the run is held for it */
	uint32_t rest_depth; /* of that, the least */
	struct ahead rest_ahead; /* not `ahead': what is restored may let a page be committed */
	/* What is let in: by the page that is being committed, or (NULL) by nobody's. */
	struct job *committing;
	struct found_packer packer;
	struct buf *packing; /* what the packer has last packed into; NULL: begin anew */
	struct buf found, found_fps;
	struct buf session; /* cookies or hosts of HSTS that have changed, on their way to the store */
	uint64_t untrusted[PIPELINE_SAID_MAX]; /* robots.txt of servers that could not be authenticated, by the URL: this was said */
	unsigned n_untrusted;
	bool stopping, aborting, parting;
	_Atomic bool is_quiet;
	struct metrics metrics;
};

/* --- pipeline_turn.c --- */
/* The thread; arg is the pipeline. */
void *pipeline_main(void *arg);
/* The loop's: before it waits, and when it is time to look after the region. arg is the pipeline. */
void pipeline_turn(void *arg);
void pipeline_look_region(void *arg);
/* In the thread, or when it has ended: what has come from the writer, from other loops, from the main thread. */
void pipeline_take_back(struct pipeline *p);
void pipeline_accept(struct pipeline *p);
void pipeline_take_orders(struct pipeline *p);

/* pipeline_rest.c: at the beginning of a turn, one piece; true: there may be more. */
bool pipeline_read_rest(struct pipeline *p);
/* When what that has led to has gone to the store. */
void pipeline_pass_rest(struct pipeline *p);
/* Nothing more is read, because all is or because the run ends. */
void pipeline_end_rest(struct pipeline *p, bool all_read);
void pipeline_free_rest(struct pipeline *p);

/* journey.c, journey_door.c: what fetch, the parsers and the frontier call back, with the pipeline as their argument. */
void journey_fetched(void *pipeline, struct job *j);
void journey_parsed(void *pipeline, struct job *j);
void journey_robots_answered(void *pipeline, struct job *j, enum frontier_robots what, struct str text);
/* On to its commit: the request is over, and the page read if it was to be. Takes the job. */
void journey_ready(struct pipeline *p, struct job *j);
/* The job's journey is over, or begins again later: body and page are given back, the job is reused. */
void journey_recycle(void *pipeline, struct job *j);
/* In an update: what is there already is asked for only if it has changed. 0 or -ENOMEM. */
int journey_condition(struct pipeline *p, struct job *j);
/* At the end: look-ups that were not answered. */
void journey_free_waits(struct pipeline *p);
/* The page's turn has come: its links are offered; to the store. */
void journey_commit(void *pipeline, struct job *j);
/* journey_say.c: of what has no record; not without end. said: how often it has been. */
void journey_say(const struct job *j, _Atomic uint64_t *said, const char *what_now);
/*
 * The pages that a robots.txt is asked for only have their outcome in skipped.jsonl, not what is the matter with the certificate. Of
 * each server it is said once, however often it is asked.
 */
void journey_say_untrusted(struct pipeline *p, const struct job *j);
/* With --verbose, of what has a record: status, bytes received, URL. */
void journey_say_url(const struct job *j);
/* journey_links.c: all links of the page that is being committed. */
void journey_offer_links(struct pipeline *p, struct job *j, const struct page *page);
/* The links of a page that met a full queue are not lost: the page is read again when there is room. True: it was let in. */
bool journey_offer(struct pipeline *p, struct job *j, const struct url *u, const struct frontier_way *way);
/* A reference, as written, that url_parse() has made p->url of (err 0), or could not read (err): counted and listed. */
void journey_refuse(struct pipeline *p, struct str value, int err, const struct frontier_way *way);
/* What nobody's page has let in goes to the store. */
void journey_flush_found(struct pipeline *p);
/* Cookies that have changed go to the store, before the pages that have set them. */
void journey_flush_session(struct pipeline *p);
/* For frontier_new(). */
struct frontier_ops journey_ops(struct pipeline *p);

#endif
