# SPDX-License-Identifier: GPL-3.0-or-later
"""A mirror opens from disk: every reference to a page that was saved is its file, and nothing else has changed."""
import contextlib
import glob
import html
import os
import re
import shutil
import signal
import sqlite3
import urllib.parse
import urllib.request
import xml.dom.minidom

import pytest

import crawl
import debdocs
import offline
from hostile import Answer, Gate, page, redirect
from offline import get


def site_file(done, suffix):
    with open(os.path.join(done.dir, done.page(suffix)["saved"]), "rb") as f:
        return f.read().decode("latin-1")


def no_leftovers(done):
    left = [f for f in glob.glob(os.path.join(glob.escape(done.dir), "**"), recursive=True, include_hidden=True)
            if os.path.basename(f).endswith((",partial", ".partial", ",new"))]
    assert not left, left


@pytest.mark.parametrize("package", ["sqlite3-doc", pytest.param("postgresql-doc-15", marks=pytest.mark.long),
                                     pytest.param("python3.11-doc", marks=pytest.mark.long)])
def test_documentation(run, docs, package):
    """A real site on nginx: each reference of each page and style sheet, held against the original's."""
    site = docs(package)
    done = run("mirror", site.start, "--per-host=16")
    root = debdocs.root(package)

    def original(url):
        path = urllib.request.url2pathname(url.split("/", 3)[3].partition("?")[0])
        path = os.path.join(root, path)
        with open(os.path.join(path, "index.html") if os.path.isdir(path) else path, "rb") as f:
            return f.read()
    report = offline.check(done, original)
    assert report.files > 500 and report.local > 10000
    assert not report.problems, (len(report.problems), report.problems[:10], report[:4])
    no_leftovers(done)


NAMES = ("/", "/a", "/a/", "/a/b", "/a.html", "/a.html/b", "/A", "/A/b", "/index.html", "/index", "/index?x=1", "/?x=1", "/con",
         "/aux.txt", "/x:y", "/x,y", "/%2C", "/%C3%A9", "/e%CC%81", "/caf%c3%a9", "/q?a=1&b=2", "/q?a=1&copy=2", "/q?%22#", "/sp%20ace",
         "/tr%20", "/dot./x", "/~1/x", "/...", "/y//x", "/" + "long" * 60, "/" + "d/" * 200 + "end", "/per%25cent", "/it's", "/(x)",
         "/[b]", "/back%5Cslash", "/%2e%2E%2fup", "/nul%00l")
QUOTINGS = ('<a href="%s">', "<a href='%s'>", "<a href=%s >", "<img srcset='%s 2x'>", "<p style=\"background: url('%s')\">",
            "<style>p { background: url(\"%s\") }</style>", '<area href=" %s#frag&amp;ment ">')


def reference(n, url):
    """The URL written so that it fits, in one of the ways to write it."""
    form = QUOTINGS[n % len(QUOTINGS)]
    if "url(" in form:
        for c in "\\'()":
            url = url.replace(c, "\\%x " % ord(c))
        return form % (url.replace("&", "&amp;") if "style=" in form else url)
    return form % url.replace("&", "&amp;").replace("'", "&#39;")


def nasty_page(names, first=0, head=""):
    return Answer(body="<!DOCTYPE html><html><head>%s</head><body>%s</body></html>" % (
        head, "\n".join(reference(first + n, name) for n, name in enumerate(names))))


def test_names_and_quotings(run, serve):
    """Names that meet on some file system, references in every way of quoting, from every depth."""
    script = {}
    for n, name in enumerate(NAMES):
        script[name.partition("#")[0]] = nasty_page(NAMES, n)
    site = serve(script)
    done = run("mirror", site.url("/"), "--per-host=16").expect(crawl.OK)
    report = offline.check(done, get)
    assert report.files == len({n.partition("#")[0] for n in NAMES})
    assert not report.problems, (len(report.problems), report.problems[:10])
    assert report.remote == 0
    saved = [p["saved"] for p in done.pages]
    assert len({s.casefold() for s in saved}) == len(saved)


