# SPDX-License-Identifier: GPL-3.0-or-later
"""Large bodies of a crawl: what has come of one is not asked for again, and nothing is put together that is not one file."""
import email.utils
import os
import re
import signal
import sqlite3

import pytest

import crawl
import proctree
from hostile import LONG_AGO, Answer, Gate, header, page, ranged, redirect

MIB = 1024 * 1024
DATA = bytes(range(256)) * (3 * MIB // 256) + b"the end"
OTHER = DATA[::-1]
HALF = 2 * MIB + 12345
FAST = ("--wait=0", "--waitretry=0", "-e", "store.commit_ms=20")
MIRROR = ("mirror",) + FAST
SAVE = ("crawl", "--save=body") + FAST


# How the end of a body is known (RFC 9112 §6.3).
FRAMINGS = {"length": "Content-Length: %d\r\n", "chunked": "Transfer-Encoding: chunked\r\n", "close": "Connection: close\r\n"}


def stuck(gate, data=DATA, half=HALF, etag='"one"', more="", framing="length"):
    """The first half, and then nothing more."""
    def answer(x):
        end = FRAMINGS[framing] % len(data) if framing == "length" else FRAMINGS[framing]
        x.send("HTTP/1.1 200 OK\r\nContent-Type: application/x-thing\r\n%sContent-Disposition: attachment\r\n%s%s\r\n" % (
            end, 'ETag: %s\r\n' % etag if etag else "", more))
        x.send(b"%x\r\n%s\r\n" % (half, data[:half]) if framing == "chunked" else data[:half])
        gate.pass_()
    return answer


def parts(dir):
    return sorted(os.listdir(os.path.join(dir, "parts"))) if os.path.exists(os.path.join(dir, "parts")) else []


def part_bytes(dir):
    return [os.path.getsize(os.path.join(dir, "parts", n)) for n in parts(dir) if n.endswith(".part")]


def wait_for_half(dir, half=HALF):
    """A commit has said of what the part is, and all that was sent is in it."""
    crawl.eventually(lambda: part_bytes(dir) == [half] and any("synced" in open(os.path.join(dir, "parts", n)).read() for n in parts(dir) if
                                                               n.endswith(".info")), lambda: "no part: %s" % parts(dir))


def check(done, data=DATA, type="application/octet-stream"):
    """The file, its row and its hash are right, and nothing else is left."""
    p = done.page("/big")
    with open(os.path.join(done.dir, p["saved"]), "rb") as f:
        assert f.read() == data
    assert (p["status"], p["outcome"], p["body_bytes"], p["type"]) == (200, "ok", len(data), type) and len(p["content_hash"]) == 32
    assert parts(done.dir) == [] and not os.path.exists(os.path.join(done.dir, "parts"))
    return p


@pytest.fixture
def killed(serve, running, tmp_path):
    """A run that was ended in the middle of /big: (site, directory, log)."""
    def call(how, number=signal.SIGKILL, times=1, **script):
        gate, log = Gate(), []
        site = serve({"/": page("/big", "/other"), "/other": page(), "/big": stuck(gate, **script)})
        r = running(*how, site.url("/"), dir=tmp_path / "job")
        wait_for_half(r.dir, script.get("half", HALF))
        for n in range(times):
            r.signal(number)
            if n == 0 and times > 1:
                r.wait_line("interrupted: finishing what is in flight")
        r.wait()
        gate.open()
        assert any(n.endswith(".info") for n in parts(r.dir))
        site.script["/big"] = ranged(script.get("data", DATA), log=log, etag=script.get("etag", '"one"'))
        return site, r.dir, log
    return call


@pytest.mark.parametrize("engine", crawl.ENGINES)
@pytest.mark.parametrize("how", [MIRROR, SAVE], ids=["mirror", "save"])
def test_killed(run, killed, how, engine):
    """kill -9 in the middle: the next run asks for the rest, and for no byte of what is there."""
    how += ("--engine", engine)
    site, dir, log = killed(how)
    done = run(*how, site.url("/"), dir=dir).expect(crawl.OK)
    assert log == [("bytes=%d-" % HALF, '"one"')]
    again = run(*how, site.url("/")).expect(crawl.OK)
    # What the first answer said of it holds.
    p, q = check(done, type="application/x-thing"), check(again)
    assert p["content_hash"] == q["content_hash"] and p["wire_bytes"] == len(DATA) - HALF
    run("verify", dir, dir=None).expect(crawl.OK)
    assert "identity" in header_of(site, "/big", "accept-encoding")


UNANNOUNCED = [framing for framing in FRAMINGS if framing != "length"]


@pytest.mark.parametrize("framing", UNANNOUNCED)
@pytest.mark.parametrize("engine", crawl.ENGINES)
@pytest.mark.parametrize("how", [MIRROR, SAVE], ids=["mirror", "save"])
def test_killed_where_no_length_was_announced(run, killed, how, engine, framing):
    """What is there may be all of it: the last byte of it is asked for with the rest."""
    how += ("--engine", engine)
    site, dir, log = killed(how, framing=framing)
    done = run(*how, site.url("/"), dir=dir).expect(crawl.OK)
    assert log == [("bytes=%d-" % (HALF - 1), '"one"')]
    p = check(done, type="application/x-thing")
    assert p["wire_bytes"] == len(DATA) - HALF + 1
    run("verify", dir, dir=None).expect(crawl.OK)


def chunked_rest(x):
    """As a server that makes up its answers says it: no length here either."""
    first = int(header(x, "range")[6:-1])
    x.send("HTTP/1.1 206 Partial\r\nContent-Range: bytes %d-%d/%d\r\nETag: \"one\"\r\nTransfer-Encoding: chunked\r\n\r\n" % (
        first, len(DATA) - 1, len(DATA)))
    x.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(DATA) - first, DATA[first:]))
    return None


