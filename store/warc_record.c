/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "store/warc_record.h"
#include "url/header.h"

#define UUID_BYTES 16

int
warc_id_new(struct warc_id *ret_id)
{
	unsigned char u[UUID_BYTES];
	ssize_t n;

	do
		n = getrandom(u, sizeof(u), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(u))
		return n < 0 ? -errno : -EIO;
	u[6] = (u[6] & 0x0f) | 0x40;
	u[8] = (u[8] & 0x3f) | 0x80;
	(void)snprintf(ret_id->text, sizeof(ret_id->text),
		"<urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x>",
		u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12],
		u[13], u[14], u[15]);
	return 0;
}

static struct tm
utc(int64_t wall_us)
{
	time_t s = (time_t)(wall_us / CLOCK_US_PER_SEC);
	struct tm tm;

	CHECK(gmtime_r(&s, &tm) != NULL);
	return tm;
}

void
warc_put_date(struct buf *b, int64_t wall_us)
{
	struct tm tm = utc(wall_us);
	char text[32];

	buf_add(b, text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm));
}

void
warc_put_stamp(struct buf *b, int64_t wall_us)
{
	struct tm tm = utc(wall_us);
	char text[32];

	buf_add(b, text, strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm));
}

void
warc_head_field(struct buf *b, const char *name, struct str value)
{
	buf_add_str(b, str_of(name));
	buf_add_str(b, STR(": "));
	buf_add_str(b, value);
	buf_add_str(b, STR("\r\n"));
}

void
warc_head_begin(struct buf *b, const char *type, const struct warc_id *id, int64_t wall_us)
{
	buf_add_str(b, STR("WARC/1.1\r\n"));
	warc_head_field(b, "WARC-Type", str_of(type));
	warc_head_field(b, "WARC-Record-ID", str_of(id->text));
	buf_add_str(b, STR("WARC-Date: "));
	warc_put_date(b, wall_us);
	buf_add_str(b, STR("\r\n"));
}

void
warc_head_end(struct buf *b, uint64_t block_bytes)
{
	buf_add_str(b, STR("Content-Length: "));
	buf_add_u64(b, block_bytes);
	buf_add_str(b, STR("\r\n\r\n"));
}

const char *
warc_protocol(const struct job *j)
{
	switch (j->http_version) {
	case 10:
		return "http/1.0";
	case 11:
		return "http/1.1";
	case 20:
		return j->url.scheme == URL_SCHEME_HTTPS ? "h2" : "h2c";
	case 30:
		return "h3";
	default:
		return NULL;
	}
}

const char *
warc_truncated(const struct job *j)
{
	if (!j->body.truncated)
		return NULL;
	switch (j->outcome) {
	case OUTCOME_BODY_TOO_LARGE:
	case OUTCOME_PAGE_TOO_LARGE:
		return "length";
	case OUTCOME_TIMEOUT:
	case OUTCOME_TOO_SLOW:
		return "time";
	case OUTCOME_CONNECTION_LOST:
	case OUTCOME_BODY_SHORT:
		return "disconnect";
	default:
		return "unspecified";
	}
}

/* --- HTTP heads --- */

/* The next line with its end, cut off *rest. */
static struct str
next_line(struct str *rest)
{
	const char *end = rest->len > 0 ? memchr(rest->p, '\n', rest->len) : NULL;
	size_t len = end != NULL ? (size_t)(end - rest->p) + 1 : rest->len;
	struct str line = str_n(rest->p, len);

	*rest = str_n(rest->p + len, rest->len - len);
	return line;
}

/* The name of the field in this line; empty for a line that has none, or continues the one before. */
static struct str
field_name(struct str line, struct str *ret_value)
{
	struct str name;

	if (line.len == 0 || ascii_is_space((unsigned char)line.p[0]) ||
		!str_cut(line, ':', &name, ret_value))
		return STR_NONE;
	*ret_value = str_trim(*ret_value);
	return str_trim(name);
}

static bool
is_coding(struct str name)
{
	return str_ieq(name, STR("content-encoding")) || str_ieq(name, STR("transfer-encoding"));
}

/* Is there a coding that was taken off? */
static bool
was_decoded(struct str head)
{
	struct str value = STR_NONE;

	while (head.len > 0)
		if (is_coding(field_name(next_line(&head), &value)) && value.len > 0 &&
			!str_ieq(value, STR("identity")))
			return true;
	return false;
}

/* "HTTP/2 200 " -> "HTTP/1.1 200 " (IIPC, "Handling of reason phrases"). */
static void
put_status_line(struct buf *b, struct str line)
{
	struct str version, status = STR_NONE;

	(void)str_cut(str_trim(line), ' ', &version, &status);
	buf_add_str(b, STR("HTTP/1.1 "));
	buf_add_str(b, str_trim(status));
	buf_add_str(b, STR(" \r\n"));
}

void
warc_put_response_head(struct buf *b, struct str head, unsigned http_version, uint64_t body_bytes)
{
	bool decoded = was_decoded(head);
	struct str line, value = STR_NONE;

	line = next_line(&head);
	if (http_version >= 20)
		put_status_line(b, line);
	else
		buf_add_str(b, line);
	while (head.len > 0) {
		struct str name;

		line = next_line(&head);
		name = field_name(line, &value);
		if (str_trim(line).len == 0)
			break;
		if (decoded && (is_coding(name) || str_ieq(name, STR("content-length"))))
			buf_add_str(b, STR("X-Crawler-"));
		buf_add_str(b, line);
	}
	if (decoded) {
		buf_add_str(b, STR("Content-Length: "));
		buf_add_u64(b, body_bytes);
		buf_add_str(b, STR("\r\n"));
	}
	/* The line that ends the head, as it came if one did. */
	buf_add_str(b, str_trim(line).len == 0 ? line : STR("\r\n"));
}

void
warc_put_request_head(struct buf *b, struct str head, unsigned http_version, bool secrets)
{
	struct str line = next_line(&head), value = STR_NONE;
	const char *version = memrchr(line.p, ' ', line.len);
	bool dropped = false;

	if (http_version >= 20 && version != NULL) {
		buf_add(b, line.p, (size_t)(version - line.p));
		buf_add_str(b, STR(" HTTP/1.1\r\n"));
	} else {
		buf_add_str(b, line);
	}
	while (head.len > 0) {
		struct str name;

		line = next_line(&head);
		name = field_name(line, &value);
		if (name.len > 0 || str_trim(line).len == 0)
			dropped = !secrets && name.len > 0 && !header_is_recorded(name);
		if (!dropped)
			buf_add_str(b, line);
	}
}
