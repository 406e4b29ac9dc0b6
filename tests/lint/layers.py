#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""layers.py: fails on an #include that breaks the picture of doc/ARCHITECTURE.md.

Usage: layers.py [TOP_SRCDIR]     (default: $top_srcdir, else the tree this file stands in)

Reads every #include of every .c, .h and .def, and checks
  - a folder includes only the folders below it (MAY), and of a sibling only its public header (PUBLIC);
  - a third-party library is included only in the folders that own it (LIBRARIES);
  - our own headers are written from the root, "config.h" comes first in each .c, and guards name their file.
"""
import os
import re
import sys

# folder -> folders whose headers it may include
MAY = {
    'base': {'base'},
    'url': {'url', 'base'},
    'frontier': {'frontier', 'url', 'base'},
    'fetch': {'fetch', 'url', 'base'},
    'parse': {'parse', 'url', 'base'},
    'parse/worker': {'parse/worker', 'url', 'base'},
    'store': {'store', 'url', 'base'},
    'tune': {'tune', 'base'},
    'crawler': {'crawler', 'url', 'base'},
}
TEST_FOLDERS = ('tests', 'bench')

# (including folder or file, header) let through besides MAY, each with its reason
EXCEPTIONS = {
    ('crawler', 'frontier/frontier.h'): 'public',
    ('crawler', 'frontier/visited.h'): 'public: the crawler makes the sets and hands their descriptors to parse/',
    ('crawler', 'fetch/fetch.h'): 'public',
    ('crawler', 'parse/parse.h'): 'public',
    ('crawler', 'store/store.h'): 'public',
    ('crawler', 'store/download.h'): 'public',
    ('crawler', 'store/filesum.h'): 'public',
    ('crawler', 'store/beneath.h'): 'public',
    ('crawler', 'store/shelf.h'): 'public',
    ('crawler', 'tune/edit.h'): 'public',
    ('crawler', 'tune/model.h'): 'public',
    ('crawler', 'tune/origin.h'): 'public',
    ('crawler', 'tune/plot.h'): 'public',
    ('crawler', 'tune/replay.h'): 'public',
    ('crawler', 'tune/search.h'): 'public',
    ('crawler', 'store/part.h'): 'public',
    ('crawler', 'store/previous.h'): 'public',
    ('crawler', 'store/report.h'): 'public',
    ('crawler', 'store/cdxj.h'): 'public: tune reads the index of a finished job',
    ('crawler', 'store/warc_body.h'): 'public',
    ('crawler', 'store/trust.h'): 'public',
    ('crawler', 'store/update.h'): 'public',
    ('crawler', 'store/verify.h'): 'public',
    ('parse/inline.c', 'parse/worker/emit.h'): 'parse.workers = 0: what a worker would do is done in this process',
    ('parse/inline.c', 'parse/worker/libxml.h'): 'for the same: this process has no libxml2 before',
    ('crawler/inspect_path.c', 'parse/worker/inspect.h'): 'inspect path is answered outside of the jail, by the same loop over lines',
    ('parse/worker', 'parse/wire.h'): 'the format both sides of the pipe agree on',
    ('store', 'frontier/backend.h'): 'the one header a sibling may include; crawler/ injects the implementation',
}

# header (regular expression) -> folders that own the library; tests/ and bench/ may include any
LIBRARIES = [
    (r'curl/', {'fetch'}, 'libcurl'),
    (r'ares(_.*)?\.h$', {'fetch'}, 'c-ares'),
    (r'libxml/', {'parse/worker'}, 'libxml2'),
    (r'unicode/', {'parse/worker'}, 'ICU'),
    (r'seccomp\.h$|linux/(seccomp|landlock|filter|audit)\.h$', {'parse/worker'}, 'libseccomp and the kernel\'s jails'),
    (r'sqlite3\.h$', {'store'}, 'SQLite'),
    (r'libpsl\.h$', {'url'}, 'libpsl'),
    (r'xxhash\.h$', {'base'}, 'xxHash'),
    (r'ini\.h$', {'crawler'}, 'inih'),
    (r'microhttpd\.h$', {'crawler'}, 'libmicrohttpd'),
    (r'jansson\.h$', {'crawler', 'parse/worker', 'store'}, 'jansson (reading JSON: inspect, CDXJ and tests)'),
    (r'cmocka\.h$', set(), 'cmocka'),
    (r'openssl/', {'store', 'fetch'}, 'OpenSSL'),
    (r'zlib\.h$|zstd\.h$', {'store', 'parse/worker'}, 'zlib, zstd'),
    (r'uthash\.h$|utlist\.h$|utarray\.h$', set(MAY) | set(TEST_FOLDERS), 'uthash'),
]

# What is left must be libc or the kernel.
SYSTEM = re.compile(r'^(sys/|linux/|netinet/|arpa/|net/|asm/|immintrin\.h|emmintrin\.h|arm_neon\.h|valgrind/|sanitizer/)|^[a-z0-9_]+\.h$')
THIRD_PARTY_ONE_WORD = re.compile(r'^(expat|zip|bzlib|lzma|brotli|event|uv|ev|pcre|pcre2|glib|yaml|toml|json|gumbo)\b')

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    parts = path.split('/')
    if parts[0] in TEST_FOLDERS:
        return parts[0]
    return 'parse/worker' if path.startswith('parse/worker/') else parts[0]


def sources(top):
    for folder in sorted({f.split('/')[0] for f in MAY} | set(TEST_FOLDERS)):
        for where, dirs, files in os.walk(os.path.join(top, folder)):
            dirs.sort()
            for name in sorted(files):
                if name.endswith(('.c', '.h', '.def')):
                    yield os.path.relpath(os.path.join(where, name), top)


def check_library(folder, header):
    for pattern, owners, name in LIBRARIES:
        if re.match(pattern, header):
            if folder not in owners and folder not in TEST_FOLDERS:
                return '%s belongs to %s' % (name, ', '.join(sorted(o + '/' for o in owners)))
            return None
    if not SYSTEM.match(header) or THIRD_PARTY_ONE_WORD.match(header):
        return 'a library that doc/ARCHITECTURE.md does not list (tests/lint/layers.py, LIBRARIES)'
    return None


def check_own(top, path, header):
    folder = folder_of(path)
    if header == 'config.h':
        return None
    if not os.path.exists(os.path.join(top, header)):
        return 'not written from the root, or absent'
    target = folder_of(header)
    if folder in TEST_FOLDERS:
        return None
    if target in TEST_FOLDERS:
        return 'code does not include tests'
    if target in MAY[folder] or (folder, header) in EXCEPTIONS or (path, header) in EXCEPTIONS:
        return None
    if (folder, target) == ('crawler', target) or target == 'parse/worker':
        return '%s is not a public header' % header
    return '%s/ may not include %s/' % (folder, target)


def check_file(top, path):
    text = open(os.path.join(top, path), encoding='utf-8').read()
    bare = re.sub(r'/\*.*?\*/', lambda m: re.sub(r'[^\n]', ' ', m.group()), text, flags=re.S)
    folder, includes = folder_of(path), []
    for m in INCLUDE.finditer(bare):
        line, quote, header = bare.count('\n', 0, m.start()) + 1, m.group(1), m.group(2)
        includes.append(header)
        why = check_own(top, path, header) if quote == '"' else check_library(folder, header)
        if why:
            yield '%s:%d: #include %s: %s' % (path, line, header, why)
    if path.endswith('.c') and includes and includes[0] != 'config.h':
        yield '%s: "config.h" must be the first #include' % path
    # Tables that a script wrote are included once, like a .def.
    if path.endswith('.h') and 'do not edit' not in text[:200]:
        guard = re.sub(r'[^A-Z0-9]', '_', path.upper())
        if folder == 'tests':
            guard = r'TESTS_(?:\w+_)?' + re.sub(r'[^A-Z0-9]', '_', os.path.basename(path).upper())
        if not re.search(r'#ifndef %s\n#define %s\n' % (guard, guard), text):
            yield '%s: the guard should be %s' % (path, guard)
    if 'SPDX-License-Identifier: GPL-3.0-or-later' not in text[:200]:
        yield '%s: no SPDX line at its head' % path


def main():
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    top = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('top_srcdir', here)
    files = list(sources(top))
    problems = [p for f in files for p in check_file(top, f)]
    for p in problems:
        print(p)
    print('layers: %d files, %d problems' % (len(files), len(problems)))
    if len(files) < 20:
        print('layers: too few files: is %s the source tree?' % top)
        return 1
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