def test_what_is_not_saved_is_at_the_origin(run, serve):
    """Refused, missing, out of scope, redirected elsewhere: absolute; redirects within: the target's file."""
    site = serve({
        "/": page("/private/x", "/gone", "http://127.0.0.2:9/away?a=1&amp;b='", "/moved", "/chain#sec", "mailto:a@b", "#top", "/off"),
        "/robots.txt": Answer(body="User-agent: *\nDisallow: /private/", type="text/plain"),
        "/moved": redirect("/there"), "/chain": redirect("/moved"), "/there": page("/"), "/off": redirect("http://127.0.0.2:9/away")})
    done = run("mirror", site.url("/"), "--page-requisites=off").expect(crawl.SERVER)
    text = site_file(done, ":%d/" % site.port)
    for there in ('"%s"' % site.url("/private/x"), '"%s"' % site.url("/gone"), "http://127.0.0.2:9/away?a=1&#38;b=%27",
                  '"there%2C.html"', '"there%2C.html#sec"', '"mailto:a@b"', '"#top"', '"%s"' % site.url("/off")):
        assert there in text, (there, text)
    assert not offline.check(done, get).problems


def test_requisites_of_other_hosts(run, serve):
    """Styles of styles, scripts, images, wherever they are; guards that no file would pass are taken off."""
    site = serve({
        "/": page(head='<base href="/deep/er/"><link rel=stylesheet href="../../s.css" integrity="sha256-x" crossorigin>'
                  '<script src="http://127.0.0.2:%PORT/x.js" crossorigin="anonymous" integrity="sha384-y"></script>',
                  body='<form action="/search"></form>'),
        "/s.css": Answer(body='@import "t.css?v=1"; a { background: url( i.png ) } b { background: url("http://127.0.0.2:%PORT/j.png") }',
                         type="text/css"),
        "/t.css?v=1": Answer(body="c { background: url(i.png) }", type="text/css"),
        "/x.js": Answer(body="1", type="text/javascript"), "/i.png": Answer(body=b"\x89PNG", type="image/png"),
        "/j.png": Answer(body=b"\x89PNG", type="image/png")}, hosts=("127.0.0.1", "127.0.0.2"))
    for answer in site.script.values():
        answer.body = answer.body.replace(b"%PORT", b"%d" % site.port)
    done = run("mirror", site.url("/")).expect(crawl.OK)
    report = offline.check(done, get)
    assert not report.problems, report.problems
    assert report.files == 6 and report.remote == 0
    text = site_file(done, ":%d/" % site.port)
    assert 'data-integrity="sha256-x" data-crossorigin>' in text and ' integrity=' not in text
    assert '<base href="">' in text and 'action="%s"' % site.url("/search") in text


def rows_of(done):
    """[(when, file)] of those whose references were changed: how they were written last."""
    with contextlib.closing(sqlite3.connect(os.path.join(done.dir, "lycosa.db"))) as db:
        return db.execute("SELECT id, saved FROM written ORDER BY id").fetchall()


def test_what_comes_later_was_guessed(run, serve):
    """Pages that arrive before what they refer to are written once; where a guess was wrong, once more, and nothing of it is left."""
    every = ("/gone", "/moved", "/odd.html", "/later", "/a", "/b")
    site = serve({
        "/": page(*every, head='<script src="http://127.0.0.2:%d/x.js" integrity="sha256-x"></script><link rel=stylesheet href="/s"><img src=http://127.0.0.3:9/>'),
        "/a": page("/b", "/"), "/b": page("/a", "/later#x", "/?"), "/?": page("/later"), "/later": page("/b"),
        "/moved": redirect("/later"), "/odd.html": Answer(body=b"\x89PNG", type="image/png"), "/s": Answer(body="a { background: url(/i.png) }", type="text/css"),
        "/i.png": Answer(body=b"\x89PNG", type="image/png"), "/x.js": Answer(body="1", type="text/javascript")}, hosts=("127.0.0.1", "127.0.0.2"))
    site.script["/"].body = site.script["/"].body.replace(b"%d", b"%d" % site.port)
    done = run("mirror", site.url("/"), "-t1", "-e", "store.commit_ms=20000").expect(crawl.NETWORK)
    assert not offline.check(done, get).problems
    text = site_file(done, ":%d/" % site.port)
    for there in ('"%s"' % site.url("/gone"), '"odd.html%2C.png"', '"later%2C.html"', '"a%2C.html"', '"s%2C.css"', 'src="../127.0.0.2%2Chttp', "src=http://127.0.0.3:9/",
                  'data-integrity="sha256-x"'):
        assert there in text, (there, text)
    assert text.count('"later%2C.html"') == 2 and " integrity" not in text
    written = rows_of(done)
    assert len(dict(written)) == len({saved for _, saved in written}) == 6, written
    assert written[-1] == (7, done.page(":%d/" % site.port)["saved"]), written
    run("verify", done.dir, dir=None).expect(crawl.OK)


