# SPDX-License-Identifier: GPL-3.0-or-later
"""How the files of a mirror are named where the user, or the server, says so; what else is known of a file."""
import email.utils
import os

import pytest

import crawl
import offline
from hostile import Answer, page
from offline import get


def files_of(done):
    root = os.path.join(done.dir, "site")
    return sorted(os.path.relpath(os.path.join(d, f), root) for d, _, names in os.walk(root) for f in names)


def two_hosts(serve):
    """Both have /logo.png and /d/logo.png, all different."""
    site = serve({
        "/": page(body='<img src="/logo.png"><img src="/d/logo.png"><img src="http://127.0.0.2:%PORT/logo.png"><a href="/D/e/">x</a>'),
        "/D/e/": page("/D/e/f.php", "/"), "/D/e/f.php": page("/"), "/robots.txt": Answer(status=404)}, hosts=("127.0.0.1", "127.0.0.2"))
    for path in ("/logo.png", "/d/logo.png"):
        site.script[path] = lambda x: Answer(body=x.request.headers["host"].encode() + x.request.path.encode(), type="image/png")
    site.script["/"].body = site.script["/"].body.replace(b"%PORT", b"%d" % site.port)
    return site


def check(done, n_files):
    report = offline.check(done, get)
    assert not report.problems, report.problems
    assert report.remote == 0 and report.files == n_files
    assert len({p["saved"] for p in done.pages if p.get("saved")}) == n_files
    for p in done.pages:
        if p["type"] == "image/png":
            with open(os.path.join(done.dir, p["saved"]), "rb") as f:
                assert f.read() == get(p["url"])


@pytest.mark.parametrize("options, expected", [
    (["--protocol-directories"], ["http/127.0.0.1,http@/D,uq/e/f.php,.html", "http/127.0.0.1,http@/D,uq/e/index.html"]),
    (["--no-adjust-extension"], ["127.0.0.1,http@/D,uq/e/f.php", "127.0.0.1,http@/D,uq/e/index.html"]),
    (["--default-page=home.htm"], ["127.0.0.1,http@/D,uq/e/f.php,.html", "127.0.0.1,http@/D,uq/e/home.htm"]),
    (["--restrict-file-names=unix"], ["127.0.0.1,http@/D/e/f.php,.html", "127.0.0.1,http@/D/e/index.html"]),
    (["--restrict-file-names=lowercase,ascii"], ["127.0.0.1,http@/d,uq/e/f.php,.html", "127.0.0.1,http@/d,uq/e/index.html"]),
    (["--cut-dirs=1"], ["127.0.0.1,http@/e/f.php,.html", "127.0.0.1,http@/e/index.html"]),
    (["-nH"], ["D,uq/e/f.php,.html", "D,uq/e/index.html"]),
    (["-nH", "--cut-dirs=2"], ["f.php,.html"]),
    (["-nd"], ["f.php,.html", "logo.png"])])
def test_options(run, serve, options, expected):
    """Each option, on two hosts whose files would meet without theirs: all are there, and all references right."""
    site = two_hosts(serve)
    done = run("mirror", site.url("/"), *options).expect(crawl.OK)
    check(done, 6)
    files = files_of(done)
    assert len(files) == 6
    assert not {e.replace("@", str(site.port)) for e in expected} - set(files), files


def test_names_stay_when_options_change(run, serve, tmp_path):
    """A job that goes on with other names: what was saved before keeps its own, and is found."""
    site = two_hosts(serve)
    run("mirror", site.url("/"), "-nd", "--max-pages=3", dir=tmp_path / "job").expect(crawl.BUDGET)
    done = run("mirror", site.url("/"), "--no-no-directories", "--max-pages=inf", dir=tmp_path / "job").expect(crawl.OK)
    check(done, 6)
    assert {"/" in f for f in files_of(done)} == {True, False}


def test_content_disposition(run, serve):
    """Names that servers give: one of two that are the same gets a hash; none leads out of the tree."""
    def attached(name, body):
        return Answer(body=body, type="image/png", headers=[("Content-Disposition", 'attachment; filename="%s"' % name)])
    site = serve({"/": page("/get?1", "/get?2", "/get?3"), "/get?1": attached("x y.png", b"1"), "/get?2": attached("x y.png", b"2"),
                  "/get?3": attached("../../../up.png", b"3")})
    done = run("mirror", site.url("/"), "--content-disposition").expect(crawl.OK)
    check(done, 4)
    names = sorted(os.path.basename(f) for f in files_of(done))
    assert names[:2] == ["index.html", "up.png"] and names[3] == "x y.png" and names[2].startswith("x y,h")
    assert run("mirror", site.url("/")).expect(crawl.OK).page("/get?3")["saved"].endswith("/get,,3.png")


@pytest.mark.parametrize("option", ["--restrict-file-names=unix,dos", "--default-page=../x", "--default-page=Index.html"])
def test_refused(run, option):
    assert "--" in run("mirror", "http://127.0.0.1:9/", option).expect(crawl.USAGE).stderr


def test_what_was_sent_and_when(run, serve):
    """-K keeps the original beside what is rewritten; files have the time of Last-Modified, also when they are rewritten late."""
    when = 1000000000
    site = serve({"/": page("/a"), "/a": page("/", "/b", body='<img src="/c.png">'), "/b": page(),
                  "/c.png": Answer(body=b"c", type="image/png")})
    for path in ("/", "/a"):
        site.script[path].headers = [("Last-Modified", email.utils.formatdate(when, usegmt=True))]
    done = run("mirror", site.url("/"), "-K").expect(crawl.OK)
    for path in ("/", "/a"):
        saved = os.path.join(done.dir, done.page(":%d%s" % (site.port, path))["saved"])
        assert os.stat(saved).st_mtime == os.stat(saved + ",orig").st_mtime == when
        with open(saved + ",orig", "rb") as f, open(saved, "rb") as g:
            assert f.read() == site.script[path].body != g.read()
    assert abs(os.stat(os.path.join(done.dir, done.page("/b")["saved"])).st_mtime - when) > 1000
    assert sum(f.endswith(",orig") for f in files_of(done)) == 2, files_of(done)
    done = run("mirror", site.url("/"), "--no-use-server-timestamps").expect(crawl.OK)
    assert os.stat(os.path.join(done.dir, done.page(":%d/" % site.port)["saved"])).st_mtime > when + 1000


def test_pages_as_they_were_sent(run, serve):
    site = serve({"/": page("/a"), "/a": page("/")})
    done = run("mirror", site.url("/"), "--no-convert-links").expect(crawl.OK)
    for p in done.pages:
        with open(os.path.join(done.dir, p["saved"]), "rb") as f:
            assert f.read() == get(p["url"])
