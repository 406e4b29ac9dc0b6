#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes charset_tables.h, beside this file, from the indexes of the WHATWG Encoding Standard.

usage: gen-charsets.py [FILE]      (default: encoding-indexes.js of Debian's package libjs-text-encoding)

The header is kept in the source tree, so that building needs neither Python nor the package. The package is older than the
change of gb18030 to its edition of 2022 (Encoding section 10.2 and 5): GB18030_2022 below.
"""

import json
import os
import re
import sys
import unicodedata

FILE = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/javascript/text-encoding/encoding-indexes.js"

# In the order of charset.def.
SINGLE = """ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15
iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256
windows-1257 windows-1258 x-mac-cyrillic""".split()
DOUBLE = ["jis0208", "jis0212", "euc-kr", "gb18030", "big5"]
GB18030_2022 = {
    0xA6D9: 0xFE10, 0xA6DA: 0xFE12, 0xA6DB: 0xFE11, 0xA6DC: 0xFE13, 0xA6DD: 0xFE14, 0xA6DE: 0xFE15, 0xA6DF: 0xFE16, 0xA6EC: 0xFE17,
    0xA6ED: 0xFE18, 0xA6F3: 0xFE19, 0xFE59: 0x9FB4, 0xFE61: 0x9FB5, 0xFE66: 0x9FB6, 0xFE67: 0x9FB7, 0xFE6D: 0x9FB8, 0xFE7E: 0x9FB9,
    0xFE90: 0x9FBA, 0xFEA0: 0x9FBB,
}
PER_LINE = 94
NONE = "."  # stands for what has no meaning: no index has anything of ASCII


def name_of(index):
    return "index_" + index.replace("-", "_")


def hexes(values, per_line=12):
    for i in range(0, len(values), per_line):
        yield "\t" + " ".join("0x%04x," % (v or 0) for v in values[i:i + per_line])


def literals(values, prefix):
    """The code points as they are: a third of what they take as numbers, and can be read."""
    for i in range(0, len(values), PER_LINE):
        row = values[i:i + PER_LINE]
        assert all(v is None or v >= 0x80 for v in row)
        # Not what cannot be seen or joins with others.
        text = "".join(NONE if v is None else chr(v) if unicodedata.category(chr(v))[0] in "LNPS" else "\\U%08x" % v for v in row)
        yield '\t%s"%s"' % (prefix, text)


def main():
    with open(FILE, encoding="utf-8") as f:
        indexes = json.loads(re.search(r'"encoding-indexes"\] =\s*(\{.*\});', f.read(), re.S)[1])
    for code, value in GB18030_2022.items():
        lead, trail = code >> 8, code & 0xFF
        indexes["gb18030"][(lead - 0x81) * 190 + trail - (0x40 if trail < 0x7F else 0x41)] = value
    out = [
        "/* SPDX-License-Identifier: GPL-3.0-or-later AND CC0-1.0 */",
        "/*",
        " * Written by gen-charsets.py from the indexes of the WHATWG Encoding Standard, https://encoding.spec.whatwg.org/; do not edit.",
        " * A full stop stands for what has no meaning.",
        " */",
        "#ifndef PARSE_WORKER_CHARSET_TABLES_H",
        "#define PARSE_WORKER_CHARSET_TABLES_H",
        "",
        "#include <stdint.h>",
        "#include <uchar.h>",
        "",
    ]
    indexes["x-user-defined"] = [0xF780 + i for i in range(128)]  # section 14.5
    for index in [*SINGLE, "x-user-defined"]:
        out += ["static const uint16_t %s[128] = {" % name_of(index), *hexes(indexes[index]), "};", ""]
    for index in DOUBLE:
        wide = any(v is not None and v > 0xFFFF for v in indexes[index])
        kind, prefix = ("char32_t", "U") if wide else ("char16_t", "u")
        out += ["static const %s %s[%d + 1] =" % (kind, name_of(index), len(indexes[index])), *literals(indexes[index], prefix)]
        out[-1] += ";"
        out.append("")
    ranges = indexes["gb18030-ranges"]
    out += ["static const struct {", "\tuint32_t pointer, cp;", "} index_gb18030_ranges[%d] = {" % len(ranges)]
    out += ["\t" + " ".join("{ %d, 0x%04x }," % (p, cp) for p, cp in ranges[i:i + 6]) for i in range(0, len(ranges), 6)]
    out += ["};", "", "#endif"]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "charset_tables.h"), "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


main()