@pytest.mark.parametrize("more", [(), ("--unfetched=page",)])
def test_guesses_that_come_to_nothing(run, serve, more):
    """Guards stay on the tags of what is not there, and references to it lead to the origin, or to what explains it."""
    site = serve({"/": page("/gone", head='<script src=/x.js integrity="sha256-x" crossorigin></script><iframe src=/f.html></iframe>', body='<form action="/f">'),
                  "/x.js": Answer(status=404), "/f.html": Answer(status=503), "/gone": Answer(status=404)})
    done = run("mirror", site.url("/"), "-t1", *more).expect(crawl.SERVER)
    text = site_file(done, ":%d/" % site.port)
    before = "../%2Cmissing.html?" if more else ""
    for there in ('src=%s integrity="sha256-x" crossorigin>' % site.url("/x.js"), "src=%s%s>" % (before, site.url("/f.html")), '"%s%s"' % (before, site.url("/gone")),
                  'action="%s"' % site.url("/f")):
        assert there in text, (there, text)
    run("verify", done.dir, dir=None).expect(crawl.OK)


@pytest.mark.parametrize("charset", ["windows-1251", "shift_jis", "gbk", "utf-8"])
def test_charsets(run, serve, charset):
    """Outside of the references, the bytes are the page's; a query is what the charset makes of it."""
    word = {"windows-1251": "\u041f\u0440", "shift_jis": "\u8868\u30bd", "gbk": "\u8868\u8c2d", "utf-8": "\u00e9"}[charset]
    body = '<meta charset=%s><title>%s</title><a href="/x?%s">%s</a><a href="/%s#%s">%s</a>' % ((charset,) + (word,) * 6)
    site = serve(lambda x: Answer(body=body.encode(charset), type="text/html") if x.request.path == "/" else page("/"))
    done = run("mirror", site.url("/")).expect(crawl.OK)
    assert len(done.pages) == 3
    with open(os.path.join(done.dir, done.page(":%d/" % site.port)["saved"]), "rb") as f:
        got = f.read()
    report = offline.check(done, get)
    assert not report.problems and report.local == 4, report
    encoded = word.encode(charset)
    assert got.startswith(body.encode(charset)[:body.index("/x?")]) and got.endswith(b"#" + encoded + b'">' + encoded + b"</a>")


def test_links_in_the_tree_lead_nowhere(run, serve, tmp_path):
    """What somebody planted where files go is not followed: the run ends, and nothing is written behind it."""
    site = serve({"/": page("/d/x"), "/d/x": page()})
    for planted in ("site", "site/127.0.0.1,http%d" % site.port):
        job, away = tmp_path / ("planted%d" % len(planted)), tmp_path / ("away%d" % len(planted))
        away.mkdir()
        run("mirror", site.url("/gone"), dir=job)
        shutil.rmtree(job / "site", ignore_errors=True)
        (job / planted).parent.mkdir(parents=True, exist_ok=True)
        (job / planted).symlink_to(away)
        done = run("mirror", site.url("/gone"), site.url("/"), dir=job)
        assert done.status not in (crawl.OK, crawl.SERVER), done
        assert not list(away.iterdir())


def test_settles_while_it_runs(running, serve, tmp_path):
    """What is saved later is linked to from the pages before it, long before the end; as a new file, not in the old one."""
    first, last = Gate(), Gate()
    site = serve({"/": page("/a", "/b"), "/a": lambda x: (first.pass_(), page("/"))[1], "/b": lambda x: (last.pass_(), page())[1]})
    job = tmp_path / "job"
    running("mirror", site.url("/"), "--per-host=2", "-e", "mirror.settle=1ms", "-e", "store.commit_ms=1", dir=job)
    index = job / "site" / ("127.0.0.1,http%d" % site.port) / "index.html"
    crawl.eventually(index.exists, "the first page is not saved")
    old = os.stat(index).st_ino
    with open(index, "rb") as before:
        first.open()
        crawl.eventually(lambda: b'"a%2C.html"' in index.read_bytes(), lambda: index.read_bytes())
        assert site.url("/a").encode() in before.read()
    assert os.stat(index).st_ino != old and site.url("/b").encode() in index.read_bytes()
    last.open()


def test_settings(run, serve):
    """crawl --mirror does the same; the reader that knows no spans is refused."""
    site = serve({"/": page("/x"), "/x": page("/")})
    done = run("crawl", "--mirror", site.url("/")).expect(crawl.OK)
    assert not offline.check(done, get).problems
    refused = run("mirror", "--html=libxml2", site.url("/")).expect(crawl.USAGE)
    assert "parse.html=scan" in refused.stderr


