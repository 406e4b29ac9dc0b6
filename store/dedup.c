/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "store/dedup.h"

#define DEDUP_START_SLOTS 4096
#define DEDUP_READ_BYTES  4096 /* most lines are shorter than this */
#define DEDUP_CHUNK_BYTES (1024 * 1024)
/* place: in which file, and where. */
#define DEDUP_SOURCE_BITS 10
#define DEDUP_OFFSET_BITS (64 - DEDUP_SOURCE_BITS)
#define DEDUP_SOURCES_MAX (1u << DEDUP_SOURCE_BITS)
#define DEDUP_OFFSET_MASK ((UINT64_C(1) << DEDUP_OFFSET_BITS) - 1)

/* fp: the first eight bytes of the digest, 0 = the slot is empty. */
struct slot {
	uint64_t fp, place;
};

struct dedup {
	enum digest_kind kind;
	size_t max_slots;
	const struct linefile *index;
	int fds[DEDUP_SOURCES_MAX]; /* [0]: of index */
	unsigned n_fds;
	struct slot *slots;
	size_t n_slots, n; /* a power of two */
	struct buf text;
	struct cdxj_line line;
};

int
dedup_new(enum digest_kind kind, size_t max_bytes, const struct linefile *index,
	int index_fd, struct dedup **ret_dedup)
{
	struct dedup *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		closep(&index_fd);
		return -ENOMEM;
	}
	d->fds[0] = index_fd;
	d->kind = kind;
	d->max_slots = max_bytes / sizeof(struct slot);
	d->index = index;
	d->n_fds = 1;
	buf_init(&d->text, CDXJ_LINE_MAX_BYTES + DEDUP_CHUNK_BYTES);
	d->n_slots = DEDUP_START_SLOTS;
	d->slots = calloc(d->n_slots, sizeof(*d->slots));
	if (d->slots == NULL) {
		dedup_free(d);
		return -ENOMEM;
	}
	*ret_dedup = d;
	return 0;
}

void
dedup_free(struct dedup *d)
{
	if (d == NULL)
		return;
	for (unsigned i = 0; i < d->n_fds; i++)
		closep(&d->fds[i]);
	free(d->slots);
	buf_release(&d->text);
	buf_release(&d->line.memory);
	free(d);
}

static uint64_t
fp_of(const struct digest_value *digest)
{
	uint64_t fp;

	memcpy(&fp, digest->bytes, sizeof(fp));
	return fp != 0 ? fp : 1;
}

static void
insert(struct slot *slots, size_t n_slots, struct slot s)
{
	size_t i = s.fp & (n_slots - 1);

	while (slots[i].fp != 0)
		i = (i + 1) & (n_slots - 1);
	slots[i] = s;
}

