# SPDX-License-Identifier: GPL-3.0-or-later
"""robots.txt: asked before anything else of an origin, obeyed, or said to be off."""
import json

import pytest

import crawl
from hostile import Answer, page, redirect

PAGES = {"/": page("/open", "/shut/a", "/shut/open/b", "/search?q=x", "/x.pdf", "/x.pdf?y", "/%7Etilde/")}


def site_with(serve, robots, status=200):
    answer = robots if not isinstance(robots, str) else Answer(status, robots, type="text/plain")
    script = dict(PAGES, **{"/robots.txt": answer})
    return serve(lambda x: script.get(x.request.path) or page())


EVERYTHING = {"/", "/open", "/shut/a", "/shut/open/b", "/search?q=x", "/x.pdf", "/x.pdf?y", "/~tilde/"}


def normal(paths):
    return {p.replace("%7E", "~") for p in paths}


@pytest.mark.parametrize("robots,denied", [
    ("User-agent: *\nDisallow: /shut/\nAllow: /shut/open/\n", {"/shut/a"}),
    ("User-agent: *\nDisallow: /*?q=\nDisallow: /*.pdf$\n", {"/search?q=x", "/x.pdf"}),
    ("User-agent: other\nDisallow: /\n", set()),
    ("User-agent: *\nDisallow: /\n\nUser-agent: LYCOSA\nDisallow: /open\n", {"/open"}),
    ("User-agent: lycosa\nDisallow: /open\n\nUser-agent: x\nUser-agent: lycosa\nDisallow: /x.pdf\n",
     {"/open", "/x.pdf", "/x.pdf?y"}),
    ("\ufeffuser-agent : *\r\nDISALLOW : /~tilde # comment\r\n", {"/~tilde/"}),
    ("User-agent: *\nDisallow:\n", set()),
    ("<html>not robots at all</html>", set()),
    ("", set()),
])
def test_rules(run, serve, robots, denied):
    site = site_with(serve, robots)
    done = run("crawl", site.url("/"), "--no-soft-404").expect(crawl.OK)
    assert normal(done.paths) == EVERYTHING - denied
    assert normal(site.asked()) == EVERYTHING - denied, "a denied URL was asked for"
    assert {k.replace("%7E", "~"): v for k, v in done.skips().items()} == {d: "robots_deny" for d in denied}


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_asked_first_and_once(run, serve, engine):
    site = site_with(serve, "User-agent: *\nDisallow: /open\n")
    run("crawl", site.url("/"), "--per-host=8", "--engine", engine).expect(crawl.OK)
    everything = site.asked(robots=True)
    assert everything[0] == "/robots.txt" and everything.count("/robots.txt") == 1
    assert "lycosa" in site.log[0].headers["user-agent"]


def test_no_record_of_its_own(run, serve):
    site = site_with(serve, "User-agent: *\nDisallow: /open\n")
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert "/robots.txt" not in done.paths


def test_off(run, serve):
    """--robots=off: not asked for, not obeyed, and the summary says so."""
    for option in ("--robots=off", "--no-robots", "-erobots=off"):
        site = site_with(serve, "User-agent: *\nDisallow: /\n")
        done = run("crawl", site.url("/"), option).expect(crawl.OK)
        assert normal(done.paths) == EVERYTHING
        assert "/robots.txt" not in site.asked(robots=True)
        assert "not obeyed" in done.stderr.split("finished")[-1], done.stderr


def test_seed_denied(run, serve):
    """Nothing is fetched, and the user is told why."""
    site = site_with(serve, "User-agent: *\nDisallow: /\n")
    done = run("crawl", site.url("/"))
    assert done.pages == [] and done.skips() == {"/": "robots_deny"}
    assert "robots.txt" in done.stderr and site.asked() == []


def http_statuses():
    """What RFC 9309 makes of a status: (status, meaning) of the vectors."""
    path = crawl.vectors("robots/http-status.json")
    if path is None:
        return []
    with open(path) as f:
        return [(c["status"], c["meaning"]) for c in json.load(f) if isinstance(c["status"], int)]


@pytest.mark.parametrize("status,meaning", http_statuses())
def test_status(run, serve, status, meaning):
    """RFC 9309 §2.3.1. What is said of "allow all" must be seen in the requests; a host that cannot say waits, and is asked again."""
    text = "User-agent: *\nDisallow: /open\n"
    if meaning.startswith("follow"):
        script = dict(PAGES, **{"/robots.txt": redirect("/rules", status), "/rules": Answer(body=text, type="text/plain")})
        site, expected = serve(lambda x: script.get(x.request.path) or page()), EVERYTHING - {"/open"}
    else:
        site = site_with(serve, text, status)
        expected = EVERYTHING - {"/open"} if meaning.startswith("use") else EVERYTHING
    if meaning.startswith("disallow") or status == 429:
        # 429 says "not now", which is not "everything is allowed": treated as 503 (the letter of §2.3.1.3 would let us).
        done = run("crawl", site.url("/"), "--waitretry=0", "--tries=2")
        assert site.asked(robots=True) == ["/robots.txt"] * 2 and done.pages == []
        assert done.skips() == {"/": "robots_unknown"} and done.status == crawl.SERVER
    else:
        done = run("crawl", site.url("/"), "--no-soft-404").expect(crawl.OK)
        assert normal(site.asked()) - {"/rules"} == expected and normal(done.paths) == expected


