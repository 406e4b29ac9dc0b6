# SPDX-License-Identifier: GPL-3.0-or-later
"""Who we are to whom: what was given for the seeds' origins reaches them, and nobody and no file besides."""
import base64
import fcntl
import hashlib
import os
import pty
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import termios
import urllib.parse

import pytest

import crawl
import hostile
from hostile import Answer, page

SECRET = "s3cret-5ca1ab1e"
KEY = "X-Key: " + SECRET


def files_with(text, directory):
    """The files below a directory that hold this text."""
    found = []
    for where, _, names in os.walk(str(directory)):
        for name in names:
            with open(os.path.join(where, name), "rb") as f:
                if text.encode() in f.read():
                    found.append(os.path.join(where, name))
    return found


def sent(site, name, path=None, host=None):
    """The values of this header in the requests that arrived: None where it was not sent."""
    return [r.headers.get(name.lower()) for r in site.log if (path is None or r.path == path) and (host is None or r.host == host)]


# ---- headers ----

@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_header_for_the_seeds_origin_only(run, serve, engine):
    """Not to another host, not to another port, whether a link or a redirect leads there."""
    other_port = serve({"/": page("/more"), "/more": page(), "/gone": page()})
    site = serve({}, hosts=("127.0.0.1", "127.0.0.2"))
    site.script = {"/": page("/a", site.url("/b", "127.0.0.2"), other_port.url("/"), "/there", "/away"), "/a": page(), "/b": page(site.url("/c")),
                   "/c": page(), "/there": hostile.redirect(site.url("/b2", "127.0.0.2")), "/b2": page(),
                   "/away": hostile.redirect(other_port.url("/gone"))}
    done = run("crawl", site.url("/"), "-H", "--engine", engine, "--header", KEY, "--header=Accept-Language: de").expect(crawl.OK)
    assert len(done.pages) == 10
    assert set(sent(site, "X-Key", host="127.0.0.1")) == {SECRET}
    assert set(sent(site, "X-Key", host="127.0.0.2")) | set(sent(other_port, "X-Key")) == {None}
    assert set(sent(site, "Accept-Language")) | set(sent(other_port, "Accept-Language")) == {"de"}


def test_header_not_across_a_seeds_redirect(run, serve):
    """To another port of the same host; said once, since it may have been meant for there."""
    target = serve({"/": page("/a"), "/a": page()})
    site = serve({"/": hostile.redirect(target.url("/"))})
    done = run("crawl", site.url("/"), "--header", KEY).expect(crawl.OK)
    assert set(sent(site, "X-Key")) == {SECRET} and set(sent(target, "X-Key")) == {None} and len(target.log) >= 2
    assert done.stderr.count("start from there") == 1 and target.url("")[:-1] in done.stderr and SECRET not in done.stderr


def test_header_not_to_the_same_host_over_tls(run, serve, nginx, certificate):
    """Another scheme is another origin, in both directions."""
    tls = nginx(tls=certificate, extra="location = /seen { if ($http_x_key) { return 404; } return 200; }")
    site = serve({"/": page(tls.url("/seen"))})
    done = run("crawl", site.url("/"), tls.url("/"), "-l1", "--header", KEY, "--ca-certificate", certificate[0], "-H").expect(crawl.SERVER)
    assert done.page("/seen")["status"] == 404, "both are seeds"
    done = run("crawl", site.url("/"), "-l1", "--header", KEY, "--ca-certificate", certificate[0], "-H").expect(crawl.OK)
    assert done.page("/seen")["status"] == 200


def test_robots_txt_and_its_redirects(run, serve):
    target = serve({"/robots.txt": Answer(200, "User-agent: *\nDisallow: /b\n", type="text/plain")})
    site = serve({"/robots.txt": hostile.redirect(target.url("/robots.txt")), "/": page("/b")})
    run("crawl", site.url("/"), "--header", KEY).expect(crawl.OK)
    assert sent(site, "X-Key", "/robots.txt") == [SECRET] and sent(target, "X-Key") == [None]


def test_header_file_cookie_and_referer(run, serve, tmp_path):
    other = serve({"/": page()})
    site = serve({"/": page(other.url("/"))})
    lines = tmp_path / "lines"
    lines.write_text("# for the staging host\n%s\n\n Authorization: Bearer %s\nCookie: a=1\n" % (KEY, SECRET))
    done = run("crawl", site.url("/"), "-H", "--header=@%s" % lines, "--header=Cookie: b=2", "--header=X-Empty:",
               "--referer=http://from.test/?%s" % SECRET).expect(crawl.OK)
    headers = next(r.headers for r in site.log if r.path == "/")
    assert headers["x-key"] == SECRET and headers["authorization"] == "Bearer " + SECRET and headers["x-empty"] == ""
    assert headers["cookie"] == "a=1; b=2" and headers["referer"].startswith("http://from.test/")
    assert not {"x-key", "authorization", "cookie", "referer", "x-empty"} & set().union(*(r.headers for r in other.log))
    assert "header = @%s\n" % lines not in open(os.path.join(done.dir, "lycosa.conf")).read(), "the whole list has a secret in it"


@pytest.mark.parametrize("line, why", [
    ("Host: x", "--resolve"), ("User-Agent: x", "--user-agent"), ("Referer: x", "--referer"), ("Transfer-Encoding: chunked", "no body"),
    ("no colon " + SECRET, "Name: value"), ("two words: " + SECRET, "Name: value"), ("X: a\tb", "control"), ("X: " + SECRET + "\n", "control"),
    ("@/nonexistent/file", "/nonexistent/file"),
])
def test_headers_that_are_refused(run, serve, line, why):
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), "--header", line)
    assert done.status in (crawl.USAGE, crawl.FILE_IO) and why in done.stderr and SECRET not in done.stderr and site.log == []
    assert not os.path.exists(done.dir)


def test_secrets_are_in_no_file_and_no_list_of_processes(running, serve):
    at = hostile.Gate()

    def held(exchange):
        at.pass_()
        return page("/a")
    site = serve({"/": held, "/a": page()})
    r = running("archive", site.url("/"), "--warc-request", "--verbose", "--header", KEY, "-e", "session.header=Authorization: " + SECRET)
    assert at.count(1)
    with open("/proc/%d/cmdline" % r.pid, "rb") as f:
        line = f.read()
    assert SECRET.encode() not in line and b"--header" in line
    at.open()
    done = r.wait().expect(crawl.OK)
    assert set(sent(site, "X-Key")) == {SECRET} == set(sent(site, "Authorization"))
    assert files_with(SECRET, done.dir) == [] and SECRET not in done.stderr


