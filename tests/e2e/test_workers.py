# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads and processes: the counts asked for are the counts there are; parsers may die and only a page's links die with them."""
import contextlib
import ctypes
import json
import os
import platform
import re
import shutil
import signal
import struct
import threading

import pytest

import crawl
import hostile
import proctree
from crawl import eventually
from hostile import Answer, page


@pytest.fixture
def held(serve):
    """A site whose / waits until the gate opens: time to look around."""
    gate = hostile.Gate()

    def seed(exchange):
        gate.pass_()
        return page("/a")
    site = serve({"/": seed, "/a": page()})
    site.gate = gate
    return site


@pytest.mark.parametrize("options,threads,workers", [
    (["--loops=1", "--workers=2"], {"loop": 1}, 2),
    (["--loops=3", "--workers=0"], {"loop": 3}, 0),
    (["--engine=threads", "--threads=5", "--workers=3"], {"loop": 1, "pool": 5}, 3),
    (["--engine=serial", "--workers=1"], {"loop": 1, "pool": 1}, 1),
    (["--engine=threads", "--threads=4", "--loops=2", "--workers=1"], {"loop": 2, "pool": 4}, 1),
])
def test_counts(running, held, options, threads, workers):
    r = running("crawl", held.url("/"), *options)
    assert held.gate.count(1)

    def counted():
        names = proctree.thread_names(r.pid)
        return ({k: len([n for n in names if re.fullmatch(k + r"/\d+", n)]) for k in threads} == threads
                and len(proctree.workers(r.pid)) == workers)
    eventually(counted, lambda: "threads %s, workers %d" % (proctree.thread_names(r.pid), len(proctree.workers(r.pid))))
    assert proctree.thread_names(r.pid).count("writer") == 1
    held.gate.open()
    assert len(r.wait().expect(crawl.OK).pages) == 2


def test_counts_from_the_config_file(running, held, tmp_path):
    conf = tmp_path / "my.conf"
    conf.write_text("[fetch]\nloops = 2\nengine = threads\nthreads = 6\n[parse]\nworkers = 3\n")
    r = running("crawl", held.url("/"), "--config", conf)
    assert held.gate.count(1)
    eventually(lambda: len([n for n in proctree.thread_names(r.pid) if n.startswith("pool/")]) == 6
               and len(proctree.workers(r.pid)) == 3, lambda: (proctree.thread_names(r.pid), proctree.workers(r.pid)))
    held.gate.open()
    r.wait().expect(crawl.OK)


def test_workers_are_jailed(running, held):
    """Seccomp filter on, no new privileges, no descriptor but the ones they need, none of them a socket to the network."""
    with open(__file__) as leak:
        r = running("crawl", held.url("/"), "--workers=2", "--loops=2", pass_fds=(leak.fileno(),))
    assert held.gate.count(1)
    eventually(lambda: len(proctree.workers(r.pid)) == 2, "no workers")
    assert __file__ in proctree.descriptor_targets(r.pid).values(), "the crawler has not inherited what its parsers must not"

    def jailed(pid):
        status = open("/proc/%d/status" % pid).read()
        return re.search(r"Seccomp:\s+2\b", status) and re.search(r"NoNewPrivs:\s+1\b", status)
    for pid in proctree.workers(r.pid):
        eventually(lambda: jailed(pid), "not jailed: %s" % open("/proc/%d/status" % pid).read())
        if crawl.is_sanitized():
            continue
        # parse/wire.h: a socket for each loop. The memory it was given is mapped by now, and its descriptors closed.
        targets = proctree.descriptor_targets(pid)
        assert {fd: t for fd, t in targets.items() if fd < 3} == dict.fromkeys(range(3), "/dev/null"), targets
        assert sorted(targets) == [0, 1, 2, 6, 7] and all(targets[fd].startswith("socket:") for fd in (6, 7)), targets
        limits = open("/proc/%d/limits" % pid).read()
        # A page's CPU time is limited by a timer; this is for a worker that has lost it.
        assert re.search(r"Max cpu time\s+\d+\s+\d+", limits), limits
        assert re.search(r"Max data size\s+\d+", limits) and re.search(r"Max file size\s+0\s", limits), limits
    held.gate.open()
    r.wait().expect(crawl.OK)


PRCTL = {"x86_64": 157, "aarch64": 167, "riscv64": 167}

# A layer of the jail, and what a kernel without it says: (number of the call, its first argument if it matters, errno).
LAYERS = {"landlock": (444, None, 38), "seccomp": (PRCTL.get(platform.machine()), 21, 22)}


