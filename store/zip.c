/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "store/zip.h"

/* APPNOTE.TXT 4.3.7, 4.3.12, 4.3.14-16. */
#define HEAD_SIGN      UINT32_C(0x04034b50)
#define HEAD_BYTES     30
#define HEAD_EXTRA     20 /* ZIP64: both sizes */
#define CENTRAL_SIGN   UINT32_C(0x02014b50)
#define CENTRAL_BYTES  46
#define CENTRAL_EXTRA  28 /* ZIP64: both sizes and the offset */
#define END64_SIGN     UINT32_C(0x06064b50)
#define END64_BYTES    56
#define LOCATOR_SIGN   UINT32_C(0x07064b50)
#define LOCATOR_BYTES  20
#define END_SIGN       UINT32_C(0x06054b50)
#define END_BYTES      22
#define END_COMMENT    65535 /* at most, behind the end */
#define EXTRA_ZIP64    1
#define EXTRA_OWN      0x594c /* "LY", nobody's by APPNOTE.TXT 4.5 and 4.6 */
#define EXTRA_FIELD    4      /* of each: its number and its length */
#define VERSION_ZIP64  45
#define VERSION_UNIX   (3 << 8 | VERSION_ZIP64)
#define FLAG_ENCRYPTED 1
#define FLAG_UTF8      (1 << 11)
#define IN_ZIP64_32    UINT32_C(0xffffffff)
#define IN_ZIP64_16    UINT32_C(0xffff)
#define MODE_FILE      (UINT32_C(0100644) << 16)

#define DIRECTORY_MAX_BYTES (64 * 1024 * 1024)
#define PIECE_BYTES         (64 * 1024)

/* --- numbers: little endian (4.4.1.1) --- */

static void
put_number(struct buf *b, unsigned n_bytes, uint64_t v)
{
	for (unsigned i = 0; i < n_bytes; i++)
		buf_addc(b, (char)(v >> (8 * i) & 0xff));
}

