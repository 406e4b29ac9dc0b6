#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""generated.py: each header that was written by a program says by which, and is what that program writes.

Usage: generated.py [TOP_SRCDIR [UCD]]

UCD is the Unicode Character Database of the version that url/idna_tables.h names (url/idna_tables.py says where it is found); without it,
or the package that parse/worker/gen-charsets.py reads, the tables made of them are only looked at for their heads.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

LARGE = 1000  # lines; nobody writes so long a header by hand
CHARSETS = '/usr/share/javascript/text-encoding/encoding-indexes.js'


def headers(top):
    for folder in ('base', 'url', 'frontier', 'fetch', 'parse', 'store', 'tune', 'crawler'):
        for path, _, names in os.walk(os.path.join(top, folder)):
            yield from (os.path.join(path, n) for n in names if n.endswith('.h'))


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def written(program, outputs, argument):
    """What the program writes: to files beside itself, or, if it is for one only and leaves none, to its standard output."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = shutil.copy(program, scratch)
        said = subprocess.run([sys.executable, copy, *argument], check=True, stdout=subprocess.PIPE, encoding='utf-8').stdout
        found = {n: os.path.join(scratch, n) for n in outputs}
        return {n: read(p) if os.path.exists(p) else said for n, p in found.items()}


def main():
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    top = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('top_srcdir', here)
    ucd = sys.argv[2:3]
    sources = {'gen-entities.py': [], 'gen-charsets.py': [CHARSETS] if os.path.exists(CHARSETS) else None, 'idna_tables.py': ucd or None}
    by_program, problems, compared = {}, [], 0
    for path in sorted(headers(top)):
        text = read(path)
        by = re.search(r'Written by (\S+\.py)\b.*do not edit', text[:1000])
        if by:
            by_program.setdefault(os.path.join(os.path.dirname(path), os.path.basename(by[1])), []).append(path)
        elif text.count('\n') > LARGE:
            problems.append('%s: who wrote %d lines?' % (path, text.count('\n')))
    for program, paths in by_program.items():
        argument = sources.get(os.path.basename(program))
        if not os.path.exists(program):
            problems.append('%s: there is no %s' % (paths[0], program))
        elif argument is not None:
            now = written(program, [os.path.basename(p) for p in paths], argument)
            compared += len(paths)
            problems += ['%s: is not what %s writes' % (p, program) for p in paths if now[os.path.basename(p)] != read(p)]
    for p in problems:
        print(p)
    print('generated: %d headers, %d compared, %d problems' % (sum(map(len, by_program.values())), compared, len(problems)))
    return 1 if problems or not compared else 0


if __name__ == '__main__':
    sys.exit(main())
