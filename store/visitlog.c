/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/linefile.h"
#include "store/visitlog.h"

#define VISITED_NAME      "visited"
#define VISITLOG_MAGIC    UINT64_C(0x3164657469736976) /* "visited1" */
#define VISITLOG_HEAD     16
#define VISITLOG_FLUSH    (64 * 1024)
#define VISITLOG_MAX      (UINT64_C(1) << 32)
#define VISITLOG_READ_FPS (1024 * 1024)

struct visitlog {
	struct sink_context *ctx;
	int fd;
	struct buf pending;  /* not yet in the file */
	uint64_t bytes, sum; /* of the file and what is pending */
	uint64_t synced_bytes;
	bool damaged;
};

static uint64_t
sum_add(uint64_t sum, const char *fps, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += sizeof(uint64_t)) {
		uint64_t fp;

		memcpy(&fp, fps + i, sizeof(fp));
		sum = hash_mix(sum, fp);
	}
	return sum;
}

static int
flush(struct visitlog *v)
{
	size_t done;
	int r = file_write_all(v->fd, v->pending.data, v->pending.len, &done);

	v->ctx->bytes_written += done;
	buf_reset(&v->pending, 2 * VISITLOG_FLUSH);
	return r;
}

static int
add(struct visitlog *v, struct str fps)
{
	if (fps.len == 0)
		return 0;
	if (buf_add_str(&v->pending, fps) < 0)
		return v->pending.err;
	v->sum = sum_add(v->sum, fps.p, fps.len);
	v->bytes += fps.len;
	return v->pending.len >= VISITLOG_FLUSH ? flush(v) : 0;
}

int
visitlog_add(struct visitlog *v, uint64_t fp)
{
	return add(v, str_n((const char *)&fp, sizeof(fp)));
}

int
visitlog_clear(struct visitlog *v)
{
	const uint64_t head[2] = { VISITLOG_MAGIC, 0 };

	buf_reset(&v->pending, SIZE_MAX);
	if (ftruncate(v->fd, 0) < 0)
		return -errno;
	v->damaged = false;
	v->sum = 0;
	v->bytes = sizeof(head);
	v->synced_bytes = 0;
	return buf_add(&v->pending, head, sizeof(head));
}

/* --- the sink --- */

static int
visited_put(void *state, struct job *j)
{
	struct visitlog *v = state;
	int r = add(v, buf_str(&j->found_fps));

	/* It too: the page that it was found on may not be done yet (it is another loop's). */
	if (r == 0)
		r = visitlog_add(v, j->fp);
	return r < 0 ? sink_fail(v->ctx, VISITED_NAME, r) : 0;
}

static int
visited_found(void *state, struct str found, struct str fps)
{
	struct visitlog *v = state;
	int r = add(v, fps);

	return r < 0 ? sink_fail(v->ctx, VISITED_NAME, r) : 0;
}

static int
visited_skip(void *state, const struct store_skip *k)
{
	struct visitlog *v = state;
	int r = sink_is_end(k)
			? visitlog_add(v, hash_fingerprint(&v->ctx->key, k->url.p, k->url.len))
			: 0;

	return r < 0 ? sink_fail(v->ctx, VISITED_NAME, r) : 0;
}

static int
visited_sync(void *state)
{
	struct visitlog *v = state;
	int r = flush(v);

	if (r == 0 && v->synced_bytes != v->bytes) {
		r = fdatasync(v->fd) < 0 ? -errno : 0;
		if (r == 0) {
			v->synced_bytes = v->bytes;
			return sink_mark(v->ctx, VISITED_NAME, v->bytes, v->sum);
		}
	}
	return r < 0 ? sink_fail(v->ctx, VISITED_NAME, r) : 0;
}

static int
visited_close(void *state, bool failed)
{
	struct visitlog *v = state;

	closep(&v->fd);
	buf_release(&v->pending);
	v->ctx->visited = NULL;
	free(v);
	return 0;
}

static int
visited_open(struct sink_context *ctx, void **ret_state)
{
	struct visitlog *v = calloc(1, sizeof(*v));
	uint64_t marked = 0;
	int r;

	if (v == NULL)
		return -ENOMEM;
	v->ctx = ctx;
	v->fd = -1;
	buf_init(&v->pending, VISITLOG_MAX);
	r = sink_marked(ctx, VISITED_NAME, &marked, &v->sum);
	if (r == 0) {
		v->bytes = marked;
		r = v->fd = dir_open_cut(&ctx->dir, VISITED_NAME, O_RDWR | O_APPEND, &v->bytes);
	}
	if (r >= 0) {
		v->synced_bytes = v->bytes;
		v->damaged = v->bytes != marked || marked < VISITLOG_HEAD;
		/* A new job's is empty, and so as it should be. */
		r = marked == 0 ? visitlog_clear(v) : 0;
	}
	if (r < 0) {
		(void)visited_close(v, true);
		return r;
	}
	ctx->visited = v;
	*ret_state = v;
	return 0;
}

static bool
visited_wanted(const struct store_config *config)
{
	return true;
}

const struct sink_ops sink_visited = {
	.name = VISITED_NAME,
	.wanted = visited_wanted,
	.open = visited_open,
	.put = visited_put,
	.found = visited_found,
	.skip = visited_skip,
	.sync = visited_sync,
	.close = visited_close,
};

/* --- the resume --- */

uint64_t
visitlog_count(const struct visitlog *v)
{
	return v->bytes > VISITLOG_HEAD ? (v->bytes - VISITLOG_HEAD) / sizeof(uint64_t) : 0;
}

int
visitlog_load(struct visitlog *v, int (*fn)(void *arg, const uint64_t *fps, size_t n), void *arg)
{
	CLEANUP(freep) uint64_t *fps = malloc(VISITLOG_READ_FPS * sizeof(*fps));
	uint64_t at = VISITLOG_HEAD, sum = 0, head[2];

	if (fps == NULL)
		return -ENOMEM;
	if (v->damaged)
		return 0;
	if (v->pending.len > 0)
		return 1; /* a new one */
	if (pread(v->fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) || head[0] != VISITLOG_MAGIC)
		return 0;
	while (at < v->bytes) {
		size_t want = VISITLOG_READ_FPS * sizeof(*fps);
		ssize_t n = pread(v->fd, fps, v->bytes - at < want ? v->bytes - at : want, (off_t)at);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || n % (ssize_t)sizeof(*fps) != 0)
			return n < 0 ? -errno : 0;
		sum = sum_add(sum, (const char *)fps, (size_t)n);
		for (size_t i = 0; i < (size_t)n / sizeof(*fps); i++)
			if (fps[i] == 0 || fps[i] == UINT64_MAX)
				return 0; /* no fingerprint is */
		r = fn(arg, fps, (size_t)n / sizeof(*fps));
		if (r < 0)
			return r;
		at += (uint64_t)n;
	}
	return sum == v->sum;
}