def test_config_hides_secrets(run, serve, tmp_path):
    conf = tmp_path / "c.conf"
    conf.write_text("[session]\nheader = %s\n" % KEY)
    out = run("config", "--config", conf, dir=None).expect(crawl.OK).stdout
    assert SECRET not in out and "header = (secret)" in out
    out = run("config", "--header=Accept-Language: de", "--header=@/some/file", dir=None).expect(crawl.OK).stdout
    assert "header = Accept-Language: de" in out and "header = @/some/file" in out


@pytest.mark.parametrize("by", ("header", "file"))
def test_resume_wants_the_header_again(run, running, serve, tmp_path, by):
    """Going on without it, every page left would be recorded as refused. A file of them is wanted, too: a job may be somebody else's work;
    which files are sent where is not its to say."""
    at, job, lines = hostile.Gate(), tmp_path / "job", tmp_path / "lines"
    lines.write_text(KEY)
    option = "--header=%s" % (KEY if by == "header" else "@%s" % lines)

    def held(exchange):
        at.pass_()
        return page("/b")
    site = serve({"/": page("/a"), "/a": held, "/b": page()})
    with crawl.Running("crawl", site.url("/"), option, home=tmp_path, dir=job) as r:
        assert at.count(1)
        r.signal(signal.SIGKILL)
        r.process.wait()
    n = len(site.log)
    done = run("resume", job, dir=None).expect(crawl.USAGE)
    assert "--header" in done.stderr and len(site.log) == n
    at.open()
    run("resume", job, option, dir=None).expect(crawl.OK)
    assert len(site.log) > n and set(sent(site, "X-Key")) == {SECRET}
    assert files_with(SECRET, job) == []
    run("resume", job, "--header=", dir=None).expect(crawl.OK)
    own = tmp_path / "lycosa" / "lycosa.conf"
    own.parent.mkdir()
    own.write_text("[session]\nheader = @%s\n" % lines)
    run("resume", job, dir=None).expect(crawl.OK)


# ---- a job that somebody else has written ----

def obey(job, **settings):
    """The job's settings say that, whatever they said."""
    path = job / "lycosa.conf"
    lines = [l for l in path.read_text().splitlines() if l.split(" =")[0] not in settings]
    at = lines.index("[session]")
    path.write_text("\n".join(lines[:at + 1] + ["%s = %s" % kv for kv in settings.items()] + lines[at + 1:]) + "\n")


@pytest.mark.parametrize("setting", ("bearer", "header", "password", "proxy_password", "private_key_password"))
def test_a_job_reads_no_file_of_the_users(run, serve, tmp_path, setting):
    job, mine = tmp_path / "job", tmp_path / "mine"
    mine.write_text("X-Mine: %s\n" % SECRET)
    site = serve({"/": page("/a"), "/a": page("/b"), "/b": page()})
    run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    obey(job, **{setting: "@%s" % mine})
    for args in (("resume", job), ("crawl", site.url("/"), "-P", job)):
        done = run(*args, "--max-pages=inf", dir=None).expect(crawl.USAGE)
        assert "session." + setting in done.stderr and SECRET not in done.stderr and len(site.log) == 2
    assert "(secret)" in run("config", dir=job).expect(crawl.OK).stdout


@pytest.mark.parametrize("setting", ("netrc_file", "certificate", "private_key"))
def test_a_job_shows_no_key_of_the_users(run, serve, tmp_path, setting):
    job, mine = tmp_path / "job", tmp_path / "mine"
    mine.write_text("default login joe password %s\n" % SECRET)
    site = serve({"/": page("/a"), "/a": page()})
    run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    obey(job, **{setting: mine})
    done = run("resume", job, "--max-pages=inf", dir=None).expect(crawl.USAGE)
    assert "session." + setting in done.stderr and len(site.log) == 2
    run("resume", job, "--max-pages=inf", "--%s=" % setting.replace("_", "-"), dir=None).expect(crawl.OK)


def test_a_job_writes_no_file_of_the_users(run, serve, tmp_path):
    job, mine = tmp_path / "job", tmp_path / ".bashrc"
    mine.write_text("mine\n")
    site = serve({"/": setting("sid=42", then=("/a",)), "/a": gated})
    run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    obey(job, save_cookies=mine, hsts_file=mine, load_cookies=mine, keep_session_cookies="on")
    done = run("resume", job, "--max-pages=inf", dir=None).expect(crawl.OK)
    assert mine.read_text() == "mine\n"
    assert done.status == crawl.OK and sent(site, "Cookie", "/a") == ["sid=42"], "the job keeps its own cookies all the same"


@pytest.mark.parametrize("what", (pytest.param("", marks=pytest.mark.long), "lycosa.conf", pytest.param("lycosa.db", marks=pytest.mark.long)))
def test_a_job_that_others_may_write_is_not_opened(run, serve, tmp_path, what):
    job = tmp_path / "job"
    site = serve({"/": page("/a"), "/a": page()})
    run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    bad = job / what if what else job
    before = os.stat(bad)
    ways = [lambda: os.chmod(bad, before.st_mode | 0o002), lambda: os.chmod(bad, before.st_mode | 0o020)]
    if os.getuid() == 0:
        os.chown(bad, before.st_uid, 12345)
        ways.append(lambda: os.chown(bad, 12345, 12345))
    else:
        ways.pop()      # it may be the user's own group
    for spoil in ways:
        os.chmod(bad, before.st_mode)
        spoil()
        for args in (("resume", job), ("update", job), ("update", "--restore=x", job), ("update", "--discard", job), ("report", job), ("verify", job),
                     ("verify", "--repair", job), ("serve", job), ("ctl", job), ("top", job), ("why", site.url("/"), "-P", job), ("config", "-P", job),
                     ("tune", "--from", job), ("crawl", site.url("/"), "-P", job)):
            done = run(*args, dir=None).expect(crawl.FILE_IO)
            assert "job/%s'" % what if what else "job'" in done.stderr, str(done)
            assert "cp -r" in done.stderr or "chmod" in done.stderr, str(done)
    assert len(site.log) == 2
    if os.getuid() == 0:
        os.chown(bad, before.st_uid, before.st_gid)
    os.chmod(bad, before.st_mode)
    run("resume", job, "--max-pages=inf", dir=None).expect(crawl.OK)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can write where another user alone may")
