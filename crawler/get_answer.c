/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "crawler/get.h"
#include "url/date.h"
#include "url/range.h"

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
	struct str line, name, value, etag = STR(""), last_modified = STR("");
	struct range_validators strong;
	struct range range;
	int64_t date_s = -1;

	while (str_cut(head, '\n', &line, &head)) {
		if (!str_cut(line, ':', &name, &value))
			continue;
		value = str_trim(value);
		if (str_ieq(name, STR("content-length"))) {
			if (str_to_u64(value, INT64_MAX, &a.length) < 0)
				a.length = DOWNLOAD_LENGTH_UNKNOWN;
		} else if (str_ieq(name, STR("content-range"))) {
			range_read(value, &range);
			a.from = range.from;
			a.total = range.total;
		} else if (str_ieq(name, STR("etag"))) {
			etag = value;
		} else if (str_ieq(name, STR("last-modified"))) {
			a.dated = true;
			last_modified = value;
			if (date_parse(value, &a.modified_s) < 0)
				a.modified_s = -1;
		} else if (str_ieq(name, STR("date"))) {
			if (date_parse(value, &date_s) < 0)
				date_s = -1;
		} else if (str_ieq(name, STR("content-disposition"))) {
			a.disposition = value;
		}
	}
	range_validators_of(etag, last_modified, date_s, &strong);
	a.etag = strong.etag;
	a.last_modified = strong.last_modified;
	*ret = a;
}
