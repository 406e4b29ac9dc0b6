# SPDX-License-Identifier: GPL-3.0-or-later
"""Each scope option on a site small enough to say by hand what it has to find; budgets; -i."""
import re

import pytest

import crawl
import hostile
from hostile import Answer, page, redirect

A, B, C = "127.0.0.2", "127.0.0.3", "127.0.0.4"


@pytest.fixture
def site(serve):
    """Three hosts that refer to one another. / of A is the seed."""
    server = serve(None, hosts=(A, B, C))
    at = lambda host, path: server.url(path, host)
    server.pages = {
        (A, "/"): page("/docs/", "/about.html", at(B, "/"), at(C, "/")),
        (A, "/about.html"): page("/"),
        (A, "/docs/"): page("one.html", "two.html?q=1", "data.zip", "/about.html", "sub/deep.html", "/other/x.html"),
        (A, "/docs/one.html"): page("two.html?q=1", body='<img src="%s"><img src="pic.png">' % at(B, "/far.png")),
        (A, "/docs/two.html"): page("one.html"),
        (A, "/docs/sub/deep.html"): page(head='<link rel="stylesheet" href="/style.css">'),
        (A, "/docs/data.zip"): Answer(body=b"PK", type="application/zip"),
        (A, "/docs/pic.png"): Answer(body=b"\x89PNG", type="image/png"),
        (A, "/style.css"): Answer(body="@import '%s'; b { background: url(bg.png) }" % at(C, "/more.css"), type="text/css"),
        (A, "/bg.png"): Answer(body=b"\x89PNG", type="image/png"),
        (A, "/other/x.html"): page("/docs/"),
        (B, "/"): page("/b1.html", at(C, "/c1.html")),
        (B, "/b1.html"): page(),
        (B, "/far.png"): Answer(body=b"\x89PNG", type="image/png"),
        (C, "/"): page("/c1.html"),
        (C, "/c1.html"): page(),
        (C, "/more.css"): Answer(body="i { background: url(more.png) }", type="text/css"),
        (C, "/more.png"): Answer(body=b"\x89PNG", type="image/png"),
    }
    server.script = lambda x: server.pages.get((x.request.host, x.request.path.split("?")[0])) or Answer(404)
    return server


ALL_OF_A = {"/", "/about.html", "/docs/", "/docs/one.html", "/docs/two.html?q=1", "/docs/data.zip", "/docs/sub/deep.html",
            "/other/x.html", "/docs/pic.png", "/style.css", "/bg.png"}


def found(done, site, host=A):
    prefix = site.origin(host)
    return {u[len(prefix):] for u in done.urls if u.startswith(prefix + "/")}


def everything(done, site):
    return {h: found(done, site, h) for h in (A, B, C) if found(done, site, h)}


def crawl_a(run, site, *options, start="/"):
    return run("crawl", site.url(start, A), *options)


def test_default_is_the_seeds_host(run, site):
    done = crawl_a(run, site).expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A}


def test_two_seeds(run, site):
    done = run("crawl", site.url("/", A), site.url("/", B)).expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A, B: {"/", "/b1.html", "/far.png"}}


@pytest.mark.parametrize("level,expected", [
    (1, {"/", "/docs/", "/about.html"}),
    (2, ALL_OF_A - {"/docs/pic.png", "/style.css", "/bg.png"}),
    (3, ALL_OF_A - {"/bg.png"}),
    (4, ALL_OF_A),
    ("inf", ALL_OF_A),
])
def test_level(run, site, level, expected):
    assert everything(crawl_a(run, site, "-l", level).expect(crawl.OK), site) == {A: expected}


def test_span_hosts(run, site):
    done = crawl_a(run, site, "-H").expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A, B: {"/", "/b1.html", "/far.png"},
                                      C: {"/", "/c1.html", "/more.css", "/more.png"}}


def test_domains(run, site):
    done = crawl_a(run, site, "-D", B).expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A, B: {"/", "/b1.html", "/far.png"}}
    # With -H only what -D names, and what the seeds name.
    done = crawl_a(run, site, "-H", "--domains=" + C).expect(crawl.OK)
    assert B not in everything(done, site) and everything(done, site)[C] >= {"/", "/c1.html"}