def test_an_empty_directory_of_another_user(run, serve, tmp_path):
    """As root in a container finds one that was mounted into it: nothing in it could be obeyed. What is there later could."""
    job = tmp_path / "job"
    site = serve({"/": page("/a"), "/a": page()})
    job.mkdir(mode=0o755)
    os.chown(job, 12345, 12345)
    done = run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    assert "uid 12345" in done.stderr and "-P %s/job" % job in done.stderr, str(done)
    assert "cp -r" in run("resume", job, dir=None).expect(crawl.FILE_IO).stderr
    os.chown(job, 0, 0)
    assert "uid" not in run("resume", job, "--max-pages=inf", dir=None).expect(crawl.OK).stderr
    for spoil in (lambda d: (d / "seen").touch(), lambda d: os.chmod(d, 0o777)):
        other = tmp_path / "other"
        other.mkdir(mode=0o755)
        os.chown(other, 12345, 12345)
        spoil(other)
        run("crawl", site.url("/"), dir=other).expect(crawl.FILE_IO)
        assert not (other / "lycosa.db").exists()
        shutil.rmtree(other)


def test_a_directory_of_the_users_own_group(run, serve, tmp_path):
    """As umask 002 makes it, where each user has a group."""
    import grp
    import pwd
    job, user, group = tmp_path / "job", pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid())
    if group.gr_name != user or set(group.gr_mem) - {user}:
        pytest.skip("this user's group is not his alone (as of USERGROUPS_ENAB), which is what is tested")
    job.mkdir()
    os.chmod(job, 0o775)
    site = serve({"/": page("/a"), "/a": page()})
    run("crawl", site.url("/"), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    run("resume", job, "--max-pages=inf", dir=None).expect(crawl.OK)


# ---- where connections come from ----

@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_bind_address(run, serve, engine):
    peers = []

    def script(exchange):
        peers.append(exchange.sock.getpeername()[0])
        return page()
    site = serve(script)
    run("crawl", site.url("/"), "--bind-address=127.0.0.9", "--engine", engine).expect(crawl.OK)
    assert set(peers) == {"127.0.0.9"}


@pytest.mark.parametrize("args, why", [
    (("--bind-address=nonsense",), "not an IP address"), (("--bind-address=127.0.0.1", "-6"), "kind"),
    (("--bind-address=192.0.2.1",), "192.0.2.1"),
])
def test_bind_address_that_cannot_be(run, args, why):
    done = run("crawl", "http://127.0.0.1:9/", *args).expect(crawl.USAGE)
    assert why in done.stderr and not os.path.exists(done.dir)


# ---- cookies ----

def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def setting(*cookies, then=()):
    """A page that sets these cookies and links to these."""
    answer = page(*then)
    answer.headers = [("Set-Cookie", c) for c in cookies]
    return answer


def gated(exchange):
    """Whoever has the session gets in."""
    return page() if "sid=42" in exchange.request.headers.get("cookie", "") else Answer(403)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_cookies_come_back(run, serve, engine):
    site = serve({"/": setting("sid=42; HttpOnly", "lang=de; path=/b", then=("/a", "/b/c")), "/a": gated, "/b/c": gated})
    run("crawl", site.url("/"), "--engine", engine, "--threads=3").expect(crawl.OK)
    assert sent(site, "Cookie", "/a") == ["sid=42"] and sent(site, "Cookie", "/b/c") == ["lang=de; sid=42"]
    assert sent(site, "Cookie", "/") == [None]


def test_cookies_of_a_redirect_and_of_an_error(run, serve):
    """A wall of the old kind: set a cookie, come back."""
    def door(exchange):
        if "seen=1" in exchange.request.headers.get("cookie", ""):
            return page("/a")
        answer = hostile.redirect("/")
        answer.headers.append(("Set-Cookie", "seen=1"))
        return answer
    missing = Answer(404, headers={"Set-Cookie": "err=1"})
    site = serve({"/": door, "/a": page("/gone"), "/gone": missing})
    run("crawl", site.url("/"), "-w0").expect(crawl.SERVER)
    assert sent(site, "Cookie", "/a") == ["seen=1"]


def test_cookies_off(run, serve):
    site = serve({"/": setting("sid=42", then=("/a",)), "/a": gated})
    done = run("crawl", site.url("/"), "--cookies=off")
    assert done.page("/a")["status"] == 403 and sent(site, "Cookie", "/a") == [None]
    assert "leaves nothing" in run("crawl", site.url("/"), "--no-cookies", "--save-cookies=x").expect(crawl.USAGE).stderr


@pytest.mark.parametrize("loops", (1, 3))
def test_cookies_of_hosts(run, serve, loops):
    """A domain's go to its hosts, a host's to that host; a public suffix has none, nor does anybody else's domain."""
    names = ("w.lycosa.example", "x.lycosa.example", "me.github.io", "you.github.io")
    site = serve({})
    links = ["http://%s:%d/" % (n, site.port) for n in names]
    evil = ["all=1; domain=github.io", "theirs=1; domain=lycosa.example", "mine=1"]

    def script(exchange):
        host = exchange.request.headers["host"].split(":")[0]
        if exchange.request.path != "/":
            return page()
        return setting(*(evil if host == "me.github.io" else ["shared=1; domain=lycosa.example", "own=1"]), then=links + ["/second"])
    site.script = script
    run("crawl", links[0], links[2], "-H", "--loops=%d" % loops, "--per-host=1",
        *("--resolve=%s:%d:127.0.0.1" % (n, site.port) for n in names)).expect(crawl.OK)
    got = {}
    for r in site.log:
        if r.path == "/second":
            got[r.headers["host"].split(":")[0]] = r.headers.get("cookie")
    assert got == {"w.lycosa.example": "shared=1; own=1", "x.lycosa.example": "shared=1; own=1", "me.github.io": "mine=1", "you.github.io": "own=1"}
    assert [r.headers.get("cookie") for r in site.log if r.path == "/" and r.headers["host"].startswith("x.")] == ["shared=1"]


def test_load_and_save_cookies(run, serve, tmp_path):
    jar, out = tmp_path / "in.txt", tmp_path / "out.txt"
    jar.write_text("# Netscape HTTP Cookie File\n#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t42\n"
                   "127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tlong\tlife\nother.test\tFALSE\t/\tFALSE\t0\tx\ty\n"
                   "127.0.0.1\tFALSE\t/\tFALSE\t1\told\tdead\nrubbish\n")
    out.write_text("old")
    out.chmod(0o644)
    site = serve({"/": setting("new=1; max-age=3600", then=("/a",)), "/a": gated})
    done = run("crawl", site.url("/"), "--load-cookies", jar, "--save-cookies", out).expect(crawl.OK)
    assert sent(site, "Cookie", "/") == ["sid=42; long=life"] and sent(site, "Cookie", "/a") == ["sid=42; long=life; new=1"]
    assert "1 line of it" in done.stderr
    assert mode(out) == 0o600 and mode(os.path.join(done.dir, "lycosa.db")) == 0o600
    lines = [l.split("\t") for l in out.read_text().splitlines() if l and not l.startswith("# ")]
    assert [(l[0], l[5], l[6]) for l in lines] == [("127.0.0.1", "long", "life"), ("127.0.0.1", "new", "1")]
    assert [n for n in os.listdir(tmp_path) if n.startswith("out.txt.")] == []
    run("crawl", site.url("/"), "--load-cookies", jar, "--save-cookies", out, "--keep-session-cookies").expect(crawl.OK)
    assert "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t42\n" in out.read_text()
    for bad in (("--load-cookies=/nonexistent/x",), ("--save-cookies=/nonexistent/x",)):
        assert "/nonexistent/x" in run("crawl", site.url("/"), *bad).expect(crawl.FILE_IO).stderr


def test_cookies_survive_a_kill(run, serve, tmp_path):
    """The session that the seed's page set is there when the job goes on, though it is nowhere but in its database."""
    at, job = hostile.Gate(), tmp_path / "job"

    def held(exchange):
        at.pass_()
        return gated(exchange)
    site = serve({"/": setting("sid=42; path=/", "gone=1", then=("/a",)), "/a": setting("gone=; max-age=0", "sid=42; path=/", then=("/b",)), "/b": held})
    with crawl.Running("crawl", site.url("/"), "-estore.commit_ms=1", home=tmp_path, dir=job) as r:
        assert at.count(1)
        crawl.eventually(lambda: committed(job) >= 2, "the pages before it are not committed")
        r.signal(signal.SIGKILL)
        r.process.wait()
    n = len(site.log)
    assert mode(job / "lycosa.db") == 0o600
    assert all(mode(job / name) == 0o600 for name in os.listdir(job) if name.startswith("lycosa.db"))
    at.open()
    done = run("resume", job, dir=None).expect(crawl.OK)
    assert [r.headers.get("cookie") for r in site.log[n:] if r.path == "/b"] == ["sid=42"], str(done)


def committed(job):
    db = sqlite3.connect("file:%s?mode=ro" % (job / "lycosa.db"), uri=True)
    try:
        return db.execute("SELECT count(*) FROM urls").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        db.close()


def test_a_cookie_file_is_taken_in_once(run, serve, tmp_path):
    """Going on, what the server has set since is newer than the file; unless somebody has changed that."""
    jar, job = tmp_path / "in.txt", tmp_path / "job"
    jar.write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tfile\n")
    site = serve({"/": setting("sid=server", then=("/a",)), "/a": page("/b"), "/b": page("/c"), "/c": page()})
    run("crawl", site.url("/"), "--load-cookies", jar, "--max-pages=1", dir=job).expect(crawl.BUDGET)
    run("crawl", site.url("/"), "--load-cookies", jar, "--max-pages=1", dir=job).expect(crawl.BUDGET)
    assert sent(site, "Cookie", "/") == ["sid=file"] and sent(site, "Cookie", "/a") == ["sid=server"]
    jar.write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tfresh\n")
    os.utime(jar, (2000000000, 2000000000))
    run("crawl", site.url("/"), "--load-cookies", jar, "--max-pages=inf", dir=job).expect(crawl.OK)
    assert sent(site, "Cookie", "/b") == ["sid=fresh"]


def test_cookies_are_in_no_record_of_a_request(run, serve):
    site = serve({"/": setting("sid=" + SECRET, then=("/a",)), "/a": page()})
    done = run("archive", site.url("/"), "--warc-request", "--warc-compression=none").expect(crawl.OK)
    assert sent(site, "Cookie", "/a") == ["sid=" + SECRET]
    found = [os.path.basename(f) for f in files_with(SECRET, done.dir)]
    assert all(f.startswith("lycosa.db") or f.endswith(".warc") for f in found), found
    warc = next(os.path.join(done.dir, "warc", f) for f in os.listdir(os.path.join(done.dir, "warc")) if f.endswith(".warc"))
    text = open(warc, "rb").read()
    assert b"\r\nCookie:" not in text and text.count(SECRET.encode()) == 1, "only in the answer that set it"


def test_a_flood_of_cookies_costs_only_its_own_site(run, serve):
    site = serve({}, hosts=("127.0.0.1", "127.0.0.2"))
    flood = setting(*("c%d=%s" % (i, "x" * 100) for i in range(700)), then=("/2",))
    site.script = {"/": setting("keep=1", then=(site.url("/flood", "127.0.0.2"), "/end")), "/flood": flood, "/2": page(site.url("/after")),
                   "/end": page(), "/after": page()}
    run("crawl", site.url("/"), "-H").expect(crawl.OK)
    assert sent(site, "Cookie", "/after") == ["keep=1"]
    assert len(sent(site, "Cookie", "/2")[0]) <= 8190


# ---- logins ----

PASSWORD = "pa:ss w\u00f6rd"
BASIC = "Basic " + base64.b64encode(("joe:" + PASSWORD).encode()).decode()


def challenge(*methods):
    return Answer(401, "log in first", headers=[("WWW-Authenticate", m) for m in methods])


def basic(script):
    """Only for joe."""
    def ask(exchange):
        if exchange.request.headers.get("authorization") != BASIC:
            return challenge('Basic realm="x"')
        answer = script[exchange.request.path]
        return answer(exchange) if callable(answer) else answer
    return {path: ask for path in script}


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_basic_only_when_asked_and_only_there(run, serve, tmp_path, engine):
    """Another port asks for it too, and a host that a redirect leads to: they get nothing."""
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\nnot this\n")
    other = serve({}, hosts=("127.0.0.1", "127.0.0.2"))
    other.script = lambda exchange: challenge('Basic realm="x"', 'Digest realm="x", nonce="1"')
    site = serve(basic({"/": page("/a", "/b", "/away", other.url("/")), "/a": page("/c"), "/b": page(), "/c": page(),
                        "/away": hostile.redirect(other.url("/x", "127.0.0.2"))}))
    done = run("crawl", site.url("/"), "-H", "--user=joe", "--password=@%s" % secret, "--engine", engine, "--threads=1", "--per-host=1").expect(crawl.AUTH)
    assert {p["url"]: p["status"] for p in done.pages} == {
        site.url("/"): 200, site.url("/a"): 200, site.url("/b"): 200, site.url("/c"): 200, site.url("/away"): 302,
        other.url("/"): 401, other.url("/x", "127.0.0.2"): 401}
    assert set(sent(other, "Authorization")) == {None}
    assert [r.headers.get("authorization") for r in site.log if r.path == "/"] == [None, BASIC], "not before it was asked for"
    assert len(site.asked()) == 6, "asked for once, remembered for the other pages"


def test_wrong_password(run, serve):
    site = serve(basic({"/": page("/a")}))
    done = run("crawl", site.url("/"), "--user=joe", "--password=wrong").expect(crawl.AUTH)
    assert [p["status"] for p in done.pages] == [401] and len(site.asked()) <= 2 and "login was refused" in done.page("/")["detail"]
    done = run("crawl", site.url("/")).expect(crawl.AUTH)
    assert [p["status"] for p in done.pages] == [401] and "detail" not in done.page("/"), "it was given none"


def test_the_answer_is_the_last_one(run, serve, tmp_path):
    """Nothing of the first answer is left: neither its type, nor its body, nor what it would have had us do."""
    def door(exchange):
        if exchange.request.headers.get("authorization") == BASIC:
            return page("/in", title="inside")
        return Answer(401, page("/out").body, headers=[("WWW-Authenticate", 'Basic realm="x"'), ("Retry-After", "100"), ("Location", "/wrong"),
                                                       ("Link", "</out2>; rel=next"), ("X-Robots-Tag", "nofollow")], type="text/plain")
    site = serve({"/": door, "/in": basic({"/in": page()})["/in"]})
    done = run("archive", site.url("/"), "--user=joe", "--password", PASSWORD, "--warc-request", "--warc-compression=none").expect(crawl.OK)
    assert sorted(site.asked()) in (["/", "/", "/in"], ["/", "/", "/in", "/in"])
    seed = done.page("/")
    assert seed["title"] == "inside" and seed["type"] == "text/html" and seed["status"] == 200
    assert files_with(BASIC, done.dir) == [] and files_with(PASSWORD, done.dir) == []
    assert files_with("log in first", done.dir) == [] and files_with("/out2", done.dir) == []


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_digest(run, serve, engine):
    """The password is not on the wire, and each answer is checked."""
    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    def ask(exchange):
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', exchange.request.headers.get("authorization", "")))
        path = exchange.request.path
        if given:
            want = md5(":".join([md5("joe:realm:secret"), given["nonce"], given["nc"], given["cnonce"], "auth", md5("GET:" + path)]))
            if given["response"] == want and given["uri"] == path:
                return page("/a", "/b") if path == "/" else page()
        return challenge('Digest realm="realm", qop="auth", nonce="abc", algorithm=MD5', 'Basic realm="realm"')
    site = serve(lambda exchange: Answer(404) if exchange.request.path == "/robots.txt" else ask(exchange))
    done = run("crawl", site.url("/"), "--user=joe", "--password=secret", "--engine", engine, "--threads=1").expect(crawl.OK)
    assert sorted(done.paths) == ["/", "/a", "/b"]
    assert not any("Basic" in (a or "") for a in sent(site, "Authorization"))


def test_digest_of_two_servers(run, serve):
    """One handle for both: the challenge of one is nothing to the other, and a server may ask anew as often as it likes."""
    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    def server(name):
        used = set()

        def ask(exchange):
            path = exchange.request.path
            if path == "/robots.txt":
                return Answer(404)
            given = dict(re.findall(r'(\w+)="?([^",]+)"?', exchange.request.headers.get("authorization", "")))
            if given.get("realm") == name and given["nonce"] not in used:
                want = md5(":".join([md5("joe:%s:secret" % name), given["nonce"], given["nc"], given["cnonce"], "auth", md5("GET:" + path)]))
                if given["response"] == want:
                    if int(given["nc"], 16) == 2:
                        used.add(given["nonce"])  # and says so to nobody
                    return page(*("/%d" % n for n in range(5))) if path == "/" else page()
            return challenge('Digest realm="%s", qop="auth", nonce="%s%d", algorithm=MD5' % (name, name, len(used)))
        return ask
    sites = [serve(server(name)) for name in ("one", "two")]
    done = run("crawl", *(s.url("/") for s in sites), "--user=joe", "--password=secret", "--engine=threads", "--threads=1", "--per-host=1")
    good = [p["url"] for p in done.pages if p["status"] == 200]
    assert sum(p["status"] == 401 for p in done.pages) <= 4, done  # a nonce that has run out without a word costs its page
    assert all(s.url("/") in good for s in sites) and len(good) >= 8, done


def test_auth_basic_is_sent_unasked(run, serve):
    site = serve(basic({"/": page()}))
    run("crawl", site.url("/"), "--user=joe", "--password", PASSWORD, "--auth=basic").expect(crawl.OK)
    assert set(sent(site, "Authorization")) == {BASIC}
    site = serve(lambda exchange: challenge('Basic realm="x"'))
    run("crawl", site.url("/"), "--user=joe", "--password", PASSWORD, "--auth=digest").expect(crawl.AUTH)
    assert set(sent(site, "Authorization")) == {None}, "not by a method that was not allowed"


def test_negotiate_without_a_ticket(run, serve):
    """The server asks for one, there is none: it is a login that failed, and nothing was sent; or this libcurl says that it cannot."""
    site = serve(lambda exchange: challenge("Negotiate"))
    done = run("crawl", site.url("/"), "--auth=negotiate", env={"KRB5CCNAME": "FILE:/nonexistent/ticket"})
    if done.status == crawl.USAGE:
        assert "built without" in done.stderr and site.log == []
        return
    done.expect(crawl.AUTH)
    assert set(sent(site, "Authorization")) == {None} and [p["status"] for p in done.pages] == [401]


def test_bearer(run, serve, tmp_path):
    token = tmp_path / "token"
    token.write_text(SECRET)
    other = serve({"/": page()})
    site = serve({"/": page(other.url("/"))})
    done = run("crawl", site.url("/"), "-H", "--bearer=@%s" % token).expect(crawl.OK)
    assert set(sent(site, "Authorization")) == {"Bearer " + SECRET} and set(sent(other, "Authorization")) == {None}
    assert "bearer = @%s" % token in open(os.path.join(done.dir, "lycosa.conf")).read()


def test_netrc(run, serve, tmp_path):
    """For the hosts of seeds; a host that only a page leads to is not logged in to, though the netrc has it, nor is the default used."""
    netrc = tmp_path / ".netrc"
    netrc.write_text('# mine\nmachine 127.0.0.1\n  login joe\n  password "%s"\nmachine 127.0.0.2 login ann password x\ndefault login all password y\n' % PASSWORD)
    other_port = serve(lambda exchange: challenge('Basic realm="x"'))
    site = serve({}, hosts=("127.0.0.1", "127.0.0.2", "127.0.0.3"))
    inside = basic({"/": page("/a", site.url("/", "127.0.0.2"), site.url("/", "127.0.0.3"), other_port.url("/")), "/a": page()})
    site.script = lambda exchange: (inside.get(exchange.request.path, Answer(404)) if exchange.request.host == "127.0.0.1"
                                    else challenge('Basic realm="x"'))
    done = run("crawl", site.url("/"), "-H").expect(crawl.AUTH)
    assert done.page("/a")["status"] == 200
    assert set(sent(site, "Authorization", host="127.0.0.2")) == {None} == set(sent(site, "Authorization", host="127.0.0.3"))
    assert set(sent(other_port, "Authorization")) == {None}
    assert run("crawl", site.url("/"), "--no-netrc").expect(crawl.AUTH).page("/")["status"] == 401
    assert run("crawl", site.url("/"), "--user=joe").expect(crawl.OK).page("/")["status"] == 200, "the password is in the netrc"
    assert run("crawl", site.url("/"), "--user=ann").expect(crawl.AUTH).page("/")["status"] == 401, "not somebody else's"
    run("crawl", site.url("/"), "--user=joe", "--password=wrong").expect(crawl.AUTH)
    other = tmp_path / "other"
    netrc.rename(other)
    assert run("crawl", site.url("/")).expect(crawl.AUTH).page("/")["status"] == 401
    assert run("crawl", site.url("/"), env={"NETRC": other}).expect(crawl.OK).page("/")["status"] == 200
    assert run("crawl", site.url("/"), "--netrc-file", other).expect(crawl.OK).page("/")["status"] == 200
    assert "/nonexistent/x" in run("crawl", site.url("/"), "--netrc-file=/nonexistent/x").expect(crawl.FILE_IO).stderr


@pytest.mark.parametrize("args, why", [
    (("--user=joe",), "needs a password"), (("--password=x",), "--user"), (("--ask-password",), "--user"),
    (("--user=joe", "--password=x", "--bearer=y"), "only one"), (("--bearer=x", "--header=Authorization: y"), "only one"),
    (("--user=joe", "--ask-password"), "no terminal"),
])
def test_logins_that_are_not_whole(run, serve, args, why):
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), *args, before=os.setsid)
    assert done.status == crawl.USAGE and why in done.stderr and site.log == [] and not os.path.exists(done.dir)


