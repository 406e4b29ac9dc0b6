/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_answer.c: the records of one answer. All hashing and compressing is done here, in the writer thread.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "store/cdxj.h"
#include "store/db.h"
#include "store/mediatype.h"
#include "store/warc_private.h"

#define WARC_PIECE_BYTES (128 * 1024)
/* A revisit of less than this would be larger than what it stands for. */
#define WARC_DEDUP_MIN_BYTES 256

#define WARC_PROFILE_SAME         "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
#define WARC_PROFILE_NOT_MODIFIED "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

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

int
warc_put_info(struct warc *w)
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

#define WARC_SEEDS_MAX ((size_t)4 << 20) /* of a list of seeds; each run writes it again */

/* cut: w->text is the beginning of it. */
static int
put_resource(struct warc *w, struct str name, bool cut)
{
	struct warc_id id;
	int r = warc_id_new(&id);

	if (r == 0)
		r = buf_err(&w->text);
	if (r < 0)
		return r;
	begin_record(w, "resource", &id, clock_wall_us());
	warc_head_field(&w->head, "WARC-Target-URI", name);
	warc_head_field(&w->head, "WARC-Warcinfo-ID", str_of(w->info_id.text));
	warc_head_field(&w->head, "Content-Type", STR("text/plain; charset=utf-8"));
	if (cut)
		warc_head_field(&w->head, "WARC-Truncated", STR("length"));
	return write_record(w, &(struct block){ .text = buf_str(&w->text) }, NULL);
}

int
warc_put_orders(struct warc *w)
{
	static const enum store_seed kinds[] = { STORE_SEED_PAGE, STORE_SEED_SITEMAP };
	const char *settings = w->ctx->config->config_text;
	struct sqlite3_stmt *q;
	bool cut = false;
	int r = 0;

	buf_reset(&w->text, WARC_TEXT_KEEP);
	for (size_t i = 0; i < ARRAY_LEN(kinds) && r == 0; i++) {
		q = NULL;
		r = db_seeds(w->ctx->db, kinds[i], &q);
		while (r == 0 && !cut && (r = db_step(w->ctx->db, q)) == 1) {
			struct str url = db_bytes(q, 0);

			cut = url.len >= WARC_SEEDS_MAX - w->text.len;
			if (!cut) {
				buf_add_str(&w->text, url);
				buf_addc(&w->text, '\n');
			}
			r = 0;
		}
		db_query_end(q);
	}
	if (r == 0 && w->text.len > 0)
		r = put_resource(w, STR("urn:lycosa:seeds"), cut);
	if (r < 0 || settings == NULL)
		return r;
	buf_reset(&w->text, WARC_TEXT_KEEP);
	buf_add_str(&w->text, str_of(settings));
	return put_resource(w, STR("urn:lycosa:settings"), false);
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

	warc_head_field(b, "WARC-Profile", STR(WARC_PROFILE_SAME));
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
		.digest = payload != NULL ? digest : NULL,
		.offset = span->offset,
		.bytes = span->bytes,
		.file_name = warc_holder(w),
	};

	if (payload != NULL)
		digest_text(payload, digest);
	cdxj_put(linefile_begin(&w->index), &c);
	return linefile_end(&w->index);
}

/* A line of pages.jsonl as WACZ has it: what a reader offers to begin with. */
static int
write_page(struct warc *w, const struct job *j, const struct warc_id *id, struct str mime)
{
	struct buf *b = linefile_begin(&w->pages);

	if (j->status != 200 || (!str_eq(mime, STR("text/html")) && !str_eq(mime, STR("application/xhtml+xml"))))
		return 0;
	json_begin(b);
	json_key(b, "id");
	json_str(b, str_n(id->text + 1, strlen(id->text) - 2)); /* without the brackets */
	json_key(b, "url");
	json_str(b, url_identity(&j->url));
	json_key(b, "ts");
	json_time(b, j->timing.start_wall_us);
	if (j->title.len > 0) {
		json_key(b, "title");
		json_str(b, job_get(j, j->title));
	}
	json_end(b);
	return linefile_end(&w->pages);
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
	if (r == 0 && w->wacz != NULL)
		r = write_page(w, j, id, mime);
	return r;
}

