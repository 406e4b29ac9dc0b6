# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that go on: after a signal, a budget, with other options, other seeds. Crashes: test_crash.py."""
import os
import signal
import sqlite3
import struct
import threading

import pytest

import crawl
from hostile import Answer, Gate, page, redirect


def tree(n):
    """n pages, each linking to two more; a robots.txt that allows all."""
    script = {"/%d" % i: page(*["/%d" % k for k in (2 * i + 1, 2 * i + 2) if k < n], title=str(i)) for i in range(n)}
    script["/"] = page("/0")
    return script


def resume(run, job, *options):
    done = run("resume", job, *options, dir=None)
    done.dir = str(job)
    return done


def no_twice(done):
    urls = [p["url"] for p in done.pages]
    assert len(urls) == len(set(urls)), done
    return set(urls)


@pytest.mark.parametrize("how", ["same", "resume"])
def test_budget_and_on(run, serve, tmp_path, how):
    """Exit 12, again and again; each time some more; no page is asked for twice."""
    site = serve(tree(40))
    job = tmp_path / "job"
    status = run("crawl", site.url("/"), "--max-pages=7", dir=job).status
    rounds = 1
    while status == crawl.BUDGET:
        done = run("crawl", site.url("/"), dir=job) if how == "same" else resume(run, job)
        status = done.status
        rounds += 1
    assert status == crawl.OK and rounds == 6, "%d rounds\n%s" % (rounds, done)
    assert no_twice(done) == {site.url("/")} | {site.url("/%d" % i) for i in range(40)}
    assert sorted(site.asked()) == sorted(["/"] + ["/%d" % i for i in range(40)])


@pytest.mark.parametrize("number, status", [(signal.SIGINT, crawl.INTERRUPTED), (signal.SIGKILL, -signal.SIGKILL)])
def test_signal_and_on(run, running, serve, tmp_path, number, status):
    gate = Gate()
    script = dict(tree(30), **{"/7": lambda x: (gate.pass_(), page("/15", "/16"))[1]})
    site = serve(script)
    job = tmp_path / "job"
    r = running("crawl", site.url("/"), dir=job)
    assert gate.count(1)
    r.signal(number)
    if number == signal.SIGKILL:
        r.process.wait()
    else:
        r.wait_line("finishing what is in flight")  # before it could come to its end
    gate.open()
    assert r.wait().status == status
    done = resume(run, job).expect(crawl.OK)
    assert no_twice(done) == {site.url("/")} | {site.url("/%d" % i) for i in range(30)}
    assert "going on with the job" in done.stderr


def test_running_job_is_not_opened_twice(run, running, serve, tmp_path):
    gate = Gate()
    site = serve({"/": lambda x: (gate.pass_(), page())[1]})
    job = tmp_path / "job"
    r = running("crawl", site.url("/"), dir=job)
    assert site.wait_asked(1)
    other = resume(run, job)
    assert other.status == crawl.FILE_IO and "another lycosa is running this job" in other.stderr
    gate.open()
    assert r.wait().status == crawl.OK


def test_other_options_are_said(run, serve, tmp_path):
    """The job's own settings hold, what is given on the way is said and holds from then on."""
    site = serve(tree(60))
    job = tmp_path / "job"
    run("crawl", site.url("/"), "--max-pages=20", "--per-host=3", "-l", 5, dir=job).expect(crawl.BUDGET)
    done = resume(run, job, "--per-host=5", "--reject-regex=[13579]$", "--max-pages=inf").expect(crawl.OK)
    assert "changed: polite.per_host = 5 (was 3)" in done.stderr
    assert "changed: scope.reject_regex = [13579]$ (was nothing)" in done.stderr
    assert "scope.level" not in done.stderr and "run." not in done.stderr
    conf = (job / "lycosa.conf").read_text()
    assert "per_host = 5" in conf and "level = 5" in conf
    # What was queued and is refused by now is not fetched, and is listed.
    late = [p["url"] for p in done.pages[20:]]
    assert late and not any(u[-1] in "13579" for u in late)
    assert done.skips() and set(done.skips().values()) == {"rejected", "depth"}
    assert max(p["depth"] for p in done.pages) == 5
    again = resume(run, job).expect(crawl.OK)
    assert "is finished" in again.stderr and no_twice(again) == no_twice(done)


