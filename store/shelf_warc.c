/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/hash.h"
#include "store/beneath.h"
#include "store/cdxj.h"
#include "store/fptable.h"
#include "store/linefile.h"
#include "store/shelf_warc.h"
#include "store/warc.h"
#include "store/warc_read.h"

#define PAYLOAD_TAG  1 /* a digest is another thing than a URL of the same letters */
#define REVISIT      "warc/revisit"

struct shelf_warc {
	int dir_fd; /* of warc/ */
	FILE *index;
	ino_t inode;
	uint64_t read_bytes; /* whole lines that are known */
	struct hash_key key;
	struct fptable lines; /* where each begins in the index, by URL and by payload */
	struct buf line;
	struct cdxj_line parsed;
};

/* Where a payload goes, and whether all was well. */
struct taking {
	int fd, err;
	uint64_t room; /* bytes it may still take */
	bool bad;
};

/* --- the index --- */

/* The line that begins at `at`: its bytes, or 0 where there is no whole one; one that is too long is empty. */
static uint64_t
read_line(struct shelf_warc *w, uint64_t at)
{
	uint64_t n = 0;
	int c = 0;

	buf_reset(&w->line, CDXJ_LINE_MAX_BYTES);
	if (fseeko(w->index, (off_t)at, SEEK_SET) < 0)
		return 0;
	while (c != '\n' && (c = getc_unlocked(w->index)) != EOF) {
		n++;
		if (c != '\n')
			buf_addc(&w->line, (char)c);
	}
	if (buf_err(&w->line) < 0)
		buf_reset(&w->line, CDXJ_LINE_MAX_BYTES);
	return c == '\n' ? n : 0;
}

/*
 * Lines that are none are passed over: `lycosa verify' tells of them. A revisit that names no payload is that of a 304: what was there
 * before is there still, and leads to it.
 */
MUST_CHECK static int
take_line(struct shelf_warc *w, uint64_t at)
{
	int r = cdxj_read(buf_str(&w->line), &w->parsed);
	bool is_revisit = str_eq(w->parsed.mime, STR(REVISIT));
	uint64_t fp;

	if (r < 0 || w->parsed.url.len == 0)
		return r == -ENOMEM ? r : 0;
	fp = fptable_fp(&w->key, w->parsed.url, 0);
	if (!is_revisit || w->parsed.digest.len > 0 || fptable_find(&w->lines, fp) == NULL)
		r = fptable_put(&w->lines, fp, at);
	if (r == 0 && w->parsed.digest.len > 0 && !is_revisit)
		r = fptable_put(&w->lines, fptable_fp(&w->key, w->parsed.digest, PAYLOAD_TAG), at);
	return r;
}

/* While the job runs, lines are added to the one file; at its end all are in the other, in another order. */
MUST_CHECK static int
open_index(struct shelf_warc *w)
{
	struct stat st;
	int fd = beneath_open(w->dir_fd, STR(WARC_INDEX_PART), &st);

	if (fd == -ENOENT)
		fd = beneath_open(w->dir_fd, STR(WARC_INDEX), &st);
	if (fd < 0)
		return fd;
	if (w->index != NULL && st.st_ino == w->inode) {
		(void)close(fd);
		return 0;
	}
	if (w->index != NULL)
		(void)fclose(w->index);
	w->index = fdopen(fd, "r");
	if (w->index == NULL) {
		(void)close(fd);
		return -ENOMEM;
	}
	w->inode = st.st_ino;
	w->read_bytes = 0;
	fptable_clear(&w->lines);
	return 0;
}

MUST_CHECK static int
refresh(struct shelf_warc *w)
{
	int r = open_index(w);
	uint64_t n;

	while (r == 0 && (n = read_line(w, w->read_bytes)) > 0) {
		r = take_line(w, w->read_bytes);
		w->read_bytes += n;
	}
	return r;
}

/* The line for fp into w->parsed: 1; 0: there is none. */
MUST_CHECK static int
find_line(struct shelf_warc *w, uint64_t fp)
{
	const uint64_t *at = fptable_find(&w->lines, fp);
	int r;

	if (at == NULL || read_line(w, *at) == 0)
		return 0;
	r = cdxj_read(buf_str(&w->line), &w->parsed);
	return r == -ENOMEM ? r : r == 0 ? 1 : 0;
}

