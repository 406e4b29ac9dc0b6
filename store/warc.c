/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc.c: --warc: every answer as WARC/1.1 records under warc/, with a CDXJ index.
 *
 *	one answer:  [request]? [response | revisit] [metadata]?      one file has all of them
 *	one file:    [warcinfo] answers...               a run's first: [warcinfo] [resource]* answers...
 *
 * Numbered invariants, with those of warc_file.h:
 *
 *	A1  What of a record is in a file when a write fails is cut off: records are whole or absent.
 *	A2  A line of the index reaches its file after the records it speaks of: see warc_write_out().
 *	A3  A revisit refers to a capture whose line is in an index, this job's or one that was given.
 *
 * What is committed is (file.name, file.whole_bytes, index.file_bytes) after warc_sync(), for each file.
 * A resume cuts the last file and the index back to that, and removes files of the run before that are not in it (warc_files.c).
 *
 * A run without --warc does no more than that, and sorts the index, so that what earlier ones have archived is whole.
 *
 * With --wacz the files are not by themselves: wacz.h. The close makes it whole, and a run that goes on takes that back.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/cdxj.h"
#include "store/generation.h"
#include "store/warc.h"
#include "store/warc_private.h"

#define WARC_TEXT_MAX_BYTES (64 * 1024 * 1024) /* heads: fetch.max_head is 16 MiB at most */
#define WARC_SORT_BYTES     (32 * 1024 * 1024)
#define WARC_INDEX_HIGH     (LINEFILE_FLUSH_BYTES / 2)
#define WARC_PAGES_HEAD     "{\"format\":\"json-pages-1.0\",\"id\":\"pages\",\"title\":\"All Pages\"}"

/* --- the sink --- */

const char *
warc_holder(const struct warc *w)
{
	return w->wacz != NULL ? wacz_name(w->wacz) : w->file.name;
}

static int
fail(struct warc *w, int err)
{
	char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];

	(void)snprintf(name, sizeof(name), WARC_DIR "/%s", warc_holder(w));
	return sink_fail(w->ctx, name, err);
}

static void
note_safe(struct warc *w)
{
	if (w->file.safe_bytes == w->file.whole_bytes)
		w->index_safe = w->index.whole;
}

/* Records first (A2). */
static int
warc_write_out(struct warc *w)
{
	int r = warc_file_flush(&w->file);

	if (r == 0)
		r = linefile_flush(&w->index);
	if (r == 0 && w->wacz != NULL)
		r = linefile_flush(&w->pages);
	w->index_safe = 0;
	return r;
}

/* Of a file that is whole as far as it goes. */
static int
mark_file(struct warc *w)
{
	char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];

	if (w->file.name[0] == '\0')
		return 0;
	(void)snprintf(name, sizeof(name), WARC_DIR "/%s", warc_holder(w));
	return sink_mark(w->ctx, name, w->file.whole_bytes, 0);
}

/* The WACZ file itself, when there is something to put into it. */
static int
make_wacz(struct warc *w)
{
	char name[WARC_FILE_NAME_BYTES];
	int r;

	(void)snprintf(name, sizeof(name), "lycosa-%s" WACZ_SUFFIX, w->file.stamp);
	r = wacz_open(w->fd, name, 0, &w->wacz);
	/* Of the same second, by another run. */
	for (unsigned serial = 1; r == -EEXIST && serial <= WARC_FILE_SERIAL_MAX; serial++) {
		(void)snprintf(name, sizeof(name), "lycosa-%s-%05u" WACZ_SUFFIX, w->file.stamp, serial);
		r = wacz_open(w->fd, name, 0, &w->wacz);
	}
	if (r == 0)
		warc_file_contain(&w->file, w->wacz);
	return r;
}

static int
next_file(struct warc *w)
{
	bool begins = w->info_id.text[0] == '\0';
	int r = warc_write_out(w);

	if (r == 0 && w->config->wacz && w->wacz == NULL)
		r = make_wacz(w);

	/* It is durable before the mark is: warc_sync() sees to the whole directory. */
	if (r == 0)
		r = mark_file(w);
	if (r == 0)
		r = warc_file_next(&w->file);
	if (r == 0)
		r = warc_put_info(w);
	return r == 0 && begins && w->config->metadata ? warc_put_orders(w) : r;
}

