/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/cdxj.h"
#include "store/update.h"
#include "store/verify_job.h"
#include "store/verify_private.h"
#include "store/wacz.h"
#include "store/warc.h"
#include "store/warc_read.h"

#define VERIFY_TEXT_BYTES 4096
#define VERIFY_PATH_BYTES 4096
/* Lines that lead to each record: one, but some tools write two. */
#define VERIFY_LINES_EACH 2

void
verify_tell(const struct verify_one *j, uint64_t offset, const char *lead, uint64_t number, struct str text)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(4 * VERIFY_PATH_BYTES);
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(VERIFY_TEXT_BYTES);

	buf_add_escaped(&path, j->path);
	buf_addf(&b, "%s %" PRIu64 ": ", lead, number);
	buf_add_str(&b, text);
	j->v->faults++;
	j->v->fault(j->v->arg, buf_str(&path), offset, buf_str(&b));
}

static void
on_fault(void *arg, uint64_t offset, uint64_t record, struct str text)
{
	verify_tell(arg, offset, "record", record, text);
}

int
verify_warc(struct verify_one *j, int fd, uint64_t from, uint64_t end)
{
	struct warc_reader *r = NULL;
	struct warc_facts facts;
	int e = warc_reader_open(fd, from, end, false, on_fault, j, &r);
	uint64_t n = 0;

	while (e >= 0) {
		e = warc_reader_next(r, &facts);
		if (e <= 0)
			break;
		n++;
	}
	warc_reader_close(r);
	if (e == 0 && n == 0)
		verify_tell(j, from, "record", 1, STR("there is none"));
	j->v->records += n;
	return e;
}

/* --- indexes --- */

static void
tell_line(const struct verify_one *j, uint64_t number, const char *text)
{
	verify_tell(j, j->line_at, "line", number, str_of(text));
}

static void
on_line_fault(void *arg, uint64_t offset, uint64_t record, struct str text)
{
	struct verify_one *j = arg;

	j->bad = true;
}

