/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backend_local.h: frontier/backend.h on a file of the job directory that has no name.
 *
 * Order of calls: backend_local_new(), backend_local_ops() for the frontier, which must be freed first; backend_local_free().
 * One for each loop, whose thread alone may use it.
 */
#ifndef STORE_BACKEND_LOCAL_H
#define STORE_BACKEND_LOCAL_H

#include <stdint.h>

#include "base/check.h"
#include "store/dir.h"

struct backend_local;
struct frontier_backend;

/* dir: borrowed for the call. 0 or negative errno. */
MUST_CHECK int backend_local_new(const struct store_dir *dir, struct backend_local **ret_backend);
void backend_local_free(struct backend_local *b);
/* Valid until it is freed. */
const struct frontier_backend *backend_local_ops(const struct backend_local *b);
/* Its first failure: negative errno, 0 = none. */
int backend_local_failed(const struct backend_local *b);
/* Bytes that were put and not dropped, and of the file. */
void backend_local_bytes(const struct backend_local *b, uint64_t *ret_live, uint64_t *ret_file);

#endif
