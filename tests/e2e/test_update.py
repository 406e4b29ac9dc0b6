# SPDX-License-Identifier: GPL-3.0-or-later
"""`lycosa update` against a site that changes as a test tells it: what is asked for, what is reported, what becomes of the files.

A job of each kind: bodies, mirror, WARC. Killed at any step: the files are those before or those after, never anything else.
"""
import email.utils
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import zipfile

import pytest

import crawl
import warc
from hostile import Answer, Gate, page, redirect
from test_crash import INTERPOSE, ROUNDS

KINDS = {"bodies": ("crawl", "--save=both"), "mirror": ("mirror",), "warc": ("archive",)}
FAST = ("--wait=0", "--waitretry=0", "--progress=none", "-e", "store.commit_ms=5")
NEEDS_INTERPOSE = pytest.mark.skipif(
    not os.path.exists(INTERPOSE) or crawl.WRAPPER or crawl.is_sanitized(),
    reason="needs tests/crash/interpose.so (make check builds it) and a program without sanitizers")


class Living:
    """A site whose documents a test may put, move, remove and break; how it validates is up to each."""

    def __init__(self, serve):
        self.docs, self.how, self.sent = {}, {}, []
        self.site = serve(self.answer)
        self.url = self.site.url

    def put(self, path, answer, how="strong", modified=1_700_000_000, date=None):
        """how: strong, weak, modified (Last-Modified only), ignores (validators are sent, conditions are not looked at), none."""
        if answer.status != 200:
            how = "none"
        self.docs[path] = answer
        self.how[path] = (how, modified, date)

    def page(self, path, *links, how="strong", title=None, **kw):
        self.put(path, page(*links, title=title or path), how=how, **kw)

    def asked(self):
        """Since the last time: {path: was it conditional?}"""
        with self.site.lock:
            log, self.site.log[:] = list(self.site.log), []
        return {r.path: "if-none-match" in r.headers or "if-modified-since" in r.headers for r in log if r.path != "/robots.txt"}

    def transferred(self):
        """Bytes of bodies sent since the last time."""
        n, self.sent = sum(self.sent), []
        return n

    def answer(self, x):
        path = x.request.path
        if path == "/robots.txt" and path not in self.docs:
            return Answer(404)
        found = self.docs.get(path, Answer(404))
        while callable(found):
            found = found(x)
        if found is None:
            return None
        how, modified, date = self.how.get(path, ("none", 0, None))
        etag = '"%s"' % hashlib.sha1(found.body).hexdigest()[:10]
        etag = "W/" + etag if how == "weak" else etag
        headers = dict(found.headers)
        if how in ("strong", "weak", "ignores"):
            headers["ETag"] = etag
        if how in ("modified", "ignores"):
            headers["Last-Modified"] = email.utils.formatdate(modified, usegmt=True)
        headers["Date"] = email.utils.formatdate(date or 1_790_000_000, usegmt=True)
        if how in ("strong", "weak") and x.request.headers.get("if-none-match") == etag or \
                how == "modified" and x.request.headers.get("if-modified-since") == headers.get("Last-Modified"):
            return Answer(304, headers=headers, type=None)
        self.sent.append(len(found.body))
        return Answer(found.status, found.body, headers, found.type)


@pytest.fixture
def living(serve):
    site = Living(serve)
    site.page("/", "/a", "/b", "/c", "/d", "/old", "/pic.png", "/private")
    site.page("/a", "/deep", how="weak")
    site.page("/b", how="modified")
    site.page("/c", how="ignores")
    site.page("/d", how="none")
    site.page("/deep", "/")
    site.page("/old")
    site.put("/pic.png", Answer(body=b"\x89PNG" * 500, type="image/png"))
    site.put("/robots.txt", Answer(body="User-agent: *\nDisallow: /private\n", type="text/plain"))
    return site


PATHS = {"/", "/a", "/b", "/c", "/d", "/deep", "/old", "/pic.png"}


@pytest.fixture
def begin(run, living, tmp_path):
    """begin(kind) -> the job directory of a finished crawl of the site."""
    def call(kind, *options):
        job = tmp_path / "job"
        done = run(*KINDS[kind], living.url("/"), *FAST, *options, dir=job)
        done.expect(crawl.OK if living.docs.get("/old") else crawl.SERVER)
        assert set(living.asked()) == PATHS and living.transferred() > 2000
        return job
    return call


def update(run, job, *options, env=None):
    done = run("update", job, *FAST, *options, dir=None, env=env)
    done.dir = str(job)
    return done


def changes(living, done):
    return {r["url"].replace(living.url(""), ""): r["change"] for r in crawl.read_lines(os.path.join(done.dir, "changes.jsonl"))}


def snapshot(job):
    """What is kept for good: every file below body/, text/, site/, warc/, and pages.jsonl: its bytes, inode and time."""
    found = {}
    for name in [os.path.join(job, "pages.jsonl")] + sorted(glob.glob(os.path.join(glob.escape(str(job)), "[bstw]*", "**"), recursive=True)):
        if os.path.isfile(name) and not name.endswith(".spool"):
            with open(name, "rb") as f:
                st = os.fstat(f.fileno())
                found[os.path.relpath(name, job)] = (hashlib.sha1(f.read()).hexdigest(), st.st_ino, st.st_mtime_ns)
    return found


def content(job):
    return {name: v[0] for name, v in snapshot(job).items()}


def generations(job):
    return sorted(os.listdir(os.path.join(job, "generations"))) if os.path.exists(os.path.join(job, "generations")) else []


def check(job, mirrors=True):
    """The job is whole: what pages.jsonl and the database say agree with each other and with the files. mirrors: its last run made one, if there is any."""
    db = sqlite3.connect("file:%s/lycosa.db?mode=ro" % job, uri=True)
    rows = {url: (status, saved) for url, status, saved in db.execute("SELECT url, status, saved FROM urls WHERE status IS NOT NULL")}
    assert db.execute("SELECT count(*) - count(DISTINCT key) FROM urls").fetchone() == (0,)
    db.close()
    pages = crawl.read_lines(os.path.join(job, "pages.jsonl"))
    assert len(pages) == len(rows) and {p["url"]: (p["status"], p.get("saved")) for p in pages} == rows
    for p in pages:
        for kept in ("saved", "text"):
            assert kept not in p or os.path.isfile(os.path.join(job, p[kept])), p
    assert not os.path.exists(os.path.join(job, "update")) and not os.path.exists(os.path.join(job, "update.new"))
    done = crawl.run("verify", job, home=job)
    assert done.status == crawl.OK and done.stdout == "", done
    if os.path.exists(os.path.join(job, "warc")):
        revisits = [r for r in warc.check_job(str(job)) if r.type == "revisit"]
        # Each refers to a capture that is there.
        captures = {(r.uri, r["WARC-Date"]) for r in warc.check_job(str(job)) if r.type == "response"}
        assert all((r["WARC-Refers-To-Target-URI"], r["WARC-Refers-To-Date"]) in captures for r in revisits)
    if mirrors and os.path.exists(os.path.join(job, "site")):
        lines = {r["url"]: (r.get("file"), r.get("redirect_to")) for r in crawl.read_lines(os.path.join(job, "urlmap.jsonl"))}
        assert lines == {p["url"]: (p.get("saved"), p.get("redirect_to")) for p in pages if "saved" in p or "redirect_to" in p}
    return {p["url"]: p for p in pages}


