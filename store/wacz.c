/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "store/cdxj.h"
#include "store/digest.h"
#include "store/linefile.h"
#include "store/wacz.h"
#include "store/zip.h"

#define WACZ_NAME_BYTES  64
#define SHA256_BYTES     32
#define WACZ_VERSION     "1.1.1"
#define WACZ_ARCHIVE     "archive/"
#define WACZ_INDEX       "indexes/index.cdxj"
#define WACZ_PAGES       "pages/pages.jsonl"
#define WACZ_PACKAGE     "datapackage.json"
#define WACZ_DIGEST      "datapackage-digest.json"
#define WACZ_LINES_PART  "index.wacz.part" /* beside the file, for a moment: the index as it will stand in it */
#define WACZ_LINES       "index.wacz"
#define WACZ_SORT_BYTES  (32 * 1024 * 1024)
#define WACZ_WRITE_BYTES (256 * 1024)
#define WACZ_ARCHIVES_MAX 50000
#define WACZ_NOTE_BYTES  (SHA256_BYTES + 4)
#define WACZ_TEXT_BYTES  (32 * 1024 * 1024) /* the descriptor: some hundred bytes for each WARC file */

struct wacz {
	char name[WACZ_NAME_BYTES];
	int fd, patch_fd; /* appends; writes in place */
	struct zip_entry *entries;
	struct digest_value *digests;
	bool *hashed;
	size_t n, cap;
	bool open; /* the last entry has begun and not ended */
	struct digest *digest; /* of that one */
	uint32_t crc;
	uint64_t end; /* of the file, as long as no entry is open */
	bool as_found; /* by wacz_open(): behind `end` there may be more */
	struct buf buf;
};

static struct zip_entry *
last_entry(struct wacz *w)
{
	return &w->entries[w->n - 1];
}

static bool
is_archive(const struct zip_entry *e)
{
	return str_starts(str_of(e->name), STR(WACZ_ARCHIVE));
}

/* One more, of zeros. */
static int
grow(struct wacz *w)
{
	size_t cap = w->cap == 0 ? 16 : 2 * w->cap;
	void *p;

	if (w->n < w->cap)
		return 0;
	if (w->n == ZIP_ENTRIES_MAX)
		return -EOVERFLOW;
	if (cap > ZIP_ENTRIES_MAX)
		cap = ZIP_ENTRIES_MAX;
	p = realloc(w->entries, cap * sizeof(*w->entries));
	if (p == NULL)
		return -ENOMEM;
	w->entries = p;
	p = realloc(w->digests, cap * sizeof(*w->digests));
	if (p == NULL)
		return -ENOMEM;
	w->digests = p;
	p = realloc(w->hashed, cap * sizeof(*w->hashed));
	if (p == NULL)
		return -ENOMEM;
	w->hashed = p;
	w->cap = cap;
	return 0;
}

static int
append(struct wacz *w, const void *p, size_t len)
{
	size_t done;
	int r = file_write_all(w->fd, p, len, &done);

	w->end += done;
	return r;
}

static int
append_buf(struct wacz *w)
{
	int r = buf_err(&w->buf);

	if (r == 0)
		r = append(w, w->buf.data, w->buf.len);
	buf_reset(&w->buf, WACZ_WRITE_BYTES);
	return r;
}

/* --- entries --- */

static int
begin_entry(struct wacz *w, const char *prefix, const char *name)
{
	struct zip_entry e = { .at = w->end, .dos_time = zip_dos_time(clock_wall_us()), .own_bytes = WACZ_NOTE_BYTES };
	int r = grow(w);

	CHECK(!w->open);
	if (r < 0)
		return r;
	if (snprintf(e.name, sizeof(e.name), "%s%s", prefix, name) >= (int)sizeof(e.name))
		return -ENAMETOOLONG;
	zip_put_head(&w->buf, &e);
	r = append_buf(w);
	if (r < 0)
		return r;
	w->hashed[w->n] = false;
	w->entries[w->n++] = e;
	w->open = true;
	w->crc = 0;
	digest_begin(w->digest);
	return 0;
}