static int
put_answer(struct warc *w, const struct job *j)
{
	int r = 0;

	/* A run begins with a file of its own, for its warcinfo says who wrote what follows. */
	if (w->file.fd < 0 || w->info_id.text[0] == '\0' ||
		w->file.whole_bytes - w->file.start >= w->config->max_bytes)
		r = next_file(w);
	if (r == 0)
		r = warc_put_answer(w, j);
	if (r == 0 && w->index.buf.len >= WARC_INDEX_HIGH)
		r = warc_write_out(w);
	return r;
}

static int
warc_put(void *state, struct job *j)
{
	struct warc *w = state;
	int r;

	/* Without a whole head there is no message (RFC 9112 §2.1); what was broken off by the user comes again. */
	if (w->ends_only || j->response_head.len == 0 || j->links_only || j->outcome == OUTCOME_INTERRUPTED)
		return 0;
	note_safe(w);
	w->dirty = true;
	r = put_answer(w, j);
	if (r < 0)
		return fail(w, r);
	note_safe(w);
	return 0;
}

static int
warc_flush(void *state)
{
	struct warc *w = state;
	int r = warc_write_out(w);

	return r < 0 ? fail(w, r) : 0;
}

/* One call for all files that there were since the last time. */
static int
warc_sync(void *state)
{
	struct warc *w = state;
	int r;

	if (!w->dirty)
		return 0;
	r = warc_write_out(w);
	if (r == 0 && syncfs(w->fd) < 0)
		r = -errno;
	if (r == 0)
		r = mark_file(w);
	if (r == 0)
		r = sink_mark(w->ctx, WARC_DIR "/" WARC_INDEX_PART, w->index.file_bytes, 0);
	if (r == 0 && w->wacz != NULL)
		r = sink_mark(w->ctx, WARC_DIR "/" WARC_PAGES, w->pages.file_bytes, 0);
	if (r < 0)
		return fail(w, r);
	w->dirty = false;
	return 0;
}

/* What earlier runs have archived; of lines that nobody wrote so, nothing. */
static int
load_own(struct warc *w)
{
	int r = w->index.file_bytes > 0 ? dedup_load_own(w->dedup) : 0;

	return r == -EINVAL ? 0 : r;
}

/*
 * In an update: what is archived already is what the index before says, which this one began with, unless it is gone; where that cannot
 * be read, nothing is.
 */
static int
load_base(struct warc *w)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(WARC_TEXT_KEEP);
	int r;

	if (w->ctx->base == NULL || w->index.file_bytes > 0)
		return 0;
	buf_addf(&path, "%s/" WARC_DIR "/" WARC_INDEX, w->ctx->config->update_from);
	if (buf_cstr(&path) == NULL)
		return -ENOMEM;
	r = access(path.data, R_OK) == 0 ? dedup_load(w->dedup, path.data) : 0;
	return r == -EINVAL ? 0 : r;
}

static int
load_dedup(struct warc *w)
{
	const char *const *path = w->config->dedup;
	int r = load_own(w);

	if (r == 0)
		r = load_base(w);
	for (; path != NULL && *path != NULL && r == 0; path++) {
		r = dedup_load(w->dedup, *path);
		if (r < 0)
			log_error("--warc-dedup=%s: %s", *path,
				r == -EINVAL ? "no CDXJ with digests of this kind" : strerror(-r));
	}
	return r;
}

