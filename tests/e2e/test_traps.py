# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites without end: the crawl ends by itself, has all real pages, and asks for at most three times as many as there are."""
import datetime
import hashlib
import itertools
import random
import re
import signal
import sqlite3
import threading
import urllib.parse

import pytest

import crawl
from hostile import Answer

WORDS = [a + b for a in ("al", "ber", "co", "dra", "el", "fo", "gru", "hin", "is", "jo", "kel", "lum", "mo", "nar", "os", "pri", "qua", "ro", "sil", "tur")
         for b in ("bic", "dem", "fan", "gor", "hut", "kin", "las", "met", "nod", "pux", "rest", "sun", "tin", "vek", "wem", "zol")]
N_REAL = 60


def prose(seed, n=80):
    return " ".join(random.Random(str(seed)).choices(WORDS, k=n))


def html(title, *paragraphs, links=()):
    menu = "<ul>" + "".join("<li><a href='%s'>%s</a></li>" % (l, t) for l, t in (("/", "Home of it all"), ("/about", "Who we are"))) + "</ul>"
    return Answer(body="<!DOCTYPE html><title>%s</title>%s<h1>%s</h1>%s%s<footer>All rights reserved by nobody, since 1999</footer>" % (
        title, menu, title, "".join("<p>%s</p>" % p for p in paragraphs), "".join("<p><a href='%s'>%s</a></p>" % l for l in links)),
        type="text/html; charset=utf-8")


class Site:
    """Real pages: /, /about and /article/0 ...; a subclass adds a trap: links on each page, and what is behind them."""
    options = []
    reason = "trap_"
    real = ["/", "/about"] + ["/article/%d" % i for i in range(N_REAL - 2)]

    def more(self, path):
        """Links that every real page has."""
        return []

    def trap(self, path, query):
        return None

    def href(self, path, of):
        return path

    def real_page(self, path, of):
        articles = [(self.href("/article/%d" % i, of), "Article %d" % i) for i in range(N_REAL - 2)]
        if path == "/":
            return html("Home", prose("home"), links=articles[:20] + self.more(of))
        if path == "/about":
            return html("About", prose("about"), links=self.more(of))
        i = int(path.rpartition("/")[2])
        return html("Article %d" % i, prose(i), prose(i, 30), links=articles[(i * 7) % 50:][:12] + articles[i + 1:i + 2] + self.more(of))

    def __call__(self, x):
        path, _, query = x.request.path.partition("?")
        if path in self.real:
            return self.real_page(path, x.request.path)
        return self.trap(path, query) or Answer(404)


