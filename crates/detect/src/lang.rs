/// The language that a text is written in, as far as recognition needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// Russian.
    Ru,
    /// Chinese, simplified or traditional.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::Ru => "ru",
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Reads an ISO 639-1 code, with or without a region (`zh-CN`, `vi_VN`).
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split(['-', '_', '.']).next()?.to_ascii_lowercase().as_str() {
            "vi" => Some(Self::Vi),
            "ru" => Some(Self::Ru),
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}
