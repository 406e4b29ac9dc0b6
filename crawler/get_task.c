/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file after another, many at a time. A file that is tried again goes on where it was: its part (store/download.h) says
 * of what it is, and If-Range makes the server send all of it anew if it is not that any more.
 *
 *	T1  A task exists while its file's part is open: RESOLVING, IN_FLIGHT, SUMMING, or parked (get_next.c); and of one that is piped, until it
 *	    is over.
 *	T2  Bytes go into a part only after get_answer said where they belong, and only to the end that is known.
 *	T3  A file is DONE when it is whole and its sum is right; else what has come is in its part, or (.bad) aside.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "store/store.h"

#define GET_COMMIT_BYTES   (1024 * 1024) /* fewer are soon fetched again */

/* --- an answer comes --- */

struct fetch_wants
get_wants(void *arg, const struct job *j, struct str content_type)
{
	return (struct fetch_wants){ .stream = j->status / 100 == 2 };
}

/* What its head says of a part that is to go on: false: it does not fit. */
static bool
fits(const struct get_task *t, const struct get_answer *a)
{
	const struct range range = { .from = a->from, .total = a->total };

	/* With a sum, parts of two mirrors may be put together: it is looked at in the end. */
	return download_fits(&t->part, t->asked, &range) &&
	       (t->file->sha256[0] != '\0' || download_is_of(&t->part, a->etag, a->dated, a->modified_s));
}

/* The whole file is about to come: why what is there stays all the same, or NULL. */
static const char *
why_it_stays(const struct get_task *t, const struct get_answer *a)
{
	const struct config *cf = t->get->config;
	uint64_t bytes;
	int64_t s;

	if (t->file->sha256[0] != '\0' || t->part.piped || download_mtime(t->get->dir_fd, t->file->name, &s, &bytes) < 0)
		return NULL;
	if (cf->get.timestamping)
		return a->modified_s >= 0 && a->modified_s <= s ? "is there already, and the server's is not newer" : NULL;
	if (!t->checks || (a->length != DOWNLOAD_LENGTH_UNKNOWN && a->length > bytes))
		return NULL;
	/* A server that does not know Range: its Content-Length says as much. */
	if (a->length == DOWNLOAD_LENGTH_UNKNOWN)
		return "is there already, and stays: the server does not say how long its own is";
	if (a->length < bytes)
		return "is there already, and stays: it is longer than the server's";
	return a->modified_s > s ? "is there already, and as long as the server's, which is newer: -N replaces it" : "is there already, and whole";
}

/* The same of what has the name that the server gives: it is not replaced, but it may be what was about to come. */
static const char *
why_it_stays_named(const struct get_task *t, const struct get_answer *a)
{
	const struct get *g = t->get;
	uint64_t bytes;
	int64_t s;
	bool same;

	if (t->name[0] == '\0' || g->output != NULL || t->file->sha256[0] != '\0' || t->part.piped || !get_may_stay(g))
		return NULL;
	if (g->config->get.no_clobber)
		same = download_exists(g->dir_fd, t->name);
	else if (download_mtime(g->dir_fd, t->name, &s, &bytes) < 0)
		same = false;
	else if (g->config->get.timestamping)
		same = a->modified_s >= 0 && a->modified_s <= s;
	else
		same = a->length == bytes;
	return same ? "is there already, by the name that the server gives it" : NULL;
}

