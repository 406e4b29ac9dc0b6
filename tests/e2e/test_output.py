# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run leaves behind: pages.jsonl, skipped.jsonl, bodies, the job directory."""
import datetime
import json
import os
import re
import shutil
import signal
import subprocess

import pytest

import crawl
import hostile
from hostile import Answer, page, redirect


def test_fields(run, serve):
    """Every field the manual promises, of a page, a redirect, an image and a failure."""
    site = serve({
        "/": page("/a?b=c", "/moved", "/pic.png", "/broken", "/gone", title="  The\n  first &amp; best  ",
                  head='<meta charset="utf-8">', body='<img src="/pic.png"><form action="/form"></form>'),
        "/a?b=c": page(), "/moved": redirect("/a?b=c", 301), "/pic.png": Answer(body=b"\x89PNG" * 10, type="image/png"),
        "/broken": lambda x: None})
    done = run("crawl", site.url("/"), "--waitretry=0").expect(crawl.NETWORK)
    p = done.page(":%d/" % site.port)
    assert p["url"] == site.url("/") and p["depth"] == 0 and p["status"] == 200 and p["outcome"] == "ok"
    assert p["title"] == "The first & best" and p["charset"].lower() == "utf-8" and p["type"] == "text/html"
    assert not p.get("parent") and not p.get("redirect_to")
    assert p["links"]["page"] == 5 and p["links"]["requisite"] == 1 and p["links"]["form"] == 1
    assert p["body_bytes"] == len(site.script["/"].body) == p["wire_bytes"]
    for name in ("queue_us", "connect_us", "first_byte_us", "total_us", "parse_us"):
        assert p[name] >= 0
    assert p["first_byte_us"] <= p["total_us"] and p["http"] == "1.1" and p["address"] == "127.0.0.1"
    for name in ("queued_at", "started_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", p[name])
        age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(p[name].replace("Z", "+00:00"))
        assert abs(age.total_seconds()) < 3600
    assert p["attempts"] == 1 and p["redirects"] == 0 and p["kind"] == "page" and p["links_new"] == 5
    moved = done.page("/moved")
    assert moved["status"] == 301 and moved["outcome"] == "redirect" and moved["redirect_to"] == site.url("/a?b=c")
    assert moved["parent"] == site.url("/") and moved["depth"] == 1
    assert done.page("/pic.png")["type"] == "image/png"
    assert done.page("/gone")["status"] == 404 and done.outcome("/gone") == "http_client_error"
    assert done.outcome("/broken") in ("empty_reply", "connection_lost") and not done.page("/broken").get("status")


@pytest.mark.parametrize("reader", crawl.READERS)
@pytest.mark.parametrize("name,type_,head,title,expected", [
    ("utf8-bad", "text/html; charset=utf-8", b"", b"a\xff\xfeb\xc3\xa9", "a\ufffd\ufffdb\u00e9"),
    ("latin1", "text/html; charset=iso-8859-1", b"", b"caf\xe9 \x80", "caf\u00e9 \u20ac"),
    ("cp1251", "text/html", b"<meta charset=windows-1251>", b"\xcf\xf0\xe8\xe2\xe5\xf2", "\u041f\u0440\u0438\u0432\u0435\u0442"),
    ("sjis", "text/html; charset=Shift_JIS", b"", "\u65e5\u672c\u8a9e".encode("shift_jis"), "\u65e5\u672c\u8a9e"),
    ("wrong-label", "text/html; charset=banana", b"<meta charset=utf-8>", "\u00fcber".encode(), "\u00fcber"),
    ("control", "text/html; charset=utf-8", b"", b"a\x01\x1b[31mb\x7f", None),
    ("nul", "text/html; charset=utf-8", b"", b"a\x00b", None),
], ids=lambda v: v if isinstance(v, str) and re.fullmatch(r"[a-z0-9-]+", v) else "")
def test_titles_in_any_charset(run, serve, reader, name, type_, head, title, expected):
    """pages.jsonl is valid UTF-8 whatever the web sends (read_lines checks each line)."""
    site = serve({"/": Answer(body=b"<html><head>" + head + b"<title>" + title + b"</title></head>", type=type_)})
    done = run("crawl", site.url("/"), "--html", reader).expect(crawl.OK)
    got = done.pages[0]["title"]
    if expected is not None:
        assert got == expected
    else:
        assert got.startswith("a") and "b" in got


@pytest.mark.parametrize("reader", crawl.READERS)
def test_links_in_any_charset(run, serve, reader):
    """Paths are UTF-8 whatever the page's charset; queries are in the page's charset (WHATWG URL)."""
    body = '<a href="/p\u00e9?q=\u00e9">x</a>'.encode("iso-8859-1") + b'<a href="/raw%E9">y</a>'
    site = serve({"/": Answer(body=body, type="text/html; charset=iso-8859-1"), "/p%C3%A9?q=%E9": page(), "/raw%E9": page()})
    done = run("crawl", site.url("/"), "--html", reader).expect(crawl.OK)
    assert sorted(done.paths) == ["/", "/p%C3%A9?q=%E9", "/raw%E9"]


