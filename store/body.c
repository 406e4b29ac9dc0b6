/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * body.c: --save: what is kept of an answer, a file each.
 *
 *	body  the body: body/<2 hex digits>/<fingerprint>.<extension of its type>
 *	text  what a page shows: text/<2 hex digits>/<fingerprint>.txt
 *
 * A file appears under its name only when it is whole: it is written as .partial in the sink's directory
 * (one writer, so one name is enough) and renamed. A URL that is fetched again within its own chain of
 * redirects replaces its file, and so does one that a killed run has not committed. Large bodies come in
 * a file already: it is linked in, or copied where that cannot be.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/bodyfile.h"
#include "store/mediatype.h"
#include "store/sink.h"

#define BODY_DIR         "body"
#define TEXT_DIR         "text"
#define BODY_PARTIAL     ".partial"
#define BODY_NAME_BYTES  64
#define BODY_SUBDIR_LEN  2
#define BODY_SUBDIRS     256
#define BODY_FDS_SHARE   16 /* of the descriptors that this process may have, one in so many */
#define BODY_PATH_BYTES  (BODY_NAME_BYTES + sizeof(BODY_DIR))

struct body_sink {
	struct sink_context *ctx;
	const char *dir; /* in the job directory */
	bool text;       /* of the visible text */
	int fd;          /* of dir */
	mode_t mode;    /* of our files: as open to others as the job directory is */
	bool dirty;     /* something was saved since the last sync */
	int subs[BODY_SUBDIRS]; /* O_PATH, of those that are kept open: the first n_open; -1 */
	unsigned n_open, max_open;
};

/* "ab/ab12...ef.html" */
static void
body_name(const struct body_sink *s, uint64_t fp, struct str type, char dst[BODY_NAME_BYTES])
{
	char essence[MEDIATYPE_MAX_BYTES];
	size_t len = mediatype_essence(type, essence);

	(void)snprintf(dst, BODY_NAME_BYTES, "%02x/%016llx.%s", (unsigned)(fp >> 56), (unsigned long long)fp,
		s->text ? "txt" : mediatype_extension(str_n(essence, len)));
}

