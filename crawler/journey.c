/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journey of one URL (doc/ARCHITECTURE.md, "The journey"):
 *
 *	seed/link -> OFFERED -door-> QUEUED -due-> INFLIGHT -> FETCHED -> PARSED -> STORED -> DONE
 *	                 |              ^ retry later |            | links
 *	                 v              +-------------+            +----> new OFFERED
 *	            DROPPED(reason)
 *
 *	take     pipeline_take()       frontier_take() -> fetch_start()
 *	fetched  journey_fetched()     frontier_fetched(): again later, or on to the parsers, or ready
 *	parsed   journey_parsed()      page facts into the job; ready
 *	ready    frontier_ready()      in the order of the takes of its host:
 *	commit   journey_commit()      links and redirect target to the door; frontier_end(); to the store
 *	stored   journey_recycle()     the writer gives the job back; slot and job are reused
 *
 * Invariants:
 *
 *	J1  A job has one owner; handing on moves the pointer. A job is in exactly one of: the frontier, fetch, parse_wait,
 *	    the parsers, store_wait, the writer, the returns channel, the free list.
 *	J2  A fingerprint enters the in-memory visited set before its URL is queued, and never leaves while the program runs.
 *	J3  A page is done when its record, and each URL it let in, are durable: they go to the store as one, and the store commits
 *	    them in one transaction (store/writer.c, S1-S6). A page that could not let in all it found, was interrupted or would
 *	    have been tried again is not done: j->left. Nor is one that walls have blocked (exit 14).
 *	J4  At each take: requests in flight <= the windows of the host and of its address, and now >= its due time. (frontier)
 *	J5  Nothing from a worker is used before wire_reply_check(). (parse/; and here each URL is parsed again before it is offered)
 *	J6  Every queue is bounded; a full one stops the stage before it: store_wait and parse_wait stop the takes, and the
 *	    slots of the body region bound the jobs that hold a body. What pages refer to is memory of their own: it has a share
 *	    while they wait for their turn (job.held_bytes), and one at the writer (refs_bytes), past which nothing is taken.
 *	J7  Every URL offered ends as exactly one of DONE or DROPPED(reason), or was left queued when the run was stopped.
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/pipeline_private.h"
#include "crawler/session.h"
#include "store/part.h"
#include "url/canon.h"
#include "url/homes.h"

#define JOURNEY_FREE_JOBS   4096

/* Also what a job goes through that will be tried again: its body is of no use. */
void
journey_recycle(void *arg, struct job *j)
{
	struct pipeline *p = arg;

	CHECK_MAGIC(j, JOB_MAGIC);
	fetch_body_release(p->fetch, j);
	CHECK(j->refs_bytes <= p->refs_bytes);
	p->refs_bytes -= j->refs_bytes;
	page_free(j->page);
	j->page = NULL;
	if (p->free_jobs.n >= JOURNEY_FREE_JOBS) {
		job_free(j);
		return;
	}
	job_reset(j);
	job_list_push(&p->free_jobs, j);
}

/*
 * A fact that there is no memory for is not left out of the record: there is none, and the next run reads the page again
 * (journey_commit()). What is too long for a job stays out.
 */
static void
journey_set(struct job *j, struct job_str *s, struct str value)
{
	if (job_set(j, s, value) == -ENOMEM)
		j->found.err = -ENOMEM;
}

/* --- commit: the page's turn has come --------------------------------------------------------------------- */

/* A Location that leads nowhere: said with the record, too. r: as journey_refuse()'s err. */
static void
journey_bad_redirect(struct pipeline *p, struct job *j, int r)
{
	const struct frontier_way way = { .parent = url_href(&j->url), .depth = j->depth, .kind = j->kind, .from = j->net };

	/* Without memory to read it nobody knows where it leads: the next run asks again (journey_commit()). */
	if (r == -ENOMEM) {
		j->found.err = r;
		return;
	}
	j->outcome = OUTCOME_BAD_REDIRECT;
	journey_refuse(p, job_get(j, j->location), r, &way);
	/* Without room for it the record has no detail. */
	(void)job_set(j, &j->detail, buf_str(&p->refused));
}

