#!/usr/bin/env python3
"""The engine beside the pattern recognisers of Presidio: speed, what is found, and decoys that are reported, on the same bytes in one run.

    python3 -m venv VENV && VENV/bin/pip install presidio-analyzer
    VENV/bin/python bench/presidio.py CORPUS [--tutela target/release/tutela] [--rounds 3]

CORPUS is that of identifiers.py. Presidio works on a blank pipeline of spaCy (tokens only, no model), since only patterns are compared: addresses of mail, telephones, cards,
IBANs, network addresses and social security numbers of the USA. Its telephones are asked for with the regions of the corpus. A finding is right when its type and
its span are; a decoy is reported when any finding overlaps it. Presidio gives every match and leaves the threshold to the user: 0 is its default, 0.5 is that of the engine.
Seconds are those of one processor; the start of Presidio does not count, that of the engine does.
"""
import argparse
import collections
import importlib.metadata
import json
import os
import resource
import subprocess
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

TYPES = {
    "EMAIL": "EMAIL_ADDRESS", "PHONE_VN": "PHONE_NUMBER", "PHONE_RU": "PHONE_NUMBER", "PHONE_CN": "PHONE_NUMBER", "PHONE_US": "PHONE_NUMBER",
    "CARD": "CREDIT_CARD", "IBAN": "IBAN_CODE", "IPV4": "IP_ADDRESS", "SSN": "US_SSN",
}
ASKED = sorted(set(TYPES.values()))


class Blank(SpacyNlpEngine):
    """Tokens of spaCy, and nothing that needs a model."""

    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}
        self.nlp["en"].max_length = 1 << 30

    def load(self):
        pass

    def is_loaded(self):
        return True


def presidio():
    # The list of domains that comes with the package: nothing is fetched, and no time goes into trying.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    nlp = Blank()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(nlp_engine=nlp)
    registry.remove_recognizer("PhoneRecognizer")
    registry.add_recognizer(PhoneRecognizer(supported_regions=("VN", "RU", "CN", "US")))
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def judged(found, truth):
    """Right, missed and reported decoys of findings (file -> [(type, start, end)])."""
    right = missed = decoys = 0
    by_type = collections.Counter()
    for name, items in truth.items():
        there = found.get(name, [])
        spans = set(there)
        for item in items:
            start, end = item["c"]
            if item["t"] in TYPES:
                hit = (TYPES[item["t"]], start, end) in spans
                right, missed = right + hit, missed + (not hit)
            elif item["t"].startswith("NOT_") and any(s < end and start < e for _, s, e in there):
                decoys += 1
                by_type[item["t"]] += 1
    return right, missed, decoys, by_type


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("corpus")
    arguments.add_argument("--tutela", default="target/release/tutela")
    arguments.add_argument("--rounds", type=int, default=3)
    a = arguments.parse_args()
    truth = collections.defaultdict(list)
    for line in open(os.path.join(a.corpus, "truth.jsonl"), encoding="utf-8"):
        item = json.loads(line)
        truth[item["f"]].append(item)
    texts, size = {}, 0
    for name in sorted(os.listdir(os.path.join(a.corpus, "files"))):
        with open(os.path.join(a.corpus, "files", name), encoding="utf-8", newline="") as f:
            texts[name] = f.read()
        size += len(texts[name].encode())
    records = "".join(json.dumps({"id": n, "text": t}, ensure_ascii=False) + "\n" for n, t in texts.items()).encode()
    decoys = sum(item["t"].startswith("NOT_") for items in truth.values() for item in items)

    analyzer = presidio()
    rows, best = [], {}
    for _ in range(a.rounds):
        began = time.process_time()
        results = {n: analyzer.analyze(t, language="en", entities=ASKED) for n, t in texts.items()}
        best["Presidio"] = min(best.get("Presidio", 1e9), time.process_time() - began)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = subprocess.run([a.tutela, "detect", "--jsonl", "--only", ",".join(ASKED)], input=records, stdout=subprocess.PIPE, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best["Tutela"] = min(best.get("Tutela", 1e9), ours)
    for threshold in (0.0, 0.5):
        found = {n: [(r.entity_type, r.start, r.end) for r in rs if r.score >= threshold] for n, rs in results.items()}
        rows.append((f"Presidio, score ≥ {threshold}", best["Presidio"], found))
    found = {}
    for line in run.stdout.decode().splitlines():
        answer = json.loads(line)
        found[answer["id"]] = [(f["type"], f["start"], f["end"]) for f in answer["findings"]]
    rows.append(("Tutela, detect --jsonl", best["Tutela"], found))
    print(f"{size / 1e6:.1f} MB, {decoys} decoys; presidio-analyzer {importlib.metadata.version('presidio-analyzer')}")
    print(f"{'':26}{'MB/s':>8}{'right':>8}{'missed':>8}{'recall':>9}{'decoys':>8}   decoys by type")
    for name, seconds, found in rows:
        right, missed, reported, by_type = judged(found, truth)
        kinds = ", ".join(f"{k} {n}" for k, n in by_type.most_common())
        print(f"{name:26}{size / seconds / 1e6:8.2f}{right:8}{missed:8}{right / max(1, right + missed):9.4f}{reported:8}   {kinds}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