@pytest.mark.parametrize("kind", KINDS)
def test_unchanged_site(run, living, begin, kind):
    """Nothing is transferred that need not be, and no file changes: the second time as the first."""
    job = begin(kind)
    before = snapshot(job)
    for n in range(2):
        done = update(run, job).expect(crawl.OK)
        asked = living.asked()
        assert set(asked) == PATHS and {p for p in asked if not asked[p]} == {"/d"}
        assert changes(living, done) == {}
        # Those who do not look at conditions send all of it.
        assert living.transferred() == len(living.docs["/c"].body) + len(living.docs["/d"].body) + len(living.docs["/robots.txt"].body)
        after = snapshot(job)
        if kind == "warc":
            assert all(after[name] == before[name] for name in before if name.endswith(".warc.gz"))
            records = warc.check_job(str(job))
            assert sum(r["WARC-Profile"] == warc.NOT_MODIFIED for r in records) == 6 * (n + 1)
        else:
            assert after == before and "no file has changed" in done.stderr and generations(job) == []
        check(job)
    del living.docs["/c"], living.docs["/d"]
    living.page("/c"), living.page("/d")
    update(run, job).expect(crawl.OK)
    living.asked(), living.transferred()
    before = snapshot(job)
    done = update(run, job).expect(crawl.OK)
    assert all(living.asked().values()) and living.transferred() == len(living.docs["/robots.txt"].body)
    assert kind == "warc" or snapshot(job) == before


@pytest.mark.parametrize("kind", KINDS)
def test_report_is_exact(run, living, begin, kind):
    job = begin(kind)
    before = content(job)
    inodes = {name: v[1] for name, v in snapshot(job).items()}
    living.page("/a", "/deep", "/fresh", title="edited", how="weak")
    living.page("/b", title="edited", how="modified", modified=1_700_000_001)
    living.page("/d", title="edited", how="none")
    living.page("/fresh")
    living.put("/deep", redirect("/deeper", 301))
    living.page("/deeper")
    del living.docs["/old"]
    living.put("/pic.png", Answer(500))
    done = update(run, job).expect(crawl.SERVER)
    assert changes(living, done) == {"/a": "changed", "/b": "changed", "/d": "changed", "/fresh": "new", "/deeper": "new", "/deep": "moved",
                                     "/old": "gone", "/pic.png": "failed"}
    failed = [r for r in crawl.read_lines(os.path.join(job, "changes.jsonl")) if r["change"] == "failed"]
    assert failed[0]["outcome"] == "http_server_error"
    assert "2 new, 3 changed, 1 moved, 1 gone, 1 could not be had and stay as they were, 2 unchanged" in done.stderr
    now = check(job)
    get = lambda path: now[living.url(path)]
    assert get("/a")["title"] == "edited" and get("/deep")["status"] == 301 and get("/old")["status"] == 404
    # What failed is as it was; what is gone is kept.
    assert get("/pic.png")["status"] == 200
    stamp, = generations(job)
    past = os.path.join(job, "generations", stamp)
    assert content(past) == before
    if kind != "warc":
        assert get("/old")["saved"] and get("/pic.png")["saved"] and get("/deep")["saved"]
        shared = snapshot(job)
        for path in ("/", "/c", "/old", "/pic.png", "/deep"):
            name = get(path)["saved"]
            assert shared[name][1] == inodes[name], "%s is not shared" % path
        assert shared[get("/a")["saved"]][1] != inodes[get("/a")["saved"]]
    check_past = crawl.read_lines(os.path.join(past, "pages.jsonl"))
    assert {p["url"] for p in check_past} == {living.url(p) for p in PATHS}
    # Once more, and nothing of that is news.
    living.asked()
    living.put("/pic.png", Answer(body=b"\x89PNG" * 500, type="image/png"))
    done = update(run, job).expect(crawl.OK)
    assert changes(living, done) == {}
    assert set(living.asked()) == PATHS | {"/fresh", "/deeper"}
    assert kind == "warc" or get("/old")["saved"] == check(job)[living.url("/old")]["saved"]


def test_mirror_links_follow(run, living, begin):
    """What is new becomes local in a page that did not change; the generation before keeps the link that it had."""
    living.page("/b", "/later")
    job = begin("mirror", "--reject-regex=later")
    name = check(job)[living.url("/b")]["saved"]
    was = open(os.path.join(job, name)).read()
    assert living.url("/later") in was
    living.page("/later")
    living.page("/a", "/deep", "/later", how="weak", title="edited")
    done = update(run, job, "--reject-regex=nothing").expect(crawl.OK)
    assert changes(living, done) == {"/a": "changed", "/later": "new"}
    assert 'href="later%2C.html"' in open(os.path.join(job, name)).read()
    stamp, = generations(job)
    assert open(os.path.join(job, "generations", stamp, name)).read() == was


def test_mirror_links_follow_later(run, running, serve, tmp_path):
    """Also in a page that has not been looked at yet when the others' links are settled."""
    site, job, gate = Living(serve), tmp_path / "job", Gate()
    site.page("/", "/1"), site.page("/1", "/2", "/later"), site.page("/2", "/3"), site.page("/3", "/later")
    run("mirror", site.url("/"), "--reject-regex=later", "-e", "mirror.settle=1ms", *FAST, dir=job).expect(crawl.OK)
    saved = {p: check(job)[site.url(p)]["saved"] for p in ("/1", "/3")}
    site.page("/later"), site.page("/", "/1", "/later", title="edited")
    doc = site.docs["/2"]
    site.docs["/2"] = lambda x: (gate.pass_(), doc)[1]
    r = running("update", job, *FAST, "--reject-regex=nothing", dir=None)
    has_link = lambda path: not os.path.exists(path) or site.url("/later") in open(path).read()
    assert gate.count(1)
    crawl.eventually(lambda: not has_link(job / "update" / saved["/1"]), "it is not settled")
    gate.open()
    done = r.wait().expect(crawl.OK)
    done.dir = str(job)
    assert changes(site, done) == {"/": "changed", "/later": "new"}
    assert not has_link(job / saved["/3"]) and check(job)


