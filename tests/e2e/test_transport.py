# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies below HTTP: whom we trust, who we are by certificate, which key a server has, and proxies with a login."""
import base64
import ctypes
import os
import shutil
import ssl
import subprocess

import pytest

import conftest
import crawl
import proxies
from hostile import Answer, Gate, page, redirect
from test_session import files_with

SECRET = "s3cret-5ca1ab1e"
CLONE_NEWNS, MS_REC, MS_PRIVATE, MS_BIND = 0x20000, 0x4000, 0x40000, 0x1000


class Authority:
    """A certificate authority of our own, and what it signs."""

    def __init__(self, directory):
        self.dir, self.n = str(directory), 0
        os.makedirs(self.dir)
        self.cert, self.key = self.path("ca.pem"), self.path("ca.key")
        self.openssl("req", "-x509", *self.new_key(self.key), "-days", "2", "-subj", "/CN=authority of %s" % os.path.basename(self.dir), "-out", self.cert)

    def path(self, name):
        return os.path.join(self.dir, name)

    @staticmethod
    def openssl(*args, input=None):
        return subprocess.run(["openssl", *args], check=True, input=input, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    @staticmethod
    def new_key(path):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path

    def sign(self, name, alt=None):
        """(certificate, key)"""
        self.n += 1
        cert, key, request, ext = (self.path(name + s) for s in (".pem", ".key", ".csr", ".ext"))
        with open(ext, "w") as f:
            f.write("subjectAltName=%s\n" % (alt or "DNS:%s" % name))
        self.openssl("req", "-new", *self.new_key(key), "-subj", "/CN=" + name, "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self.key, "-set_serial", str(self.n), "-days", "2", "-extfile", ext, "-out", cert)
        return cert, key

    def context(self, server, clients=None):
        """For a server: (certificate, key), and whose clients it wants to see certificates of."""
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(*server)
        if clients is not None:
            c.verify_mode = ssl.CERT_OPTIONAL
            c.load_verify_locations(clients)
        return c


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        conftest.missing("openssl was not found: install the Debian package openssl", "openssl")
    return Authority(tmp_path_factory.mktemp("tls") / "one")


@pytest.fixture(scope="module")
def here(authority):
    """(certificate, key) of this machine."""
    return authority.sign("here", "IP:127.0.0.1,IP:127.0.0.2,DNS:localhost")


@pytest.fixture(scope="module")
def me(authority):
    return authority.sign("me")


# ---- whom we trust ----

def test_ca_directory(run, serve, authority, here, tmp_path):
    site = serve({"/": page()}, tls=authority.context(here))
    trusted, empty = tmp_path / "trusted", tmp_path / "empty"
    trusted.mkdir()
    empty.mkdir()
    shutil.copy(authority.cert, trusted / "ca.pem")
    Authority.openssl("rehash", str(trusted))
    run("crawl", site.url("/"), "--ca-directory", trusted).expect(crawl.OK)
    run("crawl", site.url("/"), "--ca-directory", empty, "--ca-certificate", authority.cert).expect(crawl.OK)
    # As OpenSSL's environment says, where no option does.
    for env in ({"SSL_CERT_FILE": str(authority.cert)}, {"SSL_CERT_DIR": str(trusted)}):
        run("crawl", site.url("/"), env=env).expect(crawl.OK)
        run("crawl", site.url("/"), "--ca-directory", empty, "--waitretry=0", env=env).expect(crawl.TLS)
    run("crawl", site.url("/"), "--ca-directory", empty, "--waitretry=0").expect(crawl.TLS)
    done = run("crawl", site.url("/"), "--ca-directory=/nonexistent/x").expect(crawl.FILE_IO)
    assert "/nonexistent/x" in done.stderr and "--ca-directory" in done.stderr


def in_a_view(directory):
    """For a new process: where the system's certificates are, it sees this directory."""
    def prepare():
        libc = ctypes.CDLL(None, use_errno=True)
        calls = (lambda: libc.unshare(CLONE_NEWNS), lambda: libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None),
                 lambda: libc.mount(str(directory).encode(), b"/etc/ssl/certs", None, MS_BIND, None))
        for call in calls:
            if call() != 0:
                os._exit(77)
    return prepare


def test_a_ca_file_is_all_that_is_trusted(run, serve, authority, here, tmp_path):
    """libcurl has a directory of authorities too, which stays in force when it is told of a file."""
    view, other = tmp_path / "view", Authority(tmp_path / "other")
    view.mkdir()
    shutil.copy(authority.cert, view / "ca.pem")
    shutil.copy(authority.cert, view / "ca-certificates.crt")
    Authority.openssl("rehash", str(view))
    if not os.path.isdir("/etc/ssl/certs") or subprocess.run(["true"], preexec_fn=in_a_view(view)).returncode != 0:
        pytest.skip("who runs this may not change what a process sees of /etc/ssl/certs")
    site = serve({"/": page()}, tls=authority.context(here))
    run("crawl", site.url("/"), before=in_a_view(view)).expect(crawl.OK)
    run("crawl", site.url("/"), "--ca-certificate", other.cert, "--waitretry=0", before=in_a_view(view)).expect(crawl.TLS)
    run("crawl", site.url("/"), "--ca-directory", os.path.dirname(other.cert), "--waitretry=0", before=in_a_view(view)).expect(crawl.TLS)


def test_crl_file(run, serve, tmp_path):
    ca = Authority(tmp_path / "ca")
    server = ca.sign("here", "IP:127.0.0.1")
    (tmp_path / "ca" / "index.txt").write_text("")
    conf = ca.path("ca.cnf")
    with open(conf, "w") as f:
        f.write("[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ndefault_md=sha256\ndefault_crl_days=2\ncertificate=%s\nprivate_key=%s\n"
                % (ca.path("index.txt"), ca.cert, ca.key))
    site = serve({"/": page()}, tls=ca.context(server))
    crl = ca.path("crl.pem")
    Authority.openssl("ca", "-config", conf, "-gencrl", "-out", crl)
    run("crawl", site.url("/"), "--ca-certificate", ca.cert, "--crl-file", crl).expect(crawl.OK)
    Authority.openssl("ca", "-config", conf, "-revoke", server[0])
    Authority.openssl("ca", "-config", conf, "-gencrl", "-out", crl)
    done = run("crawl", site.url("/"), "--ca-certificate", ca.cert, "--crl-file", crl, "--robots=off").expect(crawl.TLS)
    assert "revoked" in done.page("/")["detail"]


# ---- who we are ----

def name_of(exchange):
    """Whom the client has shown itself to be, or None."""
    shown = exchange.sock.getpeercert() or {}
    return next((v for rdn in shown.get("subject", ()) for k, v in rdn if k == "commonName"), None)


@pytest.fixture
def knows(serve, authority, here):
    """knows(script) -> a server that asks for certificates; server.seen: {path: {names}}."""
    def start(script, **kw):
        seen = {}

        def note(exchange):
            path = exchange.request.path
            seen.setdefault(path, set()).add(name_of(exchange))
            return script(exchange) if callable(script) else script.get(path)
        server = serve(lambda x: note(x) or page(), tls=authority.context(here, clients=authority.cert), **kw)
        server.seen = seen
        return server
    return start


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_certificate_for_the_seeds_origin_only(run, knows, authority, me, engine):
    """Whether a link or a redirect leads elsewhere: nobody else learns who we are, though they ask and are trusted."""
    other = knows({})
    site = knows({"/": page("/a", other.url("/link"), "/away"), "/away": redirect(other.url("/redirect"))}, hosts=("127.0.0.1", "127.0.0.2"))
    run("crawl", site.url("/"), site.url("/twin"), "-H", "--engine", engine, "--threads=2", "--ca-certificate", authority.cert, "--certificate", me[0],
        "--private-key", me[1], "--http2=off").expect(crawl.OK)
    assert {n for names in site.seen.values() for n in names} == {"me"} and "/a" in site.seen
    assert {n for names in other.seen.values() for n in names} == {None} and {"/link", "/redirect"} <= set(other.seen)


@pytest.mark.parametrize("kind", ("pem", "der", "p12", "one file", "encrypted"))
def test_kinds_of_certificates(run, knows, authority, me, tmp_path, kind):
    site = knows({})
    cert, key, secret = str(tmp_path / "cert"), str(tmp_path / "key"), tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    args = ["--certificate", cert, "--private-key", key]
    if kind == "pem":
        args = ["--certificate", me[0], "--private-key", me[1]]
    elif kind == "der":
        Authority.openssl("x509", "-in", me[0], "-outform", "DER", "-out", cert)
        Authority.openssl("pkey", "-in", me[1], "-outform", "DER", "-out", key)
        args += ["--certificate-type=der", "--private-key-type=der"]
    elif kind == "p12":
        Authority.openssl("pkcs12", "-export", "-in", me[0], "-inkey", me[1], "-passout", "pass:" + SECRET, "-out", cert)
        args = ["--certificate", cert, "--certificate-type=p12", "--private-key-password=@%s" % secret]
    elif kind == "one file":
        with open(cert, "w") as f:
            f.write(open(me[0]).read() + open(me[1]).read())
        args = ["--certificate", cert]
    else:
        Authority.openssl("pkey", "-in", me[1], "-aes256", "-passout", "pass:" + SECRET, "-out", key)
        args = ["--certificate", me[0], "--private-key", key, "--private-key-password", SECRET]
    done = run("crawl", site.url("/"), "--ca-certificate", authority.cert, *args).expect(crawl.OK)
    assert site.seen["/"] == {"me"} and files_with(SECRET, done.dir) == []


def test_a_key_that_is_encrypted_asks_nobody(run, knows, authority, me, tmp_path):
    """Not on the terminal either, which an engine in the middle of a crawl could not."""
    site, key = knows({}), tmp_path / "key"
    Authority.openssl("pkey", "-in", me[1], "-aes256", "-passout", "pass:" + SECRET, "-out", str(key))
    done = run("crawl", site.url("/"), "--ca-certificate", authority.cert, "--certificate", me[0], "--private-key", key, "--waitretry=0")
    assert done.status == crawl.TLS and site.seen == {}


@pytest.mark.parametrize("args, why, status", [
    (("--certificate=/nonexistent/x",), "/nonexistent/x", crawl.FILE_IO), (("--private-key=/nonexistent/x",), "--certificate", crawl.USAGE),
    (("--pinnedpubkey=sha256//short",), "44 characters", crawl.USAGE), (("--pinnedpubkey=/nonexistent/x",), "/nonexistent/x", crawl.FILE_IO),
    (("--proxy=gopher://x",), "gopher://x", crawl.USAGE), (("--proxy=http://me:%s@x" % SECRET,), "--proxy-password", crawl.USAGE),
    (("--proxy-user=me",), "--proxy-password", crawl.USAGE), (("--proxy-password=x",), "--proxy-user", crawl.USAGE),
])
def test_what_cannot_be(run, args, why, status):
    done = run("crawl", "https://127.0.0.1:9/", *args).expect(status)
    assert why in done.stderr and SECRET not in done.stderr and not os.path.exists(done.dir)
    assert why in run("get", "https://127.0.0.1:9/", *args, dir=None).expect(status).stderr


# ---- who they are ----

def pin_of(cert):
    key = Authority.openssl("x509", "-in", cert, "-pubkey", "-noout")
    der = Authority.openssl("pkey", "-pubin", "-outform", "DER", input=key)
    return "sha256//" + base64.b64encode(Authority.openssl("dgst", "-sha256", "-binary", input=der)).decode()


def test_pinned_key(run, serve, authority, here, me, tmp_path):
    """Holds for the seeds' origins; others have keys of their own. It holds where the certificate itself is not looked at, too."""
    other = serve({"/": page()}, tls=authority.context(authority.sign("there", "IP:127.0.0.1")))
    site = serve({"/": page(other.url("/"))}, tls=authority.context(here))
    right, wrong, file = pin_of(here[0]), pin_of(me[0]), tmp_path / "key.pem"
    file.write_bytes(Authority.openssl("x509", "-in", here[0], "-pubkey", "-noout"))
    for pin in (right, wrong + ";" + right, file):
        done = run("crawl", site.url("/"), "-H", "--ca-certificate", authority.cert, "--pinnedpubkey", pin).expect(crawl.OK)
        assert done.urls == {site.url("/"), other.url("/")}
    n = len(site.log)
    for trust in (("--ca-certificate", authority.cert), ("--no-check-certificate",)):
        done = run("crawl", site.url("/"), *trust, "--pinnedpubkey", wrong, "--robots=off").expect(crawl.TLS)
        assert "public key" in done.page("/")["detail"]
    assert len(site.log) == n


def test_http3_is_said_to_be_missing(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), "--http3")
    if done.status != crawl.OK:
        assert "HTTP/3" in done.expect(crawl.USAGE).stderr and site.log == []


