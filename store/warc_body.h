/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_body.h: the body of the answer that one record of a WARC file holds, for who serves it again. Public. One thread.
 */
#ifndef STORE_WARC_BODY_H
#define STORE_WARC_BODY_H

#include <stdint.h>

#include "base/buf.h"

/*
 * fd is borrowed; the record begins at offset. Appended to out: what follows the HTTP head, as it was recorded. 0; -EBADMSG: no
 * response record is there, or it is damaged; -ENODATA: the file ends within it; -EMSGSIZE: out is too small; other negative errno.
 */
MUST_CHECK int warc_body(int fd, uint64_t offset, struct buf *out);

#endif