@pytest.mark.parametrize("kind", ["bodies", "mirror"])
def test_purge(run, living, begin, kind):
    job = begin(kind)
    del living.docs["/old"]
    done = update(run, job, "--purge").expect(crawl.OK)
    assert changes(living, done) == {"/old": "gone"}
    now = check(job)
    assert "saved" not in now[living.url("/old")]
    stamp, = generations(job)
    assert len(content(job)) == len(content(os.path.join(job, "generations", stamp))) - (1 if kind == "mirror" else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_failures_roll_back(run, living, begin, kind):
    """The site is down, or answers with walls: nothing is lost, and that is said."""
    job = begin(kind)
    before = snapshot(job)
    for path in PATHS:
        living.put(path, Answer(403))
    done = update(run, job, "--tries=1")
    assert done.status == 10 and "rolled back, no file has changed" in done.stderr, done
    assert set(changes(living, done).values()) == {"failed"} and len(changes(living, done)) == 8
    assert snapshot(job) == before and generations(job) == []
    check(job)


def test_dead_host_rolls_back(run, living, begin):
    job = begin("bodies")
    before = snapshot(job)
    living.site.refuse("127.0.0.1")
    done = update(run, job, "--tries=1", "--dead-after=2")
    assert done.status == 10 and "rolled back" in done.stderr, done
    assert set(changes(living, done).values()) == {"failed"}
    assert snapshot(job) == before


def test_some_failures_do_not(run, living, begin):
    """A flapping page keeps what it had, as often as it fails; so does one that robots.txt forbids by now."""
    job = begin("bodies")
    living.put("/b", Answer(500))
    living.page("/d", title="edited", how="none")
    for title in ("edited", "once more"):
        living.page("/d", title=title, how="none")
        done = update(run, job, "--tries=1", "--max-failed=30").expect(crawl.SERVER)
        assert changes(living, done) == {"/b": "failed", "/d": "changed"}
        assert check(job)[living.url("/b")]["status"] == 200
    living.page("/b", how="modified")
    living.put("/robots.txt", Answer(body="User-agent: *\nDisallow: /private\nDisallow: /a\n", type="text/plain"))
    living.asked()
    done = update(run, job)
    assert changes(living, done) == {"/a": "failed"}, done
    assert "/a" not in living.asked() and check(job)[living.url("/a")]["status"] == 200


def test_gone_may_come_back(run, living, begin):
    job = begin("bodies")
    doc = living.docs.pop("/old")
    assert changes(living, update(run, job).expect(crawl.OK)) == {"/old": "gone"}
    assert changes(living, update(run, job).expect(crawl.OK)) == {}
    living.put("/old", doc)
    assert changes(living, update(run, job).expect(crawl.OK)) == {"/old": "new"}
    assert len(generations(job)) == 2
    check(job)


def test_validators_that_cannot_be_relied_upon(run, living, begin):
    """A Last-Modified of the future, or of the very second, is not sent back: an edit that does not show in it is found."""
    living.page("/b", how="modified", modified=1_900_000_000)
    living.page("/d", how="modified", modified=1_790_000_000, date=1_790_000_000)
    job = begin("bodies")
    living.page("/b", how="modified", modified=1_900_000_000, title="edited")
    living.page("/d", how="modified", modified=1_790_000_000, date=1_790_000_000, title="edited")
    done = update(run, job).expect(crawl.OK)
    asked = living.asked()
    assert not asked["/b"] and not asked["/d"] and asked["/a"]
    assert changes(living, done) == {"/b": "changed", "/d": "changed"}


def test_clock_of_the_server_is_its_own(run, living, begin):
    """Whatever the server's clock says, what it says of its pages by it holds."""
    living.page("/b", how="modified", modified=100_000_000, date=100_000_100)
    living.page("/d", how="modified", modified=2_000_000_000, date=2_000_000_100)
    job = begin("bodies")
    living.page("/d", how="modified", modified=2_000_000_050, date=2_000_000_100, title="edited")
    done = update(run, job).expect(crawl.OK)
    asked = living.asked()
    assert asked["/b"] and asked["/d"] and changes(living, done) == {"/d": "changed"}


@NEEDS_INTERPOSE
@pytest.mark.parametrize("kind", KINDS)
def test_clock_before_1970(run, living, tmp_path, kind):
    """A machine whose clock was never set crawls, goes on, updates and verifies as any other."""
    env, job = dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_CLOCK="-1000000"), tmp_path / "job"
    run(*KINDS[kind], living.url("/"), "--max-pages=3", *FAST, dir=job, env=env).expect(crawl.BUDGET)
    run("resume", job, "--max-pages=inf", *FAST, dir=None, env=env).expect(crawl.OK)
    assert set(living.asked()) == PATHS
    living.page("/b", title="edited")
    assert changes(living, update(run, job, env=env).expect(crawl.OK)) == {"/b": "changed"}
    check(job)


@pytest.mark.parametrize("kept", ["saved", "text"])
def test_a_file_that_was_taken_away_is_fetched(run, living, begin, kept):
    job = begin("bodies")
    saved = check(job)[living.url("/a")][kept]
    os.unlink(os.path.join(job, saved))
    done = update(run, job).expect(crawl.OK)
    assert not living.asked()["/a"] and changes(living, done) == {"/a": "changed"}
    assert os.path.exists(os.path.join(job, saved))
    check(job)


def test_what_was_not_kept_is_fetched(run, living, begin):
    """An update that is to keep more than the job did."""
    job = begin("warc")
    update(run, job, "--save=both").expect(crawl.OK)
    assert not any(living.asked().values())
    assert {p["url"] for p in check(job).values() if "saved" in p} == {living.url(p) for p in PATHS}
    assert {p["url"] for p in check(job).values() if "text" in p} == {living.url(p) for p in PATHS - {"/pic.png"}}
    assert changes(living, update(run, job, "--mirror").expect(crawl.OK)).keys() == PATHS
    assert not any(living.asked().values()) and os.path.isdir(job / "site")


@pytest.mark.parametrize("option, found", [("-l3", {"/p3", "/p4"}), ("--no-robots", {"/private"}), ("--accept-regex=.", {"/x.zip"})])
def test_links_that_were_refused_are_let_in(run, serve, tmp_path, option, found):
    """Pages that have not changed are read again where other links of theirs are wanted now; they have not changed for that."""
    site = Living(serve)
    site.page("/", "/p2", "/private", "/x.zip")
    site.page("/p2", "/p3")
    site.page("/p3", "/p4")
    site.page("/p4", "/p5")
    site.page("/p5")
    site.page("/private")
    site.put("/x.zip", Answer(body=b"PK", type="application/zip"))
    site.put("/robots.txt", Answer(body="User-agent: *\nDisallow: /private\n", type="text/plain"))
    job = tmp_path / "job"
    run("crawl", site.url("/"), *FAST, "-l1", "--save=body", "--accept-regex=/(p[0-9]|private)?$", dir=job).expect(crawl.OK)
    assert set(site.asked()) == {"/", "/p2"}
    done = update(run, job, option).expect(crawl.OK)
    assert "all pages are read again" in done.stderr
    assert changes(site, done) == {p: "new" for p in found}
    assert set(check(job)) == {site.url(p) for p in {"/", "/p2"} | found}
    assert not any(site.asked().values()), "without conditions"
    done = update(run, job).expect(crawl.OK)
    assert "nothing has changed" in done.stderr and all(site.asked().values()), "with conditions again"


@pytest.mark.parametrize("option", ["--since=2026-01-01", "--max-pages=1000", "--wait=1ms", "--max-body=2g"])
def test_options_that_need_no_page_again(run, living, begin, option):
    """What did not change is not sent again for them: an update with another --since each day stays cheap."""
    job = begin("bodies")
    done = update(run, job, option).expect(crawl.OK)
    asked = living.asked()
    assert "read again" not in done.stderr and asked["/"] and asked["/a"] and asked["/b"]


def test_what_is_noted_of_pages_is_noted_of_all(run, living, begin):
    """The lines of pages that have not changed are written anew, and it is still said that they have not."""
    job = begin("bodies")
    done = update(run, job, "--extract", "titles=//title").expect(crawl.OK)
    assert changes(living, done) == {} and generations(job)
    pages = check(job)
    assert all(p["extract"]["titles"] for u, p in pages.items() if not u.endswith(".png"))
    update(run, job, "--warc").expect(crawl.OK)
    check(job)
    assert {r.uri for r in warc.check_job(str(job)) if r.type == "response"} >= {living.url(p) for p in PATHS}


