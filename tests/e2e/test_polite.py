# SPDX-License-Identifier: GPL-3.0-or-later
"""A good guest, measured at the server: how many at once, when, and what is left alone."""
import collections
import signal
import threading
import time

import pytest

import crawl
from hostile import Answer, Gate, page, redirect


def wide(n, **more):
    """A root that links to /0 ... /n-1."""
    return {"/": page(*("/%d" % i for i in range(n))), **{"/%d" % i: page() for i in range(n)}, **more}


@pytest.mark.parametrize("options, most", [((), 6), (("--max-per-host=3",), 3)], ids=("six", "capped"))
def test_window_is_two_at_first_and_opens(run, serve, options, most):
    """So long as answers take as long as before: so long, here, that what this machine does beside is small against it (frontier/polite.h: flat)."""
    pages = wide(80)

    def script(x):
        time.sleep(0.08)  # what an answer takes; nothing waits for it
        return pages.get(x.request.path, Answer(404))
    site = serve(script)
    done = run("crawl", site.url("/"), "--no-soft-404", *options).expect(crawl.OK)
    assert len(done.pages) == 81
    assert max(r.in_flight for r in site.log[:6]) == 2
    assert 2 < site.max_in_flight["127.0.0.1"] <= most


@pytest.mark.parametrize("form", ("seconds", pytest.param("date", marks=pytest.mark.long)))
def test_retry_after_is_kept_by_the_whole_host(run, serve, form):
    """One page says when; nothing at all is asked for before, and nothing is lost."""
    said, times = [], []

    def script(x):
        times.append(time.monotonic())
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == "/":
            return page(*("/%d" % i for i in range(12)))
        if x.request.path == "/3" and not said:
            said.append(len(times))
            # Of a date only whole seconds can be said: the one that begins in two to one seconds.
            when = "1" if form == "seconds" else time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 2))
            return Answer(429, headers={"Retry-After": when})
        return page()
    site = serve(script)
    done = run("crawl", site.url("/"), "--per-host=1", "--waitretry=0").expect(crawl.OK)
    assert len(done.pages) == 13 and {p["status"] for p in done.pages} == {200}
    n = said[0]
    gap = times[n] - times[n - 1]
    assert gap >= (1.0 if form == "seconds" else 0.99)
    assert site.asked()[-1] == "/3", "at the back of the queue"


def test_retry_after_is_kept_by_the_next_run(run, running, serve, tmp_path):
    times, said = [], threading.Event()

    def script(x):
        times.append(time.monotonic())
        if x.request.path == "/" and not said.is_set():
            said.set()
            return Answer(503, headers={"Retry-After": "3"})
        return page()
    site = serve(script)
    with running("crawl", site.url("/"), "-erobots=off", "--waitretry=0", dir=tmp_path / "job") as r:
        assert said.wait(crawl.DEADLINE)
        r.signal(signal.SIGINT)
        r.wait().expect(crawl.INTERRUPTED)
    assert len(times) == 1
    run("resume", tmp_path / "job", dir=None).expect(crawl.OK)
    assert len(times) == 2 and times[1] - times[0] >= 2.9


@pytest.mark.parametrize("rules, options", [("", ("-w", "100ms")), ("Crawl-delay: 0.1\n", ()), ("Request-rate: 10/1\n", ())],
                         ids=("wait", "crawl-delay", "request-rate"))
def test_delay_is_kept(run, serve, rules, options):
    """Between the starts of requests, by the whole host: no shorter, and nothing like twice as long. To the microsecond: frontier_servers_test.c."""
    pages, times = wide(20, **{"/robots.txt": Answer(body="User-agent: *\n" + rules, type="text/plain")}), []

    def script(x):
        times.append(time.monotonic())
        return pages.get(x.request.path, Answer(404))
    site = serve(script)
    run("crawl", site.url("/"), "--no-soft-404", *options).expect(crawl.OK)
    # All together are no shorter than is promised, though one was looked at late; how much longer they are says what else this machine does.
    gaps = sorted(b - a for a, b in zip(times[1:], times[2:]))
    assert len(gaps) == 20 and sum(gaps) >= 20 * 0.095 and gaps[10] < 2 * 0.1, gaps


