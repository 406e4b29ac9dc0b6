/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/parse.h"

bool
parse_wants_type(struct str content_type)
{
	static const struct str wanted[] = {
		STR("text/html"),
		STR("application/xhtml+xml"),
		STR("text/css"),
		/* What servers say that do not know: as if they had said nothing (WHATWG MIME Sniffing, section 7). */
		STR("unknown/unknown"),
		STR("application/unknown"),
		STR("*/*"),
	};
	struct str type, rest;
	size_t i;

	if (!str_cut(content_type, ';', &type, &rest))
		type = content_type;
	type = str_trim(type);
	if (type.len == 0)
		return true;
	for (i = 0; i < ARRAY_LEN(wanted); i++)
		if (str_ieq(type, wanted[i]))
			return true;
	return false;
}
