# SPDX-License-Identifier: GPL-3.0-or-later
"""mirror --single-file: a page with all that it shows, in one file that asks nobody for anything."""
import base64
import hashlib
import html
import os
import re
import signal
import struct
import urllib.parse
import zlib

import pytest

import crawl
from hostile import Answer, Gate, page, redirect
from test_browser import chromium  # noqa: F401 a fixture

NOTHING = "data:,%20"
CHECK_FAILED = 10


def png(width):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(width))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


IMAGE, LARGE = png(3), png(1200)
# What is written, and what it becomes: a file (as a data: URL), a text, or itself (None).
PARTS = (
    ('<!DOCTYPE html><html><head><meta charset=utf-8><title>\u00e9</title><link rel=stylesheet ', None), ('', ('integrity="SUM"', 'data-integrity="SUM"')),
    (' href="', '/s.css'), ('"><link rel=preconnect href=', ('OTHER', NOTHING)), ('><link rel=icon href=', '/moved/i.png'), ("><script src='", 'OTHER/x.js'),
    ("'></script><style>@import '", '/t.css?a=1'), ("'; i { background: url(", '/i.png'), (") }</style></head><body id=top><img id=one src=", '/i.png'),
    (" alt=x><img src='data:,' srcset='", '/i.png'), (' 1x, ', '/i.png?2'), (' 1x\'><picture><source srcset="', '/i.png'),
    ('"></picture><p id=p style="color: green; background: url(', '/i.png'), (')">text</p><a href="#top">x</a><a href=', ('/#top', '#top')),
    ('>self</a><a href=', ('/', '#')), (' id=self>self</a><a href="', ('/other?a=1&amp;b=2#f', 'ORIGIN/other?a=1&#38;b=2#f')),
    ('">other</a><svg width=9 height=9><image href="', '/v.svg'), ('#part"/></svg><iframe id=frame src="', '/frame'), ('"></iframe></body></html>\n', None))


def sheet_of(site):
    return '@import "t.css"; #p { border: 3px solid; background-image: url("%s/i.png") }' % site.origin("127.0.0.2")


def fill(site, text):
    digest = base64.b64encode(hashlib.sha256(sheet_of(site).encode()).digest()).decode()
    return text.replace("OTHER", site.origin("127.0.0.2")).replace("SUM", "sha256-" + digest).replace("ORIGIN", site.origin("127.0.0.1"))


def site_of(serve, **more):
    site = serve({}, hosts=("127.0.0.1", "127.0.0.2"))
    there, here = site.origin("127.0.0.2"), site.origin("127.0.0.1")
    body = "".join(text + (becomes[0] if isinstance(becomes, tuple) else becomes or "") for text, becomes in PARTS)
    site.script.update({
        "/": Answer(body=fill(site, body).encode(), type="text/html"), "/moved/i.png": redirect(there + "/i.png"),
        "/s.css": Answer(body=sheet_of(site), type="text/css"),
        "/t.css": Answer(body="@import url(s.css); #p { font-weight: 900; width: 77px }", type="text/css"),
        "/t.css?a=1": Answer(body="#one { width: 55px }", type="text/css"),
        "/x.js": Answer(body="var a = '\u00e9'; addEventListener('load', function () { document.title = [one.naturalWidth, one.width, "
                        "document.images[1].naturalWidth, getComputedStyle(p).borderTopWidth, getComputedStyle(p).width, getComputedStyle(p).color,"
                        "document.styleSheets.length].join(' ') })", type="text/javascript"),
        "/i.png": Answer(body=IMAGE, type="image/png"), "/i.png?2": Answer(body=LARGE, type="image/png"),
        "/v.svg": Answer(body='<svg xmlns="http://www.w3.org/2000/svg"><image id="part" href="i.png"/></svg>', type="image/svg+xml"),
        "/frame": Answer(body='<meta charset=windows-1251><img src=i.png><a href="/frame#x">\u041f</a><iframe src="/frame"></iframe>'.encode("cp1251"),
                         type="text/html"), **more})
    return site, here


def single(done, name="single.html"):
    with open(os.path.join(done.dir, name), "rb") as f:
        return f.read()


def decode(url):
    """(type, bytes) of a data: URL, which stands for itself wherever a reference may stand."""
    head, comma, data = url.partition(",")
    assert comma and head.startswith("data:") and re.fullmatch(r"[\w.~/:;?@!$*+=%-]+,[\w.~/:;?@!$*+=%-]+", url), url[:200]
    if head.endswith(";base64"):
        return head[5:-7], base64.b64decode(data, validate=True)
    return head[5:], urllib.parse.unquote_to_bytes(data)


