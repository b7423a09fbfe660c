//! Files of the law: clocks, packs, calendars. What is accepted can be counted with.
#![no_main]

use std::sync::LazyLock;

use jiff::civil::date;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use tutela_law::{Body, Calendar, Calendars, Country, Facts, Pack, due};

static PACK: LazyLock<Pack> = LazyLock::new(|| {
    Pack::parse("pack.toml", include_str!("../../law/vn-a/pack.toml")).expect("a pack of the program")
});
static CALENDARS: LazyLock<Calendars> = LazyLock::new(Calendars::embedded);

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Calendar::parse("calendar.toml", text);
    if let Ok(pack) = Pack::parse("pack.toml", text) {
        let _ = pack.classify("person");
    }
    let Ok(pack) = PACK.clone().with_clocks("clocks.toml", text) else {
        return;
    };
    let body = Body::in_capital(Country::Vn);
    let start = date(2026, 2, 27)
        .at(15, 30, 0, 0)
        .to_zoned_datetime(TimeZone::UTC)
        .expect("a day");
    for clock in pack.clocks() {
        let _ = (clock.term(), clock.begin(), clock.ends());
        for event in clock.events() {
            let _ = due(clock, &Facts::of(event, start.clone()), &body, &CALENDARS);
        }
    }
});
