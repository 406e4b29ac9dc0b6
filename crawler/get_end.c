/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a file, or of a try: what is said of it, what comes next, and the name that a whole one gets. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "crawler/human.h"
#include "store/store.h"
#include "url/date.h"
#include "url/login.h"

#define GET_BACKOFF_MAX_US (600 * CLOCK_US_PER_SEC)
#define GET_BROUGHT_BYTES  (16 * 1024) /* fewer bring no file to its end */

/* As wget: the smallest says it, but for 1; what the machine lacks for all of them counts more, a file that is not what it should be most. */
static unsigned
weight(int code)
{
	return code == EXIT_CHECK_FAILED ? 3 : code == EXIT_DISK_FULL ? 2 : code == EXIT_GENERIC ? 0 : 1;
}

void
get_fail(struct get *g, int code)
{
	unsigned more = weight(code), less = weight(g->code);

	if (g->code == EXIT_OK || more > less || (more == less && code < g->code))
		g->code = code;
}

void
get_task_free(struct get_task *t)
{
	struct get *g = t->get;

	DL_DELETE(g->tasks, t);
	g->n_tasks--;
	t->file->task = NULL;
	download_close(&t->part);
	job_free(t->job);
	url_release(&t->url);
	url_release(&t->led_to);
	free(t);
}

void
get_file_over(struct get_task *t, enum get_state state)
{
	t->file->state = state;
	if (state == GET_DONE)
		t->get->n_done++;
	else
		t->get->n_failed++;
	get_task_free(t);
}

/*
 * This process, or the machine, has no descriptor left: fewer files at once from now on, and this one once another is over. False: there is no
 * other.
 */
static bool
fewer_at_once(struct get_task *t)
{
	struct get *g = t->get;
	struct get_file *f = t->file;

	if (g->n_active == 0 || g->stopping)
		return false;
	if (g->connections > g->n_active)
		g->connections = g->n_active;
	if (!g->few)
		log_warning("no descriptor is left: fewer connections from now on; raise `ulimit -n' for more");
	g->few = true;
	f->due_us = 0;
	if (!t->part.piped)
		get_task_free(t);
	get_next_put_back(g, f);
	return true;
}

void
get_lacks(struct get *g)
{
	g->stopping = true;
	fetch_stop(g->fetch);
}

/* What has come of a file, but for what went down a pipe, is there for -c. */
static const char *
strerror_of(const struct get *g, int err)
{
	static char text[256];

	if (g->to_stdout || store_remedy(err) == NULL)
		return crawl_strerror(err);
	(void)snprintf(text, sizeof(text), "%s; %s, then go on with -c", strerror(-err), store_remedy(err));
	return text;
}

void
get_file_unwritable(struct get_task *t, int err)
{
	struct get *g = t->get;
	int code;

	if ((err == -EMFILE || err == -ENFILE) && fewer_at_once(t))
		return;
	if (err == -EBUSY)
		get_say_failed(t->file, "another lycosa is getting it");
	else if (err == -EEXIST)
		get_say_failed(t->file, "a file with .part or .part.info behind this name is there, and not made by a lycosa of yours: it stays; move it, or use -O");
	else if (g->to_stdout)
		get_say_failed(t->file, "%s", strerror_of(g, err));
	else if (g->config->get.output != NULL)
		get_say_failed(t->file, "cannot be written as %s: %s", g->config->get.output, strerror_of(g, err));
	else
		get_say_failed(t->file, "cannot be written in %s: %s", g->config->store.dir != NULL ? g->config->store.dir : ".", strerror_of(g, err));
	/* What is read-only from the beginning may be the wrong place. */
	code = err == -EROFS && t->file->opened ? EXIT_DISK_FULL : crawl_error_code(err, EXIT_FILE);
	get_fail(g, code);
	get_file_over(t, GET_FAILED);
	if (code == EXIT_DISK_FULL)
		get_lacks(g);
}

