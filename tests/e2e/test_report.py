# SPDX-License-Identifier: GPL-3.0-or-later
"""What the job database says: `lycosa report`, and the queries of doc/formats.md, against jobs that have something to tell."""
import copy
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile

import pytest

import crawl
import hostile
from hostile import Answer, Gate, page, redirect

TOP = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def flaky(n):
    """Fails n times, then works."""
    left = [n]

    def answer(x):
        left[0] -= 1
        return Answer(503) if left[0] >= 0 else page(title="at last")
    return answer


# Everything that a question of ours asks about.
SITE = {
    "/robots.txt": Answer(body="User-agent: *\nDisallow: /private\n", type="text/plain"),
    "/": page("/a", "/b", "/twin", "/moved", "/gone", "/cut", "/late", "/private", "/bare", "/big.bin", title="start"),
    "/a": page("/deep", title="same title"),
    "/b": page("/gone", title="same title"),
    "/twin": page("/deep", title="same title"),
    "/deep": page(title="deep"),
    "/moved": redirect("/a", 301),
    "/cut": lambda x: None,
    "/late": flaky(1),
    "/bare": Answer(body="<p>no title</p>"),
    "/big.bin": Answer(body=b"x" * 100000, type="application/octet-stream"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("report")
    with hostile.Server(dict(SITE, **{"/late": flaky(1)})) as site:
        done = crawl.run("crawl", site.url("/"), "--waitretry=0", "--tries=2", "--save-links", home=home, dir=home / "job")
        done.expect(crawl.NETWORK)
        done.site = site
        yield done


@pytest.fixture
def job(made, tmp_path):
    """Its own copy, to be harmed."""
    copied = copy.copy(made)
    copied.dir = shutil.copytree(made.dir, str(tmp_path / "job"))
    return copied


def report(run, job, *options):
    return run("report", *options, job.dir if hasattr(job, "dir") else job, dir=None)


def lines(done):
    return [json.loads(line) for line in done.expect(crawl.OK).stdout.splitlines()]


def rows(run, job, name, *options):
    return [{k: v for k, v in r.items() if k != "report"} for r in lines(report(run, job, "--json", *options)) if r["report"] == name]


def formats_queries():
    with open(os.path.join(TOP, "doc", "formats.md"), encoding="utf-8") as f:
        blocks = re.findall(r"^```sql\n(.*?)^```", f.read(), re.M | re.S)
    return [q for q in "\n".join(blocks).split(";") if q.strip()]


def test_documented_queries(run, job):
    """Each query of doc/formats.md runs on a job's database and has an answer there."""
    queries = formats_queries()
    assert len(queries) >= 12
    run("update", job.dir, "--tries=1", dir=None).expect(crawl.NETWORK)
    db = sqlite3.connect("file:%s/lycosa.db?mode=ro" % job.dir, uri=True)
    for query in queries:
        assert db.execute(query).fetchall(), "no answer to:%s" % query
    db.close()


def test_tables_for_machines(run, job):
    url = job.site.url
    assert {(r["outcome"], r["status"]): r["urls"] for r in rows(run, job, "outcomes")} == {
        ("ok", 200): 8, ("redirect", 301): 1, ("http_client_error", 404): 1, ("robots_deny", None): 1, ("empty_reply", 0): 1}
    cut, gone, of_another_page = rows(run, job, "broken")
    assert of_another_page == dict(gone, parent=url("/b"))
    assert cut.pop("detail") and cut == {"status": 0, "outcome": "empty_reply", "attempts": 2, "url": url("/cut"), "parent": url("/")}
    assert gone == {"status": 404, "outcome": "http_client_error", "attempts": 1, "detail": None, "url": url("/gone"), "parent": url("/")}
    assert rows(run, job, "errors") == []
    assert rows(run, job, "redirects") == [{"status": 301, "url": url("/moved"), "redirect_to": url("/a")}]
    twins, = rows(run, job, "duplicates")
    assert twins["pages"] == 2 and twins["url"] == url("/a") and len(twins["content_hash"]) == 32
    largest = rows(run, job, "largest")
    assert largest[0] == {"body_bytes": 100000, "wire_bytes": 100000, "type": "application/octet-stream", "url": url("/big.bin")}
    assert len(largest) == 8 and len(rows(run, job, "largest", "--rows=3")) == 3
    host, = rows(run, job, "hosts")
    assert host["origin"] == url("/") and host["asked"] == 11 and host["failed"] == 2
    kinds = {r["type"]: (r["urls"], r["body_bytes"]) for r in rows(run, job, "types")}
    assert kinds["application/octet-stream"] == (1, 100000) and kinds["text/html"][0] == 7
    whole, = rows(run, job, "job")
    assert whole["state"] == "finished" and whole["urls"] == 12 and whole["asked"] == 11 and whole["got"] == 8 and whole["runs"] == 1
    ran, = rows(run, job, "runs")
    assert ran["why"] == "finished" and ran["records"] == 11 and ran["started_at"] < ran["ended_at"]
    assert {r["url"] for r in rows(run, job, "slowest")} == {p["url"] for p in job.pages if p["status"]}


def test_a_host_that_cannot_be_reached_is_a_broken_link(run, serve):
    """What no request went out for too: its host's robots.txt could not be asked for."""
    with socket.socket() as deaf:  # bound, but nobody listens
        deaf.bind(("127.0.0.1", 0))
        nobody = "http://127.0.0.1:%d/" % deaf.getsockname()[1]
        site = serve({"/": page(nobody)})
        done = run("crawl", "-H", site.url("/"), "--tries=1").expect(crawl.NETWORK)
    assert [(r["outcome"], r["url"], r["parent"]) for r in rows(run, done, "broken")] == [("connect_failed", nobody, site.url("/"))]
    # Its robots.txt could not be had, so it was not asked for; that is no choice of ours, and not called one.
    assert "  failed     1 connection refused or failed (connect_failed)\n" in done.stderr
    assert rows(run, done, "errors") == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_a_job_that_one_may_not_read_is_not_called_read_only(run, serve):
    """With its log beside it, that was what its database was said to be."""
    job = run("crawl", serve({"/": page()}).url("/"))
    with tempfile.TemporaryDirectory(dir="/tmp") as top:
        os.chmod(top, 0o755)
        theirs = shutil.copytree(job.dir, os.path.join(top, "job"))
        open(os.path.join(theirs, "lycosa.db-wal"), "a").close()
        os.chmod(os.path.join(theirs, "lycosa.db"), 0o600)
        program = shutil.copy(crawl.PROGRAM, top)
        done = subprocess.run([program, "report", theirs], user=65534, group=65534, extra_groups=[], cwd="/", env={}, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == crawl.FILE_IO and "lycosa.db: Permission denied" in done.stderr, done


def test_errors_are_what_is_not_broken(run, serve):
    site = serve({"/": page("/large", "/round", "/nonsense", "/gone"), "/large": Answer(body=b"x" * 100000, type="image/png"), "/round": redirect("/round?"),
                  "/round?": redirect("/round"), "/nonsense": Answer(raw_head=b"nonsense\r\n\r\n"), "/gone": Answer(404)})
    done = run("crawl", site.url("/"), "--max-redirect=1", "--max-body=50k", "--tries=1")
    errors, broken = ([(r["outcome"], r["url"]) for r in rows(run, done, name)] for name in ("errors", "broken"))
    assert ("body_too_large", site.url("/large")) in errors and "protocol_error" in dict(errors) and len(errors) >= 2, (errors, broken)
    assert [o for o, _ in broken] == ["http_client_error"] and not set(errors) & set(broken)


def test_some_tables_only(run, job):
    assert {r["report"] for r in lines(report(run, job, "--json", "--only=broken,job"))} == {"broken", "job"}
    out = report(run, job, "--only=broken").expect(crawl.OK).stdout.splitlines()
    assert out[0] == "Broken links, with a page that has each (all of them with --save-links)" and len(out) == 5
    nothing = report(run, job, "--only=canonical").expect(crawl.OK)
    assert nothing.stdout == "" and "nothing to report" in nothing.stderr
    wrong = report(run, job, "--only=brokn").expect(crawl.USAGE)
    assert "there is no table `brokn'" in wrong.stderr and "broken, errors" in wrong.stderr and "pending_urls" not in wrong.stderr
    assert "pending, pending_hosts" in report(run, job, "--pending", "--only=broken").expect(crawl.USAGE).stderr


def test_tables_for_people(run, job):
    """Aligned: where a heading ends (or begins, of text), so do the values below it."""
    out = report(run, job).expect(crawl.OK).stdout
    tables = {t.splitlines()[0]: t.splitlines()[1:] for t in out.split("\n\n")}
    assert list(tables)[:3] == ["The job", "How URLs ended", "Media types"]
    heading, *values = tables["The largest bodies"]
    assert heading.split() == ["body", "wire", "type", "url"] and values[0].split()[:2] == ["100.0", "kB"]
    assert all(v.index("http://") == heading.index("url") for v in values)
    assert all(line[heading.index("body") + 4:][:2] == "  " for line in values)
    assert "... and more" not in out and "... and more: --rows=inf" in report(run, job, "--rows=2").stdout
    assert "\x1b" not in out


def test_nothing_of_the_web_reaches_the_terminal(run, serve, tmp_path):
    site = serve({"/": page("/%1b[31mred", title="x"), "/%1b[31mred": Answer(type="text/\x1b[31mred", body="x")})
    done = run("crawl", site.url("/"), dir=tmp_path / "job")
    assert "\x1b" not in report(run, done).expect(crawl.OK).stdout
    lines(report(run, done, "--json"))


def test_report_changes_nothing(run, job):
    """Not even where the directory may not be written in."""
    before = {n: os.stat(os.path.join(job.dir, n)).st_mtime_ns for n in os.listdir(job.dir)}
    report(run, job).expect(crawl.OK)
    report(run, job, "--pending").expect(crawl.OK)
    assert {n: os.stat(os.path.join(job.dir, n)).st_mtime_ns for n in os.listdir(job.dir) if n in before} == before
    assert report(run, job, "--pending", "--json").stdout.count("\n") == 1


@pytest.mark.parametrize("ending", ["runs", "killed"])
def test_pending(run, running, serve, tmp_path, ending):
    """While the job runs, and after it was killed: what is left, with the attempt that comes."""
    gate = Gate()
    site = serve({"/": page("/a", "/b", "/late"), "/a": page("/c", "/d"), "/late": Answer(503),
                  "/b": lambda x: (gate.pass_(), page())[1], "/c": page(), "/d": page()})
    job = tmp_path / "job"
    r = running("crawl", site.url("/"), "--per-host=1", "--waitretry=1h", "--retry-on-http-error=503", "-e", "store.commit_ms=1", dir=job)
    assert gate.count(1)
    expected = {"/b", "/late", "/c", "/d"}

    def left():
        return rows(run, job, "pending_urls", "--pending")

    if ending == "killed":
        crawl.eventually(lambda: {p["url"] for p in left()} == {site.url(u) for u in expected - {"/late"}} or len(left()) == 4,
                         lambda: "left: %r" % left())
        r.signal(signal.SIGKILL)
        r.wait()
    crawl.eventually(lambda: len(left()) >= 3, lambda: "left: %r" % left())
    found = {p["url"]: p for p in left()}
    assert set(found) <= {site.url(u) for u in expected | {"/a"}} and {site.url(u) for u in ("/b", "/c", "/d")} <= set(found)
    assert found[site.url("/c")]["parent"] == site.url("/a") and found[site.url("/c")]["depth"] == 2
    total, = rows(run, job, "pending", "--pending")
    assert total["urls"] == len(left()) and total["max_depth"] == 2
    text = report(run, job, "--pending").expect(crawl.OK).stdout
    assert text.startswith("What is left\n") and site.url("/c") in text
    gate.open()
    if ending == "runs":
        r.signal(signal.SIGINT)
        r.wait()


def test_retries_are_pending(run, running, serve, tmp_path):
    site = serve({"/": page("/late", "/a"), "/late": Answer(503), "/a": page()})
    job = tmp_path / "job"
    r = running("crawl", site.url("/"), "--waitretry=1h", "-e", "store.commit_ms=1", dir=job)

    def late():
        return [p for p in rows(run, job, "pending_urls", "--pending") if p["attempt"] == 2]
    crawl.eventually(lambda: os.path.exists(job / "lycosa.db") and report(run, job).status == crawl.OK, "there is no job")
    crawl.eventually(late, lambda: "pending: %r" % rows(run, job, "pending_urls", "--pending"))
    assert late()[0]["url"] == site.url("/late") and late()[0]["due_at"] > "2020"
    r.signal(signal.SIGINT)
    assert r.wait().status == crawl.INTERRUPTED
    assert late()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)


def foreign(path):
    os.unlink(path)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE job (name, value)")
    db.execute("PRAGMA user_version = 1")
    db.close()


def newer(path):
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def holed(path):
    """Its first page is well, what follows is not."""
    with open(path, "r+b") as f:
        f.seek(4096)
        f.write(b"\xee" * (os.path.getsize(path) - 4096))


@pytest.mark.parametrize("harm, says", [
    (lambda path: write(path, b"this is no database" * 100), "damaged"),
    (holed, "damaged"),
    (newer, "newer lycosa"),
    (foreign, "no job database"),
    (lambda path: write(path, b""), "no job in it"),
    (os.unlink, "No such file"),
], ids=["garbage", "holed", "newer", "foreign", "empty", "none"])
@pytest.mark.parametrize("pending", [(), ("--pending",)], ids=["done", "pending"])
def test_what_is_no_job(run, job, harm, says, pending):
    harm(os.path.join(job.dir, "lycosa.db"))
    done = report(run, job, *pending)
    assert done.status == crawl.FILE_IO and says in done.stderr and "lycosa.db" in done.stderr, done


def test_usage(run, tmp_path):
    assert run("report", dir=None).status == crawl.USAGE
    assert "--only=broken" in run("report", "broken", "a", dir=None).expect(crawl.USAGE).stderr
    assert run("report", "--level=2", "a", dir=None).status == crawl.USAGE
    assert report(run, tmp_path / "none").status == crawl.FILE_IO


@pytest.mark.parametrize("sql", [
    "ALTER TABLE urls ADD COLUMN more AS (hex(zeroblob(250000000)))",
    "ALTER TABLE pauses RENAME TO p; CREATE VIEW pauses AS SELECT hex(zeroblob(250000000)) AS x",
])
def test_database_of_somebody_else(run, job, sql):
    """A table of ours that is none is not asked: it could cost anything."""
    db = sqlite3.connect(os.path.join(job.dir, "lycosa.db"))
    db.executescript(sql)
    db.close()
    r = run("report", job.dir, dir=None)
    assert r.status != crawl.OK and "is no job database of lycosa's" in r.stderr


def test_what_the_user_adds_to_the_database(run, job):
    db = sqlite3.connect(os.path.join(job.dir, "lycosa.db"))
    db.executescript("CREATE VIEW mine AS SELECT url FROM urls; CREATE TABLE notes (url, note)")
    db.close()
    report(run, job).expect(crawl.OK)


def test_every_page_of_a_broken_link(run, serve):
    """With --save-links a row for each page that has it, once; without, the one it was found on."""
    site = serve({"/": page("/a", "/b", "/gone", "/gone"), "/a": page("/gone"), "/b": page("/gone", "/gone2")})
    for options, wanted in (["--save-links"], [("/gone", "/"), ("/gone", "/a"), ("/gone", "/b"), ("/gone2", "/b")]), ([], [("/gone", "/"), ("/gone2", "/b")]):
        done = run("crawl", site.url("/"), *options).expect(crawl.SERVER)
        said = run("report", "--json", "--only=broken", done.dir, dir=None).expect(crawl.OK).stdout
        assert [(r["url"], r["parent"]) for r in map(json.loads, said.splitlines())] == [(site.url(u), site.url(p)) for u, p in wanted], said
