# SPDX-License-Identifier: GPL-3.0-or-later
"""WARC: what is recorded, read back by a reader of the tests' own (warc.py) and by the npm package warcio."""
import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import zipfile
import zlib
from pathlib import Path

import pytest

import conftest
import crawl
import debdocs
import warc
from hostile import Answer, Gate, page, redirect

LONG = bytes(range(256)) * 40


def brotli_stored(data):
    """RFC 7932: one uncompressed meta-block, then the empty last one."""
    bits = 0 << 0 | 0 << 1 | 0 << 2 | (len(data) - 1) << 4 | 1 << 20  # WBITS 16, not last, 4 nibbles, MLEN - 1, stored
    return bits.to_bytes(3, "little") + data + b"\x03"


def raw(*chunks):
    def answer(x):
        for c in chunks:
            x.send(c)
    return answer


def by_uri(records, kind="response"):
    """{path: record}; one of the kind for each URL."""
    out = {}
    for r in records:
        if r.type == kind:
            path = "/" + r.uri.split("/", 3)[3]
            assert path not in out, path
            out[path] = r
    return out


def fetched(done):
    return {p["url"] for p in done.pages if p["status"]}


CODED = b"coded " * 500


def mixed(serve, **kw):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return serve({
        "/": page("/plain", "/moved", "/gone", "/gzip", "/br", "/deflate", "/chunked", "/chunked-gzip", "/empty", "/204",
                  "/interim", "/broken", "/headless"),
        "/plain": Answer(body=LONG, type="application/octet-stream", headers={"X-Odd": "a  b", "ETag": '"x"'}),
        "/moved": Answer(302, body="gone there", headers={"Location": "/plain"}),
        "/gone": Answer(404, body="nothing here"),
        "/gzip": Answer(body=gzip.compress(CODED), type="text/plain", headers={"Content-Encoding": "gzip"}),
        "/br": Answer(body=brotli_stored(CODED), type="text/plain", headers={"Content-Encoding": "br"}),
        "/deflate": Answer(body=deflate.compress(CODED) + deflate.flush(), type="text/plain",
                           headers={"Content-Encoding": "deflate"}),
        "/chunked": raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
                        b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n"),
        "/chunked-gzip": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n",
                             b"%x\r\n" % len(gzip.compress(CODED, mtime=0)), gzip.compress(CODED, mtime=0), b"\r\n0\r\n\r\n"),
        "/empty": Answer(body=b"", type="text/plain"),
        "/204": Answer(204, type=None),
        "/interim": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
        "/broken": lambda x: None,
        "/headless": raw(b"just some bytes, and no head\r\n\r\n"),
    }, **kw)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_every_answer_is_recorded(run, serve, engine):
    """One response for each URL that was answered, none for those that were not; the payload is the body, codings taken off."""
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0", "--engine", engine, "--per-host=4")
    records = warc.check_job(done.dir)
    got = by_uri(records)
    assert {r.uri for r in records if r.type in ("response", "revisit")} == fetched(done)
    assert "/broken" not in got and "/headless" not in got, "there was no HTTP message to record"
    for path in ("/gzip", "/br", "/deflate", "/chunked-gzip"):
        same = [r for r in records if r.type in ("response", "revisit") and r.uri == site.url(path)]
        assert [r["WARC-Payload-Digest"] for r in same] == [warc.digest("sha1:", CODED)], path
        http = same[0].http
        assert not http.get("Content-Encoding") and not http.get("Transfer-Encoding"), "a reader would decode it again"
        assert http.get("X-Crawler-Content-Encoding") and http.get("Content-Length") == [str(len(CODED))]
    assert got["/chunked"].http.body == b"hello world"
    assert got["/chunked"].http.get("X-Crawler-Transfer-Encoding") == ["chunked"]
    assert got["/chunked"].http.get("Content-Length") == ["11"] and not got["/chunked"].http.get("Trailer")
    assert got["/plain"].block == site.script["/plain"].head() + LONG, "byte for byte as it was sent"
    assert got["/moved"].http.body == b"gone there" and got["/moved"].http.get("Location") == ["/plain"]
    assert got["/gone"].http.start == "HTTP/1.1 404 Not Found" and got["/gone"].http.body == b"nothing here"
    assert got["/empty"].http.body == b"" == got["/204"].http.body
    assert got["/interim"].block == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    for r in got.values():
        assert r["WARC-IP-Address"] == "127.0.0.1" and r["WARC-Protocol"] == "http/1.1" and r["WARC-Truncated"] is None


