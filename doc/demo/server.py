#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""server.py: serves doc/demo/site on loopback. Prints the URL once it listens; ends when its standard input does, on a terminal at
Ctrl-C.

Usage: server.py [PORT]     (default: a free one)
"""
import http.server
import os
import signal
import sys
import threading

SITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'site')
REDIRECTS = {'/lycosa': (301, '/species/lycosa.html'), '/species': (308, '/species/')}
# A name that is not ASCII, from a file that could be packed anywhere.
ALIASES = {'/notes/%C3%BCber.html': '/notes/ueber.html'}


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'  # keeps connections open
    wbufsize = 65536  # head and body in one packet
    disable_nagle_algorithm = True

    def __init__(self, *args):
        super().__init__(*args, directory=SITE)

    def do_GET(self):
        if self.path in REDIRECTS:
            status, target = REDIRECTS[self.path]
            self.send_response(status)
            self.send_header('Location', target)
            self.send_header('Content-Length', '0')
            self.end_headers()
        else:
            self.path = ALIASES.get(self.path, self.path)
            super().do_GET()

    def log_message(self, *args):
        pass


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print('http://127.0.0.1:%d/' % server.server_address[1], flush=True)
    # A program in the background that reads from its terminal is stopped.
    if sys.stdin is not None and not sys.stdin.isatty():
        sys.stdin.read()
        return
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass


if __name__ == '__main__':
    main()
