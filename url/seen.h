/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seen.h: the reader's side of the visited set, for processes that map it read-only (parser workers).
 *
 * The writer's side is frontier/visited.h. The layout both agree on is here, because siblings may not include one
 * another and a worker may include nothing but url/ and base/.
 */
#ifndef URL_SEEN_H
#define URL_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

struct seen_map;

/* Maps fd (visited_fd()) for reading; fd may be closed afterwards. 0, -EINVAL (not such a set) or negative errno. */
MUST_CHECK int seen_map(int fd, struct seen_map **ret_map);
void seen_unmap(struct seen_map *m);
/* Wait-free but for a retry when a table moved meanwhile. No false negatives. */
bool seen_contains(const struct seen_map *m, uint64_t fp);

/* A hint: seen_contains() is about to be asked. */
void seen_prefetch(const struct seen_map *m, uint64_t fp);

/*
 * The key of a refusal that depends on the way (class WAY) in the second set ("refused"): the same URL by the same way
 * is neither offered nor listed again. depth_refused: link depth is beyond --level; requisite: link_is_requisite().
 */
uint64_t seen_way_key(uint64_t fp, bool requisite, bool depth_refused, bool nofollow);

#endif