class Calendar(Site):
    """A month leads to the next one and the one before, for ever; and each day to a list of what is on, which is nothing."""

    def more(self, of):
        return [("/calendar/2026/11", "What is on")]

    def trap(self, path, query):
        parts = path.strip("/").split("/")
        if parts[0] != "calendar" or len(parts) not in (3, 4) or not all(p.isdigit() for p in parts[1:]):
            return None
        year, month = int(parts[1]), int(parts[2])
        name = datetime.date(2000, month, 1).strftime("%B")
        near = [(year + (month + d - 1) // 12, (month + d - 1) % 12 + 1) for d in (-1, 1)]
        links = [("/calendar/%d/%d" % n, t) for n, t in zip(near, ("the month before", "the month after"))]
        if len(parts) == 4:
            return html("%s of %s %d" % (parts[3], name, year), "There is nothing on this day. Come again on another.", links=links[1:])
        days = " ".join("<a href='/calendar/%d/%d/%d'>%d</a>" % (year, month, d, d) for d in range(1, 29))
        return html("%s %d" % (name, year), "Monday Tuesday Wednesday Thursday Friday Saturday Sunday", days, links=links)


class MonthByName(Calendar):
    """The same by a parameter, and one page in three has an event, which is a page of its own."""
    real = Site.real + ["/event/%d" % i for i in range(8)]

    def more(self, of):
        return [("/calendar?month=0", "What is on")]

    def trap(self, path, query):
        if path != "/calendar":
            return None
        n = int(urllib.parse.parse_qs(query)["month"][0])
        name = (datetime.date(2026, 1, 1) + datetime.timedelta(days=31 * (n % 12))).strftime("%B")
        events = [("/event/%d" % (n // 3), prose(("event", n), 5))] if 0 <= n < 24 and n % 3 == 0 else []
        return html("%s %d" % (name, 2026 + n // 12), "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
                    links=events + [("/calendar?month=%d" % (n + 1), "the month after")])

    def real_page(self, path, of):
        if path.startswith("/event/"):
            return html("An event", prose(path))
        return super().real_page(path, of)


class Session(Site):
    """Whoever comes with a number gets links with another one."""
    serial = itertools.count()

    def href(self, path, of):
        return "%s?visit=%s" % (path, hashlib.sha256(b"%d" % next(self.serial)).hexdigest()[:20])

    def more(self, of):
        return [(self.href("/", of), "Start"), (self.href("/about", of), "About")]


class SessionInPath(Session):
    def href(self, path, of):
        return "/s-%s%s" % (hashlib.sha256(b"%d" % next(self.serial)).hexdigest()[:20], path)

    def __call__(self, x):
        if x.request.path.startswith("/s-"):
            path = "/" + x.request.path[3:].partition("/")[2]
            return self.real_page(path, x.request.path) if path in self.real else Answer(404)
        return super().__call__(x)


class Facets(Site):
    """A shop whose list has 20 filters, each of which can be on or off: 2^20 lists of the same goods."""
    real = Site.real + ["/goods"] + ["/item/%d" % i for i in range(40)]

    def more(self, of):
        return [("/goods", "What we sell")]

    def list(self, on):
        bits = [WORDS[i * 3] for i in range(20)]
        shown = [i for i in range(40) if all((i * 2654435761 >> (bits.index(b) % 12)) % 4 for b in on)]
        toggles = [("/goods?" + "&".join("%s=1" % b for b in bits if (b in on) != (b == bit)), bit) for bit in bits]
        return html("Goods", "Filters that are on: %s" % ", ".join(sorted(on)), links=[("/item/%d" % i, prose(("item", i), 6)) for i in shown] +
                    [(u.rstrip("?"), t) for u, t in toggles])

    def real_page(self, path, of):
        if path == "/goods":
            return self.list(set(urllib.parse.parse_qs(of.partition("?")[2])))
        if path.startswith("/item/"):
            return html("Item", prose(path), links=self.more(of))
        return super().real_page(path, of)


class Echo(Site):
    """Whatever is asked for is there, says so, and knows more of the kind."""

    def more(self, of):
        return [("/find/%s" % WORDS[5], "Find")]

    def trap(self, path, query):
        if not path.startswith("/find/"):
            return None
        words = path[6:].split("/")
        return html("You are looking for %s" % " ".join(words), "We have nothing of the name of %s." % " and ".join(words),
                    "Try one of these, which others have looked for before you did, and found something or nothing at all.",
                    links=[("/find/%s/%s" % ("/".join(words), WORDS[(len(path) * 7 + k) % len(WORDS)]), "more") for k in range(4)])


class Growing(Site):
    """A relative link that should have been an absolute one, and a server that does not mind what stands behind a name."""
    options = ["--no-soft-404"]  # it answers any

    def more(self, of):
        return [("shop/list", "The shop")]

    def trap(self, path, query):
        if "shop/list" in path:
            return html("The shop", prose("shop"), links=[("shop/list", "The shop"), ("shop/list/again", "Again")])
        return None


class BareCalendar(Site):
    """Hardly a word on each page, so it takes longer to be sure: with a budget of 4, 64 of them."""
    options = ["--trap-budget=4"]

    def more(self, of):
        return [("/days/1", "Days")]

    def trap(self, path, query):
        if not path.startswith("/days/"):
            return None
        n = int(path[6:])
        return Answer(body="<title>%d</title><table>%s</table><a href=/days/%d>next</a>" % (
            n, "".join("<td>%d" % (n + d) for d in range(28)), n + 1), type="text/html")


class Copies(Site):
    """All of it is there again below each directory of this name, to the byte."""
    reason = "trap_copy"

    def __call__(self, x):
        path = x.request.path
        while path.startswith("/copy/"):
            path = path[5:]
        if path not in self.real:
            return Answer(404)
        up = "../" * (path.count("/") - 1) or "./"
        return Answer(body="<title>%s</title><p>%s<p>%s" % (path, prose(path), " ".join(
            "<a href='%s%s'>%s</a>" % (up, p[1:], p) for p in self.real + ["/copy/"])), type="text/html")


class Canonical(Site):
    """Who comes from somewhere is told so at length, with links that say so, too; the page says what its name is."""
    reason = "trap_canonical"
    serial = itertools.count()

    def __call__(self, x):
        path, _, query = x.request.path.partition("?")
        if path not in self.real:
            return Answer(404)
        links = ["%s?from=%s-%d" % (p, WORDS[7], next(self.serial)) for p in self.real] if query else self.real + ["/?from=0"]
        return Answer(body="<title>%s</title><link rel=canonical href='%s'><p>%s<p>%s%s" % (
            path, path, prose(path), prose(next(self.serial), 60) if query else "", "".join("<p><a href='%s'>on</a>" % l for l in links)),
            type="text/html")


TRAPS = [Calendar, MonthByName, Session, SessionInPath, Facets, Echo, Growing, BareCalendar, Copies, Canonical]


@pytest.mark.parametrize("kind", TRAPS, ids=[t.__name__ for t in TRAPS])
def test_ends(run, serve, kind):
    play = kind()
    site = serve(play)
    done = run("crawl", site.url("/"), "--max-pages=%d" % (10 * len(kind.real)), *kind.options)
    asked = [p for p in site.asked() if p != "/robots.txt"]
    reasons = {r: n for r, n in ((r, sum(s["reason"] == r for s in done.skipped)) for r in {s["reason"] for s in done.skipped})}
    told = "%d real, %d asked for, %s" % (len(kind.real), len(asked), reasons)
    print(told)
    assert done.status == crawl.OK, told + done.stderr[-2000:]
    if kind in (Session, SessionInPath, Canonical):
        got = {"/" + p.split("?")[0].lstrip("/").partition("/")[2] if p.startswith("/s-") else p.split("?")[0] for p in asked}
    else:
        got = set(asked)
    assert not set(kind.real) - got, told
    assert len(asked) <= 3 * len(kind.real), told
    assert any(r.startswith(kind.reason) for r in reasons), told
    assert kind.reason in done.stderr


@pytest.mark.parametrize("kind, reason, switch", [
    (Calendar, "trap_", "--no-traps"), (Calendar, "trap_pattern", "--no-trap-patterns"), (Session, "trap_param", "--no-trap-params"),
    (Growing, "trap_path", "--no-trap-paths"), (Echo, "trap_echo", "--no-trap-echoes"), (Copies, "trap_copy", "--no-trap-copies"),
    (Canonical, "trap_canonical", "--no-trap-canonical"),
], ids=lambda x: x if isinstance(x, str) and x.startswith("--") else "")
def test_switches(run, serve, kind, reason, switch):
    """Off is off: the crawl goes on, until another rule or a budget ends it."""
    # What also has patterns would be ended by those about as soon; by which of the two is a matter of which page comes first.
    alone = ("--no-trap-patterns", "--no-trap-paths", "--no-trap-echoes") if kind in (Copies, Canonical) else ()

    def crawled(*options):
        site = serve(kind())
        done = run("crawl", site.url("/"), "--max-pages=300", *kind.options, *alone, *options)
        return len(site.asked()), [s for s in done.skipped if s["reason"].startswith(reason)]
    few, cut = crawled()
    more, none = crawled(switch)
    assert cut and not none and more > few


def test_engines_cut_the_same(run, serve):
    """One at a time, so that the order is the same."""
    def once(*options):
        site = serve(Facets())
        done = run("crawl", site.url("/"), "--no-soft-404", *options)
        return sorted(p.partition("//")[2].partition("/")[2] for p in (q["url"] for q in done.pages))
    assert once("--engine=serial", "--workers=0") == once("--connections=1", "--workers=0")


class Soft(Site):
    """A site that is sorry with 200; each page has a link that leads nowhere, and so have those."""
    sorry = "The page could not be found here. Perhaps it was moved, or it has never been at all; the search may know."

    def more(self, of):
        return [("/lost/%s-%s.html" % (WORDS[(7 * len(of) + sum(of.encode())) % 320], WORDS[sum(of.encode()) % 320]), "An old link")]

    def trap(self, path, query):
        return html("There is no such page", self.sorry, links=self.more(path) + self.more(path + "x"))


class SoftEcho(Soft):
    """And says what it was asked for, as most do: the path, and in words."""

    def trap(self, path, query):
        name = path.rpartition("/")[2].partition(".")[0].replace("-", " ")
        return html("%s was not found" % name.title(), "There is no page called <b>%s</b> here, nor anything about %s." % (path, name), self.sorry,
                    links=self.more(path) + self.more(path + "x"))


def soft(done):
    return {urllib.parse.urlsplit(p["url"]).path for p in done.pages if p["outcome"] == "soft_404"}


@pytest.mark.parametrize("kind, options", [(Soft, ()), (SoftEcho, ()), (SoftEcho, ("--html=libxml2",))], ids=("same", "echo", "echo-libxml2"))
def test_soft_404(run, serve, kind, options):
    """A host that answers any name is asked once for one that cannot be; what is like that answer is no page, and leads nowhere."""
    site = serve(kind())
    done = run("crawl", site.url("/"), "--max-pages=600", "--per-host=2", *options).expect(crawl.OK)
    asked = [p for p in site.asked() if p != "/robots.txt"]
    recorded = {urllib.parse.urlsplit(p["url"]).path for p in done.pages}
    probes = [p for p in asked if p not in recorded]
    assert len(probes) == 1 and probes[0].endswith(".html") and probes[0].startswith("/lost/"), probes
    lost = {p for p in recorded if p.startswith("/lost/")}
    assert set(Site.real) <= recorded and not soft(done) & set(Site.real)
    assert len(lost - soft(done)) < 12, "those it was noticed by, and what was in flight"
    assert len(soft(done)) > 10 and not [p for p in done.pages if urllib.parse.urlsplit(p["parent"] or "").path in soft(done)]
    assert re.search(r"not there +%d pages are what their hosts answer" % len(soft(done)), done.stderr), done.stderr
    # Off is off.
    site = serve(kind())
    done = run("crawl", site.url("/"), "--no-soft-404", "--max-pages=600")
    assert not soft(done) and {urllib.parse.urlsplit(p["url"]).path for p in done.pages} == {p for p in site.asked() if p != "/robots.txt"}


def test_hosts_that_say_404(run, serve):
    """Asked once, such a host says so, and all goes on as before; robots.txt may forbid even that. Who is asked about it is told."""
    def ask(at, rules, *options):
        copies = {at % i: Answer(body="<title>The same</title><p>" + prose("same"), type="text/html") for i in range(100)}
        home = Answer(body="".join("<a href='%s'>a copy</a>" % p for p in copies), type="text/html")
        site = serve({"/robots.txt": Answer(body=rules, type="text/plain"), "/": home, **copies})
        done = run("crawl", site.url("/"), "--per-host=1", *options).expect(crawl.OK)
        assert not soft(done) and len(done.pages) == 101
        probes = [p for p in site.asked() if p not in ("/robots.txt", "/", *copies)]
        assert len(re.findall("1 host for a name that cannot be there", done.stderr)) == len(probes)
        for p in probes:
            assert "asked for such a name once" in run("why", "-P", done.dir, site.url(p), dir=None).stdout
        return probes
    asked = ask("/copy/%d.html", "")
    assert len(asked) == 1 and re.fullmatch(r"/copy/([1-9][a-z]){8}\.html", asked[0])
    allowed = "".join("Allow: /copy/%d.html\n" % i for i in range(100))
    assert ask("/copy/%d.html", "User-agent: *\nDisallow: /copy/\n" + allowed) == []
    # Nor is it asked for where the user's rules would leave it out.
    assert ask("/copy/%d.html", "", "--accept-regex=/copy/[0-9]*.html$") == [] == ask("/copy/%d.html", "", "--reject-regex=/[1-9][a-z][1-9][a-z]")


def test_pictures_with_captions_are_pages(run, serve):
    """Pages that differ from what any name gets by a few words, and the users whose neighbour answers anything, are there."""
    def answer(x):
        path = x.request.path
        n = path[len("/pic/"):-len(".html")]
        if path == "/robots.txt":
            return Answer(404)
        if path == "/":
            return html("Home", prose("home"), links=[("/pic/1.html", "Pictures"), ("/~mallory/1", "1"), ("/~mallory/2", "2"),
                                                      ("/~mallory/3", "3"), ("/~mallory/4", "4"), ("/~alice/", "Alice")])
        if path.startswith("/pic/") and n.isdigit() and int(n) <= 12:
            return html("Gallery", "%s boat" % WORDS[int(n)], links=[("/pic/%d.html" % (int(n) + 1), "Next")])
        if path.startswith("/pic/"):
            return html("Gallery", "No such picture", links=[("/pic/1.html", "Next")])
        if path == "/~alice/book":
            return html("Book", prose("book"))
        return html("Alice", prose("alice"), links=[("/~alice/book", "Book")])
    done = run("crawl", serve(answer).url("/"), "--per-host=1").expect(crawl.OK)
    paths = {urllib.parse.urlsplit(p["url"]).path for p in done.pages}
    missing = ({"/pic/%d.html" % i for i in range(1, 13)} | {"/~alice/", "/~alice/book"}) - paths
    assert not missing, (missing, done.skipped, soft(done))
    assert soft(done) <= {"/pic/13.html"} | {"/~mallory/%d" % i for i in range(1, 5)}, soft(done)


@pytest.mark.parametrize("kind, kills, loops", [
    (Calendar, (30, 50, 80), None), (Session, (20, 40, 60), None), (Facets, (40, 80, 120), None), (Echo, (40, 80, 120), None),
    # Whose the host is changes with their number; and where it does not, each has its own.
    (Calendar, (30, 50, 80), (3, 2, 4, 1)), (Session, (20, 40, 60), (3, 3, 3, 3)),
], ids=lambda x: getattr(x, "__name__", "") or (x and len(x) == 4 and "loops-%d%d%d%d" % x) or "")
def test_ends_though_it_is_killed(run, serve, tmp_path, kind, kills, loops):
    """What was learned is there in the next run: the bound holds over kills as if there were none."""
    play, at = kind(), list(kills)
    reached = threading.Event()
    site = serve(play)

    def counted(x):
        if at and len(site.log) >= at[0]:
            at.pop(0)
            reached.set()
        return play(x)
    site.script = counted
    args = ["--max-pages=%d" % (10 * len(kind.real)), "--per-host=1", "-w", "10ms", "-e", "store.commit_ms=20", *kind.options]
    loops = ["--loops=%d" % n for n in loops or (1, 1, 1, 1)]
    for n in loops[:3]:
        with crawl.Running("crawl", site.url("/"), *args, n, home=tmp_path, dir=tmp_path / "job") as r:
            assert reached.wait(crawl.DEADLINE)
            r.signal(signal.SIGKILL)
            r.process.wait()
            reached.clear()
    done = run("resume", tmp_path / "job", loops[3], dir=None)
    done.dir = str(tmp_path / "job")
    asked = [p for p in site.asked() if p != "/robots.txt"]
    assert done.status == crawl.OK, done.stderr[-2000:]
    assert len(asked) <= 3 * len(kind.real), "%d asked for, %d real" % (len(asked), len(kind.real))
    # Nothing of it is left in a job that is finished.
    with sqlite3.connect(tmp_path / "job" / "lycosa.db") as db:
        assert db.execute("SELECT count(*) FROM job WHERE name LIKE 'traps%'").fetchall() == [(0,)]


def test_soft_404_in_an_update_is_gone(run, serve, tmp_path):
    """What was a page, and is answered like any name now, is gone; its links are not followed, and the others stay."""
    gone = set()

    def answer(x):
        path, n = x.request.path, x.request.path[3:]
        if path == "/robots.txt":
            return Answer(404)
        if path == "/":
            return html("Home", prose("home"), links=[("/p/%d" % i, "Page %d" % i) for i in range(60)])
        if path in gone or not n.isdigit():
            return html("No such page", "There is no page of this name here, and perhaps there never was one. Ask the search.")
        return html("Page " + n, prose(path))
    site, job = serve(answer), tmp_path / "job"
    run("crawl", site.url("/"), dir=job).expect(crawl.OK)
    gone |= {"/p/%d" % i for i in range(40)}
    run("update", job, "--max-failed=100", "--per-host=1", dir=None).expect(crawl.OK)
    with sqlite3.connect(job / "lycosa.db") as db:
        rows = db.execute("SELECT change, outcome, count(*) FROM urls WHERE url LIKE '%/p/%' GROUP BY 1, 2").fetchall()
    found = {(c, o): n for c, o, n in rows}
    assert found[("unchanged", "ok")] == 20 and found[("gone", "soft_404")] >= 20, found
    assert found.get(("changed", "ok"), 0) == 40 - found[("gone", "soft_404")], "those by which it was noticed, and that were being read meanwhile"
