# SPDX-License-Identifier: GPL-3.0-or-later
"""lycosa tune: what it says and writes, and how it ends. How good its settings are is measured in bench/, not here."""
import collections
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import time
import xml.etree.ElementTree

import pytest

import crawl
import origin
import proctree
from hostile import Answer, page, redirect

MODEL = "--model=latency=2ms,size=2k,hosts=3,links=6"
MINE = '# mine\r\n[fetch]\r\n  connections = 7   # seven\r\nuser_agent = "me # and you"\r\n\r\n[run]\r\nquiet=off'


@pytest.fixture
def tune(tmp_path):
    """Runs it with its own lock, so that tests do not wait for one another."""
    def run(*args, **kwargs):
        (tmp_path / "run").mkdir(exist_ok=True)
        return crawl.run("tune", *args, home=tmp_path, cwd=str(tmp_path), env={"XDG_RUNTIME_DIR": tmp_path / "run"}, **kwargs)
    return run


def leftovers(path):
    return [n for n in os.listdir(path) if "lycosa-tune-" in n]


def settings(path, home):
    done = crawl.run("config", "--no-config", "--config", path, home=home).expect(crawl.OK)
    return dict(re.findall(r"^(\w+) = (\S+)", done.stdout, re.M))


def test_model_is_tried_and_written(tune, tmp_path):
    conf, svg = tmp_path / "my.conf", tmp_path / "curves.svg"
    conf.write_bytes(MINE.encode())
    os.chmod(conf, 0o640)
    if os.geteuid() == 0:
        os.chown(conf, 65534, 65534)
    try:
        os.setxattr(conf, "user.mine", b"yes")
        attributes = os.listxattr(conf)
    except OSError:  # not every file system has them
        attributes = []
    done = tune(MODEL, "--max-time=7s", "--write", conf, "--svg", svg).expect(crawl.OK)
    assert "This load waits most for" in done.stdout and re.search(r"^fetch.connections +256 ", done.stdout, re.M)
    assert re.search(r"^ +1 +[\d.]+ +1\.0 +100 %", done.stdout, re.M), done
    # What was there is there, byte for byte, but for the value that was set; what came is ours.
    text = conf.read_bytes().decode()
    mine = [line for line in MINE.split("\r\n") if line and "connections" not in line]
    assert [line for line in text.split("\r\n") if line in mine] == mine
    assert re.search(r"\r\n# lycosa tune: [^\r]*pages/s[^\r]*\r\n  connections = \d+   # seven\r\n", text), text
    assert os.stat(conf).st_mode & 0o777 == 0o640
    assert os.stat(conf).st_uid == (65534 if os.geteuid() == 0 else os.geteuid())
    assert attributes == [] or "user.mine" in os.listxattr(conf)
    said = settings(conf, tmp_path)
    assert said["engine"] in ("events", "threads") and int(said["workers"]) >= 1 and said["user_agent"] == '"me'
    for line in text.split("\r\n"):
        if line.startswith("# lycosa tune: "):
            assert "\n+" + line + "\n" in done.stdout, "the diff does not say %r" % line
    root = xml.etree.ElementTree.parse(svg).getroot()
    assert root.tag.endswith("svg") and "href" not in svg.read_text() and "<polyline" in svg.read_text()
    umask = os.umask(0o022)
    os.umask(umask)
    assert os.stat(svg).st_mode & 0o777 == 0o666 & ~umask
    assert leftovers(tmp_path) == [] and sorted(os.listdir(tmp_path)) == ["curves.svg", "my.conf", "run"]


@pytest.mark.long
def test_nothing_is_written_unasked(tune, tmp_path):
    """No --write, no terminal: it says where it would have gone. Two hosts with six requests each: politeness is what holds it up."""
    done = tune("--model=latency=30ms,size=2k,hosts=2", "--max-time=8s").expect(crawl.OK)
    assert "waits most for politeness" in done.stdout, done
    assert not (tmp_path / "lycosa").exists()
    assert "nothing was written" in done.stderr or "as good as anything" in done.stdout, done


