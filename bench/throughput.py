#!/usr/bin/env python3
"""Throughput of the engine beside its yardsticks, on the same bytes, in one run: megabytes per processor second.

    python3 bench/throughput.py CORPUS [--tutela target/release/tutela] [--rounds 5]

CORPUS is a folder of text files (its sub-folder files/ is used where there is one). Every command is run in turns; the fastest round counts, start-up included.
ripgrep is used where it is installed; Hyperscan where bench/yardsticks/hyperscan can be built (package libhyperscan-dev).
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PATTERNS = os.path.join(HERE, "yardsticks", "patterns.txt")


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {run.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def hyperscan(folder, work):
    program = os.path.join(work, "hyperscan")
    source = os.path.join(HERE, "yardsticks", "hyperscan.c")
    try:
        built = subprocess.run(["cc", "-O2", "-o", program, source, "-lhs"], stderr=subprocess.DEVNULL)
    except OSError:
        return None
    if built.returncode:
        return None
    line = subprocess.run([program, PATTERNS, folder, "5"], stdout=subprocess.PIPE, text=True).stdout
    return float(line.split(":")[1].split()[0]) if ":" in line else None


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("corpus")
    arguments.add_argument("--tutela", default="target/release/tutela")
    arguments.add_argument("--rounds", type=int, default=5)
    a = arguments.parse_args()
    folder = os.path.join(a.corpus, "files")
    folder = folder if os.path.isdir(folder) else a.corpus
    size = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(folder) for f in fs)
    scan = [a.tutela, "scan", "--format", "jsonl", "--no-cache", "--quiet", "--threads", "1"]
    commands = {
        "identifiers": scan + ["--only", "identifiers", folder],
        "everything": scan + [folder],
    }
    if shutil.which("rg"):
        rg = ["rg", "-a", "-j1", "--no-config", "--count-matches", "-f", PATTERNS, folder]
        commands["ripgrep, ASCII borders"] = rg + ["--no-unicode"]
    best = {name: 1e9 for name in commands}
    for _ in range(a.rounds):
        for name, command in commands.items():
            best[name] = min(best[name], cpu_seconds(command))
    speed = {name: size / seconds / 1e6 for name, seconds in best.items()}
    with tempfile.TemporaryDirectory() as work:
        fast = hyperscan(folder, work)
    if fast:
        speed["Hyperscan, engine alone"] = fast
    print(f"{size / 1e6:.1f} MB, best of {a.rounds} rounds")
    for name, value in speed.items():
        beside = "".join(
            f"   {value / speed[other]:6.2f} × {other}" for other in speed if other not in commands or other.startswith("rip") if other != name
        )
        print(f"{name:26}{value:9.1f} MB/s{beside}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