# ---- proxies ----

LOGIN = ("me", SECRET)


@pytest.mark.parametrize("engine", crawl.ENGINES)
@pytest.mark.parametrize("digest", (False, True), ids=("basic", "digest"))
def test_login_to_a_proxy(run, serve, authority, tmp_path, engine, digest):
    """For http and for https, and it stays with the proxy: no server sees it, no file keeps it."""
    site = serve({"/": page("/a", "/b"), "/a": page(), "/b": page()})
    tls = serve({"/": page("/c"), "/c": page()}, tls=authority.context(authority.sign("tls.test")))
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    for server, url in ((site, "http://plain.test/"), (tls, "https://tls.test/")):
        with proxies.HttpProxy(server.port, LOGIN, digest) as proxy:
            done = run("archive", url, "--proxy", proxy.where, "--proxy-user=me", "--proxy-password=@%s" % secret, "--warc-request", "--warc-credentials",
                       "--engine", engine, "--ca-certificate", authority.cert, "-w0", *(("--proxy-auth=digest",) if digest else ())).expect(crawl.OK)
        assert len(done.pages) == (3 if server is site else 2) and proxy.log
        assert not [r for r in server.log if "proxy-authorization" in r.headers]
        assert files_with(SECRET, done.dir) == [] and files_with(base64.b64encode(":".join(LOGIN).encode()).decode(), done.dir) == []


