use encoding_rs::{EUC_KR, Encoding as Web, KOI8_U};
use proptest::prelude::*;

use super::super::testing::{bytes_of, read, text};
use super::*;

const RU: &str = "Уважаемый Иван Петрович, сообщаем, что справка готова. Телефон для связи указан ниже, адрес прежний: г. Тверь, ул. Новая, д. 5.\n";
const ZH: &str = "张伟先生，您的居住证已经办好了，请携带身份证原件到窗口领取，联系电话在下面。\n";
const ZH_TW: &str = "陳先生您好，您申請的證件已經辦好，請攜帶身分證到櫃檯領取，聯絡電話如下。\n";
const VI: &str = "Kính gửi ông Nguyễn Văn Mẫu, hồ sơ của ông đã được giải quyết, đề nghị ông mang theo căn cước đến bộ phận một cửa.\n";
const FR: &str = "Cher Monsieur, votre dossier a été traité à la mairie. Les pièces demandées sont prêtes, même l'extrait de naissance.\n";

/// Vietnamese in windows-1258: letters with the marks of shape stay, tones stand behind.
fn to_1258(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for c in text.chars() {
        let mut parts = Vec::new();
        unicode_normalization::char::decompose_canonical(c, |p| parts.push(p));
        let tone = parts
            .iter()
            .skip(1)
            .find(|p| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(**p))
            .copied();
        let shape: Vec<char> = parts.iter().copied().filter(|p| Some(*p) != tone).collect();
        let letter = shape[1..].iter().fold(shape[0], |l, m| legacy::compose(l, *m).unwrap());
        let whole: String = [Some(letter), tone].into_iter().flatten().collect();
        let (bytes, _, lost) = WINDOWS_1258.encode(&whole);
        assert!(!lost, "{whole}");
        out.extend_from_slice(&bytes);
    }
    out
}

fn wide(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
    let mark = mark.then_some(0xFEFF).into_iter();
    mark.chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn encodings_are_told_from_content() {
    let with = |encoding: &'static Web, text: &str| {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost);
        bytes.into_owned()
    };
    let cases = [
        (with(WINDOWS_1251, RU), RU),
        (with(KOI8_R, RU), RU),
        (with(KOI8_U, RU), RU),
        (with(IBM866, RU), RU),
        (with(GB18030, ZH), ZH),
        (with(BIG5, ZH_TW), ZH_TW),
        (with(WINDOWS_1252, FR), FR),
        (to_1258(VI), VI),
        (wide(VI, true, true), VI),
        (wide(VI, false, true), VI),
        (wide(VI, true, false), VI),
        (wide(RU, false, false), RU),
        (wide(ZH, true, true), ZH),
    ];
    for (i, (bytes, expected)) in cases.iter().enumerate() {
        let shown = text(&read("a.txt", bytes));
        assert_eq!(&shown, expected, "case {i}");
    }
}

#[test]
fn wide_text_has_its_structure() {
    for (file, place) in [
        (
            "Họ tên\tSố\tx\r\nLê Mẫu\t0912345678\t1\r\nVũ Thử\t0987654321\t2\r\nA\tB\t3\r\n",
            "A2",
        ),
        ("{\"người\": {\"tên\": \"Lê Mẫu\"}}", "key 'người.tên'"),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a><tên>Lê Mẫu</tên></a>",
            "key 'a.tên'",
        ),
    ] {
        for little in [true, false] {
            let parts = read("a.txt", wide(file, little, true));
            assert_eq!(super::super::testing::place_of(&parts, "Lê Mẫu"), place);
        }
    }
}

#[test]
fn lines_in_two_encodings_are_both_read() {
    let (old, _, _) = WINDOWS_1251.encode(RU);
    // UTF-8 first, the old encoding out of sight of the sample, and the other way round.
    for ascii in [0, 300_000] {
        let mut file = VI.repeat(20).into_bytes();
        file.extend("0123456789\n".repeat(ascii / 11).into_bytes());
        file.extend_from_slice(&old);
        file.extend_from_slice(VI.as_bytes());
        let parts = read("a.txt", &file);
        assert_eq!(text(&parts).matches(VI).count(), 21);
        assert_eq!(text(&parts).matches(RU).count(), 1, "{ascii}");
        assert_eq!(bytes_of(&parts, "Уважаемый", &file, 9), &old[..9]);
    }
    let mut file = old.repeat(20);
    file.extend_from_slice(VI.as_bytes());
    file.extend_from_slice(&old);
    let parts = read("a.txt", &file);
    assert_eq!(text(&parts).matches(VI).count(), 1);
    assert_eq!(text(&parts).matches(RU).count(), 21);
}