/* The first bytes, or the end, of an answer of 2xx (T2). */
MUST_CHECK static enum outcome
begin(struct get_task *t, struct job *j)
{
	struct get_answer a;
	uint64_t offset = 0, total;
	int r;

	get_answer_read(buf_str(&j->response_head), &a);
	t->begun = true;
	total = a.length;
	t->modified_s = a.modified_s;
	if (a.disposition.len > 0 && t->get->config->mirror.content_disposition)
		get_name_of_disposition(a.disposition, t->name);
	if (j->status == 206) {
		if (!fits(t, &a)) {
			/* Nobody asked for a part, or for this one: once more without. */
			t->again = t->checks || t->asked > 0;
			t->unranged = true;
			return OUTCOME_PROTOCOL_ERROR;
		}
		t->confirmed = t->confirms;
		if (t->confirmed)
			return OUTCOME_PROTOCOL_ERROR; /* the byte is there */
		offset = t->asked;
		total = a.total != DOWNLOAD_LENGTH_UNKNOWN ? a.total : t->part.total;
	} else {
		t->stays = why_it_stays(t, &a);
		if (t->stays == NULL)
			t->stays = why_it_stays_named(t, &a);
		if (t->stays != NULL)
			return OUTCOME_PROTOCOL_ERROR; /* nothing of it is wanted */
		if (t->conditional && a.modified_s < 0)
			get_say(t->file, "the server gives no date: what is there is replaced");
	}
	t->cut = t->cut || offset < t->part.bytes;
	r = download_begin(&t->part, offset, total, a.etag, a.last_modified);
	if (r == -ESPIPE) {
		t->unranged = true;
		return OUTCOME_PROTOCOL_ERROR;
	}
	t->resumed = offset > 0;
	t->file->opened = true;
	j->write_error = -r;
	return r < 0 ? OUTCOME_WRITE_FAILED : OUTCOME_OK;
}

/*
 * --limit-rate: libcurl holds it within a transfer, over some seconds, and lets the first of each come as it likes. There is one transfer at a time
 * then (share_out()), so that the loop may wait here; for a signal it does not.
 */
static void
pay(struct get *g, size_t len)
{
	struct pollfd pfd = { .fd = g->sigfd, .events = POLLIN };
	uint64_t rate = g->config->polite.limit_rate;
	int64_t now_us = clock_mono_us();

	if (rate == 0)
		return;
	if (g->paid_us < now_us)
		g->paid_us = now_us;
	g->paid_us += (int64_t)((unsigned __int128)len * CLOCK_US_PER_SEC / rate);
	/* What is owed at its end the next one waits for. */
	if (poll(&pfd, 1, (int)((g->paid_us - now_us) / CLOCK_US_PER_MS)) < 0)
		return;
}

enum outcome
get_stream(void *arg, struct job *j, const char *p, size_t len)
{
	struct get_task *t = j->user;
	struct get *g = arg;
	enum outcome o = t->begun ? OUTCOME_OK : begin(t, j);
	int r;

	if (o != OUTCOME_OK)
		return o;
	if (len > t->part.total - t->part.bytes)
		return OUTCOME_PROTOCOL_ERROR;
	r = download_write(&t->part, p, len);
	g->bytes += len;
	pay(g, len);
	if (r == -EINTR) {
		g->stopping = true;
		return OUTCOME_INTERRUPTED;
	}
	j->write_error = -r;
	return r < 0 ? OUTCOME_WRITE_FAILED : OUTCOME_OK;
}

/* On to where a redirect leads; takes url. Where its host has no room the task waits (N1). */
static void
go_to(struct get_task *t, struct url *url)
{
	struct get *g = t->get;

	if (!str_eq(url_host(url), url_host(&t->url)) && !get_next_has_room(g, url_host(url), false)) {
		t->led_to = *url;
		t->parked = true;
		t->file->due_us = 0;
		get_next_put_back(g, t->file);
		return;
	}
	url_release(&t->url);
	t->url = *url;
	get_request(t);
}

static void
redirected(struct get_task *t)
{
	struct job *j = t->job;
	struct url url;
	int r;

	if (++t->redirects > t->get->config->fetch.max_redirect) {
		get_try_failed(t, OUTCOME_TOO_MANY_REDIRECTS);
		return;
	}
	url_init(&url);
	r = url_parse(&url, job_get(j, j->location), &t->url);
	if (r == 0 && url_is_http(&url)) {
		t->from = j->net;
		go_to(t, &url);
		return;
	}
	url_release(&url);
	get_try_failed(t, r == -ENOMEM ? OUTCOME_NO_MEMORY : OUTCOME_BAD_REDIRECT);
}

