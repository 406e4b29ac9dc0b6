#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""readelf.py: the programs as built have the protections configure promises, and lycosa no library it loads later. Looks at the files with readelf.

Usage: readelf.py PROGRAM...    Exit 77 (skipped) where there is no readelf, or the build has sanitizers.
"""
import os
import re
import shutil
import subprocess
import sys


def readelf(flag, path):
    return subprocess.run(['readelf', '-W', flag, path], check=True, capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL='C')).stdout


def problems(path):
    header, segments, dynamic, symbols = (readelf(f, path) for f in ('-h', '-l', '-d', '--dyn-syms'))
    if not re.search(r'Type:\s+DYN', header) or not re.search(r'FLAGS_1.*\bPIE\b', dynamic):
        yield 'not position-independent (PIE)'
    if 'GNU_RELRO' not in segments:
        yield 'no RELRO segment'
    if not re.search(r'\((FLAGS|FLAGS_1)\).*\b(BIND_NOW|NOW)\b', dynamic):
        yield 'RELRO is not full: symbols are not bound at the start'
    stack = re.search(r'GNU_STACK\s.*?\s([RWE ]{3})\s', segments)
    if not stack or 'E' in stack.group(1):
        yield 'the stack is executable'
    if re.search(r'LOAD\s.*\sRWE\s', segments):
        yield 'a segment is writable and executable'
    if re.search(r'\((RPATH|RUNPATH)\)', dynamic):
        yield 'has a run path'
    if '__stack_chk_fail' not in symbols:
        yield 'no stack protector'
    if os.path.basename(path) == 'lycosa' and re.search(r'\(NEEDED\).*\blibxml2\.so', dynamic):
        yield 'linked with libxml2, which costs each start 2 ms (parse/worker/libxml.h)'
    if not re.search(r'__\w+_chk\b', symbols):
        yield 'no call is checked by _FORTIFY_SOURCE'


def main():
    programs = [p for p in sys.argv[1:]]
    if not shutil.which('readelf'):
        print('hardened: skipped: readelf was not found (Debian package binutils)')
        return 77
    bad = 0
    for path in programs:
        found = list(problems(path))
        for p in found:
            print('%s: %s' % (path, p))
        bad += len(found)
        if not found:
            print('%s: PIE, full RELRO, no executable stack, stack protector, _FORTIFY_SOURCE' % path)
    if not programs:
        print('hardened: no program was given')
    return 1 if bad or not programs else 0


if __name__ == '__main__':
    sys.exit(main())
