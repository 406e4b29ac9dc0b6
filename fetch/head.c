/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fetch/head.h"
#include "url/date.h"
#include "url/percent.h"

/* A Retry-After beyond this means the same as this. */
#define RETRY_AFTER_MAX_S (366 * 86400)

#define ETAG_MAX_BYTES          1024
#define LAST_MODIFIED_MAX_BYTES 64
#define HSTS_MAX_BYTES          1024

void
head_begin(struct head *h, uint64_t max_bytes, bool keep)
{
	*h = (struct head){ .state = HEAD_STATUS, .max_bytes = max_bytes, .keep = keep };
}

int64_t
head_retry_after_us(struct str value, int64_t now_s)
{
	uint64_t s;
	int64_t t;
	int r;

	value = str_trim(value);
	r = str_to_u64(value, RETRY_AFTER_MAX_S, &s);
	if (r == -ERANGE)
		s = RETRY_AFTER_MAX_S;
	if (r == 0 || r == -ERANGE)
		return (int64_t)s * CLOCK_US_PER_SEC;
	if (date_parse(value, &t) < 0)
		return -1;
	if (t <= now_s)
		return 0;
	if (t - now_s > RETRY_AFTER_MAX_S)
		return RETRY_AFTER_MAX_S * CLOCK_US_PER_SEC;
	return (t - now_s) * CLOCK_US_PER_SEC;
}

/* "HTTP/1.1 200 OK": libcurl has checked it; the version it knows better (CURLINFO_HTTP_VERSION). */
static uint16_t
status_of(struct str line)
{
	struct str version, rest;
	uint64_t status;

	if (!str_cut(line, ' ', &version, &rest))
		return 0;
	rest = str_trim(rest);
	if (rest.len > 3)
		rest.len = 3;
	return str_to_u64(rest, 999, &status) == 0 ? (uint16_t)status : 0;
}

/* What the page's readers look at. A line that does not fit is not there: a page's links are not lost over its head. */
static void
keep(struct job *j, struct str name, struct str value)
{
	char bytes[JOB_HEADERS_MAX_BYTES];
	struct buf line = buf_over(bytes, sizeof(bytes), sizeof(bytes));

	buf_add_str(&line, name);
	buf_add_str(&line, STR(": "));
	buf_add_str(&line, value);
	buf_addc(&line, '\n');
	/* In one piece: half of one that does not fit would take its place from all that comes behind. */
	if (buf_err(&line) == 0)
		(void)job_append(j, &j->headers, buf_str(&line), JOB_HEADERS_MAX_BYTES);
}

/* It is sent back one day: nothing in it may end a line. What it looks like is the server's affair. */
static bool
is_etag(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.p[i] < 0x21 || value.p[i] == 0x7f)
			return false;
	return value.len > 0 && value.len <= ETAG_MAX_BYTES;
}

bool
head_is_validator(struct str last_modified, int64_t date_s)
{
	int64_t t;

	return last_modified.len > 0 && date_parse(last_modified, &t) == 0 && t < date_s;
}

/* Three bytes for one at most; what is too long then is no URL, and said to be none by whoever parses it. */
static int
set_location(struct job *j, struct str value)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(4 * URL_MAX_BYTES);

	percent_encode_raw(&text, value);
	return buf_err(&text) == -ENOMEM ? -ENOMEM : job_set(j, &j->location, buf_err(&text) < 0 ? value : buf_str(&text));
}

static int
field(struct head *h, struct job *j, struct str name, struct str value)
{
	if (h->wall != NULL)
		wall_field(h->wall, name, value);
	switch (name.len) {
	case 10:
		if (str_ieq(name, STR("set-cookie")) && buf_add_str(&j->set_cookies, value) == 0 && buf_addc(&j->set_cookies, '\n') < 0)
			j->set_cookies.len -= value.len;
		break;
	case 4:
		if (str_ieq(name, STR("etag")) && is_etag(value))
			return job_set(j, &j->etag, value);
		if (str_ieq(name, STR("date")) && date_parse(value, &h->date_s) < 0)
			h->date_s = 0;
		if (str_ieq(name, STR("link")))
			keep(j, name, value);
		break;
	case 7:
		if (str_ieq(name, STR("refresh")))
			keep(j, name, value);
		break;
	case 8:
		/* The first one: what libcurl and the browsers follow. */
		if (str_ieq(name, STR("location")) && j->location.len == 0)
			return set_location(j, value);
		break;
	case 11:
		if (str_ieq(name, STR("retry-after")))
			j->retry_after_us = head_retry_after_us(value, clock_wall_us() / CLOCK_US_PER_SEC);
		break;
	case 12:
		/* The last one (Fetch standard, "extract a MIME type"). */
		if (str_ieq(name, STR("content-type")))
			return job_set(j, &j->content_type, value);
		if (str_ieq(name, STR("x-robots-tag")))
			keep(j, name, value);
		break;
	case 13:
		if (str_ieq(name, STR("content-range")))
			return job_set(j, &j->content_range, value);
		if (str_ieq(name, STR("last-modified"))) {
			j->dated = true;
			if (value.len <= LAST_MODIFIED_MAX_BYTES)
				return job_set(j, &j->last_modified, value);
		}
		break;
	case 14:
		if (str_ieq(name, STR("content-length")) && str_to_u64(value, INT64_MAX, &j->length) < 0)
			j->length = RANGE_UNKNOWN;
		break;
	case 16:
		if (str_ieq(name, STR("content-language")))
			keep(j, name, value);
		if (str_ieq(name, STR("content-encoding")) && value.len > 0)
			j->encoded = true;
		break;
	case 19:
		if (str_ieq(name, STR("content-disposition")))
			return job_set(j, &j->disposition, value);
		break;
	case 25:
		if (str_ieq(name, STR("strict-transport-security")) && value.len <= HSTS_MAX_BYTES && j->hsts.len == 0)
			return job_set(j, &j->hsts, value);
		break;
	}
	return 0;
}