@pytest.mark.long
def test_backs_off_without_a_word(run, serve):
    """503 twice: first a second, then twice that, less a sixteenth for each of the pages that came between."""
    times, left = [], ["/2", "/2"]

    def script(x):
        times.append((time.monotonic(), x.request.path))
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path in left:
            left.remove(x.request.path)
            return Answer(503)
        return page(*("/%d" % i for i in range(5))) if x.request.path == "/" else page()
    site = serve(script)
    done = run("crawl", site.url("/"), "--per-host=1", "--waitretry=0").expect(crawl.OK)
    assert len(done.pages) == 6 and not left
    gaps = [b[0] - a[0] for a, b in zip(times, times[1:]) if a[1] == "/2"]
    asked = [path for _, path in times]
    first = asked.index("/2")
    between = asked.index("/2", first + 1) - first - 1
    assert gaps[0] >= 1.0 and gaps[1] >= 2 * (15 / 16) ** between


@pytest.mark.parametrize("loops", (1, 3))
def test_hosts_behind_one_address_are_one_server(run, serve, loops):
    """Sixteen names, one address: together they get the window of one, also where different loops own them."""
    names, gate = ["h%d.test" % i for i in range(16)], Gate()
    pages = wide(20)

    def script(x):
        gate.pass_()
        time.sleep(0.01)
        return pages.get(x.request.path, Answer(404))
    site = serve(script)
    threading.Thread(target=lambda: (gate.count(3), gate.open()), daemon=True).start()
    pins = ["--resolve=%s:%d:127.0.0.1" % (n, site.port) for n in names]
    seeds = ["http://%s:%d/" % (n, site.port) for n in names]
    done = run("crawl", *seeds, *pins, "--per-host=3", "--loops", loops).expect(crawl.OK)
    assert len(done.pages) == 16 * 21 and site.max_in_flight["127.0.0.1"] == 3
    # None of them waited for the others to end.
    order = [r.headers["host"] for r in site.log if r.path != "/robots.txt"]
    assert {order.index(h) for h in set(order)} <= set(range(len(order) // 2))


@pytest.mark.parametrize("loops", (1, pytest.param(4, marks=pytest.mark.long)))
def test_thousands_of_requests(run, serve, loops):
    """Twenty names on five addresses: robots.txt first and once, every page once, and never past either window."""
    addresses = ["127.0.0.%d" % i for i in range(2, 7)]
    names = ["n%d.test" % i for i in range(20)]
    now, most = collections.Counter(), collections.Counter()
    pages = wide(150)
    site = serve(None, hosts=addresses)

    def script(x):
        name = x.request.headers["host"]
        with site.lock:
            now[name] += 1
            most[name] = max(most[name], now[name])
        time.sleep(0.001)
        with site.lock:
            now[name] -= 1
        return pages.get(x.request.path, Answer(404))
    site.script = script
    pins = ["--resolve=%s:%d:%s" % (n, site.port, addresses[i % 5]) for i, n in enumerate(names)]
    done = run("crawl", *("http://%s:%d/" % (n, site.port) for n in names), *pins, "--per-host=2", "--per-address=3",
               "--loops", loops, "--no-soft-404").expect(crawl.OK)
    assert len(done.pages) == 20 * 151 == len(site.asked())
    assert max(most.values()) <= 2 and max(site.max_in_flight.values()) <= 3
    for n in names:
        asked = [r.path for r in site.log if r.headers["host"] == "%s:%d" % (n, site.port)]
        assert asked[0] == "/robots.txt" and asked.count("/robots.txt") == 1 and len(asked) == len(set(asked)) == 152


def test_addresses_can_be_let_alone(run, serve):
    """Eight names at one: each is asked before any has answered."""
    pages, gate = wide(20), Gate()

    def script(x):
        gate.pass_()
        return pages.get(x.request.path, Answer(404))
    site = serve(script)
    names = ["h%d.test" % i for i in range(8)]
    threading.Thread(target=lambda: (gate.count(8), gate.open()), daemon=True).start()
    run("crawl", *("http://%s:%d/" % (n, site.port) for n in names), *("--resolve=%s:%d:127.0.0.1" % (n, site.port) for n in names),
        "--per-host=2", "--per-address=0").expect(crawl.OK)
    assert 8 <= site.max_in_flight["127.0.0.1"] <= 16


def test_retry_on_http_error(run, serve):
    """At the back of the queue, as often as --tries says; other statuses are asked for once."""
    left = ["/1"] * 2 + ["/2"] * 5

    def script(x):
        path = x.request.path
        if path in left:
            left.remove(path)
            return Answer(404)
        return page(*("/%d" % i for i in range(5))) if path == "/" else page() if path != "/4" else Answer(403)
    site = serve(script)
    done = run("crawl", site.url("/"), "--per-host=1", "--waitretry=0", "--retry-on-http-error=404,410", "-erobots=off")
    assert {p["url"].rpartition("/")[2]: p["status"] for p in done.pages} == {
        "": 200, "0": 200, "1": 200, "2": 404, "3": 200, "4": 403}
    assert site.asked() == ["/", "/0", "/1", "/2", "/3", "/4", "/1", "/2", "/1", "/2"]
    assert run("crawl", site.url("/"), "--retry-on-http-error=200").expect(crawl.USAGE).stderr.count("retry-on-http-error")


@pytest.mark.parametrize("loops", (1, 2))
def test_slow_and_dead_hosts_cost_the_others_nothing(run, serve, loops):
    """Ten hosts do not answer until the others are done, ten refuse; few connections, and the others get through all the same."""
    kinds = {kind: ["127.0.%d.%d" % (net, i + 1) for i in range(10)] for net, kind in enumerate(("fast", "slow", "dead"), 1)}
    left, done_with = {(h, p) for h in kinds["fast"] for p in wide(20)}, threading.Event()
    pages, held = wide(20), []

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.host in kinds["slow"]:
            held.append(done_with.wait(crawl.DEADLINE / 2))
        with site.lock:
            left.discard((x.request.host, x.request.path))
        if not left:
            done_with.set()
        return pages.get(x.request.path, Answer(404))
    site = serve(script, hosts=kinds["fast"] + kinds["slow"])
    seeds = [site.url("/", h) for h in kinds["slow"] + kinds["dead"] + kinds["fast"]]
    done = run("crawl", *seeds, "--connections=40", "--per-host=2", "--loops", loops, "--waitretry=0", "--no-soft-404")
    assert held and all(held), "they waited for those that do not answer"
    assert len([p for p in done.pages if p["status"] == 200]) == 20 * 21 and done.status == crawl.NETWORK


@pytest.mark.parametrize("back", (True, False))
def test_dead_host_is_asked_once_more_at_the_end(run, serve, back):
    """It answers, then refuses; the others go on; when they are done it has one more chance."""
    hosts = ("127.0.0.1", "127.0.0.2")
    site = serve(None, hosts=hosts)
    asked_when = []

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.host == hosts[0]:
            return page("%s/a" % site.origin(hosts[1]), *("/%d" % i for i in range(60))) if x.request.path == "/" else page()
        asked_when.append(len(site.asked(hosts[0])))
        return page()
    site.script = script
    site.refuse(hosts[1])
    if back:
        def reopen(x):
            if x.request.path == "/59" and x.request.host == hosts[0]:
                site.listen_again(hosts[1])
            return script(x)
        site.script = reopen
    done = run("crawl", site.url("/"), "-H", "--waitretry=0", "--per-host=1", "-erobots=off", "--dead-after=2", "-t9", "--no-soft-404")
    assert len([p for p in done.pages if p["status"] == 200]) == (62 if back else 61)
    if back:
        assert asked_when == [61], "not before the others were done"
        done.expect(crawl.OK)
    else:
        done.expect(crawl.NETWORK)
        assert [s["reason"] for s in done.skipped] == [] and done.outcome("/a") == "connect_failed"


WALLS = {
    "cloudflare": (Answer(403, "<title>Just a moment...</title>", {"cf-mitigated": "challenge"}), "Cloudflare challenge"),
    "aws": (Answer(202, "", {"x-amzn-waf-action": "challenge"}), "AWS WAF challenge"),
    "imperva": (Answer(200, '<html><iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe></html>'), "Imperva Incapsula"),
}


@pytest.mark.parametrize("wall", [w if w == "cloudflare" else pytest.param(w, marks=pytest.mark.long) for w in WALLS])
def test_bot_wall_is_named_and_the_host_left_alone(run, serve, wall):
    """After three walls in a row it is given up, once more at the end; the other host is crawled as ever."""
    hosts = ("127.0.0.1", "127.0.0.2")
    site = serve(None, hosts=hosts)
    answer, name = WALLS[wall]

    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.host == hosts[1]:
            return answer
        return page(*("%s/%d" % (site.origin(hosts[1]), i) for i in range(30)), "/a") if x.request.path == "/" else page()
    site.script = script
    done = run("crawl", site.url("/"), "-H", "--waitretry=0", "--per-host=1", "-t3").expect(crawl.BLOCKED)
    assert len(site.asked(hosts[1])) == 4 and len(site.asked(hosts[0])) == 2
    assert len(done.pages) == 2 and done.skipped == [] and "blocked after" in done.stderr
    assert "robots answered" in done.stderr and "(%s); left for the next run" % name in done.stderr
    # Still there; then gone: what was left is all there is to do.
    run("resume", done.dir, "--waitretry=0", dir=None).expect(crawl.BLOCKED)
    assert len(site.asked(hosts[0])) == 2
    answer = page()
    again = run("resume", done.dir, dir=None).expect(crawl.OK)
    assert len(crawl.read_lines(done.dir + "/pages.jsonl")) == 32 and len(site.asked(hosts[0])) == 2, again
    assert "is finished" in run("resume", done.dir, dir=None).expect(crawl.OK).stderr


def test_nothing_but_429_is_blocked(run, serve):
    """It is named, left, and the next run asks again."""
    site = serve({"/robots.txt": Answer(404), "/": Answer(429, "", {"Retry-After": "1"})})
    done = run("crawl", site.url("/"), "-t2", "--waitretry=0").expect(crawl.BLOCKED)
    assert site.asked() == ["/", "/"] and done.pages == []
    assert "(http_too_many)" in done.stderr
    site.script["/"] = page("/a")
    site.script["/a"] = Answer(429)
    again = run("resume", done.dir, "-t1", dir=None).expect(crawl.SERVER)
    assert [p["outcome"] for p in crawl.read_lines(done.dir + "/pages.jsonl")] == ["ok", "http_too_many"]
    assert "(http_too_many)" in again.stderr


@pytest.mark.parametrize("option,most", [("--per-host=1", 1), ("--per-host=3", 3)])
def test_redirects_of_robots_keep_to_the_target_s_window(run, serve, option, most):
    """Thirty hosts whose robots.txt is one other host's."""
    hosts, central = ["127.0.3.%d" % i for i in range(1, 31)], "127.0.4.1"
    site = serve(None, hosts=hosts + [central])

    def script(x):
        if x.request.host == central:
            time.sleep(0.01)
            return Answer(200, "User-agent: *\nDisallow: /x\n", type="text/plain")
        return Answer(302, headers={"Location": site.origin(central) + "/rules"}) if x.request.path == "/robots.txt" else page("/x", "/y")
    site.script = script
    done = run("crawl", *(site.url("/", h) for h in hosts), option).expect(crawl.OK)
    assert len(done.pages) == 60 and [s["reason"] for s in done.skipped] == ["robots_deny"] * 30
    assert len(site.asked(central)) == 30 and 1 <= site.max_in_flight[central] <= most


def test_answers_of_robots_count_for_who_gave_them(run, serve):
    """A host that redirects its robots.txt to one that says "later": that one is left alone, and for its pages, too."""
    here, there = "127.0.3.1", "127.0.4.1"
    times, pushed = [], []
    site = serve(None, hosts=(here, there))

    def script(x):
        if x.request.host == here:
            return redirect(site.url("/rules", there)) if x.request.path == "/robots.txt" else page()
        times.append(time.monotonic())
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.path == "/rules" and not pushed:
            pushed.append(len(times))
            return Answer(503, headers={"Retry-After": "2"})
        return Answer(200, "", type="text/plain") if x.request.path == "/rules" else page(*("/%d" % i for i in range(40)))
    site.script = script
    done = run("crawl", site.url("/", there), site.url("/", here), "--per-host=1", "--per-address=0", "-w", "30ms", "--waitretry=0", "--no-soft-404").expect(crawl.OK)
    assert len(done.pages) == 42 and done.skipped == []
    n = pushed[0]
    assert 0 < n < len(times) - 5 and times[n] - times[n - 1] >= 1.9, times
    assert site.asked(here, robots=True).count("/robots.txt") == 2


def test_a_robots_txt_elsewhere_that_is_dead(run, serve):
    """It is the other host that cannot be reached: this one has answered, and is left alone because its rules are not known."""
    site = serve({"/robots.txt": redirect("http://127.0.4.2:9/robots.txt"), "/": page()})
    done = run("crawl", site.url("/"), "--waitretry=0", "--dead-after=1", "--tries=3")
    assert site.asked() == [] and [s["reason"] for s in done.skipped] == ["robots_unknown"]
    assert site.asked(robots=True) == ["/robots.txt"] * 3, "it is not dead for that"


def test_redirects_of_robots_keep_the_wait(run, serve):
    times = []

    def script(x):
        times.append(time.monotonic())
        hops = {"/robots.txt": "/r1", "/r1": "/r2"}
        if x.request.path in hops:
            return Answer(302, headers={"Location": hops[x.request.path]})
        return Answer(200, "", type="text/plain") if x.request.path == "/r2" else page()
    site = serve(script)
    run("crawl", site.url("/"), "--wait=0.3").expect(crawl.OK)
    assert len(times) == 4 and min(b - a for a, b in zip(times, times[1:])) >= 0.2


@pytest.mark.long
def test_walls_between_pages_do_not_end_a_host(run, serve):
    """One walled page among many: it is tried again and recorded, and that is all."""
    pages = wide(12)
    pages["/5"] = WALLS["imperva"][0]
    site = serve(pages)
    done = run("crawl", site.url("/"), "--waitretry=0", "--per-host=1", "-t2").expect(crawl.OK)
    assert len(done.pages) == 13 and done.outcome("/5") == "bot_wall" and done.skipped == []
    assert site.asked().count("/5") == 2


@pytest.mark.parametrize("option,hosts", [("--limit-rate", 8), ("--limit-rate-per-host", 1)])
def test_limit_rate_is_shared_by_what_is_in_flight(run, serve, option, hosts):
    """Eight large bodies at once: together they are no faster than one."""
    names = ["127.0.0.%d" % i for i in range(1, hosts + 1)]
    big = Answer(200, b"x" * 4000000, type="application/octet-stream")

    def script(x):
        return page(*("/%d" % i for i in range(8 // hosts))) if x.request.path == "/" else big
    site = serve(script, hosts=names)
    begun = time.monotonic()
    done = run("crawl", *(site.url("/", n) for n in names), option, "8m", "--per-host=8", "-erobots=off").expect(crawl.OK)
    assert len(done.pages) == hosts + 8
    # 32 MB take four seconds, and each file alone half a one. What is on its way when a limit begins to hold is not held back.
    assert time.monotonic() - begun >= 2


def test_limit_rate_is_not_held_by_loops_without_work(run, serve):
    """One host is one loop's: it has all of the rate, not a fourth."""
    big = Answer(200, b"x" * 9000000, type="application/octet-stream")
    site = serve({"/robots.txt": Answer(404), "/": page("/big"), "/big": big})
    begun = time.monotonic()
    run("crawl", site.url("/"), "--limit-rate=4m", "-e", "fetch.loops=4").expect(crawl.OK)
    assert 1 <= time.monotonic() - begun <= 5, "nine MB take two and a quarter seconds; nine with a fourth of it"


@pytest.mark.parametrize("option,hosts", [("--limit-rate", 2), ("--limit-rate-per-host", 1)])
def test_limit_rate(run, serve, option, hosts):
    """What came is paid for before more is asked for, by all hosts together or by each."""
    names = ["127.0.0.%d" % i for i in range(1, hosts + 1)]
    times = []

    def script(x):
        times.append(time.monotonic())
        if x.request.path == "/robots.txt":
            return Answer(404)
        return page(*("/%d" % i for i in range(6 // hosts))) if x.request.path == "/" else Answer(200, b"x" * 20000, type="text/plain")
    site = serve(script, hosts=names)
    done = run("crawl", *(site.url("/", n) for n in names), option, "100k", "--per-host=1").expect(crawl.OK)
    assert len(done.pages) == hosts + 6
    # Six bodies of 20,000 bytes; those of the last one or two are not paid for yet when they are asked for.
    assert times[-1] - times[0] >= 4 * 20000 / 102400


@pytest.mark.long
def test_64_slow_hosts_get_what_each_allows(run, serve):
    """Request-rate: 2/1 each. No host is asked sooner, and all together give no less than three quarters of what they allow, however busy
    this machine is. To the microsecond: frontier_servers_test.c."""
    hosts, n, gap = ["127.0.1.%d" % (i + 1) for i in range(64)], 16, 0.5
    pages = wide(n, **{"/robots.txt": Answer(body="User-agent: *\nRequest-rate: 2/1\n", type="text/plain")})
    times, lock = collections.defaultdict(list), threading.Lock()

    def script(x):
        with lock:
            times[x.request.host].append(time.monotonic())
        return pages.get(x.request.path, Answer(404))
    site = serve(script, hosts=hosts)
    done = run("crawl", *(site.url("/", host=h) for h in hosts), "--progress=none").expect(crawl.OK)
    assert len(done.pages) == 64 * (n + 1)
    for host in hosts:
        # All of them together: one alone may have been looked at late.
        after_robots = times[host][1:]
        assert after_robots[-1] - after_robots[0] >= n * gap * 0.95, host
    first, last = min(t[1] for t in times.values()), max(t[-1] for t in times.values())
    assert last - first <= n * gap / 0.75
