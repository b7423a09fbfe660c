#!/usr/bin/env python3
"""Makes crates/detect/data/names/*.txt from public lists; docs/data.md names them with their licences.

    python3 scripts/make_names.py --gazetteers DIR --english-words FILE --chinese-words FILE --annotated FILE

Needs the package pymorphy3 with its Russian dictionary: it tells which Russian names are also common words.
The files are the words of one kind after a heading in brackets, so that a speaker of the language can check them.
"""
import argparse, collections, gzip, json, math, os, re

OUT = os.path.join(os.path.dirname(__file__), "..", "crates", "detect", "data", "names")


def write(name, head, sections):
    """Sections of words: sorted, wrapped, one heading each."""
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as f:
        f.write(f"# {head} Made by scripts/make_names.py; sources in docs/data.md.\n")
        for section, words in sections:
            f.write(f"[{section}]\n")
            line = ""
            for w in sorted(set(words)):
                w = w.replace(" ", "_")
                if line and len(line) + len(w) + 1 > 140:
                    f.write(line + "\n")
                    line = ""
                line += (" " if line else "") + w
            if line:
                f.write(line + "\n")


def rows(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as f:
        return [line.rstrip("\n").split("\t") for line in f][1:]


def vietnamese(g):
    surnames = [(s, float(w)) for s, w, *_ in rows(f"{g}/vi-surnames.tsv")]
    given = [r[0].split() for r in rows(f"{g}/vi-given-names.tsv")]
    last = {p[-1] for p in given}
    middle = {w for p in given for w in p[:-1]}
    write("vi.txt", "Vietnamese family names and syllables of given names.", [
        ("surname", [s for s, w in surnames if w >= 0.4 and " " not in s]),
        # Some that the lists lack.
        ("rare-surname", [s for s, w in surnames if w < 0.4 and " " not in s] + (
            "Giáp Lã Khuất Doãn Nghiêm Thân Hứa Diệp Cấn Đới Phí Tiêu Mẫn Nhữ Thẩm Thiều Ngụy Lều Cát Đoái Ngọ Vòng Đan Bạc Cáp Trưng Khuông Bành Lỗ Nhan Giả".split())),
        ("given", last),
        ("middle", middle),
    ])
    bare = re.compile(r"^(Thành phố|Tỉnh|Quận|Huyện|Thị xã|Thủ đô)\s+(.+)$")
    places = set()
    for r in rows(f"{g}/vi-admin-before-2025-07.tsv"):
        for unit in (r[0], r[2]):
            m = bare.match(unit)
            if m and not re.search(r"\d", unit):
                places.add(m[2])
    for r in rows(f"{g}/vi-admin-since-2025-07.tsv"):
        m = bare.match(r[0])
        if m:
            places.add(m[2])
    return places


def russian(g):
    import pymorphy3
    morph = pymorphy3.MorphAnalyzer()
    names = {"Name", "Surn", "Patr", "Geox", "Orgn", "Init", "Abbr", "Trad"}

    def common(word):
        """Whether a form is also a word that is nobody's name."""
        return any(p.is_known and not (names & set(map(str, p.tag.grammemes))) for p in morph.parse(word.lower()))

    def place(word):
        return any(p.is_known and "Geox" in p.tag for p in morph.parse(word.lower()))

    def forms(surname):
        if re.search(r"(ов|ев|ёв|ин|ын)$", surname):
            return [surname + e for e in ("", "а", "у", "ым", "е", "ой", "ы")]
        if re.search(r"[бвгджзклмнпрстфхцчшщ]$", surname):
            return [surname + e for e in ("", "а", "у", "ом", "е")]
        return [surname]

    given = collections.defaultdict(list)
    for name, gender, count in rows(f"{g}/ru-first-names.tsv"):
        if int(count) < 3 or not re.fullmatch(r"[А-ЯЁ][а-яё]+(-[А-ЯЁ][а-яё]+)?", name) or len(name) < 3:
            continue
        kind = {"m": "male", "f": "female"}.get(gender, "male" if name[-1] not in "аяь" else "female")
        given[kind + ("-word" if common(name) else "")].append(name)
    write("ru-given.txt", "Russian given names; those under -word are also common words.", sorted(given.items()))

    surnames = collections.defaultdict(list)
    for name, gender, _, count in rows(f"{g}/ru-surnames.tsv.gz"):
        if gender == "f" or int(count) < 8 or not re.fullmatch(r"[А-ЯЁ][а-яё]{2,}", name):
            continue
        if re.search(r"(ова|ева|ёва|ина|ына|ская|цкая|ая)$", name):
            continue
        regular = re.search(r"(ов|ев|ёв|ин|ын|ский|цкий)$", name)
        if regular and int(count) < 12:
            continue
        kind = "surname"
        if place(name):
            kind = "surname-place"
        elif any(common(f) for f in forms(name)):
            kind = "surname-word"
        surnames[kind].append(name)
    write("ru-surnames.txt", "Russian family names, masculine; those under -word are also common words, under -place places.",
          sorted(surnames.items()))
    cities = {r[9] for r in rows(f"{g}/ru-city.tsv") if r[9]} | {"Москва", "Санкт-Петербург", "Севастополь", "Байконур"}
    regions = {r[0] for r in rows(f"{g}/ru-region.tsv") if re.fullmatch(r"[А-Яа-яё -]+", r[0])}
    write("ru-places.txt", "Russian towns and the names of regions.", [
        ("town", [c for c in cities if not common(c)]),
        ("town-word", [c for c in cities if common(c)]),
        ("region", regions),
    ])


def english(g, words):
    shares = {}
    for kind in ("male", "female"):
        for name, share in rows(f"{g}/en-us-{kind}-names.tsv"):
            shares[name.title()] = max(shares.get(name.title(), 0), float(share))
    lower = {w for w in open(words, encoding="utf-8").read().split() if re.fullmatch(r"[a-z]{2,14}", w)}
    surnames = [(r[0].title(), float(r[1])) for r in rows(f"{g}/en-us-surnames.tsv")]
    write("en.txt", "English names; [word] are common words, among them those that are names as well.", [
        ("given", [n for n, s in shares.items() if s >= 0.004 and len(n) > 1]),
        ("rare-given", [n for n, s in shares.items() if s < 0.004 and len(n) > 2]),
        ("surname", [n for n, _ in surnames if len(n) > 1]),
        ("word", lower),
    ])


def chinese(g, dictionary, annotated):
    surnames = [(r[0], float(r[1])) for r in rows(f"{g}/zh-surnames.tsv")]
    single = {s: w for s, w in surnames if len(s) == 1}
    double = {s: w for s, w in surnames if len(s) == 2}
    han = re.compile(r"[\u4e00-\u9fff]+")
    # Characters of transcriptions that hardly any Chinese name holds.
    foreign = re.compile("[尔斯特茨顿厄弗赫卡克库拉勒姆内普恰切萨塞什索塔托瓦扎郎藏]")
    words, people, total = {}, [], 0
    for line in open(dictionary, encoding="utf-8"):
        word, freq, tag = line.split()
        if not han.fullmatch(word):
            continue
        total += int(freq)
        if tag.startswith("nr") and 2 <= len(word) <= 3 and word[0] in single:
            if not foreign.search(word):
                people.append(word)
            # The dictionary calls words like 温泉 and 关怀 names.
            if len(word) == 3 or single[word[0]] >= 300 or int(freq) < 20:
                continue
        words[word] = (int(freq), tag)
    for line in open(annotated, encoding="utf-8"):
        r = json.loads(line)
        for s, e, label, *_ in r["spans"]:
            name = r["text"][s:e]
            if label == "PERSON" and 2 <= e - s <= 3 and han.fullmatch(name) and name[0] in single:
                people += [name] * 3
    first, second, alone, family = (collections.Counter() for _ in range(4))
    for name in people:
        if len(name) == 3:
            first[name[1]] += 1
            second[name[2]] += 1
        else:
            alone[name[1]] += 1
    for name in (r[0] for r in rows(f"{g}/zh-given-names.tsv")):
        if len(name) == 2:
            first[name[0]] += 60
            second[name[1]] += 60
        else:
            alone[name] += 60

    def grouped(counter, floor=3):
        """Characters by cost: minus the natural logarithm of their share, in halves."""
        n = sum(counter.values())
        groups = collections.defaultdict(list)
        for c, k in counter.items():
            if k >= floor:
                groups[min(round(-2 * math.log(k / n)), 30)].append(c)
        return groups

    families = collections.defaultdict(list)
    for s, w in single.items():
        families[min(round(-2 * math.log(w / 1e5)), 30)].append(s)
    sections = [(f"surname {cost}", chars) for cost, chars in sorted(families.items())]
    sections.append(("compound-surname", list(double)))
    for label, counter in (("first", first), ("second", second), ("alone", alone)):
        sections += [(f"{label} {cost}", chars) for cost, chars in sorted(grouped(counter).items())]
    write("zh-names.txt", "Chinese family names and the characters of given names by cost (minus log share, in halves).", sections)

    groups = collections.defaultdict(list)
    places = []
    for word, (freq, tag) in words.items():
        opening = word[0] in single and len(word) in (2, 3, 4)
        keep = len(word) == 1 and freq >= 20 or len(word) == 2 and freq >= (3 if opening else 60) \
            or len(word) in (3, 4) and freq >= (20 if opening else 300)
        if keep:
            groups[round(-2 * math.log(max(freq, 1) / total))].append(word)
        # 共和国 alone is no place.
        if tag == "ns" and word != "共和国" and len(word) in (2, 3, 4) and freq >= 150:
            places.append(word)
    write("zh-words.txt", "Chinese words by cost (minus log share, in halves).", [(str(c), w) for c, w in sorted(groups.items())])
    for code, name, level in (r[:3] for r in rows(f"{g}/zh-gb2260-current.tsv")):
        if name not in ("市辖区", "县") and len(name) >= 3:
            places.append(name)
            short = re.sub(r"(省|市|自治区|特别行政区|地区|盟)$", "", name)
            if level != "areas" and len(short) >= 2 and len(short) <= 4:
                places.append(short)
    return places


def main():
    a = argparse.ArgumentParser()
    for name in ("gazetteers", "english-words", "chinese-words", "annotated"):
        a.add_argument(f"--{name}", required=True)
    a = a.parse_args()
    os.makedirs(OUT, exist_ok=True)
    write("vi-places.txt", "Vietnamese provinces, districts and towns, before and since July 2025.", [("place", vietnamese(a.gazetteers))])
    write("zh-places.txt", "Chinese divisions and place names.", [("place", chinese(a.gazetteers, a.chinese_words, a.annotated))])
    russian(a.gazetteers)
    english(a.gazetteers, a.english_words)


main()
