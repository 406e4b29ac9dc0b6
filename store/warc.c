/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc.c: --warc: every answer as WARC/1.1 records under warc/, with a CDXJ index.
 *
 *	one answer:  [request]? [response | revisit] [metadata]?      one file has all of them
 *	one file:    [warcinfo] answers...
 *
 * Numbered invariants, with those of warc_file.h:
 *
 *	A1  What of a record is in a file when a write fails is cut off: records are whole or absent.
 *	A2  A line of the index reaches its file after the records it speaks of: see warc_write_out().
 *	A3  A revisit refers to a capture whose line is in an index, this job's or one that was given.
 *
 * What is committed is (file.name, file.whole_bytes, index.file_bytes) after warc_sync(), for each file.
 * A resume cuts the last file and the index back to that, and removes files that are not in it.
 *
 * All hashing and compressing is done here, in the writer thread.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/cdxj.h"
#include "store/dedup.h"
#include "store/digest.h"
#include "store/linefile.h"
#include "store/mediatype.h"
#include "store/sink.h"
#include "store/warc.h"
#include "store/warc_file.h"
#include "store/warc_record.h"

#define WARC_TEXT_MAX_BYTES (64 * 1024 * 1024) /* heads: fetch.max_head is 16 MiB at most */
#define WARC_TEXT_KEEP      (64 * 1024)
#define WARC_PIECE_BYTES    (128 * 1024)
#define WARC_SORT_BYTES     (32 * 1024 * 1024)
#define WARC_INDEX_HIGH     (LINEFILE_FLUSH_BYTES / 2)
/* A revisit of less than this would be larger than what it stands for. */
#define WARC_DEDUP_MIN_BYTES 256

#define WARC_REVISIT_PROFILE "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

struct warc {
	struct sink_context *ctx;
	const struct store_warc *config;
	int fd; /* of warc/ */
	struct warc_file file;
	struct warc_id info_id; /* of the file's warcinfo */
	struct linefile index;
	bool dirty;        /* something came since the last sync */
	size_t index_safe; /* of index.buf: lines whose records are in their file */
	struct dedup *dedup;
	struct digest *digest;
	struct buf head; /* of a record */
	struct buf text; /* its block, or that block's head */
	char *piece;     /* of a body that is in a file: WARC_PIECE_BYTES */
};

/* One record: its block is text, then body bytes of a job (or none). */
struct block {
	struct str text;
	const struct job *body; /* NULL = none */
	bool dense;
};

/* --- bodies --- */

/* Calls fn for the body, piece by piece. */
static int
each_piece(struct warc *w, const struct job *j, int (*fn)(struct warc *w, const void *p, size_t n))
{
	uint64_t at = 0;

	if (j->body.file_fd < 0)
		return j->body.data != NULL ? fn(w, j->body.data, j->body.len) : 0;
	if (w->piece == NULL)
		w->piece = malloc(WARC_PIECE_BYTES);
	if (w->piece == NULL)
		return -ENOMEM;
	while (at < j->body.len) {
		uint64_t left = j->body.len - at;
		ssize_t n = pread(j->body.file_fd, w->piece,
			left < WARC_PIECE_BYTES ? (size_t)left : WARC_PIECE_BYTES, (off_t)at);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		r = fn(w, w->piece, (size_t)n);
		if (r < 0)
			return r;
		at += (uint64_t)n;
	}
	return 0;
}

static int
hash_piece(struct warc *w, const void *p, size_t n)
{
	digest_add(w->digest, p, n);
	return 0;
}

static int
write_piece(struct warc *w, const void *p, size_t n)
{
	return warc_file_add(&w->file, p, n);
}

/* What of the body there is to record. */
static uint64_t
kept_bytes(const struct job *j)
{
	return j->body.data != NULL || j->body.file_fd >= 0 ? j->body.len : 0;
}

/* Of text (if any) and the body. */
static int
hash_block(struct warc *w, const struct block *b, struct digest_value *ret_digest)
{
	int r = 0;

	digest_begin(w->digest);
	digest_add(w->digest, b->text.p, b->text.len);
	if (b->body != NULL)
		r = each_piece(w, b->body, hash_piece);
	digest_end(w->digest, ret_digest);
	return r;
}

/* --- records --- */

static void
put_digest(struct buf *b, const char *name, const struct digest_value *v)
{
	char text[DIGEST_TEXT_BYTES];

	digest_text(v, text);
	warc_head_field(b, name, str_of(text));
}

/*
 * w->head holds the fields but for digest and length; the record is written. *ret_span may be NULL.
 */
