/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fold.h: text that stays what it is whatever a file system does to names: full case folding, compatibility mapping
 * (NFKC_Casefold, of which UTS 46 is made) and normalisation to NFC. Pure; any thread. In idna.c, which has the table.
 */
#ifndef URL_FOLD_H
#define URL_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* One code point above ASCII is left alone by folding, and is a character that can be seen. */
bool fold_keeps_point(uint32_t cp);
/* s is valid UTF-8 of ASCII and such code points, and in NFC. ASCII capitals are let through: they are the caller's. */
bool fold_keeps(struct str s);

#endif
