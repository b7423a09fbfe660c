//! Programs that write themselves into a file as its author.

/// Makers and programs that stand as the author of a file that nobody signed.
const SOFTWARE: &[&str] = &[
    "openpyxl",
    "autobvt",
    "groupwise",
    "python",
    "docx",
    "pptx",
    "writer",
    "canon",
    "microsoft",
    "office",
    "libreoffice",
    "openoffice",
    "word",
    "excel",
    "powerpoint",
    "adobe",
    "acrobat",
    "distiller",
    "indesign",
    "illustrator",
    "photoshop",
    "latex",
    "pdftex",
    "tex",
    "ghostscript",
    "chromium",
    "chrome",
    "firefox",
    "mozilla",
    "google",
    "apache",
    "poi",
    "aspose",
    "wps",
    "kingsoft",
    "foxit",
    "xerox",
    "epson",
    "ricoh",
    "konica",
    "kyocera",
    "hewlett",
    "packard",
    "brother",
    "windows",
    "linux",
    "macos",
    "quartz",
    "itext",
    "tcpdf",
    "pandoc",
    "telegram",
    "whatsapp",
    "wechat",
    "zalo",
    "outlook",
    "thunderbird",
    "postgres",
    "oracle",
    "mysql",
    "excelize",
    "reportlab",
    "wkhtmltopdf",
    "weasyprint",
    "phpword",
    "phpexcel",
    "phpspreadsheet",
    "xlsxwriter",
    "docx4j",
    "nitro",
    "calc",
    "impress",
];

/// Whether a value names a program or its maker.
pub(super) fn software(value: &str) -> bool {
    value
        .split(|c: char| !c.is_alphanumeric())
        .any(|w| SOFTWARE.iter().any(|s| w.eq_ignore_ascii_case(s)))
}

/// Whether the first word of a value is that of a program: Adobe Photoshop, Microsoft Word.
pub(super) fn maker(value: &str) -> bool {
    value.split(' ').next().is_some_and(software)
}
