/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xml_dtd.h: the internal subset of a document type (XML 1.0 §2.8), which is left out of what libxml2 is given: it takes time with
 * the square of what is declared there (80,000 values of an attribute: 20 s), and we make no use of it. Pure.
 */
#ifndef PARSE_WORKER_XML_DTD_H
#define PARSE_WORKER_XML_DTD_H

#include <stdbool.h>

#include "base/str.h"

struct xml_dtd {
	size_t from, to; /* what to leave out; equal: nothing */
	bool entities;   /* some are declared there */
	bool unfinished; /* the text ends before its first element, maybe within the subset; to is its end then */
};

/* text: from the document's beginning, UTF-8. In doubt more is left out: no '[' stays before the '>' of the type. */
void xml_dtd_find(struct str text, struct xml_dtd *ret);

#endif