def test_what_was_kept_stays_though_no_more_is(run, living, begin):
    """What did not change has the files that its row names, whatever this update is to keep."""
    job = begin("bodies")
    before = check(job)
    living.page("/d", title="edited", how="none")
    assert changes(living, update(run, job, "--save=none").expect(crawl.OK)) == {"/d": "changed"}
    after = check(job)
    for url in set(after) - {living.url("/d"), living.url("/c")}:
        assert [after[url].get(k) for k in ("saved", "text")] == [before[url].get(k) for k in ("saved", "text")], url
    assert "saved" not in after[living.url("/d")]


@pytest.mark.parametrize("kind,save", [("bodies", "none"), ("bodies", "text"), ("bodies", "body"), ("mirror", "none"), ("mirror", "body")])
def test_what_is_gone_stays_though_no_more_is_kept(run, living, begin, kind, save):
    """The files that its row names: whatever this update is to keep, as often as it comes; until --purge."""
    job = begin(kind, *(["--save=text", "-e", "mirror.backup_converted=on"] if kind == "mirror" else []))
    before, files = check(job), content(job)
    del living.docs["/old"], living.docs["/deep"]
    living.put("/pic.png", redirect("/c"))
    for gone in ({"/old": "gone", "/deep": "gone", "/pic.png": "moved"}, {}):
        done = update(run, job, "--no-mirror", "--save=" + save)
        assert {p: c for p, c in changes(living, done).items() if p in gone} == gone, done
        after, now = check(job, mirrors=False), content(job)
        for path in ("/old", "/deep", "/pic.png"):
            names = [after[living.url(path)].get(k) for k in ("saved", "text")]
            assert names == [before[living.url(path)].get(k) for k in ("saved", "text")], path
            for name in filter(None, names):
                assert now[name] == files[name] and now.get(name + ",orig") == files.get(name + ",orig"), name
        assert run("verify", job, dir=None).status == crawl.OK
    update(run, job, "--no-mirror", "--save=" + save, "--purge")
    assert not [p for p in ("/old", "/deep", "/pic.png") if "saved" in check(job, mirrors=False)[living.url(p)]]


def test_a_soft_404_keeps_the_file_that_was_there(run, serve, tmp_path):
    """Its row is of an answer with status 200, and of other bytes than the file: that is no damage."""
    job, there = tmp_path / "job", True
    names = ["/s/%d.html" % n for n in range(12)]
    lost = page(body="<p>What you look for is not here, and it is said with so many words that there is a text to compare.</p>" * 5)

    def answer(x):
        path = x.request.path
        if path == "/":
            return page(*names)
        return page(body="<p>%s is a page of its own, with this many words.</p>" % path) if there and path in names else Answer(404) if there else lost
    site = serve(answer)
    run("crawl", site.url("/"), "--save=both", *FAST, dir=job).expect(crawl.OK)
    before = check(job)
    there = False
    # Read before the next is asked for: a parser that is late lets all of them through.
    update(run, job, "--per-host=1", "--workers=0", "--max-failed=100").expect(crawl.OK)
    after = check(job)
    soft = [u for u, p in after.items() if p["outcome"] == "soft_404"]
    assert soft and all(after[u]["saved"] == before[u]["saved"] for u in soft), after
    assert run("verify", job, dir=None).expect(crawl.OK)


def test_xhtml_whose_text_was_not_kept(run, living, tmp_path):
    job = tmp_path / "job"
    living.docs.clear()
    living.put("/", Answer(body='<html xmlns="http://www.w3.org/1999/xhtml"><body><p>spider</p></body></html>', type="application/xhtml+xml"))
    run("crawl", living.url("/"), *FAST, dir=job).expect(crawl.OK)
    living.asked()
    update(run, job, "--save=text").expect(crawl.OK)
    assert living.asked() == {"/": False}
    page, = check(job).values()
    with open(os.path.join(job, page["text"])) as f:
        assert f.read() == "spider\n"
    update(run, job).expect(crawl.OK)
    assert living.asked() == {"/": True}


def test_a_path_that_begins_with_two_slashes(run, living, begin):
    job = begin("bodies")
    living.page("/d", title="edited", how="none")
    assert changes(living, update(run, "/%s" % job).expect(crawl.OK)) == {"/d": "changed"}
    check(job)


def set_back(job, seconds):
    """As if everything had been asked for that long ago."""
    db = sqlite3.connect(os.path.join(job, "lycosa.db"))
    db.execute("UPDATE urls SET checked_at = coalesce(checked_at, started_at) - ?1", (seconds * 1_000_000,))
    db.commit()
    db.close()


@pytest.mark.parametrize("kind", KINDS)
def test_max_age(run, living, begin, kind):
    job = begin(kind)
    before = snapshot(job)
    done = update(run, job, "--max-age=1h").expect(crawl.OK)
    assert living.asked() == {} and "8 not due" in done.stderr and snapshot(job) == before
    set_back(job, 7200)
    done = update(run, job, "--max-age=1h").expect(crawl.OK)
    assert set(living.asked()) == PATHS
    if kind != "warc":
        assert snapshot(job) == before
    check(job)


def test_adaptive(run, living, begin):
    """What changes is looked at again sooner, what does not, later; what is not due stays whole."""
    job = begin("bodies")
    set_back(job, 90_000)
    living.page("/d", title="0", how="none")
    assert changes(living, update(run, job, "--adaptive").expect(crawl.OK)) == {"/d": "changed"}
    assert set(living.asked()) == PATHS

    def intervals():
        db = sqlite3.connect("file:%s/lycosa.db?mode=ro" % job, uri=True)
        found = dict(db.execute("SELECT replace(url, ?, ''), interval_s FROM urls WHERE status IS NOT NULL", (living.url(""),)))
        db.close()
        return found
    first = intervals()
    for n in range(4):
        set_back(job, 100 * 86400)
        living.page("/d", title="%d times" % n, how="none")
        update(run, job, "--adaptive").expect(crawl.OK)
    last = intervals()
    assert last["/d"] < first["/d"] and all(last[p] > first[p] for p in PATHS - {"/d"})
    living.asked()
    set_back(job, last["/d"] + 60)
    before = content(job)
    assert changes(living, update(run, job, "--adaptive").expect(crawl.OK)) == {}
    assert set(living.asked()) == {"/d"} and content(job) == before
    assert changes(living, update(run, job, "--adaptive", "--max-age=1s").expect(crawl.OK)) == {}
    assert set(living.asked()) <= PATHS
    check(job)


