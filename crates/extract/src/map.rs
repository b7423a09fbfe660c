use serde::{Deserialize, Serialize};

/// One stretch over which text and file advance together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// First byte of the stretch in the text.
    pub text: usize,
    /// First byte of the stretch in the file.
    pub file: u64,
    /// Whether the bytes are the same one by one; else the stretch is one unit (an escape, a decoded character).
    pub same: bool,
}

/// From byte offsets of a part's text to byte offsets of the file it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OffsetMap {
    /// The text does not stand in the file byte for byte (it was compressed, drawn, recognised).
    #[default]
    None,
    /// The text is a stretch of the file, beginning at this byte; separators of cells may be shown as others of the same length.
    Same(u64),
    /// Stretches in order of `text`.
    Runs(Vec<Run>),
}

impl OffsetMap {
    /// The same map for text that lies `base` bytes further in the file; none without a base.
    pub(crate) fn moved(self, base: Option<u64>) -> Self {
        match (self, base) {
            (Self::Same(at), Some(base)) => Self::Same(at + base),
            (Self::Runs(mut runs), Some(base)) => {
                for run in &mut runs {
                    run.file += base;
                }
                Self::Runs(runs)
            }
            (Self::None, _) | (_, None) => Self::None,
        }
    }

    /// The byte offset in the file of the byte at `offset` of the text.
    pub fn to_file(&self, offset: usize) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Same(base) => Some(base + offset as u64),
            Self::Runs(runs) => {
                let run = runs.get(runs.partition_point(|r| r.text <= offset).checked_sub(1)?)?;
                Some(run.file + if run.same { (offset - run.text) as u64 } else { 0 })
            }
        }
    }

    /// The map of the first bytes of the text alone.
    pub(crate) fn truncate(&mut self, len: usize) {
        if let Self::Runs(runs) = self {
            runs.truncate(runs.partition_point(|r| r.text < len));
        }
    }
}
