/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cdxj_sort.c: the lines of a file, sorted, in bounded memory.
 *
 *	NAME.part --chunks of whole lines, sorted--> runs, one behind the other in a nameless file
 *	runs --the smallest first line of all, again and again--> NAME.tmp --rename--> NAME
 *
 * Each run is read through a window of its own; a window holds at least one line of the longest
 * kind. What fits into one run is not written twice.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/cdxj.h"
#include "store/dir.h"
#include "store/linefile.h"

#define SORT_OUT_BYTES (256 * 1024)
#define SORT_NAME_MAX  64

struct run {
	uint64_t at, end; /* what is left of it in the file of runs */
	char *window;
	size_t pos, len; /* in the window: what is not yet merged */
	struct str line; /* the first of it, with its newline */
};

struct sort {
	int in, runs_fd, out;
	size_t memory_bytes;
	char *chunk; /* memory_bytes */
	struct str *lines;
	size_t n_lines, cap_lines;
	struct run *runs;
	size_t n_runs, cap_runs;
	size_t window_bytes;
	uint64_t runs_bytes;
	struct buf out_buf;
};

static int
compare_lines(const void *pa, const void *pb)
{
	const struct str *a = pa, *b = pb;
	size_t n = a->len < b->len ? a->len : b->len;
	int d = n == 0 ? 0 : memcmp(a->p, b->p, n);

	return d != 0 ? d : (a->len > b->len) - (a->len < b->len);
}