static void
journey_offer_redirect(struct pipeline *p, struct job *j)
{
	struct frontier_way way = {
		.parent = job_get(j, j->parent),
		.depth = j->depth,
		.kind = j->kind,
		.is_seed = j->is_seed,
		.flags = j->flags & ~(unsigned)LINK_PAGE_FLAGS,
		.lastmod_s = j->lastmod_s,
		.from = j->net,
		.redirect_of = j,
	};
	int r = url_parse(&p->url, job_get(j, j->location), &j->url);

	if (r < 0 || !url_is_http(&p->url)) {
		journey_bad_redirect(p, j, r);
		return;
	}
	url_canon(&p->url);
	if (str_eq(url_identity(&p->url), url_identity(&j->url))) {
		/* The server insists on the form that a policy takes away. Parsing it has worked before. */
		r = url_parse(&p->url, job_get(j, j->location), &j->url);
		if (r < 0) {
			journey_bad_redirect(p, j, r);
			return;
		}
		url_canon_exact(&p->url);
	}
	journey_set(j, &j->redirect_to, url_href(&p->url));
	/* That may have moved the text that way points into. */
	way.parent = job_get(j, j->parent);
	if (j->redirects >= p->run->max_redirect) {
		j->outcome = OUTCOME_TOO_MANY_REDIRECTS;
		return;
	}
	(void)journey_offer(p, j, &p->url, &way);
}

/* As early as can be, so that only what is in flight now comes on top. */
static void
journey_quota(struct pipeline *p, const struct job *j)
{
	uint64_t used;

	if (p->run->quota_bytes == 0)
		return;
	used = atomic_fetch_add(&p->run->quota_used_bytes, j->wire_bytes) + j->wire_bytes;
	if (used >= p->run->quota_bytes)
		run_stop_budget(p->run, "--quota");
}

/* Said once: what is kept from there may be what the user meant for it. */
static void
journey_left_home(struct pipeline *p, const struct job *j)
{
	CLEANUP(buf_releasep) struct buf origin = BUF_INIT(URL_MAX_BYTES);

	if (p->run->home == NULL || homes_find(p->run->home, &j->url, NULL) == HOMES_SAME ||
		atomic_exchange(&p->run->told_of_home, true))
		return;
	if (url_origin(&j->url, &origin) == 0)
		log_warning("a seed redirects to %.*s, which is not sent what was given for the seeds' origins (%s): to send it "
			"there, start from there", STR_ARG(buf_str(&origin)), SESSION_OPTIONS);
}

static void
journey_seed_arrived(struct pipeline *p, const struct job *j)
{
	journey_left_home(p, j);
	if (scope_add_host(p->run->scope, &j->url, NULL) < 0)
		log_error("out of memory: %.*s could not be added to the scope", STR_ARG(url_hostname(&j->url)));
}

static struct frontier_page
journey_judged_page(const struct job *j)
{
	const struct page *page = j->page;
	struct frontier_page judged = {
		.url = &j->url,
		.fp = j->fp,
		.parent = job_get(j, j->parent),
		.canonical = page->canonical,
		.content_hash = { page->content_hash[0], page->content_hash[1] },
		.text_hash = page->text_hash,
		.echo_hash = page->echo_hash,
		.n_marks = page->n_marks,
		.mark_shift = page->mark_shift,
	};

	CHECK(judged.n_marks <= SKETCH_MAX);
	memcpy(judged.marks, page->marks, judged.n_marks * sizeof(judged.marks[0]));
	for (unsigned i = 0; i < LINK_KIND_COUNT; i++)
		judged.n_references += page->links_by_kind[i];
	return judged;
}

/* Does it say anything new? Before its links are offered; false: they are not to be, there is no such page. */
static bool
journey_judge(struct pipeline *p, struct job *j)
{
	struct frontier_judgement is;
	struct frontier_page judged;

	if (!j->page->has_sketch || j->outcome != OUTCOME_OK)
		return true;
	judged = journey_judged_page(j);
	is = frontier_judge(p->frontier, j, &judged);
	if (!p->run->frontier_config.traps.door_only)
		journey_set(j, &j->trap_way, is.way);
	metrics_bump(&p->metrics.copies, is.is_copy);
	metrics_bump(&p->metrics.aliases, is.is_alias);
	if (is.is_soft_404)
		j->outcome = OUTCOME_SOFT_404;
	return !is.is_soft_404;
}

/* What the host says to a name that cannot be there. Takes the job. */
static void
journey_probed(struct pipeline *p, struct job *j)
{
	bool is_page = j->outcome == OUTCOME_OK && j->status / 100 == 2 && j->page != NULL && j->page->has_sketch;
	struct frontier_page page;

	metrics_bump(&p->metrics.probes, 1);
	if (is_page) {
		page = journey_judged_page(j);
		log_debug("%.*s is no page, and was answered with one: others like it are taken for pages that are not there",
			STR_ARG(url_href(&j->url)));
	}
	frontier_probed(p->frontier, j, is_page ? &page : NULL, loop_now_us(p->loop));
}

/* Is it not over, though this run is? Then it is pending for the next one. */
static bool
journey_is_left(const struct pipeline *p, const struct job *j)
{
	enum outcome_class class = outcome_class(j->outcome);

	if (class == OUTCOME_CLASS_RUN || class == OUTCOME_CLASS_MACHINE)
		return true;
	return run_state(p->run) != RUN_GOES_ON && frontier_may_pass(&p->run->frontier_config, j);
}