@pytest.mark.parametrize("answer, whole, asked", [
    (chunked_rest, DATA, 1),
    (ranged(DATA, honour=False), DATA, 1),
    (ranged(OTHER, etag='"two"'), OTHER, 1),
    (ranged(OTHER, etag='"two"', honour="always"), OTHER, 2),
    (lambda x: Answer(206, body=DATA[HALF - 1:], headers=[("ETag", '"one"'), ("Content-Range", "bytes %d-%d/*" % (HALF - 1, len(DATA) - 1))])
     if header(x, "range") else Answer(body=DATA, type="application/octet-stream"), DATA, 2),
    (lambda x: Answer(416) if header(x, "range") else Answer(body=DATA, type="application/octet-stream"), DATA, 2),
], ids=["chunked", "no ranges", "another file", "another file, no If-Range", "no length", "416"])
def test_answers_to_what_no_length_was_announced_of(run, killed, answer, whole, asked):
    site, dir, _ = killed(MIRROR, framing="chunked")
    site.script["/big"], before = answer, len(header_of(site, "/big", "range"))
    done = run(*MIRROR, "-t", 1, site.url("/"), dir=dir).expect(crawl.OK)
    check(done, whole, done.page("/big")["type"])
    assert header_of(site, "/big", "range")[before:] == ["bytes=%d-" % (HALF - 1), None][:asked]


def test_lost_connections_where_no_length_was_announced(run, serve):
    """The same within a run."""
    log = []

    def answer(x):
        log.append(header(x, "range"))
        if len(log) > 1:
            return chunked_rest(x)
        gate = Gate()
        gate.open()
        return stuck(gate, framing="chunked")(x)
    site = serve({"/": page("/big"), "/big": answer})
    done = run(*MIRROR, "-t", 2, site.url("/")).expect(crawl.OK)
    assert log == [None, "bytes=%d-" % (HALF - 1)]
    check(done, type="application/x-thing")


@pytest.mark.parametrize("said", [True, False], ids=["said", "unsaid"])
def test_whole_where_no_length_was_announced(run, killed, said):
    """As a kill between the last byte and the commit leaves it: with the second name of what is whole, which is known of it then, or without."""
    site, dir, log = killed(MIRROR, framing="close")
    part = os.path.join(dir, "parts", next(n for n in parts(dir) if n.endswith(".part")))
    with open(part, "ab") as f:
        f.write(DATA[HALF:])
    if said:
        os.link(part, os.path.join(dir, "kept"))
        with open(part + ".info", "a") as f:
            f.write("total %d\n" % len(DATA))
    check(run(*MIRROR, site.url("/"), dir=dir).expect(crawl.OK), type="application/x-thing")
    assert log == [("bytes=%d-" % (len(DATA) - 1), '"one"')]