/* *ret_n: less than len only at the end of the file; 0 on failure. */
static int
read_full(int fd, char *p, size_t len, uint64_t at, size_t *ret_n)
{
	size_t done = 0;

	*ret_n = 0;
	while (done < len) {
		ssize_t n = pread(fd, p + done, len - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*ret_n = done;
	return 0;
}

static int
out_line(struct sort *s, int fd, struct str line)
{
	size_t done;
	int r = buf_add_str(&s->out_buf, line);

	if (r == 0 && s->out_buf.len >= SORT_OUT_BYTES) {
		r = file_write_all(fd, s->out_buf.data, s->out_buf.len, &done);
		buf_reset(&s->out_buf, SIZE_MAX);
	}
	return r;
}

static int
out_flush(struct sort *s, int fd)
{
	size_t done;
	int r = file_write_all(fd, s->out_buf.data, s->out_buf.len, &done);

	buf_reset(&s->out_buf, SIZE_MAX);
	return r;
}

/* --- runs --- */

static int
add_line(struct sort *s, struct str line)
{
	if (s->n_lines == s->cap_lines) {
		size_t cap = s->cap_lines == 0 ? 4096 : s->cap_lines * 2;
		struct str *lines = realloc(s->lines, cap * sizeof(*lines));

		if (lines == NULL)
			return -ENOMEM;
		s->lines = lines;
		s->cap_lines = cap;
	}
	s->lines[s->n_lines++] = line;
	return 0;
}

static int
add_run(struct sort *s, uint64_t bytes)
{
	if (s->n_runs == s->cap_runs) {
		size_t cap = s->cap_runs == 0 ? 16 : s->cap_runs * 2;
		struct run *runs = realloc(s->runs, cap * sizeof(*runs));

		if (runs == NULL)
			return -ENOMEM;
		s->runs = runs;
		s->cap_runs = cap;
	}
	s->runs[s->n_runs++] = (struct run){ .at = s->runs_bytes, .end = s->runs_bytes + bytes };
	s->runs_bytes += bytes;
	return 0;
}

/* The chunk's lines, sorted, to fd. */
static int
write_lines(struct sort *s, int fd)
{
	int r = 0;

	if (s->n_lines > 0)
		qsort(s->lines, s->n_lines, sizeof(*s->lines), compare_lines);
	for (size_t i = 0; i < s->n_lines && r == 0; i++)
		r = out_line(s, fd, s->lines[i]);
	return r == 0 ? out_flush(s, fd) : r;
}

/* Cuts what was read into lines. *ret_used: bytes of whole lines. */
static int
cut_lines(struct sort *s, size_t len, size_t *ret_used)
{
	size_t used = 0;
	int r = 0;

	s->n_lines = 0;
	while (used < len && r == 0) {
		const char *end = memchr(s->chunk + used, '\n', len - used);

		if (end == NULL)
			break;
		r = add_line(s, str_n(s->chunk + used, (size_t)(end - s->chunk) + 1 - used));
		used = (size_t)(end - s->chunk) + 1;
	}
	*ret_used = used;
	return r;
}

static int
make_runs(struct sort *s, bool *ret_all_in_memory)
{
	uint64_t at = 0;
	size_t n, used = 0;
	int r;

	do {
		r = read_full(s->in, s->chunk, s->memory_bytes, at, &n);
		if (r == 0)
			r = cut_lines(s, n, &used);
		if (r < 0)
			return r;
		*ret_all_in_memory = at == 0 && n < s->memory_bytes;
		if (*ret_all_in_memory || used == 0)
			return used == 0 && n == s->memory_bytes ? -EMSGSIZE : 0;
		r = write_lines(s, s->runs_fd);
		if (r == 0)
			r = add_run(s, used);
		at += used;
	} while (r == 0);
	return r;
}

/* --- merging --- */

/* Makes the run's first line stand whole in its window; an empty one: the run is over. */
static int
run_next(struct sort *s, struct run *r)
{
	const char *end = r->len > 0 ? memchr(r->window + r->pos, '\n', r->len) : NULL;
	size_t room, n;
	int err;

	if (end == NULL && r->at < r->end) {
		memmove(r->window, r->window + r->pos, r->len);
		r->pos = 0;
		room = s->window_bytes - r->len;
		if (room > r->end - r->at)
			room = (size_t)(r->end - r->at);
		err = read_full(s->runs_fd, r->window + r->len, room, r->at, &n);
		if (err < 0)
			return err;
		if (n < room)
			return -EIO;
		r->at += n;
		r->len += n;
		end = memchr(r->window, '\n', r->len);
		if (end == NULL)
			return -EMSGSIZE;
	}
	r->line = end == NULL ? STR_NONE
			      : str_n(r->window + r->pos, (size_t)(end - r->window) + 1 - r->pos);
	r->pos += r->line.len;
	r->len -= r->line.len;
	return 0;
}

static bool
run_before(const struct run *a, const struct run *b)
{
	return compare_lines(&a->line, &b->line) < 0;
}

/* runs[] is a heap by first line. */
static void
sink_down(struct sort *s, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;
		struct run t;

		if (child >= s->n_runs)
			return;
		if (child + 1 < s->n_runs && run_before(&s->runs[child + 1], &s->runs[child]))
			child++;
		if (!run_before(&s->runs[child], &s->runs[i]))
			return;
		t = s->runs[i];
		s->runs[i] = s->runs[child];
		s->runs[child] = t;
		i = child;
	}
}

static int
merge(struct sort *s)
{
	int r = 0;

	s->window_bytes = s->memory_bytes / s->n_runs;
	if (s->window_bytes < CDXJ_LINE_MAX_BYTES)
		s->window_bytes = CDXJ_LINE_MAX_BYTES;
	for (size_t i = 0; i < s->n_runs && r == 0; i++) {
		s->runs[i].window = malloc(s->window_bytes);
		r = s->runs[i].window == NULL ? -ENOMEM : run_next(s, &s->runs[i]);
	}
	for (size_t i = s->n_runs; i > 0 && r == 0; i--)
		sink_down(s, i - 1);
	while (s->n_runs > 0 && r == 0) {
		r = out_line(s, s->out, s->runs[0].line);
		if (r == 0)
			r = run_next(s, &s->runs[0]);
		if (r == 0 && s->runs[0].line.len == 0) {
			free(s->runs[0].window);
			s->runs[0] = s->runs[--s->n_runs];
		}
		sink_down(s, 0);
	}
	return r == 0 ? out_flush(s, s->out) : r;
}

static int
sort_all(struct sort *s)
{
	bool in_memory = false;
	int r;

	s->chunk = malloc(s->memory_bytes);
	if (s->chunk == NULL)
		return -ENOMEM;
	r = make_runs(s, &in_memory);
	if (r < 0)
		return r;
	if (in_memory)
		return write_lines(s, s->out);
	free(TAKE(s->chunk)); /* the windows need the room */
	return s->n_runs > 0 ? merge(s) : 0;
}

static void
sort_release(struct sort *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		free(s->runs[i].window);
	free(s->runs);
	free(s->lines);
	free(s->chunk);
	buf_release(&s->out_buf);
	closep(&s->in);
	closep(&s->runs_fd);
	closep(&s->out);
}

int
cdxj_sort(int dirfd, const char *from, const char *to, size_t memory_bytes, bool keep)
{
	struct store_dir dir = { .fd = dirfd, .lock_fd = -1 };
	struct sort s = { .runs_fd = -1, .out = -1, .memory_bytes = memory_bytes };
	char tmp[SORT_NAME_MAX];
	int r = 0;

	CHECK(memory_bytes >= CDXJ_LINE_MAX_BYTES);
	buf_init(&s.out_buf, SORT_OUT_BYTES + memory_bytes);
	(void)snprintf(tmp, sizeof(tmp), "%s.tmp", to);
	s.in = openat(dirfd, from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (s.in < 0)
		return -errno;
	s.out = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	s.runs_fd = s.out < 0 ? -errno : dir_open_temporary(&dir);
	if (s.runs_fd < 0) {
		r = s.runs_fd;
		s.runs_fd = -1;
	}
	if (r == 0)
		r = sort_all(&s);
	/* Before the lines it is made of go. */
	if (r == 0 && fdatasync(s.out) < 0)
		r = -errno;
	if (r == 0 && close(TAKE_FD(s.out)) < 0 && errno != EINTR)
		r = -errno;
	if (r == 0 && renameat(dirfd, tmp, dirfd, to) < 0)
		r = -errno;
	/* Its new name first, whatever order the disk would take. */
	if (r == 0 && !keep)
		r = dir_sync(&dir);
	if (r == 0 && !keep)
		(void)unlinkat(dirfd, from, 0);
	else if (r < 0)
		(void)unlinkat(dirfd, tmp, 0);
	sort_release(&s);
	return r;
}
