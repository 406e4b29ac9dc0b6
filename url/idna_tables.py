#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes idna_tables.h and nfc_tables.h, beside this file, from the Unicode Character Database.

usage: idna_tables.py [DIRECTORY]      (default: /usr/share/unicode, Debian's package unicode-data)

The headers are kept in the source tree, so that building needs neither Python nor the database; run this when Unicode has a new version.
They are of 17.0, as browsers are: https://www.unicode.org/Public/17.0.0/ucd/UCD.zip, unpacked (the package of Debian 12 has 15.0). Read are
UnicodeData.txt, DerivedNormalizationProps.txt, PropList.txt, extracted/DerivedBidiClass.txt and extracted/DerivedJoiningType.txt.
tests/lint/generated.py . DIRECTORY compares the headers with what this writes. The mapping is derived as UTS 46 section 6 does:
NFKC_Casefold, with the exceptions listed in derive() below.
"""

import os
import sys

DIRECTORY = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
LAST = 0x10FFFF

DISALLOWED, VALID, IGNORED, DELTA, PAIRS, STRING = range(6)
KINDS = ["DISALLOWED", "VALID", "IGNORED", "DELTA", "PAIRS", "STRING"]
BIDI = ["OTHER", "L", "R", "AL", "AN", "EN", "ES", "CS", "ET", "ON", "BN", "NSM"]
JOINING = ["U", "L", "D", "R", "T"]


def lines(name):
    with open(os.path.join(DIRECTORY, name), encoding="utf-8") as f:
        for line in f:
            yield line.rstrip("\n")


def properties(name):
    """(range of code points, [fields behind it]) of a file "0041..005A ; value # comment"."""
    for line in lines(name):
        fields = [f.strip() for f in line.split("#")[0].split(";")]
        if len(fields) > 1:
            first, _, last = fields[0].partition("..")
            yield range(int(first, 16), int(last or first, 16) + 1), fields[1:]


def unicode_data():
    first = None
    for line in lines("UnicodeData.txt"):
        fields = line.split(";")
        c = int(fields[0], 16)
        if fields[1].endswith(", First>"):
            first = c
            continue
        for x in range(first if first is not None else c, c + 1):
            yield x, fields
        first = None


category, combining, decomposition = {}, {}, {}
for c, f in unicode_data():
    category[c] = f[2]
    combining[c] = int(f[3])
    if f[5] and not f[5].startswith("<"):
        decomposition[c] = tuple(int(x, 16) for x in f[5].split())

casefold, no_composition, bidi, joining, forbidden = {}, set(), {}, {}, set()
for r, f in properties("DerivedNormalizationProps.txt"):
    for c in r:
        if f[0] == "NFKC_CF":
            casefold[c] = tuple(int(x, 16) for x in f[1].split())
        elif f[0] == "Full_Composition_Exclusion":
            no_composition.add(c)
for r, f in properties("extracted/DerivedBidiClass.txt"):
    for c in r:
        bidi[c] = f[0]
for r, f in properties("extracted/DerivedJoiningType.txt"):
    for c in r:
        joining[c] = f[0]
# Controls of direction, and the operators that describe ideographs.
for r, f in properties("PropList.txt"):
    if f[0] in ("Bidi_Control", "IDS_Binary_Operator", "IDS_Trinary_Operator", "IDS_Unary_Operator"):
        forbidden.update(r)
# Tags, and the stand-ins for what is no character.
forbidden.update([0xE0001, *range(0xE0020, 0xE0080), 0xFFFC, 0xFFFD])

FULL_STOPS = (0x3002, 0xFF0E, 0xFF61)
DEVIATIONS = (0xDF, 0x3C2, 0x200C, 0x200D)


def derive(c):
    """(kind, mapping) of a code point, not transitional."""
    if c in FULL_STOPS:
        return STRING, (0x2E,)
    if c == 0x1E9E:
        return STRING, (0xDF,)
    if c in DEVIATIONS:
        return VALID, ()
    if c in forbidden:
        return DISALLOWED, ()
    mapping = casefold.get(c, (c,))
    if mapping == (c,):
        return (VALID if c < 0x80 or category.get(c, "Cn")[0] not in "CZ" else DISALLOWED), ()
    if c not in category or 0x2E in mapping or any(m in FULL_STOPS for m in mapping):
        return DISALLOWED, ()
    return (STRING, mapping) if mapping else (IGNORED, ())


def valid_value(c):
    b, j = bidi.get(c, "L"), joining.get(c, "U")
    return (VALID | (BIDI.index(b) if b in BIDI else 0) << 3 | (category.get(c, "Cn")[0] == "M") << 7
            | (JOINING.index(j) if j in JOINING else 0) << 8 | combining.get(c, 0) << 16)


table = [derive(c) for c in range(LAST + 1)]
pool = bytearray()


def string_value(mapping):
    text = "".join(map(chr, mapping)).encode("utf-8")
    at = pool.find(text)
    if at < 0:
        at = len(pool)
        pool.extend(text)
    assert at < 1 << 16 and len(text) < 1 << 8
    return STRING | at << 3 | len(text) << 19


def value(c):
    kind, mapping = table[c]
    if kind == VALID:
        return valid_value(c)
    if kind == STRING:
        return DELTA | (mapping[0] - c & 0x1FFFFFFF) << 3 if len(mapping) == 1 else string_value(mapping)
    return kind


# The longest strings first: shorter ones are found inside them.
for kind, mapping in sorted(table, key=lambda t: -len(t[1])):
    if kind == STRING and len(mapping) > 1:
        string_value(mapping)

LETTER = VALID | BIDI.index("L") << 3
UPPER = DELTA | 1 << 3
values = [value(c) for c in range(LAST + 1)]
ranges = []
c = 0
while c <= LAST:
    end = c
    # "AaBbCc": each second one maps to the next.
    while end + 1 <= LAST and values[end] == UPPER and values[end + 1] == LETTER:
        end += 2
    if end - c >= 4:
        ranges.append((c, PAIRS))
        c = end
        continue
    end = c + 1
    if values[c] & 7 != STRING:
        while end <= LAST and values[end] == values[c]:
            end += 1
    ranges.append((c, values[c]))
    c = end

# What is left after mapping holds no singletons and none of what NFC takes apart, so the pairs of valid characters do.
pairs = sorted((c, *d) for c, d in decomposition.items()
               if len(d) == 2 and c not in no_composition and table[c][0] == VALID)
by_parts = sorted(range(len(pairs)), key=lambda i: pairs[i][1:])


HEAD = """/* SPDX-License-Identifier: GPL-3.0-or-later AND Unicode-3.0 */
/*
 * Written by url/idna_tables.py from the Unicode Character Database %s; do not edit.
 * Copyright of the data: Unicode, Inc., under https://www.unicode.org/license.txt
 */
#ifndef %s
#define %s

#include <stdint.h>
"""

IDNA = """
/*
 * What UTS 46 does with a code point: bits 0-2 of its range's value.
 *   VALID   bits 3-6 Bidi_Class, 7 General_Category is Mark, 8-10 Joining_Type, 16-23 Canonical_Combining_Class
 *   DELTA   becomes itself plus bits 3-31, signed
 *   PAIRS   the first, third, ... of the range becomes the next; the others are valid letters
 *   STRING  becomes bytes of idna_strings: bits 3-18 where, 19-26 how many
 */"""


def rows(opening, items, closing="};"):
    yield opening
    row = ""
    for item in items:
        if len(row) + len(item) > 90:
            yield "\t" + row.rstrip()
            row = ""
        row += item + ", "
    yield "\t" + row.rstrip()
    yield closing


def write(name, guard, text):
    version = next(lines("DerivedNormalizationProps.txt")).split("-")[-1].replace(".txt", "")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w", encoding="ascii") as f:
        f.write(HEAD % (version, guard, guard))
        f.writelines(line + "\n" for line in text)
        f.write("\n#endif\n")


write("idna_tables.h", "URL_IDNA_TABLES_H", [
    IDNA,
    *rows("enum idna_kind {", ("IDNA_" + k for k in KINDS)),
    *rows("enum idna_bidi {", ("IDNA_BIDI_" + b for b in BIDI)),
    *rows("enum idna_joining {", ("IDNA_JOINING_" + j for j in JOINING)),
    "",
    "/* { first code point, value }, up to the next one's first. */",
    *rows("static const uint32_t idna_ranges[][2] = {", ("{ %#x, %#x }" % r for r in ranges)),
    "",
    "/* UTF-8. */",
    *rows("static const unsigned char idna_strings[] = {", ("%d" % b for b in pool)),
])
write("nfc_tables.h", "URL_NFC_TABLES_H", [
    "",
    "/* { composed, first, second } of what is valid in a domain, sorted by composed. */",
    *rows("static const uint32_t nfc_pairs[][3] = {", ("{ %#x, %#x, %#x }" % p for p in pairs)),
    "",
    "/* Indices of nfc_pairs, sorted by first and second. */",
    *rows("static const uint16_t nfc_pairs_by_parts[] = {", ("%d" % i for i in by_parts)),
])
