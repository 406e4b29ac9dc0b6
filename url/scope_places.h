/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scope_places.h: the hosts that are in scope, and for --no-parent the directories of seeds on each of them. Part of url/scope.h.
 *
 * Order of calls: scope_places_init(); scope_places_add_seed(), _add_host() by one thread at a time (the scope's lock);
 * scope_places_find() and _has_below() by any thread, without a lock; scope_places_release(), when nobody is in it.
 *
 * Both are hash tables that only grow. What is asked of them, and what joins, costs no more where there are a million of either: lists of
 * seeds are as long, and each seed may have a directory of its own.
 *
 * A failure is -ENOMEM; of several places that were to join, some may have.
 */
#ifndef URL_SCOPE_PLACES_H
#define URL_SCOPE_PLACES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/str.h"

struct scope_host;
struct scope_table;

struct scope_set {
	_Atomic(struct scope_table *) table;
	size_t count; /* the writer's */
};

struct scope_places {
	struct hash_key key;
	struct scope_set hosts, dirs;
	bool has_dirs; /* immutable */
};

/* has_dirs: directories are wanted. On failure there is nothing to release. */
MUST_CHECK int scope_places_init(struct scope_places *p, bool has_dirs);
/* Also of zeroes. */
void scope_places_release(struct scope_places *p);

/* A host and port (URL_NO_PORT: each scheme's default), or NULL. It stays until scope_places_release(). */
const struct scope_host *scope_places_find(const struct scope_places *p, struct str name, uint32_t port);
/* Is the path below a directory of the host? */
bool scope_places_has_below(const struct scope_places *p, const struct scope_host *h, struct str path);

/* The host joins, and the path's directory on it. */
MUST_CHECK int scope_places_add_seed(struct scope_places *p, struct str name, uint32_t port, struct str path);
/* The host joins, if it is new with the path's directory; and its twin (empty: it has none), if that is new, with the host's. */
MUST_CHECK int scope_places_add_host(struct scope_places *p, struct str name, uint32_t port, struct str path, struct str twin, bool *ret_new);

#ifdef SCOPE_COUNT_STEPS
/* For the test of what things cost: entries of the tables that were looked at. */
extern _Atomic uint64_t scope_steps;
#endif

#endif
