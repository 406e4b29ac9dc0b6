# SPDX-License-Identifier: GPL-3.0-or-later
"""Sitemaps and feeds: where they are found, what of them is crawled."""
import gzip
import re

import pytest

import crawl
from hostile import Answer, page, redirect

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def xml(text, **kw):
    return Answer(body='<?xml version="1.0" encoding="UTF-8"?>\n' + text, type="application/xml", **kw)


def urlset(*entries):
    """Entries: a URL, or (URL, lastmod)."""
    text = "".join("<url><loc>%s</loc>%s</url>" % ((e, "") if isinstance(e, str) else (e[0], "<lastmod>%s</lastmod>" % e[1]))
                   for e in entries)
    return xml("<urlset %s>%s</urlset>" % (NS, text))


def index(*entries):
    text = "".join("<sitemap><loc>%s</loc>%s</sitemap>" % ((e, "") if isinstance(e, str) else (e[0], "<lastmod>%s</lastmod>" % e[1]))
                   for e in entries)
    return xml("<sitemapindex %s>%s</sitemapindex>" % (NS, text))


def robots(*sitemaps, rules=""):
    return Answer(body="User-agent: *\n%s\n%s" % (rules, "".join("Sitemap: %s\n" % s for s in sitemaps)), type="text/plain")


@pytest.fixture
def site(serve):
    """site({path: answer, or a function of the site}, ...) -> a server; other paths are pages without links."""
    def call(script, **kw):
        server = serve(None, **kw)

        def answer(x):
            a = script.get(x.request.path)
            if a is None:
                return Answer(404) if x.request.path.endswith((".txt", ".xml", ".gz")) else page()
            return a(server) if callable(a) else a
        server.script = answer
        return server
    return call


def test_from_robots(run, site):
    """By default: the sitemaps that robots.txt names, through the host's queue like everything else; once each."""
    s = site({"/robots.txt": robots("/map.xml", "/map.xml", rules="Disallow: /shut"),
              "/map.xml": lambda s: urlset(s.url("/listed"), s.url("/shut"), "/relative", "http://elsewhere.invalid/"),
              "/": page("/linked")})
    done = run("crawl", s.url("/")).expect(crawl.OK)
    assert sorted(s.asked()) == ["/", "/linked", "/listed", "/map.xml", "/relative"]
    assert done.skips()["/shut"] == "robots_deny"
    assert done.page("/map.xml")["kind"] == "sitemap" and done.page("/map.xml")["links"] == {"page": 4}
    assert done.page("/listed")["parent"].endswith("/map.xml") and done.page("/listed")["depth"] == 1


def test_modes(run, site):
    """Not with --level unless asked for; /sitemap.xml only when asked for, and no error where it is not there."""
    def script(there):
        found = {"/robots.txt": robots("/map.xml"), "/map.xml": lambda s: urlset(s.url("/listed"))}
        guess = {"/sitemap.xml": lambda s: urlset(s.url("/guessed"))}
        return dict(found if there == "robots" else guess if there == "guess" else {}, **{"/": page("/linked")})
    for there, options, extra in (
            ("robots", (), {"/map.xml", "/listed"}),
            ("robots", ("--no-follow-sitemaps",), set()),
            ("robots", ("--sitemaps=off",), set()),
            ("robots", ("-l", "1"), set()),
            ("robots", ("-l", "1", "--follow-sitemaps"), {"/map.xml", "/listed"}),
            ("guess", (), set()),
            ("guess", ("--follow-sitemaps",), {"/sitemap.xml", "/guessed"}),
            ("none", ("--follow-sitemaps",), {"/sitemap.xml"})):
        s = site(script(there))
        run("crawl", s.url("/"), *options).expect(crawl.OK)
        assert set(s.asked()) == {"/", "/linked"} | extra, (there, options)


def test_only_a_sitemap(run, site):
    """--sitemap URL needs no other seed; what it lists is one level deep."""
    s = site({"/map.txt": Answer(body="# no URL\nHTTP://127.0.0.1:%d/b\n\n/c\n", type="text/plain"),
              "/a.xml": lambda s: urlset(s.url("/a")), "/a": page("/deeper")})
    s.script = (lambda old: lambda x: Answer(body="# no URL\nHTTP://127.0.0.1:%d/b\r\n\n/c\n" % s.port, type="text/plain")
                if x.request.path == "/map.txt" else old(x))(s.script)
    done = run("crawl", "--sitemap", s.url("/a.xml"), "--sitemap", s.url("/map.txt"), "-l", "1").expect(crawl.OK)
    assert sorted(s.asked()) == ["/a", "/a.xml", "/b", "/map.txt"]
    assert done.skips() == {"/deeper": "depth"}


