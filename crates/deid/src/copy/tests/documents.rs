//! Documents and presentations: the places where names stay behind.

use super::*;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn rels(list: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        let mode = if target.contains(':') {
            " TargetMode=\"External\""
        } else {
            ""
        };
        format!("<Relationship Id=\"{id}\" Type=\"{REL}/{kind}\" Target=\"{target}\"{mode}/>")
    };
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
        list.iter().map(one).collect::<String>()
    )
}

fn document(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:r=\"r\" xmlns:wp=\"wp\" xmlns:a=\"a\" xmlns:mc=\"mc\" xmlns:v=\"v\"><w:body>{body}</w:body></w:document>"
    )
}

fn docx_with(body: &str, part_rels: &[(&str, &str, &str)], more: &[(&str, &[u8])]) -> Vec<u8> {
    let (document, root, own) = (
        document(body),
        rels(&[
            ("rId1", "officeDocument", "word/document.xml"),
            ("rId2", "extended-properties", "docProps/app.xml"),
        ]),
        rels(part_rels),
    );
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", own.as_bytes()),
    ];
    all.extend_from_slice(more);
    zipped(&all)
}

pub(super) fn docx(body: &str) -> Vec<u8> {
    docx_with(body, &[], &[])
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

#[test]
fn a_name_across_runs_is_removed_whole_and_its_runs_stay() {
    let body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Ông Nguy</w:t></w:r><w:proofErr w:type=\"x\"/><w:r><w:t>ễn V</w:t></w:r><w:r><w:t xml:space=\"preserve\">ăn H&#249;ng, sinh ngày 21/03/1987, CCCD 0490</w:t></w:r><w:r><w:t>87012345.</w:t></w:r></w:p>";
    let (report, copy) = Place::new().copy("a.docx", &docx(body)).unwrap();
    let text = unpacked(&copy);
    assert!(
        text.contains("<w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Ông [NGƯỜI_1]</w:t>"),
        "{text}"
    );
    for gone in ["ăn H", "ễn V", "87012345", "0490", "21/03", "&#249;"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    assert_eq!(report.replaced.get(&Entity::Person), Some(&1));
}

#[test]
fn what_a_document_hides_is_gone() {
    let body = [
        p("Nội dung được giữ lại."),
        "<w:p><w:pPr><w:rPr><w:del w:author=\"Lê Văn Cường\"/></w:rPr></w:pPr><w:del w:id=\"1\" w:author=\"Lê Văn Cường\"><w:r><w:delText>Trần Thị Bích</w:delText></w:r></w:del><w:ins w:id=\"2\" w:author=\"Lê Văn Cường\"><w:r w:rsidR=\"00AB\"><w:t>được thêm</w:t></w:r></w:ins></w:p>".into(),
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>SECRET-HIDDEN</w:t></w:r><w:r><w:rPr><w:rStyle w:val=\"Ghost\"/></w:rPr><w:t>SECRET-STYLE</w:t></w:r></w:p>".into(),
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK \"mailto:SECRET-CODE@example.vn\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>liên hệ</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>".into(),
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>".into(),
        "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"SECRET_BOOKMARK\"/><w:bookmarkEnd w:id=\"1\"/><w:hyperlink r:id=\"rId9\"><w:r><w:t>trang</w:t></w:r></w:hyperlink><w:r><w:commentReference w:id=\"0\"/></w:r></w:p>".into(),
        "<w:p><w:r><w:drawing><wp:docPr id=\"1\" name=\"SECRET-FILE.jpg\" descr=\"SECRET-ALT\"/><a:blip r:embed=\"rId5\"/></w:drawing></w:r></w:p>".into(),
        "<w:sdt><w:sdtPr><w:alias w:val=\"SECRET-ALIAS\"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>ô</w:t></w:r></w:p></w:sdtContent></w:sdt>".into(),
        "<w:p><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:r><w:t>hộp</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>SECRET-FALLBACK</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>".into(),
        "<w:tbl><w:tr><w:trPr><w:del w:id=\"7\"/></w:trPr><w:tc><w:p><w:r><w:t>SECRET-ROW</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>hàng</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".into(),
        "<w:p><w:r><w:object><v:shape alt=\"SECRET-SHAPE\"/></w:object></w:r><!-- SECRET-XML --></w:p>".into(),
    ]
    .concat();
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:type=\"character\" w:styleId=\"Ghost\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
    let settings = "<w:settings xmlns:w=\"w\"><w:zoom w:percent=\"90\"/><w:rsids><w:rsid w:val=\"SECRET\"/></w:rsids><w:docVars><w:docVar w:name=\"a\" w:val=\"SECRET\"/></w:docVars></w:settings>";
    let secret = b"<x>SECRET-PART</x>";
    let file = docx_with(
        &body,
        &[
            ("rId1", "styles", "styles.xml"),
            ("rId2", "settings", "settings.xml"),
            ("rId3", "comments", "comments.xml"),
            ("rId4", "customXml", "../customXml/item1.xml"),
            ("rId5", "image", "media/SECRET-NAME.jpeg"),
            ("rId6", "oleObject", "embeddings/book.bin"),
            ("rId7", "attachedTemplate", "file:///SECRET.dotx"),
            ("rId8", "something-new", "new.xml"),
            ("rId9", "hyperlink", "mailto:SECRET@example.vn"),
        ],
        &[
            ("word/styles.xml", styles.as_bytes()),
            ("word/settings.xml", settings.as_bytes()),
            ("word/comments.xml", secret),
            ("customXml/item1.xml", secret),
            ("word/media/SECRET-NAME.jpeg", b"\xff\xd8\xff SECRET-EXIF"),
            ("word/embeddings/book.bin", secret),
            ("word/new.xml", secret),
            ("word/orphan.xml", secret),
            ("docProps/app.xml", secret),
            ("docProps/core.xml", secret),
            ("docProps/thumbnail.jpeg", secret),
        ],
    );
    let (report, copy) = Place::new().copy("a.docx", &file).unwrap();
    let text = unpacked(&copy);
    for gone in ["SECRET", "Cường", "Bích", "rsid", "commentReference", "w:del "] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    for kept in [
        "Nội dung được giữ lại.",
        "được thêm",
        "liên hệ",
        "trang",
        "hộp",
        "hàng",
        "instrText> PAGE <",
        "r:embed=\"rId5\"",
        "word/media/image1.png",
        "<w:zoom",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    for what in [
        What::TrackedChanges,
        What::Comments,
        What::HiddenText,
        What::Fields,
        What::Bookmarks,
        What::Links,
        What::Objects,
        What::ProgramData,
        What::Pictures,
        What::Properties,
    ] {
        assert!(report.cleaned.count(what) > 0, "{what:?}");
    }
}

#[test]
fn macros_passwords_and_damage_are_refused() {
    let mut place = Place::new();
    let with = |name: &str, bytes: &[u8]| docx_with(&p("x"), &[], &[(name, bytes)]);
    let mut refused = |bytes: &[u8]| place.copy("a.docx", bytes).unwrap_err();
    assert_eq!(refused(&with("word/vbaProject.bin", b"x")), Refused::Macros);
    assert!(matches!(refused(&docx("<w:p><w:r>")), Refused::Damaged(_)));
    assert!(matches!(
        refused(&docx("<!DOCTYPE a [<!ENTITY b 'c'>]>&b;")),
        Refused::Damaged(_)
    ));
    assert_eq!(refused(&docx(&"<w:p>".repeat(2000))), Refused::Limits);
    // The same vocabulary under another name would pass by the lists of elements.
    let other = "<n:x xmlns:n=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><n:del/></n:x>";
    assert!(matches!(refused(&docx(other)), Refused::Damaged(_)));
    let bomb = vec![b' '; 64 << 20];
    let file = docx_with(
        &p("x"),
        &[("rId1", "styles", "styles.xml")],
        &[("word/styles.xml", &bomb)],
    );
    assert_eq!(refused(&file), Refused::Limits);
    assert!(matches!(refused(&file[..file.len() / 2]), Refused::Damaged(_)));
}

#[test]
fn tables_of_documents_are_read_as_tables() {
    let cell = |t: &str| format!("<w:tc>{}</w:tc>", p(t));
    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
    let body = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row("Họ và tên", "Số điện thoại"),
        row("Trần Thị Bích", "0912345678"),
        row("Lê Văn Cường", "0987654321")
    );
    let (_, copy) = Place::new().copy("a.docx", &docx(&body)).unwrap();
    let text = unpacked(&copy);
    assert!(
        text.contains("[NGƯỜI_1]") && text.contains("[NGƯỜI_2]") && text.contains("[ĐIỆN_THOẠI_2]"),
        "{text}"
    );
    assert!(!text.contains("Bích") && !text.contains("Cường"), "{text}");
}

#[test]
fn slides_lose_notes_and_those_that_are_hidden() {
    let slide = |text: &str, show: &str| {
        format!(
            "<p:sld xmlns:p=\"p\" xmlns:a=\"a\" xmlns:r=\"r\" {show}><p:cSld><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:cSld><p:timing>SECRET</p:timing></p:sld>"
        )
    };
    let presentation = "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/><p:sldId id=\"257\" r:id=\"rId2\"/></p:sldIdLst></p:presentation>";
    let root = rels(&[("rId1", "officeDocument", "ppt/presentation.xml")]);
    let own = rels(&[
        ("rId1", "slide", "slides/slide1.xml"),
        ("rId2", "slide", "slides/slide2.xml"),
    ]);
    let notes = rels(&[("rId1", "notesSlide", "../notesSlides/notesSlide1.xml")]);
    let (one, two) = (
        slide("Ông Nguyễn Văn Hùng trình bày", ""),
        slide("SECRET", "show=\"0\""),
    );
    let file = zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("ppt/presentation.xml", presentation.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", own.as_bytes()),
        ("ppt/slides/slide1.xml", one.as_bytes()),
        ("ppt/slides/slide2.xml", two.as_bytes()),
        ("ppt/slides/_rels/slide1.xml.rels", notes.as_bytes()),
        (
            "ppt/notesSlides/notesSlide1.xml",
            b"<p:notes xmlns:p='p'>SECRET</p:notes>",
        ),
    ]);
    let (report, copy) = Place::new().copy("a.pptx", &file).unwrap();
    let text = unpacked(&copy);
    assert!(
        text.contains("[NGƯỜI_1] trình bày") && !text.contains("SECRET") && !text.contains("rId2"),
        "{text}"
    );
    assert_eq!(
        (
            report.cleaned.count(What::HiddenSlides),
            report.cleaned.count(What::Notes)
        ),
        (1, 1)
    );
}

#[test]
fn opendocument_keeps_content_alone() {
    let content = "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:style=\"s\" xmlns:xlink=\"x\" xmlns:draw=\"d\" xmlns:dc=\"c\"><office:automatic-styles><style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style></office:automatic-styles><office:body><office:text><text:tracked-changes><text:changed-region>SECRET</text:changed-region></text:tracked-changes><text:p>Гражданин <text:span>Петр</text:span>ов Пётр<text:s/>Ильич<office:annotation><dc:creator>SECRET</dc:creator></office:annotation>, <text:a xlink:href=\"mailto:SECRET\">письмо</text:a> <text:span text:style-name=\"H\">SECRET</text:span><text:author-name>Сидорова Анна Львовна</text:author-name></text:p></office:text></office:body></office:document-content>";
    let file = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("meta.xml", b"<x>SECRET</x>"),
        ("settings.xml", b"<x>SECRET</x>"),
        ("Thumbnails/thumbnail.png", b"SECRET"),
    ]);
    // The type stands first and as it is; the helper compresses it.
    let mut zip = office::Writer::new();
    zip.store("mimetype", b"application/vnd.oasis.opendocument.text")
        .unwrap();
    for (name, bytes) in members(&file).iter().skip(1) {
        zip.add(name, bytes).unwrap();
    }
    let (report, copy) = Place::new().copy("a.odt", &zip.end().unwrap()).unwrap();
    let text = unpacked(&copy);
    assert!(text.contains("Гражданин <text:span>[ФИО_1]</text:span>"), "{text}");
    for gone in ["SECRET", "Ильич", "Львовна", "author-name", "text:a "] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    assert!(copy[30..].starts_with(b"mimetypeapplication/"), "the type stands first");
    assert_eq!(report.cleaned.count(What::Comments), 1);
}

