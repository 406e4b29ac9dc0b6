#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""words.py: fails on what no file of the tree may say.

Usage: words.py [TOP_SRCDIR]

In C, outside comments and strings: calls of functions that cannot be used safely, each with what to use instead.
In every text file: debts without an owner, paths of somebody's machine, merge marks, white space at line ends.
"""
import os
import re
import sys

FORBIDDEN = {
    'strcpy': 'buf_add()', 'stpcpy': 'buf_add()', 'strcat': 'buf_add()', 'strncat': 'buf_add()',
    'strncpy': 'buf_add() or memcpy() with a checked length',
    'sprintf': 'snprintf() or buf_addf()', 'vsprintf': 'vsnprintf()',
    'gets': 'getline()', 'scanf': 'str_to_u64()', 'sscanf': 'str_to_u64()', 'fscanf': 'str_to_u64()',
    'atoi': 'str_to_u64()', 'atol': 'str_to_u64()', 'atoll': 'str_to_u64()', 'atof': 'strtod() with its end checked',
    'strtok': 'str_cut()', 'strtok_r': 'str_cut()',
    'alloca': 'a struct buf', 'strdupa': 'strdup()',
    'tmpnam': 'mkstemp()', 'tempnam': 'mkstemp()', 'mktemp': 'mkstemp()',
    'system': 'posix_spawn() or fork() and exec', 'popen': 'fork() and exec',
    'rand': 'getrandom() or a generator of your own', 'srand': 'getrandom()', 'random': 'getrandom()',
    'gmtime': 'gmtime_r()', 'localtime': 'localtime_r()', 'ctime': 'strftime()', 'asctime': 'strftime()',
    'gethostbyname': 'fetch_resolve()', 'inet_addr': 'inet_pton()', 'inet_ntoa': 'inet_ntop()',
    'setlocale': 'nothing: the rules of the web know no locale',
    'isalpha': 'ascii_is_alpha()', 'isalnum': 'ascii_is_alnum()', 'isdigit': 'ascii_is_digit()',
    'isspace': 'ascii_is_space()', 'isxdigit': 'ascii_hex()', 'tolower': 'ascii_lower()',
    'strcasecmp': 'str_ieq()', 'strncasecmp': 'str_ieq()',
}
# In tests a peer may be as careless as it likes about these.
ALLOWED_IN_TESTS = {'sscanf', 'fscanf', 'system', 'popen', 'strtok_r', 'random', 'rand', 'srand', 'setlocale', 'strcasecmp'}

CALL = re.compile(r'(?<![\w.>])(%s)\s*\(' % '|'.join(sorted(FORBIDDEN)))
TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
# Written so that this file does not match itself.
WORDS = [
    (re.compile(r'\b(TO' r'DO|FIX' r'ME|HA' r'CK)\b'), 'a debt: pay it, or write XXX with the condition for paying it'),
    (re.compile(r'/(wo' r'rk|ho' r'me|ro' r'ot)/(?!USER|you|user|\$)[\w.]+'), 'a path of somebody\'s machine'),
    (re.compile(r'^(<<<<<<<|>>>>>>>)( |$)', re.M), 'a merge mark'),
    (re.compile(r'[ \t]+$', re.M), 'white space at the end of a line'),
    (re.compile(r'\r$', re.M), 'a carriage return at the end of a line'),
]
FOLDERS = ('base', 'url', 'frontier', 'fetch', 'parse', 'store', 'tune', 'crawler', 'tests', 'bench', 'conf', 'doc', '.ci')
TEXT = ('.c', '.h', '.def', '.py', '.sh', '.inc', '.am', '.ac', '.md', '.conf', '.1', '.5', '.ini')
# Data: other people's text, or bytes that are wrong on purpose.
DATA = ('tests/data/', 'tests/fuzz/corpus/', 'doc/demo/site/', 'bench/results/')


def text_files(top):
    for name in sorted(os.listdir(top)):
        if os.path.isfile(os.path.join(top, name)) and (name.endswith(TEXT) or name == 'quickstart'):
            yield name
    for folder in FOLDERS:
        for where, dirs, files in os.walk(os.path.join(top, folder)):
            dirs[:] = sorted(d for d in dirs if d not in ('__pycache__', 'tmp'))
            for name in sorted(files):
                path = os.path.relpath(os.path.join(where, name), top)
                if not path.startswith(DATA) and (name.endswith(TEXT) or '.' not in name):
                    yield path


def blank(m):
    return re.sub(r'[^\n]', ' ', m.group())


def check(top, path):
    with open(os.path.join(top, path), encoding='utf-8', errors='replace') as f:
        text = f.read()
    if '\0' in text:
        return
    for pattern, why in WORDS:
        for m in pattern.finditer(text):
            yield '%s:%d: %s: %r' % (path, text.count('\n', 0, m.start()) + 1, why, m.group()[:40])
    if path.endswith(('.c', '.h')):
        bare = TOKENS.sub(blank, text)
        for m in CALL.finditer(bare):
            name = m.group(1)
            if name in ALLOWED_IN_TESTS and path.startswith(('tests/', 'bench/')):
                continue
            yield '%s:%d: %s() is forbidden: use %s' % (path, bare.count('\n', 0, m.start()) + 1, name, FORBIDDEN[name])


def main():
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    top = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('top_srcdir', here)
    files = list(text_files(top))
    problems = [p for f in files for p in check(top, f)]
    for p in problems:
        print(p)
    print('words: %d files, %d problems' % (len(files), len(problems)))
    return 1 if problems or len(files) < 20 else 0


if __name__ == '__main__':
    sys.exit(main())