def test_what_is_whole_is_said_to_be(running, serve, tmp_path):
    """Before the file has its row: of a body that came to its end with no length announced, the info has one then."""
    gate, goes_on = Gate(), Gate()

    def answer(x):
        x.send("HTTP/1.1 200 OK\r\nContent-Type: application/x-thing\r\nConnection: close\r\nETag: \"one\"\r\n\r\n")
        x.send(DATA)
        gate.pass_()
    site = serve({"/": page("/big", "/last"), "/big": answer, "/last": lambda x: goes_on.pass_()})
    r = running(*MIRROR, "-e", "store.commit_ms=3600000", site.url("/"), dir=tmp_path / "job")
    crawl.eventually(lambda: part_bytes(r.dir) == [len(DATA)], lambda: "no part: %s" % parts(r.dir))
    gate.open()
    crawl.eventually(lambda: any("\ntotal %d\n" % len(DATA) in open(os.path.join(r.dir, "parts", n)).read() for n in parts(r.dir) if n.endswith(".info")),
                     "nothing is said of its length")
    r.signal(signal.SIGKILL)
    r.wait()
    goes_on.open()


def header_of(site, path, name):
    return [{k.lower(): v for k, v in r.headers.items()}.get(name) for r in site.log if r.path == path]


def test_interrupted(run, killed):
    """Twice SIGINT ends what is in flight; what has come of it stays."""
    site, dir, log = killed(MIRROR, signal.SIGINT, 2)
    run("resume", dir, dir=None).expect(crawl.OK)
    check(crawl.Done([], 0, "", "", dir), type="application/x-thing")
    assert log == [("bytes=%d-" % HALF, '"one"')]


@pytest.mark.parametrize("validator", [{"etag": '"one"'}, {"etag": None, "modified": LONG_AGO}], ids=["etag", "date"])
@pytest.mark.parametrize("how", [MIRROR, SAVE], ids=["mirror", "save"])
def test_lost_connections(run, serve, how, validator):
    """The same within a run: nothing is sent twice."""
    log = []
    site = serve({"/": page("/big"), "/big": ranged(DATA, log=log, stop_after=MIB + 1, **validator)})
    done = run(*how, "-t", 5, site.url("/")).expect(crawl.OK)
    assert [a for a, _ in log] == [None] + ["bytes=%d-" % n for n in range(MIB + 1, len(DATA), MIB + 1)]
    assert all(i == (validator["etag"] or LONG_AGO) for _, i in log[1:])
    check(done, type=done.page("/big").get("type"))


def of(**changes):
    """What an honest server says to the rest of DATA, with changes. A function is called with the exchange."""
    head = {"status": 206, "range": "bytes %d-%d/%d" % (HALF, len(DATA) - 1, len(DATA)), "etag": '"one"', "body": DATA[HALF:], "more": []}
    head.update(changes)
    return Answer(head["status"], body=head["body"], type="application/octet-stream", headers=head["more"] +
                  ([("Content-Range", head["range"])] if head["range"] else []) + ([("ETag", head["etag"])] if head["etag"] else []))


LIES = {
    "from the start": of(range="bytes 0-%d/%d" % (len(DATA) - 1, len(DATA)), body=DATA),
    "another place": of(range="bytes %d-%d/%d" % (HALF + 1, len(DATA) - 1, len(DATA)), body=DATA[HALF + 1:]),
    "backwards": of(range="bytes %d-5/%d" % (HALF, len(DATA))),
    "no range": of(range=None),
    "nonsense": of(range="whatever"),
    "several": of(range=None, body=b"--x\r\n\r\n--x--", more=[("Content-Type", "multipart/byteranges; boundary=x")]),
    "another length": of(range="bytes %d-%d/%d" % (HALF, len(DATA), len(DATA) + 1), body=DATA[HALF:] + b"x"),
    "unknown length": of(range="bytes %d-%d/*" % (HALF, len(DATA) - 1), etag='"two"'),
    "another tag": of(etag='"two"'),
    "a weak tag": of(etag='W/"one"'),
    "no tag": of(etag=None),
    "encoded": of(more=[("Content-Encoding", "gzip")]),
    "too long": of(body=DATA[HALF:] + b"more"),
    "416": of(status=416, range="bytes */7", body=b""),
    "416 and no word": of(status=416, range=None, body=b""),
    "200": of(status=200, range=None, body=DATA),
}