def test_warc_beside_other_output(run, serve):
    """--warc changes nothing of the rest; without it there is no WARC, and the records say who wrote them."""
    site = mixed(serve)
    plain = run("crawl", site.url("/"), "--waitretry=0")
    done = run("crawl", site.url("/"), "--waitretry=0", "--warc", "--save=body", "-U", "tester/1.0 (me@example.org)")
    assert not os.path.exists(os.path.join(plain.dir, "warc"))
    assert "  archive    " not in plain.stderr and "  archive    %s/warc/\n" % done.dir in done.stderr
    # A body that no parser reads has a hash where it is kept.
    drop = lambda rows: [{k: v for k, v in p.items() if k not in ("saved", "content_hash")} for p in rows]
    assert drop(plain.comparable()) == drop(done.comparable())
    info = warc.check_job(done.dir)[0].lines()
    assert info["software"].startswith("lycosa/") and info["http-header-user-agent"] == "tester/1.0 (me@example.org)"
    assert info["robots"] == "obey" and info["format"] == "WARC File Format 1.1"
    assert os.path.exists(os.path.join(done.dir, done.page("/plain")["saved"]))


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_http2(run, nginx, certificate, engine):
    """HTTP/2 is recorded as HTTP/1.1 with WARC-Protocol (IIPC, WARC Extensions for HTTP/2)."""
    site = nginx(tls=certificate)
    done = run("archive", site.url("/"), "--ca-certificate", certificate[0], "--engine", engine, "--warc-request",
               "--per-host=4").expect(crawl.OK)
    records = warc.check_job(done.dir)
    answers = [r for r in records if r.type in ("response", "revisit")]
    assert len(answers) == 31 and {r["WARC-Protocol"] for r in answers} == {"h2"}
    assert {r.http.start for r in answers} == {"HTTP/1.1 200 "}
    for r in by_uri(records, "request").values():
        assert r.http.start.endswith(" HTTP/1.1") and r["WARC-Protocol"] == "h2"
    site.__exit__()
    assert {r[1] for r in site.requests()} == {"HTTP/2.0"}


def test_requests(run, serve):
    """--warc-request: what was sent, concurrent to its answer; by default there are none."""
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0", "--warc-request")
    records = warc.check_job(done.dir)
    responses, requests = dict(by_uri(records), **by_uri(records, "revisit")), by_uri(records, "request")
    sent = {r.path: r for r in site.log}
    for path, r in responses.items():
        q = requests[path]
        assert q["WARC-Concurrent-To"] == r.id and q.http.start == "GET %s HTTP/1.1" % path
        assert {n.lower(): v for n, v in q.http.fields} == {n.lower(): v for n, v in sent[path].headers.items()}
    assert not [r for r in warc.check_job(run("archive", site.url("/"), "--waitretry=0").dir) if r.type == "request"]


def test_metadata(run, serve):
    site = serve({"/": page("/a"), "/a": redirect("/b"), "/b": page(head='<meta charset="utf-8">')})
    done = run("archive", site.url("/")).expect(crawl.OK)
    records = warc.check_job(done.dir)
    responses, meta = by_uri(records), by_uri(records, "metadata")
    assert meta.keys() == responses.keys()
    for path, m in meta.items():
        p = done.page(":%d%s" % (site.port, path))
        lines = m.lines()
        assert m["WARC-Concurrent-To"] == responses[path].id and lines.get("via") == p["parent"]
        assert (int(lines["depth"]), lines["kind"], int(lines["redirects"])) == (p["depth"], p["kind"], p["redirects"])
    assert not [r for r in warc.check_job(run("archive", site.url("/"), "--no-warc-metadata").dir) if r.type == "metadata"]


@pytest.mark.parametrize("options", [(), ("--mirror",)])
def test_outlinks(run, serve, options):
    """All of them, known or not, of this host or another, followed or not; once each, in the order of the page."""
    site = serve({"/": page("/a", "/", "http://elsewhere.invalid/x#y", "mailto:me@example.org", head='<link rel=stylesheet href=s.css><meta charset="utf-8">',
                            body='<img src="i.png"><form action="/f"></form>'), "/a": redirect("/b"), "/b": page(),
                  "/s.css": Answer(body="p { background: url(i.png) }", type="text/css"), "/i.png": Answer(body=b"i" * 300, type="image/png")})
    done = run("archive", site.url("/"), "--warc-outlinks", *options).expect(crawl.OK)

    def outlinks(m):
        return [line[9:].replace(site.url(""), "") for line in m.block.decode().split("\r\n") if line.startswith("outlink: ")]
    found = {path: outlinks(m) for path, m in by_uri(warc.check_job(done.dir), "metadata").items()}
    assert sorted(found["/"]) == ["/ L page", "/a L page", "/f L form", "/i.png E requisite", "/s.css E style", "http://elsewhere.invalid/x L page"]
    assert found["/a"] == ["/b R Location:"] and found["/b"] == found["/i.png"] == []
    assert found.get("/s.css", ["/i.png E requisite"]) == ["/i.png E requisite"]
    assert "outlink" not in str([m.block for m in by_uri(warc.check_job(run("archive", site.url("/")).dir), "metadata").values()])


def test_truncated(run, serve):
    """Why a body ends early is said; what came of it is kept."""
    half = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n"
    site = serve({"/": page("/short", "/large", "/large-chunked", "/bad-gzip"),
                  "/short": raw(half + b"half of it"),
                  "/large": Answer(body=b"x" * 200000, type="text/plain"),
                  "/large-chunked": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"400\r\n" + b"y" * 1024 + b"\r\n"] * 200),
                  "/bad-gzip": Answer(body=gzip.compress(CODED)[:20], headers={"Content-Encoding": "gzip"}, type="text/plain")})
    done = run("archive", site.url("/"), "--max-body=100k", "--waitretry=0", "--tries=1")
    got = by_uri(warc.check_job(done.dir))
    assert got["/short"]["WARC-Truncated"] == "disconnect" and got["/short"].block == half + b"half of it"
    assert got["/large"]["WARC-Truncated"] == "length"
    large = got["/large-chunked"]
    assert large["WARC-Truncated"] == "length" and set(large.http.body) == {ord("y")} and 0 < len(large.http.body) <= 100 * 1024
    for path, r in got.items():
        assert (r["WARC-Truncated"] is not None) == done.page(":%d%s" % (site.port, path)).get("truncated", False)