def test_exclude_domains(run, site):
    done = crawl_a(run, site, "-H", "--exclude-domains=" + C, "--log-rejected").expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A, B: {"/", "/b1.html", "/far.png"}}
    assert {s["reason"] for s in done.skipped if site.origin(C) in s["url"]} == {"excluded_domain"}


def test_no_parent(run, site):
    done = crawl_a(run, site, "-np", start="/docs/").expect(crawl.OK)
    assert everything(done, site) == {A: {"/docs/", "/docs/one.html", "/docs/two.html?q=1", "/docs/data.zip",
                                          "/docs/sub/deep.html", "/docs/pic.png"}}
    assert done.skips()["/about.html"] == "out_of_scope_path"
    # From a page, its directory counts.
    done = crawl_a(run, site, "--no-parent", start="/docs/one.html").expect(crawl.OK)
    assert everything(done, site) == {A: {"/docs/one.html", "/docs/two.html?q=1", "/docs/pic.png"}}


def test_page_requisites_know_no_limits(run, site):
    """With -p what a page needs is got from any host, directory and level, and what that needs too."""
    done = crawl_a(run, site, "-np", "-p", start="/docs/").expect(crawl.OK)
    assert everything(done, site) == {
        A: {"/docs/", "/docs/one.html", "/docs/two.html?q=1", "/docs/data.zip", "/docs/sub/deep.html", "/docs/pic.png",
            "/style.css", "/bg.png"},
        B: {"/far.png"}, C: {"/more.css", "/more.png"}}
    done = crawl_a(run, site, "-p", "-l", 1, start="/docs/sub/deep.html").expect(crawl.OK)
    assert everything(done, site) == {A: {"/docs/sub/deep.html", "/style.css", "/bg.png"}, C: {"/more.css", "/more.png"}}


def test_accept(run, site):
    """As wget: pages are read for their links on the way, what does not match is not a result of its own choosing."""
    done = crawl_a(run, site, "-A", "png,css").expect(crawl.OK)
    assert {"/docs/pic.png", "/style.css", "/bg.png"} <= found(done, site)
    assert "/docs/data.zip" not in found(done, site)
    assert done.skips()["/docs/data.zip"] == "rejected"


def test_reject(run, site):
    done = crawl_a(run, site, "-R", "zip,pi*.png").expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A - {"/docs/data.zip", "/docs/pic.png"}}
    assert done.skips()["/docs/data.zip"] == "rejected"


def test_regex(run, site):
    done = crawl_a(run, site, "--reject-regex", "/docs/(one|sub/)", "--reject-regex=/other/").expect(crawl.OK)
    assert everything(done, site) == {A: ALL_OF_A - {"/docs/one.html", "/docs/sub/deep.html", "/other/x.html", "/docs/pic.png",
                                                    "/style.css", "/bg.png"}}
    done = crawl_a(run, site, "--accept-regex", "/docs/", start="/docs/").expect(crawl.OK)
    assert everything(done, site) == {A: {u for u in ALL_OF_A if u.startswith("/docs/")}}


def test_bad_regex_is_usage(run, site):
    done = crawl_a(run, site, "--accept-regex", "(").expect(crawl.USAGE)
    assert "(" in done.stderr and "\\\\" not in done.stderr and done.stderr.count("\n") <= 3


def test_input_file(run, site, tmp_path):
    seeds = tmp_path / "seeds.txt"
    seeds.write_text("# comment\n\n  %s  \r\n%s\nhttp://[bad\n" % (site.url("/b1.html", B), site.url("/c1.html", C)))
    done = run("crawl", "-i", seeds).expect(crawl.OK)
    assert everything(done, site) == {B: {"/b1.html"}, C: {"/c1.html"}}
    assert "seeds.txt:5" in done.stderr
    done = run("crawl", site.url("/b1.html", B), "-i", "-", input=site.url("/c1.html", C).encode()).expect(crawl.OK)
    assert everything(done, site) == {B: {"/b1.html"}, C: {"/c1.html"}}


def test_input_file_missing(run):
    done = run("crawl", "-i", "/nonexistent/seeds").expect(crawl.FILE_IO)
    assert "/nonexistent/seeds" in done.stderr


