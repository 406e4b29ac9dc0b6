/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_dir.h: a directory of a test program's own, with whatever is made in it. */
#ifndef TESTS_STORE_DIR_H
#define TESTS_STORE_DIR_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "store/generation.h"

#define STORE_DIR_TEMPLATE "/tmp/lycosa-store-XXXXXX"

static char store_dir[sizeof(STORE_DIR_TEMPLATE)];

/* For each test, or a group of them. */
static inline int
store_dir_make(void **state)
{
	memcpy(store_dir, STORE_DIR_TEMPLATE, sizeof(store_dir));
	return mkdtemp(store_dir) == NULL ? -1 : 0;
}

static inline int
store_dir_remove(void **state)
{
	return generation_remove(AT_FDCWD, store_dir);
}

#endif