def test_index(run, site):
    """Nested, gzipped, redirected; each sitemap once, though they list one another; -A does not keep them from being read."""
    s = site({"/robots.txt": robots("/index.xml"),
              "/index.xml": lambda s: index(s.url("/one.xml"), s.url("/two.xml.gz"), s.url("/inner.xml"), s.url("/index.xml")),
              "/one.xml": lambda s: urlset(s.url("/a.html")),
              "/two.xml.gz": lambda s: Answer(body=gzip.compress(urlset(s.url("/b.html"), s.url("/b.png")).body), type="application/gzip"),
              "/inner.xml": lambda s: index(s.url("/index.xml"), s.url("/inner.xml"), s.url("/moved.xml")),
              "/moved.xml": redirect("/three.xml"),
              "/three.xml": lambda s: urlset(s.url("/c.html"))})
    done = run("crawl", s.url("/x.html"), "-A", "html").expect(crawl.OK)
    maps = ["/index.xml", "/inner.xml", "/moved.xml", "/one.xml", "/three.xml", "/two.xml.gz"]
    assert sorted(s.asked()) == sorted(maps + ["/a.html", "/b.html", "/c.html", "/x.html"])
    assert all(done.page(p)["depth"] == 1 for p in ("/a.html", "/b.html", "/c.html"))
    assert done.skips() == {"/b.png": "rejected"}


def test_index_without_end(run, site):
    """Each index lists another one: it ends by itself."""
    s = site({})
    s.script = lambda x: index("/%d.xml" % len(s.log)) if x.request.path.endswith(".xml") else Answer(404)
    done = run("crawl", "--sitemap", s.url("/0.xml")).expect(crawl.OK)
    assert len(s.asked()) == 4 and list(done.skips().values()) == ["kind"]


def test_what_is_nested_too_deep_is_counted_once(run, site):
    """However many name it; and what was read by another way is not refused by this one."""
    maps = {"/0.xml": ("a1", "a2"), "/a1.xml": ("b1",), "/a2.xml": ("b2",), "/b1.xml": ("c1",), "/b2.xml": ("c2",),
            "/c1.xml": ("deep", "a1"), "/c2.xml": ("deep", "a2")}
    s = site({path: index(*("/%s.xml" % n for n in names)) for path, names in maps.items()})
    done = run("crawl", "--sitemap", s.url("/0.xml")).expect(crawl.OK)
    assert sorted(s.asked()) == sorted(maps) and done.skips() == {"/deep.xml": "kind"}
    assert re.search(r"skipped +1 [^\n]*\(kind\)", done.stderr), done


def test_other_hosts(run, site):
    """robots.txt may name a sitemap elsewhere; an index may not, and what is listed for hosts outside the scope stays there."""
    hosts = ("127.0.0.2", "127.0.0.3")
    s = site({}, hosts=hosts)

    def script(x):
        p = x.request.path
        if p == "/robots.txt":
            return robots(s.url("/map.xml", hosts[1])) if x.request.host == hosts[0] else Answer(404)
        if p == "/map.xml":
            return index(s.url("/sub.xml", hosts[0]), s.url("/other.xml", hosts[1]))
        if p == "/sub.xml":
            return urlset(s.url("/in", hosts[0]), s.url("/out", hosts[1]))
        return page()
    s.script = script
    run("crawl", s.url("/", hosts[0])).expect(crawl.OK)
    assert sorted(s.asked(hosts[0])) == ["/", "/in", "/sub.xml"]
    assert s.asked(hosts[1])[0] == "/map.xml" and "/out" not in s.asked(hosts[1])


def test_extensions_and_feeds(run, site):
    """Pictures, translations, RSS, Atom."""
    s = site({"/map.xml": lambda s: xml(
        '<urlset %s xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
        '<url><loc>%s</loc><image:image><image:loc>%s</image:loc></image:image>'
        '<xhtml:link rel="alternate" hreflang="de" href="%s"/></url></urlset>' % (NS, s.url("/en"), s.url("/p.png"), s.url("/de?a=1&amp;b=2"))),
        "/rss": lambda s: Answer(type="application/rss+xml", body=(
            '<rss version="2.0"><channel><link>/home</link><item><link> %s </link><enclosure url="%s"/></item></channel></rss>'
            % (s.url("/post"), s.url("/a.mp3")))),
        "/atom": lambda s: Answer(type="application/atom+xml", body=(
            '<feed xmlns="http://www.w3.org/2005/Atom"><link href="/home"/><entry><link rel="self" href="/self"/>'
            '<link href="/entry"/></entry></feed>'))})
    done = run("crawl", "--sitemap", s.url("/map.xml"), "--sitemap", s.url("/rss"), "--sitemap", s.url("/atom")).expect(crawl.OK)
    kinds = {p["url"].split(str(s.port))[1]: p["kind"] for p in done.pages}
    assert kinds == {"/map.xml": "sitemap", "/rss": "sitemap", "/atom": "sitemap", "/en": "page", "/p.png": "requisite",
                     "/de?a=1&b=2": "alternate", "/post": "page", "/a.mp3": "requisite", "/entry": "page"}


