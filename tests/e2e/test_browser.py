# SPDX-License-Identifier: GPL-3.0-or-later
"""Mirrors of real documentation, opened from disk in Chromium with the network refused."""
import html
import json
import os
import random
import urllib.error
import urllib.parse
import urllib.request

import pytest

import browser
import conftest
import crawl
import mirror_score
from hostile import Answer
from offline import OPENER

pytestmark = pytest.mark.long

PAGES, SHOTS = 15, 10
PACKAGES = {"python-jinja2-doc": "Sphinx", "postgresql-doc-15": "DocBook", "libclipper-doc": "Doxygen"}


@pytest.fixture(scope="module")
def chromium():
    conftest.need_browser()
    return browser.Browser


class Origin:
    """get(url) -> (status, type, bytes), asked once each."""

    def __init__(self):
        self.seen = {}

    def __call__(self, url):
        if url not in self.seen:
            try:
                with OPENER.open(url, timeout=60) as answer:
                    self.seen[url] = answer.status, answer.headers.get_content_type(), answer.read()
            except urllib.error.HTTPError as e:
                self.seen[url] = e.code, None, b""
        return self.seen[url]


def file_url(done, page):
    return "file://" + urllib.parse.quote(os.path.abspath(os.path.join(done.dir, page["saved"])))


@pytest.mark.parametrize("package", PACKAGES)
def test_opens_from_disk(run, docs, chromium, tmp_path, package):
    """Sampled pages load, ask for nothing but files that are there, and look as at the origin; every reference of every page is right."""
    site = docs(package)
    done = run("mirror", site.start, "--per-host=16")
    pages = [p for p in done.pages if p.get("saved") and p["type"] == "text/html"]
    sample = random.Random(20261126).sample(pages, min(PAGES, len(pages)))
    shots = [(str(tmp_path / ("live%d.png" % n)), str(tmp_path / ("mirror%d.png" % n))) if n < SHOTS else (None, None)
             for n in range(len(sample))]
    with chromium(loopback=True) as b:
        live = b.open([(p["url"], s[0]) for p, s in zip(sample, shots)])
    with chromium() as b:
        ours = b.open([(file_url(done, p), s[1]) for p, s in zip(sample, shots)])
        left = b.left
    assert not left
    for there, here, (live_shot, our_shot) in zip(live, ours, shots):
        assert there.loaded and here.loaded and there.title == here.title and not here.errors, (there, here)
        assert not [r for r in here.requests if r[1] or not r[0].startswith(("file:", "data:"))], here
        assert len(here.requests) == len(there.requests), (there, here)
        if our_shot:
            with open(live_shot, "rb") as f, open(our_shot, "rb") as g:
                assert f.read() == g.read(), "%s looks otherwise: %s, %s" % (there.url, live_shot, our_shot)
    files = {m["url"]: os.path.join(done.dir, m["file"]) for m in done.urlmap if "file" in m}
    score = mirror_score.score(files, Origin(), lambda url: url.startswith(site.nginx.origin() + "/"))
    assert score.files > 25 and score.references > 500
    assert (score.broken, score.remote, score.requisites, score.changed) == (0, 0, 0, 0), json.dumps(score.examples)[:3000]


NASTY_USE = ("<!DOCTYPE html><title>use</title><style>svg { display: block }</style><svg width=40 height=40><use href='/sprite.svg#a'/></svg>"
             "<svg width=40 height=40><use xlink:href=sprite.svg#b></use></svg><iframe src=/in width=100 height=100></iframe>")
