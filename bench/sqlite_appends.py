#!/usr/bin/env python3
"""Bare SQLite as a yardstick for appends: one table of blobs, WAL, synchronous=FULL, one transaction for a batch. In turn with it
a bare write and flush of the same bytes, so that what else the disk does falls on both.

    python3 bench/sqlite_appends.py FOLDER      the same batches as the example `figures` of the crate `tutela-journal`
"""
import os
import sqlite3
import sys
import time

ENTRY = bytes(131)


def main():
    path = os.path.join(sys.argv[1], "appends.sqlite")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE entry (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    bare = os.open(path + ".bare", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    at = 0
    for batch in (1, 10, 100, 1000):
        rounds = max(400 // batch, 40)
        ours = busy = theirs = 0
        for _ in range(rounds):
            start, cpu = time.perf_counter(), time.process_time()
            base.execute("BEGIN IMMEDIATE")
            base.executemany("INSERT INTO entry VALUES (?, ?)", ((n, ENTRY) for n in range(at, at + batch)))
            base.execute("COMMIT")
            ours += time.perf_counter() - start
            busy += time.process_time() - cpu
            start = time.perf_counter()
            os.write(bare, ENTRY * batch)
            os.fdatasync(bare)
            theirs += time.perf_counter() - start
            at += batch
        count = rounds * batch
        print(
            f"batch {batch:4}: {count / ours:9.0f} rows/s, {busy / count * 1e6:.1f} µs of processor time each"
            f" · bare write and flush {count / theirs:9.0f}/s · ratio {theirs / ours:.2f}"
        )
    base.close()
    os.remove(path)
    os.remove(path + ".bare")


main()
