#!/usr/bin/env python3
"""Speaks to a real `tutela detect --listen` as a client of Presidio does: the requests of its documentation over HTTP.

    tests/presidio.py PATH/TO/tutela        needs Python 3 and nothing else
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ZIP = {
    "name": "Zip code Recognizer",
    "supported_language": "en",
    "patterns": [{"name": "zip code (weak)", "regex": r"(\b\d{5}(?:\-\d{4})?\b)", "score": 0.01}],
    "context": ["zip", "code"],
    "supported_entity": "ZIP",
}
RESULTS = [
    {"start": 24, "end": 32, "score": 0.8, "entity_type": "NAME"},
    {"start": 48, "end": 57, "score": 0.95, "entity_type": "PHONE_NUMBER"},
]
TEXT = "hello world, my name is Jane Doe. My number is: 034453334"
OWN = """
recognizers:
  - name: Titles recognizer
    supported_language: en
    supported_entity: TITLE
    deny_list: [Mr., Mrs., Prof.]
"""


class Client:
    def __init__(self, address):
        self.address = address.rstrip("/")

    def send(self, path, body=None, kind="application/json"):
        """The status and what was answered."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=body, headers={"Content-Type": kind} if body is not None else {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def json(self, path, body=None):
        status, text = self.send(path, body)
        return status, json.loads(text)


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r} instead of {wanted!r}")


def found(text, results):
    return sorted((r["entity_type"], text[r["start"] : r["end"]]) for r in results)


def run(client):
    check("health", client.send("/health")[0], 200)
    status, types = client.json("/supportedentities?language=en")
    check("types", (status, {"PERSON", "CREDIT_CARD", "TITLE"} <= set(types)), (200, True))
    status, names = client.json("/recognizers?language=en")
    check("recognisers", (status, "Titles recognizer" in names), (200, True))
    check("language", client.json("/recognizers?language=fr")[0], 500)

    # Analyzer: one text, a batch, a recogniser of the request, a decision explained.
    text = "Prof. Müller 𝒙: card 4095-2609-9393-4932, mail wei.zhang@example.cn"
    status, results = client.json("/analyze", {"text": text, "language": "en", "score_threshold": 0.5})
    check("analyze", status, 200)
    for one in [("CREDIT_CARD", "4095-2609-9393-4932"), ("EMAIL_ADDRESS", "wei.zhang@example.cn"), ("TITLE", "Prof.")]:
        check(f"analyze {one}", one in found(text, results), True)
    check("words of a result", sorted(results[0]), ["analysis_explanation", "end", "entity_type", "score", "start"])
    status, batch = client.json("/analyze", {"text": ["nothing here", text], "language": "en", "entities": ["EMAIL_ADDRESS"]})
    check("batch", [len(b) for b in batch], [0, 1])
    zip_text = "John Smith drivers license is AC432223 and the zip code is 12345"
    asked = {"text": zip_text, "language": "en", "entities": ["ZIP"], "score_threshold": 0, "ad_hoc_recognizers": [ZIP], "return_decision_process": True}
    status, results = client.json("/analyze", asked)
    check("ad hoc", found(zip_text, results), [("ZIP", "12345")])
    check("ad hoc, why", results[0]["analysis_explanation"]["supportive_context_word"], "zip")
    asked["allow_list"] = ["12345"]
    check("allow list", client.json("/analyze", asked), (200, []))
    for body, error in [
        ({"language": "en"}, "No text provided"),
        ({"text": "a"}, "No language provided"),
        ({"text": "a", "language": "fr"}, "No matching recognizers were found to serve the request."),
    ]:
        check("refusal", client.json("/analyze", body), (500, {"error": error}))
    check("broken JSON", client.send("/analyze", b"{")[0], 400)
    check("no JSON", client.send("/analyze", b"text=a", "application/x-www-form-urlencoded")[0], 415)

    # Anonymizer, from the results of the analyzer and back.
    status, results = client.json("/analyze", {"text": text, "language": "en", "entities": ["EMAIL_ADDRESS"]})
    key = "WmZq4t7w!z%C&F)J"
    status, sealed = client.json("/anonymize", {"text": text, "analyzer_results": results, "anonymizers": {"DEFAULT": {"type": "encrypt", "key": key}}})
    check("encrypt", (status, "example.cn" in sealed["text"]), (200, False))
    undo = {"text": sealed["text"], "anonymizer_results": sealed["items"], "deanonymizers": {"DEFAULT": {"type": "decrypt", "key": key}}}
    check("decrypt", client.json("/deanonymize", undo)[1]["text"], text)
    operators = {"DEFAULT": {"type": "replace", "new_value": "ANONYMIZED"}, "PHONE_NUMBER": {"type": "mask", "masking_char": "*", "chars_to_mask": 4, "from_end": True}}
    status, answer = client.json("/anonymize", {"text": TEXT, "analyzer_results": RESULTS, "anonymizers": operators})
    check("anonymize", answer["text"], "hello world, my name is ANONYMIZED. My number is: 03445****")
    check("items", [(i["start"], i["end"], i["operator"]) for i in answer["items"]], [(50, 59, "mask"), (24, 34, "replace")])
    status, answer = client.json("/anonymize", {"text": TEXT, "analyzer_results": RESULTS, "anonymizers": {"DEFAULT": {"type": "custom"}}})
    check("custom", (status, answer), (400, {"error": "Custom type anonymizer is not supported"}))
    check("operators", "mask" in client.json("/anonymizers")[1] and "decrypt" in client.json("/deanonymizers")[1], True)

    # A stream, and a line that is too long.
    lines = "".join(json.dumps({"id": n, "text": f"mail a{n}@example.org"}) + "\n" for n in range(2000))
    status, answer = client.send("/analyze/stream?language=en", lines.encode(), "application/x-ndjson")
    answers = [json.loads(line) for line in answer.splitlines()]
    check("stream", [a["id"] for a in answers], list(range(2000)))
    check("stream, found", all(len(a["results"]) == 1 for a in answers), True)
    status, answer = client.send("/analyze", b'{"language": "en", "text": "' + b"a" * (3 << 20) + b'"}')
    check("too long", status, 413)


def main():
    program = sys.argv[1]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as own:
        own.write(OWN)
        own.flush()
        command = [program, "detect", "--lang", "en", "--listen", "127.0.0.1:0", "--recognizers", own.name, "--max-body", "2"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            address = line.split(" at ")[-1].strip().strip("\u2068\u2069")
            if not address.startswith("http://"):
                sys.exit(f"no address: {line!r}")
            began = time.monotonic()
            run(Client(address))
            print(f"presidio: all answers as expected, {time.monotonic() - began:.1f} s")
        finally:
            server.terminate()
            server.wait(timeout=30)


main()
