# SPDX-License-Identifier: GPL-3.0-or-later
"""lycosa why: which rule lets a URL in, or keeps it out."""
import re

import crawl
from hostile import Answer, page, redirect
from test_net import Dns

WOULD_NOT = 10
RULES = "User-agent: *\r\nDisallow: /shut\r\nAllow: /shut/open # here\r\nCrawl-delay: 2\r\n"


def rules(done):
    """[(rule, yes or no, what decided)], and the last line."""
    lines = done.stdout.splitlines()
    return [(m.group(1), m.group(2), m.group(3) or "") for m in
            (re.match(r"  (\S.*?) +(yes|no)(?: +(.*))?$", l) for l in lines[1:-1]) if m], lines[-1]


def ask(run, *args):
    return run("why", *args, dir=None)


def test_robots(run, serve):
    """The line of robots.txt that decided, by its number and as it stands there; redirects followed."""
    site = serve({"/robots.txt": redirect("/r"), "/r": Answer(body=RULES, type="text/plain")})
    done = ask(run, site.url("/shut/x")).expect(WOULD_NOT)
    steps, verdict = rules(done)
    assert done.stdout.splitlines()[0] == site.url("/shut/x")
    assert steps == [("scheme", "yes", "http:"), ("host", "yes", "127.0.0.1"), ("address", "yes", "127.0.0.1, loopback"),
                     ("robots.txt", "no", "line 2: Disallow: /shut")]
    assert verdict == "would not be fetched: robots.txt disallows (robots_deny)" and "2.0 s between requests" in done.stdout
    steps, verdict = rules(ask(run, site.url("/shut/open/x")).expect(crawl.OK))
    assert steps[-1] == ("robots.txt", "yes", "line 3: Allow: /shut/open # here") and verdict == "would be fetched"
    steps, verdict = rules(ask(run, site.url("/other")).expect(crawl.OK))
    assert steps[-1] == ("robots.txt", "yes", "no line of it matches")
    steps, verdict = rules(ask(run, site.url("/shut"), "--robots=off").expect(crawl.OK))
    assert steps[-1][:2] == ("robots.txt", "yes")
    assert set(site.asked(robots=True)) == {"/robots.txt", "/r"}, "only robots.txt is asked for"


def test_robots_that_cannot_be_read(run, serve):
    steps, verdict = rules(ask(run, serve({"/robots.txt": Answer(404)}).url("/")).expect(crawl.OK))
    assert steps[-1] == ("robots.txt", "yes", "there is none (status 404)")
    steps, verdict = rules(ask(run, serve({"/robots.txt": Answer(503)}).url("/")).expect(WOULD_NOT))
    assert steps[-1][:2] == ("robots.txt", "no") and "robots_unknown" in verdict


def test_scope(run, serve):
    """Each rule that was given, in order, with the item of its list that decided; all of them, though the first says no."""
    site = serve({"/robots.txt": Answer(404)})
    done = ask(run, site.url("/a/b.zip?x"), site.url("/docs/"), "-np", "-R", "gz,*.zip,css", "--reject-regex", "foo", "--reject-regex", r"\.zip[?]x$",
               "-l", "5", "--exclude-domains", "b.example").expect(WOULD_NOT)
    steps, verdict = rules(done)
    assert steps[:-1] == [("scheme", "yes", "http:"), ("--exclude-domains", "yes", ""), ("host", "yes", "127.0.0.1"),
                          ("--no-parent", "no", "/a/b.zip"), ("--level", "yes", ""), ("--reject-regex", "no", r"\.zip[?]x$"),
                          ("--reject", "no", "*.zip"), ("address", "yes", "127.0.0.1, loopback")]
    assert verdict.endswith("(out_of_scope_path)")
    steps, verdict = rules(ask(run, site.url("/"), "http://other.example/").expect(WOULD_NOT))
    assert ("host", "no", "127.0.0.1") in steps and verdict.endswith("(out_of_scope_host)")
    steps, verdict = rules(ask(run, site.url("/x.html"), "-A", "pdf").expect(crawl.OK))
    assert verdict == "would be fetched", "for its links"


def test_private_address(run, serve, tmp_path):
    """The guard's rule, in its place before robots.txt, which is not asked for where no page may lead."""
    site = serve({"/robots.txt": Answer(404), "/": page("http://far.test/x"), "/x": page()}, hosts=("127.0.0.4",))
    near, far = "http://near.test:%d/x" % site.port, "http://far.test/"
    pins = ["--resolve", "near.test:%d:127.0.0.4" % site.port, "--resolve", "far.test:80:203.0.113.7", "-H"]
    done = ask(run, near, far, *pins).expect(WOULD_NOT)
    steps, verdict = rules(done)
    assert steps[-1] == ("address", "no", "127.0.0.4, loopback; what leads there, %s, is public (--allow-private)" % far)
    assert verdict.endswith("(private_address)") and "robots.txt" in done.stdout and site.asked(robots=True) == []
    # Any seed that may lead there will do; so will the switch, and that the user says it.
    for more in ([far, site.url("/")], [far, "--allow-private"], []):
        steps, verdict = rules(ask(run, near, *more, *pins).expect(crawl.OK))
        assert [s[:2] for s in steps[-2:]] == [("address", "yes"), ("robots.txt", "yes")]
    job = run("crawl", site.url("/"), "-H", "--resolve", "far.test:80:169.254.169.254", dir=tmp_path / "job").expect(crawl.OK)
    assert [s["reason"] for s in job.skipped] == ["private_address"]
    # Of a job, where it was found counts; and what is there today.
    steps, verdict = rules(ask(run, "-P", job.dir, "-H", far + "x", "--resolve", "far.test:80:169.254.169.254").expect(WOULD_NOT))
    assert steps[0] == ("in the job", "no", "private_address")
    assert steps[-1] == ("address", "no", "169.254.169.254, metadata; what leads there, %s, is loopback (--allow-private)" % site.url("/"))
    assert verdict.endswith("(private_address)")
    steps, verdict = rules(ask(run, "-P", job.dir, site.url("/")).expect(crawl.OK))
    assert ("address", "yes", "127.0.0.4, loopback") in steps


