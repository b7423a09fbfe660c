//! Affine maps of the plane, as PDF writes them.

/// The six numbers of a map, in the order of the format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn translate(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// The map that first does `inner`, then this one.
    pub(super) fn before(self, inner: Self) -> Self {
        let ([a, b, c, d, ..], [ia, ib, ic, id, ie, jf]) = (self.0, inner.0);
        let (e, f) = self.point(ie, jf);
        Self([a * ia + c * ib, b * ia + d * ib, a * ic + c * id, b * ic + d * id, e, f])
    }

    /// Where a point goes.
    pub(super) fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// Where a direction goes.
    pub(super) fn vector(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, ..] = self.0;
        (a * x + c * y, b * x + d * y)
    }

    /// The area that the unit square takes.
    pub(super) fn area(self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs()
    }
}