def test_an_empty_password_is_one_if_said(run, serve):
    given = []

    def ask(exchange):
        given.append(exchange.request.headers.get("authorization"))
        return page() if given[-1] else challenge('Basic realm="x"')
    run("crawl", serve({"/": ask}).url("/"), "--user=joe", "--password=").expect(crawl.OK)
    assert given == [None, "Basic am9lOg=="]


class Terminal:
    """A program with a terminal of its own. What it shows is gathered in shown."""

    def __init__(self, argv, home):
        self.master, slave = pty.openpty()

        def own():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            # A suite that runs in the background was told to ignore it.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=crawl.environment(home), preexec_fn=own)
        os.close(slave)
        self.shown = b""

    def read_until(self, text):
        while text not in self.shown:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                data = b""
            assert data, "%r was not shown: %r" % (text, self.shown)
            self.shown += data

    def wait(self):
        while True:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                break
            if not data:
                break
            self.shown += data
        self.process.wait(crawl.DEADLINE)
        os.close(self.master)
        return self.process.returncode


def test_ask_password(serve, tmp_path):
    site = serve(basic({"/": page()}))
    t = Terminal(crawl.command(["crawl", site.url("/"), "--user=joe", "--ask-password"], tmp_path / "job"), tmp_path)
    t.read_until(b"password of joe: ")
    assert not termios.tcgetattr(t.master)[3] & termios.ECHO
    os.write(t.master, (PASSWORD + "\n").encode())
    assert t.wait() == crawl.OK and PASSWORD.encode() not in t.shown, t.shown
    assert sent(site, "Authorization", "/") == [None, BASIC]
    assert files_with(PASSWORD, tmp_path / "job") == []