def test_the_summary_says_where_to_begin(run, serve, tmp_path):
    site = serve({"/": redirect("/start"), "/start": page("/other", title="Start"), "/other": page(title="Other")})

    def entry(done):
        found = [line.split(None, 1)[1] for line in done.expect(crawl.OK).stderr.splitlines() if line.startswith("  mirror ")]
        return open(found[0], encoding="utf-8").read() if found else None
    assert "<title>Start" in entry(run("mirror", site.url("/"), dir=tmp_path / "a"))
    assert "<title>Other" in entry(run("mirror", site.url("/other"), site.url("/"), dir=tmp_path / "b"))
    assert "<title>Contents" in entry(run("mirror", "--index", site.url("/"), dir=tmp_path / "c"))
    assert "<title>Start" in entry(run("update", tmp_path / "a", dir=None)), "an update's files are in the end where it says"
    assert entry(run("crawl", site.url("/"), dir=tmp_path / "d")) is None


def test_index_of_what_is_settled_at_the_end(run, serve):
    """A page of which one reference becomes local at the close and another stays at its origin: written, and recorded."""
    site = serve({"/": page("/links.html"), "/links.html": page("/a", "/b", "/c", "/gone"), "/a": page("/links.html"), "/b": page(), "/c": page()})
    done = run("mirror", "--index", site.url("/")).expect(crawl.SERVER)
    assert os.path.exists(os.path.join(done.dir, "site", ",index.html")), done
    with open(os.path.join(done.dir, done.page("/links.html")["saved"]), "rb") as f:
        text = f.read()
    assert site.url("/gone").encode() in text and site.url("/a").encode() not in text
    run("verify", done.dir, dir=None).expect(crawl.OK)


def test_index(run, serve):
    """The entry page lists the seeds by their titles, in their order, whatever these say; the same bytes after an update."""
    title = "<script>alert(1)</script> & \"quotes' \u202e"
    site = serve({"/": page("/,index.html", title="First"), "/b?x=%3C&amp;": page(title=title, head="<meta charset=utf-8>"),
                  "/moved": redirect("/d/"), "/d/": page(), "/,index.html": page(title="the site's own")})
    done = run("mirror", "--index", "-nH", *map(site.url, ("/moved", "/gone", "/", "/b?x=<&amp;"))).expect(crawl.SERVER)
    where = os.path.join(done.dir, "site", ",index.html")
    with open(where, "rb") as f:
        index = f.read()
    items = [line for line in index.decode("utf-8").splitlines() if line.startswith("<li>")]
    wanted = (("/moved", "/d/"), ("/gone", None), ("/", ":%d/" % site.port), ("/b?x=%3C&amp;", "/b?x=%3C&amp;"))
    for item, (seed, saved) in zip(items, wanted, strict=True):
        seed = site.url(seed).replace("&", "&amp;")
        path = os.path.relpath(done.page(saved)["saved"], "site") if saved else None
        assert "<bdi>%s</bdi>" % seed in item
        assert '<a href="%s">' % (urllib.parse.quote(path) if path else seed) in item, (item, path)
    assert "<bdi>First</bdi>" in items[2] and "not in this copy" in items[1]
    assert "<bdi>%s</bdi>" % title in html.unescape(items[3]) and b"<script" not in index
    assert done.page("/,index.html")["saved"] != "site/,index.html"
    for title in ("a page", "A Newer Page"):
        site.script["/d/"] = page(title=title, body="newer")
        run("update", done.dir, dir=None).expect(crawl.OK)
        with open(where, "rb") as f:
            assert f.read() == index.replace(b"<bdi>a page</bdi>", b"<bdi>%s</bdi>" % title.encode(), 1)


@pytest.mark.parametrize("host", ["http://h.invalid", ""])
def test_references_that_a_base_blows_up(run, serve, host):
    """A page does not take a thousand times its length on the disk, and is there all the same."""
    short = "".join('<a href="%d">x</a>' % i for i in range(4100))
    site = serve({
        "/": page("/a"),
        "/a": Answer(body=('<base href="%s/%s/"><p>kept %s' % (host, "&" * 16000, short)).encode(), type="text/html"),
    })
    done = run("mirror", site.url("/"), "-l1").expect(crawl.OK)
    sizes = {os.path.join(d, f): os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(done.dir) for f in files}
    [path] = [p for p in sizes if os.path.basename(p).startswith("a") and p.endswith("html")]
    assert "kept" in open(path).read()
    assert sum(size for p, size in sizes.items() if "/site" in p) < 2 << 20, sizes