/* A name in the index's own directory: it is the file's word, so no way out of there. */
static int
open_named(struct verify_one *j, struct str name)
{
	if (name.len == 0 || name.len >= sizeof(j->name) || memchr(name.p, '/', name.len) != NULL ||
		memchr(name.p, '\0', name.len) != NULL)
		return -EINVAL;
	if (j->fd >= 0 && str_eq(name, str_of(j->name)))
		return 0;
	closep(&j->fd);
	memcpy(j->name, name.p, name.len);
	j->name[name.len] = '\0';
	j->fd = openat(j->dirfd, j->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return j->fd < 0 ? -errno : 0;
}

/* "2026-11-25T03:28:44Z" is 20261125032844 */
static bool
same_time(struct str date, struct str stamp)
{
	size_t n = 0;

	for (size_t i = 0; i < date.len && n < stamp.len && date.p[i] != '.'; i++) {
		if (!ascii_is_digit((unsigned char)date.p[i]))
			continue;
		if (date.p[i] != stamp.p[n++])
			return false;
	}
	return n == stamp.len;
}

static const char *
compare_line(const struct verify_one *j, const struct cdxj_line *l, const struct warc_facts *f)
{
	struct digest_value a, b;

	if (j->bad)
		return "the record it leads to is damaged, or none begins there";
	if (!str_eq(l->url, f->uri))
		return "the record it leads to is of another URL";
	if (!same_time(f->date, l->stamp))
		return "the record it leads to has another date";
	if (l->bytes != UINT64_MAX && f->bytes != l->bytes)
		return "the record it leads to has another length";
	if (l->digest.len > 0 && digest_parse(f->payload_digest, &a) == 0 &&
		(digest_parse(l->digest, &b) < 0 || !digest_equal(&a, &b)))
		return "the record it leads to has another digest";
	return NULL;
}

static int
add_size(void *arg, int fd, const char *entry)
{
	uint64_t *sum = arg;
	struct stat st;

	if (fstatat(fd, entry, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
		*sum += (uint64_t)st.st_size;
	return 0;
}

/* Records do not overlap. So lines that lead through more than there is lead to the same ones over and over, which may be large unpacked. */
static bool
leads_in_circles(struct verify_one *j, uint64_t number)
{
	if (j->passed_bytes <= j->max_bytes)
		return false;
	if (j->max_bytes > 0)
		tell_line(j, number, "the lines above it lead to the same records, or to such that overlap: from here on none is looked at");
	j->max_bytes = 0;
	return true;
}

static int
verify_line(struct verify_one *j, struct cdxj_line *l, struct str text, uint64_t number)
{
	struct warc_reader *r = NULL;
	struct warc_facts facts = { 0 };
	const char *wrong;
	int e = cdxj_read(text, l);

	if (e == -ENOMEM)
		return e;
	if (e < 0 || l->offset == UINT64_MAX || l->file_name.len == 0) {
		tell_line(j, number, "not a line of CDXJ");
		return 0;
	}
	e = open_named(j, l->file_name);
	if (e < 0) {
		tell_line(j, number, "the file it names is not beside the index");
		return 0;
	}
	if (leads_in_circles(j, number))
		return 0;
	j->bad = false;
	e = warc_reader_open(j->fd, l->offset, UINT64_MAX, true, on_line_fault, j, &r);
	if (e == 0)
		e = warc_reader_next(r, &facts);
	if (e >= 0) {
		wrong = e == 0 ? "no record begins there" : compare_line(j, l, &facts);
		if (wrong != NULL)
			tell_line(j, number, wrong);
	}
	if (r != NULL)
		j->passed_bytes += warc_reader_passed(r);
	warc_reader_close(r);
	if (e == -EINVAL) {
		tell_line(j, number, "no record begins there");
		return 0;
	}
	return e < 0 ? e : 0;
}

/*
 * The next line with its newline, into b; of one that is too long only the start. *ret_bytes: of all of
 * it; 0 = the end.
 */
static int
read_line(FILE *f, struct buf *b, uint64_t *ret_bytes)
{
	uint64_t n = 0;
	int c = 0;

	buf_reset(b, SIZE_MAX);
	while (c != '\n' && (c = getc_unlocked(f)) != EOF) {
		n++;
		if (b->len < CDXJ_LINE_MAX_BYTES)
			buf_addc(b, (char)c);
	}
	*ret_bytes = n;
	return ferror(f) ? -EIO : buf_err(b);
}

static bool
stands_before(const struct buf *a, const struct buf *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int order = n > 0 ? memcmp(a->data, b->data, n) : 0;

	return order < 0 || (order == 0 && a->len < b->len);
}

static int
verify_index(struct verify_one *j, FILE *f)
{
	CLEANUP(buf_releasep) struct buf line = BUF_INIT(CDXJ_LINE_MAX_BYTES);
	CLEANUP(buf_releasep) struct buf last = BUF_INIT(CDXJ_LINE_MAX_BYTES);
	struct cdxj_line l = { .offset = 0 };
	uint64_t number = 0, n;
	int e = file_each_entry(j->dirfd, ".", add_size, &j->max_bytes);

	if (e < 0)
		return e;
	j->max_bytes = j->max_bytes < UINT64_MAX / VERIFY_LINES_EACH ? j->max_bytes * VERIFY_LINES_EACH : UINT64_MAX;
	while ((e = read_line(f, &line, &n)) == 0 && n > 0) {
		struct buf swap = last;
		struct str text = buf_str(&line);

		number++;
		if (stands_before(&line, &last))
			tell_line(j, number, "it should stand before the one above");
		if (n <= line.len && !str_ends(text, STR("\n")))
			tell_line(j, number, "it does not end");
		if (n > line.len)
			tell_line(j, number, "it is too long");
		else
			e = verify_line(j, &l, str_n(text.p, text.len - str_ends(text, STR("\n"))),
				number);
		if (e < 0)
			break;
		j->line_at += n;
		last = line;
		line = swap;
	}
	j->v->lines += number;
	buf_release(&l.memory);
	return e;
}

/* --- files --- */

/* Of a job that was killed, what it has committed: the rest goes when it goes on. job: NULL, or whose it is. */
static int
verify_archive(struct verify_one *j, const struct verify_job *job, const char *name, int fd, uint64_t has)
{
	const char *slash = strrchr(name, '/');
	uint64_t end = UINT64_MAX;
	int e = job != NULL ? verify_job_committed(job, slash != NULL ? slash + 1 : name, &end) : 0;

	if (e < 0)
		return e;
	if (end < has)
		j->v->uncommitted_bytes += has - end;
	if (end == 0)
		return 0;
	if (end != UINT64_MAX && end > has) {
		verify_tell(j, has, "record", 0, STR("the file ends before what was committed"));
		return 0;
	}
	return verify_warc(j, fd, 0, end);
}

static int
verify_file(struct verify *v, const struct verify_job *job, int dirfd, const char *name, struct str path)
{
	struct verify_one j = { .v = v, .path = path, .dirfd = -1, .fd = -1 };
	CLEANUP(closep) int fd = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	CLEANUP(freep) char *parent = strdup(name);
	struct stat st;
	FILE *f;
	char *slash;
	int e;

	if (fd < 0)
		return -errno;
	if (parent == NULL)
		return -ENOMEM;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	v->files++;
	if (str_ends(str_of(name), STR(WACZ_SUFFIX)))
		return verify_wacz(&j, fd);
	if (!str_ends(str_of(name), STR(".cdxj")))
		return verify_archive(&j, job, name, fd, (uint64_t)st.st_size);
	slash = strrchr(parent, '/');
	if (slash != NULL)
		slash[1] = '\0';
	j.dirfd = openat(dirfd, slash != NULL ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f = j.dirfd >= 0 ? fdopen(fd, "r") : NULL;
	if (f == NULL) {
		e = -errno;
		closep(&j.dirfd);
		return e;
	}
	(void)TAKE_FD(fd);
	e = verify_index(&j, f);
	(void)fclose(f);
	closep(&j.fd);
	closep(&j.dirfd);
	return e;
}

static int
is_ours(const struct dirent *d)
{
	struct str name = str_of(d->d_name);

	return str_ends(name, STR(".warc")) || str_ends(name, STR(".warc.gz")) ||
	       str_ends(name, STR(".warc.zst")) || str_ends(name, STR(".cdxj")) || str_ends(name, STR(WACZ_SUFFIX));
}

static int
verify_dir(struct verify *v, const struct verify_job *job, const char *path)
{
	struct dirent **names = NULL;
	char file[VERIFY_PATH_BYTES];
	int n = scandir(path, &names, is_ours, alphasort), e = n < 0 ? -errno : n == 0 ? -ENODATA : 0;

	for (int i = 0; i < n; i++) {
		if (e == 0 && snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) >=
				(int)sizeof(file))
			e = -ENAMETOOLONG;
		if (e == 0)
			e = verify_file(v, job, AT_FDCWD, file, str_of(file));
		free(names[i]);
	}
	free(names);
	return e;
}

static int
verify_in(struct verify *v, const struct verify_job *job, const char *path)
{
	char inner[VERIFY_PATH_BYTES];
	struct stat st;

	if (snprintf(inner, sizeof(inner), "%s/" WARC_DIR, path) >= (int)sizeof(inner))
		return -ENAMETOOLONG;
	return verify_dir(v, job, stat(inner, &st) == 0 && S_ISDIR(st.st_mode) ? inner : path);
}

int
verify_path(struct verify *v, const char *path, char **ret_error)
{
	struct verify_job *job = NULL;
	struct stat st;
	uint64_t before, faults = v->faults;
	int e, opened = 0, r;

	*ret_error = NULL;
	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return verify_file(v, NULL, AT_FDCWD, path, str_of(path));
	r = update_recover(path, ret_error);
	if (r < 0)
		return r;
	if (!verify_is_job(path))
		return verify_in(v, NULL, path);
	opened = verify_job_open(path, &job, ret_error);
	/* Where its database cannot be read, its archive still can. */
	e = opened == -EBUSY ? opened : verify_in(v, opened == 0 ? job : NULL, path);
	before = v->files;
	r = opened;
	if (r == 0 && (e == 0 || e == -ENODATA))
		r = verify_job_files(v, job);
	verify_job_close(job);
	if (e < 0 && e != -ENODATA)
		return e;
	return r == 0 && v->files == before && v->faults == faults ? e : r;
}
