//! From the type of a file to its reader.

use crate::context::{Ctx, Source};
use crate::{Kind, Why, archive, image, legacy, mail, office, pdf, text};

/// Reads a file of this kind. An error means that the rest of it could not be read.
pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    match kind {
        Kind::Text
        | Kind::Log
        | Kind::Csv
        | Kind::Json
        | Kind::Jsonl
        | Kind::Xml
        | Kind::Yaml
        | Kind::Sql
        | Kind::Html
        | Kind::Markdown => text::read(kind, source, ctx),
        Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Odt | Kind::Ods | Kind::Odp => office::read(kind, source, ctx),
        Kind::Rtf | Kind::Doc | Kind::Xls | Kind::Ppt | Kind::Msg => legacy::read(kind, source, ctx),
        Kind::Pdf => pdf::read(source, ctx),
        Kind::Eml | Kind::Mbox => mail::read(kind, source, ctx),
        Kind::Zip | Kind::Tar | Kind::Gzip | Kind::Bzip2 | Kind::Xz | Kind::SevenZip => {
            archive::read(kind, source, ctx)
        }
        Kind::Png | Kind::Jpeg | Kind::Tiff | Kind::Webp | Kind::Bmp => image::read(kind, source, ctx),
        Kind::Empty => Ok(()),
        Kind::Other => Err(Why::Unsupported(String::new())),
        Kind::Unknown => Err(Why::Unknown),
    }
}
