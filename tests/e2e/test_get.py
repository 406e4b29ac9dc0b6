# SPDX-License-Identifier: GPL-3.0-or-later
"""`lycosa get`: each file whole or not at all, and only what is missing."""
import errno
import fcntl
import hashlib
import os
import re
import resource
import signal
import socket
import stat
import struct
import termios
import threading
import time

import pytest

import crawl
import proctree
from hostile import LONG_AGO, Answer, Gate, header, ranged, redirect
from test_crash import INTERPOSE

DATA = bytes(range(256)) * 4096
NEEDS_INTERPOSE = pytest.mark.skipif(
    not os.path.exists(INTERPOSE) or crawl.WRAPPER or crawl.is_sanitized(),
    reason="needs tests/crash/interpose.so (make check builds it) and a program without sanitizers")


@pytest.fixture
def get(run, tmp_path):
    """get(args...) -> Done, run in tmp_path / "here"."""
    here = tmp_path / "here"
    here.mkdir()

    def call(*args, **kw):
        return run("get", *args, dir=None, cwd=here, **kw)
    call.here = here
    return call


def names(get):
    return sorted(os.listdir(get.here))


def content(get, name):
    return (get.here / name).read_bytes()


def test_files(get, serve):
    """Names as wget's, in parallel, from the command line and a list."""
    names_wanted = {"/a.bin": "a.bin", "/": "index.html", "/d/": "index.html.1", "/x?q=1": "x?q=1", "/sp%20ace": "sp ace", "/e%2Fvil": "e%2Fvil",
                    "/c%0Atrl": "c%0Atrl", "/d2/a.bin": "a.bin.1", "/" + "n" * 300 + ".iso": "n" * 179 + "~c371ad650d6b8aab.iso", "/caf%C3%A9": "caf\u00e9"}
    site = serve({path: Answer(body=path.encode(), type="text/plain") for path in names_wanted})
    (get.here / "list").write_text("# a list\n\n" + "\n".join(site.url(p) for p in list(names_wanted)[2:]) + "\n")
    get(site.url("/a.bin"), site.url("/"), "-i", "list").expect(crawl.OK)
    assert set(names(get)) == set(names_wanted.values()) | {"list"}
    for path, name in names_wanted.items():
        assert content(get, name).decode() == path
    assert "/robots.txt" not in site.asked(robots=True)


def test_who_is_first_does_not_say_who_is_whose(get, serve):
    """Of one name, the order given says which has the number: also where the second is whole long before the first, and where one is there already."""
    here = get.here

    def slow(x):
        crawl.eventually(lambda: any(n.startswith("a.") and n not in there and not n.endswith((".part", ".info")) for n in names(get)), "the second does not come")
        return Answer(body=b"slow")
    site = serve({"/slow/a": slow, "/fast/a": Answer(body=b"fast")})
    there = []
    get(site.url("/slow/a"), site.url("/fast/a")).expect(crawl.OK)
    assert (content(get, "a"), content(get, "a.1")) == (b"slow", b"fast") and names(get) == ["a", "a.1"]
    get("-nc", site.url("/slow/a"), site.url("/fast/a")).expect(crawl.OK)
    os.unlink(here / "a.1")
    there = ["a"]
    get(site.url("/slow/a"), site.url("/fast/a")).expect(crawl.OK)
    assert [content(get, n) for n in ("a", "a.1", "a.2")] == [b"slow", b"fast", b"slow"] and len(names(get)) == 3
    # A name that the server gives is not another's either.
    site = serve({"/x": Answer(body=b"x", headers={"Content-Disposition": "attachment; filename=y"}), "/y": lambda x: crawl.eventually(
        lambda: "y.1" in os.listdir(here / "by"), "x does not come") or Answer(body=b"y")})
    get("--content-disposition", "-P", "by", site.url("/x"), site.url("/y")).expect(crawl.OK)
    assert {n: (here / "by" / n).read_bytes() for n in os.listdir(here / "by")} == {"y": b"y", "y.1": b"x"}


@pytest.mark.parametrize("option", ["-nc", "-N", "-c"])
def test_given_twice(get, serve, option):
    """As wget: the second time the file is there. Another URL with that name is another file, whatever its order."""
    site = serve({p: Answer(body=p.encode(), type="text/plain", headers=[("Last-Modified", LONG_AGO)]) for p in ("/f", "/d/f")})
    (get.here / "list").write_text("%s\n%s\n%s %s\n" % (site.url("/f"), site.url("/d/f"), site.url("/d/f"), site.url("/f")))
    done = get(option, site.url("/f"), site.url("/f#top"), site.url("/d/f"), "-i", "list").expect(crawl.OK)
    assert done.stderr.count("given twice") == 3 and "3 of 3 files" in done.stderr, str(done)
    assert names(get) == ["f", "f.1", "f.2", "list"] and [content(get, n) for n in names(get)[:2]] == [b"/f", b"/d/f"]
    os.mkdir(get.here / "plain")
    done = get("-P", "plain", site.url("/f"), site.url("/f")).expect(crawl.OK)
    assert "given twice" not in done.stderr and sorted(os.listdir(get.here / "plain")) == ["f", "f.1"]


def test_long_names_do_not_meet(get, serve):
    """What differs behind the 200th byte only is another file: -c and -nc would take the first for it."""
    long = "k" * 220
    site = serve({"/x?%s=%d" % (long, n): Answer(body=b"%d" % n * 10) for n in (1, 2)})
    for n in (1, 2):
        get("-c", site.url("/x?%s=%d" % (long, n))).expect(crawl.OK)
        get("-nc", site.url("/x?%s=%d" % (long, n))).expect(crawl.OK)
    assert sorted(content(get, n) for n in names(get)) == [b"1" * 10, b"2" * 10] and len(site.asked()) == 2
    assert all(re.fullmatch(r"x\?k+~[0-9a-f]{16}", n) and len(n) == 200 for n in names(get))