@pytest.mark.parametrize("lie", LIES)
def test_servers_that_lie(run, killed, lie):
    """What does not fit is not put together: all of it is asked for, and that is none of --tries."""
    site, dir, log = killed(MIRROR)
    honest = site.script["/big"]
    site.script["/big"] = lambda x: LIES[lie] if header(x, "range") else honest(x)
    check(run(*MIRROR, "-t", 1, site.url("/"), dir=dir).expect(crawl.OK))
    assert log == ([] if lie == "200" else [(None, None)])


def test_a_server_that_sends_more_than_it_says(run, killed):
    """Without a length nobody knows before the end."""
    site, dir, log = killed(MIRROR)
    honest = site.script["/big"]

    def endless(x):
        if not header(x, "range"):
            return honest(x)
        x.send("HTTP/1.1 206 Partial\r\nContent-Range: bytes %d-%d/%d\r\nETag: \"one\"\r\nConnection: close\r\n\r\n" % (
            HALF, len(DATA) - 1, len(DATA)))
        x.send(DATA[HALF:] + b"more")
        return None
    site.script["/big"] = endless
    check(run(*MIRROR, "-t", 1, site.url("/"), dir=dir).expect(crawl.OK))
    assert log == [(None, None)]


def test_a_gate_before_the_rest(run, killed):
    """What is asked for again leads round by another page first: that a redirect is over takes nothing from what comes behind it."""
    site, dir, log = killed(MIRROR)
    honest = site.script["/big"]

    def behind(x):
        if "in=1" not in (header(x, "cookie") or ""):
            return redirect("/set")
        # The redirects are committed by then, which ends the first /big.
        crawl.eventually(lambda: any(p["url"] == site.url("/set") for p in crawl.read_lines(os.path.join(dir, "pages.jsonl"))), "no /set")
        return honest(x)
    site.script["/big"] = behind
    site.script["/set"] = Answer(302, headers={"Location": "/big", "Set-Cookie": "in=1"})
    done = run(*MIRROR, "-t", 1, site.url("/"), dir=dir).expect(crawl.OK)
    bodies = [p for p in done.pages if p["url"] == site.url("/big") and p["status"] == 200]
    assert len(bodies) == 1 and bodies[0]["body_bytes"] == len(DATA) and parts(dir) == []
    with open(os.path.join(dir, bodies[0]["saved"]), "rb") as f:
        assert f.read() == DATA


@pytest.mark.parametrize("date, fits", [(None, True), (LONG_AGO, True), ("Wed, 02 Jan 2019 00:00:00 GMT", False), ("now", False)])
def test_a_date_for_a_validator(run, killed, date, fits):
    """A 206 need not repeat what If-Range has said; where it says another date, it is of another file, and be that too fresh to be a validator."""
    site, dir, log = killed(MIRROR, etag=None, more="Last-Modified: %s\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n" % LONG_AGO)
    honest, now = site.script["/big"], email.utils.formatdate(usegmt=True)
    head = [("Date", now)] + ([("Last-Modified", now if date == "now" else date)] if date else [])
    site.script["/big"] = lambda x: of(etag=None, more=head) if header(x, "if-range") == LONG_AGO else honest(x)
    check(run(*MIRROR, "-t", 1, site.url("/"), dir=dir).expect(crawl.OK), type="application/x-thing" if fits else "application/octet-stream")
    assert log == ([] if fits else [(None, None)])


def test_a_part_of_the_rest(run, killed):
    """A server may send less than was asked for: the next request goes on there."""
    site, dir, log = killed(MIRROR)
    honest, end = site.script["/big"], HALF + 1000
    site.script["/big"] = lambda x: of(range="bytes %d-%d/%d" % (HALF, end - 1, len(DATA)), body=DATA[HALF:end]) if header(
        x, "range") == "bytes=%d-" % HALF else honest(x)
    check(run(*MIRROR, site.url("/"), dir=dir).expect(crawl.OK), type="application/x-thing")
    assert log == [("bytes=%d-" % end, '"one"')]