@pytest.mark.parametrize("status,allowed", [(403, True), (429, False), (503, False)])
def test_status_of_a_wall(run, serve, status, allowed):
    """A wall against robots means by its status what any other answer does: 429 is not "everything is allowed"."""
    wall = Answer(status, headers={"cf-mitigated": "challenge"}, body=b"Just a moment...")
    site = serve(lambda x: wall if x.request.path == "/robots.txt" else page())
    done = run("crawl", site.url("/"), "--waitretry=0", "--tries=2", "--no-soft-404")
    assert done.paths == (["/"] if allowed else []), str(done)


def test_unreachable_for_a_while(run, serve):
    """The host waits and is asked again; once it answers, its rules hold."""
    answers = [None, Answer(503, headers={"Retry-After": "0"}), Answer(body="User-agent: *\nDisallow: /open\n", type="text/plain")]
    asked = []

    def script(x):
        if x.request.path != "/robots.txt":
            return PAGES.get(x.request.path) or page()
        asked.append(x.request.path)
        return answers[len(asked) - 1]
    done = run("crawl", serve(script).url("/"), "--waitretry=10ms").expect(crawl.OK)
    assert len(asked) == 3 and normal(done.paths) == EVERYTHING - {"/open"}


@pytest.mark.parametrize("answer", [Answer(500), Answer(503), lambda x: None], ids=["500", "503", "closed"])
def test_unreachable_means_leave_alone(run, serve, answer):
    """RFC 9309 §2.3.1.4: a server error is a complete disallow."""
    site = site_with(serve, answer)
    done = run("crawl", site.url("/"), "--waitretry=0")
    assert done.pages == [] and site.asked() == []
    # Why it could not be read, where that is known more exactly.
    assert done.skips()["/"] in ("robots_unknown", "empty_reply", "connection_lost")
    assert done.status in (crawl.NETWORK, crawl.SERVER), str(done)


def test_redirected(run, serve):
    """§2.3.1.2: redirects of robots.txt are followed, at least five; the rules count for the first origin."""
    script = dict(PAGES)
    script.update({"/robots.txt": redirect("/r1"), "/r5": Answer(body="User-agent: *\nDisallow: /open\n", type="text/plain")})
    script.update({"/r%d" % i: redirect("/r%d" % (i + 1), 301) for i in range(1, 5)})
    site = serve(lambda x: script.get(x.request.path) or page())
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert normal(done.paths) == EVERYTHING - {"/open"}


def test_redirects_without_end(run, serve):
    """More than five in a row: as if there were none (§2.3.1.2). Also those that lead in a circle, or nowhere."""
    for target in ("/robots.txt?%d", "/robots.txt", "gopher://x/", "http://["):
        def script(x):
            if x.request.path.startswith("/robots.txt"):
                return redirect(target % len(site.log) if "%" in target else target)
            return PAGES.get(x.request.path) or page()
        site = serve(script)
        done = run("crawl", site.url("/")).expect(crawl.OK)
        assert normal(done.paths) == EVERYTHING
        assert sum(r.path.startswith("/robots.txt") for r in site.log) <= 6


def test_redirects_wait_for_a_connection(run, serve):
    """While a robots.txt's redirect is looked up, others take its connection."""
    hosts = ["127.0.0.%d" % i for i in range(2, 14)]
    site = serve(lambda x: redirect("/r") if x.request.path == "/robots.txt" else page(), hosts=hosts)
    done = run("crawl", "--connections=1", *[site.url("/", h) for h in hosts]).expect(crawl.OK)
    assert len(done.pages) == len(hosts) and all(site.asked(h, robots=True) == ["/robots.txt", "/r", "/"] for h in hosts)


def test_each_origin_has_its_own(run, serve):
    hosts = ("127.0.0.2", "127.0.0.3")
    site = serve(None, hosts=hosts)

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(body="User-agent: *\nDisallow: /%s\n" % ("a" if x.request.host == hosts[0] else "b"), type="text/plain")
        return page("/a", "/b", site.url("/", hosts[1])) if x.request.path == "/" else page()
    site.script = script
    done = run("crawl", site.url("/", hosts[0]), "-H").expect(crawl.OK)
    assert sorted(site.asked(hosts[0])) == ["/", "/b"] and sorted(site.asked(hosts[1])) == ["/", "/a"]
    assert len(done.pages) == 4


