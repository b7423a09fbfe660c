//! The backup of every night.

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Seal, Taken};
use crate::error::Error;
use crate::office::{Office, now};

/// How long the job sleeps at most before it looks at the clock again, which may have been set.
const LOOK: Duration = Duration::from_secs(300);
/// How long it waits after a backup that failed.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What is done every night.
#[derive(Debug, Clone)]
pub struct Nightly {
    /// Into which folder.
    pub folder: PathBuf,
    /// To whom it is sealed.
    pub seal: Seal,
    /// At which hour.
    pub hour: u8,
}

impl Nightly {
    /// The next instant after this one at which a backup is taken.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Timestamp {
        let here = after.to_zoned_datetime(zone.clone());
        let hour = i8::try_from(self.hour).unwrap_or(0);
        let mut day = here.date();
        // An hour that a day lacks because clocks are put forward is the hour after it.
        for _ in 0..3 {
            let at = day
                .at(hour, 0, 0, 0)
                .to_zoned_datetime(zone.clone())
                .map(|z| z.timestamp());
            match at {
                Ok(at) if at > after => return at,
                _ => day = day.tomorrow().unwrap_or(day),
            }
        }
        after + SignedDuration::from_hours(24)
    }
}

impl Office {
    /// Takes a backup every night until the program ends. A backup that failed is told, and tried again after an hour.
    pub async fn back_up_every_night(&self, plan: &Nightly, mut told: impl FnMut(Result<Taken, Error>)) {
        let zone = TimeZone::system();
        let mut next = plan.next(now(), &zone);
        loop {
            while now() < next {
                tokio::time::sleep(LOOK.min(left(next))).await;
            }
            let taken = self.backup(&plan.folder, &plan.seal, now()).await;
            next = if taken.is_ok() {
                plan.next(now(), &zone)
            } else {
                plan.next(now(), &zone).min(now() + AGAIN)
            };
            told(taken);
        }
    }
}

fn left(until: Timestamp) -> Duration {
    Duration::try_from(now().duration_until(until)).unwrap_or(Duration::ZERO) + Duration::from_millis(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_that_of_the_place() {
        let plan = Nightly {
            folder: PathBuf::new(),
            seal: Seal::Recipients(Vec::new()),
            hour: 2,
        };
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(7));
        let at = |t: &str| t.parse::<Timestamp>().unwrap();
        assert_eq!(plan.next(at("2026-11-24T18:59:59Z"), &zone), at("2026-11-24T19:00:00Z"));
        assert_eq!(plan.next(at("2026-11-24T19:00:00Z"), &zone), at("2026-11-25T19:00:00Z"));
        // In Berlin there is no two o'clock on 28 March 2027.
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(plan.next(at("2027-03-27T12:00:00Z"), &zone), at("2027-03-28T01:00:00Z"));
    }
}
