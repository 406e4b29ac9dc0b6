# SPDX-License-Identifier: GPL-3.0-or-later
"""Kerberos for a test, without a KDC: tickets that are simply there, and the servers that check who shows them.

	realm = kerberos.Realm(tmp_path, "joe")
	ticket = realm.ticket("www.test")			in the client's cache, which realm.env names
	site = serve(hostile.Door({"/": page()}, kerberos.Lock(ticket)))

What a KDC would have done is to make up a session key and tell both sides: the client's side is a line of the credential cache (MIT's file
format, version 4), with a ticket that is opaque to it; the server's is here. So the client is libkrb5, as it is, and it proves that it knows the
session key by what it encrypts with it (RFC 4120 5.5.1: the authenticator), which the server decrypts and reads. The cipher is RC4-HMAC (RFC 4757), which
needs no more than the standard library; a session key that is used once, for a test, is none the worse for it.
"""
import base64
import hashlib
import hmac
import os
import struct
import threading
import time

REALM = "LYCOSA.TEST"
RC4_HMAC = 23
NT_PRINCIPAL, NT_SRV_HST = 1, 3
USAGE_AUTHENTICATOR = 11        # RFC 4120 7.5.1
INITIATED_BY_KDC = 0x00200000   # pre-authenticated
SPNEGO, KERBEROS = bytes.fromhex("06062b0601050502"), bytes.fromhex("06092a864886f712010202")


# ---- DER ----

def der(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    size = bytes([n]) if n < 128 else (lambda b: bytes([128 | len(b)]) + b)(n.to_bytes((n.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + size + body


def der_int(n):
    return der(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def der_name(kind, parts):
    return der(0x30, der(0xa0, der_int(kind)), der(0xa1, der(0x30, *(der(0x1b, p.encode()) for p in parts))))


def items(data):
    """[(tag, content)] of what stands one behind the other."""
    found, at = [], 0
    while at < len(data):
        tag, n = data[at], data[at + 1]
        at += 2
        if n & 128:
            more = n & 127
            n = int.from_bytes(data[at:at + more], "big")
            at += more
        assert at + n <= len(data), "a DER item ends outside"
        found.append((tag, data[at:at + n]))
        at += n
    return found


def inside(data, *tags):
    """The content of the item that these tags lead to, each within the one before."""
    for tag in tags:
        data = next(content for t, content in items(data) if t == tag)
    return data


# ---- RC4-HMAC (RFC 4757) ----

def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) % 256])
    return bytes(out)


def decrypt(key, usage, data):
    """None: it was not made with this key, or for another use."""
    own = hmac.digest(key, struct.pack("<I", usage), "md5")
    plain = rc4(hmac.digest(own, data[:16], "md5"), data[16:])
    return plain[8:] if hmac.compare_digest(hmac.digest(own, plain, "md5"), data[:16]) else None


# ---- the client's side ----

class Ticket:
    def __init__(self, user, host):
        self.user, self.host, self.key = user, host, os.urandom(16)
        # To the client no more than bytes: what a service's own key would open.
        self.sealed = os.urandom(64)
        self.der = der(0x61, der(0x30, der(0xa0, der_int(5)), der(0xa1, der(0x1b, REALM.encode())),
                                 der(0xa2, der_name(NT_SRV_HST, ("HTTP", host))),
                                 der(0xa3, der(0x30, der(0xa0, der_int(RC4_HMAC)), der(0xa2, der(0x04, self.sealed))))))


class Realm:
    def __init__(self, directory, user):
        self.user, self.cache = user, os.path.join(str(directory), "tickets")
        conf = os.path.join(str(directory), "krb5.conf")
        with open(conf, "w") as f:
            f.write("[libdefaults]\ndefault_realm = %s\ndns_lookup_kdc = false\ndns_lookup_realm = false\ndns_canonicalize_hostname = false\n"
                    "rdns = false\nallow_rc4 = true\nallow_weak_crypto = true\npermitted_enctypes = rc4-hmac\n[realms]\n%s = {\n kdc = 127.0.0.1:1\n}\n"
                    "[domain_realm]\n.test = %s\n" % (REALM, REALM, REALM))
        self.env = {"KRB5_CONFIG": conf, "KRB5CCNAME": "FILE:" + self.cache, "KRB5_KTNAME": os.devnull, "KRB5RCACHETYPE": "none"}
        self._write(struct.pack(">HH", 0x0504, 0) + self._principal(NT_PRINCIPAL, user), "wb")

    def _write(self, data, how):
        with open(os.open(self.cache, os.O_CREAT | os.O_WRONLY | (os.O_APPEND if how == "ab" else os.O_TRUNC), 0o600), how) as f:
            f.write(data)

    @staticmethod
    def _counted(data):
        return struct.pack(">I", len(data)) + data

    def _principal(self, kind, *parts):
        return struct.pack(">II", kind, len(parts)) + b"".join(self._counted(p.encode()) for p in (REALM, *parts))

    def ticket(self, host):
        t, now = Ticket(self.user, host), int(time.time())
        self._write(self._principal(NT_PRINCIPAL, self.user) + self._principal(NT_SRV_HST, "HTTP", host) +
                    struct.pack(">H", RC4_HMAC) + self._counted(t.key) + struct.pack(">IIII", now - 60, now - 60, now + 3600, 0) +
                    struct.pack(">BI", 0, INITIATED_BY_KDC) + struct.pack(">II", 0, 0) + self._counted(t.der) + self._counted(b""), "ab")
        return t


# ---- the server's side ----

def authenticator(token, ticket):
    """{realm, user} of whoever made this GSS-API token for this ticket's service; None: it proves nothing."""
    mechanism = inside(token, 0x60)
    if mechanism.startswith(SPNEGO):    # RFC 4178: the token of the first mechanism stands in it
        token = inside(mechanism[len(SPNEGO):], 0xa0, 0x30, 0xa2, 0x04)
        mechanism = inside(token, 0x60)
    if not mechanism.startswith(KERBEROS + b"\1\0"):
        return None
    request = inside(mechanism[len(KERBEROS) + 2:], 0x6e, 0x30)
    shown = next(content for tag, content in items(request) if tag == 0xa3)
    if shown != ticket.der:
        return None
    plain = decrypt(ticket.key, USAGE_AUTHENTICATOR, inside(request, 0xa4, 0x30, 0xa2, 0x04))
    if plain is None:
        return None
    said = inside(plain, 0x62, 0x30)
    return inside(said, 0xa1, 0x1b).decode(), "/".join(p.decode() for _, p in items(inside(said, 0xa2, 0x30, 0xa1, 0x30)))


class Lock:
    """For a server or a proxy: who shows this ticket gets in, once each time: an authenticator that was seen before is a replay.
    log: who has shown one; None: whoever it was did not prove it."""

    def __init__(self, ticket):
        self.ticket, self.seen, self.log, self.lock = ticket, set(), [], threading.Lock()

    def challenge(self, connection, given):
        """What a request with this login is to be told, None: it is let in."""
        if not given or not given.startswith("Negotiate "):
            return "Negotiate"
        token = base64.b64decode(given[10:], validate=True)
        mark = hashlib.sha256(token).digest()
        with self.lock:
            who = authenticator(token, self.ticket) if mark not in self.seen else None
            self.seen.add(mark)
            self.log.append(who)
        return None if who == (REALM, self.ticket.user) else "Negotiate"


# RFC 6229 has no such short one; the key and text of the cipher's first publication.
assert rc4(b"Key", b"Plaintext").hex() == "bbf316e8d940af0ad3"
