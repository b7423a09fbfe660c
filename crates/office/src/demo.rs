//! The first body and its people.

use jiff::Timestamp;
use tutela_law::Country;
use tutela_words::Locale;

use crate::error::Error;
use crate::kernel::body::{Body, zone};
use crate::kernel::field::Values;
use crate::kernel::new_id;
use crate::kernel::people::{Account, NewAccount};
use crate::kernel::record::Actor;
use crate::kernel::rights::Role;
use crate::office::Office;

/// The account that a new installation signs in first. Where there is no body yet, one is made.
pub async fn first_account(office: &Office, now: Timestamp, locale: Locale, _demo: bool) -> Result<Account, Error> {
    let row = sqlx::query("SELECT * FROM account WHERE state = 'active' ORDER BY id LIMIT 1")
        .fetch_optional(office.db.read())
        .await?;
    if let Some(row) = row {
        return office.account_from_row(&row);
    }
    let (country, zone_name) = match locale {
        Locale::Vi | Locale::En => (Country::Vn, "Asia/Ho_Chi_Minh"),
        Locale::Ru => (Country::Ru, "Europe/Moscow"),
        Locale::Zh => (Country::Cn, "Asia/Shanghai"),
    };
    let zone =
        zone(zone_name).ok_or_else(|| Error::Installation(format!("the time zone {zone_name} is not known here")))?;
    let body = Body {
        id: new_id(),
        parent: None,
        name: office.words(locale).get("demo-body"),
        country,
        zone_name: zone_name.to_owned(),
        zone,
        region: None,
        locale,
        key_id: String::new(),
        details: Values::new(),
        created: now,
    };
    let body = office.create_body(body).await?;
    let actor = Actor {
        account: "setup".to_owned(),
        body: body.id.clone(),
        roles: Vec::new(),
    };
    let new = NewAccount {
        body: &body.id,
        login: "officer",
        display: &office.words(locale).get("demo-officer"),
        roles: &[Role::ProtectionOfficer],
        locale,
        password: None,
    };
    office.create_account(&actor, now, new).await
}
