/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * head.h: the head of a response, line by line, as libcurl hands it out.
 *
 * Order of calls: head_begin(); head_line() for each line libcurl's header callback brings. It writes what later stages
 * need (status, version, content type, location, retry-after, and what the page's readers look at) into the job, and says when the final head is complete.
 * With may_repeat a final head may be followed by another, where libcurl answered the first one itself (with a login): the last one
 * counts.
 * Provisional heads (1xx) leave nothing in the job; lines after the final head are trailers and are only counted.
 *
 * With keep, the lines of the final head are put into job->response_head as they came.
 *
 * Every line counts against max_bytes, whatever it belongs to: a server that sends heads for ever is stopped there.
 */
#ifndef FETCH_HEAD_H
#define FETCH_HEAD_H

#include "fetch/wall.h"
#include "url/job.h"

enum head_state {
	HEAD_STATUS, /* a status line comes next */
	HEAD_FIELDS,
	HEAD_DONE, /* the final head is complete */
};

struct head {
	enum head_state state;
	uint64_t max_bytes;
	bool keep;
	bool may_repeat; /* what comes behind a final head is a trailer, or another head */
	int64_t date_s; /* of its Date, since 1970; 0: it has none */
	struct wall *wall; /* told of the final head's fields; NULL = nobody */
};

enum head_result {
	HEAD_MORE,
	HEAD_COMPLETE,  /* with this line the final head is complete; said once for each that is final */
	HEAD_TOO_LARGE, /* over max_bytes, or more text than a job can hold */
	HEAD_NO_MEMORY,
};

/* What a job says of an answer before there is one; it may have been started before, for another URL. */
void head_forget_answer(struct job *j);
void head_begin(struct head *h, uint64_t max_bytes, bool keep);
enum head_result head_line(struct head *h, struct job *j, struct str line);

/*
 * Can this Last-Modified be relied upon as a validator (RFC 9110 §8.8.2.2)? It counts seconds: of a page that changed less than
 * that before it was sent, the next version may have the same; and one from the future says nothing. date_s: when the server
 * sent it, by its own clock.
 */
bool head_is_validator(struct str last_modified, int64_t date_s);
/* The value of a Retry-After field (RFC 9110 §10.2.3): microseconds from now_s (since 1970) on, -1 if it is neither. */
int64_t head_retry_after_us(struct str value, int64_t now_s);

/* What a complete answer with this head is: OK, REDIRECT, BAD_REDIRECT, HTTP_*. */
enum outcome head_outcome(const struct job *j);

#endif