@pytest.mark.parametrize("command, options, says", [
    ("crawl", ["-l3"], "scope.level = 3"), ("crawl", ["--save=text"], "store.save = text"), ("crawl", ["--extract=a=//a"], "parse.extract = a=//a"),
    ("mirror", [], "lycosa update --mirror "), ("archive", [], "lycosa update --warc ")])
def test_finished_with_other_settings(run, serve, tmp_path, command, options, says):
    """It has not what is asked for: no success, nothing is done, and what to do is said. What changes nothing for pages is no reason."""
    site, job = serve({"/": page("/a"), "/a": page("/b"), "/b": page("/c"), "/c": page()}), tmp_path / "job"
    run("crawl", "-l1", site.url("/"), dir=job).expect(crawl.OK)
    n, names, conf = len(site.asked()), sorted(os.listdir(job)), (job / "lycosa.conf").read_bytes()
    dones = [run(command, site.url("/"), *options, dir=job)]
    if command == "crawl":
        dones.append(run("resume", job, *options, dir=None))
    for done in dones:
        assert done.status == crawl.USAGE and says in done.stderr and "is finished" in done.stderr and "lycosa update" in done.stderr, done
    assert len(site.asked()) == n and sorted(os.listdir(job)) == names and (job / "lycosa.conf").read_bytes() == conf
    run("crawl", "-l1", "--connections=7", "--max-pages=50", "--wait=1ms", site.url("/"), dir=job).expect(crawl.OK)


def test_two_servers_on_a_host_are_two_jobs(run, serve, tmp_path):
    """The default directory is the host, with the port: what one was crawled with is not the other's."""
    a, b = serve({"/": page("/x"), "/x": page()}), serve({"/": page()})
    assert run("crawl", a.url("/"), "-l1", dir=None, cwd=tmp_path).expect(crawl.OK).stdout == ""
    run("crawl", b.url("/"), dir=None, cwd=tmp_path).expect(crawl.OK)
    names = ["%s+%d" % (s.hosts[0], s.port) for s in (a, b)]
    assert sorted(n for n in os.listdir(tmp_path) if "+" in n) == sorted(names)
    for name, n in zip(names, (2, 1)):
        assert len(crawl.read_lines(tmp_path / name / "pages.jsonl")) == n



def test_another_seed_wakes_a_finished_job(run, serve, tmp_path):
    site = serve({"/": page("/a"), "/a": page(), "/island": page("/b"), "/b": page()})
    job = tmp_path / "job"
    run("crawl", site.url("/"), dir=job).expect(crawl.OK)
    done = run("crawl", site.url("/"), site.url("/island"), dir=job).expect(crawl.OK)
    assert "1 new seed" in done.stderr and done.paths == ["/", "/a", "/b", "/island"]
    assert len(site.asked()) == 4
    assert "is finished" in resume(run, job).expect(crawl.OK).stderr


@pytest.mark.parametrize("loops", [1, 3])
def test_what_is_left_is_read_on_the_way(run, serve, tmp_path, loops):
    """Row by row, while the crawl goes on, and again and again in a run that ends before all is read: nothing is lost, nothing comes twice."""
    hosts = ["127.0.0.%d" % i for i in range(1, 6)]
    n = 300

    def answer(x):
        at = x.request.path.strip("/")
        if at == "robots.txt":
            return Answer(404)
        i = int(at or 0)
        return page(*[site.url("/%d" % k, hosts[k % 5]) for k in range(5 * i + 1, 5 * i + 6) if k < n])
    site = serve(answer, hosts=hosts)
    job = tmp_path / "job"
    options = ("-H", "--wait=0", "--no-soft-404", "-e", "store.resume_first=1", "-e", "store.commit_ms=1", "-e", "fetch.loops=%d" % loops)
    status, rounds = run("crawl", site.url("/"), "--max-pages=40", *options, dir=job).status, 1
    while status == crawl.BUDGET:
        done = resume(run, job)
        status = done.status
        assert "and more URLs are left to fetch" in done.stderr or rounds > 5, done
        rounds += 1
    assert status == crawl.OK and rounds == 8, "%d rounds\n%s" % (rounds, done)
    assert len(no_twice(done)) == n and len(site.asked()) == n
    assert "is finished" in resume(run, job).expect(crawl.OK).stderr


