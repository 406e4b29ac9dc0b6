/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_read.c: one record:
 *
 *	member -> head (in the window as a whole) -> block (through the window) -> CRLF CRLF -> end of member
 *
 * Where that breaks: in a compressed file the rest of the member is skipped; in a plain one the next line
 * that begins a record is searched for; when a member is damaged, nothing behind it can be trusted.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/dechunk.h"
#include "store/digest.h"
#include "store/unzip.h"
#include "store/warc_read.h"

#define HTTP_HEAD_MAX_BYTES (64 * 1024)
#define FAULT_QUOTE_BYTES   200

enum { OF_BLOCK, OF_PAYLOAD, OF_DECHUNKED, DIGESTS };

/* The fields of a head that are looked at; views into reader->head. */
struct fields {
	struct str type, id, date, uri, content_type, block_digest, payload_digest, length, segment;
};

struct warc_reader {
	struct unzip *u;
	warc_fault_fn fault;
	void *arg;
	void (*payload_fn)(void *arg, struct str piece); /* NULL = nobody wants it */
	char *window;
	size_t pos, len;
	bool member;        /* one is open */
	bool over;          /* nothing more can be read */
	bool one;
	uint64_t from;      /* where reading began */
	uint64_t member_at; /* of the member */
	uint64_t plain_at;  /* of window[pos], in a plain file */
	unsigned in_member; /* records that began in it */
	uint64_t record;    /* its number */
	uint64_t offset;    /* its offset */
	struct buf head;
	struct fields f;
	struct digest *digests[2][DIGESTS]; /* by kind; made when one is needed */
};

/* What is known while a block passes. */
struct block {
	bool http;      /* it begins with an HTTP head */
	bool head_done; /* and that has ended */
	unsigned newlines;
	struct buf http_head;
	bool chunked;
	struct dechunk dechunk;
	struct digest *digests[DIGESTS];
	struct digest_value wanted_block, wanted_payload;
};

/* --- faults --- */

PRINTF(2, 3)
static void
fault(struct warc_reader *r, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	CHECK(n >= 0);
	r->fault(r->arg, r->offset, r->record,
		str_n(text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1));
}

/* text, and what stands in the file, made fit for a terminal. */
static void
fault_quote(struct warc_reader *r, const char *text, struct str quote)
{
	struct buf b = BUF_INIT(FAULT_QUOTE_BYTES * 8);

	if (quote.len > FAULT_QUOTE_BYTES)
		quote.len = FAULT_QUOTE_BYTES;
	buf_add_escaped(&b, quote);
	fault(r, "%s `%s'", text, buf_cstr(&b) != NULL ? b.data : "");
	buf_release(&b);
}

/* The stream cannot be read on. 0, or the machine's failure. */
static int
broken(struct warc_reader *r, int err)
{
	if (err == -EBADMSG)
		fault(r, "the compressed data is damaged near byte %llu",
			(unsigned long long)unzip_offset(r->u));
	else if (err == -ENODATA)
		fault(r, "the file ends within a record");
	else
		return err;
	r->over = true;
	return 0;
}

/* --- the window --- */

/* 1: more bytes of the member are in the window; 0: it is over; -ENOBUFS: no room; others as unzip_read(). */
static int
more(struct warc_reader *r)
{
	size_t n;
	int e;

	if (!r->member)
		return 0;
	if (r->pos > 0)
		memmove(r->window, r->window + r->pos, r->len);
	r->pos = 0;
	if (r->len == WARC_READ_WINDOW_BYTES)
		return -ENOBUFS;
	e = unzip_read(r->u, r->window + r->len, WARC_READ_WINDOW_BYTES - r->len, &n);
	if (e < 0)
		return e;
	r->len += n;
	r->member = n > 0;
	return n > 0;
}

static void
consume(struct warc_reader *r, size_t n)
{
	r->pos += n;
	r->len -= n;
	r->plain_at += n;
}

static bool
is_plain(const struct warc_reader *r)
{
	return unzip_kind(r->u) == CODEC_NONE;
}