def kernel_without(layer):
    """Called in a new process: from now on its kernel lacks the layer. Done by seccomp, before lycosa asks for either."""
    number, argument, errno = LAYERS[layer]
    load, equal, ret = 0x20, 0x15, 0x06
    program = [(load, 0, 0, 0), (equal, 0, 3 if argument else 1, number)]
    program += [(load, 0, 0, 16), (equal, 0, 1, argument)] if argument else []
    program += [(ret, 0, 0, 0x50000 | errno), (ret, 0, 0, 0x7fff0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *row) for row in program))
    prog = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(38, 1, 0, 0, 0) != 0 or prctl(22, 2, ctypes.byref(prog)) != 0:
        raise OSError(ctypes.get_errno(), "no seccomp to test with")


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_missing_layer_of_the_jail(run, serve, layer):
    """Said once, and the crawl goes on without it; with parse.sandbox=strict an error, before anything is fetched."""
    if LAYERS[layer][0] is None:
        pytest.skip("system call numbers of %s are not known here" % platform.machine())
    site = serve({"/": page("/a"), "/a": page()})
    done = run("crawl", site.url("/"), "-e", "parse.sandbox=strict", before=lambda: kernel_without(layer))
    assert done.status == 1 and re.search(r"parse\.sandbox=strict: this system lacks (\w+,)?%s\b" % layer, done.stderr), str(done)
    assert site.asked(robots=True) == []
    done = run("crawl", site.url("/"), "--workers=3", before=lambda: kernel_without(layer)).expect(crawl.OK)
    said = [line for line in done.stderr.splitlines() if "jail goes without" in line]
    assert len(said) == 1 and layer in said[0] and "parse.sandbox=strict" in said[0], str(done)
    assert sorted(done.paths) == ["/", "/a"]


def test_nobody_is_left_behind(running, held):
    """However the program ends, its workers end too: here it is killed."""
    r = running("crawl", held.url("/"), "--workers=3")
    assert held.gate.count(1)
    eventually(lambda: len(proctree.workers(r.pid)) == 3, "no workers")
    below = proctree.descendants(r.pid)
    r.signal(signal.SIGKILL)
    r.wait()
    eventually(lambda: not [p for p in below if os.path.exists("/proc/%d" % p)
                            and "Z" not in open("/proc/%d/stat" % p).read().rsplit(")", 1)[1].split()[0]],
               lambda: "left behind: %s" % [(p, proctree.exe(p)) for p in below if os.path.exists("/proc/%d" % p)])


N_PAGES = 600


@pytest.fixture
def star(serve):
    """/ links to everything; each page has a child of its own. So a page whose links are lost costs just that child.

    Nothing ends before star.gate opens: one of the last pages waits for it. star.allow(n): those from the n-th on wait too.
    """
    gate, allowed = hostile.Gate(), threading.Condition()

    def allow(n):
        with allowed:
            allowed.n = n
            allowed.notify_all()

    def script(x):
        path = x.request.path
        if path == "/%d" % (N_PAGES - 10):
            gate.pass_()
        if path[1:].isdigit():
            with allowed:
                allowed.wait_for(lambda: int(path[1:]) < allowed.n, hostile.PATIENCE)
        if path == "/":
            return page(*("/%d" % i for i in range(N_PAGES)))
        if path.endswith(".child") or path == "/robots.txt":
            return page() if path != "/robots.txt" else Answer(404)
        return page(path + ".child", body="<p>text</p>" * 300)
    allow(N_PAGES)
    server = serve(script)
    server.gate, server.allow = gate, allow
    return server


def expect_star(done, at_most_lost):
    """All pages; children but for those whose parent's parser was lost."""
    lost = [p["url"] for p in done.pages if p["outcome"].startswith("parser_")]
    found = {p for p in done.paths}
    assert {"/%d" % i for i in range(N_PAGES)} <= found, str(done)
    childless = [i for i in range(N_PAGES) if "/%d.child" % i not in found]
    assert sorted(u.rsplit("/", 1)[1] for u in lost if not u.endswith(".child")) == sorted(map(str, childless))
    assert len(lost) <= at_most_lost, (len(lost), at_most_lost)
    assert done.paths == sorted(set(done.paths))


@pytest.mark.parametrize("engine", crawl.ENGINES)
def test_killed_parsers_cost_nothing(run, running, star, engine):
    """SIGKILL to the parser again and again, under load: what it was reading goes to another, and the crawl finds all.

    Between two kills that page is past, as the next parser begins with it: one that is met twice is lost.
    """
    star.allow(40)
    r = running("crawl", star.url("/"), "--workers=1", "--per-host=8", "--wait=1ms", "--engine", engine)
    killed = []

    def kill_another():
        for pid in proctree.workers(r.pid):
            if pid not in killed:
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def pages():
        return json.loads(run("ctl", r.dir, "status", "--json", dir=None).expect(crawl.OK).stdout)["parse"]["pages"]
    assert star.wait_asked(10)
    for _ in range(6):
        eventually(kill_another, lambda: "workers are not replaced: %s were killed" % killed)
        past = pages() + 70  # CLIENT_PER_WORKER: those that come first, it among them
        star.allow(past + 20)  # so that there are pages left to be killed at
        eventually(lambda: pages() >= past, "no page is read any more")
    star.allow(N_PAGES)
    star.gate.open()
    expect_star(r.wait().expect(crawl.OK), 0)