def test_a_proxy_that_wants_a_login(run, serve):
    """Its 407 is not the page's, nor the robots.txt's, which would allow everything then; nor does its cookie count."""
    site = serve({"/": page()})
    for login in ((), ("--proxy-user=me", "--proxy-password=wrong")):
        with proxies.HttpProxy(site.port, LOGIN) as proxy:
            done = run("crawl", "http://plain.test/", "--proxy", proxy.url, "--waitretry=0", *login).expect(crawl.NETWORK)
        assert site.log == [] and {p["outcome"] for p in done.pages} <= {"proxy_failed"} and not any(p.get("status") for p in done.pages)
    with proxies.HttpProxy(site.port, LOGIN) as proxy:
        done = run("crawl", "http://plain.test/", "--proxy", proxy.url, "--waitretry=0", "--robots=off").expect(crawl.NETWORK)
    assert "--proxy-user" in done.page("/")["detail"]


def test_socks_login(run, serve, authority):
    site = serve({"/": page("/a")})
    with proxies.SocksProxy(site.port, LOGIN) as proxy:
        done = run("crawl", "http://plain.test/", "--proxy", proxy.url, "--proxy-user=me", "--proxy-password", SECRET)
        assert len(done.pages) == 2 and set(proxy.log) == {("plain.test:80", LOGIN)}, str(done)
        done = run("crawl", "http://plain.test/", "--proxy", proxy.url, "--proxy-user=me", "--proxy-password=wrong", "--robots=off",
                   "-t1").expect(crawl.NETWORK)
        assert done.outcome("/") == "proxy_failed" and len(site.log) == 3