/* As more(), and on into the next frame: a record may have several in zstd (IIPC, "File format"). */
static int
more_of_record(struct warc_reader *r)
{
	int e = more(r);

	while (e == 0 && unzip_kind(r->u) == CODEC_ZSTD) {
		e = unzip_next(r->u);
		if (e <= 0)
			return e;
		r->member = true;
		e = more(r);
	}
	return e;
}

/* Gives the record up: to the end of its member, or to what may be the next one. */
static int
skip(struct warc_reader *r)
{
	int e = 1;

	if (r->one) {
		r->over = true;
		return 0;
	}
	while (e > 0) {
		const char *next = NULL;

		if (is_plain(r) && r->len > 1)
			next = memmem(r->window + r->pos + 1, r->len - 1, "\nWARC/1.", 8);
		if (next != NULL) {
			consume(r, (size_t)(next - r->window) + 1 - r->pos);
			return 0;
		}
		/* What was searched in vain; but for what could be the start of it. */
		consume(r, !is_plain(r) || r->len < 8 ? r->len : r->len - 8);
		e = more(r);
	}
	consume(r, r->len); /* the end, and nothing in it */
	return e < 0 ? broken(r, e) : 0;
}

/* 1: a record begins in the window; 0: the file is over. */
static int
begin(struct warc_reader *r)
{
	int e;

	while (r->len == 0 && !r->over) {
		e = more(r);
		if (e > 0)
			break;
		if (e == 0) {
			r->offset = unzip_offset(r->u);
			e = unzip_next(r->u);
		}
		if (e < 0) {
			r->record++;
			return broken(r, e);
		}
		r->over = e == 0;
		r->member = e > 0;
		r->member_at = r->offset;
		r->in_member = 0;
	}
	if (r->over)
		return 0;
	r->record++;
	r->offset = is_plain(r) ? r->plain_at : r->member_at;
	if (++r->in_member == 2 && !is_plain(r))
		fault(r, "the member holds more than one record");
	return 1;
}

/* --- the head --- */

/* Where it ends, with its empty line, in the window: 0 = it does not. */
static int
find_head(struct warc_reader *r, size_t *ret_len)
{
	size_t searched = 0;

	for (;;) {
		const char *from = r->window + r->pos + searched;
		const char *end = r->len > searched ? memmem(from, r->len - searched, "\r\n\r\n", 4)
						    : NULL;
		int e;

		if (end != NULL) {
			*ret_len = (size_t)(end - (r->window + r->pos)) + 4;
			return 1;
		}
		/* Not a record at all? Then it is not worth reading a megabyte of it. */
		if (r->len >= 5 && memcmp(r->window + r->pos, "WARC/", 5) != 0)
			return 0;
		searched = r->len > 3 ? r->len - 3 : 0;
		e = more_of_record(r);
		if (e == -ENOBUFS)
			return 0;
		if (e <= 0)
			return e == 0 ? -ENODATA : e;
	}
}

static void
field(struct warc_reader *r, struct str name, struct str value)
{
	struct {
		const char *name;
		struct str *value;
	} known[] = {
		{ "WARC-Type", &r->f.type },
		{ "WARC-Record-ID", &r->f.id },
		{ "WARC-Date", &r->f.date },
		{ "WARC-Target-URI", &r->f.uri },
		{ "Content-Type", &r->f.content_type },
		{ "WARC-Block-Digest", &r->f.block_digest },
		{ "WARC-Payload-Digest", &r->f.payload_digest },
		{ "Content-Length", &r->f.length },
		{ "WARC-Segment-Number", &r->f.segment },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!str_ieq(name, str_of(known[i].name)))
			continue;
		if (known[i].value->p != NULL)
			fault(r, "%s stands twice", known[i].name);
		*known[i].value = value;
	}
}

static void
read_fields(struct warc_reader *r, struct str rest)
{
	struct str line, name, value;

	while (str_cut(rest, '\n', &line, &rest) && line.len > 1) {
		if (line.p[line.len - 1] != '\r')
			fault(r, "a line of the head ends in LF alone");
		line = str_n(line.p, line.len - (line.p[line.len - 1] == '\r'));
		if (line.p[0] == ' ' || line.p[0] == '\t')
			continue; /* the value before it goes on (WARC/1.0) */
		if (str_cut(line, ':', &name, &value))
			field(r, name, str_trim(value));
		else
			fault_quote(r, "a line of the head is no field:", line);
	}
}