static uint64_t
get_number(const unsigned char *p, unsigned n_bytes)
{
	uint64_t v = 0;

	for (unsigned i = n_bytes; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static uint16_t
get16(const unsigned char *p)
{
	return (uint16_t)get_number(p, 2);
}

static uint32_t
get32(const unsigned char *p)
{
	return (uint32_t)get_number(p, 4);
}

uint32_t
zip_dos_time(int64_t wall_us)
{
	time_t s = (time_t)(wall_us / CLOCK_US_PER_SEC);
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL || tm.tm_year < 80 || tm.tm_year > 207)
		return UINT32_C(1) << 21 | UINT32_C(1) << 16; /* the first day there is */
	return (uint32_t)(tm.tm_year - 80) << 25 | (uint32_t)(tm.tm_mon + 1) << 21 | (uint32_t)tm.tm_mday << 16 |
	       (uint32_t)tm.tm_hour << 11 | (uint32_t)tm.tm_min << 5 | (uint32_t)tm.tm_sec / 2;
}

/* --- writing --- */

static unsigned
head_extra(const struct zip_entry *e)
{
	return HEAD_EXTRA + (e->own_bytes > 0 ? EXTRA_FIELD + (unsigned)e->own_bytes : 0);
}

uint64_t
zip_head_bytes(const struct zip_entry *e)
{
	return HEAD_BYTES + strlen(e->name) + head_extra(e);
}

/* What heads and the directory have in common. */
static void
put_facts(struct buf *b, const struct zip_entry *e, unsigned extra_bytes)
{
	put_number(b, 2, VERSION_ZIP64);
	put_number(b, 2, FLAG_UTF8);
	put_number(b, 2, ZIP_STORED);
	put_number(b, 4, e->dos_time);
	put_number(b, 4, e->crc);
	put_number(b, 4, IN_ZIP64_32);
	put_number(b, 4, IN_ZIP64_32);
	put_number(b, 2, strlen(e->name));
	put_number(b, 2, extra_bytes);
}

static void
put_zip64(struct buf *b, const struct zip_entry *e, unsigned extra_bytes)
{
	put_number(b, 2, EXTRA_ZIP64);
	put_number(b, 2, extra_bytes - 4);
	put_number(b, 8, e->bytes);
	put_number(b, 8, e->bytes);
}

void
zip_put_head(struct buf *b, const struct zip_entry *e)
{
	put_number(b, 4, HEAD_SIGN);
	put_facts(b, e, head_extra(e));
	buf_add_str(b, str_of(e->name));
	put_zip64(b, e, HEAD_EXTRA);
	if (e->own_bytes == 0)
		return;
	put_number(b, 2, EXTRA_OWN);
	put_number(b, 2, e->own_bytes);
	buf_add(b, e->own, e->own_bytes);
}

static void
put_central(struct buf *b, const struct zip_entry *e)
{
	put_number(b, 4, CENTRAL_SIGN);
	put_number(b, 2, VERSION_UNIX);
	put_facts(b, e, CENTRAL_EXTRA);
	put_number(b, 2, 0); /* comment */
	put_number(b, 2, 0); /* disk */
	put_number(b, 2, 0); /* internal attributes */
	put_number(b, 4, MODE_FILE);
	put_number(b, 4, IN_ZIP64_32);
	buf_add_str(b, str_of(e->name));
	put_zip64(b, e, CENTRAL_EXTRA);
	put_number(b, 8, e->at);
}

void
zip_put_directory(struct buf *b, const struct zip_entry *entries, size_t n, uint64_t at)
{
	size_t before = b->len;
	uint64_t bytes;

	for (size_t i = 0; i < n; i++)
		put_central(b, &entries[i]);
	bytes = b->len - before;
	put_number(b, 4, END64_SIGN);
	put_number(b, 8, END64_BYTES - 12);
	put_number(b, 2, VERSION_UNIX);
	put_number(b, 2, VERSION_ZIP64);
	put_number(b, 8, 0); /* this disk, and that of the directory */
	put_number(b, 8, n);
	put_number(b, 8, n);
	put_number(b, 8, bytes);
	put_number(b, 8, at);
	put_number(b, 4, LOCATOR_SIGN);
	put_number(b, 4, 0);
	put_number(b, 8, at + bytes);
	put_number(b, 4, 1);
	put_number(b, 4, END_SIGN);
	put_number(b, 4, 0);
	put_number(b, 2, IN_ZIP64_16);
	put_number(b, 2, IN_ZIP64_16);
	put_number(b, 4, IN_ZIP64_32);
	put_number(b, 4, IN_ZIP64_32);
	put_number(b, 2, 0);
}

/* --- reading --- */

/* All of it, or -EBADMSG where the file ends before. */
static int
read_at(int fd, void *dst, size_t len, uint64_t at)
{
	size_t done = 0;

	if (at > INT64_MAX - len)
		return -EBADMSG;
	while (done < len) {
		ssize_t n = pread(fd, (char *)dst + done, len - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EBADMSG;
		done += (size_t)n;
	}
	return 0;
}

/* No NUL in it, so that it is the same for all who read it. */
static int
set_name(struct zip_entry *e, const unsigned char *p, size_t len)
{
	if (len == 0 || len > ZIP_NAME_MAX || memchr(p, '\0', len) != NULL)
		return -EBADMSG;
	memcpy(e->name, p, len);
	e->name[len] = '\0';
	return 0;
}

/* The fields of a head behind its name: that of ZIP64, and ours or none. */
static int
read_head_extra(struct zip_entry *e, const unsigned char *p, size_t len)
{
	if (get16(p) != EXTRA_ZIP64 || get16(p + 2) != HEAD_EXTRA - EXTRA_FIELD)
		return -EBADMSG;
	e->bytes = e->raw_bytes = get_number(p + EXTRA_FIELD, 8);
	p += HEAD_EXTRA;
	len -= HEAD_EXTRA;
	if (len == 0)
		return 0;
	if (len <= EXTRA_FIELD || get16(p) != EXTRA_OWN || get16(p + 2) != len - EXTRA_FIELD)
		return -EBADMSG;
	e->own_bytes = (uint8_t)(len - EXTRA_FIELD);
	memcpy(e->own, p + EXTRA_FIELD, e->own_bytes);
	return 0;
}

int
zip_read_head(int fd, uint64_t at, struct zip_entry *ret_entry)
{
	unsigned char head[HEAD_BYTES], rest[ZIP_NAME_MAX + HEAD_EXTRA + EXTRA_FIELD + ZIP_OWN_MAX];
	struct zip_entry e = { .at = at };
	size_t name_bytes, extra_bytes;
	int r = read_at(fd, head, sizeof(head), at);

	if (r < 0)
		return r;
	name_bytes = get16(head + 26);
	extra_bytes = get16(head + 28);
	if (get32(head) != HEAD_SIGN || get16(head + 8) != ZIP_STORED || get32(head + 18) != IN_ZIP64_32 ||
		name_bytes > ZIP_NAME_MAX || extra_bytes < HEAD_EXTRA || extra_bytes > HEAD_EXTRA + EXTRA_FIELD + ZIP_OWN_MAX)
		return -EBADMSG;
	r = read_at(fd, rest, name_bytes + extra_bytes, at + HEAD_BYTES);
	if (r == 0)
		r = set_name(&e, rest, name_bytes);
	if (r == 0)
		r = read_head_extra(&e, rest + name_bytes, extra_bytes);
	if (r < 0)
		return r;
	e.dos_time = get32(head + 10);
	e.crc = get32(head + 14);
	*ret_entry = e;
	return 0;
}

struct directory {
	uint64_t at, bytes, n;
};

/* The last signature of the end that stands where one can. */
static int
find_end(int fd, uint64_t file_bytes, uint64_t *ret_at)
{
	size_t len = file_bytes < END_BYTES + END_COMMENT ? (size_t)file_bytes : END_BYTES + END_COMMENT;
	CLEANUP(freep) unsigned char *tail = malloc(len + 1);
	int r;

	if (tail == NULL)
		return -ENOMEM;
	if (len < END_BYTES)
		return -EBADMSG;
	r = read_at(fd, tail, len, file_bytes - len);
	if (r < 0)
		return r;
	for (size_t i = len - END_BYTES + 1; i > 0; i--) {
		const unsigned char *p = tail + i - 1;

		if (get32(p) == END_SIGN && get16(p + 20) == len - END_BYTES - (i - 1)) {
			*ret_at = file_bytes - len + i - 1;
			return 0;
		}
	}
	return -EBADMSG;
}

/* What the short end says where it says anything; a reader may go by either. */
static bool
agrees(uint64_t said, uint64_t in_zip64, uint64_t is)
{
	return said == in_zip64 || said == is;
}

static int
find_directory(int fd, struct directory *d)
{
	unsigned char end[END_BYTES], locator[LOCATOR_BYTES], end64[END64_BYTES];
	uint64_t end_at = 0, end64_at;
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	r = find_end(fd, (uint64_t)st.st_size, &end_at);
	if (r == 0)
		r = read_at(fd, end, sizeof(end), end_at);
	if (r < 0)
		return r;
	*d = (struct directory){ .n = get16(end + 10), .bytes = get32(end + 12), .at = get32(end + 16) };
	if (d->n == IN_ZIP64_16 || d->bytes == IN_ZIP64_32 || d->at == IN_ZIP64_32) {
		if (end_at < LOCATOR_BYTES)
			return -EBADMSG;
		r = read_at(fd, locator, sizeof(locator), end_at - LOCATOR_BYTES);
		if (r < 0)
			return r;
		end64_at = get_number(locator + 8, 8);
		if (get32(locator) != LOCATOR_SIGN)
			return -EBADMSG;
		r = read_at(fd, end64, sizeof(end64), end64_at);
		if (r < 0)
			return r;
		if (get32(end64) != END64_SIGN)
			return -EBADMSG;
		*d = (struct directory){ .n = get_number(end64 + 32, 8), .bytes = get_number(end64 + 40, 8),
			.at = get_number(end64 + 48, 8) };
	}
	if (!agrees(get16(end + 8), IN_ZIP64_16, d->n) || !agrees(get16(end + 10), IN_ZIP64_16, d->n) || !agrees(get32(end + 12), IN_ZIP64_32, d->bytes) ||
		!agrees(get32(end + 16), IN_ZIP64_32, d->at))
		return -EBADMSG;
	if (d->n > ZIP_ENTRIES_MAX || d->bytes > DIRECTORY_MAX_BYTES || d->at > end_at || d->bytes > end_at - d->at ||
		d->n > d->bytes / CENTRAL_BYTES)
		return -EBADMSG;
	return 0;
}

/* The ZIP64 field holds, in this order, what does not fit into the entry itself (4.5.3). */
static int
read_zip64(struct zip_entry *e, const unsigned char *p, size_t len)
{
	uint64_t *wanted[3];
	size_t n = 0, size;

	if (e->raw_bytes == IN_ZIP64_32)
		wanted[n++] = &e->raw_bytes;
	if (e->bytes == IN_ZIP64_32)
		wanted[n++] = &e->bytes;
	if (e->at == IN_ZIP64_32)
		wanted[n++] = &e->at;
	for (; n > 0 && len >= 4; p += size, len -= size) {
		size = 4 + (size_t)get16(p + 2);
		if (size > len)
			return -EBADMSG;
		if (get16(p) != EXTRA_ZIP64)
			continue;
		if (size < 4 + 8 * n)
			return -EBADMSG;
		for (size_t i = 0; i < n; i++)
			*wanted[i] = get_number(p + 4 + 8 * i, 8);
		return 0;
	}
	return n > 0 ? -EBADMSG : 0;
}

/* *p is behind it then. */
static int
read_central(const unsigned char **p, const unsigned char *end, struct zip_entry *ret)
{
	const unsigned char *c = *p;
	size_t name_bytes, extra_bytes, comment_bytes;
	int r;

	if (end - c < CENTRAL_BYTES || get32(c) != CENTRAL_SIGN)
		return -EBADMSG;
	name_bytes = get16(c + 28);
	extra_bytes = get16(c + 30);
	comment_bytes = get16(c + 32);
	if ((size_t)(end - c) - CENTRAL_BYTES < name_bytes + extra_bytes + comment_bytes)
		return -EBADMSG;
	*ret = (struct zip_entry){
		.at = get32(c + 42),
		.bytes = get32(c + 20),
		.raw_bytes = get32(c + 24),
		.crc = get32(c + 16),
		.dos_time = get32(c + 12),
		.method = get16(c + 10),
	};
	if (get16(c + 8) & FLAG_ENCRYPTED)
		return -EBADMSG;
	r = set_name(ret, c + CENTRAL_BYTES, name_bytes);
	if (r == 0)
		r = read_zip64(ret, c + CENTRAL_BYTES + name_bytes, extra_bytes);
	*p = c + CENTRAL_BYTES + name_bytes + extra_bytes + comment_bytes;
	return r;
}

static int
by_place(const void *pa, const void *pb)
{
	const struct zip_entry *a = pa, *b = pb;

	return (a->at > b->at) - (a->at < b->at);
}

int
zip_data_at(int fd, const struct zip_entry *e, uint64_t *ret_at)
{
	unsigned char head[HEAD_BYTES];
	int r = read_at(fd, head, sizeof(head), e->at);

	if (r < 0)
		return r;
	if (get32(head) != HEAD_SIGN)
		return -EBADMSG;
	*ret_at = e->at + HEAD_BYTES + get16(head + 26) + get16(head + 28);
	return 0;
}

/*
 * 1: some share bytes; 0, or negative errno. Where an entry's bytes begin its own head says, not the directory. One without a head
 * cannot be read, so it shares none: whoever asks for it is told.
 */
static int
overlap(int fd, const struct zip_entry *entries, size_t n, uint64_t end)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t next = i + 1 < n ? entries[i + 1].at : end, at;
		int r;

		if (entries[i].at > next || next - entries[i].at < HEAD_BYTES)
			return 1;
		at = entries[i].at + HEAD_BYTES;
		r = zip_data_at(fd, &entries[i], &at);
		if (r < 0 && r != -EBADMSG)
			return r;
		if (at > next || next - at < entries[i].bytes)
			return 1;
	}
	return 0;
}

