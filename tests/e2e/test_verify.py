# SPDX-License-Identifier: GPL-3.0-or-later
"""`lycosa verify DIR` of a mirror and of bodies: each file that the database names is there, and is what was received."""
import os

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
    assert "has 1009 bytes, the database says 1008" in verify(run, job).expect(10).stdout


def test_other_content_of_the_same_length(run, serve):
    done = run("crawl", "--save=body", serve(SITE).url("/"))
    with open(path(done, "/x"), "r+b") as f:
        f.write(b"<!doctype")
    out = verify(run, done).expect(10).stdout
    assert "another hash" in out and out.count("\n") == 1 and done.page("/x")["saved"] in out


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