/* "2026-11-25T03:28:44Z", with a fraction, or less of it (WARC/1.1 §5.4). */
static bool
is_date(struct str s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	size_t n = 0;

	while (n < s.len && n < sizeof(form) - 1 &&
		(form[n] == 'd' ? ascii_is_digit((unsigned char)s.p[n]) : s.p[n] == form[n]))
		n++;
	if (n == s.len)
		return n == 4 || n == 7 || n == 10;
	if (n == sizeof(form) - 1 && s.p[n] == '.')
		for (n++; n < s.len && ascii_is_digit((unsigned char)s.p[n]);)
			n++;
	return (n == 16 || n >= 19) && n + 1 == s.len && s.p[n] == 'Z';
}

static bool
needs_uri(struct str type)
{
	static const char *const types[] = { "response", "resource", "request", "revisit",
		"conversion", "continuation" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(type, str_of(types[i])))
			return true;
	return false;
}

/* What §5 asks of every record. False: its block cannot be found. */
static bool
check_fields(struct warc_reader *r, uint64_t *ret_bytes)
{
	const struct fields *f = &r->f;

	if (f->type.len == 0)
		fault(r, "there is no WARC-Type");
	if (f->id.len < 3 || f->id.p[0] != '<' || f->id.p[f->id.len - 1] != '>')
		fault_quote(r, "WARC-Record-ID is no <URI>:", f->id);
	if (!is_date(f->date))
		fault_quote(r, "WARC-Date is no date:", f->date);
	if (f->uri.len == 0 && needs_uri(f->type))
		fault(r, "there is no WARC-Target-URI");
	if (f->uri.len >= 2 && f->uri.p[0] == '<') /* so WARC/1.0 had it, and many wrote it */
		r->f.uri = str_n(f->uri.p + 1, f->uri.len - 2);
	if (str_to_u64(f->length, INT64_MAX, ret_bytes) == 0)
		return true;
	fault_quote(r, "Content-Length is no length:", f->length);
	return false;
}

/* 1: the head was read; 0: the record was given up. */
static int
read_head(struct warc_reader *r, uint64_t *ret_bytes)
{
	struct str head, line, rest;
	size_t len = 0;
	int e = find_head(r, &len);

	if (e < 0)
		return broken(r, e);
	buf_reset(&r->head, SIZE_MAX);
	r->f = (struct fields){ .type = STR_NONE };
	if (e > 0 && buf_add(&r->head, r->window + r->pos, len) < 0)
		return buf_err(&r->head);
	head = buf_str(&r->head);
	if (e == 0 || !str_cut(head, '\n', &line, &rest) || !str_starts(line, STR("WARC/"))) {
		if (r->len >= 5 && memcmp(r->window + r->pos, "WARC/", 5) == 0)
			fault(r, "the head is larger than %d bytes", WARC_READ_WINDOW_BYTES);
		else
			fault(r, "this is no WARC record");
		return skip(r);
	}
	line = str_trim(line);
	if (!str_eq(line, STR("WARC/1.0")) && !str_eq(line, STR("WARC/1.1")))
		fault_quote(r, "the version is not known:", line);
	read_fields(r, rest);
	if (!check_fields(r, ret_bytes))
		return skip(r);
	consume(r, len);
	return 1;
}

/* --- the block --- */

static int
want_digest(struct warc_reader *r, struct block *b, int which, struct str text,
	struct digest_value *ret_wanted)
{
	struct digest **d;
	int e = text.len > 0 ? digest_parse(text, ret_wanted) : -EOPNOTSUPP;

	if (e == -EINVAL)
		fault_quote(r,
			which == OF_BLOCK ? "WARC-Block-Digest is not in base32, base64 or hexadecimal digits:"
					  : "WARC-Payload-Digest is not in base32, base64 or hexadecimal digits:",
			text);
	if (e < 0)
		return 0; /* another algorithm: not ours to judge */
	d = &r->digests[ret_wanted->kind][which];
	if (*d == NULL) {
		e = digest_new(ret_wanted->kind, d);
		if (e < 0)
			return e;
	}
	digest_begin(*d);
	b->digests[which] = *d;
	return 0;
}

