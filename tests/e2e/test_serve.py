# SPDX-License-Identifier: GPL-3.0-or-later
"""`lycosa serve DIR`: what a job has kept, at the original paths, read-only, to this machine alone."""
import http.client
import os
import re
import signal
import socket
import sqlite3
import urllib.parse

import pytest

import crawl
import debdocs
import whatwg
from hostile import Answer, Gate, page, redirect

PNG = b"\x89PNG\r\n\x1a\n\0\1\2\3"


class Served:
    def __init__(self, running, dir):
        self.run = running("serve", "--port=0", dir, dir=None)
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", self.run.wait_line(r"http://")).group(1))

    def ask(self, path, host=None, method="GET", **headers):
        """(status, headers, body); host: without the port; path: sent as it is."""
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=crawl.DEADLINE)
        c.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        c.putheader("Host", "%s:%d" % (host or "127.0.0.1", self.port) if host != "" else "")
        for name, value in headers.items():
            c.putheader(name.replace("_", "-"), value)
        c.endheaders()
        r = c.getresponse()
        body = r.read()
        c.close()
        return r.status, r.headers, body

    def get(self, path, host=None, **headers):
        return self.ask(path, host, **headers)[2]

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.port), timeout=crawl.DEADLINE) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: s.recv(65536), b""))


@pytest.fixture
def served(running):
    def call(dir):
        s = Served(running, dir)
        return s
    return call


def name_of(site, host="127.0.0.1"):
    return "%s.http-%d.localhost" % (host, site.port)


def folder_of(site, host="127.0.0.1"):
    return "/%s,http%d" % (host, site.port)


def follow(s, host, path, hops=5):
    """As a browser does: (host, path, status, headers, body) where it ends."""
    for _ in range(hops):
        status, headers, body = s.ask(path, host)
        if status != 302:
            return host, path, status, headers, body
        to = urllib.parse.urlsplit(urllib.parse.urljoin("http://%s:%d%s" % (host or "127.0.0.1", s.port, path), headers["Location"]))
        assert to.port == s.port
        host, path = to.hostname, to.path + ("?" + to.query if to.query else "")
    raise AssertionError("it redirects for ever")


def test_original_paths_and_types(run, serve, served):
    site = serve({
        "/": page("/a?b=c&d", "/dir/x", "/old", "/gone", "/away", "/img.php", "/ru"),
        "/a?b=c&d": page(title="with a query"), "/dir/x": page("y", "../a?b=c&d"), "/dir/y": page(),
        "/img.php": Answer(body=PNG, type="image/png"), "/old": redirect("/dir/x"), "/away": redirect("http://127.0.0.2:9/"),
        "/ru": Answer(body="<title>\u041f</title>".encode("windows-1251"), type="text/html; charset=windows-1251")})
    done = run("mirror", site.url("/"))
    s = served(done.dir)
    name, folder = name_of(site), folder_of(site)
    for prefix, host in (("", name), (folder, None)):
        status, headers, body = s.ask(prefix + "/a?b=c&d", host)
        assert status == 200 and headers["Content-Type"].startswith("text/html") and b"with a query" in body
        status, headers, body = s.ask(prefix + "/img.php", host)
        assert (status, headers["Content-Type"], body) == (200, "image/png", PNG)
        status, headers, body = s.ask(prefix + "/ru", host)
        assert headers["Content-Type"] == "text/html; charset=windows-1251" and body == b"<title>\xcf</title>"
        # A redirect of the origin leads to its target here; one that leads away is not followed by itself.
        end = follow(s, host, prefix + "/old")
        assert end[1] == prefix + "/dir/x" and end[2] == 200
        status, headers, body = s.ask(prefix + "/away", host)
        assert status == 404 and b'href="http://127.0.0.2:9/"' in body and headers["Location"] is None
        for missing in ("/gone", "/never", "/a?b=c", "/dir"):
            assert s.ask(prefix + missing, host)[0] == 404, missing
    # No scripts where all hosts are one origin; as they were where each has its own.
    assert "sandbox" in s.ask(folder + "/ru")[1]["Content-Security-Policy"]
    assert s.ask("/ru", name)[1]["Content-Security-Policy"] is None
    assert s.ask("/img.php", name, "HEAD")[1]["Content-Length"] == str(len(PNG))


