# SPDX-License-Identifier: GPL-3.0-or-later
"""bash's completion, as bash asks for it: the words so far, and which of them the cursor is on."""
import os
import shlex
import shutil
import subprocess

import pytest

import conftest
import crawl

SCRIPT = os.path.join(os.path.dirname(crawl.PROGRAM), "doc", "bash", "lycosa")


@pytest.fixture(autouse=True)
def bash():
    if not shutil.which("bash"):
        conftest.missing("bash was not found, and it is bash that asks", "bash")


@pytest.fixture
def complete(tmp_path):
    def call(*words):
        """What may stand for the last word. = is a word of its own, as readline has it."""
        words = ("lycosa",) + words
        script = "set -u; . %s; COMP_WORDS=(%s); COMP_CWORD=%d; _lycosa; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (
            shlex.quote(SCRIPT), " ".join(map(shlex.quote, words)), len(words) - 1)
        done = subprocess.run(["bash", "--norc", "-c", script], cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 0 and done.stderr == "", done
        return sorted(filter(None, done.stdout.split("\n")))
    (tmp_path / "job").mkdir()
    (tmp_path / "jobs.txt").write_text("")
    return call


def test_commands(complete):
    assert complete("m") == ["mirror"] and "crawl" in complete("") and complete("crawl", "") == []
    assert complete("help", "ver") == ["verify", "version"]


def test_options_are_those_of_the_command(complete):
    assert {"--wait", "--waitretry", "--warc", "--wacz"} <= set(complete("crawl", "--wa"))
    assert "--sha256" in complete("get", "--s") and "--sha256" not in complete("crawl", "--s")
    assert complete("crawl", "--no-ro") == ["--no-robots"] and complete("report", "--on") == ["--only"]
    # A value of a word of its own is no command.
    assert "--level" in complete("-P", "get", "crawl", "--l") and "--level" in complete("--config", "=", "get", "crawl", "--l")


def test_values(complete):
    assert complete("crawl", "--engine", "") == complete("crawl", "--engine", "=") == ["events", "serial", "threads"]
    assert complete("crawl", "--engine", "=", "t") == ["threads"]
    assert complete("crawl", "-i", "jo") == ["job", "jobs.txt"] and complete("crawl", "-P", "jo") == ["job"]
    assert complete("crawl", "--wait", "") == []


def test_keys(complete):
    assert complete("ctl", "job", "get", "polite.wa") == ["polite.wait"]
    assert complete("ctl", "job", "set", "polite.wa") == complete("crawl", "-e", "polite.wa") == ["polite.wait="]
    # What cannot change while a job runs is not offered where it would be refused.
    assert complete("ctl", "job", "set", "fetch.") == ["fetch.connections=", "fetch.loops="]
    assert "fetch.engine=" in complete("crawl", "-e", "fetch.") and "fetch.engine" in complete("ctl", "job", "get", "fetch.")
    assert complete("ctl", "job", "set", "polite.wait", "=", "") == complete("ctl", "job", "set", "polite.wait", "=") == []
    assert complete("help", "polite.wa") == ["polite.wait"] and "--wait" in complete("help", "--wa")
    assert complete("ctl", "job", "exclude", "p") == []


def test_jobs(complete):
    for command in ("resume", "update", "report", "serve", "top", "ctl"):
        assert complete(command, "j") == ["job"], command
    assert complete("ctl", "job", "s") == ["set", "status", "stop"]
    assert complete("inspect", "li") == ["links"] and complete("inspect", "links", "j") == ["job", "jobs.txt"]
