# SPDX-License-Identifier: GPL-3.0-or-later
"""`lycosa verify DIR` of a mirror and of bodies: each file that the database names is there, and is what was received."""
import contextlib
import os
import shutil
import signal
import sqlite3

import pytest

import crawl
from hostile import Answer, Gate, page

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)
SITE = {"/": page("/x", head='<img src="/i.png"><link rel=stylesheet href="/s.css">'), "/x": page("/"), "/i.png": Answer(body=PNG, type="image/png"),
        "/s.css": Answer(body="b { background: url(i.png) }", type="text/css"), "/empty": Answer(body=b"", type="text/plain")}


def verify(run, done):
    return run("verify", done.dir, dir=None)


@pytest.fixture(params=["mirror", "bodies"])
def job(request, run, serve):
    site = serve(SITE)
    args = ("mirror",) if request.param == "mirror" else ("crawl", "-p", "--save=body")
    return run(*args, site.url("/"), site.url("/empty")).expect(crawl.OK)


def path(job, suffix):
    return os.path.join(job.dir, job.page(suffix)["saved"])


def test_right(run, job):
    done = verify(run, job).expect(crawl.OK)
    assert done.stdout == "" and "nothing is wrong" in done.stderr


def test_nothing_to_verify(run, serve, tmp_path):
    """A crawl that kept nothing: said, with what would be looked at."""
    done = verify(run, run("crawl", serve(SITE).url("/")).expect(crawl.OK)).expect(crawl.FILE_IO)
    assert "nothing in it can be verified: there is no WARC" in done.stderr and "--save" in done.stderr and "No such" not in done.stderr
    assert "nothing in it can be verified" in run("verify", tmp_path, dir=None).expect(crawl.FILE_IO).stderr
    assert "No such file" in run("verify", tmp_path / "missing", dir=None).expect(crawl.FILE_IO).stderr


@pytest.mark.parametrize("suffix", ["/i.png", "/x"])
def test_missing(run, job, suffix):
    os.unlink(path(job, suffix))
    assert "missing" in verify(run, job).expect(10).stdout


def test_changed(run, job):
    with open(path(job, "/i.png"), "ab") as f:
        f.write(b"!")
    os.truncate(os.path.join(job.dir, "pages.jsonl"), 10)
    done = verify(run, job).expect(10)
    assert "has 1009 bytes, the database says 1008" in done.stdout
    assert "pages.jsonl: byte 0: it has 10 bytes" in done.stdout and "lines are missing" in done.stdout
    # A database that cannot be read is said to be one; what is beside it is looked at all the same.
    os.truncate(os.path.join(job.dir, "lycosa.db"), 0)
    assert "lycosa.db: has no job in it" in verify(run, job).expect(crawl.FILE_IO).stderr


def test_other_content_of_the_same_length(run, serve):
    done = run("crawl", "--save=body", serve(SITE).url("/"))
    with open(path(done, "/x"), "r+b") as f:
        f.write(b"<!doctype")
    out = verify(run, done).expect(10).stdout
    assert "another hash" in out and out.count("\n") == 1 and done.page("/x")["saved"] in out


@pytest.mark.parametrize("args", [("archive",), ("mirror",), ("crawl",)])
def test_database_is_missing(run, serve, args):
    """Whole WARC files do not speak for the rest of the job: that it has lost its database is a fault, also of one that kept nothing."""
    done = run(*args, serve(SITE).url("/")).expect(crawl.OK)
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(done.dir, "lycosa.db" + suffix))
    out = verify(run, done).expect(10).stdout
    assert out.count("\n") == 1 and "lycosa.db: byte 0: it is missing" in out
    again = run("verify", "--repair", done.dir, dir=None).expect(10)
    assert "none of that can be fetched again" in again.stderr


