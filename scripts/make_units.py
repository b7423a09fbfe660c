#!/usr/bin/env python3
"""Makes the tables of administrative units under crates/detect/data/addresses and of readings under crates/detect/data/names.

    python3 scripts/make_units.py --gazetteers DIR --unihan Unihan_Readings.txt

docs/data.md names the sources with their licences. All tables are plain lines that a speaker of the language can check.
"""
import argparse, os, re, unicodedata

DATA = os.path.join(os.path.dirname(__file__), "..", "crates", "detect", "data")


def rows(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f][1:]


KINDS = [("Thành phố", "c"), ("Thủ đô", "c"), ("Tỉnh", "t"), ("Quận", "q"), ("Huyện", "h"), ("Thị xã", "s"), ("Thị trấn", "r"),
         ("Phường", "p"), ("Xã", "x"), ("Xa", "x"), ("Đặc khu", "k")]


def unit(name):
    """The letter of the kind and the bare name."""
    for word, letter in KINDS:
        if name.lower().startswith(word.lower() + " "):
            return letter, name[len(word) + 1:]
    return "?", name


def vietnam(g):
    """Two trees, and from every old commune the new ones: `=code`, or `+code` where it was divided."""
    new = {}
    for new_province, new_ward, new_code, old_ward, old_code, note, old_district, old_province in rows(
            f"{g}/vi-admin-conversion-2025-07.tsv"):
        new.setdefault(old_code, [])
        if new_code not in new[old_code]:
            new[old_code].append(new_code)
    out = ["# Administrative units of Viet Nam: [before] 1 July 2025 by province, district, commune, [since] by province, commune.",
           "# A line is depth, code, kind, name; behind > the communes of today in which an old one lies. Made by scripts/make_units.py; sources in docs/data.md.",
           "[since]"]
    province = None
    for p, pc, w, wc in rows(f"{g}/vi-admin-since-2025-07.tsv"):
        if pc != province:
            province = pc
            out.append("1 %s %s %s" % (pc, *unit(p)))
        out.append("3 %s %s %s" % (wc, *unit(w)))
    out.append("[before]")
    province = district = None
    for p, pc, d, dc, w, wc, _ in rows(f"{g}/vi-admin-before-2025-07.tsv"):
        if pc != province:
            province = pc
            out.append("1 %s %s %s" % (pc, *unit(p)))
        if dc != district:
            district = dc
            out.append("2 %s %s %s" % (dc, *unit(d)))
        if not w:
            continue
        to = " ".join(new.get(wc, []))
        out.append("3 %s %s %s%s" % (wc, *unit(w), ">" + to if to else ""))
    write("addresses/vi-units.txt", out)


def china(g):
    """Divisions since 1981; those that are no longer in force with the year of their end."""
    out = ["# Administrative divisions of China by GB/T 2260 since 1981: code and name, ! and the year until which one held.",
           "# Made by scripts/make_units.py; sources in docs/data.md."]
    for code, _, _, name, _, status, _, until, _ in rows(f"{g}/zh-gb2260-historic.tsv"):
        short = code.rstrip("0") if code.endswith("0000") else code[:4] if code.endswith("00") else code
        short = short if len(short) % 2 == 0 else short + "0"
        out.append(f"{short} {name}" + ("" if status == "在用" else f" !{until}"))
    write("addresses/zh-units.txt", out)


# Names that the table writes for classifiers, not for addresses.
NAMES = {"Саха /Якутия/": "Саха (Якутия)", "Северная Осетия - Алания": "Северная Осетия", "Чувашская Республика": "Чувашская",
         "Кемеровская область - Кузба": "Кемеровская", "Кемеровская область - Кузбасс": "Кемеровская",
         "Ханты-Мансийский Автономный округ - Югра": "Ханты-Мансийский"}


def russia(g):
    """Regions with their code, then their towns."""
    out = ["# Regions of Russia with the code that tax offices and number plates use, and their towns.",
           "# Made by scripts/make_units.py; sources in docs/data.md (CC BY-SA 4.0)."]
    towns = {}
    for r in rows(f"{g}/ru-city.tsv"):
        town = r[11] or r[9]
        towns.setdefault(r[12][:2], []).append(town if town else r[5])
    for r in rows(f"{g}/ru-region.tsv"):
        code = r[4][:2]
        kind, name = r[1], NAMES.get(r[0], r[0])
        kind = "Респ" if kind == "Чувашия" else kind
        out.append(f"{code} {kind} {name}")
        for town in sorted(set(t for t in towns.get(code, []) if t and t != r[0])):
            out.append("- " + town)
    write("addresses/ru-units.txt", out)


def readings(g, unihan):
    """Readings without tones of the characters of GB 2312 and of those that names hold."""
    level = {bytes([a, b]).decode("gb2312") for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF)
             if not (a == 0xD7 and b > 0xF9)}
    with open(f"{DATA}/names/zh-names.txt", encoding="utf-8") as f:
        level |= {c for c in f.read() if "\u4e00" <= c <= "\u9fff"}
    by = {}
    with open(unihan, encoding="utf-8") as f:
        for line in f:
            if "\tkMandarin\t" in line:
                code, _, value = line.rstrip("\n").split("\t")
                c = chr(int(code[2:], 16))
                if c in level:
                    reading = unicodedata.normalize("NFD", value.split(" ")[0])
                    reading = reading.replace("u\u0308", "v")
                    by.setdefault("".join(x for x in reading if x.isalpha()), []).append(c)
    out = ["# Mandarin readings without tones (v for u with two points) and the characters that are read so.",
           "# Made by scripts/make_units.py; sources in docs/data.md (Unicode licence)."]
    out += [f"{k} {''.join(sorted(v))}" for k, v in sorted(by.items())]
    write("names/zh-readings.txt", out)


def write(name, lines):
    with open(os.path.join(DATA, name), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    a = argparse.ArgumentParser()
    a.add_argument("--gazetteers", required=True)
    a.add_argument("--unihan", required=True)
    a = a.parse_args()
    vietnam(a.gazetteers)
    china(a.gazetteers)
    russia(a.gazetteers)
    readings(a.gazetteers, a.unihan)
