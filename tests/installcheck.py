#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""installcheck.py LYCOSA: the installed program crawls one page on loopback with a parser process: that it finds lycosa-worker where it
was installed, and its libraries, no other test tells. Exit 0 = it does."""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<title>here</title>" if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def main(program):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as tmp:
        done = subprocess.run(
            [program, "crawl", "--no-config", "--no-proxy", "--workers=1", "-P", os.path.join(tmp, "job"), "http://127.0.0.1:%d/" % server.server_port],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120)
        if done.returncode != 0:
            return "%s: exit status %d\n%s" % (program, done.returncode, done.stderr)
        with open(os.path.join(tmp, "job", "pages.jsonl"), encoding="utf-8") as f:
            pages = [json.loads(line) for line in f]
    if [(p["outcome"], p.get("title")) for p in pages] != [("ok", "here")]:
        return "%s: one page was expected, not %s" % (program, pages)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