SPRITE = """<?xml version="1.0"?><!-- <g id="a"/> --><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient><symbol id="a" viewBox="0 0 9 9"><title>é</title><rect id="r" width="9" fill="url(#g)"/></symbol>
<g id='b'><use xlink:href="#a"/><g/></g><image id="i" href="i.png"/><path id="p" style="fill: url('i.png#x')"/><script id="s">1</script></svg>"""
SYMBOL = '<symbol id="%sa" viewBox="0 0 9 9"><title>&#233;</title><rect id="%sr" width="9" fill="url(#%sg)"/></symbol>'
GRADIENT = '<linearGradient id="%sg"><stop offset="0" stop-color="red"/></linearGradient>'
USE_PAGE = ("<!DOCTYPE html><meta charset=iso-8859-1><svg><use href='/sprite.svg#a'/></svg><svg><use xlink:href=sprite.svg#b></use></svg>\n"
            "<svg><use href=/sprite.svg#a class=x></use></svg><use href=sprite.svg#a><svg><use href='#a'/></svg>%s")


def with_uses(more="", sprite=SPRITE):
    return {"/": page("/p/"), "/p/": Answer(body=USE_PAGE.replace("sprite", "../sprite") % more, type="text/html"),
            "/sprite.svg": Answer(body=sprite, type="image/svg+xml"), "/i.png": Answer(body=b"i", type="image/png")}


def file_of(done, path):
    with open(os.path.join(done.dir, done.page(path)["saved"]), encoding="latin-1") as f:
        return f.read()


def test_use(run, serve):
    """What <use> refers to in another file is in the page, with what that refers to, once and behind its end: no browser lets a file refer there."""
    site = serve(with_uses())
    done = run("mirror", site.url("/")).expect(crawl.OK)
    text = file_of(done, "/p/")
    a, b = re.search(r"href='#(lycosa-[0-9a-f]{8}-)a'", text)[1], re.search(r"href=#(lycosa-[0-9a-f]{8}-)b>", text)[1]
    whole, parts = text.split("</svg><svg xmlns", 1)
    # <use> is one of SVG only.
    assert whole + "</svg>" == (USE_PAGE % "").replace("'/sprite.svg#a'", "'#%sa'" % a).replace("=sprite.svg#b", "=#%sb" % b).replace(
        "=/sprite.svg#a ", "=#%sa " % a).replace("use href=sprite.svg", "use href=../sprite.svg")
    assert re.fullmatch(r"[^>]*width:0[^>]*>(.*)</svg><svg[^>]*width:0[^>]*>(.*)</svg>", parts, re.S).groups() == (
        SYMBOL % (a, a, a) + GRADIENT % a, "<g id='%sb'><use xlink:href=\"#%sa\"/><g/></g>" % (b, b) + SYMBOL % (b, b, b) + GRADIENT % b)
    run("verify", done.dir, dir=None).expect(crawl.OK)
    # The same whenever it is made.
    again = run("mirror", site.url("/")).expect(crawl.OK)
    assert file_of(again, "/p/") == text


@pytest.mark.parametrize("name, sprite", [("i", SPRITE), ("p", SPRITE), ("s", SPRITE), ("none", SPRITE), ("a", SPRITE.replace("<g/>", "<style>a {}</style>")),
                                          ("a", "<svg id='a'"), ("a", "<svg><g id='a'></svg>"), ("a", "<svg><g id='a'><p>x</p></g></svg>"), ("&#97;", SPRITE), ("", SPRITE),
                                          ("a", "<svg>" + "".join("<g id='%s'><use href='#a%d'/></g>" % ("a%d" % n if n else "a", n + 1) for n in range(70)) + "</svg>")])
def test_use_of_what_cannot_be_in_a_page(run, serve, name, sprite):
    """What refers to other files, would count for the page, or is not there, stays in its file."""
    site = serve({"/": Answer(body="<svg><use href='/s.svg#%s'/></svg>" % name, type="text/html"), "/s.svg": Answer(body=sprite, type="image/svg+xml"),
                  "/i.png": Answer(body=b"i", type="image/png")})
    done = run("mirror", site.url("/")).expect(crawl.OK)
    assert file_of(done, "/") == "<svg><use href='s.svg#%s'/></svg>" % name