static int
open_index(struct warc *w)
{
	struct store_dir dir = { .fd = w->fd, .lock_fd = -1 };
	bool is_gone = false;
	uint64_t bytes, sum;
	int fd, r = sink_marked(w->ctx, WARC_DIR "/" WARC_INDEX_PART, &bytes, &sum);

	if (r < 0)
		return r;
	/* A job that was finished: its lines are sorted, and as many. */
	w->has_index = bytes > 0;
	if (bytes > 0 && faccessat(w->fd, WARC_INDEX_PART, F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
		w->index_moved = renameat(w->fd, WARC_INDEX, w->fd, WARC_INDEX_PART) == 0;
		if (!w->index_moved && errno != ENOENT)
			return -errno;
		is_gone = !w->index_moved;
		if (is_gone)
			log_warning("%s/" WARC_DIR "/" WARC_INDEX " is gone: a new one begins, without the records of earlier runs", w->ctx->dir.path);
	}
	r = generation_unshare(w->fd, WARC_INDEX_PART);
	if (r == 0)
		r = linefile_open(&dir, WARC_INDEX_PART, bytes, &w->ctx->bytes_written, &w->index);
	if (r < 0)
		return r;
	if (!is_gone)
		sink_warn_cut(w->ctx, WARC_DIR "/" WARC_INDEX, &w->index, "the records that they told of are in the index no more");
	fd = openat(w->fd, WARC_INDEX_PART, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return dedup_new(w->config->digest, w->config->dedup_bytes, &w->index, fd, &w->dedup);
}

/* Those of the file that this run goes on with: another begins anew. */
static int
open_pages(struct warc *w)
{
	struct store_dir dir = { .fd = w->fd, .lock_fd = -1 };
	uint64_t bytes, sum;
	int r = sink_marked(w->ctx, WARC_DIR "/" WARC_PAGES, &bytes, &sum);

	w->has_pages = r == 0 && bytes > 0;
	if (r == 0)
		r = generation_unshare(w->fd, WARC_PAGES);
	if (r == 0)
		r = linefile_open(&dir, WARC_PAGES, w->wacz != NULL ? bytes : 0, &w->ctx->bytes_written, &w->pages);
	if (r == 0)
		sink_warn_cut(w->ctx, WARC_DIR "/" WARC_PAGES, &w->pages, "the pages that they told of are not in the list of the WACZ file");
	if (r < 0 || w->pages.file_bytes > 0)
		return r;
	buf_add_str(linefile_begin(&w->pages), STR(WARC_PAGES_HEAD));
	return linefile_end(&w->pages);
}

static int
warc_free(struct warc *w)
{
	int r = warc_file_close(&w->file);

	wacz_free(w->wacz);
	dedup_free(w->dedup);
	digest_free(w->digest);
	buf_release(&w->head);
	buf_release(&w->text);
	free(w->piece);
	closep(&w->fd);
	free(w);
	return r;
}

/* Takes back what was made for records that did not come. What earlier runs have committed stays. */
static int
warc_undo(struct warc *w)
{
	int dirfd = w->ctx->dir.fd, r = 0;

	if (w->index.fd >= 0) {
		r = linefile_close(&w->index);
		if (!w->has_index)
			(void)unlinkat(w->fd, WARC_INDEX_PART, 0);
	}
	if (w->index_moved)
		(void)renameat(w->fd, WARC_INDEX_PART, w->fd, WARC_INDEX);
	if (w->pages.fd >= 0) {
		int r2 = linefile_close(&w->pages);

		r = r < 0 ? r : r2;
		if (!w->has_pages)
			(void)unlinkat(w->fd, WARC_PAGES, 0);
	}
	(void)warc_free(w);
	(void)unlinkat(dirfd, WARC_DIR, AT_REMOVEDIR);
	return r;
}

/* As it was begun, whatever is asked for now. */
static int
end_only(struct warc *w)
{
	uint64_t bytes, sum;
	int r = sink_marked(w->ctx, WARC_DIR "/" WARC_PAGES, &bytes, &sum);

	w->ends_only = true;
	w->ending = w->ctx->config->warc;
	w->ending.wacz = r == 0 && bytes > 0;
	w->config = &w->ending;
	return r;
}

static int
warc_open(struct sink_context *ctx, void **ret_state)
{
	bool is_left = true;
	struct warc *w;
	int r = ctx->config->warc.on ? 0 : warc_files_left(ctx, &is_left);

	if (r < 0 || !is_left)
		return r;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return -ENOMEM;
	w->ctx = ctx;
	w->config = &ctx->config->warc;
	w->index = w->pages = LINEFILE_INIT;
	w->file.fd = -1;
	w->fd = -1;
	buf_init(&w->head, WARC_TEXT_MAX_BYTES);
	buf_init(&w->text, WARC_TEXT_MAX_BYTES);
	r = ctx->config->warc.on ? 0 : end_only(w);
	if (r == 0 && mkdirat(ctx->dir.fd, WARC_DIR, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0) {
		w->fd = openat(ctx->dir.fd, WARC_DIR,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = w->fd < 0 ? -errno : 0;
	}
	if (r == 0)
		r = warc_file_init(&w->file, w->fd, w->config->codec, clock_wall_us(),
			&ctx->bytes_written);
	if (r == 0)
		r = digest_new(w->config->digest, &w->digest);
	if (r == 0)
		r = warc_files_resume(w);
	if (r == 0)
		r = open_index(w);
	if (r == 0 && (w->ends_only ? w->wacz != NULL : w->config->wacz))
		r = open_pages(w);
	if (r == 0 && !w->ends_only)
		r = load_dedup(w);
	if (r < 0) {
		(void)warc_undo(w);
		return r;
	}
	*ret_state = w;
	return 0;
}

/* The page that was recorded first: mostly the first seed. */
static struct str
first_page(const char *line, json_t **ret_page)
{
	const char *url;

	*ret_page = json_loads(line, 0, NULL);
	url = json_string_value(json_object_get(*ret_page, "url"));
	return url != NULL ? str_of(url) : STR_NONE;
}

static int
finish_wacz(struct warc *w)
{
	struct wacz_about about = { .software = "lycosa/" PACKAGE_VERSION, .created_wall_us = clock_wall_us() };
	CLEANUP(closep) int pages = openat(w->fd, WARC_PAGES, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(freep) char *line = NULL;
	json_t *page = NULL;
	size_t cap = 0, n = 0;
	FILE *f;
	int r = pages < 0 ? -errno : warc_file_finish(&w->file);

	if (r < 0)
		return r;
	f = fdopen(dup(pages), "r");
	if (f == NULL)
		return -errno;
	/* Behind the line that says what it is. */
	while (n < 2 && getline(&line, &cap, f) > 0)
		n++;
	if (n == 2)
		about.main_url = first_page(line, &page);
	(void)fclose(f);
	r = wacz_finish(w->wacz, w->fd, WARC_INDEX, pages, &about);
	json_decref(page);
	return r;
}

/* What was not yet written is written; after a failure, the lines of records that are not there are left out. */
static int
warc_close(void *state, bool failed)
{
	struct warc *w = state;
	int r = warc_file_flush(&w->file), r2;

	if (warc_holder(w)[0] == '\0' && r == 0 && !w->has_index)
		return warc_undo(w); /* nothing was answered */
	note_safe(w);
	if (r < 0)
		w->index.buf.len = w->index.whole = w->index_safe;
	r2 = linefile_close(&w->index);
	r = r < 0 ? r : r2;
	/* Also when something failed: what there is can be found. */
	r2 = cdxj_sort(w->fd, WARC_INDEX_PART, WARC_INDEX, WARC_SORT_BYTES, r < 0 || failed || !w->ctx->finished);
	r = r < 0 ? r : r2;
	if (w->pages.fd >= 0) {
		r2 = linefile_close(&w->pages);
		r = r < 0 ? r : r2;
	}
	if (r == 0 && !failed && w->wacz != NULL)
		r = finish_wacz(w);
	if (r < 0)
		(void)fail(w, r);
	(void)warc_free(w);
	return r;
}

/* Who has nothing to archive may have to end what was: warc_open(). */
static bool
warc_wanted(const struct store_config *config)
{
	return true;
}

const struct sink_ops sink_warc = {
	.name = WARC_DIR,
	.wanted = warc_wanted,
	.open = warc_open,
	.put = warc_put,
	.flush = warc_flush,
	.sync = warc_sync,
	.close = warc_close,
};
