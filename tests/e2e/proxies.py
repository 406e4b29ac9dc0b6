# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies that pass everything on to one port of this machine, whatever name they are asked for, and write down who asked for what.

	with HttpProxy(site.port, login=("me", "secret")) as proxy:	CONNECT, and plain http by absolute URL
	with HttpProxy(site.port, lock=ntlm.Lock("me", "secret")) as proxy:	or kerberos.Lock(ticket)
	with SocksProxy(site.port, login=("me", "secret")) as proxy:	SOCKS 5
	proxy.url, proxy.log: [(target, login that was given, or None)]
"""
import base64
import hashlib
import re
import socket
import threading

import origin


class Proxy:
    scheme = None

    def __init__(self, port, login=None, digest=False, lock=None):
        self.port, self.login, self.digest, self.lock = port, login, digest, lock
        self.log, self.agents, self.nonce = [], [], "n0"

    def __enter__(self):
        self.listener = origin.bound_socket()
        self.where = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.url = "%s://%s" % (self.scheme, self.where)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            self.one(client, client.makefile("rb"))
        except OSError:
            pass
        finally:
            client.close()

    def relay(self, client, reader, first=b""):
        upstream = socket.create_connection(("127.0.0.1", self.port))
        upstream.sendall(first)

        def back():
            try:
                while data := upstream.recv(65536):
                    client.sendall(data)
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        threading.Thread(target=back, daemon=True).start()
        try:
            while data := reader.read1(65536):
                upstream.sendall(data)
        finally:
            upstream.close()


class HttpProxy(Proxy):
    scheme = "http"

    def challenge(self, client, method, target, given):
        """None: it is let in."""
        if self.lock is not None:
            return self.lock.challenge(client.getpeername(), given)
        if self.admits(method, target, given):
            return None
        return 'Digest realm="here", nonce="%s", qop="auth"' % self.nonce if self.digest else 'Basic realm="here"'

    def admits(self, method, target, given):
        if self.login is None:
            return True
        if given is None:
            return False
        if not self.digest:
            return given == "Basic " + base64.b64encode(":".join(self.login).encode()).decode()
        f = {k: v.strip('"') for k, v in re.findall(r'(\w+)=("[^"]*"|[^,\s]+)', given)}

        def md5(*parts):
            return hashlib.md5(":".join(parts).encode()).hexdigest()
        return given.startswith("Digest ") and f.get("nonce") == self.nonce and f["response"] == md5(
            md5(self.login[0], "here", self.login[1]), f["nonce"], f["nc"], f["cnonce"], "auth", md5(method, f["uri"]))

    def one(self, client, reader):
        while True:
            line = reader.readline(65536).decode("latin-1")
            if not line:
                return
            method, target, _ = line.split(" ", 2)
            fields = []
            while (field := reader.readline(65536)) not in (b"\r\n", b""):
                fields.append(field)
            given = next((f.decode("latin-1").partition(":")[2].strip() for f in fields if f.lower().startswith(b"proxy-authorization:")), None)
            self.log.append((target, given))
            self.agents += [f.decode("latin-1").partition(":")[2].strip() for f in fields if f.lower().startswith(b"user-agent:")]
            challenge = self.challenge(client, method, target, given)
            if challenge is not None:
                client.sendall(("HTTP/1.1 407 No\r\nProxy-Authenticate: %s\r\nSet-Cookie: proxy=1\r\nContent-Length: 2\r\n\r\nno" % challenge).encode())
                continue
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Yes\r\n\r\n")
                self.relay(client, reader)
                return
            # One request for each connection to the server: what comes next is for whomever it names.
            path = "/" + target.split("/", 3)[3]
            kept = [f for f in fields if not f.lower().startswith((b"proxy-", b"connection:"))]
            upstream = socket.create_connection(("127.0.0.1", self.port))
            upstream.sendall(("%s %s HTTP/1.1\r\nConnection: close\r\n" % (method, path)).encode("latin-1") + b"".join(kept) + b"\r\n")
            upstream.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head and (data := upstream.recv(65536)):
                head += data
            length = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
            while len(head.partition(b"\r\n\r\n")[2]) < length and (data := upstream.recv(65536)):
                head += data
            upstream.close()
            client.sendall(head)


class SocksProxy(Proxy):
    scheme = "socks5h"

    def one(self, client, reader):
        """RFC 1928, RFC 1929."""
        _, n = reader.read(2)
        methods = reader.read(n)
        wanted = 2 if self.login else 0
        given = None
        if wanted not in methods:
            client.sendall(b"\x05\xff")
            self.log.append((None, None))
            return
        client.sendall(bytes([5, wanted]))
        if wanted == 2:
            reader.read(1)
            given = tuple(reader.read(reader.read(1)[0]).decode() for _ in range(2))
            client.sendall(b"\x01\x00" if given == self.login else b"\x01\x01")
        if wanted == 2 and given != self.login:
            self.log.append((None, given))
            return
        _, _, _, kind = reader.read(4)
        if kind == 1:
            host = socket.inet_ntoa(reader.read(4))
        else:
            host = reader.read(reader.read(1)[0]).decode()
        port = int.from_bytes(reader.read(2), "big")
        self.log.append(("%s:%d" % (host, port), given))
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        self.relay(client, reader)