def test_large_bodies_come_from_files(run, serve):
    """Bodies that do not stay in memory (they are spilled to a file) are recorded whole."""
    big = hashlib.sha256(b"seed").digest() * 100000
    site = serve({"/": page("/big.bin"), "/big.bin": Answer(body=big, type="application/octet-stream")})
    done = run("archive", site.url("/")).expect(crawl.OK)
    assert by_uri(warc.check_job(done.dir))["/big.bin"].http.body == big


@pytest.mark.parametrize("name", ["gzip", "zstd", "none"])
def test_compressions(run, serve, name):
    if name == "zstd" and shutil.which("zstd") is None:
        conftest.missing("zstd was not found: install the Debian package zstd", "zstd")
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0", "--warc-compression", name)
    if name == "zstd" and "built without" in done.stderr:
        pytest.skip("built without libzstd")
    paths = warc.files(done.dir)
    assert paths and all(p.endswith({"gzip": ".warc.gz", "zstd": ".warc.zst", "none": ".warc"}[name]) for p in paths)
    records = warc.check_job(done.dir)
    assert {r.uri for r in records if r.type in ("response", "revisit")} == fetched(done)


def test_sha256(run, serve):
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0", "--warc-digest=sha256")
    assert all(r["WARC-Block-Digest"].startswith("sha256:") for r in warc.check_job(done.dir))


def test_identical_payloads_are_revisits(run, serve):
    """The second capture of a payload refers to the first; small, empty and cut ones stay whole."""
    cut = raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 50000\r\n\r\n" + LONG)
    site = serve({"/": page("/a", "/b", "/c", "/small1", "/small2", "/cut"), "/a": Answer(body=LONG, type="text/plain"),
                  "/b": Answer(body=LONG, type="text/other"), "/c": Answer(404, body=LONG),
                  "/small1": Answer(body="x"), "/small2": Answer(body="x"), "/cut": cut})
    done = run("archive", site.url("/"), "--per-host=1", "--tries=1")
    records = warc.check_job(done.dir)
    first, again = by_uri(records), by_uri(records, "revisit")
    assert set(again) == {"/b", "/c"} and "/small2" in first and "/cut" in first
    for path, r in again.items():
        assert r["WARC-Refers-To-Target-URI"] == site.url("/a") and r["WARC-Refers-To-Date"] == first["/a"]["WARC-Date"]
        assert r["WARC-Payload-Digest"] == first["/a"]["WARC-Payload-Digest"]
        assert r.block == site.script[path].head()


@pytest.mark.parametrize("wacz", ((), ("--wacz",)), ids=["warc", "wacz"])
def test_what_earlier_runs_have_is_a_revisit(run, running, serve, wacz):
    """A job that goes on, whether it was finished or killed, stores no payload of its own again."""
    site = serve({"/": page("/a", "/b"), "/a": Answer(body=LONG), "/b": Answer(body=LONG), "/c": Answer(body=LONG), "/d": Answer(body=LONG)})
    first = run("archive", site.url("/"), "--max-pages=2", "--per-host=1", *wacz).expect(crawl.BUDGET)
    run("resume", first.dir, "--max-pages=inf", dir=None).expect(crawl.OK)
    killed = running("archive", site.url("/"), site.url("/c"), "-e", "store.commit_ms=1", *wacz, dir=first.dir)
    # It is killed once what it has got is recorded.
    crawl.eventually(lambda: site.url("/c") in Path(first.dir, "pages.jsonl").read_text(), "/c has no record")
    killed.signal(signal.SIGKILL)
    killed.wait()
    run("archive", site.url("/"), site.url("/d"), *wacz, dir=first.dir).expect(crawl.OK)
    records = (warc.check_wacz if wacz else warc.check_job)(first.dir)
    captures, again = by_uri(records), by_uri(records, "revisit")
    assert set(captures) == {"/", "/a"} and set(again) >= {"/b", "/d"}
    assert all(r["WARC-Refers-To-Date"] == captures["/a"]["WARC-Date"] for r in again.values())


