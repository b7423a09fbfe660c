//! Bodies: who answers for the data. A body is in one country, in one time zone, under one key.

pub mod keep;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use tutela_law::Country;
use tutela_words::Locale;

use crate::error::Error;
use crate::kernel::field::Values;
use crate::kernel::store::{int, text};

/// A body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its identifier.
    pub id: String,
    /// The body above it.
    pub parent: Option<String>,
    /// Its official name.
    pub name: String,
    /// Whose law it is under.
    pub country: Country,
    /// Name of its time zone, as the database of time zones has it, or an offset.
    pub zone_name: String,
    /// Its time zone.
    pub zone: TimeZone,
    /// Its region, where regions have days off of their own.
    pub region: Option<String>,
    /// The language of its papers.
    pub locale: Locale,
    /// Which key wraps the keys of its records.
    pub key_id: String,
    /// What its papers say of it: address, head, contacts; official data, nothing private.
    pub details: Values,
    /// When it was made.
    pub created: Timestamp,
}

/// Time zones that a body chooses from.
pub const ZONES: &[&str] = &[
    "Asia/Ho_Chi_Minh",
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
];

/// A time zone by name or offset (`Asia/Ho_Chi_Minh`, `+07:00`).
pub fn zone(name: &str) -> Option<TimeZone> {
    if let Some(rest) = name.strip_prefix(['+', '-']) {
        let (hours, minutes) = rest.split_once(':')?;
        let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
        let seconds = if name.starts_with('-') { -seconds } else { seconds };
        return Some(TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds).ok()?));
    }
    TimeZone::get(name).ok()
}

impl Body {
    /// What the law's clocks must know of it.
    pub fn for_law(&self) -> tutela_law::Body {
        let mut body = tutela_law::Body::new(self.zone.clone());
        body.region.clone_from(&self.region);
        body.closes = self
            .details
            .get("closes")
            .and_then(|v| v.as_str())
            .and_then(|t| t.parse().ok());
        body
    }

    /// A text of its details; empty where there is none.
    pub fn detail(&self, name: &str) -> &str {
        self.details.get(name).and_then(|v| v.as_str()).unwrap_or("")
    }

    fn from_row(row: &AnyRow) -> Result<Self, Error> {
        use sqlx::Row;
        let id = text(row, "id")?;
        let damaged = |what| Error::Damaged {
            table: "body",
            id: id.clone(),
            what,
        };
        let zone_name = text(row, "zone")?;
        Ok(Self {
            parent: row.try_get("parent")?,
            name: text(row, "name")?,
            country: Country::from_code(&text(row, "country")?).ok_or_else(|| damaged("country"))?,
            zone: zone(&zone_name).ok_or_else(|| damaged("time zone"))?,
            zone_name,
            region: row.try_get("region")?,
            locale: Locale::from_code(&text(row, "language")?).ok_or_else(|| damaged("language"))?,
            key_id: text(row, "key_id")?,
            details: serde_json::from_str(&text(row, "details")?).map_err(|_| damaged("details"))?,
            created: Timestamp::from_microsecond(int(row, "created_at")?).map_err(|_| damaged("instant"))?,
            id,
        })
    }

    /// The body of this identifier.
    pub async fn load(connection: &mut AnyConnection, id: &str) -> Result<Option<Self>, Error> {
        let row = sqlx::query("SELECT * FROM body WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// All bodies, those above before those below.
    pub async fn all(connection: &mut AnyConnection) -> Result<Vec<Self>, Error> {
        let rows = sqlx::query("SELECT * FROM body ORDER BY id")
            .fetch_all(connection)
            .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// A body and all bodies below it, itself first.
    pub async fn within(connection: &mut AnyConnection, id: &str) -> Result<Vec<Self>, Error> {
        let mut all = Self::all(connection).await?;
        let mut within: Vec<Self> = Vec::new();
        if let Some(at) = all.iter().position(|b| b.id == id) {
            within.push(all.swap_remove(at));
        }
        let mut at = 0;
        while let Some(above) = within.get(at).map(|b| b.id.clone()) {
            let (mut below, rest): (Vec<_>, Vec<_>) = all
                .into_iter()
                .partition(|b| b.parent.as_deref() == Some(above.as_str()));
            below.sort_by(|a, b| a.id.cmp(&b.id));
            within.append(&mut below);
            all = rest;
            at += 1;
        }
        Ok(within)
    }

    /// Keeps what can change of a body.
    pub async fn update(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        sqlx::query("UPDATE body SET name = $2, region = $3, details = $4 WHERE id = $1")
            .bind(&self.id)
            .bind(&self.name)
            .bind(self.region.as_deref())
            .bind(serde_json::Value::Object(self.details.clone()).to_string())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Keeps a new body.
    pub async fn insert(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO body (id, parent, name, country, zone, region, language, key_id, details, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&self.id)
        .bind(self.parent.as_deref())
        .bind(&self.name)
        .bind(self.country.code())
        .bind(&self.zone_name)
        .bind(self.region.as_deref())
        .bind(self.locale.code())
        .bind(&self.key_id)
        .bind(serde_json::Value::Object(self.details.clone()).to_string())
        .bind(self.created.as_microsecond())
        .execute(connection)
        .await?;
        Ok(())
    }
}
