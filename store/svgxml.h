/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * svgxml.h: may this stand in an XML document? One byte that does not belong there costs the reader all of the document that comes behind it, so
 * the page, too. Pure.
 */
#ifndef STORE_SVGXML_H
#define STORE_SVGXML_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Elements with all that is in them, well-formed by itself (XML 1.0 §4.3.2, Namespaces in XML 1.0 §7): of ASCII, prefixes declared, no entities but
 * XML's own, no comments, CDATA sections or processing instructions. More is refused than must be: elements nested deeper than 64, tags with more
 * than 64 attributes, two attributes of one name and different prefixes.
 */
bool svgxml_is_fine(struct str s);

#endif