def test_references_lead_on(run, serve, served):
    """From every page of a mirror each reference is followed as a browser would: names, queries, hosts, very long paths."""
    long = "/" + "d/" * 200 + "end"
    script = {
        "/": page("/A/b", "/a.js/b.html", "/y//x", long, "/q?%22&x=1", "/it's", "/caf%C3%A9",
                  head='<link rel=stylesheet href="http://127.0.0.2:%PORT/css/s.css"><script src="http://127.0.0.2:%PORT/x.js"></script>'),
        "/A/b": page("../", "../a.js/b.html"), "/a.js/b.html": page("/A/b", "../q?%22&x=1"), "/y//x": page("/", "/A/b"), long: page("/A/b"),
        "/q?%22&x=1": page("/"), "/it's": page("/"), "/caf%C3%A9": page("/it's"),
        "/css/s.css": Answer(body='@font-face { font-family: a; src: url("../f.woff2") } b { background: url(//127.0.0.1:%PORT/p.png) }',
                             type="text/css"),
        "/f.woff2": Answer(body=b"wOF2", type="font/woff2"), "/p.png": Answer(body=PNG, type="image/png"),
        "/x.js": Answer(body="1", type="text/javascript")}
    site = serve(script, hosts=("127.0.0.1", "127.0.0.2"))
    for answer in script.values():
        answer.body = answer.body.replace(b"%PORT", b"%d" % site.port)
    done = run("mirror", site.url("/")).expect(crawl.OK)
    s = served(done.dir)
    todo, seen = [(name_of(site), "/"), (None, folder_of(site) + "/")], set()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        host, path, status, headers, body = follow(s, *at)
        assert status == 200, (at, host, path)
        base = "http://%s:%d%s" % (host or "127.0.0.1", s.port, path)
        for ref in re.findall(rb'(?:href|src)="([^"]+)"|url\(\s*["\']?([^"\')]+)', body):
            ref = (ref[0] or ref[1]).decode().replace("&amp;", "&").replace("&#38;", "&")
            to = whatwg.parse(ref, whatwg.parse(base))
            assert to.netloc().endswith(":%d" % s.port), (ref, base)
            todo.append((to.host if to.host != "127.0.0.1" else None, to.path_query()))
    assert len(seen) >= 2 * len(script)
    # What another host's pages load with the guards of CORS on.
    font = lambda origin: s.ask("/f.woff2", name_of(site, "127.0.0.2"), Origin=origin)[1]["Access-Control-Allow-Origin"]
    ours = "http://%s:%d" % (name_of(site), s.port)
    assert font(ours) == ours
    # Not to those of the web, nor to what another server of this machine shows.
    for other in ("https://evil.example", "null", "http://evil.localhost:%d" % s.port, ours + "0", "http://localhost:%d" % s.port):
        assert font(other) is None
    assert s.ask("/", name_of(site))[1]["Access-Control-Allow-Origin"] is None


