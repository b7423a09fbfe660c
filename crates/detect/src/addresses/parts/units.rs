//! The administrative units of Viet Nam, before July 2025 and since.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::lower::{Lower, key};

/// One unit.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) code: &'static str,
    /// The letter of its kind.
    kind: &'static str,
    pub(super) name: &'static str,
    /// 1 province, 2 district, 3 commune.
    pub(super) depth: u8,
    pub(super) since: bool,
    /// Index of the unit above.
    pub(super) parent: Option<u32>,
    /// Codes of the communes of today, by spaces.
    pub(super) to: &'static str,
}

impl Entry {
    /// The name with its kind.
    pub(super) fn full(&self) -> String {
        let kind = match self.kind {
            "c" => "thành phố",
            "t" => "tỉnh",
            "q" => "quận",
            "h" => "huyện",
            "s" => "thị xã",
            "r" => "thị trấn",
            "p" => "phường",
            "x" => "xã",
            "k" => "đặc khu",
            _ => return self.name.to_owned(),
        };
        format!("{kind} {}", self.name)
    }
}

/// Both trees, with all units by the key of their names.
#[derive(Debug)]
pub(super) struct Units {
    pub(super) all: Vec<Entry>,
    by_name: HashMap<u64, Vec<u32>>,
    /// Communes of today by code.
    today: HashMap<&'static str, u32>,
}

static UNITS: LazyLock<Units> = LazyLock::new(|| {
    let mut units = Units {
        all: Vec::with_capacity(14_200),
        by_name: HashMap::with_capacity(9_000),
        today: HashMap::with_capacity(3_400),
    };
    let mut since = true;
    let mut above: [Option<u32>; 4] = [None; 4];
    for line in include_str!("../../../data/addresses/vi-units.txt").lines() {
        match line {
            "[since]" => since = true,
            "[before]" => since = false,
            _ => {
                let mut words = line.splitn(4, ' ');
                let (Some(depth), Some(code), Some(kind), Some(rest)) =
                    (words.next(), words.next(), words.next(), words.next())
                else {
                    continue;
                };
                let Ok(depth @ 1..=3) = depth.parse::<u8>() else {
                    continue;
                };
                let (name, to) = rest.split_once('>').unwrap_or((rest, ""));
                let index = units.all.len() as u32;
                let parent = above
                    .get(1..depth as usize)
                    .and_then(|a| a.iter().rev().find_map(|p| *p));
                if let Some(rest) = above.get_mut(depth as usize..) {
                    rest.fill(None);
                }
                if let Some(slot) = above.get_mut(depth as usize) {
                    *slot = Some(index);
                }
                units.by_name.entry(fold(name)).or_default().push(index);
                if since && depth == 3 {
                    units.today.insert(code, index);
                }
                units.all.push(Entry {
                    code,
                    kind,
                    name,
                    depth,
                    since,
                    parent,
                    to,
                });
            }
        }
    }
    units
});

/// The key of a name in any writing.
pub(super) fn fold(name: &str) -> u64 {
    key([Lower::of(name).all()])
}

/// Short names of provinces and cities, and names that they bore.
const ALIASES: &[(&str, &str)] = &[
    ("hcm", "Hồ Chí Minh"),
    ("tphcm", "Hồ Chí Minh"),
    ("sài gòn", "Hồ Chí Minh"),
    ("sg", "Hồ Chí Minh"),
    ("hn", "Hà Nội"),
    ("tphn", "Hà Nội"),
    ("brvt", "Bà Rịa - Vũng Tàu"),
    ("thừa thiên huế", "Huế"),
    ("thừa thiên - huế", "Huế"),
];

impl Units {
    pub(super) fn get() -> &'static Self {
        &UNITS
    }

    pub(super) fn entry(&self, index: u32) -> Option<&Entry> {
        self.all.get(index as usize)
    }

    /// The units of a name at one depth. Where the name bears marks and some unit has the very same, only those.
    pub(super) fn named(&self, name: &str, depth: u8, since: bool) -> Vec<u32> {
        let lower = Lower::of(name);
        let alias = ALIASES.iter().find(|a| a.0 == lower.all()).map(|a| a.1);
        let name = alias.unwrap_or(name);
        let found: Vec<u32> = self
            .by_name
            .get(&fold(name))
            .into_iter()
            .flatten()
            .copied()
            .filter(|&i| self.entry(i).is_some_and(|e| e.depth == depth && e.since == since))
            .collect();
        if !name.is_ascii() && found.len() > 1 {
            let wanted = Lower::of(name);
            let same: Vec<u32> = found
                .iter()
                .copied()
                .filter(|&i| self.entry(i).is_some_and(|e| Lower::of(e.name).all() == wanted.all()))
                .collect();
            if !same.is_empty() {
                return same;
            }
        }
        found
    }

    /// Whether a unit lies in another.
    pub(super) fn within(&self, mut index: u32, above: u32) -> bool {
        for _ in 0..3 {
            match self.entry(index).and_then(|e| e.parent) {
                Some(parent) if parent == above => return true,
                Some(parent) => index = parent,
                None => return false,
            }
        }
        false
    }

    /// The communes of today in which a commune of before lies.
    pub(super) fn today(&self, index: u32) -> Vec<u32> {
        let codes = self.entry(index).map_or("", |e| e.to);
        codes.split(' ').filter_map(|c| self.today.get(c).copied()).collect()
    }

    /// The province of a unit.
    pub(super) fn province(&self, mut index: u32) -> Option<u32> {
        for _ in 0..3 {
            match self.entry(index)?.parent {
                Some(parent) => index = parent,
                None => return Some(index),
            }
        }
        None
    }

    /// The province of today in which a unit of before lies; nothing where its communes went to several.
    pub(super) fn province_today(&self, index: u32) -> Option<u32> {
        let mut found = None;
        // The units below stand behind theirs, in order.
        let depth = self.entry(index)?.depth;
        let own = std::iter::once(index)
            .chain((index + 1..self.all.len() as u32).take_while(|&i| self.entry(i).is_some_and(|e| e.depth > depth)));
        for unit in own.filter(|&i| self.entry(i).is_some_and(|e| e.depth == 3)) {
            for today in self.today(unit) {
                let province = self.province(today)?;
                if found.is_some_and(|f| f != province) {
                    return None;
                }
                found = Some(province);
            }
        }
        found
    }
}
