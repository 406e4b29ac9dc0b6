/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "crawler/get.h"
#include "url/date.h"

/* "bytes 5-9/10", "bytes 5-9/" followed by '*', or that in place of the range (RFC 9110 §14.4). */
static void
read_range(struct str value, struct get_answer *a)
{
	struct str unit, range, total, from, to;
	uint64_t first, last, whole;

	if (!str_cut(value, ' ', &unit, &range) || !str_ieq(unit, STR("bytes")) || !str_cut(str_trim(range), '/', &range, &total))
		return;
	if (str_to_u64(total, INT64_MAX, &whole) == 0)
		a->total = whole;
	if (str_cut(range, '-', &from, &to) && str_to_u64(from, INT64_MAX, &first) == 0 && str_to_u64(to, INT64_MAX, &last) == 0 &&
		last >= first && last < a->total)
		a->from = first;
}

/* The same date in two versions of a file is possible where it is younger than a second (RFC 9110 §8.8.2.2). */
static bool
is_strong_date(int64_t modified_s, int64_t date_s)
{
	return modified_s >= 0 && date_s >= 0 && date_s - modified_s >= 1;
}

void
get_answer_read(struct str head, struct get_answer *ret)
{
	struct get_answer a = {
		.length = DOWNLOAD_LENGTH_UNKNOWN,
		.from = DOWNLOAD_LENGTH_UNKNOWN,
		.total = DOWNLOAD_LENGTH_UNKNOWN,
		.etag = STR(""),
		.last_modified = STR(""),
		.modified_s = -1,
		.disposition = STR(""),
	};
	struct str line, name, value;
	int64_t date_s = -1;

	while (str_cut(head, '\n', &line, &head)) {
		if (!str_cut(line, ':', &name, &value))
			continue;
		value = str_trim(value);
		if (str_ieq(name, STR("content-length"))) {
			if (str_to_u64(value, INT64_MAX, &a.length) < 0)
				a.length = DOWNLOAD_LENGTH_UNKNOWN;
		} else if (str_ieq(name, STR("content-range"))) {
			read_range(value, &a);
		} else if (str_ieq(name, STR("etag"))) {
			/* A weak one says "as good as", not "the same bytes". */
			a.etag = value.len > 2 && value.p[0] == '"' && value.len <= DOWNLOAD_VALIDATOR_MAX ? value : STR("");
		} else if (str_ieq(name, STR("last-modified"))) {
			a.dated = true;
			a.last_modified = value;
			if (date_parse(value, &a.modified_s) < 0)
				a.modified_s = -1;
		} else if (str_ieq(name, STR("date"))) {
			if (date_parse(value, &date_s) < 0)
				date_s = -1;
		} else if (str_ieq(name, STR("content-disposition"))) {
			a.disposition = value;
		}
	}
	if (!is_strong_date(a.modified_s, date_s) || a.last_modified.len > DOWNLOAD_VALIDATOR_MAX)
		a.last_modified = STR("");
	*ret = a;
}