@pytest.mark.parametrize("options", [(), ("--wacz",), ("--mirror", "--warc-compression=none")])
@pytest.mark.parametrize("how", ["budget", "killed"])
def test_going_on_without(run, running, serve, options, how):
    """What was archived until then is whole and in its index, and what a kill has cut off is gone; nothing is added, whatever is set of files that are not made."""
    gate = Gate()
    site = serve({"/": page("/a"), "/a": page("/b"), "/b": lambda x: (gate.pass_(), page("/c"))[1], "/c": page()})
    args = ("archive", site.url("/"), "-e", "store.commit_ms=1", "-e", "store.flush=1ms", *options)
    if how == "budget":
        job = run(*args, "--max-pages=2").expect(crawl.BUDGET).dir
    else:
        r = running(*args)
        job = r.dir

        def committed():
            with contextlib.closing(sqlite3.connect(os.path.join(job, "lycosa.db"))) as db:
                return db.execute("SELECT count(*) FROM urls").fetchone() == (2,)
        assert gate.count(1)
        crawl.eventually(lambda: os.path.exists(os.path.join(job, "lycosa.db")) and committed(), "no commit")
        r.signal(signal.SIGKILL)
        r.wait()
        for name in os.listdir(os.path.join(job, "warc")):
            with open(os.path.join(job, "warc", name), "ab") as f:
                f.write(b"cut off")
        if "--wacz" not in options:
            [last] = warc.files(job)
            shutil.copy(last, last.replace("-00000", "-00001"))
    gate.open()
    conf = os.path.join(job, "lycosa.conf")
    with open(conf) as f:
        text = f.read()
    with open(conf, "w") as f:
        f.write(text.replace("compression = none", "compression = gzip"))
    done = run("resume", job, "--warc=off", "--wacz=off", "--max-pages=inf", dir=None).expect(crawl.OK)
    assert not [n for n in os.listdir(os.path.join(job, "warc")) if n.endswith(".part")]
    done.dir = job
    assert {p["url"] for p in done.pages} == {site.url(u) for u in ("/", "/a", "/b", "/c")}
    records = warc.check_wacz(job) if "--wacz" in options else warc.check_job(job)
    assert by_uri(records).keys() == {"/", "/a"}
    assert "nothing is wrong" in run("verify", job, dir=None).expect(crawl.OK).stderr
    # And once more with it: what is to come is archived, too.
    run("update", job, "--warc", "--wacz=off", dir=None).expect(crawl.OK)
    if "--wacz" not in options:
        assert {r.uri for r in warc.check_job(job) if r.type == "response"} == {p["url"] for p in done.pages}


def test_dedup_across_jobs(run, serve):
    """--warc-dedup: what another job has is a revisit of it, and only what changed is stored."""
    script = {"/": page("/a", "/b"), "/a": Answer(body=LONG), "/b": Answer(body=LONG[::-1])}
    site = serve(script)
    old = run("archive", site.url("/")).expect(crawl.OK)
    index = os.path.join(old.dir, "warc", "index.cdxj")
    site.script["/b"] = Answer(body=b"new " * 1000)
    new = run("archive", site.url("/"), "--warc-dedup", index).expect(crawl.OK)
    records = warc.check_job(new.dir)
    before = by_uri(warc.check_job(old.dir))
    assert set(by_uri(records)) == {"/", "/b"}, "the page is too small to be worth it, /b has changed"
    again = by_uri(records, "revisit")["/a"]
    assert (again["WARC-Refers-To-Target-URI"], again["WARC-Refers-To-Date"]) == (site.url("/a"), before["/a"]["WARC-Date"])
    third = run("archive", site.url("/"), "--warc-dedup", os.path.join(new.dir, "warc", "index.cdxj")).expect(crawl.OK)
    assert "/a" in by_uri(warc.check_job(third.dir)), "a revisit has no payload to refer to"


@pytest.mark.parametrize("text", [b"", b"\n\n", b"nonsense\n", b"a 1 {}\n" * 10, b"a 20260101000000 {" + b"x" * 600000 + b"}\n",
                                  b"\x00" * 5000000], ids=["empty", "blank", "words", "bare", "long", "zeros"])
def test_dedup_file_that_is_none(run, serve, tmp_path, text):
    path = tmp_path / "bad.cdxj"
    path.write_bytes(text)
    done = run("archive", serve({"/": page()}).url("/"), "--warc-dedup", path)
    assert done.status == crawl.FILE_IO and str(path) in done.stderr
    assert not os.path.exists(done.dir), "nothing is left of a job that did not begin"


def test_rotation(run, serve):
    """A file that is large enough is followed by another, each with its warcinfo; an answer's records stay together."""
    bodies = {"/%d" % i: Answer(body=os.urandom(3000), type="application/octet-stream") for i in range(20)}
    site = serve(dict(bodies, **{"/": page(*bodies)}))
    done = run("archive", site.url("/"), "--warc-max-size=10k", "--warc-request").expect(crawl.OK)
    records = warc.check_job(done.dir)
    paths = warc.files(done.dir)
    assert len(paths) > 4 and all(os.path.getsize(p) < 20 * 1024 for p in paths)
    assert len({re.sub("-[0-9]{5}[.]", "", os.path.basename(p)) for p in paths}) == 1
    assert sorted(p[-13:-8] for p in paths) == ["%05d" % i for i in range(len(paths))]
    where = {}
    for r in records:
        if r.uri and r.type != "resource":
            where.setdefault(r.uri, set()).add(r.file)
    assert len(where) == 21 and all(len(f) == 1 for f in where.values())


