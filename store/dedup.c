/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "store/dedup.h"

#define DEDUP_START_SLOTS 4096
#define DEDUP_READ_BYTES  4096 /* most lines are shorter than this */
#define DEDUP_CHUNK_BYTES (1024 * 1024)
/* place: in which file, and where. */
#define DEDUP_SOURCE_BITS 10
#define DEDUP_OFFSET_BITS (64 - DEDUP_SOURCE_BITS)
#define DEDUP_SOURCES_MAX (1u << DEDUP_SOURCE_BITS)
#define DEDUP_OFFSET_MASK ((UINT64_C(1) << DEDUP_OFFSET_BITS) - 1)

/* fp: of the digest, each once; 0 = the slot is empty. */
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
	struct hash_key key; /* so that nobody can choose digests that crowd one place */
	struct buf text;
	struct cdxj_line line;
};

int
dedup_new(enum digest_kind kind, size_t max_bytes, const struct linefile *index,
	int index_fd, struct dedup **ret_dedup)
{
	struct dedup *d = calloc(1, sizeof(*d));
	int r;

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
	r = d->slots == NULL ? -ENOMEM : hash_key_random(&d->key);
	if (r < 0) {
		dedup_free(d);
		return r;
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
fp_of(const struct dedup *d, const struct digest_value *digest)
{
	uint64_t fp = hash_fingerprint(&d->key, digest->bytes, sizeof(digest->bytes));

	return fp != 0 ? fp : 1;
}

/* Where it is, or the empty slot where it would be. */
static size_t
slot_of(const struct slot *slots, size_t n_slots, uint64_t fp)
{
	size_t i = fp & (n_slots - 1);

	while (slots[i].fp != 0 && slots[i].fp != fp)
		i = (i + 1) & (n_slots - 1);
	return i;
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
			slots[slot_of(slots, n_slots, d->slots[i].fp)] = d->slots[i];
	free(d->slots);
	d->slots = slots;
	d->n_slots = n_slots;
	return true;
}

static void
add(struct dedup *d, const struct digest_value *digest, unsigned source, uint64_t offset)
{
	uint64_t fp = fp_of(d, digest);
	size_t i;

	if (offset > DEDUP_OFFSET_MASK || !make_room(d))
		return;
	/* The first capture holds: an index may have one payload, such as none at all, in each of its lines. */
	i = slot_of(d->slots, d->n_slots, fp);
	if (d->slots[i].fp != 0)
		return;
	d->slots[i] = (struct slot){ fp, (uint64_t)source << DEDUP_OFFSET_BITS | offset };
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
is_stamp(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_digit((unsigned char)s.p[i]))
			return false;
	return s.len == 14;
}

/* By a revisit record: a capture that has the payload itself, into d->line. Asked of each line that is read: the file may change. */
static bool
can_be_referred_to(struct dedup *d, struct str line, struct digest_value *ret_digest)
{
	if (cdxj_read(line, &d->line) < 0 || digest_parse(d->line.digest, ret_digest) < 0 ||
		ret_digest->kind != d->kind || str_eq(d->line.mime, STR("warc/revisit")) || d->line.url.len == 0 ||
		!is_stamp(d->line.stamp))
		return false;
	for (size_t i = 0; i < d->line.url.len; i++)
		if ((unsigned char)d->line.url.p[i] <= ' ')
			return false; /* it is to stand in a header */
	return true;
}

static bool
is_it(struct dedup *d, const struct digest_value *digest, uint64_t found)
{
	struct digest_value other;

	buf_reset(&d->text, SIZE_MAX);
	return read_line(d, (unsigned)(found >> DEDUP_OFFSET_BITS), found & DEDUP_OFFSET_MASK) &&
	       can_be_referred_to(d, buf_str(&d->text), &other) && digest_equal(digest, &other);
}

bool
dedup_find(struct dedup *d, const struct digest_value *digest, struct str *ret_url,
	struct str *ret_stamp)
{
	size_t i = slot_of(d->slots, d->n_slots, fp_of(d, digest));

	if (d->slots[i].fp == 0 || !is_it(d, digest, d->slots[i].place))
		return false;
	*ret_url = d->line.url;
	*ret_stamp = d->line.stamp;
	return true;
}

/* --- what earlier runs, and other jobs, have --- */

static bool
load_line(struct dedup *d, struct str line, unsigned source, uint64_t offset)
{
	struct digest_value digest;

	if (!can_be_referred_to(d, line, &digest))
		return false;
	add(d, &digest, source, offset);
	return true;
}

/* The string behind a key, as cdxj_put() writes lines: a quote within a value has a backslash before it, so it ends none. */
static struct str
value_of(struct str line, struct str key)
{
	const char *p = memmem(line.p, line.len, key.p, key.len), *end;

	if (p == NULL)
		return STR_NONE;
	p += key.len;
	end = memchr(p, '"', (size_t)(line.p + line.len - p));
	return end != NULL ? str_n(p, (size_t)(end - p)) : STR_NONE;
}

/* A line of ours, without reading all of it: that is done with those that are asked for. */
static bool
load_own_line(struct dedup *d, struct str line, unsigned source, uint64_t offset)
{
	struct digest_value digest;

	if (str_eq(value_of(line, STR("\"mime\":\"")), STR("warc/revisit")) ||
		digest_parse(value_of(line, STR("\"digest\":\"")), &digest) < 0 || digest.kind != d->kind)
		return false;
	add(d, &digest, source, offset);
	return true;
}

static int
load_lines(struct dedup *d, unsigned source, bool (*load)(struct dedup *d, struct str line, unsigned source, uint64_t offset),
	uint64_t *ret_n)
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
		n = read(d->fds[source], chunk.data + chunk.len, DEDUP_CHUNK_BYTES);
		if (n < 0 && errno != EINTR)
			return -errno;
		chunk.len += n > 0 ? (size_t)n : 0;
		while (used < chunk.len &&
			(end = memchr(chunk.data + used, '\n', chunk.len - used)) != NULL) {
			size_t len = (size_t)(end - chunk.data) - used;

			*ret_n += load(d, str_n(chunk.data + used, len), source, at + used);
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
	r = load_lines(d, d->n_fds - 1, load_line, &n);
	return r == 0 && n == 0 ? -EINVAL : r;
}

int
dedup_load_own(struct dedup *d)
{
	uint64_t n = 0;

	return load_lines(d, 0, load_own_line, &n);
}
