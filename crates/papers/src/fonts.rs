//! Fonts of printed papers: Noto Serif for Latin, Vietnamese and Cyrillic, Noto Serif CJK for Chinese.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::error::Error;

/// Where Debian and other systems lay the Noto fonts.
const FOLDERS: [&str; 7] = [
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/local/share/fonts",
];

pub(crate) const SERIF: &str = "Noto Serif";
pub(crate) const HAN: &str = "Noto Serif CJK SC";

const SERIF_FILES: [&str; 4] = [
    "NotoSerif-Regular.ttf",
    "NotoSerif-Bold.ttf",
    "NotoSerif-Italic.ttf",
    "NotoSerif-BoldItalic.ttf",
];
const HAN_FILES: [&str; 2] = ["NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"];

/// The largest font file that is read, in bytes; collections for Chinese have about 30 million.
const MAX_FONT: u64 = 100_000_000;

/// A set of fonts and what is known of them.
pub(crate) struct Set {
    pub(crate) fonts: Vec<Font>,
    pub(crate) book: LazyHash<FontBook>,
}

impl Set {
    fn new(fonts: Vec<Font>) -> Self {
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Self { fonts, book }
    }

    /// Whether a font of this set can draw a character.
    pub(crate) fn draws(&self, c: char) -> bool {
        self.fonts.iter().any(|f| f.info().coverage.contains(u32::from(c)))
    }
}

/// The fonts of printed papers. Those for Chinese are large and are read when a paper first needs them.
pub struct Fonts {
    serif: Set,
    han_paths: Vec<PathBuf>,
    all: OnceLock<Set>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts")
            .field("han", &self.han_paths)
            .finish_non_exhaustive()
    }
}

impl Fonts {
    /// The fonts of the system. An error names the packages that bring them.
    pub fn find() -> Result<Self, Error> {
        let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
        Self::in_folders(&folders)
    }

    /// The fonts in these folders, the first that has a file wins.
    pub fn in_folders(folders: &[PathBuf]) -> Result<Self, Error> {
        let find = |name: &str, family: &'static str| {
            let mut paths = folders.iter().map(|folder| folder.join(name));
            paths.find(|path| path.is_file()).ok_or(Error::Font { family })
        };
        let mut serif = Vec::new();
        for name in SERIF_FILES {
            serif.extend(read(&find(name, SERIF)?, SERIF)?);
        }
        let han_paths: Result<Vec<PathBuf>, Error> = HAN_FILES.iter().map(|name| find(name, HAN)).collect();
        Ok(Self {
            serif: Set::new(serif),
            han_paths: han_paths?,
            all: OnceLock::new(),
        })
    }

    /// The fonts for a paper with or without Chinese.
    pub(crate) fn set(&self, han: bool) -> Result<&Set, Error> {
        if !han {
            return Ok(&self.serif);
        }
        if let Some(set) = self.all.get() {
            return Ok(set);
        }
        let mut fonts = self.serif.fonts.clone();
        for path in &self.han_paths {
            fonts.extend(read(path, HAN)?);
        }
        Ok(self.all.get_or_init(|| Set::new(fonts)))
    }
}

fn read(path: &Path, family: &'static str) -> Result<Vec<Font>, Error> {
    let refuse = |source| Error::FontFile {
        path: path.display().to_string(),
        source,
    };
    if std::fs::metadata(path).map_err(refuse)?.len() > MAX_FONT {
        return Err(refuse(std::io::ErrorKind::FileTooLarge.into()));
    }
    let bytes = Bytes::new(std::fs::read(path).map_err(refuse)?);
    let fonts: Vec<Font> = Font::iter(bytes).filter(|f| f.info().family == family).collect();
    if fonts.is_empty() {
        return Err(Error::Font { family });
    }
    Ok(fonts)
}
