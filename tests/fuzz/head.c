/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Heads of responses, a line at a time as libcurl brings them: they are complete once at most, count every byte, and what
 * they leave in the job is within its ceilings. Each line is read as the value of a Retry-After too.
 */
#include "config.h"

#include "base/check.h"
#include "base/clock.h"
#include "fetch/head.h"
#include "tests/fuzz/fuzz.h"

#define MAX_HEAD_BYTES 2000

static void
check_retry_after(struct str value)
{
	int64_t us = head_retry_after_us(value, INT64_C(1784000000));

	CHECK(us >= -1);
	CHECK(us % CLOCK_US_PER_SEC == 0 || us == -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_n((const char *)data, size);
	uint64_t bytes = 0;
	bool complete = false;
	struct head h;
	struct job *j;

	CHECK(job_new(&j) == 0);
	head_begin(&h, MAX_HEAD_BYTES, true);
	while (rest.len > 0) {
		struct str head = rest, behind = STR_NONE, line;
		enum head_result r;

		(void)str_cut(rest, '\n', &head, &behind);
		line = str_n(rest.p, head.len < rest.len ? head.len + 1 : head.len);
		rest = str_n(rest.p + line.len, rest.len - line.len);
		check_retry_after(line);
		bytes += line.len;
		r = head_line(&h, j, line);
		if (r >= HEAD_TOO_LARGE)
			break;
		CHECK(bytes <= MAX_HEAD_BYTES);
		CHECK(r != HEAD_COMPLETE || !complete);
		complete = complete || r == HEAD_COMPLETE;
		CHECK(complete == (h.state == HEAD_DONE));
	}
	CHECK(job_get(j, j->content_type).len <= MAX_HEAD_BYTES && job_get(j, j->location).len <= MAX_HEAD_BYTES);
	if (complete) {
		CHECK(j->status >= 200 && j->status <= 999);
		CHECK((unsigned)head_outcome(j) < OUTCOME_COUNT);
	}
	job_free(j);
	return 0;
}