def test_use_of_a_large_file(run, serve):
    """What is gone through for one part is bounded, and for all of a page: beyond that the file is referred to."""
    parts = "".join("<g id='n%d'/>" % i for i in range(20)) + "<g id='far'><use href='#n0'/><use href='#n1'/></g>"
    sprite = "<svg>%s<!--%s--></svg>" % (parts, "x" * 900_000)
    uses = "".join("<use href='/s.svg#%s'/>" % i for i in ["far"] + ["n%d" % n for n in range(20)])
    site = serve({"/": Answer(body="<svg>%s</svg>" % uses, type="text/html"), "/s.svg": Answer(body=sprite, type="image/svg+xml")})
    text = file_of(run("mirror", site.url("/")).expect(crawl.OK), "/")
    # 16 MiB are 18 times this file; the first could not be had in three.
    assert re.findall(r"href='s.svg#(\w+)'", text) == ["far", "n17", "n18", "n19"]
    assert text.count("<g id=") == 17


def test_use_in_utf16(run, serve):
    """Every byte of it is two."""
    text, wide = "\ufeff<title>\u8868</title><svg><use href=/sprite.svg#b /></svg>", ("utf-16le", "utf-16be")
    site = serve({**with_uses(), "/": page(*wide), **{"/" + c: Answer(body=text.encode(c) + odd, type="text/html") for c, odd in zip(wide, (b"", b"x"))}})
    done = run("mirror", site.url("/")).expect(crawl.OK)
    for charset, odd in zip(wide, (b"", b"x")):
        with open(os.path.join(done.dir, done.page("/" + charset)["saved"]), "rb") as f:
            got = f.read()
        assert got.endswith(odd)
        got = got[:len(got) - len(odd)].decode(charset)
        b = re.search(r"href=#(lycosa-[0-9a-f]{8}-)b ", got)[1]
        assert re.fullmatch(r"(.*</svg>)<svg[^>]*width:0[^>]*>(.*)</svg>", got, re.S).groups() == (
            text.replace("/sprite.svg#b", "#%sb" % b), "<g id='%sb'><use xlink:href=\"#%sa\"/><g/></g>" % (b, b) + SYMBOL % (b, b, b) + GRADIENT % b)


XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><body><svg xmlns="http://www.w3.org/2000/svg"><use href="%s"/></svg></body>%s</html>\n<!-- </html> --><?x </html>?>'


def test_use_in_xhtml(run, serve):
    """Nothing can follow its outermost element: what <use> refers to is the last thing in that, with the prefixes that it needs."""
    site = serve({**with_uses(), "/": Answer(body=XHTML % ("/sprite.svg#b", ""), type="application/xhtml+xml")})
    text = file_of(run("mirror", site.url("/")).expect(crawl.OK), "/")
    b = re.search(r'href="#(lycosa-[0-9a-f]{8}-)b"', text)[1]
    part = re.search(r"<svg[^>]*width:0[^>]*>.*</svg>(?=</html>)", text, re.S)[0]
    assert text == XHTML % ("#%sb" % b, part)
    root = xml.dom.minidom.parseString(text).documentElement
    [hidden] = [svg for svg in root.childNodes if svg.nodeName == "svg"]
    assert [e.getAttribute("id") for e in hidden.childNodes] == [b + "b", b + "a", b + "g"]
    assert hidden.firstChild.firstChild.getAttributeNS("http://www.w3.org/1999/xlink", "href") == "#%sa" % b


@pytest.mark.parametrize("sprite", [
    "<g id='a'><x:g/></g>", "<g id='a' x:y=''/>", "<g id='a'>&nbsp;</g>", "<g id='a'>&#1;</g>", "<g id='a' b='1' b='2'/>", "<g id='a'b='1'/>", "<g id='a' b='<'/>", "<g id='a' / b='1'/>",
    "<g id='a'>]]&gt;]]></g>", "<g id='a'>a & b</g>", "<g id='a'>\x01</g>", "<\u00e9 id='a'/>", "<g id='a'><1/></g>", "<g id='a' xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>", "<g id='a'>\ufffe</g>",
    "<g id='a' xmlns:p=''/>", "<g id='a' xmlns:xml='http://example.org/'/>", "<a:b:c id='a'/>"])
def test_use_that_would_end_the_page(run, serve, sprite):
    """What is not well-formed would cost the reader the page: it stays in its file."""
    site = serve({"/": Answer(body=XHTML % ("/s.svg#a", ""), type="application/xhtml+xml"), "/s.svg": Answer(body="<svg>%s</svg>" % sprite, type="image/svg+xml")})
    assert file_of(run("mirror", site.url("/")).expect(crawl.OK), "/") == XHTML % ("s.svg#a", "")