def test_what_is_left_does_not_fit(run, serve, tmp_path):
    """Read on the way, more than what --memory has room for (10 of 32 MiB for hosts and queues): the run ends and says so, and nothing is lost."""
    hosts = ["http://127.%d.%d.%d:9/" % (1 + i // 62500, i // 250 % 250, 1 + i % 250) for i in range(40000)]
    script = {"/%d" % i: page(*hosts[5000 * i:5000 * (i + 1)]) for i in range(8)}
    site = serve(dict(script, **{"/": page(*["/%d" % i for i in range(9)])}))
    job = tmp_path / "job"
    run("crawl", site.url("/"), "-H", "--max-pages=9", dir=job).expect(crawl.BUDGET)
    done = resume(run, job, "--max-pages=inf", "--max-page=4m", "--memory=32m", "-e", "store.resume_first=10", "-e", "fetch.loops=1").expect(crawl.BUDGET)
    assert "and more URLs are left to fetch" in done.stderr and "--memory" in done.stderr, done.stderr


def test_pages_left_for_want_of_memory(run, serve, tmp_path):
    """Eight pages at once are more than bodies may have of --memory: some are none's fault, so they are left, the run says so, and the next one has them."""
    n, big = 8, b"<p>%s</p>" % (b"x" * 4_000_000)
    together, full = threading.Barrier(n), Gate()

    def answer(x):
        if x.request.path in ("/", "/robots.txt"):
            return page(*["/%d" % i for i in range(n)]) if x.request.path == "/" else Answer(404)
        if full.is_open:
            return Answer(body=big)
        x.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(big))
        together.wait()
        x.send(big[:-1])
        # None is over before one of them is given up.
        threading.Thread(target=lambda: (x.wait_gone(), full.open()), daemon=True).start()
        full.pass_()
        x.send(big[-1:])
        return None
    site = serve(answer)
    job = tmp_path / "job"
    options = ("--memory=32m", "--max-page=8m", "--tries=1", "--per-host=%d" % n, "--no-traps", "--no-soft-404")
    done = run("crawl", site.url("/"), *options, dir=job).expect(crawl.GENERIC)
    assert "ran out of memory" in done.stderr and 1 <= len(done.pages) < n + 1
    done = resume(run, job, "--tries=3").expect(crawl.OK)
    assert len(no_twice(done)) == n + 1


def test_the_last_try_has_the_memory_for_itself(run, serve):
    """Of three pages bodies may have one at a time: two are refused room when all come at once, and if they came together again one would be left."""
    n, big = 3, b"<p>%s</p>" % (b"x" * 6_000_000)
    first, all_at_once, two_gone, met = {}, threading.Barrier(n), Gate(), threading.Event()
    lock, again, gone = threading.Lock(), set(), []

    def leaves(x):
        x.wait_gone()
        gone.append(x.request.path)
        if len(gone) == n - 1:
            two_gone.open()

    def answer(x):
        path = x.request.path
        if path in ("/", "/robots.txt"):
            return page(*["/%d" % i for i in range(n)]) if path == "/" else Answer(404)
        with lock:
            is_first = first.setdefault(path, x) is x
            if not is_first:
                again.add(path)
                if len(again) > 1:
                    met.set()
        x.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(big))
        if is_first:
            all_at_once.wait()
            x.send(big[:-1])
            threading.Thread(target=leaves, args=(x,), daemon=True).start()
            two_gone.pass_()
            x.send(big[-1:])
        else:
            x.send(big[:4_500_000])
            met.wait(1)
            with lock:
                again.discard(path)
            x.send(big[4_500_000:])
        return None
    done = run("crawl", serve(answer).url("/"), "--memory=32m", "--max-page=8m", "--tries=2", "--waitretry=50ms", "--per-host=%d" % n,
               "-e", "fetch.loops=1", "--no-traps", "--no-soft-404").expect(crawl.OK)
    assert len(gone) >= n - 1 and not met.is_set()
    assert len(no_twice(done)) == n + 1


