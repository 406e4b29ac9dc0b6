# SPDX-License-Identifier: GPL-3.0-or-later
"""Headless Chromium: Debian's, driven by playwright-core from npm, which is kept in the tests' cache directory.

	with Browser() as b: b.open([(url, shot or None), ...]) -> [answer, ...]      answers as browser.js says
	b.left                                                                        what wanted to leave the machine all the same

Whatever it asks for goes to a proxy that hangs up; with loopback=True, but for what is on loopback. Not in `left` is what the
browser asks for by itself: its maker's services, whatever it is told.
"""
import collections
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import tarfile
import tempfile
import threading

import debdocs
import origin

PLAYWRIGHT = "playwright-core-1.65.1"
PLAYWRIGHT_SHA512 = ("86a3e9cfb6e548c3f1595768784d728814b35ec2a254e77693e9230af994cb00"
                     "f618f3b60ddf477dc5a7abd34dd061db3590c5819f497c116bf97e7f04ba34ab")
REPLAYWEBPAGE = "replaywebpage-2.5.3"
REPLAYWEBPAGE_SHA512 = ("9c28f63d238ddc1c5e489284f00b183f250bbf45cf64a2567f2e25f4fc90adef"
                        "52ab02d9f9629956cfec7cba8f390e06ac7fb46248dbc0e86bf1c4931f4f20b1")
HERE = os.path.dirname(os.path.abspath(__file__))

Answer = collections.namedtuple("Answer", "url loaded title requests errors styles")


class Unavailable(Exception):
    pass


def package(name, sha512):
    """Where npm's package of that name and version is, unpacked and without those it depends on. Raises Unavailable when it cannot be had."""
    into = os.path.join(debdocs.cache_dir(), name)
    if os.path.isdir(into):
        return into
    if shutil.which("npm") is None:
        raise Unavailable("npm was not found: install the Debian package npm")
    with tempfile.TemporaryDirectory(dir=debdocs.cache_dir()) as tmp:
        done = subprocess.run(["npm", "pack", "--silent", "@".join(name.rsplit("-", 1))], cwd=tmp, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        path = os.path.join(tmp, name + ".tgz")
        if done.returncode != 0 or not os.path.exists(path):
            raise Unavailable("npm pack failed: " + done.stdout.strip()[-500:])
        with open(path, "rb") as f:
            if hashlib.sha512(f.read()).hexdigest() != sha512:
                raise Unavailable(name + " is not what it was")
        with tarfile.open(path) as archive:
            archive.extractall(tmp)
        try:
            os.rename(os.path.join(tmp, "package"), into)
        except OSError:
            if not os.path.isdir(into):  # else somebody else was faster
                raise
    return into


def playwright():
    """Where the library is. Raises Unavailable when it cannot be had."""
    return package(PLAYWRIGHT, PLAYWRIGHT_SHA512)


def replaywebpage():
    """Where the player of web archives is. Raises Unavailable when it cannot be had."""
    return package(REPLAYWEBPAGE, REPLAYWEBPAGE_SHA512)


def programs():
    """(node, chromium). Raises Unavailable."""
    for program, package in (("node", "nodejs"), ("chromium", "chromium")):
        if shutil.which(program) is None:
            raise Unavailable("%s was not found: install the Debian package %s" % (program, package))
    return shutil.which("node"), shutil.which("chromium")


class Refused:
    """A proxy that hangs up on everybody and keeps what they asked for."""

    def __enter__(self):
        self.listener = origin.bound_socket()
        self.proxy = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.asked = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def _serve(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with sock:
                sock.settimeout(10)
                try:
                    self.asked.append(sock.recv(4096).split(b"\r\n")[0].decode("latin-1"))
                except OSError:
                    self.asked.append("nothing")

    def __exit__(self, *exc):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


OWN = re.compile(r"\S+ (?:https?://)?[\w.-]+\.(?:google|googleapis|gvt1)\.com[:/]")


class Browser:
    def __init__(self, loopback=False):
        self.loopback = loopback

    def __enter__(self):
        node, chromium = programs()
        self.refused = Refused().__enter__()
        self.home = tempfile.TemporaryDirectory()
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env.update(HOME=self.home.name, LC_ALL="C.UTF-8")
        self.process = origin.start(
            [node, os.path.join(HERE, "browser.js"), playwright(), chromium, self.refused.proxy,
             "direct" if self.loopback else "refused"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def open(self, pages, styles=None):
        """One after the other; pages: [(url, file of the screenshot or None), ...]. styles: [the end of the address of the frame whose
        title and looks are wanted, for each]."""
        answers = []
        for (url, shot), end in zip(pages, styles or [None] * len(pages)):
            self.process.stdin.write(json.dumps({"url": url, "shot": shot and str(shot), "styles": end}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            assert line, "the browser has gone"
            answers.append(Answer(**json.loads(line)))
        return answers

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.refused.__exit__()
        self.home.cleanup()

    @property
    def left(self):
        return [line for line in self.refused.asked if not OWN.match(line)]