def test_wacz(run, serve):
    """All records in one ZIP file, rotation and all; what goes on after an interruption goes into the same one."""
    bodies = {"/%d" % i: Answer(body=os.urandom(3000), type="application/octet-stream") for i in range(20)}
    site = serve(dict(bodies, **{"/": page(*bodies, "/b", title="first \u00e9"), "/b": page(title="b"), "/gone": Answer(404)}))
    argv = ("archive", site.url("/"), "--wacz", "--warc-max-size=10k", "--wait=0")
    done = run(*argv, "--max-pages=9").expect(crawl.BUDGET)
    assert "  archive    %s/warc/, in a WACZ file\n" % done.dir in done.stderr
    assert len([r for r in warc.check_wacz(done.dir) if r.type == "response"]) == 9
    [name] = [n for n in os.listdir(os.path.join(done.dir, "warc")) if n.endswith(".wacz")]
    done = run(*argv, "--max-pages=inf", dir=done.dir).expect(crawl.OK)
    records = warc.check_wacz(done.dir)
    assert sorted(r.uri for r in records if r.type == "response") == sorted(p["url"] for p in done.pages) and len(done.pages) == 22
    assert len({r.file for r in records}) > 5 and name in os.listdir(os.path.join(done.dir, "warc"))
    assert not [n for n in os.listdir(os.path.join(done.dir, "warc")) if ".warc" in n], "no second copy"
    assert verify(run, done.dir) == (crawl.OK, [])
    # A job that was finished, and goes on all the same.
    done = run("archive", site.url("/"), site.url("/gone"), *argv[2:], "--max-pages=inf", dir=done.dir)
    assert len([r for r in warc.check_wacz(done.dir) if r.type == "response"]) == 23


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_wacz_beside_files(run, serve, compression):
    """With --wacz or without, the same is recorded; large bodies come from files, and lines of the index are sorted."""
    site = mixed(serve)
    plain = run("archive", site.url("/"), "--waitretry=0", "--warc-compression", compression)
    done = run("crawl", site.url("/"), "--waitretry=0", "--wacz", "--page-requisites", "--warc-compression", compression)
    # Which of equal payloads is the revisit is up to the order of arrival.
    what = lambda records: sorted((r.type.replace("revisit", "response"), r.uri) for r in records if r.uri)
    assert what(warc.check_wacz(done.dir)) == what(warc.check_job(plain.dir))


@pytest.mark.parametrize("more", [(), ("--wacz",)])
def test_failed_start_takes_nothing_away(run, serve, more):
    """What earlier runs have committed stays: a mistyped option, another compression of which nothing comes."""
    site = serve({"/": page("/a"), "/a": page()})
    check = warc.check_wacz if more else warc.check_job
    done = run("archive", site.url("/"), *more).expect(crawl.OK)
    records = len(check(done.dir))
    assert run("archive", site.url("/"), site.url("/b"), *more, "--warc-dedup=/nowhere", dir=done.dir).status == crawl.FILE_IO
    assert len(check(done.dir)) == records
    if not more:
        run("archive", site.url("/"), site.url("/"), "--warc-compression=none", dir=done.dir)
        assert len(check(done.dir)) == records
    done = run("archive", site.url("/"), site.url("/a?b"), *more, dir=done.dir)
    assert len(check(done.dir)) > records


def archived(job):
    """{name in warc/: bytes}"""
    found = {}
    for name in os.listdir(os.path.join(job, "warc")):
        with open(os.path.join(job, "warc", name), "rb") as f:
            found[name] = f.read()
    return found


@pytest.mark.parametrize("more", [(), ("--wacz",)])
def test_files_that_are_of_no_job_are_not_replaced(run, serve, more):
    """A directory of which only warc/ is left, also where a job without one begins to archive: nothing is written there."""
    site = serve({"/": page("/a"), "/a": page()})
    old = run("archive", site.url("/"), *more).expect(crawl.OK).dir
    plain = run("crawl", site.url("/"), "--wait=0").expect(crawl.OK).dir
    for name in os.listdir(old):
        path = os.path.join(old, name)
        if os.path.isfile(path):
            os.unlink(path)
    assert os.listdir(old) == ["warc"]
    shutil.copytree(os.path.join(old, "warc"), os.path.join(plain, "warc"))
    files = archived(old)
    for job, why in ((old, "without a lycosa.db"), (plain, "warc/ whose files are not of this job")):
        done = run("archive", site.url("/a?x"), "--warc", *more, dir=job)
        assert done.status == crawl.FILE_IO and why in done.stderr
        assert archived(job) == files
    assert os.listdir(old) == ["warc"]


