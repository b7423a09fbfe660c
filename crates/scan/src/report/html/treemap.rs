//! A treemap of folders: the area is the number of findings, the colour the highest class (squarified layout of Bruls, Huizing and van Wijk, 2000).

use std::collections::BTreeMap;
use std::fmt::Write;

use tutela_law::Class;

use super::esc;

/// Folders drawn; the rest is joined into one box.
const MOST: usize = 60;
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 420.0;

/// Findings by folder.
#[derive(Debug, Default)]
pub(super) struct Folders {
    folders: BTreeMap<String, (u64, Option<Class>)>,
}

struct Box {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Folders {
    pub(super) fn add(&mut self, path: &str, findings: u64, class: Option<Class>) {
        if findings == 0 {
            return;
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let entry = self.folders.entry(folder.to_owned()).or_default();
        entry.0 += findings;
        entry.1 = entry.1.max(class);
    }

    /// The picture; none where there are fewer than two folders to compare.
    pub(super) fn draw(&self, label: &dyn Fn(&str, u64) -> String) -> Option<String> {
        let mut folders: Vec<(&str, u64, Option<Class>)> =
            self.folders.iter().map(|(p, (n, c))| (p.as_str(), *n, *c)).collect();
        if folders.len() < 2 {
            return None;
        }
        folders.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        if folders.len() > MOST {
            let rest = folders.split_off(MOST - 1);
            folders.push((
                "…",
                rest.iter().map(|r| r.1).sum(),
                rest.iter().map(|r| r.2).max().flatten(),
            ));
        }
        let areas: Vec<f64> = folders.iter().map(|f| f.1 as f64).collect();
        let boxes = squarify(&areas);
        let mut svg = format!("<svg class=\"treemap\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">");
        for ((folder, n, class), b) in folders.iter().zip(boxes) {
            let code = class.map_or("none", Class::as_str);
            let text = esc(&label(folder, *n));
            let _ = write!(
                svg,
                "<g><title>{text}</title><rect class=\"{code}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                b.x, b.y, b.w, b.h
            );
            // A box too small for a few letters shows its name as a tooltip only.
            let name = folder.rsplit('/').next().unwrap_or(folder);
            let fits = ((b.w - 8.0) / 9.0) as usize;
            if fits >= 4 && b.h >= 22.0 {
                let shown: String = name.chars().take(fits).collect();
                let _ = write!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                    b.x + 5.0,
                    b.y + 17.0,
                    esc(&shown)
                );
                if b.h >= 42.0 {
                    let _ = write!(
                        svg,
                        "<text class=\"count\" x=\"{:.1}\" y=\"{:.1}\">{n}</text>",
                        b.x + 5.0,
                        b.y + 35.0
                    );
                }
            }
            svg.push_str("</g>");
        }
        svg.push_str("</svg>");
        Some(svg)
    }
}

/// Boxes for areas in falling order, filling the whole picture with sides as even as possible.
fn squarify(areas: &[f64]) -> Vec<Box> {
    let total: f64 = areas.iter().sum();
    let scale = WIDTH * HEIGHT / total.max(1.0);
    let (mut x, mut y, mut w, mut h) = (0.0, 0.0, WIDTH, HEIGHT);
    let mut boxes = Vec::with_capacity(areas.len());
    let mut from = 0;
    while from < areas.len() {
        let side = f64::min(w, h).max(1e-9);
        let worst = |to: usize| {
            let row = &areas[from..to];
            let sum: f64 = row.iter().sum::<f64>() * scale;
            let thick = sum / side;
            row.iter()
                .map(|a| a * scale / thick)
                .map(|long| f64::max(long / thick, thick / long))
                .fold(0.0, f64::max)
        };
        let mut to = from + 1;
        while to < areas.len() && worst(to + 1) <= worst(to) {
            to += 1;
        }
        let sum: f64 = areas[from..to].iter().sum::<f64>() * scale;
        let thick = sum / side;
        let mut along = 0.0;
        for area in &areas[from..to] {
            let long = area * scale / thick.max(1e-9);
            boxes.push(if w >= h {
                Box {
                    x,
                    y: y + along,
                    w: thick,
                    h: long,
                }
            } else {
                Box {
                    x: x + along,
                    y,
                    w: long,
                    h: thick,
                }
            });
            along += long;
        }
        if w >= h {
            x += thick;
            w -= thick;
        } else {
            y += thick;
            h -= thick;
        }
        from = to;
    }
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_fill_the_picture_by_their_areas() {
        let areas = [600.0, 300.0, 200.0, 100.0, 50.0, 1.0];
        let boxes = squarify(&areas);
        let total: f64 = areas.iter().sum();
        for (b, a) in boxes.iter().zip(areas) {
            let share = b.w * b.h / (WIDTH * HEIGHT);
            assert!((share - a / total).abs() < 1e-9);
            assert!(b.x >= -1e-6 && b.y >= -1e-6 && b.x + b.w <= WIDTH + 1e-6 && b.y + b.h <= HEIGHT + 1e-6);
        }
    }
}