SPRITE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><linearGradient id="g"><stop stop-color="red"/>
</linearGradient><symbol id="a" viewBox="0 0 9 9"><rect width="9" height="9" fill="url(#g)"/></symbol><g id="b"><use href="#a" width="20" height="20"/></g></svg>"""


DRAWING = ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="40"><use href="/sprite.svg#a" width="30"/>'
           '<use x="40" xlink:href="sprite.svg#b"/></svg>')
# Where else than in a page of HTML: type, page.
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>\u8868</p>%s</body></html><!-- --><?x ?>\n' % DRAWING
USES = {"utf-16": ("text/html", ("\ufeff<!DOCTYPE html><title>\u8868</title>" + DRAWING).encode("utf-16le")),
        "xhtml": ("application/xhtml+xml", XHTML), "xhtml in utf-16": ("application/xhtml+xml", ("\ufeff" + XHTML).encode("utf-16be")),
        "svg": ("image/svg+xml", DRAWING), "svg in utf-16": ("image/svg+xml", ("\ufeff" + DRAWING).encode("utf-16le")),
        "svg with a prefix": ("image/svg+xml", '<s:svg xmlns:s="http://www.w3.org/2000/svg" width="90" height="40"><s:use href="/sprite.svg#a"/></s:svg>'),
        "srcdoc": ("text/html", "<!DOCTYPE html><title>x</title>%s<iframe srcdoc='%s'></iframe><iframe srcdoc=\"%s\"></iframe>" % (DRAWING, DRAWING, html.escape(DRAWING))),
        "srcdoc in utf-16": ("text/html", ("\ufeff<!DOCTYPE html><title>\u8868</title><iframe srcdoc='%s'></iframe>" % DRAWING).encode("utf-16le")),
        # As a document it shows what it refers to; as an image not, from disk no more than at the origin.
        "svg in a page": ("text/html", "<!DOCTYPE html><title>x</title><object data=/d.svg></object><embed src=/d.svg><iframe src=/d.svg></iframe><img src=/d.svg style='border: 1px solid'>"
                          "<p style='background: url(/d.svg)'>x</p><svg width=90 height=90><image href=/d.svg width=90 height=90 /></svg>")}


def test_use_elsewhere_looks_as_at_the_origin(run, serve, chromium, tmp_path):
    """Of other types, in other places: in a mirror, and in one file; what is shown there is not what is shown if the drawing is missing."""
    urls = {}
    for name, (kind, body) in USES.items():
        answers = {"/": Answer(body=body, type=kind), "/sprite.svg": Answer(body=SPRITE, type="image/svg+xml"), "/d.svg": Answer(body=DRAWING, type="image/svg+xml")}
        site, without = serve(answers), serve({**answers, "/sprite.svg": Answer(404)})
        done, single = run("mirror", site.url("/")).expect(crawl.OK), run("mirror", "--single-file", site.url("/")).expect(crawl.OK)
        [file] = [os.path.abspath(os.path.join(single.dir, f)) for f in os.listdir(single.dir) if f.startswith("single.")]
        urls[name] = site.url("/"), without.url("/"), file_url(done, done.page("/")), "file://" + urllib.parse.quote(file)

    def shot(name, n):
        return str(tmp_path / ("%s %d.png" % (name, n)))
    with chromium(loopback=True) as b:
        b.open([(u[n], shot(name, n)) for name, u in urls.items() for n in (0, 1)])
    with chromium() as b:
        for ours in b.open([(u[n], shot(name, n)) for name, u in urls.items() for n in (2, 3)]):
            assert ours.loaded and not ours.errors and not [url for url, failure in ours.requests if failure or not url.startswith(("file:", "data:"))], ours
    for name in USES:
        there, lacking, mirror, one = (open(shot(name, n), "rb").read() for n in range(4))
        assert mirror == there and one == there and there != lacking, name


def test_use_looks_as_at_the_origin(run, serve, chromium, tmp_path):
    """A drawing's parts, of another file, in a page and in a frame."""
    site = serve({"/": Answer(body=NASTY_USE, type="text/html"), "/in": Answer(body=NASTY_USE.partition("<iframe")[0], type="text/html"),
                  "/sprite.svg": Answer(body=SPRITE, type="image/svg+xml")})
    done = run("mirror", site.url("/")).expect(crawl.OK)
    shots = [str(tmp_path / name) for name in ("live.png", "mirror.png")]
    with chromium(loopback=True) as b:
        b.open([(site.url("/"), shots[0])])
    with chromium() as b:
        ours = b.open([(file_url(done, done.page("/")), shots[1])])[0]
    assert ours.loaded and not ours.errors and not [url for url, failure in ours.requests if failure or not url.startswith("file:")], ours
    with open(shots[0], "rb") as f, open(shots[1], "rb") as g:
        assert f.read() == g.read(), shots
