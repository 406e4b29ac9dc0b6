# SPDX-License-Identifier: GPL-3.0-or-later
"""http and https URLs after the WHATWG URL Standard, as the oracle needs them: written from the standard's text, apart from
lycosa's own. The identity of a URL is its serialisation without fragment and credentials.
"""
import re

DEFAULT_PORT = {"http": 80, "https": 443}
PATH_SET = frozenset(' "#<>?^`{}')
QUERY_SET = frozenset(' "#<>\'')
FORBIDDEN_DOMAIN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
SINGLE_DOT = (".", "%2e")
DOUBLE_DOT = ("..", ".%2e", "%2e.", "%2e%2e")


class URL:
    """scheme, host (serialised), port (None = default), path ("/..."), query (None or str)."""

    __slots__ = ("scheme", "host", "port", "path", "query")

    def __init__(self, scheme, host, port, path, query):
        self.scheme, self.host, self.port, self.path, self.query = scheme, host, port, path, query

    def netloc(self):
        return self.host if self.port is None else "%s:%d" % (self.host, self.port)

    def __str__(self):
        return "%s://%s%s%s" % (self.scheme, self.netloc(), self.path, "" if self.query is None else "?" + self.query)

    def path_query(self):
        return self.path + ("" if self.query is None else "?" + self.query)


def percent_encode(text, reserved, encoding="utf-8"):
    out = []
    for c in text:
        if "\x21" <= c <= "\x7e" and c not in reserved:
            out.append(c)
        elif "\x00" <= c <= "\x7f":
            out.append("%%%02X" % ord(c))
        else:
            out.append(_encode_char(c, reserved, encoding))
    return "".join(out)


def _encode_char(c, reserved, encoding):
    """Of a character's bytes, those that are ASCII (of Shift_JIS many a second one) are not encoded for their own sake."""
    try:
        return "".join(chr(b) if 0x21 <= b <= 0x7e and chr(b) not in reserved else "%%%02X" % b for b in c.encode(encoding))
    except UnicodeEncodeError:
        if 0xD800 <= ord(c) <= 0xDFFF:
            return "%EF%BF%BD"
        return "%%26%%23%d%%3B" % ord(c)


def percent_decode(text):
    data = text.encode("utf-8", "surrogatepass")
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), data)


def _ipv4_number(part):
    if part == "":
        return None
    try:
        if part[:2].lower() == "0x":
            return int(part[2:], 16) if part[2:] else 0
        if len(part) > 1 and part[0] == "0":
            return int(part[1:], 8) if re.fullmatch("[0-7]+", part) else None
        return int(part) if re.fullmatch("[0-9]+", part) else None
    except ValueError:
        return None


def _ipv4(host):
    """The address of a host that ends in a number, None if it does not, ValueError if it is a bad one."""
    parts = host.split(".")
    if parts[-1] == "" and len(parts) > 1:
        parts.pop()
    last = parts[-1]
    if not (re.fullmatch("[0-9]+", last) or re.fullmatch("0[xX][0-9A-Fa-f]*", last)):
        return None
    numbers = [_ipv4_number(p) for p in parts]
    if len(parts) > 4 or None in numbers or any(n > 255 for n in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(parts)):
        raise ValueError(host)
    value = numbers[-1]
    for i, n in enumerate(numbers[:-1]):
        value += n * 256 ** (3 - i)
    return ".".join(str(value >> s & 255) for s in (24, 16, 8, 0))


def _ipv6(text):
    import ipaddress
    return "[%s]" % ipaddress.IPv6Address(text).compressed


def parse_host(text):
    if text.startswith("["):
        if not text.endswith("]"):
            raise ValueError(text)
        return _ipv6(text[1:-1])
    domain = percent_decode(text).decode("utf-8", "replace")
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    domain = domain.lower()
    if domain == "" or FORBIDDEN_DOMAIN.search(domain):
        raise ValueError(text)
    return _ipv4(domain) or domain


def _authority(text, scheme):
    text = text.rsplit("@", 1)[-1]
    m = re.fullmatch(r"(.*?)(?::([^:\]]*))?", text, re.S)
    host, port = m[1], m[2]
    if port is not None and not re.fullmatch("[0-9]*", port):
        raise ValueError(text)
    number = int(port) if port else None
    if number is not None and number > 65535:
        raise ValueError(text)
    return parse_host(host), None if number == DEFAULT_PORT[scheme] else number


def _join_path(base_segments, text):
    segments = list(base_segments)
    parts = re.split(r"[/\\]", text)
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        low = part.lower()
        if low in DOUBLE_DOT:
            if segments:
                segments.pop()
            if last:
                segments.append("")
        elif low in SINGLE_DOT:
            if last:
                segments.append("")
        else:
            segments.append(percent_encode(part, PATH_SET))
    return "/" + "/".join(segments)


def parse(text, base=None, encoding="utf-8"):
    """URL, or None when text is not a valid http(s) URL. encoding: the document's, for the query."""
    text = re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$", "", text)
    text = re.sub(r"[\t\n\r]", "", text)
    text = text.split("#", 1)[0]
    m = SCHEME.match(text)
    if m:
        scheme = m[1].lower()
        if scheme not in DEFAULT_PORT:
            return None
        rest = text[m.end():]
        if base is not None and base.scheme == scheme and not re.match(r"[/\\]{2}", rest):
            return _relative(rest, base, encoding)
        return _absolute(scheme, rest.lstrip("/\\"), encoding)
    if base is None:
        return None
    return _relative(text, base, encoding)


def _relative(text, base, encoding):
    if re.match(r"[/\\]{2}", text):
        return _absolute(base.scheme, text.lstrip("/\\"), encoding)
    path, query = _split_query(text, encoding)
    if path == "":
        return URL(base.scheme, base.host, base.port, base.path, base.query if query is None else query)
    if path[0] in "/\\":
        return URL(base.scheme, base.host, base.port, _join_path([], path[1:]), query)
    return URL(base.scheme, base.host, base.port, _join_path(base.path[1:].split("/")[:-1], path), query)


def _absolute(scheme, rest, encoding):
    m = re.match(r"([^/\\?]*)(.*)", rest, re.S)
    try:
        host, port = _authority(m[1], scheme)
    except (ValueError, UnicodeError):
        return None
    path, query = _split_query(m[2], encoding)
    return URL(scheme, host, port, _join_path([], path[1:]), query)


def _split_query(text, encoding):
    path, mark, query = text.partition("?")
    return path, percent_encode(query, QUERY_SET, encoding) if mark else None
