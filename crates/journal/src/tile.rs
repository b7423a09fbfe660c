//! The names of tiles and entry bundles as C2SP tlog-tiles has them, and which of them a tree of a given size has.

use std::fmt;

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u64 = 256;
/// Levels of the tree that one tile spans.
pub const HEIGHT: u32 = 8;
/// Levels of tiles that a tree of 2⁶³ entries can have.
pub const LEVELS: u8 = 8;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The entries themselves, `tile/entries/…`.
    Entries,
    /// Hashes of this level, `tile/<L>/…`; level 0 holds hashes of leaves.
    Level(u8),
}

/// The name of one tile: what it holds, which it is, and how many hashes or entries are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub kind: Kind,
    /// Its place in its level.
    pub index: u64,
    /// 1 to 256; less than 256 is a partial tile.
    pub width: u16,
}

impl Tile {
    /// A tile of entries.
    pub fn entries(index: u64, width: u16) -> Self {
        Self {
            kind: Kind::Entries,
            index,
            width,
        }
    }

    /// A tile of hashes.
    pub fn level(level: u8, index: u64, width: u16) -> Self {
        Self {
            kind: Kind::Level(level),
            index,
            width,
        }
    }

    /// The tile of this kind and index in a tree of `size` entries; None where the tree has none.
    pub fn of_tree(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let hashes = hashes_at(kind, size);
        let before = index.checked_mul(WIDTH)?;
        let width = hashes.checked_sub(before)?.min(WIDTH);
        let width = u16::try_from(width).ok().filter(|&w| w > 0)?;
        Some(Self { kind, index, width })
    }

    /// Whether it has all its 256 places filled.
    pub fn is_full(self) -> bool {
        u64::from(self.width) == WIDTH
    }

    /// The full tile of the same place.
    pub fn full(self) -> Self {
        Self { width: 256, ..self }
    }

    /// The entries that it spans, first and one past the last.
    pub fn span(self) -> (u64, u64) {
        let shift = match self.kind {
            Kind::Entries => 0,
            Kind::Level(level) => HEIGHT * u32::from(level),
        };
        let start = self.index.saturating_mul(WIDTH);
        let scale = |n: u64| n.checked_shl(shift).filter(|s| s >> shift == n).unwrap_or(u64::MAX);
        (scale(start), scale(start.saturating_add(u64::from(self.width))))
    }

    /// Reads a name. Only the one right way to write it is accepted.
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (kind, rest) = rest.split_once('/')?;
        let kind = if kind == "entries" {
            Kind::Entries
        } else {
            Kind::Level(kind.parse().ok().filter(|&l: &u8| l <= 63)?)
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|w| (1..256).contains(w))?),
            None => (rest, 256),
        };
        let mut index: u64 = 0;
        for element in number.split('/') {
            let digits = element.strip_prefix('x').unwrap_or(element);
            index = index
                .checked_mul(1000)?
                .checked_add(digits.parse().ok().filter(|&d: &u64| d < 1000)?)?;
        }
        let tile = Self { kind, index, width };
        (tile.to_string() == path).then_some(tile)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Entries => f.write_str("tile/entries/")?,
            Kind::Level(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (i, group) in groups.iter().enumerate().rev() {
            if i > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if !self.is_full() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// How many hashes of this kind a tree of `size` entries has.
pub(crate) fn hashes_at(kind: Kind, size: u64) -> u64 {
    match kind {
        Kind::Entries => size,
        Kind::Level(level) => size.checked_shr(HEIGHT * u32::from(level)).unwrap_or(0),
    }
}

/// Every partial tile at the right edge of a tree of `size` entries, hashes only, from level 0 up.
pub(crate) fn right_edge(size: u64) -> Vec<Tile> {
    (0..LEVELS)
        .filter_map(|level| {
            let hashes = hashes_at(Kind::Level(level), size);
            Tile::of_tree(Kind::Level(level), hashes / WIDTH, size)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        let name = |t: Tile| t.to_string();
        assert_eq!(name(Tile::level(0, 1_234_067, 256)), "tile/0/x001/x234/067");
        assert_eq!(name(Tile::entries(0, 256)), "tile/entries/000");
        assert_eq!(name(Tile::level(2, 0, 1)), "tile/2/000.p/1");
        for path in ["tile/0/x001/x234/067", "tile/entries/x001/000.p/255", "tile/1/999"] {
            assert_eq!(Tile::parse(path).map(name).as_deref(), Some(path));
        }
        for wrong in [
            "tile/0/1",
            "tile/00/001",
            "tile/0/x000/001",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/07",
            "tile/0/+01",
            "tile/64/001",
            "tile/0/x001",
        ] {
            assert_eq!(Tile::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_that_the_specification_counts() {
        let edge: Vec<_> = right_edge(70_000).iter().map(ToString::to_string).collect();
        assert_eq!(edge, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        assert!(Tile::of_tree(Kind::Level(0), 272, 70_000).is_some_and(Tile::is_full));
        assert_eq!(Tile::of_tree(Kind::Level(0), 274, 70_000), None);
        let edge: Vec<_> = right_edge(256).iter().map(ToString::to_string).collect();
        assert_eq!(edge, ["tile/1/000.p/1"]);
    }

    #[test]
    fn spans_count_entries() {
        assert_eq!(Tile::level(1, 1, 2).span(), (65_536, 66_048));
        assert_eq!(Tile::level(63, 9, 2).span(), (u64::MAX, u64::MAX));
        assert_eq!(Tile::entries(3, 10).span(), (768, 778));
    }
}
