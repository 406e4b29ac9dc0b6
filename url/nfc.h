/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nfc.h: inside url/ only: Unicode Normalization Form C (UAX 15) of text that UTS 46 has mapped. That text has neither
 * upper case nor compatibility forms, so the tables hold only what is left. Pure.
 */
#ifndef URL_NFC_H
#define URL_NFC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Normalises p[0, n) in place, with room for max; the new length, 0 if the room is too small on the way. */
size_t nfc_normalise(uint32_t *p, size_t n, size_t max);
bool nfc_is_normal(const uint32_t *p, size_t n);

/* Canonical_Combining_Class (idna.c has the table). */
uint8_t nfc_combining_class(uint32_t cp);

#endif
