/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <utlist.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/part_private.h"

#define PART_NAME_DIGITS 16
#define PART_SYNCS       8 /* in one commit, of bodies on their way */

/* Whoever writes to it does so by a descriptor of its own. Locked. */
static void
count(struct part *part)
{
	struct stat st;

	if (fstat(part->d.fd, &st) == 0)
		part->d.bytes = (uint64_t)st.st_size;
}

/* Does it stay at the last commit's count, and is it worth another one? Locked. */
static bool
is_due(struct part *part)
{
	if (part->d.fd < 0 || part->gone || part->over || part->busy)
		return false;
	count(part);
	return part->owner == NULL || part->d.bytes - part->d.synced >= PART_COMMIT_BYTES;
}

static int
sync_one(struct parts *p, struct part *part)
{
	const struct store_dir dir = { .fd = p->dir_fd, .lock_fd = -1 };
	bool is_new = part->d.synced == 0;
	int r = download_commit(&part->d);

	return r == 0 && is_new ? dir_sync(&dir) : r;
}

/* Those of list i. *n: of those that are on their way, how many were in this commit. Locked. */
static int
sync_list(struct parts *p, unsigned i, unsigned *n)
{
	struct part *part, *next;

	DL_FOREACH_SAFE(p->lists[i], part, next) {
		int r;

		if (!is_due(part) || (part->owner != NULL && *n >= PART_SYNCS))
			continue;
		if (part->owner != NULL && ++*n == PART_SYNCS)
			p->sync_from = (i + 1) % PART_LISTS;
		part->busy = true;
		parts_unlock(p);
		r = sync_one(p, part);
		parts_lock(p);
		part->busy = false;
		next = part->next;
		if (part->gone) {
			part_drop(p, part);
		} else if (part->owner == NULL) {
			/* It waits for another try: without a descriptor. */
			if (r == 0)
				download_close(&part->d);
		} else {
			/* Those behind it have their turn before it has another. */
			DL_DELETE(p->lists[i], part);
			DL_APPEND(p->lists[i], part);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* Those that are on their way not all in each commit, which pages wait for that do not hang on them: lists have their turn. */
static int
part_sync(void *state)
{
	struct parts *p = state;
	unsigned n = 0, from = p->sync_from;
	int r = 0;

	if (parts_has_none(p))
		return 0;
	parts_lock(p);
	for (unsigned i = 0; r == 0 && i < PART_LISTS; i++)
		r = sync_list(p, (from + i) % PART_LISTS, &n);
	parts_unlock(p);
	return r < 0 ? sink_fail(p->ctx, PARTS_DIR, r) : 0;
}

/* With that what is whole is known to be, should its file have a second name when the program is killed. Locked. */
static int
say_whole(struct parts *p, struct part *part)
{
	int r;

	if (part->whole == 0 || part->d.total != DOWNLOAD_LENGTH_UNKNOWN)
		return 0;
	part->busy = true;
	parts_unlock(p);
	r = download_set_total(&part->d, part->whole);
	parts_lock(p);
	part->busy = false;
	if (part->gone)
		part_drop(p, part);
	return r;
}

static int
over(struct parts *p, uint64_t fp)
{
	struct part *part;
	int r = 0;

	parts_lock(p);
	part = part_find(p, fp);
	if (part != NULL && part->owner == NULL) {
		part->over = p->any_over = true;
		r = say_whole(p, part);
	}
	parts_unlock(p);
	return r < 0 ? sink_fail(p->ctx, PARTS_DIR, r) : 0;
}

static int
part_put(void *state, struct job *j)
{
	struct parts *p = state;

	return parts_has_none(p) ? 0 : over(p, j->fp);
}

static int
part_skip(void *state, const struct store_skip *k)
{
	struct parts *p = state;

	return !parts_has_none(p) && sink_is_end(k) ? over(p, hash_fingerprint(&p->ctx->key, k->url.p, k->url.len)) : 0;
}

static int
part_committed(void *state)
{
	struct parts *p = state;
	struct part *part, *next;

	if (parts_has_none(p))
		return 0;
	parts_lock(p);
	for (unsigned i = 0; p->any_over && i < PART_LISTS; i++)
		DL_FOREACH_SAFE(p->lists[i], part, next)
			if (part->over && part->owner == NULL)
				part_drop(p, part);
	p->any_over = false;
	parts_unlock(p);
	return 0;
}

static int
part_close(void *state, bool failed)
{
	struct parts *p = state;
	struct part *part, *next;

	for (unsigned i = 0; i < PART_LISTS; i++)
		DL_FOREACH_SAFE(p->lists[i], part, next) {
			if (!failed && p->ctx->finished) {
				part_drop(p, part);
				continue;
			}
			DL_DELETE(p->lists[i], part);
			if (part->d.fd >= 0)
				count(part);
			download_close(&part->d);
			free(part);
		}
	if (p->dir_fd >= 0)
		(void)unlinkat(p->ctx->dir.fd, PARTS_DIR, AT_REMOVEDIR); /* if nothing is in it */
	closep(&p->dir_fd);
	(void)pthread_mutex_destroy(&p->lock);
	p->ctx->parts = NULL;
	free(p);
	return 0;
}

/* Hexadecimal digits, at most max of them, at *p, which moves behind them. */
static bool
read_hex(const char **p, unsigned max, uint64_t *ret)
{
	unsigned n = 0;

	*ret = 0;
	for (; n < max && ascii_hex((unsigned char)**p) >= 0; n++, (*p)++)
		*ret = *ret << 4 | (unsigned)ascii_hex((unsigned char)**p);
	return n > 0;
}

/* "0123456789abcdef-12.part": one of ours, or (*ret_suffix empty) what a kill has left of writing one? *ret_suffix: what is behind the number. */
static bool
is_ours(const char *entry, uint64_t *ret_fp, uint32_t *ret_n, const char **ret_suffix)
{
	const char *p = entry[0] == '.' ? entry + 1 : entry, *start = p;
	uint64_t fp, n;

	if (!read_hex(&p, PART_NAME_DIGITS, &fp) || p != start + PART_NAME_DIGITS || *p++ != '-' || !read_hex(&p, 8, &n) ||
		strncmp(p, PART_SUFFIX, strlen(PART_SUFFIX)) != 0)
		return false;
	*ret_fp = fp;
	*ret_n = (uint32_t)n;
	*ret_suffix = start == entry ? p : "";
	return true;
}

static bool
has(int fd, const struct part *part, const char *suffix)
{
	char name[PART_NAME_BYTES + sizeof(PART_INFO)];

	(void)snprintf(name, sizeof(name), "%s%s", part->name, suffix);
	return faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Parts that have an info are kept: of two of one URL, the later. All else that is ours goes. */
static int
take_in(void *arg, int fd, const char *entry)
{
	struct parts *p = arg;
	struct part *part, *old;
	const char *suffix;
	uint64_t fp;
	uint32_t n;
	bool is_part, kept;

	if (!is_ours(entry, &fp, &n, &suffix))
		return 0;
	if (n > p->last)
		p->last = n;
	part = part_new(fp, n);
	if (part == NULL)
		return -ENOMEM;
	old = part_find(p, fp);
	is_part = strcmp(suffix, PART_SUFFIX) == 0;
	if (is_part)
		kept = p->on && has(fd, part, PART_INFO) && (old == NULL || old->n < n);
	else
		kept = p->on && strcmp(suffix, PART_INFO) == 0 && has(fd, part, PART_SUFFIX);
	if (kept && is_part) {
		if (old != NULL)
			part_drop(p, old);
		part_add(p, part);
		return 0;
	}
	free(part);
	return !kept && unlinkat(fd, entry, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int
part_open(struct sink_context *ctx, void **ret_state)
{
	struct parts *p = calloc(1, sizeof(*p));
	int r = 0;

	if (p == NULL)
		return -ENOMEM;
	p->ctx = ctx;
	p->dir_fd = -1;
	p->on = (ctx->config->save_body || ctx->config->mirror.on) && !ctx->config->warc.on;
	(void)pthread_mutex_init(&p->lock, NULL);
	/* What is no directory of ours, or not in a job, is left alone. */
	if (ctx->dir.has_job)
		p->dir_fd = openat(ctx->dir.fd, PARTS_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (p->dir_fd >= 0)
		r = file_each_entry(ctx->dir.fd, PARTS_DIR, take_in, p);
	if (r < 0) {
		(void)part_close(p, true);
		return r;
	}
	ctx->parts = p->on ? p : NULL;
	*ret_state = p;
	return 0;
}

static bool
part_wanted(const struct store_config *config)
{
	return true;
}

const struct sink_ops sink_part = {
	.name = PARTS_DIR,
	.wanted = part_wanted,
	.open = part_open,
	.put = part_put,
	.skip = part_skip,
	.sync = part_sync,
	.committed = part_committed,
	.close = part_close,
};
