//! The yearly wheel of duties: twelve months with what recurs under the pack in force, what falls due, and the days that cards
//! name.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Deserialize;
use tutela_law::Country;
use tutela_words::Locale;

use crate::compliance::Mark;
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::kernel::watch;
use crate::office::Office;

/// The files of the packs, by identifier.
const FILES: [(&str, &str); 4] = [
    ("vn-a", include_str!("../../../law/vn-a/year.toml")),
    ("vn-b", include_str!("../../../law/vn-b/year.toml")),
    ("ru", include_str!("../../../law/ru/year.toml")),
    ("cn", include_str!("../../../law/cn/year.toml")),
];
/// The first and the last year that are shown.
pub(crate) const YEARS: (i16, i16) = (2000, 2199);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    duty: Vec<Recurring>,
}

/// Something that recurs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recurring {
    /// Its name, by which a year of one pack is compared with that of another.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "told apart by it in the files and by their tests")
    )]
    id: String,
    months: Vec<i8>,
    vi: String,
    ru: String,
    zh: String,
    en: String,
    /// The article, or the body's own rules.
    pub(crate) cite: String,
    /// How sure it is.
    pub(crate) mark: Mark,
    /// Where it is done.
    #[serde(default)]
    pub(crate) page: String,
}

impl Recurring {
    /// What is to be done, in words.
    pub(crate) fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Vi => &self.vi,
            Locale::Ru => &self.ru,
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}

static DUTIES: LazyLock<BTreeMap<&str, Vec<Recurring>>> = LazyLock::new(|| {
    // The files are part of the program; a test reads them.
    let read = |(pack, text)| (pack, toml::from_str::<File>(text).map(|f| f.duty).unwrap_or_default());
    FILES.into_iter().map(read).collect()
});

/// One month.
#[derive(Debug, Default)]
pub(crate) struct Month {
    /// What recurs in it.
    pub(crate) recurring: Vec<&'static Recurring>,
    /// Terms that end in it: duty and how many.
    pub(crate) due: Vec<(String, u64)>,
    /// Days that cards name in it: register, field and how many.
    pub(crate) days: Vec<(&'static str, &'static str, u64)>,
}

impl Month {
    /// How much there is to do.
    pub(crate) fn number(&self) -> u64 {
        let due: u64 = self.due.iter().map(|d| d.1).sum();
        let days: u64 = self.days.iter().map(|d| d.2).sum();
        self.recurring.len() as u64 + due + days
    }
}

impl Office {
    /// The months of a year in the body of whoever asks: only what the person may see.
    pub(crate) async fn year(&self, actor: &Actor, year: i16) -> Result<(Body, Vec<Month>), Error> {
        if !any_allows(&actor.roles, Right::SeeDuties) {
            return Err(Refusal::new("refusal-right").into());
        }
        if !(YEARS.0..=YEARS.1).contains(&year) {
            return Err(Refusal::new("refusal-date").into());
        }
        let body = self.body(&actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let mut months = Vec::with_capacity(12);
        for month in 1..=12 {
            let first = date(year, month, 1);
            let last = first.last_of_month();
            months.push(Month {
                recurring: self.recurring(body.country, first),
                due: self.due_within(actor, &body, first, last).await?,
                days: self.days_within(actor, first, last).await?,
            });
        }
        Ok((body, months))
    }

    /// What recurs in a month under the pack that is in force on its last day.
    fn recurring(&self, country: Country, first: Date) -> Vec<&'static Recurring> {
        let pack = self.reckoner.law.pack(country, first.last_of_month());
        let duties = pack
            .and_then(|p| DUTIES.get(p.id()))
            .map(Vec::as_slice)
            .unwrap_or_default();
        duties.iter().filter(|d| d.months.contains(&first.month())).collect()
    }

    async fn due_within(
        &self,
        actor: &Actor,
        body: &Body,
        first: Date,
        last: Date,
    ) -> Result<Vec<(String, u64)>, Error> {
        let next = last.tomorrow().map_err(|_| Refusal::new("refusal-date"))?;
        let rows = sqlx::query(
            "SELECT duty, register, COUNT(*) AS n FROM clock WHERE body = $1 AND state = 'running' AND due_at > $2 \
             AND due_at <= $3 GROUP BY duty, register ORDER BY duty",
        )
        .bind(&actor.body)
        // What ends at midnight ends with the day before it.
        .bind(begin(body, first)?.as_microsecond())
        .bind(begin(body, next)?.as_microsecond())
        .fetch_all(self.db.read())
        .await?;
        let mut due: BTreeMap<String, u64> = BTreeMap::new();
        for row in &rows {
            let register = self.register(&text(row, "register")?);
            if register.is_some_and(|r| any_allows(&actor.roles, r.see)) {
                *due.entry(text(row, "duty")?).or_default() += u64::try_from(int(row, "n")?).unwrap_or_default();
            }
        }
        Ok(due.into_iter().collect())
    }

    async fn days_within(
        &self,
        actor: &Actor,
        first: Date,
        last: Date,
    ) -> Result<Vec<(&'static str, &'static str, u64)>, Error> {
        let mut all = Vec::new();
        let mut connection = self.db.read().acquire().await?;
        for day in self.days() {
            let (register, _) = self.find_operation(day.register, day.operation)?;
            if !any_allows(&actor.roles, register.see) {
                continue;
            }
            let n = watch::count(&mut connection, &actor.body, day, first, last).await?;
            if n > 0 {
                all.push((day.register, day.field, n));
            }
        }
        Ok(all)
    }
}

/// The instant at which a day begins where the body is.
fn begin(body: &Body, day: Date) -> Result<Timestamp, Error> {
    let zoned = day.at(0, 0, 0, 0).to_zoned_datetime(body.zone.clone());
    Ok(zoned.map_err(|_| Refusal::new("refusal-date"))?.timestamp())
}