/* --- a record --- */

static void
on_fault(void *arg, uint64_t offset, uint64_t record, struct str text)
{
	struct taking *t = arg;

	t->bad = true;
}

static void
on_payload(void *arg, struct str piece)
{
	struct taking *t = arg;
	size_t done;

	if (t->err == 0 && piece.len > t->room)
		t->err = -EFBIG;
	if (t->err == 0)
		t->err = file_write_all(t->fd, piece.p, piece.len, &done);
	t->room -= t->err == 0 ? piece.len : 0;
}

/* Half of what is free at the moment: however many ask at once, the disk (or the memory, where /tmp is in it) is never full of it. */
static uint64_t
room_in(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize / 2 : 0;
}

static const char *
temporary_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && dir[0] != '\0' ? dir : P_tmpdir;
}

/* The payload of the record that w->parsed leads to. A descriptor or negative errno. */
static int
take_record(struct shelf_warc *w, struct str url)
{
	struct stat st;
	CLEANUP(closep) int fd = beneath_open(w->dir_fd, w->parsed.file_name, &st);
	CLEANUP(closep) int to = fd < 0 ? -1 : file_open_nameless(temporary_dir());
	struct taking t = { .fd = to, .room = to < 0 ? 0 : room_in(to) };
	struct warc_reader *reader = NULL;
	struct warc_facts facts = { .offset = 0 };
	int r;

	if (fd < 0)
		return fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM ? TAKE_FD(fd) : -EBADMSG;
	if (to < 0)
		return TAKE_FD(to);
	r = w->parsed.offset == UINT64_MAX ? -EBADMSG : warc_reader_open(fd, w->parsed.offset, UINT64_MAX, true, on_fault, &t, &reader);
	if (r == 0) {
		warc_reader_payload(reader, on_payload);
		r = warc_reader_next(reader, &facts);
		if (r == 0 || (r == 1 && (t.bad || !str_eq(facts.uri, url) || !str_eq(facts.type, STR("response")))))
			r = -EBADMSG;
	}
	warc_reader_close(reader);
	if (r < 0 || t.err < 0)
		return r < 0 ? r : t.err;
	return TAKE_FD(to);
}

int
shelf_warc_get(struct shelf_warc *w, struct str url)
{
	CLEANUP(buf_releasep) struct buf original = BUF_INIT(CDXJ_LINE_MAX_BYTES);
	int r = refresh(w);

	if (r == 0)
		r = find_line(w, fptable_fp(&w->key, url, 0));
	if (r == 1 && !str_eq(w->parsed.url, url))
		r = 0;
	/* Of what was not sent again, the first to have it. */
	if (r == 1 && str_eq(w->parsed.mime, STR(REVISIT)))
		r = find_line(w, fptable_fp(&w->key, w->parsed.digest, PAYLOAD_TAG));
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	if (buf_add_str(&original, w->parsed.url) < 0)
		return -ENOMEM;
	return take_record(w, buf_str(&original));
}

/* --- life --- */

void
shelf_warc_close(struct shelf_warc *w)
{
	if (w == NULL)
		return;
	if (w->index != NULL)
		(void)fclose(w->index);
	closep(&w->dir_fd);
	buf_release(&w->line);
	buf_release(&w->parsed.memory);
	fptable_release(&w->lines);
	free(w);
}

int
shelf_warc_open(int dir_fd, struct shelf_warc **ret_warc)
{
	struct shelf_warc *w = calloc(1, sizeof(*w));
	int r;

	if (w == NULL)
		return -ENOMEM;
	buf_init(&w->line, CDXJ_LINE_MAX_BYTES);
	w->dir_fd = openat(dir_fd, WARC_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = w->dir_fd < 0 ? -errno : hash_key_random(&w->key);
	if (r == 0)
		r = fptable_init(&w->lines);
	if (r < 0) {
		shelf_warc_close(w);
		return r;
	}
	*ret_warc = w;
	return 0;
}
