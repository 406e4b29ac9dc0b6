# SPDX-License-Identifier: GPL-3.0-or-later
"""Long: nothing grows over 50,000 pages, nothing leaks, and the sanitised build stays silent under load."""
import os
import shutil
import subprocess
import threading

import pytest

import conftest
import crawl
import origin
import proctree
from hostile import Answer, page, redirect

pytestmark = pytest.mark.long

SOURCE = os.path.join(os.path.dirname(__file__), "..", "..", "bench", "slow_server.c")


@pytest.fixture
def big_site(tmp_path):
    """52,004 pages on four hosts, from bench/slow_server without delay."""
    built = os.path.join(os.path.dirname(os.path.realpath(crawl.PROGRAM)), "bench", "slow_server")
    if not os.path.exists(built):
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if compiler is None:
            conftest.missing("no C compiler to build the server with")
        built = str(tmp_path / "slow_server")
        (tmp_path / "config.h").write_text("")
        subprocess.run([compiler, "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-I", str(tmp_path), "-o", built, SOURCE], check=True)
    p = origin.start([built, "-n", "4", "-d", "0", "-w", "1000", "-k", "12", "-b", "2000"], stdin=subprocess.PIPE,
                     stdout=subprocess.PIPE, text=True)
    port = int(p.stdout.readline())
    yield ["http://127.0.0.%d:%d/" % (i, port) for i in range(2, 6)]
    p.stdin.close()
    p.wait()


N_BIG = 4 * (1 + 1000 * 13)


@pytest.mark.parametrize("engine", ("events", "threads"))
def test_no_growth(running, big_site, engine):
    """Descriptors and memory of the whole tree in the second half of the crawl, against the middle of it."""
    r = running("crawl", *big_site, "--per-host=8", "--workers=2", "--engine", engine, "--threads=16", "-e", "store.flush=100ms")
    samples, pause = [], threading.Event()
    pages = os.path.join(str(r.dir), "pages.jsonl")
    while r.process.poll() is None:
        below = [r.pid] + proctree.descendants(r.pid)
        try:
            samples.append((os.path.getsize(pages) if os.path.exists(pages) else 0, proctree.descriptors(r.pid), len(below),
                            [proctree.rss_bytes(p) for p in below]))
        except OSError:
            pass
        pause.wait(0.05)
    done = r.wait().expect(crawl.OK)
    assert len(done.pages) == N_BIG
    end = os.path.getsize(pages)
    middle = [s for s in samples if 0.4 * end <= s[0] <= 0.5 * end]
    late = [s for s in samples if s[0] >= 0.8 * end and s[2] == middle[-1][2]]
    assert middle and late, "too fast to be watched: %d samples" % len(samples)
    assert max(s[1] for s in late) <= max(s[1] for s in middle) + 8, "descriptors grow"
    grown = max(sum(s[3]) for s in late) - max(sum(s[3]) for s in middle)
    # What may grow is the visited set: 14 bytes a URL, and it was full of these in the middle already.
    assert grown < 12 * 1024 * 1024, "memory grew by %d KiB over 20,000 pages" % (grown // 1024)


def test_1024_connections(run, big_site):
    done = run("crawl", *big_site, "--per-host=256", "--connections=1024", "--max-pages=20000").expect(crawl.BUDGET)
    assert len(done.pages) == 20000


def valgrind_or_skip():
    """The runs have small slots for pages: valgrind cannot lay out the address space that a thousand large ones have."""
    if shutil.which("valgrind") is None:
        conftest.missing("valgrind was not found: install the Debian package valgrind", "valgrind")
    if crawl.is_sanitized():
        pytest.skip("valgrind and sanitizers exclude one another")


@pytest.mark.parametrize("engine, workers", (("events", 1), ("threads", 1), ("serial", 0)))
def test_valgrind(serve, tmp_path, engine, workers):
    """No leak and no invalid access in the main process; with workers 0 the reader runs in it too."""
    valgrind_or_skip()
    site = serve({"/": page("/a", "/b", "/moved", "/gone", "/cut", "http://[bad", "ftp://x/", "http://127.0.0.9:1/"),
                  "/a": page("/a/1", "/a/2", body="<p>x</p>" * 5000), "/a/1": page(), "/a/2": page(), "/moved": redirect("/b"),
                  "/b": Answer(body=b"\0" * 300000, type="application/octet-stream"), "/cut": lambda x: None})
    log = tmp_path / "valgrind.log"
    wrapper = ["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99",
               "--child-silent-after-fork=yes", "--log-file=%s" % log]
    p = subprocess.run(wrapper + [crawl.PROGRAM, "crawl", site.url("/"), "-e", "parse.max_page=1m", "-H", "--waitretry=0", "--save=body", "--engine", engine,
                                  "--workers", str(workers), "-P", str(tmp_path / "job"), "-e", "parse.timeout=60s"],
                       env=crawl.environment(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=10 * crawl.DEADLINE)
    assert p.returncode == crawl.NETWORK, "%d: %s\n%s" % (p.returncode, log.read_text()[-3000:], p.stderr.decode()[-2000:])


def test_valgrind_interrupted(serve, tmp_path):
    """A run that is stopped frees what it had queued."""
    valgrind_or_skip()
    site = serve(lambda x: Answer(404) if x.request.path == "/robots.txt" else
                 page(*("%s/%d" % (x.request.path.rstrip("/"), i) for i in range(20))))
    log = tmp_path / "valgrind.log"
    p = subprocess.run(["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99",
                        "--child-silent-after-fork=yes", "--log-file=%s" % log, crawl.PROGRAM, "crawl", site.url("/"), "-e", "parse.max_page=1m", "--max-pages=50",
                        "--workers=1", "-P", str(tmp_path / "job")],
                       env=crawl.environment(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=10 * crawl.DEADLINE)
    assert p.returncode == crawl.BUDGET, "%d: %s" % (p.returncode, log.read_text()[-3000:])
