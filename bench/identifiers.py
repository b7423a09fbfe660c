#!/usr/bin/env python3
"""Recall and precision of identifiers on a generated corpus, measured through the command line.

    python3 bench/identifiers.py CORPUS [--tutela target/release/tutela] [--worst 20]

CORPUS holds files/ and truth.jsonl: one object a line with "f" file, "c" [start, end] in code points, "t" type,
"s" surface. Types that begin with NOT_ are decoys: a finding on one counts as a false alarm, and so does every identifier reported where
the truth has nothing. A finding is right when its type and its span are.
"""
import argparse
import collections
import json
import os
import subprocess
import sys

TYPES = {
    "EMAIL": "EMAIL_ADDRESS", "PHONE_VN": "PHONE_NUMBER", "PHONE_RU": "PHONE_NUMBER", "PHONE_CN": "PHONE_NUMBER",
    "PHONE_US": "PHONE_NUMBER", "CCCD": "VN_CITIZEN_ID", "VN_MST": "VN_TAX_CODE", "SNILS": "RU_SNILS", "INN": "RU_INN",
    "PASSPORT_RU": "RU_PASSPORT", "CN_ID": "CN_RESIDENT_ID", "CARD": "CREDIT_CARD", "IBAN": "IBAN_CODE",
    "IPV4": "IP_ADDRESS", "SSN": "US_SSN",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("corpus")
    arguments.add_argument("--tutela", default="target/release/tutela")
    arguments.add_argument("--only", default="identifiers")
    arguments.add_argument("--worst", type=int, default=20)
    a = arguments.parse_args()
    truth = collections.defaultdict(list)
    for line in open(os.path.join(a.corpus, "truth.jsonl"), encoding="utf-8"):
        item = json.loads(line)
        truth[item["f"]].append(item)
    texts = {}
    for name in sorted(os.listdir(os.path.join(a.corpus, "files"))):
        with open(os.path.join(a.corpus, "files", name), encoding="utf-8", newline="") as f:
            texts[name] = f.read()
    records = "".join(json.dumps({"id": n, "text": t}, ensure_ascii=False) + "\n" for n, t in texts.items())
    command = [a.tutela, "detect", "--jsonl", "--only", a.only]
    run = subprocess.run(command, input=records.encode(), stdout=subprocess.PIPE, check=True)
    hit, missed, false = collections.Counter(), collections.Counter(), collections.Counter()
    worst = []
    for line in run.stdout.decode().splitlines():
        answer = json.loads(line)
        name, text = answer["id"], texts[answer["id"]]
        names = [t for t in truth[name] if t["t"] == "PERSON"]
        wanted = {(TYPES[t["t"]], *t["c"]): t for t in truth[name] if t["t"] in TYPES}
        found = {(f["type"], f["start"], f["end"]): f for f in answer["findings"]}
        for key in found:
            kind, start, end = key
            if key in wanted:
                hit[kind] += 1
                continue
            if kind == "PERSON" and any(start < t["c"][1] and t["c"][0] < end for t in names):
                continue
            false[kind] += 1
            decoy = next((t["t"] for t in truth[name] if start < t["c"][1] and t["c"][0] < end), "nothing")
            worst.append(("false", kind, decoy, text[max(0, start - 40):end + 20].replace("\n", "⏎"), found[key]["why"]))
        for key, item in wanted.items():
            if key not in found:
                missed[key[0]] += 1
                start, end = item["c"]
                over = [f["type"] for f in answer["findings"] if f["start"] < end and start < f["end"]]
                worst.append(("missed", key[0], over, text[max(0, start - 40):end + 20].replace("\n", "⏎"), ""))
    print(f"{'type':22}{'right':>8}{'missed':>8}{'false':>8}{'recall':>9}{'precision':>11}")
    rows = sorted(set(hit) | set(missed) | set(false)) + ["all"]
    hit["all"], missed["all"], false["all"] = sum(hit.values()), sum(missed.values()), sum(false.values())
    for kind in rows:
        recall = hit[kind] / max(1, hit[kind] + missed[kind])
        precision = hit[kind] / max(1, hit[kind] + false[kind])
        print(f"{kind:22}{hit[kind]:8}{missed[kind]:8}{false[kind]:8}{recall:9.4f}{precision:11.4f}")
    for row in worst[: a.worst]:
        print(*row, sep=" | ")
    return 0 if min(hit["all"] / max(1, hit["all"] + missed["all"]), hit["all"] / max(1, hit["all"] + false["all"])) >= 0.995 else 1


if __name__ == "__main__":
    sys.exit(main())