#[test]
fn a_broken_byte_costs_one_character() {
    let mut file = VI.as_bytes().to_vec();
    file.insert(5, 0xFF);
    let shown = text(&read("a.txt", &file));
    assert_eq!(shown.replace('\u{fffd}', ""), VI);
    assert_eq!(shown.matches('\u{fffd}').count(), 1);
}

#[test]
fn addresses_in_viqr_stay() {
    let viqr = "Co^.ng ho`a xa~ ho^.i chu? nghi~a Vie^.t Nam, ddo^.c la^.p, ha.nh phu'c, ngu+o+`i du+o+.c.\nE-mail: le.an@example.org, http://example.org/a?b=c\n";
    let shown = text(&read("a.txt", viqr));
    assert!(
        shown.starts_with("Cộng hòa xã hội chủ nghĩa Việt Nam")
            && shown.contains("le.an@example.org, http://example.org/a?b=c"),
        "{shown}"
    );
}

#[test]
fn long_lines_of_wide_characters_are_not_cut_inside_them() {
    let (bytes, _, _) = GB18030.encode("张伟的居住证办好了请到窗口领取");
    let file = bytes.repeat(9 << 20 >> 5);
    let parts = read("a.txt", &file);
    assert!(parts.len() > 1);
    assert!(!text(&parts).contains('\u{fffd}'));
    let file = wide(&"😀张".repeat(2 << 20), true, true);
    let parts = read("a.txt", &file);
    assert!(parts.len() > 1);
    assert!(!text(&parts).contains('\u{fffd}'));
}

/// Every character leads to the bytes it came from.
fn leads_back(encoding: Encoding, bytes: &[u8]) {
    let (text, runs) = match encoding.decode(bytes) {
        Decoded::Same(text) => (
            text.to_owned(),
            vec![Run {
                text: 0,
                file: 0,
                same: true,
            }],
        ),
        Decoded::Mapped(text, runs) => (text, runs),
    };
    let map = crate::OffsetMap::Runs(runs);
    let mut last = None;
    let offsets: Vec<(char, usize)> = text
        .char_indices()
        .map(|(i, c)| (c, usize::try_from(map.to_file(i).unwrap()).unwrap()))
        .collect();
    for (i, (c, at)) in offsets.iter().enumerate() {
        assert!(last.is_none_or(|l| l < *at), "offsets rise: {offsets:?}");
        last = Some(*at);
        let end = offsets.get(i + 1).map_or(bytes.len(), |n| n.1);
        let alone: String = match encoding.decode(&bytes[*at..end]) {
            Decoded::Same(text) => text.to_owned(),
            Decoded::Mapped(text, _) => text,
        };
        assert_eq!(alone, c.to_string(), "at {at}..{end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn offsets_lead_back(
        ru in "[а-яА-ЯёЁ0-9 ,.]{0,40}",
        zh in "[一-龥0-9a-z ，。]{0,40}",
        vi in "[a-zđăâêôơư áàảãạếềểễệữựộồ0-9]{0,40}",
        any in "[^\u{FEFF}\u{FFFD}]{0,40}",
    ) {
        for encoding in [WINDOWS_1251, KOI8_R, IBM866] {
            let (bytes, _, lost) = encoding.encode(&ru);
            // Bytes that are UTF-8 as well ("ВёВё" in Windows-1251) are read as that: nobody can tell which was meant.
            let either = std::str::from_utf8(&bytes).is_ok_and(|t| !t.is_ascii());
            if !lost && !either {
                leads_back(Encoding::Web(encoding), &bytes);
            }
        }
        for encoding in [GB18030, BIG5, EUC_KR] {
            let (bytes, _, lost) = encoding.encode(&zh);
            if !lost {
                leads_back(Encoding::Web(encoding), &bytes);
            }
        }
        leads_back(Encoding::Web(WINDOWS_1258), &to_1258(&vi));
        leads_back(Encoding::Utf8, any.as_bytes());
        for little in [true, false] {
            leads_back(Encoding::Utf16 { little }, &wide(&any, little, false));
        }
    }

    #[test]
    fn no_bytes_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), mark in 0..3_usize) {
        let mut file = [&b""[..], b"\xff\xfe", b"\xef\xbb\xbf"][mark].to_vec();
        file.extend_from_slice(&bytes);
        for encoding in [
            detect(&file, true),
            Encoding::Utf8,
            Encoding::Web(GB18030),
            Encoding::Web(BIG5),
            Encoding::Web(WINDOWS_1258),
            Encoding::Utf16 { little: true },
            Encoding::Legacy(Legacy::Vni),
            Encoding::Legacy(Legacy::Viqr),
        ] {
            if let Decoded::Mapped(text, runs) = encoding.decode(&file) {
                prop_assert!(runs.windows(2).all(|w| w[0].text < w[1].text && w[0].file < w[1].file), "{encoding:?} {runs:?}");
                prop_assert!(runs.iter().all(|r| text.is_char_boundary(r.text)));
            }
        }
    }

    #[test]
    fn no_text_fails(body in "([a-z<>/\"'=&;:,{}\\[\\]()\\\\ \n\t%\u{1EC7}]|INSERT INTO t VALUES \\(|<table>|<tr>|<td>|\\\\u0441|- ){0,120}") {
        for (name, head) in [
            ("a.csv", ""), ("a.json", "{"), ("a.jsonl", ""), ("a.html", "<html>"), ("a.xml", "<?xml?>"), ("a.sql", ""),
            ("a.yaml", ""), ("a.vcf", "BEGIN:VCARD\n"), ("a.txt", ""),
        ] {
            let file = format!("{head}{body}");
            if !file.is_empty() {
                let parts = read(name, &file);
                // No letter is lost.
                let shown = text(&parts);
                if file.contains('\u{1EC7}') && name != "a.xml" && name != "a.html" {
                    prop_assert!(shown.contains('\u{1EC7}'), "{name}: {file:?} {shown:?}");
                }
            }
        }
    }
}

