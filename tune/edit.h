/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edit.h: sets keys in the text of a config file (lycosa.conf(5)) and leaves every other byte as it is. Pure.
 *
 * A key that is set gets its new value where it stands last, which is where it counts; its indentation, the blanks and the comment
 * behind it stay, and so does the line's ending. A key that is not set is put behind the last line of its section, or in a new section
 * at the end. Above each stands one comment of ours; that of an earlier edit is replaced.
 */
#ifndef TUNE_EDIT_H
#define TUNE_EDIT_H

#include "base/buf.h"

#define EDIT_MARK     "# lycosa tune"
#define EDIT_KEYS_MAX 16

struct edit_key {
	const char *section, *name;
	struct str value;   /* plain: needs no quotes */
	struct str comment; /* one line, without the mark; empty: none */
};

/* The new text into out; into diff the lines that go (-) and come (+), each group below its place. 0, -ENOMEM or -EMSGSIZE. */
MUST_CHECK int edit_apply(struct str text, const struct edit_key *keys, size_t n, struct buf *out, struct buf *diff);

#endif
