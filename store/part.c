/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <utlist.h>

#include "base/cleanup.h"
#include "store/part_private.h"
#include "url/date.h"

/* --- the list --- */

void
parts_lock(struct parts *p)
{
	(void)pthread_mutex_lock(&p->lock);
}

void
parts_unlock(struct parts *p)
{
	(void)pthread_mutex_unlock(&p->lock);
}

struct part *
part_new(uint64_t fp, uint32_t n)
{
	struct part *part = calloc(1, sizeof(*part));

	if (part == NULL)
		return NULL;
	part->fp = fp;
	part->n = n;
	part->d.fd = -1;
	(void)snprintf(part->name, sizeof(part->name), "%016" PRIx64 "-%" PRIx32, fp, n);
	return part;
}

void
part_add(struct parts *p, struct part *part)
{
	DL_APPEND(*parts_list(p, part->fp), part);
	atomic_fetch_add_explicit(&p->n, 1, memory_order_relaxed);
}

void
part_drop(struct parts *p, struct part *part)
{
	char name[PART_NAME_BYTES + sizeof(PART_INFO)];

	part->gone = true;
	if (part->busy)
		return;
	DL_DELETE(*parts_list(p, part->fp), part); /* NOLINT(clang-analyzer-core.NullDereference): the first of two has a next */
	atomic_fetch_sub_explicit(&p->n, 1, memory_order_relaxed);
	/* The info first: a part without it is of no use. */
	(void)snprintf(name, sizeof(name), "%s" PART_INFO, part->name);
	(void)unlinkat(p->dir_fd, name, 0);
	(void)snprintf(name, sizeof(name), "%s" PART_SUFFIX, part->name);
	(void)unlinkat(p->dir_fd, name, 0);
	download_discard(&part->d);
	free(part);
}

struct part *
part_find(struct parts *p, uint64_t fp)
{
	struct part *part;

	DL_FOREACH(*parts_list(p, fp), part)
		if (part->fp == fp && !part->gone)
			return part;
	return NULL;
}

static struct part *
find_owned(struct parts *p, const struct job *j)
{
	struct part *part = part_find(p, j->fp);

	return part != NULL && part->owner == j ? part : NULL;
}

bool
parts_has_none(const struct parts *p)
{
	return p == NULL || atomic_load_explicit(&p->n, memory_order_relaxed) == 0;
}

/* --- what is kept of an answer's head --- */

/* A line of d->about; empty: there is none. */
static struct str
about(const struct download *d, struct str key)
{
	struct str line, k, value, rest = buf_str(&d->about);

	while (str_cut(rest, '\n', &line, &rest))
		if (str_cut(line, ' ', &k, &value) && str_eq(k, key))
			return value;
	return STR("");
}

/* False: no file can be kept of such an answer, because the name depends on it. */
static bool
add_about(struct download *d, struct str key, struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
			return false;
	if (value.len == 0)
		return true;
	buf_add_str(&d->about, key);
	buf_addc(&d->about, ' ');
	buf_add_str(&d->about, value);
	buf_addc(&d->about, '\n');
	return value.len <= DOWNLOAD_VALIDATOR_MAX && buf_err(&d->about) == 0;
}

/* --- a request, and its answer --- */