def test_huge(run, serve):
    """500 KiB at least are read; what lies far behind them is not."""
    line = "Disallow: /nothing/%06d\n"
    n = 500 * 1024 // len(line % 0) - 10
    text = "User-agent: *\n" + "".join(line % i for i in range(n)) + "Disallow: /open\n"
    site = site_with(serve, text + "Disallow: /nothing\n" * 200000)
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert normal(done.paths) == EVERYTHING - {"/open"}


def test_announced_as_too_large(run, serve):
    """Beyond the ceiling for pages: what fits counts, also where the length is announced."""
    site = site_with(serve, "User-agent: *\nDisallow: /open\n" + "Disallow: /nothing\n" * 100000)
    done = run("crawl", "--max-page=1M", site.url("/")).expect(crawl.OK)
    assert normal(done.paths) == EVERYTHING - {"/open"}


@pytest.mark.parametrize("head,tags,noindex,nofollow", [
    ("", [], False, False),
    ('<meta name="robots" content="noindex">', [], True, False),
    ('<meta name="ROBOTS" content="NONE">', [], True, True),
    ('<meta name="lycosa" content="nofollow"><meta name="otherbot" content="noindex">', [], False, True),
    ("", ["noindex"], True, False),
    ("", ["none"], True, True),
    ("", ["otherbot: none", "lycosa: noindex", "nofollow, max-snippet:5"], True, True),
    ("", ["otherbot: none"], False, False),
    ('<meta name="robots" content="noindex">', ["lycosa: nofollow"], True, True),
])
def test_page_says(run, serve, head, tags, noindex, nofollow):
    """What the page, or its response, says to crawlers: nofollow is obeyed, noindex recorded."""
    answer = page("/linked", head=head)
    answer.headers = [("X-Robots-Tag", t) for t in tags]
    site = serve({"/": answer, "/linked": page()})
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert done.page("/").get("robots", []) == ["noindex"] * noindex + ["nofollow"] * nofollow
    assert site.asked() == ["/"] + ([] if nofollow else ["/linked"])
    assert done.skips() == ({"/linked": "nofollow"} if nofollow else {})
    assert "/linked" in run("crawl", site.url("/"), "--no-nofollow").expect(crawl.OK).paths


def test_link_says_nofollow(run, serve):
    site = serve({"/": page(body='<a href="/a" rel="Nofollow ugc">a</a><a href="/b" rel="no-follow">b</a>'), "/a": page(), "/b": page()})
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert site.asked() == ["/", "/b"] and done.skips() == {"/a": "nofollow"} and "robots" not in done.page("/")


def test_redirect_target_is_checked(run, serve):
    site = serve({"/robots.txt": Answer(body="User-agent: *\nDisallow: /shut\n", type="text/plain"),
                  "/": page("/go"), "/go": redirect("/shut"), "/shut": page()})
    done = run("crawl", site.url("/")).expect(crawl.OK)
    assert sorted(done.paths) == ["/", "/go"] and done.skips() == {"/shut": "robots_deny"}


def test_rules_for_the_name_we_go_by(run, serve):
    """With -U a group for that product counts beside ours; `why' says the same."""
    robots = "User-agent: MyBot\nDisallow: /mine\n\nUser-agent: lycosa\nDisallow: /ours\n\nUser-agent: *\nDisallow: /\n"
    site = serve({"/robots.txt": Answer(body=robots, type="text/plain"), "/": page("/mine", "/ours", "/x"), "/mine": page(), "/ours": page(), "/x": page()})
    assert set(run("crawl", site.url("/"), "-U", "mybot/1.0 (me@example.org)").expect(crawl.OK).paths) == {"/", "/x"}
    assert set(run("crawl", site.url("/")).expect(crawl.OK).paths) == {"/", "/mine", "/x"}
    assert "line 2: Disallow: /mine" in run("why", "-U", "mybot/1.0", site.url("/mine"), dir=None).stdout


@pytest.mark.parametrize("options", [(), ("--html=libxml2",), ("--workers=0",)], ids=lambda o: " ".join(o))
def test_pages_say_it_to_the_name_we_go_by(run, serve, options):
    """So do pages and headers; what they say to others is nothing to us."""
    tagged = page("/tagged", head='<meta name="OtherBot" content="none">')
    tagged.headers = [("X-Robots-Tag", "MyBot: noindex"), ("X-Robots-Tag", "mybot2: nofollow")]
    site = serve({"/": page("/meta", "/ours", "/head"), "/meta": page("/a", head='<meta name="MyBot" content="nofollow">'),
                  "/ours": page("/b", head='<meta name="lycosa" content="nofollow">'), "/head": tagged, "/a": page(), "/b": page(), "/tagged": page()})
    done = run("crawl", site.url("/"), "-U", "mybot/1.0 (me@example.org)", *options).expect(crawl.OK)
    assert done.skips() == {"/a": "nofollow", "/b": "nofollow"} and "/tagged" in done.paths and done.page("/head")["robots"] == ["noindex"]
    assert run("crawl", site.url("/"), *options).expect(crawl.OK).skips() == {"/b": "nofollow"}
