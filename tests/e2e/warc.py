# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads WARC/1.1 files and CDXJ indexes after ISO 28500:2017, and believes nothing: whatever is not as the standard says is an
AssertionError. It shares nothing with lycosa's own reader or writer.

	for r in warc.read(path): r.type, r.uri, r["WARC-Date"], r.block, r.http ...
	warc.check_job(directory)	every record of every file, each line of the index; returns the records
"""
import base64
import glob
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib

import whatwg

REQUIRED = ("WARC-Record-ID", "Content-Length", "WARC-Date", "WARC-Type")  # §5.1
NEED_URI = {"response", "request", "revisit", "metadata", "resource", "conversion"}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
URN = re.compile(r"<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>")
TRUNCATED = {"length", "time", "disconnect", "unspecified"}  # §5.13
REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"  # §6.7.2
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"  # §6.7.3


def digest(text, data):
    """Of data in the algorithm and notation of text."""
    name, value = text.split(":", 1)
    if name == "sha1":
        return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()
    assert name == "sha256" and re.fullmatch("[0-9a-f]{64}", value), text
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Http:
    """An HTTP/1.1 message (RFC 9112): what is before the empty line, and what is behind it."""

    def __init__(self, block):
        head, empty, self.body = block.partition(b"\r\n\r\n")
        assert empty, "the HTTP head does not end: %r" % block[:200]
        lines = head.split(b"\r\n")
        self.start = lines[0].decode("latin-1")
        self.fields = [tuple(f.strip() for f in line.decode("latin-1").split(":", 1)) for line in lines[1:]]
        assert all(len(f) == 2 for f in self.fields), lines

    def get(self, name):
        return [v for n, v in self.fields if n.lower() == name.lower()]


class Record:
    def __init__(self, data, file, offset, length):
        self.file, self.offset, self.length = file, offset, length
        head, empty, rest = data.partition(b"\r\n\r\n")
        assert empty, "the record's head does not end"
        lines = head.decode("utf-8", "strict").split("\r\n")
        assert lines[0] == "WARC/1.1", lines[0]
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:]]
        for name, value in self.fields:
            assert re.fullmatch("[A-Za-z-]+", name) and value == value.strip() and value, (name, value)
        names = [n for n, _ in self.fields]
        for name in names:
            assert names.count(name) == 1 or name == "WARC-Concurrent-To", "%s stands twice" % name
        for name in REQUIRED:
            assert name in names, "%s is missing" % name
        size = int(self["Content-Length"])
        assert len(rest) == size + 4 and rest[size:] == b"\r\n\r\n", "the block is not as long as it says"
        self.type, self.uri, self.id, self.block = self["WARC-Type"], self["WARC-Target-URI"], self["WARC-Record-ID"], rest[:size]
        self._check()

    def __getitem__(self, name):
        return next((v for n, v in self.fields if n == name), None)

    def _check(self):
        assert URN.fullmatch(self.id), self.id
        assert DATE.fullmatch(self["WARC-Date"]), self["WARC-Date"]
        assert (self.uri is not None) == (self.type in NEED_URI), (self.type, self.uri)
        assert self.uri is None or re.fullmatch(r"[!-~]+", self.uri), self.uri
        assert self["WARC-Truncated"] is None or self["WARC-Truncated"] in TRUNCATED
        assert self["WARC-Block-Digest"] == digest(self["WARC-Block-Digest"], self.block)
        if self.type in ("response", "request", "revisit"):
            kind = "request" if self.type == "request" else "response"
            assert self["Content-Type"] == "application/http;msgtype=" + kind
            self.http = Http(self.block)
            pattern = r"[A-Z]+ [!-~]+ HTTP/1\.1" if kind == "request" else r"HTTP/1\.[01] \d{3}( .*)?"
            assert re.fullmatch(pattern, self.http.start), self.http.start
        if self.type == "response":
            assert self["WARC-Payload-Digest"] == digest(self["WARC-Payload-Digest"], self.http.body)
        if self.type == "revisit":
            assert self.http.body == b""
            if self["WARC-Profile"] == NOT_MODIFIED:
                assert self.http.start.split(" ")[1] == "304" and self["WARC-Payload-Digest"] is None
            else:
                assert self["WARC-Profile"] == REVISIT and self["WARC-Payload-Digest"]
            assert self["WARC-Refers-To-Target-URI"] and DATE.fullmatch(self["WARC-Refers-To-Date"])

    def lines(self):
        """The block of application/warc-fields."""
        assert self["Content-Type"] == "application/warc-fields"
        assert self.block.endswith(b"\r\n")
        return dict(line.split(": ", 1) for line in self.block.decode("utf-8").split("\r\n")[:-1])


def members(path):
    """(offset, compressed length, bytes) of each gzip member or zstd frame; of an uncompressed file, of each record."""
    with open(path, "rb") as f:
        data = f.read()
    at = 0
    while at < len(data):
        if path.endswith(".gz"):
            z = zlib.decompressobj(31)
            out = z.decompress(data[at:])
            assert z.eof, "%s: the member at %d does not end" % (path, at)
            length = len(data) - at - len(z.unused_data)
        elif path.endswith(".zst"):
            length = zstd_frame_bytes(data[at:])
            out = subprocess.run(["zstd", "-dc"], input=data[at:at + length], stdout=subprocess.PIPE, check=True).stdout
        else:
            head = data.index(b"\r\n\r\n", at) + 4
            length = head - at + int(re.search(rb"\r\nContent-Length: (\d+)\r\n", data[at:head]).group(1)) + 4
            out = data[at:at + length]
        yield at, length, out
        at += length


def zstd_frame_bytes(data):
    """RFC 8878 §3.1.1: header, blocks, checksum."""
    assert data[:4] == b"\x28\xb5\x2f\xfd"
    descriptor = data[4]
    single, checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
    size_flag = descriptor >> 6
    assert descriptor & 3 == 0 and checksum, "no dictionary, but a checksum (IIPC, Zstandard frames)"
    assert single or size_flag, "no Frame_Content_Size (IIPC, Zstandard frames)"
    at = 5 + (0 if single else 1) + (1, 2, 4, 8)[size_flag]
    while True:
        block = int.from_bytes(data[at:at + 3], "little")
        at += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        if block & 1:
            return at + 4


def read(path):
    for offset, length, data in members(path):
        yield Record(data, os.path.basename(path), offset, length)


def files(job):
    return sorted(p for p in glob.glob(os.path.join(job, "warc", "*.warc*")))


def read_index(path):
    """[(key, timestamp, dict)] of a CDXJ file; it must be sorted bytewise."""
    with open(path, "rb") as f:
        lines = f.read().split(b"\n")
    assert lines.pop() == b"", "the index does not end in a whole line"
    assert lines == sorted(lines), "the index is not sorted"
    out = []
    for line in lines:
        key, stamp, text = line.decode("ascii").split(" ", 2)
        assert re.fullmatch(r"\d{14}", stamp)
        out.append((key, stamp, json.loads(text)))
    return out


def surt(url):
    """The key, as the surt library of Python has it for URLs without session ids."""
    u = whatwg.parse(url)
    port = "" if u.port is None else str(u.port)
    host = re.sub(r"^www\d*\.(?=.)", "", u.host)
    path, _, query = u.path_query().partition("?")
    if len(path) > 1 and path.endswith("/"):
        path = path[:-1]
    key = ",".join(reversed(host.split("."))) + (":" + port if port else "") + ")" + path
    if query:
        key += "?" + "&".join(sorted(query.lower().split("&"), key=lambda p: p.split("=", 1)))
    return key.lower()


def check_job(job):
    """All records, in order. Every answer has its line in the index, and each line its record."""
    records, ids, captures = [], set(), {}
    paths = files(job)
    for i, path in enumerate(paths):
        of_file = list(read(path))
        assert of_file[0].type == "warcinfo" and of_file[0]["WARC-Filename"] == os.path.basename(path)
        for r in of_file:
            assert r.id not in ids
            ids.add(r.id)
            assert r.type == "warcinfo" or r["WARC-Warcinfo-ID"] == of_file[0].id
            if r.type in ("response", "revisit"):
                captures[(r.file, r.offset)] = r
        for r in of_file:
            assert r["WARC-Concurrent-To"] is None or r["WARC-Concurrent-To"] in ids
        records += of_file
    for key, stamp, line in read_index(os.path.join(job, "warc", "index.cdxj")):
        r = captures.pop((line["filename"], int(line["offset"])))
        assert int(line["length"]) == r.length and line["url"] == r.uri and key == surt(r.uri)
        assert stamp == re.sub("[^0-9]", "", r["WARC-Date"]) and line.get("digest") == r["WARC-Payload-Digest"]
        assert line["status"] == r.http.start.split(" ")[1]
        assert (line.get("mime") == "warc/revisit") == (r.type == "revisit")
    assert captures == {}, "not in the index: %s" % captures
    return records


def data_at(path, info):
    """Where the bytes of an entry of a ZIP file begin: behind its head, the name and what is behind that."""
    with open(path, "rb") as f:
        f.seek(info.header_offset + 26)
        return info.header_offset + 30 + sum(struct.unpack("<HH", f.read(4)))


def check_wacz(job):
    """The job's WACZ file: all records, in order, after all that its specification asks for was checked. Only Python's zipfile reads it."""
    [path] = [os.path.join(job, "warc", n) for n in os.listdir(os.path.join(job, "warc")) if n.endswith(".wacz")]
    with zipfile.ZipFile(path) as z, tempfile.TemporaryDirectory() as inner:
        assert z.testzip() is None
        names = z.namelist()
        archives = [n for n in names if n.startswith("archive/")]
        assert names == archives + ["indexes/index.cdxj", "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"]
        assert all(i.compress_type == zipfile.ZIP_STORED for i in z.infolist()) and len(set(names)) == len(names)
        sha256 = lambda name: "sha256:" + hashlib.sha256(z.read(name)).hexdigest()
        assert json.loads(z.read("datapackage-digest.json")) == {"path": "datapackage.json", "hash": sha256("datapackage.json")}
        package = json.loads(z.read("datapackage.json"))
        assert package["profile"] == "data-package" and package["wacz_version"] == "1.1.1"
        assert package["resources"] == [{"name": os.path.basename(n), "path": n, "hash": sha256(n), "bytes": z.getinfo(n).file_size}
                                        for n in names[:-2]]
        os.mkdir(os.path.join(inner, "warc"))
        for n in archives + ["indexes/index.cdxj"]:
            with open(os.path.join(inner, "warc", os.path.basename(n)), "wb") as f:
                f.write(z.read(n))
        records = check_job(inner)
        head, *pages = [json.loads(line) for line in z.read("pages/pages.jsonl").splitlines()]
        assert head["format"] == "json-pages-1.0"
        html = [r for r in records if r.type in ("response", "revisit") and r.http.start.split(" ")[1] == "200"
                and (r.http.get("Content-Type") or [""])[0].startswith("text/html")]
        assert [(p["url"], p["ts"][:19]) for p in pages] == [(r.uri, r["WARC-Date"][:19]) for r in html]
        assert package.get("mainPageUrl") == (pages[0]["url"] if pages else None)
        # The job's own index leads into the file as it is.
        outer = read_index(os.path.join(job, "warc", "index.cdxj"))
        starts = {os.path.basename(n): data_at(path, z.getinfo(n)) for n in archives}
        inside = read_index(os.path.join(inner, "warc", "index.cdxj"))
        assert sorted((k, s, int(l["offset"])) for k, s, l in outer) == sorted(
            (k, s, int(l["offset"]) + starts[l["filename"]]) for k, s, l in inside)
        assert {l["filename"] for _, _, l in outer} <= {os.path.basename(path)}
    return records


def warcio_read(path, cache):
    """[(type, uri, payload length)] as the npm package warcio reads it, digests checked; None where there is no npm or no network."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None
    package = os.path.join(cache, "node_modules", "warcio")
    if not os.path.exists(package):
        os.makedirs(cache, exist_ok=True)
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", cache, "warcio@2.4"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode != 0 or not os.path.exists(package):
            return None
    script = os.path.join(cache, "read.mjs")
    with open(script, "w") as f:
        f.write(WARCIO)
    out = subprocess.run(["node", script, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert out.returncode == 0, out.stderr
    return [tuple(json.loads(line)) for line in out.stdout.splitlines()]


WARCIO = """\
import { WARCParser } from "warcio";
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base32 = (b) => [...b].map((x) => x.toString(2).padStart(8, "0")).join("").match(/.{5}/g)
	.map((x) => alphabet[parseInt(x, 2)]).join("");
const parser = new WARCParser(createReadStream(process.argv[2]));
for await (const record of parser) {
	const payload = await record.readFully(false);
	const wanted = record.warcPayloadDigest;
	if (record.warcType === "response" && wanted.startsWith("sha1:")) {
		const got = "sha1:" + base32(createHash("sha1").update(payload).digest());
		if (got !== wanted) throw new Error(record.warcTargetURI + ": " + got + " is not " + wanted);
	}
	console.log(JSON.stringify([record.warcType, record.warcTargetURI ?? null, payload.length]));
}
"""
