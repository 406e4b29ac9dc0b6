#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh: what a newcomer sees first works: the bundled site is crawled whole, and nothing else is.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

TMPDIR=$dir timeout -k 5 120 sh "$top_srcdir/doc/demo/demo.sh" "$top_builddir/lycosa" >"$dir/out" 2>&1 </dev/null
status=$?
cat "$dir/out"
# One link on the site is broken on purpose: as wget, 8 = a server answered with an error status.
[ "$status" = 8 ] || {
	echo "exit status $status instead of 8"
	exit 1
}
"${PYTHON:-python3}" - "$dir"/lycosa-demo.*/job <<'END'
import json
import os
import sys

EXPECTED = '''
/ 200 0
/img/leaf.svg 200
/img/wolf-large.svg 200
/img/wolf.svg 200
/style.css 200
/print.css 200
/about.html 200 1
/gone.html 404 1
/index.html 200 1
/lycosa 301 1
/notes/ 200 1
/notes/index.html 200 1
/species/ 200 1
/species/index.html 200 1
/webs.html 200 1
/notes/autumn.html 200 2
/notes/map.html 200
/notes/sommer.html 200 2
/notes/spring.html 200 2
/notes/winter.html 200 2
/species/alopecosa.html 200 2
/species/arctosa.html 200 2
/species/hogna.html 200 2
/species/lycosa.html 200
/species/pardosa.html 200 2
/species/trochosa.html 200 2
/notes/%C3%BCber.html 200 3
'''
for a, b in (('lycosa', 'hogna'), ('pardosa', 'lycosa'), ('alopecosa', 'pardosa'), ('hogna', 'alopecosa'),
             ('trochosa', 'hogna'), ('arctosa', 'trochosa')):
    EXPECTED += '/species/%s.html?from=%s 200\n' % (b, a)

expected = {}
for line in EXPECTED.split('\n'):
    if line:
        path, status, *depth = line.split()
        expected[path] = (int(status), int(depth[0]) if depth else None)
found = {}
for line in open(os.path.join(sys.argv[1], 'pages.jsonl'), encoding='utf-8'):
    page = json.loads(line)
    path = '/' + page['url'].split('/', 3)[3]
    if path in found:
        sys.exit('%s is recorded twice' % path)
    found[path] = page
problems = []
for path in sorted(set(expected) - set(found)):
    problems.append('not crawled: %s' % path)
for path in sorted(set(found) - set(expected)):
    problems.append('should not have been crawled: %s' % path)
for path in sorted(set(found) & set(expected)):
    status, depth = expected[path]
    if found[path]['status'] != status or (depth is not None and found[path]['depth'] != depth):
        problems.append('%s: status %s, depth %s instead of %s, %s'
                        % (path, found[path]['status'], found[path]['depth'], status, depth))
for p in problems:
    print(p)
sys.exit(1 if problems else 0)
END
