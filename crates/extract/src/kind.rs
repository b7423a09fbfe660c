use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// The type of a file, told by its content.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The short name in outputs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    /// Plain text.
    Text = "text";
    /// Log file.
    Log = "log";
    /// Comma-separated values, any delimiter.
    Csv = "csv";
    /// JSON.
    Json = "json";
    /// JSON lines.
    Jsonl = "jsonl";
    /// XML.
    Xml = "xml";
    /// YAML.
    Yaml = "yaml";
    /// SQL dump.
    Sql = "sql";
    /// HTML.
    Html = "html";
    /// Markdown.
    Markdown = "markdown";
    /// Office Open XML text.
    Docx = "docx";
    /// Office Open XML workbook.
    Xlsx = "xlsx";
    /// Office Open XML presentation.
    Pptx = "pptx";
    /// OpenDocument text.
    Odt = "odt";
    /// OpenDocument workbook.
    Ods = "ods";
    /// OpenDocument presentation.
    Odp = "odp";
    /// Rich text format.
    Rtf = "rtf";
    /// Word 97–2003.
    Doc = "doc";
    /// Excel 97–2003.
    Xls = "xls";
    /// PowerPoint 97–2003.
    Ppt = "ppt";
    /// PDF.
    Pdf = "pdf";
    /// Mail message.
    Eml = "eml";
    /// Mailbox.
    Mbox = "mbox";
    /// Outlook message.
    Msg = "msg";
    /// ZIP archive.
    Zip = "zip";
    /// TAR archive.
    Tar = "tar";
    /// Gzip stream.
    Gzip = "gzip";
    /// Bzip2 stream.
    Bzip2 = "bzip2";
    /// XZ stream.
    Xz = "xz";
    /// 7-Zip archive.
    SevenZip = "7z";
    /// PNG picture.
    Png = "png";
    /// JPEG picture.
    Jpeg = "jpeg";
    /// TIFF picture.
    Tiff = "tiff";
    /// WebP picture.
    Webp = "webp";
    /// BMP picture.
    Bmp = "bmp";
    /// An empty file.
    Empty = "empty";
    /// Known but not readable.
    Other = "other";
    /// Not told.
    Unknown = "unknown";
}

impl Kind {
    /// Whether the reader of this kind parses a foreign format, and so runs in a process of its own. Plain text
    /// does not: it is read at the speed of the disk.
    pub(crate) fn is_foreign(self) -> bool {
        !matches!(
            self,
            Self::Text
                | Self::Log
                | Self::Csv
                | Self::Json
                | Self::Jsonl
                | Self::Xml
                | Self::Yaml
                | Self::Sql
                | Self::Html
                | Self::Markdown
                | Self::Empty
                | Self::Other
                | Self::Unknown
        )
    }
}