def test_use_askpass(run, serve, tmp_path):
    """As ssh and git run theirs: the question is the argument, the first line the answer. The user is asked for where there is none."""
    site, program, said = serve(basic({"/": page()})), tmp_path / "askpass", tmp_path / "said"
    program.write_text("#!/bin/sh\necho \"$1\" >>%s\ncase $1 in *user*) echo joe ;; *) printf '%%s\\r\\nmore\\n' '%s' ;; esac\n" % (said, PASSWORD))
    program.chmod(0o700)
    done = run("crawl", site.url("/"), "--use-askpass=%s" % program).expect(crawl.OK)
    assert said.read_text() == "lycosa: user: \nlycosa: password of joe: \n"
    assert files_with(PASSWORD, done.dir) == [] and PASSWORD not in done.stderr
    run("get", site.url("/"), "--user=joe", "--use-askpass", program, dir=tmp_path / "files").expect(crawl.OK)
    assert said.read_text().count("password of joe") == 2 and said.read_text().count("user") == 1
    program.write_text("#!/bin/sh\nexit 0\n")
    assert "no user was given" in run("crawl", site.url("/"), "--use-askpass=%s" % program).expect(crawl.USAGE).stderr
    assert "no password of joe was given" in run("crawl", site.url("/"), "--user=joe", "--use-askpass=%s" % program).expect(crawl.USAGE).stderr
    for content in ("#!/bin/sh\necho x\nexit 1\n", None):
        if content is None:
            program.unlink()
        else:
            program.write_text(content)
        n = len(site.log)
        done = run("crawl", site.url("/"), "--user=joe", "--use-askpass=%s" % program).expect(crawl.USAGE)
        assert "(--use-askpass): %s: " % program in done.stderr and len(site.log) == n
    assert "only one" in run("crawl", site.url("/"), "--use-askpass=true", "--bearer=x").expect(crawl.USAGE).stderr