static int
write_record(struct warc *w, const struct block *b, struct warc_span *ret_span)
{
	uint64_t block_bytes = b->text.len + (b->body != NULL ? kept_bytes(b->body) : 0);
	struct digest_value digest;
	struct warc_span span;
	int r = hash_block(w, b, &digest);

	if (r < 0)
		return r;
	put_digest(&w->head, "WARC-Block-Digest", &digest);
	warc_head_end(&w->head, block_bytes);
	r = buf_err(&w->head);
	if (r == 0)
		r = warc_file_begin(&w->file, w->head.len + block_bytes + 4, b->dense);
	if (r == 0)
		r = warc_file_add(&w->file, w->head.data, w->head.len);
	if (r == 0)
		r = warc_file_add(&w->file, b->text.p, b->text.len);
	if (r == 0 && b->body != NULL)
		r = each_piece(w, b->body, write_piece);
	if (r == 0)
		r = warc_file_add(&w->file, "\r\n\r\n", 4);
	if (r == 0)
		r = warc_file_end(&w->file, &span);
	if (r == 0 && ret_span != NULL)
		*ret_span = span;
	return r;
}

static void
begin_record(struct warc *w, const char *type, const struct warc_id *id, int64_t wall_us)
{
	buf_reset(&w->head, WARC_TEXT_KEEP);
	warc_head_begin(&w->head, type, id, wall_us);
}

static int
write_warcinfo(struct warc *w)
{
	struct buf *b = &w->text;
	int64_t now_us = clock_wall_us();
	int r = warc_id_new(&w->info_id);

	if (r < 0)
		return r;
	buf_reset(b, WARC_TEXT_KEEP);
	warc_head_field(b, "software", STR("lycosa/" PACKAGE_VERSION));
	warc_head_field(b, "format", STR("WARC File Format 1.1"));
	warc_head_field(b, "conformsTo",
		STR("http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"));
	if (w->config->user_agent != NULL)
		warc_head_field(b, "http-header-user-agent", str_of(w->config->user_agent));
	warc_head_field(b, "robots", w->config->robots ? STR("obey") : STR("ignore"));
	begin_record(w, "warcinfo", &w->info_id, now_us);
	warc_head_field(&w->head, "WARC-Filename", str_of(w->file.name));
	warc_head_field(&w->head, "Content-Type", STR("application/warc-fields"));
	return write_record(w, &(struct block){ .text = buf_str(b) }, NULL);
}

/* The fields that all records of one answer have. */
static void
put_common(struct warc *w, const struct job *j, const struct warc_id *concurrent)
{
	struct buf *b = &w->head;

	warc_head_field(b, "WARC-Target-URI", url_identity(&j->url));
	warc_head_field(b, "WARC-Warcinfo-ID", str_of(w->info_id.text));
	if (concurrent != NULL)
		warc_head_field(b, "WARC-Concurrent-To", str_of(concurrent->text));
}

static void
put_exchange(struct warc *w, const struct job *j)
{
	const char *protocol = warc_protocol(j);

	if (j->address[0] != '\0')
		warc_head_field(&w->head, "WARC-IP-Address", str_of(j->address));
	if (protocol != NULL)
		warc_head_field(&w->head, "WARC-Protocol", str_of(protocol));
}

static int
write_request(struct warc *w, const struct job *j, const struct warc_id *response)
{
	struct warc_id id;
	int r = warc_id_new(&id);

	if (r < 0)
		return r;
	buf_reset(&w->text, WARC_TEXT_KEEP);
	warc_put_request_head(&w->text, buf_str(&j->request_head), j->http_version,
		w->config->secrets);
	r = buf_err(&w->text);
	if (r < 0)
		return r;
	begin_record(w, "request", &id, j->timing.start_wall_us);
	put_common(w, j, response);
	put_exchange(w, j);
	warc_head_field(&w->head, "Content-Type", STR("application/http;msgtype=request"));
	return write_record(w, &(struct block){ .text = buf_str(&w->text) }, NULL);
}

/* Images and archives: deflating them once more makes them no smaller. */
static bool
is_dense(struct str type)
{
	return (str_starts(type, STR("image/")) && !str_starts(type, STR("image/svg")) &&
		       !str_eq(type, STR("image/bmp"))) ||
	       str_starts(type, STR("video/")) || str_starts(type, STR("audio/")) ||
	       str_starts(type, STR("font/woff")) || str_ends(type, STR("zip"));
}