def test_one_file(run, serve):
    """Byte for byte the page, but for its references; each of these the file that it led to, to any depth."""
    site, here = site_of(serve)
    done = run("mirror", "--single-file", site.url("/")).expect(crawl.OK)
    assert not [p for p in done.pages if "/other" in p["url"]]
    pattern, wanted = "", []
    for text, becomes in PARTS:
        pattern += re.escape(fill(site, text))
        if isinstance(becomes, tuple):
            pattern += re.escape(fill(site, becomes[1]))
        elif becomes:
            pattern += "(data:[^\"' )>]+)"
            wanted.append(becomes)
    match = re.fullmatch(pattern.encode(), single(done), re.S)
    assert match, single(done)[:3000]
    got = {path: decode(url.decode()) for path, url in zip(wanted, match.groups(), strict=True)}
    for path in ("/i.png", "/i.png?2", "OTHER/x.js", "/t.css?a=1"):
        answer = site.script[path.replace("OTHER", "")]
        assert got[path] == (answer.type, answer.body), path
    assert got["/moved/i.png"] == ("image/png", IMAGE)
    sheet = got["/s.css"][1].decode()
    imported, image = re.fullmatch(r'@import "(.*)"; #p { border: 3px solid; background-image: url\("(.*)"\) }', sheet).groups()
    assert decode(image)[1] == IMAGE
    # A sheet that imports the one that imports it: the circle ends there.
    assert decode(imported)[1].decode() == site.script["/t.css"].body.decode().replace("s.css", NOTHING)
    kind, frame = got["/frame"]
    src, href, inner = re.fullmatch(r'<meta charset=windows-1251><img src=(\S+)><a href="(.*)">\u041f</a><iframe src="(.*)"></iframe>',
                                    frame.decode("cp1251")).groups()
    assert kind == "text/html;charset=windows-1251" and decode(src)[1] == IMAGE and href == here + "/frame#x" and inner == NOTHING
    assert "single.html" in done.stderr
    assert os.path.getsize(os.path.join(done.dir, "single.html")) > 4 * len(LARGE) // 3


def test_what_is_not_there(run, serve):
    """What could not be had, and what is too large for the ceiling, leave nothing that asks the network, and are told of."""
    site, _ = site_of(serve, **{"/i.png": Answer(404), "/t.css?a=1": Answer(404)})
    done = run("mirror", "--single-file", site.url("/")).expect(crawl.SERVER)
    text = single(done).decode()
    assert text.count(NOTHING) >= 7 and "could not be had" in done.stderr
    assert not re.search(r"(src|srcset|url\(|image href)\s*[=(]?\s*[\"']?https?:", text)
    site, _ = site_of(serve)
    done = run("mirror", "--single-file", "--single-file-max=100k", site.url("/")).expect(crawl.BUDGET)
    assert len(single(done)) <= 100 * 1024 and "1 did not fit" in done.stderr
    assert "1x, %s 1x" % NOTHING in single(done).decode()
    # The job knows how it ended: what did not fit is no success the second time.
    assert "is finished" in run("mirror", "--single-file", site.url("/"), dir=done.dir).expect(crawl.BUDGET).stderr


def test_ceilings(run, serve):
    """What is large, or refers to itself, or is referred to ever again: the file stays below its ceiling, and is made."""
    frames = {"/f%d" % n: Answer(body="".join('<iframe src="/f%d"></iframe>' % k for k in range(12)), type="text/html") for n in range(12)}
    site = serve({"/": Answer(body='<iframe src="/f1"></iframe>' + "<img src=/large.png>" * 3000, type="text/html"),
                  "/large.png": Answer(body=LARGE, type="image/png"), **frames})
    done = run("mirror", "--single-file", "--single-file-max=1m", site.url("/")).expect(crawl.BUDGET)
    assert len(single(done)) <= 1024 * 1024
    site = serve({"/": Answer(body="x" * 5000, type="text/html")})
    done = run("mirror", "--single-file", "--single-file-max=4k", site.url("/")).expect(CHECK_FAILED)
    assert not os.path.exists(os.path.join(done.dir, "single.html")) and "none:" in done.stderr
    run("resume", done.dir, dir=None).expect(CHECK_FAILED)