def test_interrupted_while_asking(serve, tmp_path):
    """The terminal shows again what is typed."""
    site = serve({"/": page()})
    t = Terminal(crawl.command(["crawl", site.url("/"), "--user=joe", "--ask-password"], tmp_path / "job"), tmp_path)
    t.read_until(b"password of joe: ")
    os.write(t.master, b"half\x03")
    t.process.wait(crawl.DEADLINE)
    assert termios.tcgetattr(t.master)[3] & termios.ECHO
    assert t.wait() == -signal.SIGINT and site.log == []


def test_password_is_nowhere(running, serve):
    at = hostile.Gate()

    def held(exchange):
        at.pass_()
        return page("/a")
    site = serve(basic({"/": held, "/a": page()}))
    r = running("archive", site.url("/"), "--warc-request", "--verbose", "--user=joe", "--password", PASSWORD)
    assert at.count(1)
    with open("/proc/%d/cmdline" % r.pid, "rb") as f:
        assert PASSWORD.encode() not in f.read()
    at.open()
    done = r.wait().expect(crawl.OK)
    assert len(done.pages) == 2 and files_with(PASSWORD, done.dir) == [] == files_with(BASIC[6:], done.dir)
    assert PASSWORD not in done.stderr


def test_credentials_in_records_if_wanted(run, serve):
    site = serve(basic({"/": page()}))
    done = run("archive", site.url("/"), "--warc-request", "--warc-credentials", "--warc-compression=none", "--user=joe", "--password", PASSWORD,
               "--auth=basic").expect(crawl.OK)
    assert [os.path.dirname(f) for f in files_with(BASIC, done.dir)] == [os.path.join(done.dir, "warc")]