def test_hosts_that_joined_stay(run, serve, tmp_path):
    """A seed's redirect brought its host into the scope: after a resume it is still there."""
    site = serve(lambda x: Answer(404) if x.request.path == "/robots.txt" else
                 redirect(site.url("/start", "127.0.0.3")) if x.request.path == "/" else
                 page("/x%s" % x.request.path, "/end") if x.request.path.count("x") < 5 else page(),
                 hosts=("127.0.0.1", "127.0.0.3"))
    whole = run("crawl", site.url("/")).expect(crawl.OK)
    job = tmp_path / "job"
    run("crawl", site.url("/"), "--max-pages=3", dir=job).expect(crawl.BUDGET)
    done = resume(run, job, "--max-pages=inf").expect(crawl.OK)
    assert no_twice(done) == no_twice(whole) and len(whole.pages) > 8


@pytest.mark.parametrize("options", [(), ("-e", "store.resume_first=1", "-e", "store.commit_ms=1")])
def test_level_limit_holds_over_a_resume(run, serve, tmp_path, options):
    """The set of pages is that of a breadth-first crawl, however often it is cut, and whether what is left is read before or on the way."""
    script = tree(63)
    script["/3"] = redirect("/40")
    site = serve(script)
    whole = run("crawl", site.url("/"), "-l", 4).expect(crawl.OK)
    job = tmp_path / "job"
    status = run("crawl", site.url("/"), "-l", 4, "--max-pages=4", *options, dir=job).status
    on_the_way = 0
    while status == crawl.BUDGET:
        done = resume(run, job)
        status = done.status
        on_the_way += "and more URLs are left to fetch" in done.stderr
    assert done.expect(crawl.OK).paths == whole.paths
    strip = lambda d: sorted((p["url"], p["depth"], p["parent"] or "", p["outcome"]) for p in d.pages)
    assert strip(done) == strip(whole)
    assert sorted(map(repr, done.skipped)) == sorted(map(repr, whole.skipped))
    assert (on_the_way > 0) == bool(options)


@pytest.mark.parametrize("name", ["lycosa.db", "lycosa.db-wal"])
def test_database_that_leads_elsewhere(run, serve, tmp_path, name):
    """A job directory of somebody else's making: no link in it is followed, nor is a mode changed through one."""
    site = serve({"/": page()})
    job, mine = tmp_path / "job", tmp_path / "mine"
    run("crawl", site.url("/"), dir=job).expect(crawl.OK)
    mine.write_text("mine")
    mine.chmod(0o644)
    (job / name).unlink(missing_ok=True)
    (job / name).symlink_to(mine)
    assert run("crawl", site.url("/"), site.url("/x"), dir=job).status == crawl.FILE_IO
    assert mine.read_text() == "mine" and mine.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("what", ["length", "kind", "reason", "half"])
def test_damaged_spool_of_refusals(run, serve, what):
    """What the disk has made of skipped.spool ends no run: the refusals before it are listed, and a warning says where they end."""
    site = serve({"/": page("/a"), "/a": page("/b", "/c", "/d", "/e"), "/more": page()})
    done = run("crawl", site.url("/"), "-l", 1).expect(crawl.OK)
    assert {s["url"] for s in done.skipped} == {site.url(p) for p in ("/b", "/c", "/d", "/e")}
    spool = os.path.join(done.dir, "skipped.spool")
    with open(spool, "rb") as f:
        data = bytearray(f.read())
    url_len, parent_len = struct.unpack_from("=II", data, 0)
    second = 16 + url_len + parent_len
    where, value = {"length": (0, b"\xff\xff\xff\xff"), "kind": (12, b"\xff\x7f"), "reason": (14, b"\xff\x7f"),
                    "half": (4, struct.pack("=I", len(data) - second - 15 - url_len))}[what]
    data[second + where:second + where + len(value)] = value
    with open(spool, "wb") as f:
        f.write(data)
    done = run("crawl", site.url("/"), site.url("/more"), "-l", 1, dir=done.dir).expect(crawl.OK)
    assert [s["url"] for s in done.skipped] == [site.url("/b")]
    assert "skipped.spool is damaged" in done.stderr and "byte %d " % second in done.stderr


