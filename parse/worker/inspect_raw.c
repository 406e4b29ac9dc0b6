/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lycosa inspect --raw: the document itself instead of requests, and the answer for people: a line for each member of what a
 * request would be answered, and one for each element of a list. What may come from the web is escaped (buf_add_escaped()).
 */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "parse/worker/inspect.h"

#define RAW_MAX_BYTES ((size_t)512 * 1024 * 1024)
#define READ_BYTES    (64 * 1024)
#define NAME_COLUMNS  14

/* How a document becomes a request. */
struct raw_question {
	const char *what;
	const char *member; /* the document */
	const char *url;    /* --url; NULL: of no use */
	bool is_line;       /* white space around it does not belong to it */
};

static const struct raw_question questions[] = {
	{ "url", "input", "base", true },
	{ "host", "input", NULL, true },
	{ "registrable", "input", NULL, true },
	{ "links", "html", "url", false },
	{ "tokens", "input", NULL, false },
	{ "srcset", "srcset", NULL, false },
	{ "css", "css", NULL, false },
	{ "refresh", "content", NULL, false },
	{ "charset", "html", "url", false },
	{ "robots", "robots", "url", false },
	{ "sitemap", "body", "url", false },
	{ "date", "input", NULL, true },
	{ "path", "url", NULL, true },
};

static const struct raw_question *
question_of(const char *what)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(questions); i++)
		if (strcmp(questions[i].what, what) == 0)
			return &questions[i];
	return NULL;
}

static int
read_all(int fd, struct buf *data)
{
	ssize_t n;
	int r;

	for (;;) {
		r = buf_reserve(data, READ_BYTES);
		if (r < 0)
			return r;
		n = read(fd, data->data + data->len, READ_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		data->len += (size_t)n;
	}
}

/* Bytes as they are: whatever they are, the readers make something of them. */
static int
set_bytes(json_t *request, const char *name, struct str s)
{
	return json_object_set_new_nocheck(request, name, json_stringn_nocheck(s.p != NULL ? s.p : "", s.len)) < 0 ? -ENOMEM : 0;
}

static bool
says_nothing(const json_t *v)
{
	return json_is_null(v) || json_is_false(v) || (json_is_string(v) && json_string_length(v) == 0);
}

static void
put_text(struct buf *out, const json_t *v, bool quoted)
{
	struct str s = str_n(json_string_value(v), json_string_length(v));

	quoted = quoted && (s.len == 0 || memchr(s.p, ' ', s.len) != NULL);
	if (quoted)
		(void)buf_addc(out, '"');
	(void)buf_add_escaped(out, s);
	if (quoted)
		(void)buf_addc(out, '"');
}

/* depth: our own answers are no deeper than a few lists; what is, is not shown. */
static void
put_value(struct buf *out, json_t *v, unsigned depth)
{
	const char *name;
	json_t *one;
	size_t i;
	bool any = false;

	if (json_is_string(v)) {
		put_text(out, v, depth > 0);
	} else if (json_is_integer(v)) {
		(void)buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	} else if (json_is_real(v)) {
		(void)buf_addf(out, "%.15g", json_real_value(v));
	} else if (json_is_boolean(v)) {
		(void)buf_add_str(out, json_is_true(v) ? STR("yes") : STR("no"));
	} else if (json_is_null(v)) {
		(void)buf_addc(out, '-');
	} else if (depth >= 4) {
		(void)buf_add_str(out, STR("..."));
	} else if (json_is_object(v)) {
		json_object_foreach(v, name, one) {
			if (says_nothing(one))
				continue;
			if (any)
				(void)buf_addc(out, ' ');
			any = true;
			(void)buf_add_escaped(out, str_of(name));
			(void)buf_addc(out, '=');
			put_value(out, one, depth + 1);
		}
	} else {
		json_array_foreach(v, i, one) {
			if (i > 0)
				(void)buf_addc(out, ' ');
			put_value(out, one, depth + 1);
		}
	}
}

static void
put_answer(struct buf *out, json_t *answer)
{
	const char *name;
	json_t *v, *one;
	size_t i;

	json_object_foreach(answer, name, v) {
		(void)buf_addf(out, "%-*s ", NAME_COLUMNS, name);
		if (!json_is_array(v)) {
			size_t before = out->len;

			put_value(out, v, 0);
			(void)buf_add_str(out, out->len > before ? STR("\n") : STR("-\n"));
			continue;
		}
		(void)buf_addf(out, "%zu\n", json_array_size(v));
		json_array_foreach(v, i, one) {
			(void)buf_add_str(out, STR("  "));
			put_value(out, one, 1);
			(void)buf_addc(out, '\n');
		}
	}
}

/* The answer in JSON, as to a request of JSON Lines; *ret_why: why there is none. */
static int
ask(const struct raw_question *q, const struct inspect_raw *raw, struct str document, struct buf *json, const char **ret_why)
{
	json_t *request = json_object();
	int r = request != NULL ? 0 : -ENOMEM;

	if (q->is_line)
		document = str_trim(document);
	if (r == 0)
		r = set_bytes(request, q->member, document);
	if (r == 0 && raw->url != NULL && q->url != NULL)
		r = set_bytes(request, q->url, str_of(raw->url));
	if (r == 0 && strcmp(q->what, "links") == 0 && str_starts(document, STR("<?xml")))
		r = set_bytes(request, "content_type", STR("application/xml"));
	if (r == 0)
		r = raw->fn(raw->arg, request, json, ret_why);
	json_decref(request);
	return r;
}

int
inspect_raw(const char *what, const struct inspect_raw *raw, int in_fd, int out_fd)
{
	CLEANUP(buf_releasep) struct buf document = BUF_INIT(RAW_MAX_BYTES);
	CLEANUP(buf_releasep) struct buf json = BUF_INIT(RAW_MAX_BYTES * 4), out = BUF_INIT(RAW_MAX_BYTES * 4);
	const struct raw_question *q = question_of(what);
	const char *why = "there is no answer";
	json_t *answer = NULL;
	int r, w;

	if (q == NULL)
		return -EINVAL;
	r = read_all(in_fd, &document);
	if (r < 0)
		return r;
	r = ask(q, raw, buf_str(&document), &json, &why);
	if (r == 0)
		answer = json_loadb(json.data, json.len, JSON_ALLOW_NUL, NULL);
	if (answer != NULL)
		put_answer(&out, answer);
	else
		(void)buf_addf(&out, "%-*s %s\n", NAME_COLUMNS, "error", why);
	json_decref(answer);
	w = buf_err(&out) < 0 ? buf_err(&out) : file_write_all(out_fd, out.data, out.len, NULL);
	if (r == -ENOMEM || w < 0)
		return r == -ENOMEM ? r : w;
	return r < 0 ? -EBADMSG : 0;
}
