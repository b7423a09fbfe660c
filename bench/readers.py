#!/usr/bin/env python3
"""Throughput of the readers beside a well-known tool for each format, in one run: megabytes per processor second.

    python3 bench/readers.py CORPUS [--size 20] [--rounds 3]

CORPUS is a folder of text files (its sub-folder files/ is used where there is one) from which the input files are made: so many megabytes of content
each. Megabytes are those of the content before compression: the XML of office files, the bytes of the others. DOC, RTF, XLS and PDF are made by LibreOffice (soffice) and
left out where it is missing, and so is a yardstick whose program is missing. The readers run in one process (cargo build --release -p tutela-extract --example read); their start-up counts.
"""
import argparse
import email.message
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
READ = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "..", "target")), "release", "examples", "read")
MAILBOX = """
import mailbox, sys
from email import policy
from email.parser import BytesParser
for m in mailbox.mbox(sys.argv[1], factory=lambda f: BytesParser(policy=policy.default).parse(f)):
    for p in m.walk():
        p.get_content() if p.get_content_maintype() == 'text' else None
"""


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}: {run.stdout[-300:]!r}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, run.stdout[-600:].decode(errors="replace")


def packed(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in members.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            z.writestr(name, text, stored)
    return sum(len(t.encode()) for t in members.values())


def docx(path, lines):
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(l)}</w:t></w:r></w:p>' for l in lines)
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return packed(path, {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{rel}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {w}><w:body>{body}</w:body></w:document>',
    })


def xlsx(path, lines):
    s = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    texts, rows = [], []
    for i, line in enumerate(lines, 1):
        cells = []
        for c, part in enumerate(line[at:at + 40] for at in range(0, min(len(line), 320), 40)):
            cells.append(f'<c r="{"ABCDEFGH"[c]}{i}" t="s"><v>{len(texts)}</v></c>')
            texts.append(f'<si><t xml:space="preserve">{escape(part)}</t></si>')
        rows.append(f'<row r="{i}">{"".join(cells)}</row>')
    return packed(path, {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{r}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{s}" xmlns:r="{r}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{r}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{r}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{s}"><sheetData>{"".join(rows)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{s}">{"".join(texts)}</sst>',
    })


def odt(path, lines):
    o = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<text:p>{escape(l)}</text:p>" for l in lines)
    return packed(path, {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{o}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{o}:office:1.0" xmlns:text="{o}:text:1.0" office:version="1.2"><office:body><office:text>{body}</office:text></office:body></office:document-content>',
    })


def mbox(path, lines):
    with open(path, "wb") as f:
        for i in range(0, len(lines), 40):
            m = email.message.EmailMessage()
            m["From"], m["To"], m["Subject"] = "Jane Sample <jane@example.org>", "office@example.org", f"Hồ sơ {i}"
            m["Date"] = "Tue, 15 Sep 2026 10:00:00 +0000"
            m.set_content("\n".join(lines[i:i + 40]))
            f.write(b"From jane@example.org Tue Sep 15 10:00:00 2026\n" + m.as_bytes() + b"\n")
    return os.path.getsize(path)


def plain(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(l + "\n" for l in lines)
    return os.path.getsize(path)


def html(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.write("<!DOCTYPE html><html><body>")
        f.writelines(f"<p>{escape(l)}</p>\n" for l in lines)
    return os.path.getsize(path)


def csv(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.write("id,a,b,c\n")
        f.writelines(f"{i}," + ",".join(l[at:at + 40].replace(",", " ").replace('"', "") for at in (0, 40, 80)) + "\n" for i, l in enumerate(lines))
    return os.path.getsize(path)


def converted(source, kind, work):
    if not shutil.which("soffice"):
        return None
    subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", work, source], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path = os.path.splitext(source)[0] + "." + kind
    return path if os.path.exists(path) else None


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("corpus")
    arguments.add_argument("--size", type=int, default=20)
    arguments.add_argument("--rounds", type=int, default=3)
    a = arguments.parse_args()
    folder = os.path.join(a.corpus, "files")
    folder = folder if os.path.isdir(folder) else a.corpus
    lines, size = [], 0
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
            for line in f:
                lines.append("".join(c for c in line.rstrip("\n") if c >= " "))
                size += len(line.encode())
        if size >= a.size << 20:
            break
    few = lines[: len(lines) * 2 // max(2, a.size)]
    with tempfile.TemporaryDirectory() as work:
        at = lambda name: os.path.join(work, name)
        jobs = []
        for name, make, yardsticks in [
            ("a.txt", plain, [["wc", "-l", at("a.txt")], ["wc", "-m", at("a.txt")]]),
            ("a.csv", csv, [["python3", "-c", "import csv,sys\nfor r in csv.reader(open(sys.argv[1])): pass", at("a.csv")]]),
            ("a.html", html, [["html2text", at("a.html")]]),
            ("a.docx", docx, [["docx2txt", at("a.docx"), "-"], ["unzip", "-p", at("a.docx")]]),
            ("a.xlsx", xlsx, [["xlsx2csv", at("a.xlsx")], ["unzip", "-p", at("a.xlsx")]]),
            ("a.odt", odt, [["odt2txt", at("a.odt")], ["unzip", "-p", at("a.odt")]]),
            ("a.mbox", mbox, [["python3", "-c", MAILBOX, at("a.mbox")]]),
        ]:
            jobs.append((name, make(at(name), lines), yardsticks))
        docx(at("b.docx"), few)
        xlsx(at("c.xlsx"), few[:60000])
        for source, kind, yardsticks in [
            ("b.docx", "pdf", [["pdftotext", at("b.pdf"), "-"]]),
            ("b.docx", "doc", [["catdoc", at("b.doc")], ["antiword", at("b.doc")]]),
            ("b.docx", "rtf", [["unrtf", "--text", at("b.rtf")]]),
            ("c.xlsx", "xls", [["xls2csv", at("c.xls")]]),
        ]:
            path = converted(at(source), kind, work)
            if path:
                jobs.append((os.path.basename(path), os.path.getsize(path), yardsticks))
        print(f"{'file':10}{'MB':>8}{'readers MB/s':>14}   beside, in MB/s")
        for name, size, yardsticks in jobs:
            best, once = 1e9, 1e9
            for _ in range(a.rounds):
                seconds, said = cpu_seconds([READ, "--quiet", "--rounds", "3", at(name)])
                best = min(best, seconds / 3)
            told = []
            for command in yardsticks:
                if shutil.which(command[0]):
                    try:
                        once = min(cpu_seconds(command)[0] for _ in range(a.rounds))
                    except SystemExit as e:
                        told.append(f"{command[0]}: {str(e)[-60:]}")
                        continue
                    told.append(f"{command[0]} {command[1] if command[1].startswith('-') else ''} {size / once / 1e6:.1f} ({once / best:.1f} ×)")
            print(f"{name:10}{size / 1e6:8.1f}{size / best / 1e6:14.1f}   {'; '.join(told)}")
            last = said.strip().splitlines()[-1]
            if " full " not in last:
                print("          ", last)
    return 0


if __name__ == "__main__":
    sys.exit(main())