def test_nothing_to_resume(run, tmp_path):
    done = resume(run, tmp_path / "none")
    assert done.status == crawl.FILE_IO and "no job to go on with" in done.stderr
    assert run("resume", dir=None).status == crawl.USAGE
    assert not os.path.exists(tmp_path / "none")
    # What a kill before the first transaction leaves is no job of no pages, and finished.
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "lycosa.db").write_bytes(b"")
    done = resume(run, tmp_path / "begun")
    assert done.status == crawl.FILE_IO and "no URL to start from" in done.stderr
    assert os.listdir(tmp_path / "begun") != []  # what the command that began it goes on with


def test_damaged_database_is_said(run, serve, tmp_path):
    site = serve({"/": page("/a", "/b")})
    job = tmp_path / "job"
    run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    conf = (job / "lycosa.conf").read_text()
    (job / "lycosa.conf").unlink()
    done = resume(run, job)
    assert done.status == crawl.FILE_IO and "lycosa.conf is gone" in done.stderr
    (job / "lycosa.conf").write_text(conf)
    db = sqlite3.connect(job / "lycosa.db")
    db.execute("UPDATE found SET entries = x'ffffff'")
    db.commit()
    db.close()
    done = resume(run, job)
    assert done.status == crawl.FILE_IO and "lycosa.db is damaged" in done.stderr
    (job / "lycosa.db").write_bytes(b"this is no database" * 100)
    done = resume(run, job)
    assert done.status == crawl.FILE_IO and "lycosa.db" in done.stderr and "damaged" in done.stderr
    assert (job / "pages.jsonl").read_text() != ""


@pytest.mark.parametrize("sql", [
    "DROP TABLE cookies; CREATE VIEW COOKIES AS SELECT 1 AS domain",
    "DROP TABLE found; CREATE TABLE Found (id INTEGER PRIMARY KEY, depth INTEGER, entries BLOB AS (zeroblob(id)))",
], ids=["view", "computed"])
def test_tables_that_are_none(run, serve, tmp_path, sql):
    """SQLite does not look at the case of names: what would cost anything to ask is refused, however it is written, by who looks and who goes on."""
    site = serve({"/": page()})
    job = tmp_path / "job"
    run("crawl", site.url("/"), dir=job).expect(crawl.OK)
    db = sqlite3.connect(job / "lycosa.db")
    db.executescript(sql)
    db.close()
    for command in ("report", "resume"):
        done = run(command, job, dir=None)
        assert done.status == crawl.FILE_IO and "no job database" in done.stderr, done


def test_newer_database_is_refused(run, serve, tmp_path):
    site = serve({"/": page()})
    job = tmp_path / "job"
    run("crawl", site.url("/"), dir=job).expect(crawl.OK)
    db = sqlite3.connect(job / "lycosa.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    done = resume(run, job)
    assert done.status == crawl.FILE_IO and "newer lycosa" in done.stderr


def test_the_job_is_named_by_P_too(run, serve, tmp_path):
    """-P was taken, and did nothing."""
    site = serve({"/": page("a", "b"), "/a": page(), "/b": page(), "/robots.txt": Answer(404)})
    run("crawl", "-P", "job", "--max-pages=1", site.url("/"), dir=None, cwd=tmp_path).expect(crawl.BUDGET)
    done = run("resume", "-P", "job/", "job", "--max-pages=1", dir=None, cwd=tmp_path).expect(crawl.BUDGET)
    for command in ("resume", "update", "report"):
        for args in (["-P", "other", "job"], ["-e", "store.dir=other", "job"], ["-P", "job", "job", "job"]):
            done = run(command, *args, dir=None, cwd=tmp_path).expect(crawl.USAGE)
            assert "%s: -P names one job" % command in done.stderr, str(done)
    run("resume", "-P", "job", "--max-pages=inf", dir=None, cwd=tmp_path).expect(crawl.OK)
    assert "pages.jsonl" in os.listdir(tmp_path / "job") and os.listdir(tmp_path) == ["job"]
    done = run("update", "-P", "job", dir=None, cwd=tmp_path).expect(crawl.OK)
    assert "nothing has changed" in done.stderr or "updated" in done.stderr, str(done)
    assert "/b" in run("report", "-P", "job", dir=None, cwd=tmp_path).expect(crawl.OK).stdout