def test_folder_that_is_no_job(run, serve, tmp_path):
    """WARC files by themselves have no database to miss, whatever a start that was refused has left beside them."""
    done = run("archive", serve(SITE).url("/")).expect(crawl.OK)
    plain = tmp_path / "plain"
    shutil.copytree(os.path.join(done.dir, "warc"), plain)
    run("update", plain, dir=None).expect(crawl.FILE_IO)
    (plain / "lycosa.lock").touch()
    assert "nothing is wrong" in run("verify", plain, dir=None).expect(crawl.OK).stderr
    (tmp_path / "outer").mkdir()
    plain.rename(tmp_path / "outer" / "warc")
    assert "nothing is wrong" in run("verify", tmp_path / "outer", dir=None).expect(crawl.OK).stderr


REWRITTEN = {"/": page("/x", "/late", head='<link rel=stylesheet href="/s.css"><script src="/w.js"></script>'), "/x": page("/", "/late"), "/late": page("/x"),
             "/plain": Answer(body="<p>nothing in it"), "/s.css": Answer(body="b { background: url(/i.png) }", type="text/css"),
             "/w.js": Answer(body="navigator.serviceWorker.register('/sw.js')", type="text/javascript"), "/i.png": Answer(body=PNG, type="image/png")}


def flip(name, at):
    """Another letter there, and nothing that a link checker sees."""
    with open(name, "r+b") as f:
        f.seek(at)
        byte = f.read(1)
        f.seek(at)
        f.write(bytes([byte[0] ^ 1]))


@pytest.mark.parametrize("settle", ["0", "1ms"])
def test_damage_in_what_was_rewritten(run, serve, settle):
    """A mirror's pages, style sheets and scripts are not what was received, and held against what was written."""
    site = serve(REWRITTEN)
    done = run("mirror", "--wait=0", "-e", "mirror.settle=" + settle, "-e", "store.commit_ms=1", site.url("/"), site.url("/plain")).expect(crawl.OK)
    verify(run, done).expect(crawl.OK)
    for suffix in ("/", "/x", "/late", "/plain", "/s.css", "/w.js"):
        name = path(done, suffix)
        flip(name, os.path.getsize(name) - 8)
        out = verify(run, done).expect(10).stdout
        assert out.count("\n") == 1 and done.page(suffix)["saved"] in out, out
        flip(name, os.path.getsize(name) - 8)
    verify(run, done).expect(crawl.OK)
    with open(path(done, "/x"), "ab") as f:
        f.write(b"<p>more")
    assert "not as it was written" in verify(run, done).expect(10).stdout
    run("verify", "--repair", done.dir, dir=None).expect(crawl.OK)
    verify(run, done).expect(crawl.OK)


def test_rewritten_across_updates(run, serve):
    """What stays is known as it was written by whichever run."""
    script = dict(REWRITTEN)
    site = serve(script)
    done = run("mirror", "--wait=0", site.url("/"), site.url("/plain")).expect(crawl.OK)
    for n in range(2):
        script["/late"] = page("/x", "/new%d" % n)
        script["/new%d" % n] = page("/late", "/x")
        run("update", "--wait=0", done.dir, dir=None).expect(crawl.OK)
        verify(run, done).expect(crawl.OK)
    flip(path(done, "/x"), 100)
    assert done.page("/x")["saved"] in verify(run, done).expect(10).stdout


def test_rewritten_by_an_older_version(run, serve, tmp_path):
    """Nothing is known of its files; of those that are written from now on, everything."""
    script = dict(REWRITTEN)
    site = serve(script)
    done = run("mirror", "--wait=0", site.url("/"), site.url("/plain")).expect(crawl.OK)
    with sqlite3.connect(os.path.join(done.dir, "lycosa.db")) as db:
        db.executescript("DROP TABLE written; DROP TABLE links; ALTER TABLE found DROP COLUMN depth; DELETE FROM job WHERE name = 'written'; PRAGMA user_version = 6")
    db.close()
    flip(path(done, "/x"), 100)
    verify(run, done).expect(crawl.OK)
    script["/late"] = page("/x", "/new")
    script["/new"] = page("/late")
    run("update", "--wait=0", done.dir, dir=None).expect(crawl.OK)
    verify(run, done).expect(crawl.OK)
    flip(path(done, "/late"), 100)
    assert done.page("/late")["saved"] in verify(run, done).expect(10).stdout