def test_all_parsers_killed_at_once(running, star):
    r = running("crawl", star.url("/"), "--workers=4", "--per-host=8")
    assert star.wait_asked(100)
    pids = proctree.workers(r.pid)
    # At once: none is given what another was reading, to be killed with it.
    for sign in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
    star.gate.open()
    expect_star(r.wait().expect(crawl.OK), 0)


def test_parsers_are_lost_where_none_is_needed(running, run, serve):
    """Without the process that starts them the run ends, though only pictures are left; the next one gets these."""
    gate, n = hostile.Gate(), 40
    script = {"/": page(body="".join('<img src="/%d.png">' % i for i in range(n)))}
    site = serve(lambda x: script.get(x.request.path) or (Answer(404) if x.request.path == "/robots.txt" else
                 (gate.pass_(), Answer(body=b"\x89PNG", type="image/png"))[1]))
    r = running("crawl", site.url("/"), "-p", "--wait=0", "--workers=1", "--per-host=2")
    assert gate.count(2)
    spawner, = [p for p in proctree.children(r.pid) if proctree.exe(p) == "lycosa"]
    os.kill(spawner, signal.SIGKILL)
    r.wait_line("the run ends; the next one goes on with what is left")
    gate.open()
    done = r.wait()
    assert done.status == crawl.GENERIC and len(site.asked()) < n, done
    assert len(run("resume", done.dir, dir=None).expect(crawl.OK) and crawl.read_lines(os.path.join(done.dir, "pages.jsonl"))) == n + 1


def test_hanging_parser(running, star):
    """A parser that stops for ever (here: SIGSTOP) is given up after parse.timeout and replaced."""
    r = running("crawl", star.url("/"), "--workers=2", "--per-host=8", "-e", "parse.timeout=2s", "--no-soft-404")
    assert star.wait_asked(50)
    pids = proctree.workers(r.pid)[:1]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    star.gate.open()
    done = r.wait().expect(crawl.OK)
    expect_star(done, 1)
    assert {p["outcome"] for p in done.pages} <= {"ok", "parser_timeout"}


def test_parser_out_of_memory(run, serve):
    """A page that needs more memory than parse.memory costs itself; the others are read."""
    body = "".join('<a href="/%s%d">x</a>' % ("z" * 300, i) for i in range(60_000))
    site = serve(lambda x: {"/": page("/huge", *("/p%d" % i for i in range(50))), "/huge": Answer(body=body)}.get(x.request.path)
                 or (Answer(404) if x.request.path == "/robots.txt" else page()))
    done = run("crawl", site.url("/"), "-e", "parse.memory=16m", "--per-host=8", "--workers=2", "-l", 1)
    done.expect(crawl.OK)
    assert {"/p%d" % i for i in range(50)} <= set(done.paths)
    # A sanitised build gives its parsers more room.
    assert done.outcome("/huge") == ("ok" if crawl.is_sanitized() else "parser_memory")


@pytest.mark.parametrize("reader", crawl.READERS)
def test_worker_program_missing(run, serve, tmp_path, reader):
    """Said clearly, before anything is fetched."""
    import shutil
    copy = tmp_path / "alone" / "lycosa"
    copy.parent.mkdir()
    shutil.copy(os.path.realpath(crawl.PROGRAM), copy)
    site = serve({"/": page()})
    import subprocess
    p = subprocess.run([str(copy), "crawl", site.url("/"), "-P", str(tmp_path / "j"), "--html", reader],
                       env=crawl.environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=crawl.DEADLINE)
    if p.returncode == 0:
        pytest.skip("another lycosa-worker is installed")
    assert "lycosa-worker" in p.stderr and site.asked() == []


@pytest.mark.parametrize("options", [("--workers=0",), ("--extract=t=//title",)], ids=lambda o: o[0][2:9])
def test_another_library_in_the_place_of_libxml2(run, serve, tmp_path, options):
    """What reads pages itself loads libxml2 when it needs it, and says which of its functions there is none of."""
    zlib = next(line.split()[-1] for line in open("/proc/self/maps", encoding="utf-8") if "/libz.so" in line)
    for name in ("libxml2.so.2", "libxml2.so.16"):
        shutil.copy(zlib, tmp_path / name)
    env = {"LD_LIBRARY_PATH": str(tmp_path)}
    if run("--version", env=env).status != 0:
        pytest.skip("lycosa is linked with libxml2, having no name to load it by")
    done = run("crawl", serve({"/": page()}).url("/"), *options, env=env).expect(crawl.GENERIC)
    assert re.search(r"libxml2\.so\.\d+: undefined symbol: (html|xml)\w+", done.stderr), done