def test_generations_can_be_restored(run, living, begin):
    job = begin("mirror")
    kept = [content(job)]
    for title in ("second", "third"):
        living.page("/d", title=title, how="none")
        update(run, job).expect(crawl.OK)
        kept.append(content(job))
    first, second = generations(job)
    run("update", "--restore", first, job, dir=None).expect(crawl.OK)
    assert content(job) == kept[0]
    check(job)
    assert len(generations(job)) == 2
    third = [g for g in generations(job) if g != second][0]
    assert content(os.path.join(job, "generations", third)) == kept[2]
    # It is a job like any other: brought up to date, it is the third again.
    living.asked()
    assert changes(living, update(run, job).expect(crawl.OK)) == {"/d": "changed"}
    assert {n: v for n, v in content(job).items() if n.startswith("site")} == {n: v for n, v in kept[2].items() if n.startswith("site")}
    assert "of which job? " in run("update", "--restore", job, dir=None).expect(crawl.USAGE).stderr
    done = run("update", "--restore", "yesterday", job, dir=None)
    assert done.status == crawl.FILE_IO and "no such generation" in done.stderr
    # What is kept is what was replaced, though it may have an older name than one that was rejected.
    run("update", "--restore", first, job, dir=None).expect(crawl.OK)
    before = content(job)
    living.page("/d", title="fourth", how="none")
    update(run, job, "--generations=1").expect(crawl.OK)
    kept_one, = generations(job)
    assert content(os.path.join(job, "generations", kept_one)) == before
    # What is not a whole generation cannot be made the newest one.
    os.unlink(os.path.join(job, "generations", kept_one, "lycosa.db"))
    now = content(job)
    done = run("update", "--restore", kept_one, job, dir=None)
    assert done.status == crawl.FILE_IO and "no such generation" in done.stderr and content(job) == now