static bool
is_not_modified(const struct warc *w, const struct job *j)
{
	return j->status == 304 && w->ctx->verdict.change == CHANGE_UNCHANGED;
}

/*
 * A 304 (WARC/1.1 §6.7.3): the head alone, and when the capture was made that holds. It has no payload, so no digest of one, in
 * the index neither.
 */
static int
write_not_modified(struct warc *w, const struct job *j, const struct warc_id *id)
{
	struct warc_span span;
	int r;

	buf_reset(&w->text, WARC_TEXT_KEEP);
	warc_put_response_head(&w->text, buf_str(&j->response_head), j->http_version, 0);
	r = buf_err(&w->text);
	if (r < 0)
		return r;
	begin_record(w, "revisit", id, j->timing.start_wall_us);
	put_common(w, j, NULL);
	put_exchange(w, j);
	warc_head_field(&w->head, "WARC-Profile", STR(WARC_PROFILE_NOT_MODIFIED));
	warc_head_field(&w->head, "WARC-Refers-To-Target-URI", url_identity(&j->url));
	buf_add_str(&w->head, STR("WARC-Refers-To-Date: "));
	warc_put_date(&w->head, w->ctx->verdict.was.started_at);
	buf_add_str(&w->head, STR("\r\n"));
	warc_head_field(&w->head, "Content-Type", STR("application/http;msgtype=response"));
	r = write_record(w, &(struct block){ .text = buf_str(&w->text) }, &span);
	return r < 0 ? r : write_index(w, j, NULL, &span, STR("warc/revisit"));
}

/* As Heritrix writes them: the URL, the letter of the hop, and where it was; of that, here the kind of the link. */
static void
put_outlinks(struct buf *b, const struct job *j)
{
	static const char hops[LINK_KIND_COUNT] = { [LINK_FRAME] = 'E', [LINK_REQUISITE] = 'E', [LINK_STYLE] = 'E', [LINK_SITEMAP] = 'M' };

	if (j->outcome == OUTCOME_REDIRECT && j->redirect_to.len > 0) {
		buf_add_str(b, STR("outlink: "));
		buf_add_str(b, job_get(j, j->redirect_to));
		buf_add_str(b, STR(" R Location:\r\n"));
	}
	for (size_t off = 0; off < j->refs.len; off += sizeof(struct job_ref)) {
		struct job_ref ref;

		memcpy(&ref, j->refs.data + off, sizeof(ref));
		buf_add_str(b, STR("outlink: "));
		buf_add_str(b, job_ref_url(j, &ref));
		buf_addf(b, " %c %s\r\n", hops[ref.kind] != 0 ? hops[ref.kind] : 'L', link_kind_name((enum link_kind)ref.kind));
	}
}

/* Where it was found, how long it took, and what it leads to. */
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
	if (w->config->outlinks)
		put_outlinks(b, j);
	r = buf_err(b);
	if (r < 0)
		return r;
	begin_record(w, "metadata", &id, j->timing.start_wall_us);
	put_common(w, j, response);
	warc_head_field(&w->head, "Content-Type", STR("application/warc-fields"));
	return write_record(w, &(struct block){ .text = buf_str(b) }, NULL);
}

int
warc_put_answer(struct warc *w, const struct job *j)
{
	struct warc_id id;
	int r = warc_id_new(&id);

	if (r == 0 && j->request_head.len > 0)
		r = write_request(w, j, &id);
	if (r == 0)
		r = is_not_modified(w, j) ? write_not_modified(w, j, &id) : write_response(w, j, &id);
	if (r == 0 && w->config->metadata)
		r = write_metadata(w, j, &id);
	return r;
}