static void
put_refers(struct buf *b, struct str url, struct str stamp)
{
	/* "20261125032844" -> "2026-11-25T03:28:44Z" */
	const char *s = stamp.p;

	warc_head_field(b, "WARC-Profile", STR(WARC_REVISIT_PROFILE));
	warc_head_field(b, "WARC-Refers-To-Target-URI", url);
	buf_addf(b, "WARC-Refers-To-Date: %.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ\r\n", s, s + 4, s + 6,
		s + 8, s + 10, s + 12);
}

static int
write_index(struct warc *w, const struct job *j, const struct digest_value *payload,
	const struct warc_span *span, struct str mime)
{
	char digest[DIGEST_TEXT_BYTES];
	struct cdxj_capture c = {
		.url = &j->url,
		.wall_us = j->timing.start_wall_us,
		.mime = mime,
		.status = j->status,
		.digest = digest,
		.offset = span->offset,
		.bytes = span->bytes,
		.file_name = w->file.name,
	};

	digest_text(payload, digest);
	cdxj_put(linefile_begin(&w->index), &c);
	return linefile_end(&w->index);
}

static int
write_response(struct warc *w, const struct job *j, const struct warc_id *id)
{
	bool worth = kept_bytes(j) >= WARC_DEDUP_MIN_BYTES && !j->body.truncated, again = false;
	const char *truncated = warc_truncated(j);
	struct str old_url = STR_NONE, old_stamp = STR_NONE;
	char essence[MEDIATYPE_MAX_BYTES];
	struct str mime = str_n(essence, mediatype_essence(job_get(j, j->content_type), essence));
	struct digest_value payload;
	struct warc_span span;
	uint64_t line_at;
	int r = hash_block(w, &(struct block){ .body = j }, &payload);

	if (r < 0)
		return r;
	again = worth && dedup_find(w->dedup, &payload, &old_url, &old_stamp);
	buf_reset(&w->text, WARC_TEXT_KEEP);
	warc_put_response_head(&w->text, buf_str(&j->response_head), j->http_version,
		kept_bytes(j));
	r = buf_err(&w->text);
	if (r < 0)
		return r;
	begin_record(w, again ? "revisit" : "response", id, j->timing.start_wall_us);
	put_common(w, j, NULL);
	put_exchange(w, j);
	if (again)
		put_refers(&w->head, old_url, old_stamp);
	if (truncated != NULL)
		warc_head_field(&w->head, "WARC-Truncated", str_of(truncated));
	warc_head_field(&w->head, "Content-Type", STR("application/http;msgtype=response"));
	put_digest(&w->head, "WARC-Payload-Digest", &payload);
	r = write_record(w,
		&(struct block){ .text = buf_str(&w->text), .body = again ? NULL : j,
			.dense = is_dense(mime) },
		&span);
	if (r < 0)
		return r;
	line_at = w->index.file_bytes + w->index.whole;
	r = write_index(w, j, &payload, &span, again ? STR("warc/revisit") : mime);
	if (r == 0 && worth && !again)
		dedup_add(w->dedup, &payload, line_at);
	return r;
}

/* Where it was found, and how long it took. */
static int
write_metadata(struct warc *w, const struct job *j, const struct warc_id *response)
{
	struct buf *b = &w->text;
	struct warc_id id;
	int r = warc_id_new(&id);

	if (r < 0)
		return r;
	buf_reset(b, WARC_TEXT_KEEP);
	if (j->parent.len > 0)
		warc_head_field(b, "via", job_get(j, j->parent));
	buf_addf(b, "depth: %u\r\nkind: %s\r\nredirects: %u\r\n", j->depth,
		link_kind_name(j->kind), j->redirects);
	if (j->timing.total_us >= 0)
		buf_addf(b, "fetchTimeMs: %lld\r\n",
			(long long)(j->timing.total_us / CLOCK_US_PER_MS));
	if (j->charset.len > 0)
		warc_head_field(b, "charset", job_get(j, j->charset));
	r = buf_err(b);
	if (r < 0)
		return r;
	begin_record(w, "metadata", &id, j->timing.start_wall_us);
	put_common(w, j, response);
	warc_head_field(&w->head, "Content-Type", STR("application/warc-fields"));
	return write_record(w, &(struct block){ .text = buf_str(b) }, NULL);
}

/* --- the sink --- */

static const char *
failing_name(const struct warc *w, char *dst, size_t size)
{
	(void)snprintf(dst, size, WARC_DIR "/%s", w->file.name);
	return dst;
}

static int
fail(struct warc *w, int err)
{
	char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];

	return sink_fail(w->ctx, failing_name(w, name, sizeof(name)), err);
}

static void
note_safe(struct warc *w)
{
	if (w->file.safe_bytes == w->file.whole_bytes)
		w->index_safe = w->index.whole;
}