# ---- a login in a URL ----

QUOTED = urllib.parse.quote(PASSWORD, safe="")


def with_login(url, login="joe:" + QUOTED):
    return url.replace("://", "://%s@" % login, 1)


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_login_of_a_url_for_its_origin_only(run, serve, engine):
    """Not for another port of its host, not for another seed, nor across a redirect; before --user."""
    other = serve(basic({"/": page(), "/b": page()}))
    site = serve(basic({"/": page("/a", "/away", other.url("/b")), "/a": page(), "/away": hostile.redirect(other.url("/"))}))
    done = run("crawl", with_login(site.url("/")), "--engine", engine, "-H").expect(crawl.AUTH)
    assert done.page("/a")["status"] == 200 and set(sent(other, "Authorization")) == {None} and len(other.log) >= 2
    assert files_with(PASSWORD, done.dir) == [] == files_with(BASIC[6:], done.dir) and QUOTED not in done.stderr
    done = run("crawl", with_login(site.url("/")), other.url("/b"), "--user=jim", "--password=x", "--engine", engine).expect(crawl.AUTH)
    jim = "Basic " + base64.b64encode(b"jim:x").decode()
    assert done.page("/a")["status"] == 200 and BASIC in sent(site, "Authorization") and jim not in sent(site, "Authorization")
    assert jim in sent(other, "Authorization") and BASIC not in sent(other, "Authorization")


@pytest.mark.parametrize("form", ("http:/%s@%s/", "http:\\\\%s@%s/", "HTTP:/\\%s@%s/", "http://%s@%s", " http://%s@%s/"))
def test_login_of_a_url_in_all_its_forms(running, serve, form):
    """As the URL parser takes them; nobody who lists the processes, or any file, has it."""
    at = hostile.Gate()

    def held(exchange):
        at.pass_()
        return page("/a")
    site = serve(basic({"/": held, "/a": page()}))
    r = running("archive", form % ("joe:" + QUOTED, "127.0.0.1:%d" % site.port), "--warc-request", "--verbose")
    assert at.count(1)
    with open("/proc/%d/cmdline" % r.pid, "rb") as f:
        line = f.read()
    at.open()
    done = r.wait().expect(crawl.OK)
    assert len(done.pages) == 2 and BASIC in sent(site, "Authorization", "/a")
    for secret in (PASSWORD, QUOTED, BASIC[6:]):
        assert secret.encode() not in line and files_with(secret, done.dir) == [] and secret not in done.stderr


@pytest.mark.parametrize("url, why", [
    ("http://joe:pass/%s@host/", "valid"), ("joe:%s@host/", "valid"), ("http://joe:%s@ho st/", "valid"), ("http://joe:%s@host:99999/", "valid"),
    ("ftp://joe:%s@host/", "http"), ("http://joe:%s%%00@host/", "control"), ("http://joe:%s%%0A@host/", "control"),
])
def test_login_of_a_url_that_cannot_be(run, url, why):
    done = run("crawl", url % SECRET).expect(crawl.USAGE)
    assert why in done.stderr and SECRET not in done.stderr and not os.path.exists(done.dir)


@pytest.mark.parametrize("form", ("http://joe:%s@host/", "http:/joe:%s@host/", "joe:%s@host"))
@pytest.mark.parametrize("command", ("resume", "update", "config", "mirror", "report", "serve", "verify", "ctl", "top", "inspect url", "help", ""))
def test_login_of_a_url_where_none_belongs(run, command, form):
    done = run(*command.split(), form % SECRET, *(["ht tp://jim:%s@host/" % SECRET] if command == "mirror" else []), dir=None)
    assert done.status == crawl.USAGE and SECRET not in done.stdout + done.stderr and "lycosa: error: " in done.stderr


@pytest.mark.parametrize("option", ("-i", "-P", "--load-cookies", "--config"))
def test_login_of_a_url_where_a_file_belongs(run, option):
    """wget's -i takes a URL."""
    done = run("crawl", "127.0.0.1:1", option, "http://joe:%s@host/list" % SECRET, dir=None).expect(crawl.USAGE)
    assert SECRET not in done.stderr


def test_names_with_an_at(run, serve, tmp_path):
    """What is no URL is not taken for one."""
    site = serve({"/": page()})
    run("crawl", site.url("/"), "-P", "me@host", dir=None, cwd=tmp_path).expect(crawl.OK)
    run("report", "me@host", dir=None, cwd=tmp_path).expect(crawl.OK)
    run("report", "./a:b@host", dir=None, cwd=tmp_path).expect(crawl.FILE_IO)