@pytest.mark.parametrize("answer", ("y", pytest.param("n", marks=pytest.mark.long)))
def test_terminal_is_asked(tmp_path, answer):
    conf = tmp_path / "my.conf"
    conf.write_text("[fetch]\nthreads = 9\n")
    (tmp_path / "run").mkdir()
    master, slave = pty.openpty()
    with open(tmp_path / "out", "wb") as out:
        p = origin.start(crawl.command(["tune", "--no-config", MODEL, "--max-time=5s", "--write", conf]), stdin=slave, stdout=out, stderr=slave,
                         cwd=tmp_path, env=crawl.environment(tmp_path, XDG_RUNTIME_DIR=tmp_path / "run"))
        os.close(slave)
        said = b""
        try:
            while b"[y/N]" not in said:
                assert select.select([master], [], [], crawl.DEADLINE)[0], said
                said += os.read(master, 4096)
            before = conf.read_text()
            os.write(master, answer.encode() + b"\n")
            assert p.wait(crawl.DEADLINE) == crawl.OK
        finally:
            p.kill()
            p.wait()
            os.close(master)
    assert before == "[fetch]\nthreads = 9\n", "written before the answer"
    assert (conf.read_text() == before) == (answer == "n")


@pytest.mark.parametrize("args, said", (
    ([], "tune on what"),
    (["http://127.0.0.1:9/", MODEL], "not both"),
    (["--model=latency=80ms,color=red"], "there is no `color'"),
    (["--model=hosts=0"], "hosts must be"),
    (["--model=latency"], "not NAME=VALUE"),
    (["--model=latency=1ms,size=2k,latency=2ms"], "latency is given twice"),
    (["--model=latency=2m"], "latency must be a time (80ms) from 0 to 1m, not `2m'"),
    (["--model=size=99t"], "size must be a size (30k) from 0 to 16m, not `99t'"),
    ([MODEL, "--max-time=1s"], "--max-time is too short"),
    ([MODEL, "--for=glory"], "throughput, cpu or memory"),
    ([MODEL, "--max-load=101"], "out of range"),
))
def test_bad_input(tune, tmp_path, args, said):
    done = tune(*args).expect(crawl.USAGE)
    assert said in done.stderr, done
    assert leftovers(tmp_path) == []


def test_limit_that_nothing_keeps(tune, tmp_path):
    """A budget that cannot be kept: any trial keeps processors busier than one hundredth."""
    conf, kept = tmp_path / "my.conf", tmp_path / "kept"
    done = tune(MODEL, "--max-load=1", "--write", conf, "-e", "session.save_cookies=%s" % kept, "-e", "session.hsts_file=%s" % kept).expect(crawl.USAGE)
    assert not kept.exists(), "a trial leaves nothing in the user's files"
    assert "no setting that was tried keeps within --memory and --max-load; nothing was written" in done.stderr and not conf.exists()
    assert leftovers(tmp_path) == []


@pytest.mark.long
def test_exhaustive(tune, tmp_path):
    """The grid, ended by its budget: what was tried says what is best."""
    done = tune(MODEL, "--exhaustive", "--max-time=8s").expect(crawl.OK)
    trials, settings = map(int, re.search(r"(\d+) trials of (\d+) settings .*the budget ended the search early", done.stdout).groups())
    assert trials >= settings >= 3 and "curve bends" not in done.stdout, done