#[test]
fn holes_are_skipped_and_what_stands_around_them_is_read() {
    let hole = vec![0; 3 << 20];
    let mut bytes = "Kính gửi: một\nno break".as_bytes().to_vec();
    bytes.extend_from_slice(&hole);
    bytes.extend_from_slice("behind the hole: hai\n".as_bytes());
    let all = read("app.log", &bytes);
    let text: String = all.iter().map(|p| p.text.as_ref()).collect();
    assert_eq!(text, "Kính gửi: một\nno breakbehind the hole: hai\n");
    let last = all.last().unwrap();
    assert_eq!(
        last.map.to_file(0),
        bytes.iter().rposition(|b| *b == 0).map(|i| i as u64 + 1)
    );

    // The same where the file begins with the hole.
    let bytes = [hole.as_slice(), b"Email: a@example.org\n"].concat();
    assert_eq!(read("app.log", &bytes)[0].text, "Email: a@example.org\n");
}

#[test]
fn nothing_but_zeros_is_told() {
    use crate::Why;
    use crate::testing::Kept;

    for (name, why) in [
        ("sparse.txt", Why::Damaged("only zero bytes".into())),
        ("sparse", Why::Unknown),
    ] {
        let kept = Kept::of(name, &vec![0; 5 << 20]);
        assert!(kept.parts.is_empty());
        assert_eq!(kept.unread.iter().map(|u| &u.why).collect::<Vec<_>>(), [&why], "{name}");
    }
}

#[test]
fn holes_of_sparse_files_are_passed_and_count_as_zeros() {
    use std::io::{Seek, SeekFrom, Write};

    use crate::testing::Kept;
    use crate::{ReadState, Reader, Why};

    let mut file = tempfile::NamedTempFile::with_suffix(".txt").unwrap();
    let hole = 700_u64 << 20;
    file.write_all("Email: an@example.org\n".as_bytes()).unwrap();
    file.seek(SeekFrom::Start(hole)).unwrap();
    file.write_all(b"Email: binh@example.org\n").unwrap();
    file.as_file().set_len(2 * hole).unwrap();
    let mut kept = Kept::default();
    let outcome = Reader::default().read_path(file.path(), &mut kept);
    assert_eq!((outcome.read, outcome.bytes), (ReadState::Full, 2 * hole));
    assert!(kept.parts.iter().any(|p| p.text.contains("an@example.org")));
    let found = kept.parts.iter().find(|p| p.text.contains("binh")).unwrap();
    let at = found.text.find("Email: binh").unwrap();
    assert_eq!(found.map.to_file(at), Some(hole));

    let empty = tempfile::NamedTempFile::with_suffix(".txt").unwrap();
    empty.as_file().set_len(hole).unwrap();
    let mut kept = Kept::default();
    let outcome = Reader::default().read_path(empty.path(), &mut kept);
    assert_eq!(outcome.read, ReadState::None);
    assert_eq!(kept.unread[0].why, Why::Damaged("only zero bytes".into()));
}