/* --- digests ---
 *
 * The digest of a WARC file stands in its head, so that no later run has to read it again:
 *
 *	[SHA-256][CRC-32 of that, and of the length and the checksum it belongs to]   zeros until the entry has ended
 */

static uint32_t
note_sum(const struct zip_entry *e)
{
	uLong sum = crc32(0, e->own, SHA256_BYTES);

	sum = crc32(sum, (const Bytef *)&e->bytes, sizeof(e->bytes));
	return (uint32_t)crc32(sum, (const Bytef *)&e->crc, sizeof(e->crc));
}

static void
set_digest(struct wacz *w, size_t i)
{
	struct zip_entry *e = &w->entries[i];
	uint32_t sum;

	digest_end(w->digest, &w->digests[i]);
	w->hashed[i] = true;
	if (e->own_bytes != WACZ_NOTE_BYTES)
		return; /* of an older version: there is no room */
	memcpy(e->own, w->digests[i].bytes, SHA256_BYTES);
	sum = note_sum(e);
	memcpy(e->own + SHA256_BYTES, &sum, sizeof(sum));
}

static void
get_digest(struct wacz *w, size_t i)
{
	const struct zip_entry *e = &w->entries[i];
	uint32_t sum;

	if (e->own_bytes != WACZ_NOTE_BYTES || e->bytes == 0)
		return;
	memcpy(&sum, e->own + SHA256_BYTES, sizeof(sum));
	if (sum != note_sum(e))
		return;
	w->digests[i] = (struct digest_value){ .kind = DIGEST_SHA256 };
	memcpy(w->digests[i].bytes, e->own, SHA256_BYTES);
	w->hashed[i] = true;
}

/* The head once more, now that it is known what it speaks of. */
static int
patch_head(struct wacz *w, const struct zip_entry *e)
{
	ssize_t n;
	int r;

	zip_put_head(&w->buf, e);
	r = buf_err(&w->buf);
	do
		n = r == 0 ? pwrite(w->patch_fd, w->buf.data, w->buf.len, (off_t)e->at) : 0;
	while (n < 0 && errno == EINTR);
	if (r == 0 && n != (ssize_t)w->buf.len)
		r = n < 0 ? -errno : -EIO;
	buf_reset(&w->buf, WACZ_WRITE_BYTES);
	return r;
}

static int
rehash_piece(void *arg, const void *p, size_t n)
{
	wacz_wrote(arg, p, n);
	return 0;
}

/* An entry of an earlier run: its digest, and where nobody has said it yet, its checksum. */
static int
rehash(struct wacz *w, size_t i, bool check)
{
	struct zip_entry *e = &w->entries[i];
	int r;

	w->open = true;
	w->crc = 0;
	digest_begin(w->digest);
	r = zip_each_piece(w->patch_fd, e, rehash_piece, w);
	/* Without a checksum yet, the other one is wrong. */
	if (r == -EBADMSG && !check)
		r = 0;
	w->open = false;
	if (r < 0)
		return r == -EBADMSG ? -EUCLEAN : r;
	if (!check)
		e->crc = w->crc;
	set_digest(w, i);
	return 0;
}

/* What an earlier run has written behind the last commit goes: the end of a whole file, or what came before a crash. */
static int
take_back(struct wacz *w)
{
	int r = 0;

	if (!w->as_found)
		return 0;
	if (ftruncate(w->patch_fd, (off_t)w->end) < 0)
		return -errno;
	/* The entry in which the last commit stands ends there. */
	if (w->n > 0 && !w->hashed[w->n - 1]) {
		r = rehash(w, w->n - 1, false);
		if (r == 0)
			r = patch_head(w, last_entry(w));
	}
	if (r == 0)
		w->as_found = false;
	return r;
}