def test_log_rejected(run, site):
    """What is out of scope is listed only if asked for; once."""
    done = crawl_a(run, site).expect(crawl.OK)
    assert not [s for s in done.skipped if s["reason"] == "out_of_scope_host"]
    done = crawl_a(run, site, "--log-rejected").expect(crawl.OK)
    listed = sorted(s["url"] for s in done.skipped if s["reason"] == "out_of_scope_host")
    assert listed == sorted([site.url("/", B), site.url("/", C), site.url("/far.png", B), site.url("/more.css", C)])


@pytest.fixture
def no_urls(serve):
    """References that are no http(s) URL, wherever one can stand; some on several pages."""
    return serve({
        "/robots.txt": Answer(type="text/plain", body="Sitemap: /map.xml\nSitemap: ftp://h/map\nSitemap: http://h:x/\n"),
        "/": Answer(headers={"Link": "<http://[h>; rel=next"}, body=page(
            "/a", "mailto:x@example.org", "http://h:99999/", "/to-mail", "/to-nowhere",
            body='<img src=" data:,a"><img src="blob:x"><form action="javascript:f()"></form>').body),
        "/a": page("mailto:x@example.org", "//h:99999/", "http://h:99999/", "http://h/%s" % ("x" * 17000), body="<a href='javascript:0'>"),
        "/to-mail": redirect("mailto:y@example.org"),
        "/to-nowhere": redirect("http://[/"),
        "/map.xml": Answer(type="application/xml", body="<urlset><url><loc>ftp://h/</loc></url><url><loc>http://]/</loc></url></urlset>"),
    })


NO_URLS = {"http://[h": "bad_url", "http://h:99999/": "bad_url", "//h:99999/": "bad_url", "http://]/": "bad_url",
           "http://h:x/": "bad_url", "http://[/": "bad_url", "http://h/%s\u2026" % ("x" * 1012): "bad_url"}
NO_HTTP = dict.fromkeys(["mailto:x@example.org", "mailto:y@example.org", "blob:x", "javascript:0", "ftp://h/", "ftp://h/map"], "scheme")


@pytest.mark.parametrize("options", [
    (), ("--workers=0",), ("--html=libxml2",), ("--html=libxml2", "--workers=0"), ("--engine=threads", "--workers=2"), ("--mirror",),
], ids=" ".join)
def test_what_is_no_url_is_refused_and_counted(run, no_urls, options):
    """Broken ones are listed, others schemes' only with --log-rejected; both are counted, each once."""
    for listed, more in ((NO_URLS, ()), (dict(NO_URLS, **NO_HTTP), ("--log-rejected",))):
        done = run("crawl", no_urls.url("/"), *options, *more).expect(crawl.PROTOCOL)
        assert sorted((s["url"], s["reason"]) for s in done.skipped) == sorted(listed.items()), done
        for name, urls in (("bad_url", NO_URLS), ("scheme", NO_HTTP)):
            assert re.search(r"skipped +%d [^\n]*\(%s\)" % (len(urls), name), done.stderr), (name, done)
        assert [done.page(p)["detail"] for p in ("/to-mail", "/to-nowhere")] == ["mailto:y@example.org", "http://[/"]
    skip = {s["url"]: (s["parent"], s["depth"], s["kind"]) for s in done.skipped}
    assert skip["blob:x"] == (no_urls.url("/"), 1, "requisite") and skip["//h:99999/"] == (no_urls.url("/a"), 2, "page")
    assert skip["http://h:x/"][::2] == (no_urls.url("/robots.txt"), "sitemap") and skip["ftp://h/"][0] == no_urls.url("/map.xml")
    assert skip["mailto:y@example.org"] == (no_urls.url("/to-mail"), 1, "page")


def test_what_is_no_url_is_listed_once_in_all_runs(run, no_urls, tmp_path):
    first = run("crawl", no_urls.url("/"), "--max-pages=1", dir=tmp_path / "job").expect(crawl.BUDGET)
    assert 0 < len(first.skipped) < len(NO_URLS)
    whole = run("crawl", no_urls.url("/"), "--max-pages=0", dir=tmp_path / "job").expect(crawl.PROTOCOL)
    assert sorted(s["url"] for s in whole.skipped) == sorted(NO_URLS)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_depth_refusals_are_listed_once(run, site, engine):
    done = crawl_a(run, site, "-l", 1, "--engine", engine).expect(crawl.OK)
    listed = [s["url"] for s in done.skipped if s["reason"] == "depth"]
    assert sorted(listed) == sorted(site.url(p, A) for p in (
        "/docs/one.html", "/docs/two.html?q=1", "/docs/data.zip", "/docs/sub/deep.html", "/other/x.html"))
    skip = next(s for s in done.skipped if s["url"] == site.url("/docs/one.html", A))
    assert skip["parent"] == site.url("/docs/", A) and skip["depth"] == 2


