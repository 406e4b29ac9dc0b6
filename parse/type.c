/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/parse.h"
#include "url/header.h"

static bool
is_json(struct str type)
{
	return str_ieq(type, STR("application/json")) || str_ieq(type, STR("text/json")) ||
		(type.len > 5 && str_ieq(str_n(type.p + type.len - 5, 5), STR("+json")));
}

static bool
is_xml(struct str type)
{
	return str_ieq(type, STR("text/xml")) || str_ieq(type, STR("application/xml")) ||
		(type.len > 4 && str_ieq(str_n(type.p + type.len - 4, 4), STR("+xml")));
}

bool
parse_wants(const struct job *j, struct str content_type)
{
	static const struct str wanted[] = {
		STR("text/html"),
		STR("text/css"),
		STR("application/manifest+json"),
		/* What servers say that do not know: as if they had said nothing (WHATWG MIME Sniffing, section 7). */
		STR("unknown/unknown"),
		STR("application/unknown"),
		STR("*/*"),
	};
	struct str type = header_media_type(content_type);
	size_t i;

	if (type.len == 0 || j->kind == LINK_SITEMAP)
		return true;
	for (i = 0; i < ARRAY_LEN(wanted); i++)
		if (str_ieq(type, wanted[i]))
			return true;
	return is_xml(type) || (is_json(type) && link_is_requisite(j->kind)) ||
		str_ends(url_pathname(&j->url), STR(".webmanifest"));
}
