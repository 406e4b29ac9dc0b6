/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Content-Disposition: whatever is sent, a name is one segment of a URL's path, and no "." or "..". */
#include "config.h"

#include "store/disposition.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(4 * DISPOSITION_NAME_MAX_BYTES);
	bool other = false;
	size_t i;

	CHECK(disposition_name(str_n((const char *)data, size), &out) == 0);
	for (i = 0; i < out.len; i++) {
		CHECK(ascii_is_alnum((unsigned char)out.data[i]) || strchr("-._~%", out.data[i]) != NULL);
		other |= out.data[i] != '.';
	}
	CHECK(out.len == 0 || other);
	buf_release(&out);
	return 0;
}
