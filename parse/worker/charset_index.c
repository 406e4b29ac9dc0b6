/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "parse/worker/charset_index.h"
#include "parse/worker/charset_tables.h"

#define NONE '.' /* in the tables */

/* Of index jis0208: also in other places of it, and Shift_JIS takes those. */
#define SHIFT_JIS_NOT_FROM 8272
#define SHIFT_JIS_NOT_TO   8835
/* Where Big5 itself begins; what stands before is of the Hong Kong supplement, which is read, not written. */
#define BIG5_FROM ((0xa1 - 0x81) * 157)

/* One pointer of index gb18030 ranges, outside of its ranges. */
#define GB18030_LONE_POINTER 7457
#define GB18030_LONE_CP      0xe7c7

uint32_t
index_cp(enum charset_index index, unsigned pointer)
{
	uint32_t cp = NONE;

	switch (index) {
	case INDEX_JIS0208:
		cp = pointer < ARRAY_LEN(index_jis0208) - 1 ? index_jis0208[pointer] : NONE;
		break;
	case INDEX_JIS0212:
		cp = pointer < ARRAY_LEN(index_jis0212) - 1 ? index_jis0212[pointer] : NONE;
		break;
	case INDEX_EUC_KR:
		cp = pointer < ARRAY_LEN(index_euc_kr) - 1 ? index_euc_kr[pointer] : NONE;
		break;
	case INDEX_GB18030:
		cp = pointer < ARRAY_LEN(index_gb18030) - 1 ? index_gb18030[pointer] : NONE;
		break;
	case INDEX_BIG5:
		cp = pointer < ARRAY_LEN(index_big5) - 1 ? index_big5[pointer] : NONE;
		break;
	case INDEX_COUNT:
		break;
	}
	return cp != NONE ? cp : 0;
}

/* The last range that does not begin behind it. Both columns rise. */
static size_t
range_of(bool is_cp, uint32_t value)
{
	size_t low = 0, high = ARRAY_LEN(index_gb18030_ranges);

	while (high - low > 1) {
		size_t at = (low + high) / 2;

		if ((is_cp ? index_gb18030_ranges[at].cp : index_gb18030_ranges[at].pointer) <= value)
			low = at;
		else
			high = at;
	}
	return low;
}

uint32_t
index_gb18030_ranges_cp(unsigned pointer)
{
	size_t i = range_of(false, pointer);

	if ((pointer > 39419 && pointer < 189000) || pointer > 1237575)
		return 0;
	if (pointer == GB18030_LONE_POINTER)
		return GB18030_LONE_CP;
	return index_gb18030_ranges[i].cp + (pointer - index_gb18030_ranges[i].pointer);
}

unsigned
index_gb18030_ranges_pointer(uint32_t cp)
{
	size_t i = range_of(true, cp);

	if (cp == GB18030_LONE_CP)
		return GB18030_LONE_POINTER;
	return index_gb18030_ranges[i].pointer + (cp - index_gb18030_ranges[i].cp);
}

const uint16_t *
index_single(enum charset cs)
{
	static const uint16_t *const singles[CHARSET_COUNT] = {
#define CHARSET(id, name, single, labels) [CHARSET_##id] = single,
#include "parse/worker/charset.def"
#undef CHARSET
	};

	CHECK((unsigned)cs < CHARSET_COUNT);
	return singles[cs];
}

/* --- back --- */

static void
pointers_of_single(const uint16_t *single, uint16_t *pointers)
{
	for (unsigned i = 128; i-- > 0;)
		if (single[i] != 0)
			pointers[single[i]] = (uint16_t)(i + 1);
}

static bool
is_written(enum charset cs, unsigned pointer)
{
	if (cs == CHARSET_BIG5)
		return pointer >= BIG5_FROM;
	return cs != CHARSET_SHIFT_JIS || pointer < SHIFT_JIS_NOT_FROM || pointer > SHIFT_JIS_NOT_TO;
}

/* Of these Big5 has the last. */
static bool
is_last_of_big5(uint32_t cp)
{
	return cp == 0x2550 || cp == 0x255e || cp == 0x2561 || cp == 0x256a || cp == 0x5341 || cp == 0x5345;
}

static void
pointers_of_index(enum charset cs, enum charset_index index, uint16_t *pointers)
{
	/* All of them are smaller than UINT16_MAX. */
	for (unsigned i = 23940; i-- > 0;) {
		uint32_t cp = index_cp(index, i);

		if (cp == 0 || cp >= INDEX_POINTERS || !is_written(cs, i))
			continue;
		if (cs != CHARSET_BIG5 || pointers[cp] == 0 || !is_last_of_big5(cp))
			pointers[cp] = (uint16_t)(i + 1);
	}
}

int
index_pointers(enum charset cs, uint16_t **ret_pointers)
{
	const uint16_t *single = index_single(cs);
	uint16_t *pointers = calloc(INDEX_POINTERS, sizeof(*pointers));

	if (pointers == NULL)
		return -ENOMEM;
	if (single != NULL)
		pointers_of_single(single, pointers);
	else if (cs == CHARSET_GBK || cs == CHARSET_GB18030)
		pointers_of_index(cs, INDEX_GB18030, pointers);
	else if (cs == CHARSET_BIG5)
		pointers_of_index(cs, INDEX_BIG5, pointers);
	else if (cs == CHARSET_EUC_KR)
		pointers_of_index(cs, INDEX_EUC_KR, pointers);
	else
		pointers_of_index(cs, INDEX_JIS0208, pointers);
	*ret_pointers = pointers;
	return 0;
}

unsigned
index_big5_pointer_above(uint32_t cp)
{
	for (unsigned i = BIG5_FROM; i < ARRAY_LEN(index_big5) - 1; i++)
		if (index_big5[i] == cp)
			return i + 1;
	return 0;
}
