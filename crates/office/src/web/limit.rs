//! How often something public may be done, by one address and by all together, within an hour. Kept in memory: after a start
//! the hour begins anew.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A limit.
#[derive(Debug)]
pub(crate) struct Limit {
    each: u32,
    all: u32,
    hour: Mutex<Hour>,
}

#[derive(Debug)]
struct Hour {
    begun: Timestamp,
    all: u32,
    /// It never has more entries than `all`, because only what is allowed is counted.
    each: HashMap<IpAddr, u32>,
}

impl Limit {
    /// So often by each address and by all.
    pub(crate) fn new(each: u32, all: u32) -> Self {
        let hour = Hour {
            begun: Timestamp::MIN,
            all: 0,
            each: HashMap::new(),
        };
        Self {
            each,
            all,
            hour: Mutex::new(hour),
        }
    }

    /// Whether it may be done once more; it is counted if so. An address that is not known counts with all only.
    pub(crate) fn take(&self, address: Option<IpAddr>, now: Timestamp) -> bool {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back begins an hour too: otherwise it would last until the clock has caught up.
        if now < hour.begun || now.duration_since(hour.begun) >= HOUR {
            *hour = Hour {
                begun: now,
                all: 0,
                each: HashMap::new(),
            };
        }
        if hour.all >= self.all {
            return false;
        }
        if let Some(address) = address.map(network) {
            let count = hour.each.entry(address).or_insert(0);
            if *count >= self.each {
                return false;
            }
            *count += 1;
        }
        hour.all += 1;
        true
    }
}

/// What one party has: an address, or in IPv6 the network of one line.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_use_up_what_others_have() {
        let limit = Limit::new(2, 4);
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let address = |text: &str| Some(text.parse().unwrap());
        assert!(limit.take(address("192.0.2.1"), now));
        assert!(limit.take(address("::ffff:192.0.2.1"), now));
        assert!(!limit.take(address("192.0.2.1"), now));
        assert!(limit.take(address("2001:db8:1:2:3::1"), now));
        assert!(limit.take(address("2001:db8:1:2:4::9"), now));
        // All together are at the limit.
        assert!(!limit.take(address("192.0.2.9"), now) && !limit.take(None, now));
        let later = now + SignedDuration::from_mins(60);
        assert!(!limit.take(None, later - SignedDuration::from_secs(1)));
        assert!(limit.take(None, later));
        // A clock that was set back does not shut the page.
        assert!(limit.take(None, now - SignedDuration::from_hours(48)));
    }
}
