/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A WARC file of anybody's, plain, gzip or zstd: whatever is in it, records lie one behind the other within the file, each
 * member's end is where the next begins, and what is told of it is fit for a terminal. Its lines are read as CDXJ too.
 */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "store/cdxj.h"
#include "store/warc_read.h"
#include "tests/fuzz/fuzz.h"

static void
on_fault(void *arg, uint64_t offset, uint64_t record, struct str text)
{
	CHECK(offset <= *(const uint64_t *)arg && text.len > 0);
	for (size_t i = 0; i < text.len; i++)
		CHECK((unsigned char)text.p[i] >= ' ' && text.p[i] != 0x7f);
}

static void
read_lines(struct str rest)
{
	struct cdxj_line line = { .offset = 0 };
	struct str text;

	while (str_cut(rest, '\n', &text, &rest))
		if (cdxj_read(text, &line) == 0)
			CHECK(line.key.len + line.stamp.len < text.len && line.url.len <= CDXJ_LINE_MAX_BYTES);
	buf_release(&line.memory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("warc", MFD_CLOEXEC);
	uint64_t bytes = size, last_end = 0;
	struct warc_reader *r = NULL;
	struct warc_facts f;

	CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	if (warc_reader_open(fd, 0, UINT64_MAX, false, on_fault, &bytes, &r) == 0)
		while (warc_reader_next(r, &f) == 1) {
			CHECK(f.offset + f.bytes <= size);
			CHECK(f.bytes == 0 || f.offset >= last_end);
			if (f.bytes > 0)
				last_end = f.offset + f.bytes;
		}
	warc_reader_close(r);
	(void)close(fd);
	read_lines(str_n((const char *)data, size));
	return 0;
}