/* 416: what was asked for lies behind the end. */
static void
unsatisfiable(struct get_task *t)
{
	struct get_answer a;

	get_answer_read(buf_str(&t->job->response_head), &a);
	if (t->checks && (a.total == DOWNLOAD_LENGTH_UNKNOWN || a.total <= t->there_bytes)) {
		get_finish_kept(t, a.total == t->there_bytes ? "is there already, and whole" :
			a.total < t->there_bytes ? "is there already, and stays: it is longer than the server's" :
						   "is there already, and the server has no more of it");
		return;
	}
	if (t->asked > 0 && a.total == t->asked && t->part.bytes == t->asked &&
		(t->part.total == DOWNLOAD_LENGTH_UNKNOWN || t->part.total == t->asked)) {
		get_finish(t);
		return;
	}
	if (t->unranged) { /* it was not asked for a part */
		get_try_failed(t, OUTCOME_HTTP_CLIENT_ERROR);
		return;
	}
	t->unranged = true;
	get_request(t);
}

/* 304 is an answer to If-Modified-Since alone: of what is there. To a Range it says nothing that could be used. */
static void
not_modified(struct get_task *t)
{
	if (t->conditional)
		get_finish_kept(t, "has not changed");
	else if (t->asked == 0 && !t->checks)
		get_try_failed(t, OUTCOME_PROTOCOL_ERROR);
	else {
		t->unranged = true;
		get_request(t);
	}
}

void
get_fetched(void *arg, struct job *j)
{
	struct get_task *t = j->user;
	struct get *g = arg;
	enum outcome o = j->outcome;

	g->n_active--;
	get_pace_note(g, url_host(&t->url));
	fetch_body_release(g->fetch, j);
	if (o == OUTCOME_OK && j->status / 100 == 2 && !t->begun)
		o = begin(t, j);
	if (t->again && !g->stopping) {
		t->again = false;
		get_request(t);
		return;
	}
	if (o == OUTCOME_OK && j->status / 100 == 2 && t->part.total != DOWNLOAD_LENGTH_UNKNOWN && t->part.bytes < t->part.total)
		o = OUTCOME_BODY_SHORT;
	if (t->confirmed)
		get_finish(t);
	else if (t->stays != NULL)
		get_finish_kept(t, t->stays);
	else if (o == OUTCOME_BODY_SHORT && j->outcome == OUTCOME_OK && j->status == 206 && get_is_brought_on(t, t->asked) && !g->stopping)
		get_request(t); /* a server may send less than all that was asked for (RFC 9110 §14.2): on to the next piece */
	else if (o == OUTCOME_WRITE_FAILED)
		get_file_unwritable(t, j->write_error != 0 ? -j->write_error : -EIO);
	else if (o == OUTCOME_REDIRECT)
		redirected(t);
	else if (o == OUTCOME_HTTP_CLIENT_ERROR && j->status == 416)
		unsatisfiable(t);
	else if (o == OUTCOME_OK && j->status == 304)
		not_modified(t);
	else if (o == OUTCOME_OK && j->status / 100 == 2)
		get_finish(t);
	else
		get_try_failed(t, o == OUTCOME_OK ? OUTCOME_PROTOCOL_ERROR : o);
	get_pump(g);
}

/* --- a request --- */

