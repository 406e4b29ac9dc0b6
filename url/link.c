/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/check.h"
#include "url/link.h"

const char *
link_kind_name(enum link_kind kind)
{
	static const char *const names[LINK_KIND_COUNT] = {
		[LINK_PAGE] = "page",
		[LINK_FRAME] = "frame",
		[LINK_REQUISITE] = "requisite",
		[LINK_STYLE] = "style",
		[LINK_ALTERNATE] = "alternate",
		[LINK_CANONICAL] = "canonical",
		[LINK_FEED] = "feed",
		[LINK_HINT] = "hint",
		[LINK_SITEMAP] = "sitemap",
		[LINK_FORM] = "form",
	};

	CHECK((unsigned)kind < LINK_KIND_COUNT);
	return names[kind];
}

bool
link_is_requisite(enum link_kind kind)
{
	return kind == LINK_FRAME || kind == LINK_REQUISITE || kind == LINK_STYLE;
}
