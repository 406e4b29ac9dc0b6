/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * beneath.h: opens a file below a directory, whatever its path says and whatever stands in the tree: no part may be empty, "." or
 * "..", no link is followed on the way or at its end, and it is a regular file. Pure but for the opening; any thread.
 */
#ifndef STORE_BENEATH_H
#define STORE_BENEATH_H

#include <sys/stat.h>

#include "base/check.h"
#include "base/str.h"

/* For reading: a descriptor, and what fstat(2) says of it; or negative errno: -EINVAL (the path is none), -ELOOP, -ENOTDIR, -ENOENT, ... */
MUST_CHECK int beneath_open(int dir_fd, struct str path, struct stat *ret_st);

#endif