/* How much of it is there; and it is the job's. 0: nothing. */
static uint64_t
take(struct parts *p, struct part *part, const struct job *j)
{
	struct download d = { .fd = -1 };
	struct stat st;
	int r = 0;

	part->owner = j;
	if (part->d.fd >= 0)
		return fstat(part->d.fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	/* It has an owner now: nobody else opens, or drops, it. */
	parts_unlock(p);
	r = download_open_lazy(p->dir_fd, part->name, true, &d);
	parts_lock(p);
	if (r < 0)
		return 0;
	part->d = d;
	return d.bytes;
}

int
parts_ask(struct parts *p, struct job *j)
{
	struct part *part;
	uint64_t bytes;
	int r = 0;

	j->ask_from = 0;
	if (parts_has_none(p))
		return 0;
	parts_lock(p);
	part = part_find(p, j->fp);
	/* Of its URL's record that is not committed yet: a redirect has led back to it, and what comes now is another body. */
	if (part != NULL && part->over) {
		part_drop(p, part);
		part = NULL;
	}
	bytes = part != NULL && part->owner == NULL ? take(p, part, j) : 0;
	if (bytes > 1 && (part->d.etag.len > 0 || part->d.last_modified.len > 0) && bytes <= part->d.total) {
		/* What is whole, or may be, is asked for its last byte: whether it still is what is there (P1, P2). */
		j->ask_from = bytes < part->d.total && part->d.total != RANGE_UNKNOWN ? bytes : bytes - 1;
		buf_add_str(&j->ask, STR("Accept-Encoding: identity\n"));
		download_ask(&part->d, j->ask_from, true, &j->ask);
		r = buf_err(&j->ask);
	} else if (part != NULL && part->owner == j) {
		part_drop(p, part);
	}
	parts_unlock(p);
	return r;
}

/* *ret_total: of how many bytes in all. Locked. */
static bool
goes_on(const struct part *part, const struct job *j, uint64_t *ret_total)
{
	struct range range;
	int64_t modified_s = -1;
	uint64_t total;

	if (j->status != 206 || j->ask_from == 0 || j->encoded)
		return false;
	range_read(job_get(j, j->content_range), &range);
	if (date_parse(job_get(j, j->last_modified), &modified_s) < 0)
		modified_s = -1;
	if (!download_fits(&part->d, j->ask_from, &range) || !download_is_of(&part->d, job_get(j, j->etag), j->dated, modified_s))
		return false;
	total = part->d.total != RANGE_UNKNOWN ? part->d.total : range.total;
	/* It may end early, and is gone on with, but must not be longer. */
	if (j->length != RANGE_UNKNOWN && j->length > total - j->ask_from)
		return false;
	*ret_total = total;
	return true;
}

bool
parts_goes_on(struct parts *p, const struct job *j, uint64_t *ret_end)
{
	const struct part *part;
	bool yes;

	if (parts_has_none(p) || j->ask_from == 0)
		return false;
	parts_lock(p);
	part = find_owned(p, j);
	yes = part != NULL && goes_on(part, j, ret_end);
	parts_unlock(p);
	return yes;
}

/* The directory is made with the first part. Locked. */
static int
enter_dir(struct parts *p)
{
	if (p->dir_fd >= 0)
		return 0;
	if (mkdirat(p->ctx->dir.fd, PARTS_DIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	p->dir_fd = openat(p->ctx->dir.fd, PARTS_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return p->dir_fd < 0 ? -errno : 0;
}

/* Of a new part of this body: what would be needed to go on with it. -ENOENT: there is not enough. */
static int
begin(struct parts *p, struct part *part, const struct job *j, const struct range_validators *v)
{
	int r = download_open_lazy(p->dir_fd, part->name, false, &part->d);

	if (r < 0)
		return r;
	r = download_begin(&part->d, 0, j->length, v->etag, v->last_modified);
	if (r == 0 && (!add_about(&part->d, STR("type"), job_get(j, j->content_type)) ||
			      !add_about(&part->d, STR("disposition"), job_get(j, j->disposition))))
		r = -ENOENT;
	return r;
}

static int
begin_new(struct parts *p, const struct job *j)
{
	struct range_validators v;
	struct part *old, *part;
	int r, fd = -ENOENT;

	range_validators_of(job_get(j, j->etag), job_get(j, j->last_modified), j->date_s, &v);
	if (v.etag.len == 0 && v.last_modified.len == 0)
		return -ENOENT;
	parts_lock(p);
	r = enter_dir(p);
	part = r == 0 ? part_new(j->fp, ++p->last) : NULL;
	parts_unlock(p);
	/* What goes wrong here goes wrong again with the file that takes its place, and is said then. */
	if (part == NULL)
		return -ENOENT;
	r = begin(p, part, j, &v);
	if (r == 0)
		fd = fcntl(part->d.fd, F_DUPFD_CLOEXEC, 0);
	parts_lock(p);
	old = part_find(p, j->fp);
	part_add(p, part);
	part->owner = j;
	/* Where somebody else asks for the same, one of the two is enough. */
	if (fd < 0 || (old != NULL && old->owner != NULL && old->owner != j)) {
		part_drop(p, part);
		closep(&fd);
		fd = -ENOENT;
	} else if (old != NULL) {
		part_drop(p, old);
	}
	parts_unlock(p);
	return fd;
}

int
parts_file(struct parts *p, const struct job *j)
{
	const struct part *part;
	uint64_t end;
	int fd = -ENOENT;

	if (p == NULL)
		return -ENOENT;
	if (!parts_goes_on(p, j, &end))
		return j->status == 200 && !j->encoded && j->length >= PART_MIN_BYTES ? begin_new(p, j) : -ENOENT;
	parts_lock(p);
	part = find_owned(p, j);
	if (part != NULL) {
		fd = fcntl(part->d.fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			fd = -errno;
		else if (lseek(fd, (off_t)j->ask_from, SEEK_SET) < 0) {
			closep(&fd);
			fd = -errno;
		}
	}
	parts_unlock(p);
	return fd;
}

/* It went on, to be `total` bytes, and what became of that. Locked. */
static bool
end_resumed(struct parts *p, struct part *part, struct job *j, uint64_t total)
{
	const struct download *d = &part->d;

	/* There was more than that. */
	if (j->outcome == OUTCOME_PROTOCOL_ERROR) {
		part_drop(p, part);
		return false;
	}
	if (j->outcome != OUTCOME_OK)
		return true;
	if (j->body.len < total) {
		j->outcome = OUTCOME_BODY_SHORT;
		return true;
	}
	j->status = 200;
	j->content_range = (struct job_str){ 0, 0 };
	/* The answer may say no more than is needed to put it together (RFC 9110 §15.3.7). */
	if (job_set(j, &j->content_type, about(d, STR("type"))) < 0 || job_set(j, &j->disposition, about(d, STR("disposition"))) < 0)
		j->outcome = OUTCOME_NO_MEMORY;
	if (j->last_modified.len == 0 && job_set(j, &j->last_modified, buf_str(&d->last_modified)) < 0)
		j->outcome = OUTCOME_NO_MEMORY;
	return true;
}

/* A body whose length nobody had announced: is all of it there? Locked. */
static void
note_whole(struct part *part, const struct job *j)
{
	struct stat st;

	/* Another answer may not have come to it. */
	if (j->outcome == OUTCOME_OK && j->status == 200 && part->d.fd >= 0 && fstat(part->d.fd, &st) == 0 && (uint64_t)st.st_size == j->body.len)
		part->whole = j->body.len;
}

bool
parts_end(struct parts *p, struct job *j)
{
	bool partial = j->ask_from > 0 && (j->status == 206 || j->status == 416), fine = !partial;
	struct part *part;
	uint64_t total;

	if (parts_has_none(p))
		return fine;
	parts_lock(p);
	part = find_owned(p, j);
	if (part != NULL) {
		part->owner = NULL;
		if (partial && j->status == 206 && goes_on(part, j, &total))
			fine = end_resumed(p, part, j, total);
		else if (partial)
			part_drop(p, part);
		if (fine)
			note_whole(part, j);
	}
	parts_unlock(p);
	return fine;
}