def test_bodies(run, serve, served):
    """Without a mirror: the bodies as they came, links at the root of their host included."""
    body = '<title>t</title><a href="/x?y#z">x</a>'
    site = serve({"/": Answer(body=body), "/x?y": Answer(body="plain & simple", type="text/plain")})
    s = served(run("crawl", "--save=body", site.url("/")).dir)
    assert s.get("/", name_of(site)) == body.encode()
    status, headers, text = s.ask("/x?y", name_of(site))
    assert (status, text) == (200, b"plain & simple") and headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_archive(run, serve, served, compression):
    """From WARC files: bodies as they came, payloads that stand there once, the origin's errors; and what is damaged is not shown."""
    big = "".join("<p>%d</p>" % i for i in range(500))
    site = serve({"/": page("/a?x=1", "/again", "/gone", "/i.png", "/old"), "/a?x=1": Answer(body=big), "/again": Answer(body=big),
                  "/i.png": Answer(body=PNG, type="image/png"), "/gone": Answer(404, body="not here any more"), "/old": redirect("/a?x=1")})
    done = run("archive", "--warc-compression=" + compression, site.url("/"))
    s, host = served(done.dir), name_of(site)
    for path in ("/a?x=1", "/again"):
        assert s.get(path, host) == big.encode()
    status, headers, body = s.ask("/i.png", host)
    assert (status, headers["Content-Type"], body) == (200, "image/png", PNG)
    assert s.ask("/gone", host)[0] == 404 and s.get("/gone", host) == b"not here any more"
    assert follow(s, host, "/old")[1:3] == ("/a?x=1", 200)
    assert b"5 kept" in s.get("/") or b"4 kept" in s.get("/")
    assert s.get("/a?x=1", host, Range="bytes=3-4") == big.encode()[3:5]
    right = {path: s.get(path, host) for path in ("/", "/a?x=1", "/again", "/i.png", "/gone")}
    warc = next(os.path.join(done.dir, "warc", n) for n in os.listdir(os.path.join(done.dir, "warc")) if ".warc" in n)
    with open(warc, "r+b") as f:
        data = bytearray(f.read())
        for i in range(len(data) // 3, len(data), 97):
            data[i] ^= 0x55
        f.seek(0)
        f.write(data)
    for path, was in right.items():
        status, _, body = s.ask(path, host)
        assert (status == 200 and body == was) or (status == 404 and (body == was or b"<h1>" in body)), path
    os.rename(warc, warc + ".away")
    os.symlink(warc + ".away", warc)
    assert s.ask("/i.png", host)[0] == 404


def test_archive_after_an_update(run, serve, served):
    """What the update was told has not changed is there as it was; what has changed, as it is now."""
    docs = {"/": "first", "/b": "b", "/c": "c" * 999, "/d": "c" * 999}

    def answer(x):
        if x.request.path not in docs:
            return Answer(404)
        body, etag = docs[x.request.path] + (page("/b", "/c", "/d").body.decode() if x.request.path == "/" else ""), '"%s"' % docs[x.request.path][-5:]
        if x.request.headers.get("if-none-match") == etag:
            return Answer(304, headers={"ETag": etag}, type=None)
        return Answer(body=body, headers={"ETag": etag})

    site = serve(answer)
    done = run("archive", site.url("/"), "--wait=0").expect(crawl.OK)
    host = name_of(site)
    before = served(done.dir)
    was = {path: before.get(path, host) for path in docs}
    for n in range(2):
        docs["/b"] = "changed %d" % n
        run("update", done.dir, "--wait=0", dir=None).expect(crawl.OK)
        after = served(done.dir)
        assert {path: after.get(path, host) for path in docs} == dict(was, **{"/b": b"changed %d" % n})


@pytest.mark.parametrize("how", [["archive"], ["mirror"], ["crawl", "--save=body"]], ids=" ".join)
def test_across_an_update(run, serve, served, how):
    """What serves a job goes on with the generation that takes its place, and is all of that one: pages, files, lists."""
    script = {"/": page("/b", "/gone"), "/b": Answer(body="as it was"), "/gone": Answer(body="then gone")}
    site = serve(script)
    done = run(*how, "--wait=0", site.url("/")).expect(crawl.OK)
    s, host = served(done.dir), name_of(site)
    assert s.get("/b", host) == b"as it was" and s.get("/gone", host) == b"then gone"
    script.update({"/": page("/b", "/new", title="Another front page"), "/b": Answer(body="as it is"), "/new": Answer(body="new")})
    del script["/gone"]
    run("update", "--purge", "--max-failed=100", "--wait=0", done.dir, dir=None).expect(crawl.OK)
    assert s.get("/b", host) == b"as it is" and s.get("/new", host) == b"new"
    assert s.ask("/gone", host)[0] == 404 and b"then gone" not in s.get("/gone", host)
    assert b"Another front page" in s.get("/")
    run("update", "--restore", os.listdir(os.path.join(done.dir, "generations"))[0], done.dir, dir=None).expect(crawl.OK)
    assert s.get("/b", host) == b"as it was" and s.get("/gone", host) == b"then gone" and s.ask("/new", host)[0] == 404


def test_front_page(run, serve, served):
    """Hosts, pages, a search, page by page; what the web wrote stays text."""
    script = {"/": page(*["/p%d" % i for i in range(250)], "/evil", "/pic.png", title="the start"),
              "/evil": page(title='"><script>alert(1)</script>&amp;<b>'), "/pic.png": Answer(body=PNG, type="image/png")}
    script.update({"/p%d" % i: page(title="Page number %d" % i) for i in range(250)})
    site = serve(script)
    s = served(run("mirror", site.url("/"), "--per-host=16").dir)
    status, headers, body = s.ask("/")
    assert status == 200 and b"Hosts" in body and b"253 kept" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"] and b"<script" not in body
    found, at = [], "/"
    while at:
        body = s.get(at).decode()
        found += re.findall(r'<li><a href="http://%s:%d(/[^"]*)">' % (re.escape(name_of(site)), s.port), body.split("<h2>Pages")[1])
        more = re.search(r'<a href="(/\?after=[^"]*)">more', body)
        at = more and more.group(1).replace("&amp;", "&")
    assert sorted(found) == sorted(p for p in script if p != "/pic.png")
    assert re.findall(r">(Page[^<]*)</a>", s.get("/?q=PAGE+number+17").decode()) == ["Page number 17"] + ["Page number 17%d" % i for i in range(10)]
    assert b"pic.png" in s.get("/?q=pic.png") and b"<p>none" in s.get("/?q=nothing+of+this")
    body = s.get("/?q=%22%3E%3Cscript")
    assert b"<script" not in body and b"&lt;script&gt;alert(1)&lt;/script&gt;&amp;&lt;b&gt;" in body
    assert s.ask("/?q=" + "x" * 10000)[0] == 400
    assert b"250" not in s.get("/?host=elsewhere&q=%00%ff%zz")


def test_ranges(run, serve, served):
    data = bytes(range(256)) * 40
    site = serve({"/": page(head='<img src="/film">'), "/film": Answer(body=data, type="video/mp4")})
    s = served(run("mirror", site.url("/")).dir)
    for asked, status, want in (("bytes=0-0", 206, data[:1]), ("bytes=10-19", 206, data[10:20]), ("bytes=10000-", 206, data[10000:]),
                                ("bytes=-7", 206, data[-7:]), ("bytes=-99999999", 206, data), ("bytes=5-99999999999", 206, data[5:]),
                                ("bytes=10240-", 416, b""), ("bytes=-0", 416, b""), ("bytes=9-3", 200, data), ("bytes=a-b", 200, data),
                                ("bytes=99999999999999999999-", 200, data), ("lines=1-2", 200, data), ("bytes=0-1,3-4", 200, data)):
        got = s.ask("/film", name_of(site), Range=asked)
        assert (got[0], got[2]) == (status, want), asked
    assert s.ask("/film", name_of(site), Range="bytes=10-19")[1]["Content-Range"] == "bytes 10-19/10240"


def test_to_this_machine_alone(run, serve, served):
    """Names that are made to lead here, methods that change, other people's requests: refused."""
    site = serve({"/": page()})
    s = served(run("mirror", site.url("/")).dir)
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil", "127.0.0", "", "xlocalhost", "1.2.3.4.5",
                 "evil.example:80:1.localhost.x", "[::1].evil.example"):
        status, _, body = s.ask("/", host)
        assert status == 403 and b"lycosa:" not in body, host
    for host in ("localhost", "LOCALHOST", "127.0.0.1", "[::1]", name_of(site), name_of(site).upper()):
        assert s.ask("/", host)[0] == 200, host
    assert s.ask("/", "other.localhost")[0] == 404
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "BREW"):
        assert s.ask("/", method=method)[0] == 405, method
    assert b" 400 " in s.raw(b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: localhost\r\n\r\n").split(b"\r\n")[0]
    with socket.socket() as other:
        with pytest.raises(OSError):
            other.connect(("127.0.0.2", s.port))


OUTSIDE = ("/../secret", "/%2e%2e/secret", "/..%2fsecret", "/a/../../secret", "/%2e%2e%2fsecret", "//secret", "/.", "/..", "/%00", "/site/../lycosa.db",
           "/lycosa.db", "/%2Fetc%2Fpasswd", "/\\..\\secret", "/" + "../" * 50 + "etc/passwd", "/" + "A" * 60000, "/%", "/%zz", "/\xff\xfe")


def test_nothing_outside(run, serve, served, tmp_path):
    """No path leads out of the mirror; a link that was planted, a row that lies: neither."""
    (tmp_path / "secret").write_text("SECRET")
    site = serve({"/": page("/x", "/y", "/z"), "/x": page(), "/y": page(), "/z": page()})
    done = run("mirror", site.url("/")).expect(crawl.OK)
    for suffix in ("/x", "/y"):
        os.unlink(os.path.join(done.dir, done.page(suffix)["saved"]))
    os.symlink(tmp_path / "secret", os.path.join(done.dir, done.page("/x")["saved"]))
    os.mkfifo(os.path.join(done.dir, done.page("/y")["saved"]))
    s = served(done.dir)
    for prefix, host in (("", None), ("", name_of(site)), (folder_of(site), None)):
        for path in OUTSIDE:
            answer = s.raw(("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (prefix + path, host or "localhost")).encode("latin-1"))
            assert b"SECRET" not in answer and b"root:" not in answer and b"SQLite format" not in answer, path
            assert re.match(rb"HTTP/1.1 (200|302|400|404|414|431) ", answer), (path, answer[:99])
    assert s.ask("/x", name_of(site))[0] == 404 and s.ask("/y", name_of(site))[0] == 404
    for lie in ("../secret", "site/../../secret", str(tmp_path / "secret"), "site", "", "lycosa.lock/x", "site//x", "a" * 5000):
        with sqlite3.connect(os.path.join(done.dir, "lycosa.db")) as db:
            db.execute("UPDATE urls SET saved = ? WHERE url LIKE '%/z'", (lie,))
        status, _, body = s.ask("/z", name_of(site))
        assert status == 404 and b"SECRET" not in body, lie
    assert s.ask("/", name_of(site))[0] == 200


def test_nonsense(run, serve, served):
    """Bytes that are no HTTP, heads that never end, connections that are only held: others are answered."""
    site = serve({"/": page()})
    s = served(run("mirror", site.url("/")).dir)
    held = [socket.create_connection(("127.0.0.1", s.port)) for _ in range(50)]
    for c in held[::2]:
        c.sendall(b"GET / HT")
    # What ends no head gets no answer, and is held as long as the idle are.
    for c, data in zip(held[1::2], (b"\0" * 1000, b"\r\n" * 1000)):
        c.sendall(data)
    for data in (b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50000, b"A" * 300000):
        try:
            s.raw(data)
        except OSError:
            pass
    assert s.ask("/", name_of(site))[0] == 200
    for c in held:
        c.close()


def test_while_the_job_runs(running, serve, served, tmp_path):
    gate = Gate()
    site = serve({"/": page("/x"), "/x": lambda x: (gate.pass_(), page(title="late"))[1]})
    job = tmp_path / "live"
    r = running("mirror", site.url("/"), "--per-host=1", "-e", "store.commit_ms=1", dir=job)
    assert gate.count(1)
    s = served(job)
    crawl.eventually(lambda: s.ask("/", name_of(site))[0] == 200, "the first page is not served")
    assert s.ask("/x", name_of(site))[0] == 404
    gate.open()
    r.wait().expect(crawl.OK)
    assert b"late" in s.get("/x", name_of(site))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_cleanly(run, serve, served, number):
    site = serve({"/": page()})
    done = run("mirror", site.url("/"))
    def files():  # SQLite's own beside the database, which who only reads cannot take away
        return [f for f in sorted(os.listdir(done.dir)) if not f.endswith(("-shm", "-wal"))]
    before = files()
    s = served(done.dir)
    with socket.create_connection(("127.0.0.1", s.port)) as c:
        c.sendall(b"GET / HTTP/1.1\r\n")
        s.run.signal(number)
        s.run.wait().expect(crawl.OK)
    assert files() == before


def test_wrong(run, serve, served, tmp_path):
    assert "no job" in run("serve", tmp_path, dir=None).expect(crawl.FILE_IO).stderr
    assert "one job" in run("serve", dir=None).expect(crawl.USAGE).stderr
    site = serve({"/": page()})
    done = run("mirror", site.url("/"))
    s = served(done.dir)
    busy = run("serve", "--port=%d" % s.port, done.dir, dir=None).expect(crawl.GENERIC)
    assert "--port" in busy.stderr


def test_documentation(run, docs, served):
    """Every page of a real site, at its own path."""
    site = docs("sqlite3-doc")
    done = run("mirror", site.start, "--per-host=16")
    s, root = served(done.dir), debdocs.root("sqlite3-doc")
    n = 0
    for p in done.pages:
        if p.get("saved") and p["status"] == 200:
            u = whatwg.parse(p["url"])
            status, headers, body = s.ask(u.path_query(), "%s.http-%d.localhost" % (u.host, u.port))
            assert status == 200 and body, p["url"]
            if not (headers["Content-Type"] or "").startswith(("text/html", "text/css")):
                with open(os.path.join(root, urllib.parse.unquote(u.path_query().lstrip("/").partition("?")[0])), "rb") as f:
                    assert body == f.read(), p["url"]
            n += 1
    assert n > 500


def test_long_urls_fill_more_than_a_page(run, serve, served):
    """A page of the list ends where it is full, and nothing is left out."""
    paths = ["/%d?%s" % (i, "&" * 15000) for i in range(60)]
    site = serve(lambda x: page(*(paths if x.request.path == "/" else ())))
    s = served(run("crawl", site.url("/"), "--save=body", "--strip-tracking=off").expect(crawl.OK).dir)
    seen, at, n = set(), "/", 0
    while at:
        status, _, body = s.ask(at)
        assert status == 200 and n < 61
        seen |= {int(i) for i in re.findall(rb'href="http://[^"/]+/(\d+)\?&amp;', body)}
        more = re.search(rb'<a href="(/\?after=\d+)">more', body)
        at, n = more and more.group(1).decode(), n + 1
    assert seen == set(range(60)) and n > 1
