//! The parts of the package beside the text.

use tutela_law::Country;
use tutela_words::Locale;

use crate::document::{Document, Meta};
use crate::form::Numbering;
use crate::html::escape;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

pub(super) const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

pub(super) const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>"#;

pub(super) const ROOT_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>"#;

pub(super) const DOCUMENT_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;

pub(super) const APP: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Tutela</Application></Properties>"#;

pub(super) const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:defaultTabStop w:val="708"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>"#;

pub(super) fn core(document: &Document, meta: &Meta) -> String {
    let at = meta.created.strftime("%Y-%m-%dT%H:%M:%SZ");
    let title = escape(&document.title);
    let author = escape(&crate::value::clean(&meta.author));
    let language = tag(document.locale);
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>{language}</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:modified></cp:coreProperties>"
    )
}

fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::Vi => "vi-VN",
        Locale::Ru => "ru-RU",
        Locale::Zh => "zh-CN",
        Locale::En => "en-GB",
    }
}

pub(super) fn styles(document: &Document) -> String {
    let language = tag(document.locale);
    let east = if document.locale == Locale::Zh {
        "zh-CN"
    } else {
        "zh-TW"
    };
    // Sizes are half points: 13 points in Viet Nam, 12 elsewhere.
    let size = if document.country == Country::Vn { 26 } else { 24 };
    let style = |id: &str, name: &str, paragraph: &str, run: &str| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )
    };
    let heading1 = style(
        "Heading1",
        "heading 1",
        "<w:keepNext/><w:spacing w:before=\"280\" w:after=\"200\"/><w:jc w:val=\"center\"/><w:outlineLvl w:val=\"0\"/>",
        "<w:b/><w:sz w:val=\"28\"/>",
    );
    let heading2 = style(
        "Heading2",
        "heading 2",
        "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"120\"/><w:outlineLvl w:val=\"1\"/>",
        "<w:b/>",
    );
    let note = style("Note", "Note", "", "<w:color w:val=\"595959\"/><w:sz w:val=\"17\"/>");
    format!(
        "{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"SimSun\" w:cs=\"Times New Roman\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/><w:lang w:val=\"{language}\" w:eastAsia=\"{east}\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"100\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>{heading1}{heading2}{note}</w:styles>"
    )
}

/// Letters and orders of Viet Nam and Russia bear their numbers at the top from the second page.
fn at_top(document: &Document) -> bool {
    document.numbering == Numbering::Later && document.country != Country::Cn
}

const PAGE: &str = "<w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple>";
const PAGES: &str = "<w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>1</w:t></w:r></w:fldSimple>";

pub(super) fn header(document: &Document) -> String {
    let inner = if at_top(document) { PAGE } else { "" };
    format!("{HEAD}<w:hdr {NAMESPACES}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{inner}</w:p></w:hdr>")
}

pub(super) fn footer(document: &Document) -> String {
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let inner = match document.numbering {
        Numbering::Every => {
            let mark = if document.sheet_mark.is_empty() {
                String::new()
            } else {
                run(&format!("{}    ", escape(&document.sheet_mark)))
            };
            format!("{mark}{PAGE}{}{PAGES}", run(" / "))
        }
        Numbering::Later if !at_top(document) => format!("{}{PAGE}{}", run("— "), run(" —")),
        Numbering::Later => String::new(),
    };
    format!("{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{inner}</w:p></w:ftr>")
}

/// The sheet: size, margins, where the numbers stand. Measures are twentieths of a point.
pub(super) fn section(document: &Document) -> String {
    let (size, margins) = if document.landscape {
        (
            "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>",
            "<w:pgMar w:top=\"1418\" w:right=\"850\" w:bottom=\"1021\" w:left=\"850\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>",
        )
    } else {
        (
            "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
            "<w:pgMar w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" w:left=\"1701\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>",
        )
    };
    // The first page of a letter has a header of its own, which is not given and so is empty.
    let first = if at_top(document) { "<w:titlePg/>" } else { "" };
    format!(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"default\" r:id=\"rId4\"/>{size}{margins}{first}</w:sectPr>"
    )
}

/// Width of the text between the margins, in twentieths of a point.
pub(super) fn text_width(document: &Document) -> u32 {
    if document.landscape {
        16838 - 2 * 850
    } else {
        11906 - 850 - 1701
    }
}
