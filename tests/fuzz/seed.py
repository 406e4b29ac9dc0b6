#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""seed.py VECTORS DIR: first inputs for the fuzz targets, made of the conformance vectors: DIR/<target>/<number>.

The vectors are other people's work and stay where they are, so these are made anew for each build directory (tests/fuzz/run.sh),
and are kept small: at most MAX_SEEDS a target, taken evenly from all there are, each of at most MAX_BYTES.
"""
import base64
import glob
import json
import os
import sys

MAX_SEEDS = 150
MAX_BYTES = 2048


def load(vectors, name):
    try:
        with open(os.path.join(vectors, name), encoding="utf-8", errors="replace") as f:
            return json.load(f)
    except FileNotFoundError:
        print("seed.py: there is no %s" % name, file=sys.stderr)
        return []


def raw(text):
    return text.encode("utf-8", "surrogatepass")


def dicts(cases):
    return [c for c in cases if isinstance(c, dict)]


def url(vectors):
    for name in ("url/urltestdata.json", "url/ada_extra_urltestdata.json", "url/resolve-crawler-commons.json"):
        for c in dicts(load(vectors, name)):
            base = c.get("base")
            yield (raw(base) + b"\n" if base else b"") + raw(c["input"])
    for c in dicts(load(vectors, "url/toascii.json")):
        yield b"http://" + raw(c["input"]) + b"/"


def resolve(vectors):
    for i, c in enumerate(dicts(load(vectors, "url/urltestdata.json"))):
        yield bytes([i % 251]) + raw(c["input"])


def pages(vectors):
    """(Content-Type, page) of all suites."""
    for c in dicts(load(vectors, "html/documents-chromium.json")):
        yield c["content_type"], base64.b64decode(c["body_b64"])
    for c in dicts(load(vectors, "html/links-from-trees.json")) + dicts(load(vectors, "html/links-planted.json")):
        yield "text/html", raw(c["html"])
    for c in dicts(load(vectors, "html/encoding.json")):
        yield "text/html", base64.b64decode(c["data_b64"])


def reader(vectors):
    for i, (kind, body) in enumerate(pages(vectors)):
        yield b"0123"[i % 4:i % 4 + 1] + raw(kind) + b"\n" + body


def scan(vectors):
    for path in sorted(glob.glob(os.path.join(vectors, "html/tokenizer/*.test"))):
        for i, c in enumerate(dicts(list(load(vectors, path).values())[0])):
            yield bytes([i % 6]) + raw(c["input"])


def xml(vectors):
    for _, body in pages(vectors):
        yield b"\x04" + body
    for i, path in enumerate(sorted(glob.glob(os.path.join(vectors, "sitemaps/files/*.xml")))):
        with open(path, "rb") as f:
            yield bytes([i % 4]) + f.read(MAX_BYTES)


def charset(vectors):
    for i, c in enumerate(dicts(load(vectors, "html/encoding.json"))):
        yield bytes([i]) + b"text/html\n" + base64.b64decode(c["data_b64"])


def field(vectors, name, key, prefix=b""):
    for c in dicts(load(vectors, name)):
        yield prefix + raw(c[key])


def robots(vectors):
    for c in dicts(load(vectors, "robots/cases.json")):
        yield b"/" + raw(c.get("url", "")).split(b"/", 3)[-1] + b"\n" + raw(c.get("robots", ""))


def head(vectors):
    for c in dicts(load(vectors, "http/dates-ietf.json")):
        yield b"HTTP/1.1 503 Busy\r\nRetry-After: " + raw(c["test"]) + b"\r\n\r\n"


def cookie(vectors):
    for c in dicts(load(vectors, "http/cookies-ietf.json")):
        yield b"".join(raw(line) + b"\n" for line in c["received"])


TARGETS = {
    "charset": charset,
    "cookie": cookie,
    "css": lambda v: field(v, "css/urls.json", "css", b"\0"),
    "date": lambda v: field(v, "http/dates-ietf.json", "test"),
    "head": head,
    "reader": reader,
    "refresh": lambda v: field(v, "html/meta-refresh.json", "content"),
    "resolve": resolve,
    "robots": robots,
    "scan": scan,
    "srcset": lambda v: field(v, "html/srcset.json", "srcset"),
    "url": url,
    "xml": xml,
}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    vectors, out = sys.argv[1:]
    for target, make in TARGETS.items():
        seeds = sorted({s for s in make(vectors) if len(s) <= MAX_BYTES})
        step = max(1, -(-len(seeds) // MAX_SEEDS))
        os.makedirs(os.path.join(out, target), exist_ok=True)
        for i, seed in enumerate(seeds[::step]):
            with open(os.path.join(out, target, "%03d" % i), "wb") as f:
                f.write(seed)


if __name__ == "__main__":
    main()