/* Records first (A2). */
static int
warc_write_out(struct warc *w)
{
	int r = warc_file_flush(&w->file);

	if (r == 0)
		r = linefile_flush(&w->index);
	w->index_safe = 0;
	return r;
}

/* Of a file that is whole as far as it goes. */
static int
mark_file(struct warc *w)
{
	char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];

	if (w->file.name[0] == '\0')
		return 0;
	(void)snprintf(name, sizeof(name), WARC_DIR "/%s", w->file.name);
	return sink_mark(w->ctx, name, w->file.whole_bytes, 0);
}

static int
next_file(struct warc *w)
{
	int r = warc_write_out(w);

	/* It is durable before the mark is: warc_sync() sees to the whole directory. */
	if (r == 0)
		r = mark_file(w);
	if (r == 0)
		r = warc_file_next(&w->file);
	return r == 0 ? write_warcinfo(w) : r;
}

static int
write_answer(struct warc *w, const struct job *j)
{
	struct warc_id id;
	int r = 0;

	/* A run begins with a file of its own, for its warcinfo says who wrote what follows. */
	if (w->file.fd < 0 || w->info_id.text[0] == '\0' || w->file.whole_bytes >= w->config->max_bytes)
		r = next_file(w);
	if (r == 0)
		r = warc_id_new(&id);
	if (r == 0 && j->request_head.len > 0)
		r = write_request(w, j, &id);
	if (r == 0)
		r = write_response(w, j, &id);
	if (r == 0 && w->config->metadata)
		r = write_metadata(w, j, &id);
	if (r == 0 && w->index.buf.len >= WARC_INDEX_HIGH)
		r = warc_write_out(w);
	return r;
}

static int
warc_put(void *state, struct job *j)
{
	struct warc *w = state;
	int r;

	/* Without a whole head there is no message (RFC 9112 §2.1); what was broken off by the user comes again. */
	if (j->response_head.len == 0 || j->links_only || j->outcome == OUTCOME_INTERRUPTED)
		return 0;
	note_safe(w);
	w->dirty = true;
	r = write_answer(w, j);
	if (r < 0)
		return fail(w, r);
	note_safe(w);
	return 0;
}

static int
warc_flush(void *state)
{
	struct warc *w = state;
	int r = warc_write_out(w);

	return r < 0 ? fail(w, r) : 0;
}

/* One call for all files that there were since the last time. */
static int
warc_sync(void *state)
{
	struct warc *w = state;
	int r;

	if (!w->dirty)
		return 0;
	r = warc_write_out(w);
	if (r == 0 && syncfs(w->fd) < 0)
		r = -errno;
	if (r == 0)
		r = mark_file(w);
	if (r == 0)
		r = sink_mark(w->ctx, WARC_DIR "/" WARC_INDEX_PART, w->index.file_bytes, 0);
	if (r < 0)
		return fail(w, r);
	w->dirty = false;
	return 0;
}

/* Goes on with the last file that was committed; what was not goes. */
static int
resume_files(struct warc *w)
{
	char last[WARC_FILE_NAME_BYTES] = "";
	uint64_t last_bytes = 0;
	DIR *dir = NULL;
	int fd = openat(w->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;

	if (fd >= 0)
		dir = fdopendir(fd);
	if (dir == NULL) {
		r = -errno;
		closep(&fd);
		return r;
	}
	for (struct dirent *e = readdir(dir); e != NULL && r == 0; e = readdir(dir)) {
		char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];
		uint64_t bytes = 0, sum;

		if (!str_starts(str_of(e->d_name), STR("lycosa-")) || strlen(e->d_name) >= sizeof(last))
			continue;
		(void)snprintf(name, sizeof(name), WARC_DIR "/%.*s", WARC_FILE_NAME_BYTES - 1, e->d_name);
		r = sink_marked(w->ctx, name, &bytes, &sum);
		if (r == 0 && bytes == 0 && unlinkat(w->fd, e->d_name, 0) < 0)
			r = -errno;
		/* A job that goes on with another compression goes on with other files. */
		if (bytes > 0 && strcmp(e->d_name, last) > 0 &&
			str_ends(str_of(e->d_name), str_of(codec_suffix(w->config->codec)))) {
			(void)snprintf(last, sizeof(last), "%.*s", WARC_FILE_NAME_BYTES - 1, e->d_name);
			last_bytes = bytes;
		}
	}
	(void)closedir(dir);
	return r == 0 && last[0] != '\0' ? warc_file_resume(&w->file, last, last_bytes) : r;
}

