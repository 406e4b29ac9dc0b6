/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * secret.h: bytes that are not left lying about: passwords, tokens, cookies. What has held one is wiped before it is freed, so
 * that neither a core file nor the next owner of the memory has it. Libraries that were given one keep copies of their own.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* NULL is fine. */
static inline void
secret_free(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

static inline void
secret_freep(char **s)
{
	secret_free(*s);
}

/* Of a buf that has not grown by realloc(3) since it holds a secret: reserve its room first. */
static inline void
secret_buf_release(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

#endif
