/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_record.h: the text of WARC/1.1 records (ISO 28500:2017), and of the HTTP heads in them. Pure;
 * all append to a buf, whose error is looked at by the caller.
 *
 * What a response's block holds is what libcurl hands out: the head line by line as it was received,
 * the body without the codings of transfer and content. So that nobody takes the one for the other:
 *
 *	- of an HTTP/2 or HTTP/3 answer the status line is written as HTTP/1.1 has it, with the reason
 *	  left empty, and WARC-Protocol says what it was (IIPC, "WARC Extensions for HTTP/2");
 *	- header fields that speak of a coding which is no longer there get the name X-Crawler-..., as
 *	  Nutch, StormCrawler and Common Crawl have it, and Content-Length says what is there;
 *	- provisional heads (1xx) and trailers are left out.
 *
 * A head that needs none of this is recorded byte for byte.
 */
#ifndef STORE_WARC_RECORD_H
#define STORE_WARC_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "url/job.h"

#define WARC_ID_BYTES 48 /* "<urn:uuid:...>" and a NUL */

struct warc_id {
	char text[WARC_ID_BYTES];
};

/* Random, so that records of any two files differ (RFC 9562 §5.4). 0 or negative errno. */
MUST_CHECK int warc_id_new(struct warc_id *ret_id);

/* The version and the type; fields follow; warc_head_end() closes the head. */
void warc_head_begin(struct buf *b, const char *type, const struct warc_id *id, int64_t wall_us);
void warc_head_field(struct buf *b, const char *name, struct str value);
void warc_head_end(struct buf *b, uint64_t block_bytes);
/* "2026-11-25T03:28:44Z": to the second, as CDXJ and WARC-Refers-To-Date need it. */
void warc_put_date(struct buf *b, int64_t wall_us);
/* "20261125032844" */
void warc_put_stamp(struct buf *b, int64_t wall_us);
/* WARC-Protocol of an answer: "h2"; NULL = unknown. Static. */
const char *warc_protocol(const struct job *j);
/* WARC-Truncated: why the body ends early; NULL = it is whole. Static. */
const char *warc_truncated(const struct job *j);

/* The head of a response as it is recorded; body_bytes: what is recorded of the body. */
void warc_put_response_head(struct buf *b, struct str head, unsigned http_version,
	uint64_t body_bytes);
/* The head of a request as it is recorded; secrets: all of it; else only what is known
 * to be none (url/header.h). */
void warc_put_request_head(struct buf *b, struct str head, unsigned http_version, bool secrets);

#endif
