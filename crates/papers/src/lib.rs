//! Papers: forms that come with the law packs, filled and written as HTML, PDF and DOCX; and a body's own DOCX templates.
//!
//! Forms are plain files under `law/forms/`, which a lawyer can read and edit; their language is described in `law/README.md`. A value
//! is never read as part of a form, of HTML, of XML or of the typesetting: it is data on every way.

mod catalogue;
mod date;
mod document;
mod docx;
mod embedded;
mod error;
mod fill;
#[cfg(feature = "pdf")]
mod fonts;
mod form;
mod html;
mod merge;
mod outline;
#[cfg(feature = "pdf")]
mod pdf;
mod template;
#[cfg(test)]
mod tests;
mod value;

pub use document::{Document, Meta};
pub use error::Error;
#[cfg(feature = "pdf")]
pub use fonts::Fonts;
pub use form::{Field, Form, Forms, Kind, Numbering};
pub use html::STYLE;
pub use merge::{Filled, fill_docx, merge_docx};
pub use value::{Value, Values};
