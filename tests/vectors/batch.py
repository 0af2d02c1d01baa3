#!/usr/bin/env python3
"""Writes batch.json: batch signatures made from specs/records.md §1.1 and RFC 6962 alone, with
hashlib and the openssl program, sharing nothing with the code they test.

    tests/vectors/batch.py > tests/vectors/batch.json
"""
import base64, hashlib, json, subprocess, tempfile

SEED = bytes(range(32))
PREFIX = b"usufruct/batch/v1\n"


def sha256(data):
    return hashlib.sha256(data).digest()


def largest_power_below(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def path(m, leaves):
    """RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [root(leaves[k:])]
    return path(m - k, leaves[k:]) + [root(leaves[:k])]


def pem(prefix_hex, key, label):
    der = bytes.fromhex(prefix_hex) + key
    return f"-----BEGIN {label}-----\n{base64.b64encode(der).decode()}\n-----END {label}-----\n"


def sign(statement):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as message:
        key.write(pem("302e020100300506032b657004220420", SEED, "PRIVATE KEY").encode())
        key.flush()
        message.write(statement)
        message.flush()
        return subprocess.run(
            ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key.name, "-in", message.name],
            check=True, capture_output=True).stdout


def public_key():
    with tempfile.NamedTemporaryFile() as key:
        key.write(pem("302e020100300506032b657004220420", SEED, "PRIVATE KEY").encode())
        key.flush()
        der = subprocess.run(["openssl", "pkey", "-in", key.name, "-pubout", "-outform", "DER"],
                             check=True, capture_output=True).stdout
        return der[-32:]


def batch(size):
    ids = [sha256(f"record {i}".encode()) for i in range(size)]
    leaves = [sha256(b"\x00" + one) for one in ids]
    top = root(leaves)
    statement = PREFIX + size.to_bytes(8, "big") + top
    places = sorted({0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)))
    return {
        "size": size,
        "root": top.hex(),
        "statement": statement.hex(),
        "signature": sign(statement).hex(),
        "paths": [{"index": m, "path": b"".join(path(m, leaves)).hex()} for m in places],
    }


print(json.dumps({
    "comment": "record i has the id SHA-256('record i'); signed by the Ed25519 seed 00 01 to 1f",
    "signer": public_key().hex(),
    "batches": [batch(n) for n in (1, 2, 3, 4, 5, 7, 8, 100, 255, 256, 6300, 65535, 65536)],
}, indent=1))