def test_files_of_other_jobs_stay(run, serve):
    """Somebody's own beside those of a job that goes on; they are told of, and the job's next files have other names."""
    bodies = {"/%d" % i: Answer(body=os.urandom(3000), type="application/octet-stream") for i in range(9)}
    site = serve(dict(bodies, **{"/": page(*bodies)}))
    argv = ("--warc-max-size=10k", "--wait=0")
    done = run("archive", site.url("/"), *argv).expect(crawl.OK)
    own = archived(done.dir)
    [*_, last] = sorted(n for n in own if n.startswith("lycosa-"))
    stamp, serial = last[len("lycosa-"):-len(".warc.gz")].split("-")
    strangers = {"lycosa-20200101000000-00000.warc.gz": b"an older job's", "lycosa-notes.txt": b"mine",
                 "lycosa-%d-00000.warc.gz" % (int(stamp) + 10**10): b"a later job's"}
    for name, data in strangers.items():
        with open(os.path.join(done.dir, "warc", name), "wb") as f:
            f.write(data)
    # Taken elsewhere: their serials are not given again.
    for name in (last, "lycosa-%s-%05d.warc.gz" % (stamp, int(serial) - 1)):
        os.unlink(os.path.join(done.dir, "warc", name))
    done = run("archive", site.url("/"), site.url("/0?more"), *argv, dir=done.dir)
    now = archived(done.dir)
    for name, data in strangers.items():
        assert now.pop(name) == data and name in done.stderr
    [new] = [n for n in now if n not in own]
    assert new == "lycosa-%s-%05d.warc.gz" % (stamp, int(serial) + 1) and last not in now
    assert {n: d for n, d in now.items() if n in own and n != "index.cdxj"} == {n: own[n] for n in now if n in own and n != "index.cdxj"}


def test_an_index_that_is_gone_begins_anew(run, serve):
    """The job can be gone on with: what is recorded from then on is in the new one."""
    site = serve({"/": page("/a"), "/a": page()})
    done = run("archive", site.url("/")).expect(crawl.OK)
    own = archived(done.dir)
    os.unlink(os.path.join(done.dir, "warc", "index.cdxj"))
    done = run("archive", site.url("/"), site.url("/a?more"), dir=done.dir).expect(crawl.OK)
    assert "index.cdxj is gone" in done.stderr
    assert [line["url"] for _, _, line in warc.read_index(os.path.join(done.dir, "warc", "index.cdxj"))] == [site.url("/a?more")]
    now = archived(done.dir)
    assert all(now[n] == data for n, data in own.items() if n != "index.cdxj")


def test_wacz_refused(run, serve):
    done = run("archive", "http://127.0.0.1:1/", "--wacz", "--warc-compression=zstd")
    assert done.status == crawl.USAGE and "--wacz" in done.stderr


