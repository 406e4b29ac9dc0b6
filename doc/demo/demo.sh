#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh LYCOSA [OPTION...]: crawls the bundled site on loopback and shows what came of it. No network. Options go to `crawl`.
set -eu
lycosa=$1
shift
demo=$(cd "$(dirname "$0")" && pwd)
python=$(command -v /usr/bin/python3 || command -v python3) || {
	echo "demo: python3 was not found; it serves the site" >&2
	exit 1
}
dir=$(mktemp -d "${TMPDIR:-/tmp}/lycosa-demo.XXXXXX")
mkfifo "$dir/in" "$dir/out"
"$python" "$demo/server.py" <"$dir/in" >"$dir/out" &
server=$!
# The server lives as long as this descriptor is open, however this script ends.
exec 3>"$dir/in"
read -r url <"$dir/out"
rm -f "$dir/in" "$dir/out"
trap 'exec 3>&-; wait "$server" || true' EXIT

echo "\$ lycosa crawl --page-requisites -P $dir/job${*:+ $*} $url"
status=0
"$lycosa" crawl --page-requisites -P "$dir/job" "$@" "$url" || status=$?
[ -s "$dir/job/pages.jsonl" ] || exit "$status"

echo
echo "$dir/job/pages.jsonl, a line for each URL fetched; some of it as a table:"
"$python" - "$dir/job" <<'END'
import json
import os
import sys

job = sys.argv[1]
pages = [json.loads(line) for line in open(os.path.join(job, 'pages.jsonl'), encoding='utf-8')]
print('%6s %5s  %-34s %s' % ('status', 'depth', 'path', 'title, or where it leads'))
for p in pages:
    path = '/' + p['url'].split('/', 3)[3]
    print('%6s %5s  %-34s %s' % (p.get('status') or '-', p.get('depth'), path, p.get('redirect_to') or p.get('title') or ''))
try:
    skipped = [json.loads(line) for line in open(os.path.join(job, 'skipped.jsonl'), encoding='utf-8')]
except OSError:
    skipped = []
if skipped:
    print('\nskipped.jsonl, what was not fetched and why:')
    for s in skipped:
        print('       %s: %s' % (s['url'], s.get('reason') or s.get('outcome')))
END
exit "$status"
