# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 1: killed at any step of writing, out of room, without power, a job goes on and ends as if nothing had happened.

tests/crash/interpose.c does the killing. Each test compares what stands in the end with a run that nobody disturbed.
LYCOSA_CRASH_ROUNDS multiplies the rounds of the long ones; `make crash` has four times as many as check-long. Of what can fail on a small site
each LYCOSA_CRASH_EVERY-th does (160), each one by `make crash`.
"""
import collections
import contextlib
import errno
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import sqlite3
import stat
import tempfile
import urllib.parse

import pytest

import crawl
import proctree
import warc
from hostile import Answer, Gate, page, ranged, redirect

INTERPOSE = os.path.join(os.path.dirname(crawl.PROGRAM), "tests", "crash", "interpose.so")
ROUNDS = int(os.environ.get("LYCOSA_CRASH_ROUNDS", "1"))
EVERY = int(os.environ.get("LYCOSA_CRASH_EVERY", "160"))
OPTIONS = ("-e", "store.commit_ms=1", "-e", "store.flush=1ms", "--workers=1", "-R", "zip", "--progress=none", "--wait=0", "-t", 2,
           "--waitretry=1ms", "--max-redirect=5")
CRAWL = ("crawl", "--save=both", "--warc", "--warc-max-size=20k", "-e", "store.resume_first=1") + OPTIONS
WACZ = ("archive", "--wacz", "--warc-max-size=20k") + OPTIONS
MIRROR = ("mirror",) + OPTIONS
AT_ONCE = MIRROR + ("-e", "store.commit_ms=60000")
PAGES = 60
# What one host may have between a request and its commit: under way (FRONTIER_MAX_CHAIN), waiting for the writer (PIPELINE_WAIT_MAX, and its
# queue), and written in one go before a commit (STORE_BATCH).
IN_FLIGHT = 256 + 256 + 1024 + 256

pytestmark = pytest.mark.skipif(
    not os.path.exists(INTERPOSE) or crawl.WRAPPER or crawl.is_sanitized(),
    reason="needs tests/crash/interpose.so (make check builds it) and a program without sanitizers")


def site_script():
    """A tree of pages with what makes states: redirects, redirects that go round, errors, refusals, a large body."""
    script = {"/robots.txt": Answer(body="User-agent: *\nDisallow: /secret\n", type="text/plain"),
              "/r": redirect("/after"), "/after": page("/3"), "/wall": redirect("/wall?set"), "/wall?set": redirect("/wall"),
              "/gone": Answer(404), "/broken": Answer(500), "/large": ranged(b"x" * 1_200_000)}
    for n in range(PAGES):
        links = ["/%d" % (3 * n + k) for k in (1, 2, 3) if 3 * n + k < PAGES]
        links += ["/secret/%d" % n, "http://elsewhere.invalid/%d" % n, "/a%d.zip" % n][n % 3:][:1]
        script["/%d" % n] = page(*links, *(["/r", "/gone", "/broken", "/large", "/wall"] if n == 7 else []),
                                 title="page %d" % n, body="<p>%d</p>" % n * 20)
    script["/"] = page("/0", "/1", body="the first")
    return script


def environment(**crash):
    return dict(LD_PRELOAD=INTERPOSE, **{"LYCOSA_CRASH_" + k.upper(): v for k, v in crash.items()})


def kept(done):
    """What pages.jsonl says is kept: {(url, field): bytes}."""
    files = {}
    for p in done.pages:
        for field in ("saved", "text"):
            if field in p:
                with open(os.path.join(done.dir, p[field]), "rb") as f:
                    files[p["url"], field] = f.read()
    return files


def tree(job):
    """Every file below site/: {name: bytes}."""
    root = os.path.join(job, "site")
    return {os.path.relpath(os.path.join(where, name), root): open(os.path.join(where, name), "rb").read()
            for where, _, names in os.walk(root) for name in names}


def path_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def committed(job, retried):
    """
    The requests that the database accounts for, as of its last commit: {path: how many}. A copy is read: nothing is tidied before the program
    does it. retried: {path of what is tried more than once: the page that leads to it}. A retry may be durable before that page is; then it is
    asked for again, and all that it leads to with it. Rows of retries have no URL; there is one of those at a time in what is tried here.
    """
    with tempfile.TemporaryDirectory(dir=os.path.dirname(job)) as d:
        for name in ("lycosa.db", "lycosa.db-wal", "lycosa.db-journal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(os.path.join(job, name), d)
        db = sqlite3.connect(os.path.join(d, "lycosa.db"))
        try:
            done = {path_of(url) for url, in db.execute("SELECT url FROM urls")}
            n = collections.Counter()
            for url, attempts in db.execute("SELECT url, attempts FROM urls WHERE status IS NOT NULL"):
                n[path_of(url)] += attempts
            again = db.execute("SELECT max(attempt) - 1 FROM retries WHERE key NOT IN (SELECT key FROM urls) GROUP BY key").fetchall()
            for path in sorted(retried.keys() - done)[:len(again)]:
                n[path] += again.pop()[0] if retried[path] in done else 0
            return n
        except sqlite3.OperationalError as e:
            if str(e) != "no such table: urls":
                raise
            return collections.Counter()  # not yet
        finally:
            db.close()


def what_is_retried(job):
    db = sqlite3.connect(os.path.join(job, "lycosa.db"))
    retried = {path_of(url): path_of(parent) for url, parent in db.execute("SELECT url, parent FROM urls WHERE attempts > 1")}
    db.close()
    return retried


def records(done):
    kept = os.path.join(done.dir, "warc")
    if not os.path.isdir(kept):
        return []
    return (warc.check_wacz if any(n.endswith(".wacz") for n in os.listdir(kept)) else warc.check_job)(done.dir)


def without(record, *fields):
    return {k: v for k, v in record.items() if k not in crawl.TIMING_FIELDS + fields}


def state(done, left_out=()):
    """
    All that must be the same, however often it was interrupted. Not so: saved and text are named by a fingerprint under the job's key;
    links_new of a page that is read again does not count a link that was dropped meanwhile. Of a body that was gone on with, not all came in one
    answer.
    """
    def page_of(p):
        return without(p, "saved", "text", "links_new", *left_out, *(("wire_bytes", "head_bytes") if p["url"].endswith("/large") else ()))

    db = sqlite3.connect(os.path.join(done.dir, "lycosa.db"))
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    parent = "NULL" if "parent" in left_out else "parent"
    rows = db.execute("SELECT url, " + parent + ", depth, kind, outcome, status, body_bytes, saved IS NULL, text_bytes FROM urls").fetchall()
    finished = db.execute("SELECT value FROM job WHERE name = 'finished'").fetchall()
    db.close()
    return {
        "pages": sorted(map(page_of, done.pages), key=lambda p: (p["url"], p["outcome"])),
        "skipped": sorted(repr(without(s, *left_out)) for s in done.skipped),
        "rows": sorted(map(repr, rows)),
        "kept": kept(done),
        "site": tree(done.dir),
        "urlmap": sorted(map(repr, done.urlmap)),
        "warc": sorted((r.type == "metadata", r.uri) for r in records(done) if r.type in ("response", "revisit", "metadata")),
        "finished": finished,
    }


@pytest.fixture
def place():
    """In memory where that can be: what is durable is what the interposer says, and syncing costs nothing."""
    path = tempfile.mkdtemp(prefix="lycosa-crash-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    yield pathlib.Path(path)
    shutil.rmtree(path)


class Play:
    """The site, an undisturbed run of it, and a way to run one job again and again."""
    def __init__(self, run, site, place, argv, without=()):
        self.run, self.site, self.place, self.argv, self.without = run, site, place, argv, without
        count = place / "count"
        self.requests, self.retried = None, {}
        self.reference = self.go(place / "reference", count=count)
        assert self.reference.status in (crawl.OK, crawl.SERVER), self.reference
        self.steps = int(count.read_text())
        self.state = state(self.reference, without)
        self.requests = collections.Counter(site.asked())
        self.retried = what_is_retried(self.reference.dir)
        self.n = 0

    def new(self):
        self.n += 1
        return self.place / ("crash%d" % self.n)

    def asked(self):
        """{path: requests}; not for a name that nobody has, which a run may ask for to know what the host says then."""
        return collections.Counter(path for path in self.site.asked() if path in self.requests)

    def go(self, job, before=None, **crash):
        with self.no_more_than_is_left(job):
            return self.run(self.argv[0], self.site.url("/"), *self.argv[1:], dir=job, env=environment(**crash) if crash else {},
                            before=before)

    @contextlib.contextmanager
    def no_more_than_is_left(self, job):
        """What was committed is not asked for again: so each kill costs what was in flight, which is bounded too."""
        if self.requests is None:  # this is the reference
            yield
            return
        asked, before = self.asked(), committed(job, self.retried)
        yield
        assert self.site.drained()
        asked = self.asked() - asked
        more = asked - (self.requests - before)
        assert not more, "asked for more often than was left: %s" % dict(more)
        assert sum((asked - (committed(job, self.retried) - before)).values()) <= IN_FLIGHT

    def finish(self, job):
        """Undisturbed to the end; the same end. What is there before that, of a mirror, is as it was written."""
        is_mirror = (job / "site").is_dir()
        if is_mirror:
            seen = self.run("verify", job, dir=None)
            assert seen.status != 10, seen
        done = self.go(job)
        assert done.status in (crawl.OK, crawl.SERVER), done
        if is_mirror:
            self.run("verify", job, dir=None).expect(crawl.OK)
        end = state(done, self.without)
        for part, value in self.state.items():
            assert end[part] == value, "%s differs\n%s" % (part, done)
        shutil.rmtree(job)


@pytest.fixture
def play(run, serve, place):
    return Play(run, serve(site_script()), place, CRAWL)


@pytest.fixture
def wacz(run, serve, place):
    return Play(run, serve(site_script()), place, WACZ)


@pytest.fixture
def mirror(run, serve, place):
    return Play(run, serve(site_script()), place, MIRROR)


@pytest.fixture
def at_once(run, serve, place):
    """A mirror that is over before its first commit."""
    return Play(run, serve(site_script()), place, AT_ONCE)


def test_reference_is_what_it_should_be(play):
    """The comparison is worth something: all kinds of ends are there."""
    outcomes = {p["outcome"] for p in play.state["pages"]}
    assert outcomes == {"ok", "redirect", "http_client_error", "http_server_error", "too_many_redirects"}
    assert {s["reason"] for s in play.reference.skipped} == {"robots_deny", "rejected"}
    assert len([p for p in play.state["pages"] if p["url"].endswith("/wall")]) == 3
    assert len(play.state["kept"]) > PAGES and play.steps > 200


def test_reference_of_a_mirror_is_what_it_should_be(mirror):
    """Files, some of which were replaced at the end, since a page they lead to came later."""
    files = {name.partition("/")[2]: data for name, data in mirror.state["site"].items()}
    assert len(files) > PAGES and not any(name.startswith((",partial", ",staged")) for name in mirror.state["site"]), files.keys()
    assert b'href="http' not in files["index.html"] and mirror.steps > 200


def kill_rounds(play, kills, rng):
    killed = jobs = 0
    while killed < kills:
        job, alive, mine = play.new(), False, 0
        while not alive and mine < 12:
            done = play.go(job, kill=rng.randrange(1, play.steps))
            alive = done.status != -signal.SIGKILL
            mine += not alive
        killed += mine
        jobs += 1
        play.finish(job)
    return killed, jobs


def test_killed_at_random_steps(play):
    kill_rounds(play, 20, random.Random(1))


@pytest.mark.long
def test_killed_at_random_steps_many_times(play):
    kill_rounds(play, 50 * ROUNDS, random.Random(2))


def kill_at(play, steps):
    for step in steps:
        job = play.new()
        play.go(job, kill=step)
        play.finish(job)


@pytest.mark.long
def test_killed_at_each_step(play):
    """By `make crash` each step of the first half second once, then every 7th; a quarter of them otherwise."""
    every = max(1, 4 // ROUNDS)
    kill_at(play, sorted(set(range(1, min(play.steps, 120), every)) | set(range(120, play.steps, 7 * every))))


def test_wacz_killed_at_random_steps(wacz):
    kill_rounds(wacz, 3, random.Random(11))


@pytest.mark.long
def test_wacz_killed_and_powerless_many_times(wacz, place):
    kill_rounds(wacz, 8 * ROUNDS, random.Random(12))
    power_rounds(wacz, place, 3 * ROUNDS, random.Random(13))
    fail_rounds(wacz, random.Random(14).sample(range(1, wacz.steps), 20), errno.ENOSPC, (crawl.DISK_FULL,))


def test_mirror_killed_at_random_steps(mirror):
    """The same bytes in every file; half of the kills are where files are replaced at the end."""
    kill_rounds(mirror, 8, random.Random(6))
    kill_at(mirror, random.Random(7).sample(range(mirror.steps * 3 // 4, mirror.steps), 6))


def assert_closed(job):
    """No file that can be seen refers to one that is not there."""
    pages = {name: data for name, data in tree(job).items() if name.endswith(".html") and not name.startswith(",new/")}
    for name, data in pages.items():
        for link in re.findall(rb'href="([^":]+)"', data):
            target = os.path.join(job, "site", os.path.dirname(name), urllib.parse.unquote(link.decode()))
            assert os.path.exists(target), (name, link)
    return len(pages)


def kill_closed(play, steps):
    """Returns how many pages could be seen each time."""
    seen = []
    for step in steps:
        job = play.new()
        play.go(job, kill=step)
        seen.append(assert_closed(job) if os.path.isdir(job / "site") else 0)
        play.finish(job)
    return seen


def test_mirror_is_seen_at_once(at_once):
    """Killed at steps of the only commit: none of the pages is seen or all are, and what they refer to."""
    seen = kill_closed(at_once, range(at_once.steps // 3, at_once.steps, max(1, at_once.steps // 12)))
    assert len(set(seen)) == 2 and min(seen) == 0 and max(seen) > PAGES, seen


@pytest.mark.long
def test_mirror_is_seen_at_once_at_each_step(at_once):
    assert len(set(kill_closed(at_once, range(1, at_once.steps, 17)))) == 2


@pytest.mark.long
def test_mirror_killed_many_times(mirror):
    kill_rounds(mirror, 12 * ROUNDS, random.Random(8))
    kill_at(mirror, range(mirror.steps * 2 // 3, mirror.steps, max(3, 6 // ROUNDS)))


def kill_one(r, rng, killed):
    spawner = [p for p in proctree.children(r.pid) if proctree.exe(p) == "lycosa"]
    what, victim = rng.choice([("main", r.pid)] + [("spawner", p) for p in spawner] + [("parser", p) for p in proctree.workers(r.pid)])
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
        killed.append(what)
    done = r.wait()
    if what != "main" and done.status not in (crawl.OK, crawl.SERVER):
        assert what == "spawner" and "the run ends" in done.stderr, done


def kill_some(play, running, kills, rng):
    """The main process, the one that starts the parsers, or a parser, after some of the requests."""
    killed = []
    while len(killed) < kills:
        job = play.new()
        for _ in range(3):
            n = len(play.site.asked()) + rng.randrange(1, PAGES)
            with play.no_more_than_is_left(job):
                r = running(play.argv[0], play.site.url("/"), *play.argv[1:], dir=job)
                while r.process.poll() is None and len(play.site.asked()) < n:
                    with play.site.arrived:
                        play.site.arrived.wait(0.05)
                kill_one(r, rng, killed)
        play.finish(job)
    return killed


def test_any_process_killed(play, running):
    kill_some(play, running, 8, random.Random(15))


@pytest.mark.long
def test_any_process_killed_many_times(play, running):
    killed = kill_some(play, running, 14 * ROUNDS, random.Random(16))
    assert set(killed) == {"main", "spawner", "parser"}


def fail_rounds(play, steps, error, statuses):
    for step in steps:
        job = play.new()
        done = play.go(job, fail="%d:%d" % (step, error))
        if done.status not in (crawl.OK, crawl.SERVER):
            assert done.status in statuses and os.strerror(error) in done.stderr, str(done)
        play.finish(job)


def test_mirror_disk_full(mirror):
    fail_rounds(mirror, random.Random(9).sample(range(1, mirror.steps), 6), errno.ENOSPC, (crawl.DISK_FULL,))


def test_disk_full(play):
    """Exit 13 and the reason; after making room the same command goes on."""
    rng = random.Random(3)
    fail_rounds(play, [1, 2, 5] + [rng.randrange(1, play.steps) for _ in range(7)], errno.ENOSPC, (crawl.DISK_FULL,))


def at_most(bytes_, hard=resource.RLIM_INFINITY):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, hard))


@pytest.mark.parametrize("kilobytes", [40, 150, 300])
def test_file_size_limit(play, kilobytes):
    """RLIMIT_FSIZE is met as a full disk is, whichever file meets it first; raised, the same command goes on."""
    job = play.new()
    done = play.go(job, before=at_most(kilobytes * 1024))
    assert done.status == crawl.DISK_FULL, done
    assert os.strerror(errno.EFBIG) in done.stderr and "ulimit -f" in done.stderr, done
    play.finish(job)


def free_file(place, n):
    """What the interposer says is free; changed whole, as the program reads it at any time."""
    path = place / "free"
    new = place / "free.new"
    new.write_text("%d" % n)
    os.replace(new, path)
    return path


def test_min_free(running, serve, place):
    """With less room nothing more is asked for, and that is said; with more it goes on by itself, and again."""
    job = place / "job"
    free = free_file(place, 500_000_000)
    script = {"/": page("/a"), "/a": lambda x: (free_file(place, 50_000_000), page("/b"))[1], "/b": page("/c"),
              "/c": lambda x: (free_file(place, 60_000_000), page("/d"))[1], "/d": page()}
    site = serve(script)
    r = running("crawl", site.url("/"), "--min-free=100m", "--wait=2s", "-e", "store.commit_ms=1", dir=job,
                env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_FREE=str(free)))
    r.wait_line(r"50\.0 MB free where .*job is, less than --min-free: paused")
    assert site.asked() == ["/", "/a"]
    free_file(place, 500_000_000)
    r.wait_line(r"500\.0 MB free where .*job is: going on")
    r.wait_line(r"60\.0 MB free .* paused")
    assert site.asked() == ["/", "/a", "/b", "/c"]
    free_file(place, 500_000_000)
    done = r.wait()
    assert done.status == crawl.OK and len(done.pages) == 5, done
    assert "paused: " not in done.stderr.split("going on")[-1]


def test_min_free_between_commits(running, serve, place):
    """What a commit is far from is looked at in time."""
    free = free_file(place, 100_000_001)
    large = Answer(body=b"x" * 200_000, type="text/plain")
    gate = Gate()
    site = serve({"/": page("/a", "/b"), "/a": lambda x: (free_file(place, 50_000_000), large)[1], "/b": lambda x: (gate.pass_(), page())[1]})
    r = running("crawl", site.url("/"), "--save=body", "--min-free=100m", "-e", "store.commit_ms=600000", dir=place / "job",
                env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_FREE=str(free)))
    r.wait_line("less than --min-free: paused")
    r.signal(signal.SIGINT)
    gate.open()
    r.wait()


def test_min_free_from_the_start(running, serve, place):
    """Too little before the first request: a signal still ends it in order, and later it goes on."""
    site = serve({"/": page("/a"), "/a": page()})
    free = free_file(place, 1_000_000)
    env = dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_FREE=str(free))
    r = running("crawl", site.url("/"), "--min-free=100m", dir=place / "job", env=env)
    r.wait_line("less than --min-free: paused until there is room")
    r.signal(signal.SIGINT)
    assert r.wait().status == crawl.INTERRUPTED and site.asked(robots=True) == []
    free_file(place, 200_000_000)
    assert len(running("resume", place / "job", dir=None, env=env).wait().expect(crawl.OK).stderr) > 0
    assert sorted(site.asked()) == ["/", "/a"]


def test_large_body_meets_the_file_size_limit(run, serve, place):
    """Fetch writes a body that is not parsed to a file of its own; no sink sees that failure."""
    site = serve({"/": page("/large", "/small"), "/small": page("/large"),
                  "/large": Answer(body=b"x" * 3_000_000, type="application/octet-stream")})
    argv = ("crawl", site.url("/"), "--save=body", "--wait=0", "--progress=none")
    done = run(*argv, dir=place / "job", before=at_most(2_000_000))
    assert done.status == crawl.DISK_FULL and "ulimit -f" in done.stderr, done
    done = run(*argv, dir=place / "job")
    assert done.status == crawl.OK, done
    assert [len(b) for (url, _), b in sorted(kept(done).items()) if url.endswith("/large")] == [3_000_000]


def test_hard_file_size_limit_below_shared_memory(run, serve, place):
    """Shared memory counts as a file for the kernel: a hard limit that cannot be raised for it is said, with what to do."""
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), dir=place / "job", before=at_most(1_000_000, 1_000_000))
    assert done.status == crawl.GENERIC and os.strerror(errno.EFBIG) in done.stderr, done
    assert "ulimit -f" in done.stderr and not site.asked(), done


@pytest.mark.long
@pytest.mark.parametrize("error, status", [
    (errno.ENOSPC, crawl.DISK_FULL), (errno.EDQUOT, crawl.DISK_FULL), (errno.EROFS, crawl.DISK_FULL), (errno.EIO, crawl.FILE_IO)])
def test_each_step_fails(play, error, status):
    """Under way all that more means mend is 13; a directory that cannot be begun in may be the wrong one."""
    at_start = (crawl.GENERIC, crawl.FILE_IO) if error == errno.EROFS else ()
    fail_rounds(play, range(1, play.steps, max(1, play.steps // (15 * ROUNDS))), error, (status,) + at_start)


SMALL = ("crawl", "--save=both", "--warc", "--engine=serial") + OPTIONS
REFUSALS = ("alloc", "mmap", "open")


@pytest.fixture
def small(run, serve, place):
    """A few pages, one at a time: what is asked of the machine comes in much the same order each time."""
    script = {"/robots.txt": Answer(body="User-agent: *\nDisallow: /secret\n", type="text/plain"), "/": page("/a", "/b", "/secret", title="long " * 180),
              "/a": page("/c", "/r"), "/b": Answer(500), "/c": page("/gone"), "/r": redirect("/c"), "/gone": Answer(404)}
    return Play(run, serve(script), place, SMALL)


@pytest.mark.parametrize("error, remedy", ((errno.EROFS, "make the disk writable"), (errno.EMFILE, "ulimit -n"), (errno.ENOMEM, "free some memory")))
def test_what_more_means_mend(run, serve, place, error, remedy):
    """Under way, and from then on: kept, said what to do, 13; then it goes on. All is committed at the end, so as many steps each time."""
    play = Play(run, serve({"/": page("/a"), "/a": page("/b"), "/b": page()}), place, SMALL + ("-e", "store.commit_ms=60000"))
    play.go(play.new(), count=place / "count")
    job = play.new()
    step = int((place / "count").read_text()) * 3 // 4
    done = play.go(job, fail="%d-%d:%d" % (step, 10**6, error)).expect(crawl.DISK_FULL)
    assert os.strerror(error) in done.stderr and remedy in done.stderr and "what was written is kept" in done.stderr, done
    play.finish(job)


@pytest.mark.parametrize("what, remedy", (("open", "ulimit -n"), ("mmap", "free some memory")))
def test_a_start_without_means(small, place, what, remedy):
    """Before there is a job, too: what is lacking, what to do about it, and 13; nothing is left in the way of the same command."""
    small.go(small.new(), tally=place / "tally")
    n = dict(zip(REFUSALS, map(int, (place / "tally").read_text().split())))[what]
    reason = os.strerror(errno.EMFILE if what == "open" else errno.ENOMEM)
    statuses = set()
    for k in range(3, n, max(1, n // 25)):  # the first two are those of config files, which may be wrong altogether
        job = small.new()
        done = small.go(job, refuse="%s:%d-%d" % (what, k, 10**6))
        statuses.add(done.status)
        assert done.status not in (crawl.USAGE, crawl.FILE_IO), (k, done)
        assert done.status != crawl.DISK_FULL or (reason in done.stderr and remedy in done.stderr and "run the same command again" in done.stderr), (k, done)
        if k % 3 == 0:
            small.finish(job)
    assert crawl.DISK_FULL in statuses, statuses


def test_the_last_commit_fails(run, serve, place):
    """Some is committed, and all that came since is still to be at the end: of what then is not, the index of records keeps nothing either."""
    site = serve({"/": page("/y", "/z"), "/y": page(), "/z": page("/long-name-before-y"), "/long-name-before-y": page("/gone")})
    play = Play(run, site, place, SMALL + ("-e", "store.commit_ms=60000"))

    def begun():
        job = play.new()
        run(play.argv[0], play.site.url("/"), *play.argv[1:], "--max-pages=3", dir=job).expect(crawl.BUDGET)
        return job
    play.go(begun(), count=place / "count")
    steps = int((place / "count").read_text())
    statuses = set()
    for step in range(steps // 2, steps, 5):  # the last of them tidy up, and may fail
        job = begun()
        statuses.add(play.go(job, fail="%d-%d:%d" % (step, step, errno.ENOSPC)).status)
        play.finish(job)
    assert crawl.DISK_FULL in statuses, statuses


def tally(play, place):
    path = place / "tally"
    play.go(play.new(), tally=path)
    return dict(zip(REFUSALS, map(int, path.read_text().split())))


def refusal_rounds(play, what, numbers):
    """The n-th of them fails: the run ends in order, if it cannot do without, and the next one makes it as it should be."""
    for n in numbers:
        job = play.new()
        done = play.go(job, refuse="%s:%d" % (what, n))
        assert done.status >= 0, "%s %d\n%s" % (what, n, done)
        play.finish(job)


@pytest.mark.parametrize("what", REFUSALS)
def test_machine_refuses(small, place, what):
    n = tally(small, place)[what]
    refusal_rounds(small, what, sorted(random.Random(what).sample(range(1, n), min(n - 1, 5))))


def test_no_memory_for_a_long_redirect(run, serve, place):
    """It is the longest URL by far, so that reading it takes memory: where there is none the page is no page with a bad redirect for good."""
    long = "/" + "x" * 11_000
    play = Play(run, serve({"/": page("/r"), "/r": redirect(long), long: page()}), place, ("crawl", "--engine=serial", "--no-robots") + OPTIONS)
    tally_file = place / "tally"
    play.go(play.new(), tally=tally_file, least=11_000)
    n = int(tally_file.read_text().split()[0])
    statuses = set()
    for k in range(max(1, n - 25), n + 1, 3):  # those before are of the start
        job = play.new()
        done = play.go(job, refuse="alloc:%d-%d" % (k, k + 1), least=11_000)  # the URL parser tries twice
        assert done.status >= 0, "%d\n%s" % (k, done)
        statuses.add(done.status)
        # libcurl tells of its own ceiling for a line by the code that says it has no memory (fetch/curl_outcome.c).
        if os.path.exists(job / "pages.jsonl") and any(p["outcome"] == "head_too_large" for p in crawl.read_lines(job / "pages.jsonl")):
            shutil.rmtree(job)
        else:
            play.finish(job)
    assert 1 in statuses, statuses


def each_of(n):
    """The first 2,000, or as many of them as there is time for; then every 97th."""
    return sorted(set(range(1, min(n, 2000), EVERY)) | set(range(2000, n, 97 * EVERY)))


@pytest.mark.long
@pytest.mark.parametrize("what", REFUSALS)
def test_machine_refuses_each(small, place, what):
    refusal_rounds(small, what, each_of(tally(small, place)[what]))


@pytest.mark.long
@pytest.mark.parametrize("error", (errno.ENOSPC, errno.EIO))
def test_disk_refuses_each(small, error):
    """As the machine does: one write, rename or sync fails, with what stands in no way after it. Some may fail, as what only tidies up."""
    statuses = collections.Counter()
    for step in each_of(small.steps):
        job = small.new()
        done = small.go(job, fail="%d-%d:%d" % (step, step, error))
        assert done.status in (crawl.OK, crawl.SERVER, crawl.FILE_IO, crawl.DISK_FULL), "step %d\n%s" % (step, done)
        statuses[done.status] += 1
        small.finish(job)
    assert statuses[crawl.FILE_IO if error == errno.EIO else crawl.DISK_FULL] > 0, statuses


def cut_power(job, shadow, rng):
    """What a disk may hold after a power cut: of each file, each sector as it was at the last sync or as it is now."""
    prefix = str(job).replace("/", "%") + "%"
    durable = {n[len(prefix):].replace("%", "/"): os.path.join(shadow, n)
               for n in os.listdir(shadow) if n.startswith(prefix)}
    for where, _, names in os.walk(job):
        for name in names:
            path = os.path.join(where, name)
            inside = os.path.relpath(path, job)
            if inside.startswith(("body/", "text/", "warc/", "site/")) or inside == "lycosa.conf":
                continue  # syncfs: all of them or, being of no record, none that matters; renamed: whole or not there
            if name.endswith("-shm") or stat.S_ISSOCK(os.lstat(path).st_mode):
                os.unlink(path)
                continue
            old = open(durable[inside], "rb").read() if inside in durable else b""
            new = open(path, "rb").read()
            choice = rng.randrange(3)
            if choice == 0:
                new = old
            elif choice == 1:
                size = rng.choice((len(old), len(new)))
                sectors = [rng.choice((old, new))[i:i + 512].ljust(min(512, size - i), b"\0") for i in range(0, size, 512)]
                new = b"".join(sectors)
            if os.lstat(path).st_nlink > 1:
                os.unlink(path)  # a part whose body is whole is in site/ too, which is not cut
            with open(path, "wb") as f:
                f.write(new)


def power_rounds(play, place, cuts, rng):
    shadow = place / "shadow"
    for _ in range(cuts):
        job = play.new()
        shadow.mkdir()
        for _ in range(rng.randrange(1, 4)):
            if play.go(job, kill=rng.randrange(1, play.steps), shadow=shadow).status != -signal.SIGKILL:
                break
            cut_power(job, shadow, rng)
        play.finish(job)
        shutil.rmtree(shadow)


def test_power_cut(play, place):
    power_rounds(play, place, 6, random.Random(4))


def test_mirror_power_cut(mirror, place):
    power_rounds(mirror, place, 5, random.Random(10))


@pytest.mark.long
def test_mirror_power_cut_many_times(mirror, place):
    power_rounds(mirror, place, 10 * ROUNDS, random.Random(11))


@pytest.mark.long
def test_power_cut_many_times(play, place):
    power_rounds(play, place, 15 * ROUNDS, random.Random(5))