static int
code_of(enum outcome o, unsigned status)
{
	switch (outcome_class(o)) {
	case OUTCOME_CLASS_NET:
		return 4;
	case OUTCOME_CLASS_TLS:
		return 5;
	case OUTCOME_CLASS_PROTO:
		return 7;
	case OUTCOME_CLASS_MACHINE:
		return EXIT_DISK_FULL;
	case OUTCOME_CLASS_OK:
		return status == 401 || status == 407 ? 6 : 8;
	default:
		return o == OUTCOME_PRIVATE_ADDRESS ? 4 : o == OUTCOME_TOO_MANY_REDIRECTS ? 8 : EXIT_GENERIC; /* as wget's */
	}
}

/* The next mirror that is not dead; false: there is none. *ret_round: all were asked. */
static bool
next_mirror(struct get_file *f, bool *ret_round)
{
	*ret_round = false;
	for (unsigned i = 1; i <= f->mirrors; i++) {
		unsigned m = (f->mirror + i) % f->mirrors;

		*ret_round = *ret_round || m <= f->mirror;
		if ((f->dead >> m & 1) == 0) {
			f->mirror = m;
			return true;
		}
	}
	return false;
}

static int64_t
backoff_us(const struct get_file *f, int64_t first_us, int64_t retry_after_us)
{
	int64_t us = first_us;

	for (unsigned i = 1; i < f->tries && us < GET_BACKOFF_MAX_US; i++)
		us *= 2;
	if (us < retry_after_us)
		us = retry_after_us;
	return us < GET_BACKOFF_MAX_US ? us : GET_BACKOFF_MAX_US;
}

bool
get_is_brought_on(const struct get_task *t, uint64_t from)
{
	return !t->cut && t->part.bytes >= from + GET_BROUGHT_BYTES;
}

/* This try has failed; with another mirror, or later, it may not. text: why. never: not from this mirror. */
static void
try_over(struct get_task *t, const char *text, int code, bool never, int64_t retry_after_us)
{
	struct get *g = t->get;
	struct get_file *f = t->file;
	const struct config *cf = g->config;
	bool round = true, more;

	if (g->stopping) {
		f->state = GET_WAITING;
		get_task_free(t);
		return;
	}
	if (never)
		f->dead |= UINT32_C(1) << f->mirror;
	more = next_mirror(f, &round);
	if (get_is_brought_on(t, t->try_bytes))
		f->tries = 0;
	f->tries += round;
	if (!more || (cf->polite.tries != CONFIG_INF && f->tries >= cf->polite.tries) || (t->part.piped && t->unranged)) {
		if (code == EXIT_DISK_FULL)
			get_say_failed(f, "%s; %s, then go on with -c", text, store_remedy(-EMFILE));
		else
			get_say_failed(f, "%s", text);
		get_fail(g, code);
		get_file_over(t, GET_FAILED);
		if (code == EXIT_DISK_FULL)
			get_lacks(g);
		return;
	}
	f->due_us = round ? clock_mono_us() + backoff_us(f, cf->polite.retry_wait, retry_after_us) : 0;
	/* A file that is not what it should be is kept aside. */
	(code == EXIT_CHECK_FAILED ? get_say_failed : get_say)(f, "%s; %s", text, round ? "it is tried again" : "on to the next mirror");
	if (!t->part.piped)
		get_task_free(t);
	get_next_put_back(g, f);
}

void
get_try_failed(struct get_task *t, enum outcome o)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(64 * 1024);
	struct job *j = t->job;

	if (o == OUTCOME_NO_RESOURCES && fewer_at_once(t))
		return;
	/* No other mirror would change that. */
	if (o == OUTCOME_NO_MEMORY && !t->get->stopping) {
		get_file_unwritable(t, -ENOMEM);
		return;
	}
	/* What a redirect leads to may have a login of its own: a signed URL has. */
	if (url_has_credentials(&t->url))
		login_put_hidden(&text, url_href(&t->url));
	else
		buf_add_escaped(&text, url_href(&t->url));
	buf_addf(&text, ": %s", outcome_text(o));
	if (outcome_class(o) == OUTCOME_CLASS_OK && j->status != 0)
		buf_addf(&text, " (%u)", j->status);
	else if (j->detail.len > 0) {
		buf_add_str(&text, STR(" ("));
		buf_add_escaped(&text, job_get(j, j->detail));
		buf_addc(&text, ')');
	}
	if (o == OUTCOME_CONNECT_FAILED || o == OUTCOME_CONNECT_TIMEOUT)
		fetch_address_failed(t->get->fetch, &t->url, j->address);
	try_over(t, buf_cstr(&text) != NULL ? text.data : outcome_text(o), code_of(o, j->status), outcome_retry(o) == RETRY_NEVER,
		j->retry_after_us);
}

