use jiff::civil::date;

use super::keep_until;

#[test]
fn a_term_ends_on_the_same_day_or_the_last_of_a_shorter_month() {
    let cases = [
        ((2026, 1, 31), 1, "months", "2026-02-28"),
        ((2028, 1, 31), 1, "months", "2028-02-29"),
        ((2026, 3, 31), 1, "months", "2026-04-30"),
        ((2026, 10, 31), 4, "months", "2027-02-28"),
        ((2026, 11, 30), 3, "months", "2027-02-28"),
        ((2026, 12, 31), 6, "months", "2027-06-30"),
        ((2026, 11, 24), 12, "months", "2027-11-24"),
        ((2028, 2, 29), 1, "years", "2029-02-28"),
        ((2028, 2, 29), 4, "years", "2032-02-29"),
        // The ombudsman's rules: the contract and seventy-five years after it.
        ((2026, 11, 24), 75, "years", "2101-11-24"),
        ((2026, 12, 31), 30, "days", "2027-01-30"),
        ((2028, 2, 28), 1, "days", "2028-02-29"),
        ((2026, 11, 24), 0, "days", "2026-11-24"),
    ];
    for ((y, m, d), length, unit, last) in cases {
        let until = keep_until(date(y, m, d), length, unit).map(|d| d.to_string());
        assert_eq!(until.as_deref(), Some(last), "{y}-{m}-{d} + {length} {unit}");
    }
}

#[test]
fn no_rule_gives_no_date() {
    assert_eq!(keep_until(date(2026, 11, 24), 5, "weeks"), None);
    assert_eq!(keep_until(date(2026, 11, 24), -1, "days"), None);
    assert_eq!(keep_until(date(2026, 11, 24), i64::MAX, "days"), None);
    assert_eq!(keep_until(date(9999, 12, 31), 1, "days"), None);
}
