# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted HTTP server that does exactly what a test tells it to, right or wrong, and writes down what it was asked.

	site = Server({"/": page("/a", "/b"), "/a": Answer(404), "/b": garbage})

A path's script is an Answer (sent well-formed), or a function (Exchange) -> Answer or None; a function that returns None has written
raw bytes by itself with exchange.send() and the connection is closed behind it. Paths without a script are 404. Every
request is in site.log, in the order of arrival. One thread per connection; several addresses 127.0.0.x at one port are
several hosts.
"""
import collections
import contextlib
import email.utils
import http.client
import re
import socket
import threading

import origin

LONG_AGO = "Tue, 01 Jan 2019 00:00:00 GMT"
PATIENCE = 60  # seconds until a gate that nobody opens lets go, so that a broken run fails instead of hanging

# in_flight: how many there are at its host when it has come, it among them.
Request = collections.namedtuple("Request", "number host path headers connection in_flight")


class Answer:
    def __init__(self, status=200, body=b"", headers=None, type="text/html", raw_head=None):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = list((headers or {}).items()) if not isinstance(headers, list) else headers
        self.type, self.raw_head = type, raw_head

    def head(self):
        if self.raw_head is not None:
            return self.raw_head
        lines = ["HTTP/1.1 %d %s" % (self.status, http.client.responses.get(self.status, "Unknown"))]
        if self.type is not None:
            lines.append("Content-Type: " + self.type)
        names = {n.lower() for n, _ in self.headers}
        if not names & {"content-length", "transfer-encoding"} and self.status not in (204, 304):
            lines.append("Content-Length: %d" % len(self.body))
        lines += ["%s: %s" % h for h in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def page(*links, title="a page", head="", body=""):
    """A small HTML page with these links."""
    text = "".join('<p><a href="%s">link</a></p>\n' % l for l in links)
    return Answer(body="<!DOCTYPE html><html><head><title>%s</title>%s</head><body>\n%s%s</body></html>\n"
                  % (title, head, text, body))


def redirect(target, status=302):
    return Answer(status, headers={"Location": target})


def header(x, name):
    """Of a request, or None. Its names are as they were sent."""
    return {k.lower(): v for k, v in (x.request.headers.items() if hasattr(x.request.headers, "items") else x.request.headers)}.get(name)


def ranged(data, etag='"one"', modified=None, log=None, stop_after=None, honour=True):
    """A file as a good server sends it; stop_after: the connection is lost after so many bytes. log: (Range, If-Range) of each request."""
    def answer(x):
        asked, if_range = header(x, "range"), header(x, "if-range")
        if log is not None:
            log.append((asked, if_range))
        head = [("ETag", etag)] if etag else []
        head += [("Last-Modified", modified), ("Date", email.utils.formatdate(usegmt=True))] if modified else []
        body, status = data, 200
        if asked and honour and (if_range is None or if_range in (etag, modified) or honour == "always"):
            first = int(re.fullmatch(r"bytes=(\d+)-", asked).group(1))
            if first >= len(data):
                return Answer(416, headers=head + [("Content-Range", "bytes */%d" % len(data))])
            body, status = data[first:], 206
            head.append(("Content-Range", "bytes %d-%d/%d" % (first, len(data) - 1, len(data))))
        if stop_after is None:
            return Answer(status, body=body, headers=head, type="application/octet-stream")
        text = "".join("%s: %s\r\n" % h for h in head)
        x.send("HTTP/1.1 %d X\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), text))
        x.send(body[:stop_after])
        return None
    return answer


class Exchange:
    """One request and the socket to answer it on."""

    def __init__(self, server, request, sock):
        self.server, self.request, self.sock = server, request, sock

    def send(self, data):
        """False when the client has gone."""
        try:
            self.sock.sendall(data.encode("latin-1") if isinstance(data, str) else data)
            return True
        except OSError:
            return False

    def wait_gone(self):
        """Until the client closes the connection."""
        try:
            self.sock.settimeout(PATIENCE)
            while self.sock.recv(4096):
                pass
        except OSError:
            pass


class Door:
    """A script behind a lock. lock.challenge(connection, Authorization) is what a request is told, None: it is let in. also: challenges
    beside one that is a scheme and no more, with which a login begins. log: the lock's."""

    def __init__(self, script, lock, also=()):
        self.script, self.lock, self.also = script, lock, also
        self.log = lock.log

    def __call__(self, exchange):
        challenge = self.lock.challenge(exchange.request.connection, exchange.request.headers.get("authorization"))
        if challenge is not None:
            also = () if " " in challenge else self.also
            return Answer(401, "log in first", headers=[("WWW-Authenticate", c) for c in (challenge, *also)])
        found = self.script.get(exchange.request.path, Answer(404))
        return found(exchange) if callable(found) else found


class Gate:
    """Holds requests: pass_() waits until open() is called. count() waits until n requests stand before it, or have since the last close()."""

    def __init__(self):
        self.condition, self.is_open, self.waiting = threading.Condition(), False, 0

    def pass_(self):
        with self.condition:
            self.waiting += 1
            self.condition.notify_all()
            self.condition.wait_for(lambda: self.is_open, PATIENCE)

    def open(self):
        with self.condition:
            self.is_open = True
            self.condition.notify_all()

    def close(self):
        with self.condition:
            self.is_open, self.waiting = False, 0

    def count(self, n):
        with self.condition:
            return self.condition.wait_for(lambda: self.waiting >= n, PATIENCE)