#[test]
fn no_damage_makes_the_program_fail() {
    let body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Ông Nguyễn Văn &amp; H&#249;ng</w:t></w:r><w:ins><w:hyperlink r:id=\"rId9\"><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>PAGE</w:instrText></w:r></w:hyperlink></w:ins></w:p><w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>";
    let whole = document(body);
    let mut place = Place::new();
    let root = rels(&[("rId1", "officeDocument", "word/document.xml")]);
    let (mut copied, mut refused) = (0, 0);
    // Every place where a tag, an entity or a quote could be broken.
    let places: Vec<usize> = whole
        .bytes()
        .enumerate()
        .filter(|(_, b)| b"<>/&;\"=".contains(b))
        .map(|(i, _)| i)
        .collect();
    for at in places {
        for with in [None, Some(b'<'), Some(b'"')] {
            let mut bytes = whole.clone().into_bytes();
            match with {
                None => drop(bytes.remove(at)),
                Some(b) => bytes[at] = b,
            }
            let file = zipped(&[
                ("[Content_Types].xml", TYPES.as_bytes()),
                ("_rels/.rels", root.as_bytes()),
                ("word/document.xml", &bytes),
            ]);
            match place.copy("a.docx", &file) {
                Ok(_) => copied += 1,
                Err(Refused::Failed) => panic!("failed at {at} with {with:?}"),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 100 && copied > 0, "{refused} {copied}");
}