/* The same because of walls: the whole host has them, or nothing else has come from anywhere. */
static bool
journey_is_blocked(const struct pipeline *p, const struct job *j)
{
	if (!p->run->frontier_config.keeps_walled || !(outcome_is_block(j->outcome) || frontier_may_pass(&p->run->frontier_config, j)))
		return false;
	return frontier_is_walled(p->frontier, j) || (outcome_is_block(j->outcome) && atomic_load(&p->run->n_pages) == 0);
}

/* A page that could not be read is its own fault, unless nobody is there to read it: then the run ends (pipeline_see_stop()), and the next one reads it. */
static void
journey_see_parsers(struct pipeline *p, struct job *j)
{
	if (j->outcome == OUTCOME_PARSER_DIED && parse_pool_is_broken(p->run->parsers))
		j->outcome = OUTCOME_NO_RESOURCES;
}

/* But for what the writer needs of it. */
static void
journey_free_page(struct pipeline *p, struct job *j)
{
	if (j->refs.len > 0) {
		j->refs_memory = j->page;
		j->refs_bytes = j->page->bytes;
		p->refs_bytes += j->refs_bytes;
	} else {
		page_free(j->page);
	}
	j->page = NULL;
}

void
journey_commit(void *arg, struct job *j)
{
	struct pipeline *p = arg;
	bool blocked = journey_is_blocked(p, j), judged = false;

	journey_see_parsers(p, j);
	j->left = blocked || journey_is_left(p, j);
	if (blocked)
		journey_say(j, &p->run->n_blocked, "; left for the next run");
	p->committing = j;
	p->packing = NULL;
	if (j->outcome == OUTCOME_REDIRECT)
		journey_offer_redirect(p, j);
	else if (j->is_seed && j->redirects > 0 && j->status != 0)
		journey_seed_arrived(p, j);
	if (j->page != NULL) {
		judged = true;
		if (journey_judge(p, j))
			journey_offer_links(p, j, j->page);
		metrics_bump(&p->metrics.links_new, j->links_new);
		journey_free_page(p, j);
	}
	if (!blocked && j->outcome == OUTCOME_OK) /* and is none that any name gets */
		atomic_fetch_add_explicit(&p->run->n_pages, 1, memory_order_relaxed);
	p->committing = NULL;
	if (buf_err(&j->found) < 0 || buf_err(&j->found_fps) < 0 || buf_err(&j->visible) < 0) {
		j->left = true;
		run_stop(p->run, OUTCOME_NO_MEMORY);
	}
	frontier_end(p->frontier, j);
	p->traps_spoilt |= judged && j->left;
	if (j->left)
		atomic_fetch_add_explicit(&p->run->n_left, 1, memory_order_relaxed);
	if (blocked)
		metrics_block(&p->metrics, j);
	else if (!j->left)
		metrics_record(&p->metrics, j);
	if (p->run->verbose && !j->left)
		journey_say_url(j);
	j->state = JOB_STORING;
	job_list_push(&p->store_wait, j);
}

/* --- fetched, parsed --------------------------------------------------------------------------------------- */

void
journey_ready(struct pipeline *p, struct job *j)
{
	j->state = JOB_PARSED;
	if (j->job_kind == JOB_PROBE) {
		journey_probed(p, j);
		return;
	}
	/*
	 * Unless it is to be written, nobody needs the body any more: another transfer can have the slot. Text that waits to be
	 * written keeps its page's, so that the slots bound how much of it there is (J6).
	 */
	if (j->links_only || (!p->run->warc && ((!p->run->save_body && !p->run->save_text && !p->run->mirror) || j->status >= 300))) {
		uint64_t len = j->body.len;
		bool truncated = j->body.truncated;

		fetch_body_release(p->fetch, j);
		j->body.len = len;
		j->body.truncated = truncated;
	}
	j->held_bytes = (j->page != NULL ? j->page->bytes : 0) + j->visible.len;
	frontier_ready(p->frontier, j, loop_now_us(p->loop));
}

_Static_assert(sizeof(struct job_ref) == sizeof(struct page_link), "links are lent, not copied");
_Static_assert(offsetof(struct job_ref, url_off) == offsetof(struct page_link, url_off), "layout");
_Static_assert(offsetof(struct job_ref, url_len) == offsetof(struct page_link, url_len), "layout");
_Static_assert(offsetof(struct job_ref, fp) == offsetof(struct page_link, fp), "layout");
_Static_assert(offsetof(struct job_ref, start) == offsetof(struct page_link, start), "layout");
_Static_assert(offsetof(struct job_ref, end) == offsetof(struct page_link, end), "layout");
_Static_assert(offsetof(struct job_ref, kind) == offsetof(struct page_link, kind), "layout");
_Static_assert(offsetof(struct job_ref, flags) == offsetof(struct page_link, flags), "layout");