static void
head_clear_fields(struct job *j)
{
	j->content_type = j->location = j->headers = j->etag = j->last_modified = j->disposition = j->content_range = j->hsts =
		(struct job_str){ 0, 0 };
	j->length = RANGE_UNKNOWN;
	j->date_s = -1;
	j->encoded = j->dated = false;
}

void
head_forget_answer(struct job *j)
{
	j->head_bytes = 0;
	j->status = 0;
	j->http_version = 0;
	j->retry_after_us = -1;
	head_clear_fields(j);
	buf_reset(&j->response_head, SIZE_MAX);
	buf_reset(&j->request_head, SIZE_MAX);
	buf_reset(&j->set_cookies, SIZE_MAX);
}

/* What another head has said. Its cookies stay. */
static void
head_forget(struct head *h, struct job *j)
{
	if (h->wall != NULL)
		wall_begin(h->wall);
	h->date_s = 0;
	j->retry_after_us = -1;
	head_clear_fields(j);
}

static enum head_result
head_failed(int r)
{
	return r == -ENOMEM ? HEAD_NO_MEMORY : HEAD_TOO_LARGE;
}

enum head_result
head_line(struct head *h, struct job *j, struct str line)
{
	struct str name, value;
	int r = 0;

	j->head_bytes += line.len;
	if (j->head_bytes > h->max_bytes)
		return HEAD_TOO_LARGE;
	if (h->state == HEAD_DONE && h->may_repeat && str_starts(line, STR("HTTP/")))
		h->state = HEAD_STATUS;
	if (h->keep && h->state == HEAD_STATUS)
		buf_reset(&j->response_head, SIZE_MAX); /* a provisional one is forgotten */
	if (h->keep && h->state != HEAD_DONE)
		r = buf_add_str(&j->response_head, line);
	if (r < 0)
		return head_failed(r);
	switch (h->state) {
	case HEAD_STATUS:
		head_forget(h, j);
		j->status = status_of(line);
		h->state = HEAD_FIELDS;
		return HEAD_MORE;
	case HEAD_FIELDS:
		if (line.len == 0 || line.p[0] == '\r' || line.p[0] == '\n')
			break;
		if (j->status < 200 || line.p[0] == ' ' || line.p[0] == '\t')
			return HEAD_MORE; /* a provisional head; a folded line (obsolete, RFC 9112 §5.2) */
		if (str_cut(line, ':', &name, &value))
			r = field(h, j, name, str_trim(value));
		return r < 0 ? head_failed(r) : HEAD_MORE;
	case HEAD_DONE:
		return HEAD_MORE;
	}
	if (j->status < 200) {
		j->status = 0;
		h->state = HEAD_STATUS;
		return HEAD_MORE;
	}
	h->state = HEAD_DONE;
	if (h->date_s > 0)
		j->date_s = h->date_s;
	if (!head_is_validator(job_get(j, j->last_modified), h->date_s > 0 ? h->date_s : clock_wall_us() / CLOCK_US_PER_SEC))
		j->last_modified = (struct job_str){ 0, 0 };
	return HEAD_COMPLETE;
}

enum outcome
head_outcome(const struct job *j)
{
	switch (j->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return j->location.len > 0 ? OUTCOME_REDIRECT : OUTCOME_BAD_REDIRECT;
	case 429:
		return OUTCOME_HTTP_TOO_MANY;
	}
	if (j->status >= 500) /* 6xx and more too (RFC 9110 §15) */
		return OUTCOME_HTTP_SERVER_ERROR;
	if (j->status >= 400)
		return OUTCOME_HTTP_CLIENT_ERROR;
	return j->status >= 200 ? OUTCOME_OK : OUTCOME_PROTOCOL_ERROR;
}
