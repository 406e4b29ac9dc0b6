# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program under test and reads what it wrote.

	done = crawl.run("crawl", site.url("/"), dir=tmp_path)		waits; done.status, done.stderr, done.pages ...
	with crawl.Running("crawl", ...) as r:				to look at it, or signal it, while it runs
	        r.wait_line(r"...")

LYCOSA names the program; its worker lies beside it. LYCOSA_WRAPPER is put before it (valgrind and the like).
Every run has a deadline only so that a hang ends as a failure: no test depends on how fast anything is.
"""
import functools
import json
import os
import re
import shlex
import subprocess
import threading

import origin
import whatwg

PROGRAM = os.environ.get("LYCOSA", "")
WRAPPER = shlex.split(os.environ.get("LYCOSA_WRAPPER", ""))
DEADLINE = float(os.environ.get("LYCOSA_TEST_DEADLINE", "120"))
ENGINES = ("events", "threads", "serial")
READERS = ("scan", "libxml2")

# Exit codes (wget's 0-8, and ours).
OK, GENERIC, USAGE, FILE_IO, NETWORK, TLS, AUTH, PROTOCOL, SERVER = 0, 1, 2, 3, 4, 5, 6, 7, 8
INTERRUPTED, BUDGET, DISK_FULL, BLOCKED = 11, 12, 13, 14

# What differs from run to run though the crawl was the same; see doc/formats.md.
TIMING_FIELDS = ("queued_at", "started_at", "queue_us", "connect_us", "first_byte_us", "total_us", "parse_us")


def environment(home, **changes):
    """No proxy, no user's configuration: nothing of whoever runs the tests."""
    keep = {k: v for k, v in os.environ.items() if k.lower() not in (
        "http_proxy", "https_proxy", "all_proxy", "no_proxy", "lycosa", "no_color")}
    keep.update(HOME=str(home), XDG_CONFIG_HOME=str(home), LC_ALL="C.UTF-8", TERM="dumb")
    keep.update({k: str(v) for k, v in changes.items()})
    return keep


def vectors(name):
    """The path of a file of the published vectors; None where they are not at hand."""
    top = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    path = os.path.join(os.environ.get("LYCOSA_VECTORS") or os.path.join(top, "..", "shared", "vectors"), name)
    return path if os.path.exists(path) else None


def read_lines(path):
    """The objects of a .jsonl file. Strict: each line valid UTF-8, valid JSON, no key twice, the last one complete."""
    def unique(pairs):
        keys = [k for k, _ in pairs]
        assert len(keys) == len(set(keys)), "a key stands twice: %r" % keys
        return dict(pairs)
    with open(path, "rb") as f:
        data = f.read()
    assert data == b"" or data.endswith(b"\n"), "%s does not end with a whole line" % path
    return [json.loads(line.decode("utf-8", "strict"), object_pairs_hook=unique) for line in data.splitlines()]


class Done:
    """What a finished run left behind."""

    def __init__(self, argv, status, stdout, stderr, dir):
        self.argv, self.status, self.stdout, self.stderr, self.dir = argv, status, stdout, stderr, str(dir)

    def _lines(self, name):
        path = os.path.join(self.dir, name)
        return read_lines(path) if os.path.exists(path) else []

    @property
    def pages(self):
        if not hasattr(self, "_pages"):
            self._pages = self._lines("pages.jsonl")
        return self._pages

    @property
    def skipped(self):
        return self._lines("skipped.jsonl")

    @property
    def urlmap(self):
        return self._lines("urlmap.jsonl")

    @property
    def urls(self):
        return {p["url"] for p in self.pages}

    @property
    def paths(self):
        """The path and query of every URL fetched, sorted, as often as it stands there."""
        return sorted(whatwg.parse(p["url"]).path_query() for p in self.pages)

    def page(self, suffix):
        found = [p for p in self.pages if p["url"].endswith(suffix)]
        assert len(found) == 1, "%d records end in %s: %s\n%s" % (len(found), suffix, sorted(self.urls), self)
        return found[0]

    def outcome(self, suffix):
        return self.page(suffix)["outcome"]

    def skips(self):
        """{path and query, or the URL as it stands when it is none: reason}"""
        return {(lambda u: u.path_query() if u else s["url"])(whatwg.parse(s["url"])): s["reason"] for s in self.skipped}

    def comparable(self):
        """pages.jsonl sorted by URL without what depends on the clock."""
        rows = [{k: v for k, v in p.items() if k not in TIMING_FIELDS} for p in self.pages]
        return sorted(rows, key=lambda p: (p["url"], p.get("depth"), json.dumps(p, sort_keys=True)))

    def expect(self, status):
        assert self.status == status, "exit status %d, not %d\n%s" % (self.status, status, self)
        return self

    def __str__(self):
        return "$ %s\nexit %d\nstdout: %s\nstderr: %s" % (
            " ".join(map(shlex.quote, self.argv)), self.status, self.stdout[-2000:], self.stderr[-4000:])


@functools.lru_cache
def is_sanitized():
    """Such a build gives its parsers more room, and valgrind cannot run it."""
    out = subprocess.run([PROGRAM, "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout
    return "sanitizers" in out


def counts_memory():
    """Whether what a process needs is lycosa's own: not a wrapper's, nor what sanitizers add."""
    return not WRAPPER and not is_sanitized()


def eventually(what, message):
    """Polls until what() is true: /proc and files tell nobody when they change."""
    pause = threading.Event()
    for _ in range(int(DEADLINE * 100)):
        if what():
            return
        pause.wait(0.01)
    raise AssertionError(message() if callable(message) else message)


def command(args, dir=None):
    argv = WRAPPER + [PROGRAM] + [str(a) for a in args]
    if dir is not None:
        argv += ["-P", str(dir)]
    return argv


def run(*args, home, dir=None, input=None, env=None, cwd=None, deadline=None, before=None):
    """Runs to the end. dir: the job directory, given with -P; None: the test sees to it itself. before(): called in the new
    process, before the program."""
    argv = command(args, dir)
    process = origin.start(
        argv, before, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(home, **(env or {})), cwd=cwd)
    try:
        out, err = process.communicate(input, timeout=deadline or DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError("hangs: %s" % Done(argv, -9, out.decode(errors="replace"), err.decode(errors="replace"), dir))
    return Done(argv, process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), dir)


class Running:
    """A run to be watched. stderr is read by a thread, line by line. before(): as of run()."""

    def __init__(self, *args, home, dir=None, env=None, pass_fds=(), before=None):
        self.dir, self.argv = dir, command(args, dir)
        self.lines, self.changed, self.closed = [], threading.Condition(), False
        self.process = origin.start(
            self.argv, before, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(home, **(env or {})), pass_fds=pass_fds)
        self.pid = self.process.pid
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def wait_line(self, pattern):
        """The first line of stderr that matches; fails when the program ends without it."""
        def found():
            return next((line for line in self.lines if re.search(pattern, line)), None)
        with self.changed:
            self.changed.wait_for(lambda: found() or self.closed, DEADLINE)
            assert found(), "no line matches %r: %s" % (pattern, self.lines)
            return found()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("hangs: %s; stderr so far: %s" % (self.argv, self.lines))
        self.reader.join()
        return Done(self.argv, self.process.returncode, self.process.stdout.read().decode("utf-8", "replace"),
                    "\n".join(self.lines), self.dir)