int
wacz_begin(struct wacz *w, const char *name, uint64_t *ret_at)
{
	/* The end must find room, in the directory and in the descriptor. */
	int r = w->n < WACZ_ARCHIVES_MAX ? take_back(w) : -EOVERFLOW;

	if (r == 0)
		r = begin_entry(w, WACZ_ARCHIVE, name);
	if (r == 0)
		*ret_at = w->end;
	return r;
}

void
wacz_wrote(struct wacz *w, const void *p, size_t len)
{
	CHECK(w->open && len <= UINT32_MAX);
	w->crc = (uint32_t)crc32(w->crc, p, (uInt)len);
	digest_add(w->digest, p, len);
}

int
wacz_end(struct wacz *w, uint64_t at)
{
	struct zip_entry *e = last_entry(w);

	CHECK(w->open && at >= e->at + zip_head_bytes(e));
	e->bytes = e->raw_bytes = at - e->at - zip_head_bytes(e);
	e->crc = w->crc;
	set_digest(w, w->n - 1);
	w->open = false;
	w->end = at;
	return patch_head(w, e);
}

static int
end_entry(struct wacz *w)
{
	return wacz_end(w, w->end);
}

/* What is in the buffer is appended to the open entry. */
static int
put_piece(struct wacz *w)
{
	int r = buf_err(&w->buf);

	if (r < 0 || w->buf.len == 0)
		return r;
	wacz_wrote(w, w->buf.data, w->buf.len);
	return append_buf(w);
}

/* --- opening --- */

/* From head to head, as far as the last commit. */
static int
scan(struct wacz *w, uint64_t bytes)
{
	uint64_t at = 0;
	int r = 0;

	while (r == 0 && at < bytes) {
		struct zip_entry e;
		uint64_t data_at, rest;

		r = zip_read_head(w->patch_fd, at, &e);
		if (r == 0)
			r = grow(w);
		if (r < 0)
			break;
		data_at = at + zip_head_bytes(&e);
		if (!is_archive(&e) || data_at > bytes)
			return -EUCLEAN;
		rest = bytes - data_at;
		w->hashed[w->n] = false;
		w->entries[w->n++] = e;
		if (e.bytes > 0 && e.bytes <= rest)
			get_digest(w, w->n - 1);
		if (e.bytes > 0 && e.bytes < rest) {
			at = data_at + e.bytes;
			continue;
		}
		last_entry(w)->bytes = last_entry(w)->raw_bytes = rest;
		w->end = bytes;
		/* Nothing of it was committed. */
		if (rest == 0) {
			w->n--;
			w->end = at;
		}
		break;
	}
	return r == -EBADMSG ? -EUCLEAN : r;
}