static int
load_dedup(struct warc *w)
{
	const char *const *path = w->config->dedup;
	int r = 0;

	for (; path != NULL && *path != NULL && r == 0; path++) {
		r = dedup_load(w->dedup, *path);
		if (r < 0)
			log_error("--warc-dedup=%s: %s", *path,
				r == -EINVAL ? "no CDXJ with digests of this kind" : strerror(-r));
	}
	return r;
}

static int
open_index(struct warc *w)
{
	struct store_dir dir = { .fd = w->fd, .lock_fd = -1 };
	uint64_t bytes, sum;
	int fd, r = sink_marked(w->ctx, WARC_DIR "/" WARC_INDEX_PART, &bytes, &sum);

	if (r < 0)
		return r;
	/* A job that was finished: its lines are sorted, and as many. */
	if (bytes > 0 && faccessat(w->fd, WARC_INDEX_PART, F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
		renameat(w->fd, WARC_INDEX, w->fd, WARC_INDEX_PART) < 0)
		return -errno;
	r = linefile_open(&dir, WARC_INDEX_PART, bytes, &w->ctx->bytes_written, &w->index);
	if (r < 0)
		return r;
	fd = openat(w->fd, WARC_INDEX_PART, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return dedup_new(w->config->digest, w->config->dedup_bytes, &w->index, fd, &w->dedup);
}

static int
warc_free(struct warc *w)
{
	int r = warc_file_close(&w->file);

	dedup_free(w->dedup);
	digest_free(w->digest);
	buf_release(&w->head);
	buf_release(&w->text);
	free(w->piece);
	closep(&w->fd);
	free(w);
	return r;
}

/* Takes back what was made for records that did not come. */
static int
warc_undo(struct warc *w)
{
	int dirfd = w->ctx->dir.fd, r = 0;

	if (w->index.fd >= 0) {
		r = linefile_close(&w->index);
		(void)unlinkat(w->fd, WARC_INDEX_PART, 0);
	}
	(void)warc_free(w);
	(void)unlinkat(dirfd, WARC_DIR, AT_REMOVEDIR);
	return r;
}

static int
warc_open(struct sink_context *ctx, void **ret_state)
{
	struct warc *w = calloc(1, sizeof(*w));
	int r;

	if (w == NULL)
		return -ENOMEM;
	w->ctx = ctx;
	w->config = &ctx->config->warc;
	w->index = LINEFILE_INIT;
	w->file.fd = -1;
	w->fd = -1;
	buf_init(&w->head, WARC_TEXT_MAX_BYTES);
	buf_init(&w->text, WARC_TEXT_MAX_BYTES);
	r = mkdirat(ctx->dir.fd, WARC_DIR, 0755) < 0 && errno != EEXIST ? -errno : 0;
	if (r == 0) {
		w->fd = openat(ctx->dir.fd, WARC_DIR,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = w->fd < 0 ? -errno : 0;
	}
	if (r == 0)
		r = warc_file_init(&w->file, w->fd, w->config->codec, clock_wall_us(),
			&ctx->bytes_written);
	if (r == 0)
		r = digest_new(w->config->digest, &w->digest);
	if (r == 0)
		r = open_index(w);
	if (r == 0)
		r = resume_files(w);
	if (r == 0)
		r = load_dedup(w);
	if (r < 0) {
		(void)warc_undo(w);
		return r;
	}
	*ret_state = w;
	return 0;
}

/* What was not yet written is written; after a failure, the lines of records that are not there are left out. */
static int
warc_close(void *state, bool failed)
{
	struct warc *w = state;
	int r = warc_file_flush(&w->file), r2;

	if (w->file.name[0] == '\0' && r == 0)
		return warc_undo(w); /* nothing was answered */
	note_safe(w);
	if (r < 0)
		w->index.buf.len = w->index.whole = w->index_safe;
	r2 = linefile_close(&w->index);
	r = r < 0 ? r : r2;
	/* Also when something failed: what there is can be found. */
	r2 = cdxj_sort(w->fd, WARC_INDEX_PART, WARC_INDEX, WARC_SORT_BYTES, !w->ctx->finished);
	r = r < 0 ? r : r2;
	if (r < 0)
		(void)fail(w, r);
	(void)warc_free(w);
	return r;
}

static bool
warc_wanted(const struct store_config *config)
{
	return config->warc.on;
}

const struct sink_ops sink_warc = {
	.name = WARC_DIR,
	.wanted = warc_wanted,
	.open = warc_open,
	.put = warc_put,
	.flush = warc_flush,
	.sync = warc_sync,
	.close = warc_close,
};
