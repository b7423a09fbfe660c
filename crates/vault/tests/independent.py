"""Opens what the vault sealed, with nothing but Python's standard library and docs/vault.md.

Reads lines `name value` from standard input and writes lines `name value` to standard output. A check, not a tool: it
makes no effort to be fast or to keep keys out of memory.
"""

import base64
import hashlib
import hmac
import struct
import sys

MASK = 0xFFFFFFFF


def rotate(value, by):
    return ((value << by) | (value >> (32 - by))) & MASK


def rounds(state):
    state = list(state)

    def quarter(a, b, c, d):
        for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & MASK
            state[z] = rotate(state[z] ^ state[x], by)

    for _ in range(10):
        quarter(0, 4, 8, 12)
        quarter(1, 5, 9, 13)
        quarter(2, 6, 10, 14)
        quarter(3, 7, 11, 15)
        quarter(0, 5, 10, 15)
        quarter(1, 6, 11, 12)
        quarter(2, 7, 8, 13)
        quarter(3, 4, 9, 14)
    return state


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def chacha_block(key, counter, nonce):
    state = CONSTANTS + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(rounds(state), state)))


def chacha(key, counter, nonce, data):
    out = bytearray()
    for at in range(0, len(data), 64):
        block = chacha_block(key, counter + at // 64, nonce)
        out += bytes(a ^ b for a, b in zip(data[at : at + 64], block))
    return bytes(out)


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(key[16:], "little")
    sum_ = 0
    for at in range(0, len(message), 16):
        sum_ = (sum_ + int.from_bytes(message[at : at + 16] + b"\x01", "little")) * r % ((1 << 130) - 5)
    return ((sum_ + s) & ((1 << 128) - 1)).to_bytes(16, "little")


def subkey(key, nonce):
    """HChaCha20 on the first 16 bytes of the nonce; what is left of it is the nonce of ChaCha20."""
    state = rounds(CONSTANTS + struct.unpack("<8I", key) + struct.unpack("<4I", nonce[:16]))
    return struct.pack("<8I", *(state[:4] + state[12:])), b"\0\0\0\0" + nonce[16:]


def tag_of(key, nonce, associated, sealed):
    def pad(data):
        return data + bytes(-len(data) % 16)

    text = pad(associated) + pad(sealed) + struct.pack("<QQ", len(associated), len(sealed))
    return poly1305(chacha_block(key, 0, nonce)[:32], text)


def encrypt(key, nonce, associated, plain):
    key, nonce = subkey(key, nonce)
    sealed = chacha(key, 1, nonce, plain)
    return sealed + tag_of(key, nonce, associated, sealed)


def decrypt(key, nonce, associated, body):
    key, nonce = subkey(key, nonce)
    sealed, tag = body[:-16], body[-16:]
    assert hmac.compare_digest(tag, tag_of(key, nonce, associated, sealed)), "the tag does not fit"
    return chacha(key, 1, nonce, sealed)


def derive(salt, key, info):
    """HKDF with SHA-256, 32 bytes."""
    extracted = hmac.digest(salt, key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def from_recovery(lines):
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    parts = []
    for number, line in enumerate(lines, 1):
        value = 0
        for symbol in line.replace("-", ""):
            value = value << 5 | alphabet.index(symbol)
        line = value.to_bytes(10, "big")
        part, checksum = line[:8], line[8:]
        assert checksum == hashlib.sha256(b"tutela vault 1 recovery line" + bytes([number]) + part).digest()[:2]
        parts.append(part)
    return b"".join(parts[:4]), parts[4]


def associated(what, header, body, record):
    return b"".join(len(part).to_bytes(8, "big") + part for part in (what, header, body, record))


class BodyKey:
    def __init__(self, root):
        salt = b"tutela vault 1 body key"
        self.id = derive(salt, root, b"id")[:8]
        self.records = derive(salt, root, b"record keys")
        self.index = derive(salt, root, b"index")

    def open(self, body, record, wrapped, content):
        assert wrapped[0] == 1 and wrapped[1:9] == self.id and len(wrapped) == 81
        header = wrapped[:33]
        aad = associated(b"tutela vault record key", header, body, record)
        record_key = decrypt(self.records, header[9:], aad, wrapped[33:])
        assert content[0] == 1
        header = content[:25]
        aad = associated(b"tutela vault content", header, body, record)
        padded = decrypt(record_key, header[1:], aad, content[25:])
        length = int.from_bytes(padded[-4:], "big")
        assert not any(padded[length:-4]), "padding is zeros"
        return padded[:length]

    def create(self, body, record, plain, record_key, nonces):
        header = b"\x01" + self.id + nonces[0]
        aad = associated(b"tutela vault record key", header, body, record)
        wrapped = header + encrypt(self.records, nonces[0], aad, record_key)
        header = b"\x01" + nonces[1]
        aad = associated(b"tutela vault content", header, body, record)
        assert len(plain) <= 252, "one bucket is enough for a check"
        padded = plain + bytes(252 - len(plain)) + len(plain).to_bytes(4, "big")
        return wrapped, header + encrypt(record_key, nonces[1], aad, padded)

    def token(self, field, word):
        key = derive(b"tutela vault 1 index field", self.index, field)
        return hmac.digest(key, word, "sha256")[:16]


def unlock_with_key_file(text, key_file):
    title, line = key_file.splitlines()
    body, checksum = line.split(" ")
    key = base64.b64decode(body)
    assert title == "tutela key file 1"
    assert checksum == hashlib.sha256(b"tutela vault 1 key file" + key).hexdigest()[:8]

    above, checksum = text.rstrip("\n").rsplit("\nsum ", 1)
    assert checksum == hashlib.sha256(b"tutela vault 1 locked key" + above.encode()).hexdigest()[:16]
    head, sealed = above.rsplit("sealed ", 1)
    lines = head.splitlines()
    assert lines[0] == "tutela body key 1" and lines[2] == "lock key-file hkdf-sha256"
    sealed = base64.b64decode(sealed)
    key = derive(base64.b64decode(lines[3].removeprefix("salt ")), key, b"tutela vault 1 lock by key file")
    root = decrypt(key, sealed[:24], head.encode(), sealed[24:])
    assert BodyKey(root).id.hex() == lines[1].removeprefix("id ")
    return root


def fixed():
    """The known answers that stand in the tests of the crate."""
    key = BodyKey(b"\x01" * 32)
    plain = "Trần Thị Lan".encode()
    wrapped, content = key.create(b"ward-7", b"card-000017", plain, b"\x22" * 32, (b"\x33" * 24, b"\x44" * 24))
    print("id", key.id.hex())
    print("token", key.token(b"subject.name", b"tran").hex())
    print("wrapped_key", wrapped.hex())
    print("content", content.hex())


def main():
    given = {}
    for line in sys.stdin:
        name, _, value = line.rstrip("\n").partition(" ")
        given.setdefault(name, []).append(value)

    def one(name):
        return bytes.fromhex(given[name][0])

    root, key_id = from_recovery(given["recovery"])
    key = BodyKey(root)
    assert key.id == key_id
    assert unlock_with_key_file(one("locked").decode(), one("key_file").decode()) == root
    body, record = one("body"), one("record")
    print("plain", key.open(body, record, one("wrapped_key"), one("content")).hex())
    print("token", key.token(one("field"), one("word")).hex())
    wrapped, content = key.create(body, record, b"sealed by another program", b"\x05" * 32, (b"\x06" * 24, b"\x07" * 24))
    print("wrapped_key", wrapped.hex())
    print("content", content.hex())


if sys.argv[1:] == ["fixed"]:
    fixed()
else:
    main()