def test_secrets_of_an_update(run, serve, tmp_path):
    site, job = serve(basic({"/": page()})), tmp_path / "job"
    run("crawl", with_login(site.url("/")), dir=job).expect(crawl.OK)
    run("update", job, "--login", with_login(site.url("/")), dir=None).expect(crawl.OK)


def test_two_logins_for_one_origin(run, serve):
    site = serve(basic({"/": page()}))
    done = run("crawl", with_login(site.url("/")), with_login(site.url("/a"), "jim:" + SECRET)).expect(crawl.USAGE)
    assert "another login" in done.stderr and SECRET not in done.stderr and QUOTED not in done.stderr and site.log == []
    run("crawl", with_login(site.url("/")), with_login(site.url("/")), site.url("/")).expect(crawl.OK)
    done = run("crawl", with_login(site.url("/")), "--bearer=" + SECRET).expect(crawl.USAGE)
    assert "--bearer" in done.stderr and SECRET not in done.stderr


@pytest.mark.parametrize("option", ("--sitemap", "--referer"))
def test_no_login_in_other_urls(run, serve, option):
    """They would stand in the job's settings."""
    site = serve({"/": page()})
    done = run("crawl", site.url("/"), option, with_login(site.url("/s.xml"))).expect(crawl.USAGE)
    assert option in done.stderr and QUOTED not in done.stderr and not os.path.exists(done.dir)


def test_logins_of_a_list_and_of_get(run, serve, tmp_path):
    site, other = serve(basic({"/": page("/a"), "/a": page()})), serve(basic({"/": page()}))
    urls = tmp_path / "urls"
    urls.write_text("%s\n%s\n" % (with_login(site.url("/")), with_login(other.url("/"), "jim:wrong")))
    done = run("crawl", "-i", urls).expect(crawl.AUTH)
    assert sorted(p["status"] for p in done.pages) == [200, 200, 401]
    files = tmp_path / "files"
    run("get", with_login(site.url("/a")), dir=files).expect(crawl.OK)
    assert os.listdir(files) == ["a"]


def test_login_of_a_url_is_asked_for_again(run, serve, tmp_path):
    """A job does not keep it, and knows that there was one; what goes on without it would record refusals."""
    job, lines = tmp_path / "job", tmp_path / "lines"
    site = serve(basic({"/": page("/a"), "/a": page("/b"), "/b": page("/c"), "/c": page("/d"), "/d": page()}))
    run("crawl", with_login(site.url("/")), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    n = len(site.log)
    done = run("resume", job, dir=None).expect(crawl.USAGE)
    assert "--login" in done.stderr and QUOTED not in done.stderr and len(site.log) == n
    run("resume", job, "--login", with_login(site.url("/")), "--max-pages=1", dir=None).expect(crawl.BUDGET)
    run("crawl", with_login(site.url("/")), "--max-pages=1", dir=job).expect(crawl.BUDGET)
    lines.write_text("# staging\n%s\n" % with_login(site.url("/")))
    run("resume", job, "--login=@%s" % lines, "--max-pages=1", dir=None).expect(crawl.BUDGET)
    run("resume", job, "--login=@%s" % lines, "--max-pages=inf", dir=None).expect(crawl.OK)
    pages = crawl.read_lines(job / "pages.jsonl")
    assert [p["status"] for p in pages] == [200] * 5 and files_with(PASSWORD, job) == []
    for bad in ("nonsense", "http://host/", "ftp://a:b@host/"):
        assert "--login" in run("crawl", site.url("/"), "--login", bad).expect(crawl.USAGE).stderr
    assert "no seed is there" in run("crawl", site.url("/"), "--login=http://joe:x@127.0.0.7/", "-l0").stderr


def test_logins_of_a_list_are_asked_for_again(run, serve, tmp_path):
    """As those of the command line are, also after settings were written again while it ran; the list itself gives them again."""
    job, urls = tmp_path / "job", tmp_path / "urls"
    site = serve(basic({"/": page("/a"), "/a": page("/b"), "/b": page("/c"), "/c": page()}))
    urls.write_text(with_login(site.url("/")) + "\n")
    run("crawl", "-i", urls, "--max-pages=1", dir=job).expect(crawl.BUDGET)
    assert "login = (secret)" in (job / "lycosa.conf").read_text() and files_with(QUOTED, job) == [] == files_with(PASSWORD, job)
    n = len(site.log)
    for args in (("resume",), ("update",)):
        done = run(*args, job, dir=None).expect(crawl.USAGE)
        assert "--login" in done.stderr and len(site.log) == n
    done = run("crawl", site.url("/"), dir=job).expect(crawl.USAGE)
    assert "--login" in done.stderr and len(site.log) == n
    done = run("crawl", "-i", urls, "--max-pages=1", dir=job).expect(crawl.BUDGET)
    assert "--login" not in done.stderr
    run("resume", job, "-i", urls, "--max-pages=1", dir=None).expect(crawl.BUDGET)
    run("resume", job, "--login", with_login(site.url("/")), "--max-pages=inf", dir=None).expect(crawl.OK)
    assert [p["status"] for p in crawl.read_lines(job / "pages.jsonl")] == [200] * 4



def test_a_job_runs_no_program_of_its_own(run, serve, tmp_path):
    """A directory that came from elsewhere names the program that is asked for a login: it is not run."""
    site = serve({"/": page("/a"), "/a": page()})
    done = run("crawl", site.url("/"), "--max-pages=1").expect(crawl.BUDGET)
    evil = tmp_path / "evil"
    evil.write_text("#!/bin/sh\ntouch %s\necho x\n" % (tmp_path / "ran"))
    evil.chmod(0o755)
    conf = os.path.join(done.dir, "lycosa.conf")
    with open(conf) as f:
        text = f.read()
    with open(conf, "w") as f:
        f.write(re.sub(r"(?m)^#?\s*askpass = ?.*$", "askpass = %s" % evil, text))
    with open(conf) as f:
        assert str(evil) in f.read()
    r = run("resume", done.dir, "--max-pages=inf", dir=None)
    assert not (tmp_path / "ran").exists() and r.status == crawl.USAGE and "--use-askpass" in r.stderr, r
    run("resume", done.dir, "--max-pages=inf", "--use-askpass=", dir=None).expect(crawl.OK)
    assert not (tmp_path / "ran").exists()