/* All of it is used already. */
static struct buf
journey_lent(const void *p, size_t bytes)
{
	struct buf b = buf_lent((char *)(uintptr_t)p, bytes, JOB_REFS_MAX_BYTES);

	b.len = b.cap;
	return b;
}

/* What the writer rewrites them by, or records. They stand in the page, which is kept for them (journey_free_page()). */
static void
journey_keep_refs(struct job *j, const struct page *page)
{
	const struct page_link *last = page->links + page->n_links - 1;

	if (page->n_links == 0)
		return;
	/* They stand one behind the other (wire_reply_check()). */
	j->refs = journey_lent(page->links, page->n_links * sizeof(*page->links));
	j->refs_text = journey_lent(page->text, last->url_off + last->url_len);
}

void
journey_parsed(void *arg, struct job *j)
{
	struct pipeline *p = arg;
	const struct page *page = j->page;
	unsigned i;

	j->plain = page != NULL && page->plain;
	if (page != NULL && j->job_kind == JOB_URL) {
		journey_set(j, &j->charset, page->charset);
		journey_set(j, &j->title, page->title);
		journey_set(j, &j->language, page->language);
		journey_set(j, &j->canonical, page->canonical);
		journey_set(j, &j->base, page->base);
		journey_set(j, &j->refresh_to, page->refresh);
		journey_set(j, &j->extracted, page->extracted);
		j->extract_cut = page->extract_cut;
		j->links_cut = page->links_cut;
		j->noindex = page->noindex;
		j->nofollow = page->nofollow;
		j->has_refresh = page->has_refresh;
		j->refresh_seconds = page->refresh_seconds;
		j->has_content_hash = true;
		j->has_words = page->has_words;
		j->simhash = page->simhash;
		j->words = page->words;
		j->has_visible = page->has_visible && !j->links_only;
		j->visible_cut = page->visible_cut;
		if (j->has_visible)
			buf_add_str(&j->visible, page->visible);
		memcpy(j->content_hash, page->content_hash, sizeof(j->content_hash));
		for (i = 0; i < LINK_KIND_COUNT; i++) {
			j->links_by_kind[i] = page->links_by_kind[i];
			metrics_bump(&p->metrics.links, page->links_by_kind[i]);
		}
		j->timing.parse_us = page->parse_us;
		if (p->run->all_links)
			journey_keep_refs(j, page);
		metrics_bump(&p->metrics.pages, 1);
		metrics_bump(&p->metrics.links_cut, page->links_cut);
	}
	journey_ready(p, j);
}

void
journey_fetched(void *arg, struct job *j)
{
	struct pipeline *p = arg;
	/* Not the turn's time: a pause asked for is to last from now, and a turn may have been long. */
	int64_t now_us = clock_mono_us();
	bool undone;

	CHECK_MAGIC(j, JOB_MAGIC);
	j->state = JOB_FETCHED;
	if (j == p->alone_job) {
		p->alone_job = NULL;
		alone_over(&p->alone, now_us);
	}
	journey_quota(p, j);
	/* Fetch could not write a large body to its file: no sink will notice. */
	if (j->outcome == OUTCOME_WRITE_FAILED)
		run_write_failed(p->run, -j->write_error);
	if (j->address[0] != '\0' && (j->outcome == OUTCOME_CONNECT_FAILED || j->outcome == OUTCOME_CONNECT_TIMEOUT))
		fetch_address_failed(p->fetch, &j->url, j->address);
	if (j->job_kind == JOB_ROBOTS) {
		metrics_bump(&p->metrics.robots, 1);
		if (outcome_class(j->outcome) == OUTCOME_CLASS_TLS)
			journey_say_untrusted(p, j);
		robotstxt_fetched(p->robotstxt, j);
		return;
	}
	j->unranged = !parts_end(p->run->parts, j);
	/* The loops are divided anew: it goes back to its queue, and was no try. */
	undone = p->parting && j->outcome == OUTCOME_INTERRUPTED;
	if (undone)
		fetch_body_release(p->fetch, j);
	if (frontier_fetched(p->frontier, j, now_us)) {
		metrics_bump(&p->metrics.retries, !undone);
		return;
	}
	if (j->outcome == OUTCOME_OK && j->status / 100 == 2 && j->body.data != NULL && j->body.len > 0 &&
		parse_wants(j, job_get(j, j->content_type))) {
		j->state = JOB_PARSING;
		j->wants_echo = frontier_wants_echo(p->frontier, j);
		job_list_push(&p->parse_wait, j);
		return;
	}
	journey_ready(p, j);
}