@pytest.mark.parametrize("workers", (0, 1))
def test_links_that_are_no_http_urls(run, serve, workers):
    """They are counted where they stand, and nobody is asked for them; whatever bytes they are, they are listed."""
    site = serve({"/": Answer(body=b'<a href="http://[\xff\xfe">x</a><a href="ftp://127.0.0.1/">y</a><a href="mailto:a@b.test">z</a>'
                              b'<img src="data:image/png;base64,AAAA"><a href="http://127.0.0.9:9/">elsewhere</a>')})
    done = run("crawl", site.url("/"), "--log-rejected", "--workers", workers).expect(crawl.OK)
    assert done.pages[0]["links"] == {"page": 4, "requisite": 1} and done.paths == ["/"]
    assert {s["url"]: s["reason"] for s in done.skipped} == {
        "http://127.0.0.9:9/": "out_of_scope_host", "http://[\u00ff\u00fe": "bad_url", "ftp://127.0.0.1/": "scheme",
        "mailto:a@b.test": "scheme"}


# ---- the same from each engine ----

def messy():
    """A site where much goes wrong, of one host: for records and refusals of every kind that do not depend on the clock."""
    script = {
        "/robots.txt": Answer(body="User-agent: *\nDisallow: /private/\n", type="text/plain"),
        "/": page("/a", "/b", "/moved", "/loop/1", "/gone", "/private/x", "/broken", "http://127.0.0.9:9/elsewhere", "/deep/1", "/big.bin", "/a?x=1",
                  body='<a rel=nofollow href="/sponsored">s</a><img src="/pic.png"><form action="/form"></form><a href="mailto:a@b.test">m</a>'),
        "/a": page("/b", "/gone", "/only-a", "/private/y", title="a & b"),
        "/a?x=1": page("/a", body='<meta name="robots" content="nofollow"><a href="/behind">x</a>'),
        "/b": page("/a", "/moved2", "/sponsored2", body='<a rel=nofollow href="/only-b">x</a>'),
        "/moved": redirect("/target", 301), "/moved2": redirect("/moved", 302), "/target": page("/deep/3"),
        "/loop/1": redirect("/loop/2"), "/loop/2": redirect("/loop/1"),
        "/broken": Answer(raw_head=b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        "/big.bin": Answer(body=bytes(1000), type="application/octet-stream"),
        "/pic.png": Answer(body=b"\x89PNG", type="image/png"), "/only-a": Answer(500, "<title>no</title>"), "/sponsored2": Answer(410),
    }
    script.update({"/deep/%d" % i: page("/deep/%d" % (i + 1), "/a", "/gone/%d" % i) for i in range(1, 9)})
    return script


@pytest.mark.parametrize("options", (["--per-host=4"], ["--per-host=4", "--loops=3"], ["--per-host=1", "--log-rejected"]), ids=" ".join)
def test_engines_write_the_same_of_a_messy_site(run, serve, options):
    """All fields but timings, of what was fetched and of what was refused: redirects, errors, robots.txt, nofollow, --level."""
    site = serve(messy())
    more = ["-l", "4", "--nofollow", "--tries=1", "--max-redirect=3", "--workers=2"]
    runs = {e: run("crawl", site.url("/"), *more, *options, "--engine", e) for e in crawl.ENGINES}
    reference = runs["serial"]
    refused = lambda done: sorted(done.skipped, key=lambda s: s["url"])
    assert {s["reason"] for s in reference.skipped} >= {"robots_deny", "nofollow", "depth"}, reference.skipped
    assert {p["outcome"] for p in reference.pages} >= {"ok", "redirect", "http_client_error", "http_server_error", "too_many_redirects"}, reference.pages
    for engine in ("events", "threads"):
        assert runs[engine].status == reference.status
        assert runs[engine].comparable() == reference.comparable()
        assert refused(runs[engine]) == refused(reference)


# ---- --save=body ----

BODIES = {
    "/": page("/a.bin", "/b", "/empty", "/b?x=1&y=/../..", "/dir/", "/dir", "/moved", "/" + "long/" * 60, "/gz").body,
    "/a.bin": bytes(range(256)) * 5000,
    "/b": b"<html>b</html>",
    "/b?x=1&y=/../..": b"query",
    "/empty": b"",
    "/dir/": b"<html>dir/</html>",
    "/dir": b"<html>dir</html>",
    "/" + "long/" * 60: b"<html>long</html>",
}


@pytest.mark.parametrize("engine", crawl.ENGINES)
@pytest.mark.parametrize("workers", (0, 1))
def test_saved_bodies_are_the_bytes(run, serve, engine, workers):
    import gzip
    script = {p: Answer(body=b, type="application/octet-stream" if p == "/a.bin" else "text/html") for p, b in BODIES.items()}
    script["/moved"] = redirect("/b")
    packed = b"<p>packed</p>" * 1000
    script["/gz"] = Answer(body=gzip.compress(packed), headers={"Content-Encoding": "gzip"})
    site = serve(script)
    done = run("crawl", site.url("/"), "--save=body", "--engine", engine, "--workers", workers, "--per-host=4").expect(crawl.OK)
    expected = dict(BODIES, **{"/gz": packed})
    for path, body in expected.items():
        record = done.page(":%d%s" % (site.port, path))
        name = record.get("saved")
        if not name:
            assert body == b"", "%s was not saved" % path
            continue
        assert not os.path.isabs(name) and ".." not in name.split("/")
        with open(os.path.join(done.dir, name), "rb") as f:
            assert f.read() == body, path
    assert not done.page("/moved").get("saved")


# ---- --save=text ----

@pytest.mark.parametrize("reader", crawl.READERS)
@pytest.mark.parametrize("workers", (0, 1))
def test_saved_text_is_what_is_seen(run, serve, reader, workers):
    html = lambda text, charset="utf-8": Answer(body=text.encode(charset), type="text/html; charset=" + charset)
    expected = {
        "/": "/latin\n/sheet.css\n/empty\n/big\n",
        "/latin": "d\u00e9j\u00e0 vu & \u20ac\nx\n  y\n",
        "/empty": "",
        "/big": "".join("line %d\n" % n for n in range(20000)),
    }
    site = serve({
        "/": html("<title>no</title>" + "".join("<p><a href='%s'>%s</a>" % (p, p) for p in ("/latin", "/sheet.css", "/empty", "/big"))),
        "/latin": html("<h1>d\u00e9j\u00e0  <i>vu</i> &amp; &euro;</h1><pre>\nx\n  y</pre><script>no</script>", "iso-8859-1"),
        "/sheet.css": Answer(body=b"a{}", type="text/css"),
        "/empty": html("<title>no</title>"),
        "/big": html("".join("<div>line %d</div>" % n for n in range(20000))),
    })
    done = run("crawl", site.url("/"), "--save=text", "--html", reader, "--workers", workers).expect(crawl.OK)
    assert "  text       %s/text/, " % done.dir in done.stderr and "  bodies " not in done.stderr
    for path, text in expected.items():
        record = done.page(":%d%s" % (site.port, path))
        assert "saved" not in record and not os.path.exists(os.path.join(done.dir, "body"))
        with open(os.path.join(done.dir, record["text"]), "rb") as f:
            assert f.read().decode() == text, path
    assert "text" not in done.page("/sheet.css")
    assert run("verify", done.dir, dir=None).expect(crawl.OK).stdout == ""
    os.unlink(os.path.join(done.dir, done.page("/big")["text"]))
    with open(os.path.join(done.dir, done.page("/latin")["text"]), "a") as f:
        f.write("!")
    out = run("verify", done.dir, dir=None).expect(10).stdout
    assert "missing" in out and "the database says" in out and out.count("\n") == 2


def test_nothing_is_saved_unasked(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert not done.pages[0].get("saved") and not done.pages[0].get("text")
    assert not any(os.path.exists(os.path.join(done.dir, name)) for name in ("body", "text"))


def test_large_body_goes_to_a_file_once(run, serve):
    """What is not parsed and large is streamed; no temporary file stays behind."""
    body = os.urandom(5_000_000)
    site = serve({"/": page("/big"), "/big": Answer(body=body, type="application/octet-stream")})
    done = run("crawl", site.url("/"), "--save=body").expect(crawl.OK)
    with open(os.path.join(done.dir, done.page("/big")["saved"]), "rb") as f:
        assert f.read() == body
    files = [os.path.join(d, n) for d, _, names in os.walk(done.dir) for n in names]
    assert sum(os.path.getsize(f) for f in files) < len(body) + 1_000_000, files


def test_one_is_one(run, serve):
    site = serve({"/": page("/a"), "/a": page()})
    done = run("crawl", site.url("/"), "--max-pages=1").expect(crawl.BUDGET)
    assert ": 1 URL (" in done.stderr and ", 1 page read, " in done.stderr and "1 URL was still queued" in done.stderr
    done = run("resume", done.dir, "--max-pages=inf", dir=None).expect(crawl.OK)
    assert ": 1 URL is done" in done.stderr and "1 URL is left to fetch" in done.stderr


# ---- --print ----

def test_printed_lines_are_those_of_the_file(run, serve, tmp_path):
    site = serve(lambda x: page(*("/%d" % i for i in range(300))) if x.request.path == "/" else page(title="x" * 2000))
    job = tmp_path / "job"
    done = run("crawl", "--print", site.url("/"), "--max-pages=100", dir=job).expect(crawl.BUDGET)
    assert len(done.stdout.splitlines()) >= 100 and done.stdout == (job / "pages.jsonl").read_text()
    # It is nothing that a job keeps.
    assert run("resume", job, "--max-pages=10", dir=None).expect(crawl.BUDGET).stdout == ""
    before = (job / "pages.jsonl").read_text()
    rest = run("resume", "--print", job, "--max-pages=inf", dir=None).expect(crawl.OK)
    assert before + rest.stdout == (job / "pages.jsonl").read_text() and rest.stdout


def test_a_reader_that_has_enough(run, serve, tmp_path):
    """As behind `| head -1': the run ends, says why, and goes on without a gap."""
    site = serve(lambda x: page(*("/%d" % i for i in range(300))) if x.request.path == "/" else page())
    reader, writer = os.pipe()
    os.close(reader)
    done = run("crawl", "--print", site.url("/"), dir=tmp_path / "job", before=lambda: os.dup2(writer, 1)).expect(crawl.FILE_IO)
    os.close(writer)
    assert "lycosa: error: standard output: Broken pipe; what was written is kept" in done.stderr
    done = run("resume", tmp_path / "job", dir=None)
    done.expect(crawl.OK)
    urls = [json.loads(line)["url"] for line in (tmp_path / "job/pages.jsonl").read_text().splitlines()]
    assert len(urls) == len(set(urls)) == 301


@pytest.mark.parametrize("ends, signals, status", ((True, 1, crawl.INTERRUPTED), (False, 1, crawl.INTERRUPTED), (False, 2, 130)))
def test_a_reader_that_does_not_read(run, running, serve, tmp_path, ends, signals, status):
    """It slows a run down, and does not keep it from its end, once that is wanted: what the job has got is in its files."""
    def answer(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        n = int(x.request.path[1:] or 0)
        return page(*("/%d" % k for k in range(n + 1, 301 if ends else n + 30)), title="x" * 2000)
    site, job = serve(answer), tmp_path / "job"
    r = running("crawl", "--print", site.url("/"), "-e", "store.flush=1ms", "--no-traps", dir=job)
    crawl.eventually(lambda: len(site.log) >= (302 if ends else 200), lambda: "%d were asked for" % len(site.log))
    for n in range(signals):
        r.signal(signal.SIGINT)
        if n == 0 and not ends:
            r.wait_line("interrupted: finishing what is in flight")
    done = r.wait()
    assert done.status == status, done
    lines = (job / "pages.jsonl").read_text()
    assert lines.startswith(done.stdout)
    # At the second signal it may have printed all that it had.
    if signals == 1:
        assert "nobody reads it; the rest is in %s/pages.jsonl only" % job in done.stderr
        assert 30_000 < len(done.stdout) < len(lines)
    # After the second signal what was not committed is fetched again.
    before = len(lines.splitlines()) if signals == 1 else 20
    run("resume", job, "--max-pages=20", dir=None).expect(crawl.OK if ends else crawl.BUDGET)
    urls = [p["url"] for p in crawl.read_lines(job / "pages.jsonl")]
    assert len(urls) == len(set(urls)) >= before and (not ends or len(urls) == 301)


# ---- inspect --raw ----

def inspect(*args, document=b""):
    return subprocess.run([crawl.PROGRAM, "inspect", *args], input=document, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


def test_inspect_raw(tmp_path):
    page_file = tmp_path / "p.html"
    page_file.write_bytes(b"<title>caf\xe9</title><a href='x y'>\x1b[31m</a><img src=\x1b>")
    done = inspect("links", "--raw", "--url=http://h.test/dir/", str(page_file))
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0 and done.stderr == b""
    assert "charset        windows-1252" in lines and "title          caf\u00e9" in lines
    assert any('value="x y"' in l and "url=http://h.test/dir/x%20y" in l and l.startswith("  tag=a ") for l in lines)
    assert b"\x1b" not in done.stdout and b"value=\\x1b" in done.stdout
    robots = inspect("robots", "--raw", "--url=http://h.test/a/b", document=b"User-agent: *\nDisallow: /a\n").stdout.decode().split()
    assert robots[:4] == ["allowed", "no", "line", "2"]
    assert "href           http://h.test/b\n" in inspect("url", "--raw", "--url=http://h.test/a", document=b" ./b\n").stdout.decode()
    assert inspect("path", "--raw", document=b"http://h.test/a\n").stdout.startswith(b"path           h.test")
    refused = inspect("path", "--raw", document=b"mailto:x\n")
    assert refused.returncode == 1 and refused.stdout.startswith(b"error          url: no http")
    for args, why in ((["--raw", "--url=h.test"], b"`h.test' is not a valid URL"), (["--url=http://h.test/"], b"--url is for --raw")):
        wrong = inspect("links", *args, document=b"<a href=x>")
        assert wrong.returncode == 2 and why in wrong.stderr and wrong.stdout == b""
    for args in (["nothing", "--raw"], ["nothing"]):
        unknown = inspect(*args)
        assert unknown.returncode == 2 and b"inspect knows no `nothing'; it knows url, host, " in unknown.stderr
    with open("/dev/full", "wb") as full:
        lost = subprocess.run([crawl.PROGRAM, "inspect", "url"], input=b"{}\n", stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert lost.returncode == 3 and lost.stderr == b"lycosa: error: inspect url: No space left on device\n"
    # All that --raw knows is what there is without it.
    for what in ("url", "host", "registrable", "links", "tokens", "srcset", "css", "refresh", "charset", "robots", "sitemap", "date"):
        assert inspect(what, "--raw", document=bytes(range(256))).returncode == 0, what
        assert inspect(what, document=b"{}\n").returncode == 0, what


def test_a_tree_that_was_moved(tmp_path):
    """bin/lycosa takes the worker of its own libexec/, as after make install DESTDIR: here one that says what it was called with."""
    for folder in ("bin", "libexec"):
        (tmp_path / folder).mkdir()
    shutil.copy(crawl.PROGRAM, tmp_path / "bin/lycosa")
    shutil.copy(shutil.which("echo"), tmp_path / "libexec/lycosa-worker")
    done = subprocess.run([tmp_path / "bin/lycosa", "inspect", "url"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60)
    assert done.stdout == b"inspect url\n"


# ---- the job directory ----

def test_finished_job_says_so(run, serve, tmp_path):
    site = serve({"/": page()})
    job = tmp_path / "job"
    run("crawl", site.url("/"), dir=job).expect(crawl.OK)
    before = {n: (job / n).read_bytes() for n in ("pages.jsonl", "skipped.jsonl", "lycosa.conf")}
    done = run("crawl", site.url("/"), dir=job)
    assert done.status == crawl.OK and "is finished: 1 URL has come to its end" in done.stderr and len(site.asked()) == 1
    assert {n: (job / n).read_bytes() for n in before} == before
    assert re.search(r"-P|another|remove|delete", done.stderr), "the remedy is not named"


def test_a_finished_job_ends_as_it_did(run, serve, tmp_path):
    """The same command again has the same exit status, so that a script does not take a crawl that got nothing for a success."""
    site = serve({"/": page("/gone"), "/more": page()})
    job = tmp_path / "job"
    assert "--only=broken %s'" % job in run("crawl", site.url("/"), dir=job).expect(crawl.SERVER).stderr
    for again in (run("crawl", site.url("/"), dir=job), run("resume", job, dir=None)):
        assert again.expect(crawl.SERVER).stderr.count("is finished") == 1 and "asks again for what could not be had" in again.stderr
    assert len(site.asked()) == 2
    # It is what the last run was that counts.
    run("crawl", site.url("/more"), dir=job).expect(crawl.OK)
    assert "asks again" not in run("resume", job, dir=None).expect(crawl.OK).stderr


def test_what_is_left_says_how_to_go_on(run, serve, tmp_path):
    site = serve({"/": page("/a", "/b"), "/a": page(), "/b": page()})
    done = run("crawl", "--max-pages=1", site.url("/"), dir=tmp_path / "job").expect(crawl.BUDGET)
    command, = re.findall(r"left .*; `lycosa (.*)' goes on with them", done.stderr)
    run(*command.split(), "--max-pages=inf", dir=None).expect(crawl.OK)
    assert sorted(site.asked()) == ["/", "/a", "/b"]


def test_results_without_a_database_are_refused(run, serve, tmp_path):
    site = serve({"/": page()})
    job = tmp_path / "job"
    job.mkdir()
    (job / "pages.jsonl").write_text('{"url": "http://x/"}\n')
    done = run("crawl", site.url("/"), dir=job)
    assert done.status == crawl.FILE_IO and str(job) in done.stderr and site.asked() == []
    assert sorted(os.listdir(job)) == ["pages.jsonl"] and "-P" in done.stderr


def test_unwritable_directory(run, serve):
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), dir="/proc/nonexistent/job")
    assert done.status == crawl.FILE_IO and "/proc/nonexistent/job" in done.stderr and site.asked() == []


def test_directory_is_a_file(run, serve, tmp_path):
    site = serve({"/": page()})
    (tmp_path / "file").write_text("x")
    done = run("crawl", site.url("/"), dir=tmp_path / "file")
    assert done.status == crawl.FILE_IO and "file" in done.stderr


def test_disk_full(run, serve, tmp_path):
    """/dev/full stands for the disk: exit 13, said once."""
    site = serve(lambda x: Answer(404) if x.request.path == "/robots.txt" else
                 page(*("%s/%d" % (x.request.path.rstrip("/"), i) for i in range(3)), body="x" * 3000))
    job = tmp_path / "full"
    job.mkdir()
    try:
        os.symlink("/dev/full", job / "pages.jsonl")
    except OSError:
        pytest.skip("no symlinks here")
    done = run("crawl", site.url("/"), "--max-pages=3000", "--per-host=8", dir=job)
    # A link in its place may also be refused as an existing job or an unsafe file: then nothing was crawled.
    assert done.status in (crawl.DISK_FULL, crawl.FILE_IO), str(done)


@pytest.mark.parametrize("kind", ["body", "text"])
def test_links_among_the_bodies_lead_nowhere(run, serve, tmp_path, kind):
    """A job directory of somebody else's making: no link in place of a directory is followed."""
    site = serve({"/": page(), "/x": page(body="mine")})
    job, away = tmp_path / "job", tmp_path / "away"
    away.mkdir()
    run("crawl", site.url("/"), "--save=" + kind, dir=job).expect(crawl.OK)
    for i in range(256):
        if not os.path.exists(job / kind / ("%02x" % i)):
            (job / kind / ("%02x" % i)).symlink_to(away)
    done = run("crawl", site.url("/"), site.url("/x"), site.url("/x?1"), site.url("/x?2"), "--save=" + kind, dir=job)
    assert done.status == crawl.FILE_IO and not list(away.iterdir()), done


def test_settings_are_kept(run, serve):
    """The job's lycosa.conf says what it was run with, and can be given back."""
    site = serve({"/": page("/1"), "/1": page("/2"), "/2": page()})
    done = run("crawl", site.url("/"), "-l", 1, "--per-host=7").expect(crawl.OK)
    conf = os.path.join(done.dir, "lycosa.conf")
    text = open(conf).read()
    assert re.search(r"(?m)^\s*per_host\s*=\s*7\b", text) and re.search(r"(?m)^\s*level\s*=\s*1\b", text)
    again = run("crawl", site.url("/"), "--config", conf).expect(crawl.OK)
    assert again.paths == done.paths == ["/", "/1"]


# ---- terminal ----

def test_summary(run, serve):
    site = serve({"/": page("/a", "/gone", "http://example.invalid/"), "/a": page()})
    done = run("crawl", site.url("/")).expect(crawl.SERVER)
    for wanted in (r"\b3 URLs", r"404: 1", r"200: 2", r"peak"):
        assert re.search(wanted, done.stderr), (wanted, done.stderr)
    assert done.stdout == "" and "\x1b" not in done.stderr


def test_verbose(run, serve):
    """A line for each URL that has a record, and none without -v."""
    site = serve({"/": page("/a", "/gone", "/away"), "/a": page(), "/away": redirect("/a?\u202e".encode("utf-8").decode("latin-1"))})
    done = run("crawl", site.url("/"), "-v").expect(crawl.SERVER)
    said = re.findall(r"(?m)^lycosa: ((?:\d+|[a-z_]+) .*B http:.*)$", done.stderr)
    assert len(said) == len(done.pages) == 5, str(done)
    assert re.search(r"(?m)^lycosa: 200 \d+ B %s$" % re.escape(site.url("/a")), done.stderr), str(done)
    assert re.search(r"(?m)^lycosa: 404 http_client_error \d+ B %s$" % re.escape(site.url("/gone")), done.stderr), str(done)
    assert re.search(r"(?m)^lycosa: 302 \d+ B %s -> %s" % (re.escape(site.url("/away")), re.escape(site.url("/a"))), done.stderr), str(done)
    assert site.url("/a") not in run("crawl", site.url("/")).expect(crawl.SERVER).stderr


def test_quiet(run, serve):
    site = serve({"/": page("/gone")})
    done = run("crawl", site.url("/"), "-q").expect(crawl.SERVER)
    assert done.stderr == "" and done.stdout == ""


@pytest.mark.parametrize("columns", (80, 30))
def test_progress_on_a_terminal(serve, tmp_path, columns):
    """A live status where stderr is a terminal, never wider than that, with all counts and why it waits; colours not with NO_COLOR."""
    import fcntl
    import pty
    import struct
    import subprocess
    import termios
    gate = hostile.Gate()
    site = serve({"/": page("/gone", "/slow", "/a"), "/slow": lambda x: (gate.pass_(), page())[1], "/a": page()})
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    p = subprocess.Popen(crawl.command(["crawl", site.url("/"), "--per-host=1"], tmp_path / "job"), stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=slave, env=crawl.environment(tmp_path, TERM="xterm", NO_COLOR="1"))
    os.close(slave)
    counts = rb"2 URLs  \d+(\.\d+)?/s  \d+(\.\d+)? k?B  queue 1  hosts 1  in flight 1  errors 1"
    enough = counts if columns == 80 else rb"(?s)(\r\x1b\[J.*){3}"
    seen = b""
    try:
        while True:
            try:
                seen += os.read(master, 4096)
            except OSError:  # the other side is closed
                break
            if re.search(enough, seen):
                gate.open()
    finally:
        p.wait(crawl.DEADLINE)
        os.close(master)
    assert p.returncode == crawl.SERVER and b"finished" in seen
    assert not re.search(rb"\x1b\[[0-9;]*m", seen), "colours in spite of NO_COLOR"
    # Each screen: all below the cursor is cleared, then the second line, if any, and the first one.
    screens = [re.sub(rb"\x1b\[A", b"", s).split(b"lycosa: ")[0] for s in seen.split(b"\r\x1b[J")[1:-1]]
    lines = [line.decode() for s in screens for line in re.split(rb"[\r\n]+", s) if line]
    assert lines and max(map(len, lines)) < columns, lines
    if columns == 80:
        assert "waiting: 1 host at their window" in lines
        assert [line for line in lines if re.fullmatch(counts.decode(), line)], lines


@pytest.mark.parametrize("reader", crawl.READERS)
def test_page_facts(run, serve, reader):
    """What a page and its head say of it, as formats.md has it."""
    site = serve({
        "/": Answer(body='<html lang="de-AT"><head><title>t</title><base href="/b/"><link rel=canonical href=c>'
                         '<meta name=robots content=noindex><meta http-equiv=refresh content="9; url=r"></head><a href=plain>',
                    type="text/html; charset=utf-8", headers={"X-Robots-Tag": "nofollow"}),
        "/head": Answer(body="<p>text", headers=[("Link", "</x>; rel=canonical"), ("Link", "</next>; rel=next"),
                                                 ("Refresh", "0;url=/refreshed"), ("Content-Language", "fr")]),
        "/plain": page(), "/next": page(), "/refreshed": page()})
    done = run("crawl", site.url("/"), site.url("/head"), site.url("/plain"), "--html", reader, "-l", "1", "--simhash").expect(crawl.SERVER)
    p = done.page(":%d/" % site.port)
    assert (p["language"], p["canonical"], p["base"]) == ("de-AT", site.url("/b/c"), site.url("/b/"))
    assert p["robots"] == ["noindex", "nofollow"] and p["refresh"] == {"seconds": 9, "url": site.url("/b/r")}
    assert re.fullmatch("[0-9a-f]{32}", p["content_hash"])
    assert (p["words"], p["simhash"]) == (0, "0" * 16)
    p = done.page("/head")
    assert p["words"] == 1 and re.fullmatch("[0-9a-f]{16}", p["simhash"])
    assert (p["language"], p["canonical"]) == ("fr", site.url("/x")) and p["refresh"] == {"seconds": 0, "url": site.url("/refreshed")}
    assert "base" not in p and "robots" not in p
    p = done.page("/plain")
    assert not {"language", "canonical", "base", "robots", "refresh"} & set(p)
    # Equal bodies are equal, and the head's links and the Refresh field are followed; those of a page that says nofollow are not.
    assert p["content_hash"] == done.page("/next")["content_hash"] == done.page("/refreshed")["content_hash"]
    assert "/b/plain" not in site.asked() and done.skips()["/b/plain"] == "nofollow"


def test_manifest_icons_are_requisites(run, serve):
    """-p fetches what a page needs: its manifest's icons too, from another host, whatever type the server says."""
    other = serve({"/i.png": Answer(body=b"i", type="image/png"), "/j.png": Answer(body=b"j", type="image/png"), "/no.png": page()})
    manifest = '{"icons": [{"src": "%s"}, {"src": "%s"}], "screenshots": [{"src": "%s"}], "start_url": "/start"}' % tuple(
        other.url(p).replace("/", "\\/") for p in ("/i.png", "/j.png", "/no.png"))
    for type_, path in (("application/manifest+json", "/m"), ("application/json", "/m.json"),
                        ("application/octet-stream", "/m.webmanifest")):
        site = serve({"/": page(head='<link rel=manifest href="%s">' % path), path: Answer(body=manifest, type=type_)})
        done = run("crawl", site.url("/"), "-p", "-l", "0").expect(crawl.OK)
        assert {p["url"] for p in done.pages} == {site.url("/"), site.url(path), other.url("/i.png"), other.url("/j.png")}
        assert done.page("/i.png")["parent"] == site.url(path)


@pytest.mark.parametrize("workers", (0, 1))
def test_extract(run, serve, tmp_path, workers):
    """--extract: what XPath finds stands in pages.jsonl, in any charset, of XML too; names without a result are left out."""
    site = serve({
        "/": Answer(body=b"<TITLE>t</TITLE><p class=a> caf\xe9 <b>x</b><p class=b>2<p class=a>3<a href=/feed>f</a>",
                    type="text/html; charset=iso-8859-1"),
        "/feed": Answer(body='<feed xmlns="http://www.w3.org/2005/Atom"><title>news</title></feed>', type="application/atom+xml"),
        "/big": Answer(body="<p class=a>" + "y" * 70000 + "</p>" + "<p class=a>z</p>" * 2000)})
    done = run("crawl", site.url("/"), site.url("/big"), "--workers", str(workers), "--extract", "n=count(//p)", "--extract", "a=//p[contains(concat(' ', @class, ' '), ' a ')]", "--extract=b.2=//p/@class",
               "--extract", "t=//title | //atom:title", "--extract", "none=//q").expect(crawl.OK)
    p = done.page(":%d/" % site.port)
    assert p["extract"] == {"n": ["3"], "a": ["caf\u00e9 x", "3f"], "b.2": ["a", "b", "a"], "t": ["t"]} and "extract_cut" not in p
    assert done.page("/feed")["extract"] == {"n": ["0"], "t": ["news"]}
    p = done.page("/big")
    assert p["extract"]["a"][0] == "y" * 16384 and p["extract"]["a"][1:] == ["z"] * 999 and p["extract_cut"] is True
    conf = tmp_path / "extract.conf"
    conf.write_text("[parse]\nextract = n=count(//p[1])\nextract = s=//*[name()='b']\n")
    done = run("crawl", site.url("/"), "--workers", str(workers), "--config", str(conf), "-l", "0").expect(crawl.OK)
    assert done.pages[0]["extract"] == {"n": ["1"], "s": ["x"]}


@pytest.mark.parametrize("rule", ("a", "=//a", "a b=//a", "a=", "a=//a[", "a=))", "x" * 65 + "=//a", "a=//a[matches(., 'x')]", "a=css:h1", "a=//a[$x]"))
def test_extract_refused(run, rule):
    done = run("crawl", "http://127.0.0.1:9/", "--extract", rule).expect(crawl.USAGE)
    assert "--extract" in done.stderr and not done.stdout


def test_extract_with_one_name(run):
    """An object with a key twice is read in as many ways as there are readers."""
    done = run("crawl", "http://127.0.0.1:9/", "--extract=ab=//a", "--extract=a=//a", "--extract=a=//b").expect(crawl.USAGE)
    assert "a=//b" in done.stderr and not done.stdout


def test_extract_is_bounded(run, serve):
    """An expression that could work for ever is ended; the page and the crawl go on."""
    xhtml = "<!DOCTYPE html [<!ENTITY e 'entity'>%s]><html xmlns='http://www.w3.org/1999/xhtml'><p>&e;</p></html>"
    long = xhtml % ("<!ATTLIST p x (a" + "|a" * 10000 + ") #IMPLIED>")
    site = serve({"/": Answer(body="<a href=/next>n</a><a href=/dtd>d</a><a href=/dtds>s</a><a href=/mark>m</a><a href=/wide>w</a>" + "<p><b>x</b>" * 3000), "/next": page(),
                  "/dtd": Answer(body=xhtml % "", type="application/xhtml+xml"),
                  "/dtds": Answer(body=long, type="application/xhtml+xml"),
                  "/mark": Answer(body="\ufeff\ufeff" + long, type="application/xhtml+xml"),
                  "/wide": Answer(body=long.encode("utf-16"), type="application/xhtml+xml")})
    done = run("crawl", site.url("/"), "--extract", "t=name(/*)", "--extract", "slow=//*[count(//*[count(//*) > 1]) > 1]").expect(crawl.OK)
    assert done.page(":%d/" % site.port)["extract_cut"] is True and done.page(":%d/" % site.port)["extract"] == {"t": ["html"]}
    assert done.page("/next")["outcome"] == "ok"
    assert done.page("/dtd")["extract"]["t"] == ["html"]
    for path in ("/dtds", "/mark", "/wide"):
        assert done.page(path)["extract_cut"] is True and not done.page(path).get("extract"), path


def test_extract_of_a_selector(run, serve):
    """CSS's h1 is valid XPath for the root of a page, where no h1 is."""
    site = serve({"/": Answer(body="<h1>x</h1>", type="text/html")})
    done = run("crawl", site.url("/"), "--extract=a=h1", "--extract=b=//h1", "--extract=c=html").expect(crawl.OK)
    assert done.stderr.count("`h1' finds the root of a page only; //h1 finds it anywhere") == 1 and "//html" not in done.stderr, str(done)
    assert done.pages[0]["extract"]["b"] == ["x"] and "a" not in done.pages[0]["extract"]
    done = run("crawl", site.url("/"), "--extract=a=h1::text").expect(crawl.USAGE)
    assert "XPath for what CSS calls h1 is //h1" in done.stderr, str(done)