def test_use_in_svg(run, serve):
    """As in XHTML; and where the drawing is an image, in which browsers show nothing of other files, that is hidden."""
    text = '<svg xmlns="http://www.w3.org/2000/svg"><use href="%s"/>%s</svg>\n<!-- </svg> -->'
    site = serve({**with_uses(), "/": Answer(body=text % ("/sprite.svg#b", ""), type="image/svg+xml")})
    done = run("mirror", site.url("/")).expect(crawl.OK)
    got = file_of(done, "/")
    b = re.search(r'href="#(lycosa-[0-9a-f]{8}-)b"', got)[1]
    part = re.search(r"<defs .*</defs>(?=</svg>)", got, re.S)[0]
    assert got == text % ("#%sb" % b, part)
    assert "@media (scripting:none){[id^=%s]{display:none!important}}" % b in part
    xml.dom.minidom.parseString(got)
    run("verify", done.dir, dir=None).expect(crawl.OK)


def test_use_in_what_is_used(run, serve):
    """A drawing that uses another one gets its part; what uses that drawing refers to it as if it had none, whichever of them is done first."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><use href="/%s#a"/></g><g id="b"/></svg>'
    html_ = "<svg><use href=/%s.svg#a /><use href=/%s.svg#b /></svg>"
    answers = {"/": page("/1.html", "/z.html"), "/m.svg": Answer(body=svg % "n.svg", type="image/svg+xml"), "/n.svg": Answer(body=svg % "m.svg", type="image/svg+xml"),
               "/1.html": Answer(body=html_ % ("m", "m"), type="text/html"), "/z.html": Answer(body=html_ % ("m", "m"), type="text/html")}
    site = serve(answers)
    done = run("mirror", site.url("/")).expect(crawl.OK)
    one, other = file_of(done, "/1.html"), file_of(done, "/z.html")
    assert one == other and one.startswith("<svg><use href=m.svg#a /><use href=#lycosa-") and one.count("<g id=") == 1
    # A circle: each shows the other in its file.
    for name, uses in (("m", "n"), ("n", "m")):
        assert '<use href="%s.svg#a"/>' % uses in file_of(done, "/%s.svg" % name)
    # What has a part of another one is looked into without that.
    answers["/n.svg"] = Answer(body=svg.replace("<use href=\"/%s#a\"/>", ""), type="image/svg+xml")
    done = run("mirror", serve(answers).url("/")).expect(crawl.OK)
    assert "lycosa-use" in file_of(done, "/m.svg")
    for name in ("/1.html", "/z.html"):
        assert file_of(done, name).startswith("<svg><use href=m.svg#a /><use href=#lycosa-") and "<style" not in file_of(done, name)


def test_use_in_srcdoc(run, serve):
    """A document in an attribute is a page of its own: what it refers to is at the end of the attribute, escaped."""
    part = '<svg><use href=%s class="srcdoc"/></svg>'
    forms = ["<iframe srcdoc='%s'></iframe>" % part, '<iframe SRCDOC = "%s"></iframe>' % html.escape(part), "<iframe srcdoc=\"srcdoc='<svg><use href='%s'/></svg>\"></iframe>"]
    for quoted in forms:
        own = part % "/sprite.svg#a"
        site = serve({**with_uses(), "/": Answer(body=own + quoted % "/sprite.svg#b" + quoted % "/sprite.svg#a" + own, type="text/html")})
        text = file_of(run("mirror", site.url("/")).expect(crawl.OK), "/")
        a, b = (re.search("#(lycosa-[0-9a-f]{8}-)%s" % name, text)[1] for name in "ab")
        outer = text.index("<svg xmlns")
        assert "<symbol id=\"%sa\"" % a in text[outer:] and b not in text[outer:]
        docs = [html.unescape(doc[1:-1]) for doc in re.findall(r"(?i)srcdoc ?= ?('[^']*'|\"[^\"]*\")></iframe>", text)]
        assert len(docs) == 2 and [doc.count("<svg xmlns") for doc in docs] == [1, 1], docs
        assert "<g id='%sb'>" % b in docs[0] and a not in docs[0] and '<symbol id="%sa"' % a in docs[1] and b not in docs[1]
        # But for references and what was put in, the page is the page.
        bare = re.sub(r"(<|&#60;)svg(&#32;| )xmlns((?!</iframe>).)*?/svg(>|&#62;)(?=['\"]>|$)", "", text, flags=re.S)
        assert bare.replace("#" + a, "/sprite.svg#").replace("#" + b, "/sprite.svg#") == own + quoted % "/sprite.svg#b" + quoted % "/sprite.svg#a" + own


def test_use_elsewhere(run, serve):
    """A document in an attribute in an attribute would have to be escaped twice, and one without quotes can have nothing put in."""
    svg = "<svg><use href=%s></use></svg>"
    nested = "<iframe srcdoc='%s'></iframe>" % html.escape('<iframe srcdoc="%s"></iframe>' % svg)
    bare = "<iframe srcdoc=%s></iframe>" % html.escape(svg).replace(" ", "&#32;")
    site = serve({**with_uses(), "/": Answer(body=nested % "sprite.svg#a" + bare % "sprite.svg#a", type="text/html")})
    assert file_of(run("mirror", site.url("/")).expect(crawl.OK), "/") == nested % "sprite.svg#a" + bare % "sprite.svg#a"


def test_use_of_what_comes_later(run, serve):
    """A page that has parts already gets another one as if it had come with the others; an update that finds nothing new changes no byte."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><use href="/sprite.svg#b"/><use href="/late.svg#a"/></svg>'
    names, framed = ("/x", "/s.svg", "/d.html", "/u.html"), svg + "<iframe srcdoc='%s'></iframe>" % svg
    site = serve({**with_uses(), "/": page(*names), "/x": Answer(body=XHTML % ("/sprite.svg#b", svg), type="application/xhtml+xml"), "/s.svg": Answer(body=svg, type="image/svg+xml"),
                  "/d.html": Answer(body=framed, type="text/html"), "/u.html": Answer(body=("\ufeff" + framed).encode("utf-16le"), type="text/html"), "/late.svg": Answer(503)})
    done = run("mirror", "--tries=1", site.url("/"))
    before = [file_of(done, name) for name in names]
    run("update", done.dir, dir=None)
    assert [file_of(done, name) for name in names] == before
    assert all("late.svg#a" in text.replace("\0", "") and "lycosa-" in text.replace("\0", "") for text in before)
    site.script["/late.svg"] = Answer(body=SPRITE, type="image/svg+xml")
    run("update", done.dir, dir=None).expect(crawl.OK)
    run("verify", done.dir, dir=None).expect(crawl.OK)
    fresh = run("mirror", site.url("/")).expect(crawl.OK)
    assert [file_of(done, name) for name in names] == [file_of(fresh, name) for name in names]
    assert not any("late.svg" in file_of(fresh, name).replace("\0", "") for name in names)