def test_names_that_are_there(get, serve):
    site = serve({"/f": Answer(body=b"new")})
    (get.here / "f").write_bytes(b"old")
    get(site.url("/f")).expect(crawl.OK)
    get(site.url("/f")).expect(crawl.OK)
    assert names(get) == ["f", "f.1", "f.2"] and content(get, "f") == b"old" and content(get, "f.2") == b"new"
    done = get("-nc", site.url("/f")).expect(crawl.OK)
    assert "there already" in done.stderr and len(site.asked()) == 2 and content(get, "f") == b"old"
    get("-O", "f", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == b"new" and len(names(get)) == 3
    get("-P", "sub/dir", site.url("/f")).expect(crawl.OK)
    assert (get.here / "sub/dir/f").read_bytes() == b"new"


def test_output(get, serve):
    site = serve({"/f": Answer(body=DATA), "/bad": Answer(404)})
    done = get("-q", "-O", "-", site.url("/f"))
    assert done.expect(crawl.OK).stdout == DATA.decode("utf-8", "replace") and names(get) == [] and done.stderr == ""
    get("-O", "/dev/null", site.url("/f")).expect(crawl.OK)
    # The second is a mirror of the first, of one file.
    done = get("-O", "out/x", site.url("/f")).expect(crawl.FILE_IO)
    assert "out/x: No such file or directory; -O makes no directories, -P does" in done.stderr and names(get) == []
    # Where nobody can make a file, the directory is what has to be known.
    assert "f: cannot be written in /proc/self: " in get("-P", "/proc/self", site.url("/f")).expect(crawl.FILE_IO).stderr
    assert "x: cannot be written as /proc/self/x: " in get("-O", "/proc/self/x", site.url("/f")).expect(crawl.FILE_IO).stderr
    get("-P", "out/in", site.url("/f")).expect(crawl.OK)
    get("-O", "out/x", site.url("/bad"), site.url("/f")).expect(crawl.OK)
    assert (get.here / "out/x").read_bytes() == DATA == (get.here / "out/in/f").read_bytes()
    get("-O", "out/", site.url("/f")).expect(crawl.USAGE)


def test_several_for_one_output(get, serve):
    """wget writes one behind the other: that they are mirrors here is said."""
    site = serve({"/a": Answer(body=b"a"), "/b": Answer(body=b"b")})
    assert "-O: 2 URLs are mirrors of one file" in get("-O", "two", site.url("/a"), site.url("/b")).expect(crawl.OK).stderr
    assert content(get, "two") == b"a" and "mirrors" not in get("-O", "one", site.url("/a")).expect(crawl.OK).stderr


@pytest.mark.parametrize("validator", [{"etag": '"one"'}, {"etag": None, "modified": LONG_AGO}])
def test_lost_connections(get, serve, validator):
    """What was received is not received again, within a run; and the file is put together right."""
    log = []
    site = serve({"/f": ranged(DATA, log=log, stop_after=300000, **validator)})
    get("--waitretry=0", "-t", "10", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and names(get) == ["f"]
    assert [a for a, _ in log] == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]
    assert all(i == (validator["etag"] or LONG_AGO) for _, i in log[1:])


def test_the_rest_has_not_to_say_its_date_again(get, serve):
    """RFC 9110 §15.3.7: to an If-Range with the date a 206 leaves it out. It is another file only if it says so."""
    log = []
    whole = ranged(DATA, etag=None, modified=LONG_AGO, log=log, stop_after=500000)

    def rest(**kw):
        return lambda x: ranged(DATA, etag=None, honour="always", **kw)(x) if header(x, "if-range") == LONG_AGO and not log.append("rest") else whole(x)
    site = serve({"/f": rest(), "/g": rest(modified="Wed, 02 Jan 2019 00:00:00 GMT")})
    get("--waitretry=0", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and log == [(None, None), "rest"] and (get.here / "f").stat().st_mtime == 1546300800
    log.clear()
    get("--waitretry=0", "-t2", site.url("/g")).expect(crawl.NETWORK)
    assert log == [(None, None), "rest", (None, None)]


def test_tries_count_since_a_file_came_on(get, serve):
    """A line that is lost ten times costs ten rounds and no file; one that brings nothing, or begins anew each time, costs --tries."""
    log = []
    site = serve({"/lossy": ranged(DATA, log=log, stop_after=100000), "/anew": ranged(DATA, etag=None, log=log, stop_after=100000),
                  "/drops": ranged(DATA, log=log, stop_after=10)})
    get("--waitretry=0", "-t2", site.url("/lossy")).expect(crawl.OK)
    assert content(get, "lossy") == DATA and len(log) == 11
    for path in ("/anew", "/drops"):
        log.clear()
        get("--waitretry=0", "-t3", site.url(path)).expect(crawl.NETWORK)
        assert len(log) == 3, path
    log.clear()
    get("--waitretry=0", "-t1", "-P", "once", site.url("/lossy")).expect(crawl.NETWORK)
    assert len(log) == 1


def test_pieces(get, serve):
    """A 206 of less than was asked for is no failure: the next piece is asked for at once."""
    log, most = [], [100000]

    def capped(x):
        log.append(header(x, "range"))
        if log[-1] is None:
            return ranged(DATA, stop_after=100000)(x)
        first = int(log[-1][len("bytes="):-1])
        end = min(first + most[0], len(DATA))
        return Answer(206, body=DATA[first:end], headers=[("ETag", '"one"'), ("Content-Range", "bytes %d-%d/%d" % (first, end - 1, len(DATA)))])
    site = serve({"/f": capped})
    done = get("-t2", "--waitretry=0", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and len(log) == 11 and done.stderr.count("tried again") == 1
    os.unlink(get.here / "f")
    log.clear()
    most[0] = 1
    get("-t3", "--waitretry=0", site.url("/f")).expect(crawl.NETWORK)
    assert len(log) == 3 and not (get.here / "f").exists()


@pytest.mark.parametrize("framing", ["Content-Length: %d" % len(DATA), "Transfer-Encoding: chunked", "Connection: close"])
def test_killed(get, serve, running, tmp_path, framing):
    """kill -9 in the middle: -c asks for the rest, and for nothing of what is there, whether or not a length was announced."""
    gate, log = Gate(), []

    def half(x):
        log.append((header(x, "range"), header(x, "if-range")))
        x.send("HTTP/1.1 200 OK\r\n%s\r\nETag: \"one\"\r\n\r\n" % framing)
        x.send(b"%x\r\n%s" % (500000, DATA[:500000]) if "chunked" in framing else DATA[:500000])
        gate.pass_()
    site = serve({"/f": half})
    r = running("get", "-P", get.here, site.url("/f"), dir=None)
    crawl.eventually(lambda: (get.here / "f.part").exists() and (get.here / "f.part").stat().st_size == 500000, "the half does not come")
    r.signal(signal.SIGKILL)
    r.wait()
    gate.open()
    assert names(get) == ["f.part", "f.part.info"]
    site.script["/f"] = ranged(DATA, log=log)
    get("-c", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and names(get) == ["f"] and log[1:] == [("bytes=500000-", '"one"')]


def test_interrupted(get, serve, running):
    gate = Gate()

    def half(x):
        x.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: \"one\"\r\n\r\n" % len(DATA))
        x.send(DATA[:1000])
        gate.pass_()
    site = serve({"/f": half})
    r = running("get", "-P", get.here, site.url("/f"), dir=None)
    crawl.eventually(lambda: (get.here / "f.part").exists() and (get.here / "f.part").stat().st_size == 1000, "nothing comes")
    r.signal(signal.SIGINT)
    done = r.wait().expect(crawl.INTERRUPTED)
    gate.open()
    assert "-c goes on" in done.stderr and names(get) == ["f.part", "f.part.info"]


@pytest.mark.parametrize("options", ([], ["-q"]), ids=("as it is", "quiet"))
def test_signals_that_end_nothing(get, serve, running, options):
    """SIGUSR1 asks how far it is; SIGUSR2 and SIGALRM are nothing to it."""
    gate = Gate()

    def half(x):
        x.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(DATA))
        x.send(DATA[:1000])
        gate.pass_()
        x.send(DATA[1000:])
    site = serve({"/f": half})
    r = running("get", "-P", get.here, site.url("/f"), *options, dir=None)
    crawl.eventually(lambda: (get.here / "f.part").exists() and (get.here / "f.part").stat().st_size == 1000, "nothing comes")
    for number in (signal.SIGALRM, signal.SIGUSR2, signal.SIGUSR1):
        r.signal(number)
    r.wait_line(r"^lycosa: 0 of 1 file  1\.0 kB")
    gate.open()
    r.wait().expect(crawl.OK)
    assert content(get, "f") == DATA


def part(get, name, data, info):
    (get.here / (name + ".part")).write_bytes(data)
    if info is not None:
        (get.here / (name + ".part.info")).write_text(info)


def info(synced, etag='"one"', total=None, boot=None):
    if boot is None:
        with open("/proc/sys/kernel/random/boot_id") as f:
            boot = f.read().strip()
    return "lycosa part 1\nsynced %d\nboot %s\n%setag %s\nlast-modified \n" % (synced, boot, "" if total is None else "total %d\n" % total, etag)


def test_resume_is_validated(get, serve):
    """A part of which nothing is known, of another version, or that a power cut may have spoilt: never put together wrongly."""
    log = []
    site = serve({"/f": ranged(DATA, log=log)})
    wrong = b"\xee" * 1000
    for data, text, asked in ((wrong, "", None), (wrong, "lycosa part 1\n", None), (wrong, "lycosa part 1\nnonsense\n", None), (wrong, info(1000, '"two"'), "bytes=1000-"),
                              (wrong, info(1000, ""), None), (wrong, info(1000, '"one"\x01'), None), (wrong * 2000, info(10, total=len(DATA)), None),
                              (DATA[:1000] + wrong, info(1000, boot="before"), "bytes=1000-"), (DATA[:500], info(1000, boot="before"), "bytes=500-"),
                              (wrong, info(0, boot="before"), None)):
        part(get, "f", data, text)
        get("-c", site.url("/f")).expect(crawl.OK)
        assert content(get, "f") == DATA and names(get) == ["f"], text
        assert log.pop()[0] == asked and not log, text
        os.unlink(get.here / "f")
    # Without -c it begins anew.
    part(get, "f", wrong, info(1000))
    get(site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and log.pop()[0] is None
    # Killed between the last byte and the rename: only whether it is still the same is left to ask for, by the last byte; or nothing, with its sum.
    other = DATA[::-1]
    for data, etag, sum_, asked in ((DATA, '"one"', None, ("bytes=1048575-", '"one"')), (other, '"two"', None, ("bytes=1048575-", '"two"')), (other, "", None, (None, None)),
                                    (DATA, '"two"', DATA, None), (other, '"one"', DATA, (None, None))):
        os.unlink(get.here / "f")
        part(get, "f", data, info(len(DATA), etag, total=len(DATA)))
        get("-c", site.url("/f"), *["--sha256=" + hashlib.sha256(s).hexdigest() for s in (sum_,) if s]).expect(crawl.OK)
        assert content(get, "f") == DATA and names(get) == ["f"] and log == [asked] * (asked is not None), (etag, sum_)
        log.clear()
    os.unlink(get.here / "f")
    part(get, "f", DATA, info(len(DATA), total=len(DATA)).replace("last-modified ", "last-modified " + LONG_AGO))
    get("-c", site.url("/f")).expect(crawl.OK)
    assert (get.here / "f").stat().st_mtime == 1546300800 and len(log) == 1
    log.clear()
    # Another URL's, whatever its ETag.
    os.unlink(get.here / "f")
    site.script["/f"] = ranged(other[:5000], log=log)
    part(get, "f", DATA, info(len(DATA), total=len(DATA)))
    get("-c", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == other[:5000]
    site.script["/f"] = ranged(DATA, log=log)
    (get.here / "f").write_bytes(DATA)
    log.clear()
    # A whole file stays, by its length; a shorter one is fetched.
    assert "whole" in get("-c", site.url("/f")).expect(crawl.OK).stderr and log.pop()[0] == "bytes=%d-" % len(DATA)
    (get.here / "f").write_bytes(DATA[:5])
    get("-c", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA


def test_what_is_there_stays_with_c(get, serve):
    """Whatever the server makes of Range: only what is shorter than the whole is replaced."""
    asked = []

    def send(x, length, **fields):
        asked.append(header(x, "range"))
        x.send("HTTP/1.1 200 OK\r\n" + "".join("%s: %s\r\n" % f for f in fields.items()) + ("Content-Length: %d\r\n\r\n" % length if length is not None else "\r\n"))
        x.send(DATA[:length])

    def refuses(x):
        return Answer(416, headers=[("Content-Range", "bytes */1000")] if x.request.path == "/416" else []) if header(x, "range") else Answer(body=b"new")
    site = serve({"/200": lambda x: send(x, 1000), "/dated": lambda x: send(x, 1000, **{"Last-Modified": "Fri, 01 Jan 2100 00:00:00 GMT"}),
                  "/chunked": lambda x: send(x, None), "/empty": lambda x: send(x, 0), "/416": refuses, "/bare416": refuses})
    for path, bytes_, words in (("200", 1000, "and whole"), ("200", 1001, "longer than the server's"), ("dated", 1000, "-N replaces it"), ("chunked", 5, "how long"),
                                ("empty", 5, "longer"), ("416", 1000, "and whole"), ("416", 1001, "longer"), ("bare416", 1, "no more of it")):
        mine = b"m" * bytes_
        (get.here / path).write_bytes(mine)
        done = get("-c", site.url("/" + path)).expect(crawl.OK)
        assert words in done.stderr and "there already" in done.stderr and content(get, path) == mine, (path, bytes_, done)
    assert set(asked) == {"bytes=%d-" % n for n in (1000, 1001, 5)}
    for path, bytes_ in (("200", 999), ("dated", 1), ("empty", 0)):
        (get.here / path).write_bytes(b"m" * bytes_)
        get("-c", site.url("/" + path)).expect(crawl.OK)
        assert content(get, path) == DATA[:0 if path == "empty" else 1000]
    # A part of an earlier run, begun where there was a file already: that one is not what -c goes on with.
    site.script["/f"] = ranged(DATA)
    (get.here / "f").write_bytes(b"m" * len(DATA))
    part(get, "f", DATA[:1000], info(1000, total=len(DATA)))
    get("-c", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == b"m" * len(DATA) and content(get, "f.1") == DATA


def test_a_part_of_somebody_else_stays(get, serve):
    """Browsers have f.part too, and people: whatever its size, the options and the answer, it is left as it is."""
    site = serve({"/f": ranged(DATA), "/f2": Answer(404)})
    for name, data, text in (("f2", b"my notes\n", None), ("f", b"my notes\n", None), ("f", b"", None), ("f", DATA[:100000], None),
                             ("f", b"x", "garbage\n"), ("f", b"x", "x" * 100000)):
        for args in ([], ["-c"], ["-N"], ["-O", name]):
            part(get, name, data, text)
            done = get(*args, site.url("/" + name)).expect(crawl.FILE_IO)
            assert "not made by a lycosa of yours" in done.stderr and content(get, name + ".part") == data, (name, text, args)
            assert names(get) == [name + ".part"] + [name + ".part.info"] * (text is not None)
            for left in names(get):
                os.unlink(get.here / left)
    assert site.asked() == []
    (get.here / "f.part.info").write_text("mine\n")
    get(site.url("/f")).expect(crawl.FILE_IO)
    assert names(get) == ["f.part.info"] and content(get, "f.part.info") == b"mine\n"


def test_without_c_a_part_goes_when_something_comes(get, serve):
    """Not when it is opened: -c forgotten once, while the network is down, cost all that had come."""
    log = []
    site = serve({"/f": Answer(503)})
    part(get, "f", DATA[:900000], info(900000, total=len(DATA)))
    for url, status in ((site.url("/f"), 8), (site.url("/f").replace(str(site.port), "1"), crawl.NETWORK)):
        assert get("-t2", "--waitretry=0", url).status == status
        assert content(get, "f.part") == DATA[:900000] and names(get) == ["f.part", "f.part.info"]
    site.script["/f"] = ranged(DATA, log=log)
    get("-c", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and log == [("bytes=900000-", '"one"')]
    # In a try after the first it is still that of another run.
    os.unlink(get.here / "f")
    part(get, "f", DATA[:1000], info(1000, total=len(DATA)))
    site.script["/f"] = lambda x: Answer(503) if not log.append((header(x, "range"), None)) and len(log) == 2 else ranged(DATA)(x)
    get("-t3", "--waitretry=0", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and log[1:] == [(None, None)] * 2


def lie(status, range_=None, body=DATA[1000:], etag='"one"', length=None):
    return lambda x: ranged(DATA)(x) if header(x, "range") is None else Answer(
        status, body=body, headers=[("ETag", etag)] + ([("Content-Range", range_)] if range_ else []) + ([("Content-Length", length)] if length else []))


@pytest.mark.parametrize("answer", [
    lie(206, "bytes 0-%d/%d" % (len(DATA) - 1, len(DATA)), DATA), lie(206, "bytes 999-5/%d" % len(DATA)), lie(206), lie(206, "nonsense"),
    lie(206, "bytes 1000-1048575/9999999"), lie(206, "bytes 1000-1048575/1048576", etag='"two"'),
    lie(206, "bytes 1000-99999999999999999999/1048576"), lie(200, body=DATA), lie(416, "bytes */7"), lie(416)])
def test_servers_that_lie_about_ranges(get, serve, answer):
    site = serve({"/f": answer})
    part(get, "f", DATA[:1000], info(1000, total=len(DATA)))
    get("-c", "--waitretry=0", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA and names(get) == ["f"]


def test_servers_that_give_too_much_or_too_little(get, serve):
    """More than is announced, less, a part that nobody asked for, an endless head: an error, and never a file."""
    site = serve({
        "/part": Answer(206, body=b"xyz", headers=[("Content-Range", "bytes 5-7/8")]),
        "/short": lambda x: x.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc") and None,
        "/head": lambda x: x.send("HTTP/1.1 200 OK\r\n" + "X-A: b\r\n" * 100000) and None,
        "/none": Answer(204), "/loop": redirect("/loop"), "/away": redirect("ftp://127.0.0.1/x"), "/file": redirect("file:///etc/passwd")})
    for path, codes in (("/part", (crawl.PROTOCOL,)), ("/short", (crawl.NETWORK,)), ("/head", (crawl.GENERIC, crawl.PROTOCOL)),
                        ("/loop", (crawl.SERVER,)), ("/away", (crawl.PROTOCOL,)), ("/file", (crawl.PROTOCOL,))):
        done = get("--waitretry=0", "-t", "2", "-P", path[1:], site.url(path))
        assert done.status in codes, (path, done)
        assert [n for n in os.listdir(get.here / path[1:]) if not n.endswith((".part", ".info"))] == [], path


def test_exit_codes(get, serve):
    site = serve({"/404": Answer(404), "/401": Answer(401), "/500": Answer(500), "/ok": Answer(body=b"x")})
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        nobody = "http://127.0.0.1:%d/" % s.getsockname()[1]
        fast = ("--waitretry=0", "-t", "2")
        for urls, status in ((["/404"], 8), (["/401"], 6), (["/500"], 8), (["/ok"], 0), ([nobody], 4), (["/ok", "/404"], 8), ([nobody, "/404"], 4),
                             (["/404", "/401"], 6)):
            done = get(*fast, *[u if u.startswith("http") else site.url(u) for u in urls])
            assert done.status == status, (urls, done)
    assert site.asked().count("/500") == 2 and site.asked().count("/404") == 4
    get().expect(crawl.USAGE)
    get("mailto:a@b").expect(crawl.USAGE)
    get("-nc", "-c", site.url("/ok")).expect(crawl.USAGE)
    get("-i", "missing").expect(crawl.FILE_IO)


def test_quiet_is_not_silent(get, serve):
    """-q says nothing but errors: why a file is not there, or that a wrong one is; and nothing where all is well, however it came to be."""
    site = serve({"/404": Answer(404), "/a": Answer(body=b"a"), "/lost": ranged(DATA, stop_after=600000)})
    assert "error: 404: " in get("-q", site.url("/404")).expect(8).stderr
    done = get("-q", "--sha256", "0" * 64, site.url("/a")).expect(10)
    assert "its sum is wrong" in done.stderr and "a.bad" in done.stderr
    (get.here / "a.part").write_text("mine")
    assert "not made by a lycosa of yours" in get("-q", site.url("/a")).expect(crawl.FILE_IO).stderr
    (get.here / "l").write_text("%s %s" % (site.url("/404/lost"), site.url("/lost")))
    site.script["/404/lost"] = Answer(404)
    assert get("-q", "--waitretry=0", "-i", "l").expect(crawl.OK).stderr == "" and content(get, "lost") == DATA


def test_timestamps(get, serve):
    log = []

    def answer(x):
        since = header(x, "if-modified-since")
        log.append(since)
        return Answer(304, headers={"ETag": '"1"'}) if since == LONG_AGO else Answer(body=b"new", headers={"Last-Modified": LONG_AGO})
    site = serve({"/f": answer, "/undated": Answer(body=b"new")})
    (get.here / "f").write_bytes(b"old")
    # It is newer, whatever is made of If-Modified-Since.
    assert "not newer" in get("-N", site.url("/f")).expect(crawl.OK).stderr and content(get, "f") == b"old"
    os.utime(get.here / "f", (0, 1546300801))
    assert "not newer" in get("-N", site.url("/f")).expect(crawl.OK).stderr and content(get, "f") == b"old"
    (get.here / "undated").write_bytes(b"old")
    assert "gives no date" in get("-N", site.url("/undated")).expect(crawl.OK).stderr
    assert content(get, "undated") == b"new"
    os.unlink(get.here / "undated")
    log.clear()
    os.utime(get.here / "f", (0, 1546300799))
    get("-N", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == b"new" and (get.here / "f").stat().st_mtime == 1546300800
    assert "not changed" in get("-N", site.url("/f")).expect(crawl.OK).stderr
    assert log[0] is not None and log[1] == LONG_AGO and names(get) == ["f"]


def test_a_304_that_was_not_asked_for_is_believed_by_nobody(get, serve):
    """Nothing is there, or a part was asked for: "has not changed" would be the end of a file that does not exist."""
    log = []

    def lost(x):
        log.append(header(x, "range"))
        if log[-1] is None:
            return ranged(DATA, stop_after=500000 if len(log) == 1 else None)(x)
        return Answer(304, headers={"ETag": '"one"'})
    site = serve({"/f": Answer(304), "/lost": lost, "/there": lambda x: Answer(304) if header(x, "range") else Answer(body=DATA)})
    for args in ([], ["-N"], ["-c"]):
        done = get(*args, "-t1", site.url("/f")).expect(crawl.PROTOCOL)
        assert "not changed" not in done.stderr and "0 of 1 file," in done.stderr and names(get) == []
    get("-N", "--waitretry=0", site.url("/lost")).expect(crawl.OK)
    assert content(get, "lost") == DATA and log == [None, "bytes=500000-", None]
    (get.here / "there").write_bytes(b"half")
    get("-c", site.url("/there")).expect(crawl.OK)
    assert content(get, "there") == DATA


@pytest.mark.parametrize("field, name", [
    ('attachment; filename="a b.txt"', "a b.txt"), ("attachment; filename=plain.txt; x=y", "plain.txt"), ("inline; FileName*=utf-8'de'%e2%82%ac.txt", "\u20ac.txt"),
    ('attachment; filename="../../etc/passwd"', "passwd"), ('attachment; filename="..\\\\..\\\\x.exe"', "x.exe"), ('attachment; filename=".bashrc"', "bashrc"),
    ('attachment; filename="-rf"', "rf"), ('attachment; filename="a\\"b;c"', "a_b;c"), ("attachment; filename*=UTF-8''%2Fetc%2Fx%00%1b%5b", "x__["),
    ('attachment; filename=".."', "f"), ('attachment; filename="/"', "f"), ("attachment; filename=", "f"), ("attachment", "f"),
    ('attachment; filename="' + "n" * 5000 + '.iso"', "n" * 179 + "~2626b9d8c0e175af.iso"), ("attachment; filename*=utf-8''%ff%fe", "f"), ('attachment; filename="unclosed', "unclosed"),
    ('attachment; filename="f.part"', "f.par_"), ('attachment; filename="f.part.info"', "f.part.inf_"), ("attachment; filename*=iso-8859-1''x; filename=y", "y"),
    ("attachment; filename*=utf-8''cod%e2%80%aegpj.exe", "cod_gpj.exe"), ("attachment; filename*=utf-8''%e2%81%a6a%c2%9b%e2%80%8bb%ef%bb%bf", "_a__b_"),
    ("attachment; filename*=utf-8''a%e2%80%90%c2%a0%e2%81%aa", "a\u2010\u00a0\u206a")])
def test_content_disposition(get, serve, field, name):
    site = serve({"/f": Answer(body=b"x", headers={"Content-Disposition": field})})
    get("--content-disposition", site.url("/f")).expect(crawl.OK)
    assert names(get) == [name] and content(get, name) == b"x"
    # What is there is never replaced by a file that a server gave its name.
    (get.here / name).write_bytes(b"mine")
    get("--content-disposition", "-N", site.url("/f")).expect(crawl.OK)
    assert content(get, name) == b"mine" or name == "f"
    get("-P", "plain", site.url("/f")).expect(crawl.OK)
    assert os.listdir(get.here / "plain") == ["f"]


def test_what_has_the_servers_name_may_stay(get, serve):
    """-c, -N and -nc look at it as well: it was fetched again and again, as q.1, q.2, ..."""
    head = {"Content-Disposition": "attachment; filename=q", "Last-Modified": LONG_AGO}
    site = serve({"/f": Answer(body=b"x" * 100, headers=head)})
    for option in ("-c", "-N", "-nc", "-c"):
        done = get(option, "--content-disposition", site.url("/f")).expect(crawl.OK)
        assert names(get) == ["q"] and content(get, "q") == b"x" * 100, option
    assert "by the name that the server gives it" in done.stderr and "1 was there already" in done.stderr
    # What is longer, or newer, is another file; and it replaces none.
    site.script["/f"] = Answer(body=b"y" * 200, headers={**head, "Last-Modified": "Wed, 01 Jan 2020 00:00:00 GMT"})
    get("-c", "--content-disposition", site.url("/f")).expect(crawl.OK)
    get("-N", "--content-disposition", site.url("/f")).expect(crawl.OK)
    assert [content(get, n) for n in names(get)] == [b"x" * 100, b"y" * 200, b"y" * 200] and names(get)[1:] == ["q.1", "q.2"]


def test_directories_are_no_files(get, serve):
    """Said before anything is fetched: nothing can take a directory's place."""
    site = serve({"/d": Answer(body=DATA)})
    (get.here / "d").mkdir()
    assert "-O: ./d is a directory; -P names one" in get("-O", "./d", site.url("/d")).expect(crawl.USAGE).stderr
    for option in ("-c", "-N"):
        assert "d: Is a directory" in get(option, site.url("/d")).expect(crawl.FILE_IO).stderr
    assert site.asked() == [] and names(get) == ["d"]
    get(site.url("/d")).expect(crawl.OK)
    assert names(get) == ["d", "d.1"]


def test_sums(get, serve):
    sums = {n: hashlib.sha256(n.encode()).hexdigest() for n in ("a", "b", "c d")}
    site = serve({"/a": Answer(body=b"a"), "/b": Answer(body=b"not b"), "/c%20d": Answer(body=b"c d")})
    get("--sha256=" + sums["a"].upper(), site.url("/a")).expect(crawl.OK)
    done = get("--sha256=" + sums["b"], site.url("/b")).expect(10)
    assert names(get) == ["a", "b.bad"] and content(get, "b.bad") == b"not b" and "sum is wrong" in done.stderr
    (get.here / "SUMS").write_text("%s  a\n%s *dir/b\nnonsense\n%s  c d\n" % (sums["a"], sums["b"], sums["c d"]))
    get("--sha256=SUMS", "-P", "out", site.url("/a"), site.url("/b"), site.url("/c%20d")).expect(10)
    assert sorted(os.listdir(get.here / "out")) == ["a", "b.bad", "c d"]
    asked = len(site.asked())
    assert "not in the list" in get("--sha256=SUMS", site.url("/a"), site.url("/other")).expect(10).stderr and len(site.asked()) == asked
    get("--sha256=" + sums["a"], site.url("/a"), site.url("/b")).expect(crawl.USAGE)
    get("--sha256=abc", site.url("/a")).expect(crawl.FILE_IO)
    get("--sha256=" + sums["a"], "-O", "-", site.url("/a")).expect(crawl.USAGE)


def test_lists_of_sums(get, serve):
    """As --tag and openssl write them; of two directories; and of one file twice, which is a question."""
    def put(*lines):
        (get.here / "SUMS").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())

    def sum_of(text):
        return hashlib.sha256(text.encode()).hexdigest()
    site = serve({"/%s/%s" % (d, n): Answer(body=(d + n).encode()) for d in ("i386", "amd64") for n in ("disk.img", "x(1)")})
    both = [site.url("/%s/disk.img" % d) for d in ("i386", "amd64")]
    for line in ("SHA256 (disk.img) = %s", "SHA256(disk.img)= %s", "SHA2-256(./disk.img)= %s", "%s disk.img", "%s *old/disk.img", "%s  disk.img"):
        put("# c", "MD5 (disk.img) = 00", line % sum_of("i386disk.img"), "")
        assert "its sum is right" in get("--sha256=SUMS", "-O", "disk.img", both[0]).expect(crawl.OK).stderr, line
    put("SHA256 (i386/x(1)) = " + sum_of("i386x(1)"))
    get("--sha256=SUMS", "-P", "tag", site.url("/i386/x(1)")).expect(crawl.OK)
    put("%s  pub/i386/disk.img" % sum_of("i386disk.img"), "%s  pub/amd64/disk.img" % sum_of("amd64disk.img"))
    get("--sha256=SUMS", "-P", "two", *both).expect(crawl.OK)
    assert sorted(os.listdir(get.here / "two")) == ["disk.img", "disk.img.1"]
    asked = len(site.asked())
    put("%s  a/disk.img" % sum_of("i386disk.img"), "%s  b/disk.img" % sum_of("amd64disk.img"))
    assert "has two sums in the list SUMS" in get("--sha256=SUMS", both[0]).expect(crawl.USAGE).stderr and len(site.asked()) == asked
    put("%s  a/disk.img" % sum_of("i386disk.img"), "%s  b/disk.img" % sum_of("i386disk.img"))
    assert "its sum is right" in get("--sha256=SUMS", "-P", "same", both[0]).expect(crawl.OK).stderr
    assert "this is no list of sums" in get("--sha256=/dev/zero", both[0]).expect(crawl.USAGE).stderr


def test_lists_that_are_none(get, serve):
    """Of Windows, of aria2, and what is no text: bounded, and said."""
    site = serve({"/a": Answer(body=b"a"), "/b": Answer(body=b"b")})
    (get.here / "list").write_bytes(b"\xef\xbb\xbf%s\r\n out=foo\r\n%s\r\n" % (site.url("/a").encode(), site.url("/b").encode()))
    done = get("-i", "list").expect(crawl.USAGE)
    assert "list:2: 'out=foo' is not a valid URL" in done.stderr and sorted(site.asked()) == ["/a", "/b"] and names(get) == ["a", "b", "list"]
    (get.here / "list").write_bytes(site.url("/a").encode() + b"\n" + b"\0" * 1000000)
    assert "list:2: the line is longer than 512 KiB" in get("-i", "list").expect(crawl.USAGE).stderr
    done = get("-i", "/dev/zero", before=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))).expect(crawl.USAGE)
    assert "/dev/zero:1: the line is longer" in done.stderr and len(site.asked()) == 2


def test_a_value_that_is_empty_is_not_none(get, serve):
    """--sha256 "$SUM" where SUM is not set would check nothing, and say so with success."""
    site = serve({"/a": Answer(body=b"a")})
    for option, says in (("--sha256", "no sum was given"), ("-O", "no name was given"), ("-i", "no list was given")):
        done = get(option, "", site.url("/a")).expect(crawl.USAGE)
        assert says in done.stderr and site.asked() == [] and names(get) == [], option


def test_sums_of_what_is_there(get, serve):
    """Its length, a 304, or that it is there at all say nothing where its sum is known: a right one stays unasked, a wrong one is replaced by a right one, or stays."""
    log = []
    good, name_of = hashlib.sha256(DATA).hexdigest(), "--sha256=" + hashlib.sha256(DATA).hexdigest()
    wrong = bytes(len(DATA))

    def answer(x):
        log.append((header(x, "range"), header(x, "if-modified-since")))
        return Answer(304) if header(x, "if-modified-since") else ranged(DATA)(x)
    site = serve({"/f": answer, "/bad": lambda x: Answer(body=b"bad too")})
    for option in ("-c", "-N"):
        for there in (wrong, DATA[:1000], DATA + b"x", b""):
            (get.here / "f").write_bytes(there)
            done = get(option, name_of, site.url("/f")).expect(crawl.OK)
            assert content(get, "f") == DATA and log.pop() == (None, None) and not log, (option, len(there))
            assert "there already, but its sum is wrong" in done.stderr and names(get) == ["f"]
            done = get(option, name_of, site.url("/f")).expect(crawl.OK)
            assert not log and "its sum is right" in done.stderr and "1 was there already" in done.stderr and content(get, "f") == DATA
    assert "its sum is right" in get("-nc", name_of, site.url("/f")).expect(crawl.OK).stderr and not log
    (get.here / "f").write_bytes(wrong)
    done = get("-nc", name_of, site.url("/f")).expect(10)
    assert hashlib.sha256(wrong).hexdigest() in done.stderr and "0 of 1 file," in done.stderr
    assert not log and content(get, "f") == wrong and names(get) == ["f"]
    # What is wrong itself replaces nothing.
    os.rename(get.here / "f", get.here / "bad")
    done = get("-c", "--waitretry=0", name_of, site.url("/bad")).expect(10)
    assert content(get, "bad") == wrong and content(get, "bad.bad") == b"bad too" and good not in done.stderr
    # A link to what is right is not replaced; what is no file has no sum; what cannot be taken back neither.
    for left in names(get):
        os.unlink(get.here / left)
    (get.here / "real").write_bytes(DATA)
    os.symlink("real", get.here / "f")
    get("-c", name_of, site.url("/f")).expect(crawl.OK)
    assert not log and os.path.islink(get.here / "f")
    os.unlink(get.here / "f")
    os.mkdir(get.here / "f")
    assert "no regular file" in get("-nc", name_of, site.url("/f")).expect(crawl.FILE_IO).stderr and not log
    assert "its sum is right" not in get("-O", "/dev/null", name_of, site.url("/f")).expect(crawl.USAGE).stderr and not log


@pytest.mark.parametrize("name", ["huge", "huge.part"])
def test_a_sum_that_takes_long(get, serve, running, name):
    """Of what is there, or of a part that is whole: meanwhile others are fetched, and Ctrl-C is heard."""
    site = serve({"/other": Answer(body=b"other"), "/huge": Answer(404)})
    with open(get.here / name, "wb") as f:
        f.truncate(1 << 40)
    if name != "huge":
        (get.here / "huge.part.info").write_text(info(1 << 40, total=1 << 40))
    (get.here / "SUMS").write_text("%s  huge\n%s  other\n" % ("0" * 64, hashlib.sha256(b"other").hexdigest()))
    r = running("get", "-c", "-P", get.here, "--sha256", get.here / "SUMS", site.url("/huge"), site.url("/other"), dir=None)
    crawl.eventually(lambda: (get.here / "other").exists(), "the sum of one holds up the other")
    r.signal(signal.SIGINT)
    r.wait().expect(crawl.INTERRUPTED)
    assert site.asked() == ["/other"] and (get.here / name).stat().st_size == 1 << 40


def test_mirrors(get, serve):
    """Several URLs for one file: the next where one fails, lies, or is lost in the middle; what has come is gone on with."""
    log = []
    good = hashlib.sha256(DATA).hexdigest()
    site = serve({"/gone/f": Answer(404), "/lies/f": Answer(body=b"something else"), "/lost/f": ranged(DATA, etag='"theirs"', stop_after=1000),
                  "/good/f": ranged(DATA, etag='"ours"', log=log)})
    (get.here / "list").write_text(" ".join(site.url(p) for p in ("/gone/f", "/lost/f", "/lies/f", "/good/f")) + "\n")
    get("-i", "list", "--waitretry=0", "--sha256=" + good).expect(crawl.OK)
    assert content(get, "f") == DATA and site.asked()[:2] == ["/gone/f", "/lost/f"]
    # Without a sum, another server's bytes are never put behind this one's.
    os.unlink(get.here / "f")
    log.clear()
    (get.here / "list").write_text(site.url("/lost/f") + "\t" + site.url("/good/f"))
    get("-i", "list", "--waitretry=0").expect(crawl.OK)
    assert content(get, "f") == DATA and log == [("bytes=1000-", '"theirs"')]


def test_blanks_in_a_url(get, serve):
    """A blank is part of the URL, as browsers have it; only another URL behind it makes two of one line, or of one argument."""
    site = serve({"/my%20file.txt": Answer(body=b"mine"), "/b": Answer(body=b"b")})
    get(site.url("/my file.txt")).expect(crawl.OK)
    assert content(get, "my file.txt") == b"mine" and site.asked() == ["/my%20file.txt"]
    (get.here / "list").write_text("%s  %s \n" % (site.url("/my file.txt"), site.url("/b")))
    get("-N", "-i", "list").expect(crawl.OK)
    assert names(get) == ["list", "my file.txt"] and site.asked()[1:] == ["/my%20file.txt"]
    # However it is spelt.
    get("-N", "%s %s" % (site.url("/my file.txt"), site.url("/b").replace("http", "HTTP"))).expect(crawl.OK)
    assert site.asked()[2:] == ["/my%20file.txt"]


def test_closed_standard_descriptors(get, serve, tmp_path):
    """What is meant for one that is closed is not written into whatever file has its number."""
    site = serve({"/f": Answer(body=b"x" * 100), "/g": Answer(404)})
    done = get("-O", "-", site.url("/f"), before=lambda: os.close(1))
    assert done.status == crawl.FILE_IO and "standard output: Bad file descriptor" in done.stderr
    fds = tmp_path / "fds"
    site = serve({"/f": lambda x: Answer(body=b"".join(
        b"%d %s\n" % (n, os.readlink("/proc/%d/fd/%d" % (int(fds.read_text()), n)).encode()) for n in range(3)))})

    def close_all():
        fds.write_text(str(os.getpid()))
        os.closerange(0, 3)
    get("-q", site.url("/f"), before=close_all).expect(crawl.OK)
    assert content(get, "f") == b"0 /dev/null\n1 /dev/null\n2 /dev/null\n"


def test_a_line_that_is_no_url(get):
    (get.here / "list").write_text("# c\n\nftp://example.org/x\n")
    assert "list:3: 'ftp://example.org/x'" in get("-i", "list").expect(crawl.USAGE).stderr


def test_a_bad_line_does_not_keep_the_others(get, serve):
    site = serve({"/a": Answer(body=b"a"), "/b": Answer(404), "/c": Answer(body=b"c")})
    (get.here / "list").write_text("%s\nnot a url\nftp://x/ %s\n%s\n" % (site.url("/a"), site.url("/c"), site.url("/b")))
    done = get("-i", "list").expect(crawl.USAGE)
    assert "list:2: 'not a url'" in done.stderr and "list:3: 'ftp://x/'" in done.stderr and "1 of 2 files" in done.stderr and "2 lines were no URL" in done.stderr
    assert sorted(site.asked()) == ["/a", "/b"] and content(get, "a") == b"a"
    # With -O all of them are mirrors of one file.
    get("-O", "one", "-i", "list").expect(crawl.USAGE)
    assert content(get, "one") == b"a"
    (get.here / "list").write_text("not a url\n%s\n" % site.url("/b"))
    get("-i", "list").expect(crawl.USAGE)


def test_standard_output_is_named(get, serve):
    site = serve({"/f": Answer(body=b"x" * 100)})
    done = get("-O", "-", site.url("/f"), before=lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 1))
    assert done.status == 13 and "standard output: No space left" in done.stderr


def test_a_stale_part_does_not_spoil_a_mirror(get, serve):
    """What a mirror that lied, or an earlier run, has left is not the next one's fault: it is asked for all of it before it is judged."""
    log = []
    good, wrong = hashlib.sha256(DATA).hexdigest(), bytes(len(DATA))
    site = serve({"/lost/f": ranged(wrong, etag='"theirs"', stop_after=100000), "/good/f": ranged(DATA, etag='"ours"', log=log)})
    (get.here / "list").write_text(" ".join(site.url(p) for p in ("/lost/f", "/good/f")) + "\n")
    done = get("-i", "list", "--waitretry=0", "--sha256=" + good).expect(crawl.OK)
    assert content(get, "f") == DATA and log == [("bytes=100000-", None), (None, None)] and "from the start" in done.stderr
    assert names(get) == ["f", "list"]
    # Of an earlier run; then from one that is wrong itself, which is asked twice at most.
    os.unlink(get.here / "f")
    site.script["/f"] = ranged(wrong, etag='"theirs"', stop_after=100000)
    get(site.url("/f"), "-t1").expect(crawl.NETWORK)
    site.script["/f"], n = ranged(DATA, etag='"ours"'), len(site.log)
    get("-c", site.url("/f"), "--sha256=" + good).expect(crawl.OK)
    assert content(get, "f") == DATA and len(site.log) == n + 2
    os.unlink(get.here / "f")
    site.script["/f"] = ranged(wrong, etag='"theirs"', stop_after=100000)
    get(site.url("/f"), "-t1").expect(crawl.NETWORK)
    site.script["/f"], n = ranged(wrong, etag='"theirs"'), len(site.log)
    get("-c", site.url("/f"), "--waitretry=0", "--sha256=" + good).expect(10)
    assert len(site.log) == n + 2 and "f.bad" in names(get)


def test_redirects(get, serve):
    """The name is the URL's that was asked for; private addresses are no target for a public one's redirect (net_may_lead)."""
    site = serve({"/start": redirect("/mid", 301), "/mid": redirect("/end?x"), "/end?x": Answer(body=b"end")})
    get(site.url("/start")).expect(crawl.OK)
    assert names(get) == ["start"] and content(get, "start") == b"end"


def test_logins_of_redirects_are_not_shown(get, serve):
    """They are somebody's secret as well; what merely looks like one is shown."""
    site = serve({"/start": lambda x: redirect("http://eve:evil@127.0.0.1:%d/401" % site.port), "/401": Answer(401), "/at": redirect("/no@here"), "/no@here": Answer(404)})
    done = get(site.url("/start")).expect(6)
    assert "evil" not in done.stderr and "eve" not in done.stderr and "http://*@127.0.0.1:%d/401: " % site.port in done.stderr
    assert site.url("/no@here") in get(site.url("/at")).expect(8).stderr


def test_planted(get, serve, tmp_path):
    """Links in the directory are not written through."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    site = serve({"/f": Answer(body=b"x")})
    for name in ("f.part", "f.part.info", ".f.part.info.partial"):
        os.symlink(outside, get.here / name)
        get("-c", site.url("/f"))
        assert outside.read_bytes() == b"precious", name
        for left in names(get):
            os.unlink(get.here / left)
    os.symlink(outside, get.here / "f")
    get(site.url("/f")).expect(crawl.OK)
    assert outside.read_bytes() == b"precious" and content(get, "f.1") == b"x"


def test_encoded(get, serve):
    """No encoding is asked for, and none taken off: what is stored is what a Range counts."""
    site = serve({"/f.gz": Answer(body=b"\x1f\x8bxx", headers={"Content-Encoding": "gzip"})})
    get(site.url("/f.gz")).expect(crawl.OK)
    assert content(get, "f.gz") == b"\x1f\x8bxx"
    assert not [1 for r in site.log if "accept-encoding" in {k.lower() for k in dict(r.headers)}]


def test_parallel_and_per_host(get, serve):
    gate = Gate()
    site = serve(lambda x: (gate.pass_(), Answer(body=b"x"))[1])
    (get.here / "list").write_text("".join(site.url("/%d\n" % i) for i in range(40)))
    threading.Thread(target=lambda: (gate.count(3), gate.open()), daemon=True).start()
    get("-i", "list", "--per-host=3").expect(crawl.OK)
    assert len(names(get)) == 41 and site.max_in_flight["127.0.0.1"] == 3


def test_per_host_behind_redirects(get, serve):
    """What a redirect leads to a host counts there; and nobody waits for ever where two hosts lead to each other."""
    gate, turns, led = Gate(), threading.Condition(), []

    def answer(x):
        _, kind, n = x.request.path.split("/")
        if kind == "f":
            gate.pass_()
            return Answer(body=n.encode())
        if kind == "z":
            # Two have their place and two wait for one. Those were told so before this is, and what it begins then comes after what must not come.
            with turns:
                assert turns.wait_for(lambda: len(led) >= 4, crawl.DEADLINE)
            if int(n) > 1:
                gate.count(2)
                gate.open()
            return Answer(body=n.encode())
        other = "127.0.0.2" if x.request.host == "127.0.0.1" else "127.0.0.1"
        x.send(redirect("http://%s:%d/%s/%s" % (other, site.port, "f" if kind == "r" else "r", n)).head())
        with turns:
            led.append(n)
            turns.notify_all()
        return None
    site = serve(answer, hosts=("127.0.0.1", "127.0.0.2", "127.0.0.3"))
    (get.here / "list").write_text("".join("http://127.0.0.2:%d/r/%d\n" % (site.port, 9 + i) for i in range(20)) +
                                   "".join("http://127.0.0.3:%d/z/%d\n" % (site.port, i) for i in range(4)))
    get("-i", "list", "--per-host=2").expect(crawl.OK)
    assert names(get) == sorted([str(i) for i in (*range(4), *range(9, 29))] + ["list"]) and all(content(get, n) == n.encode() for n in names(get) if n != "list")
    assert gate.waiting == 20 and site.max_in_flight["127.0.0.1"] == 2
    (get.here / "list").write_text("".join("http://127.0.0.%d:%d/x/%d\n" % (1 + i % 2, site.port, i) for i in range(20)))
    get("-i", "list", "--per-host=1", "-P", "both").expect(crawl.OK)
    assert len(os.listdir(get.here / "both")) == 20


def test_one_that_has_to_wait_holds_up_nobody(get, serve, running):
    """A server that says "in ten minutes": whatever stands in the list behind it, however far, is fetched."""
    n = 1400
    site = serve({"/busy": Answer(503, headers={"Retry-After": "600"}), "/last": Answer(body=b"x")})
    for i in range(n):
        (get.here / str(i)).touch()
    (get.here / "list").write_text("".join(site.url("/%s\n" % name) for name in ["busy", *range(n), "last"]))
    r = running("get", "-nc", "-i", get.here / "list", "-P", get.here, dir=None)
    crawl.eventually(lambda: (get.here / "last").exists(), "it waits behind the one that is busy")
    r.signal(signal.SIGINT)
    r.wait()


def test_descriptors(get, serve, running):
    """There are as many connections as descriptors let there be, also where these become fewer meanwhile: no file fails of that."""
    gate = Gate()
    site = serve(lambda x: (gate.pass_(), Answer(body=b"x"))[1])
    (get.here / "list").write_text("".join(site.url("/%d\n" % i) for i in range(60)))
    args = ("-i", get.here / "list", "--per-host=60", "--connections=60", "--waitretry=0", "-t1", "-P")

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (62, 62))
    r = running("get", *args, get.here / "few", dir=None, before=few)
    most = int(re.search(r"may open 62 files: (\d+) connections at most, not 60", r.wait_line("may open 62 files"))[1])
    assert 2 <= most < 60 and gate.count(most)
    gate.open()
    r.wait().expect(crawl.OK)
    assert len(os.listdir(get.here / "few")) == 60 and site.max_in_flight["127.0.0.1"] == most
    # The soft limit is no obstacle.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert "may open" not in get(*args, "soft", before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (62, hard))).expect(crawl.OK).stderr
    gate.close()
    r = running("get", *args, get.here / "fewer", "--connections=20", dir=None)
    assert gate.count(20)
    lowest = min(fd for fd, target in proctree.descriptor_targets(r.pid).items() if target.endswith(".part"))
    resource.prlimit(r.pid, resource.RLIMIT_NOFILE, (lowest + 3, lowest + 3))
    gate.open()
    done = r.wait().expect(crawl.OK)
    assert len(os.listdir(get.here / "fewer")) == 60 and "no descriptor is left" in done.stderr


def test_disk_full(get, serve):
    site = serve({"/f": ranged(DATA)})
    done = get(site.url("/f"), before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500000, 500000)))
    assert done.status == 13 and (get.here / "f.part").stat().st_size <= 500000
    get("-c", site.url("/f")).expect(crawl.OK)
    assert content(get, "f") == DATA


def test_descriptors_run_out(get, serve, running):
    """Not one is left for a file alone: what has come is kept, what to do is said, and with more of them -c goes on."""
    gate = Gate()

    def answer(x):
        asked = header(x, "range")
        first = int(asked[len("bytes="):-1]) if asked else 0
        x.send("HTTP/1.1 %s\r\nContent-Length: %d\r\nETag: \"f\"\r\n%s\r\n" % (
            "206 P" if asked else "200 O", len(DATA) - first, "Content-Range: bytes %d-%d/%d\r\n" % (first, len(DATA) - 1, len(DATA)) if asked else ""))
        x.send(DATA[first:300_000])
        gate.pass_()
        x.send(DATA[max(first, 300_000):])
    site = serve({"/f": answer, "/g": Answer(body=b"x"), "/gone": Answer(404)})
    (get.here / "list").write_text(site.url("/gone\n") + site.url("/f\n") + site.url("/g\n"))
    r = running("get", "--connections=1", "-t1", "-i", get.here / "list", "-P", get.here, dir=None)
    assert gate.count(1)
    crawl.eventually(lambda: (get.here / "f.part").exists() and (get.here / "f.part").stat().st_size >= 300_000, "it does not begin")
    resource.prlimit(r.pid, resource.RLIMIT_NOFILE, (3, 3))
    gate.open()
    done = r.wait().expect(crawl.DISK_FULL)  # what all files lack counts more than that one of them is gone
    assert os.strerror(errno.EMFILE) in done.stderr and "ulimit -n" in done.stderr and "-c" in done.stderr, done
    assert (get.here / "f").exists() or (get.here / "f.part").stat().st_size >= 300_000
    get("-c", "-i", get.here / "list", "-P", get.here).expect(crawl.SERVER)
    assert content(get, "f") == DATA and content(get, "g") == b"x"


@NEEDS_INTERPOSE
def test_machine_refuses(get, serve):
    """Each of what the machine is asked for, once: the file comes all the same, or the end is 13 and says what to do; then -c has all of it."""
    site = serve({"/f": ranged(DATA)})
    env = dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_TALLY=str(get.here / "tally"))
    get("-t1", site.url("/f"), env=env).expect(crawl.OK)
    opens = int((get.here / "tally").read_text().split()[2])
    statuses = set()
    for n in range(3, opens + 1):  # the first two are those of config files, which may be wrong altogether
        for name in names(get):
            (get.here / name).unlink()
        done = get("-t1", site.url("/f"), env=dict(LD_PRELOAD=INTERPOSE, LYCOSA_CRASH_REFUSE="open:%d" % n))
        assert done.status in (crawl.OK, crawl.DISK_FULL), done
        assert done.status == crawl.OK or (os.strerror(errno.EMFILE) in done.stderr and "ulimit -n" in done.stderr), done
        statuses.add(done.status)
        if done.status != crawl.OK:
            get("-c", site.url("/f")).expect(crawl.OK)
        assert content(get, "f") == DATA
    assert crawl.DISK_FULL in statuses


def test_two_at_once(get, serve, running):
    gate = Gate()
    site = serve({"/f": lambda x: (gate.pass_(), Answer(body=b"x"))[1]})
    r = running("get", "-P", get.here, site.url("/f"), dir=None)
    assert gate.count(1)
    assert "another lycosa" in get(site.url("/f")).expect(crawl.FILE_IO).stderr
    gate.open()
    r.wait().expect(crawl.OK)
    assert names(get) == ["f"]


class Big:
    """A file of zeros, as long as is wanted; counts the bytes it has sent, by request."""

    def __init__(self, size):
        self.size, self.ranges = size, []

    def __call__(self, x):
        asked = header(x, "range")
        first = int(asked[len("bytes="):-1]) if asked else 0
        self.ranges.append(first)
        x.send("HTTP/1.1 %s\r\nContent-Length: %d\r\nETag: \"big\"\r\n" % ("206 P" if asked else "200 O", self.size - first) +
               ("Content-Range: bytes %d-%d/%d\r\n\r\n" % (first, self.size - 1, self.size) if asked else "\r\n"))
        # The first three get a fifth more each time, and wait for the rest until they are killed.
        end = self.size // 5 * len(self.ranges) + (16 << 20) if len(self.ranges) <= 3 else self.size
        zeros, at = bytes(1 << 20), first
        while at < end and x.send(zeros[:end - at]):
            at += len(zeros)
        if end < self.size:
            x.wait_gone()


@pytest.mark.parametrize("size", [256 << 20, pytest.param(4 << 30, marks=pytest.mark.long)])
def test_big(get, serve, running, size):
    """Killed three times in the middle of a big file: each time exactly the rest is asked for, in little memory."""
    big = Big(size)
    site = serve({"/big": big})
    path = get.here / "big.part"
    want = [0]
    for turn in (1, 2, 3):
        r = running("get", "-c", "-P", get.here, site.url("/big"), dir=None)
        crawl.eventually(lambda: path.exists() and path.stat().st_size > size // 5 * turn, "it does not come")
        if crawl.counts_memory():
            assert 0 < proctree.peak_bytes(r.pid) < 64 << 20
        r.signal(signal.SIGKILL)
        r.wait()
        want.append(path.stat().st_size)
        assert want[-2] < want[-1] < size
    get("-c", site.url("/big")).expect(crawl.OK)
    assert (get.here / "big").stat().st_size == size and big.ranges == want and names(get) == ["big"]


F_SETPIPE_SZ = 1031  # fcntl's from Python 3.10 on


def unread(fd):
    return struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, bytes(4)))[0]


@pytest.mark.parametrize("where", ("stdout", "fifo", "fifo without a reader"))
def test_interrupted_where_nobody_reads(get, serve, running, where):
    """What is written to does not keep a signal from ending it."""
    gate, fifo = Gate(), get.here / "fifo"
    site = serve({"/f": lambda x: (gate.pass_(), Answer(body=bytes(1_000_000)))[1]})
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK) if where == "fifo" else -1
    r = running("get", "-O", "-" if where == "stdout" else fifo, site.url("/f"), dir=None)
    if where == "fifo without a reader":
        crawl.eventually(lambda: "signalfd" in "".join(proctree.descriptor_targets(r.pid).values()), "it does not start")
    else:
        # As small as there are: full with the first that is written, whatever this machine's are.
        pipe = r.process.stdout.fileno() if where == "stdout" else reader
        fcntl.fcntl(pipe, F_SETPIPE_SZ, 1)
        gate.open()
        crawl.eventually(lambda: unread(pipe) > 0, "nothing is written")
    r.signal(signal.SIGTERM)
    r.wait().expect(crawl.INTERRUPTED)
    if reader >= 0:
        os.close(reader)


def test_a_fifo_that_is_there(get, serve):
    """It is written to where -O names it; another file of its name has a number."""
    site = serve({"/f": Answer(body=b"x")})
    os.mkfifo(get.here / "f")
    get(site.url("/f")).expect(crawl.OK)
    assert content(get, "f.1") == b"x" and stat.S_ISFIFO(os.stat(get.here / "f").st_mode)
    reader = os.open(get.here / "f", os.O_RDONLY | os.O_NONBLOCK)
    get("-O", "f", site.url("/f")).expect(crawl.OK)
    assert os.read(reader, 10) == b"x"
    os.close(reader)


def test_limit_rate_of_small_files(get, serve):
    """The rate is that of all of them: each alone is soon there."""
    site = serve({"/%d" % n: Answer(body=bytes(20_000)) for n in range(5)})
    start = time.monotonic()
    get("--limit-rate=50k", *[site.url("/%d" % n) for n in range(5)]).expect(crawl.OK)
    assert time.monotonic() - start > 1.3


def arrivals(site):
    """Answers as they are asked for; site.at: when each of them was."""
    site.at = []

    def answer(x):
        site.at.append(time.monotonic())
        return Answer(body=b"x" * 1000)
    site.script = answer
    return site


@pytest.mark.parametrize("options,least", [([], 0.3), (["--random-wait"], 0.15)], ids=("wait", "random"))
def test_pauses(get, serve, options, least):
    """-w: between any two requests to a host, however many could be under way; other hosts do not wait for that."""
    site, other = arrivals(serve(None)), arrivals(serve(None, hosts=("127.0.0.2",)))
    (get.here / "list").write_text("".join(site.url("/%d\n" % i) for i in range(4)) + "".join(other.url("/o%d\n" % i) for i in range(2)))
    get("-i", "list", "-w", "300ms", *options).expect(crawl.OK)
    for at in (site.at, other.at):
        assert all(b - a > least * 0.9 for a, b in zip(at, at[1:])), at
    assert len(site.at) == 4 and other.at[0] < site.at[1]


def test_quota(get, serve):
    """-Q: what is under way is finished, nothing more is begun; the rest can be had later."""
    site = arrivals(serve(None))
    urls = [site.url("/%d" % i) for i in range(5)]
    done = get(*urls, "-Q", "1500", "--per-host=1").expect(crawl.BUDGET)
    assert "2 of 5 files" in done.stderr and "the budget is spent (--quota): -c goes on" in done.stderr and names(get) == ["0", "1"]
    get(*urls, "-c", "-Q", "1m").expect(crawl.OK)
    assert names(get) == ["0", "1", "2", "3", "4"]
    get(site.url("/9"), "-Q", "10").expect(crawl.OK)


def test_max_time(get, serve):
    """What is under way then stays as a part."""
    gate = Gate()

    def half(x):
        x.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: \"one\"\r\n\r\n" % len(DATA))
        x.send(DATA[:1000])
        gate.pass_()
    site = serve({"/f": half, "/g": Answer(body=b"x")})
    done = get(site.url("/f"), site.url("/g"), "--per-host=1", "--max-time=500ms").expect(crawl.BUDGET)
    gate.open()
    assert "the budget is spent (--max-time): -c goes on" in done.stderr and names(get) == ["f.part", "f.part.info"]


def test_what_wget_users_add(get, serve):
    """-nd, -nH: so it is anyway. The time of a file is the server's, unless it is not to be."""
    site = serve({"/d/f": Answer(body=b"x", headers={"Last-Modified": LONG_AGO}), "/d/g": Answer(body=b"x", headers={"Last-Modified": LONG_AGO})})
    get("-nd", "-nH", site.url("/d/f"), "-T", "0", "--progress=dot").expect(crawl.OK)
    get("--no-use-server-timestamps", site.url("/d/g")).expect(crawl.OK)
    assert names(get) == ["f", "g"]
    assert (get.here / "f").stat().st_mtime < time.time() - 86400 < (get.here / "g").stat().st_mtime