int
zip_read_directory(int fd, struct zip_entry **ret_entries, size_t *ret_n)
{
	CLEANUP(freep) unsigned char *bytes = NULL;
	CLEANUP(freep) struct zip_entry *entries = NULL;
	const unsigned char *p;
	struct directory d = { 0 };
	int r = find_directory(fd, &d);

	if (r < 0)
		return r;
	bytes = malloc((size_t)d.bytes + 1);
	entries = calloc((size_t)d.n + 1, sizeof(*entries));
	if (bytes == NULL || entries == NULL)
		return -ENOMEM;
	r = read_at(fd, bytes, (size_t)d.bytes, d.at);
	p = bytes;
	for (size_t i = 0; r == 0 && i < d.n; i++)
		r = read_central(&p, bytes + d.bytes, &entries[i]);
	if (r < 0)
		return r;
	qsort(entries, (size_t)d.n, sizeof(*entries), by_place);
	r = overlap(fd, entries, (size_t)d.n, d.at);
	if (r != 0)
		return r < 0 ? r : -EBADMSG;
	*ret_n = (size_t)d.n;
	*ret_entries = TAKE(entries);
	return 0;
}

/* --- an entry's bytes --- */

struct inflation {
	z_stream z;
	bool started;
	bool ended;
};

static void
inflation_end(struct inflation *f)
{
	if (f->started)
		(void)inflateEnd(&f->z);
}