class Server:
    def __init__(self, script, hosts=("127.0.0.1",), tls=None, plain_too=False):
        """script: {path: Answer or function}, or a function of the Exchange for every path. tls: an ssl.SSLContext; plain_too: whoever
        begins with something else than a handshake is talked to without."""
        self.script, self.hosts, self.tls, self.plain_too = script, tuple(hosts), tls, plain_too
        self.log, self.in_flight, self.max_in_flight = [], collections.Counter(), collections.Counter()
        self.connections = self.ended = 0
        self.peers = set()  # (our host, their address and port) of those who are connected
        self.lock = threading.Lock()
        self.arrived = threading.Condition(self.lock)
        self.listeners, self.open_socks, self.stopping = [], set(), False

    def __enter__(self):
        for _ in range(50):
            socks = [origin.bound_socket(self.hosts[0])]
            self.port = socks[0].getsockname()[1]
            try:
                socks += [origin.bound_socket(h, self.port) for h in self.hosts[1:]]
                break
            except OSError:
                for s in socks:
                    s.close()
        self.listeners = socks
        for sock, host in zip(socks, self.hosts):
            threading.Thread(target=self._accept, args=(sock, host), daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.stopping = True
        for host in self.hosts:
            self.refuse(host)
        with self.lock:
            for sock in self.open_socks:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def refuse(self, host):
        """Connections to this address are refused, until listen_again()."""
        sock = self.listeners[self.hosts.index(host)]
        if sock.fileno() >= 0:
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def listen_again(self, host):
        sock = origin.bound_socket(host, self.port)
        self.listeners[self.hosts.index(host)] = sock
        threading.Thread(target=self._accept, args=(sock, host), daemon=True).start()

    def origin(self, host=None):
        host = host or self.hosts[0]
        return "%s://%s:%d" % ("https" if self.tls else "http", "[%s]" % host if ":" in host else host, self.port)

    def url(self, path="/", host=None):
        return self.origin(host) + path

    def asked(self, host=None, robots=False):
        """The paths asked for, in order; those of robots.txt only if wanted."""
        with self.lock:
            return [r.path for r in self.log if (host is None or r.host == host) and (robots or r.path != "/robots.txt")]

    def drained(self):
        """Until what was sent by those who are gone is in the log. Nobody else may be connected."""
        with contextlib.ExitStack() as stack:
            mine = set()
            for host in self.hosts:
                c = stack.enter_context(socket.create_connection((host, self.port)))  # behind theirs: accepted when all of them are
                mine.add((host, *c.getsockname()[:2]))
            with self.arrived:
                if not self.arrived.wait_for(lambda: mine <= self.peers, PATIENCE):
                    return False
        with self.arrived:
            return self.arrived.wait_for(lambda: self.ended == self.connections, PATIENCE)

    def wait_asked(self, n):
        """Until n requests have arrived."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.log) >= n, PATIENCE)

    def _accept(self, listener, host):
        while not self.stopping:
            try:
                sock, peer = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                peer = (host, *peer[:2])
                self.peers.add(peer)
                number = self.connections
                self.arrived.notify_all()
            threading.Thread(target=self._serve, args=(sock, host, peer, number), daemon=True).start()

    def _serve(self, sock, host, peer, number):
        try:
            if self.tls and not (self.plain_too and sock.recv(1, socket.MSG_PEEK) != b"\x16"):
                sock = self.tls.wrap_socket(sock, server_side=True)
            with self.lock:
                self.open_socks.add(sock)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader = sock.makefile("rb")
            while not self.stopping and self._one(sock, reader, host, number):
                pass
        except OSError:
            pass
        finally:
            with self.arrived:
                self.open_socks.discard(sock)
                self.peers.discard(peer)  # before the socket is closed: the port may be another's then
                self.ended += 1
                self.arrived.notify_all()
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def _one(self, sock, reader, host, number):
        line = reader.readline(65536)
        m = re.match(rb"([A-Z]+) (\S+) HTTP/1", line)
        if not m:
            return False
        headers = {}
        while True:
            field = reader.readline(65536)
            if field in (b"\r\n", b"\n", b""):
                break
            name, _, value = field.decode("latin-1").partition(":")
            name = name.strip().lower()
            headers[name] = headers[name] + ", " + value.strip() if name in headers else value.strip()  # RFC 9110, section 5.3
        path = m[2].decode("latin-1")
        with self.arrived:
            self.in_flight[host] += 1
            request = Request(len(self.log), host, path, headers, number, self.in_flight[host])
            self.log.append(request)
            self.max_in_flight[host] = max(self.max_in_flight[host], self.in_flight[host])
            self.arrived.notify_all()
        exchange = Exchange(self, request, sock)
        answer = None
        try:
            answer = self._script(exchange)
        finally:
            # Before the last byte leaves: the client may ask again as soon as it has it.
            with self.lock:
                self.in_flight[host] -= 1
        if answer is None:
            return False
        exchange.send(answer.head() + (answer.body if m[1] != b"HEAD" else b""))
        return not any(n.lower() == "connection" and v.lower() == "close" for n, v in answer.headers)

    def _script(self, exchange):
        found = self.script
        if not callable(found):
            found = found.get(exchange.request.path) or found.get(exchange.request.path.split("?")[0]) or Answer(404)
        while callable(found):  # a script may choose another one
            found = found(exchange)
        return found
