//! The parts of Vietnamese addresses, and the units that they name.

use std::ops::Range;

use super::super::chain::Level;
use super::super::lower::Lower;
use super::super::tokens::Tokens;
use super::super::vi::Vietnam;
use super::units::Units;
use super::{AddressPart, AddressParts, Unit, at, bytes, grow, walk};
use crate::Lang;

/// Whether a value in letters without marks reads like a Vietnamese address.
pub(super) fn likely(value: &str) -> bool {
    let lower = Lower::of(value);
    let words: Vec<&str> = lower
        .all()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let units = words
        .windows(2)
        .filter(|w| {
            matches!(
                w,
                [
                    "phuong" | "quan" | "huyen" | "xa" | "tinh" | "thon" | "duong" | "ngo" | "tp" | "tphcm",
                    _
                ] | ["thanh", "pho"]
                    | ["thi", "tran" | "xa"]
            )
        })
        .count();
    units >= 2 || words.last().is_some_and(|w| matches!(*w, "hcm" | "tphcm" | "vietnam"))
}

/// The words of kinds, longest first: what they announce tells the grammar.
const KINDS: &[&str] = &[
    "thành phố",
    "thanh pho",
    "thị trấn",
    "thi tran",
    "thị xã",
    "thi xa",
    "đặc khu",
    "dac khu",
    "phường",
    "phuong",
    "huyện",
    "huyen",
    "quận",
    "quan",
    "tỉnh",
    "tinh",
    "tp.",
    "tp",
    "xã",
    "xa",
    "tt.",
    "tx.",
    "p.",
    "q.",
    "h.",
    "x.",
    "t.",
];

/// The range of a name without the word of its kind.
fn bare<'v>(value: &'v str, lower: &Lower, range: &Range<usize>) -> &'v str {
    let low = lower.get(range.clone()).unwrap_or_default();
    let text = value.get(range.clone()).unwrap_or_default();
    for kind in KINDS {
        if let Some(rest) = low.strip_prefix(kind) {
            let cut = rest.trim_start_matches([' ', '.']);
            // "Quan" of "Quan Hoa" stays, unless something is left behind a border.
            let border =
                kind.ends_with('.') || rest.starts_with([' ', '.']) || rest.starts_with(|c: char| c.is_ascii_digit());
            if border && !cut.is_empty() {
                return text.get(text.len() - cut.len()..).unwrap_or(text);
            }
        }
    }
    // P5, Q10.
    match low.as_bytes() {
        [b'p' | b'q', d, ..] if d.is_ascii_digit() => text.get(1..).unwrap_or(text),
        _ => text,
    }
}

/// Words of parts of a building, and of a flat.
const FLATS: &[&str] = &["căn", "can", "phòng", "phong"];

pub(super) fn read(value: &str, lower: &Lower) -> AddressParts {
    let t = Tokens::read(value, lower, 0, value.len());
    let mut out = AddressParts::of(Lang::Vi);
    let mut places = Vec::new();
    for (level, from, to) in walk(&Vietnam, &t) {
        let Some(range) = bytes(&t, from, to) else { continue };
        match level {
            Level::Province => out.province = at(value, range),
            Level::District | Level::Town => grow_once(value, &mut out.district, range),
            Level::Ward => grow_once(value, &mut out.ward, range),
            Level::Hamlet => grow(value, &mut out.settlement, range),
            Level::Street => grow(value, &mut out.street, range),
            Level::House => grow_once(value, &mut out.house, range),
            Level::Bare => {
                // "Số 12 Lê Lợi": the number ends where the last token with a digit does.
                let number = (from..to)
                    .take_while(|&i| t.is_number(i) || i + 1 < to && !t.is_name(i) || t.low(i) == "số")
                    .last()
                    .map_or(from, |l| l + 1);
                if let Some(range) = bytes(&t, from, number.max(from + 1)) {
                    grow_once(value, &mut out.house, range);
                }
                if let Some(range) = bytes(&t, number.max(from + 1), to) {
                    grow(value, &mut out.street, range);
                }
            }
            Level::Unit => {
                let flat = FLATS.contains(&t.low(from));
                grow(value, if flat { &mut out.flat } else { &mut out.building }, range);
            }
            Level::Index => out.postcode = at(value, range),
            Level::Place => places.push(range),
            Level::Country | Level::Box => {}
        }
    }
    country(value, lower, &mut out);
    resolve(value, lower, places, &mut out);
    out
}

/// Sets a part that stands once; the first counts.
fn grow_once(value: &str, slot: &mut Option<AddressPart>, range: Range<usize>) {
    if slot.is_none() {
        *slot = at(value, range);
    }
}

fn country(value: &str, lower: &Lower, out: &mut AddressParts) {
    let low = lower.all().trim_end_matches([' ', '.', ',']);
    for name in ["việt nam", "viet nam", "vietnam"] {
        if low.ends_with(name) {
            out.country = at(value, low.len() - name.len()..low.len());
        }
    }
}

fn set(part: &mut Option<AddressPart>, units: &Units, index: u32) {
    if let Some(entry) = units.entry(index) {
        let slot = part.get_or_insert_with(AddressPart::default);
        slot.code = Some(entry.code.to_owned());
        slot.name = entry.full();
    }
}