def test_use_after_a_kill(run, running, serve):
    """Before the close it is at the origin; a run that goes on makes it a part of the page."""
    gate = Gate()
    site = serve({**with_uses(), "/": page("/p/", "/last"), "/last": lambda x: gate.pass_()})
    r = running("mirror", "-e", "store.commit_ms=20", "-e", "mirror.settle=20ms", site.url("/"))
    crawl.eventually(lambda: [n for n in glob.glob(os.path.join(r.dir, "site", "*", "p", "index.html")) if "use href='%s" % site.url("/sprite.svg#a") in open(
        n, encoding="latin-1").read()], "no page")
    r.signal(signal.SIGKILL)
    r.wait()
    gate.open()
    site.script["/last"] = page()
    run("resume", r.dir, dir=None).expect(crawl.OK)
    done = run("mirror", site.url("/")).expect(crawl.OK)
    with open(glob.glob(os.path.join(r.dir, "site", "*", "p", "index.html"))[0], encoding="latin-1") as f:
        assert f.read() == file_of(done, "/p/")


def test_nothing_is_done_in_advance(run, serve):
    """A copy connects to nobody because of what its page may want later."""
    head = "<link rel=preconnect href=//f.test crossorigin><link rel='dns-prefetch' href='//f.test'><link rel=prefetch href=/gone><link rel=prefetch href=/a><link rel=next href=/a>"
    done = run("mirror", serve({"/": page("/a", head=head), "/a": page()}).url("/")).expect(crawl.OK)
    text = file_of(done, "/")
    assert "<link data-rel=preconnect href=http://f.test/ crossorigin><link data-rel='dns-prefetch' href='http://f.test/'><link data-rel=prefetch href=http" in text
    assert "/gone><link data-rel=prefetch href=a%2C.html><link rel=next href=a%2C.html>" in text