static bool
is_chunked(struct str head)
{
	struct str line, name, value;
	bool more_lines = true;

	while (more_lines) {
		more_lines = str_cut(head, '\n', &line, &head);
		if (more_lines && str_cut(line, ':', &name, &value) &&
			str_ieq(str_trim(name), STR("transfer-encoding")) &&
			str_ieq(str_trim(value), STR("chunked")))
			return true;
	}
	return false;
}

static void
payload_piece(struct block *b, struct str s)
{
	if (b->digests[OF_PAYLOAD] != NULL)
		digest_add(b->digests[OF_PAYLOAD], s.p, s.len);
	while (b->chunked && b->digests[OF_DECHUNKED] != NULL && s.len > 0) {
		bool data;
		struct str part = dechunk(&b->dechunk, &s, &data);

		if (data)
			digest_add(b->digests[OF_DECHUNKED], part.p, part.len);
	}
}

static void
block_piece(struct warc_reader *r, struct block *b, struct str s)
{
	size_t i = 0;

	if (b->digests[OF_BLOCK] != NULL)
		digest_add(b->digests[OF_BLOCK], s.p, s.len);
	while (b->http && !b->head_done && i < s.len) {
		char c = s.p[i++];

		b->newlines = c == '\n' ? b->newlines + 1 : c == '\r' ? b->newlines : 0;
		b->head_done = b->newlines == 2;
		if (b->http_head.len < HTTP_HEAD_MAX_BYTES)
			buf_addc(&b->http_head, c);
		if (b->head_done)
			b->chunked = is_chunked(buf_str(&b->http_head));
	}
	payload_piece(b, str_n(s.p + i, s.len - i));
	if (r->payload_fn != NULL && b->head_done && i < s.len)
		r->payload_fn(r->arg, str_n(s.p + i, s.len - i));
}

static void
compare(struct warc_reader *r, const char *name, struct digest *d, const struct digest_value *wanted,
	struct digest *other)
{
	struct digest_value got, got_other;
	char a[DIGEST_TEXT_BYTES], b[DIGEST_TEXT_BYTES];

	digest_end(d, &got);
	if (other != NULL)
		digest_end(other, &got_other);
	if (digest_equal(&got, wanted) || (other != NULL && digest_equal(&got_other, wanted)))
		return;
	digest_text(wanted, a);
	digest_text(&got, b);
	fault(r, "%s says %s, the content has %s", name, a, b);
}

/* A payload's digest is of what this record holds: not so of a revisit, nor of a part of one. */
static bool
has_payload(const struct fields *f)
{
	return !str_eq(f->type, STR("revisit")) && f->segment.len == 0;
}

static int
begin_block(struct warc_reader *r, struct block *b)
{
	const struct fields *f = &r->f;
	int e;

	b->http = str_istarts(f->content_type, STR("application/http")) &&
		  (str_eq(f->type, STR("response")) || str_eq(f->type, STR("request")) ||
			  str_eq(f->type, STR("revisit")));
	e = want_digest(r, b, OF_BLOCK, f->block_digest, &b->wanted_block);
	if (e == 0 && has_payload(f))
		e = want_digest(r, b, OF_PAYLOAD, f->payload_digest, &b->wanted_payload);
	/* Some tools take the transfer coding off before they hash, some do not. */
	if (e == 0 && b->http && b->digests[OF_PAYLOAD] != NULL)
		e = want_digest(r, b, OF_DECHUNKED, f->payload_digest, &b->wanted_payload);
	return e;
}

static void
check_block(struct warc_reader *r, struct block *b, uint64_t bytes)
{
	if (b->http && !b->head_done && bytes > 0)
		fault(r, "the HTTP head does not end");
	if (b->digests[OF_BLOCK] != NULL)
		compare(r, "WARC-Block-Digest", b->digests[OF_BLOCK], &b->wanted_block, NULL);
	if (b->digests[OF_PAYLOAD] != NULL && (!b->http || b->head_done))
		compare(r, "WARC-Payload-Digest", b->digests[OF_PAYLOAD], &b->wanted_payload,
			b->chunked ? b->digests[OF_DECHUNKED] : NULL);
}