def test_proxy_instead_of_the_environments(run, serve):
    site = serve({"/": page()})
    with proxies.HttpProxy(site.port) as theirs, proxies.HttpProxy(site.port) as ours:
        env = {"http_proxy": theirs.url}
        run("crawl", site.url("/"), "--proxy", ours.where, env=env).expect(crawl.OK)
        assert theirs.log == [] and ours.log
        n = len(ours.log)
        run("crawl", site.url("/"), "--no-proxy", env=env).expect(crawl.OK)
        run("crawl", site.url("/"), "--proxy", ours.url, env=dict(env, no_proxy="127.0.0.1")).expect(crawl.OK)
        assert theirs.log == [] and len(ours.log) == n and len(site.log) >= 6


# ---- HSTS ----

class Strict:
    """strict.test and www.strict.test at one port, by http and by https. log: [(scheme, host, path)]."""

    def __init__(self, serve, authority, script, field="max-age=1000000; includeSubDomains", http=None):
        self.log = []

        def answer(exchange):
            scheme = "https" if isinstance(exchange.sock, ssl.SSLSocket) else "http"
            path = exchange.request.path
            self.log.append((scheme, exchange.request.headers["host"].split(":")[0], path))
            if path == "/robots.txt":
                return Answer(404)
            found = http if scheme == "http" and http is not None else script.get(path)
            while callable(found):
                found = found(exchange)
            a = Answer(found.status, found.body, list(found.headers), found.type) if found else Answer(404)
            if field is not None:
                a.headers.append(("Strict-Transport-Security", field))
            return a
        cert = authority.sign("strict.test", "DNS:strict.test,DNS:www.strict.test,IP:127.0.0.1")
        self.server = serve(answer, tls=authority.context(cert), plain_too=True)
        self.args = ["--resolve=%s:%d:127.0.0.1" % (n, self.server.port) for n in ("strict.test", "www.strict.test")]
        self.args += ["--ca-certificate", authority.cert, "-w0", "--allow-private"]

    def url(self, path, scheme="https", host="strict.test"):
        return "%s://%s:%d%s" % (scheme, host, self.server.port, path)

    def plain(self):
        return [x for x in self.log if x[0] == "http"]


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_hsts(run, serve, authority, engine):
    """Links to http of a host that wants https: not asked for, recorded as redirects, followed like any; also below it."""
    script = {"/a": page(), "/b": page()}
    site = Strict(serve, authority, script)
    script["/"] = page(site.url("/a", "http"), site.url("/b", "http", "www.strict.test"))
    done = run("archive", site.url("/"), "-H", "--engine", engine, *site.args).expect(crawl.OK)
    assert site.plain() == [] and ("https", "strict.test", "/a") in site.log and ("https", "www.strict.test", "/b") in site.log
    a = done.page(site.url("/a", "http"))
    assert (a["outcome"], a["status"], a["redirect_to"], a["detail"]) == ("redirect", 307, site.url("/a"), "hsts") and a.get("head_bytes", 0) == 0
    assert done.page(site.url("/a"))["redirects"] == 1 and len(done.pages) == 5
    run("verify", done.dir, dir=None).expect(crawl.OK)