def test_few_names_are_looked_up(run):
    """Of the seeds only those that may decide it, each host once; and not a long list of them one by one."""
    names = {"near.test": ["127.0.0.4"], **{"far%d.test" % i: ["203.0.113.%d" % i] for i in range(40)}}
    seeds = ["http://far%d.test:%d/" % (i, port) for i in range(40) for port in (80, 81)]

    def asked(url, *args):
        with Dns(names) as dns:
            done = ask(run, url, *args, "-H", "--robots=off", "--dns-servers", dns.address)
        return set(dns.asked), done
    assert asked("http://far1.test/", *seeds)[0] == {"far1.test"}, "anything may lead there"
    assert asked("http://near.test/", *seeds, "http://near.test:8080/")[0] == {"near.test"}, "it is what a seed is"
    got, done = asked("http://near.test/", *seeds[:6])
    assert got == {"near.test", "far0.test", "far1.test", "far2.test"} and "what leads there, http://far2.test/, is public" in done.stdout
    got, done = asked("http://near.test/", *seeds)
    assert len(got) == 17 and "after the first 16" in done.stdout


def test_a_name_that_is_nowhere(run):
    """What cannot be looked up is said, and named as the reason."""
    with Dns({}) as dns:
        done = ask(run, "http://nowhere.test/x", "--dns-servers", dns.address).expect(WOULD_NOT)
    assert rules(done)[0][-1] == ("address", "no", "name does not exist") and rules(done)[1].endswith("(dns_not_found)")


def test_job(run, serve, tmp_path):
    """What a job recorded: by which way it met the URL, and what became of it."""
    site = serve({"/robots.txt": Answer(body=RULES, type="text/plain"), "/": page("/a", "/shut"), "/a": page("/b"), "/b": page("/c"),
                  "/go": redirect("/b")})
    job = run("crawl", site.url("/"), "-l", "2", "-e", "polite.max_crawl_delay=0", dir=tmp_path / "job").expect(crawl.OK)
    done = ask(run, "-P", job.dir, "-l", "2", site.url("/a")).expect(crawl.OK)
    steps, verdict = rules(done)
    assert steps[0] == ("in the job", "yes", "ok, status 200") and verdict == "was fetched"
    assert "page, level 1, found on " + site.url("/") in done.stdout
    done = ask(run, "-P", job.dir, "-l", "2", site.url("/c")).expect(WOULD_NOT)
    steps, verdict = rules(done)
    assert steps[0] == ("in the job", "no", "depth") and ("--level", "no", "") in steps
    assert verdict == "was not fetched: deeper than --level (depth)"
    steps, verdict = rules(ask(run, "-P", job.dir, site.url("/shut")).expect(WOULD_NOT))
    assert steps[0] == ("in the job", "no", "robots_deny") and verdict.endswith("(robots_deny)")
    steps, verdict = rules(ask(run, "-P", job.dir, site.url("/nobody")).expect(WOULD_NOT))
    assert steps[0][:2] == ("in the job", "no") and "never met" in steps[0][2] and verdict == "was not fetched"


def test_misuse(run, tmp_path):
    for args, status in (((), crawl.USAGE), (("ftp://x/",), crawl.USAGE), (("-P", str(tmp_path / "none"), "http://127.0.0.1:9/"), crawl.FILE_IO)):
        done = ask(run, *args).expect(status)
        assert done.stderr.startswith("lycosa: error: ") and done.stdout == ""


def test_escaped(run, serve):
    """What a robots.txt says does not reach the terminal as it is."""
    site = serve({"/robots.txt": Answer(body="User-agent: *\nDisallow: /\x1b[31m*\nDisallow: /x#\x1b]0;t\x07\n", type="text/plain")})
    done = ask(run, site.url("/x")).expect(WOULD_NOT)
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout and "line 3" in done.stdout


def test_asked_for_as(run, serve):
    """The policies of what URLs are one come before every rule."""
    site = serve({"/robots.txt": Answer(body="User-agent: *\nDisallow: /*utm_\n", type="text/plain")})
    done = ask(run, site.url("/a?utm_source=x&b=1")).expect(crawl.OK)
    assert re.search(r"^  asked for as +" + re.escape(site.url("/a?b=1")) + "$", done.stdout, re.M)
    assert rules(done)[1] == "would be fetched"
    assert "asked for as" not in ask(run, "--no-strip-tracking", site.url("/a?utm_source=x&b=1")).expect(WOULD_NOT).stdout