def test_other_pages(run, serve):
    """A redirect's target; XHTML; UTF-16; no page at all; more than one."""
    word = "\ufeff<title>\u8868</title><img src='/i.png'><a href='/u#x'>x</a>"
    site = serve({"/r": redirect("/x"), "/i.png": Answer(body=IMAGE, type="image/png"), "/u": Answer(body=word.encode("utf-16le"), type="text/html"),
                  "/x": Answer(body='<html xmlns="http://www.w3.org/1999/xhtml"><body><img src="/i.png"/></body></html>', type="application/xhtml+xml")})
    done = run("mirror", "--single-file", site.url("/r")).expect(crawl.OK)
    assert decode(re.search(r'src="(.*)"/>', single(done, "single.xhtml").decode())[1]) == ("image/png", IMAGE)
    done = run("mirror", "--single-file", site.url("/u")).expect(crawl.OK)
    text = single(done).decode("utf-16le")
    assert text == word.replace("/i.png", re.search("src='(.*?)'", text)[1]).replace("/u#x", "#x") and "src='data:image/png;base64," in text
    done = run("mirror", "--single-file", site.url("/i.png")).expect(CHECK_FAILED)
    assert "no page" in done.stderr
    assert "one URL" in run("mirror", "--single-file", site.url("/r"), site.url("/u")).expect(crawl.USAGE).stderr
    assert "single_file" in run("crawl", "--single-file", site.url("/r")).expect(crawl.USAGE).stderr


def test_goes_on(run, running, serve):
    """Killed, it is made by the run that goes on; an update makes it again, and leaves the one before to its generation."""
    site, _ = site_of(serve)
    whole = single(run("mirror", "--single-file", site.url("/")).expect(crawl.OK))
    gate, drawing = Gate(), site.script["/v.svg"]
    site.script["/v.svg"] = lambda x: gate.pass_() or drawing
    run_ = running("mirror", "--single-file", "-e", "store.commit_ms=1", site.url("/"))
    assert gate.count(1)
    run_.signal(signal.SIGKILL)
    run_.wait()
    gate.open()
    done = run("resume", run_.dir, dir=None).expect(crawl.OK)
    assert single(crawl.Done([], 0, "", "", run_.dir)) == whole, done
    site.script["/i.png?2"] = Answer(body=IMAGE, type="image/png")
    run("update", run_.dir, dir=None).expect(crawl.OK)
    job = crawl.Done([], 0, "", "", run_.dir)
    assert len(single(job)) < len(whole) and b"1x, data:image/png;base64," in single(job)
    generations = os.path.join(run_.dir, "generations")
    assert single(crawl.Done([], 0, "", "", os.path.join(generations, *os.listdir(generations)))) == whole


@pytest.mark.long
def test_opens(run, serve, chromium, tmp_path):  # noqa: F811
    """In Chromium, with the network refused: everything is shown, and nothing was asked for; it looks as it does at the origin."""
    # Without a frame in itself, which browsers show once, and an image in an image, which they do not load from elsewhere.
    site, _ = site_of(serve, **{"/frame": Answer(body="<img src=i.png>framed", type="text/html"), "/v.svg": Answer(
        body='<svg xmlns="http://www.w3.org/2000/svg"><rect id="part" width="5" height="5" fill="red"/></svg>', type="image/svg+xml")})
    done = run("mirror", "--single-file", site.url("/")).expect(crawl.OK)
    shots = [str(tmp_path / name) for name in ("live.png", "single.png")]
    with chromium(loopback=True) as b:
        live = b.open([(site.url("/"), shots[0])])[0]
    with chromium() as b:
        ours = b.open([("file://" + urllib.parse.quote(os.path.join(os.path.abspath(done.dir), "single.html")), shots[1])])[0]
        assert not b.left
    assert ours.loaded and ours.title.split()[:5] == ["3", "55", "3", "3px", "77px"] and not ours.errors, ours
    assert not [url for url, failure in ours.requests if failure or not url.startswith(("file:", "data:"))], ours.requests
    assert live.title == ours.title
    with open(shots[0], "rb") as f, open(shots[1], "rb") as g:
        assert f.read() == g.read(), shots


def test_small_ceiling_and_names(run, serve):
    """What is small fits under a small ceiling; and a page is one by its type, whatever its name."""
    site = serve({"/page.htm": page(body='<img src="/i.png">'), "/i.png": Answer(body=IMAGE, type="image/png"),
                  "/P.HTML": page(body="x"), "/p.xht": Answer(body='<html xmlns="http://www.w3.org/1999/xhtml"><p>x</p></html>', type="application/xhtml+xml")})
    done = run("mirror", "--single-file", "--single-file-max=8k", site.url("/page.htm")).expect(crawl.OK)
    assert decode(re.search(r'src="(.*?)"', single(done).decode())[1]) == ("image/png", IMAGE)
    run("mirror", "--single-file", site.url("/P.HTML")).expect(crawl.OK)
    run("mirror", "--single-file", serve({"/": Answer(body="<!DOCTYPE html><title>t</title>", type=None)}).url("/")).expect(crawl.OK)
    assert b"<p>x</p>" in single(run("mirror", "--single-file", site.url("/p.xht")).expect(crawl.OK), "single.xhtml")