def test_hsts_only_where_it_counts(run, serve, authority):
    """Not by http, not of an address, not without a look at the certificate, not when it is switched off, and not after max-age=0."""
    def crawled(*more, field="max-age=1000000", http=None, first="/", host="strict.test"):
        script = {}
        site = Strict(serve, authority, script, field, http)
        script.update({"/": page(site.url("/a", "http", host)), "/a": page()})
        run("crawl", site.url(first, "http" if http else "https", host), "-H", *site.args, *more).expect(crawl.OK)
        return [path for _, _, path in site.plain() if path != "/robots.txt"]
    assert crawled() == []
    assert crawled(field=None) == ["/a"] and crawled(field="max-age=0") == ["/a"] and crawled(field="max-age=x") == ["/a"]
    assert crawled("--no-hsts") == ["/a"] and crawled("--no-check-certificate") == ["/a"] and crawled(host="127.0.0.1") == ["/a"]
    assert crawled(http=page()) == ["/"]


def test_hsts_is_known_when_the_job_goes_on(run, serve, authority, tmp_path):
    """And in another one by --hsts-file, which stays as others need it."""
    script = {}
    site = Strict(serve, authority, script)
    script.update({"/": page(site.url("/a", "http"), site.url("/b", "http")), "/a": page(), "/b": page(), "/c": page()})
    job, known = tmp_path / "job", tmp_path / "hsts"
    known.write_text("# mine\nother.test\t0\t1\t1700000000\t300000000\nstrict.test\t0\t0\t1600000000\t1\n")
    run("crawl", site.url("/"), "--max-pages=1", "--hsts-file", known, *site.args, dir=job).expect(crawl.BUDGET)
    lines = [l.split("\t") for l in known.read_text().splitlines() if not l.startswith("#")]
    assert sorted(l[0] for l in lines) == ["other.test", "strict.test"] and ["other.test", "0", "1", "1700000000", "300000000"] in lines
    assert [l[2:5:2] for l in lines if l[0] == "strict.test"] == [["1", "1000000"]] and os.stat(known).st_mode & 0o777 == 0o600
    done = run("resume", job, "--max-pages=inf", "--hsts-file=", dir=None).expect(crawl.OK)
    assert site.plain() == [] and {"/a", "/b"} <= {path for _, _, path in site.log}, str(done)
    run("crawl", site.url("/c", "http"), "--hsts-file", known, *site.args).expect(crawl.OK)
    run("get", site.url("/c", "http"), "--hsts-file", known, *[a for a in site.args if a != "-w0"], dir=tmp_path / "d").expect(crawl.OK)
    assert site.plain() == [] and b"a page" in (tmp_path / "d" / "c").read_bytes()
    assert "/nonexistent/x" in run("crawl", site.url("/"), "--hsts-file=/nonexistent/x/y", *site.args).expect(crawl.FILE_IO).stderr


