//! Days as dates.

/// Year, month and day of a day counted from 1970-01-01 (Gregorian calendar).
pub(crate) fn date(days: i64) -> (i64, u32, u32) {
    // Years begin in March here, so that the leap day is the last of its year; 400 years have 146,097 days.
    let day = days + 719_468;
    let era = day.div_euclid(146_097);
    let in_era = day.rem_euclid(146_097);
    let year = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + 400 * era + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// The day of a workbook, counted from 1970-01-01. Workbooks count from the last day of 1899, or from the first of 1904.
pub(crate) fn of_workbook(day: i64, from_1904: bool) -> i64 {
    if from_1904 {
        day - 24_107
    } else {
        // Their calendar has a 29 February 1900.
        day - 25_569 + i64::from(day < 60)
    }
}

/// A time of Windows, in tenths of microseconds since 1601, as date and time.
pub(crate) fn filetime(time: u64) -> String {
    let seconds = i64::try_from(time / 10_000_000).unwrap_or(0) - 11_644_473_600;
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(-25_567), (1900, 1, 1));
        assert_eq!(date(of_workbook(1, false)), (1900, 1, 1));
        assert_eq!(date(of_workbook(61, false)), (1900, 3, 1));
        assert_eq!(date(of_workbook(45_292, false)), (2024, 1, 1));
        assert_eq!(date(of_workbook(43_830, true)), (2024, 1, 1));
        assert_eq!(filetime(133_485_408_000_000_000), "2024-01-01 00:00:00 UTC");
    }
}