/* 1: the block and what ends it were read; 0: the record was given up. */
static int
read_block(struct warc_reader *r, struct block *b, uint64_t bytes)
{
	uint64_t left = bytes;
	int e = begin_block(r, b);

	while (e == 0 && left > 0) {
		size_t n = r->len < left ? r->len : (size_t)left;

		block_piece(r, b, str_n(r->window + r->pos, n));
		consume(r, n);
		left -= n;
		if (left == 0)
			break;
		e = more_of_record(r);
		if (e <= 0) {
			if (e == 0)
				fault(r, "the record ends %llu bytes before its Content-Length",
					(unsigned long long)left);
			return e < 0 ? broken(r, e) : 0;
		}
		e = 0;
	}
	if (e < 0)
		return e;
	check_block(r, b, bytes);
	while (r->len < 4 && (e = more_of_record(r)) > 0)
		;
	if (e < 0)
		return broken(r, e);
	if (r->len >= 4 && memcmp(r->window + r->pos, "\r\n\r\n", 4) == 0) {
		consume(r, 4);
		return 1;
	}
	fault(r, "the record does not end in CRLF CRLF after its Content-Length");
	return skip(r);
}

/* Compressed: with the record its member is over. */
static int
end_member(struct warc_reader *r, uint64_t *ret_bytes)
{
	int e = r->len > 0 ? 1 : more(r);

	if (e < 0)
		return broken(r, e);
	*ret_bytes = e == 0 ? unzip_offset(r->u) - r->offset : 0;
	return 0;
}

/* --- whole records --- */

static int
read_record(struct warc_reader *r)
{
	struct block b = { .http_head = BUF_INIT(HTTP_HEAD_MAX_BYTES) };
	uint64_t block_bytes = 0;
	int e = read_head(r, &block_bytes);

	if (e > 0)
		e = read_block(r, &b, block_bytes);
	buf_release(&b.http_head);
	return e;
}

int
warc_reader_next(struct warc_reader *r, struct warc_facts *ret_facts)
{
	uint64_t start, bytes = 0;
	int e = begin(r);

	if (e <= 0)
		return e;
	start = r->plain_at;
	e = read_record(r);
	if (e > 0)
		e = is_plain(r) ? 0 : end_member(r, &bytes);
	if (e < 0)
		return e;
	*ret_facts = (struct warc_facts){
		.offset = r->offset,
		.bytes = is_plain(r) ? r->plain_at - start : bytes,
		.type = r->f.type,
		.uri = r->f.uri,
		.date = r->f.date,
		.payload_digest = r->f.payload_digest,
	};
	return 1;
}

uint64_t
warc_reader_passed(const struct warc_reader *r)
{
	return (is_plain(r) ? r->plain_at : unzip_offset(r->u)) - r->from;
}

void
warc_reader_payload(struct warc_reader *r, void (*fn)(void *arg, struct str piece))
{
	r->payload_fn = fn;
}

int
warc_reader_open(int fd, uint64_t offset, uint64_t end, bool one, warc_fault_fn fault_fn, void *arg,
	struct warc_reader **ret_reader)
{
	struct warc_reader *r = calloc(1, sizeof(*r));
	int e;

	if (r == NULL)
		return -ENOMEM;
	r->fault = fault_fn;
	r->arg = arg;
	r->one = one;
	r->from = r->plain_at = offset;
	buf_init(&r->head, WARC_READ_WINDOW_BYTES);
	r->window = malloc(WARC_READ_WINDOW_BYTES);
	e = r->window == NULL ? -ENOMEM : unzip_open(fd, offset, end, &r->u);
	if (e < 0) {
		warc_reader_close(r);
		return e;
	}
	*ret_reader = r;
	return 0;
}

void
warc_reader_close(struct warc_reader *r)
{
	if (r == NULL)
		return;
	unzip_close(r->u);
	for (size_t i = 0; i < ARRAY_LEN(r->digests); i++)
		for (size_t k = 0; k < DIGESTS; k++)
			digest_free(r->digests[i][k]);
	buf_release(&r->head);
	free(r->window);
	free(r);
}