struct pieces {
	const struct zip_entry *entry;
	int (*fn)(void *arg, const void *p, size_t n);
	void *arg;
	uint64_t raw_bytes;
	uint32_t crc;
};

static int
give(struct pieces *s, const unsigned char *p, size_t n)
{
	if (n > s->entry->raw_bytes - s->raw_bytes)
		return -EBADMSG;
	s->raw_bytes += n;
	s->crc = (uint32_t)crc32(s->crc, p, (uInt)n);
	return n > 0 ? s->fn(s->arg, p, n) : 0;
}

static int
inflate_piece(struct pieces *s, struct inflation *f, unsigned char *in, size_t n, unsigned char *out)
{
	int r = 0;

	f->z.next_in = in;
	f->z.avail_in = (uInt)n;
	while (r == 0 && !f->ended) {
		int z;

		f->z.next_out = out;
		f->z.avail_out = PIECE_BYTES;
		z = inflate(&f->z, Z_NO_FLUSH);
		if (z == Z_MEM_ERROR)
			return -ENOMEM;
		if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR)
			return -EBADMSG;
		f->ended = z == Z_STREAM_END;
		r = give(s, out, PIECE_BYTES - f->z.avail_out);
		if (f->z.avail_in == 0 && f->z.avail_out > 0)
			break;
	}
	return r == 0 && f->z.avail_in > 0 ? -EBADMSG : r;
}