def test_what_could_grow_without_end(run, serve):
    """A style sheet that shows a picture very often: left out before it is put together."""
    site = serve({"/": page(head='<link rel="stylesheet" href="/a.css">'), "/i.png": Answer(body=LARGE, type="image/png"),
                  "/a.css": Answer(body="".join("a%d{background:url(/i.png)}" % i for i in range(2000)), type="text/css")})
    done = run("mirror", "--single-file", "--single-file-max=12m", site.url("/"))
    assert done.status == crawl.BUDGET and "1 did not fit" in done.stderr, done
    assert len(single(done)) < 12 * 1024 * 1024


SPRITE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- <svg> --><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>
<symbol id="top" viewBox="0 0 10 10"><rect width="10" height="10" fill="url(#g)" style='stroke: url("#g")'/></symbol>
<g id = 'b'><use xlink:href="#top" width="20" height="20"/><image href="i.png" width="5" height="5"/><a href="https://example.org/#x"/></g>
</svg>
"""
# What it is in the page: ids and references to them have another name, as the page has ids too.
INSIDE = SPRITE[SPRITE.index("<svg xmlns"):].replace('id="', 'id="lycosa0-').replace("id = '", "id = 'lycosa0-").replace("(#", "(#lycosa0-").replace(
    '("#', '("#lycosa0-').replace('"#top', '"#lycosa0-top')
USES = ('<!DOCTYPE html><meta charset=utf-8><body><b id=top>x</b><svg width=30 height=30><use href="/sprite.svg#top"/></svg><svg width=30 height=30><use '
        "class=x xlink:href='sprite.svg#b'></use></svg><svg width=9 height=9><use href=#own /><g id=own></g></svg>%s\n")


def uses(more=""):
    return {"/": Answer(body=USES % more, type="text/html"), "/sprite.svg": Answer(body=SPRITE, type="image/svg+xml"),
            "/i.png": Answer(body=IMAGE, type="image/png")}


def test_use(run, serve):
    """What <use> refers to in another file is in the page, once and unseen: no browser takes a data: URL there."""
    done = run("mirror", "--single-file", serve(uses()).url("/")).expect(crawl.OK)
    text = single(done).decode()
    page_, hidden, inside = re.fullmatch(r"(.*\n)(<svg [^>]*width:0[^>]*>)(<svg.*)</svg>", text, re.S).groups()
    assert page_ == (USES % "").replace("/sprite.svg#top", "#lycosa0-top").replace("sprite.svg#b", "#lycosa0-b")
    image = re.search(r'<image href="(data:[^"]*)"', inside)[1]
    assert decode(image) == ("image/png", IMAGE) and inside.replace(image, "i.png") == INSIDE
    assert "aria-hidden" in hidden


@pytest.mark.parametrize("sprite", [
    "<svg id='a'><style>p { color: red }</style></svg>", "<svg id='a'><script>1</script></svg>", "<svg id='a' onload='x()'/>", "<s:svg id='a'/>",
    "<svg id='a'><![CDATA[<p>]]></svg>", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg id='a'>&a;</svg>", "<svg id='a'><p>x</p></svg>", "<svg id=a></svg>", "<svg id='a", "<svg",
    "<svg id='a'><!-- ", "", "<html><svg id='a'/></html>"])
def test_use_of_what_cannot_be_in_a_page(run, serve, sprite):
    """What would run, or count for the page, or be read in another way there, stays by itself."""
    site = serve({"/": Answer(body="<svg><use href='/s.svg#a'/></svg>", type="text/html"), "/s.svg": Answer(body=sprite, type="image/svg+xml")})
    text = single(run("mirror", "--single-file", site.url("/"))).decode()
    assert re.fullmatch(r"<svg><use href='data:[^'#]*#a'/></svg>", text), text


def test_use_in_utf16(run, serve):
    """The part is that, too; and what is not ASCII in it can stand in a page of any charset."""
    sprite = '<svg id="s"><title>\u00e9</title></svg>'
    site = serve({"/": Answer(body="\ufeff<svg><use href=/s.svg#s /></svg>".encode("utf-16be"), type="text/html"), "/s.svg": Answer(body=sprite, type="image/svg+xml")})
    text = single(run("mirror", "--single-file", site.url("/")).expect(crawl.OK)).decode("utf-16be")
    assert re.fullmatch('\ufeff<svg><use href=#lycosa0-s /></svg><svg [^>]*width:0[^>]*>(.*)</svg>', text)[1] == '<svg id="lycosa0-s"><title>&#233;</title></svg>', text


@pytest.mark.parametrize("sprite, fine", [("<svg xmlns:l='http://www.w3.org/1999/xlink'><g id='s'><use l:href='#s'/></g></svg>", True), ("<svg><g id='s' l:href=''/></svg>", False),
                                          ("<svg id='s'>&nbsp;</svg>", False)])
def test_use_in_xhtml(run, serve, sprite, fine):
    """What would be no XML in it stays by itself."""
    text = '<html xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"><use href="%s"/></svg>%s</html><!-- x -->\n'
    site = serve({"/": Answer(body=text % ("s.svg#s", ""), type="application/xhtml+xml"), "/s.svg": Answer(body=sprite, type="image/svg+xml")})
    got = single(run("mirror", "--single-file", site.url("/")), "single.xhtml").decode()
    if fine:
        got = re.sub(r"<svg [^>]*width:0[^>]*>(.*)</svg>(?=</html>)", r"[\1]", got)
        assert got == text % ("#lycosa0-s", "[%s]" % sprite.replace("'s'", "'lycosa0-s'").replace("#s", "#lycosa0-s"))
    else:
        assert re.sub("data:[^#]*", "", got) == text % ("#s", "")


def test_use_in_svg(run, serve):
    """In the page, and in one that it shows as a document; what is used by what is used is in nothing."""
    svg, other = '<svg xmlns="http://www.w3.org/2000/svg"><use href="%s#s"/>%s</svg>\n', '<svg xmlns="http://www.w3.org/2000/svg"><g id="s"/><use href="%s#s"/></svg>'
    site = serve({"/": Answer(body="<object data=/d.svg>", type="text/html"), "/d.svg": Answer(body=svg % ("o.svg", ""), type="image/svg+xml"),
                  "/o.svg": Answer(body=other % "d.svg", type="image/svg+xml")})
    inside = (other % NOTHING).replace('"s"', '"lycosa0-s"')
    drawing = svg % ("#lycosa0", '<defs class="lycosa-use" xmlns="http://www.w3.org/2000/svg"><style>@media (scripting:none){[id^=lycosa0-]{display:none!important}}</style>%s</defs>' % inside)
    drawing = drawing.replace("#lycosa0#s", "#lycosa0-s")
    assert single(run("mirror", "--single-file", site.url("/d.svg")), "single.svg").decode() == drawing
    text = single(run("mirror", "--single-file", site.url("/"))).decode()
    assert decode(re.fullmatch("<object data=(.*)>", text)[1])[1].decode() == drawing


def test_use_in_a_frame(run, serve):
    """It is a page of its own; so is a document in an attribute."""
    srcdoc = '<iframe srcdoc="<svg><use href=/sprite.svg#top></use></svg>"></iframe>'
    text = single(run("mirror", "--single-file", serve({**uses(), "/": Answer(body="<iframe src=/in></iframe>" + srcdoc, type="text/html"),
                                                        "/in": uses()["/"]}).url("/"))).decode()
    inner, outer = re.fullmatch(r"<iframe src=([^>]*)></iframe><iframe srcdoc=\"(.*)\"></iframe>", text).groups()
    inside = decode(inner)[1].decode()
    assert '<use href="#lycosa0-top"/>' in inside and inside.count('id="lycosa0-top"') == 1
    assert outer.startswith("<svg><use href=#lycosa0-top></use></svg>&#60;svg&#32;xmlns") and html.unescape(outer).count('id="lycosa0-top"') == 1


@pytest.mark.long
def test_use_looks_as_at_the_origin(run, serve, chromium, tmp_path):  # noqa: F811
    site = serve(uses())
    done = run("mirror", "--single-file", site.url("/")).expect(crawl.OK)
    shots = [str(tmp_path / name) for name in ("live.png", "single.png")]
    with chromium(loopback=True) as b:
        b.open([(site.url("/"), shots[0])])
    with chromium() as b:
        ours = b.open([("file://" + urllib.parse.quote(os.path.join(os.path.abspath(done.dir), "single.html")), shots[1])])[0]
    assert not [url for url, failure in ours.requests if failure or not url.startswith(("file:", "data:"))], ours.requests
    with open(shots[0], "rb") as f, open(shots[1], "rb") as g:
        assert f.read() == g.read(), shots