/* Half full at most. False: it may not grow any more. */
static bool
make_room(struct dedup *d)
{
	size_t n_slots = d->n_slots * 2;
	struct slot *slots;

	if (d->n < d->n_slots / 2)
		return true;
	/* Both tables stand in memory while it is moved. */
	if (n_slots + d->n_slots > d->max_slots)
		return false;
	slots = calloc(n_slots, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (size_t i = 0; i < d->n_slots; i++)
		if (d->slots[i].fp != 0)
			insert(slots, n_slots, d->slots[i]);
	free(d->slots);
	d->slots = slots;
	d->n_slots = n_slots;
	return true;
}

static void
add(struct dedup *d, const struct digest_value *digest, unsigned source, uint64_t offset)
{
	if (offset > DEDUP_OFFSET_MASK || !make_room(d))
		return;
	insert(d->slots, d->n_slots,
		(struct slot){ fp_of(digest), (uint64_t)source << DEDUP_OFFSET_BITS | offset });
	d->n++;
}

void
dedup_add(struct dedup *d, const struct digest_value *digest, uint64_t offset)
{
	add(d, digest, 0, offset);
}

/* The bytes of source from offset on into d->text, until there is a newline in it. */
static bool
read_line(struct dedup *d, unsigned source, uint64_t offset)
{
	const struct linefile *lf = d->index;
	size_t want = DEDUP_READ_BYTES;
	const char *end;

	if (source == 0 && offset >= lf->file_bytes) {
		size_t at = (size_t)(offset - lf->file_bytes);

		if (at >= lf->whole)
			return false;
		buf_reset(&d->text, SIZE_MAX);
		buf_add(&d->text, lf->buf.data + at, lf->whole - at);
		want = CDXJ_LINE_MAX_BYTES;
	}
	for (;; want *= 8) {
		ssize_t n = 0;

		end = d->text.len > 0 ? memchr(d->text.data, '\n', d->text.len) : NULL;
		if (end != NULL || want > CDXJ_LINE_MAX_BYTES)
			break;
		buf_reset(&d->text, SIZE_MAX);
		if (buf_reserve(&d->text, want) < 0)
			return false;
		n = pread(d->fds[source], d->text.data, want, (off_t)offset);
		if (n <= 0)
			return false;
		d->text.len = (size_t)n;
	}
	if (end == NULL)
		return false;
	d->text.len = (size_t)(end - d->text.data);
	return true;
}

static bool
is_it(struct dedup *d, const struct digest_value *digest, uint64_t found)
{
	struct digest_value other;

	buf_reset(&d->text, SIZE_MAX);
	return read_line(d, (unsigned)(found >> DEDUP_OFFSET_BITS), found & DEDUP_OFFSET_MASK) &&
	       cdxj_read(buf_str(&d->text), &d->line) == 0 &&
	       digest_parse(d->line.digest, &other) == 0 && digest_equal(digest, &other);
}

bool
dedup_find(struct dedup *d, const struct digest_value *digest, struct str *ret_url,
	struct str *ret_stamp)
{
	uint64_t fp = fp_of(digest);

	for (size_t i = fp & (d->n_slots - 1); d->slots[i].fp != 0; i = (i + 1) & (d->n_slots - 1))
		if (d->slots[i].fp == fp && is_it(d, digest, d->slots[i].place)) {
			*ret_url = d->line.url;
			*ret_stamp = d->line.stamp;
			return true;
		}
	return false;
}

/* --- other jobs' files --- */

static bool
is_stamp(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_digit((unsigned char)s.p[i]))
			return false;
	return s.len == 14;
}

/* What a revisit record can refer to: a capture that has the payload itself. */
static bool
load_line(struct dedup *d, struct str line, unsigned source, uint64_t offset)
{
	struct digest_value digest;

	if (cdxj_read(line, &d->line) < 0 || digest_parse(d->line.digest, &digest) < 0 ||
		digest.kind != d->kind || str_eq(d->line.mime, STR("warc/revisit")) || d->line.url.len == 0 ||
		!is_stamp(d->line.stamp))
		return false;
	for (size_t i = 0; i < d->line.url.len; i++)
		if ((unsigned char)d->line.url.p[i] <= ' ')
			return false; /* it is to stand in a header */
	add(d, &digest, source, offset);
	return true;
}

static int
load_lines(struct dedup *d, int fd, unsigned source, uint64_t *ret_n)
{
	CLEANUP(buf_releasep) struct buf chunk = BUF_INIT(DEDUP_CHUNK_BYTES + CDXJ_LINE_MAX_BYTES);
	uint64_t at = 0; /* of chunk */
	size_t used = 0;
	ssize_t n;

	do {
		const char *end;

		if (used > 0)
			memmove(chunk.data, chunk.data + used, chunk.len - used);
		chunk.len -= used;
		at += used;
		used = 0;
		if (chunk.len > CDXJ_LINE_MAX_BYTES)
			return -EINVAL;
		if (buf_reserve(&chunk, DEDUP_CHUNK_BYTES) < 0)
			return buf_err(&chunk);
		n = read(fd, chunk.data + chunk.len, DEDUP_CHUNK_BYTES);
		if (n < 0 && errno != EINTR)
			return -errno;
		chunk.len += n > 0 ? (size_t)n : 0;
		while (used < chunk.len &&
			(end = memchr(chunk.data + used, '\n', chunk.len - used)) != NULL) {
			size_t len = (size_t)(end - chunk.data) - used;

			*ret_n += load_line(d, str_n(chunk.data + used, len), source, at + used);
			used += len + 1;
		}
	} while (n != 0);
	return 0;
}

int
dedup_load(struct dedup *d, const char *path)
{
	uint64_t n = 0;
	int fd, r;

	if (d->n_fds == DEDUP_SOURCES_MAX)
		return -E2BIG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	d->fds[d->n_fds++] = fd;
	r = load_lines(d, fd, d->n_fds - 1, &n);
	return r == 0 && n == 0 ? -EINVAL : r;
}