int
zip_each_piece(int fd, const struct zip_entry *e, int (*fn)(void *arg, const void *p, size_t n), void *arg)
{
	CLEANUP(freep) unsigned char *in = malloc(PIECE_BYTES), *out = malloc(PIECE_BYTES);
	struct pieces s = { .entry = e, .fn = fn, .arg = arg };
	struct inflation f = { .started = false };
	uint64_t at = 0, left = e->bytes;
	int r = in == NULL || out == NULL ? -ENOMEM : zip_data_at(fd, e, &at);

	if (r == 0 && e->method != ZIP_STORED && e->method != ZIP_DEFLATED)
		r = -EOPNOTSUPP;
	if (r == 0 && e->method == ZIP_DEFLATED) {
		f.started = inflateInit2(&f.z, -MAX_WBITS) == Z_OK;
		r = f.started ? 0 : -ENOMEM;
	}
	while (r == 0 && left > 0) {
		size_t n = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;

		r = read_at(fd, in, n, at);
		if (r == 0)
			r = f.started ? inflate_piece(&s, &f, in, n, out) : give(&s, in, n);
		at += n;
		left -= n;
	}
	if (r == 0 && (s.raw_bytes != e->raw_bytes || s.crc != e->crc || (f.started && !f.ended)))
		r = -EBADMSG;
	inflation_end(&f);
	return r;
}
