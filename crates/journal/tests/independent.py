"""A second verifier, written from the C2SP and RFC texts alone, with nothing but Python's standard library.

    python3 independent.py journal FOLDER VKEYFILE [WITNESSVKEYFILE]   checks a whole journal
    python3 independent.py proof FILE VKEYFILE                         checks a proof of one entry

It shares no code with the Rust program and is written to be read, not to be fast. Exit status 0: accepted.
"""

import base64
import hashlib
import os
import sys

# Ed25519 (RFC 8032, section 5.1), verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g = 2 * t1 * t2 * D % P
    h = 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def mul(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        raise ValueError("not a point")
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        raise ValueError("not a point")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point(BASE_Y.to_bytes(32, "little"))


def ed25519(public, message, signature):
    r, s = point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = mul(s, BASE), add(r, mul(k, point(public)))
    same = lambda i: (left[i] * right[2] - right[i] * left[2]) % P == 0
    return same(0) and same(1)


# Signed notes, checkpoints and cosignatures.
def vkey(path):
    name, ident, body = open(path, encoding="utf-8").read().rstrip("\n").split("+", 2)
    raw = base64.b64decode(body, validate=True)
    digest = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    assert digest.hex() == ident, "the identifier of the key does not fit"
    return name, digest, raw[0], raw[1:]


def checkpoint(note, journal_key, witness_key=None):
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    seen = set()
    for line in lines.splitlines():
        dash, name, body = line.split(" ")
        assert dash == "\u2014"
        raw = base64.b64decode(body, validate=True)
        for key in filter(None, (journal_key, witness_key)):
            if (name, raw[:4]) != key[:2]:
                continue
            message, signature = text.encode(), raw[4:]
            if key[2] == 4:
                at = int.from_bytes(signature[:8], "big")
                message, signature = b"cosignature/v1\ntime %d\n" % at + message, signature[8:]
            assert ed25519(key[3], message, signature), "a signature does not fit"
            seen.add(key[2])
    assert 1 in seen, "the journal did not sign"
    assert witness_key is None or 4 in seen, "the witness did not sign"
    origin, size, root = text.split("\n")[:3]
    assert origin == journal_key[0]
    return int(size), base64.b64decode(root, validate=True)


# RFC 6962.
def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def mth(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(mth(hashes[:k]), mth(hashes[k:]))


def climb(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2."""
    assert index < size
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        assert sn != 0
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


# Tiles.
def tile_path(kind, index, width):
    parts = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        parts.insert(0, "x%03d" % (index % 1000))
    return "tile/%s/%s%s" % (kind, "/".join(parts), "" if width == 256 else ".p/%d" % width)


def check_journal(folder, key, witness):
    read = lambda name: open(os.path.join(folder, name), "rb").read()
    size, root = checkpoint(read("checkpoint").decode(), key, witness)
    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        bundle, at, hashes = read(tile_path("entries", index, width)), 0, []
        while at < len(bundle):
            length = int.from_bytes(bundle[at : at + 2], "big")
            entry = bundle[at + 2 : at + 2 + length]
            assert len(entry) == length
            assert entry[0] == 1 and int.from_bytes(entry[1:9], "big") == index * 256 + len(hashes)
            hashes.append(leaf_hash(entry))
            at += 2 + length
        assert len(hashes) == width
        leaves += hashes
    assert mth(leaves) == root, "the root does not fit the entries"
    level, hashes = 0, leaves
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            part = hashes[index * 256 : index * 256 + 256]
            assert read(tile_path(level, index, len(part))) == b"".join(part), "a tile does not fit the entries"
        hashes = [mth(hashes[i * 256 : i * 256 + 256]) for i in range(len(hashes) // 256)]
        level += 1
    print("accepted: %d entries, %d levels of tiles" % (size, level))


def check_proof(path, key):
    head, note = open(path, encoding="utf-8").read().split("\n\n", 1)
    first, extra, index, *proof = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    entry = base64.b64decode(extra.removeprefix("extra "), validate=True)
    index = int(index.removeprefix("index "))
    size, root = checkpoint(note, key)
    proof = [base64.b64decode(line, validate=True) for line in proof]
    assert climb(leaf_hash(entry), index, size, proof) == root, "the proof does not lead to the root"
    print("accepted: entry %d of %d" % (index, size))


if __name__ == "__main__":
    what, path, *keys = sys.argv[1:]
    keys = [vkey(k) for k in keys] + [None]
    if what == "journal":
        check_journal(path, keys[0], keys[1])
    else:
        check_proof(path, keys[0])
