/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xml_push.h: libxml2's parser of XML as our readers of it open it: it goes on behind mistakes, loads nothing, and takes the text
 * for UTF-8 whatever its first bytes look like. By itself it would read what begins as UTF-16 does as that, while we, who leave out
 * document types (xml_dtd.h) and count attributes, have read something else.
 *
 * Order of calls: xml_push_new(); xmlParseChunk() with each piece, and at the end with an empty one; xml_push_free(). One owner.
 */
#ifndef PARSE_WORKER_XML_PUSH_H
#define PARSE_WORKER_XML_PUSH_H

#include <libxml/parser.h>

#include "base/str.h"

/* sax is copied; its functions are given arg. NULL: no memory. */
xmlParserCtxtPtr xml_push_new(xmlSAXHandler *sax, void *arg);
void xml_push_free(xmlParserCtxtPtr ctx);

/* Without the marks of UTF-8 (U+FEFF) it begins with: files that were put together of several have several. */
struct str xml_skip_marks(struct str text);

#endif