def test_what_came_in_part_is_asked_for_whole(run, living, tmp_path):
    """It had an ETag, but a 304 would leave us with half of it."""
    def half(x):
        x.send(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "1"\r\nContent-Length: 999\r\n\r\n<p>half')
    job = tmp_path / "job"
    living.docs["/d"] = half
    run("crawl", "--save=body", living.url("/"), *FAST, "--tries=1", dir=job).expect(crawl.NETWORK)
    living.page("/d", title="whole")
    living.asked()
    update(run, job).expect(crawl.OK)
    assert living.asked()["/d"] is False and check(job)[living.url("/d")]["title"] == "whole"


def test_archives_without_new_records(run, living, begin):
    job = begin("warc")
    living.page("/d", title="second", how="none")
    update(run, job, "--no-warc").expect(crawl.OK)
    check(job)
    living.page("/d", title="third", how="none")
    update(run, job, "--warc").expect(crawl.OK)
    check(job)
    assert len([r for r in warc.check_job(str(job)) if r.type == "response" and r.uri.endswith("/d")]) == 2


def test_archive_archives_whatever_the_job_says(run, living, begin):
    """What the command is for goes over the job's file; what was said on the command line goes over that."""
    job = begin("warc")
    living.page("/d", title="second", how="none")
    update(run, job, "--no-warc").expect(crawl.OK)
    for path, options, n in (("/a?one", (), 1), ("/a?two", ("--no-warc",), 0)):
        living.page(path)
        run("archive", *FAST, living.url("/"), living.url(path), *options, dir=job).expect(crawl.OK)
        assert len([r for r in warc.check_job(str(job)) if r.uri == living.url(path) and r.type in ("response", "revisit")]) == n, path
    # Another command adds to the job as it is.
    run("crawl", *FAST, living.url("/"), living.url("/a?three"), dir=job)
    assert not [r for r in warc.check_job(str(job)) if r.uri == living.url("/a?three")]


def test_archives_of_earlier_generations_stay(run, living, begin):
    """A job that archives more into its newest generation writes to no file that an earlier one has, too."""
    job = begin("warc")
    living.page("/d", title="second", how="none")
    update(run, job, "--no-warc").expect(crawl.OK)
    past = os.path.join(job, "generations", generations(job)[0])
    was = snapshot(past)
    assert os.path.samefile(os.path.join(past, "warc", "index.cdxj"), os.path.join(job, "warc", "index.cdxj"))
    run("archive", "--warc", *FAST, living.url("/"), living.url("/a?new"), dir=job).expect(crawl.SERVER)
    assert snapshot(past) == was and run("verify", past, dir=None).status == crawl.OK
    check(job)
    assert {r.uri for r in warc.check_job(str(job)) if r.type == "response"} >= {living.url("/a?new"), living.url("/deep")}


def test_wacz_of_an_earlier_generation_stays(run, living, begin):
    """Another is begun, whose pages are those that are in it; the next run goes on with that one."""
    job = begin("warc", "--wacz")
    assert update(run, job).status == crawl.USAGE
    living.page("/d", title="second", how="none")
    update(run, job, "--no-warc", "--no-wacz").expect(crawl.OK)
    past = os.path.join(job, "generations", generations(job)[0])
    was = snapshot(past)
    [first] = glob.glob(os.path.join(glob.escape(past), "warc", "*.wacz"))
    for path, n in (("/a?new", 2), ("/b?new", 2)):
        living.page(path)
        run("archive", "--warc", "--wacz", *FAST, living.url("/"), living.url(path), dir=job).expect(crawl.OK)
        assert snapshot(past) == was and run("verify", past, job, dir=None).status == crawl.OK
        files = {os.path.basename(p): p for p in glob.glob(os.path.join(glob.escape(str(job)), "warc", "*.wacz"))}
        assert len(files) == n and os.path.samefile(files.pop(os.path.basename(first)), first)
    [second] = files.values()
    with zipfile.ZipFile(second) as z:
        assert z.testzip() is None
        pages = [json.loads(line).get("url") for line in z.read("pages/pages.jsonl").splitlines()]
    assert pages == [None, living.url("/a?new"), living.url("/b?new")]


def test_rows_that_name_no_files_of_pages(run, living, begin):
    """A database of somebody else's making: what its rows name is taken over from body/, text/ and site/ only."""
    job = begin("bodies")
    db = sqlite3.connect(os.path.join(job, "lycosa.db"))
    db.execute("UPDATE urls SET checked_at = started_at - 7200000000 WHERE url NOT LIKE '%/a'")
    db.execute("UPDATE urls SET saved = 'lycosa.db' WHERE url LIKE '%/a'")
    db.execute("UPDATE urls SET text = 'lycosa.db' WHERE url LIKE '%/b'")
    db.commit()
    db.close()
    living.page("/d", title="second", how="none")
    done = update(run, job, "--max-age=1h").expect(crawl.OK)
    assert changes(living, done)["/d"] == "changed" and os.stat(os.path.join(job, "lycosa.db")).st_nlink == 1
    db = sqlite3.connect("file:%s/lycosa.db?mode=ro" % job, uri=True)
    assert db.execute("SELECT count(*), count(DISTINCT url) FROM urls WHERE status = 200").fetchone() == (len(PATHS), len(PATHS))
    db.close()


def links_of(living, job):
    """What lycosa.db says of each page, in order."""
    db = sqlite3.connect(os.path.join(job, "lycosa.db"))
    rows = db.execute("SELECT p.url, l.url, l.kind FROM links l JOIN urls p ON p.id = l.page ORDER BY l.page, l.n").fetchall()
    db.close()
    found = {}
    for page_url, url, kind in rows:
        found.setdefault(page_url.replace(living.url(""), ""), []).append((url.replace(living.url(""), ""), kind))
    return found


@pytest.mark.parametrize("due", [(), ("--max-age=1d",)], ids=["asked", "not_due"])
def test_links_go_along(run, living, begin, due):
    """What a page refers to is kept, and stays with it when it is not read anew: 304, or not asked for at all."""
    job = begin("bodies", "--save-links")
    before = links_of(living, job)
    assert before["/"] == [(p, "page") for p in ("/a", "/b", "/c", "/d", "/old", "/pic.png", "/private")]
    assert before["/deep"] == [("/", "page")] and set(before) == {"/", "/a", "/deep"}
    if not due:
        living.page("/a", "/deep", "/b", how="weak")
    done = update(run, job, *due).expect(crawl.OK)
    after = links_of(living, job)
    assert after == (before if due else dict(before, **{"/a": [("/deep", "page"), ("/b", "page")]}))
    assert done.status == 0


def test_links_are_not_kept_unasked(living, begin):
    assert links_of(living, begin("bodies")) == {}


def test_only_gone(run, living, begin):
    """All that is due is gone: that is an answer, and no reason to keep nothing of it."""
    job = begin("bodies")
    db = sqlite3.connect(os.path.join(job, "lycosa.db"))
    db.execute("UPDATE urls SET checked_at = started_at - 7200000000 WHERE url LIKE '%/old'")
    db.commit()
    db.close()
    del living.docs["/old"]
    done = update(run, job, "--max-age=1h").expect(crawl.OK)
    assert changes(living, done) == {"/old": "gone"} and set(living.asked()) == {"/old"}


def test_interrupted_goes_on(run, running, living, begin, tmp_path):
    """What was looked at is not looked at again; until it is over nothing has changed; it can be thrown away."""
    job = begin("bodies")
    before = snapshot(job)
    gate = Gate()
    doc = living.docs["/deep"]
    living.page("/a", title="edited", how="weak")
    living.docs["/deep"] = lambda x: (gate.pass_(), doc)[1]
    r = running("update", job, *FAST, "--per-host=1", dir=None)
    assert gate.count(1)
    r.signal(signal.SIGINT)
    r.wait_line("finishing what is in flight")
    gate.open()
    done = r.wait()
    assert done.status == crawl.INTERRUPTED and "no file has changed" in done.stderr, done
    assert snapshot(job) == before
    other = run("resume", os.path.join(job, "update"), dir=None)
    assert other.status == crawl.FILE_IO and "lycosa update DIR" in other.stderr
    first = living.asked()
    kept = str(tmp_path / "copy")
    shutil.copytree(job, kept, symlinks=True)
    done = update(run, job).expect(crawl.OK)
    second = living.asked()
    assert "going on with the update" in done.stderr and set(first) | set(second) == PATHS and not set(first) & set(second)
    assert changes(living, done) == {"/a": "changed"}
    check(job)
    run("update", "--discard", kept, dir=None).expect(crawl.OK)
    assert content(kept) == {n: v[0] for n, v in before.items()} and not os.path.exists(os.path.join(kept, "update"))


def test_options_hold_until_the_update_is_over(run, running, living, begin):
    """An update goes on with the options that it was begun with; they can be asked and changed while it runs, under the job's name."""
    job = begin("mirror")
    gate = Gate()
    doc = living.docs["/deep"]
    living.docs["/deep"] = lambda x: (gate.pass_(), doc)[1]
    del living.docs["/old"]
    r = running("update", job, *FAST, "--purge", "--per-host=1", dir=None)
    assert gate.count(1)
    assert "update.purge = on (was off)" in r.wait_line("changed: update.purge")
    assert run("ctl", job, "get", "update.purge", dir=None).expect(crawl.OK).stdout == "on\n"
    run("ctl", job, "set", "polite.wait=1ms", dir=None).expect(crawl.OK)
    r.signal(signal.SIGINT)
    r.wait_line("finishing what is in flight")
    gate.open()
    r.wait()
    done = run("update", job, dir=None).expect(crawl.OK)
    done.dir = str(job)
    assert changes(living, done) == {"/old": "gone"} and "saved" not in check(job)[living.url("/old")]
    settings = open(os.path.join(job, "lycosa.conf")).read()
    assert "\npurge = on\n" in settings and "\nwait = 1ms\n" in settings
    done = run("update", job, "--no-purge", "--max-age=1h", dir=None).expect(crawl.OK)
    assert "update.purge = off (was on)" in done.stderr and living.asked() and "not due" in done.stderr


def test_names_that_meet(run, running, serve, tmp_path):
    """Where an option leaves something out of names, each URL keeps its own, whichever comes first this time."""
    gate, hosts = Gate(), ("127.0.0.1", "127.0.0.2")
    body = {host: b"\x89PNG" + host.encode() * 100 for host in hosts}
    slow = []

    def picture(x):
        if x.request.host in slow:
            gate.pass_()
        return Answer(body=body[x.request.host], type="image/png", headers={"ETag": '"%s"' % hashlib.sha1(body[x.request.host]).hexdigest()})
    script = {"/logo.png": picture}
    site = serve(script, hosts=hosts)
    urls = [site.url("/logo.png", host) for host in hosts]
    script["/"] = page(*urls)
    job = tmp_path / "job"
    slow.append(hosts[1])
    r = running("mirror", site.url("/"), "-nd", "-H", "-K", *FAST, dir=job)
    assert gate.count(1)
    crawl.eventually(lambda: os.path.exists(job / "site" / "logo.png"), "the first did not come")
    gate.open()
    assert r.wait().status in (crawl.OK, crawl.SERVER)
    saved = {p["url"]: p["saved"] for p in check(job).values() if "saved" in p}
    assert saved[urls[0]] == "site/logo.png" and saved[urls[1]].startswith("site/logo,h")
    originals = [n for n in content(job) if n.endswith(",orig")]
    assert originals == ["site/index.html,orig"]
    # The other one comes first.
    gate = Gate()
    slow[:] = [hosts[0]]
    body[hosts[1]] = b"\x89PNG, another"
    r = running("update", job, *FAST, dir=None)
    assert gate.count(1)
    crawl.eventually(lambda: os.path.exists(job / "update" / saved[urls[1]]), "the second did not come")
    gate.open()
    assert r.wait().status in (crawl.OK, crawl.SERVER)
    assert {p["url"]: p["saved"] for p in check(job).values() if "saved" in p} == saved
    for host, url in zip(hosts, urls):
        assert open(os.path.join(job, saved[url]), "rb").read() == body[host]
    assert [n for n in content(job) if n.endswith(",orig")] == originals


def test_redirect_back_to_itself(run, serve, tmp_path):
    """A page behind a wall of cookies has two rows and two lines; both stay, whether they are asked for or not."""
    walls = []

    def wall(x):
        walls.append(x)
        return redirect("/set") if len(walls) % 2 else page(title="inside")
    job = tmp_path / "job"
    run("crawl", serve({"/": page("/wall"), "/wall": wall, "/set": redirect("/wall")}).url("/"), "--save=both", *FAST, dir=job).expect(crawl.OK)

    def kept():
        db = sqlite3.connect("file:%s/lycosa.db?mode=ro" % job, uri=True)
        rows = db.execute("SELECT url, status, saved FROM urls ORDER BY url, status").fetchall()
        db.close()
        pages = crawl.read_lines(os.path.join(job, "pages.jsonl"))
        assert sorted((p["url"], p["status"], p.get("saved")) for p in pages) == sorted(rows)
        assert run("verify", job, dir=None).expect(crawl.OK)
        return rows
    before = kept()
    assert len(before) == 4
    assert "4 not due" in update(run, job, "--max-age=1h").expect(crawl.OK).stderr
    os.unlink(os.path.join(job, [saved for url, status, saved in before if url.endswith("/")][0]))
    assert "repaired: " in run("verify", "--repair", job, dir=None).expect(crawl.OK).stderr
    assert kept() == before
    # The wall counts who comes: one after the other, as the first time.
    update(run, job, "--max-age=inf", "--per-host=1").expect(crawl.OK)
    assert kept() == before


WALLS = {"other": "/set", "itself": "/wall"}


@pytest.mark.parametrize("way", sorted(WALLS))
@pytest.mark.parametrize("lasts", [True, False])
def test_what_is_behind_a_wall_is_brought_up_to_date(run, serve, tmp_path, way, lasts):
    """It is a hop of the chain that led to it: repaired, and updated, whether the cookie still holds or the server wants it set again."""
    text, job = ["inside"], tmp_path / "job"

    def wall(x):
        if "in=1" in (x.request.headers.get("cookie") or ""):
            return page(title=text[0], body=text[0])
        return Answer(302, headers={"Location": WALLS[way], "Set-Cookie": "in=1"} if way == "itself" else {"Location": WALLS[way]})
    site = serve({"/": page("/wall"), "/wall": wall, "/set": lambda x: Answer(302, headers={"Location": "/wall", "Set-Cookie": "in=1"})})
    run("crawl", site.url("/"), "--save=both", *FAST, dir=job).expect(crawl.OK)

    def inside():
        db = sqlite3.connect(job / "lycosa.db")
        rows = db.execute("SELECT saved FROM urls WHERE url LIKE '%/wall' AND status = 200").fetchall()
        assert db.execute("SELECT count(*) - count(DISTINCT key) FROM urls").fetchone() == (0,)
        if not lasts:
            db.execute("DELETE FROM cookies")
            db.commit()
        db.close()
        assert rows and len({name for name, in rows}) == 1
        return os.path.join(job, rows[0][0])
    for how in ("gone", "flipped"):
        spoil(inside(), how)
        done = run("verify", "--repair", job, dir=None).expect(crawl.OK)
        assert "repaired: " in done.stderr and site.asked().count("/") == 1, done
        with open(inside()) as f:
            assert "inside" in f.read()
    # More than --max-redirect would let it go round.
    for text[0] in ["edited %d" % n for n in range(11 if way == "other" and not lasts else 2)]:
        update(run, job).expect(crawl.OK)
        with open(inside()) as f:
            assert text[0] in f.read()
    assert run("verify", job, dir=None).expect(crawl.OK)


def test_directories_with_a_dot(run, serve, tmp_path):
    job = tmp_path / "job"
    run("mirror", serve({"/": page("/.well-known/a", "/..b/c"), "/.well-known/a": page(), "/..b/c": page()}).url("/"), *FAST, dir=job)
    before = snapshot(job)
    assert "nothing has changed" in update(run, job).stderr
    assert "3 not due" in update(run, job, "--max-age=1h").expect(crawl.OK).stderr
    assert snapshot(job) == before
    check(job)


def test_cookies_go_along(run, serve, tmp_path):
    seen = []

    def answer(x):
        seen.append(x.request.headers.get("cookie"))
        return Answer(body=b"<p>as it was", headers={"Set-Cookie": "n=%d; Max-Age=10000" % len(seen)})
    job = tmp_path / "job"
    run("crawl", serve({"/": answer}).url("/"), "--save=body", *FAST, dir=job).expect(crawl.OK)
    for _ in range(2):
        assert "nothing has changed" in update(run, job).expect(crawl.OK).stderr
    assert seen == [None, "n=1", "n=2"]


def test_what_servers_asked_for_goes_along(run, living, begin):
    """HSTS and pauses: in the next generation, and where there is none."""
    job = begin("bodies")
    far = 4_000_000_000_000_000
    db = sqlite3.connect(job / "lycosa.db")
    db.execute("INSERT INTO hsts (host, subdomains, since, until) VALUES ('elsewhere.example', 0, 1, ?)", (far,))
    db.execute("INSERT INTO pauses (origin, due_at) VALUES ('https://elsewhere.example', ?)", (far,))
    db.commit()
    db.close()
    for n in range(2):
        update(run, job).expect(crawl.OK)
        assert len(generations(job)) == n
        db = sqlite3.connect("file:%s/lycosa.db?mode=ro" % job, uri=True)
        assert db.execute("SELECT h.until, p.due_at FROM hsts h, pauses p").fetchall() == [(far, far)]
        db.close()
        living.page("/d", title="edited", how="none")
DAMAGE = {"gone": os.unlink, "cut": lambda p: os.truncate(p, 3), "link": lambda p: (os.unlink(p), os.symlink("/etc/passwd", p))}


def spoil(path, how):
    """Anew, so that no other link of the file is."""
    data = open(path, "rb").read()
    os.unlink(path)
    if how == "flipped":
        data = bytes([data[0] ^ 1]) + data[1:]
    with open(path, "wb") as f:
        f.write(data)
    if how in DAMAGE:
        DAMAGE[how](path)


@pytest.mark.parametrize("kind", ["bodies", "mirror"])
def test_repair(run, living, begin, kind):
    """What is damaged, and nothing else, is fetched again, without conditions; links that are new there are not followed."""
    job = begin(kind)
    before = content(job)
    pages = check(job)
    # Pages of a mirror are rewritten: nobody knows their hash.
    spoilt = {"/a": "gone", "/pic.png": "flipped", "/b": "link"} if kind == "mirror" else \
        {"/a": "gone", "/pic.png": "flipped", "/b": "cut", "/old": "link", "/deep": "flipped"}
    for path, how in spoilt.items():
        spoil(os.path.join(job, pages[living.url(path)]["saved"]), how)
    if kind == "bodies":
        spoil(os.path.join(job, pages[living.url("/c")]["text"]), "cut")
        spoilt["/c"] = "cut"
    done = run("verify", job, dir=None)
    assert done.status == 10 and done.stdout.count("\n") == len(spoilt)
    living.page("/b", "/not-followed", how="modified", title="edited") if kind == "bodies" else None
    done = run("verify", "--repair", job, dir=None)
    asked = living.asked()
    assert set(asked) == set(spoilt) and not any(asked.values())
    assert done.status == crawl.OK and "repaired: " in done.stderr and "nothing is wrong" in done.stderr.splitlines()[-1], done
    now = check(job)
    assert set(now) == set(pages)
    if kind == "mirror":
        assert {n: v for n, v in content(job).items() if n != "pages.jsonl"} == {n: v for n, v in before.items() if n != "pages.jsonl"}
    else:
        assert now[living.url("/b")]["title"] == "edited"
        done.dir = str(job)
        assert changes(living, done) == {"/b": "changed"}
        # The damaged ones are of the generation before, as they were.
        assert len(generations(job)) == 1
    done = run("verify", "--repair", job, dir=None).expect(crawl.OK)
    assert living.asked() == {} and len(generations(job)) == 1


def test_repair_that_cannot(run, living, begin):
    """What cannot be had is as it was, and said; what is gone at the origin too is no more missed."""
    job = begin("bodies")
    pages = check(job)
    for path in ("/a", "/b", "/old"):
        os.unlink(os.path.join(job, pages[living.url(path)]["saved"]))
    living.put("/b", Answer(500))
    del living.docs["/old"]
    done = run("verify", "--repair", "--tries=1", job, dir=None)
    assert done.status == crawl.USAGE
    done = run("verify", "--repair", job, "-e", "polite.tries=1", dir=None)
    assert done.status == 10 and done.stdout.splitlines()[-1].count(pages[living.url("/b")]["saved"]) == 1, done
    assert done.stdout.count("\n") == 4
    for path in PATHS:
        living.put(path, Answer(500))
    done = run("verify", "--repair", job, "-e", "polite.tries=1", dir=None)
    assert done.status == 10 and "rolled back" in done.stderr
    assert run("verify", "--repair", job, job, dir=None).status == crawl.USAGE


def test_repair_goes_on(run, running, living, begin):
    """Interrupted, it goes on, by whichever of the two commands, and is still a repair."""
    job = begin("bodies")
    pages = check(job)
    for path in ("/a", "/b", "/deep"):
        os.unlink(os.path.join(job, pages[living.url(path)]["saved"]))
    gate = Gate()
    doc = living.docs["/a"]
    living.docs["/a"] = lambda x: (gate.pass_(), doc)[1]
    r = running("verify", "--repair", job, "-e", "polite.per_host=1", dir=None)
    assert gate.count(1)
    r.signal(signal.SIGINT)
    r.wait_line("finishing what is in flight")
    gate.open()
    assert r.wait().status == crawl.INTERRUPTED
    living.page("/deep", "/not-followed", title="edited")
    done = run("update", job, dir=None).expect(crawl.OK)
    assert "going on with the update" in done.stderr and "repaired: " in done.stderr
    assert set(living.asked()) == {"/a", "/b", "/deep"}
    check(job)


@NEEDS_INTERPOSE
@pytest.mark.parametrize("kind, rounds", [("mirror", 4), ("bodies", 4)])
def test_blocked_and_killed(run, living, begin, tmp_path, kind, rounds):
    """An update that meets walls is rolled back, and changes no file, wherever it is killed, as often as that happens."""
    job = begin(kind)
    before = snapshot(job)
    for path in PATHS:
        living.put(path, Answer(403))
    count = tmp_path / "count"
    shutil.copytree(job, tmp_path / "whole", symlinks=True)
    done = update(run, tmp_path / "whole", "--tries=1", env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_COUNT=str(count)))
    assert done.status == 10, done
    steps = int(count.read_text())
    rng = random.Random(kind)
    for step in sorted(rng.sample(range(1, steps), rounds)):
        done = update(run, job, "--tries=1", env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_KILL=str(step)))
        assert done.status in (-signal.SIGKILL, 10), done
        assert snapshot(job) == before and generations(job) == [], "step %d of %d" % (step, steps)
    if done.status != 10 or os.path.exists(job / "update"):
        done = update(run, job, "--tries=1")
    assert done.status == 10 and "rolled back, no file has changed" in done.stderr, done
    assert set(changes(living, done).values()) == {"failed"} and len(changes(living, done)) == 8
    assert snapshot(job) == before and generations(job) == []
    check(job)