def test_second_one_is_refused(tune, tmp_path):
    (tmp_path / "run").mkdir()
    with open(tmp_path / "run" / "lycosa-tune.lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        done = tune(MODEL).expect(1)
    assert "another `lycosa tune' is running" in done.stderr


def test_file_that_cannot_be_written_is_said_at_once(tune, tmp_path):
    """Before minutes of trials: none begins, and nothing is touched."""
    broken, nowhere, directory = tmp_path / "broken.conf", tmp_path / "link.conf", tmp_path / "directory"
    broken.write_text("[fetch]\nno such line\n")
    nowhere.symlink_to(tmp_path / "nothing")
    directory.mkdir()
    for option, path, said in (("--write", broken, "broken.conf:2: .*nothing was written"), ("--write", nowhere, "link.conf: No such file"),
                               ("--write", directory, "directory: Is a directory"), ("--write", broken / "x", "Not a directory"),
                               ("--write", "/dev/null", "/dev/null: Permission denied"), ("--svg", broken / "x", "--svg: .*Not a directory"),
                               ("--svg", tmp_path / "none" / "x", "--svg: .*No such file"), ("--svg", directory, "--svg: .*Is a directory")):
        done = tune(MODEL, "--max-time=5s", option, path).expect(3)
        assert re.search(said, done.stderr) and done.stdout == "", done
    assert broken.read_text() == "[fetch]\nno such line\n" and nowhere.is_symlink() and os.listdir(directory) == []
    assert sorted(os.listdir(tmp_path)) == ["broken.conf", "directory", "link.conf", "run"]


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGKILL))
def test_ends_with_all_its_processes(tmp_path, number):
    (tmp_path / "run").mkdir()
    p = origin.start(crawl.command(["tune", "--no-config", MODEL, "--write", tmp_path / "my.conf"]), stdin=subprocess.DEVNULL,
                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=tmp_path,
                     env=crawl.environment(tmp_path, XDG_RUNTIME_DIR=tmp_path / "run"))
    with p:
        crawl.eventually(lambda: len(proctree.descendants(p.pid)) >= 3, "no trial begins")
        there = proctree.descendants(p.pid)
        p.send_signal(number)
        said = p.stderr.read().decode()
        p.wait(crawl.DEADLINE)
    crawl.eventually(lambda: not any(proctree.exe(c).startswith("lycosa") or proctree.exe(c) == os.path.basename(crawl.PROGRAM) for c in there), "processes are left")
    if number == signal.SIGINT:
        assert p.returncode == crawl.INTERRUPTED and "nothing was written" in said
        assert leftovers(tmp_path) == []
    assert not (tmp_path / "my.conf").exists()


def site_of(n):
    """A tree of n pages, one of them not for robots."""
    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow: /private\n", {"Content-Type": "text/plain"})
        name = x.request.path[1:]
        if name and not name.isdigit():  # the name that is asked for to know soft 404s
            return Answer(404)
        at = int(name or 0)
        return page("/private", *("/%d" % i for i in range(3 * at + 1, 3 * at + 4) if i < n))
    return script


def test_site_is_tried_within_its_budget(serve, tune):
    """--max-pages counts every request; no page more often than once to find it, and once for each setting; robots.txt holds."""
    site = serve(site_of(100))
    done = tune(site.url("/"), "--max-pages=100", "--max-time=60s").expect(crawl.OK)
    settings = int(re.search(r"\d+ trials of (\d+) settings", done.stdout).group(1))
    asked = site.asked()
    assert "/private" not in asked
    assert len(site.log) <= 100, "%d requests" % len(site.log)
    assert settings >= 3 and max(asked.count(path) for path in set(asked)) <= settings + 1, done


def test_budget_holds_for_robots_and_retries(serve, tune):
    """Sixty hosts whose robots.txt is asked for again and again: what was spent is known at the end of a trial only."""
    hosts = ["127.0.1.%d" % i for i in range(1, 61)]
    site = serve(lambda x: Answer(503 if x.request.path == "/robots.txt" else 200), hosts=hosts)
    tune(*(site.url("/", h) for h in hosts), "--max-pages=60", "-e", "polite.retry_wait=0.05")
    assert 30 < len(site.log) <= 60, "%d requests" % len(site.log)


def test_site_that_is_cold(serve, tune):
    """Each page takes long for its first visitor, which is the crawl that finds the pages: nothing is advised by that."""
    good, met = site_of(100), set()

    def script(x):
        time.sleep(0.02 if x.request.path in met else 0.5)  # what an answer takes; nothing waits for it
        met.add(x.request.path)
        return good(x)
    done = tune(serve(script).url("/"), "--max-pages=200").expect(crawl.OK)
    said = re.search(r"(?:([\d.]+) times (?:the|its) pages/s)|as good as anything that was tried\.|The budget ended before the best was held", done.stdout)
    # Twenty-five times, were the first crawl the measure.
    assert said and float(said.group(1) or 1) < 5, done
    assert "waits most for" in done.stdout


def test_site_that_says_429_only(serve, tune, tmp_path):
    site = serve(lambda x: Answer(404 if x.request.path == "/robots.txt" else 429))
    done = tune(site.url("/"), "--tries=1", "--write", tmp_path / "my.conf").expect(crawl.BLOCKED)
    assert "every answer was 429" in done.stderr and not (tmp_path / "my.conf").exists()