def test_refusals_by_the_way_are_not_final(run, serve):
    """/x is met first by ways that do not count (a form, nofollow, too deep), then by one that does."""
    site = serve({
        "/": page("/1", "/2", body='<form action="/x"></form><a rel="nofollow" href="/x">no</a>'),
        "/1": page("/late"), "/late": page(), "/2": page("/x"), "/x": page()})
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert set(done.paths) == {"/", "/1", "/2", "/late", "/x"}
    assert done.page("/x")["parent"] == site.url("/2")
    assert "/x" not in done.skips()


def test_nofollow(run, serve):
    script = {"/": page("/meta", body='<a rel="external NoFollow" href="/link">x</a>'), "/link": page(),
              "/meta": page("/meta2", head='<meta name="robots" content="noindex, nofollow">'), "/meta2": page()}
    site = serve(script)
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert set(done.paths) == {"/", "/meta"}
    assert done.skips() == {"/link": "nofollow", "/meta2": "nofollow"}
    done = run("crawl", site.url("/"), "--no-nofollow").expect(crawl.OK)
    assert set(done.paths) == {"/", "/meta", "/link", "/meta2"}


def test_seed_that_moved(run, serve):
    """A seed's own redirects are followed wherever they lead, and the final host joins the scope."""
    site = serve(None, hosts=(A, B, C))
    pages = {(A, "/"): redirect(site_url := "/hop"), (A, "/hop"): redirect("@B/start"), (B, "/start"): page("/more", "@C/no", "@A/back"),
             (B, "/more"): page(), (C, "/no"): page(), (A, "/back"): page()}
    resolve = lambda t: t.replace("@A", site.origin(A)).replace("@B", site.origin(B)).replace("@C", site.origin(C))

    def script(x):
        answer = pages.get((x.request.host, x.request.path))
        if answer is None:
            return Answer(404)
        return Answer(answer.status, resolve(answer.body.decode()), [(n, resolve(v)) for n, v in answer.headers])
    site.script = script
    done = run("crawl", site.url("/", A)).expect(crawl.OK)
    assert everything(done, site) == {A: {"/", site_url, "/back"}, B: {"/start", "/more"}}
    assert done.page("/hop")["redirect_to"] == site.url("/start", B)
    assert {p["depth"] for p in done.pages if p["url"] in (site.url("/", A), site.url("/hop", A), site.url("/start", B))} == {0}


def test_redirect_out_of_scope_is_not_followed(run, serve):
    site = serve(None, hosts=(A, B))
    site.script = lambda x: {"/": page("/go"), "/go": redirect(site.url("/there", B))}.get(x.request.path, page())
    done = run("crawl", site.url("/", A), "--log-rejected").expect(crawl.OK)
    assert everything(done, site) == {A: {"/", "/go"}}
    assert done.page("/go")["redirect_to"] == site.url("/there", B)
    assert [s["reason"] for s in done.skipped if s["url"] == site.url("/there", B)] == ["out_of_scope_host"]


# ---- budgets ----

@pytest.fixture
def endless(serve):
    """A site without end: /N links to /N+1 ... /N+5."""
    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        n = int(x.request.path.strip("/") or 0)
        return page(*("/%d" % (n * 5 + i) for i in range(1, 6)), body="x" * 1000)
    return serve(script)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_max_pages(run, endless, engine):
    done = run("crawl", endless.url("/0"), "--max-pages=37", "--per-host=8", "--engine", engine).expect(crawl.BUDGET)
    assert len(done.pages) == 37
    assert "budget reached (--max-pages)" in done.stderr


def test_quota(run, endless):
    done = run("crawl", endless.url("/0"), "-Q", "50k").expect(crawl.BUDGET)
    assert "budget reached (--quota)" in done.stderr
    received = sum(p["wire_bytes"] for p in done.pages)
    # What is in flight when it is reached still counts.
    assert 50 * 1024 <= received < 60 * 1024


def test_max_time(run, endless):
    done = run("crawl", endless.url("/0"), "--max-time=300ms", "--no-traps").expect(crawl.BUDGET)
    assert "budget reached (--max-time)" in done.stderr


