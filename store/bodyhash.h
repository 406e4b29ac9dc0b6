/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bodyhash.h: the content hash of a body that no parser has read (pictures, archives), so that every body that is kept has one:
 * for duplicates, and to know what an update has changed. The writer's thread.
 */
#ifndef STORE_BODYHASH_H
#define STORE_BODYHASH_H

#include "url/job.h"

/* Where there is none and the body is there whole. What cannot be read has none. */
void bodyhash_add(struct job *j);

#endif
