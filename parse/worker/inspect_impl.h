/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inspect_impl.h: one question and its answer. Private to inspect*.c. */
#ifndef PARSE_WORKER_INSPECT_IMPL_H
#define PARSE_WORKER_INSPECT_IMPL_H

#include "base/json.h"
#include "parse/worker/charset.h"
#include "parse/worker/inspect.h"
#include "parse/worker/reader.h"

struct inspect {
	struct reader *readers[2]; /* by enum reader_type, made when first needed */
	struct charset_encoders encoders;
	struct buf body;           /* decoded base64 */
	struct buf headers;        /* of the page, as a request names them */
	struct hash_key key;
};

/* As inspect_answer_fn. */
typedef int (*inspect_fn)(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);

int inspect_url(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_host(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_registrable(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_links(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_tokens(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_srcset(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_css(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_refresh(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_charset(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_date(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_sitemap(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);
int inspect_robots(struct inspect *in, json_t *request, struct buf *out, const char **ret_error);

/* `text` or, decoded, `b64`, whichever the request has; the latter lives in in->body until the next request. */
int inspect_bytes(struct inspect *in, json_t *request, const char *text, const char *b64, struct str *ret,
	const char **ret_error);

#endif