@NEEDS_INTERPOSE
@pytest.mark.parametrize("kind, rounds", [(k, 2) for k in KINDS] + [pytest.param(k, 8 * ROUNDS, marks=pytest.mark.long) for k in KINDS])
def test_killed_at_any_step(run, living, begin, tmp_path, kind, rounds):
    """After each kill the job is as before or as after; the next update makes it as after."""
    job = begin(kind)
    before = content(job)
    living.page("/a", "/deep", "/fresh", title="edited", how="weak")
    living.page("/fresh")
    del living.docs["/old"]

    def fresh():
        path = tmp_path / "killed"
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(job, path, symlinks=True)
        return path
    count = tmp_path / "count"
    whole = fresh()
    update(run, whole, env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_COUNT=str(count))).expect(crawl.OK)
    steps = int(count.read_text())
    expected = {n: v for n, v in content(whole).items() if n[:4] in ("body", "text", "site")}
    names = {p["url"]: (p["status"], p.get("saved")) for p in check(whole).values()}
    rng = random.Random(kind)
    # Some anywhere; and those of the change of generations, which are the last.
    chosen = sorted(rng.sample(range(1, steps - 12), rounds)) + sorted(rng.sample(range(steps - 12, steps), min(rounds + 1, 12)))
    for step in chosen:
        path = fresh()
        done = update(run, path, env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_KILL=str(step)))
        assert done.status in (-signal.SIGKILL, crawl.OK), done
        if not os.path.exists(path / "update" / "commit") and not generations(path):
            assert content(path) == before, "step %d of %d" % (step, steps)
        elif step % 2 and os.path.exists(path / "update" / "commit"):
            # Whoever looks at the job next finishes the change of generations.
            run("report", path, dir=None).expect(crawl.OK)
            assert not os.path.exists(path / "update")
        done = update(run, path).expect(crawl.OK)
        assert {n: v for n, v in content(path).items() if n[:4] in ("body", "text", "site")} == expected, "step %d of %d" % (step, steps)
        assert {p["url"]: (p["status"], p.get("saved")) for p in check(path).values()} == names
        if kind != "warc":
            assert len(generations(path)) == 1
            assert content(os.path.join(path, "generations", generations(path)[0])) == before