def test_hsts_of_a_top_level_domain(run, serve, authority, tmp_path):
    """What a file says of one holds for its domains, whichever loops they belong to; and stands in it once afterwards."""
    names = ["a%d.example" % i for i in range(8)]
    known, asked = tmp_path / "hsts", []

    def answer(x):
        asked.append((isinstance(x.sock, ssl.SSLSocket), x.request.headers["host"].split(":")[0]))
        return Answer(404) if x.request.path == "/robots.txt" else page()
    cert = authority.sign("top", ",".join("DNS:" + n for n in names))
    server = serve(answer, tls=authority.context(cert), plain_too=True)
    known.write_text("# mine\nexample\t0\t1\t1700000000\t900000000\n")
    run("crawl", *("http://%s:%d/" % (n, server.port) for n in names), "--ca-certificate", authority.cert, "-w0", "-e", "fetch.loops=3", "--hsts-file", known,
        *("--resolve=%s:%d:127.0.0.1" % (n, server.port) for n in names)).expect(crawl.OK)
    assert {n for _, n in asked} == set(names) and all(tls for tls, _ in asked)
    lines = [l.split("\t")[0] for l in known.read_text().splitlines() if not l.startswith("#")]
    assert lines.count("example") == 1, lines


# ---- the same for `get' ----

def test_get_takes_a_session(run, serve, tmp_path):
    """Headers, cookies, logins: to the URLs' origins, not to where they redirect."""
    target = serve({"/file": page()})

    def gate(exchange):
        h = exchange.request.headers
        return redirect(target.url("/file")) if h.get("x-key") == SECRET and "sid=42" in h.get("cookie", "") else None
    site = serve({"/file": lambda x: gate(x) or page(title="no")})
    jar, out = tmp_path / "in.txt", tmp_path / "out.txt"
    jar.write_text("127.0.0.1\tFALSE\t/\tFALSE\t2000000000\tsid\t42\n")
    done = run("get", site.url("/file"), "--header", "X-Key: " + SECRET, "--load-cookies", jar, "--save-cookies", out, "--referer=http://from.test/",
               dir=tmp_path / "d").expect(crawl.OK)
    assert len(target.log) == 1 and not {"x-key", "referer"} & set(target.log[0].headers) and SECRET not in done.stderr
    assert site.log[0].headers["referer"] == "http://from.test/"
    assert "\tsid\t42" in out.read_text() and os.stat(out).st_mode & 0o777 == 0o600


def test_get_hides_secrets(running, serve, tmp_path):
    at = Gate()

    def held(exchange):
        at.pass_()
        return page()
    site = serve({"/f": held})
    r = running("get", site.url("/f"), "-P", tmp_path / "d", "--header", "X-Key: " + SECRET, "--proxy-user=me", "--proxy-password", SECRET, dir=None)
    assert at.count(1)
    with open("/proc/%d/cmdline" % r.pid, "rb") as f:
        line = f.read()
    assert SECRET.encode() not in line and b"--header" in line
    at.open()
    assert SECRET not in r.wait().expect(crawl.OK).stderr and files_with(SECRET, tmp_path / "d") == []


@pytest.mark.parametrize("how", ("user", "netrc", "bearer"))
def test_get_logs_in(run, serve, tmp_path, how):
    want = "Bearer " + SECRET if how == "bearer" else "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()

    def gate(exchange):
        if exchange.request.headers.get("authorization") == want:
            return page(title="inside")
        return Answer(401, headers={"WWW-Authenticate": 'Basic realm="here"'})
    site = serve({"/f": gate})
    netrc, secret = tmp_path / "netrc", tmp_path / "secret"
    netrc.write_text("machine 127.0.0.1 login me password %s\n" % SECRET)
    secret.write_text(SECRET)
    args = {"user": ("--user=me", "--password=@%s" % secret), "netrc": ("--netrc-file", netrc), "bearer": ("--bearer=@%s" % secret,)}[how]
    run("get", site.url("/f"), *args, dir=tmp_path / "d").expect(crawl.OK)
    assert b"inside" in (tmp_path / "d" / "f").read_bytes()
    run("get", site.url("/f"), "--no-netrc", dir=tmp_path / "e").expect(crawl.AUTH)


def test_get_shows_its_certificate(run, knows, authority, me, tmp_path):
    site = knows({})
    run("get", site.url("/f"), "--ca-certificate", authority.cert, "--certificate", me[0], "--private-key", me[1], dir=tmp_path / "d").expect(crawl.OK)
    assert site.seen["/f"] == {"me"}
