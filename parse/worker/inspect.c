/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "parse/worker/inspect_impl.h"

#define LINE_MAX_BYTES ((size_t)512 * 1024 * 1024)
#define READ_BYTES     (64 * 1024)

struct question {
	const char *what;
	inspect_fn answer;
};

/* Who answers. */
struct answerer {
	inspect_answer_fn fn;
	void *arg;
};

static const struct question questions[] = {
	{ "url", inspect_url },
	{ "host", inspect_host },
	{ "registrable", inspect_registrable },
	{ "links", inspect_links },
	{ "tokens", inspect_tokens },
	{ "srcset", inspect_srcset },
	{ "css", inspect_css },
	{ "refresh", inspect_refresh },
	{ "charset", inspect_charset },
	{ "robots", inspect_robots },
	{ "sitemap", inspect_sitemap },
	{ "date", inspect_date },
};

struct str
inspect_str(json_t *request, const char *name)
{
	json_t *v = json_object_get(request, name);

	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR_NONE;
}

/* RFC 4648 §4; white space is skipped. */
static bool
base64_decode(struct str s, struct buf *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t i;

	for (i = 0; i < s.len && s.p[i] != '='; i++) {
		int v = base64_digit((unsigned char)s.p[i]);

		if (v < 0) {
			if (ascii_is_space((unsigned char)s.p[i]))
				continue;
			return false;
		}
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			(void)buf_addc(out, (char)(bits >> have & 0xff));
		}
	}
	return buf_err(out) == 0;
}

int
inspect_bytes(struct inspect *in, json_t *request, const char *text, const char *b64, struct str *ret,
	const char **ret_error)
{
	struct str s = text != NULL ? inspect_str(request, text) : STR_NONE;

	if (s.p == NULL) {
		s = inspect_str(request, b64);
		if (s.p == NULL)
			return inspect_bad("the request has no text to look at", ret_error);
		buf_reset(&in->body, SIZE_MAX);
		if (!base64_decode(s, &in->body))
			return inspect_bad("not base64", ret_error);
		s = buf_str(&in->body);
		if (s.p == NULL)
			s = STR("");
	}
	*ret = s;
	return 0;
}

static void
answer_error(struct buf *out, size_t from, const char *why)
{
	out->len = from;
	json_begin(out);
	json_key(out, "error");
	json_str(out, str_of(why));
	json_end(out);
}

static int
answer_line(const struct answerer *a, struct str line, struct buf *out)
{
	size_t from = out->len;
	const char *why = "the request could not be answered";
	json_error_t error;
	json_t *request;
	int r;

	if (str_trim(line).len == 0)
		return 0;
	request = json_loadb(line.p, line.len, JSON_ALLOW_NUL, &error);
	if (!json_is_object(request)) {
		answer_error(out, from, request == NULL ? error.text : "the request is not an object");
	} else {
		r = a->fn(a->arg, request, out, &why);
		if (r == -ENOMEM) {
			json_decref(request);
			return r;
		}
		if (r < 0)
			answer_error(out, from, why);
	}
	json_decref(request);
	return buf_addc(out, '\n');
}

/* Answers the whole lines at the head of data, and the rest too when it is the last. Returns what was used. */
static int
answer_lines(const struct answerer *a, struct str data, bool last, struct buf *out, size_t *ret_used)
{
	size_t used = 0;
	int r = 0;

	while (r >= 0 && used < data.len) {
		const char *nl = memchr(data.p + used, '\n', data.len - used);
		size_t n = nl != NULL ? (size_t)(nl - data.p) - used : data.len - used;

		if (nl == NULL && !last)
			break;
		r = answer_line(a, str_n(data.p + used, n), out);
		used += n + (nl != NULL);
	}
	*ret_used = used;
	return r;
}

static int
answer_all(const struct answerer *a, int in_fd, int out_fd, struct buf *data, struct buf *out)
{
	ssize_t n = 1;
	size_t used;
	int r;

	while (n != 0) {
		r = buf_reserve(data, READ_BYTES);
		if (r < 0)
			return r;
		n = read(in_fd, data->data + data->len, data->cap - data->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data->len += (size_t)n;
		/* a long line is looked at once, when its end is there */
		if (n != 0 && memchr(data->data + data->len - n, '\n', (size_t)n) == NULL)
			continue;
		r = answer_lines(a, buf_str(data), n == 0, out, &used);
		if (r >= 0)
			r = file_write_all(out_fd, out->data, out->len, NULL);
		if (r < 0)
			return r;
		memmove(data->data, data->data + used, data->len - used);
		data->len -= used;
		buf_reset(out, SIZE_MAX);
	}
	return 0;
}

int
inspect_each(inspect_answer_fn fn, void *arg, int in_fd, int out_fd)
{
	CLEANUP(buf_releasep) struct buf data = BUF_INIT(LINE_MAX_BYTES);
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(LINE_MAX_BYTES * 4);
	const struct answerer a = { fn, arg };

	return answer_all(&a, in_fd, out_fd, &data, &out);
}

/* A question, and what the readers need to answer it. */
struct asked {
	const struct question *q;
	struct inspect *in;
};

static int
answer_asked(void *arg, json_t *request, struct buf *out, const char **ret_error)
{
	struct asked *asked = arg;

	return asked->q->answer(asked->in, request, out, ret_error);
}

static int
run(const char *what, bool raw, const char *url, int in_fd, int out_fd)
{
	struct inspect in = { .body = BUF_INIT(LINE_MAX_BYTES), .headers = BUF_INIT(LINE_MAX_BYTES) };
	struct asked asked = { NULL, &in };
	size_t i;
	int r;

	for (i = 0; i < ARRAY_LEN(questions); i++)
		if (strcmp(questions[i].what, what) == 0)
			asked.q = &questions[i];
	if (asked.q == NULL)
		return -EINVAL;
	charset_encoders_init(&in.encoders);
	r = hash_key_random(&in.key);
	if (r >= 0)
		r = raw ? inspect_raw(what, &(struct inspect_raw){ answer_asked, &asked, url }, in_fd, out_fd)
			: inspect_each(answer_asked, &asked, in_fd, out_fd);
	reader_free(in.readers[READER_SCAN]);
	reader_free(in.readers[READER_LIBXML2]);
	charset_encoders_release(&in.encoders);
	buf_release(&in.body);
	buf_release(&in.headers);
	return r;
}

int
inspect_run(const char *what, int in_fd, int out_fd)
{
	return run(what, false, NULL, in_fd, out_fd);
}

int
inspect_run_raw(const char *what, const char *url, int in_fd, int out_fd)
{
	return run(what, true, url, in_fd, out_fd);
}
