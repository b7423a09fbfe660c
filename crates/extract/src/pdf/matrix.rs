//! Affine maps of the plane, as PDF writes them.

/// The six numbers of a map, in the order of the format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(
    /// The numbers.
    pub [f64; 6],
);

impl Matrix {
    /// The map that leaves everything where it is.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn translate(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// The map that first does `inner`, then this one.
    pub fn before(self, inner: Self) -> Self {
        let ([a, b, c, d, ..], [ia, ib, ic, id, ie, jf]) = (self.0, inner.0);
        let (e, f) = self.point(ie, jf);
        Self([a * ia + c * ib, b * ia + d * ib, a * ic + c * id, b * ic + d * id, e, f])
    }

    /// The map that first moves by so much, then does this one.
    pub fn moved(self, x: f64, y: f64) -> Self {
        let [a, b, c, d, ..] = self.0;
        let (e, f) = self.point(x, y);
        Self([a, b, c, d, e, f])
    }

    /// `self.before(inner)`, where `full` is already that but for the place.
    pub(super) fn moved_to(self, full: Self, inner: Self) -> Self {
        let ([a, b, c, d, ..], [.., ie, jf]) = (full.0, inner.0);
        let (e, f) = self.point(ie, jf);
        Self([a, b, c, d, e, f])
    }

    /// Where a point goes.
    pub fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// Where a direction goes.
    pub fn vector(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, ..] = self.0;
        (a * x + c * y, b * x + d * y)
    }

    /// The map that undoes this one, where there is one.
    pub fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let det = a * d - b * c;
        let inverse = Self([
            d / det,
            -b / det,
            -c / det,
            a / det,
            (c * f - d * e) / det,
            (b * e - a * f) / det,
        ]);
        inverse.0.iter().all(|n| n.is_finite()).then_some(inverse)
    }

    /// The area that the unit square takes.
    pub(super) fn area(self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs()
    }
}

/// The length of a way. Most ways on a page go straight along one side of it.
pub(super) fn hypotenuse(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        x.abs()
    } else if x == 0.0 {
        y.abs()
    } else {
        x.hypot(y)
    }
}