static void
put_if_modified(struct get_task *t, struct buf *ask)
{
	char text[64];
	uint64_t bytes;
	int64_t s;
	time_t then;
	struct tm tm;

	if (download_mtime(t->get->dir_fd, t->file->name, &s, &bytes) < 0)
		return;
	then = (time_t)s;
	if (gmtime_r(&then, &tm) == NULL || strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		return;
	buf_addf(ask, "If-Modified-Since: %s\n", text);
	t->conditional = true;
}

/* What is asked for besides the URL. */
static void
put_ask(struct get_task *t, struct buf *ask)
{
	const struct download *d = &t->part;
	bool validated = d->etag.len > 0 || d->last_modified.len > 0;
	const struct config *cf = t->get->config;
	int64_t mtime_s;

	t->checks = t->conditional = t->confirms = false;
	t->asked = !t->unranged && d->bytes > 0 && (validated || t->file->sha256[0] != '\0') ? d->bytes : 0;
	/* Behind the end there is nothing that would say of what it is. */
	if (t->asked > 0 && t->asked == d->total) {
		t->asked--;
		t->confirms = t->asked > 0;
	}
	if (t->asked > 0) {
		download_ask(d, t->asked, t->file->sha256[0] == '\0', ask);
		return;
	}
	/* What is there has been looked at (get_check.c), and has not the sum it should have. */
	if (t->file->sha256[0] != '\0')
		return;
	if (cf->get.timestamping && !d->piped)
		put_if_modified(t, ask);
	else if (cf->get.resume && !d->piped && !t->unranged &&
		download_mtime(t->get->dir_fd, t->file->name, &mtime_s, &t->there_bytes) == 0 && t->there_bytes > 0) {
		t->checks = true;
		buf_addf(ask, "Range: bytes=%llu-\n", (unsigned long long)t->there_bytes);
	}
}

static void
on_address(void *arg, const struct fetch_address *address)
{
	struct get_task *t = arg;
	struct get *g = t->get;
	struct job *j = t->job;
	enum outcome o = address->outcome;
	int r;

	g->n_active--;
	job_reset(j);
	j->user = t;
	memcpy(j->address, address->address, sizeof(j->address));
	j->net = address->address[0] != '\0' ? net_of(str_of(address->address)) : net_of_host(url_hostname(&t->url));
	if (o == OUTCOME_OK && !g->config->scope.allow_private && !net_may_lead(t->from, j->net))
		o = OUTCOME_PRIVATE_ADDRESS;
	r = url_copy(&j->url, &t->url);
	if (o == OUTCOME_OK && r == 0) {
		put_ask(t, &j->ask);
		t->begun = false;
		r = buf_err(&j->ask);
		if (r == 0)
			r = fetch_start(g->fetch, j);
		if (r == 0) {
			t->file->state = GET_IN_FLIGHT;
			g->n_active++;
			return;
		}
	}
	get_try_failed(t, o != OUTCOME_OK ? o : r == -ECANCELED ? OUTCOME_INTERRUPTED : r == -ENOMEM ? OUTCOME_NO_MEMORY : OUTCOME_NO_RESOURCES);
	get_pump(g);
}

void
get_request(struct get_task *t)
{
	struct get *g = t->get;

	t->file->state = GET_RESOLVING;
	get_pace_note(g, url_host(&t->url));
	if (g->stopping || fetch_resolve(g->fetch, &t->url, on_address, t) < 0) {
		get_try_failed(t, OUTCOME_NO_MEMORY);
		return;
	}
	g->n_active++;
}

/* --- a file begins --- */

/* -O alone names what is no regular file. */
static int
open_part(struct get_task *t)
{
	struct get *g = t->get;
	int r = g->output != NULL ? download_open_special(g->dir_fd, t->file->name, g->sigfd, &t->part) : -ENOENT;

	return r == -ENOENT ? download_open(g->dir_fd, t->file->name, g->config->get.resume || t->file->opened, &t->part) : r;
}

/* NULL: it could not be opened, which has been said; or it waits for a descriptor; or it was to wait for a reader, and the run is to end. */
static struct get_task *
new_task(struct get *g, struct get_file *f)
{
	struct get_task *t = calloc(1, sizeof(*t));
	int r;

	if (t == NULL) {
		get_say_failed(f, "%s", crawl_strerror(-ENOMEM));
		get_fail(g, EXIT_DISK_FULL);
		f->state = GET_FAILED;
		g->n_failed++;
		get_lacks(g);
		return NULL;
	}
	t->get = g;
	t->file = f;
	t->part.fd = -1;
	t->modified_s = -1;
	url_init(&t->url);
	url_init(&t->led_to);
	f->task = t;
	DL_APPEND(g->tasks, t);
	g->n_tasks++;
	r = job_new(&t->job);
	if (r == 0 && g->to_stdout)
		download_open_pipe(STDOUT_FILENO, g->sigfd, &t->part);
	else if (r == 0)
		r = open_part(t);
	if (r == -EINTR) {
		g->stopping = true;
		get_task_free(t);
		return NULL;
	}
	if (r < 0) {
		get_file_unwritable(t, r);
		return NULL;
	}
	if (t->part.piped && f->sha256[0] != '\0') {
		get_say_failed(f, "is no regular file, and does not go together with --sha256: what was written could not be taken back");
		get_fail(g, EXIT_USAGE);
		get_file_over(t, GET_FAILED);
		return NULL;
	}
	return t;
}

static void
start(struct get *g, struct get_file *f)
{
	struct get_task *t = f->task != NULL ? f->task : new_task(g, f);

	if (t == NULL)
		return;
	if (t->parked) {
		t->parked = false;
		url_release(&t->url);
		t->url = t->led_to;
		url_init(&t->led_to);
		get_request(t);
		return;
	}
	if (url_copy(&t->url, &g->url) < 0) {
		get_try_failed(t, OUTCOME_NO_MEMORY);
		return;
	}
	t->from = NET_USER;
	t->redirects = 0;
	t->try_bytes = t->part.bytes;
	t->cut = false;
	t->resumed = t->part.bytes > 0;
	/* All of it came before the program was killed: its sum says whether it is right, or else the server, whether it is still the same. */
	if (t->part.bytes > 0 && t->part.bytes == t->part.total && f->sha256[0] != '\0')
		get_finish(t);
	else
		get_request(t);
}

void
get_pump(struct get *g)
{
	struct get_file *f;

	get_look_at_budgets(g);
	g->paused_us = 0;
	while (!g->stopping && g->n_active < g->connections && fetch_room(g->fetch) > g->n_active - fetch_in_flight(g->fetch)) {
		f = get_next(g);
		if (f == NULL)
			break;
		if (g->how == DOWNLOAD_REPLACE && !g->to_stdout && download_is_dir(g->dir_fd, f->name)) {
			get_say_failed(f, "%s", strerror(EISDIR));
			get_fail(g, EXIT_FILE);
			f->state = GET_FAILED;
			g->n_failed++;
			continue;
		}
		if (g->config->get.no_clobber && download_exists(g->dir_fd, f->name)) {
			get_say(f, "is there already");
			f->state = GET_DONE;
			g->n_done++;
			g->n_kept++;
			continue;
		}
		start(g, f);
	}
	/* The clock may tick later than that. */
	if (get_is_over(g) || (g->paused_us != 0 && g->paused_us < g->timer.due_us && loop_timer_set(g->loop, &g->timer, g->paused_us) < 0))
		loop_stop(g->loop);
}

void
get_commit_names(struct get *g)
{
	int r = g->unsynced ? download_sync_names(g->dir_fd) : 0;

	g->unsynced = false;
	if (r == 0)
		return;
	log_error("%s: %s: the names of files may be lost when the power is cut", g->config->store.dir != NULL ? g->config->store.dir : ".", strerror(-r));
	get_fail(g, crawl_error_code(r, EXIT_FILE));
}

bool
get_is_over(const struct get *g)
{
	return g->n_active == 0 && (g->stopping || g->n_done + g->n_failed == g->n);
}

void
get_commit(struct get *g)
{
	struct get_task *t, *next;

	get_commit_names(g);
	DL_FOREACH_SAFE(g->tasks, t, next) {
		int r = t->part.bytes - t->part.synced < GET_COMMIT_BYTES ? 0 : download_commit(&t->part);

		if (r < 0)
			log_debug("%s: %s", t->file->name, strerror(-r)); /* the next write, or the end, says so */
	}
}

void
get_tasks_free(struct get *g)
{
	struct get_task *t, *next;

	get_check_stop(g);
	DL_FOREACH_SAFE(g->tasks, t, next)
		get_task_free(t);
}