def first_crawl(max_pages):
    """Requests of the one that finds the pages: robots.txt, and LIVE_SLICES of what LIVE_TRIALS share (crawler/tune_live.c)."""
    return 1 + 3 * (max_pages // 20)


@pytest.mark.parametrize("status", (429, 503))
def test_site_that_begins_to_refuse(serve, tune, tmp_path, status):
    """Its first answers are good: then it is left alone, with half of what might be asked for unspent."""
    good = site_of(100)
    site = serve(lambda x: good(x) if len(site.log) <= first_crawl(120) + 5 else Answer(status))  # into the first trial
    done = tune(site.url("/"), "--tries=1", "--max-pages=120", "--write", tmp_path / "my.conf").expect(crawl.SERVER)
    assert "%d" % status in done.stderr and not (tmp_path / "my.conf").exists()
    assert len(site.log) < 60


def test_retry_after_holds_for_the_next_trial(serve, tune):
    """The last answer of the first crawl says when the next request may come."""
    good, at, paths, n = site_of(100), [], [], first_crawl(300)

    def script(x):
        at.append(time.monotonic())
        paths.append(x.request.path)
        return Answer(503, headers={"Retry-After": "10"}) if x.request.number == n - 1 else good(x)
    done = tune(serve(script).url("/"), "--tries=1", "--max-pages=300", "--max-time=60s").expect(crawl.OK)
    assert at[n] - at[n - 1] > 8, "asked again after %.1f s" % (at[n] - at[n - 1])
    # Where it was not quite the last one the first crawl has kept the pause itself: the next request is for something new then.
    assert "the site asks for a pause of" in done.stderr or paths[n] not in paths[:n]


def test_retry_after_that_is_too_long(serve, tune):
    """It would come after all that is left of the time."""
    good, n = site_of(100), first_crawl(300)
    site = serve(lambda x: Answer(503, headers={"Retry-After": "100"}) if x.request.number == n - 1 else good(x))
    done = tune(site.url("/"), "--tries=1", "--max-pages=300", "--max-time=60s").expect(crawl.SERVER)
    assert "does not want to be asked so often" in done.stderr and len(site.log) == n


def test_site_that_wants_no_robots(serve, tune):
    site = serve(lambda x: Answer(200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"}))
    done = tune(site.url("/")).expect(crawl.SERVER)
    assert "robots.txt lets us ask for nothing" in done.stderr and site.asked() == []


def test_site_that_is_small(serve, tune):
    done = tune(serve(site_of(5)).url("/")).expect(1)
    assert "too few to tell settings apart" in done.stderr


def test_secrets_are_for_the_seeds_only(serve, tune):
    """Pictures of another host are among what trials ask for: it learns no more than a crawl tells it."""
    def script(x):
        if x.request.path == "/robots.txt":
            return Answer(404)
        if x.request.host == "127.0.0.2":
            return Answer(200, b"GIF89a", type="image/gif")
        # Next to nothing but pictures, so that those are what is tried.
        return page("/1", body="".join('<img src="%s">' % site.url("/%d.gif" % i, "127.0.0.2") for i in range(40)))
    site = serve(script, hosts=("127.0.0.1", "127.0.0.2"))
    tune(site.url("/"), "--max-pages=120", "-p", "--referer=http://intranet.example/secret").expect(crawl.OK)
    told = [r.host for r in site.log if r.headers.get("referer") == "http://intranet.example/secret"]
    assert set(told) == {"127.0.0.1"}, told
    assert max(collections.Counter(site.asked("127.0.0.2")).values()) > 1, "no trial asked for a picture"


def test_secrets_are_given_to_trials(serve, tune, tmp_path):
    site = serve(site_of(40))
    tune(site.url("/"), "--max-pages=100", "--header=X-Key: hush", "--user=me", "--password=quiet").expect(crawl.OK)
    assert len(site.log) > 40 and all(r.headers.get("x-key") == "hush" for r in site.log if r.path != "/robots.txt")


@pytest.mark.parametrize("args, said", ((["--max-pages=10"], "is too few"), (["--from=job"], "not both at once"),
                                        (["--max-time=1ms"], "--max-time is too short"),
                                        (["--exhaustive"], "--exhaustive is for --from and --model")))
def test_bad_input_live(serve, tune, args, said):
    site = serve(site_of(5))
    done = tune(site.url("/"), *args).expect(crawl.USAGE)
    assert said in done.stderr and len(site.log) == 0


@pytest.mark.parametrize("keep, made_up", (pytest.param((), 40, marks=pytest.mark.long), (("--save=body",), 0), pytest.param(("--warc",), 0, marks=pytest.mark.long)))
def test_finished_job_is_tried_offline(serve, tune, tmp_path, keep, made_up):
    site = serve(site_of(40))
    crawl.run("crawl", site.url("/"), *keep, home=tmp_path, dir=tmp_path / "job").expect(crawl.OK)
    asked = len(site.log)
    done = tune("--from=job", "--model=latency=3ms", "--max-time=6s").expect(crawl.OK)
    assert len(site.log) == asked, "the site was asked"
    assert "40 pages of 1 host," in done.stderr
    assert ("%d bodies were not kept" % made_up in done.stderr) if made_up else ("not kept" not in done.stderr), done
    assert leftovers(tmp_path) == []


def test_offline_asks_nobody(serve, tune, tmp_path):
    """Pages, and a seed, lead to a host of which nothing was kept, as its robots.txt forbids it; and a proxy is set."""
    def script(x):
        path, other = x.request.path, x.request.host == "127.0.0.2"
        if path == "/robots.txt":
            return Answer(200, "User-agent: *\nDisallow: %s\n" % ("/" if other else ""), type="text/plain")
        if path == "/r":
            return redirect(site.url("/private", "127.0.0.2"))
        away = site.url("/private%s.png" % path[1:], "127.0.0.2")
        return page(*("/%d" % i for i in range(20)), body='<img src="/a.png"><img src="%s">' % away)
    site = serve(script, hosts=("127.0.0.1", "127.0.0.2"))
    crawl.run("crawl", site.url("/"), site.url("/r"), "-p", "--save=body", home=tmp_path, dir=tmp_path / "job")
    asked = len(site.log)
    assert asked > 20 and not any(r.host == "127.0.0.2" for r in site.log if r.path != "/robots.txt")
    done = tune("--from=job", "--max-time=7s", "-e", "fetch.proxy=" + site.url("")).expect(crawl.OK)
    assert [r.path for r in site.log[asked:]] == [], done
    assert "23 pages of 1 host," in done.stderr


@pytest.mark.parametrize("args, said", (((), "off"), (("-p",), "on")))
def test_requisites_are_tried_if_the_job_had_them(serve, tmp_path, args, said):
    """Style sheets only: none of its lines says "requisite"."""
    site = serve({"/": page(*("/%d" % i for i in range(20)), head='<link rel="stylesheet" href="/a.css">'),
                  **{"/%d" % i: page() for i in range(20)}, "/a.css": Answer(200, b"p {}", type="text/css")})
    crawl.run("crawl", site.url("/"), "--save=body", *args, home=tmp_path, dir=tmp_path / "job").expect(crawl.OK)
    (tmp_path / "run").mkdir()
    p = origin.start(crawl.command(["tune", "--no-config", "--from=job"]), cwd=tmp_path, stderr=subprocess.DEVNULL,
                     env=crawl.environment(tmp_path, XDG_RUNTIME_DIR=tmp_path / "run"))

    lines = set()

    def given():
        for conf in tmp_path.glob(".lycosa-tune-*/trial.conf"):
            with contextlib.suppress(FileNotFoundError):  # the trial is over
                lines.update(re.findall(r"^(scope\.page_requisites = .*)\n", conf.read_text(), re.M))
        return lines
    try:
        crawl.eventually(given, "no trial begins")
        assert lines == {"scope.page_requisites = " + said}
    finally:
        p.send_signal(signal.SIGINT)
        p.wait(crawl.DEADLINE)


def test_job_that_is_none(serve, tune, tmp_path):
    assert "no job is there" in tune("--from=nowhere").expect(crawl.FILE_IO).stderr
    site = serve(lambda x: Answer(200, b"User-agent: *\nDisallow: /\n"))
    crawl.run("crawl", site.url("/"), home=tmp_path, dir=tmp_path / "job")
    assert "the job is empty" in tune("--from=job").expect(crawl.FILE_IO).stderr
    crawl.run("crawl", serve(site_of(17)).url("/"), home=tmp_path, dir=tmp_path / "small").expect(crawl.OK)
    assert "only 17 pages are there" in tune("--from=small").expect(crawl.GENERIC).stderr