static void
say_done(const struct get_task *t, const char *name)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(4096);

	human_bytes(&b, t->part.bytes);
	if (name[0] != '\0' && strcmp(name, t->file->name) != 0) {
		buf_add_str(&b, STR(", as "));
		buf_add_escaped(&b, str_of(name));
	}
	if (t->file->sha256[0] != '\0')
		buf_add_str(&b, STR(", its sum is right"));
	get_say(t->file, "%s", buf_cstr(&b) != NULL ? b.data : "");
}

/*
 * What had come before, of an earlier run or another mirror, may be what is wrong: this mirror is asked for all of it before it is
 * judged. False: it was, already.
 */
static bool
start_over(struct get_task *t)
{
	if (!t->resumed)
		return false;
	t->resumed = false;
	get_say(t->file, "its sum is wrong; what was there before may be why: once more from the start");
	t->unranged = true;
	get_request(t);
	return true;
}

/* -c alone goes on with what is shorter; what has become whole meanwhile, or was before the part began, is not for it to replace. */
static enum download_how
how_to_name(const struct get_task *t)
{
	const struct get *g = t->get;
	uint64_t bytes;
	int64_t s;

	if (g->output != NULL || g->config->get.timestamping || t->file->sha256[0] != '\0')
		return g->how;
	return download_mtime(g->dir_fd, t->file->name, &s, &bytes) == 0 && bytes >= t->part.bytes ? DOWNLOAD_NUMBERED : g->how;
}

/* It is whole, and what it should be (T3). */
static void
put_name(struct get_task *t)
{
	struct get *g = t->get;
	struct get_file *f = t->file;
	bool by_server = g->output == NULL && !g->to_stdout && t->name[0] != '\0';
	char name[NAME_MAX + 1] = "", wanted[DOWNLOAD_NAME_MAX + 1];
	enum download_how how;
	int r;

	/* What a server calls a file replaces none. */
	how = by_server ? DOWNLOAD_NUMBERED : how_to_name(t);
	if (how == DOWNLOAD_NUMBERED)
		get_free_name(g, f, by_server ? t->name : f->name, wanted);
	else
		(void)memcpy(wanted, f->name, strlen(f->name) + 1);
	/* The answer that brought the rest may not have repeated it. */
	if (t->modified_s < 0 && (t->part.last_modified.len == 0 || date_parse(buf_str(&t->part.last_modified), &t->modified_s) < 0))
		t->modified_s = -1;
	r = download_finish(&t->part, wanted, how, g->config->mirror.use_server_timestamps ? t->modified_s : -1, name);
	if (r < 0) {
		get_file_unwritable(t, r);
		return;
	}
	g->unsynced = g->dir_fd >= 0;
	say_done(t, name);
	get_file_over(t, GET_DONE);
}

void
get_summed(struct get_task *t, int r, const char *sum)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(4096);
	char name[NAME_MAX + 1] = "";

	if (r == 0 && strcmp(sum, t->file->sha256) == 0) {
		put_name(t);
		return;
	}
	if (r == 0 && start_over(t))
		return;
	if (r == 0) {
		t->get->unsynced = true;
		r = download_reject(&t->part, t->file->name, name);
	}
	if (r < 0) {
		get_file_unwritable(t, r);
		return;
	}
	buf_addf(&text, "its sum is wrong: SHA-256 %s; kept as ", sum);
	buf_add_escaped(&text, str_of(name));
	try_over(t, buf_cstr(&text) != NULL ? text.data : "its sum is wrong", EXIT_CHECK_FAILED, true, 0);
}

void
get_finish(struct get_task *t)
{
	if (t->file->sha256[0] != '\0' && !t->part.piped)
		get_check_part(t);
	else
		put_name(t);
}

void
get_finish_kept(struct get_task *t, const char *why)
{
	get_say(t->file, "%s", why);
	t->get->n_kept++;
	get_file_over(t, GET_DONE);
}