def test_planted(run, job, tmp_path):
    (tmp_path / "same").write_bytes(PNG)
    os.unlink(path(job, "/i.png"))
    os.symlink(tmp_path / "same", path(job, "/i.png"))
    os.unlink(path(job, "/s.css"))
    os.mkfifo(path(job, "/s.css"))
    assert verify(run, job).expect(10).stdout.count("no file of ours") == 2


def test_running(run, running, serve, tmp_path):
    gate = Gate()
    site = serve({"/": lambda x: (gate.pass_(), page())[1]})
    r = running("mirror", site.url("/"), dir=tmp_path / "live")
    assert gate.count(1)
    assert "running" in run("verify", tmp_path / "live", dir=None).expect(crawl.FILE_IO).stderr
    gate.open()
    r.wait().expect(crawl.OK)
    run("verify", tmp_path / "live", dir=None).expect(crawl.OK)


def test_start_meanwhile(run, running, serve):
    """Whoever only looks keeps nobody else from looking; a start, and an update, are told whom they wait for, and nothing of the job has changed."""
    done = run("archive", serve(SITE).url("/")).expect(crawl.OK)
    bad = os.path.join(done.dir, "warc", "bad.cdxj")
    with open(bad, "w") as f:
        f.write("x\n" * 5000)  # more faults than a pipe holds: it has not ended before they are read
    r = running("verify", done.dir, dir=None)
    assert b"bad.cdxj" in r.process.stdout.readline()
    for args in (("resume", done.dir), ("update", done.dir), ("archive", "-P", done.dir, done.pages[0]["url"])):
        other = run(*args, dir=None).expect(crawl.FILE_IO)
        assert "`lycosa verify' reads it" in other.stderr and "run the same command again" in other.stderr, other
        assert "another lycosa is running" not in other.stderr
    assert run("verify", done.dir, dir=None).expect(10).stdout.count("bad.cdxj") == 5000
    assert r.process.stdout.read().count(b"bad.cdxj") == 4999 and r.wait().status == 10  # the first was read
    os.unlink(bad)
    run("resume", done.dir, dir=None).expect(crawl.OK)
    verify(run, done).expect(crawl.OK)


def test_archive_of_a_job_that_was_killed(run, running, serve, tmp_path):
    """What it has committed is right, and what a kill has cut off behind that is no fault; less than was committed is one."""
    gate = Gate()
    site = serve({"/": page("/a"), "/a": page("/b"), "/b": lambda x: (gate.pass_(), page())[1]})
    job = tmp_path / "killed"
    r = running("archive", site.url("/"), "-e", "store.commit_ms=1", "-e", "store.flush=1ms", dir=job)

    def committed():
        with contextlib.closing(sqlite3.connect(job / "lycosa.db")) as db:
            return db.execute("SELECT (SELECT count(*) FROM urls), name, bytes FROM files WHERE name LIKE 'warc/%.warc.gz'").fetchall()
    assert gate.count(1)
    crawl.eventually(lambda: committed() and committed()[0][0] == 2, "no commit")
    done = run("verify", job, dir=None).expect(crawl.FILE_IO)
    assert "running" in done.stderr and done.stdout == ""
    r.signal(signal.SIGKILL)
    r.wait()
    (_, name, size), = committed()
    whole = (job / name).read_bytes()[:size]
    (job / name).write_bytes(whole + b"cut off")
    (job / name.replace("-00000", "-00001")).write_bytes(b"")
    done = run("verify", job, dir=None).expect(crawl.OK)
    assert "7 B of WARC files came after the last commit" in done.stderr and done.stdout == ""
    (job / name).write_bytes(whole[:-1])
    assert "ends before what was committed" in run("verify", job, dir=None).expect(10).stdout
    (job / name).write_bytes(whole[:50] + b"X" + whole[51:])
    assert "record 1" in run("verify", job, dir=None).expect(10).stdout
    (job / name).write_bytes(whole + b"cut off")
    gate.open()
    run("resume", job, dir=None).expect(crawl.OK)
    done = run("verify", job, dir=None).expect(crawl.OK)
    assert "last commit" not in done.stderr and " 0 records" not in done.stderr
    (job / name).write_bytes((job / name).read_bytes() + b"added")
    run("verify", job, dir=None).expect(10)
