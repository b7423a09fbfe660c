//! Which of overlapping findings stays.

use crate::Finding;

/// Sorts findings and drops those that overlap a better one: the surer one wins, then the longer one.
pub(crate) fn overlaps(found: &mut Vec<Finding>) {
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
    'next: for finding in found.drain(..) {
        while let Some(last) = kept.last() {
            if last.end <= finding.start {
                break;
            }
            if rank(last) >= rank(&finding) {
                continue 'next;
            }
            kept.pop();
        }
        kept.push(finding);
    }
    *found = kept;
}

/// Validated ones first, then by score and length.
fn rank(f: &Finding) -> (u32, usize) {
    let sure = (f.score * 1000.0) as u32 + if f.validated { 50 } else { 0 };
    (sure, f.end - f.start)
}
