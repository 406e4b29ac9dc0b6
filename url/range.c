/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/date.h"
#include "url/range.h"

/* "bytes 5-9/10", "bytes 5-9/" followed by '*', or that in place of the range (RFC 9110 §14.4). */
void
range_read(struct str content_range, struct range *ret)
{
	struct str unit, range, total, from, to;
	uint64_t first, last, whole;

	*ret = (struct range){ .from = RANGE_UNKNOWN, .total = RANGE_UNKNOWN };
	if (!str_cut(content_range, ' ', &unit, &range) || !str_ieq(unit, STR("bytes")) ||
		!str_cut(str_trim(range), '/', &range, &total))
		return;
	if (str_to_u64(total, INT64_MAX, &whole) == 0)
		ret->total = whole;
	if (str_cut(range, '-', &from, &to) && str_to_u64(from, INT64_MAX, &first) == 0 && str_to_u64(to, INT64_MAX, &last) == 0 &&
		last >= first && last < ret->total)
		ret->from = first;
}

void
range_validators_of(struct str etag, struct str last_modified, int64_t date_s, struct range_validators *ret)
{
	int64_t modified_s;

	*ret = (struct range_validators){ STR(""), STR("") };
	/* A weak one says "as good as", not "the same bytes". What is none at all counts as if it were not there. */
	if (etag.len > 2 && etag.p[0] == '"')
		ret->etag = etag;
	else if (!str_starts(etag, STR("W/")) && date_parse(last_modified, &modified_s) == 0 && date_s - modified_s >= 1)
		ret->last_modified = last_modified;
}
