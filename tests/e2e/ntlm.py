# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's side of NTLM over HTTP (MS-NLMP, MS-NTHT), by the standard library alone.

	site = serve(hostile.Door({"/": page("/a"), "/a": page()}, ntlm.Lock("joe", "secret")))

A connection is let in, not a request: by a type 1 message, our challenge (type 2), and a type 3 message whose NTLMv2 proof is right (MS-NLMP
3.3.2), all three on that connection; until it ends, its requests need no login.
"""
import base64
import hmac
import os
import struct
import threading

SIGNATURE = b"NTLMSSP\0"
UNICODE, REQUEST_TARGET, NTLM, ALWAYS_SIGN, TARGET_DOMAIN, EXTENDED, TARGET_INFO = 0x1, 0x4, 0x200, 0x8000, 0x10000, 0x80000, 0x800000
AV_END, AV_COMPUTER, AV_DOMAIN = 0, 1, 2


def md4(data):
    """RFC 1320; OpenSSL 3 has put it away, and hashlib has it from there."""
    def rotate(x, n):
        x &= 0xffffffff
        return (x << n | x >> 32 - n) & 0xffffffff
    state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
    data += b"\x80" + bytes(-(len(data) + 9) % 64) + struct.pack("<Q", 8 * len(data))
    rounds = (
        (lambda x, y, z: x & y | ~x & z, 0, range(16), (3, 7, 11, 19)),
        (lambda x, y, z: x & y | x & z | y & z, 0x5a827999, [i // 4 + i % 4 * 4 for i in range(16)], (3, 5, 9, 13)),
        (lambda x, y, z: x ^ y ^ z, 0x6ed9eba1, [int(format(i, "04b")[::-1], 2) for i in range(16)], (3, 9, 11, 15)),
    )
    for at in range(0, len(data), 64):
        x = struct.unpack("<16I", data[at:at + 64])
        a, b, c, d = state
        for mix, constant, order, shifts in rounds:
            for i, k in enumerate(order):
                a, b, c, d = d, rotate(a + mix(b, c, d) + x[k] + constant, shifts[i % 4]), b, c
        state = [(old + new) & 0xffffffff for old, new in zip(state, (a, b, c, d))]
    return struct.pack("<4I", *state)


def utf16(text):
    return text.encode("utf-16-le")


def av_pair(kind, value=b""):
    return struct.pack("<HH", kind, len(value)) + value


def challenge_message(nonce, target_info, domain):
    """Type 2 (MS-NLMP 2.2.1.2)."""
    flags = UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | TARGET_DOMAIN | EXTENDED | TARGET_INFO
    name = utf16(domain)
    head = 48
    return (SIGNATURE + struct.pack("<I", 2) + struct.pack("<HHI", len(name), len(name), head) + struct.pack("<I", flags) + nonce + bytes(8) +
            struct.pack("<HHI", len(target_info), len(target_info), head + len(name)) + name + target_info)


def field(message, at):
    """Of a type 3 message (2.2.1.3): what the security buffer at this place points to."""
    length, _, offset = struct.unpack_from("<HHI", message, at)
    assert offset + length <= len(message), "a field lies outside of the message"
    return message[offset:offset + length]


def proof_is_right(message, nonce, target_info, user, password):
    """NTLMv2: HMAC_MD5(HMAC_MD5(MD4(password), USER + domain), nonce + blob), and the blob says what we have said."""
    proof, blob = field(message, 20)[:16], field(message, 20)[16:]
    domain, name = field(message, 28), field(message, 36)
    key = hmac.digest(md4(utf16(password)), utf16(user.upper()) + domain, "md5")
    return (name == utf16(user) and blob[:2] == b"\1\1" and target_info[:-4] in blob and
            hmac.compare_digest(proof, hmac.digest(key, nonce + blob, "md5")))


class Lock:
    """For a server or a proxy. log: (connection, message type, let in?)."""

    def __init__(self, user, password, domain="SPIDERS"):
        self.user, self.password, self.domain = user, password, domain
        self.target_info = av_pair(AV_DOMAIN, utf16(domain)) + av_pair(AV_COMPUTER, utf16("WEB")) + av_pair(AV_END)
        self.log, self.lock = [], threading.Lock()
        self.nonces, self.inside = {}, set()

    def challenge(self, connection, given):
        """What a request with this login is to be told, None: it is let in."""
        with self.lock:
            if given and given.startswith("NTLM "):
                return self._message(connection, base64.b64decode(given[5:], validate=True))
            return None if connection in self.inside else "NTLM"

    def _message(self, connection, message):
        assert message.startswith(SIGNATURE)
        kind = struct.unpack_from("<I", message, 8)[0]
        self.inside.discard(connection)
        nonce = self.nonces.pop(connection, None)   # good for one attempt
        good = kind == 3 and nonce is not None and proof_is_right(message, nonce, self.target_info, self.user, self.password)
        self.log.append((connection, kind, good))
        if kind == 1:
            nonce = self.nonces[connection] = os.urandom(8)
            return "NTLM " + base64.b64encode(challenge_message(nonce, self.target_info, self.domain)).decode()
        if good:
            self.inside.add(connection)
        return None if good else "NTLM"


# RFC 1320 A.5, and MS-NLMP 4.2.2.1.2 (the password "Password").
assert md4(b"message digest").hex() == "d9130a8164549fe818874806e1c7014b"
assert md4(utf16("Password")).hex() == "a4f49c406510bdcab6824ee7c30fd852"