static int
reopen(struct wacz *w, int dirfd, uint64_t bytes)
{
	struct stat st;

	w->patch_fd = openat(dirfd, w->name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (w->patch_fd < 0 || fstat(w->patch_fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < bytes)
		return -EUCLEAN;
	w->as_found = true;
	return scan(w, bytes);
}

int
wacz_open(int dirfd, const char *name, uint64_t bytes, struct wacz **ret_wacz)
{
	struct wacz *w = calloc(1, sizeof(*w));
	int r;

	if (w == NULL)
		return -ENOMEM;
	w->fd = w->patch_fd = -1;
	buf_init(&w->buf, WACZ_TEXT_BYTES);
	r = snprintf(w->name, sizeof(w->name), "%s", name) >= (int)sizeof(w->name) ? -ENAMETOOLONG : 0;
	if (r == 0)
		r = digest_new(DIGEST_SHA256, &w->digest);
	if (r == 0 && bytes > 0)
		r = reopen(w, dirfd, bytes);
	if (r == 0 && bytes == 0) {
		w->patch_fd = openat(dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		r = w->patch_fd < 0 ? -errno : 0;
	}
	if (r == 0) {
		w->fd = openat(dirfd, name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
		r = w->fd < 0 ? -errno : 0;
	}
	if (r < 0) {
		wacz_free(w);
		return r;
	}
	*ret_wacz = w;
	return 0;
}

void
wacz_free(struct wacz *w)
{
	if (w == NULL)
		return;
	closep(&w->fd);
	closep(&w->patch_fd);
	digest_free(w->digest);
	buf_release(&w->buf);
	free(w->entries);
	free(w->digests);
	free(w->hashed);
	free(w);
}

const char *
wacz_name(const struct wacz *w)
{
	return w->name;
}

int
wacz_fd(const struct wacz *w)
{
	return w->fd;
}

const char *
wacz_last(const struct wacz *w)
{
	return w->n > 0 ? w->entries[w->n - 1].name + strlen(WACZ_ARCHIVE) : "";
}

/* --- the end --- */

/* The WARC file in which an offset lies; NULL = none. */
static const struct zip_entry *
entry_at(const struct wacz *w, uint64_t offset)
{
	for (size_t i = w->n; i > 0; i--) {
		const struct zip_entry *e = &w->entries[i - 1];

		if (offset >= e->at)
			return is_archive(e) && offset - e->at < zip_head_bytes(e) + e->bytes ? e : NULL;
	}
	return NULL;
}

/* Where it begins counts from the start of its WARC file there. Not a line of this file: nothing is added. */
static int
put_index_line(struct wacz *w, struct str line, struct cdxj_line *l)
{
	const struct zip_entry *e;
	int r = cdxj_read(line, l);

	if (r < 0)
		return r == -EINVAL ? 0 : r;
	if (!str_eq(l->file_name, str_of(w->name)))
		return 0;
	e = entry_at(w, l->offset);
	if (e == NULL || l->offset < e->at + zip_head_bytes(e))
		return -EUCLEAN;
	l->offset -= e->at + zip_head_bytes(e);
	l->file_name = str_of(e->name + strlen(WACZ_ARCHIVE));
	cdxj_put_line(&w->buf, l);
	buf_addc(&w->buf, '\n');
	return buf_err(&w->buf);
}

/* The lines of from, moved, to `to`, in the same order. */
static int
move_lines(struct wacz *w, FILE *from, int to)
{
	CLEANUP(freep) char *text = NULL;
	struct cdxj_line l = { .offset = 0 };
	size_t cap = 0, done;
	ssize_t n = 0;
	int r = 0;

	while (r == 0 && (n = getline(&text, &cap, from)) > 0) {
		r = put_index_line(w, str_n(text, (size_t)n - (text[n - 1] == '\n')), &l);
		if (r == 0 && w->buf.len >= WACZ_WRITE_BYTES) {
			r = file_write_all(to, w->buf.data, w->buf.len, &done);
			buf_reset(&w->buf, WACZ_WRITE_BYTES);
		}
	}
	buf_release(&l.memory);
	if (r == 0 && ferror(from))
		r = -EIO;
	if (r == 0)
		r = file_write_all(to, w->buf.data, w->buf.len, &done);
	buf_reset(&w->buf, WACZ_WRITE_BYTES);
	return r;
}

static int
put_file(struct wacz *w, const char *name, int fd)
{
	uint64_t at = 0;
	ssize_t n = 1;
	int r = begin_entry(w, "", name);

	while (r == 0 && n > 0) {
		r = buf_reserve(&w->buf, WACZ_WRITE_BYTES);
		if (r < 0)
			break;
		n = pread(fd, w->buf.data + w->buf.len, WACZ_WRITE_BYTES, (off_t)at);
		if (n < 0 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n < 0)
			return -errno;
		w->buf.len += (size_t)n;
		at += (uint64_t)n;
		r = put_piece(w);
	}
	return r == 0 ? end_entry(w) : r;
}

/* Lines of one URL and second that differ in their offsets only may stand in another order there: so they are sorted anew. */
static int
put_index(struct wacz *w, int dirfd, const char *index)
{
	CLEANUP(closep) int to = openat(dirfd, WACZ_LINES_PART, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	CLEANUP(closep) int from = openat(dirfd, index, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(closep) int sorted = -1;
	FILE *f = from >= 0 && to >= 0 ? fdopen(from, "r") : NULL;
	int r;

	if (f == NULL)
		return -errno;
	(void)TAKE_FD(from);
	r = move_lines(w, f, to);
	(void)fclose(f);
	if (r == 0)
		r = cdxj_sort(dirfd, WACZ_LINES_PART, WACZ_LINES, WACZ_SORT_BYTES, false);
	if (r < 0)
		return r;
	sorted = openat(dirfd, WACZ_LINES, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	r = sorted < 0 ? -errno : put_file(w, WACZ_INDEX, sorted);
	if (r == 0 && unlinkat(dirfd, WACZ_LINES, 0) < 0)
		r = -errno;
	return r;
}

static void
put_digest(struct buf *b, const struct digest_value *v)
{
	char text[DIGEST_TEXT_BYTES];

	digest_text(v, text);
	json_key(b, "hash");
	json_str(b, str_of(text));
}

static void
put_package(struct wacz *w, const struct wacz_about *about)
{
	struct buf *b = &w->buf;

	json_begin(b);
	json_key(b, "profile");
	json_str(b, STR("data-package"));
	json_key(b, "wacz_version");
	json_str(b, STR(WACZ_VERSION));
	json_key(b, "software");
	json_str(b, str_of(about->software));
	json_key(b, "created");
	json_time(b, about->created_wall_us);
	if (about->main_url.len > 0) {
		json_key(b, "mainPageUrl");
		json_str(b, about->main_url);
	}
	json_key(b, "resources");
	json_begin_array(b);
	/* But for the descriptor itself, whose head stands there already. */
	for (size_t i = 0; i + 1 < w->n; i++) {
		const struct zip_entry *e = &w->entries[i];
		const char *base = strrchr(e->name, '/');

		json_element(b);
		json_begin(b);
		json_key(b, "name");
		json_str(b, str_of(base != NULL ? base + 1 : e->name));
		json_key(b, "path");
		json_str(b, str_of(e->name));
		put_digest(b, &w->digests[i]);
		json_key(b, "bytes");
		json_u64(b, e->bytes);
		json_end(b);
	}
	json_end_array(b);
	json_end(b);
	buf_addc(b, '\n');
}

int
wacz_finish(struct wacz *w, int dirfd, const char *index, int pages_fd, const struct wacz_about *about)
{
	int r = take_back(w);

	for (size_t i = 0; i < w->n && r == 0; i++)
		if (!w->hashed[i])
			r = rehash(w, i, true);
	if (r == 0)
		r = put_index(w, dirfd, index);
	if (r == 0)
		r = put_file(w, WACZ_PAGES, pages_fd);
	if (r == 0)
		r = begin_entry(w, "", WACZ_PACKAGE);
	if (r == 0) {
		put_package(w, about);
		r = put_piece(w);
	}
	if (r == 0)
		r = end_entry(w);
	if (r == 0)
		r = begin_entry(w, "", WACZ_DIGEST);
	if (r == 0) {
		json_begin(&w->buf);
		json_key(&w->buf, "path");
		json_str(&w->buf, STR(WACZ_PACKAGE));
		put_digest(&w->buf, &w->digests[w->n - 2]);
		json_end(&w->buf);
		r = put_piece(w);
	}
	if (r == 0)
		r = end_entry(w);
	if (r == 0) {
		zip_put_directory(&w->buf, w->entries, w->n, w->end);
		r = append_buf(w);
	}
	return r == 0 && fsync(w->fd) < 0 ? -errno : r;
}
