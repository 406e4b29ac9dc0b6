# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx as a real origin on loopback: own configuration, own directory, a port nobody else has.

The listening sockets are bound here and inherited by nginx (its NGINX environment variable, made for upgrades of a running
server). So no port can be lost between choosing and binding it, and there is nothing to wait for: a client that connects before nginx
has read its configuration stands in the backlog.
"""
import ctypes
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

READY_PATH = "/is-the-origin-up"  # asked once at the start; not in requests()

CONFIG = """\
daemon off;
worker_processes 1;
pid {dir}/nginx.pid;
error_log {dir}/error.log warn;
{user}
events {{ worker_connections 8192; }}
http {{
    log_format lines '$status $server_protocol $host:$server_port $request_method $request_uri';
    access_log {access_log};
    log_not_found off;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    types {{
        text/html html htm;
        text/css css;
        text/plain txt;
        text/xml xml;
        application/javascript js;
        image/gif gif;
        image/png png;
        image/jpeg jpg jpeg;
        image/svg+xml svg;
        application/pdf pdf;
        image/x-icon ico;
    }}
    default_type application/octet-stream;
    sendfile on;
    tcp_nodelay on;
    keepalive_timeout 60s;
    keepalive_requests 1000000;
    open_file_cache max=2000 inactive=600s;
    open_file_cache_valid 600s;
    open_file_cache_min_uses 1;
    server {{
{listen}
        server_name _;
        root {root};
        index index.html;
        absolute_redirect on;
        server_name_in_redirect off;
{extra}
    }}
}}
"""


TIED = os.path.join(os.path.dirname(os.environ.get("LYCOSA", "")), "tests", "e2e", "tied")


def die_with_parent():
    """In a child before exec: SIGTERM when the test run is gone, however it went."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(argv, before=None, **kw):
    """subprocess.Popen of what is to end with this process. before(): called in the child before exec; it costs a fork (tied.c)."""
    if before is None and os.access(TIED, os.X_OK):
        return subprocess.Popen([TIED] + argv, **kw)

    def prepare():
        die_with_parent()
        if before is not None:
            before()
    return subprocess.Popen(argv, preexec_fn=prepare, **kw)


def bound_socket(host="127.0.0.1", port=0, backlog=1024):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((host, port))
    s.listen(backlog)
    return s


class Nginx:
    """with Nginx(root, workdir) as site: ... site.url("/index.html") ...

    hosts: addresses to listen on, all at one port. tls: (certificate, key) files; then HTTP/2 is offered too. log: False, True,
    or "buffered" (whole once the server has stopped, and cheap).
    """

    def __init__(self, root, workdir, hosts=("127.0.0.1",), tls=None, extra="", log=False):
        self.root, self.dir, self.hosts = str(root), str(workdir), tuple(hosts)
        self.tls, self.extra, self.log = tls, extra, log
        self.process = None
        self.port = 0

    def _bind(self):
        for _ in range(50):
            socks = [bound_socket(self.hosts[0])]
            port = socks[0].getsockname()[1]
            try:
                socks += [bound_socket(h, port) for h in self.hosts[1:]]
                return socks, port
            except OSError:
                for s in socks:
                    s.close()
        raise RuntimeError("no port is free on all of " + ", ".join(self.hosts))

    def _config(self):
        suffix = " ssl http2" if self.tls else ""
        listen = "\n".join(
            "        listen %s:%d%s;" % ("[%s]" % h if ":" in h else h, self.port, suffix) for h in self.hosts)
        extra = self.extra
        if self.tls:
            extra += "\nssl_certificate %s;\nssl_certificate_key %s;\n" % self.tls
        access = os.path.join(self.dir, "access.log") + " lines" if self.log else "off"
        if self.log == "buffered":
            access += " buffer=1m"
        return CONFIG.format(dir=self.dir, root=self.root, listen=listen, extra=extra, access_log=access,
                             user="user root;" if os.getuid() == 0 else "")

    def __enter__(self):
        os.makedirs(self.dir, exist_ok=True)
        socks, self.port = self._bind()
        path = os.path.join(self.dir, "nginx.conf")
        with open(path, "w") as f:
            f.write(self._config())
        env = dict(os.environ, NGINX="".join("%d;" % s.fileno() for s in socks))
        self.process = start(
            [NGINX, "-p", self.dir, "-c", path, "-e", os.path.join(self.dir, "error.log")], env=env,
            pass_fds=[s.fileno() for s in socks], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for s in socks:
            s.close()
        try:
            self._first_answer()
        except OSError as e:
            self.__exit__()
            with open(os.path.join(self.dir, "error.log"), errors="replace") as f:
                raise RuntimeError("nginx does not answer (%s): %s" % (e, f.read())) from e
        return self

    def _first_answer(self):
        if self.tls:
            connection = http.client.HTTPSConnection(self.hosts[0], self.port, timeout=30,
                                                     context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection(self.hosts[0], self.port, timeout=30)
        connection.request("GET", READY_PATH)
        connection.getresponse().read()
        connection.close()

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait()

    def origin(self, host=None):
        host = host or self.hosts[0]
        return "%s://%s:%d" % ("https" if self.tls else "http", "[%s]" % host if ":" in host else host, self.port)

    def url(self, path="/", host=None):
        return self.origin(host) + path

    def requests(self):
        """The access log: [(status, protocol, host:port, method, uri)]. Complete once the server has stopped."""
        with open(os.path.join(self.dir, "access.log"), errors="surrogateescape") as f:
            return [tuple(line.rstrip("\n").split(" ", 4)) for line in f if READY_PATH not in line]
