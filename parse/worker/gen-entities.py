#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes entities_table.h: the named character references of HTML (WHATWG §13.5), as Python's standard library has them.

    parse/worker/gen-entities.py > parse/worker/entities_table.h

Two sorted tables: the names that end in ';' (kept without it), and the few that may also stand without one.
"""
import html.entities

CHUNK = 96


def pool(parts):
    """One byte string in which each part can be found, and the offset of each."""
    text, where = '', {}
    for part in sorted(set(parts), key=lambda p: (-len(p), p)):
        at = text.find(part)
        if at < 0:
            at = len(text)
            text += part
        where[part] = at
    return text, where


def c_string(data):
    lines, line = [], ''
    for byte in data:
        char = chr(byte)
        line += char if 0x20 <= byte < 0x7f and char not in '"\\?' else '\\%03o' % byte
        if len(line) >= CHUNK:
            lines.append(line)
            line = ''
    lines.append(line)
    return '\n'.join('\t"%s"' % l for l in lines)


def table(name, entries, names, values):
    print('static const struct entity %s[%d] = {' % (name, len(entries)))
    for key in sorted(entries):
        value = entries[key].encode().decode('latin-1')
        print('\t{ %d, %d, %d, %d }, /* %s */' % (names[key], values[value], len(key), len(value), key))
    print('};')


def main():
    full = {k[:-1]: v for k, v in html.entities.html5.items() if k.endswith(';')}
    bare = {k: v for k, v in html.entities.html5.items() if not k.endswith(';')}
    name_text, names = pool(full)
    value_text, values = pool(v.encode().decode('latin-1') for v in full.values())
    assert set(bare) <= set(full) and len(name_text) < 65536 and len(value_text) < 65536
    print('/* SPDX-License-Identifier: GPL-3.0-or-later */')
    print('/* Written by gen-entities.py from the named character references of HTML, as Python has them (html.entities); do not edit. */')
    print('#define ENTITY_NAME_MAX %d' % max(map(len, full)))
    print('#define ENTITY_BARE_MAX %d' % max(map(len, bare)))
    print('#define ENTITY_BARE_MIN %d' % min(map(len, bare)))
    print('static const char entity_names[] =\n%s;' % c_string(name_text.encode('latin-1')))
    print('static const char entity_values[] =\n%s;' % c_string(value_text.encode('latin-1')))
    table('entity_full', full, names, values)
    table('entity_bare', bare, names, values)


main()