def test_another_file_by_now(run, killed):
    site, dir, log = killed(MIRROR)
    site.script["/big"] = ranged(OTHER, log=log, etag='"two"')
    check(run(*MIRROR, site.url("/"), dir=dir).expect(crawl.OK), OTHER)
    assert log == [("bytes=%d-" % HALF, '"one"')]


def test_another_start_of_the_machine(run, killed):
    """After a power cut what was not synced is not believed: it is asked for again, from the last commit on."""
    site, dir, log = killed(MIRROR)
    info = os.path.join(dir, "parts", next(n for n in parts(dir) if n.endswith(".info")))
    with open(info) as f:
        text = f.read()
    assert MIB + 7 <= int(re.search(r"synced (\d+)", text).group(1)) <= HALF
    with open(info, "w") as f:
        f.write(re.sub(r"boot \S+", "boot another", re.sub(r"synced \d+", "synced %d" % (MIB + 7), text)))
    with open(info[:-len(".info")], "r+b") as f:
        f.seek(MIB + 7)
        f.write(b"\0" * 5000)
    check(run(*MIRROR, site.url("/"), dir=dir).expect(crawl.OK), type="application/x-thing")
    assert log == [("bytes=%d-" % (MIB + 7), '"one"')]


@pytest.mark.parametrize("changed", [False, True], ids=["same", "another"])
def test_whole_and_not_committed(run, killed, changed):
    """As a kill between the two leaves it, with a second name: it is asked for its last byte, and the file of that name is not written to."""
    site, dir, log = killed(MIRROR)
    part = os.path.join(dir, "parts", next(n for n in parts(dir) if n.endswith(".part")))
    with open(part, "ab") as f:
        f.write(DATA[HALF:])
    os.link(part, os.path.join(dir, "kept"))
    if changed:
        site.script["/big"] = ranged(OTHER, log=log, etag='"two"')
    check(run(*MIRROR, site.url("/"), dir=dir).expect(crawl.OK), OTHER if changed else DATA, "application/octet-stream" if changed else "application/x-thing")
    assert log == [("bytes=%d-" % (len(DATA) - 1), '"one"')]
    with open(os.path.join(dir, "kept"), "rb") as f:
        assert f.read() == DATA


@pytest.mark.parametrize("head", [
    {"etag": None}, {"etag": 'W/"one"'}, {"etag": 'W/"one"', "more": "Last-Modified: %s\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n" % LONG_AGO},
    {"etag": None, "more": "Last-Modified: %s\r\n" % LONG_AGO}, {"etag": None, "more": "Last-Modified: %s\r\nDate: %s\r\n" % (LONG_AGO, LONG_AGO)},
    {"more": "Content-Encoding: identity\r\n"}], ids=["none", "weak", "weak and a date", "undated", "a fresh date", "encoded"])
def test_what_cannot_be_validated_is_fetched_whole(run, serve, head):
    asked = []

    def answer(x):
        asked.append(header(x, "range"))
        gate = Gate()
        gate.open()
        return stuck(gate, **head)(x) if len(asked) == 1 else Answer(body=DATA, type="application/octet-stream")
    site = serve({"/": page("/big"), "/big": answer})
    check(run(*MIRROR, site.url("/")).expect(crawl.OK))
    assert asked == [None, None]


def test_warc(run, running, serve, tmp_path):
    """A record is one answer as it was sent: no part is kept, and all of it is fetched again."""
    gate, log = Gate(), []
    site = serve({"/": page("/big"), "/big": stuck(gate)})
    r = running(*MIRROR, "--warc", site.url("/"), dir=tmp_path / "job")
    crawl.eventually(lambda: HALF in proctree.nameless_bytes(r.pid), "what was sent does not come to a file without a name")
    assert parts(r.dir) == []
    r.signal(signal.SIGKILL)
    r.wait()
    gate.open()
    assert parts(r.dir) == []
    site.script["/big"] = ranged(DATA, log=log)
    done = run(*MIRROR, "--warc", site.url("/"), dir=r.dir).expect(crawl.OK)
    check(done)
    assert log == [(None, None)]
    run("verify", r.dir, dir=None).expect(crawl.OK)