/* A link in its place, of whomever, is not followed. */
static int
open_subdir(const struct body_sink *s, const char *sub)
{
	int fd = openat(s->fd, sub, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	if (mkdirat(s->fd, sub, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(s->fd, sub, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The directory of a file, made if it is not there. *ret_own: the caller's to close, or -1 where it is kept. */
static int
subdir(struct body_sink *s, uint64_t fp, const char *name, int *ret_own)
{
	int *kept = &s->subs[fp >> 56];
	char sub[BODY_SUBDIR_LEN + 1];
	int fd;

	*ret_own = -1;
	if (*kept >= 0)
		return *kept;
	(void)snprintf(sub, sizeof(sub), "%.*s", BODY_SUBDIR_LEN, name);
	fd = open_subdir(s, sub);
	if (fd < 0)
		return fd;
	if (s->n_open == s->max_open) {
		*ret_own = fd;
		return fd;
	}
	s->n_open++;
	*kept = fd;
	return fd;
}

static unsigned
max_subdirs(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return 0;
	return lim.rlim_cur / BODY_FDS_SHARE < BODY_SUBDIRS ? (unsigned)(lim.rlim_cur / BODY_FDS_SHARE) : BODY_SUBDIRS;
}

static void
body_path(const struct body_sink *s, const char *name, char dst[BODY_PATH_BYTES])
{
	(void)snprintf(dst, BODY_PATH_BYTES, "%s/%s", s->dir, name);
}

static struct job_str *
saved_as(const struct body_sink *s, struct job *j)
{
	return s->text ? &j->text_as : &j->saved_as;
}

static int
save(struct body_sink *s, struct job *j, const char *name)
{
	CLEANUP(closep) int own = -1;
	char path[BODY_PATH_BYTES];
	int sub = subdir(s, j->fp, name, &own), r = sub < 0 ? sub : 0;

	if (r == 0)
		r = s->text ? bodyfile_put_str(s->fd, BODY_PARTIAL, buf_str(&j->visible), 0, &s->ctx->bytes_written)
			: bodyfile_put(s->fd, BODY_PARTIAL, j, s->mode, 0, &s->ctx->bytes_written);
	if (r == 0 && renameat(s->fd, BODY_PARTIAL, sub, name + BODY_SUBDIR_LEN + 1) < 0)
		r = -errno;
	if (r < 0)
		return r;
	body_path(s, name, path);
	return job_set(j, saved_as(s, j), str_of(path)) == -ENOMEM ? -ENOMEM : 0;
}

static bool
has_something(const struct body_sink *s, const struct job *j)
{
	if (s->text)
		return j->has_visible;
	return !j->links_only && (j->body.file_fd >= 0 || (j->body.data != NULL && j->body.len > 0));
}

/* In an update: the file as it was, if there is one. Those that rows name are taken over already; with a mirror they name its own. */
static int
body_keep(struct body_sink *s, uint64_t fp)
{
	char name[BODY_NAME_BYTES], path[BODY_PATH_BYTES];
	int r;

	if (s->text || !s->ctx->config->mirror.on)
		return 0;
	body_name(s, fp, s->ctx->verdict.was.type, name);
	body_path(s, name, path);
	r = base_take_file(s->ctx->base, path);
	s->dirty = true;
	return r == 0 || r == -ENOENT ? 0 : sink_fail(s->ctx, path, r);
}

static int
body_skip(void *state, const struct store_skip *k)
{
	struct body_sink *s = state;

	return s->ctx->verdict.stays ? body_keep(s, hash_fingerprint(&s->ctx->key, k->url.p, k->url.len)) : 0;
}

static int
body_put(void *state, struct job *j)
{
	struct body_sink *s = state;
	char name[BODY_NAME_BYTES], path[BODY_PATH_BYTES];
	int r;

	if (s->ctx->verdict.stays || s->ctx->verdict.keeps_file)
		return body_keep(s, j->fp);
	if (!has_something(s, j))
		return 0;
	body_name(s, j->fp, job_get(j, j->content_type), name);
	r = save(s, j, name);
	s->dirty = true;
	if (r == 0)
		return 0;
	(void)unlinkat(s->fd, BODY_PARTIAL, 0);
	body_path(s, name, path);
	return sink_fail(s->ctx, path, r);
}

static int
open_dir(struct sink_context *ctx, const char *dir, bool text, void **ret_state)
{
	struct body_sink *s = calloc(1, sizeof(*s));
	int r = 0;

	if (s == NULL)
		return -ENOMEM;
	s->ctx = ctx;
	s->dir = dir;
	s->text = text;
	s->fd = -1;
	s->max_open = max_subdirs();
	for (size_t i = 0; i < ARRAY_LEN(s->subs); i++)
		s->subs[i] = -1;
	s->mode = bodyfile_mode(ctx->dir.fd);
	if (mkdirat(ctx->dir.fd, dir, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0) {
		s->fd = openat(ctx->dir.fd, dir,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (s->fd < 0)
			r = -errno;
	}
	if (r < 0) {
		free(s);
		return r;
	}
	*ret_state = s;
	return 0;
}

static int
body_open(struct sink_context *ctx, void **ret_state)
{
	return open_dir(ctx, BODY_DIR, false, ret_state);
}

static int
text_open(struct sink_context *ctx, void **ret_state)
{
	return open_dir(ctx, TEXT_DIR, true, ret_state);
}

/* One call for the many small files of a second, with their names. */
static int
body_sync(void *state)
{
	struct body_sink *s = state;

	if (!s->dirty)
		return 0;
	if (syncfs(s->fd) < 0)
		return sink_fail(s->ctx, s->dir, -errno);
	s->dirty = false;
	return 0;
}

static int
body_close(void *state, bool failed)
{
	struct body_sink *s = state;

	for (size_t i = 0; i < ARRAY_LEN(s->subs); i++)
		closep(&s->subs[i]);
	closep(&s->fd);
	free(s);
	return 0;
}

static bool
body_wanted(const struct store_config *config)
{
	return config->save_body;
}

static bool
text_wanted(const struct store_config *config)
{
	return config->save_text;
}

const struct sink_ops sink_body = {
	.name = BODY_DIR,
	.wanted = body_wanted,
	.open = body_open,
	.put = body_put,
	.skip = body_skip,
	.sync = body_sync,
	.close = body_close,
};

const struct sink_ops sink_text = {
	.name = TEXT_DIR,
	.wanted = text_wanted,
	.open = text_open,
	.put = body_put,
	.skip = body_skip,
	.sync = body_sync,
	.close = body_close,
};