@pytest.mark.parametrize("second", (b"", b"WARC/1.1\r\n"), ids=["one", "more"])
@pytest.mark.parametrize("places", (1, 2))
def test_verify_does_not_follow_an_index_in_circles(run, tmp_path, places, second):
    """A record that is large unpacked costs what it costs once or twice, however many lines lead to it: here 3,000 times 4 MB."""
    head = (b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000%d>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
            b"WARC-Target-URI: http://h/\r\nContent-Type: text/plain\r\nContent-Length: 4000000\r\n\r\n")
    members = [gzip.compress(head % i + bytes(4000000) + b"\r\n\r\n" + second) for i in range(places)]
    (tmp_path / "x.warc.gz").write_bytes(b"".join(members))
    line = 'h)/ 20260101000000 {"url":"http://h/","offset":"%d","filename":"x.warc.gz"}\n'
    at = [line % sum(map(len, members[:i])) for i in range(places)]
    index = tmp_path / "x.cdxj"
    if not second:
        index.write_text("".join(sorted(2 * at)))
        assert verify(run, index) == (0, []), "two lines for each are no fault"
    index.write_text("".join(sorted(at * (3000 // places))))
    done = run("verify", index, dir=None).expect(10)
    assert done.stdout.count("lead to the same records") == 1, str(done)


def test_verify_wacz(run, serve, tmp_path):
    """Any byte flipped, any cut; entries deflated by somebody else; a descriptor that lies; entries that share bytes."""
    site = serve({"/": page("/a"), "/a": Answer(body=os.urandom(700), type="application/octet-stream")})
    done = run("archive", site.url("/"), "--wacz").expect(crawl.OK)
    warc.check_wacz(done.dir)
    [name] = [n for n in os.listdir(os.path.join(done.dir, "warc")) if n.endswith(".wacz")]
    whole = os.path.join(done.dir, "warc", name)
    with open(whole, "rb") as f:
        data = f.read()
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        infos = z.infolist()
        entries = [(i.filename, z.read(i)) for i in infos]
    path = tmp_path / "x.wacz"
    for i in infos:
        start = warc.data_at(whole, i)
        for at in {start, start + i.file_size // 2, start + i.file_size - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            status, lines = verify(run, path)
            assert status == 10 and any(i.filename in line for line in lines), (i.filename, at, lines)
    for n in range(0, len(data), 97):
        path.write_bytes(data[:n])
        assert verify(run, path)[0] == 10, n

    def write(entries, method=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(path, "w") as z:
            for name, content in entries:
                z.writestr(name, content, zipfile.ZIP_STORED if name.startswith("archive/") else method)
        return verify(run, path)
    assert write(entries) == (crawl.OK, [])
    for lie in (b"", b"[]", b'{"resources":[{}]}', b'{"resources":[{"path":"nowhere","hash":"sha256:%s"}]}' % (b"0" * 64),
                dict(entries)["datapackage.json"].replace(b'"bytes":', b'"bytes":1')):
        assert write([(n, lie if n == "datapackage.json" else c) for n, c in entries])[0] == 10, lie
    assert write(entries[:1])[0] == 10
    # Two entries of the directory for the same bytes.
    at = [m.start() for m in re.finditer(b"PK\x01\x02", data)]
    offset = lambda n: at[n] + 46 + len(infos[n].filename) + 20
    twice = bytearray(data)
    twice[offset(1):offset(1) + 8] = twice[offset(0):offset(0) + 8]
    path.write_bytes(twice)
    assert verify(run, path)[0] == 10


def test_index_larger_than_memory(run, serve):
    """Long lines, odd characters: sorted all the same, and every line leads to its record."""
    paths = ["/" + c * n + "?" + "&".join("%s=%d" % (k, n) for k in "zqA") for c in "bA~" for n in (1, 50, 3000)]
    site = serve(dict({p: page() for p in paths}, **{"/": page(*paths)}))
    done = run("archive", site.url("/")).expect(crawl.OK)
    assert len([r for r in warc.check_job(done.dir) if r.type in ("response", "metadata")]) == 2 * (len(paths) + 1)


@pytest.mark.long
def test_killed_while_writing(running, serve):
    """What is in the files after SIGKILL is whole records, but for the end of the last one."""
    site = serve(lambda x: Answer(body=os.urandom(20000), type="application/octet-stream") if x.request.path != "/"
                 else page(*["/%d" % i for i in range(3000)]))
    r = running("archive", site.url("/"), "-e", "store.flush=1ms", "-v")
    warc_dir = os.path.join(str(r.dir), "warc")
    while not (os.path.isdir(warc_dir) and any(os.path.getsize(p) > 2000000 for p in warc.files(str(r.dir)))):
        assert r.process.poll() is None
    r.process.send_signal(signal.SIGKILL)
    r.process.wait()
    [path] = warc.files(str(r.dir))
    n, end = 0, 0
    try:
        for record in warc.read(path):
            n, end = n + 1, record.offset + record.length
    except (AssertionError, zlib.error):
        pass
    assert n > 50 and os.path.getsize(path) - end < 1000000


def test_what_a_run_was_told_is_a_resource(run, serve, tmp_path):
    """Seeds and settings, once for each run, without secrets; they are in no index; --no-warc-metadata leaves them out."""
    site = serve({"/": page("/a"), "/a": page("/b"), "/b": page()})
    done = run("archive", site.url("/"), site.url("/a"), "--max-pages=2", "--http-user=me", "--http-password=hush-hush", "--wait=0", "--warc-max-size=1k").expect(crawl.BUDGET)
    run("resume", done.dir, "--max-pages=9", "--http-password=hush-hush", dir=None).expect(crawl.OK)
    told = [r for r in warc.check_job(done.dir) if r.type == "resource"]
    assert [r.uri for r in told] == ["urn:lycosa:seeds", "urn:lycosa:settings"] * 2
    assert told[0].block.decode() == "".join(site.url(p) + "\n" for p in ("/", "/a")) == told[2].block.decode()
    assert b"max_pages = 2\n" in told[1].block and b"max_pages = 9\n" in told[3].block
    assert not [r for r in told if b"hush-hush" in r.block] and all(r["WARC-Warcinfo-ID"] for r in told)
    with open(os.path.join(done.dir, "warc", "index.cdxj")) as f:
        assert "urn:" not in f.read()
    assert run("verify", done.dir, dir=None).expect(crawl.OK)
    done = run("archive", site.url("/"), "--no-warc-metadata", "--wait=0").expect(crawl.OK)
    assert not [r for r in warc.check_job(done.dir) if r.type == "resource"]


def test_many_seeds_are_told_in_part(run, serve, tmp_path):
    """The beginning of a long list, as a record that says so; and the run goes on."""
    site = serve(lambda x: page())
    seeds = [site.url("/%s/%d" % ("x" * 200, i)) for i in range(25000)]
    (tmp_path / "seeds").write_text("".join(s + "\n" for s in seeds))
    done = run("archive", "-i", tmp_path / "seeds", "--max-pages=2", "--wait=0").expect(crawl.BUDGET)
    told = [r for r in warc.check_job(done.dir) if r.uri == "urn:lycosa:seeds"]
    assert len(told) == 1 and told[0]["WARC-Truncated"] == "length" and "".join(s + "\n" for s in seeds).startswith(told[0].block.decode())
    assert 3 << 20 < len(told[0].block) <= 4 << 20


def test_warcio_reads_every_record(run, serve):
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0", "--warc-request")
    records = warc.check_job(done.dir)
    [path] = warc.files(done.dir)
    read = warc.warcio_read(path, os.path.join(debdocs.cache_dir(), "npm"))
    if read is None:
        pytest.skip("npm's package warcio could not be installed")
    assert [(t, u) for t, u, _ in read] == [(r.type, r.uri) for r in records]
    for r, (_, _, n) in zip(records, read):
        assert r.type != "response" or n == len(r.http.body)


# ---- lycosa verify ----

def verify(run, *paths):
    """(exit status, lines of stdout)"""
    done = run("verify", *paths, dir=None)
    return done.status, done.stdout.splitlines()


@pytest.mark.parametrize("compression", ["gzip", "zstd", "none"])
def test_verify_what_we_wrote(run, serve, compression):
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0", "--warc-request", "--warc-compression", compression)
    if "built without" in done.stderr:
        pytest.skip("built without libzstd")
    assert verify(run, done.dir) == (crawl.OK, [])
    assert verify(run, *warc.files(done.dir), os.path.join(done.dir, "warc", "index.cdxj")) == (crawl.OK, [])


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_verify_finds_each_flipped_byte(run, serve, compression, tmp_path):
    """Any byte of a body, and of a gzip member: told with the file and the record's offset."""
    site = serve({"/": Answer(body=os.urandom(500), type="application/octet-stream")})
    done = run("archive", site.url("/"), "--warc-compression", compression, "--no-warc-metadata").expect(crawl.OK)
    [path] = warc.files(done.dir)
    last = list(warc.read(path))[-1]
    with open(path, "rb") as f:
        data = f.read()
    for at in range(last.offset + 12, last.offset + last.length - (8 if compression == "gzip" else 0), 61):
        name = tmp_path / ("flipped.warc" + (".gz" if compression == "gzip" else ""))
        name.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
        status, lines = verify(run, name)
        if status == crawl.OK:
            # What no digest covers: the text of the head.
            assert compression == "none" and at < last.offset + last.length - 4 - len(last.block), at
            continue
        assert status == 10 and lines and all(l.startswith("%s: byte %d: record 2: " % (name, last.offset)) for l in lines), (at, lines)


@pytest.mark.parametrize("compression", ["gzip", "zstd", "none"])
def test_verify_finds_every_cut(run, serve, compression, tmp_path):
    """A file that ends early is wrong unless it ends with a record."""
    site = serve({"/": page()})
    done = run("archive", site.url("/"), "--warc-compression", compression)
    if "built without" in done.stderr:
        pytest.skip("built without libzstd")
    [path] = warc.files(done.dir)
    with open(path, "rb") as f:
        data = f.read()
    name = tmp_path / os.path.basename(path)
    first = next(warc.members(path))[1]
    for at in list(range(first - 3, first + 20)) + [len(data) - 1, len(data) - 2, len(data) - 9]:
        name.write_bytes(data[:at])
        assert verify(run, name)[0] == (crawl.OK if at == first else 10), at


def test_verify_index(run, serve, tmp_path):
    """Lines out of order, of other records, of no record, of files elsewhere."""
    site = mixed(serve)
    done = run("archive", site.url("/"), "--waitretry=0")
    path = os.path.join(done.dir, "warc", "index.cdxj")
    with open(path) as f:
        good = f.read().splitlines()
    def check(lines, expected):
        with open(path, "w") as f:
            f.write("".join(l + "\n" for l in lines))
        status, found = verify(run, path)
        assert status == 10 and len(found) == 1 and expected in found[0] and found[0].startswith(path), found
    check([good[1], good[0]] + good[2:], "line 2: it should stand before")
    check([good[0].replace('"offset":"', '"offset":"1')] + good[1:], "begins there")
    check([re.sub('"offset":"[0-9]*"', '"offset":"%d"' % (2**63 - 1), good[0])] + good[1:], "begins there")
    check([re.sub('"offset":"[0-9]*"', re.search('"offset":"[0-9]*"', good[1]).group(), good[0])] + good[1:], "line 1: the record it leads to is of another URL")
    check([re.sub(' 20[0-9]{12} ', ' 20010101000000 ', good[0])] + good[1:], "another date")
    check([good[0].replace('"length":"', '"length":"1')] + good[1:], "another length")
    check([good[0].replace('"digest":"sha1:', '"digest":"sha1:A')] + good[1:], "another digest")
    check([good[0].replace('"filename":"', '"filename":"../warc/')] + good[1:], "is not beside the index")
    check([good[0][:-5]] + good[1:], "not a line of CDXJ")


def test_verify_samples(run):
    """Other tools' files, good and damaged, with known verdicts."""
    path = crawl.vectors("warc/samples.json")
    if path is None:
        pytest.skip("no vectors")

    with open(path) as f:
        samples = json.load(f)
    assert samples
    for s in samples:
        file = crawl.vectors("warc/samples/" + s["file"])
        status, lines = verify(run, file)
        assert (status == crawl.OK) == (s["verdict"] == "ok"), (s["file"], lines)
        for line in lines:
            assert line.startswith(file + ": byte "), line


def test_verify_refuses(run, tmp_path):
    (tmp_path / "empty.warc").write_bytes(b"")
    (tmp_path / "other.warc.gz").write_bytes(gzip.compress(b"hello"))
    (tmp_path / "bomb.warc.gz").write_bytes(gzip.compress(bytes(300 << 20), 1))
    assert verify(run)[0] == crawl.USAGE
    done = run("verify", tmp_path / "none.warc", dir=None)
    assert done.status == crawl.FILE_IO and "nothing is wrong" not in done.stderr, done
    assert verify(run, "/dev/null")[0] == crawl.FILE_IO
    (tmp_path / "long.cdxj").write_bytes(b"x" * (50 << 20))
    for name in ("empty.warc", "other.warc.gz", "bomb.warc.gz", "long.cdxj"):
        assert verify(run, tmp_path / name)[0] == 10, name