def test_leftovers(run, killed):
    """Of a URL that is not asked for any more, and of a run that keeps no parts, nothing is left; what is not ours is."""
    site, dir, log = killed(MIRROR)
    os.mkdir(os.path.join(dir, "parts", "mine"))
    with open(os.path.join(dir, "parts", "notes.part"), "w") as f:
        f.write("of the user")
    run(*MIRROR, "--reject-regex=big", site.url("/"), dir=dir).expect(crawl.OK)
    assert log == [] and parts(dir) == ["mine", "notes.part"]


def test_leftovers_of_a_run_that_keeps_none(run, killed):
    site, dir, log = killed(MIRROR)
    done = run(*MIRROR, "--warc", site.url("/"), dir=dir).expect(crawl.OK)
    check(done)
    assert log == [(None, None)]


def test_no_part_of_what_failed(run, serve):
    """It has come to its end, whatever came of it."""
    gate = Gate()
    gate.open()
    site = serve({"/": page("/big"), "/big": lambda x: Answer(404) if header(x, "range") else stuck(gate)(x)})
    done = run(*MIRROR, site.url("/")).expect(crawl.SERVER)
    assert done.page("/big")["status"] == 404 and not os.path.exists(os.path.join(done.dir, "parts"))


def test_update(run, running, serve, tmp_path):
    """The next generation's too; what it shares with this one stays as it is."""
    gate, log = Gate(), []
    site = serve({"/": page("/big"), "/big": ranged(DATA, etag='"one"')})
    done = run(*MIRROR, site.url("/")).expect(crawl.OK)
    site.script["/big"] = stuck(gate, OTHER, etag='"two"')
    r = running("update", *FAST, done.dir, dir=None)
    wait_for_half(os.path.join(done.dir, "update"))
    r.signal(signal.SIGKILL)
    r.wait()
    gate.open()
    saved = os.path.join(done.dir, done.page("/big")["saved"])
    with open(saved, "rb") as f:
        assert f.read() == DATA
    site.script["/big"] = ranged(OTHER, etag='"two"', log=log)
    run("update", *FAST, done.dir, dir=None).expect(crawl.OK)
    with open(saved, "rb") as f:
        assert f.read() == OTHER
    assert log == [("bytes=%d-" % HALF, '"two"')] and not os.path.exists(os.path.join(done.dir, "parts"))
    run("verify", done.dir, dir=None).expect(crawl.OK)


@pytest.mark.skipif(not crawl.counts_memory(), reason="what a sanitizer, or a wrapper like valgrind, keeps for itself would be counted as the program's")
def test_memory(run, running, serve, tmp_path):
    """Some hundred MiB in bounded memory, before the kill and after it."""
    size, half, chunk = 320 * MIB, 200 * MIB, b"\0" * MIB
    gates, log = [Gate(), Gate()], []

    def answer(x):
        asked = header(x, "range")
        first = int(asked[6:-1]) if asked else 0
        log.append(first)
        x.send("HTTP/1.1 %s\r\nContent-Length: %d\r\nETag: \"one\"\r\nContent-Type: application/octet-stream\r\n%s\r\n" % (
            "206 Partial" if first else "200 OK", size - first, "Content-Range: bytes %d-%d/%d\r\n" % (first, size - 1, size) if first else ""))
        for _ in range(((size - 5 if first else half) - first) // MIB):
            x.send(chunk)
        rest = (size - 5 if first else half) - first
        x.send(b"\0" * (rest % MIB))
        gates[first > 0].pass_()
        if first:
            x.send(b"\0" * 5)
    site = serve({"/": page("/big"), "/big": answer})
    for n, bytes in enumerate((half, size - 5)):
        r = running(*MIRROR, "-e", "store.commit_ms=200", site.url("/"), dir=tmp_path / "job")
        wait_for_half(r.dir, bytes)
        assert 0 < proctree.peak_bytes(r.pid) < 128 * MIB
        if n == 0:
            r.signal(signal.SIGKILL)
            r.wait()
        gates[n].open()
    assert r.wait().status == crawl.OK and log == [0, half]
    with sqlite3.connect("file:%s?mode=ro" % os.path.join(r.dir, "lycosa.db"), uri=True) as db:
        saved, bytes = db.execute("SELECT saved, body_bytes FROM urls WHERE url LIKE '%/big'").fetchone()
    assert bytes == os.path.getsize(os.path.join(r.dir, saved)) == size and not os.path.exists(os.path.join(r.dir, "parts"))
