//! Storage terms: rules of event, length and unit, out of which a date is computed (R15).

pub(super) mod sweep;
#[cfg(test)]
mod sweep_tests;
#[cfg(test)]
mod tests;

use jiff::Span;
use jiff::civil::Date;
use serde_json::Value;

use crate::kernel::card::Card;

/// The last day of a storage term that runs from an event: a rule, so that a date can be computed (R15). A month or a year
/// ends on the day of the same number, or on the last day of a month that has none. None: beyond any calendar, or no rule.
pub(super) fn keep_until(event: Date, length: i64, unit: &str) -> Option<Date> {
    let length = i32::try_from(length).ok().filter(|n| (0..=1200).contains(n))?;
    let span = match unit {
        "days" => Span::new().try_days(length),
        "months" => Span::new().try_months(length),
        "years" => Span::new().try_years(length),
        _ => return None,
    };
    event.checked_add(span.ok()?).ok()
}

/// The last day on which the data of an activity are kept, by its own rule and the day of the event.
pub(super) fn kept_until(activity: &Card, event: Date) -> Option<Date> {
    let length = activity.data.get("keep_length").and_then(Value::as_i64)?;
    keep_until(event, length, activity.text("keep_unit"))
}

/// The last day of an event whose term of so much is over before a day. None: there is none in any calendar, or no rule.
pub(super) fn last_event(before: Date, length: i64, unit: &str) -> Option<Date> {
    let over = |event: Date| keep_until(event, length, unit).is_some_and(|last| last < before);
    let length = i32::try_from(length).ok().filter(|n| (0..=1200).contains(n))?;
    let span = match unit {
        "days" => Span::new().try_days(length),
        "months" => Span::new().try_months(length),
        "years" => Span::new().try_years(length),
        _ => return None,
    };
    // Months are of different length, so the day may lie some days beside the one that is counted back.
    let about = before.checked_sub(span.ok()?).ok()?;
    (-4..=4)
        .rev()
        .filter_map(|days| about.checked_add(Span::new().days(days)).ok())
        .find(|day| over(*day))
}
