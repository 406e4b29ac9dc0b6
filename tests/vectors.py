#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vectors.py: the program's score on the conformance vectors, a line a suite, each with a floor that may only rise.

Usage: vectors.py [SUITE...]      (default: all; in the build tree, or with LYCOSA=/path/to/lycosa)

The scorer is no part of this tree: tools/score-vectors beside the vectors, and where it is not there, the test is skipped. It asks
`lycosa inspect` as anybody would. The suite real-pages needs pages of Debian packages; those that cannot be had, or are
of another version than the vectors were made of, are left out, and the line says so.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.environ.get('top_srcdir') or os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, 'e2e'))

import debdocs  # noqa: E402

# suite -> (cases that may fail, why each does)
EXPLAINED = {
    'url': (0, ''), 'url-http': (0, ''), 'url-ada': (0, ''), 'url-resolve': (0, ''), 'url-percent': (0, ''),
    'host-toascii': (0, ''), 'host-idna': (0, ''),
    'robots-consensus': (0, ''), 'robots-rfc': (0, ''),
    'robots-extension': (1, 'a delay before any group: RFC 9309 §2.2.1 has rules in groups only'),
    'robots-corpus': (0, ''),
    'sitemaps': (1, 'UrlLocUrl: an address is expected that begins with "<url>": the file has an element there, which we look through'),
    'robots-meta': (0, ''), 'links-planted': (0, ''), 'links-trees': (0, ''),
    'documents': (2, 'base-invalid-then-valid: HTML §4.2.3 takes the first base element with href and, when that does not parse, '
                     'the page\'s own URL; Chromium has about:blank. href-paths: "|" is in no percent-encode set of a path '
                     '(URL §1.3), and urltestdata.json says so too; Chromium encodes it'),
    'real-pages': (0, ''), 'srcset': (0, ''), 'refresh': (0, ''), 'encoding': (0, ''), 'encoding-labels': (0, ''),
    'css': (0, ''), 'psl': (0, ''), 'dates': (0, ''), 'tokenizer': (0, ''),
}


def unpack_pages(vectors, root):
    """Links to the pages of real-pages.json under root, at their paths; how many of how many there are."""
    with open(os.path.join(vectors, 'html', 'real-pages.json'), encoding='ascii') as f:
        pages = json.load(f)
    have, missing = 0, set()
    for page in pages:
        if page['package'] in missing:
            continue
        try:
            path = debdocs.unpacked(page['package']) + page['path']
        except debdocs.Unavailable as e:
            print('real-pages: %s' % e)
            missing.add(page['package'])
            continue
        try:
            with open(path, 'rb') as f:
                same = hashlib.sha256(f.read()).hexdigest() == page['sha256']
        except OSError:
            same = False
        if same:
            link = root + page['path']
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(path, link)
            have += 1
    return have, len(pages)


def main():
    vectors = os.path.realpath(os.environ.get('LYCOSA_VECTORS') or os.path.join(TOP, '..', 'shared', 'vectors'))
    tool = os.path.join(os.path.dirname(vectors), 'tools', 'score-vectors')
    program = os.environ.get('LYCOSA') or os.path.join(os.environ.get('top_builddir') or '.', 'lycosa')
    if not os.path.exists(tool):
        print('skipped: no test vectors beside %s' % tool)
        sys.exit(77)
    suites = sys.argv[1:] or list(EXPLAINED)
    with tempfile.TemporaryDirectory(prefix='lycosa-vectors-') as tmp:
        env = dict(os.environ, DOC_ROOT=tmp)
        have, wanted = unpack_pages(vectors, tmp) if 'real-pages' in suites else (0, 0)
        scores = os.path.join(tmp, 'scores.json')
        subprocess.run([sys.executable, tool, os.path.abspath(program), vectors, '--show', '2', '--json', scores,
                        '--suite', ','.join(suites)], check=True, env=env)
        with open(scores, encoding='ascii') as f:
            score = json.load(f)
    failed = 0
    for suite in suites:
        passed, n = score.get(suite, (0, 0))
        allowed, why = EXPLAINED[suite]
        # A suite that lost its cases has passed nothing.
        bad = n - passed > allowed or (n == 0 and suite != 'real-pages')
        failed += bad
        if n - passed > 0 or bad:
            print('%s: %d of %d failed, %d %s%s' % (suite, n - passed, n, allowed, 'explained', ': ' + why if why else ''))
    if have < wanted:
        print('real-pages: %d of %d pages could be had' % (have, wanted))
    print('%d passed, %d failed' % (len(suites) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
