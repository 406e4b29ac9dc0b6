/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libxml/parserInternals.h>

#include "parse/worker/xml_push.h"

xmlParserCtxtPtr
xml_push_new(xmlSAXHandler *sax, void *arg)
{
	xmlParserCtxtPtr ctx = xmlCreatePushParserCtxt(sax, arg, NULL, 0, NULL);

	if (ctx == NULL)
		return NULL;
	(void)xmlCtxtUseOptions(ctx, XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET |
		XML_PARSE_IGNORE_ENC);
	(void)xmlSwitchEncoding(ctx, XML_CHAR_ENCODING_UTF8);
	return ctx;
}

void
xml_push_free(xmlParserCtxtPtr ctx)
{
	xmlFreeDoc(ctx->myDoc); /* made for the entities of a DTD, and ours */
	xmlFreeParserCtxt(ctx);
}

struct str
xml_skip_marks(struct str text)
{
	const struct str mark = STR("\xef\xbb\xbf");

	while (str_starts(text, mark))
		text = str_n(text.p + mark.len, text.len - mark.len);
	return text;
}