@pytest.mark.long
@NEEDS_INTERPOSE
def test_restore_killed_at_each_step(run, living, begin, tmp_path):
    """What is there is the one generation or the other, and whatever is asked next says so."""
    job = begin("bodies")
    kept = [content(job)]
    living.page("/d", title="second", how="none")
    update(run, job).expect(crawl.OK)
    kept.append(content(job))
    first, = generations(job)
    count = tmp_path / "count"

    def restore(path, **crash):
        return run("update", "--restore", first, path, dir=None, env=dict(LD_PRELOAD=INTERPOSE, **crash))

    def fresh():
        path = tmp_path / "killed"
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(job, path, symlinks=True)
        return path
    restore(fresh(), LYCOSA_CRASH_COUNT=str(count)).expect(crawl.OK)
    half = 0
    for step in range(1, int(count.read_text()) + 1):
        path = fresh()
        assert restore(path, LYCOSA_CRASH_KILL=str(step)).status in (-signal.SIGKILL, crawl.OK)
        half += os.path.exists(path / "update")
        done = run("update", "--discard", path, dir=None).expect(crawl.OK)
        assert "there is no update that was not finished" in done.stderr and not os.path.exists(path / "update")
        assert content(path) in kept and len(generations(path)) == 1, "step %d" % step
        if content(path) == kept[1]:
            assert generations(path) == [first]
            path = fresh()
            restore(path, LYCOSA_CRASH_KILL=str(step))
            # At once, without --discard in between.
            restore(path).expect(crawl.OK)
            assert content(path) == kept[0] and len(generations(path)) == 1, "step %d" % step
        check(path)
    assert half > 3


def test_usage(run, serve, tmp_path):
    assert run("update", dir=None).status == crawl.USAGE
    done = run("update", tmp_path / "none", dir=None)
    assert done.status == crawl.FILE_IO and not os.path.exists(tmp_path / "none")
    site = serve({"/": page("/a"), "/a": page()})
    run("crawl", site.url("/"), "--max-pages=1", dir=tmp_path / "job").expect(crawl.BUDGET)
    done = run("update", tmp_path / "job", dir=None)
    assert done.status == crawl.FILE_IO and "not finished" in done.stderr
    run("archive", site.url("/"), "--wacz", dir=tmp_path / "wacz").expect(crawl.OK)
    done = run("update", tmp_path / "wacz", dir=None)
    assert done.status == crawl.USAGE and "cannot be brought up to date" in done.stderr
