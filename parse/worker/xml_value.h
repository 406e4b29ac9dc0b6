/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xml_value.h: attribute values of XML as libxml2's SAX2 interface hands them over.
 *
 * With entities not replaced (nor loaded: that is why), every character reference is resolved but the one to '&', which comes
 * as "&#38;" however it was written: "&amp;", "&#38;", "&#x26;" (xmlParseAttValueComplex()). So a "&#38;" is never the page's text.
 */
#ifndef PARSE_WORKER_XML_VALUE_H
#define PARSE_WORKER_XML_VALUE_H

#include <string.h>

#include "base/str.h"

#define XML_VALUE_AMP STR("&#38;")

static inline bool
xml_value_is_plain(struct str value)
{
	return value.len == 0 || memmem(value.p, value.len, XML_VALUE_AMP.p, XML_VALUE_AMP.len) == NULL;
}

/* Resolves what is left, from value to dst, which has room for it and may be the same place. Returns the length. */
static inline size_t
xml_value_resolve(struct str value, char *dst)
{
	size_t i = 0, n = 0;

	while (i < value.len) {
		dst[n++] = value.p[i];
		i += str_starts(str_n(value.p + i, value.len - i), XML_VALUE_AMP) ? XML_VALUE_AMP.len : 1;
	}
	return n;
}

#endif