/// Finds the units that the names mean.
fn resolve(value: &str, lower: &Lower, places: Vec<Range<usize>>, out: &mut AddressParts) {
    let units = Units::get();
    let text = |p: &Option<AddressPart>| {
        p.as_ref()
            .and_then(|p| p.range.clone())
            .map(|r| bare(value, lower, &r).to_owned())
    };
    let mut province = text(&out.province);
    let mut district = text(&out.district);
    let mut ward = text(&out.ward);
    // Names without the word of their kind, from the widest: they stand behind what they hold.
    for range in places.into_iter().rev() {
        let name = value.get(range.clone()).unwrap_or_default().to_owned();
        let is = |depth| !units.named(&name, depth, false).is_empty() || !units.named(&name, depth, true).is_empty();
        if province.is_none() && is(1) {
            out.province = at(value, range);
            province = Some(name);
        } else if district.is_none() && is(2) {
            out.district = at(value, range);
            district = Some(name);
        } else if ward.is_none() && is(3) {
            out.ward = at(value, range);
            ward = Some(name);
        }
    }
    // What is a city under its kind and a province by its name: thành phố Hà Nội stands in both trees.
    if province.is_none()
        && let Some(name) = &district
        && units.named(name, 2, false).is_empty()
        && !units.named(name, 1, true).is_empty()
    {
        out.province = out.district.take();
        province = district.take();
    }
    let provinces = |since| province.as_deref().map(|p| units.named(p, 1, since));
    let under = |found: Vec<u32>, above: &Option<Vec<u32>>| -> Vec<u32> {
        match above {
            Some(above) => found
                .into_iter()
                .filter(|&i| above.iter().any(|&a| units.within(i, a)))
                .collect(),
            None => found,
        }
    };
    let (old, new) = (provinces(false), provinces(true));
    if let Some(name) = &district {
        let found = units.named(name, 2, false);
        // Behind a district of before, the province of today may stand as well.
        let within_new = |i: u32| {
            units
                .province_today(i)
                .is_some_and(|p| new.as_ref().is_some_and(|n| n.contains(&p)))
        };
        let mut fits = under(found.clone(), &old);
        if fits.is_empty() {
            fits = found.into_iter().filter(|&i| within_new(i)).collect();
        }
        if let Some(ward) = ward.as_deref().filter(|_| fits.len() > 1) {
            let wards = units.named(ward, 3, false);
            fits.retain(|&d| wards.iter().any(|&w| units.within(w, d)));
        }
        if let [found] = fits.as_slice() {
            set(&mut out.district, units, *found);
            if let Some(p) = units.province(*found) {
                before(units, p, out);
            }
            let wards: Vec<u32> = ward.as_deref().map(|w| units.named(w, 3, false)).unwrap_or_default();
            let wards: Vec<u32> = wards.into_iter().filter(|&w| units.within(w, *found)).collect();
            if let [w] = wards.as_slice() {
                set(&mut out.ward, units, *w);
                today(units, *w, out);
            } else if let Some(p) = units.province_today(*found) {
                moved(units, p, out);
            }
            return;
        }
    } else if let Some(name) = &ward {
        // Of two levels: an address of today, unless only the old tree knows it.
        let now = under(units.named(name, 3, true), &new);
        let then = under(units.named(name, 3, false), &old);
        if let ([found], true) = (now.as_slice(), province.is_some()) {
            set(&mut out.ward, units, *found);
            if let Some(p) = units.province(*found) {
                set(&mut out.province, units, p);
            }
            return;
        }
        if let ([found], true, true) = (then.as_slice(), now.is_empty(), province.is_some()) {
            set(&mut out.ward, units, *found);
            if let Some(p) = units.province(*found) {
                before(units, p, out);
            }
            today(units, *found, out);
            return;
        }
    }
    match (old.as_deref(), new.as_deref()) {
        (_, Some([found])) if district.is_none() => {
            set(&mut out.province, units, *found);
        }
        (Some([found]), _) => before(units, *found, out),
        _ => {}
    }
}

/// Sets the province of before and where it lies today.
fn before(units: &Units, province: u32, out: &mut AddressParts) {
    set(&mut out.province, units, province);
    if let Some(today) = units.province_today(province) {
        moved(units, today, out);
    }
}

fn unit(units: &Units, index: u32) -> Option<Unit> {
    units.entry(index).map(|e| Unit {
        code: e.code.to_owned(),
        name: e.full(),
    })
}

fn moved(units: &Units, today: u32, out: &mut AddressParts) {
    let today = unit(units, today);
    if out
        .province
        .as_ref()
        .is_some_and(|p| today.as_ref().is_none_or(|t| p.name != t.name))
    {
        out.province_today = today;
    }
}

/// Sets the communes of today of a commune of before.
fn today(units: &Units, ward: u32, out: &mut AddressParts) {
    let communes = units.today(ward);
    if let Some(p) = communes.first().and_then(|&c| units.province(c)) {
        moved(units, p, out);
    }
    out.today = communes.into_iter().filter_map(|c| unit(units, c)).collect();
}