def test_since(run, site):
    """What has not changed is left out, whole sitemaps too; but not what a page links to, nor what has no date."""
    s = site({"/index.xml": lambda s: index((s.url("/new.xml"), "2026-03-01"), (s.url("/old.xml"), "2020-01-01")),
              "/new.xml": lambda s: urlset((s.url("/new"), "2026-02-01T00:00:00+01:00"), (s.url("/old"), "2025-12-31"), s.url("/undated"),
                                           (s.url("/day"), "2026-01-31"), (s.url("/linked"), "2019")),
              "/old.xml": lambda s: urlset(s.url("/never")), "/": page("/linked")})
    done = run("crawl", s.url("/"), "--sitemap", s.url("/index.xml"), "--since", "2026-01-31").expect(crawl.OK)
    assert sorted(s.asked()) == ["/", "/day", "/index.xml", "/linked", "/new", "/new.xml", "/undated"]
    assert done.skips() == {"/old": "too_old", "/old.xml": "too_old"}
    assert done.page("/new")["lastmod"] == "2026-01-31T23:00:00.000000Z" and "lastmod" not in done.page("/undated")
    bad = run("crawl", s.url("/"), "--since", "yesterday")
    assert bad.status == crawl.USAGE and "--since" in bad.stderr


@pytest.mark.parametrize("body", [
    b"", b"\x1f\x8b", b"\x1f\x8b\x08\x00garbage", b"<", b"<urlset><url><loc>", b"<html><a href='/x'>x</a></html>", b"\xff\xfe<\0",
    b"<?xml version='1.0'?><!DOCTYPE u [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><urlset><url><loc>/&b;&x;</loc></url></urlset>",
    b"<?xml version='1.0'?><!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>/e&x;</loc></url></urlset>",
], ids=range(9))
def test_broken(run, site, body):
    """Ends in a record, not in a dead parser; entities are not expanded, nothing is loaded."""
    s = site({"/map.xml": Answer(body=body, type="text/xml")})
    done = run("crawl", "--sitemap", s.url("/map.xml")).expect(crawl.OK)
    assert done.page("/map.xml")["outcome"] == "ok" and done.page("/map.xml")["kind"] == "sitemap"
    assert set(s.asked()) <= {"/map.xml", "/", "/e"}


@pytest.mark.parametrize("packed", (False, pytest.param(True, marks=pytest.mark.long)), ids=("plain", "gzip"))
def test_as_large_as_may_be(run, site, packed):
    """50 MB and 50,000 URLs (sitemaps.org), streamed: the parser has room for the links and not for the file."""
    def entry(i, url):
        return ("<url><loc>%s</loc><lastmod>2026-01-01</lastmod><!--%s--></url>\n" % (url, "x" * (940 - len(url)))).encode()

    def large(s):
        last = [entry(i, s.url("/%d" % i)) for i in range(10)]
        body = b"<urlset " + NS.encode() + b">" + b"".join(entry(i, "http://elsewhere.test/%d" % i) for i in range(49990)) + b"".join(last) + b"</urlset>"
        assert 49e6 < len(body) <= 50 * 2**20
        return Answer(body=gzip.compress(body, 1), type="application/gzip") if packed else Answer(body=body, type="application/xml")
    s = site({"/map.xml": large})
    done = run("crawl", "--sitemap", s.url("/map.xml"), "-e", "parse.memory=32m", "--no-soft-404").expect(crawl.OK)
    assert sorted(s.asked()) == sorted(["/map.xml"] + ["/%d" % i for i in range(10)])
    assert done.page("/map.xml")["links"] == {"page": 50000} and done.page("/map.xml")["outcome"] == "ok"
    if not crawl.is_sanitized():    # the file as it came is in memory that is shared with the crawler, and counted
        assert float(re.search(r"at most ([0-9.]+) MB in a parser", done.stderr)[1]) < (40 if packed else 52.5 + 40)


@pytest.mark.long
def test_gzip_bomb(run, site):
    """Inflated in pieces, up to a ceiling: a small file that unfolds to 300 MB costs no memory."""
    line = b"<url><loc>/a</loc></url>" + b" " * 10000
    s = site({"/map.xml": Answer(body=gzip.compress(b"<urlset>" + line * 30000, 9), type="application/gzip")})
    done = run("crawl", "--sitemap", s.url("/map.xml"), "-e", "parse.memory=64m", "-e", "parse.timeout=60s", "-e", "parse.cpu=60s")
    assert done.page("/map.xml")["outcome"] == "ok" and "/a" in s.asked()