def test_max_pages_not_reached(run, site):
    crawl_a(run, site, "--max-pages=11").expect(crawl.OK)


@pytest.mark.long
@pytest.mark.skipif(crawl.is_sanitized(), reason="three quarters of a million URLs take minutes there; the set and the tails have tests of their own")
def test_frontier_without_end(run, endless):
    """A frontier that grows without end goes to the disk, until what is known reaches its share of --memory: exit 12, what was fetched is written."""
    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        return page(*("%s/%s%d" % (x.request.path.rstrip("/"), "y" * 80, i) for i in range(400)))
    endless.script = script
    done = run("crawl", endless.url("/"), "--memory=32m", "--max-page=1m", "--per-host=8", "--max-pages=20000").expect(crawl.BUDGET)
    assert "visited set has reached its share of --memory" in done.stderr and done.pages


def many_links(x):
    """Ten pages of 90,000 links each, and what they lead to: at --memory=32m more than can be known of."""
    if x.request.path == "/":
        return page(*("/%d" % i for i in range(10)))
    if len(x.request.path) == 2:
        return page("/good%s" % x.request.path[1:], *("%s_%d.zip" % (x.request.path, i) for i in range(90000)))
    return page()


@pytest.mark.long
def test_memory_share_of_the_visited_set(run, serve):
    """What is known of URLs reaches its share of --memory: exit 12, and no more than 14 bytes for each went into that share."""
    done = run("crawl", serve(many_links).url("/"), "--memory=32m", "--max-page=8m").expect(crawl.BUDGET)
    assert "visited set has reached its share of --memory" in done.stderr, str(done)
    offered = int(re.search(r"left +([0-9,]+) URLs", done.stderr).group(1).replace(",", ""))
    assert 32 * 2**20 * 10 / 32 / 14 <= offered < 10 * 90000


@pytest.mark.long
def test_refusals_end_nothing(run, serve):
    """Any page can have any number of links that are refused: what there is no room to know by costs the others nothing."""
    done = run("crawl", serve(many_links).url("/"), "--memory=32m", "--max-page=8m", "-R", "zip").expect(crawl.OK)
    assert len(done.paths) == 21, str(done)
    assert "times more, not listed" in done.stderr, str(done)
    # URLs keep half of the room.
    assert 32 * 2**20 * 5 / 32 / 14 <= len(done.skipped) < 6 * 90000
    assert {s["reason"] for s in done.skipped} == {"rejected"}


def test_url_policies(run, serve):
    """Trackers' parameters are not asked for; what else can be folded is, when told so; a server that insists gets its way."""
    site = serve({
        "/": page("/a?utm_source=x&b=1", "/a?b=1&gclid=2", "/a?b=1", "/s?x=1&y=2", "/s?y=2&x=1", "/d", "/d/", "/p;jsessionid=1", "/p?sid=3"),
        "/a?b=1": page(), "/s?x=1&y=2": page(), "/s?y=2&x=1": page(), "/d": redirect("/d/", 301), "/d/": page("/d/e/"),
        "/d/e": redirect("/d/e/"), "/d/e/": page(), "/p": page(), "/p;jsessionid=1": page(), "/p?sid=3": page()})
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert done.paths == ["/", "/a?b=1", "/d", "/d/", "/d/e/", "/p;jsessionid=1", "/p?sid=3", "/s?x=1&y=2", "/s?y=2&x=1"]
    done = run("crawl", site.url("/"), "--strip-session", "--sort-query", "--fold-slash").expect(crawl.OK)
    assert done.paths == ["/", "/a?b=1", "/d", "/d/", "/d/e", "/d/e/", "/p", "/s?x=1&y=2"]
    done = run("crawl", site.url("/a?utm_source=x"), "--no-strip-tracking", "-l", "1").expect(crawl.SERVER)
    assert done.paths == ["/a?utm_source=x"]


def test_https_only_and_a_seed_that_redirects(run, serve):
    """The seed was named; where its server leads was not."""
    site = serve({"/": redirect("/b"), "/b": page()})
    done = run("crawl", site.url("/"), "--https-only", "--log-rejected")
    assert done.paths == ["/"] and [(s["url"], s["reason"]) for s in done.skipped] == [(site.url("/b"), "insecure")], done
